"""All compared pairs, as the comparison and the people who reviewed them see them.

Pairs stay in the engine until somebody asks; only what was found is kept at hand.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from devcoop.model import BELOW, FOUND_TYPES, STRENGTH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from devcoop.model import Pair

_ALIKE = tuple(kind for kind in STRENGTH if kind not in ("none", "dismissed"))
MOST_LISTED = 5_000
"""Most findings that are all listed, one by one."""
BEST_LISTED = 10
"""How many findings of each two agencies are listed where all are too many, if nobody says."""
MOST_HELD = 20_000
"""Most findings that are listed one by one, but for those that a person reviewed."""
MOST_HELD_OF_FOCUS = 2_000
"""The same where a comparison is limited to a focus, which is asked for often and wants no wait."""


class PairSource(Protocol):
    """Where pairs were compared; `devcoop.overlap.Comparison` is one."""

    @property
    def is_exhaustive(self) -> bool:
        """Whether every pair was scored; if not, only those that may be findings."""

    def find_pair(self, one: str, other: str) -> Pair | None:
        """Find the pair of two undertakings, whichever stands left; None if there is none."""

    def iter_pairs(
        self,
        types: Collection[str] | None = None,
        best: int | None = None,
        *,
        of: str | None = None,
        agencies: Collection[str] = (),
    ) -> Iterator[Pair]:
        """Iterate over scored pairs, closest first.

        `best` is a number for each two agencies, `of` the IRI of one side, and each of `agencies`
        has one.
        """

    def count_pairs(self) -> Mapping[tuple[str, str, str], int]:
        """Count the pairs by the IRIs of both agencies and the slug of the type."""


class Pairs:
    """Pairs of undertakings of different agencies, closest first.

    Args:
        comparison: Where they were compared.
        judged: Pairs that a review calls something else, by the IRIs of both sides.
        listed: How many findings of each two agencies are listed where all are too many.
        held: Most findings that are listed then; None for `MOST_HELD`.
    """

    def __init__(
        self,
        comparison: PairSource,
        judged: Mapping[tuple[str, str], Pair],
        listed: int = BEST_LISTED,
        *,
        held: int | None = None,
    ) -> None:
        self._comparison, self._judged, self._listed = comparison, dict(judged), listed
        self._held = MOST_HELD if held is None else held

    def __len__(self) -> int:
        """Count the compared pairs."""
        return sum(self._comparison.count_pairs().values())

    def __iter__(self) -> Iterator[Pair]:
        """Iterate over all pairs, as the engine gives them."""
        return self.iter_all()

    def iter_all(self, agencies: Collection[str] = ()) -> Iterator[Pair]:
        """Iterate over all pairs that were scored, closest first.

        Args:
            agencies: IRIs of those of which each has a side.
        """
        return map(self._now, self._comparison.iter_pairs(agencies=agencies))

    def _now(self, pair: Pair) -> Pair:
        return self._judged.get((pair.left, pair.right), pair)

    @cached_property
    def found(self) -> tuple[Pair, ...]:
        """Pairs that the comparison found, closest first, whatever a person said since.

        Where they are many, the best of each two agencies, and those with a review. Where one of
        each two agencies is still too much, only the closest of these.
        """
        found = list(map(self._now, self._closest))
        listed = {(pair.left, pair.right) for pair in found}
        judged = [pair for sides, pair in self._judged.items() if sides not in listed]
        found += [pair for pair in judged if STRENGTH[pair.found_type] > 0]
        return tuple(sorted(found, key=lambda pair: -pair.score) if judged else found)

    @cached_property
    def _closest(self) -> tuple[Pair, ...]:
        """The findings that are close enough to be listed, as they were found, closest first."""
        if not self.is_cut:
            return tuple(self._comparison.iter_pairs(FOUND_TYPES))
        return tuple(islice(self._comparison.iter_pairs(FOUND_TYPES, self.best), self._held))

    @cached_property
    def best(self) -> int:
        """Most findings of each two agencies that are listed, where all are too many."""
        best, numbers = self._listed, Counter(self._found_of.values())
        while best > 1 and sum(min(best, one) * of for one, of in numbers.items()) > self._held:
            best -= 1
        return best

    @cached_property
    def is_short(self) -> bool:
        """Whether not even one finding of each two agencies is listed that have any."""
        return self.is_cut and sum(map(bool, self._found_of.values())) > self._held

    @cached_property
    def _found_of(self) -> Counter[tuple[str, str]]:
        """How much was found between each two agencies, whatever a person said since."""
        found: Counter[tuple[str, str]] = Counter()
        for (one, other, kind), pairs in self._comparison.count_pairs().items():
            found[one, other] += pairs if STRENGTH.get(kind) else 0
        return found

    @cached_property
    def floors(self) -> dict[tuple[str, str], float]:
        """Least score of the closest that are listed, of each two agencies of which not all are.

        What is above it would be listed; of what is below, that is not known.
        """
        if not self.is_cut:
            return {}
        shown: Counter[tuple[str, str]] = Counter()
        least: dict[tuple[str, str], float] = {}
        last = 1.0
        # The closest come first.
        for pair in self._closest:
            both, last = (pair.left_agency, pair.right_agency), pair.score
            shown[both] += 1
            least[both] = last
        return {
            both: least.get(both, last)
            for both, pairs in self._found_of.items()
            if pairs > shown[both]
        }

    @cached_property
    def is_cut(self) -> bool:
        """Whether more was found than is listed one by one."""
        return self._found_of.total() > min(MOST_LISTED, self._held)

    @property
    def is_exhaustive(self) -> bool:
        """Whether every pair was scored; if not, only those that may be findings."""
        return self._comparison.is_exhaustive

    def iter_found(self) -> Iterator[Pair]:
        """Iterate over what was found, listed or not, whatever a person said since."""
        if not self.is_cut:
            return iter(self.found)
        return map(self._now, self._comparison.iter_pairs(FOUND_TYPES))

    def iter_findings(self, agencies: Collection[str] = ()) -> Iterator[Pair]:
        """Iterate over everything that is close enough to talk about now, closest first.

        Args:
            agencies: IRIs of those of which each has a side.
        """
        found = self._comparison.iter_pairs(FOUND_TYPES, agencies=agencies)
        pairs = map(self._now, found)
        return (pair for pair in pairs if STRENGTH[pair.type] > 0)

    def alike(self, of: str | None = None) -> Iterator[Pair]:
        """Iterate over the pairs that are at least in the same broad area, closest first.

        Where not every pair was scored, these are the findings.

        Args:
            of: IRI of an undertaking that is one side; None for any.
        """
        return map(self._now, self._comparison.iter_pairs(self.alike_types, of=of))

    @cached_property
    def judged_types(self) -> dict[tuple[str, str], str]:
        """What pairs count as now that a review calls something else, by the IRIs of both sides."""
        return {sides: pair.type for sides, pair in self._judged.items()}

    @property
    def alike_types(self) -> tuple[str, ...]:
        """Types, as found, of what is at least in the same area; of a large store, of findings."""
        return _ALIKE if self.is_exhaustive else FOUND_TYPES

    def select(self, kind: str, agencies: Collection[str] = ()) -> Iterator[Pair]:
        """Iterate over the pairs that count as one type now, closest first.

        Args:
            kind: Slug of the finding type.
            agencies: IRIs of those of which each has a side.
        """
        if any(kind in (one.type, one.found_type) for one in self._judged.values()):
            return (pair for pair in self.iter_all(agencies) if pair.type == kind)
        return self._comparison.iter_pairs([kind], agencies=agencies)

    def get(self, one: str, other: str) -> Pair | None:
        """Get the pair of two undertakings; None if they are not compared.

        Args:
            one: IRI of one undertaking.
            other: IRI of the other.
        """
        # Whoever has read the list asks for none of it again.
        if "found" in vars(self) and (listed := self._by_sides.get(frozenset((one, other)))):
            return listed
        pair = self._comparison.find_pair(one, other)
        return self._now(pair) if pair else None

    @cached_property
    def _by_sides(self) -> dict[frozenset[str], Pair]:
        """What is listed, by the IRIs of both sides."""
        return {frozenset((pair.left, pair.right)): pair for pair in self.found}

    def count(self) -> Counter[tuple[str, str, str]]:
        """Count the pairs by what they count as now.

        Returns:
            Pairs by IRIs of the left and the right agency and slug of the type.
        """
        return self._counts.copy()

    @cached_property
    def _counts(self) -> Counter[tuple[str, str, str]]:
        counts = Counter(self._comparison.count_pairs())
        for pair in self._judged.values():
            counted = pair.found_type
            if not self.is_exhaustive and not STRENGTH[counted]:
                counted = BELOW
            counts[pair.left_agency, pair.right_agency, counted] -= 1
            counts[pair.left_agency, pair.right_agency, pair.type] += 1
        return +counts

    def count_findings(self) -> int:
        """Count the pairs that are close enough to talk about now, listed or not."""
        return sum(pairs for kind, pairs in self._types.items() if STRENGTH.get(kind))

    def count_types(self) -> Counter[str]:
        """Count the pairs by the slug of the type that they count as now."""
        return self._types.copy()

    @cached_property
    def _types(self) -> Counter[str]:
        types: Counter[str] = Counter()
        for (_, _, kind), pairs in self._counts.items():
            types[kind] += pairs
        return types
