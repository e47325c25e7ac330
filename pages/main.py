"""The frame around every page: the look, the navigation, the chosen picture and the projector switch."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages import former_names, streamlit_compat
from pages.catalogue import CATALOGUE, CLASSROOM
from pages.components import classroom, header, keeping, lesson, level
from pages.components.chooser import choose
from pages.components.frame import dress, projector_bar, projector_switch
from pages.navigation import pages

ICON = Path(__file__).parents[1] / "assets" / "icon.svg"

streamlit_compat.restore_address()
former_names.replace()
# Before the navigation: else the browser fetches a page's own icon from elsewhere first.
st.set_page_config(page_icon=ICON, layout="wide")
st.logo(ICON)

page = st.navigation(pages(), expanded=True)  # else those after the twelfth are folded away
# Tabs of a browser and the entries of its history are told apart by this alone.
st.set_page_config(page_title=f"{page.title} · Explorer")

here = next((entry for entry in CATALOGUE if entry.name == page.url_path), None)
beside = next((entry for entry in CLASSROOM if entry.name == page.url_path), None)
has_chooser = beside is None and (here is None or here.sees_picture)
if projector_switch():
    projector_bar(page.url_path, has_chooser=has_chooser)
dress()
classroom.heed()
lead = lesson.take(page.url_path)
if has_chooser:
    with st.sidebar, st.container(key="chooser"):
        choose(
            prepared=here is None or here.prepared,
            looked_at=here.looked_at if here else "",
            is_led=lead.is_set,
        )
classroom.bar()
with st.sidebar:
    keeping.forget_button()
if here:
    level.take(here.name, lead)
    header.show(here.question, sees_picture=here.sees_picture)
    lesson.show(here.name)
if beside and beside.takes_class:
    header.show(beside.question, sees_picture=False, has_levels=False)
elif beside:  # whoever were given a link to it would see another class, or none
    header.show_title(beside.question)
page.run()
lesson.settle(page.url_path)
