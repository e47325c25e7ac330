"""Losses of labels and classes: for probabilities, and for the logits and scores that they are made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.activations.functions import plain_softmax, sigmoid, sigmoid_slope, softplus
from explorer.calculus import Real
from explorer.errors import ExplorerError
from explorer.losses.forms import (
    NUMPY_CROSS_SLOPE,
    NUMPY_ENTROPY,
    NUMPY_KEPT,
    NUMPY_MARGIN,
    NUMPY_SHARES,
    NUMPY_SOFTMAX,
    NUMPY_STEEPNESS,
    SIGNS,
    SMOOTHED,
    SMOOTHED_CLASSES,
    TORCH_KEPT,
    TORCH_SHARES,
    TORCH_SMOOTHED_CLASSES,
    TORCH_WEIGHT,
    Form,
)
from explorer.losses.record import EPSILON, Domain, Loss
from explorer.parameters import Number, Switch


def _smoothed(y_true: Real, label_smoothing: float, classes: int = 2) -> Real:
    """Move a share of the target from the true class to all classes alike."""
    return y_true * (1 - label_smoothing) + label_smoothing / classes


def _clipped(probability: Real) -> Real:
    return np.clip(probability, EPSILON, 1 - EPSILON)


def _unclipped(probability: Real) -> NDArray[np.bool_]:
    """Where clipping leaves a probability as it is, and lets a gradient through."""
    low, high = np.array([EPSILON, 1 - EPSILON], probability.dtype)
    return np.asarray((probability >= low) & (probability <= high))


def _cross(y_true: Real, y_pred: Real, from_logits: bool) -> Real:
    """Binary cross-entropy of targets that are smoothed already."""
    if from_logits:
        return softplus(y_pred) - y_true * y_pred
    kept = _clipped(y_pred)
    return -(y_true * np.log(kept) + (1 - y_true) * np.log(1 - kept))


def _cross_slope(y_true: Real, y_pred: Real, from_logits: bool) -> Real:
    if from_logits:
        return sigmoid(y_pred) - y_true
    kept = _clipped(y_pred)
    return np.where(_unclipped(y_pred), (1 - y_true) / (1 - kept) - y_true / kept, 0)


def _binary_focal(
    y_true: Real,
    y_pred: Real,
    apply_class_balancing: bool,
    alpha: float,
    gamma: float,
    from_logits: bool,
    label_smoothing: float,
) -> tuple[Real, Real]:
    """Binary focal loss and its slope."""
    y_true = _smoothed(y_true, label_smoothing)
    p, p_slope = (sigmoid(y_pred), sigmoid_slope(y_pred)) if from_logits else (y_pred, np.ones_like(y_pred))
    if ((p < 0) | (p > 1)).any():
        raise ExplorerError(
            "A focal loss takes predicted probabilities from 0 to 1, and a prediction lies outside: use a "
            "sigmoid output, or from_logits=True."
        )
    weight = y_true * alpha + (1 - y_true) * (1 - alpha) if apply_class_balancing else np.ones_like(p)
    lacking = 1 - (y_true * p + (1 - y_true) * (1 - p))  # what the right class's probability lacks of 1
    lacking_slope = (1 - 2 * y_true) * p_slope
    # kept off 0, where a gamma below 1 has an infinite slope
    steepness = gamma * np.maximum(lacking, EPSILON) ** (gamma - 1) * lacking_slope
    loss, slope = _cross(y_true, y_pred, from_logits), _cross_slope(y_true, y_pred, from_logits)
    return weight * lacking**gamma * loss, weight * (lacking**gamma * slope + steepness * loss)


def _shares(y_pred: Real) -> tuple[Real, Real]:
    """Divide the predictions of the classes by their sum; give the sum too."""
    total = y_pred.sum(-1, keepdims=True)
    if (total == 0).any():
        raise ExplorerError(
            "The probabilities of a sample's classes add up to 0, so that they cannot be divided by their "
            "sum: use a softmax output, or from_logits=True."
        )
    return y_pred / total, total


def _through_shares(slope: Real, shares: Real, total: Real) -> Real:
    """Take a gradient with respect to shares back to the numbers that were divided by their sum."""
    return np.asarray((slope - (slope * shares).sum(-1, keepdims=True)) / total)


def _categorical_crossentropy(y_true: Real, y_pred: Real, from_logits: bool, label_smoothing: float) -> Real:
    y_true = _smoothed(y_true, label_smoothing, y_pred.shape[-1])
    if from_logits:
        below = y_pred - y_pred.max(-1, keepdims=True)
        return np.asarray(y_true * (np.log(np.exp(below).sum(-1, keepdims=True)) - below))
    return -y_true * np.log(_clipped(_shares(y_pred)[0]))


def _categorical_crossentropy_slope(
    y_true: Real, y_pred: Real, from_logits: bool, label_smoothing: float
) -> Real:
    y_true = _smoothed(y_true, label_smoothing, y_pred.shape[-1])
    if from_logits:
        return np.asarray(plain_softmax(y_pred) * y_true.sum(-1, keepdims=True) - y_true)
    shares, total = _shares(y_pred)
    return _through_shares(np.where(_unclipped(shares), -y_true / _clipped(shares), 0), shares, total)


def _categorical_focal(
    y_true: Real, y_pred: Real, alpha: float, gamma: float, from_logits: bool, label_smoothing: float
) -> tuple[Real, Real]:
    """Categorical focal loss and its slope."""
    y_true = _smoothed(y_true, label_smoothing, y_pred.shape[-1])
    shares, total = _shares(plain_softmax(y_pred) if from_logits else y_pred)
    kept = _clipped(shares)
    steepness = gamma * (1 - kept) ** (gamma - 1) * np.log(kept) - (1 - kept) ** gamma / kept
    slope = _through_shares(np.where(_unclipped(shares), alpha * y_true * steepness, 0), shares, total)
    # softmax's slopes are those of shares, times the shares
    return -alpha * (1 - kept) ** gamma * y_true * np.log(kept), slope * shares if from_logits else slope


def _signs(y_true: Real) -> Real:
    """Turn labels 0 and 1 into -1 and 1, as Keras does where all are 0 or 1."""
    return 2 * y_true - 1 if ((y_true == 0) | (y_true == 1)).all() else y_true


def _short_of_margin(y_true: Real, y_pred: Real) -> Real:
    return np.maximum(1 - _signs(y_true) * y_pred, 0)


def _hinge_slope(y_true: Real, y_pred: Real) -> Real:
    signs = _signs(y_true)
    return np.where(signs * y_pred <= 1, -signs, 0)  # TensorFlow's slope on the margin is that of inside


def _kept_off_0(probability: Real) -> Real:
    return np.clip(probability, EPSILON, 1)


def _kl_divergence(y_true: Real, y_pred: Real) -> Real:
    y_true = _kept_off_0(y_true)
    return y_true * np.log(y_true / _kept_off_0(y_pred))


def _kl_slope(y_true: Real, y_pred: Real) -> Real:
    kept = _kept_off_0(y_pred)
    return np.where(kept == y_pred, -_kept_off_0(y_true) / kept, 0)


def _on_margin(target: float, **_: float) -> tuple[float, ...]:
    sign = float(_signs(np.array([target]))[0])
    return (1 / sign,) if sign else ()


_LABEL = Domain(
    title="label",
    low=0.0,
    high=1.0,
    values=(0.0, 1.0),
)

_SIGN = Domain(
    title="class",
    low=-1.0,
    high=1.0,
    values=(-1.0, 1.0),
)

_SCORE = Domain(
    title="score",
)

_PROBABILITY = Domain(
    title="probability",
    low=0.0,
    high=1.0,
)

_LOGIT = Domain(
    title="logit",
)

_ONE_HOT = Domain(
    title="one-hot vector",
    low=0.0,
    high=1.0,
    vector=True,
)

_PROBABILITIES = Domain(
    title="probabilities that add up to 1",
    low=0.0,
    high=1.0,
    vector=True,
)

_LOGITS = Domain(
    title="logits",
    vector=True,
)

_FROM_LOGITS = Switch(
    name="from_logits",
    title="From logits",
    help="The output is a score, and the loss applies the sigmoid itself: choose a linear output.",
)

_SMOOTHING = Number(
    name="label_smoothing",
    title="Label smoothing",
    low=0.0,
    high=1.0,
    step=0.05,
    default=0.0,
    help="Moves the targets 0 and 1 towards 0.5 by this amount.",
)

_ALPHA = Number(
    name="alpha",
    title="Alpha",
    low=0.0,
    high=1.0,
    step=0.05,
    default=0.25,
    help="The weight of class 1; class 0 has 1 − alpha. It counts only with class weights.",
)

_GAMMA = Number(
    name="gamma",
    title="Gamma",
    low=0.0,
    high=5.0,
    step=0.5,
    default=2.0,
    help="How strongly easy points are ignored.",
)

_BINARY_CLIPPING = (
    "Probabilities stay at least one ten-millionth away from 0 and 1, so that no logarithm is infinite. "
    "Closer than that the gradient is 0. Logits are not clipped."
)

_BINARY_FOCAL_CLIPPING = (
    "In the logarithm, probabilities stay at least one ten-millionth away from 0 and 1; closer than that it "
    "passes no gradient on. The factor in front of it and logits are not clipped."
)

_CLASSES_CLIPPING = (
    "Probabilities are divided by their sum and stay at least one ten-millionth away from 0 and 1, so that "
    "no logarithm is infinite. Closer than that they pass no gradient on. Logits are not clipped."
)

_FOCAL_CLIPPING = (
    "Probabilities, those made from logits too, are divided by their sum and stay at least one "
    "ten-millionth away from 0 and 1; closer than that they pass no gradient on."
)

CLASSIFICATION: tuple[Loss, ...] = (
    Loss(
        name="binary_crossentropy",
        title="Binary cross-entropy",
        group="Classification",
        formula=r"-\frac{1}{d} \sum_i \left( y_i \ln \hat y_i + (1 - y_i) \ln(1 - \hat y_i) \right)",
        gradient_formula=(r"\frac{1}{d} \left( \frac{1 - y_i}{1 - \hat y_i} - \frac{y_i}{\hat y_i} \right)"),
        why="For yes or no, after a sigmoid. The surer a wrong answer, the more it costs, without limit.",
        source="D. R. Cox, The regression analysis of binary sequences, 1958.",
        reduction="mean",
        function=lambda y_true, y_pred, from_logits, label_smoothing: _cross(
            _smoothed(y_true, label_smoothing), y_pred, from_logits
        ),
        slope=lambda y_true, y_pred, from_logits, label_smoothing: _cross_slope(
            _smoothed(y_true, label_smoothing), y_pred, from_logits
        ),
        target=_LABEL,
        prediction=_PROBABILITY,
        parameters=(_FROM_LOGITS, _SMOOTHING),
        clipping=_BINARY_CLIPPING,
        logits=_LOGIT,
        keras=(
            "keras.losses.binary_crossentropy("
            "y_true, y_pred, from_logits=from_logits, label_smoothing=label_smoothing)"
        ),
        numpy=Form(
            lines=(SMOOTHED, NUMPY_KEPT),
            loss=f"np.mean({NUMPY_ENTROPY})",
            gradient=f"{NUMPY_CROSS_SLOPE} / y_pred.size",
        ),
        numpy_from_logits=Form(
            lines=(SMOOTHED,),
            loss="np.mean(np.logaddexp(0, y_pred) - target * y_pred)",
            gradient="(1 / (1 + np.exp(-y_pred)) - target) / y_pred.size",
        ),
        torch=Form(
            lines=(SMOOTHED, TORCH_KEPT),
            loss="torch.nn.functional.binary_cross_entropy(kept, target)",
        ),
        torch_from_logits=Form(
            lines=(SMOOTHED,),
            loss="torch.nn.functional.binary_cross_entropy_with_logits(y_pred, target)",
        ),
    ),
    Loss(
        name="binary_focal_crossentropy",
        title="Binary focal",
        group="Classification",
        formula=(
            r"-\frac{1}{d} \sum_i (1 - p_i)^\gamma \ln p_i, "
            r"\quad p_i = \begin{cases} \hat y_i & y_i = 1 \\ 1 - \hat y_i & y_i = 0 \end{cases}"
        ),
        gradient_formula=(
            r"\pm\frac{1}{d} \left( \gamma (1 - p_i)^{\gamma - 1} \ln p_i - \frac{(1 - p_i)^\gamma}{p_i} "
            r"\right) \quad (+ \text{ for } y_i = 1)"
        ),
        why=(
            "For rare objects among much background, as in object detectors: cases that are already right "
            "hardly count."
        ),
        source=(
            "T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal loss for dense object detection, "
            "ICCV 2017."
        ),
        reduction="mean",
        function=lambda y_true, y_pred, **values: _binary_focal(y_true, y_pred, **values)[0],
        slope=lambda y_true, y_pred, **values: _binary_focal(y_true, y_pred, **values)[1],
        target=_LABEL,
        prediction=_PROBABILITY,
        parameters=(
            Switch(
                name="apply_class_balancing",
                title="Use class weights",
                help="Weight class 1 by alpha and class 0 by 1 − alpha.",
            ),
            replace(_ALPHA, title="Alpha, with class weights"),
            _GAMMA,
            _FROM_LOGITS,
            _SMOOTHING,
        ),
        clipping=_BINARY_FOCAL_CLIPPING,
        logits=_LOGIT,
        keras=(
            "keras.losses.binary_focal_crossentropy("
            "y_true, y_pred, apply_class_balancing=apply_class_balancing, alpha=alpha, gamma=gamma, "
            "from_logits=from_logits, label_smoothing=label_smoothing)"
        ),
        numpy=Form(
            lines=(
                SMOOTHED,
                NUMPY_KEPT,
                "weight = target * alpha + (1 - target) * (1 - alpha) if apply_class_balancing else 1",
                "lacking = 1 - (target * y_pred + (1 - target) * (1 - y_pred))",
                f"entropy = {NUMPY_ENTROPY}",
                f"slope = {NUMPY_CROSS_SLOPE}",
                "steepness = gamma * np.maximum(lacking, 1e-7) ** (gamma - 1) * (1 - 2 * target)",
            ),
            loss="np.mean(weight * lacking**gamma * entropy)",
            gradient="weight * (lacking**gamma * slope + steepness * entropy) / y_pred.size",
        ),
        numpy_from_logits=Form(
            lines=(
                SMOOTHED,
                "p = 1 / (1 + np.exp(-y_pred))",
                "weight = target * alpha + (1 - target) * (1 - alpha) if apply_class_balancing else 1",
                "lacking = 1 - (target * p + (1 - target) * (1 - p))",
                "entropy = np.logaddexp(0, y_pred) - target * y_pred",
                "steepness = gamma * np.maximum(lacking, 1e-7) ** (gamma - 1) "
                "* (1 - 2 * target) * p * (1 - p)",
            ),
            loss="np.mean(weight * lacking**gamma * entropy)",
            gradient="weight * (lacking**gamma * (p - target) + steepness * entropy) / y_pred.size",
        ),
        torch=Form(
            lines=(
                SMOOTHED,
                TORCH_KEPT,
                TORCH_WEIGHT,
                "lacking = 1 - (target * y_pred + (1 - target) * (1 - y_pred))",
                'entropy = torch.nn.functional.binary_cross_entropy(kept, target, reduction="none")',
            ),
            loss="(weight * lacking**gamma * entropy).mean()",
        ),
        torch_from_logits=Form(
            lines=(
                SMOOTHED,
                "p = y_pred.sigmoid()",
                TORCH_WEIGHT,
                "lacking = 1 - (target * p + (1 - target) * (1 - p))",
                "entropy = torch.nn.functional.binary_cross_entropy_with_logits("
                'y_pred, target, reduction="none")',
            ),
            loss="(weight * lacking**gamma * entropy).mean()",
        ),
    ),
    Loss(
        name="categorical_crossentropy",
        title="Categorical cross-entropy",
        group="Classification",
        formula=r"-\sum_i y_i \ln \hat y_i",
        gradient_formula=(
            r"\sum_j y_j - \frac{y_i}{\hat y_i} \quad \left(\textstyle\sum_j \hat y_j = 1\right)"
        ),
        why=(
            "For one class out of several, after a softmax: minus the logarithm of the probability given to "
            "the right class."
        ),
        source=(
            "J. S. Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990."
        ),
        reduction="sum",
        function=_categorical_crossentropy,
        slope=_categorical_crossentropy_slope,
        target=_ONE_HOT,
        prediction=_PROBABILITIES,
        parameters=(_FROM_LOGITS, _SMOOTHING),
        clipping=_CLASSES_CLIPPING,
        logits=_LOGITS,
        keras=(
            "keras.losses.categorical_crossentropy("
            "y_true, y_pred, from_logits=from_logits, label_smoothing=label_smoothing)"
        ),
        numpy=Form(
            lines=(SMOOTHED_CLASSES, *NUMPY_SHARES, "slope = np.where(kept == shares, -target / kept, 0)"),
            loss="-np.sum(target * np.log(kept))",
            gradient="(slope - np.sum(slope * shares)) / y_pred.sum()",
        ),
        numpy_from_logits=Form(
            lines=(SMOOTHED_CLASSES, *NUMPY_SOFTMAX),
            loss="-np.sum(target * np.log(shares))",
            gradient="shares * target.sum() - target",
        ),
        torch=Form(
            lines=(TORCH_SMOOTHED_CLASSES, *TORCH_SHARES),
            loss="-(target * kept.log()).sum(-1).mean()",
        ),
        torch_from_logits=Form(
            lines=(),
            loss="torch.nn.functional.cross_entropy(y_pred, y_true, label_smoothing=label_smoothing)",
        ),
    ),
    Loss(
        name="categorical_focal_crossentropy",
        title="Categorical focal",
        group="Classification",
        formula=r"-\alpha \sum_i y_i (1 - \hat y_i)^\gamma \ln \hat y_i",
        gradient_formula=(
            r"g_i - \sum_j g_j \hat y_j, \quad g_i = \alpha y_i \left( \gamma (1 - \hat y_i)^{\gamma "
            r"- 1} "
            r"\ln \hat y_i - \frac{(1 - \hat y_i)^\gamma}{\hat y_i} \right) "
            r"\quad \left(\textstyle\sum_j \hat y_j = 1\right)"
        ),
        why="For several classes, some of them rare: samples that are already right hardly count.",
        source=(
            "T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal loss for dense object detection, "
            "ICCV 2017."
        ),
        reduction="sum",
        function=lambda y_true, y_pred, **values: _categorical_focal(y_true, y_pred, **values)[0],
        slope=lambda y_true, y_pred, **values: _categorical_focal(y_true, y_pred, **values)[1],
        target=_ONE_HOT,
        prediction=_PROBABILITIES,
        parameters=(_ALPHA, _GAMMA, _FROM_LOGITS, _SMOOTHING),
        clipping=_FOCAL_CLIPPING,
        logits=_LOGITS,
        keras=(
            "keras.losses.categorical_focal_crossentropy("
            "y_true, y_pred, alpha=alpha, gamma=gamma, from_logits=from_logits, "
            "label_smoothing=label_smoothing)"
        ),
        numpy=Form(
            lines=(SMOOTHED_CLASSES, *NUMPY_SHARES, *NUMPY_STEEPNESS),
            loss="-np.sum(alpha * (1 - kept) ** gamma * target * np.log(kept))",
            gradient="(slope - np.sum(slope * shares)) / y_pred.sum()",
        ),
        numpy_from_logits=Form(
            lines=(
                SMOOTHED_CLASSES,
                *NUMPY_SOFTMAX,
                "kept = np.clip(shares, 1e-7, 1 - 1e-7)",
                *NUMPY_STEEPNESS,
            ),
            loss="-np.sum(alpha * (1 - kept) ** gamma * target * np.log(kept))",
            gradient="(slope - np.sum(slope * shares)) * shares",
        ),
        torch=Form(
            lines=(TORCH_SMOOTHED_CLASSES, *TORCH_SHARES),
            loss="-(alpha * (1 - kept) ** gamma * target * kept.log()).sum(-1).mean()",
        ),
        torch_from_logits=Form(
            lines=(TORCH_SMOOTHED_CLASSES, "kept = y_pred.softmax(-1).clamp(1e-7, 1 - 1e-7)"),
            loss="-(alpha * (1 - kept) ** gamma * target * kept.log()).sum(-1).mean()",
        ),
    ),
    Loss(
        name="hinge",
        title="Hinge",
        group="Classification",
        formula=r"\frac{1}{d} \sum_i \max(1 - y_i \hat y_i, 0)",
        gradient_formula=(
            r"\frac{1}{d} \begin{cases} -y_i & y_i \hat y_i \le 1 \\ 0 & y_i \hat y_i > 1 \end{cases}"
        ),
        why=(
            "For two classes, −1 and 1, as in support vector machines: an answer on the right side and "
            "beyond the margin costs nothing."
        ),
        source="C. Cortes, V. Vapnik, Support-vector networks, 1995.",
        reduction="mean",
        function=_short_of_margin,
        slope=_hinge_slope,
        target=_SIGN,
        prediction=_SCORE,
        kink_places=_on_margin,
        keras="keras.losses.hinge(y_true, y_pred)",
        numpy=Form(
            lines=(SIGNS, NUMPY_MARGIN),
            loss="np.mean(margin)",
            gradient="np.where(signs * y_pred <= 1, -signs, 0) / margin.size",
        ),
        torch=Form(
            lines=(SIGNS,),
            loss="(1 - signs * y_pred).clamp(min=0).mean()",
        ),
    ),
    Loss(
        name="squared_hinge",
        title="Squared hinge",
        group="Classification",
        formula=r"\frac{1}{d} \sum_i \max(1 - y_i \hat y_i, 0)^2",
        gradient_formula=r"-\frac{2}{d}\, y_i \max(1 - y_i \hat y_i, 0)",
        why=("A hinge without a corner at the margin. It penalises answers far on the wrong side more."),
        source="C. Cortes, V. Vapnik, Support-vector networks, 1995.",
        reduction="mean",
        function=lambda y_true, y_pred: np.square(_short_of_margin(y_true, y_pred)),
        slope=lambda y_true, y_pred: -2 * _signs(y_true) * _short_of_margin(y_true, y_pred),
        target=_SIGN,
        prediction=_SCORE,
        keras="keras.losses.squared_hinge(y_true, y_pred)",
        numpy=Form(
            lines=(SIGNS, NUMPY_MARGIN),
            loss="np.mean(margin**2)",
            gradient="-2 * signs * margin / margin.size",
        ),
        torch=Form(
            lines=(SIGNS,),
            loss="torch.nn.functional.relu(1 - signs * y_pred).square().mean()",
        ),
    ),
    Loss(
        name="kl_divergence",
        title="KL divergence",
        group="Classification",
        formula=r"\sum_i y_i \ln \frac{y_i}{\hat y_i}",
        gradient_formula=r"-\frac{y_i}{\hat y_i}",
        why=(
            "For copying a whole distribution, as when a small network learns from a large one: "
            "cross-entropy minus the part that no prediction can avoid."
        ),
        source="S. Kullback, R. A. Leibler, On information and sufficiency, 1951.",
        reduction="sum",
        function=_kl_divergence,
        slope=_kl_slope,
        target=_PROBABILITIES,
        prediction=_PROBABILITIES,
        clipping=(
            "Targets and predictions are kept between one ten-millionth and 1, but not divided by their "
            "sum. A prediction outside gets no gradient."
        ),
        keras="keras.losses.kl_divergence(y_true, y_pred)",
        numpy=Form(
            lines=("target = np.clip(y_true, 1e-7, 1)", "kept = np.clip(y_pred, 1e-7, 1)"),
            loss="np.sum(target * np.log(target / kept))",
            gradient="np.where(kept == y_pred, -target / kept, 0)",
        ),
        torch=Form(
            lines=("target = y_true.clamp(1e-7, 1)", "kept = y_pred.clamp(1e-7, 1)"),
            loss="(target * (target / kept).log()).sum(-1).mean()",
        ),
    ),
)
"""The losses of this kind, in the order of the menu."""
