"""What every run of a page without a browser shares."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner


@pytest.fixture(scope="session", autouse=True)
def light_runs() -> Iterator[None]:
    """Leave out of a run what the server does not do either, or does once.

    Installed packages are looked through for components once. And where another test of this process has
    imported Keras, Streamlit would clear its session, and collect its garbage, after every run.
    """
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield
