"""Numbers as people write them, with thousands apart or a comma before the decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_ALIKE = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2008\u2009\u202f", " ")
    | dict.fromkeys("\u2018\u2019\u02bc\u00b4`\u066c", "'")
    | {"\u066b": ".", "\u2212": "-"}
)
"""Spaces of all widths, apostrophes, the marks of Arabic and the minus, as a keyboard has them."""
_NUMBER = re.compile(
    r"""
    (?P<sign> [-+]?)
    (?P<whole>
        (?!0)\d{1,3} (?P<apart> [ '.,]) \d{3} (?: (?P=apart) \d{3})*   # 1,500,000
      | (?!0)\d{1,2} (?: ,\d\d)+ ,\d{3}                               # 15,00,000, as in India
      | \d+
    )
    (?: (?P<mark> [.,]) (?P<rest> \d*))?
    """,
    re.VERBOSE,
)
_POWER = re.compile(r"[-+]?\d{1,20}(?:\.\d{1,20})?[eE][-+]?\d{1,2}")
"""A number as a spreadsheet writes it into text when it is long."""
_MARKS = re.compile(r"[ ',.]")
_THOUSANDS = 3
_LONGEST = 40
"""Characters of a number; no sum of money has as many."""
_SIGN = r"[$\u00a3\u00a5\u20a0-\u20cf]"
_CURRENCY = rf"(?:[A-Z]{{3}}|[A-Z]{{0,3}}{_SIGN})"
_AMONG = re.compile(
    rf"(?P<before>{_CURRENCY}?) ?(?P<number>[-+]?\d[\d ',.]*?)"
    rf" ?(?P<behind>(?:[^\W\d_]|[%\u2030\u00b0(]|{_SIGN}).*)?"
)
_RANGE = re.compile(
    r"[-–—] ?\d|(?<!\w)(?:to|or|and|of|x|e|à|a|al|au|ou|et|sur|de|hasta|o|y|até|bis|oder|und|von)"
    r" [-+]?\d",
    re.IGNORECASE,
)
"""What makes one number of two, or a part of another: 10 to 20, 3 of 5."""
_SCALE = re.compile(
    r"(?:k|mn|mio|bn|mrd|tsd|mil|mille|milh\w*|milli(?:on|ard|er)\w*|mill[oó]n\w*|billi?[oó]n\w*|thousands?"
    r"|hundreds?|tausend|duizend|trilli\w*|lakhs?|crores?|dozens?)\b",
    re.IGNORECASE,
)
"""What makes a number a larger one: 5 million."""
_LONGEST_AMOUNT = 60
_CODE_OR_SIGN = re.compile(r"(?:[A-Z]{0,3}[$€£¥]|[A-Z]{2,3})?")
"""Signs of money before or after a number."""


@dataclass(frozen=True)
class Quantity:
    """A number with the words around it.

    Attributes:
        number: The number.
        words: What stands before or behind it: a currency, a unit.
        is_sure: Whether the number can only be that.
    """

    number: Decimal
    words: str = ""
    is_sure: bool = True


def read_number(text: str) -> tuple[Decimal, bool] | None:
    """Read a number.

    Thousands are groups of three that one mark keeps apart; the mark before decimals is another.
    What is written in any other way, such as a day with points, is no number.

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
        >>> read_number("0,500"), read_number("12.05.2020"), read_number("1,500.250,5")
        ((Decimal('0.500'), False), None, None)
    """
    if len(text) > _LONGEST:
        return None
    plain = text.strip().translate(_ALIKE)
    if _POWER.fullmatch(plain):
        return Decimal(plain), True
    found = _NUMBER.fullmatch(plain)
    if not found or (found["mark"] and found["mark"] in found["whole"]):
        return None
    whole, apart, rest = found["sign"] + found["whole"], found["apart"], found["rest"]
    digits = _MARKS.sub("", whole)
    if found["mark"]:
        return Decimal(f"{digits}.{rest}"), _is_sure(found["whole"], found["mark"], rest)
    if apart in (".", ",") and whole.count(apart) == 1:
        # A point before three digits is a decimal point in most files, a comma is not.
        return Decimal(whole if apart == "." else digits), False
    return Decimal(digits), True


def _is_sure(whole: str, mark: str, rest: str) -> bool:
    """Tell whether a mark can only stand before decimals."""
    if whole != "0" and whole.startswith("0"):
        # So begin months and numbers of accounts.
        return False
    if len(rest) != _THOUSANDS or "." in whole or "," in whole:
        return True
    return whole == "0" and mark == "."


def read_quantity(text: str) -> Quantity | None:
    """Read a number with a currency before it, or with words behind it.

    Args:
        text: What a cell holds.

    Returns:
        The number and the words; None if no number stands there, or not a single one, or one
        that the words make another, as a range and "5 million" do.

    Examples:
        >>> read_quantity("USD 1,500.00"), read_quantity("12,5 %").words
        (Quantity(number=Decimal('1500.00'), words='USD', is_sure=True), '%')
        >>> read_quantity("10-20"), read_quantity("5 million people"), read_quantity("12.05.2020")
        (None, None, None)
    """
    plain = " ".join(text.translate(_ALIKE).split())
    if sure := read_number(plain):
        return Quantity(sure[0], "", sure[1])
    found = _AMONG.fullmatch(plain)
    read = read_number(found["number"]) if found else None
    if not found or not read:
        return None
    before, behind = found["before"], found["behind"] or ""
    if _RANGE.search(behind) or _SCALE.match(behind) or (before and re.match(r"[mM]\b", behind)):
        return None
    return Quantity(read[0], " ".join(filter(None, (before, behind))), read[1])


def read_money(text: str) -> Quantity | None:
    """Read a number with nothing beside it but its currency, as a code or a sign.

    Args:
        text: What a cell holds.

    Returns:
        The number, and the code or sign as its words; None if it is anything else.

    Examples:
        >>> read_money("EUR 1,500.00"), read_money("1500 per year"), read_money("2 million")
        (Quantity(number=Decimal('1500.00'), words='EUR', is_sure=True), None, None)
    """
    money = read_quantity(text) if len(text) <= _LONGEST_AMOUNT else None
    return money if money and _CODE_OR_SIGN.fullmatch(money.words) else None


def write_number(number: Decimal) -> str:
    """Write a number as a store keeps it, without zeros at the end.

    Examples:
        >>> write_number(Decimal("20854.50")), write_number(Decimal("3E+2"))
        ('20854.5', '300')
    """
    written = f"{number:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"
