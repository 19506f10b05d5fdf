"""The W3C's tests of SPARQL 1.1 queries, one by one; the known failures have to fail."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "benchmarks"))

from sparql_suite import FOLDER, Case, Devcoop, load_cases, read_by_guard, run_case  # noqa: E402

SHARED = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
SUITE = SHARED / "suites" / FOLDER
QUERIES = [case for case in load_cases(SUITE) if not case.is_update]
LEAST = 300  # far fewer than there are: the suite would be cut, or not found

with (HERE / "known_failures.csv").open(newline="", encoding="utf-8") as file:
    KNOWN_FAILURES = {row["name"]: row["reason"] for row in csv.DictReader(file)}

needs_suite = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the suite is not here; name its folder in DEVCOOP_SHARED"
)


def mark(case: Case) -> object:
    reason = KNOWN_FAILURES.get(case.name)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [mark(case) for case in QUERIES])
def test_query_is_answered_as_the_suite_says(case: Case) -> None:
    assert run_case(case, Devcoop) == ""


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name) for case in QUERIES if case.is_valid_query]
)
def test_guard_takes_a_valid_query_for_one(case: Case) -> None:
    assert read_by_guard(case) == ""


@needs_suite
def test_suite_is_whole() -> None:
    assert len(QUERIES) > LEAST


@needs_suite
def test_known_failures_are_of_the_suite() -> None:
    assert set(KNOWN_FAILURES) <= {case.name for case in QUERIES}
    assert all(KNOWN_FAILURES.values())
