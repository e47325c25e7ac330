"""What the tabs of several pages show alike: values in words, code, the animation and the link."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from explorer import figures, sheets
from explorer.code.sliding_windows import SNIPPETS, code
from explorer.code.snippet import Snippet
from explorer.convolution.experiments import Array, Convolution, Pooling
from explorer.errors import ExplorerError
from explorer.parameters import Values
from explorer.sheets import MAX_SHEET_SEED, ClassSheet
from pages import share, streamlit_compat
from pages.basics import rare
from pages.components import address, chooser, lab, level, waiting
from pages.components.chooser import Picture, Whole
from pages.components.file_button import file_button
from pages.components.maps import SAID_BY_BROWSER, Said
from pages.components.markdown import plain, with_terms
from pages.live.protocol import Operation

LEFT_ON = "open tabs"  # where the session keeps the open tab of each page that it has seen


def show_lab(
    operation: Operation,
    state: lab.State,
    picture: Picture | Whole | None,
    labels: Mapping[str, Any] | None = None,
    *,
    linked: Callable[[Values], Values] = lambda values: values,
    leave_out: Collection[str] = (),
    always: tuple[str, ...] = (),
    brought: lab.Brought | None = None,
) -> None:
    """Show a view, above it what its address asks in vain, and write its settings into the address.

    Below it stands which settings act on it though the page's basics do not show them.

    `linked` makes values for the address of the view's own; `leave_out` names the settings that do not belong
    there, and `always` those that do even at their defaults. For `labels` and `brought` see `lab.show`.
    """
    notices = st.container()
    lab.show(operation, state, picture, labels, brought)
    with notices:
        complain(state.complaints)
    aside = {*leave_out, *SAID_BY_BROWSER}
    written = tuple(setting for setting in operation.settings if setting.name not in aside)
    values = linked(state.values)
    address.write(written, values, always=always)
    state.written = address.said(operation.settings, st.query_params)
    rarer = [setting for setting in written if setting.name in rare(operation)]
    level.tell_of_hidden(rarer, values, lambda usual: state.adopt(state.values | usual))


def say(text: str) -> None:
    """Show a text of ours, whose bold terms open what the glossary says of them."""
    st.markdown(with_terms(text))


def complain(sentences: Iterable[str]) -> None:
    """Show sentences that may quote a link or a file, whose words are no Markdown."""
    for sentence in sentences:
        st.warning(plain(sentence))


@contextmanager
def complaining() -> Iterator[None]:
    """Show what cannot be done as a sentence in its place; what was cancelled says so itself."""
    try:
        yield
    except waiting.Stopped:
        pass
    except ExplorerError as error:
        st.error(plain(str(error)))


def tabs(fills: Mapping[str, Callable[[], object]], *, looking: Collection[str] | None = None) -> None:
    """Show the tabs of the page's level, of which the open one alone is filled; each page keeps its own.

    Where only some tabs are `looking` at the picture, the sidebar offers it while one of them is open.
    """
    page = streamlit_compat.page_id()
    fills = level.shown(fills)
    first = next(iter(fills))
    left: dict[str, str] = st.session_state.setdefault(LEFT_ON, {})
    comes_from = next(reversed(left), page)
    if comes_from != page:
        kept = level.link().get("tab") or left.get(page, first)
        kept = kept if kept in fills else first
        if streamlit_compat.went_back_or_forward():
            # Streamlit lets the address decide then, and has lost what a tab of another page was named in.
            query = {name: st.query_params.get_all(name) for name in st.query_params}
            streamlit_compat.replace_address(query | {"tab": [kept]})
        else:
            st.session_state["tab"] = kept
    elif st.session_state.get("tab", first) not in fills:
        st.session_state["tab"] = first
    opened = st.tabs(list(fills), key="tab", on_change="rerun", bind="query-params")
    left.pop(page, None)  # so that the page that was shown last stands last
    left[page] = st.session_state["tab"]
    if looking is not None:
        chooser.offer(left[page] in looking)
    for tab, fill in zip(opened, fills.values(), strict=True):
        if tab.open:
            with tab:
                fill()


def show_said(said: Said) -> None:
    """Show what is said of a map; its view writes it anew while a control moves."""
    sentences = (
        f'<p data-fact="{escape(name)}"><b>{escape(name)}</b>: <span>{escape(sentence)}</span></p>'
        for name, sentence in said
    )
    st.html(f'<div class="said">{"".join(sentences)}</div>')


def choose_framework(snippets: Mapping[str, Snippet], default: str = "keras", key: str = "code") -> str:
    """Offer the libraries that a topic is written in; return the name of the chosen one.

    `key` is its name in the address, where a page has programs of two topics.
    """
    return st.segmented_control(
        "Written with",
        list(snippets),
        format_func=lambda name: snippets[name].title,
        default=default,
        required=True,
        key=key,
        bind="query-params",
    )


def show_code(
    experiment: Convolution | Pooling, picture: Picture, filtered: Convolution | None = None
) -> None:
    """Show the experiment as a program in the framework of one's choice; for `filtered` see `code`."""
    framework = choose_framework(SNIPPETS, "numpy")
    st.code(code(framework, experiment, preparation=picture.preparation, filtered=filtered), "python")
    st.caption(
        "This program computes the same map (equal to five decimals). Save it next to "
        f"{picture.preparation.file} (Download and share)."
    )


def show_animation(
    experiment: Convolution | Pooling,
    levels: Array,
    feature_map: Array,
    pixels: figures.Pixels,
    scale: str = "unit",
) -> None:
    """Offer the window that slides over a picture, or over a map on another scale, as a GIF.

    `pixels` are the painted result.
    """
    taps = experiment.positions(levels.shape)
    if figures.animatable(levels.shape, feature_map.shape):
        whole = (slice(None), slice(None))
        part = figures.Excerpt(whole, whole, taps)
    else:
        st.markdown(
            f"**Sliding window**: the map has too many cells for one GIF, so it shows up to "
            f"{figures.EXCERPT_SIDE} × {figures.EXCERPT_SIDE} of them around this one."
        )
        row, column = st.columns(2)
        rows, columns = feature_map.shape[:2]
        around = (
            int(row.number_input("Row of the cell", 1, rows, rows // 2 + 1, key="gif_row")) - 1,
            int(column.number_input("Column of the cell", 1, columns, columns // 2 + 1, key="gif_column"))
            - 1,
        )
        part = figures.excerpt(levels.shape, taps, around)
    seen, made = levels[part.picture], feature_map[part.result]
    if not figures.animatable(seen.shape, made.shape):
        st.caption(
            f"The window reaches over more than {figures.MAX_ANIMATED_SIDE} pixels: too far for a GIF."
        )
        return
    file_button(
        st,
        "Sliding window as GIF",
        lambda: figures.sliding_window_gif(
            figures.paint(seen, scale).pixels,
            pixels[part.result],
            part.taps,
            values=(seen, made) if made.shape[2] == 1 else None,
        ),
        "sliding_window.gif",
    )


def offer_sheet(make: Callable[[int], ClassSheet], link: str = "") -> None:
    """Offer a sheet for a class: an A4 page of exercises, and one of solutions.

    `make` makes the sheet of a seed; where these settings have none, a sentence says why. The code on it has
    the link or, without one, that of the present experiment.
    """
    seed, button = st.columns([1, 3], vertical_alignment="bottom")
    chosen = seed.number_input(
        "Seed of the sheet",
        1,
        MAX_SHEET_SEED,
        key="sheet_seed",
        help="Each seed makes another sheet: other questions, and of a picture another part.",
    )
    try:
        sheet = make(int(chosen))
    except waiting.Stopped:
        return
    except ExplorerError as error:
        button.caption(f"**Sheet for class**: {plain(str(error))}")
        return
    link = link or address.link()
    file_button(
        button,
        "Sheet for class (PDF)",
        lambda: sheets.write(replace(sheet, link=share.for_the_network(link) or link)),
        "sheet.pdf",
        help="One page of exercises, one of solutions, with a QR code that leads to them on the screen.",
    )


def show_address() -> None:
    """Show the address of the present experiment."""
    st.markdown("**Link to this experiment**: whoever opens it sees the same settings.")
    st.code(address.link(), language=None, wrap_lines=True)


def show_link(picture: Picture) -> None:
    """Show the address, and say what becomes of one's own picture."""
    show_address()
    if picture.private:
        st.caption("Your own picture stays with you: the link opens with a sample in its place.")
