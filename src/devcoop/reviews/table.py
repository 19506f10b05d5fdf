"""Reviews as a table for a spreadsheet, out and back in.

A cell that a spreadsheet would run as a formula goes out with an apostrophe in front and
comes back without it. A row whose verdict, name, note and lead are as they were changes
nothing, not even the day; one that is emptied takes its review back.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.errors import DevcoopError, OpinionError, SourceError, TableError
from devcoop.reviews.records import VERDICTS, Opinion, get_pair, key_of, make_review
from devcoop.store.rdf import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from devcoop.model import Pair
    from devcoop.overlap.pairs import Pairs
    from devcoop.reviews.records import Grounds, Key, Review, Reviewed

COLUMNS = (
    "finding",
    "left",
    "right",
    "left_agency",
    "right_agency",
    "type",
    "score",
    "headline",
    "verdict",
    "by",
    "note",
    "lead",
    "state",
)
READ = ("left", "right", "verdict", "by", "note", "lead", "state")
"""The columns that are read back."""
STANDS = "stands"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_APOSTROPHE = "'"
_MANY = 100
"""Rows of a table for which it is worth reading all findings that are listed."""


@dataclass(frozen=True)
class Row:
    """A row of the table as a person left it.

    Attributes:
        line: Where it begins, counted from 1.
        sides: The two initiatives, by identifier or IRI.
        opinion: What the person says; all empty if nothing.
        state: Whether the review stood when the table was written; empty if there was none.
    """

    line: int
    sides: tuple[str, str]
    opinion: Opinion
    state: str


@dataclass(frozen=True)
class Changes:
    """What a table changes in a file of reviews.

    Attributes:
        put: Reviews that are new or given anew.
        drop: Pairs whose reviews are taken back.
    """

    put: tuple[Review, ...]
    drop: tuple[Key, ...]


def guard(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula; `unguard` undoes it for any text.

    Examples:
        >>> guard("=1+1"), guard("'=1+1"), guard("'tis")
        ("'=1+1", "''=1+1", "'tis")
    """
    return f"'{text}" if text.lstrip(_APOSTROPHE).startswith(_FORMULA) else text


def unguard(text: str) -> str:
    """Take off the apostrophe that `guard` put on.

    Examples:
        >>> unguard("'=1+1"), unguard("''=1+1"), unguard("'tis")
        ('=1+1', "'=1+1", "'tis")
    """
    is_guarded = text.startswith(_APOSTROPHE) and text.lstrip(_APOSTROPHE).startswith(_FORMULA)
    return text[1:] if is_guarded else text


def say_state(one: Reviewed | None) -> str:
    """Say whether a review stands, in words.

    Args:
        one: The review beside what it is about today; None if there is none.
    """
    if one is None:
        return ""
    return STANDS if one.stands else f"look again: {', '.join(one.changes)} changed"


def opinion_of(one: Reviewed | None) -> Opinion:
    """Give back what a person said; all empty if nobody said anything.

    Args:
        one: The review beside what it is about today.
    """
    if one is None:
        return Opinion("", "")
    return Opinion(one.review.verdict, one.review.by, one.review.note, one.lead)


def render_table(
    pairs: Iterable[Pair],
    reviewed: Mapping[Key, Reviewed],
    grounds: Grounds,
    describe: Callable[[Pair], tuple[str, str]],
) -> bytes:
    """Write findings about pairs as CSV with what people said about them.

    Args:
        pairs: Compared pairs that are findings, or were before somebody said what they are.
        reviewed: Reviews beside what they are about today.
        grounds: What reviews are held against.
        describe: Gives a pair's finding IRI and headline.

    Returns:
        One row per finding in the order of the pairs; the columns are `COLUMNS`, the type
        is that which the comparison found.
    """
    text = io.StringIO(newline="")
    # Lines end as RFC 4180 has it, so that any end of line inside a cell is put in quotes.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    often = Counter(one.identifier for one in grounds.undertakings.values())
    for pair in pairs:
        one = reviewed.get(key_of(pair))
        said, (finding, headline) = opinion_of(one), describe(pair)
        sides = [grounds.undertakings[iri] for iri in (pair.left, pair.right)]
        agencies = [grounds.agencies[iri].name for iri in (pair.left_agency, pair.right_agency)]
        # An identifier that another plan has as well names nothing.
        names = [one.iri if often[one.identifier] > 1 else one.identifier for one in sides]
        cells = [finding, *names, *agencies]
        cells += [pair.found_type, f"{pair.score:.6f}", headline]
        cells += [said.verdict, said.by, said.note, said.lead, say_state(one)]
        writer.writerow(map(guard, cells))
    return text.getvalue().encode()


def read_table(path: Path) -> list[Row]:
    """Read the table back as a person left it.

    Args:
        path: CSV in UTF-8, its cells parted by comma, semicolon or tab.

    Raises:
        SourceError: It is no such table.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(path, "no text in UTF-8; save it as CSV UTF-8") from error
    records = _iter_records(path, text)
    _, header = next(records, (1, []))
    missing = [column for column in READ if column not in header]
    if missing:
        raise SourceError(path, f"no column {', '.join(missing)}; export the table first", 1)
    return [_read_row(path, line, header, cells) for line, cells in records]


def _iter_records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Iterate over lines and cells, by the separator that the header has most of."""
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, [unguard(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(path, f"no CSV: {error}", line) from error


def _read_row(path: Path, line: int, header: Sequence[str], row: Sequence[str]) -> Row:
    if len(header) != len(row):
        raise SourceError(path, f"{len(row)} cells, but {len(header)} columns", line)
    cells = dict(zip(header, row, strict=True))
    opinion = Opinion(cells["verdict"], cells["by"], cells["note"], cells["lead"])
    return Row(line, (cells["left"], cells["right"]), opinion, cells["state"])


def find_changes(
    path: Path,
    pairs: Pairs,
    reviewed: Mapping[Key, Reviewed],
    grounds: Grounds,
    *,
    on: date,
) -> Changes:
    """Find what an edited table changes.

    Args:
        path: The table.
        pairs: Compared pairs.
        reviewed: Reviews beside what they are about today.
        grounds: What reviews are held against.
        on: The day of reviews that are new or given anew.

    Raises:
        SourceError: The file is no such table.
        TableError: Rows are wrong; names each with its line.
    """
    put: list[Review] = []
    drop: list[Key] = []
    faults: list[SourceError] = []
    lines: dict[Key, int] = {}
    rows = read_table(path)
    if len(rows) > _MANY:
        # Once they are read, none of them is asked for by itself.
        len(pairs.found)
    for row in rows:
        try:
            pair = get_pair(row.sides, pairs, grounds)
            key = key_of(pair)
            _refuse_second(lines, key, row.line)
            new = _find_review(row, reviewed.get(key), pair, grounds, on)
        except DevcoopError as error:
            faults.append(SourceError(path, str(error), row.line))
            continue
        put += [new] if new else []
        drop += [key] if _is_withdrawn(row, reviewed.get(key)) else []
    if faults:
        raise TableError(faults)
    return Changes(tuple(put), tuple(drop))


def _refuse_second(lines: dict[Key, int], key: Key, line: int) -> None:
    if lines.setdefault(key, line) != line:
        raise OpinionError(f"the same two initiatives stand in line {lines[key]}, too")


def _find_review(
    row: Row, one: Reviewed | None, pair: Pair, grounds: Grounds, on: date
) -> Review | None:
    """Make the review that a row states; None if it states none, or that which there is."""
    said = row.opinion
    if not said.verdict.strip():
        if _is_empty(said):
            return None
        raise OpinionError("by, note or lead without a verdict")
    if _normal(said) == _normal(opinion_of(one)):
        return None
    return make_review(pair, said, grounds, on=on)


def _is_empty(said: Opinion) -> bool:
    return not "".join((said.verdict, said.by, said.note, said.lead)).strip()


def _is_withdrawn(row: Row, one: Reviewed | None) -> bool:
    """Tell whether a review stood in the row and was deleted there."""
    return bool(one and row.state.strip() and _is_empty(row.opinion))


def _normal(said: Opinion) -> tuple[str, ...]:
    """Bring an opinion into the form in which two are compared."""
    verdict = said.verdict.strip().lower()
    note = said.note.replace("\r\n", "\n").replace("\r", "\n")
    return VERDICTS.get(verdict, verdict), said.by, note, said.lead.strip().upper()
