"""Conversation cards: one subject on which two agencies should talk, on one card."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import FACETS
from devcoop.report.anchors import anchor_initiative, anchor_subject
from devcoop.report.coordination import name_agencies
from devcoop.words.codes import FACETS as FACET_WORDS
from devcoop.words.counts import name_type, write_types
from devcoop.words.explanations import Point, say_stability, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.model import Pair, Passage, Undertaking
    from devcoop.overlap.conversations import Conversation
    from devcoop.pipeline import Analysis

MOST_CARDS = 7
"""More than this nobody takes into a meeting."""
_EXTRA = ("sector", "arena")
"""Points on which silence is no news."""


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
    together: tuple[Point, ...]
    apart: tuple[Point, ...]
    unknown: tuple[Point, ...]
    when: str
    where: str
    score: float
    bars: tuple[Bar, ...]
    strength: str
    rows: str
    caveats: tuple[str, ...]
    stability: str
    said: str
    options: tuple[Point, ...]
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
    explanation = analysis.explain(best)
    told = tell(explanation, analysis.lexicon)
    return Card(
        rank=rank,
        agencies=name_agencies(analysis, conversation),
        subject=analysis.labels.get(conversation.subject, "No common subject"),
        headline=told.headline,
        type=best.type,
        type_name=name_type(best.type)[0],
        together=told.together,
        apart=told.apart,
        unknown=tuple(Point("", text) for text in (*told.unknown, *told.silent)),
        when=told.when,
        where=told.where,
        score=best.score,
        bars=tuple(_bars(best)),
        strength=write_types(Counter(pair.type for pair in conversation.pairs)),
        rows=anchor_subject(conversation),
        caveats=told.caveats,
        stability=say_stability(explanation.places),
        said=told.said,
        options=told.options,
        sides=(_side(explanation.left), _side(explanation.right)),
    )


def _bars(pair: Pair) -> Iterator[Bar]:
    for facet in FACETS:
        if pair.parts[facet] is not None or facet not in _EXTRA:
            yield Bar(FACET_WORDS[facet], pair.parts[facet])


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
