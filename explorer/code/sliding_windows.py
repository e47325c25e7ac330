"""A convolution or a pooling of a picture as a program that runs by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.code.convolution import (
    keras_convolution,
    numpy_convolution,
    opencv_convolution,
    pytorch_convolution,
    tensorflow_convolution,
)
from explorer.code.pooling import (
    keras_pooling,
    numpy_pooling,
    opencv_pooling,
    pytorch_pooling,
    tensorflow_pooling,
)
from explorer.code.preparation import Preparation, preparation_lines
from explorer.code.snippet import Snippet, array_lines, chosen, number_text
from explorer.code.windows import ConvolutionCase, PoolingCase
from explorer.convolution.experiments import Convolution, Pooling
from explorer.errors import ExplorerError


@dataclass(frozen=True, kw_only=True)
class WindowSnippet(Snippet):
    """How one library says a convolution and a pooling.

    Attributes:
        imports: Import lines beside those of NumPy and Pillow.
        lines: Gives the lines from `image` and `kernel` to `feature_map`, in the library's own kind of array.
        pooling: Gives the lines of a pooling from `image` to `feature_map`, likewise.
        rectifiers: How it says each activation, `{}` standing for the value.
        to_numpy: How its array becomes NumPy's, likewise.
    """

    imports: tuple[str, ...]
    lines: Callable[[ConvolutionCase], list[str]]
    pooling: Callable[[PoolingCase], list[str]]
    rectifiers: Mapping[str, str]
    to_numpy: str = "{}"


def code(
    framework: str,
    experiment: Convolution | Pooling,
    *,
    preparation: Preparation,
    filtered: Convolution | None = None,
) -> str:
    """Write an experiment as a script that runs by itself, beside the file of the picture.

    Args:
        framework: A key of `SNIPPETS`.
        experiment: The convolution or pooling to write down.
        preparation: What became of the file before.
        filtered: The filter whose map is pooled, where it is not the picture itself.

    Raises:
        ExplorerError: If the framework is unknown, a weight is not a finite number, or the window does not
            fit.

    >>> edge = Convolution(np.array([[-1.0, 1.0]]), padding="valid", activation="relu")
    >>> print(code("opencv", edge, preparation=Preparation((256, 171), file="cat.png", loaded=(256, 171))))
    import cv2
    import numpy as np
    from PIL import Image, ImageOps
    <BLANKLINE>
    # The picture as the operation sees it: 171 rows, 256 columns, 3 channels
    picture = ImageOps.exif_transpose(Image.open("cat.png")).convert("RGB")
    image = np.asarray(picture, np.float32) / 255
    <BLANKLINE>
    kernel = np.array([
        [-1,  1],
    ], np.float32)
    <BLANKLINE>
    feature_map = cv2.filter2D(image, -1, kernel)
    feature_map = feature_map[:, 1:]
    feature_map = np.maximum(feature_map, 0)
    """
    snippet = chosen(SNIPPETS, framework)
    shape = preparation.shape
    steps = []
    if filtered is not None:
        steps = [*_convolution(filtered, snippet, shape), ["image = feature_map  # this is pooled"]]
        rows, columns, *_ = filtered.output_shape(shape)
        shape = rows, columns, shape[2]
    if isinstance(experiment, Pooling):
        steps.append(_pooling(experiment, snippet, shape))
    else:
        steps += _convolution(experiment, snippet, shape)
    parts = [preparation_lines(preparation), *steps]
    body = "\n\n".join("\n".join(lines) for lines in parts)
    return "\n".join(_imports(snippet, body)) + "\n\n" + body


def _imports(snippet: WindowSnippet, body: str) -> list[str]:
    """Write the import lines that a script needs, sorted."""
    own = [line for line in snippet.imports if re.search(rf"\b{line.split()[-1]}\b", body)]
    return sorted(
        {"import numpy as np", "from PIL import Image, ImageOps", *own},
        key=lambda line: (line.startswith("from"), line.lower()),
    )


def _convolution(
    experiment: Convolution, snippet: WindowSnippet, shape: tuple[int, int, int]
) -> list[list[str]]:
    """Write the kernel, and the way from there to the map."""
    if not np.isfinite(experiment.kernel).all():
        raise ExplorerError(
            "The kernel has a weight that is infinite or not a number; give finite weights to see the code."
        )
    case = ConvolutionCase.of(
        experiment,
        shape,
        mode=experiment.pad_mode,
        zeros_as_tensorflow=experiment.padding == "same" and experiment.pad_mode == "constant",
        flip=experiment.flip,
    )
    weights = array_lines(experiment.kernel)
    if experiment.flip:
        weights.append("kernel = kernel[::-1, ::-1]  # turned around: a true convolution")
    return [weights, snippet.lines(case) + _finish(experiment, snippet)]


def _pooling(experiment: Pooling, snippet: WindowSnippet, shape: tuple[int, int, int]) -> list[str]:
    """Write the way from the picture to the pooled map."""
    case = PoolingCase.of(
        experiment,
        shape,
        kind=experiment.kind,
        own=experiment.margins(shape),
        count_padding=experiment.count_padding,
        named_same=experiment.padding == "same",
    )
    return snippet.pooling(case) + _to_numpy("feature_map", snippet)


def _finish(experiment: Convolution, snippet: WindowSnippet) -> list[str]:
    """Write gain, bias and activation, as far as they are set, and the way back to NumPy, in one line."""
    value = "feature_map"
    if experiment.gain != 1:
        value = f"{number_text(experiment.gain)} * {value}"
    if experiment.bias != 0:
        value += f" {'-' if experiment.bias < 0 else '+'} {number_text(abs(experiment.bias))}"
    if experiment.activation != "none":
        value = snippet.rectifiers[experiment.activation].format(value)
    elif " " in value and snippet.to_numpy.startswith("{}."):
        value = f"({value})"
    return _to_numpy(value, snippet)


def _to_numpy(value: str, snippet: WindowSnippet) -> list[str]:
    """Write the way of a value to `feature_map` in NumPy, if there is anything to do."""
    value = snippet.to_numpy.format(value)
    return [] if value == "feature_map" else [f"feature_map = {value}"]


_BY_NUMPY = {"relu": "np.maximum({}, 0)", "absolute": "np.abs({})"}

SNIPPETS: dict[str, WindowSnippet] = {
    record.name: record
    for record in (
        WindowSnippet(
            name="numpy",
            title="NumPy",
            imports=("from numpy.lib.stride_tricks import sliding_window_view",),
            lines=numpy_convolution,
            pooling=numpy_pooling,
            rectifiers=_BY_NUMPY,
        ),
        WindowSnippet(
            name="opencv",
            title="OpenCV",
            imports=("import cv2",),
            lines=opencv_convolution,
            pooling=opencv_pooling,
            rectifiers=_BY_NUMPY,
        ),
        WindowSnippet(
            name="tensorflow",
            title="TensorFlow",
            imports=("import tensorflow as tf",),
            lines=tensorflow_convolution,
            pooling=tensorflow_pooling,
            rectifiers={"relu": "tf.nn.relu({})", "absolute": "tf.abs({})"},
            to_numpy="{}.numpy()",
        ),
        WindowSnippet(
            name="keras",
            title="Keras",
            imports=("import keras",),
            lines=keras_convolution,
            pooling=keras_pooling,
            rectifiers={"relu": "keras.ops.relu({})", "absolute": "keras.ops.abs({})"},
            to_numpy="keras.ops.convert_to_numpy({})",
        ),
        WindowSnippet(
            name="pytorch",
            title="PyTorch",
            imports=("import torch", "import torch.nn.functional as F"),
            lines=pytorch_convolution,
            pooling=pytorch_pooling,
            rectifiers={"relu": "F.relu({})", "absolute": "torch.abs({})"},
            to_numpy="{}.numpy()",
        ),
    )
}
"""The libraries by name, in the order of the menu."""
