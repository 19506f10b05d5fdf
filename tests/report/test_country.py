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
from devcoop.pipeline import analyze
from devcoop.report.page import build_page
from devcoop.report.summary import write_summary
from devcoop.report.writing import fit_page

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis

ACTIVITIES = Path(__file__).parents[1] / "figures" / "activities.ttl"


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
    assert "Basic Health 1USD 600" in read(table)
    assert "1USD 300 committed" in read(table)
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
    folded = page.xpath("//details[summary[contains(., 'no initiative in these limits states')]]")
    assert len(folded) == 1


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
    # No other country has money that is committed: what an agency's share of all is, is not known.
    committed = next(one for one in told["concentration"] if one["basis"] == "committed")
    assert (committed["partners"], committed["classes"], committed["fragmentation"]) == (
        1,
        None,
        None,
    )


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
    assert "themes on which no initiative in these limits is known to act" in page
