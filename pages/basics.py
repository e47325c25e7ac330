"""What a first lesson needs of each page: everything else waits for the switch "Everything"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from explorer import parameters
from explorer.lessons.record import EVERYTHING
from explorer.parameters import Parameter, Values
from explorer.words import plural
from pages.live.protocol import Operation
from pages.operations import OF_PAGE, OPERATIONS

LEVELS = ("basics", "everything")
"""What the address can say; a link that says nothing opens on the first."""


@dataclass(frozen=True)
class Basics:
    """What a page shows at first.

    Attributes:
        settings: Those that are shown, by operation; of an operation that is not here all are.
        follows: Names in the address that change along with what is shown.
        tabs: Those that are shown.
        more: The tabs that wait for everything.
    """

    settings: Mapping[str, tuple[str, ...]]
    tabs: tuple[str, ...]
    more: tuple[str, ...]
    follows: tuple[str, ...] = ()

    @property
    def known(self) -> set[str]:
        """Names in the address of what is shown, and of what changes along with it."""
        return {*self.follows, *(name for shown in self.settings.values() for name in shown)}


BASICS = {
    "convolution": Basics(
        settings={"filter2d": ("kernel",)},
        follows=("scale", "limits"),
        tabs=("Facts", "Guess first", "Explain"),
        more=("Compare", "Code", "Download and share"),
    ),
    "pooling": Basics(
        settings={"pool2d": ("pool_size", "kind")},
        follows=("scale", "limits", "filtered"),
        tabs=("Facts", "Guess first", "Explain"),
        more=("Compare", "Invariance", "Code", "Download and share"),
    ),
    "arithmetic": Basics(
        settings={"arithmetic": ("padding", "strides")},
        follows=("input", "kernel", "seed"),
        tabs=("Facts", "Guess first", "Explain"),
        more=("Code", "Download and share"),
    ),
    "pipeline": Basics(
        settings={"pipeline": ("blocks", "cell"), "pipeline_training": ("blocks", "frozen", "weight")},
        follows=("open",),
        tabs=("Facts", "Guess first", "Explain"),
        more=("Train it", "Code", "Download and share"),
    ),
    "vectors": Basics(
        settings={"vectors": ("operation", "factor", "a", "b")},
        follows=("table", "along", "cells", "first", "second"),
        tabs=("Worked", "Explain"),
        more=("Matrix times vector", "A picture as a matrix", "For a network", "Code", "Download and share"),
    ),
    "activations": Basics(
        settings={"activations": ("curves", "x"), "activated": ("curves", "filter")},
        tabs=("On a picture", "Facts", "Guess first", "Explain"),
        more=("Layers", "Softmax", "Code", "Download and share"),
    ),
    "hidden_layers": Basics(
        settings={"network": ("data", "layers")},
        follows=("weights", "own", "own_names", "own_task", "loss", "x1", "x2", "target"),
        tabs=("Forward", "Guess first", "Explain"),
        more=("Backward", "Facts", "Your points", "Code", "Download and share"),
    ),
    "losses": Basics(
        settings={
            "losses": (
                "losses",
                *(
                    f"{task}_{end}"
                    for task in ("numbers", "probabilities", "scores")
                    for end in ("target", "prediction")
                ),
            )
        },
        tabs=("Facts", "One outlier", "Guess first", "Explain"),
        more=("Fit it", "Code", "Download and share"),
        follows=("numbers_wild", "probabilities_wild", "scores_wild"),
    ),
    "trading": Basics(
        settings={"trading": ("weight", "crashes", "seed")},
        tabs=("Market", "Losses of money", "Explain"),
        more=("Code", "Download and share"),
    ),
    "attention": Basics(
        settings={
            "attention": ("sequence", "token", "asked"),
            "drawn_attention": ("source", "patch", "depth", "only", "dropped", "shuffled"),
        },
        follows=("numbers",),
        tabs=("On a drawing", "Facts", "Guess first", "Explain"),
        more=("Beside a convolution", "Code", "Download and share"),
    ),
    "draw_and_watch": Basics(
        settings={"sketch": ("source", "layer", "unit")},
        follows=("off",),
        tabs=("Guess first", "Never seen", "Explain"),
        more=("Compare", "Code", "Download and share"),
    ),
    "imagenet": Basics(
        settings={
            "look": ("network", "fit", "zoom", "across", "down", "depth", "channel", "overlay", "target")
        },
        follows=("weights", "overlay_cells", "overlay_opacity"),
        tabs=("Answers", "Why", "Guess first", "Layers", "Explain"),
        more=(
            "Feature visualisation",
            "Filters",
            "Side by side",
            "The challenge",
            "Code",
            "Download and share",
        ),
    ),
    "transfer": Basics(
        settings={},
        follows=("teach_network", "teach_learning_rate", "teach_epochs"),
        tabs=("Results", "Try it", "Explain"),
        more=("Features", "From scratch", "Download and share"),
    ),
}
"""By the name of the page."""


def rare(operation: Operation, page: Basics | None = None) -> list[str]:
    """Return the settings of an operation that basics leave out.

    Args:
        operation: The operation.
        page: What its page shows; without it, the basics of the page that has the operation.

    Example:
        >>> rare(OPERATIONS["pool2d"])[:3], rare(OPERATIONS["softmax"])
        (['strides', 'padding', 'dilation_rate'], [])
    """
    pages = [page] if page else BASICS.values()
    shown = next((page.settings[operation.name] for page in pages if operation.name in page.settings), None)
    return (
        [] if shown is None else [setting.name for setting in operation.settings if setting.name not in shown]
    )


def of_step(page: str, shows: Collection[str]) -> Basics:
    """Return what a page shows for a step of a lesson.

    Where the step names settings, these take the place of the page's basic ones, and so do tabs.

    Args:
        page: The name of the page.
        shows: Names of settings and tabs; what shows everything begins on that level.

    Example:
        >>> step = of_step("pooling", ("strides", "Invariance"))
        >>> step.tabs, step.settings["pool2d"]
        (('Invariance',), ('strides',))
        >>> of_step("pooling", ()) == BASICS["pooling"]
        True
    """
    basics = BASICS[page]
    tabs = tuple(tab for tab in (*basics.tabs, *basics.more) if tab in shows)
    settings = tuple(name for name in shows if name not in (*tabs, EVERYTHING))
    return replace(
        basics,
        tabs=tabs or basics.tabs,
        settings={operation.name: settings for operation in OF_PAGE.get(page, ())}
        if settings
        else basics.settings,
    )


def left_out(page: str, settings: Iterable[Parameter], prefix: str = "") -> list[Parameter]:
    """Return those of some settings that the basics of their page leave out, and nothing shown moves along.

    `prefix` stands before their names in the address.
    """
    known = BASICS[page].known
    return [setting for setting in settings if prefix + setting.name not in known]


def told(settings: Iterable[Parameter], values: Values) -> str:
    """Say which of the settings that basics leave out act all the same; the empty text where none does.

    Example:
        >>> pool2d = OPERATIONS["pool2d"].settings
        >>> values = parameters.checked(pool2d, {"strides": 3, "padding": "same"})
        >>> told(pool2d, values)
        '2 settings of Everything are changed: stride 3, padding “same”.'
        >>> told(pool2d, parameters.checked(pool2d, {}))
        ''
    """
    found = parameters.differing(settings, values)
    if not found:
        return ""
    names = ", ".join(f"{_within(each.title)} {each.said(values[each.name])}".rstrip() for each in found)
    count = len(found)
    return f"{count} {plural(count, 'setting')} of Everything {plural(count, 'is', 'are')} changed: {names}."


def _within(title: str) -> str:
    """A title as it stands within a sentence: with a small letter, unless it is an abbreviation."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def asks_for_more(page: str, query: Mapping[str, str], common: Collection[str] = ()) -> bool:
    """Return whether a link names a setting or a tab that the basics of its page leave out.

    Args:
        page: The name of the page.
        query: The link's names and texts.
        common: Names that belong to no page, such as those of the picture.

    Example:
        >>> asks_for_more("convolution", {"strides": "2"}), asks_for_more("convolution", {"kernel": "box"})
        (True, False)
        >>> asks_for_more("convolution", {"strides": "1"}), asks_for_more("pooling", {"tab": "Code"})
        (False, True)
    """
    basics = BASICS[page]
    settings = {setting.name: setting for name in basics.settings for setting in OPERATIONS[name].settings}
    known = basics.known.union(common)
    for name, text in query.items():
        if name == "tab":
            if text not in basics.tabs:
                return True
        elif name not in known:
            setting = settings.get(name)
            if setting is None or setting.to_text(setting.default) != text:
                return True
    return False
