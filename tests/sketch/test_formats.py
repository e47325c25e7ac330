"""The small networks answer in other programs as they do here, or do not leave."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import onnx
import pytest
from numpy.testing import assert_allclose

from explorer import sketch
from explorer.exports import ExportError
from explorer.images import drawings
from explorer.onnx_writer import opened
from explorer.sketch import formats
from explorer.sketch.formats import FORMATS, exported, model_card
from explorer.sketch.onnx_files import onnx_file


@pytest.mark.parametrize("variant", sketch.VARIANTS)
def test_onnx_runtime_gives_the_probabilities_of_the_page(variant):
    """Of drawings, of a blank sheet and of noise, one by one and together."""
    data = onnx_file(variant)
    noise = np.random.default_rng(5).random((3, 64, 64, 1), np.float32)
    some = [sketch.prepare(drawings.draw(name)) for name in drawings.SAMPLE_DRAWINGS]
    pictures = np.concatenate([np.stack(some), np.zeros((1, 64, 64, 1), np.float32), noise])
    run = opened(data)
    expected = sketch.forward_all(pictures, variant)
    assert_allclose(run(pictures), expected, atol=1e-5)
    assert_allclose(run(pictures[2:3]), expected[2:3], atol=1e-5)
    (labels,) = onnx.load_from_string(data).metadata_props
    assert labels.value.split("\n") == list(sketch.CLASSES)


def test_a_zip_has_what_belongs_to_a_network():
    """The file, the labels in the order of the answers, and the card with what the file answered."""
    found = exported("onnx", "one_block")
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        files = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert set(files) == {"sketch.onnx", "labels.txt", "model-card.md"}
    assert files["labels.txt"].split() == list(sketch.CLASSES)
    for title, said in model_card("one_block").items():
        assert f"- **{title}:** {said}\n" in files["model-card.md"]
    assert found.agreement.sentence.startswith("On 9 drawings: probabilities within 0.001 of the explorer's")
    assert files["model-card.md"].endswith(f"- **This file:** {found.agreement.sentence}\n")
    assert found.file == "sketch-one-block-onnx.zip"


def test_the_card_says_how_the_test_went():
    """The share of right answers is that of the confusion matrix, and so are those of the classes."""
    for variant in sketch.VARIANTS:
        confusion = np.array(sketch.facts()["variants"][variant]["test"]["confusion"])
        card = model_card(variant)
        assert card["Test"].startswith(f"{100 * np.trace(confusion) / confusion.sum():.1f}\xa0% of the test")
        assert f"cross {round(confusion[5, 5] / 6)}\xa0%" in card["Test"]
        assert card["Never seen"].startswith("Anything but its classes")


def test_a_file_that_answers_otherwise_is_not_handed_out(monkeypatch):
    """Weights that were mixed up show at once; a format that is not there is named."""
    monkeypatch.setattr(formats, "onnx_file", lambda variant: onnx_file("one_block"))
    with pytest.raises(ExportError, match=r"ONNX is not offered for this network\. On 9 drawings"):
        exported("onnx", "two_blocks")
    with pytest.raises(ExportError, match=r"There is no format 'pdf'; choose one of web_page, onnx\."):
        exported("pdf", "two_blocks")


def test_without_its_runtime_the_page_says_how_to_get_it(monkeypatch, tmp_path):
    """The same command fetches it for all pages; ONNX needs none."""
    monkeypatch.setenv("EXPLORER_WEB_RUNTIME", str(tmp_path))
    assert [name for name, each in FORMATS.items() if each.withheld] == ["web_page"]
    with pytest.raises(ExportError, match=r"fetch it once with python -m explorer\.transfer web-runtime"):
        exported("web_page", "two_blocks")
