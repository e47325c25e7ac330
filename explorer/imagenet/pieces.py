"""Long computations in pieces: each can be done in another process, and the work ends when nobody asks on.

`<name>_pieces` is a generator that hands each piece, a call of a function of a module, to `run`, and gives a
`Progress` after it; the function without the suffix does all of them. Nothing is kept between two pieces but
networks, and closing the generator ends the work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Runner: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a computation has come.

    Attributes:
        done: Parts that are done, of all kinds alike.
        total: Parts that there are.
        value: The result as far as it is known; the last one is the result.
        reached: What the unit answers to the picture so far, where one is climbed, else NaN.
    """

    done: int
    total: int
    value: Any
    reached: float = math.nan


Pieces: TypeAlias = Generator[Progress, None, None]


def call(function: Callable[..., Any], *arguments: Any, key: bool = True) -> Any:
    """Run a piece here and now; a page passes a runner that does it elsewhere.

    `key=False` says that the answer need not be kept.

    >>> call(max, 1, 2)
    2
    """
    return function(*arguments)


def finish(pieces: Pieces) -> Any:
    """Do all pieces, and give the value of the last.

    >>> finish(Progress(done, 2, 10 * done) for done in (1, 2))
    20
    """
    value = None
    for progress in pieces:
        value = progress.value
    return value


def parts(count: int, share: float) -> Iterator[slice]:
    """Divide 0 .. count into parts of `share`, at least 1."""
    length = max(1, int(share))
    for start in range(0, count, length):
        yield slice(start, min(start + length, count))
