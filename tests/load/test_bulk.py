"""Large files: the same as any other, only never held whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop import assets
from devcoop.errors import SourceError
from devcoop.graph import build_graph
from devcoop.load import Loaded, bulk, lines, load_files
from devcoop.store.folder import open_store, read_edition_name
from devcoop.store.rdf import N_QUADS, N_TRIPLES, parse, serialize

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("of an export", "unstated", "one plan", "no names")
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


def test_statements_outside_of_graphs_are_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGE_BYTES", 0)
    path = tmp_path / "given.nq"
    shipped = assets.iter_turtle(assets.DATA)[0]
    quads = [*parse(shipped.read_bytes(), "text/turtle")]
    path.write_bytes(serialize(quads, N_QUADS))

    assert bulk.scan_large([path]) == ()
