"""Sheets for a class: an A4 page of exercises from a present experiment, and one of solutions, as PDF."""

from explorer.sheets.making import MAX_SHEET_SEED, arithmetic_sheet, convolution_sheet, pooling_sheet
from explorer.sheets.paper import ClassSheet, write

__all__ = ["MAX_SHEET_SEED", "ClassSheet", "arithmetic_sheet", "convolution_sheet", "pooling_sheet", "write"]
