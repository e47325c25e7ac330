"""What leaves the explorer answers as it does, or does not leave."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
import sys
import zipfile

import numpy as np
import picture_files
import pytest
from numpy.testing import assert_allclose

from explorer.code.exported import answering
from explorer.exports import Agreement, ExportError, markdown
from explorer.imagenet import predictions, preprocessing
from explorer.models import reading
from explorer.transfer import examples, splits, training
from explorer.transfer.formats import FORMATS, exported
from explorer.transfer.labelled_images import Photo
from explorer.transfer.model_cards import TaughtNetwork, model_card, never_seen
from explorer.transfer.plan import Plan
from explorer.transfer.predictions import predict_many

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras


@pytest.fixture(scope="module")
def taught():
    """The example that the page offers, cropped."""
    plan = Plan(fit="crop", epochs=30)
    labelled = examples.example(each=4)
    halves = splits.split(labelled)
    train, held_out = (
        tuple(
            (preprocessing.seen(plan.network, pick.photo.image(), plan.fit), pick.label_index)
            for pick in picks
        )
        for picks in (halves.train, halves.held_out)
    )
    trained = training.train(plan, train, held_out, labelled.classes).trained
    return TaughtNetwork(trained, train, held_out, "2026-03-31")


def files_of(found):
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("name", "file", "within"),
    [
        ("keras", "transfer.keras", 1e-3),
        ("onnx", "transfer.onnx", 1e-3),
        ("tflite_float32", "transfer.tflite", 1e-3),
        ("tflite_float16", "transfer.tflite", 1e-2),
        ("tflite_int8", "transfer.tflite", 0.1),
    ],
)
def test_the_program_beside_a_file_gives_the_pages_answers(taught, tmp_path, name, file, within):
    """Portrait and landscape, larger and smaller, turned, transparent: as the page answers the same files."""
    found = exported(name, taught, answering(name, taught.trained.plan))
    files = files_of(found)
    assert set(files) == {file, "labels.txt", "model-card.md", "answer.py"}
    assert found.agreement.pictures == len(taught.held_out)
    assert found.agreement.same == len(taught.held_out)
    assert found.agreement.largest <= within
    assert found.agreement.sentence in files["model-card.md"].decode()
    brought = picture_files.mixed()
    for each, data in (brought | files).items():
        (tmp_path / each).write_bytes(data)
    said = subprocess.run(
        [sys.executable, "answer.py", *brought],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=200,
    ).stdout  # fmt: skip
    answers = [[float(share) for share in re.findall(r" (\d\.\d{6})", line)] for line in said.splitlines()]
    seen = [
        preprocessing.seen(taught.trained.plan.network, Photo.of(data, each).image(), "crop")
        for each, data in brought.items()
    ]
    expected = predict_many(taught.trained, seen)
    assert np.ptp(expected, axis=0).max() > 0.3  # the files are told apart
    assert_allclose(answers, expected, atol=within)


@pytest.mark.parametrize("name", ["keras", "onnx"])
def test_a_zip_opens_as_a_model_of_ones_own(taught, name):
    """What Transfer exports the ImageNet page takes, with the names of its classes and the same answers."""
    found = exported(name, taught)
    opened = reading.bring({found.file: found.data})
    for pixels, _ in taught.held_out:
        answers = {each.label: each.probability for each in predictions.predict(opened, pixels, 3)}
        expected = dict(zip(taught.trained.classes, predict_many(taught.trained, [pixels])[0], strict=True))
        assert answers == pytest.approx(expected, abs=1e-3)


def test_an_agreement_is_said_in_numbers():
    """How many pictures of which kind, how far, and how many have another class first."""
    assert Agreement(1, "training picture", 1e-7, 1).sentence == (
        "On 1 training picture: probabilities within 0.001 of the explorer's; the same class is first on all."
    )
    assert Agreement(9, "test picture", 0.2, 7).sentence.endswith(
        "within 0.2 of the explorer's; 2 have another class first."
    )


def test_what_answers_otherwise_is_not_offered(taught, monkeypatch):
    """A file is run before it leaves: one that is far off, is not even a number, or breaks, is an error."""
    right = predict_many(taught.trained, [pixels for pixels, _ in taught.held_out])
    whole = FORMATS["onnx"]

    def with_answers(answers):
        monkeypatch.setitem(FORMATS, "onnx", dataclasses.replace(whole, answers=answers))
        return exported("onnx", taught)

    assert with_answers(lambda files, pictures: right + np.float32(5e-4)).agreement.largest < 1e-3
    with pytest.raises(
        ExportError, match=r"^ONNX is not offered for this network. On 3 test pictures: .*0.002 of"
    ):
        with_answers(lambda files, pictures: right + np.float32(0.0015))
    with pytest.raises(ExportError, match="not all of its answers are numbers"):
        with_answers(lambda files, pictures: right * np.float32(np.nan))

    def broken(files, pictures):
        raise RuntimeError("a native   part\nfailed")

    with pytest.raises(
        ExportError, match=r"ONNX cannot hold this network \(a native part failed\); choose another"
    ):
        with_answers(broken)
    with pytest.raises(
        ExportError, match="no format 'pdf'; choose one of keras, onnx, web_page, tflite_float32"
    ):
        exported("pdf", taught)


def test_a_web_page_without_its_runtime_says_how_to_get_it(taught, monkeypatch, tmp_path):
    """It is fetched before class, by a command; all else is offered."""
    assert FORMATS["keras"].withheld == ""
    monkeypatch.setenv("EXPLORER_WEB_RUNTIME", str(tmp_path))
    with pytest.raises(ExportError, match=r"fetch it once with python -m explorer\.transfer web-runtime"):
        exported("web_page", taught)
    assert [name for name, each in FORMATS.items() if each.withheld] == ["web_page"]


def test_a_model_card_says_what_there_was(taught):
    """Classes, pictures of each, the test by class, what was never seen, and the day."""
    card = model_card(taught)
    assert card["Classes"] == "cat, coffee, rocket"
    assert card["Network"] == "EfficientNet-Lite0, with a new head; 30 epochs"
    assert card["Input"].startswith("224 × 224 pixels of red, green and blue")
    assert card["Training pictures"] == "3 of cat, 3 of coffee, 3 of rocket"
    assert card["Test pictures"] == "1 of cat, 1 of coffee, 1 of rocket"
    assert card["Test"].startswith("3 of 3 test pictures right (100\xa0%); by class: cat 100\xa0%,")
    assert "All training pictures are grey" in card["Never seen"]
    assert card["Date"] == "2026-03-31"
    untested = model_card(dataclasses.replace(taught, held_out=()))
    assert (untested["Test pictures"], untested["Test"]) == (
        "none",
        "It was tested on no picture, so nobody knows how good it is.",
    )
    text = markdown(card, "It agrees.")
    assert text.startswith("# Model card\n\n- **Classes:** cat, coffee, rocket\n")
    assert text.endswith("- **This file:** It agrees.\n")


def test_what_was_never_seen_is_told_by_the_pictures():
    """Colours and light, of numbers worked by hand."""
    red = np.full((4, 4, 3), (200, 10, 30), np.uint8)
    grey = np.full((4, 4, 3), 50, np.uint8)
    assert never_seen([(red, 0), (red, 1)])[1:] == [
        "All training pictures have colours: it never saw a grey one.",
        "The darkest training picture has a mean level of 80 and the lightest one of 80, of 0 to 255: it saw "
        "none in less or more light.",
    ]
    (light,) = never_seen([(red, 0), (grey, 1)])[1:]
    assert light.startswith("The darkest training picture has a mean level of 50 and the lightest one of 80,")
