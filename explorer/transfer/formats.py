"""The files in which a network that was taught leaves the explorer; each is run before it is handed out.

what was learned -> a file -> its answers beside the explorer's -> a ZIP with labels and a model card
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.imagenet.networks import Pixels
from explorer.images import Array
from explorer.transfer import export, lite_files, onnx_files, web_pages, web_runtime
from explorer.transfer.model_cards import TaughtNetwork, markdown, model_card
from explorer.transfer.predictions import predict_many
from explorer.words import counted, plural


class ExportError(ExplorerError):
    """Why a network cannot be had as a file, in a sentence for the reader."""


@dataclass(frozen=True)
class ExportFormat:
    """A kind of file.

    Attributes:
        name: Key in `FORMATS`.
        title: What it is called in the menu.
        sentence: What it is for, and what it takes.
        seconds: How long it takes on two cores, about; Keras and TensorFlow are imported in that time.
        within: By how much a probability may differ from the explorer's, or None where the difference is said
            and no more.
        write: Makes the files by their names, of what was learned and its card.
        answers: What those files answer to pictures as the network sees them: float32 (n, classes).
    """

    name: str
    title: str
    sentence: str
    seconds: int
    within: float | None
    write: Callable[[TaughtNetwork, Mapping[str, str]], dict[str, bytes]]
    answers: Callable[[Mapping[str, bytes], Sequence[Pixels]], Array]

    @property
    def withheld(self) -> str:
        """Why it cannot be made on this computer, or nothing."""
        if self.name == "web_page":
            try:
                web_runtime.files()
            except web_runtime.WebRuntimeError as error:
                return str(error)
        return ""


@dataclass(frozen=True)
class Agreement:
    """How the answers of a file lie beside those of the explorer.

    Attributes:
        pictures: How many were shown to both.
        tested: Whether these are the test pictures, or else those it learned from.
        largest: The largest difference of a probability.
        same: For how many the same class came first.
    """

    pictures: int
    tested: bool
    largest: float
    same: int

    @property
    def sentence(self) -> str:
        """That in words.

        >>> Agreement(8, True, 0.01234, 7).sentence
        "On 8 test pictures: probabilities within 0.013 of the explorer's; 1 has another class first."
        """
        pictures = counted(self.pictures, "test picture" if self.tested else "training picture")
        reach = f"{math.ceil(self.largest * 1000) / 1000:g}"
        other = self.pictures - self.same
        first = "the same class is first on all"
        if other:
            first = f"{other} {plural(other, 'has', 'have')} another class first"
        return f"On {pictures}: probabilities within {reach} of the explorer's; {first}."


@dataclass(frozen=True, eq=False)
class ExportedNetwork:
    """A network ready to be downloaded.

    Attributes:
        file: What to call it.
        data: A ZIP.
        agreement: How it answers.
    """

    file: str
    data: bytes
    agreement: Agreement


def exported(name: str, taught: TaughtNetwork, program: str = "") -> ExportedNetwork:
    """Make a file of a network, run it on its test pictures, and pack it with what belongs to it.

    Args:
        name: A key of `FORMATS`.
        taught: The network, with its pictures.
        program: A program that runs the file, to lie beside it as `answer.py`.

    Raises:
        ExportError: If there is no such format, if something is missing for it, or if the file would not
            answer as the explorer does.
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    if name not in FORMATS:
        raise ExportError(f"There is no format {name!r}; choose one of {', '.join(FORMATS)}.")
    format_ = FORMATS[name]
    if format_.withheld:
        raise ExportError(format_.withheld)
    card = model_card(taught)
    try:
        files = format_.write(taught, card)
        pictures = [pixels for pixels, _ in taught.shown]
        answers = format_.answers(files, pictures)
    except ExplorerError:
        raise
    except Exception as error:  # exporters and runtimes raise whatever their native parts make of a network
        raise ExportError(
            f"{format_.title} cannot hold this network ({' '.join(str(error).split())[:200]}); choose "
            "another format."
        ) from error
    if not np.isfinite(answers).all():
        raise ExportError(
            f"{format_.title} is not offered for this network: not all of its answers are numbers. Choose "
            "another format."
        )
    agreement = _agreement(answers, predict_many(taught.trained, pictures), bool(taught.held_out))
    if format_.within is not None and agreement.largest > format_.within:
        raise ExportError(
            f"{format_.title} is not offered for this network. {agreement.sentence} Choose another format."
        )
    files["labels.txt"] = "".join(f"{each}\n" for each in taught.trained.classes).encode()
    files["model-card.md"] = markdown(card, agreement.sentence).encode()
    if program:
        files["answer.py"] = program.encode()
    return ExportedNetwork(file_name(name), _zip(files), agreement)


def file_name(name: str) -> str:
    """Return what to call the ZIP of a format.

    >>> file_name("tflite_int8")
    'transfer-tflite-int8.zip'
    """
    return f"transfer-{name.replace('_', '-')}.zip"


def _agreement(answers: Array, mine: Array, tested: bool) -> Agreement:
    same = int(np.sum(answers.argmax(axis=1) == mine.argmax(axis=1)))
    return Agreement(len(mine), tested, float(np.abs(answers - mine).max()), same)


def _zip(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _keras(taught: TaughtNetwork, card: Mapping[str, str]) -> dict[str, bytes]:
    return {"transfer.keras": export.saved(taught.trained)}


def _onnx(taught: TaughtNetwork, card: Mapping[str, str]) -> dict[str, bytes]:
    return {"transfer.onnx": onnx_files.onnx_file(taught.trained)}


def _web_page(taught: TaughtNetwork, card: Mapping[str, str]) -> dict[str, bytes]:
    return web_pages.web_page(taught.trained, card)


def _lite(numbers: str) -> Callable[[TaughtNetwork, Mapping[str, str]], dict[str, bytes]]:
    def write(taught: TaughtNetwork, card: Mapping[str, str]) -> dict[str, bytes]:
        pictures = [pixels for pixels, _ in taught.train]
        return {"transfer.tflite": lite_files.lite_file(taught.trained, numbers, pictures)}

    return write


def _keras_answers(files: Mapping[str, bytes], pictures: Sequence[Pixels]) -> Array:
    return export.keras_answers(files["transfer.keras"], pictures)


def _onnx_answers(files: Mapping[str, bytes], pictures: Sequence[Pixels]) -> Array:
    return onnx_files.onnx_answers(files["transfer.onnx"], pictures)


def _lite_answers(files: Mapping[str, bytes], pictures: Sequence[Pixels]) -> Array:
    return lite_files.lite_answers(files["transfer.tflite"], pictures)


def _page_answers(files: Mapping[str, bytes], pictures: Sequence[Pixels]) -> Array:
    return onnx_files.onnx_answers(web_pages.network_of(files), pictures)


_LITE = "For phones and small computers, by LiteRT. "

FORMATS: dict[str, ExportFormat] = {
    format_.name: format_
    for format_ in (
        ExportFormat(
            name="keras",
            title="Keras",
            sentence=f"For notebooks, and to go on training. It opens in Keras {export.OLDEST_KERAS} or "
            "newer, takes pictures of any size, and resizes them itself.",
            seconds=10,
            within=1e-3,
            write=_keras,
            answers=_keras_answers,
        ),
        ExportFormat(
            name="onnx",
            title="ONNX",
            sentence="For nearly every language and computer, by ONNX Runtime, without Keras and TensorFlow.",
            seconds=1,
            within=1e-3,
            write=_onnx,
            answers=_onnx_answers,
        ),
        ExportFormat(
            name="web_page",
            title="Web page",
            sentence="For any browser: unpack the folder and open index.html, from the disk or from any web "
            "server. It takes files and the camera, and sends nothing anywhere.",
            seconds=3,
            within=1e-3,
            write=_web_page,
            answers=_page_answers,
        ),
        ExportFormat(
            name="tflite_float32",
            title="TensorFlow Lite, float32",
            sentence=f"{_LITE}All bits of every weight.",
            seconds=10,
            within=1e-3,
            write=_lite("float32"),
            answers=_lite_answers,
        ),
        ExportFormat(
            name="tflite_float16",
            title="TensorFlow Lite, float16",
            sentence=f"{_LITE}Half the bits of every weight, so half the size.",
            seconds=10,
            within=1e-2,
            write=_lite("float16"),
            answers=_lite_answers,
        ),
        ExportFormat(
            name="tflite_int8",
            title="TensorFlow Lite, int8",
            sentence=f"{_LITE}Whole numbers of 8 bits, in ranges that your training pictures decide: a "
            "quarter of the size, the quickest, and the least exact.",
            seconds=12,
            within=None,
            write=_lite("int8"),
            answers=_lite_answers,
        ),
    )
}
"""The formats by name, in the order of the menu."""
