#!/usr/bin/env bash
# Keras 3.15.1: rgb_to_grayscale makes white of uint8 254, and every grey but black a level darker.
#
# Its weights, 0.2989 + 0.587 + 0.114, come to 0.9999, and the result is cut to a whole number instead of rounded, so
# that a grey picture with three equal channels is no longer itself. TensorFlow's own function, with the same
# weights, scales to 0 to 1 and rounds: it gives 255 and changes nothing. In float 1.0 becomes 0.9999 in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 numpy==2.4.6
cd "$folder"
cat > grey.py << 'PYTHON'
import keras
import numpy as np
import tensorflow as tf

greys = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
by_keras = np.asarray(keras.ops.image.rgb_to_grayscale(greys))[..., 0]
by_tensorflow = tf.image.rgb_to_grayscale(greys).numpy()[..., 0]
by_layer = np.asarray(keras.layers.RandomGrayscale(factor=1.0)(greys, training=True))[..., 0]
for name, found in (("Keras", by_keras), ("TensorFlow", by_tensorflow), ("RandomGrayscale", by_layer)):
    off = found.astype(int) - greys[..., 0]
    print(f"{name}: white is {found[-1, -1]:g}, {np.count_nonzero(off)} of 256 greys change, by {off.min()} to {off.max()}")
assert by_keras[-1, -1] == 254 and np.count_nonzero(by_keras != greys[..., 0]) == 255
assert (by_tensorflow == greys[..., 0]).all()
print("white in float32:", float(keras.ops.image.rgb_to_grayscale(np.ones((1, 1, 3), "float32"))[0, 0, 0]))
PYTHON
"$folder/venv/bin/python" grey.py 2> /dev/null
