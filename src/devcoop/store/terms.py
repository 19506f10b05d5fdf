"""Terms and statements of RDF, as every part of devcoop hands them on.

`NamedNode` is an IRI, `BlankNode` a node without one, `Literal` a value with its datatype or
language; `Triple` is a statement, `Quad` a statement in a named graph or in the
`DefaultGraph`. They are immutable, hashable, equal by value, and print as N-Triples.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "BlankNode",
    "DefaultGraph",
    "GraphName",
    "Literal",
    "NamedNode",
    "Quad",
    "Term",
    "Triple",
    "as_text",
    "has_blank",
    "is_language_tag",
    "place_in",
    "read_node",
]

Term = NamedNode | BlankNode | Literal | Triple
"""What stands in a cell of an answer, or as the object of a statement."""

GraphName = NamedNode | BlankNode | DefaultGraph
"""What a quad is in."""


def as_text(term: Term | None) -> str:
    """Give a term's IRI or lexical form, without quotes and brackets.

    Examples:
        >>> as_text(Literal("plan", language="en"))
        'plan'
        >>> as_text(None)
        ''
    """
    return "" if term is None else str(getattr(term, "value", term))


@lru_cache(maxsize=1024)
def is_language_tag(text: str) -> bool:
    """Tell whether a text is a language tag that the engine takes, in the form of BCP 47.

    Examples:
        >>> is_language_tag("pt-BR"), is_language_tag("en-x"), is_language_tag("Spanish, French")
        (True, False, False)
    """
    try:
        Literal("", language=text)
    except ValueError:
        return False
    return True


def read_node(text: str) -> NamedNode | BlankNode:
    """Read a node as N-Triples has it.

    Args:
        text: An IRI in brackets, or the label of a blank node.

    Examples:
        >>> read_node("<urn:a>"), read_node("_:b")
        (<NamedNode value=urn:a>, <BlankNode value=b>)
    """
    return NamedNode(text[1:-1]) if text[0] == "<" else BlankNode(text[2:])


def has_blank(statement: Triple | Quad) -> bool:
    """Tell whether a statement names a node without an IRI, at any depth.

    Examples:
        >>> name = NamedNode("urn:a")
        >>> has_blank(Triple(BlankNode(), name, name)), has_blank(Triple(name, name, name))
        (True, False)
    """
    ends = (statement.subject, statement.object, getattr(statement, "graph_name", None))
    return any(
        isinstance(end, BlankNode) or (isinstance(end, Triple) and has_blank(end)) for end in ends
    )


def place_in(graph: str | None, triples: Iterable[Triple | Quad]) -> Iterator[Quad]:
    """Put statements into a named graph, whatever graph they were in.

    Args:
        graph: Its IRI; None for the default graph.
        triples: The statements.

    Examples:
        >>> name = NamedNode("urn:a")
        >>> [str(one) for one in place_in("urn:g", [Triple(name, name, name)])]
        ['<urn:a> <urn:a> <urn:a> <urn:g>']
    """
    home = NamedNode(graph) if graph else DefaultGraph()
    for one in triples:
        yield Quad(one.subject, one.predicate, one.object, home)
