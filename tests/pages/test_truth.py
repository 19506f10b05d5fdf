"""Sentences that the documents decide: what must, and what must not, come out of our outputs.

Each is named after its row of the facts that careful readers wrote down; the last test sees that
no row is without one.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.names import BASE
from devcoop.overlap.conversations import is_finding
from devcoop.plans import get_undertaking
from devcoop.words.explanations import tell
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.conftest import Ask

    from devcoop.model import GapCheck, Pair
    from devcoop.pages.site import Site
    from devcoop.pipeline import Analysis

STRONGER = ("duplication", "duplication-candidate", "overlap", "continuity")


@pytest.fixture(scope="module")
def gaps(folder: Path) -> list[dict[str, str]]:
    """The rows of gaps.csv."""
    return _read(folder / "gaps.csv")


@pytest.fixture(scope="module")
def overlaps(folder: Path) -> list[dict[str, str]]:
    """The rows of overlaps.csv."""
    return _read(folder / "overlaps.csv")


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    """What report.json says."""
    said: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return said


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    return rows


def _check(analysis: Analysis, name: str) -> GapCheck:
    return next(one for one in analysis.gap_checks if one.name == name)


def _missing(analysis: Analysis, name: str) -> set[str]:
    """Last parts of the IRIs of what a question finds missing."""
    return {cell.subject.rpartition("/")[2] for cell in _check(analysis, name).gaps}


def _pair(analysis: Analysis, left: str, right: str) -> Pair:
    sides = [get_undertaking(analysis.undertakings, one).iri for one in (left, right)]
    pair = analysis.pairs.get(*sides)
    assert pair is not None
    return pair


@pytest.mark.parametrize(
    ("row", "theme"),
    [
        ("F01", "mercury"),
        ("F02", "ozone-protection"),
        ("F03", "persistent-pollutants"),
        ("F04", "climate-convention"),
        ("F06", "clusters"),
        ("F07", "management-skills"),
        ("F08", "policy-research"),
        ("F09", "productive-capabilities"),
        ("F10", "telecom-connectivity"),
    ],
)
def test_theme_that_a_plan_names_is_not_told_absent(
    analysis: Analysis, gaps: list[dict[str, str]], ask: Ask, row: str, theme: str
) -> None:
    assert f"{BASE}theme/{theme}" in analysis.labels, row
    assert theme not in _missing(analysis, "themes-without-undertaking"), row
    assert f"{BASE}theme/{theme}" not in {one["subject"] for one in gaps}
    assert "themes-without-undertaking" not in ask(f"/theme/{theme}").body.decode()


def test_f05_target_of_the_climate_is_touched(analysis: Analysis) -> None:
    cells = {
        cell.subject: cell for cell in _check(analysis, "sdg-targets-without-undertaking").cells
    }
    assert cells["http://metadata.un.org/sdg/13.a"].served


def test_f10_what_stands_near_telecommunications_is_told(analysis: Analysis) -> None:
    cells = {cell.subject: cell for cell in _check(analysis, "themes-without-undertaking").cells}
    found = cells[f"{BASE}theme/telecom-connectivity"].found
    assert found is not None
    assert found.code in ("acted-on", "named")
    assert "obor" in found.about


def test_f11_translation_and_waste_do_not_both_work_on_power(
    analysis: Analysis, overlaps: list[dict[str, str]]
) -> None:
    pair = _pair(analysis, "OBOR-IV.4.c", "UNIDO-env.area.2")
    assert not is_finding(pair)
    assert "both" not in tell(analysis.explain(pair), analysis.lexicon).headline
    listed = {(one["left"], one["right"]): one["type"] for one in overlaps}
    assert listed.get(("OBOR-IV.4.c", "UNIDO-env.area.2"), "none") in ("none", "fragmentation")


@pytest.mark.parametrize("language", LANGUAGES)
def test_f12_no_headline_ends_in_a_hole(site: Site, analysis: Analysis, language: str) -> None:
    pairs = list(analysis.pairs)
    assert len(pairs) == 8876
    # Holes are looked for in the headlines of all pairs where those are made: tests/words.
    for pair in pairs[::13]:
        headline = tell(analysis.explain(pair), site.content.lexicon, language).headline
        assert re.search(r"[\w)»’]$", headline), headline
        assert not re.search(r"\b(on|sur|both|both work|and|et)$|:$", headline), headline


def test_f13_continuity_has_a_common_subject(analysis: Analysis) -> None:
    found = [pair for pair in analysis.pairs.found if pair.type == "continuity"]
    assert found
    for pair in found:
        assert pair.subject, (pair.left, pair.right)


def test_f14_no_type_is_given_below_the_floor_of_a_weaker_one(analysis: Analysis) -> None:
    least = min(pair.score for pair in analysis.pairs if pair.type == "fragmentation")
    for pair in analysis.pairs.found:
        if pair.type in STRONGER:
            assert pair.score >= least, (pair.left, pair.right, pair.type)


def test_f15_f16_neither_iso_nor_unido_names_the_other_as_one_to_coordinate_with(
    summary: dict[str, Any], html: str, ask: Ask
) -> None:
    said = {(one["agency"], one["other"]): one for one in summary["coordination"]}
    for both in (("ISO", "UNIDO"), ("UNIDO", "ISO")):
        assert not said[both]["names_to_coordinate"]
    named = said["UNIDO", "ISO"]["names_otherwise"]
    assert [one["label"] for one in named] == ["ISO 50001"]
    for text in (html, *(ask(f"/agency/{one}").body.decode() for one in ("iso", "unido"))):
        assert "as one to coordinate with" in text
        assert "ISO 50001" in text
        for rest in re.findall(r"[Nn]either plan names the other agency(.{28})", text):
            assert rest.startswith(" as one to coordinate with"), rest


def test_iso_names_kinds_of_organization_that_unido_may_be_one_of(
    summary: dict[str, Any], html: str, ask: Ask
) -> None:
    said = {(one["agency"], one["other"]): one for one in summary["coordination"]}
    assert [one["label"] for one in said["ISO", "UNIDO"]["names_kinds"]] == [
        "Development agencies",
        "Development aid organizations",
        "International organizations",
        "Other providers of technical assistance",
    ]
    assert said["UNIDO", "ISO"]["names_kinds"] == []
    for text in (html, *(ask(f"/agency/{one}").body.decode() for one in ("iso", "unido"))):
        assert "may be one of: " in text
        assert "ISO-actor-development-aid-organizations" in text


def test_f17_overlaps_of_iso_and_unido_tell_the_days_and_that_the_start_is_inferred(
    analysis: Analysis,
) -> None:
    agencies = {iri: one.name for iri, one in analysis.agencies.items()}
    found = [
        pair
        for pair in analysis.pairs.found
        if is_finding(pair)
        and {agencies[pair.left_agency], agencies[pair.right_agency]} == {"ISO", "UNIDO"}
    ]
    assert found
    for pair in found:
        told = tell(analysis.explain(pair), analysis.lexicon)
        assert "23 November 2020 to 31 December 2020" in told.headline
        assert "inferred" in told.headline


def test_f18_iso_is_not_told_to_miss_cambodia(summary: dict[str, Any], ask: Ask) -> None:
    reached = {one["label"]: one["reached"] for one in summary["countries"]}
    assert reached["Cambodia"]["ISO"] == "possible"
    page = re.sub(r"<[^>]+>", " ", ask("/place/KHM").body.decode())
    assert not re.search(r"ISO\s+not reached", page)


def test_f19_outputs_agree_on_sudan(analysis: Analysis, summary: dict[str, Any], ask: Ask) -> None:
    way = next(one["reached"]["UNIDO"] for one in summary["countries"] if one["label"] == "Sudan")
    missed = {
        part.subject
        for cell in _check(analysis, "lower-income-countries-unreached").findings
        for part in cell.parts
        if analysis.agencies[cell.of[0]].name == "UNIDO"
    }
    assert (f"{BASE}place/SDN" in missed) == (way == "none")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", ask("/place/SDN").body.decode()))
    assert ("Not reached" in page) == (way == "none")


@pytest.mark.usefixtures("worked_out")
def test_f20_f21_the_end_of_a_list_is_not_the_end_of_a_membership() -> None:
    table = _query("group-members-at-date", "date=2025-01-01")
    assert table
    assert "ended" not in {row.get("state", "") for row in table if row.get("member")}
    page = CliRunner().invoke(main, ["query", "group-members-at-date", "--show"]).stdout
    assert "listedUntil" in page


def _query(name: str, *params: str) -> list[dict[str, str]]:
    options = [word for param in params for word in ("-p", param)]
    result = CliRunner().invoke(main, ["query", name, "-f", "csv", *options])
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout, newline="")))


@pytest.mark.parametrize(
    ("row", "query", "elements"),
    [
        ("F22", "results-without-indicator", ("tech.outcome.1", "tech.outcome.2")),
        ("F23", "outcomes-without-output", ("key-outcome",)),
        ("F24", "undertakings-without-funding", ("V.2.b", "V.2.c")),
        ("F25", "undertakings-without-actor", ("V.1.a",)),
        ("F26", "undertakings-without-actor", ("tech.tool.food",)),
        ("F27", "undertakings-without-place", ("IV.10.a", "IV.10.b", "IV.10.c", "IV.10.d")),
        ("F28", "undertakings-without-actor", ("V.3.b",)),
        ("F29", "undertakings-without-actor", ("IV.10.c",)),
    ],
)
def test_what_a_part_of_the_plan_says_is_not_told_missing(
    analysis: Analysis, row: str, query: str, elements: tuple[str, ...]
) -> None:
    looked = {cell.subject.rpartition("/")[2] for cell in _check(analysis, query).cells}
    assert not {*elements} & _missing(analysis, query), row
    if row != "F24":
        assert {*elements} <= looked, row


def test_f30_a_target_that_measures_itself_is_no_gap(gaps: list[dict[str, str]]) -> None:
    assert not [one for one in gaps if one["query"] == "targets-without-indicator"]


def test_f31_the_gap_says_whose_it_is(gaps: list[dict[str, str]], summary: dict[str, Any]) -> None:
    rows = [one for one in gaps if one["query"] == "lower-income-countries-unreached"]
    unreached = [one for one in rows if "Afghanistan" in one["label"]]
    assert [one["agency"] for one in unreached] == ["UNIDO"]
    reached = {one["label"]: one["reached"] for one in summary["countries"]}["Afghanistan"]
    assert reached["UNIDO"] == "none"
    assert reached["OBOR"] != "none"


@pytest.mark.parametrize(
    ("row", "identifier", "facet", "concepts"),
    [
        ("F32", "UNIDO-tech.tool.food", "beneficiary", {"enterprises"}),
        ("F34", "OBOR-IV.4.b", "theme", {"production-capacity", "sps"}),
        ("F35", "OBOR-IV.10.a", "arena", {"home"}),
        ("F35", "OBOR-IV.10.b", "arena", {"home"}),
    ],
)
def test_facet_is_what_the_passage_says(
    analysis: Analysis, row: str, identifier: str, facet: str, concepts: set[str]
) -> None:
    one = get_undertaking(analysis.undertakings, identifier)
    said = {concept.iri.rpartition("/")[2] for concept in one.facets[facet]}
    assert concepts <= said, row


@pytest.mark.parametrize(
    ("row", "identifier", "area"),
    [
        ("F33", "ISO-commitment-young-experts", "iso-members"),
        ("F35", "OBOR-IV.10.a", "chinese-regions"),
        ("F35", "OBOR-IV.10.b", "chinese-regions"),
    ],
)
def test_place_is_what_the_governing_passage_says(
    analysis: Analysis, row: str, identifier: str, area: str
) -> None:
    areas = get_undertaking(analysis.undertakings, identifier).areas
    assert area in {one.iri.rpartition("/")[2] for one in areas if not one.is_inherited}, row


@pytest.mark.parametrize(
    ("element", "word"),
    [
        ("iso-2016-2020/me-evaluation-midterm", "mid-term"),
        ("iso-2016-2020/process-needs-assessment", "annual"),
    ],
)
def test_f36_f37_moments_and_frequencies_are_in_the_graph(
    analysis: Analysis, element: str, word: str
) -> None:
    asked = f"SELECT ?time {{ <{BASE}element/{element}> <{BASE}ns#statedTime> ?time }}"
    said = {record["time"].lower() for record in analysis.graph.query(asked).records()}
    assert word in said


def test_f38_three_kinds_of_sources_of_money_are_named(analysis: Analysis) -> None:
    asked = f"""
        SELECT DISTINCT ?participant WHERE {{
          ?said <{BASE}ns#participatesIn> <{BASE}element/unido-mic-2020/annex-22> ;
                <{BASE}ns#partOf> <{BASE}element/unido-mic-2020/annex-22a> ;
                <{BASE}ns#participant> ?participant }}"""
    assert len(list(analysis.graph.query(asked).records())) == 3


def test_f39_non_duplication_is_found_by_that_word(ask: Ask) -> None:
    assert "aid-coordination" in ask("/search", q="non-duplication").body.decode()


def test_f40_readers_and_judges_are_said_to_be_language_models(html: str, ask: Ask) -> None:
    assert "language models" in html
    assert "language models" in ask("/about").body.decode()
    assert "modèles de langage" in ask("/about", "fr").body.decode()


def test_f41_unknown_agency_is_an_error_with_a_suggestion() -> None:
    result = CliRunner().invoke(main, ["overlaps", "--between", "IS0", "--and", "OBOR"])
    assert result.exit_code in (2, 3)
    assert "did you mean" in result.output
    assert "ISO" in result.output


@pytest.mark.usefixtures("worked_out")
@pytest.mark.parametrize("name", ["overlap-table", "gap-table"])
def test_f42_questions_about_findings_have_rows(name: str) -> None:
    assert _query(name)


def test_f45_a_shared_mode_of_work_is_no_overlap(analysis: Analysis) -> None:
    assert _pair(analysis, "ISO-activities-global", "UNIDO-annex-29a").type in (
        "none",
        "fragmentation",
    )


def test_f46_who_agrees_is_not_confused(analysis: Analysis) -> None:
    headline = tell(
        analysis.explain(_pair(analysis, "ISO-output-4.4", "OBOR-IV.2.b")), analysis.lexicon
    ).headline
    assert "both" not in headline
    assert "ally" not in headline


@pytest.mark.parametrize("part", ["1", "3"])
def test_f47_effect_at_home_is_said(analysis: Analysis, part: str) -> None:
    pair = _pair(analysis, "ISO-output-3.5", f"OBOR-IV.7.e.{part}")
    headline = tell(analysis.explain(pair), analysis.lexicon).headline
    assert "both" not in headline
    assert "at home" in headline


def test_f48_no_countries_are_told_where_no_country_decides(analysis: Analysis) -> None:
    for pair in analysis.pairs.found:
        explanation = analysis.explain(pair)
        arenas = {
            concept.iri.rpartition("/")[2]
            for side in (explanation.left, explanation.right)
            for concept in side.facets.get("arena", ())
        }
        if arenas == {"international-bodies"}:
            assert "ossibly in" not in tell(explanation, analysis.lexicon).where


ELSEWHERE = {"F43": "tests/serve/test_reviews.py", "F44": "tests/reviews/test_gaps.py"}


def test_every_fact_has_its_test(documents: Path, request: pytest.FixtureRequest) -> None:
    with (documents / "cases" / "facts.csv").open(newline="", encoding="utf-8") as file:
        rows = [row["id"] for row in csv.DictReader(file)]
    own = request.path.read_text(encoding="utf-8")
    missing = [
        one
        for one in rows
        if one not in ELSEWHERE
        and f'"{one}"' not in own
        and not re.search(f"def .*_{one.lower()}_", own)
    ]
    assert rows
    assert missing == []
    assert all((request.config.rootpath / path).is_file() for path in ELSEWHERE.values())
