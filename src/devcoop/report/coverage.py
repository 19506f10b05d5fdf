"""Who works on what: initiatives by theme or group and agency, counted down a scheme.

A concept counts the initiatives that have it or a narrower one, each once. A concept that
stands under two broader ones counts for both and is listed under the first.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.report.anchors import anchor_concept
from devcoop.report.coordination import list_agencies
from devcoop.report.tables import write_data_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devcoop.model import Agency, Undertaking
    from devcoop.pipeline import Analysis


@dataclass(frozen=True)
class CoverageCell:
    """How many initiatives of one agency have a concept or a narrower one.

    Attributes:
        agency: Short name of the agency.
        number: How many.
        direct: Those that have the concept itself.
    """

    agency: str
    number: int
    direct: tuple[Undertaking, ...]

    @property
    def shade(self) -> int:
        """Step of shading from 0 to 5: none, 1, 2-3, 4-7, 8-15, 16 and more."""
        return min(5, self.number.bit_length())


@dataclass(frozen=True)
class CoverageRow:
    """A concept and who works on it.

    Attributes:
        label: The concept's label.
        anchor: Where the row stands.
        depth: 0 for a concept at the top.
        cells: One for each agency, in the order of their short names.
    """

    label: str
    anchor: str
    depth: int
    cells: tuple[CoverageCell, ...]

    @property
    def is_served(self) -> bool:
        """Whether any agency works on it."""
        return any(cell.number for cell in self.cells)

    @property
    def number(self) -> int:
        """How many initiatives of all agencies."""
        return sum(cell.number for cell in self.cells)

    @property
    def has_direct(self) -> bool:
        """Whether any initiative has the concept itself."""
        return any(cell.direct for cell in self.cells)


@dataclass(frozen=True)
class CoverageGroup:
    """A concept at the top of a scheme with all below it.

    Attributes:
        head: The concept at the top.
        rows: The concepts below, each after its broader one.
    """

    head: CoverageRow
    rows: tuple[CoverageRow, ...]

    @property
    def served(self) -> int:
        """How many concepts of the group, its head included, anyone works on."""
        return sum(row.is_served for row in (self.head, *self.rows))

    @property
    def of(self) -> int:
        """How many concepts the group has, its head included."""
        return 1 + len(self.rows)


@dataclass(frozen=True)
class Coverage:
    """All concepts of a scheme and who works on them.

    Attributes:
        facet: Name of the facet.
        agencies: Short names of the agencies, one for each column.
        groups: The concept with most initiatives first.
        csv_link: The same numbers as a file inside a link.
    """

    facet: str
    agencies: tuple[str, ...]
    groups: tuple[CoverageGroup, ...]
    csv_link: str

    @property
    def served(self) -> int:
        """How many concepts anyone works on."""
        return sum(group.served for group in self.groups)

    @property
    def of(self) -> int:
        """How many concepts the scheme has."""
        return sum(group.of for group in self.groups)


class _Scheme:
    """The concepts of one facet and how they hang together."""

    def __init__(self, analysis: Analysis, facet: str) -> None:
        self.labels: dict[str, str] = {}
        self.broader: dict[str, set[str]] = defaultdict(set)
        for row in analysis.comparison.table("concept"):
            if row["facet"] == facet:
                self.labels[row["concept"]] = analysis.labels[row["concept"]]
                if row["relation"] == "broader":
                    self.broader[row["concept"]].add(row["other"])
        self.narrower: dict[str, list[str]] = defaultdict(list)
        for concept in sorted(self.labels, key=self._by_label):
            parents = sorted(self.broader[concept] & self.labels.keys(), key=self._by_label)
            self.narrower[parents[0] if parents else ""].append(concept)

    def _by_label(self, concept: str) -> tuple[str, str]:
        return self.labels[concept].lower(), concept

    def ancestors(self, concept: str) -> set[str]:
        """Give a concept and all broader ones, also if they run in a circle."""
        found: set[str] = set()
        open_ends = [concept]
        while open_ends:
            current = open_ends.pop()
            if current not in found:
                found.add(current)
                open_ends.extend(self.broader[current])
        return found

    def iter_below(self, concept: str, depth: int = 1) -> Iterator[tuple[str, int]]:
        """Iterate over the concepts below one, each after its broader one, with its depth."""
        for narrower in self.narrower[concept]:
            yield narrower, depth
            yield from self.iter_below(narrower, depth + 1)


def build_coverage(analysis: Analysis, facet: str) -> Coverage:
    """Count initiatives by concept and agency.

    Args:
        analysis: The run to report on.
        facet: Which scheme: theme, beneficiary or another facet.
    """
    scheme = _Scheme(analysis, facet)
    agencies = list_agencies(analysis)
    rows = _Rows(scheme, agencies, analysis.undertakings, facet)
    groups = tuple(
        CoverageGroup(
            head=rows.build(top, 0),
            rows=tuple(rows.build(concept, depth) for concept, depth in scheme.iter_below(top)),
        )
        for top in scheme.narrower[""]
    )
    groups = tuple(sorted(groups, key=lambda group: -group.head.number))
    named = tuple(agency.name for agency in agencies)
    return Coverage(facet, named, groups, _csv_link(facet, named, groups))


class _Rows:
    """Builds rows, having counted every initiative once."""

    def __init__(
        self,
        scheme: _Scheme,
        agencies: tuple[Agency, ...],
        undertakings: Mapping[str, Undertaking],
        facet: str,
    ) -> None:
        self._labels, self._agencies = scheme.labels, agencies
        self._numbers: dict[tuple[str, str], int] = defaultdict(int)
        self._direct: dict[tuple[str, str], list[Undertaking]] = defaultdict(list)
        for one in undertakings.values():
            concepts = [concept.iri for concept in one.facets.get(facet, ())]
            for concept in concepts:
                self._direct[concept, one.agency.iri].append(one)
            for above in set().union(*map(scheme.ancestors, concepts)):
                self._numbers[above, one.agency.iri] += 1

    def build(self, concept: str, depth: int) -> CoverageRow:
        return CoverageRow(
            label=self._labels[concept],
            anchor=anchor_concept(concept),
            depth=depth,
            cells=tuple(
                CoverageCell(
                    agency.name,
                    self._numbers[concept, agency.iri],
                    tuple(self._direct[concept, agency.iri]),
                )
                for agency in self._agencies
            ),
        )


def _csv_link(facet: str, agencies: tuple[str, ...], groups: tuple[CoverageGroup, ...]) -> str:
    rows = (
        (group.head.label, row.label, row.depth, *(cell.number for cell in row.cells))
        for group in groups
        for row in (group.head, *group.rows)
    )
    return write_data_link(("group", facet, "depth", *agencies), rows)
