"""Draw and watch: a small network on a drawing, with every layer on the screen while the hand moves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import figures, images, sketch
from explorer.convolution import experiments
from explorer.exports import ExportFormat
from explorer.images import drawings
from explorer.parameters import Values
from explorer.sketch import formats
from explorer.sketch.formats import FORMATS
from explorer.sketch.parameters import DRAWING, PICTURE
from explorer.words import percent
from pages.components import charts, chooser, guess, held_drawing, lab, markdown, pad, panels, waiting
from pages.components.chooser import Picture
from pages.components.file_button import file_button
from pages.components.markdown import Marked, plain
from pages.draw_and_watch import operation
from pages.draw_and_watch.looked_at import looked_at
from pages.draw_and_watch.operation import EXAMPLE, SOURCE
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["sketch"]
EXPLANATION = Path(__file__).with_name("text.md")
VARIANT_HEADS = (
    "Network",
    "Answer now",
    "Test accuracy",
    "Parameters",
    "Epochs",
    "Training time",
    "Receptive field at the end",
)

CODE = """from explorer import images, sketch

picture = images.load("drawing.png")  # any picture of a drawing, dark on light or light on dark
sight = sketch.look(picture)  # the ink alone, centred and scaled
run = sketch.forward(sight.seen, "{variant}")

for label, probability in run.ranking:
    print(f"{{label:10}} {{probability:.1%}}")

print(sketch.unit(run, "conv1", channel=0, row=20, column=20).sentence)
print(sketch.erase(sight.seen, "{variant}", stride=4).sentence)
"""


def main() -> None:
    """Show the page."""
    panels.say(
        "Draw one of ten things and watch every layer of a small network follow. Only ten answers exist."
    )
    picture = chooser.current()
    state = lab.state(OPERATION, st.query_params)
    if state.values[SOURCE.name] == DRAWING and held_drawing.held() is None:
        state.adopt(state.values | {SOURCE.name: EXAMPLE})  # a link carries nobody's drawing
    show_network(picture, state)
    lab.supply(picture)


@st.fragment
def show_network(picture: Picture, state: lab.State) -> None:
    """Show the pad and the network, and what follows from them: all that a hand at rest brings up to date."""
    held = held_drawing.held()
    labels = operation.labels(pad.sent(held.drawing) if held else None)
    panels.show_lab(OPERATION, state, picture, labels, brought=partial(brought, picture))
    levels = looked_at(picture, state.values)
    chooser.offer(state.values[SOURCE.name] == PICTURE)
    panels.tabs(
        {
            "Compare": lambda: show_variants(levels),
            guess.TAB: lambda: show_guess(levels, state.values),
            "Never seen": show_failures,
            "Code": lambda: st.code(CODE.format(variant=state.values["variant"]), "python"),
            "Download and share": lambda: show_files(levels, picture, state.values),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )


def brought(picture: Picture, request: Mapping[str, Any], values: Values) -> images.Array:
    """Keep the drawing that came with a question, and give what is to be looked at."""
    held_drawing.take(request)
    return looked_at(picture, values)


def show_guess(levels: images.Array, values: Values) -> None:
    """Ask which layer a map is from, and who wins when a patch is erased."""
    guess.show(
        "draw_and_watch",
        lambda seed: operation.asked(levels, values),
        None,
        (sha256(levels.tobytes()).hexdigest(), values["variant"], repr(operation.off(values))),
    )


def show_variants(levels: images.Array) -> None:
    """Compare the three networks: what each says of the drawing, how it was trained, and what it confuses."""
    with st.container(key="networks-table"):
        st.markdown(variants_table(levels))
    facts = sketch.facts()
    st.caption(
        f"All three learned from {facts['plan']['each']:,} drawings per class in {facts['styles']['train']} "
        f"styles, each until it stopped improving on {facts['styles']['validation']} other styles. "
        f"**Test accuracy** is the share of correct answers on {facts['plan']['tested']} test drawings per "
        f"class, in {facts['styles']['test']} styles that none of them had seen."
    )
    name = st.segmented_control(
        "Which test drawings are mistaken for what",
        list(sketch.VARIANTS),
        format_func=lambda each: sketch.VARIANTS[each].title,
        default=sketch.DEFAULT,
        required=True,
        key="confused",
        bind="query-params",
    )
    confusion = facts["variants"][name]["test"]["confusion"]
    charts.chart(figures.confusion, confusion, sketch.CLASSES, key="confusion")


def variants_table(levels: images.Array) -> str:
    """Write what the networks have in common and what not as a Markdown table."""
    rows = []
    try:
        seen = sketch.prepare(levels)
    except sketch.SketchError:
        seen = None
    for name, variant in sketch.VARIANTS.items():
        facts = sketch.facts()["variants"][name]
        says = "nothing drawn yet"
        if seen is not None:
            label, probability = sketch.forward(seen, name).ranking[0]
            says = f"{label}, {percent(probability)}"
        field = max(layer.field.size for layer in sketch.layers(name) if layer.field)
        rows.append(
            (
                Marked(f"**{variant.title}**. {plain(variant.why)}"),
                says,
                percent(facts["test"]["accuracy"]),
                f"{facts['parameters']:,}",
                str(facts["epochs"]),
                f"{facts['seconds']} s",
                f"{field[0]} × {field[1]}",
            )
        )
    return markdown.table(VARIANT_HEADS, rows, "llrrrrr")


def show_failures() -> None:
    """Where it fails, and why it must."""
    st.markdown(
        "**It knows ten things and nothing else.** The softmax divides 100 % among them, whatever it "
        "sees: a letter, a house, a photograph. There is no eleventh answer for *something else*, so it has "
        "to answer anyway. Choose one of the pictures above, and see how sure it is.\n\n"
        "**It knows only what it was trained on.** These are the test styles it gets wrong most often; each "
        f"was drawn {per_style()} times:"
    )
    st.markdown(styles_table())
    st.caption(
        "A style that is missing from the training is not a rare accident: everyone who draws that way is "
        "misread, again and again."
    )


def per_style() -> str:
    """How many drawings of a test style there are: those of a class are shared out evenly."""
    styles = sketch.facts()["variants"][sketch.DEFAULT]["test"]["styles"]
    counts = {sketch.facts()["plan"]["tested"] // len(each) for each in styles.values()}
    return " or ".join(str(count) for count in sorted(counts))


def styles_table(count: int = 6) -> str:
    """Write the styles that are recognised least, by all three networks, as a Markdown table."""
    found = {name: facts["test"]["styles"] for name, facts in sketch.facts()["variants"].items()}
    rows = [
        (label, style, *(found[name][label][style] for name in sketch.VARIANTS))
        for label, styles in found[sketch.DEFAULT].items()
        for style in styles
    ]
    heads = ("Class", "Style", *(variant.title for variant in sketch.VARIANTS.values()))
    worst = sorted(rows, key=lambda row: row[2])[:count]
    written = ((label, style, *map(percent, shares)) for label, style, *shares in worst)
    return markdown.table(heads, written, "ll" + "r" * len(found))


def show_network_files(variant: str) -> None:
    """Offer the network in each format that can be had here."""
    st.markdown("**The network, to use elsewhere**")
    withheld = {name: format_.withheld for name, format_ in FORMATS.items()}
    offered = [format_ for name, format_ in FORMATS.items() if not withheld[name]]
    for place, format_ in zip(st.columns(len(FORMATS)), offered, strict=False):
        offer_network(place, format_, variant)
    st.caption(
        "Each comes with the labels and a model card: what it was taught on, how its test went, what it "
        f"never saw. Before you get a file, it has answered {len(drawings.SAMPLE_DRAWINGS)} drawings as this "
        "page does. Maps that you switched off are on in it."
    )
    for reason in filter(None, withheld.values()):
        st.caption(plain(reason))


def offer_network(place: DeltaGenerator, format_: ExportFormat[str], variant: str) -> None:
    """Offer the network in a format."""
    run = waiting.in_a_download()
    file_button(
        place,
        f"{format_.title} (ZIP)",
        lambda: run(formats.exported, format_.name, variant).data,
        formats.file_name(format_.name, variant),
        help=format_.sentence,
        width="stretch",
    )


def show_files(levels: images.Array, picture: Picture, values: Values) -> None:
    """Offer the network, the drawing, the maps and a link."""
    show_network_files(values["variant"])
    st.markdown("**This drawing**")
    try:
        run = sketch.forward(sketch.prepare(levels), values["variant"], operation.off(values))
    except sketch.SketchError as error:
        st.info(str(error))
    else:
        titles = {layer.name: layer.title for layer in sketch.layers(run.variant)}
        chosen = st.selectbox("Maps of", list(titles), format_func=titles.__getitem__)
        one, two = st.columns(2)
        file_button(one, "Drawing as PNG", lambda: images.to_png(levels), "drawing.png", width="stretch")
        file_button(
            two, "Maps as NPY", lambda: experiments.to_npy(run.maps[chosen]), f"{chosen}.npy", width="stretch"
        )
    if values[SOURCE.name] == PICTURE:
        panels.show_link(picture)
    else:
        panels.show_address()
        if values[SOURCE.name] == DRAWING:
            st.caption("Your own drawing stays with you: the link opens with an example in its place.")


main()
