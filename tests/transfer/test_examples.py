"""The sets to begin with: what their pictures are, and what a head learns of them."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.imagenet import preprocessing
from explorer.imagenet.weights import find_weights
from explorer.transfer import examples, splits
from explorer.transfer.examples import EXAMPLES, TESTED, example
from explorer.transfer.labelled_images import LabelledImages, LabelledImagesError
from explorer.transfer.plan import Plan
from explorer.transfer.training import train

LITE = "EfficientNetLite0"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_decided_by_its_seed(name):
    """The same seed makes the same pictures, and another one makes others."""
    one, again, other = (example(name, each=2, seed=seed) for seed in (0, 0, 1))
    assert one.id == again.id != other.id
    assert one.missing == []


def test_an_example_that_is_not_there_is_refused():
    """The sentence says which there are."""
    with pytest.raises(LabelledImagesError, match="no example 'dogs'; choose one of photographs, background"):
        example("dogs")


def test_the_ground_goes_with_the_class_but_in_half_of_the_test():
    """By colour: grass is green and brick is red, and what stands there covers the smaller part."""
    made = example("background")
    for name, own, others in (("horse", "grass", "brick"), ("coin", "brick", "grass")):
        photos = made.photos(name)
        uses = [made.fixed[photo.key] for photo in photos]
        assert uses == ["train"] * 8 + ["held"] * 2 * TESTED
        grounds = [photo.name.split(" on ")[1] for photo in photos]
        assert grounds == [own] * (8 + TESTED) + [others] * TESTED
        for photo, ground in zip(photos, grounds, strict=True):
            red, green, _ = np.median(photo.image(), axis=(0, 1))
            assert (green > 1.3 * red) if ground == "grass" else (red > 1.3 * green)


def test_coins_are_cut_where_the_photograph_has_them():
    """Each circle is brighter than the ground around it, and none leaves the picture."""
    grey = examples.images.sample("coins")[..., 0]
    for number, (column, row, radius) in enumerate(examples._COINS):
        level, inside = examples._coin(number)
        assert level.shape[:2] == inside.shape == (2 * radius + 1,) * 2
        around = grey[
            max(0, row - radius - 3) : row + radius + 4, max(0, column - radius - 3) : column + radius + 4
        ]
        assert level[inside > 0, 0].mean() / 1.15 > np.percentile(around, 25)


def right(labelled: LabelledImages) -> dict[bool, list[bool]]:
    """Train as the page does, and say which test pictures are right, those on their own ground and others."""
    halves = splits.split(labelled)
    plan = Plan(LITE)
    seen = [
        [(preprocessing.seen(LITE, pick.photo.image(), plan.fit), pick.label_index) for pick in part]
        for part in (halves.train, halves.held_out)
    ]
    course = train(plan, *seen, labelled.classes)
    found: dict[bool, list[bool]] = {True: [], False: []}
    for pick, answer in zip(halves.held_out, course.held_out_answers, strict=True):
        own = pick.photo.name.endswith(("grass", "brick")[pick.label_index])
        found[own].append(int(answer.argmax()) == pick.label_index)
    return found


def test_bias_in_bias_out():
    """Right on the ground of the training and mostly wrong on the other; two pictures a class mend it."""
    if find_weights(LITE) is None:
        pytest.skip("The trained weights are not installed.")
    made = example("background")
    found = right(made)
    assert (len(found[True]), len(found[False])) == (8, 8)
    assert all(found[True])
    assert sum(found[False]) <= 3
    for name in made.classes:
        for photo in made.photos(name)[-2:]:
            made = made.fix(photo.key, "train")
    found = right(made)
    assert sum(found[True]) >= 7
    assert sum(found[False]) >= 3
    assert len(found[False]) == 4
