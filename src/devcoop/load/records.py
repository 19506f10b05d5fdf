"""What a reader of others' files yields: neutral records, faults and what it must tell.

A record says what somebody wrote and where, in plain text: no IRI, no concept, no decision.
Which body, place or concept is meant is found later, by `recognition`, and stated by `encoding`.
So a reader needs to know one file format and nothing of the graph.
"""

from __future__ import annotations

import copyreg
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal
    from pathlib import Path


class Where(NamedTuple):
    """The place of something in a file.

    Attributes:
        sheet: Name of the sheet of a workbook; empty in a file without sheets.
        row: Row of a table, counted from 1 as a spreadsheet does; 0 if there is none.
        column: Column of a table, counted from 1; 0 if the whole row is meant.
        line: Line of a text file, counted from 1; 0 if there is none.
        xpath: Where in an XML file, such as `/StrategicPlan/Goal[2]`.
        pointer: Where in a JSON file, as RFC 6901 writes it, such as `/grants/0/title`.

    Examples:
        >>> str(Where(sheet="Data", row=7, column=2)), str(Where(line=3)), str(Where())
        ('sheet Data, cell B7', 'line 3', '')
    """

    sheet: str = ""
    row: int = 0
    column: int = 0
    line: int = 0
    xpath: str = ""
    pointer: str = ""

    def __str__(self) -> str:
        """Say it for people."""
        cell = f"cell {letters(self.column)}{self.row}" if self.column else f"row {self.row}"
        parts = (
            f"sheet {self.sheet}" if self.sheet else "",
            cell if self.row else "",
            f"line {self.line}" if self.line else "",
            "" if self.line else self.xpath,
            self.pointer,
        )
        return ", ".join(filter(None, parts))

    @property
    def address(self) -> str:
        """Write it as it stands behind the name of a file.

        Examples:
            >>> Where(sheet="Data", row=7, column=2).address, Where(row=7).address
            ('Data!B7', '7')
            >>> Where(sheet="Data").address, Where(line=3).address, Where(xpath="/a/b[2]").address
            ('Data', '3', '/a/b[2]')
        """
        cell = f"{letters(self.column)}{self.row}" if self.row else ""
        inside = cell or str(self.line or "") or self.xpath or self.pointer
        return "!".join(filter(None, (self.sheet, inside)))


_NOWHERE = Where()


def letters(column: int) -> str:
    """Give the letters of a column of a spreadsheet.

    Examples:
        >>> letters(1), letters(26), letters(27), letters(16384)
        ('A', 'Z', 'AA', 'XFD')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


class Text(NamedTuple):
    """Words of the source.

    Attributes:
        value: The words.
        language: Their language tag if the file states it; else empty.
    """

    value: str
    language: str = ""


class Value(NamedTuple):
    """What somebody wrote for a place, a group or a concept.

    Attributes:
        text: As it is written: a code, a name.
        where: Where it stands.
        scheme: The list of codes that it is said to be from, such as `iso3` or `crs`; empty if
            it may be any.
    """

    text: str
    where: Where = Where()
    scheme: str = ""


class Body(NamedTuple):
    """An organization or a kind of actor, as it is named.

    Attributes:
        name: Its name or short name, as written.
        where: Where it stands.
        role: Last part of the IRI of its role, as in `ontology/schemes/role.ttl`.
        identifier: What identifies it in the source, such as `XM-DAC-41123`; else empty.
        kind: What the source says of its kind, in its words.
        is_group: Whether it is a kind of actor, such as "farmers", and no single body.
        acronym: Its short name, where the source gives it beside the name; else empty.
    """

    name: str
    where: Where = Where()
    role: str = ""
    identifier: str = ""
    kind: str = ""
    is_group: bool = False
    acronym: str = ""


class Amount(NamedTuple):
    """Money that is named.

    Attributes:
        number: How much.
        currency: Its code or name, as written; empty if none is written.
        kind: What it is: last part of the IRI of its kind, as in `ontology/schemes/money-kind.ttl`,
            such as `commitment`, `disbursement` or `budget`; `other` if it is none of them; or
            empty.
        where: Where it stands.
        source: Who pays, if that is said.
        start: First day of the period it is for.
        end: Last day.
        place: Country or region it goes to, if that is said of it alone.
    """

    number: Decimal
    currency: str = ""
    kind: str = ""
    where: Where = Where()
    source: Body | None = None
    start: date | None = None
    end: date | None = None
    place: Value | None = None


class Share(NamedTuple):
    """How much of an initiative a place or a concept takes, as the source says it.

    Attributes:
        facet: `place`, `purpose` or `sector`.
        value: What takes the share.
        percentage: The share in per cent, as written: shares need not make up a hundred.
    """

    facet: str
    value: Value
    percentage: Decimal


class Reference(NamedTuple):
    """The identifier of another activity, or of the same one elsewhere.

    Attributes:
        kind: Last part of the IRI of its kind, as in `ontology/schemes/reference-kind.ttl`.
        identifier: The identifier, as written.
        where: Where it stands.
    """

    kind: str
    identifier: str
    where: Where = Where()


class Site(NamedTuple):
    """A place below a country where work is done.

    Attributes:
        name: What it is called; empty if only a point is given.
        latitude: Degrees north (WGS 84); None if no point is given.
        longitude: Degrees east.
        where: Where it stands.
    """

    name: str
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    where: Where = Where()


class Note(NamedTuple):
    """What stands in the file and has no place in the model; it is kept as it is written.

    Attributes:
        heading: The heading of the column or the name of the element.
        text: What it holds.
        where: Where it stands.
    """

    heading: str
    text: str
    where: Where = Where()


class Figure(NamedTuple):
    """A number of an indicator.

    Attributes:
        kind: Last part of the IRI of its kind: `target`, `baseline`, `actual` or `context`.
        number: The number.
        unit: What it counts, as written.
        start: First day of the period it is for.
        end: Last day.
        text: Words that stand beside the number, or instead of a number that is none.
        where: Where it stands.
    """

    kind: str
    number: Decimal | None
    unit: str = ""
    start: date | None = None
    end: date | None = None
    text: str = ""
    where: Where = Where()


class Element(NamedTuple):
    """One element of a plan: an initiative, a result, a principle, an indicator.

    Attributes:
        kind: Name of its class: `Undertaking`, `Objective`, `Outcome`, `Output`, `Impact`,
            `Principle`, `Indicator` or `PriorityArea`.
        key: What identifies it within its source; unique there.
        where: Where it stands.
        titles: What it is called.
        descriptions: What is said of it.
        agency: Who answers for it; None if it is who issues the plan.
        bodies: Others who take part.
        places: Countries, regions, groups of countries.
        facets: Values by facet: `theme`, `purpose`, `function`, `instrument`, `beneficiary`,
            `sector`, `arena`; besides `type` and `status`, and of a result `level`.
        start: First day.
        end: Last day.
        amounts: Money that is named.
        part_of: Key of the element it is a part of; empty if there is none.
        contributes_to: Keys of the results it serves.
        measures: Of an indicator, keys of what it measures.
        figures: Of an indicator, its numbers.
        shares: How much of it places and concepts take.
        references: Identifiers of other activities, and of its own elsewhere.
        sites: Places below a country.
        goals: Sustainable Development Goals and targets that it names, such as `9` and `9.2`.
        notes: What has no place in the model.
    """

    kind: str
    key: str
    where: Where = Where()
    titles: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    agency: Body | None = None
    bodies: tuple[Body, ...] = ()
    places: tuple[Value, ...] = ()
    facets: tuple[tuple[str, Value], ...] = ()
    start: date | None = None
    end: date | None = None
    amounts: tuple[Amount, ...] = ()
    part_of: str = ""
    contributes_to: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    shares: tuple[Share, ...] = ()
    references: tuple[Reference, ...] = ()
    sites: tuple[Site, ...] = ()
    goals: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def _take_apart(record: tuple[Any, ...]) -> tuple[type, tuple[Any, ...]]:
    return type(record), tuple(record)


for _kind in (*(Where, Text, Value, Body, Amount, Share, Reference, Site, Note, Figure, Element),):
    # In a list there are millions; what `pickle` finds out itself of each takes twice the time.
    copyreg.pickle(_kind, _take_apart)

UNCLEAR = frozenset({"broken", "lost", "kept", "unknown"})
"""Kinds of what is told that mean that something was not understood, or breaks a rule."""


@dataclass(frozen=True)
class Told:
    """Something about a file that a person should know.

    Attributes:
        kind: `lost` if something is not taken over at all and kept nowhere; `kept` if it is
            kept as a note only; `joined` if several spellings were taken for one; `read` if a
            value was read in a way that may be wrong; `unknown` if it is not known what is meant;
            `broken` if a schema or rule is broken that the file was to be held against.
        what: What is to be known, the same words for all that are alike.
        where: The first place where it occurs.
        number: How often it occurs.
        about: What is not known: `place`, `body` or a facet; empty if it is something else.
        text: The words of the file that it is about, if it is about some.
        near: What is known and is written nearly so; empty if nothing is. It was not taken for it.
    """

    kind: str
    what: str
    where: Where = _NOWHERE
    number: int = 1
    about: str = ""
    text: str = ""
    near: str = ""

    def say(self) -> str:
        """Say it for people, without where and how often it occurs."""
        text = " ".join(self.text.split())
        near = f"; did you mean {self.near}?" if self.near else ""
        return f"{self.what} {text!r}{near}" if text else self.what

    def __str__(self) -> str:
        """Say it for people with the first place where it occurs."""
        return f"{self.say()}, {self.where}" if str(self.where) else self.say()


class Teller:
    """Collects what is told; the same thing twice is told once, with its number.

    Examples:
        >>> teller = Teller()
        >>> teller.tell("kept", "it is kept", where=Where(line=3))
        >>> teller.tell("kept", "it is kept", where=Where(line=5))
        >>> [(str(one), one.number) for one in teller.all()]
        [('it is kept, line 3', 2)]
    """

    def __init__(self, told: Iterable[Told] = ()) -> None:
        self._told = {(one.kind, one.what): one for one in told}

    def tell(self, kind: str, what: str, *, where: Where = _NOWHERE, number: int = 1) -> None:
        """Tell something as `Told` has it; nothing if its number is zero."""
        known = self._told.get((kind, what))
        if known and number:
            self._told[kind, what] = replace(known, number=known.number + number)
        elif number:
            self._told[kind, what] = Told(kind, what, where, number)

    def all(self) -> tuple[Told, ...]:
        """Give what was told, in the order in which it was told first."""
        return tuple(self._told.values())


@dataclass(frozen=True)
class Head:
    """The plan or list that a file holds, as the file says it.

    Attributes:
        key: What identifies it, so that a newer edition takes its place; empty for the file's
            name.
        titles: What it is called.
        descriptions: What is said of it.
        agency: Who issues it.
        start: First day of its period.
        end: Last day.
        language: Language of what says no other; empty if that is not known.
        licence: IRI of the licence.
        edition: Which edition it is.
        places: Countries, regions and groups it is for.
        bodies: Others who take part.
        amounts: Money that is named of all of it.
        notes: What has no place in the model.
    """

    key: str = ""
    titles: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    agency: Body | None = None
    start: date | None = None
    end: date | None = None
    language: str = ""
    licence: str = ""
    edition: str = ""
    places: tuple[Value, ...] = ()
    bodies: tuple[Body, ...] = ()
    amounts: tuple[Amount, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Records:
    """What one file holds.

    Attributes:
        head: The plan or list.
        elements: Its elements, in the order of the file.
        told: What a person should know.
        counts: What was counted while reading, such as rows of a sheet, in the order told.
    """

    head: Head
    elements: Sequence[Element]
    told: tuple[Told, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Hints:
    """What the person who loads says of the files, where they do not say it themselves.

    Attributes:
        agency: Who issues them.
        place: For which country or region they are.
        language: Their language, as a tag.
        title: What they are called.
        map: The file that says what the columns of a list mean.
        check: The folder with schema and rules that files of IATI are held against.
        languages: Tell texts that seem to be in another language than they declare.
    """

    agency: str = ""
    place: str = ""
    language: str = ""
    title: str = ""
    map: Path | None = None
    check: Path | None = None
    languages: bool = False


NO_HINTS = Hints()
"""Nothing is said."""
