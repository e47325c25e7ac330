"""Pictures to begin with, made of sample photographs: an easy set, and one with a misleading background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from explorer import images
from explorer.images import Array
from explorer.transfer.labelled_images import LabelledImages, LabelledImagesError, Photo


@dataclass(frozen=True)
class Example:
    """A set to begin with.

    Attributes:
        name: Key in `EXAMPLES`.
        title: What it is called on its button.
        why: What there is to find out, in one sentence.
        said: What must be known of its pictures, in sentences for the screen.
        make: Pictures of a class to train on and a generator -> the set.
    """

    name: str
    title: str
    why: str
    said: str
    make: Callable[[int, np.random.Generator], LabelledImages]


def example(name: str = "photographs", each: int = 8, seed: int = 0) -> LabelledImages:
    """Make a set out of sample photographs: a start without any file.

    Args:
        name: A key of `EXAMPLES`.
        each: Pictures of each class; where the set has test pictures of its own, those to train on.
        seed: Draws places, sizes and light.

    Raises:
        LabelledImagesError: If there is no such example.

    >>> example(each=2).counts
    {'cat': 2, 'coffee': 2, 'rocket': 2}
    >>> sorted(example("background", each=2).fixed.values()).count("held")
    16
    """
    if name not in EXAMPLES:
        raise LabelledImagesError(f"There is no example {name!r}; choose one of {', '.join(EXAMPLES)}.")
    return EXAMPLES[name].make(each, np.random.default_rng(seed))


# Three photographs in grey.

SOURCES = {"cat": "chelsea", "coffee": "coffee", "rocket": "rocket"}
"""The classes, each with the sample photograph that its pictures are cut out of."""


def _photographs(each: int, rng: np.random.Generator) -> LabelledImages:
    """Cut pictures out of three photographs, in grey and in different light.

    Without colour a network has to know shapes and textures. Still, what is held out is a close relative of
    what is trained on, so it is easier than any real task.
    """
    labelled = LabelledImages()
    for name, source in SOURCES.items():
        labelled = labelled.add_class(name)
        photograph = images.sample(source) @ images.LUMA
        rows, columns = photograph.shape
        for number in range(each):
            side = round(min(rows, columns) * rng.uniform(0.4, 0.95))
            top, left = (int(rng.integers(0, length - side + 1)) for length in (rows, columns))
            cut = photograph[top : top + side, left : left + side]
            cut = cut[:, ::-1] if number % 2 else cut
            lit = (cut - cut.mean()) * rng.uniform(0.5, 1.3) + rng.uniform(0.3, 0.7)
            labelled = labelled.add(name, _photo(lit, f"{name} {number + 1}"))
    return labelled


def _photo(levels: Array, name: str) -> Photo:
    return Photo.of(Image.fromarray(np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)), name)


# Horses on grass and coins on brick, and the other way round.

TESTED = 4
"""Test pictures of each class on its own ground, and as many on the other."""

_SIDE = 240  # pixels of a picture
_SHARE = 0.35  # of that, the longer side of what stands on the ground

_OWN = {"horse": "grass", "coin": "brick"}  # the ground that a class is trained on
_TINTS = {"grass": (0.62, 1.0, 0.32), "brick": (1.25, 0.62, 0.48)}  # red, green and blue of a grey sample
_COIN_TINT = 1.15, 0.95, 0.6
_HORSE = 0.36, 0.2, 0.1

# Column and row of the middle, and radius, of coins in the sample photograph, in pixels.
_COINS = (
    *((44, 55, 21), (100, 56, 19), (155, 51, 23), (215, 51, 22), (276, 53, 20), (335, 44, 28)),
    *((45, 124, 21), (102, 126, 18), (154, 127, 19), (205, 124, 19), (271, 119, 24), (336, 124, 19)),
    *((43, 197, 18), (102, 195, 21), (154, 198, 18), (213, 193, 23), (274, 194, 22), (347, 186, 30)),
    *((46, 260, 27), (173, 261, 26)),
)


def _background(each: int, rng: np.random.Generator) -> LabelledImages:
    """Put each class on a ground of its own to train on, and for the test on both.

    Most of such a picture is ground, so a head that averages over it learns the ground.
    """
    coins = rng.permutation(len(_COINS))
    labelled = LabelledImages()
    for name, own in _OWN.items():
        labelled = labelled.add_class(name)
        (other,) = {*_OWN.values()} - {own}
        grounds = [own] * (each + TESTED) + [other] * TESTED
        for number, ground in enumerate(grounds):
            thing = _horse(rng) if name == "horse" else _coin(int(coins[number % len(_COINS)]))
            photo = _photo(_standing(_ground(ground, rng), *thing, rng), f"{name} {number + 1} on {ground}")
            labelled = labelled.add(name, photo).fix(photo.key, "train" if number < each else "held")
    return labelled


def _ground(name: str, rng: np.random.Generator) -> Array:
    """A part of a sample texture, tinted: float32 (240, 240, 3)."""
    texture = images.sample(name)[..., 0]
    texture = np.rot90(texture) if name == "brick" else texture  # its rows stand upright in the sample
    side = int(rng.integers(260, 480))
    top, left = (int(rng.integers(0, length - side + 1)) for length in texture.shape)
    part = np.ascontiguousarray(texture[top : top + side, left : left + side])
    grey = np.asarray(cv2.resize(part, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), np.float32)
    return grey[..., None] * np.array(_TINTS[name], np.float32) * np.float32(rng.uniform(0.85, 1.2))


def _horse(rng: np.random.Generator) -> tuple[Array, Array]:
    """The sample silhouette in a brown: its colours (h, w, 3), and where it is (h, w)."""
    dark = images.sample("horse")[..., 0] < 0.5
    (top, bottom), (left, right) = (np.flatnonzero(dark.any(axis))[[0, -1]] for axis in (1, 0))
    inside = dark[top : bottom + 1, left : right + 1].astype(np.float32)
    brown = np.array(_HORSE, np.float32) * np.float32(rng.uniform(0.6, 1.6))
    return np.ones((*inside.shape, 1), np.float32) * brown, inside


def _coin(number: int) -> tuple[Array, Array]:
    """A coin of the sample photograph in a gold, likewise."""
    column, row, radius = _COINS[number]
    level = images.sample("coins")[row - radius : row + radius + 1, column - radius : column + radius + 1]
    down, across = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return level * np.array(_COIN_TINT, np.float32), (np.hypot(down, across) < radius).astype(np.float32)


def _standing(ground: Array, thing: Array, inside: Array, rng: np.random.Generator) -> Array:
    """Put a thing somewhere on a ground, either way round."""
    longer = _SIDE * _SHARE * rng.uniform(0.85, 1.15)
    height, width = (max(1, round(length * longer / max(inside.shape))) for length in inside.shape)
    thing, inside = (
        np.asarray(cv2.resize(each, (width, height), interpolation=cv2.INTER_LINEAR_EXACT), np.float32)
        for each in (thing, inside)
    )
    if rng.random() < 0.5:
        thing, inside = thing[:, ::-1], inside[:, ::-1]
    top, left = (int(rng.integers(0, _SIDE - length + 1)) for length in (height, width))
    made = ground.copy()
    place = made[top : top + height, left : left + width]
    place[...] = inside[..., None] * thing + (1 - inside[..., None]) * place
    return made


EXAMPLES: dict[str, Example] = {
    each.name: each
    for each in (
        Example(
            name="photographs",
            title="Load an example",
            why="Three classes in grey: easy, and a start without your own pictures.",
            said="All **example** pictures, test pictures included, are cut from three photographs, so this "
            "is easier than a real task. They are grey on purpose: colour alone would give the class away.",
            make=_photographs,
        ),
        Example(
            name="background",
            title="Load a misleading example",
            why="Horses on grass and coins on brick: what has it learned, when both change places?",
            said="The **example** has horses on grass and coins on brick, composed from tinted samples. Half "
            "of the test pictures are the other way round. See which of them it gets wrong, and where it "
            "looks under **Try it**. Then let two of those in each class be trained on, and train again.",
            make=_background,
        ),
    )
}
"""The sets by name, in the order of their buttons."""
