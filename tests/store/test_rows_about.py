"""Where nothing is kept, some nodes alone are asked about: rows are those of the whole answer."""

from __future__ import annotations

import pytest

from devcoop.graph import build_graph
from devcoop.queries import get_query
from devcoop.store import Store
from devcoop.store.terms import BlankNode, Literal, NamedNode, Quad

GRAPH = build_graph()
A, B, P = NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:p")
TEXT = "SELECT ?one ?other { ?one <urn:p> ?other }\nORDER BY ?one"


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("undertaking-passages", "undertaking"),
        ("descriptions", "thing"),
        ("inferred-values", "undertaking"),
        ("labels", "thing"),
    ],
)
def test_rows_about_some_are_those_of_all(name: str, column: str) -> None:
    assert GRAPH.shelf is None
    text = get_query(name).text
    every = GRAPH.recall(text).records()
    wanted = {row[column] for row in every[::7] if row[column]}
    expected = [row for row in every if row[column] in wanted]
    assert len(every) > len(expected) > 0
    assert GRAPH.recall_rows(text, column, wanted) == expected


def test_none_are_none_and_all_are_all() -> None:
    store = Store()
    store.add(None, [Quad(A, P, Literal("x")), Quad(B, P, A)])
    assert store.recall_rows(TEXT, "one", []) == []
    assert store.recall_rows(TEXT, "one", ["urn:a", "urn:b", "urn:c"]) == [
        {"one": "urn:a", "other": "x"},
        {"one": "urn:b", "other": "urn:a"},
    ]


def test_what_is_no_iri_is_looked_for_in_the_whole_answer() -> None:
    store = Store()
    store.add(None, [Quad(BlankNode("b1"), P, A), Quad(A, P, B)])
    [blank] = [row["one"] for row in store.recall(TEXT).records() if row["one"] != "urn:a"]
    rows = store.recall_rows(TEXT, "one", [blank, "urn:a"])
    assert {row["one"] for row in rows} == {blank, "urn:a"}
