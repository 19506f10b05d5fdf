"""What several files of tests compare: the built-in plans and some that are generated."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from generated_plans import Plans

from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.overlap import scoring

if TYPE_CHECKING:
    from devcoop.facets import FacetTable
    from devcoop.overlap import Comparison

INITIATIVES = 100


@pytest.fixture(scope="module")
def facets() -> FacetTable:
    graph = build_graph()
    lines = "".join(Plans(read_facet_table(graph), 1).iter_lines(INITIATIVES))
    graph.fill(io.BytesIO(lines.encode()))
    return read_facet_table(graph)


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the pairs of each part that is scored."""
    seen: list[int] = []
    keep = scoring.Scoring._keep

    def count(self: scoring.Scoring, numbers: list[int]) -> None:
        seen.append(numbers[1])
        keep(self, numbers)

    monkeypatch.setattr(scoring.Scoring, "_keep", count)
    return seen


def list_pairs(comparison: Comparison) -> list[tuple[object, ...]]:
    return [
        (one.left, one.right, one.type, round(one.score, 9), one.shared_countries, one.subject)
        for one in sorted(comparison.iter_pairs(), key=lambda one: (one.left, one.right))
    ]
