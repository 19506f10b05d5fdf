"""Numbers as people write them, with thousands apart or a comma before the decimals."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[-+]?\d[\d.,'’ \u00a0\u202f]*")
_POWER = re.compile(r"[-+]?\d{1,20}(?:\.\d{1,20})?[eE][-+]?\d{1,2}")
"""A number as a spreadsheet writes it into text when it is long."""
_SPACES = re.compile(r"['’ \u00a0\u202f]")
_THOUSANDS = 3
_LONGEST = 40
"""Characters of a number; no sum of money has as many."""


def read_number(text: str) -> tuple[Decimal, bool] | None:
    """Read a number.

    Args:
        text: Digits with marks between them.

    Returns:
        The number, and whether it can only be that: 1,500 is read as one thousand five
        hundred, but may be one and a half. None if it is no number, or longer than one of
        anything that is counted.

    Examples:
        >>> read_number("15 500.50"), read_number("1.500.000"), read_number("2,5")
        ((Decimal('15500.50'), True), (Decimal('1500000'), True), (Decimal('2.5'), True))
        >>> read_number("1,500"), read_number("about 5"), read_number("1.5E+06")
        ((Decimal('1500'), False), None, (Decimal('1.5E+6'), True))
    """
    if _POWER.fullmatch(text):
        return Decimal(text), True
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    plain = _SPACES.sub("", text)
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return Decimal(plain), True
    mark, other = plain[last], "," if plain[last] == "." else "."
    whole, rest = plain[:last], plain[last + 1 :]
    if mark in whole:
        # A mark that comes twice keeps thousands apart.
        return _join(plain, mark) if other not in plain else None
    if other in whole or len(rest) != _THOUSANDS or whole.lstrip("+-") in ("", "0"):
        return _number(f"{whole.replace(other, '')}.{rest}"), True
    # A point before three digits is a decimal point in most files, a comma is not.
    return (_number(f"{whole}.{rest}"), False) if mark == "." else (_number(whole + rest), False)


def write_number(number: Decimal) -> str:
    """Write a number as a store keeps it, without zeros at the end.

    Examples:
        >>> write_number(Decimal("20854.50")), write_number(Decimal("3E+2"))
        ('20854.5', '300')
    """
    written = f"{number:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"


def _join(plain: str, mark: str) -> tuple[Decimal, bool]:
    return _number(plain.replace(mark, "")), True


def _number(text: str) -> Decimal:
    return Decimal(text.rstrip("."))
