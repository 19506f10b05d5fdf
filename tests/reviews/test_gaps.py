"""Reviews of gaps: given by one command, honoured by every other."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devcoop.cli import main
from devcoop.dataset import build_dataset
from devcoop.errors import OpinionError, UnknownResourceError
from devcoop.findings import mint_gap
from devcoop.names import DEVC, FINDINGS_GRAPH
from devcoop.reviews import (
    GapReview,
    Opinion,
    ReviewFile,
    apply_gap_reviews,
    get_gap,
    make_gap_review,
    read_reviews,
)
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis

DAY = date(2026, 1, 2)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEVCOOP_REVIEWS", raising=False)
    return tmp_path


def _run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _report(folder: Path) -> tuple[list[dict[str, str]], dict[str, dict[str, int]], str]:
    _run("report", "-o", str(folder))
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    checks = {one["query"]: one for one in report["gap_checks"]}
    page = (folder / "index.html").read_text(encoding="utf-8")
    return _rows((folder / "gaps.csv").read_text(encoding="utf-8")), checks, page


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("query", ["themes-without-undertaking", "indicators-without-value"])
def test_dismissed_gap_is_counted_by_no_command(here: Path, query: str) -> None:
    before, checks, _ = _report(here / "before")
    row = next(row for row in before if row["query"] == query)
    _run("review", row["finding"], "--verdict", "dismiss", "--by", "Me", "--note", "Not so.")
    after, now, page = _report(here / "after")
    assert row["finding"] not in {one["finding"] for one in after}
    assert len(after) == len(before) - 1
    assert now[query]["gaps"] < checks[query]["gaps"]
    assert now[query]["checked_of"] == checks[query]["checked_of"]
    assert "Not so." in page
    listed = _rows(_run("gaps", "-f", "csv").stdout)
    assert row["finding"] not in {one["finding"] for one in listed}
    assert len(listed) == len(after)
    said = _rows(_run("review", "--list", "-f", "csv").stdout)
    assert [(one["verdict"], one["state"]) for one in said] == [("dismissed", "stands")]


def test_confirmed_gap_is_listed_as_such(here: Path) -> None:
    rows, _, _ = _report(here / "before")
    last = rows[-1]["finding"].rpartition("/")[2]
    _run("review", last, "--verdict", "confirm", "--by", "Me", "--lead", "ISO")
    after, _, _ = _report(here / "after")
    assert [row["verdict"] for row in after if row["finding"] == rows[-1]["finding"]] == [
        "confirmed"
    ]
    assert len(after) == len(rows)


def test_graph_and_page_tell_what_was_said_and_the_graph_gives_it_back(analysis: Analysis) -> None:
    check = next(one for one in analysis.gap_checks if one.name == "themes-without-undertaking")
    words, agencies = analysis.gap_words, analysis.agencies
    _, finding = get_gap(_first(analysis, check.name), analysis.gap_checks, words)
    opinion = Opinion("dismiss", "Me", "Not so.")
    review = make_gap_review(check, finding, opinion, agencies, on=DAY)
    dataset = build_dataset(reviews=[review])
    stated = dataset.store.quads(predicate=str(DEVC.reviews), graph=FINDINGS_GRAPH)
    assert [as_text(quad.object) for quad in stated] == [finding]
    triples = frozenset(quad.triple for quad in dataset.store.quads(graph=FINDINGS_GRAPH))
    back = ReviewFile(Path("findings.ttl"), triples, {}, 0).change().reviews
    assert back == {(finding,): review}


def _first(analysis: Analysis, query: str) -> str:
    check = next(one for one in analysis.gap_checks if one.name == query)
    return mint_gap(check, check.found[0], analysis.gap_words)


def test_review_of_a_gap_that_is_no_longer_found_is_kept_and_not_applied(
    analysis: Analysis,
) -> None:
    review = GapReview("urn:gone", "coverage-gap", "dismissed", "Me", DAY, "Why.")
    checks, reviewed = apply_gap_reviews(
        analysis.gap_checks, [review], analysis.gap_words, analysis.agencies
    )
    assert checks == analysis.gap_checks
    assert [(one.review, one.stands) for one in reviewed] == [(review, False)]


@pytest.mark.parametrize(
    "opinion",
    [
        Opinion("complementary", "Me"),
        Opinion("dismiss", "Me"),
        Opinion("confirm", ""),
        Opinion("confirm", "Me", lead="NOBODY"),
    ],
    ids=lambda one: f"{one.verdict}-{one.by or 'nobody'}-{one.lead}",
)
def test_opinion_about_a_gap_is_checked(analysis: Analysis, opinion: Opinion) -> None:
    check = analysis.gap_checks[0]
    with pytest.raises(OpinionError):
        make_gap_review(check, "urn:f", opinion, analysis.agencies, on=DAY)


def test_unknown_finding_is_told(analysis: Analysis) -> None:
    with pytest.raises(UnknownResourceError, match=r"gaps\.csv"):
        get_gap("nothing", analysis.gap_checks, analysis.gap_words)
    assert "no finding is called" in _run("review", "nothing", "--verdict", "confirm", "--by", "Me",
                                          code=3).output  # fmt: skip


def test_file_keeps_reviews_of_pairs_and_of_gaps(here: Path, analysis: Analysis) -> None:
    theme = _first(analysis, "themes-without-undertaking")
    money = _first(analysis, "plans-without-amount")
    for finding in (theme, money):
        _run("review", finding, "--verdict", "confirm", "--by", "Me")
    _run("review", theme, "--verdict", "dismiss", "--by", "You", "--note", "Second thoughts.")
    file = read_reviews(here / "devcoop-reviews.ttl")
    assert {one.finding: (one.verdict, one.by) for one in file.reviews.values()} == {
        theme: ("dismissed", "You"),
        money: ("confirmed", "Me"),
    }
    assert file.others == 0
