"""The page of every other IRI of ours: what is said of it, and what is said with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.catalog.resources import known
from devcoop.names import BASE, DEVC, PREFIXES, iri_of, is_ours, kind_of, path_of, term
from devcoop.pages.links import STATIC
from devcoop.pages.routes import Route, View, only
from devcoop.pages.views.elements import Evidence, read_passage
from devcoop.pages.views.facts import (
    DEFINITION,
    DESCRIPTION,
    LABEL,
    TYPE,
    facts_of,
    read_node,
)
from devcoop.pages.views.statements import Statements, list_in, list_out, list_parts, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts
    from devcoop.words.language import Label

_OWL = PREFIXES["owl"]
_TERMS = f"{BASE}ns#"

ONTOLOGY_PAGE = "ontology/index.html"
"""Where the build puts the document of the ontology below the folder of static files."""


@dataclass(frozen=True)
class ResourcePage:
    """All that is shown about a resource that has no page of its own kind.

    Attributes:
        iri: The resource.
        classes: What kind of thing it is.
        description: What it is.
        passage: The same as a passage; None for anything else.
        facts: What is said of it.
        parts: IRIs of its parts, with what is said of each.
        mentions: What is said with it.
        graphs: The graphs that say something of it.
    """

    iri: str
    classes: tuple[str, ...]
    description: Label | None
    passage: Evidence | None
    facts: tuple[Statements, ...]
    parts: tuple[tuple[str, tuple[Statements, ...]], ...]
    mentions: tuple[Statements, ...]
    graphs: tuple[str, ...]


def build_resource(facts: Facts, iri: str, language: str) -> ResourcePage | None:
    """Gather what is shown about a resource.

    Args:
        facts: Where to look.
        iri: The resource.
        language: For its description, and in which lists are sorted by name.

    Returns:
        None if nothing is said of it, nor with it.
    """
    out, into = list_out(facts, iri, language, _SHOWN), list_in(facts, iri, language)
    classes = facts.by_name(facts.links(iri, TYPE), language)
    if not (out or into or classes):
        return None
    is_passage = str(DEVC.Passage) in classes
    return ResourcePage(
        iri=iri,
        classes=classes,
        description=facts.find_text(iri, DESCRIPTION, language)
        or facts.find_text(iri, DEFINITION, language),
        passage=read_passage(facts, iri, language) if is_passage else None,
        facts=out,
        parts=tuple((part, list_out(facts, part, language)) for part in list_parts(facts, iri)),
        mentions=into,
        graphs=_list_graphs(facts, iri, language),
    )


_SHOWN = frozenset((TYPE, DESCRIPTION, DEFINITION))


def _list_graphs(facts: Facts, iri: str, language: str) -> tuple[str, ...]:
    node = read_node(iri)
    quads = facts.store.quads(subject=node) if node else ()
    graphs = {getattr(quad.graph_name, "value", "") for quad in quads}
    return facts.by_name((graph for graph in graphs if graph), language)


def _view(content: Content, request: Request, _parts: Parts) -> View | None:
    page = build_resource(facts_of(content), iri_of(request.path), request.language)
    return View("resource.html.j2", {"page": page}) if page else None


def _has(content: Content, parts: Parts) -> bool:
    return known(content.store, iri_of(f"/{parts['rest']}"))


def _paths(content: Content) -> Iterable[str]:
    """List the pages that others link to; a membership stands on those of group and country."""
    return sorted(
        path_of(iri) for iri in set(content.iter_known()) if is_ours(iri) and _has_own_page(iri)
    )


def _has_own_page(iri: str) -> bool:
    return "#" not in iri and owner_of(iri) == iri and kind_of(iri) != "group-membership"


@dataclass(frozen=True)
class Term:
    """A word of the data: a class or a property.

    Attributes:
        iri: The term.
        name: Its name in the data.
        definition: What it means.
        note: What else there is to say; None if there is nothing.
        statements: What else is said of it.
    """

    iri: str
    name: str
    definition: Label | None
    note: Label | None
    statements: tuple[Statements, ...]


_TERM_SHOWN = frozenset(
    (
        TYPE,
        LABEL,
        DEFINITION,
        term("skos:scopeNote"),
        term("rdfs:isDefinedBy"),
    )
)


def list_terms(facts: Facts, language: str) -> dict[str, tuple[Term, ...]]:
    """List the words of the data: classes, properties that lead to things, and to values.

    Args:
        facts: Where to look.
        language: For definitions.
    """
    kinds = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    return {kind: tuple(_list_kind(facts, kind, language)) for kind in kinds}


def _list_kind(facts: Facts, kind: str, language: str) -> Iterable[Term]:
    for iri in facts.of_type(_OWL + kind):
        if iri.startswith(_TERMS):
            yield Term(
                iri=iri,
                name=iri.removeprefix(_TERMS),
                definition=facts.find_text(iri, DEFINITION, language),
                note=facts.find_text(iri, term("skos:scopeNote"), language),
                statements=list_out(facts, iri, language, _TERM_SHOWN),
            )


def _view_terms(content: Content, request: Request, _parts: Parts) -> View:
    values = {
        "kinds": list_terms(facts_of(content), request.language),
        "iri": f"{BASE}ns",
        "document": ONTOLOGY_PAGE if (STATIC / ONTOLOGY_PAGE).is_file() else "",
    }
    return View("terms.html.j2", values)


ROUTES = (
    Route("/ns", _view_terms, only("/ns")),
    Route("/{rest*}", _view, _paths, has=_has),
)
