"""Folders for what is put down on the way go with their process, also where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import pytest

from devcoop.scratch import Scratch, open_scratch

if TYPE_CHECKING:
    from pathlib import Path

SPILL = """
import sys, time
from devcoop.overlap.engine import Engine
engine = Engine(60)
engine.make("t", "SELECT i, md5(i::VARCHAR) AS name FROM range(1500000) AS every(i)")
sum(1 for row in engine.select_rows("SELECT i FROM t ORDER BY name"))
print("spilled" if engine.has_spilled else "", flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder for temporary files of this test and its processes."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_what_a_killed_comparison_spilled_goes_with_the_next(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SPILL], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"spilled"
        (spilled,) = place.iterdir()
        with open_scratch() as mine:
            assert set(place.iterdir()) == {spilled, mine}
        process.send_signal(signal.SIGKILL)
    assert any(spilled.glob("duckdb_temp*"))
    with open_scratch() as mine:
        assert set(place.iterdir()) == {mine}
    assert not list(place.iterdir())


def test_what_a_child_still_uses_stays(place: Path) -> None:
    reading, writing = os.pipe()
    parent = os.fork()
    if not parent:
        _ = Scratch()
        if not os.fork():
            os.close(writing)
            os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    os.waitpid(parent, 0)
    (used,) = place.iterdir()
    with open_scratch():
        assert used.exists()
    os.close(writing)
    # The child of the child ends a little later.
    for _ in range(100):
        Scratch().close()
        if not used.exists():
            break
        time.sleep(0.1)
    assert not used.exists()


@pytest.mark.parametrize("name", ["devcoop-abc", "other-abc"])
def test_what_nobody_said_to_hold_stays(place: Path, name: str) -> None:
    theirs = place / name
    theirs.mkdir()
    (theirs / "kept").touch()
    Scratch().close()
    assert (theirs / "kept").exists()


def test_links_are_not_followed(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    theirs = tmp_path_factory.mktemp("theirs")
    (theirs / "held").touch()
    (place / "devcoop-link").symlink_to(theirs)
    inside = place / "devcoop-inside"
    inside.mkdir()
    (inside / "held").symlink_to(theirs / "held")
    Scratch().close()
    assert (theirs / "held").exists()
    assert inside.exists()
