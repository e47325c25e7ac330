"""Formulas on a page that is narrower than they are."""

from __future__ import annotations

import re

import streamlit as st

_RELATION = re.compile(r" (=|\\approx) ")


def breakable(latex: str) -> str:
    r"""Let a formula go on in a new line before each equals sign, as in print, and not after it.

    Example:
        >>> print(breakable(r"z = 1 + 2 \approx 3"))
        z \allowbreak = \nobreak 1 + 2 \allowbreak \approx \nobreak 3
    """
    return _RELATION.sub(r" \\allowbreak \1 \\nobreak ", latex)


def formula(latex: str) -> None:
    """Show a formula on lines of its own: as many as its width takes."""
    st.latex(breakable(latex))
