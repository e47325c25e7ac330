"""Questions: the same for the same seed, exactly answered, without the answer in what a browser is given."""

from __future__ import annotations

import itertools
import json
import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from explorer import images, sketch
from explorer.activations import ACTIVATIONS, ActivationCurve, softmax
from explorer.attention.experiment import SmallAttention
from explorer.convolution.arithmetic import KINDS, Arithmetic, random_input, random_kernel
from explorer.convolution.experiments import Convolution, Pooling
from explorer.convolution.kernels import KERNELS
from explorer.errors import ExplorerError
from explorer.imagenet import outputs, predictions, preprocessing, structure
from explorer.images import drawings
from explorer.losses import LOSSES, LossCurve
from explorer.losses.point_sets import POINT_SETS
from explorer.mlp.datasets import DATASETS
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.training import TrainingSetup
from explorer.pipeline import PRESETS, from_json
from explorer.questions import (
    QUESTIONS,
    FittedPoints,
    NamedTraining,
    NetworkSight,
    PosedQuestion,
    QuestionError,
    imagenet,
    judge,
    of_page,
)
from explorer.questions.losses import best_constant, loss_at, whose_curve
from explorer.questions.pooling import excerpt
from explorer.questions.record import LETTERS, GridFigure, is_near
from explorer.words import percent
from pages.catalogue import CATALOGUE

PICTURE = images.prepare(images.sample("chelsea"), size=96)
SEEDS = st.integers(0, 999_999)
SMALL = settings(max_examples=40, deadline=None)
HUBER = LossCurve("numbers", "huber")
LOSSES_SHOWN = (("mean_squared_error", ()), ("mean_absolute_error", ()), ("quantile", ()))


def network(
    *layers: Dense, data: str, rate: float = 0.03, loss: str = "binary_crossentropy"
) -> NamedTraining:
    points = DATASETS[data].make(100, 0.1)
    settings = Training(loss, learning_rate=rate)
    setup = TrainingSetup(DenseNetwork.create(layers), points, training=settings)
    return NamedTraining(setup, DATASETS[data].title)


EXPERIMENTS: dict[str, list[Any]] = {
    "arithmetic": [
        Arithmetic(random_input(5, 6, seed), random_kernel(3, 2, seed), kind, stride, padding, dilation)
        for seed, (kind, stride, padding, dilation) in enumerate(
            itertools.product(KINDS, (1, 2), ("valid", "same", 1), (1, 2)), 1
        )
    ],
    "convolution": [
        Convolution(KERNELS["sobel_x"].weights, pad_mode="edge"),
        Convolution(KERNELS["emboss"].weights, flip=True, bias=0.5, gain=2.0, activation="relu"),
        Convolution(KERNELS["box"].weights, strides=2, dilation_rate=2, activation="absolute"),
        Convolution(np.array([[1.0, -2.0]], np.float32)),
    ],
    "pooling": [
        Pooling("max", (2, 2)),
        Pooling("min", (3, 2), strides=1),
        Pooling("average", (3, 3), padding="same"),
        Pooling("l2", (2, 2), dilation_rate=2),
    ],
    "pipeline": [preset.pipeline for preset in PRESETS.values() if preset.pipeline.blocks],
    "activations": [ActivationCurve(name) for name in ACTIVATIONS],
    "hidden_layers": [
        network(Dense(1, "sigmoid"), data="gaussians", rate=1.0),
        network(Dense(1, "sigmoid"), data="xor"),
        network(Dense(4), Dense(1, "sigmoid"), data="circle", rate=1.0),
        network(Dense(2), Dense(1, "sigmoid"), data="spiral"),
        network(Dense(3, "softmax"), data="rings", loss="categorical_crossentropy"),
    ],
    "losses": [FittedPoints(each.points, each.degree, LOSSES_SHOWN, HUBER) for each in POINT_SETS.values()],
    "attention": [
        SmallAttention(example=name, heads=heads, positions=positions, mask=mask).varied(1)
        for name, heads, positions, mask in (
            ("box", 1, False, "none"),
            ("textures", 2, True, "causal"),
            ("river", 3, True, "none"),
            ("money", 1, False, "causal"),
        )
    ],
    "imagenet": [
        NetworkSight("EfficientNetLite0", preprocessing.seen("EfficientNetLite0", images.sample(name)))
        for name in ("chelsea", "coffee")
    ],
    "draw_and_watch": [
        sketch.forward(sketch.prepare(drawings.draw(name)), variant)
        for name, variant in zip(list(drawings.SAMPLE_DRAWINGS)[:3], sketch.VARIANTS, strict=True)
    ],
}
CASES = [
    pytest.param(kind.name, place, id=f"{kind.name}-{place}")
    for kind in QUESTIONS.values()
    for place in range(len(EXPERIMENTS[kind.page]))
]
FEW = [case for case in CASES if not case.id.startswith("arithmetic") or int(case.id.split("-")[1]) % 7 == 0]


def asked(kind: str, experiment: Any, seed: int) -> PosedQuestion | None:
    """Make a question, or None where these settings have none, which a sentence says."""
    try:
        return QUESTIONS[kind].make(experiment, PICTURE, seed)
    except QuestionError as error:
        if not str(error).endswith("."):
            raise
        return None


def content(question: PosedQuestion) -> Any:
    """Everything of a question that can be compared."""
    return question.shown(), question.answer, dict(question.mistakes), question.worked, question.within


@pytest.mark.parametrize(("kind", "place"), FEW)
def test_a_question_is_whole(kind: str, place: int) -> None:
    """Same seed, same question; its answer is right, its mistakes are wrong; what is shown has no answer."""
    experiment = EXPERIMENTS[QUESTIONS[kind].page][place]
    for seed in (1, 2):
        question = asked(kind, experiment, seed)
        if question is None:
            continue
        again = asked(kind, experiment, seed)
        assert again is not None
        assert content(question) == content(again)
        assert (question.kind, question.seed) == (kind, seed)
        assert json.loads(json.dumps(question.answer)) is not None
        shown = question.shown()
        assert json.loads(json.dumps(shown, allow_nan=False))["prompt"] == question.prompt
        silent = replace(question, answer="Z", mistakes={}, worked="", said="", within=0.0)
        assert silent.shown() == shown
        assert not {"answer", "mistakes", "worked", "said", "within"} & shown.keys()
        assert judge(question, question.answer).correct
        assert question.worked.endswith(".")
        for wrong, sentence in question.mistakes.items():
            found = judge(question, wrong)
            assert (found.correct, found.sentence) == (False, sentence)
            assert sentence.endswith(".")
            assert found.worked == question.worked
        if question.form == "choice":
            letters = LETTERS[: len(question.options)]
            assert sorted([question.answer, *question.mistakes]) == list(letters)
            looks = [json.dumps(option | {"letter": ""}) for option in shown["options"]]
            assert len(set(looks)) == len(looks) >= 2


@pytest.mark.parametrize("kind", [kind for kind in QUESTIONS if kind not in ("hidden_layers_separates",)])
def test_the_place_of_the_answer_is_decided_by_the_seed(kind: str) -> None:
    """Over some seeds each letter is right once at least, and numbers and cells differ."""
    all_of_them = EXPERIMENTS[QUESTIONS[kind].page]
    experiment = next(each for each in all_of_them if asked(kind, each, 0))
    found = [question for seed in range(40) if (question := asked(kind, experiment, seed))]
    answers = {question.answer for question in found}
    if found[0].form == "choice":
        assert answers == set(LETTERS[: len(found[0].options)])
    else:
        assert len({question.prompt + str(question.shows) for question in found}) > 1


def test_every_kind_belongs_to_a_page() -> None:
    """The table's keys are the names, its titles differ on a page, and its pages exist."""
    assert all(name == kind.name for name, kind in QUESTIONS.items())
    assert {kind.page for kind in QUESTIONS.values()} <= {entry.name for entry in CATALOGUE}
    for page in EXPERIMENTS:
        titles = [kind.title for kind in of_page(page)]
        assert len(titles) == len(set(titles)) >= 1


@pytest.mark.parametrize(
    "given",
    ["", "many", None, True, math.nan, math.inf, "1e400", [1], {"a": 1}, "1/0", "--3", "<b>4</b>", 10**400],
    ids=str,
)
def test_what_is_no_number_gets_a_sentence(given: object) -> None:
    """Nonsense is neither right nor wrong: a sentence says what an answer looks like."""
    question = asked("arithmetic_cell", EXPERIMENTS["arithmetic"][0], 1)
    assert question is not None
    with pytest.raises(QuestionError, match=r"An answer is a number.+\.$"):
        judge(question, given)


@pytest.mark.parametrize("given", ["", "E", "AB", "a", 1, None, ["A"], [0, 0]], ids=str)
def test_what_is_no_option_gets_a_sentence(given: object) -> None:
    """A choice takes the letter of an option, and nothing else."""
    question = asked("convolution_map", EXPERIMENTS["convolution"][0], 1)
    assert question is not None
    with pytest.raises(QuestionError, match=r"An answer is one of A, B, C, D"):
        judge(question, given)


@pytest.mark.parametrize(
    "given", ["A", 3, [1], [1, 2, 3], [0.5, 1], [-1, 0], [8, 0], [True, 0], None], ids=str
)
def test_what_is_no_cell_gets_a_sentence(given: object) -> None:
    """A cell is a row and a column of the grid."""
    question = asked("pooling_winner", EXPERIMENTS["pooling"][0], 1)
    assert question is not None
    with pytest.raises(QuestionError, match=r"An answer is .+\.$"):
        judge(question, given)


@pytest.mark.parametrize("seed", [-1, 1_000_000, 0.5, "1", True, None], ids=str)
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    """Whatever else comes is refused with the bounds."""
    with pytest.raises(QuestionError, match="from 0 to 999,999"):
        QUESTIONS["activations_value"].make(ActivationCurve("relu"), None, seed)


@given(number=st.floats(-1e9, 1e9), comma=st.booleans())
@SMALL
def test_numbers_are_read_as_people_type_them(number: float, comma: bool) -> None:
    """A comma is a point, and a true minus sign is one."""
    from explorer.questions.record import read_number

    text = repr(number).replace("-", "−") if "e" not in repr(number) else repr(number)
    assert read_number(text.replace(".", ",") if comma else text) == number


# Second opinions


def evaluated(worked: str) -> float:
    """Work out the first sum of a text, cell · weight + ... or (a + b) ÷ n, as it is written."""
    sums, _, _ = worked.partition(" = ")
    text = sums.rpartition(": ")[2].translate(str.maketrans("·−÷", "*-/"))
    assert re.fullmatch(r"[\d.,+*/() -]+", text), worked
    return float(eval(text.replace(",", "")))


@given(
    kind=st.sampled_from(list(KINDS)),
    rows=st.integers(2, 8),
    columns=st.integers(2, 8),
    taps=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same", 1, 2]),
    dilation=st.integers(1, 2),
    seed=SEEDS,
)
@SMALL
def test_a_covered_cell_is_what_loops_find(
    kind: str, rows: int, columns: int, taps: Any, stride: int, padding: Any, dilation: int, seed: int
) -> None:
    """The answer is in the slow second opinion's output, at the cell with the question mark."""
    assume(kind != "transposed" or dilation == 1)
    image, kernel = random_input(rows, columns, seed), random_kernel(*taps, seed)
    try:
        experiment = Arithmetic(image, kernel, kind, stride, padding, dilation)
    except ExplorerError:
        assume(False)
    question = asked("arithmetic_cell", experiment, seed)
    assert question is not None
    if kind == "convolution":
        output = reference.filter2d(image, kernel, stride, padding, dilation)
    elif kind == "transposed":
        around = padding if isinstance(padding, str) else ((padding,) * 2, (padding,) * 2)
        output = reference.conv2d_transpose(image[..., None], kernel[..., None, None], stride, around)[..., 0]
    else:
        output = reference.pool2d(image, kernel.shape, stride, padding, kind, dilation)
    place = re.search(r"row (\d+), column (\d+)", question.prompt)
    assert place
    row, column = (int(text) - 1 for text in place.groups())
    assert is_near(question.answer, output[row, column], 1e-4)
    grid = question.shows[-1]
    assert isinstance(grid, GridFigure)
    assert (grid.covered is None) == (max(output.shape) > 12)
    assert grid.covered is None or (grid.covered, grid.cells[row][column]) == ((row, column), "?")
    if kind in ("convolution", "transposed", "average"):
        assert is_near(evaluated(question.worked), question.answer, 0.01)


@given(
    size=st.integers(1, 12),
    taps=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same", "full", 0, 1, 2, 3]),
    dilation=st.integers(1, 3),
    seed=SEEDS,
)
@SMALL
def test_a_size_is_counted_window_by_window(
    size: int, taps: int, stride: int, padding: Any, dilation: int, seed: int
) -> None:
    """As many windows as fit, laid one after the other."""
    try:
        experiment = Arithmetic(
            np.ones((size, size)), np.ones((taps, taps)), "convolution", stride, padding, dilation
        )
    except ExplorerError:
        assume(False)
    question = asked("arithmetic_size", experiment, seed)
    assert question is not None
    reach = dilation * (taps - 1) + 1
    way = (reach - 1, reach - 1) if padding == "full" else padding
    before, after = reference.sides(size, taps, stride, way, dilation)
    length, start, count = size + before + after, 0, 0
    while start + reach <= length:
        start, count = start + stride, count + 1
    assert question.answer == count
    assert question.worked.endswith(f": {count}.")


@given(place=st.integers(0, 3), seed=SEEDS)
@SMALL
def test_a_sum_by_hand_is_what_loops_find(place: int, seed: int) -> None:
    """Window, weights, gain, bias and activation, worked out from what is shown, give the answer."""
    experiment = EXPERIMENTS["convolution"][place]
    question = asked("convolution_cell", experiment, seed)
    assert question is not None
    pixels, _, output = question.shows
    assert isinstance(pixels, GridFigure)
    assert isinstance(output, GridFigure)
    image = np.array([[float(text) for text in row] for row in pixels.cells])
    found = reference.filter2d(
        image, experiment.kernel, experiment.strides, "valid", experiment.dilation_rate, flip=experiment.flip
    )
    value = experiment.gain * found[output.covered] + experiment.bias
    value = {"none": value, "relu": max(0.0, value), "absolute": abs(value)}[experiment.activation]
    assert is_near(question.answer, value, 1e-4)


def test_a_sum_by_hand_by_hand() -> None:
    """Sobel on a step of a picture: 4 times the step, in shades from 0 to 9."""
    step = np.zeros((8, 8, 1), np.float32)
    step[:, 4:] = 1
    question = QUESTIONS["convolution_cell"].make(Convolution(KERNELS["sobel_x"].weights), step, 5)
    assert question.answer in (0.0, 36.0)
    rotated = QUESTIONS["convolution_cell"].make(Convolution(KERNELS["sobel_x"].weights, flip=True), step, 5)
    assert rotated.answer == -question.answer
    assert rotated.worked.startswith("The kernel is rotated by 180° first")


@given(place=st.integers(0, 3), seed=SEEDS)
@example(place=0, seed=862_076)
@SMALL
def test_a_window_is_pooled_as_loops_do(place: int, seed: int) -> None:
    """The value of the framed cells, and where it stands."""
    experiment = EXPERIMENTS["pooling"][place]
    value = asked("pooling_value", experiment, seed)
    assert value is not None
    pixels = value.shows[0]
    assert isinstance(pixels, GridFigure)
    read = [float(pixels.cells[row][column]) for row, column in pixels.framed]
    assert is_near(value.answer, reference.fold(read, experiment.kind), 1e-5)
    winner = asked("pooling_winner", experiment, seed)
    if winner is None and experiment.has_winner:  # in a part of the picture that is too even
        bare, shades = excerpt(experiment, PICTURE, seed)
        height, width = bare.window
        down, across = bare.steps
        best = {"max": np.max, "min": np.min}[experiment.kind]
        for row in range(0, shades.shape[0] - height + 1, down):
            for column in range(0, shades.shape[1] - width + 1, across):
                window = shades[row : row + height, column : column + width]
                assert (window == best(window)).sum() > 1
    assert winner is None or experiment.has_winner
    if winner is not None:
        grid = winner.shows[0]
        assert isinstance(grid, GridFigure)
        cells = {cell: float(grid.cells[cell[0]][cell[1]]) for cell in grid.framed}
        best = {"max": max, "min": min}[experiment.kind](cells.values())
        assert [cell for cell, number in cells.items() if number == best] == [winner.answer]
        assert len(winner.mistakes) == len(grid.cells) * len(grid.cells[0]) - 1


def test_parameters_by_hand() -> None:
    """8 kernels of 3 × 3 on 3 maps: 8 · 27 + 8 = 224; a pooling has none."""
    stack = from_json(
        [
            {"kind": "convolution", "bank": {"filters": 8, "kernel_size": 3}},
            {"kind": "pooling", "pool_size": 2},
        ]
    )
    coloured = np.zeros((9, 9, 3), np.float32)
    answers = {QUESTIONS["pipeline_parameters"].make(stack, coloured, seed).answer for seed in range(30)}
    assert answers == {224.0, 0.0}
    sizes = {QUESTIONS["pipeline_size"].make(stack, coloured, seed).answer for seed in range(30)}
    assert sizes == {4.0}  # 9 with same padding stay 9, which is nothing to work out; pooled, ⌊7 / 2⌋ + 1


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_are_differences(name: str) -> None:
    """A slope is what the value grows by from just before x to just after it, for each unit of x."""
    curve = ActivationCurve(name)
    for seed in range(12):
        question = asked("activations_slope", curve, seed)
        assert question is not None
        found = re.search(r"x = (−?[\d.]+)", question.prompt)
        assert found
        x = float(found[1].replace("−", "-"))
        around = curve.record.f(np.array([x - 1e-5, x + 1e-5]), **curve.values)
        assert question.answer == pytest.approx((around[1] - around[0]) / 2e-5, abs=1e-4)


@pytest.mark.parametrize("name", POINT_SETS)
def test_under_the_right_loss_no_shifted_curve_costs_less(name: str) -> None:
    """Move the drawn curve up or down: under the loss that made it, that never pays."""
    points = POINT_SETS[name]
    experiment = FittedPoints(points.points, points.degree, LOSSES_SHOWN, HUBER)
    question = asked("losses_curve", experiment, 1)
    if question is None:
        return
    text = question.options[LETTERS.index(str(question.answer))].text
    loss = next(each for each in LOSSES.values() if text.startswith(each.title))
    quantile = re.search(r"quantile ([\d.]+)$", text)
    parameters = {"quantile": float(quantile[1])} if quantile else {}
    y = np.array([height for _, height in points.points])
    fit = _fit(points.points, loss.name, points.degree, parameters)
    costs = [loss.terms(y[:, None], (fit + up)[:, None], **parameters).mean() for up in (0, -0.2, 0.2)]
    assert costs[0] <= min(costs) + 1e-9


def _fit(points: Any, loss: str, degree: int, parameters: dict[str, float]) -> Any:
    from explorer.losses import fitting

    x, y = zip(*points, strict=True)
    return fitting.fit(x, y, loss, degree=degree, **parameters).predictions


def test_losses_that_agree_are_no_question() -> None:
    """Points on a line are fitted alike by every loss, which a sentence says."""
    line = tuple((float(x), 0.5 * x) for x in range(8))
    with pytest.raises(QuestionError, match="drag one point"):
        whose_curve(FittedPoints(line, 1, LOSSES_SHOWN, HUBER), None, 1)


def by_hand(name: str, values: dict[str, float], target: float, guess: float) -> float:
    """The loss of one prediction as a textbook writes it."""
    error = abs(guess - target)
    share = values.get("quantile", 0.5)
    delta = values.get("delta", 1.0)
    return {
        "mean_squared_error": error**2,
        "mean_absolute_error": error,
        "huber": error**2 / 2 if error <= delta else delta * (error - delta / 2),
        "quantile": error * (share if guess < target else 1 - share),
        "epsilon_insensitive": max(0.0, error - values.get("epsilon", 0.1)),
    }[name]


@given(
    chosen=st.sampled_from(
        [
            ("mean_squared_error", {}),
            ("mean_absolute_error", {}),
            ("huber", {"delta": 1.0}),
            ("huber", {"delta": 2.0}),
            ("quantile", {"quantile": 0.9}),
            ("epsilon_insensitive", {"epsilon": 0.5}),
        ]
    ),
    seed=SEEDS,
)
@SMALL
def test_a_loss_is_what_its_formula_gives(chosen: tuple[str, dict[str, float]], seed: int) -> None:
    """Of the two numbers in the question; the way there ends in the answer."""
    name, values = chosen
    curve = LossCurve.of("numbers", name, values)
    question = asked("losses_value", FittedPoints((), 1, (), curve), seed)
    assert question is not None
    told = re.match(r"Target (\S+), prediction (\S+):", question.prompt)
    assert told
    target, guess = (float(text.replace("−", "-")) for text in told.groups())
    assert question.answer == pytest.approx(by_hand(name, values, target, guess))
    assert question.worked.rstrip(".").endswith(question.written)
    assert question.prompt.endswith(f"{curve.said}?")


def test_a_loss_that_takes_a_calculator_is_no_question() -> None:
    """A sentence says of which losses the value is asked for."""
    with pytest.raises(QuestionError, match="choose MSE"):
        loss_at(FittedPoints((), 1, (), LossCurve("numbers", "log_cosh")), None, 1)


@given(
    heights=st.lists(st.integers(0, 100), min_size=3, max_size=9),
    chosen=st.sampled_from(
        [
            ("mean_squared_error", ()),
            ("mean_absolute_error", ()),
            ("quantile", (("quantile", 0.9),)),
            ("quantile", (("quantile", 0.2),)),
            ("log_cosh", ()),
        ]
    ),
    seed=SEEDS,
)
@SMALL
def test_no_other_constant_costs_less(heights: list[int], chosen: Any, seed: int) -> None:
    """Of the targets in the question, also against a hundred others; the points are the page's."""
    points = tuple((float(x), y / 10) for x, y in enumerate(heights))
    question = asked("losses_constant", FittedPoints(points, 1, (chosen,), HUBER), seed)
    if question is None:
        assert len(set(heights)) == 1
        return
    (row,) = question.shows[0].cells  # type: ignore[union-attr]
    targets = np.array([float(text) for text in row])
    assert set(targets.tolist()) <= {round(y, 1) for _, y in points}
    said = question.prompt.rpartition("under ")[2]
    loss = next(each for each in LOSSES.values() if said.startswith(each.title))
    share = re.search(r"quantile ([\d.]+)\?$", said)
    parameters = {"quantile": float(share[1])} if share else {}

    def cost(constant: float) -> float:
        return float(loss.terms(targets[:, None], np.full((len(targets), 1), constant), **parameters).mean())

    assert isinstance(question.answer, float)
    assert all(
        cost(question.answer) < cost(other)
        for other in np.linspace(-1, 11, 101)
        if abs(other - question.answer) > 1e-6
    )


def test_too_few_points_have_no_best_constant_to_tell() -> None:
    """One point, two, or all at one height are refused."""
    for points in ((), ((0.0, 1.0), (1.0, 2.0)), tuple((float(x), 2.0) for x in range(5))):
        with pytest.raises(QuestionError, match="three points or more"):
            best_constant(FittedPoints(points, 1, (), HUBER), None, 1)


@pytest.mark.parametrize(
    ("place", "said"),
    [(0, "Yes"), (1, "No: it draws a straight line"), (2, "Yes"), (3, "No: its border could")],
)
def test_a_network_separates_or_not_for_its_reason(place: int, said: str) -> None:
    """Two clouds take one neuron, XOR and a circle a hidden layer, a spiral more than two units."""
    question = asked("hidden_layers_separates", EXPERIMENTS["hidden_layers"][place], 1)
    assert question is not None
    assert question.options[LETTERS.index(str(question.answer))].text.startswith(said)


def test_a_share_is_that_of_the_softmax() -> None:
    """The sums of the prompt, put into the softmax, give the share that is the answer."""
    for seed in range(20):
        question = asked("hidden_layers_shares", EXPERIMENTS["hidden_layers"][-1], seed)
        assert question is not None
        sums = [float(each) for each in re.findall(r"class \d: (\d+(?:\.\d+)?)", question.prompt)]
        text = question.options[LETTERS.index(str(question.answer))].text
        assert float(text) == pytest.approx(softmax(sums).max(), abs=0.01)


@pytest.mark.parametrize("place", range(3))
def test_what_wins_without_a_patch_is_asked_of_the_network(place: int) -> None:
    """Erased by hand, the drawing is seen as the answer says."""
    run = EXPERIMENTS["draw_and_watch"][place]
    question = asked("sketch_erased", run, 4)
    assert question is not None
    top, left, bottom, right = question.shows[0].frame  # type: ignore[union-attr,misc]
    erased = run.seen.copy()
    erased[top:bottom, left:right] = 0
    best = sketch.forward(erased, run.variant).ranking[0][0]
    assert question.options[LETTERS.index(str(question.answer))].text == best


@pytest.mark.parametrize("place", range(3))
def test_a_map_is_from_the_layer_that_is_the_answer(place: int) -> None:
    """The picture is one of that layer's maps, and of no other option's."""
    run = EXPERIMENTS["draw_and_watch"][place]
    question = asked("sketch_layer", run, 2)
    assert question is not None
    values = question.shows[0].values  # type: ignore[union-attr]
    title = question.options[LETTERS.index(str(question.answer))].text
    layer = next(each for each in sketch.layers(run.variant) if each.title == title)
    maps = run.maps[layer.name]
    assert any(np.array_equal(maps[..., number], values) for number in range(maps.shape[-1]))


NETWORK = "EfficientNetLite0"


def said_of(question: PosedQuestion) -> str:
    """Give the text of the option that is right."""
    return question.options[LETTERS.index(str(question.answer))].text


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hidden_patch_is_seen_by_the_network_as_the_answer_says(seed: int) -> None:
    """With level 128 in the frame, the network's own prediction is the answer."""
    sight = EXPERIMENTS["imagenet"][0]
    question = asked("imagenet_hidden", sight, seed)
    assert question is not None
    top, left, bottom, right = question.shows[0].frame  # type: ignore[union-attr,misc]
    pixels = sight.pixels.copy()
    pixels[top:bottom, left:right] = 128
    assert said_of(question) == predictions.predict(NETWORK, pixels, 1)[0].label


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_maps_are_switched_off_as_the_answer_says(seed: int) -> None:
    """With factors of 0 for the strongest maps of the layer that is named, the prediction is the answer."""
    sight = EXPERIMENTS["imagenet"][1]
    question = asked("imagenet_off", sight, seed)
    assert question is not None
    told = re.search(r"the (?:(\d+) )?strongest maps? of (\w+), layer (\d+) of", question.prompt)
    assert told
    count, layer = int(told[1] or 1), told[2]
    assert structure.layers(NETWORK)[int(told[3]) - 1].name == layer
    maps = outputs.layer_output(NETWORK, sight.pixels, layer)
    strongest = sorted(range(maps.shape[-1]), key=lambda place: -np.abs(maps[..., place]).mean())[:count]
    logits = predictions.logits(NETWORK, sight.pixels, scales={layer: dict.fromkeys(strongest, 0.0)})
    assert said_of(question) == predictions.best(logits, 1)[0].label
    for figure, place in zip(question.shows, strongest, strict=False):
        np.testing.assert_allclose(figure.values, maps[..., place])  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(6))
def test_a_map_is_from_one_of_the_layers_to_choose_from(seed: int) -> None:
    """It is one of that layer's maps, and differs in size or signs from all maps of the others."""
    sight = EXPERIMENTS["imagenet"][0]
    question = asked("imagenet_layer", sight, seed)
    assert question is not None
    seen = question.shows[0].values  # type: ignore[union-attr]
    for option in question.options:
        maps = outputs.layer_output(NETWORK, sight.pixels, option.text.rpartition(" ")[2])
        if option.text == said_of(question):
            assert any(np.array_equal(maps[..., place], seen) for place in range(maps.shape[-1]))
        elif maps.shape[:2] == seen.shape:
            assert set((maps.min((0, 1)) < 0).tolist()) == {not seen.min() < 0}


def test_what_is_switched_off_on_the_page_is_off_in_its_questions() -> None:
    """What the network says at first is what it says with the page's channels off."""
    plain = EXPERIMENTS["imagenet"][0]
    depth = next(place for place, layer in enumerate(plain.layers) if layer.name == "block2b_add")
    off = {channel: 0.0 for channel in range(8)}
    sight = replace(plain, scaled=tuple((depth, channel, 0.0) for channel in off))
    best = predictions.best(predictions.logits(NETWORK, plain.pixels, scales={"block2b_add": off}), 1)[0]
    for kind in ("imagenet_hidden", "imagenet_off"):
        question = asked(kind, sight, 1)
        assert question is not None
        assert f"The network says {best.label}, {percent(best.probability)}." in question.prompt


def test_classes_of_one_name_can_be_told_apart() -> None:
    """Two birds, machines or suits that are called alike have their numbers behind them."""
    names = imagenet._names("EfficientNetLite0")
    assert len(set(names)) == 1000
    assert names[134] == "crane (n02012849)"
    assert names[285] == "Egyptian cat"


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("kind", ["activations_value", "activations_slope"])
def test_an_answer_has_its_place_on_axes_that_do_not_tell_it(name: str, kind: str) -> None:
    """Whatever the place, the axes reach equally far, and each answer lies on them."""
    found = [QUESTIONS[kind].make(ActivationCurve(name), None, seed) for seed in range(40)]
    aims = [question.aim for question in found]
    assert len({(aim.across, aim.up) if aim else None for aim in aims}) == 1
    for question, aim in zip(found, aims, strict=True):
        if aim is None:
            continue
        assert isinstance(question.answer, float)
        assert f"x = {aim.x:g}".replace("-", "−") in question.prompt
        assert abs(aim.y + question.answer) <= aim.up <= 6
        assert abs(aim.x) <= aim.across
        if aim.what == "slope":
            place = np.array([aim.x])
            curve = ActivationCurve(name)
            assert aim.y == pytest.approx(float(curve.record.f(place, **curve.values)[0]))
        nearest = round(question.answer * 20) / 20
        is_twentieth = abs(nearest - question.answer) < 1e-6
        assert judge(question, nearest).correct == (is_twentieth or question.within > 0.01)


def test_layers_that_cannot_be_told_apart_are_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps of one size, some of which have cells below zero, belong to any of the layers."""
    sight = EXPERIMENTS["imagenet"][0]
    monkeypatch.setattr(imagenet, "_groups", lambda experiment: {(7, "varies"): [108], (7, "some"): [109]})
    with pytest.raises(QuestionError, match="all alike"):
        imagenet.whose_map(sight, None, 1)


def _grid(question: PosedQuestion, place: int) -> list[list[float]]:
    """The numbers of a grid that is shown, as a student reads them."""
    shown = question.shows[place]
    assert isinstance(shown, GridFigure)
    return [[float(cell.replace("−", "-")) for cell in row] for row in shown.cells]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("place", range(4))
def test_attention_is_what_loops_find_in_the_grids_that_are_shown(place: int, seed: int) -> None:
    """A score, who has the largest, and a weighted mean follow from the numbers beside the question."""
    experiment = EXPERIMENTS["attention"][place]
    question = QUESTIONS["attention_score"].make(experiment, None, seed)
    queries, keys = _grid(question, 0), _grid(question, 1)
    row, column = (question.shows[each].framed[0][0] for each in (0, 1))
    assert question.answer == pytest.approx(
        sum(a * b for a, b in zip(queries[row], keys[column], strict=True))
    )
    taken = QUESTIONS["attention_taken"].make(experiment, None, seed)
    weights, values = _grid(taken, 0), _grid(taken, 1)
    number = taken.shows[1].framed[0][1]
    mean = sum(weight * value[number] for (weight,), value in zip(weights, values, strict=True))
    assert taken.answer == pytest.approx(mean, abs=0.01)
    looks = asked("attention_looks", experiment, seed)
    if looks is None:
        return
    queries, keys = _grid(looks, 0), _grid(looks, 1)
    row = looks.shows[0].framed[0][0]
    scores = [sum(a * b for a, b in zip(queries[row], key, strict=True)) for key in keys]
    if experiment.mask == "causal":
        scores = scores[: row + 1]
    said = looks.options[LETTERS.index(looks.answer)].text
    assert said == experiment.chosen.called(scores.index(max(scores)))


def test_where_all_are_looked_at_alike_nobody_is_looked_at_most() -> None:
    """Stripes in every patch leave nothing to ask."""
    alike = SmallAttention(numbers=np.tile([0.0, 1.0, 0.0, 1.0], (6, 1)))
    with pytest.raises(QuestionError, match="several alike"):
        QUESTIONS["attention_looks"].make(alike, None, 1)
