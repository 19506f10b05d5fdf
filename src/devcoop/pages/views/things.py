"""Routes of the pages about single things, the questions and the editor, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.pages.views import (
    agencies,
    concepts,
    editor,
    elements,
    findings,
    foreign,
    initiatives,
    places,
    plans,
    questions,
    resources,
)

if TYPE_CHECKING:
    from devcoop.pages.routes import Route

ROUTES: tuple[Route, ...] = (
    *agencies.ROUTES,
    *plans.ROUTES,
    *initiatives.ROUTES,
    *elements.ROUTES,
    *concepts.ROUTES,
    *places.ROUTES,
    *findings.ROUTES,
    *questions.ROUTES,
    *editor.ROUTES,
    *foreign.ROUTES,
    *resources.ROUTES,
)
"""The route for everything else comes last."""
