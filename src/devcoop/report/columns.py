"""Which agencies have a column of their own in the tables of the report.

A table of hundreds of columns cannot be read, and its cells would leave no room for findings:
so those with most initiatives have one, and the others stand together where numbers add up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devcoop.figures.coverage import CoverageGroup
from devcoop.model import Agency
from devcoop.words.report import say_columns, say_others

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devcoop.figures.coverage import Coverage, CoverageRow
    from devcoop.model import Heading, Undertaking


@dataclass(frozen=True)
class Columns:
    """The agencies of a table.

    Attributes:
        agencies: All of them.
        places: Where those stand among them that have a column, in order.
    """

    agencies: tuple[Agency, ...]
    places: tuple[int, ...]

    @property
    def shown(self) -> list[Agency]:
        """Those with a column of their own."""
        return [self.agencies[place] for place in self.places]

    @property
    def rest(self) -> tuple[int, ...]:
        """Where the others stand."""
        return tuple(sorted({*range(len(self.agencies))}.difference(self.places)))

    @property
    def added(self) -> list[Agency]:
        """Those with a column, and the others as one, without an IRI."""
        others = [Agency("", words, words)] if (words := say_others(len(self.rest))) else []
        return self.shown + others

    @property
    def note(self) -> str:
        """Say how many have a column, of how many; empty if all have."""
        return say_columns(len(self.places), len(self.agencies)) if self.rest else ""

    def add(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Give the numbers of those with a column, and the sum of the others if there are any.

        Args:
            numbers: One for each agency.
        """
        own = tuple(numbers[place] for place in self.places)
        return (*own, sum(numbers[place] for place in self.rest)) if self.rest else own

    def narrow(self, coverage: Coverage) -> Coverage:
        """Give a coverage with the columns that are shown, and the others as one.

        Args:
            coverage: One with numbers for all agencies.
        """
        groups = tuple(CoverageGroup(tuple(map(self._narrow, one.rows))) for one in coverage.groups)
        return replace(coverage, agencies=tuple(self.added), groups=groups)

    def _narrow(self, row: CoverageRow) -> CoverageRow:
        return replace(row, numbers=self.add(row.numbers))


def choose_columns(
    agencies: Mapping[str, Agency], undertakings: Mapping[str, Heading | Undertaking], most: int
) -> Columns:
    """Choose whose columns are shown: all, or those with most initiatives.

    Args:
        agencies: By IRI.
        undertakings: By IRI.
        most: How many columns at most.
    """
    sizes, iris = Counter(one.agency.iri for one in undertakings.values()), [*agencies]
    order = sorted(range(len(iris)), key=lambda place: -sizes[iris[place]])
    return Columns(tuple(agencies.values()), tuple(sorted(order[:most])))
