"""Hiding parts of the picture: occlusion, and the deletion curve that puts explanations to the test."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.activations import softmax
from explorer.imagenet.attribution.checks import check_choice, check_whole
from explorer.imagenet.attribution.engine import NetworkInput, begin, hidden
from explorer.imagenet.networks import Array, NetworkError, Pixels, network
from explorer.pieces import Pieces, Progress, Runner, call, in_pieces, parts

Boxes: TypeAlias = NDArray[np.int32]


def _blurred(pixels: Pixels) -> Pixels:
    blurred: Any = cv2.GaussianBlur(pixels, (0, 0), pixels.shape[0] / 16)
    return blurred  # type: ignore[no-any-return]


FILLS: dict[str, Callable[[Pixels], Any]] = {
    "grey": lambda pixels: np.full_like(pixels, 128),
    "mean": lambda pixels: np.broadcast_to(np.rint(pixels.mean(axis=(0, 1))), pixels.shape),
    "black": np.zeros_like,
    "blur": _blurred,
}
"""What is put in the place of hidden pixels, before they are scaled: a picture without information."""


def filled(pixels: Pixels, name: str) -> Pixels:
    """Return the picture (H, W, 3) that hidden pixels of another one are taken from.

    Grey is level 128, "mean" the picture's own mean colour, and "blur" the picture through a Gaussian with a
    standard deviation of a sixteenth of its side.

    Raises:
        NetworkError: If the name is none of `FILLS`.

    >>> filled(np.array([[[0, 0, 10], [0, 9, 30]]], np.uint8), "mean")[0, 0].tolist()
    [0, 4, 20]
    """
    check_choice(tuple(FILLS), name, "fill")
    found: Pixels = FILLS[name](pixels).astype(np.uint8)
    return found


@dataclass(frozen=True)
class Cost:
    """What a computation asks for.

    Attributes:
        rows: Positions of the patch from top to bottom.
        columns: Positions from left to right.
        passes: Pictures that the network sees.
    """

    rows: int
    columns: int
    passes: int

    @property
    def positions(self) -> int:
        """Count all positions of the patch."""
        return self.rows * self.columns


def occlusion_cost(name: str, *, patch: int = 32, stride: int = 16) -> Cost:
    """What `occlusion` asks for, before it is run: a picture for each position, and the whole one.

    >>> cost = occlusion_cost("MobileNetV2", patch=32, stride=16)
    >>> cost.positions, cost.passes
    (196, 197)
    """
    size = network(name).size
    check_whole("patch", patch, 1, size)
    check_whole("stride", stride, 1, size)
    side = math.ceil(size / stride)
    return Cost(side, side, side * side + 1)


@in_pieces
def occlusion(
    name: str,
    image: Array | Pixels,
    target: int | None = None,
    *,
    patch: int = 32,
    stride: int = 16,
    fill: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[Array]:
    """Hide one part of a picture after another, and give how far a logit falls.

    The picture is divided into cells of `stride` pixels; the patch is centred on one after another, and cut
    at the picture's edges (Zeiler and Fergus, 2014).

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        target: The class, or None for the one with the greatest logit.
        patch: Side of the hidden square in pixels.
        stride: Pixels from one position to the next.
        fill: A key of `FILLS`: what hides, in pixels before they are scaled.
        fit: How the picture becomes square.
        weights: Which weights.
        run: Does a piece elsewhere, as `pieces.call` does it here.

    Returns:
        float32 (rows, columns), signed: each cell is of the patch that is centred on it.
    """
    cost = occlusion_cost(name, patch=patch, stride=stride)
    given = NetworkInput.of(name, image, fit, weights)
    cover = filled(given.pixels, fill)
    boxes = _boxes(given.pixels.shape[0], patch, stride)
    settled, share = run(begin, given, target)
    whole = run(_occluded, given, cover, boxes[:0], settled)[0]
    falls = np.zeros(cost.positions, np.float32)
    for part in parts(cost.positions, share):
        covered = run(_occluded, given, cover, boxes[part], settled)
        falls = falls.copy()
        falls[part] = whole - covered
        yield Progress(part.stop, cost.positions, falls.reshape(cost.rows, cost.columns))


def _boxes(size: int, patch: int, stride: int) -> Boxes:
    """Return where the patches lie, (positions, 4): top, left, bottom and right, the last two excluded."""
    starts = np.arange(0, size, stride) + (stride - patch) // 2
    tops, lefts = (places.ravel() for places in np.meshgrid(starts, starts, indexing="ij"))
    boxes = np.stack([tops, lefts, tops + patch, lefts + patch], axis=1)
    return boxes.clip(0, size).astype(np.int32)


def _occluded(given: NetworkInput, cover: Pixels, boxes: Boxes, target: int) -> Array:
    """Return the logits (n,) of a picture with each of n boxes hidden; without a box, that of the picture."""
    masks = np.zeros((max(1, len(boxes)), *given.pixels.shape[:2]), bool)
    for mask, (top, left, bottom, right) in zip(masks, boxes, strict=False):
        mask[top:bottom, left:right] = True
    logits = hidden(given.maps, given.changed(cover), masks)
    return logits[:, target]


@in_pieces
def deletion_curve(
    name: str,
    image: Array | Pixels,
    explanation: Array,
    target: int | None = None,
    *,
    steps: int = 32,
    fill: str = "grey",
    fit: str = "resize",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[tuple[Array, Array]]:
    """Hide more and more of a picture, what an explanation takes for most important first.

    Of two explanations, the one whose curve falls sooner knew better what the network needs (Petsiuk and
    others, 2018).

    Args:
        name: A key of `networks.NETWORKS`.
        image: A picture as for `preprocessing.seen`.
        explanation: (h, w) of any size; it is enlarged to the picture's, bilinearly.
        target: The class, or None for the one with the greatest logit.
        steps: In how many steps the whole picture is hidden.
        fill: A key of `FILLS`: what hides.
        fit: How the picture becomes square.
        weights: Which weights.
        run: Does a piece elsewhere, as `pieces.call` does it here.

    Returns:
        Hidden fractions and probabilities of the class, float32 (steps + 1,) each, from 0 to 1 hidden.
    """
    given = NetworkInput.of(name, image, fit, weights)
    size = given.pixels.shape[0]
    check_whole("steps", steps, 1, size * size)
    cover = filled(given.pixels, fill)
    ranks = _ranks(explanation, size)
    settled, share = run(begin, given, target)
    fractions = np.linspace(0, 1, steps + 1, dtype=np.float32)
    counts = np.rint(fractions * ranks.size).astype(np.int32)
    probabilities = np.zeros(0, np.float32)
    for part in parts(steps + 1, share):
        more = run(_deleted, given, cover, ranks, counts[part], settled)
        probabilities = np.concatenate([probabilities, more])
        yield Progress(part.stop, steps + 1, (fractions[: part.stop], probabilities))


def _ranks(explanation: ArrayLike, size: int) -> NDArray[np.int32]:
    """Number the pixels (size, size) from the most important one, 0; the first comes first among equals."""
    found = np.asarray(explanation, np.float32)
    if found.ndim != 2 or not found.size or not np.isfinite(found).all():
        raise NetworkError(
            f"An explanation is an array (h, w) of finite numbers, and one of shape {found.shape} came"
            f"{'' if np.isfinite(found).all() else ' with others'}; give what another function here gave."
        )
    enlarged = cv2.resize(found, (size, size), interpolation=cv2.INTER_LINEAR)
    ranks = np.empty(size * size, np.int32)
    ranks[np.argsort(-enlarged, axis=None, kind="stable")] = np.arange(size * size)
    return ranks.reshape(size, size)


def _deleted(
    given: NetworkInput,
    cover: Pixels,
    ranks: NDArray[np.int32],
    counts: NDArray[np.int32],
    target: int,
) -> Array:
    """Return the probabilities (n,) of a class with so many of the first pixels hidden."""
    masks = ranks < counts[:, np.newaxis, np.newaxis]
    logits = hidden(given.maps, given.changed(cover), masks)
    probabilities: Array = softmax(logits)[:, target]
    return probabilities
