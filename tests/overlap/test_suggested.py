"""Suggested facets in the comparison: they weigh less, and nothing is lost to the bounds."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from bare_lists import GOLD, measure_bare, strip_plan
from tests.overlap.conftest import list_pairs

from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.model import FOUND_TYPES
from devcoop.overlap import Limits, compare
from devcoop.overlap.explanation import explain, match_facets
from devcoop.pipeline import Analysis, analyze
from devcoop.words.explanations import tell

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.facets import FacetTable
    from devcoop.model import Pair
    from devcoop.store import Store

PLAN = "https://w3id.org/devcoop/plan/obor-2015-2017"
EVERY_PAIR_PRUNED = Limits(exhaustive=0)
CLOSEST_PRUNED = Limits(exhaustive=0, complete=0, best=2)
LEAST_MEAN = 0.30
"""Of average precision over the three plans; by words alone it is 0.04."""


@functools.cache
def _analyze() -> Analysis:
    return analyze()


@functools.cache
def _bare() -> Store:
    listed = [one for one in _analyze().undertakings.values() if one.plan == PLAN]
    return strip_plan(build_graph(), listed).graph


@functools.cache
def _facets() -> FacetTable:
    return read_facet_table(_bare())


def _find(limits: Limits) -> dict[tuple[object, object], tuple[object, ...]]:
    compared = compare(_facets(), limits=limits)
    found = {(row[0], row[1]): row for row in list_pairs(compared)}
    return {pair: row for pair, row in found.items() if row[2] in FOUND_TYPES}


def test_pruned_comparison_finds_what_the_whole_one_finds() -> None:
    whole = _find(Limits())
    assert len(whole) > 5
    assert _find(EVERY_PAIR_PRUNED) == whole


def test_closest_of_many_are_those_of_all() -> None:
    whole, closest = _find(Limits()), _find(CLOSEST_PRUNED)
    assert closest.items() <= whole.items()
    best = max(whole.values(), key=lambda row: row[3])  # type: ignore[arg-type,return-value]
    assert best in closest.values()


def test_single_pair_scores_as_among_all() -> None:
    whole, pruned = compare(_facets()), compare(_facets(), limits=EVERY_PAIR_PRUNED)
    for pair in list(whole.iter_pairs())[:3] + list(whole.iter_pairs(best=1)):
        alone = pruned.find_pair(pair.left, pair.right)
        assert alone is not None
        assert (alone.score, alone.type) == (pair.score, pair.type)


def test_discount_is_from_0_to_1_and_only_of_pairs_with_suggestions() -> None:
    compared = compare(_facets())
    rows = compared.table("discount")
    doubtful = {row["undertaking"] for row in compared.table("trust")}
    assert rows
    assert all(0 <= row["discount"] <= 1 for row in rows)
    assert all({row["left_undertaking"], row["right_undertaking"]} & doubtful for row in rows)


def test_pairs_without_suggestions_score_as_ever() -> None:
    before = {(one.left, one.right): one.score for one in _analyze().comparison.iter_pairs()}
    compared = compare(_facets())
    doubtful = {row["undertaking"] for row in compared.table("trust")}
    plain = [one for one in compared.iter_pairs() if not {one.left, one.right} & doubtful]
    assert len(plain) == 42 * 70
    assert {(one.left, one.right): one.score for one in plain}.items() <= before.items()


def test_store_without_suggestions_has_no_words_to_compare() -> None:
    table = read_facet_table(build_graph())
    assert table.records("suggestion") == table.records("text_term") == []
    assert compare(table).table("discount") == []


def test_suggestions_make_no_duplication() -> None:
    assert {row[2] for row in _find(Limits()).values()} <= set(FOUND_TYPES) - {
        "duplication-candidate"
    }


def test_facets_are_written_for_others_as_stated_only(tmp_path: Path) -> None:
    compared = compare(_facets())
    names = {path.stem for path in compared.write_tables(tmp_path)}
    assert "suggestion" in names
    assert "text_term" not in names
    rows = compared._engine.select(
        f"SELECT DISTINCT undertaking FROM '{tmp_path / 'facet.parquet'}'"
    )
    assert not {row["undertaking"] for row in rows} & {
        row["undertaking"] for row in compared.table("trust")
    }


@pytest.mark.parametrize(("language", "word"), [("en", "suggested"), ("fr", "suggéré")])
def test_explanation_says_what_is_suggested_and_how_sure(language: str, word: str) -> None:
    analysis = analyze(_bare())
    pair = next(one for one in analysis.pairs.found if PLAN in _plans(analysis, one))
    told = tell(analysis.explain(pair), analysis.lexicon, language)
    assert word in told.headline
    assert any(word in one and "%" in one for one in told.unknown)
    assert all(word in point.text for point in told.together)


def _plans(analysis: Analysis, pair: Pair) -> set[str]:
    return {analysis.undertakings[iri].plan for iri in (pair.left, pair.right)}


def test_explanation_of_stated_facets_speaks_of_no_suggestion() -> None:
    analysis = _analyze()
    for pair in analysis.pairs.found[:20]:
        left, right = (analysis.undertakings[iri] for iri in (pair.left, pair.right))
        matches = list(match_facets(analysis.comparison, pair, left, right))
        assert not any(match.suggested for match in matches)
        told = tell(explain(analysis.comparison, pair, analysis.undertakings, []), analysis.lexicon)
        assert "suggest" not in told.headline


@pytest.mark.gate
@pytest.mark.skipif(not GOLD.is_dir(), reason="the judged pairs are not here")
def test_bare_lists_rank_better_than_by_words() -> None:
    figures, _ = measure_bare()
    means = {
        name: sum(one[f"{name}, AP_overlap"] for one in figures.values()) / len(figures)
        for name in ("suggested", "TF-IDF")
    }
    assert means["suggested"] >= LEAST_MEAN
    assert means["suggested"] > 3 * means["TF-IDF"]
