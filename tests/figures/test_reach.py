from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.figures.reach import WAYS, Reach
from devcoop.names import is_country
from devcoop.words.codes import PLACE_WAYS

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis


def test_every_initiative_says_where_in_one_way(analysis: Analysis) -> None:
    ways = Reach(analysis).count_ways()
    assert list(ways) == list(analysis.agencies)
    assert sum(map(sum, ways.values())) == len(analysis.undertakings)


def test_every_way_has_its_words() -> None:
    assert tuple(PLACE_WAYS) == WAYS


def test_countries_fall_into_three_kinds(analysis: Analysis) -> None:
    reach = Reach(analysis)
    rows = [reach.row(iri) for iri in reach.countries]
    assert {row.way for row in rows} == {"named", "group", "none"}
    assert all(is_country(row.iri) for row in rows)
    for row in rows:
        assert (row.way == "none") == (not reach.ways(row.iri)), row.iri
        assert (row.way == "named") == any(way.is_named for way in reach.ways(row.iri))


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
