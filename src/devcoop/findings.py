"""Findings as RDF: what was found, about what, why, and from which passages.

A finding's IRI is a hash of what it says, and nothing in it depends on the clock, so a
second run over the same files gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.names import DEVC, FACET_PROPERTIES, mint_concept, mint_finding
from devcoop.overlap.comparison import METHOD
from devcoop.store import Store, rdf
from devcoop.store.terms import Literal, NamedNode, Triple
from devcoop.words import findings as words
from devcoop.words.explanations import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from devcoop.model import Cell, GapCheck, Pair
    from devcoop.overlap.comparison import Comparison
    from devcoop.overlap.explanation import Explanation, FacetMatch
    from devcoop.words.gaps import GapWords
    from devcoop.words.lexicon import Lexicon

_P = names.PREFIXES
_TYPE = names.term("rdf:type")
_DECIMAL = NamedNode(names.term("xsd:decimal"))
_DATE = NamedNode(names.term("xsd:date"))


@dataclass(frozen=True)
class Run:
    """The run that states findings.

    Attributes:
        data_hash: Hash of the files it worked on.
        graphs: IRIs of the named graphs that were searched.
        version: Version of the software.
    """

    data_hash: str
    graphs: tuple[str, ...]
    version: str

    @property
    def iri(self) -> str:
        """IRI of the run: the same for the same data and method."""
        return names.mint_run(METHOD, self.data_hash)


def _triple(subject: str, predicate: str, value: str | Literal) -> Triple:
    node = NamedNode(value) if isinstance(value, str) else value
    return Triple(NamedNode(subject), NamedNode(predicate), node)


def _decimal(value: float, digits: int = 6) -> Literal:
    return Literal(f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0", datatype=_DECIMAL)


def _english(text: str) -> Literal:
    return Literal(text, language="en")


def build_findings(
    run: Run,
    explanations: Iterable[Explanation],
    checks: Sequence[GapCheck],
    *,
    lexicon: Lexicon,
    gap_words: GapWords,
) -> list[Triple]:
    """State findings about pairs and gaps in RDF.

    Args:
        run: The run that states them.
        explanations: Pairs that are findings, explained.
        checks: What was looked for, with the cells that nobody serves.
        lexicon: What concepts and places are called.
        gap_words: Says what gaps are about.

    Returns:
        Triples without blank nodes, sorted.
    """
    triples = set(_run_triples(run))
    for explanation in explanations:
        triples.update(_pair_triples(run, explanation, lexicon))
    for check in checks:
        for cell in check.gaps:
            triples.update(_gap_triples(run, check, cell, gap_words))
    return sorted(triples, key=str)


def mint_pair(pair: Pair) -> str:
    """Give the IRI of the finding about a pair, which a review does not change.

    Args:
        pair: A pair that the comparison found.
    """
    return mint_finding(pair.found_type, [pair.left, pair.right], METHOD)


def mint_gap(check: GapCheck, cell: Cell, gap_words: GapWords) -> str:
    """Give the IRI of the finding about a gap.

    Args:
        check: The question that found it.
        cell: What nobody serves.
        gap_words: Says what its denominator is, in English, which is part of what is found.
    """
    scope = gap_words.scope(check, cell).text
    return mint_finding(check.type, [cell.subject, *cell.others, check.name, scope], METHOD)


def serialize(triples: Sequence[Triple]) -> bytes:
    """Write triples as Turtle, in their order.

    Args:
        triples: As `build_findings` gives them.
    """
    return rdf.serialize(triples, rdf.TURTLE, prefixes=_P)


def _run_triples(run: Run) -> Iterator[Triple]:
    method = names.mint_method(METHOD)
    yield _triple(method, _TYPE, DEVC.Method)
    yield _triple(method, names.term("rdfs:label"), _english(words.METHOD_LABEL))
    yield _triple(method, names.term("dcat:version"), Literal("1"))
    yield _triple(run.iri, _TYPE, DEVC.DetectionRun)
    yield _triple(run.iri, names.term("prov:used"), names.CATALOG)
    yield _triple(run.iri, DEVC.sha256, Literal(run.data_hash))
    yield _triple(run.iri, names.term("owl:versionInfo"), Literal(run.version))


def _common(run: Run, finding: str, finding_type: str, description: str) -> Iterator[Triple]:
    yield _triple(finding, _TYPE, DEVC.Finding)
    yield _triple(finding, DEVC.findingType, mint_concept("finding-type", finding_type))
    yield _triple(finding, names.term("dcterms:description"), _english(description))
    yield _triple(finding, names.term("prov:wasGeneratedBy"), run.iri)
    yield _triple(finding, DEVC.usesMethod, names.mint_method(METHOD))
    for graph in run.graphs:
        yield _triple(finding, DEVC.checkedGraph, graph)


def _pair_triples(run: Run, explanation: Explanation, lexicon: Lexicon) -> Iterator[Triple]:
    pair, sides = explanation.pair, (explanation.left, explanation.right)
    finding = mint_pair(pair)
    # What a person dismissed keeps the type that it was found as; the review says the rest.
    kind = pair.found_type if pair.type == "dismissed" else pair.type
    told = tell(explanation, lexicon)
    yield from _common(run, finding, kind, words.describe_pair(told, kind))
    yield _triple(finding, _TYPE, DEVC.PairFinding)
    yield _triple(finding, DEVC.score, _decimal(pair.score))
    yield _triple(finding, DEVC.timing, mint_concept("timing", pair.timing))
    yield _triple(finding, DEVC.placeRelation, mint_concept("place-relation", pair.place_relation))
    for side in sides:
        yield _triple(finding, DEVC.involves, side.iri)
        for passage in side.evidence:
            yield _triple(finding, names.term("prov:wasDerivedFrom"), passage.iri)
    for option in explanation.options:
        yield _triple(finding, DEVC.option, mint_concept("option", option))
    for caveat in (*told.caveats, *told.unknown):
        yield _triple(finding, DEVC.caveat, _english(caveat))
    yield from _period_triples(finding, explanation)
    for match in explanation.matches:
        yield from _part_triples(finding, explanation, match)


def _period_triples(finding: str, explanation: Explanation) -> Iterator[Triple]:
    shared = explanation.pair.shared_period
    if shared is None:
        return
    period = f"{finding}/period"
    yield _triple(finding, DEVC.overlapPeriod, period)
    yield _triple(period, _TYPE, names.term("dcterms:PeriodOfTime"))
    for name, day in (("startDate", shared.start), ("endDate", shared.end)):
        if day:
            yield _triple(
                period, names.term(f"dcat:{name}"), Literal(day.isoformat(), datatype=_DATE)
            )


def _part_triples(finding: str, explanation: Explanation, match: FacetMatch) -> Iterator[Triple]:
    part = f"{finding}/{match.facet}"
    yield _triple(finding, DEVC.part, part)
    yield _triple(part, _TYPE, DEVC.FacetComparison)
    yield _triple(part, DEVC.facet, FACET_PROPERTIES[match.facet])
    for predicate, side in (
        (DEVC.leftValue, explanation.left),
        (DEVC.rightValue, explanation.right),
    ):
        for concept in side.facets.get(match.facet, ()):
            yield _triple(part, predicate, concept.iri)
    if match.similarity is not None:
        yield _triple(part, DEVC.similarity, _decimal(match.similarity))


def _gap_triples(run: Run, check: GapCheck, cell: Cell, gap_words: GapWords) -> Iterator[Triple]:
    finding = mint_gap(check, cell, gap_words)
    yield from _common(run, finding, check.type, words.describe_gap(check, cell, gap_words))
    yield _triple(finding, _TYPE, DEVC.GapFinding)
    for iri in (cell.subject, *cell.others):
        yield _triple(finding, DEVC.involves, iri)
    yield _triple(finding, DEVC.absenceQuery, Literal(check.name))


def build_similarities(comparison: Comparison) -> list[Triple]:
    """State how much each concept says and how alike concepts are, so that scores can be redone.

    Args:
        comparison: Where concepts were compared.

    Returns:
        Triples without blank nodes, sorted; each two concepts once.
    """
    triples = {
        _triple(row["concept"], DEVC.information, _decimal(row["information"], digits=12))
        for row in comparison.table("information")
    }
    for row in comparison.table("concept_similarity"):
        left, right = row["left_concept"], row["right_concept"]
        if left < right and row["similarity"] > 0:
            node = names.mint_similarity(row["facet"], left, right)
            triples |= {
                _triple(node, _TYPE, DEVC.ConceptSimilarity),
                _triple(node, DEVC.betweenConcept, left),
                _triple(node, DEVC.betweenConcept, right),
                _triple(node, DEVC.conceptSimilarity, _decimal(row["similarity"], digits=12)),
            }
    return sorted(triples, key=str)


def add_similarities(graph: Store, comparison: Comparison) -> None:
    """Add to a graph what is needed to compute scores in SPARQL.

    Args:
        graph: The graph whose undertakings were compared.
        comparison: The comparison.
    """
    graph.add(f"{names.CATALOG}/similarity", build_similarities(comparison))
