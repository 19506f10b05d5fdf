"""One dismissal, and every door that tells overlaps: none calls the pair one any more."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devcoop import assets
from devcoop.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.serve.conftest import Serving

Row = dict[str, str]
_KINDS = {"duplication", "duplication-candidate", "overlap"}


@dataclass(frozen=True)
class Walk:
    """What each door tells, before or after the dismissal.

    Attributes:
        doors: Rows about pairs, by door.
        counted: How many overlaps are told where only a number is, by door.
        explained: What `explain` says of the pair.
    """

    doors: Mapping[str, list[Row]]
    counted: Mapping[str, int]
    explained: str

    def sides(self, door: str) -> set[tuple[str, str]]:
        """Pairs that a door calls overlaps."""
        return _call_overlaps(self.doors[door])


def _call_overlaps(rows: list[Row]) -> set[tuple[str, str]]:
    return {(row["left"], row["right"]) for row in rows if row["type"] in _KINDS}


def _run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def _rows(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _walk(folder: Path, store: Path, serving: Serving, sides: tuple[str, str]) -> Walk:
    at = ["--store", str(store)]
    _run(*at, "report", "-o", str(folder / "report"))
    _run(*at, "export", "-f", "csv", "-o", str(folder / "export"))
    report = json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))
    figure = next(one for one in report["figures"] if one["name"] == "unlinked_overlaps")
    gaps = json.loads(_run(*at, "gaps", "-f", "json"))
    check = next(one for one in gaps if one["query"] == "stated-coordination")
    return Walk(
        doors={
            "overlaps": _rows(_run(*at, "overlaps", "-f", "csv")),
            "report": _rows((folder / "report" / "overlaps.csv").read_text(encoding="utf-8")),
            "export": _rows((folder / "export" / "overlaps.csv").read_text(encoding="utf-8")),
            "serve": _rows(serving.request("GET", "/overlaps.csv").text),
            "sparql": _rows(_ask(serving)),
        },
        counted={
            "report.json": sum(report["pairs_by_type"].get(kind, 0) for kind in _KINDS),
            "first screen": figure["of"],
            "gaps": int(check["of"]),
        },
        explained=_run(*at, "explain", *sides),
    )


def _list_bundle(folder: Path, store: Path) -> dict[str, list[Row]]:
    _run("--store", str(store), "bundle", "-o", str(folder / "stick.zip"))
    with zipfile.ZipFile(folder / "stick.zip") as stick:
        names = {name.partition("/")[2]: name for name in stick.namelist()}
        doors = ("tables/overlaps.csv", "data/overlaps.csv")
        return {door: _rows(stick.read(names[door]).decode()) for door in doors}


def _ask(serving: Serving) -> str:
    query = (assets.QUERIES / "export" / "overlap-table.rq").read_bytes()
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    return serving.request("POST", "/sparql", query, headers).text


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("walk") / "store"
    plans = [str(assets.DATA / name) for name in ("iso-2016-2020", "unido-mic-2020")]
    _run("load", *plans, "--store", str(store))
    return store


@pytest.fixture
def sides(store: Path) -> tuple[str, str]:
    first = _rows(_run("--store", str(store), "overlaps", "--type", "overlap", "-f", "csv"))[0]
    return first["left"], first["right"]


def _dismiss(store: Path, sides: tuple[str, str]) -> None:
    words = [*sides, "--verdict", "dismiss", "--by", "Me", "--note", "Not so."]
    _run("--store", str(store), "review", *words)


def test_a_dismissed_overlap_is_none_behind_any_door(
    tmp_path: Path,
    store: Path,
    sides: tuple[str, str],
    start: Callable[..., AbstractContextManager[Serving]],
) -> None:
    told = []
    for name in ("before", "after"):
        if name == "after":
            _dismiss(store, sides)
        folder = tmp_path / name
        folder.mkdir()
        with start(folder, store=store) as serving:
            told.append(_walk(folder, store, serving, sides))
    before, after = told
    assert before.sides("overlaps")
    for door in before.doors:
        assert before.sides(door) == before.sides("overlaps"), door
        assert after.sides(door) == before.sides("overlaps") - {sides}, door
    assert set(before.counted.values()) == {len(before.sides("overlaps"))}, before.counted
    assert set(after.counted.values()) == {len(after.sides("overlaps"))}, after.counted
    assert "dismissed" not in before.explained.lower()
    assert "dismissed" in after.explained.lower()


@pytest.mark.gate
def test_a_dismissed_overlap_is_none_in_a_bundle(
    tmp_path: Path, store: Path, sides: tuple[str, str]
) -> None:
    told = _call_overlaps(_rows(_run("--store", str(store), "overlaps", "-f", "csv")))
    _dismiss(store, sides)
    after = _list_bundle(tmp_path, store)
    assert sides in told
    assert after
    for door, rows in after.items():
        assert _call_overlaps(rows) == told - {sides}, door
