"""Numbers of the indicators of StratML: targets, actual results and baselines by period.

Parts 2 and 3.5 and the files that follow them loosely nest and name results differently; they
are found by the names of their elements. What is said to be a target but described as money that
was asked for, or as an amount in constant or current prices, is no target: it is context.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from devcoop.load.markup import read_name
from devcoop.load.readers.stratml.draft import whole_text
from devcoop.load.records import Figure
from devcoop.load.written.dates import join_days, read_span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from devcoop.load.markup import Tag
    from devcoop.load.readers.stratml.draft import Draft
    from devcoop.load.written.dates import Days

_MEASURES = {
    "TargetResult": "target",
    "TargetResults": "target",
    "Target": "target",
    "Targets": "target",
    "ActualResult": "actual",
    "ActualResults": "actual",
    "Actual": "actual",
    "Actuals": "actual",
    "Current": "actual",
    "Baseline": "baseline",
}
_AROUND_MEASURES = ("MeasurementInstance", "MeasurementInstances", "Result", "Results")
_NUMBERS = ("NumberOfUnits", "MeasureValue", "Value", "Number")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
NOT_YET = re.compile(r"\bto be determined\b|\bTBD\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(constant|current)\s+(us\s+)?(dollars?|amounts?|prices?|\$)|\bbudget requests?\b"
    r"|\bappropriated\b",
    re.IGNORECASE,
)
# A day of XML Schema may name its time zone.
_ZONE = re.compile(r"(?<=\d)(?:Z|[+-]\d\d:\d\d)$")
# Five digits are a day to spreadsheet programs; in XML they are none.
_SERIAL = re.compile(r"\d{5}")
_KIND = "Kind"
_KINDS = ("baseline", "context")


@dataclass(frozen=True)
class _Period:
    start: date | None = None
    end: date | None = None
    nodes: tuple[Tag, ...] = ()


def read_figures(
    draft: Draft,
    node: Tag,
    kind: str,
    *,
    unit: str,
    period: _Period | None = None,
) -> Iterator[Figure]:
    """Read the numbers below an element of an indicator, each with its kind and period."""
    for child in node:
        name = read_name(child)
        if name not in _MEASURES and name not in _AROUND_MEASURES:
            continue
        here = _MEASURES.get(name, kind)
        when = _find_period(draft, child) or period or _Period()
        figure = _read_figure(draft, child, here, unit=unit, period=when) if here else None
        if figure:
            yield figure
        yield from read_figures(draft, child, here, unit=unit, period=when)


def _read_figure(
    draft: Draft, node: Tag, kind: str, *, unit: str, period: _Period
) -> Figure | None:
    """Read a number and the words beside it; None if there is neither."""
    number = draft.find(node, *_NUMBERS)
    words = [draft.take(node, "Description")]
    labels = [_read_descriptor(draft, one) for one in node if read_name(one) == "Descriptor"]
    kinds = [value.lower() for name, value in labels if _is_kind(name, value)]
    words += [": ".join(filter(None, one)) for one in labels if not _is_kind(*one)]
    text = "\n".join(filter(None, words))
    if number is None and not text:
        draft.put_back(node)
        return None
    for one in period.nodes:
        draft.use(one)
    value = None
    if number is not None:
        draft.use(number)
        value, rest = _read_number(draft, number, text)
        text = "\n".join(filter(None, (text, rest)))
    if kinds:
        kind = kinds[0]
    elif _MONEY.search(text):
        what = (
            "What stands as target or actual result is described as a budget request, an"
            " appropriation or an amount in constant or current money; it is kept as context."
        )
        draft.tell("read", what, node)
        kind, text = "context", f"{text}\n{read_name(node)}"
    return Figure(kind, value, unit, period.start, period.end, text, draft.where(node))


def _is_kind(name: str, value: str) -> bool:
    return name == _KIND and value.lower() in _KINDS


def _read_descriptor(draft: Draft, node: Tag) -> tuple[str, str]:
    return draft.take_line(node, "DescriptorName"), draft.take_line(node, "DescriptorValue")


def _read_number(draft: Draft, node: Tag, text: str) -> tuple[Decimal | None, str]:
    """Read a number; if it is none, or stands for what is not known yet, give its words."""
    written = " ".join(whole_text(node).split())
    if not _DECIMAL.fullmatch(written):
        draft.tell("read", "A number is not written as one; it is kept as words.", node)
        return None, written
    number = Decimal(written)
    if number == 0 and NOT_YET.search(text):
        what = 'A result is 0 and "to be determined"; it is taken as not known.'
        draft.tell("read", what, node)
        return None, ""
    return number, ""


# Days


def _find_period(draft: Draft, node: Tag) -> _Period | None:
    """Find the period of a result: its first and last day, or a year, quarter or month."""
    found = [draft.find(node, name) for name in ("StartDate", "EndDate")]
    days = [None if one is None else _read_days(draft, one) for one in found]
    nodes = tuple(
        one for one, day in zip(found, days, strict=True) if one is not None and day is not None
    )
    if nodes:
        return _Period(*join_days(*days), nodes)
    one = draft.find(node, "Period", "Date")
    span = None if one is None else _read_days(draft, one)
    return _Period(*span, (one,)) if span and one is not None else None


def _read_days(draft: Draft, node: Tag) -> Days | None:
    """Give the first and last day of what is written as a day, month, quarter or year.

    What could be read in another way is told; what is no day is left to the notes.
    """
    text = _ZONE.sub("", " ".join(whole_text(node).split()))
    if _SERIAL.fullmatch(text):
        return None
    try:
        span = read_span(text)
    except ValueError:
        return None
    if span is not None and span.reading:
        draft.tell("read", f"{read_name(node)}: {span.reading}.", node)
    return span.days if span else None


def take_day(draft: Draft, node: Tag, name: str) -> date | None:
    """Take over a day; what is no day is told and stays a note."""
    found = draft.find(node, name)
    if found is None:
        return None
    days = _read_days(draft, found)
    if days is None:
        draft.tell("read", f"{name} is no date; it is kept as a note.", found)
        return None
    draft.use(found)
    return days[name == "EndDate"]
