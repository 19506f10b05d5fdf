"""Pages about plans: results chain, time line, subjects, indicators, what is left open."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from devcoop.figures.timeline import Timeline, build_timeline
from devcoop.model import Period
from devcoop.names import DEVC, FACET_PROPERTIES, PREFIXES, iri_of, path_of, slug_of, term
from devcoop.pages.routes import Route, Table, View, only
from devcoop.pages.views.agencies import list_gaps_of
from devcoop.pages.views.days import read_day
from devcoop.pages.views.elements import Evidence, list_evidence
from devcoop.pages.views.facts import (
    DESCRIPTION,
    IDENTIFIER,
    TYPE,
    facts_of,
)
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devcoop.figures.gaps import GapList
    from devcoop.model import Plan, Undertaking
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts
    from devcoop.words.language import Label

SECTION = "/plans"
_D = PREFIXES["dcterms"]
_CLASSES = ("Impact", "Outcome", "Output", "Objective", "PriorityArea", "Undertaking")
_RANKS = {f"{PREFIXES['devc']}{name}": rank for rank, name in enumerate(_CLASSES)}
_OTHER = len(_CLASSES)
_DEEPEST = 20
_THEME_LEVELS = 2


@dataclass(frozen=True)
class Node:
    """An element in the results chain, with what serves it.

    Attributes:
        iri: The element.
        identifier: Its main locator.
        kind: IRI of its class: impact, outcome, output, objective, priority area or initiative.
        children: What serves it.
        is_repeated: It stands further up, too, where its children are.
    """

    iri: str
    identifier: str
    kind: str
    children: tuple[Node, ...]
    is_repeated: bool = False

    @property
    def number(self) -> int:
        """How many elements stand below it."""
        return sum(1 + child.number for child in self.children)


@dataclass(frozen=True)
class Document:
    """The document that a plan is laid down in.

    Attributes:
        iri: The document.
        identifier: Its number; empty if it has none.
        sha256: Hash of its text, in hexadecimal.
        publishers: Who published it.
        issued: When; empty if not known.
    """

    iri: str
    identifier: str
    sha256: str
    publishers: tuple[str, ...]
    issued: str


@dataclass(frozen=True)
class Measure:
    """An indicator or a number that the plan states.

    Attributes:
        iri: The indicator or number.
        kind: IRI of its class.
        about: What it measures.
        value_kind: Baseline, target or other; empty for an indicator without a number.
        value: The number; empty if there is none.
        unit: What is counted.
    """

    iri: str
    kind: str
    about: tuple[str, ...]
    value_kind: str
    value: str
    unit: str


@dataclass(frozen=True)
class PlanPage:
    """All that is shown about a plan.

    Attributes:
        plan: The plan as it is compared.
        agency: IRI of its agency.
        identifier: Its main locator.
        gist: What it is.
        documents: What it is laid down in.
        areas: Where it is meant for.
        tree: Its results chain, from the top.
        loose: Initiatives that the plan ties to no result and to no other element.
        timeline: The plan beside the others, and whatever in it has a period of its own.
        themes: IRI of each theme with the number of its initiatives on it or a narrower one, with
            the theme's depth.
        measures: Indicators and stated numbers.
        elements: How many elements of each class it has, by the class's IRI.
        open_points: By IRI of a property, how many initiatives leave it open.
        gaps: Gaps about it, by question.
        evidence: Where it says what it is.
    """

    plan: Plan
    agency: str
    identifier: str
    gist: Label | None
    documents: tuple[Document, ...]
    areas: tuple[str, ...]
    tree: tuple[Node, ...]
    loose: tuple[Undertaking, ...]
    timeline: Timeline
    themes: tuple[tuple[str, int, int], ...]
    measures: tuple[Measure, ...]
    elements: tuple[tuple[str, int], ...]
    open_points: tuple[tuple[str, int], ...]
    gaps: tuple[GapList, ...]
    evidence: tuple[Evidence, ...]


def build_plan(facts: Facts, iri: str, language: str) -> PlanPage:
    """Gather what is shown about a plan.

    Args:
        facts: Where to look.
        iri: One of the plans compared.
        language: For names and for its gist.
    """
    plan = facts.plans[iri]
    tree, loose = build_tree(facts, iri)
    return PlanPage(
        plan=plan,
        agency=next(iter(facts.links(iri, DEVC.issuedBy)), ""),
        identifier=facts.find_value(iri, IDENTIFIER),
        gist=facts.find_text(iri, DESCRIPTION, language),
        documents=tuple(
            _document(facts, one, language) for one in facts.links(iri, DEVC.laidDownIn)
        ),
        areas=facts.by_name(facts.links(iri, DEVC.targetArea), language),
        tree=tree,
        loose=tuple(facts.content.initiatives[one] for one in loose),
        timeline=_timeline(facts, plan),
        themes=_themes(facts, plan),
        measures=_measures(facts, iri, language),
        elements=_count_elements(facts, iri),
        open_points=_open_points(facts, iri),
        gaps=list_gaps_of(facts, plan.agency.iri),
        evidence=list_evidence(facts, iri, language),
    )


def _build(content: Content, iri: str, language: str) -> PlanPage:
    return build_plan(facts_of(content), iri, language)


def _ask(facts: Facts, name: str, plan: str) -> list[dict[str, str]]:
    return facts.analysis.graph.query(get_query(name).bind({"plan": plan})).records()


def build_tree(facts: Facts, plan: str) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Build a plan's results chain.

    Args:
        facts: Where to look.
        plan: IRI of the plan.

    Returns:
        What stands at the top, each with what serves it, and the IRIs of the initiatives that
        serve nothing, are a part of nothing and are served by nothing.
    """
    kinds: dict[str, str] = {}
    parents: dict[str, list[str]] = defaultdict(list)
    for row in _ask(facts, "results-chain", plan):
        kinds[row["element"]] = min(
            kinds.get(row["element"], row["class"]), row["class"], key=_rank
        )
        if row["servesElement"] and row["servesElement"] not in parents[row["element"]]:
            parents[row["element"]].append(row["servesElement"])
    for iri in kinds:
        # What serves nothing stands with the whole that it is a part of.
        parents[iri] = parents[iri] or [
            one for one in facts.links(iri, DEVC.partOf) if one in kinds
        ]
    return _Tree(facts, kinds, parents).grow()


def _rank(kind: str) -> tuple[int, str]:
    return _RANKS.get(kind, _OTHER), kind


class _Tree:
    """Grows nodes from the pairs of element and parent."""

    def __init__(
        self, facts: Facts, kinds: Mapping[str, str], parents: Mapping[str, list[str]]
    ) -> None:
        self._facts, self._kinds, self._parents = facts, kinds, parents
        self._children: dict[str, list[str]] = defaultdict(list)
        for child in sorted(kinds, key=self._order):
            for parent in parents[child]:
                self._children[parent].append(child)
        self._grown: set[str] = set()

    def _order(self, iri: str) -> tuple[tuple[int, str], str, str]:
        return _rank(self._kinds.get(iri, "")), self._facts.find_value(iri, IDENTIFIER), iri

    def grow(self) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        everything = {*self._kinds, *(one for several in self._parents.values() for one in several)}
        tops = [iri for iri in everything if not self._parents.get(iri)]
        tops.sort(key=self._order)
        initiatives = self._facts.content.initiatives
        loose = tuple(one for one in tops if one in initiatives and not self._children[one])
        tree = [self._node(iri) for iri in tops if iri not in loose]
        # What stands in a circle hangs from no top.
        rest = sorted(everything.difference(loose), key=self._order)
        tree.extend(self._node(iri) for iri in rest if iri not in self._grown)
        return tuple(tree), loose

    def _node(self, iri: str, depth: int = 0) -> Node:
        identifier = self._facts.find_value(iri, IDENTIFIER)
        kind = self._kinds.get(iri) or next(iter(self._facts.links(iri, TYPE)), "")
        if iri in self._grown:
            return Node(iri, identifier, kind, (), is_repeated=True)
        self._grown.add(iri)
        # Deeper than this nobody reads; what is cut off comes again at the top.
        children = self._children[iri] if depth < _DEEPEST else []
        return Node(iri, identifier, kind, tuple(self._node(one, depth + 1) for one in children))


def _document(facts: Facts, iri: str, language: str) -> Document:
    return Document(
        iri=iri,
        identifier=facts.find_value(iri, IDENTIFIER),
        sha256=facts.find_value(iri, DEVC.sha256),
        publishers=facts.by_name(facts.links(iri, _D + "publisher"), language),
        issued=facts.find_value(iri, _D + "issued"),
    )


def read_period(facts: Facts, iri: str) -> Period | None:
    """Read the period that a thing has of its own.

    Args:
        facts: Where to look.
        iri: The thing.
    """
    periods = facts.links(iri, _D + "temporal")
    if not periods:
        return None
    days = [
        read_day(facts.find_value(periods[0], term(f"dcat:{name}")))
        for name in ("startDate", "endDate")
    ]
    basis = next((slug_of(one) for one in facts.links(iri, DEVC.periodBasis)), "unknown")
    return Period(days[0], days[1], basis)


def _timeline(facts: Facts, plan: Plan) -> Timeline:
    """Draw the plan first, then what in it has its own period, then the other plans."""
    inside = [*facts.sources(plan.iri, DEVC.inPlan), *facts.links(plan.iri, DEVC.refersTo)]
    own = [(iri, read_period(facts, iri)) for iri in inside]
    rows = [(iri, period) for iri, period in own if period]
    rows.sort(key=lambda row: (row[1].start or row[1].end or date.max, row[0]))
    others = [(one.iri, one.period) for one in facts.analysis.plans if one.iri != plan.iri]
    return build_timeline([(plan.iri, plan.period), *rows, *others])


def _themes(facts: Facts, plan: Plan) -> tuple[tuple[str, int, int], ...]:
    """Count the plan's initiatives by theme, two levels down; zero is left out."""
    mine = [one for one in facts.analysis.undertakings.values() if one.plan == plan.iri]
    counts: Counter[str] = Counter()
    for initiative in mine:
        own = [one.iri for one in initiative.facets.get("theme", ())]
        counts.update({above for iri in own for above in (iri, *facts.ancestors(iri))})
    return tuple(
        (iri, counts[iri], row.depth)
        for iri, row in facts.coverage("theme").items()
        if counts[iri] and row.depth < _THEME_LEVELS
    )


def _measures(facts: Facts, plan: str, language: str) -> tuple[Measure, ...]:
    by_element: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _ask(facts, "indicators-and-targets", plan):
        by_element[row["element"]].append(row)
    return tuple(
        Measure(
            iri=iri,
            kind=rows[0]["class"],
            about=facts.by_name((row["about"] for row in rows if row["about"]), language),
            value_kind=rows[0]["valueKind"],
            value=rows[0]["value"],
            unit=rows[0]["unit"],
        )
        for iri, rows in by_element.items()
    )


def _count_elements(facts: Facts, plan: str) -> tuple[tuple[str, int], ...]:
    kinds = Counter(
        kind for iri in facts.sources(plan, DEVC.inPlan) for kind in facts.links(iri, TYPE)
    )
    return tuple(sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0])))


def _open_points(facts: Facts, plan: str) -> tuple[tuple[str, int], ...]:
    counts = Counter(row["facet"] for row in _ask(facts, "what-the-plans-leave-open", plan))
    return tuple(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def _view_list(content: Content, _request: Request, _parts: Parts) -> View:
    facts = facts_of(content)
    values = {
        "plans": content.analysis.plans,
        "agency_of": {
            plan.iri: next(iter(facts.links(plan.iri, DEVC.issuedBy)), "")
            for plan in content.analysis.plans
        },
        "timeline": build_timeline(
            [
                (one.iri, one.period)
                for one in content.analysis.plans
                if one.period.start or one.period.end
            ]
        ),
    }
    return View("plans.html.j2", values, SECTION)


def _table(content: Content, _request: Request, _parts: Parts) -> Table:
    columns = (
        "agency",
        "plan",
        "start",
        "end",
        "period_basis",
        "initiatives",
        "passages",
        "sha256",
        "iri",
    )
    rows = [
        (
            plan.agency.name,
            plan.title,
            plan.period.start,
            plan.period.end,
            plan.period.basis,
            plan.undertakings,
            plan.passages,
            plan.sha256,
            plan.iri,
        )
        for plan in content.analysis.plans
    ]
    return Table(columns, rows)


def _view(content: Content, request: Request, _parts: Parts) -> View | None:
    facts, iri = facts_of(content), iri_of(request.path)
    if iri not in facts.plans:
        return None
    values = {
        "page": content.once(_build, iri, request.language),
        "points": {known: facet for facet, known in FACET_PROPERTIES.items()},
    }
    return View("plan.html.j2", values, SECTION)


def _plan_table(content: Content, request: Request, _parts: Parts) -> Table | None:
    """Give the results chain as rows, as the library's query does."""
    facts, iri = facts_of(content), iri_of(request.path.removesuffix(".csv"))
    if iri not in facts.plans:
        return None
    answer = content.analysis.graph.query(get_query("results-chain").bind({"plan": iri}))
    return Table(answer.columns, [tuple(row.values()) for row in answer.records()])


def _paths(content: Content) -> Iterable[str]:
    return map(path_of, sorted(facts_of(content).plans))


ROUTES = (
    Route("/plans", _view_list, only("/plans"), _table),
    Route("/plan/{slug}", _view, _paths, _plan_table),
)
