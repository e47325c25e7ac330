"""What lessons measure on this page: the network's answers, and those with nothing switched off."""

from __future__ import annotations

from dataclasses import replace

from explorer.imagenet import inspection
from explorer.lessons.subjects import Seen
from explorer.parameters import Values
from pages.components import chooser, waiting
from pages.imagenet import operation

BEST = 5


def measured(values: Values) -> Seen:
    """Ask the network about the present picture.

    Raises:
        ComputeError: If it cannot be asked.
    """
    view = operation.view(values)
    off = sum(factor == 0 for *_, factor in view.scaled)
    return Seen(_answers(values, view), _answers(values, replace(view, scaled=())), off)


def _answers(values: Values, view: inspection.LayerView) -> list[tuple[str, float]]:
    picture = chooser.seen_by(values["network"], values["fit"], **operation.frame(values))
    found = waiting.result(inspection.answers, values["network"], picture.levels, view, BEST)
    return [(each["label"], each["probability"]) for each in found["classes"]]
