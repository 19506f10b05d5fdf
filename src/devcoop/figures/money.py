"""Whose money goes where: amounts of activities by country and purpose, each counted once.

The rules, which every figure about money keeps:

- What was spent (disbursements and expenditures), what was committed and what is budgeted are told
  side by side, each on its own basis, over the activities that state it. Amounts on different
  bases, or in different currencies, are never added. A sum of zero is no money on its basis. No
  other kind of money counts.
- Money that is stated for a place goes there alone. All other money of an activity is divided
  among the places that it states, by their percentages, which are taken as shares of their sum. If
  there are several places, and one of them has no percentage, it is not known how it is divided.
- If a component of an activity has money on a basis, the money of the whole on this basis does not
  count: it may be the same. Of activities that are one reported twice, one counts. If an activity
  that is paid by another one has money on a basis, that of the one that pays does not count on it.
- What is cancelled is no work, and its money stands apart.
- Amounts are converted only by rates that are given, and then every one is or none.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from devcoop.errors import SourceError
from devcoop.joint import KIND, find_joint
from devcoop.names import CANCELLED, is_country
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from devcoop.store import Store

BASES: dict[str, tuple[str, ...]] = {
    "spent": ("disbursement", "expenditure"),
    "committed": ("commitment",),
    "budgeted": ("budget",),
}
"""On what basis money is told, from the surest, with the kinds of money of each."""
OTHER_KINDS = (
    "planned-disbursement",
    "incoming-funds",
    "incoming-commitment",
    "loan-repayment",
    "interest-payment",
    "guarantee",
    "equity",
    "other",
)
"""Kinds of money that no basis has; the last one stands for a kind that is not said, too."""
LEFT_OUT = ("zero", *OTHER_KINDS, "no-currency", "whole", "twice", "passed-on")
"""Why amounts do not count: a sum of zero on a basis; of a kind that no basis has; in no currency
that is said; of an activity whose components have money on the same basis; of an activity that is
reported twice; of one that pays others which report it."""
_BASIS_OF = {kind: basis for basis, kinds in BASES.items() for kind in kinds}
_ONE_WORK = frozenset({KIND, "co-funded", "own", "participant", "third-party"})
"""Kinds of reference between two reports of one activity."""
_PAYS = {"provider": True, "parent": True, "receiver": False, "child": False}
"""Kinds of reference between who pays and who is paid: whether the one that is named pays."""

_RATE_ROW = "a row has currency, year, to and rate, a number above zero"


class Payment(NamedTuple):
    """An amount that is stated of an activity.

    Attributes:
        kind: Slug of the kind of money; empty if it is not said.
        place: IRI of the place that it goes to; empty if it has none of its own.
        amount: In units of the currency; below zero for a correction.
        currency: Code as written; empty if it is not said.
        year: Year of the first day that it is for; None if it is not said.
    """

    kind: str
    place: str
    amount: Fraction
    currency: str
    year: int | None


@dataclass
class Activity:
    """An initiative as far as money, place and purpose go.

    Attributes:
        iri: The initiative.
        agency: IRI of who answers for it.
        places: Percentage by IRI of each place that it states; None where it states none.
        purposes: Likewise by IRI of each purpose.
        wholes: IRIs of what it is a component of.
        payments: What is stated of its money.
        status: IRI of how far it has come; empty if that is not stated.
    """

    iri: str
    agency: str
    places: dict[str, Fraction | None] = field(default_factory=dict)
    purposes: dict[str, Fraction | None] = field(default_factory=dict)
    wholes: list[str] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    status: str = ""

    @property
    def is_cancelled(self) -> bool:
        """Whether its source calls it cancelled, so that it is no work."""
        return self.status == CANCELLED

    @property
    def countries(self) -> tuple[str, ...]:
        """IRIs of the countries that it states, or that some of its money goes to."""
        paid = (one.place for one in self.payments)
        return tuple(filter(is_country, dict.fromkeys((*self.places, *paid))))

    @property
    def bases(self) -> tuple[str, ...]:
        """On which bases it has money that is not zero: some of `BASES`, the surest first."""
        sums_of = self._sums if self.payments else {}
        return tuple(one for one, sums in sums_of.items() if any(sums.values()))

    @property
    def has_zero(self) -> bool:
        """Whether what is stated on a basis adds up to zero."""
        return any(sums and not any(sums.values()) for sums in self._sums.values())

    @property
    def _sums(self) -> dict[str, dict[str, Fraction]]:
        """Add what is stated on each basis, by currency."""
        sums: dict[str, dict[str, Fraction]] = {basis: {} for basis in BASES}
        for one in self.payments:
            basis = _BASIS_OF.get(one.kind, "")
            if basis and one.currency:
                own = sums[basis]
                own[one.currency] = own.get(one.currency, Fraction()) + one.amount
        return sums


class Entry(NamedTuple):
    """Money of one activity that goes to one place, or of which that is not known.

    Attributes:
        activity: IRI of the activity.
        agency: IRI of who answers for it.
        place: IRI of the place; empty if it is not known how the money is divided.
        among: The places that the activity states, where that is not known.
        basis: One of `BASES`.
        currency: Code of the currency.
        year: Year of the first day that it is for; None if it is not said.
        amount: In units of the currency.
    """

    activity: str
    agency: str
    place: str
    among: tuple[str, ...]
    basis: str
    currency: str
    year: int | None
    amount: Fraction


@dataclass(frozen=True)
class Money:
    """All money that counts, each amount once.

    Attributes:
        entries: By activity, in the order of the activities.
        activities: IRIs of the activities with amounts that do not count, by one of `LEFT_OUT`.
    """

    entries: tuple[Entry, ...]
    activities: Mapping[str, Collection[str]]

    def count_left_out(self, only: Collection[str] | None = None) -> dict[str, int]:
        """Count the activities with amounts that do not count, by one of `LEFT_OUT`.

        Args:
            only: Count those among these alone; None counts all.
        """
        wanted = {iri for some in self.activities.values() for iri in some}
        wanted = wanted if only is None else wanted.intersection(only)
        counts = {why: len(wanted.intersection(some)) for why, some in self.activities.items()}
        return {why: number for why, number in counts.items() if number}


class Site(NamedTuple):
    """A place where activities take place.

    Attributes:
        activities: IRIs of the activities.
        label: Its name; empty if it has none.
        latitude: In degrees of WGS 84, north above zero; None if it is not stated.
        longitude: Likewise, east above zero.
    """

    activities: tuple[str, ...]
    label: str
    latitude: float | None
    longitude: float | None


class Links(NamedTuple):
    """Which activities share money, as they name each other by their identifiers.

    Attributes:
        same: Groups of IRIs of activities that are one activity reported twice.
        payers: IRIs of those that pay for an activity, by its IRI.
    """

    same: tuple[frozenset[str], ...] = ()
    payers: Mapping[str, Collection[str]] = {}


_NO_LINKS = Links()


class Rates:
    """How much one unit of a currency was in another, by year.

    Args:
        to: Code of the other currency.
        rates: By currency and year.
        path: Where they come from, to be told where one is missing.
    """

    def __init__(
        self, to: str, rates: Mapping[tuple[str, int], Fraction], path: Path | str
    ) -> None:
        self.to, self._rates, self._path = to, rates, path

    def convert(self, entry: Entry) -> Entry:
        """Give an entry in the other currency.

        Args:
            entry: In any currency.

        Raises:
            SourceError: There is no rate for its currency and year.
        """
        if entry.currency == self.to:
            return entry
        rate = self._rates.get((entry.currency, entry.year or 0))
        if rate is None:
            when = entry.year or "unstated year"
            problem = f"there is no rate from {entry.currency} to {self.to} for {when}"
            raise SourceError(self._path, problem)
        return entry._replace(currency=self.to, amount=entry.amount * rate)


def read_rates(path: Path) -> Rates:
    """Read a table of exchange rates.

    Args:
        path: CSV with the columns currency, year, to and rate: so many units of the currency `to`
            is one unit. All rows have one `to`.

    Raises:
        SourceError: A column is missing, a value is no number above zero, or rows differ.
    """
    rates: dict[tuple[str, int], Fraction] = {}
    targets: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            key, to, rate = _read_rate(path, reader.line_num, row)
            if rates.setdefault(key, rate) != rate:
                raise SourceError(path, f"{key[0]} has two rates in {key[1]}", reader.line_num)
            targets.add(to)
    if len(targets) != 1:
        problem = f"all rates are to one currency, and these are to {len(targets)}"
        raise SourceError(path, problem)
    return Rates(targets.pop(), rates, path)


def _read_rate(
    path: Path, line: int, row: Mapping[str, str]
) -> tuple[tuple[str, int], str, Fraction]:
    try:
        key, to = (row["currency"].strip(), int(row["year"])), row["to"].strip()
        rate = Fraction(row["rate"].strip())
    except (KeyError, AttributeError, TypeError, ValueError, ZeroDivisionError) as error:
        raise SourceError(path, f"{_RATE_ROW}: {error!r}", line) from error
    if not (key[0] and to and rate > 0):
        raise SourceError(path, _RATE_ROW, line)
    return key, to, rate


def read_activities(graph: Store) -> dict[str, Activity]:
    """Read what money, places and purposes initiatives state themselves.

    Args:
        graph: Where they are.

    Returns:
        All initiatives that someone answers for, by IRI, with what they state; what their plan
        states as a whole is not theirs.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> any(one.bases for one in read_activities(build_graph()).values())
        False
    """
    found: dict[str, Activity] = {}
    for row in _ask(graph, "activity-places"):
        if row["agency"]:
            one = found.setdefault(row["undertaking"], Activity(row["undertaking"], row["agency"]))
            if row["place"]:
                one.places[row["place"]] = _read_percentage(row)
    for row in _ask(graph, "activity-parts"):
        if row["part"] in found and row["whole"] in found:
            found[row["part"]].wholes.append(row["whole"])
    _add_values(graph, found)
    return found


def is_stated(graph: Store, country: str) -> bool:
    """Tell whether any initiative states a country, or money that goes there, cancelled or not.

    Args:
        graph: Where the initiatives are.
        country: IRI of the country.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> from devcoop.names import expand
        >>> is_stated(build_graph(), expand("pl:CHN")), is_stated(build_graph(), expand("pl:FRA"))
        (True, False)
    """
    texts = (get_query(name).text for name in ("activity-places", "activity-money"))
    answers = graph.recall_cells_of_each(texts, "place", [country])
    return any(rows for _, rows in answers)


def _add_values(graph: Store, found: Mapping[str, Activity]) -> None:
    """Add what activities state of their purposes, their money and how far they have come."""

    def ask(name: str) -> Iterator[tuple[Activity, dict[str, str]]]:
        rows = _ask(graph, name)
        return ((found[row["undertaking"]], row) for row in rows if row["undertaking"] in found)

    for one, row in ask("activity-purposes"):
        one.purposes[row["purpose"]] = _read_percentage(row)
    for one, row in ask("activity-money"):
        one.payments.append(_read_payment(row))
    for one, row in ask("activity-statuses"):
        one.status = row["status"]


def read_links(graph: Store) -> Links:
    """Read which activities of different agencies share money.

    They name each other by their identifiers, or are one work by all that they say (`joint`).

    Args:
        graph: Where they are.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> read_links(build_graph())
        Links(same=(), payers={})
    """
    joint = ([one.undertaking, KIND, one.identifier] for one in find_joint(graph))
    columns = ("undertaking", "kind", "identifier")
    rows = [
        *_ask(graph, "references"),
        *(dict(zip(columns, row, strict=True)) for row in joint),
    ]
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["kind"] == "own":
            owners[row["identifier"].strip().upper()].add(row["undertaking"])
    same: dict[str, frozenset[str]] = {}
    payers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for other in owners[row["identifier"].strip().upper()] - {row["undertaking"]}:
            one = row["undertaking"]
            if row["kind"] in _ONE_WORK:
                group = frozenset({one, other}).union(same.get(one, ()), same.get(other, ()))
                same.update(dict.fromkeys(group, group))
            elif row["kind"] in _PAYS:
                paid, payer = (one, other) if _PAYS[row["kind"]] else (other, one)
                payers[paid].add(payer)
    return Links(tuple(sorted(set(same.values()), key=sorted)), dict(payers))


def read_categories(graph: Store) -> dict[str, str]:
    """Read the category of each purpose that an initiative states.

    Args:
        graph: Where they are.

    Returns:
        IRI of the broader purpose by that of the purpose: itself where there is none.
    """
    rows = _ask(graph, "activity-purposes")
    return {row["purpose"]: row["category"] or row["purpose"] for row in rows}


def read_sites(graph: Store) -> list[Site]:
    """Read where initiatives take place.

    Args:
        graph: Where they are.

    Returns:
        One for each initiative and site.
    """
    return [
        Site(
            (row["undertaking"],),
            row["label"],
            float(row["latitude"]) if row["latitude"] else None,
            float(row["longitude"]) if row["longitude"] else None,
        )
        for row in _ask(graph, "activity-sites")
    ]


def _ask(graph: Store, name: str) -> list[dict[str, str]]:
    return graph.recall_records(get_query(name).text)


def _read_percentage(row: Mapping[str, str]) -> Fraction | None:
    return Fraction(row["percentage"]) if row["percentage"] else None


def _read_payment(row: Mapping[str, str]) -> Payment:
    year = row["start"][:4]
    return Payment(
        kind=row["kind"],
        place=row["place"],
        amount=Fraction(row["amount"]),
        currency=row["currency"],
        year=int(year) if year.isdigit() else None,
    )


def divide(stated: Mapping[str, Fraction | None]) -> dict[str, Fraction]:
    """Divide one among places or purposes by their percentages, as shares of the sum of these.

    Args:
        stated: Percentage by IRI; None where none is stated.

    Returns:
        Shares that add up to 1, by IRI; one of the empty IRI where it is not known.

    Examples:
        >>> divide({"a": Fraction(30), "b": Fraction(30)})
        {'a': Fraction(1, 2), 'b': Fraction(1, 2)}
        >>> divide({"a": None}), divide({"a": Fraction(50), "b": None})
        ({'a': Fraction(1, 1)}, {'': Fraction(1, 1)})
    """
    if len(stated) == 1:
        return dict.fromkeys(stated, Fraction(1))
    known = {one: share for one, share in stated.items() if share is not None and share >= 0}
    total = sum(known.values(), Fraction())
    if len(known) < len(stated) or not total:
        return {"": Fraction(1)}
    return {one: share / total for one, share in known.items() if share}


def attribute_money(
    activities: Mapping[str, Activity],
    *,
    rates: Rates | None = None,
    links: Links = _NO_LINKS,
) -> Money:
    """Attribute the money of activities to places, each amount once.

    Args:
        activities: By IRI.
        rates: Convert all amounts to one currency; None leaves each in its own.
        links: Which of them share money.

    Raises:
        SourceError: A rate is missing.
    """
    left: dict[str, set[str]] = {why: set() for why in LEFT_OUT}
    paid = {iri: one for iri, one in activities.items() if one.payments}
    for iri, one in paid.items():
        if one.has_zero:
            left["zero"].add(iri)
        for payment in one.payments:
            if payment.kind not in _BASIS_OF:
                left[payment.kind if payment.kind in OTHER_KINDS else "other"].add(iri)
            elif not payment.currency:
                left["no-currency"].add(iri)
    entries: dict[str, list[Entry]] = {iri: [] for iri in paid}
    bases = {iri: one.bases for iri, one in paid.items()}
    for basis in BASES:
        on_it = {iri: one for iri, one in paid.items() if basis in bases[iri]}
        for why, several in _find_uncounted(activities, on_it, links).items():
            left[why] |= several
            on_it = {iri: one for iri, one in on_it.items() if iri not in several}
        for iri, one in on_it.items():
            entries[iri] += _enter(one, basis)
    every = chain.from_iterable(entries.values())
    return Money(tuple(map(rates.convert, every) if rates else every), left)


def _find_uncounted(
    activities: Mapping[str, Activity], on_it: Mapping[str, Activity], links: Links
) -> dict[str, set[str]]:
    """Find the activities whose money on a basis stands for that of others, by reason.

    Args:
        activities: All of them, by IRI.
        on_it: Those that have money on the basis.
        links: Which of them share money.
    """
    twice = _find_twice(on_it, links.same)
    rest = on_it.keys() - twice
    wholes = {above for iri in rest for above in iter_wholes(activities, iri)} & rest
    payers = _find_payers(rest - wholes, links.payers)
    return {"twice": twice, "whole": wholes, "passed-on": payers}


def _find_twice(on_it: Mapping[str, Activity], same: Iterable[Collection[str]]) -> set[str]:
    """Find the activities whose money stands for another: of each group all but the surest."""
    found: set[str] = set()
    order = tuple(BASES)
    for group in same:
        known = sorted(set(group) & on_it.keys())
        best = min(known, key=lambda iri: order.index(on_it[iri].bases[0]), default="")
        found.update(iri for iri in known if iri != best)
    return found


def _find_payers(on_it: Collection[str], payers: Mapping[str, Collection[str]]) -> set[str]:
    """Find the activities with money that pay for others with money, at whatever distance."""
    above = {iri: set(_climb(iri, lambda each: payers.get(each, ()))) for iri in on_it}
    return {
        payer
        for iri, all_of in above.items()
        for payer in all_of & above.keys()
        # Of two that each say that the other pays, one counts.
        if iri not in above[payer] or payer > iri
    }


def iter_wholes(activities: Mapping[str, Activity], iri: str) -> Iterator[str]:
    """Iterate over what an activity is a component of, all levels up, also if that is a circle.

    Args:
        activities: By IRI.
        iri: The activity.
    """
    yield from _climb(iri, lambda one: filter(activities.__contains__, activities[one].wholes))


def _climb(iri: str, next_above: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """Iterate over all that is above something, each once, also if that is a circle."""
    known, ends = {iri}, [iri]
    while ends:
        for one in next_above(ends.pop()):
            if one not in known:
                known.add(one)
                ends.append(one)
                yield one


def _enter(one: Activity, basis: str) -> Iterator[Entry]:
    shares, among = divide(one.places), tuple(one.places)
    sums: dict[tuple[str, str, int | None], Fraction] = defaultdict(Fraction)
    for payment in one.payments:
        if payment.kind in BASES[basis] and payment.currency:
            goes = {payment.place: Fraction(1)} if payment.place else shares
            for place, share in goes.items():
                sums[place, payment.currency, payment.year] += payment.amount * share
    for (place, currency, year), amount in sums.items():
        if amount:
            yield Entry(
                one.iri, one.agency, place, () if place else among, basis, currency, year, amount
            )
