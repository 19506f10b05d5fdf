"""Charts as geometry: the templates only write them as SVG, with the same numbers as a table.

Positions along a chart are per cent of its width, so that bars shrink with the page and the
words do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from devcoop.report.timeline import Tick

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from devcoop.model import Period

_MOST_YEARS = 9
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """One bar of a bar chart.

    Attributes:
        label: What is counted.
        number: How many.
        width: Length, in per cent of the longest bar.
    """

    label: str
    number: float
    width: float


def build_bars(rows: Iterable[tuple[str, float]]) -> tuple[Bar, ...]:
    """Build a bar chart.

    Args:
        rows: Labels and numbers, none of them negative.

    Examples:
        >>> [bar.width for bar in build_bars([("a", 4), ("b", 1)])]
        [100.0, 25.0]
        >>> build_bars([("a", 0)])[0].width
        0.0
    """
    listed = list(rows)
    most = max((number for _, number in listed), default=0) or 1
    return tuple(Bar(label, number, round(100 * number / most, 2)) for label, number in listed)


@dataclass(frozen=True)
class Span:
    """A bar of a time line.

    Attributes:
        label: What it is.
        iri: The thing; empty if it has no page.
        period: When.
        is_main: The page is about it.
        start: Left end, in per cent of the width.
        width: Length, in per cent of the width.
    """

    label: str
    iri: str
    period: Period
    is_main: bool
    start: float
    width: float

    @property
    def is_certain(self) -> bool:
        """Whether both ends are stated."""
        return self.period.basis == "stated" and None not in (self.period.start, self.period.end)


@dataclass(frozen=True)
class Timeline:
    """Bars on one scale of years.

    Attributes:
        ticks: The scale.
        spans: The bars.
    """

    ticks: tuple[Tick, ...]
    spans: tuple[Span, ...]


def build_timeline(rows: Sequence[tuple[str, str, Period]], main: str = "") -> Timeline:
    """Build a time line; an end that is not stated runs to the edge of the drawing.

    Args:
        rows: Label, IRI and period of each bar.
        main: IRI of the thing that the page is about.

    Examples:
        >>> from devcoop.model import Period
        >>> period = Period(date(2016, 1, 1), date(2019, 12, 31), "stated")
        >>> build_timeline([("a", "", period)]).spans[0].width
        100.0
    """
    first, last = _ends([period for _, _, period in rows])
    days = (last - first).days

    def at(day: date) -> float:
        return round(100 * (day - first).days / days, 2)

    def span(label: str, iri: str, period: Period) -> Span:
        start = at(period.start or first)
        end = at(min(last, period.end + _ONE_DAY) if period.end else last)
        # Even a day must be seen.
        return Span(label, iri, period, iri == main, start, round(max(0.4, end - start), 2))

    step = 1 + (last.year - first.year - 1) // _MOST_YEARS
    years = range(first.year, last.year, step)
    return Timeline(
        ticks=tuple(Tick(at(date(year, 1, 1)), year) for year in years),
        spans=tuple(span(*row) for row in rows),
    )


def _ends(periods: Sequence[Period]) -> tuple[date, date]:
    """Give the first days of the first year shown and of the year after the last one."""
    days = [day for one in periods for day in (one.start, one.end) if day] or [date(2000, 1, 1)]
    is_open_start = any(one.start is None for one in periods)
    is_open_end = any(one.end is None for one in periods)
    first = date(max(1, min(days).year - is_open_start), 1, 1)
    return first, date(min(9998, max(days).year + is_open_end) + 1, 1, 1)
