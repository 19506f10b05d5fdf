"""What people said about findings, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from devcoop.words.codes import CHANGES
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Said(Protocol):
    """What a person said, as reviews have it."""

    @property
    def verdict(self) -> str:
        """One of confirmed, dismissed and complementary."""

    @property
    def by(self) -> str:
        """Who said so."""

    @property
    def on(self) -> date:
        """The day."""


class Judged(Protocol):
    """A review beside what it is about today."""

    @property
    def review(self) -> Said:
        """The review."""

    @property
    def lead(self) -> str:
        """Short name of the agency that takes the next step; may be empty."""

    @property
    def stands(self) -> bool:
        """Whether the evidence is still what was judged."""


def say_review(judged: Judged) -> str:
    """Say in a few words what a person said.

    Args:
        judged: The review.
    """
    review = judged.review
    who = f"{review.verdict} by {review.by}"
    if not judged.stands:
        return f"to be looked at again ({who}, {ENGLISH.day(review.on)})"
    return f"{who}, {judged.lead} leads" if judged.lead else who


def say_changes(changes: Iterable[str]) -> str:
    """Say what changed since a review.

    Args:
        changes: Codes of what changed.

    Examples:
        >>> say_changes(["type", "passages"])
        'the kind of finding and the passages or the document'
    """
    return ENGLISH.join([CHANGES[change] for change in changes])
