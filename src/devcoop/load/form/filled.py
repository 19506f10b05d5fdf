"""A filled form: which sheet is which, where its headings are, and what stands in which row.

A workbook is a form if it has the headings of one; so is a CSV file named after a sheet, and the
files beside it with such names belong to it. Rows of help and the example are passed over; what
is hidden is left out and told; what is in no column of the form becomes a note.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.load.form.choices import fold
from devcoop.load.form.columns import (
    COLUMNS,
    FAULTS,
    FIRST_COLUMNS,
    INITIATIVES,
    LISTS,
    PLAN,
    is_mark,
    list_helps,
    name_columns,
    name_plan_columns,
    name_sheets,
)
from devcoop.load.records import Note, Told, Where, letters
from devcoop.load.tables import TEXTS, Cell, Row, Sheet, as_text, read_workbook
from devcoop.store.rdf import read_bytes
from devcoop.words import faults
from devcoop.words import form as words
from devcoop.words.language import LANGUAGES, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from devcoop.load.remarks import Remarks

_HEAD_ROWS = 20
_LEAST_HEADINGS = 3
# Of the headings of a sheet whose name says nothing, so that lists of others are left to others.
_LEAST_SHARE = 0.6
_NOTHING = frozenset({"-", "–", "—", "n/a", "?"})
_BROKEN = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")


@dataclass(frozen=True)
class Line:
    """What a form says of one thing: a row of a table, or the whole sheet of the plan.

    Attributes:
        path: The file.
        cells: What was filled in, by column.
        places: Where each column is or would be, also where nothing was filled in.
        notes: What stands beside, in no column of the form.
        percentages: Columns whose number is shown as a percentage.
    """

    path: Path
    cells: Mapping[str, Cell]
    places: Mapping[str, Where]
    notes: tuple[Note, ...] = ()
    percentages: frozenset[str] = frozenset()

    def text(self, key: str) -> str:
        """Give what is in a column, with single spaces; empty if there is nothing."""
        return as_text(self.cells.get(key))

    def where(self, key: str) -> Where:
        """Say where a column is, or at least in which row or sheet it would be."""
        return self.places.get(key, Where())

    def several(self, key: str) -> list[str]:
        """Give the values of a column, parted by semicolons or line breaks, each once."""
        return list(dict.fromkeys(map(as_text, self.parts(key))))

    def parts(self, key: str) -> list[Cell]:
        """Give what is in a column part by part, as `several` parts it; the same may come twice."""
        cell = self.cells.get(key)
        if not isinstance(cell, str):
            return [cell] if as_text(cell) else []
        return [text for one in re.split(r"[;；\n\r\v]", cell) if (text := as_text(one))]

    def fault(self, key: str, problem: str) -> SourceError:
        """Say what is wrong with a column."""
        return SourceError(self.path, problem, where=self.where(key))


@dataclass
class Filled:
    """What a form has in it.

    Attributes:
        lines: By sheet; that of the plan has one at most.
        notes: What stands outside of what the form asks.
        told: What a person should know.
        faults: What must be mended.
        counts: How many rows of which kind there are.
        contents: The bytes of each file that belongs to it.
        languages: How many of its headings are of each language.
    """

    lines: dict[str, list[Line]] = field(default_factory=lambda: {key: [] for key in COLUMNS})
    notes: list[Note] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    faults: list[SourceError] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    contents: dict[Path, bytes] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)

    @property
    def language(self) -> str:
        """The language of most of its headings."""
        return max(LANGUAGES, key=lambda one: self.languages[one])


@dataclass(frozen=True)
class _Head:
    """Where the headings of a sheet are: in a row, or for the plan in a column."""

    key: str
    row: int
    columns: Mapping[int, str]
    headings: Mapping[int, str] = field(default_factory=dict)

    def where(self, sheet: Sheet, row: int, column: int) -> Where:
        """Name a cell below a heading, with the heading as it is written."""
        return sheet.where(row, column, self.headings.get(column, ""))


def is_form(path: Path, content: bytes) -> bool:
    """Tell whether a file is a form that was filled in, or a part of one.

    Args:
        path: Its name tells which part it is, if it is CSV.
        content: Its bytes.

    Raises:
        SourceError: It is not what its ending says.
    """
    if path.suffix.lower() in TEXTS:
        key = _name_part(path)[1]
        if key in (LISTS, FAULTS):
            return any(_name_part(one)[1] == PLAN for one in find_parts(path))
        return bool(key) and _find_head(read_workbook(path, content).sheets[0], key) is not None
    sheets = read_workbook(path, content).sheets
    heads = [head for one in sheets if (head := _identify(one)) is not None]
    return any(one.key in (PLAN, INITIATIVES) for one in heads)


def find_parts(path: Path) -> list[Path]:
    """List the files that make up a form of CSV files, of which one is given."""
    prefix, own = _name_part(path)
    found = {own: path}
    for one in sorted(path.parent.iterdir()) if path.parent.is_dir() else ():
        before, key = _name_part(one)
        if key and before == prefix and one.suffix.lower() in TEXTS and one.is_file():
            found.setdefault(key, one)
    return [found[key] for key in (*COLUMNS, LISTS, FAULTS) if key in found]


def name_part(path: Path) -> str:
    """Name the sheet that a CSV file of a form is."""
    return words.SHEETS.get(_name_part(path)[1], path.stem)


def _name_part(path: Path) -> tuple[str, str]:
    """Split the name of a CSV file into what comes before, and the sheet that it is."""
    before, _, last = re.sub(r"[\s_]", "-", fold(path.stem)).rpartition("-")
    return before, name_sheets().get(last, "")


def read_form(path: Path, content: bytes) -> Filled:
    """Read a form that was filled in.

    Args:
        path: The file, or one of the CSV files of a folder.
        content: Its bytes.

    Raises:
        SourceError: A file of it cannot be read.
    """
    filled = Filled()
    if path.suffix.lower() in TEXTS:
        for part in find_parts(path):
            given = content if part == path else read_bytes(part)
            filled.contents[part] = given
            _read_part(filled, part, given)
        return filled
    filled.contents[path] = content
    book = read_workbook(path, content)
    for sheet in book.sheets:
        _read_sheet(filled, path, sheet, _identify(sheet))
    filled.told += book.tell(path.name, without_remarks=False)
    return filled


def _read_part(filled: Filled, path: Path, content: bytes) -> None:
    key = _name_part(path)[1]
    book = read_workbook(path, content)
    filled.told += book.tell(path.name)
    if key in (LISTS, FAULTS):
        return
    head = _find_head(book.sheets[0], key)
    if head is None and book.sheets[0].rows:
        problem = Tongue(filled.language).say(faults.FAULTS["no-headings"])
        filled.faults.append(SourceError(path, problem % {"sheet": name_part(path)}))
    # Places are told under the name of the first file, so they say which sheet it is.
    named = replace(book.sheets[0], name=name_part(path))
    _read_sheet(filled, path, named, head)


# Which sheet is which


def _identify(sheet: Sheet) -> _Head | None:
    """Tell which sheet of a form this is by its name and headings, or by its headings alone."""
    named = name_sheets().get(fold(sheet.name), "")
    if named in COLUMNS and (head := _find_head(sheet, named)):
        return head
    for key in COLUMNS:
        head = _find_head(sheet, key)
        if head and len(head.columns) >= _LEAST_SHARE * FIRST_COLUMNS[key]:
            return head
    return None


def _find_head(sheet: Sheet, key: str) -> _Head | None:
    if key == PLAN:
        return _find_plan_head(sheet)
    known = name_columns(key)
    best = _Head(key, 0, {})
    for row in sheet.rows[:_HEAD_ROWS]:
        columns: dict[int, str] = {}
        for number, cell in enumerate(row.cells, 1):
            column = known.get(fold(as_text(cell)))
            # Of two columns with one heading, the first counts.
            if column and column not in columns.values():
                columns[number] = column
        if len(columns) > len(best.columns):
            best = _Head(key, row.number, columns, _list_texts(row))
    return best if len(best.columns) >= _LEAST_HEADINGS else None


def _find_plan_head(sheet: Sheet) -> _Head | None:
    """Find the columns of the labels and of what was filled in."""
    known = name_columns(PLAN)
    counts = Counter(
        number
        for row in sheet.rows
        for number, cell in enumerate(row.cells, 1)
        if fold(as_text(cell)) in known
    )
    if not counts or counts.most_common(1)[0][1] < _LEAST_HEADINGS:
        return None
    labels = counts.most_common(1)[0][0]
    columns = {labels: words.PLAN_COLUMNS[0], labels + 1: words.PLAN_COLUMNS[1]}
    for row in sheet.rows:
        found = {
            number: name_plan_columns().get(fold(as_text(cell)), "")
            for number, cell in enumerate(row.cells, 1)
        }
        if words.PLAN_COLUMNS[1] in found.values():
            named = {number: name for number, name in found.items() if name}
            return _Head(PLAN, row.number, named, _list_texts(row))
    return _Head(PLAN, 0, columns)


def _count_languages(head: _Head) -> Counter[str]:
    """Count in how many headings each language may be told."""
    known = {one.key: one.words.heading for one in COLUMNS[head.key]}
    known |= {name: name for name in words.PLAN_COLUMNS}
    return sum(
        (_find_languages(known[key], head.headings.get(n, "")) for n, key in head.columns.items()),
        Counter(),
    )


def _find_languages(heading: str, text: str) -> Counter[str]:
    """Find the languages in which a heading is what somebody wrote."""
    return Counter(
        one for one in LANGUAGES if fold(Tongue(one).say(heading)) == fold(text) and text
    )


def _list_texts(row: Row) -> dict[int, str]:
    """List the texts of a row by column."""
    return {number: text for number in range(1, len(row.cells) + 1) if (text := row.text(number))}


# What stands where


def _read_sheet(filled: Filled, path: Path, sheet: Sheet, head: _Head | None) -> None:
    named = name_sheets().get(fold(sheet.name), "")
    if (head is None and named in (LISTS, FAULTS)) or not sheet.rows:
        return
    if sheet.is_hidden:
        told = f"the sheet {sheet.name} is hidden and was not read"
        filled.told.append(Told("lost", told, Where(sheet=sheet.name), len(sheet.rows)))
        return
    hidden = {row.number for row in sheet.rows if row.is_hidden}
    left = {place: one for place, one in sheet.remarks.items() if place[0] not in hidden}
    if head is None:
        _keep_sheet(filled, sheet)
    else:
        _read_rows(filled, path, sheet, head, left)
    # A comment on a heading or an empty row is one on the plan.
    filled.notes.extend(_take_remarks(filled, sheet, head, left, row=0))


def _read_rows(filled: Filled, path: Path, sheet: Sheet, head: _Head, remarks: Remarks) -> None:
    filled.languages += _count_languages(head)
    filled.counts["blank rows"] += sheet.blank
    _tell_hidden(filled, sheet)
    if sheet.merged:
        told = "of merged cells, only the first has a value; the others were read as empty"
        filled.told.append(Told("read", told, Where(sheet=sheet.name), sheet.merged))
    shown = [row for row in sheet.rows if not row.is_hidden]
    if head.key == PLAN:
        _read_plan(filled, path, sheet, head, shown)
        return
    for row in shown:
        _read_row(filled, path, sheet, head, row, remarks=remarks)


def _tell_hidden(filled: Filled, sheet: Sheet) -> None:
    hidden = [row for row in sheet.rows if row.is_hidden]
    filled.counts["hidden rows"] += len(hidden)
    if hidden:
        told = "hidden rows were not read; show them if they belong to the plan"
        filled.told += [Told("lost", told, sheet.where(one.number)) for one in hidden]


def _keep_sheet(filled: Filled, sheet: Sheet) -> None:
    """Keep a sheet of the person's own as notes of the plan."""
    told = f"the sheet {sheet.name} is none of the form; it is kept as notes"
    filled.told.append(Told("kept", told, Where(sheet=sheet.name), len(sheet.rows)))
    for row in sheet.rows:
        text = " | ".join(filter(None, map(as_text, row.cells)))
        filled.notes.append(Note(sheet.name, text, sheet.where(row.number)))


def _name_place(sheet: Sheet, head: _Head | None, place: tuple[int, int]) -> Where:
    """Name a cell with the heading of its column, or in the sheet of the plan of its row."""
    if head is None:
        return sheet.where(*place)
    if head.key != PLAN:
        return head.where(sheet, *place)
    row = next((one for one in sheet.rows if one.number == place[0]), None)
    return sheet.where(*place, row.text(min(head.columns)) if row else "")


def _take_remarks(
    filled: Filled, sheet: Sheet, head: _Head | None, left: Remarks, *, row: int
) -> list[Note]:
    """Take the comments of a row, or all that are left, as notes, and tell that they are kept."""
    notes = []
    for place in sorted(one for one in left if row in (0, one[0])):
        remark = left.pop(place)
        where = _name_place(sheet, head, place)
        named = f"{words.REMARK}: {where.heading}" if where.heading else words.REMARK
        by = f" ({remark.author})" if remark.author else ""
        notes.append(Note(named, f"{remark.text}{by}", where))
        filled.told.append(Told("kept", "comments on cells are kept as notes", where))
    return notes


def _read_row(
    filled: Filled, path: Path, sheet: Sheet, head: _Head, row: Row, *, remarks: Remarks
) -> None:
    if row.number <= head.row or _is_heading(head, row):
        if row.number < head.row:
            filled.notes.extend(_note_rest(sheet, head, row, every=True))
        return
    places = {one.key: sheet.where(row.number) for one in COLUMNS[head.key]}
    places |= {key: head.where(sheet, row.number, number) for number, key in head.columns.items()}
    cells = {key: row.get(number) for number, key in head.columns.items()}
    if _is_help(head.key, cells):
        return
    line = Line(path, cells, places)
    if is_mark(line.text(COLUMNS[head.key][0].key), words.EXAMPLE):
        filled.counts["example rows"] += 1
        filled.faults.extend(_check_example(head.key, line, filled.language))
        return
    for key in head.columns.values():
        cells[key] = _clean(filled, cells[key], places[key])
    notes = tuple(_note_rest(sheet, head, row))
    said = tuple(_take_remarks(filled, sheet, head, remarks, row=row.number))
    percentages = frozenset(
        key for number, key in head.columns.items() if (row.number, number) in sheet.percentages
    )
    if any(cell is not None for cell in cells.values()):
        filled.counts[head.key] += 1
        filled.lines[head.key].append(Line(path, cells, places, (*notes, *said), percentages))
    else:
        filled.notes.extend((*notes, *said))
    told = "what stands in columns that the form does not have is kept as notes"
    filled.told += [Told("kept", told, one.where) for one in notes]


def _is_heading(head: _Head, row: Row) -> bool:
    """Tell whether a row repeats the headings."""
    known = name_columns(head.key)
    same = [known.get(fold(row.text(number))) == key for number, key in head.columns.items()]
    return sum(same) >= _LEAST_HEADINGS


def _is_help(key: str, cells: Mapping[str, Cell]) -> bool:
    first = COLUMNS[key][0].key
    if re.match(r"\w+ ?:", text := fold(as_text(cells.get(first)))) and is_mark(text, words.HELP):
        return True
    helps = list_helps(key)
    said = [fold(as_text(cells.get(column))) in known for column, known in helps.items()]
    return sum(said) >= _LEAST_HEADINGS


def _check_example(key: str, line: Line, language: str) -> Iterator[SourceError]:
    """Find out whether somebody wrote something of her own into the row of the example."""
    for column in COLUMNS[key][:3]:
        shown = {column.show_example(one) for one in LANGUAGES}
        if column is COLUMNS[key][0]:
            marks = [Tongue(one).say(words.EXAMPLE) for one in LANGUAGES]
            shown = {f"{mark} {one}" for mark in marks for one in shown}
        if (text := fold(line.text(column.key))) and text not in set(map(fold, shown)):
            tongue = Tongue(language)
            problem = tongue.say(faults.FAULTS["example"]) % {"mark": tongue.say(words.EXAMPLE)}
            yield line.fault(column.key, problem)
            return


def _clean(filled: Filled, cell: Cell, where: Where) -> Cell:
    """Take what means nothing for nothing."""
    if isinstance(cell, str) and cell.startswith(_BROKEN):
        filled.told.append(Told("lost", f"a formula gave {cell} and was read as empty", where))
        return None
    if isinstance(cell, str) and cell.strip().casefold() in _NOTHING:
        filled.told.append(Told("read", f"{cell} was read as nothing filled in", where))
        return None
    return cell


def _note_rest(sheet: Sheet, head: _Head, row: Row, *, every: bool = False) -> Iterator[Note]:
    """Give the cells of a row that stand in no column of the form."""
    for number, cell in enumerate(row.cells, 1):
        if as_text(cell) and (every or number not in head.columns):
            heading = "" if every else head.headings.get(number, "")
            named = heading or f"column {letters(number)}"
            yield Note(named, as_text(cell), sheet.where(row.number, number, heading))


def _read_plan(filled: Filled, path: Path, sheet: Sheet, head: _Head, rows: list[Row]) -> None:
    """Read the sheet of the plan, whose lines stand below each other."""
    numbers = {name: number for number, name in head.columns.items()}
    label = numbers.get(words.PLAN_COLUMNS[0], 1)
    given = numbers[words.PLAN_COLUMNS[1]]
    known = name_columns(PLAN)
    headings = {one.key: one.words.heading for one in COLUMNS[PLAN]}
    cells: dict[str, Cell] = {}
    places: dict[str, Where] = {}
    notes: list[Note] = []
    for row in rows:
        key = known.get(fold(row.text(label)), "")
        if row.number == head.row:
            continue
        place = sheet.where(row.number, given, row.text(label))
        if key and key not in places:
            places[key] = place
            cells[key] = _clean(filled, row.get(given), place)
            filled.languages += _find_languages(headings[key], row.text(label))
        elif row.text(given):
            notes.append(Note(row.text(label) or words.SHEETS[PLAN], row.text(given), place))
        notes.extend(_note_rest(sheet, head, row))
    for column in COLUMNS[PLAN]:
        places.setdefault(column.key, Where(sheet=sheet.name))
    filled.lines[PLAN].append(Line(path, cells, places, tuple(notes)))
