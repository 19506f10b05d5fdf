"""The findings as cards, for a meeting, and as rows, all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from devcoop.figures.meetings import choose_talks, find_reviews
from devcoop.findings import mint_pair
from devcoop.model import FACETS
from devcoop.names import slug_of
from devcoop.overlap.coordination import find_links
from devcoop.overlap.explanation import find_setting
from devcoop.words.explanations import say_setting, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devcoop.model import Pair, Undertaking
    from devcoop.overlap.conversations import Conversation
    from devcoop.overlap.explanation import Explanation
    from devcoop.pipeline import Analysis
    from devcoop.reviews import Reviewed
    from devcoop.words.explanations import Told

_MINOR = ("sector", "arena", "purpose")
"""Facets on which silence is no news."""


@dataclass(frozen=True)
class Card:
    """All that an officer needs for one conversation.

    Attributes:
        conversation: The conversation.
        explanation: Why its strongest finding is one.
        told: The same in sentences.
        said_on: Number of the card before this one, counted from 1, that tells what the plans say
            about the same two agencies; 0 if this is the first to do so.
    """

    conversation: Conversation
    explanation: Explanation
    told: Told
    said_on: int

    @property
    def sides(self) -> tuple[Undertaking, Undertaking]:
        """The two initiatives that are most alike."""
        return self.explanation.left, self.explanation.right

    @property
    def parts(self) -> list[tuple[str, float | None]]:
        """How alike they are facet by facet; of those that say little, only what is known."""
        parts = self.explanation.pair.parts
        return [
            (facet, parts[facet])
            for facet in FACETS
            if facet not in _MINOR or parts[facet] is not None
        ]

    @property
    def types(self) -> Counter[str]:
        """How many findings of which type stand behind it."""
        return Counter(pair.type for pair in self.conversation.pairs)


@dataclass(frozen=True)
class FindingRow:
    """One finding.

    Attributes:
        pair: The finding.
        reference: Last part of its IRI.
        sides: The two initiatives.
        shared: IRIs of what both have.
        review: What a person said about it; None if nobody did.
        where: What is known of where they meet.
        read: IRIs of what both have that a text of theirs does not say in words.
    """

    pair: Pair
    reference: str
    sides: tuple[Undertaking, Undertaking]
    shared: tuple[str, ...]
    review: Reviewed | None
    where: str
    read: frozenset[str]


@dataclass(frozen=True)
class FindingGroup:
    """The findings of one conversation.

    Attributes:
        conversation: The conversation.
        is_linked: Whether one of the plans names the other agency.
        rows: The findings that the page shows, closest first.
    """

    conversation: Conversation
    is_linked: bool
    rows: tuple[FindingRow, ...]


def build_cards(analysis: Analysis) -> tuple[Card, ...]:
    """Build the cards of the conversations most worth having.

    Args:
        analysis: The run to report on.

    Returns:
        One for each that `choose_talks` chooses.
    """
    first: dict[tuple[str, str], int] = {}
    cards: list[Card] = []
    talks = choose_talks(analysis)
    analysis.read_ahead(one.best for one in talks)
    for number, one in enumerate(talks, 1):
        explanation = analysis.explain(one.best)
        told, before = tell(explanation, analysis.lexicon), first.get(_agencies(one), 0)
        first.setdefault(_agencies(one), number)
        cards.append(Card(one, explanation, told, before))
    return tuple(cards)


def _agencies(conversation: Conversation) -> tuple[str, str]:
    return conversation.left_agency, conversation.right_agency


def find_common(cards: Sequence[Card]) -> dict[str, tuple[int, ...]]:
    """Find what most cards would say, so that it is said once.

    Args:
        cards: The cards of a report.

    Returns:
        Numbers of the cards, counted from 1, by what to beware of or what could be done; only what
        more than half of the cards would say.
    """
    numbers: dict[str, tuple[int, ...]] = {}
    for number, card in enumerate(cards, 1):
        for text in (*card.told.caveats, *map(str, card.told.options)):
            numbers[text] = (*numbers.get(text, ()), number)
    return {text: on for text, on in numbers.items() if len(on) > max(1, len(cards) / 2)}


def build_groups(analysis: Analysis, most: int) -> tuple[FindingGroup, ...]:
    """Build the rows of all findings in the order of the conversations.

    Args:
        analysis: The run to report on.
        most: How many rows at most.
    """
    groups: list[FindingGroup] = []
    left, reviews = most, find_reviews(analysis)
    every = (pair for one in analysis.conversations for pair in one.pairs)
    analysis.read_ahead(islice(every, most))
    for one in analysis.conversations:
        if left <= 0:
            break
        rows = tuple(_build_row(analysis, pair, reviews) for pair in one.pairs[:left])
        links = find_links(analysis.links, one.left_agency, one.right_agency)
        groups.append(FindingGroup(one, bool(links), rows))
        left -= len(rows)
    return tuple(groups)


def _build_row(
    analysis: Analysis, pair: Pair, reviews: Mapping[tuple[str, str], Reviewed]
) -> FindingRow:
    told = analysis.explain(pair)
    # Where an initiative takes effect tells a row little.
    shared = (iri for match in told.matches if match.facet != "arena" for iri in match.same)
    return FindingRow(
        pair=pair,
        reference=slug_of(mint_pair(pair)),
        sides=(told.left, told.right),
        shared=tuple(shared),
        review=reviews.get((pair.left, pair.right)),
        read=frozenset(iri for match in told.matches for _, iri in match.inferred),
        where=say_setting(
            find_setting(analysis.comparison, pair, analysis.undertakings),
            (told.left.agency.name, told.right.agency.name),
            analysis.lexicon,
        ),
    )
