"""A stack of blocks that learns to tell classes of pictures apart, watched: what the lane answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, NotRequired, TypedDict

from explorer import figures, images, pipeline
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.mlp import optimizers
from explorer.parameters import Choice, Offered, Switch, Values, WholeNumber
from explorer.pipeline import learning
from explorer.pipeline.learning import (
    LearningNetwork,
    LearningPlan,
    LearningState,
    PipelineTrainer,
)
from explorer.pipeline.parameters import BlocksParameter
from explorer.pipeline.states import (
    STATES,
    LearningStateParameter,
    LearningStateValue,
    WeightPlacesParameter,
    numbers_of,
)
from explorer.pipeline.training_sets import (
    SETS,
    SHAPE,
    TrainingSet,
    TrainingSetParameter,
    TrainingSetValue,
    drawings,
)
from pages.components import mosaics
from pages.components.maps import DARK
from pages.components.mosaics import MosaicFacts
from pages.live.protocol import Answer, Blob, Operation, float_blob

MAX_REQUEST = 640_000  # bytes: 24,000 weights travel, what Adam remembers of each, and 180 pictures
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
ADVANCES = {"none": 0, "step": 1, "play": 8, "epoch": 25}
"""Steps of one answer at most, and never beyond the end of the epoch."""

TRAINING = (
    BlocksParameter(
        name="blocks",
        title="Blocks",
        preset="drawings",
    ),
    Choice(
        name="optimizer",
        title="Optimiser",
        options=Offered.column(optimizers.OPTIMIZERS, "title"),
        default="adam",
        help="The rule that turns a gradient into a change of the weights.",
        details=Offered.column(optimizers.OPTIMIZERS, "why"),
    ),
    replace(
        optimizers.LEARNING_RATE,
        title="Learning rate",
        default=0.003,
        stops=RATES,
        help="How far a step goes. Too small is slow; too large overshoots, or diverges.",
    ),
    WeightPlacesParameter(
        name="frozen",
        title="Frozen kernels",
        length=2,
        most=64,
    ),
    WeightPlacesParameter(
        name="weight",
        title="The weight that is worked out",
        length=5,
        most=1,
    ),
    WholeNumber(
        name="drawing",
        title="Drawing of the batch",
        low=0,
        high=31,
        default=0,
    ),
    TrainingSetParameter(
        name="pictures",
        title="What it learns from",
    ),
    LearningStateParameter(
        name="training",
        title="Where the training stands",
    ),
    Choice(
        name="advance",
        title="Go on",
        options={name: name for name in ADVANCES},
        default="none",
    ),
    Switch(
        name="whole",
        title="With the numbers of the training",
    ),
    DARK,
)


class LearningBankFacts(TypedDict):
    """The kernels of a convolution, whose numbers come as a table (rows, columns, maps, kernels)."""

    block: int
    title: str
    shape: Annotated[list[int], tuple[int, int, int, int]]


class LearningMapsFacts(MosaicFacts):
    """The maps that a convolution makes of the page's picture."""

    block: int
    shape: list[int]


class WeightFacts(TypedDict):
    """How the gradient of the chosen weight comes about; its tables are `inputs` and `slopes`."""

    weight: float
    gradient: float
    parts: list[float]


class LearningFacts(TypedDict):
    """What is said of a stack in training; `lost` where its numbers or pictures have to be sent again.

    `loss` is the mean of the batches of the last steps, `pictures` names a set of the student's own.
    """

    lost: bool
    pictures: TrainingSetValue | None
    training: LearningStateValue | None
    epoch: float
    loss: float | None
    test_loss: float
    test_accuracy: float
    confusion: list[list[int]]
    classes: list[str]
    trouble: str
    said: str
    answer: list[float]
    banks: list[LearningBankFacts]
    maps: list[LearningMapsFacts]
    colours: list[str]
    worked: NotRequired[WeightFacts | None]


@dataclass(frozen=True, eq=False)
class LearningExperiment:
    """A training as these settings describe it: what lessons measure, too.

    Attributes:
        trainer: Stands where the settings say.
        start: The network before the first step.
        pictures: What it learns from.
        frozen: How many kernels stay as they are.
        lost: Whether its numbers are not known here, so that it stands at the start.
    """

    trainer: PipelineTrainer
    start: LearningNetwork
    pictures: TrainingSet
    frozen: int
    lost: bool


def experiment(values: Values, state: LearningState | None = None) -> LearningExperiment:
    """Set the training up that these settings describe.

    Args:
        values: The settings.
        state: Where it stands if nobody else knows.

    Raises:
        ExplorerError: If the stack cannot be trained on these classes, or nobody knows the pictures.
    """
    learned_from = known(values["pictures"])
    if learned_from is None:
        raise ExplorerError("The pictures that the stack learned from are gone; choose them again.")
    told: LearningStateValue | None = values["training"]
    found = (STATES.find(told) or state) if told else None
    trainer = PipelineTrainer(
        network(values),
        learned_from.train,
        learned_from.train_labels,
        LearningPlan(
            optimizer=values["optimizer"],
            learning_rate=values["learning_rate"],
            mirrored=learned_from.mirrored,
        ),
        frozen=frozenset((block, kernel) for block, kernel in values["frozen"]),
        state=found,
    )
    return LearningExperiment(
        trainer, network(values), learned_from, len(values["frozen"]), bool(told and not found)
    )


def network(values: Values) -> LearningNetwork:
    """Return the stack before its first step, if it ends in as many numbers as there are classes."""
    return LearningNetwork(pipeline.from_json(values["blocks"]), SHAPE, len(classes(values)))


def classes(values: Values) -> Sequence[str]:
    """Return the names of the classes, in the order of the answers."""
    chosen: TrainingSetValue | None = values["pictures"]
    return chosen["classes"] if chosen else drawings().classes


def known(chosen: TrainingSetValue | None) -> TrainingSet | None:
    """Return the pictures that are chosen, if they are known here."""
    return SETS.find(chosen["key"]) if chosen else drawings()


SEEN_FILE = "drawing.png"


def seen(image: Array, pictures: TrainingSet) -> Array:
    """Return what a stack that learns from these pictures sees of another one, in the levels of a file."""
    return images.from_levels(images.to_levels(pictures.sight(image)[0]))


def seen_png(sight: Array) -> bytes:
    """Return it as that file."""
    return figures.encode(images.to_levels(sight)[..., 0], "png")


def _train(image: Array, values: Values, rest: bool) -> Answer:
    if known(values["pictures"]) is None:
        return _lost(values)
    found = experiment(values)
    if found.lost:
        return _lost(values)
    trainer, network, pictures = found.trainer, found.trainer.network, found.pictures
    if steps := ADVANCES[values["advance"]]:
        trainer.step(min(steps, trainer.left))
    state = trainer.state
    test = pictures.measured(network)
    sight, is_drawing = pictures.sight(image)
    run = pipeline.run(network.learned(), sight)
    answer = run.steps[-1].maps[0, 0]
    banks = [
        (number, block)
        for number, block in enumerate(network.pipeline.blocks)
        if isinstance(block, pipeline.ConvolutionBlock)
    ]
    blobs = [Blob("sight", figures.MIME["png"], seen_png(sight))]
    look = {"scale": mosaics.BY_SIGN, "ends": "block", "dark": values["dark"]}
    maps: list[LearningMapsFacts] = []
    for number, _ in banks:
        made = run.steps[number].maps
        blob, said = mosaics.paint(f"maps{number}", made, look, rest)
        maps.append({"block": number, "shape": list(made.shape), **said})
        blobs += [blob, float_blob(f"kernels{number}", network.weights(number)[0])]
    facts: LearningFacts = {
        "lost": False,
        "pictures": values["pictures"],
        "training": STATES.keep(state) if state.step else None,
        "epoch": trainer.epochs,
        "loss": trainer.loss,
        "test_loss": test.loss,
        "test_accuracy": test.accuracy,
        "confusion": test.confusion.tolist(),
        "classes": list(pictures.classes),
        "trouble": trainer.trouble,
        "said": _said(pictures, is_drawing),
        "answer": answer.tolist(),
        "banks": [
            {
                "block": number,
                "title": f"Block {number + 1}: {block.title.removeprefix('Convolution: ')}",
                "shape": list(network.weights(number)[0].shape),
            }
            for number, block in banks
        ],
        "maps": maps,
        "colours": [colour for _, colour in figures.legend("signed", -1, 1, 257, dark=values["dark"])],
    }
    if values["advance"] != "play":
        blobs += [float_blob(f"start{number}", found.start.weights(number)[0]) for number, _ in banks]
        facts["worked"], tables = _worked(trainer, values)
        blobs += tables
    if values["whole"]:
        blobs.append(float_blob("state", numbers_of(state)))
    return Answer(facts, tuple(blobs))


def _lost(values: Values) -> Answer:
    """Say that something has to be sent again, which is all that can be said."""
    facts: LearningFacts = {
        "lost": True,
        "pictures": values["pictures"],
        "training": None,
        "epoch": 0,
        "loss": None,
        "test_loss": 0,
        "test_accuracy": 0,
        "confusion": [],
        "classes": [],
        "trouble": "",
        "said": "",
        "answer": [],
        "banks": [],
        "maps": [],
        "colours": [],
    }
    return Answer(facts, ())


def _said(pictures: TrainingSet, is_drawing: bool) -> str:
    if is_drawing:
        sees = "The stack sees the ink of your picture on 32 × 32 cells."
    elif pictures.is_ink:
        sees = "There is no ink on paper here, so the stack sees your picture in grey."
    else:
        sees = "The stack sees your picture in grey on 32 × 32 cells, as it sees those that it learns from."
    return f"{sees} It learns drawings: draw one." if pictures.is_ink else sees


def _worked(trainer: PipelineTrainer, values: Values) -> tuple[WeightFacts | None, list[Blob]]:
    """Work the gradient of the chosen weight out, where there is such a weight."""
    if not values["weight"]:
        return None, []
    try:
        block, row, column, channel, kernel = values["weight"][0]
        found = learning.weight_gradient(
            trainer, block, row, column, channel, kernel, picture=values["drawing"]
        )
    except ExplorerError:  # the stack has changed since it was chosen
        return None, []
    facts: WeightFacts = {
        "weight": found.weight,
        "gradient": found.gradient,
        "parts": found.parts.tolist(),
    }
    return facts, [float_blob("inputs", found.inputs), float_blob("slopes", found.slopes)]


def _check(shape: tuple[int, ...], values: Values) -> None:
    if known(values["pictures"]):
        experiment(values)
    else:  # they will be sent again
        network(values)


OPERATION = Operation(
    name="pipeline_training",
    settings=TRAINING,
    facts=LearningFacts,
    answer=_train,
    check=_check,
    view="pipeline_training",
    pace="background",
    most=MAX_REQUEST,
)
