"""A drawing in a vision transformer that has learned: what each patch looks at, and what the answer needs."""

from __future__ import annotations

from typing import NotRequired, TypedDict

import explorer.attention as attention
from explorer import figures, sketch
from explorer.attention import trained
from explorer.convolution.experiments import Array
from explorer.imagenet.attribution.engine import CAMS
from explorer.images import drawings
from explorer.lessons.subjects import OnDrawing
from explorer.parameters import Choice, Places, Values, WholeNumber
from explorer.sketch.parameters import DRAWING, SourceParameter
from pages.live.messages import SentDrawing
from pages.live.protocol import Answer, Blob, Operation

LAYERS, HEADS, PATCHES = 3, 4, 64  # of the network that ships
EXAMPLE = next(iter(drawings.SAMPLE_DRAWINGS))

SOURCE = SourceParameter(
    name="source",
    title="What it looks at",
    options={DRAWING: "Draw here"}
    | {name: drawing.title for name, drawing in drawings.SAMPLE_DRAWINGS.items()},
    default=EXAMPLE,
)
ALTERED = (
    Places(
        name="dropped",
        title="Dropped patches",
        count=PATCHES,
    ),
    WholeNumber(
        name="shuffled",
        title="Shuffled positions",
        low=0,
        high=9999,
        default=0,
    ),  # 0: each patch is told its own place
)
DRAWN = (
    SOURCE,
    WholeNumber(
        name="patch",
        title="Who looks at the drawing",
        low=0,
        high=PATCHES,
        default=0,
    ),  # 0: the class token, from which the answer is read
    WholeNumber(
        name="depth",
        title="Layer",
        low=1,
        high=LAYERS,
        default=LAYERS,
    ),
    WholeNumber(
        name="only",
        title="Head",
        low=0,
        high=HEADS,
        default=0,
    ),  # 0: the mean of all
    *ALTERED,
    Choice(
        name="activation",
        title="The convolutional network, by",
        options={name: CAMS[name] for name in ("hires_cam", "grad_cam")},
        default="hires_cam",
        help="Its dense layer weighs each place by itself. Grad-CAM takes a mean, and loses that.",
    ),
)


class DrawnFacts(TypedDict):
    """What is said of a drawing in the transformer; all but the first where there is something to see.

    Attributes:
        nothing: Why there is nothing to see; the empty text where there is.
        patch: Who looks, from 0; none: the class token.
        depth: The layer, from 0.
        only: The head, from 0; none: the mean of all.
        scores: How likely it finds each class.
        whole: The same with every patch in its place; none where every one is.
        convolution: How likely the convolutional network finds each class.
        sentence: What is looked at most.
        told: What dropping and shuffling do to the answer.
        largest: Of each layer the largest share that goes to a patch: of the mean, then of each head.
        token: Likewise the share that the class token takes.
        best: Likewise which patch has the largest share, from 0.
        dropped: The patches that are left out.
        is_shuffled: Whether patches are told other places.
    """

    nothing: str
    patch: NotRequired[int | None]
    depth: NotRequired[int]
    only: NotRequired[int | None]
    scores: NotRequired[list[float]]
    whole: NotRequired[list[float] | None]
    convolution: NotRequired[list[float]]
    sentence: NotRequired[str]
    told: NotRequired[str]
    largest: NotRequired[list[list[float]]]
    token: NotRequired[list[list[float]]]
    best: NotRequired[list[list[int]]]
    dropped: NotRequired[list[int]]
    is_shuffled: NotRequired[bool]


class DrawnLabels(TypedDict):
    """What stands beside the answers: the classes, what there is to look at, and the pad's.

    Attributes:
        classes: In the order of the answers.
        side: How many patches are beside one another.
        layers: How many layers there are.
        heads: How many heads each has.
        drawing: What was drawn in this session, if anything.
    """

    classes: tuple[str, ...]
    side: int
    layers: int
    heads: int
    drawing: SentDrawing | None


def labels(drawing: SentDrawing | None) -> DrawnLabels:
    """Return what the view shows beside the answers."""
    return {
        "classes": sketch.CLASSES,
        "side": trained.network().sides[0],
        "layers": LAYERS,
        "heads": HEADS,
        "drawing": drawing,
    }


def looks(values: Values) -> tuple[int | None, int, int | None]:
    """Who looks, in which layer and head, from 0; a patch that is dropped leaves it to the answer."""
    patch = values["patch"] - 1
    return (
        None if patch < 0 or patch in values["dropped"] else patch,
        values["depth"] - 1,
        values["only"] - 1 if values["only"] else None,
    )


def ran(seen: Array, values: Values) -> attention.TransformerRun:
    """Compute the transformer with what these settings drop and shuffle."""
    places = trained.shuffled(values["shuffled"]) if values["shuffled"] else None
    return trained.network()(seen, dropped=values["dropped"], places=places)


def measured(image: Array, values: Values) -> OnDrawing:
    """What lessons measure.

    Raises:
        SketchError: If nothing is drawn.
    """
    seen = sketch.prepare(image)
    return OnDrawing(
        ran(seen, values), trained.network()(seen), *looks(values), is_shuffled=bool(values["shuffled"])
    )


def _watch(image: Array, values: Values, rest: bool) -> Answer:
    try:
        seen = sketch.prepare(image)
    except sketch.SketchError as error:
        blank: DrawnFacts = {"nothing": str(error)}
        return Answer(blank)
    run = ran(seen, values)
    patch, depth, only = looks(values)
    sheets = [run.looks(layer, patch) for layer in range(LAYERS)]
    every = [[sheet.mean(axis=0), *sheet] for sheet in sheets]
    row = run.row(patch)
    tokens = [run.attention(layer)[:, row, 0] for layer in range(LAYERS)]
    target = int(run.probabilities.argmax())
    convolution = sketch.forward(seen)
    is_altered = bool(values["dropped"] or values["shuffled"])
    whole = trained.network()(seen) if is_altered else None
    facts: DrawnFacts = {
        "nothing": "",
        "patch": patch,
        "depth": depth,
        "only": only,
        "scores": run.probabilities.tolist(),
        "whole": None if whole is None else whole.probabilities.tolist(),
        "convolution": convolution.probabilities.tolist(),
        "sentence": trained.sentence(run, depth, patch, only),
        "told": "" if whole is None else trained.change_sentence(whole, run),
        "largest": [[float(sheet.max()) for sheet in row] for row in every],
        "token": [[float(token.mean()), *token.tolist()] for token in tokens],
        "best": [[int(sheet.argmax()) for sheet in row] for row in every],
        "dropped": values["dropped"],
        "is_shuffled": bool(values["shuffled"]),
    }
    heat = [
        _levels(f"looks_{layer}_{head}", sheet)
        for layer, row in enumerate(every)
        for head, sheet in enumerate(row)
    ]
    speaks = int(convolution.probabilities.argmax())
    maps = (
        _levels("rollout", run.rollout(patch)),
        _levels("relevance", attention.relevance(trained.network(), run, target)),
        _levels("convolved", trained.class_activation(convolution, speaks, values["activation"])),
    )
    laid = (
        seen
        if not values["shuffled"]
        else trained.laid_out(seen, trained.shuffled(values["shuffled"]), values["dropped"])
    )
    pictures = (_ink("seen", seen), _ink("laid", laid))
    return Answer(facts, (*pictures, *heat, *maps))


def _levels(name: str, numbers: Array) -> Blob:
    """Pack numbers as levels of what is largest among them."""
    levels = figures.paint((numbers / max(float(numbers.max()), 1e-9))[..., None], "unit").pixels
    return Blob(name, "uint8", levels.tobytes(), numbers.shape)


def _ink(name: str, seen: Array) -> Blob:
    return Blob(name, "uint8", figures.paint(seen, "unit").pixels.tobytes(), (sketch.SIDE, sketch.SIDE))


OPERATIONS = (
    Operation(
        name="drawn_attention",
        settings=DRAWN,
        facts=DrawnFacts,
        answer=_watch,
        view="drawn_attention",
        labels=DrawnLabels,
    ),
)
