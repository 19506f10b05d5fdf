"""Pages about things of other houses: the same pages as for ours, chosen by what the thing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.names import DEVC, iri_of, is_ours, path_of, term
from devcoop.pages.routes import Route, Table, View
from devcoop.pages.views import agencies, elements, places, plans, resources
from devcoop.pages.views.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts

_PAGES = {
    str(DEVC.Plan): plans.ROUTES,
    term("org:Organization"): agencies.ROUTES,
    str(DEVC.Place): places.ROUTES,
    str(DEVC.CountryGroup): places.ROUTES,
}
"""Routes of the pages about things of a class, the one about a single thing among them."""


def _find_route(content: Content, iri: str) -> Route:
    facts = facts_of(content)
    for kind in facts.links(iri, term("rdf:type")):
        for route in _PAGES.get(kind, ()):
            if "{" in route.pattern:
                return route
    routes = elements.ROUTES if facts.links(iri, DEVC.inPlan) else resources.ROUTES
    return routes[-1]


def _view(content: Content, request: Request, parts: Parts) -> View | None:
    return _find_route(content, iri_of(request.path)).view(content, request, parts)


def _table(content: Content, request: Request, parts: Parts) -> Table | None:
    route = _find_route(content, iri_of(request.path.removesuffix(".csv")))
    return route.table(content, request, parts) if route.table else None


def _paths(content: Content) -> Iterable[str]:
    return sorted({path_of(iri) for iri in content.iter_known() if not is_ours(iri)})


ROUTES = (Route("/iri/{quoted*}", _view, _paths, _table),)
