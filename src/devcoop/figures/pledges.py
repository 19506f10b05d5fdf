"""What plans promise to a country and no activity that is loaded for it has for its purpose.

Plans speak of themes, activities of purposes of aid: the alignment of the two schemes says which
purposes a theme may be served under. An initiative of a plan is not met if none of the activities
that state the country states any of its purposes, a narrower or a wider one. That says nothing of
activities that are not loaded, or that state no purpose; both are told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.money import iter_wholes
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from devcoop.figures.country import ActivityTable
    from devcoop.figures.reach import CountryCell, CountryRow, Reached
    from devcoop.model import Undertaking
    from devcoop.pipeline import Analysis


@dataclass(frozen=True)
class Unmet:
    """An initiative that no activity meets.

    Attributes:
        reached: The initiative, and how it means the country.
        purposes: IRIs of the purposes that were looked for.
    """

    reached: Reached
    purposes: tuple[str, ...]


@dataclass(frozen=True)
class Pledges:
    """What plans promise to a country, held against the activities loaded for it.

    Attributes:
        promised: How many initiatives of plans name the country, or a group or region with it.
        looked_at: How many of them lead to purposes: by what they state, or by their themes.
        possible: How many more mean all countries, or a group that nobody lists.
        activities: How many activities are loaded for the country.
        stating: How many of these state a purpose, for themselves or as part of a whole.
        unmet: The initiatives that no activity meets, by IRI of the agency, that with most first.
    """

    promised: int
    looked_at: int
    possible: int
    activities: int
    stating: int
    unmet: Mapping[str, tuple[Unmet, ...]]

    @property
    def number(self) -> int:
        """How many initiatives no activity meets."""
        return sum(map(len, self.unmet.values()))


class PledgeTable:
    """What is known of purposes and lists, read once for several countries.

    Args:
        analysis: The run that read the plans.
        activities: All initiatives of its graph with their purposes and money.
    """

    def __init__(self, analysis: Analysis, activities: ActivityTable) -> None:
        self._activities, self._plans = activities, _list_plans(analysis)
        self._lists = _find_lists(analysis, activities, self._plans)
        self._by_theme: dict[str, set[str]] = defaultdict(set)
        self._categories = dict(activities.categories)
        for row in analysis.graph.recall(get_query("theme-purposes").text).records():
            self._by_theme[row["theme"]].add(row["purpose"])
            self._categories[row["purpose"]] = row["category"] or row["purpose"]

    def find(self, row: CountryRow) -> Pledges | None:
        """Hold what plans promise to a country against the activities loaded for it.

        Args:
            row: Who reaches the country.

        Returns:
            None if there is no promise, or no activity to hold it against.
        """
        own = [
            iri for iri in self._activities.list_of(row.iri) if self._plans.get(iri) in self._lists
        ]
        promised = [
            one
            for cell in row.cells
            for one in (*cell.named, *cell.grouped)
            if one.initiative.plan not in self._lists
        ]
        if not own or not promised:
            return None
        stated = [self._list_stated(iri) for iri in own]
        asked = [Unmet(one, self._list_purposes(one.initiative)) for one in promised]
        there = set[str]().union(*stated)
        unmet: dict[str, list[Unmet]] = defaultdict(list)
        for each in asked:
            if each.purposes and not self._meets(each.purposes, there):
                unmet[each.reached.initiative.agency.iri].append(each)
        return Pledges(
            promised=len(promised),
            looked_at=sum(bool(each.purposes) for each in asked),
            possible=sum(self._count_possible(cell) for cell in row.cells),
            activities=len(own),
            stating=sum(map(bool, stated)),
            unmet={
                iri: tuple(unmet[iri]) for iri in sorted(unmet, key=lambda one: -len(unmet[one]))
            },
        )

    def _count_possible(self, cell: CountryCell) -> int:
        return sum(one.plan not in self._lists for one in cell.possible)

    def _list_stated(self, iri: str) -> set[str]:
        """List the purposes of an activity and of what it is a component of."""
        known = self._activities.known
        wholes = iter_wholes(known, iri)
        return {purpose for one in (iri, *wholes) for purpose in known[one].purposes}

    def _list_purposes(self, one: Undertaking) -> tuple[str, ...]:
        """List the purposes under which an initiative of a plan may be served."""
        stated = {concept.iri for concept in one.facets.get("purpose", ())}
        themes = (concept.iri for concept in one.facets.get("theme", ()))
        return tuple(sorted(stated.union(*(self._by_theme.get(each, ()) for each in themes))))

    def _meets(self, asked: Iterable[str], there: Collection[str]) -> bool:
        """Tell whether any of some purposes is stated, or one that it takes in or is part of."""
        wide = {self._categories.get(one, one) for one in there}
        return any(
            one in there or one in wide or self._categories.get(one) in there for one in asked
        )


def _list_plans(analysis: Analysis) -> dict[str, str]:
    return {iri: one.plan for iri, one in analysis.headings.items()}


def _find_lists(
    analysis: Analysis, activities: ActivityTable, plans: Mapping[str, str]
) -> frozenset[str]:
    """Find the plans that are lists of activities: some have an identifier of IATI, or payments."""
    rows = analysis.graph.recall_records(get_query("activity-reports").text)
    reported = {row["activity"] for row in rows}
    paying = {iri for iri, one in activities.known.items() if any(p.kind for p in one.payments)}
    return frozenset(plans[iri] for iri in reported | paying if iri in plans)
