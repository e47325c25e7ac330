"""Pictures: what comes in is what the numbers say, and what cannot be read is refused in one sentence."""

from __future__ import annotations

import io
import itertools
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageFile, ImageOps, TiffImagePlugin

from explorer import images
from explorer.images import SAMPLES, ImageError, load, prepare, sample, sample_names, samples, to_png

PHOTOGRAPHS = {
    "astronaut": (512, 512, 3),
    "camera": (512, 512, 1),
    "chelsea": (300, 451, 3),
    "coffee": (400, 600, 3),
    "rocket": (427, 640, 3),
    "coins": (303, 384, 1),
    "clock": (300, 400, 1),
    "horse": (328, 400, 1),
    "brick": (512, 512, 1),
    "grass": (512, 512, 1),
    "text": (172, 448, 1),
    "page": (191, 384, 1),
    "moon": (512, 512, 1),
}
SYNTHETIC = (
    "vertical_edge",
    "horizontal_edge",
    "diagonal_edge",
    "checkerboard",
    "zone_plate",
    "gradient",
    "impulse",
    "disc",
    "letter",
    "chirp",
    "salt_and_pepper",
)
SIZES = (16, 17, 256, 512)

SOBEL_X = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])

# A picture of six different pixels, and how a camera stores it under each EXIF orientation, from the
# definitions in TIFF 6.0 ("the 0th row is the visual right-hand side", and so on).
UPRIGHT = np.array([[10, 20, 30], [40, 50, 60]], np.uint8)
STORED = {
    1: [[10, 20, 30], [40, 50, 60]],
    2: [[30, 20, 10], [60, 50, 40]],
    3: [[60, 50, 40], [30, 20, 10]],
    4: [[40, 50, 60], [10, 20, 30]],
    5: [[10, 40], [20, 50], [30, 60]],
    6: [[30, 60], [20, 50], [10, 40]],
    7: [[60, 30], [50, 20], [40, 10]],
    8: [[40, 10], [50, 20], [60, 30]],
}


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def photograph() -> Image.Image:
    """A small colour picture with structure in all channels."""
    row, column = np.mgrid[0:20, 0:30]
    return Image.fromarray(np.stack([row * 12, column * 8, (row * column) % 256], -1).astype(np.uint8))


FILES = {
    "png": encoded(photograph(), "PNG"),
    "interlaced palette png": encoded(photograph().quantize(16), "PNG", transparency=3),
    "jpeg": encoded(photograph(), "JPEG"),
    "progressive jpeg": encoded(photograph(), "JPEG", progressive=True),
    "webp": encoded(photograph(), "WEBP"),
    "lossless webp": encoded(photograph().convert("RGBA"), "WEBP", lossless=True),
    "bmp": encoded(photograph(), "BMP"),
    "gif": encoded(photograph(), "GIF"),
    "tiff": encoded(photograph(), "TIFF"),
    "lzw tiff": encoded(photograph(), "TIFF", compression="tiff_lzw"),
    "float tiff": encoded(photograph().convert("F"), "TIFF"),
}


def png(width: int, height: int, depth: int, kind: int, rows: bytes, key: bytes = b"") -> bytes:
    """Write a PNG by hand: kind 0 is grey and 2 is RGB; each row starts with a zero byte; key is tRNS."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    transparency = chunk(b"tRNS", key) if key else b""
    parts = (
        chunk(b"IHDR", header) + transparency + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + parts


def tiled_tiff(side: int) -> bytes:
    """Write by hand a TIFF of 16 x 16 pixels, black, deflated, in one tile of side x side."""
    tile = zlib.compress(bytes(256))
    tags = [(256, 16), (257, 16), (258, 8), (259, 8), (262, 1), (277, 1), (322, side), (323, side)]
    tags += [(324, 8 + 2 + 12 * 10 + 4), (325, len(tile))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + tile


def refusal(source: object, **options: object) -> str:
    """Give the sentence with which a picture is refused, having checked that it is one."""
    with pytest.raises(ImageError) as caught:
        load(source, **options)
    return checked_sentence(caught.value)


def checked_sentence(error: ImageError) -> str:
    sentence = str(error)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert "\n" not in sentence
    return sentence


def assert_picture(pixels: np.ndarray) -> None:
    assert pixels.dtype == np.float32
    assert pixels.ndim == 3
    assert pixels.shape[2] in (1, 3)
    assert pixels.flags.writeable
    assert pixels.flags.c_contiguous
    assert pixels.min() >= 0
    assert pixels.max() <= 1


def levels(*values: int) -> np.ndarray:
    return np.array(values, np.float32) / np.float32(255)


def correlate(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Slide a kernel over the first channel without padding."""
    windows = np.lib.stride_tricks.sliding_window_view(picture[..., 0].astype(float), kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel)


# What comes in


@pytest.mark.parametrize("name", ["png", "lossless webp", "bmp", "tiff", "lzw tiff"])
def test_lossless_file_gives_its_own_levels(name: str) -> None:
    """A lossless file of level k gives exactly float32(k) / 255."""
    expected = np.asarray(photograph(), np.float32) / np.float32(255)
    np.testing.assert_array_equal(load(FILES[name]), expected)


@pytest.mark.parametrize("name", ["jpeg", "progressive jpeg", "webp"])
def test_lossy_file_is_what_pillow_decodes(name: str) -> None:
    """A lossy file gives the levels that Pillow decodes."""
    expected = np.asarray(Image.open(io.BytesIO(FILES[name])), np.float32) / np.float32(255)
    np.testing.assert_array_equal(load(FILES[name]), expected)


def test_every_kind_of_source_gives_the_same_picture(tmp_path: Path) -> None:
    """Bytes, paths, files and Pillow images of the same picture are the same picture."""
    data = FILES["png"]
    path = tmp_path / "picture.bin"
    path.write_bytes(data)
    at_its_end = io.BytesIO(data)
    at_its_end.read()

    class OneByteAtATime:
        def __init__(self) -> None:
            self.rest = iter(data)

        def read(self, count: int) -> bytes:
            return bytes(itertools.islice(self.rest, min(count, 1)))

    expected = load(data)
    sources = [
        bytearray(data),
        memoryview(data),
        str(path),
        path,
        io.BytesIO(data),
        at_its_end,
        OneByteAtATime(),
    ]
    for source in [*sources, Image.open(path), photograph()]:
        np.testing.assert_array_equal(load(source), expected)


def test_file_may_be_loaded_twice() -> None:
    """An open file is read from its start, so an upload gives the same picture on every run."""
    file = io.BytesIO(FILES["jpeg"])
    np.testing.assert_array_equal(load(file), load(file))


def test_pillow_image_is_left_as_it_was() -> None:
    """The caller's Pillow image and its metadata are not changed, and the result shares no memory with it."""
    image = photograph()
    image.getexif()[0x0112] = 6
    before = image.copy()
    load(image)[...] = 0
    assert image == before
    assert image.getexif()[0x0112] == 6
    fractions = Image.fromarray(np.full((2, 2), 0.5, np.float32))
    load(fractions)[...] = 0
    assert fractions.getpixel((0, 0)) == 0.5


# Modes, each with a pixel worked by hand


def palette_image(mode: str, *colours: int) -> Image.Image:
    image = Image.new(mode, (1, 1))
    image.putpalette(colours)
    return image


def premultiplied(mode: str, *values: int) -> Image.Image:
    return Image.frombytes(mode, (1, 1), bytes(values))


def with_transparency(image: Image.Image, value: object) -> Image.Image:
    image.info["transparency"] = value
    return image


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(Image.new("1", (1, 1), 1), [1], id="1 white"),
        pytest.param(Image.new("1", (1, 1), 0), [0], id="1 black"),
        pytest.param(Image.new("L", (1, 1), 51), [0.2], id="L"),
        pytest.param(with_transparency(Image.new("L", (1, 1), 51), 51), [1], id="L, transparent grey"),
        pytest.param(with_transparency(Image.new("1", (1, 1), 0), 0), [1], id="1, transparent black"),
        # 0.2 * 0.4 + 1 - 0.4
        pytest.param(Image.new("LA", (1, 1), (51, 102)), [0.68], id="LA"),
        # 0.2 is multiplied by alpha already: 0.2 + 1 - 0.4
        pytest.param(premultiplied("La", 51, 102), [0.8], id="La"),
        pytest.param(premultiplied("La", 255, 102), [1], id="La brighter than its alpha allows"),
        pytest.param(palette_image("P", 255, 51, 0), [1, 0.2, 0], id="P"),
        pytest.param(
            with_transparency(palette_image("P", 255, 51, 0), b"\x66"), [1, 0.68, 0.6], id="P, alpha of each"
        ),
        pytest.param(
            with_transparency(palette_image("P", 255, 51, 0), 0), [1, 1, 1], id="P, one transparent"
        ),
        # PA starts with alpha 0
        pytest.param(palette_image("PA", 255, 51, 0), [1, 1, 1], id="PA"),
        pytest.param(Image.new("RGB", (1, 1), (255, 51, 0)), [1, 0.2, 0], id="RGB"),
        pytest.param(
            with_transparency(Image.new("RGB", (1, 1), (9, 8, 7)), (9, 8, 7)),
            [1, 1, 1],
            id="RGB, transparent",
        ),
        pytest.param(Image.new("RGBA", (1, 1), (255, 51, 0, 102)), [1, 0.68, 0.6], id="RGBA"),
        pytest.param(Image.new("RGBA", (1, 1), (9, 8, 7, 0)), [1, 1, 1], id="RGBA transparent"),
        pytest.param(premultiplied("RGBa", 102, 51, 0, 102), [1, 0.8, 0.6], id="RGBa"),
        pytest.param(Image.new("RGBX", (1, 1), (255, 51, 0, 7)), [1, 0.2, 0], id="RGBX"),
        # (1 - C) * (1 - K): full cyan leaves no red, and four fifths of the light pass K
        pytest.param(Image.new("CMYK", (1, 1), (255, 0, 0, 51)), [0, 0.8, 0.8], id="CMYK"),
        # JFIF: R = Y + 1.402 (Cr - 128), B = Y + 1.772 (Cb - 128); Y = 0.299 * 255 = 76 is red
        pytest.param(Image.new("YCbCr", (1, 1), (76, 85, 255)), [1, 0, 0], id="YCbCr"),
        pytest.param(Image.new("YCbCr", (1, 1), (51, 128, 128)), [0.2, 0.2, 0.2], id="YCbCr grey"),
        # hue 0 is red, half saturated, full value
        pytest.param(Image.new("HSV", (1, 1), (0, 128, 255)), [1, 0.498, 0.498], id="HSV"),
        # L* = 100 is white; L* = 53.6 (137 of 255) is the middle grey of sRGB, 0.503
        pytest.param(Image.new("LAB", (1, 1), (255, 128, 128)), [1, 1, 1], id="LAB white"),
        pytest.param(Image.new("LAB", (1, 1), (137, 128, 128)), [0.503, 0.503, 0.503], id="LAB grey"),
        pytest.param(Image.new("I;16", (1, 1), 13107), [0.2], id="I;16"),
        pytest.param(Image.new("I;16", (1, 1), 255), [255 / 65535], id="I;16 dark"),
        pytest.param(Image.new("I;16B", (1, 1), 13107), [0.2], id="I;16B"),
        pytest.param(Image.new("I;16L", (1, 1), 13107), [0.2], id="I;16L"),
        pytest.param(Image.new("I", (1, 1), 51), [0.2], id="I of 8 bits"),
        pytest.param(Image.new("I", (1, 1), 13107), [0.2], id="I of 16 bits"),
        pytest.param(Image.new("I", (1, 1), 65536), [1], id="I, one level above 16 bits"),
        pytest.param(Image.new("I", (1, 1), -1), [0], id="I, one level below 0"),
        pytest.param(Image.new("F", (1, 1), 0.2), [0.2], id="F fraction"),
        pytest.param(Image.new("F", (1, 1), 51), [0.2], id="F of 8 bits"),
        pytest.param(Image.new("F", (1, 1), 13107), [0.2], id="F of 16 bits"),
        pytest.param(Image.new("F", (1, 1), 1.5), [1], id="F, one value above 1"),
    ],
)
def test_every_mode_gives_the_pixel_worked_by_hand(image: Image.Image, expected: list[float]) -> None:
    """Each of Pillow's modes becomes the grey or RGB value that arithmetic on paper gives."""
    pixels = load(image)
    assert_picture(pixels)
    assert pixels.shape == (1, 1, len(expected))
    # Pillow's own conversions (YCbCr, HSV, LAB) round to 8 bits
    tolerance = 1.5 / 255 if image.mode in ("YCbCr", "HSV", "LAB") else 1e-6
    np.testing.assert_allclose(pixels[0, 0], expected, atol=tolerance)


def test_palette_with_alpha_uses_the_alpha_of_each_pixel() -> None:
    """In mode PA a transparent pixel is white and an opaque one has its colour from the palette."""
    image = Image.frombytes("PA", (2, 1), bytes([0, 0, 0, 255]))
    image.putpalette([255, 51, 0])
    np.testing.assert_array_equal(load(image)[0], [levels(255, 255, 255), levels(255, 51, 0)])


def test_sixteen_bits_keep_all_their_levels() -> None:
    """All 65536 levels of a 16-bit grey picture stay different, in PNG and in TIFF of either byte order."""
    ramp = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    expected = ramp.astype(np.float32) / np.float32(65535)
    image = Image.fromarray(ramp)
    big_endian = Image.frombytes("I;16B", (256, 256), ramp.astype(">u2").tobytes())
    for source in (encoded(image, "PNG"), encoded(image, "TIFF"), encoded(big_endian, "TIFF"), big_endian):
        np.testing.assert_array_equal(load(source)[..., 0], expected)
    assert len(np.unique(expected)) == 65536


def test_opaque_alpha_changes_nothing() -> None:
    """All 256 levels with full alpha are exactly the levels without alpha."""
    grey = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    np.testing.assert_array_equal(load(grey.convert("LA")), load(grey))
    np.testing.assert_array_equal(load(grey.convert("RGBA")), load(grey.convert("RGB")))


def test_every_alpha_over_white_is_the_exact_fraction() -> None:
    """Every level under every alpha is the float32 nearest to (level alpha + 255 (255 - alpha)) / 255^2."""
    level, alpha = np.mgrid[0:256, 0:256]
    pixels = load(Image.fromarray(np.stack([level, alpha], -1).astype(np.uint8)))
    expected = (level * alpha + 255 * (255 - alpha)) / 255**2
    np.testing.assert_array_equal(pixels[..., 0], expected.astype(np.float32))


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("I", [-100, 0, 300], [0, 0.25, 1]),
        ("I", [0, 50_000, 100_000], [0, 0.5, 1]),
        ("I", [-(2**31), 0, 2**31 - 1], [0, 0.5, 1]),
        ("F", [-1, 0, 3], [0, 0.25, 1]),
        ("F", [0, 0.6, 1.2], [0, 0.5, 1]),
        ("F", [0, 1e30, 4e30], [0, 0.25, 1]),
        ("F", [-3.4e38, 0, 3.4e38], [0, 0.5, 1]),
    ],
)
def test_numbers_without_a_white_are_stretched(mode: str, values: list[float], expected: list[float]) -> None:
    """Values that are neither fractions nor levels are stretched: least to 0, greatest to 1."""
    image = Image.fromarray(np.array([values], np.int32 if mode == "I" else np.float32))
    assert image.mode == mode
    np.testing.assert_allclose(load(image)[0, :, 0], expected, atol=1e-6)


def test_values_that_are_not_numbers_are_counted() -> None:
    """A picture with NaN or infinite values is refused with the number of such pixels."""
    values = np.zeros((3, 4), np.float32)
    values[0, 0], values[1, 2], values[2, 3] = np.nan, np.inf, -np.inf
    for source in (Image.fromarray(values), encoded(Image.fromarray(values), "TIFF")):
        assert "3 of 12 pixels" in refusal(source)


def test_cmyk_jpeg_is_not_inverted() -> None:
    """A JPEG in Adobe's CMYK, which stores 255 for no ink, gives the colours that were put in."""
    data = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=100)
    assert b"Adobe" in data
    np.testing.assert_allclose(load(data)[8, 8], [1, 0, 0], atol=0.02)


@pytest.mark.parametrize(
    ("depth", "kind", "row", "key"),
    [
        (1, 0, bytes([0b01000000]), b"\0\1"),
        (2, 0, bytes([0b00100000]), b"\0\2"),
        (4, 0, bytes([0x05]), b"\0\5"),
        (8, 0, bytes([0, 77]), b"\0\x4d"),
        (16, 0, b"\0\0\x12\x34", b"\x12\x34"),
        (8, 2, bytes([0, 0, 0, 1, 2, 3]), b"\0\1\0\2\0\3"),
        (16, 2, bytes(6) + b"\x12\x34\x12\x34\x12\x34", b"\x12\x34\x12\x34\x12\x34"),
    ],
)
def test_transparent_colour_of_a_png_is_white(depth: int, kind: int, row: bytes, key: bytes) -> None:
    """A black pixel stays black beside one in the transparent colour, at every depth that PNG knows."""
    pixels = load(png(2, 1, depth, kind, b"\0" + row, key))
    np.testing.assert_array_equal(pixels[0], [[0] * pixels.shape[2], [1] * pixels.shape[2]])


# Orientation, pages, size


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP", "image"])
@pytest.mark.parametrize("orientation", STORED)
def test_orientation_is_applied(orientation: int, format: str) -> None:
    """However a camera stores a picture, it comes out upright."""
    image = Image.fromarray(np.array(STORED[orientation], np.uint8))
    exif = image.getexif()
    exif[0x0112] = orientation
    if format == "image":
        source: object = image
    elif format == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[0x0112] = orientation
        source = encoded(image, "TIFF", tiffinfo=tags)
    else:
        source = encoded(image, format, exif=exif, **({"lossless": True} if format == "WEBP" else {}))
    pixels = load(source)
    assert_picture(pixels)
    np.testing.assert_array_equal(pixels[..., 0], UPRIGHT.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("orientation", STORED)
def test_orientation_of_a_jpeg_agrees_with_pillow(orientation: int) -> None:
    """A JPEG from a camera is turned as Pillow's own exif_transpose turns it, shrunk or not."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(photograph(), "JPEG", exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    np.testing.assert_array_equal(load(data), load(upright))
    assert load(data, max_side=15).shape == load(upright, max_side=15).shape


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_unknown_orientation_is_left_alone(orientation: int) -> None:
    """A number that EXIF does not define turns nothing."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    np.testing.assert_array_equal(load(encoded(photograph(), "PNG", exif=exif)), load(photograph()))


def test_broken_metadata_does_not_spoil_good_pixels() -> None:
    """EXIF that cannot be understood is ignored, for the picture itself is whole."""
    data = encoded(photograph(), "PNG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff rubbish")
    np.testing.assert_array_equal(load(data), load(photograph()))


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_picture_of_several(format: str) -> None:
    """An animation, or a file of several pages, gives its first picture."""
    first, second = Image.new("RGB", (4, 4), (255, 0, 0)), Image.new("RGB", (4, 4), (0, 0, 255))
    options = {"lossless": True} if format == "WEBP" else {}
    data = encoded(first, format, save_all=True, append_images=[second], **options)
    assert Image.open(io.BytesIO(data)).n_frames == 2
    np.testing.assert_array_equal(load(data), np.broadcast_to(np.float32([1, 0, 0]), (4, 4, 3)))


@pytest.mark.parametrize(
    ("size", "max_side", "expected"),
    [
        ((30, 20), 30, (20, 30)),
        ((30, 20), 1000, (20, 30)),
        ((30, 20), 15, (10, 15)),
        ((20, 30), 15, (15, 10)),
        ((30, 20), 1, (1, 1)),
        ((10_000, 1), 1024, (1, 1024)),
        ((1, 10_000), 1024, (1024, 1)),
        ((4000, 3000), 1024, (768, 1024)),
        # 3 * 16 / 32 = 1.5, which rounds up
        ((32, 3), 16, (2, 16)),
    ],
)
@pytest.mark.parametrize("mode", ["L", "RGBA", "F", "I;16"])
def test_larger_pictures_are_shrunk_in_proportion(
    size: tuple[int, int], max_side: int, expected: tuple[int, int], mode: str
) -> None:
    """The longest side becomes max_side at most, the other never vanishes, and nothing is enlarged."""
    pixels = load(Image.new(mode, size), max_side=max_side)
    assert_picture(pixels)
    assert pixels.shape[:2] == expected


@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA", "I;16", "I", "F"])
def test_shrinking_is_antialiased(mode: str) -> None:
    """Stripes too fine for the smaller picture become their mean, not one of the stripes."""
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (64, 32))).convert("L").convert(mode)
    np.testing.assert_allclose(load(stripes, max_side=16), 0.5, atol=0.03)


def test_shrinking_weighs_colour_by_alpha() -> None:
    """The colour hidden in transparent pixels does not leak into the picture when it is shrunk."""
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[:, ::2] = (0, 0, 255, 255)  # opaque blue between transparent black
    np.testing.assert_allclose(load(Image.fromarray(pixels), max_side=8)[4, 4], [0.5, 0.5, 1], atol=0.02)


# What is refused


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "empty (0 bytes)"),
        (io.BytesIO(), "empty (0 bytes)"),
        (b"hello", "no picture of a known kind"),
        (b"\x89PNG\r\n\x1a\n", "damaged in its first bytes"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<?xml version='1.0'?><svg xmlns='...'/>", "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"PK\x03\x04", "ZIP"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (bytes(images.MAX_BYTES + 1), "larger than 64 MB"),
        (io.BytesIO(bytes(images.MAX_BYTES + 1)), "larger than 64 MB"),
        (io.StringIO("text"), '"rb"'),
        ("no such file.png", "no file 'no such file.png'"),
        (Path("/"), "no file"),
        ("nul\0byte.png", "nul"),
        (None, "NoneType"),
        (3, "int"),
        (np.zeros((2, 2)), "ndarray"),
        (Image.new("L", (0, 5)), "0 × 5"),
    ],
)
def test_refusal_says_what_came(source: object, words: str) -> None:
    """What is not a picture is refused in one sentence that names what came."""
    assert words in refusal(source)


def test_endless_closed_and_missing_files_are_refused(tmp_path: Path) -> None:
    """A stream without end is read up to the limit, and files that are closed or no files are named."""

    class Endless:
        count = 0

        def read(self, count: int) -> bytes:
            self.count += count
            return bytes(count)

    stream = Endless()
    assert "larger than" in refusal(stream)
    assert stream.count == images.MAX_BYTES + 1
    closed = io.BytesIO(FILES["png"])
    closed.close()
    assert "closed" in refusal(closed)
    assert "no file" in refusal(tmp_path)
    assert str(tmp_path) not in refusal(tmp_path / "away.png")  # a folder is nobody's business
    if Path("/dev/zero").exists():
        assert "no file 'zero'" in refusal("/dev/zero")


def test_format_outside_the_list_is_refused() -> None:
    """Formats that Pillow reads but the explorer does not promise are not opened."""
    for format in ("PPM", "ICO", "TGA", "SGI", "PCX"):
        assert "choose a PNG" in refusal(encoded(photograph().resize((32, 32)), format))


@pytest.mark.parametrize("value", [0, -1, 2.5, "16", None])
def test_max_side_must_be_a_positive_whole_number(value: object) -> None:
    """A size that is no size is refused in a sentence that repeats it."""
    assert str(value) in refusal(FILES["png"], max_side=value)


@pytest.mark.parametrize("side", [12_000, 20_000, 2**31 - 1])
def test_huge_picture_is_refused_before_it_is_decoded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file of a huge picture is refused from its header: no pixel is decoded, no warning is given."""

    def decode(image: ImageFile.ImageFile) -> None:
        pytest.fail("a pixel was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    data = png(side, side, 1, 0, bytes(100))
    assert len(data) < 9000
    assert "megapixels" in refusal(data)


def test_tiff_of_a_huge_tile_is_refused() -> None:
    """A TIFF of 16 x 16 pixels in a fitting tile is read; in a tile of 1.6 gigapixels it is not."""
    np.testing.assert_array_equal(load(tiled_tiff(16)), np.zeros((16, 16, 1)))
    assert "tiles of 40000 × 40000" in refusal(tiled_tiff(40_000))


def test_bomb_in_metadata_is_refused() -> None:
    """Text in a PNG that unpacks to a hundred megabytes is not unpacked."""
    data = FILES["png"]
    text = b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100 * 2**20), 9)
    chunk = struct.pack(">I", len(text[1])) + b"".join(text) + struct.pack(">I", zlib.crc32(b"".join(text)))
    assert len(chunk) < 2**20
    refusal(data[:33] + chunk + data[33:])


@pytest.mark.parametrize("name", FILES)
def test_file_cut_in_the_middle_is_refused(name: str) -> None:
    """Half a file is refused, whatever its format: no grey rest is passed off as a picture."""
    refusal(FILES[name][: len(FILES[name]) // 2])


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(FILES)), share=st.floats(0, 1))
def test_file_cut_anywhere_is_refused_or_whole(name: str, share: float) -> None:
    """A file cut at any point gives the whole picture (only its trailer is missing) or one sentence."""
    data = FILES[name][: int(share * len(FILES[name]))]
    try:
        pixels = load(data)
    except ImageError as error:
        checked_sentence(error)
    else:
        np.testing.assert_array_equal(pixels, load(FILES[name]))


@settings(max_examples=400, deadline=None)
@given(
    name=st.sampled_from(sorted(FILES)),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8
    ),
)
def test_file_with_changed_bytes_is_refused_or_a_picture(name: str, changes: list[tuple[float, int]]) -> None:
    """A file with damaged bytes gives a picture within [0, 1] or one sentence, and never anything else."""
    data = bytearray(FILES[name])
    for share, byte in changes:
        data[int(share * len(data))] = byte
    try:
        pixels = load(bytes(data))
    except ImageError as error:
        checked_sentence(error)
    else:
        assert_picture(pixels)


STARTS = (
    b"",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"\xff\xd8\xff",
    b"RIFF....WEBPVP8",
    b"BM",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
)


@settings(max_examples=300, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=200))
def test_random_bytes_are_refused_or_a_picture(start: bytes, rest: bytes) -> None:
    """Random bytes, also behind a true signature, give one sentence or (by a rare chance) a picture."""
    try:
        assert_picture(load(start + rest))
    except ImageError as error:
        checked_sentence(error)


def test_unforeseen_errors_become_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a reader raises, running out of memory included, the reader of the page gets a sentence."""
    for kind in (
        MemoryError,
        struct.error,
        SyntaxError,
        OSError,
        RecursionError,
        ZeroDivisionError,
        KeyError,
    ):

        def fail(image: Image.Image, kind: type[Exception] = kind) -> None:
            raise kind("boom")

        monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
        assert "damaged" in refusal(FILES["png"])


def test_threads_load_at_once_and_leave_the_warnings_alone() -> None:
    """Many people load at once, each gets the right picture, and the process warns as it did before."""
    expected = {name: load(data) for name, data in FILES.items()}
    before = list(warnings.filters)
    wrong: list[str] = []

    def work() -> None:
        for name, data in FILES.items():
            if not np.array_equal(load(data), expected[name]):
                wrong.append(name)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert warnings.filters == before
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


# Samples


def test_names_are_those_of_the_menu() -> None:
    """All photographs come first, then all synthetic pictures, each under its own key."""
    assert sample_names() == [*PHOTOGRAPHS, *SYNTHETIC]
    assert [record.name for record in SAMPLES.values()] == sample_names()


@pytest.mark.parametrize("record", SAMPLES.values(), ids=SAMPLES)
def test_record_is_complete(record: images.Sample) -> None:
    """Every sample says whose it is and what to look for, in one sentence each."""
    assert record.kind == ("photograph" if record.name in PHOTOGRAPHS else "synthetic")
    assert record.title[0].isupper()
    for sentence in (record.credit, record.why):
        assert sentence.endswith(".")
        assert ". " not in sentence
    assert ("scikit-image" in record.credit) == (record.kind == "photograph")


@pytest.mark.parametrize(("name", "shape"), PHOTOGRAPHS.items())
def test_photograph_has_its_own_size(name: str, shape: tuple[int, ...]) -> None:
    """A photograph is read in full, whatever size is asked for, and has contrast."""
    pixels = sample(name)
    assert_picture(pixels)
    assert pixels.shape == shape
    assert np.ptp(pixels) > 0.5
    np.testing.assert_array_equal(pixels, sample(name, 16))


def test_photographs_are_those_of_scikit_image() -> None:
    """The pictures are what skimage.data gives, up to the transparent horse, which lies over white here."""
    data = pytest.importorskip("skimage.data")
    for name in set(PHOTOGRAPHS) - {"horse"}:
        theirs = getattr(data, name)().astype(np.float32) / np.float32(255)
        np.testing.assert_array_equal(sample(name), theirs.reshape(PHOTOGRAPHS[name]))
    horse = data.horse()  # True is the ground
    assert np.mean((sample("horse")[..., 0] > 0.5) == horse) > 0.99


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SYNTHETIC)
def test_synthetic_picture_has_the_size_asked_for(name: str, size: int) -> None:
    """A synthetic picture is square, grey, of the size asked for, and spans black to white."""
    pixels = sample(name, size)
    assert_picture(pixels)
    assert pixels.shape == (size, size, 1)
    assert pixels.min() < 0.01
    assert pixels.max() > 0.99


@pytest.mark.parametrize("name", ["camera", "disc"])
def test_sample_is_a_copy(name: str) -> None:
    """What a caller does to a sample is not seen by the next one."""
    first = sample(name)
    kept = first.copy()
    first[...] = 0
    np.testing.assert_array_equal(sample(name), kept)


@pytest.mark.parametrize("size", [15, 513, 2.5, "64", None])
def test_size_of_a_sample_is_checked(size: object) -> None:
    """Sizes outside 16 to 512 are refused in one sentence."""
    with pytest.raises(ImageError) as caught:
        sample("disc", size)
    assert str(size) in checked_sentence(caught.value)


def test_unknown_sample_is_refused_with_the_known_ones() -> None:
    """The sentence for an unknown name lists the known names."""
    with pytest.raises(ImageError, match=r"no sample picture 'lena'.*astronaut") as caught:
        sample("lena")
    checked_sentence(caught.value)


def test_missing_photograph_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without scikit-image a photograph is refused in one sentence, and synthetic pictures go on."""
    samples._made.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImageError, match="install scikit-image") as caught:
        sample("coins")
    checked_sentence(caught.value)
    assert sample("disc", 16).shape == (16, 16, 1)


def test_samples_import_neither_scikit_image_nor_scipy() -> None:
    """Reading a photograph finds scikit-image's folder without importing it or what it needs."""
    program = (
        "import sys; from explorer.images import sample; sample('camera');"
        "print([name for name in ('skimage', 'scipy', 'pooch', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Known answers of the synthetic pictures


@pytest.mark.parametrize("size", SIZES)
def test_vertical_edge_is_a_step_across_columns(size: int) -> None:
    """All rows are equal, half the columns are 0, and Sobel x answers 4 in the two columns at the step."""
    picture = sample("vertical_edge", size)
    assert np.all(picture == picture[:1])
    assert picture[0].sum() == size - size // 2
    answer = correlate(picture, SOBEL_X)
    expected = np.zeros(size - 2)
    expected[size // 2 - 2 : size // 2] = 4
    np.testing.assert_array_equal(answer, np.broadcast_to(expected, answer.shape))
    np.testing.assert_array_equal(correlate(picture, SOBEL_X.T), 0)


@pytest.mark.parametrize("size", SIZES)
def test_horizontal_edge_is_the_vertical_one_transposed(size: int) -> None:
    """Rows and columns change places, so Sobel x answers nowhere."""
    picture = sample("horizontal_edge", size)
    np.testing.assert_array_equal(picture, sample("vertical_edge", size).swapaxes(0, 1))
    np.testing.assert_array_equal(correlate(picture, SOBEL_X), 0)


@pytest.mark.parametrize("size", SIZES)
def test_diagonal_edge_answers_alike_to_both_directions(size: int) -> None:
    """The ones are the pixels above the diagonal, and Sobel x is minus Sobel y everywhere."""
    picture = sample("diagonal_edge", size)
    assert picture.sum() == size * (size - 1) / 2
    assert picture[0, -1] == 1
    assert picture[-1, 0] == 0
    np.testing.assert_array_equal(correlate(picture, SOBEL_X), -correlate(picture, SOBEL_X.T))


@pytest.mark.parametrize("size", SIZES)
def test_checkerboard_alternates(size: int) -> None:
    """One square on in either direction the colour is the other, and a box of 2 x 2 squares gives 0.5."""
    picture = sample("checkerboard", size)
    side = size // 8
    np.testing.assert_array_equal(picture[side:], 1 - picture[:-side])
    np.testing.assert_array_equal(picture[:, side:], 1 - picture[:, :-side])
    box = np.full((2 * side, 2 * side), 1 / (2 * side) ** 2)
    if size < 256:
        np.testing.assert_allclose(correlate(picture, box), 0.5)
    assert picture[0, 0] == 0


@pytest.mark.parametrize("size", SIZES)
def test_zone_plate_is_round_and_its_waves_grow_finer(size: int) -> None:
    """It looks the same from all sides, and at distance r the wave is cos(pi r^2 / size)."""
    picture = sample("zone_plate", size)
    middle = size // 2
    np.testing.assert_array_equal(picture, picture.swapaxes(0, 1))
    np.testing.assert_array_equal(picture[1 - size % 2 :], picture[1 - size % 2 :][::-1])
    assert picture[middle, middle] == 1
    distance = np.arange(size - middle)
    wave = 0.5 + 0.5 * np.cos(np.pi * distance**2 / size)
    np.testing.assert_allclose(picture[middle, middle:, 0], wave, atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_gradient_rises_evenly(size: int) -> None:
    """Columns rise from 0 to 1 by 1/(size - 1), so Sobel x answers 8 times that and a Laplacian answers 0."""
    picture = sample("gradient", size)
    assert picture[0, 0, 0] == 0
    assert picture[0, -1, 0] == 1
    assert np.all(np.diff(picture[..., 0], axis=1) > 0)
    np.testing.assert_allclose(correlate(picture, SOBEL_X), 8 / (size - 1), atol=1e-6)
    np.testing.assert_allclose(correlate(picture, LAPLACIAN), 0, atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_impulse_gives_the_kernel_turned_by_half_a_circle(size: int) -> None:
    """It sums to 1, its pixel stands in the middle, and correlation with a kernel gives the kernel turned."""
    picture = sample("impulse", size)
    middle = size // 2
    assert picture.sum() == 1
    assert picture[middle, middle] == 1
    kernel = np.arange(9.0).reshape(3, 3)
    answer = correlate(picture, kernel)[middle - 2 : middle + 1, middle - 2 : middle + 1]
    np.testing.assert_array_equal(answer, kernel[::-1, ::-1])


@pytest.mark.parametrize("size", SIZES)
def test_disc_is_round_and_has_its_area(size: int) -> None:
    """It looks the same from all sides and covers pi (size / 4)^2 pixels."""
    picture = sample("disc", size)
    for turned in (picture[::-1], picture[:, ::-1], picture.swapaxes(0, 1)):
        np.testing.assert_array_equal(picture, turned)
    assert picture.sum() == pytest.approx(np.pi * (size / 4) ** 2, rel=0.03)


@pytest.mark.parametrize("size", SIZES)
def test_letter_is_centred_and_has_no_symmetry(size: int) -> None:
    """The ink stands in the middle, within a pixel, and differs from all its mirrorings and turns."""
    picture = sample("letter", size)
    for axis in (0, 1):
        ink = np.flatnonzero(picture.max(axis=(1 - axis, 2)))
        assert abs(ink[0] - (size - 1 - ink[-1])) <= 1
        assert ink[-1] - ink[0] > size / 4
    for turns in range(4):
        turned = np.rot90(picture, turns)
        assert turns == 0 or np.abs(turned - picture).mean() > 0.02
        assert np.abs(turned[::-1] - picture).mean() > 0.02


@pytest.mark.parametrize("size", SIZES)
def test_chirp_rises_to_one_wave_in_two_pixels(size: int) -> None:
    """All rows are equal; up to column x pass x^2 / (4 size) waves, so the last pixels nearly alternate."""
    picture = sample("chirp", size)
    assert np.all(picture == picture[:1])
    column = np.arange(size)
    np.testing.assert_allclose(
        picture[0, :, 0], 0.5 + 0.5 * np.cos(np.pi * column**2 / (2 * size)), atol=1e-6
    )
    crossings = np.count_nonzero(np.diff(picture[0, :, 0] > 0.5))
    assert crossings == pytest.approx(size / 2, abs=2)  # a quarter of size waves, two crossings each


@pytest.mark.parametrize("size", SIZES)
def test_salt_and_pepper_is_a_step_with_a_known_share_of_specks(size: int) -> None:
    """One pixel of twenty is 0, one of twenty is 1, the rest is the step; the same on every call."""
    picture = sample("salt_and_pepper", size)
    share = size * size // 20
    assert np.count_nonzero(picture == 0) == share
    assert np.count_nonzero(picture == 1) == share
    step = 0.25 + 0.5 * sample("vertical_edge", size)
    assert np.count_nonzero(picture == step) == size * size - 2 * share
    np.testing.assert_array_equal(picture, SAMPLES["salt_and_pepper"].make(size))


# What the operation sees

PICTURES = arrays(
    np.float32,
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3])),
    elements=st.floats(0, 1, width=32),
)


@settings(max_examples=150, deadline=None)
@given(
    picture=PICTURES,
    size=st.integers(16, 512),
    colour=st.booleans(),
    resample=st.sampled_from(sorted(images.RESAMPLING)),
)
def test_prepared_picture_is_exact_in_a_png(
    picture: np.ndarray, size: int, colour: bool, resample: str
) -> None:
    """The longest side is the size asked for, each value is a level, and a PNG gives it back exactly."""
    prepared = prepare(picture, size=size, colour=colour, resample=resample)
    assert_picture(prepared)
    height, width, channels = picture.shape
    assert max(prepared.shape[:2]) == size
    assert abs(min(prepared.shape[:2]) - max(1, min(height, width) * size / max(height, width))) <= 0.5
    assert (prepared.shape[0] == size) if height >= width else (prepared.shape[1] == size)
    assert prepared.shape[2] == (channels if colour else 1)
    known = np.arange(256, dtype=np.float32) / np.float32(255)
    assert np.isin(prepared, known).all()
    np.testing.assert_array_equal(load(to_png(prepared)), prepared)
    np.testing.assert_array_equal(prepare(prepared, size=size, colour=colour, resample=resample), prepared)


@pytest.mark.parametrize(
    ("rgb", "level"),
    [
        ((1, 0, 0), 76),  # 0.299 * 255 = 76.2
        ((0, 1, 0), 150),  # 0.587 * 255 = 149.7
        ((0, 0, 1), 29),  # 0.114 * 255 = 29.1
        ((1, 1, 1), 255),
        ((0.2, 0.4, 0.6), 93),  # (0.0598 + 0.2348 + 0.0684) * 255 = 92.6
    ],
)
def test_grey_is_the_luma_worked_by_hand(rgb: tuple[float, ...], level: int) -> None:
    """Grey is 0.299 R + 0.587 G + 0.114 B, rounded to a level."""
    picture = np.full((16, 16, 3), rgb, np.float32)
    np.testing.assert_array_equal(
        prepare(picture, size=16, colour=False), np.full((16, 16, 1), levels(level))
    )


def test_grey_picture_stays_grey() -> None:
    """A grey picture has one channel whether colour is asked for or not."""
    picture = sample("disc", 32)
    np.testing.assert_array_equal(
        prepare(picture, size=32, colour=True), prepare(picture, size=32, colour=False)
    )


@pytest.mark.parametrize("resample", images.RESAMPLING)
def test_right_size_is_only_rounded(resample: str) -> None:
    """A picture of the size asked for keeps every pixel, rounded to the nearest level, halves to even."""
    picture = np.zeros((16, 16, 1), np.float32)
    picture[0, :5, 0] = np.array([0.5, 1.5, 2.4, 2.6, 254.7]) / 255
    prepared = prepare(picture, size=16, resample=resample)
    np.testing.assert_array_equal(prepared[0, :5, 0], levels(0, 2, 2, 3, 255))
    np.testing.assert_array_equal(prepared[1:], 0)


@pytest.mark.parametrize("channels", [1, 3])
def test_nearest_repeats_and_box_averages(channels: int) -> None:
    """Nearest at twice the size repeats each pixel; box at half the size is the mean of each 2 x 2 block."""
    rng = np.random.default_rng(3)
    picture = (rng.integers(0, 64, (16, 24, channels)) * 4).astype(np.float32) / np.float32(255)
    doubled = picture.repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(prepare(picture, size=48, resample="nearest"), doubled)
    np.testing.assert_array_equal(prepare(doubled, size=24, resample="box"), picture)
    halved = prepare(picture[:, :16], size=16, resample="box")
    np.testing.assert_array_equal(halved, picture[:, :16])
    wide = np.tile(np.array([0, 0.2], np.float32), (32, 16))[..., np.newaxis]  # 0 and 51 in turns
    np.testing.assert_array_equal(prepare(wide, size=16, resample="box"), np.full((16, 16, 1), levels(26)))


@pytest.mark.parametrize("resample", ["bicubic", "lanczos"])
def test_overshoot_is_clipped(resample: str) -> None:
    """Filters with negative lobes overshoot beside a step, and the result still lies in [0, 1]."""
    prepared = prepare(sample("vertical_edge", 16), size=100, resample=resample)
    assert prepared.min() == 0
    assert prepared.max() == 1


def test_prepare_leaves_its_input_alone() -> None:
    """The picture given is not changed, and the result shares no memory with it."""
    picture = prepare(sample("disc", 16), size=16)
    kept = picture.copy()
    prepare(picture, size=16)[...] = 0
    np.testing.assert_array_equal(picture, kept)


@pytest.mark.parametrize("size", [15, 513, -1, 0, 16.5, "256", None])
def test_prepare_checks_the_size(size: object) -> None:
    """Sizes outside 16 to 512 are refused in one sentence that repeats them."""
    with pytest.raises(ImageError) as caught:
        prepare(sample("disc", 16), size=size)
    assert str(size) in checked_sentence(caught.value)


def test_prepare_names_the_filters_it_knows() -> None:
    """An unknown resampling filter is refused with the list of known ones."""
    with pytest.raises(ImageError, match=r"'cubic'.*bicubic, lanczos") as caught:
        prepare(sample("disc", 16), resample="cubic")
    checked_sentence(caught.value)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((4, 4), np.float32), "shape (4, 4)"),
        (np.zeros((4, 4, 2), np.float32), "shape (4, 4, 2)"),
        (np.zeros((4, 4, 4), np.float32), "shape (4, 4, 4)"),
        (np.zeros((0, 4, 1), np.float32), "shape (0, 4, 1)"),
        (np.zeros((1, 4, 4, 3), np.float32), "shape (1, 4, 4, 3)"),
        (np.zeros((4, 4, 3), np.uint8), "type uint8"),
        (np.full((4, 4, 1), 1.5, np.float32), "from 1.5 to 1.5"),
        (np.full((4, 4, 1), -0.5, np.float32), "from −0.5 to −0.5"),
        (np.full((4, 4, 1), np.nan, np.float32), "nan"),
        ([[[0.0]]], "type list"),
        (b"png", "type bytes"),
    ],
)
@pytest.mark.parametrize("function", [to_png, prepare])
def test_what_is_no_picture_is_refused(function: object, array: object, words: str) -> None:
    """Arrays of another shape, type or range are refused in one sentence that says what came."""
    with pytest.raises(ImageError) as caught:
        function(array)
    assert words in checked_sentence(caught.value)


def test_png_is_read_by_pillow_as_grey_or_rgb() -> None:
    """The file is a plain 8-bit PNG whose levels are those of the picture."""
    for channels, mode in ((1, "L"), (3, "RGB")):
        picture = np.linspace(0, 1, 4 * 5 * channels, dtype=np.float32).reshape(4, 5, channels)
        with Image.open(io.BytesIO(to_png(picture))) as image:
            assert (image.format, image.mode, image.size) == ("PNG", mode, (5, 4))
            values = np.asarray(image).reshape(4, 5, channels)
        np.testing.assert_array_equal(values, np.rint(picture * 255))
