"""Rows of small pictures with words, and bars of probabilities: what several tabs show alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from explorer.words import percent

STYLE = Path(__file__).with_name("pictures.css")


@dataclass(frozen=True)
class Tile:
    """A small picture with what stands below it."""

    thumbnail: str
    title: str
    words: str
    wrong: bool = False


def gallery(tiles: Iterable[Tile]) -> None:
    """Show small pictures in rows, each with its words."""
    rows = "".join(
        f'<li{" class=wrong" if tile.wrong else ""}><img src="{tile.thumbnail}" alt="">'
        f"<b>{escape(tile.title)}</b><small>{escape(tile.words)}</small></li>"
        for tile in tiles
    )
    st.html(STYLE)
    st.html(f'<ul class="gallery">{rows}</ul>')


def shares(names: Sequence[str], probabilities: Sequence[float]) -> None:
    """Show probabilities as bars, the greatest in bold."""
    most = max(probabilities)
    rows = "".join(
        f'<li{" class=first" if share == most else ""} title="{share!r}">'
        f'<span class="name">{escape(name)}</span>'
        f'<span class="share">{percent(share)}</span>'
        f'<div class="track"><div class="bar" style="width: {share:.2%}"></div></div></li>'
        for name, share in zip(names, probabilities, strict=True)
    )
    st.html(STYLE)
    st.html(f'<ol class="shares">{rows}</ol>')
