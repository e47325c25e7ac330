"""The pictures of a classroom, by class: what a network is taught with, and what it is examined on.

    files, a ZIP of folders, drawings -> Photo -> Album -> split -> pictures to train on, pictures held out

An `Album` never changes: every change gives a new one, so that a page can go back. Pictures are kept small
and encoded, and nothing here is written to a disk.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from types import MappingProxyType

import numpy as np
from PIL import Image

from explorer import images
from explorer.errors import ExplorerError
from explorer.images import Array, ImageError, Source

SIDE = 320
"""Longest side of a photo that is kept, in pixels: more than any network of the explorer sees."""

MIN_CLASSES, MAX_CLASSES = 2, 10
MAX_PHOTOS = 120
MAX_NAME = 40

MAX_ZIP_BYTES = 50 * 2**20
MAX_ENTRIES = 1000
MAX_UNPACKED = 200 * 2**20
"""Bytes that a ZIP may hold unpacked: more than `MAX_PHOTOS` photographs from a telephone."""
MAX_RATIO = 200
"""Bytes unpacked for each byte packed; pictures are packed already and rarely reach 2."""
MAX_DEPTH = 5
MAX_COMPLAINTS = 12

USES = {"train": "to train on", "held": "held out"}
"""What a photo may be fixed for: the key in `Album.fixed`, and its name for the screen."""

_MARK = b"PK\x01\x02"  # begins the record of each entry in a ZIP's directory
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack without a bound on what comes out
_NUMBERED = re.compile(r"class \d+")  # as `Album.add_class` names those without a name
_LEFT_BEHIND = {"thumbs.db", "desktop.ini"}  # by file managers
_NO_LETTERS = set('/\\<>:"|?*')  # a class is a folder in what is taken away, on any computer
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
)  # fmt: skip


class AlbumError(ExplorerError):
    """A change that an album cannot take; the message is one sentence for the person who wanted it."""


@dataclass(frozen=True)
class Photo:
    """A picture of an album.

    Attributes:
        key: Equal pictures have equal keys, whatever they are called.
        name: What it is called on the screen: a file's name, or a word such as "drawing 2".
        data: The picture as lossless WebP, at most `SIDE` pixels along its longest side.
    """

    key: str
    name: str
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, source: Source, name: str) -> Photo:
        """Make a photo of whatever `images.load` reads.

        Raises:
            ImageError: If it cannot.

        >>> photo = Photo.of(Image.new("L", (640, 480), 51), "grey")
        >>> photo.image().shape, float(photo.image().max())
        ((240, 320, 3), 0.20000000298023224)
        """
        image = images.load(source, max_side=SIDE)
        levels = np.rint(image * 255).astype(np.uint8)
        shown = Image.fromarray(np.repeat(levels, 3 // levels.shape[2], axis=2))
        key = hashlib.sha256(repr(shown.size).encode() + shown.tobytes()).hexdigest()[:16]
        return cls(key, _plain(name) or "picture", _webp(shown, lossless=True))

    def image(self) -> Array:
        """Give the picture: float32 (H, W, 3) in [0, 1]."""
        return images.load(self.data, max_side=SIDE)

    def png(self) -> bytes:
        """Give the picture as a PNG without loss."""
        return images.to_png(self.image())

    def thumbnail(self, side: int = 96) -> bytes:
        """Give the picture small, as WebP: its shorter side has `side` pixels unless it had fewer before."""
        with Image.open(io.BytesIO(self.data), formats=["WEBP"]) as picture:
            scale = min(1.0, side / min(picture.size))
            width, height = (max(1, round(length * scale)) for length in picture.size)
            return _webp(picture.convert("RGB").resize((width, height), Image.Resampling.HAMMING), quality=80)


def _webp(picture: Image.Image, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", method=1, **options)
    return file.getvalue()


def _plain(text: str) -> str:
    """Keep of a name what can be seen, on one line, and no more than fits."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:80]


@dataclass(frozen=True)
class Album:
    """Classes with their photos, in the order in which they came.

    Attributes:
        shelves: The classes by name, each with its photos.
        fixed: By the key of a photo, one of `USES` for those that a person decided about.

    >>> album = Album().add_class("cat").add("cat", Photo.of(Image.new("RGB", (8, 8)), "night"))
    >>> album.counts
    {'cat': 1}
    >>> album.missing
    ['There is one class, and a network tells at least 2 apart: add a class.']
    """

    shelves: Mapping[str, tuple[Photo, ...]] = field(default_factory=lambda: MappingProxyType({}))
    fixed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the network's answers."""
        return tuple(self.shelves)

    @property
    def counts(self) -> dict[str, int]:
        """How many photos each class has."""
        return {name: len(photos) for name, photos in self.shelves.items()}

    @property
    def size(self) -> int:
        """How many photos there are."""
        return sum(self.counts.values())

    @cached_property
    def id(self) -> str:
        """Equal albums have equal identities: classes, photos and what is fixed."""
        shelves = [(name, [photo.key for photo in photos]) for name, photos in self.shelves.items()]
        return hashlib.sha256(repr((shelves, sorted(self.fixed.items()))).encode()).hexdigest()[:16]

    def photos(self, name: str) -> tuple[Photo, ...]:
        """Give the photos of a class."""
        return self.shelves[self._known(name)]

    def photo(self, key: str) -> Photo:
        """Find a photo by its key."""
        return next(photo for photo in self.photos(self.class_of(key)) if photo.key == key)

    def class_of(self, key: str) -> str:
        """Find the class of a photo."""
        for name, photos in self.shelves.items():
            if any(photo.key == key for photo in photos):
                return name
        raise AlbumError(f"There is no photo {key!r} here (any more); choose one that is shown.")

    @property
    def missing(self) -> list[str]:
        """Say what is missing before anything can be learned; nothing where all is there."""
        said = []
        if len(self.shelves) < MIN_CLASSES:
            have = "no class" if not self.shelves else "one class"
            said.append(f"There is {have}, and a network tells at least {MIN_CLASSES} apart: add a class.")
        for name, photos in self.shelves.items():
            if not photos:
                said.append(f"{name} has no picture: add at least one.")
            elif all(self.fixed.get(photo.key) == "held" for photo in photos):
                said.append(f"Every picture of {name} is held out: leave at least one to train on.")
        return said

    def add_class(self, name: str = "") -> Album:
        """Add a class; without a name it is called after its number."""
        if len(self.shelves) >= MAX_CLASSES:
            raise AlbumError(f"There are {MAX_CLASSES} classes, as many as may; drop one first.")
        if not name:
            taken = {known.casefold() for known in self.shelves}
            number = len(self.shelves) + 1
            while f"class {number}" in taken:
                number += 1
            name = f"class {number}"
        return self._with({**self.shelves, self._new(name): ()})

    def rename(self, old: str, new: str) -> Album:
        """Call a class by another name; its place stays."""
        name = self._new(new, besides=self._known(old))
        return self._with({name if known == old else known: kept for known, kept in self.shelves.items()})

    def drop_class(self, name: str) -> Album:
        """Take a class away, with its photos."""
        self._known(name)
        return self._with({known: photos for known, photos in self.shelves.items() if known != name})

    def add(self, name: str, photo: Photo) -> Album:
        """Put a photo into a class.

        Raises:
            AlbumError: If the album is full, or has this very picture already.
        """
        self._known(name)
        for other, photos in self.shelves.items():
            if any(known.key == photo.key for known in photos):
                where = (
                    "once is enough, and it was skipped"
                    if other == name
                    else f"it cannot be {name} as well; move it, or take another"
                )
                raise AlbumError(f"The picture {photo.name} is in {other} already: {where}.")
        if self.size >= MAX_PHOTOS:
            raise AlbumError(
                f"There are {MAX_PHOTOS} pictures, as many as may, so {photo.name} was left out; remove some."
            )
        return self._with({**self.shelves, name: (*self.shelves[name], photo)})

    def add_all(self, name: str, photos: Iterable[Photo]) -> tuple[Album, list[str]]:
        """Put many photos into a class, and say which of them were left out and why."""
        album, complaints = self, []
        for photo in photos:
            try:
                album = album.add(name, photo)
            except AlbumError as error:
                complaints.append(str(error))
        return album, shortened(complaints)

    def merge(self, other: Album) -> tuple[Album, list[str]]:
        """Take in another album: its classes join those of the same name."""
        album, complaints = self, []
        for name, photos in other.shelves.items():
            called = album._called(name)
            if called is None:
                try:
                    album = album._without_an_unnamed_one().add_class(name)
                except AlbumError as error:
                    complaints.append(f"{name} was left out. {error}")
                    continue
                called = name
            album, said = album.add_all(called, photos)
            complaints += said
        decided = {key: use for key, use in other.fixed.items() if album._has(key)}
        return replace(album, fixed=MappingProxyType({**album.fixed, **decided})), shortened(complaints)

    def remove(self, key: str) -> Album:
        """Take a photo away."""
        name = self.class_of(key)
        return self._with(
            {**self.shelves, name: tuple(photo for photo in self.shelves[name] if photo.key != key)}
        )

    def move(self, key: str, name: str) -> Album:
        """Put a photo into another class; what was decided about it holds."""
        self._known(name)
        if name == self.class_of(key):
            return self
        moved = self.remove(key).add(name, self.photo(key))
        return replace(moved, fixed=self.fixed)

    def fix(self, key: str, use: str | None) -> Album:
        """Decide that a photo is for training or held out, one of `USES`, or leave it to the split (None)."""
        if use is not None and use not in USES:
            raise AlbumError(f"A photo is fixed for one of {', '.join(USES)}, and {use!r} came; choose one.")
        self.class_of(key)
        others = {known: kept for known, kept in self.fixed.items() if known != key}
        return replace(self, fixed=MappingProxyType(others if use is None else {**others, key: use}))

    def _known(self, name: str) -> str:
        if name not in self.shelves:
            raise AlbumError(f"There is no class called {name!r} here; choose one of those that are shown.")
        return name

    def _called(self, name: str) -> str | None:
        """Find a class by its name, written large or small."""
        return next((known for known in self.shelves if known.casefold() == name.casefold()), None)

    def _new(self, name: str, besides: str = "") -> str:
        """Check the name of a class, and give it without idle spaces."""
        plain = " ".join(str(name).split())
        if not 1 <= len(plain) <= MAX_NAME:
            raise AlbumError(
                f"A class has a name of 1 to {MAX_NAME} letters, and one of {len(plain)} came; choose "
                "another."
            )
        if not plain.isprintable() or _NO_LETTERS & set(plain) or plain[0] == "." or plain[-1] == ".":
            raise AlbumError(
                f"A class is a folder in what you take away, and {plain!r} cannot be one: leave out "
                "strokes, dots at its ends and the like."
            )
        if self._called(plain) not in (None, besides):
            raise AlbumError(f"There is a class called {plain} already; choose another name.")
        return plain

    def _has(self, key: str) -> bool:
        return any(photo.key == key for photos in self.shelves.values() for photo in photos)

    def _without_an_unnamed_one(self) -> Album:
        """Drop an empty class that nobody has named, so that a named one finds room."""
        unnamed = (name for name, photos in self.shelves.items() if not photos and _NUMBERED.fullmatch(name))
        found = next(unnamed, None)
        return self if found is None else self.drop_class(found)

    def _with(self, shelves: Mapping[str, tuple[Photo, ...]]) -> Album:
        """Give an album with other shelves; what was decided about photos that are gone is forgotten."""
        kept = {photo.key for photos in shelves.values() for photo in photos}
        fixed = {key: use for key, use in self.fixed.items() if key in kept}
        return Album(MappingProxyType(dict(shelves)), MappingProxyType(fixed))


def shortened(complaints: list[str]) -> list[str]:
    """Give the first of many sentences, and how many more there are.

    >>> shortened([str(number) for number in range(14)])[-2:]
    ['11', 'And 2 more like these.']
    """
    left = len(complaints) - MAX_COMPLAINTS
    return [*complaints[:MAX_COMPLAINTS], f"And {left} more like these."] if left > 0 else complaints


# A ZIP of folders


def from_zip(data: bytes) -> tuple[Album, list[str]]:
    """Read a ZIP of folders: each folder with pictures in it is a class.

    All of its directory is checked before anything is unpacked, and while it is unpacked every byte is
    counted, whatever the directory says. Folders named "train" or "held out" around those of the classes
    decide what their pictures are for, as in what `to_zip` writes.

    Returns:
        The album, and a sentence for each thing that was left out.

    Raises:
        AlbumError: If it is no ZIP, too large, damaged, locked, or made to do harm.
    """
    if len(data) > MAX_ZIP_BYTES:
        raise AlbumError(
            f"The ZIP is larger than {MAX_ZIP_BYTES // 2**20} MB, the most that is read; leave some out."
        )
    if data.count(_MARK) > MAX_ENTRIES:  # before a record is made of each
        raise AlbumError(f"The ZIP has more than {MAX_ENTRIES} entries; make a smaller one.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGES as error:
        raise AlbumError("The file is no ZIP, or is damaged; pack the folders again.") from error
    with archive:
        entries = [_checked(entry) for entry in archive.infolist()]
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed + 2**20:
            raise AlbumError(
                f"The ZIP would unpack to {unpacked / 2**20:,.0f} MB, which is more than pictures take; pack "
                "fewer of them, as PNG or JPEG."
            )
        files = [entry for entry in entries if not entry.is_dir() and not _is_left_behind(entry)]
        return _unpacked(archive, files)


def _checked(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Refuse what no honest ZIP of pictures has."""
    name = entry.filename.replace("\\", "/")
    shown = _plain(entry.filename)
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
        raise AlbumError(f"The ZIP has an entry that points out of its folder ({shown}); it was not opened.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise AlbumError(f"The ZIP has a link in place of a file ({shown}); pack the pictures themselves.")
    if entry.flag_bits & 1:
        raise AlbumError(f"The ZIP is locked with a password ({shown}); pack the folders without one.")
    if entry.compress_type not in _PACKINGS:
        raise AlbumError(f"The ZIP is packed in an unusual way ({shown}); pack it as an ordinary one.")
    if len([part for part in parts if part]) > MAX_DEPTH:
        raise AlbumError(
            f"The ZIP has folders in folders, more than {MAX_DEPTH} deep ({shown}); one for each class will "
            "do."
        )
    return entry


def _is_left_behind(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    return (
        any(part.startswith(".") or part == "__MACOSX" for part in parts)
        or parts[-1].casefold() in _LEFT_BEHIND
    )


def _unpacked(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo]) -> tuple[Album, list[str]]:
    album, complaints = Album(), []
    for entry in sorted(files, key=lambda entry: entry.filename.casefold()):
        *folders, file = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if not folders:
            complaints.append(f"{_plain(file)} lies in no folder, so it has no class.")
            continue
        if album.size >= MAX_PHOTOS:
            complaints.append(f"The rest was left out: {MAX_PHOTOS} pictures are as many as may.")
            break
        try:
            photo = Photo.of(_bytes_of(archive, entry), file)
            name = album._called(folders[-1].strip())
            if name is None:
                album = album.add_class(folders[-1])
                name = album.classes[-1]
            album = album.add(name, photo)
        except (AlbumError, ImageError) as error:
            complaints.append(f"{_plain(entry.filename)}: {error}")
            continue
        use = _use_of(folders[:-1])
        if use:
            album = album.fix(photo.key, use)
    if not album.size:
        first = f" {complaints[0]}" if complaints else ""
        raise AlbumError(f"The ZIP has no folder with a picture in it; make a folder for each class.{first}")
    return album, shortened(complaints)


def _bytes_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack one file, and no more of it than a picture may have."""
    if entry.file_size > images.MAX_BYTES:
        raise AlbumError(f"it is larger than {images.MAX_BYTES // 2**20} MB.")
    try:
        with archive.open(entry) as file:
            data = file.read(images.MAX_BYTES + 1)
    except _DAMAGES as error:
        raise AlbumError("it is damaged in the ZIP.") from error
    if len(data) != entry.file_size:
        raise AlbumError("it is not as long as the ZIP says.")
    return data


_FOLDERS = {"train": "train", "training": "train", "held out": "held", "held_out": "held", "test": "held"}


def _use_of(folders: Iterable[str]) -> str | None:
    return next((_FOLDERS[name.casefold()] for name in folders if name.casefold() in _FOLDERS), None)


# What is trained on, and what is held out


@dataclass(frozen=True)
class Pick:
    """A photo with the number of its class."""

    label_index: int
    photo: Photo


@dataclass(frozen=True)
class Split:
    """What is trained on and what is held out, both by class, and what is to be said about it."""

    train: tuple[Pick, ...]
    held_out: tuple[Pick, ...]
    notes: tuple[str, ...] = ()


def split(album: Album, share: float = 0.25, seed: int = 0) -> Split:
    """Choose the pictures that are held out: in each class a share of them, one at least where there are two.

    Each class is drawn from by itself, and by what the pictures show: adding one to a class changes no other.
    What a person fixed stays as it is and counts. One picture of each class at least is left to train on.

    Args:
        album: Whose pictures.
        share: Of the pictures of a class, 0 to 0.9; 0 holds out none but those that are fixed.
        seed: Another one draws others.

    Raises:
        AlbumError: If the share is out of bounds, or if something is missing.
    """
    if not 0 <= share <= 0.9:
        raise AlbumError(f"A share of 0 to 0.9 can be held out, and {share:g} came; choose one between.")
    if album.missing:
        raise AlbumError(album.missing[0])
    train: list[Pick] = []
    held_out: list[Pick] = []
    alone = []
    for index, (name, photos) in enumerate(album.shelves.items()):
        held = _held(album, photos, share, seed)
        for photo in photos:
            (held_out if photo.key in held else train).append(Pick(index, photo))
        if not held:
            alone.append(name)
    notes = []
    if alone:
        nothing = "no picture is held out" if len(alone) > 1 else "none of its pictures is held out"
        notes.append(f"{_listed(alone)}: {nothing}, so nothing tests what is learned about it.")
    return Split(tuple(train), tuple(held_out), tuple(notes))


def _held(album: Album, photos: tuple[Photo, ...], share: float, seed: int) -> set[str]:
    """Give the keys of the photos of one class that are held out."""
    held = {photo.key for photo in photos if album.fixed.get(photo.key) == "held"}
    free = [photo.key for photo in photos if photo.key not in album.fixed]
    wanted = max(1, round(share * len(photos))) if share else 0
    # One stays to train on: a fixed one, or the last of those that could be drawn.
    most = len(free) - (len(held) + len(free) == len(photos))
    drawn = sorted(free, key=lambda key: hashlib.sha256(f"{seed} {key}".encode()).digest())
    return held | set(drawn[: max(0, min(wanted - len(held), most))])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def to_zip(split_: Split, classes: tuple[str, ...]) -> bytes:
    """Write the pictures as PNG into ``train/CLASS/`` and ``held_out/CLASS/``, without loss.

    Reading it with `from_zip` gives an album that is split alike.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for folder, picks in (("train", split_.train), ("held_out", split_.held_out)):
            for number, pick in enumerate(picks):
                entry = zipfile.ZipInfo(f"{folder}/{classes[pick.label_index]}/{number:03}.png")
                archive.writestr(entry, pick.photo.png())
    return file.getvalue()


# Something to begin with

EXAMPLES = {"cat": "chelsea", "coffee": "coffee", "rocket": "rocket"}
"""The classes of the example, each with the sample photograph that its pictures are cut out of."""


def example(each: int = 8, seed: int = 0) -> Album:
    """Cut pictures out of three photographs, in grey and in different light: a start without any file.

    Without colour a network has to know shapes and textures. Still, what is held out is a close relative of
    what is trained on, so it is easier than any real task.

    >>> example(each=2).counts
    {'cat': 2, 'coffee': 2, 'rocket': 2}
    """
    rng = np.random.default_rng(seed)
    album = Album()
    for name, source in EXAMPLES.items():
        album = album.add_class(name)
        photograph = images.sample(source) @ images.LUMA
        rows, columns = photograph.shape
        for number in range(each):
            side = round(min(rows, columns) * rng.uniform(0.4, 0.95))
            top, left = (int(rng.integers(0, length - side + 1)) for length in (rows, columns))
            cut = photograph[top : top + side, left : left + side]
            cut = cut[:, ::-1] if number % 2 else cut
            lit = (cut - cut.mean()) * rng.uniform(0.5, 1.3) + rng.uniform(0.3, 0.7)
            shown = Image.fromarray(np.rint(np.clip(lit, 0, 1) * 255).astype(np.uint8))
            album = album.add(name, Photo.of(shown, f"{name} {number + 1}"))
    return album
