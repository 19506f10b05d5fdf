"""How two plans meet in time, in English."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from devcoop.words.counts import write_count
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from devcoop.model import Period

_DAYS_PER_MONTH = 30.44
_AS_FAR = {
    "stated": "",
    "inferred": ", as far as can be inferred",
    "unknown": ", as far as is known",
}
"""How far the days between are known, by the basis of their period."""


def say_meeting(kind: str, period: Period) -> str:
    """Say how two plans meet in time.

    Args:
        kind: concurrent, possible, successive or unknown.
        period: The days shared; for plans that follow each other the days between.

    Examples:
        >>> from datetime import date
        >>> from devcoop.model import Period
        >>> say_meeting("concurrent", Period(date(2016, 1, 1), date(2017, 12, 31), "stated"))
        'at the same time, 2016 to 2017'
    """
    if kind == "unknown":
        return "not known, since a beginning is not stated"
    if kind == "successive" and period.start and period.end:
        between = period.end - period.start + timedelta(days=2)
        months = max(1, round(between.days / _DAYS_PER_MONTH))
        return f"one after the other, {write_count(months, 'month')} between{_AS_FAR[period.basis]}"
    words = "at" if kind == "concurrent" else "possibly at"
    return f"{words} the same time, {ENGLISH.period(period)}"
