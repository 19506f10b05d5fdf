"""How far initiatives have come, and what is cancelled."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from devcoop.figures.country import ActivityTable, Country
from devcoop.graph import build_graph
from devcoop.names import BASE, CANCELLED, slug_of
from devcoop.store.rdf import parse

ACTIVITIES = Path(__file__).parent / "activities.ttl"
KHM, ELEMENT = f"{BASE}place/KHM", f"{BASE}element/aid/"
STATED = {"a1": "done", "a2": "planned", "b1": "running", "b2": "cancelled", "d1": "unknown"}


@pytest.fixture(scope="module")
def table() -> ActivityTable:
    graph = build_graph()
    said = "".join(
        f"<{ELEMENT}{one}> devc:hasStatus <{BASE}status/{status}> .\n"
        for one, status in STATED.items()
    )
    content = ACTIVITIES.read_text(encoding="utf-8") + said
    graph.add("https://example.org/graph/aid", parse(content.encode(), "text/turtle"))
    return ActivityTable(graph)


@pytest.fixture(scope="module")
def cambodia(table: ActivityTable) -> Country:
    return table.describe(KHM)


def test_statuses_are_counted_and_silence_is_none_of_them(cambodia: Country) -> None:
    counts = cambodia.count_statuses(cambodia.initiatives)
    assert {one and slug_of(one): number for one, number in counts.items()} == {
        "done": 1,
        "planned": 1,
        "running": 1,
        # Who says that it is not known counts with those that say nothing.
        "": len(cambodia.initiatives) - 3,
    }


def test_what_is_cancelled_is_counted_apart_with_its_money(cambodia: Country) -> None:
    assert [slug_of(one) for one in cambodia.cancelled.initiatives] == ["b2"]
    assert cambodia.cancelled.amounts == {("spent", "USD"): Fraction(430)}
    assert not any(slug_of(one) == "b2" for one in cambodia.initiatives)
    assert Fraction(430) not in [
        amount
        for row in cambodia.rows.values()
        for cell in row.values()
        for amount in cell.amounts.values()
    ]
    assert not any("b2" in map(slug_of, one.activities) for one in cambodia.sites)


def test_only_what_is_asked_for_is_cancelled(table: ActivityTable) -> None:
    of_alpha = table.describe(KHM, {f"{ELEMENT}a1"})
    of_beta = table.describe(KHM, {f"{ELEMENT}b1"})
    assert (of_alpha.cancelled.initiatives, len(of_beta.cancelled.initiatives)) == ([], 1)


def test_nothing_is_cancelled_that_does_not_say_so(table: ActivityTable) -> None:
    assert CANCELLED not in {one.status for one in table.known.values()}
