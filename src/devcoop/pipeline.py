"""The whole flow, in one function that reads like the diagram in the README.

sources → graph → comparison and gap checks → reviews → findings
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from devcoop.findings import Run, build_findings
from devcoop.gaps import find_gaps
from devcoop.graph import build_graph
from devcoop.overlap import Comparison, compare
from devcoop.overlap.conversations import group_conversations, was_found
from devcoop.overlap.coordination import check_coordination
from devcoop.overlap.explanation import Explanation, explain
from devcoop.plans import read_labels, read_links, read_plans, read_undertakings
from devcoop.reviews import apply_reviews, read_grounds
from devcoop.reviews.storage import build_reviewed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devcoop.model import GapCheck, Link, Pair, Plan, Undertaking
    from devcoop.overlap.conversations import Conversation
    from devcoop.reviews import Review, Reviewed
    from devcoop.store import Store
    from devcoop.store.terms import Triple


@dataclass(frozen=True)
class Analysis:
    """All that is known after one run.

    Attributes:
        graph: The knowledge graph.
        run: What the run worked on.
        plans: The plans compared.
        undertakings: By identifier.
        labels: English labels of concepts and places, by IRI.
        links: The coordination that the plans state.
        comparison: The comparison, for questions about single pairs.
        pairs: All pairs, closest first.
        conversations: Subjects worth a conversation, most useful first.
        gap_checks: What was looked for, with every cell.
        reviewed: What people said, beside what it is about today.
    """

    graph: Store
    run: Run
    plans: list[Plan]
    undertakings: dict[str, Undertaking]
    labels: dict[str, str]
    links: list[Link]
    comparison: Comparison
    pairs: list[Pair]
    conversations: list[Conversation]
    gap_checks: list[GapCheck]
    reviewed: tuple[Reviewed, ...] = ()

    def explain(self, pair: Pair) -> Explanation:
        """Explain a pair.

        Args:
            pair: One of `pairs`.
        """
        return explain(self.comparison, pair, self.undertakings, self.links, self.labels)

    def findings(self) -> list[Triple]:
        """State the findings in RDF, sorted."""
        explanations = (self.explain(pair) for pair in self.pairs if was_found(pair))
        findings = build_findings(self.run, explanations, self.gap_checks)
        return sorted({*findings, *build_reviewed(self.reviewed)}, key=str)


def analyze(
    graph: Store | None = None,
    parameters: Mapping[str, float] | None = None,
    *,
    reviews: Iterable[Review] = (),
) -> Analysis:
    """Build the graph, compare the plans and look for gaps.

    Args:
        graph: The graph to work on; None builds that of the built-in plans.
        parameters: Numbers that replace some of those of the comparison.
        reviews: What people said about findings, at most one for each pair.

    Raises:
        DevcoopError: A file, a query or a step is broken.

    Examples:
        >>> analysis = analyze()
        >>> len(analysis.pairs)
        8876
    """
    graph = graph or build_graph()
    comparison = compare(graph, parameters)
    plans = read_plans(graph)
    searched = tuple(iri for iri in graph.graphs() if "/graph/plan/" in iri)
    undertakings, labels, links = read_undertakings(graph), read_labels(graph), read_links(graph)
    grounds = read_grounds(graph, undertakings)
    pairs, reviewed = apply_reviews(comparison.iter_pairs(), reviews, grounds)
    unlinked = check_coordination(pairs, links, undertakings=undertakings, labels=labels)
    return Analysis(
        graph=graph,
        run=Run(graph.version, searched, version("devcoop")),
        plans=plans,
        undertakings=undertakings,
        labels=labels,
        links=links,
        comparison=comparison,
        pairs=pairs,
        conversations=group_conversations(pairs),
        gap_checks=[unlinked, *find_gaps(graph)],
        reviewed=reviewed,
    )
