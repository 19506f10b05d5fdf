"""A report of many agencies can be read and sent: tables are cut first, findings last."""

from __future__ import annotations

import base64
import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as markup

from devcoop.figures.gaps import list_gaps
from devcoop.figures.meetings import count_meetings
from devcoop.report import writing
from devcoop.report.page import Limits, build_page
from devcoop.report.writing import MOST_BYTES, fit_page, write_report

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.pipeline import Analysis
    from devcoop.report.page import Page


@pytest.fixture(scope="module")
def page(crowd: Analysis) -> Page:
    return fit_page(crowd)[0]


def test_page_of_many_agencies_is_small_and_has_all_findings(crowd_html: str, page: Page) -> None:
    assert len(crowd_html.encode()) < MOST_BYTES
    assert page.row_count == min(page.finding_count, page.limits.findings)
    assert page.limits.findings == Limits().findings


LEFT = [0.83, 0.75, 0.37, 0.19, 0.09, 0.04, 0.02]
MEGABYTES = st.integers(0, 4 * MOST_BYTES)


def _halve(sizes: list[int]) -> tuple[int, list[int]]:
    """Find how often, and what was tried, where sizes by number of times are known."""
    tried = []

    def measure(halved: int) -> int:
        tried.append(halved)
        return sizes[halved]

    return writing._find_fewest(measure, [1.0, *LEFT[: len(sizes) - 1]]), tried


@given(MEGABYTES, MEGABYTES, st.integers(1, 7))
def test_rows_are_halved_as_often_as_needed_with_few_tries(
    stays: int, goes: int, most: int
) -> None:
    sizes = [stays + int(goes * left) for left in [1.0, *LEFT[:most]]]
    found, tried = _halve(sizes)
    assert found == next((n for n, size in enumerate(sizes) if size < MOST_BYTES), most)
    assert len(set(tried)) == len(tried) <= 4


@given(st.lists(MEGABYTES, min_size=2, max_size=8).map(lambda sizes: sorted(sizes, reverse=True)))
def test_page_is_small_whatever_sizes_it_has(sizes: list[int]) -> None:
    found, tried = _halve(sizes)
    assert found == len(sizes) - 1 or sizes[found] < MOST_BYTES
    assert all(sizes[one] >= MOST_BYTES for one in tried if one < found)
    assert len(set(tried)) == len(tried)


def test_findings_are_cut_last() -> None:
    limits = Limits()
    seen = [limits]
    while limits.findings > 1:
        limits = limits.halve()
        seen.append(limits)
    assert [one.findings for one in seen[:4]] == [250, 250, 250, 125]
    assert [one.headings for one in seen[:4]] == [48, 24, 12, 6]


def test_tables_have_columns_of_those_with_most_initiatives(crowd: Analysis, page: Page) -> None:
    sizes = dict.fromkeys(crowd.agencies, 0)
    for one in crowd.counted.values():
        sizes[one.agency.iri] += 1
    shown = {one.iri for one in page.columns.shown}
    assert len(shown) == page.limits.agencies < len(sizes)
    assert min(sizes[iri] for iri in shown) >= max(sizes[iri] for iri in sizes.keys() - shown)
    assert page.columns.added[-1].name == f"{len(sizes) - len(shown)} others"


def test_others_add_up(page: Page) -> None:
    for every in (page.themes, page.groups):
        narrow = page.columns.narrow(every)
        assert len(narrow.agencies) == page.limits.agencies + 1
        assert [row.number for row in narrow.rows] == [row.number for row in every.rows]
    assert sum(map(sum, page.ways.values())) == len(page.analysis.counted)


def test_left_out_agencies_are_told_with_where_all_are(crowd_html: str, crowd: Analysis) -> None:
    sentence = f"Of {len(crowd.agencies)} agencies, the {{}} with most initiatives have a column"
    assert crowd_html.count(sentence.format(12)) == 3
    assert crowd_html.count(sentence.format(40)) == 1
    [link] = re.findall(r'download="themes.csv" href="data:[^,]*,([^"]*)"', crowd_html)
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(link).decode())))
    told = {row["agency"] for row in rows}
    assert told == {one.agency.name for one in crowd.counted.values() if one.facets.get("theme")}


def test_forty_agencies_meet_in_one_table_of_numbers(crowd_html: str, crowd: Analysis) -> None:
    (table,) = markup.fromstring(crowd_html).xpath("//table[@class='matrix compact']")
    names = [one.text_content() for one in table.xpath("thead//th")]
    assert len(names) == 40
    known = {one.name: one.iri for one in crowd.agencies.values()}
    met = {
        one.agencies: one.findings for one in count_meetings(crowd, [known[name] for name in names])
    }
    for across, row in enumerate(table.xpath("tbody/tr")):
        cells = row.xpath("td")
        assert row.xpath("string(th)") == names[across]
        for down, cell in enumerate(cells):
            if across != down:
                number = met[known[names[across]], known[names[down]]]
                assert int(cell.text_content()) == number
                assert bool(cell.get("title")) == (across < down)
    assert any(met.values())


def test_headings_of_gaps_are_cut_with_their_number(crowd: Analysis) -> None:
    for check in crowd.gap_checks:
        every, few = list_gaps(check), list_gaps(check, 5, most_scopes=2)
        assert every.cut_scopes == every.cut == 0
        assert len(few.scopes) + few.cut_scopes == len(every.scopes)
        assert sum(scope.gaps for scope in few.scopes) + few.cut == few.gaps == every.gaps
        assert sum(len(scope.cells) for scope in few.scopes) <= 5


def test_no_cell_of_three_agencies_is_left_out(analysis: Analysis, html: str) -> None:
    page = build_page(analysis)
    assert not page.columns.rest
    assert not page.columns.note
    assert "have a column of their own" not in html


def test_initiatives_that_state_no_subject_are_told_beside_the_themes(
    crowd: Analysis, crowd_html: str, html: str
) -> None:
    known = crowd.counted.values()
    for facet, word in (("theme", "subject"), ("beneficiary", "group")):
        silent = [one for one in known if not one.facets.get(facet)]
        assert f"For {len(silent)} of {len(known)} initiatives no {word} is stated" in crowd_html
    assert "no initiative is known to act" in crowd_html
    assert "no initiative acts" in html
    assert "no subject is stated" not in html


def test_names_stand_in_one_line_in_every_file(crowd: Analysis, tmp_path: Path) -> None:
    assert any("Training of metrologists" in one.label for one in crowd.undertakings.values())
    write_report(crowd, tmp_path)
    for name in ("gaps.csv", "overlaps.csv", "overlaps.sssom.tsv"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        assert not [cell for row in rows for cell in row if "\n" in cell], name
    assert not [one.label for one in crowd.undertakings.values() if "\n" in one.label]


def test_no_agency_is_blank(crowd: Analysis, crowd_html: str) -> None:
    assert any(not plan.agency.name for plan in crowd.plans)
    assert 'scope="row"><' not in crowd_html
    assert '<span class="agency"></span>' not in crowd_html
    unissued = {plan.iri for plan in crowd.plans if not plan.agency.name}
    owners = {one.agency.name for one in crowd.undertakings.values() if one.plan in unissued}
    assert any(f'<span class="agency">{name}' in crowd_html for name in owners)
    assert all(one.name.strip() for one in crowd.agencies.values())
