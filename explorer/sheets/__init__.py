"""Sheets for a class as PDF: an A4 page of exercises from an experiment or a lesson, and one of solutions."""

from explorer.sheets.making import (
    MAX_SHEET_SEED,
    arithmetic_sheet,
    convolution_sheet,
    lesson_sheet,
    pooling_sheet,
)
from explorer.sheets.paper import ClassSheet, write

__all__ = [
    "MAX_SHEET_SEED",
    "ClassSheet",
    "arithmetic_sheet",
    "convolution_sheet",
    "lesson_sheet",
    "pooling_sheet",
    "write",
]
