"""The loss on the screen as a program: with its gradient written out, or found by the framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.losses import LOSSES, LossCurve

FRAMEWORKS = {"keras": "Keras", "numpy": "NumPy", "pytorch": "PyTorch"}
"""Titles of the frameworks by name, in the order of the menu."""


@dataclass(frozen=True)
class Form:
    """A loss in the terms of one framework.

    Attributes:
        lines: What is computed first of y_true, y_pred and the parameters.
        loss: The expression of the loss.
        gradient: That of its gradient with respect to y_pred; "" where the framework finds it by itself.
    """

    lines: tuple[str, ...]
    loss: str
    gradient: str = ""


_ERROR = "error = y_pred - y_true"
_LOST = "lost = -y_true * y_pred"
_SIGNS = "signs = 2 * y_true - 1  # labels 0 and 1 become -1 and 1"
_TWO = "target = y_true * (1 - label_smoothing) + label_smoothing / 2"
_SEVERAL = "target = y_true * (1 - label_smoothing) + label_smoothing / y_true.size"
_NUMPY_KEPT = "kept = np.clip(y_pred, 1e-7, 1 - 1e-7)"
_NUMPY_SHARES = ("shares = y_pred / y_pred.sum()", "kept = np.clip(shares, 1e-7, 1 - 1e-7)")
_NUMPY_SOFTMAX = ("powers = np.exp(y_pred - y_pred.max())", "shares = powers / powers.sum()")
_NUMPY_MARGIN = "margin = np.maximum(1 - signs * y_pred, 0)"
_NUMPY_ENTROPY = "-(target * np.log(kept) + (1 - target) * np.log(1 - kept))"
_NUMPY_CROSS_SLOPE = "np.where(kept == y_pred, (1 - target) / (1 - kept) - target / kept, 0)"
_STEEPNESS = (
    "steepness = gamma * (1 - kept) ** (gamma - 1) * np.log(kept) - (1 - kept) ** gamma / kept",
    "slope = np.where(kept == shares, alpha * target * steepness, 0)",
)

NUMPY: dict[str, Form] = {
    "mean_squared_error": Form(
        lines=(_ERROR,),
        loss="np.mean(error**2)",
        gradient="2 * error / error.size",
    ),
    "mean_absolute_error": Form(
        lines=(_ERROR,),
        loss="np.mean(np.abs(error))",
        gradient="np.sign(error) / error.size",
    ),
    "huber": Form(
        lines=(_ERROR, "size = np.abs(error)"),
        loss="np.mean(np.where(size <= delta, size**2 / 2, delta * size - delta**2 / 2))",
        gradient="np.clip(error, -delta, delta) / error.size",
    ),
    "log_cosh": Form(
        lines=(_ERROR,),
        loss="np.mean(np.logaddexp(error, -error) - np.log(2))",
        gradient="np.tanh(error) / error.size",
    ),
    "mean_squared_logarithmic_error": Form(
        lines=(
            "kept = np.maximum(y_pred, 1e-7)",
            "error = np.log(kept + 1) - np.log(np.maximum(y_true, 1e-7) + 1)",
        ),
        loss="np.mean(error**2)",
        gradient="np.where(y_pred >= 1e-7, 2 * error / (kept + 1), 0) / error.size",
    ),
    "mean_absolute_percentage_error": Form(
        lines=(_ERROR, "scale = np.maximum(np.abs(y_true), 1e-7)"),
        loss="100 * np.mean(np.abs(error) / scale)",
        gradient="100 * np.sign(error) / scale / error.size",
    ),
    "quantile": Form(
        lines=(_ERROR,),
        loss="np.mean(np.maximum(-quantile * error, (1 - quantile) * error))",
        gradient="np.where(error < 0, -quantile, np.where(error > 0, 1 - quantile, 0)) / error.size",
    ),
    "epsilon_insensitive": Form(
        lines=(_ERROR,),
        loss="np.mean(np.maximum(np.abs(error) - epsilon, 0))",
        gradient="np.where(np.abs(error) > epsilon, np.sign(error), 0) / error.size",
    ),
    "poisson": Form(
        lines=(),
        loss="np.mean(y_pred - y_true * np.log(y_pred + 1e-7))",
        gradient="(1 - y_true / (y_pred + 1e-7)) / y_pred.size",
    ),
    "binary_crossentropy": Form(
        lines=(_TWO, _NUMPY_KEPT),
        loss=f"np.mean({_NUMPY_ENTROPY})",
        gradient=f"{_NUMPY_CROSS_SLOPE} / y_pred.size",
    ),
    "binary_crossentropy from logits": Form(
        lines=(_TWO,),
        loss="np.mean(np.logaddexp(0, y_pred) - target * y_pred)",
        gradient="(1 / (1 + np.exp(-y_pred)) - target) / y_pred.size",
    ),
    "binary_focal_crossentropy": Form(
        lines=(
            _TWO,
            _NUMPY_KEPT,
            "weight = target * alpha + (1 - target) * (1 - alpha) if apply_class_balancing else 1",
            "lacking = 1 - (target * y_pred + (1 - target) * (1 - y_pred))",
            f"entropy = {_NUMPY_ENTROPY}",
            f"slope = {_NUMPY_CROSS_SLOPE}",
            "steepness = gamma * np.maximum(lacking, 1e-7) ** (gamma - 1) * (1 - 2 * target)",
        ),
        loss="np.mean(weight * lacking**gamma * entropy)",
        gradient="weight * (lacking**gamma * slope + steepness * entropy) / y_pred.size",
    ),
    "binary_focal_crossentropy from logits": Form(
        lines=(
            _TWO,
            "p = 1 / (1 + np.exp(-y_pred))",
            "weight = target * alpha + (1 - target) * (1 - alpha) if apply_class_balancing else 1",
            "lacking = 1 - (target * p + (1 - target) * (1 - p))",
            "entropy = np.logaddexp(0, y_pred) - target * y_pred",
            "steepness = gamma * np.maximum(lacking, 1e-7) ** (gamma - 1) * (1 - 2 * target) * p * (1 - p)",
        ),
        loss="np.mean(weight * lacking**gamma * entropy)",
        gradient="weight * (lacking**gamma * (p - target) + steepness * entropy) / y_pred.size",
    ),
    "categorical_crossentropy": Form(
        lines=(_SEVERAL, *_NUMPY_SHARES, "slope = np.where(kept == shares, -target / kept, 0)"),
        loss="-np.sum(target * np.log(kept))",
        gradient="(slope - np.sum(slope * shares)) / y_pred.sum()",
    ),
    "categorical_crossentropy from logits": Form(
        lines=(_SEVERAL, *_NUMPY_SOFTMAX),
        loss="-np.sum(target * np.log(shares))",
        gradient="shares * target.sum() - target",
    ),
    "categorical_focal_crossentropy": Form(
        lines=(_SEVERAL, *_NUMPY_SHARES, *_STEEPNESS),
        loss="-np.sum(alpha * (1 - kept) ** gamma * target * np.log(kept))",
        gradient="(slope - np.sum(slope * shares)) / y_pred.sum()",
    ),
    "categorical_focal_crossentropy from logits": Form(
        lines=(_SEVERAL, *_NUMPY_SOFTMAX, "kept = np.clip(shares, 1e-7, 1 - 1e-7)", *_STEEPNESS),
        loss="-np.sum(alpha * (1 - kept) ** gamma * target * np.log(kept))",
        gradient="(slope - np.sum(slope * shares)) * shares",
    ),
    "hinge": Form(
        lines=(_SIGNS, _NUMPY_MARGIN),
        loss="np.mean(margin)",
        gradient="np.where(signs * y_pred <= 1, -signs, 0) / margin.size",
    ),
    "squared_hinge": Form(
        lines=(_SIGNS, _NUMPY_MARGIN),
        loss="np.mean(margin**2)",
        gradient="-2 * signs * margin / margin.size",
    ),
    "kl_divergence": Form(
        lines=("target = np.clip(y_true, 1e-7, 1)", "kept = np.clip(y_pred, 1e-7, 1)"),
        loss="np.sum(target * np.log(target / kept))",
        gradient="np.where(kept == y_pred, -target / kept, 0)",
    ),
    "downside": Form(
        lines=(_LOST,),
        loss="np.mean(np.maximum(lost, 0) ** power)",
        gradient="np.where(lost > 0, -y_true * power * np.maximum(lost, 0) ** (power - 1), 0) / lost.size",
    ),
    "asymmetric_profit": Form(
        lines=(_LOST,),
        loss="np.mean(np.where(lost > 0, weight * lost, lost))",
        gradient="-y_true * np.where(lost > 0, weight, 1) / lost.size",
    ),
    "shortfall": Form(
        lines=(_LOST,),
        loss="np.mean(np.maximum(lost - threshold, 0))",
        gradient="np.where(lost > threshold, -y_true, 0) / lost.size",
    ),
}
"""Each loss of arrays y_true and y_pred in NumPy, its parameters by name."""

_F = "torch.nn.functional"
_TORCH_KEPT = "kept = y_pred.clamp(1e-7, 1 - 1e-7)"
_TORCH_SHARES = ("shares = y_pred / y_pred.sum(-1, keepdim=True)", "kept = shares.clamp(1e-7, 1 - 1e-7)")
_TORCH_SEVERAL = _SEVERAL.replace("y_true.size", "y_true.shape[-1]")
_TORCH_WEIGHT = "weight = target * alpha + (1 - target) * (1 - alpha) if apply_class_balancing else 1"

TORCH: dict[str, Form] = {
    "mean_squared_error": Form(
        lines=(),
        loss=f"{_F}.mse_loss(y_pred, y_true)",
    ),
    "mean_absolute_error": Form(
        lines=(),
        loss=f"{_F}.l1_loss(y_pred, y_true)",
    ),
    "huber": Form(
        lines=(),
        loss=f"{_F}.huber_loss(y_pred, y_true, delta=delta)",
    ),
    "log_cosh": Form(
        lines=(_ERROR,),
        loss="(torch.logaddexp(error, -error) - torch.tensor(2.0).log()).mean()",
    ),
    "mean_squared_logarithmic_error": Form(
        lines=(),
        loss=f"{_F}.mse_loss(y_pred.clamp(min=1e-7).log1p(), y_true.clamp(min=1e-7).log1p())",
    ),
    "mean_absolute_percentage_error": Form(
        lines=(_ERROR,),
        loss="100 * (error / y_true.abs().clamp(min=1e-7)).abs().mean()",
    ),
    "quantile": Form(
        lines=(_ERROR,),
        loss=f"(quantile * {_F}.relu(-error) + (1 - quantile) * {_F}.relu(error)).mean()",
    ),
    "epsilon_insensitive": Form(
        lines=(_ERROR,),
        loss=f"{_F}.relu(error.abs() - epsilon).mean()",
    ),
    "poisson": Form(
        lines=(),
        loss=f"{_F}.poisson_nll_loss(y_pred, y_true, log_input=False, eps=1e-7)",
    ),
    "binary_crossentropy": Form(
        lines=(_TWO, _TORCH_KEPT),
        loss=f"{_F}.binary_cross_entropy(kept, target)",
    ),
    "binary_crossentropy from logits": Form(
        lines=(_TWO,),
        loss=f"{_F}.binary_cross_entropy_with_logits(y_pred, target)",
    ),
    "binary_focal_crossentropy": Form(
        lines=(
            _TWO,
            _TORCH_KEPT,
            _TORCH_WEIGHT,
            "lacking = 1 - (target * y_pred + (1 - target) * (1 - y_pred))",
            f'entropy = {_F}.binary_cross_entropy(kept, target, reduction="none")',
        ),
        loss="(weight * lacking**gamma * entropy).mean()",
    ),
    "binary_focal_crossentropy from logits": Form(
        lines=(
            _TWO,
            "p = y_pred.sigmoid()",
            _TORCH_WEIGHT,
            "lacking = 1 - (target * p + (1 - target) * (1 - p))",
            f'entropy = {_F}.binary_cross_entropy_with_logits(y_pred, target, reduction="none")',
        ),
        loss="(weight * lacking**gamma * entropy).mean()",
    ),
    "categorical_crossentropy": Form(
        lines=(_TORCH_SEVERAL, *_TORCH_SHARES),
        loss="-(target * kept.log()).sum(-1).mean()",
    ),
    "categorical_crossentropy from logits": Form(
        lines=(),
        loss=f"{_F}.cross_entropy(y_pred, y_true, label_smoothing=label_smoothing)",
    ),
    "categorical_focal_crossentropy": Form(
        lines=(_TORCH_SEVERAL, *_TORCH_SHARES),
        loss="-(alpha * (1 - kept) ** gamma * target * kept.log()).sum(-1).mean()",
    ),
    "categorical_focal_crossentropy from logits": Form(
        lines=(_TORCH_SEVERAL, "kept = y_pred.softmax(-1).clamp(1e-7, 1 - 1e-7)"),
        loss="-(alpha * (1 - kept) ** gamma * target * kept.log()).sum(-1).mean()",
    ),
    "hinge": Form(
        lines=(_SIGNS,),
        loss="(1 - signs * y_pred).clamp(min=0).mean()",
    ),
    "squared_hinge": Form(
        lines=(_SIGNS,),
        loss=f"{_F}.relu(1 - signs * y_pred).square().mean()",
    ),
    "kl_divergence": Form(
        lines=("target = y_true.clamp(1e-7, 1)", "kept = y_pred.clamp(1e-7, 1)"),
        loss="(target * (target / kept).log()).sum(-1).mean()",
    ),
    "downside": Form(
        lines=(_LOST,),
        loss=f"({_F}.relu(lost) ** power).mean()",
    ),
    "asymmetric_profit": Form(
        lines=(_LOST,),
        loss=f"(lost + (weight - 1) * {_F}.relu(lost)).mean()",
    ),
    "shortfall": Form(
        lines=(_LOST,),
        loss=f"{_F}.relu(lost - threshold).mean()",
    ),
}
"""Each loss of tensors y_true and y_pred in PyTorch, likewise; autograd finds the gradient."""

KERAS: dict[str, Form] = {
    name: Form(
        lines=(),
        loss=loss.keras,
    )
    for name, loss in LOSSES.items()
    if loss.keras
} | {
    "quantile": Form(
        lines=(_ERROR,),
        loss="keras.ops.mean(quantile * keras.ops.relu(-error) + (1 - quantile) * keras.ops.relu(error), -1)",
    ),
    "epsilon_insensitive": Form(
        lines=(_ERROR,),
        loss="keras.ops.mean(keras.ops.relu(keras.ops.abs(error) - epsilon), -1)",
    ),
    "downside": Form(
        lines=(_LOST,),
        loss="keras.ops.mean(keras.ops.relu(lost) ** power, -1)",
    ),
    "asymmetric_profit": Form(
        lines=(_LOST,),
        loss="keras.ops.mean(lost + (weight - 1) * keras.ops.relu(lost), -1)",
    ),
    "shortfall": Form(
        lines=(_LOST,),
        loss="keras.ops.mean(keras.ops.relu(lost - threshold), -1)",
    ),
}
"""Each loss in Keras, likewise: its own, or in its operations where it has none."""


def form(framework: str, name: str, values: Mapping[str, float]) -> tuple[Form, dict[str, float]]:
    """Give a loss in a framework's terms, and those of its parameters that the form uses.

    Args:
        framework: A key of `FRAMEWORKS`.
        name: A key of `LOSSES`.
        values: All its parameters.

    Raises:
        ExplorerError: If there is no such framework.

    Example:
        >>> found, used = form("pytorch", "huber", {"delta": 2.0})
        >>> found.loss, used
        ('torch.nn.functional.huber_loss(y_pred, y_true, delta=delta)', {'delta': 2.0})
    """
    if framework not in FRAMEWORKS:
        raise ExplorerError(
            f"There is no framework called {framework!r}; choose one of {', '.join(FRAMEWORKS)}."
        )
    if framework == "keras":
        return KERAS[name], dict(values)
    forms = {"numpy": NUMPY, "pytorch": TORCH}[framework]
    used = {each: value for each, value in values.items() if each != "from_logits"}
    return forms[f"{name} from logits" if values.get("from_logits") else name], used


def function(framework: str, name: str, values: Mapping[str, float]) -> list[str]:
    r"""Write a loss as a function `loss(y_true, y_pred)`, in lines. Takes and raises what `form` does.

    Example:
        >>> print(*function("pytorch", "epsilon_insensitive", {"epsilon": 0.5}), sep="\n")
        def loss(y_true, y_pred):
            epsilon = 0.5
            error = y_pred - y_true
            return torch.nn.functional.relu(error.abs() - epsilon).mean()
    """
    found, used = form(framework, name, values)
    body = [*(f"{each} = {value!r}" for each, value in used.items()), *found.lines, f"return {found.loss}"]
    return ["def loss(y_true, y_pred):", *(f"    {line}" for line in body)]


def code(framework: str, curve: LossCurve, target: float, prediction: float) -> str:
    """Write the loss on the screen as a program, which ends with `loss` and `gradient`.

    Args:
        framework: A key of `FRAMEWORKS`.
        curve: The loss.
        target: The target.
        prediction: The prediction; the gradient is with respect to it.

    Raises:
        ExplorerError: If there is no such framework.

    Example:
        >>> print(code("numpy", LossCurve("numbers", "quantile"), 4.0, 6.5))
        import numpy as np
        <BLANKLINE>
        quantile = 0.9
        y_true = np.array([4.0])
        y_pred = np.array([6.5])
        error = y_pred - y_true
        loss = np.mean(np.maximum(-quantile * error, (1 - quantile) * error))
        gradient = np.where(error < 0, -quantile, np.where(error > 0, 1 - quantile, 0)) / error.size
        <BLANKLINE>
    """
    found, used = form(framework, curve.name, curve.values)
    goal, guess = map(_listed, curve.vectors(target, prediction))
    said = (*found.lines, f"loss = {found.loss}")
    parameters = [f"{name} = {value!r}" for name, value in used.items()]
    match framework:
        case "numpy":
            lines = [
                "import numpy as np",
                "",
                *parameters,
                f"y_true = np.array({goal})",
                f"y_pred = np.array({guess})",
                *said,
                f"gradient = {found.gradient}",
            ]
        case "pytorch":
            lines = [
                "import torch",
                "",
                *parameters,
                f"y_true = torch.tensor({goal}, dtype=torch.float64)",
                f"y_pred = torch.tensor({guess}, dtype=torch.float64, requires_grad=True)",
                *said,
                "loss.backward()",
                "gradient = y_pred.grad",
            ]
        case _:
            lines = [
                "import keras",
                "import tensorflow as tf",
                "",
                *parameters,
                f"y_true = tf.constant({goal}, tf.float64)",
                f"y_pred = tf.constant({guess}, tf.float64)",
                "with tf.GradientTape() as tape:",
                "    tape.watch(y_pred)",
                *(f"    {line}" for line in said),
                "gradient = tape.gradient(loss, y_pred)",
            ]
    return "\n".join(lines) + "\n"


def _listed(values: NDArray[np.float64]) -> str:
    return "[" + ", ".join(repr(float(value)) for value in values.round(12)) + "]"
