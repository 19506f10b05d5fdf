"""Results are told worst first, with the value at fault, the file and the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from click.testing import Result as Answer

from devcoop.cli import main
from devcoop.names import BASE
from devcoop.store.rdf import N_QUADS, parse, serialize
from devcoop.store.terms import Literal, NamedNode
from devcoop.validation import Result, Severity, to_report, validate_files
from devcoop.validation.inputs import read_inputs
from devcoop.validation.places import place_results
from devcoop.validation.results import Terms

if TYPE_CHECKING:
    from pathlib import Path

HEAD = f"""@prefix devc: <{BASE}ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
# Its lines are 5 to 10.
PIER = '''
ex:pier a devc:Undertaking ; devc:agency ex:nobody ;
  <http://www.w3.org/2000/01/rdf-schema#comment> """Two
lines.""" ;
  devc:theme ex:mud ,
    ex:silt .
ex:whole a oa:TextPositionSelector ; oa:start "three" ; oa:end 7 .
[] a devc:Plan .
'''


def _write(folder: Path, text: str, name: str = "pier.ttl") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _run(*arguments: str) -> Answer:
    return CliRunner().invoke(main, ["validate", *arguments])


def _lines(path: Path) -> dict[tuple[str, str, str], int]:
    return {(one.rule, one.node, one.value): one.line for one in validate_files([path])}


def test_line_is_that_of_the_value_or_else_of_the_node(tmp_path: Path) -> None:
    lines = _lines(_write(tmp_path, HEAD + PIER))
    pier, example = "https://example.org/pier", "https://example.org/"
    of_themes = {value: line for (_, node, value), line in lines.items() if node == pier and value}
    assert of_themes[f"{example}mud"] == 9
    assert of_themes[f"{example}silt"] == 10
    assert lines["TextPositionSelector-start", f"{example}whole", "three"] == 11
    assert of_themes[f"{BASE}ns#theme is {example}silt"] == 10
    assert lines["PlanElement-inPlan", pier, ""] == 6
    assert {line for (_, node, _), line in lines.items() if node == "_:file1n1"} == {12}


@pytest.mark.parametrize("name", ["a.nt", "a.nq", "a.trig", "a.ttl"])
def test_lines_are_known_in_every_syntax_with_lines(tmp_path: Path, name: str) -> None:
    triples = [quad.triple for quad in parse((HEAD + PIER).encode(), "text/turtle")]
    text = "# one\n\n" + serialize(triples, N_QUADS).decode()
    inputs = read_inputs([_write(tmp_path, text, name)])
    assert [line for _, line in inputs.places] == [*range(3, 3 + len(triples))]


def test_lines_are_known_in_xml(tmp_path: Path) -> None:
    text = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:devc="{BASE}ns#">
  <devc:Undertaking rdf:about="https://example.org/pier">
    <devc:theme rdf:resource="https://example.org/mud"/>
    <devc:theme rdf:resource="https://example.org/silt"/>
  </devc:Undertaking>
</rdf:RDF>"""
    inputs = read_inputs([_write(tmp_path, text, "a.rdf")])
    assert [line for _, line in inputs.places] == [3, 4, 5]


def test_lines_are_not_guessed_in_json(tmp_path: Path) -> None:
    text = '[\n{"@id": "urn:a",\n"urn:p": ["x",\n"y"]}]'
    inputs = read_inputs([_write(tmp_path, text, "a.jsonld")])
    assert {line for _, line in inputs.places} == {0}


def test_each_file_has_lines_of_its_own(tmp_path: Path) -> None:
    home = f"GRAPH <{BASE}graph/plan/lake> {{"
    paths = [
        _write(tmp_path, f"{HEAD}{home} ex:one a devc:Plan . }}", "one.trig"),
        _write(tmp_path, f"\n\n{HEAD}{home} ex:two a devc:Plan . }}", "two.trig"),
    ]
    told = {(one.node, one.file, one.line) for one in validate_files(paths)}
    assert told == {
        ("https://example.org/one", str(paths[0]), 5),
        ("https://example.org/two", str(paths[1]), 7),
    }


@pytest.mark.parametrize(
    ("value", "line"), [("is: https://example.org/silt", 10), ("a: b", 6), ("::", 6), ("", 6)]
)
def test_values_in_words_are_looked_up_as_far_as_they_go(
    tmp_path: Path, value: str, line: int
) -> None:
    inputs = read_inputs([_write(tmp_path, HEAD + PIER)])
    pier = NamedNode("https://example.org/pier")
    terms = Terms(pier, pier, Literal(value))
    found = Result(Severity.VIOLATION, "rule", "", "", value, "", "", "", terms)
    assert [one.line for one in place_results([found], inputs)] == [line]


def test_lines_are_told_for_shapes_of_others(tmp_path: Path) -> None:
    shape = "ex:S a sh:NodeShape ; sh:targetClass devc:Undertaking ; sh:property [ "
    shape += 'sh:path devc:theme ; sh:pattern "mud" ] .'
    shapes = _write(tmp_path, HEAD + shape, "shapes.ttl")
    [result] = validate_files([_write(tmp_path, HEAD + PIER)], shapes=[shapes])
    assert (result.value, result.line) == ("https://example.org/silt", 10)


def _severities(told: str) -> list[Severity]:
    words = (word.strip('"') for word in told.lower().replace("sh:", "").replace(",", " ").split())
    return [Severity(word) for word in words if word in list(Severity)]


@pytest.mark.parametrize("form", ["csv", "json", "table", "turtle"])
def test_violations_come_first_and_value_and_line_are_told(tmp_path: Path, form: str) -> None:
    path = _write(tmp_path, HEAD + PIER)
    told = _run(str(path), "-f", form).stdout
    ranks = [list(Severity).index(one) for one in _severities(told)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1
    wanted = {
        "csv": f",{path},11,TextPositionSelector-start,",
        "json": f'"file": "{path}",\n    "line": 11,\n    "rule": "TextPositionSelector-start"',
        "table": f"{path}:11 ",
        "turtle": 'sh:value "three"',
    }
    assert wanted[form] in told


def test_report_does_not_depend_on_how_a_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write(tmp_path, HEAD + PIER)
    monkeypatch.chdir(tmp_path)
    near = to_report(validate_files([path.relative_to(tmp_path)]))
    assert near == to_report(validate_files([path]))
