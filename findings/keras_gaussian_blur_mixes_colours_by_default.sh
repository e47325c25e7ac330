#!/usr/bin/env bash
# Keras 3.15.1 on JAX and PyTorch: ops.image.gaussian_blur blurs a picture's columns and colours, not its rows and
# columns, unless data_format is named.
#
# Left out, data_format is documented to be keras.config.image_data_format(), which is "channels_last". The operation
# hands None on; TensorFlow's backend treats whatever is not "channels_first" as channels last, the two others whatever
# is not "channels_last" as channels first. Of a red picture a part becomes green, and a picture that has just one row
# that is lit keeps it as sharp as it was. The layer RandomGaussianBlur names the format and is right everywhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 torch==2.14.1 numpy==2.4.6
cd "$folder"
cat > blur.py << 'PYTHON'
import os

import keras
import numpy as np

backend = os.environ["KERAS_BACKEND"]
assert keras.config.image_data_format() == "channels_last"
red = np.zeros((1, 7, 9, 3), "float32")
red[..., 0] = 1
line = np.zeros((1, 7, 9, 3), "float32")
line[:, 3] = 1


def blurred(picture, **options):
    return keras.ops.convert_to_numpy(keras.ops.image.gaussian_blur(picture, **options))[0]


default, named = blurred(red), blurred(red, data_format="channels_last")
rows = blurred(line)[:, 4, 1]
print(backend, "red becomes", default[3, 4].round(2).tolist(), "named", named[3, 4].round(2).tolist(), "a row of light", rows.round(2).tolist())
assert np.allclose(named[3, 4], [1, 0, 0])
if backend == "tensorflow":
    assert np.allclose(default, named) and rows[2] > 0.2
else:
    assert default[3, 4, 1] > 0.2 and default[3, 4, 0] < 0.8
    assert rows[2] == rows[4] == 0 < rows[3]
PYTHON
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" blur.py 2> /dev/null
done
