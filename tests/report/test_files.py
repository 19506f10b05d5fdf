from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from devcoop.errors import ComparisonError
from devcoop.export.findings import GAP_COLUMNS, OVERLAP_COLUMNS, write_overlaps
from devcoop.overlap.conversations import is_finding
from devcoop.publication import write_files
from devcoop.report import write_report, writing
from devcoop.terminal import defuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.pipeline import Analysis

FILES = [
    "index.html",
    "overlaps.csv",
    "overlaps.sssom.tsv",
    "gaps.csv",
    "findings.ttl",
    "report.json",
]


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_report_writes_its_files(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


def test_report_leaves_nothing_beside_its_folder(folder: Path) -> None:
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_report_writes_the_same_bytes_twice(analysis: Analysis, folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in FILES}
    write_report(analysis, folder)
    assert {name: (folder / name).read_bytes() for name in FILES} == before


def test_files_written_while_the_page_is_made_are_the_same(
    analysis: Analysis, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_MANY", 1)
    write_report(analysis, tmp_path / "aside")
    assert {name: (tmp_path / "aside" / name).read_bytes() for name in FILES} == {
        name: (folder / name).read_bytes() for name in FILES
    }


def test_nothing_is_written_if_a_file_fails_while_the_page_is_made(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Analysis) -> Iterator[bytes]:
        yield b"left,right"
        raise ComparisonError("comparison", "", "the disk is full")

    monkeypatch.setattr(writing, "_MANY", 1)
    monkeypatch.setattr(writing, "write_overlaps", fail)
    with pytest.raises(ComparisonError, match="the disk is full"):
        write_report(analysis, tmp_path / "aside")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_forked_from_what_has_spilled(
    analysis: Analysis, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_MANY", 1)
    monkeypatch.setattr("devcoop.overlap.engine.Engine.has_spilled", True)
    monkeypatch.setattr("devcoop.killable.fork", lambda: pytest.fail("it was forked"))
    write_report(analysis, tmp_path / "alone")
    name = "overlaps.csv"
    assert (tmp_path / "alone" / name).read_bytes() == (folder / name).read_bytes()


def test_overlaps_hold_every_pair_that_is_found(analysis: Analysis, folder: Path) -> None:
    rows = _read(folder / "overlaps.csv")
    assert tuple(rows[0]) == OVERLAP_COLUMNS
    known = analysis.undertakings
    assert [(row["left"], row["right"], row["type"]) for row in rows] == [
        (known[pair.left].identifier, known[pair.right].identifier, pair.type)
        for pair in analysis.pairs
        if pair.type != "none"
    ]


def test_finding_in_table_is_a_finding_in_rdf(analysis: Analysis, folder: Path) -> None:
    stated = {
        triple.subject.value
        for triple in ox.parse((folder / "findings.ttl").read_bytes(), ox.RdfFormat.TURTLE)
        if isinstance(triple.subject, ox.NamedNode)
    }
    named = {row["finding"] for row in _read(folder / "overlaps.csv")} - {""}
    assert len(named) == sum(map(is_finding, analysis.pairs))
    assert named <= stated


def test_gaps_hold_every_unserved_cell(analysis: Analysis, folder: Path) -> None:
    rows = _read(folder / "gaps.csv")
    assert tuple(rows[0]) == GAP_COLUMNS
    assert len(rows) == sum(len(check.findings) for check in analysis.gap_checks)
    of = {check.name: str(len(check.cells)) for check in analysis.gap_checks}
    assert all(row["checked_of"] == of[row["query"]] for row in rows)


def test_summary_gives_each_figure_its_denominator(analysis: Analysis, folder: Path) -> None:
    summary = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [figure["name"] for figure in summary["figures"]] == [
        "findings",
        "unlinked_overlaps",
        "unserved_themes",
    ]
    assert all(figure["value"] <= figure["of"] for figure in summary["figures"])
    assert summary["provenance"]["data_hash"] == analysis.run.data_hash
    assert len(summary["plans"]) == len(analysis.plans)
    assert len(summary["conversations"]) == len(analysis.conversations)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_cell_that_begins_a_formula_is_defused(text: str) -> None:
    assert defuse(text) == f"'{text}"


def test_label_that_is_a_formula_is_defused_in_overlaps(analysis: Analysis) -> None:
    undertakings = {
        key: replace(one, label="=HYPERLINK(1)") for key, one in analysis.undertakings.items()
    }
    text = b"".join(write_overlaps(replace(analysis, undertakings=undertakings))).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["left_label"] for row in rows} == {"'=HYPERLINK(1)"}


def test_files_are_all_written_or_none_when_the_folder_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with pytest.raises(OSError, match="no/such"):
        write_files(folder, {"a": b"new", "no/such": b"new"})
    assert list(tmp_path.iterdir()) == []


def test_files_stay_as_they_were_when_one_cannot_be_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a").write_bytes(b"old")
    (folder / "c").mkdir()
    with pytest.raises(OSError, match="c"):
        write_files(folder, {"a": b"new", "b": b"new", "c": b"new"})
    assert (folder / "a").read_bytes() == b"old"
    assert sorted(path.name for path in folder.iterdir()) == ["a", "c"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write_files(tmp_path, {"a": b"new"})
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    paths = write_files(tmp_path / "deep" / "out", {"a": b"new"})
    assert [path.read_bytes() for path in paths] == [b"new"]


def test_sssom_has_its_metadata_and_a_row_for_each_finding(
    analysis: Analysis, folder: Path
) -> None:
    lines = (folder / "overlaps.sssom.tsv").read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert any(line.startswith("#license:") for line in head)
    rows = list(csv.DictReader(lines[len(head) :], delimiter="\t"))
    found = [pair for pair in analysis.pairs if is_finding(pair)]
    assert [float(row["similarity_score"]) for row in rows] == [p.score for p in found]
