"""The vision transformer that ships, on drawings, beside the convolutional network of the same size."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import sketch
from explorer.attention.checks import AttentionError
from explorer.attention.transformer import TransformerRun, VisionTransformer
from explorer.convolution import receptive_fields
from explorer.convolution.layout import Array
from explorer.figures import Pixels
from explorer.imagenet.attribution.engine import CAMS, cam
from explorer.sketch import CLASSES, SIDE, SketchRun
from explorer.words import percent

_COMMAND = "python -m explorer.attention.training"
_LAST_MAPS = "pool2"  # of the convolutional network: its dense layer reads them


@cache
def network() -> VisionTransformer:
    """Return the transformer that `explorer.attention.training` made; its weights are kept in half precision.

    Raises:
        SketchError: If the file of weights is missing.

    Example:
        >>> network().sides, network().width, len(network().blocks)
        ((8, 8), 48, 3)
    """
    with np.load(sketch.asset("transformer.npz", _COMMAND), allow_pickle=False) as file:
        arrays = {name: file[name].astype(np.float32) for name in file.files}
    for numbers in arrays.values():
        numbers.setflags(write=False)
    return VisionTransformer.from_arrays(arrays)


@cache
def facts() -> dict[str, Any]:
    """Return what is known of the training: `assets/transformer.json`, with accuracies and confusions.

    Raises:
        SketchError: If the file is missing.

    Example:
        >>> facts()["test"]["accuracy"] >= 0.95
        True
    """
    known: dict[str, Any] = json.loads(sketch.asset("transformer.json", _COMMAND).read_text("utf-8"))
    return known


def called(patch: int | None) -> str:
    """Name a patch by its place, or the class token by what it is for.

    Example:
        >>> called(None), called(9)
        ('the answer', 'patch 10')
    """
    return "the answer" if patch is None else f"patch {patch + 1}"


def most_looked_at(run: TransformerRun, layer: int, patch: int | None, head: int | None) -> tuple[int, float]:
    """Find the patch that somebody takes most from, and the share that it takes.

    Args:
        run: What the transformer made of a drawing.
        layer: From 0.
        patch: Who looks; None: the class token, from which the answer is read.
        head: From 0; None: the mean of all heads.
    """
    looks = run.looks(layer, patch)
    sheet = looks.mean(axis=0) if head is None else looks[head]
    best = int(sheet.argmax())
    return best, float(sheet.flat[best])


def sentence(run: TransformerRun, layer: int, patch: int | None, head: int | None) -> str:
    """Say what somebody takes most from, and how much of it is from the class token; as `most_looked_at`."""
    best, share = most_looked_at(run, layer, patch, head)
    row = run.attention(layer)[:, run.row(patch), 0]
    token = float(row.mean() if head is None else row[head])
    which = "on average over its heads" if head is None else f"in head {head + 1}"
    who = called(patch)
    return (
        f"In layer {layer + 1}, {which}, {who} takes {percent(share)} from {called(best)}, more than from "
        f"any other, and {percent(token)} from the class token."
    )


def change_sentence(whole: TransformerRun, run: TransformerRun) -> str:
    """Say what dropping and shuffling do to the answer.

    Args:
        whole: What the transformer makes of a drawing with every patch in its place.
        run: What it makes of the same drawing now.
    """
    before, after = (sketch.ranked(each.probabilities)[0] for each in (whole, run))
    verb = "still says" if before[0] == after[0] else "now says"
    return (
        f"With every patch in its place it says {before[0]}, {percent(before[1])}; it {verb} {after[0]}, "
        f"{percent(after[1])}."
    )


def shuffled(seed: int) -> tuple[int, ...]:
    """Give each patch the place of some patch, by chance: the `places` of a run.

    Example:
        >>> sorted(shuffled(3)) == list(range(64)), shuffled(3) == shuffled(4)
        (True, False)
    """
    down, across = network().sides
    return tuple(np.random.default_rng(seed).permutation(down * across).tolist())


def laid_out(seen: ArrayLike, places: Sequence[int], dropped: Collection[int] = ()) -> Array:
    """Return the picture that the network takes patches for which are told other places.

    Args:
        seen: (64, 64, 1).
        places: Of each patch the place that it is told.
        dropped: Patches that are left out, where nothing is.

    Example:
        >>> seen = np.arange(4096, dtype=np.float32).reshape(64, 64, 1)
        >>> laid_out(seen, [1, 0, *range(2, 64)])[0, 7:10, 0].tolist()
        [15.0, 0.0, 1.0]
    """
    array = np.asarray(seen, np.float32)
    size, (_, across) = network().size, network().sides
    found = np.zeros_like(array)
    for patch, place in enumerate(places):
        if patch not in dropped:
            (top, left), (down, right) = (divmod(each, across) for each in (patch, place))
            found[size * down : size * (down + 1), size * right : size * (right + 1)] = array[
                size * top : size * (top + 1), size * left : size * (left + 1)
            ]
    return found


def class_activation(run: SketchRun, target: int, method: str = "hires_cam") -> Array:
    """Say which places of its last maps speak for a class in the convolutional network.

    The dense layer reads these maps, so that its kernel is the gradient. It weighs each place by itself:
    the mean of Grad-CAM loses that, and HiResCAM keeps it.

    Args:
        run: What the network "two_blocks" made of a drawing.
        target: The class.
        method: A key of `imagenet.attribution.CAMS`.

    Returns:
        float32 (16, 16), none below 0.

    Raises:
        AttentionError: If there is no such class or method, or another network ran.

    Example:
        >>> run = sketch.forward(sketch.prepare(1 - np.eye(80)))
        >>> class_activation(run, 0).shape
        (16, 16)
    """
    if run.variant != sketch.DEFAULT or not 0 <= target < len(CLASSES) or method not in CAMS:
        raise AttentionError(
            f"There is {' or '.join(CAMS)} of the classes 0 to {len(CLASSES) - 1} in the network "
            f"{sketch.DEFAULT}; {short(method)} of class {target} in {run.variant} was asked for."
        )
    maps = run.maps[_LAST_MAPS]
    kernel, _ = sketch.weights(run.variant)["dense"]
    return cam(maps, kernel[:, target].reshape(maps.shape), method)


def moved(seen: ArrayLike, down: int, right: int) -> Array:
    """Move a picture; what leaves it is lost, and what comes in is paper.

    Args:
        seen: (H, W, C).
        down: By how many pixels, upwards where it is below 0.
        right: Likewise, to the left where it is below 0.

    Example:
        >>> moved(np.array([[[1.0], [2.0]], [[3.0], [4.0]]]), 0, 1)[..., 0].tolist()
        [[0.0, 1.0], [0.0, 3.0]]
    """
    array = np.asarray(seen, np.float32)
    found = np.zeros_like(array)
    rows, columns = array.shape[:2]
    found[max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)] = array[
        max(-down, 0) : rows + min(-down, 0), max(-right, 0) : columns + min(-right, 0)
    ]
    return found


@dataclass(frozen=True, eq=False)
class Shifts:
    """What becomes of an answer while a drawing moves sideways.

    Attributes:
        label: The class that is asked about.
        right: By how many pixels it was moved, to the left below 0.
        transformer: How likely the transformer finds the class then.
        convolution: How likely the convolutional network does.
        maps_change: By how much the convolution's first maps differ, once moved back, after one pixel; a
            share of their size.
        rows_change: By how much the transformer's vectors after the first block do, after one patch.
    """

    label: str
    right: tuple[int, ...]
    transformer: tuple[float, ...]
    convolution: tuple[float, ...]
    maps_change: float
    rows_change: float


def shifts(seen: ArrayLike, target: int, *, most: int = 8) -> Shifts:
    """Move a drawing sideways and ask both networks again, with nothing centred anew.

    A convolution computes the same in every place, so that its maps move with the drawing. The transformer
    adds another vector in another place: it has to learn that a shape is the same everywhere.

    Args:
        seen: (64, 64, 1) as `sketch.prepare` gives it.
        target: The class that is asked about.
        most: The furthest move in pixels.

    Example:
        >>> found = shifts(sketch.prepare(1 - np.eye(80)), 5, most=1)
        >>> found.right, found.label, found.maps_change
        ((-1, 0, 1), 'cross', 0.0)
    """
    array = np.asarray(seen, np.float32)
    steps = tuple(range(-most, most + 1))
    pictures = [moved(array, 0, step) for step in steps]
    runs = [network()(picture) for picture in pictures]
    convolved = [sketch.forward(picture) for picture in pictures]
    size = network().size
    still, along = (network()(moved(array, 0, step)).blocks[0].output[1:] for step in (0, size))
    grid = (*network().sides, network().width)
    first = sketch.layers()[0].name
    maps = [sketch.forward(moved(array, 0, step)).maps[first] for step in (0, 1)]
    return Shifts(
        label=CLASSES[target],
        right=steps,
        transformer=tuple(float(run.probabilities[target]) for run in runs),
        convolution=tuple(float(run.probabilities[target]) for run in convolved),
        # Beside the rim, where a window reaches over paper that is not there.
        maps_change=_change(maps[0][1:-1, 1:-2], maps[1][1:-1, 2:-1]),
        rows_change=_change(still.reshape(grid)[:, :-1], along.reshape(grid)[:, 1:]),
    )


def _change(before: Array, after: Array) -> float:
    size = float(np.linalg.norm(before))
    return float(np.linalg.norm(after - before)) / size if size else 0.0


@dataclass(frozen=True, eq=False)
class UnitView:
    """The pixels that one unit of a layer depends on.

    Attributes:
        title: Which network and which layer.
        pixels: Of each pixel whether the unit depends on it, (64, 64).
    """

    title: str
    pixels: NDArray[np.bool_]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the rectangle that it depends on."""
        rows, columns = (np.flatnonzero(self.pixels.any(axis=axis)) for axis in (1, 0))
        return len(rows), len(columns)

    def shown(self, seen: ArrayLike) -> Pixels:
        """Return a drawing, (64, 64, 1), in which all that the unit does not depend on is veiled."""
        ink = np.asarray(seen, np.float32)[..., 0]
        levels = np.where(self.pixels, 255 * (1 - ink), 200 - 50 * ink)
        found: Pixels = levels.astype(np.uint8)
        return found


def views(patch: int) -> tuple[UnitView, ...]:
    """Say what units in the middle of a patch depend on, in the convolutional network and the transformer.

    Args:
        patch: Its number, from 0.

    Example:
        >>> [view.size for view in views(27)], views(27)[0].title
        ([(3, 3), (22, 22), (64, 64)], 'Convolution, layer 1')
    """
    size, (_, across) = network().size, network().sides
    middle = [size * place + size // 2 for place in divmod(patch, across)]
    layers = [layer for layer in sketch.layers() if layer.step]
    convolutions = [at for at, layer in enumerate(layers) if layer.kind == "convolution"]
    found = []
    for number in (1, len(convolutions)):
        stack = layers[: convolutions[number - 1] + 1]
        row, column = (place * stack[-1].shape[0] // SIDE for place in middle)
        steps = [layer.step for layer in stack if layer.step]
        top, left, bottom, right = receptive_fields.input_rectangle(steps, (SIDE, SIDE), row, column)
        pixels = np.zeros((SIDE, SIDE), bool)
        pixels[top:bottom, left:right] = True
        found.append(UnitView(f"Convolution, layer {number}", pixels))
    return (*found, UnitView("Transformer, layer 1", np.ones((SIDE, SIDE), bool)))


@dataclass(frozen=True)
class Compared:
    """One of the two networks in numbers.

    Attributes:
        title: What it is.
        parameters: How many numbers it has learned.
        multiply_adds: How many products it adds up for one drawing.
        accuracy: The share of the test drawings that it recognises.
        seen: Of each layer that mixes places, the rows and columns of pixels that a unit depends on.
    """

    title: str
    parameters: int
    multiply_adds: int
    accuracy: float
    seen: tuple[int, ...]


def compared() -> tuple[Compared, Compared]:
    """Set the transformer beside the convolutional network of the same size.

    Example:
        >>> transformer, convolution = compared()
        >>> transformer.seen, convolution.seen
        ((64, 64, 64), (3, 5, 6, 14, 22, 24))
    """
    layers = sketch.layers()
    mixing = [layer for layer in layers if layer.kind in ("convolution", "pooling")]
    sums = sum(
        (layer.parameters // layer.shape[-1] - 1) * int(np.prod(layer.shape))
        for layer in layers
        if layer.parameters
    )
    return (
        Compared(
            "Vision transformer",
            network().parameters,
            network().multiply_adds(),
            facts()["test"]["accuracy"],
            (SIDE,) * len(network().blocks),
        ),
        Compared(
            "Convolutional network",
            sum(layer.parameters for layer in layers),
            sums,
            sketch.facts()["variants"][sketch.DEFAULT]["test"]["accuracy"],
            tuple(layer.field.size[0] for layer in mixing if layer.field),
        ),
    )
