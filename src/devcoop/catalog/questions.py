"""The query library as linked data.

Each query is an executable of SHACL with its text, so that whoever has the graph can ask its
questions without having our files. The text keeps its own PREFIX lines and runs as it stands.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from rdflib.namespace import CSVW, DCTERMS, OWL, RDF, RDFS, SDO, SH, SKOS, XSD

from devcoop import names
from devcoop.catalog.statements import english, french, iri, number, state
from devcoop.queries import load_library
from devcoop.store import Store, results
from devcoop.store.terms import Literal, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.queries import Query

LIBRARY = f"{names.BASE}question"
"""The library: its prefixes are declared here."""

_DATATYPES = {
    "string": XSD.string,
    "date": XSD.date,
    "decimal": XSD.decimal,
    "double": XSD.double,
    "iri": XSD.anyURI,
    "integer": XSD.integer,
    "boolean": XSD.boolean,
}
_KINDS = {
    results.TABLE: (SH.SPARQLSelectExecutable, SH.select),
    results.BOOLEAN: (SH.SPARQLAskExecutable, SH.ask),
    results.GRAPH: (SH.SPARQLConstructExecutable, SH.construct),
}
_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s+<([^>]*)>", re.MULTILINE)


def build_questions() -> list[Triple]:
    """State each query of the library as an executable of SHACL.

    Returns:
        Triples without blank nodes, sorted.

    Examples:
        >>> iri = "<https://w3id.org/devcoop/question/plan-periods>"
        >>> any(str(triple.subject) == iri for triple in build_questions())
        True
    """
    return list(_state_all())


@cache
def _state_all() -> tuple[Triple, ...]:
    """State all queries; they ship with the program, so that they are the same each time."""
    library = list(load_library().values())
    triples = set(_library(library))
    for query in library:
        triples.update(_question(query))
    return tuple(sorted(triples, key=str))


def _library(queries: list[Query]) -> Iterator[Triple]:
    """State what the library is and which prefixes its queries use."""
    yield from state(LIBRARY, RDF.type, iri(OWL.Ontology))
    yield from state(LIBRARY, DCTERMS.title, english("Questions"), french("Questions"))
    yield from state(
        LIBRARY,
        DCTERMS.description,
        english("Questions that can be asked of the dataset, each as SPARQL that runs as it is."),
        french("Questions que l'on peut poser aux données, chacune en SPARQL prêt à l'emploi."),
    )
    for prefix, namespace in sorted(
        {pair for one in queries for pair in _PREFIX.findall(one.text)}
    ):
        node = f"{LIBRARY}#prefix-{prefix}"
        yield from state(LIBRARY, SH.declare, iri(node))
        yield from state(node, RDF.type, iri(SH.PrefixDeclaration))
        yield from state(node, SH.prefix, Literal(prefix))
        yield from state(node, SH.namespace, Literal(namespace, datatype=iri(XSD.anyURI)))


def _question(query: Query) -> Iterator[Triple]:
    node, text = names.mint_question(query.name), _strip_header(query.text)
    kind, holds_text = _KINDS[Store().start(text).kind]
    header = query.header
    yield from state(node, RDF.type, iri(SH.SPARQLExecutable), iri(kind))
    yield from state(node, holds_text, Literal(text))
    yield from state(node, SH.prefixes, iri(LIBRARY))
    yield from state(node, RDFS.label, english(query.title), _french(header, "title"))
    yield from state(node, RDFS.comment, english(query.question), _french(header, "question"))
    yield from state(node, DCTERMS.identifier, Literal(query.name))
    yield from state(node, SDO.keywords, *(english(str(one)) for one in header["keywords"]))
    yield from state(node, SDO.target, iri(names.ENDPOINT))
    yield from state(node, SKOS.note, english(f"The answer has {header['grain']}."))
    yield from _parameters(node, query, text)
    yield from _columns(node, query)


def _parameters(node: str, query: Query, text: str) -> Iterator[Triple]:
    for place, (name, about) in enumerate(query.params.items(), start=1):
        parameter = f"{node}#parameter-{name}"
        kind = about.get("type", "string")
        default = _default(text, name)
        yield from state(node, SH.parameter, iri(parameter))
        yield from state(parameter, RDF.type, iri(SH.Parameter))
        # SHACL takes the name of the variable from the local name of the path.
        yield from state(parameter, SH.path, iri(f"{node}#{name}"))
        yield from state(parameter, SH.name, Literal(name))
        yield from state(parameter, SH.order, number(place))
        yield from state(parameter, SH.description, _about(about), _french(about, "about"))
        yield from state(parameter, SH.optional, Literal(value=True))
        yield from state(parameter, SH.defaultValue, default)
        if kind == "iri":
            yield from state(parameter, SH.nodeKind, iri(SH.IRI))
        else:
            yield from state(parameter, SH.datatype, iri(_DATATYPES.get(kind, XSD.string)))


def _columns(node: str, query: Query) -> Iterator[Triple]:
    schema = f"{node}#columns"
    yield from state(node, CSVW.tableSchema, iri(schema))
    yield from state(schema, RDF.type, iri(CSVW.Schema))
    for place, (name, said) in enumerate(query.header["columns"].items(), start=1):
        column, about = f"{node}#column-{name}", said or {}
        datatype = _DATATYPES.get(str(about.get("type")), XSD.string)
        yield from state(schema, CSVW.column, iri(column))
        yield from state(column, RDF.type, iri(CSVW.Column))
        yield from state(column, CSVW.name, Literal(name))
        yield from state(column, CSVW.datatype, iri(datatype))
        yield from state(column, SH.order, number(place))
        yield from state(column, DCTERMS.description, _about(about), _french(about, "about"))


def _strip_header(text: str) -> str:
    """Leave out the header, which is stated apart."""
    lines = [line for line in text.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip() + "\n"


def _default(text: str, name: str) -> Term | None:
    """Let the engine read the default of a parameter; None if it is left open."""
    slot = re.search(rf"VALUES\s+\?{name}\s*\{{[^}}]*\}}", text)
    if slot is None:
        return None
    prefixes = "\n".join(match.group() for match in _PREFIX.finditer(text))
    found = Store().query(f"{prefixes}\nSELECT ?{name} WHERE {{ {slot.group()} }}")
    return next((row[0] for row in found.rows), None)


def _about(about: dict[str, Any]) -> Literal | None:
    return english(str(about["about"])) if about.get("about") else None


def _french(header: dict[str, Any], key: str) -> Literal | None:
    """Give the French wording of a header's line, where it has one."""
    said = header.get(f"{key}_fr")
    return french(str(said)) if said else None
