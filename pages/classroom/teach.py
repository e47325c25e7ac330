"""Begin a class, tell students how they join, and see who is where."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages import served
from pages.components import classroom

_desk = served.component(
    "explorer_class_desk",
    "classroom/desk.js",
    "frontend/styles/histogram.css",
    "classroom/style.css",
    html="<!-- It builds itself. -->\n",
)

st.markdown(
    "Students join with a code, from their own browsers. You bring all of them to the experiment on your "
    "screen, ask, and see on the wall who is where."
)
_desk(key="class_desk", data={"titles": classroom.titles()})
with st.expander("How does a class work?", icon=":material/help:"):
    st.markdown((Path(__file__).parent / "text.md").read_text("utf-8"))
