#!/usr/bin/env bash
# Keras 3.15.1 on PyTorch: the variance by which batch and group normalisation divide is lost far from zero.
#
# `ops.moments` takes the mean of the squares less the square of the mean there. For 10,000 to 10,007 that is 0 in
# float32, where JAX finds 5.25, and for 1,000,000 to 1,000,007 it is -65,536: BatchNormalization in training and
# GroupNormalization then give -110.7 instead of -1.5, and NaN. `ops.var` and LayerNormalization are right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 torch==2.14.1 jax==0.10.2 numpy==2.4.6
cat > "$folder/spread.py" << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]


def first(layer, values, **more):
    return float(keras.ops.convert_to_numpy(layer(values, **more)).ravel()[0])


for start in (10_000, 1_000_000):
    row = np.arange(8, dtype="float32") + np.float32(start)
    variance = float(keras.ops.moments(row, axes=[0])[1])
    batch = first(keras.layers.BatchNormalization(), row[:, None], training=True)
    group = first(keras.layers.GroupNormalization(1), row[None])
    layer = first(keras.layers.LayerNormalization(), row[None])
    print(backend, start, "variance", variance, "batch", batch, "group", group, "layer", layer)
    assert float(keras.ops.var(row)) == row.astype("float64").var() == 5.25
    assert abs(layer + 1.5275) < 0.01
    if backend == "jax":
        assert variance == 5.25 and abs(batch + 1.5275) < 0.01 and abs(group + 1.5275) < 0.01
    elif start == 10_000:
        assert variance == 0 and abs(batch + 110.68) < 0.1 and abs(group + 110.68) < 0.1
    else:
        assert variance < 0 and np.isnan(batch) and np.isnan(group)
PYTHON
for backend in jax torch; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" "$folder/spread.py" 2> /dev/null
done
