"""Where trainings of pipelines stand: short keys that travel with every question, and numbers that seldom do.

A state is known by the hash of its numbers. The server keeps the latest ones, so that a training that goes on
sends a key; a server that does not know a key, as after a restart, is sent the numbers by whoever watches.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from reprlib import repr as short
from threading import Lock
from typing import Any, Generic, Literal, TypedDict, TypeVar, cast

import numpy as np

from explorer.convolution.layout import Array
from explorer.descriptions import ParameterDescription
from explorer.errors import ExplorerError
from explorer.parameters import Parameter, Unaddressed, excerpt
from explorer.pipeline.learning import MAX_LEARNING, LearningState

KEY = 12
"""Bytes of the hash that a state is known by."""

MAX_SLOTS = 2  # numbers that an optimizer keeps for each weight, at most
MAX_DATA = 4 * (MAX_SLOTS + 1) * MAX_LEARNING * 4 // 3 + 4
KEPT_BYTES = 96 << 20  # of states: some 900 of the largest network that ships
MAX_COUNT = 10**12

T = TypeVar("T")


class LearningStateValue(TypedDict):
    """Where a training stands: its key, its counts, and the numbers themselves or "" where they are known.

    `data` is base64 of the weights and of what the optimizer remembers of each, float32.
    """

    key: str
    updates: int
    step: int
    epoch: int
    seen: int
    slots: int
    data: str


class Latest(Generic[T]):
    """The latest things by their keys; the oldest go when all of them have too many bytes."""

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        """Keep at most so many bytes of things, of which `size` says how many one has."""
        self._most, self._of, self._size = most, size, 0
        self._lock = Lock()
        self._kept: OrderedDict[str, T] = OrderedDict()

    def keep(self, key: str, thing: T) -> None:
        """Keep a thing under its key.

        Example:
            >>> latest = Latest(10, len)
            >>> latest.keep("a", b"12345678"), latest.keep("b", b"1234")
            (None, None)
            >>> latest.find("a"), latest.find("b")
            (None, b'1234')
        """
        with self._lock:
            if key not in self._kept:
                self._size += self._of(thing)
            self._kept[key] = thing
            self._kept.move_to_end(key)
            while self._size > self._most and len(self._kept) > 1:
                self._size -= self._of(self._kept.popitem(last=False)[1])

    def find(self, key: str) -> T | None:
        """Return the thing of this key, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found


def _bytes(state: LearningState) -> int:
    return state.parameters.nbytes + state.slots.nbytes


class LearningStates:
    """The latest states by their keys; the oldest go when all of them have too many bytes."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._latest: Latest[LearningState] = Latest(most, _bytes)

    def keep(self, state: LearningState) -> LearningStateValue:
        """Keep a state, and return what is said of it.

        Example:
            >>> states = LearningStates()
            >>> ones, nothing = np.ones(3, np.float32), np.zeros((0, 3), np.float32)
            >>> told = states.keep(LearningState(ones, nothing, step=5))
            >>> states.find(told).step, told["data"]
            (5, '')
        """
        key = hashlib.blake2b(numbers_of(state).tobytes(), digest_size=KEY)
        key.update(repr((state.updates, state.step, state.epoch, state.seen)).encode())
        told = key.hexdigest()
        self._latest.keep(told, state)
        return {
            "key": told,
            "updates": state.updates,
            "step": state.step,
            "epoch": state.epoch,
            "seen": state.seen,
            "slots": len(state.slots),
            "data": "",
        }

    def find(self, value: LearningStateValue) -> LearningState | None:
        """Return the state that is meant, if it is kept."""
        return self._latest.find(value["key"])


STATES = LearningStates()


def numbers_of(state: LearningState) -> Array:
    """Return the weights and what is remembered of each, (1 + slots, size), as they travel."""
    return np.concatenate([state.parameters[np.newaxis], state.slots]).astype(np.float32)


class LearningStateDescription(ParameterDescription):
    """Where a training of a pipeline stands."""

    kind: Literal["learning_state"]
    default: None


@dataclass(frozen=True, kw_only=True)
class LearningStateParameter(Unaddressed):
    """Where a training stands, or None at its start; the address leads to the start.

    Numbers that come are put among `STATES`, and the value goes on without them.
    """

    instead = "; press Play to train again."

    def checked(self, value: Any) -> LearningStateValue | None:
        """Return the state's key and counts."""
        if value is None:
            return None
        if not isinstance(value, dict) or value.keys() != LearningStateValue.__annotations__.keys():
            raise ExplorerError(
                f"A training stands at a key and counts; {short(value)} came. Rewind to begin again."
            )
        if not all(isinstance(value[name], str) for name in ("key", "data")) or len(value["key"]) != 2 * KEY:
            raise ExplorerError(f"A training's key is a short text; {excerpt(value['key'])} came. Rewind.")
        for name in ("updates", "step", "epoch", "seen", "slots"):
            count = value[name]
            most = MAX_SLOTS if name == "slots" else MAX_COUNT
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= most:
                raise ExplorerError(f"A training counts from 0 to {most:g}; {short(count)} came. Rewind.")
        if not value["data"]:
            return cast("LearningStateValue", value)
        return STATES.keep(self._read(value))

    def _read(self, value: Any) -> LearningState:
        data = value["data"]
        try:
            numbers = np.frombuffer(base64.b64decode(data, validate=True), "<f4").reshape(
                1 + value["slots"], -1
            )
        except (binascii.Error, ValueError):
            raise ExplorerError(
                "The numbers of the training cannot be read; rewind to begin again."
            ) from None
        if len(data) > MAX_DATA or not np.isfinite(numbers).all():
            raise ExplorerError(
                "The numbers of the training are too many, or not finite; rewind to begin again."
            )
        return LearningState(
            parameters=numbers[0],
            slots=numbers[1:],
            updates=value["updates"],
            step=value["step"],
            epoch=value["epoch"],
            seen=value["seen"],
        )

    def describe(self) -> LearningStateDescription:
        """Return what a training needs that goes on."""
        return {"kind": "learning_state", **self._titled(), "default": self.default, **self._owned()}


class WeightPlacesDescription(ParameterDescription):
    """Places among the weights: lists of so many whole numbers."""

    kind: Literal["weight_places"]
    default: list[list[int]]


@dataclass(frozen=True, kw_only=True)
class WeightPlacesParameter(Parameter):
    """Places among the weights, `[[block, ...], ...]`, each of so many whole numbers from 0 on.

    In the address `0.1_3.2`.
    """

    length: int
    most: int

    @property
    def default(self) -> list[list[int]]:
        """None."""
        return []

    def checked(self, value: Any) -> list[list[int]]:
        """Return the places, each once, sorted."""
        good = isinstance(value, list) and len(value) <= self.most
        if not good or not all(self._is_place(place) for place in value):
            raise ExplorerError(
                f"{self.title} takes at most {self.most} places of {self.length} whole numbers from 0 to "
                f"9,999, but {excerpt(value)} came; choose them with a click."
            )
        return [list(place) for place in sorted({tuple(place) for place in value})]

    def _is_place(self, place: Any) -> bool:
        return (
            isinstance(place, list)
            and len(place) == self.length
            and all(type(part) is int and 0 <= part <= 9_999 for part in place)
        )

    def to_text(self, value: list[list[int]]) -> str:
        """Write the places for the address."""
        return "_".join(".".join(map(str, place)) for place in value)

    def from_text(self, text: str) -> list[list[int]]:
        """Read the places from the address."""
        try:
            places = [[int(part) for part in place.split(".")] for place in text.split("_")] if text else []
        except ValueError:
            raise ExplorerError(
                f"{self.title} takes places such as {'.'.join('0' * self.length)}, but {excerpt(text)} came."
            ) from None
        return self.checked(places)

    def describe(self) -> WeightPlacesDescription:
        """Return what the kernels need that can be chosen."""
        return {"kind": "weight_places", **self._titled(), "default": self.default, **self._owned()}
