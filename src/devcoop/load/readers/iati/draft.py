"""What is known of a file of IATI, and of one of its activities, while they are read.

Texts are taken over one by one; what has no place in a record is kept under the name of its
element, the same words once for each activity, and becomes a note at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from devcoop.load.markup import LAST_LINE
from devcoop.load.readers.iati.texts import describe
from devcoop.load.records import Note, Reference, Told, Where
from devcoop.load.written.amounts import read_number
from devcoop.load.written.dates import read_span
from devcoop.load.written.persons import leave_out_addresses

if TYPE_CHECKING:
    from devcoop.load.markup import Tag
    from devcoop.load.records import Amount, Body, Element, Share, Site, Text, Value

_DECIMAL = re.compile(r"[+-]?(?:\d{1,30}\.?\d{0,20}|\.\d{1,20})")
_DAY = len("2026-11-28")
_MOST_KNOWN = 8192
"""Numbers and days that are remembered, as they are written."""
_ZONE = re.compile(r"(?<=\d)(?:Z|[+-]\d\d:\d\d)$")


Period = tuple[str, "date | None", "date | None", str]
"""Kind, first and last day and currency of money that is planned."""
Sum = tuple[str, str, int, str, str]
"""Kind of money, code of a kind without a name, year, currency and place."""


@dataclass(slots=True)
class Location:
    """A location as it is read.

    Attributes:
        name: Its name.
        latitude: Degrees north, if a point is given.
        longitude: Degrees east.
        rest: What else is said of it.
    """

    name: str
    latitude: Decimal | None
    longitude: Decimal | None
    rest: str


@dataclass(slots=True)
class File:
    """What is known of a file so far.

    Attributes:
        language: Language of what says no other.
        currency: Currency of what says no other.
        agency: Who reports the first activity.
        counts: What was counted.
        tags: How many elements of a name activities have.
        languages: How often narratives state a language, by its tag.
        defaults: How many activities state a language for all that says no other.
        told: What is to be told by its kind, with how often it occurs.
        first_told: Where that occurs first.
        keys: Keys that are taken.
        numbers: How many more elements wanted a key.
        first: Key of the first activity of an identifier.
        parents: Keys of activities with identifiers of what they are part of.
        children: Keys of activities with identifiers of their parts.
        bodies: Organisations by name, identifier, kind and role, each made once.
        locations: Locations by all that is written of them.
        last_line: Line of the activity before.
    """

    language: str = ""
    currency: str = ""
    agency: Body | None = None
    counts: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    defaults: Counter[str] = field(default_factory=Counter)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_told: dict[tuple[str, str], Where] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    numbers: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    parents: list[tuple[str, str]] = field(default_factory=list)
    children: list[tuple[str, str]] = field(default_factory=list)
    bodies: dict[tuple[str, str, str, str], Body] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    last_line: int = 0

    def mint(self, wanted: str) -> str:
        """Give a key that is not taken yet: the wanted one, or that with a number behind it."""
        key = wanted
        while key in self.keys:
            self.numbers[wanted] += 1
            key = f"{wanted} ({self.numbers[wanted] + 1})"
        self.keys.add(key)
        return key

    def put_in_front(self, other: File) -> None:
        """Put what another knows of the file before in front; whose keys they are, it knows."""
        self.counts = other.counts + self.counts
        self.tags = other.tags + self.tags
        self.languages = other.languages + self.languages
        self.defaults = other.defaults + self.defaults
        self.told = other.told + self.told
        self.first_told |= other.first_told
        self.parents = other.parents + self.parents
        self.children = other.children + self.children

    def forget_names(self) -> None:
        """Forget what serves only to read on."""
        self.keys, self.first, self.bodies, self.locations = set(), {}, {}, {}

    def find_language(self) -> str:
        """Find the language of the file: its own, or else the one that all activities state."""
        only = next(iter(self.defaults)) if len(self.defaults) == 1 else ""
        return self.language or only

    def tell_all(self) -> tuple[Told, ...]:
        """Give what is to be told, in the order in which it occurred first."""
        return tuple(
            Told(kind, what, self.first_told.get((kind, what), Where()), number)
            for (kind, what), number in self.told.items()
        )

    def place(self, node: Tag, xpath: str) -> Where:
        """Name the place of a child of the root; by its line if the file is broken into lines."""
        line = node.sourceline or 0
        is_line = self.last_line < line < LAST_LINE
        self.last_line = max(line, self.last_line)
        return Where(line=line if is_line else 0, xpath=xpath)

    def inner(self, node: Tag, around: Where) -> Where:
        """Name the place of an element below a child of the root, whose place is given."""
        line = (node.sourceline or 0) if around.line else 0
        return Where(line=line if line < LAST_LINE else 0, xpath=around.xpath)

    def clean(self, text: str, where: Where) -> str:
        """Leave out addresses and telephone numbers, and tell it."""
        if not _may_have_address(text):
            return text
        cleaned, number = leave_out_addresses(text)
        key = ("lost", "E-mail addresses and telephone numbers are left out of texts.")
        if number:
            self.told[key] += number
            self.first_told.setdefault(key, where)
        return cleaned

    def clean_texts(self, texts: list[Text], where: Where) -> tuple[Text, ...]:
        """Leave out addresses and telephone numbers of texts; those that are nothing else go."""
        if not texts or not _may_have_address("\n".join([one.value for one in texts])):
            return tuple(texts)
        cleaned = (one._replace(value=self.clean(one.value, where)) for one in texts)
        return tuple(one for one in cleaned if one.value)


@dataclass(slots=True)
class Draft:
    """What is known of an activity, a result or an indicator so far.

    Attributes:
        file: The file.
        where: Where it stands.
        language: Language of what says no other.
        currency: Currency of what says no other.
        key: What identifies it.
        identifier: The element that holds its identifier, if it has one.
        spent: First and last day on which money was spent, or else promised, by kind.
        days: Days by what they are, such as `start-actual`.
        planned: Money that is planned by its period, and whether it was revised.
        money: Sums by kind, period, currency and place.
        notes: What is kept, by the name of its element.
    """

    file: File
    where: Where
    language: str = ""
    currency: str = ""
    key: str = ""
    identifier: Tag | None = None
    agency: Body | None = None
    titles: list[Text] = field(default_factory=list)
    descriptions: list[Text] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    places: dict[str, Value] = field(default_factory=dict)
    facets: dict[tuple[str, str], Value] = field(default_factory=dict)
    goals: dict[str, None] = field(default_factory=dict)
    shares: dict[tuple[str, str], Share] = field(default_factory=dict)
    references: dict[tuple[str, str], Reference] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    spent: dict[str, tuple[date, date]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    planned: dict[Period, tuple[Amount, bool]] = field(default_factory=dict)
    money: dict[Sum, Decimal] = field(default_factory=dict)
    contributes_to: list[str] = field(default_factory=list)
    results: list[Element] = field(default_factory=list)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)

    def tell(self, kind: str, what: str, node: Tag) -> None:
        """Tell something that a person should know of an element of the file."""
        told = self.file.told
        if (kind, what) in told:
            told[kind, what] += 1
        else:
            told[kind, what] = 1
            self.file.first_told[kind, what] = self.file.inner(node, self.where)

    def keep(self, heading: str, text: str) -> None:
        """Keep words that have no place in a record."""
        if text:
            self.notes.setdefault(heading, {})[text] = None

    def keep_all(self, heading: str, node: Tag) -> None:
        """Keep whatever an element and all in it say."""
        if text := describe(node):
            self.notes.setdefault(heading, {})[text] = None

    def put_notes_in_front(self, other: Draft) -> None:
        """Put what another keeps in front of what this one keeps."""
        own, self.notes = self.notes, other.notes
        for heading, texts in own.items():
            self.notes.setdefault(heading, {}).update(texts)

    def refer(self, kind: str, identifier: str | None) -> None:
        """Refer to another activity; nothing if there is no identifier."""
        if identifier and (text := " ".join(identifier.split())):
            self.references.setdefault((kind, text), Reference(kind, text, self.where))

    def make_notes(self) -> tuple[Note, ...]:
        """Make notes of what is kept, without addresses of persons."""
        if not self.notes:
            return ()
        texts = ["\n".join(lines) for lines in self.notes.values()]
        if _may_have_address("\n".join(texts)):
            texts = [self.clean(text) for text in texts]
        headed = zip(self.notes, texts, strict=True)
        return tuple([Note(heading, text, self.where) for heading, text in headed if text])

    def clean(self, text: str) -> str:
        """Leave out addresses and telephone numbers, and tell it."""
        return self.file.clean(text, self.where)

    def read_number(self, node: Tag, text: str | None) -> Decimal | None:
        """Read a number; what is none is told and left to the caller to keep."""
        written = (text or "").strip()
        number = _read_decimal(written)
        if number is not None or not written:
            return number
        found = read_number(written.rstrip("% "))
        what = (
            "A number is not written as one; it is kept as words."
            if found is None
            else "A number is written with marks between its digits."
        )
        self.tell("read", what, node)
        return found[0] if found else None

    def read_day(self, node: Tag, text: str | None) -> date | None:
        """Read a day, or the first day of a month or year; what is none is told."""
        written = (text or "").strip()
        day = _read_iso(written[:_DAY])
        if day is not None or not written:
            return day
        try:
            span = read_span(_ZONE.sub("", " ".join(written.split())))
        except ValueError:
            span = None
        if span is None:
            self.tell("read", "A day is not written as one; it is kept as words.", node)
            return None
        if span.reading:
            self.tell("read", f"Of a day, {span.reading}.", node)
        return span.first


@lru_cache(maxsize=_MOST_KNOWN)
def _read_decimal(written: str) -> Decimal | None:
    return Decimal(written) if _DECIMAL.fullmatch(written) else None


@lru_cache(maxsize=_MOST_KNOWN)
def _read_iso(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _may_have_address(text: str) -> bool:
    """Tell whether a text may name an address or a telephone, by what stands in all that do."""
    if "@" in text or "+" in text:
        return True
    lower = text.lower()
    return (
        "tel" in lower
        or "tél" in lower
        or "phone" in lower
        or "mobile" in lower
        or "whatsapp" in lower
    )
