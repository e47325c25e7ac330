#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow: `ops.dot_product_attention` refuses a single head of keys, a case that it names.
#
# Four heads of queries over two of keys are grouped on both backends. Over one head of keys, the case that its
# documentation calls multi-query attention, JAX answers and TensorFlow raises: there, keys are repeated for the
# queries only where there is more than one head of them. Repeated by hand it answers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 numpy==2.4.6
cat > "$folder/heads.py" << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]
rng = np.random.default_rng(0)
query = rng.normal(size=(1, 5, 4, 8)).astype("float32")


def attended(heads, repeated=1):
    key, value = np.random.default_rng(heads).normal(size=(2, 1, 5, heads, 8)).astype("float32")
    key, value = (np.repeat(each, repeated, axis=2) for each in (key, value))
    return keras.ops.convert_to_numpy(keras.ops.dot_product_attention(query, key, value))


assert np.allclose(attended(2), attended(2, repeated=2), atol=1e-6)
print(backend, "two heads of keys:", attended(2).shape)
if backend == "jax":
    assert np.allclose(attended(1), attended(1, repeated=4), atol=1e-6)
    print(backend, "one head of keys:", attended(1).shape)
else:
    try:
        attended(1)
        raise SystemExit("It answers: this finding is over.")
    except ValueError as error:
        raise SystemExit(f"It raises something else: {error}") from error
    except Exception as error:
        assert type(error).__name__ == "InvalidArgumentError", error
        print(backend, "one head of keys:", type(error).__name__, str(error).split("}}")[-1].strip()[:90])
    print(backend, "repeated by hand:", attended(1, repeated=4).shape)
PYTHON
for backend in jax tensorflow; do
  KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/heads.py" 2> /dev/null
done
