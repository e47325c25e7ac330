"""Photographed and scanned drawings: what lies on the sheet and was not drawn is no ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from explorer import sketch
from explorer.images import drawings
from explorer.sketch.foreign import cover, foreign
from explorer.sketch.preparation import look

SIDE = 256
Picture = np.ndarray


def triangle() -> Picture:
    sheet = np.full((SIDE, SIDE), 255, np.uint8)
    cv2.polylines(sheet, [np.array([[128, 50], [210, 200], [46, 200]])], True, 0, 9, cv2.LINE_AA)
    return sheet / np.float32(255)


def smiley() -> Picture:
    return drawings.draw("smiley")[..., 0].copy()


def star() -> Picture:
    angles = np.radians(-90 + 36 * np.arange(10))
    radius = np.where(np.arange(10) % 2, 43, 86)
    corners = np.stack([128 + radius * np.cos(angles), 132 + radius * np.sin(angles)], axis=1)
    sheet = np.full((SIDE, SIDE), 255, np.uint8)
    cv2.polylines(sheet, [corners.astype(np.int32)], True, 0, 9, cv2.LINE_AA)
    return sheet / np.float32(255)


DRAWN = {"triangle": triangle, "smiley": smiley, "star": star}


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


def deep_shadow(picture: Picture) -> Picture:
    """Of a hand or a head between the lamp and the sheet, over more than a third of it."""
    light = np.where(np.add.outer(np.arange(SIDE), np.arange(SIDE)) > 300, np.float32(0.5), np.float32(1))
    return picture * np.asarray(cv2.GaussianBlur(light, (0, 0), 4))


def uneven(picture: Picture) -> Picture:
    return picture * np.linspace(1, 0.4, SIDE, dtype=np.float32)


def thumb(picture: Picture, place: tuple[int, int], axes: tuple[int, int], level: float = 0.45) -> Picture:
    """What holds the sheet: an ellipse that its edge cuts, soft and not of one level."""
    cover = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(cover, place, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    share = np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.5)) / np.float32(255)
    skin = level + 0.08 * np.sin(np.arange(SIDE, dtype=np.float32) / 9)[:, np.newaxis]
    return picture * (1 - share) + skin * share


def ruled(picture: Picture, level: float = 0.75, every: int = 24, thick: int = 2) -> Picture:
    lined = picture.copy()
    for row in range(20, SIDE, every):
        lined[row : row + thick] = np.minimum(lined[row : row + thick], level)
    return lined


def squared(picture: Picture, level: float = 0.75, thick: int = 2, every: int = 16) -> Picture:
    lines = ruled(np.ones_like(picture), level, every, thick)
    return np.minimum(picture, np.minimum(lines, lines.T))


def with_margin(picture: Picture) -> Picture:
    lined = ruled(picture)
    lined[:, 30:32] = np.minimum(lined[:, 30:32], 0.6)
    return lined


def on_dark_squares(picture: Picture) -> Picture:
    """Light ink on navy paper with lighter lines."""
    lines = squared(np.ones_like(picture)) < 1
    sheet = 0.9 - 0.75 * picture
    return np.where(lines, np.maximum(sheet, 0.35), sheet)


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
    "deep shadow": deep_shadow,
    "thumb": lambda picture: thumb(picture, (0, 190), (26, 35)),
    "thumb in the corner": lambda picture: thumb(picture, (0, SIDE), (45, 45), 0.5),
    "small thumb": lambda picture: thumb(picture, (0, 60), (14, 18), 0.5),
    "two thumbs": lambda picture: thumb(thumb(picture, (0, 190), (26, 35)), (SIDE, 190), (26, 35), 0.6),
    "thumb on a ruled sheet": lambda picture: thumb(ruled(picture), (200, SIDE), (30, 30), 0.35),
    "rim and thumb": lambda picture: rim(thumb(picture, (SIDE, 190), (26, 35)), left=6),
    "uneven light": uneven,
    "ruled": ruled,
    "ruled darkly": lambda picture: ruled(picture, 0.55, thick=1),
    "squared": squared,
    # As far apart as the places at which the paper's level is looked at, or twice or thrice as far.
    "squared finely": lambda picture: squared(picture, 0.7, 1, every=12),
    "squared in uneven light": lambda picture: np.linspace(1, 0.5, SIDE) * squared(picture, 0.7, 1),
    "dark and squared": on_dark_squares,
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


def drawn_thickly(cut: int) -> Picture:
    """A solid shape that the sheet's right edge cuts."""
    sheet = np.full((SIDE, SIDE), 255, np.uint8)
    cv2.circle(sheet, (SIDE - cut, 128), 80, 0, -1, cv2.LINE_AA)
    return sheet / np.float32(255)


@pytest.mark.parametrize("cut", [30, 60, 80])
def test_a_solid_drawing_that_the_edge_cuts_is_no_thumb(cut: int) -> None:
    """Where nothing else is drawn it is the drawing, all of it."""
    differences = 1 - drawn_thickly(cut)
    assert cover(differences, 0.06) is None
    assert look(1 - differences).box[1] == pytest.approx(SIDE - cut - 80, abs=1)


def test_a_broad_pen_that_goes_over_the_edge_is_no_thumb() -> None:
    """However broad it is: what remained of it would be no darker."""
    for pen in (11, 21, 27, 41):
        sheet = np.zeros((SIDE, SIDE), np.float32)
        cv2.line(sheet, (20, 20), (300, 240), 1, pen, cv2.LINE_AA)
        cv2.line(sheet, (20, 240), (240, 20), 1, pen, cv2.LINE_AA)
        assert cover(sheet, 0.06) is None


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
