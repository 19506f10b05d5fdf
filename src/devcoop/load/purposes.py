"""Suggests purposes of aid from a title and a description.

1. Words that tell a purpose or a category are its names in the scheme, in all their languages, and
   those of `ontology/words/purposes.yaml`. Each says the more the fewer purposes it may mean. A
   name or phrase of several words counts whole where it stands whole, and each of its longer
   words counts a little wherever it stands.
2. A purpose has what its own words say and a third of what those of its category and group say.
3. What it has, and how far that is above what all others have, becomes a confidence by a logistic
   curve: about how often such a suggestion was what the publisher of an activity stated.

Only purposes in use are suggested, no withdrawn ones, and none from texts without any such word.
Nothing is learned from texts: the same text gives the same suggestions in every store.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import yaml

from devcoop import assets
from devcoop.load.suggestions import DIGITS
from devcoop.model import Suggestion
from devcoop.names import slug_of
from devcoop.queries import get_query
from devcoop.texts import TITLE_WEIGHT, list_words, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from devcoop.store import Store

WORDS = assets.ONTOLOGY / "words" / "purposes.yaml"
_NAME_SHARE = 0.6
"""How much a name of the scheme counts beside our words: it is official, and often long."""
_PART_SHARE = 0.3
"""How much one word of a name or phrase of several counts where the others are missing."""
_LIKE_SHARE = 0.9
"""How much a word counts that begins with a known one, or is one but for its ending."""
_ABOVE_SHARE = 0.35
"""How much the words of the category, and of the group above it, count for a purpose."""
_LEAST_PART, _LEAST_START = 4, 5
"""Letters of a word that counts alone, and of one with which longer words may begin."""
_LONGEST_PHRASE = 4
_NO_FIELD = "99810"
"""The purpose that is stated where none is meant."""
_MOST = 3
"""How many purposes are suggested."""
_LEAST, _LEAST_OF_FIRST = 0.2, 0.5
"""Confidence below which no purpose is suggested, as it is and as a share of the first one's."""
_EVENNESS = 4.0
"""How slowly the share of a purpose among all falls with what it lacks."""
_MOST_KEPT = 20_000
"""So many words are remembered with what they are known as: texts say the same ones again."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKS = re.compile(r"[/,();:]| - ")


class Curve(NamedTuple):
    """How sure a suggestion is: the logistic function of a sum.

    Attributes:
        level: What the sum begins with.
        of_share: What the logarithm of the share among all purposes is multiplied with.
        of_weight: What the logarithm of what the words say is multiplied with.
    """

    level: float
    of_share: float
    of_weight: float


CURVE = Curve(-2.27, 0.48, 0.79)
"""Fitted by `benchmarks/suggestions.py`, which prints how often suggestions are right."""


class Found(NamedTuple):
    """A purpose that words tell.

    Attributes:
        purpose: Its IRI.
        weight: How much the words say, more than 0.
        share: The share that it has among all purposes, more than 0 and up to 1.
    """

    purpose: str
    weight: float
    share: float


class Purposes:
    """Finds the purposes of aid that a text speaks of.

    Args:
        told: How much a word, or the stems of a phrase, counts for a purpose, by purpose, by
            word; categories and groups are among the purposes.
        above: The next wider purpose of each that has one.
    """

    def __init__(self, told: Mapping[str, Mapping[str, float]], above: Mapping[str, str]) -> None:
        self._told = told
        known = {*above, *above.values()}
        self._rarity = {
            word: math.log((1 + len(known)) / (0.5 + math.fsum(by.values())))
            for word, by in told.items()
        }
        self._lines = {one: [*_iter_above(one, above)] for one in sorted(known - {*above.values()})}
        self._stems = {split_words(word)[0]: word for word in sorted(told) if " " not in word}
        self._find_word = lru_cache(maxsize=_MOST_KEPT)(self._find_known)

    def measure(self, title: str, description: str) -> list[Found]:
        """Measure how much a text says of each purpose.

        Args:
            title: Its words count twice.
            description: Empty if there is none.

        Returns:
            The purposes of which it says anything, the likeliest first.
        """
        said = self._count(title, TITLE_WEIGHT)
        said.update(self._count(description, 1.0))
        weights: dict[str, float] = defaultdict(float)
        for word, count in sorted(said.items()):
            often = 1 + math.log(count) if count > 1 else count
            for purpose, share in self._told[word].items():
                weights[purpose] += often * share * self._rarity[word]
        whole = {
            purpose: weights.get(purpose, 0.0)
            + _ABOVE_SHARE * math.fsum(weights.get(one, 0.0) for one in line)
            for purpose, line in self._lines.items()
        }
        return _share_out({purpose: weight for purpose, weight in whole.items() if weight > 0})

    def suggest(self, text: str) -> list[Suggestion]:
        """Suggest purposes from a text.

        Args:
            text: Title with description, as `suggestions.compose` puts them together.

        Returns:
            The surest first, three at most; none where nothing is likely enough.
        """
        title, _, description = text.strip().partition("\n")
        found = self.measure(title, description)[:_MOST]
        sure = [measure_confidence(one) for one in found]
        return [
            Suggestion("purpose", one.purpose, confidence)
            for one, confidence in zip(found, sure, strict=True)
            if confidence >= max(_LEAST, _LEAST_OF_FIRST * sure[0])
        ]

    def _count(self, text: str, weight: float) -> Counter[str]:
        """Count the known words and phrases of a text."""
        counted: Counter[str] = Counter()
        for word in list_words(text):
            known, share = self._find_word(word)
            if known:
                counted[known] += weight * share  # type: ignore[assignment]  # need not be whole
        for phrase in _iter_phrases(split_words(text)):
            if phrase in self._told:
                counted[phrase] += weight  # type: ignore[assignment]
        return counted

    def _find_known(self, word: str) -> tuple[str, float]:
        """Find the known word that a word is, begins with or shares its stem with; or none."""
        if word in self._told:
            return word, 1.0
        starts = (word[:length] for length in range(len(word) - 1, _LEAST_START - 1, -1))
        stem = self._stems.get(split_words(word)[0], "")
        return next((one for one in starts if one in self._told), stem), _LIKE_SHARE


def measure_confidence(found: Found, curve: Curve = CURVE) -> float:
    """Measure how sure it is that a text is for a purpose.

    Args:
        found: What its words say.
        curve: How sure that is.

    Returns:
        About how often such a suggestion is right, from 0 to 1.

    Examples:
        >>> measure_confidence(Found("urn:one", weight=30.0, share=0.9))
        0.59
        >>> measure_confidence(Found("urn:one", weight=3.0, share=0.1))
        0.08
    """
    log_odds = (
        curve.level
        + curve.of_share * math.log(found.share)
        + curve.of_weight * math.log(found.weight)
    )
    return round(1 / (1 + math.exp(-log_odds)), DIGITS)


def read_purposes(store: Store, words: Path | None = WORDS) -> Purposes:
    """Read the names of the purposes in use, and the words that tell them.

    Args:
        store: Where the scheme is.
        words: The file of words; None for names alone.

    Raises:
        QueryError: A query is broken.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> purposes = read_purposes(build_graph())
        >>> purposes.suggest("Boreholes and hand pumps for villages")[0].concept[-5:]
        '14030'
    """
    told: dict[str, dict[str, float]] = defaultdict(dict)
    above: dict[str, str] = {}
    by_code: dict[str, str] = {}
    for row in store.recall(get_query("purpose-names").text).records():
        purpose = row["purpose"]
        if slug_of(purpose) == _NO_FIELD:
            continue
        by_code[slug_of(purpose)] = purpose
        if row["broader"]:
            above[purpose] = row["broader"]
        for name in _MARKS.split(row["name"]):
            _add(told, purpose, name, _NAME_SHARE)
    for code, listed in _read_words(words) if words else ():
        # A store may have an older scheme.
        for word in listed.split(",") if code in by_code else ():
            _add(told, by_code[code], word, 1.0)
    return Purposes(told, above)


def _read_words(words: Path) -> Iterator[tuple[str, str]]:
    """Read the words of each purpose and language, with its code."""
    read = yaml.load(words.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    for code, by_language in read.items():
        for listed in by_language.values():
            yield code, listed


def _add(told: dict[str, dict[str, float]], purpose: str, name: str, share: float) -> None:
    """Add a name: itself, and its longer words if it has several."""
    words = list_words(name)
    whole = " ".join(split_words(name)) if len(words) > 1 else "".join(words)
    parts = [one for one in words if len(one) >= _LEAST_PART] if len(words) > 1 else []
    for word, counts in ((whole, share), *((part, share * _PART_SHARE) for part in parts)):
        if word:
            told[word][purpose] = max(told[word].get(purpose, 0.0), counts)


def _iter_phrases(stems: list[str]) -> Iterator[str]:
    for length in range(2, _LONGEST_PHRASE + 1):
        for start in range(len(stems) - length + 1):
            yield " ".join(stems[start : start + length])


def _iter_above(purpose: str, above: Mapping[str, str]) -> Iterator[str]:
    while purpose in above:
        purpose = above[purpose]
        yield purpose


def _share_out(weights: Mapping[str, float]) -> list[Found]:
    """Give each purpose its share among all, the likeliest first."""
    most = max(weights.values(), default=0.0)
    shares = {one: math.exp((weight - most) / _EVENNESS) for one, weight in weights.items()}
    whole = math.fsum(shares.values())
    order: Iterable[str] = sorted(weights, key=lambda one: (-weights[one], one))
    return [Found(one, weights[one], shares[one] / whole) for one in order]
