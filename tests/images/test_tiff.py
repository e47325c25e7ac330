"""TIFF as microscopes, scanners and programs write it: right, or named as what it is."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from colour_profiles import P3
from PIL import Image, TiffImagePlugin

from explorer.images import ImageError, load, parts, read
from explorer.images.depth import Levels

RNG = np.random.default_rng(0)
DEEP = RNG.integers(0, 65536, (24, 40, 3), dtype=np.uint16)
FLOATS = RNG.random((24, 40, 3)).astype(np.float32)


def written(values: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def by_opencv(values: np.ndarray, compression: int, predictor: int = 1) -> bytes:
    options = [cv2.IMWRITE_TIFF_COMPRESSION, compression, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
    _, data = cv2.imencode(".tiff", values if values.ndim == 2 else values[..., ::-1], options)
    return data.tobytes()


def by_pillow(image: Image.Image, tags: dict[int, int] | None = None, **options: object) -> bytes:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in (tags or {}).items():
        directory[tag] = value
    file = io.BytesIO()
    image.save(file, "TIFF", tiffinfo=directory, **options)
    return file.getvalue()


LZW, DEFLATE = 5, 8


def in_planes(planes: np.ndarray, compression: int, predictor: int = 1, photometric: int = 2) -> bytes:
    """A TIFF whose planes, (C, H, W), are packed one after the other, as no writer at hand has it."""
    packed: list[bytes] = []
    for plane in planes:
        alone = by_opencv(plane, compression, predictor)
        with tifffile.TiffFile(io.BytesIO(alone)) as file:
            page = file.pages[0]
            rows, kind = page.rowsperstrip, int(page.sampleformat)
            packed += [
                alone[start : start + size]
                for start, size in zip(page.dataoffsets, page.databytecounts, strict=True)
            ]
    count, (channels, height, width) = len(packed), planes.shape
    one = {256: width, 257: height, 258: 8 * planes.itemsize, 259: compression, 262: photometric}
    one |= {277: channels, 278: rows, 284: 2, 317: predictor, 339: kind}
    behind = 8 + 2 + 12 * (len(one) + 2) + 4
    starts = [behind + 8 * count + sum(map(len, packed[:place])) for place in range(count)]
    entries = [struct.pack("<HHII", tag, 4, 1, value) for tag, value in one.items()]
    entries += [
        struct.pack("<HHII", 273, 4, count, behind),
        struct.pack("<HHII", 279, 4, count, behind + 4 * count),
    ]
    entries.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    lists = struct.pack(f"<{2 * count}I", *starts, *map(len, packed))
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8) + directory + lists + b"".join(packed)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(written(DEEP, photometric="rgb"), id="plain"),
        pytest.param(written(DEEP, photometric="rgb", byteorder=">"), id="big-endian"),
        pytest.param(written(DEEP, photometric="rgb", bigtiff=True), id="BigTIFF"),
        pytest.param(written(DEEP, photometric="rgb", tile=(16, 16)), id="tiled"),
        pytest.param(
            written(DEEP, photometric="rgb", compression="zlib", predictor=True), id="deflate, predictor"
        ),
        pytest.param(
            written(DEEP, photometric="rgb", compression="zlib", tile=(16, 32)), id="deflate, tiled"
        ),
        pytest.param(
            written(np.moveaxis(DEEP, -1, 0), photometric="rgb", planarconfig="separate"), id="planar"
        ),
        pytest.param(
            written(np.moveaxis(DEEP, -1, 0), photometric="rgb", planarconfig="separate", compression="zlib"),
            id="planar, deflate",
        ),
        pytest.param(in_planes(np.moveaxis(DEEP, -1, 0), LZW), id="planar, LZW"),
        pytest.param(in_planes(np.moveaxis(DEEP, -1, 0), LZW, 2), id="planar, LZW, predictor"),
        pytest.param(in_planes(np.moveaxis(DEEP, -1, 0), DEFLATE, 2), id="planar, deflate, predictor"),
        pytest.param(by_opencv(DEEP, LZW, 2), id="LZW, predictor"),
        pytest.param(by_opencv(DEEP, DEFLATE, 2), id="deflate by libtiff"),
    ],
)
def test_colour_of_sixteen_bits_is_whole_however_it_is_stored(data: bytes) -> None:
    """Every level of every channel, from strips, tiles and planes, packed or not."""
    np.testing.assert_allclose(load(data), DEEP / 65535, atol=1e-7)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(written(FLOATS, photometric="rgb"), id="plain"),
        pytest.param(written(FLOATS.astype(np.float64), photometric="rgb"), id="float64"),
        pytest.param(by_opencv(FLOATS, LZW), id="LZW"),
        pytest.param(in_planes(np.moveaxis(FLOATS, -1, 0), LZW, 3), id="planar, LZW, predictor of floats"),
        pytest.param(by_opencv(FLOATS, DEFLATE, 3), id="deflate, predictor of floats"),
        pytest.param(
            written(np.moveaxis(FLOATS, -1, 0), photometric="rgb", planarconfig="separate"), id="planar"
        ),
    ],
)
def test_colour_in_floats_is_read(data: bytes) -> None:
    """Fractions stay what they are."""
    np.testing.assert_allclose(load(data), FLOATS, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int16, np.uint32])
def test_grey_of_every_type_is_read(dtype: type) -> None:
    """Fractions as they are; whole numbers as levels of 16 bits."""
    values = FLOATS[..., 0] if np.dtype(dtype).kind == "f" else DEEP[..., 0] // 2
    expected = values if np.dtype(dtype).kind == "f" else values / 65535
    np.testing.assert_allclose(load(written(values.astype(dtype)))[..., 0], expected, atol=1e-3)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate"])
def test_twelve_bits_of_sixteen_are_stretched(compression: str | None) -> None:
    """A microscope's picture is no longer black."""
    values = np.linspace(0, 4095, 65536).reshape(256, 256).astype(np.uint16)
    reading = read(by_pillow(Image.fromarray(values), compression=compression))
    np.testing.assert_allclose(reading.image[..., 0], values / 4095, atol=1e-6)
    assert reading.levels == Levels(4095, 65535)


def test_a_facsimile_has_white_paper() -> None:
    """One bit a pixel, 0 for white."""
    page = Image.new("1", (64, 64), 255)
    page.paste(0, (8, 8, 16, 16))
    data = by_pillow(page, {262: 0})
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert (int(file.pages[0].photometric), file.pages[0].bitspersample) == (0, 1)
    pixels = load(data)
    assert pixels.mean() == pytest.approx(1 - 64 / 4096)
    assert pixels[12, 12] == 0


@pytest.mark.parametrize("bits", [8, 16, 32])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_where_zero_is_white_paper_is_white(bits: int, compression: str | None) -> None:
    """A scanner's page of zeros with a small black square is bright, at every depth."""
    dtype = {8: np.uint8, 16: np.uint16, 32: np.float32}[bits]
    ink = np.zeros((64, 64), dtype)
    ink[8:16, 8:16] = {8: 255, 16: 65535, 32: 1}[bits]
    pixels = load(written(ink, photometric="miniswhite", compression=compression))
    assert pixels.mean() == pytest.approx(1 - 64 / 4096, abs=1e-4)
    assert pixels[12, 12] == 0


def test_where_zero_is_white_twelve_bits_are_stretched_first() -> None:
    """White is the level 0, and black the greatest of the bits used."""
    ink = np.zeros((64, 64), np.uint16)
    ink[8:16, 8:16] = 4095
    pixels = load(written(ink, photometric="miniswhite"))
    assert (pixels.max(), pixels.min()) == (1, 0)


def test_pages_of_a_stack_are_chosen_by_number() -> None:
    """The first may be black: the others are there, each with its thumbnail."""
    stack = np.stack([np.full((24, 40), level, np.uint8) for level in (0, 102, 255)])
    data = written(stack, photometric="minisblack")
    assert [part.name for part in parts(data)] == ["Page 1", "Page 2", "Page 3"]
    assert [round(float(part.thumbnail.mean()), 3) for part in parts(data)] == [0, 0.4, 1]
    assert [round(float(read(data, part=part).image.mean()), 3) for part in range(3)] == [0, 0.4, 1]
    with pytest.raises(ImageError, match="fewer than 4 pictures"):
        read(data, part=3)


@pytest.mark.parametrize("config", ["contig", "separate"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("count", [2, 4, 5])
def test_channels_that_are_no_colours_are_chosen_from(count: int, dtype: type, config: str) -> None:
    """Of 2, 4 or 5 channels each is a grey picture of its own, whatever their numbers are."""
    white = 1 if dtype is np.float32 else np.iinfo(dtype).max
    channels = np.stack([np.linspace(0, white * (n + 1) / count, 960).reshape(24, 40) for n in range(count)])
    values = channels.astype(dtype)
    laid = values if config == "separate" else np.ascontiguousarray(np.moveaxis(values, 0, -1))
    data = written(laid, photometric="minisblack", planarconfig=config)
    assert [part.name for part in parts(data)] == [f"Channel {n + 1}" for n in range(count)]
    for number in range(count):
        pixels = read(data, part=number, stretch=False).image
        assert pixels.shape == (24, 40, 1)
        np.testing.assert_allclose(pixels[..., 0], values[number] / white, atol=1e-3)


def test_packed_channels_of_a_large_picture_are_chosen_from() -> None:
    """Each plane lies in several strips, packed by LZW."""
    planes = RNG.integers(0, 256, (5, 700, 300), dtype=np.uint8)
    data = in_planes(planes, LZW, photometric=1)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert len(file.pages[0].dataoffsets) > len(planes)
    for number, plane in enumerate(planes):
        np.testing.assert_allclose(read(data, part=number).image[..., 0], plane / 255, atol=1e-6)


@pytest.mark.parametrize("predictor", [1, 2])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_packed_channels_that_stand_together_are_chosen_from(dtype: type, predictor: int) -> None:
    """Four numbers a pixel, packed by LZW, that are no colours; what is damaged is not taken for black."""
    values = RNG.integers(0, np.iinfo(dtype).max, (24, 40, 4)).astype(dtype)
    options = [cv2.IMWRITE_TIFF_COMPRESSION, LZW, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
    data = cv2.imencode(".tiff", values[..., [2, 1, 0, 3]], options)[1].tobytes()
    data = data.replace(struct.pack("<HHIH", 262, 3, 1, 2), struct.pack("<HHIH", 262, 3, 1, 1))
    for number in range(4):
        expected = values[..., number] / np.iinfo(dtype).max
        found = read(data, part=number, stretch=False).image[..., 0]
        np.testing.assert_allclose(found, expected, atol=1e-6)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        start, size = file.pages[0].dataoffsets[0], file.pages[0].databytecounts[0]
    noise = RNG.integers(0, 256, size // 2, np.uint8).tobytes()
    with pytest.raises(ImageError, match="is damaged or cut short"):
        read(data[: start + size // 2] + noise + data[start + size // 2 + len(noise) :], part=3)


def test_pages_of_channels_are_named_by_both() -> None:
    """Two pages of two channels are four pictures."""
    data = written(np.zeros((2, 2, 24, 40), np.uint16), photometric="minisblack", planarconfig="separate")
    assert [part.name for part in parts(data)] == [
        "Page 1, channel 1",
        "Page 1, channel 2",
        "Page 2, channel 1",
        "Page 2, channel 2",
    ]


@pytest.mark.parametrize(("kind", "red"), [("unassalpha", 0.2), ("assocalpha", 0.5)])
def test_alpha_of_a_tiff_lies_over_white(kind: str, red: float) -> None:
    """0.2 under an alpha of 0.4 is 0.68; multiplied in already, it is 0.5 under 0.4, so 0.8."""
    values = np.full((4, 4, 4), (13107, 0, 0, 26214), np.uint16)
    pixels = read(written(values, photometric="rgb", extrasamples=[kind]), stretch=False).image
    np.testing.assert_allclose(pixels[0, 0], [red * 0.4 + 0.6, 0.6, 0.6], atol=1e-4)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("data", ["plain", "lzw"])
def test_a_deep_tiff_is_turned_once(orientation: int, data: str) -> None:
    """Whichever reader decodes it, it stands as the same picture in 8 bits does."""
    values = np.zeros((24, 40, 3), np.uint16)
    values[:8, :16, 0] = 65535
    expected = load(by_pillow(Image.fromarray((values // 257).astype(np.uint8)), {274: orientation}))
    tag = (274, "H", 1, orientation, True)
    deep = written(values, photometric="rgb", extratags=[tag])
    if data == "lzw":
        deep = with_orientation(by_opencv(values, LZW), orientation)
    reading = read(deep)
    np.testing.assert_allclose(reading.image, expected, atol=1e-6)
    assert reading.native == expected.shape[:2]


def with_orientation(data: bytes, orientation: int) -> bytes:
    """Write the tag into a TIFF that OpenCV made, behind the other tags of a new directory."""
    start = struct.unpack("<I", data[4:8])[0]
    count = struct.unpack("<H", data[start : start + 2])[0]
    entries = [data[start + 2 + 12 * n : start + 14 + 12 * n] for n in range(count)]
    entries.append(struct.pack("<HHIHH", 274, 3, 1, orientation, 0))
    entries.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    place = len(data) + len(data) % 2
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return data[:4] + struct.pack("<I", place) + data[8:].ljust(place - 8, b"\0") + directory


def test_the_profile_of_a_deep_tiff_is_used() -> None:
    """Display P3 in 16 bits becomes sRGB."""
    values = np.full((8, 8, 3), np.array([200, 100, 50]) * 257, np.uint16)
    values[0, 0] = 0
    reading = read(written(values, photometric="rgb", iccprofile=P3))
    np.testing.assert_allclose(255 * reading.image[4, 4], [215, 93, 31], atol=0.6)
    assert reading.profile == "Display P3"


def test_what_is_not_read_is_named() -> None:
    """A camera's raw picture, and planes packed in a way that no reader here knows, are said to be that."""
    raw = written(DEEP[..., 0], photometric="cfa", extratags=[(33421, "H", 2, (2, 2), True)])
    with pytest.raises(ImageError, match="a camera's raw picture"):
        load(raw)
    four = written(
        RNG.integers(0, 256, (4, 24, 40), np.uint8), photometric="minisblack", planarconfig="separate"
    )
    jpeg_2000, lzw = (
        four.replace(struct.pack("<HHIH", 259, 3, 1, 1), struct.pack("<HHIH", 259, 3, 1, kind))
        for kind in (34712, LZW)
    )
    assert four not in (jpeg_2000, lzw)
    with pytest.raises(ImageError, match=r"4 × 8 bits is compressed in planes \(\w+\).*save it without"):
        load(jpeg_2000)
    with pytest.raises(ImageError, match="is damaged or cut short"):  # it is read, but what is there is none
        load(lzw)


def test_a_strip_that_unpacks_to_a_bomb_is_refused() -> None:
    """A page of 16 x 16 in a strip of 200 megabytes takes no memory for them."""
    bomb = zlib.compress(bytes(200 * 2**20), 9)
    tags = [
        (256, 16),
        (257, 16),
        (258, 16),
        (259, 8),
        (262, 2),
        (273, 8 + 2 + 12 * 9 + 4),
        (277, 3),
        (278, 16),
    ]
    tags += [(279, len(bomb))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    with pytest.raises(ImageError, match="more than its header says"):
        load(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + bomb)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_deep_tiff_cut_short_is_refused(share: float, compression: str | None) -> None:
    """No black rest is passed off as a picture."""
    data = written(DEEP, photometric="rgb", compression=compression)
    with pytest.raises(ImageError, match=r"cut short|damaged"):
        load(data[: int(share * len(data))])


def test_a_huge_deep_tiff_is_refused_from_its_header() -> None:
    """It claims 9,000 x 9,000 pixels of 4 x 16 bits."""
    data = written(np.zeros((16, 16, 4), np.uint16), photometric="rgb")
    for tag in (256, 257):
        data = data.replace(struct.pack("<HHII", tag, 4, 1, 16), struct.pack("<HHII", tag, 4, 1, 9000))
        data = data.replace(
            struct.pack("<HHIHH", tag, 3, 1, 16, 0), struct.pack("<HHIHH", tag, 3, 1, 9000, 0)
        )
    with pytest.raises(ImageError, match=r"9000 × 9000 pixels \(81.0 megapixels\)"):
        load(data)


def test_the_reader_of_tiff_stays_out_of_the_start() -> None:
    """Neither it nor that of HEIC is imported before the first such file comes."""
    program = (
        "import sys, explorer.images;"
        "print([name for name in ('tifffile', 'pi_heif', 'PIL.ImageCms') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
