#!/usr/bin/env bash
# TensorFlow 2.21.0: softmax in float32 gives a probability of 0 to every class but the one whose score is NaN.
#
# A sum with NaN in it is NaN, so that all probabilities should be: so they are in float64, under XLA, in log_softmax
# and with TF_ENABLE_ONEDNN_OPTS=0. With oneDNN, which is on where the processor suits it, scores of 1, NaN, 2 and 0
# come as 0, NaN, 0 and 0, and an infinite score makes two zeros as well. Whoever looks at the answer for one class
# sees a plain "impossible".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet tensorflow==2.21.0 numpy==2.4.6
cat > "$folder/shares.py" << 'PYTHON'
import os

import numpy as np
import tensorflow as tf

without = os.environ["TF_ENABLE_ONEDNN_OPTS"] == "0"
for scores in ([1, np.nan, 2, 0], [np.inf, 1, 2]):
    given = tf.constant([scores], tf.float32)
    eager = tf.nn.softmax(given).numpy()[0]
    print("oneDNN", "off" if without else "on", scores, "->", eager.tolist())
    unknown = np.isnan(eager)
    assert unknown.all() if without else (unknown == ~np.isin(scores, [0, 1, 2])).all()
    assert (eager[~unknown] == 0).all()
    others = (
        tf.nn.softmax(tf.cast(given, tf.float64)),
        tf.function(tf.nn.softmax, jit_compile=True)(given),
        tf.nn.log_softmax(given),
    )
    assert all(np.isnan(other).all() for other in others)
PYTHON
for use in 1 0; do
  TF_ENABLE_ONEDNN_OPTS=$use TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/shares.py" 2> /dev/null
done
