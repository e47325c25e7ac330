"""A vision transformer against Keras, and what has to hold for any numbers of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.attention import AttentionError, VisionTransformer, attention_gradients, relevance
from explorer.attention.transformer import EPSILON

SIDE, PATCH, WIDTH, HEADS, HIDDEN, CLASSES = 12, 4, 8, 2, 12, 5
COUNT = (SIDE // PATCH) ** 2


def arrays_of(seed: int, layers: int = 2) -> dict[str, np.ndarray]:
    """Weights of a small network, of which none is 0 or 1 by habit."""
    rng = np.random.default_rng(seed)

    def drawn(*shape: int, scale: float = 0.5) -> np.ndarray:
        return rng.normal(0, scale, shape).astype(np.float32)

    found = {
        "embedding/kernel": drawn(PATCH * PATCH, WIDTH),
        "embedding/bias": drawn(WIDTH),
        "positions": drawn(SIDE // PATCH, SIDE // PATCH, WIDTH),
        "class_token": drawn(WIDTH),
        "norm/gamma": 1 + drawn(WIDTH),
        "norm/beta": drawn(WIDTH),
        "head/kernel": drawn(WIDTH, CLASSES),
        "head/bias": drawn(CLASSES),
    }
    each = WIDTH // HEADS
    for number in range(1, layers + 1):
        name = f"block{number}"
        for part in ("attention_norm", "dense_norm"):
            found[f"{name}/{part}/gamma"] = 1 + drawn(WIDTH)
            found[f"{name}/{part}/beta"] = drawn(WIDTH)
        for part in ("query", "key", "value"):
            found[f"{name}/attention/{part}_kernel"] = drawn(WIDTH, HEADS, each)
            found[f"{name}/attention/{part}_bias"] = drawn(HEADS, each)
        found[f"{name}/attention/output_kernel"] = drawn(HEADS, each, WIDTH)
        found[f"{name}/attention/output_bias"] = drawn(WIDTH)
        found[f"{name}/widen/kernel"], found[f"{name}/widen/bias"] = drawn(WIDTH, HIDDEN), drawn(HIDDEN)
        found[f"{name}/narrow/kernel"], found[f"{name}/narrow/bias"] = drawn(HIDDEN, WIDTH), drawn(WIDTH)
    return found


@pytest.fixture(scope="module")
def network() -> VisionTransformer:
    return VisionTransformer.from_arrays(arrays_of(0))


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(1).random((SIDE, SIDE, 1), np.float32)


def with_keras(arrays: dict[str, np.ndarray], picture: np.ndarray) -> tuple[Any, list[Any], list[Any]]:
    """The scores, the weights of each attention, and the slope of the second score by each of these.

    TensorFlow has no slope by what a layer keeps to itself, so that 0 is added to the weights, by which it
    derives.
    """
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")

    def dense(name: str, rows: Any, activation: str | None = None) -> Any:
        layer = keras.layers.Dense(arrays[f"{name}/bias"].size, activation=activation)
        layer.build(rows.shape)
        layer.set_weights([arrays[f"{name}/kernel"], arrays[f"{name}/bias"]])
        return layer(rows)

    def norm(name: str, rows: Any) -> Any:
        layer = keras.layers.LayerNormalization(epsilon=EPSILON)
        layer.build(rows.shape)
        layer.set_weights([arrays[f"{name}/gamma"], arrays[f"{name}/beta"]])
        return layer(rows)

    class Nudged(keras.layers.MultiHeadAttention):
        def _compute_attention(
            self, query: Any, key: Any, value: Any, *masks: Any, **options: Any
        ) -> tuple[Any, Any]:
            _, weights = super()._compute_attention(query, key, value, return_attention_scores=True)
            self.nudge = tf.zeros_like(weights)
            tape.watch(self.nudge)
            weights = weights + self.nudge
            return tf.einsum(self._combine_equation, weights, value), weights

    with tf.GradientTape() as tape:
        embedding = keras.layers.Conv2D(WIDTH, PATCH, strides=PATCH)
        embedding.build((None, SIDE, SIDE, 1))
        kernel = arrays["embedding/kernel"].reshape(PATCH, PATCH, 1, WIDTH)
        embedding.set_weights([kernel, arrays["embedding/bias"]])
        rows = tf.reshape(embedding(picture[None]), (1, COUNT, WIDTH))
        rows = tf.concat(
            [arrays["class_token"][None, None], rows + arrays["positions"].reshape(1, COUNT, -1)], 1
        )
        attentions, shares = [], []
        for name in ("block1", "block2"):
            layer = Nudged(HEADS, WIDTH // HEADS)
            layer.build(rows.shape, rows.shape)
            names = [
                f"{part}_{kind}"
                for part in ("query", "key", "value", "output")
                for kind in ("kernel", "bias")
            ]
            layer.set_weights([arrays[f"{name}/attention/{each}"] for each in names])
            normed = norm(f"{name}/attention_norm", rows)
            mixed, weights = layer(normed, normed, return_attention_scores=True)
            rows = rows + mixed
            wide = dense(f"{name}/widen", norm(f"{name}/dense_norm", rows), "gelu")
            rows = rows + dense(f"{name}/narrow", wide)
            attentions.append(layer)
            shares.append(weights.numpy()[0])
        scores = dense("head", norm("norm", rows[:, 0]))[0]
        slopes = tape.gradient(scores[1], [layer.nudge for layer in attentions])
    return scores.numpy(), shares, [slope.numpy()[0] for slope in slopes]


def test_keras_agrees(network: VisionTransformer, picture: np.ndarray) -> None:
    """Keras gives the same scores and attention with the same weights, and TensorFlow the same slopes."""
    run = network(picture)
    scores, shares, slopes = with_keras(arrays_of(0), picture)
    np.testing.assert_allclose(run.scores, scores, atol=1e-4)
    found = attention_gradients(network, run, 1)
    for layer, (share, slope) in enumerate(zip(shares, slopes, strict=True)):
        np.testing.assert_allclose(run.attention(layer), share, atol=1e-5)
        np.testing.assert_allclose(found[layer], slope, atol=1e-4)


def test_weights_come_back_by_their_names(network: VisionTransformer) -> None:
    """What a network gives as arrays makes the same network, counted once each; a missing one is named."""
    arrays = arrays_of(0)
    given = network.arrays()
    assert given.keys() == arrays.keys()
    assert network.parameters == sum(array.size for array in arrays.values())
    del given["block2/attention/key_bias"]
    with pytest.raises(AttentionError, match="block2/attention/key_bias are missing"):
        VisionTransformer.from_arrays(given)


def test_a_dropped_patch_says_nothing(network: VisionTransformer, picture: np.ndarray) -> None:
    """Without a patch its pixels change no score, it is looked at by none, and nobody can ask for it."""
    other = picture.copy()
    other[4:8, 8:] = 0.5  # patch 5
    run, same = (network(each, dropped=[5]) for each in (picture, other))
    np.testing.assert_array_equal(run.scores, same.scores)
    assert not np.allclose(network(picture).scores, network(other).scores)
    assert run.attention(0).shape == (HEADS, COUNT, COUNT)
    assert (run.looks(1)[:, 1, 2] == 0).all()
    assert run.rollout(6)[1, 2] == 0
    with pytest.raises(AttentionError, match="Patch 5 is not in the sequence; it holds 8 patches"):
        run.looks(0, 5)


def test_only_what_it_is_told_says_where_a_patch_is(network: VisionTransformer, picture: np.ndarray) -> None:
    """Patches that are told other places are as a picture of which the patches lie there."""
    places = np.random.default_rng(3).permutation(COUNT).tolist()
    moved = np.empty_like(picture)
    for patch, place in enumerate(places):
        (down, right), (to_down, to_right) = (divmod(each, 3) for each in (patch, place))
        moved[4 * to_down : 4 * to_down + 4, 4 * to_right : 4 * to_right + 4] = picture[
            4 * down : 4 * down + 4, 4 * right : 4 * right + 4
        ]
    run, laid = network(picture, places=places), network(moved)
    np.testing.assert_allclose(run.scores, laid.scores, atol=1e-4)
    assert not np.allclose(run.scores, network(picture).scores, atol=1e-2)
    for patch, place in enumerate(places):
        np.testing.assert_allclose(
            run.looks(1, patch).reshape(HEADS, COUNT),
            laid.looks(1, place).reshape(HEADS, COUNT)[:, places],
            atol=1e-5,
        )


def test_what_a_patch_takes_adds_up(network: VisionTransformer, picture: np.ndarray) -> None:
    """What a patch takes from patches and class token adds up to 1 in each head."""
    run = network(picture)
    for layer in (0, 1):
        np.testing.assert_allclose(
            run.looks(layer, 4).sum((1, 2)) + run.attention(layer)[:, 5, 0], 1, rtol=1e-5
        )
    assert 0 < run.rollout().sum() < 1
    assert run.looks(0).shape == (HEADS, 3, 3)


def test_relevance_knows_the_class(network: VisionTransformer, picture: np.ndarray) -> None:
    """It is no less than 0, other for another class, and a class that is not there is refused."""
    run = network(picture)
    first, second = (relevance(network, run, target) for target in (0, 1))
    assert first.shape == (3, 3)
    assert (first >= 0).all()
    assert not np.allclose(first, second)
    with pytest.raises(AttentionError, match="classes are 0 to 4; there is no class 5"):
        relevance(network, run, 5)


def test_work_by_hand() -> None:
    """One block: nine patches of 16 pixels, ten rows of 8 numbers, 12 hidden units, 5 classes."""
    network = VisionTransformer.from_arrays(arrays_of(0, layers=1))
    kernels = 10 * (4 * 8 * 8 + 2 * 8 * 12)
    assert network.multiply_adds() == 9 * 16 * 8 + kernels + 2 * 10 * 10 * 8 + 8 * 5
    assert network.multiply_adds(1) < network.multiply_adds(2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"picture": np.zeros((8, 12, 1))}, r"reads 12 × 12 pixels.*\(8, 12, 1\)"),
        ({"dropped": [9]}, r"patches are 0 to 8; \[9\] came"),
        ({"dropped": range(9)}, "Every patch was dropped; leave one"),
        ({"places": [0, 0, *range(2, 9)]}, "each once"),
    ],
)
def test_what_does_not_fit_is_refused(
    network: VisionTransformer, arguments: dict[str, Any], sentence: str
) -> None:
    """In a sentence: what came and what was expected."""
    with pytest.raises(AttentionError, match=sentence):
        network(**{"picture": np.zeros((SIDE, SIDE, 1), np.float32)} | arguments)
