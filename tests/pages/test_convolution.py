"""The Convolution page without a browser: settings in and out, every control at both ends, every tab."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import driving
import numpy as np
import pytest
from PIL import Image

from explorer import figures, images, parameters
from explorer.code.sliding_windows import SNIPPETS
from explorer.convolution import kernels
from explorer.parameters import Choice, Number, Parameter
from pages.components.filters import FILTER, convolution
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["filter2d"]
KEY = "lab_filter2d"


opened = partial(driving.opened, "convolution/page.py")


set_in_lab = partial(driving.set_in, operation="filter2d")


state_of = partial(driving.state_of, operation="filter2d")


text_of = driving.text_of


def ends(setting: Parameter) -> list[Any]:
    if isinstance(setting, Number):
        return [setting.low, setting.high]
    if isinstance(setting, Choice):
        return list(setting.options)
    return [{"name": "identity"}, {"name": "box", "rows": 31, "columns": 31}]


@pytest.mark.parametrize("setting", FILTER, ids=lambda setting: setting.name)
def test_each_setting_at_its_ends_shows_the_facts_of_that_experiment(setting: Parameter) -> None:
    """The size and the work on the page are those of explorer for the same settings."""
    app = opened(size="64")
    picture = images.prepare(images.sample("chelsea"), size=64, colour="colour" in app.query_params)
    for seq, value in enumerate(ends(setting), start=1):
        set_in_lab(app, {setting.name: value}, seq)
        experiment = convolution(state_of(app).values)
        text = text_of(app)
        for formula in experiment.size_formulas(picture.shape):
            assert formula in text
        seen = app.session_state["chooser"].picture.levels
        assert f"{experiment.multiplications(seen.shape):,} multiplications" in text


def test_an_address_sets_the_lab_and_the_lab_sets_the_address() -> None:
    """What a link says is what the lab holds, and what the lab is set to is what the link says."""
    app = opened(kernel="gaussian~5x5~sigma=2.0", strides="3", flip="true")
    values = state_of(app).values
    assert (values["kernel"]["name"], values["strides"], values["flip"]) == ("gaussian", 3, True)
    np.testing.assert_array_equal(np.float32(values["kernel"]["weights"]), kernels.gaussian(5, 2.0))
    set_in_lab(app, {"kernel": {"weights": [[1.5, -2.0]]}, "bias": 0.25})
    assert app.query_params["kernel"] == "1.5,-2"
    assert app.query_params["bias"] == "0.25"
    assert "strides" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [
        {"kernel": "no such kernel"},
        {"kernel": "1,2_3"},
        {"kernel": "gaussian~5x5~sigma=nan"},
        {"strides": "0"},
        {"strides": "many"},
        {"padding": "-1"},
        {"pad_mode": "<b>"},
        {"limits": "1,0"},
        {"bias": "inf"},
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


@pytest.mark.parametrize(
    "request_",
    [
        {"seq": 5, "operation": "filter2d", "parameters": None},
        {"seq": 5, "operation": "filter2d", "parameters": {"strides": 99}},
        {"seq": 5, "operation": "filter2d", "parameters": {"kernel": {"weights": [[float("nan")]]}}},
        {"seq": 5, "operation": "filter2d", "parameters": {"unknown": 1}},
        {"seq": 5, "operation": "another", "parameters": {"strides": 3}},
        {"seq": "5", "operation": "filter2d", "parameters": {"strides": 3}},
        ["seq"],
        "text",
    ],
    ids=str,
)
def test_a_bad_message_from_the_browser_leaves_the_settings(request_: Any) -> None:
    """What the lab would never send is refused and the settings stay as they were."""
    app = opened(strides="2")
    app.session_state[KEY] = {"live": request_}
    app.run()
    assert not app.exception
    assert state_of(app).values["strides"] == 2


def test_a_message_is_taken_once() -> None:
    """A later run, for whatever reason, does not bring back an older setting."""
    app = opened()
    set_in_lab(app, {"strides": 4}, seq=3)
    set_in_lab(app, {"strides": 2}, seq=2)
    assert state_of(app).values["strides"] == 4


def test_on_a_dark_page_zero_is_dark_and_no_link_says_so() -> None:
    """What the page is painted on is the reader's own: the map and its legend follow it, a link does not."""
    values = state_of(opened(size="32")).values
    picture = images.prepare(images.sample("coins"), size=32, colour=False)
    for dark, zero in ((False, "#f7f7f7"), (True, "#161616")):
        answer = OPERATION.answer(picture, values | {"dark": dark}, True)
        legend: Any = answer.facts["legend"]
        assert dict(legend)[0.0] == zero
        painted = images.load(next(blob.data for blob in answer.blobs if blob.name == "picture"))
        assert (painted.mean() < 0.4) == dark
    app = set_in_lab(opened(), {"dark": True})
    assert state_of(app).values["dark"]
    assert "dark" not in app.query_params


@pytest.mark.parametrize("held", [None, {"kernel": {"name": "box"}}])
def test_a_map_that_moves_has_the_pixels_of_the_screen_and_at_rest_its_own(held: Any) -> None:
    """Where the browser says how small the map stands its moving picture is no larger, nor is that of B."""
    image = images.prepare(images.sample("chelsea"), size=128, colour=True)
    values = parameters.checked(OPERATION.settings, {"pixels": 60, "held": held})
    for rest, longest in ((False, 60), (True, 128)):
        answer = OPERATION.answer(image, values, rest)
        files = [blob.data for blob in answer.blobs if blob.kind.startswith("image/")]
        assert {max(Image.open(io.BytesIO(data)).size) for data in files} == {longest}
        assert answer.facts["shape"] == list(image.shape)
        assert len(files) == (2 if held else 1)


def test_what_a_browser_says_no_link_says() -> None:
    """How large a map stands on the screen, and on what ground, is not for the writer of a link."""
    values = state_of(opened(size="64", pixels="16", dark="true", gain="2.0")).values
    assert (values["pixels"], values["dark"], values["gain"]) == (0, False, 2.0)


@pytest.mark.parametrize("rest", [False, True])
def test_what_the_lane_says_of_a_map_is_what_the_page_says(rest: bool) -> None:
    """Sentence by sentence, while a control moves and at rest."""
    app = opened(size="64", sample="coffee", colour="colour")
    set_in_lab(app, {"kernel": {"name": "emboss"}, "gain": 1.5, "bias": -0.25, "strides": 3})
    picture = app.session_state["chooser"].picture
    said = OPERATION.answer(picture.levels, state_of(app).values, rest).facts["said"]
    assert [name for name, _ in said] == ["Work", "Values", "Brightness"]
    for name, sentence in said:
        assert f'<p data-fact="{name}"><b>{name}</b>: <span>{sentence}</span></p>' in text_of(app)


def test_another_picture_has_its_colours_fitted_anew() -> None:
    """The ends of the colours were those of the picture before; a link that has ends opens with them."""
    app = opened(size="32", limits="-2.0,2.0")
    assert state_of(app).values["limits"] == [-2.0, 2.0]
    app.selectbox(key="chooser_sample").select("coins").run()
    assert state_of(app).values["limits"] is None
    assert "limits" not in app.query_params


def test_settings_survive_a_change_of_page() -> None:
    """Home and back: the kernel is still the person's own."""
    app = opened()
    set_in_lab(app, {"kernel": {"weights": [[3.0]]}, "strides": 2})
    app.switch_page("home/page.py").run()
    app.switch_page("convolution/page.py").run()
    assert not app.exception
    assert state_of(app).values["kernel"]["weights"] == [[3.0]]
    assert app.query_params["strides"] == "2"


def test_an_impossible_experiment_is_no_traceback() -> None:
    """A kernel larger than the picture leaves a page without facts, and no exception."""
    app = opened(size="16", kernel="box~31x31", padding="valid")
    assert not app.latex


def test_an_impossible_setting_from_the_lab_is_not_taken_over() -> None:
    """The address keeps the last experiment that was possible, and the facts stay on the page."""
    app = opened(size="16", kernel="box~3x3", padding="valid")
    set_in_lab(app, {"kernel": {"name": "box", "rows": 31, "columns": 31}, "padding": "valid"})
    assert state_of(app).values["kernel"]["rows"] == 3
    assert app.query_params["kernel"] == "box~3x3"
    assert len(app.latex) == 2


def test_compare_holds_swaps_and_lets_go() -> None:
    """B is held as it was, A goes on; swapping exchanges them, and the address says both."""
    app = opened(tab="Compare", kernel="sobel_x~3x3")
    app.button[0].click().run()
    assert app.query_params["b_kernel"] == "sobel_x~3x3"
    set_in_lab(app, {"kernel": {"name": "sobel_y"}, "held": state_of(app).values["held"]})
    assert "differ by" in text_of(app)
    next(button for button in app.button if button.label == "Swap A and B").click().run()
    assert not app.exception
    assert state_of(app).values["kernel"]["name"] == "sobel_x"
    assert app.query_params["b_kernel"] == "sobel_y~3x3"
    next(button for button in app.button if button.label == "Remove B").click().run()
    assert "b_kernel" not in app.query_params


def test_b_is_painted_in_the_colours_of_the_current_map() -> None:
    """The answer has B's map between the ends of A, whatever B's own values are, and names its kernel."""
    held = {"kernel": {"name": "sobel_x"}, "gain": 2.0, "strides": 2}
    values = parameters.checked(OPERATIONS["filter2d"].settings, {"kernel": {"name": "box"}, "held": held})
    image = np.random.default_rng(3).random((12, 10, 1), np.float32)
    answer = OPERATIONS["filter2d"].answer(image, values, True)
    assert answer.facts["held"] == {"title": "Sobel x, 3 × 3", "shape": [6, 5, 1], "sentence": ""}
    (blob,) = (blob for blob in answer.blobs if blob.name == "held")
    b = convolution(values["held"]).feature_map(image)
    painted = figures.paint(b, "signed", limits=tuple(answer.facts["scale"]))
    shown = np.asarray(Image.open(io.BytesIO(blob.data)).convert("RGB"))
    assert np.array_equal(shown, painted.pixels)


def test_b_without_a_map_on_this_picture_says_why() -> None:
    """B stays, and the current map is shown without it."""
    held = {"kernel": {"name": "box", "rows": 9, "columns": 9}, "padding": "valid"}
    values = parameters.checked(OPERATIONS["filter2d"].settings, {"held": held})
    answer = OPERATIONS["filter2d"].answer(np.zeros((5, 5, 1), np.float32), values, True)
    assert answer.facts["held"]["shape"] == []
    assert "5" in answer.facts["held"]["sentence"]
    assert all(blob.name != "held" for blob in answer.blobs)


def test_compare_opens_from_a_link_and_says_when_shapes_differ() -> None:
    """A link brings B along; maps of different shapes are said to have no difference cell by cell."""
    app = opened(tab="Compare", b_kernel="box~3x3", b_strides="2")
    assert len(app.error) == 1
    assert "170 × 256" in app.error[0].value
    assert "85 × 128" in app.error[0].value


@pytest.mark.parametrize("framework", list(SNIPPETS))
def test_code_is_shown_for_each_framework(framework: str) -> None:
    """The code on the page is that of explorer.code.snippets, with the kernel of the moment."""
    snippet = SNIPPETS[framework]  # the address has its title: that is what Streamlit binds
    shown = opened(tab="Code", code=snippet.title, kernel="1,2,3").code[0].value
    compile(shown, "shown", "exec")
    assert "[1, 2, 3]" in shown
    for line in snippet.imports:
        assert line in shown


def test_take_away_has_files_and_a_link() -> None:
    """The kernel's file restores the kernel, and the link carries every setting."""
    app = opened(tab="Download and share", kernel="0.1,-2.5_3,4", bias="0.5", size="16", sample="coins")
    assert json.loads(kernels.to_json(convolution(state_of(app).values).kernel)) == [
        [0.1, -2.5],
        [3, 4],
    ]
    link = app.code[0].value
    for part in ("kernel=0.1,-2.5_3,4", "bias=0.5", "size=16", "sample=coins"):
        assert part in link
    assert {"Map as PNG", "Map as NPY", "Kernel as JSON", "Kernel as CSV", "Sliding window as GIF"} <= {
        button.proto.label for button in app.get("download_button")
    }


@pytest.mark.parametrize("kernel", ["outline8~3x3", "gaussian~5x5~sigma=2.0", "1,2,3_4,5,6"])
def test_the_kernel_is_sent_to_the_first_block_of_pipeline(kernel: str) -> None:
    """The link leads to a stack that begins with the same kernel, named or of one's own weights."""
    app = opened(kernel=kernel)
    (link,) = [each.proto for each in app.get("page_link") if each.proto.page == "pipeline"]
    query = dict(parse_qsl(link.query_string))
    stack = driving.state_of(driving.opened("pipeline/page.py", **query), "pipeline").values["blocks"]
    first, mine = stack[0]["bank"][0], state_of(app).values["kernel"]
    assert first == {name: mine[name] for name in first}
    assert [block["kind"] for block in stack] == ["convolution", "activation", "pooling"]


def test_a_kernel_too_large_for_pipeline_is_not_sent() -> None:
    """The page shows its map as ever, without the link."""
    app = opened(kernel="box~31x31", size="48")
    assert [each for each in app.get("page_link") if each.proto.page == "pipeline"] == []
    assert state_of(app).values["kernel"]["rows"] == 31
