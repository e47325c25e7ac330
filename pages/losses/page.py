"""Losses: what a network is told to avoid, what that makes of its answers, and what one wild point does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from explorer import losses
from explorer.code import losses as loss_code
from explorer.losses import LOSSES, TASKS, LossCurve, fitting
from explorer.trading import market
from pages.components import lab, markdown, panels, table_file
from pages.components.markdown import Marked, plain
from pages.components.table_file import BroughtTable
from pages.losses import operation
from pages.losses.operation import DATES, HOLDS
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["losses"]
SAMPLES = OPERATIONS["samples"]
FIT = OPERATIONS["fit"]
TRADING = OPERATIONS["trading"]
FOUND = "own market as it was read"
HEADINGS = ("Loss", "Formula", "Best constant", "Where it is used")
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    st.markdown(
        "A **loss** penalises every prediction for its error. Its **gradient** says how hard the prediction "
        "is pulled, and which way."
    )
    show_experiment(lab.state(OPERATION, st.query_params))
    lab.supply(None)


@st.fragment
def show_experiment(state: lab.State) -> None:
    """Show the plots and what follows from their settings: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, None)
    panels.tabs(
        {
            "Facts": lambda: show_facts(state),
            "One wild sample": lambda: show_samples(state),
            "Fit it": show_fit,
            "Trading": show_trading,
            "Code": lambda: show_code(state),
            "Take away": lambda: show_files(state),
            "Explain": lambda: st.markdown(EXPLANATION.read_text("utf-8")),
        }
    )


def show_facts(state: lab.State) -> None:
    """Show the formulas of the chosen loss, what it clips, and a table of all of its task."""
    curve = operation.chosen_curve(state.values)
    target, _ = operation.target_and_prediction(state.values)
    record, task = curve.record, TASKS[curve.task]
    st.latex(rf"L = {record.formula}")
    st.latex(rf"\frac{{\partial L}}{{\partial \hat y_i}} = {record.gradient_formula}")
    st.markdown(f"**{curve.said}**: {record.why}")
    if record.prediction.vector:
        st.markdown(
            "It takes several classes; on the plot there are two, and the gradient is the slope of the curve "
            "on the plot."
        )
    if record.clipping:
        st.markdown(f"**Clipping**: {record.clipping}")
    for kink in curve.kinks(target):
        st.markdown(f"**Kink**: {kink}")
    st.caption(record.source)
    st.markdown(f"## All losses here: {task.title.lower()}")
    st.markdown(task.said)
    st.markdown(markdown.table(HEADINGS, rows(task)))


def rows(task: losses.Task) -> Iterator[tuple[str, ...]]:
    """Return the rows of the table: what each loss is, its best constant, and where it is used."""
    for name in task.losses:
        record = LOSSES[name]
        yield (
            Marked(f"**{record.title}**"),
            Marked(f"$\\displaystyle {record.formula}$"),
            fitting.RULES[name].constant if name in fitting.RULES else "",
            record.why,
        )


def show_samples(state: lab.State) -> None:
    """LossCurve a few samples, of which one can be moved away."""
    st.markdown(
        "Six samples under the losses above. Move the wild one away: its **pull** is the size of its "
        "gradient, which is what training feels of it."
    )
    held = lab.state(SAMPLES, st.query_params)
    if held.values["losses"] != state.values["losses"]:
        held.adopt(held.values | {"losses": state.values["losses"]})
    panels.show_lab(SAMPLES, held, None, leave_out=("losses",))


def show_fit() -> None:
    """Fit points that the student moves, under each loss."""
    st.markdown(
        "Drag the points. Each loss chooses the curve with the least **mean loss** over them, and they do "
        "not agree: for a constant it is the mean, the median or a quantile."
    )
    panels.show_lab(FIT, lab.state(FIT, st.query_params), None)


def show_trading() -> None:
    """Train a system on each loss of money, and see what becomes of it on days it has not seen."""
    st.markdown(
        "A system sees the returns of the last days and takes a **position** before the next: position × "
        "return is its profit. Five systems learn, each penalised in its own way. This is a lesson on "
        "losses and **no advice** on what to do with money."
    )
    held = lab.state(TRADING, st.query_params)
    panels.show_lab(TRADING, held, None, leave_out=("returns",))
    with st.expander("The market, and one of your own"):
        st.markdown("The built-in market draws each day's return r from the one before and from chance:")
        st.latex(market.FORMULA)
        st.markdown(
            "a is the signal, μ the drift, σ the volatility, and c is 1 on the day of a crash. Only the "
            "signal can be known a day before. Real markets have far less of it, and trading costs money "
            "there."
        )
        choose_market(held)


def choose_market(held: lab.State) -> None:
    """Take a market from a file, or return to the built-in one."""
    for setting in (HOLDS, DATES):
        table_file.choose(setting, held.values, f"own_{setting.name}", held.adopt)
    column = st.text_input("Column", placeholder="found by itself where it is called return or close")

    def found(brought: BroughtTable) -> market.Market:
        how = brought.values["missing"]
        return market.from_reading(
            brought.read, column, held.values["holds"], held.values["dates"], missing=how
        )

    def said_of(brought: BroughtTable) -> str:
        own = found(brought)
        return f"{own.title}: {len(own)} returns. {said_of_market(own)}"

    def use(brought: BroughtTable) -> None:
        st.session_state[FOUND] = own = found(brought)
        held.adopt(held.values | {"returns": own.rounded()})

    refused = table_file.open_table(
        "own_returns",
        "Returns or prices",
        "Trade these returns",
        said_of,
        use,
        is_on=held.values["returns"] is not None,
        told=(column, held.values["holds"], held.values["dates"]),
        help=f"{table_file.HELP} Dates say which day is the oldest; without them it is the first row.",
    )
    if held.values["returns"]:
        if refused:
            st.caption("Until then the returns that were read before are traded above.")
        else:
            show_found(held.values["returns"])
        if st.button("Return to the built-in market"):
            held.adopt(held.values | {"returns": None})
            st.rerun()


def show_found(returns: list[float]) -> None:
    """Which returns of the student's own are traded, and what was done to the file to read them."""
    said = [f"Your {len(returns)} returns are traded above."]
    found: market.Market | None = st.session_state.get(FOUND)
    if found:
        said.append(f"{said_of_market(found)} They stay with you.")
    st.success(plain(" ".join(filter(None, said))))
    if found and not found.span:
        st.warning("The file has no dates that can be read, so its first row is taken for the oldest day.")


def said_of_market(found: market.Market) -> str:
    """Say what was done to a file, when its days were, and how far a usual one moves."""
    span = f"The returns run from {found.span}." if found.span else ""
    return " ".join(filter(None, (found.note, span, f"A usual one is {100 * found.usual:.3g} %.")))


def show_code(state: lab.State) -> None:
    """Show the chosen loss as a program in the framework of one's choice."""
    framework = panels.choose_framework(loss_code.SNIPPETS)
    curve = operation.chosen_curve(state.values)
    target, prediction = operation.target_and_prediction(state.values)
    st.code(loss_code.code(framework, curve, target, prediction), "python")
    st.caption(
        "It ends with this page's loss, and the gradient with respect to each number of the prediction."
    )


def show_files(state: lab.State) -> None:
    """Offer the curves, the fitted answers and the trades as files, and a link."""
    target, _ = operation.target_and_prediction(state.values)
    shown: tuple[LossCurve, ...] = operation.shown_curves(state.values)
    one, two, three = st.columns(3)
    one.download_button(
        "Curves as CSV",
        lambda: losses.to_csv(shown, target),
        "losses.csv",
        width="stretch",
        help="The prediction, and each loss with its gradient.",
    )
    points = lab.state(FIT, st.query_params).values
    two.download_button(
        "Fitted points as CSV",
        lambda: operation.fits_csv(points),
        "fit.csv",
        width="stretch",
        help="The points, and what each loss predicts there.",
    )
    trades = lab.state(TRADING, st.query_params).values
    three.download_button(
        "Trades as CSV",
        lambda: operation.trades_csv(trades),
        "trading.csv",
        width="stretch",
        help="Each day's return, and each system's position and profit.",
    )
    panels.show_address()


main()
