from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from devcoop.errors import SourceError
from devcoop.figures.agreement import Agreement, read_agreement
from devcoop.figures.meetings import MOST_TALKS
from devcoop.overlap.conversations import is_finding
from devcoop.overlap.coordination import is_overlap
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


def test_unlinked_overlaps_add_up_to_the_figure(page: Page, analysis: Analysis) -> None:
    linked = {frozenset((one.from_agency, one.to_agency)) for one in analysis.links}
    unlinked = [
        pair
        for pair in filter(is_overlap, analysis.pairs)
        if frozenset((pair.left_agency, pair.right_agency)) not in linked
    ]
    assert page.coordination.gaps == page.figures[1].value == len(unlinked)


def test_page_shows_every_finding_once(page: Page, analysis: Analysis) -> None:
    rows = [row for group in page.findings for row in group.rows]
    assert len(rows) == page.finding_count == sum(map(is_finding, analysis.pairs))
    assert len({row.reference for row in rows}) == len(rows)


def test_cards_are_of_all_agencies_that_meet_and_of_many_initiatives(
    page: Page, analysis: Analysis
) -> None:
    talks = [card.conversation for card in page.cards]
    assert len(talks) == MOST_TALKS
    assert talks == [one for one in analysis.conversations if one in talks]
    assert analysis.conversations[0] == talks[0]
    met = {(one.left_agency, one.right_agency) for one in analysis.conversations}
    times = Counter((one.left_agency, one.right_agency) for one in talks)
    assert times.keys() == met
    assert max(times.values()) <= MOST_TALKS / 2
    sides = [side for card in page.cards for side in card.sides]
    assert len({side.iri for side in sides}) >= len(sides) - 1
    assert all(card.told.headline for card in page.cards)


def test_what_most_cards_would_say_is_said_once(page: Page, html: str) -> None:
    section = html.partition('id="conversations"')[2].partition("</section>")[0]
    assert page.common
    for text, numbers in page.common.items():
        assert section.count(text) == 1
        cards = [page.cards[number - 1].told for number in numbers]
        assert all(text in (*one.caveats, *map(str, one.options)) for one in cards)
        assert len(numbers) > len(page.cards) / 2
    told = {(card.conversation.left_agency, card.conversation.right_agency) for card in page.cards}
    assert sum(not card.said_on for card in page.cards) == len(told)
    assert all(card.said_on < number for number, card in enumerate(page.cards, 1))


def test_a_theme_that_is_in_no_plan_is_one_on_which_nobody_acts(page: Page) -> None:
    assert 0 < page.figures[2].value < page.themes.of - page.themes.served
    assert page.themes.of == page.figures[2].of > 100


def test_countries_stand_by_name(page: Page, analysis: Analysis) -> None:
    names = [analysis.labels[row.iri] for row in page.countries]
    assert names == sorted(names)
    assert len(set(names)) == len(names) > 100


def test_gap_lists_add_up(page: Page, analysis: Analysis) -> None:
    lists = {one.check.name: one for several in page.gap_kinds.values() for one in several}
    for check in analysis.gap_checks:
        shown = lists[check.name]
        assert (shown.gaps, shown.of) == (len(check.gaps), len(check.cells))
        assert sum(scope.gaps for scope in shown.scopes) == shown.gaps


def test_row_marks_what_is_read_from_the_text(page: Page, html: str) -> None:
    rows = [row for group in page.findings for row in group.rows]
    marked = [row for row in rows if row.read.intersection(row.shared)]
    assert 0 < len(marked) < len(rows)
    assert 'National standards bodies <span class="of">(read from the text)</span>' in html
    assert "for Farmers (read from the text) ·" in html


def test_initiative_is_listed_once(page: Page, analysis: Analysis) -> None:
    listed = [one.iri for plan in analysis.plans for one in page.initiatives(plan)]
    assert sorted(listed) == sorted(analysis.undertakings)


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
    lists = [one for several in page.gap_kinds.values() for one in several]
    assert sum(len(scope.cells) for one in lists for scope in one.scopes) <= 30
    assert page.figures == build_page(analysis).figures


def test_limits_halve() -> None:
    assert Limits(5, 10, 30, 12).halve() == Limits(2, 5, 15, 6)
