"""Large files: read in portions where a reader can, and the same as any other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from devcoop import killable
from devcoop.errors import SourceError
from devcoop.load import content, load_files
from devcoop.load.content import LargeFile, hash_content, open_bytes, open_content, read_whole
from devcoop.load.readers import iati
from devcoop.load.records import Hints
from devcoop.load.registry import find_files, read_files
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from pathlib import Path

ACTIVITIES = (
    b'<iati-activities version="2.03">'
    b"<iati-activity><iati-identifier>XX-1</iati-identifier></iati-activity></iati-activities>"
)
PLAN = (
    b'<StrategicPlan xmlns="urn:ISO:std:iso:17469:tech:xsd:stratml_core">'
    b"<Name>Ours</Name></StrategicPlan>"
)


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every file for a large one."""
    monkeypatch.setattr(content, "LARGE_BYTES", 1)


def load(folder: Path, path: Path) -> tuple[str, list[str]]:
    load_files(folder, [path])
    with open_store(folder) as store:
        return store.version, store.canonical_lines()


def test_large_file_is_loaded_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(ACTIVITIES)
    small = load(tmp_path / "small", path)
    monkeypatch.setattr(content, "LARGE_BYTES", 1)
    monkeypatch.setattr(content, "read_bytes", lambda _: pytest.fail("it was read whole"))

    assert load(tmp_path / "large", path) == small


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize(
    ("written", "form"), [(ACTIVITIES, "IATI 2.03"), (PLAN, "StratML, part 1")]
)
def test_large_file_is_recognised(written: bytes, form: str, tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(written)
    assert find_files([tmp_path]) == [path]
    [reading] = read_files([path])
    assert (reading.format, reading.sha256) == (form, hash_content(written))


@pytest.mark.usefixtures("_large")
def test_large_file_is_read_by_several_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(ACTIVITIES)
    with open_content(path) as opened:
        file = open_bytes(opened)
        assert file.read(5) == ACTIVITIES[:5]
        path.unlink()
        assert killable.run(lambda: open_bytes(opened).read(), what="a list") == ACTIVITIES
        assert file.read() == ACTIVITIES[5:]
        assert read_whole(opened) == ACTIVITIES


@pytest.mark.usefixtures("_large")
def test_large_file_that_is_written_meanwhile_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(ACTIVITIES)
    with open_content(path) as opened:
        assert isinstance(opened, LargeFile)
        os.utime(path, ns=(0, 0))
        with pytest.raises(SourceError, match=r"list\.xml: it was changed while it was read"):
            iati.read(path, opened, Hints())


@pytest.mark.usefixtures("_large")
def test_missing_file_and_folder_are_told(tmp_path: Path) -> None:
    for path, problem in ((tmp_path / "no.xml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(SourceError, match=problem), open_content(path):
            pass
