"""Vectors and matrices: what a dot product, a projection and a matrix product are.

The numbers are the students' own, so everything made of them is float64 here; pictures stay float32. Rows
and columns are counted from 1 where a sentence speaks of them, from 0 in arguments. What rounding leaves of
numbers that cancel is 0 in every result, see `explorer.rounding`; so the words beside a number have nothing
to decide: right angles are where the dot product is 0.
Worked texts are LaTeX with the present numbers in it, up to 4 digits, and say "≈" where a digit is missing.
"""

from explorer.tables import MAX_MAGNITUDE
from explorer.vectors.checks import SHORTEST, Matrix, Shape, Vector, checked_place, listed
from explorer.vectors.geometry import (
    Dot,
    Projection,
    Term,
    add,
    angle,
    cosine,
    distance,
    dot,
    length,
    project,
    scale,
    subtract,
)
from explorer.vectors.matrices import (
    ColumnStep,
    MatrixVector,
    matrix_product,
    matrix_vector,
    product_cell,
    product_sentence,
    product_shape,
)
from explorer.vectors.measures import VectorMeasure, measures
from explorer.vectors.operations import OPERATIONS, Result, VectorOperation, dot_text
from explorer.vectors.pictures import PatchDot, PictureSize, batch, patch_dot, picture_size, pixel_row
from explorer.vectors.standardising import Standardised, standardise, standardise_text
from explorer.vectors.texts import plain, plain_vector, written

__all__ = [
    "MAX_MAGNITUDE",
    "OPERATIONS",
    "SHORTEST",
    "ColumnStep",
    "Dot",
    "Matrix",
    "MatrixVector",
    "PatchDot",
    "PictureSize",
    "Projection",
    "Result",
    "Shape",
    "Standardised",
    "Term",
    "Vector",
    "VectorMeasure",
    "VectorOperation",
    "add",
    "angle",
    "batch",
    "checked_place",
    "cosine",
    "distance",
    "dot",
    "dot_text",
    "length",
    "listed",
    "matrix_product",
    "matrix_vector",
    "measures",
    "patch_dot",
    "picture_size",
    "pixel_row",
    "plain",
    "plain_vector",
    "product_cell",
    "product_sentence",
    "product_shape",
    "project",
    "scale",
    "standardise",
    "standardise_text",
    "subtract",
    "written",
]
