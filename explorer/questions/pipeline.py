"""Questions on a stack of blocks: how large a block's maps are, and how many parameters it has."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.pipeline import Pipeline
from explorer.pipeline.blocks import Block, ConvolutionBlock, PoolingBlock, Shape, UpsamplingBlock
from explorer.pipeline.execution import shapes
from explorer.questions.drawing import Array, Generator, answers, chance, one_of
from explorer.questions.record import PosedQuestion, QuestionError, QuestionKind
from explorer.questions.sizes import SlidingAxis
from explorer.words import counted, plural


@dataclass(frozen=True)
class _Placed:
    """A block with its number, and the shape of the maps that come in and of those that go out."""

    number: int
    block: Block
    before: Shape
    after: Shape

    @property
    def said(self) -> str:
        rows, columns, maps = self.before
        come = plural(maps, "comes", "come")
        return (
            f"{counted(maps, 'map')} of {rows} × {columns} cells {come} into block {self.number}, "
            f"{self.block.title}"
        )


def _placed(experiment: Pipeline, picture: Array | None) -> list[_Placed]:
    assert picture is not None
    rows, columns, channels = picture.shape
    before = (rows, columns, channels)
    made, _ = shapes(experiment, before)
    pairs = zip(experiment.blocks, [before, *made], made, strict=False)
    return [_Placed(number, *each) for number, each in enumerate(pairs, 1)]


def _drawn(rng: Generator, found: list[_Placed]) -> _Placed:
    if not found:
        raise QuestionError("No block here has something to work out: add a convolution or a pooling.")
    return found[one_of(rng, range(len(found)))]


def map_size(experiment: Pipeline, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask how many rows or columns a block's maps have.

    Args:
        experiment: The blocks.
        picture: (H, W, C), whose shape counts alone.
        seed: As `chance`.

    Raises:
        QuestionError: If no block changes the size by a rule.

    Example:
        >>> import numpy as np
        >>> from explorer.pipeline import from_json
        >>> halved = from_json([{"kind": "pooling", "pool_size": 3, "strides": 2}])
        >>> asked = map_size(halved, np.zeros((8, 8, 1), np.float32), 1)
        >>> asked.answer, asked.mistakes[4.0]
        (3.0, 'You rounded up. A window that does not fit whole is left out: round down.')
    """
    rng = chance(seed, "pipeline_size")
    found = _placed(experiment, picture)
    windows = [each for each in found if _changes_size(each.block)]
    # A window of one cell that stops everywhere leaves nothing to work out.
    at = _drawn(rng, [each for each in windows if each.before[:2] != each.after[:2]] or windows)
    which = one_of(rng, (0, 1))
    name, block, size = ("rows", "columns")[which], at.block, at.before[which]
    answer = at.after[which]
    told = ""
    if isinstance(block, UpsamplingBlock):
        worked = f"{block.size} · {size} = {answer}."
        wrong = [
            (float(size), "That is the size of what comes in."),
            (float(size + block.size), "You added the factor; multiply by it."),
            (float(size // block.size), "You divided; upsampling makes maps larger."),
        ]
    else:
        assert isinstance(block, ConvolutionBlock | PoolingBlock)
        before, after = block.pads(at.before)[which]
        way = SlidingAxis(
            size=size,
            before=before,
            after=after,
            taps=block.window[which],
            dilation=block.dilation_rate,
            stride=block.steps[which],
            outputs=answer,
        )
        worked, wrong = way.worked(), way.mistakes()
        told = f", and padding adds {before} + {after}"
    return PosedQuestion(
        kind="pipeline_size",
        seed=seed,
        prompt=f"{at.said}{told}. How many {name} do its maps have?",
        form="number",
        answer=float(answer),
        mistakes=answers(float(answer), wrong),
        worked=worked,
        said=counted(answer, name.removesuffix("s")),
        unit=name,
    )


def _changes_size(block: Block) -> bool:
    if isinstance(block, PoolingBlock):
        return not block.is_global
    return isinstance(block, ConvolutionBlock | UpsamplingBlock)


def parameter_count(experiment: Pipeline, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask how many parameters a block has; arguments as `map_size`.

    Raises:
        QuestionError: If there is no block.

    Example:
        >>> import numpy as np
        >>> from explorer.pipeline import from_json
        >>> stack = from_json([{"kind": "convolution", "bank": {"filters": 8, "kernel_size": 3}}])
        >>> asked = parameter_count(stack, np.zeros((8, 8, 3), np.float32), 1)
        >>> asked.answer, asked.mistakes[216.0]
        (224.0, 'You forgot the biases: each kernel has one.')
    """
    rng = chance(seed, "pipeline_parameters")
    found = _placed(experiment, picture)
    convolutions = [each for each in found if isinstance(each.block, ConvolutionBlock)]
    # A block without weights is worth a question too, but not every other one.
    at = _drawn(rng, convolutions if convolutions and rng.random() < 0.8 else found)
    channels = at.before[2]
    weights, biases = at.block.parameters(channels)
    answer = float(weights + biases)
    if isinstance(at.block, ConvolutionBlock):
        rows, columns = at.block.window
        kernels = at.block.filters
        worked = (
            f"Each kernel has {rows} · {columns} weights for each of {counted(channels, 'map')}: {rows} · "
            f"{columns} · {channels} · {kernels} = {weights:,}, plus {counted(biases, 'bias', 'biases')}: "
            f"{weights + biases:,}."
        )
        wrong = [
            (float(weights), "You forgot the biases: each kernel has one."),
            (
                float(rows * columns * kernels + biases),
                f"You forgot that a kernel has weights for each of the {counted(channels, 'map')} that "
                f"{plural(channels, 'comes', 'come')} in.",
            ),
            (
                float(rows * columns * channels + 1),
                f"That is one kernel, and there are {kernels}.",
            ),
            (
                float(rows * columns * channels * kernels + 1),
                "You counted one bias; each kernel has its own.",
            ),
            (
                float(weights * at.after[0] * at.after[1]),
                "Those are the multiplications. The same weights are used at every position, and count once.",
            ),
        ]
    elif answer:
        worked = f"It has {counted(weights, 'weight')} and {counted(biases, 'bias', 'biases')}."
        wrong = [(float(weights), "You forgot the biases.")]
    else:
        worked = "It computes by a fixed rule: there is no weight to learn, and no bias."
        rows = at.block.pool_size if isinstance(at.block, PoolingBlock) else 1
        wrong = [
            (float(rows * rows), "Those are the cells of its window; it has no weight on any of them."),
            (
                float(rows * rows * channels),
                "Those are cells that it reads; it has no weights on them.",
            ),
        ]
    return PosedQuestion(
        kind="pipeline_parameters",
        seed=seed,
        prompt=f"{at.said}. How many parameters does it have, weights and biases together?",
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong),
        worked=worked,
        said=counted(weights + biases, "parameter"),
        unit="parameters",
    )


KINDS_OF_PIPELINE = (
    QuestionKind(
        name="pipeline_size",
        title="Size of the maps",
        page="pipeline",
        make=map_size,
    ),
    QuestionKind(
        name="pipeline_parameters",
        title="How many parameters?",
        page="pipeline",
        make=parameter_count,
    ),
)
