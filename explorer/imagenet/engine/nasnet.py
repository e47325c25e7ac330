"""NASNet: a network of two kinds of cell, both found by a search."""

from __future__ import annotations

from explorer.imagenet.engine.graph import Architecture, GraphBuilder
from explorer.imagenet.engine.layers import (
    ActivationLayer,
    AddLayer,
    AveragePooling2DLayer,
    BatchNormalizationLayer,
    ConcatenateLayer,
    Conv2DLayer,
    Cropping2DLayer,
    DenseLayer,
    GlobalAveragePooling2DLayer,
    MaxPooling2DLayer,
    SeparableConv2DLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.mobile import padding_before_stride

_NORMALISATION = BatchNormalizationLayer(1e-3)


class _Cells:
    """The cells of Figure 4: each takes the outputs of the two before it, `x` the last and `before` that."""

    def __init__(self, net: GraphBuilder) -> None:
        self.net = net

    def rectified(self, x: str, name: str = "") -> str:
        """Every convolution here has its rectifier before it."""
        return self.net.add(ActivationLayer("relu"), x, name=name, base="activation")

    def normalised(self, x: str, name: str) -> str:
        """And its normalisation after it."""
        return self.net.add(_NORMALISATION, x, name=name)

    def pointwise(self, x: str, filters: int, name: str) -> str:
        """A convolution of a single cell."""
        return self.net.add(Conv2DLayer(1, 1, "same", filters=filters, use_bias=False), x, name=name)

    def separable(self, x: str, filters: int, kernel: int, name: str, stride: int = 1) -> str:
        """A separable convolution, twice."""
        x = self.rectified(x)
        if stride == 2:
            padding = padding_before_stride(self.net.shape(x)[0], kernel)
            x = self.net.add(ZeroPadding2DLayer(padding), x, name=f"separable_conv_1_pad_{name}")
        for step, (strides, padded) in enumerate(
            ((stride, "valid" if stride == 2 else "same"), (1, "same")), 1
        ):
            x = self.rectified(x) if step == 2 else x
            layer = SeparableConv2DLayer(kernel, strides, padded, filters=filters, use_bias=False)
            x = self.net.add(layer, x, name=f"separable_conv_{step}_{name}")
            x = self.normalised(x, f"separable_conv_{step}_bn_{name}")
        return x

    def adjusted(self, before: str, x: str, filters: int, name: str) -> str:
        """The output before the last, if there is one, with the rows, columns and channels of the last."""
        net = self.net
        if not before:
            return x
        if net.shape(before)[0] != net.shape(x)[0]:
            before = self.rectified(before, f"adjust_relu_1_{name}")
            shifted = net.add(ZeroPadding2DLayer(((0, 1), (0, 1))), before, base="zero_padding2d")
            shifted = net.add(Cropping2DLayer(((1, 0), (1, 0))), shifted, base="cropping2d")
            halves = []
            for number, half in enumerate((before, shifted), 1):
                # Every other cell, once from the first on and once from the second.
                half = net.add(AveragePooling2DLayer(1, 2), half, name=f"adjust_avg_pool_{number}_{name}")
                halves.append(self.pointwise(half, filters // 2, f"adjust_conv_{number}_{name}"))
            before = net.add(ConcatenateLayer(), *halves, base="concatenate")
            return self.normalised(before, f"adjust_bn_{name}")
        if net.shape(before)[2] != filters:
            before = self.pointwise(self.rectified(before), filters, f"adjust_conv_projection_{name}")
            return self.normalised(before, f"adjust_bn_{name}")
        return before

    def _added(self, *inputs: str, name: str = "") -> str:
        return self.net.add(AddLayer(), *inputs, name=name, base="add")

    def normal(self, x: str, before: str, filters: int, name: str) -> str:
        """The cell that keeps the size."""
        p = self.adjusted(before, x, filters, name)
        h = self.pointwise(self.rectified(x), filters, f"normal_conv_1_{name}")
        h = self.normalised(h, f"normal_bn_1_{name}")
        average = AveragePooling2DLayer(3, 1, "same")
        left, right = (
            self.separable(h, filters, 5, f"normal_left1_{name}"),
            self.separable(p, filters, 3, f"normal_right1_{name}"),
        )
        first = self._added(left, right, name=f"normal_add_1_{name}")
        left, right = (
            self.separable(p, filters, 5, f"normal_left2_{name}"),
            self.separable(p, filters, 3, f"normal_right2_{name}"),
        )
        second = self._added(left, right, name=f"normal_add_2_{name}")
        left = self.net.add(average, h, name=f"normal_left3_{name}")
        third = self._added(left, p, name=f"normal_add_3_{name}")
        left, right = (self.net.add(average, p, name=f"normal_{side}4_{name}") for side in ("left", "right"))
        fourth = self._added(left, right, name=f"normal_add_4_{name}")
        left = self.separable(h, filters, 3, f"normal_left5_{name}")
        fifth = self._added(left, h, name=f"normal_add_5_{name}")
        found = (p, first, second, third, fourth, fifth)
        return self.net.add(ConcatenateLayer(), *found, name=f"normal_concat_{name}")

    def reduction(self, x: str, before: str, filters: int, name: str) -> str:
        """The cell that halves the sides."""
        p = self.adjusted(before, x, filters, name)
        h = self.pointwise(self.rectified(x), filters, f"reduction_conv_1_{name}")
        h = self.normalised(h, f"reduction_bn_1_{name}")
        padding = ZeroPadding2DLayer(padding_before_stride(self.net.shape(h)[0], 3))
        padded = self.net.add(padding, h, name=f"reduction_pad_1_{name}")
        left, right = (
            self.separable(h, filters, 5, f"reduction_left1_{name}", 2),
            self.separable(p, filters, 7, f"reduction_right1_{name}", 2),
        )
        first = self._added(left, right, name=f"reduction_add_1_{name}")
        left = self.net.add(MaxPooling2DLayer(3, 2), padded, name=f"reduction_left2_{name}")
        right = self.separable(p, filters, 7, f"reduction_right2_{name}", 2)
        second = self._added(left, right, name=f"reduction_add_2_{name}")
        left = self.net.add(AveragePooling2DLayer(3, 2), padded, name=f"reduction_left3_{name}")
        right = self.separable(p, filters, 5, f"reduction_right3_{name}", 2)
        third = self._added(left, right, name=f"reduction_add3_{name}")
        left = self.net.add(AveragePooling2DLayer(3, 1, "same"), first, name=f"reduction_left4_{name}")
        fourth = self._added(second, left)
        left = self.separable(first, filters, 3, f"reduction_left4_{name}")
        right = self.net.add(MaxPooling2DLayer(3, 2), padded, name=f"reduction_right5_{name}")
        fifth = self._added(left, right, name=f"reduction_add4_{name}")
        return self.net.add(ConcatenateLayer(), second, third, fourth, fifth, name=f"reduction_concat_{name}")


def nasnet_mobile(size: int = 224) -> Architecture:
    """NASNet-A (4 @ 1056): two cells that halve the sides, then four that keep them, three times.

    Zoph and others, Learning Transferable Architectures for Scalable Image Recognition, CVPR 2018, Figures 2
    and 4 and Appendix A.1.
    """
    net = GraphBuilder(size)
    cells, filters = _Cells(net), 1056 // 24
    x = net.add(Conv2DLayer(3, 2, filters=32, use_bias=False), net.input, name="stem_conv1")
    x, before = net.add(_NORMALISATION, x, name="stem_bn1"), ""
    for number, part in ((1, 4), (2, 2)):
        x, before = cells.reduction(x, before, filters // part, f"stem_{number}"), x
    for stage in range(3):
        if stage:
            x, before = cells.reduction(x, before, filters * 2**stage, f"reduce_{4 * stage}"), x
        for block in range(4):
            number = 4 * stage + block + (stage > 0)
            x, before = cells.normal(x, before, filters * 2**stage, str(number)), x
    x = net.add(GlobalAveragePooling2DLayer(), cells.rectified(x), base="global_average_pooling2d")
    return net.build(net.add(DenseLayer(1000), x, name="predictions", activation="softmax"))
