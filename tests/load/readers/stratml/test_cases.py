"""Small files, one for each trap, with what the reader makes of them beside each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.load.readers import stratml
from devcoop.load.readers.stratml.stakeholders import ROLES
from devcoop.load.records import Hints
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from devcoop.load.records import Records
    from devcoop.store import Store

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def read(path: Path) -> Records:
    content = path.read_bytes()
    assert stratml.recognizes(path, content)
    reading = stratml.read(path, content, Hints())
    assert reading.records is not None
    return reading.records


def test_there_are_cases() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_file_says_what_stands_beside_it(case: Path, say: Callable[[Records], str]) -> None:
    assert say(read(case / "plan.xml")) == (case / "expected.txt").read_text(encoding="utf-8")


def test_roles_are_all_those_of_the_scheme(graph: Store) -> None:
    roles = graph.quads(predicate=names.term("skos:inScheme"), object=f"{names.BASE}role")
    assert set(ROLES.values()) == {names.slug_of(as_text(one.subject)) for one in roles}
