"""What of some plans has no place in IATI, counted out of what was looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = {
    "no-agency": "initiative",
    "no-day": "initiative",
    "day-of-plan": "initiative",
    "no-status": "initiative",
    "no-description": "initiative",
    "no-purpose": "initiative",
    "no-sector": "initiative",
    "no-identifier": "initiative",
    "type-unknown": "initiative",
    "role": "participation",
    "reference": "reference",
    "no-amount": "amount",
    "money-kind": "amount",
    "money-period": "amount",
    "money-currency": "amount",
    "money-place": "amount",
    "money-of-plan": "amount",
    "no-indicator": "result",
    "measures-none": "indicator",
    "figure-period": "figure",
}
"""What was left out or had to be written otherwise, with what it is counted out of."""


class Count(NamedTuple):
    """How many of what was looked at.

    Attributes:
        kind: One of `KINDS`.
        number: How many.
        of: Out of how many.
    """

    kind: str
    number: int
    of: int


@dataclass
class Tally:
    """What was looked at, and what of it has no place.

    Attributes:
        seen: How many initiatives, amounts and so on were looked at.
        left: How many have no place or had to be written otherwise, by one of `KINDS`.
        written: How many activities were written.

    Examples:
        >>> tally = Tally()
        >>> tally.seen["amount"] += 3
        >>> tally.leave("money-kind")
        >>> [*tally]
        [Count(kind='money-kind', number=1, of=3)]
    """

    seen: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    written: int = 0

    def leave(self, kind: str, number: int = 1) -> None:
        """Count something that has no place, or has to be written otherwise.

        Args:
            kind: One of `KINDS`.
            number: How many.
        """
        self.left[kind] += number

    def __iter__(self) -> Iterator[Count]:
        """Iterate over what was counted, in the order of `KINDS`."""
        for kind, among in KINDS.items():
            if self.left[kind]:
                yield Count(kind, self.left[kind], self.seen[among])
