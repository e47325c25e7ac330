#!/usr/bin/env bash
# OpenCV 5.0.0: box filters of float32 are not 0 over zeros, and can be negative, once something large has passed.
#
# boxFilter, blur and sqrBoxFilter keep a running sum along a row: they add what comes into the window and subtract
# what goes out. In double precision that leaves a trace of numbers from 1e-8 to 1e8, for the rest of the row. Seen
# over 116 zeros, windows of nine cells: a sum of -8.6e-9, a mean of -9.6e-10, and 1.9 for the sum of the squares,
# whose root, or variance, is then wrong. filter2D and sepFilter2D add each window by itself and give 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet opencv-python-headless==5.0.0.93 numpy==2.4.6
cd "$folder"
cat > trace.py << 'PYTHON'
import cv2
import numpy as np

row = np.zeros((1, 256), np.float32)
row[0, :128] = 10.0 ** np.random.default_rng(1).uniform(-8, 8, 128)
ones = np.ones(9, np.float32)
sums = {
    "boxFilter": cv2.boxFilter(row, -1, (9, 1), normalize=False),
    "blur": cv2.blur(row, (9, 1)),
    "sqrBoxFilter": cv2.sqrBoxFilter(row, -1, (9, 1), normalize=False),
    "filter2D": cv2.filter2D(row, -1, ones[np.newaxis]),
    "sepFilter2D": cv2.sepFilter2D(row, -1, ones, ones[:1]),
}
over_zeros = {name: found[0, 140:] for name, found in sums.items()}
for name, found in over_zeros.items():
    print(f"{name}: {found.min():.2g} to {found.max():.2g}")
assert over_zeros["boxFilter"].max() < 0 and over_zeros["blur"].max() < 0
assert over_zeros["sqrBoxFilter"].min() > 1
assert not over_zeros["filter2D"].any() and not over_zeros["sepFilter2D"].any()
PYTHON
"$folder/venv/bin/python" trace.py
