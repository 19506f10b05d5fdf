"""What the columns of somebody's list mean: a small file that a person can read and correct."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from devcoop.errors import SourceError, suggest
from devcoop.store.rdf import read_bytes

if TYPE_CHECKING:
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
        month_first: Whether 3/4/2020 is the fourth of March.
        constants: Values by field, for what no column says.
    """

    columns: dict[str, tuple[str, ...]]
    sheet: str = ""
    heading_row: int = 0
    section: str = ""
    language: str = ""
    agency: str = ""
    month_first: bool = False
    constants: dict[str, str] = field(default_factory=dict)


def read_map(path: Path) -> ColumnMap:
    """Read a map.

    Args:
        path: A YAML file.

    Raises:
        SourceError: It is no YAML, or names something that is not known.
    """
    try:
        said = yaml.safe_load(read_bytes(path))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise SourceError(
            path, f"this is no YAML: {_first_line(error)}", mark and mark.line + 1
        ) from None
    if not isinstance(said, dict) or not isinstance(said.get("columns"), dict):
        raise SourceError(path, "it does not say what the columns mean: there is no `columns:`")
    _check_words(path, said, _KEYS)
    columns, constants = said["columns"], said.get("constants") or {}
    if not isinstance(constants, dict):
        raise SourceError(path, "`constants:` must give a value for each field")
    _check_words(path, {**columns, **constants}, FIELDS)
    if said.get("section"):
        _check_words(path, [str(said["section"])], FIELDS)
    row = said.get("heading row") or 0
    if not isinstance(row, int) or row < 0:
        raise SourceError(path, f"`heading row:` is {row!r}, which is no number of a row")
    return ColumnMap(
        columns={str(name): _listed(value) for name, value in columns.items() if value},
        sheet=_text(said, "sheet"),
        heading_row=row,
        section=_text(said, "section"),
        language=_text(said, "language"),
        agency=_text(said, "agency"),
        month_first=bool(said.get("month first")),
        constants={str(name): str(value) for name, value in constants.items() if value},
    )


def _check_words(path: Path, said: Any, known: Any) -> None:
    for word in said:
        if word not in known:
            hint = suggest(str(word), {one: one for one in known})
            raise SourceError(
                path, f"`{word}` is not known{hint or '; known are ' + ', '.join(known)}"
            )


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _text(said: dict[Any, Any], key: str) -> str:
    return str(said.get(key) or "")


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]
