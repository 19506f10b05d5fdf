"""A copy of a workbook with its faults marked: coloured cells that say what is wrong."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as CellOfSheet
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from devcoop import killable
from devcoop.errors import SourceError
from devcoop.load.form.choices import fold
from devcoop.load.form.filled import find_parts, name_part
from devcoop.load.records import Where
from devcoop.load.tables import TEXTS, Cell, Sheet, read_workbook
from devcoop.store.rdf import read_bytes
from devcoop.words import form as words
from devcoop.words.language import LANGUAGES, Tongue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

_AUTHOR = "devcoop"
_FILL = PatternFill("solid", fgColor="F6D5CE")
_KEPT = (".xlsx", ".xlsm")
# A comment of a spreadsheet may have 32,767 characters; nobody reads so many.
_LONGEST = 2000
# More characters than this a cell cannot have.
_LONGEST_CELL = 32_767
_WIDE, _HIGH = 320, 110
_LISTS = {Tongue(one).say(words.SHEETS["faults"]) for one in LANGUAGES}
"""What the sheet of faults of a copy may be called."""


def mark_faults(path: Path, content: bytes, faults: Sequence[SourceError]) -> bytes:
    """Mark the cells of a workbook that have to be mended, and list what is wrong with them.

    An XLSX file stays as it is otherwise, formulas, lists and colours too; marks of an earlier
    copy are taken away. What a person wrote in a comment stays, above what is wrong. A file of
    another format becomes an XLSX file with the same cells; so do the CSV files of a plan, all
    of them together.

    Args:
        path: Tells the format by its ending; faults of other files are only listed.
        content: The bytes of the file.
        faults: What is wrong; its `where` names the cell.

    Returns:
        The bytes of an XLSX file, with a sheet more that lists all faults.

    Raises:
        SourceError: The file cannot be read.
        OutOfTimeError: It takes too long.
        OutOfMemoryError: It takes too much memory.
    """
    told = [(str(one.path), one.where, one.problem) for one in faults]
    # What is too large when it is unpacked is refused before that.
    sheets = _read(path, content)
    own = {str(path), *map(str, find_parts(path) if path.suffix.lower() in TEXTS else ())}

    def work() -> bytes:
        book = _open(path, content) if path.suffix.lower() in _KEPT else _copy(sheets)
        before = _list_before(book)
        for sheet in book.worksheets:
            _clear(sheet, before)
        for name, where, problem in told:
            if name in own and isinstance(where, Where):
                _mark(book, where, problem)
        _list(book, told)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    return killable.run(work, what=str(path))


def _read(path: Path, content: bytes) -> list[Sheet]:
    """Read the sheets of a file, or of all CSV files that it is one of."""
    parts = find_parts(path) if path.suffix.lower() in TEXTS else []
    if path not in parts:
        return list(read_workbook(path, content).sheets)
    given = {part: content if part == path else read_bytes(part) for part in parts}
    return [
        replace(read_workbook(part, one).sheets[0], name=name_part(part))
        for part, one in given.items()
    ]


def _open(path: Path, content: bytes) -> Workbook:
    try:
        return load_workbook(io.BytesIO(content), keep_vba=path.suffix.lower() == ".xlsm")
    except (KeyError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise SourceError(path, f"it cannot be copied with marks: {error}") from error


def _copy(sheets: Sequence[Sheet]) -> Workbook:
    """Write the cells of another format into a workbook."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for number, sheet in enumerate(sheets, 1):
        copied = book.create_sheet(sheet.name or f"{number}")
        for row in sheet.rows:
            for column, value in enumerate(row.cells, 1):
                _write(copied, (row.number, column), value)
        for place, remark in sheet.remarks.items():
            copied.cell(*place).comment = _comment(remark.text, remark.author)
        for column in range(1, copied.max_column + 1):
            copied.column_dimensions[get_column_letter(column)].width = 26
    return book


def _write(sheet: Worksheet, place: tuple[int, int], value: Cell) -> None:
    if value is None:
        return
    cell = sheet.cell(*place)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
        # What begins like a formula was text, and stays text.
        cell.data_type = "s"
    else:
        cell.value = value
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _list_before(book: Workbook) -> list[str]:
    """List what an earlier copy said is wrong, longest first: one may be part of another."""
    sheets = [book[name] for name in _LISTS & set(book.sheetnames)]
    rows = (row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True))
    problems = {str(row[-1])[:_LONGEST] for row in rows if row and row[-1]}
    return sorted(problems, key=len, reverse=True)


def _clear(sheet: Worksheet, before: Sequence[str]) -> None:
    """Take away the marks of an earlier copy; what a person wrote around them stays."""
    marked = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    for cell in marked:
        said = cell.comment
        is_ours = said is not None and said.author == _AUTHOR
        if said is None or not (is_ours or any(one in said.text for one in before)):
            continue
        kept = _leave_out(before, said.text)
        # Without the list of an earlier copy nobody can tell its words from those of a person.
        is_gone = not kept or (is_ours and not before)
        cell.comment = None if is_gone else _comment(kept, said.author)
        cell.fill = PatternFill()


def _leave_out(problems: Sequence[str], text: str) -> str:
    for problem in problems:
        text = text.replace(problem, "")
    return "\n".join(line for line in text.splitlines() if line.strip())


def _mark(book: Workbook, where: Where, problem: str) -> None:
    if not where.row or not where.column:
        return
    name = where.sheet if where.sheet in book.sheetnames else book.sheetnames[0]
    cell = _get_written(book[name], where)
    said = cell.comment
    text = f"{said.text}\n{problem[:_LONGEST]}" if said else problem[:_LONGEST]
    cell.fill, cell.comment = _FILL, _comment(text, (said and said.author) or _AUTHOR)


def _comment(text: str, author: str) -> Comment:
    comment = Comment(text[:_LONGEST_CELL], author)
    comment.width, comment.height = _WIDE, _HIGH
    return comment


def _get_written(sheet: Worksheet, where: Where) -> CellOfSheet:
    """Get a cell; of merged ones, the first, which alone can be written to."""
    row, column = where.row, where.column
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            row, column = merged.min_row, merged.min_col
    cell = sheet.cell(row, column)
    if not isinstance(cell, CellOfSheet):
        raise TypeError(f"{cell.coordinate} is merged into another cell")
    return cell


def _list(book: Workbook, told: Sequence[tuple[str, object, str]]) -> None:
    """List all faults in a sheet of its own, which a later load passes over."""
    for name in _LISTS & set(book.sheetnames):
        book.remove(book[name])
    say = Tongue(_find_language(book)).say
    sheet = book.create_sheet(say(words.SHEETS["faults"]))
    for column, (heading, width) in enumerate(
        zip(words.FAULT_COLUMNS, (20, 12, 28, 100), strict=True), 1
    ):
        sheet.cell(1, column, say(heading)).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, (name, where, problem) in enumerate(told, 2):
        place = where if isinstance(where, Where) else Where()
        cell = place.address.removeprefix(f"{place.sheet}!") if place.row else ""
        texts = (place.sheet or name, cell, place.heading, problem)
        for column, text in enumerate(texts, 1):
            _write(sheet, (row, column), text)


def _find_language(book: Workbook) -> str:
    """Find the language of most of what the form says itself in the first rows of its sheets."""
    known = {one: {fold(Tongue(one).say(word)) for word in words.SPOKEN} for one in LANGUAGES}
    rows = (row for it in book.worksheets for row in it.iter_rows(max_row=20, values_only=True))
    written = Counter(fold(cell) for row in rows for cell in row if isinstance(cell, str))
    return max(LANGUAGES, key=lambda one: sum(written[word] for word in known[one]))
