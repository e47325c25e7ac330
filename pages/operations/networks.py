"""Networks of dense layers, and their training."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from explorer import datasets, dense, figures, kernels, training
from explorer.experiments import Array
from explorer.training import Lesson
from pages.operations.records import Answer, Blob, Operation, float_blob
from pages.settings import (
    Choice,
    Field,
    LayersSetting,
    Menu,
    Number,
    OwnPointsSetting,
    StandingSetting,
    Stops,
    Values,
    WeightsSetting,
    argument_setting,
)

MOST_IN_ADDRESS = 2_400  # characters of weights, or of points: a link that every program takes

MOVING_SIDE, RESTING_SIDE = 16, 32  # of a unit's picture, in cells

MOVING_OUTPUT, RESTING_OUTPUT = 64, 128  # of the output's

RATES = (*(float(f"{digit}e{power}") for power in range(-5, 2) for digit in (1, 2, 3, 5)), 100.0)

PENALTIES = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)

REGRESSIONS = [name for name, each in datasets.DATASETS.items() if each.task == "regression"]

LAYERS = LayersSetting("layers", "Layers", ((4, "tanh"), (1, "sigmoid")))

START = WeightsSetting("weights", "Weights set by hand")

OWN_POINTS = OwnPointsSetting("own", "Your own points")

STANDING = StandingSetting("standing", "Where the training stands")


def _stops(argument: kernels.Argument, title: str, stops: tuple[float, ...], help: str) -> Stops:
    bounds = (argument.low, argument.high, argument.default, argument.step)
    return Stops(argument.name, title, *bounds, help=help, stops=stops)


NETWORK = (
    Menu(
        "data",
        "Data set",
        {name: each.title for name, each in datasets.DATASETS.items()} | {training.OWN: "Your own points"},
        "circle",
        help="The points that the network learns from. In a two-class set each point is of class 0, blue, or "
        "of class 1, orange; in a regression set each has a number.",
        details={name: each.why for name, each in datasets.DATASETS.items()},
    ),
    replace(argument_setting(datasets.NOISE), help="How far points, or numbers, are moved at random."),
    replace(argument_setting(datasets.POINTS), help="How many points the set has."),
    replace(
        argument_setting(datasets.SHARE),
        title="Share to train on",
        help="The other points are the test: training never sees them.",
    ),
    Number("data_seed", "Other points", 0, 99, 0, help="Draws other points of the same kind."),
    _stops(
        dense.LEARNING_RATE,
        "Learning rate",
        RATES,
        "How far a step goes. Too small is slow, too large jumps over the goal, or diverges.",
    ),
    Menu(
        "optimizer",
        "Optimiser",
        {name: each.title for name, each in dense.OPTIMIZERS.items()},
        "sgd",
        help="The rule by which a gradient changes the weights.",
        details={name: each.why for name, each in dense.OPTIMIZERS.items()},
    ),
    _stops(
        dense.BATCH_SIZE,
        "Batch size",
        (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2000),
        "Points whose mean gradient makes one step. Small batches make many shaky steps.",
    ),
    Menu(
        "loss",
        "Loss",
        training.loss_titles(),
        "binary_crossentropy",
        help="What training makes smaller: how wrong the network is.",
    ),
    _stops(dense.L1, "L1", PENALTIES, "A price on the size of each weight: it drives some of them to 0."),
    _stops(dense.L2, "L2", PENALTIES, "A price on the square of each weight: it keeps all of them small."),
    Menu(
        "initializer",
        "First weights",
        {name: each.title for name, each in dense.INITIALIZERS.items()},
        "glorot_uniform",
        help="How the weights are drawn before training. Biases start at 0.",
        details={name: each.why for name, each in dense.INITIALIZERS.items()},
    ),
    Number("limit", "Limit", 0.0, 10.0, 0.05, 0.05, help="How far from 0 the first weights reach."),
    Number("seed", "Seed", 0, 999, 0, help="The same seed draws the same first weights and orders."),
    Field("x1", "Input x1", -datasets.MAX_VALUE, datasets.MAX_VALUE, 1.0, 0.1),
    Field("x2", "Input x2", -datasets.MAX_VALUE, datasets.MAX_VALUE, 1.0, 0.1),
    Field("target", "Target", -datasets.MAX_VALUE, datasets.MAX_VALUE, 1.0, 1.0),
    LAYERS,
    START,
    OWN_POINTS,
    STANDING,
    Choice("advance", "Go on", {name: name for name in training.ADVANCES}, "none"),
)


def lesson(values: Values) -> Lesson:
    """Make the training that these settings describe."""
    layers = tuple(dense.Dense(units, activation) for units, activation in values["layers"])
    name = values["initializer"]
    limits = {"limit": values["limit"]} if name == "random_uniform" else {}
    start = dense.Network.create(layers, initializer=name, seed=values["seed"], **limits)
    if values["weights"]:
        start = start.with_flat(training.unpack(values["weights"]))
    standing = values["standing"]
    return Lesson(
        start,
        training.make_points(*(values[part] for part in ("data", "points", "noise", "data_seed", "own"))),
        values["share"],
        values["data_seed"],
        dense.Training(
            values["loss"],
            optimizer=values["optimizer"],
            learning_rate=values["learning_rate"],
            batch_size=values["batch_size"],
            l1=values["l1"],
            l2=values["l2"],
            seed=values["seed"],
        ),
        standing and training.Standing.read(standing),
    )


def in_address(values: Values) -> tuple[Values, list[str]]:
    """Give what a link can hold of these settings, and sentences on what it cannot."""
    held, sentences = values | {"standing": None, "advance": "none"}, []
    standing = values["standing"]
    if standing and standing["edited"]:
        held["weights"] = standing["parameters"]
        sentences.append(
            "You changed weights during training, so the link starts from the weights as they are now."
        )
    elif standing:
        sentences.append(
            f"The link opens at the start of the training; after {standing['step']:,} steps with these "
            "settings the weights are the same again."
        )
    if len(held["weights"]) > MOST_IN_ADDRESS:
        held["weights"] = ""
        sentences.append("These are too many weights for a link: take them away as a file.")
    if len(OWN_POINTS.to_text(held["own"])) > MOST_IN_ADDRESS:
        held["own"] = []
        sentences.append("These are too many points for a link: keep them as CSV.")
    return held, sentences


def _learn(_: Array, values: Values, rest: bool) -> Answer:
    asked = lesson(values)
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
    probed = network.forward([[values["x1"], values["x2"]]])
    facts: dict[str, Any] = {
        "layers": values["layers"],
        "standing": frame.standing.record(),
        "first": frame.first and asdict(frame.first),
        "measure": frame.measure and asdict(frame.measure),
        "trouble": frame.trouble,
        "task": points.task,
        "regressions": REGRESSIONS,
        "extent": list(points.extent),
        "centre": centre,
        "half": half,
        "limits": seen.limits,
        "clipped": seen.clipped,
        "held": seen.held or probed.held,
        "counts": [len(asked.split.train), len(asked.split.test)],
        "probe": [values["x1"], values["x2"]],
        "sums": [layer[0].tolist() for layer in probed.pre_activations],
        "answers": [layer[0].tolist() for layer in probed.activations],
    }
    blobs = [
        Blob("units", "int16", seen.units.tobytes(), seen.units.shape),
        Blob("output", "int16", seen.output.tobytes(), seen.output.shape),
    ]
    if values["advance"] == "none":
        facts |= {
            "remarks": dense.remarks(network, asked.training, points.task),
            "colours": [colour for _, colour in figures.legend("signed", -1, 1, 33)],
            "classes": list(points.classes),
        }
        for name, part in (("train", asked.split.train), ("test", asked.split.test)):
            blobs += [float_blob(f"{name}_x", part.x), float_blob(f"{name}_y", part.y)]
    return Answer(facts, tuple(blobs))


OPERATIONS = (
    Operation(
        "network",
        NETWORK,
        _learn,
        lambda shape, values: lesson(values),
        view="network",
        picture=False,
        pace="film",
    ),
)
