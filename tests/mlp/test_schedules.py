"""A learning rate that changes and early stopping, against Keras's own, and in the programs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from mlp.frameworks import assert_trains_as_here, random_network, run
from numpy.testing import assert_allclose

from explorer.code.mlp import NETWORK_SNIPPETS, network_code
from explorer.mlp.datasets import DATASETS
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.optimizers import OPTIMIZERS
from explorer.mlp.schedules import SCHEDULES
from explorer.mlp.stopping import EarlyStopping, after_epoch
from explorer.mlp.trainer import Trainer
from explorer.mlp.training import NetworkTrainingState, TrainingSetup

GIVEN = {"decay_steps": 3, "decay_rate": 0.4, "alpha": 0.1}


def scheduled(schedule: str, optimizer: str = "sgd") -> Training:
    shaped = {each.name: GIVEN[each.name] for each in SCHEDULES[schedule].parameters}
    return Training(
        optimizer=optimizer,
        learning_rate=0.2,
        batch_size=2000,
        schedule=schedule,
        schedule_parameters=tuple(shaped.items()),
    )


@pytest.fixture(params=NETWORK_SNIPPETS)
def framework(request: pytest.FixtureRequest) -> str:
    if request.param == "pytorch":
        pytest.importorskip("torch")
    return str(request.param)


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "constant"])
def test_rates_are_those_of_keras(name: str) -> None:
    """Step by step, also after the last decay step."""
    import keras

    training = scheduled(name)
    theirs = eval(
        f"keras.optimizers.schedules.{SCHEDULES[name].keras}",
        {"keras": keras, "learning_rate": 0.2, **GIVEN},
    )
    assert_allclose(
        [training.rate_at(step) for step in range(8)], [float(theirs(s)) for s in range(8)], rtol=1e-5
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_programs_change_the_rate_as_here(framework: str, name: str, optimizer: str) -> None:
    """Six steps of the program's model are six steps here, whatever the optimiser keeps of the rate."""
    network = random_network([Dense(3, "tanh"), Dense(1, "sigmoid")], 6)
    split = DATASETS["moons"].make(60, 0.1).split()
    assert_trains_as_here(framework, network, scheduled(name, optimizer), split, 6)


def test_a_schedule_goes_on_from_where_a_training_stands() -> None:
    """Two halves of a training, the second from what travelled, are the whole of it."""
    points = DATASETS["moons"].make(60, 0.1)
    start = DenseNetwork.create([Dense(3, "tanh"), Dense(1, "sigmoid")], seed=2)
    settings = scheduled("cosine_decay", "adam")
    whole = Trainer(start, points.split(), settings)
    whole.step(2)
    state = TrainingSetup(start, points, training=settings).advanced("step").state
    after = TrainingSetup(start, points, training=settings, state=state).advanced("step")
    assert np.array_equal(after.network.flat(), whole.network.flat())


def test_the_end_is_the_one_of_keras() -> None:
    """For losses that fall, rise, stay alike and fall again, with any patience."""
    import keras

    class Model:
        stop_training = False

    for losses in itertools.product((0.2, 0.3, 0.4), repeat=5):
        for patience in (1, 2, 3):
            theirs = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
            theirs.set_model(Model())
            theirs.on_train_begin()
            known: EarlyStopping | None = None
            for epoch, loss in enumerate(losses):
                known = after_epoch(known, loss, epoch + 1, 10 * (epoch + 1), patience)
                theirs.on_epoch_end(epoch, {"val_loss": loss})
                if theirs.model.stop_training:
                    break
            assert known
            assert known.stopped_epoch == (theirs.stopped_epoch + 1 if theirs.stopped_epoch else 0)
            assert (known.best_loss, known.best_epoch) == (theirs.best, theirs.best_epoch + 1)


def test_another_patience_goes_on_waiting() -> None:
    """An end is kept with its patience; with more of it a later minimum counts."""
    known = EarlyStopping(0.3, 2, 20, 4, 40)
    assert after_epoch(known, 0.1, 9, 90, 2) is known
    assert after_epoch(known, 0.1, 9, 90, 3) == EarlyStopping(0.1, 9, 90)
    assert after_epoch(known, 0.5, 5, 50, 0) == EarlyStopping(0.3, 2, 20)


def test_a_training_looks_at_the_end_of_each_epoch() -> None:
    """Within an epoch nothing is noted; what is noted travels, and is the smallest test loss so far."""
    points = DATASETS["circle"].make(60, 0.4)
    start = DenseNetwork.create([Dense(8, "tanh"), Dense(1, "sigmoid")], seed=1)
    settings = Training(learning_rate=3.0, batch_size=10)
    setup = TrainingSetup(start, points, training=settings, patience=3)
    assert setup.advanced("step").state.stopping is None
    losses: list[float] = []
    state: NetworkTrainingState | None = None
    for _ in range(25):
        frame = TrainingSetup(start, points, training=settings, state=state, patience=3).advanced("epoch")
        losses.append(frame.measure.test_loss)
        state = NetworkTrainingState.read(frame.state.record())
    found = state.stopping
    assert found.best_loss == min(losses[: found.best_epoch])
    assert found.stopped_epoch == found.best_epoch + 3
    assert min(losses[found.best_epoch : found.stopped_epoch]) >= found.best_loss
    assert (found.best_step, found.stopped_step) == (3 * found.best_epoch, 3 * found.stopped_epoch)
    everyone = TrainingSetup(start, points, share=1.0, patience=3).advanced("epoch")
    assert everyone.state.stopping is None


@pytest.mark.parametrize(
    "record",
    [3, {}, {"best_loss": 0.1}, {**EarlyStopping(0.1, 1, 2).record(), "best_epoch": -1},
     {**EarlyStopping(0.1, 1, 2).record(), "best_step": True},
     {**EarlyStopping(0.1, 1, 2).record(), "best_loss": float("inf")}],
    ids=str,
)  # fmt: skip
def test_a_stopping_that_nobody_wrote_is_refused(record: object) -> None:
    """It has a finite loss and counts."""
    with pytest.raises(ValueError, match="An early stopping has"):
        NetworkTrainingState.read({"parameters": "AACAPw", "stopping": record})


def test_programs_stop_early_too(framework: str) -> None:
    """Keras's callback with its patience, and in PyTorch a function that says when it is enough."""
    network = random_network([Dense(1, "sigmoid")])
    names = run(network_code(framework, network, Training(), patience=2))
    if framework == "keras":
        assert (names["early_stopping"].patience, names["early_stopping"].monitor) == (2, "val_loss")
    else:
        assert [names["is_enough"]([0.5, 0.3, 0.4, 0.35][:count]) for count in (1, 2, 3, 4)] == [
            False
        ] * 3 + [True]
    assert "stopping" not in network_code("keras", network, Training())


def test_an_unknown_schedule_is_refused() -> None:
    """By its name, and its parameters by theirs."""
    with pytest.raises(ValueError, match="no schedule 'weekly'"):
        Training(schedule="weekly")
    with pytest.raises(ValueError, match="no parameter 'power'"):
        Training(schedule="cosine_decay", schedule_parameters=(("power", 2),))
