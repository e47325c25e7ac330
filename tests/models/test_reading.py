"""Models that are brought along: they compute what Keras computes, and what is refused is named."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from model_files import (
    CLASSES,
    CONVOLUTION,
    INPUT,
    LABELS,
    POOLING,
    keras_file,
    layer,
    teachable_machine,
    zipped,
)

from explorer.activations import softmax
from explorer.imagenet import attribution, outputs, own_networks, predictions, preprocessing, structure
from explorer.imagenet.engine import opening
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.onnx_layers import write_layers
from explorer.imagenet.keras_graphs import keras_model
from explorer.imagenet.networks import NetworkError, network
from explorer.models import building, containers, hdf5_check
from explorer.models.errors import ModelError
from explorer.models.reading import bring
from explorer.onnx_writer import OnnxWriter, opened


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep models in a folder of the test's own."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))


def picture(name: str) -> np.ndarray:
    """A picture of a network's own size with all levels in it."""
    side = network(name).size
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)


def saved(model: Any, ending: str, tmp_path: Path) -> bytes:
    """The file that Keras writes."""
    path = tmp_path / f"model.{ending}"
    with warnings.catch_warnings(action="ignore"):  # of Keras and NumPy about each other
        model.save(path)
    return path.read_bytes()


def shaken(model: Any) -> Any:
    """Give every number of a model a value that tells it from others; variances stay positive."""
    rng = np.random.default_rng(1)
    for weight in model.weights:
        if weight.dtype == "float32" and weight.ndim:
            centre = 1.0 if weight.path.endswith(("variance", "gamma")) else 0.0
            deviation = 0.1 if centre else (2 / np.prod(weight.shape[:-1])) ** 0.5 if weight.ndim > 1 else 0.1
            weight.assign(
                np.abs(centre + deviation * rng.standard_normal(weight.shape))
                if centre
                else deviation * rng.standard_normal(weight.shape)
            )
    return model


def a_course_s_model() -> Any:
    """What the first tutorials build: scaling inside, logits at the end."""
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((32, 32, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(6, 3, activation="swish"),
            layers.AveragePooling2D(2),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(16, activation="gelu"),
            layers.Dense(4),
        ]
    )


def a_nested_model() -> Any:
    """Models in models, branches, steps between layers, and most kinds of layers."""
    import keras
    from keras import layers

    body = keras.Sequential(
        [
            layers.Input((24, 24, 6)),
            layers.ZeroPadding2D(((1, 0), (0, 1))),
            layers.DepthwiseConv2D(3, strides=2),
            layers.BatchNormalization(scale=False),
            layers.LeakyReLU(negative_slope=0.2, name="leaky"),
        ],
        name="body",
    )
    inputs = keras.Input((24, 24, 3))
    x = keras.ops.flip(inputs, axis=-1) / 127.5 - 1
    x = layers.Conv2D(6, 3, padding="same", groups=3)(x)
    x = body(x)
    y = layers.SeparableConv2D(6, 3, padding="same")(x)
    y = layers.PReLU(shared_axes=[1, 2])(y)
    x = layers.Add()([x, y, 2 * y])
    factors = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Multiply()([x, layers.Conv2D(6, 1, activation="hard_sigmoid")(factors)])
    x = layers.Concatenate()([x, layers.Activation("tanh")(y)])
    x = layers.GlobalMaxPooling2D()(layers.BatchNormalization()(x))
    x = layers.Dense(3, use_bias=False)(x)
    return keras.Model(inputs, layers.Softmax()(x))


def a_grey_model() -> Any:
    """Grey pictures and two classes by one sigmoid."""
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(4, 5, strides=2, activation="elu"),
            layers.Flatten(),
            layers.Dense(1),
            layers.Activation("sigmoid"),
        ]
    )


def an_exported_model() -> Any:
    """As Transfer exports: pictures of any size, which the first layers make fit."""
    import keras
    from keras import layers

    inputs = keras.Input((None, None, 3))
    x = keras.ops.round(layers.Resizing(32, 32, antialias=True)(inputs, training=False))
    x = layers.Rescaling(1 / 127.5, -1)(x)
    x = layers.Conv2D(8, 3, activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))


def a_model_of_rectangles(rough: bool = True) -> Any:
    """Windows that are not square, several kernels for each channel, and maps that become larger again."""
    import keras
    from keras import layers

    inputs = keras.Input((24, 24, 3))
    x = layers.Rescaling(1 / 127.5, -1)(inputs)
    x = layers.Conv2D(6, (1, 7), strides=(1, 2), padding="same")(x)
    x = layers.PReLU()(layers.LayerNormalization(epsilon=1e-2)(x))
    x = layers.DepthwiseConv2D((3, 2), depth_multiplier=2, strides=2, activation="leaky_relu")(x)
    x = layers.BatchNormalization()(x)
    y = layers.Conv2DTranspose(5, (3, 2), strides=(2, 3), padding="same", activation="elu")(x)
    y = layers.MaxPooling2D((2, 3))(y)
    x = layers.SeparableConv2D(5, (2, 3), depth_multiplier=3, padding="same", activation="silu")(x)
    x = layers.Concatenate()([x, y])
    x = layers.Cropping2D(((1, 0), (0, 1)))(layers.UpSampling2D((2, 3))(x))
    x = layers.Conv2DTranspose(4, 2, strides=3, use_bias=False)(x)
    x = keras.ops.gelu(x) if rough else keras.activations.selu(x)
    x = layers.LayerNormalization(center=False)(layers.Flatten()(layers.AveragePooling2D((4, 3))(x)))
    return keras.Model(inputs, layers.Dense(4, activation="softmax")(x))


MADE = {
    "rectangles": (a_model_of_rectangles, "none"),
    "course": (a_course_s_model, "none"),
    "nested": (a_nested_model, "none"),
    "grey": (a_grey_model, "unit"),
    "exported": (an_exported_model, "none"),
}


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("kind", MADE)
def test_a_model_says_what_it_says_in_keras(kind: str, ending: str, tmp_path: Path):
    """All probabilities are Keras's to 1e-5, out of both of its kinds of files."""
    make, mode = MADE[kind]
    model = shaken(make())
    name = bring({f"my {kind}.{ending}": saved(model, ending, tmp_path)})
    record = network(name)
    assert (record.title, record.mode) == (f"my {kind}", mode)
    pixels = preprocessing.seen(name, picture(name))
    inputs = pixels[..., : record.channels].astype(np.float32) / (255 if mode == "unit" else 1)
    expected = model.predict(inputs[np.newaxis], verbose=0)[0]
    if kind == "course":
        expected = softmax(expected)
    elif kind == "grey":
        expected = np.array([1 - expected[0], expected[0]])
    found = predictions.predict(name, pixels, top=len(expected))
    assert np.ptp(expected) > 1e-3
    probabilities = [each.probability for each in sorted(found, key=lambda each: each.index)]
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)


def test_a_model_goes_out_to_onnx_and_keras_and_comes_in_again(tmp_path: Path):
    """With every kind of layer that the explorer writes, to 1e-5, and with Keras's gradient to 1e-4."""
    import keras
    import tensorflow as tf

    model = shaken(a_model_of_rectangles(rough=False))
    name = bring({"a.keras": saved(model, "keras", tmp_path)})
    engine, pixels = opening.open_engine(name), picture(name)
    last = engine.architecture.logits
    graph = OnnxWriter("test")
    maps = graph.input("x", ["n", 24, 24, 3])
    written = write_layers(graph, engine, graph.add("Transpose", maps, perm=[0, 3, 1, 2]), last)
    data = graph.file(written, "y", ["n", 4], {})
    expected = predictions.logits(name, pixels)
    batch = pixels[np.newaxis].astype(np.float32)
    np.testing.assert_allclose(opened(data)(batch)[0], expected, rtol=1e-4, atol=1e-5)
    again = bring({"a.onnx": data})
    np.testing.assert_allclose(predictions.logits(again, pixels), expected, rtol=1e-4, atol=1e-5)
    graph_ = architecture(network(name))
    rebuilt = keras_model(graph_, weights=opening.learned_weights(name))
    np.testing.assert_allclose(rebuilt(batch), model(batch), atol=1e-5)
    logits = keras.Model(model.input, model.layers[-1].input)
    with tf.GradientTape() as tape:
        tensor = tf.constant(batch)
        tape.watch(tensor)
        score = (logits(tensor) @ model.layers[-1].kernel + model.layers[-1].bias)[0, 1]
    slopes = tape.gradient(score, tensor)
    found = engine.backward(engine.forward(batch), 1)[graph_.nodes[0].name]
    assert np.abs(slopes).max() > 1e-4
    np.testing.assert_allclose(found, slopes, rtol=1e-3, atol=1e-4 * float(np.abs(slopes).max()))


def test_every_layer_and_the_heat_map_are_those_of_keras(tmp_path: Path):
    """Maps of layers inside models, and Grad-CAM by Keras's own gradients."""
    import keras
    import tensorflow as tf

    model = shaken(a_nested_model())
    name = bring({"nested.keras": saved(model, "keras", tmp_path)})
    pixels = picture(name)
    batch = tf.constant(pixels[np.newaxis], tf.float32)
    cut = next(layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization))
    logits = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    watched = keras.Model(model.input, [cut.output, logits.output])
    maps = watched(batch, training=False)[0]
    np.testing.assert_allclose(outputs.layer_output(name, pixels, cut.name), maps[0], rtol=1e-4, atol=1e-5)
    rest = keras.Model(cut.output, logits.output)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = rest(maps, training=False)[0, 1]
    slopes = tape.gradient(score, maps)[0].numpy().mean(axis=(0, 1))
    expected = np.maximum(maps[0].numpy() @ slopes, 0)
    found = attribution.grad_cam(name, pixels, cut.name, 1)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    kinds = {layer.kind for layer in structure.layers(name)}
    assert {"LeakyReLU", "SeparableConv2D", "PReLU", "Flip"} <= kinds
    assert structure.field_of(name, "leaky", 0, 0) == (0, 0, 3, 4)


# A download of Teachable Machine


def test_a_download_of_teachable_machine_opens_as_it_comes():
    """A file of Keras 2, which Keras 3 does not read: nested, with `groups`, its classes beside it."""
    from keras import ops

    data, numbers = teachable_machine(np.random.default_rng(3))
    name = bring({"converted_keras.zip": zipped({"keras_model.h5": data, "labels.txt": LABELS})})
    record = network(name)
    assert [label.text for label in record.labels] == ["Cat", "Dog with a hat", "Empty table"]
    assert (record.size, record.mode, record.writer) == (32, "tf", "Keras 2.4.0")
    pixels = picture(name)
    x = ops.pad(
        ops.convert_to_tensor(pixels[np.newaxis] / np.float32(127.5) - 1), ((0, 0), (0, 1), (0, 1), (0, 0))
    )
    x = ops.conv(x, numbers["Conv1/kernel:0"], strides=2, padding="valid")
    gamma, beta, mean, variance = (
        numbers[f"bn_Conv1/{each}:0"] for each in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    x = ops.relu6((x - mean) / np.sqrt(variance + 1e-3) * gamma + beta)
    depthwise = numbers["expanded_conv_depthwise/depthwise_kernel:0"]
    x = ops.mean(x + ops.depthwise_conv(x, depthwise, padding="same"), axis=(1, 2))
    x = ops.relu(ops.matmul(x, numbers["dense_Dense1/kernel:0"]) + numbers["dense_Dense1/bias:0"])
    expected = ops.softmax(ops.matmul(x, numbers["dense_Dense2/kernel:0"]))[0]
    found = predictions.predict(name, pixels, top=3)
    assert found[0].label == ["Cat", "Dog with a hat", "Empty table"][int(np.argmax(expected))]
    probabilities = [each.probability for each in sorted(found, key=lambda each: each.index)]
    np.testing.assert_allclose(probabilities, expected, rtol=1e-4, atol=1e-6)


# What is refused


def test_a_file_that_is_written_by_hand_opens():
    """What the refusals below are told from, so that none of them is for another reason."""
    name = bring({"a.keras": keras_file(INPUT, CONVOLUTION, POOLING, CLASSES), "labels.txt": b"a\nb\nc"})
    assert [label.text for label in network(name).labels] == ["a", "b", "c"]
    assert sum(each.probability for each in predictions.predict(name, picture(name), 3)) == pytest.approx(1)


REFUSED = {
    "a Lambda layer": (
        [INPUT, layer("Lambda", "double", function="..."), POOLING, CLASSES],
        ("double", "Lambda", "program code"),
    ),
    "a class of somebody's own": (
        [INPUT, layer("Magic", "swirl") | {"module": "school.magic", "registered_name": "school>Magic"},
         POOLING, CLASSES],
        ("swirl", "school>Magic", "school.magic"),
    ),
    "a layer that is not known": (
        [INPUT, layer("GroupNormalization", "norm"), POOLING, CLASSES],
        ("GroupNormalization", "norm"),
    ),
    "windows of no row": (
        [INPUT, layer("Conv2D", "conv", filters=2, kernel_size=[0, 7]), POOLING, CLASSES],
        ("conv", "0 × 7"),
    ),
    "larger maps by a way of their own": (
        [INPUT, layer("UpSampling2D", "grown", interpolation="bilinear"), POOLING, CLASSES],
        ("grown", "bilinear"),
    ),
    "maps normalised as a whole": (
        [INPUT, layer("LayerNormalization", "norm", axis=[1, 2, 3]), POOLING, CLASSES],
        ("norm", "channels of a cell"),
    ),
    "words": (
        [layer("InputLayer", "input", batch_shape=[None, 100]), CLASSES],
        ("takes 100", "picture"),
    ),
    "five channels": (
        [layer("InputLayer", "input", batch_shape=[None, 16, 16, 5]), CONVOLUTION, POOLING, CLASSES],
        ("5 channels",),
    ),
    "wide pictures": (
        [layer("InputLayer", "input", batch_shape=[None, 16, 24, 3]), CONVOLUTION, POOLING, CLASSES],
        ("16 × 24", "square"),
    ),
    "pictures that are too small for it": (
        [layer("InputLayer", "input", batch_shape=[None, 8, 8, 3]),
         layer("Conv2D", "conv", filters=2, kernel_size=[9, 9]), POOLING, CLASSES],
        ("conv", "larger pictures"),
    ),
    "a map for an answer": ([INPUT, CONVOLUTION], ("14 × 14 × 2", "classes")),
    "a number for an answer": (
        [INPUT, CONVOLUTION, POOLING, layer("Dense", "price", units=1)],
        ("one number",),
    ),
    "several answers at once": (
        [INPUT, CONVOLUTION, POOLING, layer("Dense", "tags", units=3, activation="sigmoid")],
        ("3 outputs", "sigmoid"),
    ),
    "numbers of another shape": (
        [INPUT, layer("Conv2D", "conv", filters=4, kernel_size=[3, 3]), POOLING, CLASSES],
        ("conv", "3 × 3 × 3 × 4", "3 × 3 × 3 × 2"),
    ),
    "layers that do not fit together": (
        [INPUT, layer("Flatten", "row"), layer("ZeroPadding2D", "pad", padding=1), CLASSES],
        ("a.keras", "do not fit together"),
    ),
    "arguments that are none": (
        [INPUT, layer("Conv2D", "conv", filters="many", kernel_size=[3, 3]), POOLING, CLASSES],
        ("conv", "arguments"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_is_named(kind: str):
    """A sentence says which layer, what came, and what to do."""
    layers, words = REFUSED[kind]
    with pytest.raises(ModelError) as caught:
        bring({"a.keras": keras_file(*layers)})
    sentence = str(caught.value)
    assert [word for word in words if word not in sentence] == [], sentence
    assert sentence.endswith(".")
    assert not list(own_networks.folder().iterdir())


def functional(
    *layers: tuple[dict[str, Any], list[list[str]]], inputs: list[Any], outputs: list[Any]
) -> bytes:
    """A functional model: layers with what each of their calls takes."""
    told = [
        each
        | {
            "name": each["config"]["name"],
            "inbound_nodes": [
                {
                    "args": [
                        {"class_name": "__keras_tensor__", "config": {"keras_history": [source, 0, 0]}}
                        for source in sources
                    ],
                    "kwargs": {},
                }
                for sources in calls
            ],
        }
        for each, calls in layers
    ]
    config = {"layers": told, "input_layers": inputs, "output_layers": outputs}
    return keras_file(config={"module": "keras", "class_name": "Functional", "config": config})


def test_models_with_more_ends_or_one_layer_in_two_places_are_refused():
    """Two inputs, two outputs, a shared layer, a layer that hangs in the air."""
    whole = [(INPUT, []), (CONVOLUTION, [["input"]]), (POOLING, [["conv"]]), (CLASSES, [["pooling"]])]
    other = (layer("InputLayer", "more", batch_shape=[None, 16, 16, 3]), [])
    start, end = ["input", 0, 0], ["classes", 0, 0]
    assert network(bring({"a.keras": functional(*whole, inputs=start, outputs=end)})).size == 16
    cases = {
        "2 inputs (input, more)": functional(*whole, other, inputs=[start, ["more", 0, 0]], outputs=end),
        "2 outputs": functional(*whole, inputs=start, outputs=[end, ["pooling", 0, 0]]),
        "used 2 times": functional(
            *whole[:1], (CONVOLUTION, [["input"], ["input"]]), *whole[2:], inputs=start, outputs=end
        ),
        "that is not in the file": functional(
            *whole[:2], (POOLING, [["nowhere"]]), *whole[3:], inputs=start, outputs=end
        ),
    }
    for words, data in cases.items():
        with pytest.raises(ModelError, match=words.replace("(", r"\(").replace(")", r"\)")):
            bring({"a.keras": data})


def test_files_that_are_no_models_are_told_apart(monkeypatch: pytest.MonkeyPatch):
    """Pickles, programs, parts of models, damaged and large files, each with what to do."""
    good = keras_file(INPUT, CONVOLUTION, POOLING, CLASSES)
    cases = {
        "pickle.*save the model as .keras": {"net.pth": zipped({"net/data.pkl": b"x"})},
        "pickle, as PyTorch": {"net.bin": b"\x80\x04x"},
        "TensorFlow Lite": {"model.tflite": b"\x1c\0\0\0TFL3"},
        "SavedModel": {"model.zip": zipped({"saved_model.pb": b"x"})},
        "web pages.*Tensorflow, Keras": {"tm.zip": zipped({"model.json": b"{}", "weights.bin": b""})},
        "no model that is known": {"notes.doc": b"hello"},
        "together with it": {"labels.txt": b"cat"},
        "2 models came": {"a.keras": good, "b.keras": good},
        "not whole": {"a.keras": zipped({"config.json": b"{}"})},
        "damaged": {"a.h5": b"\x89HDF\r\n\x1a\n" + bytes(50)},
        "does not say which layers": {
            "a.keras": zipped({"config.json": b"[]", "metadata.json": b"{}", "model.weights.h5": b""})
        },
    }
    for words, files in cases.items():
        with pytest.raises(ModelError, match=words):
            bring(files)
    monkeypatch.setattr(containers, "MAX_BYTES", 1000)
    with pytest.raises(ModelError, match="the most that is opened"):
        bring({"a.keras": good})


def test_a_file_that_keeps_the_library_busy_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """Reading is tried in a process of its own, which is ended after a while."""
    monkeypatch.setattr(hdf5_check, "MAX_SECONDS", 0.0)
    with pytest.raises(ModelError, match="damaged or cut"):
        bring({"a.keras": keras_file(INPUT, CONVOLUTION, POOLING, CLASSES)})


def test_numbers_alone_and_links_to_other_files_are_refused(tmp_path: Path):
    """A file of weights says that it is one; nothing outside the file is read."""
    elsewhere = tmp_path / "elsewhere.h5"
    with h5py.File(elsewhere, "w") as file:
        file["group/0"] = np.ones((3, 3, 3, 2), np.float32)
    plain, linked = io.BytesIO(), io.BytesIO()
    with h5py.File(plain, "w") as file:
        file.attrs["layer_names"] = [b"conv"]
    with pytest.raises(ModelError, match="and not model"):
        bring({"a.h5": plain.getvalue()})
    with h5py.File(linked, "w") as file:
        file["layers/conv2d/vars"] = h5py.ExternalLink(str(elsewhere), "group")
    data = zipped(
        {
            "config.json": json.dumps(
                {"class_name": "Sequential", "config": {"layers": [INPUT, CONVOLUTION, POOLING, CLASSES]}}
            ).encode(),
            "metadata.json": b"{}",
            "model.weights.h5": linked.getvalue(),
        }
    )
    with pytest.raises(ModelError, match="refers to other files"):
        bring({"a.keras": data})


@pytest.mark.parametrize(
    ("limit", "words"),
    [("MAX_PARAMETERS", "parameters"), ("MAX_MAP_NUMBERS", "maps"), ("MAX_MULTIPLY_ADDS", "multiplications")],
)
def test_models_that_cost_too_much_are_refused(monkeypatch: pytest.MonkeyPatch, limit: str, words: str):
    """Before any of their numbers is read."""
    monkeypatch.setattr(building, limit, 10)
    with pytest.raises(ModelError, match=words):
        bring({"a.keras": keras_file(INPUT, CONVOLUTION, POOLING, CLASSES)})


def test_of_several_files_with_names_labels_txt_counts():
    """A ZIP may have other texts beside it; without it, which of two is meant is asked."""
    files = {
        "a.keras": keras_file(INPUT, CONVOLUTION, POOLING, CLASSES),
        "readme.txt": b"A model",
        "labels.txt": b"cat\ndog\nowl",
    }
    assert network(bring({"a.zip": zipped(files)})).labels[2].text == "owl"
    with pytest.raises(ModelError, match="More than one file may name"):
        bring({"notes.txt": b"x", **{name: data for name, data in files.items() if name != "labels.txt"}})


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("labels.txt", "0 Cat\n1 Dog\n2 Owl\n", ["Cat", "Dog", "Owl"]),
        ("labels.txt", "cat\n\ndog\nold owl", ["cat", "dog", "old owl"]),
        ("names.json", '["cat", "dog", "owl"]', ["cat", "dog", "owl"]),
        ("card.json", '{"classes": ["cat", "dog", "owl"]}', ["cat", "dog", "owl"]),
        ("metadata.json", '{"labels": ["cat", "dog", "owl"]}', ["cat", "dog", "owl"]),
        ("labels.txt", "cat\ndog", ["class 1", "class 2", "class 3"]),
        ("broken.json", "{", ["class 1", "class 2", "class 3"]),
    ],
)
def test_classes_have_the_names_of_the_file_beside_the_model(file: str, text: str, expected: list[str]):
    """Numbered lines, plain lines, lists in JSON; where they do not fit, classes are counted."""
    model = keras_file(INPUT, CONVOLUTION, POOLING, CLASSES)
    record = network(bring({"a.keras": model, file: text.encode()}))
    assert [label.text for label in record.labels] == expected
    assert any("counted" in note for note in record.notes) == (expected[0] == "class 1")


def test_a_model_can_be_used_until_it_is_no_longer_kept(monkeypatch: pytest.MonkeyPatch):
    """The oldest makes room; its name then says that it is to be opened again."""
    monkeypatch.setattr(own_networks, "MAX_KEPT_BYTES", 1)
    first, second = (
        bring({"a.keras": keras_file(INPUT, CONVOLUTION, POOLING, CLASSES), "labels.txt": names})
        for names in (b"a\nb\nc", b"d\ne\nf")
    )
    assert network(second).labels[0].text == "d"
    with pytest.raises(NetworkError, match="open its file again"):
        network(first)
    with pytest.raises(NetworkError, match="no network"):
        network("own.something")
    own_networks.described.cache_clear()
    opening.open_engine(second)
    written = next(own_networks.folder().glob("*.json"))
    kept = written.read_text("utf-8")
    written.write_text(kept.replace('"writer"', '"author"'), "utf-8")  # as another version may have
    own_networks.described.cache_clear()
    with pytest.raises(NetworkError, match="open its file again"):
        network(second)
    written.write_text(kept, "utf-8")
    own_networks.described.cache_clear()
    for path in own_networks.folder().glob("*.npz"):
        path.unlink()
    with pytest.raises(NetworkError, match="no longer"):
        own_networks.own_weights(second.split(".")[1])
