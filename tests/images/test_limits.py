"""The limits of a picture: large ones open in little memory, and what costs too much is refused first."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from explorer.images import ImageError, limits, load

PEAK = """
import sys
from explorer.images import load

def peak():
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024

with open(sys.argv[1], "rb") as file:
    data = file.read()
before = peak()
print(*load(data).shape, peak() - before)
"""


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def waves(width: int, height: int) -> Image.Image:
    """A smooth colour picture of any size, quick to make."""
    row, column = np.mgrid[0 : height // 16 + 1, 0 : width // 16 + 1]
    small = np.stack([row * 7 % 256, column * 5 % 256, (row + column) * 3 % 256], -1).astype(np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def black_png(width: int, height: int, kind: int = 0) -> bytes:
    """A PNG of 8 bits in which all is zero, written by hand: small, whatever it unpacks to."""
    packer, row = zlib.compressobj(9), bytes(1 + width * {0: 1, 2: 3, 6: 4}[kind])
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def refusal(source: object) -> str:
    with pytest.raises(ImageError) as caught:
        load(source)
    assert str(caught.value).endswith(".")
    assert ". " not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("size", "options", "most"),
    [
        pytest.param((5712, 4284), {}, 60, id="24 megapixels"),
        pytest.param((8064, 6048), {}, 60, id="48 megapixels"),
        pytest.param((4960, 7016), {}, 60, id="A4 at 600 dpi"),
        pytest.param((8064, 6048), {"progressive": True}, 200, id="48 megapixels, progressive"),
        pytest.param((8064, 6048), {"progressive": True, "subsampling": 0}, 340, id="progressive, 4:4:4"),
        pytest.param((16320, 12240), {"quality": 30}, 60, id="200 megapixels"),
    ],
)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_a_large_jpeg_opens_in_little_memory(
    tmp_path: Path, size: tuple[int, int], options: dict[str, object], most: int
) -> None:
    """What a telephone or a scanner gives is read, and the process grows by so many MB at most."""
    path = tmp_path / "large.jpg"
    waves(*size).save(path, "JPEG", **options)
    done = subprocess.run([sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True)
    rows, columns, channels, grown = map(float, done.stdout.split())
    assert (max(rows, columns), channels) == (1024, 3)
    assert grown < most


def test_a_png_of_30_megapixels_opens() -> None:
    """It is decoded whole, and its mean is what it was."""
    pixels = load(black_png(6708, 4472, 2))
    assert pixels.shape == (683, 1024, 3)
    assert pixels.max() == 0


@pytest.mark.parametrize("max_side", [100, 250, 300])
def test_a_jpeg_shrunk_by_its_decoder_is_the_one_that_is_shrunk_afterwards(max_side: int) -> None:
    """Averaged in the decoder or after it, a picture is the same to within a level in the mean."""
    data = encoded(waves(2000, 1500), "JPEG", quality=95)
    whole = load(encoded(Image.open(io.BytesIO(data)), "PNG"), max_side=max_side)
    assert np.abs(load(data, max_side=max_side) - whole).mean() < 1 / 255


@pytest.mark.parametrize(
    ("width", "height", "kind", "words"),
    [
        (8001, 8000, 0, "8001 × 8000 pixels (64.01 megapixels), and at most 64 megapixels"),
        (8000, 8001, 2, "(64.01 megapixels)"),
        (10_000, 9_000, 0, "(90.0 megapixels)"),
        (6900, 6900, 6, "takes 409 MB of memory, and at most 400 MB"),
    ],
)
def test_what_is_too_large_is_refused_with_numbers_that_differ(
    width: int, height: int, kind: int, words: str
) -> None:
    """The sentence never says that 64.0 is more than 64."""
    assert words in refusal(black_png(width, height, kind))


def test_most_pixels_that_are_read() -> None:
    """Sixty-four megapixels are read."""
    assert load(black_png(8000, 8000)).shape == (1024, 1024, 1)


def test_a_jpeg_beyond_its_limit_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is changed in the header of a small file; in one pass 256 megapixels may be, else 64."""

    def decode(image: ImageFile.ImageFile) -> None:
        pytest.fail("a pixel was decoded")

    def claiming(data: bytes, start: bytes, width: int, height: int) -> bytes:
        place = data.index(start) + 5
        return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    once = encoded(waves(64, 48), "JPEG")
    often = encoded(waves(64, 48), "JPEG", progressive=True, subsampling=0)
    assert "at most 256 megapixels" in refusal(claiming(once, b"\xff\xc0", 65_000, 65_000))
    assert "at most 64 megapixels" in refusal(claiming(often, b"\xff\xc2", 9000, 9000))
    twelve = encoded(waves(64, 48).convert("CMYK"), "JPEG", progressive=True)
    assert "takes 508 MB" in refusal(claiming(twelve, b"\xff\xc2", 8000, 8000))


def test_huge_pillow_image_is_refused() -> None:
    """The limit holds for a Pillow image too."""
    assert "10000 × 8000" in refusal(Image.new("1", (10_000, 8_000)))


def test_jpeg_of_endless_passes_is_refused() -> None:
    """A progressive JPEG whose last pass comes a few times is read; hundreds of times, it is not."""
    data = encoded(waves(30, 20), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    assert load(data[:-2] + 5 * last + data[-2:]).shape == (20, 30, 3)
    assert "more than 100 passes" in refusal(data[:-2] + 500 * last + data[-2:])
    large = encoded(waves(8000, 7000), "JPEG", progressive=True, quality=10)
    last = large[large.rindex(b"\xff\xda") : -2]
    assert "more than 28 passes" in refusal(large[:-2] + 25 * last + large[-2:])


def test_what_follows_a_jpeg_is_no_pass_of_it() -> None:
    """The film that a telephone hangs on its picture holds the mark of a pass by chance, many times."""
    data = encoded(waves(30, 20), "JPEG")
    np.testing.assert_array_equal(load(data + 500 * b"\xff\xda\0\2"), load(data))
    assert limits._scans(data + 500 * b"\xff\xda\0\2") == (1, 3)


def test_the_passes_of_a_jpeg_are_counted_with_their_components() -> None:
    """One pass of three components, or ten that begin with the coarse levels of all three."""
    assert limits._scans(encoded(waves(30, 20), "JPEG")) == (1, 3)
    assert limits._scans(encoded(waves(30, 20), "JPEG", progressive=True)) == (10, 3)
    assert limits._scans(encoded(waves(30, 20).convert("L"), "JPEG")) == (1, 1)
    assert limits._scans(b"\xff\xd8\xff") == (0, 0)
