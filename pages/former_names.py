"""Names that stood in the address before they were changed: a link made with them opens the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages import streamlit_compat

KEYS = {
    "beside": "comparison_with",
    "beside_look": "comparison_look",
    "beside_network": "comparison_network",
    "beside_sample": "comparison_sample",
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
        "What pooling forgives": "Invariance",
    },
}
"""By the present name of a setting: what it could be, and what that is called now."""


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
    """
    present: dict[str, Sequence[str]] = {}
    for name, texts in query.items():
        key = KEYS.get(name, name)
        if key == name or key not in query:
            known = VALUES.get(key, {})
            present[key] = [known.get(text, text) for text in texts]
    return present
