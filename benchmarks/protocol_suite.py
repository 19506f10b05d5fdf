"""The W3C's tests of the SPARQL 1.1 protocol, sent to a running endpoint.

`load_cases` reads the manifest, `run_case` sends the requests of one test. Where an endpoint is
read-only on purpose, `refuse_case` says whether it refuses an update as it should: with 403 what
the suite calls a proper update, with some other 4xx what is none, and without any effect.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "rdf-tests/sparql/sparql11/protocol"  # below suites/
GRAPHS = {
    f"http://kasei.us/2009/09/sparql/data/data{number}.rdf": f"data{number}.nt"
    for number in (1, 2, 3)
}
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/"
SRX = "{http://www.w3.org/2005/sparql-results#}boolean"
BOOLEAN = ("application/sparql-results+xml", "application/sparql-results+json")
MEDIA_TYPES = {
    "boolean": BOOLEAN,
    "tabular": (*BOOLEAN, "text/csv", "text/tab-separated-values"),
    "RDF": (
        "text/turtle",
        "application/rdf+xml",
        "application/n-triples",
        "application/ld+json",
        "text/html",
        # Later than the suite, and triples are quads too: not held against a server.
        "application/n-quads",
        "application/trig",
    ),
}
FORBIDDEN = 403
SECONDS = 30.0


@dataclass(frozen=True)
class Request:
    """One request of a test, and the response that is right.

    Attributes:
        method: The HTTP method.
        query: What comes after the `?` of its address.
        headers: Its header fields.
        body: Its body, in the encoding that the test asks for.
        statuses: First digits of the statuses that are right.
        answer_format: `boolean`, `tabular` or `RDF`; empty for any.
        answer: What an ASK must say; None if it is no ASK.
    """

    method: str
    query: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    answer_format: str
    answer: bool | None


@dataclass(frozen=True)
class Case:
    """One test of the suite.

    Attributes:
        name: Its name in the manifest.
        requests: What to send, in this order.
    """

    name: str
    requests: tuple[Request, ...]

    @property
    def is_update(self) -> bool:
        """Whether it is about updates."""
        return "update" in self.name


@dataclass(frozen=True)
class Outcome:
    """How a test ended.

    Attributes:
        passed: Whether every response was right.
        what: The first thing that was not, in one line.
    """

    passed: bool
    what: str = ""


@dataclass(frozen=True)
class Response:
    """What an endpoint answered."""

    status: int
    media_type: str
    body: bytes


def load_cases(folder: Path) -> list[Case]:
    """Read the tests, in the order of the manifest.

    Args:
        folder: The folder `protocol` of the suite.
    """
    store = ox.Store()
    manifest = folder / "manifest.ttl"
    store.load(path=manifest, format=ox.RdfFormat.TURTLE, base_iri=f"{BASE}manifest")
    entries = next(store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None)).object
    return [read_case(store, test) for test in read_list(store, entries)]


def write_data(folder: Path, path: Path) -> None:
    """Write the graphs that the tests ask about as one file of N-Quads.

    Args:
        folder: The folder `protocol` of the suite.
        path: The file to write.
    """
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))
        for graph, name in GRAPHS.items()
        for quad in ox.parse(path=folder / name, format=ox.RdfFormat.N_TRIPLES)
    ]
    path.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")


def read_case(store: ox.Store, test: Any) -> Case:
    """Read one test."""
    connection = find(store, test, MF + "action")[0]
    requests = read_list(store, find(store, connection, HT + "requests")[0])
    name = str(test.value).rpartition("#")[2]
    return Case(name, tuple(read_request(store, one) for one in requests))


def read_request(store: ox.Store, node: Any) -> Request:
    """Read one request with the response that is right."""
    response = find(store, node, HT + "resp")[0]
    headers = {
        str(find(store, one, HT + "fieldName")[0].value): str(
            find(store, one, HT + "fieldValue")[0].value
        )
        for fields in find(store, node, HT + "headers")
        for one in read_list(store, fields)
    }
    statuses = find(store, response, MF + "expectedStatus")
    said = [one.value for one in find(store, response, MF + "expectedBoolean")]
    formats = [str(one.value) for one in find(store, response, MF + "expectedFormat")]
    return Request(
        str(find(store, node, HT + "methodName")[0].value),
        urlsplit(find(store, node, HT + "absolutePath")[0].value).query,
        headers,
        read_body(store, node),
        frozenset(one.value.removesuffix("xx")[-1] for one in statuses),
        formats[0] if formats else "",
        said[0] == "true" if said else None,
    )


def read_body(store: ox.Store, node: Any) -> bytes | None:
    """Read the body of a request, if it has one."""
    for body in find(store, node, HT + "body"):
        encoding = find(store, body, CNT + "characterEncoding")[0].value
        return str(find(store, body, CNT + "chars")[0].value).encode(encoding)
    return None


def find(store: ox.Store, node: Any, predicate: str) -> list[Any]:
    """Find the values of a property."""
    quads = store.quads_for_pattern(node, ox.NamedNode(predicate), None)
    return [quad.object for quad in quads]


def read_list(store: ox.Store, node: Any) -> Iterator[Any]:
    """Iterate over an RDF list."""
    while first := find(store, node, RDF + "first"):
        yield first[0]
        node = find(store, node, RDF + "rest")[0]


def run_case(case: Case, endpoint_url: str, *, update_url: str = "") -> Outcome:
    """Send the requests of a test and judge the responses.

    Args:
        case: The test.
        endpoint_url: Where the endpoint takes queries, and updates as well.
        update_url: Where it takes updates, if that is elsewhere.
    """
    for place, request in enumerate(case.requests):
        # The first request of such a test is the update, the second asks what it did.
        is_update = case.is_update and place == 0
        try:
            url = update_url if is_update and update_url else endpoint_url
            what = judge(request, send(request, url))
        except (OSError, HTTPException, ValueError, ET.ParseError) as error:
            what = f"{type(error).__name__}: {error}"
        if what:
            return Outcome(passed=False, what=what)
    return Outcome(passed=True)


def refuse_case(case: Case, endpoint_url: str) -> Outcome:
    """Say whether a read-only endpoint refuses the update of a test, which then has no effect.

    Args:
        case: A test about updates.
        endpoint_url: Where the endpoint takes queries.
    """
    is_proper = "4" not in case.requests[0].statuses
    status = send(case.requests[0], endpoint_url).status
    if is_proper and status != FORBIDDEN:
        return Outcome(passed=False, what=f"status {status} instead of {FORBIDDEN}")
    if not is_proper and str(status)[0] != "4":
        return Outcome(passed=False, what=f"status {status} instead of 4xx")
    for request in case.requests[1:]:
        response = send(request, endpoint_url)
        if request.answer is not None and read_boolean(response) == request.answer:
            return Outcome(passed=False, what="the update was carried out")
    return Outcome(passed=True)


def send(request: Request, endpoint_url: str) -> Response:
    """Send a request with the header fields of the test and no others."""
    address = urlsplit(endpoint_url)
    # The suite's endpoint is at the path /sparql/; the tested one may be anywhere else.
    path = f"{address.path or '/'}?{request.query}" if request.query else address.path or "/"
    connection = HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
    try:
        connection.request(request.method, path, body=request.body, headers=request.headers)
        response = connection.getresponse()
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Response(response.status, media_type, response.read())
    finally:
        connection.close()


def judge(request: Request, response: Response) -> str:
    """Say what is wrong with a response; empty if nothing is."""
    if str(response.status)[0] not in request.statuses:
        wanted = " or ".join(f"{one}xx" for one in sorted(request.statuses))
        return f"status {response.status} instead of {wanted}"
    right = MEDIA_TYPES.get(request.answer_format)
    if right and response.media_type not in right:
        return f"{response.media_type or 'no media type'} instead of {request.answer_format}"
    if request.answer is not None and read_boolean(response) != request.answer:
        return f"the answer is not {request.answer}"
    return ""


def read_boolean(response: Response) -> bool:
    """Read the answer to an ASK."""
    if response.media_type.endswith("json"):
        return bool(json.loads(response.body)["boolean"])
    # The document comes from a server that we started, about data that we gave it.
    return ET.fromstring(response.body).findtext(SRX) == "true"  # noqa: S314
