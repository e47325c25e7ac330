#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow 2.21.0: affine_transform with fill_mode "wrap" goes round the picture once and not more.
#
# Documented is that the picture repeats: a b c d | a b c d | a b c d. A row of four moved by 1 or 2 does so. Moved by 3
# it reads 4 1 2 1 where 4 1 2 3 is right, moved by its own width of 4 it reads 1 2 1 1 and not itself, and the other
# way 4 4 3 4. ImageProjectiveTransformV3, which TensorFlow's backend uses, counts the rounds by n - 1 and takes n off for
# each. JAX's backend, which is without it, repeats as documented.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 numpy==2.4.6
cd "$folder"
cat > wrap.py << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]
row = np.arange(1, 5, dtype="float32").reshape(1, 1, 4, 1)


def moved(by):
    transform = np.array([1, 0, by, 0, 1, 0, 0, 0], "float32")  # x of the picture = x of the result + by
    found = keras.ops.image.affine_transform(row, transform, "nearest", "wrap")
    return keras.ops.convert_to_numpy(found)[0, 0, :, 0].astype(int).tolist()


found = {by: moved(by) for by in (1, 2, 3, 4, -4)}
print(backend, found)
right = {by: np.roll([1, 2, 3, 4], -by).tolist() for by in found}
if backend == "tensorflow":
    assert found == right | {3: [4, 1, 2, 1], 4: [1, 2, 1, 1], -4: [4, 4, 3, 4]}
else:
    assert found == right
PYTHON
for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" wrap.py 2> /dev/null
done
