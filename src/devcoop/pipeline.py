"""The whole flow, in one function that reads like the diagram in the README.

sources → graph → comparison and gap checks → reviews → findings
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from devcoop.facets import read_facet_table
from devcoop.findings import Found, Run, iter_findings
from devcoop.gaps import ask_gaps, read_gaps
from devcoop.graph import build_graph
from devcoop.overlap import DEFAULT_LIMITS, Comparison, Limits, compare, tell_nobody
from devcoop.overlap.conversations import group_conversations
from devcoop.overlap.coordination import check_coordination
from devcoop.overlap.explanation import Explanation, explain
from devcoop.plans import (
    list_plan_graphs,
    read_agencies,
    read_labels,
    read_links,
    read_namings,
    read_plans,
    read_undertakings,
)
from devcoop.reviews import GapReview, Review, apply_gap_reviews, apply_reviews, read_grounds
from devcoop.reviews.storage import build_reviewed
from devcoop.words.gaps import GapWords
from devcoop.words.lexicon import Lexicon
from devcoop.words.report import say_held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from devcoop.model import Agency, GapCheck, LeftOut, Link, Naming, Pair, Plan, Undertaking
    from devcoop.overlap import Tell
    from devcoop.overlap.conversations import Conversation
    from devcoop.overlap.pairs import Pairs
    from devcoop.reviews import Reviewed, ReviewedGap
    from devcoop.reviews.records import Grounds
    from devcoop.store import Answer, Store
    from devcoop.store.terms import Triple


@dataclass(frozen=True)
class Analysis:
    """All that is known after one run.

    Attributes:
        graph: The knowledge graph.
        run: What the run worked on.
        plans: The plans compared.
        agencies: Who issued them or answers for what they promise, by IRI.
        undertakings: By IRI, in the order of their identifiers.
        labels: What everything is called in English, by IRI.
        links: The coordination that the plans state.
        namings: Where a plan names another agency, whether or not to coordinate with it.
        comparison: The comparison, for questions about single pairs.
        pairs: All pairs, closest first, read as they are asked for.
        conversations: Subjects worth a conversation, most useful first.
        gap_checks: What was looked for, with every cell.
        gap_answers: The answers that the cells were read from, by name of the query.
        grounds: What reviews are held against.
        left_out: What the plans hold and the comparison could not take.
        reviewed: What people said, beside what it is about today.
    """

    graph: Store
    run: Run
    plans: list[Plan]
    agencies: dict[str, Agency]
    undertakings: dict[str, Undertaking]
    labels: dict[str, str]
    links: list[Link]
    namings: list[Naming]
    comparison: Comparison
    pairs: Pairs
    conversations: list[Conversation]
    gap_checks: list[GapCheck]
    gap_answers: dict[str, Answer]
    grounds: Grounds
    left_out: tuple[LeftOut, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    reviewed_gaps: tuple[ReviewedGap, ...] = ()

    def explain(self, pair: Pair) -> Explanation:
        """Explain a pair.

        Args:
            pair: One of `pairs`.
        """
        return explain(self.comparison, pair, self.undertakings, self.links)

    @cached_property
    def subject_count(self) -> int:
        """How many subjects two agencies could talk about, listed or not."""
        every = self.comparison.count_subjects
        return every() if self.pairs.is_cut else len(self.conversations)

    @cached_property
    def selection(self) -> str:
        """Which findings are stated one by one, where not all are; else empty."""
        if not self.pairs.is_cut:
            return ""
        return say_held(self.pairs.count_findings(), len(self.pairs.found), self.pairs.best)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What everything is called in English."""
        return _name(self.labels)

    @cached_property
    def gap_words(self) -> GapWords:
        """Says what cells of questions about gaps are about."""
        return GapWords(self.lexicon, self.agencies)

    def findings(self) -> Iterator[Triple]:
        """State the findings in RDF, one after the other, in the order of their text."""
        found = Found(
            run=self.run,
            pairs=self.pairs.found,
            explain=self.explain,
            checks=self.gap_checks,
            lexicon=self.lexicon,
            gap_words=self.gap_words,
            note=self.selection,
        )
        return iter_findings(found, build_reviewed(self.reviewed, self.reviewed_gaps))


def analyze(
    graph: Store | None = None,
    parameters: Mapping[str, float] | None = None,
    *,
    without: Collection[str] = (),
    reviews: Iterable[Review | GapReview] = (),
    limits: Limits = DEFAULT_LIMITS,
    tell: Tell = tell_nobody,
) -> Analysis:
    """Build the graph, compare the plans and look for gaps.

    Args:
        graph: The graph to work on; None builds that of the built-in plans.
        parameters: Numbers that replace some of those of the comparison.
        without: Facets that are left out of the comparison.
        reviews: What people said about findings, at most one for each pair or gap.
        limits: How closely pairs are looked at, by how many they are.
        tell: Is given the share of the pairs that were looked at, now and then.

    Raises:
        DevcoopError: A file, a query or a step is broken.

    Examples:
        >>> analysis = analyze()
        >>> len(analysis.pairs)
        8876
    """
    graph = graph or build_graph()
    searched, gap_answers = list_plan_graphs(graph), ask_gaps(graph)
    labels, facets = read_labels(graph), read_facet_table(graph)
    agencies = read_agencies(facets, labels)
    undertakings = read_undertakings(graph, facets, agencies, labels)
    plans = read_plans(graph, agencies, labels)
    links, namings = read_links(graph, labels), read_namings(graph)
    # What somebody tries out is not kept.
    folder = graph.shelf.comparisons if graph.shelf and not (parameters or without) else None
    comparison = compare(
        facets, parameters, without=without, limits=limits, folder=folder, tell=tell
    )
    of_pairs, of_gaps = _divide(reviews)
    grounds = read_grounds(graph, undertakings, agencies)
    pairs, reviewed = apply_reviews(comparison, of_pairs, grounds, limits.listed)
    unlinked = check_coordination(pairs.found, links, undertakings, namings)
    checks = [unlinked, *read_gaps(gap_answers)]
    gap_words = GapWords(_name(labels), agencies)
    gap_checks, reviewed_gaps = apply_gap_reviews(checks, of_gaps, gap_words, agencies)
    return Analysis(
        graph=graph,
        run=Run(graph.version, searched, version("devcoop")),
        plans=plans,
        agencies=agencies,
        undertakings=undertakings,
        labels=labels,
        links=links,
        namings=namings,
        comparison=comparison,
        pairs=pairs,
        conversations=group_conversations(pairs.found),
        gap_checks=gap_checks,
        gap_answers=gap_answers,
        grounds=grounds,
        left_out=facets.left_out,
        reviewed=reviewed,
        reviewed_gaps=reviewed_gaps,
    )


def _divide(reviews: Iterable[Review | GapReview]) -> tuple[list[Review], list[GapReview]]:
    said = list(reviews)
    return (
        [one for one in said if isinstance(one, Review)],
        [one for one in said if isinstance(one, GapReview)],
    )


def _name(labels: Mapping[str, str]) -> Lexicon:
    return Lexicon({iri: {"en": label} for iri, label in labels.items()})
