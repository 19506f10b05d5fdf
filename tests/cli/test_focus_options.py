from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devcoop.cli import main
from devcoop.focus import Asked, find_focus
from devcoop.model import STRENGTH

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.pipeline import Analysis
    from devcoop.store import Store

LIMITS = [
    ("--place", "Kenya"),
    ("--theme", "th:standardization", "--agency", "ISO"),
    ("--plan", "unido-mic-2020"),
    ("--during", "2016-2017", "--place", "KHM", "--possible"),
]

pytestmark = pytest.mark.usefixtures("worked_out")


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def _table(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def _sides(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(row["left"], row["right"]) for row in rows}


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize("limits", LIMITS, ids=" ".join)
def test_overlaps_of_a_focus_are_those_of_all_that_are_in_it(
    limits: tuple[str, ...], analysis: Analysis, graph: Store
) -> None:
    limited = _run("overlaps", "-f", "csv", "--all", *limits)
    asked = {"--place": "places", "--theme": "themes", "--agency": "agencies", "--plan": "plans"}
    words = dict(zip(limits[::2], limits[1::2], strict=False))
    focus = find_focus(
        graph,
        Asked(**{asked[one]: (words[one],) for one in words if one in asked}),  # type: ignore[arg-type]
    )
    whole = analysis.comparison.narrow(focus)
    if "--during" not in limits:
        known = analysis.undertakings
        expected = {
            (known[pair.left].identifier, known[pair.right].identifier)
            for pair in whole.iter_pairs()
        }
        assert _sides(_table(limited)) == expected
    every = {row["left"]: row for row in _table(_run("overlaps", "-f", "csv", "--all"))}
    assert {row["left"] for row in _table(limited)} <= every.keys()
    found = _table(_run("overlaps", "-f", "csv", *limits))
    assert _sides(found) <= _sides(_table(limited))
    assert all(STRENGTH[row["type"]] for row in found)


def test_overlaps_say_to_what_they_are_limited_and_what_is_not_known() -> None:
    said = _run("overlaps", "--place", "Kenya", "--during", "2016-2017").stderr
    assert "known to be in Kenya in 2016–2017" in said
    numbers = list(map(int, re.findall(r"\d+", said.partition("Kenya, of")[2].partition(".")[0])))
    assert numbers[0] == sum(numbers[1:]) == 165
    assert "neither yes nor no" in said


def test_possible_takes_in_what_is_not_known() -> None:
    sure = _table(_run("overlaps", "--all", "-f", "csv", "--place", "KEN"))
    possible = _table(_run("overlaps", "--all", "-f", "csv", "--place", "KEN", "--possible"))
    assert _sides(sure) < _sides(possible)


def test_gaps_of_a_focus_name_the_questions_that_are_left_out() -> None:
    result = _run("gaps", "--place", "KEN", "-f", "csv")
    rows = _table(result)
    assert rows
    left_out = result.stderr.partition("Left out, since")[2]
    assert "themes-without-undertaking" in left_out
    assert not {row["query"] for row in rows} & set(re.findall(r"[a-z]+(?:-[a-z]+)+", left_out))


def test_matrix_counts_those_asked_for_out_of_all(analysis: Analysis) -> None:
    result = _run(
        "matrix", "--agency", "ISO", "--rows", "agency", "--columns", "agency", "-f", "csv"
    )
    own = sum(one.agency.name == "ISO" for one in analysis.undertakings.values())
    assert _table(result) == [{"agency": "ISO", "ISO": str(own)}] or [
        list(row.values()) for row in _table(result)
    ] == [[str(own)]]
    assert f"{own} of {len(analysis.undertakings)} initiatives" in result.stderr


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize("command", ["report", "overlaps", "gaps", "matrix"])
def test_command_suggests_where_nothing_is_called_so(command: str, tmp_path: Path) -> None:
    more = ["-o", str(tmp_path / "out")] if command == "report" else []
    result = _run(command, "--place", "Kenia", *more)
    assert result.exit_code == 3
    assert "did you mean Kenya" in result.stderr
    assert not (tmp_path / "out").exists()


def test_days_that_are_none_are_a_usage_error() -> None:
    result = _run("overlaps", "--during", "2017-2016")
    assert result.exit_code == 2
    assert "ends before it begins" in result.stderr


def test_theme_cannot_be_asked_for_and_left_out() -> None:
    result = _run("overlaps", "--theme", "th:metrology", "--without", "theme")
    assert result.exit_code == 2


def test_report_tells_what_is_new_within_the_same_limits(tmp_path: Path) -> None:
    whole, limited = tmp_path / "whole", tmp_path / "limited"
    assert _run("report", "-o", str(whole)).exit_code == 0
    words = ("report", "-o", str(limited), "--theme", "th:standardization")
    assert _run(*words).exit_code == 0
    for earlier in (whole, limited):
        again = _run(*words, "--since", str(earlier / "report.json"))
        assert again.exit_code == 0, again.output
        assert "New since the last report:      0, and 0 gone" in again.stdout
    told = json.loads((limited / "report.json").read_text(encoding="utf-8"))
    assert told["since"]["before"] == len(told["findings"])
    refused = _run("report", "-o", str(whole), "--since", str(limited / "report.json"))
    assert refused.exit_code == 3
    assert "limited to something else" in refused.stderr
