"""Parameters: one record for each thing that can be chosen, with its bounds.

Kernels, activations, losses, blocks, trainings, pages and the live lane read these records alike. A parameter
knows what it takes: `checked` gives the value for what came, from JSON or from a caller, or raises a
`ExplorerError` with a sentence; `to_text` and `from_text` carry the value through an address; `describe` is
what a form needs to draw the control. What only one topic has, such as a kernel or a list of blocks, is a
`Parameter` in the package of that topic.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

import numpy as np

from explorer.descriptions import (
    CellDescription,
    CellValue,
    ChannelScale,
    ChoiceDescription,
    Ends,
    LimitsDescription,
    MatrixDescription,
    NumberDescription,
    Owned,
    PlaceDescription,
    PlacesDescription,
    SizeDescription,
    SizeValue,
    Stops,
    SwitchesDescription,
    Titled,
    VectorDescription,
)
from explorer.errors import ExplorerError
from explorer.words import signed

Values = dict[str, Any]
"""Values by the names of their parameters."""

MAX_FLOAT = sys.float_info.max
MAX_SCALED = 512  # channels at once: more make an address that a browser cuts off
MAX_INDEX = 65_535  # no grid, layer or list of the explorer reaches so far


def excerpt(value: Any) -> str:
    """Return the beginning of what came, as it is quoted in a sentence.

    >>> excerpt("x" * 50)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'"
    """
    return repr(str(value)[:40])


def finite(value: Any, title: str) -> float:
    """Return a finite number as a float; a `ExplorerError` names the `title` otherwise.

    >>> finite(3, "Stride")
    3.0
    """
    # A whole number from JSON may be too large for a float; no parameter reaches that far.
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)
    if not is_number or not abs(value) <= MAX_FLOAT:
        raise ExplorerError(f"{title} takes a finite number, but {excerpt(value)} came; type a number.")
    return float(value)


def plain(number: float) -> str:
    """Write the shortest decimal that reads back as the same number, whole ones without a point.

    >>> plain(2.0), plain(0.1)
    ('2', '0.1')
    """
    return repr(number).removesuffix(".0")


@dataclass(frozen=True, kw_only=True)
class Parameter(ABC):
    """Something that can be chosen.

    Attributes:
        name: Its name as an argument, in messages and in the address.
        title: Its name on the screen.
        help: What it does, in a sentence or two.
        owner: Where only some options of a choice have it, the name of that choice and those options. It
            keeps its value while another option is chosen.
    """

    name: str
    title: str
    help: str = ""
    owner: tuple[str, tuple[str, ...]] | None = None

    if TYPE_CHECKING:  # a field in most, but made anew in those whose default could be changed by its user

        @property
        def default(self) -> Any:
            """What holds while nobody has chosen."""

    @property
    def label(self) -> str:
        """Its title and, where that does not tell it, its name as an argument."""
        name, title = self.name.replace("_", " "), self.title.lower()
        return self.title if name in title or title in name else f"{self.title} ({self.name})"

    @abstractmethod
    def checked(self, value: Any) -> Any:
        """Return the value for what came, or raise an `ExplorerError`."""

    @abstractmethod
    def to_text(self, value: Any) -> str:
        """Write the value for the address."""

    @abstractmethod
    def from_text(self, text: str) -> Any:
        """Read the value from the address, or raise an `ExplorerError`."""

    def said(self, value: Any) -> str:
        """Return the value as a sentence names it; the empty text where that takes more than a word."""
        return ""

    def to_json(self, value: Any) -> Any:
        """Return the value as plain numbers, texts, lists and dicts, as `checked` takes it."""
        return value

    @abstractmethod
    def describe(self) -> Mapping[str, Any]:
        """Return what a form needs to draw the control, fit for JSON; its `kind` names that control."""

    def _titled(self) -> Titled:
        return {"name": self.name, "title": self.title, "help": self.help}

    def _owned(self) -> Owned:
        return {"menu": self.owner[0], "owners": list(self.owner[1])} if self.owner else {}


@dataclass(frozen=True, kw_only=True)
class Number(Parameter):
    """A number between two bounds, both included.

    Attributes:
        low: The least that it takes.
        high: The most.
        step: How far a control moves it at once.
        unit: What it is counted in, as it stands behind the number.
        stops: Where there are some, a slider goes from one to the next.
        typed: Whether it is typed into a field rather than slid.
    """

    default: float
    low: float
    high: float
    step: float = 1.0
    unit: str = ""
    stops: tuple[float, ...] = ()
    typed: bool = False

    def checked(self, value: Any) -> float:
        """Return the number if it lies within the bounds.

        Example:
            >>> Number(name="gain", title="Gain", low=-4.0, high=4.0, default=1.0).checked(2)
            2.0
        """
        number = finite(value, self.label)
        if not self.low <= number <= self.high:
            raise ExplorerError(
                f"{self.label} takes {signed(self.low)} to {signed(self.high)}, but {signed(number)} came; "
                "choose one between."
            )
        return number + 0  # which takes the sign off -0

    def to_text(self, value: float) -> str:
        """Write the number for the address."""
        return repr(value)

    def from_text(self, text: str) -> float:
        """Read the number from the address."""
        try:
            number = float(text)
        except ValueError:
            raise ExplorerError(f"{self.label} takes a number, but {excerpt(text)} came; type one.") from None
        return self.checked(number)

    def said(self, value: float) -> str:
        """Return the number with all its digits and its unit.

        Example:
            >>> Number(name="rate", title="Rate", low=-1.0, high=1.0, default=0.1).said(-1e-5)
            '−0.00001'
        """
        digits = np.format_float_positional(value, trim="-").replace("-", "−")
        return f"{digits} {self.unit}".rstrip()

    def describe(self) -> NumberDescription:
        """Return what a slider or a field needs."""
        stops: Stops = {"stops": list(self.stops)} if self.stops else {}
        return {
            "kind": "field" if self.typed else "stops" if self.stops else "number",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "unit": self.unit,
            **stops,
        }


@dataclass(frozen=True, kw_only=True)
class WholeNumber(Number):
    """A whole number between two bounds, both included."""

    default: int
    low: int
    high: int
    step: int = 1

    def checked(self, value: Any) -> int:
        """Return the number if it is whole and lies within the bounds.

        Example:
            >>> WholeNumber(name="strides", title="Stride", low=1, high=8, default=1).checked(2.0)
            2
        """
        number = super().checked(value)
        if number != int(number):
            raise ExplorerError(f"{self.label} takes a whole number, but {signed(number)} came; round it.")
        return int(number)


@dataclass(frozen=True, kw_only=True)
class Switch(Parameter):
    """Something that is on or off; a form offers both as options."""

    default: bool = False

    def checked(self, value: Any) -> bool:
        """Return a value that is True or False."""
        if not isinstance(value, bool | np.bool_):
            raise ExplorerError(f"{self.label} is on or off, true or false, but {excerpt(value)} came.")
        return bool(value)

    def to_text(self, value: bool) -> str:
        """Write `true` or `false` for the address."""
        return str(value).lower()

    def from_text(self, text: str) -> bool:
        """Read `true` or `false` from the address."""
        return self.checked({"true": True, "false": False}.get(text.lower(), text))

    def said(self, value: bool) -> str:
        """Return on or off."""
        return "on" if value else "off"

    def describe(self) -> ChoiceDescription:
        """Return what a strip of two options needs."""
        return {
            "kind": "choice",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "options": [
                {"value": value, "title": title, "detail": ""}
                for value, title in ((False, "off"), (True, "on"))
            ],
        }


class Offered(Mapping[str, str]):
    """Texts by name that are read from a table each time, so that an added record is offered at once.

    Example:
        >>> table = {"relu": "ReLU"}
        >>> offered = Offered(lambda: table)
        >>> table["elu"] = "ELU"
        >>> list(offered.items())
        [('relu', 'ReLU'), ('elu', 'ELU')]
    """

    def __init__(self, read: Callable[[], Mapping[str, str]]) -> None:
        self._read = read

    @classmethod
    def column(cls, table: Mapping[str, Any], field: str) -> Offered:
        """One field of every record of a table, such as their titles."""
        return cls(lambda: {name: getattr(record, field) for name, record in table.items()})

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self._read()))


@dataclass(frozen=True, kw_only=True)
class Choice(Parameter):
    """One of a few values.

    Attributes:
        options: The values, as an operation takes them, each with its name on the screen.
        details: What some of them mean, in a sentence.
        menu: Whether they are so many that they stand in a menu.
    """

    options: Mapping[Any, str]
    default: Any
    details: Mapping[Any, str] = field(default_factory=dict)
    menu: bool = False

    def checked(self, value: Any) -> Any:
        """Return the value if it is one of the options.

        Example:
            >>> Choice(name="kind", title="Kind", options={"max": "Max"}, default="max").checked("max")
            'max'
        """
        # By type too: to Python true is 1, but to a reader of JSON it is no padding of one cell.
        for option in self.options:
            if type(option) is type(value) and option == value:
                return option
        offered = ", ".join(self.to_text(option) for option in self.options)
        raise ExplorerError(f"{self.label} has no option {excerpt(value)}; choose one of {offered}.")

    def to_text(self, value: Any) -> str:
        """Write the option for the address."""
        return str(value).lower()

    def from_text(self, text: str) -> Any:
        """Read the option from the address; the sentence on what is none names them as the menu does."""
        for option in self.options:
            if self.to_text(option) == text.lower():
                return option
        titles = ", ".join(self.options.values())
        raise ExplorerError(
            f"The link asks for {excerpt(text)} under {self.title}, which does not exist; choose one of "
            f"{titles}."
        )

    def said(self, value: Any) -> str:
        """Return the option's name on the screen, in quotation marks unless it begins with a number.

        Example:
            >>> padding = Choice(name="padding", title="Padding", options={"same": "same", 2: "2"}, default=2)
            >>> padding.said("same"), padding.said(2)
            ('“same”', '2')
        """
        name = self.options[value]
        return name if name[:1].isdigit() else f"“{name}”"

    def describe(self) -> ChoiceDescription:
        """Return what a menu needs: the options as pairs, since a value need not be a word."""
        return {
            "kind": "menu" if self.menu else "choice",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "options": [
                {"value": value, "title": title, "detail": self.details.get(value, "")}
                for value, title in self.options.items()
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Index(Parameter):
    """A place counted from 0, or None while nothing is chosen.

    Whether there is such a place depends on what is counted: that is for the operation to say.
    """

    default: int | None = None

    def checked(self, value: Any) -> int | None:
        """Return the whole number, or None."""
        if value is None:
            return None
        number = finite(value, self.label)
        if number != int(number) or not 0 <= number <= MAX_INDEX:
            raise ExplorerError(
                f"{self.label} takes a whole number from 0 to {MAX_INDEX}, but {signed(number)} came; "
                "take one."
            )
        return int(number)

    def to_text(self, value: int | None) -> str:
        """Write the place for the address."""
        return "" if value is None else str(value)

    def from_text(self, text: str) -> int | None:
        """Read the place from the address."""
        try:
            number = int(text) if text else None
        except ValueError:
            raise ExplorerError(
                f"{self.label} takes a whole number, but {excerpt(text)} came; type one."
            ) from None
        return self.checked(number)

    def describe(self) -> PlaceDescription:
        """Return what a list needs of which one place is chosen."""
        return {"kind": "place", **self._titled(), "default": self.default, **self._owned()}


@dataclass(frozen=True, kw_only=True)
class Limits(Parameter):
    """Two numbers, low before high, or None while nothing holds them.

    Attributes:
        largest: The largest magnitude of either.
    """

    default: None = None
    largest: float = 1e9

    def checked(self, value: Any) -> Ends | None:
        """Return the two ends, low before high."""
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            raise ExplorerError(
                f"{self.label} takes two numbers, low and high, but {excerpt(value)} came; give two."
            )
        low, high = (finite(end, self.label) for end in value)
        if not low < high or max(abs(low), abs(high)) > self.largest:
            raise ExplorerError(
                f"{self.label} takes a low end below the high one, but {signed(low)} and "
                f"{signed(high)} came; change one."
            )
        return [low, high]

    def to_text(self, value: list[float] | None) -> str:
        """Write both ends for the address: `-1.0,2.5`."""
        return "" if value is None else ",".join(map(repr, value))

    def from_text(self, text: str) -> list[float] | None:
        """Read both ends from the address."""
        try:
            ends = [float(end) for end in text.split(",")] if text else None
        except ValueError:
            raise ExplorerError(
                f"{self.label} takes two numbers, but {excerpt(text)} came; type two."
            ) from None
        return self.checked(ends)

    def describe(self) -> LimitsDescription:
        """Return what the switch needs that holds a scale."""
        return {"kind": "limits", **self._titled(), "default": self.default, **self._owned()}


@dataclass(frozen=True, kw_only=True)
class Size(Parameter):
    """Rows and columns of a window, `[rows, columns]`.

    Attributes:
        largest: The most rows, and the most columns.
    """

    default: list[int]
    largest: int

    def checked(self, value: Any) -> SizeValue:
        """Return both sides as whole numbers within the bounds."""
        if not isinstance(value, list) or len(value) != 2:
            raise ExplorerError(
                f"{self.label} takes two numbers, rows and columns, but {excerpt(value)} came; give two."
            )
        sides = [finite(side, self.label) for side in value]
        for side in sides:
            if side != int(side) or not 1 <= side <= self.largest:
                raise ExplorerError(
                    f"{self.label} takes whole numbers from 1 to {self.largest}, but {signed(side)} came; "
                    "choose one."
                )
        return [int(side) for side in sides]

    def to_text(self, value: list[int]) -> str:
        """Write the sides for the address: `2x3`."""
        return "x".join(map(str, value))

    def from_text(self, text: str) -> list[int]:
        """Read the sides from the address."""
        try:
            sides = [int(side) for side in text.split("x")]
        except ValueError:
            raise ExplorerError(
                f"{self.label} takes rows and columns such as 2x3, but {excerpt(text)} came; type two."
            ) from None
        return self.checked(sides)

    def describe(self) -> SizeDescription:
        """Return what a picker of cells needs."""
        return {
            "kind": "size",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "largest": self.largest,
        }


@dataclass(frozen=True, kw_only=True)
class Numbers(Parameter):
    """A few numbers between two bounds.

    Attributes:
        low: The least that each takes.
        high: The most.
        step: How far a control moves one at once.
        fewest: How many there are at least.
        most: How many there are at most.
    """

    default: list[float]
    low: float
    high: float
    step: float
    fewest: int
    most: int

    def checked(self, value: Any) -> list[float]:
        """Return the numbers."""
        if not isinstance(value, list) or not self.fewest <= len(value) <= self.most:
            raise ExplorerError(
                f"{self.label} takes {self.fewest} to {self.most} numbers, but {excerpt(value)} came; "
                "give as many."
            )
        numbers = [finite(number, self.label) for number in value]
        for number in numbers:
            if not self.low <= number <= self.high:
                raise ExplorerError(
                    f"{self.label} takes {signed(self.low)} to {signed(self.high)}, but "
                    f"{signed(number)} came; stay between."
                )
        return numbers

    def to_text(self, value: list[float]) -> str:
        """Write the numbers for the address: `2.0,1.5,-1.0`."""
        return ",".join(map(repr, value))

    def from_text(self, text: str) -> list[float]:
        """Read the numbers from the address."""
        return self.checked(_numbers(text, f"{self.label} takes numbers such as 2,1,-1"))

    def describe(self) -> VectorDescription:
        """Return what the sliders need."""
        return {
            "kind": "vector",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "fewest": self.fewest,
            "most": self.most,
        }


@dataclass(frozen=True, kw_only=True)
class NumberGrid(Parameter):
    """Numbers in rows of one length.

    Attributes:
        rows: The most rows.
        columns: The most columns.
    """

    default: list[list[float]]
    rows: int
    columns: int

    def checked(self, value: Any) -> list[list[float]]:
        """Return the rows."""
        if (
            not isinstance(value, list)
            or not 1 <= len(value) <= self.rows
            or any(not isinstance(row, list) or not 1 <= len(row) <= self.columns for row in value)
            or len({len(row) for row in value}) != 1
        ):
            raise ExplorerError(
                f"{self.label} takes up to {self.rows} rows of up to {self.columns} numbers, all of one "
                f"length, but {excerpt(value)} came; give it so."
            )
        return [[finite(cell, self.label) for cell in row] for row in value]

    def to_text(self, value: list[list[float]]) -> str:
        """Write the rows for the address: `1.0,2.0_3.0,4.0`."""
        return "_".join(",".join(map(repr, row)) for row in value)

    def from_text(self, text: str) -> list[list[float]]:
        """Read the rows from the address."""
        sentence = f"{self.label} takes rows such as 1,2_3,4"
        return self.checked([_numbers(row, sentence) for row in text.split("_")])

    def describe(self) -> MatrixDescription:
        """Return what a table of numbers needs."""
        return {"kind": "matrix", **self._titled(), "default": self.default, **self._owned()}


def _numbers(text: str, sentence: str) -> list[float]:
    try:
        return [float(number) for number in text.split(",")]
    except ValueError:
        raise ExplorerError(f"{sentence}, but {excerpt(text)} came; type them so.") from None


@dataclass(frozen=True, kw_only=True)
class Cell(Parameter):
    """A cell of a step, `[step, map, row, column]`, or None; the step counts from 1, the others from 0.

    Whether there is such a cell depends on the picture and the blocks: that is the operation's to say.
    """

    default: None = None

    def checked(self, value: Any) -> CellValue | None:
        """Return the four whole numbers."""
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 4:
            raise ExplorerError(
                f"{self.label} takes step, map, row and column, but {excerpt(value)} came; give all four."
            )
        cell = [finite(part, self.label) for part in value]
        if any(part != int(part) or not 0 <= part <= MAX_INDEX for part in cell) or cell[0] < 1:
            raise ExplorerError(
                f"{self.label} takes whole numbers, a step from 1 and the others from 0 to {MAX_INDEX}, but "
                f"{excerpt(value)} came; choose a cell with a click."
            )
        return [int(part) for part in cell]

    def to_text(self, value: list[int] | None) -> str:
        """Write the cell for the address."""
        return "" if value is None else ".".join(str(part) for part in value)

    def from_text(self, text: str) -> list[int] | None:
        """Read the cell from the address."""
        try:
            cell = [int(part) for part in text.split(".")] if text else None
        except ValueError:
            raise ExplorerError(
                f"{self.label} takes step, map, row and column, but {excerpt(text)} came; type 1.0.5.5, say."
            ) from None
        return self.checked(cell)

    def describe(self) -> CellDescription:
        """Return what maps need whose cells can be chosen."""
        return {"kind": "cell", **self._titled(), "default": self.default, **self._owned()}


@dataclass(frozen=True, kw_only=True)
class ChannelScales(Parameter):
    """Channels that are scaled: `[[layer, channel, factor], ...]`, sorted; factor 0 switches one off.

    Where `high` is 0 channels are switched off, and nothing else.
    """

    default: list[list[float]] = field(default_factory=list)
    high: float = 4.0

    def checked(self, value: Any) -> list[ChannelScale]:
        """Return each scaled channel once; a factor of 1 changes nothing and is left out."""
        if not isinstance(value, list | tuple) or len(value) > MAX_SCALED:
            raise ExplorerError(
                f"{self.label} takes a list of at most {MAX_SCALED} channels, but "
                f"{excerpt(value)} came; switch some on again."
            )
        found: dict[tuple[int, int], float] = {}
        for entry in value:
            if not isinstance(entry, list | tuple) or len(entry) != 3:
                raise ExplorerError(
                    f"{self.label} takes layer, channel and factor, but {excerpt(entry)} came; give three."
                )
            layer, channel, factor = (finite(part, self.label) for part in entry)
            if any(place != int(place) or not 0 <= place <= MAX_INDEX for place in (layer, channel)):
                raise ExplorerError(
                    f"{self.label} counts layers and channels from 0, but {excerpt(entry)} came; "
                    "use whole numbers."
                )
            if not 0 <= factor <= self.high:
                raise ExplorerError(
                    f"{self.label} takes factors from 0 to {self.high:g}, but {signed(factor)} "
                    "came; change it."
                )
            found[int(layer), int(channel)] = factor
        return [[*place, factor] for place, factor in sorted(found.items()) if factor != 1]

    def to_text(self, value: list[list[float]]) -> str:
        """Write the channels for the address: `30.17` is off, `30.18.0.5` is halved."""
        return ",".join(
            f"{layer}.{channel}" if factor == 0 else f"{layer}.{channel}.{factor:g}"
            for layer, channel, factor in value
        )

    def from_text(self, text: str) -> list[list[float]]:
        """Read the channels from the address."""
        entries = []
        for part in filter(None, text.split(",")):
            layer, _, rest = part.partition(".")
            channel, _, factor = rest.partition(".")
            try:
                entries.append([int(layer), int(channel), float(factor) if factor else 0.0])
            except ValueError:
                raise ExplorerError(
                    f"{self.label} takes layer.channel, but {excerpt(part)} came; type 30.17, say."
                ) from None
        return self.checked(entries)

    def describe(self) -> SwitchesDescription:
        """Return what the switches need."""
        return {
            "kind": "switches",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "most": MAX_SCALED,
            "high": self.high,
        }


@dataclass(frozen=True, kw_only=True)
class Unaddressed(Parameter):
    """What is somebody's own, or is found anew: no address has it, and None stands for nothing of the kind.

    Attributes:
        instead: What to do where an address claims to have it, after the sentence that says so.
    """

    default: None = None
    instead: ClassVar[str]

    def to_text(self, value: Any) -> str:
        """Write nothing."""
        return ""

    def from_text(self, text: str) -> None:
        """Read nothing."""
        if text:
            raise ExplorerError(f"{self.title} cannot come with an address{self.instead}")


@dataclass(frozen=True, kw_only=True)
class Places(Parameter):
    """Some of the places of a list, numbered from 0 and sorted, each once.

    Attributes:
        count: How many there are; one is always left.
    """

    count: int
    default: list[int] = field(default_factory=list)

    def checked(self, value: Any) -> list[int]:
        """Return the places.

        Example:
            >>> Places(name="dropped", title="Dropped", count=64).checked([5, 3, 5])
            [3, 5]
        """
        if not isinstance(value, list | tuple) or len(value) > self.count:
            raise ExplorerError(
                f"{self.label} takes a list of at most {self.count} places, but {excerpt(value)} came; take "
                "fewer."
            )
        numbers = sorted({finite(each, self.label) for each in value})
        if any(number != int(number) or not 0 <= number < self.count for number in numbers):
            raise ExplorerError(
                f"{self.label} takes whole numbers from 0 to {self.count - 1}, but {excerpt(value)} came; "
                "take some of these."
            )
        if len(numbers) == self.count:
            raise ExplorerError(f"{self.label} takes all but one place, but all came; leave one.")
        return [int(number) for number in numbers]

    def to_text(self, value: list[int]) -> str:
        """Write the places for the address: `3.5`."""
        return ".".join(map(str, value))

    def from_text(self, text: str) -> list[int]:
        """Read the places from the address.

        Example:
            >>> Places(name="dropped", title="Dropped", count=64).from_text("3.5")
            [3, 5]
        """
        try:
            places = [int(part) for part in filter(None, text.split("."))]
        except ValueError:
            raise ExplorerError(
                f"{self.label} takes places such as 3.5, but {excerpt(text)} came; type some."
            ) from None
        return self.checked(places)

    def said(self, value: list[int]) -> str:
        """Say how many."""
        return str(len(value))

    def describe(self) -> PlacesDescription:
        """Return what choosing some of them needs."""
        return {
            "kind": "places",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "count": self.count,
        }


def checked(parameters: Iterable[Parameter], given: Any) -> Values:
    """Return a value for every parameter: what was given, checked, and the defaults of the others.

    Raises:
        ExplorerError: For an unknown name or a value that its parameter cannot take.

    Example:
        >>> checked([WholeNumber(name="strides", title="Stride", low=1, high=8, default=1)], {"strides": 2})
        {'strides': 2}
    """
    if not isinstance(given, Mapping):
        raise ExplorerError(f"Settings are names with values, but {excerpt(given)} came; give them so.")
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            raise ExplorerError(
                f"There is no setting called {excerpt(name)} here; leave it out, or choose one of "
                f"{', '.join(known) or 'none'}."
            )
    return {
        name: parameter.checked(given[name]) if name in given else parameter.default
        for name, parameter in known.items()
    }


def to_query(parameters: Iterable[Parameter], values: Values, prefix: str = "") -> dict[str, str]:
    """Write what differs from the defaults for the address."""
    return {
        prefix + parameter.name: parameter.to_text(values[parameter.name])
        for parameter in parameters
        if values[parameter.name] != parameter.default
    }


def differing(parameters: Iterable[Parameter], values: Values) -> list[Parameter]:
    """Return those with another value than their default, as far as what is chosen has them.

    Example:
        >>> kind = Choice(name="kind", title="Kind", options={"box": "Box", "line": "Line"}, default="box")
        >>> angle = WholeNumber(
        ...     name="angle", title="Angle", low=0, high=90, default=0, owner=("kind", ("line",))
        ... )
        >>> [each.name for each in differing([kind, angle], {"kind": "box", "angle": 45})]
        []
        >>> [each.name for each in differing([kind, angle], {"kind": "line", "angle": 45})]
        ['kind', 'angle']
    """
    return [
        parameter
        for parameter in parameters
        if values[parameter.name] != parameter.default
        and (parameter.owner is None or values[parameter.owner[0]] in parameter.owner[1])
    ]


def from_query(
    parameters: Iterable[Parameter], query: Mapping[str, str], prefix: str = ""
) -> tuple[Values, list[str]]:
    """Read values from the address: what cannot be read has its default, and a sentence that says so."""
    values, complaints = {}, []
    for parameter in parameters:
        values[parameter.name] = parameter.default
        if prefix + parameter.name in query:
            try:
                values[parameter.name] = parameter.from_text(query[prefix + parameter.name])
            except ExplorerError as error:
                complaints.append(str(error))
    return values, complaints


def query_string(query: Mapping[str, str]) -> str:
    """Write an address's query; commas and the like stay readable, as a browser keeps them.

    >>> query_string({"kernel": "gaussian~5x5~sigma=1.5"})
    'kernel=gaussian~5x5~sigma=1.5'
    """
    return urlencode(query, safe=",~_=")
