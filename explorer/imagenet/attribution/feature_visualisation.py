"""Feature visualisation: pictures that a class or a channel answers to most strongly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.imagenet.attribution.ascent import ascent_of
from explorer.imagenet.attribution.checks import check_choice, check_whole
from explorer.imagenet.attribution.colours import colour_scaling, parameters_shape
from explorer.imagenet.attribution.engine import piece_size
from explorer.imagenet.networks import Array, NetworkError, network
from explorer.pieces import Pieces, Progress, Runner, call, in_pieces, parts
from explorer.words import signed

PARAMETRISATIONS = ("fourier", "pixel")
"""What `maximise` changes: the waves that a picture is the sum of, or its pixels one by one."""


@dataclass(frozen=True)
class MaximisationSettings:
    """How `maximise` goes about it.

    Attributes:
        parametrisation: One of `PARAMETRISATIONS`.
        rate: Learning rate of Adam.
        jitter: Pixels that the picture is moved by at most before each step, up or down and to the sides.
        rotate: Degrees that it is turned by at most.
        scale: Share of its size that it is enlarged or shrunk by at most.
        seed: Which start, and which of these movements.
    """

    parametrisation: str = "fourier"
    rate: float = 0.05
    jitter: int = 8
    rotate: float = 5.0
    scale: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice(PARAMETRISATIONS, self.parametrisation, "parametrisation")
        for name, low, high in (
            ("rate", 0.0, 10.0),
            ("jitter", 0, 64),
            ("rotate", 0.0, 180.0),
            ("scale", 0.0, 0.5),
        ):
            if not low <= getattr(self, name) <= high:
                raise NetworkError(
                    f"{name} is {getattr(self, name)}; choose a number from {signed(low)} to {signed(high)}."
                )


@dataclass(frozen=True, eq=False)
class MaximisationState:
    """Where `maximise` stands, as it travels: parameters of the picture, and what Adam remembers."""

    step: int
    parameters: Array
    mean: Array
    square: Array


@in_pieces
def maximise(
    name: str,
    unit: int,
    layer: str | None = None,
    *,
    steps: int = 128,
    settings: MaximisationSettings = MaximisationSettings(),
    weights: str = "auto",
    run: Runner = call,
) -> Pieces[Array]:
    """Change a random picture step by step so that a class or a channel answers more strongly.

    Adam raises the mean of the unit's output over its cells. The picture is the sigmoid of a sum of waves,
    long ones quicker to change ("fourier"), or of free values ("pixel"); each step sees it moved, turned and
    scaled a little, lest patterns arise that no photograph has (Olah and others, 2017).

    Args:
        name: A key of `networks.NETWORKS`.
        unit: The class, or the channel of the layer.
        layer: The layer, or None for the logits. A channel that is 0 everywhere has no slope to follow.
        steps: How many steps.
        settings: How.
        weights: Which weights.
        run: Does a piece elsewhere, as `pieces.call` does it here.

    Returns:
        float32 (size, size, 3) in [0, 1].

    Raises:
        NetworkError: If there is no such network, layer, class or channel.
    """
    check_whole("steps", steps, 1)
    state = _start(network(name).size, settings)
    share = run(piece_size, name)
    for part in parts(steps, share / 4):
        count = part.stop - part.start
        state, picture, reached = run(_maximised, name, weights, unit, layer, settings, state, count)
        yield Progress(part.stop, steps, picture, reached)


def _start(size: int, settings: MaximisationSettings) -> MaximisationState:
    shape = parameters_shape(size, settings.parametrisation == "fourier")
    start = np.random.default_rng(settings.seed).standard_normal(shape, np.float32) * np.float32(0.01)
    return MaximisationState(0, start, np.zeros_like(start), np.zeros_like(start))


def _maximised(
    name: str,
    weights: str,
    unit: int,
    layer: str | None,
    settings: MaximisationSettings,
    state: MaximisationState,
    steps: int,
) -> tuple[MaximisationState, Array, float]:
    """Go some steps, and give where one stands then, the picture there, and the unit's answer to it."""
    ascent = ascent_of(name, weights)
    units = ascent.units(layer)
    if not (isinstance(unit, int | np.integer) and 0 <= unit < units):
        raise NetworkError(f"There are the units 0 to {units - 1}, and {unit!r} came; choose one of them.")
    size = network(name).size
    slope_of, arrive = ascent.maximiser(layer, settings.parametrisation == "fourier", colour_scaling(name))
    at, parameters, mean, square = state.step, state.parameters, state.mean, state.square
    for number in range(at + 1, at + steps + 1):
        slope = slope_of(parameters, unit, _movement(size, settings, number)).numpy()
        mean = np.float32(0.9) * mean + np.float32(0.1) * slope
        square = np.float32(0.999) * square + np.float32(0.001) * slope**2
        upward = mean / (1 - 0.9**number) / (np.sqrt(square / (1 - 0.999**number)) + 1e-8)
        parameters = parameters + np.float32(settings.rate) * upward.astype(np.float32)
    picture, reached = arrive(parameters, unit)
    return MaximisationState(at + steps, parameters, mean, square), picture.numpy(), float(reached)


def _movement(size: int, settings: MaximisationSettings, step: int) -> Array:
    """Draw how the picture is moved, turned and scaled: the projection (8,) of a cell to where it is read."""
    rng = np.random.default_rng((settings.seed, step))
    across, down = rng.integers(-settings.jitter, settings.jitter, 2, endpoint=True)
    turn = math.radians(rng.uniform(-settings.rotate, settings.rotate))
    zoom = 1 / rng.uniform(1 - settings.scale, 1 + settings.scale)
    a, b = zoom * math.cos(turn), zoom * math.sin(turn)
    centre = (size - 1) / 2
    right, lower = centre - a * centre + b * centre + across, centre - b * centre - a * centre + down
    return np.array([a, -b, right, b, a, lower, 0, 0], np.float32)
