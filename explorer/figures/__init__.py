"""Arrays become pictures and charts here, and every colour of the explorer is defined here, once.

Nothing about vision is computed in this module: numbers go in; pixels, files, legends and charts come out.

Pixels are uint8 arrays, channels last, in the order red, green, blue: ``(H, W)`` for a grey picture and
``(H, W, 3)`` for one with colours.
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from explorer.errors import ExplorerError

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from PIL import Image

Pixels = npt.NDArray[np.uint8]
Limits = tuple[float, float]
_Texts = list[npt.NDArray[np.str_]]

# ----------------------------------------------------------------------------- colours of the roles


@dataclass(frozen=True)
class Role:
    """What a colour means, on every page; `light` and `dark` are its hex colours on the two themes."""

    name: str
    title: str
    light: str
    dark: str


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role(
            name="input",
            title="input",
            light="#0b8fda",
            dark="#6bc7fa",
        ),
        Role(
            name="kernel",
            title="kernel",
            light="#7c3097",
            dark="#9868bf",
        ),
        Role(
            name="output",
            title="output",
            light="#087757",
            dark="#45bb78",
        ),
        Role(
            name="padding",
            title="padding",
            light="#939085",
            dark="#868a90",
        ),
        Role(
            name="field",
            title="receptive field",
            light="#c17d01",
            dark="#f5d547",
        ),
        Role(
            name="positive",
            title="positive value",
            light="#c03a00",
            dark="#fa8428",
        ),
        Role(
            name="negative",
            title="negative value",
            light="#124ed4",
            dark="#4d8dff",
        ),
        Role(
            name="accent",
            title="accent",
            light="#b7489b",
            dark="#ff93bf",
        ),
    )
}
"""The hues of Okabe and Ito, moved apart in lightness.

Each has a contrast of at least 3 to 1 with its theme's background (white, and #0e1117), the accent 4.5 to 1.
Any two are at least 0.09 apart in OKLab (0.02 can just be seen), also for a red-blind or green-blind person.
"""

SERIES = ("#0072b2", "#d55e00", "#009e73", "#b86fa0")
"""Colours of a chart's lines, after Okabe and Ito, with a contrast of at least 3 to 1 on either theme."""

_SERIES_ON_DARK = ("#56b4e9", "#ff9d4d", "#2fc495", "#dda0c8")  # at least 7 to 1, where nothing else is asked


def series_colours() -> dict[str, tuple[str, ...]]:
    """The colours of a chart's lines on the two themes, for the front end: `SERIES`, and lighter ones.

    >>> series_colours()["light"] == SERIES
    True
    """
    return {"light": SERIES, "dark": _SERIES_ON_DARK}


def role_colours() -> dict[str, dict[str, str]]:
    """The roles as plain values, for the front end.

    >>> role_colours()["field"]
    {'title': 'receptive field', 'light': '#c17d01', 'dark': '#f5d547'}
    """
    return {
        name: {"title": role.title, "light": role.light, "dark": role.dark} for name, role in ROLES.items()
    }


# ------------------------------------------------------------------------------------------ numbers


def format_number(x: float, digits: int = 3) -> str:
    """A number for the screen: 2 to 4 significant digits, no idle zeros, a typographic minus sign (U+2212).

    A whole part of up to four digits is never rounded away. It is for eyes: a program should read `repr(x)`.

    Args:
        x: any number, NaN and infinities included.
        digits: the most significant digits that a fraction gets, 2 to 4.

    >>> [format_number(x) for x in (0, 0.25, 1 / 3, -12.345, 1234.5, 65025, -0.00004)]
    ['0', '0.25', '0.333', '−12.3', '1234', '6.5e4', '−4e−5']
    """
    if not 2 <= digits <= 4:
        raise ExplorerError(f"A number is shown with 2, 3 or 4 significant digits, not {digits}.")
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if 10 ** (digits - 1) <= abs(x) < 9999.5:
        return f"{x:.0f}".replace("-", "−")
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    power = int(exponent)
    if -3 <= power <= 3:
        fixed = f"{x:.{max(0, digits - 1 - power)}f}"
        text = fixed.rstrip("0").rstrip(".") if "." in fixed else fixed
        return "0" if x == 0 else text.replace("-", "−")
    trimmed = mantissa.rstrip("0").rstrip(".")
    return f"{trimmed}e{power}".replace("-", "−")


# ------------------------------------------------------------------------------------------- scales


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
                "Zero is white, negative values are blue and positive ones orange, equal magnitudes equally "
                "strong; in a colour picture each channel has zero at mid-grey."
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


def _signed_colours() -> Pixels:
    """The 256 colours of the signed scale: entry 128 is zero, 128 - 127 is -m and 128 + 127 is m.

    Each arm is a straight line in OKLab from the same near-white to an end of the same lightness and chroma,
    so equal steps look equal, on either side of zero.
    """
    neutral = np.array([0.975, 0.0, 0.0])
    lightness, chroma = 0.5, 0.155
    arms = []
    for hue in np.radians([258.0, 40.0]):  # blue, orange
        end = np.array([lightness, chroma * np.cos(hue), chroma * np.sin(hue)])
        way = np.linspace(0.0, 1.0, 128)[:, None]  # (128, 1)
        arms.append(_from_oklab(neutral + way * (end - neutral)))
    below, above = arms
    # Zero needs a colour of its own, so an odd number of colours is used: entry 0 repeats entry 1.
    return np.concatenate([below[-1:], below[:0:-1], above])  # (256, 3)


SIGNED_COLOURS: Pixels = _signed_colours()
SIGNED_COLOURS.flags.writeable = False


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
        """What a reader must know about the picture, in sentences; empty if there is nothing to say.

        >>> paint(np.array([[-1.0, 0.5, 0.5, 2.0]]), "unit").remark
        '50 % of the values lie outside 0 to 1 and are clipped.'
        >>> paint(np.full((2, 2), 3.0), "stretched").remark
        "The scale holds one value, 3, so the map has the scale's middle colour."
        """
        low, high = format_number(self.low), format_number(self.high)
        sentences = []
        if self.low == self.high:
            sentences.append(f"The scale holds one value, {low}, so the map has the scale's middle colour.")
        if self.clipped:
            share = format_number(100 * self.clipped)
            sentences.append(f"{share} % of the values lie outside {low} to {high} and are clipped.")
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


def shared_limits(arrays: Sequence[npt.ArrayLike], scale: str) -> Limits:
    """The values at the ends of one scale for several arrays, so that equal colours mean equal values.

    >>> shared_limits(([[-2.0, 1.0]], [[0.0, 5.0]]), "stretched")
    (-2.0, 5.0)
    """
    lows, highs = zip(*(limits(array, "stretched") for array in arrays), strict=True)
    return _scale(scale).fit(min(lows), max(highs))


def paint(array: npt.ArrayLike, scale: str, *, limits: Limits | None = None) -> Painted:
    """Turn numbers into pixels.

    With t = (v - low) / (high - low), clipped to 0..1, a level is round(255 t): grey for one channel, and
    one each of red, green and blue for three. The signed scale of one channel takes colour
    128 + round(127 v / m), so that zero is exactly neutral.

    Args:
        array: numbers (H, W), (H, W, 1) or (H, W, 3), painted as float32.
        scale: a key of `SCALES`.
        limits: (low, high) instead of the array's own, to compare pictures; the signed scale widens them to
            -m and m.

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
        low, high = fit(*_finite_range(values, lowest, highest))
    else:
        low, high = _checked_limits(limits)
        if scale == "signed":
            low, high = fit(low, high)

    clipped, nan = 0.0, 0
    if not (low <= lowest and highest <= high):
        flat = values.reshape(values.shape[0], -1)  # (H, W * C)
        inside = cv2.countNonZero(cv2.inRange(flat, low, high))
        nan = int(np.count_nonzero(np.isnan(flat)))
        clipped = (values.size - nan - inside) / values.size
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
        pixels = cv2.applyColorMap(levels, SIGNED_COLOURS[:, None]).astype(np.uint8, copy=False)  # (H, W, 3)
    if nan:
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[..., None], 3, axis=2)  # (H, W, 3)
        missing = np.isnan(values)
        if missing.ndim == 3:
            missing = missing[..., 0] | missing[..., 1] | missing[..., 2]  # (H, W)
        pixels[missing] = NOT_A_NUMBER
    return Painted(pixels, low, high, clipped, nan)


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
        """What a reader must know about the picture, in sentences; empty if there is nothing to say.

        >>> paint_maps(np.full((4, 4, 1), 3.0), "unit", longest=2).remark
        '100 % of the values lie outside 0 to 1 and are clipped. A pixel is the mean of 2 x 2 cells.'
        """
        side = format_number(self.factor)
        shrinking = f"A pixel is the mean of {side} x {side} cells." if self.factor > 1 else ""
        return " ".join(filter(None, (self.clipping, shrinking)))

    @property
    def clipping(self) -> str:
        """How many values lie outside the scale, as a sentence; empty if none does."""
        low, high = (format_number(end) for end in self.limits[0])
        share = format_number(100 * self.clipped)
        return f"{share} % of the values lie outside {low} to {high} and are clipped." if self.clipped else ""

    @property
    def tiles(self) -> list[Pixels]:
        """The maps as pictures of their own, for `mosaic`."""
        return [self.pixels[top : top + self.height] for top in range(0, len(self.pixels), self.height)]


def paint_maps(
    maps: npt.ArrayLike, scale: str, *, shared: bool = True, longest: int | None = None
) -> PaintedMaps:
    """Turn the maps of a layer into pixels, each map as `paint` paints it.

    All in one strip, painted at once: for eight maps of 128 x 128 a seventh of the time of a `mosaic`.

    Args:
        maps: finite numbers (H, W, C), painted as float32.
        scale: a key of `SCALES`.
        shared: whether equal colours mean equal values on all maps; if not, each map has ends of its own.
        longest: pixels that a map has at most along its longer side; a larger map is shrunk to cells' means.

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
    lows, highs = (low, high) if shared else (tiles.min((1, 2)), tiles.max((1, 2)))
    extremes = np.broadcast_to(np.transpose([lows, highs]).astype(float), (count, 2)).tolist()
    ends = [_scale(scale).fit(*pair) for pair in extremes]
    outside = 0
    if scale == "unit" and (low < 0.0 or high > 1.0):
        outside = int(np.count_nonzero((strip < 0) | (strip > 1)))
    factor = max(1.0, max(rows, columns) / longest) if longest else 1.0
    if factor > 1:
        # Each map ends where a pixel ends, so all are shrunk at once and none runs into the next.
        width, height = max(1, round(columns / factor)), max(1, round(rows / factor))
        shrunk = cv2.resize(strip, (width, count * height), interpolation=cv2.INTER_AREA)
        strip = np.asarray(shrunk, np.float32)
        tiles = strip.reshape(count, height, width)
    if shared:
        pixels = paint(strip, scale, limits=ends[0]).pixels
    else:
        # Each map is brought to the same limits, so that all are painted at once: one with a single value
        # to their middle, as `paint` does it.
        low_ends, high_ends = np.array(ends).T[:, :, None, None]
        reach = high_ends - low_ends
        shares = np.divide(tiles - low_ends, reach, out=np.full(tiles.shape, 0.5), where=reach > 0)
        pixels = paint(2 * shares.reshape(strip.shape) - 1, scale, limits=(-1.0, 1.0)).pixels
    return PaintedMaps(pixels, tiles.shape[1], tuple(ends), low, high, outside / values.size, factor)


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


def _checked_limits(given: Limits) -> Limits:
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
    scale: str, low: float, high: float, steps: int = 9, *, channels: int = 1
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

    >>> legend("unit", 0, 1, 3)
    [(0.0, '#000000'), (0.5, '#808080'), (1.0, '#ffffff')]
    >>> legend("signed", -2, 1, 2)
    [(-2.0, '#2060b9'), (0.0, '#f7f7f7'), (2.0, '#a83903')]
    """
    if steps < 2:
        raise ExplorerError(f"A legend has at least 2 steps, not {steps}.")
    bottom, top = _checked_limits((low, high))
    if scale == "signed":
        bottom, top = _scale(scale).fit(bottom, top)
        steps += 1 - steps % 2
    values = np.linspace(bottom, top, steps if bottom < top else 1)
    if scale == "signed":
        values[len(values) // 2] = 0.0
    row = np.repeat(values[None, :, None], channels, axis=2)  # (1, steps, channels)
    pixels = paint(row, scale, limits=(bottom, top)).pixels
    colours = pixels[0] if pixels.ndim == 3 else np.repeat(pixels[0, :, None], 3, axis=1)  # (steps, 3)
    return [(float(v), _hex(colour)) for v, colour in zip(values, colours, strict=True)]


def _hex(colour: Sequence[int] | Pixels) -> str:
    red, green, blue = (int(level) for level in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


# ------------------------------------------------------------------------------------ picture files

MIME: dict[str, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}

MAX_CHART_SIDE = 8192
"""The longest side, in pixels, of a picture that `enlarge` and `mosaic` make."""


def encode(pixels: Pixels, format: str = "png", quality: int = 90) -> bytes:
    r"""The file of a picture: PNG is exact, JPEG (with full colour resolution) the quickest while it moves.

    Args:
        pixels: uint8 (H, W) or (H, W, 3), red first.
        format: "png", "jpeg" or "webp".
        quality: 0 to 100; PNG has no use for it.

    Raises:
        ExplorerError: the pixels, the format or the quality cannot be used.

    >>> encode(np.zeros((2, 2), np.uint8))[:4]
    b'\x89PNG'
    """
    picture = _picture(pixels)
    if not 0 <= quality <= 100:
        raise ExplorerError(f"Quality is a number from 0 to 100, not {quality}.")
    settings = {
        # OpenCV's own choice for PNG is its quickest, run lengths at level 1; naming a level makes it slower.
        "png": [],
        "jpeg": [
            cv2.IMWRITE_JPEG_QUALITY,
            quality,
            # Halving the resolution of colour would blur the thin lines of a signed map.
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
        ],
        "webp": [cv2.IMWRITE_WEBP_QUALITY, max(1, quality)],
    }
    if format not in settings:
        raise ExplorerError(f"A picture is encoded as {', '.join(settings)}, not as {format!r}.")
    blue_first = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR) if picture.ndim == 3 else picture
    try:
        done, data = cv2.imencode(f".{format}", blue_first, settings[format])
    except cv2.error:
        done = False
    if not done:
        rows, columns = picture.shape[:2]
        raise ExplorerError(
            f"A picture of {rows} by {columns} pixels is too large for {format}; choose another format."
        )
    return data.tobytes()


def data_uri(data: bytes, mime: str) -> str:
    """The address that holds a file's bytes itself.

    >>> data_uri(b"GIF89a", MIME["gif"])
    'data:image/gif;base64,R0lGODlh'
    """
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


def lighten(pixels: Pixels) -> Pixels:
    """Mix a picture with as much white, so that dark numbers can be read on it.

    >>> lighten(np.array([[0, 100, 255]], np.uint8)).tolist()
    [[128, 178, 255]]
    """
    return 255 - (255 - pixels) // 2


def grid_svg(grid: npt.ArrayLike, role: str, faint: npt.ArrayLike | None = None) -> bytes:
    """A grid of numbers as an SVG picture, one tinted cell for each number.

    Args:
        grid: numbers (H, W), written as `format_number` writes them.
        role: a key of `ROLES`, whose colour the cells have.
        faint: truth values (H, W): cells without a tint, such as padding.

    >>> grid_svg([[1, -2]], "output")[:36]
    b'<svg xmlns="http://www.w3.org/2000/s'
    """
    numbers = np.asarray(grid)
    pale = np.zeros(numbers.shape, bool) if faint is None else np.asarray(faint)
    height, width = numbers.shape
    colour, grey, ink = ROLES[role].light, ROLES["padding"].light, "#16202a"
    cells = "".join(
        f'<rect x="{column * 40 + 1}" y="{row * 40 + 1}" width="38" height="38" rx="3" '
        f'fill="{grey if pale[row, column] else colour}" '
        f'fill-opacity="{0.08 if pale[row, column] else 0.22}" stroke="{grey}" stroke-width="0.6"/>'
        f'<text x="{column * 40 + 20}" y="{row * 40 + 27}" fill="{grey if pale[row, column] else ink}">'
        f"{format_number(float(numbers[row, column]))}</text>"
        for row, column in np.ndindex(height, width)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * 40} {height * 40}" '
        f'width="{width * 40}" height="{height * 40}" font-family="sans-serif" font-weight="600" '
        f'font-size="19" text-anchor="middle"><rect width="100%" height="100%" fill="#fff"/>{cells}</svg>'
    ).encode()


def curves_svg(
    curves: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]], limits: Limits, *, dashed: bool = False
) -> bytes:
    """Curves over zero lines as an SVG picture, in the colours of `SERIES`; a curve breaks at NaN.

    Args:
        curves: pairs of x and y (n,).
        limits: the least and the greatest y of the picture; x fits by itself.
        dashed: whether the lines are dashed, as slopes are.

    >>> curves_svg([([-1, 0, 1], [0, 0, 1])], (-0.5, 1.0)).count(b"<path")
    2
    """
    lines = [(np.asarray(x, np.float64), np.asarray(y, np.float64)) for x, y in curves]
    left, right = min(float(x.min()) for x, _ in lines), max(float(x.max()) for x, _ in lines)
    low, high = _checked_limits(limits)
    width, height, edge = 320, 214, 8

    def across(x: float) -> float:
        return edge + (x - left) / (right - left) * (width - 2 * edge)

    def down(y: float) -> float:
        return edge + (high - y) / (high - low) * (height - 2 * edge)

    paths = []
    for number, (x, y) in enumerate(lines):
        pieces, pen = [], "M"
        for at, value in zip(x, y, strict=True):
            if np.isnan(value):
                pen = "M"
                continue
            pieces.append(f"{pen}{across(at):.1f} {down(value):.1f}")
            pen = "L"
        dashes = ' stroke-dasharray="13 9"' if dashed else ""
        paths.append(
            f'<path d="{"".join(pieces)}" fill="none" stroke="{SERIES[number % len(SERIES)]}" '
            f'stroke-width="6" stroke-linejoin="round"{dashes}/>'
        )
    zero = f"M0 {down(0):.1f}H{width}M{across(0):.1f} 0V{height}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><rect width="100%" height="100%" fill="#fff"/>'
        f'<path d="{zero}" stroke="{_QUIET}" stroke-width="1.5"/>{"".join(paths)}</svg>'
    ).encode()


def lines_svg(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    title: str,
    end: float,
    *,
    shares: bool = False,
    mark: float | None = None,
) -> bytes:
    """Lines over epochs as an SVG picture that is redrawn while it grows: its box and its epochs stay.

    The ground is transparent; colours are those of the theme, light or dark, that the page around it has.

    Args:
        lines: at most four, by the name that the legend shows: places from 0 to `end`, and finite values, not
            below 0. None is drawn yet where there are none.
        title: of the vertical axis.
        end: the last epoch.
        shares: whether the values are shares from 0 to 1, which are written in percent.
        mark: an epoch at which something changes.

    >>> lines_svg({"a": ([0, 1], [2.0, 1.0])}, "loss", 10).count(b"<polyline")
    1
    """
    width, height = LINES_BOX
    left, right, top, bottom = _LINES_PLOT
    top_value = 1.0 if shares else _round_up(max((max(values) for _, values in lines.values()), default=1.0))

    def across(x: float) -> float:
        return left + (right - left) * x / max(end, 1)

    def down(y: float) -> float:
        return bottom - (bottom - top) * y / top_value

    drawn = []
    for share in (0.0, 0.5, 1.0):
        value, y = top_value * share, down(top_value * share)
        text = f"{value:.0%}" if shares else format_number(value)
        drawn.append(
            f'<path d="M{left} {y:.1f}H{right}" class="axis" stroke-opacity="{0.3 if share else 1}"/>'
            f'<text x="{left - 8}" y="{y + 5:.1f}" text-anchor="end">{text}</text>'
        )
        step = round(end * share)
        at_end = share == 1
        drawn.append(
            f'<text x="{across(step):.1f}" y="{bottom + 20}" text-anchor="{"end" if at_end else "middle"}">'
            f"{f'epoch {step}' if at_end else step}</text>"
        )
    if mark is not None:
        drawn.append(f'<path d="M{across(mark):.1f} {top}V{bottom}" class="axis" stroke-dasharray="2 4"/>')
    legend_at = left
    for number, ((name, (places, values)), dash) in enumerate(zip(lines.items(), _DASHES, strict=False)):
        dashes = "" if dash == "solid" else f' stroke-dasharray="{dash.replace("px", "")}"'
        points = " ".join(
            f"{across(x):.1f},{down(min(y, top_value)):.1f}" for x, y in zip(places, values, strict=True)
        )
        drawn.append(
            f'<g class="s{number}"><polyline points="{points}" stroke-linejoin="round"{dashes}/>'
            f'<circle cx="{across(places[-1]):.1f}" cy="{down(min(values[-1], top_value)):.1f}" r="3" />'
            f'<path d="M{legend_at} 30h26"{dashes}/></g>'
            f'<text x="{legend_at + 32}" y="35">{html.escape(name)}</text>'
        )
        legend_at += 58 + 8 * len(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="15"><style>{_lines_style()}</style>'
        f'<text x="0" y="12" font-weight="600">{html.escape(title)}</text>{"".join(drawn)}</svg>'
    ).encode()


LINES_BOX = (480, 204)
"""Width and height of what `lines_svg` draws."""

_LINES_PLOT = (52, 470, 44, 178)  # left, right, top and bottom of the lines in it


def _lines_style() -> str:
    """The colours of `lines_svg` on the two themes."""
    themes = []
    for quiet, series in ((_QUIET_ON_LIGHT, SERIES), (_QUIET_ON_DARK, _SERIES_ON_DARK)):
        lines = "".join(f".s{number}{{stroke:{colour}}}" for number, colour in enumerate(series))
        themes.append(f"text{{fill:{quiet}}}.axis{{stroke:{quiet}}}{lines}")
    light, dark = themes
    return f"g{{fill:none;stroke-width:3px}}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def lines_hover(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]], end: float
) -> list[tuple[float, float, str]]:
    """Where each epoch stands in what `lines_svg` draws, and its exact values.

    Returns:
        Left end and width, as shares of the picture's width, and the words.

    >>> lines_hover({"a": ([0, 1], [2.0, 0.5])}, 1)[1][2]
    'epoch 1: a 0.5'
    """
    left, right = (side / LINES_BOX[0] for side in _LINES_PLOT[:2])
    width = (right - left) / (max(end, 1) + 1)
    known = {name: dict(zip(*both, strict=True)) for name, both in lines.items()}
    steps = sorted({step for values in known.values() for step in values})
    return [
        (
            left + (right - left) * step / max(end, 1) - width / 2,
            width,
            f"epoch {step}: "
            + ", ".join(f"{name} {values[step]:.4g}" for name, values in known.items() if step in values),
        )
        for step in steps
    ]


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 6, 8 and 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 6, 8, 10) if value <= step * power * (1 + 1e-9))


def arrows_svg(vectors: Mapping[str, npt.ArrayLike]) -> bytes:
    """Vectors of two numbers as an SVG picture of arrows from the origin, in the colours of `SERIES`.

    Args:
        vectors: by name: (2,) each, not zero.

    >>> arrows_svg({"a": [3, 1], "b": [1, 2]}).count(b"<polygon")
    2
    """
    ways = {name: np.asarray(way, np.float64) for name, way in vectors.items()}
    points = np.array([[0.0, 0.0], *ways.values()])
    low, high = np.floor(points.min(axis=0)) - 0.6, np.ceil(points.max(axis=0)) + 1
    width = height = 240
    turned = np.array([1.0, -1.0])
    unit = min(width / (high[0] - low[0]), height / (high[1] - low[1]))
    origin = np.array([width, height]) / 2 - unit * turned * (low + high) / 2

    def at(point: npt.NDArray[np.float64]) -> str:
        x, y = origin + unit * turned * point
        return f"{x:.1f} {y:.1f}"

    grid = ""
    for axis in (0, 1):
        for half in range(2 * int(np.ceil(-origin[0] / unit)), 2 * int(width / unit) + 1):
            here = origin + unit * turned * np.array([half, half]) / 2
            x, y = float(here[0]), float(here[1])
            line = f"M{x:.1f} 0V{height}" if axis == 0 else f"M0 {y:.1f}H{width}"
            weight = 1.6 if half == 0 else 0.2 if half % 2 else 0.5
            grid += f'<path d="{line}" stroke="{_QUIET}" stroke-width="{weight}"/>'
            spot = (x, float(origin[1]) + 17) if axis == 0 else (float(origin[0]) - 12, y + 5)
            if half > 0 and half % 2 == 0:
                grid += f'<text x="{spot[0]:.1f}" y="{spot[1]:.1f}" fill="{_QUIET}">{half // 2}</text>'
    arrows = ""
    for (name, way), colour in zip(ways.items(), SERIES, strict=False):
        along = way / float(np.linalg.norm(way))
        across, neck = np.array([-along[1], along[0]]) * 10 / unit, way - along * 20 / unit
        corners = " ".join(at(corner) for corner in (way, neck + across, neck - across))
        x, y = (origin + unit * turned * (way + along * 20 / unit)).tolist()
        arrows += (
            f'<path d="M{at(np.zeros(2))}L{at(neck)}" stroke="{colour}" stroke-width="6"/>'
            f'<polygon points="{corners}" fill="{colour}"/>'
            f'<text x="{x:.1f}" y="{y + 6:.1f}" font-size="18" font-weight="700" fill="{colour}" '
            f'stroke="#fff" stroke-width="4" paint-order="stroke">'
            f"{html.escape(name)}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="14" text-anchor="middle">'
        f'<rect width="100%" height="100%" fill="#fff"/>{grid}{arrows}</svg>'
    ).encode()


def picture_uri(painted: Painted, side: int = 384) -> str:
    """A painted map as a lossless picture for a page, enlarged where a browser would smooth its cells.

    Args:
        painted: what `paint` gave.
        side: pixels that the longest side shall have at least.

    >>> picture_uri(paint([[0.0, 1.0]], "unit"), 2)[:22]
    'data:image/png;base64,'
    """
    factor = -(-side // max(painted.pixels.shape[:2]))
    return data_uri(encode(enlarge(painted.pixels, max(1, factor)), "png"), MIME["png"])


def enlarge(pixels: Pixels, factor: int) -> Pixels:
    """Each pixel becomes a square of factor by factor pixels, so that it can be seen and none is invented.

    Args:
        pixels: uint8 (H, W) or (H, W, 3).
        factor: a whole number, at least 1.

    Returns:
        uint8 (factor H, factor W) or (factor H, factor W, 3).

    >>> enlarge(np.array([[1, 2]], np.uint8), 2).tolist()
    [[1, 1, 2, 2], [1, 1, 2, 2]]
    """
    picture = _picture(pixels)
    longest = max(picture.shape[:2])
    if not 1 <= factor <= MAX_CHART_SIDE // longest:
        raise ExplorerError(
            f"A picture with a side of {longest} pixels can be enlarged 1 to {MAX_CHART_SIDE // longest} "
            f"times, not {factor} times."
        )
    rows, columns = picture.shape[:2]
    larger = cv2.resize(picture, (columns * factor, rows * factor), interpolation=cv2.INTER_NEAREST)
    return larger.astype(np.uint8, copy=False)


def mosaic(
    tiles: Sequence[Pixels],
    columns: int | None = None,
    gap: int = 2,
    background: tuple[int, int, int] = (128, 128, 128),
) -> Pixels:
    """Many pictures of one size in one, row by row, which is far quicker to send and show than many files.

    Args:
        tiles: uint8 pictures (h, w) or (h, w, 3), all of the same height and width.
        columns: tiles in a row; chosen so that the mosaic is about square if not given.
        gap: pixels between tiles.
        background: colour of the gaps and of places without a tile.

    Returns:
        uint8 (H, W, 3) with H = rows (h + gap) - gap and W = columns (w + gap) - gap.

    >>> mosaic([np.zeros((4, 6), np.uint8)] * 5, columns=3, gap=1).shape
    (9, 20, 3)
    """
    pictures = [_picture(tile) for tile in tiles]
    if not pictures:
        raise ExplorerError("A mosaic needs at least one picture, but there is none.")
    sizes = sorted({picture.shape[:2] for picture in pictures})
    if len(sizes) > 1:
        raise ExplorerError(f"The pictures of a mosaic have one size, but these have {len(sizes)}: {sizes}.")
    if gap < 0 or (columns is not None and columns < 1):
        raise ExplorerError(
            f"A mosaic has at least 1 column and no negative gap, not columns={columns}, gap={gap}."
        )
    height, width = sizes[0]
    if columns is None:
        columns = math.ceil(math.sqrt(len(pictures) * height / width))
    columns = min(columns, len(pictures))
    rows = math.ceil(len(pictures) / columns)
    full = (rows * (height + gap) - gap, columns * (width + gap) - gap)
    if max(full) > MAX_CHART_SIDE:
        raise ExplorerError(
            f"A mosaic of {full[0]} by {full[1]} pixels is too large: {MAX_CHART_SIDE} a side are the most; "
            f"use smaller or fewer tiles."
        )
    whole = np.empty((*full, 3), np.uint8)
    whole[:] = background
    for place, picture in enumerate(pictures):
        top, left = (place // columns) * (height + gap), (place % columns) * (width + gap)
        whole[top : top + height, left : left + width] = picture if picture.ndim == 3 else picture[..., None]
    return whole


def _picture(pixels: Pixels) -> Pixels:
    """The pixels, contiguous, if they are a picture."""
    given = np.asarray(pixels)
    if given.dtype != np.uint8 or given.size == 0 or not (given.ndim == 2 or given.shape[2:] == (3,)):
        raise ExplorerError(
            f"A picture is a uint8 array of shape (H, W) or (H, W, 3), but this is {given.dtype} of shape "
            f"{given.shape}; paint() makes one from numbers."
        )
    return np.ascontiguousarray(given)


# ------------------------------------------------------------------------------------------- charts


def overlaid_histograms(arrays: Mapping[str, npt.ArrayLike], *, bins: int = 64) -> go.Figure:
    """Histograms drawn over each other, as step outlines over the same bins, so that their shapes compare.

    The height is the share of an array's finite values in a bin, so arrays of different sizes compare too.
    The background is transparent, and text and lines can be read on the light and on the dark theme.

    Args:
        arrays: one to four arrays of any shape, by the name that the legend shows.
        bins: how many bins, at least 2.

    Raises:
        ExplorerError: there are no arrays, or too many, or one holds no finite number.

    >>> figure = overlaid_histograms({"input": [0.0, 1.0], "output": [0.0, 0.0, 0.0, 1.0]}, bins=2)
    >>> [(line.name, line.y[1:-1].tolist()) for line in figure.data]
    [('input', [0.5, 0.5]), ('output', [0.75, 0.25])]
    """
    import plotly.graph_objects as go

    if not 1 <= len(arrays) <= len(SERIES):
        raise ExplorerError(
            f"Between 1 and {len(SERIES)} histograms can be told apart, but {len(arrays)} were given."
        )
    if bins < 2:
        raise ExplorerError(f"A histogram has at least 2 bins, not {bins}.")
    finite = {}
    for name, array in arrays.items():
        with np.errstate(over="ignore"):  # beyond float32 is infinite, and left out
            numbers = np.asarray(array, dtype=np.float32).ravel().astype(np.float64)
        finite[name] = numbers[np.isfinite(numbers)]
        if finite[name].size == 0:
            raise ExplorerError(f"There is nothing to count: {name!r} holds no finite number.")
    low, high = min(n.min() for n in finite.values()), max(n.max() for n in finite.values())
    if low == high:  # bins need a width, and a large number a larger one
        low, high = low - max(0.5, 1e-3 * abs(low)), high + max(0.5, 1e-3 * abs(high))
    edges = np.linspace(low, high, bins + 1)
    width = edges[1] - edges[0]
    # An empty bin at either end lets each outline rise from the ground and return to it.
    centres = np.linspace(edges[0] - width / 2, edges[-1] + width / 2, bins + 2)  # (bins + 2,)

    figure = go.Figure()
    for (name, numbers), colour, dash in zip(finite.items(), SERIES, _DASHES, strict=False):
        share = np.pad(np.histogram(numbers, edges)[0] / numbers.size, 1)  # (bins + 2,)
        figure.add_scatter(
            x=centres,
            y=share,
            name=name,
            mode="lines",
            line={"shape": "hvh", "color": colour, "dash": dash, "width": 2.5},
            hovertemplate="%{y:.2%} of the values near %{x:.4g}",
        )
    _lay_out(figure, height=320)
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(title_text="value")
    figure.update_yaxes(title_text="share of the values", tickformat=".0%", rangemode="tozero")
    return figure


_QUIET = "#7a7a7a"  # grey, which is readable on both themes
_QUIET_ON_LIGHT, _QUIET_ON_DARK = "#5b6672", "#a3afbb"  # at least 4.5 to 1, where the theme is known
_DASHES = ("solid", "10px,3px", "3px,3px", "10px,3px,3px,3px")  # colour is never the only difference


def _lay_out(figure: go.Figure, height: int) -> None:
    """Give a chart what all charts share: no background, and text that is read from the back row."""
    # Colours stand in the template, so that a page's theme may still put its own.
    axis = {"gridcolor": "rgba(128, 128, 128, 0.3)", "zerolinecolor": _QUIET, "linecolor": _QUIET}
    space = {f"{name}axis": axis | {"showbackground": False, "gridcolor": "#9a9a9a"} for name in "xyz"}
    figure.update_layout(
        template={"layout": {"font": {"color": _QUIET}, "xaxis": axis, "yaxis": axis, "scene": space}},
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        font_size=16,
        hoverlabel_font_size=16,
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font_size": 18},
    )
    text_sizes = {"title_font_size": 18, "tickfont_size": 16, "automargin": True}
    figure.update_xaxes(**text_sizes)
    figure.update_yaxes(**text_sizes)


# ----------------------------------------------------------------------------- the window as a film

MAX_FILM_SIDE = 64
"""The longest side of a picture, in pixels, that `sliding_window_gif` draws."""

MAX_FRAMES = 400
"""The most places of the window, which is the number of frames, that `sliding_window_gif` draws."""

SMALLEST_CELL_WITH_NUMBER = 24
"""The least side of a cell, in screen pixels, for a number to be written into it."""

_LARGEST_CELL = 64
_USUAL_CELL = 44  # the least in which a number such as -0.25 is written twice as large
_FILM_PIXELS = 64_000_000  # of all frames together, as they are held in memory at once
_PAPER, _INK, _HIDDEN, _PADDING, _FIELD, _OUTPUT = range(6)
_PALETTE = [(255, 255, 255), (0, 0, 0), (232, 232, 232)] + [
    _rgb(ROLES[name].light) for name in ("padding", "field", "output")
]


def filmable(picture_shape: tuple[int, ...], result_shape: tuple[int, ...]) -> bool:
    """Whether `sliding_window_gif` takes a picture and a map of these shapes.

    >>> filmable((20, 20, 1), (20, 20, 1)), filmable((21, 21, 1), (21, 21, 1))
    (True, False)
    """
    frames = result_shape[0] * result_shape[1]
    return max(picture_shape[:2]) <= MAX_FILM_SIDE and frames <= MAX_FRAMES


def sliding_window_gif(
    picture: Pixels,
    result: Pixels,
    taps: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    values: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    kernel: tuple[Pixels, npt.ArrayLike] | None = None,
    blank: npt.ArrayLike | None = None,
    unread: npt.ArrayLike | None = None,
    cell: int | None = None,
    seconds_per_frame: float = 0.3,
) -> bytes:
    """The window slides over the picture and the output appears cell by cell: an animated GIF.

    There is one frame for each output cell. In it the cells that the window reads are outlined in the colour
    of the receptive field, and the output cell they make in the colour of the output. Cells outside the
    picture are hatched as padding. The last frame stays a second longer.

    Everything lies on one grid of square cells with one empty cell all round: the picture with its padding at
    the top left, two empty columns, then the output; between the two, where it is given, the kernel.

    Args:
        picture: uint8 (H, W) or (H, W, 3), at most 64 a side: the painted input.
        result: uint8 (H', W') or (H', W', 3), at most 400 cells: the painted output.
        taps: two arrays of whole numbers, (H', kh) rows and (W', kw) columns: output cell (i, j) reads
            the input cells (taps[0][i, m], taps[1][j, n]). Coordinates are those of the unpadded
            picture: negative ones, and those from H or W on, lie in the padding.
        values: numbers (H, W) and (H', W'), or with one channel behind, to write into the cells, if these
            are at least 24 pixels wide. Those of a whole-number type have no decimals.
        kernel: uint8 (kh, kw) or (kh, kw, 3), the painted weights, and numbers (kh, kw) to write into them.
        blank: truth values (H, W): cells of the picture that are padding, or zeros between its cells. They
            are hatched as padding, and nothing is written into them.
        unread: truth values (H, W): cells that no window reads. They are striped.
        cell: side of a cell in screen pixels, 4 to 64; as large as is sensible if not given.
        seconds_per_frame: 0.02 to 5, to a hundredth of a second.

    Returns:
        The file. Colours are exact as long as picture and result have no more than 250 different ones.

    Raises:
        ExplorerError: an argument cannot be used, or the film would be too large; the message says what to
            do.

    >>> corners = np.array([[0, 1], [1, 2]])
    >>> film = sliding_window_gif(np.eye(3, dtype=np.uint8), np.eye(2, dtype=np.uint8), (corners, corners))
    >>> film[:6]
    b'GIF89a'
    """
    pictures = [_picture(picture), _picture(result)]
    if kernel is not None:
        pictures.append(_picture(kernel[0]))
    board = _Board.of(pictures, taps, cell)
    if not 0.02 <= seconds_per_frame <= 5:
        raise ExplorerError(f"A frame is shown for 0.02 to 5 seconds, not {seconds_per_frame}.")
    numbers = None if values is None else values if kernel is None else (*values, kernel[1])
    written = None if numbers is None else _film_texts(numbers, board)

    first, *others = board.frames(written, _film_mask(blank, board), _film_mask(unread, board))
    hundredth = round(seconds_per_frame * 100) * 10  # milliseconds
    durations = [hundredth] * (len(others) + 1)
    durations[-1] += 1000
    file = io.BytesIO()
    first.save(
        file,
        "GIF",
        save_all=True,
        append_images=others,
        duration=durations if others else durations[0],
        loop=0,
        optimize=True,
    )
    return file.getvalue()


@dataclass(frozen=True)
class _Board:
    """The grid of cells that a film is drawn on: picture, kernel if there is one, and result."""

    pictures: list[Pixels]  # picture, result, perhaps the kernel
    rows: npt.NDArray[np.int64]  # (H', kh)
    columns: npt.NDArray[np.int64]  # (W', kw)
    cell: int

    @classmethod
    def of(
        cls, pictures: list[Pixels], taps: tuple[npt.ArrayLike, npt.ArrayLike], cell: int | None
    ) -> _Board:
        """The board for these arrays, if they fit together and the film is not too large."""
        picture, result, *_ = pictures
        height, width = picture.shape[:2]
        if max(height, width) > MAX_FILM_SIDE:
            raise ExplorerError(
                f"The film is for pictures of at most {MAX_FILM_SIDE} pixels a side, but this one is "
                f"{height} by {width}; choose a smaller working size."
            )
        rows, columns = _tap_table(taps[0], "rows"), _tap_table(taps[1], "columns")
        if result.shape[:2] != (len(rows), len(columns)):
            raise ExplorerError(
                f"The taps describe an output of {len(rows)} by {len(columns)} cells, but the result has "
                f"{result.shape[0]} by {result.shape[1]}."
            )
        frames = len(rows) * len(columns)
        if frames > MAX_FRAMES:
            raise ExplorerError(
                f"The film would have {frames} frames, one for each output cell, and {MAX_FRAMES} are the "
                f"most; choose a smaller picture or a larger stride."
            )
        board = cls(pictures, rows, columns, cell or 1)
        lines, places = board._extent()
        most = min(_LARGEST_CELL, math.isqrt(_FILM_PIXELS // (lines * places * frames)))
        if most < 4:
            raise ExplorerError(
                f"The film would be too large: {frames} frames of {lines} by {places} cells, padding "
                f"included; choose a smaller picture, kernel or dilation."
            )
        if cell is None:
            return cls(pictures, rows, columns, max(4, min(_USUAL_CELL, most, 1200 // places)))
        if not 4 <= cell <= most:
            raise ExplorerError(f"A cell of this film is 4 to {most} pixels wide, not {cell}.")
        return board

    def _margins(self) -> tuple[int, int, int, int]:
        """How many cells of padding the window reads above, below, left and right of the picture."""
        height, width = self.pictures[0].shape[:2]
        above, left = max(0, -int(self.rows.min())), max(0, -int(self.columns.min()))
        below, right = int(self.rows.max()) - height + 1, int(self.columns.max()) - width + 1
        return above, max(0, below), left, max(0, right)

    def _places(self) -> list[int]:
        """The column of the board that each of the pictures begins in, and at last the board's own width."""
        _, _, left, right = self._margins()
        picture, result, *kernel = (array.shape[1] for array in self.pictures)
        middle = 3 + left + picture + right
        output = middle + sum(kernel) + 2 * len(kernel)
        return [1 + left, output, *([middle] if kernel else []), output + result + 1]

    def _extent(self) -> tuple[int, int]:
        """The size of the whole board in cells: (lines, places)."""
        above, below, _, _ = self._margins()
        picture, *others = (array.shape[0] for array in self.pictures)
        return max(above + picture + below, *others) + 2, self._places()[-1]

    def _block(self, which: int, row: int, column: int) -> tuple[slice, slice]:
        """The pixels of one cell of one of the pictures; large cells leave a pixel between them."""
        side = self.cell - 1 if self.cell >= 8 else self.cell
        line = 1 + row + (self._margins()[0] if which == 0 else 0)
        top, left = line * self.cell, (self._places()[which] + column) * self.cell
        return slice(top, top + side), slice(left, left + side)

    def frames(
        self, texts: _Texts | None, blank: npt.NDArray[np.bool_], unread: npt.NDArray[np.bool_]
    ) -> Iterator[Image.Image]:
        """One palette image for each output cell, row by row."""
        from PIL import Image

        palette, drawn = _film_colours(self.pictures)
        lines, places = self._extent()
        canvas = np.full((lines * self.cell, places * self.cell), _PAPER, np.uint8)
        border = max(1, self.cell // 10)
        side = self.cell - 1 if self.cell >= 8 else self.cell
        write = _writer(palette, side - 2 * border, texts)

        def fill(which: int, row: int, column: int) -> None:
            block = canvas[self._block(which, row, column)]
            block[:] = drawn[which][row, column]
            if which == 0 and unread[row, column]:
                _stripe(block)
            if texts is not None:
                write(block, drawn[which][row, column], str(texts[which][row, column]))

        height, width = drawn[0].shape
        above, below, left, right = self._margins()
        for row, column in itertools.product(range(-above, height + below), range(-left, width + right)):
            if 0 <= row < height and 0 <= column < width and not blank[row, column]:
                fill(0, row, column)
                continue
            block = canvas[self._block(0, row, column)]
            _outline(block, _HIDDEN, 1)
            np.fill_diagonal(block[::-1], _PADDING)
            if 0 <= row < height and 0 <= column < width and unread[row, column]:
                _stripe(block)
        for which in range(2, len(drawn)):
            for row, column in np.ndindex(drawn[which].shape):
                fill(which, row, column)
        for row, column in np.ndindex(drawn[1].shape):
            canvas[self._block(1, row, column)] = _HIDDEN

        for row, column in np.ndindex(drawn[1].shape):
            fill(1, row, column)
            frame = canvas.copy()
            for read_row, read_column in itertools.product(self.rows[row], self.columns[column]):
                _outline(frame[self._block(0, int(read_row), int(read_column))], _FIELD, border)
            _outline(frame[self._block(1, row, column)], _OUTPUT, border)
            image = Image.fromarray(frame)
            image.putpalette(palette.ravel().tolist())
            yield image


def _outline(block: Pixels, colour: int, border: int) -> None:
    """Colour the border of a block of pixels, inside its edges."""
    block[:border] = block[-border:] = colour
    block[:, :border] = block[:, -border:] = colour


def _stripe(block: Pixels) -> None:
    """Draw stripes from the top right to the bottom left of a block, two pixels in eight."""
    row, column = np.indices(block.shape)
    block[(row + column) % 8 < 2] = _PADDING


def _film_mask(given: npt.ArrayLike | None, board: _Board) -> npt.NDArray[np.bool_]:
    """Truth values for each cell of the picture, False where none are given."""
    shape = board.pictures[0].shape[:2]
    if given is None:
        return np.zeros(shape, bool)
    mask = np.asarray(given)
    if mask.shape != shape or mask.dtype != np.bool_:
        raise ExplorerError(
            f"The picture's {shape[0]} by {shape[1]} cells need a truth value each, but these are "
            f"{mask.dtype} of shape {mask.shape}."
        )
    return mask


def _tap_table(given: npt.ArrayLike, axis: str) -> npt.NDArray[np.int64]:
    table = np.asarray(given)
    if table.ndim != 2 or table.size == 0 or table.dtype.kind not in "iu":
        raise ExplorerError(
            f"The taps of the {axis} are whole numbers of shape (outputs, kernel size), but these are "
            f"{table.dtype} of shape {table.shape}."
        )
    return table.astype(np.int64)


def _film_texts(given: Sequence[npt.ArrayLike], board: _Board) -> _Texts | None:
    """The numbers to write, or None if the cells are too small for them."""
    arrays = [np.asarray(numbers) for numbers in given]
    arrays = [array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array for array in arrays]
    expected = [picture.shape[:2] for picture in board.pictures]
    found = [array.shape for array in arrays]
    if found != expected:
        raise ExplorerError(
            f"The numbers written into the cells have the shapes {_joined(expected)}, one for each cell, but "
            f"these have {_joined(found)}."
        )
    if board.cell < SMALLEST_CELL_WITH_NUMBER:
        return None
    return [
        np.array([[_cell_text(float(x), array.dtype.kind in "iu") for x in row] for row in array])
        for array in arrays
    ]


def _joined(shapes: Sequence[tuple[int, ...]]) -> str:
    *others, last = map(str, shapes)
    return f"{', '.join(others)} and {last}"


def _film_colours(pictures: Sequence[Pixels]) -> tuple[Pixels, list[Pixels]]:
    """A palette (n, 3), and each picture as indices (H, W) into it."""
    from PIL import Image

    flat = np.concatenate(
        [np.broadcast_to(np.atleast_3d(p), (*p.shape[:2], 3)).reshape(-1, 3) for p in pictures]
    )  # (cells of all pictures, 3)
    room = 256 - len(_PALETTE)
    colours, index = np.unique(flat, axis=0, return_inverse=True)
    if len(colours) > room:
        strip = Image.fromarray(flat[None]).quantize(room, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        colours = np.array(strip.getpalette(), np.uint8).reshape(-1, 3)[:room]
        index = np.asarray(strip)
    palette = np.concatenate([np.array(_PALETTE, np.uint8), colours])
    shifted = (index.ravel() + len(_PALETTE)).astype(np.uint8)
    ends = np.cumsum([p.shape[0] * p.shape[1] for p in pictures])[:-1]
    parts = np.split(shifted, ends)
    return palette, [part.reshape(p.shape[:2]) for part, p in zip(parts, pictures, strict=True)]


_GLYPHS = {
    "0": "75557",
    "1": "26227",
    "2": "71747",
    "3": "71717",
    "4": "55711",
    "5": "74717",
    "6": "74757",
    "7": "71111",
    "8": "75757",
    "9": "75717",
    "-": "00700",
    ".": "00001",
    "e": "75747",
    "N": "57755",
    "a": "71757",
    "i": "10111",
    "n": "00755",
    "f": "34744",
}
"""Five rows of at most three pixels, each row an octal digit: sharp in a GIF, where no smoothed letter is."""


def _stamp(text: str) -> npt.NDArray[np.bool_]:
    """The pixels of a text, True for ink, five rows high and without a margin.

    >>> for row in _stamp("-1.5"):
    ...     print("".join(np.where(row, "#", "-")))
    -----#----###
    ----##----#--
    ###--#----###
    -----#------#
    ----###-#-###
    """
    parts = []
    for glyph in (_GLYPHS[character] for character in text):
        width = max(int(row) for row in glyph).bit_length()
        parts.append(np.array([[int(row) >> bit & 1 for bit in range(width)[::-1]] for row in glyph], bool))
        parts.append(np.zeros((5, 1), bool))
    return np.concatenate(parts[:-1], axis=1)


def _cell_text(x: float, whole: bool = False) -> str:
    """A number for a cell: two decimals if below 10, fewer above, at most 19 pixels wide in `_GLYPHS`.

    >>> [_cell_text(x) for x in (0.5, -0.001, -12.34, 1234.5, -65025.0, math.inf)]
    ['0.50', '0.00', '-12.3', '1234', '-7e4', 'inf']
    >>> _cell_text(-3.0, whole=True)
    '-3'
    """
    if not math.isfinite(x):
        return str(x).replace("nan", "NaN")
    if abs(x) >= 9999.5:
        mantissa, exponent = f"{x:.0e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    decimals = 0 if whole or abs(x) >= 99.95 else 1 if abs(x) >= 9.995 else 2
    text = f"{x:.{decimals}f}"
    return "0.00" if text == "-0.00" else text


def _writer(palette: Pixels, room: int, texts: _Texts | None) -> Callable[[Pixels, int, str], None]:
    """A function that writes a text into a block of a colour, in one size for all texts."""
    widest = {text for table in texts or () for text in table.flat}
    tall = 5  # rows of a glyph
    scale = max(1, room // max((max(tall, _stamp(text).shape[1]) for text in widest), default=tall))
    dark = palette @ [0.2126, 0.7152, 0.0722] < 118  # below, white has the greater contrast

    def write(block: Pixels, colour: int, text: str) -> None:
        stamp = np.kron(_stamp(text), np.ones((scale, scale), bool))
        top, left = (block.shape[0] - stamp.shape[0]) // 2, (block.shape[1] - stamp.shape[1]) // 2
        middle = block[top : top + stamp.shape[0], left : left + stamp.shape[1]]
        middle[stamp] = _PAPER if dark[colour] else _INK

    return write


# ------------------------------------------------------------------------------------ vectors as charts

MAX_BARS = 1000
"""The most numbers of a vector that `bars` draws: more would be thinner than a pixel."""


def arrows(
    vectors: Mapping[str, npt.ArrayLike], *, starts: Mapping[str, npt.ArrayLike] | None = None
) -> go.Figure:
    """Draw vectors of two numbers in the plane, or of three in space, as arrows with their names.

    A unit is as long on each axis, so that lengths and angles are as they look, and the origin has a dot. A
    name stands at the tip, of an arrow that starts elsewhere in the middle. A line has three points: start,
    middle, tip. In the plane trace k is vector k; in space traces 2k and 2k + 1 are its line and its head.
    The dot is last.

    Args:
        vectors: one to four, by name: (2,) each, or (3,) each.
        starts: where an arrow starts that does not start at the origin, by name.

    Raises:
        ExplorerError: there are no vectors, or too many, or they do not have two numbers each or three each.

    >>> figure = arrows({"a": [3, 1], "b": [1, 2]}, starts={"b": [3, 1]})
    >>> [(trace.name, trace.x, trace.y) for trace in figure.data[:2]]
    [('a', (0.0, 1.5, 3.0), (0.0, 0.5, 1.0)), ('b', (3.0, 3.5, 4.0), (1.0, 2.0, 3.0))]
    """
    import plotly.graph_objects as go

    ways = _ways(vectors)
    axes = next(iter(ways.values())).size
    if axes not in (2, 3) or any(way.size != axes for way in ways.values()):
        raise ExplorerError(
            "Arrows are drawn of vectors with two numbers each or three each, but these have "
            f"{', '.join(str(way.size) for way in ways.values())}; draw others as bars."
        )
    roots: dict[str, npt.NDArray[np.float64]] = {}
    for name, start in (starts or {}).items():
        roots[name] = np.asarray(start, dtype=np.float64)
        if name not in ways or roots[name].shape != (axes,):
            raise ExplorerError(f"The start of {name!r} must be the start of a vector drawn, {axes} numbers.")
    origin = np.zeros(axes)
    tips = {name: roots.get(name, origin) + way for name, way in ways.items()}
    points = np.array([origin, *roots.values(), *tips.values()])
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.15 * (float((high - low).max()) or 1 / 0.15)  # for heads and names; a unit if all are zero

    figure = go.Figure()
    for colour, dash, (name, way) in zip(SERIES, _DASHES, ways.items(), strict=False):
        start, tip = roots.get(name, origin), tips[name]
        way_points = np.stack([start, (start + tip) / 2, tip], axis=1).tolist()  # (axes, 3)
        line: dict[str, object] = dict(zip("xyz", way_points, strict=False)) | {
            "name": _shown(name),
            "text": ["", _shown(name), ""] if name in roots else ["", "", _shown(name)],
            "textfont": {"size": 22, "color": colour},
            "hovertext": f"{_shown(name)} = ({', '.join(format_number(x, 4) for x in way.tolist())})",
            "hoverinfo": "text",
        }
        if axes == 3:
            _add_space_arrow(figure, line, colour, tip, way, 1.8 * room)
            continue
        before = itertools.takewhile(name.__ne__, ways)
        taken = any(float(np.abs(tip - tips[other]).max()) < room / 2 for other in before)
        _add_arrow(figure, line, colour, dash, way, _name_side(way, name in roots, taken))
    dot = {"name": "origin", "mode": "markers", "showlegend": False, "hoverinfo": "name"}
    marker = {"color": _QUIET, "size": 12 if axes == 2 else 7}
    _lay_out(figure, height=460 if axes == 2 else 520)
    if axes == 2:
        figure.add_scatter(x=[0.0], y=[0.0], marker=marker, **dot)
        figure.update_xaxes(range=[low[0] - room, high[0] + room], title_text="first number")
        figure.update_yaxes(
            range=[low[1] - room, high[1] + room], title_text="second number", scaleanchor="x"
        )
        return figure
    figure.add_scatter3d(x=[0.0], y=[0.0], z=[0.0], marker=marker, **dot)
    # One range for all three axes, so that the cube has equal units.
    reach = [float(low.min()) - room, float(high.max()) + room]
    sizes = {"range": reach, "zerolinewidth": 4, "tickfont_size": 16, "title_font_size": 18}
    names = zip("xyz", ("first", "second", "third"), strict=True)
    figure.update_scenes(
        aspectmode="cube",
        camera_eye={"x": 1.7, "y": 1.4, "z": 0.9},
        **{f"{axis}axis": {"title_text": f"{which} number"} | sizes for axis, which in names},
    )
    return figure


def bars(vectors: Mapping[str, npt.ArrayLike], *, labels: Sequence[str] | None = None) -> go.Figure:
    """Draw vectors of any length as bars, side by side for each place.

    Args:
        vectors: one to four, by name: (n,) each, at most 1000 numbers.
        labels: what the n places are called; 1 to n if not given.

    Raises:
        ExplorerError: there are no vectors, or too many, or they are too long or differ in length.

    >>> [(trace.name, list(trace.x), list(trace.y)) for trace in bars({"a": [3, 1]}).data]
    [('a', ['1', '2'], [3.0, 1.0])]
    """
    import plotly.graph_objects as go

    columns = _ways(vectors)
    n = next(iter(columns.values())).size
    if any(column.size != n for column in columns.values()) or not 1 <= n <= MAX_BARS:
        raise ExplorerError(
            f"Bars are drawn of vectors of one length, 1 to {MAX_BARS} numbers, but these have "
            f"{', '.join(str(column.size) for column in columns.values())}; choose fewer numbers."
        )
    places = (
        [str(place) for place in range(1, n + 1)] if labels is None else [_shown(text) for text in labels]
    )
    if len(places) != n or len(set(places)) != n:
        raise ExplorerError(
            f"The {n} places need {n} labels, all different, but {len(set(places))} were given."
        )
    figure = go.Figure()
    patterns = ("", "/", "x", ".")  # colour is never the only difference
    for (name, column), colour, pattern in zip(columns.items(), SERIES, patterns, strict=False):
        figure.add_bar(
            x=places,
            y=column.tolist(),
            name=_shown(name),
            marker={"color": colour, "line_width": 0, "pattern_shape": pattern},
            hovertemplate="%{y:.4g}",
        )
    _lay_out(figure, height=400)
    figure.update_layout(barmode="group", hovermode="x unified")
    # Labels such as "1" and "2" would be taken for numbers otherwise.
    figure.update_xaxes(title_text="place in the vector" if labels is None else None, type="category")
    figure.update_yaxes(title_text="value")
    return figure


def courses(
    lines: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    titles: tuple[str, str],
    *,
    shares: bool = False,
) -> go.Figure:
    """Draw how numbers change along the way, each as a line with its points and a pattern of its own.

    Args:
        lines: one to four, by the name that the legend shows: (n,) places and (n,) values.
        titles: of the horizontal and of the vertical axis.
        shares: whether both are shares from 0 to 1, which are written in percent.

    Raises:
        ExplorerError: there are no lines, or too many.

    >>> chart = courses({"a": ([0, 1], [1, 0.25])}, ("hidden", "probability"), shares=True)
    >>> list(chart.data[0].y), tuple(chart.layout.yaxis.range)
    ([1, 0.25], (0, 1.02))
    """
    import plotly.graph_objects as go

    if not 1 <= len(lines) <= len(SERIES):
        raise ExplorerError(
            f"Between 1 and {len(SERIES)} lines can be told apart, but {len(lines)} were given."
        )
    figure = go.Figure()
    for (name, (places, values)), colour, dash in zip(lines.items(), SERIES, _DASHES, strict=False):
        figure.add_scatter(
            x=places,
            y=values,
            name=_shown(name),
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 3},
            hovertemplate="%{y:.1%}" if shares else "%{y:.4g}",
        )
    _lay_out(figure, height=360)
    figure.update_layout(hovermode="x unified", showlegend=len(lines) > 1)
    if shares:
        figure.update_xaxes(range=[0, 1], tickformat=".0%")
        figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    figure.update_xaxes(title_text=titles[0])
    figure.update_yaxes(title_text=titles[1])
    return figure


def errors_by_year(errors: Mapping[str, float], benchmark: tuple[str, float]) -> go.Figure:
    """Draw errors in percent as bars, each with its number beside its name, and a line to compare with.

    Args:
        errors: by the name beside the bar, from the top down.
        benchmark: the name and the error of the line.

    Raises:
        ExplorerError: there is nothing to draw.

    >>> list(errors_by_year({"2014": 6.7, "2015": 3.6}, ("a person", 5.1)).data[0].y)
    ['2014, 6.7 %', '2015, 3.6 %']
    """
    import plotly.graph_objects as go

    if not errors:
        raise ExplorerError("A chart of errors needs at least one, but none came.")
    name, level = benchmark
    figure = go.Figure()
    figure.add_bar(
        x=list(errors.values()),
        y=[f"{_shown(text)}, {error:g} %" for text, error in errors.items()],
        orientation="h",
        marker={"color": SERIES[0], "line_width": 0},
        hoverinfo="skip",
    )
    figure.add_vline(
        x=level,
        line={"color": SERIES[1], "dash": "dash", "width": 3},
        annotation={"text": f"{_shown(name)} {level:g} %", "font": {"size": 18, "color": SERIES[1]}},
        annotation_position="top",
    )
    _lay_out(figure, height=400)
    figure.update_layout(showlegend=False, margin_t=32)
    figure.update_xaxes(title_text="top-5 error, %", rangemode="tozero")
    figure.update_yaxes(type="category", autorange="reversed")
    return figure


def confusion(counts: npt.ArrayLike, names: Sequence[str]) -> go.Figure:
    """Draw a confusion matrix: a row for what things are, a column for what they are taken for.

    Args:
        counts: how often (n, n).
        names: of the n classes.

    Raises:
        ExplorerError: the counts are not n by n.

    >>> confusion([[3, 1], [0, 4]], ("cat", "dog")).data[0].text[0].tolist()
    ['3', '1']
    """
    import plotly.graph_objects as go

    table = np.asarray(counts)
    if table.shape != (len(names), len(names)):
        raise ExplorerError(
            f"A confusion matrix of {len(names)} classes has as many rows and columns, but this has the "
            f"shape {table.shape}."
        )
    # Each row has a colour scale of its own share, so that classes of other sizes are compared alike.
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    texts = np.where(table > 0, table.astype(str), "")
    shown = [_shown(name) for name in names]
    blue = ",".join(str(level) for level in _rgb(SERIES[0]))
    figure = go.Figure()
    figure.add_heatmap(
        z=shares,
        x=shown,
        y=shown,
        text=texts,
        texttemplate="%{text}",
        textfont_size=16,
        colorscale=[[0, f"rgba({blue},0)"], [0.02, f"rgba({blue},0.18)"], [1, f"rgba({blue},0.55)"]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y}, taken for %{x}: %{text} (%{z:.1%})<extra></extra>",
    )
    _lay_out(figure, height=140 + 34 * len(names))
    figure.update_xaxes(title_text="taken for", side="top", type="category", showgrid=False)
    figure.update_yaxes(title_text="is", autorange="reversed", type="category", showgrid=False)
    return figure


def _ways(vectors: Mapping[str, npt.ArrayLike]) -> dict[str, npt.NDArray[np.float64]]:
    """The vectors by name, if they can be drawn in colours of their own."""
    if not 1 <= len(vectors) <= len(SERIES):
        raise ExplorerError(
            f"Between 1 and {len(SERIES)} vectors can be told apart, but {len(vectors)} were given."
        )
    ways = {name: np.asarray(vector, dtype=np.float64) for name, vector in vectors.items()}
    for name, way in ways.items():
        if way.ndim != 1 or not np.isfinite(way).all():
            raise ExplorerError(
                f"A vector is a row of finite numbers, but {name!r} has the shape {way.shape}"
                + (" and holds others." if way.ndim == 1 else ".")
            )
    return ways


def _shown(text: str) -> str:
    """A text as it is, where Plotly would read tags in it."""
    return html.escape(text, quote=False)


def _name_side(way: npt.NDArray[np.float64], in_the_middle: bool, taken: bool) -> str:
    """Where a name stands: ahead of the tip, elsewhere if that is taken, or beside the middle of the line."""
    x, y = (float(part) for part in way)
    flat, steep = abs(y) < 0.4 * abs(x), abs(x) < 0.4 * abs(y)
    if in_the_middle:
        if flat or steep:
            return "top center" if flat else "middle right"
        return "top right" if (x < 0) != (y < 0) else "bottom right"
    along = "middle" if flat else "bottom" if y < 0 else "top"
    across = "center" if steep else "left" if x < 0 else "right"
    if taken:
        along = "bottom" if along == "top" else "top"
    return f"{along} {across}"


def _add_arrow(
    figure: go.Figure,
    line: dict[str, object],
    colour: str,
    dash: str,
    way: npt.NDArray[np.float64],
    side: str,
) -> None:
    """Draw an arrow in the plane; a zero vector is a dot."""
    head, size = ("arrow", 24) if way.any() else ("circle", 14)
    figure.add_scatter(
        **line,
        mode="lines+markers+text",
        line={"color": colour, "width": 5, "dash": dash},
        marker={
            "symbol": ["circle", "circle", head],
            "size": [0, 0, size],
            "angleref": "previous",
            "color": colour,
            "line_width": 0,
            "opacity": 1,
        },
        textposition=side,
        cliponaxis=False,
    )


def _add_space_arrow(
    figure: go.Figure,
    line: dict[str, object],
    colour: str,
    tip: npt.NDArray[np.float64],
    way: npt.NDArray[np.float64],
    size: float,
) -> None:
    """Draw an arrow in space: a line, and a cone for its head, of this size unless the arrow is shorter."""
    # A dashed line in space is pale; the name beside it tells it from the others.
    figure.add_scatter3d(
        **line, mode="lines+text", line={"color": colour, "width": 8}, textposition="top center"
    )
    largest = float(np.abs(way).max())
    unit = way / largest if largest else way  # its square neither over- nor underflows
    long = float(np.linalg.norm(unit)) or 1.0
    figure.add_cone(
        **{axis: [float(x)] for axis, x in zip("xyz", tip, strict=True)},
        **{part: [float(x)] for part, x in zip("uvw", unit / long, strict=True)},
        anchor="tip",
        sizemode="absolute",
        sizeref=min(size, long * largest) or size,
        colorscale=[[0, colour], [1, colour]],
        showscale=False,
        hoverinfo="skip",
    )
