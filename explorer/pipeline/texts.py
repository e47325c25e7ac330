"""Pipelines as JSON and as the text of an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from reprlib import repr as short
from typing import Any, cast

from explorer.errors import ExplorerError
from explorer.pipeline.blocks import Block
from explorer.pipeline.execution import MAX_BLOCKS, Pipeline
from explorer.pipeline.table import BLOCKS, BlockKind, BlockValue, read_values, refuse_unknown


def from_json(value: Any) -> Pipeline:
    """Read a pipeline from plain lists, dicts, numbers and texts; arguments left out have their defaults.

    Args:
        value: A list of at most `MAX_BLOCKS` dicts {"kind": ..., argument: ...}, see `BLOCKS`.

    Raises:
        ExplorerError: If it is anything else, with the number of the block.

    Example:
        >>> from_json([{"kind": "activation"}, {"kind": "pooling", "pooling": "average"}]).blocks[1].title
        'Average pooling 2 × 2, stride 2'
    """
    if not isinstance(value, list):
        raise ExplorerError(f"A pipeline is a list of at most {MAX_BLOCKS} blocks; it is {short(value)}.")
    _refuse_too_many(value)
    return Pipeline(tuple(_numbered(number, _block, given) for number, given in enumerate(value, 1)))


def to_json(pipeline: Pipeline) -> list[BlockValue]:
    """Write a pipeline as plain lists, dicts, numbers and texts, with every argument.

    Example:
        >>> to_json(from_json([{"kind": "upsampling", "scales": {"1": 0}}]))
        [{'kind': 'upsampling', 'size': 2, 'interpolation': 'nearest', 'scales': {'1': 0.0}}]
    """
    blocks = [
        {"kind": block.kind}
        | {
            argument.name: argument.to_json(getattr(block, argument.name))
            for argument in BLOCKS[block.kind].arguments
        }
        for block in pipeline.blocks
    ]
    return cast("list[BlockValue]", blocks)  # the table says the same as the types


def to_text(pipeline: Pipeline) -> str:
    """Write a pipeline for an address, with letters, digits and `.,-_~=`; defaults are left out.

    Example:
        >>> blocks = [{"kind": "convolution", "bank": [{"name": "gaussian", "rows": 3}]}, {"kind": "pooling"}]
        >>> to_text(from_json(blocks))
        'convolution~bank=gaussian=3x5_1~~pooling'
    """
    blocks = []
    for block in pipeline.blocks:
        given = [(argument, getattr(block, argument.name)) for argument in BLOCKS[block.kind].arguments]
        parts = [
            f"{argument.name}={argument.to_text(value)}"
            for argument, value in given
            if value != argument.default
        ]
        blocks.append("~".join([block.kind, *parts]))
    return "~~".join(blocks)


def from_text(text: str) -> Pipeline:
    """Read a pipeline from an address.

    Raises:
        ExplorerError: If `to_text` writes no such text, with the number of the block.

    Example:
        >>> from_text("convolution~bank=8x3_0~strides=2~~activation").blocks[0].title
        'Convolution: 8 random kernels 3 × 3, stride 2'
    """
    parts = text.split("~~") if text else []
    _refuse_too_many(parts)
    return Pipeline(tuple(_numbered(number, _block_from_text, part) for number, part in enumerate(parts, 1)))


def _numbered(number: int, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except ExplorerError as error:
        raise ExplorerError(f"Block {number}: {error}") from None


def _block(value: Any) -> Block:
    if not isinstance(value, dict):
        raise ExplorerError(f"A block is a kind with its arguments; it is {short(value)}.")
    kind = _kind(value.get("kind"))
    return kind.make(
        **read_values(kind.arguments, {k: v for k, v in value.items() if k != "kind"}, kind.title)
    )


def _block_from_text(text: str) -> Block:
    name, *parts = text.split("~")
    kind = _kind(name)
    pairs = [part.partition("=") for part in parts]
    written = {key: text for key, _, text in pairs}
    refuse_unknown(written, [argument.name for argument in kind.arguments], kind.title)
    return kind.make(
        **{
            argument.name: argument.from_text(written[argument.name])
            if argument.name in written
            else argument.default
            for argument in kind.arguments
        }
    )


def _refuse_too_many(blocks: Sequence[Any]) -> None:
    if len(blocks) > MAX_BLOCKS:
        raise ExplorerError(
            f"A pipeline is a list of at most {MAX_BLOCKS} blocks; it is one of {len(blocks)}."
        )


def _kind(name: Any) -> BlockKind:
    if not isinstance(name, str) or name not in BLOCKS:
        titles = ", ".join(record.title for record in BLOCKS.values())
        raise ExplorerError(f"The block {short(name)} does not exist; choose one of {titles}.")
    return BLOCKS[name]
