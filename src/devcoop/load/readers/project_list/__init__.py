"""Any list of projects in a table, by a map that says what its columns mean.

A row is an initiative. Rows of one identifier and title are one initiative that the list
goes through several times. A row with only its first cell filled is a section; it may state the
country of the rows below it. Headings that are repeated on every printed page are skipped.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from devcoop.errors import SourceError, suggest
from devcoop.load.readers.project_list.mapping import ColumnMap, read_map
from devcoop.load.reading import Reading
from devcoop.load.recognition import plain
from devcoop.load.records import Amount, Body, Element, Head, Note, Records, Text, Told, Value
from devcoop.load.tables import TEXTS, WORKBOOKS, as_text, read_workbook
from devcoop.load.written.amounts import read_number
from devcoop.load.written.dates import Days, is_ambiguous, read_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from devcoop.load.records import Hints
    from devcoop.load.tables import Row, Sheet, Workbook

SUFFIXES: tuple[str, ...] = (*WORKBOOKS, *TEXTS)
"""Endings of the files that this reader takes."""
_FACETS = ("theme", "function", "instrument", "beneficiary", "sector", "arena", "type", "status")
_BODIES = {
    "funder": "funding",
    "implementer": "implementing",
    "partner": "partner",
    "recipient": "beneficiary",
}
"""Roles, as the scheme names them, by field."""
_MONEY = {"commitment": "commitment", "disbursement": "disbursement", "amount": ""}
_One = TypeVar("_One")
_MARKS = re.compile(r"^(?:[A-Z]{2,3}\$?|[$€£¥])\s*|\s*(?:[A-Z]{3}|[$€£¥])$")
"""Signs of money before or after a number."""
_PROJECT = "project"
"""What a row of a list of projects is, where no column and no constant says otherwise."""
_FORMAT = "a list of projects"


def recognizes(path: Path, content: bytes) -> bool:  # noqa: ARG001
    """Tell whether it is a table; which columns it has, the map says."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path, content: bytes, hints: Hints) -> Reading:
    """Read a list of projects.

    Args:
        path: The file.
        content: Its bytes.
        hints: With a map; and what the map does not say.

    Raises:
        SourceError: There is no map, it does not fit, or the file is no table.
    """
    if hints.map is None:
        raise SourceError(
            path,
            "what its columns mean is not known; `devcoop map` proposes a map to be corrected,"
            " and `--map` loads the list by it",
        )
    book = read_workbook(path, content)
    reading = _ListReading(path, book, read_map(hints.map), hints)
    return Reading(
        path, hashlib.sha256(content).hexdigest(), records=reading.records(), format=_FORMAT
    )


def find_headings(sheet: Sheet, wanted: Iterable[str]) -> Row | None:
    """Find the first row of a sheet that has all headings that are wanted."""
    keys = {_heading(one) for one in wanted}
    return next(
        (row for row in sheet.rows if keys <= {*map(_heading, map(as_text, row.cells))}), None
    )


def _heading(text: str) -> str:
    return " ".join(text.split()).casefold()


class _ListReading:
    """One list while it is read."""

    def __init__(self, path: Path, book: Workbook, columns: ColumnMap, hints: Hints) -> None:
        self.path, self.book, self.map, self.hints = path, book, columns, hints
        self.sheet = self._find_sheet()
        self.headings = self._find_headings()
        self.fields = self._place_fields()
        self.told: list[Told] = []
        self.counts: Counter[str] = Counter()
        self.section = Value("")

    # The table

    def _find_sheet(self) -> Sheet:
        shown = self.book.shown()
        if self.map.sheet:
            named = {one.name: one for one in self.book.sheets}
            if self.map.sheet not in named:
                hint = suggest(self.map.sheet, {name: name for name in named})
                raise SourceError(self.path, f"it has no sheet {self.map.sheet!r}{hint}")
            return named[self.map.sheet]
        if not shown:
            raise SourceError(self.path, "it has no sheet with anything in it that is shown")
        return shown[0]

    def _find_headings(self) -> Row:
        wanted = [name for names in self.map.columns.values() for name in names]
        if self.map.heading_row:
            found = [row for row in self.sheet.rows if row.number == self.map.heading_row]
            row = found[0] if found else None
        else:
            row = find_headings(self.sheet, wanted)
        present = {_heading(as_text(cell)) for cell in row.cells} if row else set()
        missing = [name for name in wanted if _heading(name) not in present]
        if row is None or missing:
            raise SourceError(self.path, self._say_missing(row, missing))
        return row

    def _say_missing(self, row: Row | None, missing: list[str]) -> str:
        place = f"sheet {self.sheet.name}: " if self.sheet.name else ""
        if row is None:
            return f"{place}no row has all headings of the map: {', '.join(missing)}"
        known = {as_text(cell): as_text(cell) for cell in row.cells if cell is not None}
        hint = suggest(missing[0], known)
        return f"{place}row {row.number} has no heading {missing[0]!r}{hint}"

    def _place_fields(self) -> dict[int, str]:
        """Say which field each column has."""
        by_heading = {
            _heading(name): field for field, names in self.map.columns.items() for name in names
        }
        return {
            number: by_heading[_heading(as_text(cell))]
            for number, cell in enumerate(self.headings.cells, 1)
            if _heading(as_text(cell)) in by_heading
        }

    # The records

    def records(self) -> Records:
        """Read all rows."""
        found: dict[str, Element] = {}
        for row in self._iter_projects():
            element = self._read_row(row)
            self._keep(found, element)
        self._tell_sheets()
        return Records(
            self._read_head(), tuple(found.values()), tuple(self.told), self._count(found)
        )

    def _iter_projects(self) -> Iterator[Row]:
        """Iterate over the rows that are projects."""
        for row in self.sheet.rows:
            if row.number == self.headings.number:
                continue
            if self._repeats_headings(row):
                self.counts["repeated headings"] += 1
            elif row.is_hidden:
                self._tell("lost", "hidden rows were left out", row)
                self.counts["hidden rows"] += 1
            elif self._is_section(row):
                self.section = Value(row.text(1), self.sheet.where(row.number, 1))
                self.counts["section rows"] += 1
            elif row.number < self.headings.number:
                self.counts["rows above the headings"] += 1
            else:
                yield row

    def _repeats_headings(self, row: Row) -> bool:
        """Tell whether most headings stand in a row again, each in its column."""
        filled = [
            number
            for number in range(1, len(self.headings.cells) + 1)
            if self.headings.text(number)
        ]
        same = sum(row.text(number) == self.headings.text(number) for number in filled)
        return same * 2 > len(filled)

    def _is_section(self, row: Row) -> bool:
        filled = [number for number in range(1, len(row.cells) + 1) if row.get(number) is not None]
        return filled == [1] and (bool(self.map.section) or len(self.fields) > 1)

    def _read_row(self, row: Row) -> Element:
        cells: dict[str, list[Value]] = {}
        notes = []
        for number, cell in enumerate(row.cells, 1):
            if cell is None:
                continue
            where = self.sheet.where(row.number, number)
            field = self.fields.get(number)
            if field:
                cells.setdefault(field, []).append(Value(_written(cell), where))
            else:
                heading = self.headings.text(number) or f"column {number}"
                notes.append(Note(heading, _written(cell), where))
        if self.map.section and self.section.text:
            cells.setdefault(self.map.section, []).insert(0, self.section)
        for field, text in {"type": _PROJECT, **self.map.constants}.items():
            cells.setdefault(field, [Value(text, self.sheet.where(row.number))])
        return self._build(row, cells, notes)

    def _build(self, row: Row, cells: dict[str, list[Value]], notes: list[Note]) -> Element:
        where = self.sheet.where(row.number)
        start, end = self._read_period(row, cells, notes)
        if left := cells.pop("leave out", None):
            self.told.append(Told("lost", "left out, as the map says", left[0].where))
        agency = cells.get("agency", [])
        return Element(
            kind="Undertaking",
            key=_make_key(cells),
            where=where,
            titles=_texts(cells, "title", self.map.language),
            descriptions=_texts(cells, "description", self.map.language),
            agency=Body(agency[0].text, agency[0].where) if agency else None,
            bodies=tuple(
                Body(value.text, value.where, role=role)
                for field, role in _BODIES.items()
                for value in cells.get(field, ())
            ),
            places=tuple(cells.get("country", ())),
            facets=tuple((facet, one) for facet in _FACETS for one in cells.get(facet, ())),
            start=start[0] if start else None,
            end=end[1] if end else None,
            amounts=tuple(self._iter_amounts(cells, notes)),
            notes=tuple(notes),
        )

    def _read_period(
        self, row: Row, cells: dict[str, list[Value]], notes: list[Note]
    ) -> tuple[Days | None, Days | None]:
        """Read the first and the last day; what is no day, or ends before it starts, is noted."""
        start = self._read_day(cells, "start", notes)
        end = self._read_day(cells, "end", notes)
        if not start and not end:
            year = self._read_day(cells, "year", notes)
            return year, year
        if start and end and end[1] < start[0]:
            self._tell("read", "it ends before it starts; both days are kept as notes", row)
            for field in ("start", "end"):
                notes.extend(Note(field, one.text, one.where) for one in cells[field][:1])
            return None, None
        return start, end

    def _read_day(
        self, cells: dict[str, list[Value]], field: str, notes: list[Note]
    ) -> Days | None:
        """Read the first cell of a field that names a day."""
        for value in cells.get(field, ()):
            days = read_days(value.text, month_first=self.map.month_first)
            if days and not self.map.month_first and is_ambiguous(value.text):
                self.told.append(
                    Told(
                        "read",
                        "days were read as day/month/year; `month first` says otherwise",
                        value.where,
                    )
                )
            if days:
                return days
            notes.append(Note(field, value.text, value.where))
        return None

    def _iter_amounts(self, cells: dict[str, list[Value]], notes: list[Note]) -> Iterator[Amount]:
        currency = next((one.text for one in cells.get("currency", ())), "")
        for field, kind in _MONEY.items():
            for value in cells.get(field, ()):
                number = read_number(_MARKS.sub("", value.text))
                if number is None:
                    notes.append(Note(field, value.text, value.where))
                    continue
                if not number[1] and "," in value.text:
                    what = "a comma before three digits was taken to keep thousands apart"
                    self.told.append(Told("read", what, value.where))
                yield Amount(number[0], currency, kind, value.where)

    # One project in several rows

    def _keep(self, found: dict[str, Element], element: Element) -> None:
        """Keep an element; one that is known already is continued, another of its key is told."""
        known = found.get(element.key)
        if known is None:
            found[element.key] = element
        elif _title(known) == _title(element):
            self.counts["rows that continue a project"] += 1
            self.told.append(
                Told(
                    "joined",
                    "rows of one identifier and title were taken for one project",
                    element.where,
                )
            )
            found[element.key] = _join(known, element)
        else:
            what = "different projects have one identifier; the later ones are numbered"
            self.told.append(Told("read", what, element.where, text=element.key))
            number = next(n for n in range(2, len(found) + 3) if f"{element.key}/{n}" not in found)
            found[f"{element.key}/{number}"] = replace(element, key=f"{element.key}/{number}")

    # What is told of the whole

    def _tell(self, kind: str, what: str, row: Row) -> None:
        self.told.append(Told(kind, what, self.sheet.where(row.number)))

    def _tell_sheets(self) -> None:
        for one in self.book.sheets:
            if one is not self.sheet and one.rows:
                what = "a hidden sheet" if one.is_hidden else "another sheet"
                self.told.append(Told("lost", f"{what} was not read: {one.name}", number=1))
        self.told += self.book.tell()

    def _read_head(self) -> Head:
        agency = self.hints.agency or self.map.agency
        return Head(
            titles=(Text(self.hints.title),) if self.hints.title else (),
            agency=Body(agency) if agency else None,
            language=self.hints.language or self.map.language,
            places=(Value(self.hints.place),) if self.hints.place else (),
        )

    def _count(self, found: dict[str, Element]) -> dict[str, int]:
        hidden = [one for one in self.book.sheets if one.is_hidden]
        counts = {
            "sheets": len(self.book.sheets),
            "hidden sheets": len(hidden),
            "non-blank rows": len(self.sheet.rows),
            "blank rows": self.sheet.blank,
            "heading row": self.headings.number,
            **self.counts,
        }
        counts["projects (data rows)"] = len(found) + self.counts["rows that continue a project"]
        counts["initiatives"] = len(found)
        return counts


def _written(cell: object) -> str:
    """Give a cell as it is written, its line breaks kept."""
    return cell.strip() if isinstance(cell, str) else as_text(cell)  # type: ignore[arg-type]


def _texts(cells: dict[str, list[Value]], field: str, language: str) -> tuple[Text, ...]:
    return tuple(Text(one.text, language) for one in cells.get(field, ()))


def _title(element: Element) -> str:
    return plain(" ".join(text.value for text in element.titles))


def _make_key(cells: dict[str, list[Value]]) -> str:
    """Give the identifier, or make one of what tells a project from others."""
    if stated := cells.get("identifier"):
        return stated[0].text
    told = "\n".join(
        one.text
        for field in ("title", "country", "start", "year", "description")
        for one in cells.get(field, ())
    )
    return f"x{hashlib.sha256(told.encode()).hexdigest()[:10]}"


def _join(known: Element, more: Element) -> Element:
    """Put together what two rows say of one project; nothing twice."""
    return replace(
        known,
        descriptions=_union(known.descriptions, more.descriptions),
        bodies=_union(known.bodies, more.bodies),
        places=_union(known.places, more.places),
        facets=_union(known.facets, more.facets),
        start=min(filter(None, (known.start, more.start)), default=None),
        end=max(filter(None, (known.end, more.end)), default=None),
        amounts=(*known.amounts, *more.amounts),
        notes=_union(known.notes, more.notes),
    )


def _union(known: tuple[_One, ...], more: tuple[_One, ...]) -> tuple[_One, ...]:
    return tuple(dict.fromkeys((*known, *more)))
