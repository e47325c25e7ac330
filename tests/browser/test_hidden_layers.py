"""The Hidden layers page as a student uses it: play, edit a weight, draw points, follow a link, by key."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from browser.hands import box_of, eventually, opened, rested
from playwright.sync_api import Locator, Page, expect

from explorer import parameters
from explorer.mlp import worked
from explorer.mlp.trainer import Trainer
from explorer.parameters import Values
from pages.components.formulas import breakable
from pages.hidden_layers import operation
from pages.hidden_layers.operation import NETWORK

pytestmark = pytest.mark.browser

EVERYTHING = "level=everything"  # the page opens on its basics


def open_page(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until its first exact picture is drawn."""
    page.goto(f"{url}/hidden_layers?{query}")
    expect(page.locator(".lab[data-lane=open]")).to_be_attached(timeout=20_000)
    rested(page)


def button(page: Page, name: str) -> Locator:
    return page.locator(".lab.network").get_by_role("button", name=name, exact=True)


def revision(page: Page, pane: str = "[data-pane=plane]") -> int:
    return int(page.locator(f"canvas{pane}").get_attribute("data-revision") or 0)


def number(page: Page, name: str) -> float:
    return float(page.locator(f"[data-read={name}]").inner_text().replace("−", "-").removesuffix("%"))


def step(page: Page) -> int:
    return int(page.locator(".lab.network").get_attribute("data-step") or 0)


def addressed(page: Page) -> Values:
    """Read the address as a cold server would."""
    query = {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}
    values, complaints = parameters.from_query(NETWORK, query)
    assert complaints == []
    return values


def fields(page: Page) -> list[float]:
    """Read the weights and the bias of the chosen unit."""
    return [
        float(text.replace("−", "-"))
        for text in page.locator(".neuron .numberfield").evaluate_all("all => all.map(e => e.value)")
    ]


def pixels(page: Page) -> str:
    """Give what the plane shows, point for point."""
    text: str = page.locator("canvas[data-pane=plane]").evaluate("canvas => canvas.toDataURL()")
    return text


def play_until(page: Page, steps: int) -> None:
    button(page, "Play: train until you pause").click()
    page.wait_for_function(
        """(steps) => [...document.querySelectorAll('*')]
          .map((host) => host.shadowRoot?.querySelector('.lab.network'))
          .find(Boolean).dataset.step >= steps""",
        arg=steps,
        timeout=30_000,
    )
    button(page, "Pause").click()
    rested(page)


COLOURED = """(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width / 3, canvas.height);
    return data.filter((_, index) => index % 4 === 0
      && Math.max(...data.slice(index, index + 3)) - Math.min(...data.slice(index, index + 3)) > 60).length;
}"""
"""How many pixels of the left third of a plot have a colour, as curves do, and axes and numbers do not."""


def test_the_first_measure_is_seen_before_training(page: Page, server: Any) -> None:
    """A curve of one number, which has no length, is a dot; the next step makes it a line."""
    open_page(page, server.url, EVERYTHING)
    assert step(page) == 0
    for name in ("loss", "accuracy", "trail"):
        assert page.locator(f"canvas[data-plot={name}]").evaluate(COLOURED) > 20, name


def test_play_trains_until_pause(page: Page, server: Any) -> None:
    """While it plays new pictures come and the loss falls; after pause nothing moves."""
    open_page(page, server.url)
    before, loss, curves = revision(page), number(page, "train"), revision(page, "[data-plot=loss]")
    play_until(page, 240)
    assert revision(page, "[data-plot=loss]") > curves
    assert revision(page) > before + 20
    assert number(page, "train") < loss / 1.5
    still, drawn = step(page), pixels(page)
    page.wait_for_timeout(600)
    assert step(page) == still
    assert pixels(page) == drawn
    label = page.locator("canvas[data-pane=plane]").get_attribute("aria-label") or ""
    assert f"after {still} steps" in label


def test_what_the_browser_trained_is_what_the_explorer_trains(page: Page, server: Any) -> None:
    """After so many frames the weights under Forward and in the unit are those of one long training."""
    open_page(page, server.url, "data=moons&learning_rate=0.3&seed=2")
    play_until(page, 80)
    asked = operation.training_setup(addressed(page))
    trainer = Trainer(asked.start, asked.split, asked.training)
    trainer.step(step(page))
    network = trainer.network
    expected = [*network.weights[0][:, 0], network.biases[0][0]]
    np.testing.assert_allclose(fields(page), expected, rtol=1e-4)
    latex = worked.forward_steps(network, [1.0, 1.0])[0].weighted_sum(0)
    page.get_by_text("Every weighted sum written out").first.click()
    shown = page.locator("annotation").evaluate_all("all => all.map(e => e.textContent)")
    assert breakable(latex) in shown


def test_a_step_is_a_batch_and_an_epoch_every_point(page: Page, server: Any) -> None:
    """One step, then the rest of the epoch: 250 points in batches of 32 are 8 steps."""
    open_page(page, server.url)
    button(page, "1 step: one batch").click()
    rested(page)
    assert step(page) == 1
    button(page, "1 epoch: every point once").click()
    rested(page)
    assert step(page) == 8
    assert number(page, "epoch") == 1


def test_rewind_returns_to_the_very_start(page: Page, server: Any) -> None:
    """Picture, weights and losses are the first ones again, and training repeats itself exactly."""
    open_page(page, server.url, "data=xor")
    start, weights, loss = pixels(page), fields(page), number(page, "train")
    for _ in range(3):
        button(page, "1 epoch: every point once").click()
        rested(page)
    after = fields(page)
    assert after != weights
    button(page, "Rewind: back to the same start").click()
    rested(page)
    assert (pixels(page), fields(page), number(page, "train"), step(page)) == (start, weights, loss, 0)
    for _ in range(3):
        button(page, "1 epoch: every point once").click()
        rested(page)
    assert fields(page) == after


def test_a_weight_moves_the_plane_before_it_is_released(page: Page, server: Any) -> None:
    """A dragged weight is drawn at once, stands in the address after release, and opens again."""
    open_page(page, server.url)
    slider = page.locator(".neuron input[type=range]").first
    box = slider.bounding_box()
    assert box
    before, drawn = revision(page), pixels(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.6, 0.7, 0.8, 0.9):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.wait_for_timeout(60)
    page.wait_for_timeout(300)
    assert revision(page) > before
    assert pixels(page) != drawn
    assert not addressed(page)["weights"]
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('weights=')")
    rested(page)
    first = fields(page)[0]
    assert first > 2
    assert operation.training_setup(addressed(page)).network.weights[0][0, 0] == pytest.approx(
        first, rel=1e-4
    )


def test_a_weight_can_be_clicked_and_typed(page: Page, server: Any) -> None:
    """A click on a line chooses its weight; what is typed is taken, and rewind keeps it as the start."""
    open_page(page, server.url, "layers=1~sigmoid")
    graph = page.locator("canvas.graph")
    box = graph.bounding_box()
    assert box
    # Two columns: from x2, below the middle, to the output in the middle.
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5 + 22)
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5 + 22)
    expect(page.locator(".weightrow.chosen")).to_have_count(1)
    field = page.locator(".weightrow.chosen .numberfield")
    field.fill("-2.5")
    field.press("Enter")
    rested(page)
    assert -2.5 in fields(page)
    button(page, "1 step: one batch").click()
    rested(page)
    assert -2.5 not in fields(page)
    button(page, "Rewind: back to the same start").click()
    rested(page)
    assert -2.5 in fields(page)


def test_layers_and_units_come_and_go(page: Page, server: Any) -> None:
    """Down to no hidden layer, where one neuron is left, and up to six; units and activations likewise."""
    open_page(page, server.url)
    button(page, "Remove the last hidden layer").click()
    rested(page)
    assert addressed(page)["layers"] == [[1, "sigmoid"]]
    expect(page.locator(".neuron h2")).to_have_text("Output")
    expect(button(page, "Remove the last hidden layer")).to_be_disabled()
    for _ in range(6):
        button(page, "Add a hidden layer").click()
        rested(page)
    assert len(addressed(page)["layers"]) == 7
    expect(button(page, "Add a hidden layer")).to_be_disabled()
    button(page, "Add a unit to hidden layer 2").click()
    rested(page)
    button(page, "Remove a unit of hidden layer 1").click()
    rested(page)
    page.get_by_label("Activation of hidden layer 3", exact=True).select_option("relu")
    rested(page)
    layers = addressed(page)["layers"]
    assert (layers[0][0], layers[1][0], layers[2][1]) == (3, 5, "relu")
    label = page.locator("canvas.graph").get_attribute("aria-label") or ""
    assert "3 tanh, 5 tanh, 4 relu" in label


def test_another_shape_keeps_the_old_run_and_can_be_taken_back(page: Page, server: Any) -> None:
    """A new layer starts beside the faint curve of the run before; Undo gives the trained weights back."""
    open_page(page, server.url)
    undo, loss = button(page, "Undo"), page.locator(".losses canvas[data-plot=loss]")
    for _ in range(3):
        button(page, "1 epoch: every point once").click()
        rested(page)
    trained, drawn = fields(page), pixels(page)
    expect(undo).to_be_disabled()
    expect(loss).not_to_have_attribute("aria-label", re.compile("last run"))
    button(page, "Add a hidden layer").click()
    rested(page)
    assert (step(page), number(page, "epoch")) == (0, 0)
    expect(loss).to_have_attribute("aria-label", re.compile("The faint lines are the last run"))
    undo.click()
    rested(page)
    assert (step(page), number(page, "epoch")) == (24, 3)
    assert (fields(page), pixels(page)) == (trained, drawn)
    expect(undo).to_be_disabled()


def test_a_unit_is_seen_large_while_it_is_pointed_at(page: Page, server: Any) -> None:
    """What matters is on a Chromebook's screen at once; a hidden unit under the pointer fills the plane."""
    page.set_viewport_size({"width": 1366, "height": 768})
    open_page(page, server.url)
    for part in (
        ".play",
        "[data-read=epoch]",
        "canvas.graph",
        "canvas.plane",
        ".neuronsum",
        ".losses canvas[data-plot=loss]",
    ):
        box = box_of(page.locator(part))
        assert box["y"] + box["height"] <= 768, part
    output, plane = pixels(page), page.locator("canvas.plane")
    graph = box_of(page.locator("canvas.graph"))
    page.mouse.move(graph["x"] + graph["width"] / 2, graph["y"] + graph["height"] / 2 + 24)
    expect(plane).to_have_attribute("data-peek", "Hidden layer 1, unit 3")
    assert pixels(page) != output
    page.mouse.move(5, 5)
    expect(plane).to_have_attribute("data-peek", "")
    assert pixels(page) == output


def test_any_layer_can_be_removed_and_one_be_put_anywhere(page: Page, server: Any) -> None:
    """The × above a layer takes that one away, and the + between two puts one there like that before it."""
    open_page(page, server.url, "layers=4~tanh,3~elu~alpha=0.5,1~sigmoid")
    button(page, "Remove hidden layer 1").click()
    rested(page)
    assert addressed(page)["layers"] == [[3, "elu", {"alpha": 0.5}], [1, "sigmoid"]]
    button(page, "Insert a hidden layer after hidden layer 1").click()
    rested(page)
    button(page, "Remove a unit of hidden layer 1").click()
    rested(page)
    assert addressed(page)["layers"] == [
        [2, "elu", {"alpha": 0.5}],
        [3, "elu", {"alpha": 0.5}],
        [1, "sigmoid"],
    ]
    for _ in range(2):
        button(page, "Remove hidden layer 1").click()
        rested(page)
    button(page, "Insert a hidden layer before the first").click()
    rested(page)
    assert addressed(page)["layers"] == [[4, "tanh"], [1, "sigmoid"]]


def test_parameters_show_where_a_choice_has_them_and_act_while_dragged(page: Page, server: Any) -> None:
    """ELU's alpha changes the plane before it is released; momentum is there with its optimiser alone."""
    open_page(page, server.url, EVERYTHING)
    expect(page.locator("[data-name=optimizer_momentum]")).to_be_hidden()
    page.locator("select[data-name=optimizer]").select_option("momentum")
    expect(page.locator("[data-name=optimizer_momentum]")).to_be_visible()
    expect(page.locator(".shapers .slider")).to_have_count(0)
    page.get_by_label("Activation of hidden layer 1", exact=True).select_option("elu")
    rested(page)
    slider = page.locator(".shapers .slider")
    box = slider.bounding_box()
    assert box
    before = pixels(page)
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2, steps=8)
    page.wait_for_timeout(300)
    assert pixels(page) != before
    assert addressed(page)["layers"][0] == [4, "elu"]
    page.mouse.up()
    rested(page)
    values = addressed(page)
    assert values["layers"][0][2]["alpha"] == float(slider.get_attribute("aria-valuenow") or 0) > 3
    assert values["optimizer"] == "momentum"


def test_a_link_after_a_change_in_training_has_the_weights(page: Page, server: Any) -> None:
    """The page says that settings and seed no longer lead there; who opens the link has the weights."""
    open_page(page, server.url, "tab=Download+and+share")
    button(page, "1 epoch: every point once").click()
    rested(page)
    expect(
        page.get_by_text("after 8 steps with these settings the weights are the same again")
    ).to_be_visible()
    page.locator("select[data-name=optimizer]").select_option("adam")
    button(page, "1 epoch: every point once").click()
    rested(page)
    expect(page.get_by_text("You changed settings during training")).to_be_visible()
    weights, drawn = fields(page), pixels(page)
    open_page(page, server.url, urlsplit(page.url).query)
    assert (fields(page), pixels(page)) == (weights, drawn)


def test_the_tabs_say_that_they_wait(page: Page, server: Any) -> None:
    """A line above them is there while it plays, and takes no room of its own."""
    open_page(page, server.url)
    said = page.locator(".meanwhile")
    expect(said).to_be_hidden()
    button(page, "Play: train until you pause").click()
    expect(said).to_be_visible()
    button(page, "Pause").click()
    expect(said).to_be_hidden()


def test_numbers_are_drawn_and_learnt(page: Page, server: Any) -> None:
    """Strokes with a number make a regression, with the output and the loss for one."""
    open_page(page, server.url, EVERYTHING)
    box = page.locator("canvas[data-pane=plane]").bounding_box()
    assert box
    page.locator("[data-name=mode] [data-value=number]").click()
    brush = page.locator("[data-name=brush]")
    for up, end in ((0.25, "End"), (0.75, "Home")):
        brush.focus()
        page.keyboard.press(end)
        page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + up * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + up * box["height"], steps=20)
        page.mouse.up()
        rested(page)
    values = addressed(page)
    assert {row[2] for row in values["own"]} == {1, -1}
    assert (values["own_task"], values["loss"]) == ("regression", "mean_squared_error")
    assert values["layers"][-1] == [1, "linear"]
    play_until(page, 200)
    assert number(page, "train") < 0.05


def test_points_are_drawn_and_trained_on(page: Page, server: Any) -> None:
    """Two strokes of two classes become the data set; the network learns them; erasing takes some away."""
    open_page(page, server.url, EVERYTHING)
    plane = page.locator("canvas[data-pane=plane]")
    box = plane.bounding_box()
    assert box

    def stroke(mode: str, up: float) -> None:
        page.locator(f"[data-name=mode] [data-value='{mode}']").click()
        page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + up * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + up * box["height"], steps=20)
        page.mouse.up()
        rested(page)

    stroke("0", 0.25)
    stroke("1", 0.75)
    values = addressed(page)
    assert values["data"] == "own"
    classes = [row[2] for row in values["own"]]
    assert classes.count(0) > 5
    assert classes.count(1) > 5
    assert all(row[1] > 0 for row in values["own"] if row[2] == 0)
    play_until(page, 150)
    assert number(page, "accuracy") == 100
    stroke("erase", 0.75)
    assert {row[2] for row in addressed(page)["own"]} == {0}
    page.set_viewport_size({"width": 1366, "height": 768})
    cut = page.locator("[data-name=mode]").evaluate_all(
        "all => all.flatMap((one) => [one, ...one.querySelectorAll(':has([data-value=erase])')])"
        ".filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert cut == 0, "Clear cuts Erase off"
    button(page, "Clear").click()
    rested(page)
    assert addressed(page)["own"] == []
    expect(page.locator(".caption")).to_contain_text("Draw points on the plane")
    expect(button(page, "Play: train until you pause")).to_be_disabled()


def test_six_classes_can_be_drawn_and_told_apart(page: Page, server: Any) -> None:
    """A third class makes outputs of a softmax, a fifth two more; regions, table and menus follow."""
    open_page(page, server.url, EVERYTHING)
    box = box_of(page.locator("canvas[data-pane=plane]"))

    def stroke(mode: str, up: float, label: str = "") -> None:
        page.locator(f"[data-name=mode] [data-value='{mode}']").click()
        if label:
            page.locator(f"[data-name=class] [data-value='{label}']").click()
        page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + up * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + up * box["height"], steps=20)
        page.mouse.up()
        rested(page)

    stroke("0", 0.1)
    stroke("1", 0.35)
    assert addressed(page)["layers"][-1] == [1, "sigmoid"]
    expect(page.locator(".confusion")).to_be_hidden()
    stroke("class", 0.6)
    values = addressed(page)
    assert (values["own_task"], values["layers"][-1]) == ("classification", [3, "softmax"])
    assert {row[2] for row in values["own"]} == {0, 1, 2}
    stroke("class", 0.85, "4")
    assert addressed(page)["layers"][-1] == [5, "softmax"]
    expect(page.get_by_label("Activation of output", exact=True)).to_have_value("softmax")
    expect(page.locator(".classkey > span")).to_have_text(["●0", "■1", "▲2", "◆3", "✚4"])
    assert page.locator("select[data-name=loss] option:not([hidden])").count() == 3
    page.locator("select[data-name=optimizer]").select_option("adam")
    play_until(page, 150)
    assert number(page, "accuracy") > 90
    wrong = page.locator(".confusion tbody tr").evaluate_all("rows => rows.map((row) => row.cells.length)")
    assert wrong == [6] * 5
    colours = page.locator("canvas[data-pane=plane]").evaluate(
        """(canvas) => new Set([0.1, 0.35, 0.6, 0.85].map((up) => String(canvas.getContext("2d")
          .getImageData(canvas.width * 0.9, canvas.height * (up - 0.04), 1, 1).data))).size"""
    )
    assert colours == 4
    page.locator("select[data-name=data]").select_option("circle")
    rested(page)
    assert (addressed(page)["layers"][-1], addressed(page)["loss"]) == ([1, "sigmoid"], "binary_crossentropy")
    output = page.get_by_label("Activation of output", exact=True)
    output.select_option("softmax")
    rested(page)
    values = addressed(page)
    assert (values["layers"][-1], values["loss"]) == ([2, "softmax"], "categorical_crossentropy")
    output.select_option("tanh")
    rested(page)
    assert (addressed(page)["layers"][-1], addressed(page)["loss"]) == ([1, "tanh"], "binary_crossentropy")


def test_a_chip_is_one_more_input(page: Page, server: Any) -> None:
    """A square and a product stand in the first column with their weights; a second press takes one away."""
    open_page(page, server.url, f"{EVERYTHING}&data=xor&layers=1~sigmoid&learning_rate=0.3")
    page.get_by_role("button", name="x1²", exact=True).click()
    page.get_by_role("button", name="x1·x2", exact=True).click()
    rested(page)
    assert addressed(page)["features"] == ["x1_squared", "x1_times_x2"]
    expect(page.locator(".weightrow .given")).to_have_text(
        ["x1 = 1", "x2 = 1", "x1² = 1", "x1·x2 = 1", "bias b"]
    )
    expect(page.locator("canvas.graph")).to_have_attribute(
        "aria-label", re.compile("inputs x1, x2, x1², x1·x2,")
    )
    play_until(page, 200)
    assert number(page, "accuracy") > 99
    page.get_by_role("button", name="x1²", exact=True).click()
    rested(page)
    assert addressed(page)["features"] == ["x1_times_x2"]
    expect(page.get_by_role("button", name="x1²", exact=True)).to_have_attribute("aria-pressed", "false")


def test_a_layer_is_normalised_and_drops_answers(page: Page, server: Any) -> None:
    """Both are set below a unit, stand above its layer and in the address; another activation keeps them."""
    open_page(page, server.url, EVERYTHING)
    page.get_by_role("button", name="Batch normalisation", exact=True).click()
    rested(page)
    dropout = page.locator(".extras [role=slider]")
    dropout.focus()
    page.keyboard.press("ArrowRight")
    rested(page)
    page.get_by_label("Activation of hidden layer 1", exact=True).select_option("relu")
    rested(page)
    assert addressed(page)["layers"][0] == [4, "relu", {"batch_normalization": 1, "dropout": 0.1}]
    expect(page.locator(".layerhead .inside")).to_have_text("normalised, dropout 0.1")
    expect(page.locator(".neuronsum")).to_contain_text("normalised z =")
    loss = number(page, "train")
    play_until(page, 80)
    assert number(page, "train") < loss
    page.locator("canvas.graph").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".neuron h2")).to_have_text("Output")
    expect(page.locator(".extras")).to_be_hidden()
    # Behind the four rows of the normalisation.
    network = operation.training_setup(addressed(page)).network
    assert network.size == 12 + 16 + 5
    assert page.locator(".weightrow input[type=range]").first.get_attribute("data-index") == "28"


def test_the_chosen_point_is_dragged_and_followed(page: Page, server: Any) -> None:
    """A press on the plane moves the chosen point, and the numbers of the unit with it."""
    open_page(page, server.url)
    box = page.locator("canvas[data-pane=plane]").bounding_box()
    assert box
    result = page.locator(".neuronsum").inner_text()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.wait_for_timeout(300)
    assert page.locator(".neuronsum").inner_text() != result
    page.mouse.up()
    rested(page)
    values = addressed(page)
    assert values["x1"] < -2.5
    assert values["x2"] > 2.5


def test_divergence_is_said_and_stops(page: Page, server: Any) -> None:
    """A learning rate beyond reason ends play with a sentence, and no number is NaN."""
    open_page(
        page, server.url, "data=plane&layers=4~linear,1~linear&loss=mean_squared_error&learning_rate=100"
    )
    button(page, "Play: train until you pause").click()
    expect(page.locator(".lab.network .message")).to_contain_text("diverged", timeout=15_000)
    expect(button(page, "Play: train until you pause")).to_be_visible()
    rested(page)
    expect(page.locator(".lab.network .message")).to_contain_text("Lower the learning rate")
    assert "NaN" not in page.locator(".lab.network").inner_text()


def test_another_task_brings_its_loss(page: Page, server: Any) -> None:
    """A regression set gets a linear output and a squared error, and there is no accuracy."""
    open_page(page, server.url)
    page.locator("select[data-name=data]").select_option("sine")
    rested(page)
    values = addressed(page)
    assert values["layers"][-1] == [1, "linear"]
    assert values["loss"] == "mean_squared_error"
    expect(page.locator("[data-read=accuracy]")).to_be_hidden()
    page.locator("select[data-name=data]").select_option("circle")
    rested(page)
    assert addressed(page)["loss"] == "binary_crossentropy"


def test_a_link_opens_the_same_on_a_cold_server(page: Page, server: Any) -> None:
    """What the address says is what a server that has never seen it shows."""
    server.restart()
    query = "layers=3~relu,2~elu,1~sigmoid&data=spiral&noise=0.2&seed=11&optimizer=adam&x1=-1.5"
    open_page(page, server.url, query)
    network = operation.training_setup(addressed(page)).network
    np.testing.assert_allclose(fields(page)[:2], network.weights[0][:, 0], rtol=1e-4)
    expect(page.locator("select[data-name=data]")).to_have_value("spiral")
    expect(page.locator("select[data-name=optimizer]")).to_have_value("adam")
    assert page.locator("[data-name=x1]").input_value() == "-1.5"


def test_training_outlives_a_visit_to_another_page(page: Page, server: Any) -> None:
    """Whoever comes back finds the network as trained, and its curves."""
    open_page(page, server.url)
    play_until(page, 80)
    trained, weights = step(page), fields(page)
    page.get_by_test_id("stSidebarNav").get_by_text("Activations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What does an activation do?")
    page.get_by_test_id("stSidebarNav").get_by_text("Hidden layers").click()
    expect(page.locator(".lab.network[data-lane=open]")).to_be_attached(timeout=20_000)
    rested(page)
    assert (step(page), fields(page)) == (trained, weights)


# The same answer for a second, and no run.
IDLE = """() => {
  const { dataset } = document.querySelector("[data-testid=stApp]");
  const now = `${labs()[0].dataset.seq} ${dataset.testScriptState}`;
  const isOver = now === window.idleAs && dataset.testScriptState === "notRunning";
  if (!isOver) [window.idleAs, window.idleSince] = [now, performance.now()];
  return performance.now() - window.idleSince > 1000;
}"""


def test_a_page_left_while_runs_play_it_comes_back(page: Page, server: Any) -> None:
    """Without a lane the session's last question is to play on, and its answer says nothing of the points."""
    page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    opened(page, f"{server.url}/hidden_layers", lane="closed")
    button(page, "Play: train until you pause").click()
    eventually(page, lambda: step(page) > 0, "it trains")
    # Out of sight it asks no more: a run that is under way while one leaves would write into the next page.
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    page.wait_for_function(IDLE, polling=100)
    page.get_by_test_id("stSidebarNav").get_by_text("Activations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What does an activation do?")
    page.get_by_test_id("stSidebarNav").get_by_text("Hidden layers").click()
    eventually(page, lambda: revision(page) > 0, "the plane is drawn")


def test_all_can_be_done_by_key(page: Page, server: Any) -> None:
    """Play, choose a unit, change its weight, move the chosen point, add points: without a pointer."""
    open_page(page, server.url)
    graph = page.locator("canvas.graph")
    graph.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".neuron h2")).to_have_text("Hidden layer 1, unit 2")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".neuron h2")).to_have_text("Output")
    slider = page.locator(".neuron input[type=range]").first
    slider.focus()
    before = fields(page)[0]
    page.keyboard.press("ArrowRight")
    rested(page)
    assert fields(page)[0] == pytest.approx(before + 0.01, abs=0.006)
    button(page, "Play: train until you pause").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    rested(page)
    assert step(page) > 0
    page.locator("canvas[data-pane=plane]").focus()
    page.keyboard.press("ArrowUp")
    rested(page)
    assert addressed(page)["x2"] == pytest.approx(1.1)
    page.keyboard.press("1")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")
    eventually(page, lambda: [row[2] for row in addressed(page)["own"]] == [1, 0], "both points are there")
    page.keyboard.press("Delete")
    eventually(page, lambda: [row[2] for row in addressed(page)["own"]] == [1], "the last one is gone")


def test_on_a_phone_all_is_in_reach(phone: Page, server: Any) -> None:
    """Nothing scrolls sideways, the plane is wide, play is above the fold, and a tap trains."""
    open_page(phone, server.url, "layers=8~tanh,8~tanh,8~tanh,8~tanh,8~tanh,8~tanh,1~sigmoid")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    play = button(phone, "Play: train until you pause")
    box = play.bounding_box()
    assert box
    assert box["y"] + box["height"] < 844
    assert box["height"] >= 32
    play.tap()
    phone.wait_for_timeout(1200)
    button(phone, "Pause").tap()
    rested(phone)
    assert step(phone) > 0


def test_without_a_lane_runs_do_the_same(page: Page, server: Any, complaints: list[str]) -> None:
    """Where no WebSocket of ours opens, steps and play go through Streamlit, slower and never broken."""
    page.route_web_socket(re.compile("/lane$"), lambda socket: socket.close())
    page.goto(f"{server.url}/hidden_layers")
    expect(page.locator(".lab.network[data-lane=closed]")).to_be_attached(timeout=20_000)
    page.wait_for_timeout(1500)
    button(page, "1 epoch: every point once").click()
    page.wait_for_timeout(2500)
    assert step(page) == 8
    button(page, "Play: train until you pause").click()
    page.wait_for_timeout(2500)
    button(page, "Pause").click()
    page.wait_for_timeout(2000)
    assert step(page) > 16
    complaints.clear()


def test_the_parts_of_the_first_sight_are_above_the_fold(page: Page, server: Any) -> None:
    """On a laptop the graph, the plane, play and every product are in sight without scrolling."""
    open_page(page, server.url)
    for part in (
        page.locator("canvas.graph"),
        page.locator("canvas[data-pane=plane]"),
        button(page, "Play: train until you pause"),
    ):
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 800
    assert page.locator(".weightrows").evaluate("(rows) => rows.scrollWidth <= rows.clientWidth")


# The share of a canvas that is nearly white.
WHITE = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixels = data.length / 4;
  const isWhite = (pixel) => [0, 1, 2, 3].every((part) => data[4 * pixel + part] > 225);
  return Array.from({ length: pixels }, (_, at) => at).filter(isWhite).length / pixels;
}"""


@pytest.mark.parametrize(("scheme", "low", "high"), [("light", 0.5, 1.0), ("dark", 0.0, 0.03)])
def test_zero_has_the_ground_of_the_theme(open_page, server, scheme: str, low: float, high: float) -> None:
    """A network that answers a half everywhere is white on a light page, and black on a dark one."""
    page = open_page(color_scheme=scheme)
    opened(page, f"{server.url}/hidden_layers?initializer=zeros", "network")
    assert low <= page.locator("canvas.plane").evaluate(WHITE) <= high
    zero = "black" if scheme == "dark" else "white"
    expect(page.locator(".caption")).to_contain_text(f"{zero} at 0")
