"""Work that may never end."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop import killable
from devcoop.errors import (
    ComparisonError,
    DevcoopError,
    OutOfMemoryError,
    OutOfTimeError,
    RemoteCutError,
    RemoteError,
    SourceError,
    TableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WAITING = """
import os, sys, time
from devcoop import killable
def work():
    print(os.getpid(), flush=True)
    time.sleep(60)
killable.run(work, what="a nap")
"""


def _fail() -> None:
    raise SourceError("plan.ttl", "a bracket is missing", 7)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


def test_work_that_takes_too_long_is_stopped_at_its_deadline() -> None:
    began = time.monotonic()
    with pytest.raises(OutOfTimeError, match=r"a nap: stopped, not done within 0\.2 seconds"):
        killable.run(lambda: time.sleep(60), what="a nap", seconds=0.2)
    assert time.monotonic() - began < 30


def test_work_that_wants_too_much_memory_is_stopped() -> None:
    with pytest.raises(OutOfMemoryError, match="the data: stopped"):
        killable.run(lambda: len(bytearray(1 << 30)), what="the data", memory_bytes=1 << 26)


def test_work_that_breaks_its_process_is_an_error() -> None:
    with pytest.raises(OutOfMemoryError):
        killable.run(lambda: os.kill(os.getpid(), signal.SIGKILL), what="the data")


MADE: dict[type[DevcoopError], Callable[[], DevcoopError]] = {
    ComparisonError: lambda: ComparisonError("score", "SELECT 1", "no such table"),
    RemoteCutError: lambda: RemoteCutError("no more than 5 rows", 5),
    RemoteError: lambda: RemoteError("refused", 503),
    SourceError: lambda: SourceError("plan.ttl", "a bracket is missing", 7),
    TableError: lambda: TableError([SourceError("list.csv", "no title", line) for line in (2, 3)]),
}
"""Errors that are made of more than what they say."""


def _list_kinds(kind: type[DevcoopError] = DevcoopError) -> list[type[DevcoopError]]:
    return [kind, *(below for one in kind.__subclasses__() for below in _list_kinds(one))]


@pytest.mark.parametrize("kind", _list_kinds(), ids=lambda kind: kind.__name__)
def test_every_error_passes_from_one_process_to_another(kind: type[DevcoopError]) -> None:
    error = MADE[kind]() if kind in MADE else kind("wrong")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), repr(vars(again))) == (kind, str(error), repr(vars(error)))


def test_unforeseen_error_is_told_as_what_it_is() -> None:
    with pytest.raises(DevcoopError, match="the data: KeyError: 'plan'"):
        killable.run(partial(dict[str, int]().__getitem__, "plan"), what="the data")


def test_error_of_the_work_comes_back_as_it_was() -> None:
    with pytest.raises(SourceError) as raised:
        killable.run(_fail, what="plan.ttl")
    assert (str(raised.value), raised.value.line) == ("plan.ttl:7: a bracket is missing", 7)


def test_work_can_be_kept_from_opening_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    with pytest.raises(OSError, match="Too many open files"):
        killable.run((tmp_path / "secret").read_bytes, what="a file", may_open=lambda: 0)


def test_large_result_comes_back_whole() -> None:
    assert killable.run(lambda: b"x" * 20_000_000, what="much") == b"x" * 20_000_000


def test_result_that_breaks_off_is_an_error_of_the_work(tmp_path: Path) -> None:
    """Who is killed while a large result goes through the pipe hands over a part of it."""
    number = tmp_path / "number"

    def work() -> bytes:
        number.write_text(str(os.getpid()), encoding="utf-8")
        return bytes(20_000_000)

    with killable.begin(work, what="a list") as finish:
        while not number.exists() or not (pid := number.read_text(encoding="utf-8")):
            time.sleep(0.01)
        # Nobody reads yet, so that it waits with its result; not every system tells for what.
        for _ in range(300):
            if "pipe" in Path(f"/proc/{pid}/wchan").read_text(encoding="utf-8"):
                break
            time.sleep(0.01)
        os.kill(int(pid), signal.SIGKILL)
        with pytest.raises(OutOfMemoryError, match="a list: stopped"):
            finish()


def test_work_that_began_is_done_while_this_process_does_something_else() -> None:
    with killable.begin(os.getpid, what="a number") as finish:
        own = os.getpid()
        assert finish() != own


def test_time_of_work_runs_from_its_beginning() -> None:
    with killable.begin(lambda: time.sleep(60), what="a nap", seconds=0.2) as finish:
        time.sleep(0.3)
        began = time.monotonic()
        with pytest.raises(OutOfTimeError, match=r"a nap: stopped, not done within 0\.2 seconds"):
            finish()
        assert time.monotonic() - began < 30


def test_work_that_was_done_in_time_may_be_fetched_late() -> None:
    with killable.begin(lambda: b"x" * 20_000_000, what="much", seconds=0.5) as finish:
        time.sleep(0.8)
        assert finish() == b"x" * 20_000_000


def test_work_that_nobody_waits_for_ends_with_its_context(tmp_path: Path) -> None:
    def work() -> None:
        (tmp_path / "pid").write_text(str(os.getpid()), encoding="utf-8")
        (tmp_path / "pid").rename(tmp_path / "ready")
        time.sleep(60)

    with killable.begin(work, what="a nap"):
        while not (tmp_path / "ready").exists():
            time.sleep(0.01)
    assert not _is_alive(int((tmp_path / "ready").read_text(encoding="utf-8")))


def test_work_is_done_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert killable.run(lambda: 7, what="a number") == 7


def test_processors_are_counted_where_nobody_tells_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert killable.count_processors() == 1


def test_part_of_limited_work_is_done_by_another_process() -> None:
    def work() -> tuple[int, int]:
        with killable.begin_beside(os.getpid, what="inside") as finish:
            return os.getpid(), finish()

    outer, inner = killable.run(work, what="outside")
    assert len({outer, inner, os.getpid()}) == 3


def test_limited_process_does_its_work_itself() -> None:
    def work() -> tuple[int, int]:
        return os.getpid(), killable.run(os.getpid, what="inside")

    outer, inner = killable.run(work, what="outside")
    assert outer == inner != os.getpid()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_work_ends_with_the_process_that_wants_it(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.send_signal(number)
        parent.wait(30)
    until = time.monotonic() + 30
    while _is_alive(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_alive(child)
