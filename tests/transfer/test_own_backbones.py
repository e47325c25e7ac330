"""A model that was brought along learns new classes: its features, its heat maps, its files, its program."""

from __future__ import annotations

import io
import runpy
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_files import CLASSES, INPUT, LABELS, POOLING, keras_file, layer, teachable_machine, zipped
from numpy.testing import assert_allclose

from explorer import images
from explorer.code.exported import answering
from explorer.code.own_models import DEFINITION, file_of
from explorer.code.own_models import features as made_features
from explorer.code.transfer import script
from explorer.imagenet import preprocessing, structure
from explorer.imagenet.networks import network
from explorer.models.reading import bring
from explorer.transfer import archives, export, splits, training
from explorer.transfer.features import features
from explorer.transfer.formats import exported
from explorer.transfer.labelled_images import LabelledImages, Photo
from explorer.transfer.model_cards import TaughtNetwork
from explorer.transfer.plan import Plan, TransferError
from explorer.transfer.predictions import grad_cam, predict, predict_many
from explorer.transfer.training_job import TrainedClassifier

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras

NAMES = ("dark", "bright")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep models in a folder of the test's own."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))


def file_in(model: Any, folder: Path) -> bytes:
    """The file that Keras writes."""
    path = folder / "school.keras"
    with warnings.catch_warnings(action="ignore"):  # of Keras and NumPy about each other
        model.save(path)
    return path.read_bytes()


def grey_model() -> Any:
    """A model in a model that takes grey pictures, with a hidden layer on a map laid in a row."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(4)
    body = keras.Sequential(
        [
            layers.Input((12, 12, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.PReLU(shared_axes=[1, 2], name="last_map"),
        ],
        name="body",
    )
    inputs = keras.Input((12, 12, 1))
    x = layers.Dense(6, activation="elu", name="scale")(layers.Flatten()(body(inputs / 255)))
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.Dropout(0.5)(x)))


def teachable() -> str:
    """Bring a download of Teachable Machine along."""
    data, _ = teachable_machine(np.random.default_rng(3))
    return bring({"tm.zip": zipped({"keras_model.h5": data, "labels.txt": LABELS})})


def taught(name: str, **choices: Any) -> TaughtNetwork:
    """Teach a network to tell dark pictures from bright ones."""
    rng = np.random.default_rng(2)
    pictures = (
        preprocessing.seen(name, rng.integers(60 * label, 150 + 60 * label, (20, 30, 3)).astype(np.uint8))
        for label in (0, 1, 0, 1, 0, 1)
    )
    samples = [(pixels, at % 2) for at, pixels in enumerate(pictures)]
    trained = training.train(Plan(name, **choices), samples[:4], samples[4:], NAMES).trained
    return TaughtNetwork(trained, tuple(samples[:4]), tuple(samples[4:]), "2026-03-31")


def test_features_are_what_goes_into_the_last_dense_layer(tmp_path: Path):
    """Of a row the row itself; of maps that are averaged, or laid in a row, their averages."""
    import keras

    model = grey_model()
    name = bring({"school.keras": file_in(model, tmp_path)})
    pixels = preprocessing.seen(name, images.sample("chelsea"))
    cut = keras.Model(model.input, model.get_layer("scale").output)
    expected = cut.predict(pixels[np.newaxis, ..., :1].astype(np.float32), verbose=0)[0]
    assert_allclose(features(name, pixels), expected, rtol=1e-4, atol=1e-6)
    laid = [INPUT, layer("Conv2D", "conv", filters=2, kernel_size=[3, 3]), layer("Flatten", "row"), CLASSES]
    for layers, size in (([*laid[:2], POOLING, CLASSES], (2, 3)), (laid, (14 * 14 * 2, 3))):
        backbone = network(bring({"a.keras": keras_file(*layers, dense=size)})).backbone
        assert (backbone.layer, backbone.features, backbone.has_maps) == ("conv", 2, True)


def test_the_heat_map_goes_back_from_the_features(tmp_path: Path):
    """Grad-CAM of a new head on a hidden layer: by Keras's gradient in the last maps."""
    import keras
    import tensorflow as tf

    model = grey_model()
    name = bring({"school.keras": file_in(model, tmp_path)})
    found = taught(name, head="hidden", units=5, epochs=3).trained
    pixels = preprocessing.seen(name, images.sample("coffee"))
    maps = model.get_layer("body")(pixels[np.newaxis, ..., :1].astype(np.float32) / 255)
    first, bias, second, last = found.head
    with tf.GradientTape() as tape:
        tape.watch(maps)
        row = model.get_layer("scale")(keras.ops.reshape(maps, (1, -1)))
        logit = (tf.nn.relu(row @ first + bias) @ second + last)[0, 1]
    slopes = tape.gradient(logit, maps)[0].numpy().mean(axis=(0, 1))
    assert np.abs(slopes).max() > 0
    cam = grad_cam(found, pixels, 1)
    assert_allclose(cam, np.maximum(maps[0].numpy() @ slopes, 0), rtol=1e-3, atol=1e-6)
    assert structure.spatial_layers(name)[-1] == "last_map"


@pytest.mark.parametrize(("format_", "within"), [("keras", 1e-3), ("onnx", 1e-3), ("tflite_float16", 1e-2)])
def test_what_was_taught_on_it_leaves_in_every_format(format_: str, within: float, tmp_path: Path):
    """Grey pictures, and layers with the names that an export gives to its own."""
    name = bring({"school.keras": file_in(grey_model(), tmp_path)})
    network_ = taught(name, epochs=2, fit="crop")
    found = exported(format_, network_)
    assert found.agreement.largest <= within
    if format_ != "keras":
        return
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        data = archive.read("transfer.keras")
        assert (
            "Input:** 12 × 12 pixels of red, green and blue that are alike"
            in archive.read("model-card.md").decode()
        )
    colours = (255 * images.sample("coffee")).round().astype(np.uint8)
    mine = predict(network_.trained, preprocessing.seen(name, colours, "crop"))
    assert_allclose(export.keras_answers(data, [colours])[0], mine, atol=1e-3)
    assert "grey = np.rint" in answering("onnx", network_.trained.plan)


def test_what_came_from_teachable_machine_leaves_for_keras(tmp_path: Path):
    """What Keras does not open as it came is written anew, flat, and gives the same features in a program."""
    import keras

    name = teachable()
    pixels = preprocessing.seen(name, images.sample("rocket"))
    path = tmp_path / file_of(network(name))
    assert path.name == "keras_model_backbone.keras"
    path.write_bytes(export.backbone_file(name))
    inputs = keras.Input((32, 32, 3))
    known: dict[str, Any] = {"keras": keras, "base": keras.models.load_model(path), "x": inputs}
    exec(DEFINITION + made_features(network(name), "base"), known)
    theirs = keras.Model(inputs, known["features"]).predict(
        network(name).scaled(pixels)[np.newaxis], verbose=0
    )
    assert_allclose(theirs[0], features(name, pixels), atol=1e-5)
    compile(script(Plan(name), NAMES), "program", "exec")


def test_what_cannot_be_taught_says_why(tmp_path: Path):
    """A model with a single layer has nothing without its head, and blocks that are not known stay."""
    alone = bring({"a.keras": keras_file(INPUT, POOLING, CLASSES, dense=(3, 3))})
    with pytest.raises(TransferError, match="without its head nothing of it is left"):
        Plan(alone)
    with pytest.raises(TransferError, match="leave fine-tuning out"):
        Plan(teachable(), fine_tune=True)


def test_the_program_gives_the_numbers_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """It opens the file that was brought, and finds the layer in a model that has a model in it."""
    name = bring({"school.keras": file_in(grey_model(), tmp_path)})
    labelled = LabelledImages()
    rng = np.random.default_rng(6)
    for at, label in enumerate(NAMES):
        labelled = labelled.add_class(label)
        for number in range(3):
            levels = rng.integers(90 * at, 120 + 90 * at, (30, 24 + number, 3)) / np.float32(255)
            labelled = labelled.add(label, Photo.of(images.to_png(levels), f"{number}.png"))
    halves = splits.split(labelled, 0.34, 0)
    plan = Plan(name, epochs=3, head="hidden", units=4)
    train, held_out = (
        [(preprocessing.seen(name, pick.photo.image()), pick.label_index) for pick in half]
        for half in (halves.train, halves.held_out)
    )
    trained = training.train(plan, train, held_out, NAMES).trained
    assert isinstance(trained, TrainedClassifier)
    with zipfile.ZipFile(io.BytesIO(archives.to_zip(halves, NAMES))) as archive:
        archive.extractall(tmp_path / "pictures")
    (tmp_path / "program.py").write_text(script(plan, NAMES), "utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path("program.py")
    lines = capsys.readouterr().out.splitlines()
    answers = [line.split(":")[1].split() for line in lines if line.startswith("test, ")]
    expected = predict_many(trained, [pixels for pixels, _ in held_out])
    assert_allclose(np.array(answers, float), expected, atol=1e-3)
