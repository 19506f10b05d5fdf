"""Short ways to make triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib.namespace import XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.queries import Term


def iri(value: str) -> ox.NamedNode:
    """Make a node."""
    return ox.NamedNode(value)


def english(text: str) -> ox.Literal:
    """Make an English text."""
    return ox.Literal(text, language="en")


def french(text: str) -> ox.Literal:
    """Make a French text."""
    return ox.Literal(text, language="fr")


def number(value: int) -> ox.Literal:
    """Make an integer."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer))


def state(subject: str, predicate: str, *values: Term | None) -> Iterator[ox.Triple]:
    """State a property of a thing, once for each value; None states nothing."""
    for value in values:
        if value is not None:
            yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
