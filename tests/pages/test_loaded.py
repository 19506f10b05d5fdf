"""Pages are true where plans were loaded, and can be read where many agencies have a part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pages.conftest import Ask

    from devcoop.pages.links import Value


def _words(ask: Ask, path: str, language: str = "en") -> str:
    text = ask(path, language).body.decode().partition("<main")[2].partition("</main")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.mark.parametrize(
    ("language", "theirs"),
    [
        ("en", ("as these files give them", "ISO, OBOR and UNIDO: The plans themselves belong")),
        ("fr", ("tels que ces fichiers les donnent", "appartiennent aux propriétaires")),
    ],
)
def test_texts_that_were_loaded_are_not_told_to_be_ours(
    ask: Ask, ask_crowded: Ask, language: str, theirs: tuple[str, ...]
) -> None:
    words, before = _words(ask_crowded, "/about", language), _words(ask, "/about", language)
    for sentence in theirs:
        assert sentence in words
        assert sentence not in before


@pytest.mark.parametrize(
    ("language", "more", "no_plan", "issuers"),
    [
        ("en", "and 57 more", "none of its own in here", "63 agencies have initiatives or plans"),
        ("fr", "et 57 ", "aucun plan de sa part ici", "63 agences ont ici des initiatives"),
    ],
)
def test_many_agencies_are_told_by_their_number(
    ask_crowded: Ask, language: str, more: str, no_plan: str, issuers: str
) -> None:
    start, listed = (_words(ask_crowded, path, language) for path in ("/", "/agencies"))
    lead = start.partition("<form")[0][:400]
    assert more in lead
    assert lead.index("OBOR") < lead.index(more)
    assert "passage by passage" not in start
    assert issuers in listed
    assert no_plan in listed


def test_lead_of_three_agencies_names_them(ask: Ask) -> None:
    assert "The plans of ISO, OBOR and UNIDO, read passage by passage:" in _words(ask, "/")
    assert "3 agencies have plans in here." in _words(ask, "/agencies")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ["/", "/plans", "/about", "/agencies", "/overlaps", "/places"])
def test_no_heading_of_a_row_is_blank(ask_crowded: Ask, path: str, language: str) -> None:
    body = ask_crowded(path, language).body.decode()
    assert not re.search(r'<th scope="row"[^>]*>\s*</th>|<p class="kicker">\s*</p>', body)


@pytest.mark.parametrize("asked", [{}, {"agency": "Aid agency of province 58"}])
def test_overlaps_have_columns_that_can_be_read(ask_crowded: Ask, asked: dict[str, Value]) -> None:
    text = ask_crowded("/overlaps", "en", **asked).body.decode()
    tables = re.findall(r'<table class="heat plain">.*?</table>', text, re.DOTALL)
    assert tables
    for table in tables:
        heads = re.findall(r'<th scope="col">([^<]*)</th>', table)[1:]
        assert 2 <= len([one for one in heads if one != "all"]) <= 12
        assert not set(asked.values()) - set(heads)
    assert re.search(r"Of 63 agencies, the two tables show \d+:", text)
    assert text.count(">Aid agency of province 7</option>") == 2


def test_overlaps_of_three_agencies_show_all(ask: Ask) -> None:
    text = ask("/overlaps").body.decode()
    assert '<div class="matrices">' in text
    assert "the two tables show" not in text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", r"Of ([\d,]+) pairs, ([\d,]+) count for no theme here"),
        ("fr", r"Sur ([\d\W]+) paires, ([\d\W]+) ne comptent ici pour aucun thème"),
    ],
)
def test_pairs_without_a_stated_theme_are_told_and_not_taken_for_none(
    ask: Ask, ask_crowded: Ask, language: str, told: str
) -> None:
    words = _words(ask_crowded, "/overlaps", language)
    found = re.search(told, words)
    assert found, words[:3000]
    of, number = (int(re.sub(r"\D", "", one)) for one in found.groups())
    assert 0 < number <= of
    assert not re.search(told, _words(ask, "/overlaps", language))
