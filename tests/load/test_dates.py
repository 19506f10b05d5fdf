"""Days as people write them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from devcoop.load.written.dates import join_days, read_days, read_span

if TYPE_CHECKING:
    from devcoop.load.tables import Cell

DAYS = st.dates(date(1800, 1, 1), date(2200, 12, 31))


@given(DAYS, st.sampled_from(["en", "fr"]), st.sampled_from(["d MMMM y", "d MMM y", "MMMM d, y"]))
def test_day_in_words_is_read_back(day: date, locale: str, form: str) -> None:
    span = read_span(format_date(day, form, locale=locale))
    assert span is not None
    assert (span.first, span.last, span.reading) == (day, day, "")


@given(DAYS)
def test_day_in_digits_is_read_back_with_the_day_first(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d.%m.%Y}", f"{day:%Y/%m/%d}"):
        span = read_span(text)
        assert span is not None
        assert (span.first, span.last) == (day, day)


@given(st.dates(date(1960, 1, 1), date(2100, 12, 31)))
def test_number_of_a_spreadsheet_is_its_day(day: date) -> None:
    span = read_span((day - date(1899, 12, 30)) // timedelta(days=1))
    assert span is not None
    assert span.first == day


@pytest.mark.parametrize(
    "cell", ["soon", "2026-13", "31/02/2026", "0000", "2028-2026", "Q5 2026", "March", 7, 0.5, True]
)
def test_what_is_no_date_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"no date|no such day|before it starts"):
        read_span(cell)


def test_nothing_is_nothing() -> None:
    assert read_span(None) is None
    assert read_span("  ") is None


@pytest.mark.parametrize(
    "text",
    [
        "2019/2020",
        "2019-2020",
        "2019 – 2020",
        "2019 to 2020",
        "de 2019 à 2020",
        "2019/20",
        "2019–20",
    ],
)
def test_two_years_are_both_kept_and_told(text: str) -> None:
    span = read_span(text)
    assert span is not None
    assert (span.first, span.last) == (date(2019, 1, 1), date(2020, 12, 31))
    assert span.reading.startswith("two years are taken")
    days = read_days(text)
    assert join_days(days, None) == join_days(None, days) == (span.first, span.last)
    assert join_days(days, read_days("2023")) == (date(2019, 1, 1), date(2023, 12, 31))


def test_what_may_be_a_month_or_two_years_is_told() -> None:
    span = read_span("2011/12")
    assert span is not None
    assert (span.first, span.last) == (date(2011, 12, 1), date(2011, 12, 31))
    assert "2011/12" in span.reading
    assert read_days("2011-03") == (date(2011, 3, 1), date(2011, 3, 31))


@given(DAYS, DAYS)
def test_cells_of_one_day_say_nothing_of_the_other(start: date, end: date) -> None:
    assert join_days((start, start), None) == (start, None)
    assert join_days(None, (end, end)) == (None, end)
    assert join_days((start, start), (end, end)) == (start, end)
    assert join_days(None, None) == (None, None)
