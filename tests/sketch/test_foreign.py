"""Photographed and scanned drawings: what lies on the sheet and was not drawn is no ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from explorer import sketch
from explorer.images import drawings
from explorer.sketch.foreign import foreign
from explorer.sketch.preparation import look

SIDE = 256
Picture = np.ndarray


def triangle() -> Picture:
    sheet = np.full((SIDE, SIDE), 255, np.uint8)
    cv2.polylines(sheet, [np.array([[128, 50], [210, 200], [46, 200]])], True, 0, 9, cv2.LINE_AA)
    return sheet / np.float32(255)


def smiley() -> Picture:
    return drawings.draw("smiley")[..., 0].copy()


DRAWN = {"triangle": triangle, "smiley": smiley}


def rim(
    picture: Picture, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0, level: float = 0
) -> Picture:
    framed = np.full_like(picture, level)
    inside = np.s_[top : SIDE - bottom, left : SIDE - right]
    framed[inside] = picture[inside]
    return framed


def wedge(picture: Picture) -> Picture:
    """A sheet that was laid on the scanner askew."""
    aslant = np.arange(SIDE) < np.linspace(0, 14, SIDE)[:, np.newaxis]
    return np.where(aslant, np.float32(0.05), picture)


def soft_rim(picture: Picture) -> Picture:
    return picture * np.clip(np.arange(SIDE, dtype=np.float32) / 20, 0, 1)


def shadow(picture: Picture) -> Picture:
    light = np.ones((SIDE, SIDE), np.float32)
    light[150:] = 0.75
    return picture * np.asarray(cv2.GaussianBlur(light, (0, 0), 1.5))


def uneven(picture: Picture) -> Picture:
    return picture * np.linspace(1, 0.4, SIDE, dtype=np.float32)


def ruled(picture: Picture, level: float = 0.75, every: int = 24, thick: int = 2) -> Picture:
    lined = picture.copy()
    for row in range(20, SIDE, every):
        lined[row : row + thick] = np.minimum(lined[row : row + thick], level)
    return lined


def squared(picture: Picture) -> Picture:
    return np.minimum(ruled(picture, every=16), ruled(np.ones_like(picture), every=16).T)


def with_margin(picture: Picture) -> Picture:
    lined = ruled(picture)
    lined[:, 30:32] = np.minimum(lined[:, 30:32], 0.6)
    return lined


SHEETS = {
    "thin rim": lambda picture: rim(picture, left=2),
    "rim of columns 0 to 5": lambda picture: rim(picture, left=6),
    "broad rim": lambda picture: rim(picture, left=16),
    "rim above": lambda picture: rim(picture, top=10),
    "grey rim": lambda picture: rim(picture, right=8, level=0.3),
    "frame": lambda picture: rim(picture, 4, 4, 4, 4),
    "broad frame": lambda picture: rim(picture, 14, 14, 14, 14),
    "askew": wedge,
    "soft rim": soft_rim,
    "shadow": shadow,
    "uneven light": uneven,
    "ruled": ruled,
    "ruled darkly": lambda picture: ruled(picture, 0.55, thick=1),
    "squared": squared,
    "ruled with a margin": with_margin,
}


@pytest.mark.parametrize("negative", [False, True], ids=["on white", "on black"])
@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("name", DRAWN)
def test_what_was_not_drawn_is_not_seen(name: str, sheet: str, negative: bool) -> None:
    """The network sees nearly what it sees of the clean drawing, and says what it is."""
    clean = DRAWN[name]()
    soiled = SHEETS[sheet](clean).astype(np.float32)
    soiled = 1 - soiled if negative else soiled
    seen, expected = look(soiled).seen, look(clean).seen
    assert np.abs(seen - expected).mean() < 0.3 * expected.mean()
    assert sketch.predict(soiled[..., np.newaxis])[0][0] == name


def test_a_triangle_on_a_sheet_with_a_dark_rim_is_no_square() -> None:
    """Columns 0 to 5 are black: exactly what is seen of the sheet without them."""
    soiled = triangle()
    soiled[:, :6] = 0
    np.testing.assert_array_equal(look(soiled).seen, look(triangle()).seen)
    assert sketch.predict(soiled[..., np.newaxis])[0][0] == "triangle"


def test_a_drawing_that_reaches_the_edge_stays() -> None:
    """A face that touches all four edges, and one that goes on beyond them, is whole."""
    for radius in (124, 140):
        sheet = np.full((SIDE, SIDE), 255, np.uint8)
        cv2.circle(sheet, (128, 128), radius, 0, 11, cv2.LINE_AA)
        for x in (90, 166):
            cv2.line(sheet, (x, 90), (x, 120), 0, 11, cv2.LINE_AA)
        assert not foreign(sheet < 128).any()


def test_a_long_stroke_is_no_printed_line() -> None:
    """What ends before the edges was drawn, and so was what is as thick as a pen."""
    sheet = np.zeros((SIDE, SIDE), bool)
    sheet[60:63, 20:230] = sheet[100:111] = True
    assert not foreign(sheet).any()


def test_a_stroke_stays_where_it_crosses_a_printed_line() -> None:
    """Of the line all goes but where the stroke runs across it."""
    sheet = np.zeros((SIDE, SIDE), bool)
    sheet[100:103] = True
    sheet[60:140, 50:60] = True
    found = foreign(sheet)
    assert found[100:103, :48].all()
    assert not found[:, 50:60].any()


def test_an_empty_sheet_has_nothing_foreign() -> None:
    """Nothing is marked on it."""
    assert not foreign(np.zeros((64, 48), bool)).any()
