"""The experiment of the transfer page as a program that gives the same numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from explorer.code import lite0, own_models, reading
from explorer.imagenet.networks import Network, NetworkRecord, network
from explorer.imagenet.own_networks import OwnNetwork
from explorer.transfer.augmentation import augmentation
from explorer.transfer.export import scaling
from explorer.transfer.labelled_images import SIDE
from explorer.transfer.plan import Plan
from explorer.transfer.training_job import BATCH


def folders(classes: Sequence[str]) -> tuple[str, ...]:
    """Return each class the name of a folder: its own where every disk can have it, else with "_" in it.

    Example:
        >>> folders(["hot dog", "cats/dogs", "cats?dogs"])
        ('hot dog', 'cats_dogs', 'cats_dogs 2')
    """
    found: list[str] = []
    for name in classes:
        plain = re.sub(r"[^\w\- ]", "_", name).strip() or "_"
        taken = {each.casefold() for each in found}
        numbered = (f"{plain} {number}" for number in range(2, len(classes) + 2))
        found.append(next(folder for folder in (plain, *numbered) if folder.casefold() not in taken))
    return tuple(found)


_PROGRAM = '''\
import hashlib
import io
{imports}from pathlib import Path

import cv2
import keras
import numpy as np
import tensorflow as tf
from PIL import Image, ImageCms
{definition}
# The pictures lie in {pictures}/train/FOLDER and {pictures}/held_out/FOLDER. If there is a folder
# {pictures}/new, those in it are answered, too.
PICTURES = Path({pictures!r})
CLASSES = {classes}  # the class of each folder
LONGEST = {longest}  # pixels along the longest side of a picture that is kept
SIZE = {size}  # pixels that the network sees, along a side
SEED = {seed}
BATCH = {batch}


# How a file becomes a picture.
{reader}

{seen}


{versions}


def pictures_in(folder):
    """Return what the network sees of each picture in a folder, by name; skip what is no picture."""
    found = {{}}
    for path in sorted(folder.glob("*")):
        try:
            found[path.name] = seen(path)
        except Exception as error:  # damaged pictures raise errors of many types
            print(f"{{path.name}} is skipped: {{error}}")
    return found


def labelled(part):
    """Return the pictures of a part and the numbers of their classes, by class and content."""
    found = []
    for label, folder in enumerate(CLASSES):
        pictures = list(pictures_in(PICTURES / part / folder).values())
        pictures.sort(key=lambda picture: hashlib.sha256(picture.tobytes()).digest())
        found += [(picture, label) for picture in pictures]
    return [picture for picture, _ in found], np.array([label for _, label in found], int)


def array(pictures):
    """Return pictures as an array (n, SIZE, SIZE, 3) with values from 0 to 255."""
    return np.array([np.asarray(picture, np.float32) for picture in pictures]).reshape(-1, SIZE, SIZE, 3)


def train(model, inputs, labels, weights, rate, epochs):
    """Change some weights of a model so that its logits fit the labels better."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(rate)
    for epoch in epochs:
        order = np.random.default_rng((SEED, epoch)).permutation(len(labels))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            with tf.GradientTape() as tape:
                # training=False: batch normalisation keeps the averages that it has learned.
                value = loss(labels[rows], model([part[rows] for part in inputs], training=False))
            optimizer.apply(tape.gradient(value, weights), weights)
        print(f"epoch {{epoch}}: loss of the last batch {{value:.5f}}")


# The network without its head. What it does to pixels from 0 to 255 is its first part.
{opened}
pictures = keras.Input((None, None, 3))
x = keras.layers.Resizing(SIZE, SIZE, antialias=True{crop_to})(pictures, training=False)
x = keras.ops.round(x)
{scale}
{features}
look = keras.Model(pictures, features)

# The features of every picture, once.
train_pictures, labels = labelled("train")
train_array = array([version for picture in train_pictures for version in versions(picture)])
labels = np.repeat(labels, len(train_array) // len(train_pictures))
train_features = look.predict(train_array, verbose=0)

# A new head, and its training.
inlet = keras.Input(features.shape[1:])
head = keras.Sequential([{layers}])
on_features = keras.Model([inlet], head(inlet))
rng = np.random.default_rng(SEED)
for dense in head.layers:
    limit = np.sqrt(6 / sum(dense.kernel.shape))  # Glorot's uniform distribution
    dense.set_weights([rng.uniform(-limit, limit, dense.kernel.shape), np.zeros(dense.units)])
train(on_features, [train_features], labels, head.trainable_weights, {learning_rate}, range(1, {epochs} + 1))
{tune}
# What it says of the pictures that it was not trained on.
model = keras.Model(pictures, keras.layers.Softmax()(head(features)))
held_out, truth = labelled("held_out")
answers = model.predict(array(held_out), verbose=0) if held_out else np.zeros((0, len(CLASSES)))
names = list(CLASSES.values())
for label, answer in zip(truth, answers):
    print("test,", names[label] + ":", " ".join(f"{{value:.6f}}" for value in answer))
print(f"{{np.sum(answers.argmax(axis=1) == truth)}} of {{len(truth)}} are right")
for name, picture in pictures_in(PICTURES / "new").items():
    answer = model.predict(array([picture]), verbose=0)[0]
    print(f"{{name}}:", " ".join(f"{{value:.6f}}" for value in answer))

model.save("transfer.keras")
Path("labels.txt").write_text("".join(name + "\\n" for name in names), "utf-8")
'''

_FEATURES = """\
last = base.get_layer({layer!r}).output
average = keras.layers.GlobalAveragePooling2D()
features = average(keras.Model(base.input, last)(x))"""

_TUNE = """
# Fine-tuning: the head, and {block} with what follows it. What goes into that is computed once, too.
block_inputs = [base.get_layer(name).output for name in {block_inputs}]
inputs = keras.Model(pictures, keras.Model(base.input, block_inputs)(x)).predict(train_array, verbose=0)
inputs = inputs if isinstance(inputs, list) else [inputs]
block = keras.Model(block_inputs, last)
kept = keras.layers.BatchNormalization
learning = [layer for layer in block.layers if not isinstance(layer, kept)]
weights = [weight for layer in learning for weight in layer.trainable_weights]
train(
    keras.Model(block_inputs, head(average(last))),
    inputs,
    labels,
    weights + head.trainable_weights,
    {tune_rate},
    range({first}, {end} + 1),
)
"""

_SEEN = '''\
def seen(path):
    """Return what the network sees of a file."""
    levels = np.float32(read(path, LONGEST))
{grey}{crop}    planes = [Image.fromarray(plane) for plane in np.ascontiguousarray(np.moveaxis(levels, 2, 0))]
    planes = [plane.resize((SIZE, SIZE), Image.Resampling.BILINEAR) for plane in planes]
    return Image.fromarray(np.rint(np.stack(planes, axis=-1)).astype(np.uint8))'''

_GREY = """\
    grey = np.rint(levels @ np.float32([0.299, 0.587, 0.114]))  # as the network takes no colours
    levels = np.repeat(grey[..., np.newaxis], 3, axis=2)
"""

_CROP = """\
    side = min(levels.shape[:2])
    top, left = ((length - side) // 2 for length in levels.shape[:2])
    levels = levels[top : top + side, left : left + side]
"""


def seen_function(plan: Plan) -> str:
    """Write the function `seen(path)`, which needs `reading.READER`, `LONGEST` and `SIZE`."""
    is_grey = network(plan.network).channels == 1
    return _SEEN.format(grey=_GREY if is_grey else "", crop=_CROP if plan.fit == "crop" else "")


def script(plan: Plan, classes: Sequence[str], pictures: str = "pictures") -> str:
    r"""Write the program: features, the head's training, fine-tuning if it is planned, and what is saved.

    It reads the folders `train` and `held_out` in the folder of the pictures, each with a folder of `folders`
    for every class, and beside itself the file of the network's weights, or of a model that was brought along
    (`own_models.file_of`). It reads files as the page does
    (see `reading`), and what it cannot read it skips and says so. No probability differs from the page's by
    more than 0.001: Keras and NumPy round otherwise.

    Args:
        plan: How it was trained.
        classes: The names of the classes.
        pictures: The folder of the pictures.

    Example:
        >>> print(script(Plan(), ["cat", "dog"]).splitlines()[-1])
        Path("labels.txt").write_text("".join(name + "\n" for name in names), "utf-8")
    """
    record, backbone = network(plan.network), plan.backbone
    layers = [f'keras.layers.Dense({plan.units}, "relu")'] if plan.head == "hidden" else []
    tune = _TUNE.format(
        block=backbone.block,
        block_inputs=list(backbone.block_inputs),
        tune_rate=plan.tune_rate,
        first=plan.epochs + 1,
        end=plan.epochs + plan.tune_epochs,
    )
    return _PROGRAM.format(
        pictures=pictures,
        classes=dict(zip(folders(classes), classes, strict=True)),
        size=record.size,
        seed=plan.seed,
        batch=BATCH,
        longest=SIDE,
        reader=reading.READER,
        seen=seen_function(plan),
        versions=augmented(plan),
        **_base(plan, record),
        crop_to=", crop_to_aspect_ratio=True" if plan.fit == "crop" else "",
        scale=_scale(plan.network),
        layers=", ".join([*layers, "keras.layers.Dense(len(CLASSES))"]),
        learning_rate=plan.learning_rate,
        epochs=plan.epochs,
        tune=tune if plan.fine_tune else "",
    )


def _base(plan: Plan, record: NetworkRecord) -> dict[str, str]:
    """Write what opens the network, and what makes features with it."""
    is_random = plan.weights == "random"
    if isinstance(record, OwnNetwork):
        return {
            "imports": "",
            "definition": own_models.DEFINITION + "\n",
            "opened": own_models.opened(record, "base", is_random),
            "features": own_models.features(record, "base"),
        }
    assert isinstance(record, Network)
    random = "# Its weights stay random, and are others than the page's." if is_random else ""
    return {
        "imports": lite0.imports(record),
        "definition": lite0.definition(record),
        "opened": lite0.opened(record, "base", random),
        "features": _FEATURES.format(layer=plan.backbone.layer),
    }


def _scale(name: str) -> str:
    """Write the scaling as layers, under the sentence that says what it does."""
    record = network(name)
    factors, offsets = (each[0] if len({*each}) == 1 else each for each in scaling(name))
    lines = [f"# {record.scaling.sentence}"]
    lines += ["x = keras.ops.flip(x, axis=-1)"] if record.scaling.blue_first else []
    if record.mode != "none":
        lines.append(f"x = keras.layers.Rescaling({factors}, {offsets})(x)")
    return "\n".join(lines)


_SAYS = '    """Return what is trained on in place of a picture: itself first."""'


def augmented(plan: Plan) -> str:
    """Write the function that makes several pictures of one."""
    asked = augmentation(plan)
    lines = ["def versions(picture):", _SAYS, "    yield picture"]
    if asked.flip:
        lines.append("    yield picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)")
    if asked.crops:
        lines += [
            f"    for box in {list(asked.crops)}:",
            "        yield picture.resize(picture.size, Image.Resampling.BILINEAR, box=box)",
        ]
    if asked.colour_factors:
        lines += [
            f"    for factors in {list(asked.colour_factors)}:  # factors of red, green and blue",
            "        yield np.rint(np.minimum(np.asarray(picture) * np.array(factors), 255))",
        ]
    return "\n".join(lines)
