"""Rows are in one order whether the engine orders them, in memory, or we do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.errors import QueryError
from devcoop.queries import get_query, load_topic
from devcoop.store import Source, Store
from devcoop.store.ordering import order_kept, split_order
from devcoop.store.results import CSV, JSON, TSV, parse_kept
from devcoop.store.terms import Literal, NamedNode, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.store.terms import Term

IS, HAS = NamedNode("urn:is"), NamedNode("urn:has")
NUMBERED = Literal("ق", datatype=NamedNode("urn:letter"))


def _typed(text: str, kind: str) -> Literal:
    return Literal(text, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))


EVERY = "SELECT ?thing ?value { ?thing <urn:is> ?thing OPTIONAL { ?thing <urn:has> ?value } }"
TEXTS: list[Term] = [
    Literal("b"),
    Literal("B"),
    Literal("a\U0001f600"),
    Literal("a\uff5e"),
    Literal(""),
    Literal("é", language="fr"),
    Literal("b", language="en"),
    Literal("b", language="fr"),
    Literal("c", language="en"),
    Literal(value=False),
    Literal(value=True),
    NamedNode("urn:z"),
    NamedNode("urn:a"),
]


@pytest.fixture(scope="module")
def on_disk(graph: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give what the built-in plans state, in files that are being written."""
    store = Store.create(tmp_path_factory.mktemp("ordered") / "store")
    store.adopt(graph.sources, list(graph))
    yield store
    store.rest()


def _state(folder: Path, values: list[Term]) -> Store:
    store = Store.create(folder)
    things = [NamedNode(f"urn:thing{place}") for place in range(len(values) + 1)]
    triples = [Triple(one, IS, one) for one in things]
    triples += [Triple(one, HAS, value) for one, value in zip(things, values, strict=False)]
    store.replace(Source("urn:graph", "0" * 64), triples)
    return store


@pytest.mark.parametrize("columns", [("value", "thing"), ("thing", "value")])
@pytest.mark.parametrize("way", [CSV, TSV, JSON])
def test_any_texts_are_written_in_the_order_of_the_engine(
    tmp_path: Path, columns: tuple[str, ...], way: str
) -> None:
    store = _state(tmp_path / "store", TEXTS)
    wanted = store.start(f"{EVERY}\nORDER BY ?{' ?'.join(columns)}").render(JSON)
    turned = store.start(f"{EVERY}\nORDER BY DESC(?thing)").render(JSON)
    assert parse_kept(turned).collect() != parse_kept(wanted).collect()
    assert len(parse_kept(wanted).collect().rows) == len(TEXTS) + 1
    ordered = order_kept(turned, columns)
    assert ordered
    assert parse_kept(ordered).render(way) == parse_kept(wanted).render(way)


@pytest.mark.parametrize("value", [Literal(0.5), NUMBERED])
def test_what_is_no_text_is_not_put_in_order(tmp_path: Path, value: Literal) -> None:
    store = _state(tmp_path / "store", [value])
    assert order_kept(store.start(EVERY).render(JSON), ("value",)) is None


NUMBERS: list[Term] = [
    Literal(10),
    Literal(9),
    Literal(-3),
    _typed("9.5", "decimal"),
    _typed("-3.25", "decimal"),
]
DAYS: list[Term] = [_typed("2020-02-01", "date"), _typed("1999-12-31", "date")]


@pytest.mark.parametrize("values", [NUMBERS, DAYS, [*DAYS, NamedNode("urn:a")]])
def test_numbers_and_days_are_in_the_order_of_the_engine(
    tmp_path: Path, values: list[Term]
) -> None:
    store = _state(tmp_path / "store", values)
    wanted = store.start(f"{EVERY}\nORDER BY ?value").render(JSON)
    ordered = order_kept(store.start(f"{EVERY}\nORDER BY DESC(?value)").render(JSON), ("value",))
    assert ordered
    assert parse_kept(ordered).collect() == parse_kept(wanted).collect()


@pytest.mark.parametrize("topic", ["facets", "gaps", "records"])
def test_what_is_kept_is_asked_once(graph: Store, topic: str) -> None:
    for query in load_topic(topic).values():
        unordered, columns = ("", ()) if query.params else split_order(query.text)
        found = graph.start(unordered) if columns else None
        # What is ordered by what it does not give is left to the engine before it begins.
        if found and set(columns) <= set(found.columns):
            assert order_kept(found.render(JSON), columns), query.name


@pytest.mark.parametrize("ends", ["LIMIT 3", "OFFSET 1", "ORDER BY DESC(?value)"])
def test_order_in_a_wrong_place_is_refused_as_ever(tmp_path: Path, ends: str) -> None:
    store = _state(tmp_path / "store", TEXTS)
    with pytest.raises(QueryError):
        store.query(f"{EVERY}\n{ends}\nORDER BY ?value")


def test_numbers_are_left_to_the_engine(tmp_path: Path) -> None:
    store = _state(tmp_path / "store", [Literal(10), Literal(9), Literal("8")])
    assert order_kept(store.start(EVERY).render(JSON), ("value",)) is None
    answer = store.query(f"{EVERY}\nORDER BY ?value")
    said = [as_text(value) for _, value in answer.rows]
    assert (said[0], said.index("9") < said.index("10")) == ("", True)


def test_what_is_not_in_the_answer_is_left_to_the_engine(tmp_path: Path) -> None:
    store = _state(tmp_path / "store", [Literal("b"), Literal("a")])
    answer = store.query(EVERY.replace(" ?value", "", 1) + "\nORDER BY ?value")
    assert [as_text(one) for (one,) in answer.rows] == ["urn:thing2", "urn:thing1", "urn:thing0"]


@pytest.mark.parametrize(
    "name",
    [
        "activity-reports",
        "concept-words",
        "concepts",
        "names-to-recognise",
        "purpose-names",
        "purpose-themes",
        "texts",
        "undertaking-facets",
    ],
)
def test_what_is_read_while_lists_are_loaded_is_in_one_order(
    graph: Store, on_disk: Store, name: str
) -> None:
    text = get_query(name).text
    unordered, columns = split_order(text)
    assert columns
    assert order_kept(on_disk.start(unordered).render(JSON), columns)
    answer, asked = on_disk.query(text), graph.query(text)
    assert (answer.columns, answer.rows) == (asked.columns, asked.rows)
    assert on_disk.query_csv(text) == graph.query_csv(text)
