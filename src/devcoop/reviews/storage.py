"""The file in which a person keeps reviews: Turtle, rewritten whole or not at all.

What the file says beyond the reviews that are understood here stays in it, as statements;
comments and layout do not. Nothing in it depends on the clock but the days it states.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.errors import SourceError
from devcoop.model import GAP_TYPES
from devcoop.names import DEVC, mint_concept, mint_person, mint_review
from devcoop.publication import write_whole
from devcoop.reviews.gaps import GapReview, ReviewedGap
from devcoop.reviews.records import UNKNOWN_LANGUAGE, VERDICTS, Evidence, Review, Reviewed
from devcoop.store.canonical import label_blanks
from devcoop.store.rdf import TURTLE, parse_foreign, read_bytes, serialize
from devcoop.store.terms import Literal, NamedNode, Term, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_P = names.PREFIXES
_TYPE = names.term("rdf:type")
_LABEL = names.term("rdfs:label")
_NOTE = names.term("dcterms:description")
_BY = names.term("prov:wasAttributedTo")
_TIME = names.term("prov:generatedAtTime")
_DATE_TIME = NamedNode(names.term("xsd:dateTime"))
_SIDES = 2
Says = dict[str, list[Term]]


@dataclass(frozen=True)
class ReviewFile:
    """A file of reviews.

    Attributes:
        path: Where it lies, or will lie.
        triples: All that it says.
        nodes: The reviews that are understood, by the IRI or label of their node.
        others: How many more reviews it holds, that say too little.
    """

    path: Path
    triples: frozenset[Triple]
    nodes: dict[str, Review | GapReview]
    others: int

    @property
    def reviews(self) -> dict[tuple[str, ...], Review | GapReview]:
        """The review that counts for each pair or gap, the latest, in the order of these."""
        ordered = sorted(self.nodes.items(), key=lambda item: (item[1].on, item[0]))
        latest = {review.elements: review for _, review in ordered}
        return dict(sorted(latest.items()))

    def change(
        self, put: Iterable[Review | GapReview] = (), drop: Iterable[tuple[str, ...]] = ()
    ) -> ReviewFile:
        """Put reviews in the place of those of the same pairs or gaps, and take others out.

        Args:
            put: New reviews.
            drop: Keys of pairs or gaps whose reviews are taken back.
        """
        new = {review.elements: review for review in put}
        gone = {node for node, one in self.nodes.items() if one.elements in {*new, *drop}}
        triples = {triple for triple in self.triples if as_text(triple.subject) not in gone}
        triples.update(triple for review in new.values() for triple in build_review(review))
        return _understand(self.path, _without_strangers(triples))


def read_reviews(path: Path, *, must_exist: bool = True) -> ReviewFile:
    """Read a file of reviews.

    Args:
        path: A Turtle file.
        must_exist: Whether it is an error that there is no such file.

    Raises:
        SourceError: It cannot be read, or is no Turtle; with the line.
    """
    if path.suffix.lower() != ".ttl":
        raise SourceError(path, "reviews are kept in Turtle: give a name that ends in .ttl")
    if not must_exist and not path.exists():
        return ReviewFile(path, frozenset(), {}, 0)
    quads = parse_foreign(path, read_bytes(path))
    # Nodes without a name get the same label in every run.
    return _understand(path, {quad.triple for quad in label_blanks(quads, what=str(path))})


def write_reviews(file: ReviewFile) -> None:
    """Write a file of reviews, whole or not at all.

    Args:
        file: What it shall say.

    Raises:
        OSError: It could not be written; the old one is as it was.
    """
    write_whole(file.path, serialize(sorted(file.triples, key=str), TURTLE, prefixes=_P))


def build_review(
    review: Review | GapReview, finding: str = "", changes: Iterable[str] = ()
) -> Iterator[Triple]:
    """State a review in RDF.

    Args:
        review: The review.
        finding: IRI of the finding it is about today; without it, that of when it was judged.
        changes: What changed since.

    Yields:
        Triples without blank nodes.
    """
    node = NamedNode(mint_review(review.elements))
    for predicate, value in _statements(review, finding or review.finding):
        yield Triple(node, NamedNode(predicate), value)
    for change in changes:
        yield Triple(node, NamedNode(DEVC.changedSince), Literal(change))
    if not _is_iri(review.by):
        person = NamedNode(mint_person(review.by))
        yield Triple(person, NamedNode(_LABEL), Literal(review.by))


def build_reviewed(
    reviewed: Iterable[Reviewed], gaps: Iterable[ReviewedGap] = ()
) -> Iterator[Triple]:
    """State reviews of what is still found in RDF, beside the findings.

    Args:
        reviewed: Reviews of pairs beside what they are about today.
        gaps: Reviews of gaps likewise.
    """
    for one in reviewed:
        if one.finding:
            yield from build_review(one.review, one.finding, one.changes)
    for gap in gaps:
        if gap.stands:
            yield from build_review(gap.review)


def _statements(
    review: Review | GapReview, finding: str
) -> Iterator[tuple[str, NamedNode | Literal]]:
    person = review.by if _is_iri(review.by) else mint_person(review.by)
    kind = review.type if isinstance(review, GapReview) else review.evidence.type
    yield _TYPE, NamedNode(DEVC.Review)
    yield DEVC.reviews, NamedNode(finding)
    yield DEVC.verdict, NamedNode(mint_concept("review-verdict", review.verdict))
    yield _BY, NamedNode(person)
    yield _TIME, Literal(f"{review.on.isoformat()}T00:00:00Z", datatype=_DATE_TIME)
    yield DEVC.judgedType, NamedNode(mint_concept("finding-type", kind))
    if isinstance(review, Review):
        yield DEVC.judgedFacets, Literal(review.evidence.facets)
        yield DEVC.judgedPassages, Literal(review.evidence.passages)
        for element in review.elements:
            yield DEVC.judgedElement, NamedNode(element)
    if review.note:
        yield _NOTE, Literal(review.note, language=review.language)
    if review.lead:
        yield DEVC.leadAgency, NamedNode(review.lead)


def _is_iri(text: str) -> bool:
    """Tell whether a person is named by an IRI.

    Examples:
        >>> _is_iri("https://orcid.org/0000-0002-1825-0097"), _is_iri("A. Officer")
        (True, False)
    """
    if not re.fullmatch(r"https?://\S+", text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _understand(path: Path, triples: Iterable[Triple]) -> ReviewFile:
    says: dict[str, Says] = defaultdict(lambda: defaultdict(list))
    kept = frozenset(triples)
    for triple in kept:
        says[as_text(triple.subject)][triple.predicate.value].append(triple.object)
    labels = {node: as_text(said[_LABEL][0]) for node, said in says.items() if _LABEL in said}
    wanted = [node for node, said in says.items() if str(DEVC.Review) in map(as_text, said[_TYPE])]
    read = {node: _read_review(says[node], labels) for node in sorted(wanted)}
    nodes = {node: review for node, review in read.items() if review}
    return ReviewFile(path, kept, nodes, len(read) - len(nodes))


def _read_review(says: Says, labels: dict[str, str]) -> Review | GapReview | None:
    """Read a review of a pair or a gap; None if it says too little."""
    elements = sorted(map(as_text, says[str(DEVC.judgedElement)]))
    verdict = _one(says, DEVC.verdict).removeprefix(_P["verdict"])
    kind = _one(says, DEVC.judgedType).removeprefix(_P["ft"])
    finding, by, on = _one(says, DEVC.reviews), _one(says, _BY), _read_day(_one(says, _TIME))
    if on is None or not all([verdict in VERDICTS.values(), finding, by, kind]):
        return None
    note = min(says[_NOTE], key=str, default=None)
    said = {
        "finding": finding,
        "verdict": verdict,
        "by": labels.get(by, by),
        "note": as_text(note) if note is not None else "",
        "lead": _one(says, DEVC.leadAgency),
        "language": getattr(note, "language", None) or UNKNOWN_LANGUAGE,
    }
    if not elements and kind in GAP_TYPES:
        return GapReview(type=kind, on=on, **said)
    facets, passages = _one(says, DEVC.judgedFacets), _one(says, DEVC.judgedPassages)
    if len(elements) != _SIDES or not (facets and passages):
        return None
    evidence = Evidence(type=kind, facets=facets, passages=passages)
    return Review(elements=(elements[0], elements[1]), on=on, evidence=evidence, **said)


def _one(says: Says, predicate: str) -> str:
    """Give what a node says by a predicate; empty text if it says nothing, the first of several."""
    return min(map(as_text, says[str(predicate)]), default="")


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _without_strangers(triples: set[Triple]) -> set[Triple]:
    """Leave out the names of people whose last review was taken back."""
    named = {as_text(triple.object) for triple in triples}
    return {
        triple
        for triple in triples
        if not as_text(triple.subject).startswith(_P["person"]) or as_text(triple.subject) in named
    }
