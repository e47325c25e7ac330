#!/usr/bin/env bash
# TensorFlow 2.21.0: floordiv and floormod of the same floats do not belong together.
#
# Documented is that floordiv(x, y) * y + floormod(x, y) gives x. Of 1.0 and 0.1 floordiv gives 10, the rounded quotient
# rounded down, and floormod 0.0999..., the exact rest after nine: together 1.1. Python and NumPy give 9 with that rest.
# Of the 10,000 pairs of tenths from 0.1 to 10 this happens to 107.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet tensorflow==2.21.0 numpy==2.4.6
cd "$folder"
cat > parts.py << 'PYTHON'
import numpy as np
import tensorflow as tf

x, y = tf.constant(1.0, tf.float64), tf.constant(0.1, tf.float64)
whole, rest = tf.math.floordiv(x, y), tf.math.floormod(x, y)
print("floordiv", float(whole), "floormod", float(rest), "together", float(whole * y + rest))
assert float(whole) == 10 and abs(float(rest) - 0.1) < 1e-9 and (1.0 // 0.1, 1.0 % 0.1) == (9.0, float(rest))

tenths = np.arange(1, 101) / 10
numbers, divisors = (each.ravel() for each in np.meshgrid(tenths, tenths))
together = tf.math.floordiv(numbers, divisors) * divisors + tf.math.floormod(numbers, divisors)
off = np.abs(together.numpy() - numbers) > divisors / 2
print("off by a divisor", int(off.sum()), "of", off.size)
assert np.abs(np.floor_divide(numbers, divisors) * divisors + np.mod(numbers, divisors) - numbers).max() < 1e-9
assert off.sum() == 107
PYTHON
"$folder/venv/bin/python" parts.py 2> /dev/null
