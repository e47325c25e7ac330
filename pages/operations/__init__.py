"""The operations that the live lane and the pages answer alike: one table, one entry each."""

from __future__ import annotations

from pages.operations import (
    arrows,
    costs,
    curves,
    filters,
    grids,
    inside,
    networks,
    poolings,
    sketches,
    stacks,
)
from pages.operations.records import Answer, Blob, Operation

__all__ = ["OPERATIONS", "Answer", "Blob", "Operation"]

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for topic in (filters, poolings, grids, stacks, curves, arrows, costs, networks, sketches, inside)
    for operation in topic.OPERATIONS
}
