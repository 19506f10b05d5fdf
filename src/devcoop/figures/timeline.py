"""Plans over time: bars on one scale of years, and how the plans meet.

Positions are per cent of the drawing's width, so that the bars shrink with the page and
the words do not. An end that no plan states runs to the edge of the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from devcoop.model import Period

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devcoop.model import Plan

MOST_PLANS = 6
"""With more plans, two by two, the drawing would say too much; the table still says it."""
_MOST_YEARS = 9
_ONE_DAY = timedelta(days=1)
_LEAST_WIDTH = 0.4
"""In per cent: even a day must be seen."""


@dataclass(frozen=True)
class Tick:
    """A year on the scale.

    Attributes:
        at: Its first day, in per cent of the width.
        year: The year.
    """

    at: float
    year: int


@dataclass(frozen=True)
class Span:
    """A bar of the drawing.

    Attributes:
        iris: What it is: one thing, or the two plans that meet.
        kind: own for the period of one thing; for two plans as `meet` says it.
        period: When; for plans that follow each other the days between.
        start: Left end, in per cent of the width.
        width: Length, in per cent of the width.
    """

    iris: tuple[str, ...]
    kind: str
    period: Period
    start: float
    width: float

    @property
    def is_certain(self) -> bool:
        """Whether both ends are stated."""
        return is_stated(self.period)


@dataclass(frozen=True)
class Timeline:
    """Bars on one scale of years.

    Attributes:
        ticks: The scale; empty if no day is known of anything.
        spans: One bar for each thing.
        meetings: One for every two plans; none where they were not asked for.
        undated: IRIs of the plans that have no bar, as no day of them is known.
    """

    ticks: tuple[Tick, ...]
    spans: tuple[Span, ...]
    meetings: tuple[Span, ...] = ()
    undated: tuple[str, ...] = ()


class _Scale:
    """Turns days into positions."""

    def __init__(self, periods: Sequence[Period]) -> None:
        days = [day for one in periods for day in (one.start, one.end) if day]
        self.is_dated = bool(days)
        days = days or [date(2000, 1, 1)]
        is_open_end = any(one.end is None for one in periods)
        is_open_start = any(one.start is None for one in periods)
        self.first = date(max(1, min(days).year - is_open_start), 1, 1)
        self.last = date(min(9998, max(days).year + is_open_end) + 1, 1, 1)

    def at(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(100 * share, 2)

    def ticks(self) -> tuple[Tick, ...]:
        if not self.is_dated:
            return ()
        years = self.last.year - self.first.year
        step = 1 + (years - 1) // _MOST_YEARS
        return tuple(
            Tick(self.at(date(year, 1, 1)), year)
            for year in range(self.first.year, self.last.year, step)
        )

    def span(self, iris: tuple[str, ...], kind: str, period: Period) -> Span:
        start = self.at(period.start or self.first)
        end = self.at(min(self.last, period.end + _ONE_DAY) if period.end else self.last)
        return Span(iris, kind, period, start, round(max(_LEAST_WIDTH, end - start), 2))


def build_timeline(rows: Sequence[tuple[str, Period]]) -> Timeline:
    """Draw things that have a period.

    Args:
        rows: IRI and period of each.

    Examples:
        >>> from devcoop.model import Period
        >>> period = Period(date(2016, 1, 1), date(2019, 12, 31), "stated")
        >>> build_timeline([("a", period)]).spans[0].width
        100.0
    """
    scale = _Scale([period for _, period in rows])
    return Timeline(scale.ticks(), tuple(scale.span((iri,), "own", one) for iri, one in rows))


def build_plan_timeline(plans: Sequence[Plan]) -> Timeline:
    """Draw plans, and how every two of them meet.

    Args:
        plans: The plans compared.

    Returns:
        Plans by their first day; no meetings if there are more than `MOST_PLANS`.
    """
    dated = [plan for plan in plans if plan.period.start or plan.period.end]
    undated = tuple(plan.iri for plan in plans if plan not in dated)
    ordered = sorted(dated, key=lambda plan: (plan.period.start or date.min, plan.agency.name))
    drawn = build_timeline([(plan.iri, plan.period) for plan in ordered])
    scale = _Scale([plan.period for plan in ordered])
    meetings = tuple(_meetings(scale, ordered)) if len(ordered) <= MOST_PLANS else ()
    return Timeline(drawn.ticks, drawn.spans, meetings, undated)


def _meetings(scale: _Scale, plans: Sequence[Plan]) -> Iterator[Span]:
    for one, other in combinations(plans, 2):
        yield scale.span((one.iri, other.iri), *meet(one.period, other.period))


def meet(one: Period, other: Period) -> tuple[str, Period]:
    """Tell how two periods meet.

    Args:
        one: The period that begins first.
        other: The other period.

    Returns:
        The kind, which is concurrent, possible, successive or unknown; and the days shared or
        the days between.

    Examples:
        >>> from devcoop.model import Period
        >>> first = Period(date(2015, 1, 1), date(2017, 12, 31), "stated")
        >>> then = Period(date(2016, 1, 1), date(2020, 12, 31), "stated")
        >>> kind, shared = meet(first, then)
        >>> kind, shared.start.year, shared.end.year
        ('concurrent', 2016, 2017)
    """
    if one.start is None or other.start is None:
        return "unknown", one
    ends = [period.end for period in (one, other) if period.end]
    start, end = max(one.start, other.start), min(ends, default=None)
    if end is not None and end < start:
        return "successive", Period(end + _ONE_DAY, start - _ONE_DAY, _basis_between(one, other))
    is_sure = is_stated(one) and is_stated(other)
    shared = Period(start, end, "stated" if is_sure else "unknown")
    return ("concurrent" if is_sure else "possible"), shared


def _basis_between(one: Period, other: Period) -> str:
    """Tell how the days between two periods are known: no better than the periods are."""
    bases = {one.basis, other.basis} - {"stated"}
    return "inferred" if bases == {"inferred"} else "unknown" if bases else "stated"


def is_stated(period: Period) -> bool:
    """Tell whether a plan states both ends of a period.

    Args:
        period: The period.
    """
    return period.basis == "stated" and None not in (period.start, period.end)
