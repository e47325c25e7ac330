"""The layers of a model as Keras writes them down, Keras 2 and 3 alike, with models in models laid flat.

A configuration is data: class names, arguments, and which layer takes the output of which. Nothing that it
names is looked up or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from explorer.models.errors import ModelError

MAX_LAYERS = 1500
MAX_DEPTH = 20  # models in models

Config: TypeAlias = Mapping[str, Any]

MODELS = ("Functional", "Model", "Sequential")


@dataclass(frozen=True, eq=False)
class LayerSpec:
    """A layer of a model that was laid flat.

    Attributes:
        name: Its own name, or with that of its model before it where two have the same.
        kind: Keras's class.
        options: Its arguments.
        inputs: The layers whose outputs it takes.
        constants: The numbers that it takes besides.
        is_reversed: Whether they come first, as in 1 - x.
        path: The names of the models that it is in, from the outside, and its own.
        stored: Where its numbers lie in a file of Keras 3.
    """

    name: str
    kind: str
    options: Config
    inputs: tuple[str, ...]
    constants: tuple[float, ...]
    is_reversed: bool
    path: tuple[str, ...]
    stored: tuple[str, ...]


@dataclass(eq=False)
class FlatModel:
    """The layers of a model, each after those whose outputs it takes; the last is the output."""

    specs: dict[str, LayerSpec] = field(default_factory=dict)
    output: str = ""


def flat(config: Config) -> FlatModel:
    """Lay a model flat.

    Raises:
        ModelError: If it is no model with one input and one output, or has something that is refused.
    """
    found = FlatModel()
    try:
        found.output = _Flattening(found).model(config, None, (), (), "", 0)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The file does not describe its layers as Keras does ({type(error).__name__}: {error}); save "
            "the model again with model.save."
        ) from error
    return found


def snake(name: str) -> str:
    """Write a class's name as Keras does in files: `Conv2D` is "conv2d", `ReLU` "re_lu".

    >>> snake("GlobalAveragePooling2D"), snake("ReLU"), snake("DepthwiseConv2D")
    ('global_average_pooling2d', 're_lu', 'depthwise_conv2d')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def refuse_programs(layer: Config) -> None:
    """Refuse a layer that carries program code, or whose class is none of Keras's.

    Raises:
        ModelError: If it does.
    """
    kind, name = str(layer.get("class_name")), _name(layer)
    if kind == "Lambda":
        raise ModelError(
            f"The layer {name} is a {kind}: it is program code, which is not run here; build the model "
            "without it."
        )
    module, registered = str(layer.get("module") or "keras"), layer.get("registered_name")
    own = isinstance(registered, str) and ">" in registered and not registered.startswith("keras")
    if own or module.split(".")[0] not in ("keras", "tf_keras", "tensorflow", "builtins", "None"):
        raise ModelError(
            f"The layer {name} is a {registered if own else kind} of {module}, a class of somebody's own, "
            "which is not in the file and not run here; build the model of Keras's layers."
        )


@dataclass(frozen=True, eq=False)
class _ModelHere:
    """A model in its place.

    Attributes:
        layers: What it is made of.
        inputs: What it is called with, or None for the outermost.
        path: The names of the models that it is in, and its own.
        stored: Where its own numbers lie in a file of Keras 3.
        prefix: What tells its layers from others of their names.
        depth: In how many models it is.
    """

    layers: Sequence[Config]
    inputs: Sequence[str] | None
    path: tuple[str, ...]
    stored: tuple[str, ...]
    prefix: str
    depth: int

    @cached_property
    def places(self) -> Mapping[str, tuple[str, ...]]:
        """Where the numbers of its layers lie, by their names."""
        return dict(_places(self.layers, self.stored))


class _Flattening:
    """The way through a model and the models in it."""

    def __init__(self, found: FlatModel) -> None:
        self.found = found

    def model(
        self,
        config: Config,
        inputs: Sequence[str] | None,
        path: tuple[str, ...],
        stored: tuple[str, ...],
        prefix: str,
        depth: int,
    ) -> str:
        """Add the layers of a model; `inputs` are what it is called with, None for the outermost."""
        if depth > MAX_DEPTH:
            raise ModelError(f"Models lie in models, more than {MAX_DEPTH} deep; lay some of them flat.")
        kind = config["class_name"]
        if kind not in MODELS:
            refuse_programs(config)
            raise ModelError(
                f"The model is of a class of its own, {kind}, whose layers the file does not describe; build "
                "it as a Sequential or a functional model."
            )
        inner = config["config"]
        layers = inner["layers"] if isinstance(inner, Mapping) else inner  # Keras before 2.3 has a list
        if sum(1 for _ in layers) + len(self.found.specs) > MAX_LAYERS:
            raise ModelError(f"The model has more than {MAX_LAYERS:,} layers; choose a smaller one.")
        here = _ModelHere(layers, inputs, path, stored, prefix, depth)
        if kind == "Sequential":
            return self._sequential(config, here)
        return self._functional(inner, here)

    def _sequential(self, config: Config, model: _ModelHere) -> str:
        inputs = model.inputs
        if inputs is None:
            given = [each for each in model.layers if each["class_name"] == "InputLayer"]
            options = given[0]["config"] if given else {"batch_shape": input_shape(config), "name": "input"}
            path = (*model.path, "input")
            inputs = [self._put("InputLayer", options, (), _NO_NUMBERS, path, (), model.prefix)]
        (here,) = inputs
        for layer in model.layers:
            if layer["class_name"] != "InputLayer":
                here = self._call(layer, [here], _NO_NUMBERS, model)
        return here

    def _functional(self, inner: Config, model: _ModelHere) -> str:
        starts, ends = (_ends(inner[key]) for key in ("input_layers", "output_layers"))
        if len(ends) != 1:
            raise ModelError(
                f"The model has {len(ends)} outputs ({', '.join(ends)}), and one that tells classes apart is "
                "looked at here; save a model with that one."
            )
        if model.inputs is None and len(starts) != 1:
            raise ModelError(
                f"The model takes {len(starts)} inputs ({', '.join(starts)}), and one picture is given here; "
                "save a model with one."
            )
        known: dict[str, str] = {}
        if model.inputs is not None:
            known = dict(zip(starts, model.inputs, strict=True))
        waiting = [layer for layer in model.layers if _name(layer) not in known]
        while waiting:
            later = []
            for layer in waiting:
                sources, constants = _call_of(layer)
                if all(source in known for source in sources):
                    inputs = [known[each] for each in sources]
                    known[_name(layer)] = self._call(layer, inputs, constants, model)
                else:
                    later.append(layer)
            if len(later) == len(waiting):
                raise ModelError(
                    f"The layer {_name(later[0])} takes the output of one that is not in the file; save the "
                    "model again."
                )
            waiting = later
        return known[ends[0]]

    def _call(self, layer: Config, inputs: Sequence[str], constants: _Constants, model: _ModelHere) -> str:
        """Add a layer of a model, or a model in its place."""
        name, kind = _name(layer), layer["class_name"]
        here, stored = (*model.path, name), model.places.get(name, ())
        if kind in MODELS:
            return self.model(layer, inputs, here, stored, name, model.depth + 1)
        refuse_programs(layer)
        return self._put(kind, layer["config"], inputs, constants, here, stored, model.prefix)

    def _put(
        self,
        kind: str,
        options: Config,
        inputs: Sequence[str],
        constants: _Constants,
        path: tuple[str, ...],
        stored: tuple[str, ...],
        prefix: str,
    ) -> str:
        specs = self.found.specs
        name = re.sub(r"[^\w.-]+", "_", path[-1])
        for tried in (name, f"{prefix}.{name}", *(f"{name}.{at}" for at in range(2, MAX_LAYERS + 2))):
            if tried not in specs and not tried.startswith("."):
                specs[tried] = LayerSpec(
                    tried, kind, options, tuple(inputs), constants.numbers, constants.come_first, path, stored
                )
                return tried
        raise ModelError(f"More than {MAX_LAYERS:,} layers are called {name}; choose a smaller model.")


def _name(layer: Config) -> str:
    """The name of a layer, which stands in one place or the other."""
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, Mapping) else None
    return str(layer.get("name") or inner)


def _ends(told: Any) -> list[str]:
    """The names of a model's inputs or outputs, however they are nested."""
    if isinstance(told, Mapping):
        return [name for each in told.values() for name in _ends(each)]
    if told and isinstance(told[0], str):
        return [told[0]]
    return [name for each in told for name in _ends(each)]


def _places(layers: Sequence[Config], stored: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where a file of Keras 3 has each layer's numbers: by its class and how many of these came before."""
    counts: dict[str, int] = {}
    for layer in layers:
        if str(layer.get("module", "")).startswith(("keras.src.ops", "keras.src.activations")):
            continue  # steps between layers, which have no numbers
        base = snake(layer["class_name"])
        number = counts.get(base, 0)
        counts[base] = number + 1
        yield _name(layer), (*stored, "layers", f"{base}_{number}" if number else base)


@dataclass(eq=False)
class _Constants:
    """The numbers in a call."""

    numbers: tuple[float, ...] = ()
    come_first: bool = False


_NO_NUMBERS = _Constants()


def _call_of(layer: Config) -> tuple[list[str], _Constants]:
    """The layers whose outputs one takes, and the numbers that it takes besides."""
    nodes = layer.get("inbound_nodes") or []
    if len(nodes) > 1:
        raise ModelError(
            f"The layer {_name(layer)} is used {len(nodes)} times in the model, and a layer has one place "
            "here; give each place a layer of its own."
        )
    sources: list[str] = []
    constants = _Constants()
    for node in nodes:
        _collect(node["args"] if isinstance(node, Mapping) else node, sources, constants)
        if isinstance(node, Mapping):
            _collect(list(node.get("kwargs", {}).values()), sources, constants)
    return sources, constants


def _collect(told: Any, sources: list[str], constants: _Constants) -> None:
    """Look through the arguments of a call, as Keras 2 and 3 write them."""
    if isinstance(told, Mapping):
        if told.get("class_name") == "__keras_tensor__":
            _take(told["config"]["keras_history"], sources)
    elif isinstance(told, list):
        if len(told) >= 3 and isinstance(told[0], str) and all(isinstance(at, int) for at in told[1:3]):
            _take(told[:3], sources)
            if len(told) > 3:
                _collect(list(told[3].values()), sources, constants)
            return
        for each in told:
            _collect(each, sources, constants)
    elif isinstance(told, int | float) and not isinstance(told, bool):
        constants.come_first = constants.come_first or not sources
        constants.numbers += (float(told),)


def _take(history: Sequence[Any], sources: list[str]) -> None:
    """Note down an output of a layer."""
    name, node, tensor = history
    if node or tensor:
        raise ModelError(f"More than one output of {name} is used; build the model without that.")
    sources.append(name)


def input_shape(config: Config, depth: int = 0) -> Sequence[int | None] | None:
    """Return the shape (n, rows, columns, channels) of what a model takes, or None where it is not said."""
    inner = config.get("config")
    if depth > MAX_DEPTH or inner is None:
        return None
    if isinstance(inner, Mapping):
        told = inner.get("batch_shape") or inner.get("batch_input_shape")
        if told:
            return list(told)
        layers = inner.get("layers") or ()
    else:
        layers = inner
    for layer in layers[:1]:
        found = input_shape(layer, depth + 1)
        if found:
            return found
    if isinstance(inner, Mapping) and inner.get("build_input_shape"):
        return list(inner["build_input_shape"])
    told = (config.get("build_config") or {}).get("input_shape")
    return list(told) if told else None
