"""A comparison of a few given pairs, for tests of what reviews do to them."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from devcoop.model import Pair
    from devcoop.overlap.pairs import PairSource


class Compared:
    """Obeys `PairSource` with the pairs of a list, in its order."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._pairs = list(pairs)

    def find_pair(self, one: str, other: str) -> Pair | None:
        hits = [pair for pair in self._pairs if {pair.left, pair.right} == {one, other}]
        return hits[0] if hits else None

    is_exhaustive = True

    def iter_pairs(
        self,
        types: Collection[str] | None = None,
        best: int | None = None,
        *,
        of: str | None = None,
        agencies: Collection[str] = (),
    ) -> Iterator[Pair]:
        wanted = set(agencies)
        pairs = (
            pair
            for pair in self._pairs
            if (types is None or pair.type in types)
            and wanted <= {pair.left_agency, pair.right_agency}
        )
        return islice((one for one in pairs if of in (None, one.left, one.right)), best)

    def count_pairs(self) -> Counter[tuple[str, str, str]]:
        return Counter((pair.left_agency, pair.right_agency, pair.type) for pair in self._pairs)


@pytest.fixture(scope="session")
def compare_only() -> Callable[[Sequence[Pair]], PairSource]:
    return Compared
