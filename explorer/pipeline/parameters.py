"""A stack of blocks, and a cell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from explorer import pipeline
from explorer.convolution.kernel_parameter import KernelDescription, KernelParameter
from explorer.descriptions import Titled
from explorer.errors import ExplorerError
from explorer.parameters import Parameter
from explorer.pipeline.table import BlockDescription, BlockValue

MAX_OWN_WEIGHTS = 2048  # in all banks of a pipeline, so that it fits into a message and into an address

_EDITOR = KernelParameter(
    name="kernel",
    title="Kernel",
    preset="sobel_x",
)


class PresetDescription(TypedDict):
    """A pipeline to begin with."""

    name: str
    title: str
    why: str
    blocks: list[BlockValue]


class BlocksDescription(Titled):
    """A list of blocks: what can be added, the presets, and the kernels by name."""

    kind: Literal["blocks"]
    default: list[BlockValue]
    most: int
    menu: list[BlockDescription]
    presets: list[PresetDescription]
    kernel: KernelDescription


@dataclass(frozen=True, kw_only=True)
class BlocksParameter(Parameter):
    """The blocks of a pipeline, as `explorer.pipeline.to_json` writes them.

    What comes over the wire may leave out what has its default, and may ask for an `action` on a kernel
    with weights of its own, as for `KernelParameter`.
    """

    preset: str

    @property
    def default(self) -> list[BlockValue]:
        """The preset's blocks."""
        return pipeline.to_json(pipeline.PRESETS[self.preset].pipeline)

    def checked(self, value: Any) -> list[BlockValue]:
        """Return every block with all that it is made with."""
        return self._checked(pipeline.from_json(self._acted(value)))

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
        return _EDITOR.checked(entry) if isinstance(entry, dict) and "action" in entry else entry

    def _checked(self, found: pipeline.Pipeline) -> list[BlockValue]:
        value = pipeline.to_json(found)
        banks = (block["bank"] for block in value if block["kind"] == "convolution")
        entries = (entry for bank in banks if isinstance(bank, list) for entry in bank)
        tables = (entry["weights"] for entry in entries if "weights" in entry)
        count = sum(len(row) for table in tables for row in table)
        if count > MAX_OWN_WEIGHTS:
            raise ExplorerError(
                f"Your own kernels have {count} weights in total, and the limit is {MAX_OWN_WEIGHTS}; "
                "use fewer or smaller ones, or named kernels."
            )
        return value

    def to_text(self, value: list[BlockValue]) -> str:
        """Write the blocks for the address."""
        return pipeline.to_text(pipeline.from_json(value))

    def from_text(self, text: str) -> list[BlockValue]:
        """Read the blocks from the address."""
        return self._checked(pipeline.from_text(text))

    def describe(self) -> BlocksDescription:
        """Return what the list of blocks needs: what can be added, the presets, and the kernels by name."""
        return {
            "kind": "blocks",
            **self._titled(),
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
            "kernel": {**_EDITOR.describe(), "largest": pipeline.MAX_KERNEL},
        }
