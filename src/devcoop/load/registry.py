"""Which reader takes which file. A new format is a module in `readers` and an entry here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.errors import SourceError, TableError
from devcoop.load.readers import hxl, project_list, rdf, stratml, workbook
from devcoop.load.records import NO_HINTS
from devcoop.store.rdf import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devcoop.load.reading import Reader, Reading
    from devcoop.load.records import Hints

READERS: tuple[Reader, ...] = (rdf, stratml, workbook, hxl, project_list)
"""Readers in the order in which they are asked; the first that knows a file reads it."""
SUFFIXES = frozenset(suffix for reader in READERS for suffix in reader.SUFFIXES)
"""Endings of the files that can be loaded."""


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
        if file.suffix.lower() not in SUFFIXES:
            known = ", ".join(sorted(SUFFIXES))
            raise SourceError(file, f"unknown kind of file; known endings are {known}")
    return sorted(found)


def _can_be_read(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in SUFFIXES


def read_files(paths: Iterable[Path], hints: Hints = NO_HINTS) -> list[Reading]:
    """Read files, each with the first reader that knows it.

    Args:
        paths: Files and folders.
        hints: What the person who loads says of those that are no RDF.

    Raises:
        SourceError: A file cannot be read, or no reader knows it.
        TableError: Several places cannot be read; one line for each.
        OutOfTimeError: A file takes too long to read.
    """
    # Several files may be one: each CSV file of a plan stands for all of its folder.
    read = (_read(file, hints) for file in find_files(paths))
    readings = list({(one.path, one.sha256): one for one in read}.values())
    faults = [fault for reading in readings for fault in reading.faults]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise TableError(faults)
    return readings


def _read(file: Path, hints: Hints) -> Reading:
    content = read_bytes(file)
    for reader in READERS:
        if file.suffix.lower() in reader.SUFFIXES and reader.recognizes(file, content):
            return reader.read(file, content, hints)
    raise SourceError(file, "it is none of the formats that can be loaded")
