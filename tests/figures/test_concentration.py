from __future__ import annotations

import csv
from fractions import Fraction
from math import isclose, log
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devcoop.figures.concentration import (
    CLASSES,
    Relation,
    classify_relations,
    count_donors,
    measure_donors,
    measure_partners,
    sum_relations,
)

CRS = Path(__file__).parent / "crs" / "2017.csv"
"""Gross disbursements by donor and recipient in US dollars, as OECD's CRS has them for 2017
(taken from D-Portal at 4ac3861, MIT)."""

amounts = st.integers(1, 10**9).map(Fraction)
tables = st.lists(
    st.builds(Relation, st.sampled_from("abcdefg"), st.sampled_from("xyz"), amounts), min_size=1
)


def read_crs() -> list[Relation]:
    """Read relations with countries; numbers stand for regions, which are no partners."""
    with CRS.open(encoding="utf-8") as file:
        return [
            Relation(row["donor"], row["partner"], Fraction(row["usd"]))
            for row in csv.DictReader(file)
            if not row["partner"].isdigit()
        ]


def test_countries_have_the_figures_that_were_worked_out_by_hand() -> None:
    known = {
        "VN": (0.82, 0.207),
        "KH": (0.43, 0.102),
        "KE": (0.56, 0.132),
        "TZ": (0.49, 0.107),
        "EG": (0.73, 0.112),
        "MN": (0.68, 0.313),
    }
    found = measure_partners(read_crs())
    rounded = (
        (code, (float(f"{found[code].fragmentation:.2f}"), float(f"{found[code].herfindahl:.3f}")))
        for code in known
    )
    assert dict(rounded) == known


def test_correction_below_zero_is_no_relation() -> None:
    relations = read_crs()
    assert Relation("IDA", "ID", Fraction(-6596)) in relations
    assert ("IDA", "ID") not in sum_relations(relations)


def test_donors_of_equal_amounts_are_alike() -> None:
    several = [Relation(donor, "x", Fraction(1)) for donor in "abcdefghijklmnopqrst"]
    assert set(classify_relations(several).values()) == {"important"}


def test_partner_of_one_donor_is_as_concentrated_as_can_be() -> None:
    (found,) = measure_partners([Relation("a", "x", Fraction(7))]).values()
    assert (found.relations, found.herfindahl, found.theil, found.fragmentation) == (1, 1, 0, 0)


@given(tables)
def test_classes_divide_the_relations(relations: list[Relation]) -> None:
    classes = classify_relations(relations)
    assert classes.keys() == sum_relations(relations).keys()
    assert set(classes.values()) <= set(CLASSES)
    for found in (measure_partners(relations), measure_donors(relations)):
        assert sum(sum(one.classes) for one in found.values()) == len(classes)


@given(tables)
@example(
    [Relation(donor, place, Fraction(1)) for donor in "abcd" for place in "xy"]
    + [Relation("e", "x", Fraction(36))]
)
def test_measures_keep_within_their_bounds(relations: list[Relation]) -> None:
    for one in measure_partners(relations).values():
        assert 1 / one.relations - 1e-9 <= one.herfindahl <= 1
        assert 0 <= one.theil <= log(one.relations) + 1e-9
        assert 0 <= one.narrow <= one.broad <= 1


@given(tables, st.fractions(Fraction(1, 1000), 1000))
def test_measures_hang_on_no_unit(relations: list[Relation], rate: Fraction) -> None:
    other = [one._replace(amount=one.amount * rate) for one in relations]
    assert classify_relations(other) == classify_relations(relations)
    both = zip(measure_partners(other).values(), measure_partners(relations).values(), strict=True)
    for left, right in both:
        assert isclose(left.herfindahl, right.herfindahl)
        assert isclose(left.theil, right.theil, abs_tol=1e-9)


@given(tables)
def test_measures_hang_on_no_order(relations: list[Relation]) -> None:
    assert classify_relations(relations[::-1]) == classify_relations(relations)


@given(tables)
def test_most_important_donor_is_important(relations: list[Relation]) -> None:
    sums = sum_relations(relations)
    for partner in {one for _, one in sums}:
        best = max((key for key in sums if key[1] == partner), key=sums.__getitem__)
        assert classify_relations(relations)[best] in ("both", "important")


@pytest.mark.parametrize(
    ("relations", "number"), [([], {}), ([("a", "x", 1), ("b", "x", 1)], {"x": 2})]
)
def test_donors_of_a_sector_are_counted_once(
    relations: list[tuple[str, str, int]], number: dict[str, int]
) -> None:
    rows = [Relation(donor, partner, Fraction(amount)) for donor, partner, amount in relations]
    assert count_donors([*rows, *rows]) == number
