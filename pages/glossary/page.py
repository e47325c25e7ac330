"""The glossary: every term from A to Z, with a search; an address opens it at one of them."""

from __future__ import annotations

import streamlit as st

from explorer import glossary
from pages import served
from pages.components import panels

_view = served.component(
    "explorer_glossary",
    "glossary/view.js",
    "frontend/styles/terms.css",
    "glossary/style.css",
    html="<!-- The terms build themselves. -->\n",
)


def main() -> None:
    """Show the page."""
    asked = st.query_params.get("term", "")
    term = glossary.find(asked)
    st.markdown(
        f"Each of the {len(glossary.TERMS)} terms of these pages in two sentences, with a picture that the "
        "explorer computes. A **bold** term in a text opens its entry beside it."
    )
    if asked and term is None:
        panels.complain([f"The glossary has no term “{asked[:40]}”. Search for another word."])
    _view(key="glossary", data={"term": term.name if term else ""})


main()
