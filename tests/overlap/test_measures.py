"""The measures hold on any scheme: run as the SQL that they are, on schemes made up at random."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.overlap.steps import load_parameters, load_steps

STEPS = {step.name: step.sql for step in load_steps()}
MEASURES = ("ancestor", "information", "lin", "concept_similarity")
Rows = list[tuple[str, str, str, str]]


@st.composite
def schemes(draw: st.DrawFn) -> Rows:
    """Make up a scheme: each concept hangs under an earlier one or is at the top."""
    size = draw(st.integers(2, 12))
    rows: Rows = []
    for number in range(size):
        parent = draw(st.integers(-1, number - 1))
        relation = ("top", "") if parent < 0 else ("broader", f"c{parent}")
        rows.append(("theme", f"c{number}", *relation))
    for _ in range(draw(st.integers(0, 3))):
        one, other = draw(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)))
        if one != other:
            rows.append(("theme", f"c{one}", "related", f"c{other}"))
            rows.append(("theme", f"c{other}", "related", f"c{one}"))
    return rows


def _run(rows: Rows) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect()
    engine.execute(
        "CREATE TABLE concept (facet VARCHAR, concept VARCHAR, relation VARCHAR, other VARCHAR)"
    )
    engine.executemany("INSERT INTO concept VALUES (?, ?, ?, ?)", rows)
    engine.execute(
        "CREATE TABLE concept_mark (concept VARCHAR, isOwnHouse BOOLEAN, isGivingSide BOOLEAN,"
        " isWholeCountry BOOLEAN, isModeOfWork BOOLEAN, isResidual BOOLEAN)"
    )
    engine.execute("CREATE TABLE facet AS SELECT DISTINCT facet, concept FROM concept")
    numbers = ", ".join(f"{value}::DOUBLE AS {key}" for key, value in load_parameters().items())
    engine.execute(f"CREATE TABLE parameter AS SELECT {numbers}")
    for name in MEASURES:
        engine.execute(f"CREATE TABLE {name} AS {STEPS[name]}")
    return engine


@settings(max_examples=30, deadline=None)
@given(schemes())
def test_information_is_from_0_to_1_and_never_less_below(rows: Rows) -> None:
    engine = _run(rows)
    says = dict(engine.execute("SELECT concept, information FROM information").fetchall())
    assert all(-1e-9 <= value <= 1 for value in says.values())
    for concept, ancestor in engine.execute("SELECT concept, ancestor FROM ancestor").fetchall():
        assert says[concept] >= says[ancestor] - 1e-9


@settings(max_examples=30, deadline=None)
@given(schemes())
def test_similarity_is_symmetric_and_1_only_for_the_same(rows: Rows) -> None:
    engine = _run(rows)
    found = engine.execute(
        "SELECT left_concept, right_concept, similarity FROM concept_similarity"
    ).fetchall()
    known = {(left, right): similarity for left, right, similarity in found}
    for (left, right), similarity in known.items():
        assert 0 <= similarity <= 1
        assert known[right, left] == pytest.approx(similarity)
        assert (similarity == 1) == (left == right)


@settings(max_examples=30, deadline=None)
@given(schemes())
def test_similarity_never_grows_on_the_way_up(rows: Rows) -> None:
    engine = _run(rows)
    lin = {
        (left, right): similarity
        for left, right, similarity in engine.execute(
            "SELECT left_concept, right_concept, similarity FROM lin"
        ).fetchall()
    }
    above = engine.execute("SELECT concept, ancestor FROM ancestor").fetchall()
    parents = {(c, a) for c, a in above if c != a}
    for concept, near in parents:
        for other, far in parents:
            if other == near and far != near:
                assert lin.get((concept, near), 0) >= lin.get((concept, far), 0) - 1e-9
