"""How answers look: tables for people, CSV and JSON for machines.

Data go to stdout, everything else to stderr. A cell that a spreadsheet would take for a
formula is defused by an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Cell = str | int | float | None
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def defuse(value: object) -> object:
    """Keep a spreadsheet from running a text as a formula.

    Examples:
        >>> defuse("=1+1")
        "'=1+1"
        >>> defuse(-1)
        -1
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def render_csv(
    columns: Sequence[str], rows: Iterable[Sequence[object]], separator: str = ","
) -> str:
    r"""Render rows as CSV with a header line.

    Args:
        columns: Names of the columns.
        rows: Cells in the order of the columns.
        separator: What stands between cells.

    Examples:
        >>> render_csv(["a"], [["=x"]]).splitlines()
        ['a', "'=x"]
        >>> render_csv(["a"], [["one\rtwo"]])
        'a\n"one\rtwo"\n'
    """
    lines = _Lines()
    # Some versions of Python put only those ends of lines in quotes that the writer itself uses.
    writer = csv.writer(lines, delimiter=separator, lineterminator="\r\n")
    writer.writerow(list(map(defuse, columns)))
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return "".join(lines)


class _Lines(list[str]):
    """Takes what a CSV writer writes, row by row, and ends each with a line feed."""

    def write(self, row: str) -> None:
        self.append(f"{row[:-2]}\n")


def render_json(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Render rows as a JSON list of objects."""
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def render_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Render rows as a table for a terminal; wide as the terminal, or 120 columns."""
    console = Console(file=io.StringIO(), width=_width(), color_system=None)
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)
    out = console.file
    assert isinstance(out, io.StringIO)  # noqa: S101  made three lines above
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _width() -> int:
    console = Console()
    return console.width if console.is_terminal else 120


TABLE_WRITERS: Mapping[str, Callable[[Sequence[str], Sequence[Sequence[Cell]]], str]] = {
    "table": render_table,
    "csv": render_csv,
    "tsv": lambda columns, rows: render_csv(columns, rows, "\t"),
    "json": render_json,
}
"""Formats of every command that gives a table."""
