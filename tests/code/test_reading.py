"""The part of a program that reads files comes to the levels that the explorer comes to."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import picture_files
import pytest
from PIL import Image, ImageCms

from explorer import images
from explorer.code.reading import READER

FILES = picture_files.mixed()


@pytest.fixture(scope="module")
def program() -> dict[str, Any]:
    """What the part of a program defines."""
    names: dict[str, Any] = {
        "io": io, "cv2": cv2, "np": np, "Image": Image, "ImageCms": ImageCms, "Path": Path,
    }  # fmt: skip
    exec(compile(READER, "program", "exec"), names)
    return names


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("longest", [320, 1024])
def test_a_program_reads_files_as_the_explorer(
    name: str, longest: int, program: dict[str, Any], tmp_path: Path
) -> None:
    """Shrunk or as they are: the levels are the same, where rounding falls otherwise in one of a thousand."""
    path = tmp_path / name
    path.write_bytes(FILES[name])
    mine = np.rint(images.load(path, max_side=longest) * 255).astype(int)
    theirs = program["read"](path, longest)
    assert theirs.dtype == np.uint8
    assert theirs.shape == (*mine.shape[:2], 3)
    apart = np.abs(theirs.astype(int) - mine)
    assert apart.max() <= 1
    assert np.mean(apart > 0) < 1e-3


def test_a_program_refuses_what_declares_no_white(program: dict[str, Any], tmp_path: Path) -> None:
    """Floats are read by the explorer alone, and the program says what to do."""
    path = tmp_path / "floats.tif"
    Image.fromarray(np.linspace(0, 9, 12, dtype=np.float32).reshape(3, 4)).save(path)
    assert images.load(path).shape == (3, 4, 1)
    with pytest.raises(ValueError, match="declare no white; save it with 8 or 16 bits"):
        program["read"](path, 320)
