"""What is minimised: the settings of a training, and the loss on the outputs of a layer with its slopes."""

from __future__ import annotations

from dataclasses import dataclass
from reprlib import repr as short
from typing import Any

import numpy as np

from explorer.errors import ExplorerError
from explorer.losses import LOSSES, Loss
from explorer.mlp.layers import Dense, Parameters, Real, checked_parameters, titled
from explorer.mlp.optimizers import LEARNING_RATE, OPTIMIZERS
from explorer.mlp.schedules import SCHEDULES
from explorer.parameters import Number, WholeNumber

BATCH_SIZE = WholeNumber(
    name="batch_size",
    title="Batch size",
    low=1,
    high=2000,
    step=1,
    default=32,
)
L1 = Number(
    name="l1",
    title="L1",
    low=0.0,
    high=1.0,
    step=1e-4,
    default=0.0,
)
L2 = Number(
    name="l2",
    title="L2",
    low=0.0,
    high=1.0,
    step=1e-4,
    default=0.0,
)
SEED = WholeNumber(
    name="seed",
    title="Seed",
    low=0,
    high=999_999,
    step=1,
    default=0,
)


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Attributes:
        loss: Key of `LOSSES`.
        loss_parameters: The loss's parameters; those left out take their defaults.
        optimizer: Key of `OPTIMIZERS`.
        optimizer_parameters: The optimizer's parameters, likewise.
        learning_rate: How far a step goes; with a schedule the first one.
        batch_size: Points whose mean gradient makes a step; the last batch of an epoch may be smaller.
        l1: Weight of the penalty on the sum of all |w|; biases are never penalised, as in Keras.
        l2: Weight of the penalty on the sum of all w^2.
        seed: Draws the order of the points in each epoch.
        schedule: Key of `SCHEDULES`: how the learning rate changes.
        schedule_parameters: The schedule's parameters, likewise.

    Raises:
        ExplorerError: If a part is unknown or out of its bounds.

    Example:
        >>> Training(optimizer="momentum").optimizer_parameters
        (('momentum', 0.9),)
    """

    loss: str = "binary_crossentropy"
    loss_parameters: Parameters = ()
    optimizer: str = "sgd"
    optimizer_parameters: Parameters = ()
    learning_rate: float = 0.1
    batch_size: int = 32
    l1: float = 0.0
    l2: float = 0.0
    seed: int = 0
    schedule: str = "constant"
    schedule_parameters: Parameters = ()

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ExplorerError(f"There is no loss {short(self.loss)}; choose one of {', '.join(LOSSES)}.")
        if self.optimizer not in OPTIMIZERS:
            raise ExplorerError(
                f"There is no optimizer {short(self.optimizer)}; choose one of {', '.join(OPTIMIZERS)}."
            )
        if self.schedule not in SCHEDULES:
            raise ExplorerError(
                f"There is no schedule {short(self.schedule)}; choose one of {', '.join(SCHEDULES)}."
            )
        optimizer, schedule = OPTIMIZERS[self.optimizer], SCHEDULES[self.schedule]
        checked = {
            "loss_parameters": tuple(LOSSES[self.loss].values(**dict(self.loss_parameters)).items()),
            "optimizer_parameters": tuple(
                checked_parameters(
                    optimizer.title, optimizer.parameters, dict(self.optimizer_parameters)
                ).items()
            ),
            "schedule_parameters": tuple(
                checked_parameters(
                    schedule.title, schedule.parameters, dict(self.schedule_parameters)
                ).items()
            ),
        }
        for argument in (LEARNING_RATE, BATCH_SIZE, L1, L2, SEED):
            checked[argument.name] = argument.checked(getattr(self, argument.name))  # type: ignore[assignment]
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def loss_said(self) -> str:
        """The loss's name with its parameters.

        Example:
            >>> Training("huber").loss_said
            'Huber, delta 1'
        """
        record = LOSSES[self.loss]
        return titled(record.title, record.parameters, self.loss_parameters)

    @property
    def optimizer_said(self) -> str:
        """The optimizer's name with its parameters.

        Example:
            >>> Training(optimizer="momentum").optimizer_said
            'SGD with momentum, momentum 0.9'
        """
        record = OPTIMIZERS[self.optimizer]
        return titled(record.title, record.parameters, self.optimizer_parameters)

    def rate_at(self, steps: int) -> float:
        """Return the learning rate of the step that comes after so many.

        Example:
            >>> decay = (("decay_steps", 10), ("decay_rate", 0.5))
            >>> Training(schedule="exponential_decay", schedule_parameters=decay).rate_at(20)
            0.025
        """
        factor = SCHEDULES[self.schedule].factor(steps, **dict(self.schedule_parameters))
        return self.learning_rate * factor

    @property
    def threshold(self) -> float:
        """The output above which a point is said to be of class 1: a half, or 0 where outputs are scores.

        Example:
            >>> Training("hinge").threshold, Training("mean_squared_error").threshold
            (0.0, 0.5)
        """
        from_logits = dict(self.loss_parameters).get("from_logits", False)
        return 0.0 if from_logits or -1.0 in LOSSES[self.loss].target.values else 0.5


def learns_from_logits(output: Dense, training: Training) -> bool:
    """Whether the loss is taken of what goes into the output's sigmoid or softmax, as Keras does.

    That is so for a cross-entropy: a sigmoid near 0 or 1 has lost the digits that the gradient needs.

    Example:
        >>> output = Dense(1, "sigmoid")
        >>> learns_from_logits(output, Training()), learns_from_logits(output, Training("hinge"))
        (True, False)
    """
    loss, values = LOSSES[training.loss], dict(training.loss_parameters)
    suits = output.is_softmax if loss.target.vector else output.activation == "sigmoid"
    return suits and not values.get("from_logits", True)


@dataclass(frozen=True)
class Objective:
    """A loss on the outputs of a layer: from its activations, or from what goes into these."""

    loss: Loss
    values: dict[str, Any]
    from_logits: bool

    @classmethod
    def of(cls, output: Dense, training: Training) -> Objective:
        """The loss of a training on an output layer."""
        loss, values = LOSSES[training.loss], dict(training.loss_parameters)
        return cls(loss, values, learns_from_logits(output, training))

    def losses(self, y: Real, z: Real, a: Real) -> Real:
        """Return the loss of each point: (n, units) -> (n,)."""
        terms = (
            self.loss.function(y, z, **self.values | {"from_logits": True})
            if self.from_logits
            else self.loss.function(y, a, **self.values)
        )
        return np.asarray(terms.mean(-1) if self.loss.reduction == "mean" else terms.sum(-1), a.dtype)

    def upstream(self, y: Real, a: Real) -> Real:
        """Return dL/da, where L is the mean loss of the batch."""
        return self._shared(self.loss.slope(y, a, **self.values), a)

    def delta(self, layer: Dense, y: Real, z: Real, a: Real) -> Real:
        """Return dL/dz likewise."""
        if self.from_logits:
            return self._shared(self.loss.slope(y, z, **self.values | {"from_logits": True}), z)
        return layer.pulled(self.upstream(y, a), z)

    def _shared(self, slopes: Real, like: Real) -> Real:
        count = len(like) * (like.shape[-1] if self.loss.reduction == "mean" else 1)
        return np.asarray(slopes / count, like.dtype)
