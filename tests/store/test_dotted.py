"""Prefixed names with several dots, which the standard allows and the engine does not read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        "ASK { ?e:a.b.c ?p ?o }",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert write_out_dotted(text) == text


@given(st.text(alphabet="e:a.b<>\"'\\#?{} \nPREFIX", max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(write_out_dotted(text), str)
