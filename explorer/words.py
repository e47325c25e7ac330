"""Numbers in English sentences: one thing, two things, no things."""

from __future__ import annotations

from decimal import Decimal

SMALL = 9
"""Down to this negative power of ten a number is written out."""


def plural(count: float, one: str, several: str = "") -> str:
    """Return the form of a noun, or of the verb that goes with it, for so many.

    Args:
        count: How many there are.
        one: The form for exactly one.
        several: The form for any other number; without it, `one` with an s.

    Example:
        >>> plural(1, "bias", "biases"), plural(0, "bias", "biases"), plural(0.5, "cell")
        ('bias', 'biases', 'cells')
        >>> plural(1, "is", "are"), plural(3, "is", "are")
        ('is', 'are')
    """
    return one if count == 1 else several or f"{one}s"


def counted(count: int, one: str, several: str = "") -> str:
    """How many there are.

    Example:
        >>> counted(1, "row"), counted(1200, "row"), counted(0, "bias", "biases")
        ('1 row', '1,200 rows', '0 biases')
    """
    return f"{count:,} {plural(count, one, several)}"


def percent(share: float) -> str:
    """Write a share to a tenth of a percent; only nothing is 0.0 %, and only all is 100.0 %.

    No line is broken before the sign.

    >>> print(*(percent(share) for share in (0, 1.2e-8, 0.00712, 0.81649, 0.99996, 1)), sep=", ")
    0.0\u00a0%, <\u00a00.1\u00a0%, 0.7\u00a0%, 81.6\u00a0%, >\u00a099.9\u00a0%, 100.0\u00a0%
    """
    if 0 < share < 0.0005:
        return "<\u00a00.1\u00a0%"
    return ">\u00a099.9\u00a0%" if 0.9995 <= share < 1 else f"{100 * share:.1f}\u00a0%"


def whole_percent(share: float) -> str:
    """Write a share in whole percent; only nothing is 0 %, and only all is 100 %.

    >>> print(*(whole_percent(share) for share in (0, 0.004, 0.5, 0.996, 1)), sep=", ")
    0\u00a0%, <\u00a01\u00a0%, 50\u00a0%, >\u00a099\u00a0%, 100\u00a0%
    """
    if 0 < share <= 0.005:
        return "<\u00a01\u00a0%"
    return ">\u00a099\u00a0%" if 0.995 <= share < 1 else f"{100 * share:.0f}\u00a0%"


def signed(number: float, digits: int = 6) -> str:
    """Write a number for a sentence, with U+2212 for minus and all zeros of a small one.

    >>> signed(-3), signed(2.5), signed(-1.7917595, 4), signed(1e-5), signed(-1e-30)
    ('−3', '2.5', '−1.792', '0.00001', '−1e−30')
    """
    text = f"{number:.{digits}g}"
    mantissa, _, power = text.partition("e")
    if power:
        text = f"{Decimal(text):f}" if -SMALL <= int(power) < 0 else f"{mantissa}e{int(power)}"
    return text.replace("-", "−")
