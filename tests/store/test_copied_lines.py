"""Statements that are copied as lines are those of the graph, and rows come in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.errors import QueryError
from devcoop.store import Source, Store
from devcoop.store.terms import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    from pathlib import Path

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
A, B, P, Q, KIND, OTHER = map(NamedNode, ("urn:a", "urn:b", "urn:p", "urn:q", "urn:k", "urn:o"))
SAID = [
    Triple(A, P, Literal('one, "two"\r\n\\drei')),
    Triple(A, P, Literal("é", language="fr")),
    Triple(A, Q, B),
    Triple(A, NamedNode(TYPE), KIND),
    Triple(B, NamedNode(TYPE), OTHER),
    Triple(BlankNode("here"), P, BlankNode("there")),
]


@pytest.mark.parametrize("blank", [True, False])
def test_what_is_copied_is_what_was_asked_for(tmp_path: Path, *, blank: bool) -> None:
    store = Store.create(tmp_path / "store")
    said = SAID if blank else SAID[:-1]
    store.replace(Source("urn:graph", "0" * 64), said)
    store.add("urn:other", [Triple(B, P, A)])
    lines = store.copy_lines("urn:graph", ["urn:p"], ["urn:k"])
    copy = Store()
    copy.adopt_lines("urn:graph", lines)
    wanted = {one for one in said if one.predicate == P or one.object == KIND}
    assert {quad.triple for quad in copy} == wanted
    assert copy.named_graphs() == ["urn:graph"]


def test_rows_that_are_read_one_by_one_are_those_of_the_answer() -> None:
    store = Store()
    store.add(None, SAID[:3])
    text = "SELECT ?thing ?value { ?thing ?is ?value }\nORDER BY ?thing ?value"
    expected = [[one["thing"], one["value"]] for one in store.query(text).records()]
    assert sorted(store.iter_rows(text)) == sorted(expected)
    with pytest.raises(QueryError):
        next(store.iter_rows("SELECT ?thing {"))
