"""Days as people write them: ISO 8601, day and month in either order, names of months."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale

from devcoop.load.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.load.tables import Cell

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?)?)?")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d\d(?::\d\d)?)?")
_WORDS = (
    re.compile(
        r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?(?: de)?[ -])?"
        r"(?P<month>[^\W\d]+)\.?,?(?: de| del)?[ -](?P<year>\d{4})"
    ),
    re.compile(r"(?P<month>[^\W\d]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
)
_LANGUAGES = ("en", "fr", "es", "pt", "de", "it", "nl")
_MONTHS = 12
Days = tuple[date, date]
"""First and last day of what is meant: the same for a day, others for a month or a year."""


def read_days(cell: Cell, *, month_first: bool = False) -> Days | None:
    """Read a day, a month or a year.

    Args:
        cell: What a table has, a date or text.
        month_first: Whether numbers such as 3/4/2020 begin with the month.

    Returns:
        First and last day of it; None if it is no such thing, or no day that exists.

    Examples:
        >>> str(read_days("31/12/2021")[0]), str(read_days("3/4/2020", month_first=True)[0])
        ('2021-12-31', '2020-03-04')
        >>> [str(day) for day in read_days("février 2024")], read_days("31/02/2021")
        (['2024-02-01', '2024-02-29'], None)
    """
    if isinstance(cell, date):
        return cell, cell
    if not isinstance(cell, str):
        return None
    text = " ".join(cell.split())
    try:
        return _read_iso(text) or _read_numbers(text, month_first) or _read_words(text)
    except ValueError:
        return None


def _read_iso(text: str) -> Days | None:
    found = _ISO.fullmatch(text)
    return _span(*found.groups()) if found else None


def _span(year: str, month: str | int | None, day: str | None) -> Days:
    if not month:
        return date(int(year), 1, 1), date(int(year), _MONTHS, 31)
    number = int(month)
    if day:
        only = date(int(year), number, int(day))
        return only, only
    first = date(int(year), number, 1)
    return first, first.replace(day=calendar.monthrange(first.year, number)[1])


def _read_numbers(text: str, month_first: bool) -> Days | None:
    found = _NUMBERS.fullmatch(text)
    if not found:
        return None
    first, second = int(found[1]), int(found[3])
    # What can be read in one order only is read in that.
    swapped = second > _MONTHS or (month_first and first <= _MONTHS)
    day, month = (second, first) if swapped else (first, second)
    only = date(int(found[4]), month, day)
    return only, only


def _read_words(text: str) -> Days | None:
    for pattern in _WORDS:
        found = pattern.fullmatch(text)
        month = _name_months().get(fold(found["month"])) if found else None
        if found and month:
            return _span(found["year"], month, found["day"])
    return None


@lru_cache(maxsize=1)
def _name_months() -> dict[str, int]:
    return {
        fold(name): number
        for language in reversed(_LANGUAGES)
        for width in ("abbreviated", "wide")
        for number, name in Locale(language).months["format"][width].items()
    }


def is_ambiguous(cell: Cell) -> bool:
    """Tell whether a text may be read with the day first or with the month first.

    Examples:
        >>> is_ambiguous("3/4/2020"), is_ambiguous("3/3/2020"), is_ambiguous("13/4/2020")
        (True, False, False)
    """
    found = _NUMBERS.fullmatch(" ".join(cell.split())) if isinstance(cell, str) else None
    return found is not None and found[1] != found[3] and not _show_order(found)


def _show_order(found: re.Match[str]) -> str:
    first, second = int(found[1]), int(found[3])
    if first > _MONTHS >= second:
        return "day"
    return "month" if second > _MONTHS >= first else ""


def find_orders(cells: Iterable[Cell]) -> set[str]:
    """Find in which order the numbers of days are written, from those that show it.

    Returns:
        `day` if some day comes first, `month` if some month does; both, or nothing, may be.

    Examples:
        >>> find_orders(["3/4/2020", "31/4/2020"]), find_orders(["3/4/2020"])
        ({'day'}, set())
    """
    texts = (" ".join(cell.split()) for cell in cells if isinstance(cell, str))
    return {_show_order(found) for text in texts if (found := _NUMBERS.fullmatch(text))} - {""}
