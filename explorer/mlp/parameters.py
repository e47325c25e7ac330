"""A network of dense layers: its shape, its weights, what belongs to a choice, and where training stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

from explorer.activations import ACTIVATIONS
from explorer.descriptions import NumberDescription, ParameterDescription
from explorer.errors import ExplorerError
from explorer.mlp import training
from explorer.mlp.datasets import MAX_CLASSES, MAX_NAME
from explorer.mlp.features import FEATURES, checked_features
from explorer.mlp.layers import DROPOUT, MAX_HIDDEN, MAX_UNITS, SOFTMAX, Dense
from explorer.parameters import Parameter, Unaddressed, excerpt, finite

LayerValue = Annotated[list[Any], tuple[int, str] | tuple[int, str, dict[str, float]]]


class ActivationOption(TypedDict):
    """An activation in a menu, with the sliders of its parameters."""

    value: str
    title: str
    parameters: list[NumberDescription]


class LayersDescription(ParameterDescription):
    """The graph of a network: how many hidden layers, units and classes it can have, and the activations.

    The last one is for an output of several classes alone.
    """

    kind: Literal["layers"]
    default: list[LayerValue]
    hidden: int
    units: int
    classes: int
    activations: list[ActivationOption]
    softmax: ActivationOption
    dropout: NumberDescription


class WeightsDescription(ParameterDescription):
    """Weights that are set by hand."""

    kind: Literal["weights"]
    default: str


class TrainingStateDescription(ParameterDescription):
    """Where a training stands."""

    kind: Literal["training_state"]
    default: None


OwnPoint = Annotated[list[float], tuple[float, float, float]]


class OwnPointsDescription(ParameterDescription):
    """Points of one's own with a target each."""

    kind: Literal["own"]
    default: list[OwnPoint]
    most: int


def layer_of(value: LayerValue) -> Dense:
    """Return the layer that a value stands for.

    Raises:
        ExplorerError: If a part is unknown or out of its bounds.

    Example:
        >>> layer_of([4, "tanh", {"batch_normalization": 1}]).batch_normalization
        True
    """
    units, activation, *more = value
    parameters = dict(more[0]) if more else {}
    norm, dropout = parameters.pop("batch_normalization", 0), parameters.pop("dropout", 0.0)
    if norm not in (0, 1):
        raise ExplorerError(f"Batch normalisation is 0 or 1, but {excerpt(norm)} came; choose one.")
    return Dense(units, activation, parameters, bool(norm), dropout)


def value_of(layer: Dense) -> LayerValue:
    """Return the value that stands for a layer, without what is as usual.

    Example:
        >>> value_of(Dense(4, "elu", {"alpha": 0.5}, dropout=0.2))
        [4, 'elu', {'alpha': 0.5, 'dropout': 0.2}]
    """
    usual = {} if layer.is_softmax else ACTIVATIONS[layer.activation].values()
    shaped = {name: value for name, value in dict(layer.parameters).items() if value != usual[name]}
    shaped |= {"batch_normalization": 1} if layer.batch_normalization else {}
    shaped |= {"dropout": layer.dropout} if layer.dropout else {}
    return [layer.units, layer.activation, *([shaped] if shaped else [])]


@dataclass(frozen=True, kw_only=True)
class LayersParameter(Parameter):
    """The layers of a network, `[[units, activation], ...]`: the hidden ones, and the output.

    The output is one unit, or a softmax with a unit for each of several classes.

    Where an activation's parameters differ from their defaults these follow by name, and so do `dropout` and
    `batch_normalization` of a hidden layer that has them: `[4, "elu", {"alpha": 0.5, "dropout": 0.2}]`.
    """

    preset: tuple[tuple[int, str], ...]

    @property
    def default(self) -> list[LayerValue]:
        """The preset's layers."""
        return [[units, activation] for units, activation in self.preset]

    def checked(self, value: Any) -> list[LayerValue]:
        """Return the layers."""
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_HIDDEN + 1:
            raise ExplorerError(
                f"{self.title} takes 0 to {MAX_HIDDEN} hidden layers and the output, but "
                f"{excerpt(value)} came; add or remove some."
            )
        layers = []
        for layer in value:
            if not isinstance(layer, list) or len(layer) not in (2, 3) or not isinstance(layer[1], str):
                raise ExplorerError(
                    f"A layer takes units and an activation, but {excerpt(layer)} came; give both."
                )
            parameters = layer[2] if len(layer) == 3 else {}
            if not isinstance(parameters, dict):
                raise ExplorerError(
                    f"An activation's parameters are names with numbers, but {excerpt(parameters)} came."
                )
            made = layer_of([finite(layer[0], "A layer"), layer[1], parameters])
            layers.append(value_of(made))
        units, activation = made.units, made.activation
        if units != 1 and (not made.is_softmax or units > MAX_CLASSES):
            raise ExplorerError(
                f"The output is one unit, or a softmax with a unit for each of 2 to {MAX_CLASSES} classes, "
                f"but {units} units of {activation} came; leave it at 1, or choose softmax."
            )
        if made.batch_normalization or made.dropout:
            raise ExplorerError(
                "Dropout or batch normalisation came for the output, and they are for hidden layers; leave "
                "them out there."
            )
        if any(layer[1] == SOFTMAX for layer in layers[:-1]):
            raise ExplorerError("A softmax came in a hidden layer, and it is for the output; choose another.")
        return layers

    def to_text(self, value: list[LayerValue]) -> str:
        """Write the layers for the address: `4~elu~alpha=0.5,1~sigmoid`."""
        return ",".join(
            "~".join(
                [
                    str(units),
                    activation,
                    *(f"{name}={number!r}" for shaped in more for name, number in shaped.items()),
                ]
            )
            for units, activation, *more in value
        )

    def from_text(self, text: str) -> list[LayerValue]:
        """Read the layers from the address."""
        try:
            layers: list[LayerValue] = []
            for layer in text.split(","):
                units, activation, *shaped = layer.split("~")
                pairs = (pair.split("=") for pair in shaped)
                layers.append([int(units), activation, {name: float(number) for name, number in pairs}])
            return self.checked(layers)
        except ExplorerError:
            raise
        except ValueError:
            raise ExplorerError(
                f"{self.title} takes layers such as 4~tanh,1~sigmoid, but {excerpt(text)} came; type them so."
            ) from None

    def describe(self) -> LayersDescription:
        """Return what the graph needs: its bounds and the activations."""
        return {
            "kind": "layers",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "hidden": MAX_HIDDEN,
            "units": MAX_UNITS,
            "classes": MAX_CLASSES,
            "activations": [
                {
                    "value": name,
                    "title": each.title,
                    "parameters": [parameter.describe() for parameter in each.parameters],
                }
                for name, each in ACTIVATIONS.items()
            ],
            "softmax": {"value": SOFTMAX, "title": "Softmax", "parameters": []},
            "dropout": DROPOUT.describe(),
        }


@dataclass(frozen=True, kw_only=True)
class WeightsParameter(Parameter):
    """Weights that were set by hand, as text, or "" while they are drawn by lot."""

    default: str = ""

    def checked(self, value: Any) -> str:
        """Return the text if it holds weights."""
        if not isinstance(value, str) or len(value) > MAX_PACKED:
            raise ExplorerError(f"{self.title} are text of a link, but {excerpt(value)} came; copy it again.")
        training.unpack(value)
        return value

    def to_text(self, value: str) -> str:
        """Write the weights for the address."""
        return value

    def from_text(self, text: str) -> str:
        """Read the weights from the address."""
        return self.checked(text)

    def describe(self) -> WeightsDescription:
        """Return what weights need that are set in the graph."""
        return {"kind": "weights", **self._titled(), "default": self.default, **self._owned()}


MAX_PACKED = 11_000  # characters of the largest network's weights, and some


@dataclass(frozen=True, kw_only=True)
class TrainingStateParameter(Unaddressed):
    """Where a training stands, or None at its start; the address leads to the start."""

    instead = "; press play to train again."

    def checked(self, value: Any) -> training.TrainingStateRecord | None:
        """Return the state."""
        if value is None:
            return None
        return training.NetworkTrainingState.read(value).record()

    def describe(self) -> TrainingStateDescription:
        """Return what a training needs that goes on."""
        return {"kind": "training_state", **self._titled(), "default": self.default, **self._owned()}


@dataclass(frozen=True, kw_only=True)
class OwnPointsParameter(Parameter):
    """Points with a target each, `[[x1, x2, target], ...]`, drawn or from a file."""

    @property
    def default(self) -> list[list[float]]:
        """No points yet."""
        return []

    def checked(self, value: Any) -> list[OwnPoint]:
        """Return the points."""
        return training.read_own(value)

    def to_text(self, value: list[list[float]]) -> str:
        """Write the points for the address: `0.5,1,0_-1,2,1`."""
        return "_".join(",".join(f"{number:.9g}" for number in row) for row in value)

    def from_text(self, text: str) -> list[list[float]]:
        """Read the points from the address."""
        try:
            rows = [[float(part) for part in row.split(",")] for row in text.split("_")] if text else []
        except ValueError:
            raise ExplorerError(
                f"{self.title} take x1, x2 and a target each, but {excerpt(text)} came; type 1,2,0_3,4,1."
            ) from None
        return self.checked(rows)

    def describe(self) -> OwnPointsDescription:
        """How many there can be."""
        return {
            "kind": "own",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "most": training.MAX_OWN,
        }


class NamesDescription(ParameterDescription):
    """Names of classes."""

    kind: Literal["names"]
    default: list[str]


@dataclass(frozen=True, kw_only=True)
class NamesParameter(Parameter):
    """Names of the classes of one's own points, from class 0 on; those without one go by their number."""

    @property
    def default(self) -> list[str]:
        """No names."""
        return []

    def checked(self, value: Any) -> list[str]:
        """Return the names."""
        if (
            not isinstance(value, list)
            or len(value) > MAX_CLASSES
            or not all(isinstance(name, str) and 0 < len(name) <= MAX_NAME for name in value)
            or any("," in name for name in value)
        ):
            raise ExplorerError(
                f"{self.title} are at most {MAX_CLASSES} words of 1 to {MAX_NAME} characters, none with a "
                f"comma, but {excerpt(value)} came; shorten them."
            )
        return list(value)

    def to_text(self, value: list[str]) -> str:
        """Write the names for the address: `cat,dog`."""
        return ",".join(value)

    def from_text(self, text: str) -> list[str]:
        """Read the names from the address."""
        return self.checked(text.split(",") if text else [])

    def describe(self) -> NamesDescription:
        """Return that they are names."""
        return {"kind": "names", **self._titled(), "default": self.default, **self._owned()}


class FeatureOption(TypedDict):
    """An input made by hand on a chip: what it makes easy is its detail."""

    value: str
    title: str
    detail: str


class FeaturesDescription(ParameterDescription):
    """Inputs made by hand to choose some of."""

    kind: Literal["features"]
    default: list[str]
    options: list[FeatureOption]


@dataclass(frozen=True, kw_only=True)
class FeaturesParameter(Parameter):
    """Inputs made by hand, beside both coordinates: some keys of `FEATURES`."""

    @property
    def default(self) -> list[str]:
        """None of them."""
        return []

    def checked(self, value: Any) -> list[str]:
        """Return the names in their order."""
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise ExplorerError(
                f"{self.title} are some of {', '.join(FEATURES)}, but {excerpt(value)} came; choose some."
            )
        return list(checked_features(value))

    def to_text(self, value: list[str]) -> str:
        """Write the names for the address: `x1_squared,sin_x2`."""
        return ",".join(value)

    def from_text(self, text: str) -> list[str]:
        """Read the names from the address."""
        return self.checked(text.split(",") if text else [])

    def describe(self) -> FeaturesDescription:
        """Return the chips."""
        return {
            "kind": "features",
            **self._titled(),
            "default": self.default,
            **self._owned(),
            "options": [
                {"value": name, "title": each.title, "detail": each.why} for name, each in FEATURES.items()
            ],
        }
