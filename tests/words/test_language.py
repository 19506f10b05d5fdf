"""Words are joined and begun as sentences need it, whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.words.language import LANGUAGES, Tongue, typeset
from devcoop.words.lexicon import Lexicon, lower_first

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)


@pytest.mark.parametrize("code", LANGUAGES)
@settings(deadline=None)
@given(words=st.lists(WORDS, max_size=6))
def test_joined_words_can_be_taken_apart_again(code: str, words: Sequence[str]) -> None:
    joined = Tongue(code).join(list(words))
    last = f" {Tongue(code).say('and')} "
    head, _, tail = joined.rpartition(last)
    parts = [*head.split(", "), tail] if head else [tail]
    assert [one for one in parts if one] == list(words)


@given(label=st.text(max_size=12))
def test_lowering_a_label_changes_its_first_letter_at_most(label: str) -> None:
    lowered = lower_first(label)
    assert lowered in (label, label[:1].lower() + label[1:])
    assert lower_first(lowered) in (lowered, lower_first(label))
    if label[:2].isupper():
        assert lowered == label


@given(text=st.text(max_size=40))
def test_setting_a_french_text_twice_is_setting_it_once(text: str) -> None:
    once = typeset(text, "fr")
    assert typeset(once, "fr") == once
    assert typeset(text, "en") == text


@given(
    texts=st.dictionaries(st.sampled_from(["en", "fr", "ar", "zh", ""]), WORDS, min_size=1),
    code=st.sampled_from(LANGUAGES),
)
def test_a_label_is_in_the_language_asked_for_else_in_english_else_in_any(
    texts: dict[str, str], code: str
) -> None:
    found = Lexicon({"urn:it": texts}).find("urn:it", code)
    best = next((one for one in (code, "en", "") if one in texts), min(texts))
    assert (found.text, found.language) == (texts[best], best)


def test_what_has_no_label_is_called_by_its_short_iri() -> None:
    lexicon = Lexicon({})
    assert lexicon.say("https://w3id.org/devcoop/theme/metrology", "fr") == "th:metrology"
