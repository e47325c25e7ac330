"""Opening large pictures: seconds of processor time, and memory above the server's rest.

    python tests/benchmarks/pictures.py

Each file is opened in a fresh process that has imported what the server imports. A JPEG of 48 megapixels may
take 0.3 s and 200 MB.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

RUNS = 5
ONCE = """
import sys, time
from explorer import images

def peak():
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024

with open(sys.argv[1], "rb") as file:
    data = file.read()
memory, start = peak(), time.process_time()
images.load(data)
print(time.process_time() - start, peak() - memory)
"""


def photograph(width: int, height: int) -> Image.Image:
    """Noise at a sixteenth of the size, enlarged: about as hard to compress as a photograph."""
    noise = np.random.default_rng(0).integers(0, 256, (height // 16, width // 16, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


FILES = {
    "48 megapixels, JPEG": ((8064, 6048), "a.jpg", {"quality": 92}),
    "48 megapixels, progressive JPEG": ((8064, 6048), "b.jpg", {"quality": 92, "progressive": True}),
    "30 megapixels, PNG": ((6708, 4472), "c.png", {"compress_level": 1}),
    "24 megapixels, WebP": ((5712, 4284), "d.webp", {"method": 0}),
}


def main() -> None:
    """Print a row for each file."""
    with tempfile.TemporaryDirectory() as folder:
        for title, (size, name, options) in FILES.items():
            path = Path(folder, name)
            photograph(*size).save(path, **options)
            rows = []
            for _ in range(RUNS):
                done = subprocess.run([sys.executable, "-c", ONCE, path], capture_output=True, check=True)
                rows.append([float(number) for number in done.stdout.split()])
            seconds, memory = (statistics.median(column) for column in zip(*rows, strict=True))
            print(f"{title:34} {path.stat().st_size / 2**20:5.1f} MB {seconds:6.2f} s {memory:5.0f} MB")


if __name__ == "__main__":
    main()
