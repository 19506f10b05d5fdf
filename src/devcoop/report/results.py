"""The findings as rows, by subject, and as numbers, by pair of agencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import STRENGTH
from devcoop.names import slug_of
from devcoop.overlap.conversations import is_finding
from devcoop.overlap.coordination import find_links
from devcoop.report.anchors import anchor_initiative, anchor_subject
from devcoop.report.coordination import list_agencies, name_agencies
from devcoop.report.judged import RowSide, say_reviews
from devcoop.report.tables import mint_pair_finding
from devcoop.words.codes import PLACE_RELATIONS, TIMINGS
from devcoop.words.counts import name_type, write_types

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

    from devcoop.model import Agency, Pair, Undertaking
    from devcoop.overlap.conversations import Conversation
    from devcoop.overlap.explanation import Explanation
    from devcoop.pipeline import Analysis


@dataclass(frozen=True)
class FindingRow:
    """One finding.

    Attributes:
        reference: Last part of the finding's IRI.
        type: Slug of the type.
        type_name: The type in words.
        strength: The higher, the more worth a conversation.
        sides: The two initiatives.
        shared: Labels of what both have.
        timing: Whether at the same time, in words.
        place: Whether in the same place, in words.
        score: How alike, from 0 to 1.
        is_linked: Whether one of the plans names the other agency.
        said: What a person said about it; may be empty.
    """

    reference: str
    type: str
    type_name: str
    strength: int
    sides: tuple[RowSide, RowSide]
    shared: tuple[str, ...]
    timing: str
    place: str
    score: float
    is_linked: bool
    said: str


@dataclass(frozen=True)
class FindingGroup:
    """The findings on one subject of one pair of agencies.

    Attributes:
        anchor: Where they stand.
        agencies: Short names of both.
        subject: Label of the subject.
        rows: The findings, closest first.
    """

    anchor: str
    agencies: tuple[str, str]
    subject: str
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True)
class MatrixCell:
    """What was found between two agencies.

    Attributes:
        agencies: Short names, in the order of row and column.
        findings: How many findings.
        types: How many of each type, in words; empty if there is none.
        broad: How many pairs are only in the same broad area.
        of: How many pairs were compared.
        anchor: Where the first finding stands; empty if there is none.
    """

    agencies: tuple[str, str]
    findings: int
    types: str
    broad: int
    of: int
    anchor: str


def build_groups(analysis: Analysis, most: int) -> tuple[FindingGroup, ...]:
    """Build the rows of all findings in the order of the conversations.

    Args:
        analysis: The run to report on.
        most: How many rows at most.
    """
    groups: list[FindingGroup] = []
    left, said = most, say_reviews(analysis)
    for conversation in analysis.conversations:
        if left <= 0:
            break
        pairs = conversation.pairs[:left]
        left -= len(pairs)
        groups.append(_build_group(analysis, conversation, pairs=pairs, said=said))
    return tuple(groups)


def _build_group(
    analysis: Analysis,
    conversation: Conversation,
    *,
    pairs: Iterable[Pair],
    said: Mapping[tuple[str, str], str],
) -> FindingGroup:
    agencies = name_agencies(analysis, conversation)
    is_linked = bool(
        find_links(analysis.links, conversation.left_agency, conversation.right_agency)
    )
    return FindingGroup(
        anchor=anchor_subject(conversation),
        agencies=agencies,
        subject=analysis.labels.get(conversation.subject, "No common subject"),
        rows=tuple(
            _build_row(
                analysis, pair, is_linked=is_linked, said=said.get((pair.left, pair.right), "")
            )
            for pair in pairs
        ),
    )


def _build_row(analysis: Analysis, pair: Pair, *, is_linked: bool, said: str) -> FindingRow:
    told = analysis.explain(pair)
    return FindingRow(
        reference=slug_of(mint_pair_finding(pair)),
        type=pair.type,
        type_name=name_type(pair.type)[0],
        strength=STRENGTH[pair.type],
        sides=(_side(told.left), _side(told.right)),
        shared=tuple(analysis.lexicon.say(iri, "en") for iri in _list_shared(told)),
        timing=TIMINGS[pair.timing],
        place=PLACE_RELATIONS[pair.place_relation],
        score=pair.score,
        is_linked=is_linked,
        said=said,
    )


def _list_shared(told: Explanation) -> tuple[str, ...]:
    """List the concepts both have; where it takes effect tells a row little."""
    return tuple(iri for match in told.matches if match.facet != "arena" for iri in match.same)


def _side(one: Undertaking) -> RowSide:
    return RowSide(one.agency.name, one.identifier, one.label, anchor_initiative(one.iri), one.iri)


def build_matrix(
    analysis: Analysis, groups: Iterable[FindingGroup]
) -> tuple[tuple[MatrixCell | None, ...], ...]:
    """Count findings by pair of agencies.

    Args:
        analysis: The run to report on.
        groups: The rows on the page, for the links.

    Returns:
        One row and one cell in it for each agency; None where an agency would meet itself.
    """
    counts = analysis.pairs.count()
    anchors: dict[frozenset[str], str] = {}
    for group in groups:
        anchors.setdefault(frozenset(group.agencies), group.anchor)
    agencies = list_agencies(analysis)
    return tuple(
        tuple(
            None if one == other else _build_cell(one, other, counts, anchors) for other in agencies
        )
        for one in agencies
    )


def _build_cell(
    one: Agency,
    other: Agency,
    counts: Counter[tuple[str, str, str]],
    anchors: dict[frozenset[str], str],
) -> MatrixCell:
    both = {one.iri, other.iri}
    types = {key[2]: number for key, number in counts.items() if set(key[:2]) == both}
    found = {slug: number for slug, number in types.items() if STRENGTH.get(slug, 0) > 0}
    return MatrixCell(
        agencies=(one.name, other.name),
        findings=sum(found.values()),
        types=write_types(found),
        broad=types.get("fragmentation", 0),
        of=sum(types.values()),
        anchor=anchors.get(frozenset((one.name, other.name)), ""),
    )


def count_findings(analysis: Analysis) -> int:
    """Count the pairs that are worth a conversation."""
    return sum(map(is_finding, analysis.pairs.found))
