"""Files that were made to break whoever reads them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop import killable
from devcoop.errors import OutOfMemoryError, OutOfTimeError, SourceError
from devcoop.remote.answers import BrokenAnswerError, read_answer, read_triples
from devcoop.remote.exchange import Reply
from devcoop.store import results
from devcoop.store.canonical import canonical_lines
from devcoop.store.rdf import RDF_XML, parse_foreign, read_bytes
from devcoop.store.terms import BlankNode, Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
BODY = '<rdf:Description rdf:about="http://e/a"><e:b>{}</e:b></rdf:Description></rdf:RDF>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE rdf:RDF [<!ENTITY l0 "lol">{LAUGHS}]>'
REFUSED = "declares entities of XML"


@pytest.mark.parametrize("used", ["&l9;", "nothing"])
@pytest.mark.parametrize(
    "write",
    [
        str.encode,
        lambda text: f'<?xml version="1.0"?><!-- a -->\n{text}'.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32-le"),
    ],
    ids=["plain", "after a comment", "marked", "UTF-16", "UTF-16 without mark", "UTF-32"],
)
def test_entities_are_refused_before_a_parser_sees_them(
    used: str, write: Callable[[str], bytes]
) -> None:
    content = write(BOMB + HEAD + BODY.format(used))
    with pytest.raises(SourceError, match=REFUSED):
        parse_foreign(Path("bomb.rdf"), content)
    with pytest.raises(BrokenAnswerError, match=REFUSED):
        read_triples(Reply(200, {"content-type": RDF_XML}, content, is_delimited=True))
    with pytest.raises(BrokenAnswerError, match=REFUSED):
        read_answer(Reply(200, {"content-type": results.XML}, content + b"</sparql>", True))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("<e:b>x</e:c>", "expected `</e:b>`"),
        ('<e:b rdf:resource="no iri"/>', "no iri"),
        ("<e:b>&nothing;</e:b>", "nothing"),
    ],
)
def test_line_of_broken_rdf_xml_is_told(line: str, problem: str) -> None:
    content = f"{HEAD}\n\n{BODY.format('x')}".replace("</rdf:RDF>", "")
    content += f'\n<rdf:Description rdf:about="http://e/z">\n{line}\n</rdf:Description>\n</rdf:RDF>'
    place = content[: content.index(line)].count("\n") + 1
    with pytest.raises(SourceError, match=re.escape(problem)) as caught:
        parse_foreign(Path("a.rdf"), content.encode())
    assert str(caught.value).startswith(f"a.rdf:{place}: ")


def test_rdf_xml_without_entities_is_read() -> None:
    content = f"<!DOCTYPE rdf:RDF>{HEAD}{BODY.format('x')}".encode()
    assert [str(one) for one in parse_foreign(Path("a.rdf"), content)] == [
        '<http://e/a> <http://e/b> "x"'
    ]


@pytest.mark.parametrize("write", [str.encode, lambda text: text.encode("utf-8-sig")])
@pytest.mark.parametrize(
    "said", ["<!-- <!ENTITY a 'b'> -->", "<?words <!ENTITY a 'b'> ?>"], ids=["comment", "words"]
)
def test_words_about_entities_declare_none(said: str, write: Callable[[str], bytes]) -> None:
    text = f"{said}{HEAD}{BODY.format('<![CDATA[x<!ENTITY c SYSTEM d>]]>')}"
    [one] = parse_foreign(Path("a.rdf"), write(text))
    assert one.object == Literal("x<!ENTITY c SYSTEM d>")
    # An entity that is declared behind them is refused all the same.
    with pytest.raises(SourceError, match=REFUSED):
        parse_foreign(Path("bomb.rdf"), write(said + BOMB + HEAD + BODY.format("&l9;")))


def test_thirty_entangled_nodes_end_at_the_deadline() -> None:
    nodes, prop = [BlankNode(f"x{n}") for n in range(30)], NamedNode("urn:p")
    clique = [Quad(one, prop, other) for one in nodes for other in nodes if one != other]
    with pytest.raises(OutOfTimeError, match=r"evil\.ttl: .*too entangled"):
        canonical_lines(clique, what="evil.ttl", seconds=0.5)


def _write_literal(ending: str, text: str) -> bytes:
    written = {
        ".nt": f'<urn:a> <urn:b> "{text}" .',
        ".ttl": f'<urn:a> <urn:b> """{text}""" .',
        ".jsonld": f'{{"@id": "urn:a", "urn:b": "{text}"}}',
        ".rdf": HEAD + BODY.format(text),
    }
    return written[ending].encode()


@pytest.mark.parametrize("ending", [".nt", ".ttl", ".jsonld", ".rdf"])
def test_value_that_is_too_long_is_told(ending: str) -> None:
    with pytest.raises(SourceError, match="longer than the 16 MiB"):
        parse_foreign(Path(f"long{ending}"), _write_literal(ending, "x" * (17 << 20)))


@pytest.mark.parametrize("ending", [".ttl", ".rdf"])
def test_value_that_only_a_line_cannot_hold_is_told(ending: str) -> None:
    with pytest.raises(SourceError, match="longer than the 16 MiB"):
        parse_foreign(Path(f"long{ending}"), _write_literal(ending, "\n" * (9 << 20)))


@pytest.mark.parametrize("depth", [51, 20_000])
@pytest.mark.parametrize("ending", [".nt", ".nq", ".ttl", ".trig"])
def test_deep_statements_about_statements_are_refused(ending: str, depth: int) -> None:
    nest = "<<( <urn:a> <urn:p> " * depth + "<urn:x>" + " )>>" * depth
    with pytest.raises((SourceError, OutOfMemoryError), match=r"nested deeper|more memory"):
        parse_foreign(Path(f"deep{ending}"), f"<urn:a> <urn:p> {nest} .".encode())


def test_text_that_looks_nested_is_read() -> None:
    line = '<urn:a> <urn:p> "{}" .'.format("<<( " * 60 + '\\"' + "<<( " * 60)
    assert len(parse_foreign(Path("text.nt"), line.encode())) == 1


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "nothing", "circle"])
def test_what_cannot_be_read_whole_is_told_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "data.ttl"
    make: dict[str, Callable[[], object]] = {
        "pipe": lambda: os.mkfifo(path),
        "device": lambda: path.symlink_to("/dev/zero"),
        "folder": path.mkdir,
        "nothing": lambda: None,
        "circle": lambda: path.symlink_to(path),
    }
    make[kind]()
    with pytest.raises(SourceError, match=r"data\.ttl"):
        read_bytes(path)


def test_file_larger_than_the_memory_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(SourceError, match="larger than the memory"):
        killable.run(lambda: read_bytes(path), what="reading", memory_bytes=64 << 20)


def test_what_is_given_open_may_be_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"x")
    os.close(writing)
    assert read_bytes(Path(f"/dev/fd/{reading}")) == b"x"
    os.close(reading)


def test_file_that_takes_too_long_to_read_is_an_error() -> None:
    content = "".join(f"<urn:{n}> a <urn:thing> .\n" for n in range(200_000))
    with pytest.raises(OutOfTimeError, match=r"long\.ttl"):
        parse_foreign(Path("long.ttl"), content.encode(), seconds=0.01)
