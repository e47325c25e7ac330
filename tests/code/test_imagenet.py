"""The program that the ImageNet page shows gives the numbers that the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import images
from explorer.code import imagenet as pretrained_code
from explorer.imagenet import attribution, outputs, predictions, preprocessing, weights
from explorer.imagenet.networks import NETWORKS


@pytest.mark.parametrize("name", NETWORKS)
def test_the_program_of_every_network_is_python(name):
    """It compiles, and asks for the network's own builder, options and file."""
    program = pretrained_code.code(name, "some_layer", 3)
    compile(program, name, "exec")
    network = NETWORKS[name]
    assert network.file in program
    if not network.package:
        assert program.startswith("import keras\n")
        assert f"keras.applications.{network.builder}(weights=None" in program
        assert all(f"{option}={value!r}" in program for option, value in network.options.items())
    assert "Grad-CAM" not in pretrained_code.code(name, "some_layer", 3, with_cam=False)


needs_weights = (
    pytest.mark.weights,
    pytest.mark.skipif("EXPLORER_WEIGHTS" not in os.environ, reason="EXPLORER_WEIGHTS names no folder"),
)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("EfficientNetLite0", "block5b_add"),
        pytest.param("MobileNetV2", "block_8_expand_relu", marks=needs_weights),
        pytest.param("MobileNet-0.25-128", "conv_pw_13_relu", marks=needs_weights),
    ],
)
def test_the_program_gives_the_numbers_of_the_page(name, layer, tmp_path):
    """Classes and probabilities, the layer's mean and the heat map's greatest value are the explorer's."""
    pixels = preprocessing.seen(name, images.sample("chelsea"))
    (tmp_path / "seen.png").write_bytes(images.to_png(pixels.astype("float32") / 255))
    found = weights.find_weights(name).path
    assert found is not None
    (tmp_path / NETWORKS[name].file).symlink_to(Path(found).resolve())
    best = predictions.predict(name, pixels)
    program = pretrained_code.code(name, layer, best[0].index, picture="seen.png")
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    ).stdout
    classes = [(int(index), float(share)) for index, share in re.findall(r"class (\d+): ([\d.]+)", said)]
    assert [index for index, _ in classes] == [each.index for each in best]
    assert [share for _, share in classes] == pytest.approx([each.probability for each in best], abs=2e-5)
    maps = outputs.layer_output(name, pixels, layer)
    assert float(re.findall(r"mean (-?[\d.]+)", said)[0]) == pytest.approx(float(maps.mean()), abs=2e-5)
    heat = attribution.grad_cam(name, pixels, layer, best[0].index)
    assert float(re.findall(r"highest ([\d.]+)", said)[0]) == pytest.approx(float(heat.max()), abs=2e-4)
