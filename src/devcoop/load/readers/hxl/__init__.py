"""3W, 4W and 5W tables (who does what, where and when) whose columns have HXL hashtags.

A row of such a table is one organization at one work in one place, often for one month. Rows
that say the same of who and what are one initiative here; its places, days, states and numbers
are collected from them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.load.readers.hxl import hashtags
from devcoop.load.readers.hxl.rows import (
    Line,
    TaggedTable,
    identify,
    say_period,
    unique_values,
)
from devcoop.load.reading import Reading
from devcoop.load.records import (
    Body,
    Element,
    Head,
    Hints,
    Note,
    Records,
    Teller,
    Text,
    Value,
    Where,
)
from devcoop.load.tables import TEXTS, WORKBOOKS, Sheet, Workbook, read_workbook
from devcoop.load.written.spelling import join_spellings
from devcoop.names import make_readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from devcoop.load.readers.hxl.hashtags import Group

SUFFIXES: tuple[str, ...] = TEXTS + WORKBOOKS
"""Endings of the files that this reader takes."""
_ANSWERS = ("lead", "", "implementing")
"""Roles of who answers for an initiative, the first that is named."""


def recognizes(path: Path, content: bytes) -> bool:
    """Tell whether a file has a table with a row of hashtags that a person sees.

    A table without hashtags is not ours, and neither is a file that cannot be read: the reader
    of lists says what is wrong with it.
    """
    if b"#" not in content and path.suffix.lower() in TEXTS:
        return False
    try:
        book = read_workbook(path, content)
    except SourceError:
        return False
    return any(hashtags.find_tag_row(sheet) for sheet in book.shown())


def read(path: Path, content: bytes, hints: Hints) -> Reading:
    """Read a file with a table that has hashtags.

    Args:
        path: Names it in messages, and its title where nobody gives one.
        content: Its bytes.
        hints: Who issues it, for which country it is and what it is called.

    Returns:
        One element for each organization and what it does, in the order of the file. What is
        counted is called as on the sheets: `data rows`, `distinct data rows`, `distinct #org`;
        with the sheet's name after it if the file has several.

    Raises:
        SourceError: It cannot be read, or has no row of hashtags.
        OutOfTimeError: It takes too long.
        OutOfMemoryError: It takes too much memory.
    """
    book = read_workbook(path, content)
    records = _File(path, book, hints).read()
    return Reading(path, hashlib.sha256(content).hexdigest(), records=records, format="HXL")


class _File:
    """Reads one file."""

    def __init__(self, path: Path, book: Workbook, hints: Hints) -> None:
        self._path, self._book, self._hints = path, book, hints
        self._teller = Teller()
        self._counts: dict[str, int] = {}
        self._head_notes: list[Note] = []
        self._made = ""

    def read(self) -> Records:
        """Read all sheets that a person sees and that have tags."""
        tables = list(self._find_tables())
        if not tables:
            raise SourceError(
                self._path, "no sheet has a row of HXL hashtags such as #org, #sector"
            )
        orgs = self._join(tables, "organization", [one.layout.orgs for one in tables])
        sectors = self._join(tables, "sector", [one.layout.sectors for one in tables])
        lines: dict[str, list[Line]] = {}
        for table in tables:
            for line in table.read(orgs, sectors):
                if line.is_empty():
                    self._keep_apart(line)
                else:
                    lines.setdefault(line.key(), []).append(line)
        is_placed = any(line.country for same in lines.values() for line in same)
        found = [self._build(key, same, is_placed=is_placed) for key, same in lines.items()]
        self._counts["initiatives"] = len(found)
        head = self._build_head(tables, is_placed=is_placed)
        return Records(head, tuple(found), self._teller.all(), self._counts)

    def _find_tables(self) -> Iterator[TaggedTable]:
        if self._path.suffix.lower() not in TEXTS:
            self._counts["sheets"] = len(self._book.sheets)
            self._counts["hidden sheets"] = sum(one.is_hidden for one in self._book.sheets)
        for one in self._book.tell():
            self._teller.tell(one.kind, one.what, where=one.where, number=one.number)
        for sheet in self._book.sheets:
            suffix = f" [{sheet.name}]" if len(self._book.sheets) > 1 else ""
            tags = None if sheet.is_hidden else hashtags.find_tag_row(sheet)
            if tags:
                yield TaggedTable(sheet, tags, self._teller, self._counts, suffix)
            elif sheet.rows:
                self._leave_out(sheet)
            self._counts[f"non-blank rows{suffix}"] = len(sheet.rows)
            self._counts[f"blank rows{suffix}"] = sheet.blank

    def _leave_out(self, sheet: Sheet) -> None:
        why = "is hidden" if sheet.is_hidden else "has no row of HXL hashtags"
        what = f"sheet “{sheet.name}” {why}; its rows are not read"
        self._teller.tell("lost", what, where=Where(sheet=sheet.name), number=len(sheet.rows))

    def _join(
        self, tables: Sequence[TaggedTable], what: str, groups: Sequence[tuple[Group, ...]]
    ) -> dict[str, str]:
        """Find the spelling of each name that is used for all of them, and tell it."""
        counted: Counter[str] = Counter()
        first: dict[str, Where] = {}
        for table, some in zip(tables, groups, strict=True):
            for text, row, column in table.iter_names(some):
                counted[text] += 1
                if text not in first:
                    first[text] = table.sheet.where(row, column.number)
        chosen: dict[str, str] = {}
        for best, spellings in join_spellings(counted).items():
            chosen |= dict.fromkeys(spellings, best)
            told = ", ".join(f"“{text}” ({number})" for text, number in spellings.items())
            rest = [text for text in spellings if text != best]
            self._teller.tell(
                "joined",
                f"spellings of one {what}: {told}; “{best}” is taken for all",
                where=first[rest[0]],
                number=sum(spellings[text] for text in rest),
            )
        return chosen

    def _keep_apart(self, line: Line) -> None:
        what = "a row names neither an organization nor work; it is kept as notes on the list"
        self._teller.tell("kept", what, where=line.where)
        named = [*line.country, *line.areas, *line.groups, *line.states]
        self._head_notes += [Note(one.scheme or "named", one.text, one.where) for one in named]
        self._head_notes += line.notes + line.numbers
        self._head_notes += [Note("amount", str(one.number), one.where) for one in line.amounts]
        days = (day.isoformat() for day in line.days if day)
        self._head_notes += [Note("day", day, line.where) for day in days]

    def _build(self, key: str, lines: Sequence[Line], *, is_placed: bool) -> Element:
        """Put together what the rows of one initiative say."""
        first = lines[0]
        agency, others = _find_agency(_merge_bodies(lines))
        if not agency and not self._hints.agency:
            what = "no organization is named that does the work"
            self._teller.tell("unknown", what, where=first.where)
        facets = [("sector", value) for value in first.sectors]
        facets += [
            ("beneficiary", one) for one in unique_values(v for x in lines for v in x.groups)
        ]
        facets += [("status", one) for one in unique_values(v for x in lines for v in x.states)]
        start, end, periods = self._merge_days(lines)
        return Element(
            "Undertaking",
            key,
            first.where,
            tuple(first.titles) or (self._make_title(first, agency),),
            tuple(first.descriptions),
            agency,
            tuple(others),
            self._merge_places(lines, is_placed=is_placed),
            tuple(facets),
            start,
            end,
            tuple(amount for line in lines for amount in line.amounts),
            notes=_merge_notes(lines) + periods,
        )

    def _make_title(self, line: Line, body: Body | None) -> Text:
        sectors = " and ".join(one.text for one in line.sectors)
        parts = (sectors or "Work", f"by {body.name}" if body else "")
        title = ", ".join(filter(None, parts))
        self._made = self._made or title
        what = "no activity is named, so the title is made of sector and organization, as in"
        self._teller.tell("read", f"{what} “{self._made}”", where=line.where)
        return Text(title)

    def _merge_places(self, lines: Sequence[Line], *, is_placed: bool) -> tuple[Value, ...]:
        countries = unique_values(one for line in lines for one in line.country)
        areas = unique_values(one for line in lines for one in line.areas)
        hint = self._hints.place
        if countries or (hint and not is_placed):
            return tuple(countries or [Value(hint)]) + tuple(areas)
        self._teller.tell("unknown", "no country is stated", where=lines[0].where)
        return tuple(areas)

    def _merge_days(
        self, lines: Sequence[Line]
    ) -> tuple[date | None, date | None, tuple[Note, ...]]:
        """Find the first and the last day; where rows differ, each period stays as a note."""
        periods: dict[tuple[date | None, date | None], Where] = {}
        for line in lines:
            if any(line.days):
                periods.setdefault(line.days, line.where)
        starts = [start for start, _ in periods if start]
        ends = [end for _, end in periods if end]
        start, end = min(starts, default=None), max(ends, default=None)
        if len(periods) <= 1:
            return start, end, ()
        what = "rows of one initiative have several periods; the first and the last day are taken"
        self._teller.tell("read", what, where=lines[0].where)
        if start and end and end < start:
            start = end = None
        said = [(say_period(days), where) for days, where in periods.items()]
        return start, end, tuple(Note("period", text, where) for text, where in said)

    def _build_head(self, tables: Sequence[TaggedTable], *, is_placed: bool) -> Head:
        sheet = tables[0].sheet.name if len(tables) == 1 else ""
        title = self._hints.title or ": ".join(
            filter(None, (make_readable(self._path.stem), sheet))
        )
        agency, place = self._hints.agency, self._hints.place
        return Head(
            titles=(Text(title),),
            agency=Body(agency) if agency else None,
            language=self._hints.language,
            places=(Value(place),) if place and not is_placed else (),
            notes=tuple(note for one in tables for note in one.find_titles())
            + tuple(self._head_notes),
        )


def _find_agency(bodies: Sequence[Body]) -> tuple[Body | None, list[Body]]:
    """Tell who answers from who takes part; who does the work takes part in it as well."""
    for role in _ANSWERS:
        for body in bodies:
            if body.role == role:
                rest = [one for one in bodies if one is not body]
                helped = any(one.role == "implementing" for one in rest)
                active = body._replace(role=role or ("lead" if helped else "implementing"))
                return body, [active, *rest]
    return None, list(bodies)


def _merge_bodies(lines: Sequence[Line]) -> list[Body]:
    """Take the bodies of the first row, with what only other rows say of them."""
    merged: dict[tuple[str, str, str], Body] = {}
    for body in (one for line in lines for one in line.bodies):
        known = merged.setdefault(identify(body), body)
        if (body.kind and not known.kind) or (body.acronym and not known.acronym):
            both = known._replace(
                kind=known.kind or body.kind, acronym=known.acronym or body.acronym
            )
            merged[identify(body)] = both
    return list(merged.values())


def _merge_notes(lines: Sequence[Line]) -> tuple[Note, ...]:
    """Keep each note once, numbers of people all, and other words for one body's kind."""
    kept: dict[tuple[str, str], Note] = {}
    for note in (*(one for line in lines for one in line.notes), *_iter_other_words(lines)):
        kept.setdefault((note.heading, note.text), note)
    return (*kept.values(), *(note for line in lines for note in line.numbers))


def _iter_other_words(lines: Sequence[Line]) -> Iterator[Note]:
    """Iterate over what rows say of a body in other words than those that are taken."""
    taken = {identify(one): one for one in _merge_bodies(lines)}
    for body in (one for line in lines for one in line.bodies):
        best = taken[identify(body)]
        if body.kind and body.kind != best.kind:
            yield Note(f"kind of {body.name}", body.kind, body.where)
        if body.acronym and body.acronym != best.acronym:
            yield Note(f"acronym of {body.name}", body.acronym, body.where)
