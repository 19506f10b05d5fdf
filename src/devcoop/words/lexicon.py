"""What things are called: labels by IRI and language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.words.language import Label, choose_label

if TYPE_CHECKING:
    from collections.abc import Mapping


_MOST_KEPT = 2_000
"""Lists of names that are kept."""


class Lexicon:
    """Looks up what things are called.

    Args:
        texts: Labels by IRI and by code of the language; the code is empty for texts in none.

    Examples:
        >>> lexicon = Lexicon({"https://example.org/it": {"en": "it", "fr": "ça"}})
        >>> lexicon.find("https://example.org/it", "fr")
        Label(text='ça', language='fr')
        >>> lexicon.find("https://example.org/that", "fr")
        Label(text='https://example.org/that', language='')
    """

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts
        # Many explanations list the same countries.
        self.sort_names = lru_cache(_MOST_KEPT)(self._sort_names)

    @classmethod
    def of_english(cls, labels: Mapping[str, str]) -> Lexicon:
        """Make one of English labels.

        Args:
            labels: By IRI.

        Examples:
            >>> Lexicon.of_english({"urn:it": "it"}).say("urn:it", "fr")
            'it'
        """
        return cls({iri: {"en": label} for iri, label in labels.items()})

    def find(self, iri: str, language: str) -> Label:
        """Find a label: in the language, else in English, else in any, else a short IRI.

        Args:
            iri: The thing.
            language: Code of the language.
        """
        texts = self._texts.get(iri)
        return choose_label(texts, language) if texts else Label(names.shorten(iri), "")

    def say(self, iri: str, language: str) -> str:
        """Give the text of the label that `find` finds.

        Args:
            iri: The thing.
            language: Code of the language.
        """
        return self.find(iri, language).text

    def _sort_names(self, iris: tuple[str, ...], language: str) -> tuple[str, ...]:
        """Give the texts of the labels of several things, sorted."""
        return tuple(sorted(self.say(iri, language) for iri in iris))

    def within(self, iri: str, language: str) -> str:
        """Give the label of something as it stands within a sentence.

        Args:
            iri: The thing.
            language: Code of the language.
        """
        return lower_first(self.say(iri, language))


def lower_first(label: str) -> str:
    """Begin a label in lower case, unless it begins with a name in capitals.

    Examples:
        >>> lower_first("Metrology"), lower_first("SDG target 9.3")
        ('metrology', 'SDG target 9.3')
    """
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
