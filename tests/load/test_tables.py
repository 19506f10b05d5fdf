"""The one door to spreadsheets: what is shown, what is hidden, and what is meant to hurt."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Book

from devcoop.errors import DevcoopError, SourceError
from devcoop.load.tables import as_text, read_once, read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devcoop.load.tables import Workbook

SHEET = "xl/worksheets/sheet1.xml"
ROWS = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
{rows}</sheetData></worksheet>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "{x}">{more}]>"""


def _save(path: Path, fill: Callable[[Book], Any]) -> Path:
    book = Book()
    fill(book)
    book.save(path)
    return path


def _change(path: Path, name: str, content: bytes) -> Path:
    """Put another file into a workbook."""
    with zipfile.ZipFile(path) as packed:
        files = {one: packed.read(one) for one in packed.namelist()} | {name: content}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for one, bytes_ in files.items():
            packed.writestr(one, bytes_)
    return path


def _read(path: Path) -> Workbook:
    return read_workbook(path, path.read_bytes())


def test_cells_are_what_a_person_sees(tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        book.worksheets[0].append(
            ["text", 3, 2.5, date(2020, 1, 2), datetime(2020, 1, 2, 3, 4), True]
        )
        book.worksheets[0].append([" a\nb ", "=1+1", "", None, "٣", "<b>x</b>"])

    [sheet] = _read(_save(tmp_path / "one.xlsx", fill)).sheets
    first, second = sheet.rows
    assert first.cells == ("text", 3.0, 2.5, date(2020, 1, 2), date(2020, 1, 2), True)
    assert [as_text(cell) for cell in first.cells][1:3] == ["3", "2.5"]
    # A formula has the value that the file was saved with, here none.
    assert second.cells == ("a\nb", None, None, None, "٣", "<b>x</b>")


def test_hidden_sheets_and_rows_are_marked(tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        for number in range(1, 5):
            book.worksheets[0].append([f"row {number}"])
        book.worksheets[0].row_dimensions[2].hidden = True
        book.worksheets[0].merge_cells("A3:B4")
        book.create_sheet("apart").append(["secret"])
        book["apart"].sheet_state = "veryHidden"

    shown, apart = _read(_save(tmp_path / "one.xlsx", fill)).sheets
    assert [(row.number, row.is_hidden) for row in shown.rows] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert (shown.merged, shown.is_hidden, apart.is_hidden) == (1, False, True)


def test_formulas_without_a_value_and_percentages_are_marked(tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        sheet = book.worksheets[0]
        sheet["B2"], sheet["B3"], sheet["C3"], sheet["D3"] = "=1+1", 0.5, 0.25, 0.75
        sheet["B3"].number_format, sheet["C3"].number_format = "0%", '0.0 "%"'
        sheet["D3"].number_format = "[Red]0.0 %"

    book = _read(_save(tmp_path / "one.xlsx", fill))
    [sheet] = book.sheets
    assert sheet.uncomputed == ((2, 2),)
    # What stands in quotes is shown, and makes no percentage of the number.
    assert sheet.percentages == {(3, 2), (3, 4)}
    [told] = book.tell()
    assert (told.kind, str(told.where), told.number) == ("lost", "sheet Sheet, cell B2", 1)


def test_rows_keep_their_numbers(tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        book.worksheets[0]["C5"] = "first"
        book.worksheets[0]["A9"] = "last"

    [sheet] = _read(_save(tmp_path / "one.xlsx", fill)).sheets
    assert [(row.number, row.get(1), row.get(3)) for row in sheet.rows] == [
        (5, None, "first"),
        (9, "last", None),
    ]
    assert str(sheet.where(5, 3)) == "sheet Sheet, cell C5"


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("a;b\né;ü\n".encode("cp1252"), "cp1252", ";"),
        ("\ufeffa,b\né,ü\n".encode(), "utf-8", ","),
        ("a\tb\né\tü\n".encode("utf-16"), "utf-16", "\t"),
        ('"x;y;z",b\né,ü\n'.encode(), "utf-8", ","),
        ("a|b\né|ü\n".encode(), "utf-8", "|"),
    ],
)
def test_text_is_decoded_and_divided(
    tmp_path: Path, content: bytes, encoding: str, delimiter: str
) -> None:
    book = read_workbook(tmp_path / "one.csv", content)
    assert (book.encoding, book.delimiter) == (encoding, delimiter)
    assert book.sheets[0].rows[1].cells == ("é", "ü")


CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@settings(deadline=None)
@given(st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=8))
def test_delimited_text_is_read_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path_factory.getbasetemp() / "any.csv"
    book = read_workbook(path, text.getvalue().encode())
    [sheet] = book.sheets
    # Control characters, which no text has, are taken out and counted.
    plain = [[CONTROL.sub("", cell).strip() for cell in row] for row in rows]
    filled = [row for row in plain if any(row)]
    assert [[cell or "" for cell in row.cells] for row in sheet.rows] == filled
    assert book.cleaned == sum(bool(CONTROL.search(cell)) for row in rows for cell in row)
    assert sheet.blank == len(rows) - len(filled)


def _bomb(path: Path) -> Path:
    """Make a workbook that is small and unpacks to more than any memory."""
    _save(path, lambda book: book.worksheets[0].append(["x"]))
    rows = "".join(f'<row r="{n}"/>' for n in range(9))
    return _change(path, SHEET, ROWS.format(rows=rows).encode() + b" " * (600 << 20))


def _wide(path: Path) -> Path:
    path = path.with_suffix(".csv")
    path.write_text(",".join("x" for _ in range(1_000_000)), encoding="utf-8")
    return path


def _entities(path: Path) -> Path:
    _save(path, lambda book: book.worksheets[0].append(["x"]))
    more = "".join(
        f'<!ENTITY {b} "{("&" + a + ";") * 10}">'
        for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>'
    return _change(
        path, SHEET, (BOMB.format(x="x" * 100, more=more) + ROWS.format(rows=rows)).encode()
    )


def _outside(path: Path) -> Path:
    _save(path, lambda book: book.worksheets[0].append(["x"]))
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
    entity = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return _change(path, SHEET, (entity + ROWS.format(rows=rows)).encode())


def _no_workbook(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04 and nothing else")
    return path


def _zero_bytes(path: Path) -> Path:
    path = path.with_suffix(".csv")
    path.write_bytes(b"a,b\n\0\0\0,c\n")
    return path


HOSTILE = {one.__name__.strip("_"): one for one in (_bomb, _wide, _no_workbook, _zero_bytes)}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_what_is_meant_to_hurt_is_refused_in_one_line(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / "one.xlsx")
    with pytest.raises(DevcoopError) as caught:
        _read(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("make", [_entities, _outside])
def test_entities_are_never_put_in(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "one.xlsx")
    try:
        book = _read(path)
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017  either is fine
        return
    cells = [as_text(cell) for sheet in book.sheets for row in sheet.rows for cell in row.cells]
    assert all(len(cell) < 200 and "root" not in cell for cell in cells)


def test_file_is_read_once_for_all_who_ask(tmp_path: Path) -> None:
    path = _save(tmp_path / "one.xlsx", lambda book: book.worksheets[0].append(["a"]))
    content = path.read_bytes()
    with read_once():
        first = read_workbook(path, content)
        assert read_workbook(path, content) is first
        assert read_workbook(tmp_path / "other.xlsx", content) is not first
        for _ in range(2):
            with pytest.raises(SourceError, match="in the middle"):
                read_workbook(path, content[:99])
    assert read_workbook(path, content) is not first


def test_links_to_other_files_are_counted_and_not_followed(tmp_path: Path) -> None:
    path = _save(tmp_path / "one.xlsx", lambda book: book.worksheets[0].append(["x"]))
    _change(path, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert _read(path).links == 1


def test_very_long_and_turned_text_is_read_whole(tmp_path: Path) -> None:
    long = "x" * 50_000
    path = tmp_path / "one.csv"
    path.write_text(f'"{long}",\u202eمرحبا\n', encoding="utf-8")
    assert _read(path).sheets[0].rows[0].cells == (long, "\u202eمرحبا")
