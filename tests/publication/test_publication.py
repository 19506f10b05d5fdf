"""Files change places whole, whatever lies in their way and whenever a run is killed."""

from __future__ import annotations

import os
import random
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.publication import write_files, write_whole

NAMES = [f"{number}.txt" for number in range(40)]
WRITE = """
import sys
from pathlib import Path
from devcoop.publication import write_files
names = [f"{number}.txt" for number in range(40)]
for edition in range(1000):
    write_files(Path(sys.argv[1]), {name: b"%d" % edition for name in names})
"""


def _list_beside(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir() if one.name.startswith("."))


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    assert _list_beside(path) == []


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"answer")
    reader.join(10)
    assert read == [b"answer"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("command", [["gaps", "-f", "csv"], ["export", "-f", "sssom"]])
def test_a_device_stays_a_device(tmp_path: Path, command: list[str]) -> None:
    device = tmp_path / "device"
    device.symlink_to("/dev/null")
    result = CliRunner().invoke(main, [*command, "-o", str(device)])
    assert result.exit_code == 0, result.output
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert device.is_symlink()


@pytest.mark.series(one_in=7)
@pytest.mark.parametrize(
    "command",
    [["gaps"], ["overlaps"], ["query", "plan-periods"], ["validate"], ["export", "-f", "sssom"]],
)
@pytest.mark.parametrize("place", ["missing/a.txt", "folder", "/dev/full"])
def test_what_cannot_be_written_is_one_line(tmp_path: Path, command: list[str], place: str) -> None:
    (tmp_path / "folder").mkdir()
    result = CliRunner().invoke(main, [*command, "-o", str(tmp_path / place)])
    assert result.exit_code in (2, 3), result.output
    assert result.stderr.strip().splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in result.output
    assert _list_beside(tmp_path / "folder") == []


@pytest.mark.parametrize("place", ["circle", "circle/a.txt", "dangling", "socket", "folder"])
def test_where_nothing_can_be_written_is_an_error_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    # The whole path may be too long for a socket's name.
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("circle").symlink_to(tmp_path / "circle")
    Path("dangling").symlink_to(tmp_path / "missing" / "a.txt")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        with pytest.raises(OSError, match=r"\[Errno"):
            write_whole(tmp_path / place, b"new")
        if place not in ("folder", "dangling"):
            with pytest.raises(OSError, match=r"\[Errno"):
                write_files(tmp_path / place, {"a.txt": b"new"})
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "circle",
        "dangling",
        "folder",
        "socket",
    ]


def test_a_link_that_was_laid_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"kept")
    for name in (f".a.txt.{os.getpid()}.part", ".a.txt.part"):
        (tmp_path / name).symlink_to(victim)
    write_whole(tmp_path / "a.txt", b"new")
    assert victim.read_bytes() == b"kept"


def test_leftovers_of_killed_runs_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".a.txt.abcdefg1.part").write_bytes(b"half")
    (tmp_path / ".a.txt.abcdefg2.part").mkdir()
    (tmp_path / ".b.txt.abcdefg1.part").write_bytes(b"of another file")
    write_whole(tmp_path / "a.txt", b"whole")
    assert _list_beside(tmp_path / "a.txt") == [".b.txt.abcdefg1.part"]


def test_a_move_that_was_begun_is_finished(tmp_path: Path) -> None:
    folder, ready = tmp_path / "release", tmp_path / ".release.abcdefg1.ready"
    for place in (folder, ready, ready / "kept"):
        place.mkdir()
    (folder / "a.txt").write_bytes(b"new")
    (folder / "b.txt").write_bytes(b"old")
    (ready / "b.txt").write_bytes(b"new")
    (ready / "kept" / "a.txt").write_bytes(b"old")
    write_files(folder, {"c.txt": b"other"})
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {
        "a.txt": b"new",
        "b.txt": b"new",
        "c.txt": b"other",
    }
    assert _list_beside(folder) == []


@pytest.mark.parametrize("ending", ["ready", "part"])
def test_what_others_laid_there_is_neither_moved_nor_swept(tmp_path: Path, ending: str) -> None:
    out, docs = tmp_path / "out", tmp_path / "docs"
    docs.mkdir()
    (docs / "private.txt").write_text("secret")
    write_files(out, {"index.html": b"old"})
    (tmp_path / f".out.aaaaaaaa.{ending}").symlink_to("docs")
    write_files(out, {"index.html": b"new"})
    assert (docs / "private.txt").read_text() == "secret"
    assert [one.name for one in out.iterdir()] == ["index.html"]


def test_links_in_what_was_left_undone_are_not_moved(tmp_path: Path) -> None:
    out, ready = tmp_path / "out", tmp_path / ".out.aaaaaaaa.ready"
    write_files(out, {"index.html": b"old"})
    ready.mkdir()
    (ready / "passwd.txt").symlink_to("/etc/passwd")
    (ready / "table.csv").write_text("left undone")
    write_files(out, {"index.html": b"new"})
    assert sorted(one.name for one in out.iterdir()) == ["index.html", "table.csv"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")
def test_what_belongs_to_others_is_not_moved(tmp_path: Path) -> None:
    out, ready = tmp_path / "out", tmp_path / ".out.aaaaaaaa.ready"
    write_files(out, {"index.html": b"old"})
    ready.mkdir()
    (ready / "index.html").write_text("of somebody else")
    os.chown(ready, 12345, 12345)
    write_files(out, {"data.csv": b"new"})
    assert (out / "index.html").read_text() == "old"


def test_what_lies_beside_a_longer_name_stays(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    write_files(folder, {"a.txt": b"new"})
    other = tmp_path / ".release.2026.abcdefg1.ready"
    other.mkdir()
    (other / "a.txt").write_bytes(b"of another release")
    write_files(folder, {"b.txt": b"new"})
    assert (folder / "a.txt").read_bytes() == b"new"
    assert other.is_dir()


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.gate)])
def test_whenever_a_run_is_killed_the_next_one_finds_one_edition(
    tmp_path: Path, kills: int
) -> None:
    folder, chance = tmp_path / "release", random.Random(1)
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, "-c", WRITE, str(folder)])
        while not folder.exists():
            time.sleep(0.01)
        time.sleep(0.15 + chance.random() / 3)
        process.kill()
        process.wait()
        write_files(folder, {"other.txt": b""})
        assert len({(folder / name).read_bytes() for name in NAMES}) == 1
        assert _list_beside(folder) == []
