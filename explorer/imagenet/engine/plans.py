"""The layers of a network written down as plain lists and texts, and read again: what a file of ours has."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from explorer.imagenet.engine import layers as records
from explorer.imagenet.engine import other_layers
from explorer.imagenet.engine.graph import Architecture, GraphNode
from explorer.imagenet.engine.layers import EngineLayer

LAYERS: dict[str, type[EngineLayer]] = {
    record.__name__: record
    for record in (*vars(records).values(), *vars(other_layers).values())
    if isinstance(record, type) and issubclass(record, EngineLayer)
}
"""The records of layers by their names."""


def to_plan(architecture: Architecture) -> dict[str, Any]:
    """Write an architecture down, fit for JSON."""
    return {
        "nodes": [
            {
                "name": node.name,
                "kind": node.kind,
                "owner": node.owner,
                "inputs": node.inputs,
                "layer": type(node.layer).__name__,
                "options": {
                    field.name: getattr(node.layer, field.name)
                    for field in dataclasses.fields(node.layer)
                    if field.name != "weights"
                },
            }
            for node in architecture.nodes
        ],
        "logits": architecture.logits,
    }


def from_plan(plan: Mapping[str, Any]) -> Architecture:
    """Read an architecture that `to_plan` wrote.

    >>> from explorer.imagenet.engine.graph import GraphBuilder
    >>> network = GraphBuilder(8)
    >>> last = network.add(records.Conv2DLayer(3, filters=2), network.input, name="first")
    >>> from_plan(to_plan(network.build(last, last))).nodes[1].shape
    (6, 6, 2)
    """
    nodes: dict[str, GraphNode] = {}
    for told in plan["nodes"]:
        options = {name: _as_tuples(value) for name, value in told["options"].items()}
        layer = LAYERS[told["layer"]](**options)
        inputs = tuple(told["inputs"])
        shapes = [nodes[source].shape for source in inputs]
        nodes[told["name"]] = GraphNode(
            name=told["name"],
            kind=told["kind"],
            layer=layer,
            inputs=inputs,
            shape=layer.output_shape(*shapes),
            owner=told["owner"],
            variables=layer.variables(*shapes),
        )
    return Architecture(tuple(nodes.values()), plan["logits"])


def _as_tuples(value: Any) -> Any:
    return tuple(map(_as_tuples, value)) if isinstance(value, list | tuple) else value
