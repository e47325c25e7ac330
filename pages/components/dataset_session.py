"""The pictures that a session has gathered on Transfer to teach with, and what is done with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from explorer import figures
from explorer.images import ImageError
from explorer.transfer import archives, labelled_images, splits
from explorer.transfer.labelled_images import LabelledImages, LabelledImagesError, Photo
from explorer.transfer.splits import Split
from pages.components.pad import Drawing

_STATE = "dataset_session"
_TRAINED = "pieces of {}"  # where `waiting.pieces` keeps what was learned

MAX_RECORDED = 60
"""Pictures in a class at which a recording ends."""

RUNS = ("teach", "teach_scratch", "teach_features", "teach_random", "teach_tuned")
"""What Transfer computes piece by piece, by the names that `waiting.pieces` knows."""


def _start() -> LabelledImages:
    return LabelledImages().add_class().add_class()


@dataclass
class DatasetSession:
    """Labelled images and what belongs to working on it.

    Attributes:
        labelled: The classes and their pictures.
        before: The labelled images before the last change.
        target: The class that new pictures go into.
        said: What was left out or refused, and why.
        seq: The newest act of the board that was seen.
        turn: Grows when something was taken in, so that whatever brings pictures begins anew.
        made: How many photographs and drawings were made here, by these words.
        drawing: What is on the pad.
        photo: The photograph that came last.
        thumbnails: Small pictures for the screen, by key, as data URIs.
        example: Keys of the pictures that the example brought.
        example_name: Which example that was, a key of `examples.EXAMPLES`.
        had_pictures: Whether there were ever any.
    """

    labelled: LabelledImages = field(default_factory=_start)
    before: LabelledImages | None = None
    target: str = "class 1"
    said: list[str] = field(default_factory=list)
    seq: int = 0
    turn: int = 0
    made: Counter[str] = field(default_factory=Counter)
    drawing: Drawing | None = None
    photo: str = ""
    thumbnails: dict[str, str] = field(default_factory=dict)
    example: frozenset[str] = frozenset()
    example_name: str = ""
    had_pictures: bool = False

    @property
    def has_example(self) -> bool:
        """Whether there are pictures of the example."""
        return any(photo.key in self.example for photos in self.labelled.shelves.values() for photo in photos)

    def change(self, changed: LabelledImages) -> None:
        """Go on with another set; the one before can be had back."""
        self.before, self.labelled = self.labelled, changed
        self.had_pictures = self.had_pictures or bool(changed.size)
        self._aim()

    def undo(self) -> None:
        """Take the last change back."""
        if self.before is not None:
            self.labelled, self.before = self.before, None
            self.said.clear()
            self._aim()

    def take(self, files: Iterable[tuple[str, bytes]], burst: str = "") -> None:
        """Take in pictures and ZIPs of folders; what is wrong with one of them is said, the rest stays.

        With `burst` the pictures are moments of one recording, by that name.
        """
        changed, said, photos = self.labelled, [], []
        for name, data in files:
            try:
                if data[:4] == b"PK\x03\x04":
                    found, complaints = archives.from_zip(data)
                    changed, more = changed.merge(found)
                    said += [*complaints, *more]
                else:
                    photos.append(Photo.of(data, name, burst))
            except (LabelledImagesError, ImageError) as error:
                said.append(f"{name}: {error}")
        if photos:
            target = self.target if self.target in changed.classes else changed.classes[0]
            changed, more = changed.add_all(target, photos)
            said += more
        self.said = labelled_images.shortened(said)
        if changed.id != self.labelled.id:
            self.change(changed)
        self.turn += 1

    def take_made(self, kind: str, data: bytes) -> None:
        """Take in what was made here, and name it by its kind and a number."""
        self.made[kind] += 1
        self.take([(f"{kind} {self.made[kind]}", data)])

    def take_burst(self, files: Sequence[bytes]) -> None:
        """Take in the pictures of a recording."""
        burst = labelled_images.free_burst(self.labelled.bursts)
        self.take([(f"{burst}, picture {place}", data) for place, data in enumerate(files, 1)], burst)

    @property
    def room(self) -> int:
        """How many pictures can still be recorded for the class that new ones go into."""
        own = self.labelled.counts.get(self.target, 0)
        return max(0, min(MAX_RECORDED - own, labelled_images.MAX_PHOTOS - self.labelled.size))

    def act(self, request: Mapping[str, Any]) -> None:
        """Do what was asked on the board.

        Raises:
            LabelledImagesError: If it cannot be done; nothing is changed then.
        """
        name, to, keys, use = (request.get(part) for part in ("name", "to", "keys", "use"))
        changed = self.labelled
        match request.get("act"), name, to, keys, use:
            case "add_class", _, _, _, _:
                changed = changed.add_class()
            case "drop", str(), _, _, _:
                changed = changed.drop_class(name)
            case "rename", str(), str(), _, _:
                changed = changed.rename(name, to)
                if self.target == name:
                    self.target = next(new for new in changed.classes if new not in self.labelled.classes)
            case "aim", str(), _, _, _:
                changed.photos(name)
                self.target = name
            case "remove", _, _, [*_], _:
                for key in keys:
                    changed = changed.remove(key)
            case "move", _, str(), [*_], _:
                for key in keys:
                    changed = changed.move(key, to)
            case "fix", _, _, [*_], None | str():
                for key in keys:
                    changed = changed.fix(key, use)
            case _:
                raise LabelledImagesError("The board asked for something that is not known here; try again.")
        if changed is not self.labelled:
            self.change(changed)

    def thumbnail(self, photo: Photo) -> str:
        """Return a picture small, as a data URI."""
        if photo.key not in self.thumbnails:
            self.thumbnails[photo.key] = figures.data_uri(photo.thumbnail(), figures.MIME["webp"])
        return self.thumbnails[photo.key]

    def _aim(self) -> None:
        """Let new pictures go to a class that there is, and forget thumbnails of pictures that are gone."""
        if self.target not in self.labelled.classes:
            self.target = next(iter(self.labelled.classes), "")
        sets = [self.labelled, *([self.before] if self.before else [])]
        kept = {photo.key for each in sets for photos in each.shelves.values() for photo in photos}
        self.thumbnails = {key: uri for key, uri in self.thumbnails.items() if key in kept}


def session() -> DatasetSession:
    """The pictures of this session, and what is done with them."""
    if _STATE not in st.session_state:
        st.session_state[_STATE] = DatasetSession()
    kept: DatasetSession = st.session_state[_STATE]
    return kept


def forget() -> None:
    """Forget the session's pictures, and what was learned from them."""
    old = session()
    st.session_state[_STATE] = DatasetSession(seq=old.seq, turn=old.turn + 1, had_pictures=True)
    for name in RUNS:
        st.session_state.pop(_TRAINED.format(name), None)


def halves(gathered: LabelledImages, share: float, seed: int) -> Split | None:
    """Split the labelled images, or give None where something is missing."""
    return None if gathered.missing else splits.split(gathered, share, seed)
