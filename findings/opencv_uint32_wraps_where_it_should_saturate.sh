#!/usr/bin/env bash
# OpenCV 5.0.0: the new unsigned 32-bit type saturates in some functions, wraps in others, and turns large into black.
#
# Version 5 brings CV_32U. add and subtract keep its ends, as OpenCV's arithmetic does; addWeighted, scaleAdd and
# transform, which compute the same sums, keep what is left after a division by 2^32. And what narrows it to 8 bits
# takes all from 2^31 on for negative: 3,000,000,000 becomes 0 where 2,000,000,000 becomes 255.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet opencv-python-headless==5.0.0.93 numpy==2.4.6
cd "$folder"
cat > ends.py << 'PYTHON'
import cv2
import numpy as np

LARGEST = 2**32 - 1
grey = np.array([[1, 3_000_000_000]], np.uint32)

twice = {
    "add": cv2.add(grey, grey),
    "addWeighted": cv2.addWeighted(grey, 1, grey, 1, 0),
    "scaleAdd": cv2.scaleAdd(grey, 1, grey),
    "transform": cv2.transform(grey, np.array([[2.0]])),
}
for name, found in twice.items():
    print(f"{name}: {found.ravel().tolist()}")
assert twice.pop("add")[0, 1] == LARGEST
assert {int(found[0, 1]) for found in twice.values()} == {6_000_000_000 - 2**32}

levels = np.array([[200, 2_000_000_000, 2**31, 3_000_000_000]], np.uint32)
narrowed = cv2.add(levels, np.zeros_like(levels), dtype=cv2.CV_8U)
print("to 8 bits:", levels.ravel().tolist(), "->", narrowed.ravel().tolist())
assert narrowed.ravel().tolist() == [200, 255, 0, 0]
PYTHON
"$folder/venv/bin/python" ends.py
