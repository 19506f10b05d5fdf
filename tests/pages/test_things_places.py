"""Who reaches a country, and who belongs to a group, on a day."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest
from lxml import html

from devcoop.names import DEVC, is_country, path_of
from devcoop.pages.views.days import read_day
from devcoop.pages.views.facts import facts_of
from devcoop.pages.views.places import build_place, list_countries
from devcoop.plans import get_undertaking
from devcoop.queries import get_query

if TYPE_CHECKING:
    from devcoop.pages.site import Site
    from devcoop.pages.views.facts import Facts

    from .conftest import Ask

PLACE = "https://w3id.org/devcoop/place/"
DAYS = [date(2014, 6, 30), date(2016, 7, 1), date(2018, 1, 1), date(2020, 11, 23), date(2030, 1, 1)]


@pytest.fixture(scope="session")
def facts(site: Site) -> Facts:
    return facts_of(site.content)


def read_rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode())))


def test_countries_without_a_day_are_those_of_the_comparison(facts: Facts) -> None:
    stated: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    for one in facts.analysis.comparison.table("reach"):
        stated[one["country"]].add((one["undertaking"], one["is_named"]))
    rows = list_countries(facts, "en")
    for row in rows:
        cells = facts.content.reach.row(row.iri).cells
        found = {(its.initiative.iri, True) for cell in cells for its in cell.named}
        found |= {(its.initiative.iri, False) for cell in cells for its in cell.grouped}
        assert found == stated[row.iri], row.iri
    assert {row.iri for row in rows} >= stated.keys()


@pytest.mark.parametrize("on", [None, *DAYS])
def test_countries_are_counted_as_they_are_listed(facts: Facts, on: date | None) -> None:
    reach = facts.content.reach
    counted = {row.iri: row for row in reach.count(on)}
    assert tuple(counted) == reach.countries
    for iri in [*reach.reached, *reach.countries[::20]]:
        row = reach.row(iri, on)
        listed = [(one.agency, len(one.named), len(one.grouped), one.way) for one in row.cells]
        assert list(map(tuple, counted[iri].cells)) == listed
        assert counted[iri].way == row.way


def reach_by_hand(facts: Facts, country: str, on: date) -> set[tuple[str, bool]]:
    """Ask the graph who reaches a country, with its own query, and judge the days here."""
    text = get_query("undertakings-by-place").bind({"place": country})
    routes = facts.of_type(DEVC.Route, DEVC.Corridor)
    found = set()
    for row in facts.analysis.graph.query(text).records():
        period = get_undertaking(facts.analysis.undertakings, row["identifier"]).period
        start, end = read_day(row["memberFrom"]), read_day(row["memberUntil"])
        is_member = (start is None or start <= on) and (end is None or on <= end)
        runs = (period.start is None or period.start <= on) and (
            period.end is None or on <= period.end
        )
        # Routes are listed apart: they are no place or group that an initiative is meant for.
        if is_member and runs and row["area"] not in routes:
            found.add((row["identifier"], not row["through"]))
    return found


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("code", ["KHM", "AFG", "CHN", "KAZ", "EGY", "MMR", "BRA", "FRA"])
def test_who_reaches_a_country_on_a_day_is_as_the_graph_says(
    facts: Facts, code: str, on: date
) -> None:
    known = facts.analysis.undertakings
    ways = facts.content.reach.ways(PLACE + code, on)
    inherited = {known[way.initiative].identifier for way in ways if way.is_inherited}
    found = {(known[way.initiative].identifier, way.is_named) for way in ways}
    stated = reach_by_hand(facts, PLACE + code, on)
    assert {one for one in found if one[0] not in inherited} == {
        one for one in stated if one[0] not in inherited
    }


@pytest.mark.parametrize("code", ["KHM", "KAZ", "FRA", "BRA"])
def test_initiatives_along_routes_are_those_of_the_graph(facts: Facts, code: str) -> None:
    text = get_query("undertakings-by-place").bind({"place": PLACE + code})
    routes = facts.of_type(DEVC.Route, DEVC.Corridor)
    rows = facts.analysis.graph.query(text).records()
    stated = {(row["area"], row["identifier"]) for row in rows if row["area"] in routes}
    page = build_place(facts, PLACE + code, "en")
    assert {(route, one.identifier) for route, several in page.routes for one in several} == stated


def test_nobody_reaches_a_country_before_the_plans(facts: Facts) -> None:
    rows = list_countries(facts, "en", DAYS[0])
    assert {row.way for row in rows} == {"none"}


def test_membership_that_begins_on_a_day_counts_on_it(facts: Facts) -> None:
    group = "https://w3id.org/devcoop/group/lower-middle-income"
    before = {one.place for one in build_place(facts, group, "en", date(2016, 6, 30)).holding}
    since = {one.place for one in build_place(facts, group, "en", date(2016, 7, 1)).holding}
    assert PLACE + "KHM" in since - before


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("group", ["asean", "mic", "ldc", "obor"])
def test_members_of_a_group_are_those_of_the_query(facts: Facts, group: str, on: date) -> None:
    iri = f"https://w3id.org/devcoop/group/{group}"
    text = get_query("group-members-at-date").bind({"group": iri, "date": on.isoformat()})
    expected = {row["place"] for row in facts.analysis.graph.query(text).records()} - {""}
    assert {one.place for one in build_place(facts, iri, "en", on).holding} == expected


def test_country_says_out_of_how_many(facts: Facts, ask: Ask) -> None:
    body = ask("/place/KHM", on="2016-07-01").body.decode()
    page = build_place(facts, PLACE + "KHM", "en", date(2016, 7, 1))
    ways = facts.content.reach.count_ways()
    assert sum(map(sum, ways.values())) == len(facts.analysis.undertakings)
    for cell in page.reach:
        counted = f"{len(cell.named)} name the country and {len(cell.grouped)} more"
        assert f"Of {sum(ways[cell.agency])} initiatives, {counted}" in body
    assert "70 do not run on this day" in body


def test_country_of_many_initiatives_says_how_many_it_leaves_out(
    facts: Facts, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devcoop.pages.views.facts._MOST_LISTED", 10)
    body = ask("/place/KHM").body.decode()
    cells = [cell for cell in build_place(facts, PLACE + "KHM", "en").reach if cell.way]
    numbers = [len(cell.named) + len(cell.grouped) for cell in cells]
    assert max(numbers) > 10
    for number in numbers:
        assert (f"and {number - 5} more" in body) == (number > 5)


def test_gap_about_a_country_says_whose_it_is_and_out_of_how_many(facts: Facts, ask: Ask) -> None:
    gap = next(
        gap
        for iri, gaps in facts.gaps_of.items()
        for gap in gaps
        if is_country(iri) and gap.check.name == "lower-income-countries-unreached"
    )
    text = " ".join(html.fromstring(ask(path_of(gap.cell.subject)).body).text_content().split())
    gaps, of = gap.check.sizes[gap.cell.denominator]
    assert f"{gap.cell.scope}: {gaps} of {of}. The plan is meant for other countries" in text


def test_country_downloads_what_it_shows(facts: Facts, ask: Ask) -> None:
    rows = read_rows(ask("/place/KHM.csv", on="2016-07-01").body)
    page = build_place(facts, PLACE + "KHM", "en", date(2016, 7, 1))
    assert len({row["identifier"] for row in rows}) == page.initiatives > 0


@pytest.mark.parametrize("path", ["/places", "/place/KHM", "/group/asean"])
@pytest.mark.parametrize(
    "on",
    ["2016-02-30", "yesterday", "<b>", "0000-00-00", "99999-01-01", "２０１６-01-01", "x" * 999],
)
def test_what_is_no_day_is_said_and_kept_in_the_form(ask: Ask, path: str, on: str) -> None:
    page = ask(path, on=on)
    assert page.status == 400
    body = page.body.decode()
    assert 'id="on-error"' in body
    assert 'aria-invalid="true"' in body
    assert "<b>”" not in body
    assert ask(f"{path}.csv", on=on).status == 400


def test_every_country_is_told_from_regions() -> None:
    assert is_country(PLACE + "KHM")
    assert not is_country(PLACE + "asia")
    assert not is_country("https://w3id.org/devcoop/group/LDC")
