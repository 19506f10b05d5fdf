"""Which agencies say that they coordinate with which, and which overlaps nobody has linked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from devcoop.overlap.coordination import OVERLAPS, find_links, is_overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.model import Naming
    from devcoop.overlap.conversations import Conversation
    from devcoop.pipeline import Analysis


class Promise(NamedTuple):
    """What one agency's plan says about coordination with another.

    Attributes:
        agency: IRI of the agency whose plan it is.
        other: IRI of the other agency.
        locators: Passages that name the other as one to coordinate with; empty if none does.
        is_returned: The other's plan names this agency, too.
        named: Where the plan names the other for another reason, if not to coordinate.
        kinds: Where it names a kind of organization that the other may be one of, likewise.
    """

    agency: str
    other: str
    locators: tuple[str, ...]
    is_returned: bool
    named: tuple[Naming, ...]
    kinds: tuple[Naming, ...]


@dataclass(frozen=True)
class Coordination:
    """Coordination stated and coordination missing.

    Attributes:
        promises: One for each ordered pair of agencies.
        unlinked: Conversations with overlaps that nobody has linked, each with their number.
        overlaps: How many overlaps there are, linked or not, listed or not.
        gaps: How many of them nobody has linked.
    """

    promises: tuple[Promise, ...]
    unlinked: tuple[tuple[Conversation, int], ...]
    overlaps: int
    gaps: int

    @property
    def unpromised(self) -> int:
        """How often a plan does not name the other agency as one to coordinate with."""
        return sum(not one.locators for one in self.promises)


def find_coordination(analysis: Analysis) -> Coordination:
    """Find what the plans say about each other, and the overlaps they leave unlinked.

    Args:
        analysis: The run.
    """
    counts = _count_overlaps(analysis)
    counted = ((one, sum(map(is_overlap, one.pairs))) for one in analysis.conversations)
    return Coordination(
        promises=tuple(_iter_promises(analysis)),
        unlinked=tuple(
            (one, number)
            for one, number in counted
            if number and not find_links(analysis.links, one.left_agency, one.right_agency)
        ),
        overlaps=sum(counts.values()),
        gaps=sum(
            number for both, number in counts.items() if not find_links(analysis.links, *both)
        ),
    )


def _count_overlaps(analysis: Analysis) -> Counter[tuple[str, str]]:
    """Count the overlaps of each two agencies, listed or not."""
    counts: Counter[tuple[str, str]] = Counter()
    for (left, right, kind), number in analysis.pairs.count().items():
        if kind in OVERLAPS:
            counts[left, right] += number
    return counts


def _iter_promises(analysis: Analysis) -> Iterator[Promise]:
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in analysis.links:
        told[link.from_agency, link.to_agency].update(link.locators)
    counted = set(analysis.counted_agencies)
    named, kinds = map(_group_namings, (analysis.namings, analysis.kinds))
    for both in combinations(analysis.agencies, 2):
        if counted.isdisjoint(both):
            continue
        for agency, other in (both, both[::-1]):
            is_told = (agency, other) in told
            yield Promise(
                agency=agency,
                other=other,
                locators=tuple(sorted(told.get((agency, other), ()))),
                is_returned=(other, agency) in told,
                named=() if is_told else named.get((agency, other), ()),
                kinds=() if is_told else kinds.get((agency, other), ()),
            )


def _group_namings(namings: Iterable[Naming]) -> dict[tuple[str, str], tuple[Naming, ...]]:
    """Group namings by who names whom."""
    found: dict[tuple[str, str], list[Naming]] = defaultdict(list)
    for one in namings:
        found[one.from_agency, one.named].append(one)
    return {both: tuple(several) for both, several in found.items()}


def find_namings(namings: Iterable[Naming], agency: str, other: str) -> tuple[Naming, ...]:
    """Find where the plan of one agency names another, whether or not to coordinate with it.

    Args:
        namings: Where plans name other agencies, or kinds of organization.
        agency: IRI of the agency whose plan it is.
        other: IRI of the agency that is named.
    """
    both = (agency, other)
    return tuple(one for one in namings if (one.from_agency, one.named) == both)
