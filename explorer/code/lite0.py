"""EfficientNet-Lite0 as a part of a program: Keras's layers, and the reader of the file with its weights."""

from __future__ import annotations

from explorer.imagenet.networks import Network

_LITE0 = '''\
class Tensors(pickle.Unpickler):
    """What reads the file of weights, in PyTorch's older format, and takes no other name in it."""

    names = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): lambda storage, _, *laid: (*storage, *laid[:2]),
        ("torch", "FloatStorage"): "<f4",
        ("torch", "LongStorage"): "<i8",
    }

    def find_class(self, module, name):
        return self.names[module, name]

    def persistent_load(self, storage):
        return storage[1:3]  # the type of its numbers, and its name


def read_tensors(path):
    """Return the arrays in the file, by layer and in PyTorch's order."""
    with open(path, "rb") as file:
        *_, tensors, names = [Tensors(file).load() for _ in range(5)]
        types = {name: np.dtype(kind) for kind, name, *_ in tensors.values()}
        numbers = {}
        for name in names:
            count = int.from_bytes(file.read(8), "little")
            numbers[name] = np.frombuffer(file.read(count * types[name].itemsize), types[name])
    layers = {}
    for name, (_, storage, shape, strides) in tensors.items():
        steps = [step * types[storage].itemsize for step in strides]
        array = np.lib.stride_tricks.as_strided(numbers[storage], shape, steps)
        layers.setdefault(name.rpartition(".")[0], []).append(array)
    return list(layers.values())


def efficientnet_lite0(path=None):
    """Return EfficientNet-Lite0, with random weights or those in a file."""
    layers = keras.layers

    def convolution(x, name, kernel, stride, filters):
        return layers.Conv2D(filters, kernel, stride, "same", use_bias=False, name=name)(x)

    def normalised(x, name, active=True):
        x = layers.BatchNormalization(epsilon=1e-3, name=name + "bn")(x)
        return layers.Activation("relu6", name=name + "activation")(x) if active else x

    pixels = keras.Input((224, 224, 3), name="input_layer")
    x = normalised(convolution(pixels, "stem_conv", 3, 2, 32), "stem_")
    table = [  # repeats, kernel, stride of the first, expansion, filters
        (1, 3, 1, 1, 16),
        (2, 3, 2, 6, 24),
        (2, 5, 2, 6, 40),
        (3, 3, 2, 6, 80),
        (3, 5, 1, 6, 112),
        (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320),
    ]
    for stage, (repeats, kernel, stride, expansion, filters) in enumerate(table, 1):
        for repeat, letter in zip(range(repeats), "abcd"):
            name, before = f"block{stage}{letter}_", x
            if expansion > 1:
                x = convolution(x, name + "expand_conv", 1, 1, expansion * x.shape[-1])
                x = normalised(x, name + "expand_")
            depthwise = layers.DepthwiseConv2D(
                kernel, 1 if repeat else stride, "same", use_bias=False, name=name + "dwconv"
            )
            x = normalised(depthwise(x), name)
            x = normalised(convolution(x, name + "project_conv", 1, 1, filters), name + "project_", False)
            x = layers.Add(name=name + "add")([x, before]) if repeat else x
    x = normalised(convolution(x, "top_conv", 1, 1, 1280), "top_")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(0.2, name="top_dropout")(x)
    model = keras.Model(pixels, layers.Dense(1000, "softmax", name="predictions")(x))
    if path:
        # PyTorch's kernels are (out, in, rows, columns); of each layer what was counted is left out.
        for layer, arrays in zip([each for each in model.layers if each.weights], read_tensors(path)):
            axes = (2, 3, 0, 1) if isinstance(layer, layers.DepthwiseConv2D) else (2, 3, 1, 0)
            turned = [array.transpose(axes) if array.ndim == 4 else array.T for array in arrays]
            layer.set_weights(turned[: len(layer.weights)])
    return model
'''


def imports(record: Network) -> str:
    """Write the lines that a program needs before all others for a network, or nothing."""
    return "import pickle\nfrom collections import OrderedDict\n" if record.package else ""


def definition(record: Network) -> str:
    """Write what builds a network that Keras has not, with two empty lines around it, or nothing."""
    return f"\n\n{_LITE0}\n" if record.package else ""


def opened(record: Network, variable: str, random: str = "") -> str:
    """Write the lines that open a network.

    Args:
        record: The network.
        variable: What it is called.
        random: The comment that takes the place of the weights where these are random.

    Example:
        >>> from explorer.imagenet.networks import NETWORKS
        >>> print(opened(NETWORKS["MobileNetV2"], "model"))
        model = keras.applications.MobileNetV2(weights=None, input_shape=(224, 224, 3))
        model.load_weights("mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5")
    """
    if record.package:
        path = "" if random else f'"{record.file}"'
        return f"{variable} = efficientnet_lite0({path})" + (f"\n{random}" if random else "")
    options = "".join(f", {option}={value!r}" for option, value in record.options.items())
    load = random or f'{variable}.load_weights("{record.file}")'
    return f"{variable} = keras.applications.{record.builder}(weights=None{options})\n{load}"
