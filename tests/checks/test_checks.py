from __future__ import annotations

from pathlib import Path

import pytest

from devcoop import assets
from devcoop.graph import add_file
from devcoop.queries import read_query
from devcoop.store import Store
from devcoop.validation.rules import CHECKS

HERE = Path(__file__).parent
QUERIES = sorted(CHECKS.glob("*/*.rq"))
CASES = sorted(path for path in HERE.glob("*/*") if path.is_dir())


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _run(check: Path, case: Path) -> list[dict[str, str]]:
    graph = Store()
    add_file(graph, case, "https://example.org/case")
    return graph.query(read_query(check).text).records()


def test_there_are_checks() -> None:
    assert QUERIES


def test_every_check_has_a_case_and_every_case_a_check() -> None:
    assert {_name(path) for path in QUERIES} == {_name(path) for path in CASES}


@pytest.mark.parametrize("check", QUERIES, ids=_name)
def test_check_says_problem_fix_and_severity(check: Path) -> None:
    assert {"problem", "fix", "severity"} <= set(read_query(check).header)


@pytest.mark.parametrize("check", QUERIES, ids=_name)
def test_check_passes_what_is_right(check: Path) -> None:
    assert _run(check, HERE / check.parent.name / check.stem / "pass.ttl") == []


@pytest.mark.parametrize("check", QUERIES, ids=_name)
def test_check_finds_the_fault(check: Path) -> None:
    assert _run(check, HERE / check.parent.name / check.stem / "fail.ttl")


def test_checks_lie_where_validation_looks() -> None:
    assert assets.ONTOLOGY / "checks" == CHECKS
