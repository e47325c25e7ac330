"""Files as telephones, scanners and drawing programs write them, made from one photograph."""

from __future__ import annotations

import io

import cv2
import numpy as np
from colour_profiles import ADOBE, GREY, P3, printer
from PIL import Image

from explorer import images


def mixed(size: tuple[int, int] = (400, 300)) -> dict[str, bytes]:
    """Return one file of each kind by its name, all of them readable."""
    levels = np.rint(images.sample("coffee") * 255).astype(np.uint8)
    photograph = Image.fromarray(levels).resize(size)
    grey = photograph.convert("L")
    ink = Image.new("RGBA", size, (250, 250, 240, 0))
    ink.paste((250, 250, 240, 255), (40, 60, size[0] // 2, size[1] // 2))
    faded = photograph.copy()
    faded.putalpha(grey)
    colours = np.asarray(photograph).astype(np.uint16)
    return {
        "landscape_3.jpg": encoded(photograph, "JPEG", exif=turned(3), quality=90),
        "portrait_6.jpg": encoded(photograph, "JPEG", exif=turned(6), quality=90),
        "large_8.jpg": encoded(photograph.resize((1603, 1200)), "JPEG", exif=turned(8), quality=80),
        "small_5.jpg": encoded(photograph.resize((90, 61)), "JPEG", exif=turned(5), quality=90),
        "display_p3.jpg": encoded(photograph, "JPEG", icc_profile=P3, quality=95),
        "adobe_7.webp": encoded(photograph, "WEBP", exif=turned(7), icc_profile=ADOBE, lossless=True),
        "inks.jpg": encoded(photograph.convert("CMYK"), "JPEG", quality=90),
        "printer.jpg": encoded(photograph.convert("CMYK"), "JPEG", icc_profile=printer(), quality=90),
        "grey.jpg": encoded(grey, "JPEG", quality=90),
        "grey_gamma.png": encoded(grey, "PNG", icc_profile=GREY),
        "grey_adobe.png": encoded(grey, "PNG", icc_profile=ADOBE),
        "white_ink.png": encoded(ink, "PNG"),
        "faded.png": encoded(faded, "PNG"),
        "faded_p3.png": encoded(faded.resize((200, 150)), "PNG", icc_profile=P3),
        "faded_grey.png": encoded(faded.convert("LA"), "PNG"),
        "palette.gif": encoded(photograph.quantize(32), "GIF"),
        "palette_with_a_hole.gif": encoded(photograph.quantize(32), "GIF", transparency=3),
        "one_bit.tif": encoded(grey.convert("1"), "TIFF", compression="group4"),
        "bits_12.tif": encoded(Image.fromarray(np.asarray(grey).astype(np.uint16) * 16), "TIFF"),
        "grey_16.png": cv2.imencode(".png", colours[..., 0] * 257)[1].tobytes(),
        "bits_10.png": cv2.imencode(".png", colours[..., ::-1] * 4)[1].tobytes(),
        "colours_16.png": cv2.imencode(".png", colours[..., ::-1] * 257)[1].tobytes(),
        "alpha_16.png": cv2.imencode(
            ".png", np.dstack([colours[..., ::-1] * 257, colours[..., :1] * 257])
        )[1].tobytes(),
        "telephone.avif": encoded(photograph, "AVIF", exif=turned(6), quality=80),
        "drawing.bmp": encoded(photograph, "BMP"),
    }  # fmt: skip


def turned(orientation: int) -> Image.Exif:
    """Return metadata that say how a picture lies."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    """Write a picture as a file."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()
