"""Tables as servers of other makes write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devcoop.store import Store
from devcoop.store.results import JSON, XML, parse_table
from devcoop.store.terms import BlankNode, Literal, NamedNode, Term, Triple

XSD = "http://www.w3.org/2001/XMLSchema#"
HEAD = '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="p"/></head>'
LABELS = st.text(alphabet="ab1:/#é .-_", min_size=1, max_size=8)


def _json(*cells: dict[str, Any], **more: Any) -> bytes:
    rows = [{"p": cell} for cell in cells]
    return json.dumps({"head": {"vars": ["p"]}, "results": {"bindings": rows}, **more}).encode()


def _xml(cell: str) -> bytes:
    text = f"<result><binding name='p'>{cell}</binding></result>"
    return f"{HEAD}<results>{text}</results></sparql>".encode()


def _read(content: bytes, media_type: str = JSON) -> list[Term | None]:
    columns, rows = parse_table(content, media_type)
    assert columns in (("p",), ("answer",))
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("content", "term"),
    [
        (_json({"type": "literal", "value": "3", "datatype": f"{XSD}int"}, meta={"a": [1]}), None),
        (_json({"type": "typed-literal", "value": "3", "datatype": f"{XSD}int"}), None),
        (_json({"value": "3", "datatype": f"{XSD}int", "type": "literal"}, warnings=[]), None),
    ],
)
def test_members_of_a_server_s_own_are_passed_over(content: bytes, term: Term | None) -> None:
    assert _read(content) == [term or Literal("3", datatype=NamedNode(f"{XSD}int"))]


def test_head_may_stand_last_and_cells_may_be_empty() -> None:
    content = b'{"results":{"bindings":[{"p":{}},{}]},"head":{"vars":["p"],"link":[]}}'
    assert _read(content) == [None, None]


@given(LABELS, LABELS)
def test_blank_nodes_keep_apart_whatever_they_are_called(one: str, other: str) -> None:
    nodes = _read(_json({"type": "bnode", "value": one}, {"type": "bnode", "value": other}))
    assert all(isinstance(node, BlankNode) for node in nodes)
    assert (nodes[0] == nodes[1]) == (one.strip() == other.strip())


@pytest.mark.parametrize("text", ["  two  spaces ", "\n", "a\tb", "", " é "])
def test_blanks_of_a_text_are_kept(text: str) -> None:
    assert _read(_xml(f"\n <literal>{text}</literal>\n"), XML) == [Literal(text)]
    assert _read(_json({"type": "literal", "value": text})) == [Literal(text)]


def test_xml_has_terms_of_all_kinds() -> None:
    assert _read(_xml("<uri> urn:a </uri>"), XML) == [NamedNode("urn:a")]
    assert _read(_xml('<literal xml:lang="en">x</literal>'), XML) == [Literal("x", language="en")]
    nested = "<subject><uri>urn:a</uri></subject><predicate><uri>urn:b</uri></predicate>"
    nested += "<object><literal>c</literal></object>"
    one, two = NamedNode("urn:a"), NamedNode("urn:b")
    assert _read(_xml(f"<triple>{nested}</triple>"), XML) == [Triple(one, two, Literal("c"))]


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"null",
        b'{"head":{"vars":["p"]}}',
        b'{"head":{"vars":["p"]},"results":{"bindings":[{"q":{"type":"uri","value":"urn:a"}}]}}',
        _json({"type": "uri", "value": "http://e.org/a b"}),
        _json({"type": "thing", "value": "x"}),
        _json({"type": "uri"}),
        b'{"head":' + b"[" * 100_000,
    ],
)
def test_what_is_no_table_in_json_is_an_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        _read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"<html/>",
        b"<sparql>",
        _xml("<uri>a b</uri>"),
        _xml("<thing>x</thing>"),
        _xml("<uri>urn:a</uri><uri>urn:b</uri>"),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + _xml("<literal>&b;</literal>"),
        _xml("<triple><object>" * 200 + "</object></triple>" * 200),
    ],
)
def test_what_is_no_table_in_xml_is_an_error(content: bytes) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        _read(content, XML)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_what_the_engine_writes_comes_back(text: str) -> None:
    quoted = json.dumps(text, ensure_ascii=False)
    result = Store().start(f"SELECT ({quoted} AS ?p) {{}}").render(JSON)
    assert _read(result) == [Literal(text)]
