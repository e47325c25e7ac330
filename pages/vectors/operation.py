"""Vectors: one of two, a matrix times one, and a patch of a picture as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypedDict

from explorer import images, vectors
from explorer.convolution.experiments import Array
from explorer.convolution.kernels import KERNELS
from explorer.errors import ExplorerError
from explorer.parameters import Choice, Number, NumberGrid, Numbers, Values, WholeNumber
from explorer.vectors.checks import Vector
from pages.live.protocol import Answer, Operation, float_blob

MAX_NUMBERS = 500  # of a vector that travels with every request

MAX_ROWS, MAX_COLUMNS = 12, 8  # of a matrix of which every number can be read

SERIES_OF = {"a": 0, "b": 1, "remainder": 3}  # what an operation makes has the third colour

OPERATE = (
    Choice(
        name="operation",
        title="Operation",
        options={name: record.title for name, record in vectors.OPERATIONS.items()},
        default="add",
        help="What to compute from a and b.",
        details={name: record.why for name, record in vectors.OPERATIONS.items()},
    ),
    Number(
        name="factor",
        title="Factor c",
        low=-3.0,
        high=3.0,
        default=2.0,
        step=0.1,
        help="Multiplies every number of a.",
    ),
)

ENTRIES = tuple(
    Numbers(
        name=name,
        title=f"Vector {name}",
        default=start,
        low=-vectors.MAX_MAGNITUDE,
        high=vectors.MAX_MAGNITUDE,
        step=0.1,
        fewest=1,
        most=MAX_NUMBERS,
    )
    for name, start in (("a", [3.0, 1.0]), ("b", [1.0, 2.0]))
)

WEIGHTS = Numbers(
    name="x",
    title="The vector x",
    default=[1.0, 1.0],
    low=-10.0,
    high=10.0,
    step=0.1,
    fewest=1,
    most=MAX_COLUMNS,
)

MULTIPLY = (
    Choice(
        name="way",
        title="Read it as",
        options={"columns": "a weighted sum of the columns", "rows": "a dot product for each row"},
        default="columns",
    ),
    WholeNumber(
        name="step",
        title="Step",
        low=0,
        high=MAX_ROWS,
        default=MAX_ROWS,
        help="How many steps of the sum are done.",
    ),
    WEIGHTS,
)

MATRIX = NumberGrid(
    name="matrix",
    title="The matrix",
    default=[[3.0, 1.0], [1.0, 2.0]],
    rows=MAX_ROWS,
    columns=MAX_COLUMNS,
)

PATCH_KERNELS = {name: kernel.title for name, kernel in KERNELS.items() if max(kernel.weights.shape) <= 5}

PATCH = (
    Choice(
        name="patch_kernel",
        title="Kernel",
        options=PATCH_KERNELS,
        default="sobel_x",
        help="With same padding: zeros around the picture.",
    ),
    WholeNumber(
        name="patch_row",
        title="Row",
        low=0,
        high=images.MAX_SIZE - 1,
        default=96,
        help="Counted from 0, from the top.",
    ),
    WholeNumber(
        name="patch_column",
        title="Column",
        low=0,
        high=images.MAX_SIZE - 1,
        default=96,
        help="Counted from 0, from the left.",
    ),
    Choice(
        name="patch_channel",
        title="Channel",
        options={0: "red or grey", 1: "green", 2: "blue"},
        default=0,
    ),
)


class VectorMeasureFacts(TypedDict):
    """One number about two vectors, where it is defined."""

    name: str
    value: float | None
    said: str


class ArrowFacts(TypedDict):
    """A vector to draw: its way, where it starts if not at the origin, and which colour of a chart it has."""

    name: str
    way: list[float]
    start: list[float] | None
    series: int


class OperandFacts(TypedDict):
    """What is said of two vectors whatever is done with them."""

    operation: str
    title: str
    takes: tuple[str, ...]
    numbers: int
    measures: list[VectorMeasureFacts]


class VectorsFacts(OperandFacts):
    """What is said of an operation on two vectors; `rows` are places with what is worked out there."""

    arrows: list[ArrowFacts]
    said: str
    value: float | list[float] | None
    sentence: str
    heads: list[str]
    rows: list[tuple[int, tuple[str, ...]]]
    last: str


class ColumnFacts(TypedDict):
    """A column of a matrix times its weight, and the sum so far."""

    weight: float
    scaled: str
    running: list[float]
    written: list[str]
    way: list[float]


class RowFacts(TypedDict):
    """A row of a matrix times the vector: the pairs of factors, and their sum."""

    terms: list[Annotated[list[str], tuple[str, str]]]
    value: float
    said: str


class ProductFacts(TypedDict):
    """What is said of a matrix times a vector, by its columns and by its rows."""

    matrix: list[list[str]]
    result: list[float]
    written: list[str]
    columns: list[ColumnFacts]
    rows: list[RowFacts]
    shape: str


class PatchTerm(TypedDict):
    """A pixel times the weight that lies on it, and the sum so far."""

    pixel: str
    weight: str
    product: str
    running: str
    padding: bool


class PatchFacts(TypedDict):
    """What is said of a cell of a convolution as a dot product; `box` is top, left, bottom and right."""

    input_shape: list[int]
    row: int
    column: int
    channel: int
    size: str
    flattened: str
    kernel_shape: Annotated[tuple[int, ...], tuple[int, int]]
    box: tuple[int, int, int, int]
    terms: list[PatchTerm]
    value: float
    said: str


class VectorLabels(TypedDict):
    """The names of two vectors and of their places."""

    a: str
    b: str
    places: tuple[str, ...]


class ProductLabels(TypedDict):
    """The names of the rows and columns of a matrix."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]


def _operate(_: Array, values: Values, rest: bool) -> Answer:
    operation = vectors.OPERATIONS[values["operation"]]
    a, b = values["a"], values["b"]
    operands: OperandFacts = {
        "operation": operation.name,
        "title": operation.title,
        "takes": operation.takes,
        "numbers": len(a),
        "measures": [
            {"name": measure.name, "value": measure.value, "said": measure.said}
            for measure in vectors.measures(a, b)
        ],
    }
    try:
        result = operation.apply(a, b, values["factor"])
    except ExplorerError as error:  # a zero vector, which has no direction; it is drawn all the same
        nothing: VectorsFacts = {
            **operands,
            "arrows": _arrows({"a": a, "b": b}, {}),
            "sentence": str(error),
            "said": "none",
            "value": None,
            "heads": [],
            "rows": [],
            "last": "",
        }
        return Answer(nothing)
    facts: VectorsFacts = {
        **operands,
        "arrows": _arrows(result.vectors, result.starts),
        "said": result.said,
        "value": result.value if isinstance(result.value, float) else result.value.tolist(),
        "sentence": result.sentence,
        "heads": list(result.entries),
        "rows": result.rows(),
        "last": result.last,
    }
    return Answer(facts)


def _arrows(ways: Mapping[str, Vector], starts: Mapping[str, Vector]) -> list[ArrowFacts]:
    return [
        {
            "name": name,
            "way": list(map(float, way)),
            "start": list(map(float, starts[name])) if name in starts else None,
            "series": SERIES_OF.get(name, 2),
        }
        for name, way in ways.items()
    ]


def product(values: Values) -> vectors.MatrixVector:
    """Multiply the matrix by x."""
    return vectors.matrix_vector(values["matrix"], values["x"])


def _multiply(_: Array, values: Values, rest: bool) -> Answer:
    found = product(values)
    columns: list[ColumnFacts] = [
        {
            "weight": step.weight,
            "scaled": vectors.plain_vector(step.scaled),
            "running": step.running.tolist(),
            "written": [vectors.plain(number) for number in step.running.tolist()],
            "way": step.scaled.tolist(),
        }
        for step in found.by_columns()
    ]
    rows: list[RowFacts] = [
        {
            "terms": [[vectors.plain(term.a), vectors.plain(term.b)] for term in entry.terms],
            "value": entry.value,
            "said": vectors.plain(entry.value),
        }
        for entry in found.by_rows()
    ]
    facts: ProductFacts = {
        "matrix": [[vectors.plain(cell) for cell in row] for row in values["matrix"]],
        "result": found.result.tolist(),
        "written": [vectors.plain(number) for number in found.result.tolist()],
        "columns": columns,
        "rows": rows,
        "shape": vectors.product_sentence(found.matrix.shape, (found.vector.size, 1)),
    }
    return Answer(facts)


def patch_cell(image: Array, values: Values) -> vectors.PatchDot:
    """Return the cell of the convolution that these settings point at, or the one nearest to it."""
    size = vectors.picture_size(image)
    row, column = size.nearest(values["patch_row"], values["patch_column"])
    return vectors.patch_dot(
        image,
        KERNELS[values["patch_kernel"]].weights,
        row,
        column,
        channel=channel_of(image, values),
        padding="same",
    )


def channel_of(image: Array, values: Values) -> int:
    """Return the channel that is looked at: a grey picture has one."""
    return values["patch_channel"] if image.shape[2] > 1 else 0


def _patch(image: Array, values: Values, rest: bool) -> Answer:
    size, channel, cell = vectors.picture_size(image), channel_of(image, values), patch_cell(image, values)
    row, column = size.nearest(values["patch_row"], values["patch_column"])
    facts: PatchFacts = {
        "input_shape": list(image.shape),
        "row": row,
        "column": column,
        "channel": channel,
        "size": str(size),
        "flattened": size.flattened(32),
        "kernel_shape": cell.kernel.shape,
        "box": cell.window.box,
        "terms": [
            {
                "pixel": vectors.plain(term.a),
                "weight": vectors.plain(term.b),
                "product": vectors.plain(term.product),
                "running": vectors.plain(term.running),
                "padding": bool(outside),
            }
            for term, outside in zip(cell.dot.terms, cell.window.is_padding.flat, strict=True)
        ],
        "value": cell.value,
        "said": vectors.plain(cell.value),
    }
    return Answer(facts, (float_blob("pixels", vectors.pixel_row(image, row, channel)),))


OPERATIONS = (
    Operation(
        name="vectors",
        settings=(*OPERATE, *ENTRIES),
        facts=VectorsFacts,
        answer=_operate,
        view="vectors",
        picture=False,
        labels=VectorLabels,
    ),
    Operation(
        name="product",
        settings=(*MULTIPLY, MATRIX),
        facts=ProductFacts,
        answer=_multiply,
        check=lambda shape, values: product(values),
        view="product",
        picture=False,
        labels=ProductLabels,
    ),
    Operation(
        name="patch",
        settings=PATCH,
        facts=PatchFacts,
        answer=_patch,
        view="patch",
    ),
)
