"""Draw and watch without a browser: every setting, what the three operations answer, drawings, and links."""

from __future__ import annotations

import base64
import gc
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest

from explorer import images, parameters, sketch
from explorer.errors import ExplorerError
from explorer.images import drawings
from explorer.parameters import Cell, ChannelScales, Choice, Index, Parameter
from explorer.sketch.parameters import DRAWING
from explorer.web import runtime as web_runtime
from explorer.words import percent
from pages.components.maps import DARK
from pages.draw_and_watch import operation
from pages.draw_and_watch.operation import SKETCH, STUDIES
from pages.live import messages
from pages.operations import OPERATIONS

OPERATION, TELL, ERASE = (OPERATIONS[name] for name in ("sketch", "sketch_unit", "sketch_mind"))

opened = partial(driving.opened, "draw_and_watch/page.py")
set_in = partial(driving.set_in, operation="sketch")
state_of = partial(driving.state_of, operation="sketch")
text_of, shown = driving.text_of, driving.shown


def drawing(name: str, number: int = 1) -> dict[str, str]:
    """Give a drawing as the pad sends what was drawn on it."""
    png = base64.b64encode(images.to_png(drawings.draw(name))).decode()
    return {"id": f"test.{number}", "png": png, "paper": "white"}


def answer(name: str = "smiley", operation: Any = OPERATION, *, rest: bool = True, **values: Any) -> Any:
    """Answer as the lane does, about a picture that nobody asked about before."""
    return operation.answer(drawings.draw(name).copy(), parameters.checked(operation.settings, values), rest)


def ends(setting: Parameter) -> list[Any]:
    match setting:
        case Cell():
            return [[1, 0, 0, 0], [12, 9, 0, 0], [99, 0, 0, 0]]
        case Index():
            return [None, 0, 10, 99]
        case ChannelScales():
            return [[[0, 0, 0]], [[0, 7, 0], [8, 15, 0]], [[99, 99, 0]]]
        case Choice():
            return list(setting.options)
    raise AssertionError(setting)


def test_each_control_at_its_ends_stands_in_the_address_and_opens_again():
    """What is set is kept, answered, written into the address, and read from it by a new session."""
    app = opened()
    seq = 0
    for setting in SKETCH:
        if setting == DARK:  # which the browser says, and no link
            continue
        for value in ends(setting):
            seq += 1
            more = {"drawing": drawing("house", seq)} if value == DRAWING else {}
            set_in(app, {setting.name: value}, seq, **more)
            assert state_of(app).values[setting.name] == setting.checked(value)
            again, complaints = parameters.from_query(SKETCH, dict(app.query_params))
            assert complaints == []
            assert again == state_of(app).values
            messages.pack(1, True, answer(**{setting.name: value}))


@pytest.mark.parametrize("variant", sketch.VARIANTS)
def test_the_answer_has_all_maps_of_all_layers_and_what_all_networks_say(variant):
    """Each mosaic has a tile for each map, and numbers and answers are those of explorer.sketch."""
    seen = sketch.prepare(drawings.draw("bent_cross"))
    run = sketch.forward(seen, variant)
    layers = [layer for layer in sketch.layers(variant) if layer.step]
    for rest, kind in ((False, "image/jpeg"), (True, "image/png")):
        found = answer("bent_cross", variant=variant, rest=rest)
        blobs = {blob.name: blob for blob in found.blobs}
        assert [step["name"] for step in found.facts["steps"]] == [layer.name for layer in layers]
        for step, layer in zip(found.facts["steps"], layers, strict=True):
            height, width = step["tile"]
            assert (height, width, layer.shape[2]) == layer.shape
            assert blobs[layer.name].kind == kind
            mosaic = images.load(blobs[layer.name].data, max_side=8192)
            assert mosaic.shape[:2] == (height * layer.shape[2], width)
            assert (step["low"], step["high"]) == (run.maps[layer.name].min(), run.maps[layer.name].max())
        np.testing.assert_array_equal(found.facts["scores"], run.maps["dense"])
        assert found.facts["familiar"] == sketch.familiarity(run).sentence
        for name, shares in found.facts["answers"].items():
            np.testing.assert_array_equal(shares, sketch.forward(seen, name).probabilities)
        levels = np.frombuffer(blobs["seen"].data, np.uint8).reshape(64, 64)
        assert np.abs(levels / 255 - seen[..., 0]).max() <= 0.5001 / 255


def test_a_blank_sheet_is_answered_with_a_sentence():
    """Nothing drawn is a state of the page and no error: all three operations say so."""
    blank = np.ones((256, 256, 1), np.float32)
    for each in (OPERATION, TELL, ERASE):
        facts = each.answer(blank, parameters.checked(each.settings, {}), True).facts
        assert [name for name in ("steps", "unit", "mind") if facts.get(name)] == []
    assert (
        OPERATION.answer(blank, parameters.checked(SKETCH, {}), False)
        .facts["nothing"]
        .startswith("There is nothing drawn")
    )


def test_a_unit_is_explained_as_the_explorer_does():
    """Patch, weights and products come as numbers; their sum and the bias are the value."""
    sight = sketch.look(drawings.draw("smiley"))
    run = sketch.forward(sight.seen)
    for step, layer in enumerate(sketch.layers(), start=1):
        cell = [step, 3, 5, 9] if layer.step else [step, 3, 0, 0]
        found = answer(operation=TELL, unit=cell)
        expected = sketch.unit(run, layer.name, *cell[1:])
        facts = found.facts["unit"]
        assert facts["cell"] == cell
        assert facts["value"] == expected.value
        assert facts["sentence"] == expected.sentence
        assert facts["on_picture"] == sight.on_picture(expected.rectangle)
        blobs = {blob.name: np.frombuffer(blob.data, np.float32) for blob in found.blobs if blob.shape}
        if layer.step:
            np.testing.assert_array_equal(blobs["patch"], expected.patch.ravel())
        if layer.kind == "convolution":
            np.testing.assert_array_equal(blobs["weights"], expected.weights.ravel())
            assert blobs["products"].sum() + facts["bias"] == pytest.approx(expected.value, abs=1e-4)
        if layer.parameters:
            assert sum(facts["parts"]) + facts["bias"] == pytest.approx(expected.value, abs=1e-3)
        # The same comes along with the maps, where it is kept.
        assert answer(unit=cell).facts["unit"] == facts


def test_a_unit_that_is_not_there_is_said_in_a_sentence():
    """A link may name a number that the network does not have: the maps are shown all the same."""
    for cell in ([1, 8, 0, 0], [1, 0, 64, 0], [40, 0, 0, 0]):
        facts = answer(unit=cell).facts
        assert facts["unit"] is None
        assert facts["lost"].endswith(".")
        assert len(facts["steps"]) == 10


def test_maps_are_switched_off_and_what_is_not_there_is_left_alone():
    """What is off is off in the run; a map that only another variant has changes nothing."""
    run = sketch.forward(sketch.prepare(drawings.draw("smiley")), off={"relu1": [3], "pool1": [0, 1]})
    found = answer(off=[[1, 3, 0], [4, 0, 0], [4, 1, 0], [10, 0, 0], [3, 50, 0]])
    np.testing.assert_array_equal(found.facts["scores"], run.maps["dense"])
    plain = sketch.forward(run.seen).probabilities
    assert np.abs(np.array(found.facts["answers"][sketch.DEFAULT]) - plain).max() > 1e-6
    with pytest.raises(ExplorerError, match="factors from 0 to 0"):
        parameters.checked(SKETCH, {"off": [[1, 3, 0.5]]})


def test_erasing_goes_on_in_pieces_until_it_is_done():
    """Each question goes on where the last one stopped; the end is the explorer's, and is kept."""
    picture = drawings.draw("block_arrow").copy()
    values = parameters.checked(ERASE.settings, {})
    found = ERASE.answer(picture, values, True)
    counts = [found.facts["mind"]["done"]]
    while not found.facts["mind"]["sentence"]:
        found = ERASE.answer(picture, values, True)
        counts.append(found.facts["mind"]["done"])
    assert counts == sorted(counts)
    sight = sketch.look(picture)
    expected = sketch.erase(sight.seen, stride=operation.STRIDE)
    assert found.facts["mind"]["sentence"] == expected.sentence
    patches = [place for place, _ in expected.alone] or expected.together
    assert found.facts["mind"]["frames"] == [sight.on_picture(place) for place in patches]
    (heat,) = found.blobs
    assert heat.data == expected.levels.tobytes()
    whole = OPERATION.answer(picture, parameters.checked(SKETCH, {"erase": True}), True)
    assert whole.facts["mind"] == found.facts["mind"]
    assert OPERATION.answer(picture, parameters.checked(SKETCH, {"erase": True}), False).facts["mind"] is None


def test_what_was_found_out_goes_with_its_picture():
    """Nothing of a drawing stays when the drawing is gone."""
    picture = drawings.draw("house").copy()
    OPERATION.answer(picture, parameters.checked(SKETCH, {}), False)
    key = id(picture)
    assert key in STUDIES._kept
    del picture
    gc.collect()
    assert key not in STUDIES._kept


def test_a_drawing_comes_with_the_question_and_stays_for_the_session():
    """What was drawn is what the tabs speak of, also after another page; no address has it."""
    app = opened(tab="Compare")
    set_in(app, {"source": "drawing"}, drawing=drawing("letter"))
    label, share = sketch.predict(drawings.draw("letter"))[0]
    assert f"{label}, {percent(share)}" in shown(text_of(app))
    assert max(len(text) for text in app.query_params.values()) < 20
    app.switch_page("pooling/page.py").run()
    app.switch_page("draw_and_watch/page.py").run()
    assert f"{label}, {percent(share)}" in shown(text_of(app))
    assert state_of(app).values["source"] == "drawing"


def test_a_link_to_somebodys_drawing_opens_with_an_example():
    """A drawing is private: where the session has none, the example is on, and the address says so."""
    app = opened(source="drawing")
    assert state_of(app).values["source"] == "smiley"
    assert "source" not in app.query_params


@pytest.mark.parametrize(
    "came",
    [{}, 7, {"id": "a.1", "png": "no base64", "paper": "white"}, drawing("smiley") | {"paper": "grey"}],
    ids=str,
)
def test_what_is_no_drawing_is_refused(came):
    """What comes from a browser is checked; the page goes on with what it had."""
    app = opened()
    set_in(app, {"source": "drawing"}, drawing=came)
    assert "sketch drawing" not in app.session_state


def test_the_tabs_say_what_is_known_of_the_training():
    """Accuracies, the confusion matrix and the styles that are failed are the training's own."""
    facts = sketch.facts()["variants"]
    text = shown(text_of(opened(tab="Compare")))
    for name, variant in sketch.VARIANTS.items():
        assert f"{percent(facts[name]['test']['accuracy'])}" in text
        assert f"{facts[name]['parameters']:,}" in text
        assert variant.why in text
    failed = shown(text_of(opened(tab="Never seen")))
    worst = min(
        (share, style)
        for styles in facts["two_blocks"]["test"]["styles"].values()
        for style, share in styles.items()
    )
    assert f"| {worst[1]} | {percent(worst[0])} |" in failed
    for tab in ("Code", "Download and share", "Explain"):
        assert not opened(tab=tab, source="photograph", variant="one_block").exception


def test_the_network_leaves_as_a_web_page_and_as_onnx(monkeypatch, tmp_path):
    """What cannot be had where the explorer runs is not offered, with the reason."""

    def offered() -> set[str]:
        return {button.proto.label for button in app.get("download_button") if "(ZIP)" in button.proto.label}

    for name in web_runtime.FILES:
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setenv("EXPLORER_WEB_RUNTIME", str(tmp_path))
    app = opened(tab="Download and share")
    assert offered() == {"Web page (ZIP)", "ONNX (ZIP)"}
    (tmp_path / web_runtime.FILES[0]).unlink()
    app.run()
    assert offered() == {"ONNX (ZIP)"}
    assert "python -m explorer.transfer web-runtime" in text_of(app)


def test_the_code_runs_and_says_what_the_page_says(tmp_path, monkeypatch, capsys):
    """The program under Code, beside the picture under Download and share, prints the page's answer."""
    app = opened(tab="Code", source="bent_cross", variant="no_pooling")
    (tmp_path / "drawing.png").write_bytes(images.to_png(drawings.draw("bent_cross")))
    monkeypatch.chdir(tmp_path)
    exec(compile(app.code[0].value, "code", "exec"), {})
    label, share = sketch.predict(drawings.draw("bent_cross"), "no_pooling")[0]
    assert f"{label:10} {share:.1%}" in capsys.readouterr().out
