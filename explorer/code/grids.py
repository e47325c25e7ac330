"""The sliding window on a small grid as a few lines of Python, in the words of three libraries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.code.snippet import Snippet, chosen, matrix_text
from explorer.convolution.arithmetic import KINDS, Arithmetic
from explorer.errors import ExplorerError


@dataclass(frozen=True, kw_only=True)
class GridSnippet(Snippet):
    """A library that can make the same numbers, and the function that writes the lines."""

    write: Callable[[Arithmetic], list[str]]


def code(framework: str, sums: Arithmetic) -> str:
    """Write the experiment as a few lines of Python that end with `output`, the very numbers.

    Args:
        framework: A key of `SNIPPETS`.
        sums: The experiment.

    Raises:
        ExplorerError: If there is no such framework, or it does not know the operation.

    Example:
        >>> import numpy as np
        >>> print(code("numpy", Arithmetic(np.array([[1, 2, 3]]), np.array([[1, -1]]))))
        import numpy as np
        <BLANKLINE>
        image = np.array([[1, 2, 3]])
        kernel = np.array([[1, -1]])
        windows = np.lib.stride_tricks.sliding_window_view(image, (1, 2))
        output = (windows * kernel).sum(axis=(2, 3))  # (1, 2)
    """
    *lines, last = chosen(SNIPPETS, framework).write(sums)
    rows, cols = sums.output.shape
    return "\n".join([*lines, f"{last}  # ({rows}, {cols})"])


def _numbers(sums: Arithmetic) -> list[str]:
    """Write the input and, where there are weights, the kernel."""
    grids = [("image", sums.image)] + ([("kernel", sums.kernel)] if KINDS[sums.kind].has_weights else [])
    return [matrix_text(name, grid) for name, grid in grids]


def _slice(start: int, stop: int, step: int = 1) -> str:
    return f"{start or ''}:{stop}" + (f":{step}" if step > 1 else "")


def _numpy(sums: Arithmetic) -> list[str]:
    lines = ["import numpy as np", "", *_numbers(sums)]
    rows, cols = sums.axes
    stride, dilation = sums.strides, sums.dilation_rate
    if sums.kind == "transposed":
        sides = [
            max((axis.size - 1) * stride + axis.reach, axis.pads[0] + axis.outputs) for axis in sums.axes
        ]
        places = [
            f"{name} * {stride} : {name} * {stride} + {axis.reach}"
            + (f" : {dilation}" if dilation > 1 else "")
            for name, axis in zip("rc", sums.axes, strict=True)
        ]
        part = [_slice(axis.pads[0], axis.pads[0] + axis.outputs) for axis in sums.axes]
        return [
            *lines,
            f"canvas = np.zeros(({sides[0]}, {sides[1]}), int)",
            "for (r, c), value in np.ndenumerate(image):",
            f"    canvas[{places[0]}, {places[1]}] += value * kernel",
            f"output = canvas[{', '.join(part)}]",
        ]
    padded = "image"
    if any(rows.pads + cols.pads):
        padded = "padded"
        value = "" if sums.kind == "convolution" else ", constant_values=np.nan"
        image = "image" if sums.kind == "convolution" else "image.astype(float)"
        lines.append(f"padded = np.pad({image}, ({rows.pads}, {cols.pads}){value})")
    every = "" if stride == dilation == 1 else f"[::{stride}, ::{stride}, ::{dilation}, ::{dilation}]"
    lines.append(
        f"windows = np.lib.stride_tricks.sliding_window_view({padded}, ({rows.reach}, {cols.reach})){every}"
    )
    folds = {"max": "nanmax", "min": "nanmin", "average": "nanmean"}
    if sums.kind == "convolution":
        return [*lines, "output = (windows * kernel).sum(axis=(2, 3))"]
    fold = folds[sums.kind] if padded == "padded" else folds[sums.kind].removeprefix("nan")
    return [*lines, f"output = np.{fold}(windows, axis=(2, 3))"]


def _pad_value(kind: str) -> str:
    return {"max": "-np.inf", "min": "np.inf"}.get(kind, "0")


def _keras(sums: Arithmetic) -> list[str]:
    lines = ["import keras", "import numpy as np", "", *_numbers(sums)]
    rows, cols = sums.axes
    stride, dilation = sums.strides, sums.dilation_rate
    lines.append('x = image[np.newaxis, :, :, np.newaxis].astype("float32")')
    if KINDS[sums.kind].has_weights:
        lines.append('w = kernel[:, :, np.newaxis, np.newaxis].astype("float32")')
    named = sums.padding in ("valid", "same")
    if sums.kind == "transposed":
        if dilation > 1:
            lines += [
                f'spread = np.zeros(({rows.reach}, {cols.reach}, 1, 1), "float32")',
                f"spread[::{dilation}, ::{dilation}] = w",
            ]
        kernel = "spread" if dilation > 1 else "w"
        padding = sums.padding if named else "valid"
        lines.append(f'y = keras.ops.conv_transpose(x, {kernel}, strides={stride}, padding="{padding}")')
        part = (
            ":, :"
            if named
            else ", ".join(_slice(axis.pads[0], axis.pads[0] + axis.outputs) for axis in sums.axes)
        )
        return [*lines, f"output = keras.ops.convert_to_numpy(y)[0, {part}, 0]"]
    both = stride > 1 and dilation > 1  # TensorFlow does not take them together
    padding = sums.padding if named and not both else "valid"
    pads = f"((0, 0), {rows.pads}, {cols.pads}, (0, 0))"
    explicit = padding == "valid" and any(rows.pads + cols.pads)
    if sums.kind == "convolution":
        if explicit:
            lines.append(f"x = np.pad(x, {pads})")
        options = f'strides={1 if both else stride}, padding="{padding}"'
        options += f", dilation_rate={dilation}" if dilation > 1 else ""
        every = f"::{stride}, ::{stride}" if both else ":, :"
        return [
            *lines,
            f"y = keras.ops.conv(x, w, {options})",
            f"output = keras.ops.convert_to_numpy(y)[0, {every}, 0]",
        ]
    if dilation > 1:
        raise ExplorerError("Keras pools without dilation: choose dilation 1, or NumPy's lines.")
    options = f'({rows.taps}, {cols.taps}), strides={stride}, padding="{padding}"'
    if explicit and sums.kind == "average":
        lines += [f"ones = np.pad(np.ones_like(x), {pads})", f"x = np.pad(x, {pads})"]
        total, count = (f"keras.ops.average_pool({grid}, {options})" for grid in ("x", "ones"))
        lines += [f"y = {total}", f"y = y / {count}  # padding does not count"]
    else:
        if explicit:
            lines.append(f"x = np.pad(x, {pads}, constant_values={_pad_value(sums.kind)})")
        pool = "average_pool" if sums.kind == "average" else "max_pool"
        sign = "-" if sums.kind == "min" else ""
        lines.append(f"y = {sign}keras.ops.{pool}({sign}x, {options})")
    return [*lines, "output = keras.ops.convert_to_numpy(y)[0, :, :, 0]"]


def _pytorch(sums: Arithmetic) -> list[str]:
    lines = ["import numpy as np", "import torch", "from torch.nn import functional", "", *_numbers(sums)]
    rows, cols = sums.axes
    stride, dilation = sums.strides, sums.dilation_rate
    lines.append("x = torch.tensor(image, dtype=torch.float32)[None, None]")
    if KINDS[sums.kind].has_weights:
        lines.append("w = torch.tensor(kernel, dtype=torch.float32)[None, None]")
    more = f", dilation={dilation}" if dilation > 1 else ""
    if sums.kind == "transposed":
        added = tuple(max(0, -axis.pads[1]) for axis in sums.axes)
        more += f", output_padding={added}" if any(added) else ""
        part = ", ".join(_slice(axis.pads[0], axis.pads[0] + axis.outputs) for axis in sums.axes)
        return [
            *lines,
            f"y = functional.conv_transpose2d(x, w, stride={stride}{more})",
            f"output = y[0, 0, {part}].numpy()",
        ]
    pads = str(cols.pads + rows.pads)
    is_padded = any(rows.pads + cols.pads)
    value = {"max": ', value=float("-inf")', "min": ', value=float("inf")'}.get(sums.kind, "")
    if is_padded and sums.kind == "average":
        lines.append(f"ones = functional.pad(torch.ones_like(x), {pads})")
    if is_padded:
        lines.append(f"x = functional.pad(x, {pads}{value})")
    window = f"({rows.taps}, {cols.taps}), stride={stride}"
    if sums.kind == "convolution":
        lines.append(f"y = functional.conv2d(x, w, stride={stride}{more})")
    elif sums.kind == "average":
        if dilation > 1:
            raise ExplorerError("PyTorch averages without dilation: choose dilation 1, or NumPy's lines.")
        lines.append(f"y = functional.avg_pool2d(x, {window})")
        if is_padded:
            lines.append(f"y = y / functional.avg_pool2d(ones, {window})  # padding does not count")
    else:
        sign = "-" if sums.kind == "min" else ""
        lines.append(f"y = {sign}functional.max_pool2d({sign}x, {window}{more})")
    return [*lines, "output = y[0, 0].numpy()"]


SNIPPETS: dict[str, GridSnippet] = {
    snippet.name: snippet
    for snippet in (
        GridSnippet(
            name="numpy",
            title="NumPy",
            write=_numpy,
        ),
        GridSnippet(
            name="keras",
            title="Keras",
            write=_keras,
        ),
        GridSnippet(
            name="pytorch",
            title="PyTorch",
            write=_pytorch,
        ),
    )
}
