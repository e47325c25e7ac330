"""What the writers of programs share: a library's record, and how numbers, arrays and calls are written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError

WIDTH = 88
"""Characters that a line of code has at most, where it can be broken."""


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A library in which what is on the screen is written down as a program.

    Attributes:
        name: Key in the table of the topic.
        title: Name to show.
    """

    name: str
    title: str


AnySnippet = TypeVar("AnySnippet", bound=Snippet)


def chosen(snippets: Mapping[str, AnySnippet], framework: str) -> AnySnippet:
    """The library of a name.

    Raises:
        ExplorerError: If there is none of this name.

    Example:
        >>> chosen({"numpy": Snippet(name="numpy", title="NumPy")}, "numpy").title
        'NumPy'
    """
    if framework not in snippets:
        raise ExplorerError(f"There is no code for {framework!r}; choose one of {', '.join(snippets)}.")
    return snippets[framework]


def number_text(value: float) -> str:
    """Write the shortest decimal that reads back as the same number, whole ones without a point."""
    return str(value + 0).removesuffix(".0")  # adding 0 takes the sign from -0


def matrix_text(name: str, grid: ArrayLike) -> str:
    """Write the assignment of a matrix, row below row.

    Example:
        >>> print(matrix_text("x", [[1, 0.5], [-2, 0]]))
        x = np.array([[1, 0.5],
                      [-2, 0]])
    """
    rows = [f"[{', '.join(map(number_text, row))}]" for row in np.asarray(grid).tolist()]
    start = f"{name} = np.array(["
    return start + (",\n" + " " * len(start)).join(rows) + "])"


def array_lines(kernel: Array, limit: int = WIDTH) -> list[str]:
    """Write the weights so that they read back exactly: in columns, or wrapped where a row is too long."""
    texts = [[number_text(weight) for weight in row] for row in kernel]
    width = max(len(text) for row in texts for text in row)
    rows = [", ".join(text.rjust(width) for text in row) for row in texts]
    if len(rows[0]) + len("    [],") <= limit:
        body = [f"    [{row}]," for row in rows]
    else:
        wrapped = (textwrap.wrap(", ".join(row) + ",", limit - 8, break_on_hyphens=False) for row in texts)
        body = [line for row in wrapped for line in ("    [", *(f"        {part}" for part in row), "    ],")]
    return ["kernel = np.array([", *body, "], np.float32)"]


def call_lines(target: str, function: str, arguments: Iterable[str], then: str = "") -> list[str]:
    """Write an assignment of a call, its arguments on a line of their own where they need one."""
    inside = ", ".join(arguments)
    line = f"{target} = {function}({inside}){then}"
    return [line] if len(line) <= WIDTH else [f"{target} = {function}(", f"    {inside}", f"){then}"]
