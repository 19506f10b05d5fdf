from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.pages.views.search import KINDS, find, fold, list_names, suggest

if TYPE_CHECKING:
    from tests.pages.conftest import Ask

    from devcoop.pages.site import Site


def list_paths(site: Site, query: str) -> list[str]:
    return [hit.entry.path for hit in find(site.content, query)]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("Metrology", "/theme/metrology"),
        ("métrologie", "/theme/metrology"),
        ("METROLOGIE", "/theme/metrology"),
        ("柬埔寨", "/place/KHM"),
        ("ISO-output-1.1", "/element/iso-2016-2020/output-1.1"),
        ("iso-OUTPUT-1.1", "/element/iso-2016-2020/output-1.1"),
        ("cambodge", "/place/KHM"),
        ("Côte d'Ivoire", "/place/CIV"),
        ("ISO Action Plan for developing countries", "/plan/iso-2016-2020"),
        ("Guidance public policy", "/element/iso-2016-2020/output-1.1"),
    ],
)
def test_things_are_found_by_any_of_their_names(site: Site, query: str, path: str) -> None:
    assert path in list_paths(site, query)[:5]


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_every_name_finds_its_thing(site: Site, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list_names(site.content)))
    if len(name.text.split()) <= 8:
        assert name.path in list_paths(site, name.text)
        plain = "".join(
            one for one in unicodedata.normalize("NFD", name.text) if not unicodedata.combining(one)
        )
        assert name.path in list_paths(site, plain.upper())


@settings(max_examples=80, deadline=None)
@given(query=st.text(max_size=300))
def test_any_query_gives_a_page(ask: Ask, query: str) -> None:
    page = ask("/search", q=query)
    assert page.status == 200
    assert page.body.decode().count("<h1>") == 1


def test_results_are_grouped_by_kind_and_counted(site: Site, ask: Ask) -> None:
    hits = find(site.content, "standards")
    text = ask("/search", q="standards").body.decode()
    assert f"{len(hits)} things have a name" in text.replace(",", "")
    kinds = {hit.entry.kind for hit in hits}
    for kind, words in KINDS.items():
        assert (f'id="kind-{kind}"' in text) == (kind in kinds), words


def test_a_misspelt_word_is_answered_with_near_ones(site: Site, ask: Ask) -> None:
    assert "metrology" in suggest(site.content, "metrolgy")
    assert "/search?q=metrology" in ask("/search", q="metrolgy").body.decode()


def test_nothing_asked_shows_what_can_be_asked(ask: Ask) -> None:
    page = ask("/search", q="   ")
    assert page.status == 200
    assert b"Capitals and accents do not matter" in page.body


def test_a_hostile_query_stays_text(ask: Ask) -> None:
    text = ask("/search", q='"><script>alert(1)</script>').body.decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_names_lead_to_pages(site: Site) -> None:
    names = list_names(site.content)
    assert len(names) > 2000
    assert [name for name in names if not site.knows(name.path)] == []
    assert {name.kind for name in names} <= KINDS.keys()


def test_folding_takes_off_accents_capitals_and_blanks() -> None:
    assert fold(" ÉLÉMENTS\tœuvre  ß ") == "elements œuvre ss"
