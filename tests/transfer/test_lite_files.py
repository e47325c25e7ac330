"""What was learned gives the same as a file of TensorFlow Lite, or nearly so."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer import images
from explorer.imagenet import preprocessing
from explorer.transfer import training
from explorer.transfer.lite_files import lite_answers, lite_file
from explorer.transfer.plan import Plan
from explorer.transfer.predictions import predict_many

SAMPLES = ("chelsea", "coffee", "rocket")


@pytest.fixture(scope="module")
def learned():
    """Three classes, a photograph and its mirror image of each, and a block that was tuned to them."""
    plan = Plan(weights="auto", epochs=30, fine_tune=True, tune_epochs=1)
    shown = [preprocessing.seen(plan.network, images.sample(name)) for name in SAMPLES]
    shown += [np.ascontiguousarray(pixels[:, ::-1]) for pixels in shown]
    samples = [(pixels, at % 3) for at, pixels in enumerate(shown)]
    return training.train(plan, samples, [], SAMPLES).trained, shown


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras
@pytest.mark.parametrize(("numbers", "atol", "megabytes"), [("float32", 1e-5, 13.5), ("float16", 1e-2, 6.8)])
def test_floats_give_the_same(learned, numbers, atol, megabytes):
    """To 1e-5 with all bits, to a hundredth with half of them, in half the room."""
    trained, shown = learned
    data = lite_file(trained, numbers, [])
    assert len(data) / 1e6 == pytest.approx(megabytes, rel=0.05)
    assert_allclose(lite_answers(data, shown), predict_many(trained, shown), atol=atol)


def test_whole_numbers_give_the_same_class(learned):
    """Calibrated on what it learned from, a quarter as large, and never far away."""
    trained, shown = learned
    data = lite_file(trained, "int8", shown)
    assert len(data) < 4.5e6
    answers, mine = lite_answers(data, shown), predict_many(trained, shown)
    assert answers.argmax(axis=1).tolist() == mine.argmax(axis=1).tolist()
    assert_allclose(answers, mine, atol=0.1)
    assert_allclose(answers * 256, np.rint(answers * 256), atol=1e-4)  # it has no other numbers
