from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shlex
import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devcoop.cli import main
from devcoop.overlap import pairs

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis

FAULTS = Path(__file__).parent / "faults"
COMMANDS = sorted(main.commands)
# Their examples need Java, a server, no end or much time, and run in tests of their own.
APART = {"reason", "push", "serve", "bundle"}
pytestmark = pytest.mark.usefixtures("worked_out")


def _run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=text)


def _table(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_there_are_commands() -> None:
    wanted = {"report", "validate", "query", "overlaps", "explain", "gaps", "matrix", "reason"}
    assert wanted <= set(COMMANDS)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What examples work on: files for `diff` and `patch`, a store for `unload`."""
    folder = tmp_path_factory.mktemp("examples")
    with contextlib.chdir(folder):
        _prepare_examples()
    return folder


def _prepare_examples() -> None:
    here = Path(__file__).parent
    assert _run("load", "--built-in", "--store", "out/store").exit_code == 0
    shutil.copy(here / "projects.csv", "projects.csv")
    shutil.copy(here.parent / "load" / "fourth.ttl", "draft.ttl")
    Path("old.nq").write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n", encoding="utf-8")
    Path("new.nq").write_text("<urn:a> <urn:b> <urn:d> <urn:g> .\n", encoding="utf-8")
    assert _run("diff", "old.nq", "new.nq", "-f", "patch", "-o", "changes.rdfp").exit_code == 0


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in APART])
def test_help_ends_in_an_example_that_runs(
    command: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shutil.copytree(prepared, tmp_path / "here"))
    shown = _run(command, "--help").stdout
    example = re.search(r"Example: devcoop (.+)\s*\Z", shown, re.DOTALL)
    assert example, shown
    result = _run(*shlex.split(example[1]))
    assert result.exit_code == 0, result.output


@pytest.mark.java
def test_example_of_reason_runs_or_says_what_is_missing() -> None:
    result = _run("reason")
    assert result.exit_code in (0, 3)
    said = result.stdout.startswith("consistent") or "Java" in result.stderr
    assert said


def test_report_writes_every_file(tmp_path: Path) -> None:
    result = _run("report", "-o", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    written = {path.name for path in (tmp_path / "out").iterdir()}
    wanted = {"index.html", "overlaps.csv", "gaps.csv", "findings.ttl", "report.json"}
    assert wanted <= written


def test_report_names_some_of_very_many_plans_and_says_how_many_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("devcoop.cli.report"), "_MOST_PLANS", 2)
    result = _run("report", "--theme", "th:quality-infrastructure", "-o", str(tmp_path / "out"))
    assert result.stdout.count(" initiatives  ") == 2
    assert "… and 1 more, which report.json lists" in result.stdout
    assert len(json.loads((tmp_path / "out" / "report.json").read_bytes())["plans"]) == 3


def test_validate_finds_no_violation_in_the_plans() -> None:
    result = _run("validate", "-f", "csv")
    assert result.exit_code == 0
    assert "violation" not in {row["severity"] for row in _table(result)}


@pytest.mark.parametrize("path", sorted(FAULTS.glob("violation-*.ttl")), ids=lambda p: p.stem)
def test_validate_names_file_node_rule_and_fix(path: Path) -> None:
    expected = dict(
        line[2:].split(": ", 1)
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("# ")
    )
    result = _run("validate", str(path), "-f", "csv", "--severity", "violation")
    assert result.exit_code == 1, result.output
    rows = _table(result)
    found = [r for r in rows if (r["rule"], r["node"]) == (expected["rule"], expected["node"])]
    assert found, rows
    assert path.name in found[0]["source"]
    assert found[0]["fix"]


def test_there_are_faults() -> None:
    assert len(list(FAULTS.glob("violation-*.ttl"))) >= 3
    assert list(FAULTS.glob("broken*"))


@pytest.mark.parametrize("path", sorted(FAULTS.glob("broken*")), ids=lambda p: p.name)
def test_validate_could_not_read_a_broken_file(path: Path) -> None:
    result = _run("validate", str(path))
    assert result.exit_code == 3
    assert path.name in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_validate_gives_a_report_in_turtle() -> None:
    result = _run("validate", "-f", "turtle")
    assert "sh:ValidationReport" in result.stdout


def test_a_table_of_overlaps_tells_each_subject_once(analysis: Analysis) -> None:
    told = _run("overlaps")
    rows = told.stdout.splitlines()[1:]
    assert len(rows) == len(analysis.conversations)
    best = analysis.conversations[0].best
    assert analysis.undertakings[best.left].identifier in rows[0]
    assert "--each lists every pair" in told.stderr
    every = _run("overlaps", "--each").stdout.splitlines()[1:]
    assert len(every) == analysis.pairs.count_findings() > len(rows)
    assert len(_run("overlaps", "--top", "2").stdout.splitlines()) == 3


def test_overlaps_all_gives_every_pair_with_a_score() -> None:
    rows = _table(_run("overlaps", "--all", "-f", "csv"))
    assert len(rows) == 8876
    assert all(0 <= float(row["score"]) <= 1 for row in rows)


def test_overlaps_narrows_by_agencies_type_and_number() -> None:
    words = ["--between", "iso", "--and", "obor", "--type", "overlap", "--top", "3", "-f", "json"]
    rows = json.loads(_run("overlaps", *words).stdout)
    assert len(rows) == 3
    assert {(r["left_agency"], r["right_agency"], r["type"]) for r in rows} == {
        ("ISO", "OBOR", "overlap")
    }


def test_explain_refuses_two_of_one_agency_and_suggests_names() -> None:
    assert _run("explain", "ISO-output-1.1", "ISO-output-1.2").exit_code == 2
    result = _run("explain", "output-1.1", "OBOR-IV.1.a")
    assert result.exit_code == 3
    assert "ISO-output-1.1" in result.stderr


def test_query_reads_stdin_and_binds_parameters() -> None:
    asked = _run("query", "-", "-f", "csv", text="SELECT (1 AS ?one) WHERE {}")
    assert asked.stdout == "one\n1\n"
    bound = _run("query", "group-members-at-date", "-p", "group=gr:gcc", "-f", "csv")
    assert bound.exit_code == 0, bound.output
    assert "Oman" in bound.stdout


def test_byte_order_mark_is_no_part_of_a_query(tmp_path: Path) -> None:
    text = "\ufeffSELECT (1 AS ?one) WHERE {}"
    file = tmp_path / "marked.rq"
    file.write_text(text, encoding="utf-8")
    asked = [_run("query", str(file), "-f", "csv"), _run("query", "-", "-f", "csv", text=text)]
    assert [one.stdout for one in asked] == ["one\n1\n", "one\n1\n"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nothing"], 3),
        (["plan-periods", "-p", "x"], 2),
        (["plan-periods", "-p", "x=1"], 3),
        (["nothing.rq"], 3),
        (["plan-periods", "-f", "turtle"], 3),
        (["plan-periods", "--plans", "--endpoint", "http://127.0.0.1:9/query"], 2),
    ],
)
def test_query_says_what_it_could_not(words: list[str], code: int) -> None:
    result = _run("query", *words)
    assert result.exit_code == code, result.output


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["query", "plan-periods", "-p", "plan=plan:iso-2016-2021"], "plan:iso-2016-2020"),
        (["query", "undertakings-by-theme", "-p", "theme=th:metrologie"], "th:metrology"),
        (["query", "undertakings-by-theme", "-p", "theme=metrology"], "th:metrology"),
        (["query", "actors-and-roles", "-p", "participant=UNIDO"], "ag:unido"),
        (["query", "statements-of-locator", "-p", "locator=ISO-output-33"], "ISO-output-3.3"),
        (["query", "plan-periods", "-p", "plam=plan:iso-2016-2020"], "plan"),
        (["query", "overlap-tabel"], "overlap-table"),
        (["overlaps", "--between", "IS0", "--and", "OBOR"], "ISO"),
        (["explain", "ISO-output-35", "OBOR-IV.7.c"], "ISO-output-3.5"),
        (["export", "-f", "turtle", "--agency", "OB0R"], "OBOR"),
        (["export", "-f", "turtle", "--plan", "iso-2016-2021"], "iso-2016-2020"),
        (["export", "-f", "turtle", "--type", "overlaps"], "overlap"),
    ],
    ids=str,
)
def test_name_of_nothing_is_an_error_with_what_was_meant(words: list[str], meant: str) -> None:
    result = _run(*words)
    assert result.exit_code == 3
    assert f"did you mean {meant}" in result.stderr


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize("name", ["overlap-table", "gap-table", "gap-subject-table"])
def test_query_answers_from_findings(name: str) -> None:
    assert len(_run("query", name, "-f", "csv").stdout.splitlines()) > 1


def test_query_of_somebody_looks_at_findings_unless_told_not_to() -> None:
    text = "SELECT DISTINCT ?kind WHERE { ?f <https://w3id.org/devcoop/ns#findingType> ?kind }"
    asked = [_run("query", "-", "-f", "csv", *more, text=text) for more in ([], ["--plans"])]
    rows = [one.stdout.splitlines()[1:] for one in asked]
    assert "https://w3id.org/devcoop/finding-type/overlap" in rows[0]
    assert rows[1] == []


def test_query_out_of_time_exits_4() -> None:
    cross = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert _run("query", "-", "--timeout", "0.5", text=cross).exit_code == 4


def test_matrix_counts_what_is_there() -> None:
    rows = _table(_run("matrix", "--rows", "agency", "--columns", "arena", "-f", "csv"))
    assert {row["agency"]: sum(int(row[c]) for c in row if c != "agency") for row in rows} == {
        "ISO": 42,
        "OBOR": 53,
        "UNIDO": 70,
    }


def test_csv_defuses_formulas() -> None:
    asked = 'SELECT ("=1+1" AS ?x) WHERE {}'
    assert _run("query", "-", "-f", "csv", text=asked).stdout == "x\n'=1+1\n"


def test_debug_shows_the_traceback() -> None:
    result = _run("--debug", "query", "nothing")
    assert result.exception is not None
    assert type(result.exception).__name__ == "QueryError"


def test_table_of_very_many_pairs_ends_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    every = len(_run("overlaps", "-f", "csv").stdout.splitlines())
    monkeypatch.setattr(pairs.Pairs, "is_cut", property(lambda _: True))
    monkeypatch.setattr(import_module("devcoop.cli.overlaps"), "_MOST_READ", 5)
    short, longer = _run("overlaps"), _run("overlaps", "--top", "7")
    assert "The first 5 are listed" in short.stderr
    each = _run("overlaps", "--each")
    assert "are listed" not in longer.stderr + each.stderr
    assert len(each.stdout.splitlines()) == every
    assert [len(one.stdout.splitlines()) for one in (short, longer)] == [6, 8]
    assert len(_run("overlaps", "-f", "csv").stdout.splitlines()) == every
