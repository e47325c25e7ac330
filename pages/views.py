"""The views: the module and the styles of each, and what a page's document tells the browser to fetch early.

A view comes in some twenty small modules, and a browser learns of each from the one that imports it, after
Streamlit's own scripts have run and the page has been drawn. So the answer to a page's address names them all
in its header, and they are here by the time they are asked for. So are those of Streamlit's scripts that it
fetches only when a page first has what they draw.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from pages import served, streamlit_files
from pages.catalogue import CATALOGUE
from pages.operations import OPERATIONS
from pages.served import FILES
from pages.streamlit_compat import CHOOSER_CHUNKS, COMPONENT_CHUNKS

STAGE = "frontend/styles/lab.css"  # what every view wears
FUNCTIONS = ("frontend/styles/plot.css", "frontend/styles/functions.css")
LOSSES = (*FUNCTIONS, "losses/style.css")
VECTORS = ("frontend/styles/plot.css", "vectors/style.css")
MOSAIC = "frontend/styles/mosaic.css"
STRIP = "frontend/styles/strip.css"
PAD = (served.BUTTONS, "components/pad.css", "frontend/styles/offer.css")

VIEWS = {
    "filter": ("convolution/view.js",),
    "pool": ("pooling/view.js", "pooling/style.css"),
    "invariance": ("pooling/invariance.js", "pooling/style.css"),
    "arithmetic": ("arithmetic/view.js", "arithmetic/style.css"),
    "pipeline": ("pipeline/view.js", "pipeline/style.css", MOSAIC, STRIP),
    "pipeline_training": (
        "pipeline/training.js",
        "frontend/styles/plot.css",
        served.BUTTONS,
        "frontend/styles/offer.css",
        "pipeline/training.css",
        MOSAIC,
    ),
    "sketch": (
        "draw_and_watch/view.js",
        *PAD,
        "draw_and_watch/style.css",
        MOSAIC,
        STRIP,
    ),
    "activations": ("activations/view.js", *FUNCTIONS),
    "chain": ("activations/chain.js", *FUNCTIONS),
    "softmax": ("activations/softmax.js", *FUNCTIONS),
    "activated": ("activations/activated.js", *FUNCTIONS),
    "losses": ("losses/view.js", *LOSSES),
    "samples": ("losses/samples.js", *LOSSES),
    "fit": ("losses/fit.js", *LOSSES),
    "trading": ("trading/view.js", *LOSSES, "trading/style.css"),
    "attention": ("attention/view.js", "attention/style.css"),
    "drawn_attention": ("attention/drawing.js", *PAD, "attention/drawing.css"),
    "vectors": ("vectors/view.js", *VECTORS),
    "product": ("vectors/product.js", *VECTORS),
    "patch": ("vectors/patch.js", *VECTORS),
    "inside": ("imagenet/view.js", "imagenet/style.css", STRIP),
    "network": (
        "hidden_layers/view.js",
        "frontend/styles/plot.css",
        served.BUTTONS,
        "frontend/styles/offer.css",
        "hidden_layers/style.css",
    ),
}
"""The module of each view and its styles beside those of all."""

OPENERS = ("frontend/core/open.js", "frontend/live/store.js")  # the modules that open any view
_IMPORT = re.compile(r"""^(?:import|export)\s(?:[^"';]*\sfrom\s)?["']([^"']+)["']""", re.M)


def imports(module: str) -> list[str]:
    """The modules that a module imports, by their paths in `pages`.

    >>> imports("frontend/live/store.js")
    []
    """
    folder = posixpath.dirname(module)
    return [
        posixpath.normpath(posixpath.join(folder, each)) for each in _IMPORT.findall(FILES[module].decode())
    ]


def modules(*roots: str) -> list[str]:
    """Some modules and all that they need, each once."""
    found: dict[str, None] = {}
    waiting = list(reversed(roots))
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += reversed(imports(module))
    return list(found)


@cache
def early(page: str) -> str:
    """What a `Link` header says of a page's first view; the empty text where the page has none."""
    operations = [each for each in OPERATIONS.values() if VIEWS[each.view][0].startswith(f"{page}/")]
    if not operations:
        return ""
    module, *styles = VIEWS[operations[0].view]
    fetched = [STAGE]  # all views wear it
    if len(operations) == 1:  # else the tab decides, and the browser complains of what stays unused
        fetched += [*styles, served.described(operations[0])]
    chooses = any(entry.name == page and entry.sees_picture for entry in CATALOGUE)
    late = streamlit_files.fetched_late(*COMPONENT_CHUNKS, *(CHOOSER_CHUNKS if chooses else ()))
    links = [f"<{each}>; rel=modulepreload; crossorigin" for each in late]
    links += [f"<{served.address(each)}>; rel=modulepreload" for each in modules(*OPENERS, module)]
    links += [f"<{served.address(each)}>; rel=preload; as=fetch; crossorigin" for each in fetched]
    # What Streamlit's document names goes first: the page needs it sooner.
    return ", ".join(f"{link}; fetchpriority=low" for link in links)
