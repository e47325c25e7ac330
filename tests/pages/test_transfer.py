"""The Transfer page without a browser: gather pictures, train, and read what came of it."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Sequence
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import compute, images
from explorer.transfer.formats import FORMATS
from pages.components import chooser, dataset_session
from pages.components.dataset_session import MAX_RECORDED, DatasetSession
from pages.transfer import kept_images, live_prediction

SMALL = {"teach_network": "MobileNet-0.25-128", "teach_weights": "random", "teach_epochs": "5"}

opened = partial(driving.opened, "transfer/page.py", **SMALL)
text_of = driving.text_of


@pytest.fixture(scope="module", autouse=True)
def worker():
    """End the process that computes when these tests have ended."""
    yield
    compute.shared().close()


def classroom(app: AppTest) -> DatasetSession:
    return app.session_state[dataset_session._STATE]


def act(app: AppTest, what: str | None, **more: object) -> AppTest:
    """Do what the board does when something is done on it."""
    request = {"seq": classroom(app).seq + 1, "act": what, **more}
    app.session_state["teach_board"] = {"act": request}
    app.run()
    assert not app.exception
    return app


def said(elements: Sequence[Any]) -> str:
    """Give the words of some boxes as a reader sees them."""
    return "\n".join(element.value for element in elements).replace("\\", "")


def png(level: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (24, 24), (level, 255 - level, 60)).save(file, "PNG")
    return file.getvalue()


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Hand in files, as a person does with the file dialogue."""
    place = next(each for each in app.file_uploader if str(each.key).startswith("teach_files"))
    place.set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    assert not app.exception
    return app


def test_the_uploader_leaves_it_to_the_reader_what_a_picture_is():
    """A file of any name is taken: a picture that a telephone saved, or a sentence on what it is."""
    app = opened()
    assert not any(each.proto.type for each in app.file_uploader)
    file = io.BytesIO()
    Image.new("RGB", (24, 24), (9, 90, 200)).save(file, "JPEG2000")
    upload(app, ("photo.jfif", png(7)), ("map.jp2", file.getvalue()), ("film.mp4", b"\0\0\0\x18ftypmp42"))
    assert classroom(app).labelled.counts == {"class 1": 2, "class 2": 0}
    assert "film.mp4: The file is a video" in said(app.warning)


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def trained(**query: str) -> AppTest:
    """Open the page, fill in the example and train."""
    app = opened(**query)
    click(app, "teach_example")
    return click(app, "teach_go")


def test_an_empty_classroom_says_what_is_missing_and_offers_an_example():
    """Two classes stand ready, and every tab says what it waits for."""
    app = opened()
    assert classroom(app).labelled.classes == ("class 1", "class 2")
    assert "class 1 has no picture: add at least one." in said(app.info)
    assert "at least two classes" in said(app.info)
    assert not app.error
    assert not [each for each in app.button if each.key == "teach_go"]
    click(app, "teach_example")
    assert classroom(app).labelled.counts == {"cat": 8, "coffee": 8, "rocket": 8}
    assert not [each for each in app.button if each.key == "teach_example"]
    assert "Random weights" in said(app.warning)


def test_a_misleading_example_says_what_is_in_it():
    """Its test pictures are fixed, and the screen says what is misleading, and no longer than it is there."""
    app = click(opened(), "teach_example_background")
    assert classroom(app).labelled.counts == {"horse": 16, "coin": 16}
    assert sorted(set(classroom(app).labelled.fixed.values())) == ["held", "train"]
    assert "Half of the test pictures are the other way round" in text_of(app)
    assert not [each for each in app.button if (each.key or "").startswith("teach_example")]
    came = {thing.name: thing.read() for thing in kept_images.things(classroom(app))}
    click(app, "teach_forget")
    assert "the other way round" not in text_of(app)
    kept_images.take_back(classroom(app), came)  # as after a reload
    assert "the other way round" in text_of(app.run())
    assert not app.exception
    told = json.loads(came[kept_images.LIST])
    del told["example_name"]  # a list from before there was a second example
    click(app, "teach_forget")
    kept_images.take_back(classroom(app), came | {kept_images.LIST: json.dumps(told).encode()})
    assert "They are grey on purpose" in text_of(app.run())
    click(app, "teach_forget")
    click(app, "teach_example")
    assert "They are grey on purpose" in text_of(app)


def test_pictures_are_taken_in_and_bad_ones_are_said():
    """What is no picture, or there already, is a sentence; the rest stays, and a ZIP brings its classes."""
    app = opened()
    upload(
        app, ("one.png", png(0)), ("two.png", png(90)), ("bad [1].png", b"no picture"), ("again.png", png(0))
    )
    assert classroom(app).labelled.counts == {"class 1": 2, "class 2": 0}
    assert classroom(app).turn == 1
    assert "bad [1].png: The file (10 bytes) is no picture" in said(app.warning)
    assert "again.png is in class 1 already" in said(app.warning)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("all/green/a.png", png(10))
        archive.writestr("all/red/b.png", png(250))
    upload(app, ("all.zip", file.getvalue()), ("locked.zip", b"PK\x03\x04 nonsense"))
    assert classroom(app).labelled.counts == {"class 1": 2, "green": 1, "red": 1}
    assert "locked.zip: The file is no ZIP" in said(app.warning)
    click(app, "teach_undo")
    assert classroom(app).labelled.counts == {"class 1": 2, "class 2": 0}
    click(app, "teach_forget")
    assert classroom(app).labelled.size == 0


def test_near_copies_are_said_before_anything_is_learned():
    """One picture saved twice in one class, and once more in another, stands under the board."""
    photograph = Image.fromarray(np.rint(images.sample("coffee") * 255).astype(np.uint8))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, quality in (("cup/a.jpg", 95), ("cup/b.jpg", 60), ("bowl/c.jpg", 80)):
            saved = io.BytesIO()
            photograph.save(saved, "JPEG", quality=quality)
            archive.writestr(name, saved.getvalue())
        archive.writestr("cup/other.png", png(10))
    app = upload(opened(), ("pictures.zip", file.getvalue()))
    notes = said(app.caption)
    assert "cup: a.jpg and b.jpg are near copies, so all of them are for" in notes
    assert "c.jpg in bowl and a.jpg in cup are nearly the same picture: remove one." in notes


def test_a_drawing_is_added_when_it_is_finished():
    """It gets a name and an empty sheet follows; what is no drawing is a sentence."""
    app = opened(teach_from="Draw")
    assert app.button(key="teach_add_drawing").disabled
    sheet = io.BytesIO()
    Image.new("RGB", (256, 256), "white").save(sheet, "PNG")
    drawing = {"id": "a.1", "png": base64.b64encode(sheet.getvalue()).decode(), "paper": "white"}
    app.session_state["teach_pad_0"] = {"drawing": drawing}
    app.run()
    click(app, "teach_add_drawing")
    (photo,) = classroom(app).labelled.photos("class 1")
    assert photo.name == "drawing 1"
    assert app.button(key="teach_add_drawing").disabled
    app.session_state["teach_pad_1"] = {"drawing": {"id": "a.2", "png": "?", "paper": "white"}}
    app.run()
    assert "not a drawing of this pad" in said(app.error)
    assert classroom(app).labelled.size == 1


def test_a_photo_is_added_once():
    """However often the page runs while it is there; what is no photo is a sentence."""
    app = opened(teach_from="Camera")
    for name, level in (("a.1", 0), ("a.2", 90)):
        jpeg = base64.b64encode(png(level)).decode()
        app.session_state["teach_camera"] = {"photo": {"id": name, "file": jpeg}}
        app.run().run()
    assert [photo.name for photo in classroom(app).labelled.photos("class 1")] == ["photo 1", "photo 2"]
    app.session_state["teach_camera"] = {"photo": {"id": "a.3", "file": 7}}
    assert "not a photograph of this camera" in said(app.run().error)
    assert classroom(app).labelled.size == 2


def test_a_recording_is_one_burst_and_ends_where_a_class_is_full():
    """Its pictures have numbers, the next recording is another burst, and the camera knows what is left."""
    app = opened(teach_from="Camera")
    assert classroom(app).room == MAX_RECORDED
    for name, levels in (("a.1", (0, 10, 20)), ("a.2", (30, 40))):
        files = [base64.b64encode(png(level)).decode() for level in levels]
        app.session_state["teach_camera"] = {"burst": {"id": name, "files": files}}
        app.run().run()
    photos = classroom(app).labelled.photos("class 1")
    assert [photo.name for photo in photos][2:] == [
        "burst 1, picture 3",
        "burst 2, picture 1",
        "burst 2, picture 2",
    ]
    assert [photo.burst for photo in photos] == 3 * ["burst 1"] + 2 * ["burst 2"]
    assert classroom(app).room == MAX_RECORDED - 5


def test_three_classes_can_be_recorded_to_the_full():
    """Sixty pictures of each; after that the camera has room for no more."""
    session = DatasetSession()
    session.act({"act": "add_class"})
    for number, name in enumerate(session.labelled.classes):
        session.target = name
        assert session.room == MAX_RECORDED
        session.take_burst([png(60 * number + level) for level in range(MAX_RECORDED)])
        assert (session.room, session.said) == (0, [])
    assert set(session.labelled.counts.values()) == {MAX_RECORDED}
    session.act({"act": "add_class"})
    session.target = session.labelled.classes[-1]
    assert session.room == 0


def test_bursts_come_back_from_the_browser_as_bursts():
    """Else pictures of one recording could be learned and tested after a reload."""
    session = DatasetSession()
    session.take_burst([png(0), png(90)])
    session.take([("alone.png", png(180))])
    came = {thing.name: thing.read() for thing in kept_images.things(session)}
    labelled, *_ = kept_images.read(came)
    assert labelled == session.labelled
    told = json.loads(came[kept_images.LIST])
    told["classes"] = [[name, [entry[:2] for entry in photos]] for name, photos in told["classes"]]
    before, *_ = kept_images.read(came | {kept_images.LIST: json.dumps(told).encode()})
    assert before.bursts == set()  # as a release before this one wrote it


def test_the_board_changes_classes_and_pictures():
    """Each act does one thing; what cannot be done is a sentence, and nonsense changes nothing."""
    app = click(opened(), "teach_example")
    first, second, *_ = (photo.key for photo in classroom(app).labelled.photos("cat"))
    act(app, "rename", name="cat", to=" Chelsea ")
    act(app, "fix", keys=[first], use="held")
    act(app, "move", keys=[second], to="rocket")
    act(app, "add_class")
    act(app, "aim", name="class 4")
    found = classroom(app)
    assert found.labelled.counts == {"Chelsea": 7, "coffee": 8, "rocket": 9, "class 4": 0}
    assert found.target == "class 4"
    assert "Add to **class 4**" in text_of(app)
    assert "class 4 has no picture" in said(app.info)
    act(app, "rename", name="class 4", to="COFFEE")
    assert "There is a class called COFFEE already" in said(app.warning)
    before = found.labelled.id
    for nonsense in (
        {"act": "sing"},
        {"act": "remove", "keys": "all"},
        {"act": "remove", "keys": [{}]},
        {"act": "fix", "keys": [first], "use": []},
        {},
    ):
        act(app, nonsense.get("act"), **{key: value for key, value in nonsense.items() if key != "act"})
        assert classroom(app).labelled.id == before
    act(app, "drop", name="class 4")
    act(app, "remove", keys=[first])
    assert classroom(app).labelled.counts == {"Chelsea": 6, "coffee": 8, "rocket": 9}
    act(app, "aim", name="rocket")
    upload(app, ("new.png", png(3)))
    assert classroom(app).labelled.counts["rocket"] == 10


def test_the_example_is_learned_examined_and_taken_away():
    """One training fills every tab: who is right, the cell that is open, the bars, the map and the files."""
    app = trained(tab="Results")
    (told,) = app.toast
    assert told.value.startswith("Training finished.")
    words = text_of(app)
    assert re.search(r"of 6\*\* test pictures (is|are) correct", words)
    assert app.button(key="teach_done").disabled
    assert "To train again, change a setting or a picture." in words
    assert "Epoch **5**" in words
    assert "| cat |" in words
    pictures = "\n".join(each.value for each in app.get("html"))
    assert pictures.count("<li") == 6
    app.session_state["teach_confusion"] = {"cell": [0, 0]}
    app.run()
    assert not app.toast  # an end is told once
    assert "**cat, answered cat**" in text_of(app)
    app.session_state["teach_confusion"] = {"cell": [0, 99]}
    app.run()
    assert not app.exception
    app.segmented_control(key="teach_asked").set_value("train").run()
    assert "of 18** training pictures are correct" in text_of(app)
    for tab, expected in {
        "Try it": "Grad-CAM",
        "Features": "**cosine similarity**",
        "From scratch": "a network that knows nothing",
        "Download and share": "The whole experiment as a program",
    }.items():
        app.session_state["tab"] = tab
        app.run()
        assert not app.exception, tab
        assert not app.error, tab
        assert expected in text_of(app), tab
        if tab == "Features":
            app.selectbox(key="teach_alike").select_index(1).run()
            assert any('class="map"' in each.value for each in app.get("html"))


def test_a_network_is_made_in_the_format_of_ones_choice(monkeypatch, tmp_path):
    """One menu; what was made says how it answers, and is offered; what cannot be made says why."""
    monkeypatch.setenv("EXPLORER_WEB_RUNTIME", str(tmp_path))
    app = trained(tab="Download and share")
    titles = [format_.title for name, format_ in FORMATS.items() if name != "web_page"]
    assert app.selectbox(key="teach_format").options == titles
    assert "fetch it once with python -m explorer.transfer web-runtime" in text_of(app)
    app.selectbox(key="teach_format").set_value("onnx").run()
    assert app.button(key="teach_make").label == "Make it (about 1 s)"
    assert "teach_file" not in [each.key for each in app.get("download_button")]
    click(app, "teach_make")
    assert "Made, and tried. On 6 test pictures: probabilities within 0.001 of the explorer's" in text_of(app)
    (download,) = [each for each in app.get("download_button") if "teach_file" in each.proto.id]
    assert download.proto.label == "Download (ZIP)"
    assert "teach_make" not in [button.key for button in app.button]
    app.selectbox(key="teach_format").set_value("tflite_int8").run()
    assert "Made, and tried." not in text_of(app)
    app.selectbox(key="teach_format").set_value("onnx").run()
    assert "Made, and tried." in text_of(app)  # it is still known


def test_what_the_network_gets_wrong_can_be_added_to_a_class():
    """The picture of the sidebar joins the class that is chosen; then there is something new to learn."""
    app = trained(tab="Try it")
    app.selectbox(key="teach_truth").set_value("rocket").run()
    click(app, "teach_learn")
    assert classroom(app).labelled.counts["rocket"] == 9
    assert "press Train" in said(app.info)
    click(app, "teach_undo")
    assert not app.info  # what was learned before is still known


def live_data(app: AppTest) -> Any:
    """Give what the bars of the live camera get."""
    (element,) = [each for each in app.get("bidi_component") if each.proto.component_name == "teaching_live"]
    return json.loads(json.loads(element.proto.json)["live"])


def test_a_live_frame_is_answered_as_a_still_picture_is(monkeypatch):
    """With the number that it came with; what is no frame is a sentence, and the next one is answered."""
    app = trained(tab="Try it")
    monkeypatch.setattr(chooser, "LIVE_SIDE", chooser.MAX_SIDE)  # of all pixels, to be the same picture
    picture = images.sample(chooser.DEFAULT_SAMPLE, chooser.SIZE.default)
    png = base64.b64encode(images.to_png(picture)).decode()
    still = [each.value for each in app.get("html") if 'class="shares"' in each.value]
    for number, frame in enumerate((png, "?", 7, "A" * (live_prediction.MAX_LETTERS + 1), png), 1):
        app.session_state[live_prediction._CAME] = {"id": number, "file": frame}
        app.run()
        told = live_data(app)
        assert told["answered"] == number
        assert ("no frame of the live camera" in said(app.error)) is (frame != png)
        if frame == png:
            assert told["classes"] == ["cat", "coffee", "rocket"]
            assert all(f'title="{share!r}"' in still[0] for share in told["probabilities"])
        else:
            assert told["probabilities"] is None
    app.run()
    assert live_data(app)["answered"] is None  # a frame is answered once


def test_the_link_carries_every_choice_and_no_picture():
    """The address that the page writes opens the same choices with empty classes."""
    query = {
        "teach_network": "mobilenetv3small",
        "teach_head": "hidden",
        "teach_units": "8",
        "teach_learning_rate": "0.01",
        "teach_flip": "true",
        "teach_fine_tune": "true",
        "teach_held_out": "0.5",
        "teach_seed": "7",
    }
    app = driving.opened("transfer/page.py", **query)
    click(app, "teach_example")
    written = {
        name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()
    }
    assert written.items() >= query.items()
    plan = app.session_state["teaching plan"].values
    assert (plan["units"], plan["learning_rate"], plan["flip"], plan["held_out"]) == (8, 0.01, True, 0.5)
    assert "cat" not in json.dumps(dict(app.query_params))


def test_the_last_choices_can_be_taken_back():
    """Undo goes back through the choices one by one, and leaves the pictures alone."""
    app = driving.opened("transfer/page.py", **SMALL)
    click(app, "teach_example")
    (undo,) = [each for each in app.button if each.key == "teach_undo_choice"]
    assert undo.disabled
    app.slider(key="teach_epochs_0").set_value(9).run()
    app.selectbox(key="teach_network_0").set_value("MobileNetV3Small").run()
    chosen = app.session_state["teaching plan"]
    assert (chosen.values["network"], chosen.values["epochs"]) == ("MobileNetV3Small", 9)
    click(app, "teach_undo_choice")
    assert (chosen.values["network"], chosen.values["epochs"]) == ("MobileNet-0.25-128", 9)
    click(app, "teach_undo_choice")
    assert (chosen.values["network"], chosen.values["epochs"]) == ("MobileNet-0.25-128", 5)
    (undo,) = [each for each in app.button if each.key == "teach_undo_choice"]
    assert undo.disabled
    assert classroom(app).labelled.size
    assert app.query_params["teach_epochs"] in ("5", ["5"])


def test_what_a_link_asks_in_vain_is_said_once():
    """A sentence for each choice that cannot be, gone with the next choice."""
    app = driving.opened("transfer/page.py", teach_epochs="1e9", teach_head="[press](https://a.b)")
    assert len(app.warning) == 2
    app.selectbox(key="teach_network_0").set_value("MobileNet-0.25-128").run()
    assert not app.warning
