"""The whole flow, in one function that reads like the diagram in the README.

sources → graph → comparison and gap checks → reviews → findings
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from devcoop import killable
from devcoop.facets import read_facet_table
from devcoop.findings import Found, Run, iter_all_findings, iter_findings
from devcoop.gaps import Bounds, ask_gaps, limit_checks, read_gaps, read_limited_gaps
from devcoop.graph import build_graph
from devcoop.model import AsAsked, Focus, GapCheck
from devcoop.overlap import DEFAULT_LIMITS, Comparison, Limits, compare, tell_nobody
from devcoop.overlap.conversations import group_conversations
from devcoop.overlap.coordination import COORDINATION, iter_coordination
from devcoop.overlap.explanation import Explanation, explain
from devcoop.overlap.pairs import MOST_HELD_OF_FOCUS
from devcoop.plans import (
    UndertakingsAsAsked,
    list_headings,
    list_identifiers,
    list_plan_graphs,
    read_agencies,
    read_concrete,
    read_kinds,
    read_labels,
    read_links,
    read_namings,
    read_plans,
)
from devcoop.reviews import GapReview, Review, apply_gap_reviews, apply_reviews, read_grounds
from devcoop.reviews.storage import build_reviewed
from devcoop.words.focus import FocusWords
from devcoop.words.gaps import GapWords
from devcoop.words.lexicon import Lexicon
from devcoop.words.report import say_held, say_scored

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from devcoop.facets import FacetTable
    from devcoop.model import (
        Agency,
        Cell,
        Extent,
        Heading,
        LeftOut,
        Link,
        Naming,
        Pair,
        Plan,
        Undertaking,
    )
    from devcoop.overlap import Tell
    from devcoop.overlap.conversations import Conversation
    from devcoop.overlap.pairs import Pairs
    from devcoop.overlap.spark import Cluster
    from devcoop.reviews import Reviewed, ReviewedGap
    from devcoop.reviews.records import Grounds
    from devcoop.store import Answer, Store
    from devcoop.store.terms import Triple

    Limited = tuple[list[GapCheck], tuple[str, ...]]

NO_FOCUS = Focus()
"""Limits nothing."""
_MANY = 3_000
"""Undertakings in a focus from which on another process is sooner done with their gaps."""


@dataclass(frozen=True)
class Analysis:
    """All that is known after one run.

    Attributes:
        graph: The knowledge graph.
        run: What the run worked on.
        plans: The plans compared.
        agencies: Who issued them or answers for what they promise, by IRI.
        undertakings: By IRI, in the order of their identifiers, each read when it is looked at.
        labels: What everything is called in English, by IRI.
        links: The coordination that the plans state.
        namings: Where a plan names another agency, whether or not to coordinate with it.
        kinds: Where a plan names a kind of organization that another agency may be one of.
        comparison: The comparison, for questions about single pairs.
        pairs: All pairs, closest first, read as they are asked for.
        conversations: Subjects close enough to talk about, most useful first; likewise.
        gap_checks: What was looked for, with every cell.
        gap_answers: The answers that the cells are read from, by name of the query, each asked
            when somebody first looks at it; none where a focus had only some of their rows read.
        grounds: What reviews are held against.
        left_out: What the plans hold and the comparison could not take.
        reviewed: What people said, beside what it is about today.
        reviewed_gaps: The same of gaps.
        unlimited: Names of questions about gaps that are left out, since it cannot be told what
            of them is in the focus.
        parties: All agencies, in the focus or not, by IRI.
    """

    graph: Store
    run: Run
    plans: list[Plan]
    agencies: dict[str, Agency]
    undertakings: Mapping[str, Undertaking]
    labels: dict[str, str]
    links: list[Link]
    namings: list[Naming]
    kinds: list[Naming]
    comparison: Comparison
    pairs: Pairs
    conversations: Sequence[Conversation]
    gap_checks: list[GapCheck]
    gap_answers: Mapping[str, Answer]
    grounds: Grounds
    left_out: tuple[LeftOut, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    reviewed_gaps: tuple[ReviewedGap, ...] = ()
    unlimited: tuple[str, ...] = ()
    parties: Mapping[str, Agency] = field(default_factory=dict)

    @property
    def extent(self) -> Extent | None:
        """What the run is limited to, out of what; None if it is not."""
        return self.comparison.extent

    @cached_property
    def counted(self) -> Mapping[str, Undertaking]:
        """The undertakings that are asked for, by IRI, without those they are compared with."""
        if self.extent is None:
            return self.undertakings
        wanted = self.extent.undertakings
        return {iri: self.undertakings[iri] for iri in self.headings if iri in wanted}

    @property
    def headings(self) -> Mapping[str, Heading]:
        """What lists and counts say of the undertakings, by IRI, in their order."""
        return list_headings(self.undertakings)

    @cached_property
    def counted_agencies(self) -> Mapping[str, Agency]:
        """Whose undertakings are asked for, by IRI."""
        if self.extent is None or not self.extent.focus.of_issuers:
            return self.agencies
        wanted = {one.agency.iri for one in self.counted.values()}
        wanted |= set(self.extent.focus.agencies)
        return {iri: one for iri, one in self.agencies.items() if iri in wanted}

    def explain(self, pair: Pair) -> Explanation:
        """Explain a pair.

        Args:
            pair: One of `pairs`.
        """
        return explain(self.comparison, pair, self.undertakings, self.links, self.kinds)

    def read_ahead(self, pairs: Iterable[Pair]) -> None:
        """Read at once what some thousand explanations would each look for by itself.

        Args:
            pairs: The pairs that are explained next.
        """
        asked = tuple(pairs)
        self.read_initiatives(iri for pair in asked for iri in (pair.left, pair.right))
        worded = (pair for pair in asked if pair.parts["purpose"] is not None)
        self.comparison.read_shared((pair.left, pair.right) for pair in worded)
        self.comparison.read_ahead_of(iri for pair in asked for iri in (pair.left, pair.right))

    def read_initiatives(self, iris: Iterable[str]) -> None:
        """Read at once some initiatives that are shown next, and what is said of them.

        Args:
            iris: Their IRIs.
        """
        if isinstance(self.undertakings, UndertakingsAsAsked):
            self.undertakings.read_ahead_with_texts(iris)

    def read_sides(self, pairs: Iterable[Pair]) -> None:
        """Read at once the initiatives of some pairs that are named next.

        Args:
            pairs: The pairs.
        """
        if isinstance(self.undertakings, UndertakingsAsAsked):
            self.undertakings.read_ahead(iri for pair in pairs for iri in (pair.left, pair.right))

    def read_all_ahead(self, *, with_gaps: bool = True) -> None:
        """Read what nobody has looked at yet, for processes that are forked and open no files.

        Args:
            with_gaps: Whether to ask all questions about gaps too, which takes longest.
        """
        if isinstance(self.undertakings, UndertakingsAsAsked) and not self.extent:
            self.undertakings.read_all()
            self.undertakings.texts.read_all()
        len(self.headings), len(self.counted), len(self.conversations)
        # The first is about the pairs that are listed.
        for check in self.gap_checks if with_gaps else self.gap_checks[:1]:
            len(check.cells)

    @cached_property
    def subject_count(self) -> int:
        """How many subjects two agencies could talk about, listed or not."""
        every = self.comparison.count_subjects
        return every() if self.pairs.is_cut else len(self.conversations)

    @cached_property
    def selection(self) -> str:
        """Which findings are stated one by one, where not all are; else empty."""
        told = [self.focus_words.limited()] if self.focus_words else []
        if self.pairs.is_cut:
            held, found = len(self.pairs.found), self.pairs.count_findings()
            told.append(say_held(found, held, self.pairs.best, is_short=self.pairs.is_short))
        return " ".join(told)

    @cached_property
    def focus_words(self) -> FocusWords | None:
        """Says what the run is limited to; None if it is not."""
        return FocusWords(self.extent, self.lexicon, self.parties) if self.extent else None

    @cached_property
    def lexicon(self) -> Lexicon:
        """What everything is called in English."""
        return Lexicon.of_english(self.labels)

    @cached_property
    def gap_words(self) -> GapWords:
        """Says what cells of questions about gaps are about."""
        return GapWords(self.lexicon, self.agencies)

    def findings(self) -> Iterator[Triple]:
        """State the findings in RDF, one after the other, in the order of their text."""
        self.read_ahead(self.pairs.found)
        found = self._state(self.pairs.found, self.selection)
        return iter_findings(found, build_reviewed(self.reviewed, self.reviewed_gaps))

    def all_findings(self) -> Iterator[Triple]:
        """State every finding in RDF, also where not all are listed; pairs are the closest first.

        They are those that `findings` states where it states all.
        """
        told = [self.focus_words.limited()] if self.focus_words else []
        if self.comparison.scope.best:
            told.append(say_scored(*self.comparison.scope[1:]))
        found = self._state(self.pairs.iter_found(), " ".join(told))
        return iter_all_findings(found, build_reviewed(self.reviewed, self.reviewed_gaps))

    def _state(self, pairs: Iterable[Pair], note: str) -> Found:
        return Found(
            run=self.run,
            pairs=pairs,
            explain=self.explain,
            checks=self.gap_checks,
            lexicon=self.lexicon,
            gap_words=self.gap_words,
            note=note,
        )


def analyze(
    graph: Store | None = None,
    parameters: Mapping[str, float] | None = None,
    *,
    without: Collection[str] = (),
    reviews: Iterable[Review | GapReview] = (),
    limits: Limits = DEFAULT_LIMITS,
    tell: Tell = tell_nobody,
    focus: Focus = NO_FOCUS,
    cluster: Cluster | None = None,
) -> Analysis:
    """Build the graph, compare the plans and look for gaps.

    Args:
        graph: The graph to work on; None builds that of the built-in plans.
        parameters: Numbers that replace some of those of the comparison.
        without: Facets that are left out of the comparison.
        reviews: What people said about findings, at most one for each pair or gap.
        limits: How closely pairs are looked at, by how many they are.
        tell: Is given the share of the pairs that were looked at, now and then.
        focus: What the analysis is limited to. All pairs are compared; of undertakings, pairs,
            plans, agencies and gaps there are those in the focus alone.
        cluster: Machines that score the pairs; None for this one.

    Raises:
        DevcoopError: A file, a query or a step is broken.

    Examples:
        >>> analysis = analyze()
        >>> len(analysis.pairs)
        8876
    """
    graph, (of_pairs, of_gaps) = graph or build_graph(), _divide(reviews)
    # Of a focus few cells are looked at, but to know a gap again takes all.
    is_partial = focus.is_set and not of_gaps
    searched = list_plan_graphs(graph)
    gap_answers: Mapping[str, Answer] = {} if is_partial else ask_gaps(graph)
    facets = read_facet_table(graph)
    # What somebody tries out is not kept.
    kept = graph.shelf.comparisons if graph.shelf and not (parameters or without) else None
    comparison = compare(
        facets, parameters, without=without, limits=limits, folder=kept, tell=tell, cluster=cluster
    )
    comparison = comparison.narrow(focus) if focus.is_set else comparison
    only = comparison.extent.all_undertakings if comparison.extent else None
    labels = read_labels(graph, without=_list_outside(facets, only))
    parties = read_agencies(facets, labels)
    every_plan = read_plans(graph, parties, labels)
    with _begin_limiting(
        graph if is_partial else None, comparison.extent, facets, every_plan
    ) as limit_gaps:
        undertakings = UndertakingsAsAsked(graph, facets, parties, labels, only)
        links, namings, kinds = read_links(graph, labels), read_namings(graph), read_kinds(graph)
        grounds = read_grounds(graph, undertakings, parties)
        pairs, reviewed = _review_pairs(comparison, of_pairs, grounds, limits)
        unlinked = _check_coordination(pairs, undertakings, links, namings, kinds)
        if comparison.extent:
            # All that is asked for is looked at, and gaps are read meanwhile.
            undertakings.read_ahead(comparison.extent.undertakings)
            len(unlinked.cells)
        words = GapWords(Lexicon.of_english(labels), parties)
        checks = [unlinked, *read_gaps(gap_answers)]
        checks, reviewed_gaps = apply_gap_reviews(checks, of_gaps, words, parties)
        checks, unlimited = limit_gaps(checks)
    headings = undertakings.headings
    plans = _choose_plans(every_plan, headings, comparison.extent)
    agencies = _choose_agencies(parties, headings, plans, comparison.extent)
    if comparison.extent:
        reviewed_gaps = tuple(one for one in reviewed_gaps if _is_held(one, checks))
    return Analysis(
        graph=graph,
        run=Run(graph.version, searched, version("devcoop")),
        plans=plans,
        agencies=agencies,
        undertakings=undertakings,
        labels=labels,
        links=links,
        namings=namings,
        kinds=kinds,
        comparison=comparison,
        pairs=pairs,
        conversations=AsAsked(lambda: group_conversations(pairs.found, read_concrete(graph))),
        gap_checks=checks,
        gap_answers=gap_answers,
        grounds=grounds,
        left_out=facets.left_out,
        reviewed=reviewed,
        reviewed_gaps=reviewed_gaps,
        unlimited=unlimited,
        parties=parties,
    )


def _check_coordination(
    pairs: Pairs,
    undertakings: Mapping[str, Undertaking],
    links: list[Link],
    namings: list[Naming],
    kinds: list[Naming],
) -> GapCheck:
    """Ask, when somebody looks, for which of the listed overlaps no coordination is stated."""

    def look() -> Iterator[Cell]:
        identifiers = list_identifiers(undertakings)
        return iter_coordination(pairs.found, links, identifiers, namings, kinds)

    return GapCheck(COORDINATION, "coordination-gap", AsAsked(look), is_folded=True)


def _review_pairs(
    comparison: Comparison, reviews: Iterable[Review], grounds: Grounds, limits: Limits
) -> tuple[Pairs, tuple[Reviewed, ...]]:
    """Apply reviews to the pairs that are compared, of a focus those in it."""
    held = MOST_HELD_OF_FOCUS if comparison.extent else None
    taken_in = (one for one in reviews if comparison.takes_in(*one.elements))
    return apply_reviews(comparison, taken_in, grounds, limits.listed, held=held)


def _list_outside(facets: FacetTable, only: Collection[str] | None) -> frozenset[str]:
    """List the undertakings that are not wanted, which nobody will call by their names."""
    if only is None:
        return frozenset()
    return frozenset(facets.tables["undertaking"].column("undertaking")).difference(only)


@contextmanager
def _begin_limiting(
    graph: Store | None, extent: Extent | None, facets: FacetTable, plans: list[Plan]
) -> Iterator[Callable[[list[GapCheck]], Limited]]:
    """Begin to limit questions about gaps to a focus, but the first, which is about pairs in it.

    Args:
        graph: Where to ask, if only the first was asked; of many, that is done meanwhile.
        extent: What is in the focus; None if there is none.
        facets: What is compared.
        plans: All plans.

    Yields:
        What takes the questions, and gives those that are left with the names of those of which
        it cannot be told.
    """
    if extent is None:
        yield lambda checks: (checks, ())
        return
    bound = partial(_bound, extent, facets, plans)
    if graph is None:
        yield lambda checks: _put_first(checks, limit_checks(checks[1:], bound()))
        return
    ask = partial(_ask_limited, graph, bound)
    if len(extent.all_undertakings) < _MANY:
        yield lambda checks: _put_first(checks, ask())
        return
    with killable.begin(ask, what="gaps", **killable.OWN_WORK) as finish:
        yield lambda checks: _put_first(checks, finish())


def _ask_limited(graph: Store, bound: Callable[[], Bounds]) -> Limited:
    return read_limited_gaps(graph, bound())


def _put_first(checks: list[GapCheck], limited: Limited) -> Limited:
    return [checks[0], *limited[0]], limited[1]


def _choose_plans(
    plans: list[Plan], undertakings: Mapping[str, Heading], extent: Extent | None
) -> list[Plan]:
    """Choose the plans that have something in a focus, or are asked for."""
    if extent is None:
        return plans
    wanted = {one.plan for one in undertakings.values()}.union(extent.focus.plans)
    return [plan for plan in plans if plan.iri in wanted]


def _choose_agencies(
    agencies: dict[str, Agency],
    undertakings: Mapping[str, Heading],
    plans: Iterable[Plan],
    extent: Extent | None,
) -> dict[str, Agency]:
    """Choose the agencies that promise something in a focus, issue its plans, or are asked for."""
    if extent is None:
        return agencies
    wanted = {one.agency.iri for one in undertakings.values()}
    wanted |= {plan.agency.iri for plan in plans} | set(extent.focus.agencies)
    return {iri: one for iri, one in agencies.items() if iri in wanted}


def _bound(extent: Extent, facets: FacetTable, plans: Iterable[Plan]) -> Bounds:
    """Gather what tells whether a cell of a question about gaps is in a focus."""
    table = facets.tables["undertaking"]
    owned: dict[str, set[str]] = defaultdict(set)
    for one in plans:
        owned[one.agency.iri].add(one.iri)
    known = []
    for undertaking, agency, plan in table.iter_columns("undertaking", "agency", "plan"):
        known.append(undertaking)
        owned[agency].add(plan)
    return Bounds(
        extent,
        frozenset(known),
        {agency: frozenset(some) for agency, some in owned.items()},
    )


def _is_held(one: ReviewedGap, checks: Iterable[GapCheck]) -> bool:
    """Tell whether a review is of a gap that one of some questions still has."""
    if one.check is None or one.cell is None:
        return False
    own = one.cell.parts or (one.cell,)
    subjects = {cell.subject for cell in own}
    return any(
        check.name == one.check.name and any(cell.subject in subjects for cell in check.cells)
        for check in checks
    )


def _divide(reviews: Iterable[Review | GapReview]) -> tuple[list[Review], list[GapReview]]:
    said = list(reviews)
    return (
        [one for one in said if isinstance(one, Review)],
        [one for one in said if isinstance(one, GapReview)],
    )
