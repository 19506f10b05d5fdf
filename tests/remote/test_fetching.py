"""Sources are taken from real servers: whole, or not at all; a run goes on where one broke off."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from tests.remote.test_servers import (
    Proxy,
    _proxy,
    _push,
    _serve,
    _update,
    always,
    cut_answer,
    hang_up,
    redirect,
    say,
    say_json,
    trickle,
)

from devcoop import names
from devcoop.cli import main
from devcoop.errors import RemoteError
from devcoop.load import Wishes, load_files
from devcoop.remote.endpoint import Endpoint
from devcoop.remote.fetching import fetch_sources, place_beside
from devcoop.store.folder import open_store
from devcoop.store.rdf import N_QUADS, serialize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devcoop.dataset import Dataset

PLENTY = 120.0
PLAN = f"{names.CATALOG}/plan/iso-2016-2020"
OTHER = "http://example.org/graph/other"
BLANK = "http://example.org/graph/blank"
SOURCES = 40
"""How many of the graphs of the built-in dataset are of sources."""


@pytest.fixture(scope="module")
def published(dataset: Dataset) -> Iterator[str]:
    with _serve("serve") as url:
        _push(url, dataset)
        yield url


@pytest.fixture(scope="module")
def file(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `devcoop export` writes of the same."""
    path = tmp_path_factory.mktemp("export") / "plans.nq"
    path.write_bytes(serialize(iter(dataset.store), N_QUADS))
    return path


@pytest.fixture
def server() -> Iterator[str]:
    """Three graphs: one of many things, one of few, one with nodes without names."""
    with _serve("serve") as url:
        things = " ".join(
            f'<http://example.org/{number}> <urn:p> {number} , "{number}"@en , "{number}"@fr .'
            for number in range(300)
        )
        _update(url, f"INSERT DATA {{ GRAPH <{PLAN}> {{ {things} }} }}")
        _update(url, f"INSERT DATA {{ GRAPH <{OTHER}> {{ <urn:a> <urn:p> <urn:b> , 1.0 }} }}")
        nodes = "_:a <urn:p> _:b . _:b <urn:p> <urn:c> . <urn:d> <urn:p> _:a"
        _update(url, f"INSERT DATA {{ GRAPH <{BLANK}> {{ {nodes} }} }}")
        yield url


def _fetch(url: str, place: Path, *graphs: str, page_rows: int = 100) -> list[str]:
    """Give the sorted lines that arrive."""
    with (
        Endpoint(f"{url}/query", seconds=PLENTY) as endpoint,
        fetch_sources(endpoint, place, graphs=graphs, page_rows=page_rows) as path,
    ):
        return sorted(path.read_text(encoding="utf-8").splitlines())


def _load(url: str, store: Path, *graphs: str, seconds: float = PLENTY) -> Result:
    named = [word for graph in graphs for word in ("--graph", graph)]
    words = ["load", "--endpoint", url, "--store", str(store), "--timeout", str(seconds)]
    return CliRunner().invoke(main, [*words, *named])


def _read(store: Path) -> tuple[list[object], list[str], str]:
    with open_store(store) as opened:
        return list(opened.sources), opened.canonical_lines(), opened.version


def test_store_is_the_same_as_from_the_file(published: str, file: Path, tmp_path: Path) -> None:
    load_files(tmp_path / "from-file", [file])
    result = _load(f"{published}/query", tmp_path / "from-server")
    assert result.exit_code == 0, result.output
    assert _read(tmp_path / "from-server") == _read(tmp_path / "from-file")
    assert not place_beside(tmp_path / "from-server").exists()


def test_findings_bring_the_reviews_only(published: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    result = _load(f"{published}/query", store, PLAN, names.FINDINGS_GRAPH)
    assert result.exit_code == 0, result.output
    with open_store(store) as opened:
        assert PLAN in opened.graphs()
        assert names.FINDINGS_GRAPH not in opened.graphs()


def test_own_server_gives_what_it_has(tmp_path: Path, file: Path) -> None:
    given, taken = tmp_path / "given", tmp_path / "taken"
    load_files(given, [], Wishes(built_in=True))
    command = [sys.executable, "-m", "devcoop", "--store", str(given), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        url = next(found[0] for line in process.stderr if (found := re.search(r"http\S+", line)))
        result = _load(urllib.parse.urljoin(url, "/sparql"), taken)
    finally:
        process.terminate()
        process.communicate()
    assert result.exit_code == 0, result.output
    load_files(tmp_path / "from-file", [file])
    assert _read(taken)[1] == _read(tmp_path / "from-file")[1]


@pytest.mark.parametrize("page_rows", [4, 100, 899, 900, 5000])
def test_pages_of_any_length_bring_all(server: str, tmp_path: Path, page_rows: int) -> None:
    lines = _fetch(server, tmp_path / "place", PLAN, page_rows=page_rows)
    assert len(lines) == len(set(lines)) == 900
    assert all(line.endswith(f"<{PLAN}> .") for line in lines)


def test_one_thing_with_more_than_a_page_comes_whole(server: str, tmp_path: Path) -> None:
    many = ", ".join(map(str, range(500)))
    _update(server, f"INSERT DATA {{ GRAPH <{PLAN}> {{ <http://example.org/5> <urn:p> {many} }} }}")
    assert len(_fetch(server, tmp_path / "place", PLAN)) == 1399


def test_nodes_without_names_stay_together(server: str, tmp_path: Path) -> None:
    lines = _fetch(server, tmp_path / "place", BLANK, OTHER)
    [end] = [line.split()[2] for line in lines if line.startswith("<urn:d>")]
    [middle] = [line.split()[2] for line in lines if line.startswith(end)]
    assert f"{middle} <urn:p> <urn:c> <{BLANK}> ." in lines
    assert len(lines) == 5


# What breaks off


@pytest.mark.parametrize("fault", [hang_up, cut_answer])
def test_run_goes_on_where_one_broke_off(
    server: str, tmp_path: Path, fault: Callable[..., None]
) -> None:
    whole = _fetch(server, tmp_path / "other", PLAN)
    store = tmp_path / "store"
    with _proxy(server) as proxy:
        pages = 0

        def plan(_: int, request: bytes) -> Callable[..., None] | None:
            nonlocal pages
            pages += b"LIMIT" in request
            return fault if pages > 4 else None

        proxy.plan = plan
        with pytest.raises(RemoteError):
            _fetch_through(proxy, store)
        assert not store.exists()
        proxy.requests.clear()
        proxy.plan = lambda _, __: None
        notes, lines = _fetch_through(proxy, store)
    assert lines == whole
    assert "going on at statement" in notes[0]
    assert sum(b"LIMIT" in one for one in proxy.requests) <= 7


def _fetch_through(proxy: Proxy, store: Path) -> tuple[list[str], list[str]]:
    notes: list[str] = []
    with (
        Endpoint(f"{proxy.url}/query", seconds=3) as endpoint,
        fetch_sources(
            endpoint, place_beside(store), graphs=[PLAN], page_rows=100, note=notes.append
        ) as path,
    ):
        return notes, sorted(path.read_text(encoding="utf-8").splitlines())


def test_killed_run_leaves_nothing_half_and_goes_on(published: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    command = [sys.executable, "-m", "devcoop", "load", "--store", str(store)]
    command += ["--endpoint", f"{published}/query"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PLENTY
    while not (place_beside(store) / "progress.json").exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (store / "current").exists()
    result = _load(f"{published}/query", store)
    assert result.exit_code == 0, result.output
    assert "going on at statement" in result.output
    with open_store(store) as opened:
        assert len(opened.graphs()) == SOURCES


def test_change_between_two_runs_starts_over(server: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with _proxy(server) as proxy:
        proxy.plan = lambda number, _: hang_up if number > 6 else None
        with pytest.raises(RemoteError):
            _fetch_through(proxy, store)
        _update(server, f"INSERT DATA {{ GRAPH <{PLAN}> {{ <urn:new> <urn:p> 1 }} }}")
        proxy.plan = lambda _, __: None
        notes, lines = _fetch_through(proxy, store)
    assert "starting over" in notes[0]
    assert len(lines) == 901


def test_change_meanwhile_loads_nothing(server: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with _proxy(server) as proxy:
        changed = False

        def plan(_: int, request: bytes) -> None:
            nonlocal changed
            if b"LIMIT" in request and not changed:
                changed = True
                new = "<http://example.org/zzz> <urn:p> 1"
                _update(server, f"INSERT DATA {{ GRAPH <{OTHER}> {{ {new} }} }}")

        proxy.plan = plan
        result = _load(f"{proxy.url}/query", store, PLAN, OTHER)
    assert result.exit_code == 3, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (store / "current").exists()
    assert _load(f"{server}/query", store, PLAN, OTHER).exit_code == 0


def test_two_runs_at_once_are_refused(server: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with (
        Endpoint(f"{server}/query", seconds=PLENTY) as endpoint,
        fetch_sources(endpoint, place_beside(store), graphs=[PLAN]),
    ):
        command = [sys.executable, "-m", "devcoop", "load", "--store", str(store)]
        command += ["--endpoint", f"{server}/query", "--graph", PLAN]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert "another process" in result.stderr


# Servers that mean no good


def _bindings(*rows: str) -> bytes:
    body = f'"results":{{"bindings":[{",".join(rows)}]}}'
    return f'{{"head":{{"vars":["g","n"]}},{body}}}'.encode()


_COUNT = '{"g":{"type":"uri","value":"%s"},"n":{"type":"literal","value":"%s"}}'
_TERM = '"%s":{"type":"%s","value":"%s"}'


def _row(subject: str, kind: str = "uri", value: str = "x") -> str:
    said = ("s", "uri", subject), ("p", "uri", "urn:p"), ("o", kind, value)
    return "{" + ",".join(_TERM % one for one in said) + "}"


def _pretend(*rows: str, count: str = "9") -> Callable[[int, bytes], Callable[..., None]]:
    """Answer as a server that has one graph, of which every page is the same."""

    def plan(_: int, request: bytes) -> Callable[..., None]:
        asked = urllib.parse.unquote_plus(request.decode())
        if "isBlank" in asked or "sha256" in asked:
            return say_json(_bindings())
        if "COUNT" in asked:
            return say_json(_bindings(_COUNT % (PLAN, count)))
        return say_json(_bindings(*rows).replace(b'"g","n"', b'"s","p","o"'))

    return plan


_SAME = _pretend(_row("urn:a"), _row("urn:b"))
_HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
_HUGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n" + b" " * (
    65 << 20
)


@pytest.mark.parametrize(
    "plan",
    [
        _SAME,
        _pretend(_row("urn:b"), _row("urn:a"), _row("urn:b")),
        _pretend(_row("urn:a"), _row("urn:a"), _row("urn:b")),
        _pretend(_row("urn:a", "bnode", "x"), _row("urn:b")),
        _pretend(_row("urn:a"), _row("urn:b c")),
        _pretend("{}", "{}"),
        _pretend(),
        _pretend(_row("urn:a"), count="999999999999"),
        _pretend(_row("urn:a"), count="many"),
        _pretend(_row("urn:a"), count="1e3"),
        always(say(_HTML)),
        always(say(_HUGE)),
        always(hang_up),
        always(redirect(302, "file:///etc/passwd")),
        always(trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")),
    ],
)
def test_hostile_server_ends_in_one_line(
    plan: Callable[[int, bytes], Callable[..., None]], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    with _proxy() as proxy:
        proxy.plan = plan
        began = time.monotonic()
        result = _load(proxy.url, store, PLAN, seconds=5)
    assert result.exit_code in (3, 4), result.output
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert time.monotonic() - began < PLENTY / 2
    assert not store.exists()


def test_what_cannot_be_asked_for_is_said(server: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    for graph, said in (("urn:none", "no graph urn:none"), ("no iri", "no IRI")):
        result = _load(f"{server}/query", store, graph)
        assert result.exit_code == 3
        assert said in result.stderr
    assert "no graph as a source" in _load(f"{server}/query", store).stderr
    with contextlib.chdir(tmp_path):
        result = CliRunner().invoke(main, ["load", "--graph", PLAN, "--store", "store"])
    assert result.exit_code == 2
    assert not store.exists()
