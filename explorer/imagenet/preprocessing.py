"""What a network sees of a picture: square, 8 bits, and scaled as its first layer expects it.

picture -> what the network sees (8 bits) -> scaled -> the network
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.imagenet.networks import Array, NetworkError, Pixels, network
from explorer.images.arrays import LUMA, resize, to_levels
from explorer.words import signed

FITS = ("resize", "crop")
"""How a picture becomes square: "resize" distorts it, "crop" cuts the largest square out of its centre."""


def seen(
    name: str,
    image: Array | Pixels,
    fit: str = "resize",
    *,
    zoom: float = 1.0,
    across: float = 0.5,
    down: float = 0.5,
) -> Pixels:
    """Return the 8-bit pixels that a network sees, before they are scaled.

    It sees what is in a frame: all of the picture, or the largest square in it, and with a `zoom` of z a
    frame 1 / z as wide and as high, in whole pixels. Where the frame leaves `H - h` rows and `W - w` columns
    free, it begins in row `down (H - h)` and column `across (W - w)`, without their fractions.

    Fractions are rounded to the nearest of 256 levels; then Pillow's bilinear filter, which averages over
    what it shrinks, makes the picture as large as the input, on floats, and its answer is rounded once. That
    is what Keras's `Resizing(antialias=True)` answers, to 0.005 of a level, before it is rounded. Grey
    becomes three equal channels, and so does a colour picture where the network takes grey ones.

    Args:
        name: A key of `NETWORKS`.
        image: (H, W, C), C = 1 or 3: floats in [0, 1] as `explorer.images` gives them, or uint8 levels. What
            `seen` gave comes back as it is.
        fit: One of `FITS`.
        zoom: How many times larger than otherwise things are seen: from 1.
        across: Where the frame stands between the left edge, 0, and the right one, 1.
        down: Where it stands between the upper edge, 0, and the lower one, 1.

    Returns:
        uint8 (size, size, 3), red before green before blue.

    Raises:
        NetworkError: If the network, the picture, the fit or the frame is none of these.

    >>> seen("MobileNetV2", np.full((10, 20, 1), 0.5, np.float32))[0, 0]
    array([128, 128, 128], dtype=uint8)
    >>> halves = np.repeat(np.array([[[0.0], [1.0]]], np.float32), 4, axis=1)
    >>> [int(seen("MobileNetV2", halves, zoom=2, across=side)[0, 0, 0]) for side in (0, 1)]
    [0, 255]
    """
    record = network(name)
    size = record.size
    if fit not in FITS:
        raise NetworkError(f"There is no fit {fit!r}; choose one of {', '.join(FITS)}.")
    if not (zoom >= 1 and 0 <= across <= 1 and 0 <= down <= 1):
        raise NetworkError(
            f"A frame has a zoom from 1 and stands at fractions of the free space from 0 to 1, but a zoom of "
            f"{signed(zoom)} at {signed(across)} and {signed(down)} came; stay within these."
        )
    levels = _levels(image)
    if record.channels == 1 and levels.shape[2] == 3:
        levels = np.rint(levels @ LUMA).astype(np.uint8)[..., np.newaxis]
    rows, columns, channels = levels.shape
    if (rows, columns, channels) == (size, size, 3) and zoom == 1:
        return levels.copy()
    height, width = (min(rows, columns),) * 2 if fit == "crop" else (rows, columns)
    height, width = max(1, round(height / zoom)), max(1, round(width / zoom))
    top, left = int(down * (rows - height)), int(across * (columns - width))
    frame = levels[top : top + height, left : left + width].astype(np.float32)
    planes = [
        resize(frame[..., channel], size, size, Image.Resampling.BILINEAR) for channel in range(channels)
    ]
    return np.repeat(np.rint(np.stack(planes, axis=-1)).astype(np.uint8), 3 // channels, axis=2)


def _levels(image: Any) -> Pixels:
    """Check a picture and give its levels, uint8 (H, W, C)."""
    shape: tuple[int, ...] = getattr(image, "shape", ())
    if not isinstance(image, np.ndarray) or len(shape) != 3 or shape[2] not in (1, 3) or image.size == 0:
        came = f"an array {shape}" if isinstance(image, np.ndarray) else f"a {type(image).__name__}"
        raise NetworkError(
            f"A picture was expected as an array (H, W, C) with 1 or 3 channels, and {came} came; give what "
            "explorer.images.load or sample gives."
        )
    if image.dtype == np.uint8:
        return image
    if image.dtype.kind != "f" or not 0 <= image.min() <= image.max() <= 1:
        raise NetworkError(
            f"A picture was expected with values from 0 to 1, or with uint8 levels, and {image.dtype} values "
            f"from {signed(image.min())} to {signed(image.max())} came; divide levels by 255."
        )
    return to_levels(image)


def preprocess(name: str, pixels: NDArray[Any]) -> Array:
    """Scale what a network sees as its own `preprocess_input` of Keras does, into a new array.

    * "tf": `x / 127.5 - 1`
    * "torch": `(x / 255 - mean) / deviation` for each channel
    * "caffe": `x[blue, green, red] - mean` for each channel
    * "none": `x`

    Args:
        name: A key of `NETWORKS`.
        pixels: (..., size, size, 3) with values from 0 to 255, such as `seen` gives; never changed.

    Returns:
        float32 of the same shape.

    Raises:
        NetworkError: If there is no such network, or if the array has another shape.

    >>> preprocess("MobileNetV2", np.zeros((224, 224, 3), np.uint8)).max()
    np.float32(-1.0)
    """
    record = network(name)
    if pixels.shape[-3:] != (record.size, record.size, 3):
        raise NetworkError(
            f"{record.title} takes {record.size} × {record.size} pixels of 3 channels, and an array of shape "
            f"{pixels.shape} came; give what seen gives."
        )
    return record.scaled(pixels)
