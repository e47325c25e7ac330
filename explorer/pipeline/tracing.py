"""One number of a pipeline, followed back to the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from reprlib import repr as short

from explorer.convolution import receptive_fields
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.pipeline.answers import FlattenBlock
from explorer.pipeline.blocks import CHANNELS, ActivationBlock, Place, rounded
from explorer.pipeline.execution import PipelineRun, Step, shape_of, step_facts, step_inputs
from explorer.words import counted


@dataclass(frozen=True)
class Cause:
    """One number on the way from a unit back to the picture.

    Attributes:
        step: The step it is a number of, from 1 on; 0 is the picture.
        title: What made it: the block in a few words, the picture, or the padding.
        row: Its row; None in the padding.
        column: Its column, likewise.
        map: Its map, or channel of the picture, likewise.
        value: The number itself, as it is in the maps.
        sentence: What made it, in words and numbers.
        numbers: The same numbers by name. "result" is the value before the map was scaled.
        patch: What the window of a convolution or pooling read, (kh, kw, Cin); None of anything else. A
            pooling reads one map.
        weights: What a convolution multiplies each of them with, (kh, kw, Cin); None of anything else.
    """

    step: int
    title: str
    row: int | None
    column: int | None
    map: int | None
    value: float
    sentence: str
    numbers: Mapping[str, float]
    patch: Array | None = field(default=None, repr=False, compare=False)
    weights: Array | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Trace:
    """Where a number comes from.

    Attributes:
        rectangle: The pixels that it depends on through the windows, (top, left, bottom, right), the last two
            excluded, as `input_rectangle` gives them. A normalisation makes it depend on all others
            too, see `Field.normalised`.
        path: The number first, then at each depth the number that gave most of it, last a pixel or padding.
    """

    rectangle: tuple[int, int, int, int]
    path: tuple[Cause, ...]


def trace(found: PipelineRun, step: int, row: int, column: int, map: int) -> Trace:
    """Follow a number of a step back to the picture, by the main contributor at each depth.

    That is the largest product (in magnitude) of a convolution, the winner of a max pooling, the largest cell
    of a mean, the largest part of a bilinear mixture, and else the cell itself.

    Args:
        found: The run.
        step: A step of it, from 1 on; 0 is the picture.
        row: Row of the number in its map.
        column: Column of the number.
        map: Which map, counted from 0 as rows and columns are.

    Raises:
        ExplorerError: If there is no such number.

    Example:
        >>> import numpy as np
        >>> from explorer.pipeline import run
        >>> from explorer.pipeline import from_json
        >>> blocks = from_json([{"kind": "pooling"}, {"kind": "activation", "activation": "relu"}])
        >>> found = trace(run(blocks, np.arange(16.0).reshape(4, 4, 1)), 2, 0, 1, 0)
        >>> found.rectangle
        (0, 2, 2, 4)
        >>> print(*[cause.sentence for cause in found.path], sep=" ")
        ReLU makes 7 into 7. 7 is the largest of 4 cells. The pixel in row 2, column 4: brightness 7.
        >>> found.path[1].patch[..., 0].tolist()
        [[2.0, 3.0], [6.0, 7.0]]
    """
    _check_place(found, step, row, column, map)
    inputs = step_inputs(found.image, found.steps[:step])
    read, at = _read(inputs, (row, column, map))
    ways = [step_facts(stage.block, shape_of(maps)).way for stage, maps in read]
    rectangle = receptive_fields.input_rectangle(ways, found.image.shape, *at[:2])
    path: list[Cause] = []
    place: Place | None = (row, column, map)
    for stage, maps in reversed(inputs):
        if place is None:
            break
        value, factors = float(stage.maps[place]), stage.block.factors(stage.maps.shape[2])
        factor = 1.0 if factors is None else float(factors[place[2]])
        why = stage.block.explain(maps, place, value / factor if factor else None)
        sentence = why.sentence
        if factor != 1:
            made = rounded(why.numbers["result"])
            sentence += (
                " The map is switched off: 0."
                if factor == 0
                else f" The map is scaled: {rounded(factor)} · {made} = {rounded(value)}."
            )
        tables = why.patch, why.weights
        path.append(Cause(stage.number, stage.title, *place, value, sentence, why.numbers, *tables))
        place = why.main
    path.append(_end(found.image, place))
    return Trace(rectangle, tuple(path))


def _read(inputs: Sequence[tuple[Step, Array]], place: Place) -> tuple[Sequence[tuple[Step, Array]], Place]:
    """Return the steps that a number reads through, and its place after them.

    A number of a row that is a copy of a cell depends on no more than that cell does.
    """
    for count in range(len(inputs) - 1, -1, -1):
        stage, maps = inputs[count]
        if isinstance(stage.block, FlattenBlock):
            return inputs[:count], stage.block.cell(maps.shape, place[2])
        if not isinstance(stage.block, ActivationBlock):
            break
    return inputs, place


def _end(image: Array, place: Place | None) -> Cause:
    """Return the last record of a path: a pixel, or the padding."""
    if place is None:
        return Cause(0, "Padding", None, None, None, 0.0, "A 0 from the padding around the maps.", {})
    value = float(image[place])
    names = CHANNELS.get(image.shape[2], ())
    channel = names[place[2]] if names else f"channel {place[2] + 1}"
    sentence = f"The pixel in row {place[0] + 1}, column {place[1] + 1}: {channel} {rounded(value)}."
    return Cause(0, "Picture", *place, value, sentence, {"value": value})


def _check_place(found: PipelineRun, step: int, row: int, column: int, map: int) -> None:
    for name, number in {"step": step, "row": row, "column": column, "map": map}.items():
        if type(number) is not int:
            raise ExplorerError(f"The {name} must be a whole number; it is {short(number)}.")
    if not 0 <= step <= len(found.steps):
        raise ExplorerError(
            f"There is no step {step}: the pipeline has {len(found.steps)}, and step 0 is the picture."
        )
    rows, columns, maps = found.maps(step).shape
    if not (0 <= row < rows and 0 <= column < columns and 0 <= map < maps):
        raise ExplorerError(
            f"Block {step} has no map {map + 1}, row {row + 1}, column {column + 1}: it has "
            f"{counted(maps, 'map')} of {rows} × {columns} cells."
        )
