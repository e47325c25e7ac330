"""Attention against numbers by hand, Keras and PyTorch, and what has to hold for any numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.attention import (
    AttentionError,
    MultiHeadAttention,
    attend,
    patches,
    picture_of,
    rollout,
    sinusoidal_positions,
)

NUMBERS = st.floats(-8, 8, width=32)


@st.composite
def sequences(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Queries, keys and values that fit, in float64."""
    queries, keys, width, out = (draw(st.integers(1, 5)) for _ in range(4))
    shapes = (queries, width), (keys, width), (keys, out)
    return tuple(draw(arrays(np.float64, shape, elements=NUMBERS)) for shape in shapes)  # type: ignore[return-value]


def weights_of(
    rng: np.random.Generator, width: int, heads: int, d: int, value: int, out: int
) -> list[np.ndarray]:
    shapes = [(width, heads, d), (heads, d)] * 2 + [
        (width, heads, value),
        (heads, value),
        (heads, value, out),
        (out,),
    ]
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def test_numbers_by_hand() -> None:
    """Two keys, a width of four: scores 4 and 0 are halved, and e² and 1 share the weight."""
    found = attend([[1, 1, 1, 1]], [[1, 1, 1, 1], [1, -1, 1, -1]], [[1.0, 0.0], [0.0, 1.0]])
    assert found.scores.tolist() == [[4, 0]]
    assert found.scaled.tolist() == [[2, 0]]
    share = math.e**2 / (math.e**2 + 1)
    np.testing.assert_allclose(found.weights, [[share, 1 - share]], rtol=1e-6)
    np.testing.assert_allclose(found.output, [[share, 1 - share]], rtol=1e-6)
    assert found.score(0, 1).products.tolist() == [1, -1, 1, -1]
    assert found.weights.dtype == np.float32


@given(sequences())
def test_products_add_up_to_what_they_explain(given_rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Products add up to the score and to the output, and weights of a query to 1."""
    found = attend(*given_rows)
    np.testing.assert_allclose(found.weights.sum(1), 1, rtol=1e-12)
    for query in range(len(found.query)):
        for key in range(len(found.key)):
            assert found.score(query, key).value == pytest.approx(found.scores[query, key], abs=1e-9)
        for place in range(found.value.shape[1]):
            assert found.mean(query, place).value == pytest.approx(found.output[query, place], abs=1e-9)


@given(sequences(), st.randoms())
def test_the_order_of_keys_says_nothing(
    given_rows: tuple[np.ndarray, np.ndarray, np.ndarray], random: object
) -> None:
    """Keys and values in another order give the same output: without positions a sequence is a set."""
    query, key, value = given_rows
    order = np.random.default_rng(random.getrandbits(32)).permutation(len(key))  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        attend(query, key[order], value[order]).output, attend(query, key, value).output, atol=1e-9
    )


@given(sequences())
def test_a_masked_key_is_as_if_it_were_not_there(
    given_rows: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Behind a mask a key has the weight 0, and the others share as without it."""
    query, key, value = given_rows
    key, value = np.vstack([key, np.ones_like(key[:1])]), np.vstack([value, np.ones_like(value[:1])])
    mask = np.ones((len(query), len(key)), bool)
    mask[:, -1] = False
    found = attend(query, key, value, mask=mask)
    assert (found.weights[:, -1] == 0).all()
    np.testing.assert_allclose(found.output, attend(query, key[:-1], value[:-1]).output, atol=1e-12)


def test_the_temperature_sharpens_and_levels() -> None:
    """A low one leaves the best key all of the weight, a high one gives each the same."""
    rows = np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [3.0]]), np.eye(3)
    assert attend(*rows, temperature=0.01).weights.argmax(1).tolist() == [2, 2, 2]
    assert attend(*rows, temperature=0.01).weights.max(1).min() > 0.999
    np.testing.assert_allclose(attend(*rows, temperature=1e9).weights, 1 / 3, atol=1e-6)


def test_a_layer_has_the_temperature_of_each_of_its_heads() -> None:
    """Each head attends as it would by itself at that temperature."""
    rng = np.random.default_rng(5)
    layer = MultiHeadAttention(*weights_of(rng, 4, 2, 3, 3, 4))
    for head in layer(rng.normal(size=(5, 4)).astype(np.float32), temperature=0.5).heads:
        alone = attend(head.query, head.key, head.value, temperature=0.5)
        np.testing.assert_array_equal(head.weights, alone.weights)


@pytest.mark.parametrize(("heads", "d", "value", "rows"), [(1, 3, 3, 1), (2, 4, 3, 7), (3, 1, 5, 2)])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.filterwarnings("ignore:.*softmax over axis:UserWarning")
def test_keras_agrees(heads: int, d: int, value: int, rows: int, causal: bool) -> None:
    """The layer with the same weights gives the same output and the same attention, masked or not."""
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(heads)
    layer = keras.layers.MultiHeadAttention(heads, d, value_dim=value)
    inputs = rng.normal(size=(1, rows, 6)).astype(np.float32)
    layer(inputs, inputs)
    layer.set_weights(weights_of(rng, 6, heads, d, value, 6))
    mask = np.tri(rows, dtype=bool) if causal else None
    expected, shares = layer(
        inputs, inputs, return_attention_scores=True, attention_mask=None if mask is None else mask[None]
    )
    found = MultiHeadAttention(*layer.get_weights())(inputs[0], mask=mask)
    np.testing.assert_allclose(found.output, keras.ops.convert_to_numpy(expected)[0], atol=2e-5)
    np.testing.assert_allclose(found.weights, keras.ops.convert_to_numpy(shares)[0], atol=1e-6)


@pytest.mark.parametrize("causal", [False, True])
def test_pytorch_agrees(causal: bool) -> None:
    """PyTorch's scaled dot-product attention gives the same output."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    query, key, value = (rng.normal(size=shape).astype(np.float32) for shape in ((5, 4), (5, 4), (5, 3)))
    mask = np.tri(5, dtype=bool) if causal else None
    expected = torch.nn.functional.scaled_dot_product_attention(
        *(torch.tensor(each)[None, None] for each in (query, key, value)), is_causal=causal
    )
    np.testing.assert_allclose(attend(query, key, value, mask=mask).output, expected[0, 0].numpy(), atol=1e-6)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_patches_lose_nothing(rows: int, columns: int, size: int, channels: int) -> None:
    """A picture that is cut and laid down again is the picture, and each patch is the part that it names."""
    picture = np.random.default_rng(rows).normal(size=(rows * size, columns * size, channels))
    cut = patches(picture, size)
    np.testing.assert_array_equal(picture_of(cut, rows, columns, size), picture)
    np.testing.assert_array_equal(cut[-1].reshape(size, size, channels), picture[-size:, -size:])


def test_positions_are_all_different_and_turn_alike() -> None:
    """No two places have one vector, and the dot product of two depends on their distance alone."""
    table = sinusoidal_positions(64, 16).astype(np.float64)
    products = table @ table.T
    assert len({tuple(row) for row in table.round(5).tolist()}) == 64
    for distance in (1, 5, 20):
        np.testing.assert_allclose(np.diagonal(products, distance), products[0, distance], atol=1e-5)
    assert sinusoidal_positions(3, 5).shape == (3, 5)


def test_rollout_by_hand_and_its_rows() -> None:
    """Two layers that swap two rows leave each half of itself; rows add up to 1 whatever the heads do."""
    swap = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    assert rollout([swap, swap]).tolist() == [[0.5, 0.5], [0.5, 0.5]]
    copy_first = np.array([[[1.0, 0.0], [1.0, 0.0]]])
    # Layer 1 gives row 2 half of row 1; layer 2 gives it half of row 1 again, and keeps half of what it was.
    assert rollout([copy_first, copy_first]).tolist() == [[1, 0], [0.75, 0.25]]
    rng = np.random.default_rng(1)
    shares = rng.dirichlet(np.ones(5), size=(3, 4, 5))
    np.testing.assert_allclose(rollout(list(shares)).sum(1), 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: attend([1.0], [[1.0]], [[1.0]]), "rows of numbers"),
        (lambda: attend([[1.0]], [[1.0, 2.0]], [[1.0]]), "A query has 1 number and a key 2"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0], [2.0]]), "1 key came with 2 values"),
        (lambda: attend([[np.nan]], [[1.0]], [[1.0]]), "finite"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0]], temperature=0), "above 0"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0]], temperature=math.inf), "finite number"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0]], mask=[[1]]), "true or false"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0]], mask=[[False]]), "query 1 look at nothing"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0]]).score(1, 0), "there is no query 2"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0]]).score(0, -1), "there is no key 0"),
        (lambda: attend([[1.0]], [[1.0]], [[1.0]]).mean(0, 3), "there is no 4"),
        (lambda: patches(np.zeros((4, 6, 1)), 4), "do not fill a picture of 4 × 6"),
        (lambda: patches(np.zeros((4, 4)), 2), "(rows, columns, channels)"),
        (lambda: picture_of(np.zeros((4, 3)), 2, 2, 2), "2 × 2 patches"),
        (lambda: sinusoidal_positions(0, 4), "a place and a number"),
        (lambda: rollout([]), "one layer at least"),
        (lambda: rollout([np.zeros((1, 2, 2)), np.zeros((1, 3, 3))]), "with the same rows"),
        (lambda: MultiHeadAttention(*[np.zeros((2, 1, 2))] * 8), "the query bias is (1, 2)"),
        (lambda: MultiHeadAttention(*[np.zeros(2)] * 8), "The kernels are"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(wrong: object, sentence: str) -> None:
    """It says what came, what was expected, and what to do."""
    with pytest.raises(AttentionError) as caught:
        wrong()  # type: ignore[operator]
    assert sentence in str(caught.value)


def test_a_layer_says_which_width_it_takes() -> None:
    """Vectors of another width are refused before anything is computed."""
    layer = MultiHeadAttention(*weights_of(np.random.default_rng(0), 4, 2, 3, 3, 4))
    with pytest.raises(AttentionError, match="takes vectors of 4 numbers; these have 3"):
        layer(np.zeros((2, 3)))
