"""A map over the picture that it is about."""

from __future__ import annotations

import cv2
import numpy as np

from explorer import figures
from explorer.imagenet.inspection import Array, Pixels

SEEN_SIDE = 448  # pixels of a picture on which single pixels of a network's input can be told apart

NEAR = 0.05


def heated(pixels: Pixels, found: Array, limit: float | None = None) -> Pixels:
    """Paint a map over a picture: the greater a magnitude, the less of the picture is left; all of it at 0.

    Values above 0 and below have the colours of positive and negative values. A limit ends the scale before
    the greatest magnitude does.

    >>> picture = np.zeros((2, 2, 3), np.uint8)
    >>> heated(picture, np.array([[0, 1], [2, 4]], np.float32))[..., 0].tolist()
    [[0, 41], [82, 163]]
    """
    high = float(np.abs(found).max()) if limit is None else limit
    shares = np.clip(found / high, -1, 1) if high > 0 else np.zeros_like(found)
    size = pixels.shape[1], pixels.shape[0]
    signed = cv2.resize(shares, size, interpolation=cv2.INTER_NEAREST)[..., np.newaxis]
    cover = HEAT_MOST * np.abs(signed)
    above, below = (
        np.array(figures.rgb_of(figures.ROLES[role].light), np.float32) for role in ("positive", "negative")
    )
    return np.rint((1 - cover) * pixels + cover * np.where(signed < 0, below, above)).astype(np.uint8)


HEAT_MOST = 0.85  # how much of the picture the greatest value covers
