"""A store whose writers are killed, or whose disk is full, holds what was reported."""

from __future__ import annotations

import io
import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from devcoop.load import Hints, Wishes, load_files
from devcoop.load.form.template import build_workbook
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
FOURTH = HERE / "fourth.ttl"
LONGEST_SECONDS = 1.2
"""About as long as it takes to load and unload."""
# Knows all modules, and begins a process for each line that it is sent: that one loads and
# unloads for ever, and says what it begins and what it has done.
WRITERS = """
import os, sys
from pathlib import Path
import lxml.etree, openpyxl, pyoxigraph
from devcoop.load import Hints, Wishes, load_files, unload
from devcoop.store.folder import open_store
folder, file, graph = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
wishes = Wishes(hints=Hints(map=Path(sys.argv[4]) if sys.argv[4] else None))
def say(words):
    # In one piece: two processes say something.
    os.write(1, f"{words}\\n".encode())
def write_for_ever():
    with open_store(folder) as store:
        is_there = graph in store.graphs()
    say("with" if is_there else "without")
    while True:
        if is_there:
            say("without?")
            unload(folder, graph)
            say("without")
        else:
            say("with?")
            load_files(folder, [file], wishes)
            say("with")
        is_there = not is_there
for _ in sys.stdin:
    pid = os.fork()
    if pid == 0:
        write_for_ever()
    say(pid)
    os.waitpid(pid, 0)
    say("gone")
"""
FILL = """
import sys
from pathlib import Path
from devcoop.errors import StoreError
from devcoop.load import load_files, unload
try:
    load_files(Path(sys.argv[1]), [Path(sys.argv[2])])
except StoreError as error:
    print(error)
    sys.exit(3)
"""


def _read(folder: Path) -> list[str]:
    with open_store(folder) as store:
        assert all(store.contains(graph=one.graph) for one in store.sources)
        return store.canonical_lines()


def _fill_form(folder: Path) -> Path:
    """Fill in the workbook with one initiative."""
    path = folder / "plan.xlsx"
    book = load_workbook(io.BytesIO(build_workbook("en")))
    plan, initiatives = book.worksheets[:2]
    for row in plan.iter_rows(min_row=2):
        said = {"Title of the plan": "A plan", "Agency": "An agency"}.get(str(row[0].value))
        row[1].value = said
    for column, cell in enumerate(("I-1", "Training in metrology"), 1):
        initiatives.cell(4, column).value = cell
    book.save(path)
    return path


READERS = HERE / "readers"
FILES: dict[str, Callable[[Path], tuple[Path, Path | None]]] = {
    "rdf": lambda _: (FOURTH, None),
    "stratml": lambda _: (READERS / "stratml/cases/roles-and-kinds/plan.xml", None),
    "workbook": lambda folder: (_fill_form(folder), None),
    "hxl": lambda _: (READERS / "hxl/cases/repeated-rows/table.csv", None),
    "list": lambda _: (
        READERS / "project_list/one_project_in_several_rows/list.csv",
        READERS / "project_list/one_project_in_several_rows/map.yaml",
    ),
}


@pytest.mark.parametrize(
    ("kind", "kills"),
    [
        *((kind, 1) for kind in FILES),
        *(pytest.param(kind, 20, marks=pytest.mark.gate) for kind in FILES),
    ],
)
def test_kills_at_random_moments_leave_what_was_reported(
    folder: Path, tmp_path: Path, kind: str, kills: int
) -> None:
    file, column_map = FILES[kind](tmp_path)
    wishes = Wishes(hints=Hints(map=column_map))
    states = {"without": _read(folder)}
    [change] = load_files(folder, [file], wishes).changes
    states["with"] = _read(folder)
    assert states["with"] != states["without"]
    chance = random.Random(20261127)
    plan = change.source.graph
    with _start_writers(folder, file, plan, column_map) as writers:
        for _ in range(kills):
            said = _kill_one(writers, chance.uniform(0, LONGEST_SECONDS))
            # What was done last counts; what was begun after it may have been done, or not at all.
            allowed = [states[word.rstrip("?")] for word in said[-1:]]
            if said[-1].endswith("?"):
                allowed.append(states["with" if said[-1] == "without?" else "without"])
            assert _read(folder) in allowed, said
    load_files(folder, [file], wishes)
    assert _read(folder) == states["with"]
    assert len(list((folder / "editions").iterdir())) == 1


@contextmanager
def _start_writers(
    folder: Path, file: Path, plan: str, column_map: Path | None
) -> Iterator[subprocess.Popen[str]]:
    told = [str(folder), str(file), plan, str(column_map or "")]
    command = [sys.executable, "-c", WRITERS, *told]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, bufsize=1, stdin=pipe, stdout=pipe) as writers:
        yield writers


def _kill_one(writers: subprocess.Popen[str], seconds: float) -> list[str]:
    """Have a writer begin and kill it after so many seconds; give what it said until then."""
    orders, answers = writers.stdin, writers.stdout
    assert orders is not None
    assert answers is not None
    print("begin", file=orders, flush=True)
    first: list[str] = []
    # The writer may have said more than a word by the time that its number is told.
    while {one.isdecimal() for one in first} != {True, False}:
        first.append(answers.readline().strip())
    [pid] = filter(str.isdecimal, first)
    time.sleep(seconds)
    os.kill(int(pid), signal.SIGKILL)
    rest = iter(lambda: answers.readline().strip(), "gone")
    return [word for word in (*first, *rest) if word != pid]


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk, where this user may; tell whether that was done."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(["mount", *options], capture_output=True, check=False)
    except OSError:
        yield False
        return
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)


def _limit_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("where", ["small files", "small disk"])
def test_full_disk_leaves_the_last_good_state(where: str, tmp_path: Path, folder: Path) -> None:
    big = tmp_path / "big.nt"
    lines = (f'<urn:s{n}> <urn:p> "{"x" * 40}{n}" .\n' for n in range(200_000))
    big.write_text("".join(lines), encoding="utf-8")
    with _small_disk(tmp_path / "disk") as is_small:
        home = folder
        if where == "small disk" and is_small:
            home = tmp_path / "disk" / "store"
            load_files(home, [FOURTH])
        before = _read(home)
        limit = None if home != folder else _limit_files
        command = [sys.executable, "-c", FILL, str(home), str(big)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, preexec_fn=limit, timeout=300
        )
        assert done.returncode == 3, done.stderr
        assert "the store is as it was" in done.stdout
        assert _read(home) == before
        load_files(home, [FOURTH])
        assert len(list((home / "editions").iterdir())) == 1
