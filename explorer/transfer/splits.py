"""What is trained on, and what is held out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from explorer.transfer.labelled_images import LabelledImages, LabelledImagesError, Photo

# What is trained on, and what is held out


@dataclass(frozen=True)
class Pick:
    """A photo with the number of its class."""

    label_index: int
    photo: Photo


@dataclass(frozen=True)
class Split:
    """What is trained on and what is held out, both by class, and what is to be said about it."""

    train: tuple[Pick, ...]
    held_out: tuple[Pick, ...]
    notes: tuple[str, ...] = ()


def split(labelled: LabelledImages, share: float = 0.25, seed: int = 0) -> Split:
    """Choose the pictures that are held out: in each class a share of them, one at least where there are two.

    Each class is drawn from by itself, and by what the pictures show: adding one to a class changes no other.
    What a person fixed stays as it is and counts. One picture of each class at least is left to train on.

    Args:
        labelled: Whose pictures.
        share: Of the pictures of a class, 0 to 0.9; 0 holds out none but those that are fixed.
        seed: Another one draws others.

    Raises:
        LabelledImagesError: If the share is out of bounds, or if something is missing.
    """
    if not 0 <= share <= 0.9:
        raise LabelledImagesError(
            f"A share of 0 to 0.9 can be held out, and {share:g} came; choose one between."
        )
    if labelled.missing:
        raise LabelledImagesError(labelled.missing[0])
    train: list[Pick] = []
    held_out: list[Pick] = []
    alone = []
    for index, (name, photos) in enumerate(labelled.shelves.items()):
        held = _held(labelled, photos, share, seed)
        for photo in photos:
            (held_out if photo.key in held else train).append(Pick(index, photo))
        if not held:
            alone.append(name)
    notes = []
    if alone:
        nothing = "no picture is held out" if len(alone) > 1 else "none of its pictures is held out"
        notes.append(f"{_listed(alone)}: {nothing}, so nothing tests what is learned about it.")
    return Split(tuple(train), tuple(held_out), tuple(notes))


def _held(labelled: LabelledImages, photos: tuple[Photo, ...], share: float, seed: int) -> set[str]:
    """Return the keys of the photos of one class that are held out."""
    held = {photo.key for photo in photos if labelled.fixed.get(photo.key) == "held"}
    free = [photo.key for photo in photos if photo.key not in labelled.fixed]
    wanted = max(1, round(share * len(photos))) if share else 0
    # One stays to train on: a fixed one, or the last of those that could be drawn.
    most = len(free) - (len(held) + len(free) == len(photos))
    drawn = sorted(free, key=lambda key: hashlib.sha256(f"{seed} {key}".encode()).digest())
    return held | set(drawn[: max(0, min(wanted - len(held), most))])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
