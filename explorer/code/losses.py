"""The loss on the screen as a program: with its gradient written out, or found by the framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.code.snippet import Snippet, chosen
from explorer.errors import ExplorerError
from explorer.losses import LOSSES, Loss, LossCurve
from explorer.losses.forms import Form


@dataclass(frozen=True, kw_only=True)
class LossSnippet(Snippet):
    """A framework in which losses are written down.

    Attributes:
        form: Gives a loss in the framework's terms, from logits or not.
        takes_logits: Whether the form itself has from_logits among its parameters.
    """

    form: Callable[[Loss, bool], Form | None]
    takes_logits: bool = False


SNIPPETS: dict[str, LossSnippet] = {
    snippet.name: snippet
    for snippet in (
        LossSnippet(
            name="keras",
            title="Keras",
            form=lambda loss, _: Form(lines=(), loss=loss.keras) if loss.keras else loss.keras_operations,
            takes_logits=True,
        ),
        LossSnippet(
            name="numpy",
            title="NumPy",
            form=lambda loss, logits: loss.numpy_from_logits if logits else loss.numpy,
        ),
        LossSnippet(
            name="pytorch",
            title="PyTorch",
            form=lambda loss, logits: loss.torch_from_logits if logits else loss.torch,
        ),
    )
}
"""The frameworks by name, in the order of the menu."""


def form(framework: str, name: str, values: Mapping[str, float]) -> tuple[Form, dict[str, float]]:
    """Return a loss in a framework's terms, and those of its parameters that the form uses.

    Args:
        framework: A key of `SNIPPETS`.
        name: A key of `LOSSES`.
        values: All its parameters.

    Raises:
        ExplorerError: If there is no such framework, or the loss is not written in it.

    Example:
        >>> found, used = form("pytorch", "huber", {"delta": 2.0})
        >>> found.loss, used
        ('torch.nn.functional.huber_loss(y_pred, y_true, delta=delta)', {'delta': 2.0})
    """
    snippet = chosen(SNIPPETS, framework)
    found = snippet.form(LOSSES[name], bool(values.get("from_logits")))
    if found is None:
        raise ExplorerError(f"{LOSSES[name].title} has no form in {snippet.title}; choose another framework.")
    uses = {each: value for each, value in values.items() if snippet.takes_logits or each != "from_logits"}
    return found, uses


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
        framework: A key of `SNIPPETS`.
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
