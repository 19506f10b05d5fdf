"""Large files: the same as any other, only never held whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop import assets
from devcoop.errors import SourceError
from devcoop.graph import build_graph
from devcoop.load import Loaded, bulk, lines, load_files
from devcoop.names import FINDINGS_GRAPH
from devcoop.store.folder import open_store, read_edition_name
from devcoop.store.lexical import _TEXTS
from devcoop.store.rdf import N_QUADS, N_TRIPLES, parse, serialize
from devcoop.store.terms import Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from devcoop.store import Source, Store

NAMES = (
    "of an export",
    "unstated",
    "one plan",
    "no names",
    "others write",
    "one value",
    "backwards",
)
OTHERS = """
# _:a comment <urn:g> .
  <urn:a>\t<urn:b> "_:b <urn:g> ."   <urn:g>.
<urn:a><urn:b>"caf\\u00E9 \\t\\" "^^<http://www.w3.org/2001/XMLSchema#string><urn:g> . # so
<urn:a> <urn:b> "café \\t\\" " <urn:g> .
<urn:a> <urn:b> "x"@en-GB <urn:h> .
"""
"""What the same statements may look like, and what looks like others."""
ONE_VALUE = [
    '"1"^^<http://www.w3.org/2001/XMLSchema#int>',
    '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
]
NUMBER = '"01.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'


def write(name: str, folder: Path) -> Path:
    """Write a file of lines in which something is as it may be."""
    graph = build_graph()
    plan = [quad for quad in graph if "obor" in str(quad.graph_name)]
    lines = serialize(plan, N_QUADS).decode()
    odd = f"<urn:a> <urn:b> {NUMBER} <urn:g> .\n"
    contents = {
        "of an export": serialize(graph, N_QUADS).decode(),
        "unstated": lines + odd + lines + odd.replace("urn:a", "urn:é"),
        "one plan": serialize((quad.triple for quad in plan), N_TRIPLES).decode(),
        "others write": "\ufeff# a comment\n" + lines + OTHERS + lines.rstrip("\n"),
        "backwards": "".join(
            reversed(serialize(graph, N_QUADS).decode().splitlines(keepends=True))
        ),
        "one value": lines + "".join(f"<urn:a> <urn:b> {one} <urn:g> .\n" for one in ONE_VALUE),
        "no names": lines + "_:a <urn:b> _:c <urn:g> .\n_:c <urn:b> _:a <urn:g> .\n",
    }
    path = folder / f"given.{'nt' if name == 'one plan' else 'nq'}"
    path.write_text(contents[name], encoding="utf-8")
    return path


def load(folder: Path, path: Path) -> tuple[Loaded, str, list[str]]:
    loaded = load_files(folder, [path])
    with open_store(folder) as store:
        return loaded, store.version, store.canonical_lines()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_line_by_line_is_what_is_read_whole(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(name, tmp_path)
    whole = load(tmp_path / "whole", path)
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    monkeypatch.setattr(lines, "_AT_ONCE", 1000)

    assert load(tmp_path / "lines", path) == whole
    assert bool(bulk.scan_large([path])) is (name != "no names")


@pytest.mark.parametrize("name", ["of an export", "one plan", "others write"])
def test_lines_of_graphs_that_are_new_go_into_the_store_as_they_are(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    monkeypatch.setattr(bulk, "_PIECE", 1000)
    monkeypatch.setattr("devcoop.store.quadstore._BYTES_AT_ONCE", 20_000)
    path = write(name, tmp_path)
    by_lines = load_files(tmp_path / "one", [path])
    monkeypatch.setattr(bulk.Large, "put_lines", put_by_statement)
    assert load_files(tmp_path / "other", [path]) == by_lines
    with open_store(tmp_path / "one") as one, open_store(tmp_path / "other") as other:
        assert one.version == other.version
        new = [change.source.graph for change in by_lines.changes if change.is_new]
        assert new
        for graph in new:
            assert set(one.quads(graph=graph)) == set(other.quads(graph=graph)) != set()


def test_what_was_worked_out_does_not_come_with_the_lines_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    path = write("unstated", tmp_path)
    said = path.read_text(encoding="utf-8")
    path.write_text(f"<urn:a> <urn:b> <urn:c> <{FINDINGS_GRAPH}> .\n{said}", encoding="utf-8")
    load_files(tmp_path / "store", [path])
    with open_store(tmp_path / "store") as store:
        assert store.has_graph("urn:g")
        assert not store.has_graph(FINDINGS_GRAPH)


def put_by_statement(large: bulk.Large, store: Store, sources: Sequence[Source], _: None) -> None:
    assert large.can_be_put_as_lines
    store.take_in(sources, large.iter_quads([one.graph for one in sources]))


def test_file_that_is_written_while_it_is_read_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    path, put = write("one plan", tmp_path), bulk.Large.put_lines

    def write_on(large: bulk.Large, *others: Any) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write("<urn:a> <urn:b> <urn:c> .\n")
        put(large, *others)

    monkeypatch.setattr(bulk.Large, "put_lines", write_on)
    with pytest.raises(SourceError, match="it was changed while it was read; load it again"):
        load_files(tmp_path / "store", [path])
    assert not (tmp_path / "store" / "current").exists()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ODD = [r"\t", r"\n", r"\r", r"\"", r"\\\\", r"\b", r"\u00E9"]
ODD += ["é", " <urn:g> .", "\x7f", "\x85", "\u2028", "\ufffd", "\ufffe", "\uffff", "x"]
spelled = st.lists(st.sampled_from(ODD)).map("".join)
endings = st.sampled_from(
    [
        "",
        "@en",
        "@en-gb",
        "@EN",
        "@en-GB",
        "^^<urn:t>",
        "^^<http://www.w3.org/2001/XMLSchema#string>",
    ]
    + [
        f"^^<http://www.w3.org/{one}>"
        for one in ("2001/XMLSchema#int", "1999/02/22-rdf-syntax-ns#HTML")
    ]
)
iris = st.sampled_from(
    ["urn:a", "http://a.org/b?c=d&e#f", "urn:%C3%A9", "URN:a", "urn:é", "urn:a'b"]
)


@given(iris, iris, spelled | texts.map(lambda text: repr(text)[1:-1]), endings, st.booleans())
@settings(max_examples=400)
def test_common_line_is_as_the_engine_writes_it(
    iri: str, graph: str, text: str, ending: str, is_value: bool
) -> None:
    """What is hashed is the line, and what was hashed before was what the engine wrote."""
    said = f'"{text}"{ending}' if is_value else f"<{graph}>"
    line = f"<{iri}> <{graph}> {said} <{graph}> .\n".encode()
    if found := bulk._COMMON(line):
        [quad] = parse(line, N_QUADS)
        assert f"{quad} .\n".encode() == line
        assert found[1].decode() == getattr(quad.graph_name, "value", "")
        kind = getattr(quad.object, "datatype", None)
        # Values that the engine may keep in another form are told by what stands in their lines.
        assert (b'"^^<' in line) >= (kind is not None and kind.value not in _TEXTS)


@given(texts, st.sampled_from(["", "en", "en-gb"]))
def test_what_the_engine_writes_is_a_common_line(text: str, language: str) -> None:
    one = NamedNode("urn:a")
    value = Literal(text, language=language) if language else Literal(text)
    line = serialize([Quad(one, one, value, one)], N_QUADS)
    has_odd = any(character < " " and character not in "\t\r\n" for character in text)
    assert bool(bulk._COMMON(line)) is not (
        has_odd or any(one in text for one in "\x7f\ufffe\uffff")
    )


def test_same_large_file_twice_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    path, folder = write("of an export", tmp_path), tmp_path / "store"
    load_files(folder, [path])
    before = read_edition_name(folder)

    changes = load_files(folder, [path]).changes

    assert {(one.is_same, one.statements[1:]) for one in changes} == {(True, (0, 0))}
    assert read_edition_name(folder) == before


def test_what_changed_in_a_large_file_is_told_as_of_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("of an export", tmp_path)
    edited = path.with_name("edited.nq")
    text = path.read_text(encoding="utf-8").replace("capacity", "ability")
    edited.write_text(text, encoding="utf-8")
    for name, least in (("whole", 1 << 40), ("lines", 0)):
        monkeypatch.setattr(bulk, "LARGE_BYTES", least)
        load_files(tmp_path / name, [path])
    lines = load(tmp_path / "lines", edited)
    monkeypatch.setattr(bulk, "LARGE_BYTES", 1 << 40)

    assert lines == load(tmp_path / "whole", edited)
    assert any(one.initiatives[2] for one in lines[0].changes)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("<urn:a> <urn:b> .\n", "given.nq:2: "),
        (f"<urn:a> <urn:b> {'<<( <urn:a> <urn:b> ' * 60} <urn:c> .\n", "deeper than 50"),
    ],
)
def test_broken_large_file_is_told_with_its_line(
    line: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    path = tmp_path / "given.nq"
    path.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n" + line, encoding="utf-8")

    with pytest.raises(SourceError, match=problem):
        load_files(tmp_path / "store", [path])
    assert not (tmp_path / "store" / "current").exists()


def test_somebody_who_waits_is_told_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    told: list[tuple[str, float]] = []
    path = write("of an export", tmp_path)

    load_files(tmp_path / "store", [path], tell=lambda what, share: told.append((what, share)))

    assert {what for what, _ in told} >= {"Reading"}
    assert all(0 <= share <= 1 for _, share in told)


def test_somebody_who_waits_for_a_list_is_told_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    path, one = tmp_path / "list.xml", "<iati-activity><title>A</title></iati-activity>"
    path.write_text(f"<iati-activities>{one * 1_200}</iati-activities>", encoding="utf-8")

    load_files(tmp_path / "store", [path], tell=lambda what, share: told.append((what, share)))

    shares = [share for what, share in told if what == "Finding what is meant"]
    assert shares == [0, 500 / 1_200, 1_000 / 1_200]


def test_statements_outside_of_graphs_are_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    path = tmp_path / "given.nq"
    shipped = assets.iter_turtle(assets.DATA)[0]
    quads = [*parse(shipped.read_bytes(), "text/turtle")]
    path.write_bytes(serialize(quads, N_QUADS))

    assert bulk.scan_large([path]) == ()
