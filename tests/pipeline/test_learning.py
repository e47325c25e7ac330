"""Pipelines that learn: TensorFlow has the same gradients, and training ends where it should."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer.errors import ExplorerError
from explorer.pipeline import OFFERED, from_text, run
from explorer.pipeline.learning import LearningNetwork, LearningPlan, PipelineTrainer, weight_gradient

CLASSES = 3
WINDOWS = [
    f"convolution~bank=4x{size}_1~strides={stride}~padding={padding}~dilation_rate={dilation}"
    for size, stride, padding, dilation in itertools.product((1, 3), (1, 2), ("valid", "same", "2"), (1, 2))
]
POOLINGS = [
    f"pooling~pooling={kind}~pool_size={size}~strides={stride}~padding={padding}"
    for kind, (size, stride), padding in itertools.product(
        ("max", "average"), ((2, 2), (3, 2), (2, 1)), ("valid", "same")
    )
]
OTHERS = [
    "convolution~bank=own=1x3_1_2_-1,sobel_x~bias=0.5",
    "convolution~scales=0_0.5",
    "pooling~pooling=global_max",
    "pooling~pooling=global_average",
    "normalisation",
    "normalisation~over=maps",
    "upsampling~size=3",
    "upsampling~interpolation=bilinear",
    "softmax~~flatten~~dense~units=5",
    *(f"activation~activation={name}" for name in OFFERED),
]
END = f"~~flatten~~dense~units={CLASSES}~seed=2"


def pictures(count: int, side: int = 7, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(3).random((count, side, side, channels), dtype=np.float32)


def spread(kernel, rate: int):
    """Put a kernel's weights apart, with zeros between, as a matrix product that TensorFlow can turn back."""
    import tensorflow as tf

    size = kernel.shape[0]
    apart = np.zeros(((size - 1) * rate + 1, size), np.float32)
    apart[np.arange(size) * rate, np.arange(size)] = 1
    return tf.einsum("ir,rcmf,jc->ijmf", apart, kernel, apart)


def in_tensorflow(network: LearningNetwork, x: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The gradient of the mean loss with respect to all weights, by `tf.GradientTape` on the same blocks."""
    import tensorflow as tf

    variables = []
    with tf.GradientTape() as tape:
        maps = tf.constant(x)
        for number, block in enumerate(network.pipeline.blocks):
            match block.kind:
                case "convolution" | "dense":
                    kernel, bias = (tf.Variable(part) for part in network.weights(number))
                    variables += [kernel, bias]
                    if isinstance(block.padding, int):
                        around = [block.padding] * 2
                        maps = tf.pad(maps, [[0, 0], around, around, [0, 0]])
                    padding = block.padding.upper() if isinstance(block.padding, str) else "VALID"
                    rate, step = block.dilation_rate, block.strides
                    if rate > 1 and step > 1:  # which TensorFlow refuses to turn back together
                        wide = spread(kernel, rate)
                        maps = tf.nn.conv2d(maps, wide, step, padding) + bias
                    else:
                        maps = tf.nn.conv2d(maps, kernel, step, padding, dilations=rate) + bias
                case "activation":
                    maps = tf.keras.activations.get(block.activation)(maps)
                case "pooling" if block.is_global:
                    reduce = tf.reduce_max if block.operation == "max" else tf.reduce_mean
                    maps = reduce(maps, axis=(1, 2), keepdims=True)
                case "pooling":
                    pool = tf.nn.max_pool2d if block.operation == "max" else tf.nn.avg_pool2d
                    maps = pool(maps, block.pool_size, block.strides, block.padding.upper())
                case "normalisation":
                    axes = (1, 2) if block.over == "map" else (1, 2, 3)
                    mean, variance = tf.nn.moments(maps, axes, keepdims=True)
                    maps = (maps - mean) / tf.sqrt(variance + 1e-3)
                case "upsampling":
                    maps = tf.keras.layers.UpSampling2D(block.size, interpolation=block.interpolation)(maps)
                case "flatten":
                    maps = tf.reshape(maps, (len(x), 1, 1, -1))
                case "softmax":
                    maps = tf.nn.softmax(maps)
            factors = block.factors(maps.shape[3])
            if factors is not None:
                maps = maps * factors
        logits = maps[:, 0, 0]
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
    gradients = tape.gradient(loss, variables)
    return np.concatenate([gradient.numpy().ravel() for gradient in gradients])


@pytest.mark.parametrize("text", [*WINDOWS, *POOLINGS, *OTHERS])
def test_gradients_are_tensorflows(text):
    """The gradient of every weight, before and after the block, is that of GradientTape to 1e-5."""
    blocks = from_text(f"convolution~bank=3x2_4~padding=valid~~{text}{END}")
    network = LearningNetwork(blocks, (7, 7, 2), CLASSES)
    x, targets = pictures(4), np.eye(CLASSES, dtype=np.float32)[[0, 2, 1, 1]]
    loss, gradient = network.gradient(x, targets)
    assert_allclose(gradient, in_tensorflow(network, x, targets), atol=1e-5)
    assert gradient.any()
    assert loss == pytest.approx(network.measure(x, np.array([0, 2, 1, 1])).loss, rel=1e-5)


def test_a_softmax_at_the_end_changes_no_gradient():
    """The loss is taken of what goes into it."""
    with_it, without = (
        LearningNetwork(from_text(f"convolution{END}{end}"), (7, 7, 2), CLASSES) for end in ("~~softmax", "")
    )
    x, targets = pictures(3), np.eye(CLASSES, dtype=np.float32)
    assert_array_equal(with_it.gradient(x, targets)[1], without.gradient(x, targets)[1])


def test_a_batch_gives_the_maps_of_each_picture():
    """What a network makes of several pictures at once is what its pipeline makes of each."""
    text = "convolution~bank=4x3_0~scales=1_0~~activation~~pooling~~normalisation~~upsampling"
    network = LearningNetwork(from_text(f"{text}{END}~~softmax"), (7, 7, 2), CLASSES)
    network.parameters += np.random.default_rng(0).normal(0, 0.1, network.parameters.shape).astype(np.float32)
    made = network.forward(pictures(2))[-1]  # (classes, 1, 1, n)
    for at, picture in enumerate(pictures(2)):
        answer = run(network.learned(), picture).steps[-1].maps[0, 0]
        assert_allclose(made[:, 0, 0, at], answer, atol=1e-5)


def bars(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw pictures of upright and level bars, in noise."""
    rng = np.random.default_rng(8)
    labels = np.arange(count) % 2
    found = rng.integers(0, 60, (count, 8, 8, 1)).astype(np.uint8)
    for picture, label, place in zip(found, labels, rng.integers(1, 7, count), strict=True):
        (picture[:, place] if label else picture[place])[...] = 255
    return found, labels


STACK = "convolution~bank=sobel_x,sobel_y~~activation~~pooling~pooling=global_max~~dense~units=2~~softmax"


def test_training_learns_and_repeats():
    """A loss falls, the same seed gives the same weights, and a state goes on as if nothing had stopped."""
    x, labels = bars(60)
    plan = LearningPlan(learning_rate=0.05, batch_size=16, moved=False)

    def trainer(state=None, frozen=frozenset()):
        network = LearningNetwork(from_text(STACK), (8, 8, 1), 2)
        return PipelineTrainer(network, x, labels, plan, state=state, frozen=frozen)

    whole, parts = trainer(), trainer()
    before = whole.network.measure(x.astype(np.float32) / 255, labels)
    whole.step(12)
    parts.step(5)
    parts = trainer(parts.state)
    parts.step(7)
    assert_array_equal(whole.network.parameters, parts.network.parameters)
    assert (whole.state.epoch, whole.state.seen, whole.state.step) == (3, 0, 12)
    whole.step(150)
    after = whole.network.measure(x.astype(np.float32) / 255, labels)
    assert after.loss < before.loss / 2
    assert after.accuracy > 0.95
    assert after.confusion.sum() == 60


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_frozen_kernel_stays_and_others_learn_around_it(optimizer):
    """Its weights and its bias are the same to the last digit, whatever the optimizer remembers."""
    x, labels = bars(32)
    network = LearningNetwork(from_text(STACK), (8, 8, 1), 2)
    plan = LearningPlan(optimizer, 0.01)
    loose = PipelineTrainer(network, x, labels, plan)
    loose.step(2)
    kernel, bias = (part.copy() for part in network.weights(0))
    held = PipelineTrainer(network, x, labels, plan, frozen=frozenset({(0, 1)}), state=loose.state)
    held.step(3)
    found, offset = held.network.weights(0)
    assert_array_equal(found[..., 1], kernel[..., 1])
    assert offset[1] == bias[1]
    assert np.abs(found[..., 0] - kernel[..., 0]).min() > 0


@pytest.mark.parametrize("weight", [(0, 2, 1, 0, 1), (3, 0, 0, 1, 0)])
def test_the_gradient_of_a_weight_is_the_sum_that_is_shown(weight):
    """Products over all places of a picture make its part, and the parts of a batch the gradient."""
    x, labels = bars(12)
    network = LearningNetwork(from_text(STACK), (8, 8, 1), 2)
    trainer = PipelineTrainer(network, x, labels, LearningPlan(batch_size=6))
    _, gradient = network.gradient(*trainer.batch())
    block, *place = weight
    whole = LearningNetwork(network.pipeline, (8, 8, 1), 2, gradient.copy())
    found = weight_gradient(trainer, *weight, picture=4)
    assert found.weight == network.weights(block)[0][tuple(place)]
    assert found.gradient == pytest.approx(whole.weights(block)[0][tuple(place)], rel=1e-4, abs=1e-7)
    assert len(found.parts) == 6
    assert (found.inputs * found.slopes).sum() == pytest.approx(found.parts[4], rel=1e-4, abs=1e-7)
    with pytest.raises(ExplorerError, match="no such weight"):
        weight_gradient(trainer, 0, 9, 0, 0, 0)
    with pytest.raises(ExplorerError, match="The batch has 6 pictures; there is no number 7"):
        weight_gradient(trainer, *weight, picture=6)


def test_another_optimizer_begins_without_a_memory():
    """Its first step is the one that it makes at the start, whatever the one before remembers."""
    x, labels = bars(32)
    network = LearningNetwork(from_text(STACK), (8, 8, 1), 2)
    before = PipelineTrainer(network, x, labels, LearningPlan("sgd", 0.01))
    before.step(3)
    state = before.state
    changed = PipelineTrainer(network, x, labels, LearningPlan("adam", 0.01), state=state)
    changed.step()
    moved = np.abs(changed.network.parameters - state.parameters)
    assert moved.max() == pytest.approx(0.01, rel=1e-3)  # as Adam's first step is, for any gradient
    assert (changed.state.updates, changed.state.step) == (1, 4)


@pytest.mark.parametrize("mirrored", [True, False])
def test_pictures_are_mirrored_and_moved(mirrored):
    """A moved picture is the picture, or its mirror image where that may be, a pixel away at most."""
    x, labels = bars(24)
    plan = LearningPlan(batch_size=24, mirrored=mirrored)
    trainer = PipelineTrainer(LearningNetwork(from_text(STACK), (8, 8, 1), 2), x, labels, plan)
    batch, _ = trainer.batch()
    versions = [
        np.roll(picture, (down, across), (0, 1)).tobytes()
        for each in x
        for picture in ((each, each[:, ::-1]) if mirrored else (each,))
        for down, across in itertools.product((-1, 0, 1), repeat=2)
    ]
    levels = np.round(batch * 255).astype(np.uint8)
    assert all(picture.tobytes() in versions for picture in levels)
    assert not all(picture.tobytes() in [each.tobytes() for each in x] for picture in levels)


def test_what_diverges_goes_back():
    """Beyond 32 bits the weights are those of before, and a sentence says what to do."""
    x, labels = bars(16)
    network = LearningNetwork(from_text(STACK), (8, 8, 1), 2)
    trainer = PipelineTrainer(network, x, labels, LearningPlan("sgd", 1e30, moved=False))
    before = network.parameters.copy()
    trainer.step(8)
    assert "Lower the learning rate" in trainer.trouble
    assert_array_equal(network.parameters, before)
    assert trainer.state.step == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must end in 2 numbers, but it has no blocks. Add Flatten, Dense with 2 units"),
        ("convolution", "but of a picture of 8 × 8 it makes 1 map of 8 × 8. Add Flatten"),
        ("pooling~pooling=global_max~~softmax", "but it ends in 1 number. Add Flatten"),
        ("flatten~~dense~units=3~~softmax", "but it ends in 3 numbers. Give its last Dense block 2 units"),
        ("flatten~~dense~units=2~~softmax~~activation", "A softmax is the end of a stack"),
        ("pooling~pool_size=8~~pooling", "its window covers 2 × 2"),
        ("flatten~~dense~units=128~~dense~units=128~~dense~units=2", "25,090 weights and biases"),
    ],
)
def test_what_cannot_learn_is_said(text, words):
    """No answer, no weights, too many of them."""
    with pytest.raises(ExplorerError, match=words):
        LearningNetwork(from_text(text), (8, 8, 1), 2)


def test_what_is_of_another_stack_is_refused():
    """Weights, states and kernels that do not belong to it."""
    network = LearningNetwork(from_text(STACK), (8, 8, 1), 2)
    with pytest.raises(ExplorerError, match="rewind to begin again"):
        LearningNetwork(from_text(STACK), (8, 8, 1), 2, [1, 2, 3])
    with pytest.raises(ExplorerError, match="Block 1 has 2 kernels; there is no 3"):
        network.held({(0, 2)})
    with pytest.raises(ExplorerError, match="Block 2 has no weights"):
        network.weights(1)
    other = LearningNetwork(from_text("flatten~~dense~units=2"), (8, 8, 1), 2)
    state = PipelineTrainer(other, *bars(4), LearningPlan()).state
    with pytest.raises(ExplorerError, match="another stack"):
        PipelineTrainer(network, *bars(4), LearningPlan(), state=state)
