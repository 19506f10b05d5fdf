"""What careful readers found in the three plans comes out, with type and caveats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.figures.coverage import build_coverage
from devcoop.overlap.coordination import find_links
from devcoop.plans import get_agency, get_undertaking
from devcoop.words.explanations import tell

if TYPE_CHECKING:
    from devcoop.model import Pair
    from devcoop.pipeline import Analysis


def _pair(analysis: Analysis, left: str, right: str) -> Pair:
    sides = [get_undertaking(analysis.undertakings, one).iri for one in (left, right)]
    pair = analysis.pairs.get(*sides)
    assert pair is not None
    return pair


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("ISO-output-3.5", "OBOR-IV.7.c", "overlap"),
        ("ISO-output-4.3", "OBOR-IV.3.c", "overlap"),
        ("ISO-output-5.1", "OBOR-IV.2.b", "overlap"),
        ("ISO-output-3.3", "OBOR-IV.5.c", "fragmentation"),
        ("ISO-commitment-nqi-strengthening", "UNIDO-tech.tool.gqsp", "overlap"),
        ("ISO-output-2.5", "UNIDO-skills.tool.ecp", "fragmentation"),
        ("ISO-output-1.1", "UNIDO-tech.tool.equip", "fragmentation"),
        ("ISO-output-1.2", "UNIDO-tech.tool.equip", "fragmentation"),
        ("OBOR-IV.6.a", "UNIDO-tech.tool.food", "continuity"),
        ("OBOR-IV.3.c", "UNIDO-tech.area.5", "none"),
        ("OBOR-IV.3.c", "UNIDO-env.area.4", "none"),
        ("OBOR-IV.3.c", "UNIDO-tech.area.9", "none"),
        ("OBOR-IV.4.c", "UNIDO-env.area.2", "none"),
        ("OBOR-IV.3.a", "ISO-programme-sponsorship", "fragmentation"),
        ("ISO-activities-global", "UNIDO-annex-29a", "none"),
    ],
)
def test_known_pair_has_its_type(analysis: Analysis, left: str, right: str, kind: str) -> None:
    assert _pair(analysis, left, right).type == kind


def test_training_may_meet_in_cambodia_and_sudan(analysis: Analysis) -> None:
    told = tell(
        analysis.explain(_pair(analysis, "ISO-output-3.5", "OBOR-IV.7.c")), analysis.lexicon
    )
    assert "Possibly, among others, in Cambodia and Sudan" in told.where
    assert "At the same time: 2016 to 2017" in told.when


def test_new_standards_may_compete(analysis: Analysis) -> None:
    told = tell(
        analysis.explain(_pair(analysis, "ISO-output-4.3", "OBOR-IV.3.c")), analysis.lexicon
    )
    assert any("compete" in caveat for caveat in told.caveats)


def test_quality_infrastructure_meets_for_weeks_at_most_and_uncoordinated(
    analysis: Analysis,
) -> None:
    pair = _pair(analysis, "ISO-commitment-nqi-strengthening", "UNIDO-tech.tool.gqsp")
    assert pair.timing == "possibly-concurrent"
    both = [get_agency(analysis.agencies, one).iri for one in ("ISO", "UNIDO")]
    assert find_links(analysis.links, *both) == []
    assert "timing-uncertain" in analysis.explain(pair).caveats


def _gaps(analysis: Analysis, name: str) -> set[tuple[str, str]]:
    check = next(check for check in analysis.gap_checks if check.name == name)
    return {(cell.scope, cell.label) for cell in check.gaps}


def test_market_surveillance_is_in_no_plan_and_two_pillars_are_named_without_work_on_them(
    analysis: Analysis,
) -> None:
    check = next(one for one in analysis.gap_checks if one.name == "themes-without-undertaking")
    assert {cell.label for cell in check.gaps} == {"Market surveillance"}
    named = {cell.label for cell in check.cells if cell.found and cell.found.code == "named"}
    assert {"Metrology", "Accreditation"} <= named
    general = {cell.label for cell in check.cells if cell.found and cell.found.code == "in-general"}
    assert {"Certification", "Inspection", "Legal metrology"} <= general


def test_neither_standardization_plan_is_for_women_nor_aims_at_them(analysis: Analysis) -> None:
    rows = {row.iri.rpartition("/")[2]: row for row in build_coverage(analysis, "beneficiary").rows}
    numbers = dict(zip(analysis.agencies, rows["women"].numbers, strict=True))
    by_name = {analysis.agencies[iri].name: number for iri, number in numbers.items()}
    assert (by_name["ISO"], by_name["OBOR"]) == (0, 0)
    assert by_name["UNIDO"] > 0
    gaps = _gaps(analysis, "groups-by-agency-without-undertaking")
    assert not {("ISO", "Women"), ("OBOR", "Women")} & gaps


def test_cities_in_no_country_that_is_told_may_lie_in_any(analysis: Analysis) -> None:
    pilots = get_undertaking(analysis.undertakings, "OBOR-IV.10.d")
    known = {one.iri.rpartition("/")[2]: one.is_defined for one in pilots.areas}
    assert known == {"CHN": True, "chinese-cities": True, "related-foreign-cities": False}
