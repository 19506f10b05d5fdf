"""Each query about gaps has a case: a few triples made by hand, and the cells they must give."""

from __future__ import annotations

import csv
import pickle
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib.query import ResultRow

from devcoop.gaps import CODES, TOPIC, read_gaps, run_check
from devcoop.graph import add_file
from devcoop.model import GAP_TYPES
from devcoop.names import BASE, DEVC
from devcoop.queries import Query, get_query, load_library
from devcoop.store import Answer, Store
from devcoop.store.rdf import parse_foreign
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis

HERE = Path(__file__).parent
COLUMNS = ["subject", "label", "scope", "served", "detail"]
QUERIES = [query for query in load_library().values() if query.topic == TOPIC]
CASES = sorted(path.parent for path in HERE.glob("*/expected.csv"))


def _name(query: Query) -> str:
    return query.name


def _expected(query: Query) -> list[list[str]]:
    with (HERE / query.name / "expected.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def _graph(query: Query) -> Store:
    graph = Store()
    add_file(graph, HERE / query.name / "data.ttl", "https://example.org/case")
    return graph


def test_every_query_has_a_case_and_every_case_a_query() -> None:
    assert QUERIES
    assert {case.name for case in CASES} == {query.name for query in QUERIES}


@pytest.mark.parametrize("query", QUERIES, ids=_name)
def test_query_keeps_the_contract_of_gaps(query: Query) -> None:
    assert {"finding", "title", "question", "reason", "matters", "grain"} <= set(query.header)
    assert query.header["keywords"] == ["gap", query.header["finding"]]
    columns = list(query.header["columns"])
    assert columns[: len(COLUMNS)] == COLUMNS
    assert set(columns[len(COLUMNS) :]) <= set(CODES)
    assert query.header["finding"] in GAP_TYPES
    assert query.header["scope"] in ("agency", "theme", "goal")
    assert "of" in columns


@pytest.mark.parametrize("query", QUERIES, ids=_name)
def test_query_gives_its_expected_cells(query: Query) -> None:
    answer = _graph(query).query(query.text)
    rows = [list(record.values()) for record in answer.records()]
    assert [list(answer.columns), *rows] == _expected(query)


@pytest.mark.parametrize("query", QUERIES, ids=_name)
def test_query_gives_the_same_cells_in_rdflib(query: Query) -> None:
    graph = rdflib.Graph().parse(HERE / query.name / "data.ttl", format="turtle")
    result = graph.query(query.text)
    rows = [
        ["" if cell is None else str(cell) for cell in row]
        for row in result
        if isinstance(row, ResultRow)
    ]
    assert rows == _expected(query)[1:]


def _tell_gaps(query: Query, graph: rdflib.Graph) -> list[tuple[str, ...]]:
    """Give what a query tells of a graph: of how many serve a cell, only whether any does."""
    store, served = Store(), COLUMNS.index("served")
    content = graph.serialize(format="nt").encode()
    store.add("https://example.org/case", parse_foreign(Path("case.nt"), content))
    rows = [list(one.values())[: len(COLUMNS)] for one in store.query(query.text).records()]
    return [(*row[:served], str(row[served] == "0"), *row[served + 1 :]) for row in rows]


def _cancel_and_remove(query: Query) -> tuple[rdflib.Graph, rdflib.Graph]:
    """Give a case with all its initiatives cancelled, and without any."""
    cancelled = rdflib.Graph().parse(HERE / query.name / "data.ttl", format="turtle")
    without = rdflib.Graph() + cancelled
    kind, status, value = map(
        rdflib.URIRef, (str(DEVC.Undertaking), str(DEVC.hasStatus), f"{BASE}status/cancelled")
    )
    for one in set(without.subjects(rdflib.RDF.type, kind)):
        cancelled.set((one, status, value))
        without.remove((one, None, None))
        without.remove((None, None, one))
    return cancelled, without


OF_WORK = [one for one in QUERIES if one.name != "targets-without-indicator"]
"""A target of cancelled work still has its indicator: that query asks of targets alone."""


@pytest.mark.parametrize("query", OF_WORK, ids=_name)
def test_what_is_cancelled_neither_serves_nor_lacks_anything(query: Query) -> None:
    cancelled, without = _cancel_and_remove(query)
    assert _tell_gaps(query, cancelled) == _tell_gaps(query, without)


def test_cases_have_initiatives_that_can_be_cancelled() -> None:
    changed = [query.name for query in QUERIES if len({*map(len, _cancel_and_remove(query))}) == 2]
    assert len(changed) > len(QUERIES) / 2


@pytest.mark.parametrize("query", QUERIES, ids=_name)
def test_case_has_a_gap_and_a_cell_that_is_served(query: Query) -> None:
    check = run_check(_graph(query), query)
    assert 0 < len(check.gaps) < len(check.cells)


def test_every_query_is_asked_of_the_plans(analysis: Analysis) -> None:
    asked = {check.name for check in analysis.gap_checks}
    assert {query.name for query in QUERIES} <= asked


@pytest.mark.parametrize("query", QUERIES, ids=_name)
def test_check_of_the_plans_has_cells_and_no_more_gaps(query: Query, analysis: Analysis) -> None:
    check = next(one for one in analysis.gap_checks if one.name == query.name)
    assert check.cells
    assert len(check.gaps) <= len(check.cells)
    assert all(cell.served >= 0 and cell.label and cell.scope for cell in check.cells)


@pytest.mark.parametrize("query", QUERIES, ids=_name)
def test_check_of_the_plans_counts_no_cell_twice(query: Query, analysis: Analysis) -> None:
    check = next(one for one in analysis.gap_checks if one.name == query.name)
    assert len({(cell.subject, cell.denominator) for cell in check.cells}) == len(check.cells)


def test_poorer_countries_are_told_as_far_as_the_lists_go(analysis: Analysis) -> None:
    """The day in the words is the last one that the lists of income groups cover."""
    ends = {
        as_text(quad.object)
        for slug in ("low-income", "lower-middle-income", "mic")
        for quad in analysis.graph.quads(
            subject=f"https://w3id.org/devcoop/group/{slug}", predicate=DEVC.listedUntil
        )
    }
    assert ends == {"2021-06-30"}
    header = load_library()["lower-income-countries-unreached"].header
    for key, words in (
        ("reason", ("30 June 2021", "stated or inferred")),
        ("reason_fr", ("30 juin 2021", "énoncée ou déduite")),
    ):
        assert all(word in header[key] for word in words)


@pytest.mark.parametrize("name", ["plans-without-known-countries", "undertakings-without-place"])
def test_what_was_not_recognised_is_not_told_unsaid(name: str) -> None:
    header = load_library()[name].header
    assert "recognised" in header["reason"]
    assert "reconnu" in header["reason_fr"]


def test_checks_come_out_of_another_process_as_they_were(analysis: Analysis) -> None:
    checks = [*analysis.gap_checks, replace(analysis.gap_checks[0], cells=())]
    assert any(cell.remark for check in checks for cell in check.cells)
    assert any(cell.found for check in checks for cell in check.cells)
    assert pickle.loads(pickle.dumps(checks)) == checks


def test_cells_are_read_when_they_are_asked_for() -> None:
    query = get_query("undertakings-without-place")
    answer = _graph(query).query(query.text)
    asked: list[str] = []

    class Told(Answer):
        def records(self) -> list[dict[str, str]]:
            asked.append(query.name)
            return super().records()

    (check,) = read_gaps({query.name: Told(answer.columns, answer.rows)})
    assert (check.name, asked) == (query.name, [])
    assert check == run_check(_graph(query), query)
    assert len(check.found) <= len(check.gaps) <= len(check.cells)
    assert asked == [query.name]
