"""Python for researchers: tables that say what the commands say."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import polars
import pytest
from click.testing import CliRunner

import devcoop
from devcoop import workspace
from devcoop.cli import main
from devcoop.errors import (
    DevcoopError,
    QueryError,
    QueryRefusedError,
    StoreError,
    UnknownResourceError,
)
from devcoop.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "researchers.ipynb"
FOURTH = ROOT / "tests" / "load" / "fourth.ttl"


@pytest.fixture(scope="module")
def plans() -> Workspace:
    return devcoop.open()


def _run(*arguments: str) -> list[dict[str, str]]:
    done = CliRunner().invoke(main, [*arguments, "-f", "csv"])
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_overlaps_are_those_of_the_command(plans: Workspace) -> None:
    table = plans.overlaps("ISO", "OBOR")
    rows = _run("overlaps", "--between", "ISO", "--and", "OBOR")
    assert table.num_rows == len(rows) > 0
    scores = [round(one, 4) for one in table.column("score").to_pylist()]
    assert scores == [round(float(row["score"]), 4) for row in rows]


def test_gaps_are_those_of_the_command(plans: Workspace) -> None:
    rows = _run("gaps")
    assert plans.gaps().column("subject").to_pylist() == [row["subject"] for row in rows]
    assert set(plans.gaps("vagueness").column("type").to_pylist()) == {"vagueness"}


def test_question_of_the_library_with_a_value(plans: Workspace) -> None:
    table = plans.query("undertakings-by-theme", theme="th:standards-skills")
    rows = _run("query", "undertakings-by-theme", "-p", "theme=th:standards-skills")
    assert table.num_rows == len(rows) > 0
    assert table.column_names == list(rows[0])


def test_numbers_are_numbers_and_what_is_not_bound_is_null(plans: Workspace) -> None:
    table = plans.query(
        "SELECT ?n ?b ?nothing ?mixed WHERE"
        " { VALUES (?n ?b ?mixed) { (1 true 1) (2 false 'two') } }"
    )
    assert table.to_pydict() == {
        "n": [1, 2],
        "b": [True, False],
        "nothing": [None, None],
        "mixed": ["1", "two"],
    }


def test_empty_answer_keeps_its_columns(plans: Workspace) -> None:
    assert plans.query("SELECT ?a ?b WHERE { ?a <urn:none> ?b }").column_names == ["a", "b"]


def test_tables_become_those_of_pandas_and_polars_by_one_call(plans: Workspace) -> None:
    table = plans.overlaps(top=3)
    assert len(table.to_pandas()) == 3
    assert polars.from_arrow(table).shape == (3, table.num_columns)


def test_explanation_is_that_of_the_command(plans: Workspace) -> None:
    done = CliRunner().invoke(main, ["explain", "ISO-output-3.5", "OBOR-IV.7.c"])
    assert plans.explain("ISO-output-3.5", "OBOR-IV.7.c") == done.stdout


def test_what_is_not_known_is_told(plans: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownResourceError, match="no plan is of an agency 'ILO'"):
        plans.overlaps("ILO")
    with pytest.raises(UnknownResourceError, match="there is no type 'twin'"):
        plans.overlaps(type="twin")
    with pytest.raises(UnknownResourceError, match="there is no type 'hole'"):
        plans.gaps("hole")
    with pytest.raises(UnknownResourceError, match="are of one agency"):
        plans.explain("ISO-output-3.5", "ISO-output-3.4")
    with pytest.raises(QueryRefusedError):
        plans.query("SELECT * WHERE { SERVICE <https://example.org/> { ?s ?p ?o } }")
    with pytest.raises(DevcoopError, match="open a store"):
        plans.load(FOURTH)
    with pytest.raises(StoreError):
        devcoop.open(tmp_path)


def test_next_question_sees_what_was_loaded(tmp_path: Path) -> None:
    with devcoop.open(tmp_path / "store") as plans:
        plans.load(FOURTH)
        assert plans.query("plan-periods").num_rows == 1
        other = shutil.copy(FOURTH, tmp_path / "other.ttl")
        text = Path(other).read_text(encoding="utf-8")
        Path(other).write_text(text.replace("org/aid/", "org/other/"), encoding="utf-8")
        plans.load(other)
        assert plans.query("plan-periods").num_rows == 2


def test_without_pyarrow_it_is_said_what_is_wanted(
    plans: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(DevcoopError, match=r"pip install 'devcoop\[arrow\]'"):
        plans.gaps()


def test_notebook_runs_as_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(code) >= 5
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for number, source in enumerate(code):
        exec(compile(source, f"cell {number}", "exec"), names)


def test_what_the_module_promises_is_there() -> None:
    assert workspace.__doc__
    promised = re.findall(r"plans\.(\w+)\(", workspace.__doc__)
    assert promised
    assert all(hasattr(Workspace, name) for name in promised)


@pytest.mark.parametrize(
    "asked", ["nonsense", "SELECT * WHERE { broken", "", "\udce9", "SELECT ?a {\n?a ?b \0 }"]
)
def test_broken_query_is_one_line(asked: str) -> None:
    with devcoop.open() as plans, pytest.raises(QueryError, match="this is no SPARQL") as caught:
        plans.query(asked)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ('"many"^^xsd:integer', "many"),
        ('"12"^^xsd:integer', 12),
        ('"99999999999999999999"^^xsd:integer', "99999999999999999999"),
        ('"perhaps"^^xsd:boolean', "perhaps"),
        ('"a lot"^^xsd:decimal', "a lot"),
    ],
)
def test_number_that_is_none_is_text(value: str, read: object) -> None:
    xsd = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
    with devcoop.open() as plans:
        table = plans.query(f"{xsd} SELECT ?x WHERE {{ VALUES ?x {{ {value} }} }}")
    assert table.column("x").to_pylist() == [read]


def test_values_for_a_query_without_parameters_are_refused() -> None:
    with devcoop.open() as plans, pytest.raises(QueryError, match="has parameters"):
        plans.query("SELECT ?s { ?s ?p ?o } LIMIT 1", plan="iso-2016-2020")


def test_overlaps_of_an_agency_with_itself_are_refused() -> None:
    with devcoop.open() as plans:
        with pytest.raises(UnknownResourceError, match="ISO and iso are one agency"):
            plans.overlaps("ISO", "iso")
        for wrong in ({"top": -1}, {"min_score": 2.0}, {"min_score": float("nan")}):
            with pytest.raises(ValueError, match="it is "):
                plans.overlaps(**wrong)
