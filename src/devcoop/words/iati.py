"""What is said in files of IATI that are written, and of what has no place in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAN_PERIOD = "Period of the plan; the initiative has no days of its own."
ASSUMED = {
    "type": "IATI requires a type of organisation; none is known, so it is given as other.",
    "description": "IATI requires a description; none is known, so the title stands for it.",
    "status": "IATI requires a status; none is known, so it is given as implementation.",
}
"""Comments beside what IATI requires and nobody states."""
_LEFT = {
    "no-agency": "{n} of {of} initiatives are left out: no agency answers for them.",
    "no-day": "{n} of {of} initiatives are left out: neither they nor their plan state a day.",
    "day-of-plan": "{n} of {of} initiatives state no day; they have the days of their plan.",
    "no-status": "{n} of {of} initiatives state no status; it is given as implementation.",
    "no-description": "{n} of {of} initiatives have no description; the title stands for it.",
    "no-purpose": "{n} of {of} initiatives state no purpose of the DAC; their themes are sectors.",
    "no-sector": "{n} of {of} initiatives have no sector: they state no purpose and no theme.",
    "no-identifier": (
        "{n} of {of} initiatives are of an agency without an identifier; its short name stands"
        " for it."
    ),
    "type-unknown": (
        "{n} of {of} initiatives are of an agency whose type is not known; it is given as other."
    ),
    "role": "{n} of {of} participations are left out: IATI has no such role.",
    "reference": (
        "{n} of {of} references to other activities are left out: it is not known which"
        " organisation or money they belong to."
    ),
    "no-amount": "{n} of {of} provisions of money are left out: they have no amount.",
    "money-kind": "{n} of {of} provisions of money are left out: of no kind that IATI names.",
    "money-period": "{n} of {of} provisions of money are left out: their days are not stated.",
    "money-currency": "{n} of {of} provisions of money are left out: they state no currency.",
    "money-place": "{n} of {of} provisions of money are left out: in IATI, no budget has a place.",
    "money-of-plan": "{n} of {of} provisions of money are left out: of a plan, not an initiative.",
    "no-indicator": "{n} of {of} results are left out: no indicator measures them.",
    "measures-none": "{n} of {of} indicators are left out: they measure an initiative, no result.",
    "figure-period": (
        "{n} of {of} numbers of indicators are left out: their days or what they are is not stated."
    ),
}


def say_sum(start: str, end: str) -> str:
    """Say that an amount is the sum of all in a period.

    Examples:
        >>> say_sum("2025-01-01", "2025-12-31")
        'Sum of 2025-01-01 to 2025-12-31.'
    """
    return f"Sum of {start} to {end}."


def say_left_out(counts: Iterable[tuple[str, int, int]]) -> list[str]:
    """Say what has no place in IATI, or had to be written otherwise.

    Args:
        counts: Kind, how many, and out of how many.

    Examples:
        >>> say_left_out([("role", 1, 4)])
        ['1 of 4 participations are left out: IATI has no such role.']
    """
    return [_LEFT[kind].format(n=number, of=of) for kind, number, of in counts]
