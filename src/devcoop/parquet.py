"""Typed rows as Parquet files, which any program for data reads. It hides DuckDB, and opens it.

Rows come and go as texts, as CSV has them; in a file each column has the type that the header of
its query states. A cell that is not of its type is refused, so that what is read is what was
written.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import weakref
from typing import TYPE_CHECKING

import duckdb

from devcoop.errors import ComparisonError
from devcoop.scratch import Scratch, open_scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

TYPES = {
    "iri": "VARCHAR",
    "string": "VARCHAR",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
}
"""Type of a column in a file, by its type in the header of a query."""
_LOSSLESS = {
    "date": "TRY_CAST({0} AS DATE)::VARCHAR IS NOT DISTINCT FROM {0}",
    "boolean": "{0} IN ('true', 'false')",
    "integer": "TRY_CAST({0} AS BIGINT)::VARCHAR IS NOT DISTINCT FROM {0}",
    "decimal": "isfinite(TRY_CAST({0} AS DOUBLE))",
}
"""What a cell that is given has to be."""
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GiB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # A name that leads to an open file may lead to another later.
    "enable_external_file_cache": False,
}
_QUIET = "SET enable_progress_bar = false"
_ROWS_AT_ONCE = 5_000
_PART = "part_number"
_TAKE_IN = "CREATE OR REPLACE TEMPORARY TABLE taken_in AS SELECT UNNEST(?::VARCHAR[]) AS wanted"


class ParquetDoor:
    r"""Write and read files, one after the other.

    Examples:
        >>> door, types = ParquetDoor(), {"plan": "iri", "start": "date"}
        >>> rows = b"plan,start\r\nurn:b,2026-01-01\r\nurn:a,\r\n"
        >>> with open_scratch() as folder:
        ...     path = folder / "plan.parquet"
        ...     door.write(rows, types, path, {"about": "plans"})
        ...     list(door.iter_rows(path, ["start", "plan"]))
        True
        [('2026-01-01', 'urn:b'), ('', 'urn:a')]
    """

    def __init__(self) -> None:
        self._databases: dict[int, duckdb.DuckDBPyConnection] = {}
        self._taken_in: tuple[int, frozenset[str]] | None = None

    @property
    def _database(self) -> duckdb.DuckDBPyConnection:
        """The engine of this process: one that was forked has lost the threads of the other."""
        here = os.getpid()
        if here not in self._databases:
            self._databases[here] = open_database(self)
        return self._databases[here]

    def write(
        self, content: bytes, types: Mapping[str, str], path: Path, said: Mapping[str, str]
    ) -> bool:
        """Write rows into a file, unless some cell is not of the type of its column.

        Args:
            content: The rows as CSV with a head line.
            types: Type of each column, by its name, as the header of a query states it.
            path: The file.
            said: What the file says of itself, something at least.

        Returns:
            Whether it was written.

        Raises:
            ComparisonError: The engine refused it.
            OSError: The rows cannot be handed over.
        """
        self._load(content, types)
        if self._find_wrong("1", types):
            return False
        self._copy("", types, path, said)
        return True

    def write_parts(
        self,
        parts: Mapping[Path, Sequence[Sequence[str | None]]],
        types: Mapping[str, str],
        said: Mapping[str, str],
    ) -> None:
        """Write rows into many files, each with a part of them.

        Args:
            parts: Rows by the path of their file, which is not written if some cell of theirs is
                not of the type of its column.
            types: As for `write`.
            said: Likewise, of each file.

        Raises:
            ComparisonError: The engine refused it.
            OSError: The rows cannot be handed over, or a file cannot be written.
        """
        text, numbered = io.StringIO(newline=""), enumerate(parts.values())
        csv.writer(text).writerows([
            [_PART, *types],
            *([number, *row] for number, rows in numbered for row in rows),
        ])  # fmt: skip
        self._load(text.getvalue().encode(), {_PART: "string", **types})
        wrong = {part for (part,) in self._find_wrong(_PART, types)}
        empty: Path | None = None
        for number, (path, rows) in enumerate(parts.items()):
            if empty and not rows:
                shutil.copyfile(empty, path)
            elif str(number) not in wrong:
                self._copy(f"WHERE {_PART} = '{number}'", types, path, said)
            empty = empty if rows else path

    def _load(self, content: bytes, types: Mapping[str, str]) -> None:
        """Load rows that are written as CSV into a table, as texts."""
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in types)
        with open_scratch() as folder:
            file = folder / "rows.csv"
            file.write_bytes(content)
            self._run(
                "CREATE OR REPLACE TEMPORARY TABLE row AS SELECT * FROM read_csv("  # noqa: S608
                f"?, header = true, auto_detect = false, columns = {{{columns}}},"
                " quote = '\"', escape = '\"', delim = ',')",
                [str(file)],
            )

    def _find_wrong(self, what: str, types: Mapping[str, str]) -> list[tuple[str, ...]]:
        """Find rows of which some cell could not be read back as it is."""
        columns = {name: _LOSSLESS[kind] for name, kind in types.items() if kind in _LOSSLESS}
        wrong = " OR ".join(
            f'("{name}" IS NOT NULL AND NOT COALESCE({test}, FALSE))'.format(f'"{name}"')
            for name, test in columns.items()
        )
        if not wrong:
            return []
        found: list[tuple[str, ...]] = self._run(
            f"SELECT DISTINCT {what} FROM row WHERE {wrong}"  # noqa: S608
        ).fetchall()
        return found

    def _copy(
        self, condition: str, types: Mapping[str, str], path: Path, said: Mapping[str, str]
    ) -> None:
        """Copy some of these rows into a file."""
        typed = ", ".join(
            f'"{name}"::{TYPES.get(kind, "VARCHAR")} AS "{name}"' for name, kind in types.items()
        )
        rows = f"SELECT {typed} FROM row {condition}"  # noqa: S608
        self._run(_write_copy(rows, path, said))

    def merge(
        self,
        paths: Iterable[Path],
        path: Path,
        types: Mapping[str, str],
        order: Sequence[str],
        said: Mapping[str, str],
        *,
        distinct: bool = False,
        unique: str | None = None,
    ) -> None:
        """Write the rows of several files into one.

        Args:
            paths: The files, one at least, with the same columns.
            path: The file that is written.
            types: Type of each column, by its name.
            order: The columns by which rows are ordered first; then by all, unknown first.
            said: What the file says of itself, something at least.
            distinct: Whether rows that are the same are one.
            unique: A column in which nothing may be twice; None if anything may.

        Raises:
            ComparisonError: Something is there twice, a file is not there, or the engine refused
                it.
        """
        files, columns = ", ".join(_quote(str(one)) for one in paths), ", ".join(map(_name, types))
        by = ", ".join(f"{_name(name)} NULLS FIRST" for name in dict.fromkeys([*order, *types]))
        only = "DISTINCT " if distinct else ""
        rows = f"SELECT {only}{columns} FROM read_parquet([{files}]) ORDER BY {by}"  # noqa: S608
        self._run(_write_copy(rows, path, said))
        if unique is not None:
            twice = f"SELECT COUNT(*) > COUNT(DISTINCT {_name(unique)}) FROM"
            if self._run(f"{twice} read_parquet({_quote(str(path))})").fetchone() == (True,):
                raise ComparisonError("parquet", "", f"a row of {unique} is there twice")

    def iter_rows(self, path: Path, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Iterate over the rows of a file.

        Args:
            path: The file.
            columns: Which columns are wanted.

        Yields:
            Cells as texts, in the order of the file; empty where nothing is known.

        Raises:
            ComparisonError: The file is not there, or the engine refused it.
        """
        known = ", ".join(f"COALESCE({_name(one)}::VARCHAR, '')" for one in columns)
        sql = f"SELECT {known} FROM read_parquet({_quote(str(path))})"  # noqa: S608
        # Several files may be read at once.
        rows = run(self._database.cursor(), sql)
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            yield from some

    def list_columns(self, path: Path) -> tuple[str, ...]:
        """List the names of the columns of a file.

        Args:
            path: The file.

        Raises:
            ComparisonError: The file is not there, or the engine refused it.
        """
        described = f"DESCRIBE SELECT * FROM read_parquet({_quote(str(path))})"  # noqa: S608
        return tuple(one[0] for one in self._run(described).fetchall())

    def choose(
        self, path: Path, column: str, values: frozenset[str], *, others: bool = False
    ) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        r"""Read some rows of a file; the others cost little.

        Args:
            path: The file.
            column: The column by which they are chosen.
            values: What is in it, of those that are wanted; the empty text where nothing is known.
                The same values are taken in once, for as many files as are read one after another.
            others: Whether all others are wanted instead.

        Returns:
            The names of the columns, and the rows in the order of the file, as texts that are
            empty where nothing is known.

        Raises:
            ComparisonError: The file is not there, or the engine refused it.

        Examples:
            >>> door, rows = ParquetDoor(), b"plan,title\r\nurn:b,One\r\nurn:a,\r\n"
            >>> with open_scratch() as folder:
            ...     path = folder / "plan.parquet"
            ...     _ = door.write(rows, {"plan": "iri", "title": "string"}, path, {"about": "it"})
            ...     door.choose(path, "title", frozenset(["One"]), others=True)
            (('plan', 'title'), [('urn:a', '')])
        """
        here = os.getpid()
        if self._taken_in is None or self._taken_in[0] != here or self._taken_in[1] is not values:
            self._run(_TAKE_IN, [list(values)])
            self._taken_in = here, values
        joined = "ANTI" if others else "SEMI"
        file = f"read_parquet({_quote(str(path))}, file_row_number = true)"
        names = self.list_columns(path)
        known = ", ".join(f"COALESCE({_name(name)}::VARCHAR, '')" for name in names)
        rows: list[tuple[str, ...]] = self._run(
            f"SELECT {known} FROM {file} AS kept"  # noqa: S608
            f" {joined} JOIN taken_in"
            f" ON wanted = COALESCE(kept.{_name(column)}::VARCHAR, '') ORDER BY file_row_number"
        ).fetchall()
        return names, rows

    def _run(self, sql: str, values: Sequence[object] = ()) -> duckdb.DuckDBPyConnection:
        return run(self._database, sql, values)


def open_database(owner: object, file: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open an engine, with a folder of its own that goes with its owner.

    Args:
        owner: When it goes, so does the engine.
        file: Name of the file in this folder in which tables stand; None if they are in memory.

    Raises:
        OSError: The folder cannot be made.
    """
    scratch = Scratch()
    # Nothing is spilled into the folder that the user happens to stand in.
    settings = {**_SETTINGS, "temp_directory": str(scratch.path)}
    path = str(scratch.path / file) if file else ":memory:"
    database = duckdb.connect(path, config=settings)
    database.execute(_QUIET)
    weakref.finalize(owner, _close, database, scratch, os.getpid())
    return database


def run(
    database: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()
) -> duckdb.DuckDBPyConnection:
    """Run a statement of an engine.

    Args:
        database: The engine.
        sql: The statement.
        values: What stands for its question marks.

    Raises:
        ComparisonError: The engine refused it.
    """
    try:
        return database.execute(sql, values)
    except duckdb.Error as error:
        raise ComparisonError("tables", sql, str(error)) from error


def _write_copy(rows: str, path: Path, said: Mapping[str, str]) -> str:
    """Write the statement that writes a SELECT into a file."""
    told = ", ".join(f"{name}: {_quote(text)}" for name, text in said.items())
    return f"COPY ({rows}) TO {_quote(str(path))} (FORMAT parquet, KV_METADATA {{{told}}})"


def _name(text: str) -> str:
    return f'"{text}"'


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _close(database: duckdb.DuckDBPyConnection, scratch: Scratch, process: int) -> None:
    # A forked process neither closes nor removes what is the other's.
    if os.getpid() == process:
        database.close()
        scratch.close()
