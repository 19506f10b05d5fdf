"""Pairs of some agencies alone, chosen by the engine: those that are left of all."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from devcoop.model import FOUND_TYPES

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis


def test_pairs_of_agencies_are_those_of_all(analysis: Analysis) -> None:
    comparison, pairs = analysis.comparison, analysis.pairs
    wanted = [(one,) for one in analysis.agencies] + [*combinations(analysis.agencies, 2)]
    every = list(pairs.iter_findings())
    for some in wanted:
        expected = [one for one in every if {*some} <= {one.left_agency, one.right_agency}]
        assert expected
        assert list(pairs.iter_findings(some)) == expected
        of_type = [one for one in expected if one.type == "overlap"]
        assert list(pairs.select("overlap", some)) == of_type
        assert list(comparison.iter_pairs(FOUND_TYPES, agencies=some)) == expected
        of_all = [one for one in pairs if {*some} <= {one.left_agency, one.right_agency}]
        assert list(pairs.iter_all(some)) == of_all


def test_no_pair_is_of_an_agency_that_is_not_there_or_of_three(analysis: Analysis) -> None:
    assert len(analysis.agencies) == 3
    for some in (["https://example.org/nobody"], list(analysis.agencies)):
        assert list(analysis.pairs.iter_all(some)) == []
