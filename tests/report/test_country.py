from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lxml import html as markup

from devcoop.cli import main
from devcoop.figures.money import read_rates
from devcoop.focus import Asked, find_focus
from devcoop.graph import add_file, build_graph
from devcoop.load import load_files
from devcoop.names import mint_concept
from devcoop.pipeline import analyze
from devcoop.report.page import build_page
from devcoop.report.summary import write_summary
from devcoop.report.writing import fit_page
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis

ACTIVITIES = Path(__file__).parents[1] / "figures" / "activities.ttl"
STATED = Path(__file__).parents[1] / "load/readers/iati/cases/statuses/list.xml"


@pytest.fixture(scope="module")
def cambodia() -> Analysis:
    graph = build_graph()
    add_file(graph, ACTIVITIES, "https://example.org/graph/aid")
    return analyze(graph, focus=find_focus(graph, Asked(places=("KHM",))))


@pytest.fixture(scope="module")
def section(cambodia: Analysis) -> markup.HtmlElement:
    page = markup.fromstring(fit_page(cambodia)[1])
    found: markup.HtmlElement
    (found,) = page.xpath("//section[@id='country']")
    return found


def read(element: markup.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\N{NO-BREAK SPACE}", " ").split())


def test_report_of_a_country_tells_who_does_what_with_what_money(
    section: markup.HtmlElement,
) -> None:
    text = read(section)
    (table,) = section.xpath(".//table[contains(@class, 'purposes')]")
    assert [read(one) for one in table.xpath(".//thead//th")][:3] == ["Purpose", "ALPHA", "BETA"]
    # What was spent and what was committed stand side by side, each with its own number.
    assert "1USD 600 spent (1)USD 3,000 committed (1)USD 3,750 budgeted (1)" in read(table)
    assert "2USD 600 spent (1)USD 3,300 committed (2)USD 4,650 budgeted (2)" in read(table)
    assert "7 of 9 initiatives state a purpose" in text
    assert "EUR 1,000 disbursed or spent by 1 initiative is for Cambodia and other places" in text


def test_report_tells_the_stated_purpose_of_an_initiative_without_a_theme(
    cambodia: Analysis,
) -> None:
    page = markup.fromstring(fit_page(cambodia)[1])
    (section,) = page.xpath("//section[@id='initiatives']")
    told = [read(one) for one in section.xpath(".//div[@class='initiative']/p[@class='of']")]
    assert any(one.startswith("Basic health care") for one in told), told
    assert sum(one.startswith("subject open") for one in told) < len(told)


def test_report_where_no_theme_is_stated_folds_the_themes(tmp_path: Path) -> None:
    unthemed = tmp_path / "unthemed.ttl"
    stated = ACTIVITIES.read_text(encoding="utf-8")
    unthemed.write_text(stated.replace("devc:theme ", "devc:unread "), encoding="utf-8")
    graph = build_graph()
    add_file(graph, unthemed, "https://example.org/graph/aid")
    cambodia = analyze(graph, focus=find_focus(graph, Asked(places=("KHM",), plans=("aid",))))
    page = markup.fromstring(fit_page(cambodia)[1])
    (figures,) = page.xpath("//section[@class='figures']")
    assert not any(one.facets.get("theme") for one in cambodia.counted.values())
    assert "themes" not in read(figures)
    assert page.xpath("//details[summary[contains(., 'themes, of which no initiative in these')]]")
    assert "on which of them they act is not known" in read(page)


def test_report_of_a_country_has_a_map_with_a_text_for_it(section: markup.HtmlElement) -> None:
    (drawn,) = section.xpath(".//figure[@class='map']/svg")
    described = " ".join(read(one) for one in drawn.xpath("./title | ./desc"))
    assert described == (
        "Cambodia Outline of Cambodia, with Thailand, Vietnam and Laos around it. "
        "Sites: Battambang and Kampot."
    )
    assert len(drawn.xpath("./circle")) == 2
    rows = section.xpath(".//table[caption='Sites of initiatives that state the country']/tbody/tr")
    assert [read(one) for one in rows] == [
        "1BattambangRural clinics",
        "2KampotRoads",
        "not on itClinic without a pointClinic staff",
    ]


def test_figures_of_a_country_stand_in_the_json(cambodia: Analysis) -> None:
    told = json.loads(write_summary(cambodia, build_page(cambodia)))["country"]
    assert told["initiatives"] == 9
    assert told["money_not_divided"] == [
        {"basis": "spent", "currency": "EUR", "initiatives": 1, "amount": 1000.0}
    ]
    spent = next(one for one in told["concentration"] if one["basis"] == "spent")
    assert (spent["currency"], spent["relations"], spent["amount"]) == ("USD", 4, 1830.0)
    assert spent["classes"]
    committed = next(one for one in told["concentration"] if one["basis"] == "committed")
    assert (committed["partners"], committed["amount"], committed["initiatives"]) == (2, 3300.0, 2)
    assert told["money"][1] == {
        "basis": "committed",
        "currency": "USD",
        "amount": 3300.0,
        "initiatives": 2,
    }
    assert "statuses" not in told


def test_rates_bring_the_money_of_a_country_together(cambodia: Analysis, tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    # What has no year is in dollars already, and so needs no rate.
    rates.write_text("currency,year,to,rate\nEUR,2017,USD,1.2\n", encoding="utf-8")
    country = build_page(cambodia, rates=read_rates(rates)).country
    assert country
    assert country.undivided == {("spent", "USD"): (1, Fraction(1200))}


def test_rates_without_a_country_are_refused(tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,year,to,rate\nEUR,2017,USD,1.2\n", encoding="utf-8")
    words = ["report", "--rates", str(rates), "-o", str(tmp_path / "out"), "--place", "africa"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "name it with --place" in result.stderr
    assert not (tmp_path / "out").exists()


def test_check_tells_what_fails_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("most-sectors-per-agency: 1\n", encoding="utf-8")
    store = str(tmp_path / "store")
    add_store(Path(store))
    words = ["check", "--rules", str(tmp_path / "rules.yaml"), "--place", "Cambodia", "-f", "json"]
    result = CliRunner().invoke(main, ["--store", store, *words])
    told = json.loads(result.stdout)
    assert result.exit_code == 1, result.output
    assert [(one["status"], one["subject"]) for one in told] == [
        ("fail", "Alpha Aid"),
        ("fail", "Beta Bank"),
        ("fail", "Gamma Group"),
        ("unknown", "Delta Development"),
    ]
    within = CliRunner().invoke(main, ["--store", store, "check", "--place", "africa"])
    assert within.exit_code == 2


def add_store(folder: Path) -> None:
    """Put the activities into a store on disk."""
    load_files(folder, [ACTIVITIES])


def test_report_of_more_than_a_country_has_no_such_part(html: str) -> None:
    assert 'id="country"' not in html


def test_absence_of_themes_is_not_told_where_initiatives_state_none(
    section: markup.HtmlElement,
) -> None:
    page = read(section.getroottree().getroot())
    assert "on which no initiative in these limits is known to act" in page


STATUSES = {"a1": "done", "a2": "planned", "b1": "running", "b2": "cancelled", "g1": "suspended"}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """The same activities, most of which say how far they have come."""
    path = tmp_path_factory.mktemp("reported") / "activities.ttl"
    said = "".join(
        f"e:{one} devc:hasStatus <{mint_concept('status', STATUSES.get(one, 'running'))}> .\n"
        for one in ("a1", "a2", "b1", "b2", "d1", "d2", "e1", "g0", "g1")
    )
    path.write_text(ACTIVITIES.read_text(encoding="utf-8") + said, encoding="utf-8")
    graph = build_graph()
    add_file(graph, path, "https://example.org/graph/aid")
    return analyze(graph, focus=find_focus(graph, Asked(places=("KHM",), plans=("aid",))))


def test_report_tells_how_far_activities_have_come_and_what_is_cancelled(
    reported: Analysis,
) -> None:
    page = markup.fromstring(fit_page(reported)[1])
    text = read(page)
    assert "Beside them, 1 of the 8 that state Cambodia is cancelled." in text
    assert "What is cancelled states USD 430 spent (1)." in text
    (table,) = page.xpath("//table[@class='statuses']")
    rows = {read(one[0]): read(one[-1]) for one in table.xpath(".//tbody/tr")}
    assert rows == {
        "Planned": "1",
        "Running": "3",
        "Suspended": "1",
        "Done or closed": "1",
        "not stated": "1",
        "all": "7",
    }
    told = json.loads(write_summary(reported, build_page(reported)))["country"]
    assert told["cancelled"]["initiatives"] == 1
    assert told["statuses"]["not-stated"] == 1


def test_what_is_cancelled_is_in_no_pair_and_no_list_of_work(reported: Analysis) -> None:
    cancelled = "https://w3id.org/devcoop/element/aid/b2"
    assert cancelled not in reported.undertakings
    assert [one.reason for one in reported.left_out if one.what == cancelled] == ["cancelled"]
    assert not any(cancelled in (one.left, one.right) for one in reported.pairs.found)
    text = read(markup.fromstring(fit_page(reported)[1]))
    assert "Roads is cancelled, as its source says; it is no work" in text


def test_title_speaks_of_plans_only_where_nothing_is_said_to_be_done(
    reported: Analysis, cambodia: Analysis, tmp_path: Path
) -> None:
    assert (len(build_page(reported).reporting), len(build_page(cambodia).reporting)) == (1, 0)
    load_files(tmp_path / "store", [STATED])
    with open_store(tmp_path / "store") as graph:
        title = build_page(analyze(graph)).title
    assert title == "Aid of Yland: its initiatives and what they leave open"
