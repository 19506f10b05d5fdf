"""When an activity begins and ends, of several days that are said of it.

Days that came are taken before planned ones. A day that only stands for one that is not known
gives way to the days on which money was paid; so does a first day after money was paid. Money
that moves after the last day, such as a repayment, makes the activity no longer.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from devcoop.load.readers.iati.money import find_spent
from devcoop.load.readers.iati.texts import read_line, read_more_lines, squeeze_code

if TYPE_CHECKING:
    from devcoop.load.markup import Tag
    from devcoop.load.readers.iati.draft import Draft

_TYPES = {
    "1": "start-planned", "2": "start-actual", "3": "end-planned", "4": "end-actual",
}  # fmt: skip
"""What a day is by the codes of version 2; version 1 has the words."""
_EARLIEST, _LATEST = 1902, 2200
_EPOCH = date(1970, 1, 1)
"""Days before and after these years, and this one, come from programs and not from people."""


def take_day(draft: Draft, node: Tag) -> None:
    """Take over a day; words beside it are kept."""
    code = squeeze_code(node.get("type"))
    kind = _TYPES.get(code, "-".join(code.lower().split()))
    written = node.get("iso-date") or read_line(node)
    day = draft.read_day(node, written)
    if kind not in _TYPES.values() or day is None or kind in draft.days:
        draft.keep_all("activity-date", node)
        return
    draft.days[kind] = day
    if node.get("iso-date"):
        words = [text for text in (read_line(node), *read_more_lines(node)) if text]
        draft.keep("activity-date", f"{kind}: {'; '.join(words)}" if words else "")


def find_period(draft: Draft, node: Tag) -> tuple[date | None, date | None]:
    """Find the first and the last day of an activity; what is not taken is kept and told."""
    spent = find_spent(draft)
    start, end = _choose(draft, "start"), _choose(draft, "end")
    if start and _is_placeholder(start):
        _tell_placeholder(draft, node, "start", start)
        start = spent[0] if spent else None
    elif start and spent and start > spent[0]:
        what = "Money was paid before the first day; the day of the first payment counts."
        draft.tell("read", what, node)
        draft.keep("activity-date", f"start: {start.isoformat()}")
        start = spent[0]
    if end and _is_placeholder(end):
        _tell_placeholder(draft, node, "end", end)
        end = spent[1] if spent else None
    if start and end and end < start:
        draft.tell("read", "An activity ends before it starts; its end is left out.", node)
        draft.keep("activity-date", f"end: {end.isoformat()}")
        end = None
    return start, end


def _choose(draft: Draft, which: str) -> date | None:
    """Choose the day that came before the planned one, which is kept."""
    actual, planned = (draft.days.get(f"{which}-{one}") for one in ("actual", "planned"))
    if actual and _is_placeholder(actual) and planned and not _is_placeholder(planned):
        actual, planned = planned, actual
    if actual and planned and actual != planned:
        other = "actual" if draft.days.get(f"{which}-actual") == planned else "planned"
        draft.keep("activity-date", f"{which}-{other}: {planned.isoformat()}")
    return actual or planned


def _is_placeholder(day: date) -> bool:
    return not _EARLIEST <= day.year < _LATEST or day == _EPOCH


def _tell_placeholder(draft: Draft, node: Tag, which: str, day: date) -> None:
    what = (
        "A day such as 1900-01-01 only stands for one that is not known; days on which money was"
        " paid count instead, if there are any."
    )
    draft.tell("read", what, node)
    draft.keep("activity-date", f"{which}: {day.isoformat()}")
