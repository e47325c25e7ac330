"""The graph of a network: its layers by name, each after those whose outputs it takes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.imagenet.engine.layers import (
    ActivationLayer,
    EngineLayer,
    InputLayer,
    Shape,
)


@dataclass(frozen=True, eq=False)
class GraphNode:
    """A layer in its place.

    Attributes:
        name: Keras's name of the layer. A step that Keras does inside a layer, or between two, has a name
            with a slash.
        kind: Keras's class of the layer, or nothing for such a step.
        layer: What it computes.
        inputs: The nodes whose outputs it takes.
        shape: Of its output, without the number of pictures.
        owner: The layer whose weights it has: its own name, or that of the layer that it is a step of.
        variables: Their shapes by name, in Keras's order.
    """

    name: str
    kind: str
    layer: EngineLayer
    inputs: tuple[str, ...]
    shape: Shape
    owner: str
    variables: Mapping[str, Shape]


@dataclass(frozen=True, eq=False)
class Architecture:
    """A network without its weights.

    Attributes:
        nodes: In Keras's order.
        logits: The node whose output, put in a row, is the logits.
    """

    nodes: tuple[GraphNode, ...]
    logits: str

    @property
    def layers(self) -> tuple[GraphNode, ...]:
        """The nodes that are layers in Keras, without the steps inside or between them."""
        return tuple(node for node in self.nodes if node.kind)

    def layer_inputs(self, name: str) -> tuple[str, ...]:
        """Name the layers whose outputs make up the input of a layer, whatever is done in between."""
        by_name = {node.name: node for node in self.nodes}

        def sources(inputs: Sequence[str]) -> list[str]:
            return [
                source
                for each in inputs
                for source in ([each] if by_name[each].kind else sources(by_name[each].inputs))
            ]

        return tuple(dict.fromkeys(sources(by_name[name].inputs)))

    def variables(self) -> dict[str, dict[str, Shape]]:
        """The weights of each layer that has some: their shapes, in the order of Keras's files."""
        owned = {node.owner: dict(node.variables) for node in self.nodes if node.variables}
        return {node.name: owned[node.name] for node in self.layers if node.name in owned}

    def weighted(self, name: str) -> GraphNode:
        """Return the node with the weights of a layer: itself, or the first of the steps inside it."""
        return next(node for node in self.nodes if node.owner == name)

    def up_to(self, name: str) -> Architecture:
        """Return the part that leads to a node, as a network whose logits are what that node gives."""
        needed = {name}
        for node in reversed(self.nodes):
            if node.name in needed:
                needed.update(node.inputs)
        return Architecture(tuple(node for node in self.nodes if node.name in needed), name)

    def parameters(self, name: str) -> int:
        """Count the numbers that a layer has learned."""
        return sum(math.prod(shape) for shape in self.variables().get(name, {}).values())


class GraphBuilder:
    """A network as it is put together, layer by layer; layers without a name get the one Keras makes up."""

    def __init__(self, size: int, channels: int = 3, name: str = "input_layer") -> None:
        self._nodes: dict[str, GraphNode] = {}
        self._made_up: Counter[str] = Counter()
        self.input = self.add(InputLayer(size, channels), base=name)

    def shape(self, name: str) -> Shape:
        """The shape of a node's output, without the number of pictures."""
        return self._nodes[name].shape

    def add(
        self,
        layer: EngineLayer,
        *inputs: str,
        name: str = "",
        base: str = "",
        activation: str = "",
        kind: str = "",
    ) -> str:
        """Put a layer after those whose outputs it takes, and give its name.

        Args:
            layer: The layer.
            inputs: The names of the others.
            name: Its own.
            base: What Keras makes up a name from, where it has none: the first is "base", the next "base_1".
            activation: Of a layer that applies a function to its own output, which function.
            kind: Keras's class, where another one computes the same.
        """
        name, kind = name or self._make_up(base), kind or layer.kind
        if not activation:
            return self._put(layer, inputs, name, kind, name)
        sums = self._put(layer, inputs, f"{name}/sums", "", name)
        return self._put(ActivationLayer(activation), (sums,), name, kind, name)

    def between(self, layer: EngineLayer, *inputs: str, name: str) -> str:
        """Put something after a layer that is no layer of Keras's, `name` with a slash in it."""
        return self._put(layer, inputs, name, "", name)

    def _put(self, layer: EngineLayer, inputs: tuple[str, ...], name: str, kind: str, owner: str) -> str:
        shapes = [self._nodes[each].shape for each in inputs]
        self._nodes[name] = GraphNode(
            name, kind, layer, inputs, layer.output_shape(*shapes), owner, layer.variables(*shapes)
        )
        return name

    def _make_up(self, base: str) -> str:
        number = self._made_up[base]
        self._made_up[base] += 1
        return f"{base}_{number}" if number else base

    def build(self, last: str, logits: str = "") -> Architecture:
        """Finish the network.

        Args:
            last: Its last node.
            logits: The node of its logits; without one, what goes into the last.
        """
        return Architecture(tuple(_in_keras_order(self._nodes, last)), logits or self._nodes[last].inputs[0])


def _in_keras_order(nodes: Mapping[str, GraphNode], last: str) -> list[GraphNode]:
    """Order nodes by how many others follow them to the end, the most first.

    Among equals that comes first which is met first on the way back from the end, along the first input of
    each node to the start, then along the others.
    """
    met: dict[str, int] = {}
    finished: list[str] = []
    waiting = [(last, False)]
    while waiting:
        name, done = waiting.pop()
        if done:
            finished.append(name)
        elif name not in met:
            met[name] = len(met)
            waiting.append((name, True))
            waiting += [(source, False) for source in reversed(nodes[name].inputs)]
    depths = {last: 0}
    for name in reversed(finished):
        for source in nodes[name].inputs:
            depths[source] = max(depths.get(source, 0), depths[name] + 1)
    return [nodes[name] for name in sorted(met, key=lambda name: (-depths[name], met[name]))]
