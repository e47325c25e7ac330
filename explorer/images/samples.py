"""The sample pictures: photographs that are bundled, and pictures that are computed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from explorer.images.arrays import MAX_SIZE, Array, ImageError, checked_size
from explorer.images.loading import load


@dataclass(frozen=True)
class Sample:
    """A picture that needs no upload."""

    name: str
    """Key in `SAMPLES`."""
    title: str
    """Name to show."""
    kind: Literal["photograph", "synthetic"]
    """Found in the world, or computed so that the answer of an operation is known."""
    credit: str
    """Whose it is."""
    why: str
    """What to look for, in one sentence."""
    make: Callable[[int], Array]
    """Side in pixels -> (H, W, C) in [0, 1]; a photograph has a size of its own and ignores this one."""


def sample_names() -> list[str]:
    """Names that `sample` knows: photographs first, then synthetic pictures.

    >>> sample_names()[0], sample_names()[-1]
    ('astronaut', 'salt_and_pepper')
    """
    return list(SAMPLES)


def sample(name: str, size: int = 256) -> Array:
    """Return a sample picture.

    Args:
        name: A key of `SAMPLES`.
        size: Side of a synthetic picture in pixels, 16 to 512; photographs come in a size of their own.

    Returns:
        float32 (H, W, C) in [0, 1], a copy.

    Raises:
        ImageError: If the name or the size is unknown, or the photograph is not installed.

    >>> sample("camera").shape
    (512, 512, 1)
    >>> sample("impulse", 17).sum()
    np.float32(1.0)
    """
    if name not in SAMPLES:
        raise ImageError(f"There is no sample picture {name!r}; choose one of {', '.join(SAMPLES)}.")
    return _made(name, checked_size(size) if SAMPLES[name].kind == "synthetic" else MAX_SIZE).copy()


@lru_cache(maxsize=8)
def _made(name: str, size: int) -> Array:
    return SAMPLES[name].make(size)


# Samples.


def _bundled(file: str, size: int) -> Array:
    """Read one of scikit-image's own pictures; `size` is not used, for a photograph has its own.

    The package is located but not imported: importing its data module would bring SciPy with it.
    """
    package = importlib.util.find_spec("skimage")
    folders = package.submodule_search_locations if package else None
    path = Path(folders[0], "data", file) if folders else None
    if path is None or not path.is_file():
        raise ImageError(
            f"The sample picture {file!r} comes with scikit-image and is not installed here; install "
            "scikit-image or choose another sample."
        )
    with Image.open(path) as image:
        image.info.pop("icc_profile", None)  # skimage.data gives the levels as they are stored
        pixels = load(image)
    grey = pixels[..., :1]
    return grey.copy() if np.array_equal(pixels, np.broadcast_to(grey, pixels.shape)) else pixels


def _grid(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the row numbers (H, 1) and the column numbers (1, W)."""
    steps = np.arange(size, dtype=np.float64)
    return steps[:, np.newaxis], steps[np.newaxis, :]


def _picture(values: NDArray[Any], size: int) -> Array:
    """Spread values over (size, size, 1)."""
    return np.broadcast_to(values, (size, size)).astype(np.float32)[..., np.newaxis]


def _vertical_edge(size: int) -> Array:
    _, column = _grid(size)
    return _picture(column >= size // 2, size)


def _horizontal_edge(size: int) -> Array:
    row, _ = _grid(size)
    return _picture(row >= size // 2, size)


def _diagonal_edge(size: int) -> Array:
    row, column = _grid(size)
    return _picture(column > row, size)


def _checkerboard(size: int) -> Array:
    row, column = _grid(size)
    side = size // 8
    return _picture((row // side + column // side) % 2, size)


def _zone_plate(size: int) -> Array:
    row, column = _grid(size)
    squared_distance = (row - size // 2) ** 2 + (column - size // 2) ** 2
    return _picture(0.5 + 0.5 * np.cos(np.pi * squared_distance / size), size)


def _gradient(size: int) -> Array:
    _, column = _grid(size)
    return _picture(column / (size - 1), size)


def _impulse(size: int) -> Array:
    row, column = _grid(size)
    return _picture((row == size // 2) & (column == size // 2), size)


def _disc(size: int) -> Array:
    row, column = _grid(size)
    middle = (size - 1) / 2
    distance = np.hypot(row - middle, column - middle)
    return _picture(np.clip(size / 4 + 0.5 - distance, 0, 1), size)  # a rim one pixel wide, not a staircase


def _letter(size: int) -> Array:
    paper = Image.new("L", (size, size))
    ImageDraw.Draw(paper).text((0, 0), "R", fill=255, font=ImageFont.load_default(0.8 * size))
    ink = paper.crop(paper.getbbox())
    centred = Image.new("L", (size, size))
    centred.paste(ink, ((size - ink.width) // 2, (size - ink.height) // 2))
    return _picture(np.asarray(centred) / 255, size)


def _chirp(size: int) -> Array:
    _, column = _grid(size)
    return _picture(0.5 + 0.5 * np.cos(np.pi * column**2 / (2 * size)), size)


def _salt_and_pepper(size: int) -> Array:
    pixels = 0.25 + 0.5 * _vertical_edge(size)
    share = size * size // 20
    places = np.random.default_rng(5).permutation(size * size)
    pixels.flat[places[:share]] = 0
    pixels.flat[places[share : 2 * share]] = 1
    return pixels


def _photograph(name: str, title: str, file: str, credit: str, why: str) -> Sample:
    return Sample(name, title, "photograph", credit, why, partial(_bundled, file))


def _synthetic(
    name: str, title: str, make: Callable[[int], Array], why: str, credit: str = "Computed by the explorer."
) -> Sample:
    return Sample(name, title, "synthetic", credit, why, make)


_RECORDS = (
    _photograph(
        "astronaut",
        "Astronaut",
        "astronaut.png",
        "Eileen Collins, portrait by NASA, public domain; from scikit-image.",
        "Smooth skin lies beside sharp stripes and badges: see which of them a blur changes.",
    ),
    _photograph(
        "camera",
        "Photographer",
        "camera.png",
        "Lav Varshney, CC0; from scikit-image.",
        "A dark coat before a bright sky makes strong edges, and grass makes fine texture: compare both.",
    ),
    _photograph(
        "chelsea",
        "Chelsea the cat",
        "chelsea.png",
        "Stéfan van der Walt, CC0; from scikit-image.",
        "Fur and whiskers run in many directions: an oriented kernel keeps those that run its own way.",
    ),
    _photograph(
        "coffee",
        "Coffee cup",
        "coffee.png",
        "Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0; from scikit-image.",
        "Cup and saucer have edges of every orientation, and the grain of the table has one.",
    ),
    _photograph(
        "rocket",
        "Rocket",
        "rocket.jpg",
        "SpaceX, launch of DSCOVR on Falcon 9, released into the public domain; from scikit-image.",
        "Thin towers stand before a smooth evening sky: see what a line detector makes of narrow things.",
    ),
    _photograph(
        "coins",
        "Coins",
        "coins.png",
        "Brooklyn Museum Collection, no known copyright restrictions; from scikit-image.",
        "The background is uneven: a difference filter finds the outlines where one threshold does not.",
    ),
    _photograph(
        "clock",
        "Clock in motion",
        "clock_motion.png",
        "Stéfan van der Walt, public domain; from scikit-image.",
        "The camera moved sideways: vertical edges are smeared away, and horizontal ones are still sharp.",
    ),
    _photograph(
        "horse",
        "Horse (silhouette)",
        "horse.png",
        "Drawing by Andreas Preuss (marauder), openclipart, CC0; from scikit-image.",
        "Two flat regions and nothing else: of these a kernel whose weights sum to 0 keeps just the outline.",
    ),
    _photograph(
        "brick",
        "Brick wall",
        "brick.png",
        "CC0Textures (Bricks25), CC0; from scikit-image.",
        "Joints run in two directions in a regular pattern: a kernel for each direction takes them apart.",
    ),
    _photograph(
        "grass",
        "Grass",
        "grass.png",
        "linolafett, DeviantArt (Grass 01), CC0; from scikit-image.",
        "Texture without any outline: a blur makes it almost even, and an edge filter answers everywhere.",
    ),
    _photograph(
        "text",
        "Handwriting",
        "text.png",
        "Wikipedia (Corner.png), public domain; from scikit-image.",
        "Strokes of a pen cross ruled lines: where they meet, kernels for both directions answer.",
    ),
    _photograph(
        "page",
        "Printed page",
        "page.png",
        "From scikit-image, which names no author.",
        "The light falls off to one side: take a wide blur away, and the letters stand on even paper.",
    ),
    _photograph(
        "moon",
        "Moon",
        "moon.png",
        "From scikit-image, which names no author.",
        "Nearly all pixels have nearly the same grey: sharpening or a stretched scale brings craters out.",
    ),
    _synthetic(
        "vertical_edge",
        "Vertical edge",
        _vertical_edge,
        "0 on the left and 1 on the right: Sobel x answers 4 in the two columns at the step, 0 beside it.",
    ),
    _synthetic(
        "horizontal_edge",
        "Horizontal edge",
        _horizontal_edge,
        "0 above and 1 below: Sobel y answers 4 in the two rows at the step, Sobel x 0 but at the border.",
    ),
    _synthetic(
        "diagonal_edge",
        "Diagonal edge",
        _diagonal_edge,
        "1 above the diagonal, 0 elsewhere: Sobel x and Sobel y answer alike with opposite signs.",
    ),
    _synthetic(
        "checkerboard",
        "Checkerboard",
        _checkerboard,
        "Equal squares of 0 and 1: a box that is two squares wide makes an even grey of 0.5 of them.",
    ),
    _synthetic(
        "zone_plate",
        "Zone plate",
        _zone_plate,
        "There are r/size waves a pixel at distance r from the centre: a blur keeps the inner rings alone.",
    ),
    _synthetic(
        "gradient",
        "Gradient",
        _gradient,
        "Each column is 1/(size - 1) brighter than the last: inside, Sobel x answers 8 times that, "
        "turned by a convolution -8 times, and a Laplacian 0.",
    ),
    _synthetic(
        "impulse",
        "Single bright pixel",
        _impulse,
        "One pixel is 1, all others are 0: the feature map is the kernel, turned by half a circle by "
        "cross-correlation and as it is by a convolution.",
    ),
    _synthetic(
        "disc",
        "Disc",
        _disc,
        "A rim of radius size/4 has every orientation: each kernel answers on its own part of it.",
    ),
    _synthetic(
        "letter",
        "Letter R",
        _letter,
        "An R looks different however it is mirrored or turned: whatever is flipped gives itself away.",
        "Computed by the explorer with the font of Pillow, Aileron by Sora Sagano, CC0.",
    ),
    _synthetic(
        "chirp",
        "Stripes of rising frequency",
        _chirp,
        "Column x has x/(2 size) waves a pixel: a blur ends the stripes, and a stride folds them back.",
    ),
    _synthetic(
        "salt_and_pepper",
        "Salt-and-pepper noise",
        _salt_and_pepper,
        "A step from 0.25 to 0.75 with one pixel of ten turned 0 or 1: a blur spreads the specks out.",
    ),
)

SAMPLES: dict[str, Sample] = {record.name: record for record in _RECORDS}
"""Sample pictures by name, in the order of a menu."""
