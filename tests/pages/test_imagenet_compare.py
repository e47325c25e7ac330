"""Two tabs of the ImageNet page without a browser: the kernels of a layer, and two side by side."""

from __future__ import annotations

from functools import partial

import driving
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import compute, images
from explorer.figures import format_number
from explorer.imagenet import banks, comparison, inspection, networks, preprocessing, structure
from explorer.words import percent
from pages import former_names
from pages.components import chooser

SMALL = "MobileNet-0.25-128"
FIRST, DEPTHWISE, DEEP = 1, 4, 7  # 3 x 3 x 3 -> 8, 8 of 3 x 3, 1 x 1 x 8 -> 16

opened = partial(driving.opened, "imagenet/page.py", network=SMALL, weights="random")
filters = partial(opened, tab="Filters")
pair = partial(opened, tab="Side by side", depth="10")
state_of = partial(driving.state_of, operation="look")
text_of = driving.text_of


@pytest.fixture(scope="module", autouse=True)
def worker():
    """End the process that computes when these tests have ended."""
    yield
    compute.shared().close()


def menu(app: AppTest, label: str):
    return next(box for box in app.selectbox if box.label.startswith(label))


def html_of(app: AppTest) -> str:
    return "\n".join(element.value for element in app.get("html"))


# Filters


def test_a_layer_without_kernels_gives_way_to_the_first_convolution():
    """What is shown instead is said; one that has kernels is shown itself."""
    app = filters(depth="10")
    assert menu(app, "Choose one of the").value.layer.name == "conv1"
    assert "the layer above (ZeroPadding2D), has no kernels" in text_of(app)
    assert "**8 kernels of 3 × 3 × 3** look at the picture itself" in text_of(app)
    app = filters(depth=str(DEPTHWISE))
    assert menu(app, "Choose one of the").value.layer.name == "conv_dw_1"
    assert "has no kernels" not in text_of(app)
    assert "depthwise" in text_of(app)


def test_the_layer_that_is_chosen_is_shown_above():
    """Lab and menu speak of one layer, and the link carries it."""
    app = filters(depth=str(DEPTHWISE), channel="3")
    box = menu(app, "Choose one of the")
    box.set_value(next(bank for bank in banks.banks_of(layers()) if bank.place == DEEP)).run()
    assert not app.exception
    assert (state_of(app).values["depth"], state_of(app).values["channel"]) == (DEEP, None)
    assert app.query_params["depth"] == str(DEEP)
    assert "**16 kernels of 1 × 1 × 8**" in text_of(app)


def layers() -> list[structure.Layer]:
    return structure.layers(SMALL)


def test_the_kernel_and_the_slice_that_a_link_names_are_shown_with_their_numbers():
    """Each weight stands in the table exactly on hover; scale, ends and the slice are said."""
    app = filters(depth=str(DEEP), filters_number="6", filters_input="3")
    weights = structure.filters(SMALL, "conv_pw_1", weights="random")[0, 0]  # (8, 16)
    assert f'title="{float(weights[2, 5])!r}"' in html_of(app)
    words = text_of(app)
    assert "**one slice of each**, its weights for **input channel 3**" in words
    limit = format_number(float(np.abs(weights).max()))
    assert f"**Kernel 6**, colours from −{limit} to {limit}" in words
    assert f"from {format_number(float(weights.min()))} to {format_number(float(weights.max()))}" in words
    strongest = int(np.abs(weights[:, 5]).argmax())
    assert f"input channels {strongest + 1} ({format_number(float(np.abs(weights[:, 5]).max()))})" in words


def test_a_number_beyond_the_last_kernel_falls_back():
    """What another layer had and a link that asks for too much break nothing."""
    app = filters(depth=str(FIRST), filters_kernel="999", filters_slice="-3", filters_scale="<b>")
    assert app.number_input(key="filters_number").value == 1
    app.number_input(key="filters_number").set_value(7).run()
    assert "**Kernel 7**" in text_of(app)
    assert html_of(app).count("<table>") == 3  # red, green and blue


def test_a_kernel_leads_to_the_channel_that_it_makes():
    """The button opens that channel in the lab, and is idle where it is open already."""
    app = filters(filters_kernel="6")  # a former link, which counts from 0
    button = next(each for each in app.button if each.label.startswith("Show its channel, 7,"))
    button.click().run()
    assert not app.exception
    assert (state_of(app).values["depth"], state_of(app).values["channel"]) == (FIRST, 6)
    assert next(each for each in app.button if each.label.startswith("Show its channel, 7,")).disabled


# Side by side


def side(name: str) -> comparison.Side:
    view = inspection.LayerView(depth=10, weights="random")
    return comparison.Side(SMALL, preprocessing.seen(SMALL, images.sample(name)), view)


def test_a_second_sample_is_compared_with_the_first():
    """The link brings both; they have their predictions, what they share, and the look that is chosen."""
    app = pair(comparison_with="sample", comparison_sample="Astronaut", heat_opacity="40", heat_cells="true")
    assert (app.slider(key="heat_opacity").value, app.toggle(key="heat_cells").value) == (40, True)
    found = comparison.compare(side(chooser.DEFAULT_SAMPLE), side("astronaut"))
    words, bars = text_of(app), html_of(app)
    assert f"**{percent(found.shared)}** of their probability falls on the same classes" in words
    assert "of their heat" not in words  # two pictures have no places in common
    for one in found.sides:
        for each in one.facts["prediction"]["top"]:
            assert f">{each['label']}</span>" in bars
            assert f'class="tick" style="left: {each["other"]:.2%}"' in bars
    assert "**Chelsea the cat**" in words
    assert "**Astronaut**" in words
    assert words.count("Grad-CAM for") == 2
    limit = found.sides[0].facts["heat"]["limit"]
    assert bars.count(f"<span>0</span><span>{format_number(limit)}</span>") == 2  # a legend at each picture
    assert words.count("as in the other map") == 1  # the one whose heat ends before the scale that both share
    app.toggle(key="comparison_own_scales").set_value(True).run()
    assert "as in the other map" not in text_of(app)
    app.segmented_control(key="comparison_look").set_value("channels").run()
    assert text_of(app).count("`conv_pad_2` (ZeroPadding2D): 16 channels of 65 × 65") == 2


def test_a_second_network_sees_the_same_picture():
    """The menu has every other network, the link names one, and it is looked at as deep as the lab is."""
    app = pair(comparison_look="The channels", comparison_network="MobileNetV3 Small")
    box = menu(app, "Second network")
    assert SMALL not in box.options
    assert len(box.options) == len(networks.NETWORKS) - 1
    words = text_of(app)
    assert "**MobileNetV3 Small**" in words
    others = structure.layers("MobileNetV3Small")
    place = comparison.counterpart(layers()[10], layers(), others)
    assert f"Layer {place + 1}, `{others[place].name}`" in words
    assert "of their heat lies in the same places" in words
    assert not app.error


def test_an_own_picture_stays_until_a_good_one_arrives_and_is_not_in_the_link():
    """A file that is no picture keeps the last one in the comparison; the address names no file."""
    app = pair(comparison_with="own picture")
    assert "Choose a photograph" in text_of(app)
    assert not app.error
    coffee = images.to_png(images.sample("coffee"))
    app.file_uploader(key="comparison_file").upload("cup [1].png", coffee, "image/png").run()
    assert not app.exception
    assert "**cup \\[1\\].png**" in text_of(app)
    assert chooser.PRIVATE in text_of(app)
    app.file_uploader(key="comparison_file").upload("no.png", b"no picture", "image/png").run()
    assert app.error
    assert "cup" in text_of(app)
    assert not any("cup" in str(value) for value in dict(app.query_params).values())


def test_channels_that_are_not_there_are_said_and_break_nothing():
    """What is switched in another network is a sentence, with the tab's choices kept."""
    app = driving.follow(
        "imagenet/page.py",
        network=SMALL,
        weights="random",
        tab="Side by side",
        comparison_with="sample",
        off="6.300",
    )
    assert not app.exception
    assert any("no channel 300 in a layer 6" in error.value.replace("\\", "") for error in app.error)
    assert app.segmented_control(key="comparison_with").value == "sample"


def test_a_link_with_the_former_names_opens_the_same():
    """What is compared, with what and how are those of the link; the address has present names alone."""
    links = (
        {"beside": "sample", "beside_sample": "Astronaut", "beside_look": "The channels"},
        {"beside_network": "MobileNetV3 Small"},
    )
    for link in links:
        app = pair(**link)
        present = {former_names.KEYS[name]: text for name, text in link.items()}
        opens = {"network": SMALL.lower(), "weights": "random", "tab": "Side by side", "depth": "10"}
        assert app.query_params == present | opens | {"level": "everything"}
        assert text_of(app) == text_of(pair(**present))
