"""Pages about themes, sectors, groups of people, forms of help: who works on this, and how."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.coverage import CoverageRow
from devcoop.model import STRENGTH
from devcoop.names import BASE, DEVC, FACET_PROPERTIES, PREFIXES, iri_of, kind_of, path_of, term
from devcoop.overlap.conversations import is_finding
from devcoop.pages.routes import Route, Table, View, only
from devcoop.pages.views.elements import Evidence, list_evidence
from devcoop.pages.views.facts import (
    ALT_LABEL,
    BROADER,
    DEFINITION,
    IN_SCHEME,
    NOTATION,
    PREF_LABEL,
    Gap,
    facts_of,
    make_gap,
    share_room,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.model import Pair, Undertaking
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts
    from devcoop.words.language import Label

SECTION = "/themes"
_S = PREFIXES["skos"]
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_FIELDS_CHECK = "fields-by-group-without-undertaking"
KINDS = {
    **FACET_PROPERTIES,
    "undertaking-type": str(DEVC.undertakingType),
}
"""Property by which initiatives have the concepts of a scheme, by the scheme's name."""
MOST_PAIRS = 30


@dataclass(frozen=True)
class Worker:
    """An initiative on a concept.

    Attributes:
        initiative: The initiative.
        own: The concepts it has itself: this one, or narrower ones.
    """

    initiative: Undertaking
    own: tuple[str, ...]


@dataclass(frozen=True)
class ConceptPage:
    """All that is shown about a concept.

    Attributes:
        iri: The concept.
        kind: Name of its scheme.
        scheme: IRI of its scheme.
        names: What it is called in each language, and other names.
        notation: Its place in the scheme; empty if it has none.
        definition: What it means.
        broader: Broader concepts from the top down.
        narrower: Narrower concepts with the numbers of initiatives.
        related: Concepts it is related to.
        matches: By property, what it is in other lists.
        agencies: Short names, one for each number of a row.
        row: Its own numbers.
        workers: Initiatives on it, by agency.
        meetings: Findings between two initiatives on it, the strongest first.
        is_cut: Whether only the closest findings of each two agencies are among them.
        gaps: Gaps about it.
        passages: Passages of the plans that speak of it.
    """

    iri: str
    kind: str
    scheme: str
    names: tuple[Label, ...]
    notation: str
    definition: Label | None
    broader: tuple[str, ...]
    narrower: tuple[CoverageRow, ...]
    related: tuple[str, ...]
    matches: tuple[tuple[str, tuple[str, ...]], ...]
    agencies: tuple[str, ...]
    row: CoverageRow
    workers: Mapping[str, tuple[Worker, ...]]
    meetings: tuple[Pair, ...]
    is_cut: bool
    gaps: tuple[Gap, ...]
    passages: tuple[Evidence, ...]


def list_rows(facts: Facts, kind: str) -> Mapping[str, CoverageRow]:
    """List the concepts of a scheme with their numbers.

    Args:
        facts: Where to look.
        kind: Name of the scheme, one of `KINDS`.

    Returns:
        Rows by IRI, each after its broader one.
    """
    if kind in FACET_PROPERTIES:
        return facts.coverage(kind)
    return {iri: _count(facts, kind, iri) for iri in facts.members(f"{BASE}{kind}")}


def _count(facts: Facts, kind: str, iri: str) -> CoverageRow:
    """Count the initiatives on a concept of a scheme that the comparison does not read."""
    known = facts.content.initiatives
    found = {
        one
        for below in facts.below(iri)
        for one in facts.sources(below, KINDS[kind])
        if one in known
    }
    counts = Counter(known[one].agency.name for one in found)
    depth = len(facts.ancestors(iri))
    return CoverageRow(iri, depth, tuple(counts[agency] for agency in facts.content.agencies))


def build_concept(facts: Facts, iri: str, language: str) -> ConceptPage:
    """Gather what is shown about a concept.

    Args:
        facts: Where to look.
        iri: A concept of one of `KINDS`.
        language: For its definition and its passages.
    """
    kind = kind_of(iri)
    rows = list_rows(facts, kind)
    below = facts.below(iri)
    workers = _list_workers(facts, kind, below)
    return ConceptPage(
        iri=iri,
        kind=kind,
        scheme=next(iter(facts.links(iri, IN_SCHEME)), ""),
        names=(*facts.texts(iri, PREF_LABEL), *facts.texts(iri, ALT_LABEL)),
        notation=facts.find_value(iri, NOTATION),
        definition=facts.find_text(iri, DEFINITION, language),
        broader=tuple(reversed(facts.ancestors(iri))),
        narrower=tuple(
            rows[one] for one in facts.by_name(facts.sources(iri, BROADER), language) if one in rows
        ),
        related=facts.by_name(
            {*facts.links(iri, _S + "related"), *facts.sources(iri, _S + "related")}, language
        ),
        matches=tuple(_matches(facts, iri, language)),
        agencies=tuple(facts.content.agencies),
        row=rows.get(iri) or CoverageRow(iri, 0, tuple(0 for _ in facts.content.agencies)),
        workers=workers,
        meetings=_list_meetings(facts, kind, below, workers),
        is_cut=facts.analysis.pairs.is_cut,
        gaps=(*facts.gaps_of.get(iri, ()), *_field_gaps(facts, iri)),
        passages=list_evidence(facts, iri, language),
    )


def _matches(facts: Facts, iri: str, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in _MATCHES:
        found = facts.links(iri, _S + name)
        if found:
            yield _S + name, facts.by_name(found, language)


def _list_workers(facts: Facts, kind: str, below: frozenset[str]) -> dict[str, tuple[Worker, ...]]:
    own: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(below):
        for initiative in facts.sources(iri, KINDS[kind]):
            own[initiative].append(iri)
    workers: dict[str, list[Worker]] = {agency: [] for agency in facts.content.agencies}
    for one in facts.analysis.undertakings.values():
        if one.iri in own:
            workers[one.agency.name].append(Worker(one, tuple(own[one.iri])))
    return {agency: tuple(several) for agency, several in workers.items() if several}


def _list_meetings(
    facts: Facts,
    kind: str,
    below: frozenset[str],
    workers: Mapping[str, tuple[Worker, ...]],
) -> tuple[Pair, ...]:
    """List the findings whose subject this is, or whose sides are both about it."""
    about = {worker.initiative.iri for several in workers.values() for worker in several}
    found = [
        pair
        for pair in filter(is_finding, facts.analysis.pairs.found)
        if ((kind == "theme" and pair.subject in below) or {pair.left, pair.right} <= about)
    ]
    return tuple(sorted(found, key=lambda pair: (-STRENGTH[pair.type], -pair.score)))


def _field_gaps(facts: Facts, iri: str) -> list[Gap]:
    """List the groups that nobody serves in this field."""
    return [
        make_gap(facts.content, check, cell)
        for check in facts.analysis.gap_checks
        if check.name == _FIELDS_CHECK
        for cell in check.gaps
        if iri in cell.of and cell.subject != iri
    ]


def _view_scheme(content: Content, request: Request, _parts: Parts) -> View | None:
    kind = "theme" if request.path == "/themes" else request.path.strip("/")
    if kind not in KINDS or not content.knows(f"{BASE}{kind}"):
        return None
    facts = facts_of(content)
    rows = list_rows(facts, kind)
    values = {
        "kind": kind,
        "scheme": f"{BASE}{kind}",
        "path": request.path,
        "description": facts.find_text(
            f"{BASE}{kind}", term("dcterms:description"), request.language
        ),
        "agencies": list(content.agencies),
        "rows": list(rows.values()),
        "served": sum(bool(row.number) for row in rows.values()),
        "kinds": [f"{BASE}{name}" for name in KINDS],
    }
    return View("concepts.html.j2", values, SECTION)


def _scheme_table(content: Content, request: Request, _parts: Parts) -> Table | None:
    path = request.path.removesuffix(".csv")
    kind = "theme" if path == "/themes" else path.strip("/")
    if kind not in KINDS:
        return None
    facts = facts_of(content)
    rows = [
        (
            facts.find_value(row.iri, NOTATION),
            content.label(row.iri, request.language).text,
            row.depth,
            *row.numbers,
            row.iri,
        )
        for row in list_rows(facts, kind).values()
    ]
    return Table(("notation", "concept", "depth", *content.agencies, "iri"), rows)


def _view(content: Content, request: Request, _parts: Parts) -> View | None:
    facts, iri = facts_of(content), iri_of(request.path)
    if not facts.is_known(iri) or not facts.links(iri, IN_SCHEME):
        return None
    page = build_concept(facts, iri, request.language)
    values = {
        "page": page,
        "most": MOST_PAIRS,
        "most_of_agency": share_room(map(len, page.workers.values())),
        "initiatives": content.analysis.undertakings,
    }
    return View("concept.html.j2", values, SECTION)


def _table(content: Content, request: Request, _parts: Parts) -> Table | None:
    facts, iri = facts_of(content), iri_of(request.path.removesuffix(".csv"))
    if not facts.is_known(iri):
        return None
    workers = build_concept(facts, iri, request.language).workers
    columns = ("agency", "identifier", "label", "start", "end", "place", "concept", "iri")
    return Table(columns, [_cells(facts, one) for several in workers.values() for one in several])


def _cells(facts: Facts, worker: Worker) -> tuple[object, ...]:
    one = worker.initiative
    return (
        one.agency.name,
        one.identifier,
        one.label,
        one.period.start,
        one.period.end,
        "; ".join(area.label for area in one.areas),
        "; ".join(map(facts.english, worker.own)),
        one.iri,
    )


def _paths_of(kind: str) -> Route:
    def paths(content: Content) -> Iterable[str]:
        return map(path_of, facts_of(content).members(f"{BASE}{kind}"))

    return Route(f"/{kind}/{{slug}}", _view, paths, _table)


def _scheme_path(kind: str) -> Route:
    def paths(content: Content) -> Iterable[str]:
        return (f"/{kind}",) if content.knows(f"{BASE}{kind}") else ()

    return Route(f"/{kind}", _view_scheme, paths, _scheme_table)


ROUTES = (
    Route("/themes", _view_scheme, only("/themes"), _scheme_table),
    *map(_scheme_path, KINDS),
    *map(_paths_of, KINDS),
)
