"""A copy in memory is what the files hold, whether it is read from them or from kept lines."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from devcoop.errors import StoreError
from devcoop.store import Source, quadstore
from devcoop.store.folder import change_store, copy_for_work, open_store
from devcoop.store.terms import BlankNode, Literal, NamedNode, Quad, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devcoop.store import Store

A, P = NamedNode("urn:a"), NamedNode("urn:p")
GRAPH = "urn:graph:one"
TOLD = [
    Triple(A, P, Literal("tab\t, line\n, “quotes” and \\ U+10348 𐍈")),
    Triple(A, P, Literal("007", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
    Triple(A, P, Literal("mot", language="fr-ca")),
    Triple(BlankNode("b1"), P, BlankNode("b2")),
    Triple(A, P, Triple(A, P, BlankNode("b1"))),
    Triple(NamedNode("http://example.org/Ä%20b"), P, A),
]


def _fill(folder: Path, told: list[Triple]) -> None:
    with change_store(folder) as store:
        store.replace(Source(GRAPH, hashlib.sha256(repr(told).encode()).hexdigest()), told)


def _list_kept(folder: Path) -> list[Path]:
    return sorted((folder / "derived" / "quads").glob("*.gz"))


def _read(folder: Path) -> set[str]:
    with open_store(folder) as store:
        assert store.is_in_memory
        return set(map(str, store.quads()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _fill(tmp_path / "store", TOLD)
    return tmp_path / "store"


def _forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quadstore, "open_engine", lambda _: pytest.fail("files were opened"))


def test_second_copy_is_the_same_and_opens_no_file_of_the_engine(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(folder, most_copied=0) as store:
        on_disk = set(map(str, store.quads()))
    assert not _list_kept(folder)
    first = _read(folder)
    assert len(_list_kept(folder)) == 1
    _forbid(monkeypatch)
    assert _read(folder) == first == on_disk
    assert len(first) > len(TOLD)


def test_work_has_the_lines_too_and_what_is_put_beside_stays_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _read(folder)
    with copy_for_work(folder) as store:
        assert set(map(str, store.quads())) == kept
        store.add("urn:graph:beside", [Triple(A, P, Literal("beside"))])
    _forbid(monkeypatch)
    assert _read(folder) == kept


def test_another_edition_has_lines_of_its_own_and_those_of_the_last_go(folder: Path) -> None:
    _read(folder)
    (before,) = _list_kept(folder)
    _fill(folder, TOLD[:2])
    assert len([one for one in _read(folder) if GRAPH in one.rpartition(" ")[2]]) == 2
    (now,) = _list_kept(folder)
    assert now != before


def test_another_store_in_the_same_place_is_not_taken_for_the_first(folder: Path) -> None:
    _read(folder)
    derived = shutil.copytree(folder / "derived", folder.with_name("derived"))
    shutil.rmtree(folder)
    _fill(folder, [Triple(A, P, Literal("other"))])
    shutil.rmtree(folder / "derived", ignore_errors=True)
    shutil.copytree(derived, folder / "derived")
    assert any("other" in one for one in _read(folder))


def _cut(kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:-20])


def _empty(kept: Path) -> None:
    kept.write_bytes(b"")


def _remove_seal(kept: Path) -> None:
    kept.with_suffix(".sha256").unlink()


def _write_other(kept: Path, content: bytes) -> None:
    """Write something else, with a seal that is right."""
    kept.write_bytes(content)
    kept.with_suffix(".sha256").write_text(hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _empty,
        _remove_seal,
        lambda kept: _write_other(kept, b"no archive"),
        lambda kept: _write_other(kept, gzip.compress(b"<urn:a> <urn:b> broken\n")),
        lambda kept: _write_other(kept, gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n")[:-9]),
    ],
)
def test_lines_that_are_broken_give_way_to_the_files(
    folder: Path, spoil: Callable[[Path], None]
) -> None:
    whole = _read(folder)
    spoil(_list_kept(folder)[0])
    assert _read(folder) == whole
    assert _read(folder) == whole


def test_lines_that_grow_out_of_all_measure_give_way_to_the_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _read(folder)
    bomb = gzip.compress(b'<urn:a> <urn:b> "' + b"x" * (4 << 20) + b'" .\n' + b"\n" * (8 << 20))
    monkeypatch.setattr("devcoop.store.lines._FEW_BYTES", 1 << 20)
    _write_other(_list_kept(folder)[0], bomb)
    assert _read(folder) == whole


def test_files_that_break_off_are_no_copy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(_: Path) -> Iterator[Quad]:
        yield from (Quad(A, P, Literal(str(number))) for number in range(1_000))
        raise OSError("a block is broken")

    with monkeypatch.context() as patched:
        patched.setattr(quadstore, "open_engine", break_off)
        with pytest.raises(StoreError, match="a block is broken"):
            _read(folder)
    assert not _list_kept(folder)


def test_copy_of_the_files_has_the_same_lines_where_nothing_can_be_linked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no links here")

    _read(folder)
    kept = _list_kept(folder)
    monkeypatch.setattr("pathlib.Path.hardlink_to", fail)
    with copy_for_work(folder):
        assert _list_kept(folder) == kept


def test_where_nothing_can_be_kept_the_files_are_read(folder: Path) -> None:
    (folder / "derived").mkdir(exist_ok=True)
    (folder / "derived" / "quads").write_text("in the way")
    assert any("fr-ca" in one for one in _read(folder))
    assert (folder / "derived" / "quads").read_text() == "in the way"


def test_disk_that_is_full_costs_nobody_the_copy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("devcoop.store.lines.gzip.open", fail)
        whole = _read(folder)
    assert not _list_kept(folder)
    assert not [one for one in (folder / "derived" / "quads").iterdir() if one.suffix == ".part"]
    assert _read(folder) == whole


def test_names_of_blank_nodes_and_numbers_stay(folder: Path) -> None:
    def list_terms(store: Store) -> set[str]:
        return {as_text(one.object) for one in store.quads(graph=GRAPH)}

    with open_store(folder, most_copied=0) as store:
        on_disk = list_terms(store)
    for _ in range(2):
        with open_store(folder) as store:
            assert list_terms(store) == on_disk


@pytest.mark.parametrize("size", [1, 60, 300])
def test_lines_are_read_whole_wherever_pieces_of_the_file_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    first = _read(folder)
    monkeypatch.setattr("devcoop.store.lines._PIECE", size)
    _forbid(monkeypatch)
    assert _read(folder) == first
