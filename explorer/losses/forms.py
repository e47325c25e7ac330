"""Losses as programs say them: the form, and the lines that several losses begin with."""

from __future__ import annotations

from dataclasses import dataclass


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


ERROR = "error = y_pred - y_true"
LOST = "lost = -y_true * y_pred"
SIGNS = "signs = 2 * y_true - 1  # labels 0 and 1 become -1 and 1"
SMOOTHED = "target = y_true * (1 - label_smoothing) + label_smoothing / 2"
SMOOTHED_CLASSES = "target = y_true * (1 - label_smoothing) + label_smoothing / y_true.size"
NUMPY_KEPT = "kept = np.clip(y_pred, 1e-7, 1 - 1e-7)"
NUMPY_SHARES = ("shares = y_pred / y_pred.sum()", "kept = np.clip(shares, 1e-7, 1 - 1e-7)")
NUMPY_SOFTMAX = ("powers = np.exp(y_pred - y_pred.max())", "shares = powers / powers.sum()")
NUMPY_MARGIN = "margin = np.maximum(1 - signs * y_pred, 0)"
NUMPY_ENTROPY = "-(target * np.log(kept) + (1 - target) * np.log(1 - kept))"
NUMPY_CROSS_SLOPE = "np.where(kept == y_pred, (1 - target) / (1 - kept) - target / kept, 0)"
NUMPY_STEEPNESS = (
    "steepness = gamma * (1 - kept) ** (gamma - 1) * np.log(kept) - (1 - kept) ** gamma / kept",
    "slope = np.where(kept == shares, alpha * target * steepness, 0)",
)
TORCH_KEPT = "kept = y_pred.clamp(1e-7, 1 - 1e-7)"
TORCH_SHARES = ("shares = y_pred / y_pred.sum(-1, keepdim=True)", "kept = shares.clamp(1e-7, 1 - 1e-7)")
TORCH_SMOOTHED_CLASSES = SMOOTHED_CLASSES.replace("y_true.size", "y_true.shape[-1]")
TORCH_WEIGHT = "weight = target * alpha + (1 - target) * (1 - alpha) if apply_class_balancing else 1"
