"""Charts with plotly."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

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
    for (name, numbers), colour, dash in zip(finite.items(), SERIES, DASHES, strict=False):
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


def _lay_out(figure: go.Figure, height: int) -> None:
    """Lay on a chart what all charts share: no background, and text that is read from the back row."""
    # Colours stand in the template, so that a page's theme may still put its own.
    axis = {"gridcolor": "rgba(128, 128, 128, 0.3)", "zerolinecolor": QUIET, "linecolor": QUIET}
    space = {f"{name}axis": axis | {"showbackground": False, "gridcolor": "#9a9a9a"} for name in "xyz"}
    figure.update_layout(
        template={"layout": {"font": {"color": QUIET}, "xaxis": axis, "yaxis": axis, "scene": space}},
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
    margin = 0.15 * (float((high - low).max()) or 1 / 0.15)  # for heads and names; a unit if all are zero

    figure = go.Figure()
    for colour, dash, (name, way) in zip(SERIES, DASHES, ways.items(), strict=False):
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
            _add_space_arrow(figure, line, colour, tip, way, 1.8 * margin)
            continue
        before = itertools.takewhile(name.__ne__, ways)
        taken = any(float(np.abs(tip - tips[other]).max()) < margin / 2 for other in before)
        _add_arrow(figure, line, colour, dash, way, _name_side(way, name in roots, taken))
    dot = {"name": "origin", "mode": "markers", "showlegend": False, "hoverinfo": "name"}
    marker = {"color": QUIET, "size": 12 if axes == 2 else 7}
    _lay_out(figure, height=460 if axes == 2 else 520)
    if axes == 2:
        figure.add_scatter(x=[0.0], y=[0.0], marker=marker, **dot)
        figure.update_xaxes(range=[low[0] - margin, high[0] + margin], title_text="first number")
        figure.update_yaxes(
            range=[low[1] - margin, high[1] + margin], title_text="second number", scaleanchor="x"
        )
        return figure
    figure.add_scatter3d(x=[0.0], y=[0.0], z=[0.0], marker=marker, **dot)
    # One range for all three axes, so that the cube has equal units.
    reach = [float(low.min()) - margin, float(high.max()) + margin]
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
    for (name, (places, values)), colour, dash in zip(lines.items(), SERIES, DASHES, strict=False):
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
    blue = ",".join(str(level) for level in rgb_of(SERIES[0]))
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
