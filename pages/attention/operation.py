"""Attention over vectors so small that every number can be read, dragged and asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from explorer import figures
from explorer.attention.examples import DEPTH, EXAMPLES, HEADS, LONGEST
from explorer.attention.experiment import MASKS, STEPS, SmallAttention, WorkedNumber
from explorer.attention.parameters import OwnNumbers
from explorer.convolution.experiments import Array
from explorer.lessons.subjects import Looking, OnDrawing
from explorer.parameters import Cell, Choice, Number, Switch, Values, WholeNumber
from pages.attention import drawing
from pages.live.protocol import Answer, Operation

KERNELS = ("query", "key", "value", "output")
STEP_NAMES = tuple(STEPS)
ENTRIES = tuple(len(example.entries) for example in EXAMPLES.values())
WIDTHS = min(ENTRIES) + 2, max(ENTRIES) + 2  # with the two numbers of a position

ATTENTION = (
    Choice(
        name="sequence",
        title="Start from",
        options={name: example.title for name, example in EXAMPLES.items()},
        default="box",
        help="What becomes a row of vectors: the patches of a small picture, or words.",
        details={name: example.why for name, example in EXAMPLES.items()},
    ),
    WholeNumber(
        name="token",
        title="Who looks",
        low=1,
        high=LONGEST,
        default=2,
    ),
    WholeNumber(
        name="heads",
        title="Heads",
        low=1,
        high=HEADS,
        default=1,
        help="Each head has queries, keys and values of its own; what they take is added up.",
    ),
    WholeNumber(
        name="head",
        title="Head on show",
        low=1,
        high=HEADS,
        default=1,
    ),
    Switch(
        name="positions",
        title="Positions",
        help="Two more numbers tell each vector where it stands: a patch its row and column, a word a sine "
        "and a cosine. Without them the order makes no difference.",
    ),
    Choice(
        name="mask",
        title="Mask",
        options=MASKS,
        default="none",
        help="Who may look at whom.",
        details={
            "none": "Each looks at all.",
            "causal": "Each looks at itself and at those before it, as in a network that writes text.",
            "own": "Tick who may look at whom.",
        },
    ),
    Number(
        name="temperature",
        title="Temperature",
        low=0.1,
        high=5.0,
        default=1.0,
        step=0.1,
        help="Divides the scores before the softmax. A low one leaves nearly all to the best, a high one "
        "makes the weights equal.",
    ),
    OwnNumbers(
        name="numbers",
        title="Vectors",
        rows=(min(len(example.numbers) for example in EXAMPLES.values()), LONGEST),
        columns=(min(ENTRIES), max(ENTRIES)),
    ),
    *(
        OwnNumbers(
            name=f"{name}_kernel",
            title=f"{name.capitalize()} weights",
            rows=WIDTHS if name != "output" else (HEADS * DEPTH, HEADS * DEPTH),
            columns=(HEADS * DEPTH, HEADS * DEPTH) if name != "output" else WIDTHS,
        )
        for name in KERNELS
    ),
    OwnNumbers(
        name="allowed",
        title="Your own mask",
        rows=(min(len(example.numbers) for example in EXAMPLES.values()), LONGEST),
        columns=(min(len(example.numbers) for example in EXAMPLES.values()), LONGEST),
        low=0.0,
        high=1.0,
        step=1.0,
    ),
    Cell(
        name="asked",
        title="Number in question",
    ),
)


class WorkedTermFacts(TypedDict):
    """One product of a sum."""

    left: str
    right: str
    product: str


class WorkedFacts(TypedDict):
    """Where the number in question comes from; `cell` is its step, head, row and column."""

    cell: tuple[int, int, int, int]
    title: str
    why: str
    left: str
    right: str
    terms: list[WorkedTermFacts]
    text: str
    said: str
    value: float | None


class HeadFacts(TypedDict):
    """What one head makes of the vectors; a number that the mask hides is none."""

    query: list[list[float]]
    key: list[list[float]]
    value: list[list[float]]
    score: list[list[float]]
    scaled: list[list[float | None]]
    weight: list[list[float]]
    mean: list[list[float]]


class KernelFacts(TypedDict):
    """The weights of all three heads, as they are set."""

    query: list[list[float]]
    key: list[list[float]]
    value: list[list[float]]
    output: list[list[float]]


class AttentionFacts(TypedDict):
    """What is said of a small sequence and the heads that look at it; places count from 0.

    Without positions the last two numbers of each vector are 0 and are not shown.
    """

    one: str
    words: tuple[str, ...]
    called: list[str]
    across: int
    entries: list[str]
    given: list[list[float]]
    inputs: list[list[float]]
    positions: bool
    kernels: KernelFacts
    heads: list[HeadFacts]
    looks: list[str]
    token: int
    head: int
    output: list[list[float]]
    allowed: list[list[bool]]
    sentence: str
    worked: WorkedFacts


def small(values: Values) -> SmallAttention:
    """Make the experiment that these settings describe."""
    return SmallAttention(
        example=values["sequence"],
        numbers=values["numbers"],
        **{f"{name}_kernel": values[f"{name}_kernel"] for name in KERNELS},
        heads=values["heads"],
        positions=values["positions"],
        mask=values["mask"],
        allowed=values["allowed"],
        temperature=values["temperature"],
    )


def renewed(values: Values, seed: int) -> SmallAttention:
    """Make the same experiment on other numbers: what becomes of its own is on the screen."""
    return small(values).varied(seed)


def looking(found: SmallAttention, values: Values) -> tuple[int, int]:
    """Which row looks and which head is on show, from 0: the last there is where there is none such."""
    return min(values["token"], len(found.given)) - 1, min(values["head"], found.heads) - 1


def met(found: SmallAttention, values: Values) -> tuple[int, int, int]:
    """The head, the row that asks and the row that is asked: of the number in question, where it is of two.

    Where it is of one, the row that looks and the one that it looks at most.
    """
    step, head, row, column = asked(found, values)
    if STEP_NAMES[step] in ("score", "scaled", "weight"):
        return head, row, column
    token, head = looking(found, values)
    return head, token, found.looked_at(token, head)[0]


def asked(found: SmallAttention, values: Values) -> tuple[int, int, int, int]:
    """The number in question, as step, head, row and column from 0.

    While nobody has asked, or where there is no such number any more, it is the largest weight of the row
    that looks.
    """
    row, head = looking(found, values)
    if values["asked"] is not None:
        step, chosen, down, right = values["asked"]
        if step <= len(STEP_NAMES) and chosen < found.heads:
            rows, columns = found.table(STEP_NAMES[step - 1], chosen).shape
            if down < rows and right < columns:
                return step - 1, chosen, down, right
    return STEP_NAMES.index("weight"), head, row, found.looked_at(row, head)[0]


def measured(values: Values, draw: Callable[[], OnDrawing]) -> Looking:
    """What lessons measure; `draw` gives what they measure of the drawing."""
    found = small(values)
    step, head, row, column = asked(found, values)
    return Looking(found, *looking(found, values), (STEP_NAMES[step], head, row, column), draw)


def _worked(cell: tuple[int, int, int, int], number: WorkedNumber) -> WorkedFacts:
    terms: list[WorkedTermFacts] = []
    if number.dot is not None:
        terms = [
            {
                "left": _factor(term.a),
                "right": _factor(term.b),
                "product": figures.format_number(term.product),
            }
            for term in number.dot.terms
        ]
    is_number = abs(number.value) < float("inf")
    return {
        "cell": cell,
        "title": number.title,
        "why": number.why,
        "left": number.left,
        "right": number.right,
        "terms": terms,
        "text": number.text,
        "said": figures.format_number(number.value),
        "value": number.value if is_number else None,
    }


def _factor(number: float) -> str:
    text = figures.format_number(number)
    return f"({text})" if number < 0 else text


def _attention(_: Array, values: Values, rest: bool) -> Answer:
    found = small(values)
    token, head = looking(found, values)
    cell = asked(found, values)
    step, chosen, down, right = cell
    example, rows = found.chosen, len(found.given)
    places = example.places if found.positions else ()
    mask = found.looks
    facts: AttentionFacts = {
        "one": example.one,
        "words": example.words,
        "called": [example.called(row) for row in range(rows)],
        "across": example.across,
        "entries": [*example.entries, *places],
        "given": found.given.tolist(),
        "inputs": found.inputs[:, : len(example.entries) + len(places)].tolist(),
        "positions": found.positions,
        "kernels": {
            "query": found.kernel("query").tolist(),
            "key": found.kernel("key").tolist(),
            "value": found.kernel("value").tolist(),
            "output": found.kernel("output").tolist(),
        },
        "heads": [
            {
                "query": each.query.tolist(),
                "key": each.key.tolist(),
                "value": each.value.tolist(),
                "score": each.scores.tolist(),
                "scaled": [
                    [number if abs(number) < float("inf") else None for number in line]
                    for line in each.scaled.tolist()
                ],
                "weight": each.weights.tolist(),
                "mean": each.output.tolist(),
            }
            for each in found.run.heads
        ],
        "looks": [found.meant(each) for each in range(found.heads)],
        "token": token,
        "head": head,
        "output": found.run.output[:, : len(example.entries) + len(places)].tolist(),
        "allowed": [[True] * rows for _ in range(rows)] if mask is None else mask.tolist(),
        "sentence": found.sentence(token, head),
        "worked": _worked(cell, found.worked(STEP_NAMES[step], chosen, down, right)),
    }
    return Answer(facts)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="attention",
        settings=ATTENTION,
        facts=AttentionFacts,
        answer=_attention,
        check=lambda shape, values: small(values),
        view="attention",
        picture=False,
    ),
    *drawing.OPERATIONS,
)
