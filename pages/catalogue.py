"""The pages there are: one record each, from which navigation, home page and tests are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from explorer import figures, images
from explorer.experiments import Convolution
from explorer.kernels import KERNELS


@dataclass(frozen=True)
class Picture:
    """A card's picture: what goes in, what comes out (both as data URIs), and both in words."""

    before: str
    after: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One page: where it is, what it is called, what it asks, and what its card shows."""

    file: str
    title: str
    section: str
    icon: str
    question: str
    sentence: str
    picture: Callable[[], Picture]

    @property
    def name(self) -> str:
        """The page's file without its ending, which is also its address."""
        return self.file.removesuffix(".py")


@cache
def edges() -> Picture:
    """Show the astronaut and her vertical edges, found by the Sobel kernel."""
    photograph = images.sample("astronaut")
    grey = images.prepare(photograph, size=CARD, colour=False)
    feature_map = Convolution(KERNELS["sobel_x"].weights, pad_mode="edge").feature_map(grey)
    return Picture(
        before=_data_uri(images.prepare(photograph, size=CARD), "unit"),
        after=_data_uri(feature_map, "signed"),
        text="A photograph of an astronaut and, beside it, the same picture after the Sobel filter: "
        "its vertical edges stand out in two colours, its even surfaces stay neutral.",
    )


def _data_uri(image: images.Array, scale: str) -> str:
    painted = figures.paint(image, scale)
    return figures.data_uri(figures.encode(painted.pixels, "webp"), "image/webp")


CARD = 320  # the longest side of a card's picture, in pixels

CATALOGUE = (
    Entry(
        file="convolution.py",
        title="Convolution",
        section="Convolution",
        icon=":material/grid_on:",
        question="What does a filter see?",
        sentence="Slide a grid of weights over a picture, drag any of them, and see the feature map move.",
        picture=edges,
    ),
)


def sections(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Group the pages by section, both in the order of the table."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.section, []).append(entry)
    return grouped
