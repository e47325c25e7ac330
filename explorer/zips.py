"""ZIPs that people bring along: what damage in one raises is known in this place alone."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from explorer.errors import ExplorerError

PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those that are unpacked; others do so without a bound on what comes out."""

DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What `zipfile` raises where every byte was changed in turn.

A wrong place in the file is an `OSError` or a `ValueError`, a name that is no text a `ValueError`, and a lock
or an unknown way of packing a `RuntimeError`.
"""


class DamagedZipError(ExplorerError):
    """That a ZIP is none, or is cut off, damaged or locked."""


def opened(data: bytes) -> zipfile.ZipFile:
    """Open a ZIP, and read its directory.

    Raises:
        DamagedZipError: If that cannot be done.

    >>> with opened(b"hello") as archive:
    ...     pass
    Traceback (most recent call last):
    ...
    explorer.zips.DamagedZipError: The file is no ZIP, or is damaged; pack it again.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except DAMAGES as error:
        raise DamagedZipError("The file is no ZIP, or is damaged; pack it again.") from error


def files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return what is no folder in a ZIP; what has no name is nothing either."""
    return [entry for entry in archive.infolist() if entry.filename and not entry.is_dir()]


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack one file of a ZIP, and at most so many bytes of it, whatever the directory says.

    Raises:
        DamagedZipError: If it is damaged, locked, or packed in another way than `PACKINGS`.
    """
    if entry.compress_type not in PACKINGS:
        raise DamagedZipError(f"{entry.filename} is packed in an unusual way; pack it as an ordinary ZIP.")
    try:
        with archive.open(entry) as file:
            return file.read(most)
    except DAMAGES as error:
        raise DamagedZipError(f"{entry.filename} is damaged or locked in the ZIP; pack it again.") from error
