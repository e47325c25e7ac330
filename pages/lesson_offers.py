"""What a lesson may say of each page: its settings with their bounds, and its tabs."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.lessons.measures import MEASURES
from explorer.lessons.reading import Offer
from explorer.parameters import Parameter
from pages.basics import BASICS
from pages.catalogue import CATALOGUE, Entry
from pages.components import chooser
from pages.operations import OF_PAGE
from pages.transfer import plan

_THEME = ("dark",)


def _offer(entry: Entry) -> Offer:
    settings: dict[str, Sequence[Parameter]] = {}
    of_page = [setting for operation in OF_PAGE.get(entry.name, ()) for setting in operation.settings]
    for setting in of_page:
        if setting.name not in _THEME:
            settings[setting.name] = (*settings.get(setting.name, ()), setting)
    if entry.name == "transfer":
        settings |= {plan.PREFIX + setting.name: (setting,) for setting in plan.SETTINGS}
    if entry.sees_picture:
        common = chooser.OF_ANY_PICTURE if entry.prepared else ()
        settings |= {setting.name: (setting,) for setting in (chooser.SAMPLE, *common)}
    basics = BASICS[entry.name]
    return Offer(settings=settings, tabs=(*basics.tabs, *basics.more))


OFFERS = {entry.name: _offer(entry) for entry in CATALOGUE if entry.name in MEASURES}
"""By the name of the page."""
