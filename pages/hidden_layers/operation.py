"""Networks of dense layers, and their training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from explorer import figures
from explorer.convolution.experiments import Array
from explorer.descriptions import Ends, SizeValue
from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.mlp import datasets, initializers, objective, optimizers, schedules, stopping, training, worked
from explorer.mlp.layers import SOFTMAX, Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.parameters import (
    FeaturesParameter,
    LayersParameter,
    LayerValue,
    NamesParameter,
    OwnPointsParameter,
    TrainingStateParameter,
    WeightsParameter,
    layer_of,
    value_of,
)
from explorer.mlp.remarks import remarks
from explorer.mlp.trainer import TrainingMeasure
from explorer.mlp.training import TrainingSetup, TrainingStateRecord
from explorer.parameters import Choice, Number, Offered, Parameter, Values, WholeNumber
from explorer.questions import NamedTraining
from explorer.transfer.evaluation import confusion
from explorer.words import signed
from pages.components.maps import DARK
from pages.live.protocol import Answer, Blob, Operation, float_blob

MAX_IN_ADDRESS = 2_400  # characters of weights, or of points: a link that every program takes

MOVING_SIDE, RESTING_SIDE = 16, 32  # of a unit's picture, in cells

MOVING_OUTPUT, RESTING_OUTPUT = 64, 128  # of the output's

RATES = (*(float(f"{digit}e{power}") for power in range(-5, 2) for digit in (1, 2, 3, 5)), 100.0)

PENALTIES = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)

SET_CLASSES = {
    name: len(each.classes) if each.task == "classification" else 0
    for name, each in datasets.DATASETS.items()
}
"""How many classes each built-in set has; a regression has none."""

LAYERS = LayersParameter(
    name="layers",
    title="Layers",
    preset=((4, "tanh"), (1, "sigmoid")),
)

START = WeightsParameter(
    name="weights",
    title="Weights set by hand",
)

MADE = FeaturesParameter(
    name="features",
    title="Inputs made by hand",
    help="Numbers that are made of both coordinates, for the network to weight like x1 and x2.",
)

OWN_POINTS = OwnPointsParameter(
    name="own",
    title="Your own points",
)

OWN_NAMES = NamesParameter(
    name="own_names",
    title="Names of your classes",
)

STATE = TrainingStateParameter(
    name="training_state",
    title="Where the training stands",
)


def _stops(number: Number, title: str, stops: tuple[float, ...], help: str) -> Number:
    return replace(number, title=title, stops=stops, help=help)


def _parameters(menu: str, records: Iterable[Any]) -> tuple[Parameter, ...]:
    """Return each parameter that options of a menu have, once where several have one of that name."""
    arguments: dict[str, Parameter] = {}
    owners: dict[str, list[str]] = {}
    for record in records:
        for each in record.parameters:
            arguments[each.name] = each
            owners.setdefault(each.name, []).append(record.name)
    return tuple(
        replace(each, name=f"{menu}_{name}", owner=(menu, tuple(owners[name])))
        for name, each in arguments.items()
    )


def loss_titles() -> dict[str, str]:
    """Name every loss: those of one output first, then those of several classes."""
    return training.loss_titles() | training.loss_titles(Dense(2, SOFTMAX))


NETWORK = (
    Choice(
        name="data",
        title="Data set",
        options={name: each.title for name, each in datasets.DATASETS.items()}
        | {training.OWN: "Your own points"},
        default="circle",
        help=(
            "The points that the network learns from. In a two-class set each point is of class 0, blue, or "
            "of class 1, orange; other sets have up to six classes, and in a regression set each point has a "
            "number."
        ),
        details={name: each.why for name, each in datasets.DATASETS.items()},
        menu=True,
    ),
    replace(datasets.NOISE, help="How far points, or their numbers, are shifted at random."),
    replace(datasets.POINTS, help="How many points the set has."),
    replace(
        datasets.SHARE,
        title="Training share",
        help="The share of the points to train on. The others are the test points: training never sees them.",
    ),
    WholeNumber(
        name="data_seed",
        title="New points",
        low=0,
        high=99,
        default=0,
        help="Each number draws new points of the same kind.",
    ),
    _stops(
        optimizers.LEARNING_RATE,
        "Learning rate",
        RATES,
        "How far a step goes. Too small is slow; too large overshoots, or diverges.",
    ),
    Choice(
        name="optimizer",
        title="Optimiser",
        options=Offered.column(optimizers.OPTIMIZERS, "title"),
        default="sgd",
        help="The rule that turns a gradient into a change of the weights.",
        details=Offered.column(optimizers.OPTIMIZERS, "why"),
        menu=True,
    ),
    *_parameters("optimizer", optimizers.OPTIMIZERS.values()),
    Choice(
        name="schedule",
        title="Schedule",
        options=Offered.column(schedules.SCHEDULES, "title"),
        default="constant",
        help="How the learning rate changes from step to step.",
        details=Offered.column(schedules.SCHEDULES, "why"),
        menu=True,
    ),
    *_parameters("schedule", schedules.SCHEDULES.values()),
    replace(
        stopping.PATIENCE,
        title="Stop early after",
        unit="epochs",
        help=(
            "After so many epochs without a new minimum of the test loss, training should have ended: the "
            "plot of the loss marks where. 0 waits for ever."
        ),
    ),
    _stops(
        objective.BATCH_SIZE,
        "Batch size",
        (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2000),
        "How many points are averaged for one step. Small batches make many noisy steps.",
    ),
    Choice(
        name="loss",
        title="Loss",
        options=Offered(loss_titles),
        default="binary_crossentropy",
        help="What training makes smaller: how wrong the network is.",
        menu=True,
    ),
    *_parameters("loss", map(LOSSES.__getitem__, loss_titles())),
    _stops(objective.L1, "L1", PENALTIES, "A penalty on the size of each weight: it pushes some to 0."),
    _stops(objective.L2, "L2", PENALTIES, "A penalty on the square of each weight: it keeps all small."),
    Choice(
        name="initializer",
        title="Initial weights",
        options=Offered.column(initializers.INITIALIZERS, "title"),
        default="glorot_uniform",
        help="How the weights are drawn before training. Biases start at 0.",
        details=Offered.column(initializers.INITIALIZERS, "why"),
        menu=True,
    ),
    Number(
        name="limit",
        title="Limit",
        low=0.0,
        high=10.0,
        default=0.05,
        step=0.05,
        help="How far from 0 the initial weights reach.",
        owner=("initializer", ("random_uniform",)),
    ),
    WholeNumber(
        name="seed",
        title="Seed",
        low=0,
        high=999,
        default=0,
        help="The same seed draws the same initial weights, and the points in the same order.",
    ),
    Number(
        name="x1",
        title="Input x1",
        low=-datasets.MAX_VALUE,
        high=datasets.MAX_VALUE,
        default=1.0,
        step=0.1,
        typed=True,
    ),
    Number(
        name="x2",
        title="Input x2",
        low=-datasets.MAX_VALUE,
        high=datasets.MAX_VALUE,
        default=1.0,
        step=0.1,
        typed=True,
    ),
    Number(
        name="target",
        title="Target",
        low=-datasets.MAX_VALUE,
        high=datasets.MAX_VALUE,
        default=1.0,
        step=1.0,
        typed=True,
    ),
    LAYERS,
    MADE,
    START,
    OWN_POINTS,
    OWN_NAMES,
    Choice(
        name="own_task",
        title="Your targets",
        options={
            "auto": "Classes if all are 0 or 1, otherwise numbers",
            "classification": "Classes",
            "regression": "Numbers",
        },
        default="auto",
    ),
    STATE,
    Choice(
        name="advance",
        title="Go on",
        options={name: name for name in training.ADVANCES},
        default="none",
    ),
    DARK,
)


def varied(values: Values, seed: int) -> NamedTraining:
    """Make the training that these settings describe, or, of four seeds in five, one that differs from it.

    Several classes stay several.
    """
    output = values["layers"][-1]
    several: tuple[Values, ...] = (
        {},
        *({"data": name} for name in ("rings", "blobs", "three_moons", "iris")),
    )
    varying: tuple[Values, ...] = (
        several
        if len(chosen_points(values).classes) > 2
        else (
            {},
            {"layers": [output]},
            {"data": "xor"},
            {"data": "moons", "layers": [(2, "tanh"), output]},
            {"data": "gaussians", "layers": [output]},
        )
    )
    change = varying[seed % len(varying)]
    asked = values | change | ({"weights": "", "training_state": None} if change else {})
    name = asked["data"]
    title = "Your own points" if name == training.OWN else datasets.DATASETS[name].title
    return NamedTraining(training_setup(asked), title)


def training_setup(values: Values) -> TrainingSetup:
    """Make the training that these settings describe, with an output and a loss that fit the points."""
    values = fitted(values)
    layers = tuple(map(layer_of, values["layers"]))
    name = values["initializer"]
    limits = {"limit": values["limit"]} if name == "random_uniform" else {}
    start = DenseNetwork.create(
        layers, initializer=name, seed=values["seed"], features=values["features"], **limits
    )
    if values["weights"]:
        start = start.with_flat(training.unpack(values["weights"]))
    state = values["training_state"]
    return TrainingSetup(
        start,
        chosen_points(values),
        values["share"],
        values["data_seed"],
        objective.Training(
            values["loss"],
            loss_parameters=_chosen(values, "loss", LOSSES),
            optimizer=values["optimizer"],
            optimizer_parameters=_chosen(values, "optimizer", optimizers.OPTIMIZERS),
            learning_rate=values["learning_rate"],
            batch_size=values["batch_size"],
            l1=values["l1"],
            l2=values["l2"],
            seed=values["seed"],
            schedule=values["schedule"],
            schedule_parameters=_chosen(values, "schedule", schedules.SCHEDULES),
        ),
        state and training.NetworkTrainingState.read(state),
        values["patience"],
    )


def fitted(values: Values) -> Values:
    """Give the settings the output and the loss that fit their points, where theirs do not."""
    layers = list(map(layer_of, values["layers"]))
    fit, loss = training.suited(layers, values["loss"], chosen_points(values))
    return values | {"layers": list(map(value_of, fit)), "loss": loss}


def goal(setup: TrainingSetup, target: float) -> float | list[float]:
    """Return what the output should give for a target: several outputs a 1 for its class, and 0 elsewhere.

    Raises:
        ExplorerError: If the target is none of the classes.
    """
    units = setup.network.output.units
    if units == 1:
        return target
    if target not in range(units):
        raise ExplorerError(
            f"The target is a class, and there is no class {signed(target)}: set Target to a whole "
            f"number from 0 to {units - 1}."
        )
    return [float(target == unit) for unit in range(units)]


def chosen_points(values: Values) -> datasets.Points:
    """Return the points that these settings describe."""
    return training.make_points(
        values["data"],
        values["points"],
        values["noise"],
        values["data_seed"],
        values["own"],
        None if values["own_task"] == "auto" else values["own_task"],
        values["own_names"],
    )


def _chosen(values: Values, menu: str, records: Mapping[str, Any]) -> Values:
    """Return the parameters of what is chosen in a menu."""
    return {each.name: values[f"{menu}_{each.name}"] for each in records[values[menu]].parameters}


@dataclass(frozen=True)
class TrainingLink:
    """What a link holds of the settings.

    Attributes:
        values: What it opens with.
        said: Sentences on how it opens.
        lost: Sentences on what it cannot hold.
    """

    values: Values
    said: tuple[str, ...]
    lost: tuple[str, ...]


def link(values: Values) -> TrainingLink:
    """What a link holds of these settings: it leads to the present weights wherever it can."""
    held, said, lost = values | {"training_state": None, "advance": "none"}, [], []
    asked = training_setup(values)
    changed = ""
    if asked.state and not asked.repeats:
        changed = (
            f"You changed {'weights' if asked.state.edited else 'settings'} during training, so that "
            "settings and seed alone no longer lead to the present weights. "
        )
        held["weights"] = asked.state.parameters
    if len(held["weights"]) > MAX_IN_ADDRESS:
        held["weights"] = ""
        lost.append(
            f"{changed}There are too many weights for a link, so it opens with weights drawn by the seed: "
            "download the network as a file, which can be opened here again."
        )
    elif changed:
        said.append(
            f"{changed}So the link carries the weights themselves: it opens with them, and training starts "
            "anew from there."
        )
    if values["data"] == training.OWN and len(OWN_POINTS.to_text(held["own"])) > MAX_IN_ADDRESS:
        held["own"] = []
        lost.append("There are too many points for a link, so it opens without them: save them as CSV.")
    if asked.state and not (changed or lost):
        said.append(
            "The link opens at the start of the training; after "
            f"{asked.state.step:,} steps with these settings the weights are the same again."
        )
    return TrainingLink(held, tuple(said), tuple(lost))


def said_layers(network: DenseNetwork) -> list[LayerValue]:
    """Return the layers of a network as a setting has them."""
    return LAYERS.checked(list(map(value_of, network.layers)))


class TrainingMeasureFacts(TypedDict):
    """How well a network does after some training, as far as there is something to measure."""

    step: int
    epoch: float
    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    penalty: float


class NetworkFacts(TypedDict):
    """What is said of a network in training; the last five come while it does not go on.

    `layers` and `loss` are those that fit the points, `extent` is left, right, bottom and top, and `counts`
    are of the points to train on and of the others. `confusion` counts the test points, or those to train on
    where there are no others, for a network of several outputs: a row for each class. `raw` are the weighted
    sums, and `sums` what of them goes into the activation, which a batch normalisation changes.
    """

    layers: list[LayerValue]
    loss: str
    training_state: TrainingStateRecord
    first: TrainingMeasureFacts | None
    measure: TrainingMeasureFacts | None
    trouble: str
    task: Annotated[str, Literal["classification", "regression"]]
    set_classes: dict[str, int]
    extent: Annotated[list[float], tuple[float, float, float, float]]
    centre: float
    half: float
    limits: list[float]
    clipped: bool
    held: bool
    counts: SizeValue
    probe: Ends
    features: list[str]
    inputs: list[float]
    raw: list[list[float]]
    sums: list[list[float]]
    answers: list[list[float]]
    confusion: list[list[int]]
    remarks: NotRequired[list[str]]
    colours: NotRequired[list[str]]
    classes: NotRequired[list[str]]
    class_colours: NotRequired[list[str]]
    losses: NotRequired[list[str]]


def _measure_facts(measure: TrainingMeasure | None) -> TrainingMeasureFacts | None:
    if measure is None:
        return None
    return {
        "step": measure.step,
        "epoch": measure.epoch,
        "train_loss": measure.train_loss,
        "test_loss": measure.test_loss,
        "train_accuracy": measure.train_accuracy,
        "test_accuracy": measure.test_accuracy,
        "penalty": measure.penalty,
    }


def counted_answers(asked: TrainingSetup, network: DenseNetwork) -> list[list[int]]:
    """Count what several outputs say of the points that they are judged by, a row for each class."""
    split = asked.split
    judged = split.test if len(split.test) else split.train
    if network.output.units == 1 or not len(judged):
        return []
    counts: list[list[int]] = confusion(network.forward(judged.x).output, judged.y).tolist()
    return counts


def _learn(_: Array, values: Values, rest: bool) -> Answer:
    asked = training_setup(values)
    frame = asked.advanced(values["advance"])
    network, points = frame.network, asked.points
    centre, half = training.colours_of(points, asked.training)
    seen = training.view(
        network,
        points.extent,
        centre,
        half,
        side=RESTING_SIDE if rest else MOVING_SIDE,
        output_side=RESTING_OUTPUT if rest else MOVING_OUTPUT,
    )
    point = [values["x1"], values["x2"]]
    probed = worked.forward_steps(network, point)
    facts: NetworkFacts = {
        "layers": said_layers(network),
        "loss": asked.training.loss,
        "training_state": frame.state.record(),
        "first": _measure_facts(frame.first),
        "measure": _measure_facts(frame.measure),
        "trouble": frame.trouble,
        "task": points.task,
        "set_classes": SET_CLASSES,
        "extent": list(points.extent),
        "centre": centre,
        "half": half,
        "limits": seen.limits,
        "clipped": seen.clipped,
        "held": seen.held or network.forward([point]).held,
        "counts": [len(asked.split.train), len(asked.split.test)],
        "probe": point,
        "features": list(network.features),
        "inputs": probed[0].inputs.tolist(),
        "raw": [step.sums.tolist() for step in probed],
        "sums": [step.pre_activations.tolist() for step in probed],
        "answers": [step.activations.tolist() for step in probed],
        "confusion": counted_answers(asked, network),
    }
    blobs = [
        Blob("units", "int16", seen.units.tobytes(), seen.units.shape),
        Blob("output", "int16", seen.output.tobytes(), seen.output.shape),
    ]
    if values["advance"] == "none":
        facts["remarks"] = remarks(network, asked.training, points.task)
        facts["colours"] = [colour for _, colour in figures.legend("signed", -1, 1, 33, dark=values["dark"])]
        facts["classes"] = list(points.classes)
        facts["class_colours"] = list(figures.class_colours(len(points.classes), dark=values["dark"]))
        facts["losses"] = list(training.loss_titles(network.output))
        for name, part in (("train", asked.split.train), ("test", asked.split.test)):
            blobs += [float_blob(f"{name}_x", part.x), float_blob(f"{name}_y", part.y)]
    return Answer(facts, tuple(blobs))


OPERATIONS = (
    Operation(
        name="network",
        settings=NETWORK,
        facts=NetworkFacts,
        answer=_learn,
        check=lambda shape, values: training_setup(values),
        view="network",
        picture=False,
        pace="background",
    ),
)
