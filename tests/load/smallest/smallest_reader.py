"""The smallest reader: a plan in lines of text, `title | place` for each initiative."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.load.reading import Reading
from devcoop.load.records import Body, Element, Head, Records, Text, Value, Where

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.load.records import Hints

SUFFIXES: tuple[str, ...] = (".plan",)
"""Endings of the files that this reader takes."""


def recognizes(path: Path, content: bytes) -> bool:
    """Tell whether a file is such a plan: its first line names who issues it."""
    return content.startswith(b"plan of ")


def read(path: Path, content: bytes, hints: Hints) -> Reading:
    """Read a plan in lines."""
    first, *lines = content.decode("utf-8").splitlines()
    head = Head(titles=(Text(path.stem),), agency=Body(first.removeprefix("plan of ")))
    elements, faults = [], []
    for number, line in enumerate(lines, 2):
        where, (title, _, place) = Where(line=number), line.partition(" | ")
        if not place:
            faults.append(SourceError(path, "no place stands behind the title", where=where))
        values = (Value(place, where),)
        elements.append(
            Element("Undertaking", f"{number}", where, titles=(Text(title),), places=values)
        )
    records, sha256 = Records(head, elements), hashlib.sha256(content).hexdigest()
    return Reading(path, sha256, faults=tuple(faults), records=records, format="plan in lines")
