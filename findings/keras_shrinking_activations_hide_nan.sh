#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow and JAX: hard_shrink, soft_shrink and threshold turn NaN into a number; PyTorch keeps it.
#
# All other activations of keras.ops hand a NaN on, so that a network that has diverged shows it. These three are a
# choice by comparison, which NaN always fails: it becomes 0, 0, and the value that threshold puts in. A loss behind such
# a layer looks sound on two backends and is NaN on the third. heaviside differs in all three: of NaN it makes the
# value for zero on TensorFlow, NaN on JAX, 0 on PyTorch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 torch==2.14.1 numpy==2.4.6
cd "$folder"
cat > nan.py << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]
nan = np.array([np.nan], "float32")
ops = keras.ops
found = {
    "relu": ops.relu(nan),
    "hard_shrink": ops.hard_shrink(nan),
    "soft_shrink": ops.soft_shrink(nan),
    "threshold": ops.threshold(nan, 0.5, 7.0),
    "heaviside": ops.heaviside(nan, 0.25),
}
found = {name: float(ops.convert_to_numpy(value)[0]) for name, value in found.items()}
print(backend, found)
steps = [7.0 if name == "threshold" else 0.0 for name in ("hard_shrink", "soft_shrink", "threshold")]
kept = [np.nan] * 3
heaviside = {"tensorflow": 0.25, "jax": np.nan, "torch": 0.0}[backend]
expected = [np.nan, *(kept if backend == "torch" else steps), heaviside]
assert np.array_equal(list(found.values()), expected, equal_nan=True)
PYTHON
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" nan.py 2> /dev/null
done
