"""The empty workbook for a plan: sheets, headings with help, drop-down lists, an example."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from devcoop.load.form.choices import fold, read_choices
from devcoop.load.form.columns import (
    ACTORS,
    COLUMNS,
    INITIATIVES,
    LISTS,
    PLAN,
    RESULTS,
    list_choices,
)
from devcoop.words import form as words
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from devcoop.load.form.columns import Column

_TABLES = (INITIATIVES, RESULTS, ACTORS)
# Rows for which lists are offered; more can be filled in without them.
_ROWS = 2000
_HEAD, _NEEDED, _SOFT, _PALE = "DDE6EC", "C3D5E0", "F3F6F8", "FAFAF6"
_INK, _GREY = "22313C", "5F6F7A"
_SIDE = Side(style="thin", color="D5DCE1")
_LINE = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_TOP = Alignment(vertical="top", wrap_text=True)


def build_workbook(language: str) -> bytes:
    """Build the empty workbook.

    Args:
        language: Code of the language of headings, help and lists.

    Returns:
        The bytes of an XLSX file.
    """
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    say = Tongue(language).say
    sheets = {key: book.create_sheet(say(words.SHEETS[key])) for key in (PLAN, *_TABLES, LISTS)}
    ranges = _fill_lists(sheets[LISTS], language)
    _fill_plan(sheets[PLAN], ranges, language)
    for key in _TABLES:
        _fill_table(sheets[key], key, ranges, language=language)
    for sheet in sheets.values():
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def build_texts(language: str) -> dict[str, bytes]:
    """Build the same as CSV: a file for each sheet, by name.

    The cells are parted as spreadsheet programs of the language do: by semicolons in French.

    Args:
        language: Code of the language of headings, help and lists.
    """
    say = Tongue(language).say
    rows: dict[str, Iterable[Sequence[str]]] = {
        PLAN: _list_plan(language),
        **{key: _list_table(key, language) for key in _TABLES},
        LISTS: _list_lists(language),
    }
    return {
        f"{fold(say(words.SHEETS[key]))}.csv": _write_csv(several, language)
        for key, several in rows.items()
    }


def _write_csv(rows: Iterable[Sequence[str]], language: str) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(
        file,
        delimiter=";" if language == "fr" else ",",
        quoting=csv.QUOTE_ALL,
        lineterminator="\r\n",
    )
    writer.writerows(rows)
    # Spreadsheet programs know UTF-8 by its mark only.
    return file.getvalue().encode("utf-8-sig")


# Rows as text


def _list_plan(language: str) -> list[tuple[str, ...]]:
    say = Tongue(language).say
    lines = [
        (say(one.words.heading), "", say(one.words.help), one.show_example(language))
        for one in COLUMNS[PLAN]
    ]
    return [tuple(map(say, words.PLAN_COLUMNS)), *lines]


def _list_table(key: str, language: str) -> list[list[str]]:
    say = Tongue(language).say
    columns = COLUMNS[key]
    helps = [say(one.words.help) for one in columns]
    helps[0] = f"{say(words.HELP)}{Tongue(language).colon}{helps[0]}"
    examples = [one.show_example(language) for one in columns]
    examples[0] = say(words.EXAMPLE) + (f" {examples[0]}" if examples[0] else "")
    return [[say(one.words.heading) for one in columns], helps, examples]


def _list_lists(language: str) -> list[list[str]]:
    """List what may be chosen, list beside list, each with what it means."""
    columns = [column for key in words.LISTS for column in _list_choices(key, language)]
    longest = max(map(len, columns))
    return [
        [column[row] if row < len(column) else "" for column in columns] for row in range(longest)
    ]


def _list_choices(key: str, language: str) -> list[list[str]]:
    say = Tongue(language).say
    labels = [say(words.LISTS[key]), *list_choices(key, language)]
    found = () if key == "yes" else read_choices(key)
    meanings = [one.meanings.get(language) or one.meanings.get("en", "") for one in found]
    if key == "places":
        # The last of the other names is the code of a country or a region, or a group's short name.
        meanings = [one.others[-1] if one.others else "" for one in found]
    return [labels, [say(words.MEANING), *meanings]] if any(meanings) else [labels]


# Sheets


def _fill_lists(sheet: Worksheet, language: str) -> dict[str, str]:
    """Fill the sheet of lists, and give the range of each."""
    ranges = {}
    number = 1
    for key in words.LISTS:
        listed = _list_choices(key, language)
        letter = get_column_letter(number)
        name = sheet.title.replace("'", "''")
        ranges[key] = f"'{name}'!${letter}$2:${letter}${len(listed[0])}"
        for place, column in enumerate(listed):
            _fill_column(sheet, number + place, column, width=60 if place else 34)
        depths = [] if key == "yes" else [one.depth for one in read_choices(key)]
        for row, depth in enumerate(depths, 2):
            sheet.cell(row, number).alignment = Alignment(
                vertical="top", wrap_text=True, indent=depth
            )
        number += len(listed)
    sheet.freeze_panes = "A2"
    return ranges


def _fill_column(sheet: Worksheet, number: int, column: Sequence[str], *, width: int) -> None:
    sheet.column_dimensions[get_column_letter(number)].width = width
    for row, text in enumerate(column, 1):
        _write(sheet, (row, number), text, fill=_HEAD if row == 1 else "", bold=row == 1)


def _fill_plan(sheet: Worksheet, ranges: dict[str, str], language: str) -> None:
    for row, texts in enumerate(_list_plan(language), 1):
        is_head = row == 1
        column = None if is_head else COLUMNS[PLAN][row - 2]
        for number, text in enumerate(texts, 1):
            is_label = is_head or number == 1
            fill = _HEAD if is_label else ("" if number == len(("what", "yours")) else _SOFT)
            if column and column.is_needed and is_label:
                fill = _NEEDED
            _write(sheet, (row, number), text, fill=fill, bold=is_label, soft=number > 2)  # noqa: PLR2004
        if column:
            _offer(sheet, column, f"B{row}", ranges)
            sheet.row_dimensions[row].height = 48 if column.key == "description" else 34
    for letter, width in zip("ABCD", (30, 60, 56, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"


def _fill_table(sheet: Worksheet, key: str, ranges: dict[str, str], *, language: str) -> None:
    head, helps, examples = _list_table(key, language)
    for number, column in enumerate(COLUMNS[key], 1):
        place = number - 1
        fill = _NEEDED if column.is_needed else _HEAD
        _write(sheet, (1, number), head[place], fill=fill, bold=True)
        _write(sheet, (2, number), helps[place], fill=_SOFT, soft=True)
        _write(sheet, (3, number), examples[place], fill=_PALE, soft=True)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].alignment = _TOP
        _offer(sheet, column, f"{letter}4:{letter}{_ROWS}", ranges)
    # Who sees the row of the example knows what becomes of it.
    note = Comment(Tongue(language).say(words.SAID_OF_EXAMPLE), "template", width=260, height=80)
    sheet.cell(3, 1).comment = note
    sheet.row_dimensions[1].height = 32
    sheet.row_dimensions[2].height = 92
    sheet.row_dimensions[3].height = 62
    sheet.freeze_panes = "C3"


def _write(
    sheet: Worksheet,
    place: tuple[int, int],
    text: str,
    *,
    fill: str,
    bold: bool = False,
    soft: bool = False,
) -> None:
    cell = sheet.cell(*place)
    cell.value = text or None
    cell.alignment, cell.border = _TOP, _LINE
    cell.font = Font(
        name="Calibri",
        size=11,
        bold=bold,
        italic=soft and not bold,
        color=_GREY if soft and not bold else _INK,
    )
    # Text, so that a day or a code stays as it is written.
    cell.number_format = "@" if text else "General"
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)


def _offer(sheet: Worksheet, column: Column, cells: str, ranges: dict[str, str]) -> None:
    """Offer a list; other words are allowed, since a cell may hold several of them."""
    if not column.choices:
        return
    offered = DataValidation(type="list", formula1=ranges[column.choices], allow_blank=True)
    offered.errorStyle = "warning"
    offered.showErrorMessage = not column.has_several
    sheet.add_data_validation(offered)
    offered.add(cells)
