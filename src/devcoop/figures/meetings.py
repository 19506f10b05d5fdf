"""Who meets whom: compared pairs by the agencies of their sides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from devcoop.model import STRENGTH
from devcoop.overlap.coordination import OVERLAPS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Set

    from devcoop.overlap.conversations import Conversation
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
        """How many findings of each type that is close enough to talk about."""
        return {slug: number for slug, number in self.types.items() if STRENGTH.get(slug)}

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


def count_meetings(
    analysis: Analysis, agencies: Collection[str] | None = None
) -> Iterator[Meeting]:
    """Count compared pairs by agencies and type.

    Args:
        analysis: The run.
        agencies: IRIs of those that are asked for; None for all.

    Yields:
        One for each ordered pair of agencies, by the short names of both.
    """
    wanted = [one for one in analysis.agencies if agencies is None or one in agencies]
    known = frozenset(wanted)
    counts: dict[frozenset[str], Counter[str]] = {}
    for (left, right, slug), number in analysis.pairs.count().items():
        if left in known and right in known:
            counts.setdefault(frozenset((left, right)), Counter())[slug] += number
    for one in wanted:
        for other in wanted:
            if one != other:
                types = counts.get(frozenset((one, other)), Counter())
                order = sorted(types, key=lambda slug: -STRENGTH.get(slug, 0))
                yield Meeting((one, other), {slug: types[slug] for slug in order})


def choose_talks(analysis: Analysis) -> list[Conversation]:
    """Choose the conversations most worth having, of as many agencies and initiatives as can be.

    Args:
        analysis: The run.

    Returns:
        At most `MOST_TALKS`, most useful first: the most useful of every two agencies, then those
        between initiatives that are not among the chosen yet, in turn between the agencies.

    Examples:
        >>> from devcoop.pipeline import analyze
        >>> len({(one.left_agency, one.right_agency) for one in choose_talks(analyze())})
        3
    """
    waiting = list(analysis.conversations)
    chosen: list[Conversation] = []
    met: Counter[tuple[str, str]] = Counter()
    known: set[str] = set()
    while waiting and len(chosen) < MOST_TALKS:
        # The list is in the order of usefulness, and of equals `min` takes the first.
        best = min(waiting, key=partial(_rate_repetition, met, known))
        waiting.remove(best)
        chosen.append(best)
        met[best.left_agency, best.right_agency] += 1
        known |= {best.best.left, best.best.right}
    return [one for one in analysis.conversations if one in chosen]


def _rate_repetition(
    met: Counter[tuple[str, str]], known: Set[str], one: Conversation
) -> tuple[bool, bool, float]:
    """Rate what a conversation would repeat: its agencies, its initiatives, and how often."""
    often, best = met[one.left_agency, one.right_agency], one.best
    # Seats by highest averages: the stronger the finding, the more often its agencies come.
    share = (often + 1) / STRENGTH[best.type]
    return often > 0, best.left in known or best.right in known, share


def find_reviews(analysis: Analysis) -> dict[tuple[str, str], Reviewed]:
    """Find what people said about pairs that are still compared.

    Args:
        analysis: The run.

    Returns:
        Reviews by the IRIs of left and right.
    """
    judged = ((one.pair, one) for one in analysis.reviewed)
    return {(pair.left, pair.right): one for pair, one in judged if pair is not None}
