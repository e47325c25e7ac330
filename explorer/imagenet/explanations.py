"""Explanations as they are asked for on a screen: what they cost, what came of them, and which one is better.

    what is asked -> what it costs -> pieces, one after another -> a map, and the few numbers said of it

What takes long comes in pieces, as in `attribution`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import figures
from explorer.errors import ExplorerError
from explorer.imagenet import (
    attribution,
    inspection,
    networks,
    outputs,
    overlays,
    predictions,
    preprocessing,
    structure,
)
from explorer.imagenet.attribution import Contributions, MaximisationSettings
from explorer.pieces import Pieces, Progress, Runner, call, in_pieces
from explorer.words import counted

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]

METHODS = {
    "occlusion": "Occlusion",
    "saliency": "Saliency",
    "smooth_grad": "SmoothGrad",
    "integrated_gradients": "Integrated gradients",
}
"""Explanations that the picture itself is asked for, by name."""

RIVALS = METHODS | attribution.CAMS | {"chance": "Places by chance"}
"""All that can be put to the test of the deletion curve; the last knows nothing."""

QUANTILE = 0.995  # of the values of a map of pixels at which the colours end
TRIAL = 8  # pictures of which the time is taken


@dataclass(frozen=True)
class Explanation:
    """What is asked for; where the method has no use for a setting, it counts for nothing.

    Attributes:
        method: A key of `RIVALS`.
        layer: The layer of a class activation map, or None for the last with rows and columns.
        patch: Side of what occlusion hides.
        stride: From one position of the patch to the next.
        fill: A key of `attribution.FILLS`: what hides, and where integrated gradients start.
        samples: Noisy copies of SmoothGrad.
        noise: How noisy.
        steps: Of integrated gradients: a tenth of what `attribution` takes, so that a screen has a map in
            seconds. What that costs is the error of `attribution.completeness`, which belongs beside it.
    """

    method: str
    layer: str | None = None
    patch: int = 32
    stride: int = 16
    fill: str = "grey"
    samples: int = 32
    noise: float = 0.15
    steps: int = 64


@in_pieces
def explain(
    name: str,
    image: Array | Pixels,
    explanation: Explanation,
    target: int,
    *,
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[Array]:
    """Compute any explanation piece by piece: after each one, the map so far.

    Raises:
        NetworkError: If the method is none of `RIVALS`, or cannot do what is asked.
    """
    asked = explanation
    common: dict[str, Any] = {"weights": weights, "run": run}
    match asked.method:
        case "occlusion":
            yield from attribution.occlusion.pieces(
                name, image, target, patch=asked.patch, stride=asked.stride, fill=asked.fill, **common
            )
        case "smooth_grad":
            yield from attribution.smooth_grad.pieces(
                name, image, target, samples=asked.samples, noise=asked.noise, **common
            )
        case "integrated_gradients":
            yield from attribution.integrated_gradients.pieces(
                name, image, target, steps=asked.steps, baseline=asked.fill, **common
            )
        case method if method in RIVALS:
            yield Progress(1, 1, run(quick, name, image, asked, target, weights))
        case method:
            raise networks.NetworkError(
                f"There is no explanation {method!r}; choose one of {', '.join(RIVALS)}."
            )


def quick(name: str, image: Array | Pixels, explanation: Explanation, target: int, weights: str) -> Array:
    """Return an explanation that needs one pass at most."""
    if explanation.method == "chance":
        # As few cells as a heat map has: scattered pixels would wreck any picture sooner than places do.
        return np.random.default_rng(0).random((7, 7), np.float32)
    if explanation.method == "saliency":
        return attribution.saliency(name, image, target, weights=weights)
    function = getattr(attribution, explanation.method)
    return function(name, image, explanation.layer, target, weights=weights)  # type: ignore[no-any-return]


# What it costs


@dataclass(frozen=True)
class Work:
    """How many pictures a network has to see.

    Attributes:
        forward: Those of which the logits are wanted.
        backward: Those of which a gradient is wanted as well.
    """

    forward: int = 0
    backward: int = 0

    def __add__(self, other: Work) -> Work:
        """Do both."""
        return Work(self.forward + other.forward, self.backward + other.backward)

    @property
    def passes(self) -> int:
        """Count the pictures that are seen."""
        return self.forward + self.backward


def work(name: str, explanation: Explanation) -> Work:
    """What an explanation asks for before it is computed.

    >>> work("MobileNetV2", Explanation("occlusion", patch=32, stride=16)).passes
    197
    """
    match explanation.method:
        case "occlusion":
            cost = attribution.occlusion_cost(name, patch=explanation.patch, stride=explanation.stride)
            return Work(forward=cost.passes)
        case "smooth_grad":
            return Work(backward=explanation.samples)
        case "integrated_gradients":
            return Work(backward=explanation.steps)
        case "chance":
            return Work()
    return Work(backward=1)


def seconds(name: str, asked: Work, weights: str = "auto") -> float:
    """Estimate how long some work takes here, from the time that a few pictures take."""
    parts = ((asked.forward, False), (asked.backward, True))
    return sum(count * _pace(name, weights, backward) for count, backward in parts if count)


@lru_cache(maxsize=32)
def _pace(name: str, weights: str, backward: bool) -> float:
    """Measure the seconds for a picture in a batch, the second time: at first functions are compiled."""
    size = networks.network(name).size
    blank = np.zeros((size, size, 3), np.uint8)
    taken = 0.0
    for _ in range(2):
        begin = time.perf_counter()
        if backward:
            attribution.integrated_gradients(name, blank, 0, steps=TRIAL, weights=weights)
        else:
            attribution.deletion_curve(
                name, blank, np.zeros((1, 1), np.float32), 0, steps=TRIAL - 1, weights=weights
            )
        taken = time.perf_counter() - begin
    return taken / TRIAL


def about(time_: float) -> str:
    """Write an estimated time.

    >>> [about(time_) for time_ in (0.2, 3.4, 44, 130)]
    ['under a second', 'about 3 seconds', 'about 40 seconds', 'about 2 minutes']
    """
    if time_ < 1:
        return "under a second"
    if time_ < 90:
        rounded = round(time_) if time_ < 10 else round(time_, -1)
        return f"about {counted(round(rounded), 'second')}"
    return f"about {time_ / 60:.0f} minutes"


def left(done: int, total: int, first: int, time_: float) -> float | None:
    """Estimate the seconds until all parts are done, from the time since the first of them were.

    The first ones tell nothing, since functions are compiled for them; None until there are others.

    >>> left(done=48, total=128, first=8, time_=10.0)
    20.0
    """
    return time_ * (total - done) / (done - first) if done > first else None


# What is said of a map


@dataclass(frozen=True, eq=False)
class Heat:
    """A map over the picture that it explains.

    Attributes:
        over: The picture with the map over it.
        alone: The map alone.
        low: Its smallest value.
        high: Its greatest.
        limit: The magnitude at which the colours end.
        clipped: The share of the cells, 0 to 1, beyond that end.
        flat: Whether the map is zero everywhere.
        signed: Whether it has negative values.
    """

    over: Pixels
    alone: Pixels
    low: float
    high: float
    limit: float
    clipped: float
    flat: bool
    signed: bool


def heat(name: str, image: Array | Pixels, found: Array, style: overlays.HeatStyle | None = None) -> Heat:
    """Paint a map over what a network sees, and alone.

    The colours end at the greatest magnitude; in a map of pixels, at the one that all but half a percent stay
    below, lest one pixel leave no colour for the others. Such a map is laid over a pale picture.

    Args:
        name: A key of `networks.NETWORKS`.
        image: What the network sees.
        found: The map, (h, w).
        style: How it lies over the picture, as for `overlays.heated`.
    """
    pixels = preprocessing.seen(name, image)
    large = figures.enlarge(pixels, max(1, overlays.SEEN_SIDE // pixels.shape[0]))
    fine = found.shape == pixels.shape[:2]
    magnitudes = np.abs(found)
    end = (float(np.quantile(magnitudes, QUANTILE)) if fine else 0.0) or float(magnitudes.max())
    low, high = float(found.min()), float(found.max())
    signed = low < 0
    # A flat map has no end of its own: whatever stands there, its values are at the scale's zero.
    painted = figures.paint(
        found, "signed" if signed else "stretched", limits=(-end if signed else 0.0, end or 1.0)
    )
    alone = painted.pixels if signed else figures.MAGNITUDE_COLOURS[painted.pixels]
    factor = max(1, overlays.SEEN_SIDE // max(found.shape))
    return Heat(
        overlays.heated(figures.lighten(overlays.grey(large)) if fine else large, found, end, style),
        figures.enlarge(alone, factor),
        low,
        high,
        end,
        painted.clipped,
        attribution.is_flat(found),
        signed,
    )


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float | None:
    """How alike two maps order their cells: 1 the same way, 0 unrelated, -1 the other way round.

    Spearman's: the correlation of the ranks, equal values sharing the mean of theirs. None where all cells of
    one map are equal, for then it has no order.

    Raises:
        ExplorerError: If the maps have different sizes.

    >>> rank_correlation([1, 2, 3, 4], [1, 8, 27, 64]), rank_correlation([1, 2, 3], [1, 1, 1])
    (1.0, None)
    >>> rank_correlation([1, 2, 3], [2, 1, 3])
    0.5
    """
    one, two = np.asarray(first).ravel(), np.asarray(second).ravel()
    if one.shape != two.shape:
        raise ExplorerError(
            f"Maps are compared cell by cell, but one has {one.size} cells and the other {two.size}; "
            "take two of one layer."
        )
    first_ranks, second_ranks = (ranks - ranks.mean() for ranks in (_ranks(one), _ranks(two)))
    lengths = np.linalg.norm(first_ranks) * np.linalg.norm(second_ranks)
    return round(float(first_ranks @ second_ranks / lengths), 12) if lengths else None


def _ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    means: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return means


def verdict(correlation: float | None) -> str:
    """What a rank correlation with the map of an untrained network means.

    >>> verdict(0.9)
    '**Rank correlation 0.9**: the map hardly changed. It owes little to what these layers learned.'
    """
    if correlation is None:
        return "**No rank correlation**: one of the maps is flat, and has no order to compare."
    said = f"**Rank correlation {figures.format_number(correlation)}**: "
    if correlation > ALIKE:
        return said + "the map hardly changed. It owes little to what these layers learned."
    if correlation > UNLIKE:
        return said + "some of the map is left. 1 would be the same order of cells, 0 no relation."
    return said + "nothing of the map is left. It came from what these layers learned."


ALIKE, UNLIKE = 0.7, 0.3


# Two explanations against each other


@dataclass(frozen=True, eq=False)
class Curve:
    """A probability while more and more of a picture is hidden.

    Attributes:
        hidden: Hidden fractions of the pixels, (n,).
        probabilities: Of the class, (n,).
    """

    hidden: Array
    probabilities: Array

    @property
    def area(self) -> float:
        """Return the area under the curve: the smaller, the sooner the class was lost.

        >>> Curve(np.array([0, 0.5, 1]), np.array([1, 0.5, 0])).area
        0.5
        """
        return float(np.trapezoid(self.probabilities, self.hidden))


@in_pieces
def contest(
    name: str,
    image: Array | Pixels,
    rivals: Sequence[Explanation],
    target: int,
    *,
    steps: int = 32,
    fill: str = "grey",
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[tuple[Curve, ...]]:
    """Compute explanations and their deletion curves piece by piece: after each one, the curves so far."""
    asked = [(work(name, rival).passes or 1, rival) for rival in rivals]
    total = sum(count + steps + 1 for count, _ in asked)
    curves: list[Curve] = []
    before = 0
    for count, rival in asked:
        for progress in explain.pieces(name, image, rival, target, weights=weights, run=run):
            yield Progress(before + count * progress.done // progress.total, total, tuple(curves))
        before += count
        pieces = attribution.deletion_curve.pieces(
            name, image, progress.value, target, steps=steps, fill=fill, weights=weights, run=run
        )
        for deleted in pieces:
            yield Progress(before + deleted.done, total, (*curves, Curve(*deleted.value)))
        curves.append(Curve(*deleted.value))
        before += steps + 1


def contest_work(name: str, rivals: Sequence[Explanation], steps: int) -> Work:
    """What `contest` asks for.

    >>> contest_work("MobileNetV2", (Explanation("chance"), Explanation("saliency")), 32)
    Work(forward=66, backward=1)
    """
    return sum((work(name, rival) + Work(steps + 1) for rival in rivals), Work())


def winner(first: Curve, second: Curve) -> int | None:
    """Return 0 or 1, whose area is smaller, or None where they differ by less than a hundredth."""
    if abs(first.area - second.area) < 0.01:
        return None
    return int(second.area < first.area)


# A logit taken apart


@dataclass(frozen=True)
class Addition:
    """A logit as a short sum.

    Attributes:
        largest: The channels that change it most, as (channel, what it adds), the largest first.
        shown: What these add together.
        others: What all other channels add together.
        count: How many these are.
        bias: What is added without any picture.
        logit: What all of it adds up to.
    """

    largest: tuple[tuple[int, float], ...]
    shown: float
    others: float
    count: int
    bias: float
    logit: float


def addition(found: Contributions, most: int = 12) -> Addition:
    """Write a logit as a sum of its largest terms, of all others, and of the bias.

    >>> addition(Contributions(np.array([0.5, -2.0, 1.0], np.float32), 0.25, -0.25), most=2)
    Addition(largest=((1, -2.0), (2, 1.0)), shown=-1.0, others=0.5, count=1, bias=0.25, logit=-0.25)
    """
    channels = found.channels.astype(np.float64)
    order = np.argsort(-np.abs(channels), kind="stable")
    first, rest = order[:most], order[most:]
    return Addition(
        tuple((int(channel), float(channels[channel])) for channel in first),
        float(channels[first].sum()),
        float(channels[rest].sum()),
        len(rest),
        found.bias,
        found.logit,
    )


def sum_formula(found: Addition) -> str:
    r"""Write an addition with its numbers.

    >>> found = Addition(((1, -2.0), (2, 1.0)), -1.0, 0.5, 3, -0.25, -0.75)
    >>> print(sum_formula(found).replace(" - ", "\n- "))
    -\underbrace{1}_{\text{2 channels}} + \underbrace{0.5}_{\text{3 others}}
    - \underbrace{0.25}_{\text{bias}} = -0.75
    """
    terms = (
        (found.shown, counted(len(found.largest), "channel")),
        (found.others, counted(found.count, "other")),
        (found.bias, "bias"),
    )
    text = ""
    for value, name in terms:
        sign = ("-" if value < 0 else "") if not text else " - " if value < 0 else " + "
        text += rf"{sign}\underbrace{{{figures.format_number(abs(value), 4)}}}_{{\text{{{name}}}}}"
    return f"{text} = {figures.format_number(found.logit, 4).replace('−', '-')}"


def last_spatial(layers: Sequence[structure.Layer]) -> int:
    """Return the place of the last layer with rows and columns, whose averages make the logits."""
    return max(place for place, layer in enumerate(layers) if inspection.is_spatial(layer))


# Pictures that a unit likes best


@dataclass(frozen=True, eq=False)
class VisualisedFeature:
    """A picture that was made for a unit, and how far that brought it.

    Attributes:
        pixels: uint8 (size, size, 3).
        steps: After how many steps the unit was asked.
        reached: What it answered then.
    """

    pixels: Pixels
    steps: tuple[int, ...]
    reached: tuple[float, ...]


@in_pieces
def visualise(
    name: str,
    unit: int,
    layer: str | None = None,
    *,
    steps: int,
    settings: MaximisationSettings,
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[VisualisedFeature]:
    """Compute `attribution.maximise` piece by piece: after each one, the picture and the answers so far."""
    asked: tuple[int, ...] = ()
    reached: tuple[float, ...] = ()
    for progress in attribution.maximise.pieces(
        name, unit, layer, steps=steps, settings=settings, weights=weights, run=run
    ):
        pixels = np.rint(255 * progress.value).astype(np.uint8)
        asked += (progress.done,)
        reached += (progress.reached,)
        yield Progress(progress.done, progress.total, VisualisedFeature(pixels, asked, reached))


def activation(
    name: str, image: Array | Pixels, unit: int, layer: str | None = None, weights: str = "auto"
) -> float:
    """Return what a class's logit is, or a channel's mean over its cells, for a picture.

    Raises:
        NetworkError: If there is no such network, layer, channel or class.
    """
    if layer is None:
        values = predictions.logits(name, image, weights=weights)
    else:
        values = outputs.layer_output(name, image, layer, weights=weights)
    if not 0 <= unit < values.shape[-1]:
        raise networks.NetworkError(
            f"There are the units 0 to {values.shape[-1] - 1}, and {unit} came; choose one of them."
        )
    return float(values[..., unit].mean())
