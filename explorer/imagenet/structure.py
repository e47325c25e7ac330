"""The layers of a network: what they are, what they cost, what their cells see, and their blocks."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.imagenet.engine import opening
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.graph import Architecture, GraphNode
from explorer.imagenet.engine.layers import Cropping2DLayer, WindowLayer, ZeroPadding2DLayer
from explorer.imagenet.engine.other_layers import Conv2DTransposeLayer
from explorer.imagenet.networks import Array, Network, NetworkError, NetworkRecord, network, unknown_layer
from explorer.imagenet.own_networks import OwnNetwork


@dataclass(frozen=True)
class Layer:
    """A layer of a network.

    Attributes:
        name: Keras's name of it.
        kind: Keras's class of it.
        output_shape: (rows, columns, channels) or (numbers,).
        parameters: How many numbers it has learned.
        multiply_adds: How many products of a weight and a value it adds up for one picture.
        receptive: Of the receptive field of one output cell along its longer side, in pixels of the input:
            its size, how far it moves from cell to cell, and where that of the first cell starts (below 0 in
            the padding); None where every cell sees the whole picture, or may do so.
        inputs: The layers whose outputs it takes.
        block: What it folds into, or nothing.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int
    receptive: tuple[int, int, int] | None
    inputs: tuple[str, ...]
    block: str


MOST_STAGES = 8
"""How many groups of blocks are told apart by their channels: of more, by the size of their maps alone."""

# What fits into a receptive field that spans a share of the picture's side up to this.
_ROOM = ((1 / 16, "edges"), (1 / 3, "textures"), (1.0, "parts"))


@dataclass(frozen=True)
class Stage:
    """Layers in a row that end in maps of one size and number.

    Attributes:
        layer: The last of them, by its place in the list of all layers.
        first: The name of the first block among them, or of the layer where they are no blocks.
        last: The name of the last one.
        room: What a cell of its maps can tell at most, as little of the picture as it sees; empty where every
            cell sees all of it from early on.
    """

    layer: int
    first: str
    last: str
    room: str


def stages(layers: Sequence[Layer]) -> list[Stage]:
    """Divide a network's layers with maps into at most eleven or so stages, the input left out.

    Blocks in a row that end in maps of one size and number are one stage; what comes before the first block
    and after the last one is a stage of its own.

    >>> [stage.room for stage in stages(layers("EfficientNetLite0"))]
    ['edges', 'edges', 'textures', 'textures', 'parts', 'objects', 'objects', 'objects', 'objects']
    """
    spatial = [place for place, layer in enumerate(layers) if len(layer.output_shape) == 3]
    spatial = [place for place in spatial if place and max(layers[place].output_shape[:2]) > 1]
    ends: dict[str, int] = {layers[place].block: place for place in spatial if layers[place].block}
    blocks = [place for place in spatial if layers[place].block]
    whole = {layers[place].output_shape for place in ends.values()}
    told_by = 3 if len(whole) <= MOST_STAGES else 2  # rows, columns and channels, or rows and columns
    groups: list[list[int]] = [[place] for place in spatial[-1:] if not blocks]
    for place in sorted(ends.values()):
        shape = layers[place].output_shape[:told_by]
        if groups and layers[groups[-1][-1]].output_shape[:told_by] == shape:
            groups[-1].append(place)
        else:
            groups.append([place])
    if blocks:
        groups[:0] = [[place] for place in spatial if place == blocks[0] - 1]
        groups += [[spatial[-1]]] if spatial[-1] > blocks[-1] else []
    named = [[layers[place].block or layers[place].name for place in group] for group in groups]
    return [
        Stage(group[-1], names[0], names[-1], _room(layers[group[-1]], layers[0].output_shape[0]))
        for group, names in zip(groups, named, strict=True)
    ]


def _room(layer: Layer, side: int) -> str:
    """What fits into the receptive field of a layer's cells, on a picture of this side."""
    if layer.receptive is None:
        return ""
    return next((room for share, room in _ROOM if layer.receptive[0] < share * side), "objects")


def layers(name: str) -> list[Layer]:
    """Describe every layer of a network, each after those whose outputs it takes."""
    return list(_structure(name).layers)


def spatial_layers(name: str) -> tuple[str, ...]:
    """Name the layers with more than one row or column, in their order."""
    shapes = {layer.name: layer.output_shape for layer in layers(name)}
    return tuple(name for name, shape in shapes.items() if len(shape) == 3 and max(shape[:2]) > 1)


def filters(name: str, layer: str, *, weights: str = "auto") -> Array:
    """Return the kernels of a layer.

    Returns:
        float32 (rows, columns, channels in, channels out) of a convolution; (rows, columns, channels,
        multiplier) where each channel has kernels of its own (a separable convolution's first half); (numbers
        in, numbers out) of a dense layer.

    Raises:
        NetworkError: If there is no such layer, or it has no kernels.
    """
    graph = architecture(network(name))
    kinds = {node.name: node.kind for node in graph.layers}
    if layer not in kinds:
        raise unknown_layer(network(name), layer)
    node = graph.weighted(layer)
    kernels = [place for place, variable in enumerate(node.variables) if "kernel" in variable]
    if not kernels:
        raise NetworkError(f"{layer} is a {kinds[layer]} layer without kernels; choose a convolution.")
    return opening.learned_weights(name, weights)[node.owner][kernels[0]].copy()


def field_of(name: str, layer: str, row: int, col: int) -> tuple[int, int, int, int]:
    """Return the receptive field of an output cell: (top, left, bottom, right), the last two excluded.

    For use of the library by itself: no page needs it.

    It is followed back layer by layer, so that it is exact at the edges: padding is no part of it. A cell
    that sees padding alone has the empty field (0, 0, 0, 0).

    Raises:
        NetworkError: If there is no such layer or cell.
    """
    structure = _structure(name)
    if layer not in structure.sizes:
        raise unknown_layer(network(name), layer)
    rows, columns = structure.sizes[layer]
    if not (0 <= row < rows and 0 <= col < columns):
        raise NetworkError(
            f"{layer} has {rows} × {columns} cells, counted from 0, and ({row}, {col}) was asked for; choose "
            "another."
        )
    vertical, horizontal = structure.field(layer, row, 0), structure.field(layer, col, 1)
    if not vertical or not horizontal:
        return 0, 0, 0, 0
    return vertical[0], horizontal[0], vertical[1], horizontal[1]


@dataclass(frozen=True)
class _Step:
    """Which of its inputs an output cell of a layer needs, along both sides.

    Cell i needs `size` cells from `i * stride - before` on, or all if `size` is None.
    """

    size: tuple[int, int] | None = (1, 1)
    stride: tuple[int, int] = (1, 1)
    before: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class _Structure:
    """How the layers of a network hang together; `sizes` has the rows and columns of their outputs."""

    layers: tuple[Layer, ...]
    steps: Mapping[str, _Step]
    sizes: Mapping[str, tuple[int, int]]

    def field(self, layer: str, cell: int, axis: int) -> tuple[int, int] | None:
        """The input cells [first, last) that an output cell needs, or None if it sees padding alone."""
        needed = {layer: (cell, cell + 1)}
        for this in reversed(self.layers):
            if this.name not in needed or not this.inputs:
                continue
            low, high = needed[this.name]
            step = self.steps[this.name]
            for source in this.inputs:
                size = self.sizes[source][axis]
                first, last = 0, size
                if step.size and not (step == _Step() and size == 1):  # one cell is spread over all
                    first = max(low * step.stride[axis] - step.before[axis], 0)
                    last = min((high - 1) * step.stride[axis] - step.before[axis] + step.size[axis], size)
                if first < last:
                    others = needed.get(source, (first, last))
                    needed[source] = (min(first, others[0]), max(last, others[1]))
        return needed.get(self.layers[0].name)


@lru_cache(maxsize=16)
def _structure(name: str) -> _Structure:
    record = network(name)
    return _read_structure(record, architecture(record))


def _read_structure(record: NetworkRecord, graph: Architecture) -> _Structure:
    found: dict[str, Layer] = {}
    steps: dict[str, _Step] = {}
    sizes: dict[str, tuple[int, int]] = {}
    fields: dict[str, list[tuple[int, int, int] | None]] = {}
    shapes = {node.name: node.shape for node in graph.nodes}
    for layer in graph.layers:
        shape, inputs = layer.shape, graph.layer_inputs(layer.name)
        sizes[layer.name] = (shape[0], shape[1]) if len(shape) == 3 else (1, 1)
        node = graph.weighted(layer.name)
        steps[layer.name] = step = _step(node, shapes[node.inputs[0]] if node.inputs else shape)
        fields[layer.name] = [
            _receptive(step, [fields[source][axis] for source in inputs], axis) for axis in (0, 1)
        ]
        is_turned = isinstance(
            node.layer, Conv2DTransposeLayer
        )  # whose kernel is laid on every cell that goes in
        cells = shapes[node.inputs[0]][:2] if is_turned else sizes[layer.name]
        kernels = [math.prod(shape) for name, shape in node.variables.items() if "kernel" in name]
        found[layer.name] = Layer(
            layer.name,
            layer.kind,
            shape,
            sum(map(math.prod, node.variables.values())),
            math.prod(cells) * sum(kernels),
            _larger(fields[layer.name]),
            inputs,
            "",
        )
    if isinstance(record, OwnNetwork):
        blocks = record.blocks
    else:
        assert isinstance(record, Network)
        blocks = _blocks(record, found)
    return _Structure(
        tuple(dataclasses.replace(layer, block=blocks.get(layer.name, "")) for layer in found.values()),
        steps,
        sizes,
    )


def _larger(both: Sequence[tuple[int, int, int] | None]) -> tuple[int, int, int] | None:
    """The larger of two fields, down and across; all of the picture is larger than any."""
    known = [field for field in both if field]
    return max(known, key=lambda field: field[0]) if len(known) == len(both) else None


def _receptive(
    step: _Step, sources: Sequence[tuple[int, int, int] | None], axis: int
) -> tuple[int, int, int] | None:
    """Return size, jump and start of a layer's field from those of its inputs'; the largest of several."""
    known = [source for source in sources if source]
    if not step.size or len(known) < len(sources):
        return None
    if not known:
        return 1, 1, 0
    jump = known[0][1]
    before, size = step.before[axis], step.size[axis]
    first = min(start for _, _, start in known) - before * jump
    last = max(start + seen for seen, _, start in known) + (size - 1 - before) * jump
    return last - first, jump * step.stride[axis], first


_ALL_OF_IT = (
    "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Flatten", "Reshape", "Dense", "TwoClasses",
    "Conv2DTranspose", "UpSampling2D",
)  # fmt: skip
"""Layers of which every number depends on all of the input, and those that make maps larger.

What a cell of the latter sees moves by parts of a pixel from cell to cell, and is not followed.
"""


def _step(node: GraphNode, shape: tuple[int, ...]) -> _Step:
    """The step of a layer whose input has a shape."""
    layer = node.layer
    if layer.kind in _ALL_OF_IT:
        return _Step(size=None)
    if isinstance(layer, ZeroPadding2DLayer):
        return _Step(before=(layer.padding[0][0], layer.padding[1][0]))
    if isinstance(layer, Cropping2DLayer):
        return _Step(before=(-layer.cropping[0][0], -layer.cropping[1][0]))
    if not isinstance(layer, WindowLayer):
        return _Step()
    (top, _), (left, _) = layer.sides(shape)
    return _Step(layer.reach, layer.stride, (top, left))


_MADE_UP = re.compile(r"(activation|re_lu|zero_padding2d|cropping2d|concatenate)(_\d+)?")


def _blocks(network: Network, layers: Mapping[str, Layer]) -> dict[str, str]:
    """Tell the block of each layer by its name, or by a neighbour's where Keras made the name up."""
    before = {layer.name: layer.inputs[0] for layer in layers.values() if layer.inputs}
    after = {source: layer.name for layer in reversed(list(layers.values())) for source in layer.inputs}
    neighbour = after if network.begins_with_activations else before
    blocks = {}
    for layer in layers:
        named = layer
        while _MADE_UP.fullmatch(named):
            named = neighbour[named]
        match = re.search(network.block_pattern, named)
        block = match[1] if match else ""
        blocks[layer] = f"block_{block}" if block.isdigit() else block
    return blocks
