"""Numbers as people read them."""

from __future__ import annotations

import math

from explorer.errors import ExplorerError

MAX_WRITTEN = 1e15
"""The largest magnitude that is written out: beyond, a float has no units."""

_SPARE = 3  # decimals beyond the significant digits, before a small number is said to be nearly 0


def format_number(x: float, digits: int = 3) -> str:
    """A number for the screen: 2 to 4 significant digits, no idle zeros, a typographic minus sign (U+2212).

    A whole part is never rounded away, from 10,000 on it has commas, and no power of ten is written: what is
    too small for `digits` + 3 decimals is `≈ 0`. It is for eyes: a program should read `repr(x)`.

    Args:
        x: any number, NaN and infinities included.
        digits: the most significant digits that a fraction gets, 2 to 4.

    Raises:
        ExplorerError: `digits` is another number.

    >>> [format_number(x) for x in (0, 0.25, 1 / 3, -12.345, 1234.5, 65025, -0.00004, 1e-9)]
    ['0', '0.25', '0.333', '−12.3', '1234', '65,025', '−0.00004', '≈ 0']
    """
    if not 2 <= digits <= 4:
        raise ExplorerError(f"A number is shown with 2, 3 or 4 significant digits, not {digits}.")
    if math.isnan(x):
        return "not a number"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if x == 0:
        return "0"
    size = abs(x)
    if size > MAX_WRITTEN:
        return "> 10¹⁵" if x > 0 else "< −10¹⁵"
    power = int(f"{x:.{digits - 1}e}".partition("e")[2])
    decimals = 0 if size >= 10 ** (digits - 1) else min(digits + _SPARE, max(0, digits - 1 - power))
    text = f"{x:,.{decimals}f}" if size >= 9999.5 else f"{x:.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return "≈ 0"
    return (text.rstrip("0").rstrip(".") if decimals else text).replace("-", "−")
