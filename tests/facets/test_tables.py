"""A table says the same written in memory and filed, and a file that is removed is read on."""

from __future__ import annotations

import datetime
import multiprocessing
from typing import TYPE_CHECKING

import pytest

from devcoop.errors import ComparisonError
from devcoop.facets.tables import FiledTable, Table, WrittenTable, write_csv
from devcoop.parquet import ParquetDoor

if TYPE_CHECKING:
    from pathlib import Path

TYPES = {
    "plan": "iri",
    "title": "string",
    "start": "date",
    "isUmbrella": "boolean",
    "count": "integer",
    "share": "decimal",
}
ROWS = [
    ["urn:a", 'One, "two"', "2020-01-31", "true", "3", "0.25"],
    ["urn:b", "drei\r\nvier", "", "false", "", ""],
    ["urn:a", "", "2021-12-01", "", "-1", "1.0"],
]


@pytest.fixture(params=["written", "filed"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Table:
    content = write_csv(TYPES, ROWS)
    if request.param == "written":
        return WrittenTable("plan", TYPES, content)
    door, path = ParquetDoor(), tmp_path / "plan.parquet"
    assert door.write(content, TYPES, path, {"about": "plans"})
    filed = FiledTable("plan", TYPES, path, door)
    path.unlink()
    return filed


def test_rows_are_those_that_were_written(table: Table) -> None:
    assert list(map(list, table.rows())) == ROWS
    assert table.column("plan") == ["urn:a", "urn:b", "urn:a"]
    assert list(table.iter_columns("count", "plan"))[2] == ("-1", "urn:a")
    assert [row[1] for row in table.choose_rows("plan", {"urn:b"})] == ["drei\r\nvier"]
    assert [row[0] for row in table.choose_rows("start", ["", "2021-12-01"])] == ["urn:b", "urn:a"]
    assert not table.is_empty
    assert table.with_rows([]).is_empty


def test_records_are_values(table: Table) -> None:
    first, second = table.choose_records("plan", ["urn:a"])
    assert first == {
        "plan": "urn:a",
        "title": 'One, "two"',
        "start": datetime.date(2020, 1, 31),
        "isUmbrella": True,
        "count": 3,
        "share": 0.25,
    }
    assert second == table.records[2]
    assert table.records[1]["start"] is None
    assert [one for one in table.records if one["plan"] == "urn:a"] == [first, second]
    assert list(table.iter_unreadable()) == []


def test_equal_rows_have_one_digest(tmp_path: Path) -> None:
    door, digests = ParquetDoor(), []
    for number, rows in enumerate((ROWS, ROWS, ROWS[:2])):
        content, path = write_csv(TYPES, rows), tmp_path / f"{number}.parquet"
        door.write(content, TYPES, path, {"about": "plans"})
        filed = FiledTable("plan", TYPES, path, door)
        digests.append((WrittenTable("plan", TYPES, content).digest, filed.digest))
    assert digests[0] == digests[1]
    assert digests[0][0] != digests[2][0]
    assert digests[0][1] != digests[2][1]


def _list(table: Table) -> None:
    assert list(map(list, table.rows())) == ROWS
    assert len(list(table.choose_rows("plan", {"urn:a"}))) == 2


def test_forked_process_reads_on(table: Table) -> None:
    _list(table)
    child = multiprocessing.get_context("fork").Process(target=_list, args=(table,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    _list(table)


def test_many_tables_of_one_door_are_read_at_once(tmp_path: Path) -> None:
    door, tables = ParquetDoor(), []
    for number in range(3):
        path = tmp_path / f"{number}.parquet"
        rows = [[f"urn:{number}", str(one), "", "", "", ""] for one in range(20_000)]
        door.write(write_csv(TYPES, rows), TYPES, path, {"about": "plans"})
        tables.append(FiledTable("plan", TYPES, path, door))
        path.unlink()
    read = [table.iter_columns("plan", "title") for table in tables]
    for place, said in enumerate(zip(*read, strict=True)):
        assert said == tuple((f"urn:{number}", str(place)) for number in range(3))


def test_parts_are_files_of_their_own_but_for_those_that_cannot_be_read_back(
    tmp_path: Path,
) -> None:
    door, types = ParquetDoor(), {"plan": "iri", "start": "date"}
    paths = [tmp_path / f"{number}.parquet" for number in range(5)]
    rows: list[list[list[str | None]]] = [
        [["urn:a", ""]],
        [],
        [["urn:b", "soon"]],
        [],
        [["urn:c", "2020-01-01"], ["urn:a", None]],
    ]
    door.write_parts(dict(zip(paths, rows, strict=True)), types, {"about": "plans"})
    assert [path.exists() for path in paths] == [True, True, False, True, True]
    assert [list(door.iter_rows(paths[one], ["plan"])) for one in (0, 1, 3)] == [
        [("urn:a",)],
        [],
        [],
    ]
    merged = tmp_path / "merged.parquet"
    wanted = [paths[one] for one in (4, 0, 1)]
    door.merge(wanted, merged, types, ["start"], {"about": "plans"}, distinct=True)
    assert list(door.iter_rows(merged, ["plan", "start"])) == [
        ("urn:a", ""),
        ("urn:c", "2020-01-01"),
    ]
    with pytest.raises(ComparisonError, match="twice"):
        door.merge(wanted, merged, types, ["start"], {"about": "plans"}, unique="plan")
