"""Charts and sheets: their libraries are imported when the first is shown, as most visits need none.

Python puts a module into `sys.modules` before its body has run. Who looks for it there, as Plotly does to
find out whether it was given a data frame, may meet it half made while another session imports it. So all of
them are imported here, one session at a time, before any of them is used.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import figures
from pages import streamlit_compat

if TYPE_CHECKING:
    import plotly.graph_objects as go

LIBRARIES = ("pandas", "pyarrow", "plotly.graph_objects", "narwhals")

_importing = threading.Lock()


def _import() -> None:
    with _importing:
        for name in LIBRARIES:
            import_module(name)


def chart(draw: Callable[..., go.Figure], *arguments: Any, key: str | None = None, **keywords: Any) -> None:
    """Draw a chart of `explorer.figures`, without the buttons that would lie over it on a telephone.

    It has the typeface and the colours of the page's theme, which the browser alone knows: where the
    theme changes, the chart does.
    """
    _import()
    text = draw(*arguments, **keywords).to_json()
    for colour, place in zip((*figures.SERIES, figures.QUIET), streamlit_compat.THEME_PLACES, strict=True):
        text = text.replace(colour, place)
    st.plotly_chart(json.loads(text), theme="streamlit", key=key, config={"displayModeBar": False})


def table(columns: Mapping[str, Any], text: str) -> None:
    """Show columns of cells, their numbers written as everywhere, with a text alternative."""
    _import()
    frame = import_module("pandas").DataFrame(columns)
    written = partial(figures.format_number, digits=4)
    numbers = list(frame.select_dtypes("number"))
    st.dataframe(frame.style.format(written, subset=numbers), hide_index=True, alt=text)


def editor(columns: Mapping[str, Any], text: str, **keywords: Any) -> dict[str, Any]:
    """Let a person type into columns of cells, and give what stands there now."""
    _import()
    edited: dict[str, Any] = st.data_editor(columns, alt=text, **keywords)
    return edited
