"""Sheets: opened again, their numbers are the library's, all of it is text, and nothing is cut off."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
from typing import Any

import cv2
import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFont

from explorer import images, sheets
from explorer.convolution.arithmetic import KINDS, Arithmetic, random_input, random_kernel
from explorer.convolution.experiments import Convolution, Pooling
from explorer.convolution.kernels import KERNELS
from explorer.convolution.pooling import POOLINGS
from explorer.errors import ExplorerError
from explorer.sheets import ClassSheet, paper

PICTURE = images.prepare(images.sample("chelsea"), size=96)
LINK = "http://192.168.1.23:8501/arithmetic?strides=2&input=1,2_3,4"
MILLIMETRE = 72 / 25.4


def arithmetic(kind: str, padding: Any = 1) -> ClassSheet:
    experiment = Arithmetic(random_input(5, 5, 15), random_kernel(3, 3, 15), kind, 2, padding)
    return sheets.arithmetic_sheet(experiment, seed=3, link=LINK)


SHEETS = {
    **{kind: arithmetic(kind) for kind in KINDS},
    "large": sheets.arithmetic_sheet(
        Arithmetic(random_input(10, 10, 1), random_kernel(5, 5, 1), padding="same"), seed=9, link=LINK
    ),
    **{
        name: sheets.convolution_sheet(Convolution(kernel, **more), PICTURE, seed=3, link=LINK)
        for name, kernel, more in (
            ("sobel", KERNELS["sobel_x"].weights, {"flip": True, "bias": -0.5}),
            ("box", KERNELS["box"].make((3, 3)), {"strides": 2, "activation": "relu"}),
        )
    },
    **{
        f"pool {kind}": sheets.pooling_sheet(Pooling(kind, (2, 2)), PICTURE, seed=3, link=LINK)
        for kind in POOLINGS
    },
}


def read(sheet: ClassSheet) -> PdfReader:
    return PdfReader(io.BytesIO(sheets.write(sheet)))


def numbers_after(text: str, title: str, count: int) -> list[float]:
    """Give the numbers of the grid under a title."""
    lines = text.splitlines()
    start = max(place for place, line in enumerate(lines) if line.strip() == title)
    return [float(line.replace("−", "-").replace(",", "")) for line in lines[start + 1 : start + 1 + count]]


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_opens_with_its_numbers(name: str) -> None:
    """Two A4 pages of text: the first has the grids and no solution, the second has it."""
    sheet = SHEETS[name]
    exercises, solutions = read(sheet).pages
    for page in (exercises, solutions):
        size = float(page.mediabox.width), float(page.mediabox.height)
        assert size == pytest.approx((210 * MILLIMETRE, 297 * MILLIMETRE), abs=0.5)
    first, second = exercises.extract_text(), solutions.extract_text()
    assert sheet.title in first
    for grid in sheet.grids[:-1]:
        cells = [float(text.replace("−", "-")) for row in grid.cells for text in row]
        assert numbers_after(first, grid.title, len(cells)) == cells
    assert {text for row in sheet.grids[-1].cells for text in row} == {""}
    solved = [float(text.replace("−", "-").replace(",", "")) for row in sheet.solution.cells for text in row]
    assert numbers_after(second, sheet.solution.title, len(solved)) == solved
    for text in (first, second):
        assert "seed" in text
        assert LINK in text
    assert len(sheet.questions) == len({each.on_paper or each.prompt for each in sheet.questions}) == 3
    assert first.count("×") >= 1 or name.startswith(("sobel", "box"))
    flowing = " ".join(second.split())
    for question in sheet.questions:
        assert question.worked in flowing
        assert " ".join(first.split()).count(question.on_paper or question.prompt) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_solution_is_what_loops_find(kind: str) -> None:
    """The filled grid is the second opinion's output for the numbers on the page."""
    image, kernel = random_input(6, 5, 2), random_kernel(2, 3, 2)
    sheet = sheets.arithmetic_sheet(Arithmetic(image, kernel, kind, 2, 0), seed=1)
    if kind == "convolution":
        output = reference.filter2d(image, kernel, 2)
    elif kind == "transposed":
        output = reference.conv2d_transpose(image[..., None], kernel[..., None, None], 2)[..., 0]
    else:
        output = reference.pool2d(image, kernel.shape, 2, kind=kind)
    found = numbers_after(read(sheet).pages[1].extract_text(), "Output", output.size)
    np.testing.assert_allclose(np.reshape(found, output.shape), output, atol=5e-3)


def test_a_part_of_the_picture_is_filtered_as_loops_do() -> None:
    """The feature map on the second page is that of the pixels on the first."""
    sheet = SHEETS["sobel"]
    pixels = np.array([[float(text) for text in row] for row in sheet.grids[0].cells])
    assert pixels.shape == (8, 8)
    assert (pixels.min(), pixels.max()) == (0, 9)
    expected = reference.filter2d(pixels, KERNELS["sobel_x"].weights, flip=True) - 0.5
    found = numbers_after(read(sheet).pages[1].extract_text(), "Feature map", 36)
    np.testing.assert_allclose(np.reshape(found, (6, 6)), expected)


@pytest.mark.parametrize("name", SHEETS)
def test_every_letter_is_in_the_font(name: str) -> None:
    """What is printed has a shape in the font, the minus sign and the cross among them."""
    known = {font: TTFont(font, f"{font}.ttf").face.charToGlyph for font in ("Vera", "VeraBd")}
    for page in read(SHEETS[name]).pages:
        for letter in set(page.extract_text()) - {"\n"}:
            assert all(ord(letter) in glyphs for glyphs in known.values()), letter


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_is_cut_off(name: str) -> None:
    """All text stands within the margins, and none of the exercises on the link or its code."""
    for page in read(SHEETS[name]).pages:
        places: list[tuple[float, float, str]] = []

        def visit(text: str, matrix: Any, at: Any, *_: Any, found: Any = places) -> None:
            if text.strip():
                found.append((at[4] / MILLIMETRE, at[5] / MILLIMETRE, text.strip()))

        page.extract_text(visitor_text=visit)
        assert min(x for x, _, _ in places) >= 17.9
        assert max(x for x, _, _ in places) < 192
        assert max(y for _, y, _ in places) < 297 - 15
        body = [y for _, y, text in places if not re.search(r"seed|experiment:|http", text)]
        assert min(body) > 24


def test_the_same_sheet_has_the_same_bytes_and_another_seed_other_questions() -> None:
    """A teacher who prints it again next year gets the same; the row behind gets another."""
    assert sheets.write(arithmetic("convolution")) == sheets.write(arithmetic("convolution"))
    experiment = Arithmetic(random_input(5, 5, 15), random_kernel(3, 3, 15))
    one, other = (sheets.arithmetic_sheet(experiment, seed=seed) for seed in (1, 2))
    assert [each.prompt for each in one.questions] != [each.prompt for each in other.questions]


def test_the_code_is_the_link() -> None:
    """Read by a reader of codes, the modules give the address; one that is too long for any leaves none."""
    modules = np.array(paper._code(LINK), np.uint8)
    picture = np.kron(np.pad(255 * (1 - modules), 4, constant_values=255), np.ones((8, 8), np.uint8))
    text, *_ = cv2.QRCodeDetector().detectAndDecode(picture.astype(np.uint8))
    assert text == LINK
    assert paper._code("http://school.example/?x=" + "1" * 9000) == []
    assert paper._code("") == []


@given(line=st.lists(st.integers(0, 1), max_size=40))
def test_runs_cover_the_dark_modules(line: list[int]) -> None:
    """Drawn one after the other, the runs are the line."""
    drawn = [0] * len(line)
    for start, length in paper._runs(line):
        drawn[start : start + length] = [1] * length
    assert drawn == line


@pytest.mark.parametrize("make", [lambda seed: arithmetic_of(seed), lambda seed: pooling_of(seed)])
@pytest.mark.parametrize("seed", [0, 10_000, 1.5, "1", None, True], ids=str)
def test_a_seed_out_of_its_bounds_is_a_sentence(make: Any, seed: Any) -> None:
    """Whole numbers from 1 to 9999 are seeds."""
    with pytest.raises(ExplorerError, match=r"whole number from"):
        make(seed)


def arithmetic_of(seed: Any) -> ClassSheet:
    return sheets.arithmetic_sheet(Arithmetic(random_input(4, 4, 1), random_kernel(2, 2, 1)), seed=seed)


def pooling_of(seed: Any) -> ClassSheet:
    return sheets.pooling_sheet(Pooling("max", (2, 2)), PICTURE, seed=seed)


def test_what_has_no_room_is_said() -> None:
    """Large grids, large kernels and wide windows are refused with what to change."""
    wide = Arithmetic(random_input(16, 16, 1), random_kernel(3, 3, 1))
    dilated = Convolution(KERNELS["sobel_x"].weights, dilation_rate=8)
    many = Convolution(np.ones((7, 7), np.float32))
    for make in (
        lambda: sheets.arithmetic_sheet(wide, seed=1),
        lambda: sheets.convolution_sheet(dilated, PICTURE, seed=1),
        lambda: sheets.convolution_sheet(many, PICTURE, seed=1),
        lambda: sheets.pooling_sheet(Pooling("max", (8, 8), dilation_rate=3), PICTURE, seed=1),
    ):
        with pytest.raises(ExplorerError, match=r"choose a smaller .+\.$"):
            make()


def test_a_server_starts_without_the_library_of_pdf() -> None:
    """It is imported with the first sheet, and not with the package."""
    script = "import sys, explorer.sheets; sys.exit('reportlab' in sys.modules or 'segno' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_sheets_of_many_seeds_have_three_questions() -> None:
    """Whatever the seed, three questions, of which no two are alike."""
    for seed, kind in itertools.product((1, 77, 9999), ("convolution", "max")):
        experiment = Arithmetic(random_input(5, 5, seed), random_kernel(3, 3, seed), kind)
        assert len(sheets.arithmetic_sheet(experiment, seed=seed).questions) == 3
