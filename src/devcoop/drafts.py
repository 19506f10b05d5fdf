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


PERIOD = "period"
"""What is left open besides facets, where no first day is known."""


DOUBLED_TYPES = ("duplication", "duplication-candidate", "reported-twice", "overlap")
"""Types of what an agency would do twice if its own plan has it already."""


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
        facet: A facet, or `PERIOD`; empty if a question tells it.
        check: The question about gaps that tells it; None if a facet is missing.
        subjects: IRIs of the initiatives, or of the plan.
        of: How many were looked at.
        suggested: IRIs of those for which something is suggested, although nothing is stated.
        own: How many initiatives say for themselves what the plan as a whole leaves open.
        is_noted: Whether they say it in words that are not known here, and kept as notes.
    """

    facet: str
    check: GapCheck | None
    subjects: tuple[str, ...]
    of: int
    suggested: tuple[str, ...] = ()
    own: int = 0
    is_noted: bool = False


@dataclass(frozen=True)
class Inherited:
    """What the draft says as a whole, so that it counts for initiatives that do not say it.

    Attributes:
        check: The question that looked at the initiatives.
        subjects: IRIs of the initiatives.
        of: How many were looked at.
    """

    check: GapCheck
    subjects: tuple[str, ...]
    of: int


@dataclass(frozen=True)
class Others:
    """What a draft is held against: all initiatives of other agencies.

    Attributes:
        number: How many there are.
        agencies: IRIs of their agencies.
        blank: How many have no subject and no sector, even as suggested.
        undated: Of how many no first day is known.
    """

    number: int
    agencies: frozenset[str]
    blank: int
    undated: int


SUBJECTS = ("theme", "sector")
"""Facets without which nothing can be found."""


@dataclass(frozen=True)
class Screening:
    """A draft beside the plans.

    Attributes:
        draft: The draft as a plan.
        plans: The plans it was held against.
        initiatives: The initiatives of the draft, by IRI.
        others: What it was held against.
        own: How many initiatives its own agency has in the store, which are told apart.
        is_edition: Whether the store has an edition of it, which was set aside.
        meetings: Findings, the strongest type first, then the closest.
        doubled: What plans of the same agency have already, ordered likewise.
        closed: Gaps that it would close.
        reopened: Gaps that there would be again, since its edition in the store closes them.
        looked_at: How many gaps there are that a plan could close.
        open: What it leaves open.
        inherited: What it says as a whole alone.
        agencies: By IRI.
        labels: What things are called in English, by IRI.
    """

    draft: Plan
    plans: tuple[Plan, ...]
    initiatives: dict[str, Undertaking]
    others: Others
    own: int
    is_edition: bool
    meetings: tuple[Explanation, ...]
    doubled: tuple[Explanation, ...]
    closed: tuple[Closed, ...]
    reopened: tuple[Closed, ...]
    looked_at: int
    open: tuple[Open, ...]
    inherited: tuple[Inherited, ...]
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
