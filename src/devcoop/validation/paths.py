"""Property paths of shapes, as a report repeats them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from devcoop import names
from devcoop.store.terms import BlankNode, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devcoop.store.terms import Term

    Statements = Callable[[BlankNode], Iterable[Triple]]

_OF_LISTS = tuple(NamedNode(names.term(f"rdf:{name}")) for name in ("first", "rest"))
_MOST = 200


def copy_path(path: Any, says: Statements, shape: str) -> tuple[Any, tuple[Triple, ...]]:
    """Copy a path with blank nodes that are called the same in every run.

    Args:
        path: A property, the blank node of a path of several steps, or None.
        says: Gives the statements of a blank node of the path.
        shape: Name of the shape, by which its blank nodes are told from those of others.

    Returns:
        The path, and the statements that it consists of.

    Source:
        SHACL, 2.3.1.

    Examples:
        >>> copy_path(NamedNode("urn:p"), lambda node: (), "urn:shape")
        (<NamedNode value=urn:p>, ())
    """
    mark = f"path{hashlib.sha256(shape.encode()).hexdigest()[:8]}n"
    copies: list[BlankNode] = []
    triples: list[Triple] = []

    def visit(node: Any, above: tuple[Term, ...] = ()) -> Any:
        # What never ends, or grows with each step, is no path; its end is left out.
        if not isinstance(node, BlankNode) or node in above or len(copies) > _MOST:
            return node
        copy = BlankNode(f"{mark}{len(copies) + 1}")
        copies.append(copy)
        for said in _choose(says(node)):
            value = visit(said.object, (*above, node))
            triples.append(Triple(copy, said.predicate, value))
        return copy

    return visit(path), tuple(triples)


def _choose(said: Iterable[Triple]) -> list[Triple]:
    """Take the statements of a path, sorted: a node that begins a list is nothing else."""
    ordered = sorted(said, key=lambda triple: triple.predicate.value)
    return [one for one in ordered if one.predicate in _OF_LISTS] or ordered
