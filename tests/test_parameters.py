"""Settings: the same record reads the wire and the address, and says in a sentence what it cannot take."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as some

from explorer import parameters
from explorer.convolution import kernels
from explorer.convolution.kernel_parameter import ACTIONS, CUSTOM, KernelParameter
from explorer.convolution.kernels import MAX_KERNEL_SIDE, MAX_WEIGHT
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Limits, Number, Parameter, WholeNumber
from pages.operations import OPERATIONS

WHOLE = WholeNumber(
    name="strides",
    title="Stride",
    low=1,
    high=8,
    default=1,
)
FRACTION = Number(
    name="gain",
    title="Gain",
    low=-4.0,
    high=4.0,
    default=1.0,
    step=0.05,
)
PADDING = Choice(
    name="padding",
    title="Padding",
    options={"valid": "valid", "same": "same", 0: "0", 1: "1"},
    default="same",
)
SWITCH = Choice(
    name="flip",
    title="Operation",
    options={False: "cross-correlation", True: "convolution"},
    default=False,
)
LIMITS = Limits(
    name="limits",
    title="Colour limits",
)
KERNEL = KernelParameter(
    name="kernel",
    title="Kernel",
    preset="sobel_x",
)
ALL: tuple[Parameter, ...] = (KERNEL, WHOLE, FRACTION, PADDING, SWITCH, LIMITS)

IN_USE = [
    pytest.param(setting, id=f"{operation.name}-{setting.name}")
    for operation in OPERATIONS.values()
    for setting in operation.settings
]

# What Hypothesis looks for breaks the code of a kind of parameter, whichever of that kind it is tried on.
KINDS: dict[str, list[Parameter]] = {}
for param in IN_USE:
    KINDS.setdefault(type(param.values[0]).__name__, []).append(param.values[0])

weights = some.floats(-MAX_WEIGHT, MAX_WEIGHT, width=32)
tables = some.tuples(some.integers(1, 7), some.integers(1, 7)).flatmap(
    lambda size: some.lists(
        some.lists(weights, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)
json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=9), inner, max_size=4),
    max_leaves=9,
)


def is_sentence(error: object) -> bool:
    """Whether an error can be shown to a reader as it is: a sentence, and not endless."""
    text = str(error)
    return text[0].isupper() and text.endswith(".") and len(text) < 700


def holds_a_value_or_a_sentence(setting: Parameter, read: Callable[[], Any]) -> None:
    """Check that reading gives a value which the setting takes again, or an error fit for a reader."""
    try:
        value = read()
    except ExplorerError as error:
        complaint = error
    else:
        assert setting.checked(value) == value
        return
    assert is_sentence(complaint)


# --- every setting that an operation uses ---------------------------------------------------------------


@pytest.mark.parametrize("setting", IN_USE)
def test_a_default_passes_its_own_check(setting):
    """What holds while nobody has chosen can also be sent, and comes back through the address."""
    assert setting.checked(setting.default) == setting.default
    assert setting.from_text(setting.to_text(setting.default)) == setting.default


@pytest.mark.parametrize("setting", IN_USE)
def test_a_description_is_strict_json(setting):
    """The browser builds each control from this, so it has to survive JSON without a change."""
    described = setting.describe()
    assert json.loads(json.dumps(described, allow_nan=False)) == described
    assert (described["name"], described["default"]) == (setting.name, setting.default)


@pytest.mark.parametrize("setting", [p for p in IN_USE if isinstance(p.values[0], Number)])
def test_a_number_takes_both_its_ends_and_nothing_beyond(setting):
    """Low and high belong to the range; the next number outside does not."""
    for end, outside in ((setting.low, -1), (setting.high, 1)):
        assert setting.checked(end) == end
        assert setting.from_text(setting.to_text(setting.checked(end))) == end
        beyond = (
            end + outside if isinstance(setting, WholeNumber) else math.nextafter(end, outside * math.inf)
        )
        with pytest.raises(ExplorerError, match="choose one between") as caught:
            setting.checked(beyond)
        assert is_sentence(caught.value)


@pytest.mark.parametrize("setting", [p for p in IN_USE if isinstance(p.values[0], Choice)])
def test_a_choice_takes_each_option_and_gives_its_own_type(setting):
    """Every option passes the wire and the address; the text of the option 0 gives the number again."""
    texts = [setting.to_text(option) for option in setting.options]
    assert len(set(texts)) == len(texts)
    for option, text in zip(setting.options, texts, strict=True):
        for found in (setting.checked(json.loads(json.dumps(option))), setting.from_text(text)):
            assert (found, type(found)) == (option, type(option))


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
@tried(max_examples=60)
@given(data=some.data(), value=json_values)
def test_anything_from_the_wire_is_a_value_or_a_sentence(settings, data, value):
    """Whatever JSON can carry gives a value that the setting takes again, or an error fit for a reader."""
    setting = data.draw(some.sampled_from(settings))
    holds_a_value_or_a_sentence(setting, lambda: setting.checked(value))


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
@tried(max_examples=60)
@given(
    data=some.data(),
    text=some.text(max_size=30)
    | some.from_regex(r"[a-z_]*(~[0-9]+x[0-9]+)?(~[a-z]+=[0-9.e+-]+)*", fullmatch=True),
)
def test_anything_in_the_address_is_a_value_or_a_sentence(settings, data, text):
    """A mistyped address never breaks a page."""
    setting = data.draw(some.sampled_from(settings))
    holds_a_value_or_a_sentence(setting, lambda: setting.from_text(text))


# --- numbers ---------------------------------------------------------------------------------------------


@given(value=some.floats(-4, 4))
def test_fractions_pass_through_the_address_unchanged(value):
    """The address keeps every bit of a number."""
    assert FRACTION.from_text(FRACTION.to_text(FRACTION.checked(value))) == value


@pytest.mark.parametrize("value", [3, 3.0])
def test_a_whole_number_comes_as_int(value):
    """JSON does not tell 3 from 3.0, and a stride has to be an int."""
    parsed = WHOLE.checked(value)
    assert (parsed, type(parsed)) == (3, int)
    assert WHOLE.to_text(parsed) == "3"
    assert type(FRACTION.checked(value)) is float


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (2.5, "Stride takes a whole number, but 2.5 came; round it."),
        (9, "Stride takes 1 to 8, but 9 came; choose one between."),
        (-3, "Stride takes 1 to 8, but −3 came; choose one between."),
        (True, "Stride takes a finite number, but 'True' came; type a number."),
        ("3", "Stride takes a finite number, but '3' came; type a number."),
        (None, "Stride takes a finite number, but 'None' came; type a number."),
        (math.nan, "Stride takes a finite number, but 'nan' came; type a number."),
        (math.inf, "Stride takes a finite number, but 'inf' came; type a number."),
        ([3], r"Stride takes a finite number, but '\[3\]' came; type a number."),
        (10**400, "Stride takes a finite number, but '10{39}' came; type a number."),
        (-(10**400), "Stride takes a finite number, but '-10{38}' came; type a number."),
    ],
)
def test_what_a_number_does_not_take(value, sentence):
    """The sentence says what came, what is expected and what to do."""
    with pytest.raises(ExplorerError, match=f"^{sentence}$"):
        WHOLE.checked(value)


@pytest.mark.parametrize("text", ["", "three", "1,5", "0x3", "nan", "inf", "1e999", "9" * 5000, "2.5", "--1"])
def test_bad_text_for_a_number_is_a_sentence(text):
    """The address is typed by people."""
    with pytest.raises(ExplorerError) as caught:
        WHOLE.from_text(text)
    assert is_sentence(caught.value)


# --- choices and limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [2, True, 1.0, "0", "Same", None, [], {}, "x" * 1000])
def test_what_a_choice_does_not_take(value):
    """An option is known by value and type: true is no padding of one cell, and the word 0 is no number."""
    with pytest.raises(ExplorerError, match=r"^Padding has no option .*; choose one of valid, same, 0, 1\.$"):
        PADDING.checked(value)


def test_a_switch_reads_words_in_any_case():
    """In the address true and false are words."""
    assert [SWITCH.from_text(text) for text in ("true", "True", "FALSE")] == [True, True, False]
    with pytest.raises(ExplorerError, match=r"The link asks for '1' under .*; choose one of"):
        SWITCH.from_text("1")


@given(ends=some.lists(some.floats(-1e9, 1e9), min_size=2, max_size=2, unique=True).map(sorted))
def test_limits_pass_through_the_address_unchanged(ends):
    """Both ends of a held colour scale keep every bit."""
    assert LIMITS.checked(ends) == ends
    assert LIMITS.from_text(LIMITS.to_text(ends)) == ends


def test_limits_that_follow_the_map_pass_too():
    """None means that the scale is not held."""
    assert LIMITS.checked(None) is None
    assert LIMITS.from_text(LIMITS.to_text(None)) is None


@pytest.mark.parametrize(
    "value", [[1, 1], [2, 1], [1], [1, 2, 3], [0, 2e9], [0, math.nan], ["0", "1"], "0,1", 7]
)
def test_what_limits_do_not_take(value):
    """Two finite numbers, low before high."""
    with pytest.raises(ExplorerError) as caught:
        LIMITS.checked(value)
    assert is_sentence(caught.value)


@pytest.mark.parametrize("text", ["1", "1,", "2,1", "a,b", "1,2,3", ",", "nan,1"])
def test_bad_text_for_limits_is_a_sentence(text):
    """The address is typed by people."""
    with pytest.raises(ExplorerError) as caught:
        LIMITS.from_text(text)
    assert is_sentence(caught.value)


# --- kernels ---------------------------------------------------------------------------------------------


@given(rows=tables)
def test_weights_of_ones_own_pass_through_the_address_to_the_bit(rows):
    """Nine digits tell every float32 from its neighbour, so a copied link has the very same weights."""
    value = KERNEL.checked({"weights": rows})
    again = KERNEL.from_text(KERNEL.to_text(value))
    assert again == value
    assert value["name"] == CUSTOM
    found = np.array(again["weights"], np.float32)
    sent = np.array(rows, np.float32) + np.float32(0)  # a minus zero loses its sign
    np.testing.assert_array_equal(found.view(np.uint32), sent.view(np.uint32))


@given(rows=tables)
def test_weights_pass_the_wire_to_the_bit(rows):
    """What the server sent as JSON means the same weights when it comes back."""
    value = KERNEL.checked({"weights": rows})
    assert KERNEL.checked(json.loads(json.dumps(value))) == value


@pytest.mark.parametrize("kernel", kernels.KERNELS.values(), ids=lambda kernel: kernel.name)
def test_every_named_kernel_passes_wire_and_address_at_its_sizes(kernel):
    """A named kernel is its name, size and arguments; the weights follow from those, the same every time."""
    assert KERNEL.checked({"name": kernel.name})["weights"] == kernels.to_rows(kernel.weights)
    for rows, columns in itertools.product([1, 2, 3, 4, 5, 7, MAX_KERNEL_SIDE], repeat=2):
        sent = {"name": kernel.name, "rows": rows, "columns": columns}
        if (rows, columns) not in kernel.sizes:
            with pytest.raises(ExplorerError, match="can be made"):
                KERNEL.checked(sent)
            continue
        if (
            kernel.name == "motion_blur" and columns < 3
        ):  # a level line meets one cell of it and blurs nothing
            sent["arguments"] = {"angle": 90.0}
            if rows < 3:
                continue
        value = KERNEL.checked(sent)
        assert (value["rows"], value["columns"]) == (rows, columns) == np.shape(value["weights"])
        assert KERNEL.checked(json.loads(json.dumps(value, allow_nan=False))) == value
        assert KERNEL.from_text(KERNEL.to_text(value)) == value


@pytest.mark.parametrize(
    ("kernel", "argument", "end"),
    [
        pytest.param(kernel, argument, end, id=f"{kernel.name}-{argument.name}-{end}")
        for kernel in kernels.KERNELS.values()
        for argument in kernel.arguments
        for end in ("low", "high")
    ],
)
def test_each_argument_takes_both_its_ends_and_nothing_beyond(kernel, argument, end):
    """The slider's ends give finite weights; a step beyond gives a sentence."""
    number = getattr(argument, end)
    value = KERNEL.checked({"name": kernel.name, "arguments": {argument.name: number}})
    assert value["arguments"][argument.name] == number
    assert np.isfinite(value["weights"]).all()
    assert KERNEL.from_text(KERNEL.to_text(value)) == value
    beyond = number + (argument.step if end == "high" else -argument.step)
    with pytest.raises(ExplorerError, match="choose one between"):
        KERNEL.checked({"name": kernel.name, "arguments": {argument.name: beyond}})


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_change_the_weights_that_come_with_them(action):
    """The editor's buttons give weights of one's own, as the function of the same name makes them."""
    rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]]
    value = KERNEL.checked({"weights": rows, "action": action})
    expected = getattr(kernels, action)(kernels.from_rows(rows))
    assert value["name"] == CUSTOM
    assert value["weights"] == kernels.to_rows(expected)
    assert value["weights"] != rows


def test_resize_is_an_action_with_a_size():
    """Rows and columns of the action are those of the new kernel."""
    value = KERNEL.checked({"weights": [[5.0]], "action": "resize", "rows": 3, "columns": 5})
    assert value["weights"] == [[0, 0, 0, 0, 0], [0, 0, 5, 0, 0], [0, 0, 0, 0, 0]]
    assert (value["rows"], value["columns"]) == (3, 5)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (None, "takes a name or weights"),
        ("sobel_x", "takes a name or weights"),
        ({}, "1 to 31 rows"),
        ({"weights": []}, "1 to 31 rows"),
        ({"weights": [[]]}, "1 to 31 weights"),
        ({"weights": [[1.0] * 32]}, "1 to 31 weights"),
        ({"weights": [[1.0]] * 32}, "1 to 31 rows"),
        ({"weights": [[1.0], [1.0, 2.0]]}, "differ in length"),
        ({"weights": [[1.0, "2"]]}, "A weight takes a finite number"),
        ({"weights": [[math.nan]]}, "A weight takes a finite number"),
        ({"weights": [[10**400]]}, "A weight takes a finite number"),
        ({"weights": [[1000.1]]}, "A weight is a number from −1000 to 1000, not 1000.1."),
        ({"weights": {"0": [1.0]}}, "1 to 31 rows"),
        ({"name": "nobody"}, "The kernel 'nobody' does not exist"),
        ({"name": ["sobel_x"]}, "does not exist; choose one from the menu: Identity, Box blur"),
        ({"name": "sobel_x", "rows": 0}, "A kernel has 1 to 31 rows, a whole number, not 0."),
        ({"name": "sobel_x", "rows": 2.5}, "A kernel has 1 to 31 rows, a whole number, not 2.5."),
        ({"name": "sobel_x", "columns": 32}, "A kernel has 1 to 31 columns, a whole number, not 32."),
        ({"name": "sobel_x", "columns": "3"}, "takes a finite number"),
        ({"name": "sobel_x", "arguments": []}, "names with numbers"),
        ({"name": "sobel_x", "arguments": {"volume": 11}}, "has no argument 'volume'"),
        ({"name": "gaussian", "arguments": {"sigma": "wide"}}, "takes a finite number"),
        ({"weights": [[1.0]], "action": "explode"}, "no action 'explode'"),
        ({"weights": [[1.0]], "action": {}}, "no action"),
        ({"action": "flip"}, "1 to 31 rows"),
        (
            {"weights": [[1.0]], "action": "resize", "rows": 40},
            "A kernel has 1 to 31 rows, a whole number, not 40.",
        ),
    ],
)
def test_what_a_kernel_does_not_take(value, part):
    """Each mistake has its own sentence."""
    with pytest.raises(ExplorerError, match=part) as caught:
        KERNEL.checked(value)
    assert is_sentence(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "nobody~3x3",
        "sobel_x~3",
        "sobel_x~3x",
        "sobel_x~3x3x3",
        "sobel_x~axb",
        "gaussian~5x5~sigma",
        "gaussian~5x5~sigma=1=2",
        "gaussian~5x5~sigma=wide",
        "gaussian~5x5~sigma=nan",
        "gaussian~" + "9" * 400 + "x5",
        "gaussian~" + "9" * 5000 + "x5",
        "1,2_3",
        "1,,2",
        "1,inf",
        "1,2000",
        "_",
    ],
)
def test_bad_text_for_a_kernel_is_a_sentence(text):
    """The address is typed by people."""
    with pytest.raises(ExplorerError) as caught:
        KERNEL.from_text(text)
    assert is_sentence(caught.value)


def test_a_copy_of_the_default_is_handed_out():
    """Changing what came out of a setting does not change what the next one gets."""
    KERNEL.default["weights"][0][0] = 99.0
    assert KERNEL.default["weights"][0][0] != 99.0


# --- all together ----------------------------------------------------------------------------------------


def test_what_is_left_out_has_its_default():
    """A message needs to say only what differs."""
    values = parameters.checked(ALL, {"strides": 2})
    assert values == {setting.name: setting.default for setting in ALL} | {"strides": 2}


@pytest.mark.parametrize("given_values", [None, [], "strides", 7, [["strides", 2]]])
def test_settings_come_as_an_object(given_values):
    """Anything but names with values is refused in a sentence."""
    with pytest.raises(ExplorerError, match="Settings are names with values"):
        parameters.checked(ALL, given_values)


def test_an_unknown_setting_is_named():
    """A typing error is found rather than passed over."""
    with pytest.raises(ExplorerError, match="no setting called 'zebra' here; leave it out"):
        parameters.checked(ALL, {"strides": 2, "zebra": 1, "colour": 1})


CHANGED: dict[str, Any] = {
    "kernel": {"weights": [[0.1, -1e-7], [2.5, 1000.0]]},
    "strides": 3,
    "gain": -0.15,
    "padding": 0,
    "flip": True,
    "limits": [-0.5, 1.25],
}


@pytest.mark.parametrize("prefix", ["", "b."])
def test_all_settings_pass_through_the_address(prefix):
    """A copied link opens the same experiment, and holds only what differs from the defaults."""
    values = parameters.checked(ALL, CHANGED)
    query = parameters.to_query(ALL, values, prefix)
    assert set(query) == {prefix + name for name in CHANGED}
    assert all(isinstance(text, str) for text in query.values())
    assert parameters.from_query(ALL, query, prefix) == (values, [])
    assert parameters.to_query(ALL, parameters.checked(ALL, {}), prefix) == {}


def test_what_cannot_be_read_has_its_default_and_a_complaint():
    """One bad setting in an address spoils itself alone, and the reader is told of each."""
    values, complaints = parameters.from_query(
        ALL, {"strides": "many", "gain": "2", "kernel": "nobody", "page": "7"}
    )
    assert values == {setting.name: setting.default for setting in ALL} | {"gain": 2.0}
    assert len(complaints) == 2
    assert all(is_sentence(complaint) for complaint in complaints)
