"""Cells of a workbook whose value alone would mislead: formulas never computed, percentages."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from devcoop import killable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SUFFIXES = (".xlsx", ".xlsm")
Place = tuple[int, int]


@dataclass(frozen=True)
class Cells:
    """Places of cells, by the name of the sheet: row and column, counted from 1.

    Attributes:
        formulas: Cells with a formula.
        percentages: Cells whose number is shown as a percentage: 0.5 as 50 %.
    """

    formulas: Mapping[str, frozenset[Place]] = field(default_factory=dict)
    percentages: Mapping[str, frozenset[Place]] = field(default_factory=dict)


def find_cells(path: Path, content: bytes) -> Cells:
    """Find such cells in a workbook of Office Open XML; in other files they are not looked for.

    Args:
        path: Names it in messages, and tells the format by its ending.
        content: Its bytes, which `tables.read_workbook` has taken.

    Returns:
        The cells; none if the workbook can be read, but not in this way.

    Raises:
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory.
    """
    if path.suffix.lower() not in _SUFFIXES:
        return Cells()
    return killable.run(lambda: _find(content), what=str(path))


def _find(content: bytes) -> Cells:
    # It takes a while to load, and few files need it.
    from openpyxl import load_workbook  # noqa: PLC0415

    formulas: dict[str, frozenset[Place]] = {}
    percentages: dict[str, frozenset[Place]] = {}
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            cells = [one for row in sheet.iter_rows() for one in row if one.value is not None]
            formulas[sheet.title] = frozenset(
                (one.row, one.column) for one in cells if one.data_type == "f"
            )
            percentages[sheet.title] = frozenset(
                (one.row, one.column)
                for one in cells
                if one.data_type == "n" and "%" in str(one.number_format)
            )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, ParseError, SyntaxError):
        # What it does not understand, the reader of tables has understood already.
        return Cells()
    except zipfile.BadZipFile:
        return Cells()
    return Cells(formulas, percentages)
