"""Any list of projects in a table, by a map that says what its columns mean.

A row is an initiative. Rows of one identifier and title are one initiative that the list
goes through several times. A row with only its first cell filled is none: where the map says
so, it states the country of the rows below it. Headings that are repeated on every printed page
are skipped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from devcoop.errors import SourceError, suggest
from devcoop.load.objects import JSON_LISTS
from devcoop.load.readers.project_list.mapping import ColumnMap, read_map
from devcoop.load.reading import Reading
from devcoop.load.recognition import plain
from devcoop.load.records import Amount, Body, Element, Head, Note, Records, Text, Told, Value
from devcoop.load.tables import TEXTS, WORKBOOKS, as_text, read_workbook
from devcoop.load.written.amounts import read_money
from devcoop.load.written.dates import Days, find_orders, is_ambiguous, join_days, read_days
from devcoop.load.written.persons import is_personal, leave_out_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from devcoop.load.records import Hints, Where
    from devcoop.load.tables import Cell, Row, Sheet, Workbook

SUFFIXES: tuple[str, ...] = (*WORKBOOKS, *TEXTS, *JSON_LISTS)
"""Endings of the files that this reader takes."""
_FACETS = (
    *("theme", "function", "instrument", "beneficiary", "sector", "arena", "purpose"),
    *("type", "status"),
)
_BODIES = {
    "funder": "funding",
    "implementer": "implementing",
    "partner": "partner",
    "recipient": "beneficiary",
}
"""Roles, as the scheme names them, by field."""
_MONEY = {"commitment": "commitment", "disbursement": "disbursement", "amount": ""}
_DAYS = ("start", "end", "year")
_ONCE = ("identifier", "agency", *_DAYS, "currency")
"""Fields of which a project has one."""
_One = TypeVar("_One")
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
    book = read_workbook(path, content)
    if hints.map is None:
        raise SourceError(
            path,
            "what its columns mean is not known; `devcoop map` proposes a map to be corrected,"
            " and `--map` loads the list by it",
        )
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
        self.personal = {
            number
            for number in range(1, len(self.headings.cells) + 1)
            if number not in self.fields and is_personal(self.headings.text(number))
        }
        self.above: list[Note] = []
        self.orders = self._find_orders()

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

    def _find_orders(self) -> set[str]:
        """Find whether the day or the month comes first, as the map or the list's days show it."""
        if self.map.month_first is not None:
            return {"month" if self.map.month_first else "day"}
        days = [number for number, field in self.fields.items() if field in _DAYS]
        return find_orders(row.get(number) for row in self.sheet.rows for number in days)

    # The records

    def records(self) -> Records:
        """Read all rows."""
        elements = self._join_rows([self._read_row(row) for row in self._iter_projects()])
        self._tell_columns()
        self._tell_sheets()
        return Records(self._read_head(), elements, tuple(self.told), self._count(len(elements)))

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
            elif self.map.section and _is_alone(row):
                self._read_section(row)
            elif row.number < self.headings.number:
                self._keep_above(row)
            elif len(self.fields) > 1 and _is_alone(row):
                self.counts["rows of one cell"] += 1
                what = "rows with only their first cell filled are no projects and were left out"
                self._tell("lost", what, row, row.text(1))
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

    def _keep_above(self, row: Row) -> None:
        """Keep what stands above the headings, such as the title of the list."""
        self.counts["rows above the headings"] += 1
        for number, cell in enumerate(row.cells, 1):
            if cell is not None:
                where = self.sheet.where(row.number, number)
                self.above.append(Note("above the headings", self._write(cell, where), where))

    def _read_section(self, row: Row) -> None:
        """Take a row with only its first cell filled for what the map says."""
        self.counts["section rows"] += 1
        self.section = Value(row.text(1), self.sheet.where(row.number, 1))
        what = f"rows with only their first cell filled state the {self.map.section} below them"
        self._tell("read", what, row)

    def _read_row(self, row: Row) -> Element:
        cells: dict[str, list[Value]] = {}
        notes = []
        for number, cell in enumerate(row.cells, 1):
            if cell is None or number in self.personal:
                continue
            where = self.sheet.where(row.number, number, self.headings.text(number))
            field = self.fields.get(number)
            if field == "leave out":
                self.told.append(Told("lost", "left out, as the map says", where))
            elif not (text := self._write(cell, where)):
                continue
            elif field:
                cells.setdefault(field, []).append(Value(text, where))
            else:
                notes.append(Note(self.headings.text(number) or f"column {number}", text, where))
        if self.map.section and self.section.text:
            cells.setdefault(self.map.section, []).insert(0, self.section)
        for field, text in {"type": _PROJECT, **self.map.constants}.items():
            cells.setdefault(field, [Value(text, self.sheet.where(row.number))])
        return self._build(row, cells, notes)

    def _write(self, cell: Cell, where: Where) -> str:
        """Give a cell as it is written, its line breaks kept, without addresses of persons."""
        text, number = leave_out_addresses(cell.strip() if isinstance(cell, str) else as_text(cell))
        if number:
            what = "an e-mail address or a telephone number is left out of a cell"
            self.told.append(Told("lost", what, where, number))
        return text

    def _build(self, row: Row, cells: dict[str, list[Value]], notes: list[Note]) -> Element:
        where = self.sheet.where(row.number)
        used: set[Value] = set()
        start, end = join_days(*self._read_period(row, cells, used))
        identifier, agency = (_take_first(cells, one, used) for one in ("identifier", "agency"))
        amounts = tuple(self._iter_amounts(cells, notes, used))
        # A field of which there is one: what other columns say of it is kept as well.
        for field in _ONCE:
            more = (one for one in cells.get(field, ()) if one not in used and one.where.column)
            notes += [Note(field, one.text, one.where) for one in more]
        return Element(
            kind="Undertaking",
            key=identifier.text if identifier else _make_key(cells),
            where=where,
            titles=_texts(cells, "title", self.map.language),
            descriptions=_texts(cells, "description", self.map.language),
            agency=Body(agency.text, agency.where) if agency else None,
            bodies=tuple(
                Body(value.text, value.where, role=role)
                for field, role in _BODIES.items()
                for value in cells.get(field, ())
            ),
            places=tuple(cells.get("country", ())),
            facets=tuple((facet, one) for facet in _FACETS for one in cells.get(facet, ())),
            start=start,
            end=end,
            amounts=amounts,
            notes=tuple(notes),
        )

    def _read_period(
        self, row: Row, cells: dict[str, list[Value]], used: set[Value]
    ) -> tuple[Days | None, Days | None]:
        """Read the first and the last day; what ends before it starts is not used."""
        start, end = (self._read_day(cells, one) for one in ("start", "end"))
        if not start and not end:
            start = end = self._read_day(cells, "year")
        if start and end and end[1][1] < start[1][0]:
            self._tell("read", "it ends before it starts; both days are kept as notes", row)
            return None, None
        used |= {one[0] for one in (start, end) if one}
        return start and start[1], end and end[1]

    def _read_day(self, cells: dict[str, list[Value]], field: str) -> tuple[Value, Days] | None:
        """Read the first cell of a field that names a day."""
        for value in cells.get(field, ()):
            days = read_days(value.text, month_first=self.orders == {"month"})
            if days and len(self.orders) != 1 and is_ambiguous(value.text):
                what = "days were read as day/month/year; `month first` says otherwise"
                self.told.append(Told("read", what, value.where))
            if days:
                return value, days
        return None

    def _iter_amounts(
        self, cells: dict[str, list[Value]], notes: list[Note], used: set[Value]
    ) -> Iterator[Amount]:
        currency = _take_first(cells, "currency", set())
        for field, kind in _MONEY.items():
            for value in cells.get(field, ()):
                money = read_money(value.text)
                if money is None:
                    notes.append(Note(field, value.text, value.where))
                    continue
                if not money.is_sure and "," in value.text:
                    what = "a comma before three digits was taken to keep thousands apart"
                    self.told.append(Told("read", what, value.where))
                beside = currency.text if currency else ""
                used |= {currency} if currency and not money.words else set()
                yield Amount(money.number, money.words or beside, kind, value.where)

    # One project in several rows

    def _join_rows(self, rows: list[Element]) -> tuple[Element, ...]:
        """Put together the rows of one identifier and title; number others of one identifier."""
        groups: dict[tuple[str, str], list[Element]] = {}
        for one in rows:
            groups.setdefault((one.key, _title(one)), []).append(one)
        taken = {key for key, _ in groups}
        numbers: Counter[str] = Counter()
        found = []
        for (key, _), same in groups.items():
            for one in same[1:]:
                self.counts["rows that continue a project"] += 1
                what = "rows of one identifier and title were taken for one project"
                self.told.append(Told("joined", what, one.where))
            numbers[key] += 1
            if numbers[key] > 1:
                what = "different projects have one identifier; the later ones are numbered"
                self.told.append(Told("read", what, same[0].where, text=key))
            found.append(_join(same, _number_key(key, numbers, taken)))
        return tuple(found)

    # What is told of the whole

    def _tell(self, kind: str, what: str, row: Row, text: str = "") -> None:
        self.told.append(Told(kind, what, self.sheet.where(row.number), text=text))

    def _tell_columns(self) -> None:
        for number in sorted(self.personal):
            where = self.sheet.where(self.headings.number, number)
            what = f"column “{self.headings.text(number)}” has data of persons and was left out"
            self.told.append(Told("lost", what, where))

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
            notes=tuple(self.above),
        )

    def _count(self, initiatives: int) -> dict[str, int]:
        hidden = [one for one in self.book.sheets if one.is_hidden]
        counts = {
            "sheets": len(self.book.sheets),
            "hidden sheets": len(hidden),
            "non-blank rows": len(self.sheet.rows),
            "blank rows": self.sheet.blank,
            "heading row": self.headings.number,
            **self.counts,
        }
        continued = self.counts["rows that continue a project"]
        counts["projects (data rows)"] = initiatives + continued
        counts["initiatives"] = initiatives
        return counts


def _is_alone(row: Row) -> bool:
    """Tell whether only the first cell of a row is filled."""
    filled = [number for number in range(1, len(row.cells) + 1) if row.get(number) is not None]
    return filled == [1]


def _take_first(cells: dict[str, list[Value]], field: str, used: set[Value]) -> Value | None:
    """Take the first cell of a field, and remember that it is used."""
    first = next((one for one in cells.get(field, ()) if one.text), None)
    used |= {first} if first else set()
    return first


def _number_key(key: str, numbers: Counter[str], taken: set[str]) -> str:
    """Give the key of the next of several projects that share one."""
    if numbers[key] == 1:
        return key
    while (numbered := f"{key}/{numbers[key]}") in taken:
        numbers[key] += 1
    taken.add(numbered)
    return numbered


def _texts(cells: dict[str, list[Value]], field: str, language: str) -> tuple[Text, ...]:
    return tuple(Text(one.text, language) for one in cells.get(field, ()))


def _title(element: Element) -> str:
    return plain(" ".join(text.value for text in element.titles))


def _make_key(cells: dict[str, list[Value]]) -> str:
    """Make an identifier of what tells a project from others."""
    told = "\n".join(
        one.text
        for field in ("title", "country", "start", "year", "description")
        for one in cells.get(field, ())
    )
    return f"x{hashlib.sha256(told.encode()).hexdigest()[:10]}"


def _join(rows: list[Element], key: str) -> Element:
    """Put together what rows say of one project; nothing twice but money."""
    first, *more = rows
    if not more:
        return first._replace(key=key)
    return first._replace(
        key=key,
        descriptions=_unite(one.descriptions for one in rows),
        bodies=_unite(one.bodies for one in rows),
        places=_unite(one.places for one in rows),
        facets=_unite(one.facets for one in rows),
        start=min((one.start for one in rows if one.start), default=None),
        end=max((one.end for one in rows if one.end), default=None),
        amounts=tuple(amount for one in rows for amount in one.amounts),
        notes=_unite(one.notes for one in rows),
    )


def _unite(said: Iterable[tuple[_One, ...]]) -> tuple[_One, ...]:
    return tuple(dict.fromkeys(one for several in said for one in several))
