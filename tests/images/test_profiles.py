"""Colour profiles: levels of other colour spaces become those of sRGB, and what is no use is left alone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from colour_profiles import ADOBE, GREY, P3, printer
from PIL import Image, ImageCms

from explorer.images import load, read

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("profile", "came", "right"),
    [
        (P3, (200, 100, 50), (215, 93, 31)),
        (P3, (0, 200, 0), (0, 204, 0)),
        (P3, (128, 128, 128), (128, 128, 128)),
        # linear 0.5860, 0.1276, 0.0279 by the curve of 563/256, then Adobe's primaries to those of sRGB
        (ADOBE, (200, 100, 50), (227, 100, 42)),
    ],
)
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_colours_of_a_display_become_those_of_srgb(
    profile: bytes, came: tuple[int, ...], right: tuple[int, ...], format: str
) -> None:
    """In every format that carries a profile, to within what a lossy format loses."""
    image = Image.new("RGB", (32, 32), came)
    data = encoded(
        image, format, icc_profile=profile, **({} if format in ("PNG", "TIFF") else {"quality": 100})
    )
    reading = read(data)
    tolerance = 0.51 if format in ("PNG", "TIFF") else 4
    np.testing.assert_allclose(255 * reading.image[16, 16], right, atol=tolerance)
    assert reading.profile in ("Display P3", "Adobe RGB")
    assert f"Its colours were brought from {reading.profile} to sRGB." in reading.notes


@pytest.mark.parametrize("mode", ["RGBA", "P", "PA"])
def test_alpha_and_palettes_keep_their_profile(mode: str) -> None:
    """The colours are converted, alpha is not: half of (215, 93, 31) over white."""
    image = Image.new("RGBA", (8, 8), (200, 100, 50, 128 if mode == "RGBA" else 255))
    source = image if mode == "RGBA" else image.convert("RGB").quantize(4)
    if mode == "PA":
        source.info["transparency"] = 3
    share = 128 / 255 if mode == "RGBA" else 1
    pixels = load(encoded(source, "PNG", icc_profile=P3))
    np.testing.assert_allclose(
        255 * pixels[4, 4], share * np.array([215, 93, 31]) + 255 * (1 - share), atol=0.6
    )


def test_a_grey_of_another_gamma_stays_grey() -> None:
    """Level 20 of gamma 2.2 is (20 / 255)^2.2 = 0.0037 of the light, which is level 12 in sRGB."""
    for mode in ("L", "LA"):
        reading = read(encoded(Image.new("L", (8, 8), 20).convert(mode), "PNG", icc_profile=GREY))
        assert reading.image.shape == (8, 8, 1)
        np.testing.assert_allclose(255 * reading.image, 12, atol=0.6)
        assert reading.profile == "Grey Gamma 2.2"


def test_a_grey_picture_with_a_profile_of_colours_stays_grey() -> None:
    """Its curve is that of the colours: Adobe's 20 is (20 / 255)^2.199, level 12 as well."""
    pixels = load(encoded(Image.new("L", (8, 8), 20), "PNG", icc_profile=ADOBE))
    assert pixels.shape == (8, 8, 1)
    np.testing.assert_allclose(255 * pixels, 12, atol=0.6)


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
@pytest.mark.parametrize(
    ("ink", "lightness"),
    [((0, 0, 0, 0), 100), ((255, 0, 0, 0), 200 / 3), ((0, 0, 0, 255), 0), ((0, 128, 0, 0), 83.3)],
)
def test_inks_have_the_light_that_their_profile_says(
    format: str, ink: tuple[int, ...], lightness: float
) -> None:
    """A press of grey prints cyan as L* = 67: of light ((67 + 16) / 116)^3, which sRGB's curve encodes."""
    data = encoded(Image.new("CMYK", (16, 16), ink), format, icc_profile=printer())
    y = ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness / 903.3
    level = 1.055 * y ** (1 / 2.4) - 0.055 if y > 0.0031308 else 12.92 * y
    np.testing.assert_allclose(load(data)[8, 8], [level] * 3, atol=0.02)


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        pytest.param("RGB", SRGB, id="sRGB"),
        pytest.param("RGB", b"no profile at all", id="no profile"),
        pytest.param("RGB", P3[:200], id="cut"),
        pytest.param("RGB", GREY, id="grey for colours"),
        pytest.param("RGB", printer(), id="inks for colours"),
        pytest.param("RGB", bytes(5 * 2**20), id="huge"),
        pytest.param("CMYK", P3, id="colours for inks"),
        pytest.param("L", SRGB, id="sRGB for grey"),
    ],
)
def test_a_profile_that_is_of_no_use_changes_no_level(mode: str, profile: bytes) -> None:
    """Every level is that of the same file without a profile, and nothing is said."""
    levels = np.random.default_rng(0).integers(0, 256, (16, 16, len(mode)), dtype=np.uint8)
    image = Image.fromarray(levels[..., 0] if mode == "L" else levels, mode)
    reading = read(encoded(image, "TIFF", icc_profile=profile))
    np.testing.assert_array_equal(reading.image, load(encoded(image, "TIFF")))
    assert (reading.profile, reading.notes) == ("", [])
