"""The Losses page without a browser: settings in and out, every control (Trading's too) at both ends."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import driving
import pytest
from streamlit.testing.v1 import AppTest

from explorer import images, parameters
from explorer.code import losses as loss_code
from explorer.errors import ExplorerError
from explorer.losses import LOSSES, TASKS, LossCurve
from explorer.losses.parameters import LossesParameter, PointsParameter
from explorer.losses.point_sets import POINT_SETS
from explorer.parameters import Choice, Number, Parameter, Values
from explorer.trading import market
from explorer.trading.parameters import ReturnsParameter
from pages.components import lab, loss_curves
from pages.components.formulas import breakable
from pages.operations import OPERATIONS

OURS = ("losses", "samples", "fit", "trading", "profits", "profit_samples")
TABS = {"samples": "One outlier", "fit": "Fit it"}


opened = partial(driving.opened, "losses/page.py")


def set_in(app: AppTest, operation: str, parameters: Values, seq: int = 1) -> AppTest:
    return driving.set_in(app, parameters, seq, operation=operation)


def state_of(app: AppTest, operation: str = "losses") -> lab.State:
    return driving.state_of(app, operation)


text_of = driving.text_of


def ends(setting: Parameter) -> list[Any]:
    if isinstance(setting, Number):
        return [setting.low, setting.high]
    if isinstance(setting, Choice):
        return list(setting.options)
    if isinstance(setting, LossesParameter):
        return [{"task": name} | setting._curves(name).default for name in setting.tasks]
    if isinstance(setting, PointsParameter):
        return [[list(point) for point in each.points] for each in POINT_SETS.values()]
    if isinstance(setting, ReturnsParameter):
        return [market.synthetic(200).rounded()]
    return [{"chosen": name, "curves": [{"name": name}]} for name in setting.table]


def defaults(operation: str) -> Values:
    return {setting.name: setting.default for setting in OPERATIONS[operation].settings}


@pytest.mark.parametrize(
    ("operation", "setting"),
    [
        pytest.param(operation, setting, id=f"{operation}-{setting.name}")
        for operation in OURS
        for setting in OPERATIONS[operation].settings
    ],
)
def test_each_setting_at_its_ends_has_an_answer_in_json(operation: str, setting: Parameter) -> None:
    """Whatever a control is set to, there are facts that JSON can carry, and blobs of the right size."""
    for value in ends(setting):
        values = parameters.checked(OPERATIONS[operation].settings, {setting.name: value})
        answer = OPERATIONS[operation].answer(images.NO_PICTURE, values, True)
        json.dumps(answer.facts, allow_nan=False)
        for blob in answer.blobs:
            assert len(blob.data) == 4 * blob.shape[0]


@pytest.mark.parametrize("task", TASKS)
def test_the_facts_are_those_of_the_chosen_loss(task: str) -> None:
    """Formula, gradient, reason, source and clipping of each loss are on the page when it is chosen."""
    first = {"losses": f"{task},{TASKS[task].losses[0]}"}
    if task == "profit":
        plot = "profits"
        app = driving.opened("trading/page.py", tab="Losses of money", **first)
    else:
        plot = "losses"
        app = opened(**first)
    for seq, name in enumerate(TASKS[task].losses, start=1):
        set_in(app, plot, {"losses": {"task": task, "chosen": name, "curves": [{"name": name}]}}, seq)
        text, record = text_of(app), LOSSES[name]
        formulas = (driving.unbroken(breakable(each)) for each in (record.formula, record.gradient_formula))
        for part in (*formulas, record.why, record.source, record.clipping):
            assert part in text


def test_an_address_sets_the_lab_and_the_lab_sets_the_address() -> None:
    """What a link says is what the lab holds, and what the lab is set to is what the link says."""
    app = opened(
        losses="scores,hinge,~binary_crossentropy~label_smoothing=0.2",
        scores_prediction="2.5",
        scores_target="0",
    )
    assert loss_curves.chosen_curve(state_of(app).values) == LossCurve.of(
        "scores", "binary_crossentropy", {"label_smoothing": 0.2}
    )
    assert loss_curves.target_and_prediction(state_of(app).values) == (0, 2.5)
    chosen = {
        "task": "numbers",
        "chosen": "huber",
        "curves": [{"name": "huber", "parameters": {"delta": 3.0}}],
    }
    set_in(app, "losses", {"losses": chosen, "numbers_target": 7.0})
    assert app.query_params["losses"] == "numbers,huber~delta=3.0"
    assert app.query_params["numbers_target"] == "7.0"
    assert "scores_target" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [
        {"losses": "colours,huber"},
        {"losses": "profit,downside"},
        {"losses": "numbers,hinge"},
        {"losses": "numbers,huber~delta=99"},
        {"losses": "numbers,huber,huber"},
        {"losses": "probabilities,binary_crossentropy~from_logits=1"},
        {"losses": ""},
        {"numbers_target": "-1"},
        {"probabilities_prediction": "1.01"},
        {"scores_target": "0.5"},
    ],
)
def test_a_wrong_address_is_said_and_the_rest_of_it_kept(query: dict[str, str]) -> None:
    """A setting that cannot be read has its default and a sentence; the others hold."""
    app = opened(scores_prediction="0.05", **query)
    assert len(app.warning) == 1
    assert state_of(app).values["scores_prediction"] == 0.05
    assert state_of(app).values | {"scores_prediction": -1.0} == defaults("losses")


@pytest.mark.parametrize("tab", ["Facts", *TABS.values(), "Code", "Download and share", "Explain"])
def test_every_tab_opens(tab: str) -> None:
    """Each tab fills without an error, from its own link."""
    assert len(text_of(opened(tab=tab))) > 150


@pytest.mark.parametrize("operation", TABS)
def test_a_tab_has_its_settings_in_the_address(operation: str) -> None:
    """What is set in a tab is in the link, and a link with it opens it on a cold server."""
    wanted: dict[str, Any] = {
        "samples": {"numbers_wild": 55.0},
        "fit": {"points": [[1.0, 2.0], [3.0, 4.5]], "degree": 0},
    }[operation]
    app = opened(tab=TABS[operation])
    set_in(app, operation, wanted)
    query = {name: app.query_params[name] for name in wanted}
    cold = opened(
        tab=TABS[operation],
        **{name: text if isinstance(text, str) else text[0] for name, text in query.items()},
    )
    assert state_of(cold, operation).values == defaults(operation) | wanted


def test_samples_follow_the_losses_above() -> None:
    """The losses of the samples are those of the plot, and a link says them once."""
    app = opened(losses="scores,hinge,~squared_hinge", tab=TABS["samples"])
    assert state_of(app, "samples").values["losses"] == state_of(app).values["losses"]


def test_the_answers_of_the_fits_are_those_of_explorer() -> None:
    """Mean, median and quantile of a constant, and a sentence where a loss refuses its points."""
    values = defaults("fit") | {"degree": 0}
    facts = OPERATIONS["fit"].answer(images.NO_PICTURE, values, True).facts
    y = [point[1] for point in values["points"]]
    assert facts["curves"][0]["coefficients"] == pytest.approx([sum(y) / len(y)])
    assert facts["curves"][1]["said_of"].startswith("The median, where anything from 3.8 to 4.2")
    one = OPERATIONS["fit"].answer(images.NO_PICTURE, defaults("fit") | {"points": [[1.0, 1.0]]}, True).facts
    assert "A line needs points at 2 different x" in one["curves"][0]["refused"]


def test_code_is_shown_for_the_present_numbers() -> None:
    """The program has the page's target, prediction and parameters, in the framework of one's choice."""
    curve = LossCurve.of("numbers", "huber", {"delta": 2.0})
    query = {"losses": "numbers,~huber~delta=2.0", "numbers_prediction": "9.0", "tab": "Code"}
    assert opened(**query).code[0].value + "\n" == loss_code.code("keras", curve, 4.0, 9.0)
    for framework, title in ((each.name, each.title) for each in loss_code.SNIPPETS.values()):
        shown = opened(**query, code=title).code[0].value
        assert shown + "\n" == loss_code.code(framework, curve, 4.0, 9.0)


@pytest.mark.parametrize(
    "value",
    [None, [], [[1]], [[1, 11]], [["a", 1]], [[1, 2, 3]], "1,2", [[0, 0]] * 61],
)
def test_points_that_cannot_be_are_refused(value: Any) -> None:
    """A point has two coordinates on the plane, and there are not too many."""
    with pytest.raises(ExplorerError, match=r"[A-Z].+\.$"):
        PointsParameter(
            name="points",
            title="Points",
            preset="wild",
        ).checked(value)
