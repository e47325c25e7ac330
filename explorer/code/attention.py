"""The small attention on the screen as a program, in the words of three libraries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.attention.examples import DEPTH
from explorer.attention.experiment import SmallAttention
from explorer.code.snippet import Snippet, call_lines, chosen, matrix_text, number_text


@dataclass(frozen=True, kw_only=True)
class AttentionSnippet(Snippet):
    """A library that can make the same numbers, and the function that writes what comes after them."""

    imports: tuple[str, ...]
    write: Callable[[SmallAttention], list[str]]


def code(framework: str, found: SmallAttention) -> str:
    """Write the experiment as a program that ends with `weights` and `output`, the numbers on the screen.

    Args:
        framework: A key of `SNIPPETS`.
        found: The experiment.

    Raises:
        ExplorerError: If there is no such framework.

    Example:
        >>> print(code("numpy", SmallAttention(example="money")))
        import numpy as np
        <BLANKLINE>
        x = np.array([[0, 0],
                      [1, 1],
                      [0, 1],
                      [0, 2]])
        query_kernel = np.array([[2, 0],
                                 [0, 2]])
        key_kernel = np.array([[1, 0],
                               [0, 1]])
        value_kernel = np.array([[1, 0],
                                 [0, 1]])
        output_kernel = np.array([[1, 0],
                                  [0, 1]])
        <BLANKLINE>
        query, key, value = x @ query_kernel, x @ key_kernel, x @ value_kernel
        scores = query @ key.T  # (4, 4)
        scaled = scores / np.sqrt(2)
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        weights = powers / powers.sum(axis=-1, keepdims=True)
        output = weights @ value @ output_kernel  # (4, 2)
    """
    snippet = chosen(SNIPPETS, framework)
    return "\n".join([*snippet.imports, "", *_numbers(found), "", *snippet.write(found)])


def _numbers(found: SmallAttention) -> list[str]:
    """Write the vectors, the weights of the heads there are, and the mask: without idle positions."""
    width, columns = found.width, found.heads * DEPTH
    lines = [matrix_text("x", found.given)]
    if found.positions:
        lines += [
            matrix_text("positions", found.chosen.positions),
            "x = np.hstack([x, positions])  # in two numbers that are free for them",
        ]
    lines += [
        matrix_text(f"{name}_kernel", found.kernel(name)[:width, :columns])
        for name in ("query", "key", "value")
    ]
    lines.append(matrix_text("output_kernel", found.kernel("output")[:columns, :width]))
    if found.mask == "causal":
        lines.append(f"mask = np.tri({len(found.given)}, dtype=bool)  # itself and those before it")
    elif found.looks is not None:
        lines.append(matrix_text("mask", np.int64(found.looks)) + ".astype(bool)")
    return lines


def _heat(found: SmallAttention) -> str:
    return "" if found.temperature == 1 else number_text(found.temperature)


def _numpy(found: SmallAttention) -> list[str]:
    rows, width, heads, heat = len(found.given), found.width, found.heads, _heat(found)
    lines: list[str] = []
    if heads == 1:
        lines += [
            "query, key, value = x @ query_kernel, x @ key_kernel, x @ value_kernel",
            f"scores = query @ key.T  # ({rows}, {rows})",
        ]
    else:
        lines += [
            "def split(made):",
            '    """From (rows, heads * d) to (heads, rows, d)."""',
            f"    return made.reshape(-1, {heads}, {DEPTH}).swapaxes(0, 1)",
            "",
            "query, key, value = split(x @ query_kernel), split(x @ key_kernel), split(x @ value_kernel)",
            f"scores = query @ key.swapaxes(1, 2)  # ({heads}, {rows}, {rows})",
        ]
    lines.append(f"scaled = scores / np.sqrt({DEPTH})" + (f" / {heat}  # the temperature" if heat else ""))
    if found.looks is not None:
        lines.append("scaled = np.where(mask, scaled, -np.inf)")
    lines += [
        "powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))",
        "weights = powers / powers.sum(axis=-1, keepdims=True)",
    ]
    if heads == 1:
        return [*lines, f"output = weights @ value @ output_kernel  # ({rows}, {width})"]
    return [
        *lines,
        f"taken = (weights @ value).swapaxes(0, 1).reshape(-1, {heads * DEPTH})",
        f"output = taken @ output_kernel  # ({rows}, {width})",
    ]


def _keras(found: SmallAttention) -> list[str]:
    width, heads, heat = found.width, found.heads, _heat(found)
    shape = f"({width}, {heads}, {DEPTH})"
    cooled = f" / {heat}" if heat else ""
    masked = ["attention_mask=mask[np.newaxis]"] if found.looks is not None else []
    lines = [
        'sequence = x[np.newaxis].astype("float32")  # a batch of one',
        f"layer = keras.layers.MultiHeadAttention(num_heads={heads}, key_dim={DEPTH}, use_bias=False)",
        "layer.build(sequence.shape, sequence.shape)",
        "layer.set_weights([",
        f"    query_kernel.reshape({shape}){cooled}," + ("  # the temperature" if heat else ""),
        f"    key_kernel.reshape({shape}),",
        f"    value_kernel.reshape({shape}),",
        f"    output_kernel.reshape(({heads}, {DEPTH}, {width})),",
        "])",
        *call_lines(
            "output, weights", "layer", ["sequence", "sequence", *masked, "return_attention_scores=True"]
        ),
        "output = keras.ops.convert_to_numpy(output)[0]",
        "weights = keras.ops.convert_to_numpy(weights)[0]",
    ]
    return lines if heads > 1 else [*lines[:-1], f"{lines[-1]}[0]  # of the only head"]


def _pytorch(found: SmallAttention) -> list[str]:
    rows, heads, heat = len(found.given), found.heads, _heat(found)
    is_masked = found.looks is not None
    more = [*(["attn_mask=mask"] if is_masked else []), *(["scale=scale"] if heat else [])]
    arguments = ", ".join(["query, key", "{}", *more])
    call = f"scaled_dot_product_attention({arguments})"
    return [
        "def split(kernel):",
        '    """From (rows, heads * d) to (heads, rows, d)."""',
        "    made = torch.tensor(x @ kernel, dtype=torch.float32)",
        f"    return made.reshape(-1, {heads}, {DEPTH}).transpose(0, 1)",
        "",
        "query, key, value = split(query_kernel), split(key_kernel), split(value_kernel)",
        *(["mask = torch.tensor(mask)"] if is_masked else []),
        *([f"scale = 1 / ({DEPTH} ** 0.5 * {heat})  # with the temperature"] if heat else []),
        f"taken = {call.format('value')}",
        f"taken = taken.transpose(0, 1).reshape(-1, {heads * DEPTH})",
        "output = taken.numpy() @ output_kernel",
        "# PyTorch keeps the weights to itself: values of 1 for one row and 0 for all others show them.",
        f"rows = torch.eye({rows}).expand({heads}, -1, -1)",
        f"weights = {call.format('rows')}.numpy()" + ("[0]" if heads == 1 else ""),
    ]


SNIPPETS: dict[str, AttentionSnippet] = {
    snippet.name: snippet
    for snippet in (
        AttentionSnippet(
            name="numpy",
            title="NumPy",
            imports=("import numpy as np",),
            write=_numpy,
        ),
        AttentionSnippet(
            name="keras",
            title="Keras",
            imports=("import keras", "import numpy as np"),
            write=_keras,
        ),
        AttentionSnippet(
            name="pytorch",
            title="PyTorch",
            imports=(
                "import numpy as np",
                "import torch",
                "from torch.nn.functional import scaled_dot_product_attention",
            ),
            write=_pytorch,
        ),
    )
}
"""By their names."""
