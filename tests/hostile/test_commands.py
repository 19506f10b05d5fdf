"""Commands on a store that holds a hostile plan: it is found by name, told, or asked about."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from devcoop.cli import main
from devcoop.words.codes import LEFT_OUT

HERE = Path(__file__).parent
ELEMENT = "https://w3id.org/devcoop/element"


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result


def read_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def load(case: str, folder: Path) -> str:
    store = str(folder / "store")
    run("load", "--built-in", str(HERE / case / "plan.ttl"), "--store", store)
    return store


def test_ambiguous_identifier_is_asked_about(tmp_path: Path) -> None:
    case = "identifiers-of-another-plan"
    store = load(case, tmp_path)
    guest, known = f"{ELEMENT}/{case}/1", f"{ELEMENT}/iso-2016-2020/output-1.1"
    refused = run("--store", store, "explain", "ISO-output-1.1", "OBOR-IV.7.c", code=3)
    assert guest in refused.stderr
    assert known in refused.stderr
    for one in (guest, known):
        assert run("--store", store, "explain", one, "OBOR-IV.7.c").stdout
    assert run("--store", store, "explain", "SEED-4", "obor-iv.7.C").stdout


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize(
    ("case", "reason", "pairs"),
    [("no-plan", "no-plan", 8876 + 165 * 3), ("two-periods", "second-row", 8876 + 165 * 4)],
)
def test_what_is_left_out_is_told_beside_the_answer(
    tmp_path: Path, case: str, reason: str, pairs: int
) -> None:
    store = load(case, tmp_path)
    told = f"Left out, 1: {LEFT_OUT[reason]}: "
    listed = run("--store", store, "overlaps", "--all", "-f", "csv")
    rows = read_rows(listed.stdout)
    assert told in listed.stderr
    assert len(rows) == pairs
    assert sum("SEED-1" in (row["left"], row["right"]) for row in rows) == 165
    for words in (["gaps", "-f", "csv"], ["matrix", "-f", "csv"]):
        answer = run("--store", store, *words)
        assert told in answer.stderr
        assert told not in answer.stdout


def test_nothing_is_told_where_nothing_is_left_out() -> None:
    assert "Left out" not in run("gaps", "-f", "csv").stderr
