"""Losses: their curves, one outlier, and fits through points."""

from __future__ import annotations

from typing import Literal, TypedDict

from explorer.activations.parameters import FunctionsParameter
from explorer.calculus import places
from explorer.convolution.experiments import Array
from explorer.descriptions import Ends
from explorer.errors import ExplorerError
from explorer.lessons.subjects import Judged
from explorer.losses import TASKS, LossCurve, fitting
from explorer.losses.parameters import PlacedPoint, PointsParameter
from explorer.parameters import Choice, Values
from explorer.questions import FittedPoints
from pages.components import loss_curves
from pages.live.protocol import Answer, Operation, float_blob

PLOTTED = ("numbers", "probabilities", "scores")
CURVES = loss_curves.operations(PLOTTED, plot="losses", samples="samples")

FITS = FunctionsParameter(
    name="fits",
    title="Losses",
    preset=("mean_squared_error", "mean_absolute_error", "quantile"),
    table=fitting.offers(),
)

FIT = (
    PointsParameter(
        name="points",
        title="Points",
        preset="wild",
    ),
    Choice(
        name="degree",
        title="Fit",
        options=dict(enumerate(fitting.CURVES[:5])),
        default=1,
        help="A polynomial: its coefficients are chosen so that the mean loss over the points is least.",
    ),
    FITS,
)


class FitLoss(TypedDict):
    """A loss under which points are fitted."""

    name: str
    title: str
    said: str


class RefusedFit(FitLoss):
    """A loss that cannot be fitted to the points, and why."""

    refused: str


class FittedCurve(FitLoss):
    """The curve with the least mean loss."""

    refused: Literal[""]
    formula: str
    value: float
    said_of: str
    coefficients: tuple[float, ...]
    predictions: list[float]
    losses: list[float]


class FitFacts(TypedDict):
    """What is said of the curves that losses make of points."""

    curves: list[RefusedFit | FittedCurve]
    chosen: str
    points: list[PlacedPoint]
    degree: int
    ends: Ends


def fits(values: Values) -> dict[str, fitting.Fit | str]:
    """Fit the points under each loss, or say why that cannot be."""
    x, y = zip(*values["points"], strict=True)
    found: dict[str, fitting.Fit | str] = {}
    for curve in values["fits"]["curves"]:
        try:
            found[curve["name"]] = fitting.fit(
                x, y, curve["name"], degree=values["degree"], **curve["parameters"]
            )
        except ExplorerError as error:
            found[curve["name"]] = str(error)
    return found


def _fit(_: Array, values: Values, rest: bool) -> Answer:
    low, high = FIT[0].low, FIT[0].high
    x = places(low, high, count=201)
    curves: list[RefusedFit | FittedCurve] = []
    blobs = [float_blob("x", x)]
    for number, ((name, found), curve) in enumerate(
        zip(fits(values).items(), values["fits"]["curves"], strict=True)
    ):
        loss: FitLoss = {
            "name": name,
            "title": FITS.table[name].title,
            "said": LossCurve.of("numbers", name, curve["parameters"]).said,
        }
        if isinstance(found, str):
            curves.append({**loss, "refused": found})
            continue
        blobs.append(float_blob(f"values{number}", found.at(x)))
        curves.append(
            {
                **loss,
                "refused": "",
                "formula": str(found),
                "value": found.value,
                "said_of": found.said,
                "coefficients": found.coefficients,
                "predictions": found.predictions.tolist(),
                "losses": found.losses.tolist(),
            }
        )
    facts: FitFacts = {
        "curves": curves,
        "chosen": values["fits"]["chosen"],
        "points": values["points"],
        "degree": values["degree"],
        "ends": [low, high],
    }
    return Answer(facts, tuple(blobs))


def measured(plot: Values, samples: Values, fitted: Values) -> Judged:
    """What lessons measure: the chosen loss of the plot, and the chosen fit."""
    curve = loss_curves.chosen_curve(plot)

    def fit() -> fitting.Fit:
        found = fits(fitted)[fitted["fits"]["chosen"]]
        if isinstance(found, str):
            raise ExplorerError(found)
        return found

    target, prediction = loss_curves.target_and_prediction(plot)
    return Judged(curve, target, prediction, samples[TASKS[curve.task].wild.name], fit)


def asked(plot: Values, fitted: Values) -> FittedPoints:
    """Return what is asked about: the points, the losses under which they are fitted, and the plotted one."""
    return FittedPoints(
        tuple((x, y) for x, y in fitted["points"]),
        fitted["degree"],
        tuple((curve["name"], tuple(curve["parameters"].items())) for curve in fitted["fits"]["curves"]),
        loss_curves.chosen_curve(plot),
    )


def fits_csv(values: Values) -> str:
    """Write the points and what each loss predicts there, as far as they can be fitted."""
    x, y = zip(*values["points"], strict=True)
    found = {name: each for name, each in fits(values).items() if not isinstance(each, str)}
    return fitting.to_csv(x, y, found)


OPERATIONS = (
    *CURVES,
    Operation(
        name="fit",
        settings=FIT,
        facts=FitFacts,
        answer=_fit,
        view="fit",
        picture=False,
    ),
)
