"""A flat list of layers becomes a network of the engine: its shapes are checked, its numbers are read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer.convolution.layout import Array
from explorer.errors import ExplorerError
from explorer.imagenet.engine.graph import Architecture, GraphBuilder
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    EngineLayer,
    NormalizationLayer,
    RescalingLayer,
    Shape,
    TwoClassesLayer,
)
from explorer.models.errors import ModelError
from explorer.models.keras_configs import FlatModel, LayerSpec
from explorer.models.keras_weights import LayerNumbers
from explorer.models.translation import UNCHANGED, LayerCall, translated

MAX_PARAMETERS = 64_000_000
MAX_MAP_NUMBERS = 100_000_000  # of all layers for one picture: 400 MB
MAX_MULTIPLY_ADDS = 20_000_000_000  # for one picture; VGG-16 has 15 thousand million
MIN_SIDE, MAX_SIDE = 8, 600
ANY_SIZE = 224
"""The side of what is shown to a model that takes pictures of any size."""


@dataclass(frozen=True, eq=False)
class Built:
    """A network of the engine.

    Attributes:
        architecture: Its layers.
        weights: Of each layer that has some.
        scales: Whether it scales pixels in its own first layers.
        notes: What is to be known of it.
        places: Of each layer the names of the models that it is in, in its file, and its own.
    """

    architecture: Architecture
    weights: dict[str, list[Array]]
    scales: bool
    notes: tuple[str, ...]
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(eq=False)
class _Beginning:
    """What is done to a picture before the first layer that is more than a scale: which steps, what size."""

    scaled: set[str] = field(default_factory=set)
    resized: dict[str, Any] = field(default_factory=dict)


_SCALES = (
    "Add", "Divide", "Flip", "Multiply", "Normalization", "Rescaling", "Subtract", "TFOpLambda", "TrueDivide",
)  # fmt: skip
_SIZES = ("Resizing", "Round")


def built(model: FlatModel, numbers: LayerNumbers, *, is_keras_2: bool, is_binary: bool) -> Built:
    """Build a network of the engine from layers that were laid flat.

    Args:
        model: The layers.
        numbers: Gives their numbers.
        is_keras_2: Whether Keras 2 wrote the file.
        is_binary: Whether a single number without a function is the logit of two classes.

    Raises:
        ModelError: If it takes no picture, tells no classes apart, or has what the engine has not.
    """
    specs = model.specs
    start = next((spec for spec in specs.values() if spec.kind == "InputLayer"), None)
    if start is None:
        raise ModelError("The model has no input; save it with the shape of its pictures.")
    beginning = _beginning(model, start)
    notes: list[str] = []
    size, channels = _picture(start, beginning, notes)
    builder = GraphBuilder(size, channels, start.name)
    names = {start.name: builder.input}
    read: dict[str, list[Array]] = {}
    last = _last(model)
    final = ""
    for spec in specs.values():
        if spec.name == start.name:
            continue
        inputs = [names[source] for source in spec.inputs]
        if spec.name in beginning.resized:
            names[spec.name] = inputs[0]
            continue

        def stored(variables: Mapping[str, Shape], spec: LayerSpec = spec) -> list[Array]:
            return numbers.of(spec, variables)

        call = LayerCall(spec, [builder.shape(name) for name in inputs], is_keras_2, stored)
        layer, function = _checked(call)
        if spec.name == last.name and "sigmoid" in (function, getattr(layer, "activation", "")):
            final, function = "sigmoid", ""
            if isinstance(layer, ActivationLayer):
                names[spec.name] = inputs[0]
                continue
        names[spec.name] = builder.add(
            layer, *inputs, name=spec.name, activation=function, kind=spec.kind.removeprefix("TFOp")
        )
        check_shape(spec.name, builder.shape(spec.name))
    end = names[model.output]
    architecture = with_classes(builder, end, final, is_binary, notes)
    check_cost(architecture)
    by_name = {spec.name: spec for spec in specs.values()}
    for owner, variables in architecture.variables().items():
        read[owner] = numbers.of(by_name[owner], variables)
    places = {spec.name: spec.path for spec in specs.values()}
    return Built(architecture, read, scales_pixels(architecture), tuple(notes), places)


def _beginning(model: FlatModel, start: LayerSpec) -> _Beginning:
    """Follow a picture up to the first layer that is more than a scale or a size."""
    found = _Beginning({start.name})
    for spec in model.specs.values():
        if not spec.inputs or not set(spec.inputs) <= found.scaled:
            continue
        if spec.kind in _SIZES:
            found.resized[spec.name] = spec.options
            found.scaled.add(spec.name)
        elif len(spec.inputs) == 1 and spec.kind in (*_SCALES, *UNCHANGED):
            found.scaled.add(spec.name)
    return found


def _picture(start: LayerSpec, beginning: _Beginning, notes: list[str]) -> tuple[int, int]:
    """The side and the channels of the pictures that a model takes, or a `ModelError` where it takes none."""
    told = start.options.get("batch_shape") or start.options.get("batch_input_shape")
    shape = None if told is None else tuple(told)[1:]
    targets = [
        (int(options["height"]), int(options["width"]))
        for options in beginning.resized.values()
        if "height" in options and "width" in options
    ]
    if targets and shape is not None and len(shape) == 3:
        shape = *targets[-1], shape[2]
        notes.append(
            f"Its own layer makes pictures {_times(targets[-1])} pixels large; here that is done before, as "
            "for all networks."
        )
    return picture_of(shape, notes)


def picture_of(shape: Sequence[int | None] | None, notes: list[str]) -> tuple[int, int]:
    """Return the side and the channels of the pictures (rows, columns, channels) that a model takes.

    Raises:
        ModelError: If these are no pictures, or none that are looked at here.
    """
    if shape is None or len(shape) != 3 or shape[2] is None:
        said = "nothing that the file tells" if shape is None else _times(shape) or "single numbers"
        raise ModelError(
            f"The model takes {said}, and a picture has rows, columns and channels; bring a model that takes "
            "pictures."
        )
    rows, columns, channels = shape
    if rows is None and columns is None:
        rows = columns = ANY_SIZE
        notes.append(f"It takes pictures of any size; it sees {ANY_SIZE} × {ANY_SIZE} pixels here.")
    if channels not in (1, 3):
        raise ModelError(
            f"The model takes {channels} channels, and pictures have 1 (grey) or 3 (red, green, blue); bring "
            "a model for these."
        )
    if rows is None or rows != columns:
        raise ModelError(
            f"The model takes pictures of {_times((rows, columns))} pixels, and square ones are looked at "
            "here; bring a model for square pictures."
        )
    if not MIN_SIDE <= rows <= MAX_SIDE:
        raise ModelError(
            f"The model takes pictures of {rows} × {rows} pixels, and {MIN_SIDE} to {MAX_SIDE} are looked at "
            "here; bring a model for such ones."
        )
    return int(rows), int(channels)


def _last(model: FlatModel) -> LayerSpec:
    """The last layer that does something when a picture is looked at."""
    spec = model.specs[model.output]
    while spec.kind in UNCHANGED and spec.inputs:
        spec = model.specs[spec.inputs[0]]
    return spec


def _checked(call: LayerCall) -> tuple[EngineLayer, str]:
    """Translate a layer, and say what is wrong with its arguments where they are none."""
    try:
        return translated(call)
    except ExplorerError:
        raise
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise ModelError(
            f"The layer {call.spec.name} ({call.spec.kind}) has arguments that cannot be read ({error}); "
            "save the model again."
        ) from error


def check_shape(name: str, shape: Shape) -> None:
    """Refuse, by a `ModelError`, a layer whose maps have no cell left."""
    if min(shape, default=1) < 1:
        raise ModelError(
            f"Nothing is left of the maps at {name} ({_times(shape)}); the model is for larger pictures."
        )


def with_classes(
    builder: GraphBuilder, end: str, final: str, is_binary: bool, notes: list[str]
) -> Architecture:
    """Finish a network so that it has the logits of classes.

    Args:
        builder: The layers.
        end: The last of them.
        final: "sigmoid" where one is to follow, which is left out so far.
        is_binary: Whether a single number without a function is the logit of two classes.
        notes: Gets what is to be known.

    Raises:
        ModelError: If it tells no classes apart; it says what it gives instead.
    """
    shape = builder.shape(end)
    count = math.prod(shape)
    if len(shape) == 3 and max(shape[:2]) > 1:
        raise ModelError(
            f"The model gives maps of {_times(shape)}, and one that tells classes apart is looked at here; "
            "let it end with one number for each class."
        )
    if count == 1 and (final or is_binary):
        logits = builder.between(TwoClassesLayer(), end, name=f"{end}/two")
        last = builder.add(ActivationLayer("softmax"), logits, name=f"{end}.sigmoid", kind="Sigmoid")
        notes.append(
            "Its single unit says how probable the second of two classes is (sigmoid); shown as two classes."
        )
        return builder.build(last, logits)
    if count == 1:
        raise ModelError(
            "The model gives one number and no classes; let it end with a softmax, or a sigmoid for two."
        )
    if final:
        raise ModelError(
            f"Each of the {count} outputs answers by itself (sigmoid), so that several can be true at once, "
            "and one class for each picture is looked at here; let the model end with a softmax."
        )
    architecture = builder.build(end, end)
    last_node = architecture.nodes[-1]
    if isinstance(last_node.layer, ActivationLayer) and last_node.layer.activation == "softmax":
        return builder.build(end)
    while last_node.kind in ("Flatten", "Reshape", "Dropout") and last_node.inputs:
        before = next(node for node in architecture.nodes if node.name == last_node.inputs[0])
        if isinstance(before.layer, ActivationLayer) and before.layer.activation == "softmax":
            return builder.build(end, before.inputs[0])
        last_node = before
    if isinstance(last_node.layer, ActivationLayer) and last_node.layer.activation != "linear":
        raise ModelError(
            f"The model ends with {last_node.layer.activation}, and one that tells classes apart ends with a "
            "softmax; let it do so."
        )
    notes.append("Its last layer has no softmax; here one makes probabilities of its logits.")
    return architecture


def scales_pixels(architecture: Architecture) -> bool:
    """Whether something scales pixels before the first layer with weights."""
    for node in architecture.nodes[1:]:
        if node.variables:
            return False
        if isinstance(node.layer, RescalingLayer | NormalizationLayer):
            return True
    return False


def check_cost(architecture: Architecture) -> None:
    """Refuse, by a `ModelError`, what would take more memory or time than a class can spare."""
    numbers = sum(math.prod(node.shape) for node in architecture.nodes)
    parameters = sum(architecture.parameters(node.name) for node in architecture.layers)
    cost = sum(
        math.prod(node.shape[:2] if len(node.shape) == 3 else ()) * math.prod(shape)
        for node in architecture.nodes
        for name, shape in node.variables.items()
        if "kernel" in name
    )
    for came, most, what in (
        (parameters, MAX_PARAMETERS, "parameters"),
        (numbers, MAX_MAP_NUMBERS, "numbers in its maps"),
        (cost, MAX_MULTIPLY_ADDS, "multiplications for one picture"),
    ):
        if came > most:
            raise ModelError(
                f"The model has {came:,} {what}, and {most:,} are the most that is looked at here; bring a "
                "smaller one."
            )


def _times(shape: Any) -> str:
    return " × ".join("any" if side is None else str(side) for side in shape)
