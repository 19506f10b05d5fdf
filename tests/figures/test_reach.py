from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from devcoop.figures.reach import REACHED, WAYS, Reach
from devcoop.names import is_country
from devcoop.queries import get_query
from devcoop.report.page import build_page
from devcoop.report.summary import write_summary
from devcoop.words import codes
from devcoop.words.codes import PLACE_WAYS

if TYPE_CHECKING:
    from devcoop.figures.reach import CountryCell
    from devcoop.pipeline import Analysis


def test_every_initiative_says_where_in_one_way(analysis: Analysis) -> None:
    ways = Reach(analysis).count_ways()
    assert list(ways) == list(analysis.agencies)
    assert sum(map(sum, ways.values())) == len(analysis.undertakings)


def test_every_way_has_its_words() -> None:
    assert tuple(PLACE_WAYS) == WAYS


def test_every_way_to_reach_a_country_has_its_words() -> None:
    assert tuple(codes.REACHED) == REACHED


def test_country_is_reached_by_somebody_only_if_there_is_a_way(analysis: Analysis) -> None:
    reach = Reach(analysis)
    rows = [reach.row(iri) for iri in reach.countries]
    assert all(is_country(row.iri) for row in rows)
    for row in rows:
        assert (row.way in ("named", "group")) == bool(reach.ways(row.iri)), row.iri
        assert (row.way == "named") == any(way.is_named for way in reach.ways(row.iri))


def test_all_outputs_say_the_same_of_every_country(analysis: Analysis) -> None:
    """The table of countries, the graph, the gaps, the comparison and report.json agree."""
    reach = Reach(analysis)
    told = {
        (row.iri, cell.agency): cell.way
        for row in map(reach.row, reach.countries)
        for cell in row.cells
    }
    asked = analysis.graph.query(get_query("countries-reached").text).records()
    assert {(row["country"], row["agency"]): row["way"] for row in asked} == told

    written = json.loads(write_summary(analysis, build_page(analysis)))["countries"]
    names = {one.name: iri for iri, one in analysis.agencies.items()}
    assert {
        (row["iri"], names[name]): way for row in written for name, way in row["reached"].items()
    } == told

    check = next(
        one for one in analysis.gap_checks if one.name == "lower-income-countries-unreached"
    )
    assert check.gaps
    for cell in check.cells:
        way = told[cell.subject, cell.of[0]]
        assert way in ("named", "group") if cell.served else way == "none", cell

    compared = {
        (row["country"], analysis.undertakings[row["undertaking"]].agency.iri)
        for row in analysis.comparison.table("reach")
    }
    assert compared == {key for key, way in told.items() if way in ("named", "group")}


def test_membership_at_a_plans_dates_decides(analysis: Analysis) -> None:
    """The four left the middle-income countries on 30 June 2020, before the plan began."""
    unido = next(iri for iri, one in analysis.agencies.items() if one.name == "UNIDO")
    cells = (cell for code in ("SDN", "MUS", "NRU", "ROU") for cell in _cells(analysis, code))
    assert {cell.way for cell in cells if cell.agency == unido} == {"none"}


def test_members_unknown_is_not_no(analysis: Analysis) -> None:
    iso = next(iri for iri, one in analysis.agencies.items() if one.name == "ISO")
    assert {cell.way for cell in _cells(analysis, "KHM") if cell.agency == iso} == {"possible"}


def test_day_after_the_list_is_not_known(analysis: Analysis) -> None:
    unido = next(iri for iri, one in analysis.agencies.items() if one.name == "UNIDO")
    cells = _cells(analysis, "KHM", date(2022, 1, 1))
    assert {cell.way for cell in cells if cell.agency == unido} == {"ended"}


@pytest.mark.parametrize(
    ("group", "day", "known"),
    [
        ("gr:mic", "2021-06-30", "member"),
        ("gr:mic", "2021-07-01", "the list ends"),
        ("gr:mic", "2015-06-30", "the list ends"),
        ("gr:developing-countries", "2018-01-01", "nobody lists them"),
    ],
)
def test_who_belonged_on_a_day_is_never_none_where_it_is_unknown(
    analysis: Analysis, group: str, day: str, known: str
) -> None:
    text = get_query("group-members-at-date").bind({"group": group, "date": day})
    assert {row["known"] for row in analysis.graph.query(text).records()} == {known}


def _cells(analysis: Analysis, code: str, on: date | None = None) -> tuple[CountryCell, ...]:
    return Reach(analysis).row(f"https://w3id.org/devcoop/place/{code}", on).cells


def test_an_initiative_stands_in_one_cell_with_all_its_ways(analysis: Analysis) -> None:
    reach = Reach(analysis)
    for iri in reach.reached:
        found = [
            (cell.agency, one)
            for cell in reach.row(iri).cells
            for one in (*cell.named, *cell.grouped)
        ]
        initiatives = [one.initiative.iri for _, one in found]
        assert len(initiatives) == len(set(initiatives))
        assert all(agency == one.initiative.agency.iri for agency, one in found)
        assert sum(len(one.ways) for _, one in found) == len(reach.ways(iri))


def test_who_says_no_place_is_not_told_to_reach_countries(crowd: Analysis) -> None:
    """An agency may reach a country if it means all, or a group; not if its place is not known."""
    silent = {
        iri for iri, ways in Reach(crowd).count_ways().items() if sum(ways) == ways[-1] and ways[-1]
    }
    assert silent
    for row in (
        Reach(crowd).row(f"https://w3id.org/devcoop/place/{code}") for code in ("KHM", "KEN")
    ):
        ways = {cell.way for cell in row.cells if cell.agency in silent}
        assert ways == {"silent"}
        assert all(cell.silent for cell in row.cells if cell.agency in silent)
