"""Trading: what systems learn that are penalised for losing money, on the built-in market or one's own."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.trading import market
from pages.components import lab, panels, table_file
from pages.components.file_button import file_button
from pages.components.formulas import formula
from pages.components.loss_facts import offer_curves, show_code, show_facts, show_samples
from pages.components.markdown import plain
from pages.components.table_file import BroughtTable
from pages.operations import OPERATIONS
from pages.trading import operation
from pages.trading.operation import DATES, HOLDS

OPERATION = OPERATIONS["trading"]
PROFITS = OPERATIONS["profits"]
SAMPLES = OPERATIONS["profit_samples"]
FOUND = "own market as it was read"
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "A system sees the returns of the last days and takes a **position** for the next: position × return "
        "is its profit. Five systems learn, each under a **loss** of its own. This is a lesson on losses, "
        "**not financial advice**."
    )
    show_experiment(lab.state(OPERATION, st.query_params))
    lab.supply(None)


@st.fragment
def show_experiment(state: lab.State) -> None:
    """Show the systems and what belongs to them: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, None, leave_out=("returns",))
    panels.tabs(
        {
            "Market": lambda: show_market(state),
            "Losses of money": show_losses,
            "Code": lambda: show_code(lab.state(PROFITS, st.query_params)),
            "Download and share": lambda: show_files(state),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )


def show_market(held: lab.State) -> None:
    """Say how the built-in market is made, and take one from a file."""
    st.markdown("The built-in market makes each day's return r from the day before and from chance:")
    formula(market.FORMULA)
    st.markdown(
        "a is the signal, μ the drift, σ the volatility, and c is 1 on the day of a crash. Only the signal "
        "can be known a day before. Real markets have far less of it, and there trading costs money."
    )
    choose_market(held)


def show_losses() -> None:
    """Plot the losses that the systems learn under, with their formulas and a batch with an outlier."""
    state = lab.state(PROFITS, st.query_params)
    panels.show_lab(PROFITS, state, None)
    show_facts(state)
    st.markdown("## One outlier")
    show_samples(state, lab.state(SAMPLES, st.query_params), SAMPLES)


def choose_market(held: lab.State) -> None:
    """Take a market from a file, or return to the built-in one."""
    for setting in (HOLDS, DATES):
        table_file.choose(setting, held.values, f"own_{setting.name}", held.adopt)
    column = st.text_input("Column", placeholder="leave empty if it is called return or close")

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
        help=f"{table_file.HELP} Dates say which day is the oldest; without dates it is the first row.",
    )
    if held.values["returns"]:
        if refused:
            st.caption("Until then the systems above trade the returns that were read before.")
        else:
            show_found(held.values["returns"])
        if st.button("Return to the built-in market"):
            held.adopt(held.values | {"returns": None})
            st.rerun()


def show_found(returns: list[float]) -> None:
    """Which returns of the student's own are traded, and what was done to the file to read them."""
    said = [f"The systems above trade your {len(returns)} returns."]
    found: market.Market | None = st.session_state.get(FOUND)
    if found:
        said.append(f"{said_of_market(found)} They stay with you.")
    st.success(plain(" ".join(filter(None, said))))
    if found and not found.span:
        st.warning("The file has no dates that can be read, so the first row counts as the oldest day.")


def said_of_market(found: market.Market) -> str:
    """Say what was done to a file, when its days were, and how far a usual one moves."""
    span = f"The returns run from {found.span}." if found.span else ""
    return " ".join(filter(None, (found.note, span, f"A usual one is {100 * found.usual:.3g} %.")))


def show_files(state: lab.State) -> None:
    """Offer the trades and the curves of the losses as files, and a link."""
    one, two = st.columns(2)
    file_button(
        one,
        "Trades as CSV",
        lambda: operation.trades_csv(state.values),
        "trading.csv",
        width="stretch",
        help="Each day's return, and each system's position and profit.",
    )
    offer_curves(two, lab.state(PROFITS, st.query_params))
    panels.show_address()


main()
