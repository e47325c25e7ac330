"""Damaged ZIPs: every one is told so, by one error."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from explorer import zips
from explorer.errors import ExplorerError
from explorer.mlp.files import from_npz
from explorer.models.containers import unpacked
from explorer.models.errors import ModelError


def packed(packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A small ZIP with a file, a folder, and a name that is not of ASCII."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr("a/é.txt", b"hello " * 9)
        archive.writestr("b/", b"")
    return file.getvalue()


def damaged(data: bytes) -> list[bytes]:
    """The file with each of its bytes changed in turn, and cut off at each."""
    changed = [
        bytes([*data[:at], value, *data[at + 1 :]])
        for at in range(len(data))
        for value in {0, 255, data[at] ^ 1, data[at] ^ 128} - {data[at]}
    ]
    return changed + [data[:length] for length in range(len(data))]


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_zip_is_one_error_or_can_be_read(packing: int):
    """Whatever byte is changed, and wherever it is cut; what is whole says what is in it."""
    refused = 0
    good = packed(packing)
    for data in [*damaged(good), good]:
        try:
            with warnings.catch_warnings(action="ignore"), zips.opened(data) as archive:
                found = [zips.unpacked(archive, entry, 100) for entry in archive.infolist()]
        except zips.DamagedZipError:
            refused += 1
    assert found == [b"hello " * 9, b""]
    assert refused > len(good)
    with zips.opened(good) as archive:
        assert zips.unpacked(archive, archive.infolist()[0], 3) == b"hel"


def test_what_reads_zips_has_a_sentence_for_each():
    """Models and networks of points; a name that is no text was an error of another kind once."""
    for data in damaged(packed())[::5]:
        with warnings.catch_warnings(action="ignore"):
            with pytest.raises(ModelError, match=r"\.$"):
                unpacked({"a.zip": data})
            with pytest.raises(ExplorerError):
                from_npz(data)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_without_a_bound_are_refused(packing: int):
    """Their libraries unpack a whole block at once, however large."""
    with zips.opened(packed(packing)) as archive, pytest.raises(zips.DamagedZipError, match="unusual way"):
        zips.unpacked(archive, archive.infolist()[0], 100)
