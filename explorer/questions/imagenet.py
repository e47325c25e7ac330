"""Questions on a network trained on ImageNet: whose map it is, and which class wins without a part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from explorer.activations import softmax
from explorer.imagenet import inspection, preprocessing, structure
from explorer.imagenet.attribution.perturbation import filled
from explorer.imagenet.engine import opening
from explorer.imagenet.inspection import Scaled
from explorer.imagenet.networks import Pixels, network
from explorer.imagenet.outputs import maps_of
from explorer.imagenet.structure import Layer
from explorer.questions.drawing import Array, arranged, chance, one_of
from explorer.questions.record import Option, PictureFigure, PosedQuestion, QuestionError, QuestionKind
from explorer.questions.winners import Ranking, ask_winner, framed
from explorer.words import counted

PATCH = 1 / 2
"""Rows and columns of the patch that is hidden, as a share of the picture's side: enough to change a mind."""

OFF = (1, 4, 16, 64)
"""How many maps are switched off at once, as far as a layer has four times as many."""

_PLACES = 5  # of the patch along a side
_TRIES = 5  # passes of the network in search of one that changes the answer
_OPTIONS = 4
_SHOWN = 4  # of the maps that are switched off
_BELOW = 0.05  # of the largest value: how far below zero a map has to reach for that to be seen
_AFTER = ("Activation", "ReLU", "Add", "MaxPooling2D", "AveragePooling2D", "Concatenate")


@dataclass(frozen=True, eq=False)
class NetworkSight:
    """What a network is asked about.

    Attributes:
        name: As `explorer.imagenet.networks.network` takes it.
        pixels: What it sees, as `preprocessing.seen` gives it.
        weights: Which weights.
        scaled: Channels that are scaled, as (depth, channel, factor).
    """

    name: str
    pixels: Pixels
    weights: str = "auto"
    scaled: Scaled = ()

    @cached_property
    def layers(self) -> list[Layer]:
        """All layers."""
        return structure.layers(self.name)

    def ranking(self, pixels: Pixels, off: tuple[int, tuple[int, ...]] | None = None) -> Ranking:
        """Return all classes, the most probable first.

        Args:
            pixels: What is seen.
            off: A layer's place and those of its channels that are switched off besides.
        """
        scales: dict[str, Mapping[int, float]] = dict(inspection.scales_of(self.name, self.scaled) or {})
        if off is not None:
            layer = self.layers[off[0]].name
            scales[layer] = {**scales.get(layer, {}), **dict.fromkeys(off[1], 0.0)}
        # (Nothing is kept of these passes: the maps of what the page shows stay at hand.)
        batch = preprocessing.preprocess(self.name, pixels)[np.newaxis]
        found = opening.open_engine(self.name, self.weights).forward(batch, keep=(), scales=scales)
        sure = softmax(found.logits[0])
        order = np.argsort(-sure, kind="stable").tolist()
        names = _names(self.name)
        return [(names[index], float(sure[index])) for index in order]


def whose_map(experiment: NetworkSight, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which layer a map is from; it can be told by its number of cells and by its signs.

    Args:
        experiment: The network, and what it sees.
        picture: None is needed: the network has its own.
        seed: As `chance`.

    Raises:
        QuestionError: If all maps are alike.

    Example:
        >>> grey = np.full((224, 224, 3), 128, np.uint8)
        >>> grey[60:160, 60:160] = 250
        >>> asked = whose_map(NetworkSight("EfficientNetLite0", grey), None, 1)
        >>> asked.form, len(asked.options)
        ('choice', 4)
    """
    rng = chance(seed, "imagenet_layer")
    groups = _groups(experiment)
    # Of the same size are only layers whose signs are others than these, map by map.
    apart = {
        key: [other for other in groups if other[0] != key[0] or {other[1], key[1]} == {"some", "none"}]
        for key in groups
    }
    keys = [key for key in groups if apart[key]]
    if not keys:
        raise QuestionError("The maps here are all alike: choose another photograph or network.")
    right = keys[one_of(rng, range(len(keys)))]
    place = one_of(rng, groups[right])
    maps = _maps(experiment, place)
    seen = maps[..., one_of(rng, np.flatnonzero(maps.std((0, 1)) > 0).tolist())]
    others = apart[right]
    drawn = [others[number] for number in rng.permutation(len(others)).tolist()][: _OPTIONS - 1]
    options, letter, mistakes = arranged(
        rng,
        _said(experiment, place),
        [
            (_said(experiment, other), _why_not(experiment, other, place, right[1]))
            for other in (one_of(rng, groups[key]) for key in drawn)
        ],
    )
    rows, columns = seen.shape
    size = experiment.pixels.shape[0]
    layer = experiment.layers[place]
    signs = {"some": ", some below zero, as sums are", "none": ", none below zero, as after a ReLU"}
    return PosedQuestion(
        kind="imagenet_layer",
        seed=seed,
        prompt="Which layer is this map from? Think of how often rows and columns have been halved by then, "
        "and look for blue cells, below zero.",
        form="choice",
        answer=letter,
        mistakes=mistakes,
        worked=f"It has {rows} × {columns} cells where the network sees {size} × {size} pixels"
        f"{signs.get(right[1], '')}: {layer.name}, layer {place + 1}.",
        shows=(
            PictureFigure(
                title=f"One map of {rows} × {columns} cells",
                alt=f"A map of {rows} × {columns} cells, {'with' if seen.min() < 0 else 'without'} values "
                "below zero",
                values=np.asarray(seen, np.float32),
                scale="signed",
            ),
        ),
        options=options,
    )


def _groups(experiment: NetworkSight) -> dict[tuple[int, str], list[int]]:
    """Group layers by their maps' rows and by what is below zero: some of each map, none, or it varies."""
    found: dict[tuple[int, str], list[int]] = {}
    layers = experiment.layers
    ends = {layer.block: place for place, layer in enumerate(layers) if layer.block}
    for place, layer in enumerate(layers):
        if inspection.is_spatial(layer) and (layer.kind in _AFTER or ends.get(layer.block) == place):
            maps = _maps(experiment, place)
            low = maps.min((0, 1))
            if not maps.std((0, 1)).any():
                continue
            below = low < -_BELOW * np.abs(maps).max((0, 1))
            signs = "some" if below.all() else "none" if low.min() >= 0 else "varies"
            found.setdefault((layer.output_shape[0], signs), []).append(place)
    return found


def _maps(experiment: NetworkSight, place: int) -> Array:
    maps = maps_of(experiment.name, experiment.pixels, experiment.weights)
    return np.asarray(maps[experiment.layers[place].name][0], np.float32)


def _said(experiment: NetworkSight, place: int) -> Option:
    return Option(
        text=f"Layer {place + 1} of {len(experiment.layers)}: {experiment.layers[place].name}",
    )


def _why_not(experiment: NetworkSight, other: int, place: int, signs: str) -> str:
    """Say what tells the maps of another layer from those of the right one."""
    size = experiment.pixels.shape[0]
    wrong, right = (experiment.layers[each].output_shape[0] for each in (other, place))
    name = experiment.layers[other].name
    if wrong != right:
        when = "earlier" if other < place else "later"
        return (
            f"{name} comes {when}: of {size} rows it has {wrong}, and this map has {right}. Each halving "
            "leaves half of them."
        )
    if signs == "some":
        return f"{name} has nothing below zero, and this map has blue cells."
    return f"{name} gives sums, and each of its maps has cells below zero; this one has no blue cell."


def who_wins_hidden(experiment: NetworkSight, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which class wins when a patch of the photograph is grey; arguments as `whose_map`.

    Example:
        >>> grey = np.full((224, 224, 3), 128, np.uint8)
        >>> grey[60:160, 60:160] = 250
        >>> asked = who_wins_hidden(NetworkSight("EfficientNetLite0", grey), None, 1)
        >>> len(asked.options), asked.shows[0].frame is not None
        (4, True)
    """
    rng = chance(seed, "imagenet_hidden")
    pixels = experiment.pixels
    side = round(PATCH * pixels.shape[0])
    starts = np.linspace(0, pixels.shape[0] - side, _PLACES).astype(int).tolist()
    places = [(top, left) for top in starts for left in starts]
    drawn = [places[number] for number in rng.permutation(len(places))[:_TRIES].tolist()]
    before = experiment.ranking(pixels)
    found = [(place, experiment.ranking(_hidden(pixels, place, side))) for place in drawn]
    asked = ask_winner(rng, before, found, "without the patch")
    top, left = asked.taken
    shown = framed("The photograph", np.asarray(pixels / 255, np.float32), top, left, side)
    return asked.posed("imagenet_hidden", seed, "a grey patch hides what is in the frame?", (shown,))


def who_wins_off(experiment: NetworkSight, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask which class wins when the strongest maps of a layer are switched off; arguments as `whose_map`.

    Example:
        >>> grey = np.full((224, 224, 3), 128, np.uint8)
        >>> grey[60:160, 60:160] = 250
        >>> asked = who_wins_off(NetworkSight("EfficientNetLite0", grey), None, 1)
        >>> len(asked.options), len(asked.shows) <= 4
        (4, True)
    """
    rng = chance(seed, "imagenet_off")
    layers = experiment.layers
    places = [stage.layer for stage in structure.stages(layers)]
    ways = [
        (place, count) for place in places for count in OFF if 4 * count <= layers[place].output_shape[-1]
    ]
    if not ways:
        raise QuestionError("Its layers have too few maps to do without one: choose another network.")
    drawn = [ways[number] for number in rng.permutation(len(ways))[:_TRIES].tolist()]
    before = experiment.ranking(experiment.pixels)
    found = []
    for place, count in drawn:
        off = place, _strongest(experiment, place, count)
        found.append((off, experiment.ranking(experiment.pixels, off)))
    asked = ask_winner(rng, before, found, "with that off")
    place, channels = asked.taken
    maps, layer = _maps(experiment, place), layers[place]
    which = "the strongest map" if len(channels) == 1 else f"the {len(channels)} strongest maps"
    shown = channels[:_SHOWN]
    more = "" if len(shown) == len(channels) else f" Below are the first {len(shown)} of them."
    return asked.posed(
        "imagenet_off",
        seed,
        f"{which} of {layer.name}, layer {place + 1} of {len(layers)}, "
        f"{'is' if len(channels) == 1 else 'are'} switched off? It has "
        f"{counted(layer.output_shape[-1], 'map')}.{more}",
        tuple(
            PictureFigure(
                title=f"Map {channel + 1}",
                alt=f"Map {channel + 1} of {layer.name}",
                values=maps[..., channel],
                scale="signed",
            )
            for channel in shown
        ),
    )


def _strongest(experiment: NetworkSight, place: int, count: int) -> tuple[int, ...]:
    """The channels of a layer with the largest mean magnitudes."""
    strength = np.abs(_maps(experiment, place)).mean((0, 1))
    return tuple(np.argsort(-strength, kind="stable")[:count].tolist())


def _hidden(pixels: Pixels, place: tuple[int, int], side: int) -> Pixels:
    top, left = place
    rest = pixels.copy()
    rest[top : top + side, left : left + side] = filled(pixels, "grey")[:side, :side]
    return rest


@lru_cache(maxsize=8)
def _names(network_name: str) -> tuple[str, ...]:
    """The names of a network's classes; of two that are called alike, each with what tells it apart."""
    labels = network(network_name).labels
    counts = Counter(label.text for label in labels)
    return tuple(
        label.text if counts[label.text] == 1 else f"{label.text} ({label.wnid or label.index + 1})"
        for label in labels
    )


KINDS_OF_IMAGENET = (
    QuestionKind(
        name="imagenet_layer",
        title="Which layer?",
        page="imagenet",
        make=whose_map,
    ),
    QuestionKind(
        name="imagenet_hidden",
        title="Behind a patch",
        page="imagenet",
        make=who_wins_hidden,
    ),
    QuestionKind(
        name="imagenet_off",
        title="Without some maps",
        page="imagenet",
        make=who_wins_off,
    ),
)
