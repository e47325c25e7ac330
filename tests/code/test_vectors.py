from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer import vectors
from explorer.code import vectors as vector_code
from explorer.convolution import filters
from explorer.vectors import OPERATIONS
from explorer.vectors.tables import TABLES, one_hot


def ran(code: str) -> Any:
    names: dict[str, Any] = {}
    exec(code, names)
    return names["result"]


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("size", [1, 2, 3, 20])
def test_code_of_an_operation_gives_its_result(name, size):
    """The program, run, ends with the result of the operation, to the digits of a float."""
    random = np.random.default_rng(size)
    a, b = random.normal(size=(2, size))
    code = vector_code.two_vectors(name, a, b, -0.75)
    assert_allclose(ran(code), OPERATIONS[name].apply(a, b, -0.75).value, rtol=1e-9, atol=1e-6)
    for letter in {"a", "b"} - set(OPERATIONS[name].takes):
        assert f"\n{letter} = " not in code


def test_every_operation_has_its_lines():
    """No operation is without code, and there is none for an operation that does not exist."""
    assert vector_code.LINES.keys() == OPERATIONS.keys()


def test_code_of_a_product_a_patch_and_columns(capsys):
    """A matrix times a vector, a patch times a kernel, standardised columns and one-hot codes."""
    matrix = TABLES["weather"].matrix()
    x = [0.5, -2.0, 1.0]
    assert_allclose(ran(vector_code.matrix_times_vector(matrix, x)), matrix @ x)
    assert_allclose(
        ran(vector_code.standardised(np.column_stack([matrix, np.ones(7)]))),
        vectors.standardise(np.column_stack([matrix, np.ones(7)])).matrix,
        atol=1e-12,
    )
    image, kernel = np.arange(25.0).reshape(5, 5), np.array([[0, 1, 0], [2, -8, 2], [0, 3, 0]], np.float32)
    cell = vectors.patch_dot(image, kernel, 1, 2)
    expected = filters.filter2d(image, kernel)[1, 2]
    assert ran(vector_code.patch(cell.window.patch, cell.kernel)) == pytest.approx(float(expected))
    for values in (["b", "a", "b"], [3.0, 1.0, 3.0]):
        assert_array_equal(ran(vector_code.one_hot(values)), one_hot(values).matrix)
    assert capsys.readouterr().out
