"""Reviews, the evidence they judged, and whether they still stand.

A review is about two undertakings, not about the IRI of a finding: so it survives another
run, an edited plan and another method. It keeps hashes of the evidence that was judged. If
the evidence is another now, the review is kept but not applied, and says what changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devcoop.errors import OpinionError, UnknownResourceError
from devcoop.findings import mint_pair
from devcoop.names import DEVC
from devcoop.overlap.conversations import was_found
from devcoop.overlap.pairs import BEST_LISTED, Pairs
from devcoop.plans import get_agency, get_undertaking
from devcoop.store.terms import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from devcoop.model import Agency, Pair, Undertaking
    from devcoop.overlap.pairs import PairSource
    from devcoop.store import Store

Key = tuple[str, str]
"""IRIs of the two undertakings of a pair, sorted."""

VERDICTS = {"confirm": "confirmed", "dismiss": "dismissed", "complementary": "complementary"}
"""Slugs of the verdicts, by what a person types."""
UNKNOWN_LANGUAGE = "und"
"""Language tag of a note whose language nobody has stated (BCP 47)."""


@dataclass(frozen=True)
class Evidence:
    """What a finding rests on, as hashes.

    Attributes:
        type: Slug of the finding type.
        facets: SHA-256 of the facets of both sides.
        passages: SHA-256 of the identifiers, locators and documents of both sides.
    """

    type: str
    facets: str
    passages: str

    def changes(self, now: Evidence) -> tuple[str, ...]:
        """Name what is no longer the same.

        Args:
            now: The evidence of today.

        Examples:
            >>> Evidence("overlap", "a", "b").changes(Evidence("none", "a", "c"))
            ('type', 'passages')
        """
        parts = ("type", "facets", "passages")
        return tuple(part for part in parts if getattr(self, part) != getattr(now, part))


@dataclass(frozen=True)
class Opinion:
    """What a person says, as typed.

    Attributes:
        verdict: confirm, dismiss or complementary, or the slug of the verdict.
        by: The person's name, or an IRI.
        note: Why; needed if the finding is dismissed.
        lead: Short name of the agency that shall take the next step; may be empty.
    """

    verdict: str
    by: str
    note: str = ""
    lead: str = ""


@dataclass(frozen=True)
class Review:
    """A person's judgement of a finding.

    Attributes:
        elements: IRIs of the two undertakings, sorted.
        finding: IRI of the finding when it was judged.
        verdict: confirmed, dismissed or complementary.
        by: The person's name, or an IRI.
        on: Day of the judgement.
        evidence: What was judged.
        note: Why; may be empty.
        lead: IRI of the agency that shall take the next step; may be empty.
        language: Language tag of the note.
    """

    elements: Key
    finding: str
    verdict: str
    by: str
    on: date
    evidence: Evidence
    note: str = ""
    lead: str = ""
    language: str = UNKNOWN_LANGUAGE


@dataclass(frozen=True)
class Reviewed:
    """A review beside what it is about today.

    Attributes:
        review: The review.
        pair: The pair as it counts now; None if it is no longer compared.
        finding: IRI of the finding as it is called now; empty if there is none.
        lead: Short name of the agency that shall take the next step; may be empty.
        changes: What changed since: type, facets, passages; or pair, if it is gone.
    """

    review: Review
    pair: Pair | None
    finding: str
    lead: str
    changes: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether the review is applied: the evidence is still what was judged."""
        return not self.changes


@dataclass(frozen=True)
class Grounds:
    """What reviews are held against.

    Attributes:
        undertakings: By IRI.
        documents: Hash of each document, by its IRI.
        agencies: By IRI.
    """

    undertakings: Mapping[str, Undertaking]
    documents: Mapping[str, str]
    agencies: Mapping[str, Agency]

    def hash_evidence(self, pair: Pair) -> Evidence:
        """Hash what a finding about a pair rests on.

        Args:
            pair: A compared pair.
        """
        sides = [self.undertakings[pair.left], self.undertakings[pair.right]]
        return Evidence(
            type=pair.found_type,
            facets=_hash(line for side in sides for line in _facet_lines(side)),
            passages=_hash(line for side in sides for line in self._passage_lines(side)),
        )

    def _passage_lines(self, side: Undertaking) -> Iterator[str]:
        yield f"{side.iri} is {side.identifier}"
        for passage in side.evidence:
            document = self.documents.get(passage.document, passage.document)
            yield f"{side.iri} from {passage.locator} of {document}"


def _facet_lines(side: Undertaking) -> Iterator[str]:
    for facet, concepts in side.facets.items():
        for concept in concepts:
            yield f"{side.iri} {facet} {concept.iri}"


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(set(lines))).encode()).hexdigest()


def key_of(pair: Pair) -> Key:
    """Give the IRIs of the two sides of a pair, sorted.

    Args:
        pair: A compared pair.
    """
    one, other = sorted((pair.left, pair.right))
    return one, other


def read_grounds(
    graph: Store,
    undertakings: Mapping[str, Undertaking],
    agencies: Mapping[str, Agency],
) -> Grounds:
    """Read from the graph what reviews are held against.

    Args:
        graph: Where the plans are.
        undertakings: By IRI.
        agencies: By IRI.
    """
    documents = dict(sorted(_read_values(graph, DEVC.sha256)))
    return Grounds(undertakings=undertakings, documents=documents, agencies=agencies)


def _read_values(graph: Store, predicate: str) -> Iterator[tuple[str, str]]:
    for quad in graph.quads(predicate=predicate):
        if isinstance(quad.subject, NamedNode) and hasattr(quad.object, "value"):
            yield quad.subject.value, quad.object.value


def make_review(pair: Pair, opinion: Opinion, grounds: Grounds, *, on: date) -> Review:
    """Make a review of a pair out of what a person says.

    Args:
        pair: What is judged.
        opinion: What the person says.
        grounds: What reviews are held against.
        on: The day.

    Raises:
        OpinionError: The person left out something, or wrote what cannot be understood.
    """
    if not was_found(pair):
        raise OpinionError(f"{pair.left} and {pair.right} are no finding: nothing to review")
    return Review(
        elements=key_of(pair),
        finding=mint_pair(pair),
        verdict=check_verdict(opinion),
        by=check_text("by", opinion.by),
        on=on,
        evidence=grounds.hash_evidence(pair),
        note=check_text("note", opinion.note),
        lead=find_lead(opinion, grounds.agencies),
    )


def check_verdict(opinion: Opinion) -> str:
    """Give the slug of the verdict that a person typed.

    Args:
        opinion: What the person says.

    Raises:
        OpinionError: It is no verdict, nobody gives it, or a dismissal has no reason.
    """
    said = opinion.verdict.strip().lower()
    verdict = VERDICTS.get(said, said)
    if verdict not in VERDICTS.values():
        known = ", ".join(VERDICTS)
        raise OpinionError(f"verdict {opinion.verdict!r} is not known; there are: {known}")
    if not opinion.by.strip():
        raise OpinionError("it is not said whose judgement this is: give a name as `by`")
    if verdict == "dismissed" and not opinion.note.strip():
        raise OpinionError("a finding is dismissed for a reason: give it as `note`")
    return verdict


def check_text(name: str, text: str) -> str:
    """Give a text back if it can be written.

    Args:
        name: What it is, for the message.
        text: The text.

    Raises:
        OpinionError: It has half of a pair of code units.

    Examples:
        >>> check_text("by", "A. Officer")
        'A. Officer'
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise OpinionError(f"{name} is no text in UTF-8") from error
    return text


def find_lead(opinion: Opinion, agencies: Mapping[str, Agency]) -> str:
    """Give the IRI of the agency that shall take the next step; empty if none is named.

    Args:
        opinion: What a person says.
        agencies: By IRI.

    Raises:
        OpinionError: There is no such agency.
    """
    if not opinion.lead.strip():
        return ""
    try:
        return get_agency(agencies, opinion.lead).iri
    except UnknownResourceError as error:
        raise OpinionError(f"lead {opinion.lead!r}: {error}") from error


def get_pair(words: Sequence[str], pairs: Pairs, grounds: Grounds) -> Pair:
    """Get the pair that a person means.

    Args:
        words: The IRI of a finding, or its last part; or two initiatives by IRI or identifier.
        pairs: All compared pairs.
        grounds: What reviews are held against.

    Raises:
        UnknownResourceError: There is no such finding.
    """
    if len(words) == 1:
        wanted = words[0].rpartition("/")[2].rpartition(":")[2]
        hits = [pair for pair in pairs.iter_found() if mint_pair(pair).endswith(f"/{wanted}")]
    else:
        one, other = (get_undertaking(grounds.undertakings, word).iri for word in words)
        pair = pairs.get(one, other)
        hits = [pair] if pair and was_found(pair) else []
    if hits:
        return hits[0]
    raise UnknownResourceError(
        f"no two initiatives are found as {' '.join(words)!r}; "
        "`devcoop review --export -` lists the findings"
    )


def apply_reviews(
    comparison: PairSource,
    reviews: Iterable[Review],
    grounds: Grounds,
    listed: int = BEST_LISTED,
    *,
    held: int | None = None,
) -> tuple[Pairs, tuple[Reviewed, ...]]:
    """Apply reviews to pairs, as far as they still stand.

    Args:
        comparison: Where the pairs were compared.
        reviews: At most one for each pair.
        grounds: What reviews are held against.
        listed: How many findings of each two agencies are listed where all are too many.
        held: Most findings that are listed then; None for `MOST_HELD`.

    Returns:
        The pairs, those changed whose review stands; and each review beside what it is about
        today, in the order of the reviews.
    """
    reviewed = [
        _hold(review, comparison.find_pair(*review.elements), grounds) for review in reviews
    ]
    judged = [one.pair for one in reviewed if one.pair and one.stands]
    pairs = Pairs(comparison, {(pair.left, pair.right): pair for pair in judged}, listed, held=held)
    return pairs, tuple(reviewed)


def _hold(review: Review, pair: Pair | None, grounds: Grounds) -> Reviewed:
    """Hold a review against the pair as it is today."""
    known = grounds.agencies.get(review.lead)
    lead = known.name if known else review.lead
    if pair is None:
        return Reviewed(review, None, "", lead, ("pair",))
    changes = review.evidence.changes(grounds.hash_evidence(pair))
    finding = mint_pair(pair) if was_found(pair) else ""
    return Reviewed(review, pair if changes else _judge(pair, review), finding, lead, changes)


def _judge(pair: Pair, review: Review) -> Pair:
    """Call a pair what the review says that it is."""
    types = {"dismissed": "dismissed", "complementary": "complementarity"}
    kind = types.get(review.verdict, pair.found_type)
    if review.verdict == "confirmed" and kind == "duplication-candidate":
        kind = "duplication"
    return replace(pair, type=kind, reviewed_type=pair.found_type)
