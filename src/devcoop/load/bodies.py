"""Organizations and kinds of actor that sources before this one name.

A source that names a body which only other sources state says itself what is known of it, in the
same words: a body named in two sources keeps one name, and stays when one of them goes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.names import DEVC, is_shared_graph
from devcoop.store.terms import NamedNode, as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from devcoop.store import Store
    from devcoop.store.terms import Quad, Triple

_TYPE = names.term("rdf:type")
_ORGANIZATION = NamedNode(names.term("org:Organization"))
_ISSUED_BY, _IDENTIFIER = str(DEVC.issuedBy), names.term("dcterms:identifier")
_KINDS = (_ORGANIZATION, NamedNode(str(DEVC.ActorGroup)))
_NAMES = tuple(map(names.term, ("rdfs:label", "skos:altLabel", "skos:notation")))
_KEPT = frozenset(
    {_TYPE, *_NAMES, str(DEVC.groupConcept)} | {_IDENTIFIER, names.term("org:classification")}
)
"""Properties that tell what a body is; what it does, and where that stands, is its source's."""


_DAC = re.compile(r"(?:XM-DAC-|DAC-)?(\d{3,5}(?:-\d+)?)")
"""A code of the DAC for a donor, an agency of one, or a channel, as files write it."""


class Bodies:
    """What is known of bodies that are not among the shared vocabularies.

    Args:
        store: Holds the sources.
        without: Graphs that are about to be replaced, which do not count.
    """

    def __init__(self, store: Store, without: Collection[str] = ()) -> None:
        """Read what sources state of bodies; of several, the first by its IRI counts."""
        self._said: dict[str, list[Triple]] = {}
        self._issuers: dict[str, set[str]] = defaultdict(set)
        graphs = _find_graphs(store)
        self.gone = {iri for iri, some in graphs.items() if some <= set(without)}
        for iri, some in graphs.items():
            if iri not in self.gone and not any(map(is_shared_graph, some)):
                self._keep(store.quads(subject=iri, graph=min(some - set(without))))
        self._learn_issuers(
            one
            for one in store.quads(predicate=_ISSUED_BY)
            if getattr(one.graph_name, "value", "") not in without
        )

    def describe(self, iri: str) -> tuple[Triple, ...]:
        """Give what a source that names the body is to state of it; nothing if it is shared."""
        return tuple(self._said.get(iri, ()))

    def learn(self, quads: Collection[Quad]) -> Iterator[tuple[str, str, bool]]:
        """Learn what one more source states of bodies that were not known.

        Args:
            quads: Its statements, at least those about bodies, and of who issued it.

        Returns:
            IRI, name and whether it is a code, of each new organization.
        """
        bodies, issued = _find_named(quads)
        new = bodies - self._said.keys()
        self._keep(quad for quad in quads if as_text(quad.subject) in new)
        self._learn_issuers(issued)
        for iri in sorted(new):
            yield from self._iter_names(iri)

    def find_issuer(self, identifier: str) -> str:
        """Find the body with an identifier that issued a list; empty text if none or several did.

        Args:
            identifier: As `normalise_identifier` writes it.
        """
        found = self._issuers.get(identifier, set())
        return min(found) if len(found) == 1 else ""

    def _learn_issuers(self, quads: Iterable[Quad]) -> None:
        for iri in {as_text(quad.object) for quad in quads}:
            for one in self._said.get(iri, ()):
                if one.predicate.value == _IDENTIFIER:
                    self._issuers[normalise_identifier(as_text(one.object))].add(iri)

    def _iter_names(self, iri: str) -> Iterator[tuple[str, str, bool]]:
        said = self._said[iri]
        if any(one.object == _ORGANIZATION for one in said):
            for one in said:
                if one.predicate.value in _NAMES:
                    yield iri, as_text(one.object), one.predicate.value == _NAMES[-1]

    def _keep(self, quads: Iterable[Quad]) -> None:
        for quad in quads:
            if quad.predicate.value in _KEPT:
                self._said.setdefault(as_text(quad.subject), []).append(quad.triple)


def normalise_identifier(identifier: str) -> str:
    """Write an identifier of an organization as IATI does since 2.01.

    Examples:
        >>> normalise_identifier("47045"), normalise_identifier("dac-1601")
        ('XM-DAC-47045', 'XM-DAC-1601')
        >>> normalise_identifier(" gb-gov-1 ")
        'GB-GOV-1'
    """
    text = "".join(identifier.split()).upper()
    code = _DAC.fullmatch(text)
    return f"XM-DAC-{code[1]}" if code else text


def _find_named(quads: Iterable[Quad]) -> tuple[set[str], list[Quad]]:
    """Find the bodies that are stated, and the statements of who issued something."""
    bodies: set[str] = set()
    issued: list[Quad] = []
    for quad in quads:
        predicate = quad.predicate.value
        if predicate == _TYPE and quad.object in _KINDS:
            bodies.add(as_text(quad.subject))
        elif predicate == _ISSUED_BY:
            issued.append(quad)
    return bodies, issued


def _find_graphs(store: Store) -> dict[str, set[str]]:
    """Find the graphs in which each body is stated."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in _KINDS:
        for quad in store.quads(predicate=_TYPE, object=kind):
            found[as_text(quad.subject)].add(str(getattr(quad.graph_name, "value", "")))
    return found
