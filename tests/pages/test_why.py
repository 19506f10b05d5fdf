from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.findings import mint_pair
from devcoop.plans import get_undertaking

if TYPE_CHECKING:
    from tests.pages.conftest import Ask

    from devcoop.pages.site import Site

PAIR = "/why/ISO-output-3.5/OBOR-IV.7.c"


def test_both_sides_stand_with_their_passages(site: Site, ask: Ask) -> None:
    text = ask(PAIR).body.decode()
    analysis = site.content.analysis
    words = ("ISO-output-3.5", "OBOR-IV.7.c")
    sides = [get_undertaking(analysis.undertakings, word) for word in words]
    for side in sides:
        assert side.label in text
        for passage in side.evidence:
            assert f">{passage.locator}</a>" in text
            assert f"characters {passage.start:,} to {passage.end:,}" in text
            assert passage.gist in text
    pair = analysis.pairs.get(*(side.iri for side in sides))
    assert pair
    assert f">{mint_pair(pair)}</a>" in text
    assert "devcoop explain ISO-output-3.5 OBOR-IV.7.c" in text


def test_order_and_capitals_do_not_matter(ask: Ask) -> None:
    swapped = ask("/why/obor-iv.7.C/iso-OUTPUT-3.5")
    assert swapped.status == 200
    canonical = b'<link rel="canonical" href="/why/ISO-output-3.5/OBOR-IV.7.c?lang=en">'
    assert canonical in ask(PAIR).body
    assert canonical in swapped.body


def test_every_facet_of_both_sides_is_shown(site: Site, ask: Ask) -> None:
    pairs = [pair for pair in site.content.analysis.pairs if pair.type != "none"]
    for pair in pairs[::7]:
        text = ask(site.content.path_of_pair(pair)).body.decode()
        for key in (pair.left, pair.right):
            for concepts in site.content.analysis.undertakings[key].facets.values():
                for concept in concepts:
                    path = concept.iri.removeprefix("https://w3id.org/devcoop")
                    assert f'href="{path}.html?lang=en"' in text, (pair, concept)


def test_pairs_that_are_no_finding_are_explained_too(site: Site, ask: Ask) -> None:
    pairs = [pair for pair in site.content.analysis.pairs if pair.type == "none"]
    for pair in (pairs[0], pairs[len(pairs) // 2], pairs[-1]):
        path = site.content.path_of_pair(pair)
        page = ask(path)
        assert page.status == 200
        assert b"These two are no finding" in page.body
        assert site.knows(path)
        assert path not in set(site.paths())


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/why/ISO-output-3/OBOR-IV.7.c", "ISO-output-3.5"),
        ("/why/ISO-outputt-3.5/OBOR-IV.7.c", "ISO-output-3.5"),
        ("/why/x", "No plan here has an initiative"),
        ("/why/<script>alert(1)</script>/y", "No plan here has an initiative"),
        ("/why/ISO-output-3.5/ISO-output-1.1", "were not compared"),
        ("/why/ISO-output-3.5/ISO-output-3.5", "were not compared"),
        ("/why/" + "a/" * 200 + "b", "No plan here has an initiative"),
    ],
)
def test_unknown_initiatives_are_told_with_near_ones(
    site: Site, ask: Ask, path: str, hint: str
) -> None:
    page = ask(path)
    assert page.status == 404
    assert hint in page.body.decode()
    assert "<script>alert" not in page.body.decode()
    assert not site.knows(path)
