"""The thousand classes of ImageNet: their names, and how to find one."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Label:
    """A class of ImageNet: its place among the 1000 outputs, its WordNet id, and its name (names repeat)."""

    index: int
    wnid: str
    text: str


def _read_labels() -> tuple[Label, ...]:
    with Path(__file__).with_name("labels.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Label(int(row["index"]), row["wnid"], row["label"]) for row in csv.DictReader(file))


LABELS: tuple[Label, ...] = _read_labels()
"""The 1000 classes in the order of a network's outputs."""


def search(text: str, limit: int = 20, among: Sequence[Label] = LABELS) -> list[Label]:
    """Find classes by a part of their name, by WordNet id or by index, the best matches first.

    >>> [label.index for label in search("crane")], search("tian_c")[0].text, search("285")[0].text
    ([134, 517], 'Egyptian cat', 'Egyptian cat')
    """
    wanted = " ".join(text.replace("_", " ").casefold().split())
    ranked = ((_match(label, wanted), label.index) for label in among)
    return [among[index] for rank, index in sorted(ranked) if rank < _NO_MATCH][:limit]


_NO_MATCH = 4


def _match(label: Label, wanted: str) -> int:
    """Rank a label from 0 for "this one" to `_NO_MATCH`."""
    name = label.text.casefold()
    if wanted in (name, label.wnid, str(label.index)):
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name else 3 if wanted in name else _NO_MATCH
