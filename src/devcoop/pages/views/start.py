"""The first page: what is in here, and where to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.gaps import THEMES_CHECK
from devcoop.figures.meetings import choose_talks
from devcoop.overlap.coordination import is_overlap
from devcoop.pages.routes import Parts, Route, View, only
from devcoop.pages.selection import Selector, shorten
from devcoop.words.explanations import say_headline

if TYPE_CHECKING:
    from devcoop.model import Pair
    from devcoop.overlap.conversations import Conversation
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request


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
    unlinked = checks.get("stated-coordination")
    themes = checks.get(THEMES_CHECK)
    return {
        "plans": analysis.plans,
        "agencies": content.agencies,
        "initiatives": len(analysis.undertakings),
        "passages": sum(plan.passages for plan in analysis.plans),
        "compared": len(analysis.pairs),
        "findings": len(content.once(Selector).findings),
        "overlaps": sum(map(is_overlap, analysis.pairs.found)),
        "unlinked": unlinked,
        "unserved": themes,
        "conversations": len(analysis.conversations),
        "talks": [_build_talk(content, one) for one in choose_talks(analysis)],
    }


def _build_talk(content: Content, conversation: Conversation) -> Talk:
    best = conversation.best
    headline = say_headline(content.analysis.explain(best), content.analysis.lexicon)
    return Talk(conversation, best, headline, shorten(conversation.subject, "theme"))


ROUTES = (Route("/", _view, only("/")),)
