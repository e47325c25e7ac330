"""What explanations cost, how they are painted and compared: worked numbers, and the functions behind."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import figures
from explorer.imagenet import (
    attribution,
    explanations,
    networks,
    outputs,
    overlays,
    predictions,
    structure,
)
from explorer.imagenet.attribution import Contributions, MaximisationSettings, perturbation
from explorer.imagenet.explanations import Curve, Explanation, Work
from explorer.imagenet.overlays import HeatStyle

SMALL = "MobileNet-0.25-128"


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (128, 128, 3), np.uint8)


def test_every_rival_is_the_function_of_its_name(picture: np.ndarray):
    """Settings reach the function, and the last piece is its result; the work is what was said before."""
    seen: list[int] = []

    def run(function, *arguments):
        found = function(*arguments)
        if function is perturbation._occluded:
            seen.append(len(found))
        return found

    expected = {
        "occlusion": {"patch": 64, "stride": 64, "fill": "black"},
        "smooth_grad": {"samples": 3, "noise": 0.1},
        "integrated_gradients": {"steps": 4, "baseline": "black"},
        "saliency": {},
        "grad_cam": {},
        "layer_cam": {},
    }
    asked = {"patch": 64, "stride": 64, "fill": "black", "samples": 3, "noise": 0.1, "steps": 4}
    for method, keywords in expected.items():
        explanation = Explanation(method, **asked)
        *_, last = explanations.explain.pieces(SMALL, picture, explanation, 5, weights="random", run=run)
        direct = getattr(attribution, method)(SMALL, picture, target=5, weights="random", **keywords)
        np.testing.assert_array_equal(last.value, direct)
    assert sum(seen) == explanations.work(SMALL, Explanation("occlusion", patch=64, stride=64)).passes == 5
    with pytest.raises(networks.NetworkError, match="no explanation 'guessing'"):
        list(explanations.explain.pieces(SMALL, picture, Explanation("guessing"), 5))


def test_a_duel_gives_both_curves_and_counts_on(picture: np.ndarray):
    """Parts are counted through without a step back, and the curves are those of each map alone."""
    rivals = (Explanation("saliency"), Explanation("chance"))
    pieces = list(explanations.contest.pieces(SMALL, picture, rivals, 5, steps=4, weights="random"))
    assert [each.done for each in pieces] == sorted(each.done for each in pieces)
    assert pieces[-1].done == pieces[-1].total == 2 * (1 + 5)
    first, second = pieces[-1].value
    saliency = attribution.saliency(SMALL, picture, 5, weights="random")
    hidden, probabilities = attribution.deletion_curve(SMALL, picture, saliency, 5, steps=4, weights="random")
    np.testing.assert_array_equal(first.hidden, hidden)
    np.testing.assert_allclose(first.probabilities, probabilities, rtol=1e-4)
    assert second.hidden[-1] == 1
    assert explanations.contest_work(SMALL, rivals, 4) == Work(forward=10, backward=1)


def test_the_winner_has_the_smaller_area_by_a_hundredth_at_least():
    """Areas by hand: 1/2, 1/4 and nearly 1/2."""
    hidden = np.array([0, 0.5, 1], np.float32)
    straight, early, alike = (
        Curve(hidden, np.array(values, np.float32)) for values in ([1, 0.5, 0], [1, 0, 0], [1, 0.49, 0])
    )
    assert (straight.area, early.area) == (0.5, 0.25)
    assert explanations.winner(straight, early) == 1
    assert explanations.winner(early, straight) == 0
    assert explanations.winner(straight, alike) is None


def test_seconds_add_up_over_what_is_seen():
    """Twice the pictures take twice as long; nothing takes no time."""
    once = explanations.seconds(SMALL, Work(forward=10, backward=5), "random")
    assert 0 < once < 60
    assert explanations.seconds(SMALL, Work(forward=20, backward=10), "random") == pytest.approx(2 * once)
    assert explanations.seconds(SMALL, Work()) == 0


def test_a_map_is_painted_where_it_is_strong(picture: np.ndarray):
    """Zero leaves the picture in grey, and the greatest value has the hue of its sign."""
    found = np.array([[0, 2], [-2, 0]], np.float32)
    heat = explanations.heat(SMALL, picture, found, HeatStyle(cells=True, opacity=0.6))
    large = overlays.grey(figures.enlarge(picture, overlays.SEEN_SIDE // 128))
    half = large.shape[0] // 2
    np.testing.assert_array_equal(heat.over[:half, :half], large[:half, :half])
    hue = [int(figures.ROLES["positive"].light[at : at + 2], 16) for at in (1, 3, 5)]
    np.testing.assert_allclose(heat.over[0, -1], 0.4 * large[0, -1] + 0.6 * np.array(hue), atol=1)
    assert heat.over[-1, 0, 2] > heat.over[-1, 0, 0]
    assert (heat.low, heat.high, heat.limit, heat.signed, heat.flat) == (-2, 2, 2, True, False)
    flat = explanations.heat(SMALL, picture, np.zeros((2, 2), np.float32))
    assert flat.flat
    np.testing.assert_array_equal(flat.over, large)


def test_magnitudes_have_their_own_scale_over_the_picture_and_alone(picture: np.ndarray):
    """Smooth between the cells unless cells are asked for; alone each cell has the colour of its share."""
    found = np.array([[0, 1], [2, 4]], np.float32)
    smooth, cells = (explanations.heat(SMALL, picture, found, HeatStyle(cells=on)) for on in (False, True))
    assert len(np.unique(cells.alone.reshape(-1, 3), axis=0)) == 4
    np.testing.assert_array_equal(cells.alone[-1, -1], figures.MAGNITUDE_COLOURS[255])
    np.testing.assert_array_equal(cells.alone[0, -1], figures.MAGNITUDE_COLOURS[64])
    large = overlays.grey(figures.enlarge(picture, overlays.SEEN_SIDE // 128))
    np.testing.assert_array_equal(smooth.over[0, 0], large[0, 0])
    strongest = 0.25 * large[-1, -1] + 0.75 * figures.MAGNITUDE_COLOURS[255]
    for heat in (smooth, cells):
        np.testing.assert_allclose(heat.over[-1, -1], strongest, atol=1)
    plain = np.zeros_like(picture)
    jumps = [
        np.abs(np.diff(explanations.heat(SMALL, plain, found, style).over[-1].astype(int), axis=0)).max()
        for style in (HeatStyle(), HeatStyle(cells=True))
    ]
    assert jumps[0] < 8 < jumps[1]


def test_one_wild_pixel_leaves_colour_for_the_others(picture: np.ndarray):
    """The scale of a map of pixels ends where all but half a percent do; of a coarse one, at its greatest."""
    found = np.ones((128, 128), np.float32)
    found[3, 4] = 100
    heat = explanations.heat(SMALL, picture, found)
    assert heat.limit == 1
    assert heat.clipped == pytest.approx(1 / 128**2)
    assert explanations.heat(SMALL, picture, found[:8, :8]).limit == 100


def test_rank_correlation_by_hand_and_with_ties():
    """6 of 1 - 6 sum d^2 / (n (n^2 - 1)) without ties; equal values share their mean rank."""
    assert explanations.rank_correlation([10, 20, 30, 40], [1, 3, 2, 4]) == pytest.approx(1 - 6 * 2 / 60)
    assert explanations.rank_correlation([1, 2, 3], [3, 2, 1]) == -1
    ranks = [1.5, 1.5, 3, 4], [1, 2, 3.5, 3.5]
    assert explanations.rank_correlation([0, 0, 1, 2], [5, 6, 7, 7]) == pytest.approx(
        np.corrcoef(*ranks)[0, 1]
    )
    with pytest.raises(ValueError, match="one has 4 cells and the other 9"):
        explanations.rank_correlation(np.eye(2), np.eye(3))


def test_verdicts_go_by_the_correlation():
    """Much, some, nothing, and no order at all."""
    words = [explanations.verdict(value) for value in (0.9, 0.5, -0.2, None)]
    for said, part in zip(words, ("hardly changed", "some of the map", "nothing of", "flat"), strict=True):
        assert part in said


def test_an_addition_keeps_every_term():
    """What is shown, the others and the bias are the logit, whatever is shown."""
    channels = np.array([0.5, -2, 1, 0.25], np.float32)
    for most in (1, 2, 4):
        found = explanations.addition(Contributions(channels, 0.25, 0.0), most)
        assert found.shown + found.others + found.bias == 0
        assert (len(found.largest), found.count) == (most, 4 - most)
        assert found.largest[0] == (1, -2)
    assert explanations.sum_formula(found).endswith("= 0")


def test_what_is_visualised_says_what_the_unit_makes_of_it(picture: np.ndarray):
    """The last picture is that of `maximise` in levels, and what it reaches is what the network says."""
    settings = MaximisationSettings(jitter=2, seed=1)
    pieces = list(explanations.visualise.pieces(SMALL, 7, steps=6, settings=settings, weights="random"))
    last = pieces[-1].value
    direct = attribution.maximise(SMALL, 7, steps=6, settings=settings, weights="random")
    np.testing.assert_array_equal(last.pixels, np.rint(255 * direct))
    assert last.steps[-1] == 6
    assert len(last.steps) == len(last.reached) == len(pieces)
    logits = predictions.logits(SMALL, last.pixels, weights="random")
    assert last.reached[-1] == pytest.approx(logits[7], abs=1e-4)
    layer = structure.spatial_layers(SMALL)[5]
    maps = outputs.layer_output(SMALL, picture, layer, weights="random")
    assert explanations.activation(SMALL, picture, 2, layer, "random") == pytest.approx(maps[..., 2].mean())
    with pytest.raises(networks.NetworkError, match="units 0 to 999, and 1000 came"):
        explanations.activation(SMALL, picture, 1000, None, "random")
