"""What the headers of queries say, in the reader's language and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.words.language import LANGUAGES, Label, typeset

if TYPE_CHECKING:
    from devcoop.queries import Query


def translate(query: Query, key: str, language: str) -> Label:
    """Give a text of a query's header in a language, else in English.

    Args:
        query: The query.
        key: `title`, `question`, `reason` or `matters`.
        language: The language.
    """
    other = str(query.header.get(f"{key}_{language}", ""))
    if other and language != LANGUAGES[0]:
        return Label(typeset(other, language), language)
    return Label(say_initiative(str(query.header.get(key, query.name))), LANGUAGES[0])


def say_initiative(text: str) -> str:
    """Use the reader's word for what the ontology calls an undertaking.

    Examples:
        >>> say_initiative("Undertakings that lead nowhere: no undertaking")
        'Initiatives that lead nowhere: no initiative'
    """
    return text.replace("undertaking", "initiative").replace("Undertaking", "Initiative")
