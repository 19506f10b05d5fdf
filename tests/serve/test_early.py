"""What an earlier server published is answered from at once; what takes longer comes behind."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.dataset import open_dataset
from devcoop.load import Wishes, load_files
from devcoop.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.serve.conftest import Serving

    Start = Callable[..., AbstractContextManager[Serving]]

FOURTH = Path(__file__).parents[1] / "load" / "fourth.ttl"
# Takes nothing for small, and takes its time where it may, until a file is there.
PATIENT = """
import sys, time
from pathlib import Path
from devcoop.cli import main
from devcoop.errors import StoreError
from devcoop.serve import nursery
gate, opened = Path(sys.argv.pop(1)), nursery._open
def wait(*words, is_quick):
    while not is_quick and not gate.exists():
        time.sleep(0.05)
    if not is_quick and gate.read_bytes():
        raise StoreError("it is broken by now")
    return opened(*words, is_quick=is_quick)
nursery._QUICKLY_COPIED, nursery._open = 0, wait
main()
"""
PATHS = ("/", "/overlaps", "/gaps", "/theme/metrology.ttl", "/sparql?query=ASK%20%7B%7D")
WORKERS = 2


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of which everything was published."""
    store = tmp_path_factory.mktemp("early") / "store"
    load_files(store, [FOURTH], Wishes(built_in=True))
    with open_dataset(Origin(store)):
        return store


@contextlib.contextmanager
def run_early(start: Start, home: Path, folder: Path) -> Iterator[tuple[Serving, Path]]:
    gate = folder / "gate"
    program = ("-c", PATIENT, str(gate))
    with start(folder, "--workers", str(WORKERS), store=home, program=program) as serving:
        yield serving, gate


def ask(serving: Serving) -> list[tuple[int, str | None, bytes]]:
    answers = [serving.get(path, accept="text/html, */*;q=0.5") for path in PATHS]
    return [(one.status, one.headers.get("etag"), one.body) for one in answers]


def test_early_answers_are_those_of_the_workers_that_take_over(
    start: Start, home: Path, tmp_path: Path
) -> None:
    with run_early(start, home, tmp_path) as (serving, gate):
        # Launcher, nursery and workers, and the nursery that takes its time.
        assert serving.wait_for(lambda: len(serving.children()) == WORKERS + 3)
        first, early = set(serving.children()), ask(serving)
        assert {status for status, _, _ in early} == {200}
        gate.touch()
        assert serving.wait_for(lambda: len(serving.children()) == WORKERS + 2, 120)
        # The launcher and the other nursery are the only ones that were there before.
        assert serving.wait_for(lambda: len(first & set(serving.children())) == 2)
        assert ask(serving) == early
        # Nothing changed that anybody would have to know.
        assert "the data" not in serving.said()


def test_early_workers_go_on_where_nobody_can_take_over(
    start: Start, home: Path, tmp_path: Path
) -> None:
    with run_early(start, home, tmp_path) as (serving, gate):
        gate.write_bytes(b"broken")
        assert serving.wait_for(lambda: "it is broken by now" in serving.said(), 60)
        assert serving.wait_for(lambda: len(serving.children()) == WORKERS + 2)
        assert {status for status, _, _ in ask(serving)} == {200}


def test_small_stores_are_served_by_one_nursery(start: Start, home: Path, tmp_path: Path) -> None:
    with start(tmp_path, "--workers", str(WORKERS), store=home) as serving:
        assert len(serving.children()) == WORKERS + 2
        assert serving.get("/").status == 200
