"""The networks for large computers: VGG, a residual network, and one whose blocks see all before them."""

from __future__ import annotations

from explorer.imagenet.engine.graph import Architecture, GraphBuilder
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    AveragePooling2DLayer,
    BatchNormalizationLayer,
    ConcatenateLayer,
    Conv2DLayer,
    DenseLayer,
    FlattenLayer,
    GlobalAveragePooling2DLayer,
    MaxPooling2DLayer,
    ZeroPadding2DLayer,
)

_NORMALISATION = BatchNormalizationLayer(1.001e-5)
_RECTIFIER = ActivationLayer("relu")


def vgg16(size: int = 224) -> Architecture:
    """VGG-16: convolutions of 3 x 3 and nothing else, thirteen of them, and three dense layers.

    Configuration D in Table 1 of Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale
    Image Recognition, ICLR 2015.
    """
    net = GraphBuilder(size)
    x = net.input
    for block, (repeats, filters) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 1):
        for repeat in range(1, repeats + 1):
            layer = Conv2DLayer(3, 1, "same", filters=filters)
            x = net.add(layer, x, name=f"block{block}_conv{repeat}", activation="relu")
        x = net.add(MaxPooling2DLayer(2, 2), x, name=f"block{block}_pool")
    x = net.add(FlattenLayer(), x, name="flatten")
    x = net.add(DenseLayer(4096), x, name="fc1", activation="relu")
    x = net.add(DenseLayer(4096), x, name="fc2", activation="relu")
    return net.build(net.add(DenseLayer(1000), x, name="predictions", activation="softmax"))


def resnet50(size: int = 224) -> Architecture:
    """ResNet-50: each block adds what it finds to what came in, so that gradients reach the first layers.

    Table 1 of He and others, Deep Residual Learning for Image Recognition, CVPR 2016.
    """
    net = GraphBuilder(size)

    def convolved(x: str, name: str, kernel: int, stride: int, filters: int, active: bool = True) -> str:
        padding = "same" if kernel == 3 else "valid"
        x = net.add(Conv2DLayer(kernel, stride, padding, filters=filters), x, name=f"{name}_conv")
        x = net.add(_NORMALISATION, x, name=f"{name}_bn")
        return net.add(_RECTIFIER, x, name=f"{name}_relu") if active else x

    x = net.add(ZeroPadding2DLayer(((3, 3), (3, 3))), net.input, name="conv1_pad")
    x = convolved(x, "conv1", 7, 2, 64)
    x = net.add(ZeroPadding2DLayer(((1, 1), (1, 1))), x, name="pool1_pad")
    x = net.add(MaxPooling2DLayer(3, 2), x, name="pool1_pool")
    for stage, (repeats, filters, first) in enumerate(((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)), 2):
        for repeat in range(1, repeats + 1):
            name, stride = f"conv{stage}_block{repeat}", first if repeat == 1 else 1
            shortcut = x
            if repeat == 1:
                shortcut = convolved(x, f"{name}_0", 1, stride, 4 * filters, active=False)
            x = convolved(x, f"{name}_1", 1, stride, filters)
            x = convolved(x, f"{name}_2", 3, 1, filters)
            x = convolved(x, f"{name}_3", 1, 1, 4 * filters, active=False)
            x = net.add(AddLayer(), shortcut, x, name=f"{name}_add")
            x = net.add(_RECTIFIER, x, name=f"{name}_out")
    x = net.add(GlobalAveragePooling2DLayer(), x, name="avg_pool")
    return net.build(net.add(DenseLayer(1000), x, name="predictions", activation="softmax"))


def densenet121(size: int = 224) -> Architecture:
    """DenseNet-121: each layer sees the maps of all before it, and adds 32 of its own.

    Table 1 of Huang and others, Densely Connected Convolutional Networks, CVPR 2017.
    """
    net = GraphBuilder(size)

    def rectified(x: str, name: str) -> str:
        return net.add(_RECTIFIER, net.add(_NORMALISATION, x, name=f"{name}bn"), name=f"{name}relu")

    def convolved(x: str, name: str, kernel: int, filters: int) -> str:
        padding = "same" if kernel == 3 else "valid"
        return net.add(Conv2DLayer(kernel, 1, padding, filters=filters, use_bias=False), x, name=name)

    x = net.add(ZeroPadding2DLayer(((3, 3), (3, 3))), net.input, base="zero_padding2d")
    x = net.add(Conv2DLayer(7, 2, filters=64, use_bias=False), x, name="conv1_conv")
    x = rectified(x, "conv1_")
    x = net.add(ZeroPadding2DLayer(((1, 1), (1, 1))), x, base="zero_padding2d")
    x = net.add(MaxPooling2DLayer(3, 2), x, name="pool1")
    for stage, repeats in enumerate((6, 12, 24, 16), 2):
        for repeat in range(1, repeats + 1):
            name = f"conv{stage}_block{repeat}"
            y = convolved(rectified(x, f"{name}_0_"), f"{name}_1_conv", 1, 4 * 32)
            y = convolved(rectified(y, f"{name}_1_"), f"{name}_2_conv", 3, 32)
            x = net.add(ConcatenateLayer(), x, y, name=f"{name}_concat")
        if stage < 5:  # a transition halves the maps, their sides and their number
            x = convolved(rectified(x, f"pool{stage}_"), f"pool{stage}_conv", 1, net.shape(x)[2] // 2)
            x = net.add(AveragePooling2DLayer(2, 2), x, name=f"pool{stage}_pool")
    x = rectified(x, "")
    x = net.add(GlobalAveragePooling2DLayer(), x, name="avg_pool")
    return net.build(net.add(DenseLayer(1000), x, name="predictions", activation="softmax"))
