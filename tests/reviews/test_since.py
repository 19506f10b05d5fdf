"""What a report says of the one before it, and of reviews."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from devcoop.errors import OutOfMemoryError, SourceError
from devcoop.export.findings import mint_pair_finding
from devcoop.overlap.conversations import group_conversations, was_found
from devcoop.overlap.pairs import Pairs
from devcoop.report import read_earlier, write_report
from devcoop.report.html import render_page
from devcoop.report.page import Limits, build_page
from devcoop.report.since import compare_reports
from devcoop.reviews import Opinion, apply_reviews, make_review
from devcoop.words.reviews import say_review

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from devcoop.model import Pair
    from devcoop.overlap.pairs import PairSource
    from devcoop.pipeline import Analysis

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def fewer(analysis: Analysis, compare_only: Callable[[Sequence[Pair]], PairSource]) -> Analysis:
    """The same run without its closest finding."""
    first = analysis.pairs.found[0]
    pairs = Pairs(compare_only([pair for pair in analysis.pairs if pair != first]), {})
    return replace(analysis, pairs=pairs, conversations=group_conversations(pairs.found))


@pytest.fixture(scope="module")
def reviewed(analysis: Analysis) -> Analysis:
    grounds = analysis.grounds
    found = list(filter(was_found, analysis.pairs))[:4]
    verdicts = ["dismiss", "confirm", "complementary", "confirm"]
    said = [Opinion(verdict, EVIL, EVIL, "iso") for verdict in verdicts]
    reviews = [make_review(*one, grounds, on=date(2026, 11, 22)) for one in zip(found, said)]  # noqa: B905
    reviews[3] = replace(reviews[3], evidence=replace(reviews[3].evidence, facets="0" * 64))
    pairs, held = apply_reviews(analysis.comparison, reviews, grounds)
    changed = replace(analysis, pairs=pairs, reviewed=held)
    return replace(changed, conversations=group_conversations(pairs.found))


@pytest.mark.parametrize("name", ["report.json", "findings.ttl"])
def test_same_run_has_nothing_new(analysis: Analysis, folder: Path, name: str) -> None:
    since = compare_reports(analysis, read_earlier(folder / name))
    assert since.data_hash == analysis.run.data_hash
    assert since.before == sum(map(was_found, analysis.pairs))
    assert (since.new, since.gone) == ((), ())


@pytest.mark.parametrize("name", ["report.json", "findings.ttl"])
def test_finding_is_new_or_gone(
    analysis: Analysis, fewer: Analysis, folder: Path, tmp_path: Path, name: str
) -> None:
    first = next(filter(was_found, analysis.pairs))
    iri = mint_pair_finding(first)
    gone = compare_reports(fewer, read_earlier(folder / name))
    assert ([one.finding for one in gone.gone], gone.new) == ([iri], ())
    assert all(one.words and one.type == first.type for one in gone.gone)
    write_report(fewer, tmp_path / "old")
    new = compare_reports(analysis, read_earlier(tmp_path / "old" / name))
    assert ([one.finding for one in new.new], new.gone) == ([iri], ())


def test_finding_is_the_same_under_another_iri_and_type(
    analysis: Analysis, folder: Path, tmp_path: Path
) -> None:
    summary = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    for one in summary["findings"]:
        one |= {"finding": "https://example.org/other", "type": "other"}
    old = tmp_path / "report.json"
    old.write_text(json.dumps(summary), encoding="utf-8")
    since = compare_reports(analysis, read_earlier(old))
    assert (since.new, since.gone) == ((), ())


def test_dismissed_finding_is_neither_new_nor_gone(reviewed: Analysis, folder: Path) -> None:
    since = compare_reports(reviewed, read_earlier(folder / "report.json"))
    assert (since.new, since.gone) == ((), ())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.json", "{}"),
        ("report.json", "[]"),
        ("report.json", "not json"),
        ("report.json", '{"findings": [{"finding": 1}], "provenance": {"data_hash": ""}}'),
        ("report.json", "[" * 100_000),
        ("findings.ttl", ""),
        ("findings.ttl", "not turtle"),
        ("findings.ttl", f"<urn:a> <urn:b> {'<<( <urn:a> <urn:b> ' * 20_000}"),
        ("findings.txt", ""),
    ],
)
def test_file_that_is_no_report_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises((SourceError, OutOfMemoryError), match=name):
        read_earlier(tmp_path / name)


def test_page_tells_what_is_new_and_what_has_gone(
    analysis: Analysis, fewer: Analysis, folder: Path, tmp_path: Path
) -> None:
    files = write_report(fewer, tmp_path / "new", earlier=read_earlier(folder / "report.json"))
    page = files[0].read_text(encoding="utf-8")
    assert "Since the last report" in page
    assert "0 new, 1 gone" in page
    write_report(analysis, tmp_path / "newer", earlier=read_earlier(tmp_path / "new/report.json"))
    page = (tmp_path / "newer/index.html").read_text(encoding="utf-8")
    assert "1 new, 0 gone" in page
    assert page.count('<span class="line of">new</span>') == 1
    _check_links(page)


def test_page_is_as_before_without_reviews_and_earlier_report(html: str) -> None:
    assert "Since the last report" not in html
    assert "What people said" not in html


def test_page_lists_dismissed_findings_apart(analysis: Analysis, reviewed: Analysis) -> None:
    page = build_page(reviewed)
    assert page.finding_count == build_page(analysis).finding_count - 1
    listed = page.judged
    assert [len(rows) for rows in listed.values()] == [1, 1, 2]
    assert [row.changes for row in listed["again"]] == [("facets",)]
    reviews = [row.review for group in page.findings for row in group.rows if row.review]
    said = [say_review(one) for one in reviews]
    assert len(said) == 3
    assert sum("to be looked at again" in words for words in said) == 1


def test_page_escapes_what_people_say(reviewed: Analysis) -> None:
    page = render_page(build_page(reviewed))
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in page
    _check_links(page)


def test_page_lists_fewer_reviews_when_told_so(reviewed: Analysis) -> None:
    page = render_page(build_page(reviewed, Limits(findings=1, initiatives=10, gaps=10)))
    assert page.split('id="reviews-held"')[1].split("</section>")[0].count("<tr>") == 2


def test_summary_lists_findings_by_pair(analysis: Analysis, folder: Path) -> None:
    summary = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    pairs = [(one["left"], one["right"]) for one in summary["findings"]]
    known = analysis.undertakings
    assert pairs == [
        (known[pair.left].identifier, known[pair.right].identifier)
        for pair in analysis.pairs
        if was_found(pair)
    ]
    assert summary["since"] is None
    assert summary["reviews"] == []


def _check_links(page: str) -> None:
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)
