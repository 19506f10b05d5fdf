"""Findings as RDF: what was found, about what, why, and from which passages.

A finding's IRI is a hash of what it says, and nothing in it depends on the clock, so a
second run over the same files gives the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.names import DEVC, FACET_PROPERTIES, mint_concept, mint_finding
from devcoop.overlap.comparison import METHOD
from devcoop.store import Store, rdf
from devcoop.store.terms import Literal, NamedNode, Triple
from devcoop.words import findings as words
from devcoop.words.explanations import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
    return Triple(NamedNode(subject), _predicate(predicate), node)


# They are few, and each stands in many triples.
_predicate = cache(NamedNode)


def _decimal(value: float, digits: int = 6) -> Literal:
    return Literal(f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0", datatype=_DECIMAL)


def _english(text: str) -> Literal:
    return Literal(text, language="en")


@dataclass(frozen=True)
class Found:
    """What a run found, with all that is needed to state it.

    Attributes:
        run: The run.
        pairs: Pairs that are findings.
        explain: Explains a pair.
        checks: What was looked for, with the cells that nobody serves.
        lexicon: What concepts and places are called.
        gap_words: Says what gaps are about.
        note: Which findings these are, where they are not all; empty if they are.
    """

    run: Run
    pairs: Iterable[Pair]
    explain: Callable[[Pair], Explanation]
    checks: Iterable[GapCheck]
    lexicon: Lexicon
    gap_words: GapWords
    note: str = ""


def iter_findings(found: Found, beside: Iterable[Triple] = ()) -> Iterator[Triple]:
    """State findings about pairs and gaps in RDF, one after the other.

    Args:
        found: What was found.
        beside: What else is to be stated, such as what people said.

    Yields:
        Triples without blank nodes, each once, in the order of their text.
    """
    makers = _list_makers(found)
    for triple in (*_run_triples(found.run, found.note), *beside):
        makers[str(triple.subject)].append(partial(iter, (triple,)))
    for _, several in sorted(makers.items()):
        yield from sorted({triple for make in several for triple in make()}, key=str)


def iter_all_findings(found: Found, beside: Iterable[Triple] = ()) -> Iterator[Triple]:
    """State findings as `iter_findings` does, however many pairs there are: none is held.

    Args:
        found: What was found.
        beside: What else is to be stated, such as what people said.

    Yields:
        Triples without blank nodes: all that is not about a pair, in the order of its text, then
        pair after pair in their order.
    """
    yield from iter_findings(replace(found, pairs=()), beside)
    for pair in found.pairs:
        yield from sorted(set(_pair_triples(found, pair)), key=str)


def _list_makers(found: Found) -> dict[str, list[Callable[[], Iterator[Triple]]]]:
    """List what states each finding, by its IRI as it stands in a triple's text."""
    makers: dict[str, list[Callable[[], Iterator[Triple]]]] = defaultdict(list)
    for pair in found.pairs:
        make = partial(_pair_triples, found, pair)
        makers[str(NamedNode(mint_pair(pair)))].append(make)
    for check in found.checks:
        for cell in check.found:
            finding = mint_gap(check, cell, found.gap_words)
            make_gap = partial(_gap_triples, found, check, cell, finding)
            makers[str(NamedNode(finding))].append(make_gap)
    return makers


def mint_pair(pair: Pair) -> str:
    """Give the IRI of the finding about a pair, which a review does not change.

    Args:
        pair: A pair that the comparison found.
    """
    return mint_finding(pair.found_type, (pair.left, pair.right), METHOD)


def mint_gap(check: GapCheck, cell: Cell, gap_words: GapWords) -> str:
    """Give the IRI of the finding about a gap.

    Args:
        check: The question that found it.
        cell: What nobody serves.
        gap_words: Says what its denominator is, in English, which is part of what is found.
    """
    whole = check.finding_of(cell)
    scope = gap_words.scope(check, whole).text
    return mint_finding(check.type, [whole.subject, *whole.others, check.name, scope], METHOD)


def serialize(triples: Iterable[Triple]) -> bytes:
    """Write triples as Turtle, in their order.

    Args:
        triples: As `iter_findings` gives them.
    """
    return b"".join(iter_serialized(triples))


def iter_serialized(triples: Iterable[Triple]) -> Iterator[bytes]:
    """Write triples as Turtle, in their order, piece by piece.

    Args:
        triples: As `iter_findings` gives them.
    """
    return rdf.iter_turtle(triples, prefixes=_P)


def _run_triples(run: Run, note: str) -> Iterator[Triple]:
    method = names.mint_method(METHOD)
    yield _triple(method, _TYPE, DEVC.Method)
    yield _triple(method, names.term("rdfs:label"), _english(words.METHOD_LABEL))
    yield _triple(method, names.term("dcat:version"), Literal("2"))
    yield _triple(run.iri, _TYPE, DEVC.DetectionRun)
    yield _triple(run.iri, names.term("prov:used"), names.CATALOG)
    yield _triple(run.iri, DEVC.sha256, Literal(run.data_hash))
    yield _triple(run.iri, names.term("owl:versionInfo"), Literal(run.version))
    for graph in run.graphs:
        yield _triple(run.iri, DEVC.checkedGraph, graph)
    if note:
        yield _triple(run.iri, names.term("rdfs:comment"), _english(note))


def _common(run: Run, finding: str, finding_type: str, description: str) -> Iterator[Triple]:
    yield _triple(finding, _TYPE, DEVC.Finding)
    yield _triple(finding, DEVC.findingType, mint_concept("finding-type", finding_type))
    yield _triple(finding, names.term("dcterms:description"), _english(description))
    yield _triple(finding, names.term("prov:wasGeneratedBy"), run.iri)
    yield _triple(finding, DEVC.usesMethod, names.mint_method(METHOD))


def _pair_triples(found: Found, pair: Pair) -> Iterator[Triple]:
    explanation, finding = found.explain(pair), mint_pair(pair)
    sides = (explanation.left, explanation.right)
    # What a person dismissed keeps the type that it was found as; the review says the rest.
    kind = pair.found_type if pair.type == "dismissed" else pair.type
    told = tell(explanation, found.lexicon)
    yield from _common(found.run, finding, kind, words.describe_pair(told, kind))
    yield _triple(finding, _TYPE, DEVC.PairFinding)
    yield _triple(finding, DEVC.score, _decimal(pair.score))
    yield _triple(finding, DEVC.timing, mint_concept("timing", pair.timing))
    yield _triple(finding, DEVC.placeRelation, mint_concept("place-relation", pair.place_relation))
    for theme in dict.fromkeys([explanation.subject] if explanation.subject else pair.themes):
        yield _triple(finding, names.term("dcterms:subject"), theme)
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


def _gap_triples(found: Found, check: GapCheck, cell: Cell, finding: str) -> Iterator[Triple]:
    told = words.describe_gap(check, cell, found.gap_words)
    yield from _common(found.run, finding, check.type, told)
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
