"""A copy of a store's quads in memory, read from lines that are kept beside its files.

The engine gives the quads of its files one by one, and each costs several times as much as it
takes to read it from a line. So whoever copies them first keeps them as packed lines, and the
next one reads those. Blank nodes keep their names.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devcoop.store.shelf import Shelf

_LINES = ox.RdfFormat.N_QUADS
_PACKED = 1
"""How closely lines are packed: what is left to win would take longer than it saves."""
_TABLE = ".sst"
"""Ending of the engine's files that are written once."""
_OF_CONTENT = ("CURRENT", "MANIFEST")
"""How the names of its files begin that say which others count."""
_JOURNAL = ".log"


def copy_quads(folder: Path, open_files: Callable[[], ox.Store], shelf: Shelf | None) -> ox.Store:
    """Copy all quads of files into memory.

    Args:
        folder: Where the engine's files lie.
        open_files: Opens them for reading.
        shelf: Where lines are kept; None for nowhere.

    Raises:
        OSError: They cannot be read.
    """
    copy = ox.Store()

    def write(path: Path) -> None:
        copy.bulk_extend(open_files())
        with gzip.open(path, "wb", compresslevel=_PACKED) as file:
            copy.dump(cast("IO[bytes]", file), format=_LINES)

    kept = shelf.recall_quads(_name_content(folder), write) if shelf else None
    if kept is not None and not len(copy):
        # What was kept is whole; if it is gone since, or no longer to be read, the files are there.
        with contextlib.suppress(OSError, EOFError, SyntaxError, ValueError):
            with gzip.open(kept) as file:
                copy.bulk_extend(ox.parse(cast("IO[bytes]", file), format=_LINES, lenient=True))
            return copy
        copy = ox.Store()
    if not len(copy):
        copy.bulk_extend(open_files())
    return copy


def _name_content(folder: Path) -> str:
    """Name what the engine's files hold: files that were changed have another name.

    A table that is copied is another one, unless the copy is a link.
    """
    said = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix == _TABLE:
            status = file.stat()
            said.update(f"{file.name} {status.st_size} {status.st_mtime_ns}\n".encode())
        elif file.name.startswith(_OF_CONTENT) or file.suffix == _JOURNAL:
            said.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return said.hexdigest()
