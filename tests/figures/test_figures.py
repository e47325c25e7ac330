from __future__ import annotations

import base64
import io
import itertools
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from explorer import figures
from explorer.figures import (
    MIME,
    NOT_A_NUMBER,
    ROLES,
    SCALES,
    SERIES,
    SIGNED_COLOURS,
    SIGNED_ON_DARK,
    animation,
)

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
LIGHT, DARK = "#ffffff", "#0e1117"

# Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision deficiency,
# 2009: severity 1, on linear sRGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def linear(levels) -> np.ndarray:
    s = np.asarray(levels, np.float64) / 255
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)


def oklab(light) -> np.ndarray:
    """Linear sRGB (..., 3) to OKLab (..., 3), by Ottosson's forward matrices."""
    to_cone = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return np.cbrt(light @ to_cone.T) @ to_lab.T


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    dim, bright = sorted(float(linear(rgb(c)) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (bright + 0.05) / (dim + 0.05)


# ------------------------------------------------------------------------------------------------- roles


def test_contrast_of_black_on_white_is_21():
    """The yardstick itself: black on white has a contrast of 21 to 1, and a colour on itself 1 to 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_roles_stand_out_from_both_themes(role):
    """A role's colour has a contrast of at least 3 to 1 with its theme's background, the accent 4.5 to 1."""
    least = 4.5 if role.name == "accent" else 3
    assert contrast(role.light, LIGHT) >= least
    assert contrast(role.dark, DARK) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read_in_the_text_shade_of_every_role_and_line(theme):
    """A text shade has a contrast of at least 4.5 to 1 with both grounds that a theme has."""
    with CONFIG.open("rb") as file:
        look = tomllib.load(file)["theme"][theme]
    grounds = (look["backgroundColor"], look["secondaryBackgroundColor"])
    shades = [getattr(role, f"{theme}_text") for role in ROLES.values()]
    shades += figures.series_colours()[f"{theme}_text"]
    assert {shade: ground for shade in shades for ground in grounds if contrast(shade, ground) < 4.5} == {}


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_roles_are_told_apart_by_everyone(theme, vision):
    """Any two roles differ by at least 0.09 in OKLab, in normal, red-blind and green-blind vision."""
    light = linear([rgb(getattr(role, theme)) for role in ROLES.values()]) @ VISIONS[vision].T
    seen = oklab(np.clip(light, 0, 1))
    for (i, one), (j, other) in itertools.combinations(enumerate(ROLES), 2):
        assert np.linalg.norm(seen[i] - seen[j]) >= 0.09, f"{one} and {other}"


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("dark", "ground"), [(False, "#f7f7f7"), (True, "#161616")])
def test_classes_are_told_apart_by_everyone(dark, ground, vision):
    """Any two classes, and each and the ground of the plane, differ by at least 0.14 in OKLab."""
    colours = [*figures.class_colours(6, dark=dark), ground]
    seen = oklab(np.clip(linear([rgb(colour) for colour in colours]) @ VISIONS[vision].T, 0, 1))
    for one, other in itertools.combinations(range(7), 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 0.14, (colours[one], colours[other])


def test_the_roles_are_those_of_every_page():
    """The table has the roles that the pages name, each under its own name, and hands all of them over."""
    assert set(ROLES) == {
        "input",
        "kernel",
        "output",
        "padding",
        "field",
        "positive",
        "negative",
        "accent",
    }
    assert all(key == role.name for key, role in ROLES.items())
    assert figures.role_colours() == {
        r.name: {
            "title": r.title,
            "light": r.light,
            "dark": r.dark,
            "light_text": r.light_text,
            "dark_text": r.dark_text,
        }
        for r in ROLES.values()
    }


def test_lines_of_a_chart_stand_out_from_both_themes():
    """A chart does not know its theme: its lines have a contrast of at least 3 to 1 with either."""
    assert min(contrast(colour, background) for colour in SERIES for background in (LIGHT, DARK)) >= 3


def test_lines_of_a_live_plot_are_seen_on_either_theme():
    """Each colour has a contrast of 3 to 1 on the light theme and of 7 to 1 on the dark one."""
    colours = figures.series_colours()
    assert len(colours["dark"]) == len(colours["light"])
    assert min(contrast(colour, LIGHT) for colour in colours["light"]) >= 3
    assert min(contrast(colour, DARK) for colour in colours["dark"]) >= 7


def test_arrows_as_a_picture_point_where_the_numbers_say():
    """A tip lies as many grid units right of the origin and above it as its numbers say, with its name."""
    svg = figures.arrows_svg({"a": [4, 1], "<b>": [-2, 3]}).decode()
    assert "&lt;b&gt;" in svg
    shafts = re.findall(r'<path d="M([-\d.]+) ([-\d.]+)L', svg)
    assert len(shafts) == 2
    (x, y), other = ((float(left), float(top)) for left, top in shafts)
    assert (x, y) == other  # both start at the origin
    tips = re.findall(r'<polygon points="([-\d.]+) ([-\d.]+) ', svg)
    (ax, ay), (bx, by) = ((float(left) - x, y - float(top)) for left, top in tips)
    unit = ax / 4
    assert ay == pytest.approx(unit, abs=0.1)
    assert (bx, by) == pytest.approx((-2 * unit, 3 * unit), abs=0.2)
    assert all(0 <= float(number) <= 240 for tip in tips for number in tip)
    names = re.findall(
        r'<text x="([-\d.]+)" y="[-\d.]+" font-size="18"', figures.arrows_svg({"long name": [9, 1]}).decode()
    )
    assert float(names[0]) + 5 * len("long name") <= 240  # not cut at the edge


def test_curves_are_drawn_where_their_numbers_are():
    """Worked by hand: x fills the width between the edges, y the height, and a curve breaks at NaN."""
    svg = figures.curves_svg([([0, 1, 2, 4], [0.0, np.nan, 1.0, 2.0])], (0.0, 2.0), dashed=True).decode()
    assert 'd="M8.0 206.0M160.0 107.0L312.0 8.0"' in svg
    assert "stroke-dasharray" in svg
    assert f'stroke="light-dark({SERIES[0]}, ' in svg


# ----------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-2.5, "−2.5"),
        (2 / 3, "0.667"),
        (99.96, "100"),
        (100.4, "100"),
        (1234.5678, "1235"),
        (9999, "9999"),
        (9999.5, "10,000"),
        (0.001, "0.001"),
        (0.0009996, "0.001"),
        (0.00012345, "0.000123"),
        (-123456.0, "−123,456"),
        (1e-9, "≈ 0"),
        (-1e300, "< −10¹⁵"),
        (float("nan"), "not a number"),
        (float("-inf"), "−∞"),
        (np.float32(0.1), "0.1"),
    ],
)
def test_numbers_for_the_screen(x, text):
    """Up to three significant digits, whole parts in full, no idle zeros, no powers, a true minus sign."""
    assert figures.format_number(x) == text


@given(st.floats(-1e300, 1e300) | st.floats(-1e4, 1e4), st.sampled_from([2, 3, 4]))
def test_numbers_keep_their_significant_digits(x, digits):
    """A shown number read back is off by half a unit of its last digit or decimal; no other is nearly 0."""
    text = figures.format_number(x, digits)
    half = 0.5001 * 10.0 ** -(digits + 3)
    if text == "≈ 0":
        assert 0 < abs(x) <= half
    elif "10¹⁵" in text:
        assert abs(x) > 1e15
        assert text.startswith(">") == (x > 0)
    else:
        back = float(text.replace("−", "-").replace(",", ""))
        assert abs(back - x) <= max(abs(x) * 0.5001 * 10.0 ** (1 - digits), half)


@pytest.mark.parametrize("digits", [1, 5])
def test_digits_out_of_range_are_refused(digits):
    """One digit says too little, and five cannot be read from the back row."""
    with pytest.raises(ValueError, match="2, 3 or 4 significant digits"):
        figures.format_number(1.0, digits)


# ------------------------------------------------------------------------------------------------ scales


def test_zero_is_exactly_neutral():
    """Entry 128, which stands for zero, is near-white with equal channels, and the only neutral entry."""
    assert len(SIGNED_COLOURS) == 256
    assert SIGNED_COLOURS[128].tolist() == [247, 247, 247]
    assert np.flatnonzero(np.ptp(SIGNED_COLOURS, axis=1) == 0).tolist() == [128]


GROUNDS = pytest.mark.parametrize(
    ("colours", "away"), [(SIGNED_COLOURS, -1), (SIGNED_ON_DARK, 1)], ids=["light", "dark"]
)


@GROUNDS
def test_lightness_changes_steadily_and_alike_on_both_arms(colours, away):
    """Away from zero each step leaves the ground's lightness, and equal magnitudes are equally light."""
    lightness = oklab(linear(colours[1:]))[:, 0]  # (255,)
    above, below = lightness[127:], lightness[127::-1]
    assert (away * (above[8:] - above[:-8]) > 0).all()
    assert (away * (below[8:] - below[:-8]) > 0).all()
    np.testing.assert_allclose(above, below, atol=0.005)
    # On a projector the strongest values have to stand out from their zero.
    assert abs(above[-1] - above[0]) > 0.45
    assert lightness[127] > 0.95 if away < 0 else lightness[127] < 0.25


@GROUNDS
def test_equal_steps_look_equal(colours, away):
    """From any entry of the signed scale to the eighth after it is the same way in OKLab, within 8 bits."""
    lab = oklab(linear(colours[1:]))
    arms = lab[127:], lab[127::-1]
    steps = np.concatenate([np.linalg.norm(arm[8:] - arm[:-8], axis=1) for arm in arms])
    assert steps.max() / steps.min() < 1.15


def test_negative_is_blue_and_positive_orange():
    """Below zero blue is the strongest channel and red the weakest; above zero it is the other way round."""
    red, green, blue = SIGNED_COLOURS[[1, 255]].T.astype(int)
    assert red[0] < green[0] < blue[0]
    assert red[1] > green[1] > blue[1]


@pytest.mark.parametrize("vision", VISIONS)
def test_greater_magnitudes_are_lighter_in_every_vision(vision):
    """The scale of magnitudes goes up in lightness from entry to entry, by as much everywhere."""
    lab = oklab(np.clip(linear(figures.MAGNITUDE_COLOURS) @ VISIONS[vision].T, 0, 1))
    steps = lab[8:, 0] - lab[:-8, 0]
    assert steps.min() > 0.008
    assert steps.max() / steps.min() < 3.5


@GROUNDS
@pytest.mark.parametrize("vision", VISIONS)
def test_the_arms_differ_in_every_vision(vision, colours, away):
    """From a quarter of the way on, equal magnitudes of opposite sign differ by at least 0.05 in OKLab."""
    lab = oklab(np.clip(linear(colours) @ VISIONS[vision].T, 0, 1))
    apart = np.linalg.norm(lab[128 + 32 :] - lab[128 - 32 : 0 : -1], axis=1)
    assert apart.min() >= 0.05


@GROUNDS
def test_no_scale_contains_the_colour_of_nan(colours, away):
    """Magenta is neither grey nor near any colour of the signed scale."""
    assert np.abs(colours.astype(int) - NOT_A_NUMBER).max(axis=1).min() > 100


def test_scales_describe_themselves():
    """Each scale has its own name, a title and one sentence."""
    assert list(SCALES) == ["signed", "unit", "stretched"]
    for key, scale in SCALES.items():
        assert scale.name == key
        assert scale.title
        assert scale.why.endswith(".")
        assert ". " not in scale.why


@pytest.mark.parametrize(
    ("values", "scale", "expected"),
    [
        ([[-3.0, 1.0]], "signed", (-3.0, 3.0)),
        ([[1.0, 2.0]], "signed", (-2.0, 2.0)),
        ([[0.0, 0.0]], "signed", (0.0, 0.0)),
        ([[-3.0, 1.0]], "unit", (0.0, 1.0)),
        ([[-3.0, 1.0]], "stretched", (-3.0, 1.0)),
        ([[np.nan, -3.0, np.inf, 1.0, -np.inf]], "stretched", (-3.0, 1.0)),
        ([[np.nan, -3.0, np.inf, 1.0]], "signed", (-3.0, 3.0)),
        ([[np.nan, np.nan]], "stretched", (0.0, 0.0)),
    ],
)
def test_limits_by_hand(values, scale, expected):
    """signed: -m and m; unit: 0 and 1; stretched: min and max; NaN and infinities are left out."""
    assert figures.limits(values, scale) == expected
    painted = figures.paint(values, scale)
    assert (painted.low, painted.high) == expected


# ----------------------------------------------------------------------------------------------- painting

maps = hnp.arrays(
    np.float32,
    st.one_of(
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
        st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from([1, 3])),
    ),
    elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
)
ordinary = st.floats(-4, 4, width=32)


@given(values=maps)
def test_usual_limits_leave_at_least_99_of_100_values_inside(values):
    """The ends have few digits and are as near as they can be for 99 % to lie inside; unit stays."""
    for scale in ("signed", "stretched"):
        low, high = figures.usual_limits(values, scale)
        least, most = figures.limits(values, scale)
        spare = 0.01 * (high - low)
        assert least - spare <= low <= high <= most + spare
        assert ((values >= low) & (values <= high)).mean() >= 0.99
        if low - spare > least and high + spare < most and scale == "signed":
            assert (np.abs(values) >= high - spare).mean() > 0.01
        if 0 < high - low < 1e37:
            assert len(f"{(high - low) / 10 ** np.floor(np.log10(high - low)):.9g}") <= 4
            assert figures.paint(values, scale, limits=(low, high)).high == high
    assert figures.usual_limits(values, "unit") == (0.0, 1.0)


def test_usual_limits_of_a_map_of_a_few_strong_cells_are_its_limits():
    """Where 99 % of the values are one, the rest is what there is to see; NaN and infinities do not count."""
    values = np.zeros((20, 20), np.float32)
    values[0, :2] = 5, -7
    assert figures.usual_limits(values, "signed") == (-7, 7)
    assert figures.usual_limits(values, "stretched") == (-7, 5)
    values[:] = np.arange(400).reshape(20, 20)
    values[0, 0], values[1, 1] = np.nan, np.inf
    assert figures.usual_limits(values, "signed") == (-396.0, 396.0)
    assert figures.usual_limits(np.full((2, 2), np.nan), "signed") == (0.0, 0.0)


def expected_levels(values: np.ndarray, low: float, high: float, scale: str) -> np.ndarray:
    """The exact level, not yet rounded, of each value: the obvious formula in float64."""
    v = np.clip(values.astype(np.float64), low, high)
    if low == high:
        return np.full(v.shape, 128.0)
    if scale == "signed" and (v.ndim == 2 or v.shape[2] == 1):
        return 128 + 127 * (v / high)
    if scale == "signed":
        return 255 * (0.5 + 0.5 * (v / high))
    return 255 * ((v - low) / (high - low))


def read_levels(painted: figures.Painted, values: np.ndarray, scale: str) -> np.ndarray:
    """The level of each value as found in the picture: entries of the scale are looked up in reverse."""
    if scale == "signed" and (values.ndim == 2 or values.shape[2] == 1):
        entry = {tuple(colour): i for i, colour in enumerate(SIGNED_COLOURS.tolist()) if i}
        assert len(entry) == 255
        return np.array([[entry[tuple(p)] for p in row] for row in painted.pixels.tolist()])
    return painted.pixels.astype(int)


@pytest.mark.parametrize("scale", SCALES)
@given(values=maps)
@example(values=np.array([[3e38, -3e38]], np.float32))
@example(values=np.array([[1e-45, 3e-45]], np.float32))
@example(values=np.array([[1000, 1000.0001, 1000.0002]], np.float32))
def test_paint_is_the_obvious_formula(scale, values):
    """Every pixel is the level nearest to the formula's, whatever the magnitude, for grey and for colour."""
    painted = figures.paint(values, scale)
    exact = expected_levels(values, painted.low, painted.high, scale)
    found = read_levels(painted, values, scale).reshape(exact.shape)
    assert np.abs(found - exact).max() <= 0.5 + 1e-3
    assert painted.pixels.dtype == np.uint8
    assert painted.nan == 0


@pytest.mark.parametrize("scale", SCALES)
@given(
    values=hnp.arrays(
        np.float32, st.tuples(st.just(4), st.just(3), st.sampled_from([1, 3])), elements=ordinary
    ),
    ends=st.tuples(ordinary, ordinary).map(sorted),
)
def test_fixed_limits_clip_and_say_so(scale, values, ends):
    """With given limits the formula holds on the clipped values, and the share outside is counted."""
    painted = figures.paint(values, scale, limits=tuple(ends))
    low, high = (-max(map(abs, ends)), max(map(abs, ends))) if scale == "signed" else ends
    assert (painted.low, painted.high) == (low, high)
    exact = expected_levels(values, low, high, scale)
    found = read_levels(painted, values, scale).reshape(exact.shape)
    assert np.abs(found - exact).max() <= 0.5 + 1e-3
    assert painted.clipped == ((values < low) | (values > high)).mean()


@pytest.mark.parametrize("shape", [(16, 16), (16, 16, 1), (8, 16, 3)])
def test_eight_bit_pictures_come_back_exactly(shape):
    """Whole levels over 255 are painted as exactly those levels on the unit scale."""
    levels = np.arange(np.prod(shape)).reshape(shape) % 256
    painted = figures.paint(levels.astype(np.float32) / np.float32(255), "unit")
    assert painted.pixels.shape == (shape if shape[-1] == 3 else shape[:2])
    np.testing.assert_array_equal(painted.pixels, levels.reshape(painted.pixels.shape))
    assert painted.clipped == 0
    assert painted.remark == ""


def test_signed_by_hand():
    """-m, 0 and m of one channel take the first, the neutral and the last colour of the scale."""
    painted = figures.paint(np.array([[-2.0, 0.0, 1.0, 2.0]], np.float32), "signed")
    np.testing.assert_array_equal(
        painted.pixels[0], SIGNED_COLOURS[[1, 128, 192, 255]]
    )  # 128 + 63.5 rounds to even


def test_signed_colour_pictures_have_zero_at_mid_grey():
    """In a colour picture each signed channel runs from 0 at -m over mid-grey at zero to 255 at m."""
    painted = figures.paint(np.array([[[-2.0, 0.0, 2.0]]], np.float32), "signed")
    assert painted.pixels.tolist() == [[[0, 128, 255]]]


def test_clipped_share_by_hand():
    """Of four values, one below 0 and one above 1, a half is clipped on the unit scale: black and white."""
    painted = figures.paint(np.array([[-0.5, 0.0], [1.0, 7.0]]), "unit")
    assert painted.pixels.tolist() == [[0, 0], [255, 255]]
    assert painted.clipped == 0.5
    assert type(painted.clipped) is float
    assert painted.remark == "50.0\u00a0% of the values lie outside 0 to 1."


@pytest.mark.parametrize("scale", ["signed", "stretched"])
def test_clipping_to_the_last_float_is_counted(scale):
    """A value one float32 step beyond a fixed limit counts as clipped, and the limit itself does not."""
    limit = np.float32(0.1)
    beyond = np.nextafter(limit, np.float32(1))
    painted = figures.paint(np.array([[limit, beyond]]), scale, limits=(-0.1, 0.1))
    assert painted.clipped == 0.5


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("channels", [None, 1, 3])
def test_nan_is_magenta_and_counted(scale, channels):
    """A pixel with a NaN is magenta, whatever the scale; the others are painted as without it."""
    values = np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)
    if channels:
        values = np.repeat(values[..., None], channels, axis=2)
    whole = figures.paint(values, scale, limits=(0, 1)).pixels
    values[1, 0] = np.nan
    painted = figures.paint(values, scale, limits=(0, 1))
    assert painted.nan == (channels or 1)
    assert painted.clipped == 0
    assert painted.pixels.shape == (2, 3, 3)
    assert tuple(painted.pixels[1, 0]) == NOT_A_NUMBER
    others = np.ones((2, 3), bool)
    others[1, 0] = False
    grey_or_colour = whole if whole.ndim == 3 else np.repeat(whole[..., None], 3, axis=2)
    np.testing.assert_array_equal(painted.pixels[others], grey_or_colour[others])
    assert "not a number (NaN) and painted magenta" in painted.remark


def test_one_nan_channel_is_enough():
    """In a colour picture a NaN in one channel marks the pixel and counts as one value."""
    values = np.zeros((1, 2, 3), np.float32)
    values[0, 1, 2] = np.nan
    painted = figures.paint(values, "unit")
    assert painted.nan == 1
    assert painted.pixels.tolist() == [[[0, 0, 0], list(NOT_A_NUMBER)]]
    assert painted.remark == "1 value is not a number (NaN) and painted magenta."


def test_infinities_are_clipped_to_the_ends():
    """Infinite values take the colours of the ends of the finite ones, and count as clipped."""
    painted = figures.paint(np.array([[-np.inf, 1.0, 2.0, 3.0, np.inf]]), "stretched")
    assert painted.pixels.tolist() == [[0, 0, 128, 255, 255]]
    assert painted.clipped == 0.4


def test_values_beyond_float32_are_infinite():
    """A float64 value that float32 cannot hold is clipped like an infinity, without a warning."""
    assert figures.paint(np.array([[0.0, 1.0, 1e300]]), "stretched").pixels.tolist() == [[0, 255, 255]]


def test_a_constant_map_is_mid_grey_and_said_so():
    """There is nothing to stretch in a constant map: it is mid-grey, and the remark names its value."""
    painted = figures.paint(np.full((2, 2), 3.0), "stretched")
    assert painted.pixels.tolist() == [[128, 128], [128, 128]]
    assert painted.remark == "The scale holds one value, 3, so the map has the scale's middle colour."


def test_a_map_of_zeros_is_neutral():
    """On the signed scale a map of zeros is neutral all over, and no limit is a negative zero."""
    painted = figures.paint(np.zeros((2, 2)), "signed")
    assert (painted.pixels == 247).all()
    assert [str(v) for v in (painted.low, painted.high)] == ["0.0", "0.0"]


@pytest.mark.parametrize("scale", SCALES)
def test_painting_leaves_its_input_alone(scale):
    """A read-only array and a view that is not contiguous are painted, and nothing is written to them."""
    values = np.linspace(-2, 2, 60, dtype=np.float32).reshape(4, 5, 3)
    values.flags.writeable = False
    view = values[::-1, ::2]
    assert not view.flags.c_contiguous
    kept = values.copy()
    np.testing.assert_array_equal(
        figures.paint(view, scale, limits=(-1, 1)).pixels,
        figures.paint(view.copy(), scale, limits=(-1, 1)).pixels,
    )
    np.testing.assert_array_equal(values, kept)


@pytest.mark.parametrize(
    "values", [np.zeros((0, 3)), np.zeros(3), np.zeros((2, 2, 2)), np.zeros((1, 2, 2, 3))]
)
def test_other_shapes_are_refused(values):
    """An array that is no map gets a sentence that names its shape and says what to do."""
    with pytest.raises(ValueError, match=r"has the shape \(.*one at a time or as a mosaic"):
        figures.paint(values, "unit")


def test_other_numbers_are_refused():
    """Complex numbers have no place on a scale."""
    with pytest.raises(ValueError, match="real numbers, but this array holds complex128"):
        figures.paint(np.zeros((2, 2), complex), "unit")


@pytest.mark.parametrize("call", [figures.paint, figures.limits])
def test_unknown_scales_are_refused(call):
    """An unknown scale gets a sentence that names the known ones."""
    with pytest.raises(ValueError, match="no scale called 'jet'; choose one of signed, unit, stretched"):
        call(np.zeros((2, 2)), "jet")


@pytest.mark.parametrize("ends", [(1, 0), (np.nan, 1), (0, np.inf)])
def test_impossible_limits_are_refused(ends):
    """Limits in the wrong order or not finite get a sentence."""
    with pytest.raises(ValueError, match="two finite numbers, the lower one first"):
        figures.paint(np.zeros((2, 2)), "unit", limits=ends)


# ------------------------------------------------------------------------------------------------- legend


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("steps", [2, 5, 8])
def test_the_legend_has_the_colours_of_the_picture(scale, steps, channels):
    """Each stop's colour is the one that a pixel of its value has in a picture with the same limits."""
    stops = figures.legend(scale, -0.7, 0.4, steps, channels=channels)
    for value, colour in stops:
        pixel = figures.paint(np.full((1, 1, channels), value), scale, limits=(-0.7, 0.4)).pixels.ravel()
        assert rgb(colour) == (pixel.tolist() if pixel.size == 3 else pixel.tolist() * 3)


@pytest.mark.parametrize("steps", range(2, 12))
def test_the_signed_legend_has_a_stop_at_zero(steps):
    """Zero is among the stops of the signed scale, in the middle, and neutral; the ends are -m and m."""
    stops = figures.legend("signed", -0.3, 0.1, steps)
    m = float(np.float32(0.3))
    assert stops[len(stops) // 2] == (0.0, "#f7f7f7")
    assert (stops[0][0], stops[-1][0]) == (-m, m)
    assert len(stops) in (steps, steps + 1)


def test_the_legend_of_one_value_has_one_stop():
    """A constant map's stretched legend is its value in mid-grey."""
    assert figures.legend("stretched", 3, 3) == [(3.0, "#808080")]


def test_a_legend_of_one_step_is_refused():
    """A legend has two ends."""
    with pytest.raises(ValueError, match="at least 2 steps, not 1"):
        figures.legend("unit", 0, 1, 1)


# -------------------------------------------------------------------------------------------------- files

pictures = hnp.arrays(
    np.uint8,
    st.one_of(
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=9),
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)),
    ),
)


@given(pictures)
def test_png_is_exact(pixels):
    """A PNG, read by Pillow, has every pixel as it was, red first."""
    back = np.asarray(Image.open(io.BytesIO(figures.encode(pixels, "png"))))
    np.testing.assert_array_equal(back, pixels)


@pytest.mark.parametrize("format", ["jpeg", "webp"])
@pytest.mark.parametrize("shape", [(32, 48), (32, 48, 3)])
def test_lossy_files_are_close(format, shape):
    """JPEG and WebP of a smooth picture differ by a few levels from it, with the channels in their places."""
    row, column = np.mgrid[0:32, 0:48]
    smooth = np.stack([4 * column, 6 * row, 255 - 4 * column], axis=2).astype(np.uint8)
    pixels = smooth if len(shape) == 3 else smooth[..., 0]
    image = Image.open(io.BytesIO(figures.encode(pixels, format)))
    assert image.format.lower() == format
    assert Image.MIME[image.format] == MIME[format]
    back = np.asarray(image if len(shape) == 3 else image.convert("L"))
    assert np.abs(back.astype(int) - pixels).mean() < 3


def test_jpeg_keeps_thin_coloured_lines():
    """One column of orange in blue keeps its colour in a JPEG: colour has the full resolution."""
    pixels = np.empty((32, 32, 3), np.uint8)
    pixels[:] = SIGNED_COLOURS[1]
    pixels[:, 16] = SIGNED_COLOURS[255]
    back = np.asarray(Image.open(io.BytesIO(figures.encode(pixels, "jpeg", 95)))).astype(int)
    assert np.abs(back[:, 16] - SIGNED_COLOURS[255]).max() < 40


def test_less_quality_is_a_smaller_file():
    """Quality reaches the encoder: a JPEG of quality 30 is smaller than one of 95."""
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for format in ("jpeg", "webp"):
        assert len(figures.encode(pixels, format, 30)) < len(figures.encode(pixels, format, 95))


@given(pictures)
def test_a_moving_picture_is_small_and_of_the_kind_that_it_says(pixels):
    """Whatever is chosen, Pillow reads that kind, of the same size."""
    kind, data = figures.encode_moving(pixels)
    image = Image.open(io.BytesIO(data))
    assert image.format.lower() == kind
    assert (image.height, image.width) == pixels.shape[:2]


def test_a_moving_picture_of_two_colours_is_exact_and_smaller_than_a_jpeg():
    """Noise in black and white is sent as it is, in less than a JPEG takes; a gradient goes as a JPEG."""
    noise = np.random.default_rng(0).integers(0, 2, (96, 96, 1), np.uint8).repeat(3, axis=2) * 255
    kind, data = figures.encode_moving(noise)
    assert kind == "png"
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), noise)
    assert len(data) < len(figures.encode(noise, "jpeg", 75))
    gradient = np.arange(96, dtype=np.uint8)[:, np.newaxis].repeat(96, axis=1)
    assert figures.encode_moving(gradient)[0] == "jpeg"


@given(pictures, st.integers(0, 100))
def test_a_picture_that_is_seen_small_is_shrunk_to_what_is_seen(pixels, longest):
    """It keeps its proportions and its range; what is seen large, or who knows how large, stays as it is."""
    seen = figures.as_seen(pixels, longest)
    side = max(pixels.shape[:2])
    if longest == 0 or longest >= 0.75 * side:
        assert seen is pixels
        return
    assert max(seen.shape[:2]) == longest
    assert (seen.shape[2:], seen.dtype) == (pixels.shape[2:], np.uint8)
    for length, before in zip(seen.shape, pixels.shape[:2], strict=False):
        assert abs(length - before * longest / side) <= 1
    assert pixels.min() <= seen.min() <= seen.max() <= pixels.max()


def test_half_of_a_picture_is_what_lies_between_its_pixels():
    """At half the size each pixel is the middle of two by two, as interpolation has it."""
    pixels = np.array([[0, 2, 8, 8], [4, 6, 8, 8]], np.uint8)
    np.testing.assert_array_equal(figures.as_seen(pixels, 2), [[3, 8]])


def test_a_data_uri_holds_the_file():
    """After the comma the address is the file in base 64."""
    head, _, body = figures.data_uri(b"\x00\xff", MIME["png"]).partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == b"\x00\xff"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((2, 2), np.float32),), "uint8 array .* but this is float32"),
        ((np.zeros((2, 2, 4), np.uint8),), r"but this is uint8 of shape \(2, 2, 4\)"),
        ((np.zeros((2, 2), np.uint8), "tiff"), "png, jpeg, webp, not as 'tiff'"),
        ((np.zeros((2, 2), np.uint8), "jpeg", 101), "0 to 100, not 101"),
        ((np.zeros((1, 70000), np.uint8), "jpeg"), "1 by 70000 pixels is too large for jpeg"),
    ],
)
def test_what_cannot_be_encoded_is_refused(arguments, message):
    """Pixels, format or quality that cannot be used get a sentence."""
    with pytest.raises(ValueError, match=message):
        figures.encode(*arguments)


@given(pictures, st.integers(1, 5))
def test_enlarging_repeats_pixels(pixels, factor):
    """Pixel (i, j) of the enlarged picture is pixel (i // factor, j // factor) of the picture."""
    rows, columns = (np.arange(n * factor) // factor for n in pixels.shape[:2])
    np.testing.assert_array_equal(figures.enlarge(pixels, factor), pixels[np.ix_(rows, columns)])


@pytest.mark.parametrize("factor", [0, 9])
def test_enlarging_is_bounded(factor):
    """A factor of 0, or one that makes a side longer than 8192, gets a sentence with the possible ones."""
    with pytest.raises(ValueError, match=f"1 to 8 times, not {factor} times"):
        figures.enlarge(np.zeros((2, 1000), np.uint8), factor)


@given(
    count=st.integers(1, 9),
    size=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    columns=st.none() | st.integers(1, 12),
    gap=st.integers(0, 3),
)
def test_every_tile_is_in_its_place(count, size, columns, gap):
    """Tiles stand row by row, unchanged, and all the rest of the mosaic is background."""
    tiles = [np.full(size, 10 + k, np.uint8) for k in range(count)]
    whole = figures.mosaic(tiles, columns, gap, background=(1, 2, 3))
    across = (whole.shape[1] + gap) // (size[1] + gap)
    if columns is not None:
        assert across == min(columns, count)
    seen = np.zeros(whole.shape[:2], bool)
    for k in range(count):
        top, left = (k // across) * (size[0] + gap), (k % across) * (size[1] + gap)
        place = np.s_[top : top + size[0], left : left + size[1]]
        assert (whole[place] == 10 + k).all()
        seen[place] = True
    assert seen.sum() == count * size[0] * size[1]
    assert (whole[~seen] == (1, 2, 3)).all()


def test_a_mosaic_is_about_square():
    """32 square maps stand in 6 columns and 6 rows; 4 maps twice as wide as high in 2 columns."""
    assert figures.mosaic([np.zeros((5, 5), np.uint8)] * 32, gap=0).shape == (30, 30, 3)
    assert figures.mosaic([np.zeros((5, 10), np.uint8)] * 4, gap=0).shape == (10, 20, 3)


def test_a_mosaic_keeps_colours():
    """Grey and colour tiles may stand side by side."""
    grey, colour = np.full((1, 1), 9, np.uint8), np.array([[[1, 2, 3]]], np.uint8)
    assert figures.mosaic([grey, colour], columns=2, gap=0).tolist() == [[[9, 9, 9], [1, 2, 3]]]


@pytest.mark.parametrize(
    ("tiles", "options", "message"),
    [
        ([], {}, "at least one picture"),
        ([np.zeros((1, 1), np.uint8), np.zeros((1, 2), np.uint8)], {}, r"have 2: \[\(1, 1\), \(1, 2\)\]"),
        ([np.zeros((1, 1), np.uint8)], {"columns": 0}, "not columns=0"),
        ([np.zeros((1, 1), np.uint8)], {"gap": -1}, "gap=-1"),
        ([np.zeros((100, 1), np.uint8)] * 100, {"columns": 1}, "10198 by 1 pixels is too large"),
    ],
)
def test_what_is_no_mosaic_is_refused(tiles, options, message):
    """No tiles, tiles of several sizes, no columns or too many pixels get a sentence."""
    with pytest.raises(ValueError, match=message):
        figures.mosaic(tiles, **options)


# ------------------------------------------------------------------------------------------------- charts


def test_importing_figures_does_not_import_plotly():
    """The module is cheap to import: plotly comes with the first chart, Pillow with the first animation."""
    code = "import sys, explorer.figures; print([m for m in ('plotly', 'PIL') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_histograms_share_their_bins():
    """All outlines stand on the same bins over all finite values, start and end at zero, and sum to 1."""
    arrays = {"A": np.array([0.0, 1.0, 4.0]), "B": np.array([[2.0, np.nan], [np.inf, 2.5]])}
    figure = figures.overlaid_histograms(arrays, bins=4)
    assert [line.name for line in figure.data] == ["A", "B"]
    for line, share in zip(figure.data, ([1 / 3, 1 / 3, 0, 1 / 3], [0, 0, 1, 0]), strict=True):
        np.testing.assert_allclose(line.x, [-0.5, 0.5, 1.5, 2.5, 3.5, 4.5])
        np.testing.assert_allclose(line.y, [0, *share, 0])
        assert line.line.shape == "hvh"


def test_histograms_can_be_read_by_everyone():
    """Every text is at least 16 pixels high, the background is transparent, and no two lines look alike."""
    figure = figures.overlaid_histograms({name: [0.0, 1.0] for name in "ABCD"})
    layout = figure.layout
    sizes = [layout.font.size, layout.legend.font.size, layout.hoverlabel.font.size]
    sizes += [
        size for axis in (layout.xaxis, layout.yaxis) for size in (axis.tickfont.size, axis.title.font.size)
    ]
    assert min(sizes) >= 16
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
    assert [line.line.color for line in figure.data] == list(SERIES)
    assert len({line.line.dash for line in figure.data}) == 4
    text = layout.template.layout.font.color
    assert min(contrast(text, LIGHT), contrast(text, DARK)) >= 4


@pytest.mark.parametrize("value", [0.0, 5.0, 1e-40, -3e38])
def test_a_constant_array_has_a_histogram(value):
    """All the values of a constant array are in one bin."""
    (line,) = figures.overlaid_histograms({"map": np.full((3, 3), value, np.float32)}).data
    assert sorted(line.y)[-2:] == [0, 1]


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ({}, {}, "Between 1 and 4 histograms .* 0 were given"),
        ({name: [1.0] for name in "ABCDE"}, {}, "5 were given"),
        ({"map": [np.nan]}, {}, "'map' holds no finite number"),
        ({"map": []}, {}, "'map' holds no finite number"),
        ({"map": [1.0]}, {"bins": 1}, "at least 2 bins, not 1"),
    ],
)
def test_what_cannot_be_counted_is_refused(arrays, options, message):
    """No arrays, too many, empty ones or too few bins get a sentence."""
    with pytest.raises(ValueError, match=message):
        figures.overlaid_histograms(arrays, **options)


# -------------------------------------------------------------------------------------------------- films


def read_animation(animation: bytes) -> tuple[np.ndarray, list[int]]:
    """The frames (n, height, width, 3) and how many milliseconds each is shown."""
    image = Image.open(io.BytesIO(animation))
    frames, shown = [], []
    for k in range(image.n_frames):
        image.seek(k)
        frames.append(np.asarray(image.convert("RGB")))
        shown.append(image.info["duration"])
    return np.stack(frames), shown


def axis_taps(outputs: int, kernel_size: int, strides: int, before: int, dilation_rate: int) -> np.ndarray:
    """(outputs, kernel_size) coordinates that a window reads along one axis of the unpadded picture."""
    return np.arange(outputs)[:, None] * strides - before + dilation_rate * np.arange(kernel_size)


# (H, W), per axis (outputs, kernel size, stride, padding before, dilation), cell
FILMS = {
    "valid": ((4, 5), (3, 2, 1, 0, 1), (3, 3, 1, 0, 1), 12),
    "same": ((4, 4), (4, 3, 1, 1, 1), (4, 3, 1, 1, 1), 10),
    "even kernel, padded at the bottom right": ((3, 4), (3, 2, 1, 0, 1), (4, 2, 1, 0, 1), 9),
    "stride that does not divide, lopsided padding": ((5, 7), (3, 3, 2, 1, 1), (2, 4, 3, 2, 1), 8),
    "dilation": ((6, 6), (4, 2, 1, 1, 3), (3, 2, 2, 0, 2), 5),
    "one by one": ((1, 1), (1, 1, 1, 0, 1), (1, 1, 1, 0, 1), 4),
    "window beyond the picture": ((1, 2), (1, 3, 1, 4, 1), (2, 1, 3, 0, 1), 6),
}


@given(
    size=st.integers(1, 300),
    kernel=st.integers(1, 15),
    stride=st.integers(1, 9),
    dilation=st.integers(1, 6),
    pad=st.integers(0, 6),
    place=st.integers(0, 10**6),
)
def test_an_excerpt_reads_what_the_whole_reads(size, kernel, stride, dilation, pad, place):
    """Each cell of the part reads what it reads in the whole, padding where that is padding."""
    starts = np.arange(-pad, size + pad - dilation * (kernel - 1), stride)
    positions = starts[:, None] + dilation * np.arange(kernel)
    assume(len(positions) > 0)
    middle = place % len(positions)
    part = figures.excerpt((size, size), (positions, positions), (middle, 0))
    for lines, cells, taps in zip(part.picture, part.result, part.taps, strict=True):
        assert (taps + lines.start == positions[cells]).all()
        read = positions[cells]
        pixels = read[(read >= 0) & (read < size)]
        assert ((pixels >= lines.start) & (pixels < lines.stop)).all()
        assert lines.start == 0 or read.min() >= 0
        assert lines.stop == size or read.max() < size
        count = cells.stop - cells.start
        assert count <= figures.EXCERPT_SIDE
        assert lines.stop - lines.start <= figures.MAX_ANIMATED_SIDE or count == 1
    assert part.result[0].start <= middle < part.result[0].stop


@pytest.mark.parametrize("case", FILMS.values(), ids=FILMS)
@pytest.mark.parametrize("colour", [False, True])
def test_every_frame_shows_its_taps(case, colour):
    """In frame k the outlined input cells are exactly those that output k reads, and output k is outlined.

    Outputs 0 to k are uncovered in the result's colours, later ones are not; inputs have the picture's.
    """
    (height, width), row_case, column_case, cell = case
    rows, columns = axis_taps(*row_case), axis_taps(*column_case)
    # Colours that no role has, all different.
    picture = (np.arange(height * width) + 1).astype(np.uint8).reshape(height, width)
    result = (200 - np.arange(len(rows) * len(columns))).astype(np.uint8).reshape(len(rows), len(columns))
    if colour:
        picture, result = (np.stack([p, 0 * p, p // 2], axis=2) for p in (picture, result))
    frames, _ = read_animation(figures.sliding_window_gif(picture, result, (rows, columns), cell=cell))
    assert len(frames) == len(rows) * len(columns)

    top, left = max(0, -rows.min()), max(0, -columns.min())
    bottom, right = max(0, rows.max() + 1 - height), max(0, columns.max() + 1 - width)
    lines, places = max(top + height + bottom, len(rows)) + 2, left + width + right + 4 + len(columns)
    assert frames.shape[1:3] == (lines * cell, places * cell)

    field, output, padding = (rgb(ROLES[name].light) for name in ("field", "output", "padding"))
    for k, frame in enumerate(frames):
        corner, middle = frame[::cell, ::cell], frame[cell // 2 :: cell, cell // 2 :: cell]
        outlined = np.argwhere((corner == field).all(axis=2)) - [1 + top, 1 + left]
        expected = itertools.product(rows[k // len(columns)], columns[k % len(columns)])
        assert sorted(map(tuple, outlined.tolist())) == sorted((int(r), int(c)) for r, c in expected)

        start = np.array([1, 3 + left + width + right])
        made = np.argwhere((corner == output).all(axis=2)) - start
        assert made.tolist() == [[k // len(columns), k % len(columns)]]

        def grey_or_colour(pixels):
            return pixels if colour else np.repeat(pixels[..., None], 3, axis=2)

        inside = middle[1 + top : 1 + top + height, 1 + left : 1 + left + width]
        np.testing.assert_array_equal(inside, grey_or_colour(picture))
        shown = middle[1 : 1 + len(rows), start[1] : start[1] + len(columns)].reshape(-1, 3)
        np.testing.assert_array_equal(shown[: k + 1], grey_or_colour(result).reshape(-1, 3)[: k + 1])
        assert (shown[k + 1 :] == 232).all()

        for row, column in np.ndindex(top + height + bottom, left + width + right):
            block = frame[(1 + row) * cell : (2 + row) * cell, (1 + column) * cell : (2 + column) * cell]
            outside = not (top <= row < top + height and left <= column < left + width)
            assert (block == padding).all(axis=2).any() == outside


def test_frames_keep_their_time():
    """Each frame stays as long as asked, to a hundredth of a second, and the last one a second longer."""
    pixels = np.zeros((1, 3), np.uint8)
    taps = np.array([[0]]), np.array([[0], [1], [2]])
    assert read_animation(figures.sliding_window_gif(pixels, pixels, taps, seconds_per_frame=0.126))[1] == [
        130,
        130,
        1130,
    ]
    assert Image.open(io.BytesIO(figures.sliding_window_gif(pixels, pixels, taps))).info["loop"] == 0


def test_many_colours_are_nearly_kept():
    """A GIF holds 256 colours; with more in the picture each cell has a colour near its own."""
    row, column = np.mgrid[0:32, 0:32]
    picture = np.stack([8 * row, 8 * column, 4 * (row + column)], axis=2).astype(np.uint8)
    frames, _ = read_animation(
        figures.sliding_window_gif(
            picture, picture[:1, :2], (np.array([[31]]), np.array([[31], [30]])), cell=4
        )
    )
    shown = frames[0][2::4, 2::4][1:33, 1:33].astype(int)
    assert np.abs(shown - picture).mean() < 8


def ink(block: np.ndarray, colour: int) -> np.ndarray:
    """Where a cell's pixels differ from its grey and from the roles' outlines."""
    plain = (block == colour).all(axis=2)
    for name in ("field", "output"):
        plain |= (block == rgb(ROLES[name].light)).all(axis=2)
    return ~plain


def test_numbers_stand_in_their_cells():
    """In cells of 24 pixels and more each value is written, centred, dark on light and light on dark."""
    values = np.array([[0.5, -0.25]]), np.array([[-1.0]])
    gif = figures.sliding_window_gif(
        np.array([[200, 20]], np.uint8),
        np.array([[100]], np.uint8),
        (np.array([[0]]), np.array([[0, 1]])),
        values=values,
        cell=30,
    )
    frame = read_animation(gif)[0][0]
    for place, grey, x, colour in ((1, 200, 0.5, 0), (2, 20, -0.25, 255), (5, 100, -1.0, 255)):
        block = frame[30:59, place * 30 : place * 30 + 29]
        written = ink(block, grey)
        assert (block[written] == colour).all()
        rows, columns = np.nonzero(written)
        found = written[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        np.testing.assert_array_equal(found, animation._stamp(f"{x:.2f}"))
        assert abs(rows.min() + rows.max() - 28) <= 1
        assert abs(columns.min() + columns.max() - 28) <= 1


def test_small_cells_have_no_numbers():
    """In cells of less than 24 pixels nothing is written."""
    pixels, taps = np.full((1, 2), 77, np.uint8), (np.array([[0]]), np.array([[0], [1]]))
    values = np.full((1, 2), 0.3), np.full((1, 2), 0.3)
    assert figures.sliding_window_gif(pixels, pixels, taps, cell=23) == figures.sliding_window_gif(
        pixels, pixels, taps, values=values, cell=23
    )
    assert figures.sliding_window_gif(pixels, pixels, taps, cell=24) != figures.sliding_window_gif(
        pixels, pixels, taps, values=values, cell=24
    )


def test_the_digits_are_all_different():
    """No two characters of the small type look alike, and each is five rows high."""
    stamps = {glyph: animation._stamp(glyph) for glyph in animation._GLYPHS}
    assert {stamp.shape[0] for stamp in stamps.values()} == {5}
    assert len({(stamp.shape, stamp.tobytes()) for stamp in stamps.values()}) == len(animation._GLYPHS)


@given(st.floats(width=32))
@example(-9999.4)
@example(-9999.9)
@example(-9.9951)
@example(float(np.finfo(np.float32).min))
def test_every_number_fits_the_smallest_cell(x):
    """Any float32, NaN and infinities too, is at most 19 pixels wide: the inside of a cell of 24."""
    assert animation._stamp(animation._cell_text(x)).shape[1] <= 19


ONE = np.array([[0]])


def gif(picture=(2, 2), result=(1, 1), taps=(ONE, ONE), **options):
    return figures.sliding_window_gif(
        np.zeros(picture, np.uint8), np.zeros(result, np.uint8), taps, **options
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"picture": (65, 2)}, "at most 64 pixels a side, but this is 65 by 2"),
        ({"result": (2, 1)}, "output of 1 by 1 cells, but the result has 2 by 1"),
        (
            {"result": (21, 20), "taps": (np.arange(21)[:, None], np.arange(20)[:, None])},
            "420 frames, one for each output cell; 400 are the most",
        ),
        (
            {"taps": (np.array([[-30_000_000]]), ONE)},
            "too large: 1 frames of 30000004 by .* padding included",
        ),
        ({"taps": (np.array([[0.0]]), ONE)}, r"taps of the rows are whole numbers .* these are float64"),
        ({"taps": (ONE, np.array([0]))}, r"taps of the columns .* of shape \(1,\)"),
        ({"cell": 3}, "4 to 64 pixels wide, not 3"),
        ({"cell": 65}, "4 to 64 pixels wide, not 65"),
        ({"seconds_per_frame": 0.01}, "0.02 to 5 seconds, not 0.01"),
        (
            {"values": (np.zeros((2, 3)), np.zeros((1, 1)))},
            r"shapes \(2, 2\) and \(1, 1\), .* these have \(2, 3\)",
        ),
        (
            {
                "values": (np.zeros((2, 2)), np.zeros((1, 1))),
                "kernel": (np.zeros((1, 2), np.uint8), np.zeros((2, 1))),
            },
            r"\(1, 1\) and \(1, 2\), .* these have \(2, 2\), \(1, 1\) and \(2, 1\)",
        ),
        ({"blank": np.zeros((2, 3), bool)}, r"2 by 2 cells need a truth value each, .* shape \(2, 3\)"),
        ({"unread": np.zeros((2, 2))}, "these are float64"),
    ],
)
def test_what_is_no_animation_is_refused(options, message):
    """Too large a picture, too many frames and arrays that do not fit together get a sentence."""
    with pytest.raises(ValueError, match=message):
        gif(**options)


def read_number(block: np.ndarray, colour: np.ndarray, texts: list[str]) -> str:
    """The text, among these, whose stamp stands in a cell of one colour; empty if nothing does."""
    written = ink(block, colour)
    if not written.any():
        return ""
    rows, columns = np.nonzero(written)
    found = written[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    large = np.ones((len(found) // 5, len(found) // 5), bool)  # a digit is five pixels high
    (text,) = {text for text in texts if np.array_equal(np.kron(animation._stamp(text), large), found)}
    return text


def test_a_animation_of_whole_numbers_with_its_kernel():
    """Picture, kernel and output stand side by side without decimals, zeros between the cells are blank."""
    board, weights, made = np.array([[1, 0, -2]]), np.array([[3, -1]]), np.array([[3, 2]])
    grey = [np.full(grid.shape, 200 + n, np.uint8) for n, grid in enumerate((board, made, weights))]
    animation = figures.sliding_window_gif(
        grey[0],
        grey[1],
        (np.array([[0]]), np.array([[0, 1], [1, 2]])),
        values=(board, made),
        kernel=(grey[2], weights),
        blank=board == 0,
        cell=24,
    )
    frames, _ = read_animation(animation)
    assert frames.shape[1:3] == (3 * 24, (1 + 3 + 2 + 2 + 2 + 2 + 1) * 24)
    texts = ["1", "2", "3", "-1", "-2"]

    def cell(frame: int, place: int) -> np.ndarray:
        return frames[frame, 24:47, place * 24 : place * 24 + 23]

    assert [read_number(cell(0, place), 200, texts) for place in (1, 3)] == ["1", "-2"]
    assert [read_number(cell(1, place), 202, texts) for place in (6, 7)] == ["3", "-1"]
    assert [read_number(cell(1, place), 201, texts) for place in (10, 11)] == ["3", "2"]
    assert (cell(0, 2) == rgb(ROLES["padding"].light)).all(axis=2).any()
    assert (cell(0, 11) == 232).all()


def test_a_grid_as_svg_has_its_numbers_in_place():
    """Read as XML, the picture has a tinted cell and a number for each, in order; faint ones are grey."""
    grid, faint = np.array([[1, -2, 0], [30, 4, 5]]), np.array([[False, False, True]] * 2)
    root = ElementTree.fromstring(figures.grid_svg(grid, "input", faint))
    texts = [element for element in root if element.tag.endswith("text")]
    assert [element.text for element in texts] == ["1", "−2", "0", "30", "4", "5"]
    places = [(int(element.get("y")) // 40, int(element.get("x")) // 40) for element in texts]
    assert places == list(np.ndindex(2, 3))
    fills = [element.get("fill") for element in root if element.tag.endswith("rect")]
    grey, blue = (f"light-dark({each.light}, {each.dark})" for each in (ROLES["padding"], ROLES["input"]))
    assert fills == [blue, blue, grey] * 2


@pytest.mark.parametrize("cell", [24, 31, 44, 64])
def test_single_digits_fit_their_cells(cell):
    """The narrowest numbers are as high as a cell allows, and no higher."""
    grid, taps = np.array([[7]]), (np.array([[0]]), np.array([[0]]))
    animation = figures.sliding_window_gif(
        np.full((1, 1), 200, np.uint8), np.full((1, 1), 200, np.uint8), taps, values=(grid, grid), cell=cell
    )
    block = read_animation(animation)[0][0][cell : 2 * cell - 1, cell : 2 * cell - 1]
    assert read_number(block, 200, ["7"]) == "7"
    assert np.ptp(np.nonzero(ink(block, 200))[0]) + 1 >= 0.5 * cell


@pytest.mark.parametrize("cell", [4, 8, 24])
def test_what_no_window_reads_is_striped(cell):
    """Stripes of the padding's colour lie on the cells that no window reads, and on no others."""
    unread = np.array([[False, True, False, True]])
    animation = figures.sliding_window_gif(
        np.full((1, 4), 77, np.uint8),
        np.full((1, 2), 99, np.uint8),
        (np.array([[0]]), np.array([[0], [2]])),
        unread=unread,
        cell=cell,
    )
    for frame in read_animation(animation)[0]:
        for column in range(4):
            block = frame[cell : 2 * cell, (1 + column) * cell : (2 + column) * cell]
            assert (block == rgb(ROLES["padding"].light)).all(axis=2).any() == unread[0, column]


def test_the_largest_animation_is_bounded():
    """400 frames of the largest picture hold together at most 64 million pixels."""
    picture = np.zeros((64, 64), np.uint8)
    taps = axis_taps(20, 3, 3, 0, 1)
    image = Image.open(io.BytesIO(figures.sliding_window_gif(picture, picture[:20, :20], (taps, taps))))
    assert image.n_frames == 400
    assert image.n_frames * image.size[0] * image.size[1] <= 64_000_000


def test_the_animation_agrees_with_a_convolution():
    """Painted input and painted output of a real convolution stand in the last frame, cell by cell."""
    values = np.random.default_rng(3).random((6, 7), np.float32)
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)
    made = cv2.filter2D(values, -1, kernel)[1:-1, 1:-1]
    picture, result = figures.paint(values, "unit").pixels, figures.paint(made, "signed").pixels
    frames, _ = read_animation(
        figures.sliding_window_gif(
            picture, result, (axis_taps(4, 3, 1, 0, 1), axis_taps(5, 3, 1, 0, 1)), cell=11
        )
    )
    last = frames[-1][5::11, 5::11]
    np.testing.assert_array_equal(last[1:7, 1:8], np.repeat(picture[..., None], 3, axis=2))
    np.testing.assert_array_equal(last[1:5, 10:15], result)


@pytest.mark.parametrize("scale", figures.SCALES)
@pytest.mark.parametrize("shared", [True, False])
def test_maps_are_painted_as_each_would_be_alone(scale: str, shared: bool) -> None:
    """Tile by tile the strip has the pixels of `paint`, with the limits of all maps or of each."""
    maps = np.random.default_rng(3).normal(size=(5, 7, 4)).astype(np.float32) * [1, 2, 3, 0.1]
    painted = figures.paint_maps(maps, scale, shared=shared)
    planes = [maps[:, :, index] for index in range(4)]
    both = figures.shared_limits(planes, scale)
    for plane, tile, ends in zip(planes, painted.tiles, painted.limits, strict=True):
        expected = figures.paint(plane, scale, limits=both if shared else None)
        np.testing.assert_array_equal(tile, expected.pixels)
        assert ends == pytest.approx((expected.low, expected.high))
    assert (painted.low, painted.high) == pytest.approx((maps.min(), maps.max()))
    assert painted.factor == 1


def test_the_share_of_clipped_values_counts_every_cell_of_shrunk_maps() -> None:
    """Two of sixteen values lie outside 0 to 1: that is said although no mean of four cells does."""
    maps = np.full((4, 4, 1), 0.5, np.float32)
    maps[0, 0] = -0.25
    maps[3, 3] = 1.5
    painted = figures.paint_maps(maps, "unit", longest=2)
    assert painted.pixels.shape == (2, 2)
    assert painted.clipped == 2 / 16
    assert painted.factor == 2
    assert "12.5\u00a0%" in painted.remark
    assert "2 × 2 cells" in painted.remark


@pytest.mark.parametrize("shared", [True, False])
def test_a_false_edge_does_not_make_maps_pale(shared: bool) -> None:
    """With usual ends a few extreme values fall outside, which is said; the others take the whole scale."""
    maps = np.random.default_rng(7).uniform(-1, 1, size=(128, 200, 3)).astype(np.float32)
    maps[..., 1] *= 3
    maps[:, 0] *= 40
    painted = figures.paint_maps(maps, "signed", shared=shared, longest=64, usual=True)
    highest = (3, 3, 3) if shared else (1, 3, 1)
    for (low, high), most in zip(painted.limits, highest, strict=True):
        assert 0.9 * most < high < 1.1 * most
        assert low == -high
    lows, highs = np.transpose(painted.limits)
    assert painted.clipped == pytest.approx(float(((maps < lows) | (maps > highs)).mean()), abs=1e-5)
    assert 0 < painted.clipped < 0.015
    assert ("outside" if shared else "their map's scale") in painted.clipping
    assert figures.paint_maps(maps, "signed", shared=shared).limits[0][1] > 30


def test_a_shrunk_map_shows_the_means_of_its_cells() -> None:
    """Where the cells divide evenly a pixel has the colour of the mean of its block of cells."""
    maps = np.arange(64, dtype=np.float32).reshape(4, 8, 2) / 64
    painted = figures.paint_maps(maps, "unit", longest=4)
    means = maps.reshape(2, 2, 4, 2, 2).mean(axis=(1, 3))  # (2, 4, 2)
    for index, tile in enumerate(painted.tiles):
        np.testing.assert_allclose(tile / 255, means[:, :, index], atol=0.5 / 255 + 1e-6)


def test_only_a_stack_of_maps_is_painted_as_one() -> None:
    """An array without a third axis, or without a value, is refused with its shape."""
    for shape in ((4, 4), (0, 4, 2), (4,)):
        with pytest.raises(ValueError, match="Maps are an array"):
            figures.paint_maps(np.zeros(shape), "unit")


def test_packed_maps_are_a_mosaic_without_gaps():
    """Maps laid side by side are the same pixels as a mosaic of them, row by row, with grey at the end."""
    rng = np.random.default_rng(5)
    for shape, across in (((3, 5, 7), 3), ((4, 4, 1), 1), ((1, 1, 6), 6)):
        painted = figures.paint_maps(rng.normal(size=shape), "signed", shared=False)
        packed = figures.pack_maps(painted, across)
        assert np.array_equal(packed, figures.mosaic(painted.tiles, columns=across, gap=0))


def test_a_confusion_matrix_has_a_row_for_what_things_are():
    """Cells hold the counts, coloured by their share of the row; a count of nothing is left empty."""
    figure = figures.confusion([[3, 1, 0], [0, 4, 0], [0, 0, 0]], ("a<b", "cat", "dog"))
    table, numbers = figure.data
    assert table.text.tolist() == [["3", "1", ""], ["", "4", ""], ["", "", ""]]
    assert list(zip(numbers.y, numbers.x, numbers.text, strict=True)) == [
        ("a&lt;b", "a&lt;b", "3"),
        ("a&lt;b", "cat", "1"),
        ("cat", "cat", "4"),
    ]
    assert table.z.tolist() == [[0.75, 0.25, 0], [0, 1, 0], [0, 0, 0]]
    assert table.y[0] == "a&lt;b"
    assert figure.layout.yaxis.autorange == "reversed"
    with pytest.raises(ValueError, match="confusion matrix of 3 classes"):
        figures.confusion(np.ones((3, 2)), "abc")


def test_errors_are_drawn_with_their_numbers_and_a_line_across():
    """Each bar carries its error, and the line stands at the error that is compared with."""
    figure = figures.errors_by_year({"2014": 6.7, "2016": 3.0}, ("a person", 5.1))
    assert dict(zip(figure.data[0].y, figure.data[0].x, strict=True)) == {
        "2014, 6.7 %": 6.7,
        "2016, 3.0 %": 3.0,
    }
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 5.1
    with pytest.raises(ValueError, match="at least one"):
        figures.errors_by_year({}, ("a person", 5.1))
