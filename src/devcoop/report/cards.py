"""Conversation cards: one subject on which two agencies should talk, on one card."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import FACETS
from devcoop.overlap.explanation import FACET_WORDS, OPTION_WORDS
from devcoop.report.anchors import anchor_initiative, anchor_subject
from devcoop.report.coordination import name_agencies
from devcoop.report.wording import name_type, say_initiative, write_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.model import Pair, Passage, Undertaking
    from devcoop.overlap.conversations import Conversation
    from devcoop.overlap.explanation import Explanation
    from devcoop.pipeline import Analysis

MOST_CARDS = 7
"""More than this nobody takes into a meeting."""
_EXTRA = ("sector", "arena")
"""Points on which silence is no news."""
OPTION_REASONS = {
    "share-information": "the first step, whatever follows",
    "joint-calendar": "both use the same form of help",
    "joint-needs-assessment": "both ask the same partners",
    "divide-by-country": "both name the same countries",
    "divide-by-pillar": "each takes a different step of the same subject",
    "hand-over": "one ends before the other begins",
    "merge": "both look the same in subject, action, form and group",
}


@dataclass(frozen=True)
class Line:
    """One line of a comparison.

    Attributes:
        term: On which point; empty if the line speaks for itself.
        text: What there is to say.
    """

    term: str
    text: str


@dataclass(frozen=True)
class Bar:
    """How alike two initiatives are on one point.

    Attributes:
        label: The point.
        share: From 0 to 1; None if one side leaves it open.
    """

    label: str
    share: float | None

    @property
    def words(self) -> str:
        """The share with two decimals, or that it is open."""
        return "not known" if self.share is None else f"{self.share:.2f}"


@dataclass(frozen=True)
class Side:
    """One of the two initiatives that stand for a conversation.

    Attributes:
        iri: The initiative.
        agency: Short name of the agency.
        identifier: Main locator of the initiative.
        label: Its title.
        anchor: Where it is listed.
        gist: What it is.
        passages: Where the plan says so.
    """

    iri: str
    agency: str
    identifier: str
    label: str
    anchor: str
    gist: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Card:
    """All that an officer needs for one conversation.

    Attributes:
        rank: 1 for the conversation most worth having.
        agencies: Short names of both agencies.
        subject: Label of the subject.
        headline: Who and about what.
        type: Slug of the type of the strongest finding.
        type_name: The type in words.
        together: What matches.
        apart: What differs.
        unknown: What the texts leave open.
        when: How the periods meet.
        where: How the places meet.
        score: How alike, from 0 to 1.
        bars: The parts of the score.
        strength: How many findings of which type stand behind it.
        rows: Where these findings stand.
        caveats: What to look at before believing the finding.
        stability: Its place among all pairs, and the range if one point were left out.
        said: What the plans say about coordination.
        options: What could be done, and why.
        sides: The two initiatives that are most alike.
    """

    rank: int
    agencies: tuple[str, str]
    subject: str
    headline: str
    type: str
    type_name: str
    together: tuple[Line, ...]
    apart: tuple[Line, ...]
    unknown: tuple[Line, ...]
    when: str
    where: str
    score: float
    bars: tuple[Bar, ...]
    strength: str
    rows: str
    caveats: tuple[str, ...]
    stability: str
    said: str
    options: tuple[Line, ...]
    sides: tuple[Side, ...]

    @property
    def description(self) -> str:
        """The bars in words, for those who do not see them."""
        return "; ".join(f"{bar.label}: {bar.words}" for bar in self.bars)


def build_cards(analysis: Analysis) -> tuple[Card, ...]:
    """Build the cards of the conversations most worth having.

    Args:
        analysis: The run to report on.

    Returns:
        At most `MOST_CARDS`, in the order of the conversations.
    """
    chosen = analysis.conversations[:MOST_CARDS]
    return tuple(
        _build_card(analysis, conversation, rank) for rank, conversation in enumerate(chosen, 1)
    )


def _build_card(analysis: Analysis, conversation: Conversation, rank: int) -> Card:
    best = conversation.best
    told = analysis.explain(best)
    return Card(
        rank=rank,
        agencies=name_agencies(analysis, conversation),
        subject=analysis.labels.get(conversation.subject, "No common subject"),
        headline=told.headline,
        type=best.type,
        type_name=name_type(best.type)[0],
        together=tuple(split_lines(told.together)),
        apart=tuple(split_lines(told.apart)),
        unknown=(*(Line("", text) for text in told.unknown), *_silent(told)),
        when=told.when,
        where=told.where,
        score=best.score,
        bars=tuple(_bars(best)),
        strength=write_types(Counter(pair.type for pair in conversation.pairs)),
        rows=anchor_subject(conversation),
        caveats=told.caveats,
        stability=_stability(told),
        said=told.said,
        options=tuple(_options(told)),
        sides=(_side(told.left), _side(told.right)),
    )


def _stability(told: Explanation) -> str:
    place, best, worst = told.places
    return f"Place {place:,} of all pairs; {best:,} to {worst:,} if one point were left out."


def split_lines(lines: Iterable[str]) -> Iterator[Line]:
    """Split the lines of an explanation into point and text.

    Args:
        lines: Such as `subject: metrology`.

    Examples:
        >>> list(split_lines(["subject: metrology"]))
        [Line(term='subject', text='metrology')]
    """
    for line in lines:
        term, colon, text = line.partition(": ")
        yield Line(term, text) if colon else Line("", line)


def _silent(told: Explanation) -> Iterator[Line]:
    """Say what neither text speaks of; the explanation itself has no line on it."""
    spoken = {match.facet for match in told.matches}
    for facet in FACETS:
        if facet not in spoken and facet not in _EXTRA:
            yield Line("", f"neither says: {FACET_WORDS[facet]}")


def _bars(pair: Pair) -> Iterator[Bar]:
    for facet in FACETS:
        if pair.parts[facet] is not None or facet not in _EXTRA:
            yield Bar(FACET_WORDS[facet], pair.parts[facet])


def _options(told: Explanation) -> Iterator[Line]:
    for option in told.options:
        words = say_initiative(OPTION_WORDS.get(option, option))
        yield Line(words, OPTION_REASONS.get(option, ""))


def _side(one: Undertaking) -> Side:
    return Side(
        iri=one.iri,
        agency=one.agency.name,
        identifier=one.identifier,
        label=one.label,
        anchor=anchor_initiative(one.iri),
        gist=one.gist,
        passages=one.evidence,
    )
