"""Questions on the sketch network: which layer a map is from, and who wins when a patch is erased."""

from __future__ import annotations

import numpy as np

from explorer import sketch
from explorer.questions.drawing import Array, arranged, chance, one_of
from explorer.questions.record import Option, PictureFigure, PosedQuestion, QuestionError, QuestionKind
from explorer.questions.winners import ask_winner, framed
from explorer.sketch import SIDE, SketchLayer, SketchRun

PATCH = 16
"""Rows and columns of the patch that is erased: large enough to change a mind."""

_STRIDE = 8
_TRIES = 6  # patches that are asked about in search of one that changes the answer
_OPTIONS = 4
_BELOW = 0.05  # of the largest value: how far below zero a map has to reach for that to be seen


def whose_map(experiment: SketchRun, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which layer a map is from; it can be told by its number of cells and by its signs.

    Args:
        experiment: The network on a drawing.
        picture: None is needed: the run has what it sees.
        seed: As `chance`.

    Raises:
        QuestionError: If all maps are empty, as where all are switched off.

    Example:
        >>> drawing = np.zeros((64, 64, 1), np.float32)
        >>> drawing[20:44, 30:34] = 1
        >>> asked = whose_map(sketch.forward(drawing), None, 1)
        >>> asked.form, len(asked.options)
        ('choice', 4)
    """
    rng = chance(seed, "sketch_layer")
    groups: dict[tuple[int, bool], list[tuple[SketchLayer, Array]]] = {}
    for layer in sketch.layers(experiment.variant):
        if layer.step:
            for number in range(layer.shape[-1]):
                seen = experiment.maps[layer.name][..., number]
                if seen.std() > 0 and (layer.kind != "convolution" or _reaches_below(seen)):
                    key = layer.shape[0], layer.kind == "convolution"
                    groups.setdefault(key, []).append((layer, seen))
    if len(groups) < 2:
        raise QuestionError("The maps here are all alike: draw something, or switch the maps on again.")
    keys = list(groups)
    right = keys[one_of(rng, range(len(keys)))]
    layer, seen = groups[right][one_of(rng, range(len(groups[right])))]
    wrong = []
    for key in rng.permutation([number for number in range(len(keys)) if keys[number] != right]).tolist():
        other, _ = groups[keys[key]][one_of(rng, range(len(groups[keys[key]])))]
        wrong.append((Option(text=other.title), _why_not(other, layer)))
    options, letter, mistakes = arranged(rng, Option(text=layer.title), wrong[: _OPTIONS - 1])
    return PosedQuestion(
        kind="sketch_layer",
        seed=seed,
        prompt="Which layer is this map from? Count its cells, and look for blue ones, below zero.",
        form="choice",
        answer=letter,
        mistakes=mistakes,
        worked=f"It has {layer.shape[0]} × {layer.shape[1]} cells, "
        f"{'some below zero, as sums are' if right[1] else 'none below zero, as after ReLU'}: {layer.title}.",
        shows=(
            PictureFigure(
                title="One map",
                alt=f"A map of {layer.shape[0]} × {layer.shape[1]} cells, "
                f"{'with' if right[1] else 'without'} values below zero",
                values=seen,
                scale="signed",
            ),
        ),
        options=options,
    )


def _reaches_below(seen: Array) -> bool:
    return float(seen.min()) < -_BELOW * float(np.abs(seen).max())


def _why_not(other: SketchLayer, layer: SketchLayer) -> str:
    if other.shape[0] != layer.shape[0]:
        return (
            f"Maps of {other.title} have {other.shape[0]} × {other.shape[1]} cells, and this one has "
            f"{layer.shape[0]} × {layer.shape[1]}."
        )
    if layer.kind == "convolution":
        return f"{other.title} has nothing below zero, and this map has blue cells."
    return f"{other.title} gives sums, of which many are below zero, and this map has no blue cell."


def who_wins(experiment: SketchRun, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which class wins when a patch of the drawing is erased; arguments as `whose_map`.

    Raises:
        QuestionError: If nothing is drawn.

    Example:
        >>> drawing = np.zeros((64, 64, 1), np.float32)
        >>> drawing[30:34, 6:58] = drawing[6:58, 30:34] = 1
        >>> asked = who_wins(sketch.forward(drawing), None, 1)
        >>> len(asked.options), asked.shows[0].frame is not None
        (4, True)
    """
    rng = chance(seed, "sketch_erased")
    seen = experiment.seen
    starts = range(0, SIDE - PATCH + 1, _STRIDE)
    inked = [
        (top, left)
        for top in starts
        for left in starts
        if seen[top : top + PATCH, left : left + PATCH].any() and not _is_all(seen, top, left)
    ]
    if not inked:
        raise QuestionError("There is nothing to erase here: draw something first.")
    drawn = [inked[place] for place in rng.permutation(len(inked))[:_TRIES].tolist()]
    before = experiment.ranking
    found = [(place, _without(experiment, place).ranking) for place in drawn]
    asked = ask_winner(rng, before, found, "without the patch")
    top, left = asked.taken
    shown = framed("The drawing", seen[..., 0], top, left, PATCH)
    return asked.posed("sketch_erased", seed, "the framed patch is erased?", (shown,))


def _is_all(seen: Array, top: int, left: int) -> bool:
    """Whether a patch has all the ink that there is."""
    rest = seen.copy()
    rest[top : top + PATCH, left : left + PATCH] = 0
    return not rest.any()


def _without(experiment: SketchRun, place: tuple[int, int]) -> SketchRun:
    top, left = place
    rest = experiment.seen.copy()
    rest[top : top + PATCH, left : left + PATCH] = 0
    return sketch.forward(rest, experiment.variant, experiment.off)


KINDS_OF_SKETCH = (
    QuestionKind(
        name="sketch_layer",
        title="Which layer?",
        page="draw_and_watch",
        make=whose_map,
    ),
    QuestionKind(
        name="sketch_erased",
        title="Without a patch",
        page="draw_and_watch",
        make=who_wins,
    ),
)
