"""HXL hashtags: what a row of them says of the columns of a table.

Source:
    Humanitarian Exchange Language 1.1, hxlstandard.org; of its drafts before 1.0 the tags with
    an underscore, such as `#period_date`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.load.records import letters
from devcoop.load.tables import as_text
from devcoop.load.written.persons import is_personal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from devcoop.load.tables import Cell, Row, Sheet

_TAG = re.compile(r"#\s*([a-z]\w*)((?:\s*\+\s*\w+)*)", re.IGNORECASE)
_LEAST_TAGS = 2
_ROWS_LOOKED_AT = 100
"""HXL wants the tags near the top; the standard's own library looks at 25 rows."""

SECTORS = ("sector", "cluster", "subsector")
COUNTRIES = ("country", "adm0")
AREAS = ("adm1", "adm2", "adm3", "adm4", "adm5", "region", "loc")
ACTIVITIES = ("activity", "project", "service", "modality")
PEOPLE = ("beneficiary", "affected", "reached", "targeted", "population", "inneed", "inneeds")
_OLD = {"lat_deg": ("geo", "lat"), "lon_deg": ("geo", "lon"), "orgtype": ("org", "type")}
_KNOWN = {"org", "date", "status", "value", "currency", "contact", "geo", "indicator", "output"}
_KNOWN |= {*SECTORS, *COUNTRIES, *AREAS, *ACTIVITIES, *PEOPLE}

_PERSONAL_TAGS = {"contact", "respondee"}
_PERSONAL = {"contact", "email", "phone", "tel", "telephone", "mobile", "person", "focalpoint"}
_FIELDS = {
    "name": {"name"},
    "code": {"code", "id", "pcode", "iso", "iso2", "iso3", "v_iso2", "v_iso3"},
    "acronym": {"acronym", "abbrev", "abbreviation", "short"},
    "type": {"type", "orgtype"},
    "description": {"description", "desc"},
    "role": {"role"},
    "url": {"url", "link", "website"},
}
"""Attributes that say which of the facts about one thing a column has; the first that fits."""
_LANGUAGE_TAGS = (
    "am ar bn de en es fa fr ha hi ht it ja km ku my ne nl ps pt ru so sw tr uk ur vi zh"
)
_LANGUAGES = frozenset(_LANGUAGE_TAGS.split())

_CURRENCY_CODES = (
    "aed aud bdt brl cad cdf chf cny dkk etb eur gbp ghs hkd inr iqd jod jpy kes krw kwd lbp ltl "
    "mxn myr ngn nok nzd npr pkr pln qar rub sar sdg sek sgd sos syp thb try tzs uah ugx usd xaf "
    "xof yer zar"
)
_CURRENCIES = frozenset(_CURRENCY_CODES.split())


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        number: Counted from 1.
        written: Its tag as it is written; empty if it has none.
        tag: The tag without its attributes, in lower case and as HXL 1.1 has it.
        attributes: Its attributes in lower case, in order.
        heading: What stands above the tag; of several lines the last.
    """

    number: int
    written: str = ""
    tag: str = ""
    attributes: tuple[str, ...] = ()
    heading: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.heading or self.written or f"column {letters(self.number)}"

    @cached_property
    def field(self) -> str:
        """Which of the facts about one thing it has; a name if nothing is said."""
        had = set(self.attributes)
        return next((one for one, words in _FIELDS.items() if words & had), "name")

    @cached_property
    def language(self) -> str:
        """Tag of the language that its attributes state; else empty."""
        plain = (one.removeprefix("i_") for one in self.attributes)
        return next((one for one in plain if one in _LANGUAGES), "")

    @cached_property
    def scheme(self) -> str:
        """The list of codes that its attributes name; else empty."""
        plain = [one.removeprefix("v_") for one in self.attributes]
        iso = next((one for one in plain if one in ("iso2", "iso3")), "")
        named = (one[2:] for one in self.attributes if one.startswith("v_"))
        return iso or next(named, "")

    @cached_property
    def currency(self) -> str:
        """The currency that its attributes name, as in ISO 4217; else empty."""
        return next((one.upper() for one in self.attributes if one in _CURRENCIES), "")

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Attributes that tell the thing from others of its tag, such as `impl`."""
        fields = set().union(*_FIELDS.values())
        return frozenset(
            one
            for one in self.attributes
            if one not in fields | _LANGUAGES | {"list"} and not one.startswith(("v_", "i_"))
        )

    @property
    def is_list(self) -> bool:
        """Whether a cell may have several values, with bars or semicolons between them."""
        return "list" in self.attributes

    @cached_property
    def is_personal(self) -> bool:
        """Whether it has data of persons, such as their names and telephone numbers."""
        if self.tag:
            return self.tag in _PERSONAL_TAGS or bool(_PERSONAL & set(self.attributes))
        return is_personal(self.heading)


def parse_tag(cell: Cell) -> tuple[str, tuple[str, ...]] | None:
    r"""Read a hashtag and its attributes.

    Returns:
        Both in lower case, as HXL 1.1 has them; None if it is none.

    Examples:
        >>> parse_tag("#Adm2 +name\t+V_pcodes"), parse_tag("#N/A"), parse_tag("# of people")
        (('adm2', ('name', 'v_pcodes')), None, None)
        >>> parse_tag("#period_date"), parse_tag("#activity_id"), parse_tag("#lat_deg")
        (('date', ('period',)), ('activity', ('id',)), ('geo', ('lat',)))
    """
    found = _TAG.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if not found:
        return None
    tag, attributes = found[1].lower(), tuple(re.findall(r"\w+", found[2].lower()))
    tag, *more = _OLD.get(tag) or _modernize(tag)
    return tag, (*more, *attributes)


def _modernize(tag: str) -> tuple[str, ...]:
    """Take a tag with underscores apart, as drafts before HXL 1.0 have it."""
    first, *rest = tag.split("_")
    if rest and first in _KNOWN:
        return first, *rest
    if rest and rest[-1] in _KNOWN:
        return rest[-1], first, *rest[:-1]
    return (tag,)


def find_tag_row(sheet: Sheet) -> Row | None:
    """Find the row of tags: the first with two cells or more that are tags."""
    return next(filter(is_tag_row, sheet.rows[:_ROWS_LOOKED_AT]), None)


def read_columns(sheet: Sheet, tags: Row) -> tuple[Column, ...]:
    """Read what the tags and the headings above them say of all columns of a sheet."""
    above = [row for row in sheet.rows if row.number < tags.number]
    width = max(len(row.cells) for row in sheet.rows)
    return tuple(_read_column(number, tags, above) for number in range(1, width + 1))


def _read_column(number: int, tags: Row, above: Sequence[Row]) -> Column:
    found = [text for row in above if (text := row.text(number))]
    heading = found[-1] if found else ""
    parsed = parse_tag(tags.get(number))
    if parsed is None:
        return Column(number, heading=heading)
    return Column(number, str(tags.get(number)).strip(), *parsed, heading)


@dataclass
class Group:
    """Columns that speak of one thing, such as the name and the code of an organization.

    Attributes:
        tag: Their tag.
        kinds: Attributes that they share.
        fields: Columns by what they have of it; several where they say it in several languages.
    """

    tag: str
    kinds: frozenset[str]
    fields: dict[str, list[Column]] = field(default_factory=dict)

    def takes(self, column: Column) -> bool:
        """Tell whether a column may speak of the same thing."""
        if (self.tag, self.kinds) != (column.tag, column.kinds):
            return False
        known = [one.language for one in self.fields.get(column.field, ())]
        return not known or (bool(column.language) and column.language not in known)


def group_columns(columns: Iterable[Column], tags: Sequence[str]) -> tuple[Group, ...]:
    """Put columns of some tags together that speak of one thing.

    They come in the order of the tags, and first what no further attribute tells from others.

    The same tag twice speaks of two things, as HXL has it.
    """
    groups: list[Group] = []
    for column in columns:
        if column.tag not in tags or column.is_personal:
            continue
        group = next((one for one in groups if one.takes(column)), None)
        if group is None:
            group = Group(column.tag, column.kinds)
            groups.append(group)
        group.fields.setdefault(column.field, []).append(column)
    return tuple(sorted(groups, key=lambda one: (tags.index(one.tag), bool(one.kinds))))


def is_tag_row(row: Row) -> bool:
    """Tell whether a row has tags."""
    return len(read_tags(row)) >= _LEAST_TAGS


def read_tags(row: Row) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Read the tags of a row by the numbers of their columns."""
    marked = {
        number: cell
        for number, cell in enumerate(row.cells, 1)
        if isinstance(cell, str) and cell.lstrip()[:1] == "#"
    }
    return {number: tag for number, cell in marked.items() if (tag := parse_tag(cell))}


def has_tags_only(row: Row) -> bool:
    """Tell whether a row has tags and nothing else."""
    first = next((cell for cell in row.cells if cell is not None), "")
    if not isinstance(first, str) or first[:1] != "#":
        return False
    tags = len(read_tags(row))
    return tags >= _LEAST_TAGS and tags == sum(cell is not None for cell in row.cells)


def describe_columns(columns: Iterable[Column]) -> str:
    """List columns for people, in the order of the table."""
    return ", ".join(f"“{as_text(one.name)}”" for one in columns)
