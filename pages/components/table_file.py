"""A table from a file or the clipboard: what was understood is shown before it is used, and can be overruled.

How it is read stands in the address, since a class that brings one kind of file chooses once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from explorer import parameters
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Values
from explorer.tables import TableReading, is_workbook
from explorer.tables.settings import DECIMAL, HEADER, MISSING, SEPARATOR, TABLE_SETTINGS, TOTAL, read_as
from pages.components import address, charts, panels
from pages.components.markdown import plain

MEGABYTES = 10
PASTED = "What you pasted"
HELP = (
    "A CSV file of any spreadsheet program, with commas, semicolons or tabs, or a workbook (.xlsx, .ods). A "
    "title, units and a total are found."
)
_PREVIEW_ROWS, _PREVIEW_COLUMNS = 4, 8


@dataclass(frozen=True, eq=False)
class BroughtTable:
    """A table that a person has brought, and how it is to be used.

    Attributes:
        name: What it is called.
        read: What was understood, with its gaps.
        values: By the names of `TABLE_SETTINGS`.
        wanted: What it was read from, and how: two that are equal say the same.
    """

    name: str
    read: TableReading
    values: Values
    wanted: tuple[object, ...]

    def completed(self) -> TableReading:
        """Return it without gaps, as it was chosen."""
        return self.read.completed(self.values[MISSING.name])


def open_table(
    key: str,
    label: str,
    use_label: str,
    check: Callable[[BroughtTable], str],
    use: Callable[[BroughtTable], None],
    *,
    is_on: bool,
    told: tuple[object, ...] = (),
    help: str = HELP,
) -> bool:
    """Draw what takes a table, says how it was understood, and lets it be used.

    Args:
        key: Of its widgets: it begins their names, and the uploader has it.
        label: What the file is of.
        use_label: What the button says that makes it the page's.
        check: Says what it will be on the page, in sentences, or raises why it cannot.
        use: Makes it the page's. It runs before the page is drawn anew.
        is_on: Whether the page still shows what was used last.
        told: What else `use` goes by: another choice of it is another use.
        help: What may be brought.

    Returns:
        Whether what was brought could not be read.
    """
    file = st.file_uploader(label, max_upload_size=MEGABYTES, key=key, help=help)
    text = (
        ""
        if file
        else st.text_area(
            "Or paste rows of a spreadsheet",
            key=f"{key}_pasted",
            height=68,
            placeholder="cells, with their names above",
        )
    )
    if not file and not text.strip():
        return False
    values, complaints = parameters.from_query(TABLE_SETTINGS, st.query_params)
    panels.complain(complaints)
    name = file.name if file else PASTED
    source: Callable[[], str | bytes] = file.getvalue if file else lambda: text
    try:
        brought = _brought(key, name, file.file_id if file else text, source, values)
        said = check(brought)
    except ExplorerError as error:
        st.error(plain(f"{name}: {error}"))
        _choose((*_marks(is_workbook(source())), MISSING), values, key)
        return True
    read = brought.read
    st.markdown(f"**{plain(name)}**: {plain(read.said)}")
    charts.table(read.first_rows(_PREVIEW_ROWS, _PREVIEW_COLUMNS), "The first rows of the table")
    _choose_sheet(read, key)
    if read.missing[0]:
        _choose((MISSING,), values, key)
    wanted = (*brought.wanted, *told)
    is_used = is_on and st.session_state.get(f"{key}_used") == wanted
    if said and not is_used:
        st.markdown(plain(said))

    def taken() -> None:
        st.session_state[f"{key}_used"] = wanted
        use(brought)

    st.button(
        "It is on the page" if is_used else use_label,
        key=f"{key}_use",
        type="primary",
        disabled=is_used,
        on_click=taken,
    )
    marks = _marks(read.source.kind != "text")
    is_chosen = any(values[mark.name] != mark.default for mark in marks)
    with st.expander("Read it another way", expanded=bool(read.doubt) or is_chosen):
        _choose(marks, values, key)
    return False


def _marks(is_workbook: bool) -> tuple[Choice, ...]:
    """What can be said of how a table is written: in a workbook nothing stands between its cells."""
    return (DECIMAL, HEADER, TOTAL) if is_workbook else (SEPARATOR, DECIMAL, HEADER, TOTAL)


def _brought(
    key: str, name: str, identity: str, source: Callable[[], str | bytes], values: Values
) -> BroughtTable:
    """Read it, or give what was read of it before: a large file takes seconds, and a page runs often."""
    asked = (identity, *(values[setting.name] for setting in (SEPARATOR, DECIMAL, HEADER, TOTAL)))
    sheet = st.session_state.get(f"{key}_sheet", "")
    kept: tuple[tuple[str, ...], TableReading] | None = st.session_state.get(f"{key}_read")
    if kept and kept[0][0] != identity:
        sheet = ""  # it was one of another workbook
        st.session_state.pop(f"{key}_sheet", None)
    if kept is None or kept[0] != asked or (sheet and sheet != kept[1].source.sheet):
        kept = st.session_state[f"{key}_read"] = asked, read_as(source(), values, sheet)
    return BroughtTable(name, kept[1], values, (*asked, kept[1].source.sheet, values[MISSING.name]))


def _choose_sheet(read: TableReading, key: str) -> None:
    if len(read.source.sheets) > 1:
        sheets = read.source.sheets
        st.selectbox("Sheet", sheets, index=sheets.index(read.source.sheet), key=f"{key}_sheet")


def _choose(settings: tuple[Choice, ...], values: Values, key: str) -> None:
    for setting in settings:
        choose(setting, values, f"{key}_{setting.name}", partial(address.write, TABLE_SETTINGS))


def choose(setting: Choice, values: Values, key: str, adopt: Callable[[Values], None]) -> None:
    """Draw a choice that says how a file is read; with another one its values are `adopt`ed."""

    def chosen() -> None:
        adopt(values | {setting.name: st.session_state[key]})

    st.session_state[key] = values[setting.name]
    st.segmented_control(
        setting.title,
        list(setting.options),
        format_func=setting.options.__getitem__,
        required=True,
        key=key,
        on_change=chosen,
        help=setting.help,
    )
