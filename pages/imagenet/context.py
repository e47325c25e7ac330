"""What every tab of the ImageNet page speaks of: the picture, the network, and what is chosen above."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.imagenet.networks import NetworkRecord, network
from explorer.imagenet.structure import Layer
from explorer.imagenet.weights import Weights
from explorer.parameters import Values
from pages.components import chooser, lab
from pages.components.chooser import Picture
from pages.imagenet import operation


@dataclass(frozen=True)
class NetworkContext:
    """A network with its weights and layers, and the picture that it sees."""

    state: lab.State
    weights: Weights
    layers: list[Layer]

    @property
    def values(self) -> Values:
        """What is chosen in the lab above the tabs."""
        return self.state.values

    @property
    def picture(self) -> Picture:
        """What the network sees of the present picture."""
        return chooser.seen_by(self.name, self.values["fit"], **operation.frame(self.values))

    @property
    def name(self) -> str:
        """The network's name, as `networks.network` takes it."""
        return str(self.values["network"])

    @property
    def network(self) -> NetworkRecord:
        """The network's record."""
        return network(self.name)

    @property
    def layer(self) -> Layer:
        """The layer that the lab shows."""
        return self.layers[min(self.values["depth"] or 0, len(self.layers) - 1)]

    @property
    def choice(self) -> str:
        """Which weights are taken, one of `WEIGHTS`."""
        return str(self.values["weights"])
