"""A picture that a person brought along, as the browser keeps it: what was chosen for it, and its file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from explorer.images import MAX_BYTES, ImageError

SOURCES = ("upload", "draw", "camera")


@dataclass(frozen=True)
class KeptPicture:
    """What has to be known to have a picture again as it was.

    Attributes:
        title: What it is called.
        part: Which picture of its file it is, from 1.
        stretch: Whether levels are stretched where the file uses some of them alone.
        paper: Of a drawing, the paper that it is on.
    """

    title: str
    part: int
    stretch: bool
    paper: str

    def pack(self, file: bytes) -> bytes:
        r"""Write it with its file, as `unpack` reads it.

        Example:
            >>> KeptPicture("leaf.png", 1, True, "").pack(b"its bytes").partition(b"\n")[2]
            b'its bytes'
        """
        return json.dumps(asdict(self)).encode() + b"\n" + file


def unpack(source: str, data: bytes) -> tuple[KeptPicture, bytes]:
    """Read what a browser has kept, which may be of another release, or nothing of ours.

    Raises:
        ImageError: If it is not what `KeptPicture.pack` wrote.

    Example:
        >>> kept = KeptPicture("leaf.png", 2, True, "")
        >>> unpack("upload", kept.pack(b"its bytes")) == (kept, b"its bytes")
        True
    """
    text, _, file = data.partition(b"\n")
    try:
        kept = KeptPicture(**json.loads(text))
    except (ValueError, TypeError):
        kept = None
    kinds = {"title": str, "part": int, "stretch": bool, "paper": str}
    right = kept and all(isinstance(getattr(kept, name), kind) for name, kind in kinds.items())
    if kept is None or not right or source not in SOURCES or len(file) > MAX_BYTES:
        raise ImageError("What came back is not a picture that was kept; bring the picture again.")
    return kept, file
