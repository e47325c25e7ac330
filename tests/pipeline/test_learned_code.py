"""The scripts in NumPy, and what scripts and ONNX make of learned weights."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import Image
from pipeline.test_onnx_files import BLOCKS

from explorer import images
from explorer.code.pipeline import LEARNED_FILE, PIPELINE_SNIPPETS, learned_file, pipeline_code
from explorer.code.preparation import Preparation
from explorer.onnx_writer import opened
from explorer.pipeline import PRESETS, from_text, run
from explorer.pipeline.learning import LearningNetwork
from explorer.pipeline.onnx_files import to_onnx

LEVELS = np.random.default_rng(4).integers(0, 256, (23, 30, 3)).astype(np.uint8)


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """A folder with a picture in it, where scripts are run."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(LEVELS).save("photo.png")
    Image.fromarray(LEVELS[..., 0]).save("grey.png")
    return tmp_path


def result(script: str) -> np.ndarray:
    names: dict = {}
    exec(compile(script, "script.py", "exec"), names)
    if "answer" in names:
        return np.asarray(names["answer"]).reshape(1, 1, -1)
    return np.asarray(names["feature_map"])


@pytest.mark.parametrize(
    "text", [*BLOCKS, *(f"activation~activation={name}" for name in ("leaky_relu", "selu", "silu"))]
)
def test_numpy_makes_the_same_maps(beside, text):
    """Each kind of block with its settings, in plain arrays."""
    pipeline = from_text(f"convolution~bank=3x3_5~~{text}")
    preparation = Preparation((30, 23), file="photo.png", loaded=(30, 23))
    expected = run(pipeline, images.load(Image.fromarray(LEVELS))).steps[-1].maps
    found = result(pipeline_code("numpy", pipeline, preparation=preparation))
    assert found.dtype == np.float32
    assert_allclose(found, expected, atol=2e-5)


@pytest.mark.parametrize("framework", list(PIPELINE_SNIPPETS))
def test_learned_weights_are_read_beside_the_script(beside, framework):
    """What a training came to is in the file that each script loads, and in ONNX."""
    if framework == "pytorch":
        pytest.importorskip("torch")
    network = LearningNetwork(PRESETS["drawings"].pipeline, (23, 30, 1), 10)
    network.parameters += np.random.default_rng(1).normal(0, 0.1, len(network.parameters)).astype(np.float32)
    learned = network.learned()
    (beside / LEARNED_FILE).write_bytes(learned_file(learned))
    picture = LEVELS[..., :1].astype(np.float32) / 255
    expected = run(learned, picture).steps[-1].maps
    preparation = Preparation((30, 23), colour=False, file="grey.png", loaded=(30, 23), grey_source=True)
    script = pipeline_code(framework, learned, preparation=preparation)
    assert_allclose(result(script), expected, atol=1e-5)
    assert_allclose(opened(to_onnx(learned, picture))(picture[np.newaxis])[0], expected, atol=1e-5)
    with np.load(io.BytesIO(learned_file(learned))) as file:
        assert sorted(file.files) == ["bias_1", "bias_4", "bias_8", "kernel_1", "kernel_4", "kernel_8"]
