"""A training that travels: text and back, frames that equal one long training, pictures in whole numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_array_equal

from explorer.mlp import training
from explorer.mlp.datasets import DATASETS
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.optimizers import OPTIMIZERS
from explorer.mlp.trainer import Trainer
from explorer.mlp.training import ADVANCES, NOBODY, OWN, SIGNS, NetworkTrainingState, TrainingSetup

LAYERS = (Dense(5, "tanh"), Dense(3, "relu"), Dense(1, "sigmoid"))
START = DenseNetwork.create(LAYERS, seed=7)
POINTS = DATASETS["moons"].make(90, 0.1)


def played(setup: TrainingSetup, *advances: str) -> training.TrainingFrame:
    """Go on frame by frame, each time from what travelled alone."""
    frame = setup.advanced("none")
    for how in advances:
        state = NetworkTrainingState.read(frame.state.record())
        again = TrainingSetup(setup.start, setup.points, setup.share, 0, setup.training, state)
        frame = again.advanced(how)
    return frame


@given(arrays.arrays(np.float32, st.integers(0, 40), elements=st.floats(allow_nan=False, width=32)))
def test_numbers_travel_exactly(numbers: np.ndarray) -> None:
    """What is packed is unpacked bit for bit, or refused where it is infinite."""
    text = training.pack(numbers)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    if np.isfinite(numbers).all():
        assert_array_equal(training.unpack(text), numbers)
    else:
        with pytest.raises(ValueError, match="not finite"):
            training.unpack(text)


@example("000000000000000/")
@example("AAAAAA==")
@given(st.text(max_size=30).filter(lambda text: not text.isascii() or set(text) & set("+/=?! ")))
def test_any_other_text_is_refused_in_a_sentence(text: str) -> None:
    """A text with a letter that no packed numbers have is refused."""
    with pytest.raises(ValueError, match=r"copy the whole link again\.$"):
        training.unpack(text)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    "advances", [("step",) * 9, ("epoch",) * 3, ("play",) * 3, ("step", "epoch", "play")]
)
def test_frames_are_one_long_training(optimizer: str, advances: tuple[str, ...]) -> None:
    """Frame after frame from text alone, training is bit for bit what a trainer does that never stops."""
    settings = Training(optimizer=optimizer, learning_rate=0.05, batch_size=4, seed=3)
    frame = played(TrainingSetup(START, POINTS, training=settings), *advances)
    trainer = Trainer(START, POINTS.split(), settings)
    trainer.step(frame.state.step)
    assert_array_equal(frame.network.flat(), trainer.network.flat())
    assert frame.measure == trainer.history[-1]
    assert frame.state.step > 0


def test_an_advance_is_bounded_by_its_kind_and_the_epoch() -> None:
    """A step is one batch; play makes 32 at most; an epoch ends where every point was used once."""
    setup = TrainingSetup(START, POINTS, training=Training(batch_size=1))
    assert played(setup, "none").state.step == 0
    assert played(setup, "step").state.step == 1
    assert played(setup, "play").state.step == 32
    assert played(setup, "play", "play").state.step == 45
    assert played(setup, "step", "epoch").state.step == 45
    assert played(setup, "epoch").measure.epoch == 1
    assert max(ADVANCES.values()) >= 2000


def test_weights_of_another_optimizer_begin_without_a_memory() -> None:
    """Slots that do not fit are left behind with their count, and training goes on."""
    frame = played(TrainingSetup(START, POINTS, training=Training(optimizer="adam")), "epoch")
    other = TrainingSetup(START, POINTS, training=Training(optimizer="momentum"), state=frame.state)
    after = other.advanced("step")
    assert (after.state.step, after.state.updates) == (frame.state.step + 1, 1)


def test_a_training_goes_on_with_fewer_points() -> None:
    """Where more points are used up than there are, the next epoch begins."""
    state = NetworkTrainingState(training.pack(START.flat()), step=9, epoch=2, seen=40)
    after = TrainingSetup(START, DATASETS["moons"].make(20), state=state).advanced("none").state
    assert (after.epoch, after.seen) == (3, 0)


def test_without_points_there_is_a_network_and_nothing_to_measure() -> None:
    """Before the first point is drawn a frame has the network, and neither measure nor trouble."""
    frame = TrainingSetup(START, NOBODY).advanced("play")
    assert_array_equal(frame.network.flat(), START.flat())
    assert (frame.measure, frame.first, frame.trouble) == (None, None, "")


def test_divergence_is_a_sentence_and_no_weight_is_lost() -> None:
    """A learning rate beyond reason ends in a sentence, with finite weights."""
    linear = DenseNetwork.create([Dense(4, "linear"), Dense(1, "linear")])
    settings = Training("mean_squared_error", learning_rate=100.0)
    frame = played(TrainingSetup(linear, DATASETS["plane"].make(60), training=settings), *["epoch"] * 4)
    assert "diverged" in frame.trouble
    assert np.isfinite(frame.network.flat()).all()


@given(
    arrays.arrays(np.float32, START.size, elements=st.floats(-1e6, 1e6, width=32)),
    arrays.arrays(
        np.float32, 2 * START.size, elements=st.floats(allow_nan=False, allow_infinity=False, width=32)
    ),
    st.integers(0, 10**12),
)
def test_whatever_comes_back_training_stays_finite(
    parameters: np.ndarray, slots: np.ndarray, count: int
) -> None:
    """Any weights and any memory lead to finite weights, finite measures and finite pictures."""
    state = NetworkTrainingState(training.pack(parameters), training.pack(slots), count, count, count, count)
    setup = TrainingSetup(START, POINTS, training=Training(optimizer="adam"), state=state)
    frame = setup.advanced("step")
    assert np.isfinite(frame.network.flat()).all()
    if frame.measure:
        assert all(np.isfinite(value) for value in vars(frame.measure).values() if value is not None)
    assert np.isfinite(
        training.view(frame.network, POINTS.extent, 0.5, 0.5, side=3, output_side=4).limits
    ).all()


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"parameters": 3},
        {"parameters": "!"},
        {"parameters": "", "step": -1},
        {"parameters": "", "step": True},
        {"parameters": "", "seen": 1.5},
        {"parameters": "", "epoch": 10**13},
        {"parameters": "", "edited": 1},
        {"parameters": "", "mixed": None},
        {"parameters": "", "recipe": 7},
        {"parameters": "", "recipe": "a" * 17},
        {"parameters": "", "more": 1},
    ],
)
def test_a_record_that_nobody_wrote_is_refused(record: object) -> None:
    """A state has known parts of known kinds."""
    with pytest.raises(ValueError, match=r"\.$"):
        NetworkTrainingState.read(record)


def test_pictures_are_the_planes_in_whole_numbers() -> None:
    """A unit's picture is its answers in shares of its limit; the output keeps its side of the centre."""
    seen = training.view(START, POINTS.extent, 0.5, 0.25, side=6, output_side=9)
    planes = START.planes(POINTS.extent, (6, 6))
    answers = np.concatenate([layer.transpose(2, 0, 1) for layer in planes.outputs])
    back = seen.units / SIGNS * np.array(seen.limits)[:, None, None]
    assert np.abs(back - answers).max() <= max(seen.limits) / SIGNS
    output = START.planes(POINTS.extent, (9, 9)).output[:, :, 0] - 0.5
    assert_array_equal(np.sign(seen.output), np.sign(output))
    assert np.abs(seen.output / SIGNS * 0.25 - np.clip(output, -0.25, 0.25)).max() < 1e-4
    assert seen.clipped == bool((np.abs(output) > 0.25).any())


def test_own_points_are_read_with_a_limit() -> None:
    """800 rows of three numbers are taken, one more is not."""
    rows = [[0.5, -1, place % 2] for place in range(training.MAX_OWN)]
    assert len(training.make_points(OWN, 20, 0, 0, training.read_own(rows))) == training.MAX_OWN
    with pytest.raises(ValueError, match="800"):
        training.read_own([*rows, rows[0]])
    with pytest.raises(ValueError, match="three numbers"):
        training.read_own([[1, 2]])
