"""What was learned as a file of TensorFlow Lite, for telephones, and what LiteRT makes of it."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from explorer.imagenet.networks import Pixels, network
from explorer.images import Array
from explorer.transfer.export import whole_model
from explorer.transfer.training_job import TrainedClassifier


def lite_file(trained: TrainedClassifier, numbers: str, pictures: Sequence[Pixels]) -> bytes:
    """Return the whole network as a TensorFlow Lite file, scaling and softmax included.

    It takes float32 (1, size, size, 3), levels from 0 to 255, red first, as `preprocessing.seen` gives them,
    and gives float32 (1, classes), whatever numbers it computes with.

    Args:
        trained: What was learned.
        numbers: "float32"; "float16", whose weights take half the room; or "int8", which computes with whole
            numbers of 8 bits, in ranges that all of the pictures together decide.
        pictures: Those that it learned from; only "int8" needs some.
    """
    import tensorflow as tf
    from tensorflow.python.framework import convert_to_constants

    model = whole_model(trained, resizes=False)
    side = network(trained.plan.network).size
    asked = tf.TensorSpec((1, side, side, 3), tf.float32, name="picture")
    run = tf.function(lambda picture: model(picture, training=False), autograph=False)
    # Frozen: a model with variables that are only read cannot be calibrated.
    frozen = convert_to_constants.convert_variables_to_constants_v2(run.get_concrete_function(asked))
    with _quietly():  # a path that is deprecated is the only one for what is frozen
        converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen])
        if numbers != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if numbers == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if numbers == "int8":
            converter.representative_dataset = lambda: ([batch] for batch in map(_batch, pictures))
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        data: bytes = converter.convert()
    return data


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep warnings to ourselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


def lite_answers(data: bytes, pictures: Sequence[Pixels]) -> Array:
    """Return what LiteRT makes of a file and of pictures, one by one: float32 (n, classes)."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter: Any = Interpreter(model_content=data)
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    answers = []
    for pixels in pictures:
        interpreter.set_tensor(taken["index"], _batch(pixels))
        interpreter.invoke()
        answers.append(interpreter.get_tensor(given["index"])[0].copy())
    return np.stack(answers)


def _batch(pixels: Pixels) -> Array:
    return pixels[np.newaxis].astype(np.float32)
