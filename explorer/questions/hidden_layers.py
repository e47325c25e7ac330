"""Questions on a small network: whether it will separate its points, and what a softmax makes of its sums."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.mlp.datasets import Points
from explorer.mlp.separation import is_separable
from explorer.mlp.trainer import Trainer
from explorer.mlp.training import TrainingSetup
from explorer.questions.drawing import Array, arranged, chance
from explorer.questions.record import Option, PosedQuestion, QuestionError, QuestionKind
from explorer.words import counted, whole_percent

RIGHT = 0.95
"""The share of the points to train on that have to be right: one or two may lie among the others."""

EPOCHS = 100
"""How long is trained, unless that takes too many steps."""

MAX_STEPS = 2000
"""The most steps of a training that a question waits for."""

APART = 0.03
"""By how much the shares of a question differ at least, which is asked without a calculator."""

_YES = "Yes"
_STRAIGHT = "No: it draws a straight line, and these points need a bend"
_LATER = "No: its border could fit, but so little training does not get it there"


@dataclass(frozen=True, eq=False)
class NamedTraining:
    """A training, and what its points are called."""

    setup: TrainingSetup
    title: str


def will_separate(experiment: NamedTraining, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask whether training gets (nearly) all points right.

    What is right is found out, not guessed: the training is carried out from the present start with the
    present settings, which always ends alike. Where it fails, a network without a bend fails for good if no
    straight line parts the points, which `is_separable` decides.

    Args:
        experiment: The network, its points with their name, and how it is trained.
        picture: None is needed.
        seed: As `chance`.

    Raises:
        QuestionError: If the points have no classes or more than two, or there are none.

    Example:
        >>> from explorer.mlp.datasets import DATASETS
        >>> from explorer.mlp.layers import Dense
        >>> from explorer.mlp.network import DenseNetwork
        >>> neuron = TrainingSetup(DenseNetwork.create([Dense(1, "sigmoid")]), DATASETS["xor"].make(100))
        >>> asked = will_separate(NamedTraining(neuron, "Exclusive or"), None, 1)
        >>> asked.options["ABC".index(asked.answer)].text
        'No: it draws a straight line, and these points need a bend'
    """
    setup = experiment.setup
    train = setup.split.train
    if setup.points.task != "classification":
        raise QuestionError("These points have numbers, not classes: choose a data set of two classes.")
    if len(setup.points.classes) > 2:
        raise QuestionError("This question is about two classes: choose a data set of two.")
    if not len(train):
        raise QuestionError("There is no point to train on: draw a few, or choose a data set.")
    rng = chance(seed, "hidden_layers_separates")
    steps = -(-len(train) // setup.training.batch_size)
    epochs = max(1, min(EPOCHS, MAX_STEPS // steps))
    share, trouble = _trained(setup, epochs)
    bends = _bends(setup)
    parted = is_separable(train)
    reached = f"{_opening(share)} of its training points are right after {counted(epochs, 'epoch')}"
    failing = _LATER if bends or parted else _STRAIGHT
    right = _YES if share >= RIGHT else failing
    told = {
        _YES: f"{reached}: too few.",
        _STRAIGHT: "A hidden layer with a nonlinear activation bends the border."
        if bends
        else ("One straight line parts these points." if parted else f"{reached}: a line is enough."),
        _LATER: f"{reached}: that is enough."
        if right == _YES
        else "No training bends it: without a nonlinear hidden layer the border is one straight line.",
    }
    options, letter, mistakes = arranged(
        rng, Option(text=right), [(Option(text=each), said) for each, said in told.items() if each != right]
    )
    line = "One straight line parts them" if parted else "No straight line parts them"
    border = "bends its border" if bends else "draws one straight line"
    return PosedQuestion(
        kind="hidden_layers_separates",
        seed=seed,
        prompt=f"{experiment.title}: {_said(setup, train)} Train it from its start for "
        f"{counted(epochs, 'epoch')}: will {whole_percent(RIGHT)} of its training points or more be right?",
        form="choice",
        answer=letter,
        mistakes=mistakes,
        worked=f"{line}; the network {border}. {reached}.{f' {trouble}' if trouble else ''}",
        options=options,
    )


def _opening(share: float) -> str:
    """Write a share as a sentence begins.

    >>> print(*(_opening(share) for share in (0.001, 0.5, 0.996)), sep=", ")
    Fewer than 1\u00a0%, 50\u00a0%, More than 99\u00a0%
    """
    return whole_percent(share).replace("<\u00a0", "Fewer than ").replace(">\u00a0", "More than ")


def _trained(experiment: TrainingSetup, epochs: int) -> tuple[float, str]:
    """The share of the points to train on that are right then, and what came between."""
    trainer = Trainer(experiment.start, experiment.split, experiment.training)
    with np.errstate(all="ignore"):  # what overflows is found by the trainer, which then goes back
        if not trainer.trouble:
            trainer.epoch(epochs)
    last = trainer.history[-1] if trainer.history else None
    return (last.train_accuracy or 0.0) if last else 0.0, trainer.trouble


def _bends(experiment: TrainingSetup) -> bool:
    """Whether its border is anything but one straight line: some hidden layer is not linear."""
    return any(layer.activation != "linear" for layer in experiment.start.layers[:-1])


def _said(experiment: TrainingSetup, train: Points) -> str:
    *hidden, last = experiment.start.layers
    layers = [f"{counted(layer.units, 'unit')} ({layer.said})" for layer in hidden]
    match layers:
        case []:
            between = "no hidden layer"
        case [layer]:
            between = f"a hidden layer of {layer}"
        case _:
            between = f"hidden layers of {', then '.join(layers)}"
    points = counted(len(train), "training point")
    return f"a network with {between} and one output ({last.said}) has {points}."


def _usual(sums: list[float], best: int, total: int) -> list[tuple[float, str]]:
    """What is taken for the share of the largest sum, and why not, no two of them nearly alike."""
    found: list[tuple[float, str]] = []
    for share, said in (
        (max(sums) / sum(sums), "That shares out the sums themselves: softmax takes e to their power first."),
        (1 / 3, "All three get a third only where their sums are alike."),
        (best / (total - best), "That divides by the two others alone: divide by all three powers."),
    ):
        if share < 1 and all(abs(share - other) > APART for other, _ in found):
            found.append((share, said))
    return found


def share_of(experiment: NamedTraining, picture: Array | None, seed: int) -> PosedQuestion:
    """Ask what a softmax makes of the largest of three sums, whose powers of e are small whole numbers.

    Args:
        experiment: Its classes give the outputs their names.
        picture: None is needed.
        seed: As `chance`.

    Raises:
        QuestionError: If there are not three classes or more.

    Example:
        >>> from explorer.mlp.datasets import DATASETS
        >>> from explorer.mlp.layers import Dense
        >>> from explorer.mlp.network import DenseNetwork
        >>> from explorer.mlp.objective import Training
        >>> start = DenseNetwork.create([Dense(3, "softmax")])
        >>> rings = TrainingSetup(start, DATASETS["rings"].make(60), training=Training("kl_divergence"))
        >>> share_of(NamedTraining(rings, "Rings"), None, 1).prompt[:52]
        'Three outputs have these sums at a point: class 0: 1'
    """
    rng = chance(seed, "hidden_layers_shares")
    names = experiment.setup.points.classes[:3]
    if len(names) < 3:
        raise QuestionError("This question is about a softmax: choose a data set of three classes or more.")
    wrong: list[tuple[float, str]] = []
    while len(wrong) < 2:  # in some draws the usual mistakes come to nearly the same
        powers = [int(power) for power in rng.choice(range(1, 7), 3, replace=False)]
        sums = [round(math.log(power), 2) for power in powers]
        best, total = max(powers), sum(powers)
        wrong = [each for each in _usual(sums, best, total) if APART < abs(each[0] - best / total) < 1]
    right = f"{best / total:.2f}"
    mistaken = [(Option(text=f"{share:.2f}"), said) for share, said in wrong[:2]]
    options, letter, mistakes = arranged(rng, Option(text=right), mistaken)
    listed = ", ".join(f"class {name}: {each:g}" for name, each in zip(names, sums, strict=True))
    known = ", ".join(f"e^{each:g} = {power}" for power, each in sorted(zip(powers, sums, strict=True)))
    return PosedQuestion(
        kind="hidden_layers_shares",
        seed=seed,
        prompt=f"Three outputs have these sums at a point: {listed}. Since {known}, what probability does "
        f"the softmax give to class {names[powers.index(best)]}?",
        form="choice",
        answer=letter,
        mistakes=mistakes,
        worked=f"{best} / ({' + '.join(map(str, powers))}) = {best} / {total}, about {right}.",
        options=options,
    )


KINDS_OF_HIDDEN_LAYERS = (
    QuestionKind(
        name="hidden_layers_separates",
        title="Will it separate them?",
        page="hidden_layers",
        make=will_separate,
    ),
    QuestionKind(
        name="hidden_layers_shares",
        title="Which share does it get?",
        page="hidden_layers",
        make=share_of,
    ),
)
