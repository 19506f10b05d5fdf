from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.figures.coverage import Scheme, build_coverage
from devcoop.model import FACETS

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis


@pytest.mark.parametrize("facet", FACETS)
def test_coverage_counts_an_initiative_once_per_concept(analysis: Analysis, facet: str) -> None:
    scheme, coverage = Scheme(analysis, facet), build_coverage(analysis, facet)
    at = {agency.iri: place for place, agency in enumerate(coverage.agencies)}
    expected = {row.iri: [0] * len(at) for row in coverage.rows}
    for one in analysis.undertakings.values():
        own = [concept.iri for concept in one.facets.get(facet, ())]
        for iri in set().union(*map(scheme.ancestors, own)):
            expected[iri][at[one.agency.iri]] += 1
    assert {row.iri: list(row.numbers) for row in coverage.rows} == expected
    assert coverage.served == sum(any(numbers) for numbers in expected.values())


def test_coverage_lists_every_initiative_under_each_concept_it_has(analysis: Analysis) -> None:
    coverage = build_coverage(analysis, "beneficiary")
    listed = [
        (row.iri, one.iri) for row in coverage.rows for several in row.direct for one in several
    ]
    assert sorted(listed) == sorted(
        (concept.iri, one.iri)
        for one in analysis.undertakings.values()
        for concept in one.facets.get("beneficiary", ())
    )


def test_every_concept_stands_once_below_its_path(analysis: Analysis) -> None:
    scheme = Scheme(analysis, "theme")
    walked = list(scheme.iter_below())
    assert sorted(iri for iri, _ in walked) == sorted(scheme.labels)
    assert dict(walked) == {iri: len(scheme.path(iri)) for iri in scheme.labels}


def test_those_under_one_are_in_the_order_asked_for(analysis: Analysis) -> None:
    backwards = Scheme(analysis, "theme", lambda iri: iri[::-1])
    tops = backwards.narrower("")
    assert tops == sorted(tops, key=lambda iri: iri[::-1])
    assert sorted(tops) == sorted(Scheme(analysis, "theme").narrower(""))
