"""Addresses in texts: left out wherever they begin, and words that only look like them stay."""

from __future__ import annotations

import pytest

from devcoop.load.written.persons import LEFT_OUT, leave_out_addresses

LONG = "tellus et 5 mobiles " * 20


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Tel. +33 1 44 55 66 77", ""),
        ("Ask at TÉL: 44 55 66 77 or later", f"Ask at {LEFT_OUT} or later"),
        ("+33 1 44 55 66 77, phone 44 55 66 77", f"{LEFT_OUT}, {LEFT_OUT}"),
        ("telephone: 44 55 66 77", ""),
        ("hotel 44 55 66 77", "hotel 44 55 66 77"),
        ("İ mobile 44 55 66 77", f"İ {LEFT_OUT}"),
        (f"{LONG}WhatsApp 44 55 66 77{LONG}", f"{LONG}{LEFT_OUT}{LONG}"),
        (LONG, LONG),
    ],
)
def test_telephone_number_is_left_out(text: str, cleaned: str) -> None:
    assert leave_out_addresses(text) == (cleaned, cleaned.count(LEFT_OUT) or int(not cleaned))
