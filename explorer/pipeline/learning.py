"""A pipeline that ends in an answer learns: losses, gradients of all weights, and steps of an optimizer.

The loss is the mean categorical cross-entropy of a batch, taken of the numbers that go into the last softmax,
as Keras does with `from_logits`: a probability near 0 or 1 has lost the digits that the gradient needs. The
optimizers are those of `explorer.mlp`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import images
from explorer.convolution.layout import Array
from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.mlp.optimizers import OPTIMIZERS
from explorer.mlp.passes import views
from explorer.pipeline.answers import DenseBlock, SoftmaxBlock
from explorer.pipeline.banks import Learned
from explorer.pipeline.blocks import Block, ConvolutionBlock, Shape
from explorer.pipeline.execution import Pipeline, shapes
from explorer.pipeline.layers import LearningLayer, SummingLayer, layers_of
from explorer.words import counted

MAX_LEARNING = 24_000
"""The most weights and biases that are trained together, so that where they stand can travel."""

MAX_LOSS = 1e6
"""Training has diverged when the mean loss of a batch is larger."""

LOSS = LOSSES["categorical_crossentropy"]

Frozen = frozenset[tuple[int, int]]
"""Kernels that stay as they are: (block, kernel) each, both counted from 0."""


@dataclass(frozen=True)
class LearningPlan:
    """How a pipeline is trained.

    Attributes:
        optimizer: Key of `OPTIMIZERS`; its parameters have their defaults.
        learning_rate: How far a step goes.
        batch_size: Pictures whose mean gradient makes a step.
        seed: Draws the order of the pictures in each epoch, and how each is moved.
        moved: Whether each picture is moved by up to a pixel each time it is seen.
        mirrored: Whether half of those that are moved are mirrored as well, which must not change a class.
    """

    optimizer: str = "adam"
    learning_rate: float = 0.003
    batch_size: int = 32
    seed: int = 0
    moved: bool = True
    mirrored: bool = True


@dataclass(frozen=True, eq=False)
class LearningState:
    """Where a training stands: what is needed to go on from there as if it had never stopped.

    Attributes:
        parameters: (size,): all weights and biases, block by block.
        slots: (slots, size): what the optimizer remembers.
        updates: Steps that the optimizer has made since it was chosen.
        step: Steps so far.
        epoch: Whole epochs so far.
        seen: Pictures of the present epoch that are used up.
    """

    parameters: Array
    slots: Array
    updates: int = 0
    step: int = 0
    epoch: int = 0
    seen: int = 0


@dataclass(frozen=True, eq=False)
class LearningMeasure:
    """How well a pipeline answers pictures.

    Attributes:
        loss: Mean cross-entropy.
        accuracy: Share of the pictures whose most probable class is theirs.
        confusion: int (classes, classes): a row for each true class, a column for each answer.
    """

    loss: float
    accuracy: float
    confusion: NDArray[np.int64]


class LearningNetwork:
    """The layers of a pipeline with weights in one vector: what is written to that, the layers compute with.

    Attributes:
        pipeline: The blocks, whose weights are where learning starts.
        shape: (H, W, C) of a picture.
        classes: How many there are.
        parameters: (size,): all weights and biases, block by block, each kernel before its bias.

    Example:
        >>> from explorer.pipeline import from_text
        >>> blocks = from_text("convolution~bank=4x3_0~~activation~~flatten~~dense~units=3~~softmax")
        >>> network = LearningNetwork(blocks, (8, 8, 1), 3)
        >>> pictures, targets = np.ones((2, 8, 8, 1), np.float32), np.eye(3, dtype=np.float32)[[0, 2]]
        >>> loss, gradient = network.gradient(pictures, targets)
        >>> gradient.shape == network.parameters.shape == (4 * 9 + 4 + 256 * 3 + 3,)
        True
    """

    def __init__(
        self, pipeline: Pipeline, shape: Shape, classes: int, parameters: ArrayLike | None = None
    ) -> None:
        """Stand at the start, or with the parameters that are given.

        Raises:
            ExplorerError: If the pipeline ends in no answer for so many classes, finds no room on such
                pictures, has too many weights, or the parameters are of another one.
        """
        self.pipeline, self.shape, self.classes = pipeline, shape, classes
        found, stopped = shapes(pipeline, shape)
        if stopped is not None:
            raise ExplorerError(stopped.sentence)
        _check_answer(pipeline, shape, found, classes)
        self.layers: list[LearningLayer] = []
        self._blocks: list[int] = []  # the block of each layer
        for number, (block, before) in enumerate(zip(pipeline.blocks, [shape, *found], strict=False)):
            made = layers_of(block, before)
            self.layers += made
            self._blocks += [number] * len(made)
        learning = [at for at, layer in enumerate(self.layers) if isinstance(layer, SummingLayer)]
        drawn = [self.layer(self._blocks[at]) for at in learning]
        sizes = [(math.prod(layer.kernel.shape[:3]), len(layer.bias)) for layer in drawn]
        size = sum((fan_in + 1) * units for fan_in, units in sizes)
        if size > MAX_LEARNING:
            raise ExplorerError(
                f"The stack has {size:,} weights and biases, and {MAX_LEARNING:,} are the most that are "
                "trained here. Choose fewer kernels or units, or more pooling before Flatten."
            )
        self.parameters = np.zeros(size, np.float32)
        self._gradient = np.zeros(size, np.float32)
        places = [place for fan_in, units in sizes for place in ((fan_in, units), (units,))]
        slopes, numbers = (list(views(vector, places)) for vector in (self._gradient, self.parameters))
        self._slopes = list(zip(slopes[0::2], slopes[1::2], strict=True))
        self._learning = learning
        for at, layer, kernel, bias in zip(learning, drawn, numbers[0::2], numbers[1::2], strict=True):
            shaped = kernel.reshape(layer.kernel.shape)
            shaped[:], bias[:] = layer.kernel, layer.bias
            self.layers[at] = replace(layer, kernel=shaped, bias=bias)
        if parameters is not None:
            given = np.asarray(parameters, np.float32)
            if given.shape != self.parameters.shape:
                raise ExplorerError(
                    f"The stack has {counted(size, 'weight')} and {given.size:,} came; rewind to begin again."
                )
            self.parameters[:] = given

    def weights(self, block: int) -> tuple[Array, Array]:
        """Return the kernel (kh, kw, Cin, Cout) and the bias (Cout,) of a block, by its number from 0 on."""
        layer = self.layer(block)
        return layer.kernel, layer.bias

    def layer(self, block: int) -> SummingLayer:
        """Return the layer of a block that learns.

        Raises:
            ExplorerError: If there is no such block, or it has no weights.
        """
        layer = self.layers[self._blocks.index(block)] if block in self._blocks else None
        if not isinstance(layer, SummingLayer):
            raise ExplorerError(f"Block {block + 1} has no weights; choose a convolution or a dense layer.")
        return layer

    def forward(self, x: Array) -> list[Array]:
        """Return what goes into the first layer and what each makes, the pictures last: (C, H, W, n).

        Args:
            x: Pictures, (n, H, W, C).
        """
        maps = [np.ascontiguousarray(x.transpose(3, 1, 2, 0))]
        for layer in self.layers:
            maps.append(layer.forward(maps[-1]))
        return maps

    def logits(self, maps: Sequence[Array]) -> Array:
        """Return the scores (n, classes) in what `forward` gave: what goes into a last softmax."""
        return maps[self._scored][:, 0, 0].T

    @property
    def _scored(self) -> int:
        """Where in the list of maps the scores are."""
        return len(self.layers) - isinstance(self.pipeline.blocks[-1], SoftmaxBlock)

    def gradient(self, x: Array, targets: Array) -> tuple[float, Array]:
        """Return the mean loss of a batch, and its gradient with respect to all parameters.

        Args:
            x: Pictures, (n, H, W, C).
            targets: (n, classes), 1 for the true class.

        Returns:
            The loss, and an array (size,) that the next call writes over.
        """
        loss, _ = self.descent(x, targets)
        return loss, self._gradient

    def descent(self, x: Array, targets: Array) -> tuple[float, list[tuple[Array, Array]]]:
        """Go forwards and back: return the loss, and for each layer that learns its input and its gradient.

        The gradients of the parameters, which are sums of their products, are in what `gradient` returns.
        """
        maps = self.forward(x)
        logits = self.logits(maps)
        loss = float(LOSS.f(targets, logits, from_logits=True).mean())
        slopes = LOSS.gradient(targets, logits, from_logits=True) / np.float32(len(x))
        gradient = np.ascontiguousarray(slopes.T, x.dtype)[:, np.newaxis, np.newaxis]
        first, passed = self._learning[0], []
        for at in range(self._scored - 1, first - 1, -1):
            layer, came, made = self.layers[at], maps[at], maps[at + 1]
            if isinstance(layer, SummingLayer):
                kernel, bias = self._slopes[self._learning.index(at)]
                found = layer.slopes(gradient, came)
                kernel[:], bias[:] = found[0].reshape(kernel.shape), found[1]
                passed.append((came, gradient))
            if at > first:
                gradient = layer.backward(gradient, came, made)
        return loss, passed[::-1]

    def learned(self) -> Pipeline:
        """Return the pipeline with the present weights.

        Example:
            >>> from explorer.pipeline import from_text
            >>> network = LearningNetwork(from_text("flatten~~dense~units=2"), (3, 3, 1), 2)
            >>> network.learned().blocks[1].learned.shape
            (9, 2)
        """
        blocks: list[Block] = []
        for number, block in enumerate(self.pipeline.blocks):
            if isinstance(block, ConvolutionBlock):
                kernel, bias = self.weights(number)
                block = replace(block, bank=Learned.of(kernel), bias=tuple(bias.tolist()))
            elif isinstance(block, DenseBlock):
                kernel, bias = self.weights(number)
                block = replace(block, learned=Learned.of(kernel[0, 0]), bias=tuple(bias.tolist()))
            blocks.append(block)
        return Pipeline(tuple(blocks))

    def held(self, frozen: Collection[tuple[int, int]]) -> NDArray[np.intp]:
        """Return which parameters belong to kernels that stay as they are, their biases included.

        Raises:
            ExplorerError: If there is no such kernel.
        """
        marked = np.zeros_like(self.parameters)
        marks = LearningNetwork(self.pipeline, self.shape, self.classes, marked)
        for block, kernel in frozen:
            weights, bias = marks.weights(block)
            if not 0 <= kernel < len(bias):
                raise ExplorerError(
                    f"Block {block + 1} has {counted(len(bias), 'kernel')}; there is no {kernel + 1}."
                )
            weights[..., kernel] = bias[kernel] = 1
        return np.flatnonzero(marks.parameters)

    def measure(self, x: Array, labels: NDArray[np.integer]) -> LearningMeasure:
        """Say how well it answers pictures with labels, which are numbers of classes."""
        classes = self.classes
        confusion = np.zeros((classes, classes), np.int64)
        losses = 0.0
        for start in range(0, len(x), _TOGETHER):
            part = labels[start : start + _TOGETHER]
            logits = self.logits(self.forward(x[start : start + _TOGETHER]))
            targets = np.eye(classes, dtype=np.float32)[part]
            losses += float(LOSS.f(targets, logits, from_logits=True).sum())
            np.add.at(confusion, (part, logits.argmax(axis=1)), 1)
        return LearningMeasure(losses / len(x), float(np.trace(confusion) / len(x)), confusion)


_TOGETHER = 64  # pictures that are looked at at once


class PipelineTrainer:
    """Trains a pipeline on pictures, step by step.

    The order of the pictures, and how each is moved, depend on the seed and the epoch alone: the same start,
    pictures and plan always give the same weights.

    Attributes:
        network: The network as it is now.
        trouble: A sentence if the last steps diverged, else "".
        loss: Mean loss of the batches of the last steps; None before any.
    """

    def __init__(
        self,
        network: LearningNetwork,
        pictures: NDArray[np.uint8],
        labels: NDArray[np.integer],
        plan: LearningPlan,
        *,
        frozen: Frozen = frozenset(),
        state: LearningState | None = None,
    ) -> None:
        """Stand at the start, or where a state says.

        Args:
            network: Its parameters are where the training starts.
            pictures: (n, H, W, C), 0 to 255.
            labels: (n,), numbers of classes.
            plan: How to train.
            frozen: Kernels that stay as they are.
            state: Where an earlier training stood.

        Raises:
            ExplorerError: If the state is of another network.
        """
        self.network, self._pictures, self._labels, self.plan = network, pictures, labels, plan
        self._held = network.held(frozen)
        slots = np.zeros((OPTIMIZERS[plan.optimizer].slots, len(network.parameters)), np.float32)
        self._at = state or LearningState(network.parameters, slots)
        if self._at.parameters.shape != network.parameters.shape:
            raise ExplorerError("This training is of another stack; rewind to begin again.")
        network.parameters[:] = self._at.parameters
        if self._at.slots.shape == slots.shape:
            self._slots = self._at.slots.copy()
        else:  # another optimizer begins without a memory
            self._slots, self._at = slots, replace(self._at, updates=0)
        self.trouble = ""
        self.loss: float | None = None

    @property
    def state(self) -> LearningState:
        """Where the training stands."""
        return replace(self._at, parameters=self.network.parameters.copy(), slots=self._slots.copy())

    def batch(self) -> tuple[Array, Array]:
        """Return the pictures (n, H, W, C) in [0, 1] and the targets of the next step."""
        at, plan = self._at, self.plan
        order = np.random.default_rng((plan.seed, at.epoch)).permutation(len(self._pictures))
        rows = order[at.seen : at.seen + plan.batch_size]
        pictures = self._pictures[rows]
        if plan.moved:
            rng = np.random.default_rng((plan.seed, at.epoch, at.seen))
            pictures = _moved(_mirrored(pictures, rng) if plan.mirrored else pictures, rng)
        targets = np.eye(self.network.classes, dtype=np.float32)[self._labels[rows]]
        return images.from_levels(pictures), targets

    @property
    def left(self) -> int:
        """How many steps there are to the end of the epoch."""
        return -(-(len(self._pictures) - self._at.seen) // self.plan.batch_size)

    @property
    def epochs(self) -> float:
        """Epochs so far; a fraction within an epoch."""
        return self._at.epoch + self._at.seen / len(self._pictures)

    def step(self, count: int = 1) -> None:
        """Make some steps, a batch each; if training diverges it goes back to where it was before them."""
        before, losses = self.state, []
        self.trouble = ""
        with np.errstate(all="ignore"):
            for _ in range(count):
                losses.append(self._descend())
                # Not-a-number fails every comparison.
                if not losses[-1] <= MAX_LOSS or not np.isfinite(self.network.parameters).all():
                    self._at, self._slots = before, before.slots.copy()
                    self.network.parameters[:] = before.parameters
                    self.trouble = (
                        f"Training diverged at step {before.step + len(losses):,}: the loss grew beyond "
                        f"{MAX_LOSS:,.0f}. Lower the learning rate and go on."
                    )
                    return
        self.loss = float(np.mean(losses)) if losses else self.loss

    def _descend(self) -> float:
        at, plan = self._at, self.plan
        pictures, targets = self.batch()
        loss, gradient = self.network.gradient(pictures, targets)
        optimizer, parameters = OPTIMIZERS[plan.optimizer], self.network.parameters
        held = parameters[self._held]
        values = {each.name: each.default for each in optimizer.parameters}
        optimizer.update(parameters, gradient, self._slots, at.updates + 1, plan.learning_rate, **values)
        parameters[self._held] = held
        seen = at.seen + len(pictures)
        is_over = seen >= len(self._pictures)
        self._at = replace(
            at,
            updates=at.updates + 1,
            step=at.step + 1,
            epoch=at.epoch + is_over,
            seen=0 if is_over else seen,
        )
        return loss


@dataclass(frozen=True, eq=False)
class WeightGradient:
    """How the gradient of one weight comes about on one batch.

    Attributes:
        weight: What the weight is now.
        gradient: Its gradient: the sum of `parts`.
        parts: (n,): what each picture of the batch adds.
        inputs: (H', W'): what the weight was multiplied with in one picture, wherever its window stood.
        slopes: (H', W'): how the loss changes with each number that came of it.
    """

    weight: float
    gradient: float
    parts: Array
    inputs: Array
    slopes: Array


def weight_gradient(
    trainer: PipelineTrainer, block: int, row: int, column: int, channel: int, kernel: int, picture: int = 0
) -> WeightGradient:
    """Work the gradient of one weight out for the batch of the next step.

    Every number of a map has the weight in its sum, times what lies under it there. So the gradient adds up,
    over all places and pictures, what was there times how the loss changes with the number.

    Args:
        trainer: Stands before the step.
        block: The block, counted from 0 like all that follows.
        row: Row of the weight in its kernel.
        column: Its column.
        channel: The map that it reads.
        kernel: Which kernel.
        picture: The picture of the batch whose numbers are returned.

    Raises:
        ExplorerError: If there is no such weight, or no such picture.
    """
    network = trainer.network
    weights, _ = network.weights(block)
    place = row, column, channel, kernel
    if any(not 0 <= at < size for at, size in zip(place, weights.shape, strict=True)):
        raise ExplorerError(f"Block {block + 1} has no such weight; choose one with a click.")
    x, targets = trainer.batch()
    if not 0 <= picture < len(x):
        raise ExplorerError(f"The batch has {counted(len(x), 'picture')}; there is no number {picture + 1}.")
    _, passed = network.descent(x, targets)
    numbers = [at for at, each in enumerate(network.pipeline.blocks) if isinstance(each, _WEIGHTED)]
    inputs, slopes = passed[numbers.index(block)]
    under, ways = network.layer(block).read(inputs)[channel, row, column], slopes[kernel]  # (H', W', n)
    parts = (under * ways).sum(axis=(0, 1))
    return WeightGradient(
        weight=float(weights[place]),
        gradient=float(parts.sum()),
        parts=parts,
        inputs=under[..., picture],
        slopes=ways[..., picture],
    )


_WEIGHTED = (ConvolutionBlock, DenseBlock)


def _mirrored(pictures: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Mirror half of the pictures, by chance."""
    found = pictures.copy()
    mirrored = rng.random(len(found)) < 0.5
    found[mirrored] = found[mirrored, :, ::-1]
    return found


def _moved(pictures: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Move each picture by up to a pixel; what leaves on one side comes in on the other."""
    found = pictures.copy()
    ways = rng.integers(-1, 2, (len(found), 2))
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            chosen = (ways == (down, across)).all(axis=1)
            found[chosen] = np.roll(found[chosen], (down, across), axis=(1, 2))
    return found


def _check_answer(pipeline: Pipeline, shape: Shape, found: Sequence[Shape], classes: int) -> None:
    """Refuse a pipeline that does not end in as many numbers as there are classes, or learns nothing."""
    last = found[-1] if found else None
    if last != (1, 1, classes):
        weighted = [block for block in pipeline.blocks if isinstance(block, ConvolutionBlock | DenseBlock)]
        change = f"Add Flatten, Dense with {counted(classes, 'unit')} and Softmax at its end."
        if last is None:
            ends = "it has no blocks"
        elif last[:2] == (1, 1):
            ends = f"it ends in {counted(last[2], 'number')}"
            if isinstance(weighted[-1] if weighted else None, DenseBlock):
                change = f"Give its last Dense block {counted(classes, 'unit')}."
        else:
            made = f"{counted(last[2], 'map')} of {last[0]} × {last[1]}"
            ends = f"of a picture of {shape[0]} × {shape[1]} it makes {made}"
        raise ExplorerError(
            f"To answer with one of {classes} classes the stack must end in {classes} numbers, but {ends}. "
            f"{change}"
        )
    if not any(isinstance(block, ConvolutionBlock | DenseBlock) for block in pipeline.blocks):
        raise ExplorerError("There is nothing to learn without weights; add Dense before the end.")
    last_weights = max(
        number
        for number, block in enumerate(pipeline.blocks)
        if isinstance(block, ConvolutionBlock | DenseBlock)
    )
    if any(isinstance(block, SoftmaxBlock) for block in pipeline.blocks[last_weights:-1]):
        raise ExplorerError("A softmax is the end of a stack that is trained; take out what follows it.")
