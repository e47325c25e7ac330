"""A convolution in the words of each library."""

from __future__ import annotations

from explorer.code.snippet import call_lines
from explorer.code.windows import (
    ConvolutionCase,
    WindowCase,
    pad_lines,
    slice_text,
    spread_lines,
    weight_lines,
)


def numpy_convolution(case: ConvolutionCase) -> list[str]:
    """A convolution with NumPy."""
    return [
        *(pad_lines(case) if case.is_padded else []),
        *numpy_windows(case, "padded" if case.is_padded else "image"),
        'feature_map = np.einsum("hwcij,ij->hwc", windows, kernel)',
    ]


def numpy_windows(case: WindowCase, source: str) -> list[str]:
    """The windows of a picture as a view, those of the stride alone."""
    steps = [f"::{step}" if step > 1 else ":" for step in case.steps] if max(case.steps) > 1 else []
    if case.dilation > 1:
        steps += [":" if steps else "...", *[f"::{case.dilation}"] * 2]
    then = f"[{', '.join(steps)}]" if steps else ""
    return [
        "# Every window of the picture: (H', W', channels, rows, columns)",
        *call_lines("windows", "sliding_window_view", [source, f"{case.reach}", "axis=(0, 1)"], then),
    ]


_OPENCV_BORDERS = {
    "constant": "cv2.BORDER_CONSTANT",
    "edge": "cv2.BORDER_REPLICATE",
    "reflect": "cv2.BORDER_REFLECT_101",
    "symmetric": "cv2.BORDER_REFLECT",
    "wrap": "cv2.BORDER_WRAP",
}


def opencv_convolution(case: ConvolutionCase) -> list[str]:
    """A convolution with OpenCV."""
    lines, source, weights = [], "image", "kernel"
    if case.dilation > 1:
        lines, weights = spread_lines(case), "dilated"
    sizes, pads = list(case.sizes), list(case.pads)
    fits = all(sum(ends) < reach for ends, reach in zip(pads, case.reach, strict=True))
    if case.is_padded and (case.mode == "wrap" or not fits):  # more than filter2D does by itself
        cells = [str(count) for ends in pads for count in ends]
        lines += call_lines("padded", "cv2.copyMakeBorder", ["image", *cells, _OPENCV_BORDERS[case.mode]])
        source = "padded"
        sizes = [size + sum(ends) for size, ends in zip(sizes, pads, strict=True)]
        pads = [(0, 0), (0, 0)]
    anchors, cuts = [], []
    for size, (before, after), reach, count in zip(sizes, pads, case.reach, case.outputs, strict=True):
        # filter2D gives a sum for every pixel; the anchor is where those wanted are among them.
        anchor = min(max(reach // 2, before), reach - 1 - after)
        anchors.append(anchor)
        cuts.append(slice_text(anchor - before, case.stride, count, size))
    arguments = [source, "-1", weights]
    if anchors != [reach // 2 for reach in case.reach]:
        arguments.append(f"anchor=({anchors[1]}, {anchors[0]})")
    if any(map(any, pads)) and case.mode != "reflect":  # which is what it does unasked
        arguments.append(f"borderType={_OPENCV_BORDERS[case.mode]}")
    lines += call_lines("feature_map", "cv2.filter2D", arguments)
    if cuts != [":", ":"]:
        lines.append(f"feature_map = feature_map[{', '.join(cuts)}]")
    if case.channels == 1:
        lines.append("feature_map = feature_map[:, :, np.newaxis]  # OpenCV drops a single channel")
    return lines


def tensorflow_convolution(case: ConvolutionCase) -> list[str]:
    """A convolution with TensorFlow."""
    modes = {"constant": "", "reflect": "REFLECT", "symmetric": "SYMMETRIC"}
    by_hand = case.is_padded and not case.zeros_as_tensorflow
    weights, spread = weight_lines(case)
    depthwise = case.channels > 1
    stride, dilation = case.stride, case.dilation
    arguments = [
        f"{'padded' if by_hand else 'image'}[np.newaxis]",
        "weights",
        f"strides={[1, stride, stride, 1] if depthwise else stride}",
        f'padding="{"SAME" if case.zeros_as_tensorflow else "VALID"}"',
    ]
    if dilation > 1 and not spread:
        arguments.append(f"dilations={[dilation, dilation] if depthwise else dilation}")
    function = "tf.nn.depthwise_conv2d" if depthwise else "tf.nn.conv2d"
    return [
        *(pad_lines(case, "tf.pad", modes) if by_hand else []),
        *weights,
        *call_lines("feature_map", function, arguments, "[0]"),
    ]


def keras_convolution(case: ConvolutionCase) -> list[str]:
    """A convolution with Keras."""
    modes = {"constant": "", "reflect": "reflect", "symmetric": "symmetric"}
    by_hand = case.is_padded and not case.zeros_as_tensorflow
    weights, spread = weight_lines(case)
    arguments = [f"{'padded' if by_hand else 'image'}[np.newaxis]", "weights"]
    if case.stride > 1:
        arguments.append(f"strides={case.stride}")
    if case.zeros_as_tensorflow:
        arguments.append('padding="same"')
    if case.dilation > 1 and not spread:
        arguments.append(f"dilation_rate={case.dilation}")
    function = "keras.ops.depthwise_conv" if case.channels > 1 else "keras.ops.conv"
    return [
        *(pad_lines(case, "keras.ops.pad", modes) if by_hand else []),
        *weights,
        *call_lines("feature_map", function, arguments, "[0]"),
    ]


def pytorch_convolution(case: ConvolutionCase) -> list[str]:
    """A convolution with PyTorch."""
    modes = {"constant": "", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}
    (top, bottom), (left, right) = case.pads
    in_call = case.mode == "constant" and top == bottom and left == right
    in_torch = case.mode in modes and (case.mode in ("constant", "edge") or case.turns_once)
    lines, source = [], "image"
    if case.is_padded and not in_torch:
        lines, source = pad_lines(case), "padded"
    lines.append(f"x = torch.from_numpy({source}).permute(2, 0, 1)[np.newaxis]  # (1, channels, H, W)")
    if case.is_padded and in_torch and not in_call:
        word = [f'mode="{modes[case.mode]}"'] if modes[case.mode] else []
        lines += call_lines("x", "F.pad", ["x", f"({left}, {right}, {top}, {bottom})", *word])
    kernel = "kernel.copy()" if case.flip else "kernel"  # PyTorch reads no array backwards
    arguments = ["x", "weights"]
    if case.channels == 1:
        lines.append(f"weights = torch.from_numpy({kernel})[np.newaxis, np.newaxis]")
    else:
        lines.append(f"weights = torch.from_numpy({kernel}).expand({case.channels}, 1, -1, -1)")
        arguments.append(f"groups={case.channels}")
    if case.stride > 1:
        arguments.append(f"stride={case.stride}")
    if case.is_padded and in_call:
        arguments.append(f"padding={top if top == left else (top, left)}")
    if case.dilation > 1:
        arguments.append(f"dilation={case.dilation}")
    return [*lines, *call_lines("feature_map", "F.conv2d", arguments, "[0].permute(1, 2, 0)")]
