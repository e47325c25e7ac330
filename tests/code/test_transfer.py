"""The program that the transfer page shows gives the numbers of the page."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from explorer import images
from explorer.code.transfer import folders, script
from explorer.imagenet import models, preprocessing
from explorer.imagenet.networks import NETWORKS
from explorer.transfer import export, training
from explorer.transfer.plan import Plan

SMALL = "MobileNet-0.25-128"
CLASSES = ("cat", "cup of coffee", "cat/dog's")
PLAN = Plan(
    SMALL, fit="crop", head="hidden", units=9, flip=True, crop=True, colour=True, fine_tune=True,
    learning_rate=0.01, tune_rate=0.001, epochs=4, tune_epochs=1, seed=5,
)  # fmt: skip


def test_the_program_of_every_network_is_python():
    """It compiles, and asks for the network's own builder, options, file, layers, and nothing not planned."""
    for name, record in NETWORKS.items():
        program = script(Plan(name, fine_tune=True), CLASSES)
        compile(program, name, "exec")
        if not record.package:
            assert f"keras.applications.{record.builder}(weights=None" in program
            assert all(f"{option}={value!r}" in program for option, value in record.options.items())
        for said in (record.file, *record.backbone.block_inputs, record.backbone.layer):
            assert said in program
        # Whether its scaling is that of the page is also told by a white pixel.
        factors, offsets = export.scaling(name)
        white = preprocessing.preprocess(name, np.full((record.size, record.size, 3), 255.0))[0, 0]
        np.testing.assert_allclose(np.multiply(factors, 255) + offsets, white, rtol=1e-6)
    plain = script(Plan("MobileNetV2", weights="random"), CLASSES)
    assert not re.search("load_weights|FLIP|factors|box|block", plain)
    compile(plain, "plain", "exec")
    compile(script(Plan(weights="random"), CLASSES), "plain", "exec")


def test_folders_have_names_that_every_disk_takes():
    """Plain names stay; what is left of others does not collide, in capitals or not."""
    assert folders(("cat", "größe 2", "A/B", "a?b", "..")) == ("cat", "größe 2", "A_B", "a_b 2", "__")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras
def test_the_program_gives_the_numbers_of_the_page(tmp_path, monkeypatch):
    """Augmented, fine-tuned, on cropped pictures: probabilities of held-out ones, and what it saves."""
    import h5py
    import keras
    from keras.src.legacy.saving import legacy_h5_format

    file = tmp_path / NETWORKS[SMALL].file
    with h5py.File(file, "w") as opened:
        legacy_h5_format.save_weights_to_hdf5_group(opened, models.opened(SMALL, "random").model)
    monkeypatch.setenv("EXPLORER_WEIGHTS", str(tmp_path))
    rng = np.random.default_rng(1)
    parts = {"train": [], "held_out": []}
    for label, (folder, name) in enumerate(
        zip(folders(CLASSES), ("chelsea", "coffee", "astronaut"), strict=True)
    ):
        picture = images.sample(name)
        for part, count in (("train", 2), ("held_out", 1)):
            (tmp_path / "pictures" / part / folder).mkdir(parents=True)
            for number in range(count):
                top, left = rng.integers(0, 60, 2)
                view = np.rint(picture[top : top + 200, left : left + 240] * 255).astype(np.uint8)
                data = images.to_png(view.astype(np.float32) / 255)
                (tmp_path / "pictures" / part / folder / f"{number}.png").write_bytes(data)
                parts[part].append((preprocessing.seen(SMALL, view, "crop"), label))
    page = training.train(PLAN, parts["train"], parts["held_out"], CLASSES)
    said = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore:__array__ implementation", "-c", script(PLAN, CLASSES)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    answers = re.findall(r"held out, (.+): ([\d. ]+)", said.stdout)
    assert [name for name, _ in answers] == list(CLASSES)
    found = [[float(value) for value in values.split()] for _, values in answers]
    np.testing.assert_allclose(found, page.held_out_answers, atol=1e-4)
    assert f"{round(3 * page.history[-1].held_out_accuracy)} of 3 are right" in said.stdout
    assert (tmp_path / "labels.txt").read_text("utf-8").splitlines() == list(CLASSES)
    model = keras.models.load_model(tmp_path / "transfer.keras")
    seen = np.stack([pixels for pixels, _ in parts["held_out"]]).astype(np.float32)
    np.testing.assert_allclose(model(seen), page.held_out_answers, atol=1e-4)
