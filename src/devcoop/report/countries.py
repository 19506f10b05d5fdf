"""Which countries the plans reach: named, as members of a group, or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.names import is_country
from devcoop.report.anchors import anchor_concept
from devcoop.report.coordination import list_agencies
from devcoop.report.tables import write_data_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.model import Agency, Undertaking
    from devcoop.pipeline import Analysis

WAYS = {
    "named": "name a country or countries",
    "group": "mean a region, or a group whose members are listed",
    "global": "mean all countries or all members",
    "undefined": "mean a group that nobody defines",
    "silent": "say no place",
}
"""How an initiative says where, from the clearest way to none."""


@dataclass(frozen=True)
class CountryCell:
    """How one agency reaches one country.

    Attributes:
        agency: Short name of the agency.
        named: The initiatives that name the country.
        through_groups: How many more mean it as a member of a group.
    """

    agency: str
    named: tuple[Undertaking, ...]
    through_groups: int

    @property
    def way(self) -> str:
        """How the country is reached, in a word or two."""
        if self.named:
            return "named"
        return "through a group" if self.through_groups else "not reached"


@dataclass(frozen=True)
class CountryRow:
    """A country and who reaches it.

    Attributes:
        label: Its name.
        anchor: Where the row stands.
        cells: One for each agency.
    """

    label: str
    anchor: str
    cells: tuple[CountryCell, ...]

    @property
    def is_named(self) -> bool:
        """Whether any agency names it."""
        return any(cell.named for cell in self.cells)

    @property
    def is_reached(self) -> bool:
        """Whether any agency reaches it at all."""
        return any(cell.named or cell.through_groups for cell in self.cells)


@dataclass(frozen=True)
class PlaceWays:
    """How one agency's initiatives say where.

    Attributes:
        agency: Short name of the agency.
        numbers: How many initiatives by way, in the order of `WAYS`.
    """

    agency: str
    numbers: tuple[int, ...]

    @property
    def of(self) -> int:
        """How many initiatives the agency has."""
        return sum(self.numbers)


@dataclass(frozen=True)
class Countries:
    """All countries and who reaches them.

    Attributes:
        agencies: Short names of the agencies, one for each column.
        ways: How each agency says where.
        rows: Every country of the list, by name.
        csv_link: The same as a file inside a link.
    """

    agencies: tuple[str, ...]
    ways: tuple[PlaceWays, ...]
    rows: tuple[CountryRow, ...]
    csv_link: str

    @property
    def named(self) -> tuple[CountryRow, ...]:
        """The countries that at least one plan names."""
        return tuple(row for row in self.rows if row.is_named)

    @property
    def through_groups(self) -> tuple[CountryRow, ...]:
        """The countries that are meant through a group and named by no plan."""
        return tuple(row for row in self.rows if row.is_reached and not row.is_named)

    @property
    def unreached(self) -> tuple[CountryRow, ...]:
        """The countries that no plan is known to reach."""
        return tuple(row for row in self.rows if not row.is_reached)

    def count(self, column: int, way: str) -> int:
        """Count the countries that one agency reaches in one way.

        Args:
            column: Place of the agency.
            way: As `CountryCell.way` says it.
        """
        return sum(row.cells[column].way == way for row in self.rows)


def build_countries(analysis: Analysis) -> Countries:
    """Count which countries the plans reach, and how.

    Args:
        analysis: The run to report on.
    """
    agencies = list_agencies(analysis)
    named: dict[tuple[str, str], list[Undertaking]] = defaultdict(list)
    grouped: Counter[tuple[str, str]] = Counter()
    for row in analysis.comparison.table("reach"):
        one = analysis.undertakings[row["undertaking"]]
        if row["is_named"]:
            named[row["country"], one.agency.iri].append(one)
        else:
            grouped[row["country"], one.agency.iri] += 1
    rows = tuple(
        CountryRow(
            label=label,
            anchor=anchor_concept(iri),
            cells=tuple(
                CountryCell(
                    agency.name,
                    tuple(sorted(named[iri, agency.iri], key=lambda one: one.identifier)),
                    grouped[iri, agency.iri],
                )
                for agency in agencies
            ),
        )
        for iri, label in _list_countries(analysis, {country for country, _ in {*named, *grouped}})
    )
    ways = _count_ways(analysis.undertakings, agencies)
    codes = tuple(agency.name for agency in agencies)
    return Countries(codes, ways, rows, _csv_link(codes, rows))


def _list_countries(analysis: Analysis, reached: set[str]) -> list[tuple[str, str]]:
    """List the countries of the place scheme, and any other that is reached, by name."""
    iris = {iri for iri in analysis.labels if is_country(iri)} | reached
    return sorted(
        ((iri, analysis.labels.get(iri, iri)) for iri in iris), key=lambda country: country[1]
    )


def _count_ways(
    undertakings: Mapping[str, Undertaking], agencies: tuple[Agency, ...]
) -> tuple[PlaceWays, ...]:
    counts = Counter((one.agency.iri, _get_way(one)) for one in undertakings.values())
    return tuple(
        PlaceWays(agency.name, tuple(counts[agency.iri, way] for way in WAYS))
        for agency in agencies
    )


def _get_way(one: Undertaking) -> str:
    """Tell how an initiative says where; of several ways the clearest counts."""
    if not one.areas:
        return "silent"
    if any(area.basis == "named" and is_country(area.iri) for area in one.areas):
        return "named"
    if any(area.is_defined and area.basis != "global" for area in one.areas):
        return "group"
    return "global" if any(area.basis == "global" for area in one.areas) else "undefined"


def _csv_link(agencies: tuple[str, ...], rows: tuple[CountryRow, ...]) -> str:
    header = ("country", *(f"{agency} {way}" for agency in agencies for way in ("names", "means")))
    numbers = (
        (row.label, *(n for cell in row.cells for n in (len(cell.named), cell.through_groups)))
        for row in rows
    )
    return write_data_link(header, numbers)
