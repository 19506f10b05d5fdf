"""Tables of others: workbooks, delimited text and lists in JSON, as rows of cells with places.

The one door by which tables come in. Cells come as a spreadsheet shows them: formulas by the
value they had when the file was saved; nothing is computed, followed or fetched. What a person
does not see (hidden sheets, hidden rows) is told, so that a reader can leave it out and say so.
"""

from __future__ import annotations

import csv
import io
import math
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from devcoop import killable
from devcoop.errors import SourceError
from devcoop.load.markup import iter_tags, parse_part
from devcoop.load.objects import FIRST_ROW, JSON_LISTS, read_objects
from devcoop.load.records import Told, Where
from devcoop.load.remarks import read_remarks
from devcoop.names import SPREADSHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.load.markup import Tag
    from devcoop.load.remarks import Remark, Remarks

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
"""Endings of workbooks."""
TEXTS = (".csv", ".tsv")
"""Endings of delimited text."""
MOST_BYTES = 512 << 20
"""Size that a workbook may have when it is unpacked."""
MOST_COLUMNS = 16_384
"""Columns that a sheet may have, as many as a spreadsheet program takes."""
_MOST_CELLS = 50_000_000
"""Cells that a sheet may reach over, empty ones too."""
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters, and halves of them, that no text has and that XML, as people exchange it, lacks."""
_DELIMITERS = ",;\t|"
_SAMPLE = 65_536
_ZIP = b"PK\x03\x04"
_ROW, _CELL, _FORMULA = (f"{{{SPREADSHEET}}}{name}" for name in ("row", "c", "f"))
_OUR_AUTHORS = frozenset({"devcoop", "template"})
"""Who wrote the comments of the template and of a copy with marks."""
_NO_WORKBOOK = "this is no workbook that can be read"
_BROKEN = (CalamineError, struct.error, ValueError, OverflowError)
_NOT_UNPACKED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    # An encrypted part, and a way of packing that the library does not know.
    RuntimeError,
    struct.error,
    ValueError,
    OverflowError,
)
_UNCOMPUTED = (
    "formulas have no saved value and were read as empty; open the workbook in a spreadsheet"
    " program and save it"
)
# Formats that every workbook has (ECMA-376, part 1, section 18.8.30): 0% and 0.00%.
_PERCENTAGES = frozenset({"9", "10"})
Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""
Cell = str | int | float | bool | date | None
"""What a cell holds; None if it is empty. A date with a time of day is a date."""


@dataclass(frozen=True)
class Row:
    """A row of a table that has something in it.

    Attributes:
        number: Its number, counted from 1 as a spreadsheet does. In delimited text, rows are
            counted and not lines, since a cell may go over several lines.
        cells: What is in it; empty cells at the end may be missing.
        is_hidden: Whether a person who opens the file does not see it.
        spaced: What is in it with all white space, if some was taken away around texts; for
            counting rows that are the same to the last byte.
    """

    number: int
    cells: tuple[Cell, ...]
    is_hidden: bool = False
    spaced: tuple[object, ...] | None = None

    def get(self, column: int) -> Cell:
        """Give the cell of a column, counted from 1; None beyond the end."""
        return self.cells[column - 1] if 0 < column <= len(self.cells) else None

    def text(self, column: int) -> str:
        """Give the text of a cell, as `as_text` does."""
        return as_text(self.get(column))


@dataclass(frozen=True)
class Sheet:
    """One table of a file.

    Attributes:
        name: Its name; empty for delimited text.
        rows: Rows that have something in them, in order.
        blank: How many rows have nothing in them.
        is_hidden: Whether a person who opens the file does not see it.
        merged: How many areas of merged cells it has; only the first cell of one has a value.
        uncomputed: Cells with a formula that has no saved value, since whoever made the file never
            had it computed.
        percentages: Cells whose number is shown as a percentage: 0.5 as 50 %. These and the
            former are looked for in workbooks of Office Open XML only.
        remarks: What people wrote into comments on cells; those of the template and of the copies
            that devcoop marks are none.
        pointer: Where the list stands in a file of JSON, whose objects are the rows from the
            second on; None elsewhere.
    """

    name: str
    rows: tuple[Row, ...]
    blank: int = 0
    is_hidden: bool = False
    merged: int = 0
    uncomputed: tuple[Place, ...] = ()
    percentages: frozenset[Place] = frozenset()
    remarks: Mapping[Place, Remark] = field(default_factory=dict)
    pointer: str | None = None

    def where(self, row: int, column: int = 0, heading: str = "") -> Where:
        """Name a place in it, with what stands at the head of its column if that is known."""
        if self.pointer is None:
            return Where(sheet=self.name, row=row, column=column, heading=heading)
        if row < FIRST_ROW:
            # Headings stand nowhere in the file.
            return Where(pointer=self.pointer or "/")
        way = f"/{self.rows[0].text(column)}" if column else ""
        return Where(pointer=f"{self.pointer}/{row - FIRST_ROW}{way}", column=column)


@dataclass(frozen=True)
class Workbook:
    """The tables of one file.

    Attributes:
        sheets: In the order of the file, hidden ones too.
        encoding: How delimited text was decoded; empty for a workbook.
        delimiter: What separates its cells; empty for a workbook.
        links: How many links to other files it has; they were not followed.
        cleaned: How many cells had control characters, which were taken out.
        is_old: Whether it is of the old format XLS, of which comments are not read.
    """

    sheets: tuple[Sheet, ...]
    encoding: str = ""
    delimiter: str = ""
    links: int = 0
    cleaned: int = 0
    is_old: bool = False

    def shown(self) -> tuple[Sheet, ...]:
        """Give the sheets that a person sees and that are not empty."""
        return tuple(one for one in self.sheets if not one.is_hidden and one.rows)

    def tell(self, name: str = "the file", *, without_remarks: bool = True) -> list[Told]:
        """Tell what a person should know of it as a whole, whoever reads its tables.

        Args:
            name: What it is called.
            without_remarks: Whether comments on cells are not taken over.
        """
        told = []
        if self.is_old:
            what = f"comments on cells of {name}, if it has any, are not read; save it as XLSX"
            told.append(Told("read", what))
        if without_remarks:
            what = "comments on cells were not taken over"
            told += [
                Told("lost", what, sheet.where(*place))
                for sheet in self.sheets
                for place in sheet.remarks
            ]
        if self.encoding not in ("", "utf-8", "utf-16"):
            told.append(Told("read", f"{name} is not UTF-8 and was read as {self.encoding}"))
        if self.links:
            what = f"{name} has links to other files, which were not followed"
            told.append(Told("lost", what, number=self.links))
        for sheet in self.shown():
            if sheet.uncomputed:
                first = sheet.where(*sheet.uncomputed[0])
                told.append(Told("lost", _UNCOMPUTED, first, len(sheet.uncomputed)))
        if self.cleaned:
            what = f"cells of {name} have control or broken characters, which were taken out"
            told.append(Told("lost", what, number=self.cleaned))
        return told


_KNOWN: ContextVar[dict[tuple[Path, bytes], Workbook | SourceError] | None] = ContextVar(
    "known", default=None
)


def read_workbook(path: Path, content: bytes) -> Workbook:
    """Read the tables of a file; within `read_once`, only once.

    Args:
        path: Names it in messages, and tells the format by its ending.
        content: Its bytes.

    Raises:
        SourceError: It is not what its ending says, is encrypted, or is too large.
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory.
    """
    known = _KNOWN.get()
    found = known.get((path, content)) if known is not None else None
    if found is None:
        try:
            found = _read_tables(path, content)
        except SourceError as error:
            found = error
        if known is not None:
            known[path, content] = found
    if isinstance(found, SourceError):
        raise found
    return found


@contextmanager
def read_once() -> Iterator[None]:
    """Remember, as long as the context lasts, what was read, for all who ask for the same file.

    Examples:
        >>> from pathlib import Path
        >>> with read_once():
        ...     one, other = (read_workbook(Path("a.csv"), b"a,b") for _ in range(2))
        >>> one is other
        True
    """
    token = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(token)


def _read_tables(path: Path, content: bytes) -> Workbook:
    if path.suffix.lower() in TEXTS:
        return _read_text(path, content)
    if path.suffix.lower() in JSON_LISTS:
        return killable.run(lambda: _read_objects(path, content), what=str(path))
    return killable.run(lambda: _read_workbook(path, content), what=str(path))


def as_text(cell: Cell) -> str:
    r"""Give what a cell holds as text, without white space around it and with single spaces in it.

    Examples:
        >>> as_text(2009.0), as_text(" a \n b "), as_text(date(2009, 3, 1)), as_text(None)
        ('2009', 'a b', '2009-03-01', '')
        >>> as_text(1.1 + 2.2)
        '3.3'
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # A spreadsheet shows fifteen digits, and no more of them are meant.
        return f"{Decimal(f'{cell:.15g}'):f}"
    return "" if cell is None else " ".join(str(cell).split())


# Delimited text


def _read_text(path: Path, content: bytes) -> Workbook:
    text, encoding = _decode(path, content)
    delimiter = _find_delimiter(path, text)
    if (zero := text.find("\0")) >= 0:
        line = text.count("\n", 0, zero) + 1
        raise SourceError(path, "this is no text file: it has a zero byte", line)
    raw = _split(path, text, delimiter)
    _refuse_wide(path, max(map(len, raw), default=0))
    sheet = _build_sheet("", raw)
    return Workbook((sheet,), encoding, delimiter, cleaned=_count_cleaned(raw))


def _read_objects(path: Path, content: bytes) -> Workbook:
    lists = read_objects(path, content, MOST_COLUMNS)
    sheets = tuple(replace(_build_sheet(one.name, one.rows), pointer=one.pointer) for one in lists)
    return Workbook(sheets, cleaned=sum(_count_cleaned(one.rows) for one in lists))


def _split(path: Path, text: str, delimiter: str) -> list[tuple[str, ...]]:
    """Split text into rows of cells; a quote that is never closed swallows none of them."""
    csv.field_size_limit(MOST_BYTES)
    try:
        # Only a strict reader notices the end of the file within quotes.
        return [*_iter_rows(path, text, delimiter, strict=True)]
    except csv.Error:
        # Marks after a closing quote are common, and do no harm.
        return [*_iter_rows(path, text, delimiter, strict=False)]


def _iter_rows(path: Path, text: str, delimiter: str, *, strict: bool) -> Iterator[tuple[str, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    begins = 1
    try:
        for row in reader:
            begins = reader.line_num + 1
            yield tuple(row)
    except csv.Error as error:
        if "unexpected end" in str(error):
            problem = "a quote that is opened in this row is never closed"
            raise SourceError(path, problem, begins) from error
        raise


def _decode(path: Path, content: bytes) -> tuple[str, str]:
    """Decode text that says nothing of its encoding."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_as(path, content, "utf-16")
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return _decode_as(path, content, "cp1252")


def _decode_as(path: Path, content: bytes, encoding: str) -> tuple[str, str]:
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise SourceError(path, "it begins as UTF-16 does, but is not") from None
        # Windows-1252 leaves five bytes without a meaning; Latin-1 takes them as controls.
        return content.decode("latin-1"), "latin-1"


def _find_delimiter(path: Path, text: str) -> str:
    """Find what separates cells: what most lines have most of outside quotes."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    plain = re.sub(r'"[^"]*"', "", text[:_SAMPLE])
    lines = [line for line in plain.splitlines() if line.strip()] or [""]
    # Commas of sentences are many, but not in every line; of two that tie, the one seen more.
    return max(
        _DELIMITERS, key=lambda one: (median(line.count(one) for line in lines), plain.count(one))
    )


# Workbooks


def _read_workbook(path: Path, content: bytes) -> Workbook:
    if content.startswith(_ZIP) and not zipfile.is_zipfile(io.BytesIO(content)):
        raise SourceError(path, f"{_NO_WORKBOOK}: it ends in the middle")
    try:
        marks, links, remarks = _look_into(path, content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = tuple(_iter_sheets(path, book, marks, remarks))
    except _BROKEN as error:
        raise SourceError(path, _say_broken(_NO_WORKBOOK, error)) from None
    except BaseException as error:
        # What the library of workbooks raises where it gives up is no Exception and has no name
        # that could be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise SourceError(path, _NO_WORKBOOK) from None
    if not sheets:
        raise SourceError(path, f"{_NO_WORKBOOK}: it has no sheet")
    return Workbook(
        tuple(one for one, _ in sheets),
        links=links,
        cleaned=sum(number for _, number in sheets),
        is_old=not content.startswith(_ZIP),
    )


def _say_broken(problem: str, error: Exception) -> str:
    """Say what a library found, in one line."""
    said = " ".join(str(error).split("\n", maxsplit=1)[0].split())
    return f"{problem}: {said}" if said else problem


def _iter_sheets(
    path: Path,
    book: CalamineWorkbook,
    marks: Mapping[int, _Marks],
    remarks: Sequence[Remarks],
) -> Iterator[tuple[Sheet, int]]:
    """Iterate over the sheets, each with how many of its cells had to be cleaned."""
    for number, about in enumerate(book.sheets_metadata):
        if str(about.typ) != "SheetTypeEnum.WorkSheet":
            continue
        sheet = _get_sheet(path, book, number, about.name)
        _refuse_wide(path, sheet.width)
        first = sheet.start[0] if sheet.start else 0
        left = (None,) * (sheet.start[1] if sheet.start else 0)
        raw = [(*left, *row) for row in sheet.to_python(skip_empty_area=True)]
        built = _build_sheet(
            about.name,
            raw,
            skipped=first,
            is_hidden=about.visible != SheetVisibleEnum.Visible,
            merged=len(sheet.merged_cell_ranges or ()),
            marks=marks.get(number, _Marks()),
        )
        said = remarks[number] if number < len(remarks) else {}
        own = {place: one for place, one in said.items() if one.author not in _OUR_AUTHORS}
        yield replace(built, remarks=own), _count_cleaned(raw)


def _get_sheet(path: Path, book: CalamineWorkbook, number: int, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_index(number)
    except CalamineError as error:
        # Of a part that is missing, the library says the name of the sheet and nothing else.
        said = "" if str(error) == name else str(error)
        problem = _say_broken("this sheet cannot be read", CalamineError(said))
        raise SourceError(path, problem, where=Where(sheet=name)) from None


def _plain(cell: object) -> Cell:
    """Bring a cell to one of a few types; text without anything in it is an empty cell."""
    if isinstance(cell, str):
        return _NO_TEXT.sub("", cell).strip() or None
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell if isinstance(cell, int | float | date) else None


def _build_sheet(
    name: str,
    rows: Sequence[tuple[object, ...]],
    *,
    skipped: int = 0,
    is_hidden: bool = False,
    merged: int = 0,
    marks: _Marks | None = None,
) -> Sheet:
    marks = marks or _Marks()
    kept = [
        Row(number, cells, number in marks.hidden, raw if _is_spaced(raw) else None)
        for number, raw in enumerate(rows, skipped + 1)
        for cells in [tuple(map(_plain, raw))]
        if any(cell is not None for cell in cells)
    ]
    by_number = {row.number: row for row in kept} if marks.formulas else {}
    uncomputed = tuple(
        (row, column)
        for row, column in marks.formulas
        if row not in by_number or by_number[row].get(column) is None
    )
    blank = skipped + len(rows) - len(kept)
    percentages = frozenset(marks.percentages)
    return Sheet(name, tuple(kept), blank, is_hidden, merged, uncomputed, percentages)


def _count_cleaned(rows: Iterable[tuple[object, ...]]) -> int:
    return sum(
        isinstance(cell, str) and _NO_TEXT.search(cell) is not None for row in rows for cell in row
    )


def _is_spaced(cells: Iterable[object]) -> bool:
    return any(isinstance(cell, str) and cell.strip() != cell for cell in cells)


def _refuse_wide(path: Path, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise SourceError(path, f"it has {columns} columns; {MOST_COLUMNS} are the most")


@dataclass
class _Marks:
    """What the file of a sheet says of its rows and cells besides their values.

    Attributes:
        hidden: Rows that a person does not see.
        formulas: Cells with a formula, in order.
        percentages: Cells whose number is shown as a percentage.
    """

    hidden: set[int] = field(default_factory=set)
    formulas: list[Place] = field(default_factory=list)
    percentages: list[Place] = field(default_factory=list)


def _look_into(path: Path, content: bytes) -> tuple[dict[int, _Marks], int, list[Remarks]]:
    """Find what is marked by the number of the sheet, count links to other files, read comments.

    Raises:
        SourceError: Unpacked it is too large, or it is encrypted.
    """
    if not content.startswith(_ZIP):
        return {}, 0, []
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
    except _NOT_UNPACKED as error:
        raise SourceError(path, _say_broken(_NO_WORKBOOK, error)) from None
    with packed:
        size = sum(one.file_size for one in packed.infolist())
        if size > MOST_BYTES:
            raise SourceError(
                path, f"unpacked it has {size >> 20} MiB; {MOST_BYTES >> 20} MiB are the most"
            )
        found = [one for one in packed.namelist() if "externalLinks/externalLink" in one]
        sheets = _find_sheet_files(path, packed)
        styles = _find_percentages(path, packed)
        marks = {
            number: _find_marks(path, packed, name, styles) for number, name in enumerate(sheets)
        }
        remarks = read_remarks(path, packed, sheets)
    return marks, len([one for one in found if one.endswith(".xml")]), remarks


def _find_sheet_files(path: Path, packed: zipfile.ZipFile) -> list[str]:
    """List the files of the sheets of an XLSX workbook in the order of the sheets."""
    known = set(packed.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= known:
        return []
    book = _parse(path, packed, "xl/workbook.xml")
    related = _parse(path, packed, "xl/_rels/workbook.xml.rels")
    links = {one.get("Id"): one.get("Target", "") for one in related}
    ids = [
        next((value for name, value in one.attrib.items() if name.endswith("}id")), "")
        for one in book.iter("{*}sheet")
    ]
    files = [links.get(one, "") for one in ids]
    return [one.lstrip("/") if one.startswith("/") else f"xl/{one}" for one in files]


def _parse(path: Path, packed: zipfile.ZipFile, part: str) -> Tag:
    try:
        content = packed.read(part)
    except _NOT_UNPACKED as error:
        raise _tell_packed(path, part, error) from None
    return parse_part(path, part, content)


def _tell_packed(path: Path, part: str, error: Exception) -> SourceError:
    problem = _say_broken("this part of the file cannot be unpacked", error)
    return SourceError(path, problem, where=Where(xpath=part))


def _find_percentages(path: Path, packed: zipfile.ZipFile) -> frozenset[str]:
    """Find the numbers of the styles of cells that show a number as a percentage."""
    if "xl/styles.xml" not in packed.namelist():
        return frozenset()
    styles = _parse(path, packed, "xl/styles.xml")
    # Text within quotes and behind a backslash is shown as it is, and changes no number.
    shown = {
        one.get("numFmtId", ""): re.sub(r'"[^"]*"|\\.', "", one.get("formatCode", ""))
        for one in styles.iter(f"{{{SPREADSHEET}}}numFmt")
    }
    found = _PERCENTAGES - shown.keys() | {one for one, code in shown.items() if "%" in code}
    formats = styles.iterfind(f"{{{SPREADSHEET}}}cellXfs/{{{SPREADSHEET}}}xf")
    return frozenset(str(n) for n, one in enumerate(formats) if one.get("numFmtId") in found)


def _find_marks(
    path: Path, packed: zipfile.ZipFile, name: str, percentages: frozenset[str]
) -> _Marks:
    """Find what is marked in a sheet.

    Raises:
        SourceError: Some cell stands so far away that the sheet would be nearly endless.
    """
    marks = _Marks()
    if name not in packed.namelist():
        return marks
    last, widest = 0, 0
    try:
        with packed.open(name) as file:
            for row in iter_tags(path, name, file, _ROW):
                number = int(row.get("r", "0")) if row.get("r", "").isdigit() else last + 1
                last, widest = max(last, number), max(widest, _count_columns(row))
                _refuse_endless(path, number, last * widest)
                if row.get("hidden") in ("1", "true"):
                    marks.hidden.add(number)
                _mark_cells(marks, row, number, percentages)
    except _NOT_UNPACKED as error:
        raise _tell_packed(path, name, error) from None
    return marks


def _refuse_endless(path: Path, row: int, cells: int) -> None:
    if cells > _MOST_CELLS:
        problem = f"row {row} has a cell so far off that the sheet has no end; delete it"
        raise SourceError(path, problem)


def _mark_cells(marks: _Marks, row: Tag, number: int, percentages: frozenset[str]) -> None:
    column = 0
    for cell in row.iterchildren(_CELL):
        column = _read_column(cell.get("r", "")) or column + 1
        if cell.find(_FORMULA) is not None:
            marks.formulas.append((number, column))
        if cell.get("s") in percentages and cell.get("t", "n") == "n":
            marks.percentages.append((number, column))


def _count_columns(row: Tag) -> int:
    """Count the columns up to the last cell of a row."""
    return max(_read_column(row[-1].get("r", "")) if len(row) else 0, len(row))


def _read_column(address: str) -> int:
    """Read the column of an address such as AB7; 0 if it names none."""
    letters = re.match("[A-Z]{0,3}", address)
    number = 0
    for letter in letters[0] if letters else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
