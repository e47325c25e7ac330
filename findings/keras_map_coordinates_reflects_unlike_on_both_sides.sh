#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow: map_coordinates with fill_mode "reflect" mirrors its two ends by two different rules.
#
# Documented is "reflect" as in SciPy: d c b a | a b c d | d c b a, the edge pixel once more on either side. Beyond the
# last pixel that is what comes; before the first, the edge is not repeated (d d c b | a b c d), so everything left of
# the picture is one pixel off. "mirror", the rule that repeats no edge, ends in an error of GatherNd. JAX's backend
# follows SciPy in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 scipy==1.17.1 numpy==2.4.6
cd "$folder"
cat > ends.py << 'PYTHON'
import os
import sys

import keras
import numpy as np
from scipy import ndimage

row, places = np.arange(1.0, 5.0), np.arange(-4.0, 8.0)
backend = os.environ["KERAS_BACKEND"]
for mode in ("reflect", "mirror"):
    right = ndimage.map_coordinates(row, [places], order=1, mode=mode)
    try:
        found = np.asarray(keras.ops.image.map_coordinates(row, [places], 1, mode))
    except Exception as error:  # the backend's own
        print(backend, mode, "raises", type(error).__name__)
        assert backend == "tensorflow" and mode == "mirror"
        continue
    print(backend, mode, found.astype(int).tolist(), "SciPy", right.astype(int).tolist())
    if backend == "tensorflow":
        assert found[places >= 0].tolist() == right[places >= 0].tolist()
        assert found[places < 0].tolist() == [4, 4, 3, 2] != right[places < 0].tolist() == [4, 3, 2, 1]
    else:
        assert found.tolist() == right.tolist()
PYTHON
for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$folder/venv/bin/python" ends.py 2> /dev/null
done
