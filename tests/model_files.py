"""Files of models as Keras writes them, made without Keras: its own format, and Teachable Machine's."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import h5py
import numpy as np

LABELS = b"0 Cat\n1 Dog with a hat\n2 Empty table\n"


def keras_2(kind: str, name: str, inputs: list[str] | None = None, **options: Any) -> dict[str, Any]:
    """A layer as Keras 2 writes it down."""
    told: dict[str, Any] = {"class_name": kind, "config": {"name": name, "trainable": True, **options}}
    if inputs is not None:
        told |= {"name": name, "inbound_nodes": [[[source, 0, 0, {}] for source in inputs]] if inputs else []}
    return told


def teachable_machine(rng: np.random.Generator) -> tuple[bytes, dict[str, np.ndarray]]:
    """Return keras_model.h5 as Teachable Machine writes it, and its numbers by name."""
    same = {"strides": [1, 1], "padding": "same", "data_format": "channels_last", "use_bias": False}
    base = keras_2(
        "Model",
        "model1",
        layers=[
            keras_2("InputLayer", "input_1", [], batch_input_shape=[None, 32, 32, 3], dtype="float32"),
            keras_2("ZeroPadding2D", "Conv1_pad", ["input_1"], padding=[[0, 1], [0, 1]]),
            keras_2("Conv2D", "Conv1", ["Conv1_pad"], filters=8, kernel_size=[3, 3],
                    **same | {"strides": [2, 2], "padding": "valid"}),
            keras_2("BatchNormalization", "bn_Conv1", ["Conv1"], axis=[3], epsilon=1e-3),
            keras_2("ReLU", "Conv1_relu", ["bn_Conv1"], max_value=6.0),
            keras_2("DepthwiseConv2D", "expanded_conv_depthwise", ["Conv1_relu"], kernel_size=[3, 3],
                    depth_multiplier=1, groups=1, activation="linear", **same),
            keras_2("Add", "block_add", ["Conv1_relu", "expanded_conv_depthwise"]),
        ],
        input_layers=[["input_1", 0, 0]],
        output_layers=[["block_add", 0, 0]],
    )  # fmt: skip
    pooling = keras_2("GlobalAveragePooling2D", "pooling", data_format="channels_last")
    first = keras_2("Sequential", "sequential_1", layers=[base, pooling])
    second = keras_2(
        "Sequential",
        "sequential_3",
        layers=[
            keras_2("Dense", "dense_Dense1", units=10, activation="relu", use_bias=True,
                    batch_input_shape=[None, 8]),
            keras_2("Dense", "dense_Dense2", units=3, activation="softmax", use_bias=False),
        ],
    )  # fmt: skip
    whole = keras_2("Sequential", "sequential_4", layers=[first, second])
    shapes = {
        "sequential_1": {
            "Conv1/kernel:0": (3, 3, 3, 8),
            "bn_Conv1/gamma:0": (8,),
            "bn_Conv1/beta:0": (8,),
            "expanded_conv_depthwise/depthwise_kernel:0": (3, 3, 8, 1),
            "bn_Conv1/moving_mean:0": (8,),  # those that are not trained come last
            "bn_Conv1/moving_variance:0": (8,),
        },
        "sequential_3": {
            "dense_Dense1/kernel:0": (8, 10),
            "dense_Dense1/bias:0": (10,),
            "dense_Dense2/kernel:0": (10, 3),
        },
    }
    numbers: dict[str, np.ndarray] = {}
    file = io.BytesIO()
    with h5py.File(file, "w") as written:
        written.attrs["model_config"] = json.dumps(whole)
        written.attrs["keras_version"] = "2.4.0"
        weights = written.create_group("model_weights")
        weights.attrs["layer_names"] = [name.encode() for name in shapes]
        for outer, variables in shapes.items():
            group = weights.create_group(outer)
            group.attrs["weight_names"] = [name.encode() for name in variables]
            for name, shape in variables.items():
                numbers[name] = rng.uniform(0.1, 0.9, shape).astype(np.float32) - 0.3 * (len(shape) > 1)
                group.create_dataset(name, data=numbers[name])
    return file.getvalue(), numbers


def zipped(files: dict[str, bytes]) -> bytes:
    """Pack files as a download is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def layer(kind: str, name: str, **options: Any) -> dict[str, Any]:
    """A layer as Keras 3 writes it down."""
    return {"module": "keras.layers", "class_name": kind, "config": {"name": name, **options},
            "registered_name": None}  # fmt: skip


INPUT = layer("InputLayer", "input", batch_shape=[None, 16, 16, 3])
CONVOLUTION = layer("Conv2D", "conv", filters=2, kernel_size=[3, 3], activation="relu")
POOLING = layer("GlobalAveragePooling2D", "pooling")
CLASSES = layer("Dense", "classes", units=3, activation="softmax")


def keras_file(
    *layers: dict[str, Any], config: dict[str, Any] | None = None, dense: tuple[int, int] = (2, 3)
) -> bytes:
    """A `.keras` file of a sequential model, with numbers for a convolution and a dense layer."""
    told = config or {"module": "keras", "class_name": "Sequential", "config": {"layers": list(layers)}}
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        for at, shape in (("conv2d", (3, 3, 3, 2)), ("dense", dense)):
            group = file.create_group(f"layers/{at}/vars")
            group["0"], group["1"] = np.ones(shape, np.float32), np.ones(shape[-1], np.float32)
    return zipped(
        {
            "config.json": json.dumps(told).encode(),
            "metadata.json": b'{"keras_version": "3.15.1"}',
            "model.weights.h5": weights.getvalue(),
        }
    )
