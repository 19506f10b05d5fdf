"""Purposes of aid as a subject: bounds bound, and what shares no field shares nothing."""

from __future__ import annotations

import functools
import io
import random
from typing import TYPE_CHECKING

import pytest
from bare_lists import strip_plan
from tests.overlap.test_candidates import EVERY, FEW, assert_same_findings, list_found

from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.names import DEVC, PREFIXES
from devcoop.overlap import compare
from devcoop.pipeline import Analysis, analyze

if TYPE_CHECKING:
    from collections.abc import Collection

    from devcoop.facets import FacetTable
    from devcoop.model import Pair
    from devcoop.store import Store

CRS = PREFIXES["crs"]
PLAN = "https://w3id.org/devcoop/plan/obor-2015-2017"
GRAPH = "https://example.org/purposes"
CODES = ("15144", "15110", "32182", "32120", "32210", "33110", "12220", "43010", "99810", "91010")


@functools.cache
def _analyze() -> Analysis:
    return analyze()


NUMBERS = {"words_share": 0.1, "overlap_score": 0.25, "like_sign": 0.3}
"""Purposes that chance gives have no words in common; with these numbers they are enough."""


def _fill(graph: Store, stated: dict[str, tuple[str, ...]]) -> Store:
    lines = [
        f"<{undertaking}> <{DEVC.purpose}> <{CRS}{code}> <{GRAPH}> .\n"
        for undertaking, codes in stated.items()
        for code in codes
    ]
    graph.fill(io.BytesIO("".join(lines).encode()))
    return graph


@functools.cache
def _read_random(seed: int) -> FacetTable:
    """Read the built-in plans with purposes that chance gives, one plan bare but for them."""
    chance = random.Random(seed)
    undertakings = _analyze().undertakings
    bare = strip_plan(build_graph(), [one for one in undertakings.values() if one.plan == PLAN])
    stated = {
        iri: tuple(chance.sample(CODES, chance.randint(1, 3)))
        for iri in sorted(undertakings)
        if chance.random() < 0.6
    }
    return read_facet_table(_fill(bare.graph, stated))


def _compare_two(left: str, right: str, without: Collection[str] = ()) -> Pair:
    """Compare two initiatives of different agencies that state a purpose each."""
    iris = sorted(_analyze().undertakings)
    one = next(iri for iri in iris if "/iso-2016-2020/" in iri)
    other = next(iri for iri in iris if "/unido-mic-2020/" in iri)
    facets = read_facet_table(_fill(build_graph(), {one: (left,), other: (right,)}))
    pair = compare(facets, without=without).find_pair(one, other)
    assert pair is not None
    return pair


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_findings_by_purpose_are_found_without_scoring_every_pair(seed: int) -> None:
    facets = _read_random(seed)
    every, few = (compare(facets, NUMBERS, limits=limits) for limits in (EVERY, FEW))
    without = list_found(compare(facets, NUMBERS, without=["purpose"], limits=EVERY))
    assert list_found(every).keys() - without.keys()
    assert_same_findings(every, few)


@pytest.mark.parametrize("facet", ["theme", "sector"])
def test_findings_by_purpose_need_no_theme_and_no_sector(facet: str) -> None:
    facets = _read_random(1)
    every = compare(facets, NUMBERS, without=[facet], limits=EVERY)
    assert list_found(every)
    assert_same_findings(every, compare(facets, NUMBERS, without=[facet], limits=FEW))


@pytest.mark.parametrize("share", [0.1, 0.45, 1.0])
def test_findings_by_purpose_are_the_same_with_any_share(share: float) -> None:
    facets, numbers = _read_random(2), {"purpose_share": share, "close_subject": 0.35}
    every = compare(facets, numbers, limits=EVERY)
    assert_same_findings(every, compare(facets, numbers, limits=FEW))


@pytest.mark.parametrize(
    ("left", "right", "least", "most"),
    [
        ("15144", "15144", 1, 1),
        ("32182", "32120", 0.3, 0.7),
        ("32182", "32210", 0.2, 0.6),
        ("12220", "32120", 0, 0),
        # To have no sector in common but "other" or "not specified" is to have none.
        ("99810", "99810", 0, 0),
        ("43010", "43010", 0, 0),
        ("43030", "43073", 0, 0),
    ],
)
def test_purposes_are_as_alike_as_what_takes_both_in_says(
    left: str, right: str, least: float, most: float
) -> None:
    found = _compare_two(left, right).parts["purpose"]
    assert found is not None
    assert least <= found <= most


@pytest.mark.parametrize(
    ("left", "right", "field"),
    [
        ("15144", "15144", "15144"),
        ("32182", "32120", "321"),
        ("12220", "32120", ""),
        ("99810", "99810", ""),
    ],
)
def test_pair_without_a_theme_is_filed_under_the_narrowest_purpose_of_both(
    left: str, right: str, field: str
) -> None:
    pair = _compare_two(left, right, without=["theme", "sector"])
    assert (pair.subject, pair.themes) == ("", ())
    assert pair.field == pair.topic == (f"{CRS}{field}" if field else "")
