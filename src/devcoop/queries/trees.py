"""The parse tree of a query, by rdflib: what would reach outside the graph is found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rdflib.plugins.sparql.algebra import translatePrologue
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from devcoop.errors import QueryError, QueryRefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


def check_tree(text: str, known_graphs: Collection[str]) -> bool:
    """Look at each part of a query; tell whether one of them is a FROM that is allowed.

    Args:
        text: The query, its lines ending as rdflib knows them.
        known_graphs: IRIs of the graphs that FROM may name.

    Raises:
        QueryError: It is no SPARQL 1.1 query.
        QueryRefusedError: It has SERVICE anywhere, or FROM or FROM NAMED of another graph.

    Examples:
        >>> check_tree("ASK { ?s ?p 'service' }", ())
        False
    """
    try:
        tree = parseQuery(text)
    # The parser lets through whatever its parts raise; a deep nesting ends as RecursionError.
    except Exception as error:
        raise QueryError(
            f"this is no SPARQL 1.1 query, and its words SERVICE, FROM or LOAD"
            f" are read as SPARQL 1.1 only: {error}"
        ) from error
    has_dataset = False
    prologue = translatePrologue(tree[0], None)
    for part in _walk(tree):
        if part.name == "ServiceGraphPattern":
            raise QueryRefusedError("refused: SERVICE would ask another server")
        if part.name == "DatasetClause":
            graph = str(prologue.absolutize(part.default or part.named))
            if graph not in known_graphs:
                raise QueryRefusedError(f"refused: FROM <{graph}> would read graphs from elsewhere")
            has_dataset = True
    return has_dataset


def _walk(part: Any) -> Iterator[CompValue]:
    """Iterate over all nodes of a parse tree, whatever holds them."""
    if isinstance(part, CompValue):
        yield part
        for value in part.values():
            yield from _walk(value)
    elif not isinstance(part, str) and hasattr(part, "__iter__"):
        for value in part:
            yield from _walk(value)
