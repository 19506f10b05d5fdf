"""Suggested purposes: the file of words fits the scheme, and what texts in five languages tell."""

from __future__ import annotations

import functools

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.graph import build_graph
from devcoop.load.purposes import WORDS, Found, Purposes, measure_confidence, read_purposes
from devcoop.names import shorten, slug_of
from devcoop.queries import get_query
from devcoop.texts import list_words

CASES = {
    "Hand pumps and boreholes for villages": "crs:14030",
    "Brunnen und Trinkwasser für Dörfer": "crs:14030",
    "Brunnar och dricksvatten i byar": "crs:14030",
    "Puits, forages et latrines": "crs:14030",
    "Pozos, letrinas y agua potable": "crs:14030",
    "Mikrofinansiering för spargrupper": "crs:24040",
    "Berufsbildungsprogramm: Lehrlinge in Gewerbeschulen": "crs:11330",
    "Moustiquaires contre le paludisme": "crs:12262",
    "Minröjning": "crs:15250",
    "National standards body: metrology and accreditation": "crs:15144",
}
ODD = ("", " \n\t ", "!!! 💧 ---", "xyzzy plugh", "<" * 50_000, "a" * 100_000, "برنامج")


@functools.cache
def _purposes() -> Purposes:
    return read_purposes(build_graph())


@pytest.mark.parametrize("title", CASES)
def test_text_tells_its_purpose(title: str) -> None:
    first = _purposes().suggest(title)[0]
    assert (first.facet, shorten(first.concept)) == ("purpose", CASES[title])


@pytest.mark.parametrize("text", ODD)
def test_text_without_known_words_tells_none(text: str) -> None:
    assert _purposes().suggest(text) == []


def test_words_are_of_purposes_in_use_and_leave_none_out() -> None:
    rows = build_graph().recall(get_query("purpose-names").text).records()
    in_use = {slug_of(row["purpose"]) for row in rows} - {"99810"}
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    assert words.keys() <= in_use
    assert {code for code in in_use if len(code) == 5} <= words.keys()
    assert {tuple(by_language) for by_language in words.values()} == {
        ("en", "fr", "es", "de", "sv")
    }
    assert all(
        list_words(listed) for by_language in words.values() for listed in by_language.values()
    )


def test_withdrawn_purpose_is_not_suggested() -> None:
    told = [slug_of(one.purpose) for one in _purposes().measure("Government administration", "")]
    assert told
    assert "15140" not in told


def test_purpose_that_names_no_field_is_not_suggested() -> None:
    told = _purposes().measure("Sectors not specified: unallocated", "")
    assert "99810" not in {slug_of(one.purpose) for one in told}


def test_title_says_more_than_description() -> None:
    one, other = "Boreholes", "Primary schools"
    assert shorten(_purposes().measure(one, other)[0].purpose) == "crs:14030"
    assert shorten(_purposes().measure(other, one)[0].purpose) == "crs:11220"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*CASES, "och", "the", "women"]), max_size=6).map(" ".join))
def test_suggestions_are_few_and_the_surest_first(text: str) -> None:
    sure = [one.confidence for one in _purposes().suggest(text)]
    assert len(sure) <= 3
    assert sure == sorted(sure, reverse=True)
    assert all(0 < one < 1 for one in sure)


@given(st.floats(0.01, 1), st.floats(0.01, 200), st.floats(1, 3))
def test_more_words_and_less_doubt_make_surer(share: float, weight: float, more: float) -> None:
    one = measure_confidence(Found("", weight, share))
    assert one <= measure_confidence(Found("", weight * more, share))
    assert one >= measure_confidence(Found("", weight, share / more))
