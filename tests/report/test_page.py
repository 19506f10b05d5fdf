from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devcoop.errors import SourceError
from devcoop.figures.agreement import Agreement, read_agreement
from devcoop.overlap.conversations import is_finding
from devcoop.report.cards import MOST_CARDS
from devcoop.report.countries import WAYS
from devcoop.report.coverage import build_coverage
from devcoop.report.page import Limits, Page, build_page

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.pipeline import Analysis


@pytest.fixture(scope="module")
def page(analysis: Analysis) -> Page:
    return build_page(analysis)


def test_scope_counts_plans_initiatives_and_pairs(page: Page, analysis: Analysis) -> None:
    pairs = f"{len(analysis.pairs):,} pairs compared."
    assert page.scope.endswith(f"{len(analysis.undertakings)} initiatives, {pairs}")


def test_figure_has_its_denominator(page: Page, analysis: Analysis) -> None:
    found, unlinked, unserved = page.figures
    check = next(one for one in analysis.gap_checks if one.name == "themes-without-undertaking")
    assert (found.value, found.of) == (sum(map(is_finding, analysis.pairs)), len(analysis.pairs))
    assert unlinked.of == sum(pair.type == "overlap" for pair in analysis.pairs) + sum(
        pair.type.startswith("duplication") for pair in analysis.pairs
    )
    assert (unserved.value, unserved.of) == (len(check.gaps), len(check.cells))
    assert all(figure.value <= figure.of for figure in page.figures)


def test_unlinked_overlaps_add_up_to_the_figure(page: Page) -> None:
    listed = sum(entry.overlaps for entry in page.coordination.unlinked)
    assert listed == page.figures[1].value


def test_page_shows_every_finding_once(page: Page, analysis: Analysis) -> None:
    rows = [row for group in page.findings for row in group.rows]
    assert len(rows) == page.finding_count == sum(map(is_finding, analysis.pairs))
    assert len({row.reference for row in rows}) == len(rows)


def test_cards_are_the_first_conversations(page: Page, analysis: Analysis) -> None:
    first = analysis.conversations[:MOST_CARDS]
    assert [card.agencies for card in page.cards] == [
        (one.left_agency, one.right_agency) for one in first
    ]


def test_matrix_adds_up_to_all_pairs(page: Page, analysis: Analysis) -> None:
    cells = [cell for row in page.matrix for cell in row if cell]
    assert sum(cell.of for cell in cells) == 2 * len(analysis.pairs)
    assert sum(cell.findings for cell in cells) == 2 * page.finding_count


def test_themes_agree_with_the_gap_check(page: Page) -> None:
    assert page.themes.of - page.themes.served == page.figures[2].value
    assert page.themes.of == page.figures[2].of


def test_coverage_counts_an_initiative_once_per_concept(page: Page, analysis: Analysis) -> None:
    for group in page.themes.groups:
        for cell in group.head.cells:
            agency = [one for one in analysis.undertakings.values() if one.agency == cell.agency]
            assert cell.number <= len(agency)


def test_coverage_lists_every_initiative_under_each_concept_it_has(analysis: Analysis) -> None:
    coverage = build_coverage(analysis, "beneficiary")
    rows = [row for group in coverage.groups for row in (group.head, *group.rows)]
    listed = sum(len(cell.direct) for row in rows for cell in row.cells)
    undertakings = analysis.undertakings.values()
    assert listed == sum(len(one.facets.get("beneficiary", ())) for one in undertakings)


def test_countries_fall_into_three_kinds(page: Page) -> None:
    countries = page.countries
    kinds = (countries.named, countries.through_groups, countries.unreached)
    assert sum(map(len, kinds)) == len(countries.rows)


def test_every_initiative_says_where_in_one_way(page: Page, analysis: Analysis) -> None:
    assert all(len(ways.numbers) == len(WAYS) for ways in page.countries.ways)
    assert sum(ways.of for ways in page.countries.ways) == len(analysis.undertakings)


def test_gap_lists_add_up(page: Page, analysis: Analysis) -> None:
    lists = {one.query: one for kind in page.gap_kinds for one in kind.lists}
    for check in analysis.gap_checks:
        shown = lists[check.name]
        assert (shown.gaps, shown.of) == (len(check.gaps), len(check.cells))
        assert sum(scope.gaps for scope in shown.scopes) == shown.gaps


def test_initiative_is_listed_once(page: Page, analysis: Analysis) -> None:
    listed = [one.identifier for entry in page.plans for one in entry.initiatives]
    assert sorted(listed) == sorted(analysis.undertakings)


def test_agency_without_plan_of_its_own_has_a_column(analysis: Analysis) -> None:
    key, one = next(iter(analysis.undertakings.items()))
    undertakings = {**analysis.undertakings, key: replace(one, agency="ZZZ")}
    assert build_page(replace(analysis, undertakings=undertakings)).agencies[-1] == "ZZZ"


def test_agreement_is_read(tmp_path: Path) -> None:
    path = tmp_path / "agreement.csv"
    path.write_text("plan,facet,coefficient,n\niso,theme,0.81,42\n")
    assert read_agreement(path) == [Agreement("iso", "theme", 0.81, 42)]


def test_agreement_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "agreement.csv"
    path.write_text("plan,facet,coefficient,n\niso,theme,high,42\n")
    with pytest.raises(SourceError, match=r"agreement\.csv:2: a row has plan"):
        read_agreement(path)


def test_page_lists_fewer_rows_when_told_so(analysis: Analysis) -> None:
    page = build_page(analysis, Limits(findings=5, initiatives=10, gaps=30))
    assert page.row_count == sum(len(group.rows) for group in page.findings) == 5
    assert len(page.listed) <= 10
    assert not page.is_complete
    scopes = [scope for kind in page.gap_kinds for one in kind.lists for scope in one.scopes]
    assert sum(len(scope.rows) for scope in scopes) <= 30
    assert page.figures == build_page(analysis).figures


def test_limits_halve() -> None:
    assert Limits(5, 10, 30).halve() == Limits(2, 5, 15)
