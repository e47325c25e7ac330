"""Questions on attention: a score, who is looked at most, and what is taken from all."""

from __future__ import annotations

import math

import numpy as np

from explorer import figures
from explorer.attention.examples import DEPTH
from explorer.attention.experiment import SmallAttention
from explorer.questions.drawing import Array, answers, arranged, chance, grid, number, one_of, products
from explorer.questions.record import (
    DECIMALS,
    GridFigure,
    Option,
    PosedQuestion,
    QuestionError,
    QuestionKind,
)
from explorer.vectors import dot

_HEAD = 0  # what is asked is asked of the first head


def score(experiment: SmallAttention, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask for the score of a query and a key.

    Args:
        experiment: The vectors and the heads, of which the first is asked about.
        picture: None is needed.
        seed: As `chance`.

    Example:
        >>> asked = score(SmallAttention(), None, 1)
        >>> asked.prompt, asked.answer
        ('Patch 1 asks. What is the score of its query and the key of patch 4?', 0.0)
    """
    rng = chance(seed, "attention_score")
    head, called = experiment.run.heads[_HEAD], experiment.chosen.called
    rows = len(head.query)
    row = one_of(rng, range(rows))
    column = one_of(rng, [each for each in range(rows) if each != row])
    query, key = head.query[row], head.key[column]
    answer = head.score(row, column).value
    within = 0.0 if float(answer).is_integer() else DECIMALS
    wrong = [
        (answer / math.sqrt(DEPTH), f"You divided by the root of {DEPTH}: that is the scaled score."),
        (
            head.score(column, row).value,
            f"You took the query of {called(column)} and the key of {called(row)}: the other way round.",
        ),
        (head.score(row, row).value, f"That is the score of {called(row)} with itself."),
        (float(np.abs(query * key).sum()), "You lost a minus sign."),
        (float((query + key).sum()), "You added query and key; multiply their numbers one by one."),
        (
            float(dot(query, head.query[column]).value),
            f"You took the query of {called(column)} as well, where its key belongs.",
        ),
    ]
    return PosedQuestion(
        kind="attention_score",
        seed=seed,
        prompt=f"{_capital(called(row))} asks. What is the score of its query and the key of "
        f"{called(column)}?",
        form="number",
        answer=answer,
        mistakes=answers(answer, wrong, within),
        worked=f"{products(query, key)} = {number(answer)}.",
        within=within,
        shows=_queries_and_keys(experiment, row, column),
    )


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _queries_and_keys(
    experiment: SmallAttention, row: int, column: int | None = None
) -> tuple[GridFigure, GridFigure]:
    """Both as tables, a row for each vector, with a frame around what is asked about."""
    head = experiment.run.heads[_HEAD]

    def framed(line: int | None) -> tuple[tuple[int, int], ...]:
        return () if line is None else tuple((line, place) for place in range(DEPTH))

    return (
        GridFigure(title="Queries", role="output", cells=grid(head.query), framed=framed(row)),
        GridFigure(title="Keys", role="input", cells=grid(head.key), framed=framed(column)),
    )


def looks_most(experiment: SmallAttention, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask at whom a vector looks most; arguments as `score`.

    Raises:
        QuestionError: If each looks at several alike.

    Example:
        >>> asked = looks_most(SmallAttention(), None, 2)
        >>> asked.prompt, asked.options["ABCDEF".index(asked.answer)].text
        ('Which of them does patch 2 look at most?', 'patch 2')
    """
    rng = chance(seed, "attention_looks")
    head, called = experiment.run.heads[_HEAD], experiment.chosen.called
    rows = range(len(head.query))
    sure = [row for row in rows if len(experiment.looked_at(row, _HEAD)) == 1]
    mask = experiment.looks
    if mask is not None:
        sure = [row for row in sure if mask[row].sum() > 1]
    if not sure:
        raise QuestionError("Here each looks at several alike: choose another picture, or other numbers.")
    row = one_of(rng, sure)
    (most,) = experiment.looked_at(row, _HEAD)
    best = number(float(head.scores[row, most]))

    def told(column: int) -> str:
        if mask is not None and not mask[row, column]:
            return f"The mask hides {called(column)} from {called(row)}."
        return (
            f"The score of {called(column)} is {number(float(head.scores[row, column]))}; that of "
            f"{called(most)} is larger: {best}."
        )

    options, letter, mistakes = arranged(
        rng,
        Option(text=called(most)),
        [(Option(text=called(column)), told(column)) for column in rows if column != most],
    )
    causal = " Each may look only at itself and at those before it." if experiment.mask == "causal" else ""
    return PosedQuestion(
        kind="attention_looks",
        seed=seed,
        prompt=f"Which of them does {called(row)} look at most?{causal}",
        form="choice",
        answer=letter,
        mistakes=mistakes,
        worked=f"The largest score has the largest weight: {products(head.query[row], head.key[most])} = "
        f"{best}, with {called(most)}.",
        shows=_queries_and_keys(experiment, row),
        options=options,
    )


def taken(experiment: SmallAttention, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask for one number of what a vector takes, the weights being given; arguments as `score`.

    Example:
        >>> asked = taken(SmallAttention(), None, 1)
        >>> asked.form, round(asked.answer, 3)
        ('number', 0.075)
    """
    rng = chance(seed, "attention_taken")
    head, called = experiment.run.heads[_HEAD], experiment.chosen.called
    rows = len(head.query)
    row, place = one_of(rng, range(rows)), one_of(rng, range(DEPTH))
    weights = head.weights[row].round(2)  # as they are shown
    values = head.value[:, place]
    made = dot(weights, values)
    (most, *_) = experiment.looked_at(row, _HEAD)
    wrong = [
        (float(values.mean()), "You took the plain mean; each value counts by its weight."),
        (float(values.sum()), "You forgot the weights."),
        (float(values[most]), f"That is the value of {called(most)} alone; the others count as well."),
        (float(dot(weights, head.value[:, 1 - place]).value), "You took the other number of the values."),
    ]
    return PosedQuestion(
        kind="attention_taken",
        seed=seed,
        prompt=f"{_capital(called(row))} has these weights for all. What is number {place + 1} of what it "
        "takes? Two decimals are enough.",
        form="number",
        answer=made.value,
        mistakes=answers(made.value, wrong, DECIMALS),
        worked=f"{products(weights, values)} = {figures.format_number(made.value, 4)}.",
        within=DECIMALS,
        shows=(
            GridFigure(title="Weights", role="field", cells=grid(weights[:, np.newaxis])),
            GridFigure(
                title="Values",
                role="kernel",
                cells=grid(head.value),
                framed=tuple((line, place) for line in range(rows)),
            ),
        ),
    )


KINDS_OF_ATTENTION = (
    QuestionKind(
        name="attention_score",
        title="A score",
        page="attention",
        make=score,
    ),
    QuestionKind(
        name="attention_looks",
        title="Who is looked at most?",
        page="attention",
        make=looks_most,
    ),
    QuestionKind(
        name="attention_taken",
        title="What is taken",
        page="attention",
        make=taken,
    ),
)
