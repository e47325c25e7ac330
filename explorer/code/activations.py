"""The activation on the screen as a program."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.activations.curve import ActivationCurve
from explorer.errors import ExplorerError


@dataclass(frozen=True)
class Framework:
    """A library in which the curve on the screen is written down."""

    name: str
    title: str
    imports: str
    places: str
    finish: str


FRAMEWORKS: dict[str, Framework] = {
    framework.name: framework
    for framework in (
        Framework(
            name="numpy",
            title="NumPy",
            imports="import numpy as np",
            places="np.linspace({low}, {high}, 481)",
            finish="",
        ),
        Framework(
            name="keras",
            title="Keras",
            imports="import keras",
            places='keras.ops.linspace({low}, {high}, 481, dtype="float32")',
            finish="y = keras.ops.convert_to_numpy(y)",
        ),
        Framework(
            name="torch",
            title="PyTorch",
            imports="import torch",
            places="torch.linspace({low}, {high}, 481)",
            finish="y = y.numpy()",
        ),
    )
}


def code(framework: str, curve: ActivationCurve, low: float, high: float) -> str:
    """Write the curve on the screen as a program, which ends with `y`, its values at 481 places.

    Args:
        framework: A key of `FRAMEWORKS`.
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
    if framework not in FRAMEWORKS:
        raise ExplorerError(
            f"There is no framework called {framework!r}; choose one of {', '.join(FRAMEWORKS)}."
        )
    written = FRAMEWORKS[framework]
    calls = {"numpy": curve.record.numpy, "keras": curve.record.keras, "torch": curve.record.torch}
    call = calls[framework]
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
