"""Which network looks, with which weights, and how a picture is made to fit it."""

from __future__ import annotations

from explorer.imagenet.networks import NETWORKS
from explorer.imagenet.preprocessing import FITS
from explorer.parameters import Choice, Offered

NETWORK = Choice(
    name="network",
    title="Network",
    options=Offered.column(NETWORKS, "title"),
    default=next(iter(NETWORKS)),
    menu=True,
)

FIT = Choice(
    name="fit",
    title="The picture is",
    options={"resize": "squeezed", "crop": "cropped"},
    default=FITS[0],
    help="How the picture becomes a square.",
    details={
        "resize": "The whole picture, with its proportions changed.",
        "crop": "The square in the middle, with its proportions kept.",
    },
)

WEIGHTS = Choice(
    name="weights",
    title="Weights",
    options={"auto": "trained", "random": "random", "unverified": "unverified file"},
    default="auto",
)
