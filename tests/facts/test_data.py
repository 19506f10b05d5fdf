"""Facts of the plans that were once wrong or missing, each decided by its passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.names import render_prologue

if TYPE_CHECKING:
    from devcoop.store import Store

PREFIXES = (
    *("actor", "arena", "basis", "ben", "dcterms", "devc", "fn", "gr", "ok", "org", "pl"),
    *("sec", "skos", "th"),
)
# What must hold of the element with an identifier: fact, identifier, pattern.
HOLDS = [
    ("F32", "UNIDO-tech.tool.food", "devc:beneficiaryGroup ben:enterprises"),
    ("F33", "ISO-commitment-young-experts", "devc:targetArea gr:iso-members"),
    ("F33", "ISO-commitment-young-experts", "devc:placeBasis basis:global"),
    ("F34", "OBOR-IV.4.b", "devc:theme th:production-capacity , th:sps"),
    ("F35", "OBOR-IV.10.a", "devc:arena arena:home ; devc:targetArea pl:chinese-regions"),
    ("F35", "OBOR-IV.10.b", "devc:arena arena:home ; devc:targetArea pl:chinese-regions"),
    ("F36", "ISO-me-evaluation-midterm", 'devc:statedTime "mid-term"'),
    ("F37", "ISO-process-needs-assessment", 'devc:statedTime "annual"'),
    (
        "F38",
        "UNIDO-annex-22a",
        "devc:fundingSource actor:mic-governments , actor:financial-institutions ,"
        " actor:private-sector",
    ),
    ("links", "UNIDO-tech", "devc:linkBasis basis:inferred"),
    ("read", "OBOR-IV.7.d", "devc:inferredValue ben:nsb"),
    ("read", "UNIDO-tech.tool.gqsp", "devc:inferredValue ben:qi-bodies , fn:strengthen"),
    ("read", "UNIDO-tech.tool.food", "devc:inferredValue ben:enterprises"),
    ("read", "ISO-commitment-ca-synergies", "devc:inferredValue ben:qi-bodies"),
    ("duties", "ISO-me-members-data", "devc:dutyOf actor:developing-country-members"),
    ("goals", "ISO-output-4.3", "devc:contributesToGoal <http://metadata.un.org/sdg>"),
]
NOT = [
    ("F32", "UNIDO-tech.tool.food", "devc:beneficiaryGroup ben:countries"),
    ("F33", "ISO-commitment-young-experts", "devc:facetNotStated devc:targetArea"),
    ("F35", "OBOR-IV.10.a", "devc:facetNotStated devc:targetArea"),
]


def _is_said(graph: Store, identifier: str, pattern: str) -> bool:
    said = f'?one dcterms:identifier "{identifier}" ; {pattern} .'
    text = f"{render_prologue(*PREFIXES)}SELECT ?one WHERE {{ {said} }}"
    return bool(graph.query(text).rows)


@pytest.mark.parametrize(("fact", "identifier", "pattern"), HOLDS)
def test_plans_say_what_their_passages_say(
    fact: str, identifier: str, pattern: str, graph: Store
) -> None:
    assert _is_said(graph, identifier, pattern), fact


@pytest.mark.parametrize(("fact", "identifier", "pattern"), NOT)
def test_plans_do_not_say_what_their_passages_deny(
    fact: str, identifier: str, pattern: str, graph: Store
) -> None:
    # The element is there, so that a slip in its name cannot pass.
    assert _is_said(graph, identifier, "a devc:Undertaking"), identifier
    assert not _is_said(graph, identifier, pattern), fact


def test_key_term_of_output_5_1_is_found_by_its_word(graph: Store) -> None:
    text = f"""{render_prologue("dcterms", "devc")}
SELECT DISTINCT ?identifier WHERE {{
  ?one a devc:Undertaking ; dcterms:identifier ?identifier ; dcterms:description ?said .
  FILTER (CONTAINS(LCASE(STR(?said)), "non-duplication"))
}}"""
    rows = [record["identifier"] for record in graph.query(text).records()]
    assert rows == ["ISO-output-5.1"]


def test_named_organizations_of_the_plans_have_a_kind(graph: Store) -> None:
    text = f"""{render_prologue("org")}
SELECT DISTINCT ?body WHERE {{
  ?body a org:Organization .
  FILTER NOT EXISTS {{ ?body org:classification ?kind }}
}}"""
    assert graph.query(text).records() == []


def test_actors_without_a_group_are_of_every_kind(graph: Store) -> None:
    text = f"""{render_prologue("devc")}
SELECT DISTINCT ?who WHERE {{
  ?who a devc:ActorGroup .
  FILTER NOT EXISTS {{ ?who devc:groupConcept ?group }}
}} ORDER BY ?who"""
    slugs = {record["who"].rpartition("/")[2] for record in graph.query(text).records()}
    assert slugs == EVERY_KIND


EVERY_KIND = {
    *("all-parties", "all-sectors-of-society", "concerned-parties", "external-suppliers"),
    *("international-organizations", "iso-partners", "northern-or-southern-partner"),
    *("other-assistance-providers", "partners", "specialized-organizations", "stakeholders"),
    *("un-country-teams", "un-resident-coordinator-offices", "un-resident-coordinators"),
}
