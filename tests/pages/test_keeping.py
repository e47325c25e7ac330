"""What goes to the browser to be kept, and what is taken back of it: bad and old records are refused."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import images
from explorer.errors import ExplorerError
from explorer.images import ImageError
from explorer.transfer.labelled_images import LabelledImages, LabelledImagesError, Photo
from pages.components import chooser, keeping
from pages.components.chooser import Picture
from pages.components.dataset_session import DatasetSession
from pages.components.keeping import UNREADABLE, Thing, _Kept
from pages.components.kept_picture import KeptPicture, unpack
from pages.transfer import kept_images


def choosing() -> None:
    import streamlit as st

    from pages.components.chooser import choose, current

    with st.sidebar:
        choose()
    st.session_state["seen"] = current()


def keeping_two() -> None:
    import streamlit as st

    from pages.components import keeping

    keeping.keep(
        "kind",
        lambda: st.session_state["things"],
        lambda: st.session_state["made"],
        st.session_state["taken"].update,
    )


def bytes_of(things: list[Thing]) -> dict[str, bytes]:
    return {thing.name: thing.read() for thing in things}


def part(number: int, of: int, **things: bytes) -> dict[str, Any]:
    """Write what a browser hands back at a time."""
    written = [{"name": name, "data": base64.b64encode(data).decode()} for name, data in things.items()]
    return {"part": number, "parts": of, "things": written}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], bytes]]:
    """Collect what the page tells the browser: the description and the bytes."""
    told: list[tuple[dict[str, Any], bytes]] = []

    def component(*, data: bytes, **_: Any) -> None:
        end = 4 + int.from_bytes(data[:4])
        told.append((json.loads(data[4:end]), data[end:]))

    monkeypatch.setattr(keeping, "_keeper", component)
    return told


def test_a_thing_goes_to_the_browser_once(sent: list[tuple[dict[str, Any], bytes]]) -> None:
    """Nothing goes before something was made, the large in parts, and what has arrived never again."""
    app = AppTest.from_function(keeping_two)
    large = b"x" * keeping.PART
    app.session_state["things"] = [
        Thing("one", "1", "your work", lambda: large),
        Thing("two", "2", "", lambda: b"two"),
    ]
    app.session_state["made"], app.session_state["taken"] = False, {}
    app.run()
    state: _Kept = app.session_state["kept kind"]
    nothing = {"kind": "kind", "session": state.session, "made": False, "names": [], "sent": [], "taken": 0}
    assert sent[-1] == (nothing, b"")
    app.session_state["made"] = True
    app.run()
    assert sent[-1][0]["names"] == ["one", "two"]
    assert sent[-1][0]["sent"] == [{"name": "one", "id": "1", "said": "your work", "size": len(large)}]
    assert sent[-1][1] == large
    state.learn([["one", "1"]])
    app.run()
    assert [each["name"] for each in sent[-1][0]["sent"]] == ["two"]
    assert sent[-1][1] == b"two"
    state.learn([["two", "older"]])
    app.run()
    assert sent[-1][1] == b"two"
    state.learn([["two", "2"]])
    app.run()
    assert sent[-1][1] == b""


def test_parts_are_put_together_and_taken_once(sent: list[tuple[dict[str, Any], bytes]]) -> None:
    """The page says how many parts it has; a part that is missing or no base64 is one sentence."""
    app = AppTest.from_function(keeping_two)
    app.session_state["things"], app.session_state["made"], app.session_state["taken"] = [], False, {}
    app.run()
    state: _Kept = app.session_state["kept kind"]
    state.collect(part(0, 2, one=b"1"))
    app.run()
    assert sent[-1][0]["taken"] == 1
    assert app.session_state["taken"] == {}
    state.collect(part(1, 2, two=b"2"))
    app.run()
    assert app.session_state["taken"] == {"one": b"1", "two": b"2"}
    assert state.coming == {}
    assert not app.caption
    for bad in (part(3, 4, one=b"1"), {"part": 0, "parts": 1, "things": [{"name": "a", "data": "?"}]}, "no"):
        state.collect(bad)
        app.run()
        assert [each.value for each in app.caption] == [UNREADABLE]
        assert state.coming == {}


def stack() -> bytes:
    """Write a TIFF of two pages."""
    file = io.BytesIO()
    pages = [Image.new("L", (24, 16), level) for level in (40, 200)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def test_a_picture_comes_back_with_its_choices() -> None:
    """An upload on its second page, and a drawing: the one that was on is on again, equal in every level."""
    app = AppTest.from_function(choosing, default_timeout=30).run()
    app.button_group(key="chooser_source").set_value("draw").run()
    file = io.BytesIO()
    Image.new("RGBA", (256, 256), (9, 9, 9, 255)).save(file, "PNG")
    drawn = {"id": "pad.1", "png": base64.b64encode(file.getvalue()).decode(), "paper": "black"}
    app.session_state["chooser_pad"] = {"drawing": drawn}
    app.run()
    app.button_group(key="chooser_source").set_value("upload").run()
    app.file_uploader(key="chooser_upload").set_value(("cells.tif", stack(), "image/tiff")).run()
    app.selectbox(key="chooser_part").set_value(2).run()
    picture: Picture = app.session_state["seen"]
    things = chooser._kept(app.session_state["chooser"])
    assert [thing.said for thing in things] == ["your drawing", "your picture cells.tif", ""]

    again = AppTest.from_function(choosing, default_timeout=30).run()
    session = again.session_state["chooser"]
    assert chooser._kept(session) == []
    chooser._take_back(session, bytes_of(things))
    again.run()
    assert again.session_state["seen"].id == picture.id
    assert again.session_state["seen"].title == "cells.tif"
    assert again.selectbox(key="chooser_part").value == 2
    assert again.button_group(key="chooser_source").value == "upload"
    assert session.drawing.paper == "black"
    assert np.array_equal(images.load(session.drawing.png), images.load(file.getvalue()))
    # Another choice is kept as another thing.
    before = {thing.name: thing.id for thing in chooser._kept(session)}
    again.selectbox(key="chooser_part").set_value(1).run()
    after = {thing.name: thing.id for thing in chooser._kept(session)}
    assert [name for name in before if before[name] != after[name]] == ["upload"]


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("upload", b"no description"),
        ("upload", b'{"title": "a"}\nfile'),
        ("upload", b'{"title": "a", "part": "1", "stretch": true, "paper": ""}\nfile'),
        ("sample", KeptPicture("a", 1, True, "").pack(b"file")),
    ],
)
def test_what_was_not_kept_is_no_picture(source: str, data: bytes) -> None:
    """What another release wrote, or nobody, is refused whatever it is."""
    with pytest.raises(ImageError, match="bring the picture again"):
        unpack(source, data)


def test_a_damaged_file_leaves_the_picture_that_is_on() -> None:
    """A description that is right does not make a picture of the bytes behind it."""
    app = AppTest.from_function(choosing, default_timeout=30).run()
    session = app.session_state["chooser"]
    for source, kept in (
        ("upload", KeptPicture("a", 1, True, "")),
        ("draw", KeptPicture("a", 1, True, "red")),
    ):
        with pytest.raises(ExplorerError):
            chooser._take_back(session, {source: kept.pack(b"no picture")})
    app.run()
    assert not app.exception
    assert session.own == {}
    assert app.session_state["seen"].source == "sample"


def labelled() -> LabelledImages:
    photos = [Photo.of(Image.new("RGB", (9, 7), (level, 5, 5)), f"{level}") for level in (0, 90, 200)]
    found = LabelledImages().add_class("cat").add_class("no dog").add_class("empty")
    found = found.add("cat", photos[0]).add("no dog", photos[1]).add("no dog", photos[2])
    return found.fix(photos[1].key, "held")


def test_labelled_pictures_come_back_as_they_were() -> None:
    """Classes in their order, also an empty one, names, what is fixed, and what is the example's."""
    found = labelled()
    example = frozenset(photo.key for photo in found.photos("cat"))
    things = kept_images.things(DatasetSession(labelled=found, example=example, example_name="background"))
    assert things[0].said == "your 3 labelled pictures"
    session = DatasetSession()
    kept_images.take_back(session, bytes_of(things))
    assert session.labelled == found
    assert (session.example, session.example_name) == (example, "background")
    session.undo()
    assert session.labelled.size == 0
    # What was made meanwhile stays: the pictures join it.
    session = DatasetSession(labelled=LabelledImages().add_class("cat"))
    session.take([("new.png", Photo.of(Image.new("RGB", (5, 5)), "new").png())])
    kept_images.take_back(session, bytes_of(things))
    assert session.labelled.counts == {"cat": 2, "no dog": 2, "empty": 0}


def test_an_act_on_the_board_sends_no_picture_again() -> None:
    """Only the list changes when a class is renamed; with the last picture there is nothing to keep."""
    session = DatasetSession(labelled=labelled())
    before = {thing.name: thing.id for thing in kept_images.things(session)}
    session.labelled = session.labelled.rename("cat", "dog")
    after = {thing.name: thing.id for thing in kept_images.things(session)}
    assert [name for name in after if before[name] != after[name]] == [kept_images.LIST]
    assert kept_images.things(DatasetSession()) == []


def test_damaged_labelled_pictures_are_refused() -> None:
    """A list that is missing, of another shape, or of pictures that are none."""
    came = bytes_of(kept_images.things(DatasetSession(labelled=labelled())))
    key = next(name for name in came if name != kept_images.LIST)
    without = {name: data for name, data in came.items() if name != key}
    told = json.loads(came[kept_images.LIST]) | {"example": [key], "example_name": "nothing"}
    nameless = came | {kept_images.LIST: json.dumps(told).encode()}
    for bad in ({}, without, came | {key: b"no picture"}, came | {kept_images.LIST: b"[]"}, nameless):
        with pytest.raises(LabelledImagesError, match="no set of pictures"):
            kept_images.read(bad)
