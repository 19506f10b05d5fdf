"""Words that decide about pairs: read for many at once they are those that are read one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.load import Hints, Wishes, load_files
from devcoop.overlap.comparison import Comparison
from devcoop.pipeline import analyze
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.pipeline import Analysis

MAP = "language: en\ncolumns: {title: Title, agency: Who, sector: Purpose, country: Where}\n"
TITLES = ("Wells and hand pumps", "Hand pumps for villages", "Rural roads", "Roads to villages")
CODES = ("14030", "14030", "21020", "21020")


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analysis]:
    place = tmp_path_factory.mktemp("purposes")
    (place / "map.yaml").write_text(MAP, encoding="utf-8")
    lists = [_write_list(place, who) for who in "AB"]
    load_files(place / "store", lists, Wishes(hints=Hints(map=place / "map.yaml")))
    with open_store(place / "store") as store:
        yield analyze(store)


def _write_list(place: Path, who: str) -> Path:
    rows = [f"{title},Agency {who},{code},KEN" for title, code in zip(TITLES, CODES, strict=True)]
    path = place / f"{who}.csv"
    path.write_text("\n".join(["Title,Who,Purpose,Where", *rows]), encoding="utf-8")
    return path


def test_words_of_many_pairs_are_read_at_once(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = list(analysis.pairs)
    one_by_one = [analysis.explain(pair) for pair in pairs]
    assert any(one.words and one.spoken for one in one_by_one)
    analysis.read_ahead(pairs)
    monkeypatch.setattr(Comparison, "_read_shared", None)
    assert [analysis.explain(pair) for pair in pairs] == one_by_one
