"""The Pipeline page without a browser: every preset, every kind of block at its ends, collapse, links."""

from __future__ import annotations

import json
import random
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from explorer import images, parameters, pipeline
from explorer.code.pipeline import PIPELINE_SNIPPETS
from explorer.errors import ExplorerError
from explorer.words import counted
from pages.components import mosaics
from pages.live import messages
from pages.live.protocol import Answer
from pages.operations import OPERATIONS
from pages.pipeline import operation

OPERATION = OPERATIONS["pipeline"]
BLOCKS, CELL = OPERATION.settings[:2]
GREY = images.prepare(images.sample("coins"), size=32, colour=False)


opened = partial(driving.opened, "pipeline/page.py", size="32", sample="coins")


set_in_view = partial(driving.set_in, operation="pipeline")


state_of = partial(driving.state_of, operation="pipeline")


def text_of(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.warning))


def answer(blocks: list[Any], *, rest: bool = True, **values: Any) -> Answer:
    """Answer as the lane does."""
    parsed = parameters.checked(OPERATION.settings, {"blocks": blocks} | values)
    return OPERATION.answer(GREY, parsed, rest)


@pytest.mark.parametrize("preset", pipeline.PRESETS.values(), ids=lambda preset: preset.name)
@pytest.mark.parametrize("tab", ["Facts", "Code", "Download and share", "Explain"])
def test_each_preset_fills_each_tab(preset: pipeline.Preset, tab: str) -> None:
    """Every preset opens from its address, and its table has the shapes and sums of explorer.pipeline."""
    app = opened(blocks=pipeline.to_text(preset.pipeline), tab=tab, size="64")
    assert state_of(app).values["blocks"] == pipeline.to_json(preset.pipeline)
    if tab == "Facts":
        seen = app.session_state["chooser"].picture.levels
        run = pipeline.run(preset.pipeline, seen)
        text = driving.shown(text_of(app)).replace("\u00a0", " ")
        for step in run.steps:
            assert " × ".join(f"{side:,}" for side in step.maps.shape) in text
            assert step.title in text
        weights, biases = (sum(getattr(step, name) for step in run.steps) for name in ("weights", "biases"))
        assert f"{counted(weights, 'weight')} + {counted(biases, 'bias', 'biases')}" in text


def values_of(argument: dict[str, Any]) -> list[Any]:
    """Both ends of what can be set, or every option."""
    if argument["kind"] == "choice":
        return [option["value"] for option in argument["options"]]
    if argument["kind"] == "bank":
        ends = [{number["name"]: number[end] for number in argument["random"]} for end in ("low", "high")]
        own = {"name": "custom", "weights": [[0.5, -1.0]]}
        return [*ends, [{"name": "gaussian"}] * argument["most"], [own]]
    if argument["kind"] == "scales":
        return [{"0": argument["low"]}, {"15": argument["high"]}, {}]
    return [argument["low"], argument["high"]]


ENDS = [
    (kind["kind"], argument["name"], value)
    for kind in pipeline.menu()
    for argument in kind["arguments"]
    for value in values_of(argument)
]


@pytest.mark.parametrize(("kind", "name", "value"), ENDS, ids=lambda part: str(part)[:24])
def test_each_control_at_its_ends_is_answered(kind: str, name: str, value: Any) -> None:
    """Each argument of each kind of block can be set to both ends, and goes through the address unchanged."""
    blocks = BLOCKS.checked([{"kind": kind, name: value}, {"kind": "activation"}])
    assert blocks[0][name] == value or name == "bank"
    assert BLOCKS.from_text(BLOCKS.to_text(blocks)) == blocks
    found = answer(blocks)
    assert len(found.facts["steps"]) == 2 or found.facts["stopped"]
    messages.pack(1, True, found)


def test_the_page_takes_what_the_view_says_and_writes_it_into_the_address() -> None:
    """Blocks and cell go into the address, and a page opened there has the same."""
    app = opened(tab="Facts")
    blocks = [
        {"kind": "convolution", "bank": {"filters": 3, "seed": 9}, "scales": {"1": 0}},
        {"kind": "pooling"},
    ]
    set_in_view(app, {"blocks": blocks, "cell": [2, 1, 3, 4], "ends": "map"})
    query = {
        name: values if isinstance(values, str) else values[-1] for name, values in app.query_params.items()
    }
    assert query["blocks"] == "convolution~bank=3x3_9~scales=1_0~~pooling"
    assert query["cell"] == "2.1.3.4"
    again = opened(**query)
    assert state_of(again).values == state_of(app).values


@pytest.mark.parametrize(
    "query",
    [
        {"blocks": "no_such_block"},
        {"blocks": "convolution~bank=sobel_x~bank"},
        {"blocks": "~~".join(["pooling"] * 13)},
        {"blocks": "pooling~pool_size=nan"},
        {"cell": "1.2.3"},
        {"cell": "0.0.0.0"},
        {"cell": "1.0.0.99999999"},
        {"cell": "a.b.c.d"},
        {"scale": "<b>"},
        {"ends": "-1"},
    ],
    ids=str,
)
def test_a_bad_address_gives_the_default_and_a_sentence(query: dict[str, str]) -> None:
    """Nonsense in a link never shows a traceback: the setting keeps its default and a sentence says so."""
    app = opened(**query)
    (name,) = query
    default = next(setting.default for setting in OPERATION.settings if setting.name == name)
    assert state_of(app).values[name] == default
    assert len(app.warning) == 1


def test_a_stack_that_collapses_keeps_what_comes_before() -> None:
    """The tab says where the stack ends, the code has the blocks before, and nothing is refused."""
    blocks = "~~".join(["pooling"] * 7)
    run = pipeline.run(pipeline.from_text(blocks), GREY)
    assert run.stopped
    app = opened(blocks=blocks, tab="Facts")
    if run.stopped.block == 7:
        sentence = "Block 7 makes no maps"
    else:
        sentence = f"Blocks {run.stopped.block} to 7 make no maps"
    assert [caption.value for caption in app.caption if caption.value.startswith(sentence)]
    assert not app.warning  # the block says why, and once is enough
    app = opened(blocks=blocks, tab="Code")
    assert app.code[0].value.count("MaxPooling2D") == len(run.steps)
    facts = answer([{"kind": "pooling"}] * 7).facts
    assert [step["shape"] for step in facts["steps"]] == [list(step.maps.shape) for step in run.steps]


@pytest.mark.parametrize("blocks", ["", "convolution~bank=box=11x11~padding=valid~~pooling"])
@pytest.mark.parametrize("tab", ["Facts", "Code", "Download and share"])
def test_a_stack_without_maps_says_what_to_do(blocks: str, tab: str) -> None:
    """With no block, or a first one that finds no place, each tab says so in a sentence."""
    app = opened(blocks=blocks, tab=tab, size="16", sample="gradient")
    if blocks:
        set_in_view(
            app,
            {
                "blocks": [
                    {
                        "kind": "convolution",
                        "bank": {"kernel_size": 11},
                        "padding": "valid",
                        "dilation_rate": 4,
                    }
                ]
            },
        )
    assert not app.exception
    if tab != "Facts":
        assert len(app.info) == 1


@pytest.mark.parametrize("framework", list(PIPELINE_SNIPPETS))
def test_code_is_shown_for_each_framework(framework: str) -> None:
    """The code on the page compiles, is that framework's, and has the weights of the moment."""
    snippet = PIPELINE_SNIPPETS[framework]
    blocks = "convolution~bank=own=1x3_1_2.5_3~~activation"
    shown = opened(tab="Code", code=snippet.title, blocks=blocks).code[0].value
    compile(shown, "shown", "exec")
    assert "2.5" in shown
    for line in snippet.imports:
        assert line in shown


def test_take_away_has_files_and_a_link() -> None:
    """Mosaic, numbers and the script that saves the model are offered; the link carries the blocks."""
    app = opened(tab="Download and share", blocks="convolution~bank=4x3_1~~pooling", cell="2.0.1.1")
    labels = {button.proto.label for button in app.get("download_button")}
    files = {"Mosaic as PNG", "Maps as NPY", "Script that saves the model", "Picture as PNG", "Model as ONNX"}
    assert files <= labels
    for part in ("blocks=convolution~bank=4x3_1~~pooling", "cell=2.0.1.1", "size=32"):
        assert part in app.code[0].value


def test_an_answer_has_one_picture_a_step_and_the_facts_of_explorer() -> None:
    """Blobs are named step1, step2, ...; facts repeat what explorer.pipeline says of each step."""
    blocks = [{"kind": "convolution", "bank": {"filters": 5}}, {"kind": "pooling"}, {"kind": "upsampling"}]
    found = answer(blocks, cell=[3, 4, 2, 7])
    run = pipeline.run(pipeline.from_json(blocks), GREY)
    assert [blob.name for blob in found.blobs] == ["step1", "step2", "step3"]
    for step, facts, blob in zip(run.steps, found.facts["steps"], found.blobs, strict=True):
        assert (facts["weights"], facts["biases"]) == (step.weights, step.biases)
        assert facts["multiply_adds"] == step.multiply_adds
        assert facts["field"]["size"] == step.field.size
        rows, columns = facts["tile"]
        assert images.load(blob.data, max_side=8192).shape[:2] == (rows * 5, columns)
    trace = pipeline.trace(run, 3, 2, 7, 4)
    assert found.facts["trace"]["rectangle"] == trace.rectangle
    assert [cause["value"] for cause in found.facts["trace"]["path"]] == [cause.value for cause in trace.path]


def test_moving_and_resting_pictures_are_of_one_size_until_they_are_too_large() -> None:
    """A map is shrunk for the mosaic beyond a size, less at rest than while it moves; at rest it is said."""
    image = np.zeros((300, 200, 1), np.float32)
    values = parameters.checked(OPERATION.settings, {"blocks": [{"kind": "activation"}]})
    for rest, longest in ((False, mosaics.MOVING_TILE), (True, mosaics.RESTING_TILE)):
        facts = OPERATION.answer(image, values, rest).facts["steps"][0]
        assert max(facts["tile"]) == longest
        assert ("mean of" in facts["remark"]) is rest
    small = answer([{"kind": "activation"}], rest=False).facts["steps"][0]
    assert small["tile"] == list(GREY.shape[:2])
    assert "mean of" not in small["remark"]


def test_a_scaled_map_is_compared_with_every_map_on() -> None:
    """The change that is said is that between the two runs; where nothing is scaled nothing is said."""
    blocks = [{"kind": "convolution", "bank": {"filters": 2}, "scales": {"1": 0.5}}, {"kind": "activation"}]
    facts = answer(blocks).facts["steps"]
    scaled = pipeline.run(pipeline.from_json(blocks), GREY)
    plain = pipeline.run(pipeline.from_json([block | {"scales": {}} for block in blocks]), GREY)
    for step, one, other in zip(facts, scaled.steps, plain.steps, strict=True):
        assert step["changed"]["largest"] == pytest.approx(float(np.abs(one.maps - other.maps).max()))
    assert all(step["changed"] is None for step in answer([{"kind": "activation"}]).facts["steps"])


def test_an_editor_s_wish_is_done_to_one_kernel_of_the_bank() -> None:
    """An action on own weights is carried out, and the other kernels stay."""
    weights = [[1.0, 2.0, 3.0]]
    bank = [{"name": "sobel_x"}, {"action": "transpose", "weights": weights}]
    found = answer([{"kind": "convolution", "bank": bank}]).facts
    assert found["blocks"][0]["bank"][1] == {"name": "custom", "weights": [[1.0], [2.0], [3.0]]}
    assert found["blocks"][0]["bank"][0]["name"] == "sobel_x"
    assert found["kernels"][0][1] == [[1.0], [2.0], [3.0]]
    with pytest.raises(ExplorerError, match="no action"):
        BLOCKS.checked([{"kind": "convolution", "bank": [{"action": "dance", "weights": weights}]}])


def test_weights_of_one_s_own_have_the_name_of_the_kernel_that_they_are() -> None:
    """Sobel x rotated by 180° is called so, and weights that no kernel has are one's own."""
    rotated = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]
    bank = [{"name": "sobel_x"}, {"weights": rotated}, {"weights": [[7.0, 8.0]]}]
    found = answer([{"kind": "convolution", "bank": bank}, {"kind": "activation"}]).facts
    assert found["titles"] == [["Sobel x", "Sobel x, rotated", "own weights"], None]


def test_weights_of_one_s_own_fit_into_a_message() -> None:
    """As many own weights as are taken still fit into a request, whatever their decimals; more are not."""
    rng = random.Random(1)
    kernel = {"weights": [[-100 * rng.random() for _ in range(11)] for _ in range(11)]}
    blocks = [{"kind": "convolution", "bank": [kernel] * 8} for _ in range(2)]
    parsed = BLOCKS.checked(blocks)
    request = {"seq": 1, "operation": "pipeline", "parameters": {"blocks": blocks}, "rest": True}
    assert len(json.dumps(request)) < messages.MAX_TEXT
    assert BLOCKS.from_text(BLOCKS.to_text(parsed)) == parsed
    with pytest.raises(ExplorerError, match="2048"):
        BLOCKS.checked([*blocks, {"kind": "convolution", "bank": [kernel]}])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("convolution"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["kind", "bank", "bias", "scales", "0", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
@hypothesis_settings(deadline=None, max_examples=300)
def test_whatever_comes_over_the_wire_is_read_or_refused(value: Any) -> None:
    """Blocks and cell are either taken, and then go through the address, or refused with a sentence."""
    for setting in (BLOCKS, CELL):
        try:
            parsed = setting.checked(value)
        except ExplorerError:
            continue
        assert setting.from_text(setting.to_text(parsed)) == parsed


def test_a_late_block_leaves_the_earlier_steps_as_they_are() -> None:
    """On the same picture the runs share the steps before the change, and another picture has its own."""
    runs = operation.Runs(1 << 24)
    first = runs.run(pipeline.from_text("convolution~~activation~~pooling"), GREY)
    second = runs.run(pipeline.from_text("convolution~~activation~~upsampling"), GREY)
    assert first.steps[:2] == second.steps[:2]
    assert first.steps[2] is not second.steps[2]
    other = runs.run(pipeline.from_text("convolution~~activation"), GREY.copy())
    assert other.steps[0] is not first.steps[0]


def test_no_more_runs_are_kept_than_fit() -> None:
    """The oldest runs go when the bytes are too many, and a run that is too large alone is not kept."""
    runs = operation.Runs(4 * GREY.nbytes)
    stack = pipeline.from_text("activation")
    for _ in range(5):
        runs.run(stack, GREY.copy())
    assert 0 < runs.size <= 4 * GREY.nbytes
    tight = operation.Runs(GREY.nbytes)
    tight.run(stack, GREY)
    assert tight.size == 0


def test_a_step_is_painted_once_for_each_look() -> None:
    """A step that did not change is not encoded again; another scale, theme, or rest, paints anew."""
    runs = operation.Runs(1 << 24)
    step = runs.run(pipeline.from_text("activation"), GREY).steps[0]
    values = parameters.checked(OPERATION.settings, {})
    first = runs.paint(step, values, False)
    assert runs.paint(step, values, False) is first
    assert runs.paint(step, values, True) is not first
    assert runs.paint(step, values | {"scale": "unit"}, False)[1]["limits"] == (0.0, 1.0)
    light, dark = (
        runs.paint(step, values | {"scale": "signed", "dark": is_dark}, False)[1]["colours"]
        for is_dark in (False, True)
    )
    assert light != dark


def test_maps_that_are_seen_in_the_strip_alone_come_small_while_something_moves() -> None:
    """What nobody sees is painted at a quarter of the pixels, and at rest as everything else."""
    image = np.repeat(np.repeat(GREY, 4, 0), 4, 1)
    runs = operation.Runs(1 << 24)
    step = runs.run(pipeline.from_text("activation"), image).steps[0]
    values = parameters.checked(OPERATION.settings, {})
    unseen = values | {"unseen": [1]}
    (_, seen), (_, small) = (runs.paint(step, each, False) for each in (values, unseen))
    assert [max(each["tile"]) for each in (seen, small)] == [64, 32]
    assert small["limits"] == seen["limits"]
    assert runs.paint(step, unseen, True)[1] == runs.paint(step, values, True)[1]


def test_numbers_too_large_to_write_end_the_run_and_not_the_answer() -> None:
    """Weights of a thousand, eight blocks deep, leave float32: the stack ends, and the answer is JSON."""
    bank = [{"weights": [[1000.0] * 11] * 11}]
    blocks = [{"kind": "convolution", "bank": bank, "scales": {"0": 2}} for _ in range(8)]
    found = answer(blocks, cell=[6, 0, 3, 3])
    assert "grow beyond what 32 bits can hold" in found.facts["stopped"]["sentence"]
    messages.pack(1, True, found)
