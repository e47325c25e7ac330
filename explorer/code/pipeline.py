"""A pipeline as a program with the very weights."""

from __future__ import annotations

import io
import json
import math
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.code.preparation import Preparation, preparation_lines
from explorer.code.snippet import WIDTH, Snippet, array_lines, chosen, number_text
from explorer.errors import ExplorerError
from explorer.pipeline import (
    ActivationBlock,
    Block,
    ConvolutionBlock,
    DenseBlock,
    FlattenBlock,
    Learned,
    NormalisationBlock,
    Pipeline,
    PoolingBlock,
    Random,
    Shape,
    SoftmaxBlock,
    UpsamplingBlock,
    bank_kernels,
    shapes,
)
from explorer.words import counted


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


@dataclass(frozen=True, kw_only=True)
class PipelineSnippet(Snippet):
    """How one framework says a pipeline.

    Attributes:
        imports: Import lines beside those of NumPy and Pillow.
        layers: Gives the layers of a block (number, block, shape of the maps before).
        model: Writes the model of all blocks on a picture of a shape, and the lines that run it; whether it
            ends in a row of numbers is said at last.
        scaling: The layer that gives each of {maps} maps a factor, and the shape of its weights.
        flattened: Lays maps out in a row; its last layer takes a name.
        unflattened: The layer that makes of a row of {numbers} as many maps of one cell again.
        saves: Whether the script can save the model.
    """

    imports: tuple[str, ...]
    layers: Callable[[int, Block, Shape], _Written]
    model: Callable[[list[_Written], Shape, bool], list[list[str]]]
    scaling: tuple[str, str]
    flattened: _Written
    unflattened: str
    saves: bool = False


def pipeline_code(
    framework: str, pipeline: Pipeline, *, preparation: Preparation, save: str | None = None
) -> str:
    """Write a pipeline as a script with a Sequential model of the very weights.

    Where the pipeline ends early, the model has the blocks before, and a comment says why.

    Args:
        framework: A key of `PIPELINE_SNIPPETS`.
        pipeline: The blocks, one or more. What they have learned the script reads from `LEARNED_FILE`.
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
    snippet = chosen(PIPELINE_SNIPPETS, framework)
    if save is not None and not snippet.saves:
        raise ExplorerError(f"{snippet.title} does not save its models in this form; choose Keras.")
    before = preparation.shape
    found, stopped = shapes(pipeline, before)
    if not found:
        raise ExplorerError(
            stopped.sentence if stopped else "There are no blocks yet; add one to see the code."
        )
    blocks, is_row = [], False
    for number, (block, shape) in enumerate(zip(pipeline.blocks, found, strict=False), 1):
        written = _scaled(snippet, number, block, before, shape)
        if isinstance(block, FlattenBlock | DenseBlock):
            if not is_row and isinstance(block, DenseBlock):
                written = _after(snippet.flattened, written)
            is_row = True
        elif is_row and (block.scales or not isinstance(block, ActivationBlock | SoftmaxBlock)):
            written = _after(_Written([], [(snippet.unflattened.format(numbers=before[2]), "")], {}), written)
            is_row = False
        blocks.append(written)
        before = shape
    parts = [preparation_lines(preparation)]
    parts += [written.arrays for written in blocks if written.arrays]
    parts += snippet.model(blocks, preparation.shape, is_row)
    if stopped:
        parts[-2] = [f"# {line}" for line in textwrap.wrap(stopped.sentence, WIDTH - 2)] + parts[-2]
    if save is not None:
        parts.append([f"model.save({json.dumps(save, ensure_ascii=False)})"])
    if any(_learned(block) for block in pipeline.blocks):
        parts.insert(1, [f'with np.load("{LEARNED_FILE}") as file:', "    learned = dict(file)"])
    maths = ["import math"] if any("math." in line for part in parts for line in part) else []
    imports = sorted(
        {*maths, "import numpy as np", "from PIL import Image, ImageOps", *snippet.imports},
        key=lambda line: (line.startswith("from"), line.lower()),
    )
    return "\n\n".join("\n".join(lines) for lines in [imports, *parts])


LEARNED_FILE = "pipeline_weights.npz"
"""Where a script finds learned weights: beside it."""


def learned_file(pipeline: Pipeline) -> bytes:
    """Return the learned weights of a pipeline as the file that its scripts read.

    It has `kernel_n`, (kh, kw, Cin, Cout) or (inputs, units), and `bias_n` of each block n that learned.
    """
    arrays: dict[str, Any] = {}
    for number, block in enumerate(pipeline.blocks, 1):
        learned = _learned(block)
        if learned is not None and isinstance(block, ConvolutionBlock | DenseBlock):
            arrays |= {f"kernel_{number}": learned.weights(), f"bias_{number}": block.biases}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _learned(block: Block) -> Learned | None:
    """Return what a block has learned, if anything."""
    if isinstance(block, DenseBlock):
        return block.learned
    if isinstance(block, ConvolutionBlock) and isinstance(block.bank, Learned):
        return block.bank
    return None


def _after(first: _Written, then: _Written) -> _Written:
    """Write layers without a name before those of a block."""
    layers = [(layer, "") for layer, _ in first.layers]
    return _Written(first.arrays + then.arrays, layers + then.layers, then.settings)


def _scaled(snippet: PipelineSnippet, number: int, block: Block, before: Shape, after: Shape) -> _Written:
    """Write a block and, where maps are switched off or scaled, a depthwise layer of one weight a map."""
    written = snippet.layers(number, block, before)
    factors = block.factors(after[2])
    if factors is None:
        return written
    name, array = f"block_{number}_maps", f"factors_{number}"
    texts = ", ".join(number_text(factor) for factor in factors)
    arrays = [*written.arrays, f"{array} = np.array([{texts}], np.float32)  # a map switched off or scaled"]
    layer, shape = snippet.scaling
    settings = written.settings | {name: [f"{array}.reshape{shape}"]}
    return _Written(
        arrays, [*written.layers, (layer.format(name=name, maps=after[2], number=number), name)], settings
    )


def _bank_arrays(number: int, block: ConvolutionBlock, channels: int) -> list[str]:
    """Write the weights of a convolution as `kernel_n` (kernels, maps, rows, columns), and its `bias_n`."""
    name, (rows, columns) = f"kernel_{number}", block.window
    if isinstance(block.bank, Learned):
        return [
            f"# Learned: (kernels, maps, rows, columns), from {(rows, columns, channels, block.filters)}",
            f'{name} = learned["{name}"].transpose(3, 2, 0, 1)',
            f'bias_{number} = learned["bias_{number}"]',
        ]
    if isinstance(block.bank, Random):
        shape = (block.filters, channels, rows, columns)
        lines = [
            f"# {counted(block.filters, 'random kernel')}: (kernels, maps, rows, columns)",
            f"drawn = np.random.default_rng({block.bank.seed}).standard_normal({shape})",
            f"{name} = np.asarray(drawn * np.sqrt(2 / {math.prod(shape[1:])}), np.float32)",
        ]
    else:
        planes = [
            array_lines(plane, WIDTH - 4)[1:-1] for plane in bank_kernels(block.bank).transpose(2, 0, 1)
        ]
        body = [line for plane in planes for line in ("    [", *(f"    {text}" for text in plane), "    ],")]
        lines = [f"{name} = np.array([  # (kernels, rows, columns)", *body, "], np.float32)"]
        if channels > 1:
            lines.append(f"# Spread over the {channels} maps: each kernel filters their mean")
            lines.append(f"{name} = np.repeat({name}[:, np.newaxis] / {channels}, {channels}, axis=1)")
        else:
            lines.append(f"{name} = {name}[:, np.newaxis]  # (kernels, 1, rows, columns)")
    if isinstance(block.bias, tuple):
        bias = f"np.array([{', '.join(number_text(value) for value in block.bias)}], np.float32)"
    elif block.bias:
        bias = f"np.full({block.filters}, {number_text(block.bias)}, np.float32)"
    else:
        bias = f"np.zeros({block.filters}, np.float32)"
    return [*lines, f"bias_{number} = {bias}"]


def _dense_arrays(number: int, block: DenseBlock, inputs: int) -> list[str]:
    """Write the weights of a dense layer as `kernel_n` (inputs, units), and its `bias_n`."""
    name, shape = f"kernel_{number}", (inputs, block.units)
    if block.learned is not None:
        return [
            f"# Learned: {shape}, a row for each number that comes in",
            f'{name} = learned["{name}"]',
            f'bias_{number} = learned["bias_{number}"]',
        ]
    return [
        f"# Random weights of a dense layer: {shape}",
        f"limit = np.sqrt(6 / {sum(shape)})",
        f"drawn = np.random.default_rng({block.seed}).uniform(-limit, limit, {shape})",
        f"{name} = drawn.astype(np.float32)",
        f"bias_{number} = np.zeros({block.units}, np.float32)",
    ]


def _keras_convolution_block(number: int, block: ConvolutionBlock, channels: int) -> _Written:
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
            return _keras_convolution_block(number, block, shape[2])
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
        case FlattenBlock():
            layer = f"layers.Flatten({named})"
        case DenseBlock():
            settings = {name: [f"kernel_{number}", f"bias_{number}"]}
            layer = f"layers.Dense({block.units}, {named})"
            return _Written(_dense_arrays(number, block, shape[2]), [(layer, name)], settings)
        case SoftmaxBlock():
            layer = f"layers.Softmax({named})"
        case _:
            raise ExplorerError(f"There is no Keras layer for a block {block.kind!r}.")
    return _Written([], [(layer, name)], {})


def _keras_model(blocks: list[_Written], shape: Shape, is_row: bool) -> list[list[str]]:
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
        [f"{_result(is_row)} = keras.ops.convert_to_numpy(model(image[np.newaxis])[0])"],
    ]


def _result(is_row: bool) -> str:
    """Name what a script ends with."""
    return "answer" if is_row else "feature_map"


def _pytorch_convolution_block(number: int, block: ConvolutionBlock, shape: Shape) -> _Written:
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
            return _pytorch_convolution_block(number, block, shape)
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
        case FlattenBlock():
            return _PYTORCH_FLATTENED
        case DenseBlock():
            name = f"block_{number}"
            layer = f"nn.Linear({shape[2]}, {block.units})"
            settings = {name: [f"kernel_{number}.T", f"bias_{number}"]}
            return _Written(_dense_arrays(number, block, shape[2]), [(layer, name)], settings)
        case SoftmaxBlock():
            layers = ["nn.Softmax(dim=1)"]
        case _:
            raise ExplorerError(f"There is no PyTorch layer for a block {block.kind!r}.")
    return _Written([], [(layer, "") for layer in layers], {})


_FLATTENED = [
    "class Flattened(nn.Module):  # row by row, column by column, map by map, as in Keras",
    "    def forward(self, x):",
    "        return x.movedim(1, -1).flatten(1)",
]

_PYTORCH_FLATTENED = _Written([], [("Flattened()", "")], {})


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


def _pytorch_model(blocks: list[_Written], shape: Shape, is_row: bool) -> list[list[str]]:
    layers = [layer for written in blocks for layer in written.layers]
    settings = []
    for written in blocks:
        for name, arrays in written.settings.items():
            place = next(index for index, layer in enumerate(layers) if layer[1] == name)
            for attribute, array in zip(("weight", "bias"), arrays, strict=False):
                settings.append(f"    model[{place}].{attribute}.copy_(torch.from_numpy({array}))")
    order = "" if is_row else ".permute(1, 2, 0)"
    flattening = [_FLATTENED] if any(layer == "Flattened()" for layer, _ in layers) else []
    return [
        *flattening,
        ["model = nn.Sequential(", *(f"    {layer}," for layer, _ in layers), ")"],
        [
            "with torch.no_grad():",
            *settings,
            "    x = torch.from_numpy(image).permute(2, 0, 1)[np.newaxis]  # (1, channels, H, W)",
            f"    {_result(is_row)} = model(x)[0]{order}.numpy()",
        ],
    ]


_NUMPY_HELPERS = {
    "convolve": """\
def convolve(x, kernel, bias, pads, step=1, gap=1):
    x = np.pad(x, (*pads, (0, 0)))
    reach = [(taps - 1) * gap + 1 for taps in kernel.shape[2:]]
    windows = np.lib.stride_tricks.sliding_window_view(x, reach, (0, 1))[::step, ::step, :, ::gap, ::gap]
    return np.einsum("rcmij,fmij->rcf", windows, kernel, optimize=True) + bias""",
    "pool": """\
def pool(x, fold, size, step, pads):
    x = np.pad(x, (*pads, (0, 0)), constant_values=np.nan)  # what is no number does not count
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (0, 1))[::step, ::step]
    return fold(windows, axis=(3, 4))""",
    "normalise": """\
def normalise(x, axis):
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + 0.001)""",
    "enlarge": """\
def enlarge(x, size):  # each new cell lies between old ones
    for axis in (0, 1):
        cells = x.shape[axis]
        places = np.clip((np.arange(cells * size) + 0.5) / size - 0.5, 0, cells - 1)
        low = places.astype(int)
        part = np.expand_dims(places - low, (1, 2) if axis == 0 else (0, 2)).astype(np.float32)
        x = x.take(low, axis) * (1 - part) + x.take(np.minimum(low + 1, cells - 1), axis) * part
    return x""",
    "softmax": """\
def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)""",
}
"""What a script in NumPy defines where it uses it; activations define themselves."""


def _numpy_layers(number: int, block: Block, shape: Shape) -> _Written:
    """Write a block as an expression of the maps x before it."""
    arrays: list[str] = []
    match block:
        case ConvolutionBlock():
            arrays = _bank_arrays(number, block, shape[2])
            more = [f"step={block.strides}"] * (block.strides > 1)
            more += [f"gap={block.dilation_rate}"] * (block.dilation_rate > 1)
            arguments = ["x", f"kernel_{number}", f"bias_{number}", f"{block.pads(shape)}", *more]
            layer = f"convolve({', '.join(arguments)})"
        case ActivationBlock():
            layer = f"{block.activation}(x)"
        case PoolingBlock(is_global=True):
            layer = f"x.{'max' if block.operation == 'max' else 'mean'}(axis=(0, 1), keepdims=True)"
        case PoolingBlock():
            fold = "np.nanmax" if block.operation == "max" else "np.nanmean"
            layer = f"pool(x, {fold}, {block.pool_size}, {block.strides}, {block.pads(shape)})"
        case NormalisationBlock():
            layer = f"normalise(x, {'(0, 1)' if block.over == 'map' else '(0, 1, 2)'})"
        case UpsamplingBlock(interpolation="nearest"):
            layer = f"x.repeat({block.size}, axis=0).repeat({block.size}, axis=1)"
        case UpsamplingBlock():
            layer = f"enlarge(x, {block.size})"
        case FlattenBlock():
            layer = "x.reshape(1, 1, -1)"
        case DenseBlock():
            arrays = _dense_arrays(number, block, shape[2])
            layer = f"x @ kernel_{number} + bias_{number}"
        case SoftmaxBlock():
            layer = "softmax(x)"
        case _:
            raise ExplorerError(f"There is nothing in NumPy for a block {block.kind!r}.")
    return _Written(arrays, [(layer, f"block {number}")], {})


def _numpy_model(blocks: list[_Written], shape: Shape, is_row: bool) -> list[list[str]]:
    layers = [layer for written in blocks for layer in written.layers if layer[0] != "x"]
    called = {layer.partition("(")[0] for layer, _ in layers}
    helpers = [_NUMPY_HELPERS[name].splitlines() for name in _NUMPY_HELPERS if name in called]
    for name in sorted(called & ACTIVATIONS.keys() - _NUMPY_HELPERS.keys()):
        record = ACTIVATIONS[name]
        parameters = "".join(f", {key}={number_text(value)}" for key, value in record.values().items())
        helpers.append([f"def {name}(x{parameters}):", f"    return {record.numpy}"])
    rows = [f"x = {layer}" + (f"  # {name}" if name.startswith("block ") else "") for layer, name in layers]
    end = "x.reshape(-1)" if is_row else "x"
    return [*helpers, ["x = image", *rows], [f"{_result(is_row)} = np.asarray({end}, np.float32)"]]


PIPELINE_SNIPPETS: dict[str, PipelineSnippet] = {
    record.name: record
    for record in (
        PipelineSnippet(
            name="keras",
            title="Keras",
            imports=("import keras", "from keras import layers"),
            layers=_keras_layers,
            model=_keras_model,
            scaling=('layers.DepthwiseConv2D(1, use_bias=False, name="{name}")', "(1, 1, -1, 1)"),
            flattened=_Written([], [("layers.Flatten()", "")], {}),
            unflattened="layers.Reshape((1, 1, {numbers}))",
            saves=True,
        ),
        PipelineSnippet(
            name="pytorch",
            title="PyTorch",
            imports=("import torch", "from torch import nn"),
            layers=_pytorch_layers,
            model=_pytorch_model,
            scaling=("nn.Conv2d({maps}, {maps}, 1, groups={maps}, bias=False)", "(-1, 1, 1, 1)"),
            flattened=_PYTORCH_FLATTENED,
            unflattened="nn.Unflatten(1, ({numbers}, 1, 1))",
        ),
        PipelineSnippet(
            name="numpy",
            title="NumPy",
            imports=(),
            layers=_numpy_layers,
            model=_numpy_model,
            scaling=("x * factors_{number}", "(-1)"),
            flattened=_Written([], [("x", "")], {}),
            unflattened="x",
        ),
    )
}
"""The frameworks that write a pipeline, in the order of the menu."""
