"""Files that agencies publish, counted by other means than devcoop's."""

from __future__ import annotations

import csv
import io
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from devcoop.load.readers import hxl
from devcoop.load.records import Hints
from devcoop.load.tables import read_workbook

if TYPE_CHECKING:
    from devcoop.load.records import Records

SHARED = Path(os.environ.get("DEVCOOP_SHARED", Path(__file__).resolve().parents[5] / "shared"))
FOLDER = SHARED / "formats" / "hxl"
FILES = sorted(FOLDER.glob("*.*")) if FOLDER.is_dir() else []
UNTAGGED = {"ethiopia-aug2025-nohxl.csv", "lib-untagged.csv", "ukraine-5w-2022.xlsx"}
TAG = re.compile(r"\s*#\s*\w+(\s*\+\s*\w+)*\s*")
Rows = list[list[str]]

pytestmark = pytest.mark.skipif(not FILES, reason="name the folder of the files in DEVCOOP_SHARED")
tagged = pytest.mark.parametrize(
    "path", [one for one in FILES if one.name not in UNTAGGED], ids=lambda one: one.name
)


@lru_cache(maxsize=20)
def _read(path: Path, hints: Hints | None = None) -> Records:
    records = hxl.read(path, path.read_bytes(), hints or Hints()).records
    assert records is not None
    return records


def _sheets(path: Path) -> dict[str, Rows]:
    """Read a file without devcoop; hidden sheets are there, too."""
    if path.suffix == ".csv":
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
        return {"": list(csv.reader(io.StringIO(text)))}
    book = CalamineWorkbook.from_path(path)
    return {
        name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def _count(path: Path) -> dict[str, int]:
    sheets = _sheets(path)
    counts = {}
    for name, rows in sheets.items():
        suffix = f" [{name}]" if len(sheets) > 1 else ""
        filled = [row for row in rows if any(map(str.strip, row))]
        counts[f"non-blank rows{suffix}"] = len(filled)
        is_tagged = [sum(bool(TAG.fullmatch(cell)) for cell in row) > 1 for row in rows]
        if not any(is_tagged):
            continue
        place = is_tagged.index(True)
        below = [row for row in rows[place + 1 :] if any(map(str.strip, row))]
        tags = [(n, cell) for n, cell in enumerate(rows[place]) if TAG.fullmatch(cell)]
        counts[f"HXL row (1-based){suffix}"] = place + 1
        counts[f"data rows{suffix}"] = len(below)
        counts[f"distinct data rows{suffix}"] = len({tuple(row) for row in below})
        counts[f"tagged columns{suffix}"] = len(tags)
        for number, tag in reversed(tags):
            values = {row[number].strip() for row in below if number < len(row)} - {""}
            counts[f"distinct {tag.strip()}{suffix}"] = len(values)
    return counts


@tagged
def test_counts_are_those_of_an_independent_count(path: Path) -> None:
    counts = _count(path)
    read = _read(path).counts
    assert {what: read.get(what) for what in counts} == counts


@pytest.mark.parametrize("path", FILES, ids=lambda one: one.name)
def test_counts_are_those_that_were_made_when_the_files_were_gathered(path: Path) -> None:
    with (SHARED / "formats" / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"] == f"hxl/{path.name}"]
    assert rows
    if not hxl.recognizes(path, path.read_bytes()):
        assert not any(row["what"].startswith("HXL row") for row in rows)
        return
    counts = _read(path).counts
    said = {"sheets (hidden)": f"{counts.get('sheets')} ({counts.get('hidden sheets')})"}
    said |= {what: str(number) for what, number in counts.items()}
    expected = {row["what"]: row["count"] for row in rows if row["what"] != "encoding"}
    assert {what: said.get(what) for what in expected} == expected


def _read_encodings() -> dict[str, str]:
    """Read what was said of the encodings when the files were gathered, by name of the file."""
    with (SHARED / "formats" / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["what"] == "encoding"]
    folders = ("hxl/", "sheets/")
    return {row["file"]: row["count"] for row in rows if row["file"].startswith(folders)}


def test_encodings_are_those_that_were_found_when_the_files_were_gathered() -> None:
    encodings = _read_encodings()
    assert {file.partition("/")[0] for file in encodings} == {"hxl", "sheets"}
    for file, expected in encodings.items():
        path = SHARED / "formats" / file
        book = read_workbook(path, path.read_bytes())
        told = [one.what for one in book.tell() if "UTF-8" in one.what]
        as_read = ["the file is not UTF-8 and was read as cp1252"]
        wanted = as_read if expected.startswith("not utf-8") else []
        assert (file, told) == (file, wanted)
        if path.parent == FOLDER and path.name not in UNTAGGED:
            assert [one.what for one in _read(path).told if "UTF-8" in one.what] == wanted


@pytest.mark.parametrize("name", sorted(UNTAGGED))
def test_table_without_tags_is_left_to_another_reader(name: str) -> None:
    assert not hxl.recognizes(FOLDER / name, (FOLDER / name).read_bytes())


@tagged
def test_each_initiative_is_there_once_and_says_who_or_what(path: Path) -> None:
    elements = _read(path).elements
    assert len({one.key for one in elements}) == len(elements) > 0
    for one in elements:
        assert one.kind == "Undertaking"
        assert all(text.value for text in one.titles)
        assert one.titles
        assert one.agency or one.facets or one.bodies


def test_pairs_of_organization_and_sector_are_those_of_the_rows() -> None:
    [rows] = [
        rows[2:]
        for name, rows in _sheets(FOLDER / "somalia-mar2022.xlsx").items()
        if name == "Data"
    ]
    folded = {tuple(re.sub(r"\W", "", cell).lower() for cell in row[:2]) for row in rows}
    records = _read(FOLDER / "somalia-mar2022.xlsx")
    assert len(records.elements) == len(folded)
    places = sum(
        len({place.text for place in one.places if place.scheme == "adm2"})
        for one in records.elements
    )
    wanted = {
        (*(re.sub(r"\W", "", cell).lower() for cell in row[:2]), row[4].strip())
        for row in rows
        if row[4].strip()
    }
    assert places == len(wanted)
    [told] = [one for one in records.told if "repeat another" in one.what]
    assert (told.kind, told.number) == ("joined", 31085 - 1998)


def test_spellings_are_told_with_their_numbers() -> None:
    told = [one.what for one in _read(FOLDER / "sudan-2021.xlsx").told if one.kind == "joined"]
    assert any("“WASH” (449), “Wash” (2)" in what for what in told)
    assert any("“Other” (95), “other” (9)" in what for what in told)
    assert any("“Protection” (390), “protection” (2)" in what for what in told)


def test_hidden_sheet_is_told_and_not_read() -> None:
    records = _read(FOLDER / "burundi-mar2022.xlsx")
    [told] = [one for one in records.told if "RAW Data" in one.what]
    assert (told.kind, told.number) == ("lost", 4848)
    assert all(one.where.sheet == "Master Data" for one in records.elements)


def test_country_that_is_nowhere_stated_is_what_is_said_when_it_is_loaded() -> None:
    path = FOLDER / "sudan-2021.xlsx"
    unknown = [one for one in _read(path).told if one.what == "no country is stated"]
    assert [one.kind for one in unknown] == ["unknown"]
    records = _read(path, Hints(place="SDN"))
    assert [one for one in records.told if one.what == "no country is stated"] == []
    assert all(one.places[0].text == "SDN" for one in records.elements)
    assert [one.text for one in records.head.places] == ["SDN"]


def test_partner_that_carries_out_the_work_is_not_who_answers_for_it() -> None:
    first = _read(FOLDER / "libya-may2021.xlsx").elements[0]
    assert first.agency
    assert (first.agency.name, [(one.name, one.role) for one in first.bodies]) == (
        "FAO",
        [("FAO", "lead"), ("UOT", "implementing")],
    )
