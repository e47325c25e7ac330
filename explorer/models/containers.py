"""What files are: which of them is the model, and which has the names of its classes; also out of a ZIP."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from explorer import zips
from explorer.models.errors import ModelError

MAX_BYTES = 128 * 2**20
"""Of all that is brought along, packed or unpacked."""
MAX_ENTRIES = 200
MAX_TEXT_BYTES = 2**20
MAX_LABELS = 10_000

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"

_OTHERS: tuple[tuple[str, str], ...] = (
    (
        r".*\.tflite$",
        "a TensorFlow Lite file, which has no layers to look into; save the model as .keras or .h5",
    ),
    (
        r"(.*/)?saved_model\.pb$",
        "a SavedModel, which is a program; open it where it was made and save it as .keras or .h5",
    ),
    (
        r"(.*/)?(data\.pkl|.*\.pkl|.*\.pickle|.*\.pth?|.*\.joblib)$",
        "a pickle, as PyTorch writes them, and to open a pickle is to run it; save the model as .keras, .h5 "
        "or .onnx",
    ),
    (
        r"(.*/)?model\.json$",
        "a model for web pages; in Teachable Machine choose Export Model, Tensorflow, Keras, or save it as "
        ".keras or .h5",
    ),
)
"""What no model is read of, by names of files, with what to do."""


@dataclass(frozen=True, eq=False)
class Unpacked:
    """What was brought along.

    Attributes:
        name: Of the model's file.
        kind: "keras", "h5" or "onnx".
        data: The model's file.
        labels: Names of classes from a file beside it, in the order of the outputs, or none.
        is_teachable: Whether it is a download of Teachable Machine.
    """

    name: str
    kind: str
    data: bytes
    labels: tuple[str, ...]
    is_teachable: bool


def unpacked(files: Mapping[str, bytes]) -> Unpacked:
    """Find the model in files by name, of which one may be a ZIP, and the names of its classes beside it.

    Raises:
        ModelError: If there is no model among them, or more than one, or they are too large or damaged.
    """
    total = sum(map(len, files.values()))
    if total > MAX_BYTES:
        raise ModelError(
            f"What came has {total / 2**20:.0f} MB, and {MAX_BYTES // 2**20} MB are the most that is opened; "
            "choose a smaller model."
        )
    loose: dict[str, bytes] = {}
    for name, data in files.items():
        loose |= _from_zip(name, data) if _is_plain_zip(data) else {name: data}
    models = {name: kind for name, data in loose.items() if (kind := _kind(name, data))}
    if not models:
        raise _nothing(loose)
    if len(models) > 1:
        raise ModelError(
            f"{len(models)} models came ({', '.join(models)}), and one is opened at a time; leave the others "
            "out."
        )
    ((name, kind),) = models.items()
    named = {other: found for other in loose if other != name and (found := _labels(other, loose[other]))}
    usual = [other for other in named if PurePosixPath(other).name == "labels.txt"]
    if len(named) > 1 and len(usual) != 1:
        raise ModelError(
            f"More than one file may name the classes ({', '.join(named)}); call the right one labels.txt, "
            "or leave the others out."
        )
    labels = named[usual[0]] if usual else next(iter(named.values()), ())
    base = PurePosixPath(name).name
    is_teachable = base == "keras_model.h5" and any(_is_numbered(loose[other]) for other in loose)
    return Unpacked(base, kind, loose[name], labels, is_teachable)


def _is_plain_zip(data: bytes) -> bool:
    """Whether it is a ZIP, and none of those that are a model of Keras's themselves."""
    if not data.startswith(_ZIP):
        return False
    try:
        with zips.opened(data) as archive:
            return "config.json" not in archive.namelist()
    except zips.DamagedZipError:
        return True


def _from_zip(name: str, data: bytes) -> dict[str, bytes]:
    """Unpack the files of a ZIP that a model may be made of; every byte is counted, whatever it says."""
    try:
        with zips.opened(data) as archive:
            entries = zips.files(archive)
            _refuse_others([entry.filename for entry in entries], name)
            if len(entries) > MAX_ENTRIES:
                raise ModelError(
                    f"{name} has {len(entries):,} files, more than {MAX_ENTRIES}; pack the model and the "
                    "names of its classes alone."
                )
            found: dict[str, bytes] = {}
            left = MAX_BYTES
            for entry in entries:
                if PurePosixPath(entry.filename).name.startswith(".") or "__MACOSX" in entry.filename:
                    continue
                found[entry.filename] = read_entry(archive, entry, left)
                left -= len(found[entry.filename])
            return found
    except zips.DamagedZipError as error:
        raise ModelError(f"{name} is damaged or locked; pack the model again, or unpack it.") from error


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack one file of a ZIP, unless it has more than so many bytes.

    Raises:
        ModelError: If it has.
        DamagedZipError: As `zips.unpacked`.
    """
    data = zips.unpacked(archive, entry, most + 1)
    if len(data) > most:
        raise ModelError(
            f"The file unpacks to more than {MAX_BYTES // 2**20} MB, the most that is opened; choose a "
            "smaller model."
        )
    return data


def _kind(name: str, data: bytes) -> str:
    """What kind of model a file is, or nothing."""
    if data.startswith(_HDF5):
        return "h5"
    if data.startswith(_ZIP):
        return "keras"
    return "onnx" if name.lower().endswith(".onnx") else ""


def _nothing(files: Mapping[str, bytes]) -> ModelError:
    """That no file is a model, and what they are instead where that is known."""
    _refuse_others(list(files), "")
    for name, data in files.items():
        if data[4:8] == b"TFL3":
            return ModelError(f"{name} is {_OTHERS[0][1]}.")
        if data[:1] == b"\x80" and data[1:2] in b"\x02\x03\x04\x05":
            return ModelError(f"{name} is {_OTHERS[2][1]}.")
    names = ", ".join(PurePosixPath(name).name for name in list(files)[:3]) or "Nothing"
    if files and all(_labels(name, data) for name, data in files.items()):
        return ModelError(f"{names} may name classes and has no model; choose the model together with it.")
    return ModelError(
        f"{names} is no model that is known here; bring a .keras, .h5 or .onnx file, or the ZIP that "
        "Teachable Machine gives."
    )


def _refuse_others(names: list[str], whole: str) -> None:
    """Refuse what can be told by the names of files: programs, pickles, files without layers."""
    for pattern, said in _OTHERS:
        for name in names:
            if re.match(pattern, name, re.IGNORECASE):
                inside = f" ({name} in it)" if whole else ""
                raise ModelError(f"{whole or name}{inside} is {said}.")


def _is_numbered(data: bytes) -> bool:
    """Whether a file has "0 Cat", "1 Dog" and so on in its lines, as Teachable Machine writes them."""
    text = data[:MAX_TEXT_BYTES].decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and all(line.split(maxsplit=1)[0] == str(at) for at, line in enumerate(lines))


def _labels(name: str, data: bytes) -> tuple[str, ...]:
    """Read the names of classes from a file beside a model: a line each, or a list in JSON."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in (".txt", ".csv", ".json") or len(data) > MAX_TEXT_BYTES:
        return ()
    try:
        text = data.decode("utf-8-sig")
        if suffix == ".json":
            told = json.loads(text)
            listed = told if isinstance(told, list) else told.get("classes") or told.get("labels") or ()
            return tuple(str(each)[:80] for each in listed[:MAX_LABELS])
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, AttributeError, TypeError, KeyError):
        return ()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if _is_numbered(data):
        lines = [line.partition(" ")[2].strip() or line for line in lines]
    return tuple(line[:80] for line in lines[:MAX_LABELS])
