"""Numbers as people read them."""

from __future__ import annotations

import math

from explorer.errors import ExplorerError


def format_number(x: float, digits: int = 3) -> str:
    """A number for the screen: 2 to 4 significant digits, no idle zeros, a typographic minus sign (U+2212).

    A whole part of up to four digits is never rounded away. It is for eyes: a program should read `repr(x)`.

    Args:
        x: any number, NaN and infinities included.
        digits: the most significant digits that a fraction gets, 2 to 4.

    >>> [format_number(x) for x in (0, 0.25, 1 / 3, -12.345, 1234.5, 65025, -0.00004)]
    ['0', '0.25', '0.333', '−12.3', '1234', '6.5e4', '−4e−5']
    """
    if not 2 <= digits <= 4:
        raise ExplorerError(f"A number is shown with 2, 3 or 4 significant digits, not {digits}.")
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if 10 ** (digits - 1) <= abs(x) < 9999.5:
        return f"{x:.0f}".replace("-", "−")
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    power = int(exponent)
    if -3 <= power <= 3:
        fixed = f"{x:.{max(0, digits - 1 - power)}f}"
        text = fixed.rstrip("0").rstrip(".") if "." in fixed else fixed
        return "0" if x == 0 else text.replace("-", "−")
    trimmed = mantissa.rstrip("0").rstrip(".")
    return f"{trimmed}e{power}".replace("-", "−")
