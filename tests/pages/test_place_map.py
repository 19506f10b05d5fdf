from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html as markup

from devcoop.dataset import build_dataset
from devcoop.graph import add_file, build_graph
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Request
from devcoop.pages.site import Site

if TYPE_CHECKING:
    from devcoop.pages.request import Page

ACTIVITIES = Path(__file__).parents[1] / "figures" / "activities.ttl"


@pytest.fixture(scope="module")
def aid_site() -> Site:
    graph = build_graph()
    add_file(graph, ACTIVITIES, "https://example.org/graph/aid")
    return Site(build_dataset(graph))


def ask(site: Site, path: str, language: str) -> markup.HtmlElement:
    page: Page | None = site.render(Request(path, (), language, ServerLinks(path, (), language)))
    assert page
    return markup.fromstring(page.body.decode())


@pytest.mark.parametrize(
    ("language", "described", "not_on_it"),
    [
        (
            "en",
            "Outline of Cambodia, with Thailand, Vietnam and Laos around it. "
            "Sites: Battambang and Kampot.",
            "not on it",
        ),
        (
            "fr",
            "Contour du pays : Cambodge, entouré de ses voisins : Thaïlande, Vietnam et Laos. "
            "Sites : Battambang et Kampot.",
            "hors de la carte",
        ),
    ],
)
def test_page_of_a_country_has_a_map_and_the_same_as_a_table(
    aid_site: Site, language: str, described: str, not_on_it: str
) -> None:
    page = ask(aid_site, "/place/KHM", language)
    (drawn,) = page.xpath("//figure[@class='map']/svg")
    said = drawn.xpath("string(./desc)")
    assert " ".join(said.split()) == described
    rows = page.xpath("//table[caption[starts-with(., 'Sites')]]/tbody/tr")
    assert [[cell.text_content() for cell in row] for row in rows] == [
        ["1", "Battambang", "Rural clinics"],
        ["2", "Kampot", "Roads"],
        [not_on_it, "Clinic without a point", "Clinic staff"],
    ]


def test_page_of_a_region_has_no_map(aid_site: Site) -> None:
    assert not ask(aid_site, "/place/africa", "en").xpath("//figure[@class='map']")


def test_page_of_a_country_tells_money_and_purposes_as_the_report_does(aid_site: Site) -> None:
    page = ask(aid_site, "/place/KHM", "en")
    (table,) = page.xpath("//table[contains(@class, 'purposes')]")
    heads = [one.text_content() for one in table.xpath(".//thead//th")]
    assert heads[:3] == ["Purpose", "ALPHA", "BETA"]
    cells = [" ".join(one.text_content().split()) for one in table.xpath(".//tbody/tr/*")]
    assert any(one.startswith("1USD 600 spent (1)USD 3,000 committed (1)") for one in cells), cells
    assert page.xpath("//table[contains(@class, 'measures')]/tbody/tr")
    (link,) = page.xpath("//a[contains(@href, 'purposes.csv')]/@href")
    path = link.removesuffix(".csv")
    told = aid_site.render(Request(f"{path}.csv", (), "en", ServerLinks(path, (), "en")))
    assert told
    lines = told.body.decode().splitlines()
    assert lines[0] == "purpose,agency,initiatives,basis,currency,amount,amount_of"
    assert "Basic Health,ALPHA,1,spent,USD,600.0,1" in lines


def test_page_of_a_country_in_french_tells_the_same(aid_site: Site) -> None:
    page = ask(aid_site, "/place/KHM", "fr")
    text = " ".join(page.text_content().split())
    assert "7 initiatives sur 9 indiquent un objet" in text
    assert "initiatives state" not in text


def test_page_of_a_region_has_no_table_of_purposes(aid_site: Site) -> None:
    path = "/place/africa/purposes.csv"
    assert aid_site.render(Request(path, (), "en", ServerLinks(path, (), "en"))) is None
