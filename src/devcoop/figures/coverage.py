"""Who works on what: initiatives by concept and agency, counted down a scheme.

A concept counts the initiatives that have it or a narrower one, each once. A concept that
stands under two broader ones counts for both and is listed under the first.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from devcoop.model import Agency, Undertaking
    from devcoop.pipeline import Analysis


class Scheme:
    """The concepts of one facet, each under its first broader one.

    Args:
        analysis: The run that read them.
        facet: Name of the facet.
        order: Gives the key by which those under one are sorted; by their English labels if
            it is left out.
    """

    def __init__(
        self, analysis: Analysis, facet: str, order: Callable[[str], str] | None = None
    ) -> None:
        self.labels: dict[str, str] = {}
        self._broader: dict[str, set[str]] = defaultdict(set)
        for row in analysis.comparison.table("concept"):
            if row["facet"] == facet:
                self.labels[row["concept"]] = analysis.labels[row["concept"]]
                if row["relation"] == "broader":
                    self._broader[row["concept"]].add(row["other"])
        self._parent: dict[str, str] = {}
        self._narrower: dict[str, list[str]] = defaultdict(list)
        for concept in sorted(self.labels, key=self._by_label):
            above = sorted(self._broader[concept] & self.labels.keys(), key=self._by_label)
            self._parent[concept] = above[0] if above else ""
            self._narrower[self._parent[concept]].append(concept)
        if order:
            for below in self._narrower.values():
                below.sort(key=order)

    def _by_label(self, concept: str) -> tuple[str, str]:
        return self.labels[concept].lower(), concept

    def narrower(self, concept: str) -> list[str]:
        """List the concepts right below one; those on top for an empty IRI.

        Args:
            concept: IRI of the concept.
        """
        return self._narrower.get(concept, [])

    def path(self, concept: str) -> list[str]:
        """List the concepts above one, the broadest first.

        Args:
            concept: IRI of the concept; empty for none.
        """
        above: list[str] = []
        current = self._parent.get(concept, "")
        while current and current not in above:
            above.insert(0, current)
            current = self._parent.get(current, "")
        return above

    def ancestors(self, concept: str) -> set[str]:
        """Give a concept and all broader ones, also if they run in a circle.

        Args:
            concept: IRI of the concept.
        """
        found: set[str] = set()
        ends = [concept]
        while ends:
            current = ends.pop()
            if current not in found:
                found.add(current)
                ends.extend(self._broader[current])
        return found

    def iter_below(self, concept: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
        """Iterate over the concepts below one with their depths, each after its broader one.

        Args:
            concept: IRI of the concept; empty for the whole scheme.
            depth: That of the concepts right below.
        """
        for narrower in self.narrower(concept):
            yield narrower, depth
            yield from self.iter_below(narrower, depth + 1)

    def by_top(self, concepts: Iterable[str]) -> dict[str, list[str]]:
        """Group concepts by the one on top of them.

        Args:
            concepts: In the order of the scheme.
        """
        groups: dict[str, list[str]] = defaultdict(list)
        for concept in concepts:
            groups[(*self.path(concept), concept)[0]].append(concept)
        return dict(groups)


@dataclass(frozen=True)
class CoverageRow:
    """A concept and who works on it.

    Attributes:
        iri: The concept.
        depth: 0 for a concept at the top.
        numbers: How many initiatives of each agency have it or a narrower one.
        direct: The initiatives of each agency that have the concept itself.
    """

    iri: str
    depth: int
    numbers: tuple[int, ...]
    direct: tuple[tuple[Undertaking, ...], ...] = ()

    @property
    def number(self) -> int:
        """How many initiatives of all agencies."""
        return sum(self.numbers)


@dataclass(frozen=True)
class CoverageGroup:
    """A concept at the top of a scheme with all below it.

    Attributes:
        rows: The concept, then those below, each after its broader one.
    """

    rows: tuple[CoverageRow, ...]

    @property
    def head(self) -> CoverageRow:
        """The concept at the top."""
        return self.rows[0]

    @property
    def served(self) -> int:
        """How many concepts of the group, its head included, anyone works on."""
        return sum(row.number > 0 for row in self.rows)


@dataclass(frozen=True)
class Coverage:
    """All concepts of a scheme and who works on them.

    Attributes:
        facet: Name of the facet.
        agencies: One for each number of a row.
        groups: The concept with most initiatives first.
    """

    facet: str
    agencies: tuple[Agency, ...]
    groups: tuple[CoverageGroup, ...]

    @property
    def rows(self) -> tuple[CoverageRow, ...]:
        """All concepts, each after its broader one."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def served(self) -> int:
        """How many concepts anyone works on."""
        return sum(group.served for group in self.groups)

    @property
    def of(self) -> int:
        """How many concepts the scheme has."""
        return len(self.rows)


def build_coverage(analysis: Analysis, facet: str) -> Coverage:
    """Count initiatives by concept and agency.

    Args:
        analysis: The run.
        facet: Which scheme: theme, beneficiary or another facet. Of themes, those are counted
            that the analysis is limited to.
    """
    scheme, agencies = Scheme(analysis, facet), tuple(analysis.counted_agencies.values())
    count = _Counts(scheme, facet, analysis.counted)
    tops = _find_tops(analysis, scheme) if facet == "theme" else scheme.narrower("")
    groups = (
        CoverageGroup(
            tuple(
                count.row(concept, depth, agencies)
                for concept, depth in ((top, 0), *scheme.iter_below(top, 1))
            )
        )
        for top in tops
    )
    return Coverage(facet, agencies, tuple(sorted(groups, key=lambda one: -one.head.number)))


def _find_tops(analysis: Analysis, scheme: Scheme) -> list[str]:
    """List the themes under which all others are shown: those of the focus, if it has any."""
    asked = analysis.extent.focus.themes if analysis.extent else ()
    return [one for one in asked if not set(scheme.path(one)) & set(asked)] or scheme.narrower("")


class _Counts:
    """Counts every initiative once, and gives the rows."""

    def __init__(self, scheme: Scheme, facet: str, undertakings: Mapping[str, Undertaking]) -> None:
        self._numbers: dict[tuple[str, str], int] = defaultdict(int)
        self._direct: dict[tuple[str, str], list[Undertaking]] = defaultdict(list)
        find_above = cache(scheme.ancestors)
        for one in undertakings.values():
            concepts = [concept.iri for concept in one.facets.get(facet, ())]
            for concept in concepts:
                self._direct[concept, one.agency.iri].append(one)
            for above in set().union(*map(find_above, concepts)):
                self._numbers[above, one.agency.iri] += 1

    def row(self, concept: str, depth: int, agencies: Iterable[Agency]) -> CoverageRow:
        cells = [(concept, agency.iri) for agency in agencies]
        return CoverageRow(
            iri=concept,
            depth=depth,
            numbers=tuple(self._numbers[cell] for cell in cells),
            direct=tuple(tuple(self._direct[cell]) for cell in cells),
        )
