"""What people said about findings, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.words.codes import CHANGES
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def say_review(verdict: str, by: str, *, on: date, lead: str, stands: bool) -> str:
    """Say in a few words what a person said.

    Args:
        verdict: confirmed, dismissed or complementary.
        by: Who said so.
        on: The day.
        lead: Short name of the agency that takes the next step; may be empty.
        stands: The evidence is still what was judged.

    Examples:
        >>> from datetime import date
        >>> say_review("confirmed", "A. Officer", on=date(2026, 1, 5), lead="ISO", stands=True)
        'confirmed by A. Officer, ISO leads'
    """
    who = f"{verdict} by {by}"
    if not stands:
        return f"to be looked at again ({who}, {ENGLISH.day(on)})"
    return f"{who}, {lead} leads" if lead else who


def say_changes(changes: Iterable[str]) -> str:
    """Say what changed since a review.

    Args:
        changes: Codes of what changed.

    Examples:
        >>> say_changes(["type", "passages"])
        'the kind of finding and the passages or the document'
    """
    return ENGLISH.join([CHANGES[change] for change in changes])
