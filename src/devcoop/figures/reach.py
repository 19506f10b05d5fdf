"""Which initiative reaches which country, through what, and whether it does so on a day.

A plan may name a country, or mean it as a part of a region or a member of a group; a
membership counts while it lasts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from devcoop.names import is_country

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.model import Period, Undertaking
    from devcoop.pipeline import Analysis

WAYS = ("named", "group", "global", "undefined", "silent")
"""How an initiative says where, from the clearest way to none."""


class Way(NamedTuple):
    """One way in which an initiative reaches a country; there are many of them.

    Attributes:
        initiative: IRI of the initiative.
        country: IRI of the country.
        area: IRI of what the plan says: the country itself, a region or a group.
        is_named: The plan names the country.
        is_inherited: Only the plan as a whole says it.
        member_from: First day on which the country belongs to the group; None if always.
        member_until: Last day; None while it lasts.
        is_sure: The initiative is known to run at the time asked for.
    """

    initiative: str
    country: str
    area: str
    is_named: bool
    is_inherited: bool
    member_from: date | None
    member_until: date | None
    is_sure: bool = True


@dataclass(frozen=True)
class Reached:
    """An initiative that reaches a country, with all its ways.

    Attributes:
        initiative: The initiative.
        ways: At least one, the clearest first.
    """

    initiative: Undertaking
    ways: tuple[Way, ...]

    @property
    def is_named(self) -> bool:
        """Whether the plan names the country."""
        return any(way.is_named for way in self.ways)


@dataclass(frozen=True)
class CountryCell:
    """How one agency reaches one country.

    Attributes:
        agency: IRI of the agency.
        named: The initiatives that name the country.
        grouped: Those that mean it as a part of a region or a member of a group only.
    """

    agency: str
    named: tuple[Reached, ...]
    grouped: tuple[Reached, ...]

    @property
    def way(self) -> str:
        """How the country is reached: named, group or none."""
        return "named" if self.named else "group" if self.grouped else "none"


@dataclass(frozen=True)
class CountryRow:
    """A country and who reaches it.

    Attributes:
        iri: The country.
        cells: One for each agency.
    """

    iri: str
    cells: tuple[CountryCell, ...]

    @property
    def way(self) -> str:
        """How it is reached by any agency: named, group or none."""
        found = {cell.way for cell in self.cells}
        return next((way for way in ("named", "group") if way in found), "none")


class Reach:
    """The ways in which initiatives reach countries.

    Args:
        analysis: The run that read them.
    """

    def __init__(self, analysis: Analysis) -> None:
        self._known, self._agencies = analysis.undertakings, tuple(analysis.agencies)
        users: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for row in analysis.comparison.table("area"):
            users[row["area"]].append((row["undertaking"], row["isInherited"]))
        self._ways: dict[str, list[Way]] = defaultdict(list)
        for row in analysis.comparison.table("area_country"):
            dates = row["validFrom"], row["validUntil"]
            for initiative, is_inherited in sorted(users[row["area"]]):
                place = initiative, row["country"], row["area"]
                self._ways[row["country"]].append(Way(*place, row["isNamed"], is_inherited, *dates))
        for ways in self._ways.values():
            ways.sort(key=self._order)
        known = {iri for iri in analysis.labels if is_country(iri)}
        self.countries = tuple(sorted(known | self._ways.keys()))

    @property
    def reached(self) -> tuple[str, ...]:
        """IRIs of the countries that are reached at any time, sorted."""
        return tuple(sorted(self._ways))

    def ways(self, country: str, on: date | None = None) -> list[Way]:
        """List how a country is reached.

        Args:
            country: IRI of the country.
            on: The day asked for; None for any day of each initiative's period.

        Returns:
            Ways by initiative, the clearest first; on a day, only of initiatives that are not
            known to lie outside it.
        """
        return [way for one in self._ways.get(country, ()) for way in self._at(one, on)]

    def _order(self, way: Way) -> tuple[object, ...]:
        identifier = self._known[way.initiative].identifier
        dates = way.member_from or date.min, way.member_until or date.min
        return identifier, way.initiative, not way.is_named, way.area, way.is_inherited, *dates

    def _at(self, way: Way, on: date | None) -> Iterator[Way]:
        period = self._known[way.initiative].period
        if on is None:
            if meets(period, way.member_from, way.member_until):
                yield way
        elif _holds(way.member_from, way.member_until, on) and may_run(period, on):
            # Whether an initiative runs takes both ends of its period.
            is_sure = bool(period.start and period.end and period.basis == "stated")
            yield way._replace(is_sure=is_sure)

    def row(self, country: str, on: date | None = None) -> CountryRow:
        """Give who reaches a country.

        Args:
            country: IRI of the country.
            on: The day asked for; None for any day of each initiative's period.

        Returns:
            A cell for each agency of the run, with initiatives by identifier.
        """
        by_initiative: dict[str, list[Way]] = defaultdict(list)
        for way in self.ways(country, on):
            by_initiative[way.initiative].append(way)
        cells: dict[tuple[str, bool], list[Reached]] = defaultdict(list)
        for iri, ways in by_initiative.items():
            one = Reached(self._known[iri], tuple(ways))
            cells[one.initiative.agency.iri, one.is_named].append(one)
        return CountryRow(
            country,
            tuple(
                CountryCell(agency, tuple(cells[agency, True]), tuple(cells[agency, False]))
                for agency in self._agencies
            ),
        )

    def count_ways(self) -> dict[str, tuple[int, ...]]:
        """Count how the initiatives of each agency say where.

        Returns:
            Numbers of initiatives in the order of `WAYS`, by IRI of the agency.
        """
        counts = Counter((one.agency.iri, get_way(one)) for one in self._known.values())
        return {iri: tuple(counts[iri, way] for way in WAYS) for iri in self._agencies}


def get_way(one: Undertaking) -> str:
    """Tell how an initiative says where; of several ways the clearest counts.

    Args:
        one: The initiative.
    """
    if not one.areas:
        return "silent"
    if any(area.basis == "named" and is_country(area.iri) for area in one.areas):
        return "named"
    if any(area.is_defined and area.basis != "global" for area in one.areas):
        return "group"
    return "global" if any(area.basis == "global" for area in one.areas) else "undefined"


def meets(period: Period, start: date | None, end: date | None) -> bool:
    """Tell whether a membership holds on any day of a period; what is not known is open.

    Args:
        period: The period.
        start: First day of the membership.
        end: Its last day.
    """
    begins = start is None or period.end is None or start <= period.end
    ends = end is None or period.start is None or end >= period.start
    return begins and ends


def _holds(start: date | None, end: date | None, on: date) -> bool:
    return (start is None or start <= on) and (end is None or on <= end)


def may_run(period: Period, on: date) -> bool:
    """Tell whether something may run on a day; an end that is not known is open.

    Args:
        period: Its period.
        on: The day.
    """
    return _holds(period.start, period.end, on)
