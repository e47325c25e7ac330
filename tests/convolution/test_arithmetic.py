from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from explorer import figures
from explorer.code import grids
from explorer.convolution import arithmetic, pooling
from explorer.convolution.arithmetic import KERNEL_SIDES, KINDS, SIDES, Arithmetic, read_grid, whole_numbers
from explorer.figures import animation

SIGNED = np.random.default_rng(5).integers(-9, 10, (16, 16))
WEIGHTS = np.random.default_rng(6).integers(-2, 3, (7, 7))

# Inputs down to 2 x 2, even, lopsided and pixel-sized kernels, strides that do not divide and long ones.
SHAPES = [((2, 2), (2, 2)), ((5, 5), (3, 3)), ((4, 7), (2, 3)), ((6, 3), (1, 1)), ((7, 6), (4, 1))]
STEPS = [(1, 1), (2, 1), (3, 1), (5, 1), (1, 2), (2, 3), (3, 4)]
PADDINGS = ["valid", "same", "full", 1, 2, 6]
SETTINGS = [
    (kind, shape, taps, stride, padding, dilation)
    for kind, (shape, taps), (stride, dilation), padding in itertools.product(KINDS, SHAPES, STEPS, PADDINGS)
]


def made(kind, shape, taps, stride, padding, dilation):
    """The arithmetic of these settings, or None where the window finds no place."""
    image, kernel = SIGNED[: shape[0], : shape[1]], WEIGHTS[: taps[0], : taps[1]]
    try:
        return Arithmetic(image, kernel, kind, stride, padding, dilation)
    except ValueError:
        return None


def possible(kind, shape, taps, stride, padding, dilation):
    """Whether the settings leave room, by counting."""
    for size, tap in zip(shape, taps, strict=True):
        reach = (tap - 1) * dilation + 1
        cells = {"full": reach - 1, "valid": 0, "same": 0}.get(padding, padding)
        if kind == "transposed":
            if padding not in ("valid", "same") and (size - 1) * stride + reach <= 2 * cells:
                return False
        elif padding != "same" and size + 2 * cells < reach:
            return False
    return True


def by_loops(sums):
    """The second opinion: loops over every cell."""
    kernel = sums.kernel
    if sums.kind == "transposed":
        spread = np.zeros([(side - 1) * sums.dilation_rate + 1 for side in kernel.shape])
        spread[:: sums.dilation_rate, :: sums.dilation_rate] = kernel
        sides = [side - 1 for side in spread.shape]
        padding = tuple((side, side) for side in sides) if sums.padding == "full" else sums.padding
        image, layer = sums.image[:, :, None], spread[:, :, None, None]
        return reference.conv2d_transpose(image, layer, sums.strides, padding)[:, :, 0]
    sides = [(side - 1) * sums.dilation_rate for side in kernel.shape]
    options = {
        "strides": sums.strides,
        "padding": tuple((side, side) for side in sides) if sums.padding == "full" else sums.padding,
        "dilation_rate": sums.dilation_rate,
    }
    if sums.kind == "convolution":
        return reference.filter2d(sums.image, kernel, **options)
    return reference.pool2d(sums.image, kernel.shape, kind=sums.kind, **options)


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


# Worked numbers


def test_a_convolution_by_hand():
    """Window (1, 0) of 0 ... 8 holds 3 4 6 7; with the weights 0 1 2 3 it makes 4 + 12 + 21 = 37."""
    sums = Arithmetic(np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2))
    assert_array_equal(sums.output, [[19, 25], [37, 43]])
    frame = sums.frame(1, 0)
    assert_array_equal(frame.values, [[3, 4], [6, 7]])
    assert_array_equal(frame.products, [[0, 4], [12, 21]])
    assert frame.value == 37
    assert frame.winner is None
    assert sums.feeds(1, 1) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert sums.feeds(2, 0) == [(1, 0)]


def test_a_stride_that_does_not_divide_leaves_cells_over_by_hand():
    """Six cells, three at a time, two on: windows at 0 and 2, and nobody reads cell 5; 1.5 rounds down."""
    sums = Arithmetic(np.ones((6, 6)), np.ones((3, 3)), strides=2)
    assert sums.output.shape == (2, 2)
    assert sums.unused[5].all()
    assert sums.unused.sum() == 11
    assert sums.unused_sentence() == "No window reads row 6 or column 6 of the input."
    assert r"\frac{6 + 0 + 0 - 3}{2}" in sums.size_formulas()[0]
    assert r"\lfloor 1.5 \rfloor + 1 = 2" in sums.size_formulas()[1]


def test_gaps_are_unused_too_by_hand():
    """One tap in three cells reads cells 0 and 3 of 5; two taps three apart, two on, read 0 2 3 5 of 7."""
    assert Arithmetic(np.ones((2, 5)), np.ones((1, 1)), strides=3).unused_sentence() == (
        "No window reads row 2 or columns 2, 3 and 5 of the input."
    )
    sums = Arithmetic(np.ones((1, 7)), np.ones((1, 2)), strides=2, dilation_rate=3)
    assert sums.axes[1].unused == [1, 4, 6]
    assert sums.feeds(0, 1) == []


def test_a_transposed_convolution_by_hand():
    """Cells 1 and 2 two apart: 1 0 2 with two zeros at either end, under the kernel turned to 3 2 1."""
    sums = Arithmetic(np.array([[1, 2]]), np.array([[1, 2, 3]]), "transposed", strides=2)
    assert_array_equal(sums.output[0], [1, 2, 5, 4, 6])
    assert_array_equal(sums.board[2 - 2], [0, 0, 1, 0, 2, 0, 0])
    assert_array_equal(sums.weights, [[3, 2, 1]])
    frame = sums.frame(0, 2)
    assert_array_equal(frame.values, [[1, 0, 2]])
    assert_array_equal(frame.products, [[3, 0, 2]])
    assert_array_equal(frame.is_input, [[True, False, True]])
    assert sums.feeds(0, 1) == [(0, 2), (0, 3), (0, 4)]
    assert sums.size_formulas()[1] == r"W' = 2 \cdot (2 - 1) + 3 - 0 - 0 = 5"


def test_a_transposed_convolution_may_add_zeros_by_hand():
    """One weight every third cell: "valid" ends with the two zeros that follow the last cell."""
    sums = Arithmetic(np.array([[4, 5]]), np.array([[2]]), "transposed", strides=3)
    assert_array_equal(sums.output[0], [8, 0, 0, 10, 0, 0])
    assert sums.size_formulas()[1] == r"W' = 3 \cdot (2 - 1) + 1 - 0 + 2 = 6"


def test_pooling_by_hand():
    """The greatest and the least have their place, padding never wins, and a mean counts input cells only."""
    image = np.array([[-1, -5], [-7, -3]])
    most = Arithmetic(image, np.ones((3, 3)), "max", padding="same")
    assert_array_equal(most.output, [[-1, -1], [-1, -1]])
    assert most.frame(0, 0).winner == (1, 1)
    assert most.frame(1, 1).winner == (0, 0)
    least = Arithmetic(image, np.ones((2, 2)), "min")
    assert_array_equal(least.output, [[-7]])
    assert least.frame(0, 0).winner == (1, 0)
    mean = Arithmetic(image, np.ones((2, 2)), "average", padding=1)
    assert mean.output[0, 0] == -1
    assert mean.frame(1, 1).value == -4
    assert mean.frame(1, 1).weights is mean.frame(1, 1).products is None


# The same numbers everywhere


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_makes_its_number(kind):
    """The sum worked out in each frame, the output, and the loops agree; impossible settings are refused."""
    walked = 0
    for settings in (settings for settings in SETTINGS if settings[0] == kind):
        sums = made(*settings)
        expected = None
        if possible(*settings):
            expected = by_loops(sums) if sums else reference.pool2d(*pooling_arguments(*settings))
        if sums is None:  # a pooling also needs a cell of the input in each window
            assert expected is None
            continue
        assert_allclose(sums.output, expected, rtol=1e-6)
        for row, col in np.ndindex(sums.output.shape):
            frame = sums.frame(row, col)
            assert frame.value == pytest.approx(sums.output[row, col], rel=1e-6)
            assert_array_equal(frame.values[~frame.is_input], 0)
            walked += 1
    assert walked > 1000


def pooling_arguments(kind, shape, taps, stride, padding, dilation):
    sides = tuple(((tap - 1) * dilation,) * 2 for tap in taps) if padding == "full" else padding
    return SIGNED[: shape[0], : shape[1]], taps, stride, sides, kind, dilation


@pytest.mark.parametrize("kind", KINDS)
def test_the_board_holds_what_the_frames_read(kind):
    """A frame's places, laid on the board, hold its values; what no frame reads is marked, and only that."""
    for settings in (settings for settings in SETTINGS[::3] if settings[0] == kind):
        sums = made(*settings)
        if sums is None:
            continue
        corner = [axis.margins[0] for axis in sums.axes]
        unread = np.ones(sums.board.shape, bool)
        for row, col in np.ndindex(sums.output.shape):
            frame = sums.frame(row, col)
            there = np.ix_(frame.places[0] + corner[0], frame.places[1] + corner[1])
            assert_array_equal(sums.board[there], frame.values)
            assert_array_equal(sums.is_input[there], frame.is_input)
            unread[there] = False
        assert_array_equal(sums.unread, unread)
        assert sums.is_input.sum() == sums.image.size
        assert_array_equal(sums.board[sums.is_input], sums.image.ravel())
        assert_array_equal(sums.unused.ravel(), sums.unread[sums.is_input])


@pytest.mark.parametrize("kind", KINDS)
def test_cells_feed_what_reads_them(kind):
    """An input cell feeds an output cell just if that one's frame reads it; an unused one feeds nothing."""
    for settings in (settings for settings in SETTINGS[::3] if settings[0] == kind):
        sums = made(*settings)
        if sums is None:
            continue
        readers = {cell: [] for cell in np.ndindex(sums.image.shape)}
        for row, col in np.ndindex(sums.output.shape):
            frame = sums.frame(row, col)
            for cell in itertools.product(*(cells.tolist() for cells in frame.cells)):
                if min(cell) >= 0:
                    readers[cell].append((row, col))
        for cell, expected in readers.items():
            assert sums.feeds(*cell) == expected
            assert sums.unused[cell] == (not expected)


@pytest.mark.parametrize("kind", KINDS)
def test_the_formula_ends_with_the_size(kind):
    """Worked out with Python's own floor, the formula with its numbers gives the size of the output."""
    for settings in (settings for settings in SETTINGS if settings[0] == kind):
        sums = made(*settings)
        if sums is None:
            continue
        for formula, outputs, axis in zip(sums.size_formulas(), sums.output.shape, sums.axes, strict=True):
            *_, given = formula.split("= ")
            assert int(given) == outputs
            before, after = axis.pads
            if kind == "transposed":
                assert sums.strides * (axis.size - 1) + axis.reach - before - after == outputs
            else:
                assert (
                    rf"\frac{{{axis.size} + {before} + {after} - {axis.reach}}}{{{sums.strides}}}" in formula
                )
                assert (axis.size + before + after - axis.reach) // sums.strides + 1 == outputs


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 1), (5, 1), (1, 2), (1, 4)])
def test_keras_gives_the_same_numbers(keras, stride, dilation, padding):
    """Whole numbers are equal to Keras's cell by cell; means to six digits."""
    for (shape, taps), kind in itertools.product(SHAPES, KINDS):
        sums = made(kind, shape, taps, stride, padding, dilation)
        if sums is None or (kind not in ("convolution", "transposed") and dilation > 1):
            continue
        image = sums.image[None, :, :, None].astype(np.float32)
        layer = sums.kernel[:, :, None, None].astype(np.float32)
        options = {"strides": stride, "padding": padding}
        if kind == "convolution":
            expected = keras.ops.conv(image, layer, dilation_rate=dilation, **options)
        elif kind == "transposed":
            expected = keras.ops.conv_transpose(image, layer, dilation_rate=dilation, **options)
        elif kind == "average":
            expected = keras.ops.average_pool(image, taps, **options)
        elif kind == "min":
            expected = -keras.ops.max_pool(-image, taps, **options)
        else:
            expected = keras.ops.max_pool(image, taps, **options)
        expected = keras.ops.convert_to_numpy(expected)[0, :, :, 0]
        if kind == "average":
            assert_allclose(sums.output, expected, rtol=1e-6)
        else:
            assert sums.output.dtype == np.int64
            assert_array_equal(sums.output, expected)


@pytest.mark.parametrize("padding", [0, 1, 2, "full"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 3), (5, 2), (3, 4)])
def test_pytorch_transposes_the_same_way(torch, stride, dilation, padding):
    """With dilation and padding in cells, a transposed convolution equals PyTorch's."""
    for shape, taps in SHAPES:
        sums = made("transposed", shape, taps, stride, padding, dilation)
        if sums is None:
            continue
        cells = tuple((tap - 1) * dilation for tap in taps) if padding == "full" else padding
        expected = torch.nn.functional.conv_transpose2d(
            torch.from_numpy(sums.image[None, None].astype(np.float32)),
            torch.from_numpy(sums.kernel[None, None].astype(np.float32)),
            stride=stride,
            padding=cells,
            dilation=dilation,
        )
        assert_array_equal(sums.output, expected[0, 0].numpy())


@pytest.mark.parametrize("kind", ["max", "min"])
def test_winners_are_those_of_the_pooling(kind):
    """The tap that wins lies on the cell that `pool_winners` names, also among equals."""
    image = SIGNED[:6, :7] // 4
    sums = Arithmetic(image, np.ones((3, 2)), kind, strides=2, padding="same", dilation_rate=2)
    expected = pooling.pool_winners(image, (3, 2), strides=2, padding="same", kind=kind, dilation_rate=2)
    for row, col in np.ndindex(sums.output.shape):
        frame = sums.frame(row, col)
        found = [cells[tap] for cells, tap in zip(frame.cells, frame.winner, strict=True)]
        assert found == expected[row, col].tolist()


def test_undoing_a_full_convolution_gives_its_size_back():
    """Of whatever size the input is, transposed after ordinary with the same settings has that size again."""
    for padding, size in itertools.product(("full", 1), (3, 7)):
        sums = Arithmetic(SIGNED[:size, :size], WEIGHTS[:3, :3], padding=padding, dilation_rate=2)
        smaller = np.clip(sums.output, -99, 99)
        back = Arithmetic(smaller, WEIGHTS[:3, :3], "transposed", padding=padding, dilation_rate=2)
        assert back.output.shape == sums.image.shape


def test_the_largest_grids_stay_exact():
    """16 x 16 numbers of 99 under 7 x 7 weights of 99 make 49 * 9801, to the last unit."""
    sums = Arithmetic(np.full((16, 16), 99), np.full((7, 7), -99))
    assert (sums.output == -480249).all()
    large = Arithmetic(np.full((16, 16), 99), np.full((7, 7), 99), "transposed", strides=5)
    assert large.output.shape == (82, 82)
    assert large.output.max() == 4 * 9801


@pytest.mark.parametrize("side", [0, 1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_no_setting_within_bounds_breaks(kind, side):
    """The smallest and the largest grids under the outermost settings make their numbers, or a sentence."""
    size, taps = [(2, 1), (2, 7), (16, 1), (16, 7)][side]
    for stride, dilation, padding in itertools.product((1, 5), (1, 4), ("valid", "same", "full", 0, 6)):
        sums = made(kind, (size, size), (taps, taps), stride, padding, dilation)
        if sums is None:
            room = possible(kind, (size, size), (taps, taps), stride, padding, dilation)
            assert not room or kind in pooling.POOLINGS
            continue
        rows, cols = sums.output.shape
        for row, col in ((0, 0), (rows - 1, cols - 1)):
            assert sums.frame(row, col).value == pytest.approx(sums.output[row, col], rel=1e-6)


# What is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "l3"}, "no operation 'l3' here; choose one of convolution, transposed"),
        ({"image": np.ones((17, 3))}, "input takes 1 to 16 rows and columns, but 17 × 3 came"),
        ({"kernel": np.ones((3, 8))}, "kernel takes 1 to 7 rows and columns, but 3 × 8 came"),
        ({"image": np.ones((3, 3, 1))}, "input takes rows of whole numbers"),
        ({"image": [[1, 2], [3]]}, "input takes rows of whole numbers"),
        ({"kernel": [["x"]]}, "kernel takes rows of whole numbers"),
        ({"kernel": [[0.5]]}, "whole numbers from −99 to 99, but 0.5 came"),
        ({"image": [[100]]}, "whole numbers from −99 to 99, but 100 came"),
        ({"image": [[np.nan]]}, "but nan came"),
        ({"padding": "half"}, "'half'"),
        ({"padding": -1}, "-1"),
        ({"strides": 0}, "strides must be"),
        ({"dilation_rate": 0}, "dilation_rate must be"),
        ({"dilation_rate": 4}, "kernel reaches over 9 cells but the padded image has only 5"),
        ({"kind": "transposed", "padding": 6}, "takes away 12 cells of 7"),
        ({"kind": "max", "padding": 6}, "reads nothing but padding"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(arguments, message):
    """No place for the window, unknown names and grids out of bounds say what came and what to do."""
    given = {"image": SIGNED[:5, :5], "kernel": WEIGHTS[:3, :3]} | arguments
    with pytest.raises(ValueError, match=message):
        Arithmetic(**given)


def test_cells_beyond_the_grids_are_refused():
    """There is no cell in a row or column that a grid does not have."""
    sums = Arithmetic(SIGNED[:3, :4], WEIGHTS[:2, :2])
    with pytest.raises(ValueError, match="row 2, column 0: the output has 2 rows and 3 columns"):
        sums.frame(2, 0)
    with pytest.raises(ValueError, match="row 0, column -1: the input has 3 rows and 4 columns"):
        sums.feeds(0, -1)


# The animation


@pytest.mark.parametrize(
    ("kind", "stride", "padding", "dilation"),
    [
        ("convolution", 2, 1, 1),
        ("convolution", 1, "same", 2),
        ("convolution", 3, "valid", 1),
        ("transposed", 2, 1, 1),
        ("transposed", 2, "full", 2),
        ("max", 2, "same", 1),
        ("average", 3, "valid", 1),
    ],
)
def test_the_animation_shows_the_numbers_that_are_computed(kind, stride, padding, dilation):
    """In each frame the outlined cells hold what the frame reads, and the number it makes has appeared."""
    sums = made(kind, (5, 6), (2, 3), stride, padding, dilation)
    frames = list(animation_blocks(sums))
    height, width = sums.board.shape
    start = width + 3 + (0 if sums.weights is None else sums.weights.shape[1] + 2)
    numbers = [sums.board, sums.output] + ([] if sums.weights is None else [sums.weights])
    texts = {
        animation._cell_text(x, grid.dtype.kind == "i") for grid in numbers for x in grid.ravel().tolist()
    }
    assert len(frames) == sums.output.size
    for blocks, (row, col) in zip(frames, np.ndindex(sums.output.shape), strict=True):
        frame = sums.frame(row, col)
        board = blocks[1 : 1 + height, 1 : 1 + width]
        rows, cols = (
            (places + axis.margins[0]).tolist() for places, axis in zip(frame.places, sums.axes, strict=True)
        )
        outlined = np.argwhere((board[:, :, 0, 0] == colour("field")).all(axis=2)).tolist()
        assert outlined == [list(place) for place in itertools.product(rows, cols)]
        for place, value in zip(outlined, frame.values.ravel(), strict=True):
            expected = str(value) if sums.is_input[tuple(place)] else ""
            assert number(board[tuple(place)], texts) == expected
        block = blocks[1 + row, start + col]
        assert (block[0, 0] == colour("output")).all()
        assert number(block, texts) == animation._cell_text(float(frame.value), sums.output.dtype.kind == "i")


def animation_blocks(sums):
    """Each frame as blocks of pixels, one for each cell: (lines, places, side, side, 3)."""
    taps = tuple(axis.positions + axis.margins[0] for axis in sums.axes)
    pictures = [np.full(grid.shape, 254, np.uint8) for grid in (sums.board, sums.output)]
    kernel = None
    if sums.weights is not None:
        kernel = np.full(sums.weights.shape, 254, np.uint8), sums.weights
    options = {"values": (sums.board, sums.output), "kernel": kernel, "unread": sums.unread, "cell": 32}
    image = Image.open(
        io.BytesIO(figures.sliding_window_gif(*pictures, taps, blank=~sums.is_input, **options))
    )
    for frame in range(image.n_frames):
        image.seek(frame)
        pixels = np.asarray(image.convert("RGB"))
        lines, places = pixels.shape[0] // 32, pixels.shape[1] // 32
        yield pixels.reshape(lines, 32, places, 32, 3).swapaxes(1, 2)


def colour(role):
    code = figures.ROLES[role].light
    return [int(code[i : i + 2], 16) for i in (1, 3, 5)]


def number(block, texts):
    """The text, among these, that stands in a block in black, in whatever size; empty if nothing does."""
    black = (block == 0).all(axis=2)
    if not black.any():
        return ""
    rows, cols = (np.flatnonzero(black.any(axis=axis)) for axis in (1, 0))
    found = black[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    large = np.ones((len(found) // 5, len(found) // 5), bool)  # a digit is five pixels high
    (text,) = {text for text in texts if np.array_equal(np.kron(animation._stamp(text), large), found)}
    return text


# Grids of one's own


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("1 2 3", [[1, 2, 3]]),
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("1\t2\r\n3\t4\r\n", [[1, 2], [3, 4]]),
        ("1, 2;  3 ,4 ;", [[1, 2], [3, 4]]),
        ("1,2_3,4", [[1, 2], [3, 4]]),
        ("  -7   +8  \n\n 9 −10", [[-7, 8], [9, -10]]),
        ("3.0,4.\n5,6", [[3, 4], [5, 6]]),
        ("1,2,\n3,4,", [[1, 2], [3, 4]]),
    ],
)
def test_grids_are_read_as_people_write_them(text, grid):
    """Lines, semicolons, commas, tabs, spaces, a typographic minus, and a spreadsheet's decimal point."""
    assert read_grid(text, "input", SIDES).tolist() == grid


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no numbers for the input; type rows"),
        (" \n ; ", "no numbers"),
        ("1 2\n3", "differ in length: row 1 has 2 numbers, row 2 has 1; give every row as many"),
        ("1\n2 3", "row 1 has 1 number, row 2 has 2"),
        ("1 x", "Row 1 of the input has 'x', which is no whole number"),
        ("1 2.5", "'2.5', which is no whole number"),
        ("nan", "'nan', which is no"),
        ("1e3", "'1e3', which is no"),
        ("9" * 5000, "no whole number"),
        ("1,,3\n4,5,6", "Row 1 of the input has an empty cell"),
        ("1\t\t3", "empty cell"),
        ("1 120", "from −99 to 99, but 120 came"),
        (" ".join("1" * 17), "1 to 16 rows and columns, but 1 × 17 came"),
        ("\n".join("1" * 17), "17 × 1 came"),
        ("<b>", "'<b>', which is no"),
    ],
)
def test_what_is_no_grid_is_a_sentence(text, message):
    """Ragged rows, words, fractions, holes, too much and nothing: each gets its own sentence."""
    with pytest.raises(ValueError, match=message):
        read_grid(text, "input", SIDES)


def read_or_refused(text):
    try:
        return read_grid(text, "kernel", KERNEL_SIDES)
    except ValueError as error:
        return str(error)


@given(st.one_of(st.text(max_size=60), st.text("-12 ,;\t\n", max_size=20)))
def test_any_text_is_a_grid_or_a_sentence(text):
    """No text that can be pasted does anything else, and a grid that is read is written back as itself."""
    found = read_or_refused(text)
    if isinstance(found, str):
        assert found.endswith(".")
    else:
        assert_array_equal(read_or_refused(arithmetic.write_grid(found)), found)


def test_means_are_written_with_their_digits():
    """Whole numbers have no decimals in a CSV file, means as many as float32 holds."""
    mean = Arithmetic(np.array([[1, 1, 2]]), np.ones((1, 3)), "average")
    assert arithmetic.write_grid(mean.output) == "1.33333337\n"
    assert arithmetic.write_grid(np.array([[480249, -3]])) == "480249,-3\n"


@given(st.integers(0, 2**31), st.integers(1, 16), st.integers(1, 16))
def test_random_grids_grow_and_stay_the_same(seed, rows, columns):
    """A seed gives the same numbers every time, in the bounds, and a larger grid keeps the smaller one."""
    grid, larger = arithmetic.random_input(rows, columns, seed), arithmetic.random_input(16, 16, seed)
    assert grid.shape == (rows, columns)
    assert_array_equal(grid, larger[:rows, :columns])
    assert 0 <= larger.min() <= larger.max() <= 9
    weights = arithmetic.random_kernel(7, 7, seed)
    assert -2 <= weights.min() <= weights.max() <= 2
    assert_array_equal(arithmetic.random_kernel(2, 3, seed), weights[:2, :3])


def test_numbers_of_ones_own_lie_over_drawn_ones():
    """A grid that grows beyond the student's numbers is filled with drawn ones, and one that shrinks cut."""
    own, drawn = np.array([[1, 2], [3, 4]]), np.full((3, 3), 9)
    assert arithmetic.fill(own, drawn).tolist() == [[1, 2, 9], [3, 4, 9], [9, 9, 9]]
    assert arithmetic.fill(own, drawn[:1]).tolist() == [[1, 2, 9]]
    assert (drawn == 9).all()
    assert arithmetic.fill(None, drawn) is drawn


def test_grids_are_exact_whole_numbers():
    """Whatever type they came as, grids are int64 and a copy of nobody's array."""
    image = np.ones((2, 2), np.float32)
    grid = whole_numbers(image, "input", SIDES)
    assert grid.dtype == np.int64
    assert not np.shares_memory(grid, image)


# As code


WITHOUT_DILATION = [("keras", kind) for kind in pooling.POOLINGS] + [("pytorch", "average")]


def run(framework, sums):
    names = {}
    exec(grids.code(framework, sums), names)
    return names["output"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("framework", grids.SNIPPETS)
def test_the_code_makes_the_very_numbers(framework, kind, request):
    """Over the grid of settings each library's lines, run as they stand, end with the same numbers."""
    if framework != "numpy":
        request.getfixturevalue({"keras": "keras", "pytorch": "torch"}[framework])
    ran = 0
    for settings in (
        settings for settings in SETTINGS[:: 1 if framework == "numpy" else 4] if settings[0] == kind
    ):
        sums = made(*settings)
        if sums is None:
            continue
        if sums.dilation_rate > 1 and (framework, kind) in WITHOUT_DILATION:
            with pytest.raises(ValueError, match="without dilation: choose dilation 1, or NumPy's lines"):
                grids.code(framework, sums)
            continue
        assert_allclose(run(framework, sums), sums.output, rtol=1e-6, err_msg=grids.code(framework, sums))
        ran += 1
    assert ran >= 10


def test_code_for_no_framework_is_refused():
    """A framework that is not in the table is named, with those that are."""
    with pytest.raises(ValueError, match="no code for 'matlab'; choose one of numpy, keras, pytorch"):
        grids.code("matlab", Arithmetic(SIGNED[:3, :3], WEIGHTS[:2, :2]))
