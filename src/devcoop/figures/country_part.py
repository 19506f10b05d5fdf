"""What a report and a page show of one country, in the language of their reader.

Both write it by the templates in `devcoop/layout/shared`, so that they tell the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.figures.atlas import HEIGHT, WIDTH
from devcoop.names import mint_concept
from devcoop.words.country import (
    AMOUNTS,
    BASES,
    CLASSES,
    NO_CATEGORY,
    NO_SITE_NAME,
    NO_STATUS,
    NOT_ON_MAP,
    ON_MAP,
    OUTLINES,
    describe_map,
    say_amount,
    say_left_out,
    say_undivided,
    say_years,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devcoop.figures.atlas import Map
    from devcoop.figures.country import Country
    from devcoop.figures.money import Site
    from devcoop.figures.pledges import Pledges
    from devcoop.words.language import Tongue

_MOST_NAMED = 4
"""So many agencies or purposes are named in one row; of more, the number is told."""
CELL_COLUMNS = ("purpose", "agency", "initiatives", "basis", "currency", "amount", "amount_of")
"""Columns of `CountryPart.list_cells`; the last is of how many initiatives an amount is."""
_STATUSES = ("planned", "pilot", "running", "suspended", "finalising", "done", "stopped")
"""How far something may have come, in the order in which people are told."""


@dataclass(frozen=True)
class CountryPart:
    """What is shown of a country.

    Attributes:
        iri: The country.
        country: Its figures; None if no initiative states it.
        map: Its map; None if there is no outline of it.
        pledges: What plans promise to it, held against activities; None if there is none of both.
        tongue: The reader's language.
        name: Gives the plain name of a place or concept by its IRI.
        agency: Gives the short name of an agency by its IRI.
        most_agencies: So many agencies have a column.
        most_sites: So many sites are listed.
        few: Purposes of one agency alone are unfolded if they are no more than these.
    """

    iri: str
    country: Country | None
    map: Map | None
    pledges: Pledges | None
    tongue: Tongue
    name: Callable[[str], str]
    agency: Callable[[str], str]
    most_agencies: int = 12
    most_sites: int = 250
    few: int = 12

    @property
    def here(self) -> str:
        """Name of the country."""
        return self.name(self.iri)

    @property
    def map_size(self) -> tuple[int, int]:
        """Width and height of the map."""
        return WIDTH, HEIGHT

    @property
    def map_description(self) -> str:
        """What the map shows, for those who do not see it."""
        if self.map is None:
            return ""
        return describe_map(
            self.here,
            list(map(self.name, self.map.named)),
            [one.site.label or self.no_site_name for one in self.map.points],
            self.tongue,
        )

    @cached_property
    def sites(self) -> list[tuple[str, Site]]:
        """The sites with their marks on the map; those beyond its edge have none."""
        if self.map is None or self.country is None:
            return []
        on_map, not_on_map = self.tongue.say(ON_MAP), self.tongue.say(NOT_ON_MAP)
        return [
            ((str(number) if self.map.is_numbered else on_map) if number else not_on_map, one)
            for number, one in self.map.number(self.country.sites)
        ]

    @property
    def alone(self) -> list[tuple[str, list[str]]]:
        """Agencies with the purposes that they alone state there, that with most first."""
        found: dict[str, list[str]] = {}
        for purpose in self.country.orphans if self.country else ():
            (agency,) = self.country.purposes[purpose] if self.country else ("",)
            found.setdefault(agency, []).append(purpose)
        return sorted(found.items(), key=lambda one: -len(one[1]))

    @property
    def bases(self) -> dict[str, str]:
        """What is measured, by code."""
        return {code: self.tongue.say(words) for code, words in BASES.items()}

    @cached_property
    def _amounts(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.country.sum_of().amounts) if self.country else ()

    @property
    def money_bases(self) -> tuple[str, ...]:
        """On which bases there is money, in order."""
        return tuple(dict.fromkeys(basis for basis, _ in self._amounts))

    @property
    def currency(self) -> str:
        """The one currency of all money; empty if there are several, or none."""
        found = {currency for _, currency in self._amounts}
        return found.pop() if len(found) == 1 else ""

    @property
    def amounts(self) -> dict[str, str]:
        """What an amount is, in one word, by code."""
        return {code: self.tongue.say(words) for code, words in AMOUNTS.items()}

    @cached_property
    def statuses(self) -> dict[str, str]:
        """What the initiatives state of how far they have come, by IRI; silence is the empty one.

        Nothing where none of them states anything.
        """
        if self.country is None or not self.country.statuses:
            return {}
        counts = self.country.count_statuses(self.country.initiatives)
        order = [mint_concept("status", slug) for slug in _STATUSES]
        rank = {iri: place for place, iri in enumerate(order)}
        known = sorted(filter(None, counts), key=lambda one: (rank.get(one, len(rank)), one))
        named = {iri: self.name(iri) for iri in known}
        return named | ({"": self.tongue.say(NO_STATUS)} if counts[""] else {})

    def count_statuses(self, initiatives: Iterable[str]) -> list[tuple[str, int]]:
        """Count how far some initiatives have come.

        Args:
            initiatives: Their IRIs.

        Returns:
            Name and number of each of `statuses`.
        """
        counts = self.country.count_statuses(initiatives) if self.country else {}
        return [(name, counts.get(iri, 0)) for iri, name in self.statuses.items()]

    def initiatives_of(self, agency: str) -> list[str]:
        """List the initiatives of an agency there.

        Args:
            agency: Its IRI.
        """
        return self.country.sum_of(agency=agency).initiatives if self.country else []

    @property
    def classes(self) -> list[str]:
        """Names of the classes of relations."""
        return list(map(self.tongue.say, CLASSES.values()))

    @property
    def no_category(self) -> str:
        """Heads what has no purpose."""
        return self.tongue.say(NO_CATEGORY)

    @property
    def no_site_name(self) -> str:
        """Stands for the name of a site that has none."""
        return self.tongue.say(NO_SITE_NAME)

    @property
    def outlines_note(self) -> str:
        """Where the outlines come from."""
        return self.tongue.say(OUTLINES)

    def agencies(self, iris: Iterable[str]) -> str:
        """Name agencies, the first ones if they are many."""
        return self.tongue.join_first(list(map(self.agency, iris)), _MOST_NAMED)

    def names(self, iris: Iterable[str]) -> str:
        """Name concepts, the first ones if they are many."""
        return self.tongue.join_first(list(map(self.name, iris)), _MOST_NAMED)

    def amount(self, amount: Fraction, currency: str) -> str:
        """Write money."""
        return say_amount(amount, currency, self.tongue)

    def round(self, amount: Fraction) -> str:
        """Write money whose currency stands above it, in whole units."""
        return self.tongue.number(round(amount))

    def years(self, years: tuple[int, ...]) -> str:
        """Write years."""
        return say_years(years)

    def left_out(self, why: str, number: int) -> str:
        """Say why money does not count."""
        return say_left_out(why, number, self.tongue)

    def undivided(self, basis: str, currency: str, number: int, amount: Fraction) -> str:
        """Say that it is not known how money is divided."""
        return say_undivided(basis, currency, number, amount, here=self.here, tongue=self.tongue)

    def rest(self, number: int) -> str:
        """Say how many more there are."""
        return self.tongue.more(number)

    def list_cells(self) -> list[tuple[object, ...]]:
        """List all cells of the table of purposes.

        Returns:
            Rows of `CELL_COLUMNS`, one for each category, agency, basis and currency.
        """
        if self.country is None:
            return []
        return [
            (
                self.name(category) if category else "",
                self.agency(agency),
                len(cell.initiatives),
                basis,
                currency,
                round(float(amount), 2),
                len(cell.behind.get((basis, currency), ())),
            )
            for category, row in self.country.rows.items()
            for agency, cell in row.items()
            for (basis, currency), amount in (cell.amounts or {("", ""): Fraction()}).items()
        ]
