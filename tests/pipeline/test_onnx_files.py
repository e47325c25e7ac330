"""A pipeline gives the same maps as a file of ONNX."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer import images
from explorer.errors import ExplorerError
from explorer.onnx_writer import OnnxError, opened, tried
from explorer.pipeline import Pipeline, from_text, run
from explorer.pipeline.onnx_files import to_onnx
from explorer.pipeline.presets import PRESETS

PICTURE = images.prepare(images.sample("chelsea"), size=48)
ODD = np.ascontiguousarray(PICTURE[:31, :45, :1])

BLOCKS = (
    "convolution~bank=8x3_0~bias=0.1",
    "convolution~bank=4x5_3~strides=2~padding=valid~scales=0_0.5",
    "convolution~bank=4x3_1~dilation_rate=2~padding=3",
    "convolution~bank=4x3_1~dilation_rate=2~strides=2",
    "pooling~pool_size=3~strides=2~padding=same",
    "pooling~pooling=average~pool_size=3~strides=2~padding=same",
    "pooling~pooling=global_max",
    "pooling~pooling=global_average",
    "activation~activation=elu",
    "activation~activation=gelu",
    "normalisation",
    "normalisation~over=maps",
    "upsampling",
    "upsampling~size=3~interpolation=bilinear",
    "flatten~~dense~units=3~~softmax",
    "pooling~pooling=global_average~~dense~~activation~~dense~units=4",
)


@pytest.mark.parametrize("picture", [PICTURE, ODD], ids=["colour", "grey"])
@pytest.mark.parametrize("text", BLOCKS)
def test_a_block_makes_the_same_maps_as_onnx(text, picture):
    """Each kind of block with its settings, after a convolution, on two pictures at once."""
    pipeline = from_text(f"convolution~bank=3x3_5~~{text}")
    expected = run(pipeline, picture).steps[-1].maps
    found = opened(to_onnx(pipeline, picture))(np.stack([picture, picture[::-1]]))
    assert_allclose(found[0], expected, atol=2e-5)
    assert_allclose(found[1], run(pipeline, picture[::-1]).steps[-1].maps, atol=2e-5)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_makes_the_same_maps_as_onnx(name):
    """All blocks of it that find room."""
    pipeline = PRESETS[name].pipeline
    expected = run(pipeline, PICTURE).steps[-1].maps
    found = opened(to_onnx(pipeline, PICTURE))(PICTURE[np.newaxis])[0]
    assert_allclose(found, expected, atol=1e-4 * max(1, np.abs(expected).max()))


def test_what_cannot_be_is_said():
    """No block, and a file that comes to other numbers."""
    with pytest.raises(ExplorerError, match="There are no blocks that make maps; add one"):
        to_onnx(Pipeline(), PICTURE)
    data = to_onnx(from_text("activation"), PICTURE)
    whole = PICTURE[np.newaxis]
    assert tried(data, whole, whole) == data
    for other in (whole + np.float32(0.1), whole * np.float32(np.nan)):
        with pytest.raises(
            OnnxError, match="not offered: ONNX Runtime's numbers differ from the explorer's by"
        ):
            tried(data, whole, other)
