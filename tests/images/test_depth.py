"""More than 8 bits: nothing is cut, and what uses few of its levels can be seen."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from colour_profiles import P3
from PIL import Image

from explorer.images import ImageError, load, read
from explorer.images.depth import Levels, StoredNumbers, to_unit


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(pixels: np.ndarray, key: bytes = b"", profile: bytes = b"") -> bytes:
    """Write (H, W, C) of uint16 as a PNG by hand: grey, grey and alpha, colour, or colour and alpha."""
    height, width, channels = pixels.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    parts = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0))]
    parts += [chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))] if profile else []
    parts += [chunk(b"tRNS", key)] if key else []
    parts += [chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def ramp(highest: int, channels: int = 1) -> np.ndarray:
    return np.linspace(0, highest, 32 * 48 * channels).reshape(32, 48, channels).astype(np.uint16)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("highest", "white"), [(252, 255), (1023, 1023), (4095, 4095), (16383, 16383)])
def test_few_bits_of_many_are_stretched_and_said(highest: int, white: int, channels: int) -> None:
    """8, 10, 12 and 14 bits in 16, grey and in colour, reach white; with the switch off they do not."""
    data = png(ramp(highest, channels))
    reading = read(data)
    np.testing.assert_allclose(reading.image, ramp(highest, channels) / white, atol=1e-6)
    assert (reading.levels, reading.stretched) == (Levels(white, 65535), True)
    assert reading.notes == [f"It uses 0 to {white} of 65,535 levels, and was stretched to them."]
    stored = read(data, stretch=False)
    np.testing.assert_allclose(stored.image, ramp(highest, channels) / 65535, atol=1e-6)
    assert (stored.levels, stored.stretched) == (Levels(white, 65535), False)
    assert stored.notes == [f"It uses 0 to {white} of 65,535 levels, so it is dark."]


@pytest.mark.parametrize("highest", [16384, 32767, 65535])
def test_many_bits_are_left_alone(highest: int) -> None:
    """From 15 bits on a picture is bright enough to be seen, and nothing is said."""
    reading = read(png(ramp(highest)))
    np.testing.assert_allclose(reading.image, ramp(highest) / 65535, atol=1e-6)
    assert (reading.levels, reading.stretched, reading.notes) == (None, False, [])


@pytest.mark.parametrize("level", [0, 255, 1000, 13107, 65535])
def test_one_level_says_nothing_about_the_others(level: int) -> None:
    """An even picture is as bright as it is stored."""
    reading = read(png(np.full((4, 4, 3), level, np.uint16)))
    np.testing.assert_allclose(reading.image, level / 65535, atol=1e-6)
    assert reading.levels is None


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_of_colour_keep_all_their_levels(channels: int) -> None:
    """Neighbouring levels stay apart, in colour and beside alpha as in grey."""
    pixels = (np.arange(32 * 32 * channels).reshape(32, 32, channels) * 13 + 20_000).astype(np.uint16)
    if channels in (2, 4):
        pixels[..., -1] = 65535
    image = load(png(pixels))
    colour = pixels[..., : channels - 1] if channels in (2, 4) else pixels
    np.testing.assert_allclose(image, colour / 65535, atol=1e-7)


def test_alpha_of_sixteen_bits_lies_over_white() -> None:
    """0.2 under an alpha of 0.4 is 0.2 x 0.4 + 0.6, and what is transparent by its colour is white."""
    pixels = np.array([[[13107, 0, 65535, 26214], [0, 0, 0, 0]]], np.uint16)
    np.testing.assert_allclose(load(png(pixels)), [[[0.68, 0.6, 1], [1, 1, 1]]], atol=1e-6)
    keyed = np.array([[[1, 2, 3], [1, 2, 65535]]], np.uint16)
    image = load(png(keyed, key=b"\0\1\0\2\0\3"))
    np.testing.assert_allclose(image, [[[1, 1, 1], [1 / 65535, 2 / 65535, 1]]], atol=1e-6)


def test_what_is_transparent_has_no_say_in_a_smaller_colour() -> None:
    """Opaque blue between transparent black is blue over half of white."""
    pixels = np.zeros((32, 32, 4), np.uint16)
    pixels[:, ::2] = (0, 0, 65535, 65535)
    np.testing.assert_allclose(load(png(pixels), max_side=8)[4, 4], [0.5, 0.5, 1], atol=0.02)


def test_a_profile_keeps_the_depth() -> None:
    """Display P3 becomes sRGB as in 8 bits, and levels between those stay apart."""
    pixels = np.tile(np.array([200, 100, 50]) * 257, (1, 64, 1)).astype(np.uint16)
    pixels[0, :, 0] += np.arange(64, dtype=np.uint16)
    image = load(png(pixels, profile=P3))
    np.testing.assert_allclose(255 * image[0, 0], [215, 93, 31], atol=0.6)
    assert len(np.unique(image[0, :, 0])) == 64


def test_a_deep_picture_cut_short_is_refused() -> None:
    """OpenCV would fill the rest with black."""
    data = png(ramp(65535, 3))
    with pytest.raises(ImageError, match="damaged or cut short"):
        load(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([-1, 0, 3], np.float64), [0, 0.25, 1]),
        (np.array([0, 0.5, 1], np.float16), [0, 0.5, 1]),
        (np.array([0, 1e300], np.float64), [0, 1]),
        (np.array([0, 51, 255], np.int16), [0, 0.2, 1]),
        (np.array([0, 2**31, 2**32 - 1], np.uint32), [0, 0.5, 1]),
        (np.array([7e9, 7e9], np.float64), [1, 1]),
    ],
)
def test_numbers_of_every_type_become_fractions(values: np.ndarray, expected: list[float]) -> None:
    """Fractions are kept, levels are divided by their white, and anything else is stretched."""
    colour, alpha, levels = to_unit(StoredNumbers(values.reshape(1, -1, 1)), 1, values.size)
    np.testing.assert_allclose(colour[0, :, 0], expected, atol=1e-6)
    assert colour.dtype == np.float32
    assert (alpha, levels) == (None, None)


def test_zero_may_be_white() -> None:
    """The fraction is turned round once its bits are known: 12 bits are white at 0 and black at 4095."""
    numbers = StoredNumbers(np.array([[[0], [1365], [4095]]], np.uint16), white_is_zero=True)
    colour, _, levels = to_unit(numbers, 1, 3)
    np.testing.assert_allclose(colour[0, :, 0], [1, 2 / 3, 0], atol=1e-6)
    assert levels == Levels(4095, 65535)


def test_modes_of_pillow_are_stretched_alike() -> None:
    """A Pillow image of whole numbers in 12 bits, or of as many as floats, reaches white."""
    for dtype in (np.int32, np.float32, np.uint16):
        image = Image.fromarray(ramp(4095)[..., 0].astype(dtype))
        assert load(image).max() == 1
        file = io.BytesIO()
        image.save(file, "TIFF")
        assert load(file.getvalue()).max() == 1
