"""What was published of a store is opened again as long as nothing that it hangs on changed."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pytest
from click.testing import CliRunner

from devcoop import assets, dataset
from devcoop.cli import main
from devcoop.dataset import open_dataset
from devcoop.errors import StoreError
from devcoop.load import unload
from devcoop.origin import Origin
from devcoop.overlap import DEFAULT_LIMITS
from devcoop.reviews import Opinion, make_review, write_reviews
from devcoop.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devcoop.dataset import Dataset
    from devcoop.reviews import Review

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


class Kept(NamedTuple):
    """A store beside which is kept what is published of it, with all that this says."""

    home: Path
    said: list[object]


@pytest.fixture(scope="module")
def once_kept(four_plans: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Not to be changed."""
    folder = shutil.copytree(four_plans, tmp_path_factory.mktemp("kept") / "store")
    return Kept(folder, read(folder))


@pytest.fixture
def home(four_plans: Path, tmp_path: Path) -> Path:
    return shutil.copytree(four_plans, tmp_path / "store")


@pytest.fixture
def kept(once_kept: Kept, tmp_path: Path) -> Kept:
    return Kept(shutil.copytree(once_kept.home, tmp_path / "store"), once_kept.said)


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


def test_it_is_opened_in_a_copy_of_the_folder(kept: Kept, made: list[str]) -> None:
    # Else what other tests do to a copy would not be why it is made anew.
    assert (read(kept.home), made) == (kept.said, [])


def _review(home: Path) -> Review:
    with open_dataset(Origin(home)) as one:
        pair = next(pair for pair in one.analysis.pairs.found if pair.type == "overlap")
        opinion = Opinion("dismiss", "A. Officer", "not the same people")
        return make_review(pair, opinion, one.analysis.grounds, on=date(2026, 1, 2))


def test_it_is_made_anew_when_a_review_is_new(kept: Kept, made: list[str]) -> None:
    home = kept.home
    review, before = _review(home), list_kept(home)
    assert made == []
    write_reviews(Origin(home).read_reviews().change([review]))
    after = read(home)
    assert (made, after == kept.said) == (["made"], False)
    assert after[-1] == [review]
    # What nobody will ask for is not left.
    assert list_kept(home).isdisjoint(before)
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
    kept: Kept, made: list[str], spoil: Callable[[Path], object]
) -> None:
    [whole] = list_kept(kept.home)
    spoil(whole)
    assert (read(kept.home), len(made)) == (kept.said, 1)
    assert (read(kept.home), len(made)) == (kept.said, 1)


def test_it_is_made_anew_when_the_plans_change(kept: Kept, made: list[str]) -> None:
    unload(kept.home, PLAN)
    assert list_kept(kept.home) == set()
    assert (read(kept.home) == kept.said, len(made)) == (False, 1)


def test_it_is_made_anew_by_another_program(
    kept: Kept, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "hash_program", lambda: "another")
    assert (read(kept.home), len(made)) == (kept.said, 1)


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
    kept: Kept, made: list[str], fault: Callable[[Path], contextlib.AbstractContextManager[None]]
) -> None:
    shutil.rmtree(kept.home / "derived" / "published")
    with fault(kept.home):
        assert (read(kept.home), len(made)) == (kept.said, 1)
    assert list_kept(kept.home) == set()
