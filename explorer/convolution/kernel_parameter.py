"""A kernel: a named one with its arguments, or weights of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from explorer.convolution import kernels
from explorer.descriptions import NumberDescription, ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Parameter, Values, excerpt, finite

CUSTOM = "custom"

ACTIONS = {
    "normalise": kernels.normalise,
    "zero_mean": kernels.zero_mean,
    "flip": kernels.flip,
    "transpose": kernels.transpose,
    "rotate45": kernels.rotate45,
}


class KernelValue(TypedDict):
    """A kernel: its name or "custom", its size, and what it is made of."""

    name: str
    rows: int
    columns: int
    arguments: dict[str, float]
    weights: list[list[float]]


class KernelPreset(TypedDict):
    """A named kernel in a menu, with its arguments."""

    name: str
    title: str
    group: str
    why: str
    turned: str
    source: str
    rows: int
    columns: int
    fixed: bool
    square: bool
    picture: bool
    arguments: list[NumberDescription]


class KernelDescription(ParameterDescription):
    """An editor of weights, and a menu of named kernels."""

    kind: Literal["kernel"]
    default: KernelValue
    largest: int
    presets: list[KernelPreset]


@dataclass(frozen=True, kw_only=True)
class KernelParameter(Parameter):
    """A kernel: a named one with its arguments, or weights of one's own.

    The value is `{"name", "rows", "columns", "arguments", "weights"}`; weights are always there, and
    decide where the name is "custom". What comes over the wire may leave out what follows from the
    rest, and may ask for an `action` on the weights that it brings.
    """

    preset: str

    @property
    def default(self) -> KernelValue:
        """The preset kernel at its own size."""
        return self.checked({"name": self.preset})

    def checked(self, value: Any) -> KernelValue:
        """Return the whole kernel, weights included."""
        if not isinstance(value, dict):
            raise ExplorerError(f"{self.title} takes a name or weights, not {excerpt(value)}.")
        if "action" in value:
            return self._changed(value)
        name = value.get("name", CUSTOM)
        if name == CUSTOM:
            return self._own(kernels.read_weights(value.get("weights")))
        kernel = kernels.KERNELS.get(name) if isinstance(name, str) else None
        if kernel is None:
            raise ExplorerError(
                f"The kernel {excerpt(name)} does not exist; choose one from the menu: "
                f"{', '.join(record.title for record in kernels.KERNELS.values())}."
            )
        arguments = self._arguments(kernel, value.get("arguments", {}))
        size = self._size(value, kernel.weights.shape)
        weights = kernel.make(size, **arguments)
        return self._named(name, arguments, weights)

    def _changed(self, value: Values) -> KernelValue:
        """Apply an action to the weights that came with it."""
        weights = kernels.read_weights(value.get("weights"))
        action = value["action"]
        if action == "resize":
            size = self._size(value, weights.shape)
            return self._own(kernels.resize(weights, size))
        if not isinstance(action, str) or action not in ACTIONS:
            raise ExplorerError(f"A kernel has no action {excerpt(action)}; choose {', '.join(ACTIONS)}.")
        return self._own(ACTIONS[action](weights))

    def _size(self, value: Values, default: tuple[int, ...]) -> tuple[int, int]:
        sides = []
        for side, fallback in zip(("rows", "columns"), default, strict=True):
            number = finite(value.get(side, fallback), f"The kernel's {side}")
            if number != int(number) or not 1 <= number <= kernels.MAX_KERNEL_SIDE:
                raise ExplorerError(
                    f"A kernel has 1 to {kernels.MAX_KERNEL_SIDE} {side}, a whole number, not {number:g}."
                )
            sides.append(int(number))
        return sides[0], sides[1]

    def _arguments(self, kernel: kernels.Kernel, given: Any) -> dict[str, float]:
        if not isinstance(given, dict):
            raise ExplorerError(f"A kernel's arguments are names with numbers, not {excerpt(given)}.")
        unknown = set(given) - {argument.name for argument in kernel.arguments}
        if unknown:
            raise ExplorerError(f"{kernel.title} has no argument {excerpt(min(unknown))}; leave it out.")
        return {
            argument.name: argument.checked(given.get(argument.name, argument.default))
            for argument in kernel.arguments
        }

    def _own(self, weights: kernels.Weights) -> KernelValue:
        return self._named(CUSTOM, {}, weights)

    def _named(self, name: str, arguments: dict[str, float], weights: kernels.Weights) -> KernelValue:
        rows, columns = weights.shape
        return {
            "name": name,
            "rows": rows,
            "columns": columns,
            "arguments": arguments,
            "weights": kernels.to_rows(weights),
        }

    def to_text(self, value: KernelValue) -> str:
        """Write the kernel for the address: `gaussian~5x5~sigma=1.5`, or the weights row by row."""
        if value["name"] == CUSTOM:
            return "_".join(",".join(f"{weight:.9g}" for weight in row) for row in value["weights"])
        arguments = [f"{key}={number!r}" for key, number in value["arguments"].items()]
        return "~".join([value["name"], f"{value['rows']}x{value['columns']}", *arguments])

    def from_text(self, text: str) -> KernelValue:
        """Read the kernel from the address."""
        name, *rest = text.split("~")
        try:
            if name in kernels.KERNELS:
                rows, columns = (int(side) for side in rest[0].split("x"))
                pairs = (item.split("=") for item in rest[1:])
                arguments = {key: float(number) for key, number in pairs}
                return self.checked({"name": name, "rows": rows, "columns": columns, "arguments": arguments})
            weights = [[float(weight) for weight in row.split(",")] for row in text.split("_")]
        except ExplorerError:
            raise
        except (ValueError, IndexError):
            raise ExplorerError(
                f"The link asks for the kernel {excerpt(text)}, which does not exist; choose one from the "
                "menu."
            ) from None
        return self.checked({"weights": weights})

    def describe(self) -> KernelDescription:
        """Return what the editor needs: the menu of named kernels with their arguments."""
        return {
            "kind": "kernel",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "largest": kernels.MAX_KERNEL_SIDE,
            "presets": [
                {
                    "name": kernel.name,
                    "title": kernel.title,
                    "group": kernel.group,
                    "why": kernel.why,
                    "turned": kernel.turned or kernel.why,
                    "source": kernel.source,
                    "rows": kernel.weights.shape[0],
                    "columns": kernel.weights.shape[1],
                    "fixed": kernel.fixed,
                    "square": kernel.sizes.square,
                    "picture": kernel.keeps_brightness,
                    "arguments": [argument.describe() for argument in kernel.arguments],
                }
                for kernel in kernels.KERNELS.values()
            ],
        }
