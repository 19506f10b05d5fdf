"""What people say about gaps.

The finding of a gap is named after its question, its denominator and what is missing, so that a
review stands as long as the same is missing; once that changes it is kept and no longer applied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devcoop.errors import OpinionError, UnknownResourceError
from devcoop.findings import mint_gap
from devcoop.reviews.records import (
    UNKNOWN_LANGUAGE,
    check_text,
    check_verdict,
    find_lead,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from devcoop.model import Agency, Cell, GapCheck
    from devcoop.reviews.records import Opinion
    from devcoop.words.gaps import GapWords


@dataclass(frozen=True)
class GapReview:
    """A person's judgement of a gap.

    Attributes:
        finding: IRI of the finding.
        type: Slug of its type when it was judged.
        verdict: confirmed or dismissed.
        by: The person's name, or an IRI.
        on: Day of the judgement.
        note: Why; may be empty.
        lead: IRI of the agency that shall take the next step; may be empty.
        language: Language tag of the note.
    """

    finding: str
    type: str
    verdict: str
    by: str
    on: date
    note: str = ""
    lead: str = ""
    language: str = UNKNOWN_LANGUAGE

    @property
    def elements(self) -> tuple[str]:
        """What is judged, as a key beside those of pairs."""
        return (self.finding,)


@dataclass(frozen=True)
class ReviewedGap:
    """A review of a gap beside what it is about today.

    Attributes:
        review: The review.
        check: The question; None if the gap is no longer found.
        cell: The finding; None likewise.
        lead: Short name of the agency that shall take the next step; may be empty.
    """

    review: GapReview
    check: GapCheck | None
    cell: Cell | None
    lead: str

    @property
    def stands(self) -> bool:
        """Whether the same gap is still found."""
        return self.cell is not None


def make_gap_review(
    check: GapCheck, finding: str, opinion: Opinion, agencies: Mapping[str, Agency], *, on: date
) -> GapReview:
    """Make a review of a gap out of what a person says.

    Args:
        check: The question that found it.
        finding: IRI of the finding.
        opinion: What the person says.
        agencies: By IRI.
        on: The day.

    Raises:
        OpinionError: The person left out something, or wrote what cannot be understood.
    """
    verdict = check_verdict(opinion)
    if verdict == "complementary":
        raise OpinionError("only two initiatives can be complementary; a gap: confirm or dismiss")
    return GapReview(
        finding=finding,
        type=check.type,
        verdict=verdict,
        by=check_text("by", opinion.by),
        on=on,
        note=check_text("note", opinion.note),
        lead=find_lead(opinion, agencies),
    )


def get_gap(word: str, checks: Iterable[GapCheck], gap_words: GapWords) -> tuple[GapCheck, str]:
    """Get the question and the IRI of the gap that a person means.

    Args:
        word: The IRI of a finding, or its last part.
        checks: The questions, with what they found.
        gap_words: Says what gaps are about.

    Raises:
        UnknownResourceError: There is no such gap.
    """
    wanted = word.rpartition("/")[2].rpartition(":")[2]
    for check in checks:
        for cell in check.found:
            finding = mint_gap(check, cell, gap_words)
            if finding.endswith(f"/{wanted}"):
                return check, finding
    raise UnknownResourceError(
        f"no finding is called {word!r}; overlaps.csv, gaps.csv and "
        "`devcoop review --export -` list them"
    )


def apply_gap_reviews(
    checks: Sequence[GapCheck],
    reviews: Iterable[GapReview],
    gap_words: GapWords,
    agencies: Mapping[str, Agency],
) -> tuple[list[GapCheck], tuple[ReviewedGap, ...]]:
    """Apply reviews to gaps.

    Args:
        checks: The questions, with all that they looked at.
        reviews: At most one for each gap.
        gap_words: Says what gaps are about.
        agencies: By IRI.

    Returns:
        The questions, with what was said of their cells; and each review beside what it is about
        today, in the order of the reviews.
    """
    by_finding = {review.finding: review for review in reviews}
    if not by_finding:
        return list(checks), ()
    held: dict[str, ReviewedGap] = {}
    judged = []
    for check in checks:
        said: dict[Cell, str] = {}
        for cell in check.found:
            review = by_finding.get(mint_gap(check, cell, gap_words))
            if review:
                said |= dict.fromkeys(cell.parts or (cell,), review.verdict)
                held[review.finding] = _hold(review, agencies, check, cell)
        judged.append(_judge(check, said) if said else check)
    return judged, tuple(
        held.get(finding) or _hold(review, agencies) for finding, review in by_finding.items()
    )


def _hold(
    review: GapReview,
    agencies: Mapping[str, Agency],
    check: GapCheck | None = None,
    cell: Cell | None = None,
) -> ReviewedGap:
    lead = agencies[review.lead].name if review.lead in agencies else review.lead
    return ReviewedGap(review, check, cell, lead)


def _judge(check: GapCheck, said: Mapping[Cell, str]) -> GapCheck:
    cells = (one._replace(verdict=said[one]) if one in said else one for one in check.cells)
    return replace(check, cells=tuple(cells))
