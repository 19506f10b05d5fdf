"""What is said of where texts come from, and whose they are, is true of the plans at hand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from devcoop.figures.sources import find_agreement, list_owners, split_sources
from devcoop.report import render_html

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html.partition("<main")[2]).split())


def test_texts_of_the_plans_that_come_with_the_program_are_ours(
    analysis: Analysis, html: str
) -> None:
    sources = split_sources(analysis.plans)
    assert [plan.agency.name for plan in sources.built_in] == ["ISO", "OBOR", "UNIDO"]
    assert not sources.loaded
    assert "no sentence of them is copied here" in _words(html)
    assert not re.search("were loaded|loaded from", _words(html))


def test_texts_of_loaded_plans_are_said_to_be_those_of_their_files(
    crowd: Analysis, crowd_html: str
) -> None:
    [loaded] = split_sources(crowd.plans).loaded
    words = _words(crowd_html)
    assert f"{loaded.title}: 1 plan loaded from files" in words
    assert "ISO, OBOR and UNIDO in our words, the others as the files" in words
    assert "The plans of ISO, OBOR and UNIDO belong to their agencies" in words
    assert words.count("without the texts of plans that were loaded") == 2


def test_nothing_is_ours_where_all_is_loaded(crowd: Analysis) -> None:
    plans = list(split_sources(crowd.plans).loaded)
    run = replace(crowd.run, graphs=tuple(one for one in crowd.run.graphs if "list" in one))
    words = _words(render_html(replace(crowd, plans=plans, run=run)))
    for claim in ("in our words", "no sentence of them", "Every passage of the documents"):
        assert claim not in words
    assert "No figures on the agreement of two readers" in words


def test_agreement_is_told_of_plans_that_are_here(analysis: Analysis) -> None:
    graphs = analysis.run.graphs
    assert {one.plan for one in find_agreement(graphs)} == {
        one.rpartition("/")[2] for one in graphs
    }
    assert {one.plan for one in find_agreement(graphs[:1])} == {graphs[0].rpartition("/")[2]}


def test_owners_are_named_in_order_or_by_size(crowd: Analysis, analysis: Analysis) -> None:
    assert list_owners(analysis.plans, 3) == ["ISO", "OBOR", "UNIDO"]
    assert list_owners(analysis.plans, 2) == ["UNIDO", "OBOR", "ISO"]
    assert "" not in list_owners(crowd.plans, 9)


def test_initiatives_without_a_known_place_are_counted_apart(
    crowd: Analysis, crowd_html: str
) -> None:
    known = crowd.counted.values()
    silent = sum(not one.areas for one in known)
    sentence = f"{silent} of {len(known)} initiatives say no place, or none that is recognised."
    assert sentence in _words(crowd_html)
    assert "reached by none of the initiatives that say where" in _words(crowd_html)
