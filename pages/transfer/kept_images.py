"""The labelled pictures as the browser keeps them: each by itself, and a list of what belongs where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from explorer.transfer.examples import EXAMPLES
from explorer.transfer.labelled_images import MAX_PHOTOS, LabelledImages, LabelledImagesError, Photo
from explorer.words import counted
from pages.components import keeping
from pages.components.dataset_session import DatasetSession
from pages.components.keeping import Thing

LIST = "list"
"""The name of the list among the pictures, which are called by their keys."""


def keep(session: DatasetSession) -> None:
    """Have the browser keep the pictures, and offer those that an earlier visit left."""
    keeping.keep(
        "transfer",
        lambda: things(session),
        lambda: session.had_pictures,
        lambda came: take_back(session, came),
    )


def things(session: DatasetSession) -> list[Thing]:
    """What the browser is to keep: the list, which changes with each act, and pictures, which never do."""
    labelled = session.labelled
    if not labelled.size:
        return []
    photos = [photo for photos in labelled.shelves.values() for photo in photos]
    classes = [
        [name, [[each.key, each.name, each.burst] for each in kept]]
        for name, kept in labelled.shelves.items()
    ]
    example = [photo.key for photo in photos if photo.key in session.example]
    told = {
        "classes": classes,
        "fixed": dict(labelled.fixed),
        "example": example,
        "example_name": session.example_name,
    }
    text = json.dumps(told).encode()
    identity = hashlib.sha256(text).hexdigest()[:16]
    said = f"your {counted(labelled.size, 'labelled picture')}"
    return [Thing(LIST, identity, said, lambda: text), *map(_thing, photos)]


def _thing(photo: Photo) -> Thing:
    return Thing(photo.key, photo.key, "", lambda: photo.data)


def take_back(session: DatasetSession, came: Mapping[str, bytes]) -> None:
    """Take back what was kept: it joins what there is, and can be undone.

    Raises:
        LabelledImagesError: If it is not what `things` gave.
    """
    found, example, name = read(came)
    merged, session.said = session.labelled.merge(found) if session.labelled.size else (found, [])
    session.change(merged)
    if example:
        session.example |= example
        session.example_name = name
    session.turn += 1


def read(came: Mapping[str, bytes]) -> tuple[LabelledImages, frozenset[str], str]:
    """Read what `things` wrote: the pictures, the keys of those that are an example's, and which it was.

    Raises:
        LabelledImagesError: If it is something else.
    """
    labelled = LabelledImages()
    try:
        told = json.loads(came[LIST])
        if len(came) > MAX_PHOTOS + 1:
            raise LabelledImagesError(f"{len(came) - 1} pictures are more than {MAX_PHOTOS}.")
        for label, photos in told["classes"]:
            labelled = labelled.add_class(label)
            for key, *called in photos:  # its name and, since there are any, its burst
                labelled = labelled.add(labelled.classes[-1], Photo.of(came[key], *called))
        for key, use in told["fixed"].items():
            labelled = labelled.fix(key, use)
        example = frozenset(told["example"])
        name = told.get("example_name", next(iter(EXAMPLES)))  # lists from before there was a second one
        if example and name not in EXAMPLES:
            raise KeyError(name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabelledImagesError("What came back is no set of pictures; bring them again.") from error
    return labelled, example, name
