"""The chooser: every source and setting, what survives, and what the address says."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from colour_profiles import P3
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import images
from explorer.images import SAMPLES
from pages.catalogue import CATALOGUE
from pages.components import chooser
from pages.components.chooser import Picture
from pages.components.markdown import WORD_JOINER, plain

MAIN = Path(chooser.__file__).parents[1] / "main.py"


def script() -> None:
    import streamlit as st

    from pages.components.chooser import borrow, choose, current

    borrow(st.session_state.get("lent"))
    with st.sidebar:
        choose()
    st.session_state["seen"] = current()


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    app.query_params.update(query)
    return app.run()


def picture(app: AppTest) -> Picture:
    assert not app.exception
    return app.session_state["seen"]


def chosen(app: AppTest) -> Picture:
    """Give the picture where no page hands it out."""
    return app.session_state["chooser"].picture


def switched(app: AppTest, source: str) -> AppTest:
    return app.button_group(key="chooser_source").set_value(source).run()


def words(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def all_images(app: AppTest) -> list[Any]:
    return [image for block in app.get("image") for image in block.proto.imgs]


def png(rows: int = 20, columns: int = 40, level: int = 128) -> bytes:
    return images.to_png(np.full((rows, columns, 3), level / 255, np.float32))


def drawing(name: str = "pad.1", level: int = 0, side: int = 256) -> dict[str, str]:
    file = io.BytesIO()
    Image.new("RGBA", (side, side), (level, level, level, 255)).save(file, "PNG")
    return {"id": name, "png": base64.b64encode(file.getvalue()).decode(), "paper": "white"}


def drawn(app: AppTest, what: object) -> AppTest:
    app.session_state["chooser_pad"] = {"drawing": what}
    return app.run()


def photographed(app: AppTest, name: str, data: bytes) -> AppTest:
    app.session_state["chooser_camera"] = {"photo": {"id": name, "file": base64.b64encode(data).decode()}}
    return app.run()


def uploaded(app: AppTest, data: bytes, name: str = "mine.png") -> AppTest:
    return app.file_uploader(key="chooser_upload").set_value((name, data, "image/png")).run()


@pytest.mark.parametrize("name", images.sample_names())
def test_every_sample_is_shown_as_prepare_makes_it(name: str) -> None:
    """The picture is the sample brought to the working size, and its PNG holds the same levels."""
    app = opened()
    seen = picture(app.selectbox(key="chooser_sample").select(name).run())
    expected = images.prepare(images.sample(name, 256), colour=False)
    np.testing.assert_array_equal(seen.levels, expected)
    np.testing.assert_array_equal(images.load(seen.png), expected)
    assert (seen.title, seen.credit) == (SAMPLES[name].title, SAMPLES[name].credit)
    assert (seen.source, seen.private) == ("sample", False)
    assert SAMPLES[name].why in words(app)


def test_the_menu_lists_photographs_before_synthetic_pictures() -> None:
    """All photographs stand before all synthetic pictures, and none is left out."""
    kinds = [SAMPLES[name].kind for name in chooser.SAMPLE.options]
    assert kinds == sorted(kinds, key=["photograph", "synthetic"].index)
    assert set(chooser.SAMPLE.options) == set(SAMPLES)


@pytest.mark.parametrize("size", [images.MIN_SIZE, images.MAX_SIZE])
@pytest.mark.parametrize("name", ["chelsea", "camera", "impulse"])
def test_the_longest_side_is_the_working_size(name: str, size: int) -> None:
    """At both ends of the slider the longest side has exactly that many pixels."""
    app = opened(sample=name)
    seen = picture(app.select_slider(key="chooser_size").set_value(size).run())
    assert max(seen.levels.shape[:2]) == size
    assert app.query_params["size"] == str(size)


def test_grey_has_one_channel_and_colour_three() -> None:
    """Choosing grey leaves the luma alone; choosing colour brings the three channels back."""
    app = opened()
    grey = picture(app.button_group(key="chooser_colour").set_value("grey").run())
    np.testing.assert_array_equal(grey.levels, images.prepare(images.sample("chelsea"), colour=False))
    assert "1 channel," in words(app)
    colour = picture(app.button_group(key="chooser_colour").set_value("colour").run())
    assert colour.levels.shape == (170, 256, 3)
    assert "3 channels," in words(app)


@pytest.mark.parametrize("resample", list(images.RESAMPLING))
def test_every_resampling_filter_is_applied_and_named(resample: str) -> None:
    """The chosen filter makes the picture, and the note says which it was."""
    app = opened()
    seen = picture(app.selectbox(key="chooser_resample").select(resample).run())
    np.testing.assert_array_equal(
        seen.levels, images.prepare(images.sample("chelsea"), colour=False, resample=resample)
    )
    assert f"Shrunk from 300 × 451 with the {resample} filter." in words(app)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ({"size": "512"}, "Enlarged from 300 × 451 with the bilinear filter."),
        ({"size": "451"}, "This is its own size, so nothing was resampled."),
        ({"sample": "impulse"}, "Made at this size, so nothing was resampled."),
    ],
)
def test_the_note_says_what_happened_to_the_pixels(query: dict[str, str], note: str) -> None:
    """Enlarged, left alone or made to measure: each has its sentence."""
    assert note in words(opened(**query))


def test_equal_pictures_have_equal_names_and_different_ones_do_not() -> None:
    """The identity follows the content: the same choice gives the same id, another size another one."""
    first, again, other = (picture(opened(size=size)).id for size in ("64", "64", "96"))
    assert first == again != other


def test_a_run_without_a_change_makes_nothing_anew() -> None:
    """The very same object is handed out again."""
    app = opened()
    assert picture(app) is picture(app.run())


# Upload


def test_an_upload_is_private_and_becomes_the_picture() -> None:
    """A file is prepared like a sample, under its own name."""
    app = uploaded(switched(opened(), "upload"), png())
    seen = picture(app)
    np.testing.assert_array_equal(seen.levels, images.prepare(images.load(png()), colour=False))
    assert (seen.title, seen.private, seen.source) == ("mine.png", True, "upload")
    assert "A link to this page does not carry your own picture." in words(app)


def test_what_the_class_sees_takes_the_place_of_ones_own_for_a_while() -> None:
    """It is private as well, the browser keeps nothing of it, and what was on before comes back."""
    app = uploaded(switched(opened(), "upload"), png())
    own = picture(app)
    assert app.session_state["chooser"].own.keys() == {"upload"}
    app.session_state["lent"] = {"id": "a" * 64, "png": base64.b64encode(png(level=7)).decode()}
    seen = picture(app.run())
    np.testing.assert_array_equal(seen.levels, images.prepare(images.load(png(level=7)), colour=False))
    assert (seen.title, seen.private) == ("A picture from your class", True)
    assert "Yours comes back after it." in words(app)
    assert app.session_state["chooser"].own.keys() == {"upload"}
    app.session_state["lent"] = {"id": "", "png": ""}
    back = picture(app.run())
    assert (back.id, back.title) == (own.id, "mine.png")
    assert "Yours comes back after it." not in words(app)


@pytest.mark.parametrize("lent", ["x", {"id": "a"}, {"id": "a", "png": "%"}, {"id": "a", "png": "AAAA"}])
def test_what_is_no_picture_of_a_class_changes_nothing(lent: object) -> None:
    """Whatever a browser claims to have been lent, the picture stays."""
    app = uploaded(switched(opened(), "upload"), png())
    app.session_state["lent"] = lent
    assert picture(app.run()).title == "mine.png"


@pytest.mark.parametrize(
    "bad", [b"", b"no picture", png()[:60], b"%PDF-1.7"], ids=["empty", "text", "cut", "pdf"]
)
def test_a_bad_upload_gives_one_sentence_and_keeps_the_picture(bad: bytes) -> None:
    """What was on before stays on, be it a sample or an earlier upload."""
    app = uploaded(switched(opened(), "upload"), bad)
    assert len(app.error) == 1
    assert picture(app).source == "sample"
    good = picture(uploaded(app, png()))
    assert not app.error
    uploaded(app, bad, "bad.png")
    assert len(app.error) == 1
    assert picture(app).id == good.id


def test_an_upload_outlasts_a_visit_to_the_pad() -> None:
    """Upload, then Draw, then Upload again shows the upload again, though Streamlit emptied its widget."""
    app = uploaded(switched(opened(), "upload"), png())
    mine = picture(app)
    drawn(switched(app, "draw"), drawing())
    assert picture(app).source == "draw"
    assert picture(switched(app, "upload")).id == mine.id
    assert "Your file is still on: mine.png" in words(app)
    assert picture(switched(app, "draw")).source == "draw"
    assert picture(switched(app, "sample")).source == "sample"


def test_a_removed_upload_is_forgotten() -> None:
    """The widget without its file leaves the picture on, the button takes it away."""
    app = uploaded(switched(opened(), "upload"), png())
    app.file_uploader(key="chooser_upload").set_value(None).run()
    assert picture(app).source == "upload"
    app.button(key="chooser_remove").click().run()
    assert picture(app).source == "sample"


def test_taking_a_refused_file_away_keeps_the_good_one() -> None:
    """Only the error goes."""
    app = uploaded(uploaded(switched(opened(), "upload"), png()), b"no picture")
    app.file_uploader(key="chooser_upload").set_value(None).run()
    assert not app.error
    assert picture(app).source == "upload"


def test_a_file_name_is_not_read_as_markdown() -> None:
    """Brackets and stars in a name stay what they are, and an address in it becomes no link."""
    app = uploaded(switched(opened(), "upload"), png(), "[a](http://x) **b**.png")
    switched(switched(app, "sample"), "upload")
    assert rf"\[a\]\(http\:{WORD_JOINER}\/\/x\) \*\*b\*\*" in words(app)


# Files that hold several pictures


def animation(*levels: int) -> bytes:
    frames = [Image.new("RGB", (40, 20), (level,) * 3) for level in levels]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


def test_the_uploader_leaves_it_to_the_reader_what_a_picture_is() -> None:
    """A file of any name is taken, so that a sentence can say what it is."""
    app = uploaded(switched(opened(), "upload"), png(), "picture.unheard-of")
    assert not app.file_uploader(key="chooser_upload").proto.type
    assert picture(app).source == "upload"
    assert "is a video" in uploaded(app, b"\0\0\0\x18ftypmp42", "film.mp4").error[0].value


def test_a_frame_is_chosen_from_a_menu_with_thumbnails() -> None:
    """The first is shown until another is chosen; the address says which, the menu shows them all small."""
    app = uploaded(switched(opened(), "upload"), animation(0, 102, 255))
    assert picture(app).levels.max() == 0
    menu = app.selectbox(key="chooser_part")
    assert menu.options == ["1: Frame 1", "2: Frame 2", "3: Frame 3"]
    assert any("Frame 1 to Frame 3" in image.alt for image in all_images(app))
    menu.select(2).run()
    assert np.unique(picture(app).levels).tolist() == pytest.approx([0.4])
    assert app.query_params["part"] == "2"
    assert picture(switched(switched(app, "sample"), "upload")).levels.max() == pytest.approx(0.4)


def test_a_link_names_the_frame_and_another_file_begins_anew() -> None:
    """A link's frame waits for the file; the next file starts at its first, as does one with fewer."""
    app = uploaded(switched(opened(part="3"), "upload"), animation(0, 102, 255))
    assert picture(app).levels.max() == 1
    assert picture(uploaded(app, animation(51, 0, 0), "b.png")).levels.max() == pytest.approx(0.2)
    assert "part" not in app.query_params
    assert picture(uploaded(switched(opened(part="9"), "upload"), animation(0, 255))).levels.max() == 0


def test_a_single_picture_has_no_menu() -> None:
    """Nothing is asked where there is nothing to choose."""
    app = uploaded(switched(opened(), "upload"), png())
    assert [menu.key for menu in app.selectbox] == ["chooser_resample"]


def twelve_bits() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.arange(0, 4096, 8, dtype=np.uint16).reshape(16, 32)).save(file, "PNG")
    return file.getvalue()


def test_a_picture_of_twelve_bits_is_stretched_and_can_be_seen_as_it_is() -> None:
    """What was done is said, with a switch that is in the link."""
    app = uploaded(switched(opened(), "upload"), twelve_bits())
    assert picture(app).levels.max() > 0.99
    assert "It uses 0 to 4095 of 65,535 levels, and was stretched to them." in words(app)
    app.toggle(key="chooser_stretch").set_value(False).run()
    assert 0.05 < picture(app).levels.max() < 0.07
    assert "so it is dark" in words(app)
    assert app.query_params["stretch"] == "false"
    app.toggle(key="chooser_stretch").set_value(True).run()
    assert picture(app).levels.max() > 0.99
    assert "stretch" not in app.query_params
    dark = uploaded(switched(opened(stretch="false"), "upload"), twelve_bits())
    assert picture(dark).levels.max() < 0.07
    assert not uploaded(app, png()).toggle


@pytest.mark.parametrize(("profile", "said"), [(P3, True), (b"", False)])
def test_what_became_of_a_file_is_said_where_it_is_seen(profile: bytes, said: bool) -> None:
    """A profile of other colours is named under what the operation sees."""
    file = io.BytesIO()
    Image.new("RGB", (40, 20), (200, 100, 50)).save(file, "PNG", icc_profile=profile)
    app = uploaded(switched(opened(), "upload"), file.getvalue())
    assert ("Its colours were brought from Display P3 to sRGB." in words(app)) is said


# Camera


def test_a_photo_is_private_and_outlasts_other_sources() -> None:
    """A photo behaves as an upload does."""
    app = photographed(switched(opened(), "camera"), "a.1", png())
    mine = picture(app)
    assert (mine.title, mine.private, mine.source) == ("Your photo", True, "camera")
    assert picture(switched(switched(app, "sample"), "camera")).id == mine.id
    assert "Your photo is still on." in words(app)


def test_a_frozen_frame_is_the_picture_with_its_own_pixels() -> None:
    """No filter touches a frame of the working size, and a sentence says how it was shrunk before."""
    app = switched(opened(size="64", colour="colour"), "camera")
    frame = np.random.default_rng(2).integers(0, 256, (64, 64, 3)).astype(np.float32) / 255
    file = base64.b64encode(images.to_png(frame)).decode()
    app.session_state["chooser_camera"] = {"photo": {"id": "f.1", "file": file, "is_frame": True}}
    seen = picture(app.run())
    np.testing.assert_array_equal(seen.levels, frame)
    assert seen.private
    assert plain(chooser.FROZEN) in words(app)
    assert plain(chooser.FROZEN) not in words(photographed(app, "a.2", png()))


def test_the_camera_knows_the_working_size_of_its_frames() -> None:
    """In the very run that changes it, though its slider is drawn below the camera."""

    def live(run: AppTest) -> Any:
        (element,) = [each for each in run.get("bidi_component") if each.proto.component_name == "camera"]
        return json.loads(element.proto.json)["live"]

    app = switched(opened(), "camera")
    assert live(app) == {"size": 256, "colour": False}
    assert live(app.select_slider(key="chooser_size").set_value(64).run()) == {"size": 64, "colour": False}
    coloured = app.button_group(key="chooser_colour").set_value("colour").run()
    assert live(coloured) == {"size": 64, "colour": True}


def test_what_is_no_photo_is_said_and_the_last_one_stays() -> None:
    """A sentence, whatever the browser sent; the next photo takes it away."""
    app = photographed(switched(opened(), "camera"), "a.1", png())
    before = picture(app).id
    photographed(app, "a.2", b"no picture")
    assert "no picture of a known kind" in app.error[0].value
    app.session_state["chooser_camera"] = {"photo": {"id": "a.3", "file": "?"}}
    assert "not a photograph of this camera" in app.run().error[0].value
    assert picture(app).id == before
    photographed(app, "a.4", png(level=9))
    assert not app.error
    assert picture(app).id != before


# Draw


def test_before_the_first_stroke_the_picture_stays() -> None:
    """An empty pad changes nothing and says so."""
    app = switched(opened(sample="coffee"), "draw")
    assert picture(app).title == SAMPLES["coffee"].title
    assert "The picture stays until your first stroke." in words(app)


def test_a_drawing_is_private_and_outlasts_other_sources() -> None:
    """The newest drawing is the picture, also after a visit to the samples."""
    app = drawn(switched(opened(), "draw"), drawing("pad.1", 0))
    assert picture(app).levels.max() == 0
    drawn(app, drawing("pad.2", 255))
    seen = picture(app)
    assert (seen.levels.min(), seen.levels.shape, seen.private) == (1, (256, 256, 1), True)
    assert picture(switched(switched(app, "sample"), "draw")).id == seen.id


FORGED = drawing("pad.2", 255)


@pytest.mark.parametrize(
    "bad",
    [
        "text",
        7,
        [],
        {},
        FORGED | {"id": ""},
        FORGED | {"id": "x" * 65},
        FORGED | {"paper": "pink"},
        FORGED | {"png": None},
        FORGED | {"png": "%%%"},
        FORGED | {"png": "é"},
        FORGED | {"png": base64.b64encode(b"no picture").decode()},
        FORGED | {"png": "A" * 400_004},
        drawing("pad.2", side=255),
        drawing("pad.2", side=4096),
    ],
    ids=lambda bad: str(bad)[:24],
)
def test_a_forged_drawing_gives_one_sentence_and_keeps_the_picture(bad: object) -> None:
    """Whatever a browser sends in place of a drawing, the last good one stays on."""
    app = drawn(switched(opened(), "draw"), drawing("pad.1", 0))
    good = picture(app)
    drawn(app, bad)
    assert len(app.error) == 1
    assert picture(app).id == good.id
    assert picture(drawn(app, drawing("pad.3", 255))).levels.min() == 1
    assert not app.error


# Address


def test_defaults_leave_the_address_empty() -> None:
    """A setting at its default is not written."""
    assert opened().query_params == {}


@pytest.mark.parametrize(
    "query",
    [
        {"sample": "coffee"},
        {"size": "16"},
        {"size": "37"},
        {"size": "512"},
        {"colour": "colour"},
        {"resample": "lanczos"},
        {"sample": "zone_plate", "size": "100", "colour": "colour", "resample": "box"},
    ],
    ids=str,
)
def test_the_address_opens_the_same_picture_and_says_so_again(query: dict[str, str]) -> None:
    """What a link asks is on the screen, in the widgets, and in the address that comes out."""
    app = opened(**query)
    full = {
        "sample": chooser.DEFAULT_SAMPLE,
        "size": "256",
        "colour": "grey",
        "resample": "bilinear",
    } | query
    expected = images.prepare(
        images.sample(full["sample"], int(full["size"])),
        size=int(full["size"]),
        colour=full["colour"] == "colour",
        resample=full["resample"],
    )
    np.testing.assert_array_equal(picture(app).levels, expected)
    assert app.selectbox(key="chooser_sample").value == full["sample"]
    assert app.select_slider(key="chooser_size").value == int(full["size"])
    assert dict(app.query_params) == query
    assert dict(app.run().query_params) == query
    assert not app.warning


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sample", "nobody"),
        ("sample", ""),
        ("sample", "[x](http://evil)"),
        ("size", "15"),
        ("size", "513"),
        ("size", "64.5"),
        ("size", "many"),
        ("size", "nan"),
        ("size", "1e999"),
        ("colour", "pink"),
        ("resample", "nearly"),
    ],
)
def test_a_bad_value_in_the_address_gives_the_default_and_a_sentence(name: str, value: str) -> None:
    """The page opens with the default, says so until that setting is chosen anew, and mends the address."""
    app = opened(**{name: value})
    assert picture(app).id == picture(opened()).id
    assert len(app.warning) == 1
    assert "](" not in app.warning[0].value
    assert app.query_params == {}
    assert len(app.run().warning) == 1
    match name:
        case "sample":
            app.selectbox(key="chooser_sample").select("coffee").run()
        case "size":
            app.select_slider(key="chooser_size").set_value(64).run()
        case "colour":
            app.button_group(key="chooser_colour").set_value("colour").run()
        case "resample":
            app.selectbox(key="chooser_resample").select("box").run()
    assert not app.warning


def test_widgets_write_the_address() -> None:
    """Each change is in the address, and going back to the default takes it out."""
    app = opened()
    app.selectbox(key="chooser_sample").select("coins").run()
    app.select_slider(key="chooser_size").set_value(64).run()
    app.button_group(key="chooser_colour").set_value("colour").run()
    app.selectbox(key="chooser_resample").select("nearest").run()
    assert dict(app.query_params) == {
        "sample": "coins",
        "size": "64",
        "colour": "colour",
        "resample": "nearest",
    }
    app.select_slider(key="chooser_size").set_value(256).run()
    assert "size" not in app.query_params


def test_other_settings_in_the_address_are_left_alone() -> None:
    """The chooser owns its four settings and nothing else."""
    app = opened(kernel="sobel_x~3x3")
    app.select_slider(key="chooser_size").set_value(64).run()
    assert dict(app.query_params) == {"kernel": "sobel_x~3x3", "size": "64"}


def test_a_private_picture_is_never_in_the_address() -> None:
    """While an own picture is on, neither it nor the sample that it hides is named; settings are."""
    app = uploaded(switched(opened(sample="coffee", size="64"), "upload"), png(), "secret.png")
    assert dict(app.query_params) == {"size": "64"}
    assert picture(switched(app, "sample")).title == SAMPLES["coffee"].title
    assert dict(app.query_params) == {"sample": "coffee", "size": "64"}


def test_the_picture_is_the_same_on_every_page() -> None:
    """Through the real frame, a drawing and the settings outlast a change of page; the address is whole."""
    app = AppTest.from_file(str(MAIN), default_timeout=180)
    app.query_params.update({"sample": "coins", "size": "64"})
    app.run()
    assert chosen(app).title == SAMPLES["coins"].title
    drawn(switched(app, "draw"), drawing())
    mine = chosen(app)
    assert mine.source == "draw"
    for entry in CATALOGUE:
        app.switch_page(entry.file).run()
        assert not app.exception
        assert chosen(app).id == mine.id
        assert app.query_params["size"] == "64"
        assert "sample" not in app.query_params
