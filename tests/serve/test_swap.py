"""The data change under the server: no request notices, but for the newer answer."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.serve.conftest import is_alive, list_below

from devcoop.load import load_files, unload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.serve.conftest import Answer, Serving

    Start = Callable[..., AbstractContextManager[Serving]]

ASKED = "SELECT ?version { <urn:x:data> <urn:x:version> ?version }"


def _write(store: Path, version: str) -> None:
    file = store.with_name("data.nq")
    file.write_text(f'<urn:x:data> <urn:x:version> "{version}" <urn:x:graph> .\n', encoding="utf-8")
    load_files(store, [file])


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be changed."""
    store = tmp_path_factory.mktemp("old") / "store"
    _write(store, "old")
    return store


@pytest.fixture
def data(old: Path, tmp_path: Path) -> Path:
    return shutil.copytree(old, tmp_path / "store")


@pytest.fixture
def serving(data: Path, start: Start) -> Iterator[Serving]:
    with start(data.parent, store=data) as one:
        yield one


@pytest.fixture(scope="module")
def kept_on(
    old: Path, start: Start, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Serving, Path]]:
    """A server that no test reloads, and its store."""
    folder = tmp_path_factory.mktemp("kept-on")
    data = shutil.copytree(old, folder / "store")
    with start(folder, store=data) as one:
        yield one, data


def _version(answer: Answer) -> str:
    return "new" if '"new"' in answer.text else "old" if '"old"' in answer.text else "none"


class Load:
    """Clients that ask again and again."""

    def __init__(self, serving: Serving, clients: int = 6) -> None:
        self.answers: list[Answer] = []
        self._serving, self._done = serving, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def _ask(self) -> None:
        while not self._done.is_set():
            self.answers.append(self._serving.query(ASKED))

    def __enter__(self) -> Load:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for one in self._threads:
            one.join()


def test_no_request_is_dropped_when_the_data_change(serving: Serving, data: Path) -> None:
    before = serving.query(ASKED).headers["etag"]
    with Load(serving) as load:
        assert serving.wait_for(lambda: len(load.answers) > 50)
        _write(data, "new")
        serving.reload()
        assert serving.wait_for(lambda: _version(load.answers[-1]) == "new", 60)
        count = len(load.answers)
        assert serving.wait_for(lambda: len(load.answers) > count + 50)
    assert {answer.status for answer in load.answers} == {200}
    # Each tag goes with its version, and the old version never comes back for one client.
    tags = {(_version(answer), answer.headers["etag"]) for answer in load.answers}
    assert sorted(version for version, _ in tags) == ["new", "old"]
    assert ("old", before) in tags
    # The processes of the old version have ended: launcher, nursery and workers are left.
    assert serving.wait_for(lambda: len(serving.children()) == 6)
    stale = serving.get(f"/sparql?query={ASKED.replace(' ', '%20')}", if_none_match=before)
    assert (stale.status, _version(stale)) == (200, "new")


@pytest.mark.series(one_in=4)
@pytest.mark.parametrize("content", [b"", b"000099\n", b"\xff\xfe", None])
def test_broken_data_keep_the_old(serving: Serving, data: Path, content: bytes | None) -> None:
    tag = serving.query(ASKED).headers["etag"]
    if content is None:
        (data / "current").unlink()
    else:
        (data / "current").write_bytes(content)
    with Load(serving, clients=2) as load:
        serving.reload()
        assert serving.wait_for(lambda: "stay as they were" in serving.said(), 60)
    answer = serving.query(ASKED)
    assert (answer.status, _version(answer), answer.headers["etag"]) == (200, "old", tag)
    assert {one.status for one in load.answers} == {200}
    complaint = [line for line in serving.said().splitlines() if "stay as they were" in line]
    assert len(complaint) == 1
    assert str(data) in complaint[0]
    assert serving.wait_for(lambda: len(serving.children()) == 6)


def test_nothing_over_http_changes_the_data(kept_on: tuple[Serving, Path]) -> None:
    serving, data = kept_on
    _write(data, "new")
    for method, path in [("POST", "/reload"), ("PUT", "/data/data.nq"), ("POST", "/sparql")]:
        assert serving.request(method, path, b"reload").status in (404, 405, 415)
    assert _version(serving.query(ASKED)) == "old"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_and_finishes_what_is_under_way(
    data: Path, start: Start, number: signal.Signals
) -> None:
    with start(data.parent, store=data) as serving:
        children = serving.children()
        slow = f"{ASKED.removesuffix('}')} FILTER(STRLEN(CONCAT('a', STR(RAND()))) > 0) }}"
        with Load(serving, clients=1) as load:
            assert serving.query(slow).status == 200
            load._done.set()
        serving.process.send_signal(number)
        assert serving.process.wait(30) == 0
        assert serving.wait_for(lambda: not any(_exists(pid) for pid in children))
        assert "Traceback" not in serving.said()


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").exists()


def test_workers_end_when_the_front_is_killed(data: Path, start: Start) -> None:
    with start(data.parent, store=data) as serving:
        children = serving.children()
        assert len(children) == 6
        serving.process.kill()
        assert serving.wait_for(lambda: not any(_exists(pid) for pid in children))


def test_a_lost_nursery_is_replaced(serving: Serving) -> None:
    nursery = next(pid for pid in serving.children() if len(_below(pid)) == 4)
    os.kill(nursery, signal.SIGKILL)
    assert serving.query(ASKED).status == 200
    assert serving.wait_for(lambda: "starting another" in serving.said())
    assert serving.wait_for(
        lambda: nursery not in serving.children() and len(serving.children()) == 6, 60
    )
    assert serving.query(ASKED).status == 200


def test_workers_that_are_killed_at_rest_keep_nobody_waiting(
    kept_on: tuple[Serving, Path],
) -> None:
    serving, _ = kept_on
    nursery = next(pid for pid in serving.children() if len(_below(pid)) == 4)
    for _ in range(5):
        assert serving.wait_for(lambda: len(_below(nursery)) == 4)
        request = b"GET /sparql?query=ASK%%7B%%7D%%23%d HTTP/1.0\r\n\r\n" % time.monotonic_ns()
        with serving.connect() as connection:
            for pid in _below(nursery):
                os.kill(int(pid), signal.SIGKILL)
            connection.sendall(request)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_data_that_come_back_are_opened_again(tmp_path: Path, start: Start) -> None:
    store, away = tmp_path / "store", tmp_path / "away"
    command = [sys.executable, "-m", "devcoop", "load", "--built-in", "--store", str(store)]
    subprocess.run(command, check=True, capture_output=True)
    with start(tmp_path, "--workers", "2", store=store) as serving:
        assert json.loads(serving.get("/health").body)["workers"] == 2
        store.rename(away)
        for pid in serving.children()[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert serving.wait_for(lambda: serving.get("/health").status == 503, 60)
        assert serving.wait_for(lambda: "could not be opened again" in serving.said(), 60)
        away.rename(store)
        assert serving.wait_for(lambda: serving.get("/health").status == 200, 120)
        assert serving.query(ASKED).status == 200


def _below(pid: int) -> list[str]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return file.read_text(encoding="ascii").split() if file.exists() else []


def test_help_ends_in_an_example_that_runs(tmp_path: Path, start: Start) -> None:
    shown = _run("--help").stdout
    example = shown.rpartition("Example: devcoop serve ")[2].split()
    assert example == ["--port", "8000"]
    with start(tmp_path, *example[2:]) as serving:
        assert serving.query("ASK {}").status == 200


def _run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "devcoop", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_port_in_use_is_told_in_one_line(kept_on: tuple[Serving, Path]) -> None:
    serving, _ = kept_on
    ended = _run("--port", str(serving.port))
    assert ended.returncode == 3
    assert len(ended.stderr.splitlines()) == 1
    assert "Address already in use" in ended.stderr


def test_broken_data_at_the_start_are_told_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "devcoop", "--store", str(tmp_path), "serve", "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 3
    assert len(ended.stderr.splitlines()) == 1
    assert "there is no store here" in ended.stderr


def test_data_on_disk_are_answered_from_and_a_newer_edition_is_taken(
    three_plans: Path, tmp_path: Path, start: Start
) -> None:
    store = shutil.copytree(three_plans, tmp_path / "store")
    with start(tmp_path, store=store) as serving:
        page = serving.get("/plan/iso-2016-2020.html", accept="text/html")
        count = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/devcoop/ns#Undertaking> }"
        assert (page.status, '"165"' in serving.query(count).text) == (200, True)
        described = serving.get("/theme/metrology.ttl", accept="text/turtle")
        assert b"metrology" in described.body
        unload(store, "unido-mic-2020")
        assert '"165"' in serving.query(count).text
        serving.reload()
        assert serving.wait_for(lambda: '"95"' in serving.query(count).text, 120)
        assert "Traceback" not in serving.said()
    # What the server had for itself is gone.
    assert not list((store / "work").iterdir())


def test_review_in_the_store_reaches_the_pages(
    three_plans: Path, tmp_path: Path, start: Start
) -> None:
    store = shutil.copytree(three_plans, tmp_path / "store")
    words = ["review", "ISO-output-3.5", "OBOR-IV.7.c", "--verdict", "dismiss"]
    command = [sys.executable, "-m", "devcoop", "--store", str(store), *words]
    subprocess.run([*command, "--by", "Me", "--note", "Not so."], check=True, timeout=120)
    dismissed = "ASK { ?r <https://w3id.org/devcoop/ns#verdict> ?v }"
    with start(tmp_path, store=store) as serving:
        assert "true" in serving.query(dismissed).text


def _wait_for_nursery(pid: int) -> list[int]:
    """Wait until the data are being opened, and give all processes below."""
    for _ in range(600):
        if len(below := list_below(pid)) >= len(("launcher", "nursery")):
            return below
        time.sleep(0.05)
    raise AssertionError("no nursery was started")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
def test_nothing_outlives_a_front_that_ends_while_the_data_are_opened(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "devcoop", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as front:
        below = _wait_for_nursery(front.pid)
        front.send_signal(number)
        front.wait(10)
    for _ in range(100):
        if not any(map(is_alive, below)):
            return
        time.sleep(0.1)
    raise AssertionError("a process outlived the front")


def test_loading_that_takes_too_long_is_ended_and_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "devcoop", "serve", "--port", "0", "--load-timeout", "0.2"]
    done = subprocess.run(
        command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3
    assert "out of time" in done.stderr
    assert "Traceback" not in done.stderr
