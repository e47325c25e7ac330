"""What the browser keeps of what a person made, so that a reload loses nothing, and how it is forgotten.

A session ends with its tab, and two minutes after a connection is lost. What was made in the browser, such as a
drawing, its view keeps there by itself; what only the session has, such as an uploaded picture, `keep` hands
back to the browser. Nothing of it is ever written to the server's disk.
"""

from __future__ import annotations

from pages import served

_forget = served.component(
    "explorer_forget",
    "components/forget.js",
    "frontend/styles/offer.css",
    html="<!-- The button builds itself. -->\n",
)


def forget_button() -> None:
    """Draw the button that forgets all that the browser keeps, with what that is."""
    _forget(key="forget")
