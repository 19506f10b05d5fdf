"""Words of titles and descriptions, and how much each says: TF-IDF, in a few lines of its own.

A term is the stem of a word, or of two words that follow each other. Words are cut from any
script that has them between blanks; markup is no text. Endings are taken off in English and in
French, since the labels of our schemes are in these; words of other languages stay as they are,
but for what looks like such an ending, which does no harm as it does so everywhere.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TITLE_WEIGHT = 2.0
"""How often a word of a title counts beside one of a description: titles are chosen with care."""
_LONGEST = 4_000
"""Characters of a text that are looked at; what comes later is hardly what it is about."""
_LEAST_STEM = 4
_ROOT = 5
"""Letters of a word that are its root."""
_LONG_WORD = 60
_MOST_KEPT = 20_000
"""Stems of so many words are kept: names and descriptions say the same words again and again."""
_MARKUP = re.compile(r"<[^<>]{0,500}>|&[a-z]{2,8};|&#\d{1,6};", re.IGNORECASE)
_BREAKS = re.compile(r"\s*[\r\n\t\v\f\x85\u2028\u2029]\s*")
_WORD = re.compile(r"[^\W_]+")
_ENGLISH = (
    "a about after against all also among an and any are as at be been before being between both "
    "but by can did do does during each for from had has have here how if in into is it its may "
    "more most must new no nor not of off on one or other others out over own per same shall "
    "should so some such than that the their them then there these they this those through to "
    "two under up use used using via was well were what when where which who whom whose will "
    "with within without would"
)
_FRENCH = (
    "au aux avec ce ces cette chez dans de des du elle en entre est et eux il ils la le les leur "
    "leurs lors mais ne nos notre nous ou par pas plus pour qu que qui sa sans se ses si son sont "
    "sous sur tous tout toute toutes un une vers vos votre vous"
)
_COMMON = frozenset(f"{_ENGLISH} {_FRENCH}".split())
_SUFFIXES = (
    "izations isations ization isation ements ement ments ment ities ity ations ation itions ings "
    "ing ions ion ances ance ences ence izing izes ized ize ises ised ise ives ive ably able ible "
    "ally als al ers er ors or ies ied ed es ly s y e"
)
_ENDINGS = frozenset(_SUFFIXES.split())
_LONGEST_ENDING = max(map(len, _ENDINGS))

Terms = dict[str, float]
"""How much a text says by each of its terms."""


def in_one_line(text: str) -> str:
    r"""Put a name in one line: a line break in it would end a row of a table or of a list.

    Args:
        text: The name as its file has it.

    Examples:
        >>> in_one_line("Wells\r\n  and pumps")
        'Wells and pumps'
    """
    if text.isprintable():
        return text
    return _BREAKS.sub(" ", text).strip() if text.splitlines()[1:] or "\t" in text else text


def split_words(text: str) -> list[str]:
    """Split a text into the stems of its words, without those that say nothing.

    Args:
        text: Any text; markup in it is passed over.

    Examples:
        >>> split_words("Calibration of <b>laboratories</b>")
        ['calibr', 'laborator']
        >>> split_words("Étalonnage des laboratoires")
        ['etalonnag', 'laboratoir']
    """
    return [_stem(word) for word in list_words(text)]


def list_words(text: str) -> list[str]:
    """List the words of a text, in lower case and without accents, but for those that say nothing.

    Args:
        text: Any text; markup in it is passed over.

    Examples:
        >>> list_words("Étalonnage des <b>laboratoires</b>")
        ['etalonnage', 'laboratoires']
    """
    plain = _without_accents(_MARKUP.sub(" ", text[:_LONGEST]).casefold())
    words = (word for word in _WORD.findall(plain) if word not in _COMMON and len(word) > 1)
    return [word[:_LONG_WORD] for word in words]


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@lru_cache(maxsize=_MOST_KEPT)
def _stem(word: str) -> str:
    """Take off one ending, where enough is left to tell words apart."""
    for length in range(min(_LONGEST_ENDING, len(word) - _LEAST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            word = word[:-length]
            break
    return word[:-1] if word[-1:] == word[-2:-1] and len(word) >= _LEAST_STEM else word


def count_terms(text: str, weight: float = 1.0) -> Counter[str]:
    """Count the terms of a text: words, and two words that follow each other.

    Args:
        text: Any text.
        weight: How much each occurrence counts.

    Examples:
        >>> sorted(count_terms("food safety").items())
        [('food', 1.0), ('food safet', 1.0), ('safet', 1.0)]
    """
    words = split_words(text)
    # A dict first: a counter takes many times as long to count one by one.
    counted: dict[str, float] = {}
    for term in (*words, *(f"{one} {other}" for one, other in pairwise(words))):
        counted[term] = counted.get(term, 0) + weight
    return Counter(counted)


def count_roots(text: str, weight: float = 1.0) -> Counter[str]:
    """Count the roots of the words of a text: their first letters.

    Many words of European languages that mean the same begin in the same way, so that texts in
    several of them can meet.

    Args:
        text: Any text.
        weight: How much each occurrence counts.

    Examples:
        >>> sorted(count_roots("Humanitarian aid")), sorted(count_roots("Ayuda humanitaria"))
        (['aid', 'human'], ['ayuda', 'human'])
    """
    counted: Counter[str] = Counter()
    for word in split_words(text):
        counted[find_root(word)] += weight  # type: ignore[assignment]  # counts need not be whole
    return counted


def find_root(stem: str) -> str:
    """Give the root of a word, by which texts in several languages can meet.

    Args:
        stem: Its stem, as `split_words` gives it.

    Examples:
        >>> find_root("humanitarian"), find_root("aid")
        ('human', 'aid')
    """
    return stem[:_ROOT]


def are_of_side_work(stems: Iterable[str]) -> bool:
    """Tell whether a title says that something is designed, appraised, checked or advised on.

    Such work is about the subject of what it prepares or checks, and does not do it.

    Args:
        stems: Stems of the words of any title, as `split_words` gives them, in English, French,
            Spanish or Portuguese.

    Examples:
        >>> are_of_side_work(split_words("Consultancy: design and appraisal"))
        True
        >>> are_of_side_work(split_words("Évaluation finale"))
        True
        >>> are_of_side_work(split_words("Wells"))
        False
    """
    return not _SIDE_WORK.isdisjoint(stems)


def find_words(text: str, roots: Sequence[str]) -> list[str]:
    """Find words of a text by their roots.

    Args:
        text: Any text.
        roots: Roots as `count_roots` makes them.

    Returns:
        The first word of each root that the text has, in lower case and in the order of the roots.

    Examples:
        >>> find_words("Humanitarian aid to displaced humans", ["aid", "human", "water"])
        ['aid', 'humanitarian']
    """
    found: dict[str, str] = {}
    for word in _WORD.findall(text[:_LONGEST]):
        for root in count_roots(word):
            found.setdefault(root, word.lower())
    return [found[root] for root in roots if root in found]


def measure_rarity(documents: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Measure how much each term says: the fewer documents have it, the more.

    Args:
        documents: Terms of each document; only which there are matters.

    Returns:
        A number of 1 or more, by term: the smoothed inverse document frequency.
    """
    held: Counter[str] = Counter()
    number = 0
    for document in documents:
        held.update(document.keys())
        number += 1
    return measure_rarity_of(held, number)


def measure_rarity_of(held: Mapping[str, int], number: int) -> dict[str, float]:
    """Measure how much each term says, by how many documents have it.

    Args:
        held: In how many documents each term is.
        number: How many documents there are.

    Returns:
        As of `measure_rarity`.

    Examples:
        >>> measure_rarity_of({"aid": 9}, 9)
        {'aid': 1.0}
    """
    return {term: 1 + math.log((1 + number) / (1 + count)) for term, count in held.items()}


def weigh_terms(counts: Mapping[str, float], rarity: Mapping[str, float]) -> Terms:
    """Weigh the terms of a text, so that their squares come to 1.

    Args:
        counts: How often the text has each term.
        rarity: How much each term says; terms that are not in it say nothing.

    Returns:
        A number from 0 to 1, by term, in the order of the terms; empty for a text without any.
    """
    raw = {
        term: (1 + math.log(count) if count > 1 else count) * rarity[term]
        for term, count in sorted(counts.items())
        if term in rarity
    }
    length = math.sqrt(math.fsum(one * one for one in raw.values()))
    return {term: one / length for term, one in raw.items()} if length else {}


_SIDE_WORK = frozenset(
    split_words(
        "design designs designing appraisal appraisals audit audits auditing evaluation "
        "evaluations consultancy consultancies consultant consultants feasibility "
        "conception évaluation évaluations faisabilité "
        "diseño auditoría auditorías evaluación evaluaciones consultoría consultorías factibilidad "
        "auditoria auditorias avaliação avaliações consultoria consultorias viabilidade"
    )
)
"""Stems of words that say so."""
