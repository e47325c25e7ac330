"""The optimisers: how gradients change weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.mlp.layers import Array
from explorer.parameters import Number

LEARNING_RATE = Number(
    name="learning_rate",
    title="Learning rate",
    low=1e-5,
    high=100.0,
    step=1e-5,
    default=0.1,
)


@dataclass(frozen=True)
class Optimizer:
    """A rule by which gradients change weights.

    Attributes:
        name: Key in `OPTIMIZERS`.
        title: Name to show.
        formula: LaTeX: one step of a weight w with gradient g and learning rate eta.
        why: One sentence: what it is good or bad for.
        source: Where it comes from.
        keras: The call that makes it in Keras, with the parameters by name.
        torch: The call that makes it in PyTorch, likewise.
        slots: How many numbers it keeps for each weight.
        update: (weights, gradients, slots, step from 1, learning_rate, **parameters), in place.
        parameters: What shapes it besides the learning rate.
        torch_remark: In what PyTorch's is not Keras's and ours.
        torch_step: Lines of PyTorch that make up for it, run before each step, with the parameters by name.
        torch_scheduled: Why, under a schedule, the gradients are multiplied by the rate in PyTorch's program.
    """

    name: str
    title: str
    formula: str
    why: str
    source: str
    keras: str
    torch: str
    slots: int
    update: Callable[..., None]
    parameters: tuple[Number, ...] = ()
    torch_remark: str = ""
    torch_step: tuple[str, ...] = ()
    torch_scheduled: str = ""


def _sgd(w: Array, g: Array, slots: Array, step: int, learning_rate: float) -> None:
    w -= learning_rate * g


def _momentum(w: Array, g: Array, slots: Array, step: int, learning_rate: float, momentum: float) -> None:
    speed = slots[0]
    speed *= momentum
    speed -= learning_rate * g
    w += speed


def _adam(
    w: Array,
    g: Array,
    slots: Array,
    step: int,
    learning_rate: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> None:
    m, v = slots
    m += (g - m) * (1 - beta_1)
    v += (np.square(g) - v) * (1 - beta_2)
    w -= m * (learning_rate * math.sqrt(1 - beta_2**step) / (1 - beta_1**step)) / (np.sqrt(v) + epsilon)


OPTIMIZERS: dict[str, Optimizer] = {
    record.name: record
    for record in (
        Optimizer(
            name="sgd",
            title="SGD",
            formula=r"w \leftarrow w - \eta\, g",
            why=(
                "Stochastic gradient descent steps against the gradient of each batch: plain, and slow in "
                "long "
                "valleys."
            ),
            source="H. Robbins, S. Monro, A stochastic approximation method, 1951.",
            keras="keras.optimizers.SGD(learning_rate=learning_rate)",
            torch="torch.optim.SGD(model.parameters(), lr=learning_rate)",
            slots=0,
            update=_sgd,
        ),
        Optimizer(
            name="momentum",
            title="SGD with momentum",
            formula=r"v \leftarrow \mu v - \eta\, g, \quad w \leftarrow w + v \quad \mu = \text{momentum}",
            why=(
                "A weight keeps some of its speed, like a ball that rolls downhill: faster along valleys, "
                "and it "
                "can overshoot."
            ),
            source="B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964.",
            keras="keras.optimizers.SGD(learning_rate=learning_rate, momentum=momentum)",
            torch="torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=momentum)",
            slots=1,
            update=_momentum,
            parameters=(
                Number(
                    name="momentum",
                    title="Momentum",
                    low=0.0,
                    high=0.99,
                    step=0.01,
                    default=0.9,
                    help="The share of its speed that a weight keeps from step to step.",
                ),
            ),
            torch_remark=(
                "Keras keeps the rate in its velocities, PyTorch does not: the two part if you change the "
                "rate"
            ),
            torch_scheduled="Keras keeps the rate in its velocities: here it goes into the gradients",
        ),
        Optimizer(
            name="adam",
            title="Adam",
            formula=(
                r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) "
                r"g^2, "
                r"\quad w \leftarrow w - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} "
                r"\cdot \frac{m}{\sqrt{v} + \epsilon}"
            ),
            why=(
                "Each weight gets a step of its own size, whatever the size of its gradient: it needs a "
                "smaller "
                "learning rate, about 0.01."
            ),
            source="D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015.",
            keras=(
                "keras.optimizers.Adam("
                "learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)"
            ),
            torch=(
                "torch.optim.Adam(model.parameters(), lr=learning_rate, betas=(beta_1, beta_2), eps=epsilon)"
            ),
            slots=2,
            update=_adam,
            parameters=(
                Number(
                    name="beta_1",
                    title="Beta 1",
                    low=0.0,
                    high=0.999,
                    step=0.001,
                    default=0.9,
                    stops=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999),
                    help="The share of the running mean of the gradient that is kept from step to step.",
                ),
                Number(
                    name="beta_2",
                    title="Beta 2",
                    low=0.0,
                    high=0.9999,
                    step=0.0001,
                    default=0.999,
                    stops=(0.0, 0.5, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999),
                    help="The share of the running mean of the squared gradient that is kept.",
                ),
                Number(
                    name="epsilon",
                    title="Epsilon",
                    low=1e-8,
                    high=1.0,
                    step=1e-8,
                    default=1e-7,
                    stops=(1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0),
                    help="Keeps the division by a root near 0 in bounds.",
                ),
            ),
            torch_remark=(
                "Keras adds epsilon to sqrt(v), PyTorch to sqrt(v / (1 - beta_2**t)): this evens it out"
            ),
            torch_step=(
                "for group in optimizer.param_groups:",
                '    group["t"] = group.get("t", 0) + 1',
                '    group["eps"] = epsilon / (1 - group["betas"][1] ** group["t"]) ** 0.5',
            ),
        ),
    )
}
"""The optimizers by name, in the order of the menu."""
