"""What is told of pairs: read for many at once it is what is read of one after the other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.load import Hints, Wishes, load_files
from devcoop.model import FOUND_TYPES, Focus
from devcoop.names import expand
from devcoop.overlap import Comparison, Limits, compare, comparison
from devcoop.pipeline import analyze
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devcoop.facets import FacetTable
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


@pytest.mark.parametrize("little", [0, 2_000])
def test_what_sides_in_a_large_focus_say_is_read_at_once(
    facets: FacetTable, monkeypatch: pytest.MonkeyPatch, little: int
) -> None:
    monkeypatch.setattr("devcoop.overlap.comparison._LITTLE", little)
    every = compare(facets, limits=Limits(exhaustive=0))
    focus = Focus(themes=(expand("th:quality-infrastructure"),))
    pairs = list(every.narrow(focus).iter_pairs())
    sides = {iri for pair in pairs for iri in (pair.left, pair.right)}
    assert len(sides) > comparison._FEW

    def ask(of: Comparison) -> list[object]:
        both = [(pair.left, pair.right) for pair in pairs]
        return [(of.countries_shared(*one), of.similarities(*one)) for one in both]

    # Before all is read of every pair, which the narrowed one would have then.
    ahead = every.narrow(focus)
    expected = ask(every)
    ahead.read_ahead_of(sides)
    if not little:
        monkeypatch.setattr(Comparison, "_read_reach", None)
        monkeypatch.setattr(Comparison, "_read_facets", None)
    assert ask(ahead) == expected


def test_what_is_read_ahead_leaves_places_to_be_read_at_once(
    facets: FacetTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Comparison._read_places

    def count(self: Comparison, where: str, values: Sequence[str]) -> object:
        asked.append(where)
        return read(self, where, values)

    monkeypatch.setattr(Comparison, "_read_places", count)
    every = compare(facets, limits=Limits(exhaustive=0))
    pairs = list(every.iter_pairs(FOUND_TYPES))
    every.read_ahead_of(iri for pair in pairs for iri in (pair.left, pair.right))
    assert all(every.places(pair.left, pair.right) for pair in pairs)
    assert len(asked) == comparison._FEW + 1 < len(pairs)


def test_modules_on_which_no_pair_hangs_are_there_and_make_none() -> None:
    folder = Path(comparison.__file__).parent
    reading = comparison._ONLY_READING
    assert reading <= {file.stem for file in folder.glob("*.py")}
    # What tells how far it is, what limits a comparison that is made and writes it out, and how
    # many are told.
    harmless = {
        "progress": r".*", "focusing": r".*", "lines": r".*", "pairs": r"BEST_LISTED",
    }  # fmt: skip
    for file in folder.glob("*.py"):
        if file.stem not in reading:
            text = file.read_text("utf-8")
            for module, names in re.findall(r"devcoop\.overlap\.(\w+) import (.+)", text):
                is_harmless = re.fullmatch(harmless.get(module, r"(?!)"), names)
                assert module not in reading or is_harmless, (file.stem, module, names)
