"""The sketch network: what it sees of a drawing, every layer against Keras, and what it says of drawings."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from explorer import figures, images, sketch
from explorer.convolution import filters
from explorer.images import ImageError, drawings
from explorer.sketch import CLASSES, SIDE, VARIANTS, SketchError, network, units
from explorer.sketch.training.drawings import synthesise
from explorer.sketch.training.networks import build
from explorer.sketch.training.styles import STYLES

ROOT = Path(__file__).parents[2]

# Drawn by hand on a pad of 256 x 256 pixels, and written down: strokes of points (x, y).
BY_HAND = {
    "circle": [
        [(128, 48), (90, 56), (60, 84), (49, 122), (56, 164), (84, 196), (126, 208), (168, 198), (198, 168),
         (208, 126), (196, 84), (168, 58), (134, 47)],
    ],
    "square": [[(58, 62), (196, 56), (203, 197), (62, 204), (57, 60)]],
    "triangle": [[(126, 50), (207, 200), (44, 196), (129, 46)]],
    "star": [[(127, 40), (176, 205), (42, 103), (213, 99), (77, 207), (129, 44)]],
    "heart": [
        [(128, 92), (110, 62), (78, 52), (50, 70), (44, 104), (62, 142), (94, 178), (129, 212), (166, 174),
         (198, 138), (213, 102), (204, 70), (178, 54), (146, 64), (128, 94)],
    ],
    "cross": [[(60, 58), (202, 199)], [(196, 63), (57, 203)]],
    "arrow": [[(40, 190), (118, 124), (205, 62)], [(140, 66), (206, 60), (196, 122)]],
    "zigzag": [[(32, 160), (64, 96), (98, 164), (130, 92), (164, 166), (196, 98), (226, 158)]],
    "spiral": [
        [(128, 128), (140, 120), (146, 134), (134, 148), (114, 144), (104, 124), (114, 102), (140, 94),
         (166, 106), (176, 134), (164, 164), (132, 178), (98, 168), (76, 138), (78, 102), (102, 74),
         (140, 64), (180, 76),
         (204, 108), (208, 150), (190, 190)],
    ],
    "smiley": [
        [(128, 40), (84, 54), (52, 90), (42, 134), (58, 178), (94, 206), (138, 212), (180, 196), (206, 160),
         (212, 118), (196, 76), (164, 48), (126, 40)],
        [(100, 98), (100, 116)],
        [(154, 96), (155, 114)],
        [(86, 146), (104, 168), (130, 176), (156, 166), (170, 144)],
    ],
}  # fmt: skip


def drawn(label, *, pen=10, light=False, scale=1.0, move=(0, 0), size=256):
    """Put a drawing by hand on a pad, as the browser's canvas does: round pen, straight lines."""
    sheet = np.zeros((size, size), np.uint8)
    for stroke in BY_HAND[label]:
        points = np.round((np.array(stroke) * scale + move) * 16).astype(np.int32)
        cv2.polylines(sheet, [points], False, 255, pen, cv2.LINE_AA, 4)
    ink = sheet.astype(np.float32)[..., np.newaxis] / 255
    return ink if light else 1 - ink


def photographed(picture):
    """Give a drawing the uneven light, the shadow and the grain of a photograph."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[-1:1:256j, -1:1:256j]
    light = 0.75 - 0.15 * x + 0.1 * y - 0.08 * (x**2 + y**2) - 0.1 / (1 + np.exp(-6 * (x + y)))
    paper = 0.35 + 0.65 * picture[..., 0]
    noisy = light * paper + rng.normal(0, 0.015, light.shape)
    return np.clip(noisy, 0, 1).astype(np.float32)[..., np.newaxis]


def overlap(one, other):
    """Say how much of the ink is the same."""
    return np.minimum(one, other).sum() / np.maximum(one, other).sum()


@pytest.fixture(scope="module")
def seen():
    return np.stack([sketch.prepare(drawn(label)) for label in CLASSES])


# What the network sees.


def test_ink_is_centred_and_scaled_by_its_longer_side():
    """A bar of 20 x 80 pixels in a corner becomes 13 x 52 in the middle."""
    picture = np.ones((256, 256, 1), np.float32)
    picture[230:250, 10:90] = 0
    sight = sketch.look(picture)
    expected = np.zeros((64, 64), np.float32)
    expected[25:38, 6:58] = 1
    assert_allclose(sight.seen[..., 0], expected, atol=1e-6)
    assert (sight.box, sight.place, sight.light) == ((230, 10, 250, 90), (25, 6, 38, 58), False)
    assert sight.on_picture(sight.place) == (230, 10, 250, 90)
    assert not sight.seen.flags.writeable


@pytest.mark.parametrize("label", CLASSES)
def test_the_same_drawing_is_seen_alike_wherever_and_however_it_is_drawn(label):
    """Light on dark, moved, in grey or colour, without its last axis: the network sees the same."""
    reference = sketch.prepare(drawn(label))
    assert_allclose(sketch.prepare(drawn(label, light=True)), reference, atol=1e-5)
    assert_allclose(sketch.prepare(drawn(label, move=(20, -30))), reference, atol=1e-5)
    assert_array_equal(sketch.prepare(drawn(label)[..., 0]), reference)
    assert_allclose(sketch.prepare(np.repeat(drawn(label), 3, axis=2)), reference, atol=0.02)
    pale = 0.55 + 0.2 * drawn(label)
    assert_allclose(sketch.prepare(pale), reference, atol=0.4)
    assert overlap(sketch.prepare(pale), reference) > 0.85
    half = sketch.prepare(drawn(label, scale=0.5, pen=5, move=(100, 90)))
    assert overlap(half, reference) > 0.7
    wide = np.ones((300, 700, 1), np.float32)
    wide[20:276, 400:656] = drawn(label)
    assert overlap(sketch.prepare(wide), reference) > 0.7
    assert overlap(sketch.prepare(photographed(drawn(label))), reference) > 0.7


@pytest.mark.parametrize(
    "picture",
    [
        np.ones((256, 256, 1), np.float32),
        np.zeros((256, 256, 3), np.float32),
        np.full((40, 300), 0.4, np.float32),
        np.clip(np.random.default_rng(0).normal(0.8, 0.02, (256, 256, 1)), 0, 1).astype(np.float32),
        np.linspace(0.4, 0.9, 200, dtype=np.float32).repeat(100).reshape(200, 100),
    ],
    ids=["white", "black", "grey", "grain", "uneven light"],
)
def test_a_blank_picture_says_so(picture):
    """Paper alone, of any brightness, is no drawing."""
    for ask in (sketch.prepare, sketch.predict):
        with pytest.raises(SketchError, match=r"^There is nothing drawn: .*\.$"):
            ask(picture)


def test_a_dot_and_a_filled_pad_are_drawings():
    """As little as a dot can be seen, and a shape that takes most of the pad is not taken for the paper."""
    dot = np.ones((256, 256, 1), np.float32)
    dot[100:103, 50:53] = 0
    assert sketch.look(dot).box == (100, 50, 103, 53)
    full = np.ones((256, 256, 1), np.float32)
    full[20:236, 20:236] = 0
    sight = sketch.look(full)
    assert sight.box == (20, 20, 236, 236)
    assert not sight.light


def test_dust_on_a_photograph_is_left_out():
    """A few dark pixels on grainy paper do not move the drawing; on a clean pad every dot counts."""
    clean, photo = (
        drawn("square", scale=0.5, move=(80, 80)),
        photographed(drawn("square", scale=0.5, move=(80, 80))),
    )
    before = sketch.look(photo).box
    photo[5:7, 5], clean[5:7, 5] = 0.1, 0
    assert sketch.look(photo).box == before
    assert sketch.look(clean).box[:2] == (5, 5)


@pytest.mark.parametrize(
    "picture",
    [np.zeros((4, 4, 2), np.float32), np.zeros((0, 4, 1), np.float32), np.full((9, 9, 1), 2.0), np.zeros(9)],
    ids=["two channels", "empty", "too bright", "a line"],
)
def test_no_picture_is_refused_in_a_sentence(picture):
    """What is no picture is refused as everywhere."""
    with pytest.raises(ImageError, match=r"\.$"):
        sketch.predict(picture)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_any_picture_is_seen_or_blank(rows, columns, seed):
    """Pictures of any shape with anything on them give ink that keeps the margin, or are blank."""
    rng = np.random.default_rng(seed)
    picture = np.full((rows, columns), rng.random(), np.float32)
    for _ in range(4):
        top, left = rng.integers(rows), rng.integers(columns)
        picture[top : top + rng.integers(1, 99), left : left + rng.integers(1, 99)] = rng.random()
    try:
        sight = sketch.look(picture)
    except SketchError:
        return
    assert sight.seen.min() >= 0
    assert sight.seen.max() == 1
    top, left, bottom, right = sight.place
    assert max(bottom - top, right - left) == sketch.INK
    assert not sight.seen[:6].any()
    assert not sight.seen[:, 58:].any()


def test_every_sample_of_the_chooser_can_be_asked_about():
    """Photographs and patterns are no drawings; the network answers all the same, or finds no ink."""
    answered = 0
    for name in images.sample_names():
        try:
            ranking = sketch.predict(images.sample(name))
        except SketchError:
            continue
        answered += 1
        assert sum(share for _, share in ranking) == pytest.approx(1, abs=1e-5)
    assert answered > 5


# What it computes.


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_layer_equals_that_of_the_keras_model(variant, seen):
    """Shapes, numbers of parameters and all maps, for one drawing and for many."""
    import keras

    model = build(variant)
    for name, pair in sketch.weights(variant).items():
        model.get_layer(name).set_weights(pair)
    stack = sketch.layers(variant)
    assert sum(layer.parameters for layer in stack) == model.count_params()
    inner = keras.Model(model.inputs[0], [model.get_layer(layer.name).output for layer in stack])
    expected = [np.asarray(maps) for maps in inner(seen)]
    for index, picture in enumerate(seen):
        run = sketch.forward(picture, variant)
        for layer, maps in zip(stack, expected, strict=True):
            assert run.maps[layer.name].shape == layer.shape
            assert run.maps[layer.name].dtype == np.float32
            assert_allclose(run.maps[layer.name], maps[index], atol=1e-4, rtol=1e-4)
    assert_allclose(
        sketch.forward_all(np.tile(seen, (3, 1, 1, 1)), variant), np.tile(expected[-1], (3, 1)), atol=1e-5
    )


def test_a_map_that_is_off_reaches_no_further(seen):
    """Maps that are off are zeros, and what follows is as if no weight read them."""
    run = sketch.forward(seen[3], off={"relu1": [1, 6], "pool2": [0]})
    assert not run.maps["relu1"][..., [1, 6]].any()
    assert run.maps["conv1"][..., 1].any()
    kernel, bias = sketch.weights()["conv2"]
    kernel = kernel.copy()
    kernel[:, :, [1, 6]] = 0
    full = sketch.forward(seen[3]).maps["relu1"]
    assert_allclose(filters.conv2d(full, kernel, bias=bias, padding="same"), run.maps["conv2"], atol=1e-5)
    assert run.off == {"relu1": (1, 6), "pool2": (0,)}
    assert_allclose(sketch.forward_all(seen[3:4], off=run.off)[0], run.probabilities, atol=1e-6)
    assert sketch.forward(seen[3], off={"relu1": []}).off == {}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"variant": "three_blocks"}, "no variant 'three_blocks'; choose one of two_blocks"),
        ({"off": {"conv9": [0]}}, "no such layer of maps as 'conv9'"),
        ({"off": {"dense": [0]}}, "no such layer of maps as 'dense'"),
        ({"off": {"conv1": [8]}}, "Convolution 1 has the maps 0 to 7"),
        ({"off": {"conv1": [True]}}, "Convolution 1 has the maps 0 to 7"),
        ({"variant": "one_block", "off": {"conv3": [0]}}, "in one block"),
    ],
)
def test_wrong_arguments_are_refused_in_a_sentence(arguments, sentence, seen):
    """The message says what came and what there is."""
    for compute, image in (
        (sketch.forward, seen[0]),
        (sketch.forward_all, seen[:2]),
        (sketch.erase, seen[0]),
    ):
        with pytest.raises(SketchError, match=sentence):
            compute(image, **arguments)


@pytest.mark.parametrize("image", [np.zeros((64, 64)), np.zeros((128, 128, 1)), np.full((64, 64, 1), np.nan)])
def test_a_picture_that_is_not_prepared_is_refused(image):
    """The network sees 64 x 64 finite numbers and nothing else."""
    for compute in (sketch.forward, sketch.erase):
        with pytest.raises(SketchError, match="Give it what prepare makes"):
            compute(image)
    with pytest.raises(SketchError, match="were expected"):
        sketch.forward_all(image[np.newaxis, :9])


# What a unit sees, and what would change its mind.


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_unit_is_its_worked_sum(variant, seen):
    """Products and bias add up to the number, a pooling is its largest cell, a ReLU keeps what is above 0."""
    run = sketch.forward(seen[9], variant)
    rng = np.random.default_rng(1)
    for layer in sketch.layers(variant):
        for _ in range(12):
            place = [int(rng.integers(size)) for size in layer.shape]
            found = sketch.unit(run, layer.name, place[-1], *place[:-1])
            assert found.value == run.maps[layer.name][tuple(place)]
            if layer.kind in ("convolution", "dense"):
                assert found.products.sum(dtype=np.float64) + found.bias == pytest.approx(
                    found.value, abs=1e-4
                )
            elif layer.kind == "softmax":
                assert np.exp(found.patch)[place[-1]] / np.exp(found.patch).sum() == pytest.approx(
                    found.value
                )
            else:
                assert max(found.patch.max(), 0 if layer.kind == "relu" else -np.inf) == found.value
            assert found.sentence.endswith(".")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_unit_depends_on_its_rectangle_alone(variant, seen):
    """Pixels outside may be anything; its size is that of the receptive field where no edge is near."""
    run = sketch.forward(seen[5], variant)
    noise = np.random.default_rng(2).random((SIDE, SIDE, 1), np.float32)
    for layer in sketch.layers(variant):
        if layer.field is None:
            continue
        row, column = layer.shape[0] // 2, layer.shape[1] // 2 - 1
        found = sketch.unit(run, layer.name, 2, row, column)
        top, left, bottom, right = found.rectangle
        assert (bottom - top, right - left) == layer.field.size
        other = noise.copy()
        other[top:bottom, left:right] = seen[5][top:bottom, left:right]
        changed = sketch.forward(other, variant).maps[layer.name][row, column, 2]
        assert changed == pytest.approx(found.value, abs=1e-5)
    assert sketch.unit(run, "dense", 0).rectangle == (0, 0, SIDE, SIDE)


def test_receptive_fields_of_the_network():
    """Worked by hand: 3, 5, 6 after the pooling, then 8 more for each convolution, and 24 at last."""
    sizes = [layer.field.size[0] for layer in sketch.layers() if layer.field]
    assert sizes == [3, 3, 5, 5, 6, 14, 14, 22, 22, 24]
    assert sketch.layers("no_pooling")[7].field.size == (13, 13)


def test_a_unit_says_that_its_map_is_off_and_what_there_is_not(seen):
    """The sum is explained all the same; numbers that do not exist are refused."""
    run = sketch.forward(seen[0], off={"conv2": [3]})
    found = sketch.unit(run, "conv2", 3, 20, 20)
    assert found.value == 0
    assert found.sentence.endswith("The map is switched off: 0.")
    assert found.products.shape == (3, 3, 8)
    for arguments in (
        ("conv2", 8, 0, 0),
        ("conv2", 0, 64, 0),
        ("conv2", 0, 0, -1),
        ("softmax", 10),
        ("pool1", 0.0),
    ):
        with pytest.raises(SketchError, match="counted from 0"):
            sketch.unit(run, *arguments)
    with pytest.raises(SketchError, match="no such layer"):
        sketch.unit(run, "conv7", 0)


@pytest.mark.parametrize("variant", VARIANTS)
def test_erasing_asks_again_without_a_patch(variant, seen):
    """Each answer is that of a forward pass without the patch; together they change its mind."""
    found = sketch.erase(seen[9], variant, size=16, stride=8)
    assert (found.label, found.probabilities.shape) == (
        sketch.forward(seen[9], variant).ranking[0][0],
        (7, 7, 10),
    )
    for i, j in ((0, 0), (2, 3), (5, 2)):
        without = seen[9].copy()
        without[i * 8 : i * 8 + 16, j * 8 : j * 8 + 16] = 0
        assert_allclose(found.probabilities[i, j], sketch.forward(without, variant).probabilities, atol=1e-5)
        drop = found.probability - found.probabilities[i, j, CLASSES.index(found.label)]
        assert found.drops[i, j] == pytest.approx(drop)
        assert found.labels[i][j] == CLASSES[found.probabilities[i, j].argmax()]
    if found.together:
        without = seen[9].copy()
        for number, (top, left, bottom, right) in enumerate(found.together):
            assert sketch.forward(without, variant).ranking[0][0] == found.label, number
            without[top:bottom, left:right] = 0
        assert sketch.forward(without, variant).ranking[0][0] == found.instead != found.label
    else:
        assert found.instead == found.label


def test_erasing_has_bounds(seen):
    """Patches have whole sizes that fit; a blank sheet has none to erase."""
    for arguments in ({"size": 0}, {"size": 65}, {"stride": 1}, {"stride": 2.0}):
        with pytest.raises(SketchError, match="must be a whole number from"):
            sketch.erase(seen[0], **arguments)
    blank = sketch.erase(np.zeros((SIDE, SIDE, 1), np.float32))
    assert not blank.drops.any()
    assert blank.together == ()


# What it says.


@pytest.mark.parametrize("label", CLASSES)
def test_drawings_by_hand_are_recognised(label):
    """Thin and thick, small and in a corner, on dark and on light, in a photograph."""
    for picture in (
        drawn(label),
        drawn(label, pen=4),
        drawn(label, pen=16),
        drawn(label, light=True),
        drawn(label, scale=0.4, pen=4, move=(4, 140)),
        photographed(drawn(label)),
    ):
        ranking = sketch.predict(picture)
        assert ranking[0][0] == label
        assert sorted(name for name, _ in ranking) == sorted(CLASSES)
        assert [share for _, share in ranking] == sorted((share for _, share in ranking), reverse=True)
        assert sum(share for _, share in ranking) == pytest.approx(1, abs=1e-5)


def test_styles_that_were_not_trained_on_are_recognised():
    """Fresh drawings in the test's styles: the accuracy that was written down is found again."""
    drawings = synthesise("test", 40, seed=77)
    found = sketch.forward_all(drawings.seen.astype(np.float32) / 255).argmax(axis=1)
    assert (found == drawings.labels).mean() > 0.955  # 97 % less three standard deviations of 400 drawings


def test_the_facts_tell_of_these_weights():
    """Accuracy of 97 % and more, confusion matrices that add up, the very file of weights and its styles."""
    facts = sketch.facts()
    assert tuple(facts["classes"]) == CLASSES
    assert hashlib.sha256(sketch.asset("sketch.npz").read_bytes()).hexdigest() == facts["sha256"]
    assert facts["variants"]["two_blocks"]["test"]["accuracy"] >= 0.97
    assert facts["seconds"]["all"] > 0
    for variant, told in facts["variants"].items():
        assert told["parameters"] == sum(layer.parameters for layer in sketch.layers(variant))
        for part in ("validation", "test"):
            confusion = np.array(told[part]["confusion"])
            assert confusion.sum() == told[part]["drawings"]
            assert np.trace(confusion) / confusion.sum() == pytest.approx(told[part]["accuracy"], abs=1e-4)
            styles = {(label, name) for label, names in told[part]["styles"].items() for name in names}
            expected = {(style.label, style.name) for style in STYLES if style.part == part}
            assert styles == expected


def test_the_weights_are_small_and_whole_numbers():
    """At most 1 MB for all variants together."""
    path = sketch.asset("sketch.npz")
    assert path.stat().st_size <= 1_000_000
    with np.load(path) as file:
        assert {file[name].dtype for name in file if name.endswith("kernel")} == {np.dtype(np.int8)}
    for pair in sketch.weights().values():
        assert not any(numbers.flags.writeable for numbers in pair)


def test_the_weights_are_found_in_an_installed_package_too(tmp_path, monkeypatch):
    """The wheel puts the assets where they are looked for first; without any a sentence says what to do."""
    included = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    for source, target in included["force-include"].items():
        assert (ROOT / source).is_file()
        assert ROOT / target == network._PLACES[0] / Path(source).name
    assert {Path(source).name for source in included["force-include"]} == {
        *network._ASSETS,
        "drawings.npz",
        "transformer.npz",
        "transformer.json",
    }
    monkeypatch.setattr(network, "_PLACES", (tmp_path / "none", tmp_path))
    with pytest.raises(SketchError, match=r"sketch\.npz is missing; install the explorer again"):
        sketch.asset("sketch.npz")
    (tmp_path / "sketch.npz").touch()
    assert sketch.asset("sketch.npz") == tmp_path / "sketch.npz"


def test_heat_and_frames_of_what_was_erased(seen):
    """Heat is the mean drop of the patches on a pixel; framed patches change its mind, alone or together."""
    asked = 0
    for picture in [
        *seen[:2],
        sketch.prepare(drawings.draw("curved_star")),
        sketch.prepare(drawings.draw("house")),
    ]:
        found = sketch.erase(picture, stride=4)
        heat = np.zeros((SIDE, SIDE))
        for row, column in ((0, 0), (17, 30), (33, 33), (63, 40)):
            over = [
                found.drops[a, b]
                for a, top in enumerate(found.tops)
                for b, left in enumerate(found.lefts)
                if top <= row < top + 8 and left <= column < left + 8
            ]
            heat[row, column] = np.mean(over)
            assert found.heat[row, column] == pytest.approx(heat[row, column], abs=1e-6)
        assert found.levels.max() in (0, 255)
        for (top, left, bottom, right), instead in found.alone:
            without = picture.copy()
            without[top:bottom, left:right] = 0
            assert sketch.forward(without).ranking[0][0] == instead != found.label
            asked += 1
        changed = any(label != found.label for row in found.labels for label in row)
        assert bool(found.alone) is changed
        assert found.label in found.sentence
        if found.together:
            without = picture.copy()
            for top, left, bottom, right in found.together:
                without[top:bottom, left:right] = 0
            assert sketch.forward(without).ranking[0][0] == found.instead
    assert asked


def test_pieces_of_erasing_count_the_patches(seen):
    """There is a piece before the first patch and one after each, and the last has the result."""
    pieces = list(sketch.erase.pieces(seen[0]))
    total = pieces[0].total
    assert [piece.done for piece in pieces[: total + 1]] == list(range(total + 1))
    assert all(piece.value is None for piece in pieces[:-1])
    assert_array_equal(pieces[-1].value.probabilities, sketch.erase(seen[0]).probabilities)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_number_is_said_as_it_is_shown(variant):
    """The sum in the sentence ends with the unit's own number, in the same digits: also where it is tiny."""
    run = sketch.forward(sketch.look(drawings.draw("smiley")).seen, variant)
    tiny = 0
    for layer in sketch.layers(variant):
        if layer.kind not in ("convolution", "dense"):
            continue
        maps = run.maps[layer.name]
        places = np.argwhere((maps != 0) & (np.abs(maps) < 1e-4))[:20].tolist()
        tiny += len(places)
        for place in [*places, [0] * maps.ndim]:
            row, column, channel = place if maps.ndim == 3 else (0, 0, place[0])
            found = sketch.unit(run, layer.name, channel, row, column)
            assert found.value == maps[tuple(place)]
            assert found.sentence.rstrip(".").endswith(f" {figures.format_number(found.value, 4)}")
    assert tiny


def test_a_sum_of_which_rounding_is_left_is_0():
    """Weights and cells are float32 on the dot, so that their exact sum decides, not that of float32."""
    assert units._sum(np.float32([0.5, 0.25]), np.float32([1, -2]), 0.0) == (0, 0)
    total, made = units._sum(np.float32([0.5]), np.float32([0.5]), -0.25 + 1e-7)
    assert (total, made) == (0.25, pytest.approx(1e-7))


def line_of(*points):
    """Draw a line through points (x, y) with a pen: (256, 256, 1)."""
    sheet = np.full((256, 256), 255, np.uint8)
    cv2.polylines(sheet, [np.array(points, np.int32)], False, 0, 11, cv2.LINE_AA)
    return sheet[..., None].astype(np.float32) / 255


@pytest.mark.parametrize("variant", VARIANTS)
def test_test_drawings_score_as_is_told_of_them(variant):
    """Drawn again, about as many of a hundred test drawings score below each percentile as it says."""
    seen = synthesise("test", 10, 2026).seen.astype(np.float32) / 255
    shares = [sketch.familiarity(sketch.forward(each, variant)).lower for each in seen]
    for mark in (0.2, 0.5, 0.8):
        assert np.mean(np.array(shares) < mark) == pytest.approx(mark, abs=0.17)  # four deviations of so few


def test_what_none_of_the_ten_is_scores_low_and_not_always():
    """House, letter, scribble, two things and photograph are low beside test drawings, a line is not."""
    shares = {
        name: sketch.familiarity(sketch.forward(sketch.prepare(drawings.draw(name)))).lower
        for name, known in drawings.SAMPLE_DRAWINGS.items()
        if not known.meant
    }
    assert len(shares) >= 5
    assert max(shares.values()) < 0.2
    line = sketch.familiarity(sketch.forward(sketch.prepare(line_of((48, 128), (208, 128)))))
    assert line.lower > 0.5
    assert "other things can score as high" in line.sentence


def test_maps_switched_off_leave_nothing_to_compare_with():
    """The network was tested whole: of a part of it nothing is said."""
    assert sketch.familiarity(sketch.forward(np.zeros((SIDE, SIDE, 1)), off={"relu1": [0]})) is None
