"""What is trained on, and what is held out."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass

from explorer.transfer import near_copies
from explorer.transfer.labelled_images import LabelledImages, LabelledImagesError, Photo, shortened
from explorer.words import counted, signed

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
    Near copies and the photos of a burst (`near_copies.groups`) stay together, with those of them that are
    fixed if there are any.

    Args:
        labelled: Whose pictures.
        share: Of the pictures of a class, 0 to 0.9; 0 holds out none but those that are fixed.
        seed: Another one draws others.

    Raises:
        LabelledImagesError: If the share is out of bounds, or if something is missing.
    """
    if not 0 <= share <= 0.9:
        raise LabelledImagesError(
            f"The share of test pictures is 0 to 0.9, not {signed(share)}: choose one between."
        )
    if labelled.missing:
        raise LabelledImagesError(labelled.missing[0])
    train: list[Pick] = []
    held_out: list[Pick] = []
    alone = []
    copies = []
    for index, (name, photos) in enumerate(labelled.shelves.items()):
        groups = near_copies.groups(photos)
        held = _held(labelled, groups, share, seed)
        copies += [_together(name, group, held) for group in groups if len(group) > 1]
        for photo in photos:
            (held_out if photo.key in held else train).append(Pick(index, photo))
        if not held:
            alone.append(name)
    notes = []
    if alone:
        which = "these classes" if len(alone) > 1 else "this class"
        more = " Record another burst: one of the two can be the test." if labelled.bursts else ""
        notes.append(
            f"{_listed(alone)}: no test pictures, so nothing tests what is learned about {which}.{more}"
        )
    return Split(tuple(train), tuple(held_out), (*notes, *shortened([*_torn(labelled), *copies])))


def _held(labelled: LabelledImages, groups: list[tuple[Photo, ...]], share: float, seed: int) -> set[str]:
    """Return the keys of the photos of one class that are held out."""
    held: set[str] = set()
    free: list[list[str]] = []
    for group in groups:
        loose = [photo.key for photo in group if photo.key not in labelled.fixed]
        uses = {labelled.fixed[photo.key] for photo in group if photo.key in labelled.fixed}
        held |= {photo.key for photo in group if labelled.fixed.get(photo.key) == "held"}
        if uses == {"held"}:
            held |= set(loose)
        elif loose and not uses:
            free.append(loose)
    count = sum(map(len, groups))
    wanted = max(1, round(share * count)) if share else 0
    # One stays to train on: a fixed one, or the last of those that could be drawn.
    most = wanted if len(held) + sum(map(len, free)) < count else min(wanted, count - 1)
    free.sort(key=lambda keys: min(hashlib.sha256(f"{seed} {key}".encode()).digest() for key in keys))
    for keys in free:
        if len(held) + len(keys) <= most:
            held |= set(keys)
    return held or _smallest(free, count, wanted)


def _smallest(free: list[list[str]], count: int, wanted: int) -> set[str]:
    """Where every group is larger than what should be held out, the smallest, if it leaves something."""
    keys = min(free, key=len, default=[])
    return set(keys) if wanted and len(keys) < count else set()


def _together(name: str, group: tuple[Photo, ...], held: set[str]) -> str:
    """Say on which side near copies are."""
    bursts = dict.fromkeys(photo.burst for photo in group if photo.burst)
    of_bursts = [
        f"{counted(sum(photo.burst == burst for photo in group), 'picture')} of {burst}" for burst in bursts
    ]
    names = _listed([*of_bursts, *(photo.name for photo in group if not photo.burst)])
    sides = {photo.key in held for photo in group}
    if len(sides) == 2:
        return (
            f"{name}: {names} are near copies, and you put them on both sides: that makes the test too easy."
        )
    where = "the test" if sides == {True} else "training"
    return f"{name}: {names} are near copies, so all of them are for {where}, which keeps the test fair."


def _torn(labelled: LabelledImages) -> list[str]:
    """Say which pictures are nearly the same in two classes, those of two recordings in one sentence."""
    found: dict[tuple[str, str, str, str], tuple[set[Photo], set[Photo]]] = {}
    for (name, photos), (other, others) in itertools.combinations(labelled.shelves.items(), 2):
        for photo, twin in itertools.product(photos, others):
            if near_copies.are_near_copies(photo, twin):
                key = name, photo.burst or photo.key, other, twin.burst or twin.key
                here, there = found.setdefault(key, (set(), set()))
                here.add(photo)
                there.add(twin)
    said = []
    for (name, _, other, _), (here, there) in found.items():
        are = "nearly the same picture: remove one"
        if len(here) + len(there) > 2:
            are = "nearly the same: remove those of one class"
        said.append(f"{_called(here)} in {name} and {_called(there)} in {other} are {are}.")
    return said


def _called(photos: set[Photo]) -> str:
    """Name a photo, or some of one recording."""
    one = next(iter(photos))
    return one.name if len(photos) == 1 else f"{counted(len(photos), 'picture')} of {one.burst}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
