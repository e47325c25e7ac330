"""A pipeline on a picture: the maps, the shapes and the cost of every step.

Counting: a step's multiply-adds are the products of a weight and a value, H' * W' * kh * kw * Cin * Cout for
a convolution, zeros of the padding included; adding the bias is free. Blocks without weights count none, as
in the tables of the literature. Switching a map off, or scaling it, is a way to look and counts nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike

from explorer.convolution import receptive_fields
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.pipeline.blocks import EACH_CELL, Block, NormalisationBlock, Shape
from explorer.words import counted, plural

MAX_BLOCKS = 12
"""The most blocks of a pipeline."""

MAX_VALUES = 1 << 22
"""The most numbers of a step: 16 maps of 512 x 512."""

MAX_PRODUCTS = 2_000_000_000
"""The most multiply-adds of a step."""


@dataclass(frozen=True)
class Pipeline:
    """Blocks, first to last."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Field:
    """What a unit of a step sees of the picture; pairs are (vertical, horizontal), in pixels.

    Attributes:
        size: Rows and columns, as `receptive_field` counts them: over the edge they reach out.
        jump: Pixels from one unit to the next; a fraction after an upsampling.
        offset: First row and column that unit (0, 0) sees.
        whole: Whether every unit sees the whole picture, as after a global pooling.
        normalised: Whether a mean and a variance of whole maps are in the numbers, so that every pixel moves
            them a little, from outside the field too.
    """

    size: tuple[int, int]
    jump: tuple[float, float]
    offset: tuple[int, int]
    whole: bool
    normalised: bool


@dataclass(frozen=True, eq=False)
class Step:
    """What a block made of the maps before it.

    Attributes:
        number: Which block it is, from 1 on.
        block: The block.
        maps: float32 (H, W, C), read-only.
        formulas: LaTeX: how the rows, columns and maps follow from the shape before, with the numbers.
        weights: How many weights it has.
        biases: How many biases.
        multiply_adds: As the module counts them.
        field: What its units see of the picture.
    """

    number: int
    block: Block
    maps: Array = field(repr=False)
    formulas: tuple[str, str, str]
    weights: int
    biases: int
    multiply_adds: int
    field: Field

    @property
    def title(self) -> str:
        """What the block is, in a few words."""
        return self.block.title


@dataclass(frozen=True)
class Stop:
    """Where a pipeline ends early: the number of the block that makes no maps, and why, as a sentence."""

    block: int
    sentence: str


@dataclass(frozen=True, eq=False)
class PipelineRun:
    """A pipeline on a picture: its steps, up to the block that stopped it if one did."""

    pipeline: Pipeline
    image: Array = field(repr=False)
    steps: tuple[Step, ...]
    stopped: Stop | None = None

    def maps(self, step: int) -> Array:
        """Return the maps of a step, from 1 on, or the picture as step 0: float32 (H, W, C)."""
        return self.steps[step - 1].maps if step else self.image


_TOO_LARGE = (
    "its numbers grow beyond what 32 bits can hold. Choose smaller weights, or add a normalisation before it."
)


def run(pipeline: Pipeline, image: ArrayLike, previous: PipelineRun | None = None) -> PipelineRun:
    """Compute every step of a pipeline on a picture.

    A block that can make no maps (its window finds no place, its maps would be too large, its numbers leave
    float32) ends the run with `stopped`; the steps before it are there.

    Args:
        pipeline: The blocks.
        image: Real numbers, (H, W, C).
        previous: A run whose steps are taken over where the picture is the same array and all blocks up to
            them are equal. The caller must not have changed the array in between.

    Raises:
        ExplorerError: If the picture is not an array (H, W, C) of finite real numbers.

    Example:
        >>> from explorer.pipeline import from_json
        >>> halved = from_json([{"kind": "pooling", "pool_size": 2}, {"kind": "pooling", "pool_size": 8}])
        >>> found = run(halved, np.arange(16.0).reshape(4, 4, 1))
        >>> found.steps[0].maps[..., 0].tolist()
        [[5.0, 7.0], [13.0, 15.0]]
        >>> print(found.stopped.sentence)
        The pipeline ends before block 2 (Max pooling 8 × 8, stride 2): its window covers 8 × 8 cells, but \
the incoming maps have only 2 × 2. Choose a smaller window, more padding, or less pooling and smaller \
strides before it.
    """
    steps: list[Step] = []
    if previous is not None and previous.image is image:
        picture = previous.image
        pairs = zip(previous.steps, pipeline.blocks, strict=False)
        steps = [step for step, _ in takewhile(lambda pair: pair[0].block == pair[1], pairs)]
    else:
        picture = _picture(image)
    ways = tuple(step_facts(step.block, shape_of(before)).way for step, before in step_inputs(picture, steps))
    for number, block in enumerate(pipeline.blocks[len(steps) :], len(steps) + 1):
        maps = steps[-1].maps if steps else picture
        shape = shape_of(maps)
        facts = step_facts(block, shape)
        if facts.obstacle:
            return PipelineRun(pipeline, picture, tuple(steps), _stop(number, block, facts.obstacle))
        made = block.apply(maps)
        if not _is_finite(made):
            return PipelineRun(pipeline, picture, tuple(steps), _stop(number, block, _TOO_LARGE))
        ways += (facts.way,)
        steps.append(_step(number, block, made, facts, _fields(ways, picture.shape[:2]), steps))
    return PipelineRun(pipeline, picture, tuple(steps))


@dataclass(frozen=True)
class _Facts:
    """What there is to say of a block on maps of a shape without computing them."""

    obstacle: str
    shape: Shape = (0, 0, 0)
    way: receptive_fields.WindowStep | receptive_fields.Upsampling = EACH_CELL
    formulas: tuple[str, str, str] = ("", "", "")
    parameters: tuple[int, int] = (0, 0)
    multiply_adds: int = 0


# While a weight or a factor is dragged most blocks, and all shapes, stay the same.
@lru_cache(maxsize=512)
def step_facts(block: Block, shape: Shape) -> _Facts:
    """What a block makes of maps of this shape, or why it makes none."""
    obstacle = block.obstacle(shape)
    if obstacle:
        return _Facts(obstacle)
    rows, columns, maps = block.output_shape(shape)
    products = block.multiply_adds(shape)
    if rows * columns * maps > MAX_VALUES:
        return _Facts(
            f"{counted(maps, 'map')} of {rows} × {columns} {plural(maps, 'is', 'are')} "
            f"{rows * columns * maps:,} numbers, and the limit is {MAX_VALUES:,}. "
            "Choose a smaller picture, fewer kernels, less upsampling, or more pooling."
        )
    if products > MAX_PRODUCTS:
        return _Facts(
            f"it takes {products:,} multiply-adds, and the limit is {MAX_PRODUCTS:,}. Choose a smaller "
            "picture, fewer or smaller kernels, or a larger stride."
        )
    return _Facts(
        obstacle="",
        shape=(rows, columns, maps),
        way=block.way(shape),
        formulas=block.formulas(shape),
        parameters=block.parameters(shape[2]),
        multiply_adds=products,
    )


def _stop(number: int, block: Block, why: str) -> Stop:
    return Stop(number, f"The pipeline ends before block {number} ({block.title}): {why}")


def shapes(pipeline: Pipeline, shape: Shape) -> tuple[list[Shape], Stop | None]:
    """Return the shape (H, W, C) after each block, without its maps, and where the pipeline ends early.

    Numbers that leave float32, which end a `run` too, are not seen here.

    Example:
        >>> from explorer.pipeline import from_text
        >>> shapes(from_text("pooling~~pooling~pool_size=8"), (8, 8, 3))[0]
        [(4, 4, 3)]
    """
    found: list[Shape] = []
    for number, block in enumerate(pipeline.blocks, 1):
        facts = step_facts(block, shape)
        if facts.obstacle:
            return found, _stop(number, block, facts.obstacle)
        shape = facts.shape
        found.append(shape)
    return found, None


@lru_cache(maxsize=256)
def _fields(
    ways: tuple[receptive_fields.WindowStep | receptive_fields.Upsampling, ...], shape: tuple[int, ...]
) -> receptive_fields.ReceptiveField:
    return receptive_fields.receptive_field(ways, shape)[-1]


def _step(
    number: int,
    block: Block,
    maps: Array,
    facts: _Facts,
    seen: receptive_fields.ReceptiveField,
    before: Sequence[Step],
) -> Step:
    last = before[-1].field if before else None
    return Step(
        number=number,
        block=block,
        maps=maps,
        formulas=facts.formulas,
        weights=facts.parameters[0],
        biases=facts.parameters[1],
        multiply_adds=facts.multiply_adds,
        field=Field(
            size=seen.size,
            jump=seen.jump,
            offset=seen.offset,
            whole=block.is_global or (last is not None and last.whole),
            normalised=isinstance(block, NormalisationBlock) or (last is not None and last.normalised),
        ),
    )


def _picture(image: ArrayLike) -> Array:
    try:
        picture = np.ascontiguousarray(image, np.float32)
    except (TypeError, ValueError) as error:
        raise ExplorerError(f"The picture is not an array of numbers: {error}.") from error
    if picture.ndim != 3 or picture.size == 0:
        raise ExplorerError(f"The picture has the shape {picture.shape}; it must be (H, W, C).")
    if not _is_finite(picture):
        raise ExplorerError("The picture holds a number that is infinite or NaN; give finite numbers.")
    return picture


def _is_finite(maps: Array) -> bool:
    """Whether every number is: their sum in double precision is only then, and cannot overflow."""
    plane: Any = maps.reshape(len(maps), -1)
    return math.isfinite(cv2.sumElems(plane)[0])


def shape_of(maps: Array) -> Shape:
    """Rows, columns and number of maps."""
    rows, columns, number = maps.shape
    return rows, columns, number


def step_inputs(picture: Array, steps: Sequence[Step]) -> list[tuple[Step, Array]]:
    """Pair every step with the maps that went into it."""
    return list(zip(steps, [picture, *(step.maps for step in steps)], strict=False))
