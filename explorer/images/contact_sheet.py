"""The contact sheet: the parts of a file side by side, each with its number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explorer.images.arrays import Array
from explorer.images.loading import THUMBNAIL, FilePart

COLUMNS = 4
_GAP = 4  # pixels
_GROUND = 128
_NUMBER = 16  # height of a number, in pixels


def contact_sheet(parts: Sequence[FilePart]) -> Array:
    """Lay the thumbnails of parts out in rows of four, numbered from 1.

    Args:
        parts: What `parts` gives; thumbnails of up to 64 pixels a side.

    Returns:
        float32 (H, W, 3) in [0, 1]: thumbnails in the middle of cells of 64 x 64, on grey.

    >>> contact_sheet([FilePart("Page 1", np.zeros((64, 32, 1), np.float32))] * 5).shape
    (132, 268, 3)
    """
    cell = THUMBNAIL + _GAP
    rows, columns = -(-len(parts) // COLUMNS), min(COLUMNS, len(parts))
    sheet = Image.new("RGB", (columns * cell - _GAP, rows * cell - _GAP), (_GROUND,) * 3)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(_NUMBER)
    for number, part in enumerate(parts):
        row, column = divmod(number, COLUMNS)
        levels = np.rint(255 * part.thumbnail).astype(np.uint8)
        height, width, _ = levels.shape
        small = Image.fromarray(np.ascontiguousarray(np.broadcast_to(levels, (height, width, 3))))
        left, top = column * cell, row * cell
        sheet.paste(small, (left + (THUMBNAIL - width) // 2, top + (THUMBNAIL - height) // 2))
        text = str(number + 1)
        pen.rectangle((left, top, left + pen.textlength(text, font) + 4, top + _NUMBER + 2), fill="black")
        pen.text((left + 2, top), text, fill="white", font=font)
    return np.asarray(sheet, np.float32) / np.float32(255)
