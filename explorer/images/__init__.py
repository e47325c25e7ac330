"""Pictures: a file, an upload or a drawing becomes a float32 array (H, W, C) in [0, 1].

`load` reads whatever a person may hand in, `sample` gives pictures that need no upload, `prepare` makes "what
the operation sees" of either, and `to_png` writes that down without loss. Every array returned here is the
caller's own and may be changed.
"""

from explorer.images.arrays import (
    LUMA,
    MAX_SIZE,
    MIN_SIZE,
    NO_PICTURE,
    RESAMPLING,
    Array,
    ImageError,
    from_levels,
    prepare,
    to_png,
)
from explorer.images.limits import MAX_BYTES, MAX_MEMORY, MAX_PIXELS, MAX_SCANS, MAX_SHRUNK_PIXELS
from explorer.images.loading import FORMATS, Source, load
from explorer.images.samples import SAMPLES, Sample, sample, sample_names

__all__ = [
    "FORMATS",
    "LUMA",
    "MAX_BYTES",
    "MAX_MEMORY",
    "MAX_PIXELS",
    "MAX_SCANS",
    "MAX_SHRUNK_PIXELS",
    "MAX_SIZE",
    "MIN_SIZE",
    "NO_PICTURE",
    "RESAMPLING",
    "SAMPLES",
    "Array",
    "ImageError",
    "Sample",
    "Source",
    "from_levels",
    "load",
    "prepare",
    "sample",
    "sample_names",
    "to_png",
]
