"""Conversations: findings of the same agencies and subject, put together.

An officer does not want forty pairs, she wants the few subjects on which two agencies
should talk. A conversation is one subject of one pair of agencies, with all findings on it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from devcoop.model import STRENGTH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from devcoop.model import Pair


@dataclass(frozen=True)
class Conversation:
    """One subject that two agencies should talk about.

    Attributes:
        left_agency: IRI of the agency whose short name sorts first.
        right_agency: IRI of the other.
        subject: IRI of the theme; of the purpose or sector where no theme brings the two together.
        pairs: The findings, the one that stands for the conversation first: of the strongest type,
            between initiatives that can be talked about by themselves, the closest.
    """

    left_agency: str
    right_agency: str
    subject: str
    pairs: tuple[Pair, ...]

    @property
    def best(self) -> Pair:
        """The finding that stands for the conversation."""
        return self.pairs[0]


def is_finding(pair: Pair) -> bool:
    """Tell whether a pair is close enough to talk about.

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


def group_conversations(
    pairs: Iterable[Pair], concrete: Collection[str] = frozenset()
) -> list[Conversation]:
    """Put findings of the same agencies and subject together.

    A plan often says one thing twice, once as what it means to do and once as a result, a
    programme or a tool. The two meet the same initiatives of others, and a promise in general
    terms may come closer than what there is to talk about, so that the latter goes first.

    Args:
        pairs: Compared pairs, closest first.
        concrete: IRIs of the undertakings that have a name, a product or an end of their own.

    Returns:
        Conversations, most useful first: by the strength of the strongest finding, then by
        whether both act at the same time for certain, then by score.
    """
    groups: dict[tuple[str, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if is_finding(pair):
            groups[pair.left_agency, pair.right_agency, pair.topic].append(pair)
    told = partial(_rate_telling, concrete)
    conversations = [
        Conversation(*key, tuple(sorted(group, key=told, reverse=True)))
        for key, group in groups.items()
    ]
    return sorted(conversations, key=_usefulness, reverse=True)


def _rate_telling(concrete: Collection[str], pair: Pair) -> tuple[int, int, float]:
    """Rate how much a finding tells: its type, what there is to talk about, how close it is."""
    tangible = (pair.left in concrete) + (pair.right in concrete)
    return STRENGTH[pair.type], tangible, pair.score


def _usefulness(conversation: Conversation) -> tuple[int, bool, float, str]:
    best = conversation.best
    return STRENGTH[best.type], best.timing == "concurrent", best.score, conversation.subject
