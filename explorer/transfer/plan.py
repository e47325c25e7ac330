"""What is chosen for a training: the `Plan`, with the bounds of its parts."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.errors import ExplorerError
from explorer.imagenet import preprocessing, weights
from explorer.imagenet.networks import NETWORKS, Backbone, network
from explorer.imagenet.own_networks import is_own
from explorer.parameters import Number, WholeNumber


class TransferError(ExplorerError):
    """What cannot be taught, in a sentence for the reader."""


HEADS = ("linear", "hidden")
"""One dense layer from features to classes, or one with a hidden layer of ReLU units before it."""

AUGMENTATIONS = {"flip": "Mirror", "crop": "Crop", "colour": "Change the light"}
"""What a picture can be trained on besides itself, by the plan's name for it."""

UNITS = WholeNumber(
    name="units",
    title="Hidden units",
    low=1,
    high=512,
    step=1,
    default=32,
)

LEARNING_RATE = Number(
    name="learning_rate",
    title="Learning rate",
    low=1e-5,
    high=1.0,
    step=1e-5,
    default=0.001,
)

EPOCHS = WholeNumber(
    name="epochs",
    title="Epochs",
    low=1,
    high=500,
    step=1,
    default=40,
)

TUNE_RATE = Number(
    name="tune_rate",
    title="Learning rate of the block",
    low=1e-6,
    high=0.1,
    step=1e-6,
    default=0.0001,
)

TUNE_EPOCHS = WholeNumber(
    name="tune_epochs",
    title="Epochs of the block",
    low=1,
    high=100,
    step=1,
    default=10,
)

SEED = WholeNumber(
    name="seed",
    title="Seed",
    low=0,
    high=999_999,
    step=1,
    default=0,
)


@dataclass(frozen=True)
class Plan:
    """All that is chosen for a training.

    Attributes:
        network: A key of `networks.NETWORKS`, or the name of a network that was brought along.
        weights: Which weights, one of `weights.WEIGHTS`.
        fit: How pictures became square, one of `preprocessing.FITS`.
        head: One of `HEADS`.
        units: Of the hidden layer.
        learning_rate: Adam's, for the head.
        epochs: How often every picture is seen.
        flip: Whether its mirror image is seen as well.
        crop: Whether `VARIANTS` enlarged parts of it are.
        colour: Whether it is also seen in the light of `VARIANTS` other colour_factors.
        fine_tune: Whether the last block learns too, after the head.
        tune_rate: Adam's learning rate then, for both.
        tune_epochs: Epochs of that.
        seed: Draws the head's first weights, the order of the pictures, the crops and the colour_factors.

    Raises:
        TransferError: If a part is unknown or out of its bounds, or the network cannot do what is planned.
        NetworkError: If a network that was brought along is no longer here.

    >>> Plan(head="hidden", units=16).units
    16
    """

    network: str = "EfficientNetLite0"
    weights: str = "auto"
    fit: str = "resize"
    head: str = "linear"
    units: int = 32
    learning_rate: float = 0.001
    epochs: int = 40
    flip: bool = False
    crop: bool = False
    colour: bool = False
    fine_tune: bool = False
    tune_rate: float = 0.0001
    tune_epochs: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in (
            ("network", (self.network,) if is_own(self.network) else tuple(NETWORKS)),
            ("weights", weights.WEIGHTS),
            ("fit", preprocessing.FITS),
            ("head", HEADS),
        ):
            if getattr(self, name) not in known:
                raise TransferError(f"{name} is {getattr(self, name)!r}; choose one of {', '.join(known)}.")
        for argument in (UNITS, LEARNING_RATE, EPOCHS, TUNE_RATE, TUNE_EPOCHS, SEED):
            try:
                value = argument.checked(getattr(self, argument.name))
            except ExplorerError as error:
                raise TransferError(str(error)) from None
            object.__setattr__(self, argument.name, value)
        reason = withheld(self.network) or (self.fine_tune and untuned(self.network))
        if reason:
            raise TransferError(reason)

    @property
    def backbone(self) -> Backbone:
        """What the head stands on."""
        return network(self.network).backbone


def withheld(name: str) -> str:
    """Return why a network is not taught, or nothing.

    Raises:
        NetworkError: If there is no such network.
    """
    record = network(name)
    if record.backbone.features:
        return ""
    return (
        f"{record.title} decides on the pixels themselves, so that without its head nothing of it is left; "
        "choose a network with more layers."
    )


def untuned(name: str) -> str:
    """Return why a network is not fine-tuned, or nothing.

    >>> untuned("VGG16")
    ''
    """
    record = network(name)
    if record.backbone.tuned:
        return ""
    return (
        f"The blocks of {record.title} are not known, so that a new head alone learns on it; leave "
        "fine-tuning out."
    )
