"""The kinds of blocks, with all that can be set: the one table from which menus and addresses are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any, Literal, TypedDict, final

import numpy as np

from explorer.convolution import kernels
from explorer.convolution.kernels import KERNELS, MAX_WEIGHT
from explorer.descriptions import ChoiceDescription, NumberDescription, ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Parameter, WholeNumber, plain
from explorer.pipeline.answers import MAX_UNITS, DenseBlock, FlattenBlock, SoftmaxBlock
from explorer.pipeline.banks import Bank, Entry, Learned, Named, Own, Random
from explorer.pipeline.blocks import (
    MAX_KERNEL,
    MAX_MAPS,
    MAX_SCALE,
    MAX_SEED,
    OFFERED,
    ActivationBlock,
    Block,
    ConvolutionBlock,
    NormalisationBlock,
    PoolingBlock,
    Scales,
    UpsamplingBlock,
)
from explorer.words import signed


@final
class NamedKernel(TypedDict):
    """A kernel by its name, with its size and arguments."""

    name: str
    rows: int
    columns: int
    arguments: dict[str, float]


@final
class OwnKernel(TypedDict):
    """A kernel of one's own."""

    name: Literal["custom"]
    weights: list[list[float]]


class RandomBank(TypedDict):
    """Kernels that are drawn by chance."""

    filters: int
    kernel_size: int
    seed: int


BankValue = list[NamedKernel | OwnKernel] | RandomBank
"""The kernels of a convolution."""


class ConvolutionValue(TypedDict):
    """A convolution, with what it is made with."""

    kind: Literal["convolution"]
    bank: BankValue
    strides: int
    padding: int | str
    dilation_rate: int
    bias: float | list[float]
    scales: dict[str, float]


class ActivationValue(TypedDict):
    """An activation, by its name."""

    kind: Literal["activation"]
    activation: str
    scales: dict[str, float]


class PoolingValue(TypedDict):
    """A pooling, with what it is made with."""

    kind: Literal["pooling"]
    pooling: str
    pool_size: int
    strides: int
    padding: str
    scales: dict[str, float]


class NormalisationValue(TypedDict):
    """A normalisation of each map, or of all maps."""

    kind: Literal["normalisation"]
    over: str
    scales: dict[str, float]


class UpsamplingValue(TypedDict):
    """An upsampling, with what it is made with."""

    kind: Literal["upsampling"]
    size: int
    interpolation: str
    scales: dict[str, float]


class FlattenValue(TypedDict):
    """All numbers in one row."""

    kind: Literal["flatten"]


class DenseValue(TypedDict):
    """A dense layer whose weights are drawn by chance."""

    kind: Literal["dense"]
    units: int
    seed: int


class SoftmaxValue(TypedDict):
    """Probabilities."""

    kind: Literal["softmax"]


BlockValue = (
    ConvolutionValue
    | ActivationValue
    | PoolingValue
    | NormalisationValue
    | UpsamplingValue
    | FlattenValue
    | DenseValue
    | SoftmaxValue
)
"""A block of a pipeline, with every argument."""


class BankDescription(ParameterDescription):
    """An editor of the kernels of a convolution; `random` has the sliders of a bank drawn by chance."""

    kind: Literal["bank"]
    default: BankValue
    most: int
    largest: int
    weight: float
    random: list[NumberDescription]


class BiasDescription(ParameterDescription):
    """One number for all maps, or one for each."""

    kind: Literal["bias"]
    default: float
    low: float
    high: float
    step: float


class ScalesDescription(ParameterDescription):
    """Maps that are switched off or scaled."""

    kind: Literal["scales"]
    default: dict[str, float]
    low: float
    high: float
    step: float


class BlockDescription(TypedDict):
    """A kind of block in a menu, with the controls of its arguments."""

    kind: str
    title: str
    why: str
    arguments: list[
        BankDescription | BiasDescription | ScalesDescription | NumberDescription | ChoiceDescription
    ]


_TOO_MANY = "Learned weights are too many for a message or an address; save them as a file."


@dataclass(frozen=True, kw_only=True)
class BankParameter(Parameter):
    """The kernels of a convolution: entries one by one, or a random bank.

    In JSON `[{"name", "rows", "columns", "arguments"}, {"weights": [[...]]}, ...]`, where what follows from
    the kernel may be left out, or `{"filters", "kernel_size", "seed"}`. In the address
    `gaussian=5x5_1.5,sobel_x,own=2x2_1_0_0_-1`, or `8x3_0` for 8 random kernels 3 x 3 of seed 0.
    """

    name: str = "bank"
    title: str = "Kernels"
    default: Bank = (Named("sobel_x", (3, 3)),)

    def checked(self, value: Any) -> Bank:
        """Read a list of entries, or a random bank."""
        if isinstance(value, dict):
            return Random(**read_values(RANDOM, value, "A random bank"))
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_MAPS:
            raise ExplorerError(
                f"{self.title} are a list of 1 to {MAX_MAPS} kernels, or a random bank; it is {short(value)}."
            )
        return tuple(self._entry(entry) for entry in value)

    def _entry(self, value: Any) -> Entry:
        if not isinstance(value, dict):
            raise ExplorerError(f"A kernel is a name or a table of weights; it is {short(value)}.")
        refuse_unknown(value, ("name", "rows", "columns", "arguments", "weights"), "A kernel")
        name = value.get("name", "custom")
        if name == "custom":
            return Own(_rows(value.get("weights")))
        kernel = KERNELS.get(name) if isinstance(name, str) else None
        if kernel is None:
            raise ExplorerError(
                f"The kernel {short(name)} does not exist; choose one from the menu: "
                f"{', '.join(record.title for record in KERNELS.values())}."
            )
        sides = zip((ROWS, COLUMNS), kernel.size, strict=True)
        rows, columns = (int(side.checked(value.get(side.name, own))) for side, own in sides)
        given = value.get("arguments", {})
        if not isinstance(given, dict):
            raise ExplorerError(
                f"{kernel.title}: the arguments are names with numbers; they are {short(given)}."
            )
        refuse_unknown(given, [argument.name for argument in kernel.arguments], kernel.title)
        arguments = tuple(
            (argument.name, argument.checked(given.get(argument.name, argument.default)))
            for argument in kernel.arguments
        )
        entry = Named(kernel.name, (rows, columns), arguments)
        entry.weights()  # some sizes and arguments do not go together, which it says
        return entry

    def to_json(self, value: Bank) -> BankValue:
        """Return the entries in full, or the random bank."""
        if isinstance(value, Learned):
            raise ExplorerError(_TOO_MANY)
        if isinstance(value, Random):
            return {"filters": value.filters, "kernel_size": value.kernel_size, "seed": value.seed}
        return [
            {"name": "custom", "weights": [list(row) for row in entry.rows]}
            if isinstance(entry, Own)
            else {
                "name": entry.name,
                "rows": entry.size[0],
                "columns": entry.size[1],
                "arguments": dict(entry.arguments),
            }
            for entry in value
        ]

    def to_text(self, value: Bank) -> str:
        """Write the entries with commas between, or the random bank."""
        if isinstance(value, Learned):
            raise ExplorerError(_TOO_MANY)
        if isinstance(value, Random):
            return f"{value.filters}x{value.kernel_size}_{value.seed}"
        return ",".join(self._entry_text(entry) for entry in value)

    def _entry_text(self, entry: Entry) -> str:
        size = f"{entry.size[0]}x{entry.size[1]}"
        if isinstance(entry, Own):
            return "_".join([f"own={size}", *(plain(weight) for row in entry.rows for weight in row)])
        usual = self._entry({"name": entry.name})
        if entry == usual:
            return entry.name
        return "_".join([f"{entry.name}={size}", *(plain(number) for _, number in entry.arguments)])

    def from_text(self, text: str) -> Bank:
        """Read the entries, or the random bank."""
        counts = re.fullmatch(r"(\d{1,9})x(\d{1,9})_(\d{1,9})", text, re.ASCII)
        if counts:
            numbers = (int(number) for number in counts.groups())
            return self.checked(dict(zip((argument.name for argument in RANDOM), numbers, strict=True)))
        return self.checked([self._entry_from_text(part) for part in text.split(",")])

    def _entry_from_text(self, text: str) -> dict[str, Any]:
        name, has_more, more = text.partition("=")
        if not has_more:
            return {"name": name}
        size, *texts = more.split("_")
        sides = re.fullmatch(r"(\d{1,9})x(\d{1,9})", size, re.ASCII)
        if not sides:
            raise ExplorerError(f"The link asks for the kernel {short(more)}; begin it with rows x columns.")
        rows, columns = int(sides[1]), int(sides[2])
        numbers = [_read(number, "A kernel") for number in texts]
        if name == "own":
            if len(numbers) != rows * columns or not 1 <= columns <= MAX_KERNEL:
                raise ExplorerError(
                    f"The link has {len(numbers)} weights for a kernel of {rows} × {columns}; give one for "
                    "each cell."
                )
            return {
                "weights": [numbers[start : start + columns] for start in range(0, len(numbers), columns)]
            }
        known = [argument.name for argument in KERNELS[name].arguments] if name in KERNELS else []
        if name in KERNELS and len(known) != len(numbers):
            raise ExplorerError(
                f"The link has {len(numbers)} numbers for {KERNELS[name].title}; it takes {len(known)}: "
                f"{', '.join(known) or 'none'}."
            )
        arguments = dict(zip(known, numbers, strict=False))
        return {"name": name, "rows": rows, "columns": columns, "arguments": arguments}

    def describe(self) -> BankDescription:
        """Return what the editor of a bank needs, besides the menu of kernels."""
        return {
            "kind": "bank",
            **self._titled(),
            "default": self.to_json(self.default),
            **self._owned(),
            "most": MAX_MAPS,
            "largest": MAX_KERNEL,
            "weight": MAX_WEIGHT,
            "random": [argument.describe() for argument in RANDOM],
        }


@dataclass(frozen=True, kw_only=True)
class BiasParameter(Parameter):
    """One number for all maps, or a list with one for each."""

    name: str = "bias"
    title: str = "Bias"
    default: float = 0.0

    def checked(self, value: Any) -> float | tuple[float, ...]:
        """Read a number or a list of them."""
        if not isinstance(value, list):
            return _bounded(value, self.title, -MAX_WEIGHT, MAX_WEIGHT)
        if not 1 <= len(value) <= MAX_MAPS:
            raise ExplorerError(f"{self.title} is a number or 1 to {MAX_MAPS} of them; it is {short(value)}.")
        return tuple(_bounded(number, self.title, -MAX_WEIGHT, MAX_WEIGHT) for number in value)

    def to_json(self, value: float | tuple[float, ...]) -> float | list[float]:
        """Return the number, or the list."""
        return list(value) if isinstance(value, tuple) else value

    def to_text(self, value: float | tuple[float, ...]) -> str:
        """Write the number, or each with a comma after it."""
        return "".join(f"{plain(number)}," for number in value) if isinstance(value, tuple) else plain(value)

    def from_text(self, text: str) -> float | tuple[float, ...]:
        """Read the number, or the list, which has a comma after each."""
        if not text.endswith(","):
            return self.checked(_read(text, self.title))
        return self.checked([_read(number, self.title) for number in text[:-1].split(",")])

    def describe(self) -> BiasDescription:
        """Return what a slider needs."""
        return {
            "kind": "bias",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "low": -MAX_WEIGHT,
            "high": MAX_WEIGHT,
            "step": 0.01,
        }


@dataclass(frozen=True, kw_only=True)
class ScalesParameter(Parameter):
    """Factors of maps by their numbers; a factor of 1 is left out."""

    name: str = "scales"
    title: str = "Maps"
    default: Scales = ()

    def checked(self, value: Any) -> Scales:
        """Read numbers of maps, as texts, with factors."""
        if not isinstance(value, dict):
            raise ExplorerError(f"{self.title} are numbers of maps with factors; they are {short(value)}.")
        numbers = {str(number): number for number in range(MAX_MAPS)}
        refuse_unknown(value, list(numbers), "A step")
        factors = {
            numbers[key]: _bounded(factor, f"The factor of map {key}", 0.0, MAX_SCALE)
            for key, factor in value.items()
        }
        return tuple((number, factor) for number, factor in sorted(factors.items()) if factor != 1)

    def to_json(self, value: Scales) -> dict[str, float]:
        """Return the factors by number."""
        return {str(number): factor for number, factor in value}

    def to_text(self, value: Scales) -> str:
        """Write number and factor of each."""
        return ",".join(f"{number}_{plain(factor)}" for number, factor in value)

    def from_text(self, text: str) -> Scales:
        """Read number and factor of each."""
        pairs = (part.partition("_") for part in text.split(",") if text)
        return self.checked({number: _read(factor, self.title) for number, _, factor in pairs})

    def describe(self) -> ScalesDescription:
        """Return what the sliders of the maps need."""
        return {
            "kind": "scales",
            **self._titled(),
            "default": self.to_json(self.default),
            **self._owned(),
            "low": 0.0,
            "high": MAX_SCALE,
            "step": 0.05,
        }


@dataclass(frozen=True)
class BlockKind:
    """A kind of block.

    Attributes:
        kind: Key in `BLOCKS`.
        title: The field's name for it.
        why: One sentence: what it is for.
        arguments: What it is made with, `scales` included where its maps can be switched off.
        make: The class.
    """

    kind: str
    title: str
    why: str
    arguments: tuple[BankParameter | BiasParameter | ScalesParameter | WholeNumber | Choice, ...]
    make: Callable[..., Block]

    def describe(self) -> BlockDescription:
        """What a menu needs, in JSON."""
        return {
            "kind": self.kind,
            "title": self.title,
            "why": self.why,
            "arguments": [argument.describe() for argument in self.arguments],
        }


ROWS = WholeNumber(
    name="rows",
    title="Rows",
    low=1,
    high=MAX_KERNEL,
    step=1,
    default=3,
)
COLUMNS = WholeNumber(
    name="columns",
    title="Columns",
    low=1,
    high=MAX_KERNEL,
    step=1,
    default=3,
)

SEED = WholeNumber(
    name="seed",
    title="Seed",
    low=0,
    high=MAX_SEED,
    step=1,
    default=0,
)

RANDOM = (
    WholeNumber(
        name="filters",
        title="Kernels",
        low=1,
        high=MAX_MAPS,
        step=1,
        default=8,
    ),
    WholeNumber(
        name="kernel_size",
        title="Kernel size",
        low=1,
        high=MAX_KERNEL,
        step=1,
        default=3,
    ),
    SEED,
)
"""What a random bank is made with."""

SCALES = ScalesParameter()

BLOCKS: dict[str, BlockKind] = {
    record.kind: record
    for record in (
        BlockKind(
            kind="convolution",
            title="Convolution",
            why="Each kernel looks for one pattern, everywhere in all the incoming maps.",
            arguments=(
                BankParameter(),
                WholeNumber(
                    name="strides",
                    title="Stride",
                    low=1,
                    high=4,
                    step=1,
                    default=1,
                ),
                Choice(
                    name="padding",
                    title="Padding",
                    options={"valid": "valid", "same": "same"} | {cells: str(cells) for cells in range(7)},
                    default="same",
                ),
                WholeNumber(
                    name="dilation_rate",
                    title="Dilation",
                    low=1,
                    high=4,
                    step=1,
                    default=1,
                ),
                BiasParameter(),
                SCALES,
            ),
            make=ConvolutionBlock,
        ),
        BlockKind(
            kind="activation",
            title="Activation",
            why="Applies a nonlinear function to every number: without it, two convolutions equal one.",
            arguments=(
                Choice(
                    name="activation",
                    title="Function",
                    options=OFFERED,
                    default="relu",
                ),
                SCALES,
            ),
            make=ActivationBlock,
        ),
        BlockKind(
            kind="pooling",
            title="Pooling",
            why=("Replaces each window by one number: maps get smaller, and exact positions matter less."),
            arguments=(
                Choice(
                    name="pooling",
                    title="Kind",
                    options={
                        "max": "Max",
                        "average": "Average",
                        "global_max": "Max of the whole map",
                        "global_average": "Average of the whole map",
                    },
                    default="max",
                ),
                WholeNumber(
                    name="pool_size",
                    title="Window",
                    low=1,
                    high=8,
                    step=1,
                    default=2,
                ),
                WholeNumber(
                    name="strides",
                    title="Stride",
                    low=1,
                    high=8,
                    step=1,
                    default=2,
                ),
                Choice(
                    name="padding",
                    title="Padding",
                    options={"valid": "valid", "same": "same"},
                    default="valid",
                ),
                SCALES,
            ),
            make=PoolingBlock,
        ),
        BlockKind(
            kind="normalisation",
            title="Normalisation",
            why=("Brings the numbers to mean 0 and variance 1 (unless they are all nearly the same)."),
            arguments=(
                Choice(
                    name="over",
                    title="Mean and variance of",
                    options={"map": "each map", "maps": "all maps"},
                    default="map",
                ),
                SCALES,
            ),
            make=NormalisationBlock,
        ),
        BlockKind(
            kind="upsampling",
            title="Upsampling",
            why="Makes the maps larger again, but does not bring back what pooling dropped.",
            arguments=(
                WholeNumber(
                    name="size",
                    title="Factor",
                    low=2,
                    high=4,
                    step=1,
                    default=2,
                ),
                Choice(
                    name="interpolation",
                    title="Interpolation",
                    options={"nearest": "nearest", "bilinear": "bilinear"},
                    default="nearest",
                ),
                SCALES,
            ),
            make=UpsamplingBlock,
        ),
        BlockKind(
            kind="flatten",
            title="Flatten",
            why="Lays all numbers of all maps out in one row, for a dense layer to read.",
            arguments=(),
            make=FlattenBlock,
        ),
        BlockKind(
            kind="dense",
            title="Dense",
            why="Each unit weighs all numbers that come in: with one unit for each class, it scores them.",
            arguments=(
                WholeNumber(
                    name="units",
                    title="Units",
                    low=1,
                    high=MAX_UNITS,
                    step=1,
                    default=10,
                ),
                SEED,
            ),
            make=DenseBlock,
        ),
        BlockKind(
            kind="softmax",
            title="Softmax",
            why="Turns scores into probabilities, which add up to 1.",
            arguments=(),
            make=SoftmaxBlock,
        ),
    )
}
"""The kinds of block, in the order of the menu."""


def menu() -> list[BlockDescription]:
    """Describe `BLOCKS` for a menu, in plain numbers, texts, lists and dicts.

    Example:
        >>> [kind["kind"] for kind in menu()]
        ['convolution', 'activation', 'pooling', 'normalisation', 'upsampling', 'flatten', 'dense', 'softmax']
    """
    return [kind.describe() for kind in BLOCKS.values()]


def read_values(arguments: Sequence[Parameter], given: Mapping[Any, Any], title: str) -> dict[str, Any]:
    """Read every argument that is given, and take the default of every other."""
    refuse_unknown(given, [argument.name for argument in arguments], title)
    return {
        argument.name: argument.checked(given[argument.name]) if argument.name in given else argument.default
        for argument in arguments
    }


def refuse_unknown(given: Mapping[Any, Any], known: Sequence[str], title: str) -> None:
    """Refuse what has no meaning here, and say what has."""
    for name in given:
        if name not in known:
            raise ExplorerError(
                f"{title} takes no {short(name)}; it takes {', '.join(known) or 'no argument'}."
            )


def _rows(value: Any) -> tuple[tuple[float, ...], ...]:
    """Read a table of weights."""
    weights = kernels.read_weights(value, MAX_KERNEL) + np.float32(0)  # which takes the sign off -0
    return tuple(tuple(row) for row in kernels.to_rows(weights))


def _bounded(value: Any, title: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        came = short(value) if isinstance(value, str) else short(value).replace("-", "−")
        raise ExplorerError(f"{title} must be a number from {signed(low)} to {signed(high)}; it is {came}.")
    return float(value) + 0  # which takes the sign off -0


def _read(text: str, title: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ExplorerError(f"{title}: the link has {short(text)} where a number belongs.") from None
