"""What is said of two initiatives is whole, true of both, and says what it rests on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from devcoop.dataset import Dataset
from devcoop.model import Period
from devcoop.overlap.explanation import find_setting
from devcoop.pages.content import Content
from devcoop.plans import get_agency, get_undertaking
from devcoop.words.codes import FACETS
from devcoop.words.explanations import say_headline, say_setting, tell
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from devcoop.overlap.explanation import Explanation
    from devcoop.pipeline import Analysis
    from devcoop.words.lexicon import Lexicon

HOLE = re.compile(
    r"\{|\}|  |\(\s*\)|[:;,(–]\s*$|[:;,(]\s*[):;,]|\b(on|in|and|of|both|sur|dans|et|de)\s*$"
)
"""An empty hole, or an end where something is missing."""
ONE_IN = [13, pytest.param(1, marks=pytest.mark.gate)]
"""Of how many pairs one is looked at."""


@pytest.fixture(scope="module")
def lexicon(analysis: Analysis) -> Lexicon:
    return Content(Dataset(analysis.graph, analysis)).lexicon


def _explain(analysis: Analysis, left: str, right: str) -> Explanation:
    sides = [get_undertaking(analysis.undertakings, one).iri for one in (left, right)]
    pair = analysis.pairs.get(*sides)
    assert pair is not None
    return analysis.explain(pair)


@pytest.mark.parametrize("one_in", ONE_IN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_headline_of_any_pair_has_an_empty_hole(
    analysis: Analysis, lexicon: Lexicon, language: str, one_in: int
) -> None:
    pairs = list(analysis.pairs)
    assert len(pairs) == 8876
    pairs = pairs[::one_in]
    lines = [say_headline(analysis.explain(pair), lexicon, language) for pair in pairs]
    assert [line for line in lines if not line or HOLE.search(line)] == []
    names = {one.name for one in analysis.agencies.values()}
    assert [line for line in lines if sum(name in line for name in names) < 2] == []


def test_headline_without_its_subject_is_seen_by_the_test() -> None:
    for line in ("ISO and OBOR both work on ", "ISO and OBOR: ", "ISO et OBOR : fund ()"):
        assert HOLE.search(line)


@pytest.mark.parametrize("one_in", ONE_IN)
def test_both_is_said_only_of_what_both_have_in_one_arena(analysis: Analysis, one_in: int) -> None:
    above: dict[str, set[str]] = {}
    for row in analysis.comparison.table("ancestor"):
        above.setdefault(row["concept"], set()).add(row["ancestor"])
    said = 0
    for pair in islice(analysis.pairs, 0, None, one_in):
        told = analysis.explain(pair)
        line = say_headline(told, analysis.lexicon)
        sides = (told.left.facets, told.right.facets)
        if told.subject and " both " in line:
            said += 1
            for facets in sides:
                assert told.subject in set().union(*(above[one.iri] for one in facets["theme"]))
            arenas = [{one.iri for one in facets.get("arena", ())} for facets in sides]
            assert arenas[0] & arenas[1]
        if told.doing:
            assert all(told.doing in [one.iri for one in facets["function"]] for facets in sides)
    assert said > 100 / one_in


def test_mode_of_work_is_never_named_as_the_subject_of_both(analysis: Analysis) -> None:
    marks = analysis.comparison.table("concept_mark")
    modes = {row["concept"] for row in marks if row["isModeOfWork"]}
    for pair in analysis.pairs:
        assert not modes & {pair.subject, *pair.themes}


def test_translating_standards_and_waste_are_not_both_about_electric_power(
    analysis: Analysis,
) -> None:
    told = _explain(analysis, "OBOR-IV.4.c", "UNIDO-env.area.2")
    assert told.pair.type == "none"
    assert "electric" not in say_headline(told, analysis.lexicon)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("23 November 2020", "31 December 2020", "start inferred")),
        ("fr", ("23 novembre 2020", "31 décembre 2020", "début déduit")),
    ],
)
def test_first_line_says_that_days_shared_with_unido_are_inferred(
    analysis: Analysis, lexicon: Lexicon, language: str, words: tuple[str, ...]
) -> None:
    both = [get_agency(analysis.agencies, one).iri for one in ("ISO", "UNIDO")]
    pairs = [one for one in analysis.pairs.found if [one.left_agency, one.right_agency] == both]
    assert pairs
    for pair in pairs:
        line = say_headline(analysis.explain(pair), lexicon, language)
        assert all(word in line for word in words)
        assert re.search(rf"UNIDO\s?: {words[-1]}", line)


def test_help_to_members_and_own_agreements_are_not_the_same_deed(analysis: Analysis) -> None:
    told = tell(_explain(analysis, "ISO-output-4.4", "OBOR-IV.2.b"), analysis.lexicon)
    assert told.headline == "ISO and OBOR work on bilateral standards cooperation"
    [done] = [point.text for point in told.together if point.term == "what is done"]
    assert "(for ISO read from the text, not stated in words)" in done
    assert done.endswith("(ISO in international bodies, OBOR with partners)")
    assert any(point.text == "only ISO: enable others to take part" for point in told.apart)


def test_what_is_done_on_the_own_side_is_told_where(analysis: Analysis) -> None:
    told = _explain(analysis, "ISO-output-3.5", "OBOR-IV.7.e.1")
    for slug, words in (("home", "at home"), ("own-plan", "in the running of the plan")):
        arenas = (told.arenas[0], (f"https://w3id.org/devcoop/arena/{slug}",))
        line = say_headline(replace(told, arenas=arenas), analysis.lexicon)
        assert line.endswith(f"OBOR {words}")


@pytest.mark.parametrize("part", ["1", "2", "3"])
def test_teaching_says_that_the_effect_is_sought_at_home(analysis: Analysis, part: str) -> None:
    told = _explain(analysis, "ISO-output-3.5", f"OBOR-IV.7.e.{part}")
    line = say_headline(told, analysis.lexicon)
    assert "OBOR at home" in line
    assert " both " not in line


def test_no_country_is_named_where_bodies_meet_whatever_countries_they_mean(
    analysis: Analysis,
) -> None:
    told = _explain(analysis, "ISO-output-4.3", "OBOR-IV.3.c")
    assert told.where.possible == ()
    assert "Cambodia" not in tell(told, analysis.lexicon).where
    for pair in analysis.pairs.found:
        one = analysis.explain(pair)
        if one.where.possible:
            arenas = set(one.arenas[0]) & set(one.arenas[1])
            assert arenas - analysis.comparison.arenas_in_no_country


def test_what_is_read_from_the_text_is_told_so(analysis: Analysis) -> None:
    told = tell(_explain(analysis, "ISO-activities-country", "OBOR-IV.7.d"), analysis.lexicon)
    [meant] = [point.text for point in told.together if point.term == "for whom"]
    assert meant == ("national standards bodies (for OBOR read from the text, not stated in words)")
    told = tell(
        _explain(analysis, "ISO-commitment-ca-synergies", "UNIDO-tech.tool.gqsp"), analysis.lexicon
    )
    points = {point.term: point.text for point in (*told.apart, *told.together)}
    assert "(for ISO and UNIDO read from the text" in points["for whom"]


def test_no_headline_is_made_of_what_is_read_from_the_text(analysis: Analysis) -> None:
    pair = _explain(analysis, "ISO-commitment-nqi-strengthening", "UNIDO-tech.tool.gqsp")
    line = say_headline(pair, analysis.lexicon)
    assert line.startswith("ISO and UNIDO both work on national quality infrastructure")


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        ("ISO-output-4.3", "OBOR-IV.3.c", "in international bodies"),
        ("ISO-output-3.5", "OBOR-IV.7.e.3", "not known; ISO with partners, OBOR at home"),
        ("ISO-output-3.5", "OBOR-IV.7.b", "not known"),
        ("OBOR-IV.6.g", "UNIDO-tech.tool.food", "through groups"),
    ],
)
def test_row_tells_what_is_known_of_where_two_meet(
    analysis: Analysis, left: str, right: str, words: str
) -> None:
    sides = [get_undertaking(analysis.undertakings, one) for one in (left, right)]
    pair = analysis.pairs.get(*(one.iri for one in sides))
    assert pair
    setting = find_setting(analysis.comparison, pair, analysis.undertakings)
    names = (sides[0].agency.name, sides[1].agency.name)
    assert say_setting(setting, names, analysis.lexicon) == words


def test_plain_words_stand_for_what_is_done_and_who_is_near(analysis: Analysis) -> None:
    for pair in analysis.pairs.found:
        told = tell(analysis.explain(pair), analysis.lexicon)
        text = " ".join(map(str, (told.headline, *told.together, *told.apart)))
        for odd in ("agree and ally", "next to", "acting side"):
            assert odd not in text


def test_both_texts_are_said_to_speak_only_of_points_that_both_state(
    analysis: Analysis, html: str
) -> None:
    said = 0
    for pair in analysis.pairs.found:
        one = analysis.explain(pair)
        told = tell(one, analysis.lexicon)
        sides = (one.left.facets, one.right.facets)
        named = {word for facet, word in FACETS.items() if facet in sides[0] and facet in sides[1]}
        assert bool(told.stated) != bool(told.unknown or told.silent)
        if told.stated:
            said += 1
            words = re.split(", | and ", told.stated.rstrip(".").partition(": ")[2])
            assert set(words) == named
    assert said
    assert "every point" not in html


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (
            Period(date(2016, 1, 1), date(2020, 12, 31), "stated"),
            Period(date(2015, 1, 1), date(2017, 12, 31), "stated"),
            "At the same time: 2016 to 2017. What is stated for the initiative, or else for its "
            "plan: ISO: 2016 to 2020; OBOR: 2015 to 2017.",
        ),
        (
            Period(date(2016, 3, 1), date(2020, 12, 31), "stated"),
            Period(date(2015, 1, 1), None, "inferred"),
            "Possibly at the same time: 1 March 2016 to 31 December 2020; not all of this is "
            "stated. What is known for the initiative, or else for its plan: ISO: 1 March 2016 to "
            "31 December 2020; OBOR: from 1 January 2015, no end stated (inferred from the text).",
        ),
        (
            Period(date(2016, 1, 1), None, "stated"),
            Period(date(2015, 1, 1), None, "stated"),
            "Possibly at the same time: 1 January 2016 on, with an open end; not all of this is "
            "stated. What is stated for the initiative, or else for its plan: ISO: from 1 January "
            "2016, no end stated; OBOR: from 1 January 2015, no end stated.",
        ),
        (
            Period(None, None),
            Period(None, date(2017, 12, 31), "stated"),
            "Not known, since a day is missing. What is known for the initiative, or else for its "
            "plan: ISO: no period stated; OBOR: until 31 December 2017, no beginning stated.",
        ),
    ],
)
def test_when_two_meet_is_told_with_what_each_states(
    analysis: Analysis, left: Period, right: Period, words: str
) -> None:
    told = _explain(analysis, "ISO-output-4.4", "OBOR-IV.2.b")
    assert tell(_with_periods(told, left, right), analysis.lexicon).when == words
    assert tell(told, analysis.lexicon).when.startswith("At the same time: 2016 to 2017. What is")


def test_start_is_told_inferred_only_where_it_is(analysis: Analysis) -> None:
    told = _explain(analysis, "ISO-output-4.4", "OBOR-IV.2.b")
    stated = Period(date(2016, 1, 1), date(2020, 12, 31), "stated")
    for basis, words in (("inferred", "start inferred"), ("unknown", "not stated")):
        changed = _with_periods(told, stated, Period(date(2017, 1, 1), None, basis))
        assert say_headline(changed, analysis.lexicon).endswith(f"OBOR: {words})")


def _with_periods(told: Explanation, left: Period, right: Period) -> Explanation:
    """Explain two initiatives as if they had other periods."""
    timing, shared = "unknown", None
    if left.start and right.start:
        end = min(filter(None, (left.end, right.end)), default=None)
        shared = Period(max(left.start, right.start), end)
        are_stated = left.basis == right.basis == "stated" and left.end and right.end
        timing = "concurrent" if are_stated else "possibly-concurrent"
    sides = {"left": left, "right": right}
    unstated = tuple(side for side, one in sides.items() if one.basis != "stated")
    return replace(
        told,
        pair=replace(told.pair, timing=timing, shared_period=shared),
        left=replace(told.left, period=left),
        right=replace(told.right, period=right),
        when=replace(told.when, timing=timing, shared=shared, unstated=unstated),
    )


@pytest.mark.parametrize(
    ("since", "years"),
    [(date(2022, 12, 31), "5"), (date(2022, 12, 30), ""), (date(2032, 1, 1), "14")],
)
def test_years_between_are_told_where_one_comes_long_after_the_other(
    analysis: Analysis, lexicon: Lexicon, since: date, years: str
) -> None:
    pair = next(one for one in analysis.pairs if analysis.explain(one).when.timing == "successive")
    explanation = analysis.explain(pair)
    when = replace(explanation.when, until=date(2017, 12, 31), since=since)
    said = {
        language: tell(replace(explanation, when=when), lexicon, language).when
        for language in LANGUAGES
    }
    assert said["en"].startswith(
        f"One after the other, with {years} years between: " if years else "One after the other: "
    )
    assert (f"à {years} ans d’écart" in said["fr"]) is bool(years)
    assert "31 December 2017" in said["en"]
