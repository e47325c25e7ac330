"""A small experiment on attention, of which every number says where it comes from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from explorer import figures
from explorer.attention.checks import AttentionError, Mask
from explorer.attention.dot_product import Attended
from explorer.attention.examples import DEPTH, EXAMPLES, HEADS, AttentionExample
from explorer.attention.heads import HeadsRun, MultiHeadAttention
from explorer.calculus import Real, real_array
from explorer.vectors import Dot, dot
from explorer.words import counted, whole_percent

MASKS = {
    "none": "none",
    "causal": "causal",
    "own": "your own",
}
"""Which rows a row may look at, by name: all; those before it and itself; those that are ticked."""

EVEN = 1e-9
"""By how much two weights may differ that are as large as each other."""


@dataclass(frozen=True)
class WorkedNumber:
    """Where a number comes from.

    Attributes:
        title: Which number it is.
        value: The number.
        why: What is done, in a sentence.
        dot: The products that add up to it, where it is a dot product.
        left: What the first factor of each product is.
        right: What the second is.
        text: The way to it, where it is none.
    """

    title: str
    value: float
    why: str
    dot: Dot | None = None
    left: str = ""
    right: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class SmallAttention:
    """Self-attention over the vectors of an example, or over numbers of one's own in their place.

    Attributes:
        example: Key in `EXAMPLES`.
        numbers: (rows, entries); None for the example's own, and so for the kernels.
        query_kernel: (entries + 2, 6), two columns for each of three heads.
        key_kernel: (entries + 2, 6).
        value_kernel: (entries + 2, 6).
        output_kernel: (6, entries + 2), two rows for each head.
        heads: How many of the heads there are.
        positions: Whether each vector gets its position added.
        mask: Key in `MASKS`.
        allowed: (rows, rows) for a mask of one's own: not 0 where the one may look at the other.
        temperature: What scores are divided by beside the root of the width.

    Raises:
        AttentionError: If the shapes do not fit, or a row may look at nothing.

    Example:
        >>> found = SmallAttention(example="box")
        >>> found.run.heads[0].scores[1].tolist(), found.looked_at(1)
        ([2.0, 4.0, 2.0, -2.0, -4.0, -2.0], (1,))
    """

    example: str = "box"
    numbers: ArrayLike | None = None
    query_kernel: ArrayLike | None = None
    key_kernel: ArrayLike | None = None
    value_kernel: ArrayLike | None = None
    output_kernel: ArrayLike | None = None
    heads: int = 1
    positions: bool = False
    mask: str = "none"
    allowed: ArrayLike | None = None
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """See whether it can be computed."""
        if self.example not in EXAMPLES:
            raise AttentionError(
                f"There is no example {self.example!r}; choose one of {', '.join(EXAMPLES)}."
            )
        if self.mask not in MASKS:
            raise AttentionError(f"There is no mask {self.mask!r}; choose one of {', '.join(MASKS)}.")
        if not 1 <= self.heads <= HEADS:
            raise AttentionError(f"There are 1 to {HEADS} heads; {self.heads} came.")
        for name in ("numbers", "query_kernel", "key_kernel", "value_kernel", "output_kernel"):
            self._own(name)
        if self.mask == "own" and self.allowed is not None:
            rows = len(self.given)
            shape = np.asarray(self.allowed).shape
            if shape != (rows, rows):
                raise AttentionError(
                    f"The mask says for each of {rows} rows which of the {rows} it may look at; it has the "
                    f"shape {shape}."
                )
        _ = self.run

    def _own(self, name: str) -> Real:
        expected: Real = getattr(self.chosen, name)
        own = getattr(self, name)
        if own is None:
            return expected
        array = real_array(own, f"The {name.replace('_', ' ')}")
        if array.shape != expected.shape:
            raise AttentionError(
                f"The {name.replace('_', ' ')} of {self.chosen.title!r} is {expected.shape[0]} rows of "
                f"{counted(expected.shape[1], 'number')}; it has the shape {array.shape}."
            )
        return array

    @property
    def chosen(self) -> AttentionExample:
        """The example."""
        return EXAMPLES[self.example]

    @cached_property
    def given(self) -> Real:
        """The numbers of the vectors that can be set, (rows, entries)."""
        return self._own("numbers")

    @cached_property
    def inputs(self) -> Real:
        """The vectors that the heads are given, (rows, entries + 2): without positions 0 at the end."""
        places = self.chosen.positions
        return np.hstack([self.given, places if self.positions else np.zeros_like(places)])

    def kernel(self, name: str) -> Real:
        """The weights of all three heads for "query", "key", "value" or "output"."""
        return self._own(f"{name}_kernel")

    @cached_property
    def layer(self) -> MultiHeadAttention:
        """The heads with their weights, and biases of 0, which are left out on the screen."""
        query, key, value = (
            self.kernel(name).reshape(-1, HEADS, DEPTH)[:, : self.heads] for name in ("query", "key", "value")
        )
        output = self.kernel("output").reshape(HEADS, DEPTH, -1)[: self.heads]
        none = np.zeros((self.heads, DEPTH))
        return MultiHeadAttention(query, none, key, none, value, none, output, np.zeros(output.shape[2]))

    @cached_property
    def looks(self) -> Mask | None:
        """Which row may look at which, (rows, rows); None where each may look at all."""
        rows = len(self.given)
        match self.mask:
            case "causal":
                return np.tri(rows, dtype=np.bool_)
            case "own" if self.allowed is not None:
                return np.not_equal(self.allowed, 0)
            case _:
                return None

    @cached_property
    def run(self) -> HeadsRun:
        """What the heads make of the vectors."""
        return self.layer(self.inputs, mask=self.looks, temperature=self.temperature)

    @property
    def width(self) -> int:
        """How many numbers of a vector count: without positions two fewer than it has."""
        free = len(self.chosen.places) if self.positions else 0
        return len(self.chosen.entries) + free

    @property
    def size(self) -> int:
        """How many numbers the kernels of the heads have that count."""
        return 4 * self.width * DEPTH * self.heads

    def meant(self, head: int) -> str:
        """Say what a head of the example looks for, or that its weights are one's own.

        Example:
            >>> SmallAttention(example="river", heads=2).meant(1)
            'looks for the word before, which it cannot tell without positions.'
            >>> SmallAttention(query_kernel=np.zeros((6, 6))).meant(0)
            'has weights of your own.'
        """
        if any(getattr(self, f"{name}_kernel") is not None for name in ("query", "key")):
            return "has weights of your own."
        example, columns = self.chosen, slice(head * DEPTH, (head + 1) * DEPTH)
        is_of_place = not example.query_kernel[: len(example.entries), columns].any()
        lost = ", which it cannot tell without positions" if is_of_place and not self.positions else ""
        return f"looks for {example.looks[head]}{lost}."

    def shown_scores(self, row: int, head: int = 0) -> list[float]:
        """What the softmax of a row takes: its scores over the root, before the temperature, none hidden."""
        scaled = self.run.heads[head].scaled[row] * self.temperature
        return [float(each) for each in scaled if np.isfinite(each)]

    def varied(self, seed: int) -> SmallAttention:
        """Return the same experiment over whole numbers that are drawn with a seed.

        Pixels are 0 or 1, what is said of a word is 0 to 2.
        """
        rng = np.random.default_rng(seed)
        most = 1 if self.chosen.one == "patch" else 2
        return replace(self, numbers=rng.integers(0, most + 1, self.given.shape).astype(np.float64))

    def looked_at(self, row: int, head: int = 0) -> tuple[int, ...]:
        """The rows that a row looks at most: several where they have the same weight."""
        weights = self.run.heads[head].weights[row]
        return tuple(np.flatnonzero(weights >= weights.max() - EVEN).tolist())

    def sentence(self, row: int, head: int = 0) -> str:
        """Say what a row looks at most.

        Example:
            >>> print(SmallAttention().sentence(1).replace("\u00a0", " "))
            Patch 2 looks most at itself: 66 %.
            >>> print(SmallAttention(example="textures").sentence(0).replace("\u00a0", " "))
            Patch 1 looks most at patches 1, 2 and 3: 31 % each.
        """
        subject = self.chosen.called(row)
        subject = subject[0].upper() + subject[1:]
        most = self.looked_at(row, head)
        share = whole_percent(float(self.run.heads[head].weights[row, most[0]]))
        if len(most) == len(self.given) > 1:
            return f"{subject} looks at all alike: {share} each."
        if most == (row,):
            return f"{subject} looks most at itself: {share}."
        if len(most) == 1:
            return f"{subject} looks most at {self.chosen.called(most[0])}: {share}."
        *first, last = (str(each + 1) for each in most)
        many = {"patch": "patches", "word": "words"}[self.chosen.one]
        return f"{subject} looks most at {many} {', '.join(first)} and {last}: {share} each."

    def worked(self, step: str, head: int, row: int, column: int) -> WorkedNumber:
        """Work one number out.

        Args:
            step: Key in `STEPS`.
            head: Which head, from 0; for the numbers that belong to none whichever.
            row: Of the table of this step, from 0.
            column: Of the table of this step, from 0.

        Raises:
            AttentionError: If there is no such step, head, row or column.

        Example:
            >>> found = SmallAttention().worked("score", 0, 1, 2)
            >>> found.title, found.dot.products.tolist()
            ('Score of patch 2 and patch 3', [0.0, 2.0])
        """
        if step not in STEPS:
            raise AttentionError(f"There is no step {step!r}; choose one of {', '.join(STEPS)}.")
        if not 0 <= head < self.heads:
            raise AttentionError(
                f"There {'are' if self.heads > 1 else 'is'} {counted(self.heads, 'head')}; "
                f"there is no head {head + 1}."
            )
        table = self.table(step, head)
        if not (0 <= row < len(table) and 0 <= column < table.shape[1]):
            raise AttentionError(
                f"The step {step} has {counted(len(table), 'row')} and {counted(table.shape[1], 'column')}; "
                f"there is no row {row + 1} with a column {column + 1}."
            )
        return STEPS[step](self, head, row, column)

    def table(self, step: str, head: int) -> Real:
        """All numbers of a step, one row for each vector."""
        attended = self.run.heads[head]
        return {
            "input": self.inputs,
            "query": attended.query,
            "key": attended.key,
            "value": attended.value,
            "score": attended.scores,
            "scaled": attended.scaled,
            "weight": attended.weights,
            "mean": attended.output,
            "output": self.run.output,
        }[step]


def _input(found: SmallAttention, head: int, row: int, column: int) -> WorkedNumber:
    is_place = column >= found.given.shape[1]
    names = (*found.chosen.entries, *found.chosen.places)
    return WorkedNumber(
        title=f"{names[column].capitalize()} of {found.chosen.called(row)}",
        value=float(found.inputs[row, column]),
        why="It says where it stands." if is_place else "You set it: drag it, or type.",
    )


def _projected(name: str) -> Callable[[SmallAttention, int, int, int], WorkedNumber]:
    def worked(found: SmallAttention, head: int, row: int, column: int) -> WorkedNumber:
        kernel = getattr(found.layer, f"{name}_kernel")[:, head, column]
        made = dot(found.inputs[row], kernel)
        return WorkedNumber(
            title=f"{name.capitalize()} of {found.chosen.called(row)}, number {column + 1}",
            value=made.value,
            why=f"Its vector times column {column + 1} of the {name} weights.",
            dot=made,
            left="vector",
            right=f"{name} weights",
        )

    return worked


def _score(found: SmallAttention, head: int, row: int, column: int) -> WorkedNumber:
    made = _attended(found, head).score(row, column)
    return WorkedNumber(
        title=f"Score of {found.chosen.called(row)} and {found.chosen.called(column)}",
        value=made.value,
        why="The query of the one times the key of the other.",
        dot=made,
        left="query",
        right="key",
    )


def _scaled(found: SmallAttention, head: int, row: int, column: int) -> WorkedNumber:
    attended = _attended(found, head)
    score, value = float(attended.scores[row, column]), float(attended.scaled[row, column])
    title = f"Scaled score of {found.chosen.called(row)} and {found.chosen.called(column)}"
    if math.isinf(value):
        return WorkedNumber(title=title, value=value, why="The mask hides it, so it counts for nothing.")
    heat = "" if found.temperature == 1 else f" ÷ {figures.format_number(found.temperature)}"
    return WorkedNumber(
        title=title,
        value=value,
        why=f"The score divided by the root of {DEPTH}, the numbers of a query"
        f"{', and by the temperature' if heat else ''}.",
        text=f"{figures.format_number(score, 4)} ÷ √{DEPTH}{heat}",
    )


def _weight(found: SmallAttention, head: int, row: int, column: int) -> WorkedNumber:
    attended = _attended(found, head)
    value, scaled = float(attended.weights[row, column]), attended.scaled[row]
    title = f"Weight of {found.chosen.called(column)} for {found.chosen.called(row)}"
    if math.isinf(scaled[column]):
        return WorkedNumber(title=title, value=value, why="The mask hides it, so it gets nothing.")
    # As the softmax takes it: less the largest, so that no exponential is too large.
    seen = scaled[np.isfinite(scaled)] - scaled.max()
    powers = [figures.format_number(float(each)) for each in np.exp(seen)]
    own = figures.format_number(float(np.exp(scaled[column] - scaled.max())))
    return WorkedNumber(
        title=title,
        value=value,
        why="The softmax: e to the power of its scaled score less the largest, divided by the sum over all.",
        text=f"{own} ÷ ({' + '.join(powers)})",
    )


def _mean(found: SmallAttention, head: int, row: int, column: int) -> WorkedNumber:
    made = _attended(found, head).mean(row, column)
    return WorkedNumber(
        title=f"What {found.chosen.called(row)} takes, number {column + 1}",
        value=made.value,
        why="Each value times its weight.",
        dot=made,
        left="weight",
        right="value",
    )


def _output(found: SmallAttention, head: int, row: int, column: int) -> WorkedNumber:
    taken = np.concatenate([each.output[row] for each in found.run.heads])
    made = dot(taken, found.layer.output_kernel[:, :, column].ravel())
    return WorkedNumber(
        title=f"Output of {found.chosen.called(row)}, number {column + 1}",
        value=made.value,
        why=f"What {'all heads take' if found.heads > 1 else 'it takes'}, times column {column + 1} of the "
        "output weights.",
        dot=made,
        left="taken",
        right="output weights",
    )


def _attended(found: SmallAttention, head: int) -> Attended:
    return found.run.heads[head]


STEPS: dict[str, Callable[[SmallAttention, int, int, int], WorkedNumber]] = {
    "input": _input,
    "query": _projected("query"),
    "key": _projected("key"),
    "value": _projected("value"),
    "score": _score,
    "scaled": _scaled,
    "weight": _weight,
    "mean": _mean,
    "output": _output,
}
"""The steps from vectors to what they become, each with what works one of its numbers out."""

SAID_STEPS = {step: step for step in STEPS} | {
    "input": "number of a vector",
    "scaled": "scaled score",
    "mean": "number that is taken",
}
"""What a number of each step is called."""
