"""What can be downloaded: the whole network as a file of Keras, and the experiment as JSON."""

from __future__ import annotations

import dataclasses
import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any

import numpy as np

from explorer.imagenet import models
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.opening import learned_weights
from explorer.imagenet.keras_graphs import keras_model
from explorer.imagenet.networks import Pixels, network
from explorer.imagenet.own_networks import OwnNetwork
from explorer.imagenet.preprocessing import preprocess
from explorer.images import LUMA, Array
from explorer.transfer.fine_tuning import trainable_layers
from explorer.transfer.plan import Plan
from explorer.transfer.splits import Split
from explorer.transfer.training_job import Course, TrainedClassifier


def scaling(name: str) -> tuple[list[float], list[float]]:
    """Return the factors and offsets of the channels that `preprocessing.preprocess` comes to.

    Where it makes red and blue change places ("caffe"), they are those of blue, green and red.

    >>> scaling("MobileNetV2")
    ([0.0078431373, 0.0078431373, 0.0078431373], [-1.0, -1.0, -1.0])
    """
    side = network(name).size
    levels = np.repeat([0, 255], 3 * side**2).reshape(2, side, side, 3)
    black, white = preprocess(name, levels)[:, 0, 0].astype(np.float64)
    factors, offsets = ([float(f"{value:.8g}") for value in each] for each in ((white - black) / 255, black))
    return factors, offsets


OLDEST_KERAS = "3.11"
"""The oldest Keras that opens what `saved` gives; before it `Round` had no name."""

_NEWER: dict[str, Any] = {
    "input_axes": None,
    "output_axes": None,
    "quantization_config": None,
    "renorm": False,
    "renorm_clipping": None,
    "renorm_momentum": 0.99,
}
"""Settings that came after `OLDEST_KERAS`, which refuses their names, with what they are by default."""


def saved(trained: TrainedClassifier) -> bytes:
    """Return the whole network as a `.keras` file, scaling and softmax included.

    Its input is a batch of RGB pictures with values from 0 to 255 and of any size. Its first layers make of
    them what `preprocessing.seen` makes: as large as the network's input, and rounded to whole levels. No
    layer is hidden in a model within the model.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "transfer.keras"
        whole_model(trained).save(path)
        return _for_older_keras(path.read_bytes())


def keras_answers(data: bytes, pictures: Sequence[Pixels]) -> Array:
    """Return what Keras makes of a `.keras` file and of pictures: float32 (n, classes)."""
    import keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "transfer.keras"
        path.write_bytes(data)
        model = keras.models.load_model(path)
    answers: Array = model.predict(np.stack(pictures).astype(np.float32), verbose=0)
    return answers


def _for_older_keras(data: bytes) -> bytes:
    """Leave out of a `.keras` file what `OLDEST_KERAS` has no name for and is as it would be anyway."""

    def kept(value: Any) -> Any:
        match value:
            case dict():
                return {
                    name: kept(each)
                    for name, each in value.items()
                    if not (name in _NEWER and each == _NEWER[name])
                }
            case list():
                return [kept(each) for each in value]
        return value

    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(file, "w") as after:
        for entry in before.infolist():
            part = before.read(entry)
            if entry.filename == "config.json":
                part = json.dumps(kept(json.loads(part))).encode()
            after.writestr(entry, part)
    return file.getvalue()


def backbone_file(name: str, weights: str = "auto") -> bytes:
    """Return a network without its head as a `.keras` file, from scaled pixels to its last maps or features.

    Raises:
        NetworkError, WeightsError: If the network or its weights cannot be used.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "backbone.keras"
        _backbone_model(name, weights).save(path)
        return _for_older_keras(path.read_bytes())


def _backbone_model(name: str, weights: str) -> Any:
    """Return a network without its head as a flat `keras.Model`."""
    import keras

    record = network(name)
    if isinstance(record, OwnNetwork):
        trunk = architecture(record).up_to(record.backbone.layer)
        return keras_model(trunk, weights=learned_weights(name, weights))
    model = models.opened(name, weights).model
    return keras.Model(model.input, model.get_layer(record.backbone.layer).output)


def whole_model(trained: TrainedClassifier, *, resizes: bool = True) -> Any:
    """Return the network as a flat `keras.Model`, from levels to probabilities.

    Args:
        trained: What was learned.
        resizes: Whether it takes pictures of any size, or those alone that `preprocessing.seen` gives.
    """
    import keras

    plan, record = trained.plan, network(trained.plan.network)
    source = _backbone_model(plan.network, plan.weights)
    taken = {layer.name for layer in source.layers}

    def free(name: str) -> str:
        """Make a name one that the network has not."""
        return next(each for each in chain([name], (f"{name}_{n}" for n in count(2))) if each not in taken)

    side = None if resizes else record.size
    x = inputs = keras.Input((side, side, 3), name=free("picture"))
    if record.channels == 1:
        x = keras.ops.round(keras.ops.sum(x * LUMA, axis=-1, keepdims=True)) if resizes else x[..., :1]
    if resizes:
        resize = keras.layers.Resizing(
            record.size,
            record.size,
            antialias=True,
            crop_to_aspect_ratio=plan.fit == "crop",
            name=free("resize"),
        )
        # Its default is training=True, which all layers after it would follow where the model is called.
        x = keras.ops.round(resize(x, training=False))
    if record.scaling.blue_first:
        x = keras.ops.flip(x, axis=-1)
    x = keras.layers.Rescaling(*scaling(plan.network), name=free("scale"))(x)
    copy = keras.models.clone_model(source, input_tensors=x)
    copy.set_weights(source.get_weights())
    average = keras.layers.GlobalAveragePooling2D if plan.backbone.has_maps else keras.layers.Flatten
    x = average(name=free("features"))(copy.get_layer(plan.backbone.layer).output)
    hidden = keras.layers.Dense(plan.units, activation="relu", name=free("hidden"))
    classes = keras.layers.Dense(len(trained.classes), activation="softmax", name=free("classes"))
    head = [hidden, classes] if plan.head == "hidden" else [classes]
    for layer in head:
        x = layer(x)
    whole = keras.Model(inputs, x, name="transfer")
    for at, layer in enumerate(head):
        layer.set_weights(trained.head[2 * at : 2 * at + 2])
    for name, weights in tuned_weights(trained).items():
        layer = whole.get_layer(name)
        for variable, value in zip(layer.trainable_weights, weights, strict=True):
            variable.assign(value)
    return whole


def tuned_weights(trained: TrainedClassifier) -> dict[str, list[Array]]:
    """Return the weights of the layers that were fine-tuned, in Keras's order, by the layers' names."""
    if not trained.block:
        return {}
    values = iter(trained.block)
    layers = trainable_layers((trained.plan.network, trained.plan.weights)).layers
    return {layer.name: [next(values) for _ in layer.trainable_weights] for layer in layers}


def record(plan: Plan, classes: Sequence[str], halves: Split, course: Course) -> str:
    """Write the experiment down as JSON: all choices, which pictures, every epoch and every answer."""
    pictures = [
        {
            "key": pick.photo.key,
            "name": pick.photo.name,
            "class": classes[pick.label_index],
            "held_out": held_out,
            "probabilities": np.asarray(row, np.float64).round(6).tolist(),
        }
        for held_out, picks, answers in (
            (False, halves.train, course.answers),
            (True, halves.held_out, course.held_out_answers),
        )
        for pick, row in zip(picks, answers, strict=True)
    ]
    told: dict[str, Any] = {
        "plan": dataclasses.asdict(plan),
        "classes": list(classes),
        "history": [dataclasses.asdict(epoch) for epoch in course.history],
        "pictures": pictures,
    }
    return json.dumps(told, indent=1, ensure_ascii=False)
