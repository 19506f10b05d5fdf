"""What was published of a store is opened again as long as nothing that it hangs on changed."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devcoop import assets, dataset
from devcoop.cli import main
from devcoop.dataset import open_dataset
from devcoop.errors import StoreError
from devcoop.load import Wishes, load_files, unload
from devcoop.origin import Origin
from devcoop.overlap import DEFAULT_LIMITS
from devcoop.reviews import Opinion, make_review, write_reviews
from devcoop.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devcoop.dataset import Dataset
    from devcoop.reviews import Review

FOURTH = Path(__file__).parents[1] / "load" / "fourth.ttl"
PLAN = "https://w3id.org/devcoop/graph/plan/plan-b37cccab"
# Is killed by the kernel at its own wish when all is written and nobody knows it yet.
KILLED = """
import os, signal, sys
from pathlib import Path
from devcoop.dataset import open_dataset
from devcoop.origin import Origin
from devcoop.store import published
published._digest = lambda _: os.kill(os.getpid(), signal.SIGKILL)
with open_dataset(Origin(Path(sys.argv[1]))):
    pass
"""


def describe(one: Dataset) -> list[object]:
    """Say all that commands and pages take from a dataset."""
    counts = {name: answer.records() for name, answer in one.counts.items()}
    analysis = one.analysis
    said = [analysis.run, analysis.labels, analysis.undertakings, analysis.pairs.found]
    reviews = [review.review for review in analysis.reviewed]
    return [sorted(map(str, one.store)), one.fingerprint, counts, *said, reviews]


def read(home: Path) -> list[object]:
    with open_dataset(Origin(home)) as one:
        return describe(one)


def list_kept(home: Path) -> set[Path]:
    return set((home / "derived" / "published").glob("*.store"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load_files(tmp_path / "store", [FOURTH], Wishes(built_in=True))
    return tmp_path / "store"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Gets a word each time that a dataset is made and not opened."""
    times: list[str] = []
    build = dataset.build_dataset

    def tell(*words: object, **more: object) -> Dataset:
        times.append("made")
        return build(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(dataset, "build_dataset", tell)
    return times


@pytest.mark.parametrize("most_copied", [0, 1 << 30])
def test_what_was_published_is_opened_again(home: Path, made: list[str], most_copied: int) -> None:
    expected = read(home)
    with open_dataset(Origin(home), most_copied=most_copied) as again:
        assert again.store.is_in_memory == bool(most_copied)
        assert describe(again) == expected
        assert again.analysis.graph is again.store
    assert made == ["made"]
    assert len(list_kept(home)) == 1


def _review(home: Path) -> Review:
    with open_dataset(Origin(home)) as one:
        pair = next(pair for pair in one.analysis.pairs.found if pair.type == "overlap")
        opinion = Opinion("dismiss", "A. Officer", "not the same people")
        return make_review(pair, opinion, one.analysis.grounds, on=date(2026, 1, 2))


def test_it_is_made_anew_when_a_review_is_new(home: Path, made: list[str]) -> None:
    review = _review(home)
    before, kept = read(home), list_kept(home)
    write_reviews(Origin(home).read_reviews().change([review]))
    after = read(home)
    assert (made, after == before) == (["made"] * 2, False)
    assert after[-1] == [review]
    # What nobody will ask for is not left.
    assert list_kept(home).isdisjoint(kept)
    assert len(list_kept(home)) == 1


def test_report_keeps_what_is_published(home: Path, made: list[str], tmp_path: Path) -> None:
    command = ["--store", str(home), "report", "-o", str(tmp_path / "report")]
    for _ in range(2):
        told = CliRunner().invoke(main, command, catch_exceptions=False)
        assert told.exit_code == 0
    opened = read(home)
    assert made == []
    [kept] = list_kept(home)
    _turn(max(kept.glob("quads/*.sst")))
    assert (read(home), made) == (opened, ["made"])


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _turn(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    # Its files are shared with the store, which is to stay whole.
    path.unlink()
    path.write_bytes(content)


SPOILED: dict[str, Callable[[Path], object]] = {
    "a table is not what it was": lambda kept: _turn(max(kept.glob("quads/*.sst"))),
    "a table is gone": lambda kept: max(kept.glob("quads/*.sst")).unlink(),
    "records are cut": lambda kept: _cut(kept / "sources.json"),
    "nobody said that it is whole": lambda kept: kept.with_suffix(".held").write_bytes(b""),
    "there is one file more": lambda kept: kept.joinpath("more").write_bytes(b"more"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_it_is_made_anew_when_it_is_broken(
    home: Path, made: list[str], spoil: Callable[[Path], object]
) -> None:
    expected = read(home)
    [kept] = list_kept(home)
    spoil(kept)
    assert (read(home), len(made)) == (expected, 2)
    assert (read(home), len(made)) == (expected, 2)


def test_it_is_made_anew_when_the_plans_change(home: Path, made: list[str]) -> None:
    before = read(home)
    unload(home, PLAN)
    assert list_kept(home) == set()
    assert (read(home) == before, len(made)) == (False, 2)


def test_it_is_made_anew_by_another_program(
    home: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read(home)
    monkeypatch.setattr(assets, "hash_program", lambda: "another")
    assert (read(home), len(made)) == (expected, 2)


def test_it_is_made_anew_when_more_is_listed(home: Path, made: list[str]) -> None:
    for listed in (2, 3, 3):
        with open_dataset(Origin(home), DEFAULT_LIMITS._replace(listed=listed)):
            pass
    assert len(made) == 2


def test_memory_makes_no_difference(home: Path, made: list[str]) -> None:
    for memory in (512, 1024):
        with open_dataset(Origin(home), DEFAULT_LIMITS._replace(memory=memory)):
            pass
    assert len(made) == 1


def test_who_is_killed_while_it_is_kept_leaves_nothing_that_counts(
    home: Path, made: list[str]
) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(home)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list_kept(home)) == 1
    first = read(home)
    assert (read(home), len(made)) == (first, 1)


def test_it_stays_while_it_is_read_and_another_is_kept(home: Path) -> None:
    with open_dataset(Origin(home), most_copied=0) as one:
        [kept] = list_kept(home)
        one.store.rest()
        with open_dataset(Origin(home), most_copied=0) as same:
            expected = describe(same)
            with open_dataset(Origin(home), DEFAULT_LIMITS._replace(listed=2)):
                assert len(list_kept(home)) == 2
            assert kept in list_kept(home)
            assert describe(same) == expected


def _refuse(*_: object) -> None:
    raise StoreError("No space left on device")


@contextlib.contextmanager
def _full_disk(home: Path) -> Iterator[None]:
    del home
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "write_copy", _refuse)
        yield


@contextlib.contextmanager
def _read_only(home: Path) -> Iterator[None]:
    # Nobody, not even the user who may do everything, makes a folder where a file is.
    (home / "derived" / "published").write_bytes(b"")
    yield


@pytest.mark.parametrize("fault", [_full_disk, _read_only])
def test_who_cannot_keep_it_has_it_all_the_same(
    home: Path, made: list[str], fault: Callable[[Path], contextlib.AbstractContextManager[None]]
) -> None:
    expected = read(home)
    shutil.rmtree(home / "derived" / "published")
    with fault(home):
        assert (read(home), len(made)) == (expected, 2)
    assert list_kept(home) == set()
