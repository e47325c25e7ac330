"""Folders of pictures, a folder a class: on the disk, or in a ZIP that is checked before it is unpacked."""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from explorer import images, zips
from explorer.images import ImageError
from explorer.transfer.labelled_images import (
    MAX_PHOTOS,
    LabelledImages,
    LabelledImagesError,
    Photo,
    composed,
    plain_name,
    shortened,
)
from explorer.transfer.splits import Split

MAX_ZIP_BYTES = 50 * 2**20
MAX_ENTRIES = 1000
MAX_UNPACKED = 200 * 2**20
"""Bytes that a ZIP may hold unpacked: more than `MAX_PHOTOS` photographs from a telephone."""
MAX_RATIO = 200
"""Bytes unpacked for each byte packed; pictures are packed already and rarely reach 2."""
MAX_DEPTH = 5

_MARK = b"PK\x01\x02"  # begins the record of each entry in a ZIP's directory

_LEFT_BEHIND = {"thumbs.db", "desktop.ini"}  # by file managers
_NOTES = {".json", ".csv", ".xml", ".yaml", ".yml"}  # what programs write beside pictures, and no picture is

# Pictures of one recording, as `to_zip` calls them.
_RECORDED = re.compile(r"(burst \d{1,9}), picture \d+\.\w+")

# What a folder around classes says of its pictures, in English, French, German and Spanish, without accents.
_TRAIN = {
    "train", "training", "trainieren", "lernen", "entrainement", "apprentissage", "entrenamiento", "entrenar",
}  # fmt: skip
_HELD = {
    "test", "tests", "testing", "val", "valid", "validate", "validation", "dev", "eval", "evaluation",
    "held_out", "hold_out", "holdout", "validierung", "prufung", "prufen", "validacion", "evaluacion",
    "prueba", "pruebas",
}  # fmt: skip
# A folder within that of a class that is none itself.
_ALBUMS = {
    "images", "image", "imgs", "img", "pictures", "photos", "samples", "data", "bilder", "fotos", "imagenes",
}  # fmt: skip


# A ZIP of folders


def from_zip(data: bytes) -> tuple[LabelledImages, list[str]]:
    """Read a ZIP of folders: each folder with pictures in it is a class.

    All of its directory is checked before anything is unpacked, and while it is unpacked every byte is
    counted, whatever the directory says. Folders named "train" or "held out" around those of the classes, or
    within them, decide what their pictures are for, as in what `to_zip` writes; so do "val", "test" and such
    words in English, French, German and Spanish. A folder "images" within that of a class is none itself.
    Files are taken in the order of their numbers: 2 before 10. Files called "burst 1, picture 2" and so on
    are moments of one recording, as they are in what `to_zip` writes.

    Returns:
        The labelled images, and a sentence for each thing that was left out.

    Raises:
        LabelledImagesError: If it is no ZIP, too large, damaged, locked, or made to do harm.
    """
    if len(data) > MAX_ZIP_BYTES:
        raise LabelledImagesError(
            f"The ZIP is larger than {MAX_ZIP_BYTES // 2**20} MB, the most that is read; leave some out."
        )
    if data.count(_MARK) > MAX_ENTRIES:  # before a record is made of each
        raise LabelledImagesError(f"The ZIP has more than {MAX_ENTRIES} entries; make a smaller one.")
    try:
        archive = zips.opened(data)
    except zips.DamagedZipError as error:
        raise LabelledImagesError("The file is no ZIP, or is damaged; pack the folders again.") from error
    with archive:
        entries = [_checked(entry) for entry in archive.infolist()]
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed + 2**20:
            raise LabelledImagesError(
                f"The ZIP would unpack to {unpacked / 2**20:,.0f} MB, which is more than pictures take; pack "
                "fewer of them, as PNG or JPEG."
            )
        found = {entry.filename: partial(_bytes_of, archive, entry) for entry in zips.files(archive)}
        return _labelled(found, "The ZIP")


def from_folder(folder: Path) -> tuple[LabelledImages, list[str]]:
    """Read a folder of folders: each folder with pictures in it is a class, and all is as in `from_zip`.

    Returns:
        The labelled images, and a sentence for each thing that was left out.

    Raises:
        LabelledImagesError: If there is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise LabelledImagesError(f"There is no folder {folder}; name one with a folder for each class.")
    paths = [path for path in folder.rglob("*") if path.is_file()]
    files = {path.relative_to(folder).as_posix(): partial(_bytes_on_disk, path) for path in paths}
    return _labelled(files, f"The folder {folder.name}")


def _checked(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Refuse what no honest ZIP of pictures has."""
    name = entry.filename.replace("\\", "/")
    shown = plain_name(entry.filename)
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
        raise LabelledImagesError(
            f"The ZIP has an entry that points out of its folder ({shown}); it was not opened."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise LabelledImagesError(
            f"The ZIP has a link in place of a file ({shown}); pack the pictures themselves."
        )
    if entry.flag_bits & 1:
        raise LabelledImagesError(
            f"The ZIP is locked with a password ({shown}); pack the folders without one."
        )
    if entry.compress_type not in zips.PACKINGS:
        raise LabelledImagesError(
            f"The ZIP is packed in an unusual way ({shown}); pack it as an ordinary one."
        )
    if len([part for part in parts if part]) > MAX_DEPTH:
        raise LabelledImagesError(
            f"The ZIP has folders in folders, more than {MAX_DEPTH} deep ({shown}); one for each class will "
            "do."
        )
    return entry


def _is_left_behind(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return (
        not parts  # an entry called "."
        or any(part.startswith(".") or part == "__MACOSX" for part in parts)
        or parts[-1].casefold() in _LEFT_BEHIND
        or PurePosixPath(parts[-1]).suffix.casefold() in _NOTES
    )


def _in_order(name: str) -> list[tuple[int, str]]:
    """What names are sorted by: words by their letters, numbers by their size."""
    parts = re.findall(r"\d+|\D+", composed(name).casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _labelled(files: Mapping[str, Callable[[], bytes]], where: str) -> tuple[LabelledImages, list[str]]:
    """Make a set of files by their paths, each of which is read when its turn comes."""
    labelled, complaints = LabelledImages(), []
    for path in sorted(files, key=_in_order):
        if _is_left_behind(path):
            continue
        *folders, file = PurePosixPath(path.replace("\\", "/")).parts
        if not folders:
            complaints.append(f"{plain_name(file)} lies in no folder, so it has no class.")
            continue
        if labelled.size >= MAX_PHOTOS:
            complaints.append(f"The rest was left out: {MAX_PHOTOS} pictures are as many as may.")
            break
        try:
            recorded = _RECORDED.fullmatch(file)
            photo = Photo.of(files[path](), file, recorded[1] if recorded else "")
            folder, use = _meaning(folders)
            name = labelled.class_called(folder)
            if name is None:
                labelled = labelled.add_class(folder)
                name = labelled.classes[-1]
            labelled = labelled.add(name, photo)
        except (LabelledImagesError, ImageError) as error:
            complaints.append(f"{plain_name(path)}: {error}")
            continue
        if use:
            labelled = labelled.fix(photo.key, use)
    if not labelled.size:
        first = f" {complaints[0]}" if complaints else ""
        raise LabelledImagesError(
            f"{where} has no folder with a picture in it; make a folder for each class.{first}"
        )
    return labelled, shortened(complaints)


def _bytes_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack one file, and no more of it than a picture may have."""
    if entry.file_size > images.MAX_BYTES:
        raise LabelledImagesError(f"it is larger than {images.MAX_BYTES // 2**20} MB.")
    try:
        data = zips.unpacked(archive, entry, images.MAX_BYTES + 1)
    except zips.DamagedZipError as error:
        raise LabelledImagesError("it is damaged in the ZIP.") from error
    if len(data) != entry.file_size:
        raise LabelledImagesError("it is not as long as the ZIP says.")
    return data


def _bytes_on_disk(path: Path) -> bytes:
    """Read one file, if it is no larger than a picture may be."""
    try:
        if path.stat().st_size > images.MAX_BYTES:
            raise LabelledImagesError(f"it is larger than {images.MAX_BYTES // 2**20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise LabelledImagesError("it cannot be read.") from error


def _word(folder: str) -> str:
    """Spell a folder's name without accents, capitals and strokes."""
    letters = unicodedata.normalize("NFKD", folder).casefold()
    return re.sub(r"[\W_]+", "_", "".join(each for each in letters if not unicodedata.combining(each)))


def _meaning(folders: Sequence[str]) -> tuple[str, str | None]:
    """Of the folders around a picture, the one that is its class, and what the others say that it is for.

    >>> _meaning(["pets", "cat"]), _meaning(["Val", "cat", "images"]), _meaning(["cat", "held out"])
    (('cat', None), ('cat', 'held'), ('cat', 'held'))
    """
    words = [_word(folder) for folder in folders]
    uses = ["train" if word in _TRAIN else "held" if word in _HELD else None for word in words]
    named = [place for place, word in enumerate(words) if not uses[place] and word not in _ALBUMS]
    at = named[-1] if named else len(folders) - 1
    return folders[at].strip(), next((use for place, use in enumerate(uses) if use and place != at), None)


def to_zip(split_: Split, classes: tuple[str, ...]) -> bytes:
    """Write the pictures as PNG into ``train/CLASS/`` and ``held_out/CLASS/``, without loss.

    Reading it with `from_zip` gives labelled images that are split alike, with the same recordings.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for folder, picks in (("train", split_.train), ("held_out", split_.held_out)):
            for number, pick in enumerate(picks):
                name = f"{number:03}.png"
                if _RECORDED.fullmatch(moment := f"{pick.photo.burst}, picture {name}"):
                    name = moment
                entry = zipfile.ZipInfo(f"{folder}/{classes[pick.label_index]}/{name}")
                archive.writestr(entry, pick.photo.png())
    return file.getvalue()
