"""Purposes of aid in lists of others: recognised, compared, and the themes that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.load import Hints, Wishes, load_files
from devcoop.model import STRENGTH
from devcoop.names import DEVC
from devcoop.overlap import Limits, compare
from devcoop.pipeline import analyze
from devcoop.store.folder import open_store
from devcoop.store.terms import NamedNode, as_text
from devcoop.words.explanations import tell

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.load import Loaded
    from devcoop.model import Pair
    from devcoop.pipeline import Analysis

MAP = """
agency: {agency}
language: en
columns:
  identifier: Code
  title: Title
  country: Where
  sector: Sector
  start: From
  end: To
"""
CLINICS = """Code,Title,Where,Sector,From,To
A1,Training of nurses in village clinics,Kenya,12220 - Basic health care,2016-01-01,2017-12-31
A2,Unspecified help,Kenya,99810,2016-01-01,2017-12-31
A3,Silk,Kenya,textiles and Health (12220),2016-01-01,2017-12-31
"""
NURSES = """Code,Title,Where,Sector,From,To
B1,Training of nurses and midwives,Kenya,12220;12281,2016-06-01,2018-12-31
B2,Unspecified support,Kenya,99810,2016-01-01,2017-12-31
"""
BEDS = """Code,Title,Where,Sector,From,To
D1,Beds,Kenya,12220,2016-01-01,2017-12-31
"""
ELSEWHERE = "D2,Training of nurses in village clinics,Peru,12220,2016-01-01,2017-12-31\n"
RELIEF = """Code,Title,Where,Sector,From,To
E1,Emergency food aid,Kenya,72040,2016-01-01,2017-12-31
"""
AYUDA = """Code,Title,Where,Sector,From,To
F1,Asistencia alimentaria de emergencia,Kenya,72040,2016-01-01,2017-12-31
F2,Puentes colgantes,Kenya,72040,2016-01-01,2017-12-31
"""
STUDIES = """Code,Title,Where,Sector,From,To
G1,Training of nurses,Kenya,12220,2016-01-01,2017-12-31
G2,Evaluation: training of nurses,Kenya,12220,2016-01-01,2017-12-31
"""
STANDARDS = """Code,Title,Where,Sector,From,To
C1,Training for the national standards body,Kenya,15144,2016-01-01,2018-12-31
C2,Second phase,Kenya,15144,2016-01-01,2018-12-31
C3,Second phase,Kenya,32182,2016-01-01,2018-12-31
C4,Second phase,Kenya,15110,2016-01-01,2018-12-31
"""
PUMPS = """Code,Title,Where,Sector,From,To
P1,Boreholes and latrines for villages,Kenya,14030,2016-01-01,2017-12-31
"""
WELLS = """Code,Title,Where,Sector,From,To
W1,Boreholes and latrines in schools,Kenya,,2016-01-01,2017-12-31
"""
HOLES = """Code,Title,Where,Sector,From,To
H1,Boreholes and latrines in markets,Kenya,,2016-01-01,2017-12-31
"""


def _load(folder: Path, place: Path, name: str, text: str) -> Loaded:
    listed, column_map = place / f"{name}.csv", place / f"{name}.yaml"
    listed.write_text(text, encoding="utf-8")
    column_map.write_text(MAP.format(agency=name), encoding="utf-8")
    return load_files(folder, [listed], Wishes(hints=Hints(map=column_map)))


def _values(folder: Path, key: str, term: str) -> set[str]:
    with open_store(folder, most_copied=0) as store:
        return {
            names.shorten(as_text(quad.object))
            for quad in store.quads(predicate=str(DEVC[term]))
            if as_text(quad.subject).endswith(f"/{key}")
        }


def _analyze(folder: Path) -> Analysis:
    with open_store(folder) as store:
        return analyze(store)


def _find_pair(analysis: Analysis, *keys: str) -> Pair:
    [pair] = [
        one
        for one in analysis.comparison.iter_pairs()
        if {one.left.rpartition("/")[2], one.right.rpartition("/")[2]} == {*keys}
    ]
    return pair


def _list_found(folder: Path, exhaustive: int) -> list[tuple[object, ...]]:
    with open_store(folder) as store:
        compared = compare(read_facet_table(store), limits=Limits(exhaustive=exhaustive))
    return sorted(
        (one.left, one.right, one.type, one.score)
        for one in compared.iter_pairs()
        if STRENGTH[one.type] > 0
    )


def _find_iri(analysis: Analysis, key: str) -> str:
    return next(iri for iri, one in analysis.undertakings.items() if one.identifier == key)


def test_code_in_column_of_sectors_is_a_purpose(folder: Path, tmp_path: Path) -> None:
    loaded = _load(folder, tmp_path, "Clinics", CLINICS)
    assert _values(folder, "A1", "purpose") == {"crs:12220"}
    assert _values(folder, "A3", "purpose") == set()
    [change] = loaded.changes
    assert [one.text for one in change.told if one.about == "sector"] == [
        "textiles and Health (12220)"
    ]


def test_lists_with_one_purpose_find_each_other(folder: Path, tmp_path: Path) -> None:
    _load(folder, tmp_path, "Clinics", CLINICS)
    _load(folder, tmp_path, "Nurses", NURSES)
    analysis = _analyze(folder)
    pair = _find_pair(analysis, "A1", "B1")
    assert pair.parts["purpose"] == pytest.approx(1, abs=0.05)
    assert STRENGTH[pair.type] > 0
    told = tell(analysis.explain(pair), analysis.lexicon)
    assert told.headline == ("Clinics and Nurses both have one purpose of aid: basic health care")
    assert "purpose of aid: basic health care" in map(str, told.together)
    assert "words in both titles or texts: nurses, training" in map(str, told.together)
    [spoken] = [one for one in map(str, told.together) if "in whose words" in one]
    assert "training" in spoken


def test_one_purpose_alone_is_no_finding(folder: Path, tmp_path: Path) -> None:
    _load(folder, tmp_path, "Clinics", CLINICS)
    _load(folder, tmp_path, "Beds", BEDS)
    analysis = _analyze(folder)
    pair = _find_pair(analysis, "A1", "D1")
    assert pair.parts["purpose"] == 1
    assert STRENGTH[pair.type] == 0
    assert not analysis.explain(pair).words


def test_texts_meet_without_a_common_word_and_across_languages(
    folder: Path, tmp_path: Path
) -> None:
    _load(folder, tmp_path, "Relief", RELIEF)
    _load(folder, tmp_path, "Ayuda", AYUDA)
    analysis = _analyze(folder)
    near, far = (_find_pair(analysis, "E1", key) for key in ("F1", "F2"))
    assert near.score > 2 * far.score
    explained = analysis.explain(near)
    assert f"{names.PREFIXES['crs']}72040" in explained.spoken


def test_design_of_a_work_is_half_as_near_as_the_work(folder: Path, tmp_path: Path) -> None:
    _load(folder, tmp_path, "Clinics", CLINICS)
    _load(folder, tmp_path, "Studies", STUDIES)
    analysis = _analyze(folder)
    work, design = (_find_pair(analysis, "A1", key) for key in ("G1", "G2"))
    assert 0 < design.score < 0.6 * work.score


def test_same_work_in_another_country_is_below_any_in_one_country_with_one_purpose(
    folder: Path, tmp_path: Path
) -> None:
    _load(folder, tmp_path, "Clinics", CLINICS)
    _load(folder, tmp_path, "Beds", BEDS + ELSEWHERE)
    analysis = _analyze(folder)
    beds, elsewhere = (_find_pair(analysis, "A1", key) for key in ("D1", "D2"))
    assert elsewhere.place_relation == "none"
    assert 0 < elsewhere.score < beds.score


def test_what_no_word_tells_is_not_known_to_be_unlike(folder: Path, tmp_path: Path) -> None:
    _load(folder, tmp_path, "Clinics", CLINICS)
    _load(folder, tmp_path, "Beds", BEDS + "D3,X,Kenya,12220,2016-01-01,2017-12-31\n")
    analysis = _analyze(folder)
    beds, silent = (_find_pair(analysis, "A1", key) for key in ("D1", "D3"))
    assert silent.score > beds.score > 0


def test_lists_without_a_stated_field_share_none(folder: Path, tmp_path: Path) -> None:
    _load(folder, tmp_path, "Clinics", CLINICS)
    _load(folder, tmp_path, "Nurses", NURSES)
    analysis = _analyze(folder)
    pair = _find_pair(analysis, "A2", "B2")
    assert pair.parts["purpose"] == 0


def _suggested_themes(folder: Path, key: str) -> set[str]:
    with open_store(folder, most_copied=0) as store:
        made = {
            as_text(quad.subject)
            for quad in store.quads(predicate=str(DEVC.suggestedFor))
            if as_text(quad.object).endswith(f"/{key}")
        }
        concepts = store.quads(predicate=str(DEVC.suggestedConcept))
        named = {
            names.shorten(as_text(one.object)) for one in concepts if as_text(one.subject) in made
        }
    return {one for one in named if one.startswith("th:")}


def test_purpose_suggests_its_theme_or_one_within_it(folder: Path, tmp_path: Path) -> None:
    [change] = _load(folder, tmp_path, "Standards", STANDARDS).changes
    assert [one.number for one in change.told if "follows from a purpose" in one.what] == [3]
    assert _suggested_themes(folder, "C2") == {"th:standardization"}
    # One code may mean either; a purpose wider than every theme means none.
    assert _suggested_themes(folder, "C3") == {
        "th:quality-infrastructure",
        "th:technology-innovation",
    }
    likely = _suggested_themes(folder, "C1")
    assert "th:national-standards-strategy" in likely
    assert "th:standardization" not in likely
    assert not {"th:cooperation-governance", "th:aid-coordination"} & _suggested_themes(
        folder, "C4"
    )


def test_activity_with_a_purpose_meets_a_plan_by_the_theme_that_follows(
    folder: Path, tmp_path: Path
) -> None:
    [change] = _load(folder, tmp_path, "Standards", STANDARDS).changes
    graph = build_graph()
    with open_store(folder, most_copied=0) as store:
        graph.adopt((), list(store.quads(graph=NamedNode(change.source.graph))))
    analysis = analyze(graph)
    found = [pair for pair in analysis.pairs.found if "/C1" in pair.left + pair.right]
    closest = max(found, key=lambda pair: pair.score)
    assert "/iso-2016-2020/" in closest.left + closest.right
    told = tell(analysis.explain(closest), analysis.lexicon)
    assert "suggested, not stated, for Standards" in told.headline
    assert any("suggested from the purpose of aid" in one for one in told.unknown)


def test_suggested_purpose_meets_a_stated_one_and_says_less(folder: Path, tmp_path: Path) -> None:
    _load(folder, tmp_path, "Pumps", PUMPS)
    _load(folder, tmp_path, "Wells", WELLS)
    analysis = _analyze(folder)
    suggested = _find_pair(analysis, "P1", "W1")
    [made, *_] = analysis.undertakings[_find_iri(analysis, "W1")].suggestions["purpose"]
    assert names.shorten(made.concept.iri) == "crs:14030"
    assert suggested.parts["purpose"] == pytest.approx(1, abs=0.35)
    told = tell(analysis.explain(suggested), analysis.lexicon)
    assert "purpose of aid" in " ".join(told.unknown)
    assert "suggested, not stated, for Wells" in " ".join([told.headline, *map(str, told.together)])
    _load(folder, tmp_path, "Wells", WELLS.replace("Kenya,,", "Kenya,14030,"))
    stated = _find_pair(_analyze(folder), "P1", "W1")
    assert 0 < suggested.score <= made.confidence * stated.score + 0.05


def test_two_suggested_purposes_say_nothing_of_each_other(folder: Path, tmp_path: Path) -> None:
    _load(folder, tmp_path, "Holes", HOLES)
    _load(folder, tmp_path, "Wells", WELLS)
    _load(folder, tmp_path, "Pumps", PUMPS)
    analysis = _analyze(folder)
    pair = _find_pair(analysis, "H1", "W1")
    assert pair.parts["purpose"] is None
    assert _list_found(folder, exhaustive=0) == _list_found(folder, exhaustive=10_000_000)
    told = tell(analysis.explain(pair), analysis.lexicon)
    assert "purpose of aid" not in " ".join(
        [told.headline, *map(str, told.together), *told.unknown]
    )


def test_purpose_that_is_stated_takes_the_place_of_one_suggested(
    folder: Path, tmp_path: Path
) -> None:
    _load(folder, tmp_path, "Wells", WELLS)
    assert not _values(folder, "W1", "purpose")
    _load(folder, tmp_path, "Wells", WELLS.replace("Kenya,,", "Kenya,12220,"))
    assert _values(folder, "W1", "purpose") == {"crs:12220"}
    [one] = [one for one in _analyze(folder).undertakings.values() if one.identifier == "W1"]
    assert "purpose" not in one.suggestions
