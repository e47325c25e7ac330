"""What is done with vectors on the screen as NumPy code that runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.vectors import OPERATIONS, Matrix, Vector

_LENGTHS = "(np.linalg.norm(a) * np.linalg.norm(b))"

LINES = {
    "add": ("result = a + b",),
    "subtract": ("result = a - b",),
    "scale": ("result = c * a",),
    "dot": ("products = a * b", "result = products.sum()  # the same as a @ b"),
    "length": ("result = np.sqrt((a**2).sum())  # the same as np.linalg.norm(a)",),
    "distance": ("result = np.sqrt(((a - b) ** 2).sum())  # the same as np.linalg.norm(a - b)",),
    "cosine": (f"result = a @ b / {_LENGTHS}",),
    "angle": (f"cosine = a @ b / {_LENGTHS}", "result = np.degrees(np.arccos(np.clip(cosine, -1, 1)))"),
    "project": ("result = (a @ b) / (b @ b) * b", "remainder = a - result  # at right angles to b"),
}
"""The lines of each operation of `vectors.OPERATIONS`."""


def two_vectors(name: str, a: Vector, b: Vector, factor: float) -> str:
    r"""Write an operation on two vectors; the code ends with `result`.

    Example:
        >>> print(two_vectors("scale", np.array([3.0, 1.0]), np.array([1.0, 2.0]), 2.0))
        import numpy as np
        <BLANKLINE>
        a = np.array([3.0, 1.0])
        c = 2.0
        <BLANKLINE>
        result = c * a
        print(result)
    """
    given = {"a": _array(a), "b": _array(b), "factor": repr(float(factor))}
    names = {"factor": "c"}
    return _program(
        [f"{names.get(key, key)} = {given[key]}" for key in OPERATIONS[name].takes],
        [*LINES[name], "print(result)"],
    )


def matrix_times_vector(matrix: Matrix, x: ArrayLike) -> str:
    """Write a matrix times a vector in both ways and at once; the code ends with `result`."""
    return _program(
        [f"A = {_array(matrix)}", f"x = {_array(np.asarray(x, np.float64))}"],
        [
            "by_columns = sum(weight * column for weight, column in zip(x, A.T))",
            "by_rows = np.array([row @ x for row in A])",
            "result = A @ x",
            "assert np.allclose(by_columns, result) and np.allclose(by_rows, result)",
            "print(result)",
        ],
    )


def patch(window: ArrayLike, kernel: ArrayLike) -> str:
    """Write a cell of a convolution as the dot product of two flattened arrays; it ends with `result`."""
    return _program(
        [f"patch = {_array(np.asarray(window, np.float64))}", f"kernel = {_array(np.asarray(kernel))}"],
        ["result = patch.ravel() @ kernel.ravel()  # row after row", "print(result)"],
    )


def standardised(matrix: Matrix) -> str:
    """Write how columns are brought to mean 0 and standard deviation 1; it ends with `result`."""
    return _program(
        [f"A = {_array(matrix)}"],
        [
            "std = A.std(axis=0)  # divided by n, not n - 1",
            "result = (A - A.mean(axis=0)) / np.where(std == 0, 1, std)",
            "print(result)",
        ],
    )


def one_hot(values: Iterable[object]) -> str:
    """Write how categories become vectors; it ends with `result`."""
    return _program(
        [f"values = {list(values)!r}"],
        [
            "categories, places = np.unique(values, return_inverse=True)",
            "result = np.eye(len(categories))[places]",
            "print(categories, result, sep='\\n')",
        ],
    )


def _program(given: Sequence[str], lines: Sequence[str]) -> str:
    return "\n".join(["import numpy as np", "", *given, "", *lines])


def _array(values: Vector) -> str:
    """The numbers as they are, one row a line."""
    if values.ndim == 1:
        return f"np.array({values.tolist()!r})"
    rows = "".join(f"    {row!r},\n" for row in values.tolist())
    return f"np.array([\n{rows}])"
