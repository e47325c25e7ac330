"""The Pooling page without a browser: settings in and out, every control at both ends, every tab."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import driving
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import figures, images, parameters
from explorer.code.sliding_windows import SNIPPETS, code
from explorer.convolution.experiments import Pooling
from explorer.convolution.invariance import Change
from explorer.convolution.pooling import POOLINGS
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Number, Parameter, Size, Values
from pages.components import lab
from pages.components.filters import convolution
from pages.operations import OPERATIONS
from pages.pooling import operation
from pages.pooling.operation import INVARIANCE, POOL

OPERATION = OPERATIONS["pool2d"]
SHIFTED = OPERATIONS["invariance"]
TAB = "Invariance"
IMAGE = images.prepare(images.sample("coins"), size=32)


opened = partial(driving.opened, "pooling/page.py")


def set_in(app: AppTest, operation: str, parameters: Values, seq: int = 1) -> AppTest:
    return driving.set_in(app, parameters, seq, operation=operation)


def state_of(app: AppTest, operation: str = "pool2d") -> lab.State:
    return driving.state_of(app, operation)


text_of = driving.text_of


def ends(setting: Parameter) -> list[Any]:
    if isinstance(setting, Number):
        return [setting.low, setting.high]
    if isinstance(setting, Size):
        return [[1, 1], [8, 8], [1, 8], [5, 2]]
    assert isinstance(setting, Choice)
    return list(setting.options)


@pytest.mark.parametrize("setting", POOL, ids=lambda setting: setting.name)
def test_each_setting_at_its_ends_shows_the_facts_of_that_experiment(setting: Parameter) -> None:
    """The size, the work and what is kept are those of explorer for the same settings."""
    app = opened(size="64")
    shape = app.session_state["chooser"].picture.levels.shape
    for seq, value in enumerate(ends(setting), start=1):
        parameters = {"pool_size": [7, 7], "kind": "average"} if setting.name == "padding" else {}
        set_in(app, "pool2d", parameters | {setting.name: value}, seq)
        experiment = operation.pooling(state_of(app).values)
        text = text_of(app)
        for formula in experiment.size_formulas(shape):
            assert formula in text
        assert experiment.kept(shape) in text
        assert f"{experiment.operations(shape):,} " in text
        assert POOLINGS[experiment.kind].formula in text


@pytest.mark.parametrize("rest", [False, True])
def test_what_the_lane_says_of_a_map_is_what_the_page_says(rest: bool) -> None:
    """Sentence by sentence, while a control moves and at rest, of a picture and of a map that is pooled."""
    for query in ({}, {"filtered": "sobel_x~3x3"}):
        app = opened(size="64", **query)
        set_in(app, "pool2d", {"pool_size": [5, 2], "kind": "l2", "ceil_mode": True})
        picture = app.session_state["chooser"].picture
        said = OPERATIONS["pool2d"].answer(picture.levels, state_of(app).values, rest).facts["said"]
        assert [name for name, _ in said] == ["What is left", "Work", "Values"]
        for name, sentence in said:
            assert f'<p data-fact="{name}"><b>{name}</b>: <span>{sentence}</span></p>' in text_of(app)


def test_an_address_sets_the_lab_and_the_lab_sets_the_address() -> None:
    """What a link says is what the lab holds, and what the lab is set to is what the link says."""
    app = opened(
        pool_size="3x5", kind="average", strides="2", padding="same", count_padding="true", ceil_mode="true"
    )
    experiment = operation.pooling(state_of(app).values)
    assert experiment == Pooling("average", (3, 5), 2, "same", 1, True, True)
    set_in(app, "pool2d", {"pool_size": [4, 1], "kind": "min", "strides": None, "dilation_rate": 2})
    assert app.query_params["pool_size"] == "4x1"
    assert app.query_params["kind"] == "min"
    assert app.query_params["dilation_rate"] == "2"
    assert not {"strides", "padding", "count_padding", "ceil_mode"} & set(app.query_params)


@pytest.mark.parametrize(
    "query",
    [
        {"pool_size": "3"},
        {"pool_size": "0x2"},
        {"pool_size": "2x9"},
        {"pool_size": "2x2x2"},
        {"pool_size": "axb"},
        {"kind": "median"},
        {"strides": "0"},
        {"strides": "9"},
        {"padding": "-1"},
        {"dilation_rate": "7"},
        {"count_padding": "maybe"},
        {"ceil_mode": "<b>"},
        {"limits": "1,0"},
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
    "value", [None, 2, [2], [2, 2, 2], [0, 1], [1, 9], [1.5, 2], [True, 2], ["2", 2], "2x2"]
)
def test_a_size_is_two_whole_numbers(value: Any) -> None:
    """Anything else is refused in a sentence that begins with the setting's title."""
    with pytest.raises(ExplorerError, match=r"^Window \(pool_size\) takes"):
        Size(
            name="pool_size",
            title="Window",
            default=[2, 2],
            largest=8,
        ).checked(value)


def test_a_size_goes_through_the_address() -> None:
    """Rows come before columns."""
    setting = Size(
        name="pool_size",
        title="Window",
        default=[2, 2],
        largest=8,
    )
    assert setting.to_text([3, 8]) == "3x8"
    assert setting.from_text("3x8") == setting.checked([3.0, 8]) == [3, 8]


def test_impossible_settings_are_no_traceback() -> None:
    """A window that reads nothing but padding leaves a page without facts, and is not taken from the lab."""
    assert not opened(pool_size="1x1", padding="3").latex
    app = opened(pool_size="2x2")
    set_in(app, "pool2d", {"pool_size": [1, 1], "padding": 3})
    assert state_of(app).values["pool_size"] == [2, 2]
    assert app.latex


def test_settings_survive_a_change_of_page() -> None:
    """To the Convolution page and back: the window is still the person's own."""
    app = opened()
    set_in(app, "pool2d", {"pool_size": [6, 3]})
    app.switch_page("convolution/page.py").run()
    app.switch_page("pooling/page.py").run()
    assert not app.exception
    assert state_of(app).values["pool_size"] == [6, 3]
    assert app.query_params["pool_size"] == "6x3"


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("ceil_mode", ["false", "true"])
def test_compare_says_how_far_a_convolution_is_away(kind: str, padding: str, ceil_mode: str) -> None:
    """The numbers are those of explorer, whatever the edges do; a box kernel is the mean without padding."""
    app = opened(tab="Compare", kind=kind, padding=padding, pool_size="3x2", ceil_mode=ceil_mode, size="50")
    picture = app.session_state["chooser"].picture.levels
    experiment = operation.pooling(state_of(app).values)
    box = experiment.filtered(picture, np.full((3, 2), 1 / 6))
    mean = np.abs(experiment.feature_map(picture) - box).mean()
    if mean < 1e-7:  # rounding, which is no difference
        mean = 0
    text = text_of(app)
    assert f"differs from it by **{figures.format_number(float(mean))}** on average" in text
    assert len(app.main.get("image")) == 8
    if kind == "average" and padding == "valid" and ceil_mode == "false":
        assert mean == 0
    assert ("of the values lie outside" in text) == (
        kind == "l2" or experiment.of_kind("l2").feature_map(picture).max() > 1
    )


@pytest.mark.parametrize("framework", list(SNIPPETS))
def test_code_is_shown_for_each_framework(framework: str) -> None:
    """The code on the page is that of explorer.code.snippets."""
    app = opened(tab="Code", code=SNIPPETS[framework].title, pool_size="3x3", strides="2", padding="same")
    shown = app.code[0].value
    picture = app.session_state["chooser"].picture
    experiment = Pooling("max", (3, 3), 2, "same")
    assert shown == code(framework, experiment, preparation=picture.preparation)


def test_take_away_has_files_and_a_link() -> None:
    """Pictures, arrays and the animation are offered; the link carries every setting."""
    app = opened(tab="Download and share", pool_size="3x2", kind="min", size="16", sample="coins", down="3")
    link = app.code[0].value
    for part in ("pool_size=3x2", "kind=min", "size=16", "sample=coins", "down=3"):
        assert part in link
    labels = {button.proto.label for button in app.get("download_button")}
    always = {"Picture as PNG", "Map as PNG", "Map as NPY", "Sheet for class (PDF)", "Sliding window as GIF"}
    assert labels == always | {"Winners as NPY"}
    averaged = opened(tab="Download and share", kind="average", size="256")
    labels = {button.proto.label for button in averaged.get("download_button")}
    assert labels == always
    cell = [box.value for box in averaged.number_input if box.key != "sheet_seed"]
    assert cell == [85 // 2 + 1, 128 // 2 + 1]  # counted from 1


def test_a_filters_map_is_pooled_in_place_of_the_picture() -> None:
    """The answer has the map with its values, says whose it is, and pools those values."""
    filtered = {"kernel": {"name": "sobel_x"}, "strides": 2, "bias": 0.25}
    values = parameters.checked(OPERATION.settings, {"filtered": filtered, "scale": "signed"})
    answer = OPERATION.answer(IMAGE, values, True)
    feature_map = convolution(values["filtered"]).feature_map(IMAGE)
    found = {blob.name: blob for blob in answer.blobs}
    assert answer.facts["filtered"]["title"] == "Sobel x, 3 × 3"
    assert answer.facts["filtered"]["shape"] == list(feature_map.shape)
    assert answer.facts["input_shape"] == list(IMAGE.shape)
    assert np.array_equal(np.frombuffer(found["input_values"].data, np.float32), feature_map.ravel())
    pooled = Pooling("max", (2, 2)).feature_map(feature_map)
    assert np.array_equal(np.frombuffer(found["values"].data, np.float32), pooled.ravel())
    moving = OPERATION.answer(IMAGE, values, False)
    assert {"input", "input_values"} - {blob.name for blob in moving.blobs} == {"input_values"}


def test_a_filter_whose_map_is_too_small_to_pool_is_said() -> None:
    """What is impossible is refused before anything is computed, with the sentence of what does not fit."""
    filtered = {"kernel": {"name": "box", "rows": 31, "columns": 31}, "padding": "valid"}
    values = parameters.checked(OPERATION.settings, {"filtered": filtered, "pool_size": [8, 8]})
    with pytest.raises(ExplorerError):
        OPERATION.check((32, 32, 1), values)


def test_a_map_that_was_sent_from_convolution_is_the_one_that_is_pooled() -> None:
    """Convolution's link opens Pooling on the same map; the code is of it, and a link leads back."""
    sender = driving.opened("convolution/page.py", kernel="1,2,3_4,5,-6", strides="2", activation="relu")
    (link,) = [each.proto for each in sender.get("page_link") if each.proto.page == "pooling"]
    app = opened(tab="Code", **dict(parse_qsl(link.query_string)))
    mine = driving.state_of(sender, "filter2d").values
    chosen = state_of(app).values["filtered"]
    assert chosen == {name: mine[name] for name in chosen}
    assert state_of(app).values["scale"] == "signed"
    program = app.code[0].value
    assert program.index("np.maximum") < program.index("image = feature_map") < program.index("windows.max")
    (back,) = [each.proto for each in app.get("page_link") if each.proto.page == "convolution"]
    again = driving.opened("convolution/page.py", **dict(parse_qsl(back.query_string)))
    assert driving.state_of(again, "filter2d").values == mine


def test_explain_is_there() -> None:
    """The explanation says the terms of the field."""
    assert "**equivariant**" in text_of(opened(tab="Explain"))


# Invariance


@pytest.mark.parametrize("setting", INVARIANCE, ids=lambda setting: setting.name)
def test_each_change_at_its_ends(setting: Parameter) -> None:
    """Every control of the change is taken over, and stands in the address where it is not the default."""
    app = opened(tab=TAB, size="32")
    for seq, value in enumerate(ends(setting), start=1):
        set_in(app, "invariance", {setting.name: value}, seq)
        assert state_of(app, "invariance").values[setting.name] == value
        assert (setting.name in app.query_params) == (value != setting.default)


def test_the_pooling_is_that_of_the_lab() -> None:
    """The map is pooled as in the lab above, from the address and after every change."""
    app = opened(tab=TAB, size="32", pool_size="5x4", kind="average", angle="10.0")
    values = state_of(app, "invariance").values
    assert (values["pool_size"], values["kind"], values["angle"]) == ([5, 4], "average", 10)
    set_in(app, "pool2d", {"pool_size": [3, 3], "kind": "l2", "strides": 1})
    values = state_of(app, "invariance").values
    assert (values["pool_size"], values["kind"], values["strides"]) == ([3, 3], "l2", 1)
    assert values["angle"] == 10


def test_a_bad_change_gives_the_default() -> None:
    """Nonsense for a change in a link leaves the change as it is."""
    assert state_of(opened(tab=TAB, down="9", noise="many"), "invariance").values["down"] == 0


def test_a_changed_picture_is_answered_with_what_explorer_computes() -> None:
    """Facts fit into JSON, pictures have three tiles each, and the numbers are those of the change."""
    values = parameters.checked(SHIFTED.settings, {"down": 2, "right": 0, "filter": "identity"})
    answer = SHIFTED.answer(IMAGE, values, True)
    changed = Change(down=2).apply(IMAGE)
    picture = next(pair for pair in answer.facts["pairs"] if pair["name"] == "picture")
    assert picture["change"] == pytest.approx(np.linalg.norm(changed - IMAGE) / np.linalg.norm(IMAGE))
    assert picture["unchanged"] == pytest.approx((changed == IMAGE).mean())
    tiles = images.load(next(blob.data for blob in answer.blobs if blob.name == "picture"))
    height, width = IMAGE.shape[:2]
    assert tiles.shape[:2] == (height, 3 * width)
    np.testing.assert_allclose(tiles[:, width : 2 * width].mean(axis=2), changed.mean(axis=2), atol=1 / 255)
    assert answer.facts["shifts"] == [
        "The feature map moves with the picture: shifted by 2 cells down, it equals that of the shifted "
        "picture exactly, away from the edges.",
        "The pooled map moves with the picture: shifted by 1 cell down, it equals that of the shifted "
        "picture exactly, away from the edges.",
    ]
    assert answer.facts["moved"].startswith("Of ")
    still = SHIFTED.answer(
        IMAGE, parameters.checked(SHIFTED.settings, {"right": 0, "kind": "average"}), False
    )
    assert [pair["change"] for pair in still.facts["pairs"]] == [0, 0, 0]
    dark = SHIFTED.answer(IMAGE, parameters.checked(SHIFTED.settings, {"right": 0, "dark": True}), True)
    difference = images.load(next(blob.data for blob in dark.blobs if blob.name == "map"))[:, -width:]
    assert (difference == figures.SIGNED_ON_DARK[128] / np.float32(255)).all()  # no change is 0
    assert (still.facts["shifted"], still.facts["moved"]) == (False, "")
