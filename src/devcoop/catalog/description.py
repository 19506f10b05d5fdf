"""VoID and DCAT: what is in a dataset, how much of it, under which licence.

All counts come from the queries in `queries/catalog/`, which anybody can ask again. They are
about the named graphs; the default graph, which holds this description, does not count itself.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, VOID, XSD

from devcoop import media, names
from devcoop.catalog.formats import FORMATS
from devcoop.catalog.statements import english, french, iri, state
from devcoop.queries import get_query
from devcoop.store.terms import DefaultGraph, Literal, NamedNode, Quad, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.pipeline import Analysis
    from devcoop.store import Answer, Store

AUTHORS = "The devcoop authors"
RELEASED = "2026-11-22"
"""Day on which this version was released, as in CITATION.cff."""

# Newer than the list of terms in rdflib.
_DCAT_VERSION = names.term("dcat:version")

_TITLE = (
    english("devcoop: plans of development cooperation, and where they overlap or leave gaps"),
    french("devcoop : plans de coopération au développement, recoupements et lacunes"),
)
_DESCRIPTION = (
    english(
        "What agencies plan to do, for whom, where and when, with the passage of the document that"
        " says so; the schemes by which plans are compared; where they overlap, may duplicate each"
        " other or leave gaps, with the reason; and questions that are ready to be asked."
    ),
    french(
        "Ce que les organisations prévoient de faire, pour qui, où et quand, avec le passage du"
        " document qui le dit ; les nomenclatures qui servent à comparer les plans ; où ils se"
        " recoupent, font peut-être double emploi ou laissent des lacunes, et pourquoi ; et des"
        " questions prêtes à être posées."
    ),
)
_RIGHTS = (
    english(
        "The document belongs to its publisher. The graph holds facts, names, numbers and our own"
        " wording, and no sentence of the document."
    ),
    french(
        "Le document appartient à son éditeur. Le graphe contient des faits, des noms, des nombres"
        " et notre propre formulation, et aucune phrase du document."
    ),
)
_KEYWORDS = (
    *map(english, ("development cooperation", "aid coordination", "knowledge graph", "standards")),
    *map(french, ("coopération au développement", "coordination de l'aide", "normes")),
)
_GRAPH_TITLES = {
    names.FINDINGS_GRAPH: (english("Findings"), french("Constats")),
    names.QUESTIONS_GRAPH: (english("Questions"), french("Questions")),
    names.REVIEW_GRAPH: (english("Reviews by people"), french("Avis de personnes")),
    f"{names.CATALOG}/reference/agencies": (english("Organizations"), french("Organisations")),
}
_DUMP_ENDINGS = {".gz": "application/gzip", ".zip": "application/zip"}
_DUMP_TYPES = {f".{one.suffix}": one.media_type for one in FORMATS.values()} | {".csv": media.CSV}

_COUNTING = ("class-partitions", "dataset-size", "graph-sizes", "property-partitions")
Record = dict[str, "Term | None"]


def count_dataset(store: Store, made_from: str = "") -> dict[str, Answer]:
    """Count what is in the named graphs of a dataset.

    Args:
        store: All of them, findings and questions too.
        made_from: What they hang on beside the sources, in any words, so that the answers can be
            kept beside a store on disk; empty if that is not known.

    Returns:
        Answers by name of the query.
    """
    texts = {name: get_query(name).text for name in _COUNTING}
    if not made_from:
        return {name: store.query(text) for name, text in texts.items()}
    return {name: store.recall(text, made_from) for name, text in texts.items()}


def describe_dataset(
    store: Store, analysis: Analysis, counts: Mapping[str, Answer] | None = None
) -> list[Quad]:
    """Describe a dataset for its default graph.

    Args:
        store: Its named graphs.
        analysis: The run that its findings come from.
        counts: What `count_dataset` gives, where it was asked already.

    Returns:
        Quads of the default graph, without blank nodes, sorted.
    """
    sources = analysis.graph.sources
    counts = count_dataset(store) if counts is None else counts
    triples = {
        *_catalog(analysis, is_ours=all(one.publisher == names.AUTHORS for one in sources)),
        *_authors(),
        *_sizes(store, counts),
        *_partitions(counts),
        *_graphs(store, analysis, counts),
        *_linksets(store),
    }
    home = DefaultGraph()
    quads = [Quad(one.subject, one.predicate, one.object, home) for one in triples]
    return sorted(quads, key=str)


def describe_service(base: str, dumps: Iterable[str] = ()) -> list[Triple]:
    """Describe where a dataset is served; this is no part of the dataset.

    Args:
        base: Address of the server with a slash at its end.
        dumps: Names of the files below `data/` that hold the whole dataset.

    Returns:
        Triples without blank nodes, sorted.

    Examples:
        >>> triples = describe_service("http://127.0.0.1:8000/", ["devcoop.nq"])
        >>> any("127.0.0.1:8000/sparql" in str(triple.object) for triple in triples)
        True
    """
    page, service = f"{base}.well-known/void", f"{base}sparql#service"
    triples = {
        *state(page, RDF.type, iri(VOID.DatasetDescription)),
        *state(page, FOAF.primaryTopic, iri(names.CATALOG)),
        *state(names.CATALOG, VOID.sparqlEndpoint, iri(f"{base}sparql")),
        *state(names.CATALOG, DCAT.landingPage, iri(base)),
        *state(names.CATALOG, DCAT.service, iri(service)),
        *state(service, RDF.type, iri(DCAT.DataService)),
        *state(service, DCTERMS.title, english("SPARQL endpoint"), french("Accès SPARQL")),
        *state(service, DCAT.endpointURL, iri(f"{base}sparql")),
        *state(service, DCAT.endpointDescription, iri(f"{base}sparql")),
        *state(service, DCAT.servesDataset, iri(names.CATALOG)),
        *state(service, DCTERMS.conformsTo, iri(names.SPARQL_PROTOCOL)),
    }
    for name in dumps:
        triples.update(_dump(f"{base}data/{name}", name))
    return sorted(triples, key=str)


def _dump(address: str, name: str) -> Iterator[Triple]:
    """Describe a file with the whole dataset, packed or not."""
    packing = next((end for end in _DUMP_ENDINGS if name.endswith(end)), "")
    plain = name.removesuffix(packing)
    media_type = next((kind for end, kind in _DUMP_TYPES.items() if plain.endswith(end)), None)
    node = f"{address}#distribution"
    yield from state(names.CATALOG, VOID.dataDump, iri(address))
    yield from state(names.CATALOG, DCAT.distribution, iri(node))
    yield from state(node, RDF.type, iri(DCAT.Distribution))
    yield from state(node, DCAT.downloadURL, iri(address))
    yield from state(node, DCTERMS.license, iri(names.CC_BY))
    if media_type:
        yield from state(node, DCAT.mediaType, iri(names.MEDIA_TYPES + media_type))
    if packing:
        yield from state(node, DCAT.compressFormat, iri(names.MEDIA_TYPES + _DUMP_ENDINGS[packing]))


def _catalog(analysis: Analysis, *, is_ours: bool) -> Iterator[Triple]:
    """Describe the whole; licence and day are claimed only for what is all ours."""
    catalog, run = names.CATALOG, analysis.run
    authors = iri(names.AUTHORS)
    yield from state(catalog, RDF.type, iri(DCAT.Catalog), iri(DCAT.Dataset), iri(VOID.Dataset))
    yield from state(catalog, DCTERMS.title, *_TITLE)
    yield from state(catalog, DCTERMS.description, *_DESCRIPTION)
    yield from state(catalog, DCTERMS.creator, authors)
    yield from state(catalog, DCTERMS.publisher, authors)
    yield from state(catalog, DCAT.keyword, *_KEYWORDS)
    yield from state(catalog, _DCAT_VERSION, Literal(f"{run.version}+{run.data_hash[:16]}"))
    about = f"devcoop {run.version}, data {run.data_hash}"
    yield from state(catalog, OWL.versionInfo, Literal(about))
    yield from state(catalog, names.DEVC.sha256, Literal(run.data_hash))
    yield from state(catalog, DCTERMS.conformsTo, iri(f"{names.BASE}ns"))
    yield from state(catalog, VOID.uriSpace, Literal(names.BASE))
    yield from state(catalog, VOID.feature, *(iri(one.iri) for one in FORMATS.values()))
    if is_ours:
        yield from state(catalog, DCTERMS.license, iri(names.CC_BY))
        day = Literal(RELEASED, datatype=iri(XSD.date))
        yield from state(catalog, DCTERMS.issued, day)


def _authors() -> Iterator[Triple]:
    yield from state(names.AUTHORS, RDF.type, iri(FOAF.Agent))
    yield from state(names.AUTHORS, FOAF.name, Literal(AUTHORS))


def _ask(graph: Store, query: str) -> list[Record]:
    return _read(graph.query(get_query(query).text))


def _read(answer: Answer) -> list[Record]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _text(record: Mapping[str, Term | None], column: str) -> str:
    return str(getattr(record[column], "value", ""))


def _sizes(graph: Store, counts: Mapping[str, Answer]) -> Iterator[Triple]:
    catalog = names.CATALOG
    for row in _read(counts["dataset-size"]):
        yield from _counts(catalog, row)
        yield from state(catalog, VOID.entities, row["entities"])
        yield from state(catalog, VOID.classes, row["classes"])
    for row in _ask(graph, "vocabularies"):
        # Names such as urn:x:y have no namespace that could be told.
        if namespace := _text(row, "vocabulary"):
            yield from state(catalog, VOID.vocabulary, iri(namespace))
    for row in _ask(graph, "label-languages"):
        yield from state(catalog, DCTERMS.language, _language(_text(row, "language")))
    for row in _ask(graph, "example-resources"):
        yield from state(catalog, VOID.exampleResource, iri(_text(row, "example")))


def _counts(node: str, row: Record) -> Iterator[Triple]:
    yield from state(node, VOID.triples, row["triples"])
    yield from state(node, VOID.properties, row["properties"])
    yield from state(node, VOID.distinctSubjects, row["subjects"])
    yield from state(node, VOID.distinctObjects, row["objects"])


def _language(tag: str) -> NamedNode:
    """Name a language as DCAT 3 asks: by ISO 639-1 where it has a code of two letters."""
    code = tag.partition("-")[0]
    standard = "iso639-1" if len(code) == 2 else "iso639-2"  # noqa: PLR2004  letters of the code
    return iri(f"{names.LANGUAGE_CODES}{standard}/{code}")


def _partitions(counts: Mapping[str, Answer]) -> Iterator[Triple]:
    """Describe how much there is of each class and of each property."""
    for row in _read(counts["class-partitions"]):
        node = names.mint_part(names.CATALOG, "class", _text(row, "class"))
        yield from state(names.CATALOG, VOID.classPartition, iri(node))
        yield from state(node, VOID["class"], row["class"])
        yield from state(node, VOID.entities, row["entities"])
    for row in _read(counts["property-partitions"]):
        node = names.mint_part(names.CATALOG, "property", _text(row, "property"))
        yield from state(names.CATALOG, VOID.propertyPartition, iri(node))
        yield from state(node, VOID.property, row["property"])
        yield from state(node, VOID.triples, row["triples"])
        yield from state(node, VOID.distinctSubjects, row["subjects"])
        yield from state(node, VOID.distinctObjects, row["objects"])


def _graphs(graph: Store, analysis: Analysis, counts: Mapping[str, Answer]) -> Iterator[Triple]:
    """Describe each named graph as a dataset of its own."""
    for row in _read(counts["graph-sizes"]):
        node = _text(row, "graph")
        yield from state(node, RDF.type, iri(DCAT.Dataset), iri(VOID.Dataset))
        yield from state(node, DCTERMS.isPartOf, iri(names.CATALOG))
        yield from state(names.CATALOG, DCAT.dataset, iri(node))
        yield from state(names.CATALOG, VOID.subset, iri(node))
        yield from _counts(node, row)
    licences = {one.graph: one.licence for one in analysis.graph.sources}
    yield from _titles(graph, licences)
    yield from _documents(graph)
    findings = names.FINDINGS_GRAPH
    yield from state(findings, PROV.wasGeneratedBy, iri(analysis.run.iri))
    yield from state(findings, DCTERMS.creator, iri(names.AUTHORS))


def _titles(graph: Store, licences: Mapping[str, str]) -> Iterator[Triple]:
    """State titles and licences: what a graph says of itself, else what we know of it."""
    said: dict[str, list[Record]] = defaultdict(list)
    for row in _ask(graph, "graph-titles"):
        said[_text(row, "graph")].append(row)
    for node in graph.named_graphs():
        first = [row for row in said[node] if row["thing"] == said[node][0]["thing"]]
        known = _GRAPH_TITLES.get(node) or [row["title"] for row in first]
        yield from state(node, DCTERMS.title, *(known or [english(names.slug_of(node))]))
        yield from state(node, DCTERMS.description, *(row["description"] for row in first))
        yield from state(node, FOAF.primaryTopic, *(row["thing"] for row in first))
        stated = {row["licence"] for row in first if row["licence"]}
        yield from state(node, DCTERMS.license, *(stated or _known_licence(node, licences)))


def _known_licence(graph: str, licences: Mapping[str, str]) -> list[Term]:
    """Give the licence of a graph that states none, where we may."""
    if graph == names.QUESTIONS_GRAPH:
        return [iri(names.APACHE)]
    licence = names.CC_BY if graph == names.FINDINGS_GRAPH else licences.get(graph)
    return [iri(licence)] if licence else []


def _documents(graph: Store) -> Iterator[Triple]:
    """State which documents the graphs of plans come from, and whose they are."""
    for row in _ask(graph, "plan-documents"):
        node = _text(row, "graph")
        yield from state(node, DCTERMS.source, row["document"])
        yield from state(node, PROV.wasDerivedFrom, row["document"])
        yield from state(node, DCTERMS.rights, *_RIGHTS)


def _linksets(graph: Store) -> Iterator[Triple]:
    """Describe the links to the codes of others, by graph, property and target."""
    for row in _ask(graph, "outside-links"):
        home, prop, target = (_text(row, key) for key in ("graph", "property", "target"))
        node = names.mint_part(names.CATALOG, "links", home, prop, target)
        there = names.mint_part(names.CATALOG, "target", target)
        yield from state(node, RDF.type, iri(VOID.Linkset))
        yield from state(node, VOID.linkPredicate, iri(prop))
        yield from state(node, VOID.subjectsTarget, iri(names.CATALOG))
        yield from state(node, VOID.objectsTarget, iri(there))
        yield from state(node, VOID.triples, row["links"])
        yield from state(node, VOID.distinctSubjects, row["subjects"])
        yield from state(node, VOID.distinctObjects, row["objects"])
        yield from state(home, VOID.subset, iri(node))
        yield from state(there, RDF.type, iri(VOID.Dataset))
        yield from state(there, VOID.uriSpace, Literal(target))
