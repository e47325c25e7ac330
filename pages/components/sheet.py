"""The spreadsheet: a table to choose, to open as a file or to type into, and two vectors picked from it.

What a person types or opens lives in session state under a key that no widget owns, so it outlasts a change
of page. A typed table goes into the address while it is short; a file never does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from explorer import parameters
from explorer.errors import ExplorerError
from explorer.parameters import Choice
from explorer.vectors import Vector, tables
from explorer.vectors.tables import TABLES, Along, Table
from explorer.words import counted
from pages import streamlit_compat
from pages.components import address, charts, table_file
from pages.components.markdown import plain
from pages.components.table_file import BroughtTable

TABLE = Choice(
    name="table",
    title="Table",
    options={name: table.title for name, table in TABLES.items()},
    default="arrows",
)
ALONG = Choice(
    name="along",
    title="What is picked",
    options={"columns": "Pick columns", "rows": "Pick rows"},
    default="columns",
    help=(
        "Columns side by side are a matrix, and so are rows one below another. If each row is an "
        "example, such a matrix is a batch."
    ),
)
CELLS, FIRST, SECOND = "cells", "first", "second"  # names in the address, beside those of the choices
OWN, FILE = "own", "file"  # what a person typed, and what one opened
MAX_CELL_TEXT = 1500  # characters of a table in the address
UNDO_MOST = 50  # changes of a table
MAX_ROWS, MAX_COLUMNS = 500, 50  # shown, and worked with, at a time

Cells = dict[str, list[Any]]

_STATE, _POPOVER = "sheet", "sheet_popover"


@dataclass
class Sheet:
    """What a session remembers of its tables.

    Attributes:
        name: A key of `TABLES`, or `OWN` or `FILE`.
        kept: The person's own tables, by `OWN` and `FILE`.
        file: What the opened file is called.
        version: Grows when the editor has to start anew.
        base: The cells that the editor started with; its own changes come on top.
        draft: The cells that the editor holds, while they are no table.
        gone: The rows that were taken away in the editor when it last held a table.
        dropped: Whether a draft could not be kept.
        row: The first row that is shown, from 0.
        column: The first column that is shown, from 0.
        along: Whether vectors are columns or rows.
        picks: Names of the two vectors.
        trouble: Why the typed cells are no table.
        refused: Why another part of the table is not shown.
        history: The tables before its last changes, each with its name.
        asked: Grows when a link asks for something, so that the menus follow it.
        complaints: What a link asked in vain.
    """

    name: str = TABLE.default
    kept: dict[str, Table] = field(default_factory=dict)
    file: str = ""
    version: int = 0
    base: Cells | None = None
    draft: Cells | None = None
    gone: tuple[int, ...] = ()
    dropped: bool = False
    row: int = 0
    column: int = 0
    along: Along = "columns"
    picks: tuple[str, str] = ("", "")
    trouble: str = ""
    refused: str = ""
    history: list[tuple[str, Table]] = field(default_factory=list)
    asked: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def whole(self) -> Table:
        """The table that is on."""
        return self.kept[self.name] if self.name in self.kept else TABLES[self.name]

    @property
    def rows(self) -> slice:
        """The rows that are shown."""
        return slice(self.row, self.row + MAX_ROWS)

    @property
    def table(self) -> Table:
        """The part of it that is shown and worked with: of a small table all."""
        return self.whole.part(self.rows, slice(self.column, self.column + MAX_COLUMNS))

    @property
    def private(self) -> bool:
        """Whether a link leaves the table out."""
        return self.name == FILE

    @property
    def text(self) -> str:
        """What the address says of a typed table: nothing where it is long."""
        text = tables.to_text(self.whole) if self.name == OWN else ""
        return text if len(text) <= MAX_CELL_TEXT else ""

    @property
    def vectors(self) -> tuple[Vector, Vector]:
        """The two vectors that are picked."""
        first, second = (self.table.pick(self.along, name) for name in self.picks)
        return first, second

    def put(self, given: Mapping[int, Vector]) -> None:
        """Write other numbers into picked vectors, the first (0) or the second (1)."""
        before = part = self.table
        for place, vector in given.items():
            part = part.put(self.along, self.picks[place], vector)
        self.keep(part)
        self._start_anew(self.draft)
        draft = self.draft or {}
        for name in part.numbers if draft else ():
            changed = zip(before.vector(name), part.vector(name), strict=True)
            for row, (old, new) in enumerate(changed):
                if new != old:
                    draft[name][row] = float(new)

    def add_column(self, name: str) -> None:
        """Add a column of zeros."""
        whole = self.whole.with_column(name)
        added = list(whole.columns)[-1]
        self._exchange(whole, self.draft and self.draft | {added: [0.0] * height(self.draft)})
        self.column = max(self.column, len(whole.columns) - MAX_COLUMNS)

    def rename_column(self, name: str, new: str) -> None:
        """Call a column by another name; where it was picked it stays so."""
        whole = self.whole.renamed(name, new)
        names = dict(zip(self.whole.columns, whole.columns, strict=True))
        self._exchange(whole, self.draft and {names[each]: cells for each, cells in self.draft.items()})
        if self.along == "columns":
            self.picks = (names.get(self.picks[0], ""), names.get(self.picks[1], ""))
            self.asked += 1

    def remove_column(self, name: str) -> None:
        """Take a column away."""
        left = self.draft and {each: cells for each, cells in self.draft.items() if each != name}
        self._exchange(self.whole.without(name), left)

    def _exchange(self, whole: Table, draft: Cells | None) -> None:
        """Put a table of other columns in place of the whole one."""
        is_whole = len(self.table.columns) == len(self.whole.columns)
        self._own(whole)
        self._start_anew(draft if is_whole else None)

    def _start_anew(self, draft: Cells | None) -> None:
        """Let the editor start with a draft, or with the table where there is none."""
        self.dropped = bool(self.trouble) and draft is None
        self.draft = draft
        self.version += 1

    def undo(self) -> None:
        """Take the last change of the table back: what was typed or dragged, a row or a column."""
        self.name, whole = self.history.pop()
        if self.name not in TABLES:
            self.kept[self.name] = whole
        self.trouble = ""
        self._start_anew(None)

    def _own(self, whole: Table) -> None:
        self.history = [*self.history, (self.name, self.whole)][-UNDO_MOST:]
        if self.name != FILE:
            self.name = OWN
        self.kept[self.name] = whole

    def keep(self, part: Table) -> None:
        """Keep a changed part as the person's own."""
        self._own(self.whole.with_part(self.rows, part))

    def show_from(self, row: int, column: int) -> None:
        """Show another part of a long table, if there are numbers in it."""
        before = (self.row, self.column)
        self.row, self.column, self.refused = row, column, ""
        self._start_anew(None)
        try:
            self.base = self.table.cells()
        except ExplorerError as error:
            self.row, self.column = before
            self.refused = str(error)

    def open(self, name: str) -> None:
        """Put another table on, from its first row, and from a column with which there are numbers."""
        self.name, self.row, self.column, self.refused = name, 0, 0, ""
        first = list(self.whole.columns).index(self.whole.numbers[0])
        if first >= MAX_COLUMNS:
            self.column = first
        self.complaints.clear()
        self.history.clear()
        self.trouble = ""
        self._start_anew(None)


def current() -> Sheet:
    """Return the session's sheet: a new one, and one that goes back or forward, as the address says."""
    if _STATE not in st.session_state:
        st.session_state[_STATE] = Sheet()
    elif not streamlit_compat.went_back_or_forward():
        here: Sheet = st.session_state[_STATE]
        return here
    sheet: Sheet = st.session_state[_STATE]
    sheet.asked += 1
    values, complaints = parameters.from_query((TABLE, ALONG), st.query_params)
    sheet.along = values["along"]
    sheet.picks = (st.query_params.get(FIRST, ""), st.query_params.get(SECOND, ""))
    asked = st.query_params.get(CELLS, "")
    if asked:
        try:
            sheet.kept[OWN] = _linked(asked)
            sheet.open(OWN)
        except ExplorerError as error:
            complaints.append(f"The table in the link cannot be read. {error}")
            sheet.open(values["table"])
    elif not sheet.private or TABLE.name in st.query_params:
        sheet.open(values["table"])
    missing = [name for name in sheet.picks if name and name not in sheet.table.vector_names(sheet.along)]
    sheet.complaints = complaints + [f"The table has no {sheet.along[:-1]} {name!r}." for name in missing]
    return sheet


def _linked(text: str) -> Table:
    """Read the table of a link, which may have been made by anybody."""
    if len(text) > MAX_CELL_TEXT:
        raise ExplorerError(f"It has {len(text):,} characters; at most {MAX_CELL_TEXT:,} are allowed.")
    return tables.from_text(text)


# The widgets. What they change is taken over before the page runs, so that the editor, which may make the
# table another one, can be drawn first, whatever stands above it.


def edit(sheet: Sheet) -> None:
    """Draw the editor, and take over what is typed as far as it is a table."""
    part, key = sheet.table, f"sheet_cells_{sheet.version}"
    if sheet.base is None or key not in st.session_state:
        # Streamlit forgets an editor that it does not draw
        sheet.base, sheet.gone = sheet.draft or part.cells(), ()
    all_columns = len(part.columns) == len(sheet.whole.columns)
    # None of this may change while a person types, or Streamlit makes another editor of it.
    edited = charts.editor(
        sheet.base,
        "The table",
        key=key,
        num_rows="dynamic" if all_columns else "fixed",
        width="stretch",
        height="auto",
        column_config={name: st.column_config.Column(width=49) for name in part.numbers if len(name) < 4},
    )
    cells = {name: list(column) for name, column in edited.items()}
    gone = tuple(st.session_state[key]["deleted_rows"])
    try:
        found = tables.from_columns(cells)
        if found.cells() != part.cells():
            sheet.keep(found)
            sheet.dropped = False
        sheet.trouble, sheet.draft, sheet.gone = "", None, gone
    except ExplorerError as error:
        sheet.trouble = str(error)
        # Its rows have to be those of the table, and some more.
        fits = gone == sheet.gone and height(cells) >= part.size
        sheet.draft = cells if fits else None
    change_columns(sheet)


def height(cells: Cells) -> int:
    """Count the rows."""
    return len(next(iter(cells.values())))


def change_columns(sheet: Sheet) -> None:
    """Draw what adds a column, gives one another name, or takes one away, and what takes a change back."""
    columns, back = st.columns(2, gap="small")
    back.button(
        "Undo in the table",
        on_click=sheet.undo,
        disabled=not sheet.history,
        width="stretch",
        help="Takes back the last change of the table: a number, a row or a column.",
        key="sheet_undo",
    )
    with columns.popover("Columns", width="stretch"):
        added, add = st.columns([3, 2], vertical_alignment="bottom", gap="small")
        key = f"sheet_column_{sheet.version}"
        name = added.text_input("New column", placeholder="its name", key=f"{key}_added")
        if add.button("Add", width="stretch", help="Adds a column of zeros on the right."):
            attempt(lambda: sheet.add_column(name))
        chosen = st.selectbox("Column to change", list(sheet.table.columns), key=f"{key}_chosen")
        renamed, rename = st.columns([3, 2], vertical_alignment="bottom", gap="small")
        new = renamed.text_input("Its new name", placeholder=chosen, key=f"{key}_renamed")
        if rename.button("Rename", width="stretch"):
            attempt(lambda: sheet.rename_column(chosen, new))
        if st.button("Remove this column", width="stretch"):
            attempt(lambda: sheet.remove_column(chosen))


def attempt(change: Callable[[], None]) -> None:
    """Change the table and draw it anew, or say why it cannot be."""
    try:
        change()
    except ExplorerError as error:
        st.error(plain(str(error)))
    else:
        st.rerun()


def choose(sheet: Sheet) -> None:
    """Draw the menu of tables and the opening of a file."""
    menu, opening = st.columns([5, 3], vertical_alignment="bottom", gap="small")
    titles = {name: sheet.kept[name].title for name in (OWN, FILE) if name in sheet.kept}
    titles |= {FILE: sheet.file} if FILE in titles else {}
    options = {**TABLE.options, **titles}
    key = f"sheet_table_{sheet.name}_{len(options)}"  # a table becomes one's own by the first change
    menu.selectbox(
        TABLE.title,
        list(options),
        index=list(options).index(sheet.name),
        format_func=options.__getitem__,
        key=key,
        on_change=lambda: sheet.open(st.session_state[key]),
    )
    with opening.popover("File", width="stretch", key=_POPOVER, on_change="rerun"):
        table_file.open_table(
            "sheet_file",
            "Open a table",
            "Use this table",
            lambda brought: _said(sheet, brought),
            lambda brought: _use(sheet, brought),
            is_on=sheet.name == FILE,
        )
    if sheet.refused:
        st.error(plain(sheet.refused))


def _as_table(brought: BroughtTable) -> Table:
    return tables.from_reading(brought.completed(), name=FILE, title="Your file")


def _said(sheet: Sheet, brought: BroughtTable) -> str:
    """Say what the table would take the place of, or raise why it is none."""
    _as_table(brought)
    before = sheet.kept.get(FILE)
    is_changed = before is not None and before.lines is None
    return "It replaces your changed table: save that first, under Download and share." if is_changed else ""


def _use(sheet: Sheet, brought: BroughtTable) -> None:
    sheet.kept[FILE] = _as_table(brought)
    sheet.file = brought.name
    sheet.open(FILE)
    st.session_state[_POPOVER] = False  # it covers the table


def pick(sheet: Sheet) -> None:
    """Draw the menus of the two vectors, and of the part of a long table."""
    _window(sheet)
    sheet.along = st.segmented_control(
        ALONG.title,
        list(ALONG.options),
        default=sheet.along,
        format_func=ALONG.options.__getitem__,
        required=True,
        key=f"sheet_along_{sheet.asked}",
        help=ALONG.help,
        label_visibility="collapsed",
        width="stretch",
    )
    names = sheet.table.vector_names(sheet.along)
    picks = []
    for place, (column, label) in enumerate(zip(st.columns(2, gap="small"), "ab", strict=True)):
        name = sheet.picks[place] if sheet.picks[place] in names else names[min(place, len(names) - 1)]
        picks.append(
            column.selectbox(
                f"Vector {label}",
                names,
                index=names.index(name),
                key=f"sheet_{label}_{sheet.name}_{sheet.along}_{sheet.asked}",
            )
        )
    sheet.picks = (picks[0], picks[1])


def _window(sheet: Sheet) -> None:
    """Let a table that is too long or too wide be seen part by part."""
    height, width = sheet.whole.size, len(sheet.whole.columns)
    if height <= MAX_ROWS and width <= MAX_COLUMNS:
        return
    ends = {"row": (height, sheet.row), "column": (width, sheet.column)}
    keys = {what: f"sheet_{what}_{sheet.name}_{sheet.version}" for what in ends}

    def moved() -> None:
        sheet.show_from(*(st.session_state[key] - 1 for key in keys.values()))

    for place, (what, (size, first)) in zip(st.columns(2, gap="small"), ends.items(), strict=True):
        place.number_input(f"From {what}", 1, size, first + 1, key=keys[what], on_change=moved)
    st.caption(
        f"The file has {counted(height, 'row')} and {counted(width, 'column')}; at most {MAX_ROWS} rows and "
        f"{MAX_COLUMNS} columns of it are on, and every number on this page is of them."
    )


def write_address(sheet: Sheet) -> None:
    """Make the address say which table is on, and what is picked from it."""
    built_in = sheet.name if sheet.name in TABLES else TABLE.default
    address.write((TABLE, ALONG), {"table": built_in, "along": sheet.along})
    address.write_text(CELLS, sheet.text)
    linked = not sheet.private and (sheet.text or sheet.name in TABLES)
    usual = sheet.table.vector_names(sheet.along)
    usual = (usual[0], usual[min(1, len(usual) - 1)])
    for name, picked, start in zip((FIRST, SECOND), sheet.picks, usual, strict=True):
        address.write_text(name, picked if linked and picked != start else "")


def show_notes(sheet: Sheet) -> None:
    """What is wrong with the typed cells, or what can be seen in the table."""
    if sheet.trouble:
        st.warning(f"{plain(sheet.trouble)} Until then the numbers before this change are on.")
    if sheet.dropped:
        st.warning("Incomplete cells of the table could not be kept. Type them again.")
    st.caption(plain(f"{sheet.whole.why} {sheet.whole.source}".strip()))
