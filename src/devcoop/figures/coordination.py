"""Which agencies say that they coordinate with which, and which overlaps nobody has linked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from devcoop.overlap.coordination import OVERLAPS, find_links, is_overlap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from devcoop.model import Naming
    from devcoop.overlap.conversations import Conversation
    from devcoop.pipeline import Analysis


MOST_PROMISES = 10_000
"""Most ordered pairs of agencies that are all listed: those of a hundred agencies."""


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

    @property
    def is_any(self) -> bool:
        """Whether the plan names the other agency, or a kind of organization that it may be."""
        return bool(self.locators or self.named or self.kinds)


@dataclass(frozen=True)
class Coordination:
    """Coordination stated and coordination missing.

    Attributes:
        promises: One for each ordered pair of agencies; of very many, only those where the plan
            names the other agency, or a kind of organization that it may be one of.
        of: How many ordered pairs of agencies were looked at.
        unlinked: Conversations with overlaps that nobody has linked, each with their number.
        overlaps: How many overlaps there are, linked or not, listed or not.
        gaps: How many of them nobody has linked.
    """

    promises: tuple[Promise, ...]
    of: int
    unlinked: tuple[tuple[Conversation, int], ...]
    overlaps: int
    gaps: int

    @property
    def unpromised(self) -> int:
        """How often a plan does not name the other agency as one to coordinate with."""
        return self.of - sum(bool(one.locators) for one in self.promises)

    @property
    def is_listed(self) -> bool:
        """Whether there is a promise for each ordered pair."""
        return len(self.promises) == self.of


def find_coordination(analysis: Analysis) -> Coordination:
    """Find what the plans say about each other, and the overlaps they leave unlinked.

    Args:
        analysis: The run.
    """
    counts = _count_overlaps(analysis)
    looked_at = _list_looked_at(analysis)
    counted = ((one, sum(map(is_overlap, one.pairs))) for one in analysis.conversations)
    return Coordination(
        promises=tuple(_iter_promises(analysis, looked_at)),
        of=len(looked_at),
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


def _list_looked_at(analysis: Analysis) -> list[tuple[str, str]]:
    """List the ordered pairs of agencies of which one at least is asked for."""
    counted = set(analysis.counted_agencies)
    return [
        ordered
        for both in combinations(analysis.agencies, 2)
        if not counted.isdisjoint(both)
        for ordered in (both, both[::-1])
    ]


def _iter_promises(analysis: Analysis, looked_at: Collection[tuple[str, str]]) -> Iterator[Promise]:
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in analysis.links:
        told[link.from_agency, link.to_agency].update(link.locators)
    named, kinds = map(_group_namings, (analysis.namings, analysis.kinds))
    # Of very many hardly any names another.
    are_all = len(looked_at) <= MOST_PROMISES
    for agency, other in looked_at:
        both = (agency, other)
        if are_all or both in told or both in named or both in kinds:
            one = Promise(
                agency=agency,
                other=other,
                locators=tuple(sorted(told.get(both, ()))),
                is_returned=(other, agency) in told,
                named=() if both in told else named.get(both, ()),
                kinds=() if both in told else kinds.get(both, ()),
            )
            if are_all or one.is_any:
                yield one


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
