"""Short ways to make triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.namespace import XSD

from devcoop.store.terms import Literal, NamedNode, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator


def iri(value: str) -> NamedNode:
    """Make a node."""
    return NamedNode(value)


def english(text: str) -> Literal:
    """Make an English text."""
    return Literal(text, language="en")


def french(text: str) -> Literal:
    """Make a French text."""
    return Literal(text, language="fr")


def number(value: int) -> Literal:
    """Make an integer."""
    return Literal(str(value), datatype=NamedNode(XSD.integer))


def state(subject: str, predicate: str, *values: Term | None) -> Iterator[Triple]:
    """State a property of a thing, once for each value; None states nothing."""
    for value in values:
        if value is not None:
            yield Triple(NamedNode(subject), NamedNode(predicate), value)
