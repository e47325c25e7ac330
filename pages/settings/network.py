"""A network of dense layers: its shape, its weights, what belongs to a choice, and where training stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer import dense, training
from explorer.curves import ACTIVATIONS
from pages.settings.records import Setting, SettingError, Values, argument_setting, finite


@dataclass(frozen=True)
class LayersSetting:
    """The layers of a network, `[[units, activation], ...]`: the hidden ones, and the output of one unit.

    Where an activation's parameters differ from their defaults these follow by name:
    `[4, "elu", {"alpha": 0.5}]`.
    """

    name: str
    title: str
    preset: tuple[tuple[int, str], ...]

    @property
    def default(self) -> list[list[Any]]:
        """The preset's layers."""
        return [[units, activation] for units, activation in self.preset]

    def parse(self, value: Any) -> list[list[Any]]:
        """Give the layers."""
        if not isinstance(value, list) or not 1 <= len(value) <= dense.MAX_HIDDEN + 1:
            raise SettingError(
                f"{self.title} takes 0 to {dense.MAX_HIDDEN} hidden layers and the output, but "
                f"{str(value)[:40]!r} came; add or remove some."
            )
        layers = []
        for layer in value:
            if not isinstance(layer, list) or len(layer) not in (2, 3) or not isinstance(layer[1], str):
                raise SettingError(
                    f"A layer takes units and an activation, but {str(layer)[:40]!r} came; give both."
                )
            parameters = layer[2] if len(layer) == 3 else {}
            if not isinstance(parameters, dict):
                raise SettingError(
                    f"An activation's parameters are names with numbers, but {str(parameters)[:40]!r} came."
                )
            try:
                made = dense.Dense(finite(layer[0], "A layer"), layer[1], parameters)  # type: ignore[arg-type]
            except SettingError:
                raise
            except ValueError as error:
                raise SettingError(str(error)) from None
            usual = ACTIVATIONS[made.activation].values()
            shaped = {name: value for name, value in dict(made.parameters).items() if value != usual[name]}
            layers.append([made.units, made.activation, *([shaped] if shaped else [])])
        if layers[-1][0] != 1:
            raise SettingError(f"The output is one unit, but {layers[-1][0]} came; leave it at 1.")
        return layers

    def to_text(self, value: list[list[Any]]) -> str:
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

    def from_text(self, text: str) -> list[list[Any]]:
        """Read the layers from the address."""
        try:
            layers: list[list[Any]] = []
            for layer in text.split(","):
                units, activation, *shaped = layer.split("~")
                pairs = (pair.split("=") for pair in shaped)
                layers.append([int(units), activation, {name: float(number) for name, number in pairs}])
            return self.parse(layers)
        except SettingError:
            raise
        except ValueError:
            raise SettingError(
                f"{self.title} takes layers such as 4~tanh,1~sigmoid, but {text[:40]!r} came; type them so."
            ) from None

    def describe(self) -> dict[str, Any]:
        """Say what the graph needs: its bounds and the activations."""
        return {
            "kind": "layers",
            "name": self.name,
            "title": self.title,
            "default": self.default,
            "hidden": dense.MAX_HIDDEN,
            "units": dense.MAX_UNITS,
            "activations": [
                {
                    "value": name,
                    "title": each.title,
                    "parameters": [argument_setting(parameter).describe() for parameter in each.parameters],
                }
                for name, each in ACTIVATIONS.items()
            ],
        }


@dataclass(frozen=True)
class ParameterSetting:
    """A setting that only some choices of a menu have; it keeps its value while another is chosen.

    Attributes:
        setting: The setting itself.
        menu: Name of the menu.
        owners: The menu's values that have it.
    """

    setting: Setting
    menu: str
    owners: tuple[str, ...]

    @property
    def name(self) -> str:
        """The setting's."""
        return self.setting.name

    @property
    def default(self) -> Any:
        """The setting's."""
        return self.setting.default

    def parse(self, value: Any) -> Any:
        """Give the value."""
        return self.setting.parse(value)

    def to_text(self, value: Any) -> str:
        """Write the value for the address."""
        return self.setting.to_text(value)

    def from_text(self, text: str) -> Any:
        """Read the value from the address."""
        return self.setting.from_text(text)

    def describe(self) -> dict[str, Any]:
        """Say what the control needs, and when it is shown."""
        return self.setting.describe() | {"menu": self.menu, "owners": list(self.owners)}


@dataclass(frozen=True)
class WeightsSetting:
    """Weights that were set by hand, as text, or "" while they are drawn by lot."""

    name: str
    title: str
    default: str = ""

    def parse(self, value: Any) -> str:
        """Give the text if it holds weights."""
        if not isinstance(value, str) or len(value) > MAX_PACKED:
            raise SettingError(
                f"{self.title} are text of a link, but {str(value)[:40]!r} came; copy it again."
            )
        try:
            training.unpack(value)
        except ValueError as error:
            raise SettingError(str(error)) from None
        return value

    def to_text(self, value: str) -> str:
        """Write the weights for the address."""
        return value

    def from_text(self, text: str) -> str:
        """Read the weights from the address."""
        return self.parse(text)

    def describe(self) -> dict[str, Any]:
        """Say that there is none to draw."""
        return {"kind": "weights", "name": self.name, "title": self.title, "default": ""}


MAX_PACKED = 8_000  # characters of the largest network's weights, and some


@dataclass(frozen=True)
class StandingSetting:
    """Where a training stands, or None at its start; the address leads to the start."""

    name: str
    title: str
    default: None = None

    def parse(self, value: Any) -> Values | None:
        """Give the standing."""
        if value is None:
            return None
        try:
            return training.Standing.read(value).record()
        except ValueError as error:
            raise SettingError(str(error)) from None

    def to_text(self, value: Values | None) -> str:
        """Write nothing: the same seed leads to the same weights."""
        return ""

    def from_text(self, text: str) -> None:
        """Read nothing."""
        if text:
            raise SettingError(f"{self.title} cannot come with an address; press play to train again.")

    def describe(self) -> dict[str, Any]:
        """Say that there is none to draw."""
        return {"kind": "standing", "name": self.name, "title": self.title, "default": None}
