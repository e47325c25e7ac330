"""A network that runs: every map of one pass forward, and the gradient at every one of them from one back.

Layers that follow one another are computed as one where that is quicker: a convolution with its padding
before it, its normalisation folded into it, and its rectifier written over its sums. What is between can
still be had: it is computed when it is asked for, from the map that went in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from explorer.convolution.layout import Array
from explorer.imagenet.engine.functions import FUNCTIONS
from explorer.imagenet.engine.graph import Architecture, GraphNode
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    BatchNormalizationLayer,
    Conv2DLayer,
    DepthwiseConv2DLayer,
    EngineLayer,
    SeparableConv2DLayer,
    WindowLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.memory import keep_freed_memory
from explorer.imagenet.networks import NetworkError

LEAST_SCALE = 1e-12
"""The least scale of a normalisation that is folded: below it, what was multiplied by it is lost."""

_LAST_KERNELS: dict[type[EngineLayer], str] = {
    Conv2DLayer: "kernel",
    DepthwiseConv2DLayer: "kernel",
    SeparableConv2DLayer: "pointwise_kernel",
}


@dataclass(frozen=True, eq=False)
class FusedStep:
    """Nodes that follow one another and are computed as one; most are a single node.

    Attributes:
        nodes: In their order: perhaps a padding, the main one, perhaps a normalisation, perhaps a rectifier.
        main: The layer of the main one. A normalisation is folded into it: its kernel is multiplied by the
            scale of each channel, and its bias is the shift. Its node then has a layer without weights.
        scale: That scale, where a normalisation is folded.
        offset: The bias before that was done.
    """

    nodes: tuple[GraphNode, ...]
    main: EngineLayer
    scale: Array | None = None
    offset: Array | None = None

    @property
    def name(self) -> str:
        """The node whose output it gives."""
        return self.nodes[-1].name

    @property
    def inputs(self) -> tuple[str, ...]:
        """The nodes whose outputs it takes."""
        return self.nodes[0].inputs

    @cached_property
    def padding(self) -> ZeroPadding2DLayer | None:
        """The padding before the main layer, as long as other nodes follow."""
        first = self.nodes[0].layer
        return first if len(self.nodes) > 1 and isinstance(first, ZeroPadding2DLayer) else None

    @cached_property
    def function(self) -> str:
        """The rectifier at the end, or nothing."""
        last = self.nodes[-1].layer
        return last.activation if len(self.nodes) > 1 and isinstance(last, ActivationLayer) else ""

    @cached_property
    def padded(self) -> EngineLayer:
        """The main layer with the padding as its own."""
        if not self.padding:
            return self.main
        assert isinstance(self.main, WindowLayer)
        return replace(self.main, padding=self.padding.padding)

    @cached_property
    def unpadded(self) -> FusedStep:
        """The step on maps with their padding around them."""
        assert isinstance(self.main, WindowLayer)
        nodes = self.nodes[1:] if self.padding else self.nodes
        return FusedStep(nodes, replace(self.main, padding="valid"))

    def forward(self, inputs: Sequence[Array]) -> Array:
        """Compute the output."""
        output = self.padded.forward(inputs)
        write = FUNCTIONS[self.function].write if self.function else None
        if write:
            write(output)
        return output

    def one_by_one(
        self,
        inputs: Sequence[Array],
        *,
        scales: Mapping[str, Array] | None = None,
        start: str = "",
        stop: str = "",
    ) -> Array:
        """Compute the nodes one by one.

        Args:
            inputs: Of the first node or, with `start`, the output of that.
            scales: What the channels of a node's output are multiplied by.
            start: The node after which to begin.
            stop: The node at which to end.
        """
        names = [node.name for node in self.nodes]
        for node in self.nodes[names.index(start) + 1 if start else 0 :]:
            output = self._unfolded(node, inputs)
            if scales and node.name in scales:
                output = output * scales[node.name]
            if node.name == stop:
                return output
            inputs = [output]
        return inputs[0]

    def _unfolded(self, node: GraphNode, inputs: Sequence[Array]) -> Array:
        """What one node makes of its inputs.

        Before a folded normalisation that is the folded convolution without its shift, divided by the scale:
        to shift the normalised map back would lose the digits of channels whose scale is small.
        """
        if self.scale is None or node.layer.kind != self.main.kind:
            return (self.main if node.layer.kind == self.main.kind else node.layer).forward(inputs)
        assert isinstance(self.main, WindowLayer)
        weights = {name: value for name, value in self.main.weights.items() if name != "bias"}
        sums = replace(self.main, weights=weights).forward(inputs)
        sums /= self.scale
        if self.offset is not None:
            sums += self.offset
        return sums

    def backward(
        self, gradient: Array, inputs: Sequence[Array], output: Array
    ) -> tuple[Sequence[Array], Array | None]:
        """Turn the gradient at the output into those at the inputs, and that at a padding if there is one."""
        gradient = self.before_function(gradient, output)
        if not self.padding:
            return self.main.backward(gradient, inputs, output), None
        shape = len(gradient), *self.nodes[0].shape
        (around,) = self.main.backward(gradient, (np.broadcast_to(gradient.dtype.type(0), shape),), output)
        return self.padding.backward(around, inputs, output), around

    def before_function(self, gradient: Array, output: Array) -> Array:
        """The gradient before the rectifier at the end, if there is one."""
        if not self.function:
            return gradient
        return FUNCTIONS[self.function].gradient(gradient, output, output)


def _steps(architecture: Architecture, layers: Mapping[str, EngineLayer]) -> tuple[FusedStep, ...]:
    """Put nodes together that can be computed as one."""
    users = Counter(source for node in architecture.nodes for source in node.inputs)
    after = {source: node for node in architecture.nodes for source in node.inputs}
    plans = {node.name: node for node in architecture.nodes}
    nodes = {name: replace(node, layer=layers[name]) for name, node in plans.items()}

    def follower(name: str, *kinds: type[EngineLayer]) -> GraphNode | None:
        """The only node that takes the output of one, if it is of some kind."""
        node = nodes[after[name].name] if users[name] == 1 and name != architecture.logits else None
        return node if node and isinstance(node.layer, kinds) else None

    steps, taken = [], set()
    for node in architecture.nodes:
        if node.name in taken:
            continue
        chain = [nodes[node.name]]
        convolutions = tuple(_LAST_KERNELS)
        if isinstance(node.layer, ZeroPadding2DLayer) and (main := follower(node.name, *convolutions)):
            chain.append(main)
        step = FusedStep((), chain[-1].layer)
        if isinstance(step.main, convolutions):
            normalisation = follower(chain[-1].name, BatchNormalizationLayer)
            if normalisation and (folded := _folded(step.main, normalisation.layer)):
                step = folded
                chain[-1:] = plans[chain[-1].name], normalisation  # its weights need not be kept
        if isinstance(chain[-1].layer, (*convolutions, BatchNormalizationLayer, AddLayer)):
            rectifier = follower(chain[-1].name, ActivationLayer)
            if rectifier and _writes(rectifier.layer):
                chain.append(rectifier)
        taken |= {each.name for each in chain}
        steps.append(replace(step, nodes=tuple(chain)))
    order = {node.name: place for place, node in enumerate(architecture.nodes)}
    return tuple(sorted(steps, key=lambda step: order[step.name]))


def _writes(layer: EngineLayer) -> bool:
    """Whether a layer's function can be written over its input."""
    return isinstance(layer, ActivationLayer) and FUNCTIONS[layer.activation].write is not None


def _folded(main: EngineLayer, normalisation: EngineLayer) -> FusedStep | None:
    """Fold a normalisation into the convolution before it, unless that would lose a channel.

    `scale (k * x + b) + shift = (scale k) * x + (scale b + shift)`
    """
    assert isinstance(normalisation, BatchNormalizationLayer)
    assert isinstance(main, WindowLayer)
    scale, shift = normalisation.factors
    if np.abs(scale).min() < LEAST_SCALE:
        return None
    kernel = _LAST_KERNELS[type(main)]
    channels = scale
    if isinstance(main, DepthwiseConv2DLayer):
        channels = scale.reshape(-1, main.depth_multiplier)
    bias = shift if main.bias is None else shift + scale * main.bias
    weights = {**main.weights, kernel: main.weights[kernel] * channels, "bias": bias}
    return FusedStep((), replace(main, weights=weights), scale, main.bias)


@dataclass(frozen=True, eq=False)
class FeatureMaps(Mapping[str, Array]):
    """The output of every node for some pictures, (n, H, W, C) or (n, numbers).

    One at the end of a `FusedStep` is kept, as long as it was to be kept; one inside is computed when it is
    asked for.
    """

    network: EngineNetwork
    kept: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        step = self.network.step(name)
        if name == step.name:
            if name not in self.kept:
                raise NetworkError(f"The map of {name} was not kept; keep all maps.")
            return self.kept[name]
        return step.one_by_one([self[each] for each in step.inputs], stop=name)

    def __contains__(self, name: object) -> bool:
        return any(node.name == name for node in self.network.architecture.nodes)

    def __iter__(self) -> Iterator[str]:
        return (node.name for node in self.network.architecture.nodes)

    def __len__(self) -> int:
        return len(self.network.architecture.nodes)

    @cached_property
    def nbytes(self) -> int:
        """How much memory what is kept takes."""
        return sum(array.nbytes for array in self.kept.values())

    @property
    def logits(self) -> Array:
        """What the network says before the softmax, (n, classes)."""
        logits = self[self.network.architecture.logits]
        return logits.reshape(len(logits), -1)


@dataclass(frozen=True, eq=False)
class MapGradients(Mapping[str, Array]):
    """The gradient at the output of every node, in the shape of the map; 0 after the logits."""

    maps: FeatureMaps
    found: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        step = self.maps.network.step(name)
        if name in self.found:
            return self.found[name]
        if step.name not in self.found:
            return np.zeros_like(self.maps[name])
        before = step.before_function(self.found[step.name], self.maps[step.name])
        # What is left is the node before the rectifier, and the one before the folded normalisation.
        folded = next((node.name for node in step.nodes if node.layer.kind == step.main.kind), "")
        return before * step.scale if step.scale is not None and name == folded else before

    def __contains__(self, name: object) -> bool:
        return name in self.maps

    def __iter__(self) -> Iterator[str]:
        return iter(self.maps)

    def __len__(self) -> int:
        return len(self.maps)


class EngineNetwork:
    """An architecture with its weights, ready to run; it never changes, so many may run it at once.

    Args:
        architecture: The layers.
        weights: Of each layer that has some, its arrays in Keras's order, as `Architecture.variables` names
            them.
        dtype: The precision of the weights; maps have it if the pixels do.

    Raises:
        NetworkError: If a layer's weights are missing or have other shapes.
    """

    def __init__(
        self,
        architecture: Architecture,
        weights: Mapping[str, Sequence[Array]],
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        keep_freed_memory()
        self.architecture = architecture
        self.steps = _steps(architecture, with_weights(architecture, weights, dtype))
        self._step_of = {node.name: step for step in self.steps for node in step.nodes}
        self._users = Counter(source for step in self.steps for source in step.inputs)

    def step(self, name: str) -> FusedStep:
        """Return the step that a node belongs to, or raise a `NetworkError`."""
        if name not in self._step_of:
            raise NetworkError(f"There is no layer {name!r} in this network; choose one that layers names.")
        return self._step_of[name]

    def forward(
        self,
        pixels: Array,
        *,
        keep: Collection[str] | None = None,
        scales: Mapping[str, Mapping[int, float]] | None = None,
    ) -> FeatureMaps:
        """Compute every map of some pictures.

        Args:
            pixels: Scaled as the network expects them, (n, size, size, 3).
            keep: The nodes whose maps are kept besides the logits; all of them if None.
            scales: `{layer: {channel: factor}}`: what channels are multiplied by before the next layers see
                them.

        Raises:
            NetworkError: If the pictures have another shape, or there is no such layer or channel.
        """
        expected = self.architecture.nodes[0].shape
        if pixels.shape[1:] != expected:
            raise NetworkError(
                f"This network takes pictures (n, {', '.join(map(str, expected))}), and an array of shape "
                f"{pixels.shape} came; give what preprocess gives, with an axis for the pictures before it."
            )
        first, *others = self.steps
        factors = self._factors(scales or {})
        seen = pixels * factors[first.name] if first.name in factors else pixels
        return self._run({first.name: seen}, others, keep, factors)

    def resume(
        self, maps: FeatureMaps, name: str, replaced: Array, *, keep: Collection[str] | None = None
    ) -> FeatureMaps:
        """Put another map in the place of a node's output, and compute what comes after it anew.

        Args:
            maps: All maps of some pictures.
            name: The node.
            replaced: Its other output.
            keep: As for `forward`; what is not kept of a pass is quicker to compute.

        Raises:
            NetworkError: If there is no such node, or its map has another shape.
        """
        step = self.step(name)
        expected = (len(maps.logits), *next(node.shape for node in step.nodes if node.name == name))
        if replaced.shape != expected:
            raise NetworkError(
                f"The map of {name} has the shape {expected}, and one of {replaced.shape} came; give it the "
                "same shape."
            )
        kept = {**maps.kept, step.name: step.one_by_one([replaced], start=name)}
        changed, after = {step.name}, []
        for each in self.steps:
            if not changed.isdisjoint(each.inputs):
                changed.add(each.name)
                after.append(each)
        return self._run(kept, after, keep, {})

    def backward(
        self,
        maps: FeatureMaps,
        target: int | Array,
        names: Collection[str] | None = None,
        *,
        start: str = "",
    ) -> MapGradients:
        """Compute the gradient at every node.

        Args:
            maps: All maps of one or more pictures.
            target: The class whose logit the gradient is of, or a gradient at the logits, (n, classes).
            names: The nodes that it is wanted at, if not at all: the pass ends where the first of them lies.
            start: A layer whose numbers, put in a row, take the place of the logits.

        Raises:
            NetworkError: If there is no such class, the gradient has another shape, or maps were not kept.
        """
        start = self.step(start).name if start else self.architecture.logits
        logits = maps[start].reshape(len(maps[start]), -1)
        classes = logits.shape[1]
        if isinstance(target, int | np.integer):
            if not 0 <= target < classes:
                raise NetworkError(f"The classes are 0 to {classes - 1}, and {target} came; choose one.")
            gradient = np.zeros_like(logits)
            gradient[:, target] = 1
        else:
            gradient = np.asarray(target, logits.dtype)
            if gradient.shape != logits.shape:
                raise NetworkError(
                    f"The logits have the shape {logits.shape}, and a gradient of {gradient.shape} came; "
                    "give one of the same shape."
                )
        found = {start: gradient.reshape(maps[start].shape)}
        wanted = set() if names is None else {self.step(name).name for name in names}
        for step in reversed(self.steps):
            if step.name not in found or not step.inputs:
                continue
            if names is not None and (not wanted or (wanted == {step.name} and step.padding is None)):
                break
            wanted.discard(step.name)
            inputs = [maps[source] for source in step.inputs]
            gradients, around = step.backward(found[step.name], inputs, maps[step.name])
            if around is not None:
                found[step.nodes[0].name] = around
            for source, share in zip(step.inputs, gradients, strict=True):
                found[source] = found[source] + share if source in found else share
        return MapGradients(maps, found)

    def _run(
        self,
        kept: dict[str, Array],
        steps: Sequence[FusedStep],
        keep: Collection[str] | None,
        factors: Mapping[str, Array],
    ) -> FeatureMaps:
        waiting = Counter(self._users)
        lasting = None if keep is None else {self.step(name).name for name in keep}
        for step in steps:
            inputs = [kept[source] for source in step.inputs]
            if factors and any(node.name in factors for node in step.nodes):
                kept[step.name] = step.one_by_one(inputs, scales=factors)
            else:
                kept[step.name] = step.forward(inputs)
            if lasting is None:
                continue
            for source in step.inputs:
                waiting[source] -= 1
                if not waiting[source] and source not in lasting and source != self.architecture.logits:
                    del kept[source]
        return FeatureMaps(self, kept)

    def _factors(self, scales: Mapping[str, Mapping[int, float]]) -> dict[str, Array]:
        factors = {}
        for name, channels in scales.items():
            self.step(name)
            node = next(node for node in self.architecture.nodes if node.name == name)
            factors[name] = np.ones(node.shape[-1], np.float32)
            for channel, factor in channels.items():
                if not 0 <= channel < node.shape[-1]:
                    raise NetworkError(
                        f"The channels of {name} are 0 to {node.shape[-1] - 1}, and {channel} came; choose "
                        "one of them."
                    )
                factors[name][channel] = factor
        return factors


def with_weights(
    architecture: Architecture,
    weights: Mapping[str, Sequence[Array]],
    dtype: type[np.floating[Any]] = np.float32,
) -> dict[str, EngineLayer]:
    """Return each node's layer with its weights.

    Raises:
        NetworkError: If a layer's weights are missing or have other shapes.
    """
    layers = {}
    for node in architecture.nodes:
        layers[node.name] = node.layer
        if not node.variables:
            continue
        given = [np.ascontiguousarray(array, dtype) for array in weights.get(node.owner, ())]
        expected, came = list(node.variables.values()), [array.shape for array in given]
        if came != expected:
            raise NetworkError(
                f"{node.owner} takes weights of the shapes {expected}, and {came or 'none'} came; give those "
                "of the same network."
            )
        layers[node.name] = replace(
            node.layer,
            weights=dict(zip(node.variables, given, strict=True)),  # type: ignore[call-arg]
        )
    return layers
