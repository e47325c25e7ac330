"""What an operation is, and what it answers.

An operation takes a working picture and validated settings, calls `explorer`, and gives an `Answer`:
facts that fit into JSON, and blobs (an encoded picture, integer tables, exact values). While a control
moves the picture is a quick JPEG; at rest it is a lossless PNG and the exact values come with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from explorer.parameters import Parameter, Values


@dataclass(frozen=True)
class Blob:
    """Bytes with what they are: a MIME type, or the name of an array's type with its shape."""

    name: str
    kind: str
    data: bytes
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What an operation found: facts for JSON and blobs beside them."""

    facts: Mapping[str, object]
    blobs: tuple[Blob, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One entry of the table: its name, what can be set, and the call that answers.

    `facts` is the TypedDict of what it answers, and `labels`, where there are some, that of the texts that
    its view is given beside the answers; the browser's types are made from both. `check` raises an
    ExplorerError where the settings are impossible on a picture of this shape, without computing anything.
    `view` names the component that shows it (a key of `views.VIEWS`). An operation that needs no `picture` is
    given `images.NO_PICTURE`; one that cuts its part out of the `whole` picture is given that as uint8 levels
    in up to twice as many rows and columns as others. At the "interactive" pace somebody moves a control;
    what goes on by itself in the "background" lets that pass; what the "worker" process computes is only
    waited for. Where a state travels along, a request may take `most` bytes, more than others.
    """

    name: str
    settings: tuple[Parameter, ...]
    facts: type
    answer: Callable[[Any, Values, bool], Answer]
    check: Callable[[tuple[int, ...], Values], object] = lambda shape, values: None
    view: str = "filter"
    picture: bool = True
    whole: bool = False
    labels: type | None = None
    pace: Literal["interactive", "background", "worker"] = "interactive"
    most: int | None = None


def float_blob(name: str, array: Any) -> Blob:
    """Pack an array of numbers for the browser."""
    return Blob(name, "float32", array.astype("float32").tobytes(), array.shape)


def integer_blob(name: str, table: Any) -> Blob:
    """Pack a table of whole numbers from -32,768 to 32,767 for the browser."""
    return Blob(name, "int16", table.astype("int16").tobytes(), table.shape)
