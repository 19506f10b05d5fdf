"""The guard lets nothing through that its parse tree, or the engine, would take outside."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from devcoop.errors import QueryError, QueryRefusedError
from devcoop.queries import refuse_outside

OUTSIDE = ("ServiceGraphPattern", "DatasetClause")
KNOWN = ["http://example.org/known"]
# What queries are made of, with what two parsers may take differently.
WORDS = """SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED SERVICE SILENT GRAPH OPTIONAL UNION MINUS
FILTER EXISTS BIND VALUES LOAD AS * { } ( ) . ; , ?s ?p ?o a <urn:x> <http://127.0.0.1:1/> x: 'text'
"text" '''long''' 'service' <from> # \\u0053 \\u0022 \\u000a \\U00000046 1 true ^ / | ! = ſervice"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\r", "\t"])
TEXTS = st.lists(PIECES, max_size=14).map(" ".join)
SERVICE = "SERVICE <http://127.0.0.1:{port}/> {{ ?x ?y ?z }}"
HIDING = st.sampled_from(
    [
        "{}",
        "# {}\n",
        "# \r{}\n",
        "# \\u000a{}\n",
        "?s ?p '{}' .",
        "?s ?p '\\u0027 . # ' . {} \n",
        '?s ?p "\\u0022 . #" . {} \n',
        "?s ?p '''{}''' .",
        "?s ?p <{}> .",
        "?s ?p '\\' {} ' .",
    ]
)
STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(" . # ")))


def _names(tree: Any) -> set[str]:
    if isinstance(tree, CompValue):
        return {tree.name}.union(*(_names(value) for value in tree.values()))
    if isinstance(tree, str) or not hasattr(tree, "__iter__"):
        return set()
    return set().union(*(_names(value) for value in tree))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS)
def test_what_the_guard_lets_through_has_no_such_clause(text: str) -> None:
    try:
        tree = parseQuery(text)
    except Exception:  # noqa: BLE001  the parser raises whatever its parts do
        return
    found = _names(tree) & set(OUTSIDE)
    try:
        refuse_outside(text)
    except QueryError:
        return
    assert not found


class Canary:
    """A server that hangs up on everybody and counts them."""

    def __init__(self) -> None:
        self.visits = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            self._listening.accept()[0].close()
            self.visits += 1


CANARY = Canary()


def test_the_canary_notes_who_comes() -> None:
    with contextlib.suppress(OSError):
        list(STORE.query(f"SELECT * {{ {SERVICE.format(port=CANARY.port)} }}"))  # type: ignore[arg-type]
    # Who comes is noted by another thread.
    patience = time.monotonic() + 30
    while not CANARY.visits and time.monotonic() < patience:
        time.sleep(0.01)
    assert CANARY.visits > 0


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(HIDING, st.booleans()), min_size=1, max_size=4))
def test_the_engine_never_calls_what_the_guard_lets_through(
    parts: list[tuple[str, bool]],
) -> None:
    service = SERVICE.format(port=CANARY.port)
    inside = " ".join(
        hiding.replace("{}", service if is_service else "?s ?p ?o .")
        for hiding, is_service in parts
    )
    text = f"SELECT * {{ {inside} \n }}"
    try:
        refuse_outside(text)
    except QueryError:
        return
    visits = CANARY.visits
    with contextlib.suppress(SyntaxError, ValueError, OSError, RuntimeError):
        list(STORE.query(text))  # type: ignore[arg-type]
    assert CANARY.visits == visits


@pytest.mark.parametrize(
    ("query", "has_dataset"),
    [
        ("ASK {}", False),
        ("ASK FROM <http://example.org/known> {}", True),
        ("ASK FROM NAMED <http://example.org/known> {}", True),
        ("PREFIX e: <http://example.org/> ASK FROM e:known {}", True),
        ("BASE <http://example.org/> ASK FROM <known> {}", True),
        ("ASK { ?s ?p 'from service load' } # SERVICE", False),
        ("ASK { ?service ?p <http://example.org/from> }", False),
        ("ASK { ?s ?p 'caf\\u00e9' }", False),
    ],
)
def test_what_stays_inside_is_let_through(query: str, has_dataset: bool) -> None:
    assert refuse_outside(query, known_graphs=KNOWN) is has_dataset


@pytest.mark.parametrize(
    "query",
    [
        "ASK FROM <http://example.org/other> {}",
        "ASK FROM <http://example.org/known> FROM NAMED <http://example.org/other> {}",
        "ASK { # \rSERVICE <http://example.org/known> {}\n}",
        'ASK { ?s ?p "\\u0022 . #" . SERVICE <http://example.org/known> {} \n }',
        "ASK { \\u0053ERVICE <http://example.org/known> {} }",
        "ASK { \\U00000053ERVICE <http://example.org/known> {} }",
    ],
)
def test_what_leads_outside_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError):
        refuse_outside(query, known_graphs=KNOWN)
