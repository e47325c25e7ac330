"""A model of one's own on ImageNet and Transfer: its file is taken in, and all of the page works on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import driving
import numpy as np
import pytest
from model_files import (
    CLASSES,
    CONVOLUTION,
    INPUT,
    LABELS,
    POOLING,
    keras_file,
    layer,
    teachable_machine,
    zipped,
)
from streamlit.testing.v1 import AppTest

from explorer import compute, parameters
from explorer.errors import ExplorerError
from explorer.imagenet.own_networks import is_own, name_of
from explorer.models.reading import bring
from pages.imagenet.operation import LOOK

PAGE = "imagenet/page.py"
LITTLE = "MobileNet-0.25-128"
MODEL = keras_file(INPUT, CONVOLUTION, POOLING, CLASSES)
TABS = ("Answers", "Why", "Guess first", "Layers", "Filters", "Side by side", "Download and share", "Explain")

opened = partial(driving.opened, PAGE)
state_of = partial(driving.state_of, operation="look")
text_of = driving.text_of


@pytest.fixture(scope="module", autouse=True)
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep models in a folder of these tests, which the process that computes knows as well."""
    compute.shared().close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_MODELS", str(tmp_path_factory.mktemp("models")))
        yield
        compute.shared().close()


def brought(*files: tuple[str, bytes]) -> AppTest:
    """Open the page on a small network, choose a model of one's own, and bring files."""
    app = opened(network=LITTLE, weights="random")
    app.selectbox[0].select("own").run()
    assert not app.exception
    app.file_uploader(key="own_model_0").set_value([(*file, "") for file in files]).run()
    assert not app.exception
    return app


def test_a_download_of_teachable_machine_is_looked_into() -> None:
    """Its size, classes and writer are said, and how pixels go in can be chosen."""
    data, _ = teachable_machine(np.random.default_rng(3))
    app = brought(("converted_keras.zip", zipped({"keras_model.h5": data, "labels.txt": LABELS})))
    name = state_of(app).values["network"]
    assert is_own(name)
    assert dict(app.query_params)["network"] == name
    said = text_of(app)
    assert "32 × 32 pixels in colour and knows 3 classes: Cat, Dog with a hat, Empty table" in said
    assert "Keras 2.4.0" in said
    app.selectbox[1].select("unit").run()
    assert state_of(app).values["network"] == name_of(name.split(".")[1], "unit")
    assert app.selectbox[0].value == "own"
    app.selectbox[0].select(LITTLE).run()
    assert state_of(app).values["network"] == LITTLE
    app.selectbox[0].select("own").run()
    assert state_of(app).values["network"] == name_of(name.split(".")[1], "unit")
    assert not app.exception


def test_what_is_no_model_is_one_sentence_and_changes_nothing() -> None:
    """The network that was on stays, with all that was set."""
    swirl = layer("Magic", "swirl") | {"module": "school.magic"}
    app = brought(("a.keras", keras_file(INPUT, swirl, POOLING, CLASSES)))
    assert [error.value for error in app.error if "swirl" in error.value] != []
    assert state_of(app).values["network"] == LITTLE
    assert app.tabs
    app.file_uploader(key="own_model_1").set_value([("b.keras", MODEL, "")]).run()
    assert not app.error
    assert is_own(state_of(app).values["network"])


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_works_on_it(tab: str) -> None:
    """All that makes sense for a model is there; what is about the challenge or needs Keras is not."""
    name = bring({"a.keras": MODEL, "labels.txt": b"cat\ndog\nowl"})
    app = opened(network=name, level="everything", tab=tab)
    assert not app.error
    assert tuple(each.label for each in app.tabs) == TABS
    assert "ImageNet" not in text_of(app) or tab == "Explain"
    if tab == "Answers":
        assert "owl" in text_of(app)
        assert "WordNet" not in text_of(app)


def test_grey_pictures_and_two_classes_are_looked_into() -> None:
    """A picture of one channel, an answer of one number: shown as grey, and as two classes."""
    grey = layer("InputLayer", "input", batch_shape=[None, 16, 16, 1])
    last = layer("Dense", "classes", units=1, activation="sigmoid")
    name = bring({"a.keras": keras_file(grey, POOLING, last, dense=(1, 1)), "names.txt": b"night\nday"})
    app = opened(network=name)
    assert not app.error
    assert "16 × 16 pixels in grey and knows 2 classes: night, day" in text_of(app)


def test_a_link_to_a_model_that_is_not_here_says_what_to_do() -> None:
    """The page opens on its first network, and the sentence names the way."""
    gone = name_of("0" * 32, "unit")
    app = opened(network=gone)
    assert any("open its file yourself" in warning.value for warning in app.warning)
    assert state_of(app).values["network"] == "EfficientNetLite0"
    with pytest.raises(ExplorerError, match="open its file"):
        parameters.checked(LOOK, {"network": gone})


# The Transfer page


transfer = partial(driving.opened, "transfer/page.py")


def plan_of(app: AppTest) -> dict[str, object]:
    """What is chosen on the Transfer page."""
    values: dict[str, object] = app.session_state["teaching plan"].values
    return values


def words(elements: Sequence[Any]) -> str:
    """What some boxes say."""
    return "\n".join(element.value for element in elements).replace("\\", "")


def test_it_is_brought_to_transfer_and_taught() -> None:
    """Opened there, it learns the example; what it gives is said of it, and the program opens its file."""
    app = transfer(
        teach_network=LITTLE,
        teach_weights="random",
        teach_epochs="4",
        level="everything",
        teach_fine_tune="true",
    )
    app.selectbox[0].select("own").run()
    assert plan_of(app)["network"] == LITTLE
    assert "Until a model is open, MobileNet, a quarter as wide, 128 px stays on." in driving.shown(
        text_of(app)
    )
    app.file_uploader(key="own_model_0").set_value([("a.keras", MODEL, ""), ("labels.txt", b"x\ny\nz", "")])
    app.run()
    assert not app.exception
    name = str(plan_of(app)["network"])
    assert is_own(name)
    assert dict(app.query_params)["teach_network"] == name
    assert "takes pictures of 16 × 16 pixels in colour and knows 3 classes: x, y, z" in text_of(app)
    assert plan_of(app)["fine_tune"] is False
    assert "a new head alone learns on it" in words(app.warning)
    app.button(key="teach_example").click().run()
    app.button(key="teach_go").click().run()
    assert not app.exception
    assert not app.error
    for tab, said in {
        "Try it": "the best of the 3 classes that the network knew before",
        "Features": "the mean of each feature map of `conv`",
        "From scratch": "Transferred from a",
        "Download and share": "put your model, a.keras, there",
    }.items():
        app.session_state["tab"] = tab
        app.run()
        assert not app.exception
        assert said in driving.shown(text_of(app)), tab
    assert "keras.models.load_model('a.keras', compile=False)" in next(code.value for code in app.code)


def test_a_model_that_was_opened_on_imagenet_is_in_the_menu_of_transfer() -> None:
    """By its name, and one that Keras does not open as it came is offered as one that it opens."""
    data, _ = teachable_machine(np.random.default_rng(3))
    name = bring({"tm.zip": zipped({"keras_model.h5": data, "labels.txt": LABELS})})
    app = transfer(teach_network=name, teach_epochs="3", tab="Download and share")
    assert app.selectbox[0].value == "own"
    assert "Teachable Machine takes pictures of 32 × 32 pixels" in driving.shown(text_of(app)).replace(
        "*", ""
    )
    app.button(key="teach_example").click().run()
    app.button(key="teach_go").click().run()
    assert not app.exception
    said = driving.shown(text_of(app))
    assert "keras_model_backbone.keras, your model as Keras 3 opens it (Keras 2.4.0 wrote" in said
    assert [each for each in app.get("download_button") if "teach_backbone" in each.proto.id]


def test_what_transfer_cannot_teach_leaves_the_network_that_was_on() -> None:
    """A model that is no longer here, or one without layers under its head: one sentence, and the default."""
    alone = bring({"b.keras": keras_file(INPUT, POOLING, CLASSES, dense=(3, 3))})
    for name, said in (
        (name_of("0" * 32, "unit"), "brought along in a session of their own"),
        ("own.my_model", "choose Your model under Network, and open its file yourself"),
        (alone, "without its head"),
    ):
        app = transfer(teach_network=name)
        assert plan_of(app)["network"] == "EfficientNetLite0"
        assert said in words(app.warning)
        assert app.selectbox[0].value == "EfficientNetLite0"
