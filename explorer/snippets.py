"""The experiment on the screen as a script of its own, in the words of five libraries.

Each script opens the picture with Pillow, prepares it as `explorer.images` does, and ends with `feature_map`,
float32 (H', W', C), equal to the map on the screen. It has no line that the present settings do not need.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explorer.experiments import Array, Convolution

WIDTH = 88
"""Characters that a line of code has at most, where it can be broken."""

LOADED_SIDE = 1024
"""Longest side of a picture that `explorer.images.load` does not shrink."""

Sides = tuple[int, int]


@dataclass(frozen=True)
class Preparation:
    """What became of a file before the operation saw it, sizes as (width, height) as in Pillow.

    Attributes:
        size: Size of what the operation sees.
        colour: Whether that has three channels; else one.
        file: Name of the file.
        resample: Name of Pillow's resampling filter, a member of `Image.Resampling`.
        loaded: Size of the upright picture as `explorer.images.load` gave it; None if that is not known.
        grey_source: Whether the file is grey itself.
        alpha: Whether the file may be transparent.
    """

    size: Sides
    colour: bool = True
    file: str = "photo.jpg"
    resample: str = "BILINEAR"
    loaded: Sides | None = None
    grey_source: bool = False
    alpha: bool = False

    def __post_init__(self) -> None:
        if self.filter not in Image.Resampling.__members__:
            raise ValueError(
                f"There is no resampling filter {self.resample!r}; choose one of "
                f"{', '.join(member.name for member in Image.Resampling)}."
            )

    @classmethod
    def between(
        cls, loaded: Array, seen: Array, *, file: str, resample: str = "BILINEAR", alpha: bool = False
    ) -> Preparation:
        """Tell the preparation from its two ends: what `images.load` and what `images.prepare` gave.

        >>> loaded, seen = np.zeros((600, 800, 3), np.float32), np.zeros((192, 256, 1), np.float32)
        >>> Preparation.between(loaded, seen, file="cat.png").shape
        (192, 256, 1)
        """
        (height, width, channels), (rows, columns, seen_channels) = loaded.shape, seen.shape
        return cls(
            size=(columns, rows),
            colour=seen_channels == 3,
            file=file,
            resample=resample,
            loaded=(width, height),
            grey_source=channels == 1,
            alpha=alpha,
        )

    @property
    def filter(self) -> str:
        """The resampling filter as Pillow spells it."""
        return self.resample.upper()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the array that the operation sees: (H, W, C)."""
        width, height = self.size
        return height, width, 3 if self.colour and not self.grey_source else 1


@dataclass(frozen=True)
class _Case:
    """An experiment on a picture of a known shape, and what follows from the two; rows before columns."""

    channels: int
    taps: tuple[int, int]
    stride: int
    dilation: int
    flip: bool
    mode: str
    sizes: tuple[int, int]
    pads: tuple[Sides, Sides]
    outputs: tuple[int, int]
    zeros_as_tensorflow: bool  # "same" with a border of zeros, which TensorFlow and Keras know by this name

    @property
    def reach(self) -> tuple[int, int]:
        """Rows and columns that the kernel covers, the gaps of its dilation included."""
        rows, columns = ((taps - 1) * self.dilation + 1 for taps in self.taps)
        return rows, columns

    @property
    def is_padded(self) -> bool:
        return any(cells for axis in self.pads for cells in axis)

    @property
    def turns_once(self) -> bool:
        """Whether the padding is shorter than the picture, as most libraries ask in order to mirror it."""
        return all(max(pads) < size for pads, size in zip(self.pads, self.sizes, strict=True))


def _case(experiment: Convolution, shape: tuple[int, int, int]) -> _Case:
    height, width, channels = shape
    rows, columns = experiment.kernel.shape
    down, across, _ = experiment.output_shape(shape)
    return _Case(
        channels=channels,
        taps=(rows, columns),
        stride=experiment.strides,
        dilation=experiment.dilation_rate,
        flip=experiment.flip,
        mode=experiment.pad_mode,
        sizes=(height, width),
        pads=experiment.pads(shape),
        outputs=(down, across),
        zeros_as_tensorflow=experiment.padding == "same" and experiment.pad_mode == "constant",
    )


@dataclass(frozen=True)
class Snippet:
    """How one library says a convolution.

    Attributes:
        name: Key in `SNIPPETS`.
        title: Name to show.
        imports: Import lines beside those of NumPy and Pillow.
        lines: Gives the lines from `image` and `kernel` to `feature_map`, in the library's own kind of array.
        rectifiers: How it says each activation, `{}` standing for the value.
        to_numpy: How its array becomes NumPy's, likewise.
    """

    name: str
    title: str
    imports: tuple[str, ...]
    lines: Callable[[_Case], list[str]]
    rectifiers: Mapping[str, str]
    to_numpy: str = "{}"


def code(framework: str, experiment: Convolution, *, preparation: Preparation) -> str:
    """Write an experiment as a script that runs by itself, beside the file of the picture.

    Args:
        framework: A key of `SNIPPETS`.
        experiment: The convolution to write down.
        preparation: What became of the file before.

    Raises:
        ValueError: If the framework is unknown, a weight is not a finite number, or the kernel does not fit.

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
    if framework not in SNIPPETS:
        raise ValueError(f"There is no code for {framework!r}; choose one of {', '.join(SNIPPETS)}.")
    if not np.isfinite(experiment.kernel).all():
        raise ValueError(
            "The kernel has a weight that is infinite or not a number; give finite weights to see the code."
        )
    snippet = SNIPPETS[framework]
    case = _case(experiment, preparation.shape)
    imports = sorted(
        {"import numpy as np", "from PIL import Image, ImageOps", *snippet.imports},
        key=lambda line: (line.startswith("from"), line.lower()),
    )
    weights = _literal(experiment.kernel)
    if experiment.flip:
        weights.append("kernel = kernel[::-1, ::-1]  # turned around: a true convolution")
    parts = [
        imports,
        _prepare(preparation),
        weights,
        snippet.lines(case) + _finish(experiment, snippet),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts)


def _finish(experiment: Convolution, snippet: Snippet) -> list[str]:
    """Write gain, bias and activation, as far as they are set, and the way back to NumPy, in one line."""
    value = "feature_map"
    if experiment.gain != 1:
        value = f"{_number(experiment.gain)} * {value}"
    if experiment.bias != 0:
        value += f" {'-' if experiment.bias < 0 else '+'} {_number(abs(experiment.bias))}"
    if experiment.activation != "none":
        value = snippet.rectifiers[experiment.activation].format(value)
    elif " " in value and snippet.to_numpy.startswith("{}."):
        value = f"({value})"
    value = snippet.to_numpy.format(value)
    return [] if value == "feature_map" else [f"feature_map = {value}"]


def _prepare(preparation: Preparation) -> list[str]:
    """Write the way from the file to `image`, float32 (H, W, C)."""
    height, width, channels = preparation.shape
    loaded = preparation.loaded
    mode = ("L" if preparation.grey_source else "RGB") + ("A" if preparation.alpha else "")
    opened = f"Image.open({json.dumps(preparation.file, ensure_ascii=False)})"
    noun = "channel" if channels == 1 else "channels"
    lines = [f"# The picture as the operation sees it: {height} rows, {width} columns, {channels} {noun}"]
    if loaded and max(loaded) >= LOADED_SIDE:  # a picture of just this size is left as it is
        lines += [
            f'picture = {opened}.convert("{mode}")',
            "longest = max(picture.size)  # large pictures are shrunk on opening",
            f"sides = [int({LOADED_SIDE} * side / longest + 0.5) for side in picture.size]",
            "picture = ImageOps.exif_transpose(picture.resize(sides, Image.Resampling.HAMMING))",
        ]
    else:
        lines.append(f'picture = ImageOps.exif_transpose({opened}).convert("{mode}")')
    if preparation.alpha:
        lines += [
            "pixels = np.asarray(picture, np.float32)",
            "colour, alpha = pixels[:, :, :-1], pixels[:, :, -1:]",
            "image = (colour * alpha + 255 * (255 - alpha)) / (255 * 255)  # over white",
        ]
    elif preparation.grey_source:
        lines.append("image = np.asarray(picture, np.float32)[:, :, np.newaxis] / 255")
    else:
        lines.append("image = np.asarray(picture, np.float32) / 255")
    to_grey = channels == 1 and not preparation.grey_source
    if to_grey:
        lines.append("image = image @ np.float32([[0.299], [0.587], [0.114]])  # brightness")
    resized = loaded != preparation.size
    if resized:
        way = f"resize({preparation.size}, Image.Resampling.{preparation.filter})"
        if channels == 1:
            lines.append(f"plane = Image.fromarray(image[:, :, 0]).{way}")
            lines.append("image = np.asarray(plane)[:, :, np.newaxis]")
        else:
            lines += [
                "planes = [  # Pillow resizes fractions one channel at a time",
                f"    Image.fromarray(image[:, :, channel]).{way}",
                f"    for channel in range({channels})",
                "]",
                "image = np.stack(planes, axis=-1)",
            ]
    if preparation.filter in ("BICUBIC", "LANCZOS") and resized:
        lines.append("image = np.clip(image, 0, 1)  # the filter can overshoot")
    if resized or to_grey or preparation.alpha:
        lines.append("image = np.rint(image * 255) / 255  # 256 levels, as in a file")
    return lines


def _number(value: float) -> str:
    """Write the shortest decimal that reads back as the same number, whole ones without a point."""
    return str(value + 0).removesuffix(".0")  # adding 0 takes the sign from -0


def _literal(kernel: Array) -> list[str]:
    """Write the weights so that they read back exactly: in columns, or wrapped where a row is too long."""
    texts = [[_number(weight) for weight in row] for row in kernel]
    width = max(len(text) for row in texts for text in row)
    rows = [", ".join(text.rjust(width) for text in row) for row in texts]
    if len(rows[0]) + len("    [],") <= WIDTH:
        body = [f"    [{row}]," for row in rows]
    else:
        wrapped = (textwrap.wrap(", ".join(row) + ",", WIDTH - 8, break_on_hyphens=False) for row in texts)
        body = [line for row in wrapped for line in ("    [", *(f"        {part}" for part in row), "    ],")]
    return ["kernel = np.array([", *body, "], np.float32)"]


def _call(target: str, function: str, arguments: Iterable[str], then: str = "") -> list[str]:
    """Write an assignment of a call, its arguments on a line of their own where they need one."""
    inside = ", ".join(arguments)
    line = f"{target} = {function}({inside}){then}"
    return [line] if len(line) <= WIDTH else [f"{target} = {function}(", f"    {inside}", f"){then}"]


def _spread(case: _Case) -> list[str]:
    """Write the dilation into the kernel, for functions that know none."""
    return [
        f"dilated = np.zeros({case.reach}, np.float32)  # zeros between the weights",
        f"dilated[::{case.dilation}, ::{case.dilation}] = kernel",
    ]


def _pad(case: _Case, function: str = "np.pad", modes: Mapping[str, str] | None = None) -> list[str]:
    """Write the padding with a library's own function, or with NumPy's where that alone knows how.

    `modes` has the library's words for the modes that it knows, the empty word for the one it takes unasked.
    """
    known = modes is not None and case.mode in modes and (case.mode == "constant" or case.turns_once)
    if modes is None or not known:
        function, modes = "np.pad", {case.mode: "" if case.mode == "constant" else case.mode}
    vertical, horizontal = case.pads
    word = modes[case.mode]
    mode = [f'mode="{word}"'] if word else []
    return _call("padded", function, ["image", f"({vertical}, {horizontal}, (0, 0))", *mode])


def _numpy(case: _Case) -> list[str]:
    source = "padded" if case.is_padded else "image"
    steps = [f"::{case.stride}"] * 2 if case.stride > 1 else []
    if case.dilation > 1:
        steps += [":" if steps else "...", *[f"::{case.dilation}"] * 2]
    then = f"[{', '.join(steps)}]" if steps else ""
    return [
        *(_pad(case) if case.is_padded else []),
        "# Every window of the picture: (H', W', channels, rows, columns)",
        *_call("windows", "sliding_window_view", [source, f"{case.reach}", "axis=(0, 1)"], then),
        'feature_map = np.einsum("hwcij,ij->hwc", windows, kernel)',
    ]


_OPENCV_BORDERS = {
    "constant": "cv2.BORDER_CONSTANT",
    "edge": "cv2.BORDER_REPLICATE",
    "reflect": "cv2.BORDER_REFLECT_101",
    "symmetric": "cv2.BORDER_REFLECT",
    "wrap": "cv2.BORDER_WRAP",
}


def _opencv(case: _Case) -> list[str]:
    lines, source, weights = [], "image", "kernel"
    if case.dilation > 1:
        lines, weights = _spread(case), "dilated"
    sizes, pads = list(case.sizes), list(case.pads)
    fits = all(sum(ends) < reach for ends, reach in zip(pads, case.reach, strict=True))
    if case.is_padded and (case.mode == "wrap" or not fits):  # more than filter2D does by itself
        cells = [str(count) for ends in pads for count in ends]
        lines += _call("padded", "cv2.copyMakeBorder", ["image", *cells, _OPENCV_BORDERS[case.mode]])
        source = "padded"
        sizes = [size + sum(ends) for size, ends in zip(sizes, pads, strict=True)]
        pads = [(0, 0), (0, 0)]
    anchors, cuts = [], []
    for size, (before, after), reach, count in zip(sizes, pads, case.reach, case.outputs, strict=True):
        # filter2D gives a sum for every pixel; the anchor is where those wanted are among them.
        anchor = min(max(reach // 2, before), reach - 1 - after)
        anchors.append(anchor)
        cuts.append(_cut(anchor - before, case.stride, count, size))
    arguments = [source, "-1", weights]
    if anchors != [reach // 2 for reach in case.reach]:
        arguments.append(f"anchor=({anchors[1]}, {anchors[0]})")
    if any(map(any, pads)) and case.mode != "reflect":  # which is what it does unasked
        arguments.append(f"borderType={_OPENCV_BORDERS[case.mode]}")
    lines += _call("feature_map", "cv2.filter2D", arguments)
    if cuts != [":", ":"]:
        lines.append(f"feature_map = feature_map[{', '.join(cuts)}]")
    if case.channels == 1:
        lines.append("feature_map = feature_map[:, :, np.newaxis]  # OpenCV drops a single channel")
    return lines


def _cut(start: int, step: int, count: int, size: int) -> str:
    """Write the slice that takes `count` cells of an axis, every `step`-th from `start` on."""
    stop = start + (count - 1) * step + 1
    end = "" if len(range(start, size, step)) == count else str(stop - size)
    return f"{start or ''}:{end}" + (f":{step}" if step > 1 else "")


def _weights(case: _Case) -> tuple[list[str], bool]:
    """Write the weights as TensorFlow and Keras want them, and say whether the dilation is among them."""
    lines, name, shape = [], "kernel", case.taps
    spread = case.stride > 1 and case.dilation > 1  # which they refuse, or get wrong, together
    if spread:
        lines, name, shape = _spread(case), "dilated", case.reach
    if case.channels == 1:
        lines.append(f"weights = {name}[:, :, np.newaxis, np.newaxis]  # {(*shape, 1, 1)}")
    else:
        lines.append("# One kernel for each channel, all alike: (rows, columns, channels, 1)")
        lines.append(f"weights = np.stack([{name}] * {case.channels}, axis=-1)[..., np.newaxis]")
    return lines, spread


def _tensorflow(case: _Case) -> list[str]:
    modes = {"constant": "", "reflect": "REFLECT", "symmetric": "SYMMETRIC"}
    by_hand = case.is_padded and not case.zeros_as_tensorflow
    weights, spread = _weights(case)
    depthwise = case.channels > 1
    stride, dilation = case.stride, case.dilation
    arguments = [
        f"{'padded' if by_hand else 'image'}[np.newaxis]",
        "weights",
        f"strides={[1, stride, stride, 1] if depthwise else stride}",
        f'padding="{"SAME" if case.zeros_as_tensorflow else "VALID"}"',
    ]
    if dilation > 1 and not spread:
        arguments.append(f"dilations={[dilation, dilation] if depthwise else dilation}")
    function = "tf.nn.depthwise_conv2d" if depthwise else "tf.nn.conv2d"
    return [
        *(_pad(case, "tf.pad", modes) if by_hand else []),
        *weights,
        *_call("feature_map", function, arguments, "[0]"),
    ]


def _keras(case: _Case) -> list[str]:
    modes = {"constant": "", "reflect": "reflect", "symmetric": "symmetric"}
    by_hand = case.is_padded and not case.zeros_as_tensorflow
    weights, spread = _weights(case)
    arguments = [f"{'padded' if by_hand else 'image'}[np.newaxis]", "weights"]
    if case.stride > 1:
        arguments.append(f"strides={case.stride}")
    if case.zeros_as_tensorflow:
        arguments.append('padding="same"')
    if case.dilation > 1 and not spread:
        arguments.append(f"dilation_rate={case.dilation}")
    function = "keras.ops.depthwise_conv" if case.channels > 1 else "keras.ops.conv"
    return [
        *(_pad(case, "keras.ops.pad", modes) if by_hand else []),
        *weights,
        *_call("feature_map", function, arguments, "[0]"),
    ]


def _pytorch(case: _Case) -> list[str]:
    modes = {"constant": "", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}
    (top, bottom), (left, right) = case.pads
    in_call = case.mode == "constant" and top == bottom and left == right
    in_torch = case.mode in modes and (case.mode in ("constant", "edge") or case.turns_once)
    lines, source = [], "image"
    if case.is_padded and not in_torch:
        lines, source = _pad(case), "padded"
    lines.append(f"x = torch.from_numpy({source}).permute(2, 0, 1)[np.newaxis]  # (1, channels, H, W)")
    if case.is_padded and in_torch and not in_call:
        word = [f'mode="{modes[case.mode]}"'] if modes[case.mode] else []
        lines += _call("x", "F.pad", ["x", f"({left}, {right}, {top}, {bottom})", *word])
    kernel = "kernel.copy()" if case.flip else "kernel"  # PyTorch reads no array backwards
    arguments = ["x", "weights"]
    if case.channels == 1:
        lines.append(f"weights = torch.from_numpy({kernel})[np.newaxis, np.newaxis]")
    else:
        lines.append(f"weights = torch.from_numpy({kernel}).expand({case.channels}, 1, -1, -1)")
        arguments.append(f"groups={case.channels}")
    if case.stride > 1:
        arguments.append(f"stride={case.stride}")
    if case.is_padded and in_call:
        arguments.append(f"padding={top if top == left else (top, left)}")
    if case.dilation > 1:
        arguments.append(f"dilation={case.dilation}")
    return [*lines, *_call("feature_map", "F.conv2d", arguments, "[0].permute(1, 2, 0)")]


_BY_NUMPY = {"relu": "np.maximum({}, 0)", "absolute": "np.abs({})"}

SNIPPETS: dict[str, Snippet] = {
    record.name: record
    for record in (
        Snippet(
            "numpy",
            "NumPy",
            ("from numpy.lib.stride_tricks import sliding_window_view",),
            _numpy,
            _BY_NUMPY,
        ),
        Snippet("opencv", "OpenCV", ("import cv2",), _opencv, _BY_NUMPY),
        Snippet(
            "tensorflow",
            "TensorFlow",
            ("import tensorflow as tf",),
            _tensorflow,
            {"relu": "tf.nn.relu({})", "absolute": "tf.abs({})"},
            "{}.numpy()",
        ),
        Snippet(
            "keras",
            "Keras",
            ("import keras",),
            _keras,
            {"relu": "keras.ops.relu({})", "absolute": "keras.ops.abs({})"},
            "keras.ops.convert_to_numpy({})",
        ),
        Snippet(
            "pytorch",
            "PyTorch",
            ("import torch", "import torch.nn.functional as F"),
            _pytorch,
            {"relu": "F.relu({})", "absolute": "torch.abs({})"},
            "{}.numpy()",
        ),
    )
}
"""The libraries by name, in the order of the menu."""
