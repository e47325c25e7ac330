"""What a picture is trained on besides itself: its mirror image, parts of it, and other light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from explorer.imagenet.networks import Pixels, network
from explorer.transfer.plan import Plan

VARIANTS = 2  # crops of a picture, and lights


@dataclass(frozen=True)
class Augmentation:
    """What is made of every picture, besides itself.

    Attributes:
        flip: Whether it is mirrored.
        crops: The parts (left, top, right, bottom), in pixels, that are enlarged to the whole size.
        colour_factors: The factors of red, green and blue.
    """

    flip: bool = False
    crops: tuple[tuple[float, float, float, float], ...] = ()
    colour_factors: tuple[tuple[float, float, float], ...] = ()

    @property
    def count(self) -> int:
        """How many pictures come of one, itself included."""
        return 1 + self.flip + len(self.crops) + len(self.colour_factors)


def augmentation(plan: Plan) -> Augmentation:
    """Draw what a plan makes of every picture: the same of each.

    A crop is a square of 70 to 95 percent of the side, and the colour factors lie between 0.7 and 1.3.

    >>> augmentation(Plan(flip=True, colour=True)).count
    4
    """
    size = network(plan.network).size
    crops, colour_factors = [], []
    for number in range(VARIANTS):
        rng = np.random.default_rng((plan.seed, number))
        side = size * rng.uniform(0.7, 0.95)
        left, top = rng.uniform(0, size - side, 2)
        crops.append(tuple(round(float(edge), 1) for edge in (left, top, left + side, top + side)))
        colour_factors.append(tuple(round(float(factor), 3) for factor in rng.uniform(0.7, 1.3, 3)))
    return Augmentation(
        plan.flip,
        tuple(crops) if plan.crop else (),  # type: ignore[arg-type]
        tuple(colour_factors) if plan.colour else (),  # type: ignore[arg-type]
    )


def versions(plan: Plan, pixels: Pixels) -> Pixels:
    """Return what a plan makes of a picture, the picture itself first: uint8 (n, size, size, 3).

    >>> dots = np.arange(224 * 224 * 3, dtype=np.uint8).reshape(224, 224, 3)
    >>> found = versions(Plan(flip=True), dots)
    >>> found.shape, bool((found[1] == dots[:, ::-1]).all())
    ((2, 224, 224, 3), True)
    """
    return augmented(pixels, augmentation(plan))


def augmented(pixels: Pixels, asked: Augmentation) -> Pixels:
    """Return a picture and what an augmentation makes of it, uint8 (n, size, size, 3)."""
    picture = Image.fromarray(pixels)
    found = [pixels]
    if asked.flip:
        found.append(pixels[:, ::-1])
    for box in asked.crops:
        found.append(np.asarray(picture.resize(picture.size, Image.Resampling.BILINEAR, box=box)))
    for factors in asked.colour_factors:
        found.append(np.rint(np.minimum(pixels * np.array(factors), 255)).astype(np.uint8))
    return np.stack(found)
