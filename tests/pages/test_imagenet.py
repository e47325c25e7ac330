"""The ImageNet page without a browser: every control at its ends, every tab, with and without weights."""

from __future__ import annotations

import json
import os
import signal
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest

from explorer import compute, images, parameters
from explorer.errors import ExplorerError
from explorer.imagenet import (
    downloads,
    inspection,
    networks,
    predictions,
    preprocessing,
    weights,
)
from explorer.parameters import ChannelScales, Choice, Index, Number, Parameter, Switch
from pages.components import chooser, waiting
from pages.imagenet import operation
from pages.imagenet.operation import LOOK
from pages.live.messages import LaneRequest, SentPicture, respond
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["look"]
SMALL = "MobileNet-0.25-128"
TABS = ("Answers", "Layers", "The challenge", "Code", "Download and share", "Explain")

opened = partial(driving.opened, "imagenet/page.py", network=SMALL, weights="random")
set_in = partial(driving.set_in, operation="look")
state_of = partial(driving.state_of, operation="look")
text_of = driving.text_of


@pytest.fixture(scope="module", autouse=True)
def worker():
    """End the process that computes when these tests have ended."""
    yield
    compute.shared().close()


def pixels() -> np.ndarray:
    return preprocessing.seen(SMALL, images.sample(chooser.DEFAULT_SAMPLE))


def test_the_page_opens_on_random_weights_and_says_so():
    """Without a file the structure is there, the answers are said to mean nothing, and the file is named."""
    app = opened()
    assert any("Random weights" in warning.value for warning in app.warning)
    assert state_of(app).values["network"] == SMALL
    assert dict(app.query_params)["network"] == SMALL.lower()


def test_what_was_cancelled_says_so_and_goes_on_when_asked():
    """A network that was not waited for is not opened by the next run, but by a button."""
    app = opened()
    app.session_state["cancelled"] = {compute.content(f"Opening {networks.NETWORKS[SMALL].title}"): None}
    app.run()
    assert "cancelled." in text_of(app)
    assert not app.tabs
    next(button for button in app.button if button.label == "Go on").click().run()
    assert not app.exception
    assert app.tabs
    assert "cancelled." not in text_of(app)


def test_a_file_that_is_brought_is_tried_where_networks_are(monkeypatch: pytest.MonkeyPatch):
    """The server imports no framework for it, and what is wrong with it is a sentence."""

    def result(function, *arguments, **more):
        if function is weights.find_weights and arguments[1] == "auto":
            return weights.Weights(SMALL, None, None, "random", False, "None were found.")
        if function is downloads.accept:
            raise weights.WeightsError(f"{arguments[1]!r} does not fit.")
        return original(function, *arguments, **more)

    original = waiting.result
    monkeypatch.setattr(waiting, "result", result)
    app = opened()
    assert "None were found" in text_of(app)
    assert str(weights.home()) in text_of(app).replace("\\", "")
    app.file_uploader(key=f"weights of {SMALL}").upload("weights.h5", b"none", "application/x-hdf5").run()
    assert not app.exception
    assert any("does not fit" in error.value for error in app.error)


def ends(setting: Parameter) -> list[Any]:
    match setting:
        case Number():
            return [setting.low, setting.high]
        case Index():
            return [0, 60_000 if setting.name == "depth" else 999]
        case ChannelScales():
            return [[[1, 0, 0.0]], [[1, 0, 4.0], [1, 7, 0.5]]]
        case Choice():
            return list(setting.options)
        case Switch():
            return [True, False]
    raise AssertionError(setting)


CONTROLS = [each for each in LOOK if each.name not in ("network", "weights", "fit", "dark")]


@pytest.mark.parametrize("setting", CONTROLS, ids=lambda each: each.name)
def test_each_control_at_its_ends_stands_in_the_address_and_opens_again(setting):
    """What is set is kept, written into the address, and read from it by a new session."""
    app = opened()
    for seq, value in enumerate(ends(setting), start=1):
        set_in(app, {"network": SMALL, "weights": "random", setting.name: value}, seq)
        assert state_of(app).values[setting.name] == value
        query = dict(app.query_params)
        again, complaints = parameters.from_query(LOOK, query)
        assert complaints == []
        assert again == state_of(app).values


def test_the_answer_of_the_lane_is_the_explorers():
    """Facts and pictures are those of `inspection.look` with these settings, and the classes are Keras's."""
    given = {"network": SMALL, "weights": "random", "depth": 5, "overlay": "grad_cam", "channel": 3}
    values = parameters.checked(LOOK, given)
    image = pixels().astype(np.float32) / 255
    answer = OPERATION.answer(image, values, True)
    truth = inspection.look(SMALL, image, operation.view(values))
    assert answer.facts == truth.facts
    blobs = {blob.name: blob.data for blob in answer.blobs}
    assert images.to_levels(images.load(blobs.pop("seen"))).tolist() == pixels().tolist()
    assert blobs == {name: made.data for name, made in truth.pictures.items()}
    best = predictions.predict(SMALL, pixels(), weights="random")
    assert [each["index"] for each in answer.facts["prediction"]["top"]] == [each.index for each in best]


def test_the_frame_is_what_the_lane_and_the_page_let_the_network_see():
    """A link names the frame; lane and downloads see the same pixels, cut out by the explorer."""
    frame = {"zoom": 2.5, "across": 0.25, "down": 1.0}
    app = opened(**frame, fit="crop", tab="Download and share")
    values = state_of(app).values
    assert {name: values[name] for name in frame} == frame
    whole = images.sample(chooser.DEFAULT_SAMPLE)
    truth = preprocessing.seen(SMALL, whole, "crop", **frame)
    assert truth.tolist() != preprocessing.seen(SMALL, whole, "crop").tolist()
    assert images.to_levels(app.session_state["chooser"].square.levels).tolist() == truth.tolist()
    answer = respond(LaneRequest(1, OPERATION, values, True, SentPicture(images.to_png(whole))))
    header = json.loads(answer[4 : 4 + int.from_bytes(answer[:4], "little")])
    (seen,) = (each for each in header["blobs"] if each["name"] == "seen")
    found = images.load(answer[seen["offset"] : seen["offset"] + seen["length"]])
    assert images.to_levels(found).tolist() == truth.tolist()


def test_a_frame_that_moves_in_the_lab_moves_what_the_tabs_speak_of():
    """The run of the lab that follows a drag speaks of the part that is seen then, and so does the link."""
    app = opened(tab="Download and share")
    before = app.session_state["chooser"].square.id
    settings = {"network": SMALL, "weights": "random"}
    set_in(app, settings | {"zoom": 2.0, "across": 0.0}, 1)
    assert app.session_state["chooser"].square.id != before
    assert dict(app.query_params)["zoom"] == "2.0"
    set_in(app, settings, 2)
    assert app.session_state["chooser"].square.id == before
    assert "zoom" not in app.query_params


def test_files_and_scaling_of_the_pixels_stand_with_the_downloads():
    """Which weights are in use is said under Download and share, and nowhere above the tabs."""
    said = "**Random weights**, always the same. **Before the first layer**:"
    assert said in text_of(opened(tab="Download and share"))
    assert said not in text_of(opened(tab="Answers"))


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens(tab):
    """A tab named in the address is shown, with something in it."""
    app = opened(tab=tab, depth="5")
    assert len(text_of(app)) > 200


def test_a_class_is_searched_for_and_explained():
    """A word, half a word, a number and a WordNet id find classes; the chosen one is explained above."""
    app = opened(tab="Answers")
    app.text_input(key="class_search").set_value("Egyptian").run()
    assert "Egyptian cat" in text_of(app)
    app.selectbox(key="explain_class").set_value(285).run()
    assert not app.exception
    assert state_of(app).values["target"] == 285
    assert state_of(app).values["overlay"] == "grad_cam"
    app.text_input(key="class_search").set_value("no such thing").run()
    assert "No class has" in app.info[0].value


def test_another_network_forgets_what_belonged_to_the_first():
    """Layer, channel and switches of one network mean nothing in another."""
    app = opened(depth="7", channel="2", off="7.2")
    menu = next(box for box in app.selectbox if box.label == "Network")
    menu.set_value("MobileNetV2").run()
    values = state_of(app).values
    assert (values["network"], values["depth"], values["channel"], values["off"]) == (
        "MobileNetV2", 3, None, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"depth": "deep"}, "takes a whole number"),
        ({"off": "1;2"}, "takes layer.channel"),
    ],
)
def test_a_bad_link_is_said_and_the_page_goes_on(query, said):
    """What the link asks in vain is a sentence, and the rest of the page is there."""
    app = opened(**query)
    assert any(said in warning.value for warning in app.warning)
    assert "The **softmax** turns logits" in text_of(app)


@pytest.mark.parametrize(
    ("given", "said"),
    [({"off": [[9999, 0, 0.0]]}, "has no channel 0"), ({"target": 5000}, "knows the classes 0 to 999")],
)
def test_what_no_network_has_is_a_sentence(given, said):
    """A channel or class that the network does not have is named, with what it has."""
    values = parameters.checked(LOOK, {"network": SMALL, "weights": "random"} | given)
    with pytest.raises(ValueError, match=said):
        OPERATION.answer(pixels().astype(np.float32) / 255, values, True)


def test_the_worker_may_die():
    """A process that is killed is started again, and the page answers."""
    app = opened()
    os.kill(compute.shared().run(os.getpid, key=False), signal.SIGKILL)
    set_in(app, {"network": SMALL, "weights": "random", "depth": 9}, 1)
    assert state_of(app).values["depth"] == 9


@pytest.mark.weights
@pytest.mark.skipif(
    "EXPLORER_WEIGHTS" not in os.environ, reason="EXPLORER_WEIGHTS names no folder with weights."
)
def test_the_trained_network_knows_the_cat():
    """With its weights the page says which file they are, and that this is a cat."""
    app = driving.opened("imagenet/page.py", tab="Answers")
    assert "**Egyptian cat**" in text_of(app)
    app = driving.opened("imagenet/page.py", tab="Download and share")
    assert "efficientnet-lite0-57934424.pth" in text_of(app)


class TestSettings:
    """The settings of the page alone."""

    def test_places_and_switches_go_through_text(self):
        """Text in, text out."""
        place, switches = (
            Index(
                name="channel",
                title="Channel",
            ),
            ChannelScales(
                name="off",
                title="Switched",
            ),
        )
        assert [place.from_text(place.to_text(value)) for value in (None, 0, 17)] == [None, 0, 17]
        value = [[1, 0, 0.0], [30, 17, 0.5]]
        assert switches.to_text(value) == "1.0,30.17.0.5"
        assert switches.from_text("30.17.0.5,1.0,2.2.1") == value
        assert switches.from_text("") == []

    @pytest.mark.parametrize("value", [True, -1, 1.5, "3", 10**9, float("nan")], ids=str)
    def test_a_place_that_is_none(self, value):
        """No place is a sentence."""
        with pytest.raises(ExplorerError):
            Index(
                name="channel",
                title="Channel",
            ).checked(value)

    @pytest.mark.parametrize(
        "value",
        [1, "1.2", [[1, 2]], [[1, 2, 5.0]], [[1, -2, 0.5]], [[1.5, 2, 0]], [[1, 2, None]], [[1, 2, 0]] * 600],
        ids=lambda value: str(value)[:20],
    )
    def test_switches_that_are_none(self, value):
        """No switches is a sentence."""
        with pytest.raises(ExplorerError):
            ChannelScales(
                name="off",
                title="Switched",
            ).checked(value)
