"""Lines that the engine writes are those that Python writes, letter by letter."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devcoop.export.findings import OVERLAP_COLUMNS, iter_overlap_rows, write_overlaps
from devcoop.model import FACETS
from devcoop.names import mint_finding
from devcoop.overlap.engine import Engine
from devcoop.overlap.lines import Called, write_lines
from devcoop.pipeline import analyze
from devcoop.reviews import Opinion, make_review
from devcoop.terminal import render_csv, write_csv_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.pipeline import Analysis

ENGINE = Engine()
SHARE = st.floats(0, 1) | st.integers(0, 10**7).map(lambda one: one / 10**7)
NASTY = "=1+1", 'a, "b"', "one\ntwo", "-", "", "Ä ö", "'x", " y", "tab\there", "A (b): c/d.e-f"


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyze()


def _write_rows(analysis: Analysis) -> str:
    rows = iter_overlap_rows(analysis, analysis.pairs.alike())
    return render_csv(OVERLAP_COLUMNS, list(rows))


def _write_lines(analysis: Analysis) -> str:
    return b"".join(write_overlaps(analysis)).decode()


def test_lines_of_the_built_in_plans_are_the_rows(analysis: Analysis) -> None:
    written = _write_lines(analysis)
    assert written == _write_rows(analysis)
    assert written.count("\n") > 200


def test_names_that_need_quotes_have_them(analysis: Analysis) -> None:
    named = {
        iri: replace(one, label=NASTY[number % len(NASTY)], identifier=f"{one.identifier},")
        for number, (iri, one) in enumerate(analysis.undertakings.items())
    }
    labels = {iri: f'"{label}"' for iri, label in analysis.labels.items()}
    other = replace(analysis, undertakings=named, labels=labels)
    assert _write_lines(other) == _write_rows(other)


@pytest.mark.parametrize("verdict", ["dismiss", "confirm", "complementary"])
def test_what_a_person_said_is_in_its_line(analysis: Analysis, verdict: str) -> None:
    pair = next(one for one in analysis.pairs.found if one.type == "overlap")
    opinion = Opinion(verdict, "A. Officer", "Because.")
    said = make_review(pair, opinion, analysis.grounds, on=date(2026, 11, 30))
    judged = analyze(reviews=[said])
    assert _write_lines(judged) == _write_rows(judged)
    assert (_write_lines(judged) == _write_lines(analysis)) == (verdict == "confirm")


@pytest.mark.parametrize("text", NASTY)
def test_cell_is_written_as_in_a_row(text: str) -> None:
    row = render_csv((), [(text, "x")]).removeprefix("\n").removesuffix(",x\n")
    assert write_csv_cell(text) == row


@given(st.text())
def test_any_cell_is_written_as_in_a_row(text: str) -> None:
    test_cell_is_written_as_in_a_row(text)


def _write_one(score: float, part: float | None, left: str, right: str) -> str:
    """Write the line of one pair that stands nowhere else."""
    sides = f"SELECT {_quote(left)} AS undertaking, 'a' AS identifier"
    others = f"SELECT {_quote(right)} AS undertaking, 'b' AS identifier"
    parts = ", ".join(f'{json.dumps(part)}::DOUBLE AS "{facet}"' for facet in FACETS)
    pair = (
        f'SELECT {_quote(left)} AS "left", {_quote(right)} AS "right", \'overlap\' AS "type",'
        f" 'concurrent' AS timing, NULL::VARCHAR AS place_relation, {score!r}::DOUBLE AS score,"
        " NULL::VARCHAR AS subject, NULL::VARCHAR AS field, NULL::DATE AS shared_start,"
        f" DATE '2020-01-31' AS shared_end, 3 AS shared_countries, {parts}"
    )
    called = Called({left: ("a", "A", "one"), right: ("b", "B", "other")}, {})
    sql, values = write_lines(
        OVERLAP_COLUMNS, called, ["overlap"], {}, pairs="pair", method="method-1"
    )
    tables = f"WITH undertaking AS ({sides} UNION {others}), pair AS ({pair}), called AS"
    ((line,),) = ENGINE.select_rows(sql.replace("WITH called AS", tables), values)
    return str(line)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _list_cells(score: float, part: float | None, finding: str) -> Iterator[object]:
    yield from ("a", "b", "A", "B", "overlap", "concurrent", None, score)
    yield from [None if part is None else round(part, 6)] * len(FACETS)
    yield from ("one", "other", "", None, None, 3, finding)


@given(
    SHARE,
    st.none() | SHARE,
    st.text("abé√𐍈'", min_size=1).map("urn:{}".format),
    st.text("abé√𐍈'", min_size=1).map("urn:x{}".format),
)
def test_numbers_and_findings_are_written_as_python_does(
    score: float, part: float | None, left: str, right: str
) -> None:
    finding = mint_finding("overlap", (left, right), "method-1")
    row = render_csv((), [[*_list_cells(score, part, finding)]])
    assert f"\n{_write_one(score, part, left, right)}\n" == row


@pytest.mark.parametrize("part", [0.0078125, 1 / 3, 5e-7, 1.5e-6, 1e-9, 0.1 + 0.2, math.ulp(0.0)])
def test_parts_are_rounded_in_their_digits(part: float) -> None:
    cells = [*_list_cells(part, part, mint_finding("overlap", ("urn:a", "urn:b"), "method-1"))]
    assert f"\n{_write_one(part, part, 'urn:a', 'urn:b')}\n" == render_csv((), [cells])
