"""Join a class with its code."""

from __future__ import annotations

from pages import served
from pages.components import classroom

_door = served.component(
    "explorer_class_door",
    "classroom/door.js",
    "classroom/style.css",
    html="<!-- It builds itself. -->\n",
)

_door(key="class_door", data={"titles": classroom.titles()})
