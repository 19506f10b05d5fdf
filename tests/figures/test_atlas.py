from __future__ import annotations

import re
from itertools import pairwise

import pytest

from devcoop.figures.atlas import HEIGHT, WIDTH, Map, build_map, read_outlines
from devcoop.figures.money import Site
from devcoop.names import BASE, slug_of

COUNTRIES = sorted(code for code in read_outlines() if not code.startswith("-"))


def draw(code: str, *sites: Site) -> Map:
    drawn = build_map(f"{BASE}place/{code}", sites)
    assert drawn
    return drawn


def test_small_states_have_an_outline() -> None:
    assert {"MDV", "NRU", "SGP", "COM", "KIR", "VUT", "CPV", "STP"} <= set(COUNTRIES)
    assert len(COUNTRIES) > 230


@pytest.mark.parametrize("code", [*COUNTRIES[::12], "RUS", "ATA", "KIR", "FJI", "CHL"])
def test_country_is_drawn_inside_the_picture(code: str) -> None:
    (shape,) = (one for one in draw(code).shapes if one.is_asked)
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", shape.path)]
    along, up = numbers[::2], numbers[1::2]
    assert slug_of(shape.iri) == code
    # The country fills a good part of the picture and does not hang out of it.
    assert 0 <= (max(along) + min(along)) / 2 <= WIDTH
    assert 0 <= (max(up) + min(up)) / 2 <= HEIGHT


@pytest.mark.parametrize("code", ["FJI", "RUS", "USA", "FRA", "NZL"])
def test_country_on_both_sides_of_the_date_line_or_the_ocean_is_not_small(code: str) -> None:
    (shape,) = (one for one in draw(code).shapes if one.is_asked)
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", shape.path)]
    wide, high = (max(side) - min(side) for side in (numbers[::2], numbers[1::2]))
    assert max(wide / WIDTH, high / HEIGHT) > 0.5


def test_no_outline_jumps_around_the_world() -> None:
    steps = {
        (code, after[0] - before[0])
        for code, rings in read_outlines().items()
        for ring in rings
        for before, after in pairwise(ring)
        if abs(after[0] - before[0]) > 90
    }
    assert steps == set()


@pytest.mark.parametrize(("code", "others"), [("FJI", set()), ("KIR", set()), ("VUT", set())])
def test_island_state_is_drawn_with_what_is_near_alone(code: str, others: set[str]) -> None:
    assert {slug_of(one.iri) for one in draw(code).shapes} == {code} | others


def test_sites_are_points_and_the_rest_is_counted() -> None:
    rows = ((13.1, 103.2), (52.5, 13.4), (None, None), (95.0, 10.0), (10.0, None))
    sites = [Site(("x",), f"Site {n}", *place) for n, place in enumerate(rows)]
    drawn = draw("KHM", *sites)
    assert [one.site.label for one in drawn.points] == ["Site 0"]
    assert (drawn.outside, drawn.unplaced) == (1, 3)


def test_many_points_have_no_numbers() -> None:
    few = [Site(("x",), str(n), 12.0 + n / 100, 104.5) for n in range(21)]
    assert draw("KHM", *few[1:]).is_numbered
    assert not draw("KHM", *few).is_numbered


def test_neighbours_have_names_where_there_is_room() -> None:
    named = {slug_of(one.iri) for one in draw("LSO").shapes if one.middle}
    assert named == {"LSO", "ZAF"}


def test_enclave_is_drawn_upon_what_is_around_it() -> None:
    order = [slug_of(one.iri) for one in draw("ZAF").shapes if one.iri]
    assert order.index("LSO") > order.index("ZAF") > order.index("NAM")


def test_what_has_no_code_is_drawn_without_a_name() -> None:
    assert "" in {one.iri for one in draw("SRB").shapes}


def test_group_has_no_outline() -> None:
    assert build_map(f"{BASE}group/ldc") is None


def test_names_never_cover_each_other() -> None:
    names = {"CAF": "Central African Republic", "SSD": "South Sudan"}
    drawn = build_map(f"{BASE}place/COD", name=lambda iri: names.get(slug_of(iri), slug_of(iri)))
    assert drawn
    assert len({"CAF", "SSD"} & {slug_of(one) for one in drawn.named}) == 1
    # Short names have room for both.
    assert {"CAF", "SSD"} <= {slug_of(one) for one in draw("COD").named}


@pytest.mark.parametrize("code", ["ARM", "COD", "CAF", "BIH", "LBR", "MNG"])
def test_names_stay_within_the_picture_where_they_are_written_largest(code: str) -> None:
    names = {"CAF": "Central African Republic", "COD": "Democratic Republic of the Congo"}
    drawn = build_map(
        f"{BASE}place/{code}", name=lambda iri: names.get(slug_of(iri), "Any Country")
    )
    assert drawn
    named = [one for one in drawn.shapes if one.middle and one.iri]
    assert named
    for one in named:
        assert one.middle
        for at, size, length in zip(one.middle, one.size, (WIDTH, HEIGHT), strict=True):
            assert size / 2 <= at <= length - size / 2, one.iri


def test_long_names_are_broken_between_words() -> None:
    drawn = build_map(f"{BASE}place/COD", name=lambda _: "Democratic Republic of the Congo")
    assert drawn
    (asked,) = (one for one in drawn.shapes if one.is_asked)
    assert asked.lines == ("Democratic Republic", "of the Congo")
    assert asked.middle
