"""Three classes to begin with, cut out of sample photographs."""

from __future__ import annotations

import numpy as np
from PIL import Image

from explorer import images
from explorer.transfer.labelled_images import LabelledImages, Photo

# Something to begin with

EXAMPLES = {"cat": "chelsea", "coffee": "coffee", "rocket": "rocket"}
"""The classes of the example, each with the sample photograph that its pictures are cut out of."""


def example(each: int = 8, seed: int = 0) -> LabelledImages:
    """Cut pictures out of three photographs, in grey and in different light: a start without any file.

    Without colour a network has to know shapes and textures. Still, what is held out is a close relative of
    what is trained on, so it is easier than any real task.

    >>> example(each=2).counts
    {'cat': 2, 'coffee': 2, 'rocket': 2}
    """
    rng = np.random.default_rng(seed)
    labelled = LabelledImages()
    for name, source in EXAMPLES.items():
        labelled = labelled.add_class(name)
        photograph = images.sample(source) @ images.LUMA
        rows, columns = photograph.shape
        for number in range(each):
            side = round(min(rows, columns) * rng.uniform(0.4, 0.95))
            top, left = (int(rng.integers(0, length - side + 1)) for length in (rows, columns))
            cut = photograph[top : top + side, left : left + side]
            cut = cut[:, ::-1] if number % 2 else cut
            lit = (cut - cut.mean()) * rng.uniform(0.5, 1.3) + rng.uniform(0.3, 0.7)
            shown = Image.fromarray(np.rint(np.clip(lit, 0, 1) * 255).astype(np.uint8))
            labelled = labelled.add(name, Photo.of(shown, f"{name} {number + 1}"))
    return labelled
