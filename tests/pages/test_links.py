"""Links that were made before: one of each view with nearly all its settings changed, and former names."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl

import driving
import pytest

from explorer import parameters
from pages import former_names
from pages.operations import OPERATIONS

# Streamlit calls some of its own commands in ways that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:streamlit.*")

LINKS: dict[str, str] = json.loads(Path(__file__).with_name("links.json").read_text("utf-8"))


def test_there_is_a_link_of_every_view() -> None:
    """No view of today goes without a link."""
    assert set(LINKS) == set(OPERATIONS)


@pytest.mark.parametrize("operation", LINKS)
def test_a_link_of_the_first_release_opens_the_same_experiment(operation: str) -> None:
    """Every setting of the link is understood, differs from its default, and is written again as it was."""
    query = dict(parse_qsl(LINKS[operation]))
    values, complaints = parameters.from_query(OPERATIONS[operation].settings, query)
    assert complaints == []
    assert parameters.to_query(OPERATIONS[operation].settings, values) == query


# Former names


def test_a_former_name_is_not_one_of_today() -> None:
    """A name is changed once: what it is called now is no former name of anything."""
    for former in (former_names.KEYS, former_names.COUNTED, *former_names.VALUES.values()):
        assert former.keys().isdisjoint(former.values())


def test_where_a_link_has_both_names_the_present_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their order; what has no former name stays as it is, said twice or empty."""
    monkeypatch.setattr(former_names, "KEYS", {"old": "new"})
    rest = {"off": ["1", "2"], "code": [""]}
    assert former_names.renamed({"old": ["1"], **rest}) == {"new": ["1"], **rest}
    for query in ({"old": ["1"], "new": ["2"]}, {"new": ["2"], "old": ["1"]}):
        assert former_names.renamed(query) == {"new": ["2"]}


def test_a_link_with_the_former_name_of_a_tab_opens_that_tab() -> None:
    """The tab is open in the first run of its page, and the address says its present name."""
    former, present = (
        driving.opened("pooling/page.py", size="32", down="2", tab=tab)
        for tab in ("What pooling forgives", "Invariance")
    )
    assert former.query_params == present.query_params
    assert former.query_params["tab"] == "Invariance"
    assert driving.state_of(former, "invariance").values["down"] == 2
    assert driving.text_of(former) == driving.text_of(present)


def test_a_link_to_take_away_opens_download_and_share() -> None:
    """Links of the first release, which all ended with that tab, still show the files and the link."""
    app = driving.opened("pooling/page.py", size="32", tab="Take away")
    assert app.query_params["tab"] == "Download and share"
    assert "Map as PNG" in {button.label for button in app.get("download_button")}


def test_a_former_name_comes_back_while_a_widget_is_bound_to_it() -> None:
    """A session that goes back to the address it came with stays, and the address says present names."""
    app = driving.opened("pooling/page.py", size="32", tab="Invariance", embed="true")
    app.query_params["tab"] = "What pooling forgives"
    app.run()
    assert not app.exception
    said = {"tab": "Invariance", "size": "32", "embed": "true", "level": "everything"}
    assert app.query_params == said


# A former default


def test_a_link_to_activations_without_a_function_is_one_of_the_sigmoid() -> None:
    """The page opens on ReLU; what was set beside the function that was the first opens with that."""
    chosen = {
        name: driving.state_of(driving.opened("activations/page.py", **query), "activations").values[
            "curves"
        ]["chosen"]
        for name, query in {"new": {}, "picture": {"size": "32"}, "former": {"x": "-2.0"}}.items()
    }
    assert chosen == {"new": "relu", "picture": "relu", "former": "sigmoid"}


@pytest.mark.parametrize(
    ("query", "network"),
    [
        ({}, "EfficientNetLite0"),
        ({"size": "64"}, "EfficientNetLite0"),
        ({"depth": "20"}, "MobileNetV2"),
        ({"depth": "20", "network": "efficientnetlite0"}, "EfficientNetLite0"),
    ],
)
def test_a_layer_without_a_network_is_one_of_the_network_that_was_the_first(
    query: dict[str, str], network: str
) -> None:
    """The link opens what it opened when it was made, and from there on the address names the network."""
    app = driving.opened("imagenet/page.py", **query)
    assert not app.exception
    assert driving.state_of(app, "look").values["network"] == network
    assert app.query_params["network"] == network.lower()


@pytest.mark.parametrize(
    ("query", "border", "held"),
    [
        ({}, "edge", None),
        ({"size": "32"}, "edge", None),
        ({"size": "32", "kernel": "sobel_x~3x3"}, "constant", None),
        ({"strides": "2", "pad_mode": "wrap", "b_kernel": "box~3x3"}, "wrap", "constant"),
    ],
    ids=str,
)
def test_a_filter_without_a_border_has_the_zeros_that_it_had(
    query: dict[str, str], border: str, held: str | None
) -> None:
    """A link made when zeros were the default opens with zeros; the page itself draws no false edge."""
    app = driving.opened("convolution/page.py", **query)
    assert driving.state_of(app, "filter2d").values["pad_mode"] == border
    assert app.query_params["pad_mode"] == border
    assert app.query_params.get("b_pad_mode") == held
