"""What an engine spilled is told, since a forked process would write over the same files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from devcoop import killable
from devcoop.overlap.engine import Engine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ROWS = 1_500_000
MANY = f"SELECT i, md5(i::VARCHAR) AS name FROM range({ROWS}) AS every(i)"
IN_ORDER = "SELECT i FROM t ORDER BY name"
LITTLE = 60
"""MiB that hold only a part of these rows."""


def test_engine_tells_that_it_spilled_until_the_file_is_sealed(tmp_path: Path) -> None:
    engine = Engine(LITTLE)
    engine.open_file(tmp_path / "pairs-1.duckdb")
    assert not engine.has_spilled
    engine.make("t", MANY)
    before = [row["i"] for row in engine.select(IN_ORDER)]
    assert engine.has_spilled
    engine.seal()
    assert engine.is_sealed
    assert not engine.has_spilled
    assert [row["i"] for row in engine.select(IN_ORDER)] == before
    assert len(before) == ROWS


def test_engine_with_room_does_not_spill() -> None:
    engine = Engine()
    engine.make("t", MANY)
    assert len(list(engine.select_rows(IN_ORDER))) == ROWS
    assert not engine.has_spilled


def test_forked_processes_spill_beside_each_other_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    engine = Engine(LITTLE)
    engine.open_file(tmp_path / "pairs-1.duckdb")
    engine.make("t", MANY)
    engine.seal()
    assert not engine.has_spilled

    def read() -> tuple[bool, str]:
        with engine.forked():
            digest = hashlib.sha256()
            for (number,) in engine.select_rows(IN_ORDER):
                digest.update(b"%d" % number)
            return any(tmp_path.glob("devcoop-*/duckdb_temp*")), digest.hexdigest()

    with (
        killable.begin(read, what="one") as one,
        killable.begin(read, what="other") as other,
    ):
        (spilled, first), (_, second) = one(), other()
    assert spilled
    assert first == second
    assert not engine.has_spilled
    assert [path.name for path in tmp_path.glob("devcoop-*")] == [engine._folder.name]
    numbers = (b"%d" % number for (number,) in engine.select_rows(IN_ORDER))
    assert hashlib.sha256(b"".join(numbers)).hexdigest() == first
