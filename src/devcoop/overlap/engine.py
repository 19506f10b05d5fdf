"""The engine of the comparison: tables go in, SQL steps run, rows come out.

It hides DuckDB. IRIs are stored as enumerations, so that the steps compare whole numbers
although they are written as if they compared texts: those of undertakings as one, which may be
long, and all others as another. A file has its enumeration with each column anew. What does not
fit into memory is spilled into a folder of its own that goes with the engine.

Tables stand in memory, or in a file that is kept. One process at a time may fill such a file;
each table is there whole or not at all, so that another goes on where one was killed. Once it is
sealed with its digest any number of processes read it, and what they make beside it stays in
their memory.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from functools import cached_property, partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from devcoop.errors import ComparisonError
from devcoop.facets.tables import FiledTable, WrittenTable
from devcoop.scratch import Scratch, open_scratch
from devcoop.store.shelf import hold, hold_for_filling, remove_held, sweep_unheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from devcoop.facets.tables import Table

UNDERTAKING, OTHER = "undertaking_iri", "iri"
"""Types of the IRIs of undertakings, and of all others."""
_NO_IRI = "ENUM ('')"
"""The type of IRIs in a table that has no rows, so that the steps find an enumeration there."""
_OF_UNDERTAKINGS = "undertaking"
"""The columns of the facet tables that have IRIs of undertakings."""
_TYPES = {
    "date": "DATE",
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
}
_WRITTEN = {"ENUM": "CAST({} AS VARCHAR)", "DOUBLE": "ROUND({}, 12)"}
"""How values of a type are written for others."""
PART = "memory.part"
"""Where the tables of a part of the pairs stand."""
PLAIN = "memory.plain"
"""Where copies of tables stand that have IRIs as texts."""
_MEMORY_HOME, _FILE, _FILE_HOME = "memory.main", "kept", "kept.main"
EARLIER = "earlier.main"
"""Where the tables of an earlier comparison stand, while it is open."""
_EARLIER_FILE = EARLIER.partition(".")[0]
_MOST_SEAL = 200
_PIECE, _READ = 64 << 20, 1 << 20
"""Bytes of a file that are digested for themselves, and of them those in memory at once."""
_PACKED, _COPY = ".packed", "packed"
_BLOCKS = f"""
SELECT total_blocks, free_blocks FROM pragma_database_size() WHERE database_name = '{_FILE}'
"""  # noqa: S608
_LEAST_FREE, _LEAST_SHARE = 100, 0.25
"""Blocks of a quarter of a megabyte that are free, and their share of all, before it is packed."""
_LEFT = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{_FILE}'"  # noqa: S608
_HAS = "SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND database_name = ?"
_SPILLED = "duckdb_temp*"
"""Names of the files in the folder of a database that has spilled."""
_ARRAYS = "arrays"
_ROWS_AT_ONCE = 1_000
# The engine would show its progress on stdout, where data go.
_QUIET = "SET enable_progress_bar = false"
_OPTIMIZERS = "SELECT name FROM duckdb_optimizers()"
_OF_LISTS = frozenset(("common_subplan", "statistics_propagation"))
"""What goes through enumerations, however long, and saves those little who only read tables."""
_HEAVY = _OF_LISTS | {"join_order"}
"""What takes most of the time in which a query of forty steps is planned, and saves it little."""


class Descriptor(NamedTuple):
    """A descriptor that is open as long as an engine is there.

    Attributes:
        number: Its number.
        close: Closes it before.
    """

    number: int
    close: Callable[[], object]


class Engine:
    """A database of the comparison.

    Args:
        memory: MiB that it may take before it spills.

    Examples:
        >>> engine = Engine()
        >>> engine.add_numbers("parameter", {"half": 0.5})
        >>> list(engine.select("SELECT half * 2 AS one FROM parameter"))
        [{'one': 1.0}]
    """

    VERSION = f"duckdb {duckdb.__version__}, numpy {metadata.version('numpy')}"
    """What tables hang on beside the steps."""

    def __init__(self, memory: int = 600) -> None:
        self._memory = memory
        self._start()
        # Threads of one process may ask for single pairs at once.
        self._apart = threading.Lock()
        self._homes = [_MEMORY_HOME]
        self._left: frozenset[str] | None = frozenset()

    def _start(self) -> None:
        """Start the database, with a folder of its own for what it spills."""
        scratch = Scratch()
        # Nothing is spilled into the folder that the user happens to stand in.
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": 2,
            "temp_directory": str(scratch.path),
            "memory_limit": f"{self._memory}MiB",
            # A file's name may look like one that wants an extension: nothing is fetched.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._database = duckdb.connect(config=settings)
        self._database.execute(_QUIET)
        self._finish = weakref.finalize(self, _close, self._database, scratch)
        self._folder = scratch.path

    @property
    def has_spilled(self) -> bool:
        """Whether anything was ever spilled: a forked process would write over the same files."""
        return any(self._folder.glob(_SPILLED))

    @contextmanager
    def forked(self) -> Iterator[None]:
        """Work on in a forked process, which spills into a folder of its own.

        To be used where nothing was spilled before.
        """
        with open_scratch() as folder:
            # What the engine once spilled and has no more keeps it to its folder.
            with suppress(duckdb.Error):
                self._database.execute(f"SET temp_directory = {_quote(str(folder))}")
            yield

    # Where tables stand

    @property
    def home(self) -> str:
        """Where tables are made: a schema, with the database before it."""
        return self._homes[0]

    @property
    def table_home(self) -> str:
        """Where the tables of the comparison stand: a schema, with the database before it."""
        return _MEMORY_HOME if self.is_in_memory else _FILE_HOME

    @property
    def is_in_memory(self) -> bool:
        """Whether tables stand in memory alone."""
        return self._homes == [_MEMORY_HOME]

    @property
    def is_filling(self) -> bool:
        """Whether tables are made in a file."""
        return self.home == _FILE_HOME

    @property
    def is_sealed(self) -> bool:
        """Whether all that was to be made is there, in a file."""
        return self._homes == [_MEMORY_HOME, _FILE_HOME]

    def open_file(self, path: Path) -> None:
        """Let tables stand in a file from now on, if this process can have it.

        Where another process is filling it, or it cannot be read or written, they stay in memory.
        One that is not what was sealed is removed and made anew.

        Args:
            path: The file; made if it is not there.
        """
        self._path = path.absolute()
        # What follows a question mark would be taken for settings.
        if "?" in str(self._path):
            return
        try:
            self._held = self._keep_open(hold(self._path))
            if self._read_seal():
                self._attach([_MEMORY_HOME, _FILE_HOME], "READ_ONLY")
            else:
                self._filling = self._keep_open(hold_for_filling(self._path))
                self._attach([_FILE_HOME, _MEMORY_HOME], "READ_WRITE")
        except (duckdb.Error, OSError):
            self._leave_file()

    @contextmanager
    def open_earlier(self) -> Iterator[bool]:
        """Have the tables of an earlier comparison at hand, at `EARLIER`.

        It is the one that was sealed last of those in the same folder whose names begin as that
        of this file does, up to a hyphen.

        Yields:
            Whether there is one.
        """
        held = self._attach_earlier() if self.is_filling else None
        try:
            yield held is not None
        finally:
            if held is not None:
                self._detach_earlier(held)

    def _detach_earlier(self, held: int) -> None:
        try:
            # A statement that failed may have left the way to another home.
            self._set_homes()
            self._database.execute(f"DETACH {_EARLIER_FILE}")
        except duckdb.Error as error:
            raise ComparisonError("earlier", "", str(error)) from error
        finally:
            os.close(held)

    def _attach_earlier(self) -> int | None:
        """Open it, and give the descriptor that keeps it from being removed."""
        alike = f"{self._path.stem.partition('-')[0]}-*{self._path.suffix}"
        others = {one for one in self._path.parent.glob(alike) if one != self._path}
        for path in sorted(others, key=_read_time, reverse=True):
            held = None
            with suppress(OSError, duckdb.Error):
                held = hold(path)
                sealed = os.pread(held, _MOST_SEAL, 0)
                if sealed and sealed == _digest(path):
                    way = f"ATTACH {_quote(str(path))} AS {_EARLIER_FILE} (READ_ONLY)"
                    self._database.execute(way)
                    return held
            if held is not None:
                os.close(held)
        return None

    @contextmanager
    def within(self, home: str) -> Iterator[None]:
        """Read arrays of the tables of another home.

        Args:
            home: A schema, with the database before it.
        """
        self.run(home, f"SET search_path = '{home}'")
        try:
            yield
        finally:
            # After a statement that failed nothing is done until all is rolled back.
            with suppress(duckdb.Error):
                self._set_homes()

    def _keep_open(self, descriptor: int) -> Descriptor:
        return Descriptor(descriptor, weakref.finalize(self, os.close, descriptor))

    def _read_seal(self) -> bool:
        """Tell whether the file is sealed; one that is broken since is removed."""
        sealed = os.pread(self._held.number, _MOST_SEAL, 0)
        if not sealed:
            return False
        with suppress(OSError):
            if _digest(self._path) == sealed:
                return True
        # Only where nobody else has it.
        fcntl.flock(self._held.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove_held(self._path)
        self._held.close()
        self._held = self._keep_open(hold(self._path))
        return False

    def list_descriptors(self) -> list[int]:
        """List the descriptors that the file is open under; none if tables stand in memory."""
        if self.is_in_memory:
            return []
        found = [
            int(one.name) for one in Path("/proc/self/fd").iterdir() if _leads(one, self._path)
        ]
        return sorted(found)

    def _attach(self, homes: list[str], mode: str) -> None:
        self._database.execute(f"ATTACH {_quote(str(self._path))} AS {_FILE} ({mode})")
        self._homes = homes
        self._set_homes()
        if self.is_sealed:
            self._leave_out(_OF_LISTS)
        # To list them takes as long as to open a large file, and of a sealed one few ask.
        self._left = None if self.is_sealed else self._list_tables()

    def _list_tables(self) -> frozenset[str]:
        return frozenset(name for (name,) in self._database.execute(_LEFT).fetchall())

    def _leave_file(self) -> None:
        self._homes, self._left = [_MEMORY_HOME], frozenset()
        self._set_homes()
        self._database.execute(f"DETACH DATABASE IF EXISTS {_FILE}")

    def seal(self) -> None:
        """Let others read the file, if there is one; nobody will change it any more.

        Raises:
            ComparisonError: It is not there any more, or cannot be written to its end.
        """
        if not self.is_filling:
            return
        try:
            self._ease_empty_tables()
            packed = self._pack()
            self._leave_file()
            if packed:
                packed.replace(self._path)
            os.pwrite(self._held.number, _digest(self._path), 0)
            # What was spilled on the way goes with the database that made the tables.
            self._finish()
            self._start()
            self._attach([_MEMORY_HOME, _FILE_HOME], "READ_ONLY")
        except (duckdb.Error, OSError) as error:
            raise ComparisonError("seal", "", str(error)) from error
        self._filling.close()
        sweep_unheld(self._path.parent)

    def _ease_empty_tables(self) -> None:
        """Let an enumeration be short where there are no IRIs: each is read with its column."""
        for name in self._list_tables():
            table = f"{_FILE_HOME}.{_name(name)}"
            if self.run(name, f"SELECT 1 FROM {table} LIMIT 1").fetchall():  # noqa: S608
                continue
            for column, kind in self.describe(f"SELECT * FROM {table}").items():  # noqa: S608
                if kind.startswith("ENUM"):
                    self.run(name, f"ALTER TABLE {table} ALTER {_name(column)} TYPE {_NO_IRI}")

    def _pack(self) -> Path | None:
        """Copy the tables of the file to one without room that is free, if much of it is.

        Whoever opens a file reads all of it, to see that it is what was sealed.

        Returns:
            The copy; None if there is none.
        """
        packed = self._path.with_suffix(_PACKED)
        try:
            _remove_database(packed)
            self._database.execute(f"CHECKPOINT {_FILE}")
            blocks, free = self._database.execute(_BLOCKS).fetchone() or (0, 0)
            if free < _LEAST_FREE or free < _LEAST_SHARE * blocks:
                return None
            self._database.execute(f"ATTACH {_quote(str(packed))} AS {_COPY}")
            self._database.execute(f"COPY FROM DATABASE {_FILE} TO {_COPY}")
            self._database.execute(f"DETACH {_COPY}")
        except (duckdb.Error, OSError):
            # It is as good with its room, and a disk that is full is not to stay so.
            with suppress(duckdb.Error, OSError):
                self._database.execute(f"DETACH DATABASE IF EXISTS {_COPY}")
                _remove_database(packed)
            return None
        return packed

    def _set_homes(self) -> None:
        self._database.execute(self._find_way())

    def _find_way(self, *first: str) -> str:
        return f"SET search_path = '{','.join((*first, *self._homes))}'"

    def was_made(self, name: str) -> bool:
        """Tell whether an earlier run left a table in the file.

        Args:
            name: The table.
        """
        return name in (self._list_tables() if self._left is None else self._left)

    def drop(self, names: Iterable[str]) -> None:
        """Remove tables, all or none, so that they are made anew.

        Args:
            names: The tables; what is not there is passed over.
        """
        with self.at_once():
            for name in names:
                self.run(name, f'DROP TABLE IF EXISTS {self.home}."{name}"')
        self._left = self._left and self._left - frozenset(names)

    def has(self, name: str) -> bool:
        """Tell whether there is a table where tables are made.

        Args:
            name: The table.
        """
        there = [name, self.home.partition(".")[0]]
        return self.run(name, _HAS, there).fetchone() is not None

    def describe(self, table: str) -> dict[str, str]:
        """Give the types of the columns of a table.

        Args:
            table: Its name, as SQL has it.
        """
        return {name: kind for name, kind, *_ in self.run(table, f"DESCRIBE {table}").fetchall()}

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Do what follows whole or not at all; only tables where `home` is may change."""
        self.run("begin", "BEGIN")
        try:
            yield
        except BaseException:
            with suppress(duckdb.Error):
                self._database.rollback()
            raise
        self.run("commit", "COMMIT")

    # What goes in

    def add_numbers(self, name: str, numbers: Mapping[str, float]) -> None:
        """Make a table of one row.

        Args:
            name: The table.
            numbers: Value by column.
        """
        columns = ", ".join(f'CAST({value} AS DOUBLE) AS "{key}"' for key, value in numbers.items())
        self.run(name, f'CREATE TABLE "{name}" AS SELECT {columns}')

    def add_tables(self, tables: Iterable[Table]) -> None:
        """Take typed tables in.

        Args:
            tables: A cell that is not of its column's type becomes unknown; a file has none.
        """
        tables = list(tables)
        for table in tables:
            self._take_in(table)
        self._enumerate(tables)
        for table in tables:
            columns = ", ".join(
                f'TRY_CAST("{name}" AS {_type_of(name, kind)}) AS "{name}"'
                for name, kind in table.types.items()
            )
            raw = _raw(table)
            self.run(table.name, f'CREATE TABLE "{table.name}" AS SELECT {columns} FROM {raw}')  # noqa: S608
            kind = "VIEW" if isinstance(table, FiledTable) else "TABLE"
            self.run(table.name, f"DROP {kind} {raw}")

    def _take_in(self, table: Table) -> None:
        """Give a table a name here, with texts in all cells."""
        match table:
            case FiledTable():
                view = f"CREATE TEMPORARY VIEW {_raw(table)} AS"
                rows = f"SELECT * FROM read_parquet({_quote(str(table.file))})"  # noqa: S608
                self.run(table.name, f"{view} {rows}")
            case WrittenTable():
                path = self._folder / f"{table.name}.csv"
                path.write_bytes(table.content)
                self.run(
                    table.name,
                    f"CREATE TEMPORARY TABLE {_raw(table)} AS "  # noqa: S608
                    "SELECT * FROM read_csv(?, header = true, all_varchar = true, quote = '\"',"
                    " escape = '\"', delim = ',')",
                    [str(path)],
                )
                path.unlink()

    def _enumerate(self, tables: Sequence[Table]) -> None:
        """Make a type of the IRIs of undertakings and one of all others, each in their order."""
        for wanted in (UNDERTAKING, OTHER):
            columns = [
                f'SELECT "{name}" AS iri FROM {_raw(table)} WHERE "{name}" IS NOT NULL'  # noqa: S608
                for table in tables
                for name, kind in table.types.items()
                if _type_of(name, kind) == wanted
            ]
            union = " UNION ".join(columns) or "SELECT '' AS iri"
            named = f"SELECT iri FROM ({union}) ORDER BY iri"  # noqa: S608
            self.run(wanted, f"CREATE TYPE {wanted} AS ENUM ({named})")

    def add_arrays(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Make a table of arrays of one length.

        Args:
            name: The table.
            arrays: Array by column.
        """
        self._database.register(_ARRAYS, dict(arrays))
        self.make(name, f"SELECT * FROM {_ARRAYS}")  # noqa: S608
        self._database.unregister(_ARRAYS)

    def read_rows(self, table: str) -> Any:
        """Give a table as a `pyarrow.Table`, with IRIs as texts.

        Args:
            table: Its name.

        Raises:
            ComparisonError: The engine refused it.
        """
        sql = f'SELECT {self.list_plain(table)} FROM "{table}"'  # noqa: S608
        try:
            return self._database.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise ComparisonError(table, sql, str(error)) from error

    def add_rows(self, name: str, rows: Any) -> None:
        """Put rows into a table that is there.

        Args:
            name: The table.
            rows: A `pyarrow.Table` with its columns, in any order.

        Raises:
            ComparisonError: The engine refused them.
        """
        self._database.register(_ARRAYS, rows)
        self.run(name, f'INSERT INTO "{name}" BY NAME SELECT * FROM {_ARRAYS}')  # noqa: S608
        self._database.unregister(_ARRAYS)

    def list_plain(self, table: str) -> str:
        """List the columns of a table as SQL, with IRIs as texts.

        Few rows are worked on faster so: a long enumeration costs time in every statement.

        Args:
            table: Its name.
        """
        return ", ".join(
            f"{_name(name)}::VARCHAR AS {_name(name)}" if kind.startswith("ENUM") else _name(name)
            for name, kind in self.describe(_name(table)).items()
        )

    def make_plain(self, names: Iterable[str]) -> None:
        """Make copies of tables at `PLAIN`, with IRIs as texts, once.

        Args:
            names: The tables.
        """
        with self._apart:
            self.run(PLAIN, f"CREATE SCHEMA IF NOT EXISTS {PLAIN}")
            for name in names:
                select = f'SELECT {self.list_plain(name)} FROM "{name}"'  # noqa: S608
                self.run(name, f'CREATE TABLE IF NOT EXISTS {PLAIN}."{name}" AS {select}')

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Make tables apart, in front of those of the same name; they go at the end."""
        with self._apart:
            self.run(PART, f"CREATE SCHEMA {PART}")
            self.run(PART, self._find_way(PART))
            try:
                yield
            finally:
                self._set_homes()
                self.run(PART, f"DROP SCHEMA {PART} CASCADE")

    # What is done with it

    def make(
        self, name: str, sql: str, values: Sequence[object] | Mapping[str, object] | None = None
    ) -> None:
        """Make a table.

        Args:
            name: The table.
            sql: The SELECT that fills it.
            values: What stands for its question marks, or for its names.

        Raises:
            ComparisonError: The engine refused it.
        """
        self.run(name, f'CREATE TABLE "{name}" AS {sql}', values)

    def make_anew(
        self, name: str, sql: str, values: Sequence[object] | Mapping[str, object]
    ) -> None:
        """Make a table in memory, in the place of one of this name.

        Args:
            name: The table.
            sql: The SELECT that fills it.
            values: What stands for its question marks, or for its names.

        Raises:
            ComparisonError: The engine refused it.
        """
        self.run(name, f'CREATE OR REPLACE TABLE {_MEMORY_HOME}."{name}" AS {sql}', values)

    def run(
        self,
        name: str,
        sql: str,
        values: Sequence[object] | Mapping[str, object] | None = None,
    ) -> Any:
        """Run one statement.

        Args:
            name: The step, for the message.
            sql: The statement.
            values: What stands for its question marks, or for its names.

        Raises:
            ComparisonError: The engine refused it.
        """
        try:
            return self._database.execute(sql, values)
        except duckdb.Error as error:
            raise ComparisonError(name, sql, str(error)) from error

    def read_arrays(
        self, sql: str, values: Sequence[object] | Mapping[str, object] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Ask for columns as arrays; unknown numbers are masked.

        Args:
            sql: A SELECT.
            values: What stands for its question marks, or for its names.

        Raises:
            ComparisonError: The engine refused it.
        """
        arrays: dict[str, NDArray[Any]] = self.run("arrays", sql, values).fetchnumpy()
        return arrays

    def select(
        self,
        sql: str,
        values: Sequence[object] | Mapping[str, object] | None = None,
        *,
        name: str = "select",
        first: str | None = None,
        lightly: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """Ask for rows, which are fetched as they are needed.

        Args:
            sql: A SELECT.
            values: What stands for its question marks, or for its names.
            name: The step, for the message.
            first: Where tables are looked for first; None where they are made.
            lightly: Whether it is not thought about for long, as it is long itself and its rows
                are few.

        Raises:
            ComparisonError: The engine refused it.
        """
        homes = () if first is None else (first,)
        cursor = self._ask(sql, values, homes, name=name, lightly=lightly)
        columns = [column[0] for column in cursor.description or ()]
        for row in _iter_rows(cursor, name, sql):
            yield dict(zip(columns, row, strict=True))

    def select_rows(
        self,
        sql: str,
        values: Sequence[object] | Mapping[str, object] = (),
        *,
        name: str = "select",
        lightly: bool = False,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask for very many rows, as plain cells in the order of the columns.

        Args:
            sql: As for `select`.
            values: Likewise.
            name: Likewise.
            lightly: Likewise.

        Raises:
            ComparisonError: The engine refused it.
        """
        return _iter_rows(self._ask(sql, values, (), name=name, lightly=lightly), name, sql)

    def _ask(
        self,
        sql: str,
        values: Sequence[object] | Mapping[str, object] | None,
        homes: Sequence[str],
        *,
        name: str,
        lightly: bool,
    ) -> duckdb.DuckDBPyConnection:
        """Ask with a cursor of its own, so that answers can be read beside each other."""
        try:
            cursor = self._database.cursor().execute(_QUIET).execute(self._find_way(*homes))
            with self.planned_lightly() if lightly else nullcontext():
                return cursor.execute(sql, values)
        except duckdb.Error as error:
            raise ComparisonError(name, sql, str(error)) from error

    @contextmanager
    def planned_lightly(self) -> Iterator[None]:
        """Let statements be planned without what takes longest; others do no harm meanwhile."""
        self._leave_out(_HEAVY)
        try:
            yield
        finally:
            self._leave_out(_OF_LISTS if self.is_sealed else frozenset())

    def _leave_out(self, optimizers: frozenset[str]) -> None:
        """Let these optimizers be left out when a statement is planned, and no others."""
        known = ",".join(sorted(optimizers & self._optimizers))
        self._database.cursor().execute(f"SET disabled_optimizers = '{known}'")

    @cached_property
    def _optimizers(self) -> frozenset[str]:
        """Names of the optimizers that this version of the engine has."""
        return frozenset(
            name for (name,) in self._database.cursor().execute(_OPTIMIZERS).fetchall()
        )

    def write_parquet(self, select: str, path: Path, said: Mapping[str, str]) -> None:
        """Write rows into a Parquet file: IRIs as text, numbers to 12 digits after the point.

        Sums may differ behind these, as they are made in any order.

        Args:
            select: A SELECT that orders its rows: the same rows give the same bytes.
            path: The file.
            said: What the file says of itself.

        Raises:
            ComparisonError: The engine refused it.
        """
        columns = ", ".join(
            f"{_WRITTEN.get(kind.partition('(')[0], '{}').format(_name(name))} AS {_name(name)}"
            for name, kind in self.describe(select).items()
        )
        told = ", ".join(f"{name}: {_quote(text)}" for name, text in said.items())
        sql = f"COPY (SELECT {columns} FROM ({select})) TO {_quote(str(path))}"  # noqa: S608
        self.run("parquet", f"{sql} (FORMAT parquet, KV_METADATA {{{told}}})")


def _raw(table: Table) -> str:
    return f'"raw {table.name}"'


def _type_of(name: str, kind: str) -> str:
    """Give the type that a column of a facet table has here."""
    if kind == "iri":
        return UNDERTAKING if name == _OF_UNDERTAKINGS else OTHER
    return _TYPES.get(kind, "VARCHAR")


def _iter_rows(cursor: duckdb.DuckDBPyConnection, name: str, sql: str) -> Iterator[tuple[Any, ...]]:
    """Iterate over the rows of an answer, some thousand at a time."""
    try:
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from rows
    except duckdb.Error as error:
        raise ComparisonError(name, sql, str(error)) from error


def _remove_database(path: Path) -> None:
    """Remove a file that was not written to its end, with what the engine has beside it."""
    for one in (path, path.with_name(f"{path.name}.wal")):
        one.unlink(missing_ok=True)


def _read_time(path: Path) -> float:
    """Read when a file was changed last; of what has gone since, long ago."""
    with suppress(OSError):
        return path.stat().st_mtime
    return 0


def _digest(path: Path) -> bytes:
    """Digest a file piece by piece: a large one is looked at by two processors, at each opening."""
    pieces = range(0, path.stat().st_size, _PIECE)
    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(partial(_digest_piece, path), pieces))
    return hashlib.sha256(b"".join(digests)).hexdigest().encode()


def _digest_piece(path: Path, start: int) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for place in range(start, start + _PIECE, _READ):
            file.seek(place)
            digest.update(file.read(_READ))
    return digest.digest()


def _leads(link: Path, path: Path) -> bool:
    with suppress(OSError):
        return link.samefile(path)
    return False


def _name(text: str) -> str:
    return f'"{text}"'


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _close(database: duckdb.DuckDBPyConnection, scratch: Scratch) -> None:
    database.close()
    scratch.close()
