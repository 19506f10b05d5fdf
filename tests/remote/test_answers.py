from __future__ import annotations

import contextlib
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devcoop.errors import RemoteError
from devcoop.remote.answers import BrokenAnswerError, read_answer, read_triples
from devcoop.remote.comparing import measure
from devcoop.remote.endpoint import Credentials, check_url
from devcoop.remote.exchange import ExchangeError, Reply, _check_redirect, is_same_server

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TRIPLES = "application/n-triples"
TABLE = (
    b'{"head":{"vars":["a","b"]},"results":{"bindings":[{"a":{"type":"uri","value":"http://x"}},'
    b'{"b":{"type":"literal","value":"5.0"}}]}}'
)
SHEET = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
    b'<variable name="a"/></head><results><result><binding name="a"><uri>http://x</uri></binding>'
    b"</result></results></sparql>"
)
ENTITY = b'<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def _reply(kind: str, body: bytes, *, is_delimited: bool = True) -> Reply:
    return Reply(200, {"content-type": f"{kind}; charset=utf-8"}, body, is_delimited)


def test_json_and_xml_and_rdf_become_answers() -> None:
    table = read_answer(_reply(JSON, TABLE))
    assert table.columns == ("a", "b")
    assert table.rows == [(ox.NamedNode("http://x"), None), (None, ox.Literal("5.0"))]
    assert read_answer(_reply(XML, SHEET)).rows == [(ox.NamedNode("http://x"),)]
    assert read_answer(_reply(JSON, b'{"head":{},"boolean":false}')).rows == [(ox.Literal(False),)]
    graph = read_answer(_reply(TRIPLES, b"<http://a> <http://b> <http://c> .\n"))
    assert graph.is_graph
    assert graph.columns == ("subject", "predicate", "object")


@pytest.mark.parametrize("length", range(len(TABLE)))
def test_json_cut_anywhere_is_no_answer(length: int) -> None:
    with pytest.raises(BrokenAnswerError):
        read_answer(_reply(JSON, TABLE[:length]))


@pytest.mark.parametrize("length", range(len(SHEET)))
def test_xml_cut_anywhere_is_no_answer(length: int) -> None:
    with pytest.raises(BrokenAnswerError):
        read_answer(_reply(XML, SHEET[:length]))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b'{"head":{},"boolean":true'),
        (JSON, TABLE[:-40] + b"The SPARQL operation has been cancelled"),
        (JSON, TABLE + TABLE),
        (JSON, TABLE.replace(b"http://x", b"http://x> <y")),
        (JSON, b"[" * 100_000 + b"}"),
        (XML, SHEET.replace(b"<sparql", ENTITY + b"<sparql").replace(b"http://x", b"&e;")),
        ("text/html", b"<html>Welcome</html>"),
        ("", TABLE),
        (TRIPLES, b"<http://a> <http://b> <http://c> .\nThe SPARQL operation has been cancelled"),
        (TRIPLES, b"<http://a> <http://b>"),
    ],
)
def test_what_is_broken_or_something_else_is_no_answer(kind: str, body: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        read_answer(_reply(kind, body))


def test_triples_without_a_stated_end_are_no_answer() -> None:
    with pytest.raises(BrokenAnswerError, match="does not say where"):
        read_triples(_reply(TRIPLES, b"<http://a> <http://b> <http://c> .\n", is_delimited=False))


def test_more_rows_than_allowed_are_an_error() -> None:
    assert len(read_answer(_reply(JSON, TABLE), max_rows=2).rows) == 2
    with pytest.raises(BrokenAnswerError, match="LIMIT"):
        read_answer(_reply(JSON, TABLE), max_rows=1)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "//example.org/query",
        "example.org/query",
        "http://",
        "http://example.org:99999/",
        "http://[::1/query",
        "http://example.org/query#part",
        "http://example.org/a b",
        "http://example.org/\r\nX: y",
        "http://exämple.org/",
        "http://user:hush-hush@example.org/query",
        "http://user@example.org/query",
    ],
)
def test_no_address_of_a_server(url: str) -> None:
    with pytest.raises(RemoteError) as caught:
        check_url(url)
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("http://a.org/x", "http://a.org/y", True),
        ("http://a.org/x", "http://A.org:80/y", True),
        ("http://a.org/x", "https://a.org/x", False),
        ("http://a.org:8080/x", "https://a.org/x", False),
        ("https://a.org/x", "https://a.org:444/x", False),
        ("https://a.org/x", "http://a.org/x", False),
        ("http://a.org/x", "http://b.org/x", False),
        ("http://a.org/x", "http://a.org:81/x", False),
        ("http://a.org/x", "http://a.org@b.org/x", False),
        ("http://a.org/x", "http://user:pw@a.org/x", False),
        ("http://a.org/x", "file://a.org/x", False),
        ("http://a.org/x", "http://[::1/x", False),
    ],
)
def test_same_server(old: str, new: str, same: bool) -> None:
    assert is_same_server(old, new) is same


@pytest.mark.parametrize(
    ("old", "new", "is_secret", "is_followed"),
    [
        ("http://a.org/x", "https://a.org/x", False, True),
        ("http://a.org:80/x", "https://a.org:443/x", False, True),
        ("http://[::1]/x", "https://[::1]/x", False, True),
        ("http://a.org/x", "https://a.org/x", True, False),
        ("http://a.org/x", "https://a.org:444/x", False, False),
        ("http://a.org:8080/x", "https://a.org/x", False, False),
        ("https://a.org/x", "http://a.org/x", False, False),
        ("http://a.org/x", "https://b.org/x", False, False),
        ("http://a.org/x", "http://a.org:81/x", False, False),
        ("http://a.org/x", "y", True, True),
    ],
)
def test_redirects_lead_to_the_same_server_and_credentials_nowhere_else(
    old: str, new: str, is_secret: bool, is_followed: bool
) -> None:
    with contextlib.ExitStack() as stack:
        if not is_followed:
            stack.enter_context(pytest.raises(ExchangeError, match="elsewhere"))
        assert _check_redirect(old, new, 0, is_secret=is_secret) == urljoin(old, new)


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials("user"),
        Credentials(password="hush-hush"),
        Credentials("us:er", "hush-hush"),
        Credentials("user", "hush-hush", "token"),
        Credentials(token="hush-hush\r\nX: y"),
        Credentials(token="hush-hüsh"),
        Credentials("user", "hush-hush\n"),
    ],
)
def test_credentials_that_cannot_be_sent_are_refused_and_not_shown(
    credentials: Credentials,
) -> None:
    assert "hush" not in repr(credentials)
    with pytest.raises(RemoteError) as caught:
        credentials.check()
    assert "hush" not in str(caught.value)


_NODES = st.one_of(
    st.integers(0, 4).map(lambda n: ox.NamedNode(f"http://example.org/{n}")),
    st.integers(0, 4).map(lambda n: ox.BlankNode(f"b{n}")),
)
_TRIPLES = st.builds(
    ox.Triple,
    _NODES,
    st.just(ox.NamedNode("http://example.org/p")),
    _NODES | st.text().map(ox.Literal),
)


def _rename(triple: ox.Triple) -> ox.Triple:
    def other(node: object) -> object:
        return ox.BlankNode(f"z{node.value[::-1]}") if isinstance(node, ox.BlankNode) else node

    return ox.Triple(other(triple.subject), triple.predicate, other(triple.object))  # type: ignore[arg-type]


@given(st.lists(_TRIPLES, max_size=12), st.randoms())
def test_fingerprint_knows_neither_order_nor_names_of_blank_nodes(
    triples: list[ox.Triple], random: object
) -> None:
    renamed = [_rename(one) for one in triples]
    random.shuffle(renamed)  # type: ignore[attr-defined]
    assert measure(triples) == measure(renamed)


@given(st.lists(_TRIPLES, max_size=12, unique=True))
def test_fingerprint_sees_a_triple_that_is_missing(triples: list[ox.Triple]) -> None:
    more = ox.Triple(ox.NamedNode("http://else"), ox.NamedNode("http://else"), ox.Literal("x"))
    assert measure(triples) != measure([*triples, more])
