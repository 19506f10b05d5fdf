"""Small files, one for each trap, with what the reader makes of them beside each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.load.readers import iati
from devcoop.load.records import Hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from devcoop.load.records import Records

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def read(path: Path) -> Records:
    content = path.read_bytes()
    assert iati.recognizes(path, content)
    return iati.read_records(path, content, Hints())[1]


def test_there_are_cases() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_file_says_what_stands_beside_it(case: Path, say: Callable[[Records], str]) -> None:
    assert say(read(case / "list.xml")) == (case / "expected.txt").read_text(encoding="utf-8")
