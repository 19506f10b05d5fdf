from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from devcoop.figures.coordination import find_coordination
from devcoop.figures.meetings import count_meetings
from devcoop.overlap.conversations import is_finding
from devcoop.overlap.coordination import is_overlap

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis


def test_meetings_count_every_pair_in_both_orders(analysis: Analysis) -> None:
    meetings = {one.agencies: one for one in count_meetings(analysis)}
    counts: Counter[tuple[str, str]] = Counter()
    findings: Counter[tuple[str, str]] = Counter()
    overlaps: Counter[tuple[str, str]] = Counter()
    for pair in analysis.pairs:
        for both in ((pair.left_agency, pair.right_agency), (pair.right_agency, pair.left_agency)):
            counts[both] += 1
            findings[both] += is_finding(pair)
            overlaps[both] += is_overlap(pair)
    assert {both: one.of for both, one in meetings.items()} == counts
    assert {both: one.findings for both, one in meetings.items()} == findings
    assert {both: one.overlaps for both, one in meetings.items()} == overlaps


def test_every_promise_is_told_once_and_is_returned_by_the_other(analysis: Analysis) -> None:
    promises = {(one.agency, one.other): one for one in find_coordination(analysis).promises}
    agencies = len(analysis.agencies)
    assert len(promises) == agencies * (agencies - 1)
    named = {(one.from_agency, one.to_agency) for one in analysis.links}
    for both, one in promises.items():
        assert bool(one.locators) == (both in named)
        assert one.is_returned == (both[::-1] in named)
