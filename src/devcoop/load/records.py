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
        heading: What stands at the head of the column, as a person reads it; empty if there is
            none. Two places are the same whatever it says.

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
    heading: str = ""

    def __eq__(self, other: object) -> bool:
        """Tell whether two places are the same one, whatever stands above their columns."""
        return isinstance(other, Where) and self[:-1] == other[:-1]

    def __ne__(self, other: object) -> bool:
        """Tell whether two places differ; a tuple has its own answer to that."""
        return not self == other

    def __hash__(self) -> int:
        """Give the same number for the same place."""
        return hash(self[:-1])

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


for _kind in (Where, Text, Value, Body, Amount, Share, Reference, Site, Note, Figure, Element):
    # In a list there are millions; what `pickle` finds out itself of each takes twice the time.
    copyreg.pickle(_kind, _take_apart)

MOST_PLACES = 100
"""Places of one thing that are told one by one; of what occurs oftener, these and no more."""
_MOST_SHOWN = 12
"""Places that are listed in a line that people read as they go."""
UNCLEAR = frozenset({"broken", "lost", "kept", "unknown"})
"""Kinds of what is told that mean that something was not understood, or breaks a rule."""


@dataclass(frozen=True)
class Told:
    """Something about a file that a person should know.

    Attributes:
        kind: `lost` if something is not taken over at all and kept nowhere; `kept` if it is
            kept as a note only; `joined` if several spellings were taken for one; `read` if a
            value was read in a way that may be wrong; `unknown` if it is not known what is meant;
            `decided` if a person decided before what is meant; `broken` if a schema or rule is
            broken that the file was to be held against.
        what: What is to be known, the same words for all that are alike.
        where: The first place where it occurs.
        number: How often it occurs.
        about: What is not known: `place`, `body` or a facet; empty if it is something else.
        text: The words of the file that it is about, if it is about some.
        near: What is known and is written nearly so; empty if nothing is. It was not taken for it.
        meant: What a person decided that is meant, as she may write it again; empty if it is told
            of no decision.
        places: Rows and cells where it occurs, the first of them, if it occurs in several; those
            of what is the same do not tell it from others.
    """

    kind: str
    what: str
    where: Where = _NOWHERE
    number: int = 1
    about: str = ""
    text: str = ""
    near: str = ""
    meant: str = ""
    places: tuple[Where, ...] = field(default=(), compare=False)

    @property
    def all_places(self) -> tuple[Where, ...]:
        """Where it occurs, as far as that is known: `MOST_PLACES` at most."""
        return self.places or ((self.where,) if self.where != _NOWHERE else ())

    @property
    def topic(self) -> str:
        """What it is about, and where: the heading of the column as its file has it."""
        headings = dict.fromkeys(one.heading for one in self.all_places if one.heading)
        return ", ".join(headings) or self.about

    def join(self, other: Told) -> Told:
        """Tell it once with the same that occurs elsewhere."""
        number = self.number + other.number
        if len(self.places) >= MOST_PLACES:
            return replace(self, number=number)
        both = (*self.all_places, *other.all_places)
        places = tuple(dict.fromkeys(one for one in both if one.row))
        return replace(self, number=number, places=places[:MOST_PLACES])

    def say(self) -> str:
        """Say it for people, without where and how often it occurs."""
        text = " ".join(self.text.split())
        near = f"; did you mean {self.near}?" if self.near else ""
        meant = f" is {self.meant}" if self.meant else ""
        what = f"{self.what}: {self.topic}" if self.about else self.what
        return f"{what} {text!r}{meant}{near}" if text else what

    def say_fault(self) -> str:
        """Say it for people where it is a reason to load nothing."""
        if not self.about:
            return self.say()
        near = f"; did you mean {self.near}?" if self.near else ""
        kind = "" if self.where.heading else f"{self.about} "
        return f"it is not known what {kind}is meant by {' '.join(self.text.split())!r}{near}"

    def say_places(self, most: int = _MOST_SHOWN) -> str:
        """Say for people where it occurs, sheet by sheet and column by column.

        Args:
            most: How many places are listed; of the others their number is told.

        Examples:
            >>> one, other = (Told("read", "it is", Where("Data", row, 2)) for row in (4, 9))
            >>> one.say_places(), one.join(other).say_places()
            ('sheet Data, cell B4', 'sheet Data, cells B4, B9')
            >>> one.join(other).say_places(1)
            'sheet Data, cell B4, and 1 more'
        """
        places = self.all_places
        groups: dict[tuple[str, str], list[Where]] = {}
        for one in places[:most]:
            heading = "" if self.about else one.heading
            groups.setdefault((one.sheet, heading), []).append(one)
        said, last = [], ""
        for (sheet, heading), several in groups.items():
            said.append(_say_cells(several, "" if sheet == last else sheet, heading))
            last = sheet
        return "; ".join(said) + self._say_rest(len(places) - most)

    def _say_rest(self, left: int) -> str:
        """Say how many places are not listed, as far as that is known."""
        is_more = len(self.places) == MOST_PLACES and self.number > MOST_PLACES
        if left > 0:
            return f", and {'at least ' if is_more else ''}{left} more"
        return ", and more" if is_more else ""

    def __str__(self) -> str:
        """Say it for people with the places where it occurs."""
        places = self.say_places()
        return f"{self.say()}, {places}" if places else self.say()


def _say_cells(places: Sequence[Where], sheet: str, heading: str) -> str:
    """Say where in a sheet something stands, in one column or in rows."""
    if not places[0].row:
        return str(places[0])
    cells = [f"{letters(one.column)}{one.row}" for one in places]
    kind = ("cell" if places[0].column else "row") + ("s" if len(cells) > 1 else "")
    names = ", ".join(filter(None, (f"sheet {sheet}" if sheet else "", heading)))
    where = f"{kind} {', '.join(cells)}"
    return f"{names}{': ' if heading else ', '}{where}" if names else where


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
            self._told[kind, what] = known.join(Told(kind, what, where, number))
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
        where: Where its title stands.
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
    where: Where = _NOWHERE


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
