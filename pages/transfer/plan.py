"""How the network is taught: every choice, on the screen and in the address."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.figures import format_number
from explorer.imagenet.networks import NetworkError
from explorer.imagenet.own_networks import is_own
from explorer.parameters import Choice, Number, Parameter, Values
from explorer.transfer import plan
from explorer.transfer.plan import Plan, TransferError
from pages import former_names
from pages.components import address, lab, level, own_model
from pages.components.markdown import plain
from pages.components.network_choices import ANY_NETWORK, FIT, WEIGHTS

PREFIX = "teach_"
YES_NO = {False: "no", True: "yes"}

USUAL = Plan()
HEAD = Choice(
    name="head",
    title="The new head",
    options={"linear": "linear", "hidden": "one hidden layer"},
    default=USUAL.head,
    help=(
        "Linear: one matrix from the features to the classes. With a hidden layer the boundaries can curve, "
        "but there is more to learn from the same few pictures."
    ),
)
UNITS = plan.UNITS
EPOCHS = plan.EPOCHS
TUNE_EPOCHS = plan.TUNE_EPOCHS
SEED = plan.SEED
SHARE = Number(
    name="held_out",
    title="Test pictures, share of each class",
    low=0.0,
    high=0.5,
    default=0.25,
    step=0.05,
    help="The network never trains on these pictures: they test what it has learned.",
)


def _rate(rate: Number) -> Number:
    """Return a rate whose slider goes in steps of about three."""
    every = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
    return replace(rate, stops=tuple(stop for stop in every if rate.low <= stop <= rate.high))


LEARNING_RATE = _rate(plan.LEARNING_RATE)
TUNE_RATE = _rate(plan.TUNE_RATE)
AUGMENTATIONS = tuple(
    Choice(
        name=name,
        title=title,
        options=YES_NO,
        default=False,
    )
    for name, title in plan.AUGMENTATIONS.items()
)
FINE_TUNE = Choice(
    name="fine_tune",
    title="Fine-tune the last block",
    options=YES_NO,
    default=False,
    help="Once the head has learned, the last block of the network learns too, in small steps.",
)

SETTINGS: tuple[Parameter, ...] = (
    ANY_NETWORK,
    FIT,
    WEIGHTS,
    HEAD,
    UNITS,
    LEARNING_RATE,
    EPOCHS,
    *AUGMENTATIONS,
    FINE_TUNE,
    TUNE_RATE,
    TUNE_EPOCHS,
    SEED,
    SHARE,
)
_STATE = "teaching plan"
_HISTORY = "teaching plans before"
MAX_UNDO = 50


def state() -> lab.State:
    """Return the session's choices; a new session, and one that went back or forward, reads the address."""
    found = lab.remembered(
        _STATE, SETTINGS, former_names.with_network(st.query_params, SETTINGS, PREFIX), PREFIX
    )
    _mend(found)
    return found


def _mend(state: lab.State) -> None:
    """Take back what the network cannot do, and say why."""
    name = state.values[ANY_NETWORK.name]
    try:
        reason = plan.withheld(name)
    except NetworkError as error:
        reason = str(error)
    if reason:
        state.adopt(state.values | {ANY_NETWORK.name: ANY_NETWORK.default})
        state.complaints.append(reason)
    elif state.values[FINE_TUNE.name] and (reason := plan.untuned(name)):
        state.adopt(state.values | {FINE_TUNE.name: False})
        state.complaints.append(reason)


def _key(setting: Parameter, state: lab.State) -> str:
    """Name a widget; it begins anew with what was not chosen by itself."""
    return f"{PREFIX}{setting.name}_{state.epoch}"


def choose(state: lab.State) -> DeltaGenerator:
    """Offer the choices, the most important ones in sight, and write them into the address.

    Returns:
        The place beside them for what is started with them.
    """
    values = state.values
    network, rate, epochs, beside, place = st.columns([9, 6, 6, 13, 12], vertical_alignment="bottom")
    more = beside.container(horizontal=True, gap="small")
    chosen = {}
    with network:
        chosen[ANY_NETWORK.name], is_ones_own = _network(state)
    with rate:
        chosen[LEARNING_RATE.name] = _stops(LEARNING_RATE, state)
    with epochs:
        chosen[EPOCHS.name] = _slider(EPOCHS, state)
    if not level.is_basic():
        with more, st.popover("More", icon=":material/tune:"):
            chosen |= _others(state)
    if chosen[ANY_NETWORK.name] != values[ANY_NETWORK.name] and values[WEIGHTS.name] == "unverified":
        chosen[WEIGHTS.name] = WEIGHTS.default  # what was said about one file is not said about another
    if is_ones_own:
        own_model.show(chosen[ANY_NETWORK.name], partial(take, state))
    if any(values[name] != value for name, value in chosen.items()):
        state.values = values | chosen
        state.complaints = []
        _mend(state)
    with more:
        _offer_undo(state)
    address.write(SETTINGS, state.values, PREFIX, always=(ANY_NETWORK.name,))
    level.tell_of_hidden(SETTINGS, state.values, lambda usual: state.adopt(state.values | usual), PREFIX)
    return place


def take(state: lab.State, name: str) -> None:
    """Teach another network.

    Raises:
        TransferError: If it cannot be taught.
    """
    reason = plan.withheld(name)
    if reason:
        raise TransferError(reason)
    state.adopt(state.values | {ANY_NETWORK.name: name, WEIGHTS.name: WEIGHTS.default})


def _offer_undo(state: lab.State) -> None:
    """Offer to take the last change of the choices back, whatever made it."""
    history: list[Values] = st.session_state.setdefault(_HISTORY, [state.values])
    if history[-1] != state.values:
        history.append(state.values)
        del history[: -MAX_UNDO - 1]

    def undo() -> None:
        history.pop()
        state.adopt(history[-1])

    st.button(
        "Undo choice",
        key=f"{PREFIX}undo_choice",
        on_click=undo,
        disabled=len(history) == 1,
        help="Take the last change of these choices back.",
    )


def _others(state: lab.State) -> Values:
    chosen = {HEAD.name: _one_of(HEAD, state)}
    if chosen[HEAD.name] == "hidden":
        chosen[UNITS.name] = _slider(UNITS, state)
    chosen[SHARE.name] = _slider(SHARE, state)
    st.markdown("Vary every picture a little in each epoch:")
    for setting in AUGMENTATIONS:
        chosen[setting.name] = _switch(setting, state)
    reason = plan.untuned(state.values[ANY_NETWORK.name])
    chosen[FINE_TUNE.name] = _switch(
        replace(FINE_TUNE, help=plain(reason) or FINE_TUNE.help), state, bool(reason)
    )
    if chosen[FINE_TUNE.name]:
        chosen[TUNE_RATE.name] = _stops(TUNE_RATE, state)
        chosen[TUNE_EPOCHS.name] = _slider(TUNE_EPOCHS, state)
    chosen[FIT.name] = _one_of(FIT, state)
    chosen[SEED.name] = _number(SEED, state)
    chosen[WEIGHTS.name] = _random(state)
    return chosen


# Each widget starts at what the session knows, since Streamlit forgets one that is not drawn.


def _network(state: lab.State) -> tuple[str, bool]:
    """Offer the networks; return the one that was chosen, and whether it is to be one's own model."""
    present = state.values[ANY_NETWORK.name]
    own_model.remember(present)
    titles = {**ANY_NETWORK.options, own_model.OWN: "Your model"}  # which one is said below the menu
    picked = st.selectbox(
        ANY_NETWORK.title,
        list(titles),
        index=list(titles).index(own_model.OWN if is_own(present) else present),
        format_func=titles.__getitem__,
        key=_key(ANY_NETWORK, state),
    )
    is_ones_own = picked == own_model.OWN
    return own_model.last(present) if is_ones_own else picked, is_ones_own


def _one_of(setting: Choice, state: lab.State) -> Any:
    return st.segmented_control(
        setting.title,
        list(setting.options),
        default=state.values[setting.name],
        format_func=setting.options.__getitem__,
        required=True,
        key=_key(setting, state),
        help=setting.help or None,
    )


def _slider(setting: Number, state: lab.State) -> Any:
    return st.slider(
        setting.title,
        setting.low,
        setting.high,
        state.values[setting.name],
        setting.step,
        key=_key(setting, state),
        help=setting.help or None,
    )


def _number(setting: Number, state: lab.State) -> Any:
    return st.number_input(
        setting.title,
        setting.low,
        setting.high,
        state.values[setting.name],
        key=_key(setting, state),
        help="The same seed gives the same test pictures and the same initial weights.",
    )


def _stops(setting: Number, state: lab.State) -> Any:
    value = state.values[setting.name]
    return st.select_slider(
        setting.title,
        sorted({*setting.stops, value}),
        value,
        format_func=format_number,
        key=_key(setting, state),
        help=setting.help or None,
    )


def _switch(setting: Choice, state: lab.State, disabled: bool = False) -> Any:
    return st.toggle(
        setting.title,
        state.values[setting.name],
        key=_key(setting, state),
        help=setting.help or None,
        disabled=disabled,
    )


def _random(state: lab.State) -> Any:
    """Offer random weights in place of the trained ones."""
    now = state.values[WEIGHTS.name]
    on = st.toggle(
        "Random weights",
        now == "random",
        key=_key(WEIGHTS, state),
        help="The network as it was before it saw any photograph: what is its training worth?",
    )
    return "random" if on else WEIGHTS.default if now == "random" else now


@dataclass(frozen=True)
class Choices:
    """The choices as the explorer takes them: a plan, and which share of each class is held out."""

    plan: Plan
    share: float


def choices(state: lab.State) -> Choices:
    """Make the plan of what is chosen."""
    names = {field.name for field in fields(Plan)}
    return Choices(
        Plan(**{name: value for name, value in state.values.items() if name in names}),
        state.values[SHARE.name],
    )
