"""The blocks that end a stack in an answer, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer.errors import ExplorerError
from explorer.pipeline import Learned, from_text, run, shapes, to_json, trace
from explorer.pipeline.answers import DenseBlock
from explorer.pipeline.blocks import ConvolutionBlock
from explorer.pipeline.execution import Pipeline

PICTURE = np.arange(24.0).reshape(3, 4, 2).astype(np.float32) / 24


def test_a_row_has_all_numbers_in_keras_order():
    """Row by row, column by column, map by map; each knows the cell that it is a copy of, and its pixel."""
    found = run(from_text("activation~~flatten~~activation"), PICTURE)
    assert_array_equal(found.maps(2).ravel(), PICTURE.ravel())
    path = trace(found, 3, 0, 0, 13)
    assert path.rectangle == (1, 2, 2, 3)
    assert [(cause.row, cause.column, cause.map) for cause in path.path[1:]] == [
        (0, 0, 13),
        (1, 2, 1),
        (1, 2, 1),
    ]
    assert path.path[1].sentence == "A copy of 0.5417: map 2, row 2, column 3 of the maps before."
    assert found.steps[1].field.whole


def test_a_dense_layer_weighs_every_number():
    """A unit is the sum of all numbers times its weights, and all pixels are behind it."""
    weights = np.random.default_rng(4).standard_normal((24, 3)).astype(np.float32)
    dense = DenseBlock(units=3, learned=Learned.of(weights), bias=(0.5, 0.0, -1.0))
    found = run(Pipeline((*from_text("flatten").blocks, dense)), PICTURE)
    expected = PICTURE.ravel().astype(float) @ weights.astype(float) + [0.5, 0, -1]
    assert_allclose(found.maps(2)[0, 0], expected, rtol=1e-5)
    first, *_ = (path := trace(found, 2, 0, 0, 1)).path
    assert first.weights.shape == first.patch.shape == (1, 1, 24)
    assert path.rectangle == (0, 0, 3, 4)
    assert (found.steps[1].weights, found.steps[1].biases) == (72, 3)
    assert found.steps[1].multiply_adds == 72


def test_drawn_weights_are_glorots():
    """Without training the weights lie evenly between minus and plus the root of 6 / (inputs + units)."""
    drawn = DenseBlock(units=40, seed=5).weights(200)
    limit = (6 / 240) ** 0.5
    assert np.abs(drawn).max() <= limit
    assert drawn.std() == pytest.approx(limit / 3**0.5, rel=0.03)
    assert not np.array_equal(drawn, DenseBlock(units=40, seed=6).weights(200))


def test_a_softmax_tells_its_sum():
    """Probabilities add up to 1, and the sentence ends with the one that it explains."""
    found = run(from_text("softmax"), np.log([[[1.0, 2.0, 5.0]]]))
    assert_allclose(found.maps(1)[0, 0], [0.125, 0.25, 0.625], rtol=1e-6)
    assert trace(found, 1, 0, 0, 1).path[0].sentence == (
        "e to the power of (0.6931 − 1.609) is 0.4. Divided by 1.6, the sum of all 3 such powers, that is "
        "0.25."
    )


@pytest.mark.parametrize(
    ("text", "shape", "words"),
    [
        ("dense", (4, 4, 3), "it takes a row of numbers, but 3 maps of 4 × 4 cells came. Add Flatten"),
        ("flatten", (512, 512, 3), "a row of 786,432 numbers is too long, and the limit is 65,536"),
        ("flatten~~dense~units=128", (128, 128, 3), "6,291,456 weights, and the limit is 1,048,576"),
    ],
)
def test_what_does_not_fit_is_said(text, shape, words):
    """Maps where a row belongs, and rows and layers that are too large."""
    assert words in shapes(from_text(text), shape)[1].sentence


def test_learned_kernels_are_a_bank():
    """They filter every map with weights of their own, and stay out of messages and addresses."""
    weights = np.random.default_rng(1).standard_normal((3, 2, 2, 5)).astype(np.float32)
    block = ConvolutionBlock(bank=Learned.of(weights), padding="valid", bias=(0.0,) * 5)
    assert block.title == "Convolution: 5 learned kernels 3 × 2"
    assert block == ConvolutionBlock(bank=Learned.of(weights), padding="valid", bias=(0.0,) * 5)
    maps = run(Pipeline((block,)), PICTURE).maps(1)
    assert_allclose(maps[0, 1], np.tensordot(PICTURE[:3, 1:3], weights, 3), rtol=1e-5)
    with pytest.raises(ExplorerError, match="Learned weights are too many for a message"):
        to_json(Pipeline((block,)))
