"""Arrays as pictures: scales, limits, painted maps and their legends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from explorer.errors import ExplorerError
from explorer.figures.colours import Limits, Pixels, hex_colour
from explorer.figures.numbers import format_number
from explorer.words import percent


@dataclass(frozen=True)
class Scale:
    """How numbers become colours; `fit` gives the limits for a map whose values run from low to high."""

    name: str
    title: str
    why: str
    fit: Callable[[float, float], Limits]


def _around_zero(low: float, high: float) -> Limits:
    """The limits -m and m, where m is the greater magnitude."""
    m = max(abs(low), abs(high))
    return 0.0 - m, m


SCALES: dict[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale(
            name="signed",
            title="Signed",
            why=(
                "Zero is near-white, on a dark page near-black, negative values are blue and positive ones "
                "orange, equally strong at equal magnitudes; a colour picture has zero at mid-grey."
            ),
            fit=_around_zero,
        ),
        Scale(
            name="unit",
            title="Grey, 0 to 1",
            why="0 is black and 1 is white, as in the picture itself; whatever lies outside is clipped.",
            fit=lambda low, high: (0.0, 1.0),
        ),
        Scale(
            name="stretched",
            title="Stretched",
            why="The smallest value is black and the greatest is white; a constant map is mid-grey.",
            fit=lambda low, high: (low, high),
        ),
    )
}

NOT_A_NUMBER = (255, 0, 255)
"""The colour of NaN: magenta, which no scale contains."""


def _from_oklab(lab: npt.NDArray[np.float64]) -> Pixels:
    """OKLab (n, 3) to 8-bit sRGB (n, 3).

    Source: B. Ottosson, A perceptual color space for image processing, 2020.
    """
    to_cone = np.array(
        [
            [1.0, 0.3963377774, 0.2158037573],
            [1.0, -0.1055613458, -0.0638541728],
            [1.0, -0.0894841775, -1.2914855480],
        ]
    )
    to_linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip((lab @ to_cone.T) ** 3 @ to_linear.T, 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    levels: Pixels = np.rint(255 * encoded).astype(np.uint8)
    return levels


def _signed_colours(zero: float, lightness: float, chroma: float) -> Pixels:
    """The 256 colours of the signed scale: entry 128 is zero, 128 - 127 is -m and 128 + 127 is m.

    Each arm is a straight line in OKLab from the same grey, of lightness `zero`, to an end of the same
    lightness and chroma, so equal steps look equal, on either side of zero.
    """
    neutral = np.array([zero, 0.0, 0.0])
    arms = []
    for hue in np.radians([258.0, 40.0]):  # blue, orange
        end = np.array([lightness, chroma * np.cos(hue), chroma * np.sin(hue)])
        way = np.linspace(0.0, 1.0, 128)[:, None]  # (128, 1)
        arms.append(_from_oklab(neutral + way * (end - neutral)))
    below, above = arms
    # Zero needs a colour of its own, so an odd number of colours is used: entry 0 repeats entry 1.
    return np.concatenate([below[-1:], below[:0:-1], above])  # (256, 3)


SIGNED_COLOURS: Pixels = _signed_colours(zero=0.975, lightness=0.5, chroma=0.155)
"""Zero is near-white, as the ground of the light theme."""

SIGNED_ON_DARK: Pixels = _signed_colours(zero=0.2, lightness=0.74, chroma=0.14)
"""Zero is near-black, as the ground of the dark theme, and the strongest values are light."""

for _colours in (SIGNED_COLOURS, SIGNED_ON_DARK):
    _colours.flags.writeable = False


def _magnitude_colours() -> Pixels:
    """The 256 colours of the scale of magnitudes, from dark violet over red to pale yellow.

    Lightness grows evenly from entry to entry, so that the order is seen without any sense of colour; hue and
    chroma run in straight lines between four points.
    """
    shares = np.linspace(0.0, 1.0, 256)
    lightness = 0.28 + 0.66 * shares
    places = (0.0, 0.35, 0.7, 1.0)
    hue = np.radians(np.interp(shares, places, (295.0, 355.0, 405.0, 465.0)))
    chroma = np.interp(shares, places, (0.11, 0.17, 0.17, 0.12))
    return _from_oklab(np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1))


MAGNITUDE_COLOURS: Pixels = _magnitude_colours()
MAGNITUDE_COLOURS.flags.writeable = False


@dataclass(frozen=True)
class Painted:
    """A painted map.

    Attributes:
        pixels: uint8 ``(H, W)`` if grey, ``(H, W, 3)`` otherwise.
        low: the value at the lower end of the scale.
        high: the value at the upper end of the scale.
        clipped: the share of the values, 0 to 1, that lie outside low to high, infinities included, NaN not.
        nan: how many values are NaN; they are magenta.
    """

    pixels: Pixels
    low: float
    high: float
    clipped: float
    nan: int

    @property
    def remark(self) -> str:
        r"""What a reader must know about the picture, in sentences; empty if there is nothing to say.

        >>> paint(np.array([[-1.0, 0.5, 0.5, 2.0]]), "unit").remark
        '50.0\xa0% of the values lie outside 0 to 1.'
        >>> paint(np.full((2, 2), 3.0), "stretched").remark
        "The scale holds one value, 3, so the map has the scale's middle colour."
        """
        low, high = format_number(self.low), format_number(self.high)
        sentences = []
        if self.low == self.high:
            sentences.append(f"The scale holds one value, {low}, so the map has the scale's middle colour.")
        if self.clipped:
            sentences.append(f"{percent(self.clipped)} of the values lie outside {low} to {high}.")
        if self.nan:
            are = "value is" if self.nan == 1 else "values are"
            sentences.append(f"{self.nan} {are} not a number (NaN) and painted magenta.")
        return " ".join(sentences)


def limits(array: npt.ArrayLike, scale: str) -> Limits:
    """The values at the two ends of a scale, for this array; NaN and infinities are left out.

    signed: -m and m with m = max |v|; unit: 0 and 1; stretched: min v and max v.

    Args:
        array: numbers (H, W), (H, W, 1) or (H, W, 3).
        scale: a key of `SCALES`.

    >>> limits([[-2.0, 1.0]], "signed"), limits([[-2.0, 1.0]], "unit"), limits([[-2.0, 1.0]], "stretched")
    ((-2.0, 2.0), (0.0, 1.0), (-2.0, 1.0))
    """
    values = _numbers(array)
    return _scale(scale).fit(*_finite_range(values, float(values.min()), float(values.max())))


REACH_SAMPLE = 4_096
"""How many values of painted maps their usual limits are found from: a small part of the time of all."""

INSIDE = 0.99
"""The share of a map's values that `usual_limits` leaves inside its ends, at least."""


def usual_limits(array: npt.ArrayLike, scale: str) -> Limits:
    """The ends of a scale that a few extreme values of this array do not stretch; `limits` includes them.

    signed: -m and m with m the least magnitude that at least 99 % of all |v| do not exceed; stretched: the
    least and the greatest value after 0.5 % of them are left out at either end, rounded down to whole values;
    unit: 0 and 1. Where that leaves a single value, as of a map that is nearly all 0, `limits` holds.

    Both ends are rounded outward to three digits of their difference, which is at most 1 % of it at either
    end, so that they can be read and written in few digits.

    Args:
        array: numbers (H, W), (H, W, 1) or (H, W, 3); NaN and infinities are left out.
        scale: a key of `SCALES`.

    >>> values = np.arange(-100.0, 100.0)[None]
    >>> usual_limits(values, "signed"), usual_limits(values, "stretched"), usual_limits([[-9, 1]], "signed")
    ((-99.0, 99.0), (-99.0, 98.0), (-9.0, 9.0))
    >>> usual_limits([[-1.8654, 0.2]], "signed")
    (-1.87, 1.87)
    """
    if scale == "unit":
        return limits(array, scale)
    values = _numbers(array).ravel()
    lowest, highest = float(values.min()), float(values.max())
    whole = _scale(scale).fit(*_finite_range(values, lowest, highest))
    if not (math.isfinite(lowest) and math.isfinite(highest)):
        values = values[np.isfinite(values)]
    low, high = _inner_range(values, scale)
    return _rounded_outward(*(_scale(scale).fit(low, high) if low < high else whole))


def _rounded_outward(low: float, high: float) -> Limits:
    """The nearest multiples of a hundredth of the range's power of ten, at most low and at least high.

    >>> _rounded_outward(-0.12345, 7.0009), _rounded_outward(3.0, 3.0)
    ((-0.13, 7.01), (3.0, 3.0))
    """
    if not low < high:
        return low, high
    digits = 2 - math.floor(math.log10(high - low))
    step = 10.0**-digits
    below, above = round(low, digits), round(high, digits)
    below = below if below <= low else round(below - step, digits)
    above = above if above >= high else round(above + step, digits)
    largest = float(np.finfo(np.float32).max)  # beyond it `paint` has no numbers
    return max(below, -largest), min(above, largest)


def _inner_range(values: npt.NDArray[np.float32], scale: str) -> Limits:
    """The least and greatest of the finite values that `usual_limits` leaves inside."""
    outside = int(values.size * (1 - INSIDE) + 1e-9)
    if not values.size:
        return 0.0, 0.0
    if scale == "signed":
        m = _below_top(np.abs(values), outside)
        return -m, m
    return 0.0 - _below_top(-values, outside // 2), _below_top(values, outside // 2)


def _below_top(values: npt.NDArray[np.float32], above: int) -> float:
    """The greatest value after as many as `above` are left out; they are looked for where a sample has them.

    >>> _below_top(np.array([1, 5, 3, 5], np.float32), 2)
    3.0
    """
    sample = values[:: max(1, values.size // REACH_SAMPLE)]
    least = max(0, sample.size - 1 - 2 * -(-above * sample.size // values.size))
    top = values[values >= np.partition(sample, least)[least]]
    if top.size <= above:  # the sample has more of them than its share
        top = values
    place = top.size - 1 - above
    return float(np.partition(top, place)[place])


def shared_limits(arrays: Sequence[npt.ArrayLike], scale: str) -> Limits:
    """The values at the ends of one scale for several arrays, so that equal colours mean equal values.

    >>> shared_limits(([[-2.0, 1.0]], [[0.0, 5.0]]), "stretched")
    (-2.0, 5.0)
    """
    lows, highs = zip(*(limits(array, "stretched") for array in arrays), strict=True)
    return _scale(scale).fit(min(lows), max(highs))


def paint(array: npt.ArrayLike, scale: str, *, limits: Limits | None = None, dark: bool = False) -> Painted:
    """Turn numbers into pixels.

    With t = (v - low) / (high - low), clipped to 0..1, a level is round(255 t): grey for one channel, and
    one each of red, green and blue for three. The signed scale of one channel takes colour
    128 + round(127 v / m), so that zero is exactly neutral.

    Args:
        array: numbers (H, W), (H, W, 1) or (H, W, 3), painted as float32.
        scale: a key of `SCALES`.
        limits: (low, high) instead of the array's own, to compare pictures; the signed scale widens them to
            -m and m.
        dark: whether the signed scale of one channel is dark at zero, for the dark theme.

    Raises:
        ExplorerError: the shape, the scale or the limits cannot be used; the message says which and what to
            do.

    >>> painted = paint(np.array([[-1.0, 0.0, 0.5]]), "signed")
    >>> painted.pixels.tolist(), painted.low, painted.high
    ([[[32, 96, 185], [247, 247, 247], [213, 153, 132]]], -1.0, 1.0)
    >>> paint(np.array([[-1.0, 0.0, 0.5, 1.0]]), "unit").pixels.tolist()
    [[0, 0, 128, 255]]
    """
    values = _numbers(array)
    fit = _scale(scale).fit
    lowest, highest = float(values.min()), float(values.max())  # NaN if there is one
    if limits is None:
        ends = fit(*_finite_range(values, lowest, highest))
    else:
        checked_limits(limits)
        ends = (float(limits[0]), float(limits[1]))
        if scale == "signed":
            ends = fit(*ends)
    low, high = checked_limits(ends)

    clipped, nan = 0.0, 0
    if not (low <= lowest and highest <= high):
        nan = int(np.count_nonzero(np.isnan(values))) if math.isnan(lowest) else 0
        clipped = int(np.count_nonzero((values < low) | (values > high))) / values.size
        values = np.clip(values, np.float32(low), np.float32(high))

    if low == high:
        levels: Pixels = np.full(values.shape, 128, np.uint8)
    elif scale == "signed":
        halves = 127.0 if values.ndim == 2 else 127.5
        middle = 128.0 if values.ndim == 2 else 127.5
        levels = _levels(values, 0.0, high / halves, middle)
    else:
        levels = _levels(values, low, (high - low) / 255, 0.0)

    pixels = levels
    if scale == "signed" and values.ndim == 2:
        colours = SIGNED_ON_DARK if dark else SIGNED_COLOURS
        pixels = cv2.applyColorMap(levels, colours[:, None]).astype(np.uint8, copy=False)  # (H, W, 3)
    if nan:
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[..., None], 3, axis=2)  # (H, W, 3)
        missing = np.isnan(values)
        if missing.ndim == 3:
            missing = missing[..., 0] | missing[..., 1] | missing[..., 2]  # (H, W)
        pixels[missing] = NOT_A_NUMBER
    return Painted(pixels, *ends, clipped, nan)


@dataclass(frozen=True)
class PaintedMaps:
    """Many maps of one size, painted.

    Attributes:
        pixels: uint8 ``(C h, w)`` or ``(C h, w, 3)``: map below map, without gaps.
        height: rows h of each map in `pixels`.
        limits: the values at the two ends of each map's scale.
        low: the least value of all maps.
        high: the greatest.
        clipped: the share of the values, 0 to 1, that lie outside their scale.
        factor: how many cells along a side make one pixel, as their mean; 1 where each cell has its own.
    """

    pixels: Pixels
    height: int
    limits: tuple[Limits, ...]
    low: float
    high: float
    clipped: float
    factor: float

    @property
    def remark(self) -> str:
        r"""What a reader must know about the picture, in sentences; empty if there is nothing to say.

        >>> paint_maps(np.full((4, 4, 1), 3.0), "unit", longest=2).remark
        '100.0\xa0% of the values lie outside 0 to 1. A pixel is the mean of 2 × 2 cells.'
        """
        side = format_number(self.factor)
        shrinking = f"A pixel is the mean of {side} × {side} cells." if self.factor > 1 else ""
        return " ".join(filter(None, (self.clipping, shrinking)))

    @property
    def clipping(self) -> str:
        """How many values lie outside the scale, as a sentence; empty if none does."""
        if not self.clipped:
            return ""
        low, high = (format_number(end) for end in self.limits[0])
        where = (
            f"outside {low} to {high}"
            if len(set(self.limits)) == 1
            else "beyond the ends of their map's scale"
        )
        return f"{percent(self.clipped)} of the values lie {where}."

    @property
    def tiles(self) -> list[Pixels]:
        """The maps as pictures of their own, for `mosaic`."""
        return [self.pixels[top : top + self.height] for top in range(0, len(self.pixels), self.height)]


def paint_maps(
    maps: npt.ArrayLike,
    scale: str,
    *,
    shared: bool = True,
    longest: int | None = None,
    reach: npt.ArrayLike | None = None,
    usual: bool = False,
    dark: bool = False,
) -> PaintedMaps:
    """Turn the maps of a layer into pixels, each map as `paint` paints it.

    All in one strip, painted at once: for eight maps of 128 x 128 a seventh of the time of a `mosaic`.

    Args:
        maps: finite numbers (H, W, C), painted as float32.
        scale: a key of `SCALES`.
        shared: whether equal colours mean equal values on all maps; if not, each map has ends of its own.
        longest: pixels that a map has at most along its longer side; a larger map is shrunk to cells' means.
        reach: the least and the greatest number of each map (C, 2) that its ends are made for, if other than
            its own: those of the same map of another picture, say.
        usual: whether a scale ends where `usual_limits` of at most 4,096 evenly spread values does, so that
            a few extreme ones do not make all others pale.
        dark: as for `paint`.

    Raises:
        ExplorerError: the shape or the scale cannot be used.

    >>> painted = paint_maps([[[0.0, 2.0], [1.0, -4.0]]], "signed", shared=False)
    >>> painted.pixels.shape, painted.limits
    ((2, 2, 3), ((-1.0, 1.0), (-4.0, 4.0)))
    """
    values = np.asarray(maps, np.float32)
    if values.ndim != 3 or values.size == 0:
        raise ExplorerError(
            f"Maps are an array (H, W, C) with numbers, but this has the shape {values.shape}."
        )
    rows, columns, count = values.shape
    tiles = np.ascontiguousarray(values.transpose(2, 0, 1))  # (C, H, W)
    strip = tiles.reshape(count * rows, columns)
    low, high = float(strip.min()), float(strip.max())
    parts = [strip] if shared else list(tiles)  # what has a scale of its own
    if usual and reach is None:
        reach = [_usual_reach(part, scale) for part in parts] * (count if shared else 1)
    each = np.transpose([tiles.min((1, 2)), tiles.max((1, 2))]) if reach is None else np.asarray(reach)
    if each.shape != (count, 2):
        raise ExplorerError(f"{count} maps have as many lowest and highest numbers, not {each.shape}.")
    lows, highs = (each[:, 0].min(), each[:, 1].max()) if shared else each.T
    extremes = np.broadcast_to(np.transpose([lows, highs]).astype(float), (count, 2)).tolist()
    ends = [_scale(scale).fit(*pair) for pair in extremes]
    outside = 0
    if usual or scale == "unit":
        for part, pair in zip(parts, ends, strict=False):
            outside += part.size - cv2.countNonZero(cv2.inRange(part, *checked_limits(pair)))
    factor = max(1.0, max(rows, columns) / longest) if longest else 1.0
    if factor > 1:
        # Each map ends where a pixel ends, so all are shrunk at once and none runs into the next.
        width, height = max(1, round(columns / factor)), max(1, round(rows / factor))
        shrunk = cv2.resize(strip, (width, count * height), interpolation=cv2.INTER_AREA)
        strip = np.asarray(shrunk, np.float32)
        tiles = strip.reshape(count, height, width)
    if shared:
        pixels = paint(strip, scale, limits=ends[0], dark=dark).pixels
    else:
        # Each map is brought to the same limits, so that all are painted at once: one with a single value
        # to their middle, as `paint` does it.
        low_ends, high_ends = np.array(ends).T[:, :, None, None]
        widths = high_ends - low_ends
        shares = np.divide(tiles - low_ends, widths, out=np.full(tiles.shape, 0.5), where=widths > 0)
        pixels = paint(2 * shares.reshape(strip.shape) - 1, scale, limits=(-1.0, 1.0), dark=dark).pixels
    return PaintedMaps(pixels, tiles.shape[1], tuple(ends), low, high, outside / values.size, factor)


def liveliest(maps: npt.ArrayLike, count: int) -> npt.NDArray[np.float32]:
    """Return the maps (H, W, count) whose values spread most, by standard deviation, in their own order.

    >>> liveliest(np.array([[[0, 5, 0], [9, 5, 1]]]), 2).tolist()
    [[[0.0, 0.0], [9.0, 1.0]]]
    """
    values = np.asarray(maps, np.float32)
    chosen = np.argsort(-values.std((0, 1)), kind="stable")[:count]
    return values[..., np.sort(chosen)]


def _usual_reach(values: npt.NDArray[np.float32], scale: str) -> Limits:
    """The `usual_limits` of maps (H, W), found from values evenly spread over rows and columns."""
    step = -(-values.size // REACH_SAMPLE)
    while math.gcd(step, values.shape[1]) > 1:  # it would come back to the same columns in every row
        step += 1
    return usual_limits(values.reshape(1, -1)[:, ::step], scale)


def pack_maps(painted: PaintedMaps, across: int) -> Pixels:
    """Lay painted maps side by side without gaps, row by row; what stays over is mid-grey.

    Args:
        painted: C maps of h by w pixels.
        across: maps in a row.

    Returns:
        uint8 ``(ceil(C / across) h, across w)``, with a third axis where the maps are in colour.

    >>> pack_maps(paint_maps(np.zeros((4, 6, 5)), "unit"), 3).shape
    (8, 18)
    """
    height, width = painted.height, painted.pixels.shape[1]
    rest = painted.pixels.shape[2:]
    count = len(painted.pixels) // height
    down = -(-count // across)
    tiles = np.full((down * across, height, width, *rest), 128, np.uint8)
    tiles[:count] = painted.pixels.reshape(count, height, width, *rest)
    # (down, across, h, w) -> (down, h, across, w): each row of maps becomes h rows of pixels.
    grid = tiles.reshape(down, across, height, width, *rest).swapaxes(1, 2)
    return grid.reshape(down * height, across * width, *rest)


def _levels(values: npt.NDArray[np.float32], origin: float, step: float, middle: float) -> Pixels:
    """round((values - origin) / step + middle) as uint8; the result must lie in 0..255."""
    if not 1e-30 < step < 1e30:  # float32 would under- or overflow on the way
        values = ((values.astype(np.float64) - origin) / step).astype(np.float32)
        origin, step = 0.0, 1.0
    if origin:
        # Subtracted first: a small range far from zero would drown in the rounding of a scaled origin.
        values = values - np.float32(origin)
    # OpenCV's one conversion that scales, rounds and saturates; nothing is negative, so "Abs" never acts.
    return cv2.convertScaleAbs(values, alpha=1 / step, beta=middle).astype(np.uint8, copy=False)


def _numbers(array: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """The array as contiguous float32 of shape (H, W) or (H, W, 3)."""
    given = np.asarray(array)
    if given.dtype.kind not in "fiub":
        raise ExplorerError(f"A map is made of real numbers, but this array holds {given.dtype}.")
    if given.ndim not in (2, 3) or (given.ndim == 3 and given.shape[2] not in (1, 3)) or given.size == 0:
        raise ExplorerError(
            f"A map has the shape (H, W), (H, W, 1) or (H, W, 3) and is not empty, but this array has the "
            f"shape {given.shape}; show other numbers of channels one at a time or as a mosaic."
        )
    if given.ndim == 3 and given.shape[2] == 1:
        given = given[..., 0]  # (H, W)
    with np.errstate(over="ignore"):  # beyond float32 is infinite, which is counted as clipped
        return np.ascontiguousarray(given, dtype=np.float32)


def _finite_range(values: npt.NDArray[np.float32], lowest: float, highest: float) -> Limits:
    """The least and greatest finite value, given the array's min and max; zeros if there is none."""
    if math.isfinite(lowest) and math.isfinite(highest):
        return lowest, highest
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def checked_limits(given: Limits) -> Limits:
    """The limits as float32 numbers, like the values they are compared with."""
    low, high = float(np.float32(given[0])), float(np.float32(given[1]))
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ExplorerError(f"Limits are two finite numbers, the lower one first, but these are {given}.")
    return low, high


def _scale(name: str) -> Scale:
    if name not in SCALES:
        raise ExplorerError(f"There is no scale called {name!r}; choose one of {', '.join(SCALES)}.")
    return SCALES[name]


def legend(
    scale: str, low: float, high: float, steps: int = 9, *, channels: int = 1, dark: bool = False
) -> list[tuple[float, str]]:
    """Stops of a scale's legend: evenly spaced values from low to high, each with its colour from `paint`.

    The signed scale runs from -m to m and always has a stop at exactly zero: an even number of steps gets one
    more. A scale that holds one value has one stop.

    Args:
        scale: a key of `SCALES`.
        low: the value at the lower end, as in `Painted.low`.
        high: the value at the upper end, as in `Painted.high`.
        steps: how many stops, at least 2.
        channels: 3 for the legend of a colour picture, where signed runs from black over mid-grey to white.
        dark: as for `paint`.

    >>> legend("unit", 0, 1, 3)
    [(0.0, '#000000'), (0.5, '#808080'), (1.0, '#ffffff')]
    >>> legend("signed", -2, 1, 2)
    [(-2.0, '#2060b9'), (0.0, '#f7f7f7'), (2.0, '#a83903')]
    """
    if steps < 2:
        raise ExplorerError(f"A legend has at least 2 steps, not {steps}.")
    bottom, top = checked_limits((low, high))
    if scale == "signed":
        bottom, top = _scale(scale).fit(bottom, top)
        steps += 1 - steps % 2
    values = np.linspace(bottom, top, steps if bottom < top else 1)
    if scale == "signed":
        values[len(values) // 2] = 0.0
    row = np.repeat(values[None, :, None], channels, axis=2)  # (1, steps, channels)
    pixels = paint(row, scale, limits=(bottom, top), dark=dark).pixels
    colours = pixels[0] if pixels.ndim == 3 else np.repeat(pixels[0, :, None], 3, axis=1)  # (steps, 3)
    return [(float(v), hex_colour(colour)) for v, colour in zip(values, colours, strict=True)]
