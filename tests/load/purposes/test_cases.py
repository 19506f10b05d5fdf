"""Small lists, and which purposes of aid are suggested for what they hold, beside each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.facets import read_facet_table
from devcoop.load import Hints, Wishes, load_files
from devcoop.names import shorten
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def _list_lines(folder: Path, case: Path) -> Iterator[str]:
    """List the purposes of each initiative, stated or suggested, and what is told of them."""
    [listed] = case.glob("list.*")
    column_map = next(case.glob("map.yaml"), None)
    loaded = load_files(folder, [listed], Wishes(hints=Hints(map=column_map)))
    with open_store(folder) as store:
        table = read_facet_table(store)
    here = {one["undertaking"]: one["identifier"] for one in table.records("undertaking")}
    for name in ("facet", "suggestion"):
        for row in table.records(name):
            if row["facet"] == "purpose":
                sure = f" {row['confidence']}" if name == "suggestion" else ""
                yield f"{here[row['undertaking']]} {name} {shorten(row['concept'])}{sure}"
    for change in loaded.changes:
        yield from (
            f"told {one.number}: {one.what}" for one in change.told if "purpose" in one.what
        )


def test_there_are_cases() -> None:
    assert len(CASES) >= 2


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_purposes_are_those_beside_the_list(case: Path, folder: Path) -> None:
    said = "".join(f"{line}\n" for line in _list_lines(folder, case))
    assert said == (case / "expected.txt").read_text(encoding="utf-8")
