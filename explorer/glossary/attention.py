"""Terms of attention: what a transformer does with the patches of a picture."""

from __future__ import annotations

import numpy as np

from explorer.attention import TransformerRun, picture_of, sinusoidal_positions, trained
from explorer.attention.experiment import SmallAttention
from explorer.glossary import pictures
from explorer.glossary.record import GlossaryTerm, TermPicture

_LOOKS = 1  # the row of the box whose query is shown


def _box() -> SmallAttention:
    return SmallAttention()


def _weights(found: SmallAttention) -> TermPicture:
    return pictures.painted(found.run.heads[-1].weights, "unit")


def _drawn() -> TransformerRun:
    return trained.network()(pictures.answered().seen)


ATTENTION_TERMS = (
    GlossaryTerm(
        name="attention",
        term="attention",
        meaning="Attention lets each patch or word take a mean of what all of them have to give. It takes "
        "most from those whose keys fit its query.",
        picture=lambda: _weights(_box()),
        shows="A table of six rows and columns: the lighter a cell, the more the patch of its row takes from "
        "that of its column.",
        pages=("attention",),
        see=("query", "key", "value", "softmax"),
    ),
    GlossaryTerm(
        name="patch",
        term="patch",
        meaning="A patch is a small square of a picture, and patches side by side fill it. Its pixels, row "
        "after row, are a vector.",
        picture=lambda: pictures.grid(
            picture_of(_box().given, 2, 3, 2)[..., 0],
            "input",
            np.arange(4)[:, np.newaxis] // 2 == np.arange(6) // 2,
        ),
        shows="A picture of four by six pixels, of which two patches of two by two are tinted.",
        pages=("attention",),
        aliases=("patches",),
        see=("token", "vector"),
    ),
    GlossaryTerm(
        name="token",
        term="token",
        meaning="A token is one of the vectors that attention works on: a patch of a picture, or a word or a "
        "part of one. Each can look at all others.",
        picture=lambda: pictures.grid(SmallAttention(example="river").given, "input"),
        shows="A grid of five rows of two numbers: a row for each word.",
        pages=("attention",),
        aliases=("tokens",),
        see=("patch", "attention"),
    ),
    GlossaryTerm(
        name="query",
        term="query",
        meaning="The query of a token says what it looks for. It is the token's vector times a matrix of "
        "weights.",
        picture=lambda: pictures.grid(_box().run.heads[0].query[_LOOKS : _LOOKS + 1], "output"),
        shows="The two numbers of a patch's query.",
        pages=("attention",),
        aliases=("queries",),
        see=("key", "attention"),
    ),
    GlossaryTerm(
        name="key",
        term="key",
        meaning="The key of a token says what it can be found by. The dot product of a query and a key is "
        "their score: how well they fit.",
        picture=lambda: pictures.grid(_box().run.heads[0].key, "input"),
        shows="The keys of six patches, a row of two numbers each.",
        pages=("attention",),
        aliases=("keys",),
        see=("query", "value", "dot_product"),
    ),
    GlossaryTerm(
        name="value",
        term="value",
        meaning="The value of a token is what it gives to those that look at it. Attention adds up the "
        "values, each times its weight.",
        picture=lambda: pictures.grid(_box().run.heads[0].value, "kernel"),
        shows="The values of six patches, a row of two numbers each.",
        pages=("attention",),
        aliases=("values",),
        see=("key", "weighted_sum"),
    ),
    GlossaryTerm(
        name="attention_head",
        term="attention head",
        meaning="An attention head has queries, keys and values of its own, so it looks for something of its "
        "own. Several work side by side, and their results are added up.",
        picture=lambda: pictures.tiles(
            [head.weights for head in SmallAttention(heads=2).run.heads], "unit", side=140
        ),
        shows="The tables of two heads: where one has its large weights the other has small ones.",
        pages=("attention",),
        aliases=("attention heads",),
        see=("attention", "query"),
    ),
    GlossaryTerm(
        name="position_vector",
        term="position vector",
        meaning="A position vector tells a token where it stands, and is added to it. Without one attention "
        "makes the same of any order.",
        picture=lambda: pictures.painted(sinusoidal_positions(16, 16), "signed"),
        shows="Sixteen rows of sines and cosines, each unlike all others.",
        pages=("attention",),
        aliases=("position vectors",),
        see=("token", "attention"),
    ),
    GlossaryTerm(
        name="mask",
        term="mask",
        meaning="A mask says which token may look at which. A causal mask lets each look only at itself and "
        "at those before it, as in a network that writes text.",
        picture=lambda: _weights(SmallAttention(mask="causal")),
        shows="A table of weights whose upper right half is black.",
        pages=("attention",),
        aliases=("masks", "causal", "causal mask"),
        see=("attention", "token"),
    ),
    GlossaryTerm(
        name="vision_transformer",
        term="vision transformer",
        meaning="A vision transformer cuts a picture into patches and lets them look at one another, layer "
        "after layer. A class token gathers what the answer needs.",
        picture=lambda: pictures.tiles(list(_drawn().looks(1)), "unit", side=140),
        shows="What the answer looks at on a drawn arrow, in four heads of the second layer: each has other "
        "patches.",
        pages=("attention",),
        aliases=("vision transformers",),
        see=("patch", "attention_head", "class_token"),
    ),
    GlossaryTerm(
        name="class_token",
        term="class token",
        meaning="The class token is one more vector beside those of the patches, the same for every picture. "
        "What it has taken from them after the last layer becomes the answer.",
        picture=lambda: pictures.warm(_drawn().looks(2).mean(axis=0)),
        shows="A drawn arrow with the patches from which the class token takes most in the last layer.",
        pages=("attention",),
        see=("token", "vision_transformer"),
    ),
    GlossaryTerm(
        name="rollout",
        term="rollout",
        meaning="Rollout multiplies the attention of all layers, so that it tells how much of each patch "
        "reaches the end. It does not know which class is asked about.",
        picture=lambda: pictures.warm(_drawn().rollout()),
        shows="A drawn arrow with the patches that reach the answer most.",
        pages=("attention",),
        see=("attention", "class_token", "grad_cam"),
    ),
)
