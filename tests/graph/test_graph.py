from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devcoop import names
from devcoop.errors import OutOfTimeError, QueryError, QueryRefusedError, SourceError
from devcoop.graph import add_file, build_graph
from devcoop.queries import get_query, read_term, refuse_outside, run_guarded
from devcoop.store import Store
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from pathlib import Path

GRAPH = "https://example.org/graph"


def test_graph_is_the_same_in_two_builds() -> None:
    one, other = build_graph(), build_graph()
    assert one.canonical_lines() == other.canonical_lines()
    assert one.version == other.version


def test_data_hash_changes_when_a_plan_is_left_out() -> None:
    assert build_graph().version != build_graph(without=["iso-2016-2020"]).version


def test_data_have_no_blank_nodes(graph: Store) -> None:
    lines = [line for line in graph.canonical_lines() if "_:" in line.split('"')[0]]
    assert {line.rsplit("<", 1)[1] for line in lines} <= {f"{names.BASE}graph/ontology> ."}


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("broken.ttl", "<a> <b> <c> .\n<a> <b>", 2),
        ("broken.nt", "<https://a.example/a> <b", 1),
        ("broken.jsonld", '{"@context": "https://example.org/remote"}', None),
        (
            "broken.rdf",
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
            None,
        ),
        ("unknown.docx", "", None),
    ],
)
def test_broken_file_is_named_and_leaves_the_graph_as_it_was(
    tmp_path: Path, name: str, content: str, line: int | None
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    graph = Store()
    with pytest.raises(SourceError) as raised:
        add_file(graph, path, GRAPH)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert line in (None, raised.value.line)
    assert len(graph) == 0


def test_missing_file_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing"):
        add_file(Store(), tmp_path / "nothing.ttl", GRAPH)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?o FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
        "SELECT ?o FROM NAMED <https://example.org/> WHERE { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?s WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT ?s WHERE { { SELECT ?s WHERE { SERVICE SILENT ?x { ?s ?p ?o } } } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "SELECT ?s { ?s ?p ?o OPTIONAL { ?a ?b ?c MINUS { SERVICE <http://127.0.0.1:9/> {} } } }",
    ],
)
def test_query_that_reaches_outside_is_refused(text: str) -> None:
    with pytest.raises(QueryRefusedError):
        refuse_outside(text)


@pytest.mark.parametrize(
    "text",
    ["LOAD <file:///etc/passwd>", "INSERT DATA { <a> <b> <c> }", "DROP ALL", "SELECT ?x {", ""],
)
def test_update_and_nonsense_are_no_query(graph: Store, text: str) -> None:
    with pytest.raises(QueryError):
        run_guarded(graph, text)


def test_slow_query_is_stopped(graph: Store) -> None:
    cross = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with pytest.raises(OutOfTimeError):
        run_guarded(graph, cross, seconds=0.5)


def test_answer_with_too_many_rows_is_an_error_and_never_cut(graph: Store) -> None:
    with pytest.raises(QueryError, match="more than 10 rows"):
        run_guarded(graph, "SELECT ?s WHERE { ?s ?p ?o }", max_rows=10)


def test_guarded_answer_is_the_plain_answer(graph: Store) -> None:
    text = get_query("plans").text
    assert run_guarded(graph, text).records() == graph.query(text).records()


@given(st.text())
def test_parameter_value_never_changes_the_query(value: str) -> None:
    text = f"SELECT ?x WHERE {{ VALUES ?x {{ {read_term(value, 'string', name='x')} }} }}"
    answer = Store().query(text)
    assert [as_text(row[0]) for row in answer.rows] == [value]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("not an iri> }", "iri"),
        ("nothing:x", "iri"),
        ("31-12-2016", "date"),
        ("2016-13-01", "date"),
        ("1e", "decimal"),
        ("1.5", "integer"),
    ],
)
def test_parameter_of_the_wrong_type_is_refused(value: str, kind: str) -> None:
    with pytest.raises(QueryError, match="p="):
        read_term(value, kind, name="p")
