"""A vision transformer: a picture as patches, blocks of attention, and an answer, with every number kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike

from explorer.activations import ACTIVATIONS, softmax
from explorer.attention.checks import AttentionError
from explorer.attention.heads import HeadsRun, MultiHeadAttention
from explorer.attention.patches import patches
from explorer.attention.rollout import rollout
from explorer.calculus import Real, real_array
from explorer.words import counted

EPSILON = 1e-6
"""What a layer normalisation adds to the variance, so that a row of equal numbers can be divided by it."""


@dataclass(frozen=True, eq=False)
class Affine:
    """What a dense layer does: X W + b.

    Attributes:
        kernel: W, (width, outputs).
        bias: b, (outputs,).

    Example:
        >>> Affine(np.array([[2.0], [1.0]]), np.array([0.5]))(np.array([[1.0, 3.0]])).tolist()
        [[5.5]]
    """

    kernel: Real
    bias: Real

    def __call__(self, rows: Real) -> Real:
        """Weigh rows (n, width), each by itself."""
        return rows @ self.kernel + self.bias


@dataclass(frozen=True, eq=False)
class LayerNormalization:
    """Brings each row to mean 0 and variance 1, then scales and moves it: (x - μ) / √(σ² + ε) γ + β.

    Attributes:
        gamma: γ, (width,).
        beta: β, (width,).

    Example:
        >>> LayerNormalization(np.ones(2), np.zeros(2))(np.array([[1.0, 3.0]])).round(3).tolist()
        [[-1.0, 1.0]]
    """

    gamma: Real
    beta: Real

    def __call__(self, rows: Real) -> Real:
        """Normalise rows (n, width), each by itself."""
        return self.standardised(rows)[0] * self.gamma + self.beta

    @staticmethod
    def standardised(rows: Real) -> tuple[Real, Real]:
        """Return rows at mean 0 and variance 1, and what each was divided by, (n, 1)."""
        away = rows - rows.mean(axis=1, keepdims=True)
        # By hand: np.var takes the mean a second time.
        divisor = np.sqrt(np.square(away).mean(axis=1, keepdims=True) + rows.dtype.type(EPSILON))
        return away / divisor, divisor


@dataclass(frozen=True, eq=False)
class BlockRun:
    """What one block makes of a sequence.

    Attributes:
        inputs: (rows, width), what came in.
        attention: What each head took from where.
        between: (rows, width), the input and what attention adds to it.
        hidden: (rows, hidden units), of the two dense layers, before GELU.
        output: (rows, width), the same and what the dense layers add to it.
    """

    inputs: Real
    attention: HeadsRun
    between: Real
    hidden: Real
    output: Real


@dataclass(frozen=True, eq=False)
class TransformerBlock:
    """A block: Z = X + attention(norm(X)), then Z + W₂ gelu(W₁ norm(Z)).

    Attributes:
        attention_norm: Comes before the attention.
        attention: Lets the rows look at one another.
        dense_norm: Comes before the dense layers.
        widen: The first dense layer, each row by itself; GELU follows.
        narrow: The second, back to the width of the sequence.

    Reference: Dosovitskiy et al., An Image is Worth 16x16 Words, 2020, section 3.1.
    """

    attention_norm: LayerNormalization
    attention: MultiHeadAttention
    dense_norm: LayerNormalization
    widen: Affine
    narrow: Affine

    def __call__(self, rows: Real) -> BlockRun:
        """Compute the block on a sequence (rows, width)."""
        attention = self.attention(self.attention_norm(rows))
        between = rows + attention.output
        hidden = self.widen(self.dense_norm(between))
        output = between + self.narrow(ACTIVATIONS["gelu"].f(hidden))
        return BlockRun(rows, attention, between, hidden, output)


@dataclass(frozen=True, eq=False)
class TransformerRun:
    """A vision transformer on a picture.

    Row 0 of a sequence is the class token, from which the answer is read; the patches that are kept follow.

    Attributes:
        kept: The patches in the sequence, numbered from 0 row by row.
        sides: How many patches are below one another, and beside one another.
        blocks: What each block made of the sequence.
        normed: (width,), the class token behind the last block, normalised.
        scores: (classes,), before the softmax.
    """

    kept: tuple[int, ...]
    sides: tuple[int, int]
    blocks: tuple[BlockRun, ...] = field(repr=False)
    normed: Real = field(repr=False)
    scores: Real

    @cached_property
    def probabilities(self) -> Real:
        """(classes,), the softmax of the scores."""
        return softmax(self.scores)

    def attention(self, layer: int) -> Real:
        """What each row takes from each other in a layer from 0, by head: (heads, rows, rows)."""
        return self.blocks[layer].attention.weights

    def row(self, patch: int | None) -> int:
        """Where a patch stands in the sequence; None stands for the class token.

        Raises:
            AttentionError: If the patch is not in it.
        """
        if patch is None:
            return 0
        if patch not in self.kept:
            raise AttentionError(
                f"Patch {short(patch)} is not in the sequence; it holds "
                f"{counted(len(self.kept), 'patch', 'patches')}."
            )
        return self.kept.index(patch) + 1

    def looks(self, layer: int, patch: int | None = None) -> Real:
        """What a patch takes from each patch in a layer, by head; None stands for the class token.

        Returns:
            (heads, patches down, patches across); what it takes from the class token is missing, and a patch
            that was dropped gives 0.

        Raises:
            AttentionError: If the patch is not in the sequence.
        """
        return self.on_sheet(self.attention(layer)[:, self.row(patch)])

    def rollout(self, patch: int | None = None) -> Real:
        """What a patch holds of each patch after the last layer, by `rollout`; None: what the answer does.

        Returns:
            (patches down, patches across).

        Raises:
            AttentionError: If the patch is not in the sequence.
        """
        weights = [self.attention(layer) for layer in range(len(self.blocks))]
        return self.on_sheet(rollout(weights)[self.row(patch)])

    def on_sheet(self, rows: Real) -> Real:
        """Lay numbers (..., rows), one a row of the sequence, where the patches are; 0 for dropped ones."""
        down, across = self.sides
        sheet = np.zeros((*rows.shape[:-1], down * across), rows.dtype)
        sheet[..., list(self.kept)] = rows[..., 1:]
        return sheet.reshape(*rows.shape[:-1], down, across)


@dataclass(frozen=True, eq=False)
class VisionTransformer:
    """Patches, embedded and told their places; blocks; and an answer that is read from the class token.

    X₀ = [c; P E + b + positions], Xₗ = block(Xₗ₋₁), scores = norm(Xₗ[0]) W + b

    Attributes:
        size: p, the side of a patch in pixels.
        embedding: The p · p · C pixels of a patch become a vector of the width.
        positions: (patches down, patches across, width), what is added to each patch for its place.
        class_token: c, (width,).
        blocks: One or more.
        norm: Comes before the head.
        head: The width becomes a score for each class.

    Reference: Dosovitskiy et al., An Image is Worth 16x16 Words, 2020.
    """

    size: int
    embedding: Affine
    positions: Real
    class_token: Real
    blocks: tuple[TransformerBlock, ...]
    norm: LayerNormalization
    head: Affine

    @property
    def sides(self) -> tuple[int, int]:
        """How many patches are below one another, and beside one another."""
        return self.positions.shape[0], self.positions.shape[1]

    @property
    def width(self) -> int:
        """How many numbers a vector of the sequence has."""
        return int(self.positions.shape[2])

    def __call__(
        self, picture: ArrayLike, *, dropped: Collection[int] = (), places: Sequence[int] | None = None
    ) -> TransformerRun:
        """Compute the network on a picture, keeping every layer.

        Args:
            picture: (H, W, C), its sides as many patches as there are positions.
            dropped: Patches that are left out of the sequence, numbered from 0 row by row.
            places: Of each patch the place whose position it is told; None: its own. The pixels stay.

        Raises:
            AttentionError: If the picture has another size, a patch that is dropped is not there, none is
                left, or the places are not each of the patches once.
        """
        array = real_array(picture, "The picture")
        down, across = self.sides
        if array.ndim != 3 or array.shape[:2] != (down * self.size, across * self.size):
            raise AttentionError(
                f"The network reads {down * self.size} × {across * self.size} pixels, (rows, columns, "
                f"channels); this picture has the shape {array.shape}."
            )
        count = down * across
        if not all(type(patch) is int and 0 <= patch < count for patch in dropped):
            raise AttentionError(
                f"The patches are 0 to {count - 1}; {short(list(dropped))} came to be dropped."
            )
        kept = tuple(patch for patch in range(count) if patch not in set(dropped))
        if not kept:
            raise AttentionError("Every patch was dropped; leave one at least.")
        told = list(range(count) if places is None else places)
        if sorted(told) != list(range(count)):
            raise AttentionError(
                f"Places are the numbers 0 to {count - 1}, each once, in any order; {short(told)} came."
            )
        positions = self.positions.reshape(count, self.width)[told]
        embedded = self.embedding(patches(array.astype(positions.dtype), self.size)) + positions
        rows = np.vstack([self.class_token, embedded[list(kept)]])
        runs: list[BlockRun] = []
        for block in self.blocks:
            runs.append(block(rows))
            rows = runs[-1].output
        normed = self.norm(rows[:1])
        return TransformerRun(kept, self.sides, tuple(runs), normed[0], self.head(normed)[0])

    @property
    def parameters(self) -> int:
        """How many numbers the network has learned."""
        return sum(array.size for array in self.arrays().values())

    def multiply_adds(self, patches_kept: int | None = None) -> int:
        """How many products of two numbers the network adds up for one picture.

        With n rows of width d and m hidden units a block takes n (4 d² + 2 d m) for its kernels and 2 n² d
        for scores and means: that part grows with the square of the number of patches.

        Args:
            patches_kept: How many patches are in the sequence; None: all.
        """
        count = self.sides[0] * self.sides[1] if patches_kept is None else patches_kept
        rows, width = count + 1, self.width
        blocks = sum(
            rows * (4 * width * width + 2 * block.widen.kernel.size) + 2 * rows * rows * width
            for block in self.blocks
        )
        return count * self.embedding.kernel.size + blocks + self.head.kernel.size

    def arrays(self) -> dict[str, Real]:
        """Return every array of weights by its name, as `from_arrays` takes them."""
        found = {
            "embedding/kernel": self.embedding.kernel,
            "embedding/bias": self.embedding.bias,
            "positions": self.positions,
            "class_token": self.class_token,
        }
        for number, block in enumerate(self.blocks, 1):
            attention = block.attention
            parts: dict[str, Real] = {
                "attention_norm/gamma": block.attention_norm.gamma,
                "attention_norm/beta": block.attention_norm.beta,
                **{f"attention/{name}": getattr(attention, name) for name in attention.__dataclass_fields__},
                "dense_norm/gamma": block.dense_norm.gamma,
                "dense_norm/beta": block.dense_norm.beta,
                "widen/kernel": block.widen.kernel,
                "widen/bias": block.widen.bias,
                "narrow/kernel": block.narrow.kernel,
                "narrow/bias": block.narrow.bias,
            }
            found |= {f"block{number}/{name}": array for name, array in parts.items()}
        return found | {
            "norm/gamma": self.norm.gamma,
            "norm/beta": self.norm.beta,
            "head/kernel": self.head.kernel,
            "head/bias": self.head.bias,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Real]) -> VisionTransformer:
        """Make a network of its arrays, by the names that `arrays` gives them.

        Raises:
            AttentionError: If an array is missing.
        """

        def part(name: str) -> Real:
            if name not in arrays:
                raise AttentionError(f"The weights {name} are missing; make the file of weights anew.")
            return arrays[name]

        def dense(name: str) -> Affine:
            return Affine(part(f"{name}/kernel"), part(f"{name}/bias"))

        def norm(name: str) -> LayerNormalization:
            return LayerNormalization(part(f"{name}/gamma"), part(f"{name}/beta"))

        blocks: list[TransformerBlock] = []
        while f"block{len(blocks) + 1}/widen/kernel" in arrays:
            name = f"block{len(blocks) + 1}"
            heads = [part(f"{name}/attention/{each}") for each in MultiHeadAttention.__dataclass_fields__]
            blocks.append(
                TransformerBlock(
                    norm(f"{name}/attention_norm"),
                    MultiHeadAttention(*heads),
                    norm(f"{name}/dense_norm"),
                    dense(f"{name}/widen"),
                    dense(f"{name}/narrow"),
                )
            )
        embedding = dense("embedding")
        size = round(len(embedding.kernel) ** 0.5)
        return cls(
            size,
            embedding,
            part("positions"),
            part("class_token"),
            tuple(blocks),
            norm("norm"),
            dense("head"),
        )
