"""What an IRI of ours shows when it is looked up.

Its own statements in all graphs with those of its parts, what points at it, the passages that
show it, the names of everything that is mentioned, and the graphs that say so. A graph shows
all that is in it, an ontology all its terms, a scheme all its concepts.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, VOID

from devcoop import assets, names
from devcoop.catalog.statements import english, french, iri, number, state
from devcoop.store import Store
from devcoop.store.canonical import label_blanks, order_triples
from devcoop.store.rdf import parse_rdf, read_bytes
from devcoop.store.terms import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

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


def known(store: Store, address: str) -> bool:
    """Tell whether an IRI is a named graph, or subject or object of any statement.

    Args:
        store: The dataset.
        address: The IRI, as it stands in the data.
    """
    node, store = _find_home(store, address)
    if node is None:
        return False
    return (
        store.has_graph(node.value) or store.contains(subject=node) or store.contains(object=node)
    )


def describe_resource(store: Store, address: str) -> list[Triple]:
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
    # The names of nodes without an IRI differ by run, so they are named anew.
    return order_triples(triples)


def describe_graph(store: Store, address: str) -> list[Quad]:
    """Give a named graph as it is, for the formats that know graphs, with its description.

    Args:
        store: The dataset.
        address: IRI of the graph.

    Returns:
        Its quads and those of the default graph about it, sorted; empty if there is no such graph.
    """
    node, store = _find_home(store, address)
    if node is None or not store.has_graph(node.value):
        return []
    described = store.quads(subject=node, graph=DefaultGraph())
    return sorted(label_blanks([*store.quads(graph=node), *described]), key=str)


def _find_home(store: Store, address: str) -> tuple[NamedNode | None, Store]:
    """Make a node of an IRI, and find the store that knows it; None if it is no IRI."""
    try:
        node = iri(address)
    except ValueError:
        return None, store
    if address.partition("#")[0] == _SHAPES:
        return node, _load_shapes()
    # A release is asked for by its own IRI; the one we have is the one the ontology names.
    released = store.quads(predicate=OWL.versionIRI, object=node)
    current = (one.subject for one in released if isinstance(one.subject, NamedNode))
    return next(current, node), store


@functools.cache
def _load_shapes() -> Store:
    """Load the shapes, which describe the data and are no part of them."""
    store = Store()
    for path in assets.iter_turtle(assets.ONTOLOGY / "shapes"):
        store.add(_SHAPES, parse_rdf(path, read_bytes(path)))
    return store


def _own_statements(store: Store, node: NamedNode) -> set[Triple]:
    """Collect what is said of a thing and of all that is shown with it."""
    triples: set[Triple] = set()
    for graph in _shown_whole(store, node):
        triples.update(q.triple for q in store.quads(graph=graph))
    for start in (node, *_concepts(store, node)):
        triples.update(_with_parts(store, start))
    return triples


def _shown_whole(store: Store, node: NamedNode) -> Iterator[NamedNode]:
    """Iterate over the graphs that a node stands for: itself, or where it is an ontology."""
    if store.has_graph(node.value):
        yield node
    for quad in store.quads(subject=node, predicate=_TYPE, object=_ONTOLOGY):
        if isinstance(quad.graph_name, NamedNode):
            yield quad.graph_name


def _concepts(store: Store, node: NamedNode) -> Iterator[NamedNode]:
    """Iterate over the concepts of a scheme."""
    if store.contains(subject=node, predicate=_TYPE, object=_SCHEME):
        for quad in store.quads(predicate=SKOS.inScheme, object=node):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject


def _with_parts(store: Store, start: NamedNode) -> Iterator[Triple]:
    """Iterate over the statements of a thing, and of its parts and blank nodes in turn."""
    inside = (f"{start.value}/", f"{start.value}#")
    waiting: list[NamedNode | BlankNode] = [start]
    seen = set(waiting)
    while waiting:
        for quad in store.quads(subject=waiting.pop()):
            yield quad.triple
            found = quad.object
            if isinstance(found, NamedNode) and not found.value.startswith(inside):
                continue
            if isinstance(found, NamedNode | BlankNode) and found not in seen:
                seen.add(found)
                waiting.append(found)


def _incoming(store: Store, node: NamedNode) -> set[Triple]:
    """Collect what points at a thing, each property up to the limit, and say how much there is."""
    groups: dict[str, set[Triple]] = defaultdict(set)
    for quad in store.quads(object=node):
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


def _say_limit(given: int, total: int) -> tuple[Literal, Literal]:
    return (
        english(f"Statements that point here: {given} of {total} are given."),
        french(f"Affirmations qui mènent ici : {given} sur {total} sont données."),
    )


def _cut(about: str, predicate: str, total: int) -> Iterator[Triple]:
    part = names.mint_part(about.partition("#")[0], "incoming", about, predicate)
    yield from state(about, VOID.propertyPartition, iri(part))
    yield from state(part, VOID.property, iri(predicate))
    yield from state(part, VOID.triples, number(total))


def _evidence(store: Store, own: Iterable[Triple]) -> Iterator[Triple]:
    """Iterate over the passages that show a thing, with place, gist and document."""
    shown = {one.object for one in own if one.predicate in _EVIDENCE}
    for passage in shown:
        if isinstance(passage, NamedNode):
            quads = store.quads(subject=passage)
            said = {quad.triple for quad in quads}
            if Triple(passage, _TYPE, _PASSAGE) in said:
                yield from said
                yield from _document(store, said)


def _document(store: Store, passage: set[Triple]) -> Iterator[Triple]:
    """Iterate over what is said of the document that a passage is in."""
    for one in passage:
        if one.predicate == _SOURCE and isinstance(one.object, NamedNode):
            for quad in store.quads(subject=one.object):
                yield quad.triple


def _names(store: Store, triples: Iterable[Triple]) -> set[Triple]:
    """Collect the names, in all languages, of everything that is mentioned."""
    terms = (term for one in triples for term in one)
    mentioned = {term for term in terms if isinstance(term, NamedNode)} | set(_NAMES)
    return {
        quad.triple
        for node in mentioned
        for naming in _NAMES
        for quad in store.quads(subject=node, predicate=naming)
    }


def _origins(store: Store, node: NamedNode) -> Iterator[Triple]:
    """Iterate over what tells which graphs say something of a thing, and under which licence."""
    homes = {quad.graph_name for quad in store.quads(subject=node)}
    for home in homes:
        if isinstance(home, NamedNode):
            yield from state(node.value, RDFS.isDefinedBy, home)
            for naming in (*_NAMES, *_ABOUT_GRAPH):
                for quad in store.quads(subject=home, predicate=naming, graph=DefaultGraph()):
                    yield quad.triple
