"""Photos by class, as a person brings them: with their limits, and which of them are held out."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from PIL import Image

from explorer import images
from explorer.errors import ExplorerError
from explorer.images import Array, Source

SIDE = 320
"""Longest side of a photo that is kept, in pixels: more than any network of the explorer sees."""

MIN_CLASSES, MAX_CLASSES = 2, 10
MAX_PHOTOS = 180
"""In all classes: three of them, recorded by the camera to the full."""
MAX_NAME = 40

MAX_COMPLAINTS = 12

USES = {"train": "to train on", "held": "for the test"}
"""What a photo may be fixed for: the key in `LabelledImages.fixed`, and its name for the screen."""

_NUMBERED = re.compile(r"class \d+")  # as `LabelledImages.add_class` names those without a name

_NO_LETTERS = set('/\\<>:"|?*')  # a class is a folder in a download, on any computer


class LabelledImagesError(ExplorerError):
    """A change that labelled images cannot take; the message is one sentence for the person who wanted it."""


@dataclass(frozen=True)
class Photo:
    """A picture of an labelled.

    Attributes:
        key: Equal pictures have equal keys, whatever they are called.
        name: What it is called on the screen: a file's name, or a word such as "drawing 2".
        data: The picture as lossless WebP, at most `SIDE` pixels along its longest side.
        burst: The recording that it is a moment of, by its name, if it is one of many: they are all alike.
    """

    key: str
    name: str
    data: bytes = field(repr=False)
    burst: str = ""

    @classmethod
    def of(cls, source: Source, name: str, burst: str = "") -> Photo:
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
        return cls(key, plain_name(name) or "picture", _webp(shown, lossless=True), plain_name(burst))

    def image(self) -> Array:
        """Return the picture: float32 (H, W, 3) in [0, 1]."""
        return images.load(self.data, max_side=SIDE)

    def png(self) -> bytes:
        """Return the picture as a PNG without loss."""
        return images.to_png(self.image())

    def thumbnail(self, side: int = 96) -> bytes:
        """The picture small, as WebP: its shorter side has `side` pixels unless it had fewer before."""
        with Image.open(io.BytesIO(self.data), formats=["WEBP"]) as picture:
            scale = min(1.0, side / min(picture.size))
            width, height = (max(1, round(length * scale)) for length in picture.size)
            return _webp(picture.convert("RGB").resize((width, height), Image.Resampling.HAMMING), quality=80)


def _webp(picture: Image.Image, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", method=1, **options)
    return file.getvalue()


def composed(text: str) -> str:
    """Spell accents in one way: macOS writes an a and two dots where others write an ä.

    >>> composed("Ba\u0308r") == "B\u00e4r"
    True
    """
    return unicodedata.normalize("NFC", text)


def plain_name(text: str) -> str:
    """Keep of a name what can be seen, on one line, and no more than fits."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:80]


@dataclass(frozen=True)
class LabelledImages:
    """Classes with their photos, in the order in which they came.

    Attributes:
        shelves: The classes by name, each with its photos.
        fixed: By the key of a photo, one of `USES` for those that a person decided about.

    >>> labelled = LabelledImages().add_class("cat").add("cat", Photo.of(Image.new("RGB", (8, 8)), "night"))
    >>> labelled.counts
    {'cat': 1}
    >>> labelled.missing
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
    def bursts(self) -> set[str]:
        """The names of the recordings that photos are moments of."""
        return {photo.burst for photos in self.shelves.values() for photo in photos} - {""}

    @property
    def size(self) -> int:
        """How many photos there are."""
        return sum(self.counts.values())

    @cached_property
    def id(self) -> str:
        """Equal sets have equal identities: classes, photos and what is fixed."""
        shelves = [(name, [photo.key for photo in photos]) for name, photos in self.shelves.items()]
        return hashlib.sha256(repr((shelves, sorted(self.fixed.items()))).encode()).hexdigest()[:16]

    def photos(self, name: str) -> tuple[Photo, ...]:
        """Return the photos of a class."""
        return self.shelves[self._known(name)]

    def photo(self, key: str) -> Photo:
        """Find a photo by its key."""
        return next(photo for photo in self.photos(self.class_of(key)) if photo.key == key)

    def class_of(self, key: str) -> str:
        """Find the class of a photo."""
        for name, photos in self.shelves.items():
            if any(photo.key == key for photo in photos):
                return name
        raise LabelledImagesError(f"There is no photo {key!r} here (any more); choose one that is shown.")

    @property
    def missing(self) -> list[str]:
        """What is missing before anything can be learned; nothing where all is there."""
        said = []
        if len(self.shelves) < MIN_CLASSES:
            have = "no class" if not self.shelves else "one class"
            said.append(f"There is {have}, and a network tells at least {MIN_CLASSES} apart: add a class.")
        for name, photos in self.shelves.items():
            if not photos:
                said.append(f"{name} has no picture: add at least one.")
            elif all(self.fixed.get(photo.key) == "held" for photo in photos):
                said.append(f"Every picture of {name} is a test picture: leave at least one to train on.")
        return said

    def add_class(self, name: str = "") -> LabelledImages:
        """Add a class; without a name it is called after its number."""
        if len(self.shelves) >= MAX_CLASSES:
            raise LabelledImagesError(f"There are {MAX_CLASSES} classes, as many as may; drop one first.")
        if not name:
            taken = {known.casefold() for known in self.shelves}
            number = len(self.shelves) + 1
            while f"class {number}" in taken:
                number += 1
            name = f"class {number}"
        return self._with({**self.shelves, self._new(name): ()})

    def rename(self, old: str, new: str) -> LabelledImages:
        """Call a class by another name; its place stays."""
        name = self._new(new, besides=self._known(old))
        return self._with({name if known == old else known: kept for known, kept in self.shelves.items()})

    def drop_class(self, name: str) -> LabelledImages:
        """Take a class away, with its photos."""
        self._known(name)
        return self._with({known: photos for known, photos in self.shelves.items() if known != name})

    def add(self, name: str, photo: Photo) -> LabelledImages:
        """Put a photo into a class.

        Raises:
            LabelledImagesError: If the set is full, or has this very picture already.
        """
        self._known(name)
        for other, photos in self.shelves.items():
            if any(known.key == photo.key for known in photos):
                where = (
                    "once is enough, and it was skipped"
                    if other == name
                    else f"it cannot be {name} as well; move it, or take another"
                )
                raise LabelledImagesError(f"The picture {photo.name} is in {other} already: {where}.")
        if self.size >= MAX_PHOTOS:
            raise LabelledImagesError(
                f"There are {MAX_PHOTOS} pictures, as many as may, so {photo.name} was left out; remove some."
            )
        return self._with({**self.shelves, name: (*self.shelves[name], photo)})

    def add_all(self, name: str, photos: Iterable[Photo]) -> tuple[LabelledImages, list[str]]:
        """Put many photos into a class, and say which of them were left out and why."""
        labelled, complaints = self, []
        for photo in photos:
            try:
                labelled = labelled.add(name, photo)
            except LabelledImagesError as error:
                complaints.append(str(error))
        return labelled, shortened(complaints)

    def merge(self, other: LabelledImages) -> tuple[LabelledImages, list[str]]:
        """Take in another labelled: its classes join those of the same name.

        A recording of the other's that has the name of one here gets another, unless it is the same one.
        """
        labelled, complaints = self, []
        for name, photos in other._with_bursts_beside(self).shelves.items():
            called = labelled.class_called(name)
            if called is None:
                try:
                    labelled = labelled._without_an_unnamed_one().add_class(name)
                except LabelledImagesError as error:
                    complaints.append(f"{name} was left out. {error}")
                    continue
                called = name
            labelled, said = labelled.add_all(called, photos)
            complaints += said
        decided = {key: use for key, use in other.fixed.items() if labelled.has_photo(key)}
        return replace(labelled, fixed=MappingProxyType({**labelled.fixed, **decided})), shortened(complaints)

    def remove(self, key: str) -> LabelledImages:
        """Take a photo away."""
        name = self.class_of(key)
        return self._with(
            {**self.shelves, name: tuple(photo for photo in self.shelves[name] if photo.key != key)}
        )

    def move(self, key: str, name: str) -> LabelledImages:
        """Put a photo into another class; what was decided about it holds."""
        self._known(name)
        if name == self.class_of(key):
            return self
        moved = self.remove(key).add(name, self.photo(key))
        return replace(moved, fixed=self.fixed)

    def fix(self, key: str, use: str | None) -> LabelledImages:
        """Decide that a photo is for training or held out, one of `USES`, or leave it to the split (None)."""
        if use is not None and use not in USES:
            raise LabelledImagesError(
                f"A photo is fixed for one of {', '.join(USES)}, and {use!r} came; choose one."
            )
        self.class_of(key)
        others = {known: kept for known, kept in self.fixed.items() if known != key}
        return replace(self, fixed=MappingProxyType(others if use is None else {**others, key: use}))

    def _known(self, name: str) -> str:
        if name not in self.shelves:
            raise LabelledImagesError(
                f"There is no class called {name!r} here; choose one of those that are shown."
            )
        return name

    def class_called(self, name: str) -> str | None:
        """Find a class by its name, written large or small, its accents in either spelling of Unicode."""
        wanted = composed(name).casefold()
        return next((known for known in self.shelves if known.casefold() == wanted), None)

    def _new(self, name: str, besides: str = "") -> str:
        """Check the name of a class, and give it without idle spaces."""
        plain = composed(" ".join(str(name).split()))
        if not 1 <= len(plain) <= MAX_NAME:
            raise LabelledImagesError(
                f"A class has a name of 1 to {MAX_NAME} letters, and one of {len(plain)} came; choose "
                "another."
            )
        if not plain.isprintable() or _NO_LETTERS & set(plain) or plain[0] == "." or plain[-1] == ".":
            raise LabelledImagesError(
                f"{plain!r} cannot be the name of a class, because each class becomes a folder: leave out "
                "strokes, and dots at the beginning or the end."
            )
        if self.class_called(plain) not in (None, besides):
            raise LabelledImagesError(f"There is a class called {plain} already; choose another name.")
        return plain

    def has_photo(self, key: str) -> bool:
        """Whether this picture is here."""
        return any(photo.key == key for photos in self.shelves.values() for photo in photos)

    def _without_an_unnamed_one(self) -> LabelledImages:
        """Drop an empty class that nobody has named, so that a named one finds room."""
        unnamed = (name for name, photos in self.shelves.items() if not photos and _NUMBERED.fullmatch(name))
        found = next(unnamed, None)
        return self if found is None else self.drop_class(found)

    def _with_bursts_beside(self, there: LabelledImages) -> LabelledImages:
        """Return a set whose bursts have other names than those that are there, but for the same ones."""
        known = {photo.key: photo.burst for photos in there.shelves.values() for photo in photos}
        own = [photo for photos in self.shelves.values() for photo in photos]
        same = {photo.burst for photo in own if photo.burst and known.get(photo.key) == photo.burst}
        names, taken = {}, there.bursts | self.bursts
        for burst in sorted((self.bursts & there.bursts) - same):
            names[burst] = free_burst(taken)
            taken.add(names[burst])

        def renamed(photo: Photo) -> Photo:
            if photo.burst not in names:
                return photo
            burst = names[photo.burst]
            return replace(photo, name=photo.name.replace(photo.burst, burst, 1), burst=burst)

        shelves = {name: tuple(map(renamed, photos)) for name, photos in self.shelves.items()}
        return replace(self, shelves=MappingProxyType(shelves))

    def _with(self, shelves: Mapping[str, tuple[Photo, ...]]) -> LabelledImages:
        """Return a set with other shelves; what was decided about photos that are gone is forgotten."""
        kept = {photo.key for photos in shelves.values() for photo in photos}
        fixed = {key: use for key, use in self.fixed.items() if key in kept}
        return LabelledImages(MappingProxyType(dict(shelves)), MappingProxyType(fixed))


def free_burst(taken: Collection[str]) -> str:
    """Return the first name of a recording that no other has.

    >>> free_burst({"burst 1", "burst 3"})
    'burst 2'
    """
    return next(name for name in map("burst {}".format, itertools.count(1)) if name not in taken)


def shortened(complaints: list[str]) -> list[str]:
    """Return the first of many sentences, and how many more there are.

    >>> shortened([str(number) for number in range(14)])[-2:]
    ['11', 'And 2 more like these.']
    """
    left = len(complaints) - MAX_COMPLAINTS
    return [*complaints[:MAX_COMPLAINTS], f"And {left} more like these."] if left > 0 else complaints
