"""The pictures of the glossary: each is computed, by the functions that the pages call."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures, images, sketch
from explorer.activations import ActivationCurve
from explorer.activations.curve import softmax_steps
from explorer.calculus import Samples
from explorer.convolution import cores
from explorer.convolution.arithmetic import Arithmetic, random_input, random_kernel
from explorer.convolution.experiments import Convolution, Pooling
from explorer.convolution.kernels import KERNELS
from explorer.convolution.receptive_fields import WindowStep, input_rectangle
from explorer.glossary.record import TermPicture
from explorer.imagenet.attribution import engine
from explorer.imagenet.overlays import HeatStyle, heated
from explorer.imagenet.preprocessing import seen
from explorer.images import drawings
from explorer.losses import LossCurve
from explorer.losses.fitting import fit
from explorer.mlp import training
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.trainer import Trainer
from explorer.sketch.erasing import Erasure, erase
from explorer.trading.market import synthetic
from explorer.transfer.augmentation import versions
from explorer.transfer.plan import Plan
from explorer.vectors.standardising import standardise

Real = NDArray[np.float64]
Array = NDArray[np.float32]

SIDE = 128  # the longest side of a painted picture, in pixels
HEAT = "block_arrow"  # the drawing whose answer is explained


def drawn(svg: bytes) -> TermPicture:
    """A drawing of `explorer.figures`.

    >>> drawn(figures.grid_svg([[1]], "input")).light[:5]
    b'<svg '
    """
    return TermPicture("image/svg+xml", figures.alone(svg), figures.alone(svg, dark=True))


def pixels(light: figures.Pixels, dark: figures.Pixels | None = None) -> TermPicture:
    """Painted pixels, which look alike on both themes unless others are given for the dark one.

    >>> pixels(np.zeros((2, 2), np.uint8)).light[:4]
    b'RIFF'
    """
    shown = [figures.encode(each, "webp", 85) for each in (light, light if dark is None else dark)]
    return TermPicture(figures.MIME["webp"], *shown)


def painted(array: ArrayLike, scale: str = "unit") -> TermPicture:
    """Numbers (H, W) or (H, W, 3) as `figures.paint` paints them, enlarged to `SIDE` pixels.

    >>> painted([[0.0, 1.0]]).light == painted([[0.0, 1.0]]).dark
    True
    >>> painted([[-1.0, 1.0]], "signed").light == painted([[-1.0, 1.0]], "signed").dark
    False
    """
    numbers = np.asarray(array, np.float32)
    factor = max(1, SIDE // max(numbers.shape[:2]))
    return pixels(
        *(figures.enlarge(figures.paint(numbers, scale, dark=dark).pixels, factor) for dark in (False, True))
    )


def tiles(maps: Sequence[ArrayLike], scale: str = "unit", columns: int = 2, side: int = 72) -> TermPicture:
    """Several maps side by side, each painted by itself.

    >>> tiles([[[0.0]], [[1.0]]]).light[:4]
    b'RIFF'
    """
    both = []
    for dark in (False, True):
        found = [figures.paint(np.asarray(each, np.float32), scale, dark=dark).pixels for each in maps]
        enlarged = [figures.enlarge(each, max(1, side // max(each.shape[:2]))) for each in found]
        both.append(figures.mosaic(enlarged, columns=columns))
    return pixels(*both)


@cache
def photograph(name: str = "chelsea", size: int = SIDE, colour: bool = False) -> Array:
    """One of the sample photographs, small."""
    return images.prepare(images.sample(name), size=size, colour=colour)


def filtered(kernel: str = "sobel_x", name: str = "chelsea") -> Array:
    """What a kernel of the Convolution page makes of a photograph, (H, W)."""
    experiment = Convolution(KERNELS[kernel].make(), pad_mode="edge")
    return experiment.feature_map(photograph(name))[..., 0]


# Grids


GRID, WEIGHTS = random_input(5, 5, 15), random_kernel(3, 3, 15)


def grid(numbers: ArrayLike, role: str, tinted: ArrayLike | None = None) -> TermPicture:
    """A grid of numbers, of which the tinted cells (H, W) have the colour of a role.

    >>> grid([[1]], "input").light[:5]
    b'<svg '
    """
    pale = None if tinted is None else ~np.asarray(tinted, bool)
    return drawn(figures.grid_svg(numbers, role, pale))


def sums(**settings: object) -> Arithmetic:
    """The grids of the Arithmetic page, with other settings."""
    return Arithmetic(GRID, WEIGHTS, **settings)  # type: ignore[arg-type]


def window(row: int, column: int, **settings: object) -> NDArray[np.bool_]:
    """Which cells of the board one window of the grids above reads."""
    rows, columns = sums(**settings).axes
    read = np.isin(rows.places, rows.positions[row])[:, np.newaxis]
    found: NDArray[np.bool_] = read & np.isin(columns.places, columns.positions[column])
    return found


def spread() -> Arithmetic:
    """The grids of a transposed convolution with stride 2."""
    return Arithmetic(GRID[:3, :3], WEIGHTS[:2, :2], kind="transposed", strides=2)


def corners(stride: int) -> NDArray[np.bool_]:
    """Where the windows begin at a stride."""
    rows, columns = sums(strides=stride).axes
    starts = np.isin(rows.places, rows.positions[:, 0])[:, np.newaxis]
    found: NDArray[np.bool_] = starts & np.isin(columns.places, columns.positions[:, 0])
    return found


def field() -> NDArray[np.bool_]:
    """Which of 7 x 7 pixels a cell depends on, two layers of 3 x 3 later."""
    top, left, bottom, right = input_rectangle([WindowStep(3), WindowStep(3)], (7, 7), 1, 1)
    rows, columns = np.arange(7)[:, np.newaxis], np.arange(7)
    found: NDArray[np.bool_] = (top <= rows) & (rows < bottom) & (left <= columns) & (columns < right)
    return found


def winners(kind: str) -> NDArray[np.bool_]:
    """Which of 4 x 4 numbers a pooling of 2 x 2 keeps."""
    kept = Pooling(kind, 2).winners(GRID[:4, :4].astype(np.float32))
    found = np.zeros((4, 4), bool)
    found[tuple(np.moveaxis(kept.reshape(-1, 2), 1, 0))] = True
    return found


def dropped() -> NDArray[np.bool_]:
    """Which of 5 x 5 numbers a pooling of 2 x 2 drops."""
    return Arithmetic(GRID, np.ones((2, 2), int), kind="max", strides=2).unused


def first_products() -> NDArray[np.int64]:
    """The products of the first window."""
    board, weights = sums().board, WEIGHTS
    found: NDArray[np.int64] = board[:3, :3] * weights
    return found


def work(size: int) -> int:
    """Multiply-adds of one kernel of that size on a picture of 64 x 64."""
    return Convolution.without_weights(size, size, padding="same").multiplications((64, 64, 1))


def checksum(data: bytes) -> TermPicture:
    """The first digits of the checksums of a file, and of the same file with one bit changed."""
    changed = bytes([data[0] ^ 1]) + data[1:]
    digits = [[int(digit, 16) for digit in hashlib.md5(each).hexdigest()[:5]] for each in (data, changed)]
    return grid(digits, "output")


# Curves


def activation(*names: str, slopes: bool = False, span: float = 4.0) -> TermPicture:
    """Curves of activations, or their slopes, dashed."""
    sampled = [ActivationCurve(name).samples(-span, span) for name in names]
    return _plot(sampled, 1e9, slopes=slopes)


def loss(*names: str, task: str = "numbers", target: float = 5.0, slopes: bool = False) -> TermPicture:
    """Curves of losses, or their gradients, dashed."""
    sampled = [LossCurve(task, name).samples(target) for name in names]
    return _plot(sampled, 8.0, slopes=slopes)


def _plot(sampled: Sequence[Samples], most: float, *, slopes: bool) -> TermPicture:
    lines = []
    for each in sampled:
        y = each.slopes if slopes else each.values
        kept = np.isnan(y)  # where a curve breaks
        kept[:: max(1, len(y) // 80)] = kept[-1] = True  # as many places as such a small picture can show
        lines.append((each.x[kept], y[kept]))
    return drawn(figures.curves_svg(lines, _limits([y for _, y in lines], most), dashed=slopes))


def curves(*ys: ArrayLike) -> TermPicture:
    """Lines over their places, counted from 0."""
    lines = [(np.arange(len(np.asarray(y))), np.asarray(y, np.float64)) for y in ys]
    return drawn(figures.curves_svg(lines, _limits([y for _, y in lines])))


def _limits(ys: Sequence[Real], most: float = 1e9) -> figures.Limits:
    low = max(-most, min(float(np.nanmin(y)) for y in ys))
    high = min(most, max(float(np.nanmax(y)) for y in ys))
    room = 0.1 * (high - low or 1.0)
    return min(low, 0.0) - room, max(high, 0.0) + room


def arrows(**vectors: tuple[float, float]) -> TermPicture:
    """Vectors as arrows.

    >>> arrows(a=(2, 1)).light[:5]
    b'<svg '
    """
    return drawn(figures.arrows_svg(vectors))


def bars(values: ArrayLike, marked: int | None = None) -> TermPicture:
    """Numbers as bars, one of them marked."""
    return drawn(figures.bars_svg(values, marked))


def shares(temperature: float = 1.0) -> TermPicture:
    """What the softmax makes of four scores."""
    return bars(softmax_steps(SCORES, temperature)[1], 0)


def normalised() -> TermPicture:
    """Numbers with mean 0 and standard deviation 1."""
    return bars(standardise(TARGETS[:, np.newaxis]).matrix[:, 0])


SCORES = (2.0, 1.0, 0.2, -1.0)


# Points


PLACES = np.arange(8.0)
TARGETS = np.array([1.2, 1.9, 3.2, 3.8, 5.1, 6.2, 6.8, 8.1])


def fitted(*names: str, wild: float | None = None, degree: int = 1, **parameters: float) -> TermPicture:
    """Points, and what losses make of them; the last point may lie far from all others."""
    targets = TARGETS if wild is None else np.append(TARGETS[:-1], wild)
    found = [(PLACES, fit(PLACES, targets, name, degree=degree, **parameters).at(PLACES)) for name in names]
    groups = [(PLACES[:-1], targets[:-1]), (PLACES[-1:], targets[-1:])] if wild is not None else []
    return drawn(figures.groups_svg(groups or [(PLACES, targets)], found))


def split_points(name: str = "circle") -> TermPicture:
    """The points of a data set: those to train on, and as rings those for the test."""
    split = training.make_points(name, 60, 0.1, 0).split()
    return drawn(figures.groups_svg([(each.x[:, 0], each.x[:, 1]) for each in (split.train, split.test)]))


def too_curved() -> TermPicture:
    """A curve that goes through each of six points and misses those between them."""
    places, noise = np.linspace(0, 1, 6), np.array([0.1, -0.12, 0.14, -0.1, 0.12, -0.14])
    found, fine = fit(places, places + noise, degree=5), np.linspace(0, 1, 61)
    others = np.linspace(0.1, 0.9, 5)
    return drawn(figures.groups_svg([(places, places + noise), (others, others)], [(fine, found.at(fine))]))


@cache
def boundary(hidden: int) -> Array:
    """What a network answers to a circle after its training, with so many hidden units."""
    layers = [*([Dense(hidden)] if hidden else []), Dense(1, "sigmoid")]
    points = training.make_points("circle", 200, 0.1, 0)
    found: Array = training.watched(layers, points, epochs=40, side=32)
    return found


@cache
def losses(optimizer: str = "adam", rate: float = 0.03, epochs: int = 20) -> tuple[Real, Real]:
    """How the losses of training and test points go in a training."""
    points = training.make_points("moons", 100, 0.3, 0)
    settings = Training(optimizer=optimizer, learning_rate=rate)
    trainer = Trainer(DenseNetwork.create([Dense(8), Dense(1, "sigmoid")]), points.split(), settings)
    for _ in range(epochs):
        trainer.epoch()
    history = trainer.history
    return np.array([each.train_loss for each in history]), np.array([each.test_loss for each in history])


def descent(rate: float, steps: int = 6) -> TermPicture:
    """Where gradient descent stands on the squared error after each step, at a learning rate."""
    curve = LossCurve("numbers", "mean_squared_error")
    places = [2.0]
    for _ in range(steps):
        places.append(places[-1] - rate * float(curve.slopes(0.0, places[-1])))
    sampled = np.linspace(-max(np.abs(places)), max(np.abs(places)), 61)
    points = (places, [float(curve.losses(0.0, place)) for place in places])
    return drawn(figures.groups_svg([points], [(sampled, curve.losses(np.zeros(61), sampled))]))


def initial() -> Array:
    """The weights that Glorot's rule draws for eight units with eight inputs."""
    found: Array = DenseNetwork.create([Dense(8), Dense(8), Dense(1)], inputs=8).weights[1]
    return found


def batch_rows() -> NDArray[np.bool_]:
    """Which of four examples with five numbers each are the second batch of two."""
    rows = np.arange(4)[:, np.newaxis] // 2 == 1
    return np.repeat(rows, 5, axis=1)


def augmented() -> TermPicture:
    """What Transfer makes of a training picture: four versions of it."""
    square = seen(Plan().network, images.sample("chelsea"), "crop")
    found = versions(Plan(flip=True, crop=True, colour=True), square)[[0, 1, 2, -1]]
    return pixels(figures.mosaic([each[::3, ::3] for each in found], columns=2))


def market() -> Real:
    """Simple returns of sixty days of the built-in market."""
    return np.asarray(synthetic(seed=2).returns[:60], np.float64)


# Explanations of what the network for drawings answers


@cache
def answered() -> sketch.SketchRun:
    """What the small network makes of a drawing."""
    return sketch.forward(sketch.prepare(drawings.draw(HEAT)))


def slopes_of(run: sketch.SketchRun, layer: str) -> Array:
    """The gradient of the first class's logit: the dense layer's weights, led back to a layer.

    Args:
        run: What the usual network made of a drawing.
        layer: "pool2" for that at the last maps, (16, 16, 16), or "seen" for that at the picture.
    """
    known = sketch.weights()
    maps = {name: each[np.newaxis] for name, each in run.maps.items() if each.ndim == 3}
    column = known["dense"][0][:, sketch.CLASSES.index(run.ranking[0][0])]
    found: Array = column.reshape(maps["pool2"].shape)
    if layer == "pool2":
        return np.asarray(found[0], np.float32)
    for block in (
        ("pool2", "relu4", "conv4", "relu3", "conv3"),
        ("pool1", "relu2", "conv2", "relu1", "conv1"),
    ):
        pool, *rest = block
        found = cores.pool_max_gradient(found, maps[rest[0]], maps[pool], (2, 2), (2, 2))
        for relu, name in zip(rest[::2], rest[1::2], strict=True):
            kernel, reach = known[name][0], known[name][0].shape[0] // 2
            rows, columns = found.shape[1:3]
            size = rows + 2 * reach, columns + 2 * reach
            whole = cores.convolve_gradient(found * (maps[relu] > 0), kernel, size)
            found = cores.crop(whole, ((reach, reach), (reach, reach)))
    return np.asarray(found[0], np.float32)


def heat(method: str) -> TermPicture:
    """A heat map over the drawing: one of `engine.CAMS`."""
    run = answered()
    return warm(engine.cam(run.maps["pool2"], slopes_of(run, "pool2"), method))


def warm(found: ArrayLike) -> TermPicture:
    """Any map over the drawing, as a heat map."""
    paper = figures.paint(answered().seen[..., 0], "unit").pixels
    ground = figures.enlarge(np.repeat(paper[..., np.newaxis], 3, axis=2), 2)
    return pixels(heated(ground, np.asarray(found, np.float32), style=HeatStyle(cells=True)))


def occluded() -> TermPicture:
    """How much surer the network is of the drawing with each patch than without it."""
    return warm(erased().heat)


@cache
def erased() -> Erasure:
    """What Draw and watch finds out when it erases one patch after another."""
    found = erase(answered().seen)
    if found is None:
        raise AssertionError("The last piece is the answer.")
    return found


def deletion() -> TermPicture:
    """The probability of the first class while more and more patches are erased, the most important first."""
    found = erased()
    order = np.argsort(-found.drops, axis=None, kind="stable")[:12]
    covered, place = answered().seen.copy(), sketch.CLASSES.index(found.label)
    shares = [found.probability]
    for patch in order:
        row, column = np.unravel_index(patch, found.drops.shape)
        top, left = int(found.tops[row]), int(found.lefts[column])
        covered[top : top + found.size, left : left + found.size] = 0
        shares.append(float(sketch.forward(covered).probabilities[place]))
    return curves(shares)


def random_heat() -> TermPicture:
    """A heat map of the drawing for a network whose last weights are random."""
    maps = answered().maps["pool2"]
    weights = np.random.default_rng(0).normal(size=maps.shape).astype(np.float32)
    return warm(engine.cam(maps, weights, "grad_cam"))


def first_kernel() -> Array:
    """A kernel of the first layer of the network for drawings, (3, 3)."""
    return sketch.weights()["conv1"][0][..., 0, 0]


def salient() -> TermPicture:
    """How much each pixel of the drawing would change the first class's logit."""
    return painted(np.abs(slopes_of(answered(), "seen")[..., 0]), "stretched")
