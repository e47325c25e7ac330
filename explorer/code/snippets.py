"""The experiment on the screen as a script of its own, in the words of five libraries.

Each script opens the picture with Pillow, prepares it as `explorer.images` does, and ends with `feature_map`,
float32 (H', W', C), equal to the map on the screen. It has no line that the present settings do not need.
"""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from PIL import Image

from explorer.activations import ACTIVATIONS
from explorer.code import losses as loss_code
from explorer.convolution.experiments import Array, Convolution, Pooling, SlidingWindow
from explorer.errors import ExplorerError
from explorer.losses import LOSSES
from explorer.mlp.layers import Dense
from explorer.mlp.network import Network
from explorer.mlp.objective import Training, learns_from_logits
from explorer.mlp.optimizers import OPTIMIZERS, Optimizer
from explorer.pipeline import (
    ActivationBlock,
    Block,
    ConvolutionBlock,
    NormalisationBlock,
    Pipeline,
    PoolingBlock,
    Random,
    Shape,
    UpsamplingBlock,
    bank_kernels,
    shapes,
)
from explorer.words import counted

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
            raise ExplorerError(
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
class _Window:
    """A window on a picture of a known shape, and what follows from the two; rows before columns."""

    channels: int
    taps: Sides
    steps: Sides
    dilation: int
    reach: Sides  # the gaps of the dilation included
    sizes: Sides
    pads: tuple[Sides, Sides]
    outputs: Sides

    @property
    def is_padded(self) -> bool:
        return _any_cells(self.pads)

    @classmethod
    def of(cls, experiment: SlidingWindow, shape: tuple[int, int, int], **more: Any) -> Self:
        """Lay the window of an experiment on a picture; `more` is what else there is to say of the case."""
        height, width, channels = shape
        down, across, _ = experiment.output_shape(shape)
        return cls(
            channels=channels,
            taps=experiment.window,
            steps=experiment.steps,
            dilation=experiment.dilation_rate,
            reach=experiment.reach,
            sizes=(height, width),
            pads=experiment.pads(shape),
            outputs=(down, across),
            **more,
        )


@dataclass(frozen=True)
class _Case(_Window):
    """A convolution on a picture."""

    flip: bool
    mode: str
    zeros_as_tensorflow: bool  # "same" with a border of zeros, which TensorFlow and Keras know by this name

    @property
    def stride(self) -> int:
        return self.steps[0]

    @property
    def turns_once(self) -> bool:
        """Whether the padding is shorter than the picture, as most libraries ask in order to mirror it."""
        return all(max(pads) < size for pads, size in zip(self.pads, self.sizes, strict=True))


@dataclass(frozen=True)
class _Pool(_Window):
    """A pooling on a picture; `pads` are all the cells that windows reach, `own` leaves out ceil mode's."""

    kind: str
    own: tuple[Sides, Sides]
    count_padding: bool
    named_same: bool  # "same", which TensorFlow and Keras know by this name

    @property
    def beyond(self) -> tuple[Sides, Sides]:
        """What ceil mode adds behind the padding, which never counts."""
        (_, bottom), (_, right) = self.pads
        return (0, bottom - self.own[0][1]), (0, right - self.own[1][1])

    @property
    def leaves_out(self) -> bool:
        """Whether an average is of fewer cells where the window reaches out of the picture."""
        return self.kind == "average" and _any_cells(self.beyond if self.count_padding else self.pads)

    @property
    def border(self) -> str:
        """Say what never wins and adds nothing, as an expression; the empty word for zeros."""
        return {"max": "-np.inf", "min": "np.inf"}.get(self.kind, "")

    @property
    def is_named(self) -> bool:
        """Whether "same" says all that there is to say of the padding."""
        counts_alike = self.kind in ("max", "min") or (self.kind == "average" and not self.count_padding)
        return self.named_same and self.is_padded and self.dilation == 1 and counts_alike


def _any_cells(pads: tuple[Sides, Sides]) -> bool:
    return any(cells for axis in pads for cells in axis)


@dataclass(frozen=True)
class Snippet:
    """How one library says a convolution and a pooling.

    Attributes:
        name: Key in `SNIPPETS`.
        title: Name to show.
        imports: Import lines beside those of NumPy and Pillow.
        lines: Gives the lines from `image` and `kernel` to `feature_map`, in the library's own kind of array.
        pooling: Gives the lines of a pooling from `image` to `feature_map`, likewise.
        rectifiers: How it says each activation, `{}` standing for the value.
        to_numpy: How its array becomes NumPy's, likewise.
    """

    name: str
    title: str
    imports: tuple[str, ...]
    lines: Callable[[_Case], list[str]]
    pooling: Callable[[_Pool], list[str]]
    rectifiers: Mapping[str, str]
    to_numpy: str = "{}"


def code(framework: str, experiment: Convolution | Pooling, *, preparation: Preparation) -> str:
    """Write an experiment as a script that runs by itself, beside the file of the picture.

    Args:
        framework: A key of `SNIPPETS`.
        experiment: The convolution or pooling to write down.
        preparation: What became of the file before.

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
    if framework not in SNIPPETS:
        raise ExplorerError(f"There is no code for {framework!r}; choose one of {', '.join(SNIPPETS)}.")
    snippet = SNIPPETS[framework]
    if isinstance(experiment, Pooling):
        steps = [_pooling(experiment, snippet, preparation.shape)]
    else:
        steps = _convolution(experiment, snippet, preparation.shape)
    parts = [_prepare(preparation), *steps]
    body = "\n\n".join("\n".join(lines) for lines in parts)
    return "\n".join(_imports(snippet, body)) + "\n\n" + body


def _imports(snippet: Snippet, body: str) -> list[str]:
    """Write the import lines that a script needs, sorted."""
    own = [line for line in snippet.imports if re.search(rf"\b{line.split()[-1]}\b", body)]
    return sorted(
        {"import numpy as np", "from PIL import Image, ImageOps", *own},
        key=lambda line: (line.startswith("from"), line.lower()),
    )


def _convolution(experiment: Convolution, snippet: Snippet, shape: tuple[int, int, int]) -> list[list[str]]:
    """Write the kernel, and the way from there to the map."""
    if not np.isfinite(experiment.kernel).all():
        raise ExplorerError(
            "The kernel has a weight that is infinite or not a number; give finite weights to see the code."
        )
    case = _Case.of(
        experiment,
        shape,
        mode=experiment.pad_mode,
        zeros_as_tensorflow=experiment.padding == "same" and experiment.pad_mode == "constant",
        flip=experiment.flip,
    )
    weights = _literal(experiment.kernel)
    if experiment.flip:
        weights.append("kernel = kernel[::-1, ::-1]  # turned around: a true convolution")
    return [weights, snippet.lines(case) + _finish(experiment, snippet)]


def _pooling(experiment: Pooling, snippet: Snippet, shape: tuple[int, int, int]) -> list[str]:
    """Write the way from the picture to the pooled map."""
    case = _Pool.of(
        experiment,
        shape,
        kind=experiment.kind,
        own=experiment.margins(shape),
        count_padding=experiment.count_padding,
        named_same=experiment.padding == "same",
    )
    return snippet.pooling(case) + _to_numpy("feature_map", snippet)


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
    return _to_numpy(value, snippet)


def _to_numpy(value: str, snippet: Snippet) -> list[str]:
    """Write the way of a value to `feature_map` in NumPy, if there is anything to do."""
    value = snippet.to_numpy.format(value)
    return [] if value == "feature_map" else [f"feature_map = {value}"]


def _prepare(preparation: Preparation) -> list[str]:
    """Write the way from the file to `image`, float32 (H, W, C)."""
    height, width, channels = preparation.shape
    loaded = preparation.loaded
    mode = ("L" if preparation.grey_source else "RGB") + ("A" if preparation.alpha else "")
    opened = f"Image.open({json.dumps(preparation.file, ensure_ascii=False)})"
    sides = counted(height, "row"), counted(width, "column"), counted(channels, "channel")
    lines = [f"# The picture as the operation sees it: {', '.join(sides)}"]
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


def _literal(kernel: Array, room: int = WIDTH) -> list[str]:
    """Write the weights so that they read back exactly: in columns, or wrapped where a row is too long."""
    texts = [[_number(weight) for weight in row] for row in kernel]
    width = max(len(text) for row in texts for text in row)
    rows = [", ".join(text.rjust(width) for text in row) for row in texts]
    if len(rows[0]) + len("    [],") <= room:
        body = [f"    [{row}]," for row in rows]
    else:
        wrapped = (textwrap.wrap(", ".join(row) + ",", room - 8, break_on_hyphens=False) for row in texts)
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
    word = modes[case.mode]
    return _pad_by("padded", function, "image", case.pads, f'mode="{word}"' if word else "")


def _pad_by(
    target: str, function: str, source: str, pads: tuple[Sides, Sides], border: str = ""
) -> list[str]:
    """Write a padding of rows and columns; `border` is the argument that says with what, if not zeros."""
    vertical, horizontal = pads
    arguments = [source, f"({vertical}, {horizontal}, (0, 0))", *([border] if border else [])]
    return _call(target, function, arguments)


def _numpy(case: _Case) -> list[str]:
    return [
        *(_pad(case) if case.is_padded else []),
        *_numpy_windows(case, "padded" if case.is_padded else "image"),
        'feature_map = np.einsum("hwcij,ij->hwc", windows, kernel)',
    ]


def _numpy_windows(case: _Window, source: str) -> list[str]:
    steps = [f"::{step}" if step > 1 else ":" for step in case.steps] if max(case.steps) > 1 else []
    if case.dilation > 1:
        steps += [":" if steps else "...", *[f"::{case.dilation}"] * 2]
    then = f"[{', '.join(steps)}]" if steps else ""
    return [
        "# Every window of the picture: (H', W', channels, rows, columns)",
        *_call("windows", "sliding_window_view", [source, f"{case.reach}", "axis=(0, 1)"], then),
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


def _pool_source(case: _Pool, function: str) -> tuple[list[str], str]:
    """Write the padding of a pooling, and name what its windows read.

    Where cells of the padding do not count in an average, a channel of ones goes along: its own average, by
    which `_pool_finish` divides, is the share of the cells that count.
    """
    lines, source, pads = [], "image", case.pads
    if case.leaves_out:
        if case.count_padding and _any_cells(case.own):
            lines, source, pads = _pad_by("counted", "np.pad", "image", case.own), "counted", case.beyond
        lines += [
            f"ones = np.ones(({source}.shape[0], {source}.shape[1], 1), np.float32)",
            f"{source} = np.concatenate([{source}, ones], axis=-1)  # they tell how many cells count",
        ]
    if _any_cells(pads):
        border = f"constant_values={case.border}" if case.border else ""
        lines += _pad_by("padded", function, source, pads, border)
        source = "padded"
    return lines, source


def _pool_finish(case: _Pool, root: str = "") -> list[str]:
    """Write the root of an L2 pooling that came as a mean, or the division of one that leaves cells out."""
    if case.kind == "l2" and root:
        return [f"feature_map = {root}({math.prod(case.taps)} * feature_map)"]
    if case.leaves_out:
        return ["feature_map = feature_map[..., :-1] / feature_map[..., -1:]  # by the share that counts"]
    return []


def _each_tap(case: _Pool, source: str, before: str = "") -> list[str]:
    """Write the taps of all windows as one map each, for libraries that pool no cells apart."""
    cuts = (
        f"{letter} : {letter} + {(count - 1) * step + 1}" + (f" : {step}" if step > 1 else "")
        for letter, count, step in zip("ij", case.outputs, case.steps, strict=True)
    )
    return [
        "taps = [  # a map for each cell of the window",
        f"    {source}[{before}{', '.join(cuts)}]",
        f"    for i in range(0, {case.reach[0]}, {case.dilation})",
        f"    for j in range(0, {case.reach[1]}, {case.dilation})",
        "]",
    ]


def _numpy_pooling(case: _Pool) -> list[str]:
    lines, source, pads = [], "image", case.pads
    if case.leaves_out and case.count_padding and _any_cells(case.own):
        lines, source, pads = _pad_by("counted", "np.pad", "image", case.own), "counted", case.beyond
    if _any_cells(pads):
        border = "np.nan" if case.leaves_out else case.border
        lines += _pad_by("padded", "np.pad", source, pads, f"constant_values={border}" if border else "")
        source = "padded"
    folds = {
        "max": "windows.max(axis=(3, 4))",
        "min": "windows.min(axis=(3, 4))",
        "average": "windows.mean(axis=(3, 4))",
        "l2": "np.sqrt((windows**2).sum(axis=(3, 4)))",
    }
    fold = "np.nanmean(windows, axis=(3, 4))" if case.leaves_out else folds[case.kind]
    return [*lines, *_numpy_windows(case, source), f"feature_map = {fold}"]


def _opencv_pooling(case: _Pool) -> list[str]:
    extreme = {"max": "cv2.dilate", "min": "cv2.erode"}.get(case.kind)
    weight = "1" if extreme or case.kind == "l2" else f"1 / {math.prod(case.taps)}"
    kind = "np.uint8" if extreme else "np.float32"
    if case.dilation > 1:
        lines = [
            f"window = np.zeros({case.reach}, {kind})",
            f"window[::{case.dilation}, ::{case.dilation}] = {weight}",
        ]
    else:
        lines = [f"window = np.full({case.taps}, {weight}, {kind})"]
    padding, source = _pool_source(case, "np.pad")
    lines += padding
    if extreme:
        lines += _call("feature_map", extreme, [source, "window", "anchor=(0, 0)"])
    else:
        power = " ** 2" if case.kind == "l2" else ""
        lines += _call("feature_map", "cv2.filter2D", [source + power, "-1", "window", "anchor=(0, 0)"])
    # There is a value for every pixel; with this anchor it is of the window that begins there.
    cuts = [
        _cut(0, step, count, size + sum(ends))
        for step, count, size, ends in zip(case.steps, case.outputs, case.sizes, case.pads, strict=True)
    ]
    if cuts != [":", ":"]:
        lines.append(f"feature_map = feature_map[{', '.join(cuts)}]")
    if case.kind == "l2":
        lines.append("feature_map = np.sqrt(feature_map)")
    if case.channels == 1 and not case.leaves_out:
        lines.append("feature_map = feature_map[:, :, np.newaxis]  # OpenCV drops a single channel")
    return [*lines, *_pool_finish(case)]


def _tensorflow_pooling(case: _Pool) -> list[str]:
    lines, source = ([], "image") if case.is_named else _pool_source(case, "tf.pad")
    sign, batch = _pool_input(case, f"{source}[np.newaxis]")
    name = "max" if sign or case.kind == "max" else "avg"
    if case.dilation > 1:  # which TensorFlow refuses together with a stride
        down, across = case.steps
        then = f"[0, ::{down}, ::{across}]" if max(case.steps) > 1 else "[0]"
        apart = f"dilations={(case.dilation, case.dilation)}"
        arguments = [batch, f"{case.taps}", f'"{name.upper()}"', 'padding="VALID"', apart]
        lines += _call("feature_map", f"{sign}tf.nn.pool", arguments, then)
    else:
        word = "SAME" if case.is_named else "VALID"
        arguments = [batch, f"{case.taps}", f"{case.steps}", f'"{word}"']
        lines += _call("feature_map", f"{sign}tf.nn.{name}_pool2d", arguments, "[0]")
    return [*lines, *([] if case.is_named else _pool_finish(case, "tf.sqrt"))]


def _keras_pooling(case: _Pool) -> list[str]:
    lines, source = ([], "image") if case.is_named else _pool_source(case, "keras.ops.pad")
    if case.dilation > 1:
        folds = {
            "max": "keras.ops.max({}, axis=0)",
            "min": "keras.ops.min({}, axis=0)",
            "average": "keras.ops.mean({}, axis=0)",
            "l2": "keras.ops.sqrt(keras.ops.sum({} ** 2, axis=0))",
        }
        fold = folds[case.kind].format("keras.ops.stack(taps)")
        return [*lines, *_each_tap(case, source), f"feature_map = {fold}", *_pool_finish(case)]
    sign, batch = _pool_input(case, f"{source}[np.newaxis]")
    arguments = [batch, f"{case.taps}"]
    if case.steps != case.taps:
        arguments.append(f"strides={case.steps}")
    if case.is_named:
        arguments.append('padding="same"')
    name = "max" if sign or case.kind == "max" else "average"
    lines += _call("feature_map", f"{sign}keras.ops.{name}_pool", arguments, "[0]")
    return [*lines, *([] if case.is_named else _pool_finish(case, "keras.ops.sqrt"))]


def _pool_input(case: _Pool, batch: str) -> tuple[str, str]:
    """Write the sign of the result and the input of libraries that know the largest and the mean alone."""
    if case.kind == "min":  # the smallest is minus the largest of the negatives
        return "-", f"-{batch}"
    return "", f"{batch} ** 2" if case.kind == "l2" else batch


def _pytorch_pooling(case: _Pool) -> list[str]:
    (top, bottom), (left, right) = case.own
    has_layer = bool(case.border) or (case.kind == "average" and case.dilation == 1)
    in_call = (
        has_layer
        and (top, left) == (bottom, right)
        and all(2 * before <= cells for before, cells in zip((top, left), case.taps, strict=True))
    )
    lines, source = ([], "image") if in_call or not case.leaves_out else _pool_source(case, "np.pad")
    lines.append(f"x = torch.from_numpy({source}).permute(2, 0, 1)[np.newaxis]  # (1, channels, H, W)")
    if not in_call and source == "image" and case.is_padded:
        (top, bottom), (left, right) = case.pads
        border = [f"value={case.border}"] if case.border else []
        lines += _call("x", "F.pad", ["x", f"({left}, {right}, {top}, {bottom})", *border])
    if case.dilation > 1 and not case.border:
        fold = "mean(dim=0)" if case.kind == "average" else "square().sum(dim=0).sqrt()"
        lines += [
            *_each_tap(case, "x", "..., "),
            f"feature_map = torch.stack(taps).{fold}[0].permute(1, 2, 0)",
        ]
        return lines + _pool_finish(case)
    sign = "-" if case.kind == "min" else ""  # the smallest is minus the largest of the negatives
    arguments = [f"{sign}x", *(["2"] if case.kind == "l2" else []), f"{case.taps}"]
    if case.steps != case.taps:
        arguments.append(f"stride={case.steps}")
    if in_call and (top or left):
        arguments.append(f"padding={top if top == left else (top, left)}")
    if case.dilation > 1:
        arguments.append(f"dilation={case.dilation}")
    if in_call and _any_cells(case.beyond):
        arguments.append("ceil_mode=True")
    if in_call and case.kind == "average" and (top or left) and not case.count_padding:
        arguments.append("count_include_pad=False")
    name = {"average": "avg", "l2": "lp"}.get(case.kind, "max")
    lines += _call("feature_map", f"{sign}F.{name}_pool2d", arguments, "[0].permute(1, 2, 0)")
    return lines + ([] if in_call else _pool_finish(case))


_BY_NUMPY = {"relu": "np.maximum({}, 0)", "absolute": "np.abs({})"}

SNIPPETS: dict[str, Snippet] = {
    record.name: record
    for record in (
        Snippet(
            "numpy",
            "NumPy",
            ("from numpy.lib.stride_tricks import sliding_window_view",),
            _numpy,
            _numpy_pooling,
            _BY_NUMPY,
        ),
        Snippet("opencv", "OpenCV", ("import cv2",), _opencv, _opencv_pooling, _BY_NUMPY),
        Snippet(
            "tensorflow",
            "TensorFlow",
            ("import tensorflow as tf",),
            _tensorflow,
            _tensorflow_pooling,
            {"relu": "tf.nn.relu({})", "absolute": "tf.abs({})"},
            "{}.numpy()",
        ),
        Snippet(
            "keras",
            "Keras",
            ("import keras",),
            _keras,
            _keras_pooling,
            {"relu": "keras.ops.relu({})", "absolute": "keras.ops.abs({})"},
            "keras.ops.convert_to_numpy({})",
        ),
        Snippet(
            "pytorch",
            "PyTorch",
            ("import torch", "import torch.nn.functional as F"),
            _pytorch,
            _pytorch_pooling,
            {"relu": "F.relu({})", "absolute": "torch.abs({})"},
            "{}.numpy()",
        ),
    )
}
"""The libraries by name, in the order of the menu."""


@dataclass(frozen=True)
class _Written:
    """A block of a pipeline as one framework says it.

    Attributes:
        arrays: Lines that make the arrays it needs.
        layers: Its layers, each a call with the name of the layer, or "" where nothing is to be set.
        settings: For a layer's name the arrays that it takes: weights, and maybe biases.
    """

    arrays: list[str]
    layers: list[tuple[str, str]]
    settings: dict[str, list[str]]


@dataclass(frozen=True)
class PipelineSnippet:
    """How one framework says a pipeline.

    Attributes:
        name: Key in `PIPELINE_SNIPPETS`.
        title: Name to show.
        imports: Import lines beside those of NumPy and Pillow.
        layers: Gives the layers of a block (number, block, shape of the maps before).
        model: Writes the model of all blocks on a picture of a shape, and the lines that run it.
        scaling: The layer that gives each of {maps} maps a factor, and the shape of its weights.
        saves: Whether the script can save the model.
    """

    name: str
    title: str
    imports: tuple[str, ...]
    layers: Callable[[int, Block, Shape], _Written]
    model: Callable[[list[_Written], Shape], list[list[str]]]
    scaling: tuple[str, str]
    saves: bool = False


def pipeline_code(
    framework: str, pipeline: Pipeline, *, preparation: Preparation, save: str | None = None
) -> str:
    """Write a pipeline as a script with a Sequential model of the very weights.

    Where the pipeline ends early, the model has the blocks before, and a comment says why.

    Args:
        framework: A key of `PIPELINE_SNIPPETS`.
        pipeline: The blocks, one or more.
        preparation: What became of the file before.
        save: Name of the file that the script saves the model to; None for none. Keras alone does this.

    Raises:
        ExplorerError: If the framework is unknown or cannot save, or not even the first block finds a place.

    >>> from explorer.pipeline import from_text
    >>> halved = from_text("convolution~bank=8x3_0~bias=0.1~~activation~~pooling")
    >>> print(pipeline_code("keras", halved, preparation=Preparation((64, 48), loaded=(64, 48))))
    import keras
    import numpy as np
    from keras import layers
    from PIL import Image, ImageOps
    <BLANKLINE>
    # The picture as the operation sees it: 48 rows, 64 columns, 3 channels
    picture = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGB")
    image = np.asarray(picture, np.float32) / 255
    <BLANKLINE>
    # 8 random kernels: (kernels, maps, rows, columns)
    drawn = np.random.default_rng(0).standard_normal((8, 3, 3, 3))
    kernel_1 = np.asarray(drawn * np.sqrt(2 / 27), np.float32)
    bias_1 = np.full(8, 0.1, np.float32)
    <BLANKLINE>
    model = keras.Sequential([
        keras.Input((48, 64, 3)),
        layers.Conv2D(8, (3, 3), padding="same", name="block_1"),
        layers.Activation("relu", name="block_2"),
        layers.MaxPooling2D(2, name="block_3"),
    ])
    model.get_layer("block_1").set_weights([kernel_1.transpose(2, 3, 1, 0), bias_1])
    <BLANKLINE>
    feature_map = keras.ops.convert_to_numpy(model(image[np.newaxis])[0])
    """
    if framework not in PIPELINE_SNIPPETS:
        raise ExplorerError(
            f"There is no code for {framework!r}; choose one of {', '.join(PIPELINE_SNIPPETS)}."
        )
    snippet = PIPELINE_SNIPPETS[framework]
    if save is not None and not snippet.saves:
        raise ExplorerError(f"{snippet.title} does not save its models in this form; choose Keras.")
    before = preparation.shape
    found, stopped = shapes(pipeline, before)
    if not found:
        raise ExplorerError(
            stopped.sentence if stopped else "There are no blocks yet; add one to see the code."
        )
    blocks = []
    for number, (block, shape) in enumerate(zip(pipeline.blocks, found, strict=False), 1):
        blocks.append(_scaled(snippet, number, block, before, shape))
        before = shape
    parts = [_prepare(preparation)]
    parts += [written.arrays for written in blocks if written.arrays]
    parts += snippet.model(blocks, preparation.shape)
    if stopped:
        parts[-2] = [f"# {line}" for line in textwrap.wrap(stopped.sentence, WIDTH - 2)] + parts[-2]
    if save is not None:
        parts.append([f"model.save({json.dumps(save, ensure_ascii=False)})"])
    imports = sorted(
        {"import numpy as np", "from PIL import Image, ImageOps", *snippet.imports},
        key=lambda line: (line.startswith("from"), line.lower()),
    )
    return "\n\n".join("\n".join(lines) for lines in [imports, *parts])


def _scaled(snippet: PipelineSnippet, number: int, block: Block, before: Shape, after: Shape) -> _Written:
    """Write a block and, where maps are switched off or scaled, a depthwise layer of one weight a map."""
    written = snippet.layers(number, block, before)
    factors = block.factors(after[2])
    if factors is None:
        return written
    name, array = f"block_{number}_maps", f"factors_{number}"
    texts = ", ".join(_number(factor) for factor in factors)
    arrays = [*written.arrays, f"{array} = np.array([{texts}], np.float32)  # a map switched off or scaled"]
    layer, shape = snippet.scaling
    settings = written.settings | {name: [f"{array}.reshape{shape}"]}
    return _Written(arrays, [*written.layers, (layer.format(name=name, maps=after[2]), name)], settings)


def _bank_arrays(number: int, block: ConvolutionBlock, channels: int) -> list[str]:
    """Write the weights of a convolution as `kernel_n` (kernels, maps, rows, columns), and its `bias_n`."""
    name, (rows, columns) = f"kernel_{number}", block.window
    if isinstance(block.bank, Random):
        shape = (block.filters, channels, rows, columns)
        lines = [
            f"# {counted(block.filters, 'random kernel')}: (kernels, maps, rows, columns)",
            f"drawn = np.random.default_rng({block.bank.seed}).standard_normal({shape})",
            f"{name} = np.asarray(drawn * np.sqrt(2 / {math.prod(shape[1:])}), np.float32)",
        ]
    else:
        planes = [_literal(plane, WIDTH - 4)[1:-1] for plane in bank_kernels(block.bank).transpose(2, 0, 1)]
        body = [line for plane in planes for line in ("    [", *(f"    {text}" for text in plane), "    ],")]
        lines = [f"{name} = np.array([  # (kernels, rows, columns)", *body, "], np.float32)"]
        if channels > 1:
            lines.append(f"# Spread over the {channels} maps: each kernel filters their mean")
            lines.append(f"{name} = np.repeat({name}[:, np.newaxis] / {channels}, {channels}, axis=1)")
        else:
            lines.append(f"{name} = {name}[:, np.newaxis]  # (kernels, 1, rows, columns)")
    if isinstance(block.bias, tuple):
        bias = f"np.array([{', '.join(_number(value) for value in block.bias)}], np.float32)"
    elif block.bias:
        bias = f"np.full({block.filters}, {_number(block.bias)}, np.float32)"
    else:
        bias = f"np.zeros({block.filters}, np.float32)"
    return [*lines, f"bias_{number} = {bias}"]


def _keras_convolution(number: int, block: ConvolutionBlock, channels: int) -> _Written:
    name, kernel, taps = f"block_{number}", f"kernel_{number}", block.window
    arrays, layers = _bank_arrays(number, block, channels), []
    spread = block.strides > 1 and block.dilation_rate > 1  # which Keras refuses together
    if spread:
        kernel, taps, gap = f"dilated_{number}", block.reach, block.dilation_rate
        arrays += [
            f"{kernel} = np.zeros({(block.filters, channels, *taps)}, np.float32)  # zeros between",
            f"{kernel}[:, :, ::{gap}, ::{gap}] = kernel_{number}",
        ]
    arguments = [str(block.filters), f"{taps}"]
    if block.strides > 1:
        arguments.append(f"strides={block.strides}")
    if block.padding == "same":
        arguments.append('padding="same"')
    elif isinstance(block.padding, int) and block.padding:
        layers.append((f"layers.ZeroPadding2D({block.padding})", ""))
    if block.dilation_rate > 1 and not spread:
        arguments.append(f"dilation_rate={block.dilation_rate}")
    layers.append((f'layers.Conv2D({", ".join(arguments)}, name="{name}")', name))
    return _Written(arrays, layers, {name: [f"{kernel}.transpose(2, 3, 1, 0)", f"bias_{number}"]})


def _keras_layers(number: int, block: Block, shape: Shape) -> _Written:
    name = f"block_{number}"
    named = f'name="{name}"'
    match block:
        case ConvolutionBlock():
            return _keras_convolution(number, block, shape[2])
        case ActivationBlock():
            layer = f'layers.Activation("{block.activation}", {named})'
        case PoolingBlock():
            kind = "Max" if block.operation == "max" else "Average"
            if block.is_global:
                layer = f"layers.Global{kind}Pooling2D(keepdims=True, {named})"
            else:
                arguments = [str(block.pool_size)]
                arguments += [f"strides={block.strides}"] if block.strides != block.pool_size else []
                arguments += ['padding="same"'] if block.padding == "same" else []
                layer = f"layers.{kind}Pooling2D({', '.join([*arguments, named])})"
        case NormalisationBlock():
            groups = -1 if block.over == "map" else 1
            layer = f"layers.GroupNormalization({groups}, center=False, scale=False, {named})"
        case UpsamplingBlock():
            how = f', interpolation="{block.interpolation}"' if block.interpolation != "nearest" else ""
            layer = f"layers.UpSampling2D({block.size}{how}, {named})"
        case _:
            raise ExplorerError(f"There is no Keras layer for a block {block.kind!r}.")
    return _Written([], [(layer, name)], {})


def _keras_model(blocks: list[_Written], shape: Shape) -> list[list[str]]:
    layers = [layer for written in blocks for layer, _ in written.layers]
    settings = [
        f'model.get_layer("{name}").set_weights([{", ".join(arrays)}])'
        for written in blocks
        for name, arrays in written.settings.items()
    ]
    return [
        [
            "model = keras.Sequential([",
            f"    keras.Input({shape}),",
            *(f"    {layer}," for layer in layers),
            "])",
            *settings,
        ],
        ["feature_map = keras.ops.convert_to_numpy(model(image[np.newaxis])[0])"],
    ]


def _pytorch_convolution(number: int, block: ConvolutionBlock, shape: Shape) -> _Written:
    name, arrays = f"block_{number}", _bank_arrays(number, block, shape[2])
    (top, bottom), (left, right) = block.pads(shape)
    even = top == bottom and left == right
    layers = [] if even else [(f"nn.ZeroPad2d({(left, right, top, bottom)})", "")]
    arguments = [str(shape[2]), str(block.filters), f"{block.window}"]
    if block.strides > 1:
        arguments.append(f"stride={block.strides}")
    if even and (top or left):
        arguments.append(f"padding={(top, left)}")
    if block.dilation_rate > 1:
        arguments.append(f"dilation={block.dilation_rate}")
    layers.append((f"nn.Conv2d({', '.join(arguments)})", name))
    return _Written(arrays, layers, {name: [f"kernel_{number}", f"bias_{number}"]})


def _pytorch_layers(number: int, block: Block, shape: Shape) -> _Written:
    match block:
        case ConvolutionBlock():
            return _pytorch_convolution(number, block, shape)
        case ActivationBlock():
            layers = [ACTIVATIONS[block.activation].torch_layer.removeprefix("torch.")]
        case PoolingBlock():
            layers = _pytorch_pooling_layers(block, shape)
        case NormalisationBlock():
            groups = shape[2] if block.over == "map" else 1
            if shape[0] * shape[1] * shape[2] == groups:
                # PyTorch refuses to normalise a single number, which is 0 after its own mean is taken off.
                layer = 'nn.Threshold(float("inf"), 0.0)'
            else:
                layer = f"nn.GroupNorm({groups}, {shape[2]}, eps=0.001, affine=False)"
            layers = [layer]
        case UpsamplingBlock():
            how = f', mode="{block.interpolation}"' if block.interpolation != "nearest" else ""
            layers = [f"nn.Upsample(scale_factor={block.size}{how})"]
        case _:
            raise ExplorerError(f"There is no PyTorch layer for a block {block.kind!r}.")
    return _Written([], [(layer, "") for layer in layers], {})


def _pytorch_pooling_layers(block: PoolingBlock, shape: Shape) -> list[str]:
    """Write a pooling, whose "same" padding PyTorch does not know.

    An odd extra row at the bottom is what `ceil_mode` takes beyond the padding. With stride 1 there is one at
    the top too, from more padding than is wanted, and it is cut off.
    """
    if block.is_global:
        return [f"nn.Adaptive{'Max' if block.operation == 'max' else 'Avg'}Pool2d(1)"]
    (top, bottom), (left, right) = block.pads(shape)
    arguments = [str(block.pool_size), f"stride={block.strides}"]
    odd = top != bottom or left != right
    cut = odd and block.strides == 1
    padding = (bottom, right) if cut else (top, left)
    if any(padding):
        arguments.append(f"padding={padding}")
    if odd and not cut:
        arguments.append("ceil_mode=True")
    if block.operation == "average" and any(padding):
        arguments.append("count_include_pad=False")
    layer = f"nn.{'Max' if block.operation == 'max' else 'Avg'}Pool2d({', '.join(arguments)})"
    return [layer, "nn.ZeroPad2d((-1, 0, -1, 0))"] if cut else [layer]


def _pytorch_model(blocks: list[_Written], shape: Shape) -> list[list[str]]:
    layers = [layer for written in blocks for layer in written.layers]
    settings = []
    for written in blocks:
        for name, arrays in written.settings.items():
            place = next(index for index, layer in enumerate(layers) if layer[1] == name)
            for attribute, array in zip(("weight", "bias"), arrays, strict=False):
                settings.append(f"    model[{place}].{attribute}.copy_(torch.from_numpy({array}))")
    return [
        ["model = nn.Sequential(", *(f"    {layer}," for layer, _ in layers), ")"],
        [
            "with torch.no_grad():",
            *settings,
            "    x = torch.from_numpy(image).permute(2, 0, 1)[np.newaxis]  # (1, channels, H, W)",
            "    feature_map = model(x)[0].permute(1, 2, 0).numpy()",
        ],
    ]


PIPELINE_SNIPPETS: dict[str, PipelineSnippet] = {
    record.name: record
    for record in (
        PipelineSnippet(
            "keras",
            "Keras",
            ("import keras", "from keras import layers"),
            _keras_layers,
            _keras_model,
            ('layers.DepthwiseConv2D(1, use_bias=False, name="{name}")', "(1, 1, -1, 1)"),
            saves=True,
        ),
        PipelineSnippet(
            "pytorch",
            "PyTorch",
            ("import torch", "from torch import nn"),
            _pytorch_layers,
            _pytorch_model,
            ("nn.Conv2d({maps}, {maps}, 1, groups={maps}, bias=False)", "(-1, 1, 1, 1)"),
        ),
    )
}
"""The frameworks that write a pipeline, in the order of the menu."""


@dataclass(frozen=True)
class NetworkSnippet:
    """How one framework says a network of dense layers.

    Attributes:
        name: Key in `NETWORK_SNIPPETS`.
        title: Name to show.
        lines: Gives the parts of the script behind the weights: those of a network and of how it is trained.
    """

    name: str
    title: str
    lines: Callable[[Network, Training | None], list[list[str]]]


def network_code(framework: str, network: Network, training: Training | None = None) -> str:
    """Write a network with its present weights as a script that runs by itself.

    It ends with `output`, what the network answers to two `points`. With a training there are the optimizer
    and the loss too, for Keras in the model.

    Args:
        framework: A key of `NETWORK_SNIPPETS`.
        network: The network to write down.
        training: How it is trained.

    Raises:
        ExplorerError: If the framework is unknown.

    >>> print(network_code("keras", Network([Dense(1, "sigmoid")], [[[2], [-1]]], [[0.5]])))
    import keras
    import numpy as np
    <BLANKLINE>
    weights_1 = np.array([
        [ 2],
        [-1],
    ], np.float32)
    biases_1 = np.array([0.5], np.float32)
    <BLANKLINE>
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.set_weights([weights_1, biases_1])
    <BLANKLINE>
    points = np.array([[0, 0], [1, 1]], np.float32)
    output = model(points)
    """
    if framework not in NETWORK_SNIPPETS:
        raise ExplorerError(
            f"There is no code for {framework!r}; choose one of {', '.join(NETWORK_SNIPPETS)}."
        )
    arrays: list[str] = []
    for number, (kernel, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        arrays += [line.replace("kernel =", f"weights_{number} =") for line in _literal(kernel)]
        biases = f"biases_{number} = np.array([{', '.join(map(_number, bias))}], np.float32)"
        arrays += textwrap.wrap(biases, WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    imports, *parts = NETWORK_SNIPPETS[framework].lines(network, training)
    return "\n\n".join("\n".join(lines) for lines in (imports, arrays, *parts))


def _filled(call: str, values: Mapping[str, Any]) -> str:
    """Put values in place of the names of parameters, and leave the names of arguments as they are."""
    for name, value in values.items():
        # A float keeps its point: Keras takes no rate of 10, and PyTorch no beta of 0.
        call = re.sub(rf"(?<!\.)\b{name}\b(?!=)", repr(value), call)
    return call


def _points(network: Network) -> str:
    return str([[0] * network.inputs, [1] * network.inputs])


def _keras_dense(layer: Dense, penalised: bool) -> list[str]:
    """Write a layer: its activation by name where Keras knows it so, and whether there is a penalty."""
    record = ACTIVATIONS[layer.activation]
    arguments = [str(layer.units)]
    if record.keras == f"keras.activations.{record.name}(x)":
        arguments += [f'activation="{record.name}"'] if record.name != "linear" else []
    else:
        form = record.keras_trained or record.keras
        arguments.append(f"activation=lambda x: {_filled(form, dict(layer.parameters))}")
    if penalised:
        arguments.append("kernel_regularizer=penalty")
    line = f"    keras.layers.Dense({', '.join(arguments)}),"
    if len(line) <= WIDTH:
        return [line]
    return ["    keras.layers.Dense(", *(f"        {argument}," for argument in arguments), "    ),"]


def _keras_network(network: Network, training: Training | None) -> list[list[str]]:
    numbers = range(1, len(network.layers) + 1)
    names = [f"{name}_{number}" for number in numbers for name in ("weights", "biases")]
    penalty = training is not None and bool(training.l1 or training.l2)
    model = [
        "model = keras.Sequential([",
        f"    keras.Input(({network.inputs},)),",
        *(line for layer in network.layers for line in _keras_dense(layer, penalty)),
        "])",
        *textwrap.wrap(f"model.set_weights([{', '.join(names)}])", WIDTH, subsequent_indent="    "),
    ]
    if training and penalty:
        model.insert(
            0, f"penalty = keras.regularizers.L1L2(l1={_number(training.l1)}, l2={_number(training.l2)})"
        )
    if training:
        optimizer, loss = OPTIMIZERS[training.optimizer], LOSSES[training.loss]
        values = dict(training.optimizer_parameters) | {"learning_rate": training.learning_rate}
        parameters = dict(training.loss_parameters)
        said = f'"{loss.name}"'
        if not loss.keras:
            said = "loss"
            model += ["", "", *loss_code.function("keras", loss.name, parameters), "", ""]
        elif parameters != loss.values():
            said = f"lambda y_true, y_pred: {_filled(loss.keras, parameters)}"
        model += [
            "model.compile(",
            f"    optimizer={_filled(optimizer.keras, values)},",
            f"    loss={said},",
            ")",
        ]
    last = [f"points = np.array({_points(network)}, np.float32)", "output = model(points)"]
    return [["import keras", "import numpy as np"], model, last]


def _torch_optimizer(optimizer: Optimizer, values: Mapping[str, float]) -> list[str]:
    """Write an optimizer, and what makes up for the ways in which PyTorch's is not Keras's."""
    made = f"optimizer = {_filled(optimizer.torch, values)}"
    if not optimizer.torch_step:
        return [f"# {optimizer.torch_remark}", made] if optimizer.torch_remark else [made]
    return [
        made,
        "",
        "",
        "def as_keras(optimizer, args, kwargs):  # runs before each step",
        f"    # {optimizer.torch_remark}",
        *(f"    {_filled(line, values)}" for line in optimizer.torch_step),
        "",
        "",
        "optimizer.register_step_pre_hook(as_keras)",
    ]


def _torch_network(network: Network, training: Training | None) -> list[list[str]]:
    from_logits = training is not None and learns_from_logits(network, training)
    sides = zip(network.weights, network.layers, strict=True)
    made = [
        f"        self.layer_{number} = nn.Linear({len(kernel)}, {layer.units})"
        for number, (kernel, layer) in enumerate(sides, 1)
    ]
    passed: list[str] = []
    copied: list[str] = []
    for number, layer in enumerate(network.layers, 1):
        record = ACTIVATIONS[layer.activation]
        form = _filled(record.torch_trained or record.torch, dict(layer.parameters))
        passed.append(f"        x = self.layer_{number}(x)")
        if from_logits and number == len(network.layers):
            passed += [
                f"        logits, x = x, {form}",
                "        x.logits = logits  # for the loss, as in Keras: a sigmoid near 0 or 1 loses digits",
            ]
        elif form != "x":
            passed.append(f"        x = {form}")
        copied += [
            f"    model.layer_{number}.weight.copy_(torch.from_numpy(weights_{number}).T)",
            f"    model.layer_{number}.bias.copy_(torch.from_numpy(biases_{number}))",
        ]
    model = [
        "",
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        *made,
        "",
        "    def forward(self, x):",
        *passed,
        "        return x",
        "",
        "",
        "model = Network()",
        "with torch.no_grad():  # nn.Linear keeps weights as (units, inputs)",
        *copied,
    ]
    if training:
        values = dict(training.optimizer_parameters) | {"learning_rate": training.learning_rate}
        optimizer = OPTIMIZERS[training.optimizer]
        parameters = dict(training.loss_parameters) | ({"from_logits": True} if from_logits else {})
        first, *rest = loss_code.function("pytorch", training.loss, parameters)
        if from_logits:
            rest.insert(0, "    y_pred = y_pred.logits")
        model += [*_torch_optimizer(optimizer, values), "", "", first, *rest, ""]
        if training.l1 or training.l2:
            model += [
                "",
                "def penalty():  # add it to the loss",
                '    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]',
                f"    l1, l2 = {_number(training.l1)}, {_number(training.l2)}",
                "    return sum(l1 * w.abs().sum() + l2 * w.square().sum() for w in weights)",
                "",
            ]
    last = [f"points = torch.tensor({_points(network)}, dtype=torch.float32)", "output = model(points)"]
    return [["import numpy as np", "import torch", "from torch import nn"], model, last]


NETWORK_SNIPPETS: dict[str, NetworkSnippet] = {
    record.name: record
    for record in (
        NetworkSnippet("keras", "Keras", _keras_network),
        NetworkSnippet("pytorch", "PyTorch", _torch_network),
    )
}
"""The frameworks that write a network, in the order of the menu."""
