"""A stack that learns: what the lane answers, from which trainings go on, and the tab of the page."""

from __future__ import annotations

import base64

import driving
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer import images, parameters, pipeline, sketch
from explorer.errors import ExplorerError
from explorer.pipeline.learning import MAX_LEARNING
from explorer.pipeline.states import MAX_DATA, STATES, LearningStates, numbers_of
from explorer.pipeline.training_sets import MAX_SET_DATA, SETS, of_labelled
from explorer.transfer import examples
from pages.components import address, dataset_session
from pages.live.messages import MAX_TEXT
from pages.operations import OPERATIONS
from pages.pipeline import trained

OPERATION = OPERATIONS["pipeline_training"]
SMALL = "convolution~bank=sobel_x,sobel_y~strides=4~~activation~~flatten~~dense~~softmax"
PICTURE = images.prepare(images.sample("coins"), size=64)


def asked(**given):
    """Ask the lane about a small stack."""
    blocks = pipeline.to_json(pipeline.from_text(SMALL))
    values = parameters.checked(OPERATION.settings, {"blocks": blocks} | given)
    return OPERATION.answer(PICTURE, values, True)


def blobs(answer):
    return {
        blob.name: np.frombuffer(blob.data, np.float32).reshape(blob.shape)
        for blob in answer.blobs
        if blob.kind == "float32"
    }


def test_a_training_goes_on_from_its_key():
    """Every answer leads on, and the student's own kernel is where it starts."""
    first = asked(advance="step")
    second = asked(advance="step", training=first.facts["training"])
    assert [each.facts["training"]["step"] for each in (first, second)] == [1, 2]
    found = blobs(second)
    assert_allclose(found["start0"][:, :, 0, 0], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    assert np.abs(found["kernels0"] - found["start0"]).max() > 1e-4
    assert second.facts["banks"] == [
        {"block": 0, "title": "Block 1: 2 kernels 3 × 3, stride 4", "shape": [3, 3, 1, 2]}
    ]
    assert np.sum(second.facts["confusion"]) == 500
    assert second.facts["classes"] == list(sketch.CLASSES)
    assert sum(second.facts["answer"]) == pytest.approx(1, abs=1e-5)
    rewound = asked()
    assert rewound.facts["training"] is None
    assert_array_equal(blobs(rewound)["kernels0"], blobs(rewound)["start0"])


def test_a_server_that_forgot_is_told(monkeypatch):
    """It says so and computes nothing on; the numbers that the browser kept lead to the very same weights."""
    played = asked(advance="play", whole=True)
    told, numbers = played.facts["training"], blobs(played)["state"]
    assert_array_equal(numbers, numbers_of(STATES.find(told)))
    other = LearningStates()
    for module in ("explorer.pipeline.states", "pages.pipeline.training"):
        monkeypatch.setattr(f"{module}.STATES", other)
    lost = asked(advance="play", training=told)
    assert lost.facts["lost"]
    sent = told | {"data": base64.b64encode(numbers.tobytes()).decode()}
    again = asked(training=sent)
    assert not again.facts["lost"]
    assert again.facts["training"] == told
    assert_array_equal(blobs(again)["kernels0"], blobs(played)["kernels0"])


def of_three(**given):
    """Ask the lane about a small stack that learns the three classes of the example."""
    return asked(
        blocks=pipeline.to_json(pipeline.from_text(SMALL.replace("dense", "dense~units=3"))), **given
    )


def test_a_stack_learns_classes_of_ones_own():
    """It answers by their names, and asks for their pictures where they are not known."""
    own = of_labelled(examples.example(each=8)).value
    SETS._kept.clear()
    light = own | {"data": ""}
    forgotten = of_three(pictures=light, advance="play")
    assert forgotten.facts["lost"]
    first = of_three(pictures=own, advance="play")
    assert not first.facts["lost"]
    assert first.facts["pictures"] == light
    assert first.facts["classes"] == ["cat", "coffee", "rocket"]
    assert np.sum(first.facts["confusion"], axis=1).tolist() == [2, 2, 2]
    assert "in grey" in first.facts["said"]
    second = of_three(pictures=light, training=first.facts["training"], advance="epoch")
    assert second.facts["training"]["step"] == 2  # 18 pictures are less than a batch
    with pytest.raises(ExplorerError, match="one of 3 classes the stack must end in 3 numbers"):
        asked(pictures=own)


def test_a_training_and_its_pictures_fit_into_a_message():
    """A server that has forgotten both is told both at once."""
    assert (OPERATION.most or 0) > MAX_DATA + MAX_SET_DATA + MAX_TEXT


def test_frozen_kernels_and_the_chosen_weight():
    """A frozen kernel stays, and the gradient that is shown is the sum of what the batch adds."""
    answer = asked(advance="step", frozen=[[0, 1]], weight=[[0, 1, 2, 0, 0]], drawing=3)
    found, worked = blobs(answer), answer.facts["worked"]
    assert_array_equal(found["kernels0"][..., 1], found["start0"][..., 1])
    assert len(worked["parts"]) == 32
    assert worked["gradient"] == pytest.approx(sum(worked["parts"]), rel=1e-4, abs=1e-7)
    assert (found["inputs"] * found["slopes"]).sum() == pytest.approx(worked["parts"][3], rel=1e-3, abs=1e-7)
    assert asked(weight=[[0, 9, 9, 9, 9]]).facts["worked"] is None


def test_a_stack_without_an_answer_cannot_be_trained():
    """The settings are refused with what is missing."""
    with pytest.raises(ExplorerError, match="Add Flatten, Dense with 10 units and Softmax"):
        asked(blocks=[{"kind": "convolution"}])


def test_a_photograph_is_seen_in_grey():
    """What has no ink on paper is not refused."""
    blank = np.full((40, 40, 3), 0.5, np.float32)
    blocks = pipeline.to_json(pipeline.from_text(SMALL))
    answer = OPERATION.answer(blank, parameters.checked(OPERATION.settings, {"blocks": blocks}), True)
    assert "in grey" in answer.facts["said"]


def test_the_tab_trains_the_stack_above():
    """It says what the stack lacks, offers one that can be trained, and follows the blocks above."""
    app = driving.opened("pipeline/page.py", size="32", sample="coins", tab="Train it")
    assert "the stack must end in 10 numbers" in app.info[0].value
    next(each for each in app.button if each.label == "Take a stack that can be trained").click().run()
    assert not app.exception
    blocks = pipeline.to_json(pipeline.PRESETS["drawings"].pipeline)
    for name in ("pipeline", "pipeline_training"):
        assert driving.state_of(app, name).values["blocks"] == blocks
    step = asked(blocks=blocks, advance="step").facts["training"]
    driving.state_of(app, "pipeline_training").values |= {"training": step}
    app.run()
    assert not app.exception
    assert 'learned["kernel_4"]' in app.code[0].value
    STATES._latest._kept.clear()
    app.run()  # the session holds what the server forgot
    assert 'learned["kernel_4"]' in app.code[0].value


def test_the_largest_training_fits_into_a_request_and_no_other_takes_as_much() -> None:
    """A training travels with all that is remembered of its weights; others keep the usual bound."""
    numbers = np.zeros((3, MAX_LEARNING), np.float32)
    held = base64.b64encode(numbers.tobytes())
    assert MAX_TEXT < len(held) + 20_000 < (OPERATION.most or 0)
    assert [name for name, operation in OPERATIONS.items() if operation.most] == [OPERATION.name]


def test_the_tab_trains_on_the_classes_of_transfer():
    """They are offered where there are pictures, fit themselves a stack, and say what they lack."""
    app = driving.opened("pipeline/page.py", size="32", sample="coins", tab="Train it", blocks=SMALL)
    assert not choices(app)
    session = app.session_state[dataset_session._STATE]
    session.change(examples.example(each=3))
    app.run()
    choices(app)[0].set_value("own").run()
    assert "a stack learns from 4 or more" in app.warning[0].value
    assert choices(app)[0].value == "drawings"
    session.change(examples.example(each=8))
    app.run()
    choices(app)[0].set_value("own").run()
    assert "one of 3 classes the stack must end in 3 numbers" in app.info[0].value
    next(each for each in app.button if each.label == "Take a stack that can be trained").click().run()
    assert not app.exception
    values = driving.state_of(app, "pipeline_training").values
    assert values["pictures"]["classes"] == ["cat", "coffee", "rocket"]
    assert values["blocks"] == pipeline.to_json(pipeline.from_text(SMALL.replace("dense", "dense~units=3")))
    step = of_three(advance="step", pictures=values["pictures"]).facts["training"]
    driving.state_of(app, "pipeline_training").values |= {"training": step}
    SETS._kept.clear()
    app.run()  # the session holds what the server forgot
    assert not app.exception
    assert any("cat, coffee, rocket, in this order" in each.value for each in app.caption)
    session.change(session.labelled.drop_class("cat"))
    app.run()
    next(each for each in app.button if each.label.startswith("Learn from those")).click().run()
    assert driving.state_of(app, "pipeline_training").values["pictures"]["classes"] == ["coffee", "rocket"]
    choices(app)[0].set_value("drawings").run()
    assert driving.state_of(app, "pipeline_training").values["pictures"] is None


def test_who_comes_back_finds_the_training_as_it_was_left(monkeypatch):
    """A step back to the same address keeps what it has no room for; to another one it begins anew."""
    app = driving.opened("pipeline/page.py", size="32", sample="coins", tab="Train it", blocks=SMALL)
    state = driving.state_of(app, "pipeline_training")
    step = asked(advance="step").facts["training"]
    state.values |= {"training": step}
    monkeypatch.setattr("pages.streamlit_compat.went_back_or_forward", lambda: True)
    app.run()
    assert driving.state_of(app, "pipeline_training").values["training"] == step
    app.query_params["optimizer"] = "sgd"
    app.run()
    assert not app.exception
    values = driving.state_of(app, "pipeline_training").values
    assert (values["optimizer"], values["training"]) == ("sgd", None)
    epoch = driving.state_of(app, "pipeline_training").epoch
    monkeypatch.setattr("pages.components.lab._is_led", lambda *_: True)
    monkeypatch.setattr("pages.streamlit_compat.went_back_or_forward", lambda: False)
    app.run()  # a link to the same settings: the view, which may have played on from them, is told
    assert driving.state_of(app, "pipeline_training").epoch > epoch
    said = {"optimizer": "sgd", "lesson_step": "2"}  # another step of a lesson is another place
    assert address.said(OPERATION.settings, said | {"tab": "Facts"}) == said


def test_what_a_browser_kept_is_a_training_that_goes_on_or_refused():
    """Its own settings are taken, and the pictures that come with it are known from then on."""
    own = of_labelled(examples.example(each=8)).value
    blocks = pipeline.to_json(pipeline.from_text(SMALL.replace("dense", "dense~units=3")))
    SETS._kept.clear()
    values = trained.taken_back({"blocks": blocks, "pictures": own, "learning_rate": 0.01, "page": "gone"})
    assert (values["blocks"], values["learning_rate"]) == (blocks, 0.01)
    assert SETS.find(own["key"]) is not None
    for kept in (None, [], {"blocks": blocks}, {"pictures": "gone"}):
        with pytest.raises(ExplorerError):
            trained.taken_back(kept)


def choices(app):
    return [each for each in app.get("button_group") if each.label == "Learn from"]
