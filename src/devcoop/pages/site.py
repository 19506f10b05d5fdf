"""The pages of a dataset: which there are, and each of them on request."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.pages.content import Content
from devcoop.pages.html import render_view
from devcoop.pages.request import CSV, HTML, JSON, TSV, Page
from devcoop.pages.routes import View
from devcoop.pages.views import about, bring, explorer, gaps, search, start, things, why
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.dataset import Dataset
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Route, Table

ROUTES: tuple[Route, ...] = (
    *start.ROUTES,
    *search.ROUTES,
    *explorer.ROUTES,
    *why.ROUTES,
    *gaps.ROUTES,
    *about.ROUTES,
    *bring.ROUTES,
    *things.ROUTES,
)
"""All routes; the first that gives a page answers, so the generic one comes last."""
_EVERYTHING = ("/{", "/iri/")
"""How the patterns of routes begin whose paths are known after a look at the whole dataset only."""
_TABLES = {"csv": CSV, "tsv": TSV, "json": JSON}
"""Media types of tables by the ending of their paths."""


_PLAIN = (str, int, float, type(None))


class Site:
    """All pages of a dataset.

    Args:
        dataset: What the pages show.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.content = Content(dataset)

    def render(self, request: Request) -> Page | None:
        """Render a page or a table.

        Args:
            request: What is asked for.

        Returns:
            The page; None if there is none at this path.
        """
        for route in ROUTES:
            page = self._render_page(route, request) or self._render_table(route, request)
            if page is not None:
                return page
        return None

    def error(self, status: int, request: Request, message: str = "") -> Page:
        """Render a page that says what went wrong.

        Args:
            status: HTTP status, from 400 on.
            request: What was asked for.
            message: What went wrong, in a sentence of English; may be empty.
        """
        values = {"status": status, "message": message, "near": ()}
        return self._write(request, View("error.html.j2", values, status=status))

    def paths(self) -> Iterator[str]:
        """Iterate over the paths of all pages that a bundle shall have, each once."""
        yield from self._paths

    def samples(self) -> Iterator[str]:
        """Iterate over one path of each kind of page, without a look at everything there is."""
        for route in ROUTES:
            if not route.pattern.startswith(_EVERYTHING):
                yield from islice(route.paths(self.content), 1)
        yield names.path_of(self.content.analysis.run.iri)

    def knows(self, path: str) -> bool:
        """Tell whether there is a page at a path, written by a bundle or not.

        Args:
            path: Begins with a slash; without suffix.
        """
        if path in self._paths:
            return True
        return any(route.has is not None and self._has(route, path) for route in ROUTES)

    @cached_property
    def _paths(self) -> dict[str, None]:
        return {path: None for route in ROUTES for path in route.paths(self.content)}

    def _has(self, route: Route, path: str) -> bool:
        parts = route.match(path)
        return parts is not None and route.has is not None and route.has(self.content, parts)

    def _render_page(self, route: Route, request: Request) -> Page | None:
        parts = route.match(request.path)
        view = route.view(self.content, request, parts) if parts is not None else None
        return self._write(request, view) if view else None

    def _render_table(self, route: Route, request: Request) -> Page | None:
        path, _, form = request.path.rpartition(".")
        if route.table is None or form not in _TABLES:
            return None
        parts = route.match(path)
        # Views know their tables by one ending, whatever form is asked for.
        asked = replace(request, path=f"{path}.csv")
        table = route.table(self.content, asked, parts) if parts is not None else None
        return _write_table(table, form) if table else None

    def _write(self, request: Request, view: View) -> Page:
        text = render_view(self.content, request, view)
        return Page(view.status, HTML, text.encode(errors="replace"))


def _write_table(table: Table, form: str) -> Page:
    rows = [[one if isinstance(one, _PLAIN) else str(one) for one in row] for row in table.rows]
    text = TABLE_WRITERS[form](table.columns, rows)
    return Page(table.status, _TABLES[form], text.encode(errors="replace"))
