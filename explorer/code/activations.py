"""The activation on the screen as a program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.activations import Activation
from explorer.activations.curve import ActivationCurve
from explorer.code.snippet import Snippet, chosen
from explorer.errors import ExplorerError


@dataclass(frozen=True, kw_only=True)
class ActivationSnippet(Snippet):
    """A library in which the curve on the screen is written down.

    Attributes:
        call: Gives the call of a function in it; "" where it has none.
        imports: The line that imports it.
        places: Where the curve is computed.
        finish: What makes a NumPy array of it.
    """

    call: Callable[[Activation], str]
    imports: str
    places: str
    finish: str


SNIPPETS: dict[str, ActivationSnippet] = {
    snippet.name: snippet
    for snippet in (
        ActivationSnippet(
            name="numpy",
            title="NumPy",
            call=lambda record: record.numpy,
            imports="import numpy as np",
            places="np.linspace({low}, {high}, 481)",
            finish="",
        ),
        ActivationSnippet(
            name="keras",
            title="Keras",
            call=lambda record: record.keras,
            imports="import keras",
            places='keras.ops.linspace({low}, {high}, 481, dtype="float32")',
            finish="y = keras.ops.convert_to_numpy(y)",
        ),
        ActivationSnippet(
            name="torch",
            title="PyTorch",
            call=lambda record: record.torch,
            imports="import torch",
            places="torch.linspace({low}, {high}, 481)",
            finish="y = y.numpy()",
        ),
    )
}


def code(framework: str, curve: ActivationCurve, low: float, high: float) -> str:
    """Write the curve on the screen as a program, which ends with `y`, its values at 481 places.

    Args:
        framework: A key of `SNIPPETS`.
        curve: The curve.
        low: Where it begins.
        high: Where it ends.

    Raises:
        ExplorerError: If there is no such framework, or it does not have the function.

    Example:
        >>> print(code("numpy", ActivationCurve("relu"), -6, 6))
        import numpy as np
        <BLANKLINE>
        x = np.linspace(-6, 6, 481)
        y = np.maximum(x, 0)
        <BLANKLINE>
    """
    written = chosen(SNIPPETS, framework)
    call = written.call(curve.record)
    if not call:
        raise ExplorerError(
            f"{written.title} has no {curve.record.title.lower()}; choose NumPy, or another function above."
        )
    imports = ["import math", ""] if "math." in call else []
    lines = [
        *imports,
        written.imports,
        "",
        *(f"{name} = {value!r}" for name, value in curve.values.items()),
        f"x = {written.places.format(low=f'{low:g}', high=f'{high:g}')}",
        f"y = {call}",
        written.finish,
    ]
    return "\n".join(lines).rstrip("\n") + "\n"
