"""Files on their way into a store."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

from devcoop import assets
from devcoop.cli import main
from devcoop.errors import SourceError, StoreError, TableError, UnknownResourceError, say_error
from devcoop.gaps import ask_gaps
from devcoop.graph import build_graph
from devcoop.load import Wishes, load_files, read_files, unload
from devcoop.load.sources import group_sources
from devcoop.scratch import writing_aside
from devcoop.store.folder import change_store, copy_for_work, open_store, read_edition_name
from devcoop.store.rdf import ENDINGS, parse_rdf, serialize
from devcoop.store.shelf import Shelf

FOURTH = Path(__file__).parent / "fourth.ttl"
PLAN = "https://w3id.org/devcoop/graph/plan/plan-b37cccab"
DAY = date(2026, 11, 27)
PLANS = ("iso-2016-2020", "obor-2015-2017", "unido-mic-2020")


def _lines(folder: Path) -> list[str]:
    with open_store(folder) as store:
        return store.canonical_lines()


def test_built_in_plans_on_disk_are_those_in_memory(tmp_path: Path) -> None:
    load_files(tmp_path / "store", [], Wishes(built_in=True))
    graph = build_graph()
    with open_store(tmp_path / "store") as store:
        assert (store.version, store.sources) == (graph.version, graph.sources)
        assert store.canonical_lines() == graph.canonical_lines()


def test_graphs_do_not_depend_on_where_the_files_lie(tmp_path: Path) -> None:
    there = shutil.copytree(assets.DATA, tmp_path / "elsewhere")
    parts, _ = group_sources(read_files([there / name for name in PLANS]))
    known = {one.graph: one.sha256 for one in build_graph().sources}
    assert len(parts) == len(PLANS)
    for part in parts:
        assert part.source.sha256 == known[part.source.graph]


def test_plan_of_others_gets_a_graph_and_a_record(folder: Path) -> None:
    loaded = load_files(folder, [FOURTH], today=DAY)
    [change] = loaded.changes
    assert change.source.graph == PLAN
    assert change.source.title == "Example plan for metrology"
    assert change.source.publisher == "https://example.org/aid/agency"
    assert change.source.licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert (change.source.edition, change.source.retrieved) == ("2016", "2026-11-27")
    assert (change.is_new, change.initiatives) == (True, (2, 0, 0))


def test_same_file_twice_changes_nothing(folder: Path) -> None:
    load_files(folder, [FOURTH])
    before, lines = read_edition_name(folder), _lines(folder)
    [change] = load_files(folder, [FOURTH]).changes
    assert change.is_same
    assert (read_edition_name(folder), _lines(folder)) == (before, lines)


def test_newer_edition_replaces_the_whole_source_and_says_what_changed(
    folder: Path, tmp_path: Path
) -> None:
    load_files(folder, [FOURTH])
    text = FOURTH.read_text(encoding="utf-8").replace("Advice on a law", "A draft of a law")
    newer = tmp_path / "newer.ttl"
    newer.write_text(text.replace("EXA-1", "EXA-7").replace("ex:u1", "ex:u7"), encoding="utf-8")
    [change] = load_files(folder, [newer]).changes
    assert (change.is_new, change.is_same) == (False, False)
    assert change.initiatives == (1, 1, 1)
    assert change.statements[1] == change.statements[2]
    assert not [line for line in _lines(folder) if "EXA-1" in line or "Advice on" in line]


def test_file_without_a_plan_is_called_after_its_name(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "agencies.nt"
    path.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n")
    [change] = load_files(folder, [path]).changes
    assert change.source.graph == "https://w3id.org/devcoop/graph/source/agencies"


def test_files_about_one_plan_are_one_source(folder: Path, tmp_path: Path) -> None:
    head, _, passage = FOURTH.read_text(encoding="utf-8").partition("ex:p1 a devc:Passage")
    prefixes = "".join(line for line in head.splitlines(keepends=True) if "@prefix" in line)
    (tmp_path / "plan.ttl").write_text(head, encoding="utf-8")
    (tmp_path / "passages.ttl").write_text(
        f"{prefixes}ex:p1 a devc:Passage{passage}", encoding="utf-8"
    )
    [change] = load_files(folder, [tmp_path / "plan.ttl", tmp_path / "passages.ttl"]).changes
    assert change.source.graph == PLAN
    load_files(folder, [FOURTH])
    assert load_files(folder, [FOURTH]).changes[0].is_same


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf"])
def test_every_syntax_gives_the_same_source(suffix: str, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / f"plan{suffix}"
    triples = [quad.triple for quad in parse_rdf(FOURTH, FOURTH.read_bytes())]
    path.write_bytes(serialize(triples, ENDINGS[suffix]))
    load_files(folder, [FOURTH])
    lines = [line for line in _lines(folder) if "sha256" not in line]
    [change] = load_files(folder, [path]).changes
    assert change.source.graph == PLAN
    assert change.statements[1:] == (0, 0)
    assert [line for line in _lines(folder) if "sha256" not in line] == lines


def test_fault_leaves_the_store_as_it_was(folder: Path, tmp_path: Path) -> None:
    load_files(folder, [FOURTH])
    lines = _lines(folder)
    (tmp_path / "good.ttl").write_text("<urn:a> <urn:b> 1 .\n", encoding="utf-8")
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b>\n", encoding="utf-8")
    (tmp_path / "worse.nt").write_text("<urn:a>\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"bad\.ttl:2"):
        load_files(folder, [tmp_path / "good.ttl", tmp_path / "bad.ttl"])
    with pytest.raises(TableError) as raised:
        load_files(folder, [tmp_path])
    assert len(raised.value.faults) == 2
    assert _lines(folder) == lines


@pytest.mark.parametrize("name", ["nothing.ttl", "plan.docx", "empty"])
def test_what_cannot_be_loaded_is_named(name: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=name):
        load_files(folder, [tmp_path / name])


@pytest.mark.parametrize(
    "name", [PLAN, "plan-b37cccab", "https://example.org/aid/plan"], ids=["graph", "slug", "plan"]
)
def test_source_is_taken_out_by_any_of_its_names(name: str, folder: Path) -> None:
    lines = _lines(folder)
    load_files(folder, [FOURTH])
    assert unload(folder, name).graph == PLAN
    assert _lines(folder) == lines


def test_unknown_source_is_told_with_those_there_are(folder: Path) -> None:
    lines = _lines(folder)
    with pytest.raises(UnknownResourceError, match=r"'nothing'.*agencies"):
        unload(folder, "nothing")
    assert _lines(folder) == lines


def test_no_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="devcoop load"), open_store(tmp_path):
        pass


def test_a_link_that_was_laid_in_a_store_is_not_followed(folder: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"kept")
    for name in (".current.part", "current.part", f".current.{os.getpid()}.part"):
        (folder / name).symlink_to(victim)
    load_files(folder, [FOURTH])
    assert victim.read_bytes() == b"kept"
    assert list(folder.glob(".current.????????.part")) == []


def test_two_cannot_change_a_store_at_once(folder: Path) -> None:
    with change_store(folder), pytest.raises(StoreError, match="another process"):
        load_files(folder, [FOURTH])


def test_reader_keeps_its_edition_while_another_is_written(folder: Path) -> None:
    with open_store(folder) as store:
        before = store.canonical_lines()
        load_files(folder, [FOURTH])
        assert store.canonical_lines() == before
        assert len(list((folder / "editions").iterdir())) == 2
    load_files(folder, [FOURTH])
    assert unload(folder, PLAN)
    assert len(list((folder / "editions").iterdir())) == 1


def test_copy_for_work_is_private_and_goes_away(folder: Path) -> None:
    before = _lines(folder)
    with copy_for_work(folder) as store:
        size = len(store)
        store.add("https://example.org/derived", list(store.quads(graph=store.graphs()[0])))
        assert len(store) > size
    assert _lines(folder) == before
    assert not list((folder / "work").iterdir())


def test_edited_export_is_not_taken_for_the_one_it_was(folder: Path, tmp_path: Path) -> None:
    graph = "https://example.org/graph"
    head = (
        "<https://w3id.org/devcoop/graph> a <http://www.w3.org/ns/dcat#Catalog> .\n"
        f'<{graph}> <https://w3id.org/devcoop/ns#sha256> "{"1" * 64}" .\n'
    )
    for name, value in (("old", "1"), ("new", "2")):
        text = f"{head}GRAPH <{graph}> {{ <urn:a> <urn:b> {value} }}\n"
        (tmp_path / f"{name}.trig").write_text(text, encoding="utf-8")
    [old] = load_files(folder, [tmp_path / "old.trig"]).changes
    [new] = load_files(folder, [tmp_path / "new.trig"]).changes
    assert (old.source.graph, old.source.sha256) == (graph, "1" * 64)
    assert new.statements == (1, 1, 1)
    assert new.source.sha256 != old.source.sha256


VALUES = {
    '"01.50"^^<{}decimal>': '"1.5"^^<{}decimal>',
    '"007"^^<{}integer>': '"7"^^<{}integer>',
    '"1.0E0"^^<{}double>': '"1"^^<{}double>',
    '"1"^^<{}boolean>': '"true"^^<{}boolean>',
    '"5"^^<{}int>': '"5"^^<{}integer>',
}


def test_values_that_are_kept_in_another_form_are_told_once(tmp_path: Path) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    graph = "<https://example.org/graph/values>"
    lines = [f"<urn:a> <urn:p> {value.format(xsd)} {graph} ." for value in VALUES]
    lines += [
        f'<urn:a> <urn:p> "plain" {graph} .',
        f'<urn:a> <urn:p> "2"^^<{xsd}integer> {graph} .',
    ]
    file, store = tmp_path / "values.nq", tmp_path / "store"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = CliRunner().invoke(main, ["load", str(file), "--store", str(store)]).output
    assert said.count(f"{len(VALUES)} values are kept in another form, such as ") == 1
    loaded = load_files(tmp_path / "other", [file])
    assert {str(given): str(kept) for given, kept in loaded.rewritten} == {
        given.format(xsd): kept.format(xsd) for given, kept in VALUES.items()
    }
    again = CliRunner().invoke(main, ["load", str(file), "--store", str(store)]).output
    assert "Nothing changed" in again


OTHERS = (f"{'0' * 40}.nq.gz", "0" * 40, "0" * 16, "1" * 6, "notes")
"""Names of what is somebody else's, most of them such as a store gives."""


def _lay_out(folder: Path, kind: str) -> list[Path]:
    """Lay files, or folders with something in them, of these names, long ago."""
    folder.mkdir()
    for name in OTHERS:
        if kind == "files":
            (folder / name).touch()
        else:
            (folder / name / "kept").mkdir(parents=True)
        os.utime(folder / name, (0, 0))
    return list(folder.rglob("*"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("answers", "folders"), ("facets", "folders"), ("mentions", "files"), ("quads", "files")],
)
def test_what_lies_behind_a_link_in_what_is_kept_is_not_removed(
    tmp_path: Path, name: str, kind: str
) -> None:
    others = _lay_out(tmp_path / "victim", kind)
    (tmp_path / "derived").mkdir()
    (tmp_path / "derived" / name).symlink_to(tmp_path / "victim")
    shelf = Shelf(tmp_path / "derived")
    shelf.sweep("2" * 64)
    shelf.sweep_partitions([], [])
    shelf.keep_quads("2" * 64, Path.touch)
    assert all(one.exists() for one in others)


def test_what_lies_behind_a_link_to_work_is_not_removed(folder: Path, tmp_path: Path) -> None:
    others = _lay_out(tmp_path / "victim", "folders")
    shutil.rmtree(folder / "work")
    (folder / "work").symlink_to(tmp_path / "victim")
    load_files(folder, [FOURTH])
    with copy_for_work(folder):
        pass
    assert all(one.exists() for one in others)


@pytest.mark.parametrize("name", ["work", "editions", "derived/answers", "derived/quads"])
def test_what_is_not_called_as_what_a_store_keeps_is_not_removed(folder: Path, name: str) -> None:
    (folder / name / "notes").mkdir(parents=True)
    os.utime(folder / name / "notes", (0, 0))
    load_files(folder, [FOURTH])
    with open_store(folder) as store:
        ask_gaps(store)["undertakings-without-place"]
    with copy_for_work(folder):
        pass
    assert (folder / name / "notes").is_dir()


def test_source_that_is_not_there_is_told_with_a_few_that_are(tmp_path: Path) -> None:
    load_files(tmp_path / "store", [], Wishes(built_in=True))
    with pytest.raises(UnknownResourceError, match="did you mean iso-2016-2020") as told:
        unload(tmp_path / "store", "iso-2016-202")
    assert re.search(r" and \d\d more$", str(told.value))
    assert len(str(told.value)) < 300


def test_full_folder_for_temporary_files_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk of the store may have room: what is full is told by its own name."""

    def break_off(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "list.xml"
    path.write_text("<iati-activities><iati-activity/></iati-activities>", encoding="utf-8")
    monkeypatch.setattr("devcoop.load.spool.fcntl.lockf", break_off)
    with pytest.raises(OSError, match="No space left on device") as caught:
        load_files(tmp_path / "store", [path])
    assert say_error(caught.value).startswith(f"{tempfile.gettempdir()}: No space")
    told = f"^{tempfile.gettempdir()}: No space.*; the store is as"
    with (
        pytest.raises(StoreError, match=told),
        change_store(tmp_path / "store"),
        writing_aside(),
    ):
        break_off()
