"""Small drawings in SVG: grids, curves, lines and arrows."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from explorer.figures.colours import (
    DASHES,
    QUIET,
    QUIET_ON_DARK,
    QUIET_ON_LIGHT,
    ROLES,
    SERIES,
    SERIES_ON_DARK,
    Limits,
)
from explorer.figures.numbers import format_number
from explorer.figures.painting import checked_limits

_QUIET = f"light-dark({QUIET_ON_LIGHT}, {QUIET_ON_DARK})"
_THEMED = re.compile(r"light-dark\((#\w+), (#\w+)\)")
_INK = "#1b2430", "#e6eaef"  # of the text on the two themes


def alone(svg: bytes, *, dark: bool = False) -> bytes:
    """A drawing of this module as a file of its own, which has no page to take typeface and theme from.

    >>> b"light-dark" in alone(grid_svg([[1]], "input")) or b"currentColor" in alone(grid_svg([[1]], "input"))
    False
    """
    text = _THEMED.sub(lambda found: found[1 + dark], svg.decode()).replace("currentColor", _INK[dark])
    return text.replace("<svg ", '<svg font-family="system-ui, sans-serif" ', 1).encode()


def grid_svg(grid: npt.ArrayLike, role: str, faint: npt.ArrayLike | None = None) -> bytes:
    """A grid of numbers as an SVG picture, one tinted cell for each number.

    Like the other drawings it stands within a page, whose typeface and theme it takes.

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
    ink = "currentColor"
    colour, grey = (f"light-dark({each.light}, {each.dark})" for each in (ROLES[role], ROLES["padding"]))
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
        f'width="{width * 40}" height="{height * 40}" font-weight="600" '
        f'font-size="19" text-anchor="middle">{cells}</svg>'
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
    low, high = checked_limits(limits)
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
            f'<path d="{"".join(pieces)}" fill="none" stroke="{_series(number % len(SERIES))}" '
            f'stroke-width="6" stroke-linejoin="round"{dashes}/>'
        )
    zero = f"M0 {down(0):.1f}H{width}M{across(0):.1f} 0V{height}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><path d="{zero}" stroke="{QUIET}" stroke-width="1.5"/>{"".join(paths)}</svg>'
    ).encode()


def points_svg(
    points: Sequence[tuple[float, float]],
    curve: tuple[npt.ArrayLike, npt.ArrayLike],
    limits: Limits,
) -> bytes:
    """Points and one curve over a frame as an SVG picture, whose two axes reach equally far.

    Args:
        points: x and y of each.
        curve: x and y (n,); what lies outside is cut off.
        limits: where both axes begin and end.

    >>> points_svg([(0, 0), (1, 2)], ([0, 2], [0, 2]), (0.0, 2.0)).count(b"<circle")
    2
    """
    low, high = checked_limits(limits)
    side, edge = 320, 12

    def at(x: float, y: float) -> tuple[str, str]:
        shares = (x - low) / (high - low), (high - y) / (high - low)
        across, down = (f"{edge + share * (side - 2 * edge):.1f}" for share in shares)
        return across, down

    places = [" ".join(at(float(x), float(y))) for x, y in zip(*map(np.asarray, curve), strict=True)]
    dots = "".join(
        '<circle cx="{}" cy="{}" r="6" fill="{ink}"/>'.format(*at(x, y), ink=_QUIET) for x, y in points
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" '
        f'height="{side}"><defs><clipPath id="within"><path d="M{edge} {edge}H{side - edge}V{side - edge}'
        f'H{edge}Z"/></clipPath></defs><path d="M{edge} {edge}V{side - edge}H{side - edge}" fill="none" '
        f'stroke="{_QUIET}" stroke-width="1.5"/><path clip-path="url(#within)" d="M{"L".join(places)}" '
        f'fill="none" stroke="{_series(0)}" stroke-width="5"/>{dots}</svg>'
    ).encode()


def bars_svg(values: npt.ArrayLike, marked: int | None = None) -> bytes:
    """Numbers as an SVG picture of upright bars from zero, the marked one in another colour and outlined.

    Args:
        values: (n,), finite, not all 0.
        marked: which bar stands out, counted from 0.

    >>> bars_svg([0.2, 0.8], 1).count(b"<rect")
    2
    """
    numbers = np.asarray(values, np.float64)
    width, height, edge = 320, 214, 8
    low, high = min(float(numbers.min()), 0.0), max(float(numbers.max()), 0.0)
    step, unit = (width - 2 * edge) / len(numbers), (height - 2 * edge) / (high - low)
    zero = edge + high * unit
    outline = ' stroke="currentColor" stroke-width="3"'
    drawn = "".join(
        f'<rect x="{edge + step * (number + 0.12):.1f}" y="{zero - max(value, 0.0) * unit:.1f}" '
        f'width="{step * 0.76:.1f}" height="{max(abs(value) * unit, 1.0):.1f}" '
        f'fill="{_series(1 if number == marked else 0)}"'
        f"{outline if number == marked else ''}/>"
        for number, value in enumerate(numbers.tolist())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">{drawn}<path d="M0 {zero:.1f}H{width}" stroke="{QUIET}" stroke-width="2"/></svg>'
    ).encode()


def groups_svg(
    groups: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]],
    curves: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]] = (),
) -> bytes:
    """Groups of points, and curves among them, as an SVG picture without axes.

    The first group is of discs, the second of rings and every other of squares; the curves are dashed one by
    one as the lines of a chart. What leaves the range of the points is cut off.

    Args:
        groups: pairs of x and y (n,).
        curves: pairs of x and y (n,).

    >>> groups_svg([([0, 1], [0, 2]), ([2], [1])], [([0, 2], [0, 1])]).count(b"<circle")
    3
    """
    places = [(np.asarray(x, np.float64), np.asarray(y, np.float64)) for x, y in groups]
    left, right = min(float(x.min()) for x, _ in places), max(float(x.max()) for x, _ in places)
    low, high = min(float(y.min()) for _, y in places), max(float(y.max()) for _, y in places)
    width, height, edge = 320, 214, 18

    def at(x: float, y: float) -> tuple[float, float]:
        across = (x - left) / ((right - left) or 1.0)
        down = (high - y) / ((high - low) or 1.0)
        return edge + across * (width - 2 * edge), edge + down * (height - 2 * edge)

    drawn = ""
    for number, (x, y) in enumerate(curves):
        points = " ".join(
            "{:.1f},{:.1f}".format(*at(float(one), float(other)))
            for one, other in zip(np.asarray(x), np.asarray(y), strict=True)
        )
        dash = DASHES[number % len(DASHES)]
        dashes = "" if dash == "solid" else f' stroke-dasharray="{dash.replace("px", "")}"'
        drawn += (
            f'<polyline points="{points}" fill="none" stroke="{_series((number + 2) % len(SERIES))}" '
            f'stroke-width="5" stroke-linejoin="round"{dashes}/>'
        )
    for number, (x, y) in enumerate(places):
        colour = _series(number % len(SERIES))
        for one, other in zip(x.tolist(), y.tolist(), strict=True):
            across, down = at(one, other)
            if number == 0:
                drawn += f'<circle cx="{across:.1f}" cy="{down:.1f}" r="7" fill="{colour}"/>'
            elif number == 1:
                drawn += (
                    f'<circle cx="{across:.1f}" cy="{down:.1f}" r="7" fill="none" stroke="{colour}" '
                    f'stroke-width="4"/>'
                )
            else:
                drawn += (
                    f'<rect x="{across - 7:.1f}" y="{down - 7:.1f}" width="14" height="14" fill="{colour}"/>'
                )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">{drawn}</svg>'
    ).encode()


def _series(number: int) -> str:
    """A colour of `SERIES` as CSS, with its counterpart for the dark theme."""
    return f"light-dark({SERIES[number]}, {SERIES_ON_DARK[number]})"


def lines_svg(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    title: str,
    end: float,
    *,
    shares: bool = False,
    mark: float | None = None,
) -> bytes:
    """Lines over epochs as an SVG picture that is redrawn while it grows: its box and its epochs stay.

    The ground is transparent; it stands within a page, whose typeface and theme it takes.

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
        text = f"{100 * value:.0f} %" if shares else format_number(value)
        drawn.append(
            f'<path d="M{left} {y:.1f}H{right}" stroke="{_QUIET}" stroke-opacity="{0.3 if share else 1}"/>'
            f'<text x="{left - 8}" y="{y + 5:.1f}" text-anchor="end">{text}</text>'
        )
        step = round(end * share)
        at_end = share == 1
        drawn.append(
            f'<text x="{across(step):.1f}" y="{bottom + 20}" text-anchor="{"end" if at_end else "middle"}">'
            f"{f'epoch {step}' if at_end else step}</text>"
        )
    if mark is not None:
        drawn.append(
            f'<path d="M{across(mark):.1f} {top}V{bottom}" stroke="{_QUIET}" stroke-dasharray="2 4"/>'
        )
    legend_at = left
    for number, ((name, (places, values)), dash) in enumerate(zip(lines.items(), DASHES, strict=False)):
        dashes = "" if dash == "solid" else f' stroke-dasharray="{dash.replace("px", "")}"'
        points = " ".join(
            f"{across(x):.1f},{down(min(y, top_value)):.1f}" for x, y in zip(places, values, strict=True)
        )
        drawn.append(
            f'<g fill="none" stroke="{_series(number)}" stroke-width="3">'
            f'<polyline points="{points}" stroke-linejoin="round"{dashes}/>'
            f'<circle cx="{across(places[-1]):.1f}" cy="{down(min(values[-1], top_value)):.1f}" r="3" />'
            f'<path d="M{legend_at} 30h26"{dashes}/></g>'
            f'<text x="{legend_at + 32}" y="35">{html.escape(name)}</text>'
        )
        legend_at += 58 + 8 * len(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-size="15" fill="{_QUIET}">'
        f'<text x="0" y="12" font-weight="600">{html.escape(title)}</text>{"".join(drawn)}</svg>'
    ).encode()


LINES_BOX = (480, 204)
"""Width and height of what `lines_svg` draws."""

_LINES_PLOT = (52, 470, 44, 178)  # left, right, top and bottom of the lines in it


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
            grid += f'<path d="{line}" stroke="{QUIET}" stroke-width="{weight}"/>'
            spot = (x, float(origin[1]) + 17) if axis == 0 else (float(origin[0]) - 12, y + 5)
            if half > 0 and half % 2 == 0:
                grid += f'<text x="{spot[0]:.1f}" y="{spot[1]:.1f}" fill="{QUIET}">{half // 2}</text>'
    arrows = ""
    for (name, way), number in zip(ways.items(), range(len(SERIES)), strict=False):
        colour = _series(number)
        along = way / float(np.linalg.norm(way))
        across, neck = np.array([-along[1], along[0]]) * 10 / unit, way - along * 20 / unit
        corners = " ".join(at(corner) for corner in (way, neck + across, neck - across))
        x, y = (origin + unit * turned * (way + along * 20 / unit)).tolist()
        reach = 5.5 * len(name) + 4  # half the name's width, so that none is cut at the edge
        x, y = min(max(x, reach), width - reach), min(max(y, 14), height - 14)
        arrows += (
            f'<path d="M{at(np.zeros(2))}L{at(neck)}" stroke="{colour}" stroke-width="6"/>'
            f'<polygon points="{corners}" fill="{colour}"/>'
            f'<text x="{x:.1f}" y="{y + 6:.1f}" font-size="18" font-weight="700" fill="{colour}" '
            f'stroke="light-dark(#ffffff, #12171d)" stroke-width="4" paint-order="stroke">'
            f"{html.escape(name)}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-size="14" text-anchor="middle">{grid}{arrows}</svg>'
    ).encode()
