"""Forms that somebody filled in, made from the template itself."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from devcoop.load.form.columns import COLUMNS, PLAN
from devcoop.load.form.template import build_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl import Workbook

SHEETS = list(COLUMNS)
_build = cache(build_workbook)


def save(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def open_filled(
    language: str, plan: Mapping[str, object], **tables: Sequence[Mapping[str, object]]
) -> Workbook:
    """Fill in a template: the lines of the plan, and rows below the example."""
    book = load_workbook(io.BytesIO(_build(language)))
    sheets = dict(zip(SHEETS, book.worksheets, strict=False))
    for row, column in enumerate(COLUMNS[PLAN], 2):
        sheets[PLAN].cell(row, 2).value = plan.get(column.key)  # type: ignore[assignment]
    for key, rows in tables.items():
        for number, row_of in enumerate(rows, 4):
            for place, column in enumerate(COLUMNS[key], 1):
                sheets[key].cell(number, place).value = row_of.get(column.key)  # type: ignore[assignment]
    return book


@pytest.fixture(scope="session")
def empty_form() -> bytes:
    """The empty template in English, built once."""
    return _build("en")


@pytest.fixture(scope="session")
def fill() -> Callable[..., bytes]:
    def fill_in(
        language: str, plan: Mapping[str, object], **tables: Sequence[Mapping[str, object]]
    ) -> bytes:
        return save(open_filled(language, plan, **tables))

    return fill_in
