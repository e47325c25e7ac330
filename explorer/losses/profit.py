"""Losses of positions: what is lost and gained at a return."""

from __future__ import annotations

import numpy as np

from explorer.calculus import Real
from explorer.losses.forms import LOST, Form
from explorer.losses.record import Domain, Loss
from explorer.losses.regression import excess
from explorer.parameters import Number, WholeNumber


def _lost(y_true: Real, y_pred: Real) -> Real:
    """What a position loses at a return: the negative of its profit."""
    return -y_true * y_pred


def _downside_slope(y_true: Real, y_pred: Real, power: int) -> Real:
    lost = _lost(y_true, y_pred)
    return np.where(lost > 0, -y_true * power * np.maximum(lost, 0) ** (power - 1), 0)


def _weighted_loss(y_true: Real, y_pred: Real, weight: float) -> Real:
    lost = _lost(y_true, y_pred)
    return np.where(lost > 0, weight * lost, lost)


def _weighted_loss_slope(y_true: Real, y_pred: Real, weight: float) -> Real:
    return -y_true * np.where(_lost(y_true, y_pred) > 0, weight, 1)


def _shortfall(y_true: Real, y_pred: Real, threshold: float) -> Real:
    lost = _lost(y_true, y_pred)
    return excess(lost, threshold, np.abs(lost))


def _shortfall_slope(y_true: Real, y_pred: Real, threshold: float) -> Real:
    return np.where(_shortfall(y_true, y_pred, threshold) > 0, -y_true, 0)


def _at_zero(target: float, **_: float) -> tuple[float, ...]:
    return (0.0,)


_RETURN = Domain(
    title="return",
)

_POSITION = Domain(
    title="position",
)

PROFIT: tuple[Loss, ...] = (
    Loss(
        name="downside",
        title="Downside",
        group="Profit",
        formula=r"\frac{1}{d} \sum_i \max(-y_i \hat y_i, 0)^k \quad k = \text{power}",
        gradient_formula=r"-\frac{k}{d}\, y_i \max(-y_i \hat y_i, 0)^{k - 1}",
        why=(
            "It penalises a position that loses money and ignores gains. Staying out of the market costs "
            "nothing, so a system needs a reason to take part."
        ),
        source="P. C. Fishburn, Mean-risk analysis with risk associated with below-target returns, 1977.",
        reduction="mean",
        function=lambda y_true, y_pred, power: np.maximum(_lost(y_true, y_pred), 0) ** power,
        slope=_downside_slope,
        target=_RETURN,
        prediction=_POSITION,
        parameters=(
            WholeNumber(
                name="power",
                title="Power",
                low=1,
                high=2,
                step=1,
                default=1,
            ),
        ),
        kink_places=_at_zero,
        numpy=Form(
            lines=(LOST,),
            loss="np.mean(np.maximum(lost, 0) ** power)",
            gradient=(
                "np.where(lost > 0, -y_true * power * np.maximum(lost, 0) ** (power - 1), 0) / lost.size"
            ),
        ),
        torch=Form(
            lines=(LOST,),
            loss="(torch.nn.functional.relu(lost) ** power).mean()",
        ),
        keras_operations=Form(
            lines=(LOST,),
            loss="keras.ops.mean(keras.ops.relu(lost) ** power, -1)",
        ),
    ),
    Loss(
        name="asymmetric_profit",
        title="Asymmetric profit",
        group="Profit",
        formula=(
            r"\frac{1}{d} \sum_i \begin{cases} -w\, y_i \hat y_i & y_i \hat y_i < 0 \\ "
            r"-y_i \hat y_i & y_i \hat y_i \ge 0 \end{cases} \quad w = \text{weight}"
        ),
        gradient_formula=(
            r"-\frac{1}{d}\, y_i \begin{cases} w & y_i \hat y_i < 0 \\ 1 & y_i \hat y_i \ge 0 "
            r"\end{cases}"
        ),
        why=(
            "Losing money counts more than gaining as much. The loss has no minimum, so positions need a "
            "bound, such as tanh."
        ),
        source="D. Kahneman, A. Tversky, Prospect theory: an analysis of decision under risk, 1979.",
        reduction="mean",
        function=_weighted_loss,
        slope=_weighted_loss_slope,
        target=_RETURN,
        prediction=_POSITION,
        parameters=(
            Number(
                name="weight",
                title="Weight of losses",
                low=1.0,
                high=10.0,
                step=0.1,
                default=2.0,
            ),
        ),
        kink_places=_at_zero,
        numpy=Form(
            lines=(LOST,),
            loss="np.mean(np.where(lost > 0, weight * lost, lost))",
            gradient="-y_true * np.where(lost > 0, weight, 1) / lost.size",
        ),
        torch=Form(
            lines=(LOST,),
            loss="(lost + (weight - 1) * torch.nn.functional.relu(lost)).mean()",
        ),
        keras_operations=Form(
            lines=(LOST,),
            loss="keras.ops.mean(lost + (weight - 1) * keras.ops.relu(lost), -1)",
        ),
    ),
    Loss(
        name="shortfall",
        title="Shortfall",
        group="Profit",
        formula=r"\frac{1}{d} \sum_i \max(-y_i \hat y_i - \theta, 0) \quad \theta = \text{threshold}",
        gradient_formula=(
            r"\frac{1}{d} \begin{cases} -y_i & -y_i \hat y_i > \theta \\ 0 & \text{otherwise} "
            r"\end{cases}"
        ),
        why=(
            "Small losses of money are free; only what goes beyond a threshold is penalised. For those who "
            "fear the bad day, not the dull one."
        ),
        source="P. C. Fishburn, Mean-risk analysis with risk associated with below-target returns, 1977.",
        reduction="mean",
        function=_shortfall,
        slope=_shortfall_slope,
        target=_RETURN,
        prediction=_POSITION,
        parameters=(
            Number(
                name="threshold",
                title="Free loss",
                low=0.0,
                high=1.0,
                step=0.01,
                default=0.02,
            ),
        ),
        kink_places=lambda target, threshold: (-threshold / target,) if target else (),
        numpy=Form(
            lines=(LOST,),
            loss="np.mean(np.maximum(lost - threshold, 0))",
            gradient="np.where(lost > threshold, -y_true, 0) / lost.size",
        ),
        torch=Form(
            lines=(LOST,),
            loss="torch.nn.functional.relu(lost - threshold).mean()",
        ),
        keras_operations=Form(
            lines=(LOST,),
            loss="keras.ops.mean(keras.ops.relu(lost - threshold), -1)",
        ),
    ),
)
"""The losses of this kind, in the order of the menu."""
