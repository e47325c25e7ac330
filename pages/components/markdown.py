"""Words for Streamlit's Markdown: texts as they are, terms that open, and tables whose cells stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from explorer import glossary
from explorer.words import counted

WORD_JOINER = "\u2060"  # takes no room, and parts what Streamlit would exchange even where it is escaped
SIDES = {"l": ":--", "r": "--:"}

_PARTED = re.compile(
    r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)"  # addresses, which would become links
    r"|(?<=:)(?=streamlit:)"  # the logo
    r"|(?<=[-<>~])(?=[-=>])",  # arrows, a long dash and signs such as ≥
    re.IGNORECASE,
)
# Of ASCII alone: before any other character a backslash stands for itself.
_MARKS = re.compile(r"[!#$%&()*+/:<=>?@\[\\\]^_`{|}~]")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_BARS = re.compile(r"(?P<formula>\$[^$]*\$)|\\.|(?P<bar>\|)")


class Marked(str):
    """A cell that is Markdown: bold words, code or a formula are meant."""


def plain(text: str) -> str:
    r"""Keep Markdown from reading a file's name, or words from a link, as its own.

    Example:
        >>> print(plain("my_notes (°C) *.csv"))
        my\_notes \(°C\) \*.csv
    """
    return _MARKS.sub(r"\\\g<0>", _PARTED.sub(WORD_JOINER, text))


def with_terms(text: str) -> str:
    """Make a link to the glossary of each bold term, which opens as a card where there are scripts.

    Example:
        >>> print(with_terms("Each **window** is **new**."))
        Each [**window**](glossary?term=window) is **new**.
    """
    return _BOLD.sub(_linked, text)


def _linked(found: re.Match[str]) -> str:
    term = glossary.find(found[1])
    return f"[{found[0]}](glossary?term={term.name})" if term else found[0]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], sides: str = "") -> str:
    r"""Write a table in which each text is one cell, and stands as it is; `Marked` ones are Markdown.

    Args:
        heads: What stands over the columns.
        rows: As many cells in each.
        sides: A letter for each column, l or r: where its cells stand; without them at the left.

    Raises:
        ValueError: If a row has more cells than there are heads, or fewer.

    Example:
        >>> print(table(("loss", "weight"), [(Marked("**MAPE**"), "1 / |y|")], "lr"))
        | loss | weight |
        |:--|--:|
        | **MAPE** | 1 \/ \|y\| |
    """
    lines = [_line(heads), f"|{'|'.join(SIDES[side] for side in sides or 'l' * len(heads))}|"]
    for cells in rows:
        if len(cells) != len(heads):
            found = f"{counted(len(cells), 'cell')} for {counted(len(heads), 'head')}"
            raise ValueError(f"A row has {found}; give one for each.")
        lines.append(_line(cells))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    one_line = " ".join(text.splitlines())
    return _BARS.sub(_keep, one_line) if isinstance(text, Marked) else plain(one_line)


def _keep(found: re.Match[str]) -> str:
    """Write a bar so that it does not end the cell; in a formula an escaped one is another sign."""
    if found["formula"]:
        return found["formula"].replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    return r"\|" if found["bar"] else found[0]
