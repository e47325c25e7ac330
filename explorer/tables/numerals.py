"""Numbers as people write them: a decimal mark, groups of digits, currencies, per cent.

1,234 is one and a bit in Berlin and a thousand and more in Boston. One cell may leave that open; a cell such
as 1,5 or 1.234,5 settles it for all of its file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

MAX_MAGNITUDE = 1e100
"""The largest magnitude of a number: products and squares of such numbers are finite."""

_SPACES = " \u00a0\u2007\u2009\u202f"  # also those at which no line is broken
_SIGNS = "$€£¥₹₽₩₺₫₪₱฿₴₦"
_CODES = (
    *("EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN"),
    *("CZK", "HUF", "RON", "TRY", "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD", "kr", "Fr", "zł", "Kč", "Ft"),
)
_MONEY = rf"(?:(?:US|CA|AU|NZ|HK|A|C|R)?[{_SIGNS}]|(?:{'|'.join(_CODES)})\.?)"
_CELL = re.compile(
    rf"(?P<bracket>\()?[{_SPACES}]*(?P<before>[-+]?)[{_SPACES}]*(?P<money>{_MONEY})?[{_SPACES}]*"
    rf"(?P<within>[-+]?)(?P<digits>\d(?:[\d.,'’{_SPACES}]*[\d.,])?|[.,]\d+)(?P<exponent>[eE][-+]?\d{{1,6}})?"
    rf"[{_SPACES}]*(?:(?P<percent>%)|(?P<after>{_MONEY}))?(?P<behind>-?)[{_SPACES}]*(?P<closed>\))?"
)


@cache
def _digits(decimal: str) -> re.Pattern[str]:
    """What the digits of a number look like with this decimal mark; the other mark parts groups."""
    other, mark = ("," if decimal == "." else "."), re.escape(decimal)
    groups = rf"[1-9]\d{{0,2}}(?P<by>[{re.escape(other)}'’{_SPACES}])\d{{3}}(?:(?P=by)\d{{3}})*"
    # India parts groups of two before the last three.
    lakhs = r"|[1-9]\d?(?:,\d\d)+,\d{3}" if decimal == "." else ""
    return re.compile(rf"(?:\d+|{groups}{lakhs})(?:{mark}\d*)?|{mark}\d+")


@dataclass(frozen=True)
class Numeral:
    """A cell that can be a number, whatever the decimal mark of its file.

    Attributes:
        marks: Decimal marks with which it is one: ".", ",", or both; both too where it has no mark.
        digits: Its digits with their marks, without sign, currency and per cent.
        negative: Whether it is below zero: -5, 5-, or (5) as accountants write it.
        exponent: Such as "e-3", or "".
        percent: Whether it is in hundredths.
        money: Whether a currency stands with it.
    """

    marks: str
    digits: str
    negative: bool
    exponent: str
    percent: bool
    money: bool

    @property
    def is_settled(self) -> bool:
        """Whether it can be read with one decimal mark alone."""
        return len(self.marks) == 1

    @property
    def is_open(self) -> bool:
        """Whether each mark gives another number: 1.234 and 1,234."""
        return len(self.marks) == 2 and ("." in self.digits or "," in self.digits)

    def value(self, decimal: str) -> float:
        """Return the number, with a decimal mark that is one of its `marks`."""
        text = "".join(
            "." if character == decimal else character
            for character in self.digits
            if character.isdigit() or character == decimal
        )
        power = int(self.exponent[1:] or 0)
        number = float(f"{text}e{power - 2 * self.percent}")
        return -number if self.negative else number


def numeral(cell: str) -> Numeral | None:
    """Look at a cell; None where it is no number.

    Example:
        >>> [numeral(cell).marks for cell in ("1.5", "1.234", "1.234,5", "€ 12")]
        ['.', '.,', ',', '.,']
        >>> numeral("(1'234.50)").value("."), numeral("5 %").value("."), numeral("29.05.2024")
        (-1234.5, 0.05, None)
    """
    found = _CELL.fullmatch(plain_cell(cell))
    if not found or bool(found["bracket"]) != bool(found["closed"]) or (found["money"] and found["percent"]):
        return None
    marks = "".join(mark for mark in ".," if _digits(mark).fullmatch(found["digits"]))
    signs = found["before"] + found["within"] + found["behind"] + (found["bracket"] or "")
    if not marks or len(signs) > 1:
        return None
    return Numeral(
        marks=marks,
        digits=found["digits"],
        negative=signs in ("-", "("),
        exponent=found["exponent"] or "",
        percent=bool(found["percent"]),
        money=bool(found["money"] or found["after"]),
    )


def plain_cell(cell: str) -> str:
    """A cell for reading: no spaces around it, an ordinary minus."""
    return cell.strip().replace("−", "-")


@dataclass(frozen=True)
class Numerals:
    """How the numbers of a file are written.

    Attributes:
        decimal: "." or ",".
    """

    decimal: str = "."

    @property
    def other(self) -> str:
        """The mark that parts groups of digits."""
        return "," if self.decimal == "." else "."

    def read(self, cell: str) -> float | None:
        """Return the number that a cell holds, None if it holds none with this decimal mark.

        Example:
            >>> Numerals(",").read("1.234,5"), Numerals(".").read("1.234,5")
            (1234.5, None)
        """
        found = numeral(cell)
        return found.value(self.decimal) if found and self.decimal in found.marks else None
