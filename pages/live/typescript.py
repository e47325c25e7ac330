"""The types of all messages as TypeScript, for the browser's scripts: written from those of Python.

`python -m pages.live.typescript` writes the file anew; a test fails where it says something else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from explorer.descriptions import OptionValue
from explorer.mlp.parameters import LayerValue
from explorer.parameters import Choice, Parameter
from explorer.pipeline.table import BankValue, BlockValue
from pages.classroom.messages import ClassReply
from pages.components.guess import GuessData
from pages.components.lab import LabData
from pages.components.lesson import StripData
from pages.components.maps import MapFacts, SlidingFacts
from pages.components.mosaics import MosaicFacts
from pages.live.messages import AnswerHeader, Question, Refusal
from pages.live.protocol import Operation
from pages.operations import OPERATIONS
from pages.served import Description

FILE = Path(__file__).parents[1] / "frontend" / "types" / "messages.d.ts"

MESSAGES = (
    Question,
    AnswerHeader,
    Refusal,
    LabData,
    Description,
    StripData,
    GuessData,
    MapFacts,
    SlidingFacts,
    MosaicFacts,
    ClassReply,
)
"""What travels whatever the operation, and what several of them answer alike."""

NAMED: dict[object, str] = {
    OptionValue: "OptionValue",
    BankValue: "BankValue",
    BlockValue: "BlockValue",
    LayerValue: "LayerValue",
}
"""Types that have a name in TypeScript as well, though Python does not keep it."""

HEADER = "// Written by `python -m pages.live.typescript` from the types in Python: change them there.\n"
WIDTH = 110

PLAIN: dict[object, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    Any: "unknown",
    object: "unknown",
}


class Declarations:
    """Declarations of TypeScript in the order in which they are first needed."""

    def __init__(self) -> None:
        self._written: dict[str, str] = {}

    def __str__(self) -> str:
        return "\n".join(self._written.values())

    def type_of(self, kind: Any) -> str:
        """Write a type, and declare what it needs.

        A list whose places have types of their own is `Annotated` with a tuple of them, and what only
        TypeScript can say with its text.

        >>> Declarations().type_of(dict[str, list[float] | None])
        'Record<string, number[] | null>'
        """
        if isinstance(kind, str):
            return kind
        if kind in NAMED:
            return self.alias(NAMED[kind], self._described(kind))
        return self._described(kind)

    def _described(self, kind: Any) -> str:
        if is_typeddict(kind):
            return self.interface(kind.__name__, kind.__doc__, get_type_hints(kind, include_extras=True))
        if kind in PLAIN:
            return PLAIN[kind]
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.type_of(parts[1])
        if origin is Literal:
            return " | ".join(map(json.dumps, parts))
        if origin in (Union, UnionType):
            return " | ".join(map(self.type_of, parts))
        if origin is tuple and parts[-1] is not Ellipsis:
            return f"[{', '.join(map(self.type_of, parts))}]"
        if origin is not None and issubclass(origin, Mapping):
            return f"Record<string, {self.type_of(parts[1])}>"
        if origin is not None and issubclass(origin, Sequence):
            one = self.type_of(parts[0])
            return f"Array<{one}>" if " | " in one else f"{one}[]"
        raise TypeError(f"There is no type of TypeScript for {kind}.")

    def interface(self, name: str, about: str | None, fields: Mapping[str, Any]) -> str:
        """Declare an interface, with the first line of what is said about it, and give its name."""
        if name not in self._written:
            self._written[name] = ""  # its place is before what it needs
            lines = [f"/** {about.splitlines()[0]} */"] if about else []
            lines += [f"export interface {name} {{", *(self._field(*field) for field in fields.items()), "}"]
            self._written[name] = "\n".join(lines) + "\n"
        return name

    def _field(self, name: str, kind: Any) -> str:
        optional = get_origin(kind) is NotRequired
        text = self.type_of(get_args(kind)[0] if optional else kind)
        return _fitted(f"  {name}{'?' if optional else ''}: {text};")

    def alias(self, name: str, text: str) -> str:
        """Declare a name for a type, and give it."""
        self._written[name] = _fitted(f"export type {name} = {text};") + "\n"
        return name


def _fitted(line: str) -> str:
    return line if len(line) <= WIDTH else line.replace(" | ", "\n    | ")


def value_type(setting: Parameter) -> Any:
    """Return the type of what a setting's `checked` gives: of a choice, that of its present options."""
    if isinstance(setting, Choice) and type(setting).checked is Choice.checked:
        return Literal[tuple(setting.options)]
    return get_type_hints(type(setting).checked, include_extras=True)["return"]


def description_type(setting: Parameter) -> Any:
    """Return the type of what a setting's `describe` gives."""
    return get_type_hints(type(setting).describe, include_extras=True)["return"]


def values_name(operation: Operation) -> str:
    """Return what the type of an operation's settings is called: `FilterValues` beside `FilterFacts`."""
    return f"{operation.facts.__name__.removesuffix('Facts')}Values"


def written() -> str:
    """Return the text of `FILE`."""
    declared = Declarations()
    for message in MESSAGES:
        declared.type_of(message)
    entries = {}
    for operation in OPERATIONS.values():
        settings = {setting.name: value_type(setting) for setting in operation.settings}
        values = declared.interface(values_name(operation), f"The settings of {operation.name}.", settings)
        entry = {"facts": declared.type_of(operation.facts), "values": values}
        if operation.labels:
            entry["labels"] = declared.type_of(operation.labels)
        entries[operation.name] = f"{{ {'; '.join(f'{part}: {name}' for part, name in entry.items())} }}"
    declared.interface("Operations", "What belongs to each operation.", entries)
    descriptions = (
        declared.type_of(description_type(setting))
        for operation in OPERATIONS.values()
        for setting in operation.settings
    )
    declared.alias("Setting", " | ".join(dict.fromkeys(descriptions)))
    return f"{HEADER}\n{declared}"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(written(), "utf-8")
