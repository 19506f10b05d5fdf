"""What is found when a draft is held against the plans: records, in IRIs, codes and numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.model import FOUND_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.model import Agency, Cell, GapCheck, Plan, Undertaking
    from devcoop.overlap.explanation import Explanation


@dataclass(frozen=True)
class Closed:
    """A gap of the plans that the draft would close.

    Attributes:
        check: The question, with all cells as they are without the draft.
        cell: The gap.
    """

    check: GapCheck
    cell: Cell


@dataclass(frozen=True)
class Open:
    """What an initiative of the draft, or the draft as a whole, leaves open.

    Attributes:
        facet: A facet; empty if a question tells it.
        check: The question about gaps that tells it; None if a facet is missing.
        subjects: IRIs of the initiatives, or of the plan.
        of: How many there are.
    """

    facet: str
    check: GapCheck | None
    subjects: tuple[str, ...]
    of: int


@dataclass(frozen=True)
class Screening:
    """A draft beside the plans.

    Attributes:
        draft: The draft as a plan.
        plans: The plans it was held against.
        initiatives: The initiatives of the draft, by IRI.
        others: How many initiatives of other agencies it was held against.
        own: How many initiatives its own agency has in the store, which were not.
        meetings: Findings, the strongest type first, then the closest.
        closed: Gaps that it would close.
        looked_at: How many gaps there are that a plan could close.
        open: What it leaves open.
        agencies: By IRI.
        labels: What things are called in English, by IRI.
    """

    draft: Plan
    plans: tuple[Plan, ...]
    initiatives: dict[str, Undertaking]
    others: int
    own: int
    meetings: tuple[Explanation, ...]
    closed: tuple[Closed, ...]
    looked_at: int
    open: tuple[Open, ...]
    agencies: dict[str, Agency]
    labels: Mapping[str, str]

    def side(self, meeting: Explanation) -> tuple[Undertaking, Undertaking]:
        """Give the initiative of the draft, and the other one."""
        ours = meeting.left.iri in self.initiatives
        return (meeting.left, meeting.right) if ours else (meeting.right, meeting.left)

    def of_type(self, *types: str) -> list[Explanation]:
        """Give the findings of some types."""
        return [one for one in self.meetings if one.pair.type in types]

    @cached_property
    def partners(self) -> list[tuple[str, Counter[str]]]:
        """With whom to talk: IRIs of agencies with their findings by type, the strongest first."""
        counted: dict[str, Counter[str]] = {}
        for one in self.meetings:
            _, other = self.side(one)
            counted.setdefault(other.agency.iri, Counter())[one.pair.type] += 1
        return sorted(counted.items(), key=lambda one: _weigh(one[1]), reverse=True)


def _weigh(counted: Counter[str]) -> tuple[int, ...]:
    return tuple(counted[kind] for kind in FOUND_TYPES)
