"""Pictures of one's own classes as a pipeline learns from them: made, carried, and refused."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image

from explorer import images
from explorer.errors import ExplorerError
from explorer.images.drawings import SAMPLE_DRAWINGS, draw
from explorer.pipeline import from_text
from explorer.pipeline.learning import LearningNetwork, LearningPlan, PipelineTrainer
from explorer.pipeline.training_sets import (
    MAX_SET_DATA,
    SETS,
    SHAPE,
    TrainingSet,
    TrainingSetParameter,
    drawings,
    of_labelled,
)
from explorer.sketch.drawings import small_grey, small_sight
from explorer.transfer import examples
from explorer.transfer.labelled_images import MAX_PHOTOS, LabelledImages, Photo

PARAMETER = TrainingSetParameter(name="pictures", title="What it learns from")


def stripes(each: int = 4, burst: str = "") -> LabelledImages:
    """Two classes of noisy stripes, which lie or stand."""
    rng = np.random.default_rng(0)
    labelled = LabelledImages().add_class("lying").add_class("standing")
    for number in range(each):
        grey = np.tile(np.repeat([60, 190], 8), 4)[:, np.newaxis] + rng.integers(0, 60, (64, 64))
        for name, levels in {"lying": grey, "standing": grey.T}.items():
            made = Photo.of(Image.fromarray(levels.astype(np.uint8)), f"{name} {number}", burst)
            labelled = labelled.add(name, made)
    return labelled


@pytest.fixture(scope="module")
def made() -> TrainingSet:
    return of_labelled(stripes())


def test_each_picture_is_on_its_side_with_its_class(made):
    """A quarter of each class is the test, and a cell is the mean of its pixels, in 16 levels."""
    assert made.classes == ("lying", "standing")
    assert made.train_labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert made.test_labels.tolist() == [0, 1]
    lying = [small_grey(photo.image()) for photo in stripes().photos("lying")]
    for picture in made.train[:3]:
        assert min(np.abs(picture / 255 - each).max() for each in lying) <= 0.5 / 15 + 1e-6
    assert made.sight(np.full((40, 40, 3), 0.2, np.float32))[0] == pytest.approx(0.2)


def test_a_stack_learns_the_classes(made):
    """A set that can be learned is learned, and its test pictures say so."""
    network = LearningNetwork(
        from_text("convolution~bank=4x3_0~~activation~~flatten~~dense~units=2"), SHAPE, 2
    )
    trainer = PipelineTrainer(network, made.train, made.train_labels, LearningPlan(mirrored=made.mirrored))
    trainer.step(20)
    found = made.measured(network)
    assert found.accuracy == 1
    assert_array_equal(found.confusion, np.eye(2))


def test_drawings_are_seen_as_their_ink():
    """A set of drawings alone is one of ink, centred; with a photograph among them all are seen in grey."""
    labelled = LabelledImages().add_class("one").add_class("two")
    strokes = [name for name, drawing in SAMPLE_DRAWINGS.items() if not drawing.photograph][:8]
    for number, name in enumerate(strokes):
        labelled = labelled.add("two" if number % 2 else "one", Photo.of(images.to_png(draw(name)), name))
    found = of_labelled(labelled)
    assert found.is_ink
    image = next(iter(labelled.shelves["one"])).image()
    assert_array_equal(found.sight(image)[0], small_sight(image)[0])
    mixed = labelled.add("one", Photo.of(images.to_png(images.sample("coins")), "coins"))
    assert not of_labelled(mixed).is_ink


def test_a_set_comes_back_from_what_travels(made):
    """It is known by its key from then on, and its value goes on without the pictures."""
    told = made.value
    light = told | {"data": ""}
    assert PARAMETER.checked(told) == light == PARAMETER.checked(light)
    found = SETS.find(told["key"])
    for name in ("train", "train_labels", "test", "test_labels"):
        assert_array_equal(getattr(found, name), getattr(made, name))
    assert found.value == told
    assert PARAMETER.checked(told | {"key": "0" * 24}) == light  # the pictures say which set it is


def test_as_many_pictures_as_may_be_labelled_can_travel():
    """The largest set is just as long as the limit."""
    count = MAX_PHOTOS - 2
    zeros, numbers = np.zeros((count, *SHAPE), np.uint8), np.arange(count) % 2
    largest = TrainingSet(
        ("a", "b"), zeros, numbers.astype(np.uint8), zeros[:2], np.array([0, 1], np.uint8), True
    )
    assert len(largest.value["data"]) == MAX_SET_DATA
    assert PARAMETER.checked(largest.value)["key"] == largest.value["key"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"more": 1}, "has a key and classes"),
        ({"key": 3}, "key is a short text"),
        ({"key": "x"}, "key is a short text"),
        ({"classes": ["lying"]}, "2 to 10 classes"),
        ({"classes": ["lying", "lying"]}, "2 to 10 classes"),
        ({"classes": ["lying", 3]}, "2 to 10 classes"),
        ({"ink": 1}, "2 to 10 classes"),
        ({"data": "%"}, "cannot be read"),
        ({"data": base64.b64encode(b"1234").decode()}, "cannot be read"),
        ({"data": "A" * (MAX_SET_DATA + 4)}, "At most 180 pictures"),
        ({"data": base64.b64encode(bytes(514)).decode()}, "training pictures and test pictures"),
        ({"classes": ["lying", "standing", "none"]}, "training pictures and test pictures"),
    ],
)
def test_what_is_no_set_is_refused(made, change, words):
    """In a sentence that says to choose again."""
    with pytest.raises(ExplorerError, match=words):
        PARAMETER.checked(made.value | change)


@pytest.mark.parametrize(
    ("labelled", "words"),
    [
        (LabelledImages().add_class("one"), "There is one class"),
        (stripes(3), "lying has 3 pictures, and a stack learns from 4 or more"),
        (stripes(4, burst="burst 1"), "lying has no test pictures"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(labelled, words):
    """Too few classes, pictures, or test pictures, each in a sentence."""
    with pytest.raises(ExplorerError, match=words):
        of_labelled(labelled)


def test_photographs_are_seen_in_grey():
    """The example that ships makes a set, and no mirror image of its pictures is taken for them."""
    found = of_labelled(examples.example(each=4))
    assert not found.is_ink
    assert not found.mirrored
    assert drawings().mirrored


def test_an_address_leads_to_the_drawings():
    """It carries no pictures."""
    assert PARAMETER.to_text(drawings().value) == ""
    assert PARAMETER.from_text("") is None
    with pytest.raises(ExplorerError, match="Choose the pictures again"):
        PARAMETER.from_text("x")
