"""A real second server (oxigraph), and a real proxy before it that breaks what passes."""

from __future__ import annotations

import contextlib
import csv
import email.utils
import io
import re
import shlex
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from devcoop import names
from devcoop.cli import main
from devcoop.dataset import Dataset
from devcoop.errors import RemoteError, RemoteTimeoutError
from devcoop.graph import build_graph
from devcoop.queries import Query, load_library
from devcoop.remote.comparing import measure
from devcoop.remote.endpoint import Credentials, Endpoint
from devcoop.remote.pushing import DESCRIPTION, DESCRIPTION_GRAPH, Doors, Push, find_doors
from devcoop.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devcoop.pipeline import Analysis

LIBRARY = load_library()
ANSWERED = [one for one in LIBRARY.values() if one.name != "score-of-pair"]
LIMIT = 60.0
PLENTY = 120.0
pytestmark = pytest.mark.usefixtures("worked_out")


# A server


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def _serve(*words: str) -> Iterator[str]:
    """Run the server and give its address, without a path."""
    port = _free_port()
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), *words, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + LIMIT
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    pytest.fail("the oxigraph server of the development packages did not start")


@pytest.fixture
def server() -> Iterator[str]:
    with _serve("serve") as url:
        yield url


@pytest.fixture(scope="module")
def filled(dataset: Dataset) -> Iterator[str]:
    """Serve all that is published, with the union of the graphs as default graph."""
    with _serve("serve", "--union-default-graph") as url:
        _push(url, dataset)
        yield url


# A proxy that breaks things


class Proxy(socketserver.ThreadingTCPServer):
    """Takes one request for each connection, and passes it on unless a fault is planned.

    Attributes:
        plan: Gives the fault for the request of this number, counted from 0, if there is one.
        requests: What was asked.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, backend: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.backend, self.requests = backend, list[bytes]()
        self.plan: Callable[[int, bytes], Callable[..., None] | None] = lambda _, __: None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def note(self, request: bytes) -> int:
        with self._lock:
            self.requests.append(request)
            return len(self.requests) - 1

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that goes away is what is wanted here."""


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Proxy)
        request = _receive(self.request)
        if request:
            fault = self.server.plan(self.server.note(request), request) or pass_on
            fault(self.request, request, self.server.backend)


def _receive(connection: socket.socket) -> bytes:
    """Receive a request whole."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65536)):
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        if not (piece := connection.recv(65536)):
            break
        body += piece
    return head + b"\r\n\r\n" + body


def _ask_backend(request: bytes, backend: int) -> bytes:
    with socket.create_connection(("127.0.0.1", backend)) as there:
        there.sendall(request)
        answer = b""
        while piece := there.recv(65536):
            answer += piece
    return answer


def pass_on(client: socket.socket, request: bytes, backend: int) -> None:
    client.sendall(_ask_backend(request, backend))


def hang_up(client: socket.socket, request: bytes, backend: int) -> None:
    """Close without a word; the server behind never hears of it."""


def lose_answer(client: socket.socket, request: bytes, backend: int) -> None:
    _ask_backend(request, backend)


def cut_request(client: socket.socket, request: bytes, backend: int) -> None:
    with socket.create_connection(("127.0.0.1", backend)) as there:
        there.sendall(request[: len(request) // 2])


def cut_answer(client: socket.socket, request: bytes, backend: int) -> None:
    answer = _ask_backend(request, backend)
    client.sendall(answer[: len(answer) // 2])


def say(answer: bytes) -> Callable[..., None]:
    return lambda client, _request, _backend: client.sendall(answer)


def say_json(body: bytes, *fields: bytes) -> Callable[..., None]:
    kind = b"Content-Type: application/sparql-results+json"
    size = b"Content-Length: %d" % len(body)
    return say(b"\r\n".join([b"HTTP/1.1 200 OK", kind, size, *fields, b"", body]))


def busy(status: int, *fields: str) -> Callable[..., None]:
    head = "\r\n".join([f"HTTP/1.1 {status} Busy", "Content-Length: 0", *fields, "", ""])
    return say(head.encode())


def redirect(status: int, target: str) -> Callable[..., None]:
    return busy(status, f"Location: {target}")


def trickle(start: bytes) -> Callable[..., None]:
    def fault(client: socket.socket, _request: bytes, _backend: int) -> None:
        client.sendall(start)
        with contextlib.suppress(OSError):
            while True:
                client.sendall(b" ")
                time.sleep(0.1)

    return fault


def once(fault: Callable[..., None]) -> Callable[[int, bytes], Callable[..., None] | None]:
    return lambda number, _request: fault if number == 0 else None


def always(fault: Callable[..., None]) -> Callable[[int, bytes], Callable[..., None]]:
    return lambda _number, _request: fault


@contextlib.contextmanager
def _proxy(url: str = "http://127.0.0.1:1") -> Iterator[Proxy]:
    with Proxy(int(url.rpartition(":")[2])) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with _proxy() as proxy:
        yield proxy


@pytest.fixture
def canary() -> Iterator[Proxy]:
    """A server that nobody may speak to."""
    with _proxy() as canary:
        yield canary
        assert canary.requests == []


YES = say_json(b'{"head":{},"boolean":true}')


def _ask(url: str, query: str = "ASK {}", **options: float) -> list[dict[str, str]]:
    with Endpoint(url, **{"seconds": PLENTY, **options}) as endpoint:  # type: ignore[arg-type]
        return endpoint.ask(query).records()


# Patience and its end


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_server_is_asked_again(proxy: Proxy, status: int) -> None:
    proxy.plan = lambda number, _: busy(status) if number < 2 else YES
    assert _ask(proxy.url) == [{"answer": "true"}]
    assert len(proxy.requests) == 3


@pytest.mark.parametrize("fault", [hang_up, say(b"HTTP/1.1 200 OK\r\nContent-Le")])
def test_broken_connection_is_tried_again(proxy: Proxy, fault: Callable[..., None]) -> None:
    proxy.plan = lambda number, _: fault if number < 1 else YES
    assert _ask(proxy.url) == [{"answer": "true"}]


def test_half_an_answer_is_asked_for_again(filled: str) -> None:
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/devcoop/ns#Undertaking> } ORDER BY ?s"
    with _proxy(filled) as proxy:
        proxy.plan = once(cut_answer)
        rows = _ask(f"{proxy.url}/query", query)
        assert rows == _ask(f"{filled}/query", query)
        assert len(rows) > 100
        assert len(proxy.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 500, 303])
def test_other_refusals_are_final(proxy: Proxy, status: int) -> None:
    proxy.plan = always(busy(status))
    with pytest.raises(RemoteError, match=str(status)) as caught:
        _ask(proxy.url)
    assert caught.value.status == status
    assert len(proxy.requests) == 1


def test_retry_after_is_honoured_up_to_the_deadline(proxy: Proxy) -> None:
    now = time.time()
    date, soon, late = (
        email.utils.formatdate(then, usegmt=True) for then in (now, now - 5, now + 86_400)
    )
    fields = [("Retry-After: 1",), (f"Date: {date}", f"Retry-After: {soon}")]
    proxy.plan = lambda number, _: busy(503, *fields[number]) if number < 2 else YES
    assert _ask(proxy.url) == [{"answer": "true"}]
    for value in ("99999999", late):
        proxy.requests.clear()
        proxy.plan = always(busy(503, f"Retry-After: {value}"))
        with pytest.raises(RemoteTimeoutError, match="503"):
            _ask(proxy.url)
        assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    "value",
    [
        "1 Jan 99999999999999999999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Fri, 99 Dec 2020 99:99:99 GMT",
        "9" * 5000,
        "nan",
        "soon",
    ],
)
def test_absurd_pause_is_no_fault_of_ours(proxy: Proxy, value: str) -> None:
    proxy.plan = always(busy(503, f"Retry-After: {value}", f"Date: {value}"))
    result = _run("query", "-", "--endpoint", proxy.url, "--timeout", "1", text="ASK {}")
    assert result.exit_code in (3, 4), result.output
    assert len(result.stderr.strip().splitlines()) == 1


_NAMED = '{{"head":{{"vars":["g","n"]}},"results":{{"bindings":[{}]}}}}'
_GRAPH = f'"g":{{"type":"uri","value":"{names.CATALOG}/plan/x"}}'


@pytest.mark.series(one_in=4)
@pytest.mark.parametrize(
    "row",
    [
        f'{{{_GRAPH},"n":{{"type":"literal","value":"many"}}}}',
        f'{{{_GRAPH},"n":{{"type":"literal","value":"-1"}}}}',
        f'{{{_GRAPH},"n":{{"type":"literal","value":"{"9" * 5000}"}}}}',
        f'{{{_GRAPH},"n":{{"type":"uri","value":"urn:1"}}}}',
        f"{{{_GRAPH}}}",
        '{"n":{"type":"literal","value":"1"}}',
        "{}",
    ],
)
def test_counts_that_are_none_are_told_in_one_line(proxy: Proxy, row: str) -> None:
    proxy.plan = always(say_json(_NAMED.format(row).encode()))
    result = _run("push", "--endpoint", proxy.url, "--update", proxy.url, "--dry-run")
    assert result.exit_code == 3, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX:",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_server_that_trickles_is_cut(proxy: Proxy, start: bytes) -> None:
    proxy.plan = always(trickle(start))
    result = _run("query", "-", "--endpoint", proxy.url, "--timeout", "1", text="ASK {}")
    assert result.exit_code == 4, result.output
    assert "1 seconds" in result.stderr


def test_server_that_never_answers_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(RemoteTimeoutError):
            _ask(f"http://127.0.0.1:{port}/", seconds=0.5)


def test_answer_that_is_too_long_is_an_error(proxy: Proxy) -> None:
    proxy.plan = always(say_json(b" " * 5000 + b'{"head":{},"boolean":true}'))
    with pytest.raises(RemoteError, match="longer than 1000 bytes"):
        _ask(proxy.url, max_bytes=1000)
    assert len(proxy.requests) == 1


def test_server_that_ran_out_of_time_has_not_answered(dataset: Dataset) -> None:
    cross = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with _serve("serve", "--union-default-graph", "--timeout-s", "1") as url:
        only = f"{names.CATALOG}/reference/places"
        _push(url, dataset, only=(only,))
        with pytest.raises(RemoteError, match="cut"):
            _ask(f"{url}/query", cross)


# Who is told what


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_followed_on_the_same_server(proxy: Proxy, status: int) -> None:
    proxy.plan = lambda number, _: YES if number else redirect(status, "/elsewhere?x=1")
    assert _ask(f"{proxy.url}/query") == [{"answer": "true"}]
    first, second = proxy.requests
    assert second.startswith(b"POST /elsewhere?x=1 ")
    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2] != b""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "x@127.0.0.1"])
def test_redirect_elsewhere_is_not_followed(
    proxy: Proxy, canary: Proxy, status: int, host: str
) -> None:
    target = f"http://{host}:{canary.server_address[1]}/"
    proxy.plan = always(redirect(status, target))
    result = _run("query", "-", "--endpoint", proxy.url, text="ASK {}", **SECRETS)
    assert result.exit_code == 3, result.output
    _check_hidden(result)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "//["])
def test_redirect_to_a_file_is_not_followed(proxy: Proxy, target: str) -> None:
    proxy.plan = always(redirect(302, target))
    result = _run("query", "-", "--endpoint", proxy.url, text="ASK {}")
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 1


def test_redirects_come_to_an_end(proxy: Proxy) -> None:
    proxy.plan = always(redirect(307, "/again"))
    with pytest.raises(RemoteError, match="without end"):
        _ask(proxy.url)


def test_no_proxy_of_the_environment_is_used(
    proxy: Proxy, canary: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, canary.url)
    proxy.plan = always(YES)
    assert _ask(proxy.url) == [{"answer": "true"}]


SECRETS = {
    "DEVCOOP_ENDPOINT_USER": "visitor",
    "DEVCOOP_ENDPOINT_PASSWORD": "hush-hush",
}
BASIC = "dmlzaXRvcjpodXNoLWh1c2g="


def _check_hidden(result: Result) -> None:
    for secret in (*SECRETS.values(), BASIC, "t0ken"):
        assert secret not in result.output


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (SECRETS, f"Basic {BASIC}"),
        ({"DEVCOOP_ENDPOINT_TOKEN": "t0ken-t0ken"}, "Bearer t0ken-t0ken"),
        ({}, None),
    ],
)
def test_credentials_are_sent_and_never_shown(
    proxy: Proxy, environment: dict[str, str], expected: str | None
) -> None:
    echo = f"No, {expected} \x1b[31mred\u202e hush-hush\nsecond line".encode()
    proxy.plan = always(say(b"HTTP/1.1 401 Denied\r\nContent-Length: 99\r\n\r\n" + echo.ljust(99)))
    for words in (["query", "-"], ["push"]):
        result = _run(*words, "--endpoint", f"{proxy.url}/?key=k3y", text="ASK {}", **environment)
        assert result.exit_code == 3, result.output
        assert len(result.stderr.strip().splitlines()) == 1
        assert "401: No" in result.stderr
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]|k3y|second", result.output)
        if expected:
            assert expected.partition(" ")[2] not in result.output
    found = re.search(rb"(?i)\r\nauthorization: ([^\r]*)", proxy.requests[0])
    assert (found[1].decode() if found else None) == expected
    assert re.search(rb"(?i)\r\nuser-agent: devcoop/\d", proxy.requests[0])


def test_credentials_do_not_go_to_another_server(proxy: Proxy, canary: Proxy) -> None:
    for option in ("--update", "--graph-store"):
        result = _run("push", "--endpoint", proxy.url, option, canary.url, **SECRETS)
        assert result.exit_code == 3, result.output
        assert "another server" in result.stderr
        _check_hidden(result)


@pytest.mark.parametrize("option", ["--endpoint", "--update", "--graph-store"])
def test_password_in_an_address_is_refused_and_not_shown(option: str) -> None:
    words = [option, "http://visitor:hush-hush@127.0.0.1/"]
    if option != "--endpoint":
        words += ["--endpoint", "http://127.0.0.1:1/"]
    result = _run("push", *words)
    assert result.exit_code == 2
    _check_hidden(result)


def test_request_has_the_query_and_nothing_that_no_standard_has(proxy: Proxy) -> None:
    proxy.plan = always(YES)
    _ask(f"{proxy.url}/query", "# where is the address, please add\nASK {}")
    head, _, body = proxy.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /query HTTP/1.1")
    assert body.startswith(b"query=%23+where")
    assert b"&" not in body


# Questions to a server


def _run(*words: str, text: str | None = None, **environment: str) -> Result:
    return CliRunner().invoke(main, list(words), input=text, env=environment)


@pytest.mark.parametrize("query", ANSWERED, ids=lambda one: one.name)
def test_library_gives_the_same_answer_from_a_server(
    query: Query, filled: str, dataset: Dataset
) -> None:
    with Endpoint(f"{filled}/query", seconds=PLENTY) as endpoint:
        there = endpoint.ask(query.bind_for_others({}))
    here = dataset.store.query(query.text)
    if query.topic not in ("competency", "explore"):
        # Their order leaves some rows even, and two stores may then differ.
        there.rows.sort(key=str)
        here.rows.sort(key=str)
    assert there == here


def test_there_are_queries_to_compare() -> None:
    topics = {"competency", "explore"}
    assert {one.name for one in LIBRARY.values() if one.topic in topics} <= {
        one.name for one in ANSWERED
    }


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json"])
def test_command_writes_the_same_from_a_server(form: str, filled: str) -> None:
    words = ["query", "undertakings-by-theme", "-p", "theme=th:metrology", "-f", form]
    there = _run(*words, "--endpoint", f"{filled}/query")
    assert there.exit_code == 0, there.output
    assert there.stderr == ""
    assert there.stdout == _run(*words).stdout != ""


def test_graph_comes_as_turtle(filled: str) -> None:
    text = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t , <https://w3id.org/devcoop/ns#Plan> }"
    words = ["query", "-", "-f", "turtle"]
    there = _run(*words, "--endpoint", f"{filled}/query", text=text)
    assert there.stdout == _run(*words, text=text).stdout != ""


def test_xml_is_read_where_a_server_has_no_json(filled: str) -> None:
    def answer(client: socket.socket, request: bytes, backend: int) -> None:
        only = re.sub(
            rb"(?i)\r\naccept: [^\r]*", b"\r\nAccept: application/sparql-results+xml", request
        )
        pass_on(client, only, backend)

    with _proxy(filled) as proxy:
        proxy.plan = always(answer)
        query = LIBRARY["plan-periods"].text
        assert _ask(f"{proxy.url}/query", query) == _ask(f"{filled}/query", query)


def test_text_of_a_server_does_not_steer_the_terminal(proxy: Proxy) -> None:
    value = b'{"type":"literal","value":"\\u001b]0;title\\u0007\\u202ered"}'
    proxy.plan = always(
        say_json(b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":' + value + b"}]}}")
    )
    result = _run("query", "-", "--endpoint", proxy.url, text="SELECT ?a WHERE {}")
    assert result.exit_code == 0, result.output
    assert "title" in result.stdout
    assert not re.search("[\x1b\x07\u202e]", result.stdout)


def test_service_and_other_refusals_never_leave(canary: Proxy) -> None:
    text = f"SELECT * WHERE {{ SERVICE <{canary.url}> {{ ?s ?p ?o }} }}"
    result = _run("query", "-", "--endpoint", canary.url, text=text)
    assert result.exit_code == 3
    assert "SERVICE" in result.stderr
    words = ["query", "plan-periods", "--similarities", "--endpoint", canary.url]
    assert _run(*words).exit_code == 2


def test_server_says_what_is_wrong_with_a_query(filled: str) -> None:
    result = _run("query", "-", "--endpoint", f"{filled}/query", text="SELECT WHERE")
    assert result.exit_code == 3
    assert re.fullmatch(r"Error: http://[^ ]+/query: 400: error at 1:13: .+\n", result.stderr)


def test_server_without_the_union_is_warned_of(server: str, old: Dataset) -> None:
    words = ["query", "plan-periods", "-f", "csv", "--endpoint", f"{server}/query"]
    assert _run(*words).stderr == ""
    _push(server, old)
    result = _run(*words)
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    assert "default graph leaves out" in result.stderr


# Carrying a dataset

_BIG = f"{names.CATALOG}/plan/big"
_BLANK = f"{names.CATALOG}/ontology"
_SMALL = f"{names.CATALOG}/schemes/small"
_FOREIGN = "http://example.org/graph"
_P = ox.NamedNode("http://example.org/p")


def _make(analysis: Analysis, version: int) -> Dataset:
    """Make a dataset: a graph of several batches, one with blank nodes, a small one."""
    store = ox.Store()
    big, blank, small = map(ox.NamedNode, (_BIG, _BLANK, _SMALL))
    for number in range(10 + version):
        here = ox.NamedNode(f"http://example.org/{number}")
        text = ox.Literal(f'{version} \\u0041 "quoted" é\n' + "x" * 120_000, language="en")
        store.add(ox.Quad(here, _P, text, big))
        node = ox.BlankNode()
        store.add(ox.Quad(node, _P, ox.Literal(number * version), blank))
        store.add(ox.Quad(here, _P, node, blank))
    store.add(ox.Quad(here, _P, ox.Literal(version), small))
    for graph in (big, blank, small):
        store.add(ox.Quad(graph, _P, ox.Literal(version)))
    whole = Store()
    whole.adopt((), store)
    return Dataset(whole, analysis)


@pytest.fixture(scope="module")
def old(analysis: Analysis) -> Dataset:
    return _make(analysis, 1)


@pytest.fixture(scope="module")
def new(analysis: Analysis) -> Dataset:
    return _make(analysis, 2)


def _push(
    url: str,
    dataset: Dataset,
    *,
    doors: Doors | None = None,
    seconds: float = PLENTY,
    only: tuple[str, ...] = (),
    dry: bool = False,
    prune: bool = False,
) -> dict[str, str]:
    with Endpoint(f"{url}/query", seconds=seconds) as endpoint:
        push = Push(dataset, endpoint, doors or find_doors(endpoint), only=only)
        return {step.graph: step.state for step in push.run(dry=dry, prune=prune)}


def _update(url: str, text: str) -> None:
    request = urllib.request.Request(f"{url}/update", text.encode())
    request.add_header("Content-Type", "application/sparql-update")
    urllib.request.urlopen(request).close()


def _read(url: str, name: str | None) -> list[ox.Triple]:
    """Read a graph over the Graph Store protocol; the default graph for None."""
    address = f"{url}/store?{f'graph={name}' if name else 'default'}"
    request = urllib.request.Request(address, headers={"Accept": "application/n-triples"})
    with urllib.request.urlopen(request) as answer:
        return [one.triple for one in ox.parse(answer.read(), format=ox.RdfFormat.N_TRIPLES)]


def _select(url: str, query: str) -> list[dict[str, str]]:
    """Ask without the code that is tested."""
    data = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(f"{url}/query", data, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request) as answer:
        return list(csv.DictReader(io.StringIO(answer.read().decode())))


def _own(dataset: Dataset, name: str | None) -> list[ox.Triple]:
    home = ox.NamedNode(name) if name else ox.DefaultGraph()
    return [quad.triple for quad in dataset.store.quads(graph=home)]


def _holds(url: str, dataset: Dataset, name: str | None) -> bool:
    return measure(_read(url, name)) == measure(_own(dataset, name))


def _list(url: str) -> set[str]:
    rows = _select(url, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    return {row["g"] for row in rows}


def _all(dataset: Dataset, state: str) -> dict[str, str]:
    return dict.fromkeys([*dataset.graphs(), DESCRIPTION], state)


DOORS = {
    "updates": Doors(update="{}/update"),
    "store": Doors(graph_store="{}/store"),
    "both": Doors("{}/update", "{}/store"),
}


def _doors(kind: str, url: str) -> Doors:
    doors = DOORS[kind]
    return Doors(doors.update.format(url), doors.graph_store.format(url))


@pytest.mark.series(one_in=6)
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("updates", ()),
        ("updates", ("--union-default-graph",)),
        ("both", ("--union-default-graph",)),
        ("store", ()),
    ],
)
def test_everything_arrives(kind: str, words: tuple[str, ...], dataset: Dataset) -> None:
    with _serve("serve", *words) as url:
        doors = _doors(kind, url)
        assert _push(url, dataset, doors=doors) == _all(dataset, "sent and verified")
        assert _list(url) == set(dataset.graphs())
        for name in (*dataset.graphs(), None):
            assert _holds(url, dataset, name), name
        assert _push(url, dataset, doors=doors) == _all(dataset, "already there")


@pytest.mark.parametrize("kind", DOORS)
def test_new_version_takes_the_place_of_the_old(
    kind: str, server: str, old: Dataset, new: Dataset
) -> None:
    for version in (old, new, old):
        assert set(_push(server, version, doors=_doors(kind, server)).values()) == {
            "sent and verified"
        }
        for name in (*version.graphs(), None):
            assert _holds(server, version, name), name


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize("status", [400, 413, 500])
def test_batches_shrink_until_the_server_takes_them(
    server: str, dataset: Dataset, status: int
) -> None:
    with _proxy(server) as proxy:
        proxy.plan = lambda _, request: busy(status) if len(request) > 400_000 else None
        assert _push(proxy.url, dataset, doors=_doors("updates", proxy.url)) == _all(
            dataset, "sent and verified"
        )
        assert sum(len(request) > 400_000 for request in proxy.requests) > 1
    for name in dataset.graphs():
        assert _holds(server, dataset, name), name


def test_doors_of_the_server_are_found(server: str) -> None:
    with Endpoint(f"{server}/query", seconds=PLENTY) as endpoint:
        assert find_doors(endpoint) == _doors("both", server)
    with Endpoint(f"{server}/update", seconds=PLENTY) as endpoint:
        assert find_doors(endpoint) == _doors("updates", server)


@pytest.mark.parametrize("end", ["", "-auth"])
def test_doors_of_a_virtuoso_are_known(proxy: Proxy, end: str) -> None:
    """It describes none: its description lists what SPARQL 1.0 has."""
    head = b"HTTP/1.1 200 OK\r\nServer: Virtuoso/07.20\r\nContent-Length: 0\r\n\r\n"
    proxy.plan = lambda _, request: say(head) if b" /sparql" in request else busy(404)
    with Endpoint(f"{proxy.url}/sparql{end}", seconds=PLENTY) as endpoint:
        store = f"{proxy.url}/sparql-graph-crud{end}"
        assert find_doors(endpoint) == Doors(f"{proxy.url}/sparql{end}", store)


def test_server_that_only_answers_is_refused(tmp_path: Path) -> None:
    with _serve("serve", "--location", str(tmp_path)):
        pass
    with _serve("serve-read-only", "--location", str(tmp_path)) as url:
        result = _run("push", "--endpoint", f"{url}/query")
        assert result.exit_code == 3, result.output
        assert "403: The server is read-only" in result.stderr
        result = _run("push", "--endpoint", f"{url}/query", "--update", f"{url}/update")
        assert result.exit_code == 3, result.output
        assert "403: The server is read-only" in result.stderr


class _Reader(threading.Thread):
    """Counts the triples of each graph again and again."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.seen, self.asked = url, set[tuple[str, str]](), 0
        self._enough = threading.Event()

    def run(self) -> None:
        wanted = " ".join(f"<{name}>" for name in (_BIG, _BLANK, _SMALL))
        # A graph that is not there counts as one of 0 triples.
        query = (
            f"SELECT ?g (COUNT(?s) AS ?n) WHERE {{ VALUES ?g {{ {wanted} }} "
            "OPTIONAL { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g"
        )
        while not self._enough.wait(0.02):
            self.seen |= {(row["g"], row["n"]) for row in _select(self.url, query)}
            self.asked += 1

    def stop(self) -> set[tuple[str, str]]:
        self._enough.set()
        self.join()
        assert self.asked > 10
        return self.seen


def _sizes(*versions: Dataset) -> set[tuple[str, str]]:
    return {(name, str(len(_own(one, name)))) for one in versions for name in one.graphs()}


def _count_requests(server: str, kind: str, old: Dataset, new: Dataset) -> int:
    _push(server, old)
    with _proxy(server) as proxy:
        _push(proxy.url, new, doors=_doors(kind, proxy.url))
        return len(proxy.requests)


@pytest.mark.series(one_in=6)
@pytest.mark.parametrize("kind", ["updates", "both"])
@pytest.mark.parametrize("fault", [hang_up, cut_request, lose_answer])
def test_push_that_breaks_anywhere_goes_on_and_no_graph_is_ever_half(
    kind: str, fault: Callable[..., None], server: str, old: Dataset, new: Dataset
) -> None:
    _update(server, f"INSERT DATA {{ GRAPH <{_FOREIGN}> {{ <{_FOREIGN}> <{_FOREIGN}> 1 }} }}")
    total = _count_requests(server, kind, old, new)
    assert total > 15
    _push(server, old)
    reader = _Reader(server)
    reader.start()
    # Each of the faults, over each of the ways, takes its own sixth of the places.
    first = 2 * [hang_up, cut_request, lose_answer].index(fault) + (kind == "both")
    for broken in range(first, total, 6):
        with _proxy(server) as proxy:
            proxy.plan = lambda number, _, at=broken: (  # type: ignore[misc]
                None if number < at else fault if number == at else hang_up
            )
            with pytest.raises(RemoteError):
                _push(proxy.url, new, doors=_doors(kind, proxy.url), seconds=0.9)
        for name in new.graphs():
            assert _holds(server, old, name) or _holds(server, new, name), name
        states = _push(server, new, doors=_doors(kind, server))
        assert set(states) == {*new.graphs(), DESCRIPTION}
        assert all(_holds(server, new, name) for name in (*new.graphs(), None))
        assert _list(server) == {*new.graphs(), _FOREIGN}
        _push(server, old)
    assert reader.stop() <= _sizes(old, new)
    assert len(_read(server, _FOREIGN)) == 1


def test_second_run_sends_only_what_is_missing(server: str, old: Dataset) -> None:
    with _proxy(server) as proxy:
        proxy.plan = lambda _, request: (
            hang_up if b"MOVE" in request and b"schemes/small" in request else None
        )
        with pytest.raises(RemoteError):
            _push(proxy.url, old, doors=_doors("updates", proxy.url))
    states = _push(server, old)
    assert states[_BIG] == states[_BLANK] == "already there"
    assert states[_SMALL] == states[DESCRIPTION] == "sent and verified"


def test_answer_that_is_lost_is_no_harm(server: str, old: Dataset) -> None:
    seen = list[bytes]()

    def plan(_number: int, request: bytes) -> Callable[..., None] | None:
        if request.startswith(b"POST /update") and request not in seen:
            seen.append(request)
            return lose_answer
        return None

    with _proxy(server) as proxy:
        proxy.plan = plan
        states = _push(proxy.url, old, doors=_doors("updates", proxy.url))
    assert set(states.values()) == {"sent and verified"}
    assert all(_holds(server, old, name) for name in (*old.graphs(), None))
    assert sum(request.count(b"MOVE GRAPH") for request in seen) == len(old.graphs())


def test_move_is_never_sent_twice(server: str, old: Dataset) -> None:
    with _proxy(server) as proxy:
        proxy.plan = lambda _, request: busy(504) if b"MOVE GRAPH" in request else None
        with pytest.raises(RemoteError, match="504"):
            _push(proxy.url, old, doors=_doors("updates", proxy.url))
        assert sum(b"MOVE GRAPH" in request for request in proxy.requests) == 1


def test_server_that_keeps_something_else_is_told_of(server: str, old: Dataset) -> None:
    where = f"GRAPH <{_SMALL}> {{ ?s ?p ?o }}"
    other = f"INSERT {{ GRAPH <{_SMALL}> {{ ?s ?p 7 }} }}"

    def spoil(client: socket.socket, request: bytes, backend: int) -> None:
        answer = _ask_backend(request, backend)
        _update(server, f"DELETE {{ {where} }} {other} WHERE {{ {where} }}")
        client.sendall(answer)

    with _proxy(server) as proxy, Endpoint(f"{proxy.url}/query", seconds=PLENTY) as endpoint:
        proxy.plan = lambda _, request: (
            spoil if b"MOVE" in request and b"schemes/small" in request else None
        )
        steps = Push(old, endpoint, _doors("updates", proxy.url)).run()
        assert [next(steps).graph, next(steps).graph] == [_BLANK, _BIG]
        with pytest.raises(RemoteError, match="not there as it was sent"):
            next(steps)


def test_numbers_of_the_same_value_are_told(server: str, old: Dataset) -> None:
    where = f"GRAPH <{_SMALL}> {{ ?s ?p ?o }}"
    other = f"INSERT {{ GRAPH <{_SMALL}> {{ ?s ?p 1.0 }} }}"
    _push(server, old)
    _update(server, f"DELETE {{ {where} }} {other} WHERE {{ {where} }}")
    assert _push(server, old)[_SMALL] == "already there; some numbers in another form"


_NO_DEFAULT = b"Virtuoso 37000 Error SP031: SPARQL compiler: No plain default graph specified"
_NO_STORE = b"<html><h1>Failed</h1>\n<xmp>the endpoint has no default graph</xmp></html>"


def _without_default(_number: int, request: bytes) -> Callable[..., None] | None:
    """Refuse the default graph as Virtuoso does."""
    if b"DELETE { ?s ?p ?o }" in request:
        return say(
            b"HTTP/1.1 400 No\r\nContent-Length: %d\r\n\r\n" % len(_NO_DEFAULT) + _NO_DEFAULT
        )
    if b"/store?default" in request:
        fields = b"Content-Type: text/html\r\nContent-Length: %d" % len(_NO_STORE)
        return say(b"HTTP/1.1 500 No\r\n%s\r\n\r\n%s" % (fields, _NO_STORE))
    return None


@pytest.mark.parametrize("kind", DOORS)
def test_description_is_a_named_graph_where_there_is_no_default_graph(
    kind: str, server: str, old: Dataset, new: Dataset
) -> None:
    with _proxy(server) as proxy:
        proxy.plan = _without_default
        for version in (old, new):
            for state in ("sent and verified", "already there"):
                states = _push(proxy.url, version, doors=_doors(kind, proxy.url), prune=True)
                assert states[DESCRIPTION_GRAPH] == state
                assert DESCRIPTION not in states
            assert measure(_read(server, DESCRIPTION_GRAPH)) == measure(_own(version, None))
        states = _push(proxy.url, new, doors=_doors(kind, proxy.url), only=(_SMALL,), prune=True)
        assert states == {_SMALL: "already there"}
    assert _list(server) == {*new.graphs(), DESCRIPTION_GRAPH}
    assert _read(server, None) == []


def test_description_that_is_empty_now_leaves_no_graph(server: str, old: Dataset) -> None:
    bare = Store()
    bare.add_all({name: _own(old, name) for name in old.graphs()})
    with _proxy(server) as proxy:
        proxy.plan = _without_default
        _push(proxy.url, old, doors=_doors("updates", proxy.url))
        states = _push(proxy.url, Dataset(bare, old.analysis), doors=_doors("updates", proxy.url))
    assert states.pop(DESCRIPTION_GRAPH) == "sent and verified"
    assert states == dict.fromkeys(old.graphs(), "already there")
    assert _list(server) == set(old.graphs())


def _give_at_most(most: int) -> Callable[[int, bytes], Callable[..., None] | None]:
    """Cut triples in silence, as Virtuoso does."""

    def cut(client: socket.socket, request: bytes, backend: int) -> None:
        data = request.partition(b"\r\n\r\n")[2]
        fields = {"Accept": "application/n-triples"}
        again = urllib.request.Request(f"http://127.0.0.1:{backend}/query", data, fields)
        with urllib.request.urlopen(again) as answer:
            body = b"".join(answer.readlines()[:most])
        head = b"Content-Type: application/n-triples\r\nContent-Length: %d" % len(body)
        client.sendall(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n%s" % (head, body))

    return lambda _, request: cut if b"query=CONSTRUCT" in request else None


def test_graphs_that_are_too_much_for_one_answer_are_read_in_parts(
    server: str, dataset: Dataset
) -> None:
    only = (names.FINDINGS_GRAPH, f"{names.CATALOG}/ontology")
    with _proxy(server) as proxy:
        proxy.plan = _give_at_most(600)
        for state in ("sent and verified", "already there"):
            states = _push(proxy.url, dataset, doors=_doors("updates", proxy.url), only=only)
            assert states == dict.fromkeys(only, state)
        proxy.plan = _give_at_most(2)
        with pytest.raises(RemoteError, match=r"gives only .* cannot be compared"):
            _push(proxy.url, dataset, doors=_doors("updates", proxy.url), only=only[:1])


def test_others_keep_what_they_have(server: str, old: Dataset, new: Dataset) -> None:
    said = ox.Triple(ox.NamedNode(_FOREIGN), _P, ox.Literal("theirs"))
    _update(server, f"INSERT DATA {{ {said} . GRAPH <{_FOREIGN}> {{ {said} }} }}")
    for kind in ("updates", "both"):
        for version in (old, new):
            _push(server, version, doors=_doors(kind, server), prune=True)
            assert _read(server, _FOREIGN) == [said]
            assert set(_read(server, None)) == {said, *_own(version, None)}
    with pytest.raises(RemoteError, match="1 triples of others"):
        _push(server, old, doors=_doors("store", server))
    assert set(_read(server, None)) == {said, *_own(new, None)}


@pytest.mark.parametrize("kind", DOORS)
def test_graphs_that_we_no_longer_have_go_only_if_told_so(
    kind: str, server: str, old: Dataset
) -> None:
    gone, staging = f"{names.CATALOG}/plan/gone", f"{names.CATALOG}/staging/0/1"
    for name in (gone, staging, _FOREIGN):
        _update(server, f"INSERT DATA {{ GRAPH <{name}> {{ <{name}> <{name}> 1 }} }}")
    doors = _doors(kind, server)
    assert _push(server, old, doors=doors, dry=True, prune=True)[gone] == "not in this dataset"
    assert _list(server) == {gone, staging, _FOREIGN}
    assert _push(server, old, doors=doors)[gone] == "not in this dataset"
    assert _list(server) == {*old.graphs(), gone, _FOREIGN}
    assert _push(server, old, doors=doors, prune=True)[gone] == "removed"
    assert _list(server) == {*old.graphs(), _FOREIGN}


def test_only_the_graphs_that_are_named_are_sent(server: str, old: Dataset) -> None:
    assert _push(server, old, only=(_SMALL,)) == {_SMALL: "sent and verified"}
    assert _list(server) == {_SMALL}
    assert _read(server, None) == []


# The command


def test_command_says_what_became_of_each_graph(server: str) -> None:
    words = ["push", "--endpoint", f"{server}/query", "-f", "csv"]
    dry = _run(*words, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert _list(server) == set()
    sent = _run(*words)
    assert sent.exit_code == 0, sent.output
    assert sent.stderr == ""
    assert sent.stdout == dry.stdout.replace("to be sent", "sent and verified")
    assert f"{names.FINDINGS_GRAPH}," in sent.stdout
    again = _run(*words, "--dry-run")
    assert again.stdout == dry.stdout.replace("to be sent", "already there")


def test_example_of_the_help_runs(server: str) -> None:
    shown = _run("push", "--help").stdout
    example = re.search(r"Example: devcoop (.+)\s*\Z", shown, re.DOTALL)
    assert example, shown
    line = re.sub(r"http://[^ ]+/query", f"{server}/query", example[1])
    assert _run(*shlex.split(line)).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 2),
        (["--endpoint", "ftp://127.0.0.1/"], 2),
        (["--endpoint", "{}/query", "--graph", "http://example.org/none"], 2),
        (["--endpoint", "{}/query", "--graph", _SMALL, "--prune"], 2),
        (["--endpoint", "{}/query", "--reviews", "nothing.ttl"], 3),
        (["--endpoint", "{}/nothing"], 3),
    ],
)
def test_command_says_what_it_could_not(words: list[str], code: int, server: str) -> None:
    result = _run("push", *(word.format(server) for word in words))
    assert result.exit_code == code, result.output
    assert _list(server) == set()


def test_push_out_of_time_exits_4(proxy: Proxy) -> None:
    proxy.plan = always(trickle(b"HTTP/1.1 200 OK\r\n"))
    assert _run("push", "--endpoint", proxy.url, "--timeout", "1").exit_code == 4


def test_dataset_of_the_built_in_plans_is_the_graph(dataset: Dataset) -> None:
    assert set(build_graph().graphs()) < set(dataset.graphs())


def test_token_and_password_together_are_refused(canary: Proxy) -> None:
    both = {**SECRETS, "DEVCOOP_ENDPOINT_TOKEN": "t0ken-t0ken"}
    result = _run("query", "-", "--endpoint", canary.url, text="ASK {}", **both)
    assert result.exit_code == 3
    _check_hidden(result)
    assert Credentials("a", "b").headers() != {}
