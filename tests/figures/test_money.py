from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devcoop.errors import SourceError
from devcoop.figures.money import (
    BASES,
    Activity,
    Entry,
    Links,
    Payment,
    attribute_money,
    divide,
    read_links,
    read_rates,
)
from devcoop.names import PREFIXES, mint_concept, slug_of
from devcoop.store import Store
from devcoop.store.rdf import parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devcoop.figures.money import Money

BASE = "https://w3id.org/devcoop/element/aid/"
Sums = dict[tuple[str, str, str, str], Fraction]


def add(money: Money) -> Sums:
    """Add amounts by activity, place, basis and currency."""
    sums: Sums = defaultdict(Fraction)
    for one in money.entries:
        key = slug_of(one.activity), one.place and slug_of(one.place), one.basis, one.currency
        sums[key] += one.amount
    return dict(sums)


def test_money_is_told_once_on_each_basis_and_by_place(activities: dict[str, Activity]) -> None:
    money = attribute_money(activities)
    assert add(money) == {
        # 60 and 20 of 80: shares are of what is stated. Each basis stands beside the others.
        ("a1", "KHM", "spent", "USD"): 600,
        ("a1", "LAO", "spent", "USD"): 200,
        ("a1", "KHM", "committed", "USD"): 3000,
        ("a1", "LAO", "committed", "USD"): 1000,
        ("a1", "KHM", "budgeted", "USD"): 3750,
        ("a1", "LAO", "budgeted", "USD"): 1250,
        ("a2", "KHM", "committed", "USD"): 300,
        ("a2", "KHM", "budgeted", "USD"): 900,
        # Two places and no percentage: how it is divided is not known.
        ("b1", "", "spent", "EUR"): 1000,
        # Money with a place of its own goes there alone.
        ("b2", "KHM", "spent", "USD"): 430,
        ("b2", "LAO", "spent", "USD"): 600,
        # Components count, and not their whole on top.
        ("g1", "KHM", "spent", "USD"): 500,
        ("g2", "KHM", "spent", "USD"): 100,
        ("d1", "KHM", "spent", "USD"): 200,
        ("e1", "LAO", "budgeted", "USD"): 250,
        ("e2", "", "spent", "USD"): 40,
    }
    assert money.count_left_out() == {"incoming-funds": 1, "no-currency": 1, "whole": 1}


def test_money_that_is_not_divided_tells_among_which_places(
    activities: dict[str, Activity],
) -> None:
    among = {
        slug_of(one.activity): {*map(slug_of, one.among)}
        for one in attribute_money(activities).entries
        if not one.place
    }
    assert among == {"b1": {"KHM", "LAO"}, "e2": set()}


def test_activity_that_is_reported_twice_counts_once_on_each_basis(
    activities: dict[str, Activity],
) -> None:
    same = frozenset({f"{BASE}a1", f"{BASE}a2", f"{BASE}d1", f"{BASE}elsewhere"})
    money = attribute_money(activities, links=Links(same=(same,)))
    told = {(one, basis) for one, _, basis, _ in add(money) if one in ("a1", "a2", "d1")}
    # Of two that state the same, the one whose money is told on the surer basis.
    assert told == {("a1", "spent"), ("a1", "committed"), ("a1", "budgeted")}
    assert money.count_left_out()["twice"] == 2


def test_whole_counts_on_the_bases_on_which_no_component_has_money() -> None:
    def pay(kind: str) -> Payment:
        return Payment(kind, "", Fraction(1), "USD", 2020)

    whole = Activity("whole", "x", payments=[pay("commitment"), pay("disbursement")])
    part = Activity("part", "x", wholes=["whole"], payments=[pay("disbursement")])
    money = attribute_money({"whole": whole, "part": part})
    assert {(one.activity, one.basis) for one in money.entries} == {
        ("whole", "committed"),
        ("part", "spent"),
    }
    assert money.count_left_out() == {"whole": 1}


def test_components_in_a_circle_are_all_wholes() -> None:
    paid = [Payment("budget", "", Fraction(1), "USD", 2020)]
    both = {one: Activity(one, "x", wholes=[other], payments=paid) for one, other in ("ab", "ba")}
    assert attribute_money(both).count_left_out() == {"whole": 2}


def write_rates(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["currency,year,to,rate", *rows]), encoding="utf-8")
    return path


def test_amounts_are_converted_by_the_year(activities: dict[str, Activity], tmp_path: Path) -> None:
    activities = {iri: one for iri, one in activities.items() if slug_of(iri) != "e1"}
    rates = read_rates(write_rates(tmp_path / "rates.csv", "USD,2017,EUR,0.9", "USD,2018,EUR,0.5"))
    sums = add(attribute_money(activities, rates=rates))
    assert {currency for *_, currency in sums} == {"EUR"}
    assert sums["b2", "KHM", "spent", "EUR"] == 400 * Fraction("0.9") + 30 * Fraction("0.5")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("USD,2018,EUR,0.9", "no rate from USD to EUR for 2017"),
        ("USD,2017,EUR,none", "a row has currency, year, to and rate"),
        ("USD,2017,EUR,-1", "above zero"),
        ("USD,2017,,1", "a row has currency"),
    ],
)
def test_rate_that_is_missing_or_none_is_refused(
    activities: dict[str, Activity], tmp_path: Path, row: str, problem: str
) -> None:
    with pytest.raises(SourceError, match=problem):
        attribute_money(activities, rates=read_rates(write_rates(tmp_path / "r.csv", row)))


def test_amount_without_a_year_is_not_converted_by_any(
    activities: dict[str, Activity], tmp_path: Path
) -> None:
    rates = read_rates(write_rates(tmp_path / "r.csv", "USD,2017,EUR,1", "USD,2018,EUR,1"))
    with pytest.raises(SourceError, match="for unstated year"):
        attribute_money(activities, rates=rates)


def test_table_of_rates_is_to_one_currency(tmp_path: Path) -> None:
    several = write_rates(tmp_path / "r.csv", "USD,2017,EUR,1", "USD,2018,GBP,1")
    with pytest.raises(SourceError, match="these are to 2"):
        read_rates(several)
    twice = write_rates(tmp_path / "r.csv", "USD,2017,EUR,1", "USD,2017,EUR,2")
    with pytest.raises(SourceError, match="two rates in 2017"):
        read_rates(twice)


shares = st.dictionaries(
    st.sampled_from("abcd"), st.one_of(st.none(), st.integers(0, 100).map(Fraction))
)


@given(shares)
def test_shares_add_up_to_one(stated: dict[str, Fraction | None]) -> None:
    assert sum(divide(stated).values()) == 1


payments = st.builds(
    Payment,
    st.sampled_from([*(kind for kinds in BASES.values() for kind in kinds), "equity"]),
    st.sampled_from(["", "a", "z"]),
    st.integers(-9, 99).map(Fraction),
    st.sampled_from(["USD", "EUR"]),
    st.sampled_from([2019, 2020, None]),
)


@given(shares, st.lists(payments))
def test_money_of_an_activity_is_neither_more_nor_less_than_stated(
    places: dict[str, Fraction | None], stated: list[Payment]
) -> None:
    one = Activity("x", "agency", places=places, payments=stated)
    entries = attribute_money({"x": one}).entries
    assert {entry.basis for entry in entries} <= set(one.bases)
    for basis in one.bases:
        for currency in ("USD", "EUR"):
            wanted = sum(
                pay.amount
                for pay in stated
                if pay.currency == currency and pay.kind in BASES[basis]
            )
            assert sum_of([one for one in entries if one.basis == basis], currency) == wanted


def sum_of(entries: Iterable[Entry], currency: str) -> Fraction:
    return sum((one.amount for one in entries if one.currency == currency), Fraction())


def _pay(iri: str, amount: int) -> Activity:
    return Activity(iri, "x", payments=[Payment("disbursement", "", Fraction(amount), "USD", 2020)])


def test_money_that_is_passed_on_counts_where_it_arrives() -> None:
    known = {iri: _pay(iri, number) for iri, number in (("donor", 9), ("agency", 5), ("ngo", 3))}
    known["other"] = _pay("other", 7)
    links = Links(payers={"ngo": {"agency"}, "agency": {"donor"}, "other": {"silent"}})
    money = attribute_money(known, links=links)
    assert {one.activity for one in money.entries} == {"ngo", "other"}
    assert money.count_left_out() == {"passed-on": 2}


def test_of_two_that_each_say_that_the_other_pays_one_counts() -> None:
    known = {iri: _pay(iri, 1) for iri in ("a", "b")}
    money = attribute_money(known, links=Links(payers={"a": {"b"}, "b": {"a"}}))
    assert {one.activity for one in money.entries} == {"a"}


def test_links_are_read_by_identifiers_whatever_their_case() -> None:
    said = [("a", "own", "XX-1"), ("b", "own", "XX-2"), ("c", "own", "xx-1 ")]
    said += [("b", "provider", "xx-1"), ("b", "sibling", "XX-1"), ("b", "provider", "XX-2")]
    said += [("d", "third-party", "XX-2"), ("d", "receiver", "nobody's")]
    text = "".join(
        f"<{BASE}{one}> a devc:Undertaking .\n"
        f"<{BASE}{one}/reference/{number}> a devc:ActivityReference ;\n"
        f'  devc:referenceOf <{BASE}{one}> ; dcterms:identifier "{identifier}" ;\n'
        f"  devc:referenceKind <{mint_concept('reference-kind', kind)}> .\n"
        for number, (one, kind, identifier) in enumerate(said)
    )
    prefixes = f"@prefix devc: <{PREFIXES['devc']}> .\n@prefix dcterms: <{PREFIXES['dcterms']}> .\n"
    graph = Store()
    graph.add("https://example.org/links", parse((prefixes + text).encode(), "text/turtle"))
    links = read_links(graph)
    assert [sorted(map(slug_of, group)) for group in links.same] == [["a", "c"], ["b", "d"]]
    payers = {slug_of(paid): sorted(map(slug_of, by)) for paid, by in links.payers.items()}
    assert payers == {"b": ["a", "c"]}


def _state(**amounts: int) -> Activity:
    stated = (
        Payment(kind.replace("_", "-"), "", Fraction(amount), "USD", 2017)
        for kind, amount in amounts.items()
    )
    return Activity("one", "bank", places={f"{BASE}KHM": None}, payments=list(stated))


def test_disbursements_of_zero_leave_what_was_committed() -> None:
    money = attribute_money({"one": _state(disbursement=0, expenditure=0, commitment=236)})
    assert [(one.basis, one.amount) for one in money.entries] == [("committed", Fraction(236))]
    assert money.count_left_out() == {"zero": 1}


def test_payment_that_was_taken_back_leaves_what_was_committed() -> None:
    money = attribute_money({"one": _state(disbursement=5, expenditure=-5, commitment=9)})
    assert [(one.basis, one.amount) for one in money.entries] == [("committed", Fraction(9))]


def test_zeros_alone_are_no_money_that_counts_and_are_told() -> None:
    one = _state(commitment=0)
    assert (one.bases, attribute_money({"one": one}).count_left_out()) == ((), {"zero": 1})


def test_kinds_of_money_that_do_not_count_are_told_by_name() -> None:
    one = _state(disbursement=1, loan_repayment=2, interest_payment=3, unheard_of=4)
    found = attribute_money({"one": one}).count_left_out()
    assert found == {"loan-repayment": 1, "interest-payment": 1, "other": 1}
