"""A comparison that is kept in a file is made once, goes on where it was ended, and is the same."""

from __future__ import annotations

import gc
import pickle
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.overlap.conftest import list_pairs

from devcoop.cli.options import _is_worked_out
from devcoop.facets import TEXT_TERM, read_facet_table, words
from devcoop.load import Hints, Wishes, load_files, unload
from devcoop.origin import Origin
from devcoop.overlap import Limits, closest, compare, load_parameters, scoring
from devcoop.overlap.candidates import Candidates
from devcoop.overlap.engine import Engine
from devcoop.overlap.steps import divide_steps
from devcoop.pipeline import analyze
from devcoop.queries import get_query
from devcoop.store import Store
from devcoop.store.folder import open_store
from devcoop.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devcoop.facets import FacetTable
    from devcoop.overlap.blocks import Block

PART = 50
"""Pairs of a part."""
WAYS = {
    "every pair": Limits(),
    "candidates": Limits(exhaustive=0),
    "closest": Limits(exhaustive=0, complete=0, best=5),
}
PLAN = "https://w3id.org/devcoop/graph/plan/plan-b37cccab"
# Compares, and is killed by the kernel at its own wish after so many parts or tables.
FILLER = """
import os, pickle, signal, sys
from pathlib import Path
from devcoop.overlap import compare, scoring
from devcoop.overlap.engine import Engine
from devcoop.overlap.steps import divide_steps
facets, limits = pickle.loads(sys.stdin.buffer.read())
left = int(sys.argv[2])
def die_after(work):
    def wrapped(*words, **more):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*words, **more)
    return wrapped
scoring._PART_PAIRS = int(sys.argv[4])
scoring.Scoring._keep = die_after(scoring.Scoring._keep)
Engine.make = die_after(Engine.make) if sys.argv[3] == "tables" else Engine.make
compare(facets, limits=limits, folder=Path(sys.argv[1]))
"""


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch, scored: list[int]) -> list[int]:
    """Small parts, and the pairs of each that is scored."""
    monkeypatch.setattr(scoring, "_PART_PAIRS", PART)
    return scored


@pytest.mark.parametrize("way", WAYS)
def test_what_is_kept_is_what_was_made(
    facets: FacetTable, tmp_path: Path, way: str, parts: list[int]
) -> None:
    limits = WAYS[way]
    made = compare(facets, limits=limits, folder=tmp_path)
    scored = len(parts)
    kept = compare(facets, limits=limits, folder=tmp_path)
    assert len(parts) == scored
    alone = compare(facets, limits=limits)
    assert made.scope == kept.scope == alone.scope
    assert list_pairs(made) == list_pairs(kept) == list_pairs(alone)
    first = next(kept.iter_pairs())
    sides = first.left, first.right
    assert kept.places(*sides) == alone.places(*sides)
    assert kept.find_pair(*sides) == alone.find_pair(*sides)
    unscored = next(
        (one, other)
        for one in facets.records("undertaking")
        for other in facets.records("undertaking")
        if one["agency"] < other["agency"]
    )
    names = [one["undertaking"] for one in unscored]
    one, other = kept.find_pair(*names), alone.find_pair(*names)
    assert one
    assert other
    assert (one.type, round(one.score, 9)) == (other.type, round(other.score, 9))
    assert len(list(tmp_path.glob("*.duckdb"))) == 1


KILLS = [
    ("candidates", 3, "parts"),
    ("closest", 2, "parts"),
    ("every pair", 5, "tables"),
    ("every pair", 12, "tables"),
    ("candidates", 0, "tables"),
    ("closest", 19, "tables"),
]
"""How pairs are scored, and after how many parts or tables the run is killed."""


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("kill", KILLS, ids=str)
def test_run_that_was_killed_goes_on(
    facets: FacetTable, tmp_path: Path, kill: tuple[str, int, str], parts: list[int]
) -> None:
    way, left, what = kill
    command = [sys.executable, "-c", FILLER, str(tmp_path), str(left), what, str(PART)]
    ended = subprocess.run(command, input=pickle.dumps((facets, WAYS[way])), check=False)
    assert ended.returncode == -signal.SIGKILL
    resumed = compare(facets, limits=WAYS[way], folder=tmp_path)
    scored = sum(parts)
    alone = compare(facets, limits=WAYS[way])
    assert list_pairs(resumed) == list_pairs(alone)
    assert resumed.scope == alone.scope
    if what == "parts":
        # Only what the first run had not done was done.
        assert scored == sum(parts) - scored - PART * left
    assert is_sealed(tmp_path)


def is_sealed(folder: Path) -> bool:
    [path] = folder.glob("*.duckdb")
    engine = Engine()
    engine.open_file(path)
    return engine.is_sealed


def test_file_that_another_fills_is_left_to_it(facets: FacetTable, tmp_path: Path) -> None:
    compare(facets, folder=tmp_path)
    [path] = tmp_path.glob("*.duckdb")
    other = tmp_path / "other.duckdb"
    filling, waiting = Engine(), Engine()
    filling.open_file(other)
    waiting.open_file(other)
    assert (filling.home, waiting.home) == ("kept.main", "memory.main")
    waiting.make("one", "SELECT 1 AS number")
    filling.make("one", "SELECT 2 AS number")
    assert list(waiting.select("SELECT * FROM one")) == [{"number": 1}]
    filling.seal()
    assert filling.is_sealed
    assert path.exists() is False
    late = Engine()
    late.open_file(other)
    assert list(late.select("SELECT * FROM one")) == [{"number": 2}]


@pytest.mark.parametrize("is_full", [False, True])
def test_file_with_much_room_that_is_free_is_packed(tmp_path: Path, *, is_full: bool) -> None:
    path, filling = tmp_path / "one-two.duckdb", Engine()
    filling.open_file(path)
    filling.make("long", "SELECT hash(range)::VARCHAR AS text FROM range(3000000)")
    filling.make("short", "SELECT range AS number FROM range(1000)")
    filling.run("long", "CHECKPOINT kept")
    before = path.stat().st_size
    filling.drop(["long"])
    if is_full:
        # As on a disk that is full, the copy cannot be written.
        path.with_suffix(".packed").mkdir()
    filling.seal()
    assert filling.is_sealed
    late = Engine()
    late.open_file(path)
    assert late.is_sealed
    assert next(late.select("SELECT SUM(number) AS number FROM short")) == {"number": 499500}
    assert (path.stat().st_size > before / 2) is is_full, path.stat().st_size
    beside = {one.suffix for one in tmp_path.iterdir() if one.is_file()}
    assert beside == {".duckdb", ".filling", ".held"}


def test_file_that_others_read_is_not_removed(facets: FacetTable, tmp_path: Path) -> None:
    read = compare(facets, folder=tmp_path)
    [path] = tmp_path.glob("*.duckdb")
    compare(facets, limits=WAYS["candidates"], folder=tmp_path)
    assert path.exists()
    assert next(read.iter_pairs())
    del read
    gc.collect()
    compare(facets, limits=WAYS["closest"], folder=tmp_path)
    assert not path.exists()


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _spoil(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(4_096) + content[middle + 4_096 :]


@pytest.mark.parametrize("is_kept", [True, False])
def test_large_parts_are_all_there(tmp_path: Path, is_kept: bool) -> None:
    """More rows than the engine puts into one group: some of its versions lose them."""
    engine = Engine()
    if is_kept:
        engine.open_file(tmp_path / "large.duckdb")
    engine.make("scored_part", "SELECT 0 AS near, 0 AS scored WHERE FALSE")
    made = scoring.Scoring(engine, divide_steps(), load_parameters())
    for part in range(3):
        with engine.apart():
            for name in ("comparison", "substance"):
                rows = (
                    f"SELECT range AS number, 'a' || range % 7 AS kind FROM range({part}, 300000)"
                )
                engine.make(name, rows)
            made._keep([1, 2])
    counted = "SELECT kind, COUNT(*) AS rows, SUM(number)::BIGINT AS sum FROM {} GROUP BY kind"
    for name in ("comparison", "substance"):
        found = list(engine.select(counted.format(name)))
        assert len(found) == 7
        assert sum(row["rows"] for row in found) == 900_000 - 3
        assert sum(row["sum"] for row in found) == 3 * sum(range(300_000)) - 1


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize("spoil", [lambda _: b"", lambda _: b"no tables", _cut, _spoil])
@pytest.mark.parametrize("is_sealed_still", [True, False])
def test_broken_file_keeps_nobody_from_comparing(
    facets: FacetTable,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
    is_sealed_still: bool,
) -> None:
    alone = compare(facets, folder=tmp_path)
    [path] = tmp_path.glob("*.duckdb")
    expected = list_pairs(alone)
    del alone
    gc.collect()
    path.write_bytes(spoil(path.read_bytes()))
    if not is_sealed_still:
        path.with_suffix(".held").write_bytes(b"")
    assert list_pairs(compare(facets, folder=tmp_path)) == expected
    if is_sealed_still:
        assert is_sealed(tmp_path)


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("name", ["who?me", "it's", "sqlite:x", "s3:x", "été a"])
def test_any_folder_will_do(facets: FacetTable, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    made = compare(facets, folder=folder)
    assert {path.name for path in tmp_path.iterdir()} == {name}
    assert made.list_descriptors() or "?" in name


def test_folder_that_goes_meanwhile_costs_nobody_the_result(
    facets: FacetTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = Engine.seal

    def lose(self: Engine) -> None:
        shutil.rmtree(tmp_path / "derived", ignore_errors=True)
        seal(self)

    monkeypatch.setattr(Engine, "seal", lose)
    folder = tmp_path / "derived"
    folder.mkdir()
    assert list_pairs(compare(facets, folder=folder)) == list_pairs(compare(facets))


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("size", [200_000, 3_000_000])
def test_full_disk_costs_nobody_the_result(facets: FacetTable, tmp_path: Path, size: int) -> None:
    script = (
        "import pickle, resource, sys\n"
        "from pathlib import Path\n"
        "from devcoop.overlap import compare\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
        "facets = pickle.loads(sys.stdin.buffer.read())\n"
        "print(len(list(compare(facets, folder=Path(sys.argv[1])).iter_pairs())))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    told = subprocess.run(command, input=pickle.dumps(facets), check=True, capture_output=True)
    assert int(told.stdout) == len(list(compare(facets).iter_pairs()))


def test_folder_that_cannot_be_written_keeps_nothing(facets: FacetTable, tmp_path: Path) -> None:
    nowhere = tmp_path / "file" / "folder"
    nowhere.parent.write_bytes(b"")
    assert next(compare(facets, folder=nowhere).iter_pairs())


@pytest.fixture
def home(four_plans: Path, tmp_path: Path) -> Path:
    """A store that a test may change, of which nothing is kept yet."""
    return shutil.copytree(four_plans, tmp_path / "home")


@pytest.mark.parametrize("large", [1, 4_000_000])
def test_some_rows_of_an_answer_that_is_kept_are_not_asked_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr("devcoop.store.answering._LARGE_ANSWER", large)
    text = get_query("undertakings-without-place").text
    with open_store(home) as store:
        asked = store.recall(text).records()
        wanted = asked[1]["subject"]
        expected = [row for row in asked if row["subject"] == wanted]
        with monkeypatch.context() as patch:
            patch.setattr(Store, "start", lambda *_, **__: pytest.fail("it was asked"))
            assert store.recall_rows(text, "subject", [wanted]) == expected
            assert store.recall_records(text) == asked
        others = [row for row in asked if row["subject"] != wanted]
        assert store.recall_rows(text, "subject", [wanted], others=True) == others
        kept = list((home / "derived" / "answers").rglob("*.*"))
        assert any(path.suffix == ".parquet" for path in kept) is (large == 1)
        for path in kept:
            path.write_bytes(b"broken")
        assert store.recall_rows(text, "subject", [wanted]) == expected
        assert store.recall_records(text) == asked


@pytest.mark.parametrize(
    "rows",
    [
        "",
        '("one" UNDEF) (UNDEF UNDEF) ("two" "x") ("" "NULL")',
        r"""("a\"}},{\"b" "\"b\":{\"type\":\"literal\",\"value\":\"x\"}") ("two" "o\\\n,\r")""",
        '(<urn:two> 2) ("deux"@fr true) ("zwei" <<( <urn:a> <urn:b> "two" )>>)',
    ],
)
@pytest.mark.parametrize("column", ["a", "b"])
def test_some_rows_of_a_large_answer_are_those_of_all(
    home: Path, monkeypatch: pytest.MonkeyPatch, rows: str, column: str
) -> None:
    monkeypatch.setattr("devcoop.store.answering._LARGE_ANSWER", 1)
    asked = f"SELECT ?a ?b WHERE {{ VALUES (?a ?b) {{ {rows} }} }}"
    # The rows are in the question, so that no copy of the plans is needed.
    with open_store(home, most_copied=0) as store:
        every = store.query(asked).records()
        assert store.recall_records(asked) == every
        for wanted in ("", *(row[column] for row in every)):
            chosen = [row for row in every if row[column] == wanted]
            assert store.recall_rows(asked, column, [wanted]) == chosen
            others = [row for row in every if row[column] != wanted]
            assert store.recall_rows(asked, column, [wanted], others=True) == others


@pytest.mark.series(one_in=3)
@pytest.mark.parametrize("ending", ["csv", "json"])
@pytest.mark.parametrize("spoil", [lambda _: b"", _cut, lambda it: it[: it.rindex(b"\n", 0, -2)]])
def test_broken_answers_are_asked_anew(
    home: Path, ending: str, spoil: Callable[[bytes], bytes]
) -> None:
    with open_store(home) as store:
        expected = {name: table.digest for name, table in read_facet_table(store).tables.items()}
        left_out = store.recall(get_query("left-out").text)
    kept = list((home / "derived" / "answers").glob(f"*/*.{ending}"))
    whole = {path: path.read_bytes() for path in kept}
    assert kept
    for path, content in whole.items():
        path.write_bytes(spoil(content) if content.count(b"\n") > 2 else b"")
    with open_store(home) as store:
        found = {name: table.digest for name, table in read_facet_table(store).tables.items()}
        assert (found, store.recall(get_query("left-out").text)) == (expected, left_out)
    assert {path: path.read_bytes() for path in kept} == whole


def test_interruption_while_old_answers_go_leaves_the_new_edition(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Shelf, "sweep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        unload(home, PLAN)
    with open_store(home) as store:
        assert PLAN not in store.graphs()


def test_comparison_of_plans_that_go_goes_with_the_next(home: Path) -> None:
    with open_store(home) as store:
        analyze(store)
    gc.collect()
    [kept] = (home / "derived" / "comparison").glob("*.duckdb")
    unload(home, PLAN)
    with open_store(home) as store:
        analyze(store)
    [after] = (home / "derived" / "comparison").glob("*.duckdb")
    assert after != kept


def test_answers_and_comparison_of_a_store_are_kept_with_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(home) as store:
        first = analyze(store)
        first.read_all_ahead()
    monkeypatch.setattr(Store, "start", None)
    with open_store(home) as store:
        second = analyze(store)
        second.read_all_ahead()
    assert list(first.pairs) == list(second.pairs)
    assert first.gap_checks == second.gap_checks
    assert first.undertakings == second.undertakings
    monkeypatch.undo()
    kept = sorted((home / "derived" / "answers").iterdir())
    unload(home, PLAN)
    with open_store(home) as store:
        assert len(analyze(store).plans) == len(second.plans) - 1
    assert not set(kept) & set((home / "derived" / "answers").iterdir())


def test_gaps_that_this_program_has_not_asked_yet_are_asked_of_a_copy(home: Path) -> None:
    origin = Origin(store=home)
    assert not _is_worked_out(origin, is_limited=False)
    with open_store(home) as store:
        analyze(store).read_all_ahead()
    assert _is_worked_out(origin, is_limited=True)
    # As if another program had asked, whose questions are called differently.
    for path in (home / "derived" / "answers").glob("*/*.json"):
        path.rename(path.with_stem(f"other-{path.stem}"))
    assert not _is_worked_out(origin, is_limited=True)
    assert _is_worked_out(origin, is_limited=False)


def test_words_of_texts_are_weighed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, listed, column_map = (tmp_path / one for one in ("store", "list.csv", "map.yaml"))
    listed.write_text("Title\nTraining of laboratories\n", encoding="utf-8")
    column_map.write_text("agency: Example Aid\nlanguage: en\ncolumns: {title: Title}\n", "utf-8")
    load_files(folder, [listed], Wishes(built_in=True, hints=Hints(map=column_map)))
    with open_store(folder) as store:
        first = list(read_facet_table(store).tables[TEXT_TERM].rows())
    assert "train" in {term for _, _, term, _ in first}
    monkeypatch.setattr(words, "split_words", None)
    with open_store(folder) as store:
        assert list(read_facet_table(store).tables[TEXT_TERM].rows()) == first


BLOCKS = """
import os, pickle, signal, sys
from pathlib import Path
from devcoop.overlap import candidates, closest, compare, scoring
facets, limits = pickle.loads(sys.stdin.buffer.read())
setattr(closest, sys.argv[3], int(sys.argv[4]))
scoring._BLOCKS_SHARE = int(sys.argv[2]) / 2**30
keep, kept = candidates.Candidates._keep, []
def keep_three(*words):
    keep(*words)
    kept.append(words)
    if len(kept) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
candidates.Candidates._keep = keep_three
compare(facets, limits=limits, folder=Path(sys.argv[1]))
"""


@pytest.mark.parametrize(("reason", "number"), [("_MOST_WAITING", 50), ("_MOST_SECONDS", -1)])
def test_choice_of_the_closest_goes_on_with_the_next_block(
    facets: FacetTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, number: int
) -> None:
    size, limits = 24 * 265 * 10, WAYS["closest"]
    command = [sys.executable, "-c", BLOCKS, str(tmp_path), str(size), reason, str(number)]
    ended = subprocess.run(command, input=pickle.dumps((facets, limits)), check=False)
    assert ended.returncode == -signal.SIGKILL
    find, seen = Candidates._find, []

    def count(self: Candidates, part: Any) -> Block:
        seen.append(len(part.rows))
        return find(self, part)

    monkeypatch.setattr(Candidates, "_find", count)
    monkeypatch.setattr(closest, reason, number)
    monkeypatch.setattr(scoring, "_BLOCKS_SHARE", size / 2**30)
    resumed = compare(facets, limits=limits, folder=tmp_path)
    done = len(seen)
    alone = compare(facets, limits=limits)
    assert 0 < done <= len(seen) - done - 3
    assert list_pairs(resumed) == list_pairs(alone)
    assert resumed.scope == alone.scope
    [path] = tmp_path.glob("*.duckdb")
    engine = Engine()
    engine.open_file(path)
    assert not engine.was_made("closest_left")
