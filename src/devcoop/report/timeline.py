"""Plans over time: bars on one scale of years, and what they share.

Positions are per cent of the drawing's width, so that the bars shrink with the page and
the words do not. An end that no plan states runs to the edge of the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from devcoop.model import Period
from devcoop.words.counts import write_count
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devcoop.model import Plan

MOST_PLANS = 6
"""With more plans, two by two, the drawing would say too much; the table still says it."""
_MOST_YEARS = 9
_ONE_DAY = timedelta(days=1)
_DAYS_PER_MONTH = 30.44


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
        label: Whose it is.
        words: The period in words.
        kind: plan, concurrent, possible, successive or unknown.
        start: Left end, in per cent of the width.
        width: Length, in per cent of the width.
        is_open_start: The beginning is not stated.
        is_open_end: The end is not stated.
        is_certain: Both ends are stated.
    """

    label: str
    words: str
    kind: str
    start: float
    width: float
    is_open_start: bool
    is_open_end: bool
    is_certain: bool


@dataclass(frozen=True)
class Timeline:
    """The drawing.

    Attributes:
        ticks: The scale.
        plans: One bar for each plan.
        meetings: One bar, or only words, for every two plans.
    """

    ticks: tuple[Tick, ...]
    plans: tuple[Span, ...]
    meetings: tuple[Span, ...]

    @property
    def description(self) -> str:
        """The drawing in words."""
        spans = (f"{span.label}: {span.words}" for span in (*self.plans, *self.meetings))
        return "; ".join(spans) + "."


class _Scale:
    """Turns days into positions."""

    def __init__(self, periods: Sequence[Period]) -> None:
        days = [day for one in periods for day in (one.start, one.end) if day] or [date(2000, 1, 1)]
        is_open_end = any(one.end is None for one in periods)
        is_open_start = any(one.start is None for one in periods)
        self.first = date(max(1, min(days).year - is_open_start), 1, 1)
        self.last = date(min(9998, max(days).year + is_open_end) + 1, 1, 1)

    def at(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(100 * share, 2)

    def ticks(self) -> tuple[Tick, ...]:
        years = self.last.year - self.first.year
        step = 1 + (years - 1) // _MOST_YEARS
        return tuple(
            Tick(self.at(date(year, 1, 1)), year)
            for year in range(self.first.year, self.last.year, step)
        )

    def span(self, label: str, words: str, kind: str, period: Period) -> Span:
        start = self.at(period.start or self.first)
        end = self.at(period.end + _ONE_DAY if period.end else self.last)
        return Span(
            label=label,
            words=words,
            kind=kind,
            start=start,
            width=round(max(0.0, end - start), 2),
            is_open_start=period.start is None,
            is_open_end=period.end is None,
            is_certain=_is_stated(period),
        )


def build_timeline(plans: Sequence[Plan]) -> Timeline:
    """Draw the plans on one scale of years.

    Args:
        plans: The plans compared.
    """
    ordered = sorted(plans, key=lambda plan: (plan.period.start or date.min, plan.agency.name))
    scale = _Scale([plan.period for plan in ordered])
    return Timeline(
        ticks=scale.ticks(),
        plans=tuple(
            scale.span(plan.agency.name, ENGLISH.period(plan.period), "plan", plan.period)
            for plan in ordered
        ),
        meetings=tuple(_meetings(scale, ordered)) if len(ordered) <= MOST_PLANS else (),
    )


def _meetings(scale: _Scale, plans: Sequence[Plan]) -> Iterator[Span]:
    for one, other in combinations(plans, 2):
        label = " and ".join(sorted((one.agency.name, other.agency.name)))
        kind, period, words = meet(one.period, other.period)
        yield scale.span(label, words, kind, period)


def meet(one: Period, other: Period) -> tuple[str, Period, str]:
    """Tell how two periods meet.

    Args:
        one: The period that begins first.
        other: The other period.

    Returns:
        The kind (concurrent, possible, successive or unknown), the days shared or the days
        between, and both in words.

    Examples:
        >>> from devcoop.model import Period
        >>> first = Period(date(2015, 1, 1), date(2017, 12, 31), "stated")
        >>> then = Period(date(2016, 1, 1), date(2020, 12, 31), "stated")
        >>> meet(first, then)[2]
        'at the same time, 2016 to 2017'
    """
    if one.start is None or other.start is None:
        return "unknown", one, "not known, since a beginning is not stated"
    ends = [period.end for period in (one, other) if period.end]
    start, end = max(one.start, other.start), min(ends, default=None)
    if end is not None and end < start:
        months = max(1, round((start - end).days / _DAYS_PER_MONTH))
        between = Period(end + _ONE_DAY, start - _ONE_DAY, "stated")
        return "successive", between, f"one after the other, {write_count(months, 'month')} between"
    is_sure = all(_is_stated(period) for period in (one, other))
    shared = Period(start, end, "stated" if is_sure else "unknown")
    words = f"{'at' if is_sure else 'possibly at'} the same time, {ENGLISH.period(shared)}"
    return ("concurrent" if is_sure else "possible"), shared, words


def _is_stated(period: Period) -> bool:
    return period.basis == "stated" and None not in (period.start, period.end)
