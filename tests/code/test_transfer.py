"""The program that the transfer page shows gives the numbers of the page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import picture_files
import pytest
from PIL import Image

from explorer import images
from explorer.code.transfer import augmented, folders, script
from explorer.imagenet import preprocessing, weights
from explorer.imagenet.networks import NETWORKS
from explorer.transfer import export, training
from explorer.transfer.augmentation import versions
from explorer.transfer.labelled_images import Photo
from explorer.transfer.plan import Plan
from explorer.transfer.predictions import predict_many

NAME = "EfficientNetLite0"
CLASSES = ("cat", "cup of coffee", "cat/dog's")
PLAN = Plan(
    NAME, fit="crop", head="hidden", units=9, flip=True, fine_tune=True,
    learning_rate=0.003, tune_rate=0.0001, epochs=4, tune_epochs=1, seed=5,
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
    assert not re.search("load_weights|transpose\\(Image|factors|box|block", plain)
    compile(plain, "plain", "exec")
    compile(script(Plan(weights="random"), CLASSES), "plain", "exec")


def test_a_program_makes_the_versions_of_the_page():
    """Mirrored, cropped, in other light: the same levels."""
    plan = Plan(NAME, flip=True, crop=True, colour=True, seed=5)
    pixels = preprocessing.seen(NAME, images.sample("chelsea"))
    names = {"np": np, "Image": Image}
    exec(augmented(plan), names)
    theirs = [np.asarray(version) for version in names["versions"](Image.fromarray(pixels))]
    np.testing.assert_array_equal(theirs, versions(plan, pixels))


def test_folders_have_names_that_every_disk_takes():
    """Plain names stay; what is left of others does not collide, in capitals or not."""
    assert folders(("cat", "größe 2", "A/B", "a?b", "..")) == ("cat", "größe 2", "A_B", "a_b 2", "__")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras
def test_the_program_gives_the_numbers_of_the_page(tmp_path):
    """Augmented, fine-tuned, on files of every kind, cropped: probabilities of others, and what it saves."""
    import keras

    found = weights.find_weights(NAME).path
    assert found is not None
    (tmp_path / NETWORKS[NAME].file).symlink_to(Path(found).resolve())
    rng = np.random.default_rng(1)
    parts = {"train": [], "held_out": []}

    def bring(data, place):
        """Lay a file down for the program, and give what the page makes of it."""
        (tmp_path / "pictures" / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pictures" / place).write_bytes(data)
        return preprocessing.seen(NAME, Photo.of(data, place).image(), "crop")

    for label, (folder, name) in enumerate(
        zip(folders(CLASSES), ("chelsea", "coffee", "astronaut"), strict=True)
    ):
        picture = images.sample(name)
        for part, count in (("train", 2), ("held_out", 1)):
            for number in range(count):
                top, left = rng.integers(0, 60, 2)
                data = images.to_png(picture[top : top + 200, left : left + 240])
                parts[part].append((bring(data, f"{part}/{folder}/{number}.png"), label))
    brought = picture_files.mixed()
    parts["train"] += [
        (bring(brought[name], f"train/{folder}/{name}"), label)
        for label, (folder, name) in enumerate(
            zip(folders(CLASSES), ("portrait_6.jpg", "white_ink.png", "colours_16.png"), strict=True)
        )
    ]
    new = {name: bring(data, f"new/{name}") for name, data in brought.items()}
    for name, data in {"Thumbs.db": b"\xd0\xcf\x11\xe0", "cut.png": brought["faded.png"][:900]}.items():
        (tmp_path / "pictures" / "new" / name).write_bytes(data)
    page = training.train(PLAN, parts["train"], parts["held_out"], CLASSES)
    said = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore:__array__ implementation", "-c", script(PLAN, CLASSES)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    answers = re.findall(r"test, (.+): ([\d. ]+)", said.stdout)
    assert [name for name, _ in answers] == list(CLASSES)
    found = [[float(value) for value in values.split()] for _, values in answers]
    np.testing.assert_allclose(found, page.held_out_answers, atol=1e-3)
    assert f"{round(3 * page.history[-1].held_out_accuracy)} of 3 are right" in said.stdout
    assert (tmp_path / "labels.txt").read_text("utf-8").splitlines() == list(CLASSES)
    expected = predict_many(page.trained, list(new.values()))
    assert np.ptp(expected, axis=0).max() > 0.05  # the files are told apart
    lines = dict(line.split(": ", 1) for line in said.stdout.splitlines() if ": " in line)
    found = [[float(value) for value in lines[name].split()] for name in new]
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert {"Thumbs.db is skipped", "cut.png is skipped"} < lines.keys()
    # The file that it saves takes pictures of their own size, and so does the page's.
    (tmp_path / "page.keras").write_bytes(export.saved(page.trained))
    for file in ("transfer.keras", "page.keras"):
        model = keras.models.load_model(tmp_path / file)
        for name, answer in list(zip(new, expected, strict=True))[::8]:
            whole = Photo.of(brought[name], name).image()[np.newaxis] * 255
            np.testing.assert_allclose(model(whole)[0], answer, atol=1e-3)
