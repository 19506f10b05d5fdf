"""Which reader takes which file. A new format is a module in `readers` and an entry here."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from devcoop import killable
from devcoop.errors import SourceError, TableError
from devcoop.load.content import open_content, read_whole
from devcoop.load.languages import tell_languages
from devcoop.load.readers import hxl, iati, project_list, rdf, stratml, workbook
from devcoop.load.records import NO_HINTS
from devcoop.load.spool import spooling
from devcoop.load.tables import read_once
from devcoop.store.rdf import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from devcoop.load.content import Content
    from devcoop.load.reading import PortionReader, Reader, Reading
    from devcoop.load.records import Hints

READERS: tuple[Reader, ...] = (rdf, iati, stratml, workbook, hxl, project_list)
"""Readers in the order in which they are asked; the first that knows a file reads it."""
SUFFIXES = frozenset(suffix for reader in READERS for suffix in reader.SUFFIXES)
"""Endings of the files that can be loaded."""
IN_PORTIONS: tuple[PortionReader, ...] = (iati,)
"""Readers that are given a large file opened; to all others it is read whole."""
SECONDS = 300.0
"""Time that a small file has to be read; an honest list of 150,000 rows takes two minutes."""
_BYTES_IN_SECOND = 400_000
"""A large file has a second more for so many bytes; XML is read at ten times this pace."""
_MOST_PACKED = 30
"""How many times its size a packed file may well be."""


def find_files(paths: Iterable[Path], hints: Hints = NO_HINTS) -> list[Path]:
    """List files; a folder stands for all files below it that can be read.

    Args:
        paths: Files and folders.
        hints: Without a map, tables of a folder that say not themselves what they are stay out.

    Returns:
        Each file once, in the order of their paths.

    Raises:
        SourceError: There is nothing at a path, nothing to read in a folder, or no reader for
            a file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        files = [one for one, reader in _look_into(path, hints) if reader]
        if path.is_dir() and not files:
            raise SourceError(path, "there is no file in this folder that can be loaded")
        found |= dict.fromkeys(files or [path])
    for file in found:
        if file.suffix.lower() not in SUFFIXES:
            known = ", ".join(sorted(SUFFIXES))
            raise SourceError(file, f"unknown kind of file; known endings are {known}")
    return sorted(found)


def find_left(paths: Iterable[Path], hints: Hints = NO_HINTS) -> list[Path]:
    """List the files of folders that are not loaded, since nobody knows what they are.

    Args:
        paths: Files and folders.
        hints: As for `find_files`.
    """
    return sorted({one for path in paths for one, reader in _look_into(path, hints) if not reader})


def find_rdf(paths: Iterable[Path], hints: Hints = NO_HINTS) -> list[Path]:
    """List the files that are RDF, by their endings.

    Args:
        paths: Files and folders.
        hints: As for `find_files`.

    Raises:
        SourceError: As for `find_files`.
    """
    return [file for file in find_files(paths, hints) if _find_able(file) == [rdf]]


def _look_into(path: Path, hints: Hints) -> Iterator[tuple[Path, Reader | None]]:
    """Iterate over the files below a folder, each with the reader that takes it."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not any(
                part.startswith(".") for part in file.relative_to(path).parts
            ):
                yield file, _choose(file, hints)


def _choose(file: Path, hints: Hints) -> Reader | None:
    """Choose the reader of a file in a folder; a list is only one where there is a map."""
    able = _find_able(file)
    if able in ([], [rdf]):
        return able[0] if able else None
    # Whether a CSV file is a part of a form hangs on what lies beside it.
    changed = (file.stat().st_mtime_ns, file.stat().st_size, file.parent.stat().st_mtime_ns)
    found = _find_reader(file, changed)
    return None if found is project_list and hints.map is None else found


@lru_cache(maxsize=4096)
def _find_reader(file: Path, changed: tuple[int, ...]) -> Reader | None:  # noqa: ARG001
    """Find the first reader that recognises a file, once as long as the file is the same."""
    able = _find_able(file)
    with open_content(file) as content:
        number = killable.run(
            lambda: _find_first(able, file, content), what=str(file), seconds=_allow(file, content)
        )
    return None if number is None else able[number]


def _find_first(able: Sequence[Reader], file: Path, content: Content) -> int | None:
    with read_once():
        found = (n for n, one in enumerate(able) if one.recognizes(file, _give(one, content)))
        return next(found, None)


def _give(reader: Reader, content: Content) -> bytes:
    """Give a reader a file as it takes it; whole only where it has to be."""
    # Those that read in portions take more than their protocol has to promise.
    return cast("bytes", content) if reader in IN_PORTIONS else read_whole(content)


def read_files(
    paths: Iterable[Path], hints: Hints = NO_HINTS, *, but: Collection[Path] = ()
) -> list[Reading]:
    """Read files, each with the first reader that knows it.

    Args:
        paths: Files and folders.
        hints: What the person who loads says of those that are no RDF.
        but: Files among them that are not read.

    Raises:
        SourceError: A file cannot be read, or no reader knows it.
        TableError: Several places cannot be read; one line for each.
        OutOfTimeError: A file takes too long to read.
    """
    # Several files may be one: each CSV file of a plan stands for all of its folder.
    read = (_read(file, hints) for file in find_files(paths, hints) if file not in but)
    return _settle(list({(one.path, one.sha256): one for one in read}.values()), hints)


class Begun(NamedTuple):
    """A file that is being read.

    Attributes:
        states_records: Whether it is no RDF, so that it has to be told what its names mean.
        finish: Waits until it is read; it may be asked again.
    """

    states_records: bool
    finish: Callable[[], Reading]


@contextlib.contextmanager
def begin_reading(path: Path, hints: Hints = NO_HINTS) -> Iterator[Begun]:
    """Begin to read one file, so that other work is done meanwhile.

    Args:
        path: The file.
        hints: As for `read_files`.

    Yields:
        What gives the reading, and raises what `read_files` raises.

    Raises:
        SourceError: No reader takes such a file.
    """
    [file] = find_files([path], hints)
    with _begin(file, hints) as finish:
        yield Begun(_find_able(file) != [rdf], cache(lambda: _settle([finish()], hints)[0]))


def _settle(readings: list[Reading], hints: Hints) -> list[Reading]:
    """Tell languages where that is wished, and raise the faults of all files together."""
    if hints.languages:
        readings = [
            replace(one, records=tell_languages(one.records)) if one.records else one
            for one in readings
        ]
    faults = [fault for reading in readings for fault in reading.faults]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise TableError(faults)
    return readings


def _read(file: Path, hints: Hints) -> Reading:
    with _begin(file, hints) as finish:
        return finish()


@contextlib.contextmanager
def _begin(file: Path, hints: Hints) -> Iterator[Callable[[], Reading]]:
    able = _find_able(file)
    if able == [rdf]:
        # Its parser runs where it can be ended, and hands on more than fits through a pipe.
        yield lambda: rdf.read(file, read_bytes(file), hints)
        return
    # A map and a table can ask for any time and any memory, as RDF can.
    # Elements come in a file: through a pipe, all of them would be in memory several times.
    with (
        spooling(),
        open_content(file) as content,
        killable.begin(
            lambda: _read_first(able, file, content, hints),
            what=str(file),
            seconds=_allow(file, content),
        ) as finish,
    ):
        yield finish


def _allow(file: Path, content: Content) -> float:
    """Give the seconds that a file has to be read."""
    times = _MOST_PACKED if file.suffix.lower() == ".gz" else 1
    return SECONDS + len(content) * times / _BYTES_IN_SECOND


def _find_able(file: Path) -> list[Reader]:
    return [one for one in READERS if file.suffix.lower() in one.SUFFIXES]


def _read_first(able: Iterable[Reader], file: Path, content: Content, hints: Hints) -> Reading:
    """Read a file with the first reader that recognises it."""
    if not content:
        raise SourceError(file, "the file is empty")
    with read_once():
        for reader in able:
            given = _give(reader, content)
            if reader.recognizes(file, given):
                return reader.read(file, given, hints)
    raise SourceError(file, "it is none of the formats that can be loaded")
