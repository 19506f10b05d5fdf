"""Days as people write them in tables: real dates, ISO, day/month/year, month and year, a year."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    from devcoop.load.tables import Cell

_LANGUAGES = ("en", "fr", "es", "pt", "de", "it", "nl")
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ].*)?$")
_SLASHES = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ ,].*)?$")
_YEAR = re.compile(r"(\d{4})(?:\.0)?$")
_WORDS = re.compile(
    r"(?:(\d{1,2})\.?(?:st|nd|rd|th|er|º)?\s+)?(?:de\s+|d')?([^\W\d]+)\.?,?\s+(?:de\s+)?(\d{4})$"
)
_WORDS_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_MONTHS = 12


@dataclass(frozen=True)
class Days:
    """The days that a text names: one, or all of a month or year.

    Attributes:
        first: The first of them.
        last: The last of them.
        may_be_swapped: Whether day and month may be the other way round.
    """

    first: date
    last: date
    may_be_swapped: bool = False


def read_days(cell: Cell, *, month_first: bool = False) -> Days | None:
    """Read which days a cell names.

    Args:
        cell: A date, a number that is a year, or text.
        month_first: Whether 3/4/2020 is the fourth of March, as in the United States.

    Returns:
        The days; None if it names none.

    Examples:
        >>> read_days("31/12/2010").last, read_days("March 2026").first
        (datetime.date(2010, 12, 31), datetime.date(2026, 3, 1))
        >>> read_days(2009.0).last, read_days("soon"), read_days("30/02/2010")
        (datetime.date(2009, 12, 31), None, None)
        >>> read_days("03/04/2020").may_be_swapped
        True
    """
    if isinstance(cell, date):
        return Days(cell, cell)
    if isinstance(cell, bool) or cell is None:
        return None
    text = " ".join(str(cell).split())
    try:
        return _read_text(text, month_first=month_first)
    except ValueError:
        return None


def _read_text(text: str, *, month_first: bool) -> Days | None:
    if match := _ISO.match(text):
        return _make(match[1], match[2], match[3])
    if match := _SLASHES.match(text):
        return _read_slashes(match, month_first=month_first)
    if match := _YEAR.match(text):
        year = int(match[1])
        return Days(date(year, 1, 1), date(year, 12, 31))
    if match := _WORDS.match(text):
        return _make(match[3], _month(match[2]), match[1])
    if match := _WORDS_FIRST.match(text):
        return _make(match[3], _month(match[1]), match[2])
    return None


def _read_slashes(match: re.Match[str], *, month_first: bool) -> Days | None:
    one, other = int(match[1]), int(match[2])
    day, month = (other, one) if month_first else (one, other)
    if month > _MONTHS >= day:
        day, month = month, day
    days = _make(match[3], month, day)
    swapped = day != month and day <= _MONTHS
    return Days(days.first, days.last, swapped) if days else None


def _make(year: str | int, month: str | int, day: str | int | None) -> Days:
    """Make the days of a year, month and day, or of a whole month."""
    numbers = int(year), int(month)
    if day is not None:
        one = date(*numbers, int(day))
        return Days(one, one)
    last = calendar.monthrange(*numbers)[1]
    return Days(date(*numbers, 1), date(*numbers, last))


def _month(name: str) -> int:
    """Give the number of a month; raises if the word is none."""
    number = _names().get(name.casefold().strip("."))
    if number is None:
        raise ValueError(name)
    return number


@cache
def _names() -> dict[str, int]:
    """Names of the months, whole and short, in the languages in which lists come."""
    return {
        name.casefold().strip("."): number
        for language in _LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in Locale(language).months["format"][width].items()
    }
