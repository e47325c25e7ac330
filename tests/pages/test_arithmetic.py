"""The Arithmetic page without a browser: settings in and out, every control at both ends, every tab."""

from __future__ import annotations

import io
import itertools
import json
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest
from PIL import Image

from explorer import images, parameters
from explorer.code import grids
from explorer.convolution import arithmetic
from explorer.convolution.arithmetic import SIDES, Arithmetic
from explorer.convolution.grid_parameter import GridParameter
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Number, Parameter, Values
from pages.arithmetic import operation
from pages.arithmetic.operation import ARITHMETIC
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["arithmetic"]
KEY = "lab_arithmetic"


opened = partial(driving.opened, "arithmetic/page.py")


set_in_lab = partial(driving.set_in, operation="arithmetic")


state_of = partial(driving.state_of, operation="arithmetic")


text_of = driving.text_of


def ends(setting: Parameter) -> list[Any]:
    if isinstance(setting, Number):
        return [setting.low, setting.high]
    if isinstance(setting, Choice):
        return list(setting.options)
    assert isinstance(setting, GridParameter)
    least, most = setting.sides
    return [None, [[-99] * least] * least, [[99] * most] * most]


@pytest.mark.parametrize("setting", ARITHMETIC, ids=lambda setting: setting.name)
def test_each_setting_at_its_ends_shows_the_facts_of_that_experiment(setting: Parameter) -> None:
    """The sizes on the page are those of explorer; what is impossible leaves the last experiment there."""
    app = opened()
    for seq, value in enumerate(ends(setting), start=1):
        before = state_of(app).values
        set_in_lab(app, {setting.name: value}, seq)
        try:
            operation.sums(parameters.checked(ARITHMETIC, {setting.name: value}))
        except ValueError:
            assert state_of(app).values == before
        else:
            assert state_of(app).values[setting.name] == value
        experiment = operation.sums(state_of(app).values)
        text = text_of(app)
        for formula in experiment.size_formulas():
            assert formula in text
        assert f"{experiment.work():,} cells read" in text
        assert experiment.unused_sentence() in text


def test_an_address_sets_the_lab_and_the_lab_sets_the_address() -> None:
    """What a link says is what the lab holds, and what the lab is set to is what the link says."""
    app = opened(kind="transposed", input="1,2_3,4", rows="2", columns="2", padding="full", seed="7")
    values = state_of(app).values
    assert (values["kind"], values["padding"], values["seed"]) == ("transposed", "full", 7)
    assert operation.sums(values).image.tolist() == [[1, 2], [3, 4]]
    set_in_lab(app, {"kernel": [[-5, 6]], "kernel_rows": 1, "kernel_columns": 2, "padding": 0})
    assert app.query_params["kernel"] == "-5,6"
    assert app.query_params["padding"] == "0"
    assert "input" not in app.query_params
    assert operation.sums(state_of(app).values).kernel.tolist() == [[-5, 6]]


@pytest.mark.parametrize(
    "query",
    [
        {"input": "1,2_3"},
        {"input": "1,x"},
        {"kernel": "100"},
        {"kernel": ",".join("1" * 8)},
        {"rows": "17"},
        {"kernel_columns": "0"},
        {"strides": "2.5"},
        {"dilation_rate": "many"},
        {"kind": "<b>"},
        {"padding": "7"},
        {"seed": "-1"},
    ],
    ids=str,
)
def test_a_bad_address_gives_the_default_and_a_sentence(query: dict[str, str]) -> None:
    """Nonsense in a link never shows a traceback: the setting keeps its default and a sentence says so."""
    app = opened(**query)
    (name,) = query
    default = next(setting.default for setting in ARITHMETIC if setting.name == name)
    assert state_of(app).values[name] == default
    assert len(app.warning) == 1


def test_an_address_without_a_place_for_the_window_is_no_traceback() -> None:
    """The page stands without facts, and the lab beside its controls says why."""
    app = opened(rows="2", padding="valid", kernel_rows="7")
    assert not app.latex
    assert not app.error


def test_numbers_of_ones_own_survive_a_change_of_page_and_of_size() -> None:
    """Home and back, smaller and larger: the grid of the person's own is still there."""
    app = opened()
    own = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    set_in_lab(app, {"input": own, "rows": 3, "columns": 3})
    set_in_lab(app, state_of(app).values | {"rows": 4, "columns": 2}, seq=2)
    shown = operation.sums(state_of(app).values).image
    assert shown[:3].tolist() == [[1, 2], [4, 5], [7, 8]]
    assert shown[3].tolist() == arithmetic.random_input(4, 2, state_of(app).values["seed"])[3].tolist()
    app.switch_page("home/page.py").run()
    app.switch_page("arithmetic/page.py").run()
    set_in_lab(app, state_of(app).values | {"rows": 3, "columns": 3}, seq=3)
    assert operation.sums(state_of(app).values).image.tolist() == own


@pytest.mark.parametrize("framework", list(grids.SNIPPETS))
def test_code_makes_the_numbers_of_the_page(framework: str) -> None:
    """The code that is shown, run, ends with the output of the page."""
    pytest.importorskip({"keras": "keras", "pytorch": "torch"}.get(framework, "numpy"))
    title = grids.SNIPPETS[framework].title
    app = opened(tab="Code", code=title, input="1,2,3_4,5,6", rows="2", columns="3")
    assert app.code[0].value == grids.code(framework, operation.sums(state_of(app).values))
    names: dict[str, Any] = {}
    exec(app.code[0].value, names)
    np.testing.assert_array_equal(names["output"], operation.sums(state_of(app).values).output)


def test_code_that_does_not_exist_is_said_to_be_missing() -> None:
    """Keras pools without dilation: a sentence stands in place of the code."""
    app = opened(tab="Code", code="Keras", kind="max", dilation_rate="2")
    assert len(app.info) == 1
    assert not app.code


@pytest.mark.parametrize("kind", ["convolution", "transposed", "average"])
def test_take_away_has_the_animation_the_grids_and_a_link(kind: str) -> None:
    """The files are there for every kind of operation, and the link carries every setting."""
    app = opened(tab="Download and share", kind=kind, kernel="1,-2_3,4", strides="3")
    assert {"Sliding window as GIF", "Input as CSV", "Kernel as CSV", "Output as CSV"} <= {
        button.proto.label for button in app.get("download_button")
    }
    for part in ("kernel=1,-2_3,4", "strides=3"):
        assert part in app.code[0].value


def test_what_is_too_large_for_a_animation_is_said() -> None:
    """82 x 82 cells are no animation: a sentence says what is."""
    app = opened(
        tab="Download and share",
        kind="transposed",
        rows="16",
        columns="16",
        kernel_rows="7",
        strides="5",
        padding="0",
    )
    assert "400 output cells" in text_of(app)
    assert "Sliding window as GIF" not in {button.proto.label for button in app.get("download_button")}


def test_the_animation_of_the_page_has_a_frame_for_each_number() -> None:
    """Whatever the kind of operation, the page's own animation can be made."""
    for kind, padding in itertools.product(arithmetic.KINDS, ("valid", 1)):
        image, kernel = arithmetic.random_input(5, 6, 1), arithmetic.random_kernel(2, 3, 1)
        experiment = Arithmetic(image, kernel, kind, 2, padding)
        assert Image.open(io.BytesIO(operation.animation(experiment))).n_frames == experiment.output.size


# What the browser is given


QUERIES = [
    {"kind": kind, "padding": padding, "strides": stride, "dilation_rate": dilation}
    for kind, padding, stride, dilation in itertools.product(
        arithmetic.KINDS, ("same", "full", 1), (1, 3), (1, 2)
    )
]


@pytest.mark.parametrize("given", QUERIES, ids=lambda given: "-".join(map(str, given.values())))
def test_the_answer_describes_every_frame(given: Values) -> None:
    """Grids, weights and tables, put together as the browser does it, give every frame of explorer."""
    values = parameters.checked(ARITHMETIC, given | {"kernel_rows": 2})
    experiment = operation.sums(values)
    answer = OPERATION.answer(images.NO_PICTURE, values, False)
    facts = json.loads(json.dumps(answer.facts, allow_nan=False))
    types = {"float32": np.float32, "int16": np.int16}
    blobs = {
        blob.name: np.frombuffer(blob.data, types[blob.kind]).reshape(blob.shape) for blob in answer.blobs
    }
    np.testing.assert_array_equal(blobs["values"], experiment.output.astype(np.float32))
    assert facts["input"] == experiment.image.tolist()
    for row, col in np.ndindex(experiment.output.shape):
        frame = experiment.frame(row, col)
        for axis, line, places, cells in zip(
            ("rows", "columns"), (row, col), frame.places, frame.cells, strict=True
        ):
            np.testing.assert_array_equal(blobs[f"{axis}_positions"][line], places)
            np.testing.assert_array_equal(blobs[f"{axis}_taps"][line], cells)
        weights = None if frame.weights is None else frame.weights.tolist()
        assert facts["weights"] == weights


def test_pasted_text_becomes_the_numbers_of_the_setting() -> None:
    """Over the wire a grid may come as the text of a spreadsheet, and its faults are sentences."""
    grid = GridParameter(
        name="input",
        title="Input",
        sides=SIDES,
    )
    assert grid.checked("1\t2\n-3\t4") == [[1, 2], [-3, 4]]
    assert grid.checked([[1.0, 2.0]]) == [[1, 2]]
    assert grid.checked(None) is None
    for wrong in ("1\n2 3", [[1], [2, 3]], [[0.5]], {"a": 1}, 3, [[True]], [], [[]], [["1"]], [[10**40]]):
        with pytest.raises(ExplorerError, match=r"\.$"):
            grid.checked(wrong)
