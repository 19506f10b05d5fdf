"""Shapes that have no query form go to pySHACL, they alone, with the results of pySHACL for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.store import Store
from devcoop.store.rdf import parse_rdf
from devcoop.validation import files, rules
from devcoop.validation.interpreter import interpret
from devcoop.validation.rules import Material, run_other_shapes, run_shapes
from devcoop.validation.shapes import Shapes, load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devcoop.validation import Result

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <urn:x:> .
"""
SAID = 'sh:severity sh:Violation ; sh:message "Wrong."@en ; sh:description "Mend it."@en'
DATA = """
:a a :C ; :p 1 , "x" ; :q :b .
:b a :C , :E ; :p 7 .
:c a :D ; :p "long enough" ; :r :a .
:d a :C ; :q _:n . _:n :p 2 .
:D rdfs:subClassOf :C .
"""
EASY = f""":S a sh:NodeShape ; sh:targetClass :C ; sh:property :S-q .
:S-q sh:path :q ; sh:minCount 1 ; {SAID} ."""
"""A shape that has a query form."""
HARD = {
    "or": f":S sh:property :h . :h sh:path :p ;"
    f" sh:or ([sh:datatype xsd:integer] [sh:minLength 5]) ; {SAID} .",
    "path": f":S sh:property :h . :h sh:path [sh:alternativePath (:q :r)] ;"
    f" sh:minCount 1 ; {SAID} .",
    "any-length": f":S sh:property :h . :h sh:path [sh:zeroOrMorePath :q] ;"
    f" sh:maxCount 1 ; {SAID} .",
    "node-kind": f":S sh:property :h . :h sh:path :q ; sh:nodeKind sh:BlankNode ; {SAID} .",
    "flags": f':S sh:property :h . :h sh:path :p ; sh:pattern "X" ; sh:flags "i" ; {SAID} .',
    "node": f":S sh:property :h . :h sh:path :q ; sh:node :S ; {SAID} .",
    "qualified": f":S sh:property :h . :h sh:path :q ; sh:qualifiedMinCount 1 ;"
    f" sh:qualifiedValueShape [sh:class :E] ; {SAID} .",
    "off": f":S sh:property :h . :h sh:path :p ; sh:maxCount 0 ; sh:deactivated true ; {SAID} .",
    "unsaid": ":S sh:property :h . :h sh:path :p ; sh:maxCount 1 .",
    "nameless": f":S sh:property [sh:path :p ; sh:maxCount 1 ; {SAID}] .",
    "own-severity": ":S sh:property :h . :h sh:path :p ; sh:maxCount 1 ; sh:severity :Bad ;"
    ' sh:message "Wrong."@en ; sh:description "Mend it."@en .',
    "whole": ":T a sh:NodeShape ; sh:targetClass :C ; sh:nodeKind sh:IRI ; sh:closed true ;"
    " sh:ignoredProperties (rdf:type) ; sh:property :S-q .",
    "subjects": ":T a sh:NodeShape ; sh:targetSubjectsOf :r ; sh:property :S-q .",
    "property-shape": f":T sh:targetClass :C ; sh:path :p ; sh:maxCount 1 ; {SAID} .",
    "class": ":C a rdfs:Class , sh:NodeShape ; sh:property :S-q .",
    "sparql": ':T a sh:NodeShape ; sh:targetClass :C ; sh:sparql [ sh:message "No E." ;'
    ' sh:select "SELECT $this WHERE { $this a <urn:x:E> }" ] .',
    "two": f":S sh:property :h , :i . :h sh:path :p ; sh:maxCount 1 ; sh:in (1 7) ; {SAID} ."
    f" :i sh:path :q ; sh:or ([sh:class :E] [sh:class :D]) ; {SAID} ."
    " :T a sh:NodeShape ; sh:targetClass :D ; sh:property :i .",
}


def _write(folder: Path, name: str) -> Path:
    (folder / "shapes.ttl").write_text(f"{PREFIXES}{EASY}\n{HARD[name]}\n", encoding="utf-8")
    return folder


def _data(path: Path) -> Store:
    store = Store()
    store.add(None, parse_rdf(path.with_suffix(".ttl"), f"{PREFIXES}{DATA}".encode()))
    return store


def _told(results: Iterable[Result]) -> list[tuple[str, ...]]:
    return sorted(
        (one.component, str(one.terms.focus), str(one.terms.value), str(one.severity), one.message)
        for one in results
    )


@pytest.mark.parametrize("name", HARD)
def test_results_are_those_of_the_reference(name: str, tmp_path: Path) -> None:
    known = load_shapes(_write(tmp_path, name))
    store = _data(tmp_path / "data")
    text = (tmp_path / "shapes.ttl").read_bytes()
    whole = Store()
    whole.add(None, parse_rdf(tmp_path / "shapes.ttl", text))
    asked = [*run_shapes(Material(store, store), known), *run_other_shapes(store, known)]
    assert _told(asked) == _told(interpret(store, whole))
    assert {one.shape for one in known.constraints} >= {"urn:x:S-q"}
    assert known.others
    assert "urn:x:S-q" not in known.others


def test_our_own_shapes_all_have_a_query_form() -> None:
    known = load_shapes()
    assert (known.others, known.statements) == ((), ())


def test_command_says_what_has_no_query_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = load_shapes(_write(tmp_path, "or"))
    own = load_shapes()
    both = Shapes(own.constraints, known.others, known.statements)
    for module in (files, rules):
        monkeypatch.setattr(module, "load_shapes", lambda: both)
    path = tmp_path / "plan.ttl"
    path.write_text(f"{PREFIXES}{DATA}", encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", str(path), "-f", "csv"])
    assert result.exit_code == 1, result.output
    assert "checked by pySHACL, as they have no query form: urn:x:h" in result.stderr
    assert "urn:x:a" in result.stdout
