"""Named kernels and kernel families: their weights, what they are for, and where they come from.

All weights are for cross-correlation, as in `explorer.convolution`: the kernel is laid on the image as it is.
An "x" kernel answers changes along a row and is positive where the right is brighter; a "y" kernel answers
changes down a column and is positive where the bottom is brighter. Sizes are an int or (rows, columns),
angles are in degrees, counter-clockwise as seen on the screen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import index
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import rounding
from explorer.errors import ExplorerError
from explorer.parameters import Number, WholeNumber, finite
from explorer.words import signed

Weights = NDArray[np.float32]
Real = NDArray[np.floating]
Size = int | tuple[int, int]

MAX_KERNEL_SIDE = 31
"""The most rows, and columns, of a kernel."""

MAX_WEIGHT = 1000.0
"""The largest magnitude of a weight of one's own."""

GROUPS = ("Smooth", "Sharpen", "Edges", "Lines and textures", "Other")


@dataclass(frozen=True)
class Sizes:
    """The sizes (rows, columns) that a kernel can be made at: `(5, 3) in sizes`."""

    sides: tuple[int, ...]  # numbers of rows, and of columns
    square: bool = False
    cells: int = 1  # at least so many weights

    def __contains__(self, size: tuple[int, int]) -> bool:
        rows, columns = size
        fits = rows in self.sides and columns in self.sides and rows * columns >= self.cells
        return fits and (rows == columns or not self.square)

    def __str__(self) -> str:
        """It in words, to end the sentence "it can be made ..."."""
        low, *_, high = self.sides * 2
        if low == high:
            return f"only {low} × {low}"
        return (
            f"with {low} to {high} rows and columns"
            + (", odd numbers only" if self.sides[1] - low == 2 else "")
            + (", as many rows as columns" if self.square else "")
            + (f", {self.cells} weights or more" if self.cells > 1 else "")
        )


@dataclass(frozen=True, eq=False)
class Kernel:
    """A named kernel, or a family of them.

    Attributes:
        name: Key in `KERNELS`.
        title: The field's name for it.
        why: One sentence: what it does to a picture, by cross-correlation.
        source: Where it comes from.
        group: One of `GROUPS`.
        size: The size (rows, columns) of `weights`.
        sizes: The sizes it can be made at.
        build: The function behind `make`: (size, **arguments) -> float32 (rows, columns).
        arguments: What shapes it besides its size.
        turned: What it does by a convolution, which turns it by half a turn, where that is something else.
        weights: The weights at `size` and the arguments' defaults, float32, read-only.
    """

    name: str
    title: str
    why: str
    source: str
    group: str
    size: tuple[int, int]
    sizes: Sizes
    build: Callable[..., Weights]
    arguments: tuple[Number, ...] = ()
    turned: str = ""
    weights: Weights = field(init=False, repr=False)

    def __post_init__(self) -> None:
        weights = self.make()
        weights.setflags(write=False)
        object.__setattr__(self, "weights", weights)

    @property
    def fixed(self) -> bool:
        """Whether it has one size only."""
        return len(self.sizes.sides) == 1

    def offered(self, largest: int = MAX_KERNEL_SIDE) -> list[tuple[int, int]]:
        """List the square sizes that it can be made at, up to a largest one.

        Example:
            >>> KERNELS["sobel_x"].offered(5)
            [(3, 3), (5, 5)]
        """
        return [(side, side) for side in self.sizes.sides if side <= largest and (side, side) in self.sizes]

    @property
    def keeps_brightness(self) -> bool:
        """Whether the weights sum to 1, so that its map is a picture and not a measure around zero."""
        return math.isclose(float(self.weights.sum()), 1.0, abs_tol=1e-4)

    def make(self, size: Size | None = None, **arguments: float) -> Weights:
        """Make the kernel at a size, with arguments in place of the defaults.

        Raises:
            ExplorerError: If it cannot be made at this size, or an argument is unknown or out of its bounds.

        Example:
            >>> KERNELS["box"].make((1, 4)).tolist()
            [[0.25, 0.25, 0.25, 0.25]]
        """
        shape = self.size if size is None else _shape(size)
        if shape not in self.sizes:
            raise ExplorerError(
                f"{self.title} cannot be made {shape[0]} × {shape[1]}; it can be made {self.sizes}."
            )
        known = {argument.name: argument for argument in self.arguments}
        for name in arguments.keys() - known.keys():
            takes = ", ".join(known) or "none"
            raise ExplorerError(f"{self.title} has no argument {name!r}; the arguments it takes: {takes}.")
        values = {
            name: argument.checked(arguments.get(name, argument.default)) for name, argument in known.items()
        }
        return self.build(shape, **values)


def box(size: Size) -> Weights:
    """Mean of the window: every weight is 1 / (rows * columns), and they add up to 1.

    Args:
        size: An int or (rows, columns).

    Returns:
        float32 (rows, columns).

    Raises:
        ExplorerError: If the size is not positive.

    Example:
        >>> box(2).tolist()
        [[0.25, 0.25], [0.25, 0.25]]
    """
    rows, columns = _shape(size)
    return np.full((rows, columns), 1 / (rows * columns), np.float32)


def gaussian(size: Size, sigma: float) -> Weights:
    """Gaussian bell: exp(-(x^2 + y^2) / (2 sigma^2)) at the cells' centres, divided by its sum.

    Args:
        size: An int or (rows, columns); 6 sigma and more shows the bell whole.
        sigma: Standard deviation in pixels, at least 0.2: a narrower bell would have a single weight.

    Returns:
        float32 (rows, columns), adding up to 1.

    Raises:
        ExplorerError: If the size is not positive or sigma is below 0.2.

    Example:
        >>> gaussian(3, 0.8)[1].round(2)
        array([0.12, 0.27, 0.12], dtype=float32)
    """
    down, across = _offsets(size)
    sigma = _at_least(sigma, "sigma", 0.2)
    bell = np.exp(-(down**2) / (2 * sigma**2)) * np.exp(-(across**2) / (2 * sigma**2))
    return _float32(bell / bell.sum())


def laplacian_of_gaussian(size: Size, sigma: float) -> Weights:
    """Laplacian of a Gaussian: (r^2 - 2 sigma^2) / sigma^4 times the bell, less its mean.

    The centre is negative, as the second derivative of a bump is. Taking off the mean makes the weights add
    up to 0 where the window cuts the function short.

    Args:
        size: An int or (rows, columns), each 3 or more; 8 sigma and more shows the function whole.
        sigma: Standard deviation in pixels, at least 0.3: a narrower bell falls between the cells.

    Returns:
        float32 (rows, columns), adding up to 0.

    Raises:
        ExplorerError: If a side is less than 3 or sigma less than 0.3.

    Example:
        >>> weights = laplacian_of_gaussian(9, 1.2)
        >>> bool(weights[4, 4] == weights.min()), bool(abs(weights.sum()) < 1e-6)
        (True, True)
    """
    if min(_shape(size)) < 3:
        raise ExplorerError(
            f"A Laplacian of Gaussian has 3 rows and columns or more; it is asked for {size}."
        )
    down, across = _offsets(size)
    sigma = _at_least(sigma, "sigma", 0.3)
    squares = down**2 + across**2
    bell = np.exp(-squares / (2 * sigma**2)) / (2 * math.pi * sigma**2)
    curve = (squares - 2 * sigma**2) / sigma**4 * bell
    return _float32(_centred(curve))


def motion_blur(size: Size, angle: float = 0.0) -> Weights:
    """Mean along a line through the centre, as if the camera had moved along it.

    The line crosses the window. It takes one step for each column (for each row where it is steeper than a
    diagonal), and a step shares its weight out between the two cells that it passes between.

    Args:
        size: An int or (rows, columns).
        angle: Direction of the line in degrees: 0 along the rows, 45 rising to the right, 90 upright.

    Returns:
        float32 (rows, columns), adding up to 1.

    Raises:
        ExplorerError: If the angle is not finite, or the line meets a single cell, which would blur nothing.

    Example:
        >>> motion_blur((2, 4), 0).tolist()[0]
        [0.125, 0.125, 0.125, 0.125]
        >>> (motion_blur(3, 45) * 3).tolist()
        [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    rows, columns = _shape(size)
    direction = math.radians(_at_least(angle, "angle", -math.inf))
    upwards, rightwards = math.sin(direction), math.cos(direction)
    if abs(upwards) > abs(rightwards) + 1e-9:
        weights = _line(columns, rows, rightwards / upwards).T
    else:
        weights = _line(rows, columns, upwards / rightwards)
    if np.count_nonzero(weights) < 2:
        raise ExplorerError(
            f"A line at {angle:g}° covers a single cell of {rows} × {columns} and would blur nothing: "
            "choose a larger size or another angle."
        )
    return _float32(weights / weights.sum())


def gabor(
    size: Size,
    orientation: float = 0.0,
    wavelength: float = 4.0,
    sigma: float = 2.0,
    aspect: float = 0.5,
    phase: float = 0.0,
) -> Weights:
    """Gabor filter: a wave under a bell, which answers stripes.

    exp(-(u^2 + aspect^2 v^2) / (2 sigma^2)) cos(2 pi u / wavelength + phase)

    u runs along the wave, v across it. The mean is taken off, so that even areas give 0, and the result is
    scaled: positive weights add up to 1, negative ones to -1, so that pixels from 0 to 1 give -1 to 1.

    Args:
        size: An int or (rows, columns).
        orientation: Direction of the wave in degrees: 0 answers upright stripes, 90 level ones.
        wavelength: Distance from stripe to stripe in pixels, 2 or more.
        sigma: Standard deviation of the bell along the wave in pixels, at least 0.3.
        aspect: Width of the bell along the wave divided by that across it, at least 0.05.
        phase: Where in the wave the centre is, in degrees: 0 on a bright stripe, 90 and 270 on an edge.

    Returns:
        float32 (rows, columns), adding up to 0.

    Raises:
        ExplorerError: If a number is out of its bounds, or no two weights differ.

    Example:
        >>> weights = gabor(7)
        >>> weights.shape, bool(weights[3, 3] == weights.max())
        ((7, 7), True)
    """
    down, across = _offsets(size)
    direction = math.radians(_at_least(orientation, "orientation", -math.inf))
    wavelength = _at_least(wavelength, "wavelength", 2)
    sigma = _at_least(sigma, "sigma", 0.3)
    aspect = _at_least(aspect, "aspect", 0.05)
    start = math.radians(_at_least(phase, "phase", -math.inf))
    u = across * math.cos(direction) - down * math.sin(direction)
    v = across * math.sin(direction) + down * math.cos(direction)
    bell = np.exp(-(u**2 + aspect**2 * v**2) / (2 * sigma**2))
    turn = 2 * math.pi * u / wavelength + start
    # The cosine of a right angle is 0 but for the rounding of the angle.
    wave = _centred(rounding.settled(bell * np.cos(turn), bell * (1 + np.abs(turn)), 1))
    strength = np.abs(wave).sum()
    if strength < 1e-6:
        raise ExplorerError(
            "These settings make a Gabor filter whose weights are all alike, which sees nothing: choose a "
            "larger size, or another wavelength or phase."
        )
    return _float32(wave * (2 / strength))


def normalise(weights: ArrayLike) -> Weights:
    """Scale a kernel so that its weights add up to 1, which keeps the brightness of even areas.

    Raises:
        ExplorerError: If the weights add up to 0 (within rounding), or are no kernel.

    Example:
        >>> normalise([[1, 2, 1]]).tolist()
        [[0.25, 0.5, 0.25]]
    """
    kernel = _kernel(weights)
    total = rounding.total(kernel, given=rounding.SINGLE)
    if total == 0:
        raise ExplorerError(
            "These weights add up to 0, so that no factor makes them add up to 1; a kernel that looks for "
            "differences is right as it is."
        )
    return _float32(kernel / total)


def zero_mean(weights: ArrayLike) -> Weights:
    """Take the mean off a kernel, so that its weights add up to 0 and even areas give 0.

    Raises:
        ExplorerError: If the weights are no kernel.

    Example:
        >>> zero_mean([[1, 2, 3]]).tolist()
        [[-1.0, 0.0, 1.0]]
    """
    return _float32(_centred(_kernel(weights)))


def flip(weights: ArrayLike) -> Weights:
    """Turn a kernel around both axes, which makes a cross-correlation a convolution.

    Raises:
        ExplorerError: If the weights are no kernel.

    Example:
        >>> flip([[1, 2], [3, 4]]).tolist()
        [[4.0, 3.0], [2.0, 1.0]]
    """
    return _float32(_kernel(weights)[::-1, ::-1])


def transpose(weights: ArrayLike) -> Weights:
    """Change rows and columns, which makes an "x" kernel a "y" kernel.

    Raises:
        ExplorerError: If the weights are no kernel.

    Example:
        >>> transpose([[1, 2, 3]]).tolist()
        [[1.0], [2.0], [3.0]]
    """
    return _float32(_kernel(weights).T)


def rotate45(weights: ArrayLike) -> Weights:
    """Turn a kernel clockwise by 45 degrees: each ring around the centre moves on by an eighth of its length.

    Eight turns give the kernel back, and two give a quarter turn.

    Raises:
        ExplorerError: If the kernel is not square with an odd number of rows.

    Example:
        >>> rotate45([[1, 2, 3], [8, 0, 4], [7, 6, 5]]).tolist()
        [[8.0, 1.0, 2.0], [7.0, 0.0, 3.0], [6.0, 5.0, 4.0]]
    """
    kernel = _kernel(weights)
    rows, columns = kernel.shape
    if rows != columns or rows % 2 == 0:
        raise ExplorerError(
            "Only a square kernel with an odd number of rows can be rotated by 45°; this one is "
            f"{rows} × {columns}."
        )
    turned = kernel.copy()
    for start in range(rows // 2):
        end = rows - 1 - start
        there, back = np.arange(start, end), np.arange(end, start, -1)
        first, last = np.full(end - start, start), np.full(end - start, end)
        down = np.concatenate([first, there, last, back])  # clockwise from the top left corner
        across = np.concatenate([there, last, back, first])
        turned[down, across] = np.roll(kernel[down, across], (end - start) // 2)
    return _float32(turned)


def resize(weights: ArrayLike, size: Size) -> Weights:
    """Crop a kernel to a size or surround it with zeros; its centre, cell (size - 1) // 2, stays the centre.

    Raises:
        ExplorerError: If the weights are no kernel or the size is not positive.

    Example:
        >>> resize([[1, 2, 3]], (3, 1)).tolist()
        [[0.0], [2.0], [0.0]]
    """
    kernel = _kernel(weights)
    shape = _shape(size)
    resized = np.zeros(shape)
    into, out_of = [], []
    for old, new in zip(kernel.shape, shape, strict=True):
        before = (new - 1) // 2 - (old - 1) // 2
        count = min(old, new)
        into.append(slice(max(0, before), max(0, before) + count))
        out_of.append(slice(max(0, -before), max(0, -before) + count))
    resized[tuple(into)] = kernel[tuple(out_of)]
    return _float32(resized)


def title_of(weights: ArrayLike) -> str:
    """Return the title of the named kernel that has these weights, as it is or rotated; "" where none has.

    Example:
        >>> title_of(KERNELS["sobel_x"].weights), title_of(flip(KERNELS["sobel_x"].weights))
        ('Sobel x', 'Sobel x, rotated')
        >>> title_of([[7, 8, 9]])
        ''
    """
    for suffix, laid in (("", _float32(_kernel(weights))), (", rotated", flip(weights))):
        for kernel in KERNELS.values():
            if np.array_equal(kernel.weights, laid):
                return kernel.title + suffix
    return ""


def from_rows(rows: ArrayLike) -> Weights:
    """Make a kernel of rows of numbers, float32 (kh, kw).

    Raises:
        ExplorerError: If the rows are no kernel: ragged, empty, or with something else than finite numbers.

    Example:
        >>> from_rows([[1, 2]]).shape
        (1, 2)
    """
    return _float32(_kernel(rows))


def read_weights(rows: Any, largest: int = MAX_KERNEL_SIDE) -> Weights:
    """A kernel of one's own, read from a table of weights with as many in each row.

    Raises:
        ExplorerError: If it is no such table, or a weight is not finite or too large.

    Example:
        >>> read_weights([[1, -0.5]]).tolist()
        [[1.0, -0.5]]
    """
    if not isinstance(rows, list) or not 1 <= len(rows) <= largest:
        raise ExplorerError(f"A kernel has 1 to {largest} rows of weights; give them as a table.")
    if any(not isinstance(row, list) or not 1 <= len(row) <= largest for row in rows):
        raise ExplorerError(f"Each row of a kernel has 1 to {largest} weights; shorten or fill it.")
    if len({len(row) for row in rows}) != 1:
        raise ExplorerError(
            "The rows of a kernel differ in length; give every row the same number of weights."
        )
    for weight in (weight for row in rows for weight in row):
        if abs(finite(weight, "A weight")) > MAX_WEIGHT:
            raise ExplorerError(
                f"A weight is a number from −{MAX_WEIGHT:g} to {MAX_WEIGHT:g}, not {signed(weight)}."
            )
    return from_rows(rows)


def to_rows(weights: ArrayLike) -> list[list[float]]:
    """Return a kernel as rows of numbers, each the shortest decimal that reads back as the same float32.

    Raises:
        ExplorerError: If the weights are no kernel.

    Example:
        >>> to_rows(box((1, 3)))
        [[0.33333334, 0.33333334, 0.33333334]]
    """
    return [[float(str(weight)) for weight in row] for row in from_rows(weights)]


def to_json(weights: ArrayLike) -> str:
    """Write a kernel as a JSON list of rows, numbers as in `to_rows`.

    Raises:
        ExplorerError: If the weights are no kernel.

    Example:
        >>> to_json([[0.1, 1], [2, 3]])
        '[[0.1, 1.0], [2.0, 3.0]]'
    """
    return json.dumps(to_rows(weights))


def to_csv(weights: ArrayLike) -> str:
    r"""Write a kernel as CSV, a line for each row; numbers as in `to_rows`.

    Raises:
        ExplorerError: If the weights are no kernel.

    Example:
        >>> to_csv([[0.1, 1], [2, 3]])
        '0.1,1.0\n2.0,3.0\n'
    """
    return "".join(",".join(map(repr, row)) + "\n" for row in to_rows(weights))


def _float32(weights: Real) -> Weights:
    """Return weights as contiguous float32; adding 0 takes the sign off -0, which would read as a minus."""
    return np.ascontiguousarray(weights, np.float32) + np.float32(0)


def _centred(kernel: Real) -> Real:
    """Take the mean off; a weight of which rounding alone is left is 0."""
    mean, size = rounding.mean(kernel), np.abs(kernel).mean()
    return np.asarray(rounding.settled(kernel - mean, np.abs(kernel) + size, kernel.size))


def _kernel(weights: ArrayLike) -> Real:
    """Read a kernel as doubles."""
    try:
        array = np.asarray(weights)
    except (TypeError, ValueError) as error:
        raise ExplorerError(
            f"A kernel is a table of real numbers with rows of one length; {error}."
        ) from error
    if array.dtype.kind not in "biuf" or array.ndim != 2 or array.size == 0:
        raise ExplorerError(
            f"A kernel is a table of real numbers, (rows, columns); this one has the shape {array.shape} and "
            f"the type {array.dtype}."
        )
    kernel = array.astype(np.float64)
    if not np.isfinite(kernel).all():
        raise ExplorerError(
            "A weight of this kernel is NaN or infinite: every weight must be a finite number."
        )
    return kernel


def _shape(size: Size) -> tuple[int, int]:
    """Read an int or (rows, columns)."""
    sides = tuple(size) if isinstance(size, tuple | list) else (size, size)
    try:
        rows, columns = (0 if isinstance(side, bool) else index(side) for side in sides)
    except (TypeError, ValueError):
        rows = columns = 0
    if rows < 1 or columns < 1:
        raise ExplorerError(
            f"A kernel's size must be a whole number or (rows, columns), 1 or more; it is {short(size)}."
        )
    return rows, columns


def _at_least(value: float, name: str, least: float) -> float:
    """Read a finite number with a lower bound."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value < least:
        bound = "" if least == -math.inf else f" of at least {least}"
        raise ExplorerError(f"{name} must be a finite number{bound}; it is {short(value)}.")
    return float(value)


def _offsets(size: Size) -> tuple[Real, Real]:
    """Distances of the cells from the window's centre: down (rows, 1) and across (1, columns)."""
    rows, columns = _shape(size)
    down = np.arange(rows)[:, np.newaxis] - (rows - 1) / 2
    across = np.arange(columns)[np.newaxis, :] - (columns - 1) / 2
    return down, across


def _line(rows: int, columns: int, slope: float) -> Real:
    """A line through the window's centre, no steeper than a diagonal: for each column the cells it meets."""
    weights = np.zeros((rows + 2, columns))  # a row to spare at either end
    for column in range(columns):
        rise = (column - (columns - 1) / 2) * slope
        place = round((rows - 1) / 2 - rise, 9)  # rounded, so that a diagonal meets the cells' centres
        if -1 < place < rows:
            above = math.floor(place)
            weights[above + 1, column] += 1 - (place - above)
            weights[above + 2, column] += place - above
    return weights[1:-1]


def _binomial(taps: int) -> Real:
    """Row of Pascal's triangle, the whole-number bell: 1 2 1, 1 4 6 4 1, ..."""
    return np.array([math.comb(taps - 1, k) for k in range(taps)], np.float64)


def _identity(size: Size) -> Weights:
    """A single 1, in the cell that "same" padding lays on the pixel."""
    return resize([[1]], size)


def _cross(size: Size) -> Weights:
    """The centre's row and column, ones except the centre itself."""
    down, across = _offsets(size)
    return _float32(((down == 0) ^ (across == 0)).astype(np.float64))


def _sharpen(size: Size) -> Weights:
    arms = _cross(size)
    return _float32(5 * _identity(size) - 4 * arms / arms.sum())


def _unsharp(size: Size, sigma: float, amount: float) -> Weights:
    return _float32((1 + amount) * _identity(size) - amount * gaussian(size, sigma))


def _outline4(size: Size) -> Weights:
    arms = _cross(size)
    return _float32(arms.sum() * _identity(size) - arms)


def _outline8(size: Size) -> Weights:
    rows, columns = _shape(size)
    return _float32(rows * columns * _identity(size) - np.ones((rows, columns)))


def _sobel_x(size: Size) -> Weights:
    rows, columns = _shape(size)
    slope = np.convolve(_binomial(columns - 2), [-1, 0, 1])
    return _float32(np.outer(_binomial(rows), slope))


def _prewitt_x(size: Size) -> Weights:
    rows, _ = _shape(size)
    return _float32(np.ones((rows, 1)) * _offsets(size)[1])


def _emboss(size: Size) -> Weights:
    down, across = _offsets(size)
    slope = down + across
    return _float32(2 * slope / slope.max() + _identity(size))


def _line_across(size: Size) -> Weights:
    down, across = _offsets(size)
    rows, _ = _shape(size)
    return _float32(np.where(down + 0 * across == 0, rows - 1.0, -1.0))


def _line_falling(size: Size) -> Weights:
    rows, _ = _shape(size)
    return _float32(rows * np.eye(rows) - 1)


def _random(size: Size, seed: int) -> Weights:
    rows, columns = _shape(size)
    draw = np.random.default_rng(seed).standard_normal((rows, columns))
    return _float32((draw * math.sqrt(2 / (rows * columns))).round(3))


def _fixed(*rows: tuple[float, ...]) -> Callable[[Size], Weights]:
    """Build a kernel that has one size only."""
    return lambda size: _float32(np.array(rows, np.float64))


def _turned(build: Callable[[Size], Weights]) -> Callable[[Size], Weights]:
    """Build the transpose of another kernel, at the size asked for."""

    def make(size: Size) -> Weights:
        rows, columns = _shape(size)
        return transpose(build((columns, rows)))

    return make


_ALL = tuple(range(1, MAX_KERNEL_SIDE + 1))
_ODD = tuple(range(3, MAX_KERNEL_SIDE + 1, 2))
_ANY = Sizes(_ALL)
_ANY_BUT_ONE = Sizes(_ALL, cells=2)
_FROM_3 = Sizes(_ALL[2:])
_SMALL_ODD_SIZES = Sizes((3, 5, 7))
_ODD_SIZES = Sizes(_ODD)
_ODD_SQUARES = Sizes(_ODD, square=True)
_ONLY_2 = Sizes((2,))
_ONLY_3 = Sizes((3,))

_TEXTBOOK = "R. C. Gonzalez and R. E. Woods, Digital Image Processing"
_SIGMA = Number(
    name="sigma",
    title="Sigma",
    low=0.3,
    high=10.0,
    step=0.1,
    default=1.0,
    unit="px",
)

KERNELS: dict[str, Kernel] = {
    kernel.name: kernel
    for kernel in (
        Kernel(
            name="identity",
            title="Identity",
            why="A single 1 in the middle leaves every pixel as it is.",
            source=f"The unit impulse: {_TEXTBOOK}, chapter 3.",
            group="Other",
            size=(3, 3),
            sizes=_ANY,
            build=_identity,
        ),
        Kernel(
            name="box",
            title="Box blur",
            why="Each pixel becomes the mean of its window, so detail smaller than the window fades.",
            source=f"The averaging filter: {_TEXTBOOK}, chapter 3.",
            group="Smooth",
            size=(3, 3),
            sizes=_ANY_BUT_ONE,
            build=box,
        ),
        Kernel(
            name="gaussian",
            title="Gaussian blur",
            why=(
                "A weighted mean: nearer pixels count more, so it blurs smoothly and equally in all "
                "directions."
            ),
            source=f"The normal distribution of C. F. Gauss; {_TEXTBOOK}, chapter 3.",
            group="Smooth",
            size=(5, 5),
            sizes=_ANY_BUT_ONE,
            build=gaussian,
            arguments=(_SIGMA,),
        ),
        Kernel(
            name="motion_blur",
            title="Motion blur",
            why="A mean along a line looks as if the camera had moved while the shutter was open.",
            source=f"Uniform linear motion: {_TEXTBOOK}, chapter 5.",
            group="Smooth",
            size=(7, 7),
            sizes=_ANY_BUT_ONE,
            build=motion_blur,
            arguments=(
                Number(
                    name="angle",
                    title="Direction",
                    low=0.0,
                    high=180.0,
                    step=5.0,
                    default=0.0,
                    unit="degrees",
                ),
            ),
        ),
        Kernel(
            name="sharpen",
            title="Sharpen",
            why="It adds to each pixel its difference from its neighbours, so edges stand out.",
            source=f"The image plus its Laplacian: {_TEXTBOOK}, chapter 3.",
            group="Sharpen",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_sharpen,
        ),
        Kernel(
            name="unsharp",
            title="Unsharp mask",
            why="It adds back the detail that a Gaussian blur removes: sigma sets how fine that detail is.",
            source=f"A darkroom technique, digital in {_TEXTBOOK}, chapter 3.",
            group="Sharpen",
            size=(5, 5),
            sizes=_ODD_SIZES,
            build=_unsharp,
            arguments=(
                _SIGMA,
                Number(
                    name="amount",
                    title="Amount",
                    low=0.1,
                    high=5.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
        ),
        Kernel(
            name="outline4",
            title="Outline, 4 neighbours (Laplacian)",
            why="It compares each pixel with its four neighbours: flat areas give 0, details show.",
            source=f"The discrete Laplacian, its sign turned: {_TEXTBOOK}, chapter 3.",
            group="Edges",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_outline4,
        ),
        Kernel(
            name="outline8",
            title="Outline, 8 neighbours (Laplacian)",
            why=(
                "It compares each pixel with all eight neighbours, so diagonal edges show just as strongly."
            ),
            source=f"The discrete Laplacian with diagonals, its sign turned: {_TEXTBOOK}, chapter 3.",
            group="Edges",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_outline8,
        ),
        Kernel(
            name="laplacian_of_gaussian",
            title="Laplacian of Gaussian",
            why=(
                "It blurs, then measures how the brightness curves: negative on bright spots, 0 along edges."
            ),
            source="D. Marr and E. Hildreth, Theory of edge detection, Proc. R. Soc. B 207, 1980.",
            group="Edges",
            size=(7, 7),
            sizes=_FROM_3,
            build=laplacian_of_gaussian,
            arguments=(_SIGMA,),
        ),
        Kernel(
            name="sobel_x",
            title="Sobel x",
            why="It finds vertical edges, smoothing along them: positive where the right side is brighter.",
            source="I. Sobel and G. Feldman, A 3x3 isotropic gradient operator for image processing, 1968.",
            group="Edges",
            size=(3, 3),
            sizes=_SMALL_ODD_SIZES,
            build=_sobel_x,
            turned=(
                "Rotated by 180°, it finds vertical edges with the sign reversed: negative where the "
                "right side is brighter."
            ),
        ),
        Kernel(
            name="sobel_y",
            title="Sobel y",
            why="It finds horizontal edges, smoothing along them: positive where the lower side is brighter.",
            source="I. Sobel and G. Feldman, A 3x3 isotropic gradient operator for image processing, 1968.",
            group="Edges",
            size=(3, 3),
            sizes=_SMALL_ODD_SIZES,
            build=_turned(_sobel_x),
            turned=(
                "Rotated by 180°, it finds horizontal edges with the sign reversed: negative where the "
                "lower side is brighter."
            ),
        ),
        Kernel(
            name="scharr_x",
            title="Scharr x",
            why="It measures edge direction better than Sobel x: positive where the right side is brighter.",
            source="H. Scharr, Optimale Operatoren in der digitalen Bildverarbeitung, Heidelberg, 2000.",
            group="Edges",
            size=(3, 3),
            sizes=_ONLY_3,
            build=_fixed((-3, 0, 3), (-10, 0, 10), (-3, 0, 3)),
            turned=("Rotated by 180°, it reverses the sign: negative where the right side is brighter."),
        ),
        Kernel(
            name="scharr_y",
            title="Scharr y",
            why="It measures edge direction better than Sobel y: positive where the lower side is brighter.",
            source="H. Scharr, Optimale Operatoren in der digitalen Bildverarbeitung, Heidelberg, 2000.",
            group="Edges",
            size=(3, 3),
            sizes=_ONLY_3,
            build=_fixed((-3, -10, -3), (0, 0, 0), (3, 10, 3)),
            turned=("Rotated by 180°, it reverses the sign: negative where the lower side is brighter."),
        ),
        Kernel(
            name="prewitt_x",
            title="Prewitt x",
            why="The rightward slope of the best-fitting plane: positive where the right side is brighter.",
            source="J. M. S. Prewitt, Object enhancement and extraction, 1970.",
            group="Edges",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_prewitt_x,
            turned=(
                "Rotated by 180°, it gives the slope to the left: negative where the right side is brighter."
            ),
        ),
        Kernel(
            name="prewitt_y",
            title="Prewitt y",
            why="The downward slope of the best-fitting plane: positive where the lower side is brighter.",
            source="J. M. S. Prewitt, Object enhancement and extraction, 1970.",
            group="Edges",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_turned(_prewitt_x),
            turned="Rotated by 180°, it gives the upward slope: negative where the lower side is brighter.",
        ),
        Kernel(
            name="roberts_falling",
            title="Roberts, falling diagonal",
            why="The smallest edge detector: a pixel minus its lower right neighbour.",
            source="L. G. Roberts, Machine perception of three-dimensional solids, 1963.",
            group="Edges",
            size=(2, 2),
            sizes=_ONLY_2,
            build=_fixed((1, 0), (0, -1)),
            turned="Rotated by 180°, it is a pixel minus its upper left neighbour.",
        ),
        Kernel(
            name="roberts_rising",
            title="Roberts, rising diagonal",
            why=("The other half of Roberts' cross: the upper right pixel minus the lower left one."),
            turned="Rotated by 180°, it is the lower left pixel minus the upper right one.",
            source="L. G. Roberts, Machine perception of three-dimensional solids, 1963.",
            group="Edges",
            size=(2, 2),
            sizes=_ONLY_2,
            build=_fixed((0, 1), (-1, 0)),
        ),
        Kernel(
            name="line_horizontal",
            title="Horizontal lines",
            why="It responds to horizontal lines one pixel thick, and gives 0 on flat areas.",
            source=f"Line detection masks: {_TEXTBOOK}, chapter 10.",
            group="Lines and textures",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_line_across,
        ),
        Kernel(
            name="line_vertical",
            title="Vertical lines",
            why="It responds to vertical lines one pixel thick, and gives 0 on flat areas.",
            source=f"Line detection masks: {_TEXTBOOK}, chapter 10.",
            group="Lines and textures",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_turned(_line_across),
        ),
        Kernel(
            name="line_rising",
            title="Rising lines",
            why="It responds to lines that rise to the right at 45°, and gives 0 on flat areas.",
            source=f"Line detection masks: {_TEXTBOOK}, chapter 10.",
            group="Lines and textures",
            size=(3, 3),
            sizes=_ODD_SQUARES,
            build=lambda size: _float32(_line_falling(size)[:, ::-1]),
        ),
        Kernel(
            name="line_falling",
            title="Falling lines",
            why="It responds to lines that fall to the right at 45°, and gives 0 on flat areas.",
            source=f"Line detection masks: {_TEXTBOOK}, chapter 10.",
            group="Lines and textures",
            size=(3, 3),
            sizes=_ODD_SQUARES,
            build=_line_falling,
        ),
        Kernel(
            name="gabor",
            title="Gabor filter",
            why="It responds to stripes of one width and one direction, like cells of the visual cortex.",
            source="D. Gabor, Theory of communication, 1946; J. G. Daugman, J. Opt. Soc. Am. A 2, 1985.",
            group="Lines and textures",
            size=(7, 7),
            sizes=_FROM_3,
            build=gabor,
            arguments=(
                Number(
                    name="orientation",
                    title="Direction",
                    low=0.0,
                    high=180.0,
                    step=5.0,
                    default=0.0,
                    unit="degrees",
                ),
                Number(
                    name="wavelength",
                    title="Wavelength",
                    low=2.0,
                    high=20.0,
                    step=0.5,
                    default=4.0,
                    unit="px",
                ),
                Number(
                    name="sigma",
                    title="Sigma",
                    low=0.5,
                    high=10.0,
                    step=0.1,
                    default=2.0,
                    unit="px",
                ),
                Number(
                    name="aspect",
                    title="Aspect",
                    low=0.1,
                    high=2.0,
                    step=0.1,
                    default=0.5,
                ),
                Number(
                    name="phase",
                    title="Phase",
                    low=0.0,
                    high=360.0,
                    step=15.0,
                    default=0.0,
                    unit="degrees",
                ),
            ),
        ),
        Kernel(
            name="emboss",
            title="Emboss",
            why="It lights the picture like a relief from the upper left, and keeps its brightness.",
            source="A filter of paint programs; the weights are those of the GIMP's manual.",
            group="Other",
            size=(3, 3),
            sizes=_ODD_SIZES,
            build=_emboss,
            turned="Rotated by 180°, it lights the picture like a relief from the lower right.",
        ),
        Kernel(
            name="random",
            title="Random",
            why="Random weights: how a layer starts, before it has learnt anything.",
            source="K. He et al., Delving deep into rectifiers, ICCV 2015: variance 2 / weights.",
            group="Other",
            size=(3, 3),
            sizes=_ANY,
            build=_random,
            arguments=(
                WholeNumber(
                    name="seed",
                    title="Seed",
                    low=0,
                    high=9999,
                    step=1,
                    default=0,
                ),
            ),
        ),
    )
}
