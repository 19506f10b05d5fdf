"""Print how many small queries per second devcoop answers, beside other servers, in one run.

Every server has the same quads and gets the same mix of queries: a SELECT of about 17 rows, the
initiatives of one kind of work and the passages that state them, for 12 kinds in turn. Their
answers are compared before anything is timed; a server that answers anything but success while
it is timed ends the run. Rounds are interleaved; the figures are medians with the least and the
most, and ratios are taken within each round. Where other work runs on the machine, the CPU time
of an answer is the steadier figure.

`devcoop serve` runs as it comes, with its deadlines and guards on. `oxigraph serve-read-only`
has its store on disk, `rdflib-endpoint serve` has rdflib's in memory. "bare" is the least that
Python can do: Starlette and pyoxigraph in memory, with no guard, no deadline and one process.
"new texts" adds a comment to every query, so that no server has seen its text before.

Needs wrk (`apt-get install wrk`) and `pip install 'devcoop[benchmarks]'`.

Run: python benchmarks/serve.py [--seconds N] [--rounds N] [--check] [--write]
     --check fails below the ratios that are promised; --write keeps the tables in README.md
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import quote

from servers import (
    HOST,
    HTTP_OK,
    JSON,
    Server,
    devcoop_command,
    find_program,
    oxigraph_command,
    run_server,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- printed by benchmarks/serve.py -->", "<!-- end of print -->"

CONNECTIONS = (1, 8, 32)
NEW_TEXTS = 8  # connections of the run with new texts
OXIGRAPH, RDFLIB = "oxigraph serve-read-only", "rdflib-endpoint serve"
OWN, BARE = "**devcoop serve**", "bare Starlette, pyoxigraph"
BEFORE = "devcoop serve, as it was before"
WANTED = {OXIGRAPH: 0.3, RDFLIB: 4.0, BEFORE: 0.9}  # least ratio of devcoop's rate to theirs
BLOCKED_SECONDS = 10.0

FUNCTIONS = (
    "adopt",
    "agree",
    "apply",
    "assess-needs",
    "coordinate",
    "engage",
    "export",
    "found",
    "inform",
    "make-policy",
    "strengthen",
    "teach",
)
SMALL = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX devc: <https://w3id.org/devcoop/ns#>
SELECT ?initiative ?identifier ?passage
WHERE {
  ?initiative devc:function <https://w3id.org/devcoop/function/%s> ;
    dcterms:identifier ?identifier ;
    devc:hasEvidence ?passage .
}
"""
HEAVY = "SELECT (COUNT(*) AS ?pairs) WHERE { ?a ?b ?c . ?d ?e ?f FILTER (?c != ?f) }"

SCRIPT = """
local paths, tail = { %s }, "%s"
local count, run = 0, ""
function init(args) run = args[1] or "" end
function request()
  count = count + 1
  local path = paths[count %% #paths + 1]
  if run ~= "" then path = path .. tail .. run .. "-" .. count end
  return wrk.format("GET", path)
end
wrk.headers["Accept"] = "%s"
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests": %%d, "us": %%d, "failed": %%d, "p50": %%d, "p99": %%d}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Run:
    """What one run of wrk measured.

    Attributes:
        rate: Answers per second.
        p50_ms: Half of the answers took no longer, in milliseconds.
        p99_ms: 99 % of the answers took no longer.
        cpu_us: CPU time that the server used for one answer, in microseconds.
    """

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


Load = tuple[int, bool]  # connections, and whether every text is new
LOADS: tuple[Load, ...] = (*((number, False) for number in CONNECTIONS), (NEW_TEXTS, True))
Runs = dict[tuple[str, Load], list[Run]]


@dataclass(frozen=True)
class Beside:
    """How long small queries took while a heavy one ran.

    Attributes:
        times_ms: Of those that were answered.
        is_blocked: Whether one was not answered in time.
    """

    times_ms: list[float]
    is_blocked: bool

    def __str__(self) -> str:
        if self.is_blocked:
            return f"blocked over {BLOCKED_SECONDS:.0f} s"
        return f"{median(self.times_ms):.1f} / {max(self.times_ms):.0f}"


def write_data(folder: Path) -> Path:
    """Write the published dataset as N-Quads."""
    from devcoop.dataset import build_dataset  # noqa: PLC0415  (not needed by the bare server)

    path = folder / "data.nq"
    path.write_text("".join(f"{line}\n" for line in build_dataset().lines), encoding="utf-8")
    return path


def start_servers(
    stack: ExitStack, data: Path, folder: Path, before: Path | None = None
) -> list[Server]:
    """Start all servers with the same quads; devcoop is the first."""
    own = devcoop_command(data)
    if before:
        earlier = ["env", f"PYTHONPATH={before.resolve()}", *own]
        return [
            stack.enter_context(run_server(OWN, own, "/sparql")),
            stack.enter_context(run_server(BEFORE, earlier, "/sparql")),
        ]
    endpoint = find_program("rdflib-endpoint") or "rdflib-endpoint"
    bare = [sys.executable, __file__, "--bare", str(data), "{port}"]
    union = oxigraph_command(
        data, folder / "store", "--union-default-graph", verb="serve-read-only"
    )
    rdflib = [endpoint, "serve", str(data), "--host", HOST, "--port", "{port}"]
    commands = {
        OWN: (own, "/sparql"),
        OXIGRAPH: (union, "/query"),
        BARE: (bare, "/sparql"),
        RDFLIB: (rdflib, "/"),
    }
    return [
        stack.enter_context(run_server(name, command, path))
        for name, (command, path) in commands.items()
    ]


def read_answer(server: Server, query: str) -> list[tuple[tuple[str, ...], ...]]:
    """Ask a query and read its rows, in one order and with types that mean the same left out."""
    status, body = server.ask(query)
    if status != HTTP_OK:
        sys.exit(f"{server.name} answers {status}: {body[:200]!r}")
    return sorted(
        tuple(sorted((name, cell["value"], cell.get("xml:lang", "")) for name, cell in row.items()))
        for row in json.loads(body)["results"]["bindings"]
    )


def check_answers(servers: Sequence[Server]) -> float:
    """Check that all servers answer the same, and give the mean number of rows."""
    counts = []
    for function in FUNCTIONS:
        answers = [read_answer(server, SMALL % function) for server in servers]
        for server, answer in zip(servers, answers, strict=True):
            if answer != answers[0] or not answer:
                sys.exit(f"{server.name} answers otherwise for {function}: {len(answer)} rows")
        counts.append(len(answers[0]))
    return sum(counts) / len(counts)


def write_script(server: Server, folder: Path) -> Path:
    """Write what wrk is to send to a server."""
    paths = ", ".join(f'"{server.address(SMALL % function)}"' for function in FUNCTIONS)
    path = folder / f"{server.port}.lua"
    path.write_text(SCRIPT % (paths, quote("# "), JSON), encoding="utf-8")
    return path


def run_wrk(server: Server, script: Path, load: Load, seconds: int, number: int) -> Run:
    """Load a server for some seconds and measure."""
    connections, is_new = load
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-s", str(script), f"http://{HOST}:{server.port}/"]
    command += ["--", str(number)] if is_new else []
    before = server.measure_cpu_seconds()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    cpu_seconds = server.measure_cpu_seconds() - before
    server.note_memory()
    found = json.loads(printed.rpartition("RESULT ")[2])
    if found["failed"] or not found["requests"]:
        sys.exit(f"{server.name}, {connections} connections: {found['failed']} requests failed")
    count, million = found["requests"], 1_000_000
    rate, cpu_us = count / found["us"] * million, cpu_seconds / count * million
    return Run(rate, found["p50"] / 1000, found["p99"] / 1000, cpu_us)


def run_rounds(servers: Sequence[Server], folder: Path, seconds: int, rounds: int) -> Runs:
    """Load every server in turn, round by round, each round beginning with another one."""
    scripts = {server.name: write_script(server, folder) for server in servers}
    runs: Runs = {(server.name, load): [] for server in servers for load in LOADS}
    for server in servers:
        run_wrk(server, scripts[server.name], LOADS[1], 1, 0)  # to warm up
    for number in range(rounds):
        turn = number % len(servers)
        for load in LOADS:
            for server in (*servers[turn:], *servers[:turn]):
                one = run_wrk(server, scripts[server.name], load, seconds, number + 1)
                runs[server.name, load].append(one)
                print(f"round {number + 1}: {server.name}, {load}: {one}", file=sys.stderr)
    return runs


def measure_beside_heavy(server: Server, seconds: float) -> Beside:
    """Measure small queries, one after the other, while the server works on a heavy one."""
    times: list[float] = []
    with socket.create_connection((HOST, server.port)) as heavy:
        head = f"GET {server.address(HEAVY)} HTTP/1.1\r\nHost: {HOST}\r\nAccept: {JSON}\r\n\r\n"
        heavy.sendall(head.encode())
        time.sleep(0.3)
        connection = HTTPConnection(HOST, server.port, timeout=BLOCKED_SECONDS)
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                start = time.perf_counter()
                connection.request(
                    "GET", server.address(SMALL % FUNCTIONS[len(times) % len(FUNCTIONS)])
                )
                connection.getresponse().read()
                times.append((time.perf_counter() - start) * 1000)
        except (OSError, HTTPException):
            return Beside(times, is_blocked=True)
        finally:
            connection.close()
        server.note_memory()
        heavy.setblocking(False)
        try:
            said = heavy.recv(60)
        except BlockingIOError:
            return Beside(times, is_blocked=False)
        sys.exit(f"{server.name} ended the heavy query too early to measure beside it: {said!r}")


def compare_rates(runs: Runs, other: str, load: Load) -> float:
    """Give the median ratio of devcoop's rate to another's, round by round."""
    pairs = zip(runs[OWN, load], runs[other, load], strict=True)
    return median(own.rate / theirs.rate for own, theirs in pairs)


def find_broken(runs: Runs) -> list[str]:
    """List the promises that do not hold."""
    measured = {name for name, _ in runs}
    ratios = {
        (other, number): compare_rates(runs, other, (number, False))
        for other in WANTED
        for number in CONNECTIONS
        if other in measured
    }
    return [
        f"{ratio:.2f} of {other} at {number} connections, {WANTED[other]:g} are promised"
        for (other, number), ratio in ratios.items()
        if ratio < WANTED[other]
    ]


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Render a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def render_rate(runs: Sequence[Run]) -> str:
    """Render the median rate with the least and the most."""
    rates = [one.rate for one in runs]
    return f"{median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"


def render_latency(runs: Sequence[Run]) -> str:
    """Render the medians of p50 and p99."""
    return f"{median(one.p50_ms for one in runs):.1f} / {median(one.p99_ms for one in runs):.1f}"


def render_rates(servers: Sequence[Server], runs: Runs) -> str:
    """Render answers per second, by server and load."""
    head = ["answers per second", *(f"{number} at once" for number in CONNECTIONS)]
    head.append(f"{NEW_TEXTS} at once, new texts")
    rows = [[one.name, *(render_rate(runs[one.name, load]) for load in LOADS)] for one in servers]
    for other in (one.name for one in servers if one.name != OWN):
        ratios = [f"{compare_rates(runs, other, load):.2f}" for load in LOADS]
        wanted = f" (≥ {WANTED[other]:g} promised)" if other in WANTED else ""
        rows.append([f"devcoop ÷ {other}{wanted}", *ratios])
    return render_table(head, rows)


def render_costs(servers: Sequence[Server], runs: Runs, beside: dict[str, Beside]) -> str:
    """Render latency and memory, by server."""
    head = [
        "p50 / p99, ms",
        *(f"{number} at once" for number in CONNECTIONS),
        "beside a heavy query, p50 / worst",
        f"CPU of an answer, µs, {NEW_TEXTS} at once",
        "memory, MB",
    ]
    rows = [
        [
            one.name,
            *(render_latency(runs[one.name, (number, False)]) for number in CONNECTIONS),
            str(beside[one.name]),
            f"{median(run.cpu_us for run in runs[one.name, (NEW_TEXTS, False)]):,.0f}",
            f"{one.peak_mb:.0f}",
        ]
        for one in servers
    ]
    return render_table(head, rows)


def measure(seconds: int, rounds: int, before: Path | None) -> tuple[str, list[str]]:
    """Run everything; give the report and the promises that do not hold."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        data = write_data(folder)
        quads = len(data.read_text(encoding="utf-8").splitlines())
        servers = start_servers(stack, data, folder, before)
        rows = check_answers(servers)
        runs = run_rounds(servers, folder, seconds, rounds)
        beside = {one.name: measure_beside_heavy(one, min(4, seconds)) for one in servers}
        said = f"{quads:,} quads, {rows:.0f} rows in the mean; median (least–most) of {rounds} "
        said += f"interleaved rounds of {seconds} s each, wrk on the same machine."
        parts = [said, render_rates(servers, runs), render_costs(servers, runs, beside)]
        return "\n\n".join(parts), find_broken(runs)


def write_report(report: str) -> None:
    """Keep the report in the README, between its two marks."""
    path = ROOT / "README.md"
    marked = re.compile(f"{START}.*?{END}", re.DOTALL)
    text = path.read_text(encoding="utf-8")
    path.write_text(marked.sub(lambda _: f"{START}\n\n{report}\n\n{END}", text), encoding="utf-8")


def serve_bare(data: str, port: str) -> None:
    """Serve a file with the least code: any query, on the event loop, without a limit."""
    import pyoxigraph as ox  # noqa: PLC0415
    import uvicorn  # noqa: PLC0415
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.responses import Response  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    store = ox.Store()
    store.load(path=data, format=ox.RdfFormat.N_QUADS)

    async def answer(request: Request) -> Response:
        result = store.query(request.query_params["query"], use_default_graph_as_union=True)
        if isinstance(result, ox.QueryTriples):
            return Response("only SELECT and ASK", status_code=400)
        return Response(result.serialize(format=ox.QueryResultsFormat.JSON), media_type=JSON)

    application = Starlette(routes=[Route("/sparql", answer)])
    uvicorn.run(application, host=HOST, port=int(port), log_level="warning")


def find_missing() -> list[str]:
    """Say how to get what is not installed."""
    ways = {
        "wrk": (shutil.which("wrk"), "`apt-get install wrk`"),
        "oxigraph": (find_program("oxigraph"), "`pip install 'devcoop[benchmarks]'`"),
        "rdflib-endpoint": (find_program("rdflib-endpoint"), "`pip install 'devcoop[benchmarks]'`"),
    }
    return [f"{name} is not here: {way}" for name, (found, way) in ways.items() if not found]


def main() -> None:
    """Print the report; with --check, fail when a promise does not hold."""
    if sys.argv[1:2] == ["--bare"]:
        serve_bare(*sys.argv[2:4])
        return
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=4, help="length of a run")
    parser.add_argument("--rounds", type=int, default=5, help="how often each server is loaded")
    parser.add_argument("--check", action="store_true", help="fail below the promised ratios")
    parser.add_argument("--write", action="store_true", help="keep the tables in README.md")
    parser.add_argument(
        "--before",
        type=Path,
        help="the folder `src` of an earlier checkout, to be measured beside this one alone",
    )
    chosen = parser.parse_args()
    if not chosen.before and (missing := find_missing()):
        sys.exit("\n".join(missing))
    report, broken = measure(chosen.seconds, chosen.rounds, chosen.before)
    print(report)
    if chosen.write:
        write_report(report)
    if chosen.check and broken:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
