"""Losses of numbers: how far a prediction is from its target."""

from __future__ import annotations

import math

import numpy as np

from explorer import rounding
from explorer.calculus import Real
from explorer.errors import ExplorerError
from explorer.losses.forms import ERROR, Form
from explorer.losses.record import EPSILON, Domain, Loss
from explorer.parameters import Number


def _log_cosh(y_true: Real, y_pred: Real) -> Real:
    distance = np.abs(y_pred - y_true)
    return np.asarray(distance + np.log1p(np.exp(-2 * distance)) - math.log(2))


def _huber(y_true: Real, y_pred: Real, delta: float) -> Real:
    distance = np.abs(y_pred - y_true)
    return np.where(distance <= delta, np.square(distance) / 2, delta * distance - delta**2 / 2)


def _log_of(y: Real) -> Real:
    return np.asarray(np.log(np.maximum(y, EPSILON) + 1))


def _msle_slope(y_true: Real, y_pred: Real) -> Real:
    kept = np.maximum(y_pred, EPSILON)
    return np.where(y_pred >= EPSILON, 2 * (_log_of(y_pred) - _log_of(y_true)) / (kept + 1), 0)


def _scale_of(y_true: Real) -> Real:
    return np.maximum(np.abs(y_true), EPSILON)


def _pinball(y_true: Real, y_pred: Real, quantile: float) -> Real:
    missing = y_true - y_pred
    return np.maximum(quantile * missing, (quantile - 1) * missing)


def _pinball_slope(y_true: Real, y_pred: Real, quantile: float) -> Real:
    return np.where(y_pred < y_true, -quantile, np.where(y_pred > y_true, 1 - quantile, 0))


def excess(number: Real, free: float, size: Real) -> Real:
    """What a number exceeds a free amount by, or 0; rounding does not say on which side of it a number lies.

    `size` is the sum of the magnitudes of what the number was made of.
    """
    given = rounding.DOUBLE if number.dtype == np.float64 else rounding.SINGLE
    beyond = rounding.settled(number - free, size + abs(free), 3, given=given, added=given)
    return np.asarray(np.maximum(beyond, 0), number.dtype)


def _outside_tube(y_true: Real, y_pred: Real, epsilon: float) -> Real:
    return excess(np.abs(y_pred - y_true), epsilon, np.abs(y_pred) + np.abs(y_true))


def _outside_tube_slope(y_true: Real, y_pred: Real, epsilon: float) -> Real:
    return np.where(_outside_tube(y_true, y_pred, epsilon) > 0, np.sign(y_pred - y_true), 0)


def _rate(y_pred: Real) -> Real:
    """Check the predictions of a Poisson loss, whose logarithm is taken."""
    if (y_pred < 0).any():
        raise ExplorerError(
            "A Poisson loss takes predicted rates of 0 or more, and a prediction is below 0: use an "
            "activation that is never negative, such as softplus or the exponential."
        )
    return y_pred


def _poisson(y_true: Real, y_pred: Real) -> Real:
    return np.asarray(_rate(y_pred) - y_true * np.log(y_pred + EPSILON))


def _at_target(target: float, **_: float) -> tuple[float, ...]:
    return (target,)


_NUMBER = Domain(
    title="number",
)

_POSITIVE = Domain(
    title="number of 0 or more",
    low=0.0,
)

REGRESSION: tuple[Loss, ...] = (
    Loss(
        name="mean_squared_error",
        title="Mean squared error (MSE)",
        group="Regression",
        formula=r"\frac{1}{d} \sum_i (\hat y_i - y_i)^2",
        gradient_formula=r"\frac{2}{d} (\hat y_i - y_i)",
        why=(
            "The usual choice for numbers. Its best constant answer is the mean, and an outlier pulls hard "
            "because its error is squared."
        ),
        source="A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805.",
        reduction="mean",
        function=lambda y_true, y_pred: np.square(y_pred - y_true),
        slope=lambda y_true, y_pred: 2 * (y_pred - y_true),
        target=_NUMBER,
        prediction=_NUMBER,
        keras="keras.losses.mean_squared_error(y_true, y_pred)",
        numpy=Form(
            lines=(ERROR,),
            loss="np.mean(error**2)",
            gradient="2 * error / error.size",
        ),
        torch=Form(
            lines=(),
            loss="torch.nn.functional.mse_loss(y_pred, y_true)",
        ),
    ),
    Loss(
        name="mean_absolute_error",
        title="Mean absolute error (MAE)",
        group="Regression",
        formula=r"\frac{1}{d} \sum_i |\hat y_i - y_i|",
        gradient_formula=r"\frac{1}{d} \operatorname{sign}(\hat y_i - y_i)",
        why=(
            "For numbers with outliers. Its best constant answer is the median, and every error pulls "
            "equally hard."
        ),
        source="R. J. Boscovich, De litteraria expeditione per pontificiam ditionem, 1757.",
        reduction="mean",
        function=lambda y_true, y_pred: np.abs(y_pred - y_true),
        slope=lambda y_true, y_pred: np.sign(y_pred - y_true),
        target=_NUMBER,
        prediction=_NUMBER,
        kink_places=_at_target,
        keras="keras.losses.mean_absolute_error(y_true, y_pred)",
        numpy=Form(
            lines=(ERROR,),
            loss="np.mean(np.abs(error))",
            gradient="np.sign(error) / error.size",
        ),
        torch=Form(
            lines=(),
            loss="torch.nn.functional.l1_loss(y_pred, y_true)",
        ),
    ),
    Loss(
        name="huber",
        title="Huber",
        group="Regression",
        formula=(
            r"\frac{1}{d} \sum_i \begin{cases} e_i^2 / 2 & |e_i| \le \delta \\ "
            r"\delta |e_i| - \delta^2 / 2 & |e_i| > \delta \end{cases} \quad e_i = \hat y_i - y_i"
        ),
        gradient_formula=r"\frac{1}{d} \min(\max(e_i, -\delta), \delta)",
        why=(
            "Squared for small errors and straight for large ones: smooth at the target and calm about "
            "outliers. Object detectors use it for boxes, and reinforcement learning does too."
        ),
        source="P. J. Huber, Robust estimation of a location parameter, 1964.",
        reduction="mean",
        function=_huber,
        slope=lambda y_true, y_pred, delta: np.clip(y_pred - y_true, -delta, delta),
        target=_NUMBER,
        prediction=_NUMBER,
        parameters=(
            Number(
                name="delta",
                title="Delta",
                low=0.1,
                high=10.0,
                step=0.1,
                default=1.0,
                help="Errors up to this are squared; larger ones count straight, and pull no harder.",
            ),
        ),
        keras="keras.losses.huber(y_true, y_pred, delta=delta)",
        numpy=Form(
            lines=(ERROR, "size = np.abs(error)"),
            loss="np.mean(np.where(size <= delta, size**2 / 2, delta * size - delta**2 / 2))",
            gradient="np.clip(error, -delta, delta) / error.size",
        ),
        torch=Form(
            lines=(),
            loss="torch.nn.functional.huber_loss(y_pred, y_true, delta=delta)",
        ),
    ),
    Loss(
        name="log_cosh",
        title="Log-cosh",
        group="Regression",
        formula=r"\frac{1}{d} \sum_i \ln \cosh(\hat y_i - y_i)",
        gradient_formula=r"\frac{1}{d} \tanh(\hat y_i - y_i)",
        why=(
            "Much like Huber with a delta of 1, but smooth to every order, for methods that need second "
            "derivatives."
        ),
        source="P. J. Green, Bayesian reconstructions from emission tomography data, 1990.",
        reduction="mean",
        function=_log_cosh,
        slope=lambda y_true, y_pred: np.tanh(y_pred - y_true),
        target=_NUMBER,
        prediction=_NUMBER,
        keras="keras.losses.log_cosh(y_true, y_pred)",
        numpy=Form(
            lines=(ERROR,),
            loss="np.mean(np.logaddexp(error, -error) - np.log(2))",
            gradient="np.tanh(error) / error.size",
        ),
        torch=Form(
            lines=(ERROR,),
            loss="(torch.logaddexp(error, -error) - torch.tensor(2.0).log()).mean()",
        ),
    ),
    Loss(
        name="mean_squared_logarithmic_error",
        title="Mean squared logarithmic error (MSLE)",
        group="Regression",
        formula=r"\frac{1}{d} \sum_i (\ln(1 + \hat y_i) - \ln(1 + y_i))^2",
        gradient_formula=r"\frac{2}{d} \cdot \frac{\ln(1 + \hat y_i) - \ln(1 + y_i)}{1 + \hat y_i}",
        why=(
            "For amounts that span powers of ten, such as prices or visits: it compares ratios, and too "
            "little costs more than too much."
        ),
        source="Keras's documentation; known from competitions in forecasting.",
        reduction="mean",
        function=lambda y_true, y_pred: np.square(_log_of(y_pred) - _log_of(y_true)),
        slope=_msle_slope,
        target=_POSITIVE,
        prediction=_POSITIVE,
        clipping=(
            "Targets and predictions below one ten-millionth count as that, and such a prediction "
            "gets no gradient."
        ),
        kink_places=lambda target, **_: (EPSILON,),
        keras="keras.losses.mean_squared_logarithmic_error(y_true, y_pred)",
        numpy=Form(
            lines=(
                "kept = np.maximum(y_pred, 1e-7)",
                "error = np.log(kept + 1) - np.log(np.maximum(y_true, 1e-7) + 1)",
            ),
            loss="np.mean(error**2)",
            gradient="np.where(y_pred >= 1e-7, 2 * error / (kept + 1), 0) / error.size",
        ),
        torch=Form(
            lines=(),
            loss=(
                "torch.nn.functional.mse_loss(y_pred.clamp(min=1e-7).log1p(), y_true.clamp(min=1e-7).log1p())"
            ),
        ),
    ),
    Loss(
        name="mean_absolute_percentage_error",
        title="Mean absolute percentage error (MAPE)",
        group="Regression",
        formula=r"\frac{100}{d} \sum_i \left| \frac{\hat y_i - y_i}{y_i} \right|",
        gradient_formula=r"\frac{100}{d} \cdot \frac{\operatorname{sign}(\hat y_i - y_i)}{|y_i|}",
        why=(
            "For forecasts judged in per cent. A target near zero makes it enormous, and it prefers answers "
            "that are too low."
        ),
        source="S. Makridakis, Accuracy measures: theoretical and practical concerns, 1993.",
        reduction="mean",
        function=lambda y_true, y_pred: 100 * np.abs((y_true - y_pred) / _scale_of(y_true)),
        slope=lambda y_true, y_pred: 100 * np.sign(y_pred - y_true) / _scale_of(y_true),
        target=_NUMBER,
        prediction=_NUMBER,
        clipping="A target nearer to 0 than one ten-millionth is divided by that instead.",
        kink_places=_at_target,
        keras="keras.losses.mean_absolute_percentage_error(y_true, y_pred)",
        numpy=Form(
            lines=(ERROR, "scale = np.maximum(np.abs(y_true), 1e-7)"),
            loss="100 * np.mean(np.abs(error) / scale)",
            gradient="100 * np.sign(error) / scale / error.size",
        ),
        torch=Form(
            lines=(ERROR,),
            loss="100 * (error / y_true.abs().clamp(min=1e-7)).abs().mean()",
        ),
    ),
    Loss(
        name="quantile",
        title="Quantile (pinball)",
        group="Regression",
        formula=(
            r"\frac{1}{d} \sum_i \max(\tau (y_i - \hat y_i), (\tau - 1)(y_i - \hat y_i)) "
            r"\quad \tau = \text{quantile}"
        ),
        gradient_formula=(
            r"\frac{1}{d} \begin{cases} -\tau & \hat y_i < y_i \\ 0 & \hat y_i = y_i \\ "
            r"1 - \tau & \hat y_i > y_i \end{cases}"
        ),
        why=(
            "For an answer that is exceeded only so often, such as a stock that lasts nine days in ten. Its "
            "best constant answer is that quantile."
        ),
        source="R. Koenker, G. Bassett, Regression quantiles, 1978.",
        reduction="mean",
        function=_pinball,
        slope=_pinball_slope,
        target=_NUMBER,
        prediction=_NUMBER,
        parameters=(
            Number(
                name="quantile",
                title="Quantile",
                low=0.01,
                high=0.99,
                step=0.01,
                default=0.9,
                help="The share of targets that the answer should exceed.",
            ),
        ),
        kink_places=_at_target,
        numpy=Form(
            lines=(ERROR,),
            loss="np.mean(np.maximum(-quantile * error, (1 - quantile) * error))",
            gradient="np.where(error < 0, -quantile, np.where(error > 0, 1 - quantile, 0)) / error.size",
        ),
        torch=Form(
            lines=(ERROR,),
            loss=(
                "(quantile * torch.nn.functional.relu(-error) "
                "+ (1 - quantile) * torch.nn.functional.relu(error)).mean()"
            ),
        ),
        keras_operations=Form(
            lines=(ERROR,),
            loss=(
                "keras.ops.mean("
                "quantile * keras.ops.relu(-error) + (1 - quantile) * keras.ops.relu(error), -1)"
            ),
        ),
    ),
    Loss(
        name="epsilon_insensitive",
        title="Epsilon-insensitive",
        group="Regression",
        formula=r"\frac{1}{d} \sum_i \max(|\hat y_i - y_i| - \varepsilon, 0)",
        gradient_formula=(
            r"\frac{1}{d} \begin{cases} \operatorname{sign}(\hat y_i - y_i) & |\hat y_i - y_i| > "
            r"\varepsilon \\ 0 & \text{otherwise} \end{cases}"
        ),
        why=(
            "For answers that only have to be close enough: errors up to epsilon are free. Support vector "
            "regression works this way."
        ),
        source="V. N. Vapnik, The nature of statistical learning theory, 1995.",
        reduction="mean",
        function=_outside_tube,
        slope=_outside_tube_slope,
        target=_NUMBER,
        prediction=_NUMBER,
        parameters=(
            Number(
                name="epsilon",
                title="Epsilon",
                low=0.0,
                high=5.0,
                step=0.05,
                default=0.1,
                help="Errors up to this are free.",
            ),
        ),
        kink_places=lambda target, epsilon: (target - epsilon, target + epsilon) if epsilon else (target,),
        numpy=Form(
            lines=(ERROR,),
            loss="np.mean(np.maximum(np.abs(error) - epsilon, 0))",
            gradient="np.where(np.abs(error) > epsilon, np.sign(error), 0) / error.size",
        ),
        torch=Form(
            lines=(ERROR,),
            loss="torch.nn.functional.relu(error.abs() - epsilon).mean()",
        ),
        keras_operations=Form(
            lines=(ERROR,),
            loss="keras.ops.mean(keras.ops.relu(keras.ops.abs(error) - epsilon), -1)",
        ),
    ),
    Loss(
        name="poisson",
        title="Poisson",
        group="Regression",
        formula=r"\frac{1}{d} \sum_i (\hat y_i - y_i \ln \hat y_i)",
        gradient_formula=r"\frac{1}{d} \left(1 - \frac{y_i}{\hat y_i}\right)",
        why=(
            "For counts, such as calls in an hour: how unlikely the count is under a Poisson distribution "
            "with the predicted mean."
        ),
        source="J. A. Nelder, R. W. M. Wedderburn, Generalized linear models, 1972.",
        reduction="mean",
        function=_poisson,
        slope=lambda y_true, y_pred: 1 - y_true / (_rate(y_pred) + EPSILON),
        target=_POSITIVE,
        prediction=_POSITIVE,
        clipping=(
            "One ten-millionth is added to the prediction in the logarithm, so that a rate of 0 "
            "has a finite loss."
        ),
        keras="keras.losses.poisson(y_true, y_pred)",
        numpy=Form(
            lines=(),
            loss="np.mean(y_pred - y_true * np.log(y_pred + 1e-7))",
            gradient="(1 - y_true / (y_pred + 1e-7)) / y_pred.size",
        ),
        torch=Form(
            lines=(),
            loss="torch.nn.functional.poisson_nll_loss(y_pred, y_true, log_input=False, eps=1e-7)",
        ),
    ),
)
"""The losses of this kind, in the order of the menu."""
