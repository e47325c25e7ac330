"""A page without a browser: the settings of an address, what was done on it, and what lessons measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw

from explorer import images, sketch
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from explorer.imagenet import inspection, preprocessing
from explorer.images import drawings
from explorer.lessons import measures
from explorer.lessons.record import Value
from explorer.lessons.subjects import OnDrawing, Recognised, Seen, Taught
from explorer.mlp.training import NetworkTrainingState
from explorer.parameters import Values
from explorer.pieces import call
from explorer.pipeline import from_json, from_text, to_json
from explorer.pipeline import to_text as text_of
from explorer.sketch.parameters import DRAWING, PICTURE
from explorer.transfer import evaluation, examples, splits, training
from explorer.transfer.features import features
from explorer.transfer.labelled_images import LabelledImages
from explorer.transfer.plan import Plan
from pages.activations import operation as activations
from pages.arithmetic import operation as arithmetic
from pages.attention import drawing as attention_drawing
from pages.attention import operation as attention
from pages.components import chooser
from pages.convolution import operation as convolution
from pages.draw_and_watch import operation as draw_and_watch
from pages.hidden_layers import operation as hidden_layers
from pages.imagenet import operation as imagenet
from pages.imagenet.measured import BEST
from pages.losses import operation as losses
from pages.operations import OPERATIONS
from pages.pipeline import operation as pipeline
from pages.pipeline.training import LearningExperiment, experiment
from pages.pooling import operation as pooling
from pages.transfer import plan

PAPER, PEN = 256, 14
"""How large the pad is and how wide its pen, in pixels."""


@dataclass(frozen=True)
class State:
    """What a page is set to, and what was done on it that no address holds.

    Attributes:
        query: Settings by their names, as the address has them.
        epochs: For how many epochs the network was trained.
        steps: How many steps a stack was trained.
        drawn: The corners of the stroke that was drawn by hand, from 0 to 1 across and down; none: what the
            pad begins with.
        board: What was done to the pictures: the name of an example that was loaded; "delete all"; "train";
            or an act with a class, numbers of its pictures counted from 1, and where they go, as in
            ("move", "rocket", (1, 2), "cat").
    """

    query: Mapping[str, str] = field(default_factory=dict)
    epochs: int = 0
    steps: int = 0
    drawn: tuple[tuple[float, float], ...] = ()
    board: tuple[Any, ...] = ()

    def then(self, query: Mapping[str, Any] | None = None, **done: Any) -> State:
        """Go on with some other settings."""
        texts = {name: str(value) for name, value in (query or {}).items()}
        return replace(self, query={**self.query, **texts}, **done)


def measured(page: str, state: State, names: Iterable[str]) -> dict[str, Value]:
    """Measure some things of the page in a state."""
    return measures.measured(page, subject(page, state), names)


def values(operation: str, state: State) -> Values:
    """Read the settings of an operation."""
    return {
        setting.name: setting.from_text(state.query[setting.name])
        if setting.name in state.query
        else setting.default
        for setting in OPERATIONS[operation].settings
    }


def subject(page: str, state: State) -> Any:
    """What the measures of a page take."""

    def of(operation: str) -> Values:
        return values(operation, state)

    match page:
        case "convolution":
            return convolution.measured(of("filter2d"), picture(state))
        case "pooling":
            return pooling.measured(of("pool2d"), of("invariance"), picture(state))
        case "arithmetic":
            return arithmetic.sums(of("arithmetic"))
        case "pipeline":
            blocks = of("pipeline")["blocks"]
            query = tuple(sorted(state.query.items()))
            return pipeline.measured(
                of("pipeline"), picture(state), stacked(query, text_of(from_json(blocks)), state.steps)
            )
        case "activations":
            return activations.measured(
                of("activations"), of("chain"), of("softmax"), of("activated"), picture(state)
            )
        case "hidden_layers":
            return trained(tuple(sorted(state.query.items())), state.epochs)
        case "losses":
            return losses.measured(of("losses"), of("samples"), of("fit"))
        case "attention":
            return attention.measured(of("attention"), lambda: drawn(of("drawn_attention")))
        case "draw_and_watch":
            return recognised(of("sketch"), state)
        case "imagenet":
            return seen(of("look"), state)
        case _:
            return taught(state.board, tuple(sorted(state.query.items())))


def picture(state: State) -> Array:
    """Return the sample, prepared as the sidebar does it."""
    chosen = {
        setting.name: setting.from_text(state.query[setting.name])
        if setting.name in state.query
        else setting.default
        for setting in (chooser.SAMPLE, *chooser.OF_ANY_PICTURE)
    }
    return sample(chosen["sample"], chosen["size"], chosen["colour"] == "colour", chosen["resample"])


@lru_cache
def sample(name: str, size: int, colour: bool, resample: str) -> Array:
    """Return a sample in its working size."""
    return chooser._sample(name, size, colour, resample).levels


@lru_cache
def trained(query: tuple[tuple[str, str], ...], epochs: int) -> Any:
    """Return the training after some epochs."""
    state = State(dict(query))
    setup = hidden_layers.training_setup(values("network", state))
    for _ in range(epochs):
        frame = setup.advanced("epoch")
        setup = replace(setup, state=NetworkTrainingState.read(frame.state.record()))
    return setup


def drawn(chosen: Values) -> OnDrawing:
    """Have the vision transformer look at an example."""
    return attention_drawing.measured(drawings.draw(chosen["source"]), chosen)


@lru_cache
def stacked(query: tuple[tuple[str, str], ...], blocks: str, steps: int) -> LearningExperiment | None:
    """Return the training of a stack after some steps; None where it ends in no answer."""
    chosen = values("pipeline_training", State(dict(query))) | {"blocks": to_json(from_text(blocks))}
    try:
        found = experiment(chosen)
    except ExplorerError:
        return None
    found.trainer.step(steps)
    return found


def recognised(chosen: Values, state: State) -> Recognised:
    """Have the sketch network look at what is drawn."""
    source = chosen["source"]
    if source == PICTURE:
        looked_at = picture(state)
    elif source == DRAWING and state.drawn:
        looked_at = stroke(state.drawn)
    else:
        looked_at = drawings.draw(draw_and_watch.EXAMPLE if source == DRAWING else source)
    seen = sketch.prepare(looked_at)
    off = draw_and_watch.off(chosen)
    run = sketch.forward(seen, chosen["variant"], off)
    return Recognised(run, sketch.forward(seen, chosen["variant"]) if off else run)


def stroke(corners: tuple[tuple[float, float], ...]) -> Array:
    """Draw straight lines from corner to corner, dark on white, as a hand does on the pad."""
    paper = Image.new("RGB", (PAPER, PAPER), "white")
    ImageDraw.Draw(paper).line(
        [(PAPER * across, PAPER * down) for across, down in corners], "black", PEN, joint="curve"
    )
    return images.load(paper)


def seen(chosen: Values, state: State) -> Seen:
    """Have the ImageNet network look at the sample."""
    view = imagenet.view(chosen)
    levels = images.sample(state.query.get("sample", chooser.SAMPLE.default))
    square = preprocessing.seen(chosen["network"], levels, chosen["fit"], **imagenet.frame(chosen))
    square = images.from_levels(square)
    found = [
        [
            (each["label"], each["probability"])
            for each in inspection.answers(chosen["network"], square, asked, BEST)["classes"]
        ]
        for asked in (view, replace(view, scaled=()))
    ]
    return Seen(found[0], found[1], sum(factor == 0 for *_, factor in view.scaled))


@lru_cache
def taught(board: tuple[Any, ...], query: tuple[tuple[str, str], ...]) -> Taught:
    """Do all that was done on the board; what was learnt counts as long as the pictures stay."""
    labelled = LabelledImages().add_class().add_class()
    is_trained = False
    for act in board:
        is_trained = act == "train"
        match act:
            case "train":
                pass
            case "delete all":
                labelled = LabelledImages().add_class().add_class()
            case str():
                labelled, _ = labelled.merge(examples.example(act))
            case (str() as kind, str() as name, numbers, to):
                keys = [labelled.photos(name)[number - 1].key for number in numbers]
                for key in keys:
                    match kind:
                        case "remove":
                            labelled = labelled.remove(key)
                        case "move":
                            labelled = labelled.move(key, to)
                        case _:
                            labelled = labelled.fix(key, to)
    if not is_trained:
        return Taught(labelled)
    settings = {setting.name: setting for setting in plan.SETTINGS}
    said = {name.removeprefix(plan.PREFIX): text for name, text in query}
    chosen = {
        name: setting.from_text(said[name]) if name in said else setting.default
        for name, setting in settings.items()
    }
    share, seed = chosen.pop("held_out"), chosen["seed"]
    made = Plan(**{name: value for name, value in chosen.items() if name in Plan.__dataclass_fields__})
    halves = splits.split(labelled, share, seed)
    train, held = (
        [(square(made.network, pick.photo, made.fit), pick.label_index) for pick in half]
        for half in (halves.train, halves.held_out)
    )
    course = training.train(made, train, held, labelled.classes, run=remembered)
    return Taught(
        labelled,
        evaluation.examine(halves.held_out, course.held_out_answers, labelled.classes),
        evaluation.examine(halves.train, course.answers, labelled.classes),
    )


_FEATURES: dict[tuple[str, bytes, str], Any] = {}


def remembered(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call a piece of a training, but look at each picture once for all trainings."""
    if function is not features:
        return call(function, *arguments, **options)
    network, pixels, weights = arguments
    key = network, pixels.tobytes(), weights
    if key not in _FEATURES:
        _FEATURES[key] = features(*arguments)
    return _FEATURES[key]


@lru_cache(maxsize=256)
def square(network: str, photo: Any, fit: str) -> Any:
    """Return a picture as the network sees it."""
    return preprocessing.seen(network, photo.image(), fit)
