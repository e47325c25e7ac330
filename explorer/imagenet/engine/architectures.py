"""Which architecture a network has."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from explorer.imagenet.engine import large, mobile, nasnet
from explorer.imagenet.engine.graph import Architecture
from explorer.imagenet.engine.plans import from_plan
from explorer.imagenet.networks import Network, NetworkRecord
from explorer.imagenet.own_networks import OwnNetwork, described

ARCHITECTURES: dict[str, Callable[..., Architecture]] = {
    "EfficientNetLite0": mobile.efficientnet_lite0,
    "MobileNetV2": mobile.mobilenet_v2,
    "MobileNet": mobile.mobilenet,
    "MobileNetV3Small": mobile.mobilenet_v3_small,
    "EfficientNetV2B0": mobile.efficientnet_v2_b0,
    "ResNet50": large.resnet50,
    "VGG16": large.vgg16,
    "DenseNet121": large.densenet121,
    "NASNetMobile": nasnet.nasnet_mobile,
}
"""The functions that put networks together, by `Network.builder`."""


@lru_cache(maxsize=16)
def _built(builder: str, size: int, options: tuple[tuple[str, float], ...]) -> Architecture:
    return ARCHITECTURES[builder](size, **dict(options))


@lru_cache(maxsize=8)
def _read(digest: str) -> Architecture:
    return from_plan(described(digest)["architecture"])


def architecture(record: NetworkRecord) -> Architecture:
    """Return the layers of a network, without their weights."""
    if isinstance(record, OwnNetwork):
        return _read(record.digest)
    assert isinstance(record, Network)
    options = {name: value for name, value in record.options.items() if name != "input_shape"}
    return _built(record.builder, record.size, tuple(options.items()))
