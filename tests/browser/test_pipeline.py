"""The Pipeline page as a person uses it: stack, reorder, drag, trace a cell, switch a map off, collapse."""

from __future__ import annotations

import json
import math
import re
import struct
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest
from browser.hands import (
    address_says,
    answered,
    at,
    box_of,
    drag,
    in_address,
    not_in_address,
    number_of,
    opened,
    query_of,
    repainted,
    rested,
    sideways,
    values_of,
)
from playwright.sync_api import Locator, Page, expect

from explorer import images, pipeline
from explorer.convolution import receptive_fields
from explorer.parameters import Values
from pages.components import mosaics
from pages.pipeline import operation

pytestmark = pytest.mark.browser

SMALL = "convolution~bank=4x3_1~~activation~~pooling~~convolution~bank=3x3_2~strides=2"


def stack(page: Page, url: str, blocks: str = SMALL, *, lane: str = "open", **query: str) -> None:
    """Open the page on a small grey picture, with every block open."""
    query = {"sample": "coins", "size": "32", "blocks": blocks, "open": "0"} | query
    opened(page, f"{url}/pipeline?{urlencode(query)}", lane=lane)


def said(page: Page) -> Values:
    return values_of(page, "pipeline")


def kinds(page: Page) -> list[str]:
    """Name the kinds of the blocks that the address has."""
    return [block["kind"] for block in said(page)["blocks"]]


def shown(page: Page) -> list[str]:
    """Name the kinds of the cards on the page."""
    return page.locator(".cards .card").evaluate_all("(cards) => cards.map((card) => card.dataset.kind)")


def found(page: Page) -> pipeline.PipelineRun:
    """Run what the address says, with no help from the page."""
    query = query_of(page)
    size = int(query["size"])
    colour = query.get("colour") == "colour"
    picture = images.prepare(images.sample(query["sample"], size), size=size, colour=colour)
    return pipeline.run(operation.stack(said(page)), picture)


def mosaic(page: Page, step: int) -> Locator:
    return page.locator(f"canvas.mosaic[data-step='{step}']")


def place(page: Page, step: int, map: int, row: int, column: int) -> tuple[float, float]:
    """Say where the middle of a cell is on the screen."""
    canvas = mosaic(page, step)
    canvas.scroll_into_view_if_needed()
    box = box_of(canvas)
    rows, columns, maps = found(page).maps(step).shape
    across = [1, 1, 2, 3, 4, 3, 3, 4, 4][maps] if maps <= 8 else 4
    down = math.ceil(maps / across)
    side, tall = (box["width"] - 4 * (across - 1)) / across, (box["height"] - 4 * (down - 1)) / down
    scale = min(side / columns, tall / rows)
    left = box["x"] + (map % across) * (side + 4) + (side - scale * columns) / 2
    top = box["y"] + (map // across) * (tall + 4) + (tall - scale * rows) / 2
    return left + (column + 0.5) * scale, top + (row + 0.5) * scale


def click(page: Page, step: int, map: int, row: int, column: int) -> None:
    """Click a cell, and wait for its trace."""
    # What stays in sight above the blocks may lie over a map that is only just in the window.
    page.locator(f"canvas[data-step='{step}']").evaluate("(canvas) => canvas.scrollIntoView({block: 'end'})")
    page.mouse.click(*place(page, step, map, row, column))
    address_says(page, rf"cell={step}\.{map}\.{row}\.{column}(&|$)")


def rectangle(page: Page) -> tuple[int, ...]:
    text = page.locator("canvas[data-pane=picture]").get_attribute("data-rectangle") or ""
    return tuple(int(number) for number in text.split(","))


def test_blocks_are_added_duplicated_moved_and_removed(page: Page, server) -> None:
    """The cards, the address and the maps stay together whatever is done to the list."""
    stack(page, server.url, "convolution~~pooling")
    page.get_by_role("button", name="Upsampling", exact=True).click()
    address_says(page, "pooling~~upsampling")
    page.get_by_role("button", name="Duplicate block 2").click()
    address_says(page, "pooling~~pooling~~upsampling")
    page.get_by_role("button", name="Move block 4 up").click()
    address_says(page, "pooling~~upsampling~~pooling")
    page.get_by_role("button", name="Move block 1 down").click()
    address_says(page, "=pooling~~convolution")
    assert shown(page) == kinds(page) == ["pooling", "convolution", "upsampling", "pooling"]
    shapes = [" × ".join(str(side) for side in step.maps.shape) for step in found(page).steps]
    expect(page.locator(".shape")).to_have_text(shapes)
    drawn = page.locator(".networkstrip canvas").evaluate_all(
        "all => all.map((one) => one.getContext('2d').getImageData(0, 0, one.width, one.height))"
        ".map(({ data }) => new Uint32Array(data.buffer).some(Boolean))"
    )
    assert drawn == [True] * 5
    page.get_by_role("button", name="Remove block 2").click()
    address_says(page, "pooling~~upsampling~~pooling")
    assert shown(page) == ["pooling", "upsampling", "pooling"]
    page.get_by_role("button", name="Undo").click()
    address_says(page, "pooling~~convolution~~upsampling")
    assert shown(page) == ["pooling", "convolution", "upsampling", "pooling"]


def test_blocks_kernels_and_colours_are_taken_back_in_one_order(page: Page, server) -> None:
    """One Undo goes back through weights, sliders, blocks and colours; the chosen cell is no change."""
    stack(page, server.url, "convolution~bank=4x3_1~~convolution~bank=sobel_x")
    undo, started = page.get_by_role("button", name="Undo"), said(page)
    page.locator(".card[data-block='2'] .chip .name").click()
    page.locator(".card[data-block='2']").get_by_role("button", name="Transpose").click()
    address_says(page, "own=3x3_-1_-2_-1")
    expect(undo).to_have_count(1)
    slider = page.locator(".card[data-block='1'] [data-name=strides]")
    drag(page, at(slider, 0.05), at(slider, 0.95), mosaic(page, 2), steps=3)
    page.mouse.up()
    address_says(page, "strides=4")
    page.get_by_role("button", name="Pooling", exact=True).click()
    page.get_by_role("button", name="Upsampling", exact=True).click()
    page.locator("summary", has_text="Colours of the maps").click()
    page.locator("[data-name=ends] .option[aria-checked=false]").first.click()
    address_says(page, "ends=")
    click(page, 2, 0, 1, 1)
    address_says(page, "cell=2")
    undo.click()
    not_in_address(page, "ends=")
    assert shown(page) == ["convolution", "convolution", "pooling", "upsampling"]
    undo.click()
    not_in_address(page, "upsampling")
    undo.click()
    not_in_address(page, "pooling")
    slider.press("Control+z")
    not_in_address(page, "strides=")
    slider.press("Control+z")
    not_in_address(page, "own=")
    expect(undo).to_be_disabled()
    assert said(page)["blocks"] == started["blocks"]
    assert said(page)["cell"] is not None


def test_the_strip_stays_in_sight_and_opens_one_block_at_a_time(page: Page, server) -> None:
    """Its stages show maps and sizes; arrows and Enter open a block, the link keeps it, a reload shows it."""
    stack(page, server.url, open="1")
    strip = page.get_by_role("toolbar", name="The network")
    stages = strip.get_by_role("button")
    sizes = [" × ".join(str(side) for side in step.maps.shape) for step in found(page).steps]
    expect(stages.locator("span")).to_have_text(["25 × 32", *sizes])
    colours = """(all) => all.map((canvas) => new Set(new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size)"""
    assert min(stages.locator("canvas").evaluate_all(colours)) > 8
    opened_maps = page.locator("canvas.mosaic:visible")
    expect(opened_maps).to_have_attribute("data-step", "1")
    stages.nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(stages.nth(3)).to_be_focused()
    lit = strip.locator("svg").evaluate_all(
        "(all) => all.map((line) => getComputedStyle(line).opacity === '1')"
    )
    assert lit == [True, True, True, False]  # the way from the picture
    page.keyboard.press("Enter")
    address_says(page, "open=3")
    expect(opened_maps).to_have_attribute("data-step", "3")
    page.mouse.move(*at(page.locator(".cards")))
    page.mouse.wheel(0, 2000)
    expect(page.get_by_role("tab", name="Facts")).to_be_in_viewport()
    expect(stages.first).to_be_in_viewport()
    page.reload()
    expect(opened_maps).to_have_attribute("data-step", "3")
    page.get_by_role("button", name="Open all").click()
    expect(opened_maps).to_have_count(4)
    address_says(page, "open=0")


def test_a_card_is_dragged_to_another_place(page: Page, server) -> None:
    """A card that is dragged by its number changes places with those it passes."""
    stack(page, server.url, "activation~~pooling~~upsampling")
    x, y = at(page.locator(".badge").first)
    target = box_of(page.locator(".cards .card").nth(2))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, target["y"] + target["height"] - 12, steps=10)
    page.mouse.up()
    address_says(page, "pooling~~upsampling~~activation")
    assert shown(page) == ["pooling", "upsampling", "activation"]


def test_twelve_blocks_are_the_most(page: Page, server) -> None:
    """With twelve blocks nothing more can be added, and the page says nothing wrong."""
    stack(page, server.url, "~~".join(["activation"] * 12))
    expect(page.get_by_role("button", name="Pooling", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Duplicate block 3")).to_be_disabled()


def test_a_dragged_slider_repaints_every_later_block(page: Page, server) -> None:
    """While the stride of the first block is dragged the maps of the last one follow, before release."""
    stack(page, server.url, size="64")
    slider = page.locator(".card[data-block='1'] [data-name=strides]")
    drag(page, at(slider, 0.05), at(slider, 0.95), mosaic(page, 4), steps=3)
    assert "strides=" not in urlsplit(page.url).query.split("4x3_1")[1].split("~~")[0]
    page.mouse.up()
    address_says(page, "4x3_1~strides=4")
    expect(page.locator(".card[data-block='4'] .shape")).to_have_text(
        " × ".join(str(side) for side in found(page).steps[3].maps.shape)
    )


def longest_sides(messages: list[bytes]) -> list[int]:
    """How many pixels the maps of each step had in the lane's last answer."""
    found = [
        message for message in messages if isinstance(message, bytes) and b'"steps":' in message[:50_000]
    ]
    (length,) = struct.unpack("<I", found[-1][:4])
    return [max(step["tile"]) for step in json.loads(found[-1][4 : 4 + length])["facts"]["steps"]]


def test_maps_out_of_sight_are_drawn_when_they_are_seen_or_the_hand_rests(page: Page, server) -> None:
    """While a bias is dragged the last of eight blocks waits below the screen, and its maps come small."""
    came: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda message: came.append(message)))
    stack(page, server.url, "~~".join(["convolution~bank=4x3_1"] * 8), size=128)
    last, drawn = mosaic(page, 8), "(canvas) => canvas.toDataURL()"
    card = page.locator(".card[data-block='1']")
    card.get_by_text("Bias", exact=True).first.click()
    slider = card.locator("[data-name=bias]")
    before = last.evaluate(drawn)
    drag(page, at(slider, 0.5), at(slider, 0.9), last, steps=3)
    assert last.evaluate(drawn) == before
    page.wait_for_timeout(300)
    assert longest_sides(came)[0] > longest_sides(came)[7] == 32
    last.evaluate("(canvas) => canvas.scrollIntoView()")
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before", arg=[last.element_handle(), before]
    )
    page.wait_for_timeout(500)
    assert longest_sides(came)[7] > 32  # though the hand holds still
    card.evaluate("(card) => card.scrollIntoView()")
    moving = last.evaluate(drawn)
    page.mouse.up()
    rested(page)
    assert last.evaluate(drawn) not in (before, moving)


CELLS = [
    ("convolution~bank=3x5_0~~pooling", (2, 1, 3, 5)),
    ("convolution~bank=2x3_0~dilation_rate=3~strides=2~~upsampling~interpolation=bilinear", (2, 0, 0, 0)),
    (
        "pooling~pool_size=3~strides=2~padding=same~~convolution~bank=sobel_x,gaussian~padding=4",
        (2, 1, 10, 18),
    ),
    ("convolution~bank=4x3_1~~pooling~pooling=global_average", (2, 3, 0, 0)),
]


@pytest.mark.parametrize(("blocks", "cell"), CELLS, ids=lambda case: str(case)[:24])
def test_a_clicked_cell_frames_what_it_sees(page: Page, server, blocks: str, cell: tuple[int, ...]) -> None:
    """The frame is the rectangle of `explorer.convolution`, the numbers are those of `explorer.pipeline`."""
    stack(page, server.url, blocks)
    click(page, *cell)
    step, map, row, column = cell
    run = found(page)
    trace = pipeline.trace(run, step, row, column, map)
    before = [run.image, *(done.maps for done in run.steps)]
    ways = [done.block.way(maps.shape) for done, maps in zip(run.steps[:step], before, strict=False)]
    assert (
        rectangle(page)
        == trace.rectangle
        == receptive_fields.input_rectangle(ways, run.image.shape, row, column)
    )
    value = number_of(page.locator(".value"))
    assert value == pytest.approx(float(run.maps(step)[row, column, map]), rel=1e-6)
    listed = page.locator(".path li")
    expect(listed).to_have_count(len(trace.path))
    for number, cause in enumerate(trace.path):
        expect(listed.nth(number)).to_contain_text(cause.sentence)


def test_the_maps_on_the_canvas_are_those_of_the_pipeline(page: Page, server) -> None:
    """Each cell of each tile has the colour that explorer paints it in, at its own place."""
    stack(page, server.url, "convolution~bank=4x3_1~~pooling", size="16")
    for step in (1, 2):
        maps = found(page).maps(step)
        painted = mosaics.painted_maps(maps, said(page), mosaics.RESTING_TILE, usual=True)[0]
        pixels = mosaic(page, step).evaluate(
            """(canvas) => { const { width, height } = canvas;
            return [width, height, [...canvas.getContext('2d').getImageData(0, 0, width, height).data]]; }"""
        )
        canvas = np.array(pixels[2], np.uint8).reshape(pixels[1], pixels[0], 4)
        for map in range(maps.shape[2]):
            for row, column in ((0, 0), (3, 5), (maps.shape[0] - 1, maps.shape[1] - 1)):
                x, y = place(page, step, map, row, column)
                box = box_of(mosaic(page, step))
                seen = canvas[int(y - box["y"]), int(x - box["x"]), :3].astype(int)
                assert np.abs(seen - painted.tiles[map][row, column].astype(int)).max() <= 2


def test_a_cell_of_the_padding_alone_frames_nothing(page: Page, server) -> None:
    """A cell that sees padding only says so and frames no pixel."""
    stack(page, server.url, "convolution~bank=identity=1x1~padding=6", cell="1.0.0.0")
    assert rectangle(page) == (0, 0, 0, 0)
    expect(page.locator(".path")).to_contain_text("padding", ignore_case=True)


def test_a_map_switched_off_changes_what_follows(page: Page, server) -> None:
    """Off, the map counts as zeros downstream; the card says by how much; all on brings it back."""
    stack(page, server.url)
    page.mouse.move(*place(page, 1, 2, 5, 5))
    with repainted(mosaic(page, 4)):
        page.get_by_role("button", name="on, map 3").first.click()
    address_says(page, "scales=2_0")
    run = found(page)
    assert not run.maps(1)[:, :, 2].any()
    plain = pipeline.run(operation.whole(said(page)), run.image)
    change = float(np.abs(run.maps(4) - plain.maps(4)).max())
    written = page.locator(".card[data-block='4'] .notes").inner_text()
    largest = float(re.search(r"([\d.]+) at most", written)[1])  # type: ignore[index]
    assert largest == pytest.approx(change, rel=0.01)
    page.get_by_role("button", name="Switch all maps on").click()
    not_in_address(page, "scales")
    assert "at most" not in "".join(page.locator(".notes").all_inner_texts())


def test_the_scale_of_the_chosen_map_is_dragged(page: Page, server) -> None:
    """The slider beside the chosen cell scales its map while it moves."""
    stack(page, server.url, cell="1.1.5.5")
    slider = page.locator("[data-name=factor]")
    x, y = at(slider)
    drag(page, (x, y), (x + 60, y), mosaic(page, 4), steps=4)
    page.mouse.up()
    address_says(page, "scales=1_1")
    factor = said(page)["blocks"][0]["scales"]["1"]
    expect(slider).to_have_attribute("aria-valuenow", f"{factor:g}")


def test_a_collapse_is_said_where_it_happens(page: Page, server) -> None:
    """The block that finds no place says why, those after it get nothing, those before it stay."""
    stack(page, server.url, "~~".join(["pooling"] * 7), sample="checkerboard")
    run = found(page)
    assert run.stopped
    assert run.stopped.block == 6
    expect(page.locator(".card[data-block='6'] .stop")).to_have_text(run.stopped.sentence)
    expect(page.locator(".card[data-block='7'] .stop")).to_contain_text("gets nothing")
    expect(page.locator(".card[data-block='5'] .shape")).to_have_text("1 × 1 × 1")
    page.get_by_role("button", name="Remove block 3").click()
    address_says(page, "^(?!.*(~~pooling){6})")
    expect(page.locator(".card[data-block='6'] .stop")).not_to_have_text("")
    page.get_by_role("button", name="Remove block 3").click()
    rested(page)
    expect(page.locator(".card.halted")).to_have_count(0)
    assert page.locator(".shape").last.inner_text() == "1 × 1 × 1"


def test_a_bank_is_chosen_edited_and_drawn(page: Page, server) -> None:
    """Kernels are added by name and changed weight by weight; a random bank has a seed."""
    stack(page, server.url, "convolution~~activation")
    card = page.locator(".card[data-block='1']")
    card.get_by_label("Add a kernel").select_option("gaussian")
    address_says(page, "bank=sobel_x,gaussian")
    assert found(page).maps(1).shape[2] == 2
    card.locator(".chip .name").first.click()
    weight = card.locator("input.weight").nth(4)
    weight.fill("5")
    weight.press("Enter")
    address_says(page, "own=3x3_-1_0_1_-2_5_2_-1_0_1,")
    weight.focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    address_says(page, "own=3x3_-1_0_1_-2_5.3_2_-1_0_1,")
    card.get_by_role("button", name="Transpose").click()
    address_says(page, "own=3x3_-1_-2_-1_0_5.3_0_1_2_1,")
    expect(weight).to_have_value("5.30")
    card.get_by_role("radio", name="Random").click()
    address_says(page, "bank=8x3_0")
    redraw = card.get_by_role("button", name="New random weights")
    assert redraw.evaluate("(button) => button.scrollWidth - button.clientWidth") <= 0
    card.locator("[data-name=seed]").fill("77")
    card.locator("[data-name=seed]").press("Enter")
    address_says(page, "bank=8x3_77")
    card.get_by_role("radio", name="Chosen").click()
    address_says(page, "5.3")


def test_a_weight_is_kept_that_is_typed_last(page: Page, server) -> None:
    """A weight that is typed and not confirmed is there when the person comes back from a random bank."""
    stack(page, server.url, "convolution~~activation")
    card = page.locator(".card[data-block='1']")
    card.locator(".chip .name").first.click()
    card.locator("input.weight").nth(4).fill("5")
    card.get_by_role("radio", name="Random").click()
    address_says(page, "bank=8x3_0")
    card.get_by_role("radio", name="Chosen").click()
    address_says(page, "own=3x3_-1_0_1_-2_5_2_-1_0_1")


def test_a_kernel_s_argument_repaints_while_it_is_dragged(page: Page, server) -> None:
    """The weights in the editor and the maps follow the slider of an argument before release."""
    stack(page, server.url, "convolution~bank=gaussian~~activation")
    page.locator(".chip .name").click()
    slider = page.locator(".editor [data-name=sigma]")
    (x, y), corner = at(slider, 0.1), page.locator("input.weight").first
    at_first = corner.input_value()
    drag(page, (x, y), (x + 80, y), mosaic(page, 2), steps=4)
    expect(corner).not_to_have_value(at_first)
    page.mouse.up()
    address_says(page, r"gaussian=5x5_\d")
    sigma = said(page)["blocks"][0]["bank"][0]["arguments"]["sigma"]
    expect(slider).to_have_attribute("aria-valuenow", f"{sigma:g}")


def test_biases_are_one_for_all_or_one_for_each(page: Page, server) -> None:
    """The box splits the bias into a list, which is typed; another length is refused in a sentence."""
    stack(page, server.url, "convolution~bank=sobel_x,gaussian")
    card = page.locator(".card[data-block='1']")
    card.get_by_text("Bias", exact=True).first.click()
    card.get_by_role("checkbox", name="one for each map").check()
    address_says(page, "bias=0,0,")
    field = card.get_by_label("Biases, one for each map")
    field.fill("0.5, -1")
    field.press("Enter")
    address_says(page, "bias=0.5,-1,")
    field.fill("1, 2, 3")
    field.press("Enter")
    expect(page.locator(".message")).to_contain_text("2 maps")
    assert said(page)["blocks"][0]["bias"] == [0.5, -1.0]


def test_the_keyboard_alone_does_it(page: Page, server) -> None:
    """Presets, buttons, sliders and mosaics answer the keyboard, and the focus stays where it was."""
    stack(page, server.url)
    preset = page.get_by_role("button", name="Random features")
    preset.focus()
    page.keyboard.press("Enter")
    address_says(page, "bank=8x3_0~~activation")
    mosaic(page, 3).focus()
    page.keyboard.press("ArrowRight")
    address_says(page, r"cell=3\.0\.")
    row, column = said(page)["cell"][2:]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("PageDown")
    address_says(page, rf"cell=3\.1\.{row + 1}\.{max(0, column - 10)}")
    trace = pipeline.trace(found(page), 3, row + 1, max(0, column - 10), 1)
    assert rectangle(page) == trace.rectangle
    page.keyboard.press(" ")
    address_says(page, "scales=1_0")
    page.keyboard.press("Escape")
    not_in_address(page, "cell=")
    down = page.get_by_role("button", name="Move block 2 down")
    down.focus()
    page.keyboard.press("Enter")
    address_says(page, "bank=8x3_0~~pooling~scales=1_0~~activation")
    expect(page.get_by_role("button", name="Move block 3 down")).to_be_focused()
    outline = down.first.evaluate("(e) => { e.focus(); return getComputedStyle(e).outlineStyle; }")
    assert outline != "none"


def test_the_chosen_cell_follows_its_block(page: Page, server) -> None:
    """When the blocks are put in another order the cell stays with its block, and goes with it."""
    stack(page, server.url, "activation~~convolution~bank=3x3_0~~normalisation", cell="2.1.4.4")
    page.get_by_role("button", name="Move block 2 up").click()
    address_says(page, r"cell=1\.1\.4\.4")
    page.get_by_role("button", name="Remove block 1").click()
    not_in_address(page, "cell=")


def test_a_cell_that_is_gone_is_said_to_be(page: Page, server) -> None:
    """A cell outside of the maps frames nothing, and a sentence says which maps there are."""
    stack(page, server.url, "pooling", cell="1.0.40.40")
    expect(page.locator(".chosen .note").first).to_contain_text("16")
    assert page.locator("canvas[data-pane=picture]").get_attribute("data-rectangle") == ""


def test_pictures_keep_their_boxes(page: Page, server) -> None:
    """While a slider is dragged, also through a collapse, no card moves on the page."""
    stack(page, server.url, "pooling~~convolution~bank=2x9_0~padding=valid~~activation", size="48")
    slider = page.locator(".card[data-block='1'] [data-name=strides]")
    tops = "(cards) => cards.map((card) => card.querySelector('canvas').getBoundingClientRect().top)"
    start, end = at(slider, 0.05), at(slider, 0.95)
    before = page.locator(".cards .card").evaluate_all(tops)
    caption, picture = (box_of(page.locator(f"figure.picture {part}")) for part in ("figcaption", ".box"))
    assert picture["x"] == pytest.approx(caption["x"], abs=1), "it stands under the beginning of its caption"
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(11):
        page.mouse.move(start[0] + (end[0] - start[0]) * step / 10, start[1])
        answered(page)
        assert page.locator(".cards .card").evaluate_all(tops)[:2] == before[:2]
    page.mouse.up()
    rested(page)


def test_a_cold_link_opens_the_same_stack(page: Page, server, open_page) -> None:
    """A copied address opens the same blocks, cell and colours on a server that has never seen it."""
    query = {"sample": "coins", "size": "48", "scale": "signed", "ends": "map", "cell": "3.1.5.6"}
    blocks = (
        "convolution~bank=gaussian=5x5_2,own=2x2_1_0_0_-1~bias=0.5,-1,~~activation~activation=tanh~"
        "scales=0_0.5~~pooling~pooling=average"
    )
    opened(page, f"{server.url}/pipeline?{urlencode(query | {'blocks': blocks})}")
    address, values, value = page.url, said(page), page.locator(".value").inner_text()
    page.close()
    server.restart()
    cold = open_page()
    opened(cold, address)
    assert said(cold) == values
    assert cold.locator(".value").inner_text() == value
    assert shown(cold) == ["convolution", "activation", "pooling"]
    expect(cold.locator("[data-name=ends] [data-value=map]")).to_have_attribute("aria-checked", "true")
    assert rectangle(cold) == pipeline.trace(found(cold), 3, 5, 6, 1).rectangle


def test_without_the_lane_the_page_goes_through_runs(page: Page, server) -> None:
    """Where no WebSocket opens a drag still repaints and ends at the same maps."""
    page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    stack(page, server.url, lane="closed")
    page.locator(".card[data-block='4'] [data-name=strides]").focus()
    with repainted(mosaic(page, 4)):
        page.keyboard.press("End")
    address_says(page, "3x3_2~strides=4")
    expect(page.locator(".shape").last).to_have_text(
        " × ".join(str(side) for side in found(page).steps[3].maps.shape)
    )


def test_a_phone_shows_everything_without_sideways_scroll(phone: Page, server) -> None:
    """On 390 px nothing is cut, and a tapped cell is traced."""
    stack(phone, server.url)
    assert sideways(phone) <= 0
    for locator in (
        phone.locator(".card :is(button, .slider, .field)"),
        phone.locator("canvas:not(.networkstrip canvas)"),
        phone.locator(".presets, .networkstrip"),
    ):
        for box in locator.evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().right)"):
            assert box <= 390
    for row in (".presets .preset", ".networkstrip .stage"):  # each scrolls by itself, to its last one
        last = phone.locator(row).last
        last.scroll_into_view_if_needed()
        assert box_of(last)["x"] + box_of(last)["width"] <= 390
    assert sideways(phone) <= 0
    phone.touchscreen.tap(*place(phone, 1, 1, 7, 7))
    in_address(phone, "cell=1.1.")
    step, map, row, column = said(phone)["cell"]
    assert rectangle(phone) == pipeline.trace(found(phone), step, row, column, map).rectangle
