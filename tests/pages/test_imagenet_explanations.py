"""Two tabs of the ImageNet page without a browser: why it answers so, and feature visualisation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.testing.v1 import AppTest

from explorer import compute, images
from explorer.figures import format_number
from explorer.imagenet import attribution, explanations, predictions, preprocessing, structure
from explorer.imagenet.explanations import METHODS, Explanation
from explorer.imagenet.labels import LABELS
from explorer.pieces import Progress
from explorer.words import percent
from pages.components import chooser

SMALL = "MobileNet-0.25-128"

opened = partial(driving.opened, "imagenet/page.py", network=SMALL, weights="random")
text_of = driving.text_of


@pytest.fixture(scope="module", autouse=True)
def worker() -> Iterator[None]:
    """End the process that computes when these tests have ended."""
    yield
    compute.shared().close()


def pixels() -> np.ndarray:
    return preprocessing.seen(SMALL, images.sample(chooser.DEFAULT_SAMPLE))


def asked(function: Any, *arguments: Any, **keywords: Any) -> Any:
    """Have the worker call a function with the network and the picture of the page."""
    call = partial(function, SMALL, pixels(), *arguments, weights="random", **keywords)
    return compute.shared().run(call)


def pressed(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def last_of(app: AppTest, name: str) -> Progress:
    """Give the newest result that the session keeps."""
    return list(app.session_state[f"pieces of {name}"].values())[-1]


def captions(app: AppTest) -> list[str]:
    """Give what stands below the pictures, or what is told of them."""
    return [picture.caption or picture.alt for each in app.get("image") for picture in each.proto.imgs]


def test_each_map_is_the_one_that_explorer_computes():
    """What is kept and shown of a method equals its function; the cost is said before, the ends after."""
    settings = {
        "occlusion": ({"why_patch": "48", "why_stride": "32"}, {"patch": 48, "stride": 32}),
        "saliency": ({}, {}),
        "smooth_grad": ({"why_samples": "4"}, {"samples": 4}),
        "integrated_gradients": ({"why_steps": "8"}, {"steps": 8}),
    }
    for method, (query, keywords) in settings.items():
        app = opened(tab="Why", why_method=METHODS[method], **query)
        if method != "saliency":  # a single pass needs no word
            assert "passes" in text_of(app)
            assert len(captions(app)) == 2
            pressed(app, "why_map_go")
        found = last_of(app, "why_map")
        assert found.done == found.total
        expected = asked(getattr(attribution, method), **keywords)
        np.testing.assert_allclose(found.value, expected, rtol=1e-3, atol=1e-6)
        seen, mine, cam = captions(app)
        assert seen == "What the network sees"
        assert mine.startswith(METHODS[method])
        assert format_number(float(found.value.max())) in mine
        assert cam.startswith("Grad-CAM of ")
        assert not [button for button in app.button if button.key in ("why_map_go", "why_map_stop")]
        if method == "occlusion":
            assert "4 × 4 = 16 positions, 17 passes, under a second" in text_of(app)
        if method == "integrated_gradients":
            sums = asked(attribution.completeness, found.value)
            said = (sums.difference, sums.total)
            assert all(format_number(value, 4) in text_of(app) for value in said)
            assert sums.error is not None
            assert f"an error of {percent(sums.error)}" in text_of(app)
            app.toggle(key="why_alone").set_value(True).run()
            assert captions(app)[1] == mine


def test_another_class_is_explained_where_one_is_chosen():
    """The class in the link is explained, and one that does not exist is refused in a sentence."""
    app = opened(tab="Why", target="281", why_method="Saliency")
    assert "Explaining: **tabby**" in text_of(app)
    np.testing.assert_allclose(
        last_of(app, "why_map").value, asked(attribution.saliency, 281), rtol=1e-3, atol=1e-6
    )
    app = opened(tab="Why", target="5000")
    assert any("5000 came" in error.value for error in app.error)


def test_a_flat_map_is_said_to_be_flat(monkeypatch: pytest.MonkeyPatch):
    """A map that is zero everywhere is no blank picture without a word."""

    def nothing(*_: Any, **__: Any) -> Iterator[Progress]:
        yield Progress(1, 1, np.zeros((4, 4), np.float32))

    monkeypatch.setattr(explanations.explain, "pieces", nothing)
    app = pressed(opened(tab="Why"), "why_map_go")
    assert "Flat: zero everywhere" in captions(app)[1]


def test_two_maps_are_compared_by_what_hiding_their_places_does():
    """The areas said are those under the deletion curves, and the smaller one wins."""
    query = {"why_first": "Occlusion", "why_second": "Places by chance", "why_deletions": "8"}
    app = opened(tab="Why", why_part="Which map knows better", **query)
    assert app.query_params["why_part"] == "Which heat map is more faithful?"  # the name of today
    assert "Area under" not in text_of(app)
    pressed(app, "why_duel_go")
    areas = []
    for explanation in (Explanation("occlusion"), Explanation("chance")):
        found = compute.shared().run(finished, explanation)
        curve = explanations.Curve(*asked(attribution.deletion_curve, found, steps=8))
        areas.append(curve.area)
    said = text_of(app)
    assert all(format_number(area) in said for area in areas)
    assert len(app.get("plotly_chart")) == 1


def finished(explanation: Explanation) -> np.ndarray:
    """Compute an explanation at once, in the worker."""
    target = int(predictions.logits(SMALL, pixels(), weights="random").argmax())
    *_, last = explanations.explain.pieces(SMALL, pixels(), explanation, target, weights="random")
    return last.value


def test_random_layers_are_counted_named_and_their_map_is_compared():
    """With no random layer the maps are one; with some, the correlation is the one of both maps."""
    app = opened(tab="Why", why_part="Does the map depend on training?", why_tested="Saliency")
    slider = app.slider(key="why_random")
    assert slider.max == len(
        compute.shared().run(partial(attribution.weighted_layers, SMALL, weights="random"))
    )
    slider.set_value(2).run()
    maps = [asked(attribution.randomised, top, method="saliency") for top in (0, 2)]
    correlation = explanations.rank_correlation(*maps)
    assert explanations.verdict(correlation) in text_of(app)
    assert "Random: `" in text_of(app)
    slider = app.slider(key="why_random").set_value(0)
    slider.run()
    assert "Rank correlation 1**" in text_of(app)


def test_the_logit_is_written_as_the_sum_that_it_is():
    """The largest channels, the others and the bias add up to the logit; a channel can be gone to."""
    app = opened(tab="Why", why_part="Channel by channel")
    found = explanations.addition(asked(attribution.contributions))
    assert explanations.sum_formula(found) in text_of(app)
    assert found.shown + found.others + found.bias == pytest.approx(found.logit, abs=1e-4)
    channel = found.largest[0][0]
    app.selectbox(key="why_channel").select(channel).run()
    state = driving.state_of(app, "look")
    layers = structure.layers(SMALL)
    assert state.values["channel"] == channel
    assert layers[state.values["depth"]].output_shape[-1] > channel


@pytest.mark.parametrize("query", [{}, {"visualisation_kind": "a channel of the layer above", "depth": "30"}])
def test_a_picture_is_made_for_a_unit(query: dict[str, str]):
    """It ends higher than it began, once it no longer swings, says where, and a link leads there again."""
    still = {"visualisation_jitter": "0", "visualisation_rotate": "0", "visualisation_scale": "0"}
    link = partial(
        opened,
        tab="Feature visualisation",
        visualisation_steps="32",
        visualisation_seed="3",
        **still,
        **query,
    )
    app = pressed(link(), "visualisation_go")
    found = last_of(app, "visualisation")
    assert (found.done, found.total) == (32, 32)
    assert found.value.steps[-1] == 32
    assert found.value.reached[-1] > found.value.reached[0]
    assert f"**{format_number(found.value.reached[-1])}** on this picture" in text_of(app)
    assert "This is not a photograph" in text_of(app)
    assert len(captions(app)) == 1
    again = pressed(link(), "visualisation_go")
    np.testing.assert_array_equal(last_of(again, "visualisation").value.pixels, found.value.pixels)


@pytest.mark.parametrize("fragment", [None, "a fragment of the page"])
def test_whatever_the_person_does_ends_what_is_computed(
    monkeypatch: pytest.MonkeyPatch, fragment: str | None
):
    """The generator is closed, what came so far is kept and shown, and starting again comes to the end."""
    ended = []

    def interrupted(*arguments: Any, **keywords: Any) -> Iterator[Progress]:
        try:
            for progress in original(*arguments, **keywords):
                yield progress
                run = get_script_run_ctx()
                assert run is not None
                assert run.script_requests is not None
                if not ended:
                    run.script_requests.request_rerun(
                        RerunData(fragment_id=fragment, page_script_hash=run.page_script_hash)
                    )
        finally:
            ended.append(True)

    original = explanations.explain.pieces
    monkeypatch.setattr(explanations.explain, "pieces", interrupted)
    app = pressed(opened(tab="Why", why_stride="8"), "why_map_go")
    found = last_of(app, "why_map")
    assert ended == [True]
    assert 0 < found.done < found.total == 256
    assert f"Stopped after {found.done} of 256 pictures." in text_of(app)
    assert captions(app)[1].startswith("Occlusion for ")
    pressed(app, "why_map_go")
    assert last_of(app, "why_map").done == 256
    assert "Stopped after" not in text_of(app)


def test_a_link_that_asks_the_impossible_opens_with_what_is_possible():
    """Values that no control has give way to the usual ones."""
    app = opened(
        tab="Why", why_part="Nowhere", why_method="Guessing", why_patch="1000", why_fill="pink", why_alone="x"
    )
    assert app.select_slider(key="why_patch").value == 32
    assert app.selectbox(key="why_fill").value == "grey"
    app = opened(tab="Why", why_part="Does the map depend on training?", why_random="5000")
    assert app.slider(key="why_random").value == 1
    app = opened(
        tab="Feature visualisation",
        visualisation_kind="a channel of the layer above",
        visualisation_number="9999",
        visualisation_seed="-4",
    )
    assert app.number_input(key="visualisation_number").value is None
    assert app.number_input(key="visualisation_seed").value == 0


@pytest.mark.parametrize(
    "chosen",
    [
        {"kind": "a channel of the layer above", "channel": "3"},
        {"class": f"{LABELS[7].text} (7)"},
    ],
    ids=["channel", "class"],
)
def test_a_link_with_the_former_names_opens_the_same(chosen: dict[str, str]):
    """The tab is open with each setting of the link, and the address has their present names alone."""
    rest = {"of": "pixels", "steps": "16", "seed": "3", "jitter": "5", "rotate": "7.0", "scale": "0.2"}
    asked = chosen | rest
    app = opened(tab="Imagine", **{f"imagine_{name}": text for name, text in asked.items()})
    present = {f"visualisation_{name}": text for name, text in asked.items()}
    if "channel" in chosen:
        present["visualisation_number"] = str(int(present.pop("visualisation_channel")) + 1)  # from 1
    opens = {"tab": "Feature visualisation", "network": SMALL.lower(), "weights": "random"}
    assert app.query_params == present | opens | {"level": "everything"}
    assert app.button(key="visualisation_go").label == "Visualise it"
    assert app.select_slider(key="visualisation_steps").value == 16
    assert app.slider(key="visualisation_rotate").value == 7
    if "channel" in chosen:
        assert app.number_input(key="visualisation_number").value == 4
    else:
        assert app.selectbox(key="visualisation_class").value == 7
