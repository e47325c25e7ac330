#!/usr/bin/env bash
# Pillow 13.0.0: shrinking a picture of 32-bit integers by reduce, thumbnail or reducing_gap overflows.
#
# reduce adds the pixels of a window in 32 bits before it divides. Where they come to 2^31 or more the mean of
# equal pixels is another number, often of the other sign: 1,000,000,000 becomes -73,741,824. resize with BOX, which
# means the same windows, is right, until reducing_gap lets it begin with reduce; thumbnail always does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet pillow==13.0.0 numpy==2.4.6
cd "$folder"
cat > means.py << 'PYTHON'
import numpy as np
from PIL import Image


def everywhere(level: int) -> Image.Image:
    return Image.fromarray(np.full((16, 16), level, np.int32))


def thumbnail(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((2, 2))
    return small


shrunk = {
    "reduce(2)": lambda picture: picture.reduce(2),
    "resize, BOX": lambda picture: picture.resize((8, 8), Image.Resampling.BOX),
    "resize, BOX, reducing_gap 1": lambda picture: picture.resize((4, 4), Image.Resampling.BOX, reducing_gap=1.0),
    "thumbnail": thumbnail,
}
found = {
    level: {name: shrink(everywhere(level)).getpixel((1, 1)) for name, shrink in shrunk.items()}
    for level in (1_000_000, 1_000_000_000, -1_000_000_000)
}
for level, by_name in found.items():
    print(level, by_name)
assert set(found[1_000_000].values()) == {1_000_000}
assert found[1_000_000_000]["resize, BOX"] == 1_000_000_000
assert found[1_000_000_000]["reduce(2)"] == -73_741_824
assert found[-1_000_000_000]["reduce(2)"] == 73_741_824
assert found[1_000_000_000]["resize, BOX, reducing_gap 1"] != 1_000_000_000
assert found[1_000_000_000]["thumbnail"] != 1_000_000_000
PYTHON
"$folder/venv/bin/python" means.py
