"""Prefixed names with several dots, which the standard allows and the engine does not read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devcoop import names
from devcoop.errors import QueryError
from devcoop.store import Store
from devcoop.store.dotted import write_out_dotted

BASE = "https://example.org/"
NAMES = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.:-]{0,8}[A-Za-z0-9_:-])?", fullmatch=True)


def _ask(name: str, iri: str) -> bool:
    query = f"PREFIX e: <{BASE}> SELECT (({name}) = <{iri}> AS ?same) {{}}"
    [row] = Store().query(query).records()
    return row["same"] == "true"


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("e:IV.7.b", "IV.7.b"),
        ("e:a.b.c.d", "a.b.c.d"),
        ("e:1.2.3", "1.2.3"),
        (r"e:a.b.c\,d", "a.b.c,d"),
        ("e:a.b.%41", "a.b.%41"),
        ("e:été.à.ê", "été.à.ê"),
    ],
)
def test_name_with_dots_is_its_iri(name: str, local: str) -> None:
    assert _ask(name, BASE + local)


@given(NAMES)
def test_every_name_is_its_iri(local: str) -> None:
    assert _ask(f"e:{local}", BASE + local)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX e: <urn:> ASK { ?s ?p 'e:a.b.c' }",
        'PREFIX e: <urn:> ASK { ?s ?p """say "e:a.b.c" """ }',
        "PREFIX e: <urn:> ASK { ?s ?p <http://e:a.b.c/> }",
        "PREFIX e: <urn:> ASK { # e:a.b.c\n ?s ?p ?o }",
        "ASK { ?s ?p f:a.b.c }",
        "PREFIX : <urn:> ASK { _:a.b.c ?p ?o }",
        "ASK { ?e:a.b.c ?p ?o }",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert write_out_dotted(text) == text


@given(st.text(alphabet="e:a.b<>\"'\\#?{} \nPREFIX", max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(write_out_dotted(text), str)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("ASK { ?s foo:a ?o }", "1:10", "PREFIX foo: <…> first"),
        ("ASK {\n  ?s a th:x . ?t bar:b ?z }", "2:8", f"PREFIX th: <{names.BASE}theme/> first"),
        ("PREFIX foo: <urn:> ASK { foo:a :b _:c }", "1:32", "PREFIX : <…> first"),
        ('ASK { ?s ?p "1"^^xsd:int }', "1:18", "PREFIX xsd: <http"),
    ],
)
def test_prefix_that_is_not_declared_is_named_first(text: str, place: str, words: str) -> None:
    with pytest.raises(QueryError, match=f"error at {place}: the prefix ") as told:
        Store().query(text)
    assert words in str(told.value)


@pytest.mark.parametrize("text", ["ASK { ?s ?p }", "PREFIX e: <urn:> ASK { _:x e:a.b }", "ASK"])
def test_other_faults_are_told_as_they_are(text: str) -> None:
    with pytest.raises(QueryError) as told:
        Store().query(text)
    assert "not declared" not in str(told.value)
