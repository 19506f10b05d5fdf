"""Rows of a table with HXL hashtags: what each says of who does what where, and what is told."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from devcoop.load.readers.hxl import hashtags
from devcoop.load.readers.hxl.hashtags import Column, Group, describe_columns
from devcoop.load.records import (
    Amount,
    Body,
    Note,
    Teller,
    Text,
    Value,
    Where,
)
from devcoop.load.written.amounts import read_number
from devcoop.load.written.dates import find_orders, is_ambiguous, join_days, read_days
from devcoop.load.written.persons import leave_out_addresses
from devcoop.load.written.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from devcoop.load.tables import Row, Sheet

_UNKNOWN_WORDS = (
    "#n/a|n/a|na|n.a.|n.a|#ref!|#value!|#name?|#div/0!|#null!|#num!|-|--|---|–|—|?|??|null|nil|nan|"
    "tbd|tbc|unknown|unspecified|not specified|not available|not applicable|(blank)|nd|n/d|n.d.|"
    "inconnu|non disponible|non spécifié|sans objet|desconocido|no disponible|no aplica"
)
_UNKNOWN = frozenset(_UNKNOWN_WORDS.split("|"))
"""What people and programs write into a cell of which nothing is known."""
_LONGEST_UNKNOWN = max(map(len, _UNKNOWN))
_FORMULA = ("=", "+", "-", "@")
_fold = lru_cache(maxsize=10_000)(fold)
_ROLES = (
    ("lead", {"prog", "programme", "program", "programming", "lead"}),
    ("implementing", {"impl", "implementing", "implementer", "implementation", "ip"}),
    ("funding", {"fund", "funder", "funding", "donor", "donors"}),
    ("coordinating", {"coord", "coordination", "coordinating"}),
    ("partner", {"partner", "partners"}),
    ("beneficiary", {"beneficiary", "benef"}),
)
"""Roles by the attributes of `#org`; `+prog` is who has the work in its programme."""
_ROLE_WORDS = (
    ("funding", re.compile(r"fund|donor|bailleur|donante|financ", re.IGNORECASE)),
    ("implementing", re.compile(r"implement|ejecutor|mise en|exécut", re.IGNORECASE)),
    ("coordinating", re.compile(r"coord", re.IGNORECASE)),
    ("lead", re.compile(r"\blead|chef de file|programm", re.IGNORECASE)),
    ("partner", re.compile(r"partner|partenaire|socio", re.IGNORECASE)),
)
_MONEY = (
    ("budget", {"budget", "planned", "requested", "required", "allocated"}),
    ("commitment", {"committed", "commitment", "pledged"}),
    ("disbursement", {"disbursed", "disbursement", "spent", "paid", "expenditure"}),
)


@dataclass
class Line:
    """What one row says."""

    where: Where
    bodies: list[Body] = field(default_factory=list)
    sectors: list[Value] = field(default_factory=list)
    titles: list[Text] = field(default_factory=list)
    descriptions: list[Text] = field(default_factory=list)
    work: list[tuple[str, str]] = field(default_factory=list)
    country: list[Value] = field(default_factory=list)
    areas: list[Value] = field(default_factory=list)
    groups: list[Value] = field(default_factory=list)
    states: list[Value] = field(default_factory=list)
    days: tuple[date | None, date | None] = (None, None)
    amounts: list[Amount] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    numbers: list[Note] = field(default_factory=list)

    def key(self) -> str:
        """What tells the initiative from others: who and what, in whatever spelling."""
        who = sorted(set(map(identify, self.bodies)))
        what = sorted({_fold(one.text) for one in self.sectors})
        said = json.dumps([who, what, sorted(self.work)], ensure_ascii=False)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def is_empty(self) -> bool:
        """Whether it says neither who nor what."""
        return not (self.bodies or self.sectors or self.work)


def identify(body: Body) -> tuple[str, str, str]:
    """Give what tells a body from others, in whatever spelling."""
    return body.role, _fold(body.name), body.identifier


def unique_values(values: Iterable[Value]) -> list[Value]:
    """Give values without those that an earlier one says already."""
    found: dict[tuple[str, str], Value] = {}
    for one in values:
        found.setdefault((one.scheme, one.text), one)
    return list(found.values())


def say_period(days: tuple[date | None, date | None]) -> str:
    """Write a period as ISO 8601 does, with two dots for an end that is not known."""
    return "/".join(day.isoformat() if day else ".." for day in days)


@dataclass(frozen=True)
class Layout:
    """What the columns of a table are for; each column is in one place."""

    orgs: tuple[Group, ...]
    sectors: tuple[Group, ...]
    work: tuple[Group, ...]
    countries: tuple[Group, ...]
    areas: tuple[Group, ...]
    starts: tuple[Column, ...]
    ends: tuple[Column, ...]
    states: tuple[Column, ...]
    money: tuple[Column, ...]
    currencies: tuple[Column, ...]
    people: tuple[Column, ...]
    personal: tuple[Column, ...]
    rest: tuple[Column, ...]


def _lay_out(columns: Sequence[Column]) -> Layout:
    """Say what each column is for."""
    uses: dict[str, list[Column]] = {}
    for column in columns:
        uses.setdefault("personal" if column.is_personal else _find_use(column), []).append(column)
    things = uses.get("thing", ())
    return Layout(
        orgs=hashtags.group_columns(things, ("org",)),
        sectors=hashtags.group_columns(things, hashtags.SECTORS),
        work=hashtags.group_columns(things, hashtags.ACTIVITIES),
        countries=hashtags.group_columns(things, hashtags.COUNTRIES),
        areas=hashtags.group_columns(things, hashtags.AREAS),
        starts=tuple(uses.get("start", ())),
        ends=tuple(uses.get("end", ())),
        states=tuple(uses.get("status", ())),
        money=tuple(uses.get("money", ())),
        currencies=tuple(uses.get("currency", ())),
        people=tuple(uses.get("people", ())),
        personal=tuple(uses.get("personal", ())),
        rest=tuple(uses.get("rest", ())),
    )


def _find_use(column: Column) -> str:
    """Say what a column is for; one of a thing has a fact about an organization, a place, work."""
    tag, attributes = column.tag, set(column.attributes)
    if tag in ("date", *hashtags.ACTIVITIES):
        use = next((use for use in ("start", "end", "status") if use in attributes), "")
        if use or tag == "date" or attributes & _MEASURES:
            return use or "rest"
    if tag in _THINGS:
        return "thing"
    if tag == "currency" or (tag == "value" and "currency" in attributes):
        return "currency"
    if tag in hashtags.PEOPLE:
        return "people"
    return {"status": "status", "value": "money"}.get(tag, "rest")


_THINGS = {
    "org",
    *hashtags.SECTORS,
    *hashtags.ACTIVITIES,
    *hashtags.COUNTRIES,
    *hashtags.AREAS,
}
_MEASURES = {"num", "unit", "value", "cost", "date", "frequency", "progress"}
"""Attributes of work that say how much of it, or when, and not what it is."""
_Cells = dict[str, list[tuple[Column, str]]]
"""Cells of one thing that have something in them, by what they have of it."""


class TaggedTable:
    """Reads one sheet that has a row of tags."""

    def __init__(
        self, sheet: Sheet, tags: Row, teller: Teller, counts: dict[str, int], suffix: str
    ) -> None:
        self.sheet, self._tags, self._teller = sheet, tags, teller
        self._columns = hashtags.read_columns(sheet, tags)
        self.layout = _lay_out(self._columns)
        self._all = [row for row in sheet.rows if row.number > tags.number]
        self._hidden = [row for row in self._all if row.is_hidden]
        self._again: list[Row] = []
        self._after: list[Row] = []
        self._data: list[Row] = []
        self._sort_rows()
        self._rows = _unique_rows(self._data)
        self._orders = {
            one.number: find_orders(row.get(one.number) for row in self._data)
            for one in self.layout.starts + self.layout.ends
        }
        self._any_orders: set[str] = set().union(*self._orders.values())
        self._spellings: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
        self._count(counts, suffix)
        self._tell_rows()
        self._tell_columns()

    def _count(self, counts: dict[str, int], suffix: str) -> None:
        tagged = [one for one in self._columns if one.tag]
        counts[f"HXL row (1-based){suffix}"] = self._tags.number
        counts[f"data rows{suffix}"] = len(self._all)
        exact = {row.spaced or _strip(row) for row in self._all}
        counts[f"distinct data rows{suffix}"] = len(exact)
        if suffix:
            counts["distinct data rows"] = counts.get("distinct data rows", 0) + len(exact)
        counts[f"tagged columns{suffix}"] = len(tagged)
        untagged = [one for one in self._columns if not one.tag and one.heading]
        counts[f"untagged non-empty header columns{suffix}"] = len(untagged)
        for column in tagged:
            cells = {
                str(c).strip() for row in self._all if (c := row.get(column.number)) is not None
            }
            counts.setdefault(f"distinct {column.written}{suffix}", len(cells - {""}))

    def _sort_rows(self) -> None:
        """Tell rows of the table from those that repeat its head and from a second table."""
        head, tags = self._tags.number, hashtags.read_tags(self._tags)
        above = {_strip(row) for row in self.sheet.rows if row.number < head}
        for row in self._all:
            has_tags = hashtags.has_tags_only(row)
            if row.is_hidden:
                continue
            if self._after or (has_tags and hashtags.read_tags(row) != tags):
                self._after.append(row)
            elif has_tags or _strip(row) in above:
                self._again.append(row)
            else:
                self._data.append(row)

    def _tell_rows(self) -> None:
        for rows, kind, what in (
            (self._hidden, "lost", "a row is hidden and is not read"),
            (self._again, "read", "a row repeats headings or hashtags and is passed over"),
            (self._after, "lost", "a second table with other hashtags is not read: its rows"),
        ):
            if rows:
                where = self.sheet.where(rows[0].number)
                self._teller.tell(kind, what, where=where, number=len(rows))
        if repeated := len(self._data) - len(self._rows):
            exact = len({row.spaced or _strip(row) for row in self._data}) - len(self._rows)
            but = f" ({exact} of them but for white space)" if exact else ""
            what = f"of {len(self._data)} rows {repeated} repeat another{but} and add nothing"
            where = self.sheet.where(self._tags.number)
            self._teller.tell("joined", what, where=where, number=repeated)
        if not self._data:
            what = "there is no row to read below the hashtags"
            self._teller.tell("unknown", what, where=self.sheet.where(self._tags.number))
        if self.sheet.merged:
            what = "of merged cells only the first has a value; the others are read as empty"
            where = Where(sheet=self.sheet.name)
            self._teller.tell("read", what, where=where, number=self.sheet.merged)

    def _tell_columns(self) -> None:
        filled = [
            one for one in self.layout.rest if any(row.text(one.number) for row in self._data)
        ]
        for columns, why in (
            ([one for one in filled if not one.tag], "have no hashtag"),
            (
                [one for one in filled if one.tag],
                "have hashtags that no initiative has a place for",
            ),
        ):
            if columns:
                listed = describe_columns(columns)
                what = f"columns {why} and are kept as notes, each value once for an initiative"
                where = self.sheet.where(self._tags.number, columns[0].number)
                self._teller.tell("kept", f"{what}: {listed}", where=where, number=len(columns))
        for column in self.layout.personal:
            cells = sum(bool(row.text(column.number)) for row in self._data)
            what = f"column “{column.name}” has data of persons; its cells are left out"
            where = self.sheet.where(self._tags.number, column.number)
            self._teller.tell("lost", what, where=where, number=cells)

    def find_titles(self) -> Iterator[Note]:
        """Find what stands above the headings: rows with one cell."""
        for row in takewhile(lambda one: one.number < self._tags.number, self.sheet.rows):
            cells = [number for number in range(1, len(row.cells) + 1) if row.text(number)]
            if len(cells) == 1:
                where = self.sheet.where(row.number, cells[0])
                text = _clean(row.text(cells[0]))[0]
                yield Note("above the table", text, where)

    def iter_names(self, groups: Iterable[Group]) -> Iterator[tuple[str, int, Column]]:
        """Iterate over names in all rows that are read, those that repeat others too."""
        columns = [
            column
            for group in groups
            for kind in ("name", "acronym")
            for column in group.fields.get(kind, ())
        ]
        for column in columns:
            known: dict[str, list[str]] = {}
            for row in self._data:
                raw = row.text(column.number)
                if raw not in known:
                    text = _clean(raw)[0]
                    known[raw] = [] if _is_unknown(text, column) else self._split(column, text)
                for text in known[raw]:
                    yield text, row.number, column

    def read(self, orgs: Mapping[str, str], sectors: Mapping[str, str]) -> Iterator[Line]:
        """Read the rows, each that repeats another once.

        Args:
            orgs: The spelling of organizations that have several.
            sectors: The same of sectors.
        """
        self._spellings = orgs, sectors
        for row in self._rows:
            line = Line(self.sheet.where(row.number))
            for group in self.layout.orgs:
                self._read_body(row, group, line)
            for group in self.layout.sectors:
                self._read_sector(row, group, line)
            for group in self.layout.work:
                self._read_work(row, group, line)
            self._read_places(row, line)
            self._read_days(row, line)
            self._read_money(row, line)
            self._read_people(row, line)
            line.sectors = unique_values(line.sectors)
            line.states += self._values(row, self.layout.states)
            self._note(row, self._filled(row, self.layout.rest), line)
            yield line

    # Cells

    def _text(self, row: Row, column: Column) -> str:
        """Give the text of a cell, nothing if it is unknown, and tell what is left out of it."""
        raw = row.text(column.number)
        if not raw:
            return ""
        text, number = _clean(raw)
        if _is_unknown(text, column):
            where = self.sheet.where(row.number, column.number, column.name)
            self._teller.tell("read", f"“{text}” in a cell is read as not known", where=where)
            return ""
        if number:
            what = "an e-mail address or a telephone number is left out of a cell"
            where = self.sheet.where(row.number, column.number, column.name)
            self._teller.tell("lost", what, where=where, number=number)
        return text

    def _filled(self, row: Row, columns: Iterable[Column]) -> list[tuple[Column, str]]:
        return [(one, text) for one in columns if (text := self._text(row, one))]

    def _cells(self, row: Row, group: Group) -> _Cells:
        cells = {kind: self._filled(row, columns) for kind, columns in group.fields.items()}
        return {kind: filled for kind, filled in cells.items() if filled}

    def _split(self, column: Column, text: str) -> list[str]:
        if not column.is_list:
            return [text] if text else []
        mark = "|" if "|" in text else ";"
        return list(filter(None, (" ".join(part.split()) for part in text.split(mark))))

    def _note(self, row: Row, cells: Iterable[tuple[Column, str]], line: Line) -> None:
        for column, text in cells:
            where = self.sheet.where(row.number, column.number, column.name)
            line.notes.append(Note(column.name, text, where))

    def _value(self, row: Row, column: Column, text: str, scheme: str = "") -> Value:
        return Value(text, self.sheet.where(row.number, column.number, column.name), scheme)

    def _values(self, row: Row, columns: Iterable[Column]) -> list[Value]:
        return [
            self._value(row, column, part)
            for column, text in self._filled(row, columns)
            for part in self._split(column, text)
        ]

    # Who, what, where

    def _read_body(self, row: Row, group: Group, line: Line) -> None:
        cells = self._cells(row, group)
        found = _take_first(cells, ("name", "acronym", "code"))
        kind, role, short, code = (_take(cells, one) for one in ("type", "role", "acronym", "code"))
        if found is None:
            left = [one for one in (kind, role) if one]
            self._note(row, left + [one for some in cells.values() for one in some], line)
            return
        column, text = found
        names = self._split(column, text)
        identifier = code[1] if code else text if column.field == "code" else ""
        for name in names:
            body = Body(
                self._spellings[0].get(name, name),
                self.sheet.where(row.number, column.number, column.name),
                _find_role(group, role[1] if role else ""),
                identifier if len(names) == 1 else "",
                kind[1] if kind else "",
                acronym=self._spellings[0].get(short[1], short[1]) if short else "",
            )
            line.bodies.append(body)
        left = [code] if code and len(names) > 1 else []
        left += [role] if role and not _find_role(group, role[1]) else []
        self._note(row, left + [one for some in cells.values() for one in some], line)

    def _read_sector(self, row: Row, group: Group, line: Line) -> None:
        cells = self._cells(row, group)
        found = _take_first(cells, ("name", "acronym", "code", "type", "description"))
        if found:
            column, text = found
            scheme = column.scheme if column.field == "code" else ""
            for part in self._split(column, text):
                name = self._spellings[1].get(part, part)
                line.sectors.append(self._value(row, column, name, scheme))
        self._note(row, [one for some in cells.values() for one in some], line)

    def _read_work(self, row: Row, group: Group, line: Line) -> None:
        """Read what is done: the first name is the title, other words describe it."""
        cells = self._cells(row, group)
        line.work += [
            (f"{group.tag} {' '.join(sorted(group.kinds))} {kind}", text)
            for kind, some in cells.items()
            for _, text in some
        ]
        can_be_title = not line.titles and group.tag != "modality"
        for kind in ("name", "type", "description"):
            words = [Text(text, column.language) for column, text in cells.pop(kind, ())]
            if words and can_be_title and kind != "description" and not line.titles:
                line.titles += words
            else:
                line.descriptions += words
        self._note(row, [one for some in cells.values() for one in some], line)

    def _read_places(self, row: Row, line: Line) -> None:
        for group in self.layout.countries:
            cells = self._cells(row, group)
            codes = cells.get("code", [])
            iso = next((one for one in codes if one[0].scheme in ("iso2", "iso3")), None)
            if iso:
                codes.remove(iso)
            found = iso or _take_first(cells, ("name", "code", "acronym"))
            if found:
                scheme = found[0].scheme if iso else ""
                line.country.append(self._value(row, *found, scheme))
            self._note(row, [one for some in cells.values() for one in some], line)
        for group in self.layout.areas:
            cells = self._cells(row, group)
            found = _take_first(cells, ("name", "code", "acronym"))
            if found:
                line.areas.append(self._value(row, *found, group.tag))
            self._note(row, [one for some in cells.values() for one in some], line)

    # When, how much, for whom

    def _read_days(self, row: Row, line: Line) -> None:
        start = self._read_day(row, self.layout.starts, line)
        end = self._read_day(row, self.layout.ends, line)
        first, last = join_days(start, end)
        if first and last and last < first:
            what = "a period ends before it begins; its days are kept as notes"
            self._teller.tell("unknown", what, where=line.where)
            line.notes.append(Note("period", say_period((first, last)), line.where))
            return
        line.days = first, last

    def _read_day(
        self, row: Row, columns: Iterable[Column], line: Line
    ) -> tuple[date, date] | None:
        """Read the first day that can be read; other cells are kept as notes."""
        found = None
        for column, text in self._filled(row, columns):
            cell = row.get(column.number)
            # A column that does not show its order has that of the sheet's other days.
            orders = self._orders[column.number] or self._any_orders
            days = read_days(cell, month_first=orders == {"month"})
            if found is None and days:
                found = days
                self._tell_order(row, column)
                continue
            self._note(row, [(column, text)], line)
            if not days:
                what = (
                    f"a cell of column “{column.name}” is no day that can be read; kept as a note"
                )
                where = self.sheet.where(row.number, column.number, column.name)
                self._teller.tell("unknown", what, where=where)
        return found

    def _tell_order(self, row: Row, column: Column) -> None:
        orders = self._orders[column.number]
        if len(orders) == 1 or not is_ambiguous(row.get(column.number)):
            return
        if orders:
            why = "some cells have the day first, others the month; read day first"
        elif len(self._any_orders) == 1:
            why = f"read {next(iter(self._any_orders))} first, as the sheet's other days are"
        else:
            why = "no cell shows which; read day first"
        what = f"days of column “{column.name}” may have day or month first: {why}"
        self._teller.tell(
            "read", what, where=self.sheet.where(row.number, column.number, column.name)
        )

    def _read_money(self, row: Row, line: Line) -> None:
        currencies = self._filled(row, self.layout.currencies)
        stated = currencies[0][1] if currencies else ""
        is_used = False
        for column, text in self._filled(row, self.layout.money):
            where = self.sheet.where(row.number, column.number, column.name)
            number = self._read_amount(row, column, text)
            if number is None:
                what = "a cell with an amount is no number; kept as a note"
                self._teller.tell("unknown", what, where=where)
                self._note(row, [(column, text)], line)
                continue
            is_used = is_used or not column.currency
            currency = column.currency or stated
            line.amounts.append(Amount(number, currency, _find_kind(column), where))
        self._note(row, currencies[1:] if is_used else currencies, line)

    def _read_amount(self, row: Row, column: Column, text: str) -> Decimal | None:
        cell = row.get(column.number)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return Decimal(str(cell)) if math.isfinite(cell) else None
        found = read_number(text)
        if found and not found[1]:
            what = f"a number such as “{text}” may have thousands or decimals after its mark"
            where = self.sheet.where(row.number, column.number, column.name)
            self._teller.tell("read", f"{what}; read as {found[0]}", where=where)
        return found[0] if found else None

    def _read_people(self, row: Row, line: Line) -> None:
        """Read whom it is for: numbers are kept as notes, words are groups."""
        for column, text in self._filled(row, self.layout.people):
            where = self.sheet.where(row.number, column.number, column.name)
            if any(char.isdigit() for char in text):
                line.numbers.append(Note(column.name, text, where))
            else:
                line.groups += [Value(part, where) for part in self._split(column, text)]


def _unique_rows(rows: Iterable[Row]) -> list[Row]:
    found: dict[tuple[object, ...], Row] = {}
    for row in rows:
        found.setdefault(_strip(row), row)
    return list(found.values())


def _strip(row: Row) -> tuple[object, ...]:
    """Give the cells of a row without empty ones at the end."""
    length = len(row.cells)
    while length and row.cells[length - 1] is None:
        length -= 1
    return tuple((type(cell), cell) for cell in row.cells[:length])


def _is_unknown(text: str, column: Column) -> bool:
    if len(text) > _LONGEST_UNKNOWN or text.casefold() not in _UNKNOWN:
        return False
    # NA is the code of Namibia.
    return text.upper() != "NA" or column.tag not in hashtags.COUNTRIES


def _clean(text: str) -> tuple[str, int]:
    """Take away what only protects a cell, and data of persons; count the latter."""
    # An apostrophe keeps a spreadsheet from running a text as a formula.
    if text[:1] == "'" and text[1:2] in _FORMULA:
        text = text[1:]
    return leave_out_addresses(text)


def _take(cells: _Cells, kind: str) -> tuple[Column, str] | None:
    """Take the first cell of a kind away from the others."""
    some = cells.get(kind)
    return some.pop(0) if some else None


def _take_first(cells: _Cells, kinds: Iterable[str]) -> tuple[Column, str] | None:
    return next((found for kind in kinds if (found := _take(cells, kind))), None)


def _find_role(group: Group, said: str) -> str:
    """Find a role by the attributes of a column, else by what a cell says."""
    by_words = (role for role, words in _ROLE_WORDS if words.search(said))
    return next((role for role, words in _ROLES if words & group.kinds), next(by_words, ""))


def _find_kind(column: Column) -> str:
    return next((kind for kind, words in _MONEY if words & set(column.attributes)), "")
