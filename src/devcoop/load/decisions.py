"""What people decided about words that were not known: a table that later loads honour.

`devcoop load --told FILE.csv` lists what was not known; somebody writes beside it what is meant
and gives the file back with `--decisions`. A store keeps the decisions beside its reviews.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from devcoop.errors import SourceError, TableError
from devcoop.load.recognition import NOTHING, Meant, plain
from devcoop.load.records import Value
from devcoop.publication import write_whole
from devcoop.store.rdf import read_bytes
from devcoop.terminal import render_csv

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from devcoop.load.recognition import Recognizer

FILE = "decisions.csv"
"""Name of the file of decisions in the folder of a store."""
COLUMNS = ("about", "text", "meant")
Decisions = dict[tuple[str, str], tuple[str, ...]]
"""The IRIs that are meant by kind and plain words; none if nothing known is meant."""


def read_decisions(path: Path, known: Recognizer) -> Decisions:
    """Read a table of decisions; other columns than `about`, `text` and `meant` do not matter.

    Words that mean several things have all of them under `meant`, with semicolons between.

    Args:
        path: The file. A row without anything under `meant` decides nothing.
        known: Tells what is meant by a code or a name.

    Raises:
        SourceError: It is no such table, what is meant is not known, or two rows differ.
        TableError: Several rows are wrong.
    """
    found: Decisions = {}
    faults = []
    for line, row in _iter_rows(path):
        about, text, meant = (row[column].strip() for column in COLUMNS)
        if not meant or not text:
            continue
        said = Meant() if meant == NOTHING else known.find_all(about, Value(meant))
        before = found.setdefault((about, plain(text)), said.known)
        if about not in known.kinds:
            kinds = ", ".join(sorted(known.kinds))
            faults.append(SourceError(path, f"`about` is {about!r}; it is one of: {kinds}", line))
        elif lost := [*said.unknown, *said.ignored]:
            near = known.find_near(about, lost[0])
            hint = f"; did you mean {near}?" if near else ""
            faults.append(SourceError(path, f"no {about} {lost[0]!r} is known{hint}", line))
        elif before != said.known:
            problem = f"a row above decided otherwise of {about} {text!r}"
            faults.append(SourceError(path, problem, line))
    if faults:
        raise faults[0] if len(faults) == 1 else TableError(faults)
    return found


def _read_kept(path: Path) -> Decisions:
    """Read the decisions that a store keeps: IRIs, some of things that may be gone by now."""
    return {
        (row["about"], row["text"]): () if row["meant"] == NOTHING else tuple(row["meant"].split())
        for _, row in _iter_rows(path)
    }


def find_decisions(known: Recognizer, folder: Path | None, given: Path | None) -> Decisions:
    """Find what people decided: in a store before, and in a table that is given now.

    What was decided before is kept even if what was meant is in the store no more: the plan
    that speaks of it may come back.

    Args:
        known: Tells what is meant by a code or a name.
        folder: The store; None if there is none.
        given: The table; None if there is none.

    Raises:
        SourceError: A table cannot be read.
        TableError: Several rows are wrong.
    """
    kept = folder / FILE if folder else None
    decisions = _read_kept(kept) if kept and kept.exists() else {}
    return decisions | (read_decisions(given, known) if given else {})


def _iter_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = read_bytes(path).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        missing = [one for one in COLUMNS if one not in (reader.fieldnames or ())]
        if missing:
            raise SourceError(path, f"a column is missing: {', '.join(missing)}", 1)
        for row in reader:
            yield reader.line_num, {column: row[column] or "" for column in COLUMNS}
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(path, f"this is no CSV file in UTF-8: {error}") from error


def keep_decisions(path: Path, decisions: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
    """Write decisions down, all or nothing, in the order of what they are about."""
    rows = [
        (about, text, " ".join(iris) or NOTHING)
        for (about, text), iris in sorted(decisions.items())
    ]
    write_whole(path, render_csv(COLUMNS, rows).encode())
