"""Hidden layers: what units between input and output add, trained before the student's eyes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from explorer.code.mlp import NETWORK_SNIPPETS, network_code
from explorer.errors import ExplorerError
from explorer.figures import format_number
from explorer.losses import LOSSES
from explorer.mlp import datasets, optimizers, schedules, scores, training, worked
from explorer.mlp.files import from_json, from_npz, to_json, to_npz
from explorer.mlp.network import DenseNetwork
from explorer.mlp.onnx_files import to_onnx
from explorer.mlp.training import TrainingSetup
from explorer.parameters import Values
from explorer.words import counted, plural, whole_percent
from pages.components import address, guess, lab, panels, table_file, waiting
from pages.components.file_button import file_button
from pages.components.formulas import formula
from pages.components.markdown import plain
from pages.components.table_file import BroughtTable
from pages.hidden_layers import operation
from pages.hidden_layers.operation import TrainingLink
from pages.operations import OPERATIONS

OPERATION = OPERATIONS["network"]
USED = "points of the table"  # where the session keeps them
EXPLANATION = Path(__file__).with_name("text.md")


def main() -> None:
    """Show the page."""
    panels.say(
        "A **unit** weights its inputs, adds a **bias** and applies an **activation**: one straight line. A "
        "**hidden layer** makes it curve."
    )
    show_experiment(lab.state(OPERATION, st.query_params))
    lab.supply(None)


@st.fragment
def show_experiment(state: lab.State) -> None:
    """Show the network and what follows from its settings: all that a control at rest brings up to date."""
    leave_out_impossible(state)
    panels.show_lab(OPERATION, state, None, linked=lambda values: operation.link(values).values)
    with st.container(key="network-steps"):
        show_tabs(state, operation.training_setup(state.values), operation.link(state.values))


def show_tabs(state: lab.State, setup: TrainingSetup, link: TrainingLink) -> None:
    """Show what stands below the network."""
    values = state.values
    point = [values["x1"], values["x2"]]
    panels.tabs(
        {
            "Forward": lambda: show_forward(setup, point),
            "Backward": lambda: show_backward(setup, point, values["target"]),
            "Facts": lambda: show_facts(setup),
            guess.TAB: lambda: guess.show(
                "hidden_layers", partial(operation.varied, values), None, setup.recipe
            ),
            "Your points": lambda: show_points(state, setup),
            "Code": lambda: show_code(setup),
            "Download and share": lambda: show_files(state, setup, link),
            "Explain": lambda: panels.say(EXPLANATION.read_text("utf-8")),
        }
    )


def leave_out_impossible(state: lab.State) -> None:
    """Forget what a link says of points that cannot be, and weights that fit no such network; say so."""
    try:
        operation.chosen_points(state.values)
    except ExplorerError as error:
        state.complaints.append(str(error))
        state.adopt(state.values | {"own_task": "auto"})
    try:
        operation.training_setup(state.values)
    except ExplorerError as error:
        left = state.values | {"weights": "", "training_state": None}
        said = f"The weights of the link are left out. {error}"
        try:
            operation.training_setup(left)
        except ExplorerError:  # several outputs, and points that have one number each
            layers = [*left["layers"][:-1], [1, "linear"]]
            left, said = left | {"layers": layers, "loss": "mean_squared_error"}, str(error)
        state.complaints.append(said)
        state.adopt(left)


def show_forward(setup: TrainingSetup, point: list[float]) -> None:
    """Send the chosen point through the network, layer by layer, as matrix products."""
    network = setup.network
    st.markdown(
        f"**Forward**: the chosen point ({format_number(point[0])}, {format_number(point[1])}) goes through "
        "the layers. Each layer multiplies by its weights W, adds its biases b and applies its activation to "
        "the sums z."
    )
    if not network.hidden:
        st.markdown("Without a hidden layer the network is one **unit**: its boundary is a straight line.")
    for step in worked.forward_steps(network, point):
        st.markdown(f"## {step.title}: {step.activation}")
        formula(step.matrix_product)
        if step.norm is not None:
            formula(step.normalised(0))
        formula(step.all_activated)
        with st.expander("Every weighted sum written out", expanded=len(step.biases) == 1):
            for unit in range(len(step.biases)):
                formula(step.weighted_sum(unit))
                if step.norm is not None:
                    formula(step.normalised(unit))
                formula(step.activated(unit))


def show_backward(setup: TrainingSetup, point: list[float], target: float) -> None:
    """Send the gradient of the chosen point's loss back, and show each gradient's chain."""
    loss = setup.training.loss_said
    st.markdown(
        f"**Backward**: the loss L ({loss}) of the chosen point with target {format_number(target)}. How L "
        "changes with a weight is a product, by the **chain rule**: input × slope × gradient from the next "
        "layer."
    )
    try:
        steps = worked.backward_steps(setup.network, point, operation.goal(setup, target), setup.training)
    except ExplorerError as error:
        st.info(str(error))
        return
    for step in steps:
        st.markdown(f"## {step.title}")
        names = [f"unit {unit + 1}" for unit in range(len(step.biases))]
        unit = 0
        if len(names) > 1:
            chosen = st.segmented_control(
                "Unit", names, default=names[0], required=True, key=f"backward {step.layer} of {len(names)}"
            )
            unit = names.index(chosen)
        if coming := step.coming_back(unit):
            formula(coming)
        for source in range(len(step.inputs)):
            formula(step.weight(source, unit).latex)
        formula(step.bias(unit).latex)


def show_facts(setup: TrainingSetup) -> None:
    """Show how many weights there are, where they start, and how they are changed."""
    network, settings = setup.network, setup.training
    one, two = st.columns(2, gap="large")
    with one:
        st.markdown(f"**Weights and biases**: {network.learnt:,} numbers to learn.")
        counts = zip(network.layers, network.weights, strict=True)
        for place, (layer, weights) in enumerate(counts, 1):
            name = "Output" if place == len(network.layers) else f"Hidden layer {place}"
            inputs = len(weights)
            st.markdown(
                f"- {name} ({layer.said}): {inputs} × {layer.units} {plural(weights.size, 'weight')} + "
                f"{counted(layer.units, 'bias', 'biases')}"
            )
        show_what_acts(network)
        split = setup.split
        st.markdown(f"**Points**: {len(split.train)} to train on, {len(split.test)} for the test.")
        show_scores(setup)
        show_confusion(setup)
    with two:
        optimizer, loss = optimizers.OPTIMIZERS[settings.optimizer], LOSSES[settings.loss]
        st.markdown(f"**{settings.optimizer_said}**: {optimizer.why}")
        formula(optimizer.formula)
        show_schedule(setup)
        st.markdown(f"**{settings.loss_said}**: {loss.why}")
        formula(f"L = {loss.formula}")


def show_what_acts(network: DenseNetwork) -> None:
    """Say what dropout and batch normalisation do in training, and what in use."""
    lines = []
    for place, layer in enumerate(network.hidden):
        if layer.batch_normalization:
            mean, variance = network.norms[place][2:]
            lines.append(
                f"- Batch normalisation in hidden layer {place + 1}: in training by mean and variance of the "
                f"batch, in use by the running ones, for unit 1 now {format_number(float(mean[0]))} and "
                f"{format_number(float(variance[0]))}. Gamma and beta are learnt."
            )
        if layer.dropout:
            factor = format_number(1 / (1 - layer.dropout))
            lines.append(
                f"- Dropout in hidden layer {place + 1}: in training each answer is 0 with a probability "
                f"of {whole_percent(layer.dropout)}, and the others are multiplied by {factor}; in use it "
                "does nothing."
            )
    st.markdown("\n".join(lines))


def show_schedule(setup: TrainingSetup) -> None:
    """Show how the learning rate changes, and where training should have ended."""
    settings, state = setup.training, setup.state
    schedule = schedules.SCHEDULES[settings.schedule]
    if schedule.name != "constant":
        now = settings.rate_at(state.updates if state else 0)
        st.markdown(f"**{schedule.title}**: {schedule.why} Now the rate is {format_number(now)}.")
        formula(schedule.formula)
    if setup.patience and state and state.stopping:
        at = state.stopping
        ends = f" Training should have ended after epoch {at.stopped_epoch}." if at.stopped_epoch else ""
        st.markdown(
            f"**Early stopping**: the test loss was smallest after epoch {at.best_epoch}, "
            f"{format_number(at.best_loss)}.{ends}"
        )


def show_scores(setup: TrainingSetup) -> None:
    """Show what a class can compete for."""
    measure = setup.advanced("none").measure
    if measure is None or measure.train_accuracy is None:
        return
    said = {
        "Fewest units that reach 95\xa0%": scores.units_used(setup.network, measure),
        "Widest margin": scores.margin(setup.network, setup.split.train, setup.training.threshold),
    }
    missing = (
        "not reached yet: fewer than 95\xa0% are right.",
        "none yet: it counts once all training points are on their side of a border.",
    )
    lines = [
        f"- *{name}*: {format_number(found) if found is not None else why}"
        for (name, found), why in zip(said.items(), missing, strict=True)
    ]
    gap = scores.overfitting(measure)
    if gap is not None:
        way = "higher" if gap >= 0 else "lower"
        lines.append(
            f"- *Overfit it*: the accuracy is {format_number(100 * abs(gap))} percentage points {way} on the "
            "training points than on the test points."
        )
    st.markdown("\n".join(("**Scores** to compete for:", "", *lines)))


def show_confusion(setup: TrainingSetup) -> None:
    """Show which of several classes is taken for which."""
    counts = operation.counted_answers(setup, setup.network)
    if not counts:
        return
    judged = "test points" if len(setup.split.test) else "training points"
    st.markdown(f"**Confusion matrix** of the {judged}: a row for each class, a column for each answer.")
    names = [plain(name) for name in setup.points.classes]
    rows = [f"| **{name}** | {' | '.join(map(str, row))} |" for name, row in zip(names, counts, strict=True)]
    head = f"| | {' | '.join(names)} |\n|---|{'---:|' * len(names)}"
    st.markdown("\n".join((head, *rows)))


def show_points(state: lab.State, setup: TrainingSetup) -> None:
    """Take points from a file, and give the present ones."""
    st.markdown(
        "Draw points on the plane: *+0* and *+1* add points of a class, *+2…* those of up to "
        f"{datasets.MAX_CLASSES} classes, and *+ number* adds points with the slider's target, for a "
        "regression. Or open a table with three columns: x1, x2 and the target, which may be the name of a "
        f"class; at most {training.MAX_OWN} rows."
    )
    table_file.open_table(
        "points_file",
        "Points from a table",
        "Use these points",
        lambda brought: said_of_points(state, brought),
        lambda brought: use_points(state, brought),
        is_on=state.values["data"] == training.OWN and state.values["own"] == st.session_state.get(USED),
    )
    file_button(
        st,
        "Present points as CSV",
        lambda: datasets.to_csv(setup.points),
        "points.csv",
    )


def said_of_points(state: lab.State, brought: BroughtTable) -> str:
    """Say what a table is as points, and what they would take the place of."""
    points = datasets.from_reading(brought.completed())
    rows = training.read_own(points.rows())
    count = "two" if len(points.classes) == 2 else str(len(points.classes))
    kind = f"of {count} classes, {datasets.listed(points.classes)}" if points.classes else "for a regression"
    said = [f"{counted(len(points), 'point')} {kind}.", points.note]
    before = state.values["own"] if state.values["data"] == training.OWN else []
    if before and before != rows:
        said.append(f"They replace your {counted(len(before), 'point')}: save those first, below.")
    return " ".join(filter(None, said))


def use_points(state: lab.State, brought: BroughtTable) -> None:
    """Make points the person's own, and let training start anew."""
    points = datasets.from_reading(brought.completed())
    rows = training.read_own(points.rows())
    st.session_state[USED] = rows
    many = len(points.classes) > 2
    own = {
        "data": training.OWN,
        "own": rows,
        "own_task": "classification" if many else "auto",
        "own_names": [name.replace(",", " ") for name in points.classes] if many else [],
        "training_state": None,
    }
    values = operation.fitted(state.values | own)
    if values["layers"] != state.values["layers"]:
        values["weights"] = ""
    state.adopt(values)


def show_code(setup: TrainingSetup) -> None:
    """Show the network with its present weights in the framework of one's choice."""
    framework = panels.choose_framework(NETWORK_SNIPPETS)
    st.code(network_code(framework, setup.network, setup.training, setup.patience), "python")
    said = "It has the present weights, and ends with the outputs for two points."
    if setup.state and setup.state.updates and optimizers.OPTIMIZERS[setup.training.optimizer].slots:
        said += " Its optimiser starts afresh: it does not remember the steps taken here."
    st.caption(said)


def show_files(state: lab.State, setup: TrainingSetup, link: TrainingLink) -> None:
    """Offer the network as files, take one back, and show the link."""
    network = setup.network
    one, two, three = st.columns(3)
    file_button(one, "Network as NPZ", lambda: to_npz(network), "network.npz", width="stretch")
    file_button(two, "Network as JSON", lambda: to_json(network), "network.json", width="stretch")
    run = waiting.in_a_download()
    file_button(three, "Network as ONNX", lambda: run(to_onnx, network), "network.onnx", width="stretch")
    st.markdown("**Link to this experiment**: whoever opens it sees the same settings.")
    for sentence in link.said:
        st.info(sentence)
    for sentence in link.lost:
        st.warning(sentence)
    st.code(address.link(), language=None, wrap_lines=True)
    file = st.file_uploader(
        "Open a network, JSON or NPZ", type=["json", "npz"], key="network file", max_upload_size=1
    )
    if file is None or st.session_state.get("network read") == file.file_id:
        return
    try:
        changes = opened(file.name, file.getvalue())
        operation.training_setup(state.values | changes)
    except ExplorerError as error:
        st.error(plain(str(error)))
        return
    st.session_state["network read"] = file.file_id
    state.adopt(state.values | changes)
    st.rerun()


def opened(name: str, data: bytes) -> Values:
    """Read a network from a file as settings."""
    network = from_npz(data) if name.endswith(".npz") else from_json(data.decode("utf-8", "replace"))
    if network.coordinates != 2:
        raise ExplorerError(
            f"The plane has 2 inputs, and this network takes {network.coordinates}; open another."
        )
    layers = operation.said_layers(network)
    return {
        "layers": layers,
        "features": list(network.features),
        "weights": training.pack(network.flat()),
        "training_state": None,
    }


main()
