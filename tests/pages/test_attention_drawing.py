"""Attention on a drawing without a browser: what the lane answers, settings in and out, tabs and programs."""

from __future__ import annotations

import base64
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest

from explorer import images, parameters, sketch
from explorer.attention import trained
from explorer.code.transformer import code
from explorer.images import drawings
from explorer.parameters import Choice, Parameter, Places
from explorer.sketch.parameters import DRAWING
from pages.attention import drawing
from pages.attention.drawing import DRAWN
from pages.live import messages
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["drawn_attention"]
opened = partial(driving.opened, "attention/page.py", tab="On a drawing")
set_in = partial(driving.set_in, operation="drawn_attention")
state_of = partial(driving.state_of, operation="drawn_attention")


def sent(name: str, number: int) -> dict[str, str]:
    """Give a drawing as the pad sends what was drawn on it."""
    png = base64.b64encode(images.to_png(drawings.draw(name))).decode()
    return {"id": f"test.{number}", "png": png, "paper": "white"}


def answer(name: str = "smiley", **values: Any) -> Any:
    return OPERATION.answer(drawings.draw(name), parameters.checked(DRAWN, values), True)


def ends(setting: Parameter) -> list[Any]:
    match setting:
        case Places():
            return [[], [0], list(range(1, 64))]
        case Choice():
            return list(setting.options)
    return [setting.low, setting.high]  # type: ignore[attr-defined]


def test_each_control_at_its_ends_stands_in_the_address_and_opens_again() -> None:
    """What is set is kept, answered, written into the address, and read from it by a new session."""
    app = opened()
    seq = 0
    for setting in DRAWN:
        for value in ends(setting):
            seq += 1
            more = {"drawing": sent("house", seq)} if value == DRAWING else {}
            set_in(app, {setting.name: value}, seq, **more)
            assert state_of(app).values[setting.name] == value
            again, complaints = parameters.from_query(DRAWN, dict(app.query_params))
            assert complaints == []
            assert again == state_of(app).values
            messages.pack(1, True, answer(**{setting.name: value}))


def test_a_link_carries_nobodys_drawing() -> None:
    """What was drawn stays with the session; a link that speaks of it opens with the example."""
    assert state_of(opened(source=DRAWING)).values["source"] == drawing.EXAMPLE


@pytest.mark.parametrize(
    ("query", "default"),
    [({"patch": "65"}, 0), ({"dropped": "64"}, []), ({"dropped": ".".join(map(str, range(64)))}, [])],
)
def test_a_bad_address_gives_the_default_and_a_sentence(query: dict[str, str], default: Any) -> None:
    """Nonsense in a link never shows a traceback: the setting keeps its default and a sentence says so."""
    app = opened(**query)
    (name,) = query
    assert state_of(app).values[name] == default
    assert len(app.warning) == 1


def test_the_network_has_the_layers_heads_and_patches_that_can_be_chosen() -> None:
    """The menus fit the weights that ship."""
    network = trained.network()
    heads = network.blocks[0].attention.heads
    assert (len(network.blocks), heads) == (drawing.LAYERS, drawing.HEADS)
    assert np.prod(network.sides) == drawing.PATCHES


def test_the_answer_is_that_of_both_networks_and_of_what_is_left() -> None:
    """Numbers are those of the library, with patches dropped and positions shuffled, and levels show them."""
    seen = sketch.prepare(drawings.draw("bent_cross"))
    found = answer("bent_cross", patch=29, depth=2, only=3, dropped=[4], shuffled=5)
    run = trained.network()(seen, dropped=[4], places=trained.shuffled(5))
    facts = found.facts
    assert facts["scores"] == run.probabilities.tolist()
    assert facts["whole"] == trained.network()(seen).probabilities.tolist()
    assert facts["convolution"] == sketch.forward(seen).probabilities.tolist()
    sheet = run.looks(1, 28)[2]
    assert facts["largest"][1][3] == sheet.max()
    assert facts["best"][1][3] == sheet.argmax()
    assert facts["sentence"] == trained.sentence(run, 1, 28, 2)
    blobs = {blob.name: np.frombuffer(blob.data, np.uint8).reshape(blob.shape) for blob in found.blobs}
    np.testing.assert_allclose(blobs["looks_1_3"] / 255, sheet / sheet.max(), atol=0.003)
    assert blobs["looks_1_3"][0, 4] == 0  # it was dropped
    assert blobs["looks_1_0"].max() == blobs["rollout"].max() == blobs["relevance"].max() == 255
    assert blobs["convolved"].shape == (16, 16)
    assert (blobs["laid"] != blobs["seen"]).any()


def test_a_patch_that_is_dropped_leaves_it_to_the_answer() -> None:
    """What looks is never a patch that is not there; everything in place, nothing is compared."""
    facts = answer(patch=5, dropped=[4]).facts
    assert facts["patch"] is None
    assert "the answer takes" in facts["sentence"]
    facts = answer(patch=5).facts
    assert (facts["patch"], facts["whole"], facts["told"]) == (4, None, "")


def test_an_empty_sheet_says_that_there_is_nothing() -> None:
    """Without ink there are no facts but the sentence."""
    blank = OPERATION.answer(np.ones((64, 64, 1), np.float32), parameters.checked(DRAWN, {}), True)
    assert list(blank.facts) == ["nothing"]
    assert blank.facts["nothing"]
    assert blank.blobs == ()


def test_both_networks_are_set_beside_each_other() -> None:
    """The table has the counts and the accuracies, and the chart asks about what is drawn."""
    text = driving.text_of(opened(tab="Beside a convolution", level="everything", source="curved_star"))
    for each in trained.compared():
        assert f"{each.parameters:,}" in text
        assert f"{100 * each.accuracy:.1f}\xa0\\%" in text
    assert "3 × 3" in text
    assert "0.0\xa0% of them change" in text


def test_the_program_is_that_of_the_drawing() -> None:
    """It drops and shuffles what the page does, and its weights can be had."""
    app = opened(tab="Code", level="everything", dropped="3.4", shuffled="2")
    written = code("numpy", trained.network(), dropped=[3, 4], places=trained.shuffled(2))
    assert written in [each.value for each in app.code]
    assert {each.proto.label for each in app.get("download_button")} >= {"Weights as NPZ", "Drawing as NPY"}
