"""What pages look up one by one is what all of it at once would tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.pages.content import Content
from devcoop.store import Store
from devcoop.store.terms import NamedNode, Triple
from devcoop.words.language import LANGUAGES
from devcoop.words.lexicon import Lexicon

if TYPE_CHECKING:
    from devcoop.dataset import Dataset

NOTHING = ("https://example.org/that", "no IRI at all", "")


def test_names_that_are_read_one_by_one_are_those_that_are_read_at_once(dataset: Dataset) -> None:
    as_asked, at_once = Content(dataset), Content(dataset)
    whole = Lexicon(dict(at_once.labels))
    asked = [*at_once.labels, *NOTHING]
    for language in LANGUAGES:
        found = [as_asked.label(iri, language) for iri in asked]
        assert found == [whole.find(iri, language) for iri in asked]
    assert "labels" not in vars(as_asked)
    assert [at_once.label(iri, "fr") for iri in asked] == [whole.find(iri, "fr") for iri in asked]


def test_what_has_a_page_is_known_and_nothing_else(dataset: Dataset) -> None:
    store, ours, (theirs, other) = Store(), f"{names.BASE}theme/metrology", _mint("a", "b")
    plan = NamedNode("https://example.org/plan")
    store.add("urn:plan", [Triple(theirs, NamedNode(names.DEVC.inPlan), plan)])
    store.add("urn:scheme", [Triple(other, plan, plan), Triple(NamedNode(ours), plan, plan)])
    content = Content(replace(dataset, store=store))
    asked = (ours, theirs.value, other.value, plan.value, *NOTHING)
    assert {iri for iri in asked if content.knows(iri)} == {ours, theirs.value}
    assert set(content.iter_known()) == {ours, theirs.value}


def _mint(*words: str) -> list[NamedNode]:
    return [NamedNode(f"https://example.org/{word}") for word in words]
