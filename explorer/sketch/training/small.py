"""The command that draws the small drawings on which a pipeline is trained before one's eyes.

    python -m explorer.sketch.training.small

writes `assets/drawings.npz`: drawings of every class in the styles to train on, and others in the styles that
are kept for the test, shrunk to 32 x 32 cells of 16 levels.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer.sketch.drawings import LEVELS, SMALL_SIDE, packed
from explorer.sketch.training.drawings import synthesise

EACH, TESTED = 400, 50
"""Drawings of each class to train on, and in the test."""

SEED = 18


def shrunk(part: str, each: int, seed: int = SEED) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw, shrink and round to 16 levels: uint8 (n, 32, 32) from 0 to 15, and the labels (n,).

    Example:
        >>> drawings, labels = shrunk("test", 1)
        >>> drawings.shape, int(drawings.max()), labels.tolist()
        ((10, 32, 32), 15, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    drawings = synthesise(part, each, seed)
    size = (SMALL_SIDE, SMALL_SIDE)
    small = [cv2.resize(seen, size, interpolation=cv2.INTER_AREA) for seen in drawings.seen[..., 0]]
    return np.round(np.array(small) / (255 / (LEVELS - 1))).astype(np.uint8), drawings.labels


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m explorer.sketch.training.small", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[3] / "assets")
    folder = parser.parse_args(arguments).folder
    parts = {}
    for part, each in (("train", EACH), ("test", TESTED)):
        drawings, parts[f"{part}_labels"] = shrunk(part, each)
        parts[part] = packed(drawings)
    np.savez_compressed(folder / "drawings.npz", allow_pickle=False, **parts)


if __name__ == "__main__":
    main()
