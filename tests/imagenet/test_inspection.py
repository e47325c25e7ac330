"""What is seen inside a network: against its layers painted by `figures`, and sums by hand."""

from __future__ import annotations

import io
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from explorer import figures, images
from explorer.activations import softmax
from explorer.imagenet import (
    attribution,
    banks,
    comparison,
    inspection,
    labels,
    outputs,
    overlays,
    predictions,
    preprocessing,
    structure,
)
from explorer.imagenet.attribution import CAMS
from explorer.imagenet.banks import GAP, _cells, kernels
from explorer.imagenet.comparison import Side
from explorer.imagenet.inspection import ORDERS, LayerView, Look, look
from explorer.imagenet.networks import NETWORKS, NetworkError

SMALL = "MobileNet-0.25-128"
RANDOM = LayerView(weights="random")
MAPS, LAST, UNITS, ANSWER = 6, 85, 86, 90  # 64 x 64 x 8, 4 x 4 x 256, 256 averages, 1000 probabilities


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return preprocessing.seen(SMALL, images.sample("chelsea"))


@pytest.fixture(scope="module")
def layers() -> list[structure.Layer]:
    return structure.layers(SMALL)


def seen(picture: np.ndarray, **changes) -> Look:
    return look(SMALL, picture, replace(RANDOM, **changes))


def pixels(found: Look, name: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(found.pictures[name].data)))


def maps_of(picture, layer) -> np.ndarray:
    found = outputs.layer_output(SMALL, picture, layer.name, weights="random")
    return found if found.ndim == 3 else found[np.newaxis, np.newaxis]


# A layer


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_the_mosaic_is_the_layer_painted_channel_by_channel(picture, layers, order, shared):
    """Tile by tile it is what `figures.paint` makes of the channels, in the order that was asked for."""
    measures = {"index": None, "mean": np.mean, "maximum": np.max, "variance": np.var}
    for depth in (MAPS, LAST):
        maps = maps_of(picture, layers[depth])
        rows, columns, count = maps.shape
        found = seen(picture, depth=depth, order=order, shared=shared)
        wanted = list(range(count))
        if measures[order]:
            # Equals keep the order of the network.
            by = [float(measures[order](maps[..., channel])) for channel in wanted]
            values = [by[channel] for channel in found.facts["maps"]["order"]]
            assert_allclose(values, sorted(values, reverse=True), rtol=1e-5)
            wanted = found.facts["maps"]["order"]
        assert sorted(found.facts["maps"]["order"]) == list(range(count))
        assert found.facts["maps"]["order"] == wanted
        scale = "signed" if maps.min() < 0 else "stretched"
        limits = found.facts["maps"]["limits"]
        assert bool(limits) is shared
        if shared:  # the usual values, and what lies beyond is said
            inside = np.mean((maps >= limits[0]) & (maps <= limits[1]))
            assert 0.98 <= inside <= 1
            assert ("lie outside" in found.facts["maps"]["remark"]) == bool(inside < 1)
        whole, across = pixels(found, "mosaic"), found.facts["maps"]["across"]
        assert whole.shape[:2] == (-(-count // across) * rows, across * columns)
        for place, channel in enumerate(wanted):
            top, left = place // across * rows, place % across * columns
            usual = limits or figures.usual_limits(maps[..., channel], scale)
            tile = figures.paint(maps[..., channel], scale, limits=usual).pixels
            assert_allclose(
                whole[top : top + rows, left : left + columns].astype(int), tile.astype(int), atol=1
            )


def test_the_facts_of_a_layer_are_its_own(picture, layers):
    """Shape, ends, kind and receptive field are those of the layer; one beyond the last is the last."""
    maps = maps_of(picture, layers[MAPS])
    facts = seen(picture, depth=MAPS).facts
    assert facts["layer"] == {
        "name": "conv_dw_1_relu",
        "kind": "ReLU",
        "shape": [64, 64, 8],
        "parameters": 0,
        "multiply_adds": 0,
        "receptive": [7, 2, -2],
    }
    assert (facts["maps"]["low"], facts["maps"]["high"]) == (maps.min(), maps.max())
    assert facts["maps"]["limits"] is None
    assert facts["size"] == 128
    beyond = seen(picture, depth=60_000).facts
    assert (beyond["depth"], beyond["layer"]["name"]) == (len(layers) - 1, layers[-1].name)


def test_a_channel_with_one_value_is_dead_and_a_single_number_is_not(picture, layers):
    """On a black picture channels whose kernel sees no edge are flat; units are no maps and share a scale."""
    black = np.zeros_like(picture)
    for depth in (3, MAPS, LAST):
        maps = maps_of(black, layers[depth])
        flat = [at for at in range(maps.shape[2]) if len(np.unique(maps[..., at])) == 1]
        assert seen(black, depth=depth).facts["maps"]["dead"] == flat
    assert any(seen(black, depth=depth).facts["maps"]["dead"] for depth in range(len(layers)))
    for depth in (UNITS, ANSWER):
        values = maps_of(picture, layers[depth])
        facts = seen(picture, depth=depth).facts["maps"]
        assert facts["dead"] == []
        assert facts["limits"] == (values.min(), values.max())
        assert facts["shape"] == [1, 1, values.size]


def test_a_large_mosaic_is_shrunk_and_a_moving_one_is_a_jpeg(picture, layers, monkeypatch):
    """A mosaic stays near the size of the screen; while it moves, a large one is sent with loss."""
    monkeypatch.setattr(inspection, "LOSSLESS_PIXELS", 9_000)
    monkeypatch.setattr(inspection, "MOSAIC_SIDE", 96)
    maps = maps_of(picture, layers[MAPS])
    for exact, kind in ((True, "PNG"), (False, "JPEG")):
        found = seen(picture, depth=MAPS, exact=exact, shared=True)
        made = Image.open(io.BytesIO(found.pictures["mosaic"].data))
        assert (made.format, made.size) == (kind, (96, 96))  # 3 x 3 tiles of 32 x 32
        assert "mean of 2 × 2 cells" in found.facts["maps"]["remark"]
    shrunk = maps[..., 0].reshape(32, 2, 32, 2).mean((1, 3))
    found = seen(picture, depth=MAPS, shared=True)
    tile = figures.paint(shrunk, "stretched", limits=found.facts["maps"]["limits"]).pixels
    whole = pixels(found, "mosaic")
    assert_allclose(whole[:32, :32].astype(int), tile.astype(int), atol=1)
    assert seen(picture, depth=LAST, exact=False).pictures["mosaic"].kind == "image/png"


# One channel


def test_the_stages_are_seen_by_the_maps_that_differ_most(picture, layers):
    """Below each other stand four maps of each stage, of the largest variance, as they are painted alone."""
    strip = pixels(seen(picture, depth=MAPS), "stages").astype(int)
    stages, side = structure.stages(layers), inspection.STAGE_SIDE
    assert strip.shape == (4 * len(stages) * side, side)
    for at, stage in enumerate(stages):
        maps = maps_of(picture, layers[stage.layer])
        most = np.argsort(-maps.var((0, 1)), kind="stable")[0]
        small = figures.paint_maps(maps[..., [most]], "stretched", shared=False, longest=side).pixels
        again = np.repeat(np.repeat(small, -(-side // len(small)), 0), -(-side // len(small)), 1)
        if len(again) == side:
            tile = strip[4 * at * side : (4 * at + 1) * side]
            assert np.abs(tile - again).mean() < 6  # of 255 levels: JPEG
    assert "stages" not in seen(picture, depth=MAPS, exact=False).pictures


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_a_dozen_stages_at_most(name):
    """They go on from layer to layer, end with the last maps, and what fits into a cell only grows."""
    found = structure.layers(name)
    stages = structure.stages(found)
    places = [stage.layer for stage in stages]
    assert 4 <= len(stages) <= 10
    assert places == sorted(set(places))
    assert places[-1] == max(
        at for at, each in enumerate(found) if max(each.output_shape[:-1], default=1) > 1
    )
    rooms = [("edges", "textures", "parts", "objects").index(stage.room) for stage in stages if stage.room]
    assert rooms == sorted(rooms)
    assert rooms[0] == 0


def test_the_values_of_a_channel_are_exact(picture, layers):
    """At rest every number comes as it is, and the picture is that of the channel alone."""
    for depth, channel in ((0, 2), (MAPS, 5), (LAST, 200), (UNITS, 7)):
        values = maps_of(picture, layers[depth])[..., channel]
        found = seen(picture, depth=depth, channel=channel)
        blob, facts = found.pictures["values"], found.facts["channel"]
        assert (blob.kind, blob.shape) == ("float32", values.shape)
        assert_array_equal(np.frombuffer(blob.data, np.float32).reshape(blob.shape), values)
        assert found.facts["chosen"] == channel
        assert (facts["low"], facts["high"]) == (values.min(), values.max())
        assert_allclose([facts["mean"], facts["variance"]], [values.mean(), values.var()], rtol=1e-5)
        scale = "signed" if values.min() < 0 else "stretched"
        ends = figures.usual_limits(values, scale) if values.size > 1 else None
        painted = figures.paint(values, scale, limits=ends)
        assert_array_equal(pixels(found, "channel"), painted.pixels)
        assert facts["remark"] == painted.remark
        assert "mosaic" not in found.pictures
    assert "values" not in seen(picture, depth=MAPS, channel=5, exact=False).pictures


def test_a_channel_that_is_not_there_is_none(picture):
    """A channel that another layer had is let go, without an error."""
    found = seen(picture, depth=MAPS, channel=8)
    assert found.facts["chosen"] is None
    assert set(found.pictures) == {"mosaic", "stages"}


# Why


@pytest.mark.parametrize("method", CAMS)
def test_an_overlay_is_the_map_of_attribution(picture, layers, method):
    """Levels are the map divided by its greatest value; flat maps, and layers without a where, say so."""
    every = attribution.cams(SMALL, picture, 281, method=method, weights="random")
    for depth in (MAPS, LAST):
        cam = every[layers[depth].name]
        found = seen(picture, depth=depth, overlay=method, target=281)
        facts = found.facts["overlay"]
        if attribution.is_flat(cam):
            assert "flat" in facts["missing"]
            assert "overlay" not in found.pictures
            continue
        blob = found.pictures["overlay"]
        levels = np.frombuffer(blob.data, np.uint8).reshape(blob.shape)
        assert_array_equal(levels, np.round(255 * cam / cam.max()))
        assert facts == {
            "method": method,
            "title": CAMS[method],
            "shape": list(cam.shape),
            "high": cam.max(),
        }
    assert "rows and columns" in seen(picture, depth=ANSWER, overlay=method).facts["overlay"]["missing"]


def test_the_class_explained_is_the_first_one_unless_another_is_chosen(picture):
    """Without a choice the overlay is that of the most probable class."""
    first = seen(picture, depth=LAST, overlay="grad_cam")
    index = first.facts["prediction"]["top"][0]["index"]
    assert first.facts["target"]["index"] == index
    chosen = seen(picture, depth=LAST, overlay="grad_cam", target=index)
    assert chosen.pictures == first.pictures
    assert seen(picture, target=3).facts["target"]["label"] == labels.LABELS[3].text


# What the network says


def test_the_prediction_is_that_of_the_network(picture):
    """Classes, names, probabilities and logits are those of `predictions`, the entropy is a sum by hand."""
    facts = seen(picture, top=7).facts["prediction"]
    wanted = predictions.predict(SMALL, picture, top=7, weights="random")
    logits = predictions.logits(SMALL, picture, weights="random")
    found = [(each["index"], each["wnid"], each["label"]) for each in facts["top"]]
    assert found == [(each.index, each.wnid, each.label) for each in wanted]
    assert_allclose(
        [each["probability"] for each in facts["top"]], [each.probability for each in wanted], 1e-5
    )
    assert_array_equal([each["logit"] for each in facts["top"]], [logits[each.index] for each in wanted])
    assert all(each["before"] == each["probability"] for each in facts["top"])
    chances = softmax(logits)
    assert facts["entropy"] == pytest.approx(-sum(p * math.log2(p) for p in chances.tolist() if p), rel=1e-5)


def test_scaled_channels_move_the_prediction_and_what_was_stays(picture, layers):
    """What classes had before is the whole network's, and so are the maps; what they have now is not."""
    whole = seen(picture, depth=LAST)
    off = tuple((LAST, channel, 0.0) for channel in range(128))
    less = seen(picture, depth=LAST, scaled=off)
    scales = {layers[LAST].name: dict.fromkeys(range(128), 0.0)}
    wanted = softmax(predictions.logits(SMALL, picture, weights="random", scales=scales))
    before = softmax(predictions.logits(SMALL, picture, weights="random"))
    for each in less.facts["prediction"]["top"]:
        assert each["probability"] == pytest.approx(wanted[each["index"]], rel=1e-4)
        assert each["before"] == pytest.approx(before[each["index"]], rel=1e-4)
    assert less.facts["prediction"]["top"] != whole.facts["prediction"]["top"]
    assert less.facts["switched"] == 128
    assert less.pictures == whole.pictures
    assert (
        less.facts["target"]["index"] == whole.facts["target"]["index"]
    )  # the explained class does not move
    again = seen(picture, depth=LAST, scaled=((LAST, 3, 1.0),)).facts["prediction"]["top"]
    assert_allclose(
        [each["probability"] for each in again],
        [each["probability"] for each in whole.facts["prediction"]["top"]],
        rtol=1e-3,
    )


def test_the_temperature_divides_the_logits(picture):
    """Colder is surer, warmer is more even; the order and the logits are the same."""
    logits = predictions.logits(SMALL, picture, weights="random")
    entropies = []
    for temperature in (0.5, 1.0, 4.0):
        facts = seen(picture, temperature=temperature).facts["prediction"]
        wanted = np.exp((logits - logits.max()) / temperature)
        wanted /= wanted.sum()
        assert facts["temperature"] == temperature
        for each in facts["top"]:
            assert each["probability"] == pytest.approx(wanted[each["index"]], rel=1e-4)
            assert each["logit"] == logits[each["index"]]
        entropies.append(facts["entropy"])
    assert entropies == sorted(entropies)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"order": "beauty"}, r"sorted by index, mean, .*'beauty' came; choose"),
        ({"overlay": "x_ray"}, r"heat maps are grad_cam, .*'x_ray' came; choose"),
        ({"target": 1000}, r"classes 0 to 999, but 1000 came; choose"),
        ({"scaled": ((MAPS, 8, 0.0),)}, r"no channel 8 in a layer 6; switch on"),
        ({"scaled": ((60_000, 0, 0.0),)}, r"no channel 0 in a layer 60000; switch on"),
        ({"scaled": ((ANSWER, 0, 0.0),)}, r"Nothing follows"),
    ],
)
def test_what_cannot_be_looked_at_is_said(picture, changes, sentence):
    """An error says what came, what there is, and what to do."""
    with pytest.raises(NetworkError, match=sentence):
        seen(picture, **changes)


def test_a_network_or_a_picture_that_is_none_is_said(picture):
    """Names and pictures are checked before anything is computed."""
    with pytest.raises(NetworkError, match="no network 'HAL'"):
        look("HAL", picture, RANDOM)
    with pytest.raises(NetworkError, match="1 or 3 channels"):
        look(SMALL, picture[..., :2], RANDOM)


def test_answers_give_places_logits_and_probabilities(picture):
    """The first classes, or those that are wanted, with their place among all thousand."""
    logits = predictions.logits(SMALL, picture, weights="random")
    chances, order = softmax(logits), np.argsort(-logits, kind="stable")
    first = inspection.answers(SMALL, picture, RANDOM, 4)
    assert [each["index"] for each in first["classes"]] == order[:4].tolist()
    assert [each["place"] for each in first["classes"]] == [1, 2, 3, 4]
    wanted = inspection.answers(SMALL, picture, RANDOM, (281, int(order[9])))
    assert [each["index"] for each in wanted["classes"]] == [281, order[9]]
    assert wanted["classes"][1]["place"] == 10
    assert wanted["classes"][0]["probability"] == pytest.approx(chances[281], rel=1e-5)
    assert wanted["classes"][0]["logit"] == logits[281]
    assert first["alternatives"] == pytest.approx(2 ** first["entropy"])
    with pytest.raises(NetworkError, match="1000 came"):
        inspection.answers(SMALL, picture, RANDOM, (1000,))


# Layers as they are


def test_totals_add_up(layers):
    """Parameters of all layers together are those that the network is published with."""
    assert inspection.totals(layers).parameters == NETWORKS[SMALL].parameters
    assert inspection.totals([]) == inspection.Totals(0, 0)
    assert [inspection.is_spatial(layers[at]) for at in (0, LAST, UNITS, ANSWER)] == [
        True,
        True,
        False,
        False,
    ]


# Kernels


def test_banks_are_the_layers_with_kernels(layers):
    """Each has as many kernels and slices as the array of its weights."""
    found = banks.banks_of(layers)
    assert len(found) == 28  # 14 convolutions, 13 depthwise ones, and the one that decides
    for bank in found:
        weights = structure.filters(SMALL, bank.layer.name, weights="random")
        rows, columns, inputs, outputs = weights.shape
        depthwise = bank.layer.kind == "DepthwiseConv2D"
        assert (bank.slices, bank.count) == ((1, inputs) if depthwise else (inputs, outputs))
        assert layers[bank.place] is bank.layer
        assert bank.of_one_cell == (rows == columns == 1)
        assert bank.in_colour == (bank.layer.name == "conv1")


def tiles(found: Look) -> np.ndarray:
    """Cut the mosaic of kernels: one pixel for each cell, (count, rows, columns, 3)."""
    rows, columns, _, count = found.facts["shape"]
    whole, across, gap = pixels(found, "kernels"), found.facts["across"], GAP
    side = ((whole.shape[1] - gap) // across - gap) // columns
    return np.stack(
        [
            whole[gap + row * (rows * side + gap) :, gap + column * (columns * side + gap) :][
                : rows * side : side, : columns * side : side
            ]
            for row, column in (divmod(at, across) for at in range(count))
        ]
    )


@pytest.mark.parametrize("shared", [False, True])
def test_kernels_of_the_first_layer_are_in_colour(shared):
    """Red, green and blue of a cell are its three weights, around mid-grey."""
    weights = structure.filters(SMALL, "conv1", weights="random")
    found = kernels(SMALL, "conv1", 3, shared=shared, weights="random")
    assert found.facts["shape"] == [3, 3, 3, 8]
    painted = tiles(found)
    for at in range(8):
        limit = float(np.abs(weights if shared else weights[..., at]).max())
        assert_array_equal(
            painted[at], figures.paint(weights[..., at], "signed", limits=(-limit, limit)).pixels
        )
        if at == 3:
            assert found.facts["limit"] == limit
    values = [[[cell["value"] for cell in row] for row in part] for part in found.facts["cells"]]
    assert_array_equal(np.moveaxis(values, 0, 2), weights[..., 3])
    assert (found.facts["low"], found.facts["high"]) == (weights.min(), weights.max())


def test_kernels_of_one_channel_are_shown_whole_and_others_by_a_slice():
    """Depthwise kernels are all there; of a deeper one it is the slice that was asked for."""
    for layer, part, chosen in (("conv_dw_2", 0, 15), ("conv_pw_1", 5, 2)):
        weights = structure.filters(SMALL, layer, weights="random")
        whole = weights[..., 0] if layer == "conv_dw_2" else weights[:, :, part]  # (kh, kw, kernels)
        found = kernels(SMALL, layer, chosen, part=part, shared=True, weights="random", dark=True)
        limit = float(np.abs(weights).max())
        painted = tiles(found)
        for at in range(whole.shape[2]):
            tile = figures.paint(whole[..., at], "signed", limits=(-limit, limit), dark=True).pixels
            assert_array_equal(painted[at], tile)
        cells = [[cell["value"] for cell in row] for row in found.facts["cells"][0]]
        assert_array_equal(np.float32(cells), whole[..., chosen])
        assert len(found.facts["cells"]) == 1
    sums = np.abs(weights[..., chosen]).sum((0, 1))
    strongest = found.facts["strongest"]
    assert [at for at, _ in strongest] == np.argsort(-sums)[:5].tolist()
    assert_allclose([strength for _, strength in strongest], np.sort(sums)[::-1][:5])


def test_the_chosen_kernel_is_framed_and_its_numbers_can_be_read():
    """The frame is around that kernel alone, and ink and ground differ by a contrast of at least 4.5."""
    found = kernels(SMALL, "conv_dw_1", 4, weights="random")
    whole = pixels(found, "kernels")
    frame = (whole == np.array(tuple(bytes.fromhex(figures.ROLES["field"].dark[1:])))).all(-1)
    rows, columns = np.flatnonzero(frame.any(1)), np.flatnonzero(frame.any(0))
    assert found.facts["across"] == 3  # so that kernel 4 of 8 is the one in the middle
    outer = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    side, gap = rows[-1] - rows[0] + 1, GAP
    assert rows[0] == columns[0] == side - gap
    inner = frame[outer][gap:-gap, gap:-gap]
    assert not inner.any()
    assert frame.sum() == side**2 - inner.size
    scale = np.linspace(-1, 1, 255, dtype=np.float32)[np.newaxis]
    for cell in (*_cells(scale, 1.0, False)[0], *_cells(scale, 1.0, True)[0]):
        assert contrast(cell["colour"], cell["ink"]) >= 4.5


def contrast(*colours: str) -> float:
    """Give the contrast of two colours as WCAG defines it."""
    levels = [np.array(list(bytes.fromhex(colour[1:]))) / 255 for colour in colours]
    linear = [np.where(each <= 0.04045, each / 12.92, ((each + 0.055) / 1.055) ** 2.4) for each in levels]
    lights = sorted(float(each @ (0.2126, 0.7152, 0.0722)) for each in linear)
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_kernels_for_pictures_with_blue_first_are_turned_to_red_first(monkeypatch):
    """The colours of a kernel are those that it sees, whichever way round the network takes them."""
    weights = np.zeros((1, 1, 3, 2), np.float32)
    weights[..., 0, 0] = 1  # of the first channel that comes in
    monkeypatch.setattr(structure, "filters", lambda *_, **__: weights)
    layer = structure.Layer("first", "Conv2D", (1, 1, 2), 6, 6, None, ("input",), "")
    monkeypatch.setattr(structure, "layers", lambda name: [layer])
    for name, colour in (("MobileNetV2", 0), ("ResNet50", 2)):
        found = kernels(name, "first")
        values = [part[0][0]["value"] for part in found.facts["cells"]]
        assert values == [float(at == colour) for at in range(3)]
        assert found.facts["zero"] == 1


@pytest.mark.parametrize(
    ("layer", "numbers", "sentence"),
    [
        ("conv1", {"chosen": 8}, "The kernels of conv1 are 0 to 7, but 8 came; choose another"),
        ("conv_pw_1", {"part": 8}, "The slices of conv_pw_1 are 0 to 7, but 8 came; choose another"),
        ("conv1_relu", {}, "conv1_relu is a ReLU layer without kernels; choose a convolution"),
        ("conv0", {}, "no layer 'conv0'"),
    ],
)
def test_kernels_that_are_not_there_are_said(layer, numbers, sentence):
    """An error says what there is and what to do."""
    with pytest.raises(NetworkError, match=sentence):
        kernels(SMALL, layer, **numbers, weights="random")


def test_a_matrix_is_no_kernel(monkeypatch):
    """A dense layer slides over nothing."""
    monkeypatch.setattr(structure, "filters", lambda *_, **__: np.zeros((4, 5), np.float32))
    with pytest.raises(
        NetworkError, match="matrix of 4 × 5, which slides over nothing; choose a convolution"
    ):
        kernels("MobileNetV2", "predictions")


# Two beside each other


def test_a_picture_agrees_with_itself(picture):
    """All probability, all heat and all five classes are the same."""
    side = Side(SMALL, picture, replace(RANDOM, depth=MAPS))
    found = comparison.compare(side, side)
    assert found.shared == pytest.approx(1, abs=1e-5)
    assert found.heat == pytest.approx(1, abs=1e-5)
    tops = [one.facts["prediction"]["top"] for one in found.sides]
    assert tops[0] == tops[1]
    assert found.common == tuple(each["label"] for each in tops[0])
    assert all(each["other"] == each["probability"] for each in tops[0])


def test_two_pictures_share_what_both_give_to_a_class(picture):
    """Probability is compared class by class, heat cell by cell, and each side is what `look` gives."""
    other = preprocessing.seen(SMALL, images.sample("coffee"))
    sides = [Side(SMALL, each, replace(RANDOM, depth=MAPS)) for each in (picture, other)]
    found = comparison.compare(*sides, one_scale=False)
    one, two = (softmax(predictions.logits(SMALL, side.image, weights="random")) for side in sides)
    assert found.shared == pytest.approx(sum(map(min, one.tolist(), two.tolist())), rel=1e-4)
    for side, given, rest in zip(sides, found.sides, (two, one), strict=True):
        plain = look(SMALL, side.image, side.view)
        assert given.pictures["mosaic"] == plain.pictures["mosaic"]
        assert_array_equal(pixels(given, "seen")[::3, ::3], side.image)
        for each, before in zip(
            given.facts["prediction"]["top"], plain.facts["prediction"]["top"], strict=True
        ):
            assert each["other"] == pytest.approx(rest[each["index"]], rel=1e-4)
            assert {key: each[key] for key in before} == before
        target = given.facts["target"]["index"]
        cam = attribution.grad_cam(SMALL, side.image, target=target, weights="random")
        assert given.facts["heat"] == {"shape": [4, 4], "high": cam.max(), "limit": cam.max()}
        assert_array_equal(pixels(given, "heat"), overlays.heated(pixels(given, "seen"), cam))
    firsts = [{each["index"] for each in side.facts["prediction"]["top"]} for side in found.sides]
    assert set(found.common) == {labels.LABELS[index].text for index in set.intersection(*firsts)}


@pytest.mark.parametrize("shared", [False, True])
def test_two_pictures_of_one_network_share_a_scale(picture, shared):
    """Equal colours mean equal numbers on both, of the heat and of each channel, however faint one is."""
    faint = np.rint(128 + 0.05 * (picture.astype(float) - 128)).astype(np.uint8)
    view = replace(RANDOM, depth=MAPS, shared=shared)
    sides = [Side(SMALL, each, view) for each in (picture, faint)]
    found = comparison.compare(*sides)
    assert found.one_scale
    ends = [inspection.reach_of(SMALL, each, view) for each in (picture, faint)]
    reach = np.transpose([np.minimum(*ends)[:, 0], np.maximum(*ends)[:, 1]])
    highs = []
    for side, given in zip(sides, found.sides, strict=True):
        target = given.facts["target"]["index"]
        cam = attribution.grad_cam(SMALL, side.image, target=target, weights="random")
        highs.append(float(cam.max()))
        limit = given.facts["heat"]["limit"]
        assert_array_equal(pixels(given, "heat"), overlays.heated(pixels(given, "seen"), cam, limit))
        same = look(SMALL, side.image, replace(view, reach=tuple(map(tuple, reach.tolist()))))
        assert given.pictures["mosaic"] == same.pictures["mosaic"]
    assert {given.facts["heat"]["limit"] for given in found.sides} == {max(highs)}
    assert found.sides[1].pictures["mosaic"] != look(SMALL, faint, view).pictures["mosaic"]


def test_two_networks_have_scales_of_their_own(picture):
    """Numbers of one mean nothing in the other."""
    other = Side("MobileNetV2", preprocessing.seen("MobileNetV2", picture), RANDOM)
    found = comparison.compare(Side(SMALL, picture, RANDOM), other)
    assert not found.one_scale
    assert all(given.facts["heat"]["limit"] == given.facts["heat"]["high"] for given in found.sides)


def test_heat_is_compared_where_the_cells_of_both_end():
    """Maps of 1 x 2 and 1 x 3 cells are cut into sixths of the width; with a flat one nothing is compared."""
    one, two = np.float32([[1, 0]]), np.float32([[0, 1, 1]])
    # (1/3, 1/3, 1/3, 0, 0, 0) and (0, 0, 1/4, 1/4, 1/4, 1/4).
    assert comparison._shared(*comparison._alike(one, two)) == pytest.approx(1 / 4)
    assert comparison._shared(one, np.zeros_like(one)) is None


def test_the_counterpart_is_as_deep_and_of_the_same_kind_where_one_is_near():
    """A layer stands at its place divided by that of the last."""

    def stack(kinds: str) -> list[structure.Layer]:
        return [
            structure.Layer(f"{kind}{at}", kind, (1, 1, 1), 0, 0, None, (), "")
            for at, kind in enumerate(kinds)
        ]

    layers, others = stack("abc"), stack("x" * 49 + "yb" + "x" * 50)  # the middle of the latter is b
    assert comparison.counterpart(layers[1], layers, others) == 50
    assert comparison.counterpart(layers[0], layers, others) == 0
    assert comparison.counterpart(layers[2], layers, others) == 100
    near, far = stack("x" * 46 + "b" + "x" * 54), stack("x" * 20 + "b" + "x" * 80)
    assert comparison.counterpart(layers[1], layers, near) == 46
    assert comparison.counterpart(layers[1], layers, far) == 50


# With real weights


@pytest.mark.weights
def test_a_trained_pair_agrees_on_the_cat():
    """Both trained networks see an Egyptian cat in the photograph, and share much of their probability."""
    folder = os.environ.get("EXPLORER_WEIGHTS")
    if not folder:
        pytest.skip("EXPLORER_WEIGHTS names no folder with trained weights")
    levels = images.load(Path(folder).parents[1] / "images" / "cat.jpg")
    sides = [Side(name, preprocessing.seen(name, levels), LayerView()) for name in ("MobileNetV2", SMALL)]
    found = comparison.compare(*sides)
    assert found.sides[0].facts["prediction"]["top"][0]["index"] == 285
    assert "Egyptian cat" in found.common
    assert found.shared > 0.25
    assert found.heat is not None
    assert 0 < found.heat <= 1
