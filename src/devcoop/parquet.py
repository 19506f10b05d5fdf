"""Typed rows as Parquet files, which any program for data reads. It hides DuckDB.

Rows come and go as texts, as CSV has them; in a file each column has the type that the header of
its query states. A cell that is not of its type is refused, so that what is read is what was
written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from devcoop.errors import ComparisonError
from devcoop.scratch import open_scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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
_SETTINGS = {
    "threads": "2",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_TAKE_IN = "CREATE OR REPLACE TEMPORARY TABLE taken_in AS SELECT UNNEST(?::VARCHAR[]) AS wanted"


class ParquetDoor:
    r"""Write and read files, one after the other.

    Examples:
        >>> door, types = ParquetDoor(), {"plan": "iri", "start": "date"}
        >>> rows = b"plan,start\r\nurn:b,2026-01-01\r\nurn:a,\r\n"
        >>> with open_scratch() as folder:
        ...     path = folder / "plan.parquet"
        ...     door.write(rows, types, path, {"about": "plans"})
        ...     door.read([path], types, ["plan"])
        True
        [('urn:a', None), ('urn:b', '2026-01-01')]
    """

    def __init__(self) -> None:
        self._database = duckdb.connect(config=dict(_SETTINGS))
        self._taken_in: frozenset[str] | None = None

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
        if not self._is_lossless(types):
            return False
        typed = ", ".join(
            f'"{name}"::{TYPES.get(kind, "VARCHAR")} AS "{name}"' for name, kind in types.items()
        )
        told = ", ".join(f"{name}: {_quote(text)}" for name, text in said.items())
        self._run(
            f"COPY (SELECT {typed} FROM row) TO {_quote(str(path))}"  # noqa: S608
            f" (FORMAT parquet, KV_METADATA {{{told}}})"
        )
        return True

    def _is_lossless(self, types: Mapping[str, str]) -> bool:
        """Tell whether every cell can be read back as it is."""
        columns = {name: _LOSSLESS[kind] for name, kind in types.items() if kind in _LOSSLESS}
        wrong = " OR ".join(
            f'("{name}" IS NOT NULL AND NOT COALESCE({test}, FALSE))'.format(f'"{name}"')
            for name, test in columns.items()
        )
        if not wrong:
            return True
        return not self._run(f"SELECT 1 FROM row WHERE {wrong} LIMIT 1").fetchall()  # noqa: S608

    def read(
        self,
        paths: Iterable[Path],
        types: Mapping[str, str],
        order: Sequence[str],
        *,
        distinct: bool = False,
    ) -> list[tuple[str | None, ...]]:
        """Read the rows of several files that have the same columns.

        Args:
            paths: The files, one at least.
            types: Type of each column, by its name.
            order: The columns by which rows are ordered first; then by all, unknown first.
            distinct: Whether rows that are the same are one.

        Returns:
            Cells as texts, as they were written; None for unknown.

        Raises:
            ComparisonError: A file is not there, or the engine refused it.
        """
        files = ", ".join(_quote(str(path)) for path in paths)
        columns = ", ".join(f'"{name}"::VARCHAR AS "{name}"' for name in types)
        by = ", ".join(f'"{name}" NULLS FIRST' for name in dict.fromkeys([*order, *types]))
        only = "DISTINCT " if distinct else ""
        rows: list[tuple[str | None, ...]] = self._run(
            f"SELECT {only}{columns} FROM read_parquet([{files}]) ORDER BY {by}"  # noqa: S608
        ).fetchall()
        return rows

    def choose(
        self, path: Path, column: str, values: frozenset[str], *, others: bool = False
    ) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        r"""Read some rows of a file; the others cost little.

        Args:
            path: The file; all its columns are text.
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
        if self._taken_in is not values:
            self._run(_TAKE_IN, [list(values)])
            self._taken_in = values
        joined = "ANTI" if others else "SEMI"
        file = f"read_parquet({_quote(str(path))}, file_row_number = true)"
        described = self._run(f"DESCRIBE SELECT * FROM {file}").fetchall()  # noqa: S608
        names = tuple(one[0] for one in described[:-1])
        known = ", ".join(f"COALESCE(\"{name}\", '')" for name in names)
        rows: list[tuple[str, ...]] = self._run(
            f"SELECT {known} FROM {file} AS kept"  # noqa: S608
            f" {joined} JOIN taken_in"
            f" ON wanted = COALESCE(kept.\"{column}\", '') ORDER BY file_row_number"
        ).fetchall()
        return names, rows

    def _run(self, sql: str, values: Sequence[object] = ()) -> Any:
        try:
            return self._database.execute(sql, values)
        except duckdb.Error as error:
            raise ComparisonError("parquet", sql, str(error)) from error


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
