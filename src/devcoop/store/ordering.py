"""Rows that are put in order here, as the engine would put them.

An engine that reads from files looks up each text anew whenever it compares two rows, and takes
several times as long to order an answer as to find it. What is in memory it orders faster itself.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from devcoop import names

_ORDER = re.compile(r"\nORDER BY((?: \?\w+)+)\s*\Z")
_ENDS = re.compile(r"\b(?:LIMIT|OFFSET|ORDER)\b", re.IGNORECASE)
"""What no order can follow: the engine is to refuse it."""
_STRING, _LANGUAGE_STRING = names.term("xsd:string"), names.term("rdf:langString")
_TEXTS = (_STRING, names.term("xsd:boolean"), _LANGUAGE_STRING)
"""Types of values that are in the order of their texts."""
_DATE, _NUMBERS = names.term("xsd:date"), (names.term("xsd:integer"), names.term("xsd:decimal"))
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_NODE, _TEXT, _OF_DATE, _OF_NUMBER = range(1, 5)
"""Ranks of values; before them comes what is unbound."""
_OF_TEXTS = frozenset(("type", "value", "xml:lang", "datatype"))
"""All that JSON says of a text; one with a direction says more."""
_Key = tuple[int, str | Decimal, str, str]


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
        columns: Those of its columns by which they are ordered, the first one first.

    Returns:
        The table in the order that SPARQL gives it; None where a value is neither an IRI nor a
        text nor a truth value, nor a day or a number among such.

    Examples:
        >>> cells = ({"one": {"type": "literal", "value": text}} for text in "ba")
        >>> table = {"head": {"vars": ["one"]}, "results": {"bindings": [*cells]}}
        >>> ordered = json.loads(order_kept(json.dumps(table).encode(), ("one",)))
        >>> [row["one"]["value"] for row in ordered["results"]["bindings"]]
        ['a', 'b']
    """
    table = json.loads(content)
    rows = table["results"]["bindings"]
    keys = [[_find_key(row.get(column)) for column in columns] for row in rows]
    if any(map(_is_mixed, zip(*keys, strict=True))):
        return None
    order = sorted(range(len(keys)), key=keys.__getitem__)
    table["results"]["bindings"] = [rows[place] for place in order]
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def _is_mixed(keys: tuple[_Key | None, ...]) -> bool:
    """Tell whether values of a column cannot be put in order, or not with each other."""
    ranks = {key[0] if key else None for key in keys}
    return None in ranks or len(ranks - {0, _NODE}) > 1


def _find_key(cell: dict[str, Any] | None) -> _Key | None:
    if cell is None:
        return 0, "", "", ""
    value = cell["value"]
    if cell["type"] == "uri":
        return _NODE, value, "", ""
    if cell["type"] != "literal" or not cell.keys() <= _OF_TEXTS:
        return None
    language = cell.get("xml:lang", "")
    datatype = _LANGUAGE_STRING if language else cell.get("datatype", _STRING)
    if datatype in _TEXTS:
        return _TEXT, value, datatype, language
    is_number = datatype in _NUMBERS and _NUMBER.fullmatch(value)
    if is_number or (datatype == _DATE and _DAY.fullmatch(value)):
        return (_OF_NUMBER, Decimal(value), "", "") if is_number else (_OF_DATE, value, "", "")
    return None
