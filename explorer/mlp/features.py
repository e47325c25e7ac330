"""Inputs made by hand of the two coordinates of a point: what a network is given beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.mlp.layers import Real


@dataclass(frozen=True, kw_only=True)
class InputFeature:
    """A number that is made of both coordinates.

    Attributes:
        name: Key in `FEATURES`.
        title: Name to show.
        formula: LaTeX, to stand before a weight.
        why: One sentence: what it makes easy.
        function: (x1, x2) -> the number, of arrays.
        keras: The same in Keras of x1 and x2.
        torch: The same in PyTorch.
        onnx: ONNX's operation and what it takes.
    """

    name: str
    title: str
    formula: str
    why: str
    function: Callable[[Real, Real], Real]
    keras: str
    torch: str
    onnx: tuple[str, ...]


FEATURES: dict[str, InputFeature] = {
    record.name: record
    for record in (
        InputFeature(
            name="x1_squared",
            title="x1²",
            formula="x_{1}^{2}",
            why="With both squares one unit can draw an ellipse.",
            function=lambda x1, x2: x1 * x1,
            keras="x1 * x1",
            torch="x1 * x1",
            onnx=("Mul", "x1", "x1"),
        ),
        InputFeature(
            name="x2_squared",
            title="x2²",
            formula="x_{2}^{2}",
            why="With both squares one unit can draw an ellipse.",
            function=lambda x1, x2: x2 * x2,
            keras="x2 * x2",
            torch="x2 * x2",
            onnx=("Mul", "x2", "x2"),
        ),
        InputFeature(
            name="x1_times_x2",
            title="x1·x2",
            formula="(x_{1} x_{2})",
            why="The product is positive where both coordinates have the same sign: the exclusive or.",
            function=lambda x1, x2: x1 * x2,
            keras="x1 * x2",
            torch="x1 * x2",
            onnx=("Mul", "x1", "x2"),
        ),
        InputFeature(
            name="sin_x1",
            title="sin x1",
            formula=r"(\sin x_{1})",
            why="A wave from left to right.",
            function=lambda x1, x2: np.sin(x1),
            keras="keras.ops.sin(x1)",
            torch="torch.sin(x1)",
            onnx=("Sin", "x1"),
        ),
        InputFeature(
            name="sin_x2",
            title="sin x2",
            formula=r"(\sin x_{2})",
            why="A wave from bottom to top.",
            function=lambda x1, x2: np.sin(x2),
            keras="keras.ops.sin(x2)",
            torch="torch.sin(x2)",
            onnx=("Sin", "x2"),
        ),
    )
}
"""The inputs made by hand, in the order in which a network takes them behind both coordinates."""


def checked_features(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names in their order, each once.

    Raises:
        ExplorerError: If a name is unknown.

    Example:
        >>> checked_features(["sin_x1", "x1_squared", "sin_x1"])
        ('x1_squared', 'sin_x1')
    """
    given = tuple(names)
    for name in given:
        if name not in FEATURES:
            raise ExplorerError(
                f"There is no input made by hand called {name!r}; choose some of {', '.join(FEATURES)}."
            )
    return tuple(name for name in FEATURES if name in given)


def with_features(x: Real, names: Iterable[str]) -> Real:
    """Put inputs made by hand behind the coordinates of points: (n, 2) -> (n, 2 + names), of the same type.

    Example:
        >>> with_features(np.array([[2.0, -1.0]]), ("x1_squared", "x1_times_x2")).tolist()
        [[2.0, -1.0, 4.0, -2.0]]
    """
    made = [FEATURES[name].function(x[:, 0], x[:, 1]) for name in names]
    return np.column_stack([x, *made]) if made else x
