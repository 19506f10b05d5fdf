from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

from devcoop.figures.country import ActivityTable
from devcoop.figures.pledges import Pledges, PledgeTable
from devcoop.figures.reach import Reach
from devcoop.graph import add_file, build_graph
from devcoop.names import BASE, DEVC
from devcoop.pipeline import analyze

ACTIVITIES = Path(__file__).parent / "activities.ttl"
AID = "https://example.org/graph/aid"
KHM, QUALITY = f"{BASE}place/KHM", f"{BASE}codelist/crs/32182"


def find(*purposes: str, of: str = "a1") -> Pledges | None:
    """Hold the built-in plans against activities, one of which states further purposes."""
    graph = build_graph()
    add_file(graph, ACTIVITIES, AID)
    activity = NamedNode(f"{BASE}element/aid/{of}")
    graph.add(AID, [Triple(activity, NamedNode(DEVC.purpose), NamedNode(one)) for one in purposes])
    analysis = analyze(graph)
    return PledgeTable(analysis, ActivityTable(graph)).find(Reach(analysis).row(KHM))


@pytest.fixture(scope="module")
def pledges() -> Pledges:
    found = find()
    assert found
    return found


def list_purposes(found: Pledges) -> set[str]:
    return {one for several in found.unmet.values() for each in several for one in each.purposes}


def test_what_no_activity_has_for_its_purpose_is_told_with_what_was_looked_at(
    pledges: Pledges,
) -> None:
    assert QUALITY in list_purposes(pledges)
    assert 0 < pledges.number <= pledges.looked_at <= pledges.promised
    assert (pledges.activities, pledges.stating) == (8, 7)
    # Activities promise nothing, and what may mean any country is told apart.
    plans = {one.reached.initiative.plan for several in pledges.unmet.values() for one in several}
    assert f"{BASE}plan/aid" not in plans
    assert pledges.possible > 0


@pytest.mark.parametrize("stated", [QUALITY, f"{BASE}codelist/crs/321"])
def test_activity_meets_it_by_the_purpose_or_a_wider_one(pledges: Pledges, stated: str) -> None:
    met = find(stated)
    assert met
    assert met.number < pledges.number
    assert QUALITY not in list_purposes(met)
    assert met.looked_at == pledges.looked_at


def test_country_without_activities_is_not_held_against_anything() -> None:
    graph = build_graph()
    analysis = analyze(graph)
    assert PledgeTable(analysis, ActivityTable(graph)).find(Reach(analysis).row(KHM)) is None
