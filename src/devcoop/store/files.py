"""The files of a store on disk: a folder with the quads of the engine, and the records.

Whoever reads a store must never have had the engine's threads for writing. So another program
changes the files of a store that this one reads.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop.errors import OutOfTimeError, StoreError
from devcoop.store import rdf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devcoop.store.terms import Quad

QUADS, RECORDS = "quads", "sources.json"
"""What is in the folder: that of the engine, and the file of the records."""
_WRITING_SECONDS = 1800
_WRITER = """
import signal, sys
from pathlib import Path
from devcoop.store import Store
signal.alarm(int(sys.argv[2]))
store = Store.open(Path(sys.argv[1]), writable=True)
for graph in sys.argv[3:]:
    store.drop(graph)
store.fill(sys.stdin.buffer)
"""


def measure_quads(path: Path) -> int:
    """Measure the engine's files of a store, in bytes.

    Args:
        path: Its folder.

    Raises:
        OSError: There are none.
    """
    return sum(file.stat().st_size for file in (path / QUADS).iterdir())


def copy_store(old: Path, new: Path) -> None:
    """Copy the files of a store that nobody writes; those that never change are shared.

    Args:
        old: Its folder.
        new: The folder of the copy, which is not there yet.

    Raises:
        OSError: It cannot be written.
    """
    (new / QUADS).mkdir(parents=True)
    for file in sorted((old / QUADS).iterdir()):
        # The engine's diaries are for people.
        if not file.name.startswith("LOG"):
            _copy_file(file, new / QUADS / file.name)
    shutil.copyfile(old / RECORDS, new / RECORDS)


def _copy_file(old: Path, new: Path) -> None:
    # The engine writes a table once and then only reads or removes it.
    if old.suffix == ".sst":
        with contextlib.suppress(OSError):
            new.hardlink_to(old)
            return
    shutil.copyfile(old, new)
    # A table that was not changed keeps its time, by which lines of its quads are known.
    status = old.stat()
    os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))


def write_apart(path: Path, quads: Iterable[Quad], without: Iterable[str] = ()) -> None:
    """Let a new program add quads to a store, while they are made, once some graphs are dropped.

    Args:
        path: Its folder, which this process has not open.
        quads: They need no memory.
        without: IRIs of graphs with their descriptions.

    Raises:
        StoreError: The program ended in an error, which is told.
        OutOfTimeError: It takes too long.
    """
    command = [sys.executable, "-c", _WRITER, str(path), str(_WRITING_SECONDS), *without]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, stdout=subprocess.DEVNULL) as writer:  # noqa: S603  our own program
        assert writer.stdin  # noqa: S101  a pipe, as asked for
        assert writer.stderr  # noqa: S101  likewise
        try:
            # One that ended early says why at the end.
            with contextlib.suppress(BrokenPipeError), writer.stdin as lines:
                rdf.write(quads, lines, rdf.N_QUADS)
            said = writer.stderr.read().decode(errors="replace").strip()
        except BaseException:
            writer.kill()
            raise
    if writer.returncode == -signal.SIGALRM:
        raise OutOfTimeError(f"{path}: not written within {_WRITING_SECONDS} seconds")
    if writer.returncode:
        raise StoreError(f"{path}: {said.rpartition(chr(10))[2] or 'the writing program ended'}")


def open_engine(path: Path, *, writable: bool = False) -> ox.Store:
    """Open the quads of a store.

    Args:
        path: Its folder.
        writable: Whether to change them; then nobody else may have them open.

    Raises:
        OSError: There are none, or they cannot be read.
    """
    folder = str(path / QUADS)
    if not (path / QUADS / "CURRENT").is_file():
        raise OSError("there are no quads in it")
    return ox.Store(folder) if writable else ox.Store.read_only(folder)
