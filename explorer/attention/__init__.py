"""Attention: what each vector of a set takes from the others, by the arithmetic of a transformer.

A picture becomes a sequence of vectors, one for each patch (`patches`), to which its place is added
(`sinusoidal_positions`). `attend` lets each of them take a mean of the others' values, weighted by how well
its query fits their keys; `MultiHeadAttention` does so several times at once, with weights as Keras has them.
`rollout` follows the weights through several layers. A `VisionTransformer` is all of that together, from a
picture to an answer, and `relevance` says which patches speak for it.

Numbers that are a student's own stay float64; all else is float32.
"""

from explorer.attention.checks import AttentionError
from explorer.attention.dot_product import Attended, attend
from explorer.attention.heads import HeadsRun, MultiHeadAttention
from explorer.attention.patches import patches, picture_of, sinusoidal_positions
from explorer.attention.relevance import attention_gradients, relevance
from explorer.attention.rollout import rollout
from explorer.attention.transformer import TransformerRun, VisionTransformer

__all__ = [
    "Attended",
    "AttentionError",
    "HeadsRun",
    "MultiHeadAttention",
    "TransformerRun",
    "VisionTransformer",
    "attend",
    "attention_gradients",
    "patches",
    "picture_of",
    "relevance",
    "rollout",
    "sinusoidal_positions",
]
