"""Everything that is published at one time: plans, schemes, findings, questions, description.

One named graph for each source as in the knowledge graph, one for the findings and one for
the query library; the default graph describes the dataset. `export` writes it, `serve`
answers from it, `bundle` and `push` carry it elsewhere. A dataset that was written out can be
read back and is the same dataset.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import names
from devcoop.catalog.description import describe_dataset
from devcoop.catalog.questions import build_questions
from devcoop.errors import SourceError
from devcoop.graph import KnowledgeGraph, Source, parse_rdf, read_bytes
from devcoop.pipeline import analyze
from devcoop.reviews import ReviewFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devcoop.pipeline import Analysis
    from devcoop.reviews import Review

DERIVED = (names.FINDINGS_GRAPH, names.QUESTIONS_GRAPH)
"""Named graphs that are worked out from the others."""


@dataclass(frozen=True)
class Dataset:
    """Plans, findings and their description, in one store.

    Attributes:
        store: All quads; queries see the union of the graphs as their default graph.
        analysis: The run that the findings come from.
    """

    store: ox.Store
    analysis: Analysis

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Sorted N-Quads after RDFC-1.0, without line ends."""
        return tuple(KnowledgeGraph(self.store).canonical_lines())

    @cached_property
    def version(self) -> str:
        """SHA-256 of the canonical N-Quads, in hexadecimal: equal for equal data only."""
        return hashlib.sha256("".join(f"{one}\n" for one in self.lines).encode()).hexdigest()

    def graphs(self) -> list[str]:
        """List the IRIs of the named graphs, sorted."""
        return sorted(str(node.value) for node in self.store.named_graphs())


def build_dataset(
    graph: KnowledgeGraph | None = None, *, reviews: Iterable[Review] = ()
) -> Dataset:
    """Compare the plans and put all that is published into one store.

    Args:
        graph: The plans; None takes the built-in ones.
        reviews: What people said about findings.

    Examples:
        >>> dataset = build_dataset()
        >>> "https://w3id.org/devcoop/graph/finding" in dataset.graphs()
        True
    """
    analysis = analyze(graph, reviews=reviews)
    store = ox.Store()
    store.extend(list(analysis.graph.store))
    _add(store, analysis.findings(), names.FINDINGS_GRAPH)
    _add(store, build_questions(), names.QUESTIONS_GRAPH)
    store.extend(describe_dataset(store, analysis))
    return Dataset(store, analysis)


def read_dataset(path: Path) -> Dataset:
    """Read a dataset that was written out as TriG, N-Quads or JSON-LD.

    Args:
        path: The file.

    Returns:
        The dataset with exactly the file's quads; the analysis is that of its plans, with the
        reviews that its findings carry.

    Raises:
        SourceError: The file cannot be read as what its ending says, or knows no named graphs.
    """
    quads = list(parse_rdf(path, read_bytes(path)))
    if not quads:
        raise SourceError(path, "there is nothing in this dataset")
    if all(quad.graph_name == ox.DefaultGraph() for quad in quads):
        problem = "it does not say which graph a statement is in; give the .nq, .trig or .jsonld"
        raise SourceError(path, problem)
    return restore_dataset(quads, path)


def restore_dataset(quads: Iterable[ox.Quad], path: Path) -> Dataset:
    """Make a dataset out of quads that were one, or are a part of one.

    Args:
        quads: All that it shall hold.
        path: Names where they come from.

    Returns:
        The dataset with exactly these quads; the analysis is that of its plans, with the
        reviews that its findings carry.
    """
    store = ox.Store()
    store.extend(quads)
    return Dataset(store, analyze(_read_sources(store, path), reviews=_read_reviews(store, path)))


def open_dataset(path: Path | None) -> Dataset:
    """Read a dataset from a file, or build that of the built-in plans.

    Args:
        path: The file; None for the built-in plans.
    """
    return read_dataset(path) if path else build_dataset()


def _read_sources(store: ox.Store, path: Path) -> KnowledgeGraph:
    """Take out the graphs that were sources, with the hashes that the description gives them."""
    graph, digest = KnowledgeGraph(), ox.NamedNode(names.DEVC.sha256)
    for node in store.named_graphs():
        if node.value in DERIVED:
            continue
        graph.store.extend(store.quads_for_pattern(None, None, None, node))
        stated = store.quads_for_pattern(node, digest, None, ox.DefaultGraph())
        hashes = [quad.object.value for quad in stated if isinstance(quad.object, ox.Literal)]
        graph.sources.append(Source(path, str(node.value), next(iter(hashes), "")))
    graph.describe()
    return graph


def _read_reviews(store: ox.Store, path: Path) -> list[Review]:
    """Take the reviews of pairs out of the findings."""
    findings = store.quads_for_pattern(None, None, None, ox.NamedNode(names.FINDINGS_GRAPH))
    triples = frozenset(quad.triple for quad in findings)
    # A file of reviews understands what it says when it is changed, here by nothing.
    return list(ReviewFile(path, triples, {}, 0).change().reviews.values())


def _add(store: ox.Store, triples: Iterable[ox.Triple], graph: str) -> None:
    home = ox.NamedNode(graph)
    store.extend(ox.Quad(one.subject, one.predicate, one.object, home) for one in triples)
