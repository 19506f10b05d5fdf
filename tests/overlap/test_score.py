"""The score in SPARQL, from the graph alone, is the score of the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.findings import add_similarities
from devcoop.graph import build_graph
from devcoop.overlap import load_parameters
from devcoop.queries import get_query

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis

NAMES = {
    "unknown": "unknown_similarity",
    "subjectWeight": "subject_weight",
    "otherArena": "other_arena_factor",
    "otherGroup": "other_group_factor",
    "ownHouse": "own_house_factor",
    "bestSubject": "best_subject_share",
    "modeShare": "mode_share",
    "strongerSign": "stronger_sign_share",
    "sectorShare": "sector_share",
}


def test_score_in_sparql_is_the_score_of_the_comparison(analysis: Analysis) -> None:
    graph = build_graph()
    add_similarities(graph, analysis.comparison)
    numbers = load_parameters()
    fixed = {name: str(numbers[parameter]) for name, parameter in NAMES.items()}
    query = get_query("score-of-pair")
    pairs = list(analysis.pairs)
    for pair in [*pairs[:40], *pairs[40:4000:200]]:
        text = query.bind({"left": pair.left, "right": pair.right, **fixed})
        [row] = graph.query(text).records()
        assert float(row["score"]) == pytest.approx(pair.score, abs=2e-6), (pair.left, pair.right)
