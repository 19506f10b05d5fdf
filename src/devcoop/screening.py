"""A draft held against all plans before it is approved.

What it would duplicate, overlap or continue, and whose; which gaps of the plans it would close;
and what it leaves open itself. Only pairs with an initiative of the draft are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.drafts import Closed, Open, Screening
from devcoop.facets import read_facet_table
from devcoop.gaps import TOPIC, read_gaps
from devcoop.model import FOUND_TYPES, STRENGTH
from devcoop.overlap import compare
from devcoop.overlap.explanation import explain
from devcoop.plans import (
    read_agencies,
    read_labels,
    read_links,
    read_plans,
    read_undertakings,
)
from devcoop.queries import load_library

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.model import Cell, GapCheck, Undertaking
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
_FACETS = ("theme", "function", "instrument")
"""Facets that are looked at besides what these questions look at."""


def screen(store: Store, plan: str, source: Source, quads: Iterable[Quad]) -> Screening:
    """Hold a draft against the plans of a store.

    Args:
        store: In memory, or a copy for work: the draft is put into it.
        plan: IRI of the draft.
        source: The record of its graph.
        quads: What it says.

    Raises:
        DevcoopError: A query or a step is broken.

    Examples:
        >>> from pathlib import Path
        >>> from devcoop.graph import build_graph
        >>> from devcoop.load.draft import read_draft
        >>> draft = read_draft(build_graph(), Path("tests/load/fourth.ttl"))
        >>> found = screen(build_graph(), draft.plan, draft.source, draft.quads)
        >>> len(found.initiatives), found.others
        (2, 165)
    """
    # With an older edition of the draft, if there is one: what it serves is no gap now.
    before = _ask(store, _list_queries({CLOSABLE}))
    store.replace(source, quads)
    after = _ask(store, _list_queries({CLOSABLE}) | _find_queries(*_OF_INITIATIVES, *_OF_PLANS))
    labels, facets = read_labels(store), read_facet_table(store)
    agencies = read_agencies(facets, labels)
    undertakings = read_undertakings(store, facets, agencies, labels)
    plans = read_plans(store, agencies, labels)
    draft = next(one for one in plans if one.iri == plan)
    links = read_links(store, labels)
    comparison = compare(facets, plan=plan)
    pairs = sorted(
        comparison.iter_pairs(FOUND_TYPES), key=lambda pair: (-STRENGTH[pair.type], -pair.score)
    )
    initiatives = {iri: one for iri, one in undertakings.items() if one.plan == plan}
    issuers = {one.agency.iri for one in initiatives.values()}
    apart = [one for one in undertakings.values() if one.plan != plan]
    return Screening(
        draft=draft,
        plans=tuple(one for one in plans if one.iri != plan),
        initiatives=initiatives,
        others=sum(one.agency.iri not in issuers for one in apart),
        own=sum(one.agency.iri in issuers for one in apart),
        meetings=tuple(explain(comparison, pair, undertakings, links) for pair in pairs),
        closed=tuple(_find_closed(before, after)),
        looked_at=sum(len(check.gaps) for check in before.values()),
        open=tuple(_find_open(plan, initiatives, after)),
        agencies=agencies,
        labels=labels,
    )


def _list_queries(types: set[str]) -> dict[str, Query]:
    return {
        name: query
        for name, query in load_library().items()
        if query.topic == TOPIC and query.header["finding"] in types
    }


def _find_queries(*wanted: str) -> dict[str, Query]:
    return {name: load_library()[name] for name in wanted}


def _ask(store: Store, queries: Mapping[str, Query]) -> dict[str, GapCheck]:
    answers: dict[str, Answer] = {name: store.recall(one.text) for name, one in queries.items()}
    return {check.name: check for check in read_gaps(answers)}


def _find_closed(before: Mapping[str, GapCheck], after: Mapping[str, GapCheck]) -> Iterator[Closed]:
    """Find cells that nobody served and that somebody serves now."""
    for name, check in before.items():
        served = {_key(cell) for cell in after[name].cells if cell.served}
        for cell in check.gaps:
            if _key(cell) in served:
                yield Closed(check, cell)


def _key(cell: Cell) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return cell.subject, cell.others, cell.of


def _find_open(
    plan: str, initiatives: Mapping[str, Undertaking], after: Mapping[str, GapCheck]
) -> Iterator[Open]:
    """Find what the draft leaves open: for itself, then for its initiatives."""
    for name in _OF_PLANS:
        if any(cell.subject == plan for cell in after[name].gaps):
            yield Open("", after[name], (plan,), 1)
    for facet in _FACETS:
        silent = tuple(iri for iri, one in initiatives.items() if not one.facets.get(facet))
        if silent:
            yield Open(facet, None, silent, len(initiatives))
    for name in _OF_INITIATIVES:
        gaps = {cell.subject for cell in after[name].gaps}
        if missing := tuple(iri for iri in initiatives if iri in gaps):
            yield Open("", after[name], missing, len(initiatives))
