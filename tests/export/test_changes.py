from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from devcoop.errors import SourceError
from devcoop.export import check_alike, compare_editions, read_edition, render_changes, render_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devcoop.export.reading import Edition

HEAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix devc: <https://w3id.org/devcoop/ns#> .
@prefix ft: <https://w3id.org/devcoop/finding-type/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix th: <https://w3id.org/devcoop/theme/> .
@prefix x: <https://w3id.org/devcoop/element/x/> .
@prefix f: <https://w3id.org/devcoop/finding/> .
@base <https://w3id.org/devcoop/element/x/> .
<g> {
devc:theme rdfs:label "has theme"@en .
ft:overlap skos:prefLabel "Overlap"@en .
ft:duplication skos:prefLabel "Duplication"@en .
th:metrology a skos:Concept ; skos:prefLabel "Metrologie"@fr , "Metrology"@en .
x:a a devc:Undertaking ; rdfs:label "Teach"@en ; dcterms:identifier "X-a" .
x:b a devc:Undertaking ; rdfs:label "Train"@en ; dcterms:identifier "X-b" .
"""
OLD = """
x:a dcterms:temporal <a/period> . <a/period> dcat:endDate "2020" .
f:1 a devc:Finding , devc:PairFinding ; devc:findingType ft:overlap ; devc:involves x:a , x:b ;
    prov:wasGeneratedBy <run/1> .
f:3 a devc:Finding , devc:PairFinding ; devc:findingType ft:overlap ; devc:involves x:a , x:c ;
    prov:wasGeneratedBy <run/1> .
x:gone a devc:Undertaking ; rdfs:label "Gone"@en ; dcterms:identifier "X-gone" .
}
"""
NEW = """
x:a dcterms:temporal <a/period> ; devc:theme th:metrology . <a/period> dcat:endDate "2021" .
f:2 a devc:Finding , devc:PairFinding ; devc:findingType ft:duplication ; devc:involves x:a , x:b ;
    prov:wasGeneratedBy <run/2> .
f:3 a devc:Finding , devc:PairFinding ; devc:findingType ft:overlap ; devc:involves x:a , x:c ;
    prov:wasGeneratedBy <run/2> .
x:new a devc:Undertaking ; rdfs:label "New\u001b[31m\\n"@en ; dcterms:identifier "X-new" .
x:rule rdfs:label "Rule"@en ; rdfs:subClassOf [ owl:onProperty devc:theme ] .
}
"""


@pytest.fixture
def edit(tmp_path: Path) -> Callable[[str, str], Edition]:
    def write(name: str, body: str) -> Edition:
        (tmp_path / name).write_text(HEAD + body, encoding="utf-8")
        return read_edition(tmp_path / name)

    return write


def test_changes_are_told_in_words(edit: Callable[[str, str], Edition]) -> None:
    text = render_words(compare_editions(edit("old.trig", OLD), edit("new.trig", NEW)))
    assert text.splitlines()[3:] == [
        "Initiatives: 1 new, 1 gone, 1 changed; 3 now, 3 before",
        "  new: X-new (New\ufffd[31m )",
        "  gone: X-gone (Gone)",
        "  changed: X-a (Teach): has theme: Metrology added; period ends 2021 instead of 2020",
        "",
        "Findings about two initiatives: 0 new, 0 gone, 1 changed; 2 now, 2 before",
        "  changed: Duplication: X-a (Teach) / X-b (Train):"
        " findingType Duplication instead of Overlap",
        "",
        "Everything else: 1 new, 0 gone, 0 changed; 4 now, 3 before",
        "  new: Rule",
        "",
        "Statements about nodes without a name (rules of the ontology): 2",
    ]


def test_a_period_that_is_new_is_told_by_its_days(edit: Callable[[str, str], Edition]) -> None:
    period = '<a/period> a dcterms:PeriodOfTime ; dcat:endDate "2020" .'
    new = f"x:a dcterms:temporal <a/period> . {period} }}"
    text = render_words(compare_editions(edit("old.trig", "}"), edit("new.trig", new)))
    assert text.splitlines()[-1] == "  changed: X-a (Teach): period ends: 2020 added"


def test_nothing_changed_is_said(edit: Callable[[str, str], Edition]) -> None:
    same = compare_editions(edit("old.trig", OLD), edit("again.trig", OLD))
    assert render_words(same).startswith("Nothing changed")
    assert same.groups == ()


def test_changes_as_json_list_all(edit: Callable[[str, str], Edition]) -> None:
    changes = compare_editions(edit("old.trig", OLD), edit("new.trig", NEW))
    said = json.loads(render_changes(changes))
    groups = {group["name"]: group for group in said["groups"]}
    assert (said["old"], said["new"]) == (changes.old, changes.new)
    assert [one["label"] for one in groups["initiatives"]["gone"]] == ["X-gone (Gone)"]
    fields = groups["initiatives"]["changed"][0]["fields"]
    assert [one["new"] for one in fields] == [["Metrology"], ["2021"]]
    assert [one["gone"] for one in fields] == [[], ["2020"]]


def test_an_export_without_graphs_is_not_compared_with_one_that_has_them(
    edit: Callable[[str, str], Edition], tmp_path: Path
) -> None:
    (tmp_path / "poor.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    with pytest.raises(SourceError, match=r"poor\.ttl: it does not say which graph"):
        check_alike(edit("old.trig", OLD), read_edition(tmp_path / "poor.ttl"))
