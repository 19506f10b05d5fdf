"""Which initiative reaches which country, through what, and whether it does so on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from devcoop.model import Period, Undertaking
    from devcoop.pages.content import Content


@dataclass(frozen=True)
class Way:
    """One way in which an initiative reaches a country.

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
    is_sure: bool


class Reach:
    """The ways in which initiatives reach countries.

    Args:
        content: Everything that the pages show.
    """

    def __init__(self, content: Content) -> None:
        self._known = content.analysis.undertakings
        table = content.analysis.comparison.table
        users: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for row in table("area"):
            users[row["area"]].append((row["undertaking"], row["isInherited"]))
        self._ways: dict[str, list[Way]] = defaultdict(list)
        for row in table("area_country"):
            for initiative, is_inherited in sorted(users[row["area"]]):
                self._ways[row["country"]].append(
                    Way(
                        initiative=initiative,
                        country=row["country"],
                        area=row["area"],
                        is_named=row["isNamed"],
                        is_inherited=is_inherited,
                        member_from=row["validFrom"],
                        member_until=row["validUntil"],
                        is_sure=True,
                    )
                )

    @property
    def countries(self) -> list[str]:
        """IRIs of the countries that are reached at any time, sorted."""
        return sorted(self._ways)

    def ways(self, country: str, on: date | None = None) -> list[Way]:
        """List how a country is reached.

        Args:
            country: IRI of the country.
            on: The day asked for; None for any day of each initiative's period.

        Returns:
            Ways by initiative, the clearest first; on a day, only of initiatives that are not
            known to lie outside it.
        """
        found = [way for one in self._ways.get(country, ()) for way in self._at(one, on)]
        return sorted(found, key=self._order)

    def _order(self, way: Way) -> tuple[str, str, bool, str, str]:
        identifier = self._known[way.initiative].identifier
        return identifier, way.initiative, not way.is_named, way.area, str(way)

    def _at(self, way: Way, on: date | None) -> Iterator[Way]:
        period = self._known[way.initiative].period
        if on is None:
            if meets(period, way.member_from, way.member_until):
                yield way
        elif _holds(way.member_from, way.member_until, on) and may_run(period, on):
            yield _judge(way, period)


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


def _judge(way: Way, period: Period) -> Way:
    """Say whether the initiative is known to run, which takes both ends of its period."""
    if period.start and period.end and period.basis == "stated":
        return way
    return Way(**{**vars(way), "is_sure": False})


def reach_of(content: Content) -> Reach:
    """Give the reach of a dataset, read once.

    Args:
        content: Everything that the pages show.
    """
    return content.once(Reach)


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


def group_ways(content: Content, ways: list[Way]) -> list[Reached]:
    """Put the ways of each initiative together.

    Args:
        content: Everything that the pages show.
        ways: As `Reach.ways` gives them.

    Returns:
        Those that name the country first, then by identifier.
    """
    by_initiative: dict[str, list[Way]] = defaultdict(list)
    for way in ways:
        by_initiative[way.initiative].append(way)
    known = content.analysis.undertakings
    found = [Reached(known[key], tuple(several)) for key, several in by_initiative.items()]
    return sorted(found, key=lambda one: (not one.is_named, one.initiative.identifier))
