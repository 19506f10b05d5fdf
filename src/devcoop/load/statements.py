"""Statements of one source while they are collected: texts, evidence, notes and what is told."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.load.records import Note, Told
from devcoop.load.spool import QuadSpool
from devcoop.names import DEVC
from devcoop.store.terms import Literal, NamedNode, Quad, is_language_tag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from devcoop.load.records import Element, Head, Text, Where
    from devcoop.store.terms import Term

_UNKNOWN_LANGUAGE = "und"
"""Tag of texts whose language nobody said (BCP 47)."""
_DAY = NamedNode(names.term("xsd:date"))
_TYPE = names.term("rdf:type")


class Statements:
    """What one source states, each thing once and in the order in which it was said.

    Args:
        plan: IRI of the plan or list that all of it belongs to.
        language: Language of texts that say no other, as the source writes it.
        told: What a person should know already.

    Attributes:
        plan: As above.
        document: IRI of the file that it stands in.
        told: What a person should know; more is added as it is found.
        quads: The statements, once they are closed.

    Examples:
        >>> to = Statements("https://w3id.org/devcoop/plan/list")
        >>> to.add("https://example.org/a", "rdfs:label", Literal("A"))
        >>> to.has("https://example.org/a", "rdfs:label")
        True
        >>> to.close()
        >>> to.has("https://example.org/a", "rdfs:label"), len(to.quads)
        (False, 1)
    """

    def __init__(self, plan: str, language: str = "", told: Iterable[Told] = ()) -> None:
        self.plan, self.document = plan, names.mint_list_document(plan)
        self.told = list(told)
        places = (one.all_places for one in self.told if one.kind == "kept")
        self._kept = frozenset(place for several in places for place in several)
        self.quads = QuadSpool()
        self._said: dict[Quad, None] = {}
        self._described: set[str] = set()
        self._graph = NamedNode(names.mint_plan_graph(plan))
        self._stated: set[tuple[str, str]] = set()
        self._subject = plan, NamedNode(plan)
        self._evidence: dict[str, str] = {}
        self._language = self._tag(language)

    def say(self, subject: str, predicate: str, value: str) -> None:
        """State that one thing is related to another."""
        self.add(subject, predicate, NamedNode(value))

    def add(self, subject: str, predicate: str, value: Term) -> None:
        """State a value of a thing.

        Args:
            subject: IRI of the thing.
            predicate: IRI of the property, in full or with a prefix.
            value: The value.
        """
        if subject != self._subject[0]:
            # Most is said of what something was just said of.
            self._subject = subject, NamedNode(subject)
        whole, node = _find_property(predicate)
        self._said[Quad(self._subject[1], node, value, self._graph)] = None
        self._stated.add((subject, whole))

    @property
    def said(self) -> Collection[Quad]:
        """What was said since the last that closed."""
        return self._said.keys()

    def close(self) -> None:
        """End what is said of one element: it is written, and no longer looked at."""
        self.quads.extend(self._said)
        self._said, self._stated, self._evidence = {}, set(), {}

    def has(self, subject: str, predicate: str) -> bool:
        """Tell whether anything is stated of a thing by a property, since the last that closed."""
        return (subject, _find_property(predicate)[0]) in self._stated

    def is_known(self, subject: str) -> bool:
        """Tell whether it is stated what a thing is, likewise."""
        return (subject, _TYPE) in self._stated

    def add_texts(self, subject: str, predicate: str, texts: Iterable[Text]) -> None:
        """State texts, the first of each language; the others of one language follow it."""
        by_language: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            said = by_language[self._tag(text.language) if text.language else self._language]
            if text.value and text.value not in said:
                said.append(text.value)
        for language, values in by_language.items():
            if values:
                self.add(subject, predicate, Literal("\n".join(values), language=language))

    def add_text(self, subject: str, predicate: str, text: str) -> None:
        """State one text in the language of the source."""
        self.add(subject, predicate, Literal(text, language=self._language))

    def _tag(self, language: str) -> str:
        """Give a language tag as it is to be written; what is none is told."""
        tag = language.strip().replace("_", "-")
        if tag and not is_language_tag(tag):
            self.told.append(Told("read", "this is no language tag; it is left out", text=language))
            return _UNKNOWN_LANGUAGE
        return tag or _UNKNOWN_LANGUAGE

    def begin(self, iri: str, kind: str, label: str, whole: str) -> None:
        """State a small element that belongs to another: its label, plan and evidence.

        Args:
            iri: The element.
            kind: IRI of its class.
            label: What it is called and what is said of it.
            whole: What it belongs to, whose evidence is its own.
        """
        self.say(iri, "rdf:type", kind)
        self.say(iri, DEVC.inPlan, self.plan)
        self.add(iri, "dcterms:identifier", Literal(names.key_of(iri)))
        for predicate in ("rdfs:label", "dcterms:description"):
            self.add_text(iri, predicate, label)
        if whole in self._evidence:
            self.say(iri, DEVC.hasEvidence, self._evidence[whole])
            self._evidence[iri] = self._evidence[whole]

    def state_period(self, iri: str, start: date | None, end: date | None) -> None:
        """State from when to when something lasts, as far as that is known."""
        if start or end:
            period = f"{iri}/period"
            self.say(iri, "dcterms:temporal", period)
            self.say(period, "rdf:type", names.term("dcterms:PeriodOfTime"))
            for predicate, value in (("dcat:startDate", start), ("dcat:endDate", end)):
                if value:
                    self.add(period, predicate, Literal(value.isoformat(), datatype=_DAY))

    # Where it stands, and what is only kept

    def state_evidence(self, iri: str, element: Element | Head) -> None:
        """State where in the file an element stands, as far as that is known."""
        where = element.where
        locator = _locate(where)
        if not locator:
            return
        passage = names.mint_passage(self.document, locator)
        self.say(iri, DEVC.hasEvidence, passage)
        self._evidence[iri] = passage
        # Two elements of one row share its passage, which keeps the words of the first.
        if passage in self._described:
            return
        self.say(passage, "rdf:type", DEVC.Passage)
        self.add(passage, DEVC.locator, Literal(locator))
        self.say(passage, "oa:hasSource", self.document)
        self.add_texts(passage, "dcterms:description", element.titles[:1])
        if self.has(passage, "dcterms:description"):
            self._described.add(passage)
        self._state_selector(f"{passage}/selector", passage, where)

    def _state_selector(self, selector: str, passage: str, where: Where) -> None:
        kind, value = _select(where)
        self.say(passage, "oa:hasSelector", selector)
        self.say(selector, "rdf:type", names.term(kind))
        self.add(selector, "rdf:value", Literal(value))
        if where.pointer:
            self.say(selector, "dcterms:conformsTo", names.RFC_6901)
        elif where.row and not where.sheet:
            self.say(selector, "dcterms:conformsTo", names.RFC_7111)

    def keep(self, iri: str, heading: str, text: str, *when: date | None) -> None:
        """Keep words as they are written, as a note beside what they are about.

        Args:
            iri: What they are about.
            heading: What stands above or before them.
            text: The words.
            when: First and last day of what they tell, if they tell of a time.
        """
        days = [one.isoformat() if one else "" for one in when] if any(when) else []
        kept = f"{iri}/note/{names.hash_text(heading, text, *days)}"
        self.say(kept, "rdf:type", names.term("oa:Annotation"))
        self.say(kept, "oa:hasTarget", iri)
        self.add(kept, "dcterms:title", Literal(heading))
        self.add(kept, "oa:bodyValue", Literal(text))
        if days:
            self.state_period(kept, *when)

    def keep_notes(self, iri: str, notes: Iterable[Note]) -> None:
        """Keep notes, and tell that they were not understood."""
        for note in notes:
            self.keep_note(iri, note)

    def keep_note(self, iri: str, note: Note, *when: date | None) -> None:
        """Keep a note, and tell that it was not understood; `when` as for `keep`."""
        self.keep(iri, note.heading, note.text, *when)
        if note.where in self._kept:
            # Whoever read it told it already, and why.
            return
        what = "kept as a note, not understood"
        self.told.append(Told("kept", what, note.where, text=note.heading))


@cache
def _find_property(predicate: str) -> tuple[str, NamedNode]:
    """Find a property by its IRI, in full or with a prefix: the model has few."""
    iri = predicate if "://" in predicate else names.term(predicate)
    return str(iri), NamedNode(iri)


def _locate(where: Where) -> str:
    """Give a locator without spaces for a place in a file."""
    inside = where.xpath or where.pointer
    parts = (where.sheet, str(where.row or where.line or ""), inside.strip("/"))
    text = ".".join(filter(None, parts))
    plain_text = re.sub(r"[^A-Za-z0-9._/-]+", "-", text).strip("-")
    # Sheets in other letters would all be called the same without it.
    return plain_text if plain_text == text else f"{plain_text}-{names.hash_text(text)}"


def _select(where: Where) -> tuple[str, str]:
    """Give the kind of selector for a place in a file, and its value."""
    if where.xpath:
        return "oa:XPathSelector", where.xpath
    if where.pointer:
        return "oa:FragmentSelector", where.pointer
    if where.sheet:
        return "oa:FragmentSelector", f"{where.sheet}!{where.row}:{where.row}"
    return "oa:FragmentSelector", f"row={where.row}" if where.row else f"line={where.line}"
