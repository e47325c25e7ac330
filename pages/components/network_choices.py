"""Which network looks, with which weights, and how a picture is made to fit it."""

from __future__ import annotations

from explorer.imagenet.networks import NETWORKS
from explorer.imagenet.preprocessing import FITS
from explorer.parameters import Choice, Number, Offered

NETWORK = Choice(
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
