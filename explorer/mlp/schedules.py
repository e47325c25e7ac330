"""Schedules: how the learning rate changes from step to step, with Keras's names."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from explorer.parameters import Number, WholeNumber

DECAY_STEPS = WholeNumber(
    name="decay_steps",
    title="Decay steps",
    low=1,
    high=10_000,
    step=1,
    default=500,
    stops=(10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000),
    help="After how many steps the decay has done its work once.",
)

DECAY_RATE = Number(
    name="decay_rate",
    title="Decay rate",
    low=0.01,
    high=2.0,
    step=0.01,
    default=0.5,
    help="How strong the decay is.",
)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How a learning rate changes with the steps of an optimiser.

    Attributes:
        name: Key in `SCHEDULES`.
        title: Name to show.
        formula: LaTeX: the rate of step t, from the first rate eta_0.
        why: One sentence: what it is good for.
        factor: (steps made, **parameters) -> what the first rate is multiplied by.
        keras: The call that makes it in Keras, with the parameters by name.
        torch: The factor in PyTorch's program, of `step`, likewise.
        parameters: What shapes it.
    """

    name: str
    title: str
    formula: str
    why: str
    factor: Callable[..., float]
    keras: str
    torch: str
    parameters: tuple[Number, ...] = ()


SCHEDULES: dict[str, Schedule] = {
    record.name: record
    for record in (
        Schedule(
            name="constant",
            title="Constant",
            formula=r"\eta_t = \eta_0",
            why="Every step has the same learning rate.",
            factor=lambda step: 1.0,
            keras="learning_rate",
            torch="1",
        ),
        Schedule(
            name="exponential_decay",
            title="Exponential decay",
            formula=r"\eta_t = \eta_0 \cdot r^{t / T} \quad r = \text{decay rate}, T = \text{decay steps}",
            why="Large steps find the valley, ever smaller ones its floor.",
            factor=lambda step, decay_steps, decay_rate: decay_rate ** (step / decay_steps),
            keras="ExponentialDecay(learning_rate, decay_steps=decay_steps, decay_rate=decay_rate)",
            torch="decay_rate ** (step / decay_steps)",
            parameters=(DECAY_STEPS, DECAY_RATE),
        ),
        Schedule(
            name="inverse_time_decay",
            title="Inverse time decay",
            formula=(
                r"\eta_t = \frac{\eta_0}{1 + r\, t / T} \quad r = \text{decay rate}, T = \text{decay steps}"
            ),
            why="It falls fast at first and then more and more slowly, as theory asks of noisy steps.",
            factor=lambda step, decay_steps, decay_rate: 1 / (1 + decay_rate * step / decay_steps),
            keras="InverseTimeDecay(learning_rate, decay_steps=decay_steps, decay_rate=decay_rate)",
            torch="1 / (1 + decay_rate * step / decay_steps)",
            parameters=(DECAY_STEPS, DECAY_RATE),
        ),
        Schedule(
            name="cosine_decay",
            title="Cosine decay",
            formula=(
                r"\eta_t = \eta_0 \left( \alpha + (1 - \alpha) \frac{1 + \cos(\pi\, t / T)}{2} \right) "
                r"\quad t \le T = \text{decay steps}"
            ),
            why="It stays high, falls along a cosine, and ends at a share alpha: the usual one today.",
            factor=lambda step, decay_steps, alpha: (
                alpha + (1 - alpha) * (1 + math.cos(math.pi * min(step / decay_steps, 1))) / 2
            ),
            keras="CosineDecay(learning_rate, decay_steps=decay_steps, alpha=alpha)",
            torch="alpha + (1 - alpha) * (1 + math.cos(math.pi * min(step / decay_steps, 1))) / 2",
            parameters=(
                DECAY_STEPS,
                Number(
                    name="alpha",
                    title="Alpha",
                    low=0.0,
                    high=1.0,
                    step=0.01,
                    default=0.0,
                    help="The share of the first rate that is left in the end.",
                ),
            ),
        ),
    )
}
"""The schedules by name, in the order of the menu."""
