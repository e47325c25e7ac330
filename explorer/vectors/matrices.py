"""A matrix times a vector, and products of matrices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer import rounding
from explorer.errors import ExplorerError
from explorer.vectors.checks import Matrix, Shape, Vector, checked_place, checked_real, checked_vector
from explorer.vectors.geometry import Dot, dot
from explorer.vectors.texts import (
    DOTS,
    abridged,
    bracketed,
    chain,
    column_latex,
    products_text,
    shown_places,
    stacked,
)
from explorer.words import counted

# Matrices


@dataclass(frozen=True, eq=False)
class ColumnStep:
    """A step of a matrix times a vector, column by column.

    Attributes:
        place: Which column, from 0.
        weight: The entry of the vector that it is multiplied by.
        column: The column, (m,).
        scaled: Weight times column, (m,).
        running: The sum of the scaled columns up to this one, (m,).
    """

    place: int
    weight: float
    column: Vector
    scaled: Vector
    running: Vector


@dataclass(frozen=True, eq=False)
class MatrixVector:
    """A matrix (m, n) times a vector (n,), and both ways to it step by step.

    Attributes:
        matrix: (m, n).
        vector: (n,).
        running: A_i1 x_1 + ... + A_ij x_j, (m, n): column j is the sum of the weighted columns up to it.
    """

    matrix: Matrix
    vector: Vector
    running: Matrix

    @property
    def result(self) -> Vector:
        """The product, (m,)."""
        return self.running[:, -1]

    def by_columns(self) -> Iterator[ColumnStep]:
        """Return the steps of the weighted sum of columns: `x_1 A_1 + ... + x_n A_n`.

        Example:
            >>> [step.running.tolist() for step in matrix_vector([[1, 2], [3, 4]], [5, 6]).by_columns()]
            [[5.0, 15.0], [17.0, 39.0]]
        """
        columns = zip(self.vector, self.matrix.T, self.running.T, strict=True)
        for place, (weight, column, running) in enumerate(columns):
            yield ColumnStep(place, float(weight), column, weight * column, running)

    def by_rows(self) -> Iterator[Dot]:
        """Return the entries of the result one by one, each the dot product of a row and the vector.

        Example:
            >>> [entry.value for entry in matrix_vector([[1, 2], [3, 4]], [5, 6]).by_rows()]
            [17.0, 39.0]
        """
        return (dot(row, self.vector) for row in self.matrix)

    @property
    def columns_worked(self) -> str:
        r"""The weighted sum of columns in LaTeX.

        Example:
            >>> print(matrix_vector([[2]], [3]).columns_worked)
            A \mathbf{x} = 3 \cdot \begin{pmatrix} 2 \end{pmatrix} = \begin{pmatrix} 6 \end{pmatrix}
        """
        places = shown_places(self.vector.size)
        columns = [self.matrix[:, place] for place in places]
        weights = [float(self.vector[place]) for place in places]
        n = self.vector.size
        products = [
            rf"{bracketed(weight)} \cdot {column_latex(column)}"
            for weight, column in zip(weights, columns, strict=True)
        ]
        scaled = [weight * column for weight, column in zip(weights, columns, strict=True)]
        steps: list[tuple[str, Iterable[ArrayLike]]] = [
            (" + ".join(abridged(products, n, DOTS)), [weights, *columns]),
            (" + ".join(abridged([column_latex(v) for v in scaled], n, DOTS)), scaled),
            (column_latex(self.result), [self.result]),
        ]
        return chain(r"A \mathbf{x}", *(steps if n > 1 else steps[::2]))

    @property
    def rows_worked(self) -> str:
        r"""The dot products of the rows in LaTeX.

        Example:
            >>> print(matrix_vector([[2]], [3]).rows_worked)
            A \mathbf{x} = \begin{pmatrix} 2 \cdot 3 \end{pmatrix} = \begin{pmatrix} 6 \end{pmatrix}
        """
        rows = self.matrix[shown_places(len(self.matrix))]
        lines = [products_text(row, self.vector) for row in rows]
        return chain(
            r"A \mathbf{x}",
            (stacked(abridged(lines, len(self.matrix), r"\vdots")), [self.vector, *rows]),
            (column_latex(self.result), [self.result]),
        )


def matrix_vector(matrix: ArrayLike, vector: ArrayLike) -> MatrixVector:
    """Multiply a matrix (m, n) by a vector (n,): `(A x)_i = sum over j of A_ij x_j`, (m,).

    Raises:
        ExplorerError: If the vector has not one number for each column.

    Example:
        >>> matrix_vector([[1, 2], [3, 4]], [5, 6]).result.tolist()
        [17.0, 39.0]
    """
    table, x = checked_real(matrix, "The matrix", "(m, n)", (2,)), checked_vector(vector, "x")
    if table.shape[1] != x.size:
        raise ExplorerError(
            f"The matrix has {counted(table.shape[1], 'column')} and the vector "
            f"{counted(x.size, 'number')}: each column is multiplied by one number, so give as many numbers "
            "as there are columns."
        )
    return MatrixVector(table, x, rounding.running(table * x))


def product_shape(left: Shape, right: Shape) -> Shape:
    """Return the shape of a matrix product: (m, n) times (n, p) is (m, p).

    Raises:
        ExplorerError: If the shapes do not fit.

    Example:
        >>> product_shape((2, 3), (3, 4))
        (2, 4)
    """
    for side, shape in (("left", left), ("right", right)):
        if len(shape) != 2 or min(shape) < 1:
            raise ExplorerError(
                f"The {side} matrix has the shape {shape}; a matrix has rows and columns, (m, n)."
            )
    (rows, inner), (tall, wide) = left, right
    if inner != tall:
        swapped = " The other way round they fit." if wide == rows else ""
        turned = " The right one transposed fits." if wide == inner else ""
        raise ExplorerError(
            f"A {rows} × {inner} matrix cannot be multiplied by a {tall} × {wide} one: the rows of the left "
            f"have {counted(inner, 'number')}, the columns of the right {tall}, and a dot product needs as "
            f"many on both sides.{swapped}{turned}"
        )
    return rows, wide


def product_sentence(left: Shape, right: Shape) -> str:
    """What a product of matrices of these shapes is.

    Raises:
        ExplorerError: If the shapes do not fit.

    Example:
        >>> product_sentence((2, 3), (3, 4))
        '2 × 3 times 3 × 4 is 2 × 4: 8 dot products of 3 numbers each; the inner sizes, 3 and 3, must match.'
    """
    rows, wide = product_shape(left, right)
    inner = left[1]
    dots = f"{counted(rows * wide, 'dot product')} of {counted(inner, 'number')}" + (
        " each" if rows * wide > 1 else ""
    )
    return (
        f"{rows} × {inner} times {inner} × {wide} is {rows} × {wide}: {dots}; "
        f"the inner sizes, {inner} and {inner}, must match."
    )


def matrix_product(left: ArrayLike, right: ArrayLike) -> Matrix:
    """Multiply two matrices, (m, n) and (n, p): `(A B)_ij = sum over k of A_ik B_kj`, (m, p).

    Raises:
        ExplorerError: If they are no matrices, or their shapes do not fit.

    Example:
        >>> matrix_product([[1, 2], [3, 4]], [[0, 1], [1, 0]]).tolist()
        [[2.0, 1.0], [4.0, 3.0]]
    """
    a, b = _matrices(left, right)
    return np.asarray(rounding.settled(a @ b, np.abs(a) @ np.abs(b), len(b)))


def product_cell(left: ArrayLike, right: ArrayLike, row: int, column: int) -> Dot:
    """Return one entry of a matrix product: the dot product of a row of the left and a column of the right.

    For use of the library by itself: no page needs it.

    Raises:
        ExplorerError: If their shapes do not fit, or there is no such entry.

    Example:
        >>> product_cell([[1, 2], [3, 4]], [[0, 1], [1, 0]], 1, 0).value
        4.0
    """
    a, b = _matrices(left, right)
    return dot(a[checked_place(row, len(a), "row")], b[:, checked_place(column, b.shape[1], "column")])


def _matrices(left: ArrayLike, right: ArrayLike) -> tuple[Matrix, Matrix]:
    a = checked_real(left, "The left matrix", "(m, n)", (2,))
    b = checked_real(right, "The right matrix", "(n, p)", (2,))
    product_shape(a.shape, b.shape)
    return a, b
