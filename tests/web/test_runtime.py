"""What a web page needs is fetched once, checked, and found again."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from explorer.web import runtime
from explorer.web.runtime import FILES, PACKAGE, WebRuntimeError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package with the three files in it, whose checksum is the known one."""
    monkeypatch.setenv("EXPLORER_WEB_RUNTIME", str(tmp_path / "home"))
    path = tmp_path / "given.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name in (*FILES, "other.js"):
            entry = tarfile.TarInfo(f"package/dist/{name}")
            entry.size = len(name)
            archive.addfile(entry, io.BytesIO(name.encode()))
    digest = hashlib.sha512(path.read_bytes()).digest()
    monkeypatch.setattr(runtime, "SHA512", base64.b64encode(digest).decode())
    return path


def test_a_package_that_was_brought_is_taken(package, tmp_path):
    """Its three files, and nothing else, lie where they are looked for."""
    with pytest.raises(WebRuntimeError, match="not where the explorer runs; fetch it once with python -m"):
        runtime.files()
    assert runtime.fetch(package) == tmp_path / "home"
    assert {name: path.read_text() for name, path in runtime.files().items()} == {
        name: name for name in FILES
    }
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == sorted(FILES)
    runtime.fetch(package)  # once more does no harm


def test_another_file_is_refused(package, tmp_path):
    """A changed byte is told, and nothing is put there."""
    package.write_bytes(package.read_bytes() + b" ")
    with pytest.raises(WebRuntimeError, match=f"and {PACKAGE} has .*; it was not taken. Fetch it anew"):
        runtime.fetch(package)
    assert not (tmp_path / "home").exists()
    with pytest.raises(WebRuntimeError, match=r"cannot be read or put into .*; choose a folder"):
        runtime.fetch(tmp_path / "none.tgz")


def test_npm_fetches_it(package, tmp_path, monkeypatch):
    """It is asked for the one version; where it is missing or fails, that is said with the way out."""
    asked = []

    def npm(command, cwd, **options):
        asked.append(command)
        if package.exists():
            (Path(cwd) / "package.tgz").write_bytes(package.read_bytes())
        return subprocess.CompletedProcess(command, 0 if package.exists() else 1, "", "no\nnetwork")

    monkeypatch.setattr(runtime.subprocess, "run", npm)
    monkeypatch.setattr(runtime.shutil, "which", lambda name: name)
    runtime.fetch()
    assert asked == [["npm", "pack", PACKAGE, "--silent"]]
    package.unlink()
    with pytest.raises(WebRuntimeError, match=r"npm could not fetch \S+ \(no network\); try again"):
        runtime.fetch()
    monkeypatch.setattr(runtime.shutil, "which", lambda name: None)
    with pytest.raises(
        WebRuntimeError, match=r"npm, which comes with Node.js, was not found; install it, or run npm"
    ):
        runtime.fetch()


def test_files_lie_in_the_cache_of_the_user(monkeypatch):
    """Unless a variable names another folder; each version has a folder of its own."""
    monkeypatch.delenv("EXPLORER_WEB_RUNTIME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert runtime.home() == Path("/somewhere/explorer") / PACKAGE
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert runtime.home() == Path.home() / ".cache" / "explorer" / PACKAGE
