"""What people said about findings, as the page and `report.json` tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.report.anchors import anchor_initiative
from devcoop.words.codes import CHANGES
from devcoop.words.counts import name_type
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.pipeline import Analysis
    from devcoop.reviews import Reviewed


@dataclass(frozen=True)
class RowSide:
    """One initiative in a row of findings or of reviews.

    Attributes:
        agency: Short name of the agency; empty if no plan has the initiative any more.
        identifier: Main locator, or the IRI if no plan has it any more.
        label: Title.
        anchor: Where it is listed.
        iri: The initiative.
    """

    agency: str
    identifier: str
    label: str
    anchor: str
    iri: str


@dataclass(frozen=True)
class JudgedRow:
    """A review.

    Attributes:
        sides: The two initiatives.
        type_name: The type that the comparison gives now, in words.
        verdict: confirmed, dismissed or complementary.
        by: Who said so.
        on: The day, in words.
        note: Why; may be empty.
        lead: Short name of the agency that shall take the next step; may be empty.
        changes: What changed since, in words.
    """

    sides: tuple[RowSide, ...]
    type_name: str
    verdict: str
    by: str
    on: str
    note: str
    lead: str
    changes: str


@dataclass(frozen=True)
class Judged:
    """All reviews.

    Attributes:
        again: Those to be looked at again, since the evidence changed.
        dismissed: Findings that a person dismissed; they are not counted.
        held: Findings that a person confirmed or called complementary.
    """

    again: tuple[JudgedRow, ...]
    dismissed: tuple[JudgedRow, ...]
    held: tuple[JudgedRow, ...]


def build_judged(analysis: Analysis) -> Judged:
    """Build the rows of all reviews.

    Args:
        analysis: The run to report on.
    """
    standing = [one for one in analysis.reviewed if one.stands]
    dismissed = [one for one in standing if one.review.verdict == "dismissed"]
    return Judged(
        again=_rows(analysis, (one for one in analysis.reviewed if not one.stands)),
        dismissed=_rows(analysis, dismissed),
        held=_rows(analysis, (one for one in standing if one not in dismissed)),
    )


def _rows(analysis: Analysis, reviewed: Iterable[Reviewed]) -> tuple[JudgedRow, ...]:
    return tuple(
        JudgedRow(
            sides=tuple(_sides(analysis, one)),
            type_name=name_type(one.pair.found_type if one.pair else "none")[0],
            verdict=one.review.verdict,
            by=one.review.by,
            on=ENGLISH.day(one.review.on),
            note=one.review.note,
            lead=one.lead,
            changes=ENGLISH.join([CHANGES[change] for change in one.changes]),
        )
        for one in reviewed
    )


def _sides(analysis: Analysis, one: Reviewed) -> Iterator[RowSide]:
    known = analysis.undertakings
    for iri in one.review.elements:
        side = known.get(iri)
        if side:
            anchor = anchor_initiative(iri)
            yield RowSide(side.agency.name, side.identifier, side.label, anchor, side.iri)
        else:
            yield RowSide("", iri, "in no plan any more", "", iri)


def say_reviews(analysis: Analysis) -> dict[tuple[str, str], str]:
    """Say in a few words what people said, for the rows of findings.

    Args:
        analysis: The run to report on.

    Returns:
        Words by the IRIs of the pair.
    """
    return {
        (one.pair.left, one.pair.right): _say(one)
        for one in analysis.reviewed
        if one.pair is not None
    }


def _say(one: Reviewed) -> str:
    who = f"{one.review.verdict} by {one.review.by}"
    if not one.stands:
        return f"to be looked at again ({who}, {ENGLISH.day(one.review.on)})"
    return f"{who}, {one.lead} leads" if one.lead else who


def list_reviews(analysis: Analysis) -> Iterator[dict[str, object]]:
    """List the reviews for `report.json`.

    Args:
        analysis: The run to report on.

    Yields:
        One entry per review, in the order of the pairs.
    """
    for one in analysis.reviewed:
        yield {
            "elements": list(one.review.elements),
            "finding": one.finding or None,
            "judged_finding": one.review.finding,
            "verdict": one.review.verdict,
            "by": one.review.by,
            "on": one.review.on.isoformat(),
            "note": one.review.note,
            "lead": one.lead or None,
            "stands": one.stands,
            "changes": list(one.changes),
        }
