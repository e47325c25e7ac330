"""Download and share: the network in several formats, the pictures, and the experiment as a program."""

from __future__ import annotations

import datetime
from collections.abc import Hashable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.code import exported as exported_code
from explorer.code import own_models
from explorer.code import transfer as transfer_code
from explorer.exports import Agreement, ExportFormat
from explorer.imagenet.networks import NetworkRecord
from explorer.imagenet.own_networks import OwnNetwork
from explorer.transfer import archives, export, formats
from explorer.transfer.formats import FORMATS
from explorer.transfer.model_cards import TaughtNetwork
from pages.components import panels, waiting
from pages.components.file_button import file_button
from pages.components.markdown import plain
from pages.transfer.context import TeachingContext

AGREEMENTS = "teach agreements"  # session-state key: how files that were made answer, by question and format
KEPT = 12  # of these


def show(context: TeachingContext) -> None:
    """Offer the files, the program and the link."""
    show_formats(context)
    classes, folders = context.classes, transfer_code.folders(context.classes)
    st.markdown("**The whole experiment as a program**")
    st.code(transfer_code.script(context.plan, classes), "python", height=420)
    record = context.network
    one, two, *three = st.columns(2 if opens(record) else 3)
    file_button(
        one,
        "Pictures (ZIP)",
        lambda: archives.to_zip(context.halves, folders),
        "pictures.zip",
        width="stretch",
        key="teach_pictures",
    )
    file_button(
        two,
        "Experiment (JSON)",
        lambda: export.record(context.plan, classes, context.halves, context.learned),
        "experiment.json",
        width="stretch",
        key="teach_record",
    )
    for place in three:
        offer_backbone(context, place)
    st.caption(
        f"Save the program, unpack the pictures next to it as `pictures`, and put {beside(record)} there "
        "too. The program also answers pictures in `pictures/new`; it skips and names any file that is not a "
        "picture."
    )
    panels.show_address()
    st.caption("Your pictures stay with you: the link opens with the same settings and empty classes.")


def opens(record: NetworkRecord) -> bool:
    """Whether the program opens the very file that the network is from."""
    return not isinstance(record, OwnNetwork) or record.opens_in_keras


def offer_backbone(context: TeachingContext, place: DeltaGenerator) -> None:
    """Offer a model that Keras does not open as it came as a file that it opens."""
    run = waiting.in_a_download()
    file_button(
        place,
        "Your model for Keras",
        lambda: run(export.backbone_file, context.plan.network),
        own_models.file_of(context.network),
        width="stretch",
        key="teach_backbone",
    )


def beside(record: NetworkRecord) -> str:
    """What the program needs beside it, in words."""
    file = own_models.file_of(record)
    if not isinstance(record, OwnNetwork):
        return f"the weights of {record.title}, `{file}`,"
    if record.opens_in_keras:
        return f"your model, {plain(file)},"
    return (
        f"{plain(file)}, your model as Keras 3 opens it ({plain(record.writer)} wrote the one you brought),"
    )


def show_formats(context: TeachingContext) -> None:
    """Offer the network in a format of the person's choice, once it has been made and tried."""
    st.markdown("**The network, to use elsewhere**")
    withheld = {name: format_.withheld for name, format_ in FORMATS.items()}
    menu, place = st.columns([3, 2], vertical_alignment="bottom")
    name: str = menu.selectbox(
        "Format",
        [name for name in FORMATS if not withheld[name]],
        format_func=lambda each: FORMATS[each].title,
        key="teach_format",
    )
    chosen = FORMATS[name]
    st.caption(chosen.sentence)
    button = place.empty()
    found = agreement(context, chosen, button)
    if found:
        run = waiting.in_a_download()
        file_button(
            button,
            "Download (ZIP)",
            lambda: run(formats.exported, *asked(context, chosen)).data,
            formats.file_name(name),
            kind="primary",
            width="stretch",
            key="teach_file",
        )
        st.markdown(f"Made, and tried. {found.sentence}")
    st.caption(
        "Each comes with the labels in the order of the answers, a model card (what it was taught on, how "
        "its test went, what it never saw), and what reads pictures as this page does: upright, in sRGB, not "
        "transparent, and shrunk without losing what lies between pixels."
    )
    for reason in filter(None, withheld.values()):
        st.caption(plain(reason))


def agreement(
    context: TeachingContext, chosen: ExportFormat[TaughtNetwork], button: DeltaGenerator
) -> Agreement | None:
    """How the file answers: known from before, or found by making it at a press of a button in a place."""
    assert context.trained is not None  # this tab needs one
    known: dict[Hashable, Agreement] = st.session_state.setdefault(AGREEMENTS, {})
    question = context.question, context.trained.epochs, chosen.name
    if question in known:
        return known[question]
    words = f"Make it (about {chosen.seconds} s)"
    if button.button(words, type="primary", width="stretch", key="teach_make"):
        with panels.complaining():
            say = f"Making {chosen.title}"
            known[question] = waiting.result(formats.exported, *asked(context, chosen), say=say).agreement
        while len(known) > KEPT:
            del known[next(iter(known))]
    return known.get(question)


def asked(context: TeachingContext, chosen: ExportFormat[TaughtNetwork]) -> tuple[str, TaughtNetwork, str]:
    """What the worker is asked for; what it made last it still has."""
    assert context.trained is not None
    taught = TaughtNetwork(
        context.trained, tuple(context.train), tuple(context.held_out), datetime.date.today().isoformat()
    )
    return chosen.name, taught, exported_code.answering(chosen.name, context.plan)
