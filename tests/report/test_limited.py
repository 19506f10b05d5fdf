from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.focus import Asked, find_focus, read_period
from devcoop.model import STRENGTH
from devcoop.pipeline import Analysis, analyze
from devcoop.report import render_html, write_report
from devcoop.report.page import Page, build_page

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.store import Store

ASKED = [
    Asked(places=("KEN",)),
    Asked(themes=("th:standardization",), agencies=("ISO",)),
    Asked(places=("Africa", "KHM"), period=read_period("2016-2017"), with_possible=True),
    Asked(plans=("obor-2015-2017",)),
    Asked(places=("ATA",)),
]


@pytest.fixture(scope="module", params=ASKED, ids=str)
def limited(request: pytest.FixtureRequest, graph: Store) -> Analysis:
    return analyze(graph, focus=find_focus(graph, request.param))


@pytest.fixture(scope="module")
def page(limited: Analysis) -> Page:
    return build_page(limited)


def test_page_counts_what_is_in_its_limits_alone(page: Page, limited: Analysis) -> None:
    extent = limited.extent
    assert extent is not None
    own = Counter(
        (concept.iri, one.agency.name)
        for one in limited.undertakings.values()
        if one.iri in extent.undertakings
        for concept in one.facets.get("theme", ())
    )
    direct = {
        (row.iri, agency.name): len(row.direct[place])
        for row in page.themes.rows
        for place, agency in enumerate(page.themes.agencies)
    }
    assert {key: number for key, number in own.items() if key in direct} == {
        key: number for key, number in direct.items() if number
    }
    assert sum(map(sum, page.ways.values())) == len(extent.undertakings)


def test_findings_are_those_of_all_that_are_in_the_limits(
    page: Page, limited: Analysis, analysis: Analysis
) -> None:
    takes_in = limited.comparison.takes_in
    expected = [
        pair for pair in analysis.pairs if STRENGTH[pair.type] and takes_in(pair.left, pair.right)
    ]
    # Parts are sums whose last digits hang on the order in which the engine adds.
    told = [
        [(pair.left, pair.right, pair.type, pair.score) for pair in pairs]
        for pairs in (limited.pairs.iter_findings(), expected)
    ]
    assert told[0] == told[1]
    assert page.figures[0].value == len(expected)
    assert page.figures[0].of == sum(takes_in(one.left, one.right) for one in analysis.pairs)
    assert page.row_count == len(expected)


def test_title_and_lead_say_to_what_it_is_limited(page: Page, limited: Analysis) -> None:
    extent, words = limited.extent, limited.focus_words
    assert extent is not None
    assert words is not None
    assert words.limits in page.title
    assert words.issuers in page.title
    said = f"{len(extent.undertakings)} of {extent.of} initiatives"
    assert said in page.scope
    html = render_html(limited)
    assert html.count('<section id="focus"') == 1
    assert re.search(r"<h1>(.+?)</h1>", html)
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links <= set(re.findall(r'id="([^"]+)"', html))


@pytest.mark.series(one_in=2)
def test_table_of_standings_adds_up(page: Page, limited: Analysis) -> None:
    extent, words = limited.extent, limited.focus_words
    assert extent is not None
    assert words is not None
    html = render_html(limited)
    section = html.partition('<section id="focus"')[2].partition("</section>")[0]
    tables = re.findall(r"<table>.*?</table>", section, re.DOTALL)
    assert len(tables) == len(words.points)
    for table in tables:
        rows = [
            [int(cell) for cell in re.findall(r'<td class="num">(\d+)</td>', row)]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
        ]
        *standings, total = rows
        assert [sum(column) for column in zip(*standings, strict=True)] == total
        assert total[-1] == extent.of == sum(total[:-1])
    assert len(page.parties) == 3 or not words.points


@pytest.mark.series(one_in=2)
def test_files_hold_what_the_page_tells(limited: Analysis, tmp_path: Path) -> None:
    write_report(limited, tmp_path)
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    extent = limited.extent
    assert extent is not None
    assert told["focus"]["initiatives"] == len(extent.undertakings)
    assert told["focus"]["pairs_of"] == extent.of_pairs
    rows = list(
        csv.DictReader(io.StringIO((tmp_path / "overlaps.csv").read_text(encoding="utf-8")))
    )
    assert sum(bool(STRENGTH[row["type"]]) for row in rows) == limited.pairs.count_findings()
    assert "Limited to initiatives" in (tmp_path / "findings.ttl").read_text(encoding="utf-8")
    standings = Counter[str]()
    for one in told["focus"]["standings"]:
        standings[one["point"]] += one["initiatives"]
    assert set(standings.values()) <= {extent.of}


@pytest.mark.series(one_in=5)
def test_command_of_a_report_makes_it_again(
    page: Page, limited: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, shlex.split(page.command)[1:])
    assert result.exit_code == 0, result.output
    write_report(limited, tmp_path / "direct")
    for file in (tmp_path / "direct").iterdir():
        assert (tmp_path / "report" / file.name).read_bytes() == file.read_bytes()


def test_report_without_limits_says_nothing_of_them(html: str) -> None:
    assert "limits of this report" not in html
    assert 'id="focus"' not in html
