"""The networks for small devices, with depthwise convolutions: MobileNet, its successors, EfficientNets."""

from __future__ import annotations

from explorer.convolution.cores import Sides
from explorer.imagenet.engine.graph import Architecture, GraphBuilder
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    BatchNormalizationLayer,
    Conv2DLayer,
    DenseLayer,
    DepthwiseConv2DLayer,
    DropoutLayer,
    FlattenLayer,
    GlobalAveragePooling2DLayer,
    MultiplyLayer,
    NormalizationLayer,
    ReLULayer,
    RescalingLayer,
    ReshapeLayer,
    ZeroPadding2DLayer,
)

_NORMALISATION = BatchNormalizationLayer(1e-3)


def multiple_of_8(channels: float) -> int:
    """Round to a multiple of 8, which processors like, but never down by more than a tenth.

    >>> multiple_of_8(32 * 0.25), multiple_of_8(18), multiple_of_8(17)
    (8, 24, 16)
    """
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def padding_before_stride(size: int, kernel_size: int) -> Sides:
    """Padding after which a window with a stride of 2 fits exactly; an odd extra cell goes before.

    An even side gets one cell less before it, so that the windows lie as in TensorFlow's "same".

    >>> padding_before_stride(112, 3), padding_before_stride(111, 5)
    (((0, 1), (0, 1)), ((2, 2), (2, 2)))
    """
    half = kernel_size // 2
    side = half - 1 + size % 2, half
    return side, side


def mobilenet(size: int = 224, alpha: float = 1.0) -> Architecture:
    """MobileNet: convolutions taken apart into one for each channel and one across them.

    Table 1 of Howard and others, MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
    Applications, 2017; alpha makes every layer that much as wide.
    """
    net = GraphBuilder(size)

    def normalised(x: str, name: str) -> str:
        x = net.add(_NORMALISATION, x, name=f"{name}_bn")
        return net.add(ReLULayer("relu6"), x, name=f"{name}_relu")

    first = Conv2DLayer(3, 2, "same", filters=int(32 * alpha), use_bias=False)
    x = normalised(net.add(first, net.input, name="conv1"), "conv1")
    table = (  # filters, stride
        (64, 1),
        (128, 2),
        (128, 1),
        (256, 2),
        (256, 1),
        (512, 2),
        *[(512, 1)] * 5,
        (1024, 2),
        (1024, 1),
    )
    for block, (filters, stride) in enumerate(table, 1):
        if stride == 2:
            x = net.add(ZeroPadding2DLayer(((0, 1), (0, 1))), x, name=f"conv_pad_{block}")
        padding = "same" if stride == 1 else "valid"
        depthwise = DepthwiseConv2DLayer(3, stride, padding, use_bias=False)
        x = normalised(net.add(depthwise, x, name=f"conv_dw_{block}"), f"conv_dw_{block}")
        pointwise = Conv2DLayer(1, 1, "same", filters=int(filters * alpha), use_bias=False)
        x = normalised(net.add(pointwise, x, name=f"conv_pw_{block}"), f"conv_pw_{block}")
    x = net.add(GlobalAveragePooling2DLayer(keepdims=True), x, base="global_average_pooling2d")
    x = net.add(DropoutLayer(), x, name="dropout")
    x = net.add(Conv2DLayer(1, 1, "same", filters=1000), x, name="conv_preds")
    x = net.add(ReshapeLayer((1000,)), x, name="reshape_2")
    return net.build(net.add(ActivationLayer("softmax"), x, name="predictions"))


def mobilenet_v2(size: int = 224) -> Architecture:
    """MobileNetV2: each block widens its maps, looks at each by itself, and makes them few again.

    Table 2 of Sandler and others, MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018.
    """
    net = GraphBuilder(size)

    def normalised(x: str, name: str, active: bool = True) -> str:
        x = net.add(_NORMALISATION, x, name=f"{name}_BN")
        return net.add(ReLULayer("relu6"), x, name=f"{name}_relu") if active else x

    x = net.add(Conv2DLayer(3, 2, "same", filters=32, use_bias=False), net.input, name="Conv1")
    x = net.add(_NORMALISATION, x, name="bn_Conv1")
    x = net.add(ReLULayer("relu6"), x, name="Conv1_relu")
    table = (  # expansion, filters, repeats, stride of the first
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )
    rows = [
        (expansion, filters, stride if repeat == 0 else 1)
        for expansion, filters, repeats, stride in table
        for repeat in range(repeats)
    ]
    for block, (expansion, filters, stride) in enumerate(rows):
        name = f"block_{block}" if block else "expanded_conv"
        before, channels = x, net.shape(x)[2]
        if expansion > 1:
            widen = Conv2DLayer(1, 1, "same", filters=expansion * channels, use_bias=False)
            x = normalised(net.add(widen, x, name=f"{name}_expand"), f"{name}_expand")
        if stride == 2:
            padding = ZeroPadding2DLayer(padding_before_stride(net.shape(x)[0], 3))
            x = net.add(padding, x, name=f"{name}_pad")
        depthwise = DepthwiseConv2DLayer(3, stride, "same" if stride == 1 else "valid", use_bias=False)
        x = normalised(net.add(depthwise, x, name=f"{name}_depthwise"), f"{name}_depthwise")
        narrow = Conv2DLayer(1, 1, "same", filters=filters, use_bias=False)
        x = normalised(net.add(narrow, x, name=f"{name}_project"), f"{name}_project", active=False)
        if stride == 1 and channels == filters:
            x = net.add(AddLayer(), before, x, name=f"{name}_add")
    x = net.add(Conv2DLayer(1, 1, filters=1280, use_bias=False), x, name="Conv_1")
    x = net.add(_NORMALISATION, x, name="Conv_1_bn")
    x = net.add(ReLULayer("relu6"), x, name="out_relu")
    x = net.add(GlobalAveragePooling2DLayer(), x, base="global_average_pooling2d")
    return net.build(net.add(DenseLayer(1000), x, name="predictions", activation="softmax"))


def mobilenet_v3_small(size: int = 224) -> Architecture:
    """MobileNetV3 Small: a block may weigh its channels by what all of them see, found by a search.

    Table 2 of Howard and others, Searching for MobileNetV3, ICCV 2019; squeeze and excitation by Hu, Shen and
    Sun, Squeeze-and-Excitation Networks, CVPR 2018.
    """
    net = GraphBuilder(size)

    def active(x: str, function: str) -> str:
        if function == "relu":
            return net.add(ReLULayer("relu"), x, base="re_lu")
        return net.add(ActivationLayer(function), x, base="activation")

    def weighed(x: str, name: str) -> str:
        """Squeeze each map to its mean, and excite each by a factor from 0 to 1 made of all means."""
        name, channels = f"{name}_squeeze_excite", net.shape(x)[2]
        y = net.add(GlobalAveragePooling2DLayer(keepdims=True), x, name=f"{name}_avg_pool")
        squeeze = Conv2DLayer(1, 1, "same", filters=multiple_of_8(channels / 4))
        y = net.add(squeeze, y, name=f"{name}_conv")
        y = net.add(ReLULayer("relu"), y, name=f"{name}_relu")
        y = net.add(Conv2DLayer(1, 1, "same", filters=channels), y, name=f"{name}_conv_1")
        y = net.between(RescalingLayer(offset=3), y, name=f"{name}_conv_1/plus_3")
        y = net.add(ReLULayer("relu6"), y, base="re_lu")
        y = net.between(RescalingLayer(scale=1 / 6), y, name=f"{y}/sixth")
        return net.add(MultiplyLayer(), x, y, name=f"{name}_mul")

    x = net.add(RescalingLayer(1 / 127.5, -1), net.input, base="rescaling")
    x = net.add(Conv2DLayer(3, 2, "same", filters=16, use_bias=False), x, name="conv")
    x = active(net.add(_NORMALISATION, x, name="conv_bn"), "hard_silu")
    table = (  # kernel, channels inside, filters, squeeze and excitation, function, stride
        (3, 16, 16, True, "relu", 2),
        (3, 72, 24, False, "relu", 2),
        (3, 88, 24, False, "relu", 1),
        (5, 96, 40, True, "hard_silu", 2),
        (5, 240, 40, True, "hard_silu", 1),
        (5, 240, 40, True, "hard_silu", 1),
        (5, 120, 48, True, "hard_silu", 1),
        (5, 144, 48, True, "hard_silu", 1),
        (5, 288, 96, True, "hard_silu", 2),
        (5, 576, 96, True, "hard_silu", 1),
        (5, 576, 96, True, "hard_silu", 1),
    )
    for block, (kernel, inside, filters, weighs, function, stride) in enumerate(table):
        name = f"expanded_conv_{block}" if block else "expanded_conv"
        before, channels = x, net.shape(x)[2]
        if block:
            x = net.add(Conv2DLayer(1, 1, "same", filters=inside, use_bias=False), x, name=f"{name}_expand")
            x = active(net.add(_NORMALISATION, x, name=f"{name}_expand_bn"), function)
        if stride == 2:
            padding = ZeroPadding2DLayer(padding_before_stride(net.shape(x)[0], kernel))
            x = net.add(padding, x, name=f"{name}_depthwise_pad")
        depthwise = DepthwiseConv2DLayer(kernel, stride, "same" if stride == 1 else "valid", use_bias=False)
        x = net.add(depthwise, x, name=f"{name}_depthwise")
        x = active(net.add(_NORMALISATION, x, name=f"{name}_depthwise_bn"), function)
        if weighs:
            x = weighed(x, name)
        x = net.add(Conv2DLayer(1, 1, "same", filters=filters, use_bias=False), x, name=f"{name}_project")
        x = net.add(_NORMALISATION, x, name=f"{name}_project_bn")
        if stride == 1 and channels == filters:
            x = net.add(AddLayer(), before, x, name=f"{name}_add")
    x = net.add(Conv2DLayer(1, 1, "same", filters=576, use_bias=False), x, name="conv_1")
    x = active(net.add(_NORMALISATION, x, name="conv_1_bn"), "hard_silu")
    x = net.add(GlobalAveragePooling2DLayer(keepdims=True), x, base="global_average_pooling2d")
    x = active(net.add(Conv2DLayer(1, 1, "same", filters=1024), x, name="conv_2"), "hard_silu")
    x = net.add(DropoutLayer(), x, base="dropout")
    x = net.add(Conv2DLayer(1, 1, "same", filters=1000), x, name="logits")
    x = net.add(FlattenLayer(), x, base="flatten")
    return net.build(net.add(ActivationLayer("softmax"), x, name="predictions"))


class _EfficientNet:
    """What the EfficientNets have in common: their names, normalisations and inverted bottlenecks."""

    def __init__(self, size: int, function: str) -> None:
        self.net = GraphBuilder(size)
        self.function = function

    def convolution(self, x: str, name: str, kernel: int, stride: int, filters: int) -> str:
        """A convolution without a bias."""
        layer = Conv2DLayer(kernel, stride, "same", filters=filters, use_bias=False)
        return self.net.add(layer, x, name=name)

    def normalised(self, x: str, name: str, active: bool = True) -> str:
        """A normalisation, and the function after it."""
        x = self.net.add(_NORMALISATION, x, name=f"{name}bn")
        if not active:
            return x
        return self.net.add(ActivationLayer(self.function), x, name=f"{name}activation")

    def weighed(self, x: str, name: str, filters: int) -> str:
        """Weigh each channel by what all of them see: squeeze and excitation."""
        channels = self.net.shape(x)[2]
        y = self.net.add(GlobalAveragePooling2DLayer(), x, name=f"{name}se_squeeze")
        y = self.net.add(ReshapeLayer((1, 1, channels)), y, name=f"{name}se_reshape")
        squeeze, excite = (Conv2DLayer(1, 1, "same", filters=count) for count in (filters, channels))
        y = self.net.add(squeeze, y, name=f"{name}se_reduce", activation=self.function)
        y = self.net.add(excite, y, name=f"{name}se_expand", activation="sigmoid")
        return self.net.add(MultiplyLayer(), x, y, name=f"{name}se_excite")

    def finish(self, x: str) -> Architecture:
        """The last convolution, and the head."""
        x = self.normalised(self.convolution(x, "top_conv", 1, 1, 1280), "top_")
        x = self.net.add(GlobalAveragePooling2DLayer(), x, name="avg_pool")
        x = self.net.add(DropoutLayer(), x, name="top_dropout")
        return self.net.build(self.net.add(DenseLayer(1000), x, name="predictions", activation="softmax"))


def efficientnet_lite0(size: int = 224) -> Architecture:
    """EfficientNet-Lite0: MobileNetV2's blocks in the widths and depths that a search found.

    Table 1 of Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML
    2019, without squeeze and excitation and with ReLU6, as Liu, Higher accuracy on vision models with
    EfficientNet-Lite, TensorFlow's blog, 2020, has it for devices that compute with whole numbers. The layers
    are named as Keras names those of EfficientNets.
    """
    family = _EfficientNet(size, "relu6")
    net = family.net
    x = family.normalised(family.convolution(net.input, "stem_conv", 3, 2, 32), "stem_")
    table = (  # repeats, kernel, stride of the first, expansion, filters
        (1, 3, 1, 1, 16),
        (2, 3, 2, 6, 24),
        (2, 5, 2, 6, 40),
        (3, 3, 2, 6, 80),
        (3, 5, 1, 6, 112),
        (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320),
    )
    for stage, (repeats, kernel, first, expansion, filters) in enumerate(table, 1):
        for repeat in range(repeats):
            name, stride = f"block{stage}{chr(ord('a') + repeat)}_", 1 if repeat else first
            before, channels = x, net.shape(x)[2]
            if expansion > 1:
                x = family.convolution(x, f"{name}expand_conv", 1, 1, expansion * channels)
                x = family.normalised(x, f"{name}expand_")
            depthwise = DepthwiseConv2DLayer(kernel, stride, "same", use_bias=False)
            x = family.normalised(net.add(depthwise, x, name=f"{name}dwconv"), name)
            x = family.convolution(x, f"{name}project_conv", 1, 1, filters)
            x = family.normalised(x, f"{name}project_", active=False)
            if repeat:
                x = net.add(AddLayer(), x, before, name=f"{name}add")
    return family.finish(x)


def efficientnet_v2_b0(size: int = 224) -> Architecture:
    """EfficientNetV2-B0: plain convolutions in the first blocks, depthwise ones in the others.

    Tan and Le, EfficientNetV2: Smaller Models and Faster Training, ICML 2021: the blocks of Table 4 in the
    widths and depths of EfficientNet-B0.
    """
    family = _EfficientNet(size, "silu")
    net = family.net
    x = net.add(RescalingLayer(1 / 255), net.input, base="rescaling")
    mean, variance = (0.485, 0.456, 0.406), (0.229**2, 0.224**2, 0.225**2)
    x = net.add(NormalizationLayer(mean, variance), x, base="normalization")
    x = family.normalised(family.convolution(x, "stem_conv", 3, 2, 32), "stem_")
    table = (  # repeats, plain, stride of the first, expansion, filters
        (1, True, 1, 1, 16),
        (2, True, 2, 4, 32),
        (2, True, 2, 4, 48),
        (3, False, 2, 4, 96),
        (5, False, 1, 6, 112),
        (8, False, 2, 6, 192),
    )
    for stage, (repeats, plain, first, expansion, filters) in enumerate(table, 1):
        for repeat in range(repeats):
            name, stride = f"block{stage}{chr(ord('a') + repeat)}_", 1 if repeat else first
            before, channels = x, net.shape(x)[2]
            if plain and expansion == 1:
                x = family.convolution(x, f"{name}project_conv", 3, stride, filters)
                x = family.normalised(x, f"{name}project_")
                continue
            x = family.convolution(
                x, f"{name}expand_conv", 3 if plain else 1, stride if plain else 1, expansion * channels
            )
            x = family.normalised(x, f"{name}expand_")
            if not plain:
                depthwise = DepthwiseConv2DLayer(3, stride, "same", use_bias=False)
                x = family.normalised(net.add(depthwise, x, name=f"{name}dwconv2"), name)
                x = family.weighed(x, name, channels // 4)
            x = family.convolution(x, f"{name}project_conv", 1, 1, filters)
            x = family.normalised(x, f"{name}project_", active=False)
            if repeat:
                x = net.add(DropoutLayer(), x, name=f"{name}drop")
                x = net.add(AddLayer(), x, before, name=f"{name}add")
    return family.finish(x)
