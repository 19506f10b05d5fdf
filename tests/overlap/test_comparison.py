from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.errors import ComparisonError
from devcoop.facets import read_facet_table
from devcoop.model import STRENGTH
from devcoop.overlap.comparison import compare
from devcoop.overlap.conversations import group_conversations, is_finding
from devcoop.overlap.explanation import explain
from devcoop.overlap.steps import load_parameters, load_steps
from devcoop.plans import get_agency, get_undertaking, read_concrete

if TYPE_CHECKING:
    from devcoop.facets import FacetTable
    from devcoop.model import Pair
    from devcoop.pipeline import Analysis


def test_every_pair_of_different_agencies_is_compared(analysis: Analysis) -> None:
    sizes = {plan.agency.name: plan.undertakings for plan in analysis.plans}
    iso, obor, unido = sizes["ISO"], sizes["OBOR"], sizes["UNIDO"]
    assert len(analysis.pairs) == iso * obor + iso * unido + obor * unido == 8876
    assert len({(pair.left, pair.right) for pair in analysis.pairs}) == 8876


def test_scores_are_finite_and_from_0_to_1(analysis: Analysis) -> None:
    assert all(0 <= pair.score <= 1 for pair in analysis.pairs)


def test_similarity_of_concepts_is_symmetric_and_1_for_the_same(analysis: Analysis) -> None:
    rows = analysis.comparison.table("concept_similarity")
    known = {(r["facet"], r["left_concept"], r["right_concept"]): r["similarity"] for r in rows}
    modes = _list_modes(analysis)
    assert known
    assert modes
    for (facet, left, right), similarity in known.items():
        assert 0 < similarity <= 1
        assert known[facet, right, left] == pytest.approx(similarity)
        if left == right and left not in modes and not left.endswith("/beneficiary/countries"):
            assert similarity == 1


def _list_modes(analysis: Analysis) -> set[str]:
    marks = analysis.comparison.table("concept_mark")
    return {row["concept"] for row in marks if row["isModeOfWork"]}


def test_mode_of_work_is_half_a_subject_and_brings_nothing_near(analysis: Analysis) -> None:
    modes, share = _list_modes(analysis), load_parameters()["mode_share"]
    for row in analysis.comparison.table("concept_similarity"):
        both = row["left_concept"] in modes, row["right_concept"] in modes
        assert not all(both) or row["similarity"] <= share


def test_similarity_of_different_concepts_is_below_1(analysis: Analysis) -> None:
    rows = analysis.comparison.table("concept_similarity")
    assert all(row["similarity"] < 1 for row in rows if row["left_concept"] != row["right_concept"])


def test_narrower_concept_says_no_less_than_the_broader(analysis: Analysis) -> None:
    says = {
        (row["facet"], row["concept"]): row["information"]
        for row in analysis.comparison.table("information")
    }
    above = analysis.comparison.table("ancestor")
    assert all(
        says[row["facet"], row["concept"]] >= says[row["facet"], row["ancestor"]] for row in above
    )


def _list_pairs(analysis: Analysis, left: str, right: str) -> list[Pair]:
    both = [get_agency(analysis.agencies, one).iri for one in (left, right)]
    return [pair for pair in analysis.pairs if [pair.left_agency, pair.right_agency] == both]


def test_plans_that_never_meet_in_time_are_continuity_at_most(analysis: Analysis) -> None:
    pairs = _list_pairs(analysis, "OBOR", "UNIDO")
    assert {pair.timing for pair in pairs} == {"successive"}
    assert {pair.type for pair in pairs} <= {"continuity", "none"}


def test_iso_and_obor_share_2016_and_2017(analysis: Analysis) -> None:
    pair = _list_pairs(analysis, "ISO", "OBOR")[0]
    assert pair.shared_period is not None
    assert str(pair.shared_period.start) == "2016-01-01"
    assert str(pair.shared_period.end) == "2017-12-31"


def test_pair_that_meets_in_a_mode_of_work_only_is_no_finding(analysis: Analysis) -> None:
    modes, least = _list_modes(analysis), load_parameters()["fragmentation_score"]
    only = [
        pair
        for pair in analysis.pairs
        if pair.nearness < least and not pair.parts["sector"] and (pair.parts["theme"] or 0) > 0
    ]
    assert {pair.type for pair in only} == {"none"}
    assert any(
        {one.iri for one in analysis.undertakings[pair.left].facets["theme"]}
        & {one.iri for one in analysis.undertakings[pair.right].facets["theme"]}
        & modes
        for pair in only
    )


def test_no_type_is_given_below_the_floor_of_a_weaker_type(analysis: Analysis) -> None:
    numbers = load_parameters()
    floors = {
        "duplication-candidate": numbers["overlap_score"],
        "overlap": numbers["overlap_score"],
        "complementarity": numbers["complementarity_score"],
        "continuity": numbers["continuity_score"],
        "fragmentation": numbers["fragmentation_score"],
    }
    ordered = [floors[kind] for kind in STRENGTH if kind in floors]
    assert ordered == sorted(ordered, reverse=True)
    for pair in analysis.pairs:
        assert pair.score >= floors.get(pair.type, 0), pair


def test_continuity_has_one_subject_and_is_not_each_sides_own_house(analysis: Analysis) -> None:
    numbers = load_parameters()
    pairs = [pair for pair in analysis.pairs if pair.type == "continuity"]
    assert pairs
    for pair in pairs:
        assert pair.nearness >= numbers["close_subject"]
        assert pair.nearness >= numbers["same_similarity"] or (pair.parts["sector"] or 0) > 0
        assert "own-plan" not in str(
            [analysis.undertakings[side].facets["arena"] for side in (pair.left, pair.right)]
        )


def test_overlap_has_a_like_activity_or_a_like_group(analysis: Analysis) -> None:
    least = load_parameters()["like_sign"]
    activity = {
        (row["left_undertaking"], row["right_undertaking"]): row["activity"]
        for row in analysis.comparison.table("substance")
    }
    for pair in analysis.pairs:
        if pair.type == "overlap":
            signs = (activity[pair.left, pair.right], pair.parts["beneficiary"] or 0)
            assert max(signs) >= least


def test_duplication_candidate_may_rest_on_a_group_with_unknown_place(analysis: Analysis) -> None:
    one, other = (
        get_undertaking(analysis.undertakings, name).iri
        for name in ("ISO-output-3.5", "OBOR-IV.7.c")
    )
    comparison = compare(_take_over_facets(read_facet_table(analysis.graph), one, other))
    pair = comparison.find_pair(one, other)
    assert pair is not None
    assert (pair.type, pair.place_relation) == ("duplication-candidate", "unknown")
    assert "place-unknown" in explain(comparison, pair, analysis.undertakings, ()).caveats


def _take_over_facets(facets: FacetTable, one: str, other: str) -> FacetTable:
    """Give one undertaking the facets of another and none of its own."""
    table = facets.tables["facet"]
    rows = [list(row) for row in table.rows() if row[0] != one]
    rows += [[one, *row[1:]] for row in rows if row[0] == other]
    return replace(facets, tables=facets.tables | {"facet": table.with_rows(rows)})


def test_unknown_place_is_not_nowhere(analysis: Analysis) -> None:
    for pair in analysis.pairs:
        is_known = pair.place_relation not in ("unknown", "global")
        assert (pair.shared_countries is not None) is is_known
        if pair.shared_countries:
            assert pair.place_relation in ("named", "named-and-group", "via-group")
        if pair.place_relation == "none":
            areas = [
                area
                for side in (pair.left, pair.right)
                for area in analysis.undertakings[side].areas
            ]
            assert all(area.is_defined for area in areas)


def test_conversations_hold_every_finding_once(analysis: Analysis) -> None:
    talked = [pair for one in analysis.conversations for pair in one.pairs]
    findings = [pair for pair in analysis.pairs if is_finding(pair)]
    assert sorted(talked, key=str) == sorted(findings, key=str)


def test_conversations_are_grouped_the_same_in_any_order(analysis: Analysis) -> None:
    forward = {(c.left_agency, c.right_agency, c.subject) for c in analysis.conversations}
    backward = group_conversations(reversed(analysis.pairs.found))
    assert {(c.left_agency, c.right_agency, c.subject) for c in backward} == forward


def test_explanation_says_something_of_every_facet_of_a_finding(analysis: Analysis) -> None:
    for conversation in analysis.conversations:
        explanation = analysis.explain(conversation.best)
        assert any(match.same or match.near for match in explanation.matches)
        assert explanation.options
        facets = set(explanation.left.facets) | set(explanation.right.facets)
        assert {match.facet for match in explanation.matches} == facets


def test_dates_are_to_be_aligned_only_where_people_come_together(analysis: Analysis) -> None:
    agreements = f"{names.BASE}instrument/agreement"
    explanations = [analysis.explain(pair) for pair in analysis.pairs if is_finding(pair)]
    shared = {
        concept: "joint-calendar" in one.options
        for one in explanations
        for match in one.matches
        if match.facet == "instrument"
        for concept in match.same[:1]
        if len(match.same) == 1 and "divide-by-pillar" not in one.options
    }
    assert agreements in shared
    assert not shared[agreements]


def test_every_parameter_has_a_use() -> None:
    text = "\n".join(step.sql for step in load_steps())
    unused = [name for name in load_parameters() if name not in text]
    assert unused == []


def test_leaving_out_a_facet_changes_the_ranking_and_no_pair(analysis: Analysis) -> None:
    facets = read_facet_table(analysis.graph)
    for facet in ("theme", "beneficiary"):
        pairs = list(compare(facets, without=[facet]).iter_pairs())
        assert {(p.left, p.right) for p in pairs} == {(p.left, p.right) for p in analysis.pairs}
        assert all(pair.parts[facet] is None for pair in pairs)
        assert [p.score for p in pairs] != [p.score for p in analysis.pairs]


def test_unknown_parameter_is_refused(analysis: Analysis) -> None:
    with pytest.raises(ComparisonError, match="nothing"):
        compare(read_facet_table(analysis.graph), {"nothing": 1.0})


def test_no_place_in_the_ranking_lies_outside_its_range(analysis: Analysis) -> None:
    rows = analysis.comparison.table("stability")
    assert len(rows) == len(analysis.pairs)
    assert all(row["best_place"] <= row["place"] <= row["worst_place"] for row in rows)


def test_place_in_the_ranking_is_the_place_by_score(analysis: Analysis) -> None:
    rows = analysis.comparison.table("stability")
    place = {(row["left_undertaking"], row["right_undertaking"]): row["place"] for row in rows}
    places = [place[pair.left, pair.right] for pair in analysis.pairs]
    assert places == sorted(places)
    assert places[0] == 1
    for pair in analysis.pairs.found:
        told = analysis.comparison.places(pair.left, pair.right)
        assert told is not None
        assert told[0] == place[pair.left, pair.right]


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_share_is_between_none_and_all(analysis: Analysis, value: float) -> None:
    facets = read_facet_table(analysis.graph)
    with pytest.raises(ComparisonError, match=r"related_similarity.* from 0 to 1"):
        compare(facets, {"related_similarity": value})


def test_a_weight_may_be_above_one(analysis: Analysis) -> None:
    facets = read_facet_table(analysis.graph)
    assert next(compare(facets, {"subject_weight": 2}).iter_pairs())
    with pytest.raises(ComparisonError, match="subject_weight"):
        compare(facets, {"subject_weight": -1})


def test_no_pair_is_told_to_need_a_country_where_none_decides(analysis: Analysis) -> None:
    told = [analysis.explain(pair) for pair in analysis.pairs.select("fragmentation")]
    told += [analysis.explain(pair) for pair in analysis.pairs.found]
    in_bodies = [one for one in told if one.where.in_bodies]
    assert in_bodies
    assert not [one.pair for one in in_bodies if "place-unknown" in one.caveats]


def test_a_conversation_begins_with_what_can_be_talked_about(analysis: Analysis) -> None:
    concrete = read_concrete(analysis.graph)
    several = [one for one in analysis.conversations if len(one.pairs) > 1]
    assert several
    for one in several:
        told = [(pair.left in concrete) + (pair.right in concrete) for pair in one.pairs]
        strong = [STRENGTH[pair.type] for pair in one.pairs]
        assert list(zip(strong, told, strict=True)) == sorted(
            zip(strong, told, strict=True), reverse=True
        )
        assert one.best is one.pairs[0]
