"""What links say that were made before a name or a default was changed: they open the same thing as then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from re import fullmatch
from urllib.parse import urlencode

import streamlit as st

from explorer.parameters import Parameter
from pages import streamlit_compat
from pages.operations import OPERATIONS

KEYS = {
    "beside": "comparison_with",
    "beside_look": "comparison_look",
    "beside_network": "comparison_network",
    "beside_sample": "comparison_sample",
    "teach_beside": "teach_comparison",
    "imagine_kind": "visualisation_kind",
    "imagine_class": "visualisation_class",
    "imagine_channel": "visualisation_channel",
    "imagine_of": "visualisation_of",
    "imagine_steps": "visualisation_steps",
    "imagine_seed": "visualisation_seed",
    "imagine_jitter": "visualisation_jitter",
    "imagine_rotate": "visualisation_rotate",
    "imagine_scale": "visualisation_scale",
}
"""Names of settings: the former one, and the present one."""

VALUES = {
    "tab": {
        "Imagine": "Feature visualisation",
        "One wild sample": "One outlier",
        "Take away": "Download and share",
        "What pooling forgives": "Invariance",
    },
    "teach_asked": {
        "held out": "test pictures",
        "trained on": "training pictures",
    },
    "why_part": {
        "Where it looks": "Where does it look?",
        "Which map knows better": "Which heat map is more faithful?",
        "What training adds": "Does the map depend on training?",
    },
}
"""By the present name of a setting: what it could be, and what that is called now."""

COUNTED = {
    "filters_kernel": "filters_number",
    "filters_slice": "filters_input",
    "visualisation_channel": "visualisation_number",
}
"""Settings that such links count from 0, as code does, and what counts the same from 1 now."""

NETWORK = "MobileNetV2"
"""The network that such links leave out, as it was the first one then."""

BORDER = "constant"
"""The border that such links leave out: zeros, which draw an edge where the picture has none."""

FUNCTION = "sigmoid"
"""The activation that links to that page leave out, as it was the first one then."""

SAID = ("pad_mode", "network", "teach_network", "curves")
"""What every link of today says, as its default was another once."""


def moved(page: str, query: Mapping[str, str]) -> str | None:
    """Return the address, beside the former one, of what a link asks for on another page; None: it is there.

    Trading was a tab of Losses, and its losses were some of those on the plot there.

    Example:
        >>> moved("losses", {"tab": "Trading", "signal": "0.4"})
        'trading?signal=0.4'
        >>> moved("losses", {"losses": "profit,shortfall"})
        'trading?losses=profit%2Cshortfall&tab=Losses+of+money'
        >>> moved("losses", {"losses": "numbers,huber"})
    """
    if page != "losses":
        return None
    rest = {name: text for name, text in query.items() if name != "tab"}
    if query.get("tab") == "Trading":
        return f"trading?{urlencode(rest)}".removesuffix("?")
    if query.get("losses", "").partition(",")[0] == "profit":
        return f"trading?{urlencode(rest | {'tab': 'Losses of money'})}"
    return None


def with_network(query: Mapping[str, str], settings: Sequence[Parameter], prefix: str = "") -> dict[str, str]:
    """Return a query that says which network its other settings are of; today every link does.

    Example:
        >>> from pages.components.network_choices import FIT
        >>> with_network({"fit": "crop"}, (FIT,)), with_network({"size": "64"}, (FIT,))
        ({'fit': 'crop', 'network': 'MobileNetV2'}, {'size': '64'})
    """
    return _with(query, settings, prefix, "network", NETWORK)


def with_border(query: Mapping[str, str], settings: Sequence[Parameter], prefix: str = "") -> dict[str, str]:
    """Return a query that says which border its other settings are of; today every link does.

    Example:
        >>> from pages.components.filters import FILTER
        >>> with_border({"strides": "2"}, FILTER), with_border({"size": "64"}, FILTER)
        ({'strides': '2', 'pad_mode': 'constant'}, {'size': '64'})
    """
    return _with(query, settings, prefix, "pad_mode", BORDER)


def with_function(query: Mapping[str, str]) -> dict[str, str]:
    """Return a query that says which activation its other settings are of; today every link does.

    Example:
        >>> with_function({"gain": "2.0"}), with_function({"size": "64"})
        ({'gain': '2.0', 'curves': 'sigmoid'}, {'size': '64'})
    """
    settings = [
        setting for name in ("activations", "chain", "activated") for setting in OPERATIONS[name].settings
    ]
    return _with(query, settings, "", "curves", FUNCTION)


def _with(
    query: Mapping[str, str], settings: Sequence[Parameter], prefix: str, name: str, former: str
) -> dict[str, str]:
    """Return a query that has a former default, where it has settings and not this one."""
    key = prefix + name
    chosen = any(prefix + setting.name in query for setting in settings)
    return {**query, **({key: former} if chosen and key not in query else {})}


def replace() -> None:
    """Make the address say present names, before anything reads it."""
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    present = renamed(asked)
    if present != asked:
        streamlit_compat.replace_address(present)


def renamed(query: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return a query under present names; where it has a former and a present one, the present one counts.

    Example:
        >>> renamed({"tab": ["What pooling forgives"], "size": ["64"]})
        {'tab': ['Invariance'], 'size': ['64']}
        >>> renamed({"filters_kernel": ["6"]})
        {'filters_number': ['7']}
    """
    present: dict[str, Sequence[str]] = {}
    for name, texts in query.items():
        key = KEYS.get(name, name)
        if key != name and key in query:
            continue
        counted = COUNTED.get(key)
        if counted is None:
            known = VALUES.get(key, {})
            present[key] = [known.get(text, text) for text in texts]
        elif counted not in query:
            present[counted] = [str(int(text) + 1) if fullmatch(r"\d{1,9}", text) else text for text in texts]
    return present
