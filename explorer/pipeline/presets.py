"""Pipelines to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from explorer.pipeline.blocks import PoolingBlock, Shape
from explorer.pipeline.execution import Pipeline, shapes
from explorer.pipeline.texts import from_text


@dataclass(frozen=True)
class Preset:
    """A pipeline to start from.

    Attributes:
        name: Key in `PRESETS`.
        title: Its name in the menu.
        why: One sentence: what to look at. It holds for every picture.
        pipeline: The blocks.
        sized: Writes a sentence with numbers, from the picture's shape and that after each block.
    """

    name: str
    title: str
    why: str
    pipeline: Pipeline
    sized: Callable[[Shape, Sequence[Shape]], str] | None = None

    def said(self, shape: Shape) -> str:
        """What to look at on a picture of this shape (H, W, C).

        Example:
            >>> print(PRESETS["too_much"].said((81, 90, 1)))
            Each pooling keeps at most a ninth of the cells. A picture of 81 × 90 pixels is down to 1 × 1 \
after 4 of the 5 poolings, and the next window no longer fits.
        """
        if self.sized is None:
            return self.why
        after, _ = shapes(self.pipeline, shape)
        return f"{self.why} {self.sized(shape, after)}"


def _pooled(shape: Shape, after: Sequence[Shape]) -> str:
    """How far the poolings of "too_much" come."""
    blocks = PRESETS["too_much"].pipeline.blocks
    every = sum(isinstance(block, PoolingBlock) for block in blocks)
    done = sum(isinstance(block, PoolingBlock) for block, _ in zip(blocks, after, strict=False))
    picture = f"A picture of {shape[0]} × {shape[1]} pixels is"
    if not done:
        return f"{picture} too small for the first window."
    down = f"{picture} down to {after[-1][0]} × {after[-1][1]} after"
    return (
        f"{down} all {every} poolings."
        if done == every
        else f"{down} {done} of the {every} poolings, and the next window no longer fits."
    )


def _as_before(shape: Shape, after: Sequence[Shape]) -> str:
    """How large the maps of "down_up" come back."""
    if len(after) < len(PRESETS["down_up"].pipeline.blocks):
        return f"A picture of {shape[0]} × {shape[1]} pixels is too small for so much pooling."
    rows, columns, _ = after[-1]
    if (rows, columns) == shape[:2]:
        return f"The maps are {rows} × {columns} again, but the detail is gone."
    return f"Of {shape[0]} × {shape[1]} cells, {rows} × {columns} are back, but the detail is gone."


# Without padding: zeros around the picture would be its strongest edge.
_EDGES = (
    "convolution~bank=gaussian=3x3_0.85~padding=valid~~"
    "convolution~bank=sobel_x,own=3x3_1_0_-1_2_0_-2_1_0_-1,sobel_y,own=3x3_1_2_1_0_0_0_-1_-2_-1~padding=valid~~"
    "activation~~convolution~bank=identity=1x1~~normalisation"
)
_POOLED = "~~pooling~pool_size=3~strides=3"

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            name="edges",
            title="Edge detector",
            why=(
                "Four kernels each respond to edges in one direction. ReLU removes negative responses. "
                "Averaging the four maps shows all edges."
            ),
            pipeline=from_text(_EDGES),
        ),
        Preset(
            name="blur",
            title="Blur then shrink",
            why=(
                "A blur removes detail that a smaller picture cannot show. Delete the blur, and steps and "
                "false stripes appear where the picture is fine."
            ),
            pipeline=from_text("~~".join(["convolution~bank=gaussian", "pooling~pool_size=1"] * 2)),
        ),
        Preset(
            name="lenet",
            title="LeNet-like",
            why=(
                "The blocks of LeNet-5, which read the digits on cheques, in the same order: fewer cells and "
                "more maps towards the end. The weights here are random."
            ),
            pipeline=from_text(
                "convolution~bank=6x5_1~~activation~activation=tanh~~pooling~pooling=average~~"
                "convolution~bank=16x5_2~padding=valid~~activation~activation=tanh~~pooling~pooling=average"
            ),
        ),
        Preset(
            name="too_much",
            title="Too much pooling",
            why="Each pooling keeps at most a ninth of the cells.",
            pipeline=from_text(f"convolution~~activation{_POOLED * 5}"),
            sized=_pooled,
        ),
        Preset(
            name="random",
            title="Random features",
            why=(
                "Even random kernels that nobody trained respond to edges, textures and colours. "
                "Change the seed to get others."
            ),
            pipeline=from_text(
                "convolution~bank=8x3_0~~activation~~pooling~~convolution~bank=8x3_1~~activation~~pooling~~"
                "normalisation"
            ),
        ),
        Preset(
            name="down_up",
            title="Down and up again",
            why="No upsampling brings back what pooling dropped.",
            pipeline=from_text(
                "pooling~~pooling~~upsampling~interpolation=bilinear~~upsampling~interpolation=bilinear"
            ),
            sized=_as_before,
        ),
        Preset(
            name="drawings",
            title="Learns drawings",
            why=(
                "Two blocks, then Flatten, Dense and Softmax: ten numbers, one for each kind of drawing. The "
                "weights are random and the answer is a guess, until you train it."
            ),
            pipeline=from_text(
                "convolution~bank=8x3_0~~activation~~pooling~~convolution~bank=16x3_1~~activation~~pooling~~"
                "flatten~~dense~~softmax"
            ),
        ),
    )
}
"""Pipelines to start from, in the order of the menu."""
