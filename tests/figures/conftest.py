"""Activities of five agencies in two countries, beside the built-in plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.figures.money import read_activities
from devcoop.graph import add_file, build_graph

if TYPE_CHECKING:
    from devcoop.figures.money import Activity
    from devcoop.store import Store

ACTIVITIES = Path(__file__).parent / "activities.ttl"
GRAPH = "https://example.org/graph/aid"


@pytest.fixture(scope="session")
def aid() -> Store:
    graph = build_graph()
    add_file(graph, ACTIVITIES, GRAPH)
    return graph


@pytest.fixture(scope="session")
def activities(aid: Store) -> dict[str, Activity]:
    """The initiatives of the built-in plans and these activities, by IRI."""
    return read_activities(aid)
