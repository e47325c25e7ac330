"""What pipelines learn from: small pictures of a few classes, some of which are the test.

The ten kinds of drawings ship with the explorer; any labelled pictures make another set. Such a set travels
as the state of a training does (`explorer.pipeline.states`): by a short key, and whole where that is unknown.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from reprlib import repr as short
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import images
from explorer.convolution.layout import Array
from explorer.descriptions import ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Unaddressed, excerpt
from explorer.pipeline.answers import DenseBlock
from explorer.pipeline.execution import Pipeline
from explorer.pipeline.learning import LearningMeasure, LearningNetwork
from explorer.pipeline.presets import PRESETS
from explorer.pipeline.states import KEY, Latest
from explorer.sketch import CLASSES
from explorer.sketch.drawings import (
    LEVELS,
    SMALL_SIDE,
    packed,
    small_drawings,
    small_grey,
    small_sight,
    unpacked,
)
from explorer.transfer import splits
from explorer.transfer.labelled_images import MAX_CLASSES, MAX_NAME, MAX_PHOTOS, MIN_CLASSES, LabelledImages
from explorer.transfer.splits import Pick
from explorer.words import counted

SHAPE = (SMALL_SIDE, SMALL_SIDE, 1)
"""Of what a pipeline is given."""

MIN_PICTURES = 4
"""Of each class: fewer teach a stack that begins with random weights nothing."""

_CELLS = SMALL_SIDE * SMALL_SIDE // 2  # bytes of a picture that travels: two cells in each
_ROW = 2 + _CELLS  # the number of its class, and whether it is for the test, before them
MAX_SET_DATA = (MAX_PHOTOS * _ROW + 2) // 3 * 4
KEPT_BYTES = 32 << 20  # of sets: some 180 of the largest


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Pictures that a pipeline learns from, and others that test it.

    Attributes:
        classes: Their names, in the order of the answers.
        train: uint8 (n, 32, 32, 1): the training pictures, 0 to 255.
        train_labels: uint8 (n,): numbers in `classes`.
        test: uint8 (m, 32, 32, 1): the test pictures.
        test_labels: uint8 (m,), likewise.
        is_ink: Whether a picture is the ink of a drawing, 255 for ink, instead of the picture in grey.
        mirrored: Whether a mirrored picture belongs to the same class.
    """

    classes: tuple[str, ...]
    train: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    is_ink: bool
    mirrored: bool = False

    def sight(self, image: ArrayLike) -> tuple[Array, bool]:
        """Prepare a picture (H, W, C) as those of the set are: float32 (32, 32, 1), and whether it is ink."""
        return small_sight(image) if self.is_ink else (small_grey(image), False)

    def measured(self, network: LearningNetwork) -> LearningMeasure:
        """Say how well a pipeline answers the test pictures.

        Example:
            >>> from explorer.pipeline import PRESETS
            >>> found = drawings()
            >>> network = LearningNetwork(PRESETS["drawings"].pipeline, SHAPE, len(found.classes))
            >>> found.measured(network).confusion.sum(axis=1).tolist()
            [50, 50, 50, 50, 50, 50, 50, 50, 50, 50]
        """
        return network.measure(self._levels, self.test_labels)

    @cached_property
    def _levels(self) -> Array:
        return images.from_levels(self.test)

    @cached_property
    def value(self) -> TrainingSetValue:
        """The set as it travels, whole."""
        labels = np.concatenate([self.train_labels, self.test_labels])
        is_test = np.repeat(np.array([0, 1], np.uint8), [len(self.train), len(self.test)])
        cells = packed(np.concatenate([self.train, self.test])[..., 0] // _STEP).reshape(len(labels), -1)
        data = np.concatenate([labels[:, np.newaxis], is_test[:, np.newaxis], cells], axis=1).tobytes()
        told = _key(self.classes, self.is_ink, data)
        return {
            "key": told,
            "classes": list(self.classes),
            "ink": self.is_ink,
            "data": base64.b64encode(data).decode(),
        }


_STEP = 255 // (LEVELS - 1)


@cache
def drawings() -> TrainingSet:
    """Return the ten kinds of drawings, whose test is in styles that are never trained on."""
    train, test = small_drawings("train"), small_drawings("test")
    return TrainingSet(
        CLASSES, train.pictures, train.labels, test.pictures, test.labels, is_ink=True, mirrored=True
    )


def of_labelled(labelled: LabelledImages) -> TrainingSet:
    """Make a set of labelled pictures: of their ink where all are drawings on a pad, else of their grey.

    Which of them are the test is what `splits.split` says, so what was recorded together stays together.

    Raises:
        ExplorerError: If there are too few classes, pictures of a class, or test pictures.

    Example:
        >>> from explorer.transfer import examples
        >>> made = of_labelled(examples.example(each=4))
        >>> made.classes, made.train.shape, made.test_labels.tolist(), made.is_ink
        (('cat', 'coffee', 'rocket'), (9, 32, 32, 1), [0, 1, 2], False)
    """
    if labelled.missing:
        raise ExplorerError(labelled.missing[0])
    for name, count in labelled.counts.items():
        if count < MIN_PICTURES:
            raise ExplorerError(
                f"{name} has {counted(count, 'picture')}, and a stack learns from {MIN_PICTURES} or more of "
                "each class: add some in Transfer."
            )
    halves = splits.split(labelled)
    for name in labelled.classes:
        number = labelled.classes.index(name)
        if not any(pick.label_index == number for pick in halves.held_out):
            raise ExplorerError(
                f"{name} has no test pictures, because all of its pictures are much alike: add others in "
                "Transfer, such as a second recording."
            )
    picks = [*halves.train, *halves.held_out]
    shown = [pick.photo.image() for pick in picks]
    is_ink = all(map(_is_on_plain_paper, shown))
    sights = [small_sight(image)[0] if is_ink else small_grey(image) for image in shown]
    levels = np.stack(sights) * (LEVELS - 1)
    # As many levels as travel, so that the set is the same on every server.
    pictures = np.rint(levels).astype(np.uint8) * np.uint8(_STEP)
    count = len(halves.train)
    return TrainingSet(
        labelled.classes,
        pictures[:count],
        _labels(halves.train),
        pictures[count:],
        _labels(halves.held_out),
        is_ink,
    )


def trainable(stack: Pipeline, classes: int) -> Pipeline:
    """Return a stack that can be trained on so many classes.

    That is the given one with as many units in its last dense layer, or, where this does not do, the preset
    that learns drawings.

    Example:
        >>> from explorer.pipeline import from_text, to_text
        >>> to_text(trainable(from_text("flatten~~dense~~softmax"), 3))
        'flatten~~dense~units=3~~softmax'
        >>> trainable(from_text("convolution"), 3).blocks[-2].units
        3
    """
    changed = _with_units(stack, classes)
    try:
        LearningNetwork(changed, SHAPE, classes)
    except ExplorerError:
        return _with_units(PRESETS["drawings"].pipeline, classes)
    return changed


def _with_units(stack: Pipeline, units: int) -> Pipeline:
    """Give the last dense layer so many units, which begin anew."""
    found = [number for number, block in enumerate(stack.blocks) if isinstance(block, DenseBlock)]
    if not found:
        return stack
    blocks = list(stack.blocks)
    blocks[found[-1]] = DenseBlock(units=units)
    return Pipeline(tuple(blocks))


def _is_on_plain_paper(image: Array) -> bool:
    """Whether at least half of the pixels are of one level, as on a pad: no photograph has so many."""
    counts = np.bincount(images.to_levels(image.mean(axis=2)).reshape(-1))
    return bool(2 * counts.max() >= counts.sum())


def _labels(picks: Sequence[Pick]) -> NDArray[np.uint8]:
    return np.array([pick.label_index for pick in picks], np.uint8)


def _key(classes: Sequence[str], is_ink: bool, data: bytes) -> str:
    key = hashlib.blake2b(data, digest_size=KEY)
    key.update(json.dumps([list(classes), is_ink]).encode())
    return key.hexdigest()


class TrainingSetValue(TypedDict):
    """What a pipeline learns from: its key, its classes, and the pictures or "" where they are known.

    `data` is base64 of a row of bytes for each picture: the number of its class, 1 if it is for the test, and
    its cells of 16 levels, two in a byte. `ink` says whether they are the ink of drawings.
    """

    key: str
    classes: list[str]
    ink: bool
    data: str


def _bytes(kept: TrainingSet) -> int:
    return kept.train.nbytes + kept.test.nbytes


SETS: Latest[TrainingSet] = Latest(KEPT_BYTES, _bytes)
"""The latest sets by their keys."""


_AGAIN = "Choose the pictures again."


class TrainingSetDescription(ParameterDescription):
    """The pictures that a pipeline learns from."""

    kind: Literal["training_set"]
    default: None


@dataclass(frozen=True, kw_only=True)
class TrainingSetParameter(Unaddressed):
    """The pictures that a pipeline learns from, or None for the drawings, which an address leads to.

    Pictures that come are put among `SETS`, and the value goes on without them.
    """

    instead = f". {_AGAIN}"

    def checked(self, value: Any) -> TrainingSetValue | None:
        """Return the key and the names of the classes."""
        if value is None:
            return None
        if not isinstance(value, dict) or value.keys() != TrainingSetValue.__annotations__.keys():
            raise ExplorerError(f"A training set has a key and classes; {short(value)} came. {_AGAIN}")
        key, names, is_ink, data = (value[name] for name in ("key", "classes", "ink", "data"))
        if not isinstance(key, str) or len(key) != 2 * KEY or not isinstance(data, str):
            raise ExplorerError(f"A training set's key is a short text; {excerpt(key)} came. {_AGAIN}")
        if not _are_classes(names) or not isinstance(is_ink, bool):
            raise ExplorerError(
                f"A training set has {MIN_CLASSES} to {MAX_CLASSES} classes, each with a name of its own; "
                f"{excerpt(names)} came. {_AGAIN}"
            )
        if data:
            found = _read(names, is_ink, data)
            key = found.value["key"]
            SETS.keep(key, found)
        return {"key": key, "classes": names, "ink": is_ink, "data": ""}

    def describe(self) -> TrainingSetDescription:
        """Return what a training needs that goes on."""
        return {"kind": "training_set", **self._titled(), "default": self.default, **self._owned()}


def _are_classes(names: Any) -> bool:
    return (
        isinstance(names, list)
        and MIN_CLASSES <= len(names) <= MAX_CLASSES
        and all(isinstance(name, str) and 1 <= len(name) <= MAX_NAME for name in names)
        and len(set(names)) == len(names)
    )


def _read(names: Sequence[str], is_ink: bool, data: str) -> TrainingSet:
    """Read the pictures that came."""
    if len(data) > MAX_SET_DATA:
        raise ExplorerError(f"At most {MAX_PHOTOS} pictures make a training set, and more came. {_AGAIN}")
    try:
        rows = np.frombuffer(base64.b64decode(data, validate=True), np.uint8).reshape(-1, _ROW)
    except (binascii.Error, ValueError):
        raise ExplorerError(f"The pictures of the training set cannot be read. {_AGAIN}") from None
    labels, is_test = rows[:, 0], rows[:, 1]
    pairs = set(zip(labels.tolist(), is_test.tolist(), strict=True))
    if pairs != {(number, part) for number in range(len(names)) for part in (0, 1)}:
        raise ExplorerError(
            f"Each class of a training set has training pictures and test pictures, and no other is in it; "
            f"what came is different. {_AGAIN}"
        )
    cells = unpacked(rows[:, 2:].reshape(-1, SMALL_SIDE, SMALL_SIDE // 2)) * np.uint8(_STEP)
    pictures = cells[..., np.newaxis]
    parts = (is_test == part for part in (0, 1))
    (train, train_labels), (test, test_labels) = ((pictures[part], labels[part]) for part in parts)
    return TrainingSet(tuple(names), train, train_labels, test, test_labels, is_ink)
