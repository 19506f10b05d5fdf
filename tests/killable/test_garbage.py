"""What a process has left for its collector is not collected in a child that it forks."""

from __future__ import annotations

import gc
import os
import signal
from typing import TYPE_CHECKING

import pytest

from devcoop import killable
from devcoop.remote.exchange import Courier, ExchangeError, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

is_eager = False


class _Store:
    """Breaks where its process did not make it, as a store whose threads are elsewhere."""

    def __init__(self) -> None:
        self.itself, self.maker = self, os.getpid()

    def __del__(self) -> None:
        if os.getpid() != self.maker:
            os.kill(os.getpid(), signal.SIGKILL)


def _collect_early() -> None:
    if is_eager:
        gc.set_threshold(1)


os.register_at_fork(after_in_child=_collect_early)


@pytest.fixture
def garbage() -> Iterator[None]:
    """Leave a store that nobody collects here, and that a child would collect at once."""
    global is_eager  # noqa: PLW0603  read by what is called after every fork
    thresholds = gc.get_threshold()
    gc.collect()
    gc.set_threshold(1_000_000)
    _Store()
    is_eager = True
    yield
    is_eager = False
    gc.set_threshold(*thresholds)


def test_work_is_done_beside_it(garbage: None) -> None:
    assert killable.run(lambda: [[one] for one in range(1_000)][-1], what="lists") == [999]


def test_messages_are_carried_beside_it(garbage: None) -> None:
    courier = Courier({})
    with pytest.raises(ExchangeError, match="connection refused"):
        courier.carry(Message("query", "http://127.0.0.1:1/", b"ASK {}"), 10)
    courier.close()
