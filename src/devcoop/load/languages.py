"""Texts that seem to be in another language than they declare, told as something to look at.

What is found is never put in the place of what is declared: a short text, or one of two languages,
is told wrongly often enough.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from devcoop.errors import DevcoopError
from devcoop.load.records import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devcoop.load.records import Records, Text, Where

LIKELY = ("ar", "da", "de", "en", "es", "fr", "it", "nl", "no", "pt", "ru", "sv", "zh")
"""Languages that are looked for; what declares another one is not looked at."""
LEAST_LETTERS = 60
"""Texts with fewer letters are not looked at."""
LEAST_CONFIDENCE = 0.99
"""Another language is told from this confidence on, from 0 to 1."""
_MOST_LETTERS = 2_000
"""So much of a text is looked at."""
_SAME = {"nb": "no", "nn": "no"}


class Found(NamedTuple):
    """A text that seems to be in another language than it declares.

    Attributes:
        declared: The language that it declares.
        seems: The language that it seems to be in.
        where: The element that it belongs to.
    """

    declared: str
    seems: str
    where: Where


def tell_languages(records: Records) -> Records:
    """Tell which texts of a list seem to be in another language than they declare.

    Args:
        records: The list.

    Returns:
        The same list, with what is to be told.

    Raises:
        DevcoopError: The extra that tells languages is not installed.
    """
    detect, looked_at = _get_detector(), 0
    numbers: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Where] = {}
    for declared, text, where in _iter_texts(records):
        looked_at += 1
        seems, confidence = detect(text)
        if seems != declared and confidence >= LEAST_CONFIDENCE:
            numbers[declared, seems] += 1
            first.setdefault((declared, seems), where)
    told = [
        Told("read", f"A text declares {declared!r} and seems to be in {seems!r}.", where, number)
        for (declared, seems), where in first.items()
        for number in (numbers[declared, seems],)
    ]
    number = sum(numbers.values())
    of = f"{looked_at} texts that declare one and have {LEAST_LETTERS} letters or more"
    told.append(Told("read", f"Languages: {number} of {of} seem to be in another."))
    return replace(records, told=(*records.told, *told))


def _iter_texts(records: Records) -> Iterator[tuple[str, str, Where]]:
    """Iterate over the texts that can be looked at, each with its language and its element."""
    for one in records.elements:
        for text in (*one.titles, *one.descriptions):
            declared = _base(text)
            if declared in LIKELY and sum(map(str.isalpha, text.value)) >= LEAST_LETTERS:
                yield declared, text.value[:_MOST_LETTERS], one.where


def _base(text: Text) -> str:
    code = text.language.lower().replace("_", "-").partition("-")[0]
    return _SAME.get(code, code)


@cache
def _get_detector() -> Callable[[str], tuple[str, float]]:
    """Get what tells the language of a text, with its confidence; its model takes some seconds."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415
    except ImportError as error:
        problem = "telling languages needs py3langid: pip install 'devcoop[languages]'"
        raise DevcoopError(problem) from error
    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([*LIKELY])
    classify: Callable[[str], tuple[str, float]] = found.classify
    return classify
