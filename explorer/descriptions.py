"""What a form needs to draw the control of a parameter: the types of what `Parameter.describe` gives.

Those of the parameters that only one topic has stand beside them.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

OptionValue = str | float | bool | None
"""What a choice can be among."""

# JSON knows no tuples, and a value has to come back from it as it was: lists, whose places are named here.
Ends = Annotated[list[float], tuple[float, float]]
SizeValue = Annotated[list[int], tuple[int, int]]
CellValue = Annotated[list[int], tuple[int, int, int, int]]
ChannelScale = Annotated[list[float], tuple[int, int, float]]


class Titled(TypedDict):
    """What a control is called, and what it does."""

    name: str
    title: str
    help: str


class Owned(TypedDict):
    """Where only some options of a choice have a control: the name of that choice, and those options."""

    menu: NotRequired[str]
    owners: NotRequired[list[str]]


class ParameterDescription(Titled, Owned):
    """What a form needs to draw any control."""


class Stops(TypedDict):
    """Where a slider goes from one number to the next: those numbers."""

    stops: NotRequired[list[float]]


class NumberDescription(ParameterDescription, Stops):
    """A slider from one number to another, one from stop to stop, or a field for a number."""

    kind: Literal["number", "stops", "field"]
    default: float
    low: float
    high: float
    step: float
    unit: str


class OptionDescription(TypedDict):
    """An option of a choice: a value need not be a word."""

    value: OptionValue
    title: str
    detail: str


class ChoiceDescription(ParameterDescription):
    """A strip of options, or a menu of many."""

    kind: Literal["choice", "menu"]
    default: OptionValue
    options: list[OptionDescription]


class PlaceDescription(ParameterDescription):
    """A place in a list, or none."""

    kind: Literal["place"]
    default: int | None


class LimitsDescription(ParameterDescription):
    """The two ends of a scale, or none while nothing holds them."""

    kind: Literal["limits"]
    default: None


class SizeDescription(ParameterDescription):
    """A picker of rows and columns."""

    kind: Literal["size"]
    default: SizeValue
    largest: int


class VectorDescription(ParameterDescription):
    """A slider for each of a few numbers."""

    kind: Literal["vector"]
    default: list[float]
    low: float
    high: float
    step: float
    fewest: int
    most: int


class MatrixDescription(ParameterDescription):
    """Numbers in rows of one length."""

    kind: Literal["matrix"]
    default: list[list[float]]


class CellDescription(ParameterDescription):
    """A cell of a step, or none."""

    kind: Literal["cell"]
    default: None


class PlacesDescription(ParameterDescription):
    """Some places of a list."""

    kind: Literal["places"]
    default: list[int]
    count: int


class SwitchesDescription(ParameterDescription):
    """Channels that are switched off or scaled."""

    kind: Literal["switches"]
    default: list[ChannelScale]
    most: int
    high: float
