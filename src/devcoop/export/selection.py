"""A part of a dataset that is a dataset: what belongs to some agencies, plans or finding types.

A part holds

1. every graph that no plan has to itself: ontology, schemes, places, country groups, agencies,
   alignments and questions, whole;
2. the graph of each plan that was asked for, whole; of all plans if none was asked for;
3. the findings that involve something of these plans, of the types that were asked for, with
   their parts, run, method and reviews;
4. from the graphs of other plans, whatever these findings involve (the other initiative with
   its period and passages, its plan and document), concepts and places that are mentioned, and
   the names of all else that is;
5. the description, without the figures that count the whole, with a note of what the part is
   and the hash of the dataset it was taken from.

So every IRI of ours that a part mentions is described in it if the whole describes it: by all
that is said of it, or by its names (label, title, identifier, locator, description).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.dataset import Dataset, restore_dataset
from devcoop.errors import UnknownResourceError, list_known, suggest
from devcoop.names import DEVC
from devcoop.store.terms import BlankNode, DefaultGraph, Literal, NamedNode, Quad, as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from devcoop.store import Store

_P = names.PREFIXES
_TYPE = names.term("rdf:type")
_VOID = names.VOID
_NAMES = (
    names.term("rdfs:label"),
    names.term("skos:prefLabel"),
    names.term("dcterms:title"),
    names.term("dcterms:identifier"),
    names.term("dcterms:description"),
    str(DEVC.locator),
)
# An element that a finding involves comes with these, and what these are about with theirs.
_FOLLOWED = tuple(map(str, (DEVC.hasEvidence, DEVC.inPlan, DEVC.laidDownIn)))
Quads = list[Quad]


@dataclass(frozen=True)
class Selection:
    """What is asked for; nothing asks for everything.

    Attributes:
        agencies: Short names or IRIs of agencies whose plans are wanted.
        plans: Last parts of IRIs, IRIs or identifiers of plans.
        types: Slugs of finding types.
    """

    agencies: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is asked for."""
        return bool(self.agencies or self.plans or self.types)

    def describe(self) -> str:
        """Say in words what is asked for.

        Examples:
            >>> Selection(agencies=("ISO",), types=("overlap",)).describe()
            'agency ISO; finding type overlap'
        """
        kinds = (("agency", self.agencies), ("plan", self.plans), ("finding type", self.types))
        return "; ".join(f"{kind} {', '.join(sorted(said))}" for kind, said in kinds if said)


def select_part(dataset: Dataset, selection: Selection) -> Dataset:
    """Take out of a dataset what belongs to agencies, plans or finding types.

    Args:
        dataset: The whole.
        selection: What is asked for.

    Returns:
        A dataset that reads back as itself; its analysis is that of the plans in it, and may
        find pairs that the part does not hold. The same dataset if nothing is asked for.

    Raises:
        UnknownResourceError: An agency, plan or type is not in the dataset; with those that are.
    """
    if not selection:
        return dataset
    part = _Part(dataset.store, selection)
    note = f"A part of a larger dataset: {selection.describe()}."
    return restore_dataset(part.collect(note, dataset.version))


def find_plans(store: Store, selection: Selection) -> tuple[str, ...]:
    """Find the plans that are asked for.

    Args:
        store: The whole.
        selection: What is asked for; nothing asks for all plans.

    Returns:
        Their IRIs, in order.

    Raises:
        UnknownResourceError: An agency, plan or type is not in the dataset; with those that are.
    """
    return _Part(store, selection).plans


class _Part:
    """Collects the quads of a part."""

    def __init__(self, store: Store, selection: Selection) -> None:
        self._store = store
        self._plans = {
            _iri(quad.subject): _iri(quad.graph_name)
            for quad in _match(store, _TYPE, str(DEVC.Plan))
            if _iri(quad.graph_name) not in ("", names.FINDINGS_GRAPH)
        }
        self._issuers = {plan: self._values(plan, DEVC.issuedBy) for plan in self._plans}
        self._wanted = self._find_plans(selection)
        self._types = self._find_types(selection.types)
        kept = {self._plans[plan] for plan in self._wanted}
        self._others = sorted(set(self._plans.values()) - kept)
        left_out = {"", names.FINDINGS_GRAPH, *self._others}
        self._kept = sorted(set(store.named_graphs()) - left_out)
        self._is_narrow = bool(selection.agencies or selection.plans)

    @property
    def plans(self) -> tuple[str, ...]:
        """IRIs of the plans that were asked for, in order."""
        return tuple(sorted(self._wanted))

    def _values(self, subject: str, predicate: str) -> set[str]:
        """Find what the graph of a plan says of it."""
        quads = self._store.quads(
            subject=subject, predicate=str(predicate), graph=self._plans[subject]
        )
        return {_iri(quad.object) for quad in quads}

    def _about(self, graph: str, iri: str) -> Quads:
        """List what a graph says of a thing."""
        return list(self._store.quads(subject=_node(iri), graph=graph))

    @cached_property
    def _findings(self) -> set[str]:
        quads = self._store.quads(predicate=DEVC.findingType, graph=names.FINDINGS_GRAPH)
        return {_iri(quad.subject) for quad in quads}

    def _find_plans(self, selection: Selection) -> set[str]:
        if not (selection.agencies or selection.plans):
            return set(self._plans)
        agencies = {iri: self._call(iri) for issuers in self._issuers.values() for iri in issuers}
        plans = {iri: (names.slug_of(iri), *self._call(iri)) for iri in self._plans}
        asked = _look_up("agency", selection.agencies, agencies)
        return _look_up("plan", selection.plans, plans) | {
            plan for plan, issuers in self._issuers.items() if issuers & asked
        }

    def _find_types(self, types: Collection[str]) -> set[str]:
        stated = self._store.quads(predicate=DEVC.findingType, graph=names.FINDINGS_GRAPH)
        concepts = self._store.quads(predicate=names.term("skos:inScheme"))
        known = {_iri(quad.object) for quad in stated}
        known |= {iri for quad in concepts if (iri := _iri(quad.subject)).startswith(_P["ft"])}
        called = {iri: (iri.rpartition("/")[2], iri) for iri in known}
        return _look_up("finding type", types, called)

    def _call(self, iri: str) -> tuple[str, ...]:
        """List what a thing may be called, the usual name first."""
        notation, identifier = names.term("skos:notation"), names.term("dcterms:identifier")
        codes = {
            as_text(quad.object)
            for predicate in (notation, identifier)
            for quad in self._store.quads(subject=iri, predicate=predicate)
        }
        return (*sorted(codes), names.slug_of(iri), iri)

    def collect(self, note: str, version: str) -> Quads:
        """Collect all quads of the part.

        Args:
            note: What the part is, in words.
            version: Hash of the whole.
        """
        quads = [quad for graph in self._kept for quad in self._store.quads(graph=graph)]
        findings = list(self._collect_findings())
        quads += findings
        wholes = self._find_wholes(_mentioned(findings, (DEVC.involves, DEVC.judgedElement)))
        quads += self._collect_wholes(wholes)
        quads += self._describe(quads, note, version)
        return quads + self._collect_names(quads)

    def _collect_findings(self) -> Iterator[Quad]:
        """Iterate over the findings that are wanted, with what they rest on and what they got."""
        home, findings = names.FINDINGS_GRAPH, self._findings
        wanted = {iri for iri in findings if self._is_wanted(self._about(home, iri))}
        given = self._store.quads(predicate=DEVC.reviews, graph=home)
        reviews = {_iri(quad.subject) for quad in given if _iri(quad.object) in wanted}
        subjects = {_iri(quad.subject) for quad in self._store.quads(graph=home)}
        kept = {iri for iri in subjects if iri.rpartition("/")[0] in wanted} | wanted | reviews
        linked = {_iri(quad.object) for iri in kept for quad in self._about(home, iri)} - findings
        for iri in sorted(kept | (linked & subjects)):
            yield from self._about(home, iri)

    def _is_wanted(self, finding: Quads) -> bool:
        involved = {_iri(q.object) for q in finding if q.predicate.value == str(DEVC.involves)}
        kinds = {_iri(q.object) for q in finding if _is_kind(q)}
        is_near = not self._is_narrow or any(map(self._is_ours, involved))
        return is_near and (not self._types or bool(kinds & self._types))

    def _is_ours(self, iri: str) -> bool:
        """Tell whether a thing belongs to a plan that was asked for, and not to everybody."""
        if any(iri in self._issuers[plan] for plan in self._wanted):
            return True
        homes = {_iri(quad.graph_name) for quad in self._store.quads(subject=_node(iri))} - {""}
        wanted = {self._plans[plan] for plan in self._wanted}
        return bool(homes) and homes <= wanted

    def _collect_wholes(self, wholes: set[str]) -> Quads:
        """Collect from the graphs of other plans all that they say of some things."""
        ordered = sorted(filter(None, wholes))
        return [q for graph in self._others for iri in ordered for q in self._about(graph, iri)]

    def _collect_names(self, quads: Quads) -> Quads:
        """Collect from the graphs of other plans the names of what is mentioned, no more."""
        known = {_iri(quad.subject) for quad in quads}
        found: Quads = []
        done: set[str] = set()
        waiting = _mentioned(quads)
        while waiting:
            named = [
                quad for iri in sorted(waiting) for quad in self._name(iri, is_known=iri in known)
            ]
            found += named
            done |= waiting
            waiting = _mentioned(named) - done
        return found

    def _find_wholes(self, involved: Iterable[str]) -> set[str]:
        """Find what is taken whole from other plans: elements, what shows them, their plans."""
        inside: dict[str, set[str]] = defaultdict(set)
        for graph in self._others:
            for quad in self._store.quads(graph=graph):
                inside[_iri(quad.subject).rpartition("/")[0]].add(_iri(quad.subject))
        wholes: set[str] = set()
        waiting = set(involved)
        while waiting:
            wholes |= waiting
            quads = self._collect_wholes(waiting)
            parts = {part for iri in waiting for part in inside.get(iri, ())}
            parts |= {_iri(quad.object) for quad in quads if isinstance(quad.object, BlankNode)}
            waiting = (_mentioned(quads, _FOLLOWED) | parts) - wholes
        return wholes

    def _name(self, iri: str, *, is_known: bool) -> Quads:
        """Give the names that other plans give a thing.

        All they say, if nothing else is known of it and it is a concept or has no name.
        """
        said = [quad for graph in self._others for quad in self._about(graph, iri)]
        named = [quad for quad in said if quad.predicate.value in _NAMES]
        if is_known:
            return named
        is_concept = any(quad.predicate.value == names.term("skos:inScheme") for quad in said)
        return said if is_concept or not named else named

    def _describe(self, quads: Quads, note: str, version: str) -> Quads:
        """Keep of the description what holds for the part."""
        catalog = NamedNode(names.CATALOG)
        present = {_iri(quad.graph_name) for quad in quads} | _mentioned(quads) | {names.CATALOG}
        gone = set(self._store.named_graphs()) - present
        kept = [
            quad
            for quad in self._store.quads(graph=DefaultGraph())
            if "#" not in (iri := _iri(quad.subject))
            and iri not in gone
            and not _counts_whole(quad, gone)
        ]
        noted = NamedNode(names.term("skos:scopeNote"))
        derived = NamedNode(names.term("prov:wasDerivedFrom"))
        return [
            *kept,
            Quad(catalog, noted, Literal(note, language="en")),
            Quad(catalog, derived, NamedNode(f"urn:sha256:{version}")),
        ]


def _iri(node: object) -> str:
    """Give a node's IRI or its label as a blank node; empty text for the default graph."""
    if isinstance(node, NamedNode):
        return str(node.value)
    return str(node) if isinstance(node, BlankNode) else ""


def _node(iri: str) -> NamedNode | BlankNode:
    """Make a node of what `_iri` gives."""
    return BlankNode(iri.removeprefix("_:")) if iri.startswith("_:") else NamedNode(iri)


def _match(store: Store, predicate: str, value: str) -> Iterable[Quad]:
    return store.quads(predicate=predicate, object=value)


def _is_kind(quad: Quad) -> bool:
    return bool(quad.predicate.value == str(DEVC.findingType))


def _mentioned(quads: Iterable[Quad], predicates: Collection[str] = ()) -> set[str]:
    """Find the IRIs of ours that quads name, by certain predicates or at all."""
    wanted = set(map(str, predicates))
    if wanted:
        return {_iri(quad.object) for quad in quads if quad.predicate.value in wanted}
    ends = (node for q in quads for node in (q.subject, q.predicate, q.object))
    return {iri for iri in map(_iri, ends) if names.is_ours(iri)}


def _counts_whole(quad: Quad, gone: Collection[str]) -> bool:
    return quad.predicate.value.startswith(_VOID) or _iri(quad.object) in gone


def _look_up(kind: str, asked: Iterable[str], known: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Find what is meant by names, in upper or lower case, by IRIs or by compact IRIs.

    Raises:
        UnknownResourceError: Nothing is called so.
    """
    asked = [names.expand(name) for name in asked]
    by_name: dict[str, set[str]] = defaultdict(set)
    for iri, called in known.items():
        for name in called:
            by_name[name.lower()].add(iri)
    for name in asked:
        if name.lower() not in by_name:
            there = list_known(sorted({called[0] for called in known.values()}))
            hint = suggest(name, {one: called[0] for called in known.values() for one in called})
            problem = f"there is no {kind} {name!r} in these data{hint}"
            raise UnknownResourceError(f"{problem}; there are: {there}")
    return {iri for name in asked for iri in by_name[name.lower()]}
