"""Who meets whom: compared pairs by the agencies of their sides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import STRENGTH
from devcoop.overlap.coordination import OVERLAPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devcoop.pipeline import Analysis
    from devcoop.reviews import Reviewed

MOST_TALKS = 7
"""More conversations than this nobody takes into a meeting."""


@dataclass(frozen=True)
class Meeting:
    """What was found between two agencies.

    Attributes:
        agencies: IRIs, in the order of row and column.
        types: How many pairs of each type, the strongest type first.
    """

    agencies: tuple[str, str]
    types: Mapping[str, int]

    @property
    def found(self) -> dict[str, int]:
        """How many findings of each type that is worth a conversation."""
        return {slug: number for slug, number in self.types.items() if STRENGTH[slug] > 0}

    @property
    def findings(self) -> int:
        """How many findings."""
        return sum(self.found.values())

    @property
    def overlaps(self) -> int:
        """How many pairs for which coordination is to be expected."""
        return sum(self.types.get(slug, 0) for slug in OVERLAPS)

    @property
    def of(self) -> int:
        """How many pairs were compared."""
        return sum(self.types.values())


def count_meetings(analysis: Analysis) -> Iterator[Meeting]:
    """Count compared pairs by agencies and type.

    Args:
        analysis: The run.

    Yields:
        One for each ordered pair of agencies, by the short names of both.
    """
    counts: dict[frozenset[str], Counter[str]] = {}
    for (left, right, slug), number in analysis.pairs.count().items():
        counts.setdefault(frozenset((left, right)), Counter())[slug] += number
    for one in analysis.agencies:
        for other in analysis.agencies:
            if one != other:
                types = counts.get(frozenset((one, other)), Counter())
                order = sorted(types, key=lambda slug: -STRENGTH[slug])
                yield Meeting((one, other), {slug: types[slug] for slug in order})


def find_reviews(analysis: Analysis) -> dict[tuple[str, str], Reviewed]:
    """Find what people said about pairs that are still compared.

    Args:
        analysis: The run.

    Returns:
        Reviews by the IRIs of left and right.
    """
    judged = ((one.pair, one) for one in analysis.reviewed)
    return {(pair.left, pair.right): one for pair, one in judged if pair is not None}
