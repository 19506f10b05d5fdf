"""Which initiative reaches which country, through what, and whether it does so on a day.

A plan may name a country, or mean it as a part of a region or a member of a group. Who belongs
to a group is told at the plan's dates, by `queries/facets/area-countries.rq`, or on the day that
is asked for. Unknown is not no: where nobody lists the members of a group, where all countries
are meant, and where a list has ended, a country may be reached.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from devcoop.model import Period
from devcoop.names import is_country

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from devcoop.model import Undertaking
    from devcoop.pipeline import Analysis

WAYS = ("named", "group", "global", "undefined", "silent")
"""How an initiative says where, from the clearest way to none."""
REACHED = ("named", "group", "possible", "ended", "silent", "none")
"""How a country is reached: by name, through a group at the plan's dates, perhaps (members unknown,
or all meant), not known since the list of members does not cover the day, not known since no place
is recognised, or not."""


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
        is_during: It belongs to the area on a day of the plan's period.
        is_sure: The initiative is known to run at the time asked for.
    """

    initiative: str
    country: str
    area: str
    is_named: bool
    is_inherited: bool
    member_from: date | None
    member_until: date | None
    is_during: bool
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
        possible: Those that mean a group that nobody lists, or all countries.
        ended: Those that mean a group whose list does not cover the day.
        silent: Those that say no place, or none that is recognised.
    """

    agency: str
    named: tuple[Reached, ...]
    grouped: tuple[Reached, ...]
    possible: tuple[Undertaking, ...] = ()
    ended: tuple[Undertaking, ...] = ()
    silent: tuple[Undertaking, ...] = ()

    @property
    def way(self) -> str:
        """How the country is reached: one of `REACHED`."""
        ways = (self.named, self.grouped, self.possible, self.ended, self.silent)
        return next((way for way, found in zip(REACHED, ways, strict=False) if found), "none")


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
        """How it is reached by any agency: the clearest of `REACHED`."""
        return _find_clearest(cell.way for cell in self.cells)


class CountryCount(NamedTuple):
    """How many initiatives of one agency reach one country.

    Attributes:
        agency: IRI of the agency.
        named: How many name it.
        grouped: How many mean it as a part of a region or a member of a group only.
        way: How it is reached: one of `REACHED`.
    """

    agency: str
    named: int
    grouped: int
    way: str


@dataclass(frozen=True)
class CountryNumbers:
    """A country and how many reach it.

    Attributes:
        iri: The country.
        cells: One for each agency.
    """

    iri: str
    cells: tuple[CountryCount, ...]

    @property
    def way(self) -> str:
        """How it is reached by any agency: the clearest of `REACHED`."""
        return _find_clearest(cell.way for cell in self.cells)


class Reach:
    """The ways in which initiatives reach countries.

    Args:
        analysis: The run that read them.
    """

    def __init__(self, analysis: Analysis) -> None:
        self._known, self._agencies = analysis.counted, tuple(analysis.counted_agencies)
        self._plans = {plan.iri: plan.period for plan in analysis.plans}
        self._comparison = analysis.comparison
        self._areas: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._labels = analysis.labels
        for row in analysis.comparison.iter_areas():
            # What could not be compared reaches no country that can be shown.
            if one := self._known.get(row["undertaking"]):
                self._areas[one.iri].append(row)
        self._open: dict[date | None, dict[tuple[str, str], tuple[Undertaking, ...]]] = {}

    @cached_property
    def reached(self) -> tuple[str, ...]:
        """IRIs of the countries that are reached at any time, sorted."""
        return tuple(self._comparison.list_countries())

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """IRIs of the countries that are reached or that have a name, sorted."""
        return tuple(sorted({*filter(is_country, self._labels), *self.reached}))

    def ways(self, country: str, on: date | None = None) -> list[Way]:
        """List how a country is reached.

        Args:
            country: IRI of the country.
            on: The day asked for; None for any day of each plan's period.

        Returns:
            Ways by initiative, the clearest first; on a day, only of initiatives that are not
            known to lie outside it.
        """
        return self._choose(self._comparison.iter_ways(country), on)

    def _choose(self, rows: Iterable[dict[str, Any]], on: date | None) -> list[Way]:
        ways = sorted(map(_read_way, rows), key=self._order)
        return [way for one in ways for way in self._at(one, on)]

    def count(self, on: date | None = None, only: Collection[str] = ()) -> list[CountryNumbers]:
        """Count how many reach each country.

        Args:
            on: The day asked for; None for any day of each plan's period.
            only: IRIs of those that are asked for; none for all that are reached or have a name.

        Returns:
            One for each country, by IRI: as `row` lists the initiatives.
        """
        counts, still_open = self._comparison.count_reaching(on, only), self._list_open(on)
        ways = {
            agency: next((way for way in REACHED[2:-1] if still_open[agency, way]), "none")
            for agency in self._agencies
        }
        return [
            CountryNumbers(
                country,
                tuple(
                    _count_cell(agency, *counts.get((country, agency), (0, 0)), ways[agency])
                    for agency in self._agencies
                ),
            )
            for country in (sorted(only) or self.countries)
        ]

    def _order(self, way: Way) -> tuple[object, ...]:
        identifier = self._known[way.initiative].identifier
        dates = way.member_from or date.min, way.member_until or date.min
        return identifier, way.initiative, not way.is_named, way.area, way.is_inherited, *dates

    def _at(self, way: Way, on: date | None) -> Iterator[Way]:
        period = self._known[way.initiative].period
        if on is None:
            if way.is_during:
                yield way
        elif _holds(way.member_from, way.member_until, on) and may_run(period, on):
            # Whether an initiative runs takes both ends of its period.
            is_sure = bool(period.start and period.end and period.basis == "stated")
            yield way._replace(is_sure=is_sure)

    def row(self, country: str, on: date | None = None) -> CountryRow:
        """Give who reaches a country.

        Args:
            country: IRI of the country.
            on: The day asked for; None for any day of each plan's period.

        Returns:
            A cell for each agency of the run, with initiatives by identifier.
        """
        return self._lay_out(country, self.ways(country, on), on)

    def list_named(self) -> dict[tuple[str, str], tuple[Undertaking, ...]]:
        """List the initiatives that name a country on any day of their plan's period.

        Returns:
            Initiatives by identifier, by IRIs of country and agency.
        """
        found: dict[tuple[str, str], dict[str, Undertaking]] = defaultdict(dict)
        for way in self._choose(self._comparison.iter_ways(), None):
            one = self._known[way.initiative]
            found[way.country, one.agency.iri][one.iri] = one
        return {key: tuple(several.values()) for key, several in found.items()}

    def _lay_out(self, country: str, ways: Iterable[Way], on: date | None) -> CountryRow:
        """Lay the ways to a country out by agency."""
        by_initiative: dict[str, list[Way]] = defaultdict(list)
        for way in ways:
            by_initiative[way.initiative].append(way)
        cells: dict[tuple[str, bool], list[Reached]] = defaultdict(list)
        for iri, its_ways in by_initiative.items():
            one = Reached(self._known[iri], tuple(its_ways))
            cells[one.initiative.agency.iri, one.is_named].append(one)
        still_open = self._list_open(on)
        return CountryRow(
            country,
            tuple(
                CountryCell(
                    agency,
                    named=tuple(cells[agency, True]),
                    grouped=tuple(cells[agency, False]),
                    possible=still_open[agency, "possible"],
                    ended=still_open[agency, "ended"],
                    silent=still_open[agency, "silent"],
                )
                for agency in self._agencies
            ),
        )

    def _list_open(self, on: date | None) -> dict[tuple[str, str], tuple[Undertaking, ...]]:
        """List the initiatives of which it is not known whom they reach, by agency and why."""
        if on not in self._open:
            found: dict[tuple[str, str], list[Undertaking]] = defaultdict(list)
            for one in self._known.values():
                if on is None or may_run(one.period, on):
                    found[one.agency.iri, self._find_openness(one, on)].append(one)
            kept = {key: tuple(several) for key, several in found.items()}
            if on:
                # Days are asked for from outside: only the answer for any day is kept.
                return defaultdict(tuple, kept)
            self._open[on] = kept
        return defaultdict(tuple, self._open[on])

    def _find_openness(self, one: Undertaking, on: date | None) -> str:
        """Tell why it is not known which countries an initiative means; empty if it is known."""
        listed = [row for row in self._areas[one.iri] if row["isDefined"]]
        if not listed:
            return "possible" if self._areas[one.iri] else "silent"
        span = Period(on, on) if on else self._plans.get(one.plan, Period(None, None))
        covered = any(meets(span, row["listedFrom"], row["listedUntil"]) for row in listed)
        return "" if covered else "ended"

    def count_ways(self) -> dict[str, tuple[int, ...]]:
        """Count how the initiatives of each agency say where.

        Returns:
            Numbers of initiatives in the order of `WAYS`, by IRI of the agency.
        """
        counts = self._count_of_ways
        return {iri: tuple(counts[iri, way] for way in WAYS) for iri in self._agencies}

    @cached_property
    def _count_of_ways(self) -> Counter[tuple[str, str]]:
        return Counter((one.agency.iri, get_way(one)) for one in self._known.values())


def _find_clearest(ways: Iterable[str]) -> str:
    return min(ways, key=REACHED.index, default="none")


def _count_cell(agency: str, named: int, grouped: int, otherwise: str) -> CountryCount:
    way = "named" if named else "group" if grouped else otherwise
    return CountryCount(agency, named, grouped, way)


def _read_way(row: dict[str, Any]) -> Way:
    return Way(
        initiative=row["undertaking"],
        country=row["country"],
        area=row["area"],
        is_named=row["isNamed"],
        is_inherited=row["isInherited"],
        member_from=row["validFrom"],
        member_until=row["validUntil"],
        is_during=row["isDuring"],
    )


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
