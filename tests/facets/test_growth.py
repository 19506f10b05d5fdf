"""The queries of the facet table take no square of the number of initiatives."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.facets import TOPIC
from devcoop.graph import build_graph
from devcoop.queries import load_library

if TYPE_CHECKING:
    from devcoop.store import Store

INITIATIVES = 4_000
SECONDS = 5
"""Each takes less than one; by the square it would be half a minute."""
QUERIES = [one.name for one in load_library().values() if one.topic == TOPIC and not one.params]


@pytest.fixture(scope="module")
def store() -> Store:
    store = build_graph()
    type_, theme = names.term("rdf:type"), names.expand("th:metrology")
    plan, home = "https://example.org/plan", "https://example.org/graph"
    place, purpose = names.expand("pl:GHA"), f"{names.BASE}codelist/crs/11220"
    lines = "".join(
        f"<{plan}/{number}> <{type_}> <{names.DEVC.Undertaking}> <{home}> .\n"
        f"<{plan}/{number}> <{names.DEVC.inPlan}> <{plan}> <{home}> .\n"
        f"<{plan}/{number}> <{names.DEVC.theme}> <{theme}> <{home}> .\n"
        f"<{plan}/{number}/own> <{names.DEVC.referenceOf}> <{plan}/{number}> <{home}> .\n"
        f"<{plan}/{number}> <{names.DEVC.partOf}> <{plan}/{number // 10}> <{home}> .\n"
        f"<{plan}/{number // 10}> <{names.DEVC.targetArea}> <{place}> <{home}> .\n"
        f"<{plan}/{number // 10}> <{names.DEVC.purpose}> <{purpose}> <{home}> .\n"
        for number in range(INITIATIVES)
    )
    store.fill(io.BytesIO(lines.encode()))
    return store


@pytest.mark.parametrize("name", QUERIES)
def test_query_takes_no_square(store: Store, name: str) -> None:
    start = time.perf_counter()
    store.query_csv(load_library()[name].text)
    assert time.perf_counter() - start < SECONDS
