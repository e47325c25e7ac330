"""How many cells an output has along an axis: the sum in words, and what forgetting a part of it gives."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.figures import format_number


@dataclass(frozen=True, kw_only=True)
class SlidingAxis:
    """The way of a window along an axis.

    Attributes:
        size: Cells of what comes in.
        before: Cells of padding before them.
        after: Cells of padding after them.
        taps: Cells that the window reads.
        dilation: Cells from one of those to the next.
        stride: Cells from one window to the next.
        outputs: Cells of what goes out, as the library counts them.
    """

    size: int
    before: int
    after: int
    taps: int
    dilation: int
    stride: int
    outputs: int

    @property
    def reach(self) -> int:
        """Cells from the first to the last that the window reads, both included."""
        return self.dilation * (self.taps - 1) + 1

    def worked(self) -> str:
        """Work the size out, in words and numbers.

        Example:
            >>> SlidingAxis(size=6, before=0, after=0, taps=3, dilation=1, stride=2, outputs=2).worked()
            '(6 + 0 + 0 − 3) ÷ 2 = 1.5, rounded down to 1, plus 1 for the first window: 2.'
        """
        dilated = (
            f"The window covers {self.dilation} · ({self.taps} − 1) + 1 = {self.reach} cells. "
            if self.dilation > 1
            else ""
        )
        steps = (self.size + self.before + self.after - self.reach) / self.stride
        fraction = f"({self.size} + {self.before} + {self.after} − {self.reach}) ÷ {self.stride}"
        rounded = "" if steps.is_integer() else f", rounded down to {math.floor(steps)}"
        return (
            f"{dilated}{fraction} = {format_number(steps)}{rounded}, plus 1 for the first window: "
            f"{self.outputs}."
        )

    def mistakes(self) -> list[tuple[float, str]]:
        """Return what comes out when something is forgotten, and what to say then, the most usual first."""
        room = self.size + self.before + self.after - self.reach
        found = [
            (
                math.ceil(room / self.stride) + 1,
                "You rounded up. A window that does not fit whole is left out: round down.",
            ),
            (room // self.stride, "You forgot the 1 at the end: the first window counts too."),
        ]
        if self.before + self.after:
            found.append(
                (
                    (self.size - self.reach) // self.stride + 1,
                    f"You forgot the padding: {self.before} before and {self.after} after the "
                    f"{self.size} cells.",
                )
            )
            found.append(
                (
                    (self.size + self.before - self.reach) // self.stride + 1,
                    "You counted the padding on one side only; it is there on both.",
                )
            )
        if self.stride > 1:
            found.append((room + 1, f"You forgot the stride, {self.stride} cells from window to window."))
        if self.dilation > 1:
            found.append(
                (
                    (self.size + self.before + self.after - self.taps) // self.stride + 1,
                    f"You forgot the dilation: {self.taps} weights {self.dilation} cells apart cover "
                    f"{self.reach} cells.",
                )
            )
        found.append(
            (
                (self.size + self.before + self.after) // self.stride,
                "You forgot the window: it cannot start in the last cells, where it would stick out.",
            )
        )
        found.append((self.size, "That is the size of what comes in."))
        return [(float(size), said) for size, said in found]
