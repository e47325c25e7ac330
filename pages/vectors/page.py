"""Vectors: columns of numbers as arrows, and everything a network does with them."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import streamlit as st

from explorer import figures, vectors
from explorer.code import vectors as vector_code
from explorer.errors import ExplorerError
from explorer.parameters import Values
from explorer.vectors import tables
from explorer.words import counted
from pages.components import charts, chooser, lab, panels, sheet
from pages.components.chooser import Picture
from pages.components.file_button import file_button
from pages.components.formulas import formula
from pages.components.markdown import plain
from pages.components.sheet import Sheet
from pages.operations import OPERATIONS
from pages.vectors import operation
from pages.vectors.operation import WEIGHTS, ProductLabels, VectorLabels

OPERATION = OPERATIONS["vectors"]
PRODUCT = OPERATIONS["product"]
PATCH_DOT = OPERATIONS["patch"]
CODES = {
    "operation": "Two vectors",
    "product": "Matrix times vector",
    "patch": "A patch",
    "standardise": "Standardise",
    "one_hot": "One-hot",
}
EXAMPLE = tables.TABLES["weather"]  # columns of several units, and one of categories
ENOUGH_ROWS = 4  # for standardised numbers to differ from table to table
ABOVE = "network takes the table above"  # where the session keeps it
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "A **vector** is a list of numbers; several side by side are a **matrix**. Drag a tip, or type into "
        "the table."
    )
    picture = chooser.current()
    show_experiment(picture)
    lab.supply(picture)


@st.fragment
def show_experiment(picture: Picture) -> None:
    """Show the table, two vectors of it, and what is made of them."""
    held = sheet.current()
    notices = st.container()
    table, sight = st.columns([1.1, 2], gap="medium")
    with table:
        menus, cells = st.container(), st.container()
    with cells:
        sheet.edit(held)
        sheet.show_notes(held)
    with menus:
        sheet.choose(held)
        sheet.pick(held)
    with sight, st.container(key="vectors_sight"):
        values = show_two(held, notices)
    sheet.write_address(held)
    panels.tabs(
        {
            "Worked": lambda: show_worked(values),
            "Matrix times vector": lambda: show_product(held),
            "A picture as a matrix": lambda: show_picture(picture),
            "For a network": lambda: show_network(held),
            "Code": lambda: show_code(held, values, picture),
            "Download and share": lambda: show_files(held, picture),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        },
        looking=("A picture as a matrix", "Code", "Download and share"),
    )


def show_two(held: Sheet, notices: st.delta_generator.DeltaGenerator) -> Values:
    """Show the two vectors and take over what was dragged; give the settings."""
    state = lab.state(OPERATION, st.query_params)
    given = {name: vector.tolist() for name, vector in zip("ab", held.vectors, strict=True)}
    if any(state.values[name] != numbers for name, numbers in given.items()):
        state.adopt(state.values | given)
    with notices:
        panels.complain(held.complaints)
    panels.show_lab(OPERATION, state, None, labels(held), leave_out=given)
    dragged = {
        place: state.values[name] for place, name in enumerate("ab") if state.values[name] != given[name]
    }
    if dragged:
        held.put(dragged)
        st.rerun()  # the editor shows the cells as they were
    return state.values


def labels(held: Sheet) -> VectorLabels:
    """Name the vectors and their places."""
    first, second = held.picks
    return {"a": first, "b": second, "places": held.table.places(held.along)}


def show_worked(values: Values) -> None:
    """Work out the chosen operation, and all others, with these numbers."""
    chosen = vectors.OPERATIONS[values["operation"]]
    st.markdown(f"**{chosen.title}**: {chosen.why[0].lower()}{chosen.why[1:]}")
    show_formula(chosen.name, values)
    st.markdown("## Everything else, for the same two vectors")
    columns = cycle(st.columns(2, gap="large"))
    for name, other in vectors.OPERATIONS.items():
        if name != chosen.name:
            with next(columns):
                st.markdown(f"**{other.title}**")
                show_formula(name, values)


def show_formula(name: str, values: Values) -> None:
    """Show an operation with the present numbers in it, or why there is no result."""
    try:
        result = vectors.OPERATIONS[name].apply(values["a"], values["b"], values["factor"])
    except ExplorerError as error:
        st.info(plain(str(error)))
        return
    formula(result.worked)
    if result.sentence:
        st.caption(result.sentence)


def matrix_of(table: tables.Table) -> tables.Table:
    """Return the corner of a table of which every number can be shown as a matrix."""
    names = table.numbers[: operation.MAX_COLUMNS]
    rows = table.part(slice(operation.MAX_ROWS), slice(None))
    return tables.from_columns({name: rows.vector(name).tolist() for name in names})


def show_product(held: Sheet) -> None:
    """Multiply the table's columns of numbers by a vector, step by step."""
    st.markdown(
        "The table's columns of numbers side by side are the **matrix** A. A times x is a **weighted sum** "
        "of its columns. It is also the **dot product** of each row with x: what a unit with the weights x "
        "computes for a batch."
    )
    corner = matrix_of(held.table)
    names = corner.numbers
    matrix = corner.matrix().tolist()
    state = lab.state(PRODUCT, st.query_params)
    ones = [WEIGHTS.default[0]] * len(names)
    x = [*state.values["x"], *ones][: len(names)]
    if state.values["matrix"] != matrix or state.values["x"] != x:
        state.adopt(state.values | {"matrix": matrix, "x": x})
    rows = held.table.row_names[: corner.size]
    panels.show_lab(
        PRODUCT,
        state,
        None,
        ProductLabels(rows=rows, columns=names),
        linked=lambda values: values | ({"x": WEIGHTS.default} if values["x"] == ones else {}),
        leave_out=("matrix",),
    )
    if (corner.size, len(names)) != (held.table.size, len(held.table.numbers)):
        st.caption(
            "Only the start of the table: "
            f"{counted(corner.size, 'row')} and {counted(len(names), 'column')} of numbers."
        )
    found = operation.product(state.values)
    formula(found.columns_worked)
    formula(found.rows_worked)


def show_picture(picture: Picture) -> None:
    """Show the picture as a matrix, a row of it, and a patch as a vector."""
    st.markdown(
        "A grey picture is a **matrix** of levels from 0 to 1; a colour picture is three, its **channels**. "
        "Drag the window over it: the patch under a kernel is a vector, and convolution a **dot product**."
    )
    panels.show_lab(PATCH_DOT, lab.state(PATCH_DOT, st.query_params), picture)


def for_network(held: Sheet) -> tables.Table:
    """Return what is made ready for a network: the table above, or the example while that has few rows."""
    is_above = held.table.size >= ENOUGH_ROWS or st.session_state.get(ABOVE, False)
    return held.table if is_above else EXAMPLE


def choose_for_network(held: Sheet) -> tables.Table:
    """Let a table of few rows be taken all the same: two rows become 1 and -1 whatever they are."""
    if held.table.size < ENOUGH_ROWS:
        # Kept under a key that no widget owns: the code is written while the switch is not drawn.
        st.session_state[ABOVE] = st.toggle(
            f"Use the table above ({counted(held.table.size, 'row')})",
            st.session_state.get(ABOVE, False),
            key="network_above",
            help="In a column of two different numbers the larger becomes 1 and the smaller −1, "
            f"whatever they are. It takes {ENOUGH_ROWS} rows to see what standardising does.",
        )
    table = for_network(held)
    if table is EXAMPLE:
        st.markdown(f"**{table.title}**, an example. {table.why}")
    return table


def show_network(held: Sheet) -> None:
    """Bring columns to one scale, and categories into numbers."""
    st.markdown(
        "A network adds up its inputs, so they should be on the same scale. **Standardising** a column "
        "subtracts its mean and divides by its **standard deviation**, the typical distance from the mean."
    )
    table = choose_for_network(held)
    names = table.numbers[: operation.MAX_COLUMNS]
    matrix = table.matrix(names)
    scaled = vectors.standardise(matrix)
    before, after = st.columns(2, gap="large")
    for place, title, numbers in ((before, "Original", matrix), (after, "Standardised", scaled.matrix)):
        with place:
            st.markdown(f"**{title}**")
            columns = dict(zip(names[:4], numbers.T, strict=False))
            charts.chart(figures.bars, columns, labels=table.row_names, key=title)
    st.markdown(plain(scaled.sentence(names)))
    formula(vectors.standardise_text(matrix[0, 0], scaled.mean[0], scaled.std[0], scaled.matrix[0, 0]))
    st.caption(plain(f"The first number of “{names[0]}”."))
    charts.table(
        {"": table.row_names} | dict(zip(names, scaled.matrix.T.tolist(), strict=True)),
        "The standardised table",
    )
    show_one_hot(table)


def show_one_hot(table: tables.Table) -> None:
    """Make numbers of a column of categories."""
    st.markdown(
        "A category is not a quantity: class 3 is not three times class 1. A **one-hot** code gives each "
        "category its own position, 1 there and 0 elsewhere, so that any two are equally far apart."
    )
    column = one_hot_column(table)
    try:
        code = table.one_hot(column)
    except ExplorerError as error:
        st.info(plain(str(error)))
        return
    columns = {str(category): code.matrix[:, place] for place, category in enumerate(code.categories)}
    charts.table({column: table.columns[column]} | columns, f"One-hot code of {column}")


def one_hot_column(table: tables.Table) -> str:
    """Let the person choose a column to code: a text, if there is one."""
    return st.selectbox(
        "Column",
        list(table.columns),
        index=list(table.columns).index((table.texts or table.numbers)[-1]),
        key=f"one_hot_{'_'.join(table.columns)}",
    )


def show_code(held: Sheet, values: Values, picture: Picture) -> None:
    """Show what is on the screen as a NumPy program."""
    which = st.segmented_control(
        "Written with NumPy",
        list(CODES),
        format_func=CODES.__getitem__,
        default="operation",
        required=True,
        key="code",
        bind="query-params",
    )
    corner = matrix_of(held.table)
    match which:
        case "operation":
            a, b = held.vectors
            text = vector_code.two_vectors(values["operation"], a, b, values["factor"])
        case "product":
            x = lab.state(PRODUCT, st.query_params).values["x"]
            ones = [WEIGHTS.default[0]] * len(corner.numbers)
            text = vector_code.matrix_times_vector(corner.matrix(), [*x, *ones][: len(corner.numbers)])
        case "patch":
            cell = operation.patch_cell(picture.levels, lab.state(PATCH_DOT, st.query_params).values)
            text = vector_code.patch(cell.window.patch, cell.kernel)
        case "standardise":
            text = vector_code.standardised(matrix_of(for_network(held)).matrix())
        case _:
            table = for_network(held)
            name = (table.texts or table.numbers)[-1]
            text = vector_code.one_hot(table.columns[name])
    st.code(text, "python")
    st.caption("At the end, `result` holds the numbers on this page.")


def show_files(held: Sheet, picture: Picture) -> None:
    """Offer the table, and a link."""
    file_button(st, "Table as CSV", lambda: tables.write_csv(held.whole), "table.csv")
    panels.show_link(picture)
    if held.private:
        st.caption("Your own file stays private: the link opens with a built-in table instead.")
    elif held.name == sheet.OWN and not held.text:
        st.caption("Your table is too long for a link: the link opens with a built-in table instead.")


main()
