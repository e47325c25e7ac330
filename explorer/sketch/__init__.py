"""The small network that ships with the explorer: what it makes of a drawing, with every layer kept.

    picture -> look: find the ink, centre and scale it -> forward: layer after layer -> ten probabilities

The weights are in `assets/sketch.npz`; `explorer.sketch.training` made them, with this very `look`. A network
that reads 64 x 64 pixels is small enough to be computed with NumPy while somebody draws.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from reprlib import repr as short
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures, images, rounding
from explorer.activations import softmax
from explorer.convolution import filters, geometry, receptive_fields
from explorer.convolution.layout import Array
from explorer.convolution.pooling import pool2d
from explorer.convolution.receptive_fields import ReceptiveField
from explorer.errors import ExplorerError

Shape = tuple[int, int, int]
Rectangle = tuple[int, int, int, int]  # top, left, bottom, right, the last two excluded

CLASSES = ("circle", "square", "triangle", "star", "heart", "cross", "arrow", "zigzag", "spiral", "smiley")
"""What the network tells apart, in the order of its answers."""

SIDE = 64
"""Rows and columns of what the network sees."""

INK = 52
"""Its longer side, to which the ink is scaled, so that a rim stays free."""

LOOKED_AT = 256
"""Longest side of the picture in which the ink is searched."""

MAX_ERASED = 12
"""The most patches that are erased together in search of another answer."""

_GRID = 64  # the paper is judged by about so many rows and columns of pixels
_BINS = 32  # of grey levels, when the commonest is looked for
_RIM = 0.5  # what a pixel at the rim of the picture counts more: paper reaches there more often than ink
_FLAT = 0.9  # of its pixels have one level: the paper of a pad
_DENTS = 4  # times that the paper's surface is dented where soft shadows fall
_SOFT = 4.0  # standard deviation of the shadows' softness, in pixels of the grid
_FIRM = 0.05  # far from all paper the surface stays as it is
_NEAR = 0.1  # pixels this close to the paper's surface may be paper
_FAINT = 0.06  # differences from the paper up to this are not taken for ink
_GRAIN = 5.0  # ink differs by so many standard deviations of the paper's grain
_CLEAN = 0.003  # a paper with more grain than this was photographed
_SPECK = 0.004  # of all ink: smaller spots on a photographed paper are dust
_EDGE = 0.25  # from here on a pixel belongs to the drawing
# OpenBLAS shares larger products out among the cores, whose threads then wait for one another where many
# people compute at once: a dense layer of 0.1 ms was seen to take 11.
_ONE_CORE_PRODUCTS = 1 << 17

_ASSETS = "sketch.npz", "sketch.json"
# In an installed package the assets are inside it; in the project they lie beside it.
_PLACES = Path(__file__).parents[1] / "assets", Path(__file__).parents[2] / "assets"


class SketchError(ExplorerError):
    """Why a picture is no drawing that the network can see, in a sentence for the reader."""


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
                "Each pooling halves the maps, so that the second block sees four times the area with as "
                "many "
                "weights."
            ),
            blocks=((8, 3), (16, 5)),
            pooling=True,
        ),
        Variant(
            name="no_pooling",
            title="Without pooling",
            why=(
                "The maps keep their size: a unit sees little of the drawing, and the dense layer has to "
                "know "
                "every place by itself."
            ),
            blocks=((8, 3), (16, 5)),
            pooling=False,
        ),
        Variant(
            name="one_block",
            title="One block",
            why="Half the depth: strokes and corners, but hardly anything that is made of them.",
            blocks=((8, 3),),
            pooling=True,
        ),
    )
}
DEFAULT = "two_blocks"
"""The variant that predicts where none is named."""


@dataclass(frozen=True)
class Layer:
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
class Sight:
    """What the network sees of a picture.

    Attributes:
        seen: float32 (64, 64, 1), read-only: 0 for paper, 1 for ink, as in training.
        box: Rows and columns of the picture that the ink takes, (top, left, bottom, right).
        place: Where these lie in `seen`, likewise.
        light: Whether the ink is lighter than the paper.
    """

    seen: Array = field(repr=False)
    box: tuple[float, float, float, float]
    place: Rectangle
    light: bool

    def on_picture(self, rectangle: Rectangle) -> tuple[float, float, float, float]:
        """Say where a rectangle of `seen` lies on the picture; it may reach out of it.

        Example:
            >>> picture = np.ones((128, 256), np.float32)
            >>> picture[30:82, 100:204] = 0
            >>> look(picture).on_picture((6, 6, 58, 58))
            (4.0, 100.0, 108.0, 204.0)
        """
        found = []
        for axis in (0, 1):
            first, last = self.box[axis], self.box[axis + 2]
            scale = (last - first) / (self.place[axis + 2] - self.place[axis])
            found.append([first + (rectangle[end] - self.place[axis]) * scale for end in (axis, axis + 2)])
        (top, bottom), (left, right) = found
        return top, left, bottom, right


@dataclass(frozen=True, eq=False)
class Run:
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


@dataclass(frozen=True, eq=False)
class Unit:
    """How one number of a layer came about.

    Attributes:
        layer: Its layer.
        row: Its row; 0 from the dense layer on.
        column: Its column, likewise.
        channel: Its map, or its class.
        value: The number; 0 if its map is switched off, or if its sum is 0 but for rounding.
        patch: What it read of the layer before, float32: (kh, kw, C), all maps for a dense unit, all ten
            scores for a softmax.
        weights: Its weights, of the same shape; None where there are none.
        bias: What was added, or 0.
        box: Where the patch lies in the maps before; over padding it reaches out of them.
        rectangle: The pixels of `Run.seen` that it depends on.
        sentence: The same in words and numbers.
    """

    layer: Layer
    row: int
    column: int
    channel: int
    value: float
    patch: Array = field(repr=False)
    weights: Array | None = field(repr=False)
    bias: float
    box: Rectangle
    rectangle: Rectangle
    sentence: str

    @property
    def products(self) -> Array | None:
        """The products patch * weights, of the same shape; their sum and the bias are the value."""
        return None if self.weights is None else self.patch * self.weights

    @property
    def parts(self) -> Array | None:
        """What each map before adds to the sum, float32 (C,); None where nothing is added up."""
        if self.weights is None:
            return None
        products = self.patch.astype(np.float64) * self.weights
        shares = products.reshape(-1, products.shape[2]).T  # (C, kh kw)
        return np.array([rounding.total(share) for share in shares], np.float32)


@dataclass(frozen=True, eq=False)
class Erasure:
    """What the network would say if patches of the drawing were erased.

    Attributes:
        tops: First rows of the patches, int (n,).
        lefts: Their first columns, int (m,).
        size: Rows and columns of a patch.
        label: What it says with nothing erased.
        probability: How sure it is of that.
        probabilities: float32 (n, m, 10): what it says with one patch erased.
        together: The patches that change its mind when they are erased together, most harmful first; none if
            `MAX_ERASED` of them do not.
        instead: What it says then; the label where it stays.
    """

    tops: NDArray[np.int64]
    lefts: NDArray[np.int64]
    size: int
    label: str
    probability: float
    probabilities: Array = field(repr=False)
    together: tuple[Rectangle, ...]
    instead: str

    @property
    def drops(self) -> Array:
        """float32 (n, m): how much less sure it is of its label with the patch erased."""
        return self.probability - self.probabilities[..., CLASSES.index(self.label)]

    @property
    def labels(self) -> list[list[str]]:
        """What it says with each patch erased, n rows of m."""
        return [[CLASSES[index] for index in row] for row in self.probabilities.argmax(axis=2)]

    @property
    def heat(self) -> Array:
        """float32 (64, 64): how much less sure it is, on average over the patches that cover a pixel."""
        total, count = np.zeros((2, SIDE, SIDE), np.float32)
        for top, drops in zip(self.tops.tolist(), self.drops, strict=True):
            for left, drop in zip(self.lefts.tolist(), drops, strict=True):
                _patch(total, (top, left), self.size)[...] += drop
                _patch(count, (top, left), self.size)[...] += 1
        return np.divide(total, count, out=total, where=count > 0)

    @property
    def levels(self) -> NDArray[np.uint8]:
        """The heat as uint8 (64, 64): 0 where it is not less sure, 255 where it loses most."""
        heat = np.maximum(self.heat, 0)
        levels: NDArray[np.uint8] = np.rint(255 * heat / max(float(heat.max()), 1e-9)).astype(np.uint8)
        return levels

    @property
    def alone(self) -> list[tuple[Rectangle, str]]:
        """The patches that change its mind each by itself, most harmful first, and what it says instead.

        Of patches that overlap the most harmful one is taken.
        """
        labels, drops = self.labels, self.drops
        order = np.argsort(-drops, axis=None, kind="stable")
        found = {}
        for row, column in zip(
            *(places.tolist() for places in np.unravel_index(order, drops.shape)), strict=True
        ):
            if labels[row][column] != self.label:
                found[int(self.tops[row]), int(self.lefts[column])] = labels[row][column]
        kept = _apart(list(found), self.size)
        return [((top, left, top + self.size, left + self.size), found[top, left]) for top, left in kept]

    @property
    def sentence(self) -> str:
        """The same in words and numbers."""
        said = f"It says {self.label}, {self.probability:.1%}."
        worst = float(self.drops.max(initial=0))
        if self.alone:
            _, instead = self.alone[0]
            count = len(self.alone)
            several = f"Any of the {count} framed patches" if count > 1 else "The framed patch"
            return f"{said} {several}, erased alone, changes its mind: with the first it says {instead}."
        said = f"{said} No single patch changes its mind; the worst takes {100 * worst:.1f} points."
        if not self.together:
            return f"{said} Nor do the {MAX_ERASED} most harmful patches erased together."
        count = len(self.together)
        return f"{said} The {count} framed patches together do: without them it says {self.instead}."


@dataclass(frozen=True, eq=False)
class Erasing:
    """How far `erase_pieces` has come.

    Attributes:
        done: Patches that it was asked without.
        total: Patches that there are.
        found: The result, at the end.
    """

    done: int
    total: int
    found: Erasure | None = None


def prepare(image: ArrayLike) -> Array:
    """Give what the network sees of a picture: its ink alone, centred and scaled; see `look`.

    Returns:
        float32 (64, 64, 1), 0 for paper and 1 for ink.

    Raises:
        SketchError: If there is no ink.
        ImageError: If it is no picture.

    Example:
        >>> picture = np.ones((100, 200, 1), np.float32)
        >>> picture[20:30, 90:130] = 0
        >>> seen = prepare(picture)[..., 0]
        >>> seen.max(), np.flatnonzero(seen.any(axis=0))[[0, -1]].tolist()
        (np.float32(1.0), [6, 57])
    """
    return look(image).seen


def predict(image: ArrayLike, variant: str = DEFAULT) -> list[tuple[str, float]]:
    """Say what a drawing shows: every class with its probability, best first.

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


def look(image: ArrayLike) -> Sight:
    """Find the ink of a picture, and centre and scale it as the network has learned to see it.

    The paper is a smooth surface of grey levels that most of the picture, and most of its rim, lie close to;
    ink is what differs from it clearly, to the darker or to the lighter side, whichever there is more of. The
    longer side of the ink becomes 52 of 64 pixels.

    Args:
        image: (H, W, C) or (H, W) in [0, 1], C = 1 or 3, as `explorer.images.load` gives it.

    Raises:
        SketchError: If there is no ink.
        ImageError: If it is no picture.

    Example:
        >>> light = np.zeros((64, 64, 1), np.float32)
        >>> light[10:14, 20:50] = 1
        >>> sight = look(light)
        >>> sight.light, sight.box, sight.place
        (True, (10.0, 20.0, 14.0, 50.0), (28, 6, 35, 58))
    """
    picture = np.asarray(image)
    picture = picture[..., np.newaxis] if picture.ndim == 2 else picture
    size = min(max(picture.shape[:2], default=0), LOOKED_AT)
    grey = images.prepare(picture, size=max(size, images.MIN_SIZE), colour=False)[..., 0]
    ink, is_light = _ink(grey)
    rows, columns = (np.flatnonzero((ink >= _EDGE).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise SketchError(
            "There is nothing drawn: no ink stands out from the paper. Draw something, or choose a picture "
            "with more contrast."
        )
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    scale = INK / max(bottom - top, right - left)
    tall, wide = (max(1, round((last - first) * scale)) for first, last in ((top, bottom), (left, right)))
    averaging = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    drawn: Any = cv2.resize(ink[top:bottom, left:right], (wide, tall), interpolation=averaging)
    first, second = (SIDE - tall) // 2, (SIDE - wide) // 2
    seen = np.zeros((SIDE, SIDE, 1), np.float32)
    # A thin line that was shrunk has become pale, and is ink nevertheless.
    seen[first : first + tall, second : second + wide, 0] = drawn / drawn.max()
    seen.setflags(write=False)
    down, across = picture.shape[0] / len(grey), picture.shape[1] / grey.shape[1]
    box = top * down, left * across, bottom * down, right * across
    return Sight(seen, box, (first, second, first + tall, second + wide), is_light)


def forward(
    image: ArrayLike, variant: str = DEFAULT, off: Mapping[str, Collection[int]] | None = None
) -> Run:
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
    seen = _prepared(image)
    closed = _checked_off(variant, off or {})
    return Run(variant, seen, _compute(seen, variant, closed), closed)


def forward_all(
    pictures: ArrayLike, variant: str = DEFAULT, off: Mapping[str, Collection[int]] | None = None
) -> Array:
    """Give the probabilities for many drawings at once; arguments as `forward`, pictures (n, 64, 64, 1).

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
def layers(variant: str = DEFAULT) -> tuple[Layer, ...]:
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
    found: list[Layer] = []
    steps: list[receptive_fields.WindowStep] = []
    shape: Shape = (SIDE, SIDE, 1)

    def add(
        name: str, kind: str, title: str, step: receptive_fields.WindowStep, shape: Shape, parameters: int = 0
    ) -> Shape:
        steps.append(step)
        seen = receptive_fields.receptive_field(steps, (SIDE, SIDE))[-1]
        found.append(Layer(name, kind, title, shape, parameters, step, seen))
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
    found.append(Layer("dense", "dense", "Dense", answers, (cells + 1) * len(CLASSES), None, None))
    found.append(Layer("softmax", "softmax", "Softmax", answers, 0, None, None))
    return tuple(found)


@cache
def weights(variant: str = DEFAULT) -> dict[str, tuple[Array, Array]]:
    """Give the weights of a variant by layer: kernel and bias, float32 and read-only.

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
    """Give what is known of the training: `assets/sketch.json`, with accuracies and confusion matrices.

    Raises:
        SketchError: If the file is missing.

    Example:
        >>> len(facts()["variants"]["two_blocks"]["test"]["confusion"])
        10
    """
    known: dict[str, Any] = json.loads(asset(_ASSETS[1]).read_text("utf-8"))
    return known


def asset(name: str) -> Path:
    """Find a file that ships with the explorer, in an installed package and in the project alike.

    Raises:
        SketchError: If it is in neither.
    """
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise SketchError(
        f"The file {name} is missing; install the explorer again, or make it with "
        "python -m explorer.sketch.training."
    )


def unit(run: Run, layer: str, channel: int, row: int = 0, column: int = 0) -> Unit:
    """Explain one number of a run: what it read, its weights, its sum, and the pixels that it depends on.

    Args:
        run: A run.
        layer: The name of one of its layers.
        channel: Which map, or which class from the dense layer on.
        row: Its row in the map.
        column: Its column.

    Raises:
        SketchError: If there is no such number.

    Example:
        >>> picture = np.zeros((64, 64, 1), np.float32)
        >>> picture[20:40, 30:33] = 1
        >>> found = unit(forward(picture), "conv1", 0, 25, 31)
        >>> found.rectangle, found.patch[:, :, 0].tolist()
        ((24, 30, 27, 33), [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
        >>> bool(np.isclose(found.products.sum() + found.bias, found.value))
        True
    """
    stack = layers(run.variant)
    depth = next((number for number, each in enumerate(stack) if each.name == layer), None)
    if depth is None:
        raise SketchError(_no_layer(layer, run.variant))
    chosen = stack[depth]
    limits = (*chosen.shape[:-1], chosen.shape[-1])
    place = (row, column, channel) if len(limits) == 3 else (channel,)
    whole = all(type(number) is int for number in (row, column, channel))
    if not whole or not all(0 <= number < limit for number, limit in zip(place, limits, strict=True)):
        raise SketchError(
            f"{chosen.title} has the shape {chosen.shape}; there is no number in row {short(row)}, column "
            f"{short(column)}, channel {short(channel)}, counted from 0."
        )
    before = run.maps[stack[depth - 1].name] if depth else run.seen
    value = float(run.maps[layer][place])
    if chosen.step is None:
        return _answer(chosen, channel, value, before, weights(run.variant))
    step = chosen.step
    window = geometry.window_at(
        before, step.kernel_size, row, column, strides=step.strides, padding=step.padding
    )
    patch, kernel, bias = window.patch, None, 0.0
    if chosen.kind == "convolution":
        kernels, biases = weights(run.variant)[layer]
        kernel, bias = kernels[..., channel], float(biases[channel])
        total, made = _sum(patch, kernel, bias)
        is_off = channel in run.off.get(layer, ())
        value = value if made else 0.0
        sentence = (
            f"{patch.size} products of a weight and what lies under it add up to {_say(total)}; with the "
            f"bias {_say(bias)} that makes {_say(made if is_off else value)}."
        )
    else:
        patch = patch[..., channel : channel + 1]
        if chosen.kind == "relu":
            number = float(patch[0, 0, 0])
            sentence = f"ReLU makes {_say(number)} into {_say(max(number, 0.0))}."
        else:
            sentence = f"{_say(float(patch.max()))} is the largest of {patch.size} cells."
    if channel in run.off.get(layer, ()):
        sentence += " The map is switched off: 0."
    steps = [each.step for each in stack[: depth + 1] if each.step is not None]
    rectangle = receptive_fields.input_rectangle(steps, (SIDE, SIDE), row, column)
    return Unit(chosen, row, column, channel, value, patch, kernel, bias, window.box, rectangle, sentence)


def _answer(
    layer: Layer, channel: int, value: float, before: Array, known: Mapping[str, tuple[Array, Array]]
) -> Unit:
    """Explain a number of the dense layer or of the softmax, which depend on all there is."""
    name, everything = CLASSES[channel], (0, 0, SIDE, SIDE)
    if layer.kind == "softmax":
        power = float(np.exp(before[channel], dtype=np.float64))
        total = float(np.exp(before, dtype=np.float64).sum())
        sentence = (
            f"e to the power of {_say(float(before[channel]))} is {_say(power)}, and all ten powers add up "
            f"to {_say(total)}: {value:.1%} {name}."
        )
        box = (0, 0, 1, len(CLASSES))
        return Unit(layer, 0, 0, channel, value, before, None, 0.0, box, everything, sentence)
    kernels, biases = known[layer.name]
    kernel, bias = kernels[:, channel].reshape(before.shape), float(biases[channel])
    total, made = _sum(before, kernel, bias)
    value = value if made else 0.0
    sentence = (
        f"{before.size:,} products of a weight and a cell add up to {_say(total)}; with the bias "
        f"{_say(bias)} the score of {name} is {_say(value)}."
    )
    box = (0, 0, *before.shape[:2])
    return Unit(layer, 0, 0, channel, value, before, kernel, bias, box, everything, sentence)


def erase(
    image: ArrayLike,
    variant: str = DEFAULT,
    off: Mapping[str, Collection[int]] | None = None,
    *,
    size: int = 8,
    stride: int = 8,
) -> Erasure:
    """Find out what would change the network's mind: erase patch after patch of the drawing and ask again.

    Nothing is centred anew, so that nothing else changes. Patches without ink are not asked about. Then the
    patches that harm its label most, no two of which overlap, are erased together, one more each time.

    Args:
        image: As `forward`.
        variant: As `forward`.
        off: As `forward`.
        size: Rows and columns of a patch, 1 to 64.
        stride: Pixels from one patch to the next, 2 to 64.

    Raises:
        SketchError: As `forward`, and if the size or the stride is out of its bounds.

    Example:
        >>> picture = np.zeros((64, 64, 1), np.float32)
        >>> picture[30:34, 6:58] = picture[6:58, 30:34] = 1
        >>> found = erase(picture)
        >>> found.label, found.drops.shape, float(found.drops[0, 0])
        ('cross', (8, 8), 0.0)
    """
    return next(
        each.found for each in erase_pieces(image, variant, off, size=size, stride=stride) if each.found
    )


def erase_pieces(
    image: ArrayLike,
    variant: str = DEFAULT,
    off: Mapping[str, Collection[int]] | None = None,
    *,
    size: int = 8,
    stride: int = 8,
) -> Iterator[Erasing]:
    """Compute `erase` piece by piece, each of one question to the network.

    Example:
        >>> picture = np.zeros((64, 64, 1), np.float32)
        >>> picture[30:34, 6:58] = picture[6:58, 30:34] = 1
        >>> pieces = list(erase_pieces(picture))
        >>> pieces[0].done, pieces[0].found, pieces[-1].found.label
        (0, None, 'cross')
    """
    seen = _prepared(image)
    for name, number, least in (("size", size, 1), ("stride", stride, 2)):
        if type(number) is not int or not least <= number <= SIDE:
            raise SketchError(
                f"The {name} of the patches must be a whole number from {least} to {SIDE}; it is "
                f"{short(number)}."
            )
    starts = range(0, SIDE - size + 1, stride)
    places = [(top, left) for top in starts for left in starts]
    inked = [place for place in places if _patch(seen, place, size).any()]
    asked = forward(seen, variant, off).probabilities
    best = int(asked.argmax())
    yield Erasing(0, len(inked))
    probabilities = np.tile(asked, (len(starts), len(starts), 1))
    harm = np.zeros(len(inked), np.float32)
    for number, (top, left) in enumerate(inked):
        without = seen.copy()
        _patch(without, (top, left), size)[...] = 0
        answer = forward(without, variant, off).probabilities
        probabilities[top // stride, left // stride] = answer
        harm[number] = asked[best] - answer[best]
        yield Erasing(number + 1, len(inked))
    worst = _apart([inked[number] for number in np.argsort(-harm, kind="stable") if harm[number] > 0], size)
    together: list[tuple[int, int]] = []
    instead, without = best, seen.copy()
    for number, place in enumerate(worst, 1):
        _patch(without, place, size)[...] = 0
        # With the last ink its mind is gone, not changed.
        if not without.any():
            break
        instead = int(forward(without, variant, off).probabilities.argmax())
        if instead != best:
            together = worst[:number]
            break
        yield Erasing(len(inked), len(inked))
    found = Erasure(
        tops=np.array(starts),
        lefts=np.array(starts),
        size=size,
        label=CLASSES[best],
        probability=float(asked[best]),
        probabilities=probabilities,
        together=tuple((top, left, top + size, left + size) for top, left in together),
        instead=CLASSES[instead],
    )
    yield Erasing(len(inked), len(inked), found)


def _apart(places: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """Keep the first patches that overlap none before them."""
    kept: list[tuple[int, int]] = []
    for top, left in places:
        if all(abs(top - other) >= size or abs(left - beside) >= size for other, beside in kept):
            kept.append((top, left))
    return kept[:MAX_ERASED]


def _patch(picture: Array, place: tuple[int, int], size: int) -> Array:
    return picture[place[0] : place[0] + size, place[1] : place[1] + size]


# What the network sees.


def _ink(grey: Array) -> tuple[Array, bool]:
    """Say how much ink each pixel has, float32 (H, W) in [0, 1], and whether it is lighter than the paper."""
    paper, grain = _paper(grey)
    differences = paper - grey
    least = max(_FAINT, _GRAIN * grain)
    darker, lighter = (float(np.maximum(side - least, 0).sum()) for side in (differences, -differences))
    is_light = lighter > darker
    if is_light:
        differences = -differences
    marks = differences[differences > least]
    if not marks.size:
        return np.zeros_like(grey), is_light
    # The mean of equal numbers, rounded to their precision, can lie above them all.
    full = float(marks[marks >= float(marks.mean(dtype=np.float64))].mean())
    floor = min(max(least, 0.2 * full), 0.9 * full)
    ink = np.clip((differences - floor) / (full - floor), 0, 1).astype(np.float32)
    return (_without_dust(ink) if grain > _CLEAN else ink), is_light


def _paper(grey: Array) -> tuple[Array, float]:
    """Fit a smooth surface to the grey levels of the paper; also give the grain, its standard deviation.

    It starts from the commonest level and grows: what lies near the surface so far bends it anew, first as a
    plane, then as a paraboloid, at last with dents for soft shadows. Ink lies far from it and has no say.
    """
    step = max(1, max(grey.shape) // _GRID)
    some = grey[::step, ::step]
    y, x = (np.linspace(-1, 1, size, dtype=np.float32)[::step] for size in grey.shape)
    few = _terms(y, x).reshape(-1, 6)
    levels = some.reshape(-1)
    level = _commonest(some)
    near = np.abs(levels - level) < _NEAR
    middle = np.median(levels[near])
    if np.count_nonzero(levels[near] == middle) > _FLAT * np.count_nonzero(near):
        return np.full_like(grey, middle), 0.0
    found = np.zeros(6, np.float32)
    for count in (1, 3, 3, 6, 6, 6):
        near = np.abs(levels - level - few @ found) < _NEAR
        chosen = few[near, :count]
        # A little is added so that pixels in one row, or few, have an answer too.
        square = chosen.T @ chosen + 1e-6 * len(levels) * np.eye(count)
        found[:count] = np.linalg.solve(square, chosen.T @ (levels[near] - level))
    rest = (levels - level - few @ found).reshape(some.shape).astype(np.float32)
    dents: Array = np.zeros_like(rest)
    for _ in range(_DENTS):
        close: Any = (np.abs(rest - dents) < _NEAR).astype(np.float32)
        weight: Any = cv2.GaussianBlur(close, (0, 0), _SOFT)
        dents = np.asarray(cv2.GaussianBlur(close * rest, (0, 0), _SOFT) / (weight + _FIRM))
    near = np.abs(rest - dents)[close > 0]
    grain = 1.4826 * float(np.median(near)) if near.size else 0.0
    y, x = (np.linspace(-1, 1, size, dtype=np.float32) for size in grey.shape)
    down = level + found[0] + (found[1] + found[3] * y) * y
    across = (found[2] + found[5] * x) * x
    smooth = down[:, np.newaxis] + across + np.multiply.outer(found[4] * y, x)
    # The last cells of the grid may stand for fewer pixels than the others.
    grown = (some.shape[1] * step, some.shape[0] * step)
    wide: Any = cv2.resize(dents, grown, interpolation=cv2.INTER_LINEAR)
    return smooth + wide[: grey.shape[0], : grey.shape[1]], grain


def _terms(y: Array, x: Array) -> Array:
    """1, y, x, y², yx, x² of every pixel, (H, W, 6), where x and y go from -1 to 1."""
    rows, columns = np.meshgrid(y, x, indexing="ij")
    ones = np.ones_like(rows)
    return np.stack([ones, rows, columns, rows * rows, rows * columns, columns * columns], axis=-1)


def _commonest(grey: Array) -> float:
    """Give the grey level that most pixels have, those at the rim counted more."""
    bins = np.minimum((grey * _BINS).astype(np.int64), _BINS - 1)
    rim = np.concatenate([bins[0], bins[-1], bins[:, 0], bins[:, -1]])
    votes = np.bincount(bins.reshape(-1), minlength=_BINS) / bins.size
    votes += _RIM * np.bincount(rim, minlength=_BINS) / rim.size
    around = np.convolve(votes, np.ones(3), "same")
    # Of three bins that win together the fullest is meant.
    best = int(around.argmax())
    first = max(best - 1, 0)
    best = first + int(votes[first : best + 2].argmax())
    return float(grey[bins == best].mean())


def _without_dust(ink: Array) -> Array:
    """Leave out the smallest spots of a photograph."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats((ink >= _EDGE).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    kept = areas >= max(4.0, _SPECK * areas.sum())
    kept[0] = True  # the faint rim of strokes
    return np.where(kept[marks], ink, np.float32(0)) if count > 1 else ink


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


def _prepared(image: ArrayLike) -> Array:
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
            raise SketchError(_no_layer(name, variant))
        count = known[name].shape[-1]
        if not all(type(channel) is int and 0 <= channel < count for channel in channels):
            raise SketchError(
                f"{known[name].title} has the maps 0 to {count - 1}; {short(list(channels))} came to be "
                "switched off."
            )
    return {name: tuple(sorted(set(channels))) for name, channels in off.items() if channels}


def _no_layer(name: object, variant: str) -> str:
    names = ", ".join(layer.name for layer in layers(variant))
    return f"There is no such layer of maps as {short(name)} in {VARIANTS[variant].title.lower()}: {names}."


def _sum(cells: Array, weights: Array, bias: float) -> tuple[float, float]:
    """Add up the products of cells and weights, and the bias too; either is 0 where rounding alone is left.

    Products of float32 numbers are exact in double precision, so a sum that is small there is a number.
    """
    products = cells.astype(np.float64) * weights
    return rounding.total(products), rounding.total([*products.flat, bias])


def _say(number: float) -> str:
    """Write a number with four digits."""
    return figures.format_number(number + 0.0, 4)
