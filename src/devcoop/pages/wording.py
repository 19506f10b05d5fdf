"""What the comparison says in English, in the language of a page: gaps and what they are of.

The questions about gaps have their French wording in the headers of their queries. What is
counted is named as it is everywhere. Sentences that the queries make are taken apart at their
holes, translated, and put together again; what is not recognised stays English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.gaps import TOPIC
from devcoop.words.counts import say_initiative
from devcoop.words.language import Label, Tongue, typeset

if TYPE_CHECKING:
    from devcoop.model import Cell, GapCheck
    from devcoop.pages.content import Content
    from devcoop.queries import Query

_SENTENCES = (
    "SDG target {number}",
    "SDG {number}",
    "Targets of Goal {number}",
    "Country groups that a plan aims at",
    "Countries that were least developed when one of the plans began",
    "Pillars of quality infrastructure",
    "has a part in the plan",
    "mentioned by elements of the plan",
    "named in a passage only",
    "named for the plan as a whole",
    "named in a part of the plan",
    "not stated in full",
    "no target area",
    "nobody lists {name}",
    "meant for {name}",
    "through {name}",
    "{identifier}, expected from {name}",
    "related to our theme {name} and {number} more",
    "related to our theme {name}",
    "{name} ({identifier})",
    "least developed",
    "low-income",
    "lower-middle-income",
    "neither named nor in a group with known members",
)
"""What the queries about gaps say of a cell; the first that fits counts."""
_QUESTIONS = (
    "Overlaps for which neither plan names the other agency",
    "Neither plan names the other agency as one to coordinate with.",
    "Each may ask the same people for the same thing without knowing of the other.",
)
"""Wording of the question that the comparison itself asks."""
SPOKEN = (*_SENTENCES, *_QUESTIONS)
_KINDS = re.compile(r".*/(theme|group|place|actor|agency)/[^/]+")
_HOLE = re.compile(r"\\\{(\w+)\\\}")


def _compile(sentence: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub(r"(?P<\1>.+)", re.escape(sentence)))


_PATTERNS = {sentence: _compile(sentence) for sentence in _SENTENCES}


class GapWords:
    """Says in any language what was looked for and what is missing.

    Args:
        content: Where names and questions are looked up.
    """

    def __init__(self, content: Content) -> None:
        self._content = content

    @cached_property
    def _iris(self) -> dict[str, str]:
        """What has a name that the queries put into their sentences, by its English name."""
        named = sorted(self._content.labels.items(), reverse=True)
        return {texts["en"]: iri for iri, texts in named if "en" in texts and _KINDS.fullmatch(iri)}

    @cached_property
    def _names(self) -> dict[str, str]:
        """What has one English name that nothing else is called by otherwise in French."""
        found: dict[str, dict[tuple[tuple[str, str], ...], str]] = defaultdict(dict)
        for iri, texts in sorted(self._content.labels.items()):
            if "en" in texts:
                found[texts["en"]].setdefault(tuple(sorted(texts.items())), iri)
        return {text: next(iter(iris.values())) for text, iris in found.items() if len(iris) == 1}

    def check(self, check: GapCheck, key: str, language: str) -> Label:
        """Give the wording of a question about gaps.

        Args:
            check: The question.
            key: `title`, `reason` or `matters`.
            language: The language.
        """
        query = find_query(self._content, check)
        if query is not None:
            return translate(query, key, language)
        return self._say(say_initiative(str(getattr(check, key))), language)

    def cell(self, cell: Cell, language: str) -> Label:
        """Name what a cell is about.

        Args:
            cell: The cell.
            language: The language.
        """
        iris, label = (cell.subject, *cell.others), self._content.label
        if cell.label != " / ".join(label(iri, "en").text for iri in iris):
            return self._say(cell.label, language)
        named = [label(iri, language) for iri in iris]
        spoken = {one.language for one in named} - {""}
        return Label(" / ".join(one.text for one in named), min(spoken, default=""))

    def scope(self, scope: str, language: str) -> Label:
        """Name a denominator: agencies, a theme, or in other words.

        Args:
            scope: As the queries write it.
            language: The language.
        """
        agencies = scope.split(" and ")
        if all(one in self._content.agencies for one in agencies):
            return Label(Tongue(language).join(agencies), "")
        if scope in self._iris:
            return self._content.label(self._iris[scope], language)
        return self._say(scope, language)

    def detail(self, detail: str, language: str) -> Label:
        """Say what else a reader wants to know of a cell; identifiers have no language.

        Args:
            detail: As the queries write it.
            language: The language.
        """
        if " " not in detail:
            return Label(detail, "")
        parts = [self._say(part, language) for part in detail.split("; ")]
        if all(part.language == language for part in parts):
            return Label("; ".join(part.text for part in parts), language)
        return Label(detail, "en")

    def text(self, text: str, language: str) -> Label:
        """Say a text of an answer: a name of something, a denominator, or a detail.

        Args:
            text: As the queries write it.
            language: The language.
        """
        if text in self._names:
            return self._content.label(self._names[text], language)
        scope = self.scope(text, language)
        return scope if scope.language == language else self.detail(text, language)

    def _say(self, text: str, language: str) -> Label:
        """Translate a sentence that is known, with what stands in its holes."""
        if language == "en":
            return Label(text, "en")
        if text in _QUESTIONS:
            return Label(Tongue(language).say(text), language)
        for sentence, pattern in _PATTERNS.items():
            found = pattern.fullmatch(text)
            if found:
                return self._fill(sentence, found.groupdict(), text, language)
        return Label(text, "en")

    def _fill(self, sentence: str, holes: dict[str, str], text: str, language: str) -> Label:
        if "name" in holes:
            name = self._content.label(self._iris.get(holes["name"], ""), language)
            if name.language != language:
                return Label(text, "en")
            holes["name"] = name.text
        return Label(Tongue(language).say(sentence).format(**holes), language)


def find_query(content: Content, check: GapCheck) -> Query | None:
    """Find the query that asked a question about gaps; None if the comparison itself did.

    Args:
        content: Where queries are looked up.
        check: The question.
    """
    query = content.library.get(check.name)
    # Another query may be called as the comparison's own question is.
    return query if query is not None and query.topic == TOPIC else None


def translate(query: Query, key: str, language: str) -> Label:
    """Give a text of a query's header in a language, else in English.

    Args:
        query: The query.
        key: `title`, `question`, `reason` or `matters`.
        language: The language.
    """
    other = str(query.header.get(f"{key}_{language}", ""))
    if other and language != "en":
        return Label(typeset(other, language), language)
    return Label(say_initiative(str(query.header.get(key, query.name))), "en")
