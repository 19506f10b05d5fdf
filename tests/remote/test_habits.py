"""Servers with habits of their own: digested passwords, answers cut with 200, a table for a yes."""

from __future__ import annotations

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from urllib.request import parse_http_list, parse_keqv_list

import pytest

from devcoop.errors import RemoteCutError, RemoteError
from devcoop.remote.endpoint import Credentials, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD, NONCE = "dba", "secret word", "7d2a"
ROWS = b'{"head":{"vars":["p"]},"results":{"bindings":[%s]}}'
ROW = b'{"p":{"type":"literal","value":"x"}}'
ANSWERS: dict[str, tuple[dict[str, str], bytes]] = {
    "/whole": ({"X-SPARQL-MaxRows": "3"}, ROWS % b",".join([ROW] * 2)),
    "/full": ({"X-SPARQL-MaxRows": "3"}, ROWS % b",".join([ROW] * 3)),
    "/part": ({"X-SQL-State": "S1TAT", "X-SQL-Message": "timed out"}, ROWS % ROW),
    "/yes": ({}, (ROWS % ROW).replace(b'"p"', b'"__ASK_RETVAL"').replace(b'"x"', b'"1"')),
    "/no": ({}, (ROWS % b"").replace(b'"p"', b'"__ask_retval"')),
    "/page": (
        {"Status": "500", "Content-Type": "text/html; charset=UTF-8"},
        b"<!DOCTYPE HTML>\n<html>\n<title>Failed</title>\n<xmp>no default graph</xmp></html>",
    ),
    "/nothing": ({"Status": "401"}, b""),
    "/virtuoso": (
        {"Server": "Virtuoso/07.20.3229 (Linux)", "Content-Type": "application/n-triples"},
        b"# Empty NT\n",
    ),
    "/other": ({"Content-Type": "application/n-triples"}, b"<urn:a> <urn:p> <urn:b> .\n"),
    "/said": ({"Status": "400"}, b"unbound user dba at u and s: secret word"),
}
SEEN: list[tuple[str, str]] = []
"""What was asked and with which kind of password."""


def _hash(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode()).hexdigest()


def _is_right(header: str, method: str) -> bool:
    """Check a digest as RFC 7616 has it."""
    if not header.startswith("Digest "):
        return False
    said = parse_keqv_list(parse_http_list(header.removeprefix("Digest ")))
    one, other = _hash(USER, "SPARQL", PASSWORD), _hash(method, said["uri"])
    wanted = _hash(one, NONCE, said["nc"], said["cnonce"], "auth", other)
    return said["username"] == USER and said["response"] == wanted


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path.startswith("/limit"):
            self._limit(parse_qs(body.decode())["query"][0])
            return
        said = self.headers.get("authorization", "")
        SEEN.append((self.command, said.partition(" ")[0]))
        if self.path in ("/digest", "/sullen") and not _is_right(said, self.command):
            challenge = f'Digest realm="SPARQL", qop="auth", nonce="{NONCE}", algorithm=MD5'
            tells = self.path == "/digest" or not said
            self._send(401, {"WWW-Authenticate": challenge} if tells else {}, b"who are you")
            return
        fields, body = ANSWERS.get(self.path, ({}, ROWS % ROW))
        self._send(int(fields.get("Status", "200")), fields, body)

    do_GET = do_POST  # noqa: N815  the name that the server calls

    def _limit(self, query: str) -> None:
        """Give so many rows or triples at most, mostly in silence; the graph has 1,500."""
        accept = self.headers["accept"]
        assert accept.startswith("application/n-triples") == ("CONSTRUCT" in query)
        most = {"/limit": 1_200, "/limit/told": 1_501, "/limit/none": 9_999, "/limit/silent": 0}[
            self.path
        ]
        if "CONSTRUCT" in query:
            lines = (b"<urn:%d> <urn:p> 1 .\n" % one for one in range(min(1_500, most or 1_500)))
            self._send(200, {"Content-Type": "text/turtle"}, b"".join(lines))
        elif most:
            wanted = int(query.rpartition("LIMIT ")[2])
            fields = {"X-SPARQL-MaxRows": str(most)} if self.path == "/limit/told" else {}
            self._send(200, fields, ROWS % b",".join([ROW] * min(wanted, most)))
        else:
            self._send(400, {}, b"no such words")

    def _send(self, status: int, fields: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        kind = {"Content-Type": "application/sparql-results+json"}
        for name, value in (kind | fields).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _ask(address: str, **who: str) -> list[dict[str, str]]:
    with Endpoint(address, credentials=Credentials(**who)) as endpoint:
        return endpoint.ask("SELECT ?p {}").records()


@pytest.mark.parametrize("path", ["/digest", "/sullen"])
def test_password_is_digested_for_who_wants_it(address: str, path: str) -> None:
    assert _ask(address + path, user=USER, password=PASSWORD) == [{"p": "x"}]


def test_who_says_no_more_to_a_plain_password_is_asked_without_one_and_once(address: str) -> None:
    SEEN.clear()
    with Endpoint(f"{address}/sullen", credentials=Credentials(USER, PASSWORD)) as endpoint:
        for _ in range(2):
            assert endpoint.ask("SELECT ?p {}").records() == [{"p": "x"}]
    assert SEEN == [("POST", "Basic"), ("GET", ""), ("POST", "Digest"), ("POST", "Digest")]


@pytest.mark.parametrize("path", ["/digest", "/sullen"])
def test_wrong_password_is_refused_after_one_more_try(address: str, path: str) -> None:
    with pytest.raises(RemoteError, match="401") as told:
        _ask(address + path, user=USER, password="another")
    assert "another" not in str(told.value)


def test_cut_answers_are_no_answers(address: str) -> None:
    assert len(_ask(f"{address}/whole")) == 2
    with pytest.raises(RemoteError, match="no more than 3 rows"):
        _ask(f"{address}/full")
    with pytest.raises(RemoteError, match="only a part of its answer: timed out"):
        _ask(f"{address}/part")


def test_triples_that_are_cut_in_silence_are_no_answer(address: str) -> None:
    told = pytest.raises(RemoteCutError, match="no more than 1200 rows, so this may be cut")
    with Endpoint(f"{address}/limit") as endpoint, told:
        endpoint.ask("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize("path", ["/limit/told", "/limit/none", "/limit/silent"])
def test_triples_are_an_answer_where_more_rows_are_given_or_nobody_knows(
    address: str, path: str
) -> None:
    with Endpoint(address + path) as endpoint:
        assert len(endpoint.ask("CONSTRUCT WHERE { ?s ?p ?o }").rows) == 1_500


def test_descriptions_that_leave_things_out_are_no_answer(address: str) -> None:
    with Endpoint(f"{address}/virtuoso") as endpoint:
        with pytest.raises(RemoteError, match=r"ask with CONSTRUCT WHERE \{ <thing> "):
            endpoint.ask("DESCRIBE <urn:a>")
        assert endpoint.ask("CONSTRUCT WHERE { <urn:a> ?p ?o }").rows == []
    with Endpoint(f"{address}/other") as endpoint:
        assert len(endpoint.ask("DESCRIBE <urn:a>").rows) == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [("/page", "500: Failed no default graph"), ("/nothing", "401 Unauthorized")],
)
def test_refusals_are_told_in_words(address: str, path: str, words: str) -> None:
    with pytest.raises(RemoteError, match=f"{path}: {words}$"):
        _ask(address + path)


@pytest.mark.parametrize(("path", "answer"), [("/yes", "true"), ("/no", "false")])
def test_yes_and_no_may_be_tables(address: str, path: str, answer: str) -> None:
    assert _ask(address + path) == [{"answer": answer}]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"user": "u", "password": "s"}, "unbound user dba at … and …: secret word"),
        ({"user": USER, "password": PASSWORD}, "unbound user … at u and s: …"),
        ({"token": "secret"}, "unbound user dba at u and s: … word"),
    ],
)
def test_only_the_credentials_are_taken_out(address: str, who: dict[str, str], words: str) -> None:
    with pytest.raises(RemoteError, match=re.escape(words)):
        _ask(f"{address}/said", **who)
