"""The first page: what the explorer is, where to start, and a card for each page."""

from __future__ import annotations

import streamlit as st

from pages.catalogue import CATALOGUE, CLASSROOM, Entry, sections
from pages.components import header


def card(entry: Entry) -> None:
    """Show a page's picture, question and sentence; a click anywhere opens the page."""
    picture = entry.picture()
    both = picture.shown(dark=st.context.theme.type == "dark")
    # An SVG within the page has its typeface and its colours; one behind an address has neither.
    drawn = "".join(each if each.startswith("<svg") else f'<img src="{each}" alt="">' for each in both)
    with st.container(border=True, key=f"card-{entry.name}"):
        # `st.html` takes an SVG out.
        st.markdown(
            f'<figure class="pair" role="img" aria-label="{picture.text}">{drawn}</figure>',
            unsafe_allow_html=True,
        )
        st.page_link(entry.file, label=f"**{entry.title}: {entry.question}**", icon=entry.icon)
        st.markdown(entry.sentence)


header.show("How does a computer see?", sees_picture=True, has_levels=False)
st.markdown(
    "The explorer takes computer vision apart, one operation at a time, on your own picture. "
    "Change any number and watch the result move. Every picture and number is computed live."
)

with st.container(horizontal=True, vertical_alignment="center"):
    if st.button(f"Start with {CATALOGUE[0].title}", icon=":material/arrow_forward:", type="primary"):
        st.switch_page(CATALOGUE[0].file)
    for page in CLASSROOM:
        if page.name in ("lessons", "join"):
            st.page_link(page.file, label=page.title, icon=page.icon)
st.markdown(
    "Choose a picture in the sidebar: a sample, your own file, a drawing or the camera. Then open a page, "
    "drag any number, and point at a value to see which pixels it comes from, and how."
)

for section, entries in sections(CATALOGUE).items():
    st.header(section, anchor=False)
    with st.container(key=f"cards-of-{section}"):
        for entry in entries:
            card(entry)
