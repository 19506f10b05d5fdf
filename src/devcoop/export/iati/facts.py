"""What the graph of a plan says, one thing at a time, so that no plan is held in memory."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.names import DEVC
from devcoop.store.terms import Literal, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.store import Store
    from devcoop.store.terms import Quad, Term

DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_KEPT = 4_096
"""Bodies and concepts that are remembered: activities name the same ones again and again."""
_UNKNOWN = "und"


class Thing:
    """What is said of one thing, and what points to it.

    Args:
        iri: The thing.
        quads: What is said of it.
        pointing: What has it as a value.
    """

    def __init__(self, iri: str, quads: Iterable[Quad], pointing: Iterable[Quad] = ()) -> None:
        self.iri = iri
        self._said: dict[str, list[Term]] = defaultdict(list)
        self._pointing: dict[str, set[str]] = defaultdict(set)
        for quad in quads:
            self._said[str(quad.predicate.value)].append(quad.object)
        for quad in pointing:
            self._pointing[str(quad.predicate.value)].add(as_text(quad.subject))

    def values(self, predicate: str) -> list[str]:
        """List the IRIs or texts that it has by a property, numbers in them by size, each once."""
        return sorted(set(map(as_text, self._said.get(names.expand(predicate), ()))), key=order)

    def value(self, predicate: str) -> str:
        """Give the first of them; empty if there is none."""
        return next(iter(self.values(predicate)), "")

    def pointing(self, predicate: str) -> list[str]:
        """List what has it as value of a property, in the same order."""
        return sorted(self._pointing.get(names.expand(predicate), ()), key=order)

    def texts(self, predicate: str) -> list[tuple[str, str]]:
        """List its texts with their languages, English first; `und` where none is known."""
        found = {
            (str(one.language or _UNKNOWN), str(one.value))
            for one in self._said.get(names.expand(predicate), ())
            if isinstance(one, Literal)
        }
        return sorted(found, key=lambda one: (one[0] != "en", one[0] == _UNKNOWN, one))


class Facts:
    """Looks up what the graph of a plan says.

    Args:
        store: The data.
        plan: IRI of the plan.
    """

    def __init__(self, store: Store, plan: str) -> None:
        self._store = store
        self.plan = plan
        self._graph = _find_graph(store, plan)
        # What is shared by many activities.
        self.find_shared = lru_cache(_MOST_KEPT)(self._find_shared)

    def find(self, iri: str) -> Thing:
        """Find what the plan says of a thing, and what in it points there."""
        quads = self._store.quads(subject=iri, graph=self._graph)
        return Thing(iri, quads, self._store.quads(object=iri, graph=self._graph))

    def _find_shared(self, iri: str) -> Thing:
        """Find what all sources say of a body, a place or a concept, and notes on it here."""
        pointing = self._store.quads(
            predicate=names.term("oa:hasTarget"), object=iri, graph=self._graph
        )
        return Thing(iri, self._store.quads(subject=iri), pointing)

    @property
    def language(self) -> str:
        """Language of what says no other, if the plan is a file that is named in one."""
        spoken = [language for language, _ in self.find(self.plan).texts("rdfs:label")]
        return spoken[0] if len(spoken) == 1 and spoken[0] != _UNKNOWN else ""

    def list_kind(self, kind: str) -> list[str]:
        """List the plan's elements of a class, in order."""
        quads = self._store.quads(predicate=names.term("rdf:type"), object=kind, graph=self._graph)
        return sorted({as_text(quad.subject) for quad in quads}, key=order)

    def find_period(self, thing: Thing) -> tuple[str, str]:
        """Find the first and the last day of a thing; empty where no day is stated."""
        start = end = ""
        for iri in thing.values("dcterms:temporal"):
            period = self.find(iri)
            start = start or _only_day(period.value("dcat:startDate"))
            end = end or _only_day(period.value("dcat:endDate"))
        return start, end

    def find_notes(self, thing: Thing) -> dict[str, str]:
        """Find what is kept of a thing in the words of its source, by heading."""
        notes = map(self.find, thing.pointing("oa:hasTarget"))
        return {note.value("dcterms:title"): note.value("oa:bodyValue") for note in notes}

    def is_of_iati(self, thing: Thing) -> bool:
        """Tell whether an element was read from a file of IATI."""
        for passage in thing.values(str(DEVC.hasEvidence)):
            for selector in self.find(passage).values("oa:hasSelector"):
                if self.find(selector).value("rdf:value").startswith("/iati-activit"):
                    return True
        return False


def _only_day(text: str) -> str:
    return text if DAY.fullmatch(text) else ""


def order(text: str) -> list[tuple[int, str]]:
    """Give what texts are sorted by so that numbers in them stand by size.

    Examples:
        >>> sorted(["a10", "a9"], key=order)
        ['a9', 'a10']
    """
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", text)]


def _find_graph(store: Store, plan: str) -> str:
    quads = store.quads(subject=plan, predicate=names.term("rdf:type"), object=DEVC.Plan)
    graphs = sorted(str(getattr(quad.graph_name, "value", "")) for quad in quads)
    return next(one for one in graphs if one and one != names.FINDINGS_GRAPH)
