"""What a lesson may say of each page, what a step shows of it, and how it is linked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from explorer.lessons.measures import MEASURES
from explorer.lessons.reading import LessonPage
from explorer.lessons.record import LessonStep
from explorer.parameters import Parameter
from explorer.questions import of_page
from pages import former_names
from pages.basics import BASICS, Basics, of_step
from pages.catalogue import CATALOGUE, Entry
from pages.components import chooser, guess
from pages.operations import OF_PAGE
from pages.transfer import plan

Below = Literal["", "question", "tab"]

_THEME = ("dark",)


def _offer(entry: Entry) -> LessonPage:
    settings: dict[str, Sequence[Parameter]] = {}
    on_page = [setting for operation in OF_PAGE.get(entry.name, ()) for setting in operation.settings]
    for setting in on_page:
        if setting.name not in _THEME:
            settings[setting.name] = (*settings.get(setting.name, ()), setting)
    if entry.name == "transfer":
        settings |= {plan.PREFIX + setting.name: (setting,) for setting in plan.SETTINGS}
    if entry.sees_picture:
        common = chooser.OF_ANY_PICTURE if entry.prepared else ()
        settings |= {setting.name: (setting,) for setting in (chooser.SAMPLE, *common)}
    basics = BASICS[entry.name]
    return LessonPage(
        settings=settings,
        tabs=(*basics.tabs, *basics.more),
        questions=tuple(kind.name for kind in of_page(entry.name)),
    )


def address(step: LessonStep) -> dict[str, str]:
    """Return the settings that a step opens its page with, if any, as a link of today says them."""
    offer = OFFERS[step.page]
    said = {
        name: parameter.to_text(parameter.default)
        for name in former_names.SAID
        if step.query.keys() & offer.settings.keys() and name in offer.settings
        for parameter in offer.settings[name][:1]
    }
    # The same for everybody, also after a step or a visit that worked on smaller pictures.
    prepared = {
        setting.name: setting.to_text(setting.default)
        for setting in chooser.PREPARATION
        if chooser.SAMPLE.name in step.query and setting.name in offer.settings
    }
    tab = {"tab": guess.TAB} if step.question and step.query else {}
    return said | prepared | tab | dict(step.query)


def below(step: LessonStep) -> Below:
    """Return whether a step is about a question, or a tab that needs nothing of the stage above it."""
    if step.question:
        return "question"
    on_stage = {setting.name for stage in OF_PAGE.get(step.page, ())[:1] for setting in stage.settings}
    return "tab" if "tab" in step.query and on_stage.isdisjoint(step.shows) else ""


def shown(step: LessonStep) -> Basics:
    """Return what the page shows for a step, with the tab that asks its question or that it opens on."""
    found = of_step(step.page, (*step.shows, guess.TAB) if step.question else step.shows)
    tab = step.query.get("tab", "")
    return replace(found, tabs=(*found.tabs, tab)) if tab and tab not in found.tabs else found


OFFERS = {entry.name: _offer(entry) for entry in CATALOGUE if entry.name in MEASURES}
"""By the name of the page."""
