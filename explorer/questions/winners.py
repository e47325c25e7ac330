"""Which class wins once something is taken from a network: the options, and what each wrong one overlooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from explorer.questions.drawing import Array, Generator, arranged
from explorer.questions.record import Answer, Option, PictureFigure, PosedQuestion
from explorer.words import percent

T = TypeVar("T")

Ranking = Sequence[tuple[str, float]]
"""Classes with their probabilities, the most probable first."""

_OPTIONS = 4
_CHANGING = 0.6  # how often a change of mind is asked about where there is one: always would be the answer


@dataclass(frozen=True, kw_only=True, eq=False)
class AskedWinner(Generic[T]):
    """What was taken away, and who wins then.

    Attributes:
        before: The class that wins while everything is there, with its probability.
        taken: The one of the tries that is asked about.
        options: Classes to choose from.
        letter: Of the right one.
        mistakes: What to say by the letter of each other one.
        worked: How the probabilities of the winner and of the one before went.
    """

    before: tuple[str, float]
    taken: T
    options: tuple[Option, ...]
    letter: str
    mistakes: Mapping[Answer, str]
    worked: str

    def posed(self, kind: str, seed: int, when: str, shows: tuple[PictureFigure, ...]) -> PosedQuestion:
        """The question itself, which asks what the network says "when" that is taken away."""
        name, share = self.before
        return PosedQuestion(
            kind=kind,
            seed=seed,
            prompt=f"The network says {name}, {percent(share)}. What does it say when {when}",
            form="choice",
            answer=self.letter,
            mistakes=self.mistakes,
            worked=self.worked,
            shows=shows,
            options=self.options,
        )


def framed(subject: str, values: Array, top: int, left: int, side: int) -> PictureFigure:
    """What the network sees, with a square frame that begins at a row and a column, counted from 0."""
    return PictureFigure(
        title="What the network sees",
        alt=f"{subject} with a frame of {side} × {side} pixels, from row {top + 1}, column {left + 1} on",
        values=values,
        frame=(top, left, top + side, left + side),
    )


def ask_winner(
    rng: Generator,
    before: Ranking,
    tries: Sequence[tuple[T, Ranking]],
    without: str,
) -> AskedWinner[T]:
    r"""Choose one of some things that were taken away, and ask which class wins then.

    Args:
        rng: As `drawing.chance` gives it.
        before: All classes while everything is there.
        tries: What was taken away, each with all classes after it.
        without: Says so in a sentence, such as "without the patch".

    Example:
        >>> from explorer.questions.drawing import chance
        >>> before, after = [("cat", 0.8), ("dog", 0.2)], [("dog", 0.6), ("cat", 0.4)]
        >>> asked = ask_winner(chance(1, "a"), before, [("ears", after)], "without the ears")
        >>> asked.taken, asked.worked
        ('ears', 'Without the ears cat goes from 80.0\xa0% to 40.0\xa0%, dog from 20.0\xa0% to 60.0\xa0%.')
        >>> list(asked.mistakes.values())
        ['That was before: without the ears cat goes from 80.0\xa0% to 40.0\xa0%.']
    """
    changing = [each for each in tries if each[1][0][0] != before[0][0]]
    taken, after = changing[0] if changing and rng.random() < _CHANGING else tries[0]
    winner, sure = after[0][0], dict(after)
    # The nearest of those after it, and the first of those before, which is the usual mistake.
    names = dict.fromkeys([before[0][0], *(name for name, _ in after)])
    others = [name for name in names if name != winner][: _OPTIONS - 1]
    options, letter, mistakes = arranged(
        rng,
        Option(text=winner),
        [(Option(text=name), _lost(name, before[0], sure[name], winner, without)) for name in others],
    )
    return AskedWinner(
        before=before[0],
        taken=taken,
        options=options,
        letter=letter,
        mistakes=mistakes,
        worked=_course(before, sure, winner, without),
    )


def _course(before: Ranking, sure: Mapping[str, float], winner: str, without: str) -> str:
    first, was = before[0]
    text = f"{without[0].upper()}{without[1:]} {first} goes from {percent(was)} to {percent(sure[first])}"
    if winner == first:
        return f"{text} and still wins."
    return f"{text}, {winner} from {percent(dict(before)[winner])} to {percent(sure[winner])}."


def _lost(name: str, before: tuple[str, float], share: float, winner: str, without: str) -> str:
    if name == before[0]:
        return f"That was before: {without} {name} goes from {percent(before[1])} to {percent(share)}."
    if winner == before[0]:
        return f"That does not change its mind; {name} has {percent(share)} {without}."
    return f"It does change its mind, but {name} has only {percent(share)}."
