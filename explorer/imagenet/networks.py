"""The networks that were trained on ImageNet: one record each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError

Array: TypeAlias = NDArray[np.float32]

Pixels: TypeAlias = NDArray[np.uint8]

_ADDRESS = "https://storage.googleapis.com/tensorflow/"


class NetworkError(ExplorerError):
    """What a network cannot do, in a sentence for the reader."""


@dataclass(frozen=True)
class Network:
    """A network of `keras.applications` with 1000 classes.

    Attributes:
        name: Key in `NETWORKS`.
        title: Name to show.
        builder: The function of `keras.applications` that builds it.
        options: What that function is called with, besides `weights`.
        size: Side of its input in pixels.
        mode: How pixels are scaled before they come in: "tf", "torch", "caffe", or "none" where the network's
            first layers do it.
        file: The file of its weights, under Keras's name.
        md5: The MD5 of that file as Keras checks it, or None where Keras checks none.
        megabytes: Size of that file, in 2**20 bytes.
        parameters: How many numbers it has learned, those of the batch normalisation included.
        top1: Published share of validation photographs whose class came first, in percent.
        top5: The same for the first five, or None where it was not published.
        year: When the paper appeared.
        paper: Its title and authors.
        link: Where to read it.
        url: Where Keras has the file from.
        source: Where top1 and top5 are from.
    """

    name: str
    title: str
    builder: str
    options: Mapping[str, Any]
    size: int
    mode: str
    file: str
    md5: str | None
    megabytes: float
    parameters: int
    top1: float
    top5: float | None
    year: int
    paper: str
    link: str
    url: str
    source: str

    @property
    def preprocessing(self) -> str:
        """Say how pixels are scaled, in a sentence."""
        return _PREPROCESSING[self.mode]


_PREPROCESSING = {
    "tf": "Each value from 0 to 255 is divided by 127.5, then 1 is subtracted: −1 is black and 1 is white.",
    "torch": "Each value is divided by 255; then the mean of the ImageNet photographs in its channel is "
    "subtracted, and the rest is divided by their standard deviation.",
    "caffe": "Red and blue change places, then the mean of the ImageNet photographs is subtracted from each "
    "channel; nothing is divided.",
    "none": "Values from 0 to 255 go in as they are: the first layers of the network scale them.",
}

_PAGE = "Keras Applications, keras.io/api/applications"

NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            name="MobileNetV2",
            title="MobileNetV2",
            builder="MobileNetV2",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="tf",
            file="mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
            md5=None,
            megabytes=14,
            parameters=3_538_984,
            top1=71.3,
            top5=90.1,
            year=2018,
            paper="Sandler and others, MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018",
            link="https://arxiv.org/abs/1801.04381",
            url=(
                _ADDRESS + "keras-applications/mobilenet_v2/"
                "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5"
            ),
            source=_PAGE,
        ),
        Network(
            name="MobileNet-0.25-128",
            title="MobileNet, a quarter as wide, 128 px",
            builder="MobileNet",
            options={"alpha": 0.25, "input_shape": (128, 128, 3)},
            size=128,
            mode="tf",
            file="mobilenet_2_5_128_tf.h5",
            md5=None,
            megabytes=2,
            parameters=475_544,
            top1=41.5,
            top5=66.3,
            year=2017,
            paper=(
                "Howard and others, MobileNets: Efficient Convolutional Neural Networks for Mobile Vision "
                "Applications, 2017"
            ),
            link="https://arxiv.org/abs/1704.04861",
            url=_ADDRESS + "keras-applications/mobilenet/mobilenet_2_5_128_tf.h5",
            source="MobileNet_v1, github.com/tensorflow/models, research/slim",
        ),
        Network(
            name="MobileNetV3Small",
            title="MobileNetV3 Small",
            builder="MobileNetV3Small",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="none",
            file="weights_mobilenet_v3_small_224_1.0_float.h5",
            md5="8768d4c2e7dee89b9d02b2d03d65d862",
            megabytes=10.2,
            parameters=2_554_968,
            top1=68.1,
            top5=None,
            year=2019,
            paper="Howard and others, Searching for MobileNetV3, ICCV 2019",
            link="https://arxiv.org/abs/1905.02244",
            url=_ADDRESS + "keras-applications/mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float.h5",
            source="Keras, documentation of MobileNetV3Small",
        ),
        Network(
            name="EfficientNetV2B0",
            title="EfficientNetV2-B0",
            builder="EfficientNetV2B0",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="none",
            file="efficientnetv2-b0.h5",
            md5="21ecbf6da12460d5c40bb2f29ceb2188",
            megabytes=28.3,
            parameters=7_200_312,
            top1=78.7,
            top5=94.3,
            year=2021,
            paper="Tan and Le, EfficientNetV2: Smaller Models and Faster Training, ICML 2021",
            link="https://arxiv.org/abs/2104.00298",
            url=_ADDRESS + "keras-applications/efficientnet_v2/efficientnetv2-b0.h5",
            source=_PAGE,
        ),
        Network(
            name="ResNet50",
            title="ResNet-50",
            builder="ResNet50",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="caffe",
            file="resnet50_weights_tf_dim_ordering_tf_kernels.h5",
            md5="2cb95161c43110f7111970584f804107",
            megabytes=98.4,
            parameters=25_636_712,
            top1=74.9,
            top5=92.1,
            year=2015,
            paper="He and others, Deep Residual Learning for Image Recognition, CVPR 2016",
            link="https://arxiv.org/abs/1512.03385",
            url=_ADDRESS + "keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5",
            source=_PAGE,
        ),
        Network(
            name="VGG16",
            title="VGG-16",
            builder="VGG16",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="caffe",
            file="vgg16_weights_tf_dim_ordering_tf_kernels.h5",
            md5="64373286793e3c8b2b4e3219cbf3544b",
            megabytes=528,
            parameters=138_357_544,
            top1=71.3,
            top5=90.1,
            year=2014,
            paper=(
                "Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, "
                "ICLR 2015"
            ),
            link="https://arxiv.org/abs/1409.1556",
            url=_ADDRESS + "keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
            source=_PAGE,
        ),
        Network(
            name="DenseNet121",
            title="DenseNet-121",
            builder="DenseNet121",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="torch",
            file="densenet121_weights_tf_dim_ordering_tf_kernels.h5",
            md5="9d60b8095a5708f2dcce2bca79d332c7",
            megabytes=32,
            parameters=8_062_504,
            top1=75.0,
            top5=92.3,
            year=2016,
            paper="Huang and others, Densely Connected Convolutional Networks, CVPR 2017",
            link="https://arxiv.org/abs/1608.06993",
            url=_ADDRESS + "keras-applications/densenet/densenet121_weights_tf_dim_ordering_tf_kernels.h5",
            source=_PAGE,
        ),
        Network(
            name="NASNetMobile",
            title="NASNet Mobile",
            builder="NASNetMobile",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="tf",
            file="nasnet_mobile.h5",
            md5="020fb642bf7360b370c678b08e0adf61",
            megabytes=23.8,
            parameters=5_326_716,
            top1=74.4,
            top5=91.9,
            year=2017,
            paper=(
                "Zoph and others, Learning Transferable Architectures for Scalable Image Recognition, "
                "CVPR 2018"
            ),
            link="https://arxiv.org/abs/1707.07012",
            url=_ADDRESS + "keras-applications/nasnet/NASNet-mobile.h5",
            source=_PAGE,
        ),
    )
}
"""Networks by name, the default first. Files and hashes are those of Keras 3.15."""


def network(name: str) -> Network:
    """Give the record of a network.

    Raises:
        NetworkError: If there is none of this name.

    >>> network("VGG16").size
    224
    """
    if name not in NETWORKS:
        raise NetworkError(f"There is no network {name!r}; choose one of {', '.join(NETWORKS)}.")
    return NETWORKS[name]
