"""What an earlier comparison knows is taken over, and nothing is other than if all were new."""

from __future__ import annotations

import gc
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.overlap.conftest import list_pairs

from devcoop.facets import FacetTable
from devcoop.model import FOUND_TYPES
from devcoop.overlap import Comparison, Limits, candidates, compare, scoring

if TYPE_CHECKING:
    from collections.abc import Collection

    from devcoop.overlap.engine import Engine

WAYS = {
    "all findings": Limits(exhaustive=0),
    "the closest": Limits(exhaustive=0, complete=0, best=3),
}
OWNED = ("undertaking", "facet", "area")
"""Tables whose first column is an undertaking."""


def names_of(facets: FacetTable) -> list[str]:
    return [row["undertaking"] for row in facets.records("undertaking")]


def change(facets: FacetTable, gone: Collection[str], other: Collection[str]) -> FacetTable:
    """Leave some undertakings out, and let others have no sector, place and function."""
    tables = dict(facets.tables)
    for name in OWNED:
        table = tables[name]
        rows = [row for row in table.rows() if row[0] not in gone]
        if name == "facet":
            rows = [row for row in rows if row[0] not in other or row[1] in ("theme", "arena")]
        if name == "area":
            rows = [row for row in rows if row[0] not in other]
        tables[name] = table.with_rows(rows)
    return FacetTable(tables, facets.left_out)


def check_same(kept: Comparison, alone: Comparison) -> None:
    assert list_pairs(kept) == list_pairs(alone)
    assert kept.scope == alone.scope
    assert kept.count_pairs() == alone.count_pairs()
    first = next(kept.iter_pairs())
    assert kept.places(first.left, first.right) == alone.places(first.left, first.right)


CHANGES = {
    "nothing": ((), ()),
    "one gone": ((7,), ()),
    "many gone": (tuple(range(0, 60, 2)), ()),
    "one other": ((), (7,)),
    "some of each": ((1, 50, 99), (2, 51, 170)),
    "a whole plan": (tuple(range(40, 80)), ()),
}
"""Places of those that go, and of those that say something else."""
CASES = [
    (what, way, (number + place) % 2 == 1)
    for place, what in enumerate(CHANGES)
    for number, way in enumerate(WAYS)
]
"""Each change with each way to keep, forwards and backwards in turn."""


@pytest.mark.series(one_in=6)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_only_what_is_new_is_compared(
    facets: FacetTable,
    tmp_path: Path,
    scored: list[int],
    case: tuple[str, str, bool],
) -> None:
    what, way, is_backwards = case
    known = names_of(facets)
    gone, other = ({known[place] for place in places} for places in CHANGES[what])
    before, after = facets, change(facets, gone, other)
    if is_backwards:
        before, after = after, before
    limits = WAYS[way]
    del scored[:]
    compare(before, limits=limits, folder=tmp_path)
    first = sum(scored)
    kept = compare(after, limits=limits, folder=tmp_path)
    anew = sum(scored) - first
    alone = compare(after, limits=limits)
    check_same(kept, alone)
    every = sum(scored) - first - anew
    # What loses its closest is compared anew, and if that is most of all, so is everything.
    assert anew < every or (way == "the closest" and len(gone | other) > 1 and anew == every)
    assert len(list(tmp_path.glob("*.duckdb"))) == 1


@pytest.mark.gate
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_chain_of_changes_leads_where_each_leads_alone(
    facets: FacetTable, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    known = names_of(facets)
    some = st.sets(st.sampled_from(known), max_size=25)
    limits = WAYS[data.draw(st.sampled_from(sorted(WAYS)))]
    folder = tmp_path_factory.mktemp("chain")
    for _ in range(3):
        changed = change(facets, data.draw(some), data.draw(some))
        check_same(
            compare(changed, limits=limits, folder=folder),
            compare(changed, limits=limits),
        )


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("other", ["parameters", "without", "limits", "schemes"])
def test_what_was_compared_otherwise_is_not_taken_over(
    facets: FacetTable, tmp_path: Path, scored: list[int], other: str
) -> None:
    limits = WAYS["all findings"]
    compare(
        facets,
        {"mode_share": 0.4} if other == "parameters" else None,
        without=["sector"] if other == "without" else (),
        limits=limits._replace(best=7) if other == "limits" else limits,
        folder=tmp_path,
    )
    if other == "schemes":
        table = facets.tables["concept"]
        rows = list(table.rows())[:-1]
        facets = FacetTable(facets.tables | {"concept": table.with_rows(rows)}, ())
    del scored[:]
    compare(facets, limits=limits, folder=tmp_path)
    kept = sum(scored)
    compare(facets, limits=limits)
    assert sum(scored) == 2 * kept


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("way", WAYS)
def test_all_findings_of_one_are_found(facets: FacetTable, way: str) -> None:
    every = compare(facets, limits=Limits(exhaustive=10_000_000))
    one = compare(facets, limits=WAYS[way])
    assert one.find_all_of("https://example.org/nobody") == []
    several = 0
    for undertaking in names_of(facets)[::17]:
        found = [(it.left, it.right, it.type) for it in one.find_all_of(undertaking)]
        expected = [
            (it.left, it.right, it.type) for it in every.iter_pairs(FOUND_TYPES, of=undertaking)
        ]
        assert sorted(found) == sorted(expected)
        several += len(found)
    assert several


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("way", WAYS)
def test_memory_decides_nothing(facets: FacetTable, tmp_path: Path, way: str) -> None:
    plenty = compare(facets, limits=WAYS[way], folder=tmp_path)
    seen: list[float] = []
    little = compare(facets, limits=WAYS[way]._replace(memory=256), tell=seen.append)
    assert list_pairs(little) == list_pairs(plenty)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    # The name of what is kept does not hang on it.
    kept = compare(facets, limits=WAYS[way]._replace(memory=512), folder=tmp_path)
    assert len(list(tmp_path.glob("*.duckdb"))) == 1
    assert list_pairs(kept) == list_pairs(plenty)


# Begins with much memory, and is killed after one part, as the kernel kills who takes too much.
GREEDY = """
import os, pickle, signal, sys
from pathlib import Path
from devcoop.overlap import compare, scoring
facets, limits = pickle.loads(sys.stdin.buffer.read())
scoring._PART_PAIRS = 50
keep = scoring.Scoring._keep
def keep_one(*words):
    keep(*words)
    os.kill(os.getpid(), signal.SIGKILL)
scoring.Scoring._keep = keep_one
compare(facets, limits=limits._replace(memory=4096), folder=Path(sys.argv[1]))
"""


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("memory", [256, 8192])
def test_a_run_that_took_too_much_is_not_gone_on_with(
    facets: FacetTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int
) -> None:
    limits = WAYS["all findings"]
    command = [sys.executable, "-c", GREEDY, str(tmp_path)]
    ended = subprocess.run(command, input=pickle.dumps((facets, limits)), check=False)
    assert ended.returncode == -signal.SIGKILL
    make, taken = candidates.Candidates.__init__, []

    def watch(self: candidates.Candidates, engine: Engine, numbers, memory, *more) -> None:  # type: ignore[no-untyped-def]
        taken.append(memory >> 20)
        make(self, engine, numbers, memory, *more)

    monkeypatch.setattr(candidates.Candidates, "__init__", watch)
    monkeypatch.setattr(scoring, "_PART_PAIRS", 50)
    resumed = compare(facets, limits=limits._replace(memory=memory), folder=tmp_path)
    # With more memory the run is gone on with as it was begun.
    assert taken == [min(memory, 4096) // 4]
    check_same(resumed, compare(facets, limits=limits))


@pytest.mark.series(one_in=4)
@pytest.mark.parametrize("fault", ["SELECT error('disk gone')", "SELECT no_such_column"])
@pytest.mark.parametrize("place", ["_read_initiatives", "_read_sets"])
def test_an_earlier_one_that_cannot_be_read_costs_nobody_the_result(
    facets: FacetTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, fault: str
) -> None:
    limits = WAYS["all findings"]
    compare(change(facets, names_of(facets)[:3], ()), limits=limits, folder=tmp_path)
    read, seen = getattr(candidates, place), []

    def fail_once(engine: Engine, *more: object) -> object:
        seen.append(more)
        if len(seen) == 1:
            engine.read_arrays(fault)
        return read(engine, *more)

    monkeypatch.setattr(candidates, place, fail_once)
    check_same(compare(facets, limits=limits, folder=tmp_path), compare(facets, limits=limits))


def test_an_earlier_one_that_goes_meanwhile_is_let_go(
    facets: FacetTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = WAYS["all findings"]
    compare(change(facets, names_of(facets)[:3], ()), limits=limits, folder=tmp_path)
    gc.collect()

    def remove(path: Path) -> float:
        path.unlink(missing_ok=True)
        return 0

    monkeypatch.setattr("devcoop.overlap.engine._read_time", remove)
    kept = compare(facets, limits=limits, folder=tmp_path)
    check_same(kept, compare(facets, limits=limits))
    del kept
    gc.collect()
    opened = [one for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    assert not [one for one in opened if str(tmp_path) in str(one.readlink())]


def test_a_fact_about_nobody_keeps_nothing_from_being_taken_over(
    facets: FacetTable, tmp_path: Path, scored: list[int]
) -> None:
    table, limits = facets.tables["facet"], WAYS["all findings"]
    rows = [["", *next(table.rows())[1:]], *table.rows()]
    odd = FacetTable(facets.tables | {"facet": table.with_rows(rows)}, ())
    compare(facets, limits=limits, folder=tmp_path)
    del scored[:]
    check_same(compare(odd, limits=limits, folder=tmp_path), compare(odd, limits=limits))
    # Nothing is compared anew: all that is scored is that of the one from scratch.
    assert scored[0] == 0


def test_of_who_is_not_compared_nothing_is_found(facets: FacetTable) -> None:
    table = facets.tables["undertaking"]
    rows = list(map(list, table.rows()))
    agency = list(table.types).index("agency")
    rows[-1][agency] = "https://example.org/agency"
    tables = facets.tables | {"undertaking": table.with_rows(rows)}
    comparison = compare(FacetTable(tables, ()), limits=WAYS["all findings"])
    assert comparison.find_all_of(rows[-1][0]) == []
