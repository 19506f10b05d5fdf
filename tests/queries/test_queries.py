from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib.query import ResultRow

from devcoop import assets, names
from devcoop.errors import QueryError
from devcoop.graph import build_graph, iter_built_in
from devcoop.queries import Query, load_library, refuse_outside
from devcoop.store.terms import Triple

if TYPE_CHECKING:
    from devcoop.dataset import Dataset
    from devcoop.store import Store

HERE = Path(__file__).parent
LIBRARY = load_library()
TESTED = [query for query in LIBRARY.values() if query.topic in ("competency", "explore")]
COMPETENCY = [query for query in LIBRARY.values() if query.topic == "competency"]
# The questions that pages show to people.
SHOWN = ("competency", "explore", "gaps")
CASES = sorted(path.parent for path in HERE.glob("*/expected.csv"))


def _name(query: Query) -> str:
    return query.name


def _expected(query: Query) -> list[list[str]]:
    with (HERE / query.name / "expected.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def _plain(value: str) -> str:
    """Write a number as numbers are compared: 5.0 is 5."""
    if re.fullmatch(r"-?\d+\.\d+", value):
        return value.rstrip("0").rstrip(".")
    return value


@functools.cache
def _dataset() -> rdflib.Dataset:
    dataset = rdflib.Dataset(default_union=True)
    for path in iter_built_in():
        graph = names.mint_graph(PurePosixPath(path.relative_to(assets.ROOT).as_posix()))
        dataset.graph(rdflib.URIRef(graph)).parse(path, format="turtle")
    return dataset


@functools.cache
def _stores() -> tuple[Store, Store]:
    """Give the built-in plans, and the same where a second source says what agencies are called."""
    once, twice = build_graph(), build_graph()
    said = once.quads(graph=names.mint_graph(PurePosixPath("data/agencies.ttl")))
    twice.add("urn:graph:second", [Triple(one.subject, one.predicate, one.object) for one in said])
    return once, twice


@pytest.mark.parametrize(
    "query", [one for one in LIBRARY.values() if "GRAPH" not in one.text], ids=_name
)
def test_what_a_second_source_says_as_well_doubles_no_row(query: Query) -> None:
    told, again = (
        Counter(tuple(row.values()) for row in store.query(query.text).records())
        for store in _stores()
    )
    assert told == again


def test_every_query_has_a_case_and_every_case_a_query() -> None:
    assert {case.name for case in CASES} == {query.name for query in TESTED}


def test_there_is_a_query_for_each_of_the_questions() -> None:
    assert len({query.header["competency"] for query in COMPETENCY}) == 25


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_query_says_what_it_answers(query: Query) -> None:
    assert {"title", "question", "keywords", "grain", "columns"} <= set(query.header)
    said = [*query.params.values(), *query.header["columns"].values()]
    # A comma in a text without marks begins another key, and cuts the text.
    assert all(None not in one.values() for one in said)


@pytest.mark.parametrize(
    "query", [one for one in LIBRARY.values() if one.topic in SHOWN], ids=_name
)
def test_query_says_the_same_in_french(query: Query) -> None:
    wanted = {
        f"{key}_fr" for key in ("title", "question", "reason", "matters") if key in query.header
    }
    assert wanted <= set(query.header)
    assert [name for name, about in query.params.items() if "about_fr" not in about] == []


OPEN = [(one, name) for one in LIBRARY.values() for name in one.params if one.can_be_unset(name)]


@pytest.mark.parametrize(("query", "param"), OPEN, ids=lambda one: getattr(one, "name", one))
def test_parameter_that_can_be_unset_takes_an_empty_value(
    query: Query, param: str, graph: Store
) -> None:
    rows, fewer = (graph.query(text).rows for text in (query.bind({param: ""}), query.text))
    assert set(map(str, fewer)) <= set(map(str, rows))


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_other_parameters_take_no_empty_value(query: Query) -> None:
    for name, about in query.params.items():
        if not query.can_be_unset(name) and about["type"] != "string":
            with pytest.raises(QueryError, match=name):
                query.bind({name: ""})


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_open_default_is_promised_by_the_header(query: Query) -> None:
    for name in query.params:
        is_open = re.search(rf"VALUES \?{name} {{ UNDEF }}", query.text) is not None
        assert query.can_be_unset(name) or not is_open, name


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_query_names_its_columns_as_its_header_does(query: Query, graph: Store) -> None:
    assert list(graph.query(query.text).columns) == list(query.header["columns"])


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_query_stays_in_the_graph_and_orders_its_rows(query: Query) -> None:
    refuse_outside(query.text)
    assert "ORDER BY" in query.text


ABOUT_PLANS = [query for query in LIBRARY.values() if not query.needs_findings]


@pytest.mark.parametrize("query", ABOUT_PLANS, ids=_name)
def test_query_about_plans_has_the_same_answer_beside_findings(
    query: Query, graph: Store, dataset: Dataset
) -> None:
    assert str(dataset.store.query(query.text).rows) == str(graph.query(query.text).rows)


@pytest.mark.parametrize("query", TESTED, ids=_name)
def test_query_gives_its_expected_answer(
    query: Query, graph: Store, request: pytest.FixtureRequest
) -> None:
    store = request.getfixturevalue("dataset").store if query.needs_findings else graph
    answer = store.query(query.text)
    rows = [list(record.values()) for record in answer.records()]
    assert [list(answer.columns), *rows] == _expected(query)


@pytest.mark.series(one_in=7)
@pytest.mark.parametrize("query", TESTED, ids=_name)
def test_query_gives_the_same_answer_in_rdflib(
    query: Query, request: pytest.FixtureRequest
) -> None:
    asked = _dataset()
    if query.needs_findings:
        asked = request.getfixturevalue("published")
    result = asked.query(query.text)
    rows = [
        ["" if cell is None else _plain(str(cell)) for cell in row]
        for row in result
        if isinstance(row, ResultRow)
    ]
    expected = [[_plain(cell) for cell in row] for row in _expected(query)[1:]]
    assert sorted(rows) == sorted(expected)
