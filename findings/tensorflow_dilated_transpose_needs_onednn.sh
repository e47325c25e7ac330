#!/usr/bin/env bash
# TensorFlow 2.21.0 on a CPU: whether a transposed convolution can be dilated depends on oneDNN, which is on or off by
# the processor.
#
# tf.nn.conv2d_transpose takes dilations, and where oneDNN is on it gives what the definition gives. Where it is off an
 says that "Current CPU implementations do not yet support dilation rates larger than 1". By its
# default it is on where the processor has AVX-512 or AVX-VNNI, and off elsewhere: the same program, and with it every
# dilated Conv2DTranspose of Keras, runs on one computer and not on the one beside it. TF_ENABLE_ONEDNN_OPTS=1 decides.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6
cd "$folder"
cat > dilated.py << 'PYTHON'
import os

import numpy as np
import tensorflow as tf

picture, kernel = np.zeros((1, 3, 3, 1), "float32"), np.arange(1, 5, dtype="float32").reshape(2, 2, 1, 1)
picture[0, 1, 1] = 1
# Each pixel lays the kernel down, its weights two cells apart: (3 - 1) * 1 + (2 - 1) * 2 + 1 = 5 cells a side.
expected = np.zeros((5, 5), "float32")
expected[1::2, 1::2][:2, :2] = kernel[..., 0, 0]
on = os.environ["TF_ENABLE_ONEDNN_OPTS"]
try:
    found = tf.nn.conv2d_transpose(picture, kernel, (1, 5, 5, 1), strides=1, padding="VALID", dilations=2)
except tf.errors.InvalidArgumentError as error:
    print("oneDNN", on, "raises InvalidArgumentError")
    assert on == "0" and "dilation rates larger than 1" in str(error)
else:
    print("oneDNN", on, found.numpy()[0, ..., 0].astype(int).tolist())
    assert on == "1" and np.array_equal(found[0, ..., 0], expected)
PYTHON
for on in 0 1; do
  TF_ENABLE_ONEDNN_OPTS=$on "$folder/venv/bin/python" dilated.py 2> /dev/null
done
