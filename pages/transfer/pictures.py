"""Rows of small pictures with words, and bars of probabilities: what several tabs show alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from explorer import figures
from explorer.words import percent

_OUTPUT, _WRONG = figures.ROLES["output"], figures.ROLES["positive"]
STYLE = f"""<style>
.stHtml ul.gallery {{
  list-style: none; margin: 0; padding: 0; display: grid; gap: 0.6rem;
  grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
  li {{ margin: 0; display: flex; flex-direction: column; gap: 0.2rem; line-height: 1.25; }}
  img {{ width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 0.3rem; box-sizing: border-box;
    border: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  }}
  .wrong img {{ border: 3px solid light-dark({_WRONG.light}, {_WRONG.dark}); }}
  b {{ overflow-wrap: anywhere; }}
  small {{ font-size: 0.875rem; overflow-wrap: anywhere; }}
}}
.stHtml ol.shares {{
  list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 0.45rem;
  li {{
    display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: baseline; gap: 0.1rem 0.5rem;
    margin: 0; padding: 0;
  }}
  li.first {{ font-weight: 700; }}
  .name {{ overflow-wrap: anywhere; line-height: 1.2; }}
  .share {{ font-variant-numeric: tabular-nums; }}
  .track {{
    grid-column: 1 / -1; height: 0.65rem; border-radius: 2px;
    background: color-mix(in srgb, currentColor 14%, transparent);
  }}
  .bar {{ height: 100%; border-radius: 2px; background: light-dark({_OUTPUT.light}, {_OUTPUT.dark}); }}
}}
</style>"""


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
    st.html(f'{STYLE}<ul class="gallery">{rows}</ul>')


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
    st.html(f'{STYLE}<ol class="shares">{rows}</ol>')


def whole(share: float) -> str:
    """Write a share in whole percent."""
    return f"{100 * share:.0f} %"
