#!/usr/bin/env bash
# Keras 3.15.1 on PyTorch: average_pool with padding "same" repeats the edge and counts it wherever the padding is
# lopsided.
#
# The mean of a window that leaves the picture is that of the pixels inside it: so on TensorFlow and JAX, and on PyTorch
# where both sides get the same padding. Where one side gets more, as with an even window, PyTorch's backend lays copies
# of the edge outside and divides by the whole window. A single even axis is enough: a window of 3 x 2 gets other
# means along its odd axis as well, where the padding by itself would not have been lopsided.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 torch==2.14.1 jax==0.10.2 numpy==2.4.6
cd "$folder"
cat > means.py << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]


def pooled(picture, size):
    row = np.asarray(picture, "float32")[None, :, :, None]
    return keras.ops.convert_to_numpy(keras.ops.average_pool(row, size, 1, "same"))[0, ..., 0].tolist()


row = pooled([[1, 2, 3, 4]], (1, 4))
odd, both = pooled([[1], [2], [6]], (3, 1)), pooled([[1, 1], [2, 2], [6, 6]], (3, 2))
print(backend, "four wide", row[0], "three high", [each[0] for each in odd], "and two wide", [each[0] for each in both])
assert odd == [[1.5], [3], [4]]  # (1 + 2) / 2, (1 + 2 + 6) / 3, (2 + 6) / 2
if backend == "jax":
    assert row == [[2, 2.5, 3, 3.5]]  # of 1 2 3, 1 2 3 4, 2 3 4, 3 4
    assert both == [[1.5, 1.5], [3, 3], [4, 4]]
else:
    assert row == [[1.75, 2.5, 3.25, 3.75]]  # of 1 1 2 3, 1 2 3 4, 2 3 4 4, 3 4 4 4
    assert np.allclose(both, [[4 / 3, 4 / 3], [3, 3], [14 / 3, 14 / 3]])  # (1 + 1 + 2) / 3 and (2 + 6 + 6) / 3
PYTHON
for backend in jax torch; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" means.py 2> /dev/null
done
