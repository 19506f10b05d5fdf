"""How answers look: tables for people, CSV and JSON for machines.

Data go to stdout, everything else to stderr. A cell that a spreadsheet would take for a
formula is defused by an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
from functools import lru_cache, partial
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Cell = str | int | float | None
_GAP = 2
_ROWS_AT_ONCE = 5_000
_PIPE_WIDTH = 120
_PLAIN = Console(file=io.StringIO(), color_system=None)
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = frozenset(("=", "+", "-", "@", "\t", "\r", "\n"))

_PLAIN_CELL = re.compile(r"[A-Za-z0-9][\w ().:/-]*")
"""A cell that needs neither quotes nor an apostrophe; most do."""
# What moves, hides or turns round other text on a terminal: controls but line ends and tabs, and
# the overrides and isolates of writing direction (UAX 9). Half a character is a byte of a file's
# name that is none; nothing can write it.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def make_visible(text: str) -> str:
    r"""Write out what a terminal would obey instead of showing it.

    Args:
        text: May come from anybody's file.

    Examples:
        >>> make_visible("a\x1b[31mb")
        'a\\x1b[31mb'
        >>> make_visible("plan\udce9.csv")
        'plan\\udce9.csv'
    """
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def encode(text: str) -> bytes:
    r"""Give text as bytes of UTF-8; half characters, which have none, are written out.

    Args:
        text: May hold names of files.

    Examples:
        >>> encode("plan\udce9.csv")
        b'plan\\udce9.csv'
    """
    return text.encode("utf-8", "backslashreplace")


def defuse(value: object) -> object:
    """Keep a spreadsheet from running a text as a formula.

    Examples:
        >>> defuse("=1+1")
        "'=1+1"
        >>> defuse(-1)
        -1
    """
    return _defuse_row((value,))[0]


def _defuse_row(row: Iterable[object]) -> list[object]:
    # All at once: a call for each of millions of cells takes longer than to write them.
    return [f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell for cell in row]


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
    return "".join(iter_csv(columns, rows, separator))


def iter_csv(
    columns: Sequence[str], rows: Iterable[Sequence[object]], separator: str = ","
) -> Iterator[str]:
    """Render rows as `render_csv` does, a stretch of lines at a time.

    Args:
        columns: Names of the columns.
        rows: Cells in the order of the columns.
        separator: What stands between cells.
    """
    lines = _Lines()
    # Some versions of Python put only those ends of lines in quotes that the writer itself uses.
    writer = csv.writer(lines, delimiter=separator, lineterminator="\r\n")
    writer.writerow(_defuse_row(columns))
    waiting = iter(rows)
    while more := list(islice(waiting, _ROWS_AT_ONCE)):
        writer.writerows(map(_defuse_row, more))
        yield "".join(lines)
        lines.clear()
    yield "".join(lines)


def write_csv_cell(value: object) -> str:
    """Write one cell of a row of several as `render_csv` does.

    Who has very many rows of cells that return writes each once, and joins them.

    Args:
        value: What stands in the cell.

    Examples:
        >>> write_csv_cell("one, two"), write_csv_cell("=1"), write_csv_cell(None)
        ('"one, two"', "'=1", '')
    """
    if isinstance(value, str) and _PLAIN_CELL.fullmatch(value):
        return value
    return render_csv((), [(value, "")]).removeprefix("\n").removesuffix(",\n")


class _Lines(list[str]):
    """Takes what a CSV writer writes, row by row, and ends each with a line feed."""

    def write(self, row: str) -> None:
        self.append(f"{row[:-2]}\n")


def render_json(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Render rows as a JSON list of objects."""
    return "".join(iter_json(columns, rows))


def iter_json(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Render rows as `render_json` does, one at a time.

    Args:
        columns: Names of the columns.
        rows: Cells in the order of the columns.

    Examples:
        >>> print("".join(iter_json(["a"], [[1], [2]])), end="")
        [
          {
            "a": 1
          },
          {
            "a": 2
          }
        ]
    """
    before = "["
    for row in rows:
        record = dict(zip(columns, row, strict=True))
        # No text has the end of a line in it, as JSON writes it.
        lines = json.dumps(record, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        yield f"{before}\n  {lines}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def render_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Render rows as a table for a terminal, or row by row where a word would have to be cut.

    Args:
        columns: Names of the columns.
        rows: Cells in the order of the columns.

    Examples:
        >>> print(render_table(["code", "name"], [["a-1", "One"]]), end="")
        code  name
        a-1   One
    """
    texts = [["" if cell is None else make_visible(str(cell)) for cell in row] for row in rows]
    cells = [*zip(columns, *texts, strict=True)]
    longest = [max(map(_longest_word, column)) for column in cells]
    needed, console = sum(longest) + _GAP * (len(longest) - 1), Console()
    if console.is_terminal and needed > console.width:
        return _render_blocks(columns, texts, console.width)
    width = console.width if console.is_terminal else max(_PIPE_WIDTH, needed)
    whole = [max(map(cell_len, column)) for column in cells]
    shares = _share_out(whole, longest, width - needed)
    folded = [
        [_fold(cell, share) for cell, share in zip(row, shares, strict=True)] for row in texts
    ]
    head = [_fold(column, share) for column, share in zip(columns, shares, strict=True)]
    # Names of columns stand right above the cells.
    most = max(map(len, head), default=0)
    head = [[*[""] * (most - len(lines)), *lines] for lines in head]
    return "".join(line for row in (head, *folded) for line in _iter_lines(row, shares))


def _iter_lines(row: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """Iterate over the lines of a row, whose cells are folded."""
    for parts in zip_longest(*row, fillvalue=""):
        cells = [set_cell_size(part, width) for part, width in zip(parts, widths, strict=True)]
        yield (" " * _GAP).join(cells).rstrip() + "\n"


@lru_cache(maxsize=10_000)
def _fold(cell: str, width: int) -> list[str]:
    """Fold a cell into lines of a width."""
    # Tables of rich do the same ten times slower: they fold what fits, and the same words anew.
    if cell.isprintable() and cell_len(cell) <= width:
        return [cell]
    lines = Text(cell).wrap(_PLAIN, width, overflow="fold")
    return [line.plain for line in lines] or [""]


def _share_out(whole: list[int], least: list[int], left: int) -> list[int]:
    """Share out what is left of the width to columns that would like more than their least."""
    wishes = [one - other for one, other in zip(whole, least, strict=True)]
    most = max(sum(wishes), 1)
    return [
        other + min(wish, left * wish // most) for other, wish in zip(least, wishes, strict=True)
    ]


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def _render_blocks(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Render each row as lines of its own; a word that is wider than the terminal stays whole."""
    fill = partial(
        textwrap.fill,
        width=width,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    blocks = [
        "\n".join(
            fill(f"{column}: {text}") for column, text in zip(columns, row, strict=True) if text
        )
        for row in rows
    ]
    return "\n\n".join(blocks or [", ".join(columns)]) + "\n"


TABLE_WRITERS: Mapping[str, Callable[[Sequence[str], Sequence[Sequence[Cell]]], str]] = {
    "table": render_table,
    "csv": render_csv,
    "tsv": lambda columns, rows: render_csv(columns, rows, "\t"),
    "json": render_json,
}
"""Formats of every command that gives a table."""


def iter_table(form: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    r"""Render rows that may be very many, by parts, where the format allows it.

    Args:
        form: One of `TABLE_WRITERS`; a table for a terminal needs all rows at once.
        columns: Names of the columns.
        rows: Cells in the order of the columns.

    Examples:
        >>> "".join(iter_table("tsv", ["a", "b"], [[1, 2]]))
        'a\tb\n1\t2\n'
    """
    match form:
        case "table":
            yield render_table(columns, list(rows))
        case "json":
            yield from iter_json(columns, rows)
        case _:
            yield from iter_csv(columns, rows, "\t" if form == "tsv" else ",")
