"""Days as people write them: a day, a month, a quarter or a year, in several ways."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from babel.dates import get_month_names

from devcoop.load.form.choices import fold
from devcoop.load.tables import Cell, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_LAST_MONTH = 12
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_ZERO = date(1899, 12, 30)
# Years of two digits below this are of this century, as spreadsheet programs take them.
_TURN = 70
_LANGUAGES = ("en", "fr", "es", "pt", "de", "it", "nl")
"""Languages of the months; where two have one short name for different months, the first counts."""
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d\d)(?: [\d:.]+)?")
_RANGE = re.compile(
    r"(?:from |de |du )?(\d{4}) ?(?:-|–|—|/|to|until|and|à|au|et|a|al|y|e|hasta|até|bis|und)"
    r" ?(\d{4}|\d\d)",
    re.IGNORECASE,
)
"""Two years; text has single spaces."""
Days = tuple[date, date]
"""First and last day of what is meant: the same for a day, others for a month or a year."""


@dataclass(frozen=True)
class Span:
    """What a cell says of time.

    Attributes:
        first: Its first day.
        last: Its last day; the same if it names one day.
        reading: How it was read, if it could have been read in another way; else empty.
    """

    first: date
    last: date
    reading: str = ""

    @property
    def days(self) -> Days:
        """Its first and last day."""
        return self.first, self.last


def read_span(cell: Cell, *, month_first: bool = False) -> Span | None:
    """Read a cell that should have a date.

    Args:
        cell: A date, a number or text.
        month_first: Whether numbers such as 3/4/2020 begin with the month.

    Returns:
        The days that are meant; None if the cell is empty.

    Raises:
        ValueError: It is no date; the text of the error says why.

    Examples:
        >>> str(read_span("March 2026").last), str(read_span("1er mars 2026").first)
        ('2026-03-31', '2026-03-01')
        >>> str(read_span("2026-Q1").last)
        '2026-03-31'
        >>> read_span("03/04/2026").reading
        'the day is taken to stand before the month'
        >>> read_span("32/01/2026")
        Traceback (most recent call last):
        ValueError: there is no such day
    """
    if isinstance(cell, date):
        return Span(cell, cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _read_number(cell)
    text = as_text(cell)
    if not text:
        return None
    if found := _NUMBERS.fullmatch(text):
        return _read_numbers(found[1], found[3], found[4], month_first=month_first)
    for read in (_read_digits, _read_words, _read_range):
        if span := read(text):
            return span
    raise ValueError("it is no date")


def read_days(cell: Cell, *, month_first: bool = False) -> Days | None:
    """Read a day, a month or a year where something else may stand as well.

    Args:
        cell: What a table has.
        month_first: Whether numbers such as 3/4/2020 begin with the month.

    Returns:
        First and last day of it; None if it is no such thing, or no day that exists.

    Examples:
        >>> str(read_days("31/12/2021")[0]), str(read_days("3/4/2020", month_first=True)[0])
        ('2021-12-31', '2020-03-04')
        >>> [str(day) for day in read_days("février 2024")], read_days("31/02/2021")
        (['2024-02-01', '2024-02-29'], None)
    """
    try:
        span = read_span(cell, month_first=month_first)
    except ValueError:
        return None
    return span.days if span else None


def join_days(start: Days | None, end: Days | None) -> tuple[date | None, date | None]:
    """Give the first and the last day of a period, of which two cells say something.

    Args:
        start: What the cell of its start names; None if that is nothing.
        end: What the cell of its end names.

    Returns:
        First and last day, each None if it is not known. A cell that names two years says both
        where the other cell says nothing.

    Examples:
        >>> [str(day) for day in join_days(read_days("2019/2020"), None)]
        ['2019-01-01', '2020-12-31']
        >>> [str(day) for day in join_days(read_days("2019"), None)]
        ['2019-01-01', 'None']
    """
    only = start or end
    if only and not (start and end) and only[0].year != only[1].year:
        return only
    return start[0] if start else None, end[1] if end else None


def is_ambiguous(cell: Cell) -> bool:
    """Tell whether a text may be read with the day first or with the month first.

    Examples:
        >>> is_ambiguous("3/4/2020"), is_ambiguous("3/3/2020"), is_ambiguous("13/4/2020")
        (True, False, False)
    """
    found = _NUMBERS.fullmatch(" ".join(cell.split())) if isinstance(cell, str) else None
    return found is not None and found[1] != found[3] and not _show_order(found)


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


def _show_order(found: re.Match[str]) -> str:
    first, second = int(found[1]), int(found[3])
    if first > _LAST_MONTH >= second:
        return "day"
    return "month" if second > _LAST_MONTH >= first else ""


def _read_number(number: float) -> Span:
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        day = _ZERO + timedelta(days=int(number))
        return Span(day, day, "a number is taken for the day that a spreadsheet means by it")
    if float(number).is_integer():
        found = _read_digits(str(int(number)))
        if found:
            return found
    raise ValueError("it is no date")


def _make_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("there is no such day") from None


def _make_month(year: int, month: int) -> Span:
    first = _make_day(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    return Span(first, last, "a month is taken from its first day to its last")


def _make_quarter(year: int, number: int) -> Span:
    first, last = _make_month(year, number * 3 - 2).first, _make_month(year, number * 3).last
    return Span(first, last, "a quarter is taken from its first day to its last")


def _make_year(first: int, last: int) -> Span:
    days = _make_day(first, 1, 1), _make_day(last, 12, 31)
    if days[0] > days[1]:
        raise ValueError("it ends before it starts")
    if first != last:
        return Span(*days, "two years are taken from the first day of one to the last of the other")
    return Span(*days, "a year is taken from its first day to its last")


def _one_day(year: int, month: int, day: int, reading: str = "") -> Span:
    only = _make_day(year, month, day)
    return Span(only, only, reading)


def _read_digits(text: str) -> Span | None:
    """Read what has digits only: 2026-03-31, with or without a time, or less."""
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]+Z?)?", text):
        return _one_day(int(found[1]), int(found[2]), int(found[3]))
    return _read_few_digits(text)


def _read_few_digits(text: str) -> Span | None:
    """Read 2026, 2026-03, 03/2026, 2026-Q1, and the number that a spreadsheet has for a day."""
    if found := re.fullmatch(r"(\d{4})", text):
        return _make_year(int(found[1]), int(found[1]))
    if re.fullmatch(r"\d{5}", text) and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return _read_number(int(text))
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", text):
        return _read_year_and_more(int(found[1]), found[2])
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
        return _make_month(int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(\d{4})[- ]?[QTqt]([1-4])", text):
        return _make_quarter(int(found[1]), int(found[2]))
    return None


def _read_year_and_more(year: int, more: str) -> Span:
    """Read 2026-03, a month, and 2026/27, two years; what may be both is taken for a month."""
    other = year - year % 100 + int(more)
    if int(more) > _LAST_MONTH and other > year:
        return _make_year(year, other)
    month = _make_month(year, int(more))
    if len(more) == len("27") and other == year + 1:
        told = "a year with the number of the next, such as 2011/12, is taken for a month"
        return Span(month.first, month.last, told)
    return month


def _read_numbers(one: str, other: str, written: str, *, month_first: bool) -> Span:
    """Read a day with its year behind: what can be read in one order only is read in that."""
    first, second, year = int(one), int(other), int(written)
    reading = ""
    if len(written) == len("26"):
        year += 2000 if year < _TURN else 1900
        reading = "a year of two digits is taken for one of 1970 to 2069"
    if first <= _LAST_MONTH and (month_first or second > _LAST_MONTH):
        return _one_day(year, first, second, "the month is taken to stand before the day")
    if first != second and first <= _LAST_MONTH:
        reading = reading or "the day is taken to stand before the month"
    return _one_day(year, second, first, reading)


def _read_words(text: str) -> Span | None:
    """Read what names a month or a quarter."""
    plain = fold(text).replace(",", " ").replace(".", " ")
    words = [re.sub(r"^(\d{1,2})(st|nd|rd|th|er|e|º)$", r"\1", one) for one in plain.split()]
    words = [one for one in words if one not in ("of", "de", "del", "le", "the", "d")]
    months = [_months()[one] for one in words if one in _months()]
    numbers = [one for one in words if one.isascii() and one.isdigit()]
    years = [int(one) for one in numbers if len(one) == len("2026")]
    days = [int(one) for one in numbers if len(one) <= len("31")]
    if len(years) != 1:
        return None
    if len(months) == 1 and len(words) == len(numbers) + 1:
        if len(numbers) == 1:
            return _make_month(years[0], months[0])
        return (
            _one_day(years[0], months[0], days[0]) if len(days) == len(numbers) - 1 == 1 else None
        )
    quarter = re.fullmatch(r"[qt]([1-4])", next((w for w in words if w not in numbers), ""))
    if quarter and len(words) == len(("Q1", "2026")):
        return _make_quarter(years[0], int(quarter[1]))
    return None


def _read_range(text: str) -> Span | None:
    """Read two years: 2026-2027, 2026 to 2027, 2026–27."""
    found = _RANGE.fullmatch(text)
    if not found:
        return None
    first, last = int(found[1]), int(found[2])
    if len(found[2]) == len("27"):
        last += first - first % 100
    return _make_year(first, last)


@cache
def _months() -> dict[str, int]:
    found = {"sept": 9}
    for locale in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=locale).items():
                found.setdefault(fold(name).strip("."), number)
    return found
