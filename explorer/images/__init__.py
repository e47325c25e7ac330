"""Pictures: a file, an upload or a drawing becomes a float32 array (H, W, C) in [0, 1].

`load` reads whatever a person may hand in, `read` also says what became of it, and `parts` what else is in
the file; `sample` gives pictures that need no upload, `prepare` makes "what the operation sees" of either,
and `to_png` writes that down without loss. Every array returned here is the caller's own and may be changed.
"""

from explorer.images.arrays import (
    LUMA,
    MAX_SIZE,
    MIN_SIZE,
    NO_PICTURE,
    RESAMPLING,
    Array,
    ImageError,
    Levels,
    from_levels,
    prepare,
    to_levels,
    to_png,
)
from explorer.images.contact_sheet import contact_sheet
from explorer.images.grounds import over_ground
from explorer.images.limits import MAX_BYTES, MAX_MEMORY, MAX_PIXELS, MAX_SCANS, MAX_SHRUNK_PIXELS
from explorer.images.loading import FilePart, Reading, load, parts, read
from explorer.images.opening import FORMATS, MAX_PARTS, Source
from explorer.images.samples import SAMPLES, Sample, sample, sample_names

__all__ = [
    "FORMATS",
    "LUMA",
    "MAX_BYTES",
    "MAX_MEMORY",
    "MAX_PARTS",
    "MAX_PIXELS",
    "MAX_SCANS",
    "MAX_SHRUNK_PIXELS",
    "MAX_SIZE",
    "MIN_SIZE",
    "NO_PICTURE",
    "RESAMPLING",
    "SAMPLES",
    "Array",
    "FilePart",
    "ImageError",
    "Levels",
    "Reading",
    "Sample",
    "Source",
    "contact_sheet",
    "from_levels",
    "load",
    "over_ground",
    "parts",
    "prepare",
    "read",
    "sample",
    "sample_names",
    "to_levels",
    "to_png",
]
