"""Activities that several lists of one agency have, such as a file for each year: one activity.

Some publishers write a file for each year, and many files have the activities of the year
before again. Each list stays a source of its own, with its evidence. Where lists of one agency
have an activity under one identifier, the newest of them stands for it. In the others it

- is no undertaking, so that it is neither counted nor compared, and states what replaces it;
- gives its parts to the one that replaces it, and its money, as far as that has none of the same
  kind for the same time.

Which list is newest hangs on the edition that it states, then on the day on which the activity
was last updated. All this follows from what a store holds, in whatever order that was loaded,
and is taken back where a list goes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from devcoop import names
from devcoop.load.records import Told
from devcoop.names import DEVC
from devcoop.queries import get_query
from devcoop.store.terms import NamedNode, Quad, as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from devcoop.store import Store
    from devcoop.store.terms import BlankNode, Term, Triple

    Subject = NamedNode | BlankNode | Triple

_TYPE, _UNDERTAKING = NamedNode(names.term("rdf:type")), NamedNode(str(DEVC.Undertaking))
_OWN = NamedNode(names.mint_concept("reference-kind", "own"))
_SEVERAL = 2
_REPLACED = NamedNode(names.term("dcterms:isReplacedBy"))
_FUNDING, _PART_OF = NamedNode(str(DEVC.hasFunding)), NamedNode(str(DEVC.partOf))
_COMPARED = {
    names.term("rdfs:label"): "title",
    names.term("dcterms:description"): "description",
    str(DEVC.hasStatus): "status",
    str(DEVC.targetArea): "place",
    str(DEVC.purpose): "purpose",
    str(DEVC.sector): "sector",
}
"""What is compared to tell where two lists differ, with the word for it."""
_IS_OLDER = "an activity that a newer list of the same agency has as well, which stands for both"
_IS_NEWER = (
    "an activity that an older list of the same agency has as well; this one stands for both"
)
_DIFFER = "where two lists have an activity, they differ, and the newer one decides, in"


class _Report(NamedTuple):
    """An activity in a list, with what tells which of several is the newest."""

    edition: str
    updated: str
    graph: str
    activity: str


@dataclass(frozen=True)
class _Money:
    """What tells whether two amounts may be the same: of one kind, at times that meet."""

    kind: str
    start: str
    end: str

    def may_be(self, other: _Money) -> bool:
        """Tell whether it is of the same kind and for the same time; unknown days are open."""
        starts_before = not (self.start and other.end) or self.start <= other.end
        ends_after = not (self.end and other.start) or self.end >= other.start
        return self.kind == other.kind and starts_before and ends_after


def restore(quads: Iterable[Quad]) -> list[Quad]:
    """Give the statements of a list as its file has them, whatever other lists replace.

    Args:
        quads: The statements of one graph.

    Examples:
        >>> lists = (names.mint_list(year, "example aid") for year in ("2024", "2025"))
        >>> old, new = (NamedNode(names.mint_element(one, "A1")) for one in lists)
        >>> [str(one.object) for one in restore([Quad(old, _REPLACED, new)])]
        ['<https://w3id.org/devcoop/ns#Undertaking>']
    """
    quads = list(quads)
    own = {one.object: one.subject for one in quads if _is_replaced(one)}
    return [_take_back(one, own) for one in quads] if own else quads


def _is_replaced(quad: Quad) -> bool:
    """Tell whether another list stands for an activity; concepts may be replaced as well."""
    return quad.predicate == _REPLACED and names.is_of_list(as_text(quad.subject))


def _take_back(quad: Quad, own: Mapping[Term, Subject]) -> Quad:
    graph = quad.graph_name
    if _is_replaced(quad):
        return Quad(quad.subject, _TYPE, _UNDERTAKING, graph)
    if quad.predicate == _FUNDING and quad.subject in own:
        return Quad(own[quad.subject], _FUNDING, quad.object, graph)
    if quad.predicate == _PART_OF and quad.object in own:
        return Quad(quad.subject, _PART_OF, own[quad.object], graph)
    return quad


def settle(store: Store) -> dict[str, list[Told]]:
    """Let the newest list of an agency stand for each activity that several of its lists have.

    Args:
        store: Holds the lists; what was settled before is settled anew.

    Returns:
        What a person should know, by the IRI of the graph with the activities.
    """
    newest: dict[str, dict[str, str]] = defaultdict(dict)
    replacing: dict[str, dict[str, str]] = defaultdict(dict)
    more: set[str] = set()
    for reports in _find_reports(store):
        more |= _find_more(store, [one.activity for one in reports])
        *older, last = reports
        for one in older:
            newest[one.graph][one.activity] = last.activity
            replacing[last.graph][one.activity] = last.activity
    homes = {one.graph: one for one in store.sources}
    settled = {
        str(getattr(one.graph_name, "value", ""))
        for one in store.quads(predicate=_REPLACED)
        if _is_replaced(one)
    }
    for graph in sorted(homes.keys() & (newest.keys() | settled)):
        before = list(store.quads(graph=graph))
        after = [_replace(one, newest[graph], more) for one in restore(before)]
        if set(after) != set(before):
            store.replace(homes[graph], after)
    return {
        graph: [
            *_tell(store, newest.get(graph, {}), _IS_OLDER),
            *_tell(store, replacing.get(graph, {}), _IS_NEWER),
        ]
        for graph in newest.keys() | replacing.keys()
    }


def _find_reports(store: Store) -> Iterator[Sequence[_Report]]:
    """Iterate over the activities that several lists of an agency have, each from the oldest."""
    # All activities of a large list are more than memory need hold; one list has none twice.
    own = {"predicate": str(DEVC.referenceKind), "object": _OWN}
    if sum(store.contains(graph=one.graph, **own) for one in store.sources) < _SEVERAL:
        return
    editions = {one.graph: one.edition for one in store.sources}
    found: dict[tuple[str, str], list[_Report]] = defaultdict(list)
    for row in store.query(get_query("activity-reports").text).records():
        if row["graph"] in editions and names.is_of_list(row["activity"]):
            edition = editions[row["graph"]]
            one = _Report(edition, row["updated"], row["graph"], row["activity"])
            found[row["agency"], row["identifier"].upper()].append(one)
    for reports in found.values():
        # The same identifier twice in one list is told when it is read.
        by_graph = {one.graph: one for one in sorted(reports, reverse=True)}
        if len(by_graph) > 1:
            yield sorted(by_graph.values())


def _replace(quad: Quad, newest: Mapping[str, str], more: Collection[str]) -> Quad:
    """Give a statement of a list some of whose activities others stand for.

    Args:
        quad: The statement.
        newest: What stands for each of these activities.
        more: IRIs of the money that goes to what stands for them.
    """
    subject, value, graph = as_text(quad.subject), as_text(quad.object), quad.graph_name
    if subject in newest and quad.predicate == _TYPE and quad.object == _UNDERTAKING:
        return Quad(quad.subject, _REPLACED, NamedNode(newest[subject]), graph)
    if subject in newest and quad.predicate == _FUNDING and value in more:
        return Quad(NamedNode(newest[subject]), _FUNDING, quad.object, graph)
    if value in newest and quad.predicate == _PART_OF and subject not in newest:
        return Quad(quad.subject, _PART_OF, NamedNode(newest[value]), graph)
    return quad


def _find_more(store: Store, activities: Sequence[str]) -> set[str]:
    """Find the money that is for a time of which newer reports have none of the kind.

    Args:
        store: Where it is.
        activities: Reports of one activity, from the oldest.
    """
    more: set[str] = set()
    known: list[_Money] = []
    for activity in reversed(activities):
        own = {iri: _read_money(store, iri) for iri in _iter_funding(store, activity)}
        added = {iri for iri, one in own.items() if not any(map(one.may_be, known))}
        known += [own[iri] for iri in added]
        more |= added
    return more


def _iter_funding(store: Store, activity: str) -> Iterator[str]:
    """Iterate over the money that a report has, whatever it is said to be for now."""
    for number in count(1):
        funding = f"{activity}/funding/{number}"
        if not store.contains(subject=funding):
            return
        yield funding


def _read_money(store: Store, funding: str) -> _Money:
    kind = _find(store, funding, str(DEVC.moneyKind))
    period = f"{funding}/value/period"
    days = (_find(store, period, names.term(f"dcat:{day}")) for day in ("startDate", "endDate"))
    return _Money(kind, *days)


def _find(store: Store, subject: str, predicate: str) -> str:
    found = store.quads(subject=subject, predicate=predicate)
    return next((as_text(one.object) for one in found), "")


# What is told


def _tell(store: Store, newest: Mapping[str, str], what_is_said: str) -> Iterator[Told]:
    if newest:
        yield Told("joined", what_is_said, number=len(newest))
    differing: dict[str, int] = defaultdict(int)
    for old, new in newest.items():
        for what in _list_differences(store, old, new):
            differing[what] += 1
    for what, number in differing.items():
        yield Told("joined", _DIFFER, text=what, number=number)


def _list_differences(store: Store, old: str, new: str) -> Iterator[str]:
    """List what both say, and not the same."""
    for predicate, what in _COMPARED.items():
        one, other = _find_all(store, old, predicate), _find_all(store, new, predicate)
        if one and other and one != other:
            yield what
    periods = [_read_period(store, iri) for iri in (old, new)]
    if all(map(any, periods)) and periods[0] != periods[1]:
        yield "period"


def _find_all(store: Store, subject: str, predicate: str) -> set[str]:
    return {str(one.object) for one in store.quads(subject=subject, predicate=predicate)}


def _read_period(store: Store, activity: str) -> tuple[str, str]:
    period = f"{activity}/period"
    start, end = (names.term(f"dcat:{day}") for day in ("startDate", "endDate"))
    return _find(store, period, start), _find(store, period, end)
