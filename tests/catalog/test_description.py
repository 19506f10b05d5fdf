from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, VOID
from rdflib.query import ResultRow

from devcoop import assets, names
from devcoop.catalog import description
from devcoop.catalog.description import describe_dataset, describe_service
from devcoop.catalog.formats import render_rdf
from devcoop.dataset import build_dataset
from devcoop.graph import build_graph
from devcoop.queries import Query, load_library
from devcoop.store import Source, Store, rdf
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from rdflib.term import Node

    from devcoop.dataset import Dataset

ROOT = Path(__file__).resolve().parents[2]
CATALOG = rdflib.URIRef(names.CATALOG)
COUNTING = [query for query in load_library().values() if query.topic == "catalog"]


@pytest.fixture(scope="module")
def described(dataset: Dataset) -> rdflib.Graph:
    quads = dataset.store.quads(graph=ox.DefaultGraph())
    triples = [quad.triple for quad in quads]
    return rdflib.Graph().parse(data=render_rdf(triples, "nt"), format="nt")


def _count(graph: rdflib.Graph, node: Node, prop: rdflib.URIRef) -> int:
    return int(str(graph.value(node, prop)))


def _distinct(dataset: Dataset) -> set[ox.Triple]:
    return {q.triple for q in dataset.store if isinstance(q.graph_name, ox.NamedNode)}


def test_description_has_no_blank_nodes(described: rdflib.Graph) -> None:
    assert not [term for one in described for term in one if isinstance(term, rdflib.BNode)]


def test_description_is_the_same_when_made_again(dataset: Dataset) -> None:
    quads = describe_dataset(dataset.store, dataset.analysis)
    assert quads == sorted(quads, key=str)
    stated = dataset.store.quads(graph=ox.DefaultGraph())
    assert set(quads) <= set(stated)


def test_description_says_nothing_that_a_graph_says(dataset: Dataset) -> None:
    # A query over the union of the graphs would count it twice.
    quads = dataset.store.quads(graph=ox.DefaultGraph())
    assert {quad.triple for quad in quads} & _distinct(dataset) == set()


def test_catalog_counts_what_is_there(dataset: Dataset, described: rdflib.Graph) -> None:
    triples = _distinct(dataset)
    typed = [one for one in triples if one.predicate.value == str(RDF.type)]
    entities = {one.subject for one in typed if isinstance(one.subject, ox.NamedNode)}
    counts = {
        VOID.triples: len(triples),
        VOID.distinctSubjects: len({one.subject for one in triples}),
        VOID.distinctObjects: len({one.object for one in triples}),
        VOID.properties: len({one.predicate for one in triples}),
        VOID.entities: len(entities),
    }
    assert {prop: _count(described, CATALOG, prop) for prop in counts} == counts


def test_partitions_add_up(dataset: Dataset, described: rdflib.Graph) -> None:
    parts = list(described.objects(CATALOG, VOID.propertyPartition))
    assert len(parts) == _count(described, CATALOG, VOID.properties)
    assert sum(_count(described, one, VOID.triples) for one in parts) == len(_distinct(dataset))
    classes = list(described.objects(CATALOG, VOID.classPartition))
    stated = {str(described.value(one, VOID["class"])) for one in classes}
    found = {
        as_text(one.object)
        for one in _distinct(dataset)
        if one.predicate.value == str(RDF.type) and isinstance(one.subject, ox.NamedNode)
    }
    assert stated == found


def test_every_named_graph_is_described(dataset: Dataset, described: rdflib.Graph) -> None:
    graphs = dataset.graphs()
    assert {str(one) for one in described.objects(CATALOG, DCAT.dataset)} == set(graphs)
    for name in graphs:
        node = rdflib.URIRef(name)
        inside = dataset.store.quads(graph=ox.NamedNode(name))
        assert _count(described, node, VOID.triples) == len(list(inside)), name
        for prop in (DCTERMS.title, DCTERMS.license, DCTERMS.isPartOf):
            assert (node, prop, None) in described, (name, prop)
        assert (node, RDF.type, DCAT.Dataset) in described


def test_graph_of_a_plan_names_its_document(described: rdflib.Graph) -> None:
    plans = [one for one in described.objects(CATALOG, DCAT.dataset) if "/graph/plan/" in str(one)]
    assert plans
    for plan in plans:
        document = described.value(plan, DCTERMS.source)
        assert str(document).startswith(f"{names.BASE}document/")
        languages = {
            getattr(one, "language", None) for one in described.objects(plan, DCTERMS.rights)
        }
        assert languages == {"en", "fr"}


def test_links_to_outside_are_counted(dataset: Dataset, described: rdflib.Graph) -> None:
    sets = list(described.subjects(RDF.type, VOID.Linkset))
    targets = {
        str(described.value(described.value(one, VOID.objectsTarget), VOID.uriSpace))
        for one in sets
    }
    assert {"http://metadata.un.org/sdg/", f"{names.BASE}codelist/crs/"} <= targets
    for one in sets:
        home = ox.NamedNode(str(described.value(predicate=VOID.subset, object=one)))
        prop = ox.NamedNode(str(described.value(one, VOID.linkPredicate)))
        space = str(described.value(described.value(one, VOID.objectsTarget), VOID.uriSpace))
        links = [
            quad
            for quad in dataset.store.quads(predicate=prop, graph=home)
            if as_text(quad.object).startswith(space)
            and not {"/", "#"} & set(as_text(quad.object).removeprefix(space))
        ]
        assert _count(described, one, VOID.triples) == len(links)


def test_version_names_software_and_data(dataset: Dataset, described: rdflib.Graph) -> None:
    run = dataset.analysis.run
    versions = [str(one) for one in described.objects(CATALOG, OWL.versionInfo)]
    assert versions == [f"devcoop {run.version}, data {run.data_hash}"]
    version = described.value(CATALOG, rdflib.URIRef(names.PREFIXES["dcat"] + "version"))
    assert str(version) == f"{run.version}+{run.data_hash[:16]}"


def test_authors_and_day_are_those_of_the_citation(described: rdflib.Graph) -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert [one["name"] for one in citation["authors"]] == [description.AUTHORS]
    assert citation["date-released"].isoformat() == description.RELEASED
    creator = described.value(CATALOG, DCTERMS.creator)
    assert str(described.value(creator, FOAF.name)) == description.AUTHORS


def test_licence_is_not_claimed_for_what_is_not_ours() -> None:
    graph = build_graph()
    home, node = "https://example.org/graph", ox.NamedNode("https://example.org/a")
    graph.replace(Source(home, "0" * 64), [ox.Triple(node, node, node)])
    store = build_dataset(graph).store
    licence = ox.NamedNode(str(DCTERMS.license))
    for graph_iri in (home, names.CATALOG):
        assert not store.contains(subject=graph_iri, predicate=licence)
    plan = ox.NamedNode(f"{names.CATALOG}/plan/iso-2016-2020")
    assert list(store.quads(subject=plan, predicate=licence))


@pytest.fixture(scope="module")
def sample(dataset: Dataset) -> Store:
    """A plan, a scheme and the links to outside: rdflib needs a minute for all."""
    store = Store()
    for name in dataset.graphs():
        if name.endswith(("/plan/iso-2016-2020", "/schemes/theme")) or "/alignments/" in name:
            store.adopt((), dataset.store.quads(graph=name))
    return store


@pytest.fixture(scope="module")
def in_rdflib(sample: Store) -> rdflib.Dataset:
    other = rdflib.Dataset(default_union=True)
    return other.parse(data=rdf.serialize(sample, rdf.N_QUADS), format="nquads")


# rdflib calls its own deprecated method for GRAPH with a variable.
@pytest.mark.filterwarnings("ignore:Dataset.contexts is deprecated:DeprecationWarning")
@pytest.mark.parametrize("query", COUNTING, ids=[query.name for query in COUNTING])
def test_counting_query_gives_the_same_answer_in_rdflib(
    query: Query, sample: Store, in_rdflib: rdflib.Dataset
) -> None:
    answer = sample.query(query.text)
    expected = [tuple(record.values()) for record in answer.records()]
    rows = [
        tuple("" if cell is None else str(cell) for cell in row)
        for row in in_rdflib.query(query.text)
        if isinstance(row, ResultRow)
    ]
    assert expected
    assert sorted(rows) == sorted(expected)


def test_service_says_where_everything_is() -> None:
    triples = describe_service("http://127.0.0.1:8000/", ["devcoop.nq.gz", "devcoop.trig"])
    graph = rdflib.Graph().parse(data=render_rdf(triples, "nt"), format="nt")
    assert str(graph.value(CATALOG, VOID.sparqlEndpoint)) == "http://127.0.0.1:8000/sparql"
    addresses = {str(one) for one in graph.objects(CATALOG, VOID.dataDump)}
    assert addresses == {f"http://127.0.0.1:8000/data/devcoop.{end}" for end in ("nq.gz", "trig")}
    packed = rdflib.URIRef("http://127.0.0.1:8000/data/devcoop.nq.gz#distribution")
    assert str(graph.value(packed, DCAT.mediaType)).endswith("/application/n-quads")
    assert str(graph.value(packed, DCAT.compressFormat)).endswith("/application/gzip")


def test_counting_queries_are_all_used() -> None:
    text = Path(description.__file__).read_text(encoding="utf-8")
    assert COUNTING
    assert [query.name for query in COUNTING if f'"{query.name}"' not in text] == []
    assert assets.QUERIES.joinpath("catalog").is_dir()


def test_ontology_states_its_version() -> None:
    graph = rdflib.Graph().parse(assets.ONTOLOGY / "devcoop.ttl", format="turtle")
    ontology = rdflib.URIRef(f"{names.BASE}ns")
    stated = str(graph.value(ontology, OWL.versionInfo))
    assert str(graph.value(ontology, OWL.versionIRI)) == f"{names.BASE}release/{stated}/ns"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert stated == project["version"]
    cited = str(graph.value(ontology, DCTERMS.bibliographicCitation))
    assert f"version {stated}" in cited
