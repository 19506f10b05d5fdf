"""Conversations: findings of the same agencies and subject, put together.

An officer does not want forty pairs, she wants the few subjects on which two agencies
should talk. A conversation is one subject of one pair of agencies, with all findings on it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.model import STRENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.model import Pair


@dataclass(frozen=True)
class Conversation:
    """One subject that two agencies should talk about.

    Attributes:
        left_agency: IRI of the agency whose short name sorts first.
        right_agency: IRI of the other.
        subject: IRI of the theme.
        pairs: The findings, closest first.
    """

    left_agency: str
    right_agency: str
    subject: str
    pairs: tuple[Pair, ...]

    @cached_property
    def best(self) -> Pair:
        """The finding that stands for the conversation."""
        return max(self.pairs, key=lambda pair: (STRENGTH[pair.type], pair.score))


def is_finding(pair: Pair) -> bool:
    """Tell whether a pair is worth a conversation.

    Args:
        pair: A compared pair.
    """
    return STRENGTH[pair.type] > 0


def was_found(pair: Pair) -> bool:
    """Tell whether the comparison found a pair, even if a person dismissed it since.

    Args:
        pair: A compared pair.
    """
    return STRENGTH[pair.found_type] > 0


def group_conversations(pairs: Iterable[Pair]) -> list[Conversation]:
    """Put findings of the same agencies and subject together.

    Args:
        pairs: Compared pairs, closest first.

    Returns:
        Conversations, most useful first: by the strength of the strongest finding, then by
        whether both act at the same time for certain, then by score.
    """
    groups: dict[tuple[str, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if is_finding(pair):
            groups[pair.left_agency, pair.right_agency, pair.topic].append(pair)
    conversations = [Conversation(*key, tuple(group)) for key, group in groups.items()]
    return sorted(conversations, key=_usefulness, reverse=True)


def _usefulness(conversation: Conversation) -> tuple[int, bool, float, str]:
    best = conversation.best
    return STRENGTH[best.type], best.timing == "concurrent", best.score, conversation.subject
