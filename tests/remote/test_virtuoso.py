"""A real Virtuoso: no default graph, 10,000 rows at most, digested passwords, its own numbers."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devcoop import names
from devcoop.cli import main
from devcoop.dataset import Dataset, build_dataset
from devcoop.remote.endpoint import Credentials, Endpoint
from devcoop.remote.pushing import DESCRIPTION_GRAPH, Doors, Push, find_doors
from devcoop.store import Store
from devcoop.store.terms import Literal, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.pipeline import Analysis

SERVER = shutil.which("virtuoso-t")
pytestmark = [
    pytest.mark.skipif(
        SERVER is None, reason="Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)"
    ),
    # Some minutes on a busy machine.
    pytest.mark.gate,
    # One server for all tests here.
    pytest.mark.xdist_group("virtuoso"),
]
# The user that each new database has.
WHO = Credentials("dba", "dba")
PLENTY = 120.0
SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CaseMode = 2
; A checkpoint ends what is being written.
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 10000
"""
LARGE = f"{names.CATALOG}/plan/large"


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, http = _free_ports()
    settings = folder / "virtuoso.ini"
    settings.write_text(SETTINGS.format(folder=folder, sql=sql, http=http), encoding="utf-8")
    command = [str(SERVER), "+foreground", "+configfile", str(settings)]
    log = (folder / "said.txt").open("wb")
    with log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process:
        try:
            _wait_for(process, http, folder)
            yield f"http://127.0.0.1:{http}"
        finally:
            process.kill()


def _wait_for(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + PLENTY
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"Virtuoso did not start: {(folder / 'said.txt').read_text(errors='replace')}")


def _push(url: str, dataset: Dataset, doors: Doors | None = None) -> dict[str, str]:
    with Endpoint(url, credentials=WHO, seconds=PLENTY) as endpoint:
        push = Push(dataset, endpoint, doors or find_doors(endpoint))
        return {step.graph: step.state for step in push.run(prune=True)}


@pytest.fixture(scope="module")
def built_in() -> Dataset:
    return build_dataset()


def _make(analysis: Analysis, version: int) -> Dataset:
    """Make a graph that is longer than an answer may be, and a description."""
    store = Store()
    predicate = NamedNode("http://example.org/p")
    things = (NamedNode(f"http://example.org/{number}") for number in range(11_000 + version))
    store.add(LARGE, [Triple(one, predicate, Literal(version)) for one in things])
    store.add(None, [Triple(NamedNode(LARGE), predicate, Literal(version))])
    return Dataset(store, analysis)


@pytest.fixture(scope="module")
def filled(server: str, analysis: Analysis) -> str:
    """The server's address, with a graph that is longer than an answer may be."""
    url = f"{server}/sparql-auth"
    for version, state in [(1, "sent"), (1, "there"), (2, "sent")]:
        states = _push(url, _make(analysis, version))
        told = {"sent": "sent and verified", "there": "already there"}[state]
        assert states == dict.fromkeys((LARGE, DESCRIPTION_GRAPH), told)
    return url


def _query(url: str, text: str, form: str = "csv") -> Result:
    who = {"DEVCOOP_ENDPOINT_USER": WHO.user, "DEVCOOP_ENDPOINT_PASSWORD": WHO.password}
    words = ["query", "-", "--endpoint", url, "-f", form, "--timeout", str(PLENTY)]
    return CliRunner().invoke(main, words, input=text, env=who)


@pytest.mark.parametrize(("thing", "answer"), [("?s", "true"), ("<http://example.org/x>", "false")])
def test_yes_and_no_are_read(filled: str, thing: str, answer: str) -> None:
    result = _query(filled, f"ASK {{ {thing} ?p ?o }}")
    assert (result.exit_code, result.stdout) == (0, f"answer\n{answer}\n"), result.output


def test_answers_are_whole(filled: str) -> None:
    graph = f"GRAPH <{LARGE}> {{ ?s ?p ?o }}"
    for text, lines in [
        (f"SELECT ?s WHERE {{ {graph} }} LIMIT 9999", 10_000),
        (f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {graph} }} LIMIT 9999", 10_000),
        ("CONSTRUCT WHERE { <http://example.org/7> ?p ?o }", 2),
    ]:
        result = _query(filled, text)
        assert (result.exit_code, result.stderr) == (0, ""), text
        assert result.stdout.count("\n") == lines


def test_many_solutions_that_give_few_triples_are_whole(filled: str) -> None:
    """What Virtuoso cuts is the set of triples, however many solutions lead to them."""
    found = f"GRAPH <{LARGE}> {{ ?s ?p ?o }} BIND(SUBSTR(MD5(STR(?s)), 1, 3) AS ?start)"
    count = _query(filled, f"SELECT (COUNT(DISTINCT ?start) AS ?n) WHERE {{ {found} }}")
    result = _query(filled, f"CONSTRUCT {{ <urn:a> <urn:p> ?start }} WHERE {{ {found} }}")
    assert (result.exit_code, count.exit_code) == (0, 0), result.output + count.output
    assert result.stdout.count("\n") == int(count.stdout.splitlines()[1]) + 1


@pytest.mark.parametrize("words", ["<http://example.org/7>", "?s WHERE { ?s ?p ?o }"])
def test_descriptions_are_refused_as_they_leave_things_out(filled: str, words: str) -> None:
    """A thing without a type is described as nothing."""
    result = _query(filled, f"DESCRIBE {words}")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "ask with CONSTRUCT WHERE { <thing> ?p ?o }" in result.stderr


def test_pages_are_answered_as_the_refusal_says(filled: str) -> None:
    inner = f"SELECT ?s WHERE {{ GRAPH <{LARGE}> {{ ?s ?p ?o }} }} ORDER BY ?s"
    result = _query(filled, f"SELECT ?s WHERE {{ {{ {inner} }} }} LIMIT 5000 OFFSET 10000")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1_003), result.output


@pytest.mark.parametrize("start", ["SELECT ?s", "CONSTRUCT { ?s ?p ?o }"])
def test_what_is_cut_is_refused(filled: str, start: str) -> None:
    result = _query(filled, f"{start} WHERE {{ GRAPH <{LARGE}> {{ ?s ?p ?o }} }}")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no more than 10000 rows, so this may be cut" in result.stderr


def test_strangers_are_told_so(filled: str) -> None:
    words = ["push", "--timeout", str(PLENTY), "--endpoint"]
    result = CliRunner().invoke(main, [*words, filled])
    assert (result.exit_code, result.stderr) == (3, f"Error: {filled}: 401 Unauthorized\n")
    open_to_all = filled.removesuffix("-auth")
    result = CliRunner().invoke(main, [*words, open_to_all])
    assert result.exit_code == 3
    assert "403: " in result.stderr
    assert "Permission denied" in result.stderr


def test_built_in_plans_arrive(server: str, filled: str, built_in: Dataset) -> None:
    states = _push(filled, built_in)
    assert states.pop(LARGE) == "removed"
    wanted = (*built_in.graphs(), DESCRIPTION_GRAPH)
    assert states == dict.fromkeys(wanted, "sent and verified")
    assert _push(filled, built_in) == dict.fromkeys(wanted, "already there")


def test_values_arrive_by_updates(filled: str, analysis: Analysis) -> None:
    """A decimal that comes back as an integer is told; the description is empty here."""
    store = Store()
    predicate = NamedNode("http://example.org/p")
    for value in (Literal("1.0", datatype=NamedNode(names.term("xsd:decimal"))), Literal("é\n")):
        store.add(LARGE, [Triple(NamedNode(LARGE), predicate, value)])
    plain = Dataset(store, analysis)
    for state in ("sent and verified", "already there"):
        states = _push(filled, plain, Doors(filled))
        assert states[LARGE] in (state, f"{state}; some numbers in another form")


def test_blank_nodes_arrive_by_updates(filled: str, analysis: Analysis) -> None:
    one = build_dataset().store
    store = Store()
    ontology = f"{names.CATALOG}/ontology"
    store.add(ontology, (quad.triple for quad in one.quads(graph=ontology)))
    assert _push(filled, Dataset(store, analysis), Doors(filled))[ontology] == "sent and verified"
