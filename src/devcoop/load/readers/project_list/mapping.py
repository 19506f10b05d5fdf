"""What the columns of somebody's list mean: a small file that a person can read and correct."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from devcoop.errors import SourceError, suggest
from devcoop.store.rdf import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FIELDS = {
    "identifier": "what identifies the project",
    "title": "what it is called",
    "description": "what it is about",
    "agency": "the agency that answers for it",
    "country": "countries, regions or groups of countries",
    "theme": "its subjects, as in our scheme of themes or in words",
    "function": "what is done",
    "instrument": "the form of the help",
    "beneficiary": "for whom",
    "sector": "the sector, in a code or in words",
    "purpose": "the purpose of aid, in a code of the DAC (CRS) or in its name",
    "arena": "where it takes effect",
    "type": "what kind of undertaking it is",
    "status": "how far it has come",
    "start": "its first day, month or year",
    "end": "its last day, month or year",
    "year": "the one year that is stated for it",
    "commitment": "money promised",
    "disbursement": "money paid",
    "amount": "money of which it is not said whether it is promised or paid",
    "currency": "the currency of the money",
    "funder": "who pays, besides the agency",
    "implementer": "who carries it out",
    "partner": "who else takes part",
    "recipient": "the body that receives the money or the help",
    "leave out": "not to be kept, such as names of persons",
}
"""What a column can mean, with an explanation for the person who writes the map."""
_ANSWERS = {"yes": True, "true": True, "no": False, "false": False, "": None}
_MOST_DIGITS = 7
_HALF = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no text has alone."""
_KEYS = (
    "sheet",
    "heading row",
    "section",
    "language",
    "agency",
    "month first",
    "columns",
    "constants",
)


@dataclass(frozen=True)
class ColumnMap:
    """What the columns of a list mean.

    Attributes:
        columns: Headings by field, as `FIELDS` names them, in the order of the file.
        sheet: Name of the sheet; empty for the first that is shown and not empty.
        heading_row: Number of the row of headings, counted from 1; 0 for the first that has all
            mapped headings.
        section: Field that a row with nothing but its first cell states for the rows below it.
        language: Language of the texts.
        agency: Who answers for what has no agency of its own.
        month_first: Whether 3/4/2020 is the fourth of March; None if the days of the list show it.
        constants: Values by field, for what no column says.
    """

    columns: dict[str, tuple[str, ...]]
    sheet: str = ""
    heading_row: int = 0
    section: str = ""
    language: str = ""
    agency: str = ""
    month_first: bool | None = None
    constants: dict[str, str] = field(default_factory=dict)


def read_map(path: Path) -> ColumnMap:
    """Read a map.

    Args:
        path: A YAML file.

    Raises:
        SourceError: It is no YAML, or names something that is not known.
    """
    said = _parse(path)
    columns, constants = said["columns"], said.get("constants") or {}
    if not isinstance(constants, dict):
        raise SourceError(path, "`constants:` must give a value for each field")
    _check_words(path, {**columns, **constants}, FIELDS)
    section = _text(path, said, "section")
    _check_words(path, [section] if section else [], FIELDS)
    return ColumnMap(
        columns=_read_columns(path, columns),
        sheet=_text(path, said, "sheet"),
        heading_row=_read_row(path, _text(path, said, "heading row")),
        section=section,
        language=_text(path, said, "language"),
        agency=_text(path, said, "agency"),
        month_first=_read_answer(path, _text(path, said, "month first").casefold()),
        constants={name: _text(path, constants, name) for name in constants if constants[name]},
    )


def _parse(path: Path) -> dict[str, Any]:
    """Parse a map; every value is text, as it is written: a country NO is no "no"."""
    try:
        said = yaml.load(read_bytes(path), Loader=yaml.BaseLoader)  # noqa: S506  it makes texts only
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise SourceError(
            path, f"this is no YAML: {_first_line(error)}", mark and mark.line + 1
        ) from None
    if not isinstance(said, dict) or not isinstance(said.get("columns"), dict):
        raise SourceError(path, "it does not say what the columns mean: there is no `columns:`")
    _check_words(path, said, _KEYS)
    return said


def _read_columns(path: Path, columns: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {name: _list(path, name, value) for name, value in columns.items() if value}
    fields: dict[str, str] = {}
    for name, headings in found.items():
        for heading in headings:
            if heading in fields:
                both = f"`{fields[heading]}` and `{name}`"
                raise SourceError(path, f"column {heading!r} stands under {both}; it has one")
            fields[heading] = name
    return found


def _read_row(path: Path, text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise SourceError(path, f"`heading row:` is {text!r}, which is no number of a row")
    return int(text or 0)


def _read_answer(path: Path, text: str) -> bool | None:
    if text not in _ANSWERS:
        raise SourceError(path, f"`month first:` is {text!r}; it must be yes or no")
    return _ANSWERS[text]


def _check_words(path: Path, said: Iterable[str], known: Iterable[str]) -> None:
    for word in said:
        if word not in known:
            hint = suggest(word, {one: one for one in known})
            raise SourceError(
                path, f"`{word}` is not known{hint or '; known are ' + ', '.join(known)}"
            )


def _list(path: Path, name: str, value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(_check_text(path, name, one) for one in listed)


def _text(path: Path, said: dict[str, Any], key: str) -> str:
    return _check_text(path, key, said.get(key) or "")


def _check_text(path: Path, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise SourceError(path, f"`{name}:` must be words")
    if _HALF.search(value):
        raise SourceError(path, f"`{name}:` has half a character")
    return value


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]
