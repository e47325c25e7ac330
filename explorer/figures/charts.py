"""Charts with plotly."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from explorer.errors import ExplorerError
from explorer.figures.colours import DASHES, QUIET, SERIES, rgb_of
from explorer.figures.numbers import format_number

if TYPE_CHECKING:
    import plotly.graph_objects as go


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

    traces = [
        {
            "type": "scatter",
            "x": centres,
            "y": np.pad(np.histogram(numbers, edges)[0] / numbers.size, 1),  # (bins + 2,)
            "name": name,
            "mode": "lines",
            "line": {"shape": "hvh", "color": colour, "dash": dash, "width": 2.5},
            "hovertemplate": "%{y:.2%} of the values near %{x:.4~r}",
        }
        for (name, numbers), colour, dash in zip(finite.items(), SERIES, DASHES, strict=False)
    ]
    return _chart(
        traces,
        height=320,
        xaxis={"title": "value"},
        yaxis={"title": "share of the values", "tickformat": ".0%", "rangemode": "tozero"},
        hovermode="x unified",
    )


def _chart(
    traces: list[dict[str, Any]],
    *,
    height: int,
    xaxis: Mapping[str, Any] | None = None,
    yaxis: Mapping[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """Make a chart of its traces, with what all charts share: no background, and text for the back row.

    All at once from dictionaries: figures that are updated step by step take five times as long.
    """
    import plotly.graph_objects as go

    # Colours stand in the template, so that a page's theme may still put its own. It takes the place of
    # Plotly's own, which has 7 kB and is checked for every chart.
    axis = {
        "gridcolor": "rgba(128, 128, 128, 0.3)",
        "zerolinecolor": QUIET,
        "zerolinewidth": 2,
        "linecolor": QUIET,
        "ticks": "",
    }
    plane = axis | {"title": {"standoff": 15}}
    space = axis | {"showbackground": False, "gridcolor": "#9a9a9a", "gridwidth": 2}
    template = {
        "layout": {
            "autotypenumbers": "strict",
            "font": {"color": QUIET},
            "hoverlabel": {"align": "left"},
            "hovermode": "closest",
            "xaxis": plane,
            "yaxis": plane,
            "scene": {f"{name}axis": space for name in "xyz"},
        }
    }
    in_plane = "scene" not in layout
    common = {
        "template": template,
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"size": 16},
        "hoverlabel": {"font": {"size": 16}},
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 18}},
    }
    axes = {"xaxis": _axis(xaxis), "yaxis": _axis(yaxis)} if in_plane else {}
    return go.Figure(data=traces, layout=common | axes | layout)


def _axis(own: Mapping[str, Any] | None) -> dict[str, Any]:
    """Lay out an axis in the plane; `title` is its text."""
    own = dict(own or {})
    title = {"font": {"size": 18}} | ({"text": own.pop("title")} if "title" in own else {})
    return {"title": title, "tickfont": {"size": 16}, "automargin": True} | own


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
    margin = 0.15 * (float((high - low).max()) or 1 / 0.15)  # for heads and names; a unit if all are zero

    traces: list[dict[str, Any]] = []
    for colour, dash, (name, way) in zip(SERIES, DASHES, ways.items(), strict=False):
        start, tip = roots.get(name, origin), tips[name]
        way_points = np.stack([start, (start + tip) / 2, tip], axis=1).tolist()  # (axes, 3)
        line: dict[str, Any] = dict(zip("xyz", way_points, strict=False)) | {
            "name": _shown(name),
            "text": ["", _shown(name), ""] if name in roots else ["", "", _shown(name)],
            "textfont": {"size": 22, "color": colour},
            "hovertext": f"{_shown(name)} = ({', '.join(format_number(x, 4) for x in way.tolist())})",
            "hoverinfo": "text",
        }
        if axes == 3:
            traces += _space_arrow(line, colour, tip, way, 1.8 * margin)
            continue
        before = itertools.takewhile(name.__ne__, ways)
        taken = any(float(np.abs(tip - tips[other]).max()) < margin / 2 for other in before)
        traces.append(_arrow(line, colour, dash, way, _name_side(way, name in roots, taken)))
    dot = {"name": "origin", "mode": "markers", "showlegend": False, "hoverinfo": "name"}
    dot |= {axis: [0.0] for axis in "xyz"[:axes]}
    if axes == 2:
        traces.append({"type": "scatter", "marker": {"color": QUIET, "size": 12}} | dot)
        spans = [[low[axis] - margin, high[axis] + margin] for axis in range(2)]
        return _chart(
            traces,
            height=460,
            xaxis={"range": spans[0], "title": "first number"},
            yaxis={"range": spans[1], "title": "second number", "scaleanchor": "x"},
        )
    traces.append({"type": "scatter3d", "marker": {"color": QUIET, "size": 7}} | dot)
    # One range for all three axes, so that the cube has equal units.
    reach = [float(low.min()) - margin, float(high.max()) + margin]
    scene = {
        f"{axis}axis": {
            "title": {"text": f"{which} number", "font": {"size": 18}},
            "tickfont": {"size": 16},
            "range": reach,
            "zerolinewidth": 4,
        }
        for axis, which in zip("xyz", ("first", "second", "third"), strict=True)
    }
    eye = {"eye": {"x": 1.7, "y": 1.4, "z": 0.9}}
    return _chart(traces, height=520, scene=scene | {"aspectmode": "cube", "camera": eye})


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
    patterns = ("", "/", "x", ".")  # colour is never the only difference
    traces = [
        {
            "type": "bar",
            "x": places,
            "y": column.tolist(),
            "name": _shown(name),
            "marker": {"color": colour, "line": {"width": 0}, "pattern": {"shape": pattern}},
            "hovertemplate": "%{y:.4~r}",
        }
        for (name, column), colour, pattern in zip(columns.items(), SERIES, patterns, strict=False)
    ]
    # Labels such as "1" and "2" would be taken for numbers otherwise.
    xaxis = {"type": "category"} | ({"title": "place in the vector"} if labels is None else {})
    return _chart(
        traces,
        height=400,
        xaxis=xaxis,
        yaxis={"title": "value"},
        barmode="group",
        hovermode="x unified",
    )


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
    if not 1 <= len(lines) <= len(SERIES):
        raise ExplorerError(
            f"Between 1 and {len(SERIES)} lines can be told apart, but {len(lines)} were given."
        )
    traces = [
        {
            "type": "scatter",
            "x": places,
            "y": values,
            "name": _shown(name),
            "mode": "lines+markers",
            "line": {"color": colour, "dash": dash, "width": 3},
            "hovertemplate": "%{y:.1%}" if shares else "%{y:.4~r}",
        }
        for (name, (places, values)), colour, dash in zip(lines.items(), SERIES, DASHES, strict=False)
    ]
    percent = {"tickformat": ".0%"} if shares else {}
    return _chart(
        traces,
        height=360,
        xaxis={"title": titles[0]} | percent | ({"range": [0, 1]} if shares else {}),
        yaxis={"title": titles[1]} | percent | ({"range": [0, 1.02]} if shares else {}),
        hovermode="x unified",
        showlegend=len(lines) > 1,
    )


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
    if not errors:
        raise ExplorerError("A chart of errors needs at least one, but none came.")
    name, level = benchmark
    bar = {
        "type": "bar",
        "x": list(errors.values()),
        "y": [f"{_shown(text)}, {error:g} %" for text, error in errors.items()],
        "orientation": "h",
        "marker": {"color": SERIES[0], "line": {"width": 0}},
        "hoverinfo": "skip",
    }
    line = {"color": SERIES[1], "dash": "dash", "width": 3}
    upright = {"x0": level, "x1": level, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
    said = {"text": f"{_shown(name)} {level:g} %", "font": {"size": 18, "color": SERIES[1]}}
    above = {"x": level, "xref": "x", "xanchor": "center", "y": 1, "yref": "y domain", "yanchor": "bottom"}
    return _chart(
        [bar],
        height=400,
        xaxis={"title": "top-5 error, %", "rangemode": "tozero"},
        yaxis={"type": "category", "autorange": "reversed"},
        shapes=[{"type": "line", "line": line} | upright],
        annotations=[said | above | {"showarrow": False}],
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
    )


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
    blue = ",".join(str(level) for level in rgb_of(SERIES[0]))
    cells = {
        "type": "heatmap",
        "z": shares,
        "x": shown,
        "y": shown,
        "text": texts,
        "texttemplate": "%{text}",
        "textfont": {"size": 16},
        "colorscale": [[0, f"rgba({blue},0)"], [0.02, f"rgba({blue},0.18)"], [1, f"rgba({blue},0.55)"]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{y}, taken for %{x}: %{text} (%{z:.1%})<extra></extra>",
    }
    return _chart(
        [cells],
        height=140 + 34 * len(names),
        xaxis={"title": "taken for", "side": "top", "type": "category", "showgrid": False},
        yaxis={"title": "is", "autorange": "reversed", "type": "category", "showgrid": False},
    )


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


def _arrow(
    line: dict[str, Any], colour: str, dash: str, way: npt.NDArray[np.float64], side: str
) -> dict[str, Any]:
    """An arrow in the plane; a zero vector is a dot."""
    head, size = ("arrow", 24) if way.any() else ("circle", 14)
    return line | {
        "type": "scatter",
        "mode": "lines+markers+text",
        "line": {"color": colour, "width": 5, "dash": dash},
        "marker": {
            "symbol": ["circle", "circle", head],
            "size": [0, 0, size],
            "angleref": "previous",
            "color": colour,
            "line": {"width": 0},
            "opacity": 1,
        },
        "textposition": side,
        "cliponaxis": False,
    }


def _space_arrow(
    line: dict[str, Any],
    colour: str,
    tip: npt.NDArray[np.float64],
    way: npt.NDArray[np.float64],
    size: float,
) -> list[dict[str, Any]]:
    """An arrow in space: a line, and a cone for its head, of this size unless the arrow is shorter."""
    # A dashed line in space is pale; the name beside it tells it from the others.
    shaft = line | {
        "type": "scatter3d",
        "mode": "lines+text",
        "line": {"color": colour, "width": 8},
        "textposition": "top center",
    }
    largest = float(np.abs(way).max())
    unit = way / largest if largest else way  # its square neither over- nor underflows
    long = float(np.linalg.norm(unit)) or 1.0
    cone = {
        "type": "cone",
        **{axis: [float(x)] for axis, x in zip("xyz", tip, strict=True)},
        **{part: [float(x)] for part, x in zip("uvw", unit / long, strict=True)},
        "anchor": "tip",
        "sizemode": "absolute",
        "sizeref": min(size, long * largest) or size,
        "colorscale": [[0, colour], [1, colour]],
        "showscale": False,
        "hoverinfo": "skip",
    }
    return [shaft, cone]
