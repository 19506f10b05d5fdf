"""Groups of undertakings that are alike in subject and places.

Whether two undertakings may meet hangs on few things, and of a hundred thousand activities many
are alike in all of them: so groups are held against groups, and only the members of those that
may meet are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.overlap.sets import Indices


class Groups:
    """Undertakings by what they are alike in.

    Args:
        traits: What makes them alike: of each trait a whole number for each undertaking. Groups
            are in the order of the first trait, then the second, and so on.

    Attributes:
        of: The group of each undertaking.
        first: Place of one undertaking that is as those of each group.
        sizes: How many each group has.

    Examples:
        >>> groups = Groups([np.array([7, 3, 7, 3]), np.array([0, 1, 0, 2])])
        >>> groups.of.tolist(), groups.sizes.tolist()
        ([2, 0, 2, 1], [1, 1, 2])
        >>> those = np.array([0, 2]), np.array([2, 2])
        >>> [(left.tolist(), right.tolist()) for left, right in groups.iter_pairs(*those, most=3)]
        [([1, 1], [0, 2]), ([0], [2])]
    """

    def __init__(self, traits: Iterable[Indices]) -> None:
        codes, *others = traits
        codes = np.unique(codes, return_inverse=True)[1]
        for trait in others:
            codes = codes * (int(trait.max(initial=0)) + 1) + trait
            codes = np.unique(codes, return_inverse=True)[1]
        first = np.unique(codes, return_index=True)[1]
        self._set(codes, first, np.argsort(codes, kind="stable"))

    def _set(self, of: Indices, first: Indices, members: Indices) -> None:
        self.of, self.first, self._members = of, first, members
        self.sizes = np.bincount(of, minlength=len(first))
        self._starts = np.cumsum(self.sizes) - self.sizes

    def set_apart(self, place: int) -> Self:
        """Give the same groups with one undertaking in a group of its own, the last.

        Args:
            place: Place of the undertaking.
        """
        of = self.of.copy()
        of[place] = len(self.first)
        members = np.append(self._members[self._members != place], place)
        apart = object.__new__(type(self))
        apart._set(of, np.append(self.first, place), members)
        return apart

    def iter_pairs(
        self, one: Indices, other: Indices, *, most: int
    ) -> Iterator[tuple[Indices, Indices]]:
        """Iterate over the pairs of members of pairs of groups, in parts.

        Args:
            one: The left group of each pair of groups.
            other: The right group.
            most: How many pairs a part has at most.

        Yields:
            Places of the left and of the right undertakings. Of a group beside itself each two
            members come once.
        """
        widths = self.sizes[other]
        counts = self.sizes[one] * widths
        ends = np.cumsum(counts)
        for begin in range(0, int(counts.sum()), most):
            end = min(begin + most, int(ends[-1]))
            first, last = np.searchsorted(ends, [begin, end - 1], side="right").tolist()
            those = slice(first, last + 1)
            starts = ends[those] - counts[those]
            here = np.minimum(ends[those], end) - np.maximum(starts, begin)
            which: Any = those
            row = column = np.array(0)
            # Mostly each group has one member, and nothing is to be counted.
            if (counts[those] != 1).any():
                which = np.repeat(np.arange(first, last + 1), here)
                place = np.arange(begin, end) - (ends - counts)[which]
                row, column = np.divmod(place, widths[which])
            left = self._members[self._starts[one[which]] + row]
            right = self._members[self._starts[other[which]] + column]
            is_pair = (one[which] != other[which]) | (left < right)
            yield left[is_pair], right[is_pair]
