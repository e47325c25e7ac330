"""ONNX Runtime Web, which a web page needs to run a network: fetched before class, and kept on this computer.

It is the package `onnxruntime-web` of npm, in one version, whose checksum is known. npm itself fetches it,
from wherever it is set up to; a file that npm fetched on another computer does as well.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from explorer.errors import ExplorerError

VERSION = "1.30.0"
PACKAGE = f"onnxruntime-web@{VERSION}"
SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
"""The SHA-512 of the package's file, as npm writes it."""

FILES = ("ort.wasm.min.js", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
"""What a page needs of it: the program, a part that it loads, and WebAssembly."""

COMMAND = "python -m explorer.transfer web-runtime"

TIMEOUT = 600.0  # seconds that npm has


class WebRuntimeError(ExplorerError):
    """Why ONNX Runtime Web cannot be had, in a sentence for the reader."""


def home() -> Path:
    """Return the folder that the files lie in: `EXPLORER_WEB_RUNTIME`, or one in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    named = os.environ.get("EXPLORER_WEB_RUNTIME") or os.path.join(cache, "explorer", PACKAGE)
    return Path(os.path.expanduser(named))


def files() -> dict[str, Path]:
    """Return the files by their names.

    Raises:
        WebRuntimeError: If they were not fetched yet.
    """
    found = {name: home() / name for name in FILES}
    if not all(path.is_file() for path in found.values()):
        raise WebRuntimeError(
            f"A web page needs ONNX Runtime Web {VERSION}, which is not where the explorer runs; fetch it "
            f"once with {COMMAND}."
        )
    return found


def fetch(package: Path | None = None) -> Path:
    """Put the files where `files` looks for them, and return their folder.

    Args:
        package: The package's file, from npm pack on another computer; without it npm fetches it now.

    Raises:
        WebRuntimeError: If npm is missing or fails, if the file is another one, or if it cannot be kept.
    """
    try:
        return _fetched(package)
    except OSError as error:
        raise WebRuntimeError(
            f"{PACKAGE} cannot be read or put into {home()} ({error.strerror}); choose a folder that can be "
            "written with EXPLORER_WEB_RUNTIME."
        ) from error


def _fetched(package: Path | None) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        data = (package or _packed(Path(folder))).read_bytes()
        digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
        if digest != SHA512:
            raise WebRuntimeError(
                f"The file has the SHA-512 {digest}, and {PACKAGE} has {SHA512}; it was not taken. Fetch it "
                f"anew with npm pack {PACKAGE}."
            )
        path = Path(folder) / "package.tgz"
        path.write_bytes(data)
        target = home()
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(path) as archive:
            for name in FILES:
                part = archive.extractfile(f"package/dist/{name}")
                assert part is not None  # the checksum says so
                # Another process may be doing the same: a file gets its name when it is complete.
                unfinished = target / f"{name}.{os.getpid()}.part"
                with part, unfinished.open("wb") as file:
                    shutil.copyfileobj(part, file)
                unfinished.replace(target / name)
        return target


def _packed(folder: Path) -> Path:
    """Have npm fetch the package's file into a folder."""
    npm = shutil.which("npm")
    if npm is None:
        raise WebRuntimeError(
            f"npm, which comes with Node.js, was not found; install it, or run npm pack {PACKAGE} on another "
            f"computer and give its file to {COMMAND}."
        )
    done = subprocess.run(
        [npm, "pack", PACKAGE, "--silent"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    found = list(folder.glob("*.tgz"))
    if done.returncode or not found:
        said = " ".join(done.stderr.split())[-200:]
        raise WebRuntimeError(
            f"npm could not fetch {PACKAGE} ({said}); try again where the network reaches it."
        )
    return found[0]
