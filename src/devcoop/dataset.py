"""Everything that is published at one time: plans, schemes, findings, questions, description.

One named graph for each source as in the knowledge graph, one for the findings and one for
the query library; the default graph describes the dataset. `export` writes it, `serve`
answers from it, `bundle` and `push` carry it elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from devcoop import assets, names
from devcoop.catalog.description import count_dataset, describe_dataset
from devcoop.catalog.questions import build_questions
from devcoop.errors import OutOfTimeError, StoreError
from devcoop.overlap import DEFAULT_LIMITS, tell_nobody
from devcoop.pipeline import analyze
from devcoop.reviews import ReviewFile
from devcoop.store import Source, Store
from devcoop.store.folder import MOST_COPIED
from devcoop.store.published import keep_published, open_published
from devcoop.store.terms import DefaultGraph, Quad, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from devcoop.origin import Origin
    from devcoop.overlap import Limits, Tell
    from devcoop.pipeline import Analysis
    from devcoop.reviews import GapReview, Review
    from devcoop.store import Answer
    from devcoop.store.terms import Quad

DERIVED = (names.FINDINGS_GRAPH, names.QUESTIONS_GRAPH)
"""Named graphs that are worked out from the others."""


@dataclass(frozen=True)
class Dataset:
    """Plans, findings and their description, in one store.

    Attributes:
        store: All quads; queries see the union of the graphs as their default graph.
        analysis: The run that the findings come from.
        counts: What its named graphs hold, by name of the query that counted it.
    """

    store: Store
    analysis: Analysis
    counts: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Sorted N-Quads after RDFC-1.0, without line ends."""
        return tuple(self.store.canonical_lines())

    @cached_property
    def version(self) -> str:
        """SHA-256 of the canonical N-Quads, in hexadecimal: equal for equal data only."""
        return hashlib.sha256("".join(f"{one}\n" for one in self.lines).encode()).hexdigest()

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that the dataset was made from, known without writing it out.

        The same sources, reviews and software give the same; pages tell it under this name.
        """
        of_pairs = [repr(one.review) for one in self.analysis.reviewed]
        of_gaps = [repr(one.review) for one in self.analysis.reviewed_gaps]
        reviews = sorted(of_pairs + of_gaps)
        made_from = [self.analysis.run.data_hash, self.analysis.run.version, *reviews]
        return hashlib.sha256("\n".join(made_from).encode()).hexdigest()

    def graphs(self) -> list[str]:
        """List the IRIs of the named graphs, sorted."""
        return self.store.named_graphs()


def build_dataset(
    graph: Store | None = None,
    *,
    reviews: Iterable[Review | GapReview] = (),
    limits: Limits = DEFAULT_LIMITS,
    tell: Tell = tell_nobody,
    made_from: str = "",
) -> Dataset:
    """Compare the plans and put what was found beside them.

    Args:
        graph: The plans, which get the derived graphs; None takes the built-in ones.
        reviews: What people said about findings.
        limits: How closely pairs are looked at, by how many they are.
        tell: Is given the share of the pairs that were looked at, now and then.
        made_from: What findings hang on beside the plans, so that counts can be kept; empty if
            that is not known.

    Examples:
        >>> dataset = build_dataset()
        >>> "https://w3id.org/devcoop/graph/finding" in dataset.graphs()
        True
    """
    return _publish(analyze(graph, reviews=reviews, limits=limits, tell=tell), made_from)


def _publish(analysis: Analysis, made_from: str) -> Dataset:
    """Put what was found beside the plans."""
    store = analysis.graph
    store.add_all(
        {names.FINDINGS_GRAPH: analysis.findings(), names.QUESTIONS_GRAPH: build_questions()}
    )
    # The description counts what is there, findings and questions too.
    counts = count_dataset(store, made_from)
    store.add(None, describe_dataset(store, analysis, counts))
    return Dataset(store, analysis, counts)


def restore_dataset(quads: Iterable[Quad]) -> Dataset:
    """Make a dataset out of quads that were one, or are a part of one.

    Args:
        quads: All that it shall hold.

    Returns:
        The dataset with exactly these quads; the analysis is that of its plans, with the
        reviews that its findings carry.
    """
    store = Store()
    store.adopt((), quads)
    store.adopt(_read_sources(store), ())
    return Dataset(store, analyze(store, reviews=_read_reviews(store)))


@contextlib.contextmanager
def open_dataset(
    origin: Origin,
    limits: Limits = DEFAULT_LIMITS,
    tell: Tell = tell_nobody,
    *,
    most_copied: int = MOST_COPIED,
) -> Iterator[Dataset]:
    """Give everything that is published of an origin, for this process alone.

    What was published of a store is kept beside it, and opened again as long as plans, reviews,
    limits and program are the same.

    Args:
        origin: Where plans and reviews come from.
        limits: How closely pairs are looked at, by how many they are.
        tell: Is given the share of the pairs that were looked at, now and then.
        most_copied: Size in bytes of the files of what was kept up to which a copy in memory is
            worth its time.

    Raises:
        StoreError: There is no store, or it is broken.
        SourceError: The reviews cannot be read.
    """
    reviews = origin.list_reviews()
    made_from = _name_making(reviews, limits)
    with contextlib.ExitStack() as stack:
        dataset = None
        if origin.store:
            examine = partial(analyze, reviews=reviews, limits=limits, tell=tell)
            opened = _open_kept(origin, examine, made_from=made_from, most_copied=most_copied)
            dataset = stack.enter_context(opened)
        if dataset is None:
            store = stack.enter_context(origin.open_for_work())
            dataset = build_dataset(
                store, reviews=reviews, limits=limits, tell=tell, made_from=made_from
            )
            if store.shelf:
                keep_published(store.shelf.find_published(store.version, made_from), store)
        yield dataset


def keep_dataset(analysis: Analysis, limits: Limits = DEFAULT_LIMITS) -> None:
    """Keep what is published of an analysis beside its store, so that it need not be made again.

    Args:
        analysis: Of a store that was opened for work and has nothing put beside its plans yet;
            of any other, nothing is kept.
        limits: With which it was made.
    """
    store = analysis.graph
    if store.shelf is None:
        return
    of_pairs = [one.review for one in analysis.reviewed]
    of_gaps = [one.review for one in analysis.reviewed_gaps]
    made_from = _name_making([*of_pairs, *of_gaps], limits)
    path = store.shelf.find_published(store.version, made_from)
    with open_published(path, most_copied=0) as kept:
        is_kept = kept is not None
    if not is_kept:
        # A disk that is full costs nobody what was analyzed.
        with contextlib.suppress(StoreError, OutOfTimeError):
            _publish(analysis, made_from)
            keep_published(path, store)


def _name_making(reviews: Iterable[Review | GapReview], limits: Limits) -> str:
    """Name all that decides what is published of the same plans."""
    said = sorted(map(repr, reviews))
    return repr((said, limits._replace(memory=0), assets.hash_program()))


@contextlib.contextmanager
def _open_kept(
    origin: Origin, examine: Callable[[Store], Analysis], *, made_from: str, most_copied: int
) -> Iterator[Dataset | None]:
    """Open what was published of a store with the same reviews, limits and program, if it was."""
    with contextlib.ExitStack() as stack:
        # Nothing but what is kept is read of the plans.
        plans = stack.enter_context(origin.open_plans(most_copied=0))
        assert plans.shelf  # noqa: S101  every store in a folder has one
        path = plans.shelf.find_published(plans.version, made_from)
        store = stack.enter_context(open_published(path, most_copied=most_copied))
        if store is None:
            yield None
            return
        store.shelf = plans.shelf
        analysis = replace(examine(plans), graph=store)
        plans.rest()
        yield Dataset(store, analysis, count_dataset(store, made_from))


def _read_sources(store: Store) -> Iterator[Source]:
    """Iterate over the records of the graphs that were sources, as the description has them."""
    for graph in store.named_graphs():
        if graph not in DERIVED:
            stated = store.quads(subject=graph, predicate=names.DEVC.sha256, graph=DefaultGraph())
            yield Source(graph, next((as_text(quad.object) for quad in stated), ""))


def _read_reviews(store: Store) -> list[Review | GapReview]:
    """Take the reviews out of the findings."""
    triples = frozenset(quad.triple for quad in store.quads(graph=names.FINDINGS_GRAPH))
    # A file of reviews understands what it says when it is changed, here by nothing.
    return list(ReviewFile(Path("findings"), triples, {}, 0).change().reviews.values())
