from __future__ import annotations

import functools
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, VOID

from devcoop import names
from devcoop.catalog.formats import FORMATS, render_rdf
from devcoop.catalog.resources import (
    INCOMING_LIMIT,
    describe_graph,
    describe_resource,
    known,
)
from devcoop.names import BASE, DEVC
from devcoop.store import Store, rdf
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from devcoop.dataset import Dataset

METROLOGY = f"{BASE}theme/metrology"
NAMING = {str(one) for one in (RDFS.label, SKOS.prefLabel, DCTERMS.title, FOAF.name)}

EXCEPTIONS: dict[str, str] = {}
"""IRIs of ours that show nothing, with the reason; there are none today."""


@functools.cache
def _ours(store: Store) -> list[str]:
    found = {
        term.value
        for quad in store
        for term in (quad.subject, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    }
    return sorted(found)


def _node(store: Store, kind: object) -> str:
    """The first thing of a class."""
    quads = store.quads(predicate=ox.NamedNode(str(RDF.type)), object=ox.NamedNode(str(kind)))
    return min(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))


def _objects(triples: list[ox.Triple], subject: str, predicate: object) -> set[str]:
    node, prop = ox.NamedNode(subject), ox.NamedNode(str(predicate))
    return {as_text(one.object) for one in triples if (one.subject, one.predicate) == (node, prop)}


@pytest.mark.parametrize("one_in", [13, pytest.param(1, marks=pytest.mark.gate)])
def test_every_iri_of_ours_shows_something(dataset: Dataset, one_in: int) -> None:
    ours = _ours(dataset.store)
    assert len(ours) > 5000
    # A whole graph or ontology takes a fifth of a second; each is described once, below.
    silent = [
        one
        for one in ours[::one_in]
        if not dataset.store.has_graph(one) and not describe_resource(dataset.store, one)
    ]
    assert set(silent) == set(EXCEPTIONS)


def test_description_shows_both_directions_of_every_thing(dataset: Dataset) -> None:
    store, base = dataset.store, len(BASE)
    kinds = {one[base:].partition("/")[0].partition("#")[0]: one for one in _ours(store)}
    assert len(kinds) > 30
    for address in kinds.values():
        node = ox.NamedNode(address)
        triples = set(describe_resource(store, address))
        outgoing = {q.triple for q in store.quads(subject=node)}
        incoming = {q.triple for q in store.quads(object=node)}
        assert outgoing <= triples, address
        assert incoming <= triples or len(incoming) > INCOMING_LIMIT, address


def test_description_names_everything_it_mentions_in_all_languages(dataset: Dataset) -> None:
    store = dataset.store
    triples = set(describe_resource(store, METROLOGY))
    mentioned = {term for one in triples for term in one if isinstance(term, ox.NamedNode)}
    labels = {
        quad.triple
        for node in mentioned
        for naming in NAMING
        for quad in store.quads(subject=node, predicate=ox.NamedNode(naming))
    }
    assert {one.object.language for one in labels if isinstance(one.object, ox.Literal)} >= {
        "en",
        "fr",
    }
    assert labels <= triples


def test_description_of_a_finding_shows_its_parts_and_passages(dataset: Dataset) -> None:
    finding = _node(dataset.store, DEVC.PairFinding)
    triples = describe_resource(dataset.store, finding)
    parts = _objects(triples, finding, DEVC.part)
    assert parts
    for part in parts:
        assert _objects(triples, part, DEVC.facet)
    passages = _objects(triples, finding, names.PREFIXES["prov"] + "wasDerivedFrom")
    assert len(passages) >= 2
    for passage in passages:
        assert _objects(triples, passage, DEVC.locator)
        assert _objects(triples, passage, DCTERMS.description)
        (document,) = _objects(triples, passage, names.PREFIXES["oa"] + "hasSource")
        assert _objects(triples, document, DEVC.sha256)


def test_part_can_be_looked_up_by_itself(dataset: Dataset) -> None:
    finding = _node(dataset.store, DEVC.PairFinding)
    part = min(_objects(describe_resource(dataset.store, finding), finding, DEVC.part))
    triples = describe_resource(dataset.store, part)
    assert _objects(triples, part, DEVC.facet)
    assert _objects(triples, finding, DEVC.part) == {part}


def test_description_says_which_graphs_it_comes_from(dataset: Dataset) -> None:
    triples = describe_resource(dataset.store, METROLOGY)
    graphs = _objects(triples, METROLOGY, RDFS.isDefinedBy)
    assert f"{names.CATALOG}/schemes/theme" in graphs
    for graph in graphs:
        assert _objects(triples, graph, DCTERMS.license)
        assert _objects(triples, graph, DCTERMS.title)


def test_graph_shows_all_that_is_in_it(dataset: Dataset) -> None:
    for graph in dataset.graphs():
        inside = dataset.store.quads(graph=ox.NamedNode(graph))
        wanted = {quad.triple for quad in inside}
        if any(isinstance(term, ox.BlankNode) for one in wanted for term in one):
            continue
        shown = describe_resource(dataset.store, graph)
        assert wanted <= set(shown), graph
        assert _objects(shown, graph, DCTERMS.title), graph
        quads = describe_graph(dataset.store, graph)
        kept = [quad for quad in quads if quad.graph_name == ox.NamedNode(graph)]
        assert {quad.triple for quad in kept} == wanted, graph


def test_ontology_shows_all_terms_by_its_iri_and_by_its_release(dataset: Dataset) -> None:
    triples = describe_resource(dataset.store, f"{BASE}ns")
    shown = {one.subject.value for one in triples if isinstance(one.subject, ox.NamedNode)}
    assert {str(term) for term in (DEVC.Plan, DEVC.theme, DEVC.weight)} <= shown
    assert describe_resource(dataset.store, f"{BASE}release/0.1.0/ns") == triples


def test_scheme_shows_its_concepts(dataset: Dataset) -> None:
    triples = describe_resource(dataset.store, f"{BASE}theme")
    quads = dataset.store.quads(
        predicate=ox.NamedNode(str(SKOS.inScheme)), object=ox.NamedNode(f"{BASE}theme")
    )
    concepts = [quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)]
    assert len(concepts) > 100
    assert [one for one in concepts if not _objects(triples, one, SKOS.definition)] == []


def test_shapes_can_be_looked_up(dataset: Dataset) -> None:
    whole = describe_resource(dataset.store, f"{BASE}shapes")
    assert len(whole) > 1000
    one = f"{names.SHAPES}Concept-prefLabel"
    assert _objects(describe_resource(dataset.store, one), one, RDF.type)


def test_incoming_statements_are_counted_when_they_are_cut(dataset: Dataset) -> None:
    passage = str(DEVC.Passage)
    triples = describe_resource(dataset.store, passage)
    pointing = dataset.store.quads(predicate=RDF.type, object=passage)
    total = len({quad.triple for quad in pointing})
    assert total > INCOMING_LIMIT
    cut = f"{BASE}ns#incoming-Passage"
    (part,) = _objects(triples, cut, VOID.propertyPartition)
    assert _objects(triples, part, VOID.property) == {str(RDF.type)}
    assert _objects(triples, part, VOID.triples) == {str(total)}
    given = [one for one in triples if one.object == ox.NamedNode(passage)]
    assert sum(one.predicate.value == str(RDF.type) for one in given) == INCOMING_LIMIT
    assert any(" are given" in text for text in _objects(triples, cut, DCTERMS.description))


@pytest.mark.parametrize(
    "address",
    [
        f"{BASE}theme/nothing",
        f"{BASE}shapes#Nothing",
        f"{BASE}",
        "https://example.org/else",
        "no iri at all",
        f"{BASE}theme/<script>",
        f"{BASE}theme/../../etc/passwd",
        "",
    ],
)
def test_unknown_iri_shows_nothing(address: str, dataset: Dataset) -> None:
    assert not known(dataset.store, address)
    assert describe_resource(dataset.store, address) == []
    assert describe_graph(dataset.store, address) == []


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
@pytest.mark.parametrize("path", ["theme/metrology", "ns", "graph", "question/plan-periods"])
def test_description_reads_back_in_every_format(path: str, suffix: str, dataset: Dataset) -> None:
    triples = describe_resource(dataset.store, BASE + path)
    written = render_rdf(triples, suffix)
    read = ox.Dataset(rdf.parse(written, FORMATS[suffix].media_type))
    read.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert {quad.triple for quad in read} == set(triples)


@pytest.mark.gate
def test_description_is_the_same_in_another_process() -> None:
    script = (
        "import hashlib; from devcoop.dataset import build_dataset;"
        "from devcoop.catalog.formats import render_rdf;"
        "from devcoop.catalog.resources import describe_resource;"
        "s = build_dataset().store;"
        "b = [render_rdf(describe_resource(s, 'https://w3id.org/devcoop/' + p), 'ttl')"
        " for p in ('ns', 'graph', 'theme', 'theme/metrology', 'shapes', 'question')];"
        "print(hashlib.sha256(b''.join(b)).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
