#!/usr/bin/env bash
# Keras 3.15.1: ops.image.gaussian_blur takes the first sigma for the columns, and a kernel that is not square comes
# out scrambled, transposed or as a picture of another size, by backend.
#
# kernel_size and sigma are documented as (height, width) and "along height and width". With (0.5, 2.0) a point spreads
# two pixels up and down and half a pixel sideways, on TensorFlow, JAX and PyTorch alike. With kernel_size (3, 5) and one
# sigma, TensorFlow lays the numbers of a 5 x 3 kernel row by row into 3 x 5: its blur of a point is not even
# symmetric. JAX uses the 5 x 3 kernel as it is. PyTorch scrambles as TensorFlow does, pads both axes by half
# the height, and returns a picture that is two columns narrower.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 torch==2.14.1 numpy==2.4.6
cd "$folder"
cat > point.py << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]
point = np.zeros((1, 7, 7, 1), "float32")
point[0, 3, 3] = 1


def blurred(size, sigma):
    found = keras.ops.image.gaussian_blur(point, size, sigma, data_format="channels_last")
    return keras.ops.convert_to_numpy(found)[0, ..., 0]


spread = blurred((5, 5), (0.5, 2.0))
down, across = spread[:, 3], spread[3]
assert np.isclose(down[2] / down[3], np.exp(-0.5 / 2.0**2)) and np.isclose(across[2] / across[3], np.exp(-0.5 / 0.5**2))
oblong = blurred((3, 5), (1.0, 1.0))
lit = np.argwhere(oblong > 0)
height, width = np.ptp(lit, axis=0) + 1
symmetric = np.allclose(oblong, oblong[:, ::-1])
print(backend, "sigma down", 2.0, "across", 0.5, "kernel of 3 x 5 gives", oblong.shape, "lit", (int(height), int(width)), "symmetric", symmetric)
expected = {
    "tensorflow": ((7, 7), (3, 5), False),
    "jax": ((7, 7), (5, 3), True),
    "torch": ((7, 5), (3, 5), False),
}
assert (oblong.shape, (height, width), symmetric) == expected[backend]
PYTHON
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" point.py 2> /dev/null
done
