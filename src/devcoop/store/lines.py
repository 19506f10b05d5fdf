"""A copy of a store's quads in memory, read from lines that are kept beside its files.

The engine gives the quads of its files one by one, and each costs several times as much as it
takes to read it from a line. So whoever copies them first keeps them as packed lines, and the
next one reads those. Blank nodes keep their names.
"""

from __future__ import annotations

import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devcoop.store.shelf import Shelf

_LINES = ox.RdfFormat.N_QUADS
_PACKED = 1
"""How closely lines are packed: what is left to win would take longer than it saves."""
_MOST_TIMES, _FEW_BYTES = 20, 16 << 20
"""How many times as large as the files lines may be unpacked, and up to which size always.

They take less room than the files; a store that somebody hands over may hold others.
"""
_PIECE = 16 << 20
"""Bytes of lines that the engine reads at once."""
_BLANK = b"_:"
_TABLE = ".sst"
"""Ending of the engine's files that are written once."""
_OF_CONTENT = ("CURRENT", "MANIFEST")
"""How the names of its files begin that say which others count."""
_JOURNAL = ".log"


def copy_quads(
    folder: Path, size: int, open_files: Callable[[], ox.Store], shelf: Shelf | None
) -> ox.Store:
    """Copy all quads of files into memory.

    Args:
        folder: Where the engine's files lie.
        size: How many bytes they are.
        open_files: Opens them for reading.
        shelf: Where lines are kept; None for nowhere.

    Raises:
        OSError: They cannot be read.
    """
    key = _name_content(folder)
    kept = shelf.find_quads(key) if shelf else None
    copy = _read_lines(kept, size) if kept else None
    if copy is None:
        # What breaks off here is no copy, so it is done before anything is kept.
        copy = ox.Store()
        copy.bulk_extend(open_files())
        if shelf:
            shelf.keep_quads(key, partial(_write_lines, copy))
    return copy


def _read_lines(path: Path, size: int) -> ox.Store | None:
    """Read kept lines; None if they are gone since, or are not what this module writes."""
    copy = ox.Store()
    try:
        with _Bounded(path, max(_FEW_BYTES, size * _MOST_TIMES)) as file:
            for piece in _iter_ahead(_iter_pieces(file)):
                # What names blank nodes is read apart: the engine would give them others.
                if _BLANK in piece:
                    copy.bulk_extend(ox.parse(piece, format=_LINES, lenient=True))
                else:
                    copy.load(piece, format=_LINES, lenient=True)
    except (OSError, EOFError, SyntaxError, ValueError):
        return None
    return copy


def _iter_pieces(file: gzip.GzipFile) -> Iterator[bytes]:
    """Unpack a file into pieces of whole lines."""
    left = b""
    while some := file.read(_PIECE):
        lines, end, rest = some.rpartition(b"\n")
        if end:
            yield left + lines + end
            left = rest
        else:
            left += rest
    yield left


def _iter_ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Have the next piece unpacked while somebody works on the one before."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = pool.submit(next, pieces, None)
            yield piece


def _write_lines(copy: ox.Store, path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=_PACKED) as file:
        copy.dump(cast("IO[bytes]", file), format=_LINES)


class _Bounded(gzip.GzipFile):
    """What a packed file holds, up to a number of bytes."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(path)
        self._left = most

    def read(self, size: int | None = -1) -> bytes:
        read = super().read(size)
        self._left -= len(read)
        if self._left < 0:
            raise OSError("it is packed more tightly than lines are")
        return read


def _name_content(folder: Path) -> str:
    """Name what the engine's files hold: files that were changed have another name."""
    said = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix == _TABLE:
            status = file.stat()
            said.update(f"{file.name} {status.st_size} {status.st_mtime_ns}\n".encode())
        elif file.name.startswith(_OF_CONTENT) or file.suffix == _JOURNAL:
            said.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return said.hexdigest()
