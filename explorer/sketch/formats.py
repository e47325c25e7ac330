"""The files in which a small network leaves the explorer, each tried on drawings before it is handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from explorer import exports
from explorer.exports import ANYTHING_ELSE, ExportedNetwork, ExportError, ExportFormat, Trial
from explorer.images import Array, drawings
from explorer.onnx_writer import opened
from explorer.sketch.network import CLASSES, VARIANTS, facts, forward_all, layers
from explorer.sketch.onnx_files import onnx_file
from explorer.sketch.preparation import INK, SIDE, prepare
from explorer.web import pages
from explorer.words import percent, whole_percent

OWN = Path(__file__).with_name("web_page")

SCRIPTS = ("foreign.js", "ink.js", "pad.js", "page.js")


def exported(name: str, variant: str) -> ExportedNetwork:
    """Make a file of a variant, run it on the example drawings, and pack it with what belongs to it.

    Args:
        name: A key of `FORMATS`.
        variant: A key of `VARIANTS`.

    Raises:
        ExportError: If there is no such format, if something is missing for it, or if the file would not
            answer as the explorer does.
        SketchError: If there is no such variant.
    """
    if name not in FORMATS:
        raise ExportError(f"There is no format {name!r}; choose one of {', '.join(FORMATS)}.")
    pictures = np.stack([prepare(drawings.draw(each)) for each in drawings.SAMPLE_DRAWINGS])
    expected = forward_all(pictures, variant)
    trial = Trial(CLASSES, model_card(variant), list(pictures), "drawing", expected)
    return exports.exported(FORMATS[name], variant, trial, file_name(name, variant))


def file_name(name: str, variant: str) -> str:
    """Return what to call the ZIP of a format.

    >>> file_name("web_page", "two_blocks")
    'sketch-two-blocks-web-page.zip'
    """
    return f"sketch-{variant}-{name}.zip".replace("_", "-")


def model_card(variant: str) -> dict[str, str]:
    """Return the card: what each line is about, and what it says.

    Raises:
        SketchError: If there is no such variant.

    >>> model_card("two_blocks")["Training pictures"]
    '4,000 of each class, in 160 styles: a program drew them, and no person'
    """
    parameters = sum(layer.parameters for layer in layers(variant))
    plan, styles, versions = (facts()[part] for part in ("plan", "styles", "versions"))
    known = facts()["variants"][variant]
    right = np.array(known["test"]["confusion"])
    recalls = right.diagonal() / right.sum(axis=1)
    each = ", ".join(f"{name} {whole_percent(recall)}" for name, recall in zip(CLASSES, recalls, strict=True))
    return {
        "Classes": ", ".join(CLASSES),
        "Network": f"{VARIANTS[variant].title}: {parameters:,} weights and biases; {known['epochs']} epochs "
        f"in Keras {versions['keras']}",
        "Input": f"{SIDE} × {SIDE} numbers, 0 for paper and 1 for ink: the ink alone, its longer side made "
        f"{INK} long, in the middle",
        "Training pictures": f"{plan['each']:,} of each class, in {styles['train']} styles: a program drew "
        "them, and no person",
        "Test pictures": f"{plan['tested']} of each class, in {styles['test']} styles that are not among "
        "those",
        "Test": f"{percent(known['test']['accuracy'])} of the test pictures right; by class: {each}.",
        "Never seen": f"{ANYTHING_ELSE} A drawing by a person's hand. Ways to draw a thing that nobody "
        "thought of when the program was written.",
    }


def _onnx(variant: str, card: Mapping[str, str]) -> dict[str, bytes]:
    return {"sketch.onnx": onnx_file(variant)}


def _web_page(variant: str, card: Mapping[str, str]) -> dict[str, bytes]:
    told = {"classes": CLASSES, "card": list(card.items())}
    return pages.web_page(OWN, SCRIPTS, onnx_file(variant), told)


def _onnx_answers(files: Mapping[str, bytes], pictures: Sequence[Array]) -> Array:
    return opened(files["sketch.onnx"])(np.stack(pictures))


def _page_answers(files: Mapping[str, bytes], pictures: Sequence[Array]) -> Array:
    return opened(pages.network_of(files))(np.stack(pictures))


FORMATS: dict[str, ExportFormat[str]] = {
    format_.name: format_
    for format_ in (
        ExportFormat(
            name="web_page",
            title="Web page",
            sentence="For any browser: unpack the folder and open index.html, from the disk or from any web "
            "server. It has a pad to draw on, and sends nothing anywhere.",
            seconds=1,
            within=1e-3,
            write=_web_page,
            answers=_page_answers,
        ),
        ExportFormat(
            name="onnx",
            title="ONNX",
            sentence="For nearly every language and computer, by ONNX Runtime. It takes what "
            "explorer.sketch.prepare makes of a drawing.",
            seconds=1,
            within=1e-3,
            write=_onnx,
            answers=_onnx_answers,
        ),
    )
}
"""The formats by name, in the order in which they are offered."""
