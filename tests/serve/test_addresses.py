"""IRIs and answers that clients and encodings read in different ways, asked over a real socket."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
import rdflib
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.serve.conftest import Serving

BASE = "https://w3id.org/devcoop/"
GRAPH = "<https://w3id.org/devcoop/graph/reference/places>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
NAMES = {
    "place/C%C3%B4te%20d%27Or": "with blanks and quotes encoded",
    "place/Côte-d’Or": "not ASCII",
    "place/100%25": "a percent sign",
    "place/a%2Fb": "an encoded slash",
    "place/slash/": "ends with a slash",
    "place/file.csv": "ends like a table",
    "place/report.html": "ends like a page",
    "place/data.ttl": "ends like data",
    "place/v1.2": "has a dot",
    "place/a,b(c)": "has brackets",
}
LITERALS = {"ctl": "a\\u0001b", "cr": "a\\rb"}
FOREIGN = "https://example.org/lake?x=1#a b".replace(" ", "%20")
SELECT = f"SELECT ?p {{ ?p {LABEL} ?l }} ORDER BY ?p LIMIT 2"
CONSTRUCT = f"CONSTRUCT WHERE {{ <{BASE}plan/iso-2016-2020> {LABEL} ?l }}"


@pytest.fixture(scope="module")
def odd_server(
    tmp_path_factory: pytest.TempPathFactory,
    start: Callable[..., AbstractContextManager[Serving]],
) -> Iterator[Serving]:
    """A server whose data have IRIs and texts of all these kinds."""
    folder = tmp_path_factory.mktemp("odd")
    lines = [f'<{BASE}{name}> {LABEL} "{about}"@en {GRAPH} .' for name, about in NAMES.items()]
    lines += [f'<{BASE}place/{name}> {LABEL} "{text}" {GRAPH} .' for name, text in LITERALS.items()]
    lines.append(f'<{BASE}place/nameless> <https://example.org/123> "x" {GRAPH} .')
    lines.append(f'<{FOREIGN}> {LABEL} "Foreign"@en {GRAPH} .')
    data, store = folder / "odd.nq", folder / "store"
    data.write_text("\n".join([*lines, _read_places()]) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "devcoop", "load", str(data), "--built-in"]
    subprocess.run([*command, "--store", str(store)], check=True, capture_output=True)
    with start(folder, "--workers", "2", store=store) as serving:
        yield serving


def _read_places() -> str:
    """Give the built-in places: a source is replaced whole."""
    command = [sys.executable, "-m", "devcoop", "export", "-f", "nquads"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return "\n".join(line for line in lines if line.endswith(f" {GRAPH} ."))


def _path(name: str) -> str:
    """Write a name as a browser sends it: what is encoded already stays."""
    return "/" + quote(name, safe="/%,()'!:+")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("accept", "suffix"), [("text/html", "html"), ("text/turtle", "ttl")])
def test_every_iri_leads_to_what_is_known(
    odd_server: Serving, name: str, accept: str, suffix: str
) -> None:
    sent = odd_server.get(_path(name), accept=accept)
    assert (sent.status, sent.headers["location"]) == (303, f"{_path(name)}.{suffix}")
    shown = odd_server.get(sent.headers["location"], accept=accept)
    assert shown.status == 200
    assert NAMES[name] in shown.text
    if suffix == "ttl":
        graph = rdflib.Graph().parse(data=shown.body, format="turtle")
        assert rdflib.URIRef(BASE + name) in set(graph.subjects())


@pytest.mark.parametrize("name", [one for one in NAMES if "%" in _path(one)])
@pytest.mark.parametrize("suffix", ["", ".ttl", ".html"])
def test_escapes_may_be_written_in_small_letters(
    odd_server: Serving, name: str, suffix: str
) -> None:
    path = re.sub("%..", lambda found: found[0].lower(), _path(name)) + suffix
    answer = odd_server.get(path, accept="text/turtle")
    if not suffix:
        assert answer.status == 303
        answer = odd_server.get(answer.headers["location"])
    assert (answer.status, NAMES[name] in answer.text) == (200, True)


def test_foreign_iri_has_a_page(odd_server: Serving) -> None:
    path = "/iri/" + quote(FOREIGN, safe="")
    sent = odd_server.get(path, accept="text/html")
    assert sent.status == 303
    assert "Foreign" in odd_server.get(sent.headers["location"]).text


@pytest.mark.parametrize(
    "path", ["/place/..%2f..", "/%2e%2e/x", "/static/..%2fx", "/x%00y", "/a%5Cb"]
)
def test_path_that_means_something_else_to_others_is_not_found(
    odd_server: Serving, path: str
) -> None:
    assert odd_server.get(path).status == 404


@pytest.mark.parametrize("name", ["ctl", "nameless"])
def test_what_xml_cannot_hold_is_said_and_never_sent(odd_server: Serving, name: str) -> None:
    answer = odd_server.get(f"/place/{name}.rdf")
    assert answer.status == 406
    assert "XML cannot hold this" in json.loads(answer.body)["detail"]
    assert odd_server.get(f"/place/{name}.ttl").status == 200


def test_carriage_return_comes_back_from_xml(odd_server: Serving) -> None:
    graph = rdflib.Graph().parse(data=odd_server.get("/place/cr.rdf").body, format="xml")
    assert rdflib.Literal("a\rb") in set(graph.objects())
    answer = odd_server.query(r'SELECT ("a\u000Db" AS ?x) {}', format="xml")
    assert "a\rb" in {one.text for one in ElementTree.fromstring(answer.body).iter()}


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        (r'SELECT ("a\u0001b" AS ?x) {}', "application/sparql-results+xml"),
        ('CONSTRUCT { <urn:a> <http://example.org/123> "x" } {}', "application/rdf+xml"),
        ('CONSTRUCT { <urn:a> <urn:p> "\\uFFFE" } {}', "application/rdf+xml"),
    ],
)
def test_answer_that_xml_cannot_hold_is_refused(
    odd_server: Serving, query: str, media_type: str
) -> None:
    path = f"/sparql?{urlencode({'query': query})}"
    assert odd_server.get(path, accept=media_type).status == 406
    assert odd_server.get(path, accept="*/*").status == 200


@pytest.mark.parametrize(
    ("field", "media_type"),
    [
        ("format=text/csv", "text/csv"),
        ("format=application/sparql-results+json", "application/sparql-results+json"),
        ("format=application%2Fsparql-results%2Bxml", "application/sparql-results+xml"),
        ("format=text%2Fcsv%3B%20charset%3Dutf-8", "text/csv"),
        ("format=tsv&format=text%2Ftab-separated-values", "text/tab-separated-values"),
        (
            "format=&default-graph-uri=&named-graph-uri=&timeout=0",
            "application/sparql-results+json",
        ),
        ("format=auto&format=csv", "text/csv"),
    ],
)
def test_fields_as_other_clients_send_them(
    odd_server: Serving, field: str, media_type: str
) -> None:
    answer = odd_server.get(f"/sparql?{urlencode({'query': SELECT})}&{field}")
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV, RDFXML, N3, TURTLE, JSONLD])
@pytest.mark.parametrize("only_accept", [False, True])
def test_sparqlwrapper_gets_every_format(
    odd_server: Serving, method: str, form: str, *, only_accept: bool
) -> None:
    client = SPARQLWrapper(f"http://{odd_server.host}:{odd_server.port}/sparql")
    client.setQuery(SELECT if form in (JSON, XML, CSV, TSV) else CONSTRUCT)
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setOnlyConneg(only_accept)
    assert client.queryAndConvert()


def test_two_lines_of_accept_are_one_list(odd_server: Serving) -> None:
    request = (
        f"GET /sparql?{urlencode({'query': SELECT})} HTTP/1.1\r\nHost: x\r\n"
        "Accept: text/csv\r\nAccept: image/png;q=0.5\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((odd_server.host, odd_server.port), timeout=60) as connection:
        connection.sendall(request.encode())
        head = connection.makefile("rb").read().partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 200")
    assert b"content-type: text/csv" in head


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/nowhere.html", 404),
        ("/place/NOPE.ttl", 404),
        ("/finding/nope.html", 404),
        ("/x.csv", 404),
        ("/sparql?query=ASK", 400),
        ("/sparql?query=SELECT%20*%20FROM%20%3Curn:x%3E%20%7B%7D", 403),
        ("/place/ctl.rdf", 406),
        ("/about", 304),
        ("/place/KHM.ttl", 304),
        ("/sparql?query=ASK%7B%7D", 304),
        ("/data/devcoop.nq", 304),
    ],
)
def test_a_star_is_no_way_around_what_is_wrong(odd_server: Serving, path: str, status: int) -> None:
    assert odd_server.get(path, if_none_match="*").status == status


def test_a_tag_holds_for_its_own_address(odd_server: Serving) -> None:
    for path, other in (
        ("/about", "/nowhere"),
        ("/place/KHM.ttl", "/place/NOPE.ttl"),
        ("/sparql?query=ASK%7B%7D", "/sparql?query=ASK"),
    ):
        tag = odd_server.get(path).headers["etag"]
        assert odd_server.get(path, if_none_match=tag).status == 304
        assert odd_server.get(other, if_none_match=tag).status in (400, 404)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("HTTP/1.1\r\n", 400),
        ("HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400),
        ("HTTP/1.1\r\nHost: a\r\nhost: a\r\n", 400),
        ("HTTP/1.1\r\nHost: a b\r\n", 400),
        ("HTTP/1.1\r\nHost: a/b\r\n", 400),
        ("HTTP/1.1\r\nHost: a\r\n", 200),
        ("HTTP/1.1\r\nHost: [::1]:80\r\n", 200),
        ("HTTP/1.1\r\nHost:\r\n", 200),
        ("HTTP/1.0\r\n", 200),
    ],
)
def test_one_host_is_named(odd_server: Serving, head: str, status: int) -> None:
    answer = odd_server.talk(f"GET /about {head}Connection: close\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize("size", [10, 20_000])
def test_many_requests_in_a_row_are_all_answered(odd_server: Serving, size: int) -> None:
    body = f"ASK {{}} #{'x' * size}"
    request = (
        "POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        f"Content-Length: {len(body)}\r\n"
    )
    last = f"{request}Connection: close\r\n\r\n{body}"
    answer = odd_server.talk((f"{request}\r\n{body}" * 19 + last).encode())
    assert answer.count(b"HTTP/1.1 200 OK") == 20
