"""Tables on wide and on narrow terminals, and in pipes."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devcoop.terminal import Cell, render_table

WORDS = st.from_regex(r"[a-zA-Z0-9:/.é-]{1,50}", fullmatch=True)
ROWS = st.lists(
    st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=3, max_size=3), max_size=4
)


@pytest.mark.parametrize("width", [None, "30", "80", "200"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(rows=ROWS)
def test_no_word_is_cut(
    monkeypatch: pytest.MonkeyPatch, width: str | None, rows: list[list[str]]
) -> None:
    if width:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", width)
    shown = render_table(["one", "two", "three"], rows).split()
    for row in rows:
        for cell in row:
            assert set(cell.split()) <= set(shown)


def test_a_long_table_is_written_fast() -> None:
    row: list[Cell] = ["urn:thing", "violation", "no arena is told, so nobody knows where " * 4, 1]
    start = time.process_time()
    shown = render_table(["node", "how bad", "what", "value"], [row] * 20_000)
    assert time.process_time() - start < 10
    assert shown.count("urn:thing") == 20_000


def test_names_of_columns_stand_right_above_cells() -> None:
    assert render_table(["a b", "c" * 118], [["d", "e"]]).splitlines()[-2].startswith("b")


def test_a_narrow_terminal_has_a_line_for_each_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "30")
    rows: list[list[Cell]] = [
        ["ISO-commitment-all-members", "Capacity", 1],
        ["OBOR-IV.7.b", None, 0.5],
    ]
    assert render_table(["id", "label", "score"], rows) == (
        "id: ISO-commitment-all-members\nlabel: Capacity\nscore: 1\n\nid: OBOR-IV.7.b\nscore: 0.5\n"
    )
    assert render_table(["a" * 20, "b" * 20], []) == f"{'a' * 20}, {'b' * 20}\n"
