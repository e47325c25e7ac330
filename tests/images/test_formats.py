"""The formats that people bring: the picture opens, and each of its parts can be chosen."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer import images
from explorer.images import ImageError, contact_sheet, load, parts, read

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)

# 96 x 64 pixels, the left half white and the right half black, written by libheif 1.20 with x265: no encoder
# comes with the explorer. Its EXIF says 6, which HEIF tells readers to leave alone.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAZdtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAABuwABAAAAAAAAAH4AAgAAAAACOQABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbq"
    "SSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBw"
    "aXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAqm1kYXQAAAB6KAGv"
    "E4B5JSixwe//zRWkqSdf/6QF0nlxfQQbKjMVdnZliXQH4tU9G6MXr9o66UtTNDsXW5vt2npki2VaBRaLmkvHtqBTk4H1dyLmRN4v"
    "tGyY7j54mqIgJ4ABabt3dquaFwuM6Akm7bnETsGwfNTeY+UPRS2kgaH6jbYAAAAGRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYA"
    "AAAAAAA="
)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def halves(left: tuple[int, ...] = WHITE, right: tuple[int, ...] = (0, 0, 0)) -> Image.Image:
    image = Image.new("RGB", (96, 64), right)
    image.paste(left, (0, 0, 48, 64))
    return image


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(halves(), "JPEG"), id="jfif"),
        pytest.param(encoded(halves(), "AVIF"), id="avif"),
        pytest.param(encoded(halves(), "JPEG2000"), id="jp2"),
        pytest.param(encoded(halves(), "JPEG2000", no_jp2=True), id="j2k"),
        pytest.param(HEIC, id="heic"),
        pytest.param(HEIC.replace(b"ftypheic", b"ftypmif1"), id="heif"),
    ],
)
def test_what_telephones_and_browsers_save_opens(data: bytes) -> None:
    """White on the left, black on the right, in every format; no ending is ever looked at."""
    pixels = load(data)
    assert pixels.shape == (64, 96, 3)
    assert pixels[:, :40].min() > 0.98
    assert pixels[:, 56:].max() < 0.02


def heic_turned(quarters: int) -> bytes:
    """The HEIC with a rotation of its own, in quarters of a turn to the left."""
    place = HEIC.index(b"ipma") - 4  # where the list of properties ends, and that of whose they are begins
    end = place + int.from_bytes(HEIC[place : place + 4])
    turn = (9).to_bytes(4) + b"irot" + bytes([quarters])
    data = HEIC[:place] + turn + HEIC[place:end] + b"\x85" + HEIC[end:]  # the fifth property, essential
    data = data.replace(b"\4\x81\2\3\4\x85", b"\5\x81\2\3\4\x85")
    for box, more in ((b"meta", 10), (b"iprp", 10), (b"ipco", 9), (b"ipma", 1)):
        at = data.index(box) - 4
        data = data[:at] + (int.from_bytes(data[at : at + 4]) + more).to_bytes(4) + data[at + 4 :]
    for offset in (0x1BB, 0x239):  # of the picture and of its EXIF
        data = data.replace(offset.to_bytes(4), (offset + 10).to_bytes(4))
    return data


@pytest.mark.parametrize("quarters", range(4))
def test_a_heic_is_turned_by_its_own_rotation_alone(quarters: int) -> None:
    """Whatever its EXIF says: the white half comes to lie below, on the right, above."""
    found = load(heic_turned(quarters))
    expected = np.rot90(load(HEIC), quarters)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, atol=0.02)


FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + np.random.default_rng(0).bytes(300_000)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(FILM, id="film"),
        pytest.param(b"\0" * 4096 + FILM, id="film on a boundary"),
        pytest.param(encoded(halves(RED), "JPEG"), id="gain map"),  # a second picture, for bright screens
        pytest.param(encoded(halves(RED), "JPEG") + FILM, id="both"),
    ],
)
def test_what_a_telephone_hangs_on_a_photograph_is_not_seen(behind: bytes, progressive: bool) -> None:
    """A motion photo is the picture it begins with, upright, and offers nothing to choose from."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(halves(), "JPEG", exif=exif, progressive=progressive)
    np.testing.assert_array_equal(load(data + behind), load(data))
    assert load(data + behind).shape == (96, 64, 3)
    assert parts(data + behind) == ()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_that_also_says_how_it_is_turned_is_turned_once(orientation: int) -> None:
    """It has a rotation of its own beside that of its EXIF, and stands as the same JPEG does."""
    picture = halves(RED)
    picture.paste(BLUE, (60, 30, 96, 64))

    def turned() -> Image.Exif:  # anew each time, for who writes an AVIF takes the tag out
        exif = Image.Exif()
        exif[0x0112] = orientation
        return exif

    data = encoded(picture, "AVIF", exif=turned(), quality=100)
    assert (b"irot" in data) is (orientation not in (1, 2, 4))
    expected = load(encoded(picture, "JPEG", exif=turned(), quality=100))
    found = load(data)
    assert found.shape == expected.shape
    assert np.abs(found - expected).mean() < 0.02


@pytest.mark.parametrize("data", [HEIC[:-20], HEIC[:100], HEIC[:24], encoded(halves(), "AVIF")[:-40]])
def test_a_damaged_telephone_picture_is_said_to_be_one(data: bytes) -> None:
    """Cut anywhere, it gives one sentence."""
    with pytest.raises(ImageError, match=r"is damaged(,| or) cut short"):
        load(data)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\0\0\0\x18ftypmp42", "a video"),
        (b"\x1aE\xdf\xa3", "a video"),
        (b"\0\0\0\x18ftypcrx ", "a camera's raw picture"),
        (b"II*\0\x10\0\0\0CR\x02\0", "a camera's raw picture"),
        (bytes(128) + b"DICM", "a DICOM picture"),
        (b"SIMPLE  =                    T", "a FITS picture"),
        (b"\x93NUMPY\x01\0", "an array of NumPy"),
        (b"\xff\x0a\0\0", "a JPEG XL picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"8BPS\0\x01", "a Photoshop document"),
    ],
)
def test_what_is_not_read_is_named(start: bytes, kind: str) -> None:
    """The sentence says what the file is, and what to choose instead."""
    with pytest.raises(ImageError, match=f"is {kind}.*; choose a PNG, JPEG, WebP, AVIF, HEIC"):
        load(start + bytes(100))


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_every_frame_and_page_can_be_chosen(format: str) -> None:
    """Each part is named, has a thumbnail, and is what was put in."""
    colours = (RED, BLUE, WHITE)
    frames = [Image.new("RGB", (40, 20), colour) for colour in colours]
    options = {"lossless": True} if format == "WEBP" else {"quality": 100} if format == "AVIF" else {}
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], **options)
    found = parts(data, side=16)
    word = "Page" if format == "TIFF" else "Frame"
    assert [part.name for part in found] == [f"{word} 1", f"{word} 2", f"{word} 3"]
    for number, colour in enumerate(colours):
        expected = np.broadcast_to(np.float32(colour) / 255, (20, 40, 3))
        np.testing.assert_allclose(read(data, part=number).image, expected, atol=0.03)
        np.testing.assert_allclose(found[number].thumbnail, expected[:8, :16], atol=0.03)
    with pytest.raises(ImageError, match="fewer than 4 pictures"):
        read(data, part=3)


def test_a_single_picture_has_no_parts() -> None:
    """There is nothing to choose from."""
    assert parts(encoded(halves(), "PNG")) == ()


@pytest.mark.parametrize("part", [-1, 0.5, "1"])
def test_a_part_is_a_whole_number(part: object) -> None:
    """Anything else is refused in a sentence that repeats it."""
    with pytest.raises(ImageError, match=str(part)):
        read(encoded(halves(), "PNG"), part=part)


@pytest.mark.parametrize("format", ["GIF", "PNG"])
def test_no_more_parts_are_offered_than_can_be_shown(format: str) -> None:
    """Of a long animation the first 24 frames, and of a large one fewer, since each is decoded."""
    frames = [Image.new("L", (8, 8), level) for level in range(40)]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    assert len(parts(data)) == images.MAX_PARTS
    large = [Image.new("L", (5000, 5000), level) for level in range(0, 60, 5)]
    data = encoded(large[0], format, save_all=True, append_images=large[1:])
    assert len(parts(data)) == 10


def test_a_damaged_frame_ends_the_list() -> None:
    """What comes before it can still be chosen."""
    frames = [halves(RED), halves(BLUE), halves(WHITE)]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert len(parts(data)) == 3
    assert len(parts(data[:-2000])) == 2


def test_the_contact_sheet_shows_and_numbers_every_part() -> None:
    """Four a row; each thumbnail stands in the middle of its cell under its number."""
    found = [images.FilePart(f"Page {n}", np.full((32, 64, 1), n / 10, np.float32)) for n in range(1, 6)]
    sheet = contact_sheet(found)
    assert sheet.shape == (132, 268, 3)
    for number in range(5):
        row, column = divmod(number, 4)
        middle = sheet[68 * row + 32, 68 * column + 50]
        np.testing.assert_allclose(middle, (number + 1) / 10, atol=0.003)
        corner = sheet[68 * row : 68 * row + 16, 68 * column : 68 * column + 12]
        assert corner.max() > 0.9  # the number, white
        assert corner.min() == 0  # on black
    np.testing.assert_allclose(sheet[100, 100:], 128 / 255, atol=0.01)
