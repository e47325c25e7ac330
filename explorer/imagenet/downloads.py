"""How weights come here: downloaded or handed in, verified, and put in place in one step."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import threading
import uuid
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from explorer.imagenet.engine.opening import read_weights
from explorer.imagenet.networks import Network, published
from explorer.imagenet.weights import WeightsError, home, instructions, md5_of, reason, wrong_hash

TIMEOUT = 20.0  # seconds without a byte after which a download is given up


def download(
    name: str, folder: Path | None = None, *, progress: Callable[[int, int], object] | None = None
) -> Path:
    """Fetch a network's file into a folder, by default `home()`, and verify it.

    What has arrived lies in a `.part` file until the hash is right, so that an interrupted download goes on
    from there. Then it moves to its name in one step, if no file has this name. What has a wrong hash is kept
    aside.

    Args:
        name: A key of `NETWORKS`.
        folder: Where to put the file; made if it does not exist.
        progress: Called with the bytes that have arrived and the bytes in all. An exception of it stops the
            download.

    Returns:
        The path of the file; one that is there already and right is not fetched again.

    Raises:
        NetworkError: If there is no such network.
        WeightsError: If the file cannot be had or put there, or if another file has its name.
    """
    record = published(name)
    folder = Path(folder or home())
    path = folder / record.file
    if record.package:
        raise WeightsError(f"{record.title} is not downloaded. {instructions(name)}")
    with _fetching:
        try:
            if os.path.lexists(path):
                return _there(record, path)
            folder.mkdir(parents=True, exist_ok=True)
            part, expected = _fetch(record, path, progress or (lambda done, total: None))
            md5 = md5_of(part)
            if md5 != (record.md5 or expected or md5):
                aside = path.with_name(f"{path.name}.wrong-{md5}")
                part.replace(aside)
                raise WeightsError(
                    f"What came from {record.url} has the MD5 {md5} and should have "
                    f"{record.md5 or expected}; it was kept aside as {aside}. Try again later."
                )
            return _place(record, part, path)
        except (OSError, HTTPException) as error:
            raise WeightsError(
                f"The weights of {record.title} could not be fetched ({reason(error)}); what has arrived is "
                f"kept. Try again, or by hand: {instructions(name, folder)}"
            ) from error


_fetching = threading.Lock()


def accept(
    name: str,
    source: bytes | os.PathLike[str] | str | BinaryIO,
    folder: Path | None = None,
    *,
    weights: str = "auto",
) -> Path:
    """Put a file that a person hands in where a network's weights are looked for, if it fits.

    Args:
        name: A key of `NETWORKS`.
        source: The bytes of an .h5 file, its path, or a file opened in binary mode; it stays as it is.
        folder: Where to put it, by default `home()`.
        weights: "unverified" takes it whatever its hash.

    Returns:
        The path of the new file, under Keras's name.

    Raises:
        NetworkError: If there is no such network.
        WeightsError: If it does not fit the network, has the wrong hash, or if another file has its name.
    """
    record = published(name)
    folder = Path(folder or home())
    path = folder / record.file
    given = folder / f"{path.stem}.{uuid.uuid4().hex}.h5"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with given.open("xb") as copy:
                if isinstance(source, str | os.PathLike):
                    with open(source, "rb") as file:
                        shutil.copyfileobj(file, copy)
                else:
                    shutil.copyfileobj(io.BytesIO(source) if isinstance(source, bytes) else source, copy)
            wrong = wrong_hash(record, given, md5_of(given))
            if wrong and weights != "unverified":
                raise WeightsError(
                    f"{wrong.replace(str(given), 'The file')} It was not taken; choose {record.file} from "
                    f"{record.url}, or say that it is to be taken all the same."
                )
            read_weights(record, given, "The file")
            return _place(record, given, path)
        finally:
            given.unlink(missing_ok=True)
    except OSError as error:
        raise WeightsError(
            f"The file could not be put into {folder} ({reason(error)}); choose a folder that can be "
            "written, with EXPLORER_WEIGHTS."
        ) from error


def _fetch(record: Network, path: Path, progress: Callable[[int, int], object]) -> tuple[Path, str | None]:
    """Return a complete `.part` file and the MD5 that the server tells, if it tells one."""
    while True:
        part = max(_parts(path), key=lambda part: part.stat().st_size, default=None)
        start = part.stat().st_size if part else 0
        try:
            return _continue(record.url, path, part, start, progress)
        except (OSError, HTTPException) as error:
            if isinstance(error, HTTPError):
                error.close()
            if part and getattr(error, "code", None) == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink()  # longer than the file that is there now
            elif max((part.stat().st_size for part in _parts(path)), default=0) <= start:
                raise  # nothing came


def _parts(path: Path) -> list[Path]:
    return list(path.parent.glob(f"{path.name}.*.part"))


def _continue(
    url: str, path: Path, part: Path | None, start: int, progress: Callable[[int, int], object]
) -> tuple[Path, str | None]:
    """Fetch what is missing after the first `start` bytes of `part`, or all if the file there is another."""
    # Asking for the last byte too tells a file that is complete from one that is not to be had in parts.
    first = max(start - 1, 0)
    request = Request(url, headers={"Range": f"bytes={first}-"} if first else {})
    with urlopen(request, timeout=TIMEOUT) as answer:
        headers = answer.headers
        version = headers.get("ETag") or headers.get("Last-Modified") or ""
        wanted = path.with_name(f"{path.name}.{hashlib.md5(version.encode()).hexdigest()[:8]}.part")
        partial = answer.status == HTTPStatus.PARTIAL_CONTENT
        if partial and (wanted != part or not version):
            answer.close()
            if part:
                part.unlink()  # the beginning of a file that is no longer there
            return _continue(url, path, None, 0, progress)
        done = first if partial else 0
        length = headers.get("Content-Length")
        total = done + int(length) if length else None
        # Another process may be fetching the same: both write the same bytes at the same places.
        with open(wanted, "r+b" if version and wanted.exists() else "wb") as file:
            file.seek(done)
            while chunk := answer.read(2**18):
                file.write(chunk)
                done += len(chunk)
                progress(done, total or done)
        if total and done < total:
            raise ConnectionError(f"the connection ended after {done} of {total} bytes")
        return wanted, _told_md5(headers.get_all("x-goog-hash", []))


def _told_md5(hashes: list[str]) -> str | None:
    """Read the MD5 in Google's header, as in `crc32c=AAAAAA==,md5=1B2M2Y8AsgTpgAmY7PhCfg==`."""
    told = [part.strip()[4:] for part in ",".join(hashes).split(",") if part.strip().startswith("md5=")]
    return base64.b64decode(told[0]).hex() if told else None


def _place(record: Network, part: Path, path: Path) -> Path:
    """Return a complete file its name in one step, unless a file has it."""
    try:
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:  # some disks know no second name for a file
            path.open("xb").close()
            try:
                part.replace(path)
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        _there(record, path, md5_of(part))
    part.unlink(missing_ok=True)
    return path


def _there(record: Network, path: Path, md5: str | None = None) -> Path:
    """Return the path of a file that has this name already, if it is the right one."""
    if (md5 or record.md5) not in (None, md5_of(path)):
        raise WeightsError(
            f"{path} is there already and is another file; it was left as it is. Move it away and try again."
        )
    return path
