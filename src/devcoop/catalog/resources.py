"""What an IRI of ours shows when it is looked up.

Its own statements in all graphs with those of its parts, what points at it, the passages that
show it, the names of everything that is mentioned, and the graphs that say so. A graph shows
all that is in it, an ontology all its terms, a scheme all its concepts.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, VOID

from devcoop import assets, names
from devcoop.catalog.statements import english, french, iri, number, state
from devcoop.graph import parse_rdf, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INCOMING_LIMIT = 500
"""At most so many statements of one property are given that point at a resource."""

_SHAPES = names.SHAPES.rstrip("#")
_NAMES = [iri(one) for one in (RDFS.label, SKOS.prefLabel, DCTERMS.title, FOAF.name)]
_EVIDENCE = [iri(one) for one in (names.DEVC.hasEvidence, PROV.wasDerivedFrom)]
_ABOUT_GRAPH = [iri(one) for one in (DCTERMS.license, names.DEVC.sha256)]
_TYPE, _ONTOLOGY, _SCHEME = iri(RDF.type), iri(OWL.Ontology), iri(SKOS.ConceptScheme)
_PASSAGE, _SOURCE = iri(names.DEVC.Passage), iri(names.term("oa:hasSource"))


def known(store: ox.Store, address: str) -> bool:
    """Tell whether an IRI is a named graph, or subject or object of any statement.

    Args:
        store: The dataset.
        address: The IRI, as it stands in the data.
    """
    node, store = _find_home(store, address)
    if node is None:
        return False
    if store.contains_named_graph(node):
        return True
    pointing = store.quads_for_pattern(None, None, node, None)
    return any(next(quads, None) for quads in (store.quads_for_pattern(node, None, None), pointing))


def describe_resource(store: ox.Store, address: str) -> list[ox.Triple]:
    """Give what an IRI shows when it is looked up.

    Args:
        store: The dataset.
        address: The IRI, as it stands in the data.

    Returns:
        Triples, sorted, the same for the same data; empty if nothing is known of the IRI. Of
        the statements that point at it, at most `INCOMING_LIMIT` of each property; the node
        `#incoming` says how many there are in all, and of each property that was cut.

    Examples:
        >>> from devcoop.dataset import build_dataset
        >>> store = build_dataset().store
        >>> triples = describe_resource(store, "https://w3id.org/devcoop/theme/metrology")
        >>> any("Metrology" in str(triple.object) for triple in triples)
        True
        >>> describe_resource(store, "https://w3id.org/devcoop/theme/nothing")
        []
    """
    if not known(store, address):
        return []
    node, store = _find_home(store, address)
    if node is None:
        return []
    own = _own_statements(store, node)
    triples = {*own, *_incoming(store, node), *_evidence(store, own)}
    triples.update(_origins(store, node))
    triples.update(_names(store, triples))
    return _in_order(triples)


def describe_graph(store: ox.Store, address: str) -> list[ox.Quad]:
    """Give a named graph as it is, for the formats that know graphs, with its description.

    Args:
        store: The dataset.
        address: IRI of the graph.

    Returns:
        Its quads and those of the default graph about it, sorted; empty if there is no such graph.
    """
    node, store = _find_home(store, address)
    if node is None or not store.contains_named_graph(node):
        return []
    quads = ox.Dataset(store.quads_for_pattern(None, None, None, node))
    for quad in store.quads_for_pattern(node, None, None, ox.DefaultGraph()):
        quads.add(quad)
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(quads, key=str)


def _find_home(store: ox.Store, address: str) -> tuple[ox.NamedNode | None, ox.Store]:
    """Make a node of an IRI, and find the store that knows it; None if it is no IRI."""
    try:
        node = iri(address)
    except ValueError:
        return None, store
    if address.partition("#")[0] == _SHAPES:
        return node, _load_shapes()
    # A release is asked for by its own IRI; the one we have is the one the ontology names.
    released = store.quads_for_pattern(None, iri(OWL.versionIRI), node, None)
    current = (one.subject for one in released if isinstance(one.subject, ox.NamedNode))
    return next(current, node), store


@functools.cache
def _load_shapes() -> ox.Store:
    """Load the shapes, which describe the data and are no part of them."""
    store = ox.Store()
    for path in assets.iter_turtle(assets.ONTOLOGY / "shapes"):
        store.extend(parse_rdf(path, read_bytes(path), _SHAPES))
    return store


def _own_statements(store: ox.Store, node: ox.NamedNode) -> set[ox.Triple]:
    """Collect what is said of a thing and of all that is shown with it."""
    triples: set[ox.Triple] = set()
    for graph in _shown_whole(store, node):
        triples.update(q.triple for q in store.quads_for_pattern(None, None, None, graph))
    for start in (node, *_concepts(store, node)):
        triples.update(_with_parts(store, start))
    return triples


def _shown_whole(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.NamedNode]:
    """Iterate over the graphs that a node stands for: itself, or where it is an ontology."""
    if store.contains_named_graph(node):
        yield node
    for quad in store.quads_for_pattern(node, _TYPE, _ONTOLOGY, None):
        if isinstance(quad.graph_name, ox.NamedNode):
            yield quad.graph_name


def _concepts(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.NamedNode]:
    """Iterate over the concepts of a scheme."""
    if next(store.quads_for_pattern(node, _TYPE, _SCHEME, None), None):
        for quad in store.quads_for_pattern(None, iri(SKOS.inScheme), node, None):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject


def _with_parts(store: ox.Store, start: ox.NamedNode) -> Iterator[ox.Triple]:
    """Iterate over the statements of a thing, and of its parts and blank nodes in turn."""
    inside = (f"{start.value}/", f"{start.value}#")
    waiting: list[ox.NamedNode | ox.BlankNode] = [start]
    seen = set(waiting)
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None, None):
            yield quad.triple
            found = quad.object
            if isinstance(found, ox.NamedNode) and not found.value.startswith(inside):
                continue
            if isinstance(found, ox.NamedNode | ox.BlankNode) and found not in seen:
                seen.add(found)
                waiting.append(found)


def _incoming(store: ox.Store, node: ox.NamedNode) -> set[ox.Triple]:
    """Collect what points at a thing, each property up to the limit, and say how much there is."""
    groups: dict[str, set[ox.Triple]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, None, node, None):
        groups[quad.predicate.value].add(quad.triple)
    if not groups:
        return set()
    triples = {one for group in groups.values() for one in sorted(group, key=str)[:INCOMING_LIMIT]}
    whole = node.value.partition("#")
    about = f"{whole[0]}#incoming{'-' if whole[2] else ''}{whole[2]}"
    given, total = len(triples), sum(map(len, groups.values()))
    triples.update(state(about, RDF.type, iri(VOID.Dataset)))
    triples.update(state(about, FOAF.primaryTopic, node))
    triples.update(state(about, VOID.triples, number(total)))
    triples.update(state(about, DCTERMS.description, *_say_limit(given, total)))
    for predicate, group in groups.items():
        if len(group) > INCOMING_LIMIT:
            triples.update(_cut(about, predicate, len(group)))
    return triples


def _say_limit(given: int, total: int) -> tuple[ox.Literal, ox.Literal]:
    return (
        english(f"Statements that point here: {given} of {total} are given."),
        french(f"Affirmations qui mènent ici : {given} sur {total} sont données."),
    )


def _cut(about: str, predicate: str, total: int) -> Iterator[ox.Triple]:
    part = names.mint_part(about.partition("#")[0], "incoming", about, predicate)
    yield from state(about, VOID.propertyPartition, iri(part))
    yield from state(part, VOID.property, iri(predicate))
    yield from state(part, VOID.triples, number(total))


def _evidence(store: ox.Store, own: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Iterate over the passages that show a thing, with place, gist and document."""
    shown = {one.object for one in own if one.predicate in _EVIDENCE}
    for passage in shown:
        if isinstance(passage, ox.NamedNode):
            quads = store.quads_for_pattern(passage, None, None, None)
            said = {quad.triple for quad in quads}
            if ox.Triple(passage, _TYPE, _PASSAGE) in said:
                yield from said
                yield from _document(store, said)


def _document(store: ox.Store, passage: set[ox.Triple]) -> Iterator[ox.Triple]:
    """Iterate over what is said of the document that a passage is in."""
    for one in passage:
        if one.predicate == _SOURCE and isinstance(one.object, ox.NamedNode):
            for quad in store.quads_for_pattern(one.object, None, None, None):
                yield quad.triple


def _names(store: ox.Store, triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Collect the names, in all languages, of everything that is mentioned."""
    terms = (term for one in triples for term in one)
    mentioned = {term for term in terms if isinstance(term, ox.NamedNode)} | set(_NAMES)
    return {
        quad.triple
        for node in mentioned
        for naming in _NAMES
        for quad in store.quads_for_pattern(node, naming, None, None)
    }


def _origins(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.Triple]:
    """Iterate over what tells which graphs say something of a thing, and under which licence."""
    homes = {quad.graph_name for quad in store.quads_for_pattern(node, None, None, None)}
    for home in homes:
        if isinstance(home, ox.NamedNode):
            yield from state(node.value, RDFS.isDefinedBy, home)
            for naming in (*_NAMES, *_ABOUT_GRAPH):
                for quad in store.quads_for_pattern(home, naming, None, ox.DefaultGraph()):
                    yield quad.triple


def _in_order(triples: set[ox.Triple]) -> list[ox.Triple]:
    """Sort triples; blank nodes, whose names differ by run, are named anew by RDFC-1.0."""
    if any(isinstance(term, ox.BlankNode) for one in triples for term in one):
        home = ox.DefaultGraph()
        quads = (ox.Quad(one.subject, one.predicate, one.object, home) for one in triples)
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return sorted((quad.triple for quad in dataset), key=str)
    return sorted(triples, key=str)
