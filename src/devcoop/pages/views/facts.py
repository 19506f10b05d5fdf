"""What the dataset says about single things, looked up by their IRIs.

Every page about a thing asks here: statements in both directions, texts by language, places
in a scheme, and what the comparison found about the thing. What costs time is worked out
once for a dataset and kept.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.figures.coverage import build_coverage
from devcoop.findings import mint_gap
from devcoop.names import term
from devcoop.store.terms import Literal, NamedNode
from devcoop.words.language import Label, choose_label, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devcoop.figures.coverage import CoverageRow
    from devcoop.model import Cell, GapCheck, Plan
    from devcoop.pages.content import Content
    from devcoop.words.gaps import GapWords

TYPE = term("rdf:type")
LABEL = term("rdfs:label")
PREF_LABEL = term("skos:prefLabel")
ALT_LABEL = term("skos:altLabel")
DESCRIPTION = term("dcterms:description")
DEFINITION = term("skos:definition")
IDENTIFIER = term("dcterms:identifier")
NOTATION = term("skos:notation")
BROADER = term("skos:broader")
IN_SCHEME = term("skos:inScheme")
_MOST_LISTED = 200
_FEWEST_OF_GROUP = 5


@dataclass(frozen=True)
class Gap:
    """A cell that nobody serves.

    Attributes:
        check: The question that found it.
        cell: The cell.
        words: Say what it is about, which is a part of what was found.
    """

    check: GapCheck
    cell: Cell
    words: GapWords

    @cached_property
    def iri(self) -> str:
        """IRI of the finding about it."""
        return mint_gap(self.check, self.cell, self.words)


def share_room(numbers: Iterable[int]) -> int:
    """Tell how many things of a group a page lists; all if they are not too many together.

    Args:
        numbers: How many there are of each group.

    Examples:
        >>> share_room([150, 50]), share_room([190, 0, 30]), share_room([90] * 100)
        (200, 100, 5)
    """
    filled = [number for number in numbers if number]
    together = sum(filled)
    if together <= _MOST_LISTED:
        return together
    return max(_FEWEST_OF_GROUP, _MOST_LISTED // len(filled))


def make_gap(content: Content, check: GapCheck, cell: Cell) -> Gap:
    """Make a gap of a cell that nobody serves.

    Args:
        content: Everything that the pages show.
        check: The question that found it.
        cell: The cell.
    """
    return Gap(check, cell, content.gap_words)


def read_node(iri: str) -> NamedNode | None:
    """Make a node of an IRI; None if the text is none.

    Examples:
        >>> read_node("no iri") is None
        True
    """
    try:
        return NamedNode(iri)
    except ValueError:
        return None


class Facts:
    """Looks things up in a dataset.

    Args:
        content: Everything that the pages show.
    """

    def __init__(self, content: Content) -> None:
        self.content = content
        self.store, self.analysis = content.store, content.analysis

    def objects(self, iri: str, predicate: str) -> list[NamedNode | Literal]:
        """List what a thing is said to have, each once, in a set order."""
        node = read_node(iri)
        if node is None:
            return []
        found = self.store.quads(subject=node, predicate=predicate)
        values = {one.object for one in found if isinstance(one.object, NamedNode | Literal)}
        return sorted(values, key=str)

    def links(self, iri: str, *predicates: str) -> list[str]:
        """List the IRIs that a thing is linked to."""
        return [
            value.value
            for predicate in predicates
            for value in self.objects(iri, predicate)
            if isinstance(value, NamedNode)
        ]

    def sources(self, iri: str, predicate: str) -> list[str]:
        """List the IRIs of the things that link to one, sorted."""
        node = read_node(iri)
        if node is None:
            return []
        found = self.store.quads(predicate=predicate, object=node)
        nodes = {one.subject for one in found if isinstance(one.subject, NamedNode)}
        return sorted(one.value for one in nodes)

    def texts(self, iri: str, predicate: str) -> list[Label]:
        """List a thing's texts in all languages."""
        return [
            Label(typeset(value.value, value.language or ""), value.language or "")
            for value in self.objects(iri, predicate)
            if isinstance(value, Literal)
        ]

    def find_text(self, iri: str, predicate: str, language: str) -> Label | None:
        """Find a thing's text in a language, else in English, else in any."""
        texts = {one.language: one.text for one in self.texts(iri, predicate)}
        return choose_label(texts, language, "") if texts else None

    def find_value(self, iri: str, predicate: str) -> str:
        """Find the first plain value of a thing; empty if it has none."""
        return next((value.value for value in self.objects(iri, predicate)), "")

    def english(self, iri: str) -> str:
        """Give a thing's English name, for sorting and comparing."""
        return self.content.label(iri, "en").text

    def by_name(self, iris: Iterable[str], language: str = "en") -> tuple[str, ...]:
        """Sort things by what they are called in a language, each once."""
        names = {iri: self.content.label(iri, language).text.casefold() for iri in iris}
        return tuple(sorted(names, key=lambda iri: (names[iri], iri)))

    def is_known(self, iri: str) -> bool:
        """Tell whether something is said of a thing of ours."""
        return self.content.knows(iri)

    def of_type(self, *classes: str) -> list[str]:
        """List the IRIs of the things of any of these classes, sorted."""
        return sorted({iri for one in classes for iri in self.sources(one, TYPE)})

    def members(self, scheme: str) -> list[str]:
        """List the concepts of a scheme in the order of their notations, then by IRI."""
        found = self.sources(scheme, IN_SCHEME)
        return sorted(found, key=lambda iri: (notation_key(self.find_value(iri, NOTATION)), iri))

    def ancestors(self, iri: str) -> list[str]:
        """List the broader concepts of one, the nearest first; circles end where they began."""
        found: dict[str, None] = {}
        level = self.links(iri, BROADER)
        while level:
            fresh = [one for one in level if one not in found and one != iri]
            found |= dict.fromkeys(fresh)
            level = [above for one in fresh for above in self.links(one, BROADER)]
        return list(found)

    def below(self, iri: str) -> frozenset[str]:
        """Give a concept and all narrower ones."""
        found, ends = {iri}, [iri]
        while ends:
            fresh = set(self.sources(ends.pop(), BROADER)) - found
            found |= fresh
            ends.extend(fresh)
        return frozenset(found)

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """The plans compared, by IRI."""
        return {plan.iri: plan for plan in self.analysis.plans}

    @cached_property
    def gaps_of(self) -> Mapping[str, tuple[Gap, ...]]:
        """The gaps about each thing, by its IRI."""
        found: dict[str, list[Gap]] = defaultdict(list)
        for check in self.analysis.gap_checks:
            for cell in check.gaps:
                for iri in dict.fromkeys((cell.subject, *cell.others)):
                    found[iri].append(make_gap(self.content, check, cell))
        return {iri: tuple(gaps) for iri, gaps in found.items()}

    def coverage(self, facet: str) -> Mapping[str, CoverageRow]:
        """Give who works on each concept of a facet, by the concept's IRI, broader ones first."""
        return self.content.once(_count_coverage, facet)


def _count_coverage(content: Content, facet: str) -> dict[str, CoverageRow]:
    return {row.iri: row for row in build_coverage(content.analysis, facet).rows}


def facts_of(content: Content) -> Facts:
    """Give the facts of a dataset, read once.

    Args:
        content: Everything that the pages show.
    """
    return content.once(Facts)


def notation_key(notation: str) -> tuple[tuple[int, int, str], ...]:
    """Give a key that sorts numbers in notations as numbers.

    Examples:
        >>> sorted(["1.10", "1.9", "1"], key=notation_key)
        ['1', '1.9', '1.10']
    """
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in notation.split(".")
    )
