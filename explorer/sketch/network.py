"""The small networks: their variants, their layers and weights, and the forward pass with every map."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from explorer.activations import softmax
from explorer.convolution import filters, receptive_fields
from explorer.convolution.layout import Array
from explorer.convolution.pooling import pool2d
from explorer.convolution.receptive_fields import ReceptiveField
from explorer.sketch.preparation import SIDE, SketchError, prepare

Shape = tuple[int, int, int]

CLASSES = ("circle", "square", "triangle", "star", "heart", "cross", "arrow", "zigzag", "spiral", "smiley")
"""What the network tells apart, in the order of its answers."""

# OpenBLAS shares larger products out among the cores, whose threads then wait for one another where many
# people compute at once: a dense layer of 0.1 ms was seen to take 11.
_ONE_CORE_PRODUCTS = 1 << 17

_ASSETS = "sketch.npz", "sketch.json"
# In an installed package the assets are inside it; in the project they lie beside it.
_PLACES = Path(__file__).parents[1] / "assets", Path(__file__).parents[2] / "assets"


@dataclass(frozen=True)
class Variant:
    """One of the networks.

    Attributes:
        name: Key in `VARIANTS`.
        title: What it is, in a few words.
        why: What comparing it with the others shows.
        blocks: How many maps each block of (convolution, ReLU, convolution, ReLU, max pooling) has, and the
            rows and columns of its kernels.
        pooling: Whether the blocks end with a max pooling.
    """

    name: str
    title: str
    why: str
    blocks: tuple[tuple[int, int], ...]
    pooling: bool


VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        Variant(
            name="two_blocks",
            title="Two blocks",
            why=(
                "Each pooling halves the maps, so the second block sees four times the area with the same "
                "number of weights."
            ),
            blocks=((8, 3), (16, 5)),
            pooling=True,
        ),
        Variant(
            name="no_pooling",
            title="Without pooling",
            why=(
                "The maps keep their size: each unit sees little of the drawing, and the dense layer has to "
                "learn every position separately."
            ),
            blocks=((8, 3), (16, 5)),
            pooling=False,
        ),
        Variant(
            name="one_block",
            title="One block",
            why="Half the depth: it sees strokes and corners, but hardly anything made of them.",
            blocks=((8, 3),),
            pooling=True,
        ),
    )
}
DEFAULT = "two_blocks"
"""The variant that predicts where none is named."""


@dataclass(frozen=True)
class SketchLayer:
    """A layer of a variant.

    Attributes:
        name: What it is called in `Run.maps`, `weights` and `off`.
        kind: "convolution", "relu", "pooling", "dense" or "softmax".
        title: What it is, in a few words.
        shape: (H, W, C) of its maps, or (10,) of its answers.
        parameters: How many weights and biases it has.
        step: How its windows slide; None from the dense layer on.
        field: What its units see of the 64 x 64 pixels; None where they see all.
    """

    name: str
    kind: str
    title: str
    shape: tuple[int, ...]
    parameters: int
    step: receptive_fields.WindowStep | None
    field: ReceptiveField | None


@dataclass(frozen=True, eq=False)
class SketchRun:
    """A variant on a drawing.

    Attributes:
        variant: Key in `VARIANTS`.
        seen: float32 (64, 64, 1): what went in.
        maps: What every layer made, by its name: float32 (H, W, C), and (10,) from the dense layer on.
        off: The maps that are switched off, by layer.
    """

    variant: str
    seen: Array = field(repr=False)
    maps: Mapping[str, Array] = field(repr=False)
    off: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def probabilities(self) -> Array:
        """float32 (10,), in the order of `CLASSES`."""
        return self.maps["softmax"]

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """Classes with their probabilities, best first."""
        return ranked(self.probabilities)


def predict(image: ArrayLike, variant: str = DEFAULT) -> list[tuple[str, float]]:
    """What a drawing shows: every class with its probability, best first.

    Args:
        image: (H, W, C) or (H, W) in [0, 1], as `explorer.images.load` gives it: dark ink on light paper or
            light on dark, of any size, anywhere.
        variant: A key of `VARIANTS`.

    Raises:
        SketchError: If there is no ink, or no such variant.
        ImageError: If it is no picture.

    Example:
        >>> rows, columns = np.indices((200, 200)) - 100
        >>> ring = np.abs(np.hypot(rows, columns) - 60) > 4
        >>> predict(ring.astype(np.float32))[0][0]
        'circle'
    """
    return forward(prepare(image), variant).ranking


def forward(
    image: ArrayLike, variant: str = DEFAULT, off: Mapping[str, Collection[int]] | None = None
) -> SketchRun:
    """Compute a variant on what the network sees, keeping every layer.

    Args:
        image: (64, 64, 1) in [0, 1] as `prepare` gives it.
        variant: A key of `VARIANTS`.
        off: Numbers of maps to set to 0, by the name of their layer.

    Raises:
        SketchError: If there is no such variant, layer or map, or the picture is not prepared.

    Example:
        >>> run = forward(np.zeros((64, 64, 1), np.float32), off={"relu1": [0, 3]})
        >>> run.maps["pool2"].shape, bool(run.maps["relu1"][..., 3].any())
        ((16, 16, 16), False)
    """
    seen = checked_seen(image)
    closed = _checked_off(variant, off or {})
    return SketchRun(variant, seen, _compute(seen, variant, closed), closed)


def forward_all(
    pictures: ArrayLike, variant: str = DEFAULT, off: Mapping[str, Collection[int]] | None = None
) -> Array:
    """Return the probabilities for many drawings at once; arguments as `forward`, pictures (n, 64, 64, 1).

    For use of the library by itself: no page needs it.

    Returns:
        float32 (n, 10).

    Raises:
        SketchError: As `forward`.

    Example:
        >>> forward_all(np.zeros((3, 64, 64, 1), np.float32)).shape
        (3, 10)
    """
    seen = np.ascontiguousarray(pictures, np.float32)
    if seen.ndim != 4 or seen.shape[1:] != (SIDE, SIDE, 1):
        raise SketchError(f"Pictures (n, {SIDE}, {SIDE}, 1) were expected; {seen.shape} came.")
    closed = _checked_off(variant, off or {})
    found = np.empty((len(seen), len(CLASSES)), np.float32)
    # One after the other: patches of many pictures would leave the processor's cache.
    for number, picture in enumerate(seen):
        found[number] = _compute(picture, variant, closed)["softmax"]
    return found


def ranked(probabilities: Array) -> list[tuple[str, float]]:
    """Pair the classes with their probabilities (10,), best first; equal ones stay in the classes' order.

    Example:
        >>> ranked(np.eye(10, dtype=np.float32)[4])[:2]
        [('heart', 1.0), ('circle', 0.0)]
    """
    order = np.argsort(-probabilities, kind="stable")
    return [(CLASSES[index], float(probabilities[index])) for index in order]


@cache
def layers(variant: str = DEFAULT) -> tuple[SketchLayer, ...]:
    """List the layers of a variant, first to last.

    Raises:
        SketchError: If there is no such variant.

    Example:
        >>> [layer.name for layer in layers("one_block")]
        ['conv1', 'relu1', 'conv2', 'relu2', 'pool1', 'dense', 'softmax']
        >>> layers()[9].field.size, sum(layer.parameters for layer in layers())
        ((24, 24), 51266)
    """
    if variant not in VARIANTS:
        raise SketchError(f"There is no variant {short(variant)}; choose one of {', '.join(VARIANTS)}.")
    chosen = VARIANTS[variant]
    found: list[SketchLayer] = []
    steps: list[receptive_fields.WindowStep] = []
    shape: Shape = (SIDE, SIDE, 1)

    def add(
        name: str, kind: str, title: str, step: receptive_fields.WindowStep, shape: Shape, parameters: int = 0
    ) -> Shape:
        steps.append(step)
        seen = receptive_fields.receptive_field(steps, (SIDE, SIDE))[-1]
        found.append(SketchLayer(name, kind, title, shape, parameters, step, seen))
        return shape

    number = 0
    for block, (maps, size) in enumerate(chosen.blocks, 1):
        for _ in range(2):
            number += 1
            parameters = (size * size * shape[2] + 1) * maps
            shape = (shape[0], shape[1], maps)
            window = receptive_fields.WindowStep(size, padding="same")
            add(f"conv{number}", "convolution", f"Convolution {number}", window, shape, parameters)
            add(f"relu{number}", "relu", f"ReLU {number}", receptive_fields.WindowStep(1), shape)
        if chosen.pooling:
            shape = (shape[0] // 2, shape[1] // 2, maps)
            add(f"pool{block}", "pooling", f"Max pooling {block}", receptive_fields.WindowStep(2, 2), shape)
    cells, answers = shape[0] * shape[1] * shape[2], (len(CLASSES),)
    found.append(SketchLayer("dense", "dense", "Dense", answers, (cells + 1) * len(CLASSES), None, None))
    found.append(SketchLayer("softmax", "softmax", "Softmax", answers, 0, None, None))
    return tuple(found)


@cache
def weights(variant: str = DEFAULT) -> dict[str, tuple[Array, Array]]:
    """Return the weights of a variant by layer: kernel and bias, float32 and read-only.

    They are kept as whole numbers from -127 to 127 with one scale for each output; here they are multiplied.

    Returns:
        (kh, kw, Cin, Cout) and (Cout,) for a convolution, (H * W * C, 10) and (10,) for the dense layer.

    Raises:
        SketchError: If there is no such variant, or the file of weights is missing.

    Example:
        >>> {name: kernel.shape for name, (kernel, _) in weights().items()}
        {'conv1': (3, 3, 1, 8), 'conv2': (3, 3, 8, 8), 'conv3': (5, 5, 8, 16), 'conv4': (5, 5, 16, 16), \
'dense': (4096, 10)}
    """
    found = {}
    with np.load(asset(_ASSETS[0]), allow_pickle=False) as file:
        for layer in layers(variant):
            if layer.parameters:
                kernel, scale, bias = (
                    file[f"{variant}/{layer.name}/{part}"] for part in ("kernel", "scale", "bias")
                )
                found[layer.name] = (kernel * scale, bias)
    for pair in found.values():
        for numbers in pair:
            numbers.setflags(write=False)
    return found


@cache
def facts() -> dict[str, Any]:
    """Return what is known of the training: `assets/sketch.json`, with accuracies and confusion matrices.

    Raises:
        SketchError: If the file is missing.

    Example:
        >>> len(facts()["variants"]["two_blocks"]["test"]["confusion"])
        10
    """
    known: dict[str, Any] = json.loads(asset(_ASSETS[1]).read_text("utf-8"))
    return known


def asset(name: str, command: str = "python -m explorer.sketch.training") -> Path:
    """Find a file that ships with the explorer, in an installed package and in the project alike.

    Args:
        name: The file.
        command: What makes it.

    Raises:
        SketchError: If it is in neither.
    """
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise SketchError(f"The file {name} is missing; install the explorer again, or make it with {command}.")


# What the network computes.


def _compute(seen: Array, variant: str, off: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Compute layer after layer of a picture (64, 64, 1), and keep them by their names."""
    known = weights(variant)
    every: dict[str, Array] = {}
    maps = seen
    for layer in layers(variant):
        match layer.kind:
            case "convolution":
                kernel, bias = known[layer.name]
                maps = filters.conv2d(maps, kernel, bias=bias, padding="same")
            case "relu":
                maps = np.maximum(maps, 0)
            case "pooling":
                maps = pool2d(maps, 2)
            case "dense":
                maps = _weighed(maps.reshape(-1), *known[layer.name])
            case _:
                maps = softmax(maps)
        if layer.name in off:
            maps[..., list(off[layer.name])] = 0
        every[layer.name] = maps
    return every


def _weighed(cells: Array, kernel: Array, bias: Array) -> Array:
    """Add up the products of cells (n,) and weights (n, 10), part by part."""
    total = bias.copy()
    span = _ONE_CORE_PRODUCTS // kernel.shape[1]
    for start in range(0, len(cells), span):
        total += cells[start : start + span] @ kernel[start : start + span]
    return total


def checked_seen(image: ArrayLike) -> Array:
    """What the network sees as float32, if it has that form."""
    seen = np.asarray(image)
    if seen.shape != (SIDE, SIDE, 1) or seen.dtype.kind not in "biuf" or not np.isfinite(seen).all():
        raise SketchError(
            f"The network sees finite numbers of the shape ({SIDE}, {SIDE}, 1); an array of the shape "
            f"{seen.shape} came. Give it what prepare makes of the picture."
        )
    return np.ascontiguousarray(seen, np.float32)


def _checked_off(variant: str, off: Mapping[str, Collection[int]]) -> dict[str, tuple[int, ...]]:
    """Read which maps are switched off."""
    known = {layer.name: layer for layer in layers(variant) if layer.step is not None}
    for name, channels in off.items():
        if name not in known:
            raise SketchError(no_layer_sentence(name, variant))
        count = known[name].shape[-1]
        if not all(type(channel) is int and 0 <= channel < count for channel in channels):
            raise SketchError(
                f"{known[name].title} has the maps 0 to {count - 1}; {short(list(channels))} came to be "
                "switched off."
            )
    return {name: tuple(sorted(set(channels))) for name, channels in off.items() if channels}


def no_layer_sentence(name: object, variant: str) -> str:
    """That there is no such layer, and which there are."""
    names = ", ".join(layer.name for layer in layers(variant))
    return f"There is no such layer of maps as {short(name)} in {VARIANTS[variant].title.lower()}: {names}."
