"""What keeps a query of a user inside the graph: SERVICE and FROM are refused.

Queries of users are checked on their parse tree before they run.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from rdflib.plugins.sparql.algebra import translatePrologue
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from devcoop.errors import QueryError, QueryRefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SUSPICIOUS = ("SERVICE", "FROM", "LOAD")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def refuse_outside(text: str, *, known_graphs: Collection[str] = ()) -> bool:
    r"""Refuse a query that would reach outside the graph, judged on its parse tree.

    SERVICE and FROM are keywords: the grammar knows no other way to write the two clauses, and
    a keyword is its letters, in either case, in the text as it stands or once the escapes
    `\u` and `\U` are replaced. A text without these letters and without such escapes therefore
    has no such clause, whatever parser reads it, and needs no parse tree; most queries are
    spared it. All others are judged on the tree.

    The tree is that of rdflib while another engine answers, so nothing may be a comment or the
    end of a string to one and not to the other. A carriage return ends a comment for the
    standard and not for rdflib; it is read as a line end here. An escape is replaced before
    parsing by rdflib and after it by others; next to a suspicious word it is refused.

    Args:
        text: The query of a user.
        known_graphs: IRIs of the graphs that FROM may name.

    Returns:
        Whether the query says itself, with FROM, which graphs it asks.

    Raises:
        QueryError: It has a suspicious word and is no SPARQL 1.1 query.
        QueryRefusedError: It has SERVICE anywhere, or FROM or FROM NAMED of another graph.

    Examples:
        >>> refuse_outside("SELECT ?s WHERE { ?s ?p ?o }")
        False
        >>> refuse_outside("ASK FROM <http://example.org/> {}", known_graphs=["http://example.org/"])
        True
    """
    escaped, words = "\\u" in text.lower(), _has_word(text)
    if not (escaped or words):
        return False
    if escaped:
        if words or _has_word(_ESCAPE.sub(_read_escape, text)):
            raise QueryRefusedError(
                "refused: SERVICE, FROM and LOAD together with an escape such as \\u0041;"
                " write the character itself"
            )
        return False
    try:
        tree = parseQuery(text.replace("\r", "\n"))
    # The parser lets through whatever its parts raise; a deep nesting ends as RecursionError.
    except Exception as error:
        raise QueryError(
            f"this is no SPARQL 1.1 query, and its words SERVICE, FROM or LOAD"
            f" are read as SPARQL 1.1 only: {error}"
        ) from error
    return _check_tree(tree, known_graphs)


def _has_word(text: str) -> bool:
    """Tell whether the letters of a suspicious keyword stand anywhere, in either case.

    Upper case is that of Unicode, which makes an S of the long s as well: rather too strict.
    """
    upper = text.upper()
    return any(word in upper for word in _SUSPICIOUS)


def _read_escape(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= sys.maxunicode else ""


def _check_tree(tree: Any, known_graphs: Collection[str]) -> bool:
    """Look at each part of a parse tree; tell whether one of them is a FROM that is allowed."""
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
