"""Joint finance: one activity that two agencies report without an identifier in common.

Two reports are taken for one activity only where all of this holds:

1. One of them names the other agency as who pays for it, or says that it is co-funded with, or
   reported by a third party as, an activity whose identifier begins with that of the other agency.
2. Both have the same title, or nearly, but for words that any title may have, the names of the
   places that they are for, and small words; two words that say something are left at least, and
   numbers and letters of parts and phases are the same.
3. Both name a country, and the same one.
4. Both say when they are, and these times meet.
5. Neither has a second such report by the other agency: then nobody can tell which is meant.

What stays is told as reported twice with this as its evidence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from devcoop import names
from devcoop.names import is_country
from devcoop.queries import get_query
from devcoop.store.terms import as_text
from devcoop.texts import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.store import Store

KIND = "joint"
"""Kind of the reference that stands for such a pair, beside those that are stated."""
_LEAST_WORDS = 2
_LEAST_ALIKE = 0.8
"""Share of the words of both titles that both have."""
_NUMBER = re.compile(r"\b(?:\d+|[IVX]+|[B-H]|(?i:i[iv]+|vi+|ix))\b")
"""What tells parts and phases apart; the letter A begins many titles."""
_GENERIC = frozenset(
    split_words(
        "activity additional aid assistance assistant building capacity contribution cooperation "
        "credit development facility finance financing fund funding general grant initiative loan "
        "national operation phase plan preparation program programme project sector strengthening "
        "study support technical "
        "actividad apoyo asistencia cooperacion desarrollo fase fortalecimiento "
        "programa proyecto sector tecnica "
        "appui assistance cooperation developpement fase phase programme projet renforcement "
        "secteur technique"
    )
)
"""Stems of words that stand in the titles of activities of any kind."""
_CO_REPORTED = ("co-funded", "third-party")


class Reference(NamedTuple):
    """One report that stands for another.

    Attributes:
        undertaking: IRI of the one that says that the work is shared.
        identifier: The identifier of the other one, as it is written.
    """

    undertaking: str
    identifier: str


@dataclass
class _Report:
    iri: str
    agency: str
    start: str
    end: str
    countries: set[str] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)
    identifier: str = ""

    @property
    def is_clear(self) -> bool:
        return bool(self.start and self.countries and self.titles and self.identifier)

    def meets(self, other: _Report) -> bool:
        starts_before = not other.end or self.start <= other.end
        return starts_before and (not self.end or self.end >= other.start)


def find_joint(graph: Store) -> list[Reference]:
    """Find the activities that two agencies report, with no identifier in common.

    Args:
        graph: Where they are.

    Returns:
        One for each pair, in the order of the IRIs.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> find_joint(build_graph())
        []
    """
    references = graph.recall_records(get_query("references").text)
    if not references:
        return []
    reports = _read_reports(graph, references)
    parties = _read_parties(graph, references, reports)
    by_place: dict[tuple[str, str], list[_Report]] = defaultdict(list)
    for one in reports.values():
        for country in one.countries:
            by_place[one.agency, country].append(one)
    places = _read_place_words(graph, {country for _, country in by_place})
    return sorted(_iter_pairs(reports, parties, by_place, places))


def _iter_pairs(
    reports: Mapping[str, _Report],
    parties: Mapping[str, set[str]],
    by_place: Mapping[tuple[str, str], list[_Report]],
    places: Mapping[str, frozenset[str]],
) -> Iterator[Reference]:
    for iri, named in parties.items():
        one = reports[iri]
        for agency in sorted(named):
            others = _find_alike(one, agency, by_place, places)
            if len(others) == 1:
                [other] = others
                # Several components may share a title: then it is not known which is meant.
                if _find_alike(other, one.agency, by_place, places) == [one]:
                    yield Reference(iri, other.identifier)


def _find_alike(
    one: _Report,
    agency: str,
    by_place: Mapping[tuple[str, str], list[_Report]],
    places: Mapping[str, frozenset[str]],
) -> list[_Report]:
    found: dict[str, _Report] = {}
    for country in one.countries:
        for other in by_place.get((agency, country), ()):
            if one.meets(other) and _are_alike(one, other, places[country]):
                found[other.iri] = other
    return list(found.values())


def _are_alike(one: _Report, other: _Report, place: frozenset[str]) -> bool:
    return any(
        measure_titles(title, its, place) >= _LEAST_ALIKE
        for title in one.titles
        for its in other.titles
    )


def measure_titles(one: str, other: str, place: frozenset[str] = frozenset()) -> float:
    """Measure which share of the words that say something two titles have in common.

    Args:
        one: A title.
        other: Another.
        place: Stems of the words of the names of the place.

    Returns:
        From 0 to 1; 0 if either says too little, or names another part or phase.

    Examples:
        >>> measure_titles("Rural Roads Project", "Project on rural roads")
        1.0
        >>> measure_titles("Rural Roads Project II", "Rural Roads Project III")
        0.0
        >>> measure_titles("Technical assistance", "Technical Assistance")
        0.0
    """
    if _find_numbers(one) != _find_numbers(other):
        return 0.0
    words, its = ({*split_words(text)} - _GENERIC - place for text in (one, other))
    if min(len(words), len(its)) < _LEAST_WORDS:
        return 0.0
    return len(words & its) / len(words | its)


def _find_numbers(title: str) -> list[str]:
    return sorted(number.upper() for number in _NUMBER.findall(title))


# What is known of the reports


def _read_reports(graph: Store, references: Iterable[Mapping[str, str]]) -> dict[str, _Report]:
    """Read the reports of which all is known that tells whether they are the same."""
    reports = {
        row["undertaking"]: _Report(row["undertaking"], row["agency"], row["start"], row["end"])
        for row in graph.recall_records(get_query("undertakings").text)
    }
    for row in references:
        if row["kind"] == "own" and row["undertaking"] in reports:
            one = reports[row["undertaking"]]
            one.identifier = one.identifier or row["identifier"]
    for row in graph.recall_records(get_query("activity-places").text):
        if row["undertaking"] in reports and is_country(row["place"]):
            reports[row["undertaking"]].countries.add(row["place"])
    for row in graph.recall_records(get_query("texts").text):
        if row["kind"] == "title" and row["undertaking"] in reports:
            reports[row["undertaking"]].titles.append(row["text"])
    return {iri: one for iri, one in reports.items() if one.is_clear}


def _read_parties(
    graph: Store, references: Iterable[Mapping[str, str]], reports: Mapping[str, _Report]
) -> dict[str, set[str]]:
    """Read which other agencies each report says to share the work with."""
    agencies = {one.agency for one in reports.values()}
    parties: dict[str, set[str]] = defaultdict(set)
    for row in graph.recall_records(get_query("funders").text):
        if row["undertaking"] in reports and row["funder"] in agencies:
            parties[row["undertaking"]].add(row["funder"])
    prefixes = _list_prefixes(reports.values())
    for reference in references:
        if reference["kind"] in _CO_REPORTED and reference["undertaking"] in reports:
            identifier = reference["identifier"].strip().upper()
            parties[reference["undertaking"]].update(
                agency for prefix, agency in prefixes.items() if identifier.startswith(prefix)
            )
    return {iri: named - {reports[iri].agency} for iri, named in sorted(parties.items())}


def _list_prefixes(reports: Iterable[_Report]) -> dict[str, str]:
    """List with what the identifiers of activities begin that one agency alone has."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in reports:
        organization, dash, _ = one.identifier.strip().upper().rpartition("-")
        if organization:
            found[organization + dash].add(one.agency)
    return {prefix: min(having) for prefix, having in found.items() if len(having) == 1}


def _read_place_words(graph: Store, places: Iterable[str]) -> dict[str, frozenset[str]]:
    """Read the words of the names of places, in all languages."""
    properties = [names.term("skos:prefLabel"), names.term("skos:altLabel")]
    return {
        place: frozenset(
            word
            for predicate in properties
            for quad in graph.quads(subject=place, predicate=predicate)
            for word in split_words(as_text(quad.object))
        )
        for place in places
    }
