"""Start the SPARQL servers that the benchmarks put side by side, and ask them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from devcoop.load import load_files

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
HTTP_OK = 200
JSON = "application/sparql-results+json"
START_SECONDS = 90.0
PROC = Path("/proc")


@dataclass
class Server:
    """A running server.

    Attributes:
        name: What the tables call it.
        port: Where it listens on this machine.
        path: Where its SPARQL endpoint is.
        process: Its first process.
        peak_mb: The most memory seen so far, in MB; memory that its processes share counts once.
    """

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]
    peak_mb: float = field(default=0.0)

    @property
    def url(self) -> str:
        """The address of the SPARQL endpoint."""
        return f"http://{HOST}:{self.port}{self.path}"

    def address(self, query: str) -> str:
        """Give the path and query string that ask a query."""
        return f"{self.path}?{urlencode({'query': query})}"

    def ask(self, query: str, *, seconds: float = 30.0) -> tuple[int, bytes]:
        """Ask a query on a connection of its own.

        Args:
            query: SPARQL.
            seconds: How long to wait for each part of the answer.

        Returns:
            Status and body.
        """
        connection = HTTPConnection(HOST, self.port, timeout=seconds)
        try:
            connection.request("GET", self.address(query), headers={"Accept": JSON})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def note_memory(self) -> None:
        """Note how much memory it uses now, where the system tells (Linux)."""
        used = sum(map(read_memory_mb, list_processes(self.process.pid)))
        self.peak_mb = max(self.peak_mb, used)

    def measure_cpu_seconds(self) -> float:
        """Measure the CPU time that it has used, where the system tells (Linux)."""
        return sum(map(read_cpu_seconds, list_processes(self.process.pid)))


def list_processes(pid: int) -> list[int]:
    """List a process and all that it started."""
    found = [pid]
    for task in PROC.glob(f"{pid}/task/*/children"):
        with suppress(OSError):  # a thread may end while we look
            for child in task.read_text(encoding="ascii").split():
                found += list_processes(int(child))
    return found


def read_memory_mb(pid: int) -> float:
    """Read a process's proportional share of the memory in use; 0 if it has ended."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    sizes = [line.split()[1] for line in lines if line.startswith("Pss:")]
    return int(sizes[0]) / 1024 if sizes else 0.0


def read_cpu_seconds(pid: int) -> float:
    """Read the CPU time that a process has used; 0 if it has ended."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    # The name of the program, in brackets, may have blanks; 12 fields on are user and system time.
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def find_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def find_program(name: str) -> str | None:
    """Find a program that was installed beside the running Python."""
    path = Path(sys.executable).parent / name
    return str(path) if path.exists() else None


@contextmanager
def run_server(name: str, command: list[str], path: str) -> Iterator[Server]:
    """Run a server until the block ends.

    Args:
        name: What the tables call it.
        command: How to start it; `{port}` stands for the port.
        path: Where its SPARQL endpoint is.
    """
    port = find_port()
    full = [part.format(port=port) for part in command]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(full, stdout=subprocess.DEVNULL, stderr=said)
        server = Server(name, port, path, process)
        try:
            if not can_ask(server):
                said.seek(0)
                last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
                sys.exit(f"{name} does not answer: {last or full}")
            yield server
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, whether or not it wants to."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def can_ask(server: Server) -> bool:
    """Wait until a server answers; tell whether it does."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        try:
            if server.ask("ASK {}")[0] == HTTP_OK:
                return True
        except (OSError, HTTPException):
            time.sleep(0.1)
    return False


def devcoop_command(data: Path) -> list[str]:
    """Load a file into a store and give the command that serves it with devcoop."""
    store = data.with_suffix(".store")
    load_files(store, [data])
    return [sys.executable, "-m", "devcoop", "--store", str(store), "serve", "--port", "{port}"]


def oxigraph_command(data: Path, folder: Path, *options: str, verb: str = "serve") -> list[str]:
    """Load a file into a store on disk and give the command that serves it with oxigraph."""
    program = find_program("oxigraph") or "oxigraph"
    place = ["--location", str(folder)]
    load = [program, "load", *place, "--file", str(data)]
    subprocess.run(load, check=True, capture_output=True)
    return [program, verb, *place, "--bind", f"{HOST}:{{port}}", *options]
