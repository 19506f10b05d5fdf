from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from devcoop.figures.country import COUNTED, ActivityTable, CountryCell
from devcoop.names import BASE, slug_of

if TYPE_CHECKING:
    from devcoop.figures.country import Country
    from devcoop.store import Store

KHM, LAO = f"{BASE}place/KHM", f"{BASE}place/LAO"


@pytest.fixture(scope="module")
def table(aid: Store) -> ActivityTable:
    return ActivityTable(aid)


@pytest.fixture(scope="module")
def cambodia(table: ActivityTable) -> Country:
    return table.describe(KHM)


def test_initiatives_that_state_the_country_count_and_components_for_their_whole(
    cambodia: Country,
) -> None:
    own = {slug_of(one) for one in cambodia.initiatives if "/aid/" in one}
    assert own == {"a1", "a2", "b1", "b2", "g1", "g2", "d1", "d2"}
    assert cambodia.with_purpose == len(own) - 1


def test_cells_have_initiatives_and_money_by_category_and_agency(cambodia: Country) -> None:
    told = {
        (slug_of(category), slug_of(agency)): (len(cell.initiatives), cell.amounts)
        for category, row in cambodia.rows.items()
        if category
        for agency, cell in row.items()
    }
    assert told == {
        ("111", "gamma"): (1, {}),
        ("112", "gamma"): (2, {("spent", "USD"): Fraction(500)}),
        # Each basis stands beside the others, over the initiatives that state it.
        ("122", "alpha"): (
            1,
            {
                ("spent", "USD"): Fraction(600),
                ("committed", "USD"): Fraction(3000),
                ("budgeted", "USD"): Fraction(3750),
            },
        ),
        ("122", "delta"): (1, {("spent", "USD"): Fraction(200)}),
        # Two purposes of one category: one initiative, and all its money.
        ("140", "alpha"): (
            1,
            {("committed", "USD"): Fraction(300), ("budgeted", "USD"): Fraction(900)},
        ),
        ("210", "beta"): (1, {("spent", "USD"): Fraction(430)}),
        ("236", "beta"): (1, {}),
    }
    # Two purposes of two categories without percentages: the money is not divided.
    (rest,) = (row for category, row in cambodia.rows.items() if not category)
    assert {slug_of(one): cell.amounts for one, cell in rest.items() if cell.amounts} == {
        "gamma": {("spent", "USD"): Fraction(100)}
    }


def test_sum_of_all_cells_counts_each_initiative_once(cambodia: Country) -> None:
    total = cambodia.sum_of()
    assert sorted(total.initiatives) == sorted(cambodia.initiatives)
    assert total.amounts == {
        ("spent", "USD"): Fraction(1830),
        ("committed", "USD"): Fraction(3300),
        ("budgeted", "USD"): Fraction(4650),
    }
    assert {key[0]: sorted(map(slug_of, iris)) for key, iris in total.behind.items()} == {
        "spent": ["a1", "b2", "d1", "g1", "g2"],
        "committed": ["a1", "a2"],
        "budgeted": ["a1", "a2"],
    }
    assert len(cambodia.sum_of(agency=f"{BASE}agency/gamma").initiatives) == 2


def test_measures_stand_apart_by_basis_and_currency(cambodia: Country) -> None:
    told = {(one.basis, one.currency): one for one in cambodia.measures}
    assert list(told) == [
        (COUNTED, ""),
        ("spent", "USD"),
        ("committed", "USD"),
        ("budgeted", "USD"),
    ]
    spent = told["spent", "USD"]
    assert (spent.found.relations, spent.found.amount, spent.partners) == (4, Fraction(1830), 2)
    assert (spent.years, spent.of, spent.unknown) == ((2017, 2018), 5, 0)
    assert sum(spent.found.classes) == 4
    assert [one.has_classes for one in cambodia.measures] == [True, True, True, True]
    committed = told["committed", "USD"]
    assert (committed.found.amount, committed.of, committed.partners) == (Fraction(3300), 2, 2)


def test_money_that_is_not_divided_is_told_and_not_counted(cambodia: Country) -> None:
    assert cambodia.undivided == {("spent", "EUR"): (1, Fraction(1000))}
    assert ("spent", "EUR") not in cambodia.sum_of().amounts


def test_money_that_does_not_count_is_told(cambodia: Country) -> None:
    assert cambodia.left_out == {"incoming-funds": 1, "no-currency": 1}


def test_purposes_of_one_agency_and_of_most(table: ActivityTable, cambodia: Country) -> None:
    assert cambodia.orphans == tuple(cambodia.purposes)
    assert cambodia.darlings == ()
    known = {one.iri: one for one in table.known.values()}
    other = next(iri for iri in known if iri.endswith("/aid/d2"))
    (purpose,) = table.known[next(iri for iri in known if iri.endswith("/aid/d1"))].purposes
    try:
        table.known[other].agency, kept = f"{BASE}agency/beta", table.known[other].agency
        table.known[other].purposes[purpose] = None
        again = table.describe(KHM)
    finally:
        table.known[other].agency = kept
        table.known[other].purposes.clear()
    assert again.darlings == (purpose,)
    assert purpose not in again.orphans


def test_what_is_asked_for_limits_cells_and_no_measure(
    table: ActivityTable, cambodia: Country
) -> None:
    part = table.describe(KHM, {cambodia.initiatives[0]})
    assert part.initiatives == cambodia.initiatives[:1]
    assert part.measures == cambodia.measures


def test_country_that_nobody_states_has_nothing(table: ActivityTable) -> None:
    nothing = table.describe(f"{BASE}place/ATA")
    assert (nothing.initiatives, nothing.rows, nothing.measures) == ((), {}, ())
    assert nothing.silent[0] < nothing.silent[1]


def test_sites_of_one_name_and_point_are_one(table: ActivityTable) -> None:
    kept = table.sites
    try:
        table.sites = [*kept, *(one._replace(activities=("other",)) for one in kept[:1]), *kept]
        found = table.list_sites([*kept[0].activities, "other"])
    finally:
        table.sites = kept
    assert [one.activities for one in found] == [(*kept[0].activities, "other")]


def test_sites_are_those_of_the_initiatives(cambodia: Country, table: ActivityTable) -> None:
    assert [one.label for one in cambodia.sites] == [
        "Battambang",
        "Kampot",
        "Clinic without a point",
    ]
    assert [one.label for one in table.describe(LAO).sites] == ["Battambang", "Kampot"]


def test_whole_of_a_component_that_states_a_country_is_not_silent(aid: Store) -> None:
    silent = ActivityTable(aid).describe(KHM).silent
    table = ActivityTable(aid)
    table.known[f"{BASE}element/aid/g0"].places.clear()
    assert table.describe(KHM).silent == silent


def test_money_of_a_cell_stands_in_the_order_of_the_bases() -> None:
    cell = CountryCell()
    for basis, currency in (("budgeted", "USD"), ("spent", "USD"), ("spent", "EUR")):
        cell.add_amounts({(basis, currency): Fraction(1)}, {(basis, currency): {"one"}})
    assert list(cell.amounts) == [("spent", "EUR"), ("spent", "USD"), ("budgeted", "USD")]
