"""Pages about findings by their IRIs: pairs as the page *why* tells them, and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.findings import mint_pair
from devcoop.names import iri_of, path_of
from devcoop.pages.routes import Route, View
from devcoop.pages.views import why
from devcoop.pages.views.facts import make_gap
from devcoop.words.gaps import find_query
from devcoop.words.questions import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.model import Cell, GapCheck, Pair
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Gap
    from devcoop.queries import Query
    from devcoop.reviews import ReviewedGap
    from devcoop.words.language import Label

_MOST_SERVED = 12


@dataclass(frozen=True)
class GapPage:
    """All that is shown about a gap.

    Attributes:
        iri: The finding.
        check: The question that found it.
        cell: What nobody serves.
        scope: All cells of the same scope.
        unserved: The other gaps of the same scope.
        query: The query that looked; None for a question that no query asks.
        question: What it asks, in the reader's language; None likewise.
        graphs: IRIs of the graphs that were searched.
        reviewed: What a person said of it; None if nobody did.
    """

    iri: str
    check: GapCheck
    cell: Cell
    scope: tuple[Cell, ...]
    unserved: tuple[Gap, ...]
    query: Query | None
    question: Label | None
    graphs: tuple[str, ...]
    reviewed: ReviewedGap | None

    @property
    def served(self) -> tuple[Cell, ...]:
        """The cells of the same scope that somebody serves, the best served first."""
        found = sorted(self.scope, key=lambda cell: -cell.served)
        return tuple(cell for cell in found if cell.served)[:_MOST_SERVED]


class Findings:
    """Pairs and gaps by the IRIs of their findings.

    Args:
        content: Everything that the pages show.
    """

    def __init__(self, content: Content) -> None:
        analysis = content.analysis
        self.pairs = {mint_pair(pair): pair for pair in analysis.pairs.found}
        self.gaps = {
            gap.iri: gap
            for check in analysis.gap_checks
            for gap in (make_gap(content, check, cell) for cell in check.found)
        }


def build_gap(content: Content, iri: str, language: str) -> GapPage:
    """Gather what is shown about a gap.

    Args:
        content: Everything that the pages show.
        iri: The finding.
        language: For the question.
    """
    gap = content.once(Findings).gaps[iri]
    check, cell = gap.check, gap.cell
    query = find_query(check)
    scope = tuple(one for one in check.cells if one.denominator == cell.denominator)
    return GapPage(
        iri=iri,
        check=check,
        cell=cell,
        scope=scope,
        unserved=tuple(
            make_gap(content, check, one)
            for one in scope
            if not (one.served or check.is_folded or one == cell)
        ),
        query=query,
        question=translate(query, "question", language) if query else None,
        graphs=content.analysis.run.graphs,
        reviewed=next(
            (one for one in content.analysis.reviewed_gaps if one.review.finding == iri), None
        ),
    )


def _view(content: Content, request: Request, _parts: Parts) -> View | None:
    findings, iri = content.once(Findings), iri_of(request.path)
    if iri in findings.pairs:
        pair = findings.pairs[iri]
        return _why(content, request, pair)
    if iri in findings.gaps:
        values = {"page": build_gap(content, iri, request.language)}
        return View("finding.html.j2", values, "/gaps")
    return None


def _why(content: Content, request: Request, pair: Pair) -> View | None:
    path = content.path_of_pair(pair)
    for route in why.ROUTES:
        parts = route.match(path)
        if parts is not None:
            return route.view(content, request, parts)
    return None


def _paths(content: Content) -> Iterable[str]:
    findings = content.once(Findings)
    return sorted(path_of(iri) for iri in (*findings.pairs, *findings.gaps))


ROUTES = (Route("/finding/{hash}", _view, _paths),)
