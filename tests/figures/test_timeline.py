from __future__ import annotations

from datetime import date

import pytest

from devcoop.figures.timeline import build_plan_timeline, build_timeline, meet
from devcoop.model import Agency, Period, Plan
from devcoop.words.meetings import say_meeting


def _period(start: date | None, end: date | None, basis: str = "stated") -> Period:
    return Period(start, end, basis)


FIRST = _period(date(2015, 1, 1), date(2017, 12, 31))
SECOND = _period(date(2016, 1, 1), date(2020, 12, 31))
THIRD = _period(date(2020, 11, 23), None, "inferred")
FOURTH = _period(date(2021, 1, 1), None)
UNKNOWN = _period(None, None, "unknown")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (FIRST, SECOND, ("concurrent", "at the same time, 2016 to 2017")),
        (
            FIRST,
            THIRD,
            ("successive", "one after the other, 35 months between, as far as can be inferred"),
        ),
        (FIRST, FOURTH, ("successive", "one after the other, 36 months between")),
        (
            SECOND,
            THIRD,
            ("possible", "possibly at the same time, 23 November 2020 to 31 December 2020"),
        ),
        (UNKNOWN, FIRST, ("unknown", "not known, since a beginning is not stated")),
    ],
)
def test_meeting_is_told_in_words(one: Period, other: Period, expected: tuple[str, str]) -> None:
    kind, period = meet(one, other)
    assert (kind, say_meeting(kind, period)) == expected


def test_timeline_runs_open_ends_to_the_edge() -> None:
    drawn = build_timeline([("a", FIRST), ("b", THIRD), ("c", UNKNOWN)])
    first, third, unknown = drawn.spans
    assert third.start + third.width == pytest.approx(100)
    assert (unknown.start, unknown.width) == (0, 100)
    assert [span.is_certain for span in drawn.spans] == [True, False, False]
    assert first.iris == ("a",)


def test_a_day_has_a_width() -> None:
    day = _period(date(2016, 5, 1), date(2016, 5, 1))
    assert build_timeline([("a", FIRST), ("b", day)]).spans[1].width > 0


def test_every_two_plans_meet_once() -> None:
    plans = [
        Plan(name, name, Agency(name, name, name), period, 1, 1, "")
        for name, period in (("B", SECOND), ("A", FIRST), ("C", THIRD))
    ]
    drawn = build_plan_timeline(plans)
    assert [span.iris for span in drawn.spans] == [("A",), ("B",), ("C",)]
    assert [(span.iris, span.kind) for span in drawn.meetings] == [
        (("A", "B"), "concurrent"),
        (("A", "C"), "successive"),
        (("B", "C"), "possible"),
    ]


def test_plans_without_a_day_have_no_bar() -> None:
    agency = Agency("A", "A", "A")
    plans = [
        Plan(name, name, agency, period, 1, 1, "")
        for name, period in (("A", FIRST), ("B", UNKNOWN))
    ]
    drawn = build_plan_timeline(plans)
    assert ([span.iris for span in drawn.spans], drawn.undated) == ([("A",)], ("B",))
    assert drawn.ticks == build_plan_timeline(plans[:1]).ticks
