"""The Hidden layers page without a browser: training in frames, settings in and out, every tab, files."""

from __future__ import annotations

import json
import random
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from streamlit.testing.v1 import AppTest

from explorer import images, parameters
from explorer.activations import ACTIVATIONS
from explorer.code.mlp import network_code
from explorer.errors import ExplorerError
from explorer.figures import format_number
from explorer.losses import LOSSES
from explorer.mlp import optimizers, scores, training, worked
from explorer.mlp.features import FEATURES
from explorer.mlp.files import to_json, to_npz
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.parameters import (
    FeaturesParameter,
    LayersParameter,
    NamesParameter,
    TrainingStateParameter,
    WeightsParameter,
)
from explorer.mlp.trainer import Trainer
from explorer.parameters import Choice, Number, Parameter, Switch, Values
from pages.hidden_layers import operation
from pages.hidden_layers.operation import NETWORK
from pages.live.messages import MAX_TEXT, pack
from pages.live.protocol import Answer
from pages.operations import OPERATIONS

TABS = ["Forward", "Backward", "Facts", "Your points", "Code", "Download and share", "Explain"]
DEEPEST = [[16, "tanh"]] * 6 + [[1, "sigmoid"]]
LAYERS = LayersParameter(
    name="layers",
    title="Layers",
    preset=((4, "tanh"), (1, "sigmoid")),
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")


opened = partial(driving.opened, "hidden_layers/page.py")


set_in_lab = partial(driving.set_in, operation="network")


state_of = partial(driving.state_of, operation="network")


def in_address(app: AppTest) -> dict[str, str]:
    given = {name: [value] if isinstance(value, str) else value for name, value in app.query_params.items()}
    return {name: values[-1] for name, values in given.items() if name not in ("tab", "code", "level")}


text_of = driving.text_of


def parsed(**given: Any) -> Values:
    return parameters.checked(NETWORK, given)


def answer(values: Values, *, rest: bool = False) -> Answer:
    return OPERATIONS["network"].answer(images.NO_PICTURE, values, rest)


def ends(setting: Parameter) -> list[Any]:
    match setting:
        case Choice():
            return list(setting.options)
        case Number():
            return [setting.low, setting.high]
        case Switch():
            return [False, True]
        case LayersParameter():
            normal = {"batch_normalization": 1, "dropout": 0.9}
            return [
                [[1, "linear"]],
                DEEPEST,
                [[3, "elu", {"alpha": 5.0}], [1, "prelu", {"alpha": -1.0}]],
                [[16, "tanh", normal]] * 6 + [[1, "sigmoid"]],
            ]
        case TrainingStateParameter() | WeightsParameter():
            return [setting.default]
        case FeaturesParameter():
            return [[], ["x1_squared", "x2_squared", "x1_times_x2", "sin_x1", "sin_x2"]]
        case NamesParameter():
            return [[], ["cat", "dog"]]
        case _:
            return [[], [[0.5, 1.0, 0.0], [1.0, -2.0, 1.0]]]


# The operation: what the lane sends


@pytest.mark.parametrize("rest", [False, True])
@pytest.mark.parametrize("setting", NETWORK, ids=lambda setting: setting.name)
def test_every_setting_at_its_ends_can_be_answered_and_sent(setting: Parameter, rest: bool) -> None:
    """Whatever a control is set to, while it stands and while it trains, the answer is strict JSON."""
    owner = {setting.owner[0]: setting.owner[1][0]} if setting.owner else {}
    for value in ends(setting):
        for advance in ("none", "play"):
            given = owner | {"advance": advance, setting.name: value}
            assert pack(1, rest, answer(parsed(**given), rest=rest))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_trains_or_says_why_not(activation: str) -> None:
    """With any activation in every layer a frame is finite, and trouble is a sentence."""
    values = parsed(layers=[[3, activation], [1, activation]], advance="epoch")
    facts = answer(values).facts
    assert json.loads(json.dumps(facts, allow_nan=False))
    assert facts["measure"] or facts["trouble"].endswith(".")


def test_training_through_the_lane_is_training() -> None:
    """What a browser brings back from frame to frame leads where a trainer of the same settings gets."""
    values = parsed(data="xor", learning_rate=0.3, optimizer="adam", seed=5, batch_size=16)
    losses = []
    for _ in range(12):
        facts = json.loads(json.dumps(answer(values | {"advance": "play"}).facts))
        values = parsed(**values | {"training_state": facts["training_state"]})
        losses.append(facts["measure"]["train_loss"])
    asked = operation.training_setup(parsed(**values | {"training_state": None}))
    trainer = Trainer(asked.start, asked.split, asked.training)
    trainer.epoch(12)
    assert_array_equal(training.unpack(values["training_state"]["parameters"]), trainer.network.flat())
    assert losses[-1] == trainer.history[-1].train_loss
    assert losses[-1] < 0.5


def test_the_pictures_are_those_of_the_present_network() -> None:
    """The blobs hold each unit's answers, and the chosen point's sums are those of its forward pass."""
    values = parsed(layers=[[3, "relu"], [2, "tanh"], [1, "sigmoid"]], x1=-0.5, x2=2.0)
    found = answer(values, rest=True)
    blobs = {blob.name: np.frombuffer(blob.data, blob.kind).reshape(blob.shape) for blob in found.blobs}
    network = operation.training_setup(values).network
    seen = training.view(network, (-3, 3, -3, 3), 0.5, 0.5, side=32, output_side=128)
    assert_array_equal(blobs["units"], seen.units)
    assert_array_equal(blobs["output"], seen.output)
    forward = network.forward(np.array([[-0.5, 2.0]]))  # float64, as in the worked steps
    assert found.facts["sums"] == [layer[0].tolist() for layer in forward.pre_activations]
    assert found.facts["answers"] == [layer[0].tolist() for layer in forward.activations]
    assert len(blobs["train_y"]) == len(blobs["test_y"]) == 250


def test_the_largest_request_fits_into_a_message() -> None:
    """The largest network with Adam's memory, edited weights and 800 points can be asked about."""
    rng = random.Random(0)
    own = [
        [rng.uniform(-1e5, 1e5), rng.uniform(-1e5, 1e5), rng.choice(range(6))]
        for _ in range(training.MAX_OWN)
    ]
    values = parsed(
        layers=[[16, "elu", {"alpha": 0.5, "batch_normalization": 1, "dropout": 0.5}]] * 6 + [[6, "softmax"]],
        features=list(FEATURES), optimizer="adam", data="own", own=own, own_task="classification",
        own_names=[letter * 20 for letter in "abcdef"], learning_rate=0.001,
    )  # fmt: skip
    start = operation.training_setup(values).start
    values["weights"] = training.pack(start.flat())
    values = parsed(
        **values | {"training_state": answer(values | {"advance": "epoch"}).facts["training_state"]}
    )
    request = {"seq": 2**53 - 1, "operation": "network", "parameters": values, "rest": False}
    assert len(json.dumps(request, separators=(",", ":"))) < MAX_TEXT


@pytest.mark.parametrize(
    "given",
    [
        {"training_state": {"parameters": "AACAPw"}},
        {"weights": "AACAPw"},
        {"weights": training.pack([2e6] * 17)},
        {"training_state": {"parameters": training.pack([2e6] * 17)}},
    ],
    ids=["other size", "other weights", "too large a start", "too large"],
)
def test_weights_of_another_network_are_refused_before_anything_is_computed(given: dict[str, Any]) -> None:
    """Weights that fit no network of these layers give a sentence."""
    with pytest.raises(ValueError, match=r"\.$"):
        OPERATIONS["network"].check((), parsed(**given))


@pytest.mark.parametrize(
    "value",
    [None, [], "tanh", [[4, "tanh"]], [[17, "tanh"], [1, "tanh"]], [[0, "tanh"], [1, "tanh"]],
     [[2.5, "tanh"], [1, "tanh"]], [[1, "no such"]], [[1, ["tanh"]]], [[True, "tanh"], [1, "tanh"]],
     [[1, "tanh"]] * 8, [[1]], [[1, "tanh", {"alpha": 1.0}]], [[1, "elu", []]], [[1, "elu", {"alpha": 9.0}]],
     [[1, "elu", {"alpha": True}]], [[1, "elu", {"alpha": "1"}]], [[1, "elu", {}, {}]],
     [[float("inf"), "tanh"], [1, "tanh"]], [[7, "softmax"]], [[1, "softmax"]],
     [[3, "softmax"], [1, "tanh"]], [[3, "linear"]], [[1, "tanh", {"dropout": 0.5}]],
     [[2, "tanh", {"dropout": 1}], [1, "tanh"]], [[2, "tanh", {"batch_normalization": 2}], [1, "tanh"]]],
)  # fmt: skip
def test_layers_that_cannot_be_are_refused(value: Any) -> None:
    """Layers have their bounds, and the output is one unit."""
    with pytest.raises(ExplorerError, match=r"\.$"):
        LAYERS.checked(value)


@pytest.mark.parametrize(
    "layers",
    [
        [[1, "linear"]],
        [[4, "tanh"], [1, "sigmoid"]],
        DEEPEST,
        [[4, "tanh"], [2, "relu"], [6, "softmax"]],
        [[3, "elu", {"alpha": 0.5, "batch_normalization": 1, "dropout": 0.2}], [1, "linear"]],
        [[4, "elu", {"alpha": 0.1}], [2, "leaky_relu", {"negative_slope": 1e-5}], [1, "prelu"]],
    ],
    ids=len,
)
def test_layers_stand_in_the_address(layers: list[list[Any]]) -> None:
    """What is written is read back."""
    assert LAYERS.from_text(LAYERS.to_text(layers)) == layers


def test_every_parameter_of_a_choice_is_a_setting_with_its_bounds() -> None:
    """Losses and optimizers have no parameter that the page leaves at its default."""
    named = {setting.name: setting for setting in NETWORK}
    tables = {
        "loss": [LOSSES[name] for name in training.loss_titles()],
        "optimizer": list(optimizers.OPTIMIZERS.values()),
    }
    for menu, records in tables.items():
        for record in records:
            for parameter in record.parameters:
                found = named[f"{menu}_{parameter.name}"]
                assert found.owner
                assert found.owner[0] == menu
                assert record.name in found.owner[1]
                assert found.default == parameter.default
                if isinstance(found, Number):
                    assert (found.low, found.high) == (parameter.low, parameter.high)
                    if found.stops:
                        assert found.default in found.stops
                        assert {found.low, found.high} <= {*found.stops, 0.999}


def test_parameters_of_what_is_chosen_are_trained_with_and_the_others_wait() -> None:
    """The lesson has the parameters of its activation, loss and optimizer, and of no other."""
    values = parsed(
        layers=[[3, "leaky_relu", {"negative_slope": 0.4}], [1, "linear"]],
        loss="huber", loss_delta=0.3, loss_quantile=0.2,
        optimizer="adam", optimizer_beta_1=0.5, optimizer_momentum=0.1,
    )  # fmt: skip
    setup = operation.training_setup(values)
    assert setup.start.layers[0].parameters == (("negative_slope", 0.4),)
    assert setup.training.loss_parameters == (("delta", 0.3),)
    assert dict(setup.training.optimizer_parameters) == {"beta_1": 0.5, "beta_2": 0.999, "epsilon": 1e-7}
    query = parameters.to_query(NETWORK, values)
    assert query["layers"] == "3~leaky_relu~negative_slope=0.4,1~linear"
    assert query["loss_delta"] == "0.3"
    assert parameters.from_query(NETWORK, query) == (values, [])
    other = operation.training_setup(parsed(**values | {"loss_quantile": 0.7, "optimizer_momentum": 0.5}))
    assert other.recipe == setup.recipe
    assert operation.training_setup(parsed(**values | {"loss_delta": 0.4})).recipe != setup.recipe


# The page


def test_parameters_are_named_and_stand_in_the_code() -> None:
    """Facts and Forward name them, and the script of each framework has them."""
    query = {
        "layers": "2~elu~alpha=0.5,1~linear", "data": "plane", "loss": "huber", "loss_delta": "0.3",
        "optimizer": "momentum", "optimizer_momentum": "0.5",
    }  # fmt: skip
    facts = text_of(opened(tab="Facts", **query))
    assert "Hidden layer 1 (ELU, depth below 0 0.5)" in facts
    assert "**Huber, delta 0.3**" in facts
    assert "**SGD with momentum, momentum 0.5**" in facts
    assert "ELU, depth below 0 0.5" in text_of(opened(tab="Forward", **query))
    app = opened(tab="Code", **query)
    for part in ("alpha=0.5", "momentum=0.5", "delta=0.3"):
        assert part in app.code[0].value


def test_the_page_opens_on_a_network_at_its_start() -> None:
    """Without an address there is one hidden layer, no training yet, and no warning."""
    app = opened()
    assert not app.warning
    assert state_of(app).values == parsed()
    assert in_address(app) == {}


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("layers", [[[1, "sigmoid"]], [[4, "tanh"], [1, "sigmoid"]], DEEPEST], ids=len)
def test_every_tab_has_something_to_say(tab: str, layers: list[list[Any]]) -> None:
    """Each tab runs for one neuron, for one hidden layer and for six."""
    app = opened(tab=tab, layers=LAYERS.to_text(layers))
    assert not app.error
    assert text_of(app)


def test_forward_and_backward_write_the_numbers_of_the_explorer() -> None:
    """The tabs show matrix products and chains as `dense` writes them, for the present weights."""
    setup = operation.training_setup(parsed(seed=3, x1=0.5, x2=-1.0, target=0.0))
    query = {"seed": "3", "x1": "0.5", "x2": "-1", "target": "0"}
    forward = text_of(opened(tab="Forward", **query))
    for step in worked.forward_steps(setup.network, [0.5, -1.0]):
        assert step.matrix_product in forward
        assert step.all_activated in forward
        assert step.weighted_sum(0) in forward
    backward = text_of(opened(tab="Backward", **query))
    for back in worked.backward_steps(setup.network, [0.5, -1.0], 0.0, setup.training):
        assert back.weight(0).latex in backward
        assert back.bias().latex in backward


def test_a_loss_that_refuses_the_output_is_a_sentence_and_no_traceback() -> None:
    """Cross-entropy of a linear output says so under Backward."""
    app = opened(tab="Backward", layers="1~linear", x1="9", x2="9")
    assert not app.exception
    assert app.info or text_of(app)


def test_settings_come_from_the_address_and_go_there() -> None:
    """A link opens what it says, and what is set is written."""
    query = {
        "layers": "3~relu,2~elu,1~tanh",
        "data": "spiral",
        "learning_rate": "0.03",
        "seed": "9",
        "l2": "0.001",
    }
    app = opened(**query)
    assert in_address(app) == query
    values = state_of(app).values
    assert values["layers"] == [[3, "relu"], [2, "elu"], [1, "tanh"]]
    assert (values["data"], values["seed"], values["l2"]) == ("spiral", 9, 0.001)
    set_in_lab(app, values | {"data": "own", "own": [[0.5, 1.0, 0.0], [-1.25, 2.0, 1.0]]})
    assert in_address(app)["own"] == "0.5,1,0_-1.25,2,1"


def test_edited_weights_stand_in_the_address_where_they_fit() -> None:
    """Weights set by hand open again exactly; those of a large network are left out, and that is said."""
    values = parsed()
    start = operation.training_setup(values).start
    flat = start.flat()
    flat[6] = -3.25
    edited = start.with_flat(flat)
    app = set_in_lab(opened(), values | {"weights": training.pack(edited.flat())})
    again = opened(**in_address(app))
    assert_array_equal(operation.training_setup(state_of(again).values).network.flat(), edited.flat())
    large = parsed(layers=DEEPEST)
    weights = training.pack(operation.training_setup(large).start.flat())
    app = set_in_lab(opened(tab="Download and share"), large | {"weights": weights})
    assert "weights" not in in_address(app)
    assert "too many weights" in app.warning[0].value
    assert state_of(app).values["weights"] == weights


def trained(values: Values, *changes: Values) -> Values:
    """Train an epoch with the settings, and another with each of the changes on top of them."""
    for change in ({}, *changes):
        values = values | change
        values = values | {"training_state": answer(values | {"advance": "epoch"}).facts["training_state"]}
    return values


def test_a_network_is_offered_in_three_forms():
    """Its own two, and ONNX."""
    labels = {button.proto.label for button in opened(tab="Download and share").get("download_button")}
    assert labels == {"Network as NPZ", "Network as JSON", "Network as ONNX"}


def test_a_link_leads_to_the_same_weights_by_as_many_steps() -> None:
    """Whatever is set at the start: who opens the link has the same weights at the same step."""
    own = [[0.1, -2.3, 0.7], [1 / 3, 2.0, -0.2], [-1.5, 0.25, 0.05]]
    starts: list[dict[str, Any]] = [
        {},
        {"data": "spiral", "noise": 0.35, "share": 0.7, "data_seed": 4, "points": 130, "seed": 17},
        {"optimizer": "adam", "learning_rate": 0.003, "batch_size": 8, "l1": 0.001, "l2": 0.03},
        {"optimizer": "momentum", "initializer": "random_uniform", "limit": 0.55},
        {"layers": [[3, "elu"], [2, "leaky_relu"], [1, "linear"]], "loss": "huber", "data": "bumps"},
        {"data": "own", "own": own, "loss": "mean_squared_error", "layers": [[2, "tanh"], [1, "linear"]]},
        {"weights": training.pack(np.linspace(-1.5, 1.5, 17))},
        {
            "optimizer": "adam",
            "optimizer_beta_2": 0.99,
            "loss": "squared_hinge",
            "layers": [[3, "celu", {"alpha": 0.3}], [1, "tanh"]],
        },
    ]
    for start in starts:
        values = trained(parsed(**start), {})
        link = operation.link(values)
        assert "the same again" in link.said[0], start
        assert not link.lost
        read, complaints = parameters.from_query(NETWORK, parameters.to_query(NETWORK, link.values))
        assert not complaints
        steps = values["training_state"]["step"]
        asked = operation.training_setup(read)
        trainer = Trainer(asked.start, asked.split, asked.training)
        trainer.step(steps)
        assert_array_equal(trainer.network.flat(), training.unpack(values["training_state"]["parameters"]))


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 0.3},
        {"optimizer": "adam"},
        {"batch_size": 8},
        {"loss": "hinge"},
        {"loss_label_smoothing": 0.2},
        {"l2": 0.01},
        {"noise": 0.5},
        {"share": 0.8},
        {"data_seed": 1},
        {"layers": [[4, "relu"], [1, "sigmoid"]]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_link_after_a_change_in_training_carries_the_weights_and_says_so(change: dict[str, Any]) -> None:
    """Settings and seed do not lead there any more, so the link opens with the weights as they are."""
    values = trained(parsed(), change, {})
    link = operation.link(values)
    assert link.said[0].startswith("You changed settings during training")
    assert_array_equal(
        operation.training_setup(link.values).start.flat(),
        training.unpack(values["training_state"]["parameters"]),
    )
    # A change that no step has followed yet, and one that is taken back.
    assert operation.link(trained(parsed()) | change).said == link.said
    assert "the same again" in operation.link(trained(parsed()) | change | parsed_of(change)).said[0]
    assert "the same again" in operation.link(trained(values | {"training_state": None})).said[0]


def parsed_of(change: dict[str, Any]) -> Values:
    """Give the defaults of what is changed."""
    return {name: parsed()[name] for name in change}


def test_what_decides_nothing_keeps_the_link() -> None:
    """Another chosen point is no other training."""
    link = operation.link(trained(parsed(), {"x1": 0.5, "target": 0.0}))
    assert "the same again" in link.said[0]


def test_a_link_says_where_it_opens() -> None:
    """After training the link leads to the start; after a change on the way, to the weights as they are."""
    values = trained(parsed())
    app = set_in_lab(opened(tab="Download and share"), values)
    assert in_address(app) == {}
    assert "after 8 steps" in app.info[0].value
    edited = values | {"training_state": values["training_state"] | {"edited": True}}
    set_in_lab(app, edited, seq=2)
    assert in_address(app) == {"weights": values["training_state"]["parameters"]}
    assert "You changed weights during training" in app.info[0].value
    mixed = trained(values, {"learning_rate": 1.0})
    set_in_lab(app, mixed, seq=3)
    assert in_address(app) == {"weights": mixed["training_state"]["parameters"], "learning_rate": "1.0"}
    large = trained(parsed(layers=DEEPEST), {"learning_rate": 1.0})
    set_in_lab(app, large, seq=4)
    assert "weights" not in in_address(app)
    assert not app.info
    assert "too many weights for a link" in app.warning[0].value
    assert "download the network as a file" in app.warning[0].value


def test_a_link_without_its_points_promises_nothing() -> None:
    """Points that are too many for a link are left out, and it is not said to lead to the same weights."""
    own = [[0.123456 * place, -0.2 * place, float(place % 2)] for place in range(200)]
    link = operation.link(trained(parsed(data="own", own=own)))
    assert link.values["own"] == []
    assert not link.said
    assert "too many points" in link.lost[0]


@pytest.mark.parametrize(
    "query",
    [
        {"layers": "99~tanh,1~sigmoid"},
        {"layers": "x"},
        {"weights": "AACAPw"},
        {"weights": "!!"},
        {"own": "1,2"},
        {"own": "1,2,nan"},
        {"training_state": "now"},
        {"learning_rate": "0"},
        {"data": "no such"},
        {"x1": "1e9"},
        {"own_names": "a,,b"},
        {"features": "x3"},
        {"own_names": "a,b,c,d,e,f,g"},
    ],
    ids=str,
)
def test_a_bad_address_is_a_warning_and_the_page_runs(query: dict[str, str]) -> None:
    """What cannot be read has its default, and a sentence says so."""
    app = opened(**query)
    assert len(app.warning) == 1
    assert app.warning[0].value.endswith(".")
    assert state_of(app).values == parsed()


def test_bad_settings_of_a_view_leave_what_was() -> None:
    """A request that no view sends changes nothing."""
    app = set_in_lab(opened(seed="4"), {"layers": [[99, "tanh"]]})
    assert state_of(app).values == parsed(seed=4)


@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_the_code_has_the_present_weights(framework: str) -> None:
    """After training the script is the one that the explorer writes for the weights as they are now."""
    values = parsed()
    state = answer(values | {"advance": "epoch"}).facts["training_state"]
    app = opened(tab="Code")
    app.session_state["code"] = framework
    set_in_lab(app, values | {"training_state": state})
    setup = operation.training_setup(values | {"training_state": state})
    assert app.code[0].value == network_code(framework, setup.network, setup.training)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_code_says_what_it_does_not_hold(optimizer: str) -> None:
    """An optimiser that remembers its steps has none in the script, which is said."""
    values = parsed(optimizer=optimizer)
    state = answer(values | {"advance": "step"}).facts["training_state"]
    app = set_in_lab(opened(tab="Code"), values)
    assert not any("optimiser starts afresh" in caption.value for caption in app.caption)
    app = set_in_lab(app, values | {"training_state": state}, seq=2)
    assert any("optimiser starts afresh" in caption.value for caption in app.caption) == (optimizer == "adam")


# Points of one's own


def test_own_targets_can_be_numbers_whatever_they_are() -> None:
    """Two kinds of targets, or none yet, are a regression where that is asked for; else they are classes."""
    own = [[0.0, 1.0, 0.5], [1.0, 0.0, -0.5]]
    for rows in (own, own[:1], []):
        facts = answer(parsed(data="own", own=rows, own_task="regression")).facts
        assert (facts["task"], facts["classes"]) == ("regression", [])
        assert facts["half"] == (0.5 if rows else 1.0)
    assert answer(parsed(data="own", own=own)).facts["task"] == "classification"
    assert answer(parsed(data="own", own=[[0, 0, 1]], own_task="regression")).facts["task"] == "regression"
    app = set_in_lab(opened(), parsed(data="own", own=own, own_task="regression"))
    assert in_address(app) == {"data": "own", "own": "0,1,0.5_1,0,-0.5", "own_task": "regression"}
    assert state_of(opened(**in_address(app))).values["own_task"] == "regression"


# Files


def uploaded(app: AppTest, key: str, name: str, data: bytes) -> AppTest:
    app.file_uploader(key=key).upload(name, data).run()
    assert not app.exception
    return app


def test_points_come_from_csv() -> None:
    """A file of two classes by name becomes the student's own points, and training starts anew."""
    app = uploaded(opened(tab="Your points"), "points_file", "p.csv", b"x1,x2,kind\n0,1,cat\n2,-1,dog\n")
    app.button(key="points_file_use").click().run()
    values = state_of(app).values
    assert (values["data"], values["own"]) == ("own", [[0.0, 1.0, 0.0], [2.0, -1.0, 1.0]])
    assert in_address(app)["own"] == "0,1,0_2,-1,1"


def test_three_names_of_a_file_are_three_classes() -> None:
    """They are listed, used with an output and a loss that fit, named in the facts, and in the address."""
    app = uploaded(opened(tab="Your points"), "points_file", "p.csv", b"1,2,ant\n2,3,bee\n3,1,cat\n")
    assert "3 points of 3 classes, ant, bee and cat." in driving.shown(text_of(app))
    app.button(key="points_file_use").click().run()
    values = state_of(app).values
    assert (values["own_task"], values["own_names"]) == ("classification", ["ant", "bee", "cat"])
    assert (values["layers"][-1], values["loss"]) == ([3, "softmax"], "categorical_crossentropy")
    assert operation.chosen_points(values).y.tolist() == [0, 1, 2]
    again = opened(**in_address(app) | {"tab": "Facts"})
    assert "| | ant | bee | cat |" in text_of(again)


def test_schedule_and_patience_stand_in_address_facts_and_program() -> None:
    """The rate of the next step, the best epoch and the end are said; early stopping decides no weight."""
    query = {
        "schedule": "exponential_decay", "schedule_decay_steps": "8", "schedule_decay_rate": "0.25",
        "learning_rate": "3.0", "noise": "0.5", "points": "60", "layers": "8~tanh,1~sigmoid",
        "optimizer": "adam", "patience": "2",
    }  # fmt: skip
    app = opened(tab="Facts", **query)
    assert in_address(app) == query
    assert "Now the rate is 3." in text_of(app)
    values = state_of(app).values
    for _ in range(8):
        values = trained(values)
    stopping = values["training_state"]["stopping"]
    assert stopping["stopped_epoch"] == stopping["best_epoch"] + 2
    app = set_in_lab(app, values)
    assert f"should have ended after epoch {stopping['stopped_epoch']}." in text_of(app)
    assert "Now the rate is 0.75." in text_of(app)
    code = opened(tab="Code", **query).code[0].value
    assert "ExponentialDecay(3.0, decay_steps=8, decay_rate=0.25)" in code
    assert "patience=2" in code
    other = operation.training_setup(values | {"patience": 7})
    assert other.recipe == operation.training_setup(values).recipe


def test_what_acts_in_training_alone_is_said_worked_and_written() -> None:
    """Dropout and batch normalisation stand in the facts, the sums, the gradients and the program."""
    query = {"layers": "3~tanh~batch_normalization=1~dropout=0.5,1~sigmoid"}
    facts = text_of(opened(tab="Facts", **query))
    assert "19 numbers to learn" in facts
    assert "Dropout in hidden layer 1: in training each answer is 0 with a probability of 50\xa0%" in facts
    assert "for unit 1 now 0 and 1." in facts
    assert r"z_{1} = \gamma" in text_of(opened(tab="Forward", **query))
    assert r"\frac{\gamma}{\sigma}" in text_of(opened(tab="Backward", **query))
    code = opened(tab="Code", **query).code[0].value
    assert "keras.layers.BatchNormalization(momentum=0.9)," in code
    assert "keras.layers.Dropout(0.5)," in code
    values = trained(parsed(layers=LAYERS.from_text(query["layers"])), {})
    found = answer(values).facts
    assert found["raw"][0] != found["sums"][0]
    assert found["raw"][1] == found["sums"][1]
    asked = operation.training_setup(parsed(layers=LAYERS.from_text(query["layers"])))
    trainer = Trainer(asked.start, asked.split, asked.training)
    trainer.epoch(2)
    assert_array_equal(training.unpack(values["training_state"]["parameters"]), trainer.network.flat())


def test_facts_have_the_scores() -> None:
    """Before training none is reached; afterwards the numbers are those of the library."""
    assert "not reached yet" in text_of(opened(tab="Facts", data="gaussians", noise="0.0"))
    values = parsed(data="gaussians", noise=0.0, layers=[[2, "tanh"], [1, "sigmoid"]], learning_rate=1.0)
    for _ in range(4):
        values = trained(values)
    app = set_in_lab(opened(tab="Facts"), values)
    setup = operation.training_setup(values)
    found = scores.margin(setup.network, setup.split.train)
    assert found
    assert f"*Widest margin*: {format_number(found)}" in text_of(app)
    assert "*Fewest units that reach 95\xa0%*: 2" in text_of(app)
    gap = 100 * abs(scores.overfitting(setup.advanced("none").measure))
    assert f"the accuracy is {format_number(gap)} percentage points " in text_of(app)
    assert "Scores" not in text_of(opened(tab="Facts", data="plane"))


def test_inputs_made_by_hand_are_seen_written_and_kept() -> None:
    """They stand in the address, the sums and the program, their pictures come first, and files keep them."""
    query = {"features": "x2_squared,sin_x1", "layers": "2~tanh,1~sigmoid", "x1": "0.5", "x2": "-2.0"}
    app = opened(tab="Forward", **query)
    assert in_address(app) == query
    assert "x_{2}^{2} w_{3,1}" in text_of(app)
    values = state_of(app).values
    found = answer(values)
    assert found.facts["inputs"] == pytest.approx([0.5, -2, 4, np.sin(0.5)])
    assert next(blob for blob in found.blobs if blob.name == "units").shape == (5, 16, 16)
    assert "with_features" in opened(tab="Code", **query).code[0].value
    network = operation.training_setup(values).network
    app = uploaded(opened(tab="Download and share"), "network file", "n.json", to_json(network).encode())
    assert state_of(app).values["features"] == ["x2_squared", "sin_x1"]


def test_a_set_of_several_classes_brings_its_output_and_loss() -> None:
    """A link with the data set alone trains; the present answers are counted; each class has its colour."""
    values = parsed(data="iris", advance="epoch")
    facts = answer(values).facts
    assert (facts["layers"][-1], facts["loss"]) == ([3, "softmax"], "categorical_crossentropy")
    stood = answer(values | {"advance": "none", "training_state": facts["training_state"]})
    facts = stood.facts
    assert facts["classes"] == ["setosa", "versicolor", "virginica"]
    assert len(set(facts["class_colours"])) == 3
    assert np.sum(facts["confusion"]) == facts["counts"][1] == 75
    assert np.trace(facts["confusion"]) == round(75 * facts["measure"]["test_accuracy"])
    assert set(facts["losses"]) == set(training.loss_titles(Dense(3, "softmax")))
    output = next(blob for blob in stood.blobs if blob.name == "output")
    assert tuple(output.shape) == (3, 64, 64)
    assert not answer(parsed()).facts["confusion"]
    everyone = answer(parsed(data="rings", share=1.0)).facts
    assert np.sum(everyone["confusion"]) == everyone["counts"][0] == 500
    app = opened(data="rings", tab="Backward", target="7")
    assert "there is no class 7" in app.info[0].value
    assert "\\frac" in text_of(opened(data="rings", tab="Backward", target="2"))


def test_several_outputs_for_numbers_are_refused_and_the_page_runs() -> None:
    """A link of a regression with a softmax says why not, and opens with one linear output."""
    app = opened(data="plane", layers="4~tanh,3~softmax")
    assert "one number for each point, and this network has 3 outputs" in app.warning[0].value
    values = state_of(app).values
    assert (values["layers"], values["loss"]) == ([[4, "tanh"], [1, "linear"]], "mean_squared_error")


def test_points_of_a_link_that_are_no_classes_are_taken_as_numbers() -> None:
    """A target between two classes is said, and the page runs with the points as they are."""
    app = opened(data="own", own="1,2,0.5_1,3,2", own_task="classification")
    assert "whole numbers 0 to 5, but 0.5 came" in app.warning[0].value
    assert state_of(app).values["own_task"] == "auto"
    assert operation.chosen_points(state_of(app).values).task == "classification"


def test_whole_numbers_of_a_file_are_quantities_and_that_is_said() -> None:
    """Three of them could be classes: they are learnt as numbers."""
    app = uploaded(opened(tab="Your points"), "points_file", "p.csv", b"1,2,0\n2,3,1\n3,1,2\n")
    said = "3 points for a regression. The targets are the whole numbers 0, 1 and 2, and they are taken as"
    assert said in driving.shown(text_of(app))
    assert state_of(app).values["data"] != "own"
    app.button(key="points_file_use").click().run()
    assert state_of(app).values["own"] == [[1.0, 2.0, 0.0], [2.0, 3.0, 1.0], [3.0, 1.0, 2.0]]


def test_points_of_a_file_say_whose_place_they_take() -> None:
    """Points that were drawn are there until the file is used, and it is said that they go then."""
    drawn = opened(tab="Your points", data="own", own="0,1,0_1,0,1")
    app = uploaded(drawn, "points_file", "p.csv", "Größe;y;Art\n0,5;1;a\n1;2;b\n".encode("cp1252"))
    assert "They replace your 2 points" in text_of(app)
    assert state_of(app).values["own"] == [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    app.button(key="points_file_use").click().run()
    assert state_of(app).values["own"] == [[0.5, 1.0, 0.0], [1.0, 2.0, 1.0]]
    assert "They take the place" not in text_of(app)
    assert app.button(key="points_file_use").disabled
    state_of(app).adopt(state_of(app).values | {"data": "moons"})
    assert not app.run().button(key="points_file_use").disabled


@pytest.mark.parametrize(
    "data", [b"", b"1,2\n3,4\n", b"1,2,3,4\n1,2,4,5\n", b"\xff\xfe\x00", b"1,2,3\n" * 801], ids=repr
)
def test_a_file_that_is_none_is_an_error_and_nothing_is_lost(data: bytes) -> None:
    """A sentence, and the points stay."""
    app = uploaded(opened(tab="Your points", data="moons"), "points_file", "p.csv", data)
    assert app.error[0].value.endswith(".")
    assert state_of(app).values["data"] == "moons"


@pytest.mark.parametrize("kind", ["json", "npz"])
def test_a_network_taken_away_opens_again(kind: str) -> None:
    """Layers and weights of a file become the start."""
    network = DenseNetwork.create([Dense(3, "relu"), Dense(1, "tanh")], seed=8)
    data = to_npz(network) if kind == "npz" else to_json(network).encode()
    app = uploaded(opened(tab="Download and share"), "network file", f"network.{kind}", data)
    values = state_of(app).values
    assert values["layers"] == [[3, "relu"], [1, "tanh"]]
    assert_array_equal(operation.training_setup(values).network.flat(), network.flat())


def three_inputs() -> bytes:
    return to_json(DenseNetwork.create([Dense(1)], inputs=3)).encode()


def two_outputs() -> bytes:
    return to_npz(DenseNetwork.create([Dense(2)]))


@pytest.mark.parametrize(
    ("name", "data"),
    [("n.json", b"{}"), ("n.npz", b"PK"), ("n.json", three_inputs()), ("n.npz", two_outputs())],
    ids=["no layers", "damaged", "three inputs", "two outputs"],
)
def test_another_file_is_refused_in_a_sentence(name: str, data: bytes) -> None:
    """A file that holds no network for this plane changes nothing."""
    app = uploaded(opened(tab="Download and share"), "network file", name, data)
    assert len(app.error) == 1
    assert len(app.error[0].value) > 30
    assert state_of(app).values == parsed()
