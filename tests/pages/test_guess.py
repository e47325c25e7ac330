"""Guess first without a browser: asked, answered, judged, five of them, and no answer before its time."""

from __future__ import annotations

import json
from typing import Any

import driving
import pytest
from streamlit.testing.v1 import AppTest

from explorer.questions import judge, of_page
from pages.basics import BASICS
from pages.components import guess
from pages.components.guess import COUNT, TAB

PAGES = [page for page in BASICS if of_page(page)]


def opened(page: str, **query: str) -> AppTest:
    return driving.opened(f"{page}/page.py", tab=TAB, **query)


def round_of(app: AppTest, page: str) -> guess.Round:
    return app.session_state[f"questions {page}"]


def data_of(app: AppTest) -> Any:
    """Give what the browser gets."""
    (element,) = [each for each in app.get("bidi_component") if each.proto.component_name == "explorer_guess"]
    return json.loads(json.loads(element.proto.json)["guess"])


def do(app: AppTest, page: str, act: str, given: Any = None, **more: Any) -> Any:
    """Do what the browser does when somebody answers or goes on; give what comes back."""
    at = round_of(app, page).seen + 1
    sent = {"act": act, "at": at, "id": data_of(app)["id"], "given": given} | more
    app.session_state[f"guess_{page}"] = {"sent": sent}
    app.run()
    assert not app.exception
    return data_of(app)


def answer_of(app: AppTest, page: str) -> Any:
    posed = round_of(app, page).posed
    assert posed
    answer = posed.question.answer
    return list(answer) if isinstance(answer, tuple) else answer


def wrong_of(app: AppTest, page: str) -> Any:
    posed = round_of(app, page).posed
    assert posed
    wrong = next(iter(posed.question.mistakes), 12345.0)
    return list(wrong) if isinstance(wrong, tuple) else wrong


@pytest.mark.parametrize("page", PAGES)
def test_five_are_asked_answered_and_opened(page: str) -> None:
    """A right answer and a wrong one are told apart, with the way there; after five it ends."""
    app = opened(page)
    assert "level" not in app.query_params  # a first lesson shows the tab
    for place in range(COUNT):
        data = data_of(app)
        assert (data["place"], data["opened"], data["complaint"]) == (place, None, "")
        assert not {"answer", "mistakes", "worked", "said"} & data["question"].keys()
        posed = round_of(app, page).posed
        assert posed
        is_right = place % 2 == 0
        given = answer_of(app, page) if is_right else wrong_of(app, page)
        found = do(app, page, "answer", given)
        assert found["opened"]["correct"] is is_right
        assert found["opened"]["sentence"] == judge(posed.question, given).sentence
        assert found["opened"]["worked"] == posed.question.worked
        assert driving.misread(" ".join([data["question"]["prompt"], posed.question.worked])) == []
        assert len(found["results"]) == place + 1
        do(app, page, "next")
    data = data_of(app)
    assert (data["question"], data["results"]) == (None, [True, False] * 2 + [True])
    again = do(app, page, "again")
    assert (again["place"], again["set"]) == (0, 1)
    other = do(app, page, "other")
    assert (other["place"], other["set"]) == (0, 2)
    assert app.query_params["questions"] == "2"


def test_a_streak_ends_with_a_wrong_answer_and_goes_on_over_sets() -> None:
    """Right answers are counted one after the other."""
    app = opened("arithmetic")
    for _ in range(COUNT):
        do(app, "arithmetic", "answer", answer_of(app, "arithmetic"))
        do(app, "arithmetic", "next")
    assert data_of(app)["streak"] == 5
    do(app, "arithmetic", "other")
    do(app, "arithmetic", "answer", answer_of(app, "arithmetic"))
    do(app, "arithmetic", "next")
    assert data_of(app)["streak"] == 6
    do(app, "arithmetic", "answer", "12345")
    assert data_of(app)["streak"] == 0


@pytest.mark.parametrize("given", ["many", None, {"a": 1}, [1, 2], "9" * 999], ids=str)
def test_what_is_no_answer_costs_nothing(given: Any) -> None:
    """A sentence says what an answer looks like, and the question stays."""
    app = opened("arithmetic")
    before = data_of(app)["question"]
    found = do(app, "arithmetic", "answer", given)
    assert found["complaint"].startswith("An answer is a number")
    assert (found["question"], found["results"], found["opened"]) == (before, [], None)


def test_an_answer_to_another_question_is_passed_by() -> None:
    """Who answers what is no longer asked, or answers twice, changes nothing."""
    app = opened("arithmetic")
    assert do(app, "arithmetic", "answer", 3, id="old")["results"] == []
    assert do(app, "arithmetic", "next")["place"] == 0
    assert do(app, "arithmetic", "again")["place"] == 0
    do(app, "arithmetic", "answer", 12345)
    assert do(app, "arithmetic", "answer", answer_of(app, "arithmetic"))["results"] == [False]
    app.session_state["guess_arithmetic"] = {"sent": "nonsense"}
    app.run()
    assert not app.exception


def test_the_same_link_asks_everybody_the_same() -> None:
    """The number of the set and the settings decide; another number asks something else."""
    one, same, other = (opened("arithmetic", questions=number, strides="1") for number in ("7", "7", "8"))
    assert data_of(one)["question"] == data_of(same)["question"]
    assert data_of(one)["question"] != data_of(other)["question"]
    assert one.query_params["questions"] == "7"


def test_a_class_leads_to_its_question() -> None:
    """It is the one that the teacher has there, whatever was answered before; the set goes on after it."""
    teacher, student = opened("arithmetic"), opened("arithmetic", questions="9")
    do(teacher, "arithmetic", "answer", answer_of(teacher, "arithmetic"))
    asked = do(teacher, "arithmetic", "next")
    assert data_of(student)["id"] != asked["id"]
    led = do(student, "arithmetic", "class", set=1, place=1)
    assert (led["id"], led["place"], led["results"]) == (asked["id"], 1, [None])
    assert "questions" not in student.query_params  # the first set needs no name
    do(student, "arithmetic", "answer", answer_of(student, "arithmetic"))
    assert do(student, "arithmetic", "next")["results"] == [None, True]
    # One who has had the question already gets it once more, and what they answered before it stays.
    do(student, "arithmetic", "answer", 12345)
    again = do(student, "arithmetic", "class", set=1, place=2)
    assert (again["results"], again["opened"]) == ([None, True], None)


@pytest.mark.parametrize(
    "asked", [{}, {"set": 0, "place": 0}, {"set": 1, "place": COUNT}, {"set": True, "place": 0}, {"set": "1"}]
)
def test_a_question_that_there_is_not_leads_nowhere(asked: dict[str, Any]) -> None:
    """A browser may send anything: the questions stay."""
    app = opened("arithmetic")
    before = do(app, "arithmetic", "answer", 12345)
    assert do(app, "arithmetic", "class", **asked) == before


def test_a_number_of_a_set_that_there_is_not_is_the_first() -> None:
    """A bad link opens the first set."""
    assert data_of(opened("arithmetic", questions="0"))["set"] == 1


def test_the_question_follows_the_settings_until_it_is_answered() -> None:
    """Another stride is another question; one that is opened stays to be read."""
    app = opened("arithmetic")
    first = data_of(app)["question"]
    driving.set_in(app, {"strides": 1}, operation="arithmetic")
    second = data_of(app)["question"]
    assert second != first
    found = do(app, "arithmetic", "answer", answer_of(app, "arithmetic"))
    assert found["question"] == second
    driving.set_in(app, {"strides": 3}, seq=2, operation="arithmetic")
    assert data_of(app)["question"] == second


def test_the_numbers_of_the_question_are_not_those_of_the_stage() -> None:
    """The stage shows what becomes of its own input, so that the question has another."""
    app = opened("arithmetic")
    board = data_of(app)["question"]["shows"][0]["cells"]
    stage = driving.state_of(app, "arithmetic").values
    from pages.arithmetic import operation

    assert board != [[str(number) for number in row] for row in operation.sums(stage).board.tolist()]


def test_settings_without_a_question_say_so() -> None:
    """A kernel too large for a sum by hand leaves the other kind; without any a sentence stands there."""
    app = opened("arithmetic", kernel_rows="7", kernel_columns="7", rows="9", columns="9")
    assert data_of(app)["question"]["kind"] == "arithmetic_size"
    alike = data_of(opened("losses", points="0.0,0.0_1.0,1.0_2.0,2.0_3.0,3.0"))
    assert alike["question"]["kind"] == "losses_value"
    none = data_of(opened("hidden_layers", data="own", own=""))
    assert none["question"] is None
    assert none["complaint"].startswith("There is no point to train on")


def test_questions_on_losses_are_about_what_is_chosen_on_the_page() -> None:
    """The loss on the plot, and the points and the losses under *Fit it*."""
    app = opened("losses", losses="numbers,quantile~quantile=0.9", degree="0", fits="mean_absolute_error")
    prompts = {}
    for _ in range(3):
        question = data_of(app)["question"]
        prompts[question["kind"]] = question["prompt"]
        do(app, "losses", "answer", answer_of(app, "losses"))
        do(app, "losses", "next")
    assert prompts["losses_curve"] == "Which loss fitted this constant to the points?"
    assert prompts["losses_value"].endswith("under Quantile (pinball), quantile 0.9?")
    assert prompts["losses_constant"].endswith("under Mean absolute error (MAE)?")


SHEETS = ("arithmetic", "convolution", "pooling")


@pytest.mark.parametrize("page", SHEETS)
def test_a_sheet_for_class_is_among_the_downloads(page: str) -> None:
    """Three pages offer it, with a seed that makes another one."""
    app = driving.opened(f"{page}/page.py", tab="Download and share")
    assert "Sheet for class (PDF)" in {each.proto.label for each in app.get("download_button")}
    app.number_input(key="sheet_seed").set_value(9999).run()
    assert not app.exception
    assert "Sheet for class (PDF)" in {each.proto.label for each in app.get("download_button")}


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("arithmetic", {"rows": "16"}),
        ("convolution", {"kernel": "gaussian~5x5"}),
        ("pooling", {"pool_size": "8x8", "dilation_rate": "3"}),
    ],
    ids=SHEETS,
)
def test_settings_without_a_sheet_say_what_to_change(page: str, query: dict[str, str]) -> None:
    """In the place of the button stands a sentence, and the other downloads stay."""
    app = driving.opened(f"{page}/page.py", tab="Download and share", **query)
    labels = {each.proto.label for each in app.get("download_button")}
    assert "Sheet for class (PDF)" not in labels
    assert len(labels) >= 2
    (said,) = [each.value for each in app.caption if each.value.startswith("**Sheet for class**")]
    assert "choose a smaller" in said


def test_hidden_layers_asks_about_other_networks_too() -> None:
    """The first question is about the network on the stage, the four others are about other ones."""
    from pages.hidden_layers import operation
    from pages.hidden_layers.operation import NETWORK

    values = {setting.name: setting.default for setting in NETWORK}
    asked = [operation.varied(values, seed) for seed in range(5, 10)]
    assert asked[0].setup.recipe == operation.training_setup(values).recipe
    assert len({each.setup.recipe for each in asked}) == COUNT
    assert [each.title for each in asked] == ["Circle", "Circle", "Exclusive or", "Moons", "Two Gaussians"]
    app = opened("hidden_layers")
    prompts = []
    for _ in range(COUNT):
        prompts.append(data_of(app)["question"]["prompt"])
        do(app, "hidden_layers", "answer", "A")
        do(app, "hidden_layers", "next")
    assert len(set(prompts)) == COUNT


def test_the_worker_makes_questions_about_a_trained_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server runs no pass of the network; a question that is no longer wanted leaves the page whole."""
    from pages.components import waiting

    ran: list[tuple[Any, ...]] = []

    def result(function: Any, *arguments: Any, say: str = "") -> Any:
        ran.append((function, say))
        raise waiting.Stopped(f"{say}: cancelled.")

    app = opened("imagenet")
    assert data_of(app)["question"]["kind"] == "imagenet_layer"
    monkeypatch.setattr(waiting, "result", result)
    do(app, "imagenet", "other")
    made = [function for function, say in ran if say == "Making a question"]
    assert made == [of_page("imagenet")[0].make]
    assert data_of(app)["question"] is None
    monkeypatch.undo()
    app.run()
    assert data_of(app)["question"]["kind"] == "imagenet_layer"


def test_what_is_switched_off_asks_another_question_about_imagenet() -> None:
    """The questions are about the network as the page shows it."""
    app = opened("imagenet")
    assert round_of(app, "imagenet").posed
    do(app, "imagenet", "answer", answer_of(app, "imagenet"))
    before = do(app, "imagenet", "next")["question"]
    assert before["kind"] == "imagenet_hidden"
    driving.set_in(app, {"off": [[25, channel, 0.0] for channel in range(12)]}, operation="look")
    after = data_of(app)["question"]
    assert (after["kind"], after["prompt"] != before["prompt"]) == ("imagenet_hidden", True)
