"""A file is given by one kind of button, for which no page runs."""

from __future__ import annotations

from pathlib import Path

import driving

import pages


def test_no_page_runs_for_a_file():
    """A run that begins while a file is on its way to the browser would lose it."""
    offered = driving.opened("convolution/page.py", tab="Download and share").get("download_button")
    assert len(offered) > 3
    assert all(each.proto.ignore_rerun for each in offered)


def test_every_file_is_offered_so():
    """No page has Streamlit's own button, which runs the page."""
    folder = Path(pages.__file__).parent
    found = [path.name for path in folder.rglob("*.py") if ".download_button(" in path.read_text("utf-8")]
    assert found == ["file_button.py"]
