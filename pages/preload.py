"""What the pages import late, imported once and whole before the first of them runs.

Python puts a module into `sys.modules` before its body has run. Who looks for it there, as Plotly does to
find out whether it was given a data frame, may meet it half made while another thread imports it.
"""

from __future__ import annotations

import threading
from importlib import import_module

# pandas and pyarrow: Streamlit's spreadsheet. loky and psutil: processes that compute. The rest: Plotly's.
MODULES = ("pandas", "pyarrow", "plotly.graph_objects", "narwhals", "loky", "psutil")

_loading = threading.Lock()


def load() -> None:
    """Import all of `MODULES`; whoever comes while another thread does so waits until they are whole."""
    with _loading:
        for name in MODULES:
            import_module(name)


def begin() -> threading.Thread:
    """Load in a thread, so that the server answers at once and the first visitor finds most of it done.

    The thread is to be joined before the process ends, since a module may not be imported after that.
    """
    thread = threading.Thread(target=load, name="preload", daemon=True)
    thread.start()
    return thread
