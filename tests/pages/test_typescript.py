"""What an operation answers has the type that stands beside it, and JavaScript is told the same types."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import driving
import numpy as np
import pytest

from explorer import images, parameters
from explorer.imagenet import structure
from explorer.images import drawings
from explorer.pipeline import BLOCKS, PRESETS, to_json
from explorer.pipeline.table import BlockValue
from pages.attention import drawing as attention_drawing
from pages.components import lab, pad
from pages.draw_and_watch import operation as draw_and_watch
from pages.imagenet import operation as imagenet
from pages.live import typescript
from pages.live.messages import FIELDS, AnswerHeader, LaneRequest, Refusal, pack, refusal
from pages.live.protocol import Answer, Blob
from pages.live.typescript import Declarations, description_type, value_type
from pages.operations import OPERATIONS
from pages.served import FILES, Description, described

SMALL = "MobileNet-0.25-128"
GREY = images.sample("camera")[:48:2, :72:2]
COLOUR = np.concatenate([GREY, GREY[::-1], 1 - GREY], axis=2)
DRAWING = drawings.draw(next(iter(drawings.SAMPLE_DRAWINGS)))
EMPTY = np.ones_like(DRAWING)

EVERY_BLOCK = [
    {"kind": "convolution", "bank": [{"name": "gaussian"}, {"weights": [[1, -1]]}], "bias": [0.5, 0]},
    {"kind": "convolution", "bank": {"filters": 2, "kernel_size": 3, "seed": 1}, "padding": 1},
    {"kind": "activation", "scales": {"1": 0.5}},
    {"kind": "normalisation"},
    {"kind": "upsampling"},
    {"kind": "pooling"},
]
POINTS = [[0, 1, 1], [1, 0, 0], [2, 1, 1]]
UNTRAINED = {"network": SMALL, "weights": "random"}

# Settings that between them reach every branch of an answer, and on which picture.
CASES: dict[str, list[tuple[dict[str, Any], Any]]] = {
    "filter2d": [
        ({}, GREY),
        ({"kernel": {"weights": [[1, 2]]}, "limits": [-1, 1], "padding": 2}, COLOUR),
        ({"kernel": {"name": "gaussian"}, "scale": "unit", "padding": "valid"}, COLOUR),
    ],
    "pool2d": [
        ({}, COLOUR),
        ({"kind": "average", "strides": 3, "padding": "same", "ceil_mode": True}, GREY),
    ],
    "invariance": [
        ({}, COLOUR),
        ({"angle": 5, "noise": 0.1, "right": 0, "kind": "average"}, GREY),
    ],
    "arithmetic": [
        ({}, None),
        ({"kind": "max"}, None),
        ({"kind": "average", "padding": "same"}, None),
        ({"kind": "transposed", "input": [[1, 2], [3, 4]], "kernel": "1 0 1"}, None),
    ],
    "attention": [
        ({}, None),
        ({"sequence": "river", "heads": 3, "positions": True, "mask": "causal", "asked": [6, 0, 0, 4]}, None),
        ({"mask": "own", "allowed": np.eye(6).tolist(), "asked": [5, 0, 1, 2]}, None),
    ],
    "pipeline": [
        ({}, COLOUR),
        ({"blocks": EVERY_BLOCK, "cell": [6, 1, 0, 0], "ends": "map"}, COLOUR),
        ({"blocks": EVERY_BLOCK, "cell": [1, 0, 900, 900], "scale": "unit"}, GREY),
        ({"blocks": to_json(PRESETS["too_much"].pipeline)}, GREY),
        ({"blocks": []}, GREY),
        (
            {"blocks": [{"kind": "flatten"}, {"kind": "dense"}, {"kind": "softmax"}], "cell": [2, 1, 0, 0]},
            GREY,
        ),
    ],
    "pipeline_training": [
        ({}, GREY),
        ({"advance": "play"}, COLOUR),
        ({"advance": "step", "weight": [[0, 0, 0, 0, 0]], "whole": True}, GREY),
    ],
    "activations": [
        ({}, None),
        ({"curves": {"chosen": "elu", "curves": [{"name": "elu"}, {"name": "binary_step"}]}}, None),
        ({"slopes": "all"}, None),
        ({"slopes": "none", "limit": 0.5}, None),
    ],
    "chain": [
        ({}, None),
        ({"layers": 20, "weight": -3}, None),
    ],
    "softmax": [
        ({}, None),
        ({"logits": [1, 1], "temperature": 0.05}, None),
    ],
    "activated": [
        ({}, COLOUR),
        ({"filter": "identity", "gain": 10}, GREY),
    ],
    "losses": [
        ({}, None),
        *(
            ({"losses": {"task": task, "chosen": name, "curves": [{"name": name}]}}, None)
            for task, name in (
                ("numbers", "huber"),
                ("scores", "hinge"),
                ("probabilities", "binary_crossentropy"),
            )
        ),
    ],
    "samples": [
        ({}, None),
        ({"losses": {"task": "scores", "chosen": "hinge", "curves": [{"name": "hinge"}]}}, None),
    ],
    "profits": [({}, None), ({"profit_prediction": 0}, None)],
    "profit_samples": [({}, None)],
    "fit": [
        ({}, None),
        ({"points": [[1, 1]], "degree": 4}, None),
        ({"points": [[1, 1], [2, 3]], "degree": 0}, None),
    ],
    "trading": [
        ({}, None),
        ({"shown": "all", "returns": [0.01, -0.02, 0.03] * 40}, None),
        ({"bound": "linear", "rate": 2.0}, None),
    ],
    "network": [
        ({}, None),
        *(({"advance": advance}, None) for advance in ("step", "play", "epoch")),
        ({"data": "own"}, None),
        ({"data": "own", "own": POINTS, "own_task": "regression", "loss": "huber"}, None),
        ({"layers": [[3, "elu", {"alpha": 0.5}], [1, "sigmoid"]], "learning_rate": 100, "l2": 1}, None),
        ({"layers": [[1, "linear"]], "training_state": {"parameters": "AACAPwAAAL8AAAA_"}}, None),
    ],
    "vectors": [
        *(({"operation": name}, None) for name in OPERATIONS["vectors"].settings[0].options),
        *(({"operation": name, "a": [0, 0]}, None) for name in ("angle", "cosine", "add")),
    ],
    "product": [
        ({}, None),
        ({"way": "rows", "step": 1}, None),
    ],
    "patch": [
        ({}, GREY),
        ({"patch_channel": 2, "patch_row": 0, "patch_column": 0}, COLOUR),
    ],
    "sketch": [
        ({}, EMPTY),
        ({}, DRAWING),
        ({"unit": [1, 0, 20, 20], "ends": "map"}, DRAWING),
        ({"unit": [2, 0, 20, 20], "off": [[0, 1, 0]], "erase": True}, DRAWING),
        ({"unit": [3, 0, 1, 1], "scale": "unit"}, DRAWING),
        ({"unit": [7, 2, 0, 0]}, DRAWING),
        ({"unit": [8, 2, 0, 0]}, DRAWING),
        ({"unit": [60, 0, 0, 0]}, DRAWING),
    ],
    "sketch_unit": [
        ({}, EMPTY),
        ({}, DRAWING),
        ({"unit": [4, 0, 2, 2]}, DRAWING),
        ({"unit": [1, 99, 2, 2]}, DRAWING),
    ],
    "sketch_mind": [
        ({}, EMPTY),
        ({}, DRAWING),
    ],
    "drawn_attention": [
        ({}, EMPTY),
        ({}, DRAWING),
        ({"patch": 29, "depth": 1, "only": 4, "activation": "grad_cam"}, DRAWING),
        ({"patch": 4, "dropped": [3, 20], "shuffled": 7}, DRAWING),
    ],
    "look": [
        (UNTRAINED, COLOUR),
        (UNTRAINED | {"depth": 5, "overlay": "grad_cam", "channel": 3, "ends": "layer"}, COLOUR),
        (UNTRAINED | {"depth": 60_000, "overlay": "layer_cam", "target": 3}, GREY),
        (UNTRAINED | {"off": [[1, 0, 0.0]], "order": "mean"}, GREY),
    ],
}


def answers(name: str) -> Iterator[tuple[dict[str, Any], Answer]]:
    """Give the settings and answers of an operation, moving and at rest."""
    operation = OPERATIONS[name]
    for given, image in CASES[name]:
        values = parameters.checked(operation.settings, given)
        for rest in (False, True):
            yield values, operation.answer(images.NO_PICTURE if image is None else image, values, rest)


class Named(TypedDict):
    """Something with a name.

    Of which no more is written.
    """

    name: str


class Everything(Named):
    """One of each kind of type."""

    whole: int
    number: float
    on: bool
    nothing: None
    several: list[str]
    more: Sequence[int | None]
    pair: tuple[float, str]
    any_many: tuple[float, ...]
    table: dict[str, list[float]]
    read: Mapping[str, bool]
    one_of: Literal["a", 1, True, None]
    either: str | Named
    parts: list[Named]
    perhaps: NotRequired[int]
    unknown: Any
    thing: object
    placed: Annotated[list[float], tuple[float, float]]
    told: Annotated[list[Any], "Setting[]"]


PLAIN: dict[object, tuple[type, ...]] = {str: (str,), int: (int,), float: (float, int), bool: (bool,)}


def faults(value: Any, kind: Any, at: str) -> list[str]:
    """Say where a value that came as JSON is not exactly of a type: no key more, and none less."""
    if is_typeddict(kind):
        return list(_faults_of_fields(value, get_type_hints(kind, include_extras=True), at))
    origin, parts = get_origin(kind), get_args(kind)
    wrong = [f"{at} is {value!r:.80} and no {kind}"]
    if kind in (Any, object) or isinstance(kind, str):
        return []
    if kind in (None, NoneType):
        return wrong if value is not None else []
    if kind in PLAIN:
        return [] if type(value) in PLAIN[kind] else wrong
    if origin is Annotated:
        return faults(value, parts[1], at)
    if origin is Literal:
        return [] if any(type(value) is type(part) and value == part for part in parts) else wrong
    if origin in (Union, UnionType):
        return [] if any(not faults(value, part, at) for part in parts) else wrong
    if origin is tuple and parts[-1] is not Ellipsis:
        if not isinstance(value, list) or len(value) != len(parts):
            return wrong
        return [fault for i, part in enumerate(parts) for fault in faults(value[i], part, f"{at}[{i}]")]
    if issubclass(origin, Mapping):
        if not isinstance(value, dict):
            return wrong
        return [fault for key, each in value.items() for fault in faults(each, parts[1], f"{at}.{key}")]
    assert issubclass(origin, Sequence), kind
    if not isinstance(value, list):
        return wrong
    return [fault for i, each in enumerate(value) for fault in faults(each, parts[0], f"{at}[{i}]")]


def _faults_of_fields(value: Any, fields: Mapping[str, Any], at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at} is {value!r:.80} and no record"
        return
    yield from (f"{at} has no type for {key}" for key in value.keys() - fields.keys())
    for name, kind in fields.items():
        optional = get_origin(kind) is NotRequired
        if name in value:
            yield from faults(value[name], get_args(kind)[0] if optional else kind, f"{at}.{name}")
        elif not optional:
            yield f"{at} lacks {name}"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"name": "a"}, []),
        ({"name": "a", "more": 1}, ["it has no type for more"]),
        ({}, ["it lacks name"]),
        ({"name": None}, ["it.name is None and no <class 'str'>"]),
        ([], ["it is [] and no record"]),
    ],
)
def test_what_is_not_of_a_type_is_found(value, where):
    """The check of these tests sees a key too many, one too few, and another type."""
    assert faults(value, Named, "it") == where


def sent(value: Any) -> Any:
    """Give what a browser reads."""
    return json.loads(json.dumps(value, allow_nan=False))


# --- the file ---------------------------------------------------------------------------------------------


def test_javascript_is_told_the_types_that_python_has():
    """The file in the tree is what `python -m pages.live.typescript` writes."""
    assert typescript.FILE.read_text("utf-8") == typescript.written()


def test_each_kind_of_type_has_its_words_in_typescript():
    """What is inherited, nested, left out and fixed in length is so on the other side."""
    declared = Declarations()
    assert declared.type_of(Everything) == "Everything"
    assert (
        str(declared)
        == """\
/** One of each kind of type. */
export interface Everything {
  name: string;
  whole: number;
  number: number;
  on: boolean;
  nothing: null;
  several: string[];
  more: Array<number | null>;
  pair: [number, string];
  any_many: number[];
  table: Record<string, number[]>;
  read: Record<string, boolean>;
  one_of: "a" | 1 | true | null;
  either: string | Named;
  parts: Named[];
  perhaps?: number;
  unknown: unknown;
  thing: unknown;
  placed: [number, number];
  told: Setting[];
}

/** Something with a name. */
export interface Named {
  name: string;
}
"""
    )


def test_a_type_without_words_in_typescript_is_refused():
    """What JSON does not know cannot slip through as something else."""
    with pytest.raises(TypeError, match="no type of TypeScript for <class 'bytes'>"):
        Declarations().type_of(dict[str, bytes])


# --- what is sent -----------------------------------------------------------------------------------------


def test_every_operation_is_asked():
    """An added operation needs settings here that reach all that it answers."""
    assert CASES.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", CASES)
def test_what_an_operation_answers_has_its_type(name):
    """No key is missing, none is left over, and each value is of its type, under settings of all kinds."""
    operation = OPERATIONS[name]
    types = {setting.name: value_type(setting) for setting in operation.settings}
    for values, answer in answers(name):
        assert faults(sent(answer.facts), operation.facts, "facts") == []
        assert list(_faults_of_fields(sent(values), types, "values")) == []


@pytest.mark.parametrize("name", CASES)
def test_what_a_form_is_told_of_a_setting_has_its_type(name):
    """The description has the type by whose `kind` the browser chooses a control; so has the default."""
    for setting in OPERATIONS[name].settings:
        described = sent(setting.describe())
        assert faults(described, description_type(setting), setting.name) == []
        assert faults(described["default"], value_type(setting), setting.name) == []


def test_the_mind_has_its_type_while_it_is_sought_and_when_it_is_known(monkeypatch):
    """Erasing goes on from answer to answer; the last one has more to say."""
    monkeypatch.setattr(draw_and_watch, "A_WHILE", 0.002)
    operation, picture = OPERATIONS["sketch_mind"], DRAWING.copy()
    told: list[Any] = []
    while not told or "whole" not in told[-1]["mind"]:
        told.append(sent(operation.answer(picture, parameters.checked(operation.settings, {}), True).facts))
    assert len(told) > 1
    assert [faults(facts, operation.facts, "facts") for facts in (told[0], told[-1])] == [[], []]


def test_every_kind_of_block_has_a_type():
    """A block of the table has the type of its kind, with the arguments of the table."""
    types = {get_args(get_type_hints(each)["kind"])[0]: get_type_hints(each) for each in get_args(BlockValue)}
    listed = {kind: {"kind", *(each.name for each in record.arguments)} for kind, record in BLOCKS.items()}
    assert {kind: set(fields) for kind, fields in types.items()} == listed


def test_what_stands_beside_the_answers_has_its_type():
    """The labels of the views that have some."""
    drawn = pad.sent(pad.Drawing("1", b"", "white"))
    for drawing in (None, drawn):
        found = draw_and_watch.labels(drawing)
        assert faults(sent(found), OPERATIONS["sketch"].labels, "labels") == []
        found = attention_drawing.labels(drawing)
        assert faults(sent(found), OPERATIONS["drawn_attention"].labels, "labels") == []
    layers = imagenet.labels(structure.layers(SMALL))
    assert faults(sent(layers), OPERATIONS["look"].labels, "labels") == []


def test_a_message_of_the_lane_has_its_type():
    """The header of an answer, a refusal, and what a question is checked by."""
    answer = Answer({"found": 1}, (Blob("values", "float32", bytes(8), (1, 2)),))
    message = pack(3, True, answer)
    (length,) = struct.unpack("<I", message[:4])
    assert faults(json.loads(message[4 : 4 + length]), AnswerHeader, "header") == []
    request = LaneRequest(3, OPERATIONS["softmax"], {}, True, None)
    assert faults(json.loads(refusal(request, "It cannot be done.")), Refusal, "refusal") == []
    assert {"seq": int, "operation": str, "parameters": dict, "rest": bool} == FIELDS


@pytest.mark.parametrize(
    ("page", "name"),
    [("convolution", "filter2d"), ("vectors", "vectors"), ("draw_and_watch", "sketch")],
)
def test_what_a_run_brings_to_a_view_has_its_type(monkeypatch, page, name):
    """At first, at rest, while a control moves, and when something cannot be done."""
    brought = []

    def view(**given):
        brought.append(json.loads(given["data"]["lab"]))

    monkeypatch.setitem(lab._components, name, view)
    app = driving.opened(f"{page}/page.py")
    values = app.session_state[f"lab {name}"].values
    driving.set_in(app, values, 1, operation=name)
    driving.set_in(app, values, 2, operation=name, rest=False, lane=False)
    driving.set_in(app, {"no such": 1}, 3, operation=name)
    assert len(brought) >= 4
    for data in brought:
        assert faults(data, lab.LabData, "data") == []
        if OPERATIONS[name].labels:
            assert faults(data["labels"], OPERATIONS[name].labels, "labels") == []
    assert any(data["complaint"] for data in brought)
    assert any(data["answer"] for data in brought)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_what_describes_an_operation_has_its_type(operation):
    """What the view fetches beside its script."""
    assert faults(json.loads(FILES[described(operation)]), Description, "description") == []
