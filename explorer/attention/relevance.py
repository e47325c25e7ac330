"""What speaks for a class, by attention and its gradient: back through the blocks of a vision transformer."""

from __future__ import annotations

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.attention.checks import AttentionError
from explorer.attention.heads import MultiHeadAttention
from explorer.attention.transformer import (
    BlockRun,
    LayerNormalization,
    TransformerBlock,
    TransformerRun,
    VisionTransformer,
)
from explorer.calculus import Real


def attention_gradients(network: VisionTransformer, run: TransformerRun, target: int) -> tuple[Real, ...]:
    """Return by how much the score of a class rises with each weight of each attention.

    Args:
        network: The network.
        run: What it made of a picture.
        target: The class.

    Returns:
        Of each layer, the first one first, (heads, rows, rows).

    Raises:
        AttentionError: If there is no such class.
    """
    if not 0 <= target < len(run.scores):
        raise AttentionError(f"The classes are 0 to {len(run.scores) - 1}; there is no class {target}.")
    last = run.blocks[-1].output
    slope = np.zeros_like(last)
    # The answer is read from the class token alone.
    slope[:1] = _through_norm(network.norm, last[:1], network.head.kernel[:, target][np.newaxis])
    found: list[Real] = []
    for block, done in zip(network.blocks[::-1], run.blocks[::-1], strict=True):
        slope, weights = _through_block(block, done, slope)
        found.append(weights)
    return tuple(found[::-1])


def relevance(network: VisionTransformer, run: TransformerRun, target: int) -> Real:
    """Say which patches speak for a class: attention times its gradient, followed through the layers.

    R starts as the identity and grows by A R in each layer, A being the mean over heads of max(0, weights ·
    gradient); the row of the class token is what is left for the answer. Other than `rollout` it knows which
    class is asked about.

    Args:
        network: The network.
        run: What it made of a picture.
        target: The class.

    Returns:
        (patches down, patches across), none below 0.

    Raises:
        AttentionError: If there is no such class.

    Reference: Chefer, Gur and Wolf, Generic Attention-Model Explainability, 2021.
    """
    slopes = attention_gradients(network, run, target)
    reached: Real = np.eye(len(run.kept) + 1, dtype=slopes[0].dtype)
    for layer, slope in enumerate(slopes):
        reached = reached + np.maximum(run.attention(layer) * slope, 0).mean(axis=0) @ reached
    return run.on_sheet(reached[0])


def _through_block(block: TransformerBlock, run: BlockRun, slope: Real) -> tuple[Real, Real]:
    """Of a slope behind a block make the one before it, and that of its attention's weights."""
    hidden = slope @ block.narrow.kernel.T * ACTIVATIONS["gelu"].derivative(run.hidden)
    slope = slope + _through_norm(block.dense_norm, run.between, hidden @ block.widen.kernel.T)
    normed, weights = _through_heads(block.attention, run, slope)
    return slope + _through_norm(block.attention_norm, run.inputs, normed), weights


def _through_heads(layer: MultiHeadAttention, run: BlockRun, slope: Real) -> tuple[Real, Real]:
    """Of a slope behind several heads make the one before them, and that of their weights."""
    before = np.zeros_like(slope)
    found = []
    for number, head in enumerate(run.attention.heads):
        mixed = slope @ layer.output_kernel[number].T
        weights = mixed @ head.value.T
        found.append(weights)
        taken = head.weights * weights
        scores = (taken - head.weights * taken.sum(axis=1, keepdims=True)) * slope.dtype.type(head.scale)
        for part, kernel in (
            (scores @ head.key, layer.query_kernel),
            (scores.T @ head.query, layer.key_kernel),
            (head.weights.T @ mixed, layer.value_kernel),
        ):
            before += part @ kernel[:, number].T
    return before, np.stack(found)


def _through_norm(norm: LayerNormalization, rows: Real, slope: Real) -> Real:
    """Of a slope behind a layer normalisation make the one before it."""
    even, divisor = norm.standardised(rows)
    scaled = slope * norm.gamma
    mean = scaled.mean(axis=1, keepdims=True)
    along = (scaled * even).mean(axis=1, keepdims=True)
    found: Real = (scaled - mean - even * along) / divisor
    return found
