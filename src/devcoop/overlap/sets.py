"""Sets of concepts, and how alike they are, as arrays.

Whether two undertakings are alike hangs on the *sets* of concepts that both name, and many name
the same set: so sets are compared with sets, many at once.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Indices = NDArray[np.int64]
    Flags = NDArray[np.bool_]


class FacetSets:
    """The sets of concepts that undertakings name for one facet.

    Args:
        owners: Place of the undertaking of each statement.
        concepts: Place of the concept of each statement.
        information: How much each concept says, by its place.
        similarity: How alike each two concepts are; symmetric.
        undertakings: How many undertakings there are.
        counted: Whether each concept counts where only the nearest two members do.

    Attributes:
        of: The set of each undertaking; the last of all for one that names nothing.
        members: Places of the concepts of each set, a row for each set; a row that is shorter
            than the longest is filled with a place behind the last concept.

    Examples:
        >>> one = np.ones(2, dtype=np.float32)
        >>> sets = FacetSets(np.array([0, 1]), np.array([0, 1]), one, np.eye(2, dtype="f"), 3)
        >>> sets.of.tolist(), sets.none
        ([0, 1, 2], 2)
        >>> likeness, _ = sets.measure(np.array([0]))
        >>> likeness.tolist()
        [[1.0, 0.0, nan]]
    """

    def __init__(
        self,
        owners: Indices,
        concepts: Indices,
        information: Floats,
        similarity: Floats,
        undertakings: int,
        *,
        counted: Flags | None = None,
    ) -> None:
        self._information, self._similarity = information, similarity
        self._counted = np.ones(len(information), dtype=bool) if counted is None else counted
        named: list[list[int]] = [[] for _ in range(undertakings)]
        for owner, concept in sorted(zip(owners.tolist(), concepts.tolist(), strict=True)):
            named[owner].append(concept)
        places: dict[tuple[int, ...], int] = {}
        known = [places.setdefault(tuple(those), len(places)) if those else -1 for those in named]
        self.of = np.array(known, dtype=np.int64) % (len(places) + 1)
        width = max(map(len, places), default=1)
        self.members = np.full((len(places) + 1, width), len(information), dtype=np.int64)
        for those, place in places.items():
            self.members[place, : len(those)] = those

    @property
    def none(self) -> int:
        """The set of those that name nothing."""
        return len(self.members) - 1

    @cached_property
    def _weights(self) -> Floats:
        """How much each set says by each concept; a row for each set."""
        weights = np.zeros((len(self.members), len(self._information) + 1), dtype=np.float32)
        np.put_along_axis(weights, self.members, 1, axis=1)
        weighed: Floats = weights[:, :-1] * self._information
        return weighed

    @cached_property
    def _said(self) -> Floats:
        """How much each set says."""
        said: Floats = self._weights.sum(axis=1)
        return said

    @cached_property
    def _nearest(self) -> Floats:
        """How near the nearest member of each set is to each concept; a row for each concept."""
        return self._find_nearest(self._similarity)

    def _find_nearest(self, similarity: Floats) -> Floats:
        padded = np.pad(similarity, ((0, 0), (0, 1)))
        nearest = padded[:, self.members[:, 0]]
        for column in self.members.T[1:]:
            np.maximum(nearest, padded[:, column], out=nearest)
        return nearest

    def measure(self, sets: Indices) -> tuple[Floats, Floats]:
        """Measure likeness and containment, as the step `facet_similarity` defines them.

        Args:
            sets: The sets on the left.

        Returns:
            Likeness and containment: a row for each set on the left, a column for each set of
            the facet; NaN where one side names nothing.
        """
        mine = self._weights[sets] @ self._nearest
        yours = self._nearest[:, sets].T @ self._weights.T
        here = np.broadcast_to(self._said[sets][:, None], mine.shape)
        there = np.broadcast_to(self._said[None, :], mine.shape)
        likeness = _divide(mine + yours, here + there)
        containment = np.maximum(_divide(mine, here), _divide(yours, there))
        for measured in (likeness, containment):
            measured[sets == self.none] = np.nan
            measured[:, self.none] = np.nan
        return likeness, containment

    def measure_best(self, sets: Indices) -> Floats:
        """Measure the single best match, on the side on which it says less.

        Args:
            sets: The sets on the left.
        """
        here = self._take_left(sets, self._weighed)
        return np.minimum(here, self._take_right(sets, self._weighed))

    def measure_nearness(self, sets: Indices) -> Floats:
        """Measure how near the two nearest members are, among the concepts that count.

        Args:
            sets: The sets on the left.
        """
        return self._take_left(sets, self._nearest_counted)

    @cached_property
    def _weighed(self) -> Floats:
        weighed: Floats = self._information[:, None] * self._nearest
        return weighed

    @cached_property
    def _nearest_counted(self) -> Floats:
        counted = self._counted
        return self._find_nearest(self._similarity * counted[:, None] * counted[None, :])

    def _take_left(self, sets: Indices, nearest: Floats) -> Floats:
        """Take the greatest of a table's numbers over the members of the set on the left."""
        padded = np.pad(nearest, ((0, 1), (0, 0)))
        best: Floats = padded[self.members[sets, 0]]
        for column in self.members[sets].T[1:]:
            np.maximum(best, padded[column], out=best)
        return best

    def _take_right(self, sets: Indices, nearest: Floats) -> Floats:
        """Take the greatest of a table's numbers over the members of the set on the right."""
        padded = np.pad(nearest[:, sets], ((0, 1), (0, 0))).T
        best: Floats = padded[:, self.members[:, 0]]
        for column in self.members.T[1:]:
            np.maximum(best, padded[:, column], out=best)
        return best


def _divide(one: Floats, other: Floats) -> Floats:
    quotient: Floats = np.divide(one, other, out=np.zeros_like(one), where=other > 0)
    return quotient
