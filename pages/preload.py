"""What the pages import late, imported once and whole before the first of them runs.

Python puts a module into `sys.modules` before its body has run. Who looks for it there, as Plotly does to
find out whether it was given a data frame, may meet it half made while another thread imports it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module

# pandas and pyarrow: Streamlit's spreadsheet. loky and psutil: processes that compute. The rest: Plotly's.
MODULES = ("pandas", "pyarrow", "plotly.graph_objects", "narwhals", "loky", "psutil")

_loading = threading.Lock()


def load(ending: threading.Event | None = None) -> None:
    """Import all of `MODULES`; whoever comes while another thread does so waits until they are whole.

    Once `ending` is set, the module that is being imported is the last.
    """
    with _loading:
        for name in MODULES:
            if ending and ending.is_set():
                return
            import_module(name)


def begin() -> Callable[[], None]:
    """Load in a thread, so that the server answers at once and the first visitor finds most of it done.

    What is returned is to be called before the process ends, since a module may not be imported after that:
    it waits for the module that is being imported.
    """
    ending = threading.Event()
    thread = threading.Thread(target=load, args=(ending,), name="preload", daemon=True)
    thread.start()

    def end() -> None:
        ending.set()
        thread.join()

    return end
