"""Pipeline: a stack of blocks on one picture, with every map on the screen and every number traced back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import figures, pipeline
from explorer.code.pipeline import LEARNED_FILE, PIPELINE_SNIPPETS, learned_file, pipeline_code
from explorer.code.preparation import Preparation
from explorer.convolution import experiments
from explorer.errors import ExplorerError
from explorer.parameters import Values
from explorer.pipeline import training_sets
from explorer.pipeline.onnx_files import to_onnx
from explorer.words import counted
from pages.components import chooser, guess, lab, markdown, mosaics, panels, waiting
from pages.components.chooser import Picture
from pages.components.file_button import file_button
from pages.components.markdown import Marked, plain
from pages.operations import OPERATIONS
from pages.pipeline import learned_from, operation, trained, training
from pages.pipeline.training import LearningExperiment

OPERATION = OPERATIONS["pipeline"]
TRAINING = OPERATIONS["pipeline_training"]
MODEL = "pipeline.keras"
HEADS = ("No.", "Block", "Shape", "Parameters", "Multiply-adds", "Receptive field", "Spacing")
NOTHING = "–"
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "Each **layer** works on the feature maps of the layer before. The part of the picture that a cell "
        "depends on is its **receptive field**."
    )
    picture = chooser.current()
    show_stack(picture, lab.state(OPERATION, st.query_params))
    lab.supply(picture)


@st.fragment
def show_stack(picture: Picture, state: lab.State) -> None:
    """Show the blocks and what follows from them: all that a control at rest brings up to date."""
    panels.show_lab(OPERATION, state, picture, leave_out=(operation.UNSEEN.name,))
    found = operation.RUNS.run(operation.stack(state.values), picture.levels)
    panels.tabs(
        {
            "Facts": lambda: show_facts(found),
            guess.TAB: lambda: guess.show(
                "pipeline", lambda seed: found.pipeline, picture.levels, (picture.id, found.pipeline)
            ),
            "Train it": lambda: show_training(picture, state),
            "Code": lambda: show_code(found, picture),
            "Download and share": lambda: show_files(found, picture, state.values),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )


def show_facts(found: pipeline.PipelineRun) -> None:
    """Show the table that a framework prints of a model, with its totals."""
    st.markdown(summary(found))
    st.caption(
        "**Spacing**: how many pixels of the picture lie between two neighbouring cells, down and across."
    )
    if any(step.field.normalised for step in found.steps):
        st.caption(
            "After normalisation every pixel affects every cell slightly, because mean and variance use the "
            "whole map."
        )
    if found.stopped:
        st.caption(missing(found.stopped.block, len(found.pipeline.blocks)))


def missing(first: int, last: int) -> str:
    """Which blocks are not in the table.

    >>> missing(7, 7)
    'Block 7 makes no maps, so it is not in the table; the block says why.'
    >>> missing(6, 8)
    'Blocks 6 to 8 make no maps, so they are not in the table; block 6 says why.'
    """
    if first == last:
        return f"Block {first} makes no maps, so it is not in the table; the block says why."
    return f"Blocks {first} to {last} make no maps, so they are not in the table; block {first} says why."


def summary(found: pipeline.PipelineRun) -> str:
    """Write the steps as a Markdown table: shape, parameters, multiply-adds and receptive field of each."""
    rows = [("", "Picture", times(found.image.shape), "", "", times((1, 1)), times((1, 1)))]
    for step in found.steps:
        field = step.field
        sees = "the whole picture" if field.whole else times(field.size)
        jump = NOTHING if field.whole else times(field.jump)
        cost = f"{step.weights + step.biases:,}", f"{step.multiply_adds:,}"
        rows.append((str(step.number), step.title, times(step.maps.shape), *cost, sees, jump))
    totals = operation.totals(found)
    held = counted(totals["weights"], "weight"), counted(totals["biases"], "bias", "biases")
    together = ("Total", " + ".join(held), f"{totals['multiply_adds']:,}")
    title, parameters, products = (Marked(f"**{plain(text)}**") for text in together)
    rows.append(("", title, "", parameters, products, "", NOTHING))
    return markdown.table(HEADS, rows, "rlrrrrr")


def times(sides: Iterable[float]) -> str:
    """Write 128 × 128 × 8, which no line breaks."""
    texts = (f"{side:,.0f}" if float(side).is_integer() else figures.format_number(side) for side in sides)
    return "\u00a0×\u00a0".join(texts)


def show_training(picture: Picture, stack: lab.State) -> None:
    """Show the stack in training, or what it lacks; a training that is taken back brings its stack along."""
    state = lab.state(TRAINING, st.query_params)
    learned_from.choose(state)
    blocks = stack.values["blocks"]
    try:
        training.experiment(state.values | {"blocks": blocks, "frozen": [], "training": None})
    except ExplorerError as error:

        def go_on(values: Values) -> None:
            state.adopt(values)
            stack.adopt(stack.values | {"blocks": values["blocks"], "cell": None, "open": 1})

        trained.offer_left(go_on)
        st.info(str(error))
        if st.button("Take a stack that can be trained"):
            classes = training.classes(state.values)
            blocks = pipeline.to_json(training_sets.trainable(pipeline.from_json(blocks), len(classes)))
            stack.adopt(stack.values | {"blocks": blocks, "cell": None, "open": 1})
            st.rerun()
        return
    if state.values["blocks"] != blocks:
        state.adopt(state.values | {"blocks": blocks, "training": None, "frozen": [], "weight": []})
    if chosen := state.values["pictures"]:  # a view that is new here needs them whole
        held = learned_from.known(chosen)
        state.values = state.values | {"pictures": held.value if held else None}
    panels.show_lab(
        TRAINING, state, picture, leave_out=("blocks", "pictures", "training", "advance", "whole")
    )
    if state.values["blocks"] != blocks:
        stack.adopt(stack.values | {"blocks": state.values["blocks"], "cell": None, "open": 1})
        st.rerun()
    show_learned(trained.present(state.values), picture)


def show_learned(found: LearningExperiment, picture: Picture) -> None:
    """Offer the trained stack as programs and files."""
    if not found.trainer.state.step:
        st.caption("Once the stack has learned something, its weights can be downloaded here, with programs.")
        return
    learned = found.trainer.network.learned()
    seen = training.seen(picture.levels, found.pictures)
    framework = panels.choose_framework(PIPELINE_SNIPPETS)
    preparation = Preparation(
        (seen.shape[1], seen.shape[0]),
        colour=False,
        file=training.SEEN_FILE,
        loaded=(seen.shape[1], seen.shape[0]),
        grey_source=True,
    )
    with st.expander("The trained stack as a program"):
        st.code(pipeline_code(framework, learned, preparation=preparation), "python")
    names = ", ".join(plain(name) for name in found.pictures.classes)
    st.caption(
        f"The program reads {LEARNED_FILE} and {training.SEEN_FILE} beside it. The numbers of its answer are "
        f"for {names}, in this order."
    )
    weights, drawing, exchange = st.columns(3)
    file_button(weights, "Weights as NPZ", lambda: learned_file(learned), LEARNED_FILE, width="stretch")
    file_button(
        drawing,
        "What the stack sees as PNG",
        lambda: training.seen_png(seen),
        training.SEEN_FILE,
        width="stretch",
    )
    run = waiting.in_a_download()
    file_button(
        exchange,
        "Trained stack as ONNX",
        lambda: run(to_onnx, learned, seen, key=False),
        "trained_stack.onnx",
        width="stretch",
    )


def show_code(found: pipeline.PipelineRun, picture: Picture) -> None:
    """Show the pipeline as a Sequential model in the framework of one's choice."""
    framework = panels.choose_framework(PIPELINE_SNIPPETS)
    if not found.steps:
        st.info(nothing(found))
        return
    st.code(pipeline_code(framework, found.pipeline, preparation=picture.preparation), "python")
    st.caption(
        f"This program computes the maps of the last block. Save it next to {picture.preparation.file} "
        "(Download and share)."
    )


def show_files(found: pipeline.PipelineRun, picture: Picture, values: Values) -> None:
    """Offer the maps, the model and a link."""
    if found.steps:
        show_maps(found, values)
        st.markdown(f"**The model as `{MODEL}`**: run this script, and Keras writes the file next to it.")
        script = pipeline_code("keras", found.pipeline, preparation=picture.preparation, save=MODEL)
        model, exchange, original = st.columns(3)
        file_button(model, "Script that saves the model", script, "save_pipeline.py", width="stretch")
        file_button(original, "Picture as PNG", chooser.original, picture.preparation.file, width="stretch")
        offer_onnx(found, exchange)
    else:
        st.info(nothing(found))
    panels.show_link(picture)


def offer_onnx(found: pipeline.PipelineRun, place: DeltaGenerator) -> None:
    """Offer the model as a file of ONNX in a place."""
    run = waiting.in_a_download()
    file_button(
        place,
        "Model as ONNX",
        lambda: run(to_onnx, found.pipeline, found.image, key=False),
        "pipeline.onnx",
        width="stretch",
    )
    st.caption(
        "The file of ONNX takes a picture of this size, (n, rows, columns, channels) with values from 0 to "
        "1. ONNX Runtime makes the maps of the last block by it before you get it."
    )


def show_maps(found: pipeline.PipelineRun, values: Values) -> None:
    """Offer the maps of a block as a picture and as numbers."""
    numbers = [step.number for step in found.steps]
    chosen = st.selectbox(
        "Maps of",
        numbers,
        index=len(numbers) - 1,
        format_func=lambda number: f"{number}  {found.steps[number - 1].title}",
    )
    maps = found.maps(chosen)
    one, two = st.columns(2)
    file_button(one, "Mosaic as PNG", lambda: mosaic(maps, values), f"maps_{chosen}.png", width="stretch")
    file_button(two, "Maps as NPY", lambda: experiments.to_npy(maps), f"maps_{chosen}.npy", width="stretch")


def mosaic(maps: experiments.Array, values: Values) -> bytes:
    """Paint all maps of a block side by side, as they are on the page."""
    painted, _ = mosaics.painted_maps(maps, values, chooser.SIZE.high, usual=True)
    return figures.encode(figures.mosaic(painted.tiles), "png")


def nothing(found: pipeline.PipelineRun) -> str:
    """Why there are no maps."""
    return found.stopped.sentence if found.stopped else "There are no blocks yet: add one above."


main()
