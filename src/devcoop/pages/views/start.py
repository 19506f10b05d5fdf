"""The first page: what is in here, and where to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.coordination import find_coordination
from devcoop.figures.gaps import THEMES_CHECK
from devcoop.figures.meetings import choose_talks
from devcoop.figures.sources import build_lead
from devcoop.overlap.coordination import COORDINATION
from devcoop.pages.routes import Parts, Route, View, only
from devcoop.pages.selection import shorten
from devcoop.words.explanations import say_headline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.model import GapCheck, Pair
    from devcoop.overlap.conversations import Conversation
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pipeline import Analysis


@dataclass(frozen=True)
class Talk:
    """A conversation worth having.

    Attributes:
        conversation: Its findings.
        best: The finding that stands for it.
        headline: Who and about what, in English.
        theme: Slug of its subject; may be empty.
    """

    conversation: Conversation
    best: Pair
    headline: str
    theme: str


def _view(content: Content, request: Request, parts: Parts) -> View:
    del request, parts
    return View("start.html.j2", content.once(_build))


def _build(content: Content) -> dict[str, object]:
    analysis = content.analysis
    checks = {check.name: check for check in analysis.gap_checks}
    unlinked, overlaps = _count_unlinked(analysis, checks)
    themes = checks.get(THEMES_CHECK)
    return {
        "plans": analysis.plans,
        "lead": build_lead(analysis),
        "compared": len(analysis.pairs),
        "findings": analysis.pairs.count_findings(),
        "overlaps": overlaps,
        "unlinked": unlinked,
        "unserved": themes,
        "is_open": any(not one.facets.get("theme") for one in analysis.undertakings.values()),
        "conversations": analysis.subject_count,
        "talks": [_build_talk(content, one) for one in choose_talks(analysis)],
    }


def _count_unlinked(analysis: Analysis, checks: Mapping[str, GapCheck]) -> tuple[int, int]:
    """Count overlaps without stated coordination, of all; gaps that people dismissed are none."""
    check = checks[COORDINATION]
    if not analysis.pairs.is_cut:
        return len(check.gaps), len(check.cells)
    coordination = find_coordination(analysis)
    return coordination.gaps, coordination.overlaps


def _build_talk(content: Content, conversation: Conversation) -> Talk:
    best = conversation.best
    headline = say_headline(content.analysis.explain(best), content.analysis.lexicon)
    return Talk(conversation, best, headline, shorten(conversation.subject, "theme"))


ROUTES = (Route("/", _view, only("/")),)
