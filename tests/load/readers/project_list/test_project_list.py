"""Lists of projects: cases of our own, and the real lists of agencies."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.errors import SourceError
from devcoop.graph import build_graph
from devcoop.load.readers import project_list
from devcoop.load.readers.project_list.proposal import propose
from devcoop.load.recognition import Recognizer
from devcoop.load.records import Element, Hints, Records
from devcoop.load.written.persons import leave_out_addresses

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/expect.yaml"))
SUMS = {"Amount Awarded": "commitment", "Commitment amount": "commitment", "Amount": ""}
ROWS = ("projects (data rows)", "project rows [Dados Básicos]", "grants")


def _read(path: Path, column_map: Path | None) -> Records:
    reading = project_list.read(path, path.read_bytes(), Hints(map=column_map))
    assert reading.records
    return reading.records


def _show(element: Element) -> dict[str, Any]:
    return {
        "key": element.key,
        "titles": [one.value for one in element.titles],
        "places": [one.text for one in element.places],
        "start": element.start and element.start.isoformat(),
        "end": element.end and element.end.isoformat(),
        "amounts": [str(one.number) for one in element.amounts],
        "currencies": [one.currency for one in element.amounts],
        "notes": [one.text for one in element.notes],
        "where": str(element.where),
    }


def test_cases_are_found() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    expected = yaml.safe_load((case / "expect.yaml").read_text(encoding="utf-8"))
    column_map = case / "map.yaml"
    given_map = column_map if column_map.exists() else None
    [file] = case.glob("list.*")
    if error := expected.get("error"):
        with pytest.raises(SourceError, match=re.escape(error)):
            _read(file, given_map)
        return
    records = _read(file, given_map)
    shown = [_show(element) for element in records.elements]
    assert len(shown) == len(expected["elements"])
    for one, wanted in zip(shown, expected["elements"], strict=True):
        assert {key: one[key] for key in wanted} == wanted
    assert {key: records.counts[key] for key in expected.get("counts", {})} == expected.get(
        "counts", {}
    )
    told = "\n".join(one.what for one in records.told)
    for words in expected.get("told", []):
        assert words in told


@pytest.fixture(scope="module")
def known() -> Recognizer:
    return Recognizer(build_graph())


@pytest.fixture
def expected(documents: Path) -> dict[str, dict[str, str]]:
    with (documents / "formats" / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("sheets/")]
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["file"], {})[row["what"]] = row["count"]
    return {file: said for file, said in found.items() if any(one in said for one in ROWS)}


def test_real_lists_are_read_by_what_is_proposed(
    expected: dict[str, dict[str, str]], documents: Path, known: Recognizer, tmp_path: Path
) -> None:
    assert len(expected) >= 9
    for file, said in expected.items():
        path = documents / "formats" / file
        column_map = tmp_path / f"{path.stem}.yaml"
        column_map.write_text(propose(path, path.read_bytes(), known).render(), encoding="utf-8")
        _check(_read(path, column_map), said, file)


def _check(records: Records, said: dict[str, str], file: str) -> None:
    rows = next(int(said[one]) for one in ROWS if one in said)
    assert records.counts["projects (data rows)"] == rows, file
    stated: dict[str, int] = {"sheets": 0, "repeated headings": 0, "section rows": 0}
    for what, count in said.items():
        if what == "sheets (hidden)":
            stated["sheets"], hidden = map(int, re.findall(r"\d+", count))
            assert records.counts["hidden sheets"] == hidden, file
        elif what.startswith("repeated header rows"):
            # The first of them is the heading itself.
            stated["repeated headings"] = int(count) - 1
        elif what.startswith("section"):
            stated["section rows"] = int(count)
        elif what.startswith("sum ") and what.split('"')[1] in SUMS:
            kind = SUMS[what.split('"')[1]]
            amounts = [a.number for e in records.elements for a in e.amounts if a.kind == kind]
            assert sum(amounts) == Decimal(count), file
    for what, wanted in stated.items():
        assert not wanted or records.counts[what] == wanted, f"{file}: {what}"


def test_cross_table_is_refused(documents: Path, known: Recognizer) -> None:
    path = documents / "formats" / "hxl" / "ukraine-5w-2022.xlsx"
    with pytest.raises(SourceError, match="no row looks like the headings"):
        propose(path, path.read_bytes(), known)


# Control characters, which no text has, are taken out of any table.
CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn"), include_characters="\t\n\r"),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=20))
def test_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("list")
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Name of it", "Place of it", "Colour of it"])
        writer.writerows(rows)
    column_map = folder / "map.yaml"
    column_map.write_text(
        "heading row: 1\ncolumns: {title: Name of it, country: Place of it}", encoding="utf-8"
    )
    records = _read(folder / "list.csv", column_map)
    counts = records.counts
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    apart = counts.get("rows of one cell", 0) + counts.get("repeated headings", 0)
    assert counts["projects (data rows)"] + apart == len(filled)
    kept = {value.text for element in records.elements for value in element.places}
    kept |= {note.text for element in records.elements for note in element.notes}
    kept |= {text.value for element in records.elements for text in element.titles}
    for row in filled:
        if sum(bool(cell.strip()) for cell in row) > 1:
            # What looks like the address of a person is left out, which is told.
            own = {cell.strip() for cell in row if not leave_out_addresses(cell)[1]}
            assert own - {""} <= kept
