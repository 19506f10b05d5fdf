"""Requests of people who mean harm: refused or stopped, while others are answered."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serve.conftest import Serving

SMALL = "SELECT ?label { <https://w3id.org/devcoop/theme/metrology> ?p ?label } ORDER BY ?label"
CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DIRECT = {"content-type": "application/sparql-query"}
OTHER = "127.0.0.2"
MEBIBYTE = 1024 * 1024
ENOUGH_COUNTS = 10


class Canary:
    """A server on this machine that notes who comes."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.2)
        self.port = int(self._listening.getsockname()[1])

    def was_visited(self) -> bool:
        try:
            self._listening.accept()[0].close()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    with contextlib.closing(Canary()) as one:
        yield one


def _is_settled(serving: Serving, workers: int) -> bool:
    """Wait until there are a launcher, a nursery and so many workers."""
    return serving.wait_for(lambda: len(serving.children()) == workers + 2)


@pytest.fixture(scope="module")
def at_rest() -> list[int]:
    """Numbers of descriptors seen while the server had nothing to do."""
    return []


@pytest.fixture
def unharmed(strict_server: Serving, at_rest: list[int]) -> Iterator[Serving]:
    """The server, which is to be the same after a test as before it."""
    assert _is_settled(strict_server, 3)
    answer = strict_server.query(SMALL)
    # A worker that has just been replaced may exist before it is connected: one count is too few.
    at_rest.append(strict_server.descriptors())
    while len(at_rest) < ENOUGH_COUNTS:
        time.sleep(0.05)
        at_rest.append(strict_server.descriptors())
    descriptors = max(at_rest)
    yield strict_server
    assert _is_settled(strict_server, 3)
    assert strict_server.wait_for(lambda: strict_server.descriptors() <= descriptors)
    again = strict_server.query(SMALL)
    assert (again.status, again.body) == (200, answer.body)
    assert "Traceback" not in strict_server.said()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } FROM <file:///etc/passwd> { ?s ?p ?o }",
        "DESCRIBE <urn:x> FROM <file:///etc/passwd>",
        "PREFIX f: <file:///etc/> ASK FROM f:passwd {}",
        "BASE <file:///etc/> ASK FROM <passwd> {}",
    ],
)
def test_no_file_is_read(unharmed: Serving, query: str) -> None:
    answer = unharmed.query(query)
    assert answer.status == 403
    assert "root:" not in answer.text


SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { FILTER NOT EXISTS { ?a ?b ?c MINUS { SERVICE SILENT <URL> { ?s ?p ?o } } } }",
    "ASK { BIND(EXISTS { GRAPH ?g { SERVICE <URL> { ?s ?p ?o } } } AS ?x) }",
    "PREFIX c: <URL> SELECT * { SERVICE c: { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <\\u0068ttp://127.0.0.1:PORT/> { ?s ?p ?o } }",
    # One parser ends a comment at a carriage return, the other does not.
    "SELECT * { # hidden\rSERVICE <URL> { ?s ?p ?o }\n}",
    "SELECT * { # hidden \\u000a SERVICE <URL> { ?s ?p ?o } \n }",
    # One parser replaces escapes before it reads strings, the other afterwards.
    'SELECT * { ?s ?p "\\u0022 . #" . SERVICE <URL> { ?a ?b ?c } \n }',
    "SELECT * { ?s ?p '\\u0027 . #' OPTIONAL { SERVICE SILENT <URL> { ?a ?b ?c } } \n }",
]


@pytest.mark.parametrize("query", SERVICES)
@pytest.mark.parametrize("way", ["get", "form", "direct", "percent"])
def test_no_other_server_is_asked(unharmed: Serving, canary: Canary, query: str, way: str) -> None:
    text = query.replace("URL", f"http://127.0.0.1:{canary.port}/")
    text = text.replace("PORT", str(canary.port))
    if way == "get":
        answer = unharmed.query(text)
    elif way == "form":
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = unharmed.request("POST", "/sparql", urlencode({"query": text}).encode(), form)
    elif way == "direct":
        answer = unharmed.request("POST", "/sparql", text.encode(), DIRECT)
    else:
        every = "".join(f"%{byte:02X}" for byte in text.encode())
        answer = unharmed.get(f"/sparql?query={every}")
    assert answer.status in (400, 403)
    assert not canary.was_visited()


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {CROSS}",
        f"SELECT (COUNT(*) AS ?n) {CROSS}",
        f"SELECT ?a {CROSS} ORDER BY ?c",
        f"SELECT DISTINCT ?a ?d {CROSS}",
        f"ASK {{ {{ SELECT (COUNT(*) AS ?n) {CROSS} }} FILTER(?n < 0) }}",
        f"CONSTRUCT {{ ?a ?e ?i }} {CROSS}",
        "SELECT * { ?s (!<urn:a>)* ?o . ?t (!<urn:b>)* ?u }",
    ],
)
def test_what_takes_too_long_is_stopped_and_others_are_answered(
    unharmed: Serving, query: str
) -> None:
    statuses: list[int] = []
    heavy = [
        threading.Thread(target=lambda: statuses.append(unharmed.query(query).status))
        for _ in range(4)
    ]
    for one in heavy:
        one.start()
    light = [unharmed.query(SMALL, source=OTHER).status for _ in range(20)]
    for one in heavy:
        one.join()
    assert light == [200] * 20
    assert statuses
    assert set(statuses) <= {422, 503}


@pytest.mark.parametrize(
    "pattern", ["(a*)*(b*)*(.*)*x{50}$", "(x+x+)+y", "((a{1,99}){1,99}){1,99}", "(a|a?)+$"]
)
def test_no_pattern_takes_for_ever(unharmed: Serving, pattern: str) -> None:
    query = f'SELECT * {{ ?s ?p ?o FILTER REGEX(CONCAT(?o, ?s, "{"x" * 9000}"), "{pattern}") }}'
    assert unharmed.request("POST", "/sparql", query.encode(), DIRECT).status in (200, 422, 503)


def _read_memory(pid: int) -> int:
    """Read the bytes of the address space; 0 if the process is gone."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[0]) * 4096
    except OSError:
        return 0


def _double(times: int) -> str:
    """Write a text that is doubled again and again."""
    binds = [f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(times)]
    return f'SELECT (STRLEN(?x{times}) AS ?n) {{ BIND("0123456789" AS ?x0) {" ".join(binds)} }}'


def _replace(times: int) -> str:
    """Write a text each of whose characters becomes sixteen, again and again."""
    text = "?x"
    for _ in range(times):
        text = f'REPLACE({text}, ".", "0123456789abcdef")'
    return f'SELECT (STRLEN({text}) AS ?n) {{ BIND("0123456789" AS ?x) }}'


@pytest.mark.parametrize(
    "query",
    [
        _double(40),
        "SELECT (STRLEN(GROUP_CONCAT(CONCAT(STR(?a), STR(?c), STR(?d), STR(?f)))) AS ?n) "
        "{ ?a ?b ?c . ?d ?e ?f }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
        _replace(8),
    ],
)
def test_memory_stays_under_its_limit(unharmed: Serving, query: str) -> None:
    pids = unharmed.children()
    before = max(map(_read_memory, pids))
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max([most, *map(_read_memory, pids)])
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    answer = unharmed.query(query)
    done.set()
    watcher.join()
    assert answer.status in (422, 503)
    assert "stopped" in answer.text.lower()
    assert most <= before + 300 * MEBIBYTE


def _read_resident(serving: Serving) -> int:
    status = Path(f"/proc/{serving.process.pid}/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmRSS:")[2].split()[0])


@pytest.mark.parametrize("doublings", [21, 24])
@pytest.mark.parametrize("extra", [{"edit": "1"}, {"edit": "1", "lang": "fr"}, {"format": "json"}])
def test_no_page_is_longer_than_an_answer_may_be(
    server: Serving, doublings: int, extra: dict[str, str]
) -> None:
    before = _read_resident(server)
    binds = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(doublings))
    query = f'SELECT * {{ BIND("<&" AS ?a0) {binds} }}'
    answer = server.get(f"/sparql?{urlencode({'query': query, **extra})}")
    assert len(answer.body) <= 64 * MEBIBYTE
    assert answer.status in (200, 422, 503)
    assert _read_resident(server) - before < 200 * MEBIBYTE
    assert "Traceback" not in server.said()


def test_text_of_ten_megabytes_is_refused(unharmed: Serving) -> None:
    text = f"SELECT * {{ ?s ?p '{'x' * 10 * MEBIBYTE}' }}".encode()
    assert unharmed.request("POST", "/sparql", text, DIRECT).status == 413
    claimed = b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n"
    assert unharmed.talk(claimed).startswith(b"HTTP/1.1 413")
    chunk = b"%x\r\n%s\r\n" % (MEBIBYTE, b"x" * MEBIBYTE)
    chunked = b"POST /sparql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n" + chunk * 3
    assert unharmed.talk(chunked + b"0\r\n\r\n").startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ FILTER {'(' * 20_000}1{')' * 20_000} }}",
        f"ASK {'{' * 20_000}{'}' * 20_000}",
        f"ASK {{ ?s {'(' * 20_000}<urn:p>{')' * 20_000} ?o }}",
        f"ASK {{ FILTER ({'!' * 200_000}true) }}",
        f"ASK {{ ?s ?p {'[ ?p ' * 5_000} 1 {']' * 5_000} }}",
        f"ASK {{ ?s ?p 'service' FILTER {'(' * 3_000}1{')' * 3_000} }}",
        f"ASK {{ ?s ?p 'from' {' '.join(['OPTIONAL {'] * 500)} {'}' * 500} }}",
    ],
    ids=lambda query: query[:24],
)
def test_deep_nesting_harms_no_one_else(unharmed: Serving, query: str) -> None:
    answer = unharmed.request("POST", "/sparql", query.encode(), DIRECT)
    assert answer.status in (200, 400, 503)
    if answer.status != 200:
        assert json.loads(answer.body)["title"]


def test_a_client_that_hangs_up_is_not_worked_for(server: Serving) -> None:
    path = f"/sparql?{urlencode({'query': f'SELECT (COUNT(*) AS ?n) {CROSS}'})}"
    before = set(server.children())
    with server.connect() as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        time.sleep(1)
    # The worker is killed before its ten seconds are up, and another one takes its place.
    assert server.wait_for(lambda: bool(before - set(server.children())), 7)
    assert _is_settled(server, 4)


PATHS = [
    "/../etc/passwd",
    "/static/../../../etc/passwd",
    "/static/..%2f..%2f..%2fetc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/%252e%252e/x",
    "/static//etc/passwd",
    "/static/%00",
    "/data/../data/devcoop.nq",
    "/data/devcoop.nq%00.ttl",
    "//etc/passwd",
    "/theme//metrology",
    "/theme/metrology%0d%0ax-injected:%201",
    "/theme%5cmetrology",
    "/theme/metrology/../../agency/iso",
    "/" + "a" * 5000,
    "/file:///etc/passwd",
    "/http://127.0.0.1/",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_path_tricks_lead_nowhere(unharmed: Serving, path: str) -> None:
    raw = unharmed.talk(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    assert raw.startswith(b"HTTP/1.1 404")
    assert b"x-injected:" not in raw.lower().split(b"\r\n\r\n")[0]
    assert b"root:" not in raw


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
        b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n"
        b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad header\r\n\r\n",
        b"GET /\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\nhost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
        b"CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 50_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade, close\r\n\r\n",
    ],
    ids=lambda raw: repr(raw[:40]),
)
def test_header_tricks_end_in_an_answer_or_a_closed_connection(
    unharmed: Serving, raw: bytes
) -> None:
    answer = unharmed.talk(raw)
    assert not answer or answer.startswith(b"HTTP/1.1 ")
    assert b"Traceback" not in answer


@pytest.mark.parametrize("size", [200, 20_000, 60_000])
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_requests_that_come_all_at_once_are_answered(
    unharmed: Serving, verb: str, size: int
) -> None:
    asked = f"ASK{{}}#{'x' * size}"
    line, body = f"GET /sparql?query={quote(asked)}", ""
    if verb == "POST":
        line, body = "POST /sparql", asked
    fields = f"content-type: {DIRECT['content-type']}\r\ncontent-length: {len(body)}\r\n"
    one = f"{line} HTTP/1.1\r\nhost: x\r\n{fields}"
    raw = f"{one}\r\n{body}" * 19 + f"{one}connection: close\r\n\r\n{body}"
    assert unharmed.talk(raw.encode()).count(b"HTTP/1.1 200 ") == 20


def test_a_head_without_end_is_refused_after_a_request_that_was_answered(
    unharmed: Serving,
) -> None:
    head = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nhost: x\r\n"
    answer = unharmed.talk(head + b"\r\n" + head + b"x: " + b"a" * 4_000_000)
    assert not answer or b" 431 " in answer or b" 400 " in answer
    assert "Traceback" not in unharmed.said()


def test_address_of_the_host_header_is_not_repeated(unharmed: Serving) -> None:
    for path in ("/", "/sparql", "/theme/metrology", "/theme/metrology.ttl"):
        answer = unharmed.get(path, host="evil.example", x_forwarded_host="evil.example")
        assert b"evil.example" not in answer.body
        assert "evil.example" not in str(answer.headers)


def test_header_fields_cannot_be_slipped_in(unharmed: Serving) -> None:
    trick = quote("x\r\nx-injected: 1\r\n\r\n<script>alert(1)</script>")
    for path in (f"/theme/metrology?{trick}", f"/sparql?query={trick}", f"/?lang={trick}"):
        answer = unharmed.get(path, accept="text/html, */*;q=0.5")
        assert "x-injected" not in answer.headers
        assert b"<script>alert" not in answer.body


def _trickle_heads(serving: Serving, count: int) -> list[socket.socket]:
    connections = [serving.connect() for _ in range(count)]
    for place, one in enumerate(connections):
        kind = place % 3
        if kind == 0:
            one.sendall(b"GET / HTTP/1.1\r\nx: ")
        elif kind == 1:
            one.sendall(b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\nASK")
        else:
            # Asks for much and reads nothing.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.sendall(b"GET /data/devcoop.nq HTTP/1.1\r\nhost: x\r\n\r\n")
    return connections


def _is_hung_up_on(connection: socket.socket) -> bool:
    """Read until the other end closes; False if it does not."""
    connection.settimeout(60)
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


@pytest.mark.gate
def test_a_thousand_slow_clients_do_not_keep_others_waiting(server: Serving) -> None:
    descriptors = server.descriptors()
    wanted = server.query(SMALL).body
    connections = _trickle_heads(server, 1000)
    try:
        # On a busy machine the first are hung up on before the last ones come.
        assert server.wait_for(lambda: server.descriptors() >= 100 + descriptors, 10)
        for _ in range(10):
            answer = server.query(SMALL, source=OTHER)
            assert (answer.status, answer.body) == (200, wanted)
            for one in connections[::7]:
                with contextlib.suppress(OSError):
                    one.send(b"a")
        # Whoever has not finished a head or a body is hung up on; two of three have not.
        slow = [one for place, one in enumerate(connections) if place % 3 != 2]
        assert all(map(_is_hung_up_on, slow))
    finally:
        for one in connections:
            one.close()
    assert server.wait_for(lambda: server.descriptors() <= descriptors)
    assert _is_settled(server, 4)
    assert server.query(SMALL).body == wanted
    assert "Traceback" not in server.said()
