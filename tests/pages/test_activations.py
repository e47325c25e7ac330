"""The Activations page without a browser: functions and settings in and out, both ends of each, every tab."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from streamlit.testing.v1 import AppTest

from explorer import activations, figures, images, parameters
from explorer.activations import ACTIVATIONS, softmax
from explorer.activations.parameters import FunctionsParameter
from explorer.code import activations as activation_code
from explorer.code.activations import SNIPPETS
from explorer.convolution.experiments import to_npy
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Number, Numbers, Parameter, Switch
from pages.activations import operation
from pages.activations.operation import ACTIVATE, CHAIN, ON_PICTURE, SOFTMAX
from pages.components import lab
from pages.components.formulas import breakable
from pages.components.maps import DARK
from pages.live.messages import pack
from pages.live.protocol import Answer
from pages.operations import OPERATIONS

CURVES = FunctionsParameter(
    name="curves",
    title="Functions",
    preset=("sigmoid",),
)
VECTOR = Numbers(
    name="logits",
    title="Logits",
    default=[2.0, 1.0],
    low=-10.0,
    high=10.0,
    step=0.1,
    fewest=2,
    most=8,
)
EVERY = {"chosen": "elu", "curves": [{"name": name} for name in ACTIVATIONS]}
TABS = ["Layers", "Softmax", "On a picture", "Facts", "Code", "Download and share", "Explain"]


opened = partial(driving.opened, "activations/page.py")


set_in_lab = partial(driving.set_in, operation="activations")


def state_of(app: AppTest, operation: str = "activations") -> lab.State:
    return driving.state_of(app, operation)


text_of = driving.text_of


def ends(setting: Parameter) -> list[Any]:
    match setting:
        case Number():
            return [setting.low, setting.high]
        case Choice():
            return list(setting.options)
        case Switch():
            return [False, True]
        case Numbers():
            return [[setting.low] * setting.fewest, [setting.high, setting.low] * (setting.most // 2)]
        case _:
            return [{"chosen": "relu", "curves": [{"name": "relu"}]}, EVERY]


def numbers(answer: Answer, name: str) -> np.ndarray:
    return np.frombuffer(next(blob.data for blob in answer.blobs if blob.name == name), np.float32)


# The operations: what the lane sends


@pytest.mark.parametrize("name", ["activations", "chain", "softmax", "activated"])
def test_every_setting_at_its_ends_can_be_answered_and_sent(name: str) -> None:
    """Whatever a control is set to, moving and at rest, the answer is strict JSON and finite pictures."""
    operation = OPERATIONS[name]
    picture = images.sample("coins", 32) if operation.picture else images.NO_PICTURE
    for setting in operation.settings:
        for value in ends(setting):
            values = parameters.checked(operation.settings, {setting.name: value})
            for rest in (False, True):
                assert pack(1, rest, operation.answer(picture, values, rest))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_plot_is_sent_as_explorer_computes_it(name: str) -> None:
    """Lines, slopes, tangent and shaded intervals are those of the record, for every activation."""
    values = parameters.checked(ACTIVATE, {"curves": {"chosen": name, "curves": [{"name": name}]}, "x": -0.7})
    answer = OPERATIONS["activations"].answer(images.NO_PICTURE, values, True)
    record = ACTIVATIONS[name]
    x, y, slopes = (numbers(answer, f"{blob}0") for blob in ("x", "values", "slopes"))
    kinks = np.array([kink.x for kink in record.kinks()])
    away = np.array([not (np.abs(kinks - place) < 1e-4).any() for place in x], bool)
    assert_allclose(y[away], record.f(x[away]), rtol=2e-6, atol=2e-6)
    assert_allclose(slopes[away], record.derivative(x[away]), rtol=2e-5, atol=2e-6)
    touching = record.tangent(-0.7)
    assert answer.facts["tangent"] == {"x": -0.7, "value": touching.value, "slope": touching.slope}
    flat = [(each["from"], each["to"]) for each in answer.facts["intervals"] if not each["dead"]]
    dead = [(each["from"], each["to"]) for each in answer.facts["intervals"] if each["dead"]]
    assert dead == record.saturation(-6, 6, 0.0)
    if not dead:
        assert flat == record.saturation(-6, 6, 0.05)


def test_slopes_are_sent_for_those_that_ask_for_them() -> None:
    """Of the chosen one, of all, or of none."""
    for choice, expected in (("chosen", {"slopes1"}), ("all", {"slopes0", "slopes1"}), ("none", set())):
        values = parameters.checked(
            ACTIVATE,
            {"curves": {"chosen": "relu", "curves": [{"name": "tanh"}, {"name": "relu"}]}, "slopes": choice},
        )
        answer = OPERATIONS["activations"].answer(images.NO_PICTURE, values, False)
        assert {blob.name for blob in answer.blobs if blob.name.startswith("slopes")} == expected


def test_a_chain_is_sent_as_explorer_computes_it() -> None:
    """The dots of the plot are the sizes of the products, layer by layer."""
    sigmoid = {"chosen": "sigmoid", "curves": [{"name": "sigmoid"}]}
    values = parameters.checked(CHAIN, {"curves": sigmoid, "x": 1.5, "layers": 20, "weight": -1.5})
    answer = OPERATIONS["chain"].answer(images.NO_PICTURE, values, True)
    links = ACTIVATIONS["sigmoid"].chain(1.5, 20, -1.5)
    assert_allclose(numbers(answer, "values0"), [abs(link.product) for link in links], rtol=1e-6)
    assert answer.facts["curves"][0]["slopes"] == [link.slope for link in links]


def test_softmax_is_sent_as_explorer_computes_it() -> None:
    """Probabilities are softmax's of the vector at the temperature."""
    values = parameters.checked(SOFTMAX, {"logits": [1.0, -2.0, 10.0], "temperature": 2.5})
    facts = OPERATIONS["softmax"].answer(images.NO_PICTURE, values, True).facts
    assert_allclose(facts["probabilities"], softmax(np.array([1.0, -2.0, 10.0]), temperature=2.5), rtol=1e-12)


def test_a_feature_map_is_activated_as_explorer_does_it() -> None:
    """Pictures are painted from the map, from f of it and from the slopes, each between its own ends."""
    picture = images.prepare(images.sample("coins", 48), size=48, colour=False)
    given_values = {"curves": {"chosen": "tanh", "curves": [{"name": "tanh"}]}, "gain": 3.0, "bias": 0.5}
    values = parameters.checked(ON_PICTURE, given_values)
    facts = OPERATIONS["activated"].answer(picture, values, True).facts
    before = operation.map_filter(values).feature_map(picture)
    for found, expected in zip(
        facts["maps"],
        (before, ACTIVATIONS["tanh"].f(before), ACTIVATIONS["tanh"].derivative(before)),
        strict=True,
    ):
        assert found["low"] == pytest.approx(float(expected.min()), abs=1e-6)
        assert found["high"] == pytest.approx(float(expected.max()), abs=1e-6)
    assert facts["flat"] == pytest.approx(float((ACTIVATIONS["tanh"].derivative(before) < 0.05).mean()))
    # The colours keep the ends that they have without gain and bias, unless they are to be fitted.
    plain = operation.map_filter(values | {"gain": 1.0, "bias": 0.0}).feature_map(picture)
    after = ACTIVATIONS["tanh"].f(plain)
    assert [found["ends"] for found in facts["maps"][:2]] == [
        list(figures.usual_limits(each, "signed")) for each in (plain, after)
    ]
    fitted = OPERATIONS["activated"].answer(picture, values | {"ends": "fitted"}, True).facts
    assert fitted["maps"][0]["ends"] == list(figures.usual_limits(before, "signed"))


# The settings


@given(st.lists(st.sampled_from(sorted(ACTIVATIONS)), min_size=1, unique=True), st.data())
def test_functions_pass_through_the_address_unchanged(names: list[str], data: st.DataObject) -> None:
    """Order, parameters and which one is chosen come back from what was written."""
    curves = [
        {
            "name": name,
            "parameters": {
                argument.name: data.draw(st.floats(argument.low, argument.high))
                for argument in ACTIVATIONS[name].parameters
            },
        }
        for name in names
    ]
    value = CURVES.checked({"chosen": data.draw(st.sampled_from(names)), "curves": curves})
    assert CURVES.from_text(CURVES.to_text(value)) == value
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("setting", [CURVES, VECTOR], ids=lambda setting: setting.name)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["chosen", "curves", "name", "parameters", "alpha", "relu", "elu"]), inner
            )
        ),
        max_leaves=12,
    ),
    text=st.text(alphabet="reluelu~,=.-0123456789nafi", max_size=30),
)
def test_anything_is_a_value_or_a_sentence(setting: Parameter, value: Any, text: str) -> None:
    """What comes over the wire or in a link is taken, or refused with a sentence."""
    for read in (lambda: setting.checked(value), lambda: setting.from_text(text)):
        try:
            taken = read()
        except ExplorerError:
            continue
        assert setting.checked(taken) == taken


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"chosen": "relu", "curves": []}, "at least one"),
        ({"chosen": "relu", "curves": [{"name": "relu"}, {"name": "relu"}]}, "each function once"),
        ({"chosen": "elu", "curves": [{"name": "relu"}]}, "none of relu"),
        ({"chosen": "no", "curves": [{"name": "no"}]}, "no function called 'no'"),
        (
            {"chosen": "relu", "curves": [{"name": "relu", "parameters": {"alpha": 1}}]},
            "no parameter 'alpha'",
        ),
        ({"chosen": "elu", "curves": [{"name": "elu", "parameters": {"alpha": 9}}]}, "0.1 to 5"),
        ({"chosen": "elu", "curves": [{"name": "elu", "parameters": [1]}]}, "names with numbers"),
        ([], "functions and which one"),
    ],
)
def test_what_the_functions_do_not_take_is_explained(value: Any, part: str) -> None:
    """The sentence names what is wrong."""
    with pytest.raises(ExplorerError, match=part):
        CURVES.checked(value)


# The page


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_its_facts_on_the_page(name: str) -> None:
    """Formula, derivative, range and kinks of the chosen function are those of its record."""
    app = opened(tab="Facts", curves=name)
    record = ACTIVATIONS[name]
    for formula in (f"f(x) = {record.formula}", f"f'(x) = {record.derivative_formula}"):
        assert driving.unbroken(breakable(formula)) in text_of(app)
    curve = activations.ActivationCurve(name)
    assert curve.kink_sentence() in text_of(app)
    assert curve.range_sentence() in text_of(app)


def test_the_table_has_every_activation_on_a_line_of_its_own() -> None:
    """A line has six cells, whatever the formula is."""
    app = opened(tab="Facts")
    ((heads, *rows),) = driving.tables_of(app)
    assert len(heads) == 6
    for row, record in zip(rows, ACTIVATIONS.values(), strict=True):
        assert len(row) == 6
        assert (row[0], row[2], row[5]) == (f"**{record.title}**", str(record.range()), record.why)


@pytest.mark.parametrize("setting", ACTIVATE, ids=lambda setting: setting.name)
@pytest.mark.parametrize("tab", TABS)
def test_each_setting_at_its_ends_leaves_every_tab_whole(tab: str, setting: Parameter) -> None:
    """Whatever the plot is set to, each tab is filled and no exception is shown."""
    app = opened(tab=tab, size="32")
    for seq, value in enumerate(ends(setting), start=1):
        set_in_lab(app, {setting.name: value}, seq)
        assert state_of(app).values[setting.name] == setting.checked(value)
        assert not app.error


@pytest.mark.parametrize(
    ("operation", "tab"), [("chain", "Layers"), ("softmax", "Softmax"), ("activated", "On a picture")]
)
def test_each_setting_of_a_tab_at_its_ends_is_in_the_address(operation: str, tab: str) -> None:
    """What is set in a tab is written into the link, and a session that opens the link has it."""
    for setting in OPERATIONS[operation].settings:
        if setting in (*ACTIVATE, DARK) or setting.name == "x":
            continue
        for value in ends(setting):
            app = set_in_lab(opened(tab=tab, size="32"), {setting.name: value}, operation=operation)
            query = dict(app.query_params.items())
            assert query.get(setting.name, setting.to_text(setting.default)) == setting.to_text(value)
            assert state_of(opened(**query), operation).values[setting.name] == value


def test_an_address_sets_the_plot_and_the_plot_sets_the_address() -> None:
    """What a link says is what is shown, and what is set is what the link says."""
    app = opened(curves="tanh,~elu~alpha=2.5", x="-3.0", limit="0.1", reach="8", slopes="all")
    values = state_of(app).values
    assert values["curves"]["chosen"] == "elu"
    assert values["curves"]["curves"][1] == {"name": "elu", "parameters": {"alpha": 2.5}}
    assert (values["x"], values["limit"], values["reach"], values["slopes"]) == (-3.0, 0.1, 8, "all")
    set_in_lab(app, {"curves": {"chosen": "relu", "curves": [{"name": "gelu"}, {"name": "relu"}]}, "x": 2.0})
    assert app.query_params["curves"] == "gelu,~relu"
    assert app.query_params["x"] == "2.0"
    assert "reach" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [
        {"curves": "no_such_function"},
        {"curves": "relu,relu"},
        {"curves": "elu~alpha=99"},
        {"curves": "elu~alpha"},
        {"curves": "elu~beta=1"},
        {"curves": ""},
        {"x": "nan"},
        {"x": "21"},
        {"limit": "-0.1"},
        {"reach": "0"},
        {"reach": "2.5"},
        {"slopes": "some"},
    ],
    ids=str,
)
def test_a_bad_address_gives_the_default_and_a_sentence(query: dict[str, str]) -> None:
    """Nonsense in a link never shows a traceback: the setting keeps its default and a sentence says so."""
    app = opened(**query)
    (name,) = query
    assert state_of(app).values[name] == next(one.default for one in ACTIVATE if one.name == name)
    assert app.warning


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "Softmax", "logits": "1"},
        {"tab": "Softmax", "logits": "1,2,x"},
        {"tab": "Softmax", "logits": "1,99"},
        {"tab": "Softmax", "temperature": "0"},
        {"tab": "Layers", "layers": "21"},
        {"tab": "Layers", "weight": "inf"},
        {"tab": "On a picture", "filter": "none such"},
        {"tab": "On a picture", "gain": "-1"},
    ],
    ids=str,
)
def test_a_bad_address_of_a_tab_gives_a_sentence_there(query: dict[str, str]) -> None:
    """The same holds for what is set inside a tab."""
    assert len(opened(**query).warning) == 1


def test_what_a_tab_shares_with_the_plot_follows_it() -> None:
    """Functions and x are set once: chain and picture take them over with the run that shows them."""
    app = opened(tab="Layers", curves="relu", x="2.0")
    assert state_of(app, "chain").values["curves"]["chosen"] == "relu"
    assert state_of(app, "chain").values["x"] == 2.0
    set_in_lab(app, {"curves": {"chosen": "tanh", "curves": [{"name": "tanh"}]}, "x": -1.0})
    assert state_of(app, "chain").values["curves"]["chosen"] == "tanh"
    assert state_of(app, "chain").values["x"] == -1.0
    picture = opened(tab="On a picture", curves="relu,~gelu", limit="0.2", size="32")
    assert state_of(picture, "activated").values["curves"]["chosen"] == "gelu"
    assert state_of(picture, "activated").values["limit"] == 0.2


@pytest.mark.parametrize(
    "parameters",
    [
        None,
        {"curves": None},
        {"curves": {"chosen": "relu", "curves": [{"name": "tanh"}]}},
        {"x": float("nan")},
        {"x": "2"},
        {"unknown": 1},
    ],
    ids=str,
)
def test_a_bad_message_from_the_browser_leaves_the_settings(parameters: Any) -> None:
    """What the plot would never send is refused, and the settings stay as they were."""
    app = opened(curves="relu", x="2.0")
    set_in_lab(app, parameters, seq=5)
    assert state_of(app).values["x"] == 2.0
    assert state_of(app).values["curves"]["chosen"] == "relu"


@pytest.mark.parametrize("framework", SNIPPETS)
def test_code_is_shown_for_each_framework(framework: str) -> None:
    """The code on the page is that of explorer, with the parameter of the moment."""
    app = opened(tab="Code", code=SNIPPETS[framework].title, curves="elu~alpha=2.5", reach="4")
    curve = activations.ActivationCurve.of("elu", {"alpha": 2.5})
    assert app.code[0].value == activation_code.code(framework, curve, -4, 4).strip()


def test_a_function_that_a_framework_lacks_is_said_to_be_lacking() -> None:
    """There is no traceback, and the sentence says what to do."""
    app = opened(tab="Code", code="Keras", curves="binary_step")
    assert "choose NumPy" in app.info[0].value


def test_take_away_has_files_and_a_link() -> None:
    """The files hold the curve at 481 places, and the link carries every setting."""
    app = opened(tab="Download and share", curves="tanh,~elu~alpha=0.5", x="0.5", reach="3")
    assert {"Curve as CSV", "Curve as NPY"} <= {button.proto.label for button in app.get("download_button")}
    for part in ("curves=tanh,~elu~alpha=0.5", "x=0.5", "reach=3"):
        assert part in app.code[0].value
    curve = activations.ActivationCurve.of("elu", {"alpha": 0.5})
    table = np.load(io.BytesIO(to_npy(activations.table(curve, -3, 3))))
    assert_array_equal(table[:, 1], ACTIVATIONS["elu"].f(table[:, 0], alpha=0.5))


def test_settings_survive_a_change_of_page() -> None:
    """Home and back: functions, x and what was set in a tab are still there."""
    app = opened(tab="Softmax")
    set_in_lab(app, {"curves": {"chosen": "mish", "curves": [{"name": "mish"}]}, "x": 2.5})
    set_in_lab(app, {"logits": [3.0, -3.0], "temperature": 0.5}, operation="softmax")
    app.switch_page("home/page.py").run()
    app.switch_page("activations/page.py").run()
    assert not app.exception
    assert state_of(app).values["curves"]["chosen"] == "mish"
    assert app.query_params["x"] == "2.5"
    assert state_of(app, "softmax").values["logits"] == [3.0, -3.0]
