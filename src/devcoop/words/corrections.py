"""A letter to a publisher of IATI: what it could mend at the source, with snippets to paste."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from devcoop import names
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from devcoop.model import Correction

COLUMNS = ("publisher", "activity", "kind", "there", "suggested", "evidence")
"""Columns of the table of all suggestions."""
KINDS = {
    "link": "Activities that others name, and that do not name them",
    "same-identifier": "Identifiers that another publisher uses as well",
    "country": "Activities without a country or region",
    "purpose": "Activities without a sector",
    "percentage": "Percentages that do not make 100",
    "day": "Days that stand for an unknown one",
}
REFERENCES = {
    "parent": "parent",
    "child": "child",
    "sibling": "sibling",
    "co-funded": "co-funded",
    "third-party": "third-party report",
    "provider": "activity that pays",
    "receiver": "activity that is paid",
    "own": "another identifier of the same activity",
}
_TITLE = "Data that you publish with IATI"
_GREETING = "To {name}"
_SCOPE = (
    "We read {of} of your activities. In {number} of them we saw what is listed below. What we"
    " did not read may say what we missed."
)
_PASTE = "To be pasted into the activity:"
_PASTE_MONEY = "To be pasted into the transactions that this is about:"
_LINK = (
    "{activity}: activity {about} of {other} names it as its {there}. It names no identifier of"
    " that activity."
)
_SAME = "{activity}: {other} publishes an activity with this identifier, too."
_COUNTRY = "{activity}: no country or region is stated, nor in its transactions."
_PURPOSE = "{activity}: no sector is stated, nor in its transactions."
_STATED = "What {evidence} state: {suggested}."
_PERCENTAGE = "{activity}: the percentages make {there}, not 100."
_REST = "{about} has none; the rest is {suggested}."
_DAY = "{activity}: the first day is given as {there}."
_PAID = "The first payment that we read is of {suggested}; if the activity began then:"
SPOKEN: tuple[str, ...] = (
    *KINDS.values(),
    *REFERENCES.values(),
    _TITLE,
    _GREETING,
    _SCOPE,
    _PASTE,
    _PASTE_MONEY,
    _LINK,
    _SAME,
    _COUNTRY,
    _PURPOSE,
    _STATED,
    _PERCENTAGE,
    _REST,
    _DAY,
    _PAID,
)
"""What is translated."""
_SENTENCES = {
    "link": _LINK,
    "same-identifier": _SAME,
    "country": _COUNTRY,
    "purpose": _PURPOSE,
    "percentage": _PERCENTAGE,
    "day": _DAY,
}
_RELATED = {"parent": "1", "child": "2", "sibling": "3", "co-funded": "4", "third-party": "5"}
_PURPOSE_DIGITS = 5
_SIGNS = re.compile(r"([\\`*_\[\]<>#|~!])")


class Letters:
    """Writes letters to publishers.

    Args:
        labels: What things are called, in the language of the letters, by IRI.
        codes: Codes of places in IATI by IRI: its element and its attributes.
        language: Code of the language.
    """

    def __init__(
        self, labels: Mapping[str, str], codes: Mapping[str, str], language: str = "en"
    ) -> None:
        self._labels, self._codes, self._tongue = labels, codes, Tongue(language)

    def write(self, publisher: str, found: Iterable[Correction], of: int) -> str:
        """Write the letter to a publisher, as Markdown.

        Args:
            publisher: IRI of the publisher.
            found: What it could mend, by kind.
            of: How many of its activities were looked at.
        """
        some = [*found]
        say = self._tongue.say
        number = len({one.activity for one in some})
        name = self._name(publisher)
        lines = [f"# {say(_TITLE)}", "", say(_GREETING).format(name=_escape(name)), ""]
        lines += [say(_SCOPE).format(of=of, number=number), ""]
        for kind, group in groupby(some, key=lambda one: one.kind):
            lines += [f"## {say(KINDS[kind])}", ""]
            for one in group:
                lines += self._tell(one)
        return "\n".join(lines)

    def _tell(self, one: Correction) -> Iterator[str]:
        yield f"- {self.say(one, _escape)}"
        if snippet := self.write_snippet(one):
            is_money = one.kind == "link" and one.suggested[0] in ("provider", "receiver")
            if one.kind != "day":
                yield f"  {self._tongue.say(_PASTE_MONEY if is_money else _PASTE)}"
            yield ""
            yield f"      {snippet}"
        yield ""

    def say(self, one: Correction, write: Callable[[str], str] = str) -> str:
        """Say in a sentence or two what was seen, and what bears the suggestion.

        Args:
            one: What was seen.
            write: Writes what comes from somebody's file.
        """
        say = self._tongue.say
        words = {
            "activity": one.activity,
            "about": self._name(one.about),
            "other": self._name(one.other),
            "there": self.say_there(one),
            "suggested": self.say_suggested(one),
            "evidence": ", ".join(one.evidence),
        }
        written = {key: write(word) for key, word in words.items()}
        more = {"country": _STATED, "purpose": _STATED, "percentage": _REST, "day": _PAID}
        sentences = [_SENTENCES[one.kind]]
        if one.suggested and one.kind in more:
            sentences.append(more[one.kind])
        return " ".join(say(sentence).format(**written) for sentence in sentences)

    def say_there(self, one: Correction) -> str:
        """Say what is there."""
        return self._tongue.say(REFERENCES[one.there]) if one.kind == "link" else one.there

    def say_suggested(self, one: Correction) -> str:
        """Say what is suggested; empty if the data bear nothing."""
        if one.kind == "link":
            return f"{self._tongue.say(REFERENCES[one.suggested[0]])} {one.about}"
        return ", ".join(map(self._name, one.suggested))

    def _name(self, text: str) -> str:
        return self._labels.get(text, text) if "://" in text else text

    def write_snippet(self, one: Correction) -> str:
        """Write the XML that is suggested, as a fragment; empty if nothing is."""
        if not one.suggested:
            return ""
        first = one.suggested[0]
        if one.kind == "link":
            return _write_link(first, one.about)
        if one.kind == "day":
            return f'<activity-date type="2" iso-date={quoteattr(first)}/>'
        if one.kind == "percentage":
            return self._write_taker(one.about, f' percentage="{first}"')
        return self._write_taker(first)

    def _write_taker(self, iri: str, share: str = "") -> str:
        """Write what takes a share: a sector, a country or a region."""
        if names.kind_of(iri) == "codelist":
            code = names.slug_of(iri)
            vocabulary = "1" if len(code) == _PURPOSE_DIGITS else "2"
            return f'<sector vocabulary="{vocabulary}" code="{code}"{share}/>'
        return self._codes.get(iri, "").format(share)


def _escape(text: str) -> str:
    """Keep signs of others from being taken for Markdown."""
    return _SIGNS.sub(r"\\\1", text)


def _write_link(kind: str, identifier: str) -> str:
    quoted = quoteattr(identifier)
    if kind == "own":
        return f'<other-identifier ref={quoted} type="A9"/>'
    if kind in _RELATED:
        return f'<related-activity ref={quoted} type="{_RELATED[kind]}"/>'
    return f"<{kind}-org {kind}-activity-id={quoted}/>"
