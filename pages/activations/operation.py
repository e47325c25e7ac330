"""Activations: their curves, slopes through layers, softmax, and one of them on a picture."""

from __future__ import annotations

from typing import TypedDict

from explorer import activations, figures
from explorer.activations import ActivationCurve
from explorer.activations.parameters import FunctionsParameter
from explorer.convolution import experiments
from explorer.convolution.experiments import Array, Convolution
from explorer.convolution.kernels import KERNELS
from explorer.descriptions import Ends
from explorer.lessons.subjects import Activated
from explorer.parameters import Choice, Number, Numbers, Values, WholeNumber
from pages.components.maps import DARK, FILTERS, MOVING_SAMPLE
from pages.live.protocol import Answer, Blob, Operation, float_blob

CURVES = FunctionsParameter(
    name="curves",
    title="Functions",
    preset=("relu",),
    basic=("linear", "binary_step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu"),
)

PLACE = Number(
    name="x",
    title="Place x",
    low=-20.0,
    high=20.0,
    default=1.5,
    step=0.05,
    help="The pre-activation: what the function is applied to.",
)

FLAT = Number(
    name="limit",
    title="Counts as flat below",
    low=0.0,
    high=0.5,
    default=0.05,
    step=0.01,
    help=(
        "Where the slope is closer to 0 than this, the unit is saturated: it hardly learns. Where the slope "
        "is exactly 0, it does not learn at all."
    ),
)

ACTIVATE = (
    CURVES,
    PLACE,
    FLAT,
    WholeNumber(
        name="reach",
        title="X-axis from −x to x",
        low=1,
        high=20,
        default=6,
        help="How far the plot goes to the left and right of 0.",
    ),
    Choice(
        name="slopes",
        title="Slopes",
        options={"chosen": "chosen function", "all": "all", "none": "hide"},
        default="chosen",
        help=(
            "The slope, or derivative, of a function at each x, drawn dashed. On the way back it multiplies "
            "the gradient."
        ),
    ),
)

CHAIN = (
    CURVES,
    PLACE,
    WholeNumber(
        name="layers",
        title="Layers",
        low=1,
        high=20,
        default=10,
        help="How many, each of one unit with this function.",
    ),
    Number(
        name="weight",
        title="Weight",
        low=-3.0,
        high=3.0,
        default=1.0,
        step=0.05,
        help="The weight of every unit. A layer multiplies the gradient by weight × slope.",
    ),
)

MIN_GRADIENT, MAX_GRADIENT = 1e-12, 1e6  # ends of the plot of gradients

SOFTMAX = (
    Numbers(
        name="logits",
        title="Logits",
        default=[2.0, 1.0, 0.1, -1.0],
        low=-10.0,
        high=10.0,
        step=0.1,
        fewest=2,
        most=8,
    ),
    Number(
        name="temperature",
        title="Temperature",
        low=0.05,
        high=10.0,
        default=1.0,
        step=0.05,
        help=(
            "Divides every number first. Below 1 the largest takes more; above 1 the shares become more "
            "alike."
        ),
    ),
)

ON_PICTURE = (
    CURVES,
    FLAT,
    DARK,
    Choice(
        name="filter",
        title="Filter",
        options=FILTERS,
        default="sobel_x",
        help="Makes the feature map, with same padding and mirrored borders.",
        details={name: KERNELS[name].why for name in FILTERS},
    ),
    Number(
        name="gain",
        title="Gain",
        low=0.1,
        high=10.0,
        default=1.0,
        step=0.1,
        help="Multiplies the map, so that its values reach farther out.",
    ),
    Number(
        name="bias",
        title="Bias",
        low=-5.0,
        high=5.0,
        default=0.0,
        step=0.05,
        help="Added to the map, as a unit adds its bias.",
    ),
    Choice(
        name="ends",
        title="Colours",
        options={"held": "held", "fitted": "fitted"},
        default="held",
        help="Held, their ends are those at gain 1 and bias 0, so that a stronger map has stronger colours. "
        "Fitted, they follow the map.",
    ),
)


class PointFacts(TypedDict):
    """A place on a plot: a value that is taken there, or, if `open`, one that is only approached."""

    x: float
    y: float
    open: bool


class PlottedActivation(TypedDict):
    """An activation on the plot, with the places where it or its slope jumps."""

    name: str
    title: str
    points: list[PointFacts]


# Where the slope of the function in question is small, or exactly 0 where it is `dead`.
IntervalFacts = TypedDict("IntervalFacts", {"from": float, "to": float, "dead": bool})


class TangentFacts(TypedDict):
    """The straight line that touches a curve at x."""

    x: float
    value: float
    slope: float


class ActivationsFacts(TypedDict):
    """What is said of activations on one plot; `centre` at rest alone."""

    curves: list[PlottedActivation]
    chosen: str
    reach: int
    ends: tuple[float, float]
    intervals: list[IntervalFacts]
    tangent: TangentFacts
    at: str
    said: str
    sentences: list[str]
    centre: str | None


class ChainedActivation(TypedDict):
    """An activation in a chain of layers, with what the gradient is multiplied by in each."""

    name: str
    title: str
    said: str
    verdict: str
    slopes: list[float]


class ChainFacts(TypedDict):
    """What is said of a gradient on its way through layers of one unit each."""

    curves: list[ChainedActivation]
    chosen: str
    x: float
    layers: int
    ends: Ends


class SoftmaxFacts(TypedDict):
    """What softmax makes of logits, step by step."""

    logits: list[float]
    powers: list[float]
    probabilities: list[float]
    sentence: str


class ActivatedMap(TypedDict):
    """What is said of a map before or after the activation, or of its slopes."""

    name: str
    ends: Ends
    low: float
    high: float
    mean: float
    remark: str


class ActivatedFacts(TypedDict):
    """What is said of an activation on a picture; `flat` and `dead` are shares of its cells."""

    input_shape: list[int]
    maps: list[ActivatedMap]
    said: str
    flat: float
    dead: float
    sentence: str
    colours: list[str]


def shown_curves(values: Values) -> tuple[ActivationCurve, ...]:
    """Make the activations that these settings describe."""
    return tuple(ActivationCurve.of(**curve) for curve in values["curves"]["curves"])


def chosen_curve(values: Values) -> ActivationCurve:
    """Make the one in question."""
    return next(curve for curve in shown_curves(values) if curve.name == values["curves"]["chosen"])


def _activate(_: Array, values: Values, rest: bool) -> Answer:
    chosen, reach = chosen_curve(values), values["reach"]
    shown = shown_curves(values)
    sloped = {"chosen": (chosen,), "all": shown, "none": ()}[values["slopes"]]
    curves: list[PlottedActivation] = []
    blobs = []
    for number, curve in enumerate(shown):
        samples = curve.samples(-reach, reach)
        blobs += [float_blob(f"x{number}", samples.x), float_blob(f"values{number}", samples.values)]
        if curve in sloped:
            blobs.append(float_blob(f"slopes{number}", samples.slopes))
        on_curve, on_slope = curve.points(-reach, reach)
        points = on_curve + (on_slope if curve in sloped else [])
        curves.append(
            {
                "name": curve.name,
                "title": curve.record.title,
                "points": [{"x": point.x, "y": point.y, "open": point.open} for point in points],
            }
        )
    touching = chosen.record.tangent(values["x"], **chosen.values)
    facts: ActivationsFacts = {
        "curves": curves,
        "chosen": chosen.name,
        "reach": reach,
        "ends": activations.axis(shown, reach, sloped),
        "intervals": [
            {"from": each.start, "to": each.end, "dead": each.dead}
            for each in chosen.intervals(-reach, reach, values["limit"])
        ],
        "tangent": {"x": touching.x, "value": touching.value, "slope": touching.slope},
        "at": chosen.at(values["x"]),
        "said": chosen.said,
        "sentences": [
            chosen.training_sentence(-reach, reach, values["limit"]),
            chosen.kink_sentence(),
            chosen.range_sentence(),
        ],
        "centre": chosen.centre_sentence() if rest else None,  # which takes longer than all the rest
    }
    return Answer(facts, tuple(blobs))


def _chain(_: Array, values: Values, rest: bool) -> Answer:
    curves: list[ChainedActivation] = []
    blobs = []
    for number, curve in enumerate(shown_curves(values)):
        links = curve.chain(values["x"], values["layers"], values["weight"])
        layers, gradients = activations.products(links)
        blobs += [float_blob(f"x{number}", layers), float_blob(f"values{number}", gradients)]
        curves.append(
            {
                "name": curve.name,
                "title": curve.record.title,
                "said": curve.said,
                "verdict": activations.verdict(links, values["layers"]),
                "slopes": [link.slope for link in links],
            }
        )
    facts: ChainFacts = {
        "curves": curves,
        "chosen": values["curves"]["chosen"],
        "x": values["x"],
        "layers": values["layers"],
        "ends": [MIN_GRADIENT, MAX_GRADIENT],
    }
    return Answer(facts, tuple(blobs))


def _softmax(_: Array, values: Values, rest: bool) -> Answer:
    powers, probabilities = activations.softmax_steps(values["logits"], values["temperature"])
    facts: SoftmaxFacts = {
        "logits": values["logits"],
        "powers": powers,
        "probabilities": probabilities,
        "sentence": activations.softmax_sentence(probabilities),
    }
    return Answer(facts)


def map_filter(values: Values) -> Convolution:
    """Make the filter whose feature map the function is applied to."""
    return Convolution(
        KERNELS[values["filter"]].weights, pad_mode="reflect", gain=values["gain"], bias=values["bias"]
    )


def measured(plot: Values, chain: Values, softmax: Values, on_picture: Values, image: Array) -> Activated:
    """What lessons measure: the chosen function wherever the page has it, and the softmax."""
    return Activated(
        chosen_curve(plot),
        plot["x"],
        lambda: map_filter(on_picture).feature_map(image),
        plot["limit"],
        chain["layers"],
        chain["weight"],
        activations.softmax_steps(softmax["logits"], softmax["temperature"])[1],
    )


def _activated(image: Array, values: Values, rest: bool) -> Answer:
    curve = chosen_curve(values)
    before = map_filter(values).feature_map(image)
    after, slopes = curve.apply(before)
    measured = before, after, slopes
    if values["ends"] == "held" and (values["gain"], values["bias"]) != (1.0, 0.0):
        plain = map_filter(values | {"gain": 1.0, "bias": 0.0}).feature_map(image)
        measured = plain, *curve.apply(plain)
    flat, dead = activations.flat_shares(slopes, values["limit"])
    maps: list[ActivatedMap] = []
    blobs = []
    for name, feature_map, scaled in zip(
        ("before", "after", "slope"), (before, after, slopes), measured, strict=True
    ):
        painted = figures.paint(
            feature_map,
            "signed",
            limits=figures.usual_limits(scaled, "signed"),
            dark=values["dark"],
        )
        kind, data = (
            ("png", figures.encode(painted.pixels)) if rest else figures.encode_moving(painted.pixels)
        )
        blobs.append(Blob(name, figures.MIME[kind], data))
        summary = experiments.describe(feature_map, sample=None if rest else MOVING_SAMPLE)
        maps.append(
            {
                "name": name,
                "ends": [painted.low, painted.high],
                "low": summary.low,
                "high": summary.high,
                "mean": summary.mean,
                "remark": painted.remark,
            }
        )
    facts: ActivatedFacts = {
        "input_shape": list(image.shape),
        "maps": maps,
        "said": curve.said,
        "flat": flat,
        "dead": dead,
        "sentence": activations.flat_sentence(flat, dead, values["limit"]),
        "colours": [
            colour
            for _, colour in figures.legend("signed", -1, 1, channels=before.shape[-1], dark=values["dark"])
        ],
    }
    return Answer(facts, tuple(blobs))


OPERATIONS = (
    Operation(
        name="activations",
        settings=ACTIVATE,
        facts=ActivationsFacts,
        answer=_activate,
        view="activations",
        picture=False,
    ),
    Operation(
        name="chain",
        settings=CHAIN,
        facts=ChainFacts,
        answer=_chain,
        view="chain",
        picture=False,
    ),
    Operation(
        name="softmax",
        settings=SOFTMAX,
        facts=SoftmaxFacts,
        answer=_softmax,
        view="softmax",
        picture=False,
    ),
    Operation(
        name="activated",
        settings=ON_PICTURE,
        facts=ActivatedFacts,
        answer=_activated,
        view="activated",
    ),
)
