"""Scoring the candidates alone finds what scoring every pair finds, and bounds bound."""

from __future__ import annotations

import io
import math
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from generated_plans import Plans
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.facets import read_facet_table
from devcoop.graph import add_file, build_graph
from devcoop.model import BELOW, FOUND_TYPES, STRENGTH
from devcoop.overlap import Comparison, Limits, compare, comparison, load_parameters
from devcoop.overlap.groups import Groups
from devcoop.overlap.pairs import Pairs
from devcoop.overlap.sets import FacetSets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.facets import FacetTable
    from devcoop.model import Pair
    from devcoop.pipeline import Analysis

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "hostile").glob("*/plan.ttl"))

EVERY, FEW = Limits(exhaustive=10**9), Limits(exhaustive=0)


@cache
def read_generated(initiatives: int, seed: int) -> FacetTable:
    """Read the built-in plans with generated ones beside them."""
    graph = build_graph()
    lines = "".join(Plans(read_facet_table(graph), seed).iter_lines(initiatives))
    graph.fill(io.BytesIO(lines.encode()))
    return read_facet_table(graph)


def list_found(comparison: Comparison) -> dict[tuple[str, str], Pair]:
    return {(pair.left, pair.right): pair for pair in comparison.iter_pairs(FOUND_TYPES)}


def assert_same_findings(every: Comparison, few: Comparison) -> None:
    expected, found = list_found(every), list_found(few)
    assert every.scope.is_exhaustive
    assert not few.scope.is_exhaustive
    assert set(found) == set(expected)
    for sides, pair in expected.items():
        assert found[sides].score == pytest.approx(pair.score, abs=1e-9)
        assert (found[sides].type, found[sides].timing) == (pair.type, pair.timing)
        assert found[sides].shared_countries == pair.shared_countries
        assert found[sides].themes == pair.themes


def test_built_in_findings_are_found_without_scoring_every_pair(analysis: Analysis) -> None:
    facets = read_facet_table(analysis.graph)
    few = compare(facets, limits=FEW)
    assert_same_findings(analysis.comparison, few)
    assert few.scope.possible == len(analysis.pairs)
    assert few.scope.scored < few.scope.near < few.scope.possible


@pytest.mark.parametrize("seed", [1, 2])
def test_generated_findings_are_found_without_scoring_every_pair(seed: int) -> None:
    facets = read_generated(450, seed)
    every, few = compare(facets, limits=EVERY), compare(facets, limits=FEW)
    assert len(list_found(every)) > 100
    assert {pair.type for pair in every.iter_pairs(FOUND_TYPES)} >= {"overlap", "continuity"}
    assert_same_findings(every, few)


@pytest.mark.parametrize("seed", range(8))
def test_findings_are_the_same_with_any_numbers(analysis: Analysis, seed: int) -> None:
    chance = random.Random(seed)
    numbers = {
        name: round(chance.uniform(0.05, 1), 3)
        for name in load_parameters()
        if not name.endswith("_score") and chance.random() < 0.5
    }
    numbers |= {
        name: round(chance.uniform(0.1, 0.6), 3)
        for name in ("overlap_score", "complementarity_score", "continuity_score")
        if chance.random() < 0.5
    }
    facets = read_facet_table(analysis.graph)
    every = compare(facets, numbers, limits=EVERY)
    assert_same_findings(every, compare(facets, numbers, limits=FEW))


@pytest.mark.parametrize("facet", ["theme", "sector", "beneficiary", "arena"])
def test_findings_are_the_same_without_a_facet(analysis: Analysis, facet: str) -> None:
    facets = read_facet_table(analysis.graph)
    every = compare(facets, without=[facet], limits=EVERY)
    assert_same_findings(every, compare(facets, without=[facet], limits=FEW))


@pytest.mark.parametrize("best", [1, 3, 20])
def test_closest_findings_of_each_are_those_of_all(
    monkeypatch: pytest.MonkeyPatch, best: int
) -> None:
    monkeypatch.setattr("devcoop.overlap.closest._MOST_WAITING", 300)
    monkeypatch.setattr("devcoop.overlap.scoring._BLOCKS_SHARE", 1 / 1024)
    monkeypatch.setattr("devcoop.overlap.candidates._BYTES_OF_A_PAIR", 1 << 14)
    facets = read_generated(450, 1)
    every = list(list_found(compare(facets, limits=EVERY)).values())
    closest = compare(facets, limits=Limits(exhaustive=0, complete=0, best=best))
    of_each: dict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(every, key=lambda pair: (-round(pair.score, 6), pair.left, pair.right)):
        for owner in (pair.left, pair.right, f"{pair.left_agency} {pair.right_agency}"):
            of_each[owner].append(pair)
    expected = {(one.left, one.right) for those in of_each.values() for one in those[:best]}
    assert set(list_found(closest)) == expected
    assert closest.scope.scored == len(expected) < len(every)
    assert closest.scope.best == best


def test_pairs_that_were_not_scored_are_counted_as_not_told_apart(analysis: Analysis) -> None:
    every, few = (compare(read_facet_table(analysis.graph), limits=one) for one in (EVERY, FEW))
    expected = {key: pairs for key, pairs in every.count_pairs().items() if STRENGTH[key[-1]]}
    counted = few.count_pairs()
    assert {key: pairs for key, pairs in counted.items() if key[-1] != BELOW} == expected
    assert sum(counted.values()) == few.scope.possible


def test_pair_that_was_not_scored_is_scored_when_somebody_asks(analysis: Analysis) -> None:
    few = compare(read_facet_table(analysis.graph), limits=FEW)
    far = next(pair for pair in analysis.pairs if pair.type == "none")
    found = [few.find_pair(far.left, far.right), few.find_pair(far.right, far.left)]
    assert [_round(pair) for pair in found] == [_round(far)] * 2
    assert few.find_pair(far.left, far.left) is None
    assert few.find_pair(far.left, "https://example.org/nothing") is None
    assert few.places(far.left, far.right) is None
    assert list_found(few)


def test_best_of_each_two_agencies_are_the_closest(analysis: Analysis) -> None:
    pairs = list(analysis.comparison.iter_pairs(FOUND_TYPES))
    best = list(analysis.comparison.iter_pairs(FOUND_TYPES, best=3))
    between: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        between.setdefault((pair.left_agency, pair.right_agency), []).append(pair)
    assert sorted(map(str, best)) == sorted(
        str(pair) for those in between.values() for pair in those[:3]
    )
    assert [pair for pair in pairs if pair in best] == best


def test_many_findings_are_counted_and_the_best_are_listed(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devcoop.overlap.pairs.MOST_LISTED", 10)
    pairs = Pairs(analysis.comparison, {}, 2)
    assert pairs.is_cut
    assert pairs.best == 2
    assert len(pairs.found) < pairs.count_findings() == len(list(pairs.iter_findings()))
    assert pairs.found[0] == next(pairs.iter_findings())
    # Of many agencies fewer each.
    monkeypatch.setattr("devcoop.overlap.pairs.MOST_HELD", 8)
    fewer = Pairs(analysis.comparison, {}, 100)
    assert 1 <= fewer.best < 10
    assert len(fewer.found) <= 8
    assert not fewer.is_short


def test_where_one_of_each_two_agencies_is_too_much_the_closest_of_these_are_listed(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devcoop.overlap.pairs.MOST_LISTED", 10)
    each = Pairs(analysis.comparison, {}, 1)
    assert not each.is_short
    few = Pairs(analysis.comparison, {}, 10, held=len(each.found) - 1)
    assert few.is_short
    assert few.found == each.found[:-1]
    # What is above its floor would be listed, also of agencies of whom nothing is.
    left_out = each.found[-1]
    both = (left_out.left_agency, left_out.right_agency)
    assert few.floors.keys() == each.floors.keys()
    assert few.floors[both] == few.found[-1].score >= left_out.score


concepts = st.integers(2, 6)


@st.composite
def facets(draw: st.DrawFn) -> tuple[FacetSets, list[list[int]], np.ndarray, np.ndarray]:
    size = draw(concepts)
    number = st.floats(0, 1, width=32)
    alike = np.zeros((size, size), dtype=np.float32)
    for one in range(size):
        for other in range(one):
            alike[one, other] = alike[other, one] = draw(number)
        alike[one, one] = draw(st.sampled_from([1.0, 0.5]))
    said = np.array([draw(number) for _ in range(size)], dtype=np.float32)
    names = st.lists(st.integers(0, size - 1), unique=True, max_size=size)
    named = draw(st.lists(names, min_size=1, max_size=5))
    owners = [place for place, those in enumerate(named) for _ in those]
    whole = [concept for those in named for concept in those]
    places = (np.array(owners, dtype=np.int64), np.array(whole, dtype=np.int64))
    return FacetSets(*places, said, alike, len(named)), named, said, alike


@given(facets())
@settings(deadline=None)
def test_sets_are_measured_as_their_members_tell(
    drawn: tuple[FacetSets, list[list[int]], np.ndarray, np.ndarray],
) -> None:
    sets, named, said, alike = drawn
    likeness, containment = sets.measure(sets.of)
    best, nearness = sets.measure_best(sets.of), sets.measure_nearness(sets.of)
    for row, mine in enumerate(named):
        for other, yours in enumerate(named):
            cell = row, sets.of[other]
            if not mine or not yours:
                assert np.isnan(likeness[cell])
                assert np.isnan(containment[cell])
                assert best[cell] == nearness[cell] == 0
                continue
            sides = [
                [(said[one], max(alike[one, two] for two in away)) for one in home]
                for home, away in ((mine, yours), (yours, mine))
            ]
            matched = [sum(info * near for info, near in side) for side in sides]
            told = [sum(info for info, _ in side) for side in sides]
            shares = [one / all_ for one, all_ in zip(matched, told, strict=True) if all_]
            whole = sum(matched) / sum(told) if sum(told) else 0
            assert likeness[cell] == pytest.approx(whole, abs=1e-5)
            assert containment[cell] == pytest.approx(max(shares, default=0), abs=1e-5)
            most = min(max(info * near for info, near in side) for side in sides)
            assert best[cell] == pytest.approx(most, abs=1e-6)
            near = max(alike[one, two] for one in mine for two in yours)
            assert nearness[cell] == pytest.approx(near, abs=1e-6)


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings_of_hostile_plans_are_the_same(case: Path) -> None:
    graph = build_graph()
    add_file(graph, case / "plan.ttl", "https://example.org/graph/case")
    facets = read_facet_table(graph)
    assert_same_findings(compare(facets, limits=EVERY), compare(facets, limits=FEW))


def test_a_link_that_is_stated_one_way_counts_both_ways(analysis: Analysis) -> None:
    facets = read_facet_table(analysis.graph)
    table = facets.tables["concept"]
    chance = random.Random(1)
    kept = [row for row in table.rows() if row[2] != "related" or chance.random() < 0.5]
    assert len(kept) < len(list(table.rows()))
    one_way = replace(facets, tables=facets.tables | {"concept": table.with_rows(kept)})
    numbers = {"related_similarity": 0.9}
    assert_same_findings(
        compare(one_way, numbers, limits=EVERY), compare(one_way, numbers, limits=FEW)
    )


@pytest.mark.parametrize("name", ["sector_share", "best_subject_share", "unknown_similarity"])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_findings_are_the_same_at_the_ends_of_a_number(
    analysis: Analysis, name: str, value: float
) -> None:
    facets = read_facet_table(analysis.graph)
    every = compare(facets, {name: value}, limits=EVERY)
    assert_same_findings(every, compare(facets, {name: value}, limits=FEW))


def test_scheme_of_one_concept_says_all_it_can(analysis: Analysis) -> None:
    facets = read_facet_table(analysis.graph)
    tables = dict(facets.tables)
    only = next(row[2] for row in tables["facet"].rows() if row[1] == "theme")
    for name, facet, concept in (("facet", 1, 2), ("concept", 0, 1)):
        rows = tables[name].rows()
        kept = [row for row in rows if row[facet] != "theme" or row[concept] == only]
        tables[name] = tables[name].with_rows(kept)
    alone = replace(facets, tables=tables)
    every = compare(alone, limits=EVERY)
    assert all(math.isfinite(pair.score) for pair in every.iter_pairs())
    assert_same_findings(every, compare(alone, limits=FEW))


def test_pairs_can_be_asked_for_by_several_threads(analysis: Analysis) -> None:
    few = compare(read_facet_table(analysis.graph), limits=FEW)
    far = [pair for _, pair in zip(range(8), analysis.pairs.select("none"), strict=False)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda pair: few.find_pair(pair.left, pair.right), far))
    # Sums may differ behind the last digit, as they are made in any order.
    assert [_round(pair) for pair in found] == [_round(pair) for pair in far]


def _round(pair: Pair | None) -> Pair:
    assert pair is not None
    parts = {facet: part and round(part, 9) for facet, part in pair.parts.items()}
    return replace(pair, score=round(pair.score, 9), parts=parts)


@pytest.mark.parametrize("best", [20, 40, 100])
def test_closest_are_all_where_there_are_few(analysis: Analysis, best: int) -> None:
    facets = read_facet_table(analysis.graph)
    for least in (0.4, 0.45, 0.5, 0.55):
        numbers = {"overlap_score": least, "continuity_score": 0.9, "complementarity_score": 0.9}
        every = compare(facets, numbers, limits=EVERY)
        closest = compare(facets, numbers, limits=Limits(exhaustive=0, complete=0, best=best))
        assert set(list_found(closest)) <= set(list_found(every))
        if best == 100:
            assert_same_findings(every, closest)


def add_rows(facets: FacetTable, name: str, rows: Iterable[tuple[str, ...]]) -> FacetTable:
    """Give a facet table with more rows in one table."""
    table = facets.tables[name]
    return replace(facets, tables=facets.tables | {name: table.with_rows([*table.rows(), *rows])})


def give_purposes(facets: FacetTable, seed: int) -> FacetTable:
    """Give undertakings purposes of the aid and words, and take the themes of some away."""
    chance = random.Random(seed)
    purposes = sorted({row[1] for row in facets.tables["concept"].rows() if row[0] == "purpose"})
    few = chance.sample(purposes, 12)
    people = sorted({row[0] for row in facets.tables["undertaking"].rows()})
    rows = {(one, "purpose", chance.choice(few)) for one in people for _ in range(2)}
    bare = {one for one in people if chance.random() < 0.5}
    table = facets.tables["facet"]
    kept = [row for row in table.rows() if row[0] not in bare or row[1] != "theme"]
    fewer = replace(facets, tables=facets.tables | {"facet": table.with_rows(kept)})
    guessed = {one for one in people if chance.random() < 0.2}
    stated = add_rows(fewer, "facet", sorted(row for row in rows if row[0] not in guessed))
    sure = [(*row, "0.9") for row in sorted(rows) if row[0] in guessed]
    said = add_rows(stated, "suggestion", sure)
    heard = [one for one in people if chance.random() < 0.8]
    words = [(one, root, "0.3") for one in heard for root in sorted(chance.sample("abcdefgh", 2))]
    spoken = [
        (one, purpose, f"{chance.random():.3f}")
        for one in heard
        for purpose in sorted(chance.sample(few, chance.randint(0, 3)))
    ]
    return add_rows(add_rows(said, "root_word", words), "spoken_purpose", spoken)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_findings_by_purposes_are_found_without_scoring_every_pair(seed: int) -> None:
    facets = give_purposes(read_generated(300, seed), seed)
    numbers = {"overlap_score": 0.25, "continuity_score": 0.15}
    if seed > 3:
        # How much places take off is what decides which groups of initiatives may meet.
        chance = random.Random(seed)
        factors = ("elsewhere_factor", "other_country_factor", "open_place_factor")
        numbers |= {name: round(chance.uniform(0.4, 1), 3) for name in factors}
    every, few = (compare(facets, numbers, limits=limits) for limits in (EVERY, FEW))
    assert few.scope.scored < few.scope.near < few.scope.possible
    by_purpose = [one for one in list_found(every).values() if not one.parts["theme"]]
    assert by_purpose
    assert seed > 3 or any(one.parts["purpose"] for one in by_purpose)
    assert_same_findings(every, few)


@st.composite
def traits(draw: st.DrawFn) -> list[list[int]]:
    """Draw what undertakings are alike in: some traits of each of a few undertakings."""
    undertakings = draw(st.integers(1, 12))
    trait = st.lists(st.integers(0, 2), min_size=undertakings, max_size=undertakings)
    return draw(st.lists(trait, min_size=1, max_size=3))


@given(traits(), st.integers(1, 9), st.data())
def test_groups_have_each_pair_once(drawn: list[list[int]], most: int, data: st.DataObject) -> None:
    groups, alike = Groups(map(np.array, drawn)), list(zip(*drawn, strict=True))
    if data.draw(st.booleans()):
        apart = data.draw(st.integers(0, len(alike) - 1))
        groups, alike[apart] = groups.set_apart(apart), (9,)
    every = range(len(alike))
    assert all(
        (groups.of[a] == groups.of[b]) == (alike[a] == alike[b]) for a in every for b in every
    )
    one, other = np.triu_indices(len(groups.first))
    parts = list(groups.iter_pairs(one, other, most=most))
    assert all(len(left) <= most for left, _ in parts)
    pairs = [sorted([a, b]) for left, right in parts for a, b in zip(left, right, strict=True)]
    assert sorted(pairs) == [[a, b] for a in every for b in every if a < b]
    # As the two sides of some groups, each in that order.
    for left, right in groups.iter_pairs(one[:1], other[:1], most=most):
        assert set(groups.of[left]) <= {one[0]}
        assert set(groups.of[right]) <= {other[0]}


def test_two_reports_of_one_work_are_found_whatever_else_they_say() -> None:
    facets = read_generated(300, 1)
    codes = {row["agency"]: row["code"] for row in facets.records("agency")}
    by_agency: dict[str, list[str]] = defaultdict(list)
    for row in facets.records("undertaking"):
        by_agency[row["agency"]].append(row["undertaking"])
    one, other, *_ = sorted(by_agency, key=lambda agency: (codes[agency], agency))
    rows = [
        (by_agency[one][0], "own", "XX-1"),
        (by_agency[other][0], "provider", " xx-1"),
        (by_agency[one][1], "own", "XX-2"),
        (by_agency[one][2], "receiver", "XX-2"),
        (by_agency[one][3], "sibling", "XX-1"),
        (by_agency[other][4], "sibling", "XX-1"),
        (by_agency[one][5], "own", "XX-5"),
        (by_agency[other][5], "own", "XX-5"),
    ]
    facets = add_rows(facets, "reference", rows)
    every, few = compare(facets, limits=EVERY), compare(facets, limits=FEW)
    assert_same_findings(every, few)
    twice = {sides: one for sides, one in list_found(every).items() if one.evidence}
    # Within one agency nothing is compared, and siblings are two works.
    assert {sides: pair.evidence for sides, pair in twice.items()} == {
        (by_agency[one][0], by_agency[other][0]): "provider",
        (by_agency[one][5], by_agency[other][5]): "own",
    }
    assert {(pair.type, pair.score) for pair in twice.values()} == {("reported-twice", 1)}


def test_first_pairs_of_a_large_store_are_told_what_all_are_told(analysis: Analysis) -> None:
    facets = read_facet_table(analysis.graph)
    ahead, alone = compare(facets, limits=FEW), compare(facets, limits=FEW)
    ahead.read_ahead()
    pairs = list(alone.iter_pairs(FOUND_TYPES))
    assert len(pairs) > 2 * comparison._FEW
    for pair in pairs:
        for ask in ("countries_shared", "similarities", "places"):
            expected = getattr(ahead, ask)(pair.left, pair.right)
            assert getattr(alone, ask)(pair.left, pair.right) == expected
        assert alone.countries_possible(pair) == ahead.countries_possible(pair)
    assert "reach" in vars(alone)
