"""Property paths of shapes, as a report repeats them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devcoop.queries import Term

    Statements = Callable[[ox.BlankNode], Iterable[ox.Triple]]


def copy_path(path: Any, says: Statements, shape: str) -> tuple[Any, tuple[ox.Triple, ...]]:
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
        >>> copy_path(ox.NamedNode("urn:p"), lambda node: (), "urn:shape")
        (<NamedNode value=urn:p>, ())
    """
    mark = f"path{hashlib.sha256(shape.encode()).hexdigest()[:8]}n"
    labels: dict[Term, ox.BlankNode] = {}
    triples: list[ox.Triple] = []

    def visit(node: Any) -> Any:
        if not isinstance(node, ox.BlankNode):
            return node
        if node not in labels:
            labels[node] = ox.BlankNode(f"{mark}{len(labels) + 1}")
            said = sorted(says(node), key=lambda triple: triple.predicate.value)
            triples.extend(ox.Triple(labels[node], t.predicate, visit(t.object)) for t in said)
        return labels[node]

    return visit(path), tuple(triples)
