"""The real command, started once for each set of options."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SPARQL = "/sparql"
_START_SECONDS = 240  # on a machine that has much else to do
PROGRAM = ("-m", "devcoop")
_ADDRESS = re.compile(r"http://([\d.]+):(\d+)/")


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Serving:
    """A running server."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        source: str = "127.0.0.1",
    ) -> Answer:
        connection = http.client.HTTPConnection(
            self.host, self.port, timeout=60, source_address=(source, 0)
        )
        with contextlib.closing(connection):
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())

    def get(self, path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, headers=named)

    def query(self, text: str, *, source: str = "127.0.0.1", **params: str) -> Answer:
        path = f"{SPARQL}?{urlencode({'query': text, **params})}"
        accept = {"accept": "application/sparql-results+json, text/turtle;q=0.9"}
        return self.request("GET", path, headers=accept, source=source)

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=60)

    def talk(self, raw: bytes) -> bytes:
        """Send bytes as they are and read until the server hangs up."""
        with self.connect() as connection:
            received = b""
            # Who is refused may be hung up on before all was sent.
            with contextlib.suppress(ConnectionError):
                connection.sendall(raw)
            with contextlib.suppress(ConnectionError):
                while part := connection.recv(65_536):
                    received += part
            return received

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def children(self) -> list[int]:
        """Give the numbers of all processes below it that have not ended."""
        return list_below(self.process.pid)

    def descriptors(self) -> int:
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def wait_for(self, holds: Callable[[], bool], seconds: float = 30) -> bool:
        """Wait until something holds; False if it never does."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)


def list_below(process: int) -> list[int]:
    """Give the numbers of all processes below one that have not ended."""
    found: list[int] = []
    waiting = [process]
    while waiting:
        below = _read_children(waiting.pop())
        found += below
        waiting += below
    return list(filter(is_alive, found))


def _read_children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        texts = [(task / "children").read_text(encoding="ascii") for task in tasks]
    except OSError:
        return []
    return [int(number) for text in texts for number in text.split()]


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@contextlib.contextmanager
def run_server(
    folder: Path, *options: str, store: Path | None = None, program: tuple[str, ...] = PROGRAM
) -> Iterator[Serving]:
    log = folder / "log.txt"
    home = ["--store", str(store)] if store else []
    command = [sys.executable, *program, *home, "serve", "--port", "0", *options]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file)
    try:
        yield _wait_for_address(process, log)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> Serving:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        found = _ADDRESS.search(log.read_text(encoding="utf-8"))
        if found:
            return Serving(process, found[1], int(found[2]), log)
        if process.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def start() -> Callable[..., contextlib.AbstractContextManager[Serving]]:
    """Starts a server with a folder for its log, options of the command, and its store."""
    return run_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The server as it is used, with the built-in plans."""
    with run_server(tmp_path_factory.mktemp("server")) as serving:
        yield serving


@pytest.fixture(scope="session")
def strict_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server with little patience, for those who try it."""
    options = ("--timeout", "2", "--memory", "256", "--max-rows", "1000", "--workers", "3")
    with run_server(tmp_path_factory.mktemp("strict"), *options) as serving:
        yield serving
