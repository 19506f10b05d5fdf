"""Results of queries as they were written: counted without leaving anything behind."""

from __future__ import annotations

import csv

from devcoop.store.results import CSV, has_more


def test_counting_a_small_table_does_not_narrow_what_a_later_one_may_hold() -> None:
    before = csv.field_size_limit()
    assert has_more(b"a\r\n1\r\n2\r\n", CSV, 1)
    assert csv.field_size_limit() >= before
    long = b"a\r\n" + b"x" * (before + 1) + b"\r\n2\r\n"
    assert has_more(long, CSV, 1)
    csv.field_size_limit(before)
