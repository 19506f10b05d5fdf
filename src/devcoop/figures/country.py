"""One country: who does what there, with what money, how concentrated, and at which sites.

Counted are initiatives that state the country themselves, or money that goes there; one that means
it through a region or a group is not. Where components of an initiative state the country, they
count and it does not. What is cancelled is counted apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from devcoop.figures.concentration import Relation, measure_partners
from devcoop.figures.money import (
    BASES,
    Site,
    attribute_money,
    divide,
    iter_wholes,
    read_activities,
    read_categories,
    read_links,
    read_sites,
)
from devcoop.names import is_country

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from devcoop.figures.concentration import Concentration
    from devcoop.figures.money import Entry, Rates
    from devcoop.store import Store

COUNTED = "initiatives"
"""Stands for the basis where initiatives are counted, and no money."""
Amounts = dict[tuple[str, str], Fraction]
"""Money by basis and currency; neither is ever added to another."""


@dataclass
class CountryCell:
    """What one agency does for one category of purposes.

    Attributes:
        initiatives: IRIs of the initiatives.
        amounts: Their money for the country and the category.
        behind: IRIs of the initiatives behind each amount.
    """

    initiatives: list[str] = field(default_factory=list)
    amounts: Amounts = field(default_factory=dict)
    behind: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, entry: Entry, amount: Fraction) -> None:
        """Add money of an initiative.

        Args:
            entry: The money.
            amount: As much of it as belongs here.
        """
        key = entry.basis, entry.currency
        self.add_amounts({key: amount}, {key: {entry.activity}})

    def add_amounts(
        self, amounts: Amounts, behind: Mapping[tuple[str, str], Collection[str]]
    ) -> None:
        """Add money, in the order of the bases and of the names of currencies.

        Args:
            amounts: By basis and currency.
            behind: IRIs of the initiatives that each amount is of.
        """
        order = tuple(BASES)
        for key, amount in amounts.items():
            self.amounts[key] = self.amounts.get(key, Fraction()) + amount
            self.behind.setdefault(key, set()).update(behind[key])
        self.amounts = dict(
            sorted(self.amounts.items(), key=lambda one: (order.index(one[0][0]), one[0][1]))
        )


class Measure(NamedTuple):
    """How concentrated what a country receives is, on one basis.

    Attributes:
        basis: One of `BASES`, or `COUNTED`.
        currency: Code of the currency; empty where initiatives are counted.
        years: First and last year that amounts are for; empty if none is stated.
        found: The figures of the country.
        partners: How many countries were compared, to tell an agency's share of all.
        of: How many initiatives that state the country, or that state money of this kind and
            the country, were looked at.
        unknown: For how many of these it is not known how much is the country's.
    """

    basis: str
    currency: str
    years: tuple[int, ...]
    found: Concentration
    partners: int
    of: int
    unknown: int

    @property
    def has_classes(self) -> bool:
        """Whether relations have classes: an agency's share of all takes two countries at least."""
        return self.partners > 1


@dataclass(frozen=True)
class Country:
    """All figures of one country.

    Attributes:
        iri: The country.
        agencies: IRIs of those that have initiatives there, that with most first.
        initiatives: IRIs of the initiatives.
        rows: By category of purposes and agency; the category is empty where no purpose is
            stated, or where it is not known how money is divided among several.
        purposes: Agencies by purpose, that of most agencies first.
        measures: How concentrated it is, on each basis and in each currency.
        undivided: Money of initiatives that state the country and others, of which it is not
            known how it is divided: how many initiatives, and their money for all their places.
        without_money: How many of the initiatives state no money that counts.
        statuses: IRI of how far each initiative has come; one that does not say is missing.
        cancelled: The initiatives that are cancelled and so are none of the others, with what
            money they state for the country.
        left_out: Why money of initiatives of the country does not count, with their numbers.
        sites: Where the initiatives take place.
        silent: How many initiatives of all state no country, nor do their components or what
            they are components of, of how many: any of them may reach this one.
    """

    iri: str
    agencies: tuple[str, ...]
    initiatives: tuple[str, ...]
    rows: Mapping[str, Mapping[str, CountryCell]]
    purposes: Mapping[str, tuple[str, ...]]
    measures: tuple[Measure, ...]
    undivided: Mapping[tuple[str, str], tuple[int, Fraction]]
    without_money: int
    left_out: Mapping[str, int]
    sites: tuple[Site, ...]
    silent: tuple[int, int]
    statuses: Mapping[str, str] = field(default_factory=dict)
    cancelled: CountryCell = field(default_factory=CountryCell)

    def count_statuses(self, initiatives: Iterable[str]) -> Counter[str]:
        """Count how far some initiatives have come.

        Args:
            initiatives: Their IRIs.

        Returns:
            Numbers by IRI of the status; of those that do not say, by the empty one.
        """
        return Counter(self.statuses.get(iri, "") for iri in initiatives)

    @property
    def with_purpose(self) -> int:
        """How many of the initiatives state a purpose."""
        stated = (
            cell.initiatives for key, row in self.rows.items() if key for cell in row.values()
        )
        return len(set().union(*stated))

    @cached_property
    def orphans(self) -> tuple[str, ...]:
        """Purposes that one agency alone states there."""
        return tuple(one for one, agencies in self.purposes.items() if len(agencies) == 1)

    @cached_property
    def darlings(self) -> tuple[str, ...]:
        """Purposes that most agencies state there, if these are several."""
        most = max(map(len, self.purposes.values()), default=0)
        return tuple(
            one for one, agencies in self.purposes.items() if len(agencies) == most and most > 1
        )

    def sum_of(self, category: str | None = None, agency: str | None = None) -> CountryCell:
        """Add the cells of a row, a column, or all; an initiative of several counts once.

        Args:
            category: Only of this one; None for all.
            agency: Likewise.
        """
        total = CountryCell()
        for its_category, row in self.rows.items():
            for its_agency, cell in row.items():
                if category in (None, its_category) and agency in (None, its_agency):
                    total.initiatives += cell.initiatives
                    total.add_amounts(cell.amounts, cell.behind)
        total.initiatives = list(dict.fromkeys(total.initiatives))
        return total


class ActivityTable:
    """All activities of a graph with their money, read once for several countries.

    Args:
        graph: Where they are.
        rates: Convert all amounts to one currency; None leaves each in its own.
    """

    def __init__(self, graph: Store, *, rates: Rates | None = None) -> None:
        every = read_activities(graph)
        self.known = {iri: one for iri, one in every.items() if not one.is_cancelled}
        self._cancelled = {iri: one for iri, one in every.items() if one.is_cancelled}
        self.categories = read_categories(graph)
        self.sites = read_sites(graph)
        self.money = attribute_money(self.known, rates=rates, links=read_links(graph))
        self._lost = attribute_money(self._cancelled, rates=rates)

    def describe(self, country: str, only: Collection[str] | None = None) -> Country:
        """Work out the figures of a country.

        Args:
            country: Its IRI.
            only: IRIs of the initiatives that are asked for; None for all. How concentrated
                a country is, is measured over all whatever is asked for.
        """
        own = [iri for iri in self.list_of(country) if only is None or iri in only]
        rows = self._lay_out(country, own)
        numbers = Counter(self.known[iri].agency for iri in own)
        purposes: dict[str, dict[str, None]] = defaultdict(dict)
        for iri in own:
            for purpose in self.known[iri].purposes:
                purposes[purpose][self.known[iri].agency] = None
        without = [iri for iri in own if not self.known[iri].bases]
        return Country(
            iri=country,
            agencies=tuple(sorted(numbers, key=lambda one: (-numbers[one], one))),
            initiatives=tuple(own),
            rows=rows,
            purposes={
                one: tuple(purposes[one])
                for one in sorted(purposes, key=lambda one: (-len(purposes[one]), one))
            },
            measures=tuple(self._measure(country)),
            undivided=self._sum_undivided(country, set(own)),
            without_money=len(without),
            left_out=self.money.count_left_out(own),
            sites=self.list_sites(own),
            silent=(len(self.known) - self._with_country, len(self.known)),
            statuses={iri: self.known[iri].status for iri in own if self.known[iri].status},
            cancelled=self._describe_cancelled(country, only),
        )

    def _describe_cancelled(self, country: str, only: Collection[str] | None) -> CountryCell:
        """Gather what is cancelled in a country, of the agencies that are asked for."""
        asked = None if only is None else {self.known[iri].agency for iri in only}
        told = CountryCell()
        told.initiatives = [
            iri
            for iri, one in self._cancelled.items()
            if country in one.countries and (asked is None or one.agency in asked)
        ]
        for entry in self._lost.entries:
            if entry.place == country and entry.activity in told.initiatives:
                told.add(entry, entry.amount)
        return told

    def list_sites(self, initiatives: Iterable[str]) -> tuple[Site, ...]:
        """List the sites of some initiatives; those of one name and point are one.

        Args:
            initiatives: Their IRIs.
        """
        wanted, found = set(initiatives), defaultdict[tuple[Any, ...], list[str]](list)
        for (activity,), *place in self.sites:
            if activity in wanted and activity not in found[tuple(place)]:
                found[tuple(place)].append(activity)
        return tuple(Site(tuple(its), *place) for place, its in found.items() if its)

    def list_of(self, country: str) -> list[str]:
        """List the initiatives that state a country, without those whose components do.

        Args:
            country: Its IRI.
        """
        stating = self._stating.get(country, ())
        parts = (iri for iri in stating if self.known[iri].wholes)
        wholes = {whole for iri in parts for whole in iter_wholes(self.known, iri)}
        return [iri for iri in stating if iri not in wholes]

    @property
    def countries(self) -> list[str]:
        """IRIs of the countries that any initiative states."""
        return sorted(self._stating)

    @cached_property
    def _with_country(self) -> int:
        """Count the initiatives that state a country, for themselves or by whole or component."""
        stating = {iri for some in self._stating.values() for iri in some}
        # Few are components, and of these alone it takes a look at what is above.
        above = {
            iri: set(iter_wholes(self.known, iri)) for iri, one in self.known.items() if one.wholes
        }
        wholes = {whole for iri in stating & above.keys() for whole in above[iri]}
        below = {iri for iri, several in above.items() if not stating.isdisjoint(several)}
        return len(stating | wholes | below)

    @cached_property
    def _stating(self) -> dict[str, list[str]]:
        """List the initiatives that state each country."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri, one in self.known.items():
            for place in one.countries:
                found[place].append(iri)
        return found

    def _lay_out(self, country: str, own: Collection[str]) -> dict[str, dict[str, CountryCell]]:
        rows: dict[str, dict[str, CountryCell]] = defaultdict(lambda: defaultdict(CountryCell))
        for iri in own:
            one = self.known[iri]
            for category in dict.fromkeys(map(self.categories.get, one.purposes)) or [""]:
                rows[category or ""][one.agency].initiatives.append(iri)
        wanted = set(own)
        for entry in self.money.entries:
            if entry.place == country and entry.activity in wanted:
                for category, share in self._divide(entry.activity).items():
                    rows[category][entry.agency].add(entry, entry.amount * share)
        order = sorted(rows, key=lambda one: (not one, one))
        return {one: dict(rows[one]) for one in order}

    def _sum_undivided(
        self, country: str, own: Collection[str]
    ) -> dict[tuple[str, str], tuple[int, Fraction]]:
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for one in self.money.entries:
            if country in one.among and one.activity in own:
                found[one.basis, one.currency].append(one)
        return {
            key: (
                len({one.activity for one in some}),
                sum((one.amount for one in some), Fraction()),
            )
            for key, some in found.items()
        }

    def _divide(self, activity: str) -> dict[str, Fraction]:
        """Divide the money of an activity among categories of its purposes."""
        shares: dict[str, Fraction] = {}
        for purpose, share in divide(self.known[activity].purposes).items():
            category = self.categories.get(purpose, "")
            shares[category] = shares.get(category, Fraction()) + share
        return shares

    def _measure(self, country: str) -> Iterator[Measure]:
        if own := self._by_number.get(country):
            number = len(self.list_of(country))
            yield Measure(COUNTED, "", (), own, len(self._stating), number, 0)
        for (basis, currency), entries in self._entries.items():
            measured = self._by_money[basis, currency]
            if country in measured:
                here = [one for one in entries if one.place == country or country in one.among]
                yield _measure_money(country, basis, currency, measured, here)

    @cached_property
    def _by_number(self) -> dict[str, Concentration]:
        """Measure all countries by numbers of activities."""
        return measure_partners(
            Relation(one.agency, place, Fraction(1))
            for place in self._stating
            for one in map(self.known.__getitem__, self.list_of(place))
        )

    @cached_property
    def _entries(self) -> dict[tuple[str, str], list[Entry]]:
        """List the entries of each basis and currency, in the order of the bases."""
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for one in self.money.entries:
            found[one.basis, one.currency].append(one)
        return {
            key: found[key]
            for key in sorted(found, key=lambda key: (list(BASES).index(key[0]), key[1]))
        }

    @cached_property
    def _by_money(self) -> dict[tuple[str, str], dict[str, Concentration]]:
        """Measure all countries by each kind of money."""
        return {
            key: measure_partners(
                Relation(one.agency, one.place, one.amount)
                for one in entries
                if is_country(one.place)
            )
            for key, entries in self._entries.items()
        }


def _measure_money(
    country: str,
    basis: str,
    currency: str,
    measured: Mapping[str, Concentration],
    here: Sequence[Entry],
) -> Measure:
    years = [one.year for one in here if one.year and one.place == country]
    unknown = {one.activity for one in here if not one.place}
    return Measure(
        basis,
        currency,
        (min(years), max(years)) if years else (),
        measured[country],
        len(measured),
        len({one.activity for one in here}),
        len(unknown),
    )
