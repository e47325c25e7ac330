"""What lessons measure, against numbers worked out by hand and against what the pages say."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import sketch
from explorer.activations import ActivationCurve
from explorer.attention import trained
from explorer.attention.experiment import SmallAttention
from explorer.convolution.arithmetic import Arithmetic
from explorer.convolution.experiments import Convolution, Pooling
from explorer.convolution.invariance import Change
from explorer.errors import ExplorerError
from explorer.images import drawings
from explorer.lessons.measures import MEASURES, measured
from explorer.lessons.subjects import (
    Activated,
    Filtered,
    Judged,
    Looking,
    OnDrawing,
    Pooled,
    Recognised,
    Seen,
    StackedWork,
    Taught,
)
from explorer.losses import LossCurve, fitting
from explorer.mlp import training
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.pipeline import from_json, from_text, run, training_sets
from explorer.pipeline.learning import LearningNetwork
from explorer.transfer import examples
from explorer.transfer.evaluation import examine
from explorer.transfer.splits import Pick

HALF = np.zeros((4, 4, 1), np.float32)
HALF[:, 2:] = 1  # black on the left, white on the right
STEP = np.array([[-1.0, 0.0, 1.0]])


def test_a_filter_on_an_edge() -> None:
    """The step kernel on a picture that is black and white: sums, extremes and shares by hand."""
    found = measured(
        "convolution",
        Filtered(Convolution(STEP, padding="valid"), HALF),
        MEASURES["convolution"],
    )
    # Every window of three pixels holds one step from 0 to 1, so the map is 1 everywhere.
    assert (found["kernel_sum"], found["left_sum"], found["right_sum"]) == (0, -1, 1)
    assert (found["top_sum"], found["bottom_sum"]) == (0, 0)
    assert (found["weights"], found["weights_used"]) == (3, 2)
    assert (found["rows"], found["columns"]) == (4, 2)
    assert (found["map_min"], found["map_max"], found["map_variance"]) == (1, 1, 0)
    assert found["variance_ratio"] == 0
    assert found["change"] is None
    assert (found["near_zero"], found["dark"], found["negative"]) == (0, 0, 0)
    assert found["multiplications"] == 4 * 2 * 3


def test_a_kernel_of_one_pixel_changes_nothing() -> None:
    """The map is the picture: half of it dark, with the picture's own variance."""
    found = measured(
        "convolution",
        Filtered(Convolution(np.array([[1.0]])), HALF),
        ("change", "variance_ratio", "dark", "map_variance"),
    )
    assert found == {"change": 0, "variance_ratio": 1, "dark": 0.5, "map_variance": 0.25}


def test_a_picture_without_contrast_has_no_ratio() -> None:
    """The variance of a picture that is all alike divides nothing."""
    grey = np.full((3, 3, 1), 0.5, np.float32)
    assert measured("convolution", Filtered(Convolution(STEP), grey), ["variance_ratio"]) == {
        "variance_ratio": None
    }


def test_pooling_and_a_shift() -> None:
    """A quarter of the cells is left, and a shift of two pixels changes what a shift of none does not."""
    still = Pooled(Pooling("max", (2, 2)), HALF, HALF, Convolution(STEP), Change(0, 0, 0.0, 0.0))
    found = measured("pooling", still, MEASURES["pooling"])
    assert (found["kind"], found["cells"], found["kept"], found["rows"]) == ("max", 4, 0.25, 2)
    assert (found["map_change"], found["pooled_change"], found["shift"]) == (0, 0, 0)
    assert found["map_mean"] == 0.5
    assert found["work"] == 4 * 3


def test_attention_on_a_box_and_on_twins() -> None:
    """Patch 2 of the box by hand; of two textures each has three patches, so three pairs of twins."""
    seen = sketch.prepare(drawings.draw("smiley"))
    whole = trained.network()(seen)
    few = trained.network()(seen, dropped=[19, 20, 27, 28])

    def draw() -> OnDrawing:
        return OnDrawing(few, whole, None, 2, 0, False)

    box = Looking(SmallAttention(mask="causal"), 1, 0, ("score", 0, 1, 0), draw)
    found = measured("attention", box, MEASURES["attention"])
    assert (found["sequence"], found["token"], found["looked_at"]) == ("box", 2, "patch 2")
    # It may look at patches 1 and 2 alone, whose scores are 2 and 4.
    share = 1 / (1 + np.exp(-2 / np.sqrt(2)))
    assert found["top_weight"] == found["own_weight"] == pytest.approx(share)
    assert found["taken_1"] == 0
    assert found["taken_2"] == pytest.approx(share + (1 - share) / 2)
    assert found["difference"] == pytest.approx(-found["taken_2"])
    assert (found["mask"], found["hidden"], found["scores"], found["parameters"]) == ("causal", 15, 36, 32)
    assert (found["asked"], found["asked_value"]) == ("score", 2)
    assert (found["drawn_class"], found["drawn_changed"], found["dropped"], found["shuffled"]) == (
        "spiral",
        True,
        4,
        False,
    )
    assert found["drawn_probability"] == few.probabilities.max()
    best, share = trained.most_looked_at(few, 2, None, 0)
    assert (found["drawn_looked_at"], found["drawn_share"]) == (f"patch {best + 1}", share)
    assert (found["drawn_layer"], found["drawn_head"]) == (3, 1)
    twins = Looking(SmallAttention(example="textures", heads=2), 0, 1, ("weight", 0, 0, 0), draw)
    assert measured("attention", twins, ("twins", "hidden", "head", "looked_at")) == {
        "twins": 6,
        "hidden": 0,
        "head": 2,
        "looked_at": "patch 4, patch 5, patch 6",
    }


def test_sums_of_a_small_grid() -> None:
    """Ones under ones: nine in each output cell, of which a stride of 2 leaves four."""
    sums = Arithmetic(np.ones((5, 5), int), np.ones((3, 3), int), "convolution", 2, 0, 1)
    found = measured("arithmetic", sums, MEASURES["arithmetic"])
    assert (found["rows"], found["columns"], found["first"], found["middle"]) == (2, 2, 9, 9)
    assert (found["total"], found["kernel_sum"], found["unused"], found["padding"]) == (36, 9, 0, 0)


def test_a_stack_of_blocks() -> None:
    """A pooling halves the sides and sees two pixels; a pipeline without blocks is the picture."""
    halved = run(from_json([{"kind": "pooling", "pool_size": 2}]), HALF)
    found = measured("pipeline", StackedWork(halved), MEASURES["pipeline"])
    assert (found["shape"], found["receptive_field"], found["parameters"]) == ("2 × 2 × 1", 2, 0)
    assert (found["blocks"], found["poolings"], found["convolutions"]) == (1, 1, 0)
    assert found["complete"] is True
    nothing = measured("pipeline", StackedWork(run(from_json([]), HALF)), MEASURES["pipeline"])
    assert (nothing["shape"], nothing["receptive_field"]) == ("4 × 4 × 1", 1)
    for unknown in ("test_accuracy", "kernel_change", "trained_parameters"):
        assert nothing[unknown] is None


def test_a_stack_that_has_learned() -> None:
    """Steps and frozen kernels are counted, and weights that have moved by 0.1 have changed by 0.1."""
    stack = from_text("convolution~bank=2x3_0~strides=4~~flatten~~dense~~softmax")
    start, now = (LearningNetwork(stack, training_sets.SHAPE, 10) for _ in range(2))
    now.weights(0)[0][...] += 0.1
    drawn = training_sets.drawings()
    work = StackedWork(run(stack, HALF), now, start, drawn, steps=7, frozen=1)
    found = measured("pipeline", work, MEASURES["pipeline"])
    assert found["kernel_change"] == pytest.approx(0.1, rel=1e-5)
    assert (found["learned_steps"], found["frozen"]) == (7, 1)
    assert found["trained_parameters"] == 2 * 9 + 2 + (8 * 8 * 2 + 1) * 10
    assert found["test_accuracy"] == drawn.measured(now).accuracy


def test_an_activation_and_a_chain() -> None:
    """ReLU at −1 has slope 0; at 2, through three layers of weight 0.5, the gradient is an eighth."""

    def relu(x: float) -> dict[str, object]:
        seen = Activated(
            ActivationCurve("relu"), x, lambda: np.array([[-1.0, 0.0, 2.0, 3.0]]), 0.05, 3, 0.5, (0.25, 0.75)
        )
        return measured("activations", seen, MEASURES["activations"])

    assert (relu(-1)["value"], relu(-1)["slope"]) == (0, 0)
    found = relu(2)
    assert (found["value"], found["slope"], found["gradient"]) == (2, 1, 0.125)
    assert (found["at_zero"], found["dead"], found["top_probability"]) == (0.5, 0.5, 0.75)


def test_a_network_at_its_start() -> None:
    """Three units of two weights and a bias, and an output of three and one: 13 numbers, and no epoch yet."""
    network = DenseNetwork.create((Dense(3, "tanh"), Dense(1, "sigmoid")))
    setup = training.TrainingSetup(network, training.make_points("circle", 40, 0.0, 0))
    found = measured("hidden_layers", setup, MEASURES["hidden_layers"])
    assert (found["units"], found["layers"], found["parameters"], found["epochs"]) == (3, 1, 13, 0)
    assert found["test_wrong"] == round((1 - found["test_accuracy"]) * 20)
    nobody = training.TrainingSetup(network, training.make_points("own", 0, 0.0, 0))
    assert measured("hidden_layers", nobody, ["test_accuracy", "test_wrong"]) == {
        "test_accuracy": None,
        "test_wrong": None,
    }


def test_a_loss_and_its_best_constant() -> None:
    """Absolute error: 3 from 5 to 2, the median, and an outlier that pulls as much as each of six."""
    judged = Judged(
        LossCurve("numbers", "mean_absolute_error"),
        5.0,
        2.0,
        50.0,
        lambda: fitting.fit([0, 1, 2], [1, 2, 9], "mean_absolute_error", degree=0),
    )
    found = measured("losses", judged, MEASURES["losses"])
    assert (found["loss"], found["gradient"], found["constant"]) == (3, -1, "the median")
    assert found["outlier_share"] == pytest.approx(1 / 6)
    assert (found["fit"], found["fit_at_0"], found["fit_degree"]) == ("mean_absolute_error", 2, 0)


def test_a_drawing_with_maps_off() -> None:
    """What is switched off is counted, and the answer is compared with that of the whole network."""
    seen = sketch.prepare(drawings.draw("smiley"))
    whole = sketch.forward(seen)
    off = sketch.forward(seen, off={"conv1": (0, 2)})
    found = measured("draw_and_watch", Recognised(off, whole), MEASURES["draw_and_watch"])
    assert found["channels_off"] == 2
    assert found["top_changed"] is (off.ranking[0][0] != whole.ranking[0][0])
    assert found["probability"] == pytest.approx(off.probabilities.max())


def test_answers_to_a_photograph() -> None:
    """The class has changed where another is best with some channels off."""
    seen = Seen([("tabby", 0.6), ("lynx", 0.4)], [("lynx", 0.7), ("tabby", 0.3)], 4)
    found = measured("imagenet", seen, MEASURES["imagenet"])
    assert (found["top_class"], found["top_before"], found["top_changed"]) == ("tabby", "lynx", True)
    assert (found["probability"], found["channels_off"]) == (0.6, 4)


def test_what_was_taught() -> None:
    """Of two test pictures of one class half are right; without training nothing is known."""
    labelled = examples.example(each=2)
    first, second = labelled.photos(labelled.classes[0])
    picks = [Pick(0, first), Pick(0, second)]
    examined = examine(picks, [[1, 0, 0], [0, 1, 0]], labelled.classes)
    found = measured("transfer", Taught(labelled, examined, examined), MEASURES["transfer"])
    assert (found["classes"], found["pictures"], found["fewest"], found["most"]) == (3, 6, 2, 2)
    assert (found["test_accuracy"], found["worst_accuracy"]) == (0.5, 0.5)
    assert (found["worst_class"], found["test_pictures"], found["trained"]) == (labelled.classes[0], 2, True)
    before = measured("transfer", Taught(labelled), MEASURES["transfer"])
    assert (before["trained"], before["test_accuracy"], before["worst_class"]) == (False, None, None)


def test_a_measure_says_what_it_is() -> None:
    """Names are those of the table, and titles can follow "The"."""
    for table in MEASURES.values():
        for name, measure in table.items():
            assert name == measure.name
            assert measure.title[0].islower()


def test_unknown_pages_and_measures_are_told() -> None:
    """The sentence lists those that there are."""
    with pytest.raises(ExplorerError, match="Nothing is measured on 'home'; choose one of the pages"):
        measured("home", None, [])
    with pytest.raises(
        ExplorerError, match="The page pooling has no measure 'size'; choose one of pool_rows"
    ):
        measured("pooling", None, ["size"])
