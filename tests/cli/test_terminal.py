"""Tables on wide and on narrow terminals, and in pipes."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devcoop.cli import main
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


FOURTH = Path(__file__).parents[1] / "load" / "fourth.ttl"
RAW = "\\u001B[31mred\\u0007\\u000D\\u202Eturned\\u009B"
SHOWN = "\\x1b[31mred\\x07"
OBEYED = tuple("\x1b\x07\r\u202e\x9b")


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A plan whose title and agency hold what a terminal obeys."""
    text = FOURTH.read_text(encoding="utf-8")
    for name in ("Example plan for metrology", "Example Agency", "Training in metrology"):
        text = text.replace(f'"{name}', f'"{RAW}{name}')
    text = text.replace('notation "EXA"', f'notation "{RAW}EXA"')
    file = tmp_path / "evil.ttl"
    file.write_text(text, encoding="utf-8")
    return file


def test_text_from_a_file_is_shown_and_not_obeyed(evil: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    run = CliRunner().invoke
    commands = [
        ["load", str(evil), "--built-in", "--store", store],
        ["--store", store, "sources"],
        ["--store", store, "report", "-o", str(tmp_path / "report")],
        ["--store", store, "overlaps", "--top", "3"],
        ["screen", str(evil)],
        ["--store", store, "overlaps", "--between", "nobody"],
    ]
    told = [run(main, command).output for command in commands]
    assert not [text for text in told if set(OBEYED) & set(text)]
    assert all(SHOWN in told[number] for number in (1, 2, 4, 5))


@pytest.fixture
def listing(evil: Path, tmp_path: Path) -> list[str]:
    store = str(tmp_path / "store")
    assert CliRunner().invoke(main, ["load", str(evil), "--store", store]).exit_code == 0
    return ["--store", store, "sources", "-f", "csv"]


def test_a_table_for_machines_says_what_the_file_says(listing: list[str]) -> None:
    [row] = csv.DictReader(io.StringIO(CliRunner().invoke(main, listing).output, newline=""))
    assert set(OBEYED) <= set(row["title"])


def test_no_table_is_obeyed_by_a_terminal(listing: list[str]) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "devcoop", *listing]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs):
        os.close(theirs)
        said = _read_all(ours)
    assert SHOWN.encode() in said
    assert b"\x1b[31mred" not in said


def _read_all(descriptor: int) -> bytes:
    said = b""
    # The end of a terminal is an error.
    with contextlib.suppress(OSError):
        while more := os.read(descriptor, 65_536):
            said += more
    os.close(descriptor)
    return said


def test_a_file_whose_name_is_no_text_is_read_and_told(tmp_path: Path) -> None:
    listed = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pl\xe9n.csv"))
    column_map = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xe9p.yaml"))
    listed.write_text("Code,Title\nA,Training\n", encoding="utf-8")
    column_map.write_text(
        "agency: Example\nlanguage: en\ncolumns: {identifier: Code, title: Title}\n",
        encoding="utf-8",
    )
    store, told = str(tmp_path / "store"), tmp_path / "told.json"
    words = [str(listed), "--map", str(column_map)]
    run = CliRunner().invoke
    done = run(main, ["load", *words, "--store", store, "--told", str(told)])
    assert done.exit_code == 0, done.output
    json.loads(told.read_text(encoding="utf-8"))
    for form in ("csv", "json", "table"):
        assert "pl%E9n" in run(main, ["--store", store, "sources", "-f", form]).output
    for form in ("text", "html", "csv", "json"):
        place = tmp_path / f"screened.{form}"
        done = run(main, ["screen", *words, "-f", form, "-o", str(place)])
        assert done.exit_code == 0, done.output
        assert place.read_text(encoding="utf-8")
    listed.write_text("Code,Title\n", encoding="utf-8")
    wrong = run(main, ["load", str(listed), "--store", store])
    assert wrong.exit_code == 3
    assert "pl\\udce9n.csv" in wrong.stderr


def test_words_that_are_no_text_are_given_on(tmp_path: Path) -> None:
    words = ["screen", str(FOURTH), "--agency", "A\udce9", "--title", "T\udce9"]
    assert CliRunner().invoke(main, words).exit_code == 0
