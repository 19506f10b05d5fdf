"""What keeps a query of a user inside the graph: SERVICE and FROM are refused.

Queries of users are checked on their parse tree before they run.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from devcoop.errors import QueryRefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

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
    # Loading the parser takes as long as a small command does, and most queries need none.
    from devcoop.queries.trees import check_tree  # noqa: PLC0415

    return check_tree(text.replace("\r", "\n"), known_graphs)


def _has_word(text: str) -> bool:
    """Tell whether the letters of a suspicious keyword stand anywhere, in either case.

    Upper case is that of Unicode, which makes an S of the long s as well: rather too strict.
    """
    upper = text.upper()
    return any(word in upper for word in _SUSPICIOUS)


def _read_escape(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= sys.maxunicode else ""
