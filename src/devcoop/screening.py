"""A draft held against all plans before it is approved.

What it would duplicate, overlap or continue, and whose; which gaps of the plans it would close;
and what it leaves open itself. Only pairs with an initiative of the draft are compared.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from devcoop.drafts import (
    DOUBLED_TYPES,
    PERIOD,
    SUBJECTS,
    Closed,
    Inherited,
    Open,
    Others,
    Screening,
)
from devcoop.facets import read_facet_table, set_apart
from devcoop.gaps import TOPIC, read_gaps
from devcoop.model import FOUND_TYPES, STRENGTH
from devcoop.names import DEVC, FACET_PROPERTIES, is_plan_graph
from devcoop.overlap import DEFAULT_LIMITS, compare
from devcoop.overlap.explanation import explain
from devcoop.plans import (
    UndertakingsAsAsked,
    read_agencies,
    read_labels,
    read_links,
    read_plans,
)
from devcoop.queries import load_topic
from devcoop.store.terms import Literal, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from devcoop.facets import FacetTable
    from devcoop.model import Cell, GapCheck, Link, Pair, Plan, Undertaking
    from devcoop.overlap import Comparison, Limits
    from devcoop.overlap.explanation import Explanation
    from devcoop.queries import Query
    from devcoop.store import Answer, Source, Store
    from devcoop.store.terms import Quad

CLOSABLE = "coverage-gap"
"""Type of the gaps that a plan can close."""
_OF_INITIATIVES = (
    "undertakings-without-actor",
    "undertakings-without-beneficiary",
    "undertakings-without-funding",
    "undertakings-without-place",
    "undertakings-without-result",
)
_OF_PLANS = ("plans-without-amount", "plans-without-known-countries", "plans-without-period")
_FAR = ("plans-without-known-countries",)
"""Questions that go on from what the draft names to what that lies in or has as members."""
_FACETS = ("theme", "function", "instrument")
"""Facets that are looked at besides what these questions look at."""
_ACTORS = "undertakings-without-actor"
_ASKED = {
    "plans-without-known-countries": str(DEVC.targetArea),
    "undertakings-without-beneficiary": str(DEVC.beneficiaryGroup),
    "undertakings-without-place": str(DEVC.targetArea),
}
"""Property that each of these questions looks for."""
_AT_ONCE = 2
"""How many questions are asked at the same time."""
_OF_PLAN = "of-plan"
"""Code of what an initiative does not say for itself, and the plan as a whole does."""


def screen(
    store: Store,
    plan: str,
    source: Source,
    quads: Iterable[Quad],
    limits: Limits = DEFAULT_LIMITS,
    *,
    before: Mapping[str, GapCheck] | None = None,
) -> Screening:
    """Hold a draft against the plans of a store.

    Args:
        store: In memory, or a copy for work: the draft is put into it.
        plan: IRI of the draft.
        source: The record of its graph.
        quads: What it says.
        limits: How much memory comparing may take.
        before: What `ask_closable` gave of the store, if it was asked already.

    Raises:
        DevcoopError: A query or a step is broken.

    Examples:
        >>> from pathlib import Path
        >>> from devcoop.graph import build_graph
        >>> from devcoop.load.draft import read_draft
        >>> draft = read_draft(build_graph(), Path("tests/load/fourth.ttl"))
        >>> found = screen(build_graph(), draft.plan, draft.source, draft.quads)
        >>> len(found.initiatives), found.others.number
        (2, 165)
    """
    # With an older edition of the draft, if there is one: what it serves is no gap now.
    is_edition, said = source.graph in store.graphs(), list(quads)
    before = ask_closable(store) if before is None else before
    store.replace(source, said)
    after = _ask_after(store, source.graph, said)
    labels, facets = read_labels(store), read_facet_table(store)
    agencies = read_agencies(facets, labels)
    plans, links = read_plans(store, agencies, labels), read_links(store, labels)
    sides = Sides(facets, plan)
    undertakings = UndertakingsAsAsked(store, facets, agencies, labels)
    undertakings.read_ahead_with_texts(sides.drafted)
    initiatives = {iri: undertakings[iri] for iri in sides.drafted}
    draft = next(one for one in plans if one.iri == plan)
    return Screening(
        draft=draft,
        plans=tuple(one for one in plans if one.iri != plan),
        initiatives=initiatives,
        others=sides.describe_others(),
        own=len(sides.own),
        is_edition=is_edition,
        meetings=_find_meetings(sides, undertakings, links, limits),
        doubled=_find_doubled(sides, undertakings, limits),
        closed=tuple(_find_closed(before, after)),
        reopened=tuple(_find_closed(after, before)),
        looked_at=sum(len(check.gaps) for check in before.values()),
        open=tuple(_find_open(draft, initiatives, after, _find_unrecognised(said))),
        inherited=tuple(_find_inherited(initiatives, after)),
        agencies=agencies,
        labels=labels,
    )


def ask_closable(store: Store) -> dict[str, GapCheck]:
    """Ask which gaps a plan could close that is not there yet.

    Args:
        store: As for `screen`, before the draft is put into it.

    Returns:
        The checks by name.
    """
    return _ask(store, _list_queries({CLOSABLE}))


class Sides:
    """Which initiatives are of the draft, which of its own agency, and which of others.

    Args:
        facets: All that is compared.
        plan: IRI of the draft.
    """

    def __init__(self, facets: FacetTable, plan: str) -> None:
        self.facets, self.plan = facets, plan
        self._rows = facets.records("undertaking")
        self.drafted = [one["undertaking"] for one in self._rows if one["plan"] == plan]
        issuers = {one["agency"] for one in self._rows if one["plan"] == plan}
        self.agencies = {one["undertaking"]: one["agency"] for one in self._rows}
        others = [one for one in self._rows if one["plan"] != plan]
        # What two agencies draft together is held against what each of them has.
        self._others = [one for one in others if issuers != {one["agency"]}]
        self.own = [one["undertaking"] for one in others if issuers == {one["agency"]}]
        self.of_issuers = {one["undertaking"] for one in others if one["agency"] in issuers}

    def describe_others(self) -> Others:
        """Describe what the draft is held against."""
        told = {
            row[0]
            for table in ("facet", "suggestion")
            for row in self.facets.tables[table].choose_rows("facet", SUBJECTS)
        }
        return Others(
            number=len(self._others),
            agencies=frozenset(one["agency"] for one in self._others),
            blank=sum(one["undertaking"] not in told for one in self._others),
            undated=sum(one["start"] is None for one in self._others),
        )


def _find_meetings(
    sides: Sides, undertakings: UndertakingsAsAsked, links: Sequence[Link], limits: Limits
) -> tuple[Explanation, ...]:
    """Find where the draft meets others: the strongest type first, then the closest."""
    if not sides.drafted:
        return ()
    drafted, comparison = set(sides.drafted), compare(sides.facets, plan=sides.plan, limits=limits)
    # What two agencies plan together in the draft is no news to them.
    pairs = _order_pairs(
        pair
        for pair in comparison.iter_pairs(FOUND_TYPES)
        if not {pair.left, pair.right} <= drafted
    )
    return _explain(comparison, pairs, undertakings, links)


def _find_doubled(
    sides: Sides, undertakings: UndertakingsAsAsked, limits: Limits
) -> tuple[Explanation, ...]:
    """Find what an agency would do again that a plan of its own has, ordered likewise."""
    if not sides.of_issuers:
        return ()
    apart = set_apart(sides.facets, sides.plan, sides.of_issuers)
    comparison = compare(apart, plan=sides.plan, limits=limits)
    pairs = _order_pairs(
        pair
        for pair in comparison.iter_pairs(DOUBLED_TYPES)
        if sides.agencies[pair.left] == sides.agencies[pair.right]
    )
    return _explain(comparison, pairs, undertakings, ())


def _explain(
    comparison: Comparison,
    pairs: Sequence[Pair],
    undertakings: UndertakingsAsAsked,
    links: Sequence[Link],
) -> tuple[Explanation, ...]:
    undertakings.read_ahead_with_texts(side for pair in pairs for side in (pair.left, pair.right))
    return tuple(explain(comparison, pair, undertakings, links) for pair in pairs)


def _order_pairs(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-STRENGTH[pair.type], -pair.score))


def _list_queries(types: set[str]) -> dict[str, Query]:
    return {
        name: query for name, query in load_topic(TOPIC).items() if query.header["finding"] in types
    }


def _find_queries(*wanted: str) -> dict[str, Query]:
    known = load_topic(TOPIC)
    return {name: known[name] for name in wanted}


def _ask_after(store: Store, draft: str, said: Sequence[Quad]) -> dict[str, GapCheck]:
    """Ask which gaps there are with a draft, and what it leaves open itself.

    Of what it leaves open nothing is asked of other plans, if none of them could say anything of
    that: what they say then are answers about themselves, and there may be very many.
    """
    alone = _find_queries(*(one for one in (*_OF_INITIATIVES, *_OF_PLANS) if one not in _FAR))
    others = _list_queries({CLOSABLE}) | _find_queries(*_FAR)
    looked_at = frozenset[str]().union(*(query.named for query in alone.values()))
    if not is_alone(store, draft, said, looked_at):
        return _ask(store, others | alone)
    shared = [one for one in store.graphs() if one == draft or not is_plan_graph(one)]
    return _ask(store, others) | _ask(store, alone, shared)


def is_alone(store: Store, draft: str, said: Sequence[Quad], looked_at: Collection[str]) -> bool:
    """Tell whether no other plan says anything of what a draft speaks of.

    Args:
        store: With the draft in it.
        draft: IRI of its graph.
        said: What it says.
        looked_at: IRIs of the properties and classes that count.

    Returns:
        True if nothing that the draft names is described by another plan, and nothing that it
        describes is named by one: of its initiatives only it and what all plans share say more.

    Examples:
        >>> from pathlib import Path
        >>> from devcoop.graph import build_graph
        >>> from devcoop.load.draft import read_draft
        >>> store = build_graph()
        >>> draft = read_draft(store, Path("tests/load/fourth.ttl"))
        >>> is_alone(store, draft.source.graph, draft.quads, [str(DEVC.inPlan)])
        True
    """
    described = {quad.subject for quad in said}
    named = {quad.object for quad in said if not isinstance(quad.object, Literal)}
    about = (store.quads(subject=one) for one in described | named if not isinstance(one, Triple))
    naming = (store.quads(object=one) for one in described)
    return not any(
        home != draft and is_plan_graph(home)
        for quad in chain(*about, *naming)
        if quad.predicate.value in looked_at or as_text(quad.object) in looked_at
        for home in [getattr(quad.graph_name, "value", "")]
    )


def _ask(
    store: Store, queries: Mapping[str, Query], among: Sequence[str] | None = None
) -> dict[str, GapCheck]:
    """Ask questions, of some graphs or of all."""
    ask = store.recall if among is None else partial(store.query_among, graphs=among)
    # The engine of the store works beside Python: two questions take hardly longer than one.
    store.wake()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(ask, [one.text for one in queries.values()])
        answers: dict[str, Answer] = dict(zip(queries, found, strict=True))
    return {check.name: check for check in read_gaps(answers)}


def _find_closed(before: Mapping[str, GapCheck], after: Mapping[str, GapCheck]) -> Iterator[Closed]:
    """Find cells that nobody served and that somebody serves now."""
    for name, check in before.items():
        if name not in after or check.type != CLOSABLE:
            continue
        served = {_key(cell) for cell in after[name].cells if cell.served}
        for cell in check.gaps:
            if _key(cell) in served:
                yield Closed(check, cell)


def _key(cell: Cell) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return cell.subject, cell.others, cell.of


def _find_open(
    draft: Plan,
    initiatives: Mapping[str, Undertaking],
    after: Mapping[str, GapCheck],
    unrecognised: Mapping[str, Collection[str]],
) -> Iterator[Open]:
    """Find what the draft leaves open: for itself, then for its initiatives."""
    for name in _OF_PLANS:
        if any(cell.subject == draft.iri for cell in after[name].gaps):
            says = _SAID_OF_ONE.get(name)
            own = sum(says(one, draft) for one in initiatives.values()) if says else 0
            yield from _divide(Open("", after[name], (draft.iri,), 1, own=own), unrecognised)
    for facet in _FACETS:
        silent = {iri: one for iri, one in initiatives.items() if not one.facets.get(facet)}
        suggested = tuple(iri for iri, one in silent.items() if one.suggestions.get(facet))
        yield from _divide(
            Open(facet, None, tuple(silent), len(initiatives), suggested), unrecognised
        )
    undated = tuple(iri for iri, one in initiatives.items() if one.period.start is None)
    yield from _divide(Open(PERIOD, None, undated, len(initiatives)), unrecognised)
    for name in _OF_INITIATIVES:
        cells = [cell for cell in after[name].cells if cell.subject in initiatives]
        # What is said in unknown words is no gap of a plan, and yet to be mended in a draft.
        missing = {cell.subject for cell in cells if not cell.served}
        missing |= initiatives.keys() & unrecognised.get(_ASKED.get(name, ""), ())
        if name == _ACTORS:
            # Who answers for an initiative in place of the plan's agency is named.
            missing = {iri for iri in missing if initiatives[iri].agency == draft.agency}
        yield from _divide(
            Open("", after[name], _order(missing, initiatives), len(cells)), unrecognised
        )


def _divide(one: Open, unrecognised: Mapping[str, Collection[str]]) -> Iterator[Open]:
    """Divide what is left open from what is said in words that are not known."""
    name = one.check.name if one.check else ""
    noted = unrecognised.get(FACET_PROPERTIES.get(one.facet) or _ASKED.get(name, ""), ())
    for is_noted in (True, False):
        subjects = tuple(iri for iri in one.subjects if (iri in noted) == is_noted)
        if subjects:
            suggested = tuple(iri for iri in one.suggested if iri in subjects)
            yield replace(one, subjects=subjects, suggested=suggested, is_noted=is_noted)


def _find_unrecognised(quads: Iterable[Quad]) -> dict[str, set[str]]:
    """Find what the draft says in words that are not known: IRIs by property."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate.value == str(DEVC.facetNotRecognised):
            found[as_text(quad.object)].add(as_text(quad.subject))
    return dict(found)


def _find_inherited(
    initiatives: Mapping[str, Undertaking], after: Mapping[str, GapCheck]
) -> Iterator[Inherited]:
    """Find what is said of the plan as a whole, and not of some of its initiatives."""
    for name in _OF_INITIATIVES:
        cells = [cell for cell in after[name].cells if cell.subject in initiatives]
        whole = {cell.subject for cell in cells if cell.found and cell.found.code == _OF_PLAN}
        if whole:
            yield Inherited(after[name], _order(whole, initiatives), len(cells))


def _order(some: Collection[str], initiatives: Mapping[str, Undertaking]) -> tuple[str, ...]:
    """Put IRIs into the order of the initiatives."""
    return tuple(iri for iri in initiatives if iri in some)


def _has_place(one: Undertaking, draft: Plan) -> bool:  # noqa: ARG001
    return any(not area.is_inherited for area in one.areas)


def _has_period(one: Undertaking, draft: Plan) -> bool:
    days = (one.period.start, one.period.end)
    return None not in days and days != (draft.period.start, draft.period.end)


_SAID_OF_ONE: Mapping[str, Callable[[Undertaking, Plan], bool]] = {
    "plans-without-known-countries": _has_place,
    "plans-without-period": _has_period,
}
"""What tells whether an initiative says for itself what a question asks of its plan."""
