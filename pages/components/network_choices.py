"""Which network looks, with which weights, and how a picture is made to fit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.errors import ExplorerError
from explorer.imagenet.networks import NETWORKS, network
from explorer.imagenet.own_networks import OWN_PREFIX, is_own
from explorer.imagenet.preprocessing import FITS
from explorer.parameters import Choice, Number, Offered


@dataclass(frozen=True, kw_only=True)
class NetworkChoice(Choice):
    """One of the networks, or one that was brought along."""

    def checked(self, value: Any) -> str:
        """Return the name of a network that is here."""
        if isinstance(value, str) and is_own(value):
            return network(value).name
        name: str = super().checked(value)
        return name

    def from_text(self, text: str) -> str:
        """Read the name from the address; of a model that is not here it says what to do."""
        if not text.lower().startswith(OWN_PREFIX):
            name: str = super().from_text(text)
            return name
        try:
            return self.checked(text)
        except ExplorerError:
            raise ExplorerError(
                "The link asks for a model that somebody brought along in a session of their own. It is not "
                "on this server, or no longer: choose Your model under Network, and open its file yourself."
            ) from None

    def said(self, value: str) -> str:
        """Return the network's name in quotation marks."""
        return f"“{network(value).title}”"


ANY_NETWORK = NetworkChoice(
    name="network",
    title="Network",
    options=Offered.column(NETWORKS, "title"),
    default=next(iter(NETWORKS)),
    menu=True,
)

FIT = Choice(
    name="fit",
    title="Fit",
    options={"resize": "squeeze", "crop": "crop"},
    default=FITS[0],
    help="How the picture becomes a square.",
    details={
        "resize": "The whole picture; its proportions change.",
        "crop": "The largest square in the middle; the proportions stay.",
    },
)

FRAME = (
    Number(
        name="zoom",
        title="Zoom",
        low=1.0,
        high=8.0,
        default=1.0,
        step=0.05,
        help="How many times larger things appear than in the whole picture.",
    ),
    Number(
        name="across",
        title="Frame across",
        low=0.0,
        high=1.0,
        default=0.5,
        step=0.01,
        help="Position of the frame between the left and the right edge.",
    ),
    Number(
        name="down",
        title="Frame down",
        low=0.0,
        high=1.0,
        default=0.5,
        step=0.01,
        help="Position of the frame between the upper and the lower edge.",
    ),
)
"""Which part of the picture a network sees, as `preprocessing.seen` takes it."""

WEIGHTS = Choice(
    name="weights",
    title="Weights",
    options={"auto": "trained", "random": "random", "unverified": "unverified file"},
    default="auto",
)
