"""The files in which a network that was taught leaves the explorer; each is run before it is handed out.

what was learned -> a file -> its answers beside the explorer's -> a ZIP with labels and a model card
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from explorer import exports
from explorer.exports import ExportedNetwork, ExportError, ExportFormat, Trial
from explorer.imagenet.networks import Pixels
from explorer.images import Array
from explorer.transfer import export, lite_files, onnx_files, web_pages
from explorer.transfer.model_cards import TaughtNetwork, model_card
from explorer.transfer.predictions import predict_many
from explorer.web import pages


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
    pictures = [pixels for pixels, _ in taught.shown]
    trial = Trial(
        taught.trained.classes,
        model_card(taught),
        pictures,
        "test picture" if taught.held_out else "training picture",
        predict_many(taught.trained, pictures),
    )
    return exports.exported(FORMATS[name], taught, trial, file_name(name), program)


def file_name(name: str) -> str:
    """Return what to call the ZIP of a format.

    >>> file_name("tflite_int8")
    'transfer-tflite-int8.zip'
    """
    return f"transfer-{name.replace('_', '-')}.zip"


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
    return onnx_files.onnx_answers(pages.network_of(files), pictures)


_LITE = "For phones and small computers, by LiteRT. "

FORMATS: dict[str, ExportFormat[TaughtNetwork]] = {
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
