"""One number of a layer: what it saw, what it was multiplied with, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from reprlib import repr as short

import numpy as np

from explorer import figures, rounding
from explorer.convolution import geometry, receptive_fields
from explorer.convolution.layout import Array
from explorer.sketch.network import CLASSES, SketchLayer, SketchRun, layers, no_layer_sentence, weights
from explorer.sketch.preparation import SIDE, Rectangle, SketchError
from explorer.words import percent


@dataclass(frozen=True, eq=False)
class Unit:
    """How one number of a layer came about.

    Attributes:
        layer: Its layer.
        row: Its row; 0 from the dense layer on.
        column: Its column, likewise.
        channel: Its map, or its class.
        value: The number; 0 if its map is switched off, or if its sum is 0 but for rounding.
        patch: What it read of the layer before, float32: (kh, kw, C), all maps for a dense unit, all ten
            scores for a softmax.
        weights: Its weights, of the same shape; None where there are none.
        bias: What was added, or 0.
        box: Where the patch lies in the maps before; over padding it reaches out of them.
        rectangle: The pixels of `Run.seen` that it depends on.
        sentence: The same in words and numbers.
    """

    layer: SketchLayer
    row: int
    column: int
    channel: int
    value: float
    patch: Array = field(repr=False)
    weights: Array | None = field(repr=False)
    bias: float
    box: Rectangle
    rectangle: Rectangle
    sentence: str

    @property
    def products(self) -> Array | None:
        """The products patch * weights, of the same shape; their sum and the bias are the value."""
        return None if self.weights is None else self.patch * self.weights

    @property
    def parts(self) -> Array | None:
        """What each map before adds to the sum, float32 (C,); None where nothing is added up."""
        if self.weights is None:
            return None
        products = self.patch.astype(np.float64) * self.weights
        shares = products.reshape(-1, products.shape[2]).T  # (C, kh kw)
        return np.array([rounding.total(share) for share in shares], np.float32)


def unit(run: SketchRun, layer: str, channel: int, row: int = 0, column: int = 0) -> Unit:
    """Explain one number of a run: what it read, its weights, its sum, and the pixels that it depends on.

    Args:
        run: A run.
        layer: The name of one of its layers.
        channel: Which map, or which class from the dense layer on.
        row: Its row in the map.
        column: Its column.

    Raises:
        SketchError: If there is no such number.

    Example:
        >>> from explorer.sketch import forward
        >>> picture = np.zeros((64, 64, 1), np.float32)
        >>> picture[20:40, 30:33] = 1
        >>> found = unit(forward(picture), "conv1", 0, 25, 31)
        >>> found.rectangle, found.patch[:, :, 0].tolist()
        ((24, 30, 27, 33), [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
        >>> bool(np.isclose(found.products.sum() + found.bias, found.value))
        True
    """
    stack = layers(run.variant)
    depth = next((number for number, each in enumerate(stack) if each.name == layer), None)
    if depth is None:
        raise SketchError(no_layer_sentence(layer, run.variant))
    chosen = stack[depth]
    limits = (*chosen.shape[:-1], chosen.shape[-1])
    place = (row, column, channel) if len(limits) == 3 else (channel,)
    whole = all(type(number) is int for number in (row, column, channel))
    if not whole or not all(0 <= number < limit for number, limit in zip(place, limits, strict=True)):
        raise SketchError(
            f"{chosen.title} has the shape {chosen.shape}; there is no number at row {short(row)}, column "
            f"{short(column)}, channel {short(channel)}, all counted from 0."
        )
    before = run.maps[stack[depth - 1].name] if depth else run.seen
    value = float(run.maps[layer][place])
    if chosen.step is None:
        return _answer(chosen, channel, value, before, weights(run.variant))
    step = chosen.step
    window = geometry.window_at(
        before, step.kernel_size, row, column, strides=step.strides, padding=step.padding
    )
    patch, kernel, bias = window.patch, None, 0.0
    if chosen.kind == "convolution":
        kernels, biases = weights(run.variant)[layer]
        kernel, bias = kernels[..., channel], float(biases[channel])
        total, made = _sum(patch, kernel, bias)
        is_off = channel in run.off.get(layer, ())
        value = value if made else 0.0
        sentence = (
            f"{patch.size} products of a weight and the cell under it add up to {_say(total)}; with the "
            f"bias {_say(bias)}, that is {_say(made if is_off else value)}."
        )
    else:
        patch = patch[..., channel : channel + 1]
        if chosen.kind == "relu":
            number = float(patch[0, 0, 0])
            sentence = f"ReLU turns {_say(number)} into {_say(max(number, 0.0))}."
        else:
            sentence = f"{_say(float(patch.max()))} is the largest of {patch.size} cells."
    if channel in run.off.get(layer, ()):
        sentence += " The map is switched off: 0."
    steps = [each.step for each in stack[: depth + 1] if each.step is not None]
    rectangle = receptive_fields.input_rectangle(steps, (SIDE, SIDE), row, column)
    return Unit(chosen, row, column, channel, value, patch, kernel, bias, window.box, rectangle, sentence)


def _answer(
    layer: SketchLayer, channel: int, value: float, before: Array, known: Mapping[str, tuple[Array, Array]]
) -> Unit:
    """Explain a number of the dense layer or of the softmax, which depend on all there is."""
    name, everything = CLASSES[channel], (0, 0, SIDE, SIDE)
    if layer.kind == "softmax":
        power = float(np.exp(before[channel], dtype=np.float64))
        total = float(np.exp(before, dtype=np.float64).sum())
        sentence = (
            f"e to the power of {_say(float(before[channel]))} is {_say(power)}; all ten powers add up "
            f"to {_say(total)}. The first divided by the second is {percent(value)}: {name}."
        )
        box = (0, 0, 1, len(CLASSES))
        return Unit(layer, 0, 0, channel, value, before, None, 0.0, box, everything, sentence)
    kernels, biases = known[layer.name]
    kernel, bias = kernels[:, channel].reshape(before.shape), float(biases[channel])
    total, made = _sum(before, kernel, bias)
    value = value if made else 0.0
    sentence = (
        f"{before.size:,} products of a weight and a cell add up to {_say(total)}; with the bias "
        f"{_say(bias)}, the score of {name} is {_say(value)}."
    )
    box = (0, 0, *before.shape[:2])
    return Unit(layer, 0, 0, channel, value, before, kernel, bias, box, everything, sentence)


def _sum(cells: Array, weights: Array, bias: float) -> tuple[float, float]:
    """Add up the products of cells and weights, and the bias too; either is 0 where rounding alone is left.

    Products of float32 numbers are exact in double precision, so a sum that is small there is a number.
    """
    products = cells.astype(np.float64) * weights
    return rounding.total(products), rounding.total([*products.flat, bias])


def _say(number: float) -> str:
    """Write a number with four digits."""
    return figures.format_number(number + 0.0, 4)
