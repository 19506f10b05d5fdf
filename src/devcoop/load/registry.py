"""Which reader takes which file. A new format is a module in `readers` and an entry here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from devcoop.errors import SourceError, TableError
from devcoop.load.readers import rdf
from devcoop.store.rdf import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devcoop.load.reading import Reading


class Reader(Protocol):
    """Turns one file into statements."""

    def __call__(self, path: Path, content: bytes) -> Reading:
        """Read a file."""


READERS: dict[str, Reader] = dict.fromkeys(rdf.SUFFIXES, rdf.read)
"""Readers by the ending of a file."""


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List files; a folder stands for all files below it that can be read.

    Args:
        paths: Files and folders.

    Returns:
        Each file once, in the order of their paths.

    Raises:
        SourceError: There is nothing at a path, nothing to read in a folder, or no reader for
            a file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        files = sorted(filter(_can_be_read, path.rglob("*"))) if path.is_dir() else [path]
        if not files:
            raise SourceError(path, "there is no file in this folder that can be loaded")
        found |= dict.fromkeys(files)
    for file in found:
        if file.suffix.lower() not in READERS:
            known = ", ".join(sorted(READERS))
            raise SourceError(file, f"unknown kind of file; known endings are {known}")
    return sorted(found)


def _can_be_read(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in READERS


def read_files(paths: Iterable[Path]) -> list[Reading]:
    """Read files, each with the reader for its ending.

    Args:
        paths: Files and folders.

    Raises:
        SourceError: A file cannot be read.
        TableError: Several places cannot be read; one line for each.
        OutOfTimeError: A file takes too long to read.
    """
    files = find_files(paths)
    readings = [READERS[file.suffix.lower()](file, read_bytes(file)) for file in files]
    faults = [fault for reading in readings for fault in reading.faults]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise TableError(faults)
    return readings
