"""A training that is watched: where it stands as text that travels, one advance, and what its units answer.

Nothing is kept between two frames. Who watches holds the `NetworkTrainingState` and brings it with every
request, so that any process can go on from there, bit for bit.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from reprlib import repr as short
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.mlp import datasets
from explorer.mlp.datasets import DATASETS, Extent, Points, PointSplit
from explorer.mlp.layers import SOFTMAX, Array, Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.stopping import EarlyStopping, StoppingRecord, after_epoch
from explorer.mlp.trainer import Snapshot, Trainer, TrainingMeasure, misfit

OWN = "own"
"""The name of the student's own points, beside the keys of `DATASETS`."""

MAX_OWN = 800
"""The most points of the student's own: they travel with every request."""

MAX_COUNT = 10**12
"""The most steps or epochs that a training can be said to have made."""

ADVANCES = {"none": 0, "step": 1, "play": 32, "epoch": datasets.MAX_POINTS}
"""How a frame goes on: by so many steps at most, and never beyond the end of the epoch."""

RECIPE_BYTES = 8
"""Of the text by which two recipes are told apart."""

SIGNS = 32767
"""What stands for the end of a colour scale in a picture of whole numbers."""

_PACKED = re.compile("[A-Za-z0-9_-]*")

NOBODY = Points(np.zeros((0, 2), np.float32), np.zeros(0, np.float32))


def pack(numbers: ArrayLike) -> str:
    """Write numbers as text for a message or an address: float32, base64 for addresses, without padding.

    Example:
        >>> pack([1.0, -0.5])
        'AACAPwAAAL8'
    """
    data = np.asarray(numbers, "<f4").tobytes()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpack(text: str) -> Array:
    """Read numbers that `pack` wrote, exactly.

    Raises:
        ExplorerError: If it is no such text, or a number is not finite.

    Example:
        >>> unpack("AACAPwAAAL8").tolist()
        [1.0, -0.5]
    """
    try:
        # What decodes it lets the letters + and / pass as well, and = at the end.
        if not _PACKED.fullmatch(text):
            raise binascii.Error
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
        numbers = np.frombuffer(data, "<f4")
    except (binascii.Error, ValueError):
        raise ExplorerError(
            f"No weights can be read from {short(text)}; copy the whole link again."
        ) from None
    if not np.isfinite(numbers).all():
        raise ExplorerError("The weights hold a number that is not finite; copy the whole link again.")
    return numbers.astype(np.float32)


class TrainingStateRecord(TypedDict):
    """Where a training stands, as plain values; see `NetworkTrainingState`."""

    parameters: str
    slots: str
    updates: int
    step: int
    epoch: int
    seen: int
    edited: bool
    recipe: str
    mixed: bool
    stopping: StoppingRecord | None


@dataclass(frozen=True)
class NetworkTrainingState:
    """Where a training stands, as it travels.

    Attributes:
        parameters: The weights and biases, packed.
        slots: What the optimizer remembers, packed.
        updates: Steps that the optimizer has made since it was chosen.
        step: Steps so far.
        epoch: Whole epochs so far.
        seen: Points of the present epoch that are used up.
        edited: Whether a weight was changed by hand on the way.
        recipe: The `TrainingSetup.recipe` of the last steps; "" before the first.
        mixed: Whether earlier steps had another recipe.
        stopping: Where it should have ended, once an epoch has; None without test points.
    """

    parameters: str
    slots: str = ""
    updates: int = 0
    step: int = 0
    epoch: int = 0
    seen: int = 0
    edited: bool = False
    recipe: str = ""
    mixed: bool = False
    stopping: EarlyStopping | None = None

    @classmethod
    def read(cls, record: object) -> NetworkTrainingState:
        """Read what `record` wrote.

        Raises:
            ExplorerError: If a part is missing, unknown, of another kind or out of its bounds.

        Example:
            >>> NetworkTrainingState.read({"parameters": "AACAPw", "step": 3}).record()["step"]
            3
        """
        known = {each.name for each in fields(cls)}
        if not isinstance(record, Mapping) or "parameters" not in record or not set(record) <= known:
            raise ExplorerError(
                f"A training stands at weights and counts; {short(record)} came. Rewind to begin again."
            )
        stopping = record.get("stopping")
        found = cls(**{**record, "stopping": None if stopping is None else EarlyStopping.read(stopping)})
        for text in (found.parameters, found.slots):
            if not isinstance(text, str):
                raise ExplorerError(f"Weights travel as text; {short(text)} came.")
            unpack(text)
        for count in (found.updates, found.step, found.epoch, found.seen):
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAX_COUNT:
                raise ExplorerError(f"A training counts from 0 to {MAX_COUNT:g}; {short(count)} came.")
        for fact in (found.edited, found.mixed):
            if not isinstance(fact, bool):
                raise ExplorerError(
                    f"Weights are edited or not, and settings mixed or not; {short(fact)} came."
                )
        if not isinstance(found.recipe, str) or len(found.recipe) > 2 * RECIPE_BYTES:
            raise ExplorerError(
                f"A recipe is a short text; {short(found.recipe)} came. Rewind to begin again."
            )
        return found

    def record(self) -> TrainingStateRecord:
        """Write it as plain values for JSON."""
        return {
            "parameters": self.parameters,
            "slots": self.slots,
            "updates": self.updates,
            "step": self.step,
            "epoch": self.epoch,
            "seen": self.seen,
            "edited": self.edited,
            "recipe": self.recipe,
            "mixed": self.mixed,
            "stopping": self.stopping.record() if self.stopping else None,
        }


@dataclass(frozen=True, eq=False)
class TrainingSetup:
    """A network, the points it is trained on, how, and how far that has come.

    Attributes:
        start: The network before the first step.
        points: All points; there may be none yet.
        share: The part to train on.
        data_seed: Draws which points those are.
        training: How to train.
        state: Where the training stands; None at the start.
        patience: For how many epochs without a new minimum of the test loss early stopping waits; 0 for ever.

    Raises:
        ExplorerError: If the output does not fit the points or the loss, or the state is of a network of
            another size, or has weights that are too large.

    Example:
        >>> start = DenseNetwork.create([Dense(4), Dense(1, "sigmoid")], seed=3)
        >>> setup = TrainingSetup(start, DATASETS["circle"].make(200), training=Training(learning_rate=1.0))
        >>> before, after = setup.advanced("none"), setup.advanced("epoch")
        >>> after.measure.train_loss < before.measure.train_loss, after.state.step
        (True, 4)
    """

    start: DenseNetwork
    points: Points
    share: float = datasets.SHARE.default
    data_seed: int = 0
    training: Training = field(default_factory=Training)
    state: NetworkTrainingState | None = None
    patience: int = 0

    def __post_init__(self) -> None:
        if len(self.points) and (trouble := misfit(self.start.output, self.points, self.training)):
            raise ExplorerError(trouble)
        object.__setattr__(self, "_network", self._present())

    def _present(self) -> DenseNetwork:
        return self.start.with_flat(unpack(self.state.parameters)) if self.state else self.start

    @property
    def network(self) -> DenseNetwork:
        """The network as it is now."""
        network: DenseNetwork = self._network  # type: ignore[attr-defined]
        return network

    @property
    def split(self) -> PointSplit:
        """The points to train on, and the others."""
        return (
            _split(self.points, self.share, self.data_seed)
            if len(self.points)
            else PointSplit(NOBODY, NOBODY)
        )

    @property
    def recipe(self) -> str:
        """Name all that decides where training leads: first weights, layers, points to train on, and how.

        Example:
            >>> start = DenseNetwork.create([Dense(1, "sigmoid")])
            >>> one, same = (TrainingSetup(start, DATASETS["xor"].make(20)) for _ in range(2))
            >>> other = TrainingSetup(start, DATASETS["moons"].make(20))
            >>> one.recipe == same.recipe, one.recipe == other.recipe
            (True, False)
        """
        decides = (self.start.layers, self.training, *self.start.features)
        named = hashlib.blake2b(repr(decides).encode(), digest_size=RECIPE_BYTES)
        train = self.split.train
        for array in (self.start.flat(), train.x, train.y):
            named.update(array.tobytes())
        return named.hexdigest()

    @property
    def repeats(self) -> bool:
        """Whether as many steps from the start with the present settings lead to the present weights."""
        at = self.state
        return at is None or (not (at.edited or at.mixed) and at.recipe == self.recipe)

    def advanced(self, how: str) -> TrainingFrame:
        """Go on by a key of `ADVANCES`, and say where that leads."""
        state = self.state or NetworkTrainingState(pack(self.start.flat()))
        if not len(self.points):
            return TrainingFrame(self.network, state, None, None, "")
        split = self.split
        trainer = Trainer(self.start, split, self.training)
        first = trainer.history[0] if trainer.history else None
        if self.state:
            trainer.restore(_snapshot(self.state, trainer, len(split.train)))
        if ADVANCES[how] and not (trainer.trouble and not trainer.steps):
            left = len(split.train) - trainer.snapshot().seen
            with np.errstate(all="ignore"):  # what overflows is found by the trainer, which then goes back
                trainer.step(min(ADVANCES[how], -(-left // self.training.batch_size)))
        at = trainer.snapshot()
        has_stepped, has_begun = at.step > state.step, at.step > 0
        recipe = self.recipe if has_stepped else state.recipe
        is_other = has_stepped and state.step > 0 and state.recipe != recipe
        return TrainingFrame(
            trainer.network,
            NetworkTrainingState(
                pack(at.parameters),
                pack(at.slots),
                at.updates,
                at.step,
                at.epoch,
                at.seen,
                edited=has_begun and state.edited,
                recipe=recipe if has_begun else "",
                mixed=has_begun and (state.mixed or is_other),
                stopping=self._stopping(state, trainer, at) if has_stepped else state.stopping,
            ),
            first,
            trainer.history[-1] if trainer.history else None,
            trainer.trouble,
        )

    def _stopping(self, state: NetworkTrainingState, trainer: Trainer, at: Snapshot) -> EarlyStopping | None:
        """Look at the test loss where an epoch has just ended."""
        loss = trainer.history[-1].test_loss
        if at.seen or loss is None:
            return state.stopping
        return after_epoch(state.stopping, loss, at.epoch, at.step, self.patience)


@dataclass(frozen=True, eq=False)
class TrainingFrame:
    """What one advance came to.

    Attributes:
        network: The network now.
        state: Where the training stands now.
        first: How well the network did at the start; None if there is nothing to measure.
        measure: How well it does now, likewise.
        trouble: Why training cannot go on, or "".
    """

    network: DenseNetwork
    state: NetworkTrainingState
    first: TrainingMeasure | None
    measure: TrainingMeasure | None
    trouble: str


@dataclass(frozen=True, eq=False)
class TrainingView:
    """What a network answers over a part of the plane, as whole numbers for a colour scale.

    Attributes:
        extent: (left, right, bottom, top).
        units: int16 (units, side, side): inputs made by hand, then hidden units layer by layer, the output
            last, -32767 to 32767 for minus to plus the unit's limit; row 0 is at the top.
        limits: For each of them the largest magnitude of its answers; it is neutral at 0.
        output: int16 (rows, columns): the network's answers, -32767 to 32767 for centre - half to
            centre + half; what lies beyond is clipped. Of several outputs (units, rows, columns): their
            probabilities, 0 to 32767.
        clipped: Whether something does.
        held: Whether a number was beyond 1e30 and is held there.
    """

    extent: Extent
    units: NDArray[np.int16]
    limits: list[float]
    output: NDArray[np.int16]
    clipped: bool
    held: bool


def view(
    network: DenseNetwork,
    extent: Extent,
    centre: float,
    half: float,
    *,
    side: int = 20,
    output_side: int = 64,
) -> TrainingView:
    """Ask every unit about a small grid of the plane, and the output about a larger one.

    Args:
        network: Two inputs.
        extent: (left, right, bottom, top) of the part of the plane.
        centre: The output that is neutral.
        half: How far from there the colours of the output reach.
        side: Rows and columns of a unit's picture.
        output_side: Rows and columns of the output's.

    Example:
        >>> neuron = DenseNetwork([Dense(1, "linear")], [[[1], [0]]], [[0]])
        >>> seen = view(neuron, (-2, 2, -2, 2), 0, 1, side=2, output_side=4)
        >>> seen.units[0].tolist(), seen.limits, seen.output[0].tolist(), seen.clipped
        ([[-32767, 32767], [-32767, 32767]], [1.0], [-32767, -16384, 16384, 32767], True)
    """
    small, large = (network.planes(extent, (cells, cells)) for cells in (side, output_side))
    made = small.inputs[:, :, network.coordinates :]
    answers = np.concatenate([layer.transpose(2, 0, 1) for layer in (made, *small.outputs)])
    limits = np.abs(answers).max((1, 2))
    scaled = answers / np.where(limits > 0, limits, 1)[:, np.newaxis, np.newaxis] * SIGNS
    held = small.held or large.held
    units = scaled.astype(np.int16)
    if network.output.units > 1:
        shares = np.rint(large.output.transpose(2, 0, 1) * SIGNS)  # (units, rows, columns)
        return TrainingView(extent, units, limits.tolist(), shares.astype(np.int16), False, held)
    output = (large.output[:, :, 0].astype(np.float64) - centre) / half
    beyond = np.abs(output) > 1
    # The magnitude is rounded up: what is not quite neutral never looks so.
    whole = np.sign(output) * np.ceil(np.minimum(np.abs(output), 1) * SIGNS)
    return TrainingView(extent, units, limits.tolist(), whole.astype(np.int16), bool(beyond.any()), held)


def watched(layers: Iterable[Dense], points: Points, *, epochs: int, side: int) -> Array:
    """Train a network with Adam and seed 0, and give its answers over the plane, less the threshold.

    Args:
        layers: The hidden layers and the output.
        points: What it is trained on, half of them.
        epochs: How often it sees every one of those.
        side: Rows and columns of the picture.

    Returns:
        float32 (side, side): row 0 is at the top.

    Example:
        >>> watched([Dense(1, "sigmoid")], make_points("xor", 50, 0.0, 0), epochs=1, side=8).shape
        (8, 8)
    """
    settings = Training(optimizer="adam", learning_rate=0.05)
    trainer = Trainer(DenseNetwork.create(layers), points.split(), settings)
    trainer.epoch(epochs)
    answers = trainer.network.planes(points.extent, (side, side)).output[:, :, 0]
    return np.asarray(answers - settings.threshold, np.float32)


def colours_of(points: Points, training: Training) -> tuple[float, float]:
    """Which output is neutral, and how far from it the colours reach: to the targets.

    Example:
        >>> colours_of(DATASETS["circle"].make(20), Training()), colours_of(NOBODY, Training("hinge"))
        ((0.5, 0.5), (0.0, 1.0))
    """
    if points.task == "regression":
        return 0.0, float(np.abs(points.y).max(initial=0)) or 1.0
    return training.threshold, 1.0 if training.threshold == 0 else 0.5


def make_points(
    name: str,
    points: int,
    noise: float,
    seed: int,
    own: Sequence[Sequence[float]] = (),
    task: str | None = None,
    names: Sequence[str] = (),
) -> Points:
    """Return a built-in set, or the student's own points, for a task if one is given.

    Of own points for a classification each target is the number of its class; `names` may name these.

    Raises:
        ExplorerError: If an argument is out of its bounds, or the own points cannot be read.

    Example:
        >>> len(make_points("moons", 100, 0.1, 0)), len(make_points(OWN, 100, 0.1, 0))
        (100, 0)
        >>> make_points(OWN, 100, 0.1, 0, [[0, 1, 1]], "regression").task
        'regression'
    """
    if name == OWN:
        return _own(tuple(map(tuple, own)), task, tuple(names))
    return _built_in(name, points, noise, seed)


def read_own(rows: object) -> list[list[float]]:
    """Check the student's own points: [x1, x2, target] each.

    Raises:
        ExplorerError: If they are too many, or a row is not three finite numbers.

    Example:
        >>> read_own([[0, 1, 1]])
        [[0.0, 1.0, 1.0]]
    """
    if not isinstance(rows, list) or len(rows) > MAX_OWN:
        raise ExplorerError(f"There can be {MAX_OWN} points of your own at most; {short(rows)} came.")
    return datasets.from_rows(rows, "regression").rows()


def loss_titles(output: Dense | None = None) -> dict[str, str]:
    """Name every loss that an output can learn under, those for classes first.

    Args:
        output: An output layer; without it one of one unit.

    Example:
        >>> list(loss_titles())[:2]
        ['binary_crossentropy', 'binary_focal_crossentropy']
        >>> list(loss_titles(Dense(3, "softmax")))
        ['categorical_crossentropy', 'categorical_focal_crossentropy', 'kl_divergence']
    """
    groups = ("Classification", "Regression")
    return {
        loss.name: loss.title
        for group in groups
        for loss in LOSSES.values()
        if loss.group == group and loss.target.vector == (output is not None and output.is_softmax)
    }


def suited(layers: Sequence[Dense], loss: str, points: Points) -> tuple[tuple[Dense, ...], str]:
    """Give an output and a loss that fit some points, where those of a network do not.

    Args:
        layers: The hidden layers and the output.
        loss: Key of `LOSSES`.
        points: What is to be learnt; where there are none yet, everything fits.

    Example:
        >>> layers, loss = suited([Dense(4), Dense(1, "sigmoid")], "hinge", DATASETS["rings"].make(20))
        >>> layers[-1].units, layers[-1].activation, loss
        (3, 'softmax', 'categorical_crossentropy')
    """
    *hidden, output = layers
    classes = len(points.classes)
    if len(points) and (classes > 2 or (output.is_softmax and classes)) and output.units != classes:
        output = Dense(classes, SOFTMAX) if classes > 2 else Dense(1, "sigmoid")
    if loss not in loss_titles(output):
        usual = "mean_squared_error" if points.task == "regression" else "binary_crossentropy"
        loss = "categorical_crossentropy" if output.is_softmax else usual
    return (*hidden, output), loss


def _snapshot(state: NetworkTrainingState, trainer: Trainer, points: int) -> Snapshot:
    """Put what travelled into the trainer's own form; another optimizer begins without a memory."""
    at = trainer.snapshot()
    slots = unpack(state.slots)
    fits = slots.size == at.slots.size
    over = state.seen >= points  # there were more points when it was written
    return Snapshot(
        unpack(state.parameters),
        slots.reshape(at.slots.shape) if fits else at.slots,
        state.updates if fits else 0,
        state.step,
        state.epoch + over,
        0 if over else state.seen,
    )


@lru_cache(maxsize=64)
def _built_in(name: str, points: int, noise: float, seed: int) -> Points:
    if name not in DATASETS:
        raise ExplorerError(f"There is no data set {short(name)}; choose one of {', '.join(DATASETS)}.")
    return DATASETS[name].make(points, noise, seed)


@lru_cache(maxsize=64)
def _own(rows: tuple[tuple[float, ...], ...], task: str | None, names: tuple[str, ...]) -> Points:
    return datasets.from_labels(rows, names) if task == "classification" else datasets.from_rows(rows, task)


@lru_cache(maxsize=64)
def _split(points: Points, share: float, seed: int) -> PointSplit:
    return points.split(share, seed)  # points are compared by identity, and `make_points` keeps them
