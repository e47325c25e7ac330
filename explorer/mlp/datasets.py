"""Points on a plane to train a small network on: built-in sets, and the student's own.

A set of classes asks which of two to six classes a point belongs to, a regression set asks for a number. The
built-in sets lie on the plane from -3 to 3 on both axes, and the same seed always gives the same points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ExplorerError
from explorer.mlp import class_sets
from explorer.parameters import Number, WholeNumber
from explorer.tables import TableReading, place_of, read_table
from explorer.words import counted, signed

Array = NDArray[np.float32]
Real = NDArray[np.float64]
Extent = tuple[float, float, float, float]  # left, right, bottom, top

TASKS = ("classification", "regression")

HALF = 3.0
"""The built-in sets lie between -HALF and HALF on both axes."""

MAX_POINTS = 2000
"""The most points of a set."""

MAX_CLASSES = 6
"""The most classes of a set."""

MAX_NAME = 20
"""The most characters of a class's name."""

MAX_VALUE = 1e6
"""The largest magnitude of a coordinate or a target."""

_FEW = 10  # kinds of whole numbers, which may be classes
POINTS = WholeNumber(
    name="points",
    title="Points",
    low=20,
    high=MAX_POINTS,
    step=10,
    default=500,
)
NOISE = Number(
    name="noise",
    title="Noise",
    low=0.0,
    high=1.0,
    step=0.05,
    default=0.1,
)
SHARE = Number(
    name="share",
    title="Share for training",
    low=0.1,
    high=1.0,
    step=0.05,
    default=0.5,
)
SEED = WholeNumber(
    name="seed",
    title="Seed",
    low=0,
    high=999_999,
    step=1,
    default=0,
)


@dataclass(frozen=True, eq=False)
class Points:
    """Points with their targets.

    Attributes:
        x: float32 (n, 2), read-only: the two inputs of each point.
        y: float32 (n,), read-only: the class, counted from 0, or the number to be learnt.
        task: One of `TASKS`.
        classes: Names of class 0, class 1 and so on, two to six; none for a regression.
        note: A sentence on what their file could mean too, or "".

    Raises:
        ExplorerError: If the shapes do not fit, a number is not finite or too large, there are too many
            classes, or a label is none of them.
    """

    x: Array
    y: Array
    task: str = "classification"
    classes: tuple[str, ...] = ("0", "1")
    note: str = ""

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ExplorerError(f"There is no task {short(self.task)}; choose one of {', '.join(TASKS)}.")
        x, y = _numbers(self.x, "x"), _numbers(self.y, "y")
        if x.ndim != 2 or x.shape[1] != 2 or y.shape != x.shape[:1]:
            raise ExplorerError(
                "Points need x of the shape (points, 2) and y of the shape (points,); they have the shapes "
                f"{x.shape} and {y.shape}."
            )
        if self.task == "classification":
            _check_labels(y, len(self.classes))
        for name, array in (("x", x), ("y", y)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "classes", tuple(self.classes) if self.task == "classification" else ())

    def __len__(self) -> int:
        return len(self.x)

    @property
    def extent(self) -> Extent:
        """The part of the plane to draw, (left, right, bottom, top): a square that holds every point.

        It is the square from -3 to 3, or that to the next whole number that holds all, unless the points are
        of another size: then it lies close around them.

        Example:
            >>> from_rows([[0, 0, 1], [10, 4, 0]]).extent
            (-0.5, 10.5, -3.5, 7.5)
        """
        reach = float(np.abs(self.x).max(initial=0)) or HALF
        if HALF / 4 <= reach <= 2 * HALF:
            half = max(HALF, float(math.ceil(reach)))
            return -half, half, -half, half
        low, high = self.x.min(0).astype(float), self.x.max(0).astype(float)
        centre, side = (low + high) / 2, 1.1 * float((high - low).max()) or 1.0
        (left, bottom), (right, top) = (centre - side / 2).tolist(), (centre + side / 2).tolist()
        return left, right, bottom, top

    def split(self, share: float = SHARE.default, seed: int = 0) -> PointSplit:
        """Part the points by lot into those to train on and those to test with.

        Args:
            share: The part to train on, 0.1 to 1; at least one point goes there.
            seed: The same seed draws the same lot.

        Raises:
            ExplorerError: If there is no point, or an argument is out of its bounds.

        Example:
            >>> split = DATASETS["xor"].make(100).split(0.7)
            >>> len(split.train), len(split.test)
            (70, 30)
        """
        share = SHARE.checked(share)
        if not len(self):
            raise ExplorerError("There is no point to train on; draw a few, or choose a built-in set.")
        order = np.random.default_rng((int(SEED.checked(seed)), 1)).permutation(len(self))
        count = max(1, math.floor(share * len(self) + 0.5))
        return PointSplit(self._some(order[:count]), self._some(order[count:]))

    def targets(self, units: int) -> Array:
        """Return what an output layer should give for each point.

        Args:
            units: Of the output layer; with several of them each stands for a class.

        Returns:
            float32 (n, units): the label or the number itself for one unit; for several 1 for the class of
            the point and 0 for the others, which is called one-hot.

        Example:
            >>> from_labels([[0, 0, 2], [1, 1, 0]]).targets(3).tolist()
            [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
        """
        if units == 1:
            return self.y[:, np.newaxis]
        return np.asarray(self.y[:, np.newaxis] == np.arange(units), np.float32)

    def standardised(self) -> Points:
        """Shift and scale each input to mean 0 and standard deviation 1; one that never changes becomes 0.

        Example:
            >>> from_rows([[1000, 7, 0], [3000, 7, 1]]).standardised().x.tolist()
            [[-1.0, 0.0], [1.0, 0.0]]
        """
        if not len(self):
            return self
        x = self.x.astype(np.float64)
        spread = x.std(0)
        scaled = (x - x.mean(0)) / np.where(spread > 0, spread, 1)
        return Points(scaled.astype(np.float32), self.y, self.task, self.classes)

    def rows(self) -> list[list[float]]:
        """List the points as [x1, x2, target], as `from_rows` takes them, with the shortest decimals.

        Example:
            >>> from_rows([[0.1, 2, 5.5]]).rows()
            [[0.1, 2.0, 5.5]]
        """
        return [[float(str(value)) for value in (*x, y)] for x, y in zip(self.x, self.y, strict=True)]

    def _some(self, rows: NDArray[np.intp]) -> Points:
        return Points(self.x[rows], self.y[rows], self.task, self.classes)


@dataclass(frozen=True, eq=False)
class PointSplit:
    """Points to train on, and points that training never sees."""

    train: Points
    test: Points


@dataclass(frozen=True)
class DataSet:
    """A built-in set of points.

    Attributes:
        name: Key in `DATASETS`.
        title: Name to show.
        task: One of `TASKS`.
        why: One sentence: what it teaches.
        build: (points, generator) -> x (n, 2) and y (n,) in float64, without noise.
        classes: Names of its classes; a regression has none.
        most: How many points there are where these were measured, not drawn.
    """

    name: str
    title: str
    task: str
    why: str
    build: Callable[[int, np.random.Generator], tuple[Real, Real]]
    classes: tuple[str, ...] = ("0", "1")
    most: int = MAX_POINTS

    def make(self, points: int = 500, noise: float = 0.0, seed: int = 0) -> Points:
        """Draw points.

        Args:
            points: How many, 20 to 2000; where they were measured, not more than there are.
            noise: A standard deviation, 0 to 1. In a set of classes each point is moved by it along both axes
                after its class is given, in a regression set each target is.
            seed: The same seed gives the same points, and more noise moves them further the same way.

        Raises:
            ExplorerError: If an argument is out of its bounds.

        Example:
            >>> DATASETS["circle"].make(100, noise=0.2).x.shape
            (100, 2)
        """
        points, noise = min(int(POINTS.checked(points)), self.most), NOISE.checked(noise)
        rng = np.random.default_rng(int(SEED.checked(seed)))
        x, y = self.build(points, rng)
        moved = x if self.task == "classification" else y
        moved += noise * rng.standard_normal(moved.shape)
        return Points(x.astype(np.float32), y.astype(np.float32), self.task, self.classes)


def from_rows(rows: Iterable[Sequence[float]], task: str | None = None) -> Points:
    """Read the student's own points.

    Args:
        rows: [x1, x2, target] each, at most 2000. Of different targets the smallest is class 0.
        task: One of `TASKS`; None takes targets that are all 0 or 1, or of two kinds, for classes.

    Raises:
        ExplorerError: If a row is not three finite numbers, there are too many, or more than six classes.

    Example:
        >>> points = from_rows([[0, 0, -1], [1, 2, 1], [3, 1, 1]])
        >>> points.task, points.y.tolist(), points.classes
        ('classification', [0.0, 1.0, 1.0], ('-1', '1'))
    """
    table = _table(rows)
    return _own(table[:, :2], table[:, 2], [f"{value:g}" for value in table[:, 2]], task)


def from_labels(rows: Iterable[Sequence[float]], names: Sequence[str] = ()) -> Points:
    """Read points whose targets are the numbers of their classes, whichever of these have a point.

    Args:
        rows: [x1, x2, class] each, the class counted from 0.
        names: Of the classes from the first on; those without one are called by their number.

    Raises:
        ExplorerError: As `from_rows`, and if a target is no number of a class.

    Example:
        >>> from_labels([[0, 0, 2], [1, 2, 0]], ["cat"]).classes
        ('cat', '1', '2')
    """
    table = _table(rows)
    labels = table[:, 2]
    wrong = labels[(labels < 0) | (labels >= MAX_CLASSES) | (labels != np.floor(labels))]
    if len(wrong):
        raise ExplorerError(
            f"The classes of points are the whole numbers 0 to {MAX_CLASSES - 1}, but "
            f"{signed(wrong[0])} came; for other numbers choose a regression."
        )
    count = max(2, len(names), int(labels.max(initial=0)) + 1)
    classes = [*names, *map(str, range(len(names), count))]
    return Points(
        table[:, :2].astype(np.float32), labels.astype(np.float32), "classification", tuple(classes)
    )


def _table(rows: Iterable[Sequence[float]]) -> Real:
    """Check rows of three numbers: float64 (n, 3)."""
    numbers = []
    for place, row in enumerate(rows, 1):
        if place > MAX_POINTS:
            raise ExplorerError(f"There can be {MAX_POINTS} points at most; leave some out.")
        values = list(row) if isinstance(row, Sequence | np.ndarray) and not isinstance(row, str) else []
        if len(values) != 3 or not all(map(_is_number, values)):
            raise ExplorerError(
                f"Point {place} must be three numbers, x1, x2 and the target, of magnitude {MAX_VALUE:g} at "
                f"most; it is {short(row)}."
            )
        numbers.append([float(value) for value in values])
    return np.array(numbers, np.float64).reshape(-1, 3)


def from_csv(source: str | bytes, task: str | None = None) -> Points:
    r"""Read the student's own points from a table of three columns: x1, x2 and the target.

    Args:
        source: As `explorer.tables.read_table` takes it. The target may be a class's name.
        task: One of `TASKS`; None chooses as `from_rows` does.

    Raises:
        ExplorerError: If it cannot be read, or there are not two columns of numbers and a target.

    Example:
        >>> points = from_csv("x1;x2;kind\n0,5;1;cat\n2;-1,5;dog\n")
        >>> points.x.tolist(), points.classes
        ([[0.5, 1.0], [2.0, -1.5]], ('cat', 'dog'))
    """
    return from_reading(read_table(source), task)


def to_csv(points: Points) -> str:
    r"""Write points as a table that `from_csv` reads: several classes by name, since numbers are quantities.

    Example:
        >>> print(to_csv(from_labels([[0, 0.5, 2], [1, 1, 0]], ["cat"])))
        x1,x2,target
        0.0,0.5,class 2
        1.0,1.0,cat
    """
    several = len(points.classes) > 2
    names = [f"class {name}" if name.isdecimal() else name for name in points.classes]
    lines = [f"{x1},{x2},{names[int(y)] if several else y}" for x1, x2, y in points.rows()]
    return "\n".join(["x1,x2,target", *lines])


def from_reading(read: TableReading, task: str | None = None) -> Points:
    r"""Make points of a table that was read; where whole numbers could be classes, a note says so.

    Args:
        read: Three columns: x1, x2 and the target.
        task: One of `TASKS`; None chooses as `from_rows` does.

    Raises:
        ExplorerError: If there are not two columns of numbers and a target, a number is too large, or there
            are more classes than six.

    Example:
        >>> from_reading(read_table("1,2,0\n2,3,1\n3,1,2\n")).note[:39]
        'The targets are the whole numbers 0, 1 '
    """
    names = list(read.columns)
    if len(names) != 3:
        raise ExplorerError(
            f"The table has {counted(len(names), 'column')}, {', '.join(map(short, names))}, and points need "
            "three: x1, x2 and one target, for several targets at once are not learnt here. Leave the others "
            "out, or choose what separates the cells."
        )
    if len(read.lines) > MAX_POINTS:
        raise ExplorerError(f"There can be {MAX_POINTS} points at most, and the table has {len(read.lines)}.")
    for place, name in enumerate(names):
        _check_column(read, place, name, is_input=place < 2)
    x = np.stack([np.asarray(read.columns[name], np.float64) for name in names[:2]], axis=1)  # (n, 2)
    target = read.columns[names[2]]
    if isinstance(target, tuple):
        if task == "regression":
            raise ExplorerError(
                f"Column 3 ({short(names[2])}) holds text, such as {short(target[0])}, and a regression "
                "learns numbers; write numbers there, or choose classes."
            )
        return _own(x, None, list(target), task)
    points = _own(x, target, [f"{value:g}" for value in target], task)
    kinds = sorted(set(target.tolist()))
    if (
        task is None
        and points.task == "regression"
        and len(kinds) <= _FEW
        and all(map(float.is_integer, kinds))
    ):
        said = listed([f"{kind:g}" for kind in kinds])
        are = "write a name in place of each" if len(kinds) <= MAX_CLASSES else f"keep {MAX_CLASSES} of them"
        note = (
            f"The targets are the whole numbers {said}, and they are taken as quantities: a regression. If "
            f"they are {len(kinds)} classes, {are}."
        )
        return replace(points, note=note)
    return points


def _check_column(read: TableReading, place: int, name: str, *, is_input: bool) -> None:
    """Refuse an input that is text, and a number that is too large to draw."""
    column = read.columns[name]
    if isinstance(column, tuple):
        if is_input:
            raise ExplorerError(
                f"Column {place + 1} ({short(name)}) holds text, such as {short(column[0])}, and x1 and x2 "
                "are numbers; the target comes last, and it alone may be a class's name."
            )
        return
    wrong = np.flatnonzero(np.abs(column) > MAX_VALUE)
    if wrong.size:
        row = int(wrong[0])
        raise ExplorerError(
            f"{place_of(row, place, name, int(read.lines[row]))} holds {signed(column[row])}, and the "
            f"numbers of points lie from {signed(-MAX_VALUE)} to {MAX_VALUE:g}; use another unit."
        )


def listed(names: Sequence[str]) -> str:
    """Name a few of them in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _own(x: Real, y: Real | None, names: list[str], task: str | None) -> Points:
    """Make points of the student's own numbers; without a y the names are classes."""
    if task is not None and task not in TASKS:
        raise ExplorerError(f"There is no task {short(task)}; choose one of {', '.join(TASKS)}.")
    keys: list[Any] = names if y is None else y.tolist()
    kinds = sorted(set(keys))
    if task is None:
        task = "classification" if len(kinds) == 2 or set(kinds) <= {0.0, 1.0} or y is None else "regression"
    if task == "regression":
        return Points(x.astype(np.float32), np.asarray(y, np.float32), task)
    if len(kinds) > MAX_CLASSES:
        which = listed(sorted(set(names), key=names.index)[:_FEW]) + ", ..." * (len(kinds) > _FEW)
        raise ExplorerError(
            f"There are {len(kinds)} different targets, {which}, and this network tells {MAX_CLASSES} "
            f"classes apart at most; keep the rows of {MAX_CLASSES} of them, or write numbers for a "
            "regression."
        )
    if set(kinds) <= {0.0, 1.0}:
        kinds = [0.0, 1.0]
    labels = np.array([kinds.index(key) for key in keys], np.float32)
    shown = [f"{kind:g}" if isinstance(kind, float) else kind[:MAX_NAME] for kind in kinds]
    classes = (*shown, "other")[:2] if len(shown) < 2 else tuple(shown)
    return Points(x.astype(np.float32), labels, task, classes)


def _check_labels(y: Array, classes: int) -> None:
    """Refuse a number of classes that is out of bounds, and a label that is none of them."""
    if not 2 <= classes <= MAX_CLASSES:
        raise ExplorerError(
            f"Points are of 2 to {MAX_CLASSES} classes, and {counted(classes, 'name')} came; give each class "
            "its name."
        )
    if not np.isin(y, range(classes)).all():
        numbers = "0 or 1" if classes == 2 else f"a whole number from 0 to {classes - 1}"
        raise ExplorerError(f"The label of a point must be {numbers}; for other numbers choose a regression.")


def _is_number(value: object) -> bool:
    real = isinstance(value, int | float | np.number) and not isinstance(value, bool | complex)
    return real and abs(value) <= MAX_VALUE  # type: ignore[arg-type]


def _numbers(values: ArrayLike, name: str) -> Array:
    """Read an array of finite numbers, as a copy."""
    array = np.array(values)
    if array.dtype.kind not in "biuf" or not (np.abs(array) <= MAX_VALUE).all():
        raise ExplorerError(
            f"{name} must hold numbers of magnitude {MAX_VALUE:g} at most; it is {short(values)}."
        )
    return array.astype(np.float32)


def _anywhere(count: int, rng: np.random.Generator) -> Real:
    return rng.uniform(-HALF, HALF, (count, 2))


def _plane(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    x = _anywhere(count, rng)
    return x, x.sum(1) / (2 * HALF)


def _bumps(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    x = _anywhere(count, rng)
    centres = (
        (-1.8, 1.5, 1.0),
        (0.0, 1.8, -1.0),
        (1.8, 1.2, 1.0),
        (-1.7, -1.5, -1.0),
        (0.1, -1.2, 1.0),
        (1.8, -1.7, -1.0),
    )
    heights = [sign * np.exp(-((x - (across, up)) ** 2).sum(1) / 0.8) for across, up, sign in centres]
    return x, np.sum(heights, axis=0)


def _sine(count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    x = _anywhere(count, rng)
    return x, np.sin(2 * x[:, 0])


DATASETS: dict[str, DataSet] = {
    record.name: record
    for record in (
        DataSet(
            name="circle",
            title="Circle",
            task="classification",
            why=(
                "One class surrounds the other, so that no straight line parts them: three units in a hidden "
                "layer can close a border around the middle."
            ),
            build=class_sets.circle,
        ),
        DataSet(
            name="xor",
            title="Exclusive or",
            task="classification",
            why=(
                "A point is of class 1 if its two inputs have different signs: the smallest question that "
                "one unit cannot answer."
            ),
            build=class_sets.xor,
        ),
        DataSet(
            name="gaussians",
            title="Two Gaussians",
            task="classification",
            why=(
                "Two clouds side by side: one unit parts them with a straight line, and noise makes them "
                "overlap."
            ),
            build=class_sets.gaussians,
        ),
        DataSet(
            name="spiral",
            title="Spiral",
            task="classification",
            why=(
                "Two arms wound around each other: the hardest of the sets, which takes several layers and "
                "patience."
            ),
            build=class_sets.spiral,
        ),
        DataSet(
            name="moons",
            title="Moons",
            task="classification",
            why=(
                "Two crescents that reach into each other: a straight line gets most points right, and a "
                "curve all of them while there is little noise."
            ),
            build=class_sets.moons,
        ),
        DataSet(
            name="blobs",
            title="Five blobs",
            task="classification",
            why=(
                "Five clouds, one of them in the middle: a softmax parts them with straight borders, even "
                "without a hidden layer."
            ),
            build=class_sets.blobs,
            classes=("0", "1", "2", "3", "4"),
        ),
        DataSet(
            name="three_moons",
            title="Three moons",
            task="classification",
            why="Three crescents that reach into each other: their borders have to bend.",
            build=class_sets.three_moons,
            classes=("0", "1", "2"),
        ),
        DataSet(
            name="rings",
            title="Rings",
            task="classification",
            why="A disc and two rings around it: no straight border parts any two of them.",
            build=class_sets.rings,
            classes=("0", "1", "2"),
        ),
        DataSet(
            name="three_arms",
            title="Spiral of three arms",
            task="classification",
            why="Three arms wound around each other: every border is a spiral itself.",
            build=class_sets.three_arms,
            classes=("0", "1", "2"),
        ),
        DataSet(
            name="iris",
            title="Iris flowers",
            task="classification",
            why=(
                "150 flowers that were measured in 1935: x1 is how long a petal is, x2 how wide, both with "
                "mean 0 and standard deviation 1. Two of the three species overlap."
            ),
            build=class_sets.iris,
            classes=class_sets.IRIS_NAMES,
            most=class_sets.IRIS_FLOWERS,
        ),
        DataSet(
            name="plane",
            title="Plane",
            task="regression",
            why=(
                "The target rises evenly from one corner to the other: a single linear unit learns it "
                "exactly, but for the noise."
            ),
            build=_plane,
        ),
        DataSet(
            name="bumps",
            title="Several Gaussians",
            task="regression",
            why="Three hills and three hollows: the network has to build each of them out of its units.",
            build=_bumps,
        ),
        DataSet(
            name="sine",
            title="Sine",
            task="regression",
            why=(
                "A wave along the first input: the second input says nothing, and a trained network should "
                "ignore it."
            ),
            build=_sine,
        ),
    )
}
"""The built-in sets by name, in the order of the menu."""
