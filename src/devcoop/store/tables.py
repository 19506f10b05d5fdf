"""Tables of SPARQL results as other servers write them.

The engine reads what the recommendations have to the letter. Servers write more: members of
their own beside the rows, cells that are there and empty, names of blank nodes that no RDF
has; and blanks at the ends of a text belong to the text, in XML too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from devcoop import names
from devcoop.store import rdf
from devcoop.store.terms import BlankNode, Literal, NamedNode, Triple
from devcoop.store.xml import refuse_entities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.store.terms import Term

Table = tuple[tuple[str, ...], "Iterator[tuple[Term | None, ...]]"]
_NS = f"{{{names.SPARQL_RESULTS}}}"
_LANGUAGE = f"{{{names.XML}}}lang"


def read_json(content: bytes) -> Table:
    """Read a table from JSON.

    Args:
        content: The bytes.

    Returns:
        The names of the columns, and an iterator over the rows.

    Raises:
        ValueError: It is broken.

    Examples:
        >>> columns, rows = read_json(b'{"head": {"vars": ["x"]}, "results": {"bindings": [{}]}}')
        >>> columns, list(rows)
        (('x',), [(None,)])
    """
    try:
        whole = json.loads(content.decode("utf-8-sig"))
        if isinstance(whole.get("boolean"), bool):
            return ("answer",), iter([(Literal(whole["boolean"]),)])
        columns = tuple(map(str, whole["head"]["vars"]))
        rows = [_list_cells(columns, row) for row in whole["results"]["bindings"]]
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"these are no results of SPARQL in JSON: {error!r}") from error
    return columns, iter(rows)


def _list_cells(columns: tuple[str, ...], row: dict[str, Any]) -> tuple[Term | None, ...]:
    unknown = row.keys() - set(columns)
    if unknown:
        raise ValueError(f"a row has a column that the head has not: {min(unknown)}")
    return tuple(_read_json(row.get(one) or None) for one in columns)


def _read_json(cell: Any, depth: int = 0) -> Term | None:
    if cell is None:
        return None
    kind, value = cell["type"], cell["value"]
    if kind == "triple":
        parts = (value.get(one) for one in ("subject", "predicate", "object"))
        return _make_triple([_read_json(one, _go_down(depth)) for one in parts])
    language, datatype = cell.get("xml:lang", ""), cell.get("datatype", "")
    return _make_term(kind, str(value), language, datatype)


def read_xml(content: bytes) -> Table:
    """Read a table from XML.

    Args:
        content: The bytes.

    Returns:
        The names of the columns, and an iterator over the rows.

    Raises:
        ValueError: It is broken, or declares entities; a SyntaxError knows the line.
    """
    refuse_entities(content)
    # Entities were refused, and nothing else of XML is fetched or grows.
    root = ElementTree.fromstring(content)  # noqa: S314
    if root.tag != f"{_NS}sparql":
        raise ValueError("these are no results of SPARQL in XML")
    answer = root.findtext(f"{_NS}boolean")
    if answer is not None:
        return ("answer",), iter([(Literal(answer.strip() == "true"),)])
    columns = tuple(one.get("name", "") for one in root.iterfind(f"{_NS}head/{_NS}variable"))
    rows = [_list_bindings(columns, one) for one in root.iterfind(f"{_NS}results/{_NS}result")]
    return columns, iter(rows)


def _list_bindings(
    columns: tuple[str, ...], result: ElementTree.Element
) -> tuple[Term | None, ...]:
    found: dict[str, Term | None] = dict.fromkeys(columns)
    for binding in result.iterfind(f"{_NS}binding"):
        name = binding.get("name", "")
        if name not in found:
            raise ValueError(f"a row has a column that the head has not: {name}")
        [cell] = binding
        found[name] = _read_xml(cell)
    return tuple(found.values())


def _read_xml(cell: ElementTree.Element | None, depth: int = 0) -> Term | None:
    if cell is None:
        return None
    kind = cell.tag.removeprefix(_NS)
    if kind == "triple":
        parts = (cell.find(f"{_NS}{one}") for one in ("subject", "predicate", "object"))
        cells = [next(iter(one), None) if one is not None else None for one in parts]
        return _make_triple([_read_xml(one, _go_down(depth)) for one in cells])
    return _make_term(kind, cell.text or "", cell.get(_LANGUAGE, ""), cell.get("datatype", ""))


def _go_down(depth: int) -> int:
    if depth >= rdf.DEEPEST:
        raise ValueError(f"statements about statements are nested deeper than {rdf.DEEPEST}")
    return depth + 1


def _make_triple(terms: list[Term | None]) -> Triple:
    subject, predicate, thing = terms
    try:
        return Triple(subject, predicate, thing)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError("a statement about statements is not whole") from error


def _make_term(kind: str, value: str, language: str, datatype: str) -> Term:
    if kind == "uri":
        return NamedNode(value.strip())
    if kind == "bnode":
        return _name_blank(value.strip())
    if kind not in ("literal", "typed-literal"):
        raise ValueError(f"a cell is of a kind that SPARQL does not know: {kind}")
    if language:
        return Literal(value, language=language)
    return Literal(value, datatype=NamedNode(datatype)) if datatype else Literal(value)


def _name_blank(label: str) -> BlankNode:
    """Name a blank node after its label, in letters that RDF allows."""
    try:
        return BlankNode(label)
    except ValueError:
        return BlankNode(f"x{label.encode().hex()}")
