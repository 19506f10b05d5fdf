"""French pages name what has a French name in French, and say in French what has been said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from tests.pages.conftest import choose_paths

from devcoop.pages.views.facts import DESCRIPTION
from devcoop.queries import load_library
from devcoop.words.gaps import find_query, say_check
from devcoop.words.language import Tongue, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.pages.conftest import Ask

    from devcoop.pages.site import Site

MOST = [2, pytest.param(12, marks=pytest.mark.gate)]
"""Pages of one kind that are read."""
SPOKEN = ("alt", "aria-label", "title", "label", "placeholder")
"""Attributes that a screen reader says."""
WITH_PARAMS = [
    ("/overlaps", {"sort": "left"}),
    ("/overlaps", {"type": "any", "theme": "standardization"}),
    ("/search", {"q": "normes"}),
    ("/search", {"q": "formation", "kind": "initiative"}),
    ("/initiatives", {"page": 2}),
    ("/gaps", {"check": "undertakings-without-result"}),
    ("/questions/results-chain", {"plan": ""}),
    ("/place/KHM", {"on": "2016-07-01"}),
]


@dataclass
class Texts(HTMLParser):
    """The texts of a page, outside code."""

    found: list[str] = field(default_factory=list)
    _in_code: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code += tag == "code"
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.found.append(data)


def read_texts(body: bytes) -> set[str]:
    texts = Texts()
    texts.feed(body.decode())
    texts.close()
    return split(texts.found)


def split(texts: Iterable[str]) -> set[str]:
    """Give texts, and what stands between the marks with which they are put together."""
    return {part.strip() for text in texts for part in (text, *re.split(r" / |: |; ", text))}


@pytest.fixture(scope="module")
def titles(site: Site) -> set[str]:
    """English titles of parts of plans that have a French one, and that are nothing else."""
    labels = site.content.labels
    iris = {iri for iri, texts in labels.items() if {"en", "fr"} <= texts.keys()}
    english = {labels[iri]["en"] for iri in iris if "/element/" in iri or "/plan/" in iri}
    # A document keeps its own title, and a passage may say no more than the title does.
    others = {text for iri in labels.keys() - iris for text in labels[iri].values()}
    quads = site.content.store.quads(predicate=ox.NamedNode(DESCRIPTION))
    said = split(one.object.value for one in quads if isinstance(one.object, ox.Literal))
    return english - {labels[iri]["fr"] for iri in iris} - others - said


def test_every_initiative_has_a_french_title(site: Site, titles: set[str]) -> None:
    content = site.content
    assert [iri for iri in content.initiatives if "fr" not in content.labels[iri]] == []
    assert len(titles) > 300


@pytest.mark.parametrize("most", MOST)
def test_french_page_names_parts_of_plans_in_french(
    site: Site, ask: Ask, titles: set[str], most: int
) -> None:
    found = {
        path: sorted(read_texts(ask(path, "fr").body) & titles)
        for path in choose_paths(site.paths(), most)
        # What is said of a graph has its title in all languages.
        if not path.startswith("/graph/")
    }
    assert len(found) > 15 * most
    assert {path: several for path, several in found.items() if several} == {}


@pytest.mark.parametrize(("path", "params"), WITH_PARAMS)
def test_french_answer_to_a_form_does_so_too(
    path: str, params: dict[str, str], ask: Ask, titles: set[str]
) -> None:
    page = ask(path, "fr", **params)
    assert page.status == 200
    assert sorted(read_texts(page.body) & titles) == []


def test_english_page_would_be_found_out(ask: Ask, titles: set[str]) -> None:
    assert read_texts(ask("/initiatives").body) & titles


def test_gaps_are_said_in_french(site: Site) -> None:
    content = site.content
    words = content.gap_words
    for check in content.analysis.gap_checks:
        for key in ("title", "reason", "matters"):
            assert say_check(check, key, "fr").language == "fr", (check.name, key)
            assert say_check(check, key, "en").language == "en"
        assert (find_query(check) is None) == (check.name == "stated-coordination")
        for cell in check.cells:
            assert words.cell(check, cell, "fr").text != "", (check.name, cell.label)
            assert words.cell(check, cell, "fr").language == "fr", (check.name, cell.label)
            assert words.scope(check, cell, "fr").language in ("", "fr"), cell.scope


@pytest.mark.parametrize("name", load_library())
def test_question_and_form_are_in_french_where_the_header_is(name: str, ask: Ask) -> None:
    query = load_library()[name]
    texts = read_texts(ask(f"/questions/{name}", "fr").body)
    if "question_fr" in query.header:
        assert typeset(query.header["question_fr"], "fr") in texts
    for about in query.params.values():
        if "about_fr" in about:
            assert typeset(re.split("[.;]", about["about_fr"])[0].strip(), "fr") in texts


def test_kinds_of_findings_are_called_as_in_the_data(site: Site) -> None:
    say, label = Tongue("fr").say, site.content.label
    base = "https://w3id.org/devcoop/finding-type/"
    for message, slug in (
        ("overlap", "overlap"),
        ("duplication", "duplication"),
        ("possible duplication", "duplication-candidate"),
        ("complementary pair", "complementarity"),
        ("continuity", "continuity"),
        ("same broad area", "fragmentation"),
    ):
        assert say(message) == label(base + slug, "fr").text.lower()
