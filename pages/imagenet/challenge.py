"""The challenge that these networks were made for."""

from __future__ import annotations

import streamlit as st

from explorer import figures
from explorer.imagenet import inspection
from explorer.imagenet.challenge import HUMAN, REPORT, WINNERS
from pages.components import charts, waiting
from pages.imagenet import operation
from pages.imagenet.context import NetworkContext


def show(context: NetworkContext) -> None:
    """What the challenge was, what top-1 and top-5 mean on this picture, and who won."""
    st.markdown(
        "The **ImageNet Large Scale Visual Recognition Challenge** (ILSVRC) was held each year from 2010 "
        "to 2017. A program learned from 1.2 million labelled photographs, then had to name the main thing "
        "in 100,000 others: one of **1,000 classes**, about 120 of them breeds of dog. The labels come from "
        "**WordNet**, a dictionary of meanings."
    )
    found = waiting.result(
        inspection.answers, context.name, context.picture.levels, operation.view(context.values), 5
    )
    first, *others = [each["label"] for each in found["classes"]]
    st.markdown(
        f"**Top-1** counts only the first answer: on your picture it is right if the label is **{first}**. "
        f"**Top-5** is kinder: it also accepts {', '.join(others[:-1])} or {others[-1]}. The "
        "**top-5 error** is the share of photographs for which all five answers are wrong. A photograph may "
        "show several things, but has only one label."
    )
    errors = {f"{winner.year} {winner.name}": winner.error for winner in WINNERS}
    charts.chart(figures.errors_by_year, errors, ("a trained person", HUMAN))
    st.markdown(
        "\n".join(
            f"- **{winner.year} {winner.name}** ({winner.team}): {winner.error:.1f} %. {winner.why} "
            f"*Source: {winner.source}.*"
            for winner in WINNERS
        )
    )
    st.markdown(
        f"One trained person got {HUMAN:.1f} % of 1,500 photographs wrong; a second, with less training, got "
        "12 % wrong. Doing better on these labels does not mean seeing better: people failed on breeds of "
        f"dog, networks on small things, drawings and filters. *Source: {REPORT}.*"
    )
