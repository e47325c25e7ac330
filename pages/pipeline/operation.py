"""A stack of blocks on a picture."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from math import isfinite
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from explorer import figures, pipeline
from explorer.convolution import experiments, kernels
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.parameters import Cell, Values
from explorer.pipeline.parameters import BlocksParameter
from pages.components import mosaics
from pages.components.mosaics import COLOURS
from pages.live.protocol import Answer, Blob, Operation

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
    COLOURS,
    mosaics.ends("block"),
)

KEPT_BYTES = 128 << 20  # of runs: 25 people with 8 blocks of 8 maps at 128 pixels


class Runs:
    """The latest runs, one for each picture and use, so that a late block moves without those before it.

    A run is found by the identity of its picture, which is the connection's, or the session's, own: nothing
    passes from one person to another. The oldest go when all of them have too many bytes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, str], pipeline.PipelineRun] = OrderedDict()
        self._painted: WeakKeyDictionary[pipeline.Step, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()

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

    def paint(self, step: pipeline.Step, values: Values, rest: bool) -> tuple[Blob, dict[str, Any]]:
        """Paint the maps of a step, unless that was done before: the picture, and what its colours mean."""
        look = (values["scale"], values["ends"], rest)
        with self._lock:
            known = self._painted.setdefault(step, {})
        if look not in known:
            known[look] = mosaics.paint(f"step{step.number}", step.maps, values, rest)
        found: tuple[Blob, dict[str, Any]] = known[look]
        return found


RUNS = Runs(KEPT_BYTES)


def stack(values: Values) -> pipeline.Pipeline:
    """Make the pipeline that these settings describe."""
    return pipeline.from_json(values["blocks"])


def whole(values: Values) -> pipeline.Pipeline:
    """Make the same pipeline with every map on, as it is."""
    return pipeline.from_json([block | {"scales": {}} for block in values["blocks"]])


def _run_pipeline(image: Array, values: Values, rest: bool) -> Answer:
    chosen = stack(values)
    run = RUNS.run(chosen, image)
    scaled = any(block["scales"] for block in values["blocks"])
    plain = RUNS.run(whole(values), image, "whole").steps if scaled else ()
    painted = [RUNS.paint(step, values, rest) for step in run.steps]
    steps = [_step_facts(step) | facts for step, (_, facts) in zip(run.steps, painted, strict=True)]
    for facts, step, other in zip(steps, run.steps, plain, strict=False):
        found = experiments.compare(step.maps, other.maps)
        if isfinite(found.largest):
            facts["changed"] = {"mean": found.mean, "largest": found.largest}
    facts = {
        "input_shape": list(image.shape),
        "blocks": values["blocks"],
        "kernels": [_bank_weights(block) for block in chosen.blocks],
        "steps": steps,
        "stopped": run.stopped and {"block": run.stopped.block, "sentence": run.stopped.sentence},
        "presets": _presets(run.image.shape),
        "total": totals(run),
        **_trace(run, values["cell"]),
    }
    return Answer(facts, tuple(blob for blob, _ in painted))


@lru_cache(maxsize=64)
def _presets(shape: pipeline.Shape) -> dict[str, str]:
    """Say of each preset that speaks of sizes what it makes of a picture of this shape."""
    return {preset.name: preset.said(shape) for preset in pipeline.PRESETS.values() if preset.sized}


def totals(run: pipeline.PipelineRun) -> dict[str, int]:
    """Add up what all steps hold and cost."""
    names = ("weights", "biases", "multiply_adds")
    return {name: sum(getattr(step, name) for step in run.steps) for name in names}


def _step_facts(step: pipeline.Step) -> dict[str, Any]:
    return {
        "title": step.title,
        "shape": list(step.maps.shape),
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
    }


def _bank_weights(block: pipeline.Block) -> list[list[list[float]]] | None:
    """Return the weights that an editor shows: of kernels that were chosen, not of those drawn by chance."""
    if not isinstance(block, pipeline.ConvolutionBlock) or isinstance(block.bank, pipeline.Random):
        return None
    return [kernels.to_rows(entry.weights()) for entry in block.bank]


def _trace(run: pipeline.PipelineRun, cell: list[int] | None) -> dict[str, Any]:
    """Follow the chosen cell to the picture, or say that it is not there."""
    if cell is None:
        return {"trace": None, "lost": ""}
    step, number, row, column = cell
    try:
        found = pipeline.trace(run, step, row, column, number)
    except ExplorerError as error:
        return {"trace": None, "lost": str(error)}
    path = [
        {
            "step": cause.step,
            "title": cause.title,
            "cell": None if cause.map is None else [cause.map, cause.row, cause.column],
            "value": cause.value,
            "said": figures.format_number(cause.value, 4),
            "sentence": cause.sentence,
        }
        for cause in found.path
    ]
    return {"trace": {"cell": cell, "rectangle": found.rectangle, "path": path}, "lost": ""}


OPERATIONS = (
    Operation(
        name="pipeline",
        settings=STACK,
        answer=_run_pipeline,
        view="pipeline",
    ),
)
