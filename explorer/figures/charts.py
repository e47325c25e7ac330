"""Charts with plotly."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from explorer.errors import ExplorerError
from explorer.figures.colours import DASHES, QUIET, SERIES, rgb_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

MANY = 0.25  # the share of a row from which on a cell of a confusion matrix is strong, and its number white
DEEP = "#00466e"


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
    template = {
        "layout": {
            "autotypenumbers": "strict",
            "font": {"color": QUIET},
            "hoverlabel": {"align": "left"},
            "hovermode": "closest",
            "xaxis": plane,
            "yaxis": plane,
        }
    }
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
    axes = {"xaxis": _axis(xaxis), "yaxis": _axis(yaxis)}
    return go.Figure(data=traces, layout=common | axes | layout)


def _axis(own: Mapping[str, Any] | None) -> dict[str, Any]:
    """Lay out an axis in the plane; `title` is its text."""
    own = dict(own or {})
    title = {"font": {"size": 18, "color": QUIET}} | ({"text": own.pop("title")} if "title" in own else {})
    return {"title": title, "tickfont": {"size": 16, "color": QUIET}, "automargin": True} | own


MAX_BARS = 1000
"""The most numbers of a vector that `bars` draws: more would be thinner than a pixel."""


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
        "y": [f"{_shown(text)}, {error:.1f} %" for text, error in errors.items()],
        "orientation": "h",
        "marker": {"color": SERIES[0], "line": {"width": 0}},
        "hoverinfo": "skip",
    }
    line = {"color": SERIES[1], "dash": "dash", "width": 3}
    upright = {"x0": level, "x1": level, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
    said = {"text": f"{_shown(name)} {level:.1f} %", "font": {"size": 18, "color": SERIES[1]}}
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
    blue, deep = (",".join(str(level) for level in rgb_of(colour)) for colour in (SERIES[0], DEEP))
    cells = {
        "type": "heatmap",
        "z": shares,
        "x": shown,
        "y": shown,
        "text": texts,
        "colorscale": [
            [0, f"rgba({blue},0)"],
            [0.02, f"rgba({blue},0.1)"],
            [MANY, f"rgba({blue},0.15)"],
            [MANY, f"rgb({blue})"],
            [1, f"rgb({deep})"],
        ],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{y}, taken for %{x}: %{text} (%{z:.1%})<extra></extra>",
    }
    # As points of their own: Plotly would choose the colours of a cell's text without looking at the theme.
    rows, columns = np.nonzero(table > 0)
    numbers = {
        "type": "scatter",
        "mode": "text",
        "x": [shown[column] for column in columns],
        "y": [shown[row] for row in rows],
        "text": texts[rows, columns],
        "textfont": {"size": 16, "color": np.where(shares[rows, columns] >= MANY, "#ffffff", QUIET)},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return _chart(
        [cells, numbers],
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
