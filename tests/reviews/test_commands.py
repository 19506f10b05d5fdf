"""The command `review`, and the reports that honour what it wrote."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devcoop.cli import main
from devcoop.findings import mint_pair
from devcoop.overlap.conversations import was_found

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.model import Pair
    from devcoop.pipeline import Analysis

FILE = "devcoop-reviews.ttl"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEVCOOP_REVIEWS", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def pair(analysis: Analysis) -> Pair:
    return next(filter(was_found, analysis.pairs))


@pytest.fixture(scope="module")
def sides(analysis: Analysis, pair: Pair) -> tuple[str, str]:
    """Identifiers of both sides of the pair."""
    return (
        analysis.undertakings[pair.left].identifier,
        analysis.undertakings[pair.right].identifier,
    )


def _run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_review_is_given_and_honoured_by_overlaps(pair: Pair, sides: tuple[str, str]) -> None:
    iri = mint_pair(pair)
    _run("review", iri, "--verdict", "dismiss", "--by", "Me", "--note", "Not so.")
    listed = _rows(_run("review", "--list", "-f", "csv").stdout)
    assert [(row["left"], row["right"], row["state"]) for row in listed] == [(*sides, "stands")]
    dismissed = _rows(_run("overlaps", "--type", "dismissed", "-f", "csv").stdout)
    assert [(row["left"], row["right"]) for row in dismissed] == [sides]
    others = _rows(_run("overlaps", "-f", "csv").stdout)
    assert sides not in [(row["left"], row["right"]) for row in others]


def test_review_by_two_identifiers_and_a_day_goes_into_the_file_that_is_named(
    here: Path, pair: Pair, sides: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*sides, "--verdict", "confirm", "--by", "Me", "--date", "2026-01-02"]
    _run("review", *words, "--reviews", "mine.ttl")
    monkeypatch.setenv("DEVCOOP_REVIEWS", "env.ttl")
    _run("review", *words, "--lead", pair.left_agency)
    assert sorted(path.name for path in here.iterdir()) == ["env.ttl", "mine.ttl"]
    assert '"2026-01-02T00:00:00Z"' in (here / "mine.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["x"], 2),
        (["--verdict", "confirm"], 2),
        (["a", "b", "c", "--verdict", "confirm"], 2),
        (["x", "--list"], 2),
        (["x", "--verdict", "confirm", "--by", "Me"], 3),
        (["--import", "nothing.csv"], 3),
        (["--list", "--reviews", "reviews.txt"], 3),
    ],
)
def test_review_says_what_it_could_not(here: Path, words: list[str], code: int) -> None:
    result = _run("review", *words, code=code)
    assert result.stderr
    assert list(here.iterdir()) == []


def test_dismissal_without_reason_writes_nothing(here: Path, pair: Pair) -> None:
    words = [pair.left, pair.right, "--verdict", "dismiss", "--by", "Me"]
    assert "reason" in _run("review", *words, code=3).stderr
    assert list(here.iterdir()) == []


def test_table_goes_out_and_comes_back_whole_or_not_at_all(here: Path) -> None:
    _run("review", "--export", "t.csv")
    rows = _rows((here / "t.csv").read_text(encoding="utf-8"))
    rows[0] |= {"verdict": "complementary", "by": "Me", "note": "=1"}
    rows[1] |= {"verdict": "perhaps", "by": "Me"}
    _write(here / "t.csv", rows)
    result = _run("review", "--import", "t.csv", code=3)
    assert "t.csv:3: " in result.stderr
    assert not (here / FILE).exists()
    _write(here / "t.csv", [rows[0]])
    assert "1 reviews given" in _run("review", "--import", "t.csv").stdout
    before = (here / FILE).read_bytes()
    _run("review", "--export", "t.csv")
    assert "0 reviews given, 0 taken back" in _run("review", "--import", "t.csv").stdout
    assert (here / FILE).read_bytes() == before


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_report_honours_reviews_and_tells_what_is_new(here: Path, pair: Pair) -> None:
    _run("review", pair.left, pair.right, "--verdict", "dismiss", "--by", "Me", "--note", "<b>")
    before = json.loads(_run("overlaps", "-f", "json").stdout)
    said = _run("report", "-o", "out").stdout
    assert "1 applied, 0 to be looked at again" in said
    summary = json.loads((here / "out/report.json").read_text(encoding="utf-8"))
    assert summary["figures"][0]["value"] == len(before)
    assert [one["verdict"] for one in summary["reviews"]] == ["dismissed"]
    _run("report", "-o", "next", "--since", "out/report.json")
    after = json.loads((here / "next/report.json").read_text(encoding="utf-8"))
    assert (after["since"]["new"], after["since"]["gone"]) == ([], [])


def test_report_refuses_reviews_that_are_not_there(here: Path) -> None:
    assert "mine.ttl" in _run("report", "-o", "out", "--reviews", "mine.ttl", code=3).stderr
    assert "old.json" in _run("report", "-o", "out", "--since", "old.json", code=3).stderr
    assert list(here.iterdir()) == []
