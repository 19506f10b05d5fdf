"""The JSON-LD context: short names for the terms of the ontology.

`ontology/context.jsonld` is generated from the ontology and ships with every export; exports
hold it inside, so that a reader fetches nothing. Terms of our own come first; a borrowed term
has a short name where no other term has the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devcoop import assets, names
from devcoop.store.rdf import parse_rdf, read_bytes
from devcoop.store.terms import NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONTEXT_FILE = assets.ONTOLOGY / "context.jsonld"
_P = names.PREFIXES
_VOCABULARIES = ("devc", "dcat", "dcterms", "oa", "org", "owl", "prov", "rdf", "rdfs", "sh")
_ALL_VOCABULARIES = (*_VOCABULARIES, "skos", "xsd")
_RDF_TYPE = names.term("rdf:type")
_OWL = _P["owl"]
# Texts that are given in several languages: written as {"en": …, "fr": …}.
_IN_LANGUAGES = {
    names.term("rdfs:label"),
    names.term("dcterms:description"),
    names.term("dcterms:title"),
    *(names.term(f"skos:{name}") for name in ("altLabel", "definition", "prefLabel", "scopeNote")),
    names.term("devc:caveat"),
}
# Borrowed properties whose vocabularies, unlike ours, are not loaded with their ranges.
_BORROWED_RANGES = {
    names.term("dcat:startDate"): names.term("xsd:date"),
    names.term("dcat:endDate"): names.term("xsd:date"),
    names.term("oa:start"): names.term("xsd:integer"),
    names.term("oa:end"): names.term("xsd:integer"),
    names.term("prov:generatedAtTime"): names.term("xsd:dateTime"),
}
_TERM_KINDS = (
    "Class",
    "ObjectProperty",
    "TransitiveProperty",
    "DatatypeProperty",
    "AnnotationProperty",
)


def load_context() -> dict[str, Any]:
    """Read the context that ships with the ontology.

    Examples:
        >>> load_context()["Undertaking"]
        'devc:Undertaking'
    """
    document: dict[str, dict[str, Any]] = json.loads(CONTEXT_FILE.read_text(encoding="utf-8"))
    return document["@context"]


def render_context() -> bytes:
    """Render the context anew from the ontology, as `ontology/context.jsonld` holds it."""
    path = assets.ONTOLOGY / "devcoop.ttl"
    context = build_context(quad.triple for quad in parse_rdf(path, read_bytes(path)))
    return (json.dumps({"@context": context}, indent=2, ensure_ascii=False) + "\n").encode()


def build_context(ontology: Iterable[Triple]) -> dict[str, Any]:
    """Build a context from an ontology.

    Args:
        ontology: Its triples.

    Returns:
        Version, aliases and prefixes first, then the terms in alphabetical order.
    """
    triples = set(ontology)
    types = {kind: _find_typed(triples, kind) for kind in _TERM_KINDS}
    declared = set[str]().union(*types.values(), _IN_LANGUAGES)
    ranges = _BORROWED_RANGES | dict(_iter_ranges(triples))
    terms = {name: _define(iri, types, ranges) for name, iri in _name_terms(declared)}
    prefixes = {prefix: _P[prefix] for prefix in sorted(_ALL_VOCABULARIES)}
    head = {"@version": 1.1, "id": "@id", "type": "@type"}
    return head | prefixes | dict(sorted(terms.items()))


def _iter_ranges(triples: Iterable[Triple]) -> Iterator[tuple[str, str]]:
    """Iterate over properties and their ranges, where both have an IRI."""
    for triple in triples:
        if triple.predicate.value == names.term("rdfs:range"):
            ends = triple.subject, triple.object
            if isinstance(ends[0], NamedNode) and isinstance(ends[1], NamedNode):
                yield ends[0].value, ends[1].value


def _find_typed(triples: Iterable[Triple], kind: str) -> set[str]:
    wanted = NamedNode(_OWL + kind)
    return {
        triple.subject.value
        for triple in triples
        if triple.object == wanted
        and triple.predicate.value == _RDF_TYPE
        and isinstance(triple.subject, NamedNode)
    }


def _name_terms(declared: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give each term a short name; none where a term of ours, or an earlier one, has it."""
    taken = {*_ALL_VOCABULARIES, "id", "type"}
    for iri in sorted(declared, key=lambda iri: (not iri.startswith(_P["devc"]), iri)):
        prefix, _, name = names.shorten(iri).partition(":")
        if prefix in _ALL_VOCABULARIES and name and name not in taken:
            taken.add(name)
            yield name, iri


def _define(iri: str, types: dict[str, set[str]], ranges: dict[str, str]) -> Any:
    short = names.shorten(iri)
    if iri in _IN_LANGUAGES:
        return {"@id": short, "@container": "@language"}
    if iri in types["ObjectProperty"]:
        return {"@id": short, "@type": "@id"}
    datatype = ranges.get(iri, "")
    is_plain = datatype == names.term("xsd:string") or not datatype.startswith(_P["xsd"])
    if iri in types["DatatypeProperty"] and not is_plain:
        return {"@id": short, "@type": names.shorten(datatype)}
    return short
