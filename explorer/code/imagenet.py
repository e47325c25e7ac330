"""A network's prediction, one of its layers and its Grad-CAM as a program that gives the same numbers."""

from __future__ import annotations

from explorer.code import lite0
from explorer.imagenet.networks import NETWORKS

_PROGRAM = """\
{imports}
import keras
import numpy as np
import tensorflow as tf
from PIL import Image
{definition}
# What the network sees: the picture that the page offers under Download and share.
pixels = np.asarray(Image.open("{picture}").convert("RGB"), np.float64)
{preparation}
inputs = tf.constant(inputs[None], tf.float32)  # (1, {size}, {size}, 3)

{opened}

# The prediction.
probabilities = model(inputs)[0].numpy()
for index in np.argsort(-probabilities, kind="stable")[:5]:
    print(f"class {{index}}: {{probabilities[index]:.5f}}")

# The output of one layer.
layer = model.get_layer("{layer}")
maps = keras.Model(model.inputs, layer.output)(inputs)[0].numpy()
print("layer", layer.name, maps.shape, f"mean {{maps.mean():.5f}}")
"""

_CAM = """
# Grad-CAM of that layer: where it speaks for the class.
# Its logit is what comes before the softmax.
target = {target}
last = model.layers[-1]
last.activation = keras.activations.linear
both = keras.Model(model.inputs, [layer.output, model.output])
with tf.GradientTape() as tape:
    features, logits = both(inputs)
    tape.watch(features)
    logit = logits[0, target]
gradient = tape.gradient(logit, features)
weights = tf.reduce_mean(gradient, axis=(1, 2))  # (1, channels): how much each channel counts
cam = tf.nn.relu(tf.einsum("bhwc,bc->bhw", features, weights))[0].numpy()
print("Grad-CAM", cam.shape, f"highest {{cam.max():.5f}}")
"""


def code(name: str, layer: str, target: int, *, picture: str = "picture.png", with_cam: bool = True) -> str:
    """Write the program: its prediction, the layer's output and, where the layer has one, its Grad-CAM.

    Args:
        name: A key of `NETWORKS`.
        layer: The name of a layer.
        target: The class that Grad-CAM explains.
        picture: The file with what the network sees.
        with_cam: Whether the layer has rows and columns, which Grad-CAM needs.

    Example:
        >>> print(code("MobileNetV2", "out_relu", 281).splitlines()[-1])
        print("Grad-CAM", cam.shape, f"highest {cam.max():.5f}")
    """
    network = NETWORKS[name]
    program = _PROGRAM.format(
        picture=picture,
        preparation=network.scaling.code,
        size=network.size,
        imports=lite0.imports(network),
        definition=lite0.definition(network),
        opened=lite0.opened(network, "model"),
        layer=layer,
    ).lstrip()
    return program + (_CAM.format(target=target) if with_cam else "")
