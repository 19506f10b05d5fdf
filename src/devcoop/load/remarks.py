"""What people wrote into the comments of cells: read from the XML of XLSX and ODS workbooks.

The library that reads the cells knows no comments. Those of the old XLS format are not read.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from devcoop.load.markup import iter_tags, parse_part
from devcoop.names import DC_ELEMENTS, SPREADSHEET

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.load.markup import Tag

_CONTENT = "content.xml"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_CREATOR = f"{{{DC_ELEMENTS}}}creator"
_CELLS = (f"{{{_TABLE}}}table-cell", f"{{{_TABLE}}}covered-table-cell")
_CHUNK = 1 << 20


class Remark(NamedTuple):
    """A comment on a cell.

    Attributes:
        author: Who wrote it, as the file says; empty if it does not.
        text: What it says, a line for each paragraph.
    """

    author: str
    text: str


Remarks = dict[tuple[int, int], Remark]
"""Comments by row and column, counted from 1."""


def read_remarks(path: Path, packed: zipfile.ZipFile, sheets: Sequence[str]) -> list[Remarks]:
    """Read the comments of a workbook, sheet by sheet; call it in a process that can be ended.

    Args:
        path: Names it in messages.
        packed: The file, opened.
        sheets: Of XLSX, the parts of its sheets in their order; empty for ODS.

    Returns:
        One for each sheet; of ODS without any comment, nothing at all.

    Raises:
        SourceError: A part of it is broken.
    """
    if sheets:
        return [_read_of_sheet(path, packed, one) for one in sheets]
    if _CONTENT in packed.namelist() and _has(packed, _CONTENT, b"annotation"):
        return _read_open_document(path, packed)
    return []


# Office Open XML


def _read_of_sheet(path: Path, packed: zipfile.ZipFile, sheet: str) -> Remarks:
    folder, name = posixpath.split(sheet)
    links = f"{folder}/_rels/{name}.rels"
    known = set(packed.namelist())
    found: Remarks = {}
    for link in parse_part(path, links, packed.read(links)) if links in known else ():
        target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
        if link.get("Type", "").endswith("/comments") and target in known:
            found |= _read_comments(parse_part(path, target, packed.read(target)))
    return found


def _read_comments(root: Tag) -> Remarks:
    authors = ["".join(one.itertext()).strip() for one in root.iter(f"{{{SPREADSHEET}}}author")]
    found: Remarks = {}
    for one in root.iter(f"{{{SPREADSHEET}}}comment"):
        place = re.fullmatch(r"([A-Z]{1,3})(\d+)", one.get("ref", ""))
        number = one.get("authorId", "")
        author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
        words = [node.text or "" for node in one.iter(f"{{{SPREADSHEET}}}t")]
        if place and (text := "".join(words).strip()):
            found[int(place[2]), _read_letters(place[1])] = Remark(author, text)
    return found


def _read_letters(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# Open Document


def _has(packed: zipfile.ZipFile, part: str, word: bytes) -> bool:
    """Tell whether a part has a word, without holding all of it in memory."""
    end = b""
    with packed.open(part) as file:
        while block := file.read(_CHUNK):
            if word in end + block:
                return True
            end = block[-len(word) :]
    return False


def _read_open_document(path: Path, packed: zipfile.ZipFile) -> list[Remarks]:
    rows: dict[int, int] = defaultdict(int)
    tables: dict[Tag, int] = {}
    found: dict[int, Remarks] = defaultdict(dict)
    with packed.open(_CONTENT) as file:
        for row in iter_tags(path, _CONTENT, file, f"{{{_TABLE}}}table-row"):
            table = next(row.iterancestors(f"{{{_TABLE}}}table"))
            sheet = tables.setdefault(table, len(tables))
            number = rows[sheet] + 1
            rows[sheet] += _count(row, "rows")
            found[sheet] |= {(number, column): one for column, one in _iter_annotations(row)}
    return [found[sheet] for sheet in range(len(tables))]


def _iter_annotations(row: Tag) -> Iterator[tuple[int, Remark]]:
    column = 1
    for cell in row.iterchildren(*_CELLS):
        for note in cell.iterchildren(f"{{{_OFFICE}}}annotation"):
            author = "".join(one.text or "" for one in note.iterchildren(_CREATOR)).strip()
            lines = ["".join(one.itertext()) for one in note if str(one.tag).endswith("}p")]
            if text := "\n".join(lines).strip():
                yield column, Remark(author, text)
        column += _count(cell, "columns")


def _count(node: Tag, what: str) -> int:
    """Count the rows or columns that an element stands for."""
    repeated: Mapping[str, str] = node.attrib  # type: ignore[assignment]  # text by name
    number = repeated.get(f"{{{_TABLE}}}number-{what}-repeated", "1")
    return int(number) if number.isdigit() else 1
