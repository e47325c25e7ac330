"""A stack of blocks on a picture."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from math import isfinite
from threading import Lock
from typing import Annotated, Any, TypedDict
from weakref import WeakKeyDictionary

from explorer import figures, pipeline
from explorer.convolution import experiments, kernels
from explorer.convolution.experiments import Array
from explorer.descriptions import CellValue
from explorer.errors import ExplorerError
from explorer.lessons.subjects import StackedWork
from explorer.parameters import Cell, Index, Places, Values
from explorer.pipeline.parameters import BlocksParameter
from explorer.pipeline.table import BlockValue
from pages.components import mosaics
from pages.components.maps import LEVELS
from pages.components.mosaics import MosaicFacts
from pages.live.protocol import Answer, Blob, Operation, float_blob
from pages.pipeline import training
from pages.pipeline.training import LearningExperiment

UNSEEN = Places(
    name="unseen",
    title="Stages out of sight",
    count=pipeline.MAX_BLOCKS + 1,
)
"""Whose maps the strip alone shows, as the browser says while something moves; stage 0 is the picture."""

STACK = (
    BlocksParameter(
        name="blocks",
        title="Blocks",
        preset="edges",
    ),
    Cell(
        name="cell",
        title="Cell",
    ),
    Index(
        name="open",
        title="Open block",
        default=1,
    ),  # counted from 1: 0 opens them all
    *mosaics.looks("block"),
    LEVELS,
    UNSEEN,
)


class FieldFacts(TypedDict):
    """What a unit of a step sees of the picture; pairs are down and across."""

    size: tuple[int, int]
    jump: tuple[float, float]
    whole: bool
    normalised: bool


class ChangeFacts(TypedDict):
    """How far switched and scaled maps move the values of a step, in magnitude."""

    mean: float
    largest: float


class StepFacts(MosaicFacts):
    """What is said of a step of a stack; `changed` where maps are scaled before it.

    `laid` is the shape in which its numbers are shown: a long row is laid out in several.
    """

    title: str
    shape: list[int]
    laid: list[int]
    formulas: tuple[str, str, str]
    weights: int
    biases: int
    multiply_adds: int
    field: FieldFacts
    changed: ChangeFacts | None


class StopFacts(TypedDict):
    """Which block makes no maps, counted from 1, and why."""

    block: int
    sentence: str


class PipelineTotals(TypedDict):
    """What all steps hold and cost."""

    weights: int
    biases: int
    multiply_adds: int


class CauseFacts(TypedDict):
    """A number on the way from a cell back to the picture; its `cell` is map, row and column."""

    step: int
    title: str
    cell: Annotated[list[int], tuple[int, int, int]] | None
    value: float
    said: str
    sentence: str


class TraceFacts(TypedDict):
    """Where the number in a cell comes from: top, left, bottom and right of its pixels, and the way there.

    `bias` is what a convolution adds, `map` the one of those that came in which gives most, and `factor`
    what the cell's map is scaled with. What its window read and the weights come as tables of their own.
    """

    cell: CellValue
    rectangle: tuple[int, int, int, int]
    path: list[CauseFacts]
    bias: float
    map: int
    factor: float


class TracedFacts(TypedDict):
    """Where the chosen number comes from, or why there is none."""

    trace: TraceFacts | None
    lost: str


class PipelineFacts(TracedFacts):
    """What is said of a stack of blocks on a picture."""

    input_shape: list[int]
    blocks: list[BlockValue]
    kernels: list[list[list[list[float]]] | None]
    titles: list[list[str] | None]
    steps: list[StepFacts]
    stopped: StopFacts | None
    presets: dict[str, str]
    total: PipelineTotals


KEPT_BYTES = 128 << 20  # of runs: 25 people with 8 blocks of 8 maps at 128 pixels


MAX_WORKED = 4096  # numbers in a table of what a window read: beyond them nobody looks at each


class Runs:
    """The latest runs, one for each picture and use, so that a late block moves without those before it.

    A run is found by the identity of its picture, which is the connection's, or the session's, own: nothing
    passes from one person to another. The oldest go when all of them have too many bytes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, str], pipeline.PipelineRun] = OrderedDict()
        self._painted: WeakKeyDictionary[pipeline.Step, dict[tuple[Any, ...], tuple[Blob, MosaicFacts]]] = (
            WeakKeyDictionary()
        )

    def run(self, stack: pipeline.Pipeline, image: Array, use: str = "shown") -> pipeline.PipelineRun:
        """Run a pipeline, with the steps of the picture's run before as far as they are the same."""
        key = (id(image), use)
        with self._lock:
            previous = self._kept.pop(key, None)
        # The number may have been that of a picture that is gone: `pipeline.run` compares the arrays.
        found = pipeline.run(stack, image, previous)
        with self._lock:
            self._kept[key] = found
            while self.size > self._most:
                self._kept.popitem(last=False)
        return found

    @property
    def size(self) -> int:
        """Bytes of all pictures and maps that are kept."""
        runs = self._kept.values()
        return sum(run.image.nbytes + sum(step.maps.nbytes for step in run.steps) for run in runs)

    def paint(self, step: pipeline.Step, values: Values, rest: bool) -> tuple[Blob, MosaicFacts]:
        """Paint the maps of a step, unless that was done before: the picture, and what its colours mean."""
        seen = step.number not in values[UNSEEN.name]
        look = (values["scale"], values["ends"], values["dark"], rest, seen)
        with self._lock:
            known = self._painted.setdefault(step, {})
        if look not in known:
            known[look] = mosaics.paint(
                f"step{step.number}", _laid(step), values, rest, usual=True, seen=seen
            )
        return known[look]


def _laid(step: pipeline.Step) -> Array:
    """Return the maps of a step as they are shown."""
    return step.maps.reshape(pipeline.laid_out(step.block, step.maps.shape))


RUNS = Runs(KEPT_BYTES)


def stack(values: Values) -> pipeline.Pipeline:
    """Make the pipeline that these settings describe."""
    return pipeline.from_json(values["blocks"])


def whole(values: Values) -> pipeline.Pipeline:
    """Make the same pipeline with every map on, as it is."""
    return pipeline.from_json(
        [{name: value for name, value in block.items() if name != "scales"} for block in values["blocks"]]
    )


def measured(values: Values, image: Array, learning: LearningExperiment | None) -> StackedWork:
    """What lessons measure: the blocks on the picture, and what they have learned."""
    run = RUNS.run(stack(values), image)
    if learning is None:
        return StackedWork(run)
    trainer = learning.trainer
    return StackedWork(
        run, trainer.network, learning.start, learning.pictures, trainer.state.step, learning.frozen
    )


def _run_pipeline(image: Array, values: Values, rest: bool) -> Answer:
    chosen = stack(values)
    run = RUNS.run(chosen, image)
    scaled = any(block.get("scales") for block in values["blocks"])
    plain = RUNS.run(whole(values), image, "whole").steps if scaled else ()
    painted = [RUNS.paint(step, values, rest) for step in run.steps]
    steps = [_step_facts(step, maps) for step, (_, maps) in zip(run.steps, painted, strict=True)]
    for said, step, other in zip(steps, run.steps, plain, strict=False):
        found = experiments.compare(step.maps, other.maps)
        if isfinite(found.largest):
            said["changed"] = {"mean": found.mean, "largest": found.largest}
    banks = [_chosen_bank(block) for block in chosen.blocks]
    traced, numbers = _trace(run, values["cell"])
    facts: PipelineFacts = {
        "input_shape": list(image.shape),
        "blocks": values["blocks"],
        "kernels": [
            None if bank is None else [kernels.to_rows(entry.weights()) for entry in bank] for bank in banks
        ],
        "titles": [None if bank is None else [entry.title for entry in bank] for bank in banks],
        "steps": steps,
        "stopped": _stop_facts(run.stopped),
        "presets": _presets(run.image.shape),
        "total": totals(run),
        **traced,
    }
    return Answer(facts, (*(blob for blob, _ in painted), *numbers))


@lru_cache(maxsize=64)
def _presets(shape: pipeline.Shape) -> dict[str, str]:
    """Say of each preset that speaks of sizes what it makes of a picture of this shape."""
    return {preset.name: preset.said(shape) for preset in pipeline.PRESETS.values() if preset.sized}


def totals(run: pipeline.PipelineRun) -> PipelineTotals:
    """Add up what all steps hold and cost."""
    return {
        "weights": sum(step.weights for step in run.steps),
        "biases": sum(step.biases for step in run.steps),
        "multiply_adds": sum(step.multiply_adds for step in run.steps),
    }


def _stop_facts(stop: pipeline.Stop | None) -> StopFacts | None:
    return {"block": stop.block, "sentence": stop.sentence} if stop else None


def _step_facts(step: pipeline.Step, maps: MosaicFacts) -> StepFacts:
    return {
        "title": step.title,
        "shape": list(step.maps.shape),
        "laid": list(_laid(step).shape),
        "formulas": step.formulas,
        "weights": step.weights,
        "biases": step.biases,
        "multiply_adds": step.multiply_adds,
        "field": {
            "size": step.field.size,
            "jump": step.field.jump,
            "whole": step.field.whole,
            "normalised": step.field.normalised,
        },
        "changed": None,
        **maps,
    }


def _chosen_bank(block: pipeline.Block) -> tuple[pipeline.Entry, ...] | None:
    """Return the kernels that an editor shows: those that were chosen, not those drawn by chance."""
    if isinstance(block, pipeline.ConvolutionBlock) and isinstance(block.bank, tuple):
        return block.bank
    return None


def _trace(run: pipeline.PipelineRun, cell: CellValue | None) -> tuple[TracedFacts, tuple[Blob, ...]]:
    """Follow the chosen cell to the picture, with what its window read; or say that it is not there."""
    if cell is None:
        return {"trace": None, "lost": ""}, ()
    step, number, row, column = cell
    try:
        found = pipeline.trace(run, step, row, column, number)
    except ExplorerError as error:
        return {"trace": None, "lost": str(error)}, ()
    path: list[CauseFacts] = [
        {
            "step": cause.step,
            "title": cause.title,
            "cell": [part for part in (cause.map, cause.row, cause.column) if part is not None] or None,
            "value": cause.value,
            "said": figures.format_number(cause.value, 4),
            "sentence": cause.sentence,
        }
        for cause in found.path
    ]
    first, *others = found.path
    factors = run.steps[step - 1].block.factors(run.maps(step).shape[2]) if step else None
    told: TraceFacts = {
        "cell": cell,
        "rectangle": found.rectangle,
        "path": path,
        "bias": first.numbers.get("bias", 0.0),
        "map": (others[0].map or 0) if first.weights is not None else 0,
        "factor": 1.0 if factors is None else float(factors[number]),
    }
    numbers = []
    for name, table in {"patch": first.patch, "weights": first.weights}.items():
        if table is None or table.size > MAX_WORKED:
            continue
        if table.shape[:2] == (1, 1) and isinstance(run.steps[step - 1].block, pipeline.DenseBlock):
            # A row is shown as its numbers are: in several, of one map.
            table, told["map"] = table.reshape(pipeline.folded(table.size)), 0
        numbers.append(float_blob(name, table))
    return {"trace": told, "lost": ""}, tuple(numbers)


OPERATIONS = (
    Operation(
        name="pipeline",
        settings=STACK,
        facts=PipelineFacts,
        answer=_run_pipeline,
        view="pipeline",
    ),
    training.OPERATION,
)
