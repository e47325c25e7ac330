"""Long computations in pieces: each can be done in another process, and the work ends when nobody asks on.

A function under `in_pieces` is written once, as a generator that hands each piece, a call of a function of a
module, to `run` and gives a `Progress` after it. Called, it does all of them and gives the result; its
`pieces` are the generator. Nothing is kept between two pieces but networks, and closing the generator ends
the work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

Runner: TypeAlias = Callable[..., Any]


P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Progress(Generic[T]):
    """How far a computation has come.

    Attributes:
        done: Parts that are done, of all kinds alike.
        total: Parts that there are.
        value: The result as far as it is known; the last one is the result.
        reached: What the unit answers to the picture so far, where one is maximised, else NaN.
    """

    done: int
    total: int
    value: T
    reached: float = math.nan


Pieces: TypeAlias = Generator[Progress[T], None, None]


def call(function: Callable[..., Any], *arguments: Any, key: bool = True) -> Any:
    """Run a piece here and now; a page passes a runner that does it elsewhere.

    `key=False` says that the answer need not be kept.

    >>> call(max, 1, 2)
    2
    """
    return function(*arguments)


class in_pieces(Generic[P, T]):
    """A long computation: called, it gives the result; `pieces` gives the way there.

    >>> @in_pieces
    ... def double(number: int, run: Runner = call) -> Pieces[int]:
    ...     for done in (1, 2):
    ...         yield Progress(done, 2, run(max, 0, done * number))
    >>> double(5)
    10
    >>> [(each.done, each.value) for each in double.pieces(5)]
    [(1, 5), (2, 10)]
    """

    def __init__(self, pieces: Callable[P, Pieces[T]]) -> None:
        self.pieces = pieces
        update_wrapper(self, pieces)

    def __reduce__(self) -> str:
        """Travel to another process by name, as a function does."""
        return self.pieces.__qualname__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do all pieces, and give the value of the last."""
        pieces = self.pieces(*args, **kwargs)
        found = next(pieces).value
        for progress in pieces:
            found = progress.value
        return found


def parts(count: int, share: float) -> Iterator[slice]:
    """Divide 0 .. count into parts of `share`, at least 1."""
    length = max(1, int(share))
    for start in range(0, count, length):
        yield slice(start, min(start + length, count))
