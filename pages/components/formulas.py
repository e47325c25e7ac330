"""Formulas on a page that is narrower than they are."""

from __future__ import annotations

import re

import streamlit as st

_RELATION = re.compile(r" (=|\\approx) ")
_GAP = re.compile(r" (\\q?quad) ")  # between a formula and what it holds for


def breakable(latex: str) -> str:
    r"""Let a formula go on in a new line before each equals sign, as in print, and not after it.

    What stands behind a gap, as a condition does, is kept together.

    Example:
        >>> print(breakable(r"z = 1 + 2 \approx 3"))
        z \allowbreak = \nobreak 1 + 2 \allowbreak \approx \nobreak 3
        >>> print(breakable(r"w \sim U(-l, l) \quad l = 2"))
        w \sim U(-l, l) \allowbreak \quad {l = 2}
    """
    formula, *behind = _GAP.split(latex)
    conditions = [
        rf" \allowbreak {gap} {{{condition}}}"
        for gap, condition in zip(behind[::2], behind[1::2], strict=True)
    ]
    return _RELATION.sub(r" \\allowbreak \1 \\nobreak ", formula) + "".join(conditions)


def formula(latex: str) -> None:
    """Show a formula on lines of its own: as many as its width takes."""
    st.latex(breakable(latex))
