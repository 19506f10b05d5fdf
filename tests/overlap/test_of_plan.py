"""One plan held against all others: the same pairs as if all were compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.errors import UnknownResourceError
from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.model import FOUND_TYPES
from devcoop.overlap import DEFAULT_LIMITS, compare, scoring

if TYPE_CHECKING:
    from devcoop.facets import FacetTable
    from devcoop.model import Pair

PLAN = "https://w3id.org/devcoop/plan/iso-2016-2020"


@pytest.fixture(params=["whole", "in parts"])
def facets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FacetTable:
    """What is compared, in one go or in parts of few pairs."""
    if request.param == "in parts":
        monkeypatch.setattr(scoring, "_PART_PAIRS", 300)
    return read_facet_table(build_graph())


def test_pairs_of_a_plan_are_those_of_all(facets: FacetTable) -> None:
    own = {row["undertaking"] for row in facets.records("undertaking") if row["plan"] == PLAN}
    expected = [pair for pair in compare(facets).iter_pairs() if own & {pair.left, pair.right}]
    found = compare(facets, plan=PLAN)
    # Sums of parts may differ in their last digits.
    assert list(map(_tell, found.iter_pairs())) == list(map(_tell, expected))
    assert found.scope == (len(expected), len(expected), len(expected), None)


def test_findings_of_a_plan_are_those_of_all_where_not_all_pairs_are_scored(
    facets: FacetTable,
) -> None:
    every = compare(facets, plan=PLAN)
    found = compare(facets, plan=PLAN, limits=DEFAULT_LIMITS._replace(exhaustive=0))
    expected = list(map(_tell, every.iter_pairs(FOUND_TYPES)))
    assert expected
    assert list(map(_tell, found.iter_pairs(FOUND_TYPES))) == expected
    assert len(expected) <= found.scope.scored <= found.scope.near < found.scope.possible
    assert found.scope.possible == every.scope.possible


def _tell(pair: Pair) -> tuple[object, ...]:
    return pair.left, pair.right, pair.type, pair.timing, pair.place_relation, pair.score


def test_plan_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownResourceError, match=r"did you mean .*iso-2016-2020"):
        compare(read_facet_table(build_graph()), plan=f"{PLAN}1")
