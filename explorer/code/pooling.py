"""A pooling in the words of each library."""

from __future__ import annotations

import math

from explorer.code.convolution import numpy_windows
from explorer.code.snippet import call_lines
from explorer.code.windows import PoolingCase, any_cells, pad_by, slice_text


def _pool_source(case: PoolingCase, function: str) -> tuple[list[str], str]:
    """Write the padding of a pooling, and name what its windows read.

    Where cells of the padding do not count in an average, a channel of ones goes along: its own average, by
    which `_pool_finish` divides, is the share of the cells that count.
    """
    lines, source, pads = [], "image", case.pads
    if case.leaves_out:
        if case.count_padding and any_cells(case.own):
            lines, source, pads = pad_by("counted", "np.pad", "image", case.own), "counted", case.beyond
        lines += [
            f"ones = np.ones(({source}.shape[0], {source}.shape[1], 1), np.float32)",
            f"{source} = np.concatenate([{source}, ones], axis=-1)  # they tell how many cells count",
        ]
    if any_cells(pads):
        border = f"constant_values={case.border}" if case.border else ""
        lines += pad_by("padded", function, source, pads, border)
        source = "padded"
    return lines, source


def _pool_finish(case: PoolingCase, root: str = "") -> list[str]:
    """Write the root of an L2 pooling that came as a mean, or the division of one that leaves cells out."""
    if case.kind == "l2" and root:
        return [f"feature_map = {root}({math.prod(case.taps)} * feature_map)"]
    if case.leaves_out:
        return ["feature_map = feature_map[..., :-1] / feature_map[..., -1:]  # by the share that counts"]
    return []


def _each_tap(case: PoolingCase, source: str, before: str = "") -> list[str]:
    """Write the taps of all windows as one map each, for libraries that pool no cells apart."""
    cuts = (
        f"{letter} : {letter} + {(count - 1) * step + 1}" + (f" : {step}" if step > 1 else "")
        for letter, count, step in zip("ij", case.outputs, case.steps, strict=True)
    )
    return [
        "taps = [  # a map for each cell of the window",
        f"    {source}[{before}{', '.join(cuts)}]",
        f"    for i in range(0, {case.reach[0]}, {case.dilation})",
        f"    for j in range(0, {case.reach[1]}, {case.dilation})",
        "]",
    ]


def numpy_pooling(case: PoolingCase) -> list[str]:
    """A pooling with NumPy."""
    lines, source, pads = [], "image", case.pads
    if case.leaves_out and case.count_padding and any_cells(case.own):
        lines, source, pads = pad_by("counted", "np.pad", "image", case.own), "counted", case.beyond
    if any_cells(pads):
        border = "np.nan" if case.leaves_out else case.border
        lines += pad_by("padded", "np.pad", source, pads, f"constant_values={border}" if border else "")
        source = "padded"
    folds = {
        "max": "windows.max(axis=(3, 4))",
        "min": "windows.min(axis=(3, 4))",
        "average": "windows.mean(axis=(3, 4))",
        "l2": "np.sqrt((windows**2).sum(axis=(3, 4)))",
    }
    fold = "np.nanmean(windows, axis=(3, 4))" if case.leaves_out else folds[case.kind]
    return [*lines, *numpy_windows(case, source), f"feature_map = {fold}"]


def opencv_pooling(case: PoolingCase) -> list[str]:
    """A pooling with OpenCV."""
    extreme = {"max": "cv2.dilate", "min": "cv2.erode"}.get(case.kind)
    weight = "1" if extreme or case.kind == "l2" else f"1 / {math.prod(case.taps)}"
    kind = "np.uint8" if extreme else "np.float32"
    if case.dilation > 1:
        lines = [
            f"window = np.zeros({case.reach}, {kind})",
            f"window[::{case.dilation}, ::{case.dilation}] = {weight}",
        ]
    else:
        lines = [f"window = np.full({case.taps}, {weight}, {kind})"]
    padding, source = _pool_source(case, "np.pad")
    lines += padding
    if extreme:
        lines += call_lines("feature_map", extreme, [source, "window", "anchor=(0, 0)"])
    else:
        power = " ** 2" if case.kind == "l2" else ""
        lines += call_lines("feature_map", "cv2.filter2D", [source + power, "-1", "window", "anchor=(0, 0)"])
    # There is a value for every pixel; with this anchor it is of the window that begins there.
    cuts = [
        slice_text(0, step, count, size + sum(ends))
        for step, count, size, ends in zip(case.steps, case.outputs, case.sizes, case.pads, strict=True)
    ]
    if cuts != [":", ":"]:
        lines.append(f"feature_map = feature_map[{', '.join(cuts)}]")
    if case.kind == "l2":
        lines.append("feature_map = np.sqrt(feature_map)")
    if case.channels == 1 and not case.leaves_out:
        lines.append("feature_map = feature_map[:, :, np.newaxis]  # OpenCV drops a single channel")
    return [*lines, *_pool_finish(case)]


def tensorflow_pooling(case: PoolingCase) -> list[str]:
    """A pooling with TensorFlow."""
    lines, source = ([], "image") if case.is_named else _pool_source(case, "tf.pad")
    sign, batch = _pool_input(case, f"{source}[np.newaxis]")
    name = "max" if sign or case.kind == "max" else "avg"
    if case.dilation > 1:  # which TensorFlow refuses together with a stride
        down, across = case.steps
        then = f"[0, ::{down}, ::{across}]" if max(case.steps) > 1 else "[0]"
        apart = f"dilations={(case.dilation, case.dilation)}"
        arguments = [batch, f"{case.taps}", f'"{name.upper()}"', 'padding="VALID"', apart]
        lines += call_lines("feature_map", f"{sign}tf.nn.pool", arguments, then)
    else:
        word = "SAME" if case.is_named else "VALID"
        arguments = [batch, f"{case.taps}", f"{case.steps}", f'"{word}"']
        lines += call_lines("feature_map", f"{sign}tf.nn.{name}_pool2d", arguments, "[0]")
    return [*lines, *([] if case.is_named else _pool_finish(case, "tf.sqrt"))]


def keras_pooling(case: PoolingCase) -> list[str]:
    """A pooling with Keras."""
    lines, source = ([], "image") if case.is_named else _pool_source(case, "keras.ops.pad")
    if case.dilation > 1:
        folds = {
            "max": "keras.ops.max({}, axis=0)",
            "min": "keras.ops.min({}, axis=0)",
            "average": "keras.ops.mean({}, axis=0)",
            "l2": "keras.ops.sqrt(keras.ops.sum({} ** 2, axis=0))",
        }
        fold = folds[case.kind].format("keras.ops.stack(taps)")
        return [*lines, *_each_tap(case, source), f"feature_map = {fold}", *_pool_finish(case)]
    sign, batch = _pool_input(case, f"{source}[np.newaxis]")
    arguments = [batch, f"{case.taps}"]
    if case.steps != case.taps:
        arguments.append(f"strides={case.steps}")
    if case.is_named:
        arguments.append('padding="same"')
    name = "max" if sign or case.kind == "max" else "average"
    lines += call_lines("feature_map", f"{sign}keras.ops.{name}_pool", arguments, "[0]")
    return [*lines, *([] if case.is_named else _pool_finish(case, "keras.ops.sqrt"))]


def _pool_input(case: PoolingCase, batch: str) -> tuple[str, str]:
    """Write the sign of the result and the input of libraries that know the largest and the mean alone."""
    if case.kind == "min":  # the smallest is minus the largest of the negatives
        return "-", f"-{batch}"
    return "", f"{batch} ** 2" if case.kind == "l2" else batch


def pytorch_pooling(case: PoolingCase) -> list[str]:
    """A pooling with PyTorch."""
    (top, bottom), (left, right) = case.own
    has_layer = bool(case.border) or (case.kind == "average" and case.dilation == 1)
    in_call = (
        has_layer
        and (top, left) == (bottom, right)
        and all(2 * before <= cells for before, cells in zip((top, left), case.taps, strict=True))
    )
    lines, source = ([], "image") if in_call or not case.leaves_out else _pool_source(case, "np.pad")
    lines.append(f"x = torch.from_numpy({source}).permute(2, 0, 1)[np.newaxis]  # (1, channels, H, W)")
    if not in_call and source == "image" and case.is_padded:
        (top, bottom), (left, right) = case.pads
        border = [f"value={case.border}"] if case.border else []
        lines += call_lines("x", "F.pad", ["x", f"({left}, {right}, {top}, {bottom})", *border])
    if case.dilation > 1 and not case.border:
        fold = "mean(dim=0)" if case.kind == "average" else "square().sum(dim=0).sqrt()"
        lines += [
            *_each_tap(case, "x", "..., "),
            f"feature_map = torch.stack(taps).{fold}[0].permute(1, 2, 0)",
        ]
        return lines + _pool_finish(case)
    sign = "-" if case.kind == "min" else ""  # the smallest is minus the largest of the negatives
    arguments = [f"{sign}x", *(["2"] if case.kind == "l2" else []), f"{case.taps}"]
    if case.steps != case.taps:
        arguments.append(f"stride={case.steps}")
    if in_call and (top or left):
        arguments.append(f"padding={top if top == left else (top, left)}")
    if case.dilation > 1:
        arguments.append(f"dilation={case.dilation}")
    if in_call and any_cells(case.beyond):
        arguments.append("ceil_mode=True")
    if in_call and case.kind == "average" and (top or left) and not case.count_padding:
        arguments.append("count_include_pad=False")
    name = {"average": "avg", "l2": "lp"}.get(case.kind, "max")
    lines += call_lines("feature_map", f"{sign}F.{name}_pool2d", arguments, "[0].permute(1, 2, 0)")
    return lines + ([] if in_call else _pool_finish(case))
