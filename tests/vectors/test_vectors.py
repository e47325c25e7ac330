from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from explorer import figures, vectors
from explorer.convolution import filters
from explorer.vectors import (
    OPERATIONS,
    add,
    angle,
    batch,
    cosine,
    distance,
    dot,
    dot_text,
    length,
    matrix_product,
    matrix_vector,
    patch_dot,
    picture_size,
    pixel_row,
    product_cell,
    product_sentence,
    product_shape,
    project,
    scale,
    standardise,
    standardise_text,
    subtract,
    written,
)
from explorer.vectors.tables import TABLES

NUMBERS = st.floats(-1e6, 1e6)
WIDE = st.floats(-1e99, 1e99)  # so that a difference of two is within the largest, 1e100
PAIRS = st.integers(1, 8).flatmap(
    lambda n: st.tuples(hnp.arrays(np.float64, n, elements=WIDE), hnp.arrays(np.float64, n, elements=WIDE))
)


# -------------------------------------------------------------------------------------------- two vectors


def test_two_arrows_by_hand():
    """For a = (3, 1) and b = (1, 2): 3 1 + 1 2 = 5, |a| = sqrt 10, |a - b| = sqrt 5, 45 degrees."""
    a, b = [3, 1], [1, 2]
    assert_array_equal(add(a, b), [4, 3])
    assert_array_equal(subtract(a, b), [2, -1])
    assert_array_equal(scale(a, -0.5), [-1.5, -0.5])
    assert [term.product for term in dot(a, b).terms] == [3, 2]
    assert [term.running for term in dot(a, b).terms] == [3, 5]
    assert length(a) == math.sqrt(10)
    assert distance(a, b) == math.sqrt(5)
    assert angle(a, b) == pytest.approx(45, abs=1e-12)
    assert cosine(a, b) == pytest.approx(math.sqrt(0.5), abs=1e-15)
    split = project(a, b)
    assert (split.factor, split.along.tolist(), split.remainder.tolist()) == (1, [1, 2], [2, -1])


@pytest.mark.parametrize("tiny", [1e-3, 1e-7, 1e-9, 1e-12, 1e-15])
def test_angles_near_0_and_180_keep_their_digits(tiny):
    """Arrows a tiny slope apart enclose its arc tangent, where an arc cosine would say 0."""
    expected = math.degrees(math.atan(tiny))
    assert angle([1, 0], [1, tiny]) == pytest.approx(expected, rel=1e-12)
    assert 180 - angle([1, 0], [-1, tiny]) == pytest.approx(expected, abs=6e-14)
    assert angle([1, 0], [tiny, 1]) == pytest.approx(90 - expected, rel=1e-15)


@pytest.mark.parametrize("size", [1e-99, 1e-30, 1.0, 1e30, 1e100])
def test_size_does_not_matter_to_directions(size):
    """The square of a number over 1e154 or under 1e-162 is no number, but lengths and angles are."""
    a, b = [3 * size / 5, 4 * size / 5], [4 * size / 5, -3 * size / 5]
    assert length(a) == pytest.approx(size, rel=1e-15)
    assert angle(a, b) == pytest.approx(90, abs=1e-13)
    assert angle(a, [3e-50, 4e-50]) == pytest.approx(0, abs=1e-13)
    assert_allclose(project(a, [1e-60, 0]).along, [3 * size / 5, 0], rtol=1e-15)


@pytest.mark.parametrize("zero", [[0, 0], [0.0, -0.0], [1e-101, 0], [5e-324, 0]])
def test_a_zero_vector_has_no_direction(zero):
    """Cosine, angle and projection on it are refused; its length and dot product are numbers."""
    for ask in (lambda: cosine([1, 2], zero), lambda: angle([1, 2], zero), lambda: project([1, 2], zero)):
        with pytest.raises(ValueError, match=r"b is .*it points nowhere"):
            ask()
    with pytest.raises(ValueError, match=r"a is .*it points nowhere"):
        cosine(zero, [1, 2])
    assert length(zero) == max(zero)
    assert dot(zero, [1, 2]).value == max(zero)
    assert_array_equal(project(zero, [1, 2]).along, project(zero, [2, 4]).along)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1, 2], [1, 2, 3], "a has 2 numbers and b has 3; choose two vectors of one length"),
        ([], [], "The vector a is empty"),
        ([[1, 2]], [1, 2], "The vector a has the shape (1, 2); it must be (n,)"),
        ([1, math.nan], [1, 2], "The vector a must hold finite numbers within 1e+100"),
        ([1, 2], [math.inf, 2], "The vector b must hold finite numbers"),
        ([1, 2], [1, 2e100], "The vector b must hold finite numbers within 1e+100"),
        ([1, 2], ["x", 2], "The vector b must hold real numbers"),
        ([1, 2j], [1, 2], "The vector a must hold real numbers"),
        ([1, [2]], [1, 2], "The vector a must be an array of numbers"),
        ([1, 10**400], [1, 2], "The vector a must hold real numbers"),
    ],
)
@pytest.mark.parametrize("function", [add, subtract, dot, distance, cosine, angle, project])
def test_what_are_no_two_vectors_is_refused(function, a, b, message):
    """Other lengths, shapes, or anything but finite numbers gets a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        function(a, b)


@pytest.mark.parametrize("factor", [math.nan, math.inf, 1e101, "2", True, None])
def test_a_factor_is_a_number(factor):
    """Anything else gets a sentence."""
    with pytest.raises(ValueError, match="The factor must be a number"):
        scale([1, 2], factor)


@settings(deadline=None)
@given(PAIRS)
def test_vectors_obey_the_inequalities(pair):
    """Cauchy and Schwarz: |a . b| <= |a| |b|; the triangle: |a - b| <= |a| + |b|."""
    a, b = pair
    assert abs(dot(a, b).value) <= length(a) * length(b) * (1 + 1e-12) + 1e-300
    assert distance(a, b) <= (length(a) + length(b)) * (1 + 1e-12)
    assert length(a) == pytest.approx(math.hypot(*a), rel=1e-14)


@settings(deadline=None)
@given(PAIRS)
def test_dot_products_are_numpys(pair):
    """The last running sum is the dot product, as exact fractions give it to the rounding of the terms."""
    a, b = pair
    product = dot(a, b)
    exact = sum(Fraction(x) * Fraction(y) for x, y in zip(a.tolist(), b.tolist(), strict=True))
    # An underflowing product loses at most the smallest float.
    bound = 1e-15 * a.size * float(np.abs(a) @ np.abs(b)) + a.size * 5e-324
    assert abs(float(exact - Fraction(product.value))) <= bound
    assert_allclose(product.value, np.dot(a, b), rtol=0, atol=bound)
    assert [term.place for term in product.terms] == list(range(a.size))


@settings(deadline=None)
@given(PAIRS)
def test_directions_are_in_their_ranges_and_agree(pair):
    """A cosine lies in -1 to 1, an angle in 0 to 180, and one is the other's cosine."""
    a, b = pair
    assume(min(length(a), length(b)) >= vectors.SHORTEST)
    ratio, degrees = cosine(a, b), angle(a, b)
    assert -1 <= ratio <= 1
    assert 0 <= degrees <= 180
    assert math.cos(math.radians(degrees)) == pytest.approx(ratio, abs=1e-14)
    assert angle(b, a) == degrees
    assert angle(a, a) == 0
    assert angle(a, -a) == pytest.approx(180, abs=1e-13)


@settings(deadline=None)
@given(PAIRS)
def test_projection_splits_at_right_angles(pair):
    """The two parts add up to a, the first lies along b, and the remainder is at right angles to b."""
    a, b = pair
    assume(length(b) >= vectors.SHORTEST)
    split = project(a, b)
    tiny = 1e-13 * length(a) + 1e-300
    assert_allclose(split.along + split.remainder, a, rtol=0, atol=tiny)
    assert abs(dot(split.remainder, b / length(b)).value) <= tiny
    lost = 5e-324 * np.abs(b).max()  # of a factor that underflows
    assert_allclose(split.along, split.factor * b, rtol=1e-12, atol=tiny + lost)
    assert length(split.remainder) <= length(a) * (1 + 1e-12)


# ---------------------------------------------------------------------------------------------- rounding

DIGITS = st.integers(-99, 99)
FACTORS = st.tuples(st.integers(1, 999), st.integers(0, 9))


def decimals(numbers, factor):
    """Whole numbers times a decimal factor, read as a student's decimals are."""
    mantissa, power = factor
    return [float(f"{number * mantissa}e-{power}") for number in numbers]


def shown(name, a, b):
    """What the page shows of an operation: the headline, the number behind it, and the words beside it."""
    result = OPERATIONS[name].apply(a, b)
    return result.said, result.value, result.sentence


def test_right_angles_of_decimals_by_hand():
    """(0.1, 0.3) and (0.3, -0.1) are at right angles, and every number says so: no 8.7e-18 anywhere."""
    a, b = [0.1, 0.3], [0.3, -0.1]
    assert shown("cosine", a, b)[:2] == ("0", 0.0)
    assert shown("angle", a, b)[:2] == ("90°", 90.0)
    assert shown("dot", a, b)[:2] == ("0", 0.0)
    assert "right angles" in shown("cosine", a, b)[2]
    assert OPERATIONS["cosine"].apply(a, b).last.endswith("= 0 / (0.3162 × 0.3162) = 0")
    assert shown("dot", a, b)[2].startswith("Zero")
    said, along, sentence = shown("project", a, b)
    assert (said, along.tolist()) == ("(0, 0)", [0, 0])
    assert "no part of it lies along b" in sentence
    result = OPERATIONS["project"].apply(a, b)
    assert result.vectors["remainder"].tolist() == a
    assert result.last == "(a · b) / (b · b) = 0 / 0.1 = 0 times b"
    for operation in OPERATIONS.values():
        done = operation.apply(a, b)
        everything = [done.said, done.worked, done.last, *(cell for _, row in done.rows() for cell in row)]
        assert not [text for text in everything if re.search(r"e−|10\^", text)]
    assert [measure.said for measure in vectors.measures(a, b)][2:] == ["0", "0.4472", "0", "90°"]


def test_decimals_that_cancel_by_hand():
    """0.1 + 0.2 - 0.3 is 0 as a dot product, in the sum so far, in a matrix product and in each way to it."""
    a, ones = [0.1, 0.2, -0.3], [1, 1, 1]
    assert shown("dot", a, ones)[:2] == ("0", 0.0)
    assert OPERATIONS["dot"].apply(a, ones).rows()[-1][1] == ("−0.3", "1", "−0.3", "0")
    assert OPERATIONS["dot"].apply(a, ones).last == "a · b = 0"
    product = matrix_vector([a, ones], ones)
    assert product.result.tolist() == [0, 3]
    assert [entry.value for entry in product.by_rows()] == [0, 3]
    assert [step.running[0] for step in product.by_columns()][-1] == 0
    assert matrix_product([a], [[1], [1], [1]]).tolist() == [[0]]
    assert product_cell([a], [[1], [1], [1]], 0, 0).value == 0


def test_vectors_on_one_line_by_hand():
    """(0.3, 0.6, 0.9) is three times (0.1, 0.2, 0.3): no angle, no remainder, and the cosine is 1."""
    a, b = [0.1, 0.2, 0.3], [0.3, 0.6, 0.9]
    for x, y in ((a, b), (b, a)):
        assert (cosine(x, y), angle(x, y)) == (1.0, 0.0)
        assert "the same direction" in shown("angle", x, y)[2]
        split = project(x, y)
        assert (split.along.tolist(), split.remainder.tolist()) == (x, [0, 0, 0])
        assert shown("project", x, y)[2] == "a lies along b, so nothing remains."
    back = [-number for number in b]
    assert (cosine(a, back), angle(a, back)) == (-1.0, 180.0)
    assert "opposite directions" in shown("cosine", a, back)[2]


def test_a_small_number_is_no_residue():
    """What the student typed is kept, however small, and the words beside it are those of a number."""
    assert shown("dot", [1e-20], [1])[:2] == ("1e−20", 1e-20)
    assert shown("dot", [1e-20, 0], [1, 5])[2].startswith("Positive")
    assert shown("subtract", [1 + 2**-52], [1])[:2] == ("(2.22e−16)", [2**-52])
    assert shown("add", [1, 1e-13], [1, 0])[0] == "(2, 1e−13)"
    assert (
        OPERATIONS["add"]
        .apply([1, 1e-13], [1, 0])
        .worked.endswith(r"\begin{pmatrix} 2 \\ 1 \cdot 10^{-13} \end{pmatrix}")
    )
    assert angle([1, 0], [1, 1e-20]) > 0
    assert "less than 90°" in shown("angle", [1, 0], [1, 1e-12])[2]
    assert project([1, 1e-20], [1, 0]).remainder.tolist() == [0, 1e-20]


@settings(deadline=None)
@given(st.lists(st.tuples(DIGITS, DIGITS), min_size=1, max_size=4), FACTORS, FACTORS)
def test_perpendicular_decimals_are_at_right_angles(pairs, first, second):
    """Whole numbers at right angles, times any decimals, have 0 for a dot product, a cosine and a shadow."""
    a = decimals([number for x, y in pairs for number in (x, y)], first)
    b = decimals([number for x, y in pairs for number in (-y, x)], second)
    assert dot(a, b).value == 0
    assume(any(a))
    said, value, sentence = shown("cosine", a, b)
    assert (said, value) == ("0", 0)
    assert "right angles" in sentence
    assert angle(a, b) == 90
    assert not project(a, b).along.any()
    assert project(a, b).remainder.tolist() == a


@settings(deadline=None)
@given(st.lists(st.tuples(DIGITS, DIGITS), min_size=1, max_size=6), FACTORS, FACTORS)
def test_a_dot_product_that_is_none_is_never_shown_as_0(pairs, first, second):
    """Of whole numbers times decimals, 0 is shown where the exact dot product is 0, and nowhere else."""
    numbers, others = zip(*pairs, strict=True)
    a, b = decimals(numbers, first), decimals(others, second)
    exact = sum(x * y for x, y in pairs)
    said, value, sentence = shown("dot", a, b)
    assert (value == 0) == (said == "0") == sentence.startswith("Zero") == (exact == 0)
    assume(any(a) and any(b))
    assert (cosine(a, b) == 0) == (angle(a, b) == 90) == (exact == 0)


@settings(deadline=None)
@given(st.lists(DIGITS, min_size=1, max_size=6), FACTORS, FACTORS, st.lists(DIGITS, min_size=6, max_size=6))
def test_one_line_is_one_decision(numbers, first, second, others):
    """Multiples of one vector leave no remainder and no angle; other whole numbers leave both."""
    a, b = decimals(numbers, first), decimals(numbers, second)
    assume(any(a))
    assert angle(a, b) == 0
    assert cosine(a, b) == 1
    assert not project(a, b).remainder.any()
    c = decimals(others[: len(numbers)], second)
    assume(any(c))
    parallel = all(
        x * v == y * u
        for x, u in zip(numbers, others, strict=False)
        for y, v in zip(numbers, others, strict=False)
    )
    assert (not project(a, c).remainder.any()) == parallel
    assert (angle(a, c) in (0, 180)) == parallel


def test_a_standardised_number_at_the_mean_is_0():
    """0.2 is the mean of 0.1, 0.2 and 0.3, and 1000.2 that of its neighbours; whole numbers are exact."""
    table = [[0.1, 1000.1, 1e15], [0.2, 1000.2, 1e15 + 1], [0.3, 1000.3, 1e15 + 3]]
    result = standardise(table)
    assert result.matrix[1, :2].tolist() == [0, 0]
    assert result.matrix[1, 2] == pytest.approx(-1 / 3 / result.std[2])
    text = standardise_text(table[1][0], result.mean[0], result.std[0], result.matrix[1, 0])
    assert text.endswith(r"\approx 0")
    assert standardise([[0.1], [0.2], [-0.3]]).mean.tolist() == [0]


def test_pixels_and_weights_are_decimals_but_for_float32():
    """0.1 + 0.2 - 0.3 of a patch is 0, though float32 leaves 7e-9 of it."""
    cell = patch_dot(np.ones((1, 3)), [[0.1, 0.2, -0.3]], 0, 0)
    assert cell.value == 0
    weights = np.float32([[0.1, 0.2, -0.3]])
    assert patch_dot(np.ones((1, 3)), weights, 0, 0).value == 0


# --------------------------------------------------------------------------------------------- operations


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_are_complete(name):
    """Each operation has its words and formula, and draws what it takes, in plane and space."""
    operation = OPERATIONS[name]
    assert operation.name == name
    assert operation.title
    assert operation.why.endswith(".")
    for a, b in (([3, 1], [1, 2]), ([1, 0, 2], [0, 1, 1])):
        result = operation.apply(a, b, -1.5)
        assert set(operation.takes) - {"factor"} <= set(result.vectors)
        assert set(result.starts) <= set(result.vectors)
        assert result.worked.count("{") == result.worked.count("}")


def test_operations_give_what_the_functions_give():
    """The table computes nothing of its own."""
    a, b = np.array([3.0, -1.0, 2.0]), np.array([1.0, 2.0, 0.5])
    expected = {
        "add": a + b,
        "subtract": a - b,
        "scale": 0.5 * a,
        "dot": 2.0,
        "length": np.linalg.norm(a),
        "distance": np.linalg.norm(a - b),
        "cosine": cosine(a, b),
        "angle": angle(a, b),
        "project": project(a, b).along,
    }
    assert expected.keys() == OPERATIONS.keys()
    for name, value in expected.items():
        assert_allclose(OPERATIONS[name].apply(a, b, 0.5).value, value, rtol=1e-15)


@pytest.mark.parametrize("name", OPERATIONS)
@settings(deadline=None)
@given(pair=PAIRS, factor=WIDE)
def test_operations_never_show_what_is_no_number(name, pair, factor):
    """For any vectors there is a result of finite numbers and a text of them."""
    a, b = pair
    if name in {"cosine", "angle", "project"}:  # what they say of a zero vector is tested above
        assume(min(length(a), length(b)) >= vectors.SHORTEST)
    result = OPERATIONS[name].apply(a, b, factor)
    assert np.isfinite(result.value).all()
    assert "nan" not in result.worked
    assert not re.search(r"(?<!-)\binf\b", result.worked)
    assert all(np.isfinite(vector).all() for vector in result.vectors.values())


WORKED = {
    "add": r"\mathbf{a} + \mathbf{b} = \begin{pmatrix} 3 \\ 1 \end{pmatrix} + \begin{pmatrix} 1 \\ 2 "
    r"\end{pmatrix} = \begin{pmatrix} 4 \\ 3 \end{pmatrix}",
    "scale": r"c \mathbf{a} = 2 \cdot \begin{pmatrix} 3 \\ 1 \end{pmatrix} = "
    r"\begin{pmatrix} 6 \\ 2 \end{pmatrix}",
    "dot": r"\mathbf{a} \cdot \mathbf{b} = 3 \cdot 1 + 1 \cdot 2 = 3 + 2 = 5",
    "length": r"\lVert \mathbf{a} \rVert = \sqrt{3^2 + 1^2} = \sqrt{10} \approx 3.162",
    "distance": r"\lVert \mathbf{a} - \mathbf{b} \rVert = "
    r"\sqrt{(3 - 1)^2 + (1 - 2)^2} = \sqrt{5} \approx 2.236",
}


@pytest.mark.parametrize("name", WORKED)
def test_worked_texts_by_hand(name):
    """The formula with the numbers of a = (3, 1) and b = (1, 2), as on the blackboard."""
    assert OPERATIONS[name].apply([3, 1], [1, 2]).worked == WORKED[name]


def test_worked_texts_say_where_digits_are_missing():
    """A number with more than 4 digits makes its step, and all after it, approximate."""
    assert OPERATIONS["dot"].apply([0.5], [3]).worked == r"\mathbf{a} \cdot \mathbf{b} = 0.5 \cdot 3 = 1.5"
    assert OPERATIONS["dot"].apply([1 / 3], [3]).worked.endswith(r"b} \approx 0.3333 \cdot 3 \approx 1")
    assert (
        OPERATIONS["angle"]
        .apply([3, 1], [1, 2])
        .worked.endswith(r"\approx \arccos(0.7071) \approx {45}^\circ")
    )
    assert OPERATIONS["angle"].apply([1, 0], [0, 1]).worked.endswith(r"= \arccos(0) = {90}^\circ")
    assert (
        OPERATIONS["angle"]
        .apply([1, 0], [1, 1e-7])
        .worked.endswith(r"\approx \arccos(1) \approx {5.73 \cdot 10^{-6}}^\circ")
    )
    assert dot_text(dot([-1, -2], [-3, 4])).partition("=")[2] == (
        r" -1 \cdot (-3) + (-2) \cdot 4 = 3 - 8 = -5"
    )
    # 0.1 3 - 0.3 1 leaves 5.6e-17, which is rounding and no number to show.
    assert OPERATIONS["dot"].apply([0.1, 0.3], [3, -1]).worked.endswith("= 0.3 - 0.3 = 0")


def test_long_vectors_are_written_short():
    """Six entries are written out; of more the first four and the last."""
    six = dot_text(dot(range(1, 7), [1] * 6))
    assert r"\cdots" not in six
    assert six.endswith("1 + 2 + 3 + 4 + 5 + 6 = 21")
    seven = dot_text(dot(range(1, 8), [1] * 7))
    assert seven.endswith(r"= 1 + 2 + 3 + 4 + \cdots + 7 = 28")
    summed = OPERATIONS["add"].apply(range(7), [0] * 7).worked
    assert summed.endswith(r"\begin{pmatrix} 0 \\ 1 \\ 2 \\ 3 \\ \vdots \\ 6 \end{pmatrix}")


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (3, "3"),
        (-2.5, "-2.5"),
        (1 / 3, "0.3333"),
        (65025, "65025"),
        (12345.678, "12346"),
        (999_999.7, r"1 \cdot 10^{6}"),
        (1e6, r"1 \cdot 10^{6}"),
        (-1.5e-7, r"-1.5 \cdot 10^{-7}"),
        (0.99999, "1"),
    ],
)
def test_numbers_in_latex(x, text):
    """Whole numbers are whole, others have 4 digits, and powers of ten are written as such."""
    assert written(x) == text


@pytest.mark.parametrize(
    ("name", "a", "b", "sentence"),
    [
        ("dot", [1, 0], [0, 1], "Zero: they are at right angles, or one"),
        ("dot", [0.1, 0.3], [3, -1], "Zero"),
        ("dot", [1, 0], [1, 1], "Positive: they point in roughly the same direction"),
        ("dot", [1, 0], [-1, 1], "Negative: they point in roughly opposite directions"),
        ("cosine", [1, 1], [3, 3], "They point in the same direction."),
        ("angle", [1, 1], [-3, -3], "They point in opposite directions."),
        ("angle", [1, 1], [-3, 3], "They are at right angles"),
        ("angle", [1, 1], [1, 0], "They point in roughly the same direction: less than 90"),
        ("angle", [1, 1], [-1, 0], "They point in roughly opposite directions: more than 90"),
        ("project", [0, 2], [1, 0], "a is at right angles to b"),
        ("project", [-2, 0], [1, 0], "a lies along b, so nothing remains."),
        ("project", [3, 4], [2, 0], "The part along b is 1.5 times b"),
        ("scale", [1, 1], [1, 1], "The length is multiplied by 1.5, and the direction is reversed."),
    ],
)
def test_results_say_what_they_mean(name, a, b, sentence):
    """The sign of a dot product, the angle and the projection are put into words."""
    assert OPERATIONS[name].apply(a, b, -1.5).sentence.startswith(sentence)


@settings(deadline=None)
@given(pair=PAIRS, factor=WIDE)
def test_working_leads_to_the_result(pair, factor):
    """Entry by entry: the last entry is the vector that results, or the sum that the number is made of."""
    a, b = pair
    for name in ("add", "subtract", "scale"):
        result = OPERATIONS[name].apply(a, b, factor)
        assert_array_equal(list(result.entries.values())[-1], result.value)
    product = OPERATIONS["dot"].apply(a, b)
    assert_array_equal(product.entries["a × b"], a * b)
    assert product.entries["sum so far"][-1] == product.value
    squares = OPERATIONS["distance"].apply(a, b).entries
    assert_array_equal(squares["squared"], (a - b) ** 2)
    assert math.sqrt(squares["sum so far"][-1]) == pytest.approx(math.dist(a, b), rel=1e-12, abs=1e-150)


@pytest.mark.parametrize(
    ("name", "a", "b", "said", "last"),
    [
        ("add", [3, 1], [1, -2], "(4, −1)", ""),
        ("dot", [3, 1], [1, 2], "5", "a · b = 5"),
        ("length", [3, 4], [0, 0], "5", "√25 = 5"),
        ("length", [1, 1], [0, 0], "1.414", "√2 ≈ 1.414"),
        ("length", [3e-170, 0], [0, 0], "3e−170", ""),
        ("distance", [4, 5], [1, 1], "5", "√25 = 5"),
        (
            "cosine",
            [3, 4],
            [4, 3],
            "0.96",
            "a · b / (length of a × length of b) = 24 / (5 × 5) = 0.96",
        ),
        ("angle", [1, 0], [0, 2], "90°", "arccos 0 = 90°"),
        ("angle", [1, 0], [1, 1], "45°", "arccos 0.7071 ≈ 45°"),
        ("project", [3, 1], [1, 2], "(1, 2)", "(a · b) / (b · b) = 5 / 5 = 1 times b"),
        ("scale", [1, 2, 3, 4, 5, 6, 7], [0] * 7, "(2, 4, 6, 8, …, 14)", ""),
    ],
)
def test_results_in_plain_text(name, a, b, said, last):
    """The number on the screen and the step that leads to it, as on the blackboard."""
    result = OPERATIONS[name].apply(a, b)
    assert (result.said, result.last) == (said, last)


def test_long_workings_keep_the_first_and_the_last():
    """Of ten entries the first four and the last are written, each with its place."""
    rows = OPERATIONS["dot"].apply(range(10), [2] * 10).rows()
    assert [place for place, _ in rows] == [0, 1, 2, 3, 9]
    assert rows[-1][1] == ("9", "2", "18", "90")


def test_measures_are_those_of_the_functions():
    """Six numbers about two vectors, and none of them rounded; rounding noise is written as 0."""
    a, b = [3.0, 1.0], [1.0, 2.0]
    named = {measure.name: measure for measure in vectors.measures(a, b)}
    assert named["length of a"].value == length(a)
    assert named["distance"].value == distance(a, b)
    assert named["angle"].value == angle(a, b)
    assert named["cosine"].value == cosine(a, b)
    third = [1 / 3, 1.1]
    turned = [-third[1] * 3.7, third[0] * 3.7]
    across = {measure.name: measure.said for measure in vectors.measures(third, turned)}
    assert (across["dot product"], across["cosine"], across["angle"]) == ("0", "0", "90°")
    with pytest.raises(ValueError, match="two vectors of one length"):
        vectors.measures([1], [1, 2])


# ----------------------------------------------------------------------------------------------- matrices


def test_a_matrix_times_a_vector_by_hand():
    """(1 2; 3 4) (5, 6) = 5 (1, 3) + 6 (2, 4) = (1 5 + 2 6, 3 5 + 4 6) = (17, 39)."""
    product = matrix_vector([[1, 2], [3, 4]], [5, 6])
    assert product.result.tolist() == [17, 39]
    first, second = product.by_columns()
    assert (first.place, first.weight, first.column.tolist(), first.scaled.tolist()) == (
        0,
        5,
        [1, 3],
        [5, 15],
    )
    assert (second.scaled.tolist(), second.running.tolist()) == ([12, 24], [17, 39])
    assert [entry.products.tolist() for entry in product.by_rows()] == [[5, 12], [15, 24]]
    assert product.columns_worked == (
        r"A \mathbf{x} = 5 \cdot \begin{pmatrix} 1 \\ 3 \end{pmatrix} + 6 \cdot "
        r"\begin{pmatrix} 2 \\ 4 \end{pmatrix}"
        r" = \begin{pmatrix} 5 \\ 15 \end{pmatrix} + \begin{pmatrix} 12 \\ 24 \end{pmatrix}"
        r" = \begin{pmatrix} 17 \\ 39 \end{pmatrix}"
    )
    assert product.rows_worked == (
        r"A \mathbf{x} = \begin{pmatrix} 1 \cdot 5 + 2 \cdot 6 \\ 3 \cdot 5 + 4 \cdot 6 \end{pmatrix}"
        r" = \begin{pmatrix} 17 \\ 39 \end{pmatrix}"
    )


@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
        lambda shape: st.tuples(
            hnp.arrays(np.float64, shape, elements=NUMBERS),
            hnp.arrays(np.float64, shape[1], elements=NUMBERS),
        )
    )
)
def test_both_ways_through_a_matrix_agree(pair):
    """The weighted sum of the columns is the dot products of the rows, and both are NumPy's product."""
    matrix, x = pair
    product = matrix_vector(matrix, x)
    tiny = 1e-14 * (np.abs(matrix) @ np.abs(x)) + 1e-300
    *_, last = product.by_columns()
    assert (np.abs(last.running - matrix @ x) <= tiny).all()
    assert (np.abs([entry.value for entry in product.by_rows()] - matrix @ x) <= tiny).all()
    assert_array_equal(product.result, last.running)
    assert_array_equal(product.result, [entry.value for entry in product.by_rows()])
    assert "nan" not in product.columns_worked + product.rows_worked


@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)).flatmap(
        lambda sizes: st.tuples(
            hnp.arrays(np.float64, sizes[:2], elements=NUMBERS),
            hnp.arrays(np.float64, sizes[1:], elements=NUMBERS),
        )
    )
)
def test_matrix_products_are_loops(pair):
    """Every entry of a product is the sum over the inner index, as three loops find it."""
    a, b = pair
    product = matrix_product(a, b)
    assert product.shape == product_shape(a.shape, b.shape)
    for i, j in np.ndindex(product.shape):
        looped = sum(float(a[i, k]) * float(b[k, j]) for k in range(a.shape[1]))
        tiny = 1e-14 * float(np.abs(a[i]) @ np.abs(b[:, j])) + 1e-300
        assert abs(product[i, j] - looped) <= tiny
        assert product_cell(a, b, i, j).value == pytest.approx(looped, abs=tiny)


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [
        ((2, 3), (2, 4), "rows of the left have 3 numbers, the columns of the right 2"),
        ((2, 3), (4, 2), "The other way round they fit."),
        ((2, 3), (4, 3), "The right one transposed fits."),
        ((2,), (2, 2), "The left matrix has the shape (2,)"),
        ((2, 2), (2, 0), "The right matrix has the shape (2, 0)"),
    ],
)
def test_shapes_that_do_not_fit_say_why(left, right, message):
    """The sentence gives both shapes, the numbers that differ, and what would fit."""
    for ask in (product_shape, product_sentence):
        with pytest.raises(ValueError, match=re.escape(message)):
            ask(left, right)


def test_shapes_that_fit_are_put_into_words():
    """One entry is one dot product, and one number is not numbers."""
    assert product_sentence((1, 1), (1, 1)).startswith(
        "1 × 1 times 1 × 1 is 1 × 1: 1 dot product of 1 number;"
    )


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: matrix_vector([[1, 2]], [1, 2, 3]), "has 2 columns and the vector 3 numbers"),
        (lambda: matrix_vector([[1, 2], [3]], [1, 2]), "its rows of one length"),
        (lambda: matrix_vector([1, 2], [1, 2]), "has the shape (2,); it must be (m, n)"),
        (lambda: matrix_product([[1, 2]], [[1, 2]]), "cannot be multiplied"),
        (lambda: matrix_product([[math.nan]], [[1]]), "The left matrix must hold finite numbers"),
        (lambda: product_cell([[1]], [[1]], 1, 0), "no row 1: there is 1, counted from 0"),
        (lambda: product_cell([[1]], [[1]], 0, -1), "no column -1"),
        (lambda: product_cell([[1]], [[1]], 0, 0.5), "no column 0.5"),
    ],
)
def test_what_cannot_be_multiplied_is_refused(ask, message):
    """Ragged rows, other shapes and entries that are not there get a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        ask()


# ----------------------------------------------------------------------------------------------- pictures


def test_a_picture_is_matrices():
    """Rows, columns and channels are counted, and a row of pixels is a vector."""
    image = np.arange(24.0).reshape(2, 4, 3)
    assert str(picture_size(image)).startswith(
        "This picture is 3 matrices, one for each channel, of 2 rows × 4"
    )
    assert str(picture_size(image[..., 0])) == "This picture is a matrix of 2 rows × 4 columns: 8 numbers."
    assert_array_equal(pixel_row(image, 1, 2), [14, 17, 20, 23])
    assert pixel_row(image, 1, 2).dtype == np.float32


def test_a_batch_is_a_matrix():
    """Each row holds a picture, pixel by pixel and channels side by side, as NumPy and Keras flatten it."""
    images = np.random.default_rng(3).random((5, 2, 4, 3), np.float32)
    rows = batch(list(images))
    assert_array_equal(rows, images.reshape(5, -1))
    assert rows.dtype == np.float32
    assert_array_equal(rows[2].reshape(2, 4, 3), images[2])


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: batch([]), "A batch needs a picture or more"),
        (
            lambda: batch([np.ones((2, 2)), np.ones((2, 3))]),
            "Picture 2 has the shape (2, 3, 1) and the first (2, 2, 1)",
        ),
        (lambda: picture_size([1, 2]), "The picture has the shape (2,)"),
        (lambda: picture_size(np.zeros((2, 0))), "The picture is empty"),
        (lambda: picture_size([["x"]]), "The picture must hold real numbers"),
        (lambda: picture_size([[1e39]]), "The picture must hold finite numbers within 1e+30"),
        (lambda: pixel_row(np.ones((2, 2)), 2), "no row 2: there are 2"),
        (lambda: pixel_row(np.ones((2, 2)), 0, 1), "no channel 1: there is 1"),
        (lambda: patch_dot(np.ones((3, 3)), np.ones((2, 2)), 2, 0), "no output cell in row 2"),
        (lambda: patch_dot(np.ones((3, 3)), np.ones(3), 0, 0), "The kernel has the shape (3,)"),
        (lambda: patch_dot(np.ones((3, 3)), [[math.inf]], 0, 0), "The kernel must hold finite numbers"),
    ],
)
def test_what_is_no_picture_is_refused(ask, message):
    """Other shapes, other sizes and cells that are not there get a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        ask()


@pytest.mark.parametrize("channel", [None, 0, 2])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"padding": "same"},
        {"padding": 2, "strides": 2, "pad_mode": "edge"},
        {"padding": ((1, 0), (2, 1)), "strides": (1, 2), "dilation_rate": 2},
        {"padding": "same", "pad_mode": "reflect"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("kernel_size", [(1, 1), (2, 2), (3, 3), (3, 2)])
def test_a_convolution_is_a_dot_product(kernel_size, options, flip, channel):
    """At every cell the flattened patch times the flattened kernel is what filter2d has there."""
    random = np.random.default_rng(5)
    image = random.random((7, 8) if channel is None else (7, 8, 3), np.float32)
    kernel = random.normal(size=kernel_size).astype(np.float32)
    filtered = filters.filter2d(image, kernel, flip=flip, **options)
    for row, col in np.ndindex(filtered.shape[:2]):
        cell = patch_dot(image, kernel, row, col, channel=channel or 0, flip=flip, **options)
        expected = filtered[row, col] if channel is None else filtered[row, col, channel]
        assert cell.value == pytest.approx(float(expected), abs=2e-6)
        assert cell.dot.a.size == cell.dot.b.size == kernel.size
        assert_array_equal(cell.dot.a.reshape(kernel_size), cell.window.patch)
        assert_array_equal(cell.dot.b.reshape(kernel_size), kernel[::-1, ::-1] if flip else kernel)


# -------------------------------------------------------------------------------------------- standardise


def test_standardise_by_hand():
    """2, 4, 6 has mean 4 and standard deviation sqrt(8 / 3); a constant column becomes zeros and is named."""
    result = standardise([[2, 0.1], [4, 0.1], [6, 0.1]])
    assert_allclose(result.matrix, [[-math.sqrt(1.5), 0], [0, 0], [math.sqrt(1.5), 0]], atol=1e-15)
    assert_allclose(result.mean, [4, 0.1])
    assert_allclose(result.std, [math.sqrt(8 / 3), 0])
    assert result.constant == (1,)
    assert "divided by n, not n − 1" in result.sentence(["x", "y"])
    assert result.sentence(["x", "y"]).endswith("all zeros: 'y'.")
    assert "all zeros" not in standardise([[1], [2]]).sentence(["x"])


@settings(deadline=None)
@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=WIDE))
@example(np.array([[1e15], [1e15 + 1], [1e15 + 2]]))
@example(np.array([[0.0], [1e-200]]))
@example(np.array([[0.0], [5e-324]]))
@example(np.full((3, 1), 0.1))
def test_standardised_columns_have_mean_0_and_deviation_1(table):
    """Whatever the numbers, each column has mean 0 and deviation 1, or is constant and all zeros."""
    result = standardise(table)
    same = (table == table[0]).all(axis=0)
    assert result.constant == tuple(np.flatnonzero(same))
    assert np.isfinite(result.matrix).all()
    # Fractions that differ in their last digits alone have distances from the mean that rounding blurs.
    fractions = ~same & (table != np.rint(table)).any(axis=0)
    digits = np.divide(
        np.abs(table).max(axis=0), np.ptp(table, axis=0), where=fractions, out=np.zeros(len(same))
    )
    assert (np.abs(result.matrix.mean(axis=0)) <= 1e-14 * (1 + digits)).all()
    assert (np.abs(result.matrix.std(axis=0) - ~same) <= 1e-14 * (1 + digits)).all()
    assert_allclose(result.mean, table.mean(axis=0), rtol=1e-14, atol=1e-15 * np.abs(table).max())


def test_standardise_is_numpys_and_kerass():
    """On ordinary numbers it equals (x - mean) / std, and Keras's Normalization adapted to the table."""
    keras = pytest.importorskip("keras")
    table = TABLES["flowers"].matrix()
    result = standardise(table)
    assert_allclose(result.matrix, (table - table.mean(axis=0)) / table.std(axis=0), rtol=1e-12, atol=1e-15)
    layer = keras.layers.Normalization()
    layer.adapt(table.astype(np.float32))
    assert_allclose(result.matrix, np.asarray(layer(table.astype(np.float32))), atol=1e-5)


def test_a_standardised_number_is_worked():
    """The number less the mean over the deviation, or zero for a constant column."""
    assert standardise_text(1, -2, 2, 1.5).endswith(r"\frac{1 - (-2)}{2} = 1.5")
    assert standardise_text(1, 0, 3, 1 / 3).endswith(r"\frac{1 - 0}{3} \approx 0.3333")
    assert standardise_text(5, 5, 0, 0) == r"\sigma = 0, \qquad z = 0"


# ------------------------------------------------------------------------------------------------ figures


def test_bars_stand_side_by_side():
    """One group of bars for each place, under its label, one bar for each vector."""
    figure = figures.bars({"a": [1, 2], "b": [-1, 0.5]}, labels=["x", "y"])
    assert [(bar.name, bar.x, bar.y) for bar in figure.data] == [
        ("a", ("x", "y"), (1, 2)),
        ("b", ("x", "y"), (-1, 0.5)),
    ]
    assert figure.layout.barmode == "group"
    assert figure.layout.xaxis.type == "category"
    assert figures.bars({"a": [5, 6]}).data[0].x == ("1", "2")


def test_charts_of_vectors_can_be_read_by_everyone():
    """Text is 16 pixels or more, the ground is clear, and colour is never the only difference."""
    bars = figures.bars({name: [1.0, k] for k, name in enumerate("ABCD")})
    assert bars.layout.paper_bgcolor == "rgba(0, 0, 0, 0)"
    assert min(bars.layout.font.size, bars.layout.legend.font.size) >= 16
    for axis in (bars.layout.xaxis, bars.layout.yaxis):
        assert min(axis.tickfont.size, axis.title.font.size) >= 16
    assert [bar.marker.color for bar in bars.data] == list(figures.SERIES)
    assert len({bar.marker.pattern.shape for bar in bars.data}) == 4


def test_a_name_is_shown_as_it_is():
    """What looks like a tag in the name of a column is text, not a tag."""
    name, shown = "<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"
    assert figures.bars({name: [1]}).data[0].name == shown
    assert figures.bars({name: [1]}, labels=[name]).data[0].x == (shown,)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: figures.bars({}), "Between 1 and 4 vectors can be told apart, but 0"),
        (lambda: figures.bars({name: [1] for name in "ABCDE"}), "but 5 were given"),
        (lambda: figures.bars({"a": [[1, 2]]}), "'a' has the shape (1, 2)"),
        (lambda: figures.bars({"a": [1, math.nan]}), "'a' has the shape (2,) and holds others"),
        (
            lambda: figures.bars({"a": [1, 2], "b": [1]}),
            "of one length, 1 to 1000 numbers, but these have 2, 1",
        ),
        (lambda: figures.bars({"a": []}), "but these have 0"),
        (lambda: figures.bars({"a": [1] * 1001}), "but these have 1001"),
        (lambda: figures.bars({"a": [1, 2]}, labels=["x"]), "The 2 places need 2 labels"),
        (lambda: figures.bars({"a": [1, 2]}, labels=["x", "x"]), "all different, but 1 were given"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask, message):
    """No vectors, too many, of other lengths or not finite get a sentence."""
    with pytest.raises(ValueError, match=re.escape(message)):
        ask()
