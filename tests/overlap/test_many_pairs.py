"""Where not every pair is scored and not every finding listed, everything shown says so."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from devcoop.dataset import Dataset, build_dataset
from devcoop.errors import SourceError
from devcoop.export.sssom import render_sssom
from devcoop.model import BELOW
from devcoop.names import term
from devcoop.overlap import Limits
from devcoop.overlap.conversations import is_finding
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Page, Request
from devcoop.pages.site import Site
from devcoop.report import compare_reports, read_earlier, write_report
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.pipeline import Analysis
    from devcoop.report.since import EarlierReport

BEST = 3


@pytest.fixture(scope="module")
def few(analysis: Analysis) -> Iterator[Dataset]:
    """The built-in plans as if their pairs and findings were too many."""
    # All of them are listed when somebody looks, which has to be before.
    assert analysis.pairs.found
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("devcoop.overlap.pairs.MOST_LISTED", 10)
        yield build_dataset(limits=Limits(exhaustive=0, listed=BEST))


@pytest.fixture(scope="module")
def site(few: Dataset) -> Site:
    return Site(few)


def ask(site: Site, path: str, language: str = "en", **params: str) -> Page:
    pairs = tuple(params.items())
    page = site.render(Request(path, pairs, language, ServerLinks(path, pairs, language)))
    assert page is not None
    return page


def read(site: Site, path: str, language: str = "en", **params: str) -> str:
    page = ask(site, path, language, **params)
    assert page.status == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.body.decode())).split())


def test_numbers_of_findings_are_those_of_all(few: Dataset, analysis: Analysis) -> None:
    expected = sum(map(is_finding, analysis.pairs.found))
    pairs = few.analysis.pairs
    assert pairs.count_findings() == expected > len(pairs.found) > 0
    assert len(pairs) == len(analysis.pairs)
    assert few.analysis.subject_count == len(analysis.conversations)
    assert len(few.analysis.conversations) < few.analysis.subject_count
    assert pairs.count_types()[BELOW] == len(pairs) - expected
    assert pairs.count_types()["fragmentation"] == 0


def test_report_says_what_it_leaves_out(few: Dataset, analysis: Analysis, tmp_path: Path) -> None:
    write_report(few.analysis, tmp_path)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    told = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    scope, findings = few.analysis.comparison.scope, few.analysis.pairs.count_findings()
    assert f"{scope.near:,} are near in subject and may share a place" in told
    assert f"; the {scope.scored:,} of them" in told
    listed = len(few.analysis.pairs.found)
    assert f"the {BEST} closest of each two agencies, {listed} of {findings}" in told
    assert "same broad area" not in told
    rows = (tmp_path / "overlaps.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + findings
    summary = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    figures = {one["name"]: (one["value"], one["of"]) for one in summary["figures"]}
    assert figures["findings"] == (findings, len(analysis.pairs))


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_of_overlaps_says_what_it_leaves_out(site: Site, language: str) -> None:
    text = read(site, "/overlaps", language)
    scope, pairs = site.content.analysis.comparison.scope, site.content.analysis.pairs
    for number in (scope.near, scope.scored, len(pairs.found), pairs.count_findings()):
        assert re.search(rf"\b{number}\b", text)
    assert "devcoop overlaps" in text


def test_first_page_counts_all(site: Site, analysis: Analysis) -> None:
    text = read(site, "/")
    check = next(one for one in analysis.gap_checks if one.name == "stated-coordination")
    assert f"{sum(map(is_finding, analysis.pairs.found))} of 8,876 pairs" in text
    assert f"{len(check.gaps)} of {len(check.cells)} overlaps" in text


def test_pair_that_was_not_scored_has_its_page(site: Site, analysis: Analysis) -> None:
    far = next(pair for pair in analysis.pairs if pair.type == "none")
    text = read(site, site.content.path_of_pair(far))
    assert "Point by point" in text
    assert "if one point were left out" not in text


def test_every_page_of_a_list_can_be_shown(site: Site) -> None:
    paths = [path for path in site.paths() if path.startswith("/why/")]
    assert len(paths) == site.content.analysis.pairs.count_findings()
    for path in ("/agencies", "/gaps", "/initiatives", "/about", *paths[:3]):
        assert ask(site, path).status == 200


def test_files_of_findings_say_that_they_hold_a_part(few: Dataset, analysis: Analysis) -> None:
    told = f"Holds the {BEST} closest findings of each two agencies, "
    head = render_sssom(few.analysis, few.analysis.pairs.found).partition("record_id")[0]
    assert f"#comment: {told}" in head
    run = few.analysis.run.iri
    comment = next(few.store.quads(subject=run, predicate=term("rdfs:comment")))
    assert told in str(comment.object)
    assert "#comment" not in render_sssom(analysis, analysis.pairs.found)


def test_page_about_the_data_says_which_pairs_were_scored(site: Site) -> None:
    assert "that may be findings were scored" in read(site, "/about")


@pytest.fixture(scope="module")
def earlier(few: Dataset, tmp_path_factory: pytest.TempPathFactory) -> EarlierReport:
    folder = tmp_path_factory.mktemp("earlier")
    write_report(few.analysis, folder)
    with pytest.raises(SourceError, match=r"give the report\.json"):
        read_earlier(folder / "findings.ttl")
    return read_earlier(folder / "report.json")


@pytest.fixture(scope="module")
def later(few: Dataset) -> Analysis:
    """The same, with more findings listed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("devcoop.overlap.pairs.MOST_LISTED", 10)
        more = build_dataset(limits=Limits(exhaustive=0, listed=BEST + 2)).analysis
        assert len(more.pairs.found) > len(few.analysis.pairs.found)
    return more


def test_what_was_found_without_being_listed_is_not_new(
    later: Analysis, earlier: EarlierReport
) -> None:
    since = compare_reports(later, earlier)
    assert (since.new, since.gone) == ((), ())
    # What is closer than the last that was listed would have been listed.
    first, *others = earlier.findings
    [new] = compare_reports(later, replace(earlier, findings=tuple(others))).new
    assert new.finding == first.finding


def test_what_else_is_listed_or_has_gone_makes_nothing_new(
    later: Analysis, earlier: EarlierReport
) -> None:
    first, *others = earlier.findings
    listed = {frozenset(one.elements) for one in earlier.findings}
    far = [pair for pair in later.pairs.iter_found() if {pair.left, pair.right} not in listed][-1]
    reviewed = replace(first, finding="reviewed", elements=(far.left, far.right))
    besides = replace(earlier, findings=(*earlier.findings, reviewed))
    assert compare_reports(later, besides).new == ()
    went = replace(first, elements=(first.elements[0], "https://example.org/gone"))
    [new] = compare_reports(later, replace(earlier, findings=(went, *others))).new
    assert new.finding == first.finding


def test_floors_are_those_of_agencies_of_which_not_all_is_listed(few: Dataset) -> None:
    pairs = few.analysis.pairs
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for pair in pairs.iter_found():
        found[pair.left_agency, pair.right_agency].append(pair.score)
    cut = {both: scores[BEST - 1] for both, scores in found.items() if len(scores) > BEST}
    assert pairs.floors == cut
    assert len(cut) > 0


@pytest.mark.parametrize("kind", ["none", "fragmentation", "any"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_that_were_not_told_apart_are_not_counted(
    site: Site, kind: str, language: str
) -> None:
    page = ask(site, "/overlaps", language, type=kind)
    assert page.status == 400
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.body.decode())).split())
    assert {"en": "is not known", "fr": "n’est pas connu"}[language] in text
    assert not re.search(r"\b0 (of|sur)", text)
