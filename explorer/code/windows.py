"""A window on a picture of a known shape, as programs need it: pads, places and slices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from explorer.code.preparation import Sides
from explorer.code.snippet import call_lines
from explorer.convolution.experiments import SlidingWindow


@dataclass(frozen=True)
class WindowCase:
    """A window on a picture of a known shape, and what follows from the two; rows before columns."""

    channels: int
    taps: Sides
    steps: Sides
    dilation: int
    reach: Sides  # the gaps of the dilation included
    sizes: Sides
    pads: tuple[Sides, Sides]
    outputs: Sides

    @property
    def is_padded(self) -> bool:
        """Whether any side is padded."""
        return any_cells(self.pads)

    @classmethod
    def of(cls, experiment: SlidingWindow, shape: tuple[int, int, int], **more: Any) -> Self:
        """Lay the window of an experiment on a picture; `more` is what else there is to say of the case."""
        height, width, channels = shape
        down, across, _ = experiment.output_shape(shape)
        return cls(
            channels=channels,
            taps=experiment.window,
            steps=experiment.steps,
            dilation=experiment.dilation_rate,
            reach=experiment.reach,
            sizes=(height, width),
            pads=experiment.pads(shape),
            outputs=(down, across),
            **more,
        )


@dataclass(frozen=True)
class ConvolutionCase(WindowCase):
    """A convolution on a picture."""

    flip: bool
    mode: str
    zeros_as_tensorflow: bool  # "same" with a border of zeros, which TensorFlow and Keras know by this name

    @property
    def stride(self) -> int:
        """The step along both axes, for those that know one only."""
        return self.steps[0]

    @property
    def turns_once(self) -> bool:
        """Whether the padding is shorter than the picture, as most libraries ask in order to mirror it."""
        return all(max(pads) < size for pads, size in zip(self.pads, self.sizes, strict=True))


@dataclass(frozen=True)
class PoolingCase(WindowCase):
    """A pooling on a picture; `pads` are all the cells that windows reach, `own` leaves out ceil mode's."""

    kind: str
    own: tuple[Sides, Sides]
    count_padding: bool
    named_same: bool  # "same", which TensorFlow and Keras know by this name

    @property
    def beyond(self) -> tuple[Sides, Sides]:
        """What ceil mode adds behind the padding, which never counts."""
        (_, bottom), (_, right) = self.pads
        return (0, bottom - self.own[0][1]), (0, right - self.own[1][1])

    @property
    def leaves_out(self) -> bool:
        """Whether an average is of fewer cells where the window reaches out of the picture."""
        return self.kind == "average" and any_cells(self.beyond if self.count_padding else self.pads)

    @property
    def border(self) -> str:
        """What never wins and adds nothing, as an expression; the empty word for zeros."""
        return {"max": "-np.inf", "min": "np.inf"}.get(self.kind, "")

    @property
    def is_named(self) -> bool:
        """Whether "same" says all that there is to say of the padding."""
        counts_alike = self.kind in ("max", "min") or (self.kind == "average" and not self.count_padding)
        return self.named_same and self.is_padded and self.dilation == 1 and counts_alike


def any_cells(pads: tuple[Sides, Sides]) -> bool:
    """Whether there is any cell of padding."""
    return any(cells for axis in pads for cells in axis)


def spread_lines(case: ConvolutionCase) -> list[str]:
    """Write the dilation into the kernel, for functions that know none."""
    return [
        f"dilated = np.zeros({case.reach}, np.float32)  # zeros between the weights",
        f"dilated[::{case.dilation}, ::{case.dilation}] = kernel",
    ]


def pad_lines(
    case: ConvolutionCase, function: str = "np.pad", modes: Mapping[str, str] | None = None
) -> list[str]:
    """Write the padding with a library's own function, or with NumPy's where that alone knows how.

    `modes` has the library's words for the modes that it knows, the empty word for the one it takes unasked.
    """
    known = modes is not None and case.mode in modes and (case.mode == "constant" or case.turns_once)
    if modes is None or not known:
        function, modes = "np.pad", {case.mode: "" if case.mode == "constant" else case.mode}
    word = modes[case.mode]
    return pad_by("padded", function, "image", case.pads, f'mode="{word}"' if word else "")


def pad_by(target: str, function: str, source: str, pads: tuple[Sides, Sides], border: str = "") -> list[str]:
    """Write a padding of rows and columns; `border` is the argument that says with what, if not zeros."""
    vertical, horizontal = pads
    arguments = [source, f"({vertical}, {horizontal}, (0, 0))", *([border] if border else [])]
    return call_lines(target, function, arguments)


def slice_text(start: int, step: int, count: int, size: int) -> str:
    """Write the slice that takes `count` cells of an axis, every `step`-th from `start` on."""
    stop = start + (count - 1) * step + 1
    end = "" if len(range(start, size, step)) == count else str(stop - size)
    return f"{start or ''}:{end}" + (f":{step}" if step > 1 else "")


def weight_lines(case: ConvolutionCase) -> tuple[list[str], bool]:
    """Write the weights as TensorFlow and Keras want them, and say whether the dilation is among them."""
    lines, name, shape = [], "kernel", case.taps
    spread = case.stride > 1 and case.dilation > 1  # which they refuse, or get wrong, together
    if spread:
        lines, name, shape = spread_lines(case), "dilated", case.reach
    if case.channels == 1:
        lines.append(f"weights = {name}[:, :, np.newaxis, np.newaxis]  # {(*shape, 1, 1)}")
    else:
        lines.append("# One kernel for each channel, all alike: (rows, columns, channels, 1)")
        lines.append(f"weights = np.stack([{name}] * {case.channels}, axis=-1)[..., np.newaxis]")
    return lines, spread
