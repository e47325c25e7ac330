"""Transparency: over white, or over a checker where white would swallow the ink."""

from __future__ import annotations

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from explorer.images import load, read

CLEAR = (255, 255, 255, 0)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def sticker(ink: tuple[int, int, int], alpha: int = 255) -> Image.Image:
    """A square of 20 x 20 in the middle of 64 x 64 that are transparent."""
    image = Image.new("RGBA", (64, 64), CLEAR)
    image.paste((*ink, alpha), (22, 22, 42, 42))
    return image


def deep(ink: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    pixels = np.asarray(sticker(ink), np.uint16) * 257
    tifffile.imwrite(file, pixels, photometric="rgb", extrasamples=["unassalpha"])
    return file.getvalue()


def files(ink: tuple[int, int, int]) -> dict[str, object]:
    image = sticker(ink)
    return {
        "png": encoded(image, "PNG"),
        "webp": encoded(image, "WEBP", lossless=True),
        "gif": encoded(image, "GIF"),
        "avif": encoded(image, "AVIF", quality=100),
        "tiff": encoded(image, "TIFF"),
        "16 bits": deep(ink),
        "multiplied": image.convert("RGBa"),
        "image": image,
    }


@pytest.mark.parametrize("name", files((0, 0, 0)))
@pytest.mark.parametrize("ink", [(0, 0, 0), (255, 0, 0), (0, 128, 255), (200, 200, 200)])
def test_dark_ink_lies_over_white(name: str, ink: tuple[int, int, int]) -> None:
    """Around the ink all is white, and the ink is what it was."""
    reading = read(files(ink)[name])
    assert reading.ground == "white"
    assert reading.notes == ["Where it is transparent, it lies over white."]
    np.testing.assert_allclose(reading.image[:20], 1, atol=0.01)
    np.testing.assert_allclose(reading.image[32, 32], np.array(ink) / 255, atol=0.03)


@pytest.mark.parametrize("name", files((0, 0, 0)))
@pytest.mark.parametrize("ink", [(255, 255, 255), (255, 255, 0), (230, 230, 230)])
def test_light_ink_lies_over_a_checker(name: str, ink: tuple[int, int, int]) -> None:
    """White ink is there to be seen: brighter than both greys around it, in squares of 4 of 64 pixels."""
    reading = read(files(ink)[name])
    assert reading.ground == "checker"
    assert "grey checker" in reading.notes[0]
    np.testing.assert_allclose(reading.image[32, 32], np.array(ink) / 255, atol=0.03)
    corner = reading.image[:8, :8].mean(axis=2)
    expected = np.kron([[0.4, 0.6], [0.6, 0.4]], np.ones((4, 4)))
    np.testing.assert_allclose(corner, expected, atol=0.02)


def test_pale_alpha_is_no_light_ink() -> None:
    """Black ink of which little is left is grey on white, whatever is under its transparent pixels."""
    reading = read(sticker((0, 0, 0), 40))
    assert reading.ground == "white"
    np.testing.assert_allclose(reading.image[32, 32], 1 - 40 / 255, atol=1e-6)
    faint = read(sticker((255, 255, 255), 40))
    assert faint.ground == "checker"
    assert faint.image[32, 32].mean() > faint.image[32, 10].mean()


def test_what_is_opaque_or_empty_has_no_checker() -> None:
    """A bright picture without a transparent pixel stays as it is; one of nothing else is white."""
    bright = read(Image.new("RGBA", (8, 8), (255, 255, 255, 255)))
    assert (bright.ground, bright.image.min(), bright.notes) == ("", 1, [])
    empty = read(Image.new("RGBA", (8, 8), CLEAR))
    assert (empty.ground, empty.image.min()) == ("white", 1)


def test_the_ground_is_the_same_when_the_picture_is_shrunk() -> None:
    """Sixteen squares along the longest side, at any size."""
    large = sticker((255, 255, 255)).resize((640, 320), Image.Resampling.NEAREST)
    pixels = load(large, max_side=160)
    assert pixels.shape == (80, 160, 3)
    np.testing.assert_allclose(pixels[0, ::10, 0], [0.4, 0.6] * 8, atol=1e-6)
