"""A stack of blocks that learns to read drawings, watched: what the lane answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, NotRequired, TypedDict

from explorer import figures, images, pipeline, sketch
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.mlp import optimizers
from explorer.parameters import Choice, Offered, Switch, Values, WholeNumber
from explorer.pipeline import learning
from explorer.pipeline.drawings import ANSWERS, SHAPE, measured_on_test
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
from explorer.sketch.drawings import small_drawings, small_sight
from pages.components import mosaics
from pages.components.maps import DARK
from pages.components.mosaics import MosaicFacts
from pages.live.protocol import Answer, Blob, Operation, float_blob

MAX_REQUEST = 500_000  # bytes: 24,000 weights travel, with what Adam remembers of each
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
    """What is said of a stack in training; `lost` where its numbers have to be sent again.

    `loss` is the mean of the batches of the last steps, `saved` what an answer that brings all numbers has.
    """

    lost: bool
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
        frozen: How many kernels stay as they are.
        lost: Whether its numbers are not known here, so that it stands at the start.
    """

    trainer: PipelineTrainer
    start: LearningNetwork
    frozen: int
    lost: bool


def experiment(values: Values, state: LearningState | None = None) -> LearningExperiment:
    """Set the training up that these settings describe; `state` is where it stands if nobody else knows."""
    stack = pipeline.from_json(values["blocks"])
    told: LearningStateValue | None = values["training"]
    found = (STATES.find(told) or state) if told else None
    drawings = small_drawings("train")
    trainer = PipelineTrainer(
        LearningNetwork(stack, SHAPE, ANSWERS),
        drawings.pictures,
        drawings.labels,
        LearningPlan(optimizer=values["optimizer"], learning_rate=values["learning_rate"]),
        frozen=frozenset((block, kernel) for block, kernel in values["frozen"]),
        state=found,
    )
    return LearningExperiment(
        trainer, LearningNetwork(stack, SHAPE, ANSWERS), len(values["frozen"]), bool(told and not found)
    )


SEEN_FILE = "drawing.png"


def seen(image: Array) -> Array:
    """Return what the stack sees of a picture, in the levels of a file."""
    return images.from_levels(images.to_levels(small_sight(image)[0]))


def seen_png(sight: Array) -> bytes:
    """Return it as that file."""
    return figures.encode(images.to_levels(sight)[..., 0], "png")


def _train(image: Array, values: Values, rest: bool) -> Answer:
    found = experiment(values)
    trainer, network = found.trainer, found.trainer.network
    if not found.lost and (steps := ADVANCES[values["advance"]]):
        trainer.step(min(steps, trainer.left))
    state = trainer.state
    test = measured_on_test(network)
    sight, is_drawing = small_sight(image)
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
        "lost": found.lost,
        "training": STATES.keep(state) if state.step else None,
        "epoch": trainer.epochs,
        "loss": trainer.loss,
        "test_loss": test.loss,
        "test_accuracy": test.accuracy,
        "confusion": test.confusion.tolist(),
        "classes": list(sketch.CLASSES),
        "trouble": trainer.trouble,
        "said": _said(is_drawing),
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


def _said(is_drawing: bool) -> str:
    if is_drawing:
        return "The stack sees the ink of your picture on 32 × 32 cells. It learns drawings: draw one."
    return (
        "There is no ink on paper here, so the stack sees your picture in grey. It learns drawings: draw one."
    )


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


OPERATION = Operation(
    name="pipeline_training",
    settings=TRAINING,
    facts=LearningFacts,
    answer=_train,
    check=lambda shape, values: experiment(values),
    view="pipeline_training",
    pace="background",
    most=MAX_REQUEST,
)
