"""The vision transformer on a drawing as a program that reads its weights, in the words of two libraries."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from explorer.attention.transformer import EPSILON, VisionTransformer
from explorer.code.snippet import WIDTH, Snippet, chosen

WEIGHTS, SEEN = "transformer.npz", "seen.npy"
"""The files that a program reads: the weights, and what the network sees of the drawing."""


@dataclass(frozen=True, kw_only=True)
class TransformerSnippet(Snippet):
    """A library that can compute the same, and the function that writes the lines behind the patches."""

    imports: tuple[str, ...]
    write: Callable[[VisionTransformer], list[str]]


def code(
    framework: str,
    network: VisionTransformer,
    *,
    dropped: Collection[int] = (),
    places: Sequence[int] | None = None,
) -> str:
    """Write a transformer as a program that ends with `attention` and `probabilities`, as on the screen.

    It reads `WEIGHTS` and `SEEN` beside it.

    Args:
        framework: A key of `SNIPPETS`.
        network: The transformer, whose weights are in the file.
        dropped: As the network's.
        places: As the network's.

    Raises:
        ExplorerError: If there is no such framework.
    """
    snippet = chosen(SNIPPETS, framework)
    down, across = network.sides
    size, count = network.size, down * across
    lines = [
        *snippet.imports,
        "",
        f'weights = {{name: array.astype(np.float32) for name, array in np.load("{WEIGHTS}").items()}}',
        f'seen = np.load("{SEEN}")  # (rows, columns, 1): 1 for ink, 0 for paper',
        "",
        f"grid = seen.reshape({down}, {size}, {across}, {size})",
        f"patches = grid.swapaxes(1, 2).reshape({count}, {size * size})  # one a row",
        f'positions = weights["positions"].reshape({count}, -1)',
    ]
    if places is not None:
        lines += [*_listed("places", places), "positions = positions[places]  # of each patch another one's"]
    lines += [
        'rows = patches @ weights["embedding/kernel"] + weights["embedding/bias"] + positions',
    ]
    if dropped:
        lines += [
            *_listed("dropped", sorted(dropped)),
            "rows = np.delete(rows, dropped, axis=0)",
        ]
    lines.append('rows = np.vstack([weights["class_token"], rows])')
    return "\n".join([*lines, "", "", *snippet.write(network)])


def _listed(name: str, numbers: Sequence[int]) -> list[str]:
    return textwrap.wrap(f"{name} = {list(numbers)}", WIDTH, subsequent_indent="    ")


def _numpy(network: VisionTransformer) -> list[str]:
    return f"""\
def normalised(rows, name):
    away = rows - rows.mean(axis=1, keepdims=True)
    rows = away / np.sqrt((away**2).mean(axis=1, keepdims=True) + {EPSILON:g})
    return rows * weights[f"{{name}}/gamma"] + weights[f"{{name}}/beta"]


def dense(rows, name):
    return rows @ weights[f"{{name}}/kernel"] + weights[f"{{name}}/bias"]


def projected(rows, name):
    kernel, bias = weights[f"{{name}}_kernel"], weights[f"{{name}}_bias"]
    return np.einsum("rw,whd->hrd", rows, kernel) + bias[:, np.newaxis]


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def gelu(x):
    return x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2


attention = []
for number in range(1, {len(network.blocks) + 1}):
    block = f"block{{number}}"
    normed = normalised(rows, f"{{block}}/attention_norm")
    query, key, value = (
        projected(normed, f"{{block}}/attention/{{part}}") for part in ("query", "key", "value")
    )
    shares = softmax(query @ key.swapaxes(1, 2) / math.sqrt(query.shape[2]))
    attention.append(shares)  # (heads, rows, rows)
    mixed = np.einsum("hrd,hdw->rw", shares @ value, weights[f"{{block}}/attention/output_kernel"])
    rows = rows + mixed + weights[f"{{block}}/attention/output_bias"]
    hidden = gelu(dense(normalised(rows, f"{{block}}/dense_norm"), f"{{block}}/widen"))
    rows = rows + dense(hidden, f"{{block}}/narrow")

probabilities = softmax(dense(normalised(rows[:1], "norm"), "head"))[0]""".split("\n")


def _keras(network: VisionTransformer) -> list[str]:
    attention = network.blocks[0].attention
    heads, width = attention.heads, network.width
    return f"""\
def run(layer, *inputs, names, **options):
    layer(*inputs)  # makes its weights
    layer.set_weights([weights[name] for name in names])
    return layer(*inputs, **options)


def normalised(rows, name):
    layer = keras.layers.LayerNormalization(epsilon={EPSILON:g})
    return run(layer, rows, names=[f"{{name}}/gamma", f"{{name}}/beta"])


def dense(rows, name, activation=None):
    layer = keras.layers.Dense(weights[f"{{name}}/bias"].size, activation=activation)
    return run(layer, rows, names=[f"{{name}}/kernel", f"{{name}}/bias"])


rows = keras.ops.convert_to_tensor(rows[np.newaxis])
attention = []
for number in range(1, {len(network.blocks) + 1}):
    block = f"block{{number}}"
    normed = normalised(rows, f"{{block}}/attention_norm")
    names = [
        f"{{block}}/attention/{{part}}_{{kind}}"
        for part in ("query", "key", "value", "output")
        for kind in ("kernel", "bias")
    ]
    mixed, shares = run(
        keras.layers.MultiHeadAttention({heads}, {width // heads}),
        normed,
        normed,
        names=names,
        return_attention_scores=True,
    )
    attention.append(np.array(shares)[0])  # (heads, rows, rows)
    rows = rows + mixed
    hidden = dense(normalised(rows, f"{{block}}/dense_norm"), f"{{block}}/widen", "gelu")
    rows = rows + dense(hidden, f"{{block}}/narrow")

scores = dense(normalised(rows[:, 0], "norm"), "head")
probabilities = np.array(keras.ops.softmax(scores))[0]""".split("\n")


SNIPPETS: dict[str, TransformerSnippet] = {
    snippet.name: snippet
    for snippet in (
        TransformerSnippet(
            name="numpy", title="NumPy", imports=("import math", "", "import numpy as np"), write=_numpy
        ),
        TransformerSnippet(
            name="keras", title="Keras", imports=("import keras", "import numpy as np"), write=_keras
        ),
    )
}
"""The libraries by name."""
