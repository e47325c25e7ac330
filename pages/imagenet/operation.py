"""The inside of a network trained on ImageNet, looked at layer by layer."""

from __future__ import annotations

from typing import TypedDict

from explorer import compute, figures
from explorer.convolution.experiments import Array
from explorer.imagenet import attribution, inspection, preprocessing
from explorer.imagenet.overlays import HeatStyle
from explorer.imagenet.structure import Layer, stages
from explorer.parameters import ChannelScales, Choice, Index, Number, Switch, Values, WholeNumber
from explorer.questions import NetworkSight
from pages.components.maps import DARK
from pages.components.mosaics import scale_colours
from pages.components.network_choices import ANY_NETWORK, FIT, FRAME, WEIGHTS
from pages.live.protocol import Answer, Blob, Operation

LOOK = (
    ANY_NETWORK,
    FIT,
    *FRAME,
    WEIGHTS,
    Index(
        name="depth",
        title="Layer",
        default=3,
    ),  # in the default network the first maps that are not negative
    Choice(
        name="order",
        title="Channels by",
        options=inspection.ORDERS,
        default="index",
        help="Which channels come first.",
        details={
            "index": "In the order of the network.",
            "mean": "The largest mean first.",
            "maximum": "The largest single value first.",
            "variance": "The largest variance first.",
        },
    ),
    Choice(
        name="ends",
        title="One colour scale for",
        options={"channel": "each channel", "layer": "the layer"},
        default="channel",
        help="How far the colours reach.",
        details={
            "channel": "Each channel has its own scale, so you can see weak channels too.",
            "layer": "All channels share one scale: equal colours mean equal values.",
        },
    ),
    Index(
        name="channel",
        title="Channel",
    ),
    Choice(
        name="overlay",
        title="Why this class",
        options={"none": "off"} | attribution.CAMS,
        default="none",
        help="A heat map of this layer over the photograph: where it speaks for the class.",
        details={
            "grad_cam": "Each channel times the mean gradient of the class's logit.",
            "hires_cam": "Each value times its own gradient: exact where one sum leads on to the logits.",
            "layer_cam": "Each value times its own gradient where that is positive.",
        },
    ),
    WholeNumber(
        name="overlay_opacity",
        title="Opacity of the heat map",
        low=0,
        high=100,
        default=round(100 * HeatStyle.opacity),
        unit="%",
    ),
    Switch(
        name="overlay_cells",
        title="Cells of the heat map",
    ),
    Index(
        name="target",
        title="Class to explain",
    ),
    DARK,
    ChannelScales(
        name="off",
        title="Switched channels",
    ),
    Number(
        name="temperature",
        title="Temperature",
        low=0.1,
        high=10.0,
        default=1.0,
        step=0.1,
        help=(
            "The logits are divided by it before the softmax: below 1 the first takes more, above 1 all "
            "become more alike."
        ),
    ),
)


def view(values: Values, rest: bool = True) -> inspection.LayerView:
    """What these settings look at."""
    return inspection.LayerView(
        depth=values["depth"] or 0,
        order=values["order"],
        shared=values["ends"] == "layer",
        channel=values["channel"],
        overlay=None if values["overlay"] == "none" else values["overlay"],
        target=values["target"],
        scaled=tuple((int(layer), int(channel), factor) for layer, channel, factor in values["off"]),
        temperature=values["temperature"],
        weights=values["weights"],
        dark=values["dark"],
        exact=rest,
    )


def frame(values: Values) -> dict[str, float]:
    """Which part of the picture these settings show to the network, as `preprocessing.seen` takes it."""
    return {setting.name: values[setting.name] for setting in FRAME}


def asked(values: Values, image: Array | inspection.Pixels) -> NetworkSight:
    """Return what questions are about: the network, what it sees, and what is switched off."""
    pixels = preprocessing.seen(values["network"], image, values["fit"], **frame(values))
    return NetworkSight(values["network"], pixels, values["weights"], view(values).scaled)


def _look(image: Array | inspection.Pixels, values: Values, rest: bool) -> Answer:
    # As levels, a quarter of fractions: what a run asks with, so that one answer serves both.
    pixels = preprocessing.seen(values["network"], image, values["fit"], **frame(values))
    found = compute.shared().run(inspection.look, values["network"], pixels, view(values, rest))
    blobs = [Blob(name, made.kind, made.data, made.shape) for name, made in found.pictures.items()]
    if rest:  # while the frame moves the browser draws it by itself
        blobs.append(Blob("seen", figures.MIME["png"], figures.encode(pixels, "png")))
    return Answer(found.facts, tuple(blobs))


class LookLayer(TypedDict):
    """A layer in the list of all of them; `side` is how many rows or columns its maps have."""

    name: str
    kind: str
    side: int
    block: str


class LookStage(TypedDict):
    """A stage of the network, by its last layer; `sees` is the side of the receptive field, if not all."""

    layer: int
    blocks: list[str]
    room: str
    shape: list[int]
    sees: int | None


class LookLabels(TypedDict):
    """What stands beside the answers: the layers, the stages, and what the colour scales are."""

    layers: list[LookLayer]
    stages: list[LookStage]
    colours: dict[str, tuple[str, ...]]


def labels(layers: list[Layer]) -> LookLabels:
    """Return the texts that the view shows beside the answers: layers, stages, and what the colours are."""
    return {
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "side": max((1, *layer.output_shape[:-1])),
                "block": layer.block,
            }
            for layer in layers
        ],
        "stages": [
            {
                "layer": stage.layer,
                "blocks": list(dict.fromkeys((stage.first, stage.last))),
                "room": stage.room,
                "shape": list(layers[stage.layer].output_shape),
                "sees": reach[0] if (reach := layers[stage.layer].receptive) else None,
            }
            for stage in stages(layers)
        ],
        "colours": {
            "signed": scale_colours("signed", False),
            "signed on dark": scale_colours("signed", True),
            "stretched": scale_colours("stretched", False),
            "magnitude": tuple(map(figures.hex_colour, figures.MAGNITUDE_COLOURS)),
        },
    }


OPERATIONS = (
    Operation(
        name="look",
        settings=LOOK,
        facts=inspection.LookFacts,
        answer=_look,
        view="inside",
        pace="worker",
        whole=True,
        labels=LookLabels,
    ),
)
