"""Whether a straight line parts two classes of points: decided, not trained."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.mlp.datasets import Points


def is_separable(points: Points) -> bool:
    """Whether some straight line has all points of one class on one side and all others on the other.

    Two sets of points can be parted where their convex hulls have no point in common. Two convex polygons
    have none exactly where along the normal of one of their edges they lie apart (the separating axis
    theorem), so that those directions decide.

    Args:
        points: Of two classes.

    Raises:
        ExplorerError: If the points have no classes, or more than two.

    Example:
        >>> from explorer.mlp.datasets import DATASETS, from_rows
        >>> is_separable(DATASETS["xor"].make(100)), is_separable(from_rows([[0, 0, 0], [1, 0, 1]]))
        (False, True)
    """
    if points.task != "classification":
        raise ExplorerError(
            "A line parts classes, and these points have numbers; choose points of two classes."
        )
    if len(points.classes) > 2:
        raise ExplorerError(
            f"A line parts two classes, and these points are of {len(points.classes)}; choose points of two."
        )
    first, second = points.x[points.y == 0], points.x[points.y == 1]
    if not len(first) or not len(second):
        return True
    hulls = [_hull(first), _hull(second)]
    directions = [second.mean(axis=0, dtype=np.float64) - first.mean(axis=0, dtype=np.float64)]
    for hull in hulls:
        edges = np.roll(hull, -1, axis=0) - hull  # (n, 2)
        directions += [np.array([-y, x]) for x, y in edges]
        if len(hull) == 2:
            directions.append(edges[0])  # a segment, which another one on the same line may lie beside
    return any(_apart(*(_along(hull, direction) for hull in hulls)) for direction in directions)


def _hull(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """The corners of the convex hull, float64 (n, 2)."""
    corners: Any = cv2.convexHull(np.ascontiguousarray(points))
    return np.asarray(corners, np.float64).reshape(-1, 2)


def _along(hull: NDArray[np.float64], direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each corner lies along a direction; a matrix product may round the same corner in two ways."""
    return np.asarray(hull[:, 0] * direction[0] + hull[:, 1] * direction[1])


def _apart(first: NDArray[np.float64], second: NDArray[np.float64]) -> bool:
    return bool(first.max() < second.min() or second.max() < first.min())
