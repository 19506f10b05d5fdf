"""Quads in memory and on disk."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from devcoop import killable
from devcoop.errors import QueryError, StoreError
from devcoop.queries import run_guarded
from devcoop.store import Source, Store
from devcoop.store.files import copy_store
from devcoop.store.terms import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple, as_text

if TYPE_CHECKING:
    from pathlib import Path

A, B, P = (NamedNode(f"http://example.org/{name}") for name in "abp")
ONE, TWO = Source("http://example.org/g1", "1" * 64), Source("http://example.org/g2", "2" * 64)
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store() if request.param == "memory" else Store.create(tmp_path / "store")


def test_source_is_replaced_whole(store: Store) -> None:
    store.replace(ONE, [Triple(A, P, A), Triple(A, P, B)])
    store.replace(TWO, [Triple(B, P, B)])
    store.replace(Source(ONE.graph, "3" * 64), [Triple(A, P, Literal("new"))])
    assert [str(quad) for quad in store.quads(graph=ONE.graph)] == [f'{A} {P} "new" <{ONE.graph}>']
    assert [one.sha256[0] for one in store.sources] == ["3", "2"]
    hashes = [as_text(one.object) for one in store.quads(subject=ONE.graph, graph=DefaultGraph())]
    assert "3" * 64 in hashes
    assert "1" * 64 not in hashes


def test_dropped_source_leaves_nothing(store: Store) -> None:
    store.replace(TWO, [Triple(B, P, B)])
    before = store.canonical_lines()
    store.replace(ONE, [Triple(A, P, A)])
    store.drop(ONE.graph)
    assert (store.canonical_lines(), store.graphs()) == (before, [TWO.graph])


def test_version_depends_on_the_sources_alone(store: Store) -> None:
    store.replace(ONE, [Triple(A, P, A)])
    store.replace(TWO, [])
    other = Store()
    other.replace(TWO, [])
    other.replace(ONE, [Triple(A, P, A)])
    store.add("http://example.org/derived", [Triple(A, P, B)])
    assert store.version == other.version
    other.replace(Source(ONE.graph, "4" * 64), [Triple(A, P, A)])
    assert store.version != other.version


def test_pattern_takes_texts_and_terms(store: Store) -> None:
    store.replace(ONE, [Triple(A, P, Literal("1")), Triple(A, P, B)])
    assert store.contains(subject=A.value, predicate=P, object=Literal("1"), graph=ONE.graph)
    assert store.contains(object=B.value)
    assert not store.contains(subject=B)
    with pytest.raises(ValueError, match="IRI"):
        list(store.quads(subject="no iri at all"))


def test_query_that_is_none_is_an_error(store: Store) -> None:
    with pytest.raises(QueryError, match="no SPARQL query"):
        store.query("DELETE DATA { <urn:a> <urn:b> 1 }")
    with pytest.raises(QueryError, match="only a SELECT"):
        store.query_csv("ASK {}")


def test_store_on_disk_is_what_was_saved(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    store.replace(Source(ONE.graph, "1" * 64, title="Plan", licence="urn:l"), [Triple(A, P, A)])
    store.save()
    lines, sources = store.canonical_lines(), store.sources
    store.rest()
    again = Store.open(tmp_path / "store")
    assert (again.canonical_lines(), again.sources) == (lines, sources)


def test_copy_of_a_store_on_disk_is_its_own(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    store.replace(ONE, [Triple(A, P, A)])
    store.save()
    copy_store(tmp_path / "store", tmp_path / "copy")
    copy = Store.open(tmp_path / "copy", writable=True)
    copy.replace(TWO, [Triple(B, P, B)])
    copy.save()
    assert (store.graphs(), copy.graphs()) == ([ONE.graph], [ONE.graph, TWO.graph])


@pytest.mark.parametrize("most_copied", [0, 1 << 20])
def test_graph_is_put_beside_the_sources_of_a_store_that_is_read(
    tmp_path: Path, most_copied: int
) -> None:
    _save(tmp_path / "store")
    store = Store.open(tmp_path / "store", most_copied=most_copied)
    store.add(TWO.graph, (Triple(B, P, Literal(str(number))) for number in range(2000)))
    # What is put there is there for all that are forked, whether or not the files were closed.
    store.rest()
    count = "SELECT (COUNT(*) AS ?n) WHERE { <urn:b> <urn:p> ?o }"
    assert killable.run(lambda: store.query(count), what="the query") == store.query(count)
    assert (len(list(store.quads(graph=TWO.graph))), store.graphs()) == (2000, [ONE.graph])


def test_files_of_a_copy_in_memory_stay_as_they_are(tmp_path: Path) -> None:
    _save(tmp_path / "store")
    store = Store.open(tmp_path / "store")
    store.add(TWO.graph, [Triple(B, P, B)])
    again = Store.open(tmp_path / "store")
    assert (store.named_graphs(), again.named_graphs()) == ([ONE.graph, TWO.graph], [ONE.graph])


def test_writing_that_fails_says_where_and_takes_nothing(tmp_path: Path) -> None:
    _save(tmp_path / "store")
    store = Store.open(tmp_path / "store", most_copied=0)
    shutil.rmtree(tmp_path / "store" / "quads")
    # More than a pipe holds, so that whoever makes them notices.
    many = (Triple(B, P, Literal(str(number))) for number in range(20_000))
    with pytest.raises(StoreError, match=str(tmp_path)):
        store.add(TWO.graph, many)


def _save(folder: Path) -> None:
    store = Store.create(folder)
    store.replace(ONE, [Triple(A, P, A)])
    store.save()


def test_folder_that_is_no_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        Store.open(tmp_path)
    with pytest.raises(FileExistsError):
        Store.create(tmp_path)


def test_forked_process_opens_the_store_for_itself(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    store.replace(ONE, [Triple(A, P, A)])
    store.save()
    store = Store.open(tmp_path / "store")
    expected = store.query(COUNT)
    assert killable.run(lambda: store.query(COUNT), what="the query", seconds=30) == expected
    assert run_guarded(store, COUNT) == expected
    store.rest()
    assert run_guarded(store, COUNT) == expected


def test_canonical_lines_do_not_depend_on_the_names_of_nodes() -> None:
    def build(one: str, other: str) -> list[str]:
        store = Store()
        nodes = BlankNode(one), BlankNode(other)
        quads = [Quad(nodes[0], P, Literal(str(n)), DefaultGraph()) for n in range(20)]
        store.adopt((), [*quads, Quad(nodes[1], P, nodes[0]), Quad(A, P, B)])
        return store.canonical_lines()

    assert build("x", "y") == build("y", "x")
