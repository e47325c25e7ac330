#!/usr/bin/env bash
# Keras 3.15.1: Conv2DTranspose with padding "same", an even kernel and output_padding 0 is computed by JAX and PyTorch;
# TensorFlow raises.
#
# Three cells, strides of 2 and a kernel of 2 x 2 give four cells a side by the rule that output_padding brings along,
# (3 - 1) * 2 + 2 - 2 * 1. conv2d_transpose of TensorFlow knows only sizes whose own "same" convolution has three, 5 and 6:
# with oneDNN it ends in an AbortedError that speaks of a primitive, without in an InvalidArgumentError. Symbolically
# the layer promises four cells on all three, so a model is built and saved before its first picture fails.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 torch==2.14.1 numpy==2.4.6
cd "$folder"
cat > even.py << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]
layer = keras.layers.Conv2DTranspose(
    1, 2, strides=2, padding="same", output_padding=0, use_bias=False, kernel_initializer="ones"
)
model = keras.Sequential([keras.Input((3, 3, 1)), layer])
assert model.output_shape == (None, 4, 4, 1)
picture = np.arange(1, 10, dtype="float32").reshape(1, 3, 3, 1)
try:
    found = keras.ops.convert_to_numpy(model(picture))[0, ..., 0].astype(int).tolist()
except Exception as error:  # the backend's own
    print(backend, os.environ.get("TF_ENABLE_ONEDNN_OPTS", ""), "raises", type(error).__name__)
    by_onednn = {"0": "InvalidArgumentError", "1": "AbortedError"}
    assert backend == "tensorflow" and type(error).__name__ == by_onednn[os.environ["TF_ENABLE_ONEDNN_OPTS"]]
else:
    print(backend, found)
    assert backend != "tensorflow" and found == [[1, 2, 2, 3], [4, 5, 5, 6], [4, 5, 5, 6], [7, 8, 8, 9]]
PYTHON
for on in 0 1; do
  KERAS_BACKEND=tensorflow TF_ENABLE_ONEDNN_OPTS=$on "$folder/venv/bin/python" even.py 2> /dev/null
done
for backend in jax torch; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" even.py 2> /dev/null
done
