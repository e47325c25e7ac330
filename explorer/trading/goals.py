"""What a trading system is trained for: profit alone, or profit with a penalty on losses."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.parameters import Number

CREDIT = Number(
    name="credit",
    title="Credit for a gain",
    low=0.0,
    high=1.0,
    step=0.05,
    default=0.5,
)
RATE = Number(
    name="rate",
    title="Learning rate",
    low=0.01,
    high=2.0,
    step=0.01,
    default=0.5,
)


# What a system is penalised for


@dataclass(frozen=True)
class Goal:
    """What a system is penalised for while it learns.

    Attributes:
        name: Key in `GOALS`.
        title: Name to show.
        loss: Key in `LOSSES`.
        fixed: Parameters of the loss that belong to the goal, as pairs.
        order: The loss grows with this power of the returns, and is divided by that of their usual size.
        forecast: Whether the loss compares a forecast with the return; otherwise a position.
        why: One sentence: what it makes of a system.
    """

    name: str
    title: str
    loss: str
    fixed: tuple[tuple[str, float], ...]
    order: int
    forecast: bool
    why: str

    @property
    def parameters(self) -> tuple[Number, ...]:
        """What can be set: the parameters of the loss that are not fixed."""
        fixed = dict(self.fixed)
        return tuple(
            each
            for each in LOSSES[self.loss].parameters
            if isinstance(each, Number) and each.name not in fixed
        )

    @property
    def credited(self) -> bool:
        """Whether a credit for gains is taken off: the other goals count gains themselves, or no money."""
        return self.loss in ("downside", "shortfall")

    def values(self, **parameters: float) -> dict[str, float]:
        """Return every parameter of the loss its value.

        Raises:
            ExplorerError: If a parameter is unknown, fixed or out of its bounds.

        Example:
            >>> GOALS["downside_squared"].values()
            {'power': 2}
        """
        known = {each.name for each in self.parameters}
        for name in parameters.keys() - known:
            takes = ", ".join(known) or "none"
            raise ExplorerError(f"{self.title} has no parameter {name!r}; the parameters it takes: {takes}.")
        return LOSSES[self.loss].values(**dict(self.fixed), **parameters)


GOALS: dict[str, Goal] = {
    goal.name: goal
    for goal in (
        Goal(
            name="forecast",
            title="Forecast error",
            loss="mean_squared_error",
            fixed=(),
            order=2,
            forecast=True,
            why=(
                "It learns to forecast the return. The squared error treats losing money and gaining it "
                "alike."
            ),
        ),
        Goal(
            name="downside",
            title="Downside",
            loss="downside",
            fixed=(("power", 1),),
            order=1,
            forecast=False,
            why=(
                "It pays for each loss of money by its size. Without credit for gains it learns to stay out "
                "of the market."
            ),
        ),
        Goal(
            name="downside_squared",
            title="Downside squared",
            loss="downside",
            fixed=(("power", 2),),
            order=2,
            forecast=False,
            why=(
                "A loss twice as large costs four times as much. Small losses hardly count, so it takes "
                "small positions rather than none."
            ),
        ),
        Goal(
            name="asymmetric",
            title="Asymmetric weight",
            loss="asymmetric_profit",
            fixed=(),
            order=1,
            forecast=False,
            why=(
                "Gains count in full and losses count more. It takes part where a gain is likely enough to "
                "make up for that."
            ),
        ),
        Goal(
            name="shortfall",
            title="Shortfall",
            loss="shortfall",
            fixed=(),
            order=1,
            forecast=False,
            why=("Losses up to the threshold are free. It takes large positions and avoids worse days."),
        ),
    )
}
"""What a system can be penalised for, in the order of the menu."""

HOLD = Goal(
    name="hold",
    title="Always one stake",
    loss="asymmetric_profit",
    fixed=(("weight", 1.0),),
    order=1,
    forecast=False,
    why="For comparison: it holds one stake every day and learns nothing.",
)
