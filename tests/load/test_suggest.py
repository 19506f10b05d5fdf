"""Suggested facets: what is found, that it is always the same, and that odd texts do no harm."""

from __future__ import annotations

import functools
from dataclasses import replace
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.load.suggest import Suggester, build_suggester
from devcoop.load.suggestions import compose, state
from devcoop.model import FACETS, Suggestion
from devcoop.names import (
    DEVC,
    FACET_PROPERTIES,
    mint_concept,
    mint_element,
    mint_list,
    mint_plan_graph,
    term,
)
from devcoop.store import Store
from devcoop.store.terms import Literal, NamedNode, Quad, Triple
from devcoop.texts import count_terms, measure_rarity, split_words, weigh_terms
from devcoop.validation.shapes import load_constraints

if TYPE_CHECKING:
    from collections import Counter

module = import_module("devcoop.load.suggest")
OBOR = "https://w3id.org/devcoop/element/obor-2015-2017/IV.7.c"
CASES = {
    "Calibration laboratories and measurement traceability": ("theme", "metrology"),
    "Étalonnage et traçabilité des mesures": ("theme", "metrology"),
    "Traduction des normes en langues étrangères": ("theme", "standards-translation"),
    "HACCP for food inspectors": ("theme", "food-safety"),
    "Workshops and training courses for laboratory staff": ("function", "teach"),
    "Support to SMEs": ("beneficiary", "msme"),
}
ODD = {
    "empty": "",
    "blank": " \n\t ",
    "markup": "<p>Food <b>safety</b> &amp; hygiene</p><script>alert(1)</script>",
    "long": "Metrology and calibration of instruments. " * 20_000,
    "one long word": "a" * 100_000,
    "unclosed markup": "<" * 50_000,
    "right to left": "سلامة الأغذية ومختبرات القياس",
    "formula": "=HYPERLINK(1)",
    "no letters": "!!! 💧 ---",
    "nothing known": "xyzzy plugh",
}


@functools.cache
def _suggester() -> Suggester:
    return build_suggester(build_graph())


@pytest.mark.parametrize("text", CASES)
def test_suggester_finds_what_a_title_says(text: str) -> None:
    facet, slug = CASES[text]
    [found] = _suggester().suggest([text])
    first = next(one for one in found if one.facet == facet)
    assert first.concept == mint_concept(facet, slug)
    assert first.confidence > 0.5


@pytest.mark.parametrize("most", [100, 0], ids=["few graphs", "many graphs"])
def test_words_of_lists_change_nothing_and_are_not_read_beside_few_graphs(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    counted: list[str] = []

    def count(text: str, *more: float) -> Counter[str]:
        counted.append(text)
        return count_terms(text, *more)

    monkeypatch.setattr(module, "_MOST_GRAPHS", most)
    monkeypatch.setattr(module, "count_terms", count)
    plan = mint_list("Wells", "Example Aid")
    element = mint_element(plan, "A1")
    store, graph = build_graph(), mint_plan_graph(plan)
    said = (
        (plan, "rdf:type", NamedNode(DEVC.Plan)),
        (element, "rdf:type", NamedNode(DEVC.Undertaking)),
        (element, "rdfs:label", Literal("Calibration of wells")),
        (element, "devc:theme", NamedNode(mint_concept("theme", "food-safety"))),
    )
    quads = [Triple(NamedNode(of), NamedNode(term(by)), it) for of, by, it in said]
    store.replace(replace(store.sources[0], graph=graph), quads)
    suggester = build_suggester(store)
    assert suggester.suggest([*CASES]) == _suggester().suggest([*CASES])
    assert ("Calibration of wells" in counted) == (most == 0)


@pytest.mark.parametrize("name", ODD)
def test_suggester_takes_any_text(name: str) -> None:
    [found] = _suggester().suggest([ODD[name]])
    assert all(0 < one.confidence <= 1 for one in found)
    if name in ("empty", "blank", "no letters", "nothing known", "right to left"):
        assert found == []


def test_markup_says_nothing() -> None:
    assert split_words("<b class='food'>Safety</b>&nbsp;<br/>") == split_words("Safety")


def test_title_counts_more_than_description() -> None:
    words = ("Metrology and calibration", "Translation of standards")
    one, other = _suggester().suggest([compose(*words), compose(*reversed(words))])
    assert one[0].concept == mint_concept("theme", "metrology")
    assert other[0].concept == mint_concept("theme", "standards-translation")


WORDS = ("food", "safety", "standards", "training", "women", "SMEs", "énergie", "normes")
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(WORDS),
            max_size=8,
        ).map(" ".join),
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_each_text_is_judged_by_itself(texts: list[str], random: object) -> None:
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    found = _suggester().suggest(texts)
    assert _suggester().suggest([texts[place] for place in order]) == [
        found[place] for place in order
    ]


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_suggestions_are_few_sure_and_in_order(texts: list[str]) -> None:
    for found in _suggester().suggest(texts):
        assert [one.facet for one in found] == sorted(
            (one.facet for one in found), key=FACETS.index
        )
        for _, several in groupby(found, key=lambda one: one.facet):
            sure = [one.confidence for one in several]
            assert len(sure) <= 3
            assert sure == sorted(sure, reverse=True)
            assert all(0 < one <= 1 for one in sure)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_weights_of_a_text_come_to_one(texts: list[str]) -> None:
    counts = [count_terms(text) for text in texts]
    rarity = measure_rarity(counts)
    for count in counts:
        terms = weigh_terms(count, rarity)
        assert not terms or sum(one * one for one in terms.values()) == pytest.approx(1)
        assert bool(terms) == bool(count)


def _put(*suggestions: Suggestion, drop: str = "") -> Store:
    """Put suggestions beside the built-in plans, of which one initiative may lose a facet."""
    graph = build_graph()
    dropped = FACET_PROPERTIES.get(drop)
    kept = [
        quad
        for quad in graph
        if not (quad.subject == NamedNode(OBOR) and quad.predicate.value == dropped)
    ]
    store = Store()
    store.adopt(graph.sources, kept)
    store.add("urn:suggested", state(OBOR, suggestions))
    return store


METROLOGY = Suggestion("theme", mint_concept("theme", "metrology"), 0.8)


def test_suggestion_never_overrules_what_is_stated() -> None:
    plain, beside = read_facet_table(build_graph()), read_facet_table(_put(METROLOGY))
    assert beside.tables == plain.tables


def test_suggestion_counts_where_nothing_is_stated() -> None:
    table = read_facet_table(_put(METROLOGY, drop="theme"))
    assert table.records("suggestion") == [
        {"undertaking": OBOR, "facet": "theme", "concept": METROLOGY.concept, "confidence": 0.8}
    ]
    assert not [
        row
        for row in table.records("facet")
        if row["undertaking"] == OBOR and row["facet"] == "theme"
    ]


def test_suggestion_of_a_concept_of_another_scheme_is_left_out() -> None:
    wrong = Suggestion("theme", mint_concept("function", "teach"), 0.8)
    assert read_facet_table(_put(wrong, drop="theme")).records("suggestion") == []


def test_statements_of_a_suggestion_break_no_shape() -> None:
    quads: list[Quad] = list(state(OBOR, [METROLOGY]))
    graph = _put(METROLOGY)
    broken = {
        (one.shape, record["focus"])
        for one in load_constraints()
        if "Suggestion" in one.shape
        for record in graph.query(one.query).records()
    }
    assert broken == set()
    assert {quad.predicate.value for quad in quads} >= {
        str(DEVC.suggestedFor),
        str(DEVC.confidence),
    }
    assert str(DEVC.theme) not in {quad.predicate.value for quad in quads}
