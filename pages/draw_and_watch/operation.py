"""A drawing in the sketch network: every map of every layer, one number, and what changes its mind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Lock
from typing import Annotated, NotRequired, TypedDict
from weakref import ref

from explorer import figures, sketch
from explorer.convolution.experiments import Array
from explorer.descriptions import CellValue, SizeValue
from explorer.images import drawings
from explorer.parameters import Cell, ChannelScales, Choice, Index, Values
from explorer.pieces import Progress
from explorer.sketch.parameters import DRAWING, PICTURE, SourceParameter
from explorer.words import percent
from pages.components import mosaics
from pages.components.maps import DARK, LEVELS
from pages.components.mosaics import MosaicFacts
from pages.live.messages import SentDrawing
from pages.live.protocol import Answer, Blob, Operation, float_blob

EXAMPLE = next(iter(drawings.SAMPLE_DRAWINGS))

SOURCE = SourceParameter(
    name="source",
    title="What it looks at",
    options=(
        {DRAWING: "Draw here", PICTURE: "Picture from the sidebar"}
        | {name: drawing.title for name, drawing in drawings.SAMPLE_DRAWINGS.items()}
    ),
    default=EXAMPLE,
)
VARIANT = Choice(
    name="variant",
    title="Network",
    options={name: variant.title for name, variant in sketch.VARIANTS.items()},
    default=sketch.DEFAULT,
)
NETWORK = (
    VARIANT,
    ChannelScales(
        name="off",
        title="Maps switched off",
        high=0.0,
    ),
)
UNIT = Cell(
    name="unit",
    title="Unit",
)
LAYER = Index(
    name="layer",
    title="Layer",
)  # 0 is what the network sees; where none is chosen, the layer of the kept unit is large, or the first
ERASE = Choice(
    name="erase",
    title="What would change its mind?",
    options={False: "off", True: "erase"},
    default=False,
    help=(
        "Erases one patch after another and asks the network again. In warm places, erasing makes it less "
        "sure."
    ),
)
SKETCH = (SOURCE, *NETWORK, LAYER, UNIT, ERASE, *mosaics.looks("layer"), LEVELS)

PATCH, STRIDE = 8, 4  # pixels of a patch that is erased, and from one to the next
A_WHILE = 0.03  # seconds of erasing that go on at once: a hand that draws waits no longer
PRODUCTS_TILE = 32


class Study:
    """What was found out about one picture."""

    def __init__(self, image: Array) -> None:
        self.sight: sketch.Sight | None = None
        self.nothing = ""
        try:
            self.sight = sketch.look(image)
        except sketch.SketchError as error:
            self.nothing = str(error)
        self._runs: dict[str, sketch.SketchRun] = {}
        self._lock = Lock()
        self._pieces: tuple[sketch.SketchRun, Iterator[Progress[sketch.Erasure | None]]] | None = None
        self._erased: Progress[sketch.Erasure | None] | None = None

    def run(self, variant: str, off: dict[str, tuple[int, ...]]) -> sketch.SketchRun:
        """Run a variant, unless its latest run was the same."""
        assert self.sight
        found = self._runs.get(variant)
        if found is None or found.off != off:
            found = self._runs[variant] = sketch.forward(self.sight.seen, variant, off)
        return found

    def erase(self, run: sketch.SketchRun) -> Progress[sketch.Erasure | None]:
        """Go on erasing for a while."""
        with self._lock:  # the sessions that look at one drawing share its study
            if self._pieces is None or self._pieces[0] is not run:
                asked = sketch.erase.pieces(run.seen, run.variant, run.off, size=PATCH, stride=STRIDE)
                self._pieces, self._erased = (run, asked), None
            until = time.perf_counter() + A_WHILE
            while self._erased is None or (self._erased.value is None and time.perf_counter() < until):
                self._erased = next(self._pieces[1])
            return self._erased


class Studies:
    """The studies of the pictures that there are; with a picture its study goes.

    A picture is known by its identity: it is the connection's, or the session's, own.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[ref[Array], Study]] = {}

    def of(self, image: Array) -> Study:
        """Return the study of a picture."""
        key = id(image)
        known = self._kept.get(key)
        if known is None or known[0]() is not image:
            known = ref(image, lambda _: self._kept.pop(key, None)), Study(image)
            self._kept[key] = known
        return known[1]


STUDIES = Studies()


def off(values: Values) -> dict[str, tuple[int, ...]]:
    """Name the maps that these settings switch off, as far as the variant has them."""
    found: dict[str, tuple[int, ...]] = {}
    stack = sketch.layers(values["variant"])
    for depth, channel, _ in values["off"]:
        if depth < len(stack) and stack[depth].step and channel < stack[depth].shape[-1]:
            found[stack[depth].name] = (*found.get(stack[depth].name, ()), channel)
    return found


def asked(levels: Array, values: Values) -> sketch.SketchRun:
    """Return what questions are about: the network on a drawing.

    Raises:
        SketchError: If nothing is drawn.
    """
    return sketch.forward(sketch.prepare(levels), values["variant"], off(values))


class SketchStep(MosaicFacts):
    """What is said of the maps of a layer."""

    name: str
    title: str
    shape: tuple[int, ...]


class UnitProducts(TypedDict):
    """How the products of a unit of the dense layer are painted, map beside map."""

    shape: tuple[int, ...]
    tile: SizeValue
    limits: figures.Limits


class UnitFacts(TypedDict):
    """How one number of a layer came about; rectangles are top, left, bottom and right.

    `parts` are what each map before adds to the sum, where something is added up.
    """

    cell: CellValue
    title: str
    kind: str
    value: float
    said: str
    bias: float
    sentence: str
    box: tuple[int, int, int, int]
    rectangle: tuple[int, int, int, int]
    on_picture: tuple[float, float, float, float]
    parts: list[float] | None
    products: UnitProducts | None


class MindFacts(TypedDict):
    """How far erasing has come, and which patches change the network's mind.

    `most` is how much less sure it is where the heat is greatest, as words, and `whole` is all that it sees.
    """

    done: int
    total: int
    sentence: str
    frames: list[tuple[float, float, float, float]]
    most: NotRequired[str]
    whole: NotRequired[tuple[float, float, float, float]]


class SketchUnitFacts(TypedDict):
    """How the chosen number came about, or why there is none."""

    unit: UnitFacts | None
    lost: str


class SketchMindFacts(TypedDict):
    """What would change the network's mind, where something is drawn."""

    mind: MindFacts | None


class SketchFacts(TypedDict):
    """What is said of a drawing in the network; all but the first two where there is something to see.

    `familiar` compares its best score with those of the test drawings.
    """

    variant: str
    nothing: str
    light: NotRequired[bool]
    steps: NotRequired[list[SketchStep]]
    scores: NotRequired[list[float]]
    answers: NotRequired[dict[str, list[float]]]
    familiar: NotRequired[str]
    unit: NotRequired[UnitFacts | None]
    lost: NotRequired[str]
    mind: NotRequired[MindFacts | None]


class LayerLabels(TypedDict):
    """What a layer is; `field` is how many rows and columns its units see, where they do not see all."""

    name: str
    title: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    field: tuple[int, int] | None


class VariantLabels(TypedDict):
    """What a variant of the network is, with its layers; `accuracy` is that of its test."""

    name: Annotated[str, 'SketchValues["variant"]']
    title: str
    why: str
    accuracy: float
    pooling: bool
    layers: list[LayerLabels]


class SketchLabels(TypedDict):
    """What stands beside the answers: the classes, the variants, and the drawing that the pad had.

    `heat` are the colours of what erasing costs, from nothing to the most.
    """

    classes: tuple[str, ...]
    heat: tuple[str, ...]
    variants: list[VariantLabels]
    drawing: SentDrawing | None


def _watch(image: Array, values: Values, rest: bool) -> Answer:
    study = STUDIES.of(image)
    if study.sight is None:
        blank: SketchFacts = {"variant": values["variant"], "nothing": study.nothing}
        return Answer(blank)
    run = study.run(values["variant"], off(values))
    steps = [layer for layer in sketch.layers(run.variant) if layer.step]
    painted = [mosaics.paint(layer.name, run.maps[layer.name], values, rest, usual=True) for layer in steps]
    answers = {
        name: (run if name == run.variant else study.run(name, {})).probabilities.tolist()
        for name in sketch.VARIANTS
    }
    told, numbers = _unit(study.sight, run, values)
    erased = study.erase(run) if values["erase"] and rest else None
    facts: SketchFacts = {
        "variant": run.variant,
        "nothing": "",
        "light": study.sight.light,
        "steps": [
            {"name": layer.name, "title": layer.title, "shape": layer.shape, **maps}
            for layer, (_, maps) in zip(steps, painted, strict=True)
        ],
        "scores": run.maps["dense"].tolist(),
        "answers": answers,
        "familiar": _familiar(run),
        "unit": told["unit"],
        "lost": told["lost"],
        "mind": None if erased is None else _mind(study.sight, erased),
    }
    seen = Blob("seen", "uint8", figures.paint(run.seen, "unit").pixels.tobytes(), (sketch.SIDE, sketch.SIDE))
    blobs = (seen, *(blob for blob, _ in painted), *numbers, *_heat(erased))
    return Answer(facts, blobs)


def _familiar(run: sketch.SketchRun) -> str:
    found = sketch.familiarity(run)
    return found.sentence if found else "With maps switched off it cannot be compared with the test drawings."


def _tell(image: Array, values: Values, rest: bool) -> Answer:
    study = STUDIES.of(image)
    if study.sight is None:
        blank: SketchUnitFacts = {"unit": None, "lost": study.nothing}
        return Answer(blank)
    return Answer(*_unit(study.sight, study.run(values["variant"], off(values)), values))


def _erase(image: Array, values: Values, rest: bool) -> Answer:
    study = STUDIES.of(image)
    if study.sight is None:
        blank: SketchMindFacts = {"mind": None}
        return Answer(blank)
    erased = study.erase(study.run(values["variant"], off(values)))
    facts: SketchMindFacts = {"mind": _mind(study.sight, erased)}
    return Answer(facts, _heat(erased))


def _unit(
    sight: sketch.Sight, run: sketch.SketchRun, values: Values
) -> tuple[SketchUnitFacts, tuple[Blob, ...]]:
    """Explain the chosen number, or say that it is not there."""
    cell: CellValue | None = values["unit"]
    if cell is None:
        return {"unit": None, "lost": ""}, ()
    step, channel, row, column = cell
    stack = sketch.layers(run.variant)
    try:
        # Beyond the last layer it says itself what there is.
        name = stack[step - 1].name if step <= len(stack) else str(step)
        found = sketch.unit(run, name, channel, row, column)
    except sketch.SketchError as error:
        return {"unit": None, "lost": str(error)}, ()
    facts: UnitFacts = {
        "cell": cell,
        "title": found.layer.title,
        "kind": found.layer.kind,
        "value": found.value,
        "said": figures.format_number(found.value, 4),
        "bias": found.bias,
        "sentence": found.sentence,
        "box": found.box,
        "rectangle": found.rectangle,
        "on_picture": sight.on_picture(found.rectangle),
        "parts": None if found.parts is None else found.parts.tolist(),
        "products": None,
    }
    blobs: tuple[Blob, ...] = ()
    if found.layer.kind == "dense" and found.products is not None:
        products = {"scale": "signed", "ends": "layer", "dark": values["dark"]}
        painted, _ = mosaics.painted_maps(found.products, products, PRODUCTS_TILE)
        facts["products"] = {
            "shape": found.patch.shape,
            "tile": [painted.height, painted.pixels.shape[1]],
            "limits": painted.limits[0],
        }
        blobs = (Blob("unit_products", "image/png", figures.encode(painted.pixels)),)
    elif found.layer.step:
        numbers = {"patch": found.patch, "weights": found.weights, "products": found.products}
        blobs = tuple(float_blob(name, array) for name, array in numbers.items() if array is not None)
    return {"unit": facts, "lost": ""}, blobs


def _mind(sight: sketch.Sight, erased: Progress[sketch.Erasure | None]) -> MindFacts:
    found = erased.value
    facts: MindFacts = {"done": erased.done, "total": erased.total, "sentence": "", "frames": []}
    if found is not None:
        patches = [place for place, _ in found.alone] or found.together
        facts["sentence"] = found.sentence
        facts["frames"] = [sight.on_picture(place) for place in patches]
        facts["most"] = percent(max(0.0, float(found.heat.max())))
        facts["whole"] = sight.on_picture((0, 0, sketch.SIDE, sketch.SIDE))
    return facts


def _heat(erased: Progress[sketch.Erasure | None] | None) -> tuple[Blob, ...]:
    if erased is None or erased.value is None:
        return ()
    return (Blob("heat", "uint8", erased.value.levels.tobytes(), erased.value.levels.shape),)


def labels(drawing: SentDrawing | None) -> SketchLabels:
    """Return what the view shows beside the answers: the classes, the variants, and what the pad had."""
    return {
        "classes": sketch.CLASSES,
        "heat": tuple(map(figures.hex_colour, figures.MAGNITUDE_COLOURS)),
        "variants": [
            {
                "name": variant.name,
                "title": variant.title,
                "why": variant.why,
                "accuracy": sketch.facts()["variants"][variant.name]["test"]["accuracy"],
                "pooling": variant.pooling,
                "layers": [
                    {
                        "name": layer.name,
                        "title": layer.title,
                        "kind": layer.kind,
                        "shape": layer.shape,
                        "parameters": layer.parameters,
                        "field": layer.field and layer.field.size,
                    }
                    for layer in sketch.layers(variant.name)
                ],
            }
            for variant in sketch.VARIANTS.values()
        ],
        "drawing": drawing,
    }


OPERATIONS = (
    Operation(
        name="sketch",
        settings=SKETCH,
        facts=SketchFacts,
        answer=_watch,
        view="sketch",
        labels=SketchLabels,
    ),
    Operation(
        name="sketch_unit",
        settings=(*NETWORK, UNIT, DARK),
        facts=SketchUnitFacts,
        answer=_tell,
        view="sketch",
    ),
    Operation(
        name="sketch_mind",
        settings=NETWORK,
        facts=SketchMindFacts,
        answer=_erase,
        view="sketch",
        pace="background",
    ),
)
