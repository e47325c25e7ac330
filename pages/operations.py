"""The operations that the live lane and the pages answer alike: one table, from those of each page."""

from __future__ import annotations

from pages.activations import operation as activations
from pages.arithmetic import operation as arithmetic
from pages.attention import operation as attention
from pages.convolution import operation as convolution
from pages.draw_and_watch import operation as draw_and_watch
from pages.hidden_layers import operation as hidden_layers
from pages.imagenet import operation as imagenet
from pages.live.protocol import Operation
from pages.losses import operation as losses
from pages.pipeline import operation as pipeline
from pages.pooling import operation as pooling
from pages.trading import operation as trading
from pages.vectors import operation as vectors

OF_PAGE: dict[str, tuple[Operation, ...]] = {
    page.__name__.split(".")[1]: page.OPERATIONS
    for page in (
        convolution,
        pooling,
        arithmetic,
        pipeline,
        activations,
        vectors,
        losses,
        trading,
        attention,
        hidden_layers,
        draw_and_watch,
        imagenet,
    )
}
"""Those of each page, by its name."""

OPERATIONS: dict[str, Operation] = {
    operation.name: operation for operations in OF_PAGE.values() for operation in operations
}
