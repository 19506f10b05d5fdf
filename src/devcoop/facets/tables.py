"""Tables of typed rows: written as CSV in memory, or filed as Parquet where there are very many."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import weakref
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from devcoop.parquet import ParquetDoor


@dataclass(frozen=True)
class Table(ABC):
    """Rows that one query gave, or that were made of such rows.

    Attributes:
        name: The table, as the steps of the comparison call it.
        types: Type of each column, by its name, as the query's header states it.
    """

    name: str
    types: dict[str, str]

    @property
    @abstractmethod
    def digest(self) -> bytes:
        """Hash of all rows."""

    @property
    @abstractmethod
    def is_empty(self) -> bool:
        """Whether there are no rows."""

    @abstractmethod
    def iter_columns(self, *names: str) -> Iterator[Sequence[str]]:
        """Iterate over the cells of some columns, as written, row by row.

        Args:
            names: The columns; all of them if none is named.
        """

    @abstractmethod
    def choose_rows(self, column: str, values: Collection[str]) -> Iterator[Sequence[str]]:
        """Give the cells of some of the rows, as written; the others cost little.

        Args:
            column: The column by which they are chosen.
            values: What is written in it in those that are wanted.
        """

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The rows as values: text, bool, int, date; None for a date or number that is none."""
        return self._read(self.rows())

    def choose_records(self, column: str, values: Collection[str]) -> list[dict[str, Any]]:
        """Give some of the rows as values.

        Args:
            column: As for `choose_rows`.
            values: Likewise.
        """
        if "records" in vars(self):
            return [one for one in self.records if one[column] in values]
        return self._read(self.choose_rows(column, values))

    def rows(self) -> Iterator[Sequence[str]]:
        """Iterate over the cells of each row, as written."""
        return self.iter_columns()

    def with_rows(self, rows: Iterable[Iterable[str]]) -> WrittenTable:
        """Give a table of the same kind, in memory, with other rows.

        Args:
            rows: The cells of each.
        """
        return WrittenTable(self.name, self.types, write_csv(self.types, rows))

    def column(self, name: str) -> list[str]:
        """Give the cells of a column, as written.

        Args:
            name: The column.
        """
        return [cell for (cell,) in self.iter_columns(name)]

    def iter_unreadable(self) -> Iterator[tuple[str, str, str]]:
        """Iterate over dates and numbers that are none: first cell of the row, type and cell."""
        kinds = enumerate(self.types.values())
        read = [(place, kind, cache(_READERS[kind])) for place, kind in kinds if kind in _READERS]
        for row in self.rows() if read else ():
            for place, kind, reader in read:
                if row[place] and reader(row[place]) is None:
                    yield row[0], kind, row[place]

    def _read(self, rows: Iterable[Sequence[str]]) -> list[dict[str, Any]]:
        readers = {
            column: cache(_READERS[kind]) for column, kind in self.types.items() if kind in _READERS
        }
        records: list[dict[str, Any]] = [dict(zip(self.types, row, strict=True)) for row in rows]
        for record in records:
            for column, read in readers.items():
                record[column] = read(record[column])
        return records


@dataclass(frozen=True)
class WrittenTable(Table):
    r"""Rows in memory.

    Attributes:
        content: The rows as CSV with a head line, as the store wrote them.

    Examples:
        >>> types = {"plan": "iri", "start": "date"}
        >>> WrittenTable("plan", types, b"plan,start\r\nurn:a,\r\n").records
        [{'plan': 'urn:a', 'start': None}]
    """

    content: bytes

    @cached_property
    def digest(self) -> bytes:
        """Hash of all rows."""
        return hashlib.sha256(self.content).digest()

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return next(self._iter_rows(), None) is None

    def iter_columns(self, *names: str) -> Iterator[Sequence[str]]:
        """Iterate over cells."""
        first = next(iter(self.types))
        if not names:
            yield from self._iter_rows()
        elif names == (first,) and not self._has_quotes:
            yield from ((line.partition(",")[0],) for line in self._list_lines())
        else:
            places = [list(self.types).index(name) for name in names]
            yield from (tuple([row[place] for place in places]) for row in self._iter_rows())

    def choose_rows(self, column: str, values: Collection[str]) -> Iterator[Sequence[str]]:
        """Give the cells of some of the rows."""
        place = list(self.types).index(column)
        if place or self._has_quotes:
            return (row for row in self._iter_rows() if row[place] in values)
        lines = self._list_lines()
        return (line.split(",") for line in lines if line.partition(",")[0] in values)

    @property
    def _has_quotes(self) -> bool:
        """Whether a cell may have a comma or the end of a line in it, or a row may be one cell."""
        return len(self.types) == 1 or b'"' in self.content

    def _list_lines(self) -> list[str]:
        """List the rows, each one line where no cell is quoted."""
        return self.content.decode().split("\r\n")[1:-1]

    def _iter_rows(self) -> Iterator[list[str]]:
        reader = csv.reader(io.StringIO(self.content.decode(), newline=""))
        next(reader)
        return reader


@dataclass(frozen=True)
class FiledTable(Table):
    """Rows in a Parquet file, which is held open: somebody else may remove it.

    Attributes:
        path: The file; its columns have the types of the table.
        door: By which it is read.
    """

    path: Path
    door: ParquetDoor
    _held: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Hold the file.

        Raises:
            OSError: It is not there.
        """
        # A frozen record is filled past its own guard.
        object.__setattr__(self, "_held", os.open(self.path, os.O_RDONLY))
        weakref.finalize(self, os.close, self._held)

    @property
    def file(self) -> Path:
        """The file, by a name that leads to it even once it is removed, where there is one."""
        held = Path(f"/proc/self/fd/{self._held}")
        return held if held.exists() else self.path

    @cached_property
    def digest(self) -> bytes:
        """Hash of all rows."""
        with self.file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return next(self.iter_columns(), None) is None

    def iter_columns(self, *names: str) -> Iterator[Sequence[str]]:
        """Iterate over cells."""
        return self.door.iter_rows(self.file, names or tuple(self.types))

    def choose_rows(self, column: str, values: Collection[str]) -> Iterator[Sequence[str]]:
        """Give the cells of some of the rows."""
        return iter(self.door.choose(self.file, column, frozenset(values))[1])


def write_csv(header: Iterable[str], rows: Iterable[Iterable[str | None]]) -> bytes:
    r"""Write a table as CSV with a head line.

    Args:
        header: The names of the columns.
        rows: The cells of each row.

    Examples:
        >>> write_csv(["plan", "title"], [["urn:a", "one, other"]])
        b'plan,title\r\nurn:a,"one, other"\r\n'
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _read_integer(text: str) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        return None


def _read_decimal(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _read_boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "date": _read_date,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "boolean": _read_boolean,
}
