"""A stack of blocks, and a cell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer import pipeline
from pages.settings.kernel import KernelSetting
from pages.settings.records import SettingError, Values, finite

MAX_OWN_WEIGHTS = 2048  # in all banks of a pipeline, so that it fits into a message and into an address

_EDITOR = KernelSetting("kernel", "Kernel", preset="sobel_x")


@dataclass(frozen=True)
class BlocksSetting:
    """The blocks of a pipeline, as `explorer.pipeline.to_json` writes them.

    What comes over the wire may leave out what has its default, and may ask for an `action` on a kernel
    with weights of its own, as for `KernelSetting`.
    """

    name: str
    title: str
    preset: str

    @property
    def default(self) -> list[Values]:
        """The preset's blocks."""
        return pipeline.to_json(pipeline.PRESETS[self.preset].pipeline)

    def parse(self, value: Any) -> list[Values]:
        """Give every block with all that it is made with."""
        try:
            return self._checked(pipeline.from_json(self._acted(value)))
        except SettingError:
            raise
        except ValueError as error:
            raise SettingError(str(error)) from None

    def _acted(self, value: Any) -> Any:
        """Do what the editor of a kernel asks for."""
        if not isinstance(value, list):
            return value
        return [
            block | {"bank": [self._kernel(entry) for entry in block["bank"]]}
            if isinstance(block, dict) and isinstance(block.get("bank"), list)
            else block
            for block in value
        ]

    def _kernel(self, entry: Any) -> Any:
        return _EDITOR.parse(entry) if isinstance(entry, dict) and "action" in entry else entry

    def _checked(self, found: pipeline.Pipeline) -> list[Values]:
        value = pipeline.to_json(found)
        banks = (block["bank"] for block in value if isinstance(block.get("bank"), list))
        tables = (entry["weights"] for bank in banks for entry in bank if "weights" in entry)
        count = sum(len(row) for table in tables for row in table)
        if count > MAX_OWN_WEIGHTS:
            raise SettingError(
                f"The kernels of your own have {count} weights together, and {MAX_OWN_WEIGHTS} are the most; "
                "use smaller or fewer of them, or take some by name."
            )
        return value

    def to_text(self, value: list[Values]) -> str:
        """Write the blocks for the address."""
        return pipeline.to_text(pipeline.from_json(value))

    def from_text(self, text: str) -> list[Values]:
        """Read the blocks from the address."""
        try:
            return self._checked(pipeline.from_text(text))
        except SettingError:
            raise
        except ValueError as error:
            raise SettingError(str(error)) from None

    def describe(self) -> dict[str, Any]:
        """Say what the list of blocks needs: what there is to add, the presets, and the kernels by name."""
        return {
            "kind": "blocks",
            "name": self.name,
            "title": self.title,
            "default": self.default,
            "most": pipeline.MAX_BLOCKS,
            "menu": pipeline.menu(),
            "presets": [
                {
                    "name": preset.name,
                    "title": preset.title,
                    "why": preset.why,
                    "blocks": pipeline.to_json(preset.pipeline),
                }
                for preset in pipeline.PRESETS.values()
            ],
            "kernel": _EDITOR.describe() | {"largest": pipeline.MAX_KERNEL},
        }


@dataclass(frozen=True)
class CellSetting:
    """A cell of a step, `[step, map, row, column]`, or None; the step counts from 1, the others from 0.

    Whether there is such a cell depends on the picture and the blocks: that is the operation's to say.
    """

    name: str
    title: str
    default: None = None

    def parse(self, value: Any) -> list[int] | None:
        """Give the four whole numbers."""
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 4:
            raise SettingError(
                f"{self.title} takes step, map, row and column, but {str(value)[:40]!r} came; give all four."
            )
        cell = [finite(part, self.title) for part in value]
        if any(part != int(part) or not 0 <= part <= MAX_PLACE for part in cell) or cell[0] < 1:
            raise SettingError(
                f"{self.title} takes whole numbers, a step from 1 and the others from 0 to {MAX_PLACE}, but "
                f"{str(value)[:40]!r} came; choose a cell with a click."
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
            raise SettingError(
                f"{self.title} takes step, map, row and column, but {text[:40]!r} came; type 1.0.5.5, say."
            ) from None
        return self.parse(cell)

    def describe(self) -> dict[str, Any]:
        """Say that it is a cell."""
        return {"kind": "cell", "name": self.name, "title": self.title, "default": None}


MAX_PLACE = 65_535  # farther down, or across, no map reaches
