"""The W3C's tests of SHACL, for shapes of others; the known failures have to fail."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl  # noqa: F401  loaded once instead of in the process of each test
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SH

from devcoop.errors import GraphError
from devcoop.validation import to_report
from devcoop.validation.inputs import read_inputs
from devcoop.validation.interpreter import interpret

if TYPE_CHECKING:
    from devcoop.store.terms import Quad

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("DEVCOOP_SHARED", HERE.parents[2] / "shared"))
SUITE = SHARED / "suites" / "data-shapes-test-suite" / "tests"
FILES = sorted(
    path for path in SUITE.rglob("*.ttl") if "sht:Validate" in path.read_text(encoding="utf-8")
)
LEAST = 100  # far fewer than there are: the suite would be cut, or not found
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
COMPARED = (
    SH.focusNode,
    SH.resultPath,
    SH.resultSeverity,
    SH.sourceConstraintComponent,
    SH.value,
)

with (HERE / "known_shacl_failures.csv").open(newline="", encoding="utf-8") as file:
    KNOWN_FAILURES = {row["name"]: row["reason"] for row in csv.DictReader(file)}

needs_suite = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the suite is not here; name its folder in DEVCOOP_SHARED"
)


def _name(path: Path) -> str:
    return path.relative_to(SUITE).with_suffix("").as_posix()


def _mark(path: Path) -> object:
    reason = KNOWN_FAILURES.get(_name(path))
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(path, id=_name(path), marks=marks)


@cache
def _read(path: Path) -> tuple[Quad, ...]:
    return read_inputs([path], path.stem.replace("-", "")).quads


def _parse(path: Path) -> rdflib.Graph:
    """Parse a file, whose relative IRIs are those of files beside it."""
    return rdflib.Graph().parse(path, publicID=path.as_uri())


def _find_file(manifest: rdflib.Graph, name: rdflib.URIRef) -> Path:
    [action] = manifest.objects(None, MF.action)
    return Path(str(manifest.value(action, name)).removeprefix("file://"))


def _reduce(graph: rdflib.Graph, report: rdflib.term.Node | None) -> rdflib.Graph:
    """Keep what the suite compares of a report; its nodes lose their names."""
    reduced = rdflib.Graph()
    waiting: list[rdflib.term.Node] = []
    for result in graph.objects(report, SH.result):
        node = rdflib.BNode()
        for name in COMPARED:
            for value in graph.objects(result, name):
                reduced.add((node, name, value))
                if name == SH.resultPath:
                    waiting.append(value)
        shape = graph.value(result, SH.sourceShape)
        if isinstance(shape, rdflib.URIRef) and "#" in shape:
            reduced.add((node, SH.sourceShape, shape))
    while waiting:
        part = waiting.pop()
        for _, predicate, value in graph.triples((part, None, None)):
            if isinstance(part, rdflib.BNode) and (part, predicate, value) not in reduced:
                reduced.add((part, predicate, value))
                waiting.append(value)
    return reduced


@pytest.mark.series(one_in=7)
@pytest.mark.parametrize("path", [_mark(path) for path in FILES])
def test_shapes_are_run_as_the_suite_says(path: Path) -> None:
    manifest = _parse(path)
    [expected] = manifest.objects(None, MF.result)
    data, shapes = (_read(_find_file(manifest, name)) for name in (SHT.dataGraph, SHT.shapesGraph))
    if expected == SHT.Failure:
        with pytest.raises(GraphError):
            interpret(data, shapes)
        return
    report = rdflib.Graph().parse(data=to_report(interpret(data, shapes)), format="turtle")
    [head] = report.subjects(RDF.type, SH.ValidationReport)
    assert isomorphic(_reduce(report, head), _reduce(manifest, expected))
    assert report.value(head, SH.conforms) == manifest.value(expected, SH.conforms)


@needs_suite
def test_suite_is_whole() -> None:
    assert len(FILES) > LEAST


@needs_suite
def test_known_failures_are_of_the_suite() -> None:
    assert set(KNOWN_FAILURES) <= set(map(_name, FILES))
    assert all(KNOWN_FAILURES.values())
