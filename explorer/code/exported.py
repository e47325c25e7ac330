"""A program that answers pictures with a file of a network that was taught."""

from __future__ import annotations

from explorer.code import reading
from explorer.code.transfer import seen_function
from explorer.imagenet.networks import network
from explorer.transfer.labelled_images import SIDE
from explorer.transfer.plan import Plan

_PROGRAM = """\
# Answers pictures: python answer.py PICTURE ...
# It needs: python -m pip install numpy pillow opencv-python-headless {package}
import io
import sys
from pathlib import Path

{imports}

HERE = Path(__file__).parent
CLASSES = (HERE / "labels.txt").read_text("utf-8").splitlines()
LONGEST = {longest}  # pixels along the longest side of a picture that is read
SIZE = {size}  # pixels that the network sees, along a side

{reader}

{seen}

{answer}


for name in sys.argv[1:]:
    picture = np.asarray(seen(name), np.float32)[np.newaxis]  # (1, SIZE, SIZE, 3), from 0 to 255
    shares = answer(picture)
    print(f"{{name}}:", ", ".join(f"{{each}} {{share:.6f}}" for each, share in zip(CLASSES, shares)))
"""

_KERAS = """\
model = keras.models.load_model(HERE / "transfer.keras")


def answer(picture):
    return np.asarray(model(picture, training=False))[0]"""

_ONNX = """\
session = onnxruntime.InferenceSession(HERE / "transfer.onnx", providers=["CPUExecutionProvider"])


def answer(picture):
    return session.run(["probabilities"], {"picture": picture})[0][0]"""

_LITE = """\
interpreter = Interpreter(str(HERE / "transfer.tflite"))
interpreter.allocate_tensors()
(taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()


def answer(picture):
    interpreter.set_tensor(taken["index"], picture)
    interpreter.invoke()
    return interpreter.get_tensor(given["index"])[0]"""

_RUNTIMES = {
    "keras": ("keras tensorflow", "import keras", _KERAS),
    "onnx": ("onnxruntime", "import onnxruntime", _ONNX),
    "tflite": ("ai-edge-litert", "from ai_edge_litert.interpreter import Interpreter", _LITE),
}
"""By what a format's name begins with: what to install, to import, and what answers an array."""


def answering(name: str, plan: Plan) -> str:
    """Write the program that lies beside a file, or nothing where the file is a program itself.

    It reads files as the page does (see `reading`), and makes them as large as the network takes them.

    Args:
        name: A key of `explorer.transfer.formats.FORMATS`.
        plan: How it was trained.

    Example:
        >>> print(answering("onnx", Plan()).splitlines()[1])
        # It needs: python -m pip install numpy pillow opencv-python-headless onnxruntime
    """
    kind = name.partition("_")[0]
    if kind not in _RUNTIMES:
        return ""
    package, imports, answer = _RUNTIMES[kind]
    lines = ["import cv2", "import numpy as np", "from PIL import Image, ImageCms", imports]
    return _PROGRAM.format(
        package=package,
        imports="\n".join(sorted(lines, key=lambda line: (line.startswith("from"), line.casefold()))),
        longest=SIDE,
        size=network(plan.network).size,
        reader=reading.READER,
        seen=seen_function(plan),
        answer=answer,
    )
