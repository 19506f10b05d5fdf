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

    from devcoop.model import Agency, Link
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


def list_agencies(analysis: Analysis) -> tuple[Agency, ...]:
    """List the agencies compared, in the order of their short names."""
    return tuple(sorted(analysis.agencies.values(), key=lambda one: (one.name, one.iri)))


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
        overlaps=sum(map(is_overlap, analysis.pairs.found)),
    )


def _unlinked(conversation: Conversation, analysis: Analysis) -> Unlinked:
    return Unlinked(
        agencies=name_agencies(analysis, conversation),
        subject=analysis.labels.get(conversation.subject, "No common subject"),
        overlaps=sum(map(is_overlap, conversation.pairs)),
        anchor=anchor_subject(conversation),
    )


def name_agencies(analysis: Analysis, conversation: Conversation) -> tuple[str, str]:
    """Give the short names of the two agencies of a conversation.

    Args:
        analysis: The run to report on.
        conversation: One of its conversations.
    """
    left, right = conversation.left_agency, conversation.right_agency
    return analysis.agencies[left].name, analysis.agencies[right].name


def _promises(links: Sequence[Link], agencies: Sequence[Agency]) -> Iterable[Promise]:
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links:
        told[link.from_agency, link.to_agency].update(link.locators)
    for one, other in combinations(agencies, 2):
        for agency, counterpart in ((one, other), (other, one)):
            yield Promise(
                agency=agency.name,
                other=counterpart.name,
                locators=tuple(sorted(told.get((agency.iri, counterpart.iri), ()))),
                is_returned=(counterpart.iri, agency.iri) in told,
            )
