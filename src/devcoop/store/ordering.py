"""Rows that are put in order here, as the engine would put them.

An engine that reads from files looks up each text anew whenever it compares two rows, and takes
several times as long to order an answer as to find it. What is in memory it orders faster itself.
"""

from __future__ import annotations

import json
import re
from typing import Any

from devcoop import names

_ORDER = re.compile(r"\nORDER BY((?: \?\w+)+)\s*\Z")
_ENDS = re.compile(r"\b(?:LIMIT|OFFSET|ORDER)\b", re.IGNORECASE)
"""What no order can follow: the engine is to refuse it."""
_STRING, _LANGUAGE_STRING = names.term("xsd:string"), names.term("rdf:langString")
_TEXTS = (_STRING, names.term("xsd:boolean"), _LANGUAGE_STRING)
"""Types of values that are in the order of their texts."""
_OF_TEXTS = frozenset(("type", "value", "xml:lang", "datatype"))
"""All that JSON says of a text; one with a direction says more."""
_Key = tuple[int, str, str, str]


def split_order(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Split off the order that a query asks for, if it is one of columns as they are.

    Args:
        text: A SPARQL SELECT.

    Returns:
        The query without it, and the columns; the query as it is and none if it asks for another
        order, or for none.

    Examples:
        >>> split_order("SELECT ?a ?b { ?a ?is ?b }\nORDER BY ?b ?a\n")
        ('SELECT ?a ?b { ?a ?is ?b }', ('b', 'a'))
        >>> split_order("SELECT ?a { ?a ?is ?b }\nORDER BY DESC(?a)")[1]
        ()
    """
    found = _ORDER.search(text)
    if not found or _ENDS.search(text, text.rfind("}", 0, found.start()), found.start()):
        return text, ()
    return text[: found.start()], tuple(name.lstrip("?") for name in found[1].split())


def order_kept(content: bytes, columns: tuple[str, ...]) -> bytes | None:
    """Put the rows of a table in order that is written as JSON of SPARQL results.

    Args:
        content: The table.
        columns: By which they are ordered, the first one first.

    Returns:
        The table in the order that SPARQL gives it; None where a value is neither an IRI nor a
        text nor a truth value, or a column is not in the table.

    Examples:
        >>> cells = ({"one": {"type": "literal", "value": text}} for text in "ba")
        >>> table = {"head": {"vars": ["one"]}, "results": {"bindings": [*cells]}}
        >>> ordered = json.loads(order_kept(json.dumps(table).encode(), ("one",)))
        >>> [row["one"]["value"] for row in ordered["results"]["bindings"]]
        ['a', 'b']
    """
    table = json.loads(content)
    if not set(columns) <= set(table["head"]["vars"]):
        return None
    rows = table["results"]["bindings"]
    keys = [[_find_key(row.get(column)) for column in columns] for row in rows]
    if any(None in key for key in keys):
        return None
    order = sorted(range(len(keys)), key=keys.__getitem__)
    table["results"]["bindings"] = [rows[place] for place in order]
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def _find_key(cell: dict[str, Any] | None) -> _Key | None:
    if cell is None:
        return 0, "", "", ""
    if cell["type"] == "uri":
        return 1, cell["value"], "", ""
    if cell["type"] != "literal" or not cell.keys() <= _OF_TEXTS:
        return None
    language = cell.get("xml:lang", "")
    datatype = _LANGUAGE_STRING if language else cell.get("datatype", _STRING)
    return (2, cell["value"], datatype, language) if datatype in _TEXTS else None
