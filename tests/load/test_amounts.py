"""Amounts: whatever is written the way people write numbers, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devcoop.load.written.amounts import Quantity, read_number, read_quantity

SPACES = " \u00a0\u2007\u2009\u202f"
APOSTROPHES = "'\u2019\u02bc"


@pytest.mark.parametrize(
    "text",
    [
        "12.05.2020",
        "1.5.20",
        "2020.05.12",
        "12 05 2020",
        "12,05,2020",
        "1,500,25",
        "1.500,000.5",
        "1 500'000",
        "1,00,000,5",
        "1,500 000",
        "0,500,000",
        "12/05/2020",
        "2019-2020",
        "",
        ".",
        "9" * 41,
    ],
)
def test_what_no_number_is_written_like_is_none(text: str) -> None:
    assert read_number(text) is None
    assert read_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,500", "0.500"),
        ("1,500", "1500"),
        ("1.500", "1.500"),
        ("1500,000", "1500.000"),
        ("05.2020", "5.2020"),
    ],
)
def test_number_that_may_be_another_is_not_sure(text: str, number: str) -> None:
    assert read_number(text) == (Decimal(number), False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("15,00,000.50", "1500000.50"),
        ("0.500", "0.500"),
        ("\u22121'500,5", "-1500.5"),
        ("500.", "500"),
        ("1 500 000", "1500000"),
    ],
)
def test_number_that_is_written_in_one_way_is_sure(text: str, number: str) -> None:
    assert read_number(text) == (Decimal(number), True)


@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from([*SPACES, *APOSTROPHES, ".", ","]),
    st.one_of(st.none(), st.integers(0, 99)),
    st.sampled_from(".,"),
)
def test_groups_of_three_are_read_back_with_any_mark(
    whole: int, apart: str, cents: int | None, mark: str
) -> None:
    written = f"{whole:,}".replace(",", apart)
    if cents is None:
        [number, is_sure] = read_number(written) or (None, None)
        expected = Decimal(whole)
        assert number == expected or (written.count(apart) == 1 and not is_sure)
        return
    read = read_number(f"{written}{mark}{cents:02}")
    if mark == apart and abs(whole) >= 1000:
        assert read is None
    else:
        assert read == (Decimal(f"{'-' if whole < 0 else ''}{abs(whole)}.{cents:02}"), True)


@given(
    st.dates(date(1900, 1, 1)), st.sampled_from(["%d.%m.%Y", "%Y.%m.%d", "%d %m %Y", "%d,%m,%Y"])
)
def test_no_day_is_an_amount(day: date, written: str) -> None:
    assert read_quantity(day.strftime(written)) is None
    assert read_quantity((day + timedelta(days=1)).isoformat()) is None


@given(
    st.lists(st.integers(0, 9999).map(str), min_size=3, max_size=5),
    st.lists(st.sampled_from(".,' "), min_size=2, max_size=4),
)
def test_only_groups_of_three_are_joined(parts: list[str], marks: list[str]) -> None:
    marks = (marks * 2)[: len(parts) - 1]
    written = "".join(f"{part}{mark}" for part, mark in zip(parts, [*marks, ""], strict=True))
    read = read_number(written)
    if read is not None:
        assert sum(len(one) != 3 for one in parts[1:-1]) == 0 or "," in written
        assert len(set(marks[:-1])) == 1
        assert format(read[0], "f").replace(".", "") == "".join(parts)


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("USD 1,500.00", "1500.00", "USD"),
        ("\u20ac5", "5", "\u20ac"),
        ("US$ 1 500 000", "1500000", "US$"),
        ("1.5 EUR", "1.5", "EUR"),
        ("12,5 %", "12.5", "%"),
        ("3 per 1000 people", "3", "per 1000 people"),
        ("10\u202f000 m2", "10000", "m2"),
        ("40 laboratories (2028)", "40", "laboratories (2028)"),
    ],
)
def test_currency_and_unit_stand_beside_the_number(text: str, number: str, words: str) -> None:
    assert read_quantity(text) == Quantity(Decimal(number), words)


@pytest.mark.parametrize(
    "text",
    [
        "10-20",
        "10 to 20",
        "50 % \u2013 60 %",
        "50 % à 60 %",
        "3 of 5",
        "5:1",
        "5/10",
        "5 million people",
        "2 milliards",
        "500k",
        "USD 5m",
        "at least 5",
    ],
)
def test_words_that_make_another_number_leave_none(text: str) -> None:
    assert read_quantity(text) is None


@given(st.text(max_size=60))
def test_any_text_has_a_finite_number_or_none(text: str) -> None:
    read = read_quantity(text)
    assert read is None or read.number.is_finite()
