"""Which agencies say that they coordinate with which, and which overlaps nobody has linked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from devcoop.overlap.coordination import find_links, is_overlap
from devcoop.report.anchors import anchor_subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from devcoop.model import Link
    from devcoop.overlap.conversations import Conversation
    from devcoop.pipeline import Analysis


@dataclass(frozen=True)
class Promise:
    """What one agency's plan says about coordination with another.

    Attributes:
        agency: Short name of the agency whose plan it is.
        other: Short name of the other agency.
        locators: Passages that name the other; empty if it is not named.
        is_returned: The other's plan names this agency, too.
    """

    agency: str
    other: str
    locators: tuple[str, ...]
    is_returned: bool


@dataclass(frozen=True)
class Unlinked:
    """Overlaps on one subject for which neither plan names the other agency.

    Attributes:
        agencies: Short names of both.
        subject: Label of the subject.
        overlaps: How many pairs of initiatives.
        anchor: Where their rows stand.
    """

    agencies: tuple[str, str]
    subject: str
    overlaps: int
    anchor: str


@dataclass(frozen=True)
class Coordination:
    """Coordination stated and coordination missing.

    Attributes:
        promises: One for each ordered pair of agencies.
        unlinked: Subjects with overlaps that nobody has linked.
        gaps: How many overlaps nobody has linked.
        overlaps: Out of how many.
    """

    promises: tuple[Promise, ...]
    unlinked: tuple[Unlinked, ...]
    gaps: int
    overlaps: int


def list_agencies(analysis: Analysis) -> tuple[str, ...]:
    """List the short names of the agencies compared, sorted."""
    owners = {plan.agency for plan in analysis.plans}
    return tuple(sorted(owners | {one.agency for one in analysis.undertakings.values()}))


def find_coordination(analysis: Analysis) -> Coordination:
    """Find what the plans say about each other, and the overlaps they leave unlinked.

    Args:
        analysis: The run to report on.
    """
    unlinked = tuple(
        _unlinked(conversation, analysis)
        for conversation in analysis.conversations
        if not find_links(analysis.links, conversation.left_agency, conversation.right_agency)
        and any(map(is_overlap, conversation.pairs))
    )
    return Coordination(
        promises=tuple(_promises(analysis.links, list_agencies(analysis))),
        unlinked=unlinked,
        gaps=sum(entry.overlaps for entry in unlinked),
        overlaps=sum(map(is_overlap, analysis.pairs)),
    )


def _unlinked(conversation: Conversation, analysis: Analysis) -> Unlinked:
    return Unlinked(
        agencies=(conversation.left_agency, conversation.right_agency),
        subject=analysis.labels.get(conversation.subject, "No common subject"),
        overlaps=sum(map(is_overlap, conversation.pairs)),
        anchor=anchor_subject(conversation),
    )


def _promises(links: Sequence[Link], agencies: Sequence[str]) -> Iterable[Promise]:
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links:
        told[link.from_agency, link.to_agency].update(link.locators)
    for one, other in combinations(agencies, 2):
        for agency, counterpart in ((one, other), (other, one)):
            yield Promise(
                agency=agency,
                other=counterpart,
                locators=tuple(sorted(told.get((agency, counterpart), ()))),
                is_returned=(counterpart, agency) in told,
            )
