from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import rdflib
from click.testing import CliRunner, Result
from rdflib.namespace import RDF, SH

from devcoop.cli import main
from devcoop.errors import OutOfTimeError
from devcoop.names import BASE, DEVC, SHAPES
from devcoop.store.terms import Literal
from devcoop.validation import Engine, Severity, to_report, validate_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devcoop.validation import Result as Found

HEAD = """
@prefix devc: <https://w3id.org/devcoop/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/> .
"""
NAMELESS = """
[] a devc:Undertaking ; rdfs:label "Dredging"@en .
ex:plan a devc:Plan .
[] a devc:Undertaking ; rdfs:label "Pier"@en ; devc:theme ex:none .
"""
MEASURED = """
ex:whole a oa:TextPositionSelector ; oa:start "3"^^xsd:int ; oa:end "7"^^xsd:unsignedByte .
ex:other a oa:TextPositionSelector ; oa:start 3 ; oa:end "0007"^^xsd:integer .
"""
OWN_GRAPH = (
    f"<{BASE}element/pier> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    f"<{BASE}ns#Undertaking> <https://example.org/graph> .\n"
)


def _write(folder: Path, name: str, text: str, *, head: str = HEAD) -> Path:
    path = folder / name
    path.write_text(head + text, encoding="utf-8")
    return path


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["validate", *arguments])


def _said(results: list[Found]) -> set[tuple[str, str, str, str]]:
    return {(one.rule, one.node, one.value, one.component.rpartition("#")[2]) for one in results}


def _report(results: list[Found]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=to_report(results), format="turtle")


@pytest.fixture
def nameless(tmp_path: Path) -> Path:
    return _write(tmp_path, "nameless.ttl", NAMELESS)


def test_nodes_without_iri_are_called_the_same_in_each_run(nameless: Path) -> None:
    one, other = (_run(str(nameless), "-f", "csv").stdout for _ in range(2))
    assert "_:file1n1" in one
    assert "_:file1n2" in one
    assert one == other


def test_nodes_without_iri_are_reported_in_turtle(nameless: Path) -> None:
    one, other = (_run(str(nameless), "-f", "turtle") for _ in range(2))
    report = rdflib.Graph().parse(data=one.stdout, format="turtle")
    focused = {
        node for node in report.objects(None, SH.focusNode) if isinstance(node, rdflib.BNode)
    }
    assert len(focused) == 2
    assert one.stdout == other.stdout


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("engine", list(Engine))
def test_datatypes_are_checked_as_they_are_written(tmp_path: Path, engine: Engine) -> None:
    file = _write(tmp_path, "measured.ttl", MEASURED)
    results = validate_files([file], engine=engine)
    violations = [one for one in results if one.severity is Severity.VIOLATION]
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert {(one.component.rpartition("#")[2], str(one.terms.value)) for one in violations} == {
        ("DatatypeConstraintComponent", f'"3"^^<{xsd}int>'),
        ("DatatypeConstraintComponent", f'"7"^^<{xsd}unsignedByte>'),
    }
    assert {one.node for one in violations} == {"https://example.org/whole"}


def test_statements_in_named_graphs_are_checked(tmp_path: Path) -> None:
    file = _write(tmp_path, "own.nq", OWN_GRAPH, head="")
    results = validate_files([file])
    assert {one.source for one in results} == {"https://example.org/graph"}
    assert Severity.VIOLATION in {one.severity for one in results}


@pytest.mark.parametrize("name", ["marked.ttl", "marked.nt", "marked.nq", "marked.trig"])
def test_byte_order_mark_is_no_part_of_a_file(tmp_path: Path, name: str) -> None:
    file = _write(
        tmp_path, name, OWN_GRAPH.replace(" <https://example.org/graph>", ""), head="\ufeff"
    )
    assert f"{BASE}element/pier" in {one.node for one in validate_files([file])}


def test_our_own_context_is_at_hand(tmp_path: Path) -> None:
    text = f'{{"@context": ["{BASE}context.jsonld"], "id": "urn:pier", "type": "Undertaking"}}'
    results = validate_files([_write(tmp_path, "ours.jsonld", text, head="")])
    assert "urn:pier" in {one.node for one in results}


def test_context_of_others_is_refused_and_not_fetched(tmp_path: Path) -> None:
    text = '{"@context": "https://a.example/context", "@id": "urn:pier", "type": "Undertaking"}'
    result = _run(str(_write(tmp_path, "theirs.jsonld", text, head="")))
    assert result.exit_code == 3
    assert "not fetched" in result.stderr


def test_report_has_what_shacl_asks_of_each_result() -> None:
    results = validate_files([])
    report = _report(results)
    [head] = report.subjects(RDF.type, SH.ValidationReport)
    nodes = set(report.objects(head, SH.result))
    assert len(nodes) == len(results) > 0
    assert nodes == set(report.subjects(RDF.type, SH.ValidationResult))
    for node in nodes:
        for name in ("focusNode", "resultSeverity", "sourceConstraintComponent", "sourceShape"):
            assert len(list(report.objects(node, SH[name]))) == 1, (node, name)
    shaped = [one for one in results if not one.component.endswith("SPARQLConstraintComponent")]
    assert len(list(report.subject_objects(SH.resultPath))) == len(shaped)


def test_report_does_not_conform_when_anything_is_found(tmp_path: Path) -> None:
    file = _write(tmp_path, "nothing.ttl", "ex:a rdfs:label 'nothing to check' .")
    [sound] = _report(validate_files([file])).objects(None, SH.conforms)
    assert sound == rdflib.Literal(True)
    light = [one for one in validate_files([]) if one.severity is Severity.INFO]
    [found] = _report(light[:1]).objects(None, SH.conforms)
    assert found == rdflib.Literal(False)


def test_report_repeats_values_as_terms_and_paths_as_shapes_have_them(tmp_path: Path) -> None:
    text = "ex:money a devc:FundingProvision . ex:u a devc:Undertaking ; devc:theme ex:none ."
    report = _report(validate_files([_write(tmp_path, "money.ttl", text)]))
    assert rdflib.URIRef("https://example.org/none") in set(report.objects(None, SH.value))
    [path] = {
        report.value(node, SH.resultPath)
        for node in report.subjects(SH.focusNode, rdflib.URIRef("https://example.org/money"))
        if isinstance(report.value(node, SH.resultPath), rdflib.BNode)
    }
    assert report.value(path, SH.inversePath) == rdflib.URIRef(DEVC.hasFunding)


def test_both_engines_find_the_same(tmp_path: Path, nameless: Path) -> None:
    files = [nameless, _write(tmp_path, "own.nq", OWN_GRAPH, head="")]
    ours, reference = (validate_files(files, engine=engine) for engine in Engine)
    assert _said(ours) == _said(reference)
    assert to_report(ours) == to_report(reference)


SHAPES_OF_AN_AGENCY = '''
ex:declared sh:declare [ sh:prefix "devc" ;
  sh:namespace "https://w3id.org/devcoop/ns#"^^xsd:anyURI ] .
ex:Shape a sh:NodeShape ; sh:targetClass devc:Undertaking ;
  sh:property [ sh:path devc:budget ; sh:minCount 1 ; sh:severity sh:Warning ;
    sh:message "Chaque initiative a un budget."@fr ; sh:description "Ajoutez devc:budget." ] ;
  sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:seen ; sh:object true ] ;
  sh:sparql [ sh:prefixes ex:declared ; sh:message "no water in {?value}" ;
    sh:select """SELECT $this ?value WHERE { $this rdfs:label ?value .
      FILTER(CONTAINS(?value, 'Pier')) }""" ] .
ex:Seen a sh:NodeShape ; sh:targetObjectsOf ex:seen ; sh:in ( true ) .
'''


def test_shapes_of_others_are_run_with_sparql_and_rules(tmp_path: Path, nameless: Path) -> None:
    shapes = _write(tmp_path, "shapes.ttl", SHAPES_OF_AN_AGENCY)
    results = validate_files([nameless], shapes=[shapes])
    assert _said(results) == {
        ("https://example.org/Shape devc:budget", "_:file1n1", "", "MinCountConstraintComponent"),
        ("https://example.org/Shape devc:budget", "_:file1n2", "", "MinCountConstraintComponent"),
        ("https://example.org/Shape", "_:file1n2", "Pier", "SPARQLConstraintComponent"),
    }
    [budget] = {one for one in results if one.node == "_:file1n1"}
    assert budget.severity is Severity.WARNING
    assert budget.terms.message == Literal("Chaque initiative a un budget.", language="fr")
    assert budget.fix == "Ajoutez devc:budget."
    assert "no water in Pier" in {one.message for one in results}


def test_shapes_of_others_see_only_the_plans_that_are_checked(tmp_path: Path) -> None:
    shapes = _write(tmp_path, "shapes.ttl", SHAPES_OF_AN_AGENCY)
    file = _write(tmp_path, "nothing.ttl", "ex:a rdfs:label 'nothing to check' .")
    assert validate_files([file], shapes=[shapes]) == []


def test_what_a_shape_imports_is_not_fetched(tmp_path: Path, nameless: Path) -> None:
    more = _write(
        tmp_path, "more.ttl", "ex:More a sh:NodeShape ; sh:targetNode ex:plan ; sh:in () ."
    )
    imports = f"<urn:o> owl:imports <{more.as_uri()}> ."
    shapes = _write(tmp_path, "shapes.ttl", imports + SHAPES_OF_AN_AGENCY)
    rules = {one.rule for one in validate_files([nameless], shapes=[shapes])}
    assert rules
    assert "https://example.org/More" not in rules


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ('sh:js [ sh:jsFunctionName "f" ; sh:jsLibrary ex:l ]', "may not run a program"),
        ("sh:property [ sh:minCount 1 ]", "cannot be run"),
        ('sh:sparql [ sh:select "SELECT $this WHERE {" ]', "cannot be run"),
        (
            'sh:sparql [ sh:select "SELECT $this { SERVICE <http://a.example/> { ?s ?p 1 } }" ]',
            "SERVICE",
        ),
        (
            """sh:rule [ a sh:SPARQLRule ; sh:construct '''CONSTRUCT { $this <urn:p> 1 } WHERE {
            SERVICE <http://127.0.0.1:9/> { ?s ?p 1 } }''' ]""",
            "refused",
        ),
    ],
)
def test_shapes_that_cannot_or_may_not_be_run_are_told(
    tmp_path: Path, nameless: Path, shape: str, told: str
) -> None:
    text = f"ex:S a sh:NodeShape ; sh:targetClass devc:Undertaking ; {shape} ."
    result = _run(str(nameless), "--shapes", str(_write(tmp_path, "shapes.ttl", text)))
    assert result.exit_code == 3, result.output
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_shape_reads_no_file(tmp_path: Path, nameless: Path) -> None:
    secret = _write(tmp_path, "secret.ttl", "ex:secret ex:value 'told' .")
    found = "?s <https://example.org/value> ?value"
    query = f"SELECT $this ?value FROM <{secret.as_uri()}> WHERE {{ {found} }}"
    text = f'ex:S a sh:NodeShape ; sh:targetNode ex:plan ; sh:sparql [ sh:select "{query}" ] .'
    shapes = _write(tmp_path, "shapes.ttl", text)
    assert validate_files([nameless], shapes=[shapes]) == []


def test_shapes_that_take_too_long_are_stopped(tmp_path: Path, nameless: Path) -> None:
    endless = "SELECT $this WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    text = f'ex:S a sh:NodeShape ; sh:targetNode ex:plan ; sh:sparql [ sh:select "{endless}" ] .'
    shapes = _write(tmp_path, "shapes.ttl", text)
    result = _run(str(nameless), "--shapes", str(shapes), "--timeout", "8")
    assert result.exit_code == 4, result.output
    assert len(result.stderr.strip().splitlines()) == 1


def test_rules_that_take_too_long_are_stopped(
    nameless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devcoop.validation.files.run_checks", lambda *_: time.sleep(60))
    with pytest.raises(OutOfTimeError, match=r"the rules: .* within 5 seconds"):
        validate_files([nameless], seconds=5)


def test_time_counts_for_reading_too(tmp_path: Path) -> None:
    nest = "<ex:a><ex:b>" * 50_000 + "</ex:b></ex:a>" * 50_000
    root = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:ex="https://example.org/">{nest}</rdf:RDF>'
    result = _run(str(_write(tmp_path, "deep.rdf", root, head="")), "--timeout", "1")
    assert result.exit_code == 4, result.output
    assert "deep.rdf: stopped, not done within" in result.stderr


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize(
    "make",
    [
        lambda number: [number + 1],
        lambda number: [(number - 1) // 2] if number else [],
        lambda number: [other for other in range(60) if number < 60 and other != number],
    ],
    ids=["chain", "tree", "clique"],
)
def test_three_thousand_classes_are_checked_in_time(
    tmp_path: Path, make: Callable[[int], list[int]]
) -> None:
    lines = [f"ex:i{number} a ex:c{number} ." for number in range(3000)]
    for number in range(3000):
        lines += [f"ex:c{number} rdfs:subClassOf ex:c{other} ." for other in make(number)]
    lines += [f"ex:c{number} rdfs:subClassOf devc:Undertaking ." for number in (0, 3000)]
    result = _run(str(_write(tmp_path, "classes.ttl", "\n".join(lines))), "--timeout", "60")
    assert result.exit_code == 1, result.output[-300:]
    assert "i59 " in result.stdout


def test_rules_of_ours_are_named_by_their_shape(nameless: Path) -> None:
    results = validate_files([nameless])
    assert all(one.rule and not one.rule.startswith(SHAPES) for one in results)
